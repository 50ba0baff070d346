package review_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

var workbookFile = review.ReadFile{Name: "packet.xlsx", SHA256: strings.Repeat("ab", 32), Rows: 2, Workbook: "wbk-1"}

// toms gives an entry of Tom's packet, and what it says of his items.
func (w *world) toms(c review.Campaign) (review.Entry, []review.DecisionInput) {
	w.t.Helper()
	e := review.Entry{Reviewer: tomID, Stage: 1, Round: 1, Files: []review.ReadFile{workbookFile}, Situations: map[int]review.Situation{}}
	var in []review.DecisionInput
	o := w.org()
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID}) {
		e.Situations[it.No] = review.SituationOf(o, it)
		in = append(in, review.DecisionInput{Item: it.No, Answer: review.Revoke, Reason: "said in the workbook of item " + strconv.Itoa(it.No), Seconds: 40, Opened: true})
	}
	if len(in) < 3 {
		w.t.Fatalf("Tom has %d items", len(in))
	}
	return e, in
}

// PRODUCT 6: the reviewer, the campaign's owner or a checker reads decisions
// back; nobody else does, and nothing is written where it is refused.
func TestWhoMayEnterForAReviewer(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	for _, x := range []struct {
		who  domain.Actor
		rule string
	}{{w.dana, "not-yours"}, {w.eve, "not-yours"}, {w.tom, ""}, {w.admin, ""}, {w.cleo, ""}} {
		e, in := w.toms(c)
		_, err := w.svc.Enter(context.Background(), x.who, c.ID, e, in)
		if x.rule != "" {
			w.wantRule(err, x.rule)
		} else {
			w.must(err)
		}
		for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID}) {
			d := it.Decision
			switch {
			case x.rule != "" && d.Answer != review.Silent:
				t.Fatalf("%s was refused, and item %d is decided", x.who.Principal, it.No)
			case x.rule != "":
				continue
			case d.Entered != x.who.Principal || d.Seconds != 0 || d.Opened || d.Answer != review.Revoke:
				t.Errorf("item %d, entered by %s, stands as %+v", it.No, x.who.Principal, d)
			case it.HighRisk != (d.Bulk == 0) || !it.HighRisk && d.Bulk != len(in):
				t.Errorf("item %d (high risk %v) has the bulk mark %d", it.No, it.HighRisk, d.Bulk)
			}
			if by := d.ByAnother(); (by == "") != (x.who.Principal == tomID) {
				t.Errorf("item %d was entered for Tom by %q", it.No, by)
			}
		}
	}
}

// Such decisions say who entered them and from which file; the reviewer's
// signature names them; whoever entered does not check the packet.
func TestEnteredDecisionsAreConfirmedAndCheckedByOthers(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.campaign(domain.TargetAgent)
	e, in := w.toms(c)
	got, err := w.svc.Enter(ctx, w.cleo, c.ID, e, in)
	w.must(err)
	storetest.View(t, w.s, func(tx review.Tx) error {
		ev, err := tx.Event(got.Seq)
		var d review.DecidedData
		if err == nil {
			err = json.Unmarshal(ev.Data, &d)
		}
		if len(d.Files) != 1 || d.Files[0] != workbookFile || d.For != tomID || ev.Actor != w.cleo.Principal || d.Items != len(in) {
			t.Errorf("the event says %+v, by %s", d, ev.Actor)
		}
		return err
	})
	p, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	if !strings.Contains(p.Statement, "Entered for me, which I confirm: ") || !strings.Contains(p.Statement, " by "+w.org().Name(domain.KindPrincipal, w.cleo.Principal)) {
		t.Errorf("the statement is %q", p.Statement)
	}
	w.wantRule(last(w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "fine")), "checker-entered")
	w.wantRule(last(w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{in[0].Item}, "why?", c.Due)), "checker-entered")
	w.must(last(w.svc.Countersign(ctx, w.carl, c.ID, tomID, "fine")))
}

// A reviewer who reads their own file back has entered it themselves: nobody
// else is named, and a checker is free to check.
func TestOwnFilesNameNobodyElse(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.campaign(domain.TargetAgent)
	e, in := w.toms(c)
	w.must(last(w.svc.Enter(ctx, w.tom, c.ID, e, in)))
	p, err := w.svc.SignOff(ctx, w.tom, c.ID, "Q1")
	w.must(err)
	if strings.Contains(p.Statement, "Entered") {
		t.Errorf("the statement is %q", p.Statement)
	}
	w.must(last(w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "fine")))
}

// What does not hold any more is not written, and nothing beside it is.
func TestEntriesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	w.thirdChecker() // who could check what Carl enters, while Cleo is a subject
	w.seed(domain.Grant{ID: "gnt_cleo", Holder: principalHolder(w.cleo.Principal), Target: onAgent(salesID), Level: domain.ViewUse})
	c := w.campaign(domain.TargetAgent)
	for name, x := range map[string]struct {
		who  domain.Actor
		rule string
		edit func(*review.Entry, []review.DecisionInput)
	}{
		"of the checker's own access": {w.cleo, "own-access", func(*review.Entry, []review.DecisionInput) {}},
		"of another round":            {w.carl, "stale", func(e *review.Entry, _ []review.DecisionInput) { e.Round = 2 }},
		"of another stage":            {w.carl, "stale", func(e *review.Entry, _ []review.DecisionInput) { e.Stage = 2 }},
		"decided since": {w.carl, "stale", func(e *review.Entry, in []review.DecisionInput) {
			e.Situations[in[0].Item] = review.Situation{SoFar: "keep (event 3)"}
		}},
		"changed since": {w.carl, "stale", func(e *review.Entry, in []review.DecisionInput) {
			e.Situations[in[0].Item] = review.Situation{Now: "gone"}
		}},
		"revoked without a reason": {w.carl, "reason-missing", func(_ *review.Entry, in []review.DecisionInput) { in[1].Reason = " " }},
		"high risk kept without a reason": {w.carl, "reason-missing", func(_ *review.Entry, in []review.DecisionInput) {
			for i := range in {
				if in[i].Item == w.item(c, "gnt_dana_ops").No {
					in[i].Answer, in[i].Reason = review.Keep, ""
				}
			}
		}},
		"of Tom's own access, which Ada reviews": {w.carl, "own-access", func(_ *review.Entry, in []review.DecisionInput) {
			in[0].Item = w.item(c, "gnt_tom").No
		}},
	} {
		e, in := w.toms(c)
		x.edit(&e, in)
		_, err := w.svc.Enter(context.Background(), x.who, c.ID, e, in)
		t.Log(name, err)
		w.wantRule(err, x.rule)
	}
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		if it.Decision.Answer != review.Silent {
			t.Errorf("item %d is decided by an entry that was refused", it.No)
		}
	}
	w.clock.Set(c.Due.Add(time.Hour))
	e, in := w.toms(c)
	_, err := w.svc.Enter(context.Background(), w.carl, c.ID, e, in[:1])
	w.wantRule(err, "late")
}

// Where nobody else could check the packet, a checker does not enter it.
func TestTheLastOtherCheckerDoesNotEnter(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	for _, g := range w.org().GrantsOf(principalHolder(w.carl.Principal)) {
		if g.Target.Kind == domain.TargetDuty {
			storetest.Append(t, w.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, domain.End(g))
		}
	}
	e, in := w.toms(c)
	w.wantRule(last(w.svc.Enter(context.Background(), w.cleo, c.ID, e, in)), review.CheckNoChecker)
	w.must(last(w.svc.Enter(context.Background(), w.admin, c.ID, e, in)))
}

// Nor do two checkers at once, each while the other could still check it.
func TestTheLastTwoCheckersDoNotBothEnter(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		meanwhile func(w *world, c review.Campaign, e review.Entry, in []review.DecisionInput) error
		rule      string
	}{
		"another checker reads back": {func(w *world, c review.Campaign, e review.Entry, in []review.DecisionInput) error {
			return last(w.svc.Enter(ctx, w.carl, c.ID, e, in))
		}, review.CheckNoChecker},
		"the other is a checker no more": {func(w *world, _ review.Campaign, _ review.Entry, _ []review.DecisionInput) error {
			for _, g := range w.org().GrantsOf(principalHolder(w.carl.Principal)) {
				if g.Target.Kind == domain.TargetDuty {
					w.seedChange(domain.End(g))
				}
			}
			return nil
		}, review.CheckNoChecker},
		"an item goes to the other, who may check the rest": {func(w *world, c review.Campaign, _ review.Entry, in []review.DecisionInput) error {
			return w.svc.Delegate(ctx, w.tom, c.ID, []int{in[0].Item}, w.carl.Principal, "he knows")
		}, ""},
		"the reviewer answers": {func(w *world, c review.Campaign, _ review.Entry, in []review.DecisionInput) error {
			return w.decide(w.tom, c, in...)
		}, ""},
		"the owner reads back": {func(w *world, c review.Campaign, e review.Entry, in []review.DecisionInput) error {
			return last(w.svc.Enter(ctx, w.admin, c.ID, e, in))
		}, ""},
		"another checker reads back, beside a third": {func(w *world, c review.Campaign, e review.Entry, in []review.DecisionInput) error {
			w.seed(domain.Principal{ID: unaID, Kind: domain.User, Name: "Una", Email: "una@acme.example", Status: domain.Active}, held(unaID, domain.DutyChecker))
			return last(w.svc.Enter(ctx, w.carl, c.ID, e, in))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.campaign(domain.TargetAgent)
			e, in := w.toms(c)
			at := &midst{Store: w.s, due: func() bool { return true }, update: func() { w.must(x.meanwhile(w, c, e, in[1:2])) }}
			err := last(review.New(at).Enter(ctx, w.cleo, c.ID, e, in[:1]))
			if x.rule == "" {
				w.must(err)
			} else {
				w.wantRule(err, x.rule)
			}
		})
	}
}

// Bulk decisions are not offered on high-risk items (PRODUCT 5), and one reason
// for several of them is one: a workbook's preview refuses each such row, by
// whatever case and blanks it is written, and entering refuses them all.
func TestOneReasonDoesNotDoForSeveralHighRiskItems(t *testing.T) {
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_xav_ops", Holder: principalHolder(extID), Target: onAgent(opsID), Level: domain.EditAgent})
	c := w.campaign(domain.TargetAgent)
	var risky []review.Item
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID}) {
		if it.HighRisk {
			risky = append(risky, it)
		}
	}
	if len(risky) < 2 {
		t.Fatalf("Tom has %d high-risk items", len(risky))
	}
	fresh := w.packetRows(c, tomID)
	for name, x := range map[string]struct {
		reasons [2]string
		kind    review.RowKind
	}{
		"the same":           {[2]string{"all fine", "all fine"}, review.RowIllegal},
		"in case and blanks": {[2]string{"all fine", " All\t FINE "}, review.RowIllegal},
		"each its own":       {[2]string{"all fine", "all fine here"}, review.RowAccepted},
	} {
		rows := slices.Clone(fresh)
		e, _ := w.toms(c)
		var in []review.DecisionInput
		for i, reason := range x.reasons {
			answer := []review.Answer{review.Keep, review.Revoke}[i]
			row := w.rowOf(rows, c, risky[i].Holding.ID)
			row.Decision, row.Reason = answer.String(), reason
			in = append(in, review.DecisionInput{Item: risky[i].No, Answer: answer, Reason: reason})
		}
		r := w.reading(w.cleo, c.ID, rows)
		for _, j := range r.Rows() {
			if own := j.Item == risky[0].No || j.Item == risky[1].No; own && (j.Kind != x.kind || x.kind == review.RowIllegal && !strings.Contains(j.Why, "each needs a reason of its own")) {
				t.Errorf("%s: item %d is %s (%s), want %s", name, j.Item, j.Kind, j.Why, x.kind)
			}
		}
		if x.kind == review.RowIllegal {
			w.wantRule(last(w.svc.Enter(context.Background(), w.cleo, c.ID, e, in)), "reason-shared")
		} else if len(r.Acts()) != 1 || len(r.Acts()[0].Inputs) != 2 {
			t.Errorf("%s: %+v", name, r.Acts())
		}
	}
}

// One reason for several high-risk items is a bulk, also where their rows came
// in files of their own: what is on record in the packet counts, of however it
// was answered, as it will stand then.
func TestAReasonIsAnItemsOwnOverSeveralEntries(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		first  map[int]string // by high-risk item (0, 1): its reason on record
		byHand bool           // decided in the console, not read back
		back   int            // this one is taken back then
		second map[int]string // read back then
		shared []int          // those refused
	}{
		"the same in a second file":              {first: map[int]string{0: "all fine"}, back: -1, second: map[int]string{1: " ALL  fine"}, shared: []int{1}},
		"the same beside one decided by itself":  {first: map[int]string{0: "all fine"}, byHand: true, back: -1, second: map[int]string{1: "all fine"}, shared: []int{1}},
		"another one":                            {first: map[int]string{0: "all fine"}, back: -1, second: map[int]string{1: "fine too"}},
		"of a decision that was taken back":      {first: map[int]string{0: "all fine"}, byHand: true, back: 0, second: map[int]string{1: "all fine"}},
		"of an answer that the file changes":     {first: map[int]string{0: "all fine"}, back: -1, second: map[int]string{0: "looked again", 1: "all fine"}},
		"the items' reasons change places":       {first: map[int]string{0: "one", 1: "two"}, back: -1, second: map[int]string{0: "two", 1: "one"}},
		"of an answer that stands in the file":   {first: map[int]string{0: "all fine"}, back: -1, second: map[int]string{0: "all fine", 1: "all fine"}, shared: []int{1}},
		"what becomes of one that is refused":    {first: map[int]string{0: "a", 1: "b"}, back: -1, second: map[int]string{0: "b"}, shared: []int{0}},
		"its own again, in another answer to it": {first: map[int]string{0: "all fine"}, back: -1, second: map[int]string{0: "all  fine"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.seed(domain.Grant{ID: "gnt_xav_ops", Holder: principalHolder(extID), Target: onAgent(opsID), Level: domain.EditAgent})
			c := w.campaign(domain.TargetAgent)
			risky := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID, HighRisk: true})
			if len(risky) < 2 {
				t.Fatalf("Tom has %d high-risk items", len(risky))
			}
			input := func(reasons map[int]string, a review.Answer) (in []review.DecisionInput) {
				for i := range risky {
					if r, ok := reasons[i]; ok {
						in = append(in, review.DecisionInput{Item: risky[i].No, Answer: a, Reason: r})
					}
				}
				return in
			}
			e, _ := w.toms(c)
			if x.byHand {
				for _, one := range input(x.first, review.Keep) {
					w.must(w.decide(w.tom, c, one))
				}
			} else {
				w.must(last(w.svc.Enter(ctx, w.cleo, c.ID, e, input(x.first, review.Keep))))
			}
			if x.back >= 0 {
				w.must(last(w.svc.UndoDecision(ctx, w.tom, c.ID, risky[x.back].No)))
			}
			rows := w.packetRows(c, tomID)
			for i, reason := range x.second {
				row := w.rowOf(rows, c, risky[i].Holding.ID)
				row.Decision, row.Reason = review.Revoke.String(), reason
				if slices.Contains(x.shared, i) || len(x.shared) == 0 {
					continue
				}
				row.Decision = review.Keep.String() // as it stands
			}
			r := w.reading(w.cleo, c.ID, rows)
			for _, j := range r.Rows() {
				i := slices.IndexFunc(risky, func(it review.Item) bool { return it.No == j.Item })
				if _, said := x.second[i]; !said {
					continue
				}
				refused := j.Kind == review.RowIllegal && strings.Contains(j.Why, "each needs a reason of its own")
				if want := slices.Contains(x.shared, i); refused != want || !want && j.Kind != review.RowAccepted && j.Kind != review.RowUnchanged {
					t.Errorf("the row of item %d is %s (%s); shared: %v", j.Item, j.Kind, j.Why, want)
				}
			}
			e, _ = w.toms(c)
			_, err := w.svc.Enter(ctx, w.cleo, c.ID, e, input(x.second, review.Revoke))
			if len(x.shared) > 0 {
				w.wantRule(err, "reason-shared")
			} else {
				w.must(err)
			}
		})
	}
}

// A large entry is one act too: seen whole, with its files and whose it is.
func TestALargeEntryIsOneAct(t *testing.T) {
	w, c, in := manyItems(t)
	e := review.Entry{Reviewer: tomID, Stage: 1, Round: 1, Files: []review.ReadFile{workbookFile}}
	at := &midst{Store: w.s, due: func() bool { return true }, update: func() { w.must(last(w.svc.Enter(context.Background(), w.cleo, c.ID, e, in[:1]))) }}
	w.wantRule(last(review.New(at).Enter(context.Background(), w.carl, c.ID, e, in[1:])), review.CheckNoChecker)
	if n := w.seen(c); n != 1 {
		t.Errorf("%d decisions of an entry that nobody could check are seen", n-1)
	}
	got, err := w.svc.Enter(context.Background(), w.cleo, c.ID, e, in)
	w.must(err)
	if n := w.seen(c); n != len(in) || len(got.Decisions) != len(in) {
		t.Errorf("%d decisions are seen, %d told, of %d", n, len(got.Decisions), len(in))
	}
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID, Limit: 5}) {
		if !it.HighRisk && (it.Decision.Entered != w.cleo.Principal || it.Decision.Bulk != len(in)) {
			t.Errorf("item %d stands as %+v", it.No, it.Decision)
		}
	}
	w.keepRest(w.tom, c)
	w.must(last(w.svc.SignOff(context.Background(), w.tom, c.ID, "Q1")))
	w.wantRule(last(w.svc.Countersign(context.Background(), w.cleo, c.ID, tomID, "fine")), "checker-entered")
}

// Of what was read back neither time nor opening is measured: it counts
// neither for nor against, and is said.
func TestDiligenceOfEnteredDecisions(t *testing.T) {
	all := func(yield func(review.Versioned[review.Decision], error) bool) {
		for i, d := range []review.Decision{{Item: 1, Answer: review.Keep, Seconds: 9, Opened: true},
			{Item: 2, Answer: review.Keep, Entered: "usr_x", Bulk: 2}, {Item: 3, Answer: review.Keep, Entered: tomID}} {
			d.Stage, d.Reviewer = 1, tomID
			if !yield(review.Versioned[review.Decision]{Row: d, From: domain.Seq(i + 1)}, nil) {
				return
			}
		}
	}
	due := func(int) time.Time { return storetest.Start }
	got, err := review.MeasureDiligence(review.Diligence{}, due, nil, all)
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	r := got[0]
	if r.Answered != 3 || r.Entered != 2 || r.Opened != 1 || r.Timed != 1 || r.Bulk != 1 || r.Streak != 1 {
		t.Errorf("measured %+v", r)
	}
	text := map[string]string{}
	for _, f := range r.Facts(review.Diligence{}) {
		text[f.Measure] = f.Text
	}
	if !strings.Contains(text["opened"], "1 of 1 items, 100%") || text["workbook"] != "2 of 3 items read back from a workbook: seconds and details are not measured" {
		t.Errorf("said %q", text)
	}
}
