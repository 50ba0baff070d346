package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"

	_ "github.com/mattn/go-sqlite3" // a connection of one's own, as anybody with the shell has
)

var bg = context.Background()

// raw opens the file as anybody can, with the shell's settings.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_recursive_triggers=1")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func run(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// column reads the one column of a query.
func column[T any](t testing.TB, db *sql.DB, query string, args ...any) (out []T) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// attack changes the file behind the program's back, as someone does who can
// write it: the triggers are taken off and put back afterwards.
func attack(t testing.TB, path string, fn func(*sql.DB)) {
	t.Helper()
	db := raw(t, path)
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	run(t, db, "PRAGMA foreign_keys = OFF")
	names := column[string](t, db, "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
	bodies := column[string](t, db, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
	for _, n := range names {
		run(t, db, "DROP TRIGGER "+n)
	}
	fn(db)
	for _, b := range bodies {
		run(t, db, b)
	}
}

// aWorld makes a database with something of every kind in it and closes it. It
// gives the path.
func aWorld(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "world.db")
	s, err := store.Create(bg, path, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	storetest.Seed(t, s) // event 1
	moved := storetest.Ben
	moved.Department = "Sales"
	storetest.Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_0", Actor: "usr_ana"}, domain.Replace(storetest.Ben, moved)) // 2
	prop, err := domain.DeltaOf(storetest.CleoFlows, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := review.ChangeSetHead{ID: "chg_1", Title: "Less", Reason: "Left", Maker: "usr_ana", Changes: 1}
	storetest.Append(t, s, domain.Event{Type: domain.EvProposed, Subject: "chg_1", Actor: "usr_ana", Proposed: []domain.Delta{prop}}, domain.Begin(h)) // 3
	done := h
	done.State = domain.Applied
	storetest.Append(t, s, domain.Event{Type: domain.EvApplied, Subject: "chg_1", Actor: "usr_ben", Applies: 3}, domain.Replace(h, done),
		domain.Begin(review.Approval{ChangeSet: "chg_1", Checker: "usr_ben"})) // 4
	var items []review.StagedItem
	for no := 1; no <= 5; no++ {
		items = append(items, review.StagedItem{No: no, Holding: storetest.BenInTier2, Holder: "Ben Okafor", Target: "Tier 2",
			About: "Support, Tier 2", Allows: "belong to the group", How: []string{"Ben Okafor → Sales → Tier 2: Member"},
			Subjects: []domain.ID{"usr_ben", "usr_cleo"}, Assigned: []review.Assigned{{Campaign: "cmp_1", Item: no, Stage: 1, Reviewer: "usr_ana", Rule: "manager"}}})
	}
	storetest.Stage(t, s, review.Campaign{ID: "cmp_1", Name: "Q1"}, "pop_1", items) // 5
	for no := 1; no <= 5; no++ {
		d := review.Decision{Campaign: "cmp_1", Item: no, Stage: 1, Reviewer: "usr_ana", Answer: review.Revoke, Round: 1, Reason: "left"}
		storetest.Append(t, s, domain.Event{Type: review.EvDecided, Subject: string(d.RecordID()), Actor: "usr_ana"}, domain.Begin(d)) // 6 … 10
	}
	d := review.Decision{Campaign: "cmp_1", Item: 1, Stage: 1, Reviewer: "usr_ana", Answer: review.Revoke, Round: 1, Reason: "left"}
	keep := d
	keep.Answer = review.Keep
	storetest.Append(t, s, domain.Event{Type: review.EvDecided, Actor: "usr_ana"}, domain.Replace(d, keep)) // 11
	storetest.Append(t, s, domain.Event{Type: review.EvSigned, Actor: "usr_ana"},
		domain.Begin(review.Packet{Campaign: "cmp_1", Stage: 1, Reviewer: "usr_ana", State: review.Signed, Round: 1, Items: 5}),
		domain.Begin(review.ItemReturn{Campaign: "cmp_1", Item: 2, Stage: 1, Reviewer: "usr_ana", Round: 2}),
		domain.Begin(review.Outcome{Campaign: "cmp_1", Item: 3, Result: review.Exception, By: []int{1, 2}, Until: "2026-09-30"}),
		domain.Begin(review.Assigned{Campaign: "cmp_1", Item: 4, Stage: 1, Reviewer: "usr_cleo", Rule: "reassigned"}),
		domain.Begin(review.Bulk{ID: "blk_1", Campaign: "cmp_1", Stage: 1, Reviewer: "usr_ana", Items: 1}),
		domain.Begin(review.Ruling{Campaign: "cmp_1", Item: 4, Stage: 1, Answer: review.Keep, Iteration: 1}),
		domain.Begin(review.Template{ID: "def_1", Name: "Quarterly", Version: 1}), domain.Begin(review.Request{ID: "req_1", Campaign: "cmp_1"}),
		domain.Begin(review.Substitute{ID: "sub_1", Person: "usr_ana", Substitute: "usr_ben"}), domain.Begin(review.Message{ID: "msg_1", To: "usr_ana"}),
		domain.Begin(domain.Source{ID: "src_1", Name: "Wiki"}), domain.Begin(domain.AgentSource{Agent: "agt_voice", Source: "src_1", Open: true}),
		domain.Begin(domain.Object{ID: "person", Name: "People"}), domain.Begin(domain.Field{ID: "person/email", Object: "person", Name: "Email"}),
		domain.Begin(domain.ExternalGroup{ID: "entra/7", Source: "entra", External: "7"}),
		domain.Begin(domain.SoDRule{ID: "sod_1", Name: "Maker and checker", A: domain.SoDSide{Target: domain.Target{Kind: domain.TargetAccount}, Level: 1},
			B: domain.SoDSide{Target: domain.Target{Kind: domain.TargetDuty, ID: "auditor"}, Level: 1}}),
		domain.Begin(domain.Usage{Principal: "usr_ben", Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_voice"}, Count: 3})) // 12
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// reopen opens a database for the rest of the test.
func reopen(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(bg, path, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
