package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Contract is what every store must keep. open gives a new, empty store each
// time it is called, whose clock moves between transactions.
func Contract(t *testing.T, open func(testing.TB) review.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, review.Store)
	}{
		{"a new store has its first event and nothing else", newStore},
		{"an event begins, replaces and ends rows", events},
		{"state is read as of any event and instant", asOf},
		{"a change whose before does not hold is stale", staleChanges},
		{"a refused event leaves the transaction going", refusedAppend},
		{"an error rolls everything back", rollback},
		{"a transaction sees its own events", ownEvents},
		{"a proposal is no state until it is applied, once", proposals},
		{"change sets by state, maker and page", changeSetPages},
		{"events by type, subject, entity, actor and time", eventFilters},
		{"events page both ways", eventPages},
		{"what an actor saw was this log", sights},
		{"writers queue", writers},
		{"campaigns by id and by name", campaigns},
		{"staged items are seen once a campaign names them", stagedItems},
		{"an item's state follows decision, packet and return", itemStates},
		{"who answers now", reassigned},
		{"items page in every order", itemPages},
		{"items by holder, target, text and risk", itemFilters},
		{"every version of a decision is kept", votes},
		{"figures of progress", progress},
		{"versions of all decisions of a campaign", decisionVersions},
		{"who answers, and whoever did", answering},
		{"what earlier campaigns ruled", pastRulings},
		{"items that stand alike are counted together", tallies},
		{"mappings and preferences are ordinary rows", ordinary},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

var bg = context.Background()

// on is the level of a principal on the seeded agent.
func onVoice(o *domain.Org, p domain.ID) domain.Level {
	return o.Level(p, domain.Target{Kind: domain.TargetAgent, ID: Voice.ID}, "", Start)
}

func head(t *testing.T, s review.Store) (h review.Head) {
	t.Helper()
	View(t, s, func(tx review.Tx) (err error) {
		h, err = tx.Log()
		return err
	})
	return h
}

// refuses fails the test unless err has the code and the rule.
func refuses(t *testing.T, what string, err error, code domain.Code, rule string) {
	t.Helper()
	var e *domain.Error
	if !errors.As(err, &e) || e.Code != code || e.Rule != rule {
		t.Errorf("%s: %v; want %s by rule %q", what, err, code, rule)
	}
}

func newStore(t *testing.T, s review.Store) {
	View(t, s, func(tx review.Tx) error {
		h, err := tx.Log()
		if err != nil {
			return err
		}
		e, err := tx.Event(0)
		if err != nil {
			return err
		}
		if h.Size != 1 || h.AccessKey != 0 || h.Log == "" || e.Type != domain.EvGenesis || e.Log != h.Log || len(e.Changes) != 0 {
			t.Errorf("head %+v, first event %+v", h, e)
		}
		if _, err := tx.Event(1); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("event 1: %v", err)
		}
		if _, err := tx.OrgAt(1); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("the organisation at event 1: %v", err)
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if n := o.Count(domain.KindPrincipal); o.Key() != 0 || n != 0 {
			t.Errorf("a new organisation has key %d and %d principals", o.Key(), n)
		}
		if cs, err := tx.Campaigns(); err != nil || len(cs) != 0 {
			t.Errorf("campaigns %v, %v", cs, err)
		}
		return nil
	})
}

func events(t *testing.T, s review.Store) {
	at := Seed(t, s)
	renamed := Cleo
	renamed.Department = "Audit"
	var seq domain.Seq
	var now time.Time
	err := s.Update(bg, func(tx review.WriteTx) (err error) {
		now = tx.Now()
		seq, err = AppendIn(tx, domain.Event{Type: domain.EvApplied, Subject: "chg_9", Actor: Ana.ID, Reason: "moved <& on>",
			Data: []byte(`{ "n": 1 }`)}, domain.Replace(Cleo, renamed), domain.End(CleoFlows))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seq != at+1 {
		t.Errorf("the event after %d is %d", at, seq)
	}
	View(t, s, func(tx review.Tx) error {
		e, err := tx.Event(seq)
		if err != nil {
			return err
		}
		h, err := tx.Log()
		if err != nil {
			return err
		}
		if e.Seq != seq || e.Format != domain.EventFormat || e.Log != h.Log || !e.Time.Equal(now) || e.ClockBack ||
			e.Reason != "moved <& on>" || string(e.Data) != `{"n":1}` || len(e.Changes) != 2 {
			t.Errorf("event %+v", e)
		}
		if h.Size != int64(seq)+1 || h.AccessKey != seq || !h.Time.Equal(now) {
			t.Errorf("head %+v after event %d at %s", h, seq, now)
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		row, ok := o.Get(domain.KindPrincipal, Cleo.ID)
		if !ok || row.Record != renamed || row.Since != seq {
			t.Errorf("Cleo is %+v", row)
		}
		if row, ok := o.Get(domain.KindPrincipal, Ana.ID); !ok || row.Record != Ana || row.Since != at {
			t.Errorf("Ana is %+v", row)
		}
		if _, ok := o.Get(domain.KindGrant, CleoFlows.ID); ok {
			t.Error("an ended grant is still there")
		}
		return nil
	})
	before := head(t, s)
	Append(t, s, domain.Event{Type: domain.EvExported, Subject: "matrix"})
	if after := head(t, s); after.AccessKey != before.AccessKey || after.Size != before.Size+1 || after.Root == before.Root {
		t.Errorf("an event that changes no access moved the log from %+v to %+v", before, after)
	}
}

func asOf(t *testing.T, s review.Store) {
	seeded := Seed(t, s)
	archived := Tier2
	archived.Life = domain.Archived
	off := Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_1"}, domain.Replace(Tier2, archived))
	quiet := Append(t, s, domain.Event{Type: domain.EvExported, Subject: "matrix"})
	on := Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_2"}, domain.Replace(archived, Tier2))
	want := map[domain.Seq]domain.Level{0: domain.None, seeded: domain.ViewUse, off: domain.None, quiet: domain.None, on: domain.ViewUse}
	keys := map[domain.Seq]domain.Seq{0: 0, seeded: seeded, off: off, quiet: off, on: on}
	View(t, s, func(tx review.Tx) error {
		for range 2 { // the second time from what was remembered
			for seq, level := range want {
				o, err := tx.OrgAt(seq)
				if err != nil {
					return err
				}
				if got := onVoice(o, Ben.ID); got != level || o.Key() != keys[seq] {
					t.Errorf("as of event %d Ben has %d by key %d, want %d by %d", seq, got, o.Key(), level, keys[seq])
				}
			}
		}
		for seq := domain.Seq(0); seq <= on; seq++ {
			e, err := tx.Event(seq)
			if err != nil {
				return err
			}
			for by, expect := range map[time.Duration]domain.Seq{0: seq, time.Millisecond: seq, -time.Millisecond: max(seq-1, 0)} {
				if got, err := tx.SeqAt(e.Time.Add(by)); err != nil || got != expect {
					t.Errorf("%s from event %d is event %d, %v; want %d", by, seq, got, err, expect)
				}
			}
		}
		return nil
	})
}

func staleChanges(t *testing.T, s review.Store) {
	Seed(t, s)
	other, nobody := Ben, Ben
	other.Title = "Lead"
	nobody.ID = "usr_nobody"
	for what, changes := range map[string][]domain.Change{
		"replaced, and another now":      {domain.Replace(other, Ben)},
		"replaced, and not there":        {domain.Replace(nobody, nobody)},
		"ended, and another now":         {domain.End(other)},
		"ended, and not there":           {domain.End(nobody)},
		"begun, and there already":       {domain.Begin(other)},
		"begun twice":                    {domain.Begin(nobody), domain.Begin(nobody)},
		"ended twice":                    {domain.End(Ben), domain.End(Ben)},
		"built on what went before not":  {domain.Replace(Ben, other), domain.Replace(Ben, other)},
		"begun and ended, though there":  {domain.Begin(Ben), domain.End(Ben)},
		"the second of two does not fit": {domain.Begin(nobody), domain.End(other)},
	} {
		before := head(t, s)
		err := s.Update(bg, func(tx review.WriteTx) error {
			_, err := AppendIn(tx, domain.Event{Type: domain.EvApplied}, changes...)
			return err
		})
		refuses(t, what, err, domain.Conflict, "stale")
		if after := head(t, s); after != before {
			t.Errorf("%s: the log went from %+v to %+v", what, before, after)
		}
	}
	lead := other
	lead.Department = "Voice"
	Append(t, s, domain.Event{Type: domain.EvApplied}, domain.Replace(Ben, other), domain.Replace(other, lead),
		domain.Begin(nobody), domain.End(nobody))
	View(t, s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if p, _ := o.Principal(Ben.ID); p != lead {
			t.Errorf("after two changes that build on each other Ben is %+v", p)
		}
		if _, ok := o.Principal(nobody.ID); ok {
			t.Error("what began and ended in one event is there")
		}
		return nil
	})
}

func refusedAppend(t *testing.T, s review.Store) {
	Seed(t, s)
	other := Ben
	other.Title = "Lead"
	fresh := domain.Group{ID: "grp_new", Name: "New"}
	var refused error
	var seq domain.Seq
	err := s.Update(bg, func(tx review.WriteTx) (err error) {
		_, refused = AppendIn(tx, domain.Event{Type: domain.EvApplied}, domain.Begin(fresh), domain.End(other))
		seq, err = AppendIn(tx, domain.Event{Type: domain.EvStale, Subject: "chg_1"})
		return err
	})
	refuses(t, "the first event", refused, domain.Conflict, "stale")
	if h := head(t, s); err != nil || h.Size != int64(seq)+1 || h.AccessKey != 1 {
		t.Fatalf("%v; the log is %+v after event %d", err, h, seq)
	}
	View(t, s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil && o.Count(domain.KindGroup) != 1 {
			t.Error("a refused event left a row")
		}
		if e, err := tx.Event(seq); err != nil || e.Type != domain.EvStale {
			t.Errorf("event %d is %s, %v", seq, e.Type, err)
		}
		return err
	})
}

func rollback(t *testing.T, s review.Store) {
	Seed(t, s)
	before := head(t, s)
	enough := errors.New("enough")
	fresh := domain.Group{ID: "grp_new", Name: "New"}
	err := s.Update(bg, func(tx review.WriteTx) error {
		if _, err := AppendIn(tx, domain.Event{Type: domain.EvApplied}, domain.Begin(fresh)); err != nil {
			return err
		}
		if o, err := tx.Org(); err != nil || o.Count(domain.KindGroup) != 2 {
			t.Errorf("inside, the group is not there: %v", err)
		}
		if err := tx.SetPref(Ana.ID, "theme", "dark"); err != nil {
			return err
		}
		return enough
	})
	if !errors.Is(err, enough) {
		t.Errorf("the transaction's error became %v", err)
	}
	if after := head(t, s); after != before {
		t.Errorf("the log went from %+v to %+v", before, after)
	}
	// Another event takes the number; nothing remembers the first.
	Append(t, s, domain.Event{Type: domain.EvApplied}, domain.End(BenInTier2))
	View(t, s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil && (o.Count(domain.KindGroup) != 1 || onVoice(o, Ben.ID) != domain.None) {
			t.Error("the organisation is the one that was rolled back")
		}
		if v, err := tx.Pref(Ana.ID, "theme"); err != nil || v != "" {
			t.Errorf("a preference survived: %q, %v", v, err)
		}
		return err
	})
	func() {
		defer func() { _ = recover() }()
		_ = s.Update(bg, func(review.WriteTx) error { panic("in the middle") })
	}()
	Append(t, s, domain.Event{Type: domain.EvExported}) // the writer is free again
}

func ownEvents(t *testing.T, s review.Store) {
	Seed(t, s)
	err := s.Update(bg, func(tx review.WriteTx) error {
		h, err := tx.Log()
		if err != nil {
			return err
		}
		for i, change := range []domain.Change{domain.End(BenInTier2), domain.Begin(BenInTier2)} {
			seq, err := AppendIn(tx, domain.Event{Type: domain.EvApplied}, change)
			if err != nil {
				return err
			}
			o, err := tx.Org()
			if err != nil {
				return err
			}
			if want := []domain.Level{domain.None, domain.ViewUse}[i]; onVoice(o, Ben.ID) != want || o.Key() != seq {
				t.Errorf("after event %d of its own the transaction sees %d by key %d", seq, onVoice(o, Ben.ID), o.Key())
			}
			now, err := tx.Log()
			if err != nil {
				return err
			}
			if now.Size != h.Size+int64(i)+1 || now.AccessKey != seq || now.Root == h.Root {
				t.Errorf("after event %d the transaction sees the log at %+v", seq, now)
			}
		}
		between, err := tx.OrgAt(domain.Seq(h.Size))
		if err == nil && onVoice(between, Ben.ID) != domain.None {
			t.Error("between its two events Ben has access")
		}
		// Others do not see them yet.
		View(t, s, func(other review.Tx) error {
			seen, err := other.Log()
			if err == nil && seen != h {
				t.Errorf("a reader sees %+v before the commit", seen)
			}
			return err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sights(t *testing.T, s review.Store) {
	Seed(t, s)
	old := head(t, s)
	Append(t, s, domain.Event{Type: domain.EvExported})
	now := head(t, s)
	for what, c := range map[string]struct {
		saw domain.Sight
		ok  bool
	}{
		"nothing":                {domain.Sight{Digest: "ab"}, true},
		"the log as it is":       {domain.Sight{Size: now.Size, Root: now.Root}, true},
		"the log as it was":      {domain.Sight{Size: old.Size, Root: old.Root}, true},
		"a size alone":           {domain.Sight{Size: old.Size}, true},
		"more than there is":     {domain.Sight{Size: now.Size + 9, Root: now.Root}, false},
		"another root":           {domain.Sight{Size: old.Size, Root: now.Root}, false},
		"a root at no size":      {domain.Sight{Root: now.Root}, false},
		"less than nothing":      {domain.Sight{Size: -1}, false},
		"what is no root at all": {domain.Sight{Size: old.Size, Root: "x"}, false},
	} {
		err := s.Update(bg, func(tx review.WriteTx) error {
			_, err := tx.Append(domain.Event{Type: domain.EvExported, Saw: c.saw})
			return err
		})
		if c.ok && err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if !c.ok {
			refuses(t, what, err, domain.Conflict, "other-history")
		}
	}
}
