package store_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

const (
	replayTom domain.ID = "usr_tom"
	replayEve domain.ID = "usr_eve"
)

// twoStages plays a campaign of two stages to its rulings and closes the file.
// Of the grants of three people, Tom answers first and Eve behind him: item 1
// is kept by both, item 2 is revoked by Tom and goes no further, item 3 is
// kept by Tom and reduced by Eve.
func twoStages(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "played.db")
	s, err := store.Create(bg, path, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	svc := review.New(s)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	owner, err := svc.Init(bg, review.InitInput{Organisation: "Acme", Zone: "UTC",
		Admin:    review.Person{Name: "Ada Admin", Email: "ada@acme.example", UID: 1},
		Checkers: []review.Person{{Email: "cleo@acme.example", UID: 2}, {Email: "carl@acme.example", UID: 3}}, Via: "uid 1"})
	must(err)
	checker, err := svc.ActorAs(bg, 1, "cleo@acme.example")
	must(err)
	var seed []domain.Change
	for _, p := range []struct {
		id   domain.ID
		name string
	}{{replayTom, "Tom"}, {replayEve, "Eve"}, {"usr_a", "Abe"}, {"usr_b", "Bea"}, {"usr_c", "Cid"}} {
		seed = append(seed, domain.Begin(domain.Principal{ID: p.id, Kind: domain.User, Name: p.name,
			Email: strings.ToLower(p.name) + "@acme.example", Status: domain.Active}))
	}
	seed = append(seed, domain.Begin(domain.Agent{ID: "agt_v", Name: "Voice", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: replayTom}))
	for _, who := range []domain.ID{"usr_a", "usr_b", "usr_c"} {
		seed = append(seed, domain.Begin(domain.Grant{ID: "gnt_" + who, Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: who},
			Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_v"}, Level: domain.EditAgent}))
	}
	storetest.Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, seed...)

	c, err := svc.NewCampaign(bg, owner, review.Campaign{Name: "Q", Due: storetest.Start.AddDate(0, 1, 0), Definition: review.Definition{
		CountersignAll: true, Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
		Stages: []review.Stage{{Reviewers: []string{string(replayTom)}}, {Reviewers: []string{string(replayEve)}, Days: 14}}}})
	must(err)
	_, err = svc.Stage(bg, owner, c.ID, nil)
	must(err)
	_, err = svc.Launch(bg, checker, c.ID)
	must(err)
	stage := func(who domain.ID, answers ...review.DecisionInput) {
		t.Helper()
		actor := domain.Actor{Principal: who, Via: "test"}
		for _, in := range answers {
			in.Reason = "looked at"
			_, err := svc.Decide(bg, actor, c.ID, []review.DecisionInput{in})
			must(err)
		}
		_, err := svc.SignOff(bg, actor, c.ID, "Q")
		must(err)
		_, err = svc.Countersign(bg, checker, c.ID, who, "")
		must(err)
	}
	stage(replayTom, review.DecisionInput{Item: 1, Answer: review.Keep}, review.DecisionInput{Item: 2, Answer: review.Revoke},
		review.DecisionInput{Item: 3, Answer: review.Keep})
	stage(replayEve, review.DecisionInput{Item: 1, Answer: review.Keep}, review.DecisionInput{Item: 3, Answer: review.Reduce, Level: domain.ViewUse})
	must(s.Close())
	return path
}

func replayOf(t testing.TB, path string, other *review.Otherwise) review.Replay {
	t.Helper()
	r, err := review.New(reopen(t, path)).Replay(bg, "Q", other)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReplayRebuildsEveryRuling(t *testing.T) {
	r := replayOf(t, twoStages(t), nil)
	// Three rulings of the first stage, two of the second, three over all.
	if !r.OK() || r.Items != 3 || r.Stages != 2 || r.Rulings != 8 || r.Decisions != 5 {
		t.Errorf("replayed %+v", r)
	}
}

// One thing changed behind the program's back, each in a copy of its own, and
// what the replay says of it.
func TestReplayNamesWhatWasAltered(t *testing.T) {
	world := twoStages(t)
	for _, c := range []struct {
		what, edit string
		want       []string
	}{
		{"a decision", `UPDATE decision SET answer = 'keep', level = 2 WHERE item = 2`,
			[]string{`item 2, stage 1, the decision of usr_tom: stored is keep at Edit, round 1, because "looked at"; the log makes it revoke at None, round 1, because "looked at"`}},
		{"a decision's reason", `UPDATE decision SET reason = 'asked to' WHERE item = 1 AND stage = 2`,
			[]string{`item 1, stage 2, the decision of usr_eve: stored is keep at Edit, round 1, because "asked to"; the log makes it keep at Edit, round 1, because "looked at"`}},
		{"a decision gone", `DELETE FROM decision WHERE item = 3 AND stage = 2`,
			[]string{`item 3, stage 2, the decision of usr_eve: stored is nothing; the log makes it reduce at View & Use, round 1, because "looked at"`}},
		{"the ruling that remediation reads", `UPDATE ruling SET answer = 'keep', level = 2 WHERE item = 2 AND stage = 0`,
			[]string{`item 2, over all stages: stored is keep by a revoke, at Edit, of record usr_tom, iteration 1; the log makes it revoke by a revoke, at None, of record usr_tom, iteration 1`}},
		{"a stage's ruling gone", `DELETE FROM ruling WHERE item = 3 AND stage = 2`,
			[]string{`item 3, stage 2: stored is nothing; the log makes it reduce by the lowest reduce, at View & Use, of record usr_eve, stops, iteration 1`}},
		{"a frozen item", `UPDATE item SET target_name = 'Another' WHERE no = 1`, []string{"the frozen population: stored is items with the digest "}},
	} {
		t.Run(c.what, func(t *testing.T) {
			path := copyFile(t, world)
			attack(t, path, func(db *sql.DB) { run(t, db, c.edit) })
			wantDifferences(t, replayOf(t, path, nil), c.want)
		})
	}
}

func wantDifferences(t *testing.T, r review.Replay, want []string) {
	t.Helper()
	var got []string
	for _, d := range r.Differences {
		got = append(got, d.Words(func(id domain.ID) string { return string(id) }))
	}
	if len(got) != len(want) || !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("named were\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Whoever rewrites a decision in its event and in its table, and hashes the
// log anew, has a file that fits itself; the rulings made of it do not fit.
func TestReplayFindsARewrittenDecision(t *testing.T) {
	path := twoStages(t)
	attack(t, path, func(db *sql.DB) {
		seq := column[int64](t, db, "SELECT from_seq FROM decision WHERE item = 2")[0]
		run(t, db, `UPDATE event SET line = replace(replace(line, '"answer":"revoke","level":0', '"answer":"keep","level":2'),
			'"decision":"revoke"', '"decision":"keep"') WHERE seq = ?`, seq)
		run(t, db, `UPDATE decision SET answer = 'keep', level = 2 WHERE item = 2`)
		rehash(t, db)
	})
	if rep := verify(t, reopen(t, path), nil); !rep.OK() {
		t.Fatalf("the rewritten file does not fit itself: %q", rep.Faults)
	}
	// Kept, the item would have gone on to Eve, who did not answer it.
	wantDifferences(t, replayOf(t, path, nil), []string{
		"item 2, over all stages: stored is revoke by a revoke, at None, of record usr_tom, iteration 1; the log makes it undecided by no response",
		"item 2, stage 1: stored is revoke by a revoke, at None, of record usr_tom, stops, iteration 1; the log makes it keep by an accept",
		"item 2, stage 2: stored is nothing; the log makes it undecided by no response"})
}

// Under other strategies: with one accept over the stages, the first stage
// stops what it keeps, so what Eve reduced stays, and what Tom revoked would
// have gone on to Eve, whom nobody asked.
func TestReplayUnderAnotherStrategy(t *testing.T) {
	path := twoStages(t)
	one := review.OneAcceptAccepts
	w := replayOf(t, path, &review.Otherwise{OverStages: &one}).Otherwise
	if w == nil || len(w.Items) != 2 || w.Items[0] != (review.WhatIfItem{Item: 2, Was: "revoke", Would: "on to a further stage"}) ||
		w.Items[1] != (review.WhatIfItem{Item: 3, Was: "reduce to View & Use", Would: "keep"}) || !slices.Equal(w.Further, []int{2}) {
		t.Errorf("under one-accept-accepts over the stages: %+v", w)
	}
	deny := review.OneDenyDenies
	if w := replayOf(t, path, &review.Otherwise{InStages: &deny, OverStages: &deny}).Otherwise; len(w.Items) != 0 || len(w.Counts) != 0 {
		t.Errorf("under one-deny-denies: %+v", w)
	}
}
