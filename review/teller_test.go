package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"countersign/review"
	"countersign/store/storetest"
)

// The story of an item that was excepted names who asked and who approved, and
// campaigns by their names; so does the history of the campaign.
func TestStoriesNameWhoAskedAndWhatItIsCalled(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.revoked()
	it := w.item(c, "gnt_dana")
	q, err := w.svc.Except(ctx, w.admin, c.ID, []int{it.No}, "2026-12-31", "the year-end close")
	w.must(err)
	_, err = w.svc.ApproveRequest(ctx, w.carl, q.ID, "until then")
	w.must(err)
	var story []string
	storetest.View(t, w.s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		s, err := review.StoryOf(tx, o, w.again(c), it.No)
		for _, e := range s.Events {
			story = append(story, o.Name("principal", e.Actor)+" "+e.Text)
		}
		return err
	})
	lines, err := w.svc.History(ctx, c.ID, 0, 100)
	w.must(err)
	var history []string
	for _, l := range lines {
		history = append(history, l.Actor+" "+l.Text)
	}
	done := `Carl made exceptions in "Q1": until 2026-12-31 (the year-end close), asked for by Ada Admin`
	for name, list := range map[string][]string{"story": story, "history": history} {
		if !slices.Contains(list, done) {
			t.Errorf("the %s does not say %q:\n%s", name, done, strings.Join(list, "\n"))
		}
		if s := strings.Join(list, "\n"); strings.Contains(s, "cmp_") {
			t.Errorf("the %s names a campaign by its id:\n%s", name, s)
		}
	}
	if !slices.ContainsFunc(story, func(s string) bool { return strings.HasPrefix(s, "Ada Admin asked for item") }) {
		t.Errorf("the story does not tell who asked:\n%s", strings.Join(story, "\n"))
	}
}
