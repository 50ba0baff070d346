package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
)

// property is one property of a kind of thing that set can change.
type property struct {
	name    string
	value   string // what the value is called in the usage
	short   string
	example string
	kinds   []domain.Kind
	set     func(o *domain.Org, r domain.Record, value string) (domain.Record, error)
}

// none reads the words that clear a property.
func none(value string) bool { return value == "" || strings.EqualFold(value, "none") }

// personOrNone finds a principal, "" where the value clears it.
func personOrNone(o *domain.Org, value string) (domain.ID, error) {
	if none(value) {
		return "", nil
	}
	p, err := findPrincipal(o, value)
	return p.ID, err
}

var properties = []property{
	{"status", "STATUS", "Set a person's status: active, invited, lapsed, inactive", "status dana@acme.example inactive",
		[]domain.Kind{domain.KindPrincipal}, func(_ *domain.Org, r domain.Record, v string) (domain.Record, error) {
			p := r.(domain.Principal)
			var err error
			p.Status, err = domain.ParseStatus(v)
			return p, err
		}},
	{"manager", "MANAGER", "Set who someone reports to; none clears it", "manager dana@acme.example tom@acme.example",
		[]domain.Kind{domain.KindPrincipal}, func(o *domain.Org, r domain.Record, v string) (domain.Record, error) {
			p := r.(domain.Principal)
			var err error
			p.Manager, err = personOrNone(o, v)
			return p, err
		}},
	{"parent", "PARENT", "Put a group below another; none makes it stand alone", `parent group:"Tier 1" group:Support`,
		[]domain.Kind{domain.KindGroup}, func(o *domain.Org, r domain.Record, v string) (domain.Record, error) {
			g := r.(domain.Group)
			if none(v) {
				g.Parent = ""
				return g, nil
			}
			f, err := findAny(o, v, domain.KindGroup)
			g.Parent = f.id
			return g, err
		}},
	{"life", "LIFE", "Archive a group or an agent, or take it back: archived, active", `life group:"Tier 1" archived`,
		[]domain.Kind{domain.KindGroup, domain.KindAgent}, func(_ *domain.Org, r domain.Record, v string) (domain.Record, error) {
			life, err := domain.ParseLife(v)
			if a, ok := r.(domain.Agent); ok {
				a.Life = life
				return a, err
			}
			g := r.(domain.Group)
			g.Life = life
			return g, err
		}},
	{"type", "TYPE", "Set an agent's access type: Private, Group-Restricted, Organization", "type agent:Support Organization",
		[]domain.Kind{domain.KindAgent}, func(_ *domain.Org, r domain.Record, v string) (domain.Record, error) {
			a := r.(domain.Agent)
			var err error
			a.AccessType, err = domain.ParseAccessType(v)
			return a, err
		}},
	{"class", "CLASS", "Classify an agent or a source: Public, Internal, Confidential, Restricted", "class agent:Payroll Restricted",
		[]domain.Kind{domain.KindAgent, domain.KindSource}, func(_ *domain.Org, r domain.Record, v string) (domain.Record, error) {
			class, err := domain.ParseClassification(v)
			if a, ok := r.(domain.Agent); ok {
				a.Classification = class
				return a, err
			}
			s := r.(domain.Source)
			s.Classification = class
			return s, err
		}},
	{"owner", "OWNER", "Set who answers for an agent, a source, a key; none clears it", "owner agent:Support tom@acme.example",
		[]domain.Kind{domain.KindAgent, domain.KindSource, domain.KindPrincipal}, setOwner},
	{"sensitive", "YES|NO", "Mark an area as sensitive, or not", "sensitive area:Deployments yes",
		[]domain.Kind{domain.KindArea}, func(_ *domain.Org, r domain.Record, v string) (domain.Record, error) {
			a := r.(domain.Area)
			switch strings.ToLower(v) {
			case "yes", "true", "on":
				a.Sensitive = true
			case "no", "false", "off":
				a.Sensitive = false
			default:
				return a, domain.Errorf(domain.Invalid, "%q is neither yes nor no", v).Hinted("write yes or no")
			}
			return a, nil
		}},
}

func setOwner(o *domain.Org, r domain.Record, v string) (domain.Record, error) {
	owner, err := personOrNone(o, v)
	switch r := r.(type) {
	case domain.Agent:
		r.Owner = owner
		return r, err
	case domain.Source:
		r.Owner = owner
		return r, err
	case domain.Principal:
		r.Owner = owner
		return r, err
	}
	return r, domain.Errorf(domain.Internal, "a %s has no owner", r.RecordKind())
}

func (e *env) setPropertyCmd(p property) *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:     p.name + " THING " + p.value,
		Short:   p.short,
		Long:    p.short + ".\n\n" + proposingHelp,
		Example: "  countersign set " + p.example + ` --reason "as agreed"`,
		Args:    between(2, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			found, err := findAny(o, args[0], p.kinds...)
			if err != nil {
				return "", nil, err
			}
			row, ok := o.Get(found.kind, found.id)
			if !ok {
				return "", nil, domain.Errorf(domain.NotFound, "%s is gone", found.ref)
			}
			after, err := p.set(o, row.Record, args[1])
			if err != nil {
				return "", nil, err
			}
			title := fmt.Sprintf("%s: %s %s", o.Name(found.kind, found.id), p.name, args[1])
			if after == row.Record {
				return title, nil, nil
			}
			return title, []domain.Change{domain.Replace(row.Record, after)}, nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}
