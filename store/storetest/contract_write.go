package storetest

import (
	"errors"
	"sync"
	"testing"

	"countersign/domain"
	"countersign/review"
)

func writers(t *testing.T, s review.Store) {
	const each, many = 20, 8
	first := head(t, s).Size
	var wg sync.WaitGroup
	errs := make(chan error, many)
	for range many {
		wg.Go(func() {
			for range each {
				err := s.Update(bg, func(tx review.WriteTx) error {
					h, err := tx.Log()
					if err != nil {
						return err
					}
					seq, err := tx.Append(domain.Event{Type: domain.EvExported})
					if err == nil && int64(seq) != h.Size {
						err = errors.New("an event's number is not the size before it")
					}
					return err
				})
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	if size := head(t, s).Size; size != first+each*many {
		t.Errorf("%d writers of %d events took the log from %d to %d", many, each, first, size)
	}
}

func ordinary(t *testing.T, s review.Store) {
	before := head(t, s)
	err := s.Update(bg, func(tx review.WriteTx) error {
		return errors.Join(tx.SetPref(Ana.ID, "theme", "dark"), tx.SetPref(Ana.ID, "theme", "light"), tx.SetPref(Ben.ID, "theme", "plain"),
			tx.SaveMapping("hr", "a=b"), tx.SaveMapping("hr", "a=c"), tx.SaveMapping("okta", "x"))
	})
	if err != nil {
		t.Fatal(err)
	}
	View(t, s, func(tx review.Tx) error {
		for who, want := range map[domain.ID]string{Ana.ID: "light", Ben.ID: "plain", Cleo.ID: ""} {
			if v, err := tx.Pref(who, "theme"); err != nil || v != want {
				t.Errorf("%s's theme is %q, %v", who, v, err)
			}
		}
		if v, err := tx.Mapping("hr"); err != nil || v != "a=c" {
			t.Errorf("mapping %q, %v", v, err)
		}
		if _, err := tx.Mapping("none"); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("a mapping nobody saved: %v", err)
		}
		m, err := tx.Mappings()
		if len(m) != 2 || m["okta"] != "x" {
			t.Errorf("mappings %v", m)
		}
		return err
	})
	if after := head(t, s); after != before {
		t.Error("ordinary rows moved the log")
	}
}
