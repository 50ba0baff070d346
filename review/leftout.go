package review

import (
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// LeftOut is a holding that gave no item, with the reason.
type LeftOut struct {
	Holding domain.Grant
	Reason  string
}

// Reasons by which a holding is no item that are no exclusions.
const (
	LeftOrphaned = "orphaned: "
	LeftRejected = "rejected: its level is not a rung that can be decided"
)

// LeftOuts yields every holding of the frozen organisation that gave no item of a
// campaign, in the order of holdings: excluded, orphaned or rejected. It is worked
// out from the organisation and the definition alone, so that it says the same at
// any later time. What narrowed a scope by facts that are not frozen (usage, earlier
// decisions) stands with the reasons of that kind which the tie-out counts: item
// tells whether a holding became one, and is asked only then.
func LeftOuts(o *domain.Org, c Campaign, item func(domain.ID) bool) iter.Seq[LeftOut] {
	at, s := c.FrozenAt, c.Definition.Scope
	narrowed := narrowedBecause(c)
	return func(yield func(LeftOut) bool) {
		held := make(map[domain.ID]bool, o.Count(domain.KindGrant))
		for row := range o.Holdings(at) {
			g := row.Record.(domain.Grant)
			held[g.ID] = true
			why := ""
			if g.Level == domain.None || g.Level > g.Ladder().Top() {
				why = LeftRejected
			} else if why = s.excludes(o, g); why == "" && narrowed != "" && !item(g.ID) {
				why = narrowed
			}
			if why != "" && !yield(LeftOut{g, why}) {
				return
			}
		}
		for row := range o.All(domain.KindGrant) {
			g := row.Record.(domain.Grant)
			if !held[g.ID] && !yield(LeftOut{g, gaveNothing(o, g, at)}) {
				return
			}
		}
	}
}

// Narrowed tells whether a campaign's scope was narrowed by facts that are not
// frozen with the organisation.
func (c Campaign) Narrowed() bool { return narrowedBecause(c) != "" }

// narrowedBecause gives the reasons of a narrowed scope, "" where it was not.
func narrowedBecause(c Campaign) string {
	if s := c.Definition.Scope; s.Unused <= 0 && !s.NewSince && s.Uncovered == "" {
		return ""
	}
	var out []string
	for _, why := range []string{ExcludedUsed, ExcludedTooNew, ExcludedNoUsage, ExcludedUnchanged, ExcludedCovered, ExcludedFramework} {
		if c.TieOut.Excluded[why] > 0 {
			out = append(out, why)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", or ")
}

// gaveNothing says why a stored grant is no holding at an instant.
func gaveNothing(o *domain.Org, g domain.Grant, at time.Time) string {
	switch why := missing(o, g); {
	case why != "":
		return LeftOrphaned + why
	case g.Window.Span(o.Zone()).To <= at.Unix():
		return ExcludedOver
	}
	return ExcludedRestricts
}
