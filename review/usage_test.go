package review_test

import (
	"context"
	"fmt"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

func usageOf(who domain.ID, target domain.Target, last domain.Date) domain.Usage {
	return domain.Usage{Principal: who, Target: target, LastUsed: last, Count: 1, Origin: domain.Origin{Source: "twig"}}
}

func usageSet(changes ...domain.Change) domain.ChangeSet {
	return domain.ChangeSet{Title: "usage", Reason: "a load", Source: domain.SourceFile{Source: "twig"}, Changes: changes}
}

// Usage is recorded by an admin alone, replaces what was known, changes nobody's
// access, and folds out of the log again.
func TestUsageIsRecorded(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	first := usageOf(danaID, onAgent(salesID), "2026-01-31")
	var before domain.Seq
	storetest.View(t, w.s, func(tx review.Tx) error {
		h, err := tx.Log()
		before = h.AccessKey
		return err
	})
	done, err := w.svc.ImportUsage(ctx, w.admin, usageSet(domain.Begin(first), domain.Begin(usageOf(eveID, onAgent(salesID), ""))))
	if err != nil || done.Rows != 2 || done.First != done.Last {
		t.Fatal(done, err)
	}
	later := first
	later.LastUsed = "2026-02-28"
	if _, err := w.svc.ImportUsage(ctx, w.admin, usageSet(domain.Replace(first, later))); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		u, err := review.UsageOf(tx)
		if got, _ := u.Of(danaID, onAgent(salesID)); got != later || u.Len() != 2 {
			t.Errorf("%+v of %d", got, u.Len())
		}
		h, err2 := tx.Log()
		if h.AccessKey != before {
			t.Error("usage moved the key of access")
		}
		if err == nil {
			err = err2
		}
		return err
	})
	if _, err := w.svc.ImportUsage(ctx, w.admin, usageSet(domain.Replace(first, later))); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("a stale change: %v", err)
	}
}

// A large load is several events, each short.
func TestLargeUsageIsSeveralEvents(t *testing.T) {
	w := newWorld(t)
	var changes, people []domain.Change
	for i := range 4500 {
		p := domain.Principal{ID: domain.ID(fmt.Sprintf("key_%d", i)), Kind: domain.APIKey, Name: fmt.Sprintf("Key %d", i), Status: domain.Active, Owner: tomID}
		people = append(people, domain.Begin(p))
		changes = append(changes, domain.Begin(usageOf(p.ID, onAgent(salesID), "2026-01-31")))
	}
	storetest.Append(t, w.s, domain.Event{Type: domain.EvBootstrap}, people...)
	done, err := w.svc.ImportUsage(context.Background(), w.admin, usageSet(changes...))
	if err != nil || done.Rows != 4500 || done.Last-done.First != 2 {
		t.Fatalf("%+v %v", done, err)
	}
}

func TestUsageRefused(t *testing.T) {
	w := newWorld(t)
	good := usageOf(danaID, onAgent(salesID), "2026-01-31")
	bend := func(f func(*domain.Usage)) domain.Change {
		u := good
		f(&u)
		return domain.Begin(u)
	}
	for name, c := range map[string]struct {
		by     domain.Actor
		change domain.Change
		code   domain.Code
	}{
		"nobody":           {domain.Actor{}, domain.Begin(good), domain.Forbidden},
		"a member":         {w.dana, domain.Begin(good), domain.Forbidden},
		"a checker":        {w.cleo, domain.Begin(good), domain.Forbidden},
		"something else":   {w.admin, domain.Begin(domain.Group{ID: "grp_9", Name: "X"}), domain.Invalid},
		"an end":           {w.admin, domain.End(good), domain.Invalid},
		"another's":        {w.admin, domain.Replace(good, usageOf(eveID, onAgent(salesID), "")), domain.Invalid},
		"no such person":   {w.admin, bend(func(u *domain.Usage) { u.Principal = "usr_none" }), domain.Invalid},
		"no such agent":    {w.admin, bend(func(u *domain.Usage) { u.Target.ID = "agt_none" }), domain.Invalid},
		"a kind not kept":  {w.admin, bend(func(u *domain.Usage) { u.Target = inGroup(crewID) }), domain.Invalid},
		"too accurate":     {w.admin, bend(func(u *domain.Usage) { u.Accuracy = 1001 }), domain.Invalid},
		"a negative count": {w.admin, bend(func(u *domain.Usage) { u.Count = -1 }), domain.Invalid},
		"no day":           {w.admin, bend(func(u *domain.Usage) { u.LastUsed = "yesterday" }), domain.Invalid},
		"from nowhere":     {w.admin, bend(func(u *domain.Usage) { u.Origin = domain.Origin{} }), domain.Invalid},
	} {
		if _, err := w.svc.ImportUsage(context.Background(), c.by, usageSet(c.change)); domain.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if _, err := w.svc.ImportUsage(context.Background(), w.admin, usageSet()); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("nothing: %v", err)
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		u, err := review.UsageOf(tx)
		if u.Len() != 0 {
			t.Error("something refused was written")
		}
		return err
	})
}
