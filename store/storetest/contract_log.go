package storetest

import (
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// propose records a proposal of changes with its head, and gives both.
func propose(t *testing.T, s review.Store, id, maker domain.ID, changes ...domain.Change) (review.ChangeSetHead, domain.Seq) {
	t.Helper()
	e := domain.Event{Type: domain.EvProposed, Subject: string(id), Actor: maker}
	for _, c := range changes {
		d, err := domain.DeltaOf(c.Before, c.After)
		if err != nil {
			t.Fatal(err)
		}
		e.Proposed = append(e.Proposed, d)
	}
	h := review.ChangeSetHead{ID: id, Title: "Title of " + string(id), Reason: "because", Maker: maker, Changes: len(changes),
		Source: domain.SourceFile{Source: "hr", Name: "f.csv", SHA256: "ab", Rows: 3}, BasedOn: 1}
	return h, Append(t, s, e, domain.Begin(h))
}

func proposals(t *testing.T, s review.Store) {
	Seed(t, s)
	changes := []domain.Change{domain.End(BenInTier2), domain.Begin(domain.Group{ID: "grp_new", Name: "New"})}
	h, proposed := propose(t, s, "chg_1", Ana.ID, changes...)
	if n := head(t, s); n.AccessKey != 1 {
		t.Errorf("a proposal moved the access key to %d", n.AccessKey)
	}
	ask := func(what string, level domain.Level, state domain.ChangeState, ended domain.Seq) {
		t.Helper()
		View(t, s, func(tx review.Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			if got := onVoice(o, Ben.ID); got != level {
				t.Errorf("%s, Ben has %d", what, got)
			}
			cs, err := tx.ChangeSet("chg_1")
			if err != nil {
				return err
			}
			if cs.State != state || cs.Proposed != proposed || cs.Ended != ended || cs.Maker != Ana.ID || cs.Source != h.Source ||
				cs.Title != h.Title || cs.Reason != h.Reason || cs.BasedOn != h.BasedOn {
				t.Errorf("%s: %+v", what, cs)
			}
			if !slices.Equal(cs.Changes, changes) {
				t.Errorf("%s its changes are %+v", what, cs.Changes)
			}
			return nil
		})
	}
	ask("proposed", domain.ViewUse, domain.Proposed, 0)

	approved, applied := h, h
	approved.State, applied.State = domain.Approved, domain.Applied
	yes := review.Approval{ChangeSet: "chg_1", Checker: Cleo.ID, Settles: []domain.ID{Ana.ID}, Reason: "fine"}
	Append(t, s, domain.Event{Type: domain.EvApproved, Subject: "chg_1", Actor: Cleo.ID}, domain.Begin(yes), domain.Replace(h, approved))
	ask("approved", domain.ViewUse, domain.Approved, 0)
	View(t, s, func(tx review.Tx) error {
		got, err := tx.Approvals("chg_1")
		if len(got) != 1 || got[0].Checker != Cleo.ID || !slices.Equal(got[0].Settles, yes.Settles) || got[0].Reason != "fine" {
			t.Errorf("approvals %+v", got)
		}
		return err
	})

	seq := Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_1", Actor: Cleo.ID, Applies: proposed}, domain.Replace(approved, applied))
	ask("applied", domain.None, domain.Applied, seq)
	appliedOnce(t, s, proposed, seq)
}

// appliedOnce shows that what was applied by the event seq is not applied again, and
// that an event applies nothing but what was proposed before it.
func appliedOnce(t *testing.T, s review.Store, proposed, seq domain.Seq) {
	err := s.Update(bg, func(tx review.WriteTx) error {
		_, err := AppendIn(tx, domain.Event{Type: domain.EvApplied, Subject: "chg_1", Applies: proposed})
		return err
	})
	if domain.CodeOf(err) != domain.Conflict {
		t.Errorf("applied a second time: %v", err)
	}
	for what, applies := range map[string]domain.Seq{"itself": seq + 1, "an event to come": seq + 9, "an event that proposed nothing": 1} {
		err := s.Update(bg, func(tx review.WriteTx) error {
			_, err := AppendIn(tx, domain.Event{Type: domain.EvApplied, Applies: applies})
			return err
		})
		if err == nil {
			t.Errorf("an event applied %s", what)
		}
	}
	View(t, s, func(tx review.Tx) error {
		if _, err := tx.ChangeSet("chg_none"); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("a change set that is not there: %v", err)
		}
		return nil
	})
}

func changeSetPages(t *testing.T, s review.Store) {
	Seed(t, s)
	var seqs []domain.Seq
	for i, id := range []domain.ID{"chg_a", "chg_b", "chg_c", "chg_d"} {
		h, seq := propose(t, s, id, []domain.ID{Ana.ID, Ben.ID}[i%2], domain.Begin(domain.Group{ID: "grp_" + id, Name: string(id)}))
		seqs = append(seqs, seq)
		if id == "chg_b" {
			gone := h
			gone.State = domain.Withdrawn
			Append(t, s, domain.Event{Type: domain.EvWithdrawn, Subject: string(id)}, domain.Replace(h, gone))
		}
	}
	View(t, s, func(tx review.Tx) error {
		for _, c := range []struct {
			q    review.ChangeSetQuery
			want []domain.ID
		}{
			{review.ChangeSetQuery{}, []domain.ID{"chg_d", "chg_c", "chg_b", "chg_a"}},
			{review.ChangeSetQuery{Limit: 2}, []domain.ID{"chg_d", "chg_c"}},
			{review.ChangeSetQuery{Before: seqs[2], Limit: 2}, []domain.ID{"chg_b", "chg_a"}},
			{review.ChangeSetQuery{Maker: Ben.ID}, []domain.ID{"chg_d", "chg_b"}},
			{review.ChangeSetQuery{States: []domain.ChangeState{domain.Proposed}}, []domain.ID{"chg_d", "chg_c", "chg_a"}},
			{review.ChangeSetQuery{States: []domain.ChangeState{domain.Withdrawn, domain.Applied}}, []domain.ID{"chg_b"}},
			{review.ChangeSetQuery{Campaign: "cmp_1"}, nil},
		} {
			got, err := tx.ChangeSets(c.q)
			if err != nil {
				return err
			}
			var ids []domain.ID
			for _, cs := range got {
				ids = append(ids, cs.ID)
				if len(cs.Changes) != 0 {
					t.Errorf("a head carries its changes: %+v", cs)
				}
			}
			if !slices.Equal(ids, c.want) {
				t.Errorf("%+v gives %v, want %v", c.q, ids, c.want)
			}
		}
		return nil
	})
}

// someEvents records eight events after the seeded one and gives the time of
// the middle.
func someEvents(t *testing.T, s review.Store) time.Time {
	Seed(t, s) // 1
	for _, e := range []domain.Event{
		{Type: domain.EvExported, Subject: "cmp_1", Actor: Ana.ID},        // 2
		{Type: domain.EvExported, Subject: "cmp_1/7", Actor: Ben.ID},      // 3
		{Type: domain.EvRefused, Subject: "cmp_1/7/1", Actor: Ben.ID},     // 4
		{Type: domain.EvRefused, Subject: "cmp_10", Actor: Cleo.ID},       // 5
		{Type: domain.EvMapping, Subject: "cmp_1/70", Actor: Ana.ID},      // 6
		{Type: domain.EvMapping, Subject: "hr", Actor: "", Reason: "cmp"}, // 7
	} {
		Append(t, s, e)
	}
	Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_1", Actor: Ana.ID}, domain.End(CleoFlows)) // 8
	var at time.Time
	View(t, s, func(tx review.Tx) error {
		e, err := tx.Event(5)
		at = e.Time
		return err
	})
	return at
}

func eventFilters(t *testing.T, s review.Store) {
	at := someEvents(t, s)
	View(t, s, func(tx review.Tx) error {
		for _, c := range []struct {
			what string
			q    review.EventQuery
			want []domain.Seq
		}{
			{"everything", review.EventQuery{}, []domain.Seq{8, 7, 6, 5, 4, 3, 2, 1, 0}},
			{"one type", review.EventQuery{Types: []domain.EventType{domain.EvRefused}}, []domain.Seq{5, 4}},
			{"two types", review.EventQuery{Types: []domain.EventType{domain.EvRefused, domain.EvGenesis}}, []domain.Seq{5, 4, 0}},
			{"a subject and what is under it", review.EventQuery{Subject: "cmp_1"}, []domain.Seq{6, 4, 3, 2}},
			{"a subject under another", review.EventQuery{Subject: "cmp_1/7"}, []domain.Seq{4, 3}},
			{"no such subject", review.EventQuery{Subject: "cmp"}, nil},
			{"a person: actor, holder of a grant", review.EventQuery{Entity: Cleo.ID}, []domain.Seq{8, 5, 1}},
			{"a grant", review.EventQuery{Entity: CleoFlows.ID}, []domain.Seq{8, 1}},
			{"an area", review.EventQuery{Entity: Flows.ID}, []domain.Seq{8, 1}},
			{"an actor", review.EventQuery{Actor: Ben.ID}, []domain.Seq{4, 3}},
			{"actor and type", review.EventQuery{Actor: Ben.ID, Types: []domain.EventType{domain.EvRefused}}, []domain.Seq{4}},
			{"entity and subject", review.EventQuery{Entity: Ben.ID, Subject: "cmp_1/7/1"}, []domain.Seq{4}},
			{"from an instant on, it included", review.EventQuery{From: at}, []domain.Seq{8, 7, 6, 5}},
			{"up to an instant, it not", review.EventQuery{To: at}, []domain.Seq{4, 3, 2, 1, 0}},
			{"a nanosecond later", review.EventQuery{From: at.Add(1)}, []domain.Seq{8, 7, 6}},
		} {
			got, err := tx.Events(c.q)
			if err != nil {
				return err
			}
			if seqs := seqsOf(got); !slices.Equal(seqs, c.want) {
				t.Errorf("%s: %v, want %v", c.what, seqs, c.want)
			}
		}
		return nil
	})
}

func seqsOf(es []domain.Event) (out []domain.Seq) {
	for _, e := range es {
		out = append(out, e.Seq)
	}
	return out
}

func eventPages(t *testing.T, s review.Store) {
	someEvents(t, s)
	View(t, s, func(tx review.Tx) error {
		for _, forward := range []bool{false, true} {
			for _, subject := range []string{"", "cmp_1"} {
				all, err := tx.Events(review.EventQuery{Forward: forward, Subject: subject})
				if err != nil {
					return err
				}
				var paged []domain.Event
				q := review.EventQuery{Forward: forward, Subject: subject, Limit: 2}
				for range len(all) {
					page, err := tx.Events(q)
					if err != nil {
						return err
					}
					if len(page) == 0 {
						break
					}
					paged = append(paged, page...)
					q.Before = page[len(page)-1].Seq
					if q.Before == 0 {
						break
					}
				}
				if !slices.Equal(seqsOf(all), seqsOf(paged)) {
					t.Errorf("forward %t, subject %q: whole %v, paged %v", forward, subject, seqsOf(all), seqsOf(paged))
				}
				if want := forward; slices.IsSorted(seqsOf(all)) != want {
					t.Errorf("forward %t gives %v", forward, seqsOf(all))
				}
			}
		}
		return nil
	})
}

func campaigns(t *testing.T, s review.Store) {
	Seed(t, s)
	due := time.Date(2026, 4, 1, 0, 0, 0, 0, time.FixedZone("", 7200))
	first := review.Campaign{ID: "cmp_1", Name: "Q1 2026", Owner: Ana.ID, Due: due, Definition: review.Definition{
		Scope:   review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Classifications: []domain.Classification{domain.ClassRestricted}},
		Stages:  []review.Stage{{Reviewers: []string{"manager", "owner"}, Fallback: Ben.ID, Strategy: "one-accept-accepts"}},
		Horizon: 92}}
	second := review.Campaign{ID: "cmp_2", Name: "Q2 2026"}
	Append(t, s, domain.Event{Type: review.EvDrafted, Subject: "cmp_1"}, domain.Begin(first))
	Append(t, s, domain.Event{Type: review.EvDrafted, Subject: "cmp_2"}, domain.Begin(second))
	moved := first
	moved.State, moved.TieOut = review.Staged, review.TieOut{Source: 3, InScope: 1, Excluded: map[string]int{"scope": 2}, Digest: "ab"}
	Append(t, s, domain.Event{Type: review.EvStaged, Subject: "cmp_1", Data: []byte(`{}`)}, domain.Replace(first, moved))
	View(t, s, func(tx review.Tx) error {
		for _, ref := range []domain.ID{"cmp_1", "Q1 2026"} {
			got, err := tx.Campaign(ref)
			if err != nil {
				return err
			}
			a, _ := domain.CanonicalJSON(got)
			b, _ := domain.CanonicalJSON(moved)
			if string(a) != string(b) {
				t.Errorf("campaign %q is %s, want %s", ref, a, b)
			}
		}
		if _, err := tx.Campaign("Q3"); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("a campaign that is not there: %v", err)
		}
		all, err := tx.Campaigns()
		if len(all) != 2 || all[0].ID != "cmp_2" || all[1].ID != "cmp_1" {
			t.Errorf("campaigns %+v", all)
		}
		if n := head(t, s); n.AccessKey != 1 {
			t.Errorf("campaigns moved the access key to %d", n.AccessKey)
		}
		if _, err := tx.Items(review.ItemQuery{Campaign: "cmp_2"}); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("items of a draft: %v", err)
		}
		return err
	})
	err := s.Update(bg, func(tx review.WriteTx) error {
		_, err := AppendIn(tx, domain.Event{Type: review.EvDrafted}, domain.Begin(review.Campaign{ID: "cmp_3", Name: "Q2 2026"}))
		return err
	})
	refuses(t, "a second campaign of the name", err, domain.Conflict, "name-taken")
}
