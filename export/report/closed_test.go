package report

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"countersign/export/xlsx"
	"countersign/review"
	"countersign/store/storetest"
)

// ended is a campaign at its end: the file of its store, the instant after, and what
// is exported of it. Each test has a copy of the store.
type ended struct {
	q          quarter
	file       []byte
	next       time.Time
	book, pack []byte
	wrote      PackageWritten
}

// played is the campaign that the first test to ask for it played.
var played struct {
	sync.Mutex
	made *ended
}

func playedOnce(t testing.TB) *ended {
	t.Helper()
	played.Lock()
	defer played.Unlock()
	if played.made != nil {
		return played.made
	}
	q := newQuarter(t)
	q.launch()
	q.decide()
	q.finish()
	var e ended
	storetest.View(t, q.s, func(tx review.Tx) error {
		e.next = tx.Now().Add(time.Second)
		return nil
	})
	path := filepath.Join(t.TempDir(), "ended.db")
	q.must(q.s.Backup(context.Background(), path))
	var err error
	e.file, err = os.ReadFile(path)
	q.must(err)
	e.book, _ = q.export()
	e.pack, e.wrote = packed(t, q.s, q.c.ID)
	e.q = *q
	played.made = &e
	return &e
}

// closedQuarter is a campaign that was decided and closed.
func closedQuarter(t testing.TB) *quarter {
	t.Helper()
	e := playedOnce(t)
	q := e.q
	q.t, q.s = t, storetest.Copy(t, e.file, e.next)
	q.svc = review.New(q.s)
	return &q
}

// closedBook is the workbook of the closed quarter.
func closedBook(t testing.TB) []byte {
	t.Helper()
	return bytes.Clone(playedOnce(t).book)
}

// closedPackage is the package of the closed quarter.
func closedPackage(t testing.TB) ([]byte, PackageWritten) {
	t.Helper()
	e := playedOnce(t)
	return bytes.Clone(e.pack), e.wrote
}

// opened reads a workbook.
func opened(t testing.TB, file []byte) *xlsx.Book {
	t.Helper()
	book, err := xlsx.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return book
}
