package store_test

import (
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

func verify(t testing.TB, s *store.Store, cp *auditlog.Checkpoint) store.VerifyReport {
	t.Helper()
	rep, err := s.Verify(bg, store.VerifyOptions{Checkpoint: cp})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func checkpoint(t testing.TB, path string) *auditlog.Checkpoint {
	t.Helper()
	s, err := store.Open(bg, path, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	cp, err := s.Checkpoint(bg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return &cp
}

func copyFile(t testing.TB, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestVerifyAnUntouchedDatabase(t *testing.T) {
	path := aWorld(t)
	cp := checkpoint(t, path)
	s := reopen(t, path)
	parts := map[string]bool{}
	rep, err := s.Verify(bg, store.VerifyOptions{Checkpoint: cp, Progress: func(part string, _, _ int64) { parts[part] = true }})
	if err != nil {
		t.Fatal(err)
	}
	if !rep.OK() || len(rep.Faults) != 0 || rep.Events != 13 || rep.Items != 5 || rep.Root != cp.Root || rep.Comparison.Relation != auditlog.Consistent {
		t.Errorf("%+v", rep)
	}
	if !parts["events"] || !parts["file"] {
		t.Errorf("progress told of %v", parts)
	}
	storetest.Append(t, s, domain.Event{Type: domain.EvExported})
	if rep := verify(t, s, cp); !rep.OK() || rep.Comparison.Size != 14 || rep.Comparison.Held != 13 {
		t.Errorf("one event later: %+v", rep)
	}
	other := *cp
	other.Origin = "log_other"
	if rep := verify(t, s, &other); rep.OK() || rep.Comparison.Relation != auditlog.OtherLog {
		t.Errorf("against another log's checkpoint: %+v", rep)
	}
	if _, err := s.Verify(bg, store.VerifyOptions{Checkpoint: &auditlog.Checkpoint{}}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("against a checkpoint no log can have: %v", err)
	}
}

// Every edit that does not also rebuild the log is named, by the first entry
// or row that does not fit.
func TestVerifyNamesWhatWasEdited(t *testing.T) {
	world := aWorld(t)
	for _, c := range []struct{ what, edit, want string }{
		{"a grant's level", `UPDATE "grant" SET level = 'Manager' WHERE id = 'gnt_ben'`,
			"grant gnt_ben, as of event 1: level is Manager in the table and Member in the log"},
		{"a grant's holder", `UPDATE "grant" SET holder = 'usr_cleo' WHERE id = 'gnt_ben'`,
			"grant gnt_ben, as of event 1: holder.id is usr_cleo in the table and usr_ben in the log"},
		{"a grant at a level that no ladder has", `UPDATE "grant" SET level = 'Most' WHERE id = 'gnt_ben'`,
			"grant after gnt_ana: the row cannot be read"},
		{"a grant held by no kind of holder", `UPDATE "grant" SET holder_kind = 'planet' WHERE id = 'gnt_ben'`,
			"grant after gnt_ana: the row cannot be read"},
		{"a past row", `UPDATE principal SET department = 'Board' WHERE id = 'usr_ben' AND from_seq = 1`,
			"principal usr_ben, as of event 1: department is Board in the table and Support in the log"},
		{"a part that was empty", `UPDATE principal SET title = 'CFO' WHERE id = 'usr_ana'`,
			"principal usr_ana, as of event 1: title is CFO in the table and empty in the log"},
		{"a decision", `UPDATE decision SET answer = 'keep' WHERE item = 2`,
			"decision cmp_1/2/1/usr_ana, as of event 7: answer is keep in the table and revoke in the log"},
		{"a row gone", `DELETE FROM decision WHERE item = 3`,
			"decision cmp_1/3/1/usr_ana, as of event 8: the row is gone from the table"},
		{"a row nobody made", `INSERT INTO binding (id, principal, from_seq) VALUES ('uid:0', 'usr_cleo', 2)`,
			"binding uid:0, as of event 2: no event explains this row"},
		{"a row ended", `UPDATE approval SET to_seq = 12`,
			"approval chg_1/usr_ben, as of event 4: the table says that it ended with event 12, the log that it holds still"},
		{"an end undone", `UPDATE "grant" SET to_seq = NULL WHERE id = 'gnt_cleo'`,
			"grant gnt_cleo, as of event 1: the table says that it holds still, the log that it ended with event 4"},
		{"an end moved", `UPDATE "grant" SET to_seq = 9 WHERE id = 'gnt_cleo'`,
			"grant gnt_cleo, as of event 1: the table says that it ended with event 9, the log that it ended with event 4"},
		{"a beginning moved", `UPDATE packet SET from_seq = 11`,
			"packet cmp_1/1/usr_ana, as of event 12: the row is gone from the table"},
		{"two versions at once", `UPDATE principal SET to_seq = 9 WHERE id = 'usr_ben' AND from_seq = 1`,
			"principal usr_ben, as of event 2: two rows hold at once"},
		{"an event's line", `UPDATE event SET line = replace(line, 'left', 'gone') WHERE seq = 7`,
			"event 7: Event 7 is not the one that was logged"},
		{"an event's actor in the table only", `UPDATE event SET actor = 'usr_cleo' WHERE seq = 6`,
			"event 6: its time, type, subject, actor or what it applies stands otherwise in the table than in its line"},
		{"that an event changed access", `UPDATE event SET access = 0 WHERE seq = 2`,
			"event 2: the table says that it changed access: false, its line: true"},
		{"an event gone", `DELETE FROM event WHERE seq = 5`, "event 5: it is not there; the log goes on with event 6"},
		{"the last event gone", `DELETE FROM event WHERE seq = 12`, "the log has stored hashes beyond its 12 events"},
		{"a stored hash", `UPDATE log_hash SET hash = zeroblob(32) WHERE idx = 2`, "event 1: The stored hash 2, over events 0 to 1"},
		{"a stored hash gone", `DELETE FROM log_hash WHERE idx = 3`, "event 2: the stored hash 3 is not there"},
		{"a frozen item", `UPDATE frozen_item SET target_name = 'Tier 3' WHERE no = 4`, "event 5: the frozen items of pop_1 are not those it staged"},
		{"a frozen item's part that is no JSON", `UPDATE frozen_item SET how = '[' WHERE no = 4`, "event 5: the frozen items of pop_1 cannot be read"},
		{"a frozen item at a level that no ladder has", `UPDATE frozen_item SET level = 'Most' WHERE no = 4`, "event 5: the frozen items of pop_1 cannot be read"},
		{"what several frozen items say", `UPDATE frozen_text SET text = 'look at it' WHERE text LIKE 'belong%'`, "event 5: the frozen items of pop_1 are not those it staged"},
		{"what several frozen items say gone", `DELETE FROM frozen_text`, "event 5: the frozen items of pop_1 cannot be read"},
		{"a frozen item that says what another does", `UPDATE frozen_item SET about = allows WHERE no = 4`, "event 5: the frozen items of pop_1 are not those it staged"},
		{"a frozen item held by its holder alone", `UPDATE frozen_item SET how = NULL WHERE no = 4`, "event 5: the frozen items of pop_1 are not those it staged"},
		{"a frozen item's subject", `UPDATE frozen_item SET subjects = NULL WHERE no = 4`, "event 5: the frozen items of pop_1 are not those it staged"},
		{"how frozen items are read", `DROP VIEW item; CREATE VIEW item AS SELECT *, 0 AS risk FROM frozen_item`, "the schema's view item was changed"},
		{"a frozen item gone", `DELETE FROM frozen_item WHERE no = 5`, "event 5: the frozen items of pop_1 cannot be read: usr_ana is assigned item 5, which is not there"},
		{"who was to answer", `UPDATE staged_assignment SET reviewer = 'usr_cleo' WHERE no = 4`, "event 5: the frozen items of pop_1 are not those it staged"},
		{"an item slipped in", `INSERT INTO frozen_item (population, no, grant_id, holder_kind, holder,
			target_kind, target, agent, level, win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains,
			reach, high_risk, flags, class, subjects, search) SELECT population, 6, grant_id, holder_kind, holder, target_kind, target, agent, level,
			win_from, win_to, zone, origin, origin_file, since, holder_name, target_name, about, allows, how, remains, reach, high_risk, flags, class,
			subjects, search FROM frozen_item WHERE no = 1`, "event 5: it froze 5 items as pop_1, the table has 6"},
		{"an item hidden from a list", `DELETE FROM item_by_target WHERE no = 4`, "event 5: the order of pop_1 by target has 4 entries, of which 4 fit, where there are 5"},
		{"an item out of its place", `UPDATE item_by_risk SET risk = 7 WHERE no = 4`, "event 5: the order of pop_1 by risk has 5 entries, of which 4 fit, where there are 5"},
		{"an item in another's list", `UPDATE staged_by_reviewer SET reviewer = 'usr_cleo' WHERE no = 4`, "event 5: of pop_1, the number of items is wrong for 2 reviewers"},
		{"fewer items for somebody", `UPDATE staged_count SET items = 3`, "event 5: of pop_1, the number of items is wrong for 1 reviewers"},
		{"items another's", `UPDATE item_by_holder SET holder = 'usr_cleo'`, "event 5: the order of pop_1 by holder has 5 entries, of which 0 fit, where there are 5"},
		{"items hidden from their holder's list", `UPDATE item_by_holder SET last = 3`, "event 5: the order of pop_1 by holder has 3 entries, of which 3 fit, where there are 5"},
		{"an item twice in a list", `INSERT INTO item_by_holder SELECT population, holder, 4, 4 FROM item_by_holder`, "event 5: the order of pop_1 by holder has 6 entries, of which 5 fit, where there are 5"},
		{"an item twice in a list instead of another", `UPDATE item_by_holder SET last = 4; INSERT INTO item_by_holder SELECT population, holder, 4, 4 FROM item_by_holder`,
			"event 5: the order of pop_1 by holder has 5 entries, of which 4 fit, where there are 5"},
		{"who is named where", `DELETE FROM event_entity WHERE id = 'usr_ben' AND seq = 2`, "the list of which events name whom"},
		{"a trigger more", `CREATE TRIGGER sly AFTER INSERT ON event BEGIN SELECT 1; END`, "the schema has a trigger sly that is not Countersign's"},
		{"an index gone", `DROP INDEX grant_now`, "the schema's index grant_now is gone"},
	} {
		t.Run(c.what, func(t *testing.T) {
			path := copyFile(t, world)
			attack(t, path, func(db *sql.DB) { run(t, db, c.edit) })
			rep := verify(t, reopen(t, path), nil)
			if rep.OK() || len(rep.Faults) == 0 || !strings.HasPrefix(rep.Faults[0], c.want) {
				t.Errorf("found %q, want first %q", rep.Faults, c.want)
			}
		})
	}
}

func TestVerifyMissesTriggersThatAreGone(t *testing.T) {
	path := aWorld(t)
	db := raw(t, path)
	run(t, db, "DROP TRIGGER decision_closes")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, reopen(t, path), nil); len(rep.Faults) != 1 || rep.Faults[0] != "the schema's trigger decision_closes is gone" {
		t.Errorf("found %q", rep.Faults)
	}
}

// rehash makes the log fit its lines again, as someone does who knows how.
func rehash(t testing.TB, db *sql.DB) {
	t.Helper()
	run(t, db, "DELETE FROM log_hash")
	var b auditlog.Builder
	idx := int64(0)
	for _, line := range column[string](t, db, "SELECT line FROM event ORDER BY seq") {
		hs, err := b.Append([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hs {
			run(t, db, "INSERT INTO log_hash (idx, hash) VALUES (?, ?)", idx, h[:])
			idx++
		}
	}
}

// A skilful edit fits itself: only what was kept outside finds it.
func TestOnlyACheckpointFindsARewrittenHistory(t *testing.T) {
	path := aWorld(t)
	cp := checkpoint(t, path)
	attack(t, path, func(db *sql.DB) {
		run(t, db, `UPDATE event SET line = replace(line, '"answer":"revoke"', '"answer":"keep"') WHERE seq = 7`)
		run(t, db, `UPDATE decision SET answer = 'keep' WHERE from_seq = 7`)
		rehash(t, db)
	})
	s := reopen(t, path)
	if rep := verify(t, s, nil); !rep.OK() {
		t.Errorf("without a checkpoint: %q", rep.Faults)
	}
	rep := verify(t, s, cp)
	if rep.OK() || rep.Comparison.Relation != auditlog.Forked || len(rep.Faults) != 0 {
		t.Errorf("with a checkpoint: %+v", rep)
	}
}

func TestOnlyACheckpointFindsACutTail(t *testing.T) {
	path := aWorld(t)
	cp := checkpoint(t, path)
	attack(t, path, func(db *sql.DB) {
		for _, tb := range column[string](t, db, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name IN (SELECT m.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE p.name = 'from_seq')") {
			run(t, db, fmt.Sprintf(`DELETE FROM "%s" WHERE from_seq > 10`, tb))
			run(t, db, fmt.Sprintf(`UPDATE "%s" SET to_seq = NULL WHERE to_seq > 10`, tb))
		}
		run(t, db, "DELETE FROM event WHERE seq > 10")
		run(t, db, "DELETE FROM event_entity WHERE seq > 10")
		run(t, db, "DELETE FROM log_hash WHERE idx >= ?", auditlog.FirstStoredIndex(11))
	})
	s := reopen(t, path)
	if rep := verify(t, s, nil); !rep.OK() || rep.Events != 11 {
		t.Errorf("without a checkpoint: %+v", rep)
	}
	if rep := verify(t, s, cp); rep.OK() || rep.Comparison.Relation != auditlog.Shorter {
		t.Errorf("with a checkpoint: %+v", rep)
	}
}

// Whoever acted is a witness: an event that says which root its actor saw does
// not fit a history rewritten before it.
func TestWhatActorsSawFindsARewrittenHistory(t *testing.T) {
	path := aWorld(t)
	s := reopen(t, path)
	var h review.Head
	storetest.View(t, s, func(tx review.Tx) (err error) { h, err = tx.Log(); return err })
	storetest.Append(t, s, domain.Event{Type: domain.EvExported, Saw: domain.Sight{Size: h.Size, Root: h.Root}})
	if rep := verify(t, s, nil); !rep.OK() {
		t.Fatalf("untouched: %q", rep.Faults)
	}
	attack(t, path, func(db *sql.DB) {
		run(t, db, `UPDATE event SET line = replace(line, '"answer":"revoke"', '"answer":"keep"') WHERE seq = 7`)
		run(t, db, `UPDATE decision SET answer = 'keep' WHERE from_seq = 7`)
		rehash(t, db)
	})
	want := fmt.Sprintf("event %d: its actor saw the log at size %d with another root", h.Size, h.Size)
	if rep := verify(t, s, nil); len(rep.Faults) != 1 || !strings.HasPrefix(rep.Faults[0], want) {
		t.Errorf("found %q, want %q", rep.Faults, want)
	}
}

func TestBackup(t *testing.T) {
	path := aWorld(t)
	s := reopen(t, path)
	dest := filepath.Join(t.TempDir(), "copy ?#.db")
	if err := s.Backup(bg, dest); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dest)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v", info.Mode(), err)
	}
	cp, err := s.Checkpoint(bg)
	if err != nil {
		t.Fatal(err)
	}
	copied := reopen(t, dest)
	if rep := verify(t, copied, &cp); !rep.OK() || rep.Events != 13 {
		t.Errorf("the copy: %+v", rep)
	}
	before, err := os.ReadFile(dest)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(bg, dest); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("a second backup to the same file: %v", err)
	}
	if after, err := os.ReadFile(dest); err != nil || string(after) != string(before) {
		t.Errorf("the file that was there changed (%v)", err)
	}
	if err := s.Backup(bg, filepath.Join(t.TempDir(), "no", "such")); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("a backup into a folder that is not there: %v", err)
	}
}
