package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
)

// When what is decided shows in the systems themselves (seeds: Twig, "group
// permissions on next login/refresh", "permissions cached for 5 minutes",
// scheduled sync; PolyAI, "take effect immediately"). The state shown here is
// the decided one, which holds at once.
const (
	atLogin = "whoever gains sees it at the next login or refresh, at the latest once the 5 minutes are over for which permissions are cached"
	atOnce  = "what is taken is lost at once, apart from those 5 minutes"
	areasAt = "area levels hold immediately"
	syncAt  = "%s answers for part of this: its next sync or import may set that again"
)

// TakesEffect says when a change set's effects show, a line each; none where
// nobody's access changes.
func TakesEffect(o *domain.Org, changes []domain.Change, effects []domain.Effect) []string {
	var gains, loses, areas bool
	for _, e := range effects {
		switch {
		case e.Target.Kind == domain.TargetArea:
			areas = areas || e.Agent == "" // inside an agent it follows the agent
		case e.Target.Kind == domain.TargetDuty:
		case e.Rises():
			gains = true
		default:
			loses = true
		}
	}
	var out []string
	for _, l := range []struct {
		so   bool
		text string
	}{{gains, atLogin}, {loses, atOnce}, {areas, areasAt}} {
		if l.so {
			out = append(out, l.text)
		}
	}
	outside := map[string]bool{}
	for _, c := range changes {
		for _, r := range [2]domain.Record{c.Before, c.After} {
			if s := answersFor(o, r); s != "" {
				outside[s] = true
			}
		}
	}
	if len(effects) > 0 && len(outside) > 0 {
		out = append(out, fmt.Sprintf(syncAt, strings.Join(slices.Sorted(maps.Keys(outside)), ", ")))
	}
	return out
}

// answersFor gives the source that a record's access follows: its own, or the
// one of the group that a membership is of.
func answersFor(o *domain.Org, r domain.Record) string {
	switch r := r.(type) {
	case domain.Grant:
		if r.Origin.Outside() {
			return r.Origin.Source
		}
		if g, ok := o.Group(r.Target.ID); ok && r.Target.Kind == domain.TargetGroup {
			return g.Origin.Source
		}
	case domain.Group:
		return r.Origin.Source
	}
	return ""
}

// SeenWhen says, of one question, when its answer shows in the system itself.
func SeenWhen(o *domain.Org, a domain.Access) string {
	s := "This is the decided state"
	if a.Target.Kind == domain.TargetArea && a.Agent == "" {
		return s + "; " + areasAt
	}
	s += "; a change shows at the next login or refresh, once the 5 minutes are over for which permissions are cached"
	outside := map[string]bool{}
	for _, p := range a.Paths {
		for _, st := range p.Steps {
			if g, ok := o.Group(st.Holder.ID); ok && st.Holder.Kind == domain.HolderGroup && g.Origin.Outside() {
				outside[g.Origin.Source] = true
			}
		}
	}
	if len(outside) > 0 {
		s += "; groups of " + strings.Join(slices.Sorted(maps.Keys(outside)), ", ") + " follow its next sync"
	}
	return s
}
