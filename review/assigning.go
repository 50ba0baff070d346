package review

import (
	"iter"
	"slices"
	"time"

	"countersign/domain"
)

// Reviewing is what there is to know, besides the organisation, to say who
// reviews what: the substitutions in force, who is behind each holding, and
// who stages the campaign.
type Reviewing struct {
	StandIns StandIns
	Stager   domain.ID
	givers   map[domain.Seq]giver
}

func newResolver(o *domain.Org, c Campaign, at time.Time, k Reviewing) *resolver {
	return &resolver{o: o, at: at, owner: c.Owner, managers: map[domain.ID][]domain.ID{}, standIns: k.StandIns,
		conflicts: newConflicts(o, k.givers, k.Stager)}
}

// panelOf gives whom a stage asks.
func panelOf(s Stage) panel { return panel{chain: s.Reviewers, fallback: s.Fallback} }

// meet resolves every holding ahead of its item, so that people who review
// each other are known before the first item is made. Where conflicts are
// refused, those found pass their items on, until no new pair comes of that.
func (d *describer) meet(in iter.Seq[domain.Row]) {
	r := d.resolver
	for again := true; again; {
		for row := range in {
			g := row.Record.(domain.Grant)
			if ownerOf(d.o, g) == "" {
				continue
			}
			h := holding{g, row.Since, d.o.Subjects(g, d.at)}
			for _, stage := range d.c.Definition.Stages {
				answers, _ := r.resolve(h, panelOf(stage))
				r.conflicts.note(g, answers)
			}
		}
		again = r.conflicts.settle() && r.refuse
	}
}

// assign says who answers for an item, stage by stage, and what conflicts
// they have.
func (d *describer) assign(it *StagedItem) {
	flag := func(f string) {
		if !slices.Contains(it.Flags, f) {
			it.Flags = append(it.Flags, f)
		}
	}
	h := holding{it.Holding, it.Since, it.Subjects}
	for i, stage := range d.c.Definition.Stages {
		answers, passed := d.resolver.resolve(h, panelOf(stage))
		if passed {
			flag(FlagPassedOn)
		}
		for _, a := range answers {
			it.Assigned = append(it.Assigned, Assigned{Campaign: d.c.ID, Item: it.No, Stage: i + 1, Reviewer: a.Reviewer, Rule: a.Rule})
			if a.Reviewer == "" {
				flag(FlagNobody)
			}
		}
	}
}
