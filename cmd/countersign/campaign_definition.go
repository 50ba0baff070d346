package main

import (
	"time"

	"github.com/spf13/pflag"

	"countersign/domain"
	"countersign/review"
)

// onlyDue refuses flags that would change what a definition says: a campaign
// drafted from one is the one that was approved.
func onlyDue(fl *pflag.FlagSet) error {
	other := ""
	fl.Visit(func(x *pflag.Flag) {
		switch x.Name {
		case "definition", "due", "db", "as", "now", "seed":
		default:
			other = x.Name
		}
	})
	if other == "" {
		return nil
	}
	return domain.Errorf(domain.Invalid, "--%s is given beside --definition", other).
		Hinted("a campaign of a definition is as that was approved; change the definition: countersign definition edit")
}

// newFromDefinition drafts a campaign from the version in force of a
// definition.
func (s *session) newFromDefinition(name, definition, due string) error {
	c := review.Campaign{Name: name}
	err := s.view(func(tx review.Tx) error {
		versions, err := review.FindTemplate(tx, definition)
		if err != nil {
			return err
		}
		c.Template = versions[0].ID
		if due == "" {
			return nil
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c.Due, err = parseDue(o, due)
		return err
	})
	if err != nil {
		return err
	}
	if c, err = s.svc.NewCampaign(s.ctx, s.actor, c); err != nil {
		return err
	}
	p := s.newPage()
	p.line("%s: the campaign %q is drafted from version %d of %q, due %s", c.ID, c.Name, c.Version, definition, when(c.Due, time.UTC))
	p.line("next: countersign campaign stage %q", c.Name)
	return s.print(p)
}

// over lays the flags that are given over a definition.
func (f campaignFlags) over(fl *pflag.FlagSet, o *domain.Org, d review.Definition) (review.Definition, error) {
	said, err := f.definition(o)
	if err != nil {
		return d, err
	}
	stages := append([]review.Stage{}, d.Stages...)
	for name, lay := range map[string]func(){
		"kinds": func() { d.Scope.Kinds = said.Scope.Kinds }, "agents": func() { d.Scope.Agents = said.Scope.Agents },
		"groups": func() { d.Scope.Groups = said.Scope.Groups }, "people": func() { d.Scope.Principals = said.Scope.Principals },
		"areas": func() { d.Scope.Areas = said.Scope.Areas }, "classes": func() { d.Scope.Classifications = said.Scope.Classifications },
		"sources":        func() { d.Scope.Sources = said.Scope.Sources },
		"externals-only": func() { d.Scope.ExternalsOnly = said.Scope.ExternalsOnly },
		"reviewers":      func() { stages[0].Reviewers = said.Stages[0].Reviewers },
		"fallback":       func() { stages[0].Fallback = said.Stages[0].Fallback },
		"strategy":       func() { stages[0].Strategy = said.Stages[0].Strategy },
		"countersign":    func() { d.CountersignAll = said.CountersignAll },
		"reason-to-keep": func() { d.ReasonToKeep = said.ReasonToKeep }, "horizon": func() { d.Horizon = said.Horizon },
	} {
		if fl.Changed(name) {
			lay()
		}
	}
	d.Stages = stages
	return d, nil
}
