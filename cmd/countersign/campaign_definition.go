package main

import (
	"strings"

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
	p.line("%s: the campaign %q is drafted from version %d of %q, due %s", c.ID, c.Name, c.Version, definition, s.when(c.Due))
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
	if fl.Changed("stage") {
		stages = said.Stages
	}
	for name, lay := range map[string]func(){
		"kinds": func() { d.Scope.Kinds = said.Scope.Kinds }, "agents": func() { d.Scope.Agents = said.Scope.Agents },
		"groups": func() { d.Scope.Groups = said.Scope.Groups }, "people": func() { d.Scope.Principals = said.Scope.Principals },
		"areas": func() { d.Scope.Areas = said.Scope.Areas }, "classes": func() { d.Scope.Classifications = said.Scope.Classifications },
		"roles": func() { d.Scope.Roles = said.Scope.Roles }, "unused": func() { d.Scope.Unused = said.Scope.Unused },
		"new-since-last": func() { d.Scope.NewSince = said.Scope.NewSince },
		"exclude":        func() { d.Scope.Exclude = said.Scope.Exclude },
		"from-coverage":  func() { d.Scope.Uncovered, d.Scope.UncoveredBy = said.Scope.Uncovered, said.Scope.UncoveredBy },
		"sources":        func() { d.Scope.Sources = said.Scope.Sources },
		"externals-only": func() { d.Scope.ExternalsOnly = said.Scope.ExternalsOnly },
		"reviewers":      func() { stages[0].Reviewers = said.Stages[0].Reviewers },
		"fallback":       func() { stages[0].Fallback = said.Stages[0].Fallback },
		"diligence":      func() { d.Diligence = said.Diligence },
		"strategy": func() {
			if len(f.stages) > 0 {
				d.Strategy = said.Strategy
			} else {
				stages[0].Strategy = said.Stages[0].Strategy
			}
		},
		"stops":          func() { d.Stops = said.Stops },
		"non-response":   func() { d.NonResponse = said.NonResponse },
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

// narrow puts into a scope what narrows it by usage, by what was decided, and
// by exclusions.
func (f campaignFlags) narrow(o *domain.Org, s *review.Scope) (err error) {
	if f.unused != "" {
		if s.Unused, err = parseUnused(f.unused); err != nil {
			return err
		}
	}
	s.NewSince = f.newSince
	for _, text := range f.exclude {
		what, why, ok := strings.Cut(text, ": ")
		if !ok || strings.TrimSpace(why) == "" {
			return domain.Errorf(domain.Invalid, "the exclusion %q has no reason", text).
				Hinted("write it as: Tom Vale: the board reviews him")
		}
		x := review.Exclusion{Reason: strings.TrimSpace(why)}
		who, target, on := strings.Cut(what, " on ")
		if on {
			target, x.Agent = cutAgent(o, target, excludedTargets)
		} else {
			who, x.Agent = cutAgent(o, who, excludedHolders)
		}
		x.Holder, x.Target = domain.ID(strings.TrimSpace(who)), domain.ID(strings.TrimSpace(target))
		s.Exclude = append(s.Exclude, x)
	}
	return readCoverage(o, s, f.coverage, f.until)
}

// cutAgent cuts " for AGENT" off what an exclusion names. What is called so as a whole
// is that, but for an agent named by its id.
func cutAgent(o *domain.Org, text string, kinds []domain.Kind) (string, domain.ID) {
	const between = " for "
	whole := " " + text
	_, err := findAny(o, strings.TrimSpace(text), kinds...)
	for at := 0; ; at++ {
		i := strings.Index(whole[at:], between)
		if i < 0 {
			return text, ""
		}
		at += i
		a, no := o.FindAgent(strings.TrimSpace(whole[at+len(between):]))
		if no == nil && (err != nil || string(a.ID) == strings.TrimSpace(whole[at+len(between):])) {
			return whole[:at], a.ID
		}
	}
}

// parseUnused reads for how long something was not used: "90 days", "52 weeks".
func parseUnused(text string) (int, error) {
	if n, err := review.ParseDays(text); err == nil {
		return n, nil
	}
	return 0, domain.Errorf(domain.Invalid, "%q does not say for how long something was not used", text).
		Hinted("write days or weeks: 90 days, 52 weeks")
}
