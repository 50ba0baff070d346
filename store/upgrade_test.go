//go:build cgo

package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

// A file of the first schema is brought to the newest: every row stays as it
// was, the new words are taken, and what may only grow still only grows.
func TestUpgradeFromTheFirstSchema(t *testing.T) {
	ctx := context.Background()
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "old.db")+"?_foreign_keys=1&_recursive_triggers=1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	run := func(q string) {
		t.Helper()
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := migrate(ctx, db, 0, steps[:1], nil); err != nil {
		t.Fatal(err)
	}
	run(`INSERT INTO event VALUES (0, 1, 't', '', '', 0, 1, '{}')`)
	run(`INSERT INTO "group" (id, name, description, parent, life, external, origin, origin_file, from_seq) VALUES ('grp_1', 'Sales', '', '', 'active', '', '', '', 0)`)
	for i := range 3 {
		run(fmt.Sprintf(`INSERT INTO "grant" (id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, from_seq)
			VALUES ('grn_%d', 'principal', 'usr_1', 'agent', 'agt_%[1]d', '', 'Edit', '', '', '', 'hr', 'ff', 0)`, i))
		run(fmt.Sprintf(`INSERT INTO item (population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin,
			origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search)
			VALUES ('pop', %d, 'grn_1', 'principal', 'usr_1', 'agent', 'agt_1', '', 'Edit', '', '', '', '', '', 0, 'Ana', 'Voice', '', '', '', '', 2, 1, '', 'Public', '', 'ana voice')`, i+1))
		run(fmt.Sprintf(`INSERT INTO staged_assignment VALUES ('pop', %d, 0, 'cmp', 1, 'usr_2', 'manager')`, i+1))
	}
	for i, holder := range []string{"usr_2", "usr_3", "usr_2", "usr_2"} {
		run(fmt.Sprintf(`INSERT INTO item (population, no, grant_id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin,
			origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class, subjects, search)
			VALUES ('pop', %d, 'grn_1', 'principal', '%s', 'agent', 'agt_1', '', 'Edit', '', '', '', '', '', 0, 'Ben', 'Chat', 'Sales', '', '["Ben"]', '', 3, 1, '', 'Public', '', 'ben')`,
			i+4, holder))
	}
	if err := migrate(ctx, db, 1, steps, nil); err != nil {
		t.Fatal(err)
	}
	count := func(q string, want int) {
		t.Helper()
		var n int
		if err := db.QueryRow(q).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d (%v), not %d", q, n, err, want)
		}
	}
	count(`SELECT count(*) FROM "grant" WHERE holder = 'usr_1' AND level = 'Edit' AND origin = 'hr' AND origin_file = 'ff' AND to_seq IS NULL`, 3)
	count(`SELECT count(*) FROM item WHERE holder_name = 'Ana' AND high_risk = 1 AND risk = -1000000000002`, 3)
	count(`SELECT count(*) FROM item WHERE about = 'Sales' AND how = '["Ben"]' AND search = 'ben' AND subjects = '' AND risk = -1000000000003`, 4)
	count(`SELECT count(*) FROM staged_assignment WHERE reviewer = 'usr_2'`, 3)
	count(`SELECT count(*) FROM item_by_target WHERE population = 'pop' AND target_name = 'Voice'`, 3)
	count(`SELECT count(*) FROM item_by_risk WHERE population = 'pop' AND risk = -1000000000002`, 3)
	count(`SELECT count(*) FROM item_by_holder WHERE population = 'pop' AND holder = 'usr_1' AND no = 1 AND last = 3`, 1)
	count(`SELECT count(*) FROM item_by_holder WHERE holder = 'usr_2' AND (no, last) IN (VALUES (4, 4), (6, 7)) OR holder = 'usr_3' AND (no, last) = (5, 5)`, 3)
	count(`SELECT count(*) FROM item_by_holder`, 4)
	count(`SELECT count(*) FROM staged_by_reviewer WHERE population = 'pop' AND stage = 1 AND reviewer = 'usr_2'`, 3)
	count(`SELECT count(*) FROM staged_count WHERE population = 'pop' AND stage = 1 AND reviewer = 'usr_2' AND items = 3`, 1)
	count(`SELECT count(*) FROM "group" WHERE rule_kind = 'none' AND rule_text = '' AND rule_on = 0`, 1)
	count(`SELECT count(*) FROM pragma_foreign_key_check`, 0)
	run(`INSERT INTO "grant" (id, holder_kind, holder, target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, from_seq)
		VALUES ('grn_9', 'role', 'rol_1', 'object-see', 'all', '', 'Allowed', '', '', '', '', '', 0)`)
	for _, q := range []string{`DELETE FROM "grant"`, `DELETE FROM frozen_item`, `DELETE FROM staged_assignment`,
		`UPDATE "grant" SET level = 'Read'`, `UPDATE frozen_item SET reach = 0`, `UPDATE "group" SET rule_on = 1`} {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("%s went through", q)
		}
	}
}
