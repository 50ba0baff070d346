package store_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// The settings that MEASURED.md asks of every connection. synchronous 2 is
// FULL; the driver's own default would be 1, which a power cut undoes.
var settings = map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1",
	"recursive_triggers": "1", "trusted_schema": "0", "cell_size_check": "1"}

func TestSettingsReadBackOnEveryConnection(t *testing.T) {
	s := storetest.Open(t)
	write, read := store.Pools(s)
	for name, pool := range map[string]*sql.DB{"writer": write, "reader": read} {
		n := pool.Stats().MaxOpenConnections
		if name == "writer" && n != 1 {
			t.Errorf("%d connections may write", n)
		}
		if name == "reader" && n < 2 {
			t.Errorf("%d connections may read", n)
		}
		var held []*sql.Conn
		for i := range n { // all at once, so each is another
			c, err := pool.Conn(bg)
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c)
			want := map[string]string{"query_only": map[string]string{"writer": "0", "reader": "1"}[name]}
			for k, v := range settings {
				want[k] = v
			}
			for k, v := range want {
				var got string
				if err := c.QueryRowContext(bg, "PRAGMA "+k).Scan(&got); err != nil || got != v {
					t.Errorf("%s %d: %s is %s (%v), want %s", name, i, k, got, err, v)
				}
			}
		}
		for _, c := range held {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := read.Exec("DELETE FROM pref"); err == nil {
		t.Error("a reader wrote")
	}
}

func TestTheFileIsMarkedAsOurs(t *testing.T) {
	_, path := storetest.OpenWith(t, storetest.Options())
	db := raw(t, path)
	app := column[int](t, db, "PRAGMA application_id")[0]
	version := column[int](t, db, "PRAGMA user_version")[0]
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	if app != 0x4353676e || version != len(files) {
		t.Errorf("application_id %#x, user_version %d with %d migrations", app, version, len(files))
	}
}

func TestCreateAndOpen(t *testing.T) {
	dir := t.TempDir()
	refuse := func(what string, err error, code domain.Code) {
		t.Helper()
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v, want %s", what, err, code)
		}
	}
	// A path may have the characters that end one in a URI.
	path := filepath.Join(dir, "50% of a?b#c d&mode=memory.db")
	s, err := store.Create(bg, path, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	_, err = store.Create(bg, path, storetest.Options())
	refuse("made twice", err, domain.Conflict)
	storetest.Seed(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(names) != 1 {
		t.Errorf("after closing, the folder has %q, %v", names, err)
	}
	again := reopen(t, path)
	if again.Mode() != review.Rehearsal || again.LogID() != "log_test" || again.Path() != path {
		t.Errorf("opened again it is mode %d of %s at %s", again.Mode(), again.LogID(), again.Path())
	}
	storetest.View(t, again, func(tx review.Tx) error {
		h, err := tx.Log()
		if h.Size != 2 || tx.Mode() != review.Rehearsal {
			t.Errorf("opened again the log is %+v", h)
		}
		return err
	})

	_, err = store.Open(bg, filepath.Join(dir, "none.db"), storetest.Options())
	refuse("nothing there", err, domain.NotFound)
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opening made a file: %v", err)
	}
	_, err = store.Open(bg, dir, storetest.Options())
	refuse("a directory", err, domain.Invalid)
	untouched(t, "text", []byte("Name,Email,Group\nand more than a hundred bytes, so that whoever looks for the head of a database finds one to read\n"))
	untouched(t, "short", []byte("words"))
	untouched(t, "empty", nil)
	untouched(t, "foreign", foreign(t))
	_, err = store.Create(bg, filepath.Join(dir, "no", "such.db"), storetest.Options())
	refuse("a folder that is not there", err, domain.Forbidden)

	for what, c := range map[string]struct {
		app, version int
		code         domain.Code
	}{
		"another program's":                   {77, 1, domain.Invalid},
		"nobody's":                            {0, 0, domain.Invalid},
		"of a newer version":                  {0x4353676e, 1000, domain.Conflict},
		"ours, but its making was broken off": {0x4353676e, 0, domain.Invalid},
	} {
		p := filepath.Join(dir, what)
		db := raw(t, p)
		run(t, db, "CREATE TABLE t (x)")
		run(t, db, "PRAGMA application_id = "+strconv.Itoa(c.app))
		run(t, db, "PRAGMA user_version = "+strconv.Itoa(c.version))
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(bg, p, storetest.Options())
		refuse(what, err, c.code)
	}
	bad := storetest.Options()
	bad.LogID = "my log"
	_, err = store.Create(bg, filepath.Join(dir, "bad.db"), bad)
	refuse("a log id with a space", err, domain.Invalid)
	if _, err := os.Stat(filepath.Join(dir, "bad.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a database that could not be made was left: %v", err)
	}
}

// untouched sees that a file that is none of ours is refused as such, and
// stays as it was, with nothing beside it.
func untouched(t *testing.T, what string, body []byte) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, what)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		o := storetest.Options()
		o.ReadOnly = readOnly
		_, err := store.Open(bg, path, o)
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != domain.Invalid || e.Rule != "not-ours" || e.Hint == "" {
			t.Errorf("%s, read-only %v: %v, want that it is not ours and a way out", what, readOnly, err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(body) {
		t.Errorf("%s: the file changed from %d to %d bytes (%v)", what, len(body), len(after), err)
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(names) != 1 {
		t.Errorf("%s: beside it are now %q, %v", what, names, err)
	}
}

// foreign is another program's database, which keeps a journal of its own kind.
func foreign(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	db := raw(t, path)
	run(t, db, "PRAGMA journal_mode = DELETE")
	run(t, db, "CREATE TABLE t (x)")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestShare(t *testing.T) {
	o := storetest.Options()
	o.Share = true
	dir := filepath.Join(t.TempDir(), "shared")
	path := filepath.Join(dir, "x.db")
	s, err := store.Create(bg, path, o)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Seed(t, s)
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != 0o660 {
			t.Errorf("%s is %v, %v", filepath.Base(p), info.Mode(), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode() != os.ModeDir|os.ModeSetgid|0o770 {
		t.Errorf("the folder is %v, %v", info.Mode(), err)
	}
	second, err := store.Create(bg, filepath.Join(dir, "y.db"), o)
	if err != nil {
		t.Fatalf("a second one in the same folder: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	open := t.TempDir()
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Create(bg, filepath.Join(open, "z.db"), o); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("a folder open to all: %v", err)
	}
	if info, err := os.Stat(open); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("a folder that was there is now %v, %v", info.Mode(), err)
	}
}

func TestReadOnly(t *testing.T) {
	path := aWorld(t)
	o := storetest.Options()
	o.ReadOnly = true
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(bg, path, o)
	if err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, s, nil); !rep.OK() {
		t.Errorf("read only: %+v", rep)
	}
	err = s.Update(bg, func(review.WriteTx) error { return nil })
	if domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("a write: %v", err)
	}
	if err := s.StageItems(bg, "pop_2", storetest.Each([]review.StagedItem{{No: 1}}), nil); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("staging: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("reading changed the file (%v)", err)
	}
}

// A clock that went back never takes the log with it, and is marked.
func TestClockBack(t *testing.T) {
	clock := storetest.NewClock()
	o := storetest.Options()
	o.Now = clock.Now
	s, _ := storetest.OpenWith(t, o)
	storetest.Seed(t, s)
	clock.Set(storetest.Start.AddDate(0, 0, -2))
	back := storetest.Append(t, s, domain.Event{Type: domain.EvExported})
	clock.Set(storetest.Start.AddDate(0, 0, 1))
	ahead := storetest.Append(t, s, domain.Event{Type: domain.EvExported, ClockBack: true}) // not the caller's to say
	storetest.View(t, s, func(tx review.Tx) error {
		last, err := tx.Event(back - 1)
		if err != nil {
			return err
		}
		b, err := tx.Event(back)
		if err != nil {
			return err
		}
		a, err := tx.Event(ahead)
		if !b.ClockBack || !b.Time.Equal(last.Time) || a.ClockBack || !a.Time.After(b.Time) {
			t.Errorf("times %s, then %s (back %t), then %s (back %t)", last.Time, b.Time, b.ClockBack, a.Time, a.ClockBack)
		}
		return err
	})
	if rep := verify(t, s, nil); !rep.OK() {
		t.Errorf("%q", rep.Faults)
	}
}
