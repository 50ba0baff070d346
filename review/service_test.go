package review_test

import (
	"context"
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

func TestInit(t *testing.T) {
	ctx := context.Background()
	good := func() review.InitInput {
		return review.InitInput{Organisation: "Acme", Admin: review.Person{Email: "ada@acme.example", UID: 1000},
			Checkers: []review.Person{{Email: "c1@acme.example", UID: -1}, {Email: "c2@acme.example", UID: -1}}}
	}
	for name, spoil := range map[string]func(*review.InitInput){
		"no name":            func(in *review.InitInput) { in.Organisation = " " },
		"no zone of that":    func(in *review.InitInput) { in.Zone = "Mars/Base" },
		"one checker":        func(in *review.InitInput) { in.Checkers = in.Checkers[:1] },
		"admin as a checker": func(in *review.InitInput) { in.Checkers[0].Email = "ADA@acme.example" },
		"one checker twice":  func(in *review.InitInput) { in.Checkers[0] = in.Checkers[1] },
		"no address":         func(in *review.InitInput) { in.Admin.Email = "ada" },
	} {
		svc, in := review.New(storetest.Open(t)), good()
		spoil(&in)
		if _, err := svc.Init(ctx, in); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
	s := storetest.Open(t)
	svc := review.New(s)
	a, err := svc.Init(ctx, good())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Init(ctx, good()); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("a second init gave %v, want Conflict", err)
	}
	storetest.View(t, s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		now := tx.Now()
		if o.Setting(domain.SettingName) != "Acme" || o.Count(domain.KindArea) != 44 || len(o.WithDuty(domain.DutyChecker, now)) != 2 {
			t.Errorf("name %q, %d areas, checkers %v", o.Setting(domain.SettingName), o.Count(domain.KindArea), o.WithDuty(domain.DutyChecker, now))
		}
		if !o.HasDuty(a.Principal, domain.DutyAdmin, now) || o.AccountRole(a.Principal, now) != domain.AccountAdmin {
			t.Error("the first admin is none")
		}
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{domain.EvBootstrap}})
		if len(es) != 1 {
			t.Errorf("%d bootstrap events, want 1", len(es))
		}
		return err
	})
}

func TestWhoIsActing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	a, err := w.svc.ActorByUID(ctx, 1000)
	w.must(err)
	if a.Principal != w.admin.Principal || a.Via != "uid 1000" || a.Assurance != domain.Asserted {
		t.Errorf("uid 1000 is %+v", a)
	}
	if _, err := w.svc.ActorByUID(ctx, 7); ruleOf(err) != "unbound" {
		t.Errorf("an unbound user gave %v", err)
	}
	a, err = w.svc.ActorAs(ctx, 1000, "dana@acme.example")
	w.must(err)
	if a.Via != "uid 1000 as dana@acme.example" {
		t.Errorf("played as %+v", a)
	}
	o := storetest.Options()
	o.Mode = review.Live
	live, _ := storetest.OpenWith(t, o)
	svc := review.New(live)
	if _, err := svc.ActorAs(ctx, 1000, "x"); ruleOf(err) != "as-live" {
		t.Errorf("playing people on a live database gave %v", err)
	}
	dana, _ := w.org().Principal(danaID)
	left := dana
	left.Status = domain.Inactive
	_, err = w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Dana leaves", Reason: "r", Changes: []domain.Change{domain.Replace(dana, left)}})
	w.must(err)
	_, err = w.svc.Propose(ctx, w.dana, domain.ChangeSet{Title: "t", Reason: "r", Changes: []domain.Change{domain.Replace(left, dana)}})
	w.wantRule(err, "actor-inactive")
	saw := w.admin
	saw.Saw.Size = 1 << 40
	_, err = w.svc.Propose(ctx, saw, domain.ChangeSet{Title: "t", Reason: "r", Changes: []domain.Change{domain.End(w.grant("gnt_dana"))}})
	if ruleOf(err) != "sight" {
		t.Errorf("a sight beyond the log gave %v", err)
	}
}

func TestIDsAreNeverTheSame(t *testing.T) {
	w := newWorld(t)
	seen := map[domain.ID]bool{}
	for range 3 {
		ids, err := w.svc.IDs(context.Background())
		w.must(err)
		for range 100 {
			id := ids("gnt")
			if seen[id] {
				t.Fatalf("%s was made twice", id)
			}
			seen[id] = true
		}
	}
}

func TestHomeSaysWhatWaits(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	h, err := w.svc.Home(ctx, w.tom)
	w.must(err)
	if len(h.Mine) != 1 || h.Mine[0].Progress.Items != 4 || h.Mine[0].Resume != w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID})[0].No {
		t.Errorf("Tom's home: %+v", h.Mine)
	}
	w.answer(w.tom, c, "gnt_eve", review.Revoke, 0)
	w.keepRest(w.tom, c)
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	p := w.rise()
	for who, want := range map[domain.ID][2]int{w.cleo.Principal: {1, 0}, w.admin.Principal: {0, 0}, eveID: {0, 0}} {
		h, err := w.svc.Home(ctx, actor(who))
		w.must(err)
		if len(h.Packets) != want[0] || len(h.ToApprove) != want[1] {
			t.Errorf("%s: %d packets and %d change sets wait, want %v", who, len(h.Packets), len(h.ToApprove), want)
		}
	}
	h, err = w.svc.Home(ctx, w.admin)
	w.must(err)
	if len(h.MyChanges) != 1 || h.MyChanges[0].ID != p.ID || len(h.Campaigns) != 1 || h.Campaigns[0].Decided != 4 {
		t.Errorf("Ada's home: %+v %+v", h.MyChanges, h.Campaigns)
	}
}

func TestDiffAndHistorySayItInWords(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	before := w.org().Key()
	p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Dana off Ops", Reason: "moved",
		Changes: []domain.Change{domain.End(w.grant("gnt_dana_ops"))}})
	w.must(err)
	d, err := w.svc.Diff(ctx, before, p.Seq)
	w.must(err)
	if len(d.Records) != 1 || d.Records[0].ID != "gnt_dana_ops" || d.Records[0].After != nil {
		t.Errorf("records: %+v", d.Records)
	}
	if len(d.Access) != 1 || d.Access[0].Text != "Dana Okafor: Ops Agent, Edit → None" {
		t.Errorf("access: %+v", d.Access)
	}
	lines, err := w.svc.History(ctx, danaID, 0, 10)
	w.must(err)
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.Text)
	}
	if !slices.Contains(texts, `proposed "Dana off Ops" (moved); "Dana Okafor": Edit on "Ops Agent" ended`) {
		t.Errorf("Dana's history reads %q", texts)
	}
}
