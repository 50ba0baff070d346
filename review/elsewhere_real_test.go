package review_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
	"countersign/store/storetest"
)

// The defects of elsewhere whose tests walk the whole log or need a campaign
// of some length.

// decided is how many decisions events wrote, by the type of the event.
type decided map[domain.EventType]int

// deciders walks the whole log, whatever the type of an event, and fails where
// a decision or a bulk is not of whoever acted: its reviewer, or one who
// entered it for the reviewer, and then the event and the decision say so.
func (w *world) deciders() decided {
	w.t.Helper()
	n := decided{}
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		q := review.EventQuery{Forward: true, Limit: 500}
		for {
			es, err := tx.Events(q)
			if err != nil || len(es) == 0 {
				return err
			}
			for _, e := range es {
				for _, d := range e.Changes {
					if len(d.After) == 0 {
						continue
					}
					rec, err := review.DecodeRecord(d.Kind, d.After)
					if err != nil {
						return err
					}
					switch one := rec.(type) {
					case review.Decision:
						n[e.Type]++
						w.decider(e, one.Reviewer, one.Entered)
					case review.Bulk:
						w.decider(e, one.Reviewer, e.Actor)
					}
				}
			}
			q.Before = es[len(es)-1].Seq
		}
	})
	return n
}

// decider fails unless whoever acted is the reviewer, or entered for them.
func (w *world) decider(e domain.Event, reviewer, entered domain.ID) {
	w.t.Helper()
	var data review.DecidedData
	if err := json.Unmarshal(e.Data, &data); err != nil {
		w.t.Fatalf("event %d (%s) writes a decision: %v", e.Seq, e.Type, err)
	}
	switch {
	case e.Actor == "" || reviewer == "":
		w.t.Fatalf("event %d (%s) by %q decides for %q: somebody is missing", e.Seq, e.Type, e.Actor, reviewer)
	case e.Actor == reviewer && data.For == "":
	case e.Actor != reviewer && data.For == reviewer && entered == e.Actor:
	default:
		w.t.Fatalf("event %d (%s) by %q, said to be for %q, decides for %q, entered by %q", e.Seq, e.Type, e.Actor, data.For, reviewer, entered)
	}
}

func everyDecisionHasItsDecider(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	in := review.DecisionInput{Item: w.item(c, "gnt_dana").No, Answer: review.Keep}
	for _, nobody := range []domain.Actor{{}, actor("usr_not_there")} {
		if err := w.decide(nobody, c, in); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("%q decided: %v", nobody.Principal, err)
		}
	}
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	if n := w.deciders(); len(n) != 1 || n[review.EvDecided] != 5 {
		t.Errorf("decisions by event: %v, want 5 decided one by one", n)
	}
}

// A bulk of more than a transaction takes is written in parts: each part is
// the reviewer's, or says who entered it and for whom, and so do the versions
// that are read of it.
func everyPartOfABulkHasItsDecider(t *testing.T) {
	ctx := context.Background()
	for _, who := range []string{"the reviewer", "one who enters for them"} {
		t.Run(who, func(t *testing.T) {
			w, c, in := manyItems(t)
			by := w.tom
			if who == "the reviewer" {
				_, err := w.svc.Decide(ctx, by, c.ID, in)
				w.must(err)
			} else {
				by = w.cleo
				e, all := w.toms(c)
				_, err := w.svc.Enter(ctx, by, c.ID, e, all)
				w.must(err)
				in = all
			}
			n := w.deciders()
			if len(n) != 1 || n[review.EvDeciding] != len(in) {
				t.Errorf("decisions by event: %v, want %d in the parts of a bulk", n, len(in))
			}
			read := 0
			storetest.View(t, w.s, func(tx review.Tx) error {
				for v, err := range tx.DecisionVersions(c.ID) {
					if err != nil {
						return err
					}
					if read++; v.Row.Reviewer != tomID || v.By != by.Principal {
						t.Fatalf("a decision of %q is read as made by %q, want %q", v.Row.Reviewer, v.By, by.Principal)
					}
				}
				return nil
			})
			if read != len(in) {
				t.Errorf("%d versions are read, want %d", read, len(in))
			}
		})
	}
}

// openingDecidesNothing looks at a campaign in every way a reviewer, its owner
// or an auditor does, and counts the rows of every table before and after.
func openingDecidesNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent, domain.TargetArea)
	var items []review.Item
	ways := []struct {
		what string
		look func(tx review.Tx) error
	}{
		{"going home", func(review.Tx) error { return last(w.svc.Home(ctx, w.tom)) }},
		{"the figures", func(review.Tx) error { return last(w.svc.Figures(ctx, c.ID)) }},
		{"the percentages", func(review.Tx) error { return last(w.svc.Percentages(ctx, c.ID)) }},
		{"the results", func(review.Tx) error { return last(w.svc.Results(ctx, c.ID)) }},
		{"the events", func(review.Tx) error { return last(w.svc.History(ctx, c.ID, 0, 10)) }},
		{"a simulation", func(review.Tx) error { return last(w.svc.Simulate(ctx, c.ID, review.AssumeNone)) }},
		{"playing it again", func(review.Tx) error { return last(w.svc.Replay(ctx, c.ID, nil)) }},
		{"the waiting packets", func(review.Tx) error { return last(w.svc.WaitingPackets(ctx, w.cleo)) }},
		{"listing", func(tx review.Tx) (err error) {
			items, err = tx.Items(review.ItemQuery{Campaign: c.ID, Reviewer: tomID})
			return err
		}},
		{"one item and its story", func(tx review.Tx) error {
			o, err := tx.Org()
			for _, it := range items {
				if err == nil {
					_, err = review.StoryOf(tx, o, c, it.No)
				}
			}
			return err
		}},
		{"the packet", func(tx review.Tx) error { return last(tx.Packet(c.ID, 1, tomID)) }},
		{"the packet's workbook", func(tx review.Tx) error {
			wb, _, err := report.PacketWorkbook(ctx, tx, c, tomID)
			if err != nil {
				return err
			}
			_, err = report.Write(ctx, io.Discard, report.XLSX, wb, "packet")
			return err
		}},
		{"the evidence", func(tx review.Tx) error {
			ev, err := report.GatherCampaign(ctx, tx, c.ID, "test")
			if err != nil {
				return err
			}
			_, err = report.Write(ctx, io.Discard, report.XLSX, report.Campaign(&ev), "campaign")
			return err
		}},
	}
	before := storetest.Rows(t, w.s.Path())
	for _, way := range ways {
		if err := w.s.View(ctx, way.look); err != nil {
			t.Fatalf("%s: %v", way.what, err)
		}
		after := storetest.Rows(t, w.s.Path())
		storetest.SameRows(t, way.what, before, after)
		before = after
	}
	if len(items) == 0 {
		t.Fatal("Tom has no items")
	}
	for _, it := range items {
		if it.Decision != (review.Decision{}) || it.Decided != 0 {
			t.Errorf("item %d comes decided: %+v", it.No, it.Decision)
		}
	}
	// That something left is recorded, and nothing else is.
	_, err := w.svc.Exported(ctx, w.tom, review.Export{Report: "packet", Format: "xlsx", File: "packet.xlsx", SHA256: strings.Repeat("ab", 32), Campaign: c.ID})
	w.must(err)
	after := storetest.Rows(t, w.s.Path())
	for _, table := range []string{"event", "event_entity", "log_hash"} {
		if after[table] <= before[table] {
			t.Errorf("an export adds nothing to %s", table)
		}
		delete(after, table)
	}
	storetest.SameRows(t, "an export", before, after)
	_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name) // nothing is signed that nobody said
	w.wantRule(err, "undecided")
}

// cannotClose fails unless neither its owner nor the clock can close a
// campaign that would close by itself, for a reason that says why.
func (w *world) cannotClose(c review.Campaign, why string) {
	w.t.Helper()
	ctx := context.Background()
	_, err := w.svc.Close(ctx, w.admin, c.ID)
	w.wantRule(err, "unsettled")
	if !strings.Contains(err.Error(), why) {
		w.t.Errorf("refused with %q, which does not say %q", err, why)
	}
	report, err := w.svc.Tick(ctx, w.admin, false)
	w.must(err)
	for _, a := range report.Acts {
		if a.Act == "close" && a.Err == nil {
			w.t.Errorf("the clock did: %s", a.Text)
		}
	}
	if now := w.again(c); now.State == review.Closed {
		w.t.Fatal("the campaign is closed")
	}
}

// revokes is a campaign that closes by itself, in which Carl has revoked one
// grant, signed and checked.
func (w *world) revokes(holding domain.ID, kinds ...domain.TargetKind) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Q1", Due: w.now().AddDate(0, 1, 0), Definition: review.Definition{
		CountersignAll: true, AutoClose: true, Scope: review.Scope{Kinds: kinds}, Stages: []review.Stage{by("carl@acme.example")}}})
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	w.say(w.carl, c, holding, review.Revoke)
	w.keepAll(w.carl, c)
	return c
}

// A revocation that a rule refuses by then: while Dana's office was revoked
// another held it too, who then left it. Nothing is taken, the item fails, and
// stays failed when it is verified; it closes once the change went through.
func closingAfterFailure(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_adm2", Holder: principalHolder(danaID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	c := w.revokes("gnt_adm2", domain.TargetAccount)
	for _, g := range w.org().GrantsOf(principalHolder(w.admin.Principal)) {
		if g.Target.Kind == domain.TargetAccount {
			_, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Ada steps down", Reason: "r", Changes: []domain.Change{domain.End(g)}})
			w.must(err)
		}
	}
	for range 2 { // run again, it fails again
		_, err := w.svc.Remediate(ctx, w.admin, c.ID)
		w.must(err)
		_, err = w.svc.Verify(ctx, w.admin, c.ID)
		w.must(err)
		if o := w.item(c, "gnt_adm2").Outcome; o.Result != review.Failed || o.Reason != domain.RuleLastAccountAdmin || o.Left == "" {
			t.Errorf("the item is %+v", o)
		}
		if w.grant("gnt_adm2").Level == domain.None {
			t.Error("the last account admin is gone")
		}
		w.cannotClose(c, fmt.Sprintf("1 failed (item %d)", w.item(c, "gnt_adm2").No))
	}
	w.seed(domain.Grant{ID: "gnt_adm3", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	w.settle(c)
}

// What a revocation took another gives back, by undoing it: before it is
// verified, and after.
func closingAfterUndoing(t *testing.T) {
	ctx := context.Background()
	for _, verified := range []bool{false, true} {
		w := newWorld(t)
		w.seed(domain.Grant{ID: "gnt_cleo_adm", Holder: principalHolder(w.cleo.Principal), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
		c := w.revokes("gnt_dana_ops", domain.TargetAgent)
		_, err := w.svc.Remediate(ctx, w.admin, c.ID)
		w.must(err)
		if verified {
			_, err = w.svc.Verify(ctx, w.admin, c.ID)
			w.must(err)
			if o := w.item(c, "gnt_dana_ops").Outcome; o.Result != review.Verified {
				t.Fatalf("the item is %+v", o)
			}
		}
		p, err := w.svc.Undo(ctx, w.admin, w.item(c, "gnt_dana_ops").Outcome.ChangeSet, "Dana asked for it")
		w.must(err)
		if p.State == domain.Proposed {
			_, err = w.svc.Approve(ctx, w.cleo, p.ID, "fine")
			w.must(err)
		}
		if w.grant("gnt_dana_ops").Level != domain.EditAgent {
			t.Fatalf("undone, the grant is %+v", w.grant("gnt_dana_ops"))
		}
		left := fmt.Sprintf("1 residual (item %d)", w.item(c, "gnt_dana_ops").No)
		if verified { // the record still says Verified
			w.cannotClose(c, left)
		}
		_, err = w.svc.Verify(ctx, w.admin, c.ID)
		w.must(err)
		if o := w.item(c, "gnt_dana_ops").Outcome; o.Result != review.Residual || !strings.HasPrefix(o.Left, "given again") {
			t.Errorf("the item is %+v", o)
		}
		w.cannotClose(c, left)
	}
}
