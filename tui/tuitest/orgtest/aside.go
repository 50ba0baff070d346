package orgtest

import (
	"context"
	"fmt"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
)

// Aside is what stands beside the organisation of a World: no change set makes it.
type Aside struct {
	Waits       map[domain.ID]int // unanswered items by reviewer
	Handed      []string          // what was handed over: "usr_lee to usr_tom: left"
	Substitutes []review.Substitute
}

// Left implements people.Reads: the items that wait on somebody.
func (w *World) Left(_ context.Context, person, to domain.ID) ([]change.LeftOver, error) {
	n := w.Aside.Waits[person]
	if n == 0 {
		return nil, w.Fails
	}
	text := fmt.Sprintf("Q1 %s: %d items unanswered", Hostile, n)
	if to != "" {
		text += ", to be reassigned to " + w.Org.Name(domain.KindPrincipal, to)
	}
	return []change.LeftOver{{Text: text, Items: n}}, w.Fails
}

// HandItems implements people.Acts.
func (w *World) HandItems(_ context.Context, person, to domain.ID, reason string) (string, error) {
	w.Aside.Handed = append(w.Aside.Handed, fmt.Sprintf("%s to %s: %s", person, to, reason))
	return "reassigned: " + review.Count(w.Aside.Waits[person], "item", "items"), w.Fails
}

// Brings implements people.Reads: the findings of the organisation with the changes that
// it has not without them, about the person.
func (w *World) Brings(_ context.Context, person domain.ID, changes []domain.Change) ([]string, error) {
	after, err := w.Org.Advance(w.Org.Key(), changes)
	if err != nil {
		return nil, nil // refused in its own words when it is judged
	}
	was := map[string]bool{}
	for _, f := range w.Org.Findings(domain.Facts{At: Now}) {
		was[f.Text] = true
	}
	var out []string
	for _, f := range after.Findings(domain.Facts{At: Now}) {
		if !was[f.Text] && strings.Contains(f.Text, after.Name(domain.KindPrincipal, person)) {
			out = append(out, f.Severity.String()+": "+f.Text)
		}
	}
	return out, w.Fails
}

// Substitutes implements people.Reads.
func (w *World) Substitutes(_ context.Context, person domain.ID) ([]review.Substitute, error) {
	var out []review.Substitute
	for _, s := range w.Aside.Substitutes {
		if person == "" || s.Person == person {
			out = append(out, s)
		}
	}
	return out, w.Fails
}

// SetSubstitute implements people.Acts.
func (w *World) SetSubstitute(_ context.Context, _ domain.Sight, in review.Substitute) (review.Substitute, error) {
	if in.Person == in.Substitute {
		return in, domain.Errorf(domain.Invalid, "nobody is their own substitute").Hinted("name someone else")
	}
	in.ID = domain.ID(fmt.Sprintf("sub_%d", len(w.Aside.Substitutes)+1))
	w.Aside.Substitutes = append(w.Aside.Substitutes, in)
	return in, w.Fails
}

// EndSubstitute implements people.Acts.
func (w *World) EndSubstitute(_ context.Context, _ domain.Sight, id domain.ID, _ string) (review.Substitute, error) {
	for i, s := range w.Aside.Substitutes {
		if s.ID == id {
			w.Aside.Substitutes = append(w.Aside.Substitutes[:i:i], w.Aside.Substitutes[i+1:]...)
			return s, w.Fails
		}
	}
	return review.Substitute{}, domain.Errorf(domain.NotFound, "there is no substitution %s", id).Hinted("load the list again")
}
