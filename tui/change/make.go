package change

import (
	"strings"

	"countersign/domain"
)

// SetGrant makes the changes after which a holder has exactly this level on a
// target, for all agents (agent empty) or for one, in a window: one grant kept or
// begun, others ended. At the bottom of the ladder nothing is kept, besides for
// areas, which domain.SetArea sets. Nothing changes where it is so already.
func SetGrant(o *domain.Org, h domain.Holder, t domain.Target, agent domain.ID, level domain.Level, w domain.Window, id func(string) domain.ID) []domain.Change {
	var out []domain.Change
	kept := level == domain.None
	for _, g := range o.GrantsOf(h) {
		if g.Target != t || g.Agent != agent {
			continue
		}
		if kept {
			out = append(out, domain.End(g))
			continue
		}
		kept = true
		after := g
		after.Level, after.Window = level, w
		if after != g {
			after.Origin = domain.Origin{} // what is changed here is given here
			out = append(out, domain.Replace(g, after))
		}
	}
	if !kept {
		out = append(out, domain.Begin(domain.Grant{ID: id(domain.PrefixGrant), Holder: h, Target: t, Agent: agent, Level: level, Window: w}))
	}
	return out
}

// Person, Group, Agent and Source give a record of the picture for a draft; one that is
// gone is NotFound.
func (p Picture) Person(id domain.ID) (domain.Principal, error) {
	r, ok := p.Org.Principal(id)
	if !ok {
		return r, gone("person", id)
	}
	return r, nil
}

// Group is as Person.
func (p Picture) Group(id domain.ID) (domain.Group, error) {
	r, ok := p.Org.Group(id)
	if !ok {
		return r, gone("group", id)
	}
	return r, nil
}

// Agent is as Person.
func (p Picture) Agent(id domain.ID) (domain.Agent, error) {
	r, ok := p.Org.Agent(id)
	if !ok {
		return r, gone("agent", id)
	}
	return r, nil
}

// Source is as Person.
func (p Picture) Source(id domain.ID) (domain.Source, error) {
	r, ok := p.Org.Source(id)
	if !ok {
		return r, gone("data source", id)
	}
	return r, nil
}

// Role is as Person.
func (p Picture) Role(id domain.ID) (domain.Role, error) {
	r, ok := p.Org.Role(id)
	if !ok {
		return r, gone("role", id)
	}
	return r, nil
}

func gone(what string, id domain.ID) error {
	return domain.Errorf(domain.NotFound, "the %s %q is gone", what, id).Hinted("load the list again with f5")
}

// Set is a change set with a title, made of one or more changes.
func Set(title string, changes ...domain.Change) (domain.ChangeSet, error) {
	return domain.ChangeSet{Title: title, Changes: changes}, nil
}

// NeedName is a form's check for a name.
func NeedName(s string) string {
	if strings.TrimSpace(s) == "" {
		return "a name is needed"
	}
	return ""
}

// NeedDate is a form's check for a date that may be missing.
func NeedDate(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if _, err := domain.ParseDate(strings.TrimSpace(s)); err != nil {
		return err.Error()
	}
	return ""
}

// LeftOver is something that waits on a person: in words, and how many unanswered items
// it is that somebody else can take over.
type LeftOver struct {
	Text  string
	Items int
}
