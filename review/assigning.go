package review

import (
	"context"
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
		conflicts: newConflicts(o, k.givers, k.Stager), refuse: c.Definition.Conflicts == RefuseConflicts}
}

// panelOf gives whom a stage asks.
func panelOf(s Stage) panel {
	return panel{chain: s.Reviewers, all: s.All, additional: s.Additional, fallback: s.Fallback}
}

// Told gives a population what there is to know besides the organisation to
// say who reviews what. Without it nobody is stood in for, and no change is
// known to be anybody's.
func (p *Population) Told(k Reviewing) { p.known = k }

// reviewing tells a population who stands in for whom, and who is behind what
// it reviews.
func (s *Service) reviewing(ctx context.Context, p *Population, stager domain.ID) error {
	return s.store.View(ctx, func(tx Tx) error {
		all, err := tx.Substitutes()
		if err != nil {
			return err
		}
		k := Reviewing{StandIns: StandInsAt(all, p.at, p.org.Zone()), Stager: stager}
		if k.givers, err = giversOf(tx, p.since); err != nil {
			return err
		}
		p.Told(k)
		return nil
	})
}

// meet resolves every holding ahead of its item, so that people who review
// each other are known before the first item is made. Where conflicts are
// refused, those found pass their items on, until no new pair comes of that.
func (d *describer) meet(in iter.Seq2[domain.Grant, domain.Seq]) {
	r := d.resolver
	for again := true; again; {
		for g, since := range in {
			if ownerOf(d.o, g) == "" {
				continue
			}
			h := holding{g, since, d.holder(g).subjects}
			for i, stage := range d.c.Definition.Stages {
				if answers, _, again := r.stage(h, i, panelOf(stage)); !again { // else they are noted
					r.conflicts.note(g, answers)
				}
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
	if cap(d.room) < 4 {
		d.room = make([]Assigned, 0, 512)
	}
	list := d.room
	for i, stage := range d.c.Definition.Stages {
		answers, passed, _ := d.resolver.stage(h, i, panelOf(stage))
		if passed {
			flag(FlagPassedOn)
		}
		for _, a := range answers {
			list = append(list, Assigned{Campaign: d.c.ID, Item: it.No, Stage: i + 1, Reviewer: a.Reviewer, For: a.For, Rule: a.Rule, Past: a.Past})
			if a.Reviewer == "" {
				flag(FlagNobody)
			}
			for _, c := range d.resolver.conflicts.of(h, a.Reviewer) {
				if !slices.Contains(it.Conflicts, c.text) {
					it.Conflicts = append(it.Conflicts, c.text)
				}
			}
		}
	}
	if len(list) > 0 {
		it.Assigned = slices.Clip(list)
		d.room = list[len(list):]
	}
}
