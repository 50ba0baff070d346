package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

// replayAll replays every campaign of a store, as each test's world does when
// its test ends: what is stored is what the log makes it. A test that failed,
// or that changes the file behind the program's back, is left alone.
func replayAll(t testing.TB, s *store.Store) {
	t.Helper()
	if t.Failed() || t.Skipped() {
		return
	}
	ctx := context.Background()
	var all []review.Campaign
	if err := s.View(ctx, func(tx review.Tx) (err error) { all, err = tx.Campaigns(); return err }); err != nil {
		t.Errorf("reading the campaigns: %v", err)
	}
	for _, c := range all {
		if c.Population == "" {
			continue
		}
		r, err := review.New(s).Replay(ctx, c.ID, nil)
		if err != nil {
			t.Errorf("replaying %s: %v", c.Name, err)
			continue
		}
		for _, d := range r.Differences {
			t.Errorf("replaying %s: %s", c.Name, d.Words(func(id domain.ID) string { return string(id) }))
		}
	}
}
