package review

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Redraft changes the plan of a campaign that is still a draft: its name, its due
// date, and what it reviews and who answers. Whoever does so has prepared it, and
// cannot launch it.
//
// A campaign of a definition is as that was approved: Conflict "from-definition"
// where its plan would be another. Conflict "by-the-clock": what the clock drafted
// keeps its name and its plan; "move": it is no draft any more; "name-taken".
// Invalid: as NewCampaign. Forbidden: the actor does not run it.
func (s *Service) Redraft(ctx context.Context, actor domain.Actor, id domain.ID, plan Campaign) (Campaign, error) {
	var c Campaign
	err := s.do(ctx, actor, act{"change", id, "campaign-owner"}, func(w *work) error {
		before, err := w.ownCampaign(id)
		if err != nil {
			return err
		}
		if before.State != Draft {
			return domain.Errorf(domain.Conflict, "the campaign %q is %s: its plan stands", before.Name, before.State).
				Hinted("what was staged is changed by handing items over and by a later due date; or cancel it and draft another").ByRule("move")
		}
		if c, err = w.redrafted(before, plan); err != nil {
			return err
		}
		if reflect.DeepEqual(before, c) {
			return nil
		}
		w.made(&c)
		var r rows
		r.put(before, c)
		_, err = w.append(w.event(EvRedrafted, c.ID), nil, &r)
		return err
	})
	return c, err
}

// redrafted gives the draft with another plan, checked.
func (w *work) redrafted(before, plan Campaign) (Campaign, error) {
	c := before
	c.Name, c.Due, c.Definition = strings.TrimSpace(plan.Name), plan.Due.UTC().Truncate(time.Millisecond), plan.Definition
	if before.Trigger != "" {
		return c, domain.Errorf(domain.Conflict, "the clock drafted %q by its definition", before.Name).
			Hinted("cancel it with a reason, and draft one by hand").ByRule("by-the-clock")
	}
	c.Definition = w.checking().said(c.Definition)
	if err := w.checkCampaign(&c); err != nil {
		return c, err
	}
	if err := c.Definition.Scope.checked(w.org); err != nil {
		return c, err
	}
	same := samePlan(w.checking().said(before.Definition), c.Definition)
	if before.Template != "" && !same {
		return c, domain.Errorf(domain.Conflict, "%q is drafted from a definition, and is as that was approved", before.Name).
			Hinted("change the definition, or draft another campaign that begins as it").ByRule("from-definition")
	}
	if same {
		c.Definition = before.Definition
	}
	return c, nil
}

// Resolve puts ids where a scope names people and things as they are called; what it
// names must be there (NotFound, Invalid, Conflict where a name means several).
func (s *Scope) Resolve(o *domain.Org) error { return s.checked(o) }

// samePlan tells whether two definitions say the same, as they are written down.
func samePlan(a, b Definition) bool {
	x, errA := domain.CanonicalJSON(a)
	y, errB := domain.CanonicalJSON(b)
	return errA == nil && errB == nil && slices.Equal(x, y)
}

// CheckPlan says what NewCampaign or, with c.ID, Redraft would refuse of a plan:
// nothing is written. It gives the plan with ids in place of names.
func CheckPlan(tx Tx, c Campaign) (Campaign, error) {
	o, err := tx.Org()
	if err != nil {
		return c, err
	}
	c.Name = strings.TrimSpace(c.Name)
	check := checking{tx, o, tx.Now()}
	c.Definition = check.said(c.Definition)
	if err := check.campaign(&c); err != nil {
		return c, err
	}
	return c, c.Definition.Scope.checked(o)
}

// Planned is what staging a plan would give at this moment.
type Planned struct {
	TieOut   TieOut // without levels and digest where only counted
	Loads    []Load // by stage, the most items first
	HighRisk int
	Holders  int // of what is reviewed
	Warnings []string
	First    []StagedItem // the first items, as they would be numbered
}

// Load is how many items one reviewer would answer for in a stage; Reviewer "" is
// for those that nobody can be asked about.
type Load struct {
	Stage    int
	Reviewer domain.ID
	Items    int
}

// plannedFirst is how many items a preview shows.
const plannedFirst = 50

// CountPlan tells how many holdings a scope takes, and what it leaves out why. A
// scope whose names are not ids is resolved first.
func (s *Service) CountPlan(ctx context.Context, c Campaign) (TieOut, error) {
	p, _, err := s.population(ctx, c)
	if err != nil {
		return TieOut{}, err
	}
	return p.tie, nil
}

// population sorts every holding of the present state by a plan.
func (s *Service) population(ctx context.Context, c Campaign) (*Population, AdviceFacts, error) {
	var p *Population
	var facts AdviceFacts
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if err := c.Definition.Scope.checked(o); err != nil {
			return err
		}
		c.Frozen = 0
		at := tx.Now()
		if facts, err = AdviceFactsOf(tx, c, at); err != nil {
			return err
		}
		p = NewPopulation(o, c, at, facts)
		return nil
	})
	return p, facts, err
}

// PreviewPlan says what staging a plan would give now, for whom: nothing of it is
// written. progress, where given, is told how many items were looked at.
func (s *Service) PreviewPlan(ctx context.Context, actor domain.Actor, c Campaign, progress func(done, total int)) (Planned, error) {
	var out Planned
	err := s.store.View(ctx, func(tx Tx) (err error) { c, err = CheckPlan(tx, c); return err })
	if err != nil {
		return out, err
	}
	if c.Owner == "" {
		c.Owner = actor.Principal
	}
	p, facts, err := s.population(ctx, c)
	if err != nil {
		return out, err
	}
	p.Advise(facts)
	if err := s.reviewing(ctx, p, actor.Principal); err != nil {
		return out, err
	}
	loads, holders, risky := map[Load]int{}, map[domain.Holder]bool{}, []int{}
	for it, err := range p.Items(progress) {
		if err != nil {
			return out, err
		}
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		holders[it.Holding.Holder] = true
		if it.HighRisk {
			risky = append(risky, it.No)
		}
		for _, a := range it.Assigned {
			loads[Load{Stage: a.Stage, Reviewer: a.Reviewer}]++
		}
		if len(out.First) < plannedFirst {
			out.First = append(out.First, it)
		}
	}
	for l, n := range loads {
		l.Items = n
		out.Loads = append(out.Loads, l)
	}
	slices.SortFunc(out.Loads, func(a, b Load) int {
		switch {
		case a.Stage != b.Stage:
			return a.Stage - b.Stage
		case a.Items != b.Items:
			return b.Items - a.Items
		}
		return strings.Compare(string(a.Reviewer), string(b.Reviewer))
	})
	out.TieOut, out.Holders, out.HighRisk = p.TieOut(), len(holders), len(risky)
	if err := c.Definition.checkHighRisk(c.Name, risky); err != nil {
		out.Warnings = append(out.Warnings, err.Error())
	}
	if p.Len() == 0 {
		out.Warnings = append(out.Warnings, "nothing is in its scope: it could not be staged")
	}
	return out, nil
}
