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

// replayPlay is a campaign being played: the grants of three people on one agent.
type replayPlay struct {
	t              testing.TB
	clock          *storetest.Clock
	svc            *review.Service
	owner, checker domain.Actor
	c              review.Campaign
}

func (p *replayPlay) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// played makes a file in which the campaign is launched and played, and closes it.
func played(t testing.TB, stages []review.Stage, play func(p *replayPlay)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "played.db")
	p := &replayPlay{t: t, clock: storetest.NewClock()}
	o := storetest.Options()
	o.Now = p.clock.Now
	s, err := store.Create(bg, path, o)
	p.must(err)
	p.svc = review.New(s)
	p.owner, err = p.svc.Init(bg, review.InitInput{Organisation: "Acme", Zone: "UTC",
		Admin:    review.Person{Name: "Ada Admin", Email: "ada@acme.example", UID: 1},
		Checkers: []review.Person{{Email: "cleo@acme.example", UID: 2}, {Email: "carl@acme.example", UID: 3}}, Via: "uid 1"})
	p.must(err)
	p.checker, err = p.svc.ActorAs(bg, 1, "cleo@acme.example")
	p.must(err)
	var seed []domain.Change
	for _, who := range []struct {
		id   domain.ID
		name string
	}{{replayTom, "Tom"}, {replayEve, "Eve"}, {"usr_a", "Abe"}, {"usr_b", "Bea"}, {"usr_c", "Cid"}} {
		seed = append(seed, domain.Begin(domain.Principal{ID: who.id, Kind: domain.User, Name: who.name,
			Email: strings.ToLower(who.name) + "@acme.example", Status: domain.Active}))
	}
	seed = append(seed, domain.Begin(domain.Agent{ID: "agt_v", Name: "Voice", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: replayTom}))
	for _, who := range []domain.ID{"usr_a", "usr_b", "usr_c"} {
		seed = append(seed, domain.Begin(domain.Grant{ID: "gnt_" + who, Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: who},
			Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_v"}, Level: domain.EditAgent}))
	}
	storetest.Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, seed...)

	p.c, err = p.svc.NewCampaign(bg, p.owner, review.Campaign{Name: "Q", Due: storetest.Start.AddDate(0, 1, 0), Definition: review.Definition{
		CountersignAll: true, Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}}, Stages: stages}})
	p.must(err)
	_, err = p.svc.Stage(bg, p.owner, p.c.ID, nil)
	p.must(err)
	_, err = p.svc.Launch(bg, p.checker, p.c.ID)
	p.must(err)
	play(p)
	p.must(s.Close())
	return path
}

func (p *replayPlay) decides(who domain.ID, answers ...review.DecisionInput) {
	p.t.Helper()
	for _, in := range answers {
		in.Reason = "looked at"
		_, err := p.svc.Decide(bg, domain.Actor{Principal: who, Via: "test"}, p.c.ID, []review.DecisionInput{in})
		p.must(err)
	}
}

// answers decides, signs, and has it countersigned.
func (p *replayPlay) answers(who domain.ID, answers ...review.DecisionInput) {
	p.t.Helper()
	p.decides(who, answers...)
	_, err := p.svc.SignOff(bg, domain.Actor{Principal: who, Via: "test"}, p.c.ID, "Q")
	p.must(err)
	_, err = p.svc.Countersign(bg, p.checker, p.c.ID, who, "")
	p.must(err)
}

// twoStages plays a campaign of two stages to its rulings. Of the grants of three
// people, Tom answers first and Eve behind him: item 1 is kept by both, item 2 is
// revoked by Tom and goes no further, item 3 is kept by Tom and reduced by Eve.
func twoStages(t testing.TB) string {
	return played(t, []review.Stage{{Reviewers: []string{string(replayTom)}}, {Reviewers: []string{string(replayEve)}, Days: 14}}, func(p *replayPlay) {
		p.answers(replayTom, review.DecisionInput{Item: 1, Answer: review.Keep}, review.DecisionInput{Item: 2, Answer: review.Revoke},
			review.DecisionInput{Item: 3, Answer: review.Keep})
		p.answers(replayEve, review.DecisionInput{Item: 1, Answer: review.Keep}, review.DecisionInput{Item: 3, Answer: review.Reduce, Level: domain.ViewUse})
	})
}

// twoIterations plays a campaign of one stage in which Tom decides item 1 and lets the
// date pass: what he decided lapses with the rest, unsigned. Asked again, he revokes
// item 1 and keeps the others.
func twoIterations(t testing.TB) string {
	return played(t, []review.Stage{{Reviewers: []string{string(replayTom)}}}, func(p *replayPlay) {
		p.decides(replayTom, review.DecisionInput{Item: 1, Answer: review.Keep})
		p.clock.Set(p.c.Due.Add(1))
		_, err := p.svc.Lapse(bg, p.owner, p.c.ID)
		p.must(err)
		_, err = p.svc.Countersign(bg, p.checker, p.c.ID, replayTom, "")
		p.must(err)
		_, err = p.svc.Reiterate(bg, p.owner, p.c.ID, p.c.Due.AddDate(0, 1, 0), "he was away")
		p.must(err)
		p.answers(replayTom, review.DecisionInput{Item: 1, Answer: review.Revoke}, review.DecisionInput{Item: 2, Answer: review.Keep},
			review.DecisionInput{Item: 3, Answer: review.Keep})
	})
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
		{"a frozen item", `UPDATE frozen_item SET target_name = 'Another' WHERE no = 1`, []string{"the frozen population: stored is items with the digest "}},
	} {
		t.Run(c.what, func(t *testing.T) {
			path := copyFile(t, world)
			attack(t, path, func(db *sql.DB) { run(t, db, c.edit) })
			wantDifferences(t, replayOf(t, path, nil), c.want)
		})
	}
}

// In a campaign that was reiterated, what was altered in either iteration is named: a
// decision of the second, the ruling made of it, and the iteration a ruling is of.
func TestReplayNamesWhatWasAlteredInAnIteration(t *testing.T) {
	world := twoIterations(t)
	if r := replayOf(t, world, nil); !r.OK() || r.Items != 3 {
		t.Fatalf("replayed %+v", r)
	}
	for _, c := range []struct {
		what, edit string
		want       []string
	}{
		{"a decision of the second", `UPDATE decision SET answer = 'keep', level = 2 WHERE item = 1 AND to_seq IS NULL`,
			[]string{`item 1, stage 1, the decision of usr_tom: stored is keep at Edit, round `}},
		{"the ruling of the second", `UPDATE ruling SET answer = 'keep', level = 2 WHERE item = 1 AND stage = 0 AND to_seq IS NULL`,
			[]string{`item 1, over all stages: stored is keep by a revoke, at Edit, of record usr_tom, iteration 2; the log makes it revoke by a revoke, at None, of record usr_tom, iteration 2`}},
		{"the iteration of a ruling", `UPDATE ruling SET iteration = 1 WHERE item = 2 AND stage = 0 AND to_seq IS NULL`,
			[]string{`item 2, over all stages: stored is keep by an accept, at Edit, of record usr_tom, iteration 1; the log makes it keep by an accept, at Edit, of record usr_tom, iteration 2`}},
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
