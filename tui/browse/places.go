package browse

import (
	"countersign/domain"
	"countersign/tui"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// PlaceOfHolder is the page over who holds something; ok is false where there is none.
func PlaceOfHolder(o *domain.Org, h domain.Holder) (p tui.Lead, ok bool) {
	return PlaceOf(o, holderKinds[h.Kind], h.ID, "")
}

// PlaceOfTarget is the page over what something is on, or over the agent it is
// inside; ok is false where there is none.
func PlaceOfTarget(o *domain.Org, t domain.Target, agent domain.ID) (p tui.Lead, ok bool) {
	if p, ok = PlaceOf(o, targetKinds[t.Kind], t.ID, "what it is on"); ok || agent == "" {
		return p, ok
	}
	return PlaceOf(o, domain.KindAgent, agent, "inside this agent")
}

// WhoRows are those who have something as rows: name, department, level, how.
func WhoRows(p change.Picture, list []domain.Access) []ui.Record { return whoRows(p, list) }

// Forget has the next load read anew, though nothing was recorded since: something
// else is asked for.
func (b *Browser) Forget() { b.forgot.Add(1) }
