package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

// thingJSON names a thing in JSON answers.
type thingJSON struct {
	Kind  string    `json:"kind"`
	ID    domain.ID `json:"id,omitempty"`
	Name  string    `json:"name"`
	Email string    `json:"email,omitempty"`
}

// accessJSON is one Access in JSON answers.
type accessJSON struct {
	Principal thingJSON    `json:"principal"`
	Target    thingJSON    `json:"target"`
	Agent     domain.ID    `json:"agent,omitempty"` // the agent an area or a source is asked for
	Level     string       `json:"level"`
	Paths     []string     `json:"paths"`
	Caps      []reasonJSON `json:"caps,omitempty"`
	Denials   []reasonJSON `json:"denials,omitempty"`
}

type reasonJSON struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

func principalJSON(o *domain.Org, id domain.ID) thingJSON {
	p, _ := o.Principal(id)
	return thingJSON{Kind: p.Kind.String(), ID: id, Name: o.Name(domain.KindPrincipal, id), Email: p.Email}
}

func targetJSON(o *domain.Org, t domain.Target) thingJSON {
	return thingJSON{Kind: t.Kind.String(), ID: t.ID, Name: review.TargetName(o, t, "")}
}

func accessOf(o *domain.Org, a domain.Access) accessJSON {
	j := accessJSON{Principal: principalJSON(o, a.Principal), Target: targetJSON(o, a.Target), Agent: a.Agent,
		Level: domain.LadderOf(a.Target.Kind).Word(a.Level), Paths: []string{}}
	for _, p := range a.Paths {
		j.Paths = append(j.Paths, review.PathWords(o, p, a.Target, a.Agent))
	}
	for _, c := range a.Caps {
		j.Caps = append(j.Caps, reasonJSON{c.Code, c.Text})
	}
	for _, d := range a.Denials {
		j.Denials = append(j.Denials, reasonJSON{d.Code, d.Text})
	}
	return j
}

func (e *env) accessCmd() *cobra.Command {
	var asOf, filtered string
	cmd := &cobra.Command{
		Use:   "access PRINCIPAL",
		Short: "Everything a person, key or AI agent has, and how",
		Long: `Access lists everything a principal has above the bottom rung (agents, areas, data sources,
groups, roles, duties; what the role permits on objects, fields, settings and actions), each with
its level and the ways it is reached. What a role permits alike is one line; --json has each.

` + asOfHelp,
		Example: `  countersign access dana@acme.example
  countersign access dana@acme.example --filter 'kind:area level:edit'
  countersign access "Dana Okafor" --as-of 2026-03-31 --json`,
		Args: between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.access(args[0], asOf, filtered) }),
	}
	filterFlag(cmd, &filtered, filter.Access())
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

func (s *session) access(ref, asOf, filtered string) error {
	passes, err := passing(filter.Access(), filtered)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		who, err := findPrincipal(pic.org, ref)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Principal thingJSON    `json:"principal"`
			Status    string       `json:"status"`
			Access    []accessJSON `json:"access"`
			findingsPart
		}{s.about(pic), principalJSON(pic.org, who.ID), who.Status.String(), []accessJSON{}, findingsPart{}}
		p := s.pageOf(pic, asOf)
		p.line("%s, %s", personWords(who), who.Status)
		var rows [][]string
		list := slices.DeleteFunc(pic.org.AccessOf(who.ID, pic.at), func(a domain.Access) bool {
			j, target := accessOf(pic.org, a), review.TargetName(pic.org, a.Target, a.Agent)
			return !passes([]string{a.Target.Kind.String(), target, j.Level, howWords(j.Paths)}, who.Name, a.Target.Kind.String(), target, j.Level, strings.Join(j.Paths, "\n"))
		})
		for _, a := range list {
			doc.Access = append(doc.Access, accessOf(pic.org, a))
		}
		for _, l := range review.AccessLines(pic.org, list) {
			rows = append(rows, []string{l.Kind, l.Target, l.Level, howWords(accessOf(pic.org, l.All[0]).Paths)})
		}
		if len(rows) == 0 {
			if filtered != "" {
				p.line("has nothing that passes the filter")
			} else {
				p.line("has no access: %s", noAccessWords(who))
			}
		}
		p.table([]string{"KIND", "TARGET", "LEVEL", "HOW"}, rows)
		if doc.findingsPart, err = findingsAbout(tx, pic, review.FindingQuery{About: []domain.Ref{{Kind: domain.KindPrincipal, ID: who.ID}}}); err != nil {
			return err
		}
		doc.lines(p)
		return s.answer(doc, p)
	})
}

func personWords(p domain.Principal) string {
	if p.Email != "" {
		return p.Name + " <" + p.Email + ">"
	}
	return fmt.Sprintf("%s (%s %s)", p.Name, p.Kind, p.ID)
}

func noAccessWords(p domain.Principal) string {
	if p.Status != domain.Active {
		return fmt.Sprintf("the account is %s", p.Status)
	}
	return "nothing is granted"
}

// howWords is the strongest way, and how many more there are.
func howWords(paths []string) string {
	switch len(paths) {
	case 0:
		return ""
	case 1:
		return paths[0]
	}
	return fmt.Sprintf("%s (and %d more)", paths[0], len(paths)-1)
}
