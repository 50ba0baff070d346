//go:build cgo

package store

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

func opened(t *testing.T) *Store {
	s, err := Create(t.Context(), filepath.Join(t.TempDir(), "x.db"), Options{Mode: review.Rehearsal})
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

// Packed rows come out of the database as they were packed, whether a value is
// the same as in the row before or not: empty, long, no UTF-8, negative.
func TestPackedRowsAreWrittenAsTheyAre(t *testing.T) {
	s := opened(t)
	for _, many := range []int{0, 1, 2, 3, 8, 9} {
		t.Run(fmt.Sprintf("%d a statement", many), func(t *testing.T) { packedRows(t, s, many) })
	}
}

func packedRows(t *testing.T, s *Store, many int) {
	rows := [][2]any{{"", "x"}, {"", "x"}, {"a", "x"}, {"a\x00b", ""}, {strings.Repeat("é", 5000), ""}, {"\xff", "x"}, {"", "y"}, {"", "y"}}
	nums := []int64{0, 0, -1, 1 << 62, 7, 7, 8, 0}
	p := newPacker("packed (a, n, b, c)", 4, nil)
	p.many = many
	for i, r := range rows {
		p.text(r[0].(string))
		p.number(nums[i])
		if err := p.written(func(b []byte) ([]byte, error) { return append(b, r[1].(string)...), nil }); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			p.number(int64(i))
		} else {
			p.nothing()
		}
	}
	err := s.writing(t.Context(), staging, func(conn *sql.Conn, q *sql.Tx) error {
		if _, err := q.Exec("DROP TABLE IF EXISTS packed; CREATE TEMP TABLE packed (a TEXT, n INTEGER, b TEXT, c INTEGER)"); err != nil {
			return err
		}
		if done, err := put(conn, p.taken()); err != nil || done != len(rows) {
			t.Errorf("%d rows went in, %v", done, err)
		}
		got, err := q.Query("SELECT CAST(a AS BLOB), n, b, c FROM packed ORDER BY rowid")
		if err != nil {
			return err
		}
		i := 0
		for ; got.Next(); i++ {
			var a []byte
			var n int64
			var b string
			var c sql.NullInt64
			if err := got.Scan(&a, &n, &b, &c); err != nil {
				return err
			}
			if string(a) != rows[i][0] || n != nums[i] || b != rows[i][1] || c.Valid != (i%3 == 0) || c.Int64 != int64(i)*(1-min(int64(i%3), 1)) {
				t.Errorf("row %d is %q %d %q", i, a, n, b)
			}
		}
		if i != len(rows) {
			t.Errorf("%d rows came out", i)
		}
		return got.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Outside of a transaction nothing is written packed: a context may have ended
// it meanwhile.
func TestNothingIsPutOutsideATransaction(t *testing.T) {
	s := opened(t)
	conn, err := s.write.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := newPacker("mapping (name, spec)", 2, nil)
	p.text("name")
	p.text("spec")
	done, err := put(conn, p.taken())
	if err == nil || done != 0 {
		t.Errorf("%d rows were put, %v", done, err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.View(t.Context(), func(tx review.Tx) error {
		all, err := tx.Mappings()
		if len(all) != 0 {
			t.Errorf("there is %v", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A large event that would begin what is there already names that one, also
// where others of the same event went in before it, and leaves nothing.
func TestLargeEventThatDoesNotFit(t *testing.T) {
	s := opened(t)
	person := func(i int) domain.Principal {
		return domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%04d", i)), Kind: domain.User, Name: fmt.Sprint(i),
			Email: fmt.Sprintf("p%d@acme.example", i), Status: domain.Active}
	}
	begin := func(tx review.WriteTx, from, to int) error {
		e := domain.Event{Type: domain.EvApplied, Subject: "seed"}
		for i := to; i >= from; i-- {
			d, err := domain.DeltaOf(nil, person(i))
			if err != nil {
				return err
			}
			e.Changes = append(e.Changes, d)
		}
		_, err := tx.Append(e)
		return err
	}
	err := s.Update(t.Context(), func(tx review.WriteTx) error {
		if err := begin(tx, 777, 777); err != nil {
			return err
		}
		err := begin(tx, 0, 1999)
		if err == nil || !strings.Contains(err.Error(), "usr_0777") || domain.CodeOf(err) != domain.Conflict {
			t.Errorf("a person who is there was begun: %v", err)
		}
		return begin(tx, 1000, 3500) // the transaction goes on
	})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := s.Verify(t.Context(), VerifyOptions{})
	if err != nil || !rep.OK() {
		t.Errorf("%v %v", rep.Faults, err)
	}
	var n int
	if err := s.read.QueryRow("SELECT count(*) FROM principal").Scan(&n); err != nil || n != 2502 {
		t.Errorf("%d people are there, %v", n, err)
	}
	var pages int
	if err := s.write.QueryRow("PRAGMA wal_autocheckpoint").Scan(&pages); err != nil || pages != ownCheckpoint {
		t.Errorf("a commit copies after %d pages, %v", pages, err)
	}
}

// Rows that are read packed come as they are: texts longer than a portion, many
// portions, NULL; a question may be asked between them, and a reader may stop.
func TestManyRowsComeAsTheyAre(t *testing.T) {
	s := opened(t)
	long := strings.Repeat("long ", 60_000)
	err := s.writing(t.Context(), staging, func(conn *sql.Conn, q *sql.Tx) error {
		if _, err := q.Exec("CREATE TEMP TABLE many (a TEXT, n INTEGER, z INTEGER)"); err != nil {
			return err
		}
		const all = 5000
		for i := range all {
			a, z := any(fmt.Sprintf("row %d", i/3)), any(nil)
			if i%1000 == 7 {
				a, z = long+fmt.Sprint(i), int64(i)
			}
			if _, err := q.Exec("INSERT INTO many VALUES (?, ?, ?)", a, -i, z); err != nil {
				return err
			}
		}
		r := &tx{s: s, ctx: t.Context(), conn: conn, sql: q}
		var a string
		var n int
		var z sql.NullInt64
		dest := []unpacking{text[string]{&a}, number[int]{&n}, nullable{&z}}
		i := 0
		read := func(last int) error {
			i = 0
			return r.manyRows("SELECT a, n, z FROM many WHERE n <= ? AND a <> ? ORDER BY n DESC", []any{int64(0), "none"}, dest, func() error {
				want, has := fmt.Sprintf("row %d", i/3), i%1000 == 7
				if has {
					want = long + fmt.Sprint(i)
				}
				if a != want || n != -i || z.Valid != has || has && z.Int64 != int64(i) {
					t.Fatalf("row %d is %.40q %d %v", i, a, n, z)
				}
				var again int
				if err := q.QueryRow("SELECT n FROM many WHERE n = ?", n).Scan(&again); err != nil || again != n {
					t.Fatalf("asked between rows: %d %v", again, err)
				}
				if i++; i == last {
					return errStop
				}
				return nil
			})
		}
		if err := read(0); err != nil || i != all {
			t.Errorf("%d rows came, %v", i, err)
		}
		if err := read(1200); !errors.Is(err, errStop) || i != 1200 {
			t.Errorf("stopped at %d: %v", i, err)
		}
		if err := r.manyRows("SELECT n, n, n FROM many", nil, dest, func() error { return nil }); err == nil || !strings.Contains(err.Error(), "column 1") {
			t.Errorf("a number where a text belongs: %v", err)
		}
		if err := r.manyRows("SELECT a FROM nowhere", nil, dest, func() error { return nil }); err == nil {
			t.Error("a table that is not there was read")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
