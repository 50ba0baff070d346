package domain

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// GroupFigures are what a group is and how its members use its agents (seed:
// Twig, group analytics).
type GroupFigures struct {
	Group        ID
	Members      int // its own, whatever their status
	Reached      int // its own and those of the groups below it
	Agents       int // given to it or to a group above it, and not archived or private
	Queries      int // of those it reaches, on those agents
	Accuracy     int // tenths of a percent, by queries; 0: not known
	Satisfaction int // hundredths of a point, by queries; 0: not known
}

// GroupFigures gives the figures of every group, by id. A query of somebody
// whom two groups reach counts in both.
func (o *Org) GroupFigures(u Usages, at time.Time) []GroupFigures {
	q := o.lookAt(at)
	agents := q.groupAgents()
	var out []GroupFigures
	for g := range o.grp.ordered {
		f := GroupFigures{Group: o.grp.rows.at(g).id, Agents: len(agents[g])}
		reached, own := map[int32]bool{}, map[int32]bool{}
		for m := range o.memberLinks(g) {
			if !m.span.Holds(q.at) {
				continue
			}
			reached[m.other] = true
			if o.grp.lookup(o.gnt.at(m.g).Target.ID) == g {
				own[m.other] = true
			}
		}
		f.Members, f.Reached = len(own), len(reached)
		var accuracy, satisfaction mean
		for _, t := range agents[g] {
			for _, use := range u.On(t) {
				if !reached[o.ppl.have(use.Principal)] {
					continue
				}
				f.Queries += use.Count
				accuracy.add(use.Accuracy, use.Count)
				satisfaction.add(use.Satisfaction, use.Count)
			}
		}
		f.Accuracy, f.Satisfaction = accuracy.value(), satisfaction.value()
		out = append(out, f)
	}
	return out
}

// groupAgents gives the agents that each group's members get by it.
func (q *look) groupAgents() [][]Target {
	o := q.o
	out := make([][]Target, o.grp.rows.n)
	f := o.forest
	for _, g := range f.walk {
		if !f.on[g] {
			continue
		}
		if up := f.up[g]; up >= 0 {
			out[g] = slices.Clone(out[up])
		}
		h := o.by[HolderGroup].get(g)
		for i := range h.res {
			l := &h.res[i]
			if TargetKind(l.kind) == TargetAgent && l.span.Holds(q.at) && q.agentOn(l.other) && o.agt.at(l.other).AccessType != Private {
				out[g] = append(out[g], Target{TargetAgent, o.agt.rows.at(l.other).id})
			}
		}
		slices.SortFunc(out[g], compareTargets)
		out[g] = slices.Compact(out[g])
	}
	return out
}

// mean is a mean weighted by queries of the values that are known.
type mean struct{ sum, weight int64 }

func (m *mean) add(value, count int) {
	if value > 0 && count > 0 {
		m.sum, m.weight = m.sum+int64(value)*int64(count), m.weight+int64(count)
	}
}

func (m *mean) value() int {
	if m.weight == 0 {
		return 0
	}
	return int((m.sum + m.weight/2) / m.weight)
}

// AccuracyWords says "87%" or "87.5%", "" where it is not known.
func (f GroupFigures) AccuracyWords() string {
	switch {
	case f.Accuracy == 0:
		return ""
	case f.Accuracy%10 == 0:
		return strconv.Itoa(f.Accuracy/10) + "%"
	}
	return fmt.Sprintf("%d.%d%%", f.Accuracy/10, f.Accuracy%10)
}

// SatisfactionWords says "4.3" or "4.35", "" where it is not known.
func (f GroupFigures) SatisfactionWords() string {
	switch {
	case f.Satisfaction == 0:
		return ""
	case f.Satisfaction%10 == 0:
		return fmt.Sprintf("%d.%d", f.Satisfaction/100, f.Satisfaction/10%10)
	}
	return fmt.Sprintf("%d.%02d", f.Satisfaction/100, f.Satisfaction%100)
}
