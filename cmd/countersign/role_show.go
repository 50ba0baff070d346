package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// roleJSON is a role in JSON answers.
type roleJSON struct {
	ID          domain.ID      `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Admin       bool           `json:"admin,omitempty"`
	Default     bool           `json:"default,omitempty"`
	For         string         `json:"for"`
	Holders     []thingJSON    `json:"holders"`
	Values      []roleSaysJSON `json:"values,omitempty"`
}

// roleSaysJSON is one value of a role's definition.
type roleSaysJSON struct {
	Target    thingJSON `json:"target"`
	Level     string    `json:"level"`
	Own       string    `json:"own,omitempty"` // what the role says itself, where it does
	Inherited string    `json:"inherited"`
	Why       string    `json:"why"`
}

// holdersOfRole gives who holds a role itself, now.
func holdersOfRole(pic picture, role domain.ID) []thingJSON {
	out := []thingJSON{}
	for _, a := range pic.org.Who(domain.Target{Kind: domain.TargetRole, ID: role}, "", pic.at) {
		out = append(out, principalJSON(pic.org, a.Principal))
	}
	return out
}

func roleOf(pic picture, r domain.Role) roleJSON {
	return roleJSON{ID: r.ID, Name: r.Name, Description: r.Description, Admin: r.Admin, Default: r.Default,
		For: r.ForWhom(), Holders: holdersOfRole(pic, r.ID)}
}

func (e *env) roleListCmd() *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "The roles, for whom they are and how many hold them",
		Long:    "List shows every role.\n\n" + asOfHelp,
		Example: "  countersign role list --json",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			return s.view(func(tx review.Tx) error {
				pic, err := pictureOf(tx, asOf)
				if err != nil {
					return err
				}
				doc := struct {
					about
					Roles []roleJSON `json:"roles"`
				}{s.about(pic), []roleJSON{}}
				var rows [][]string
				for row := range pic.org.All(domain.KindRole) {
					j := roleOf(pic, row.Record.(domain.Role))
					doc.Roles = append(doc.Roles, j)
					mark := ""
					if j.Default {
						mark = "default"
					}
					rows = append(rows, []string{j.Name, mark, j.For, strconv.Itoa(len(j.Holders)), j.Description})
				}
				p := s.pageOf(pic, asOf)
				p.table([]string{"ROLE", "", "FOR", "HOLDERS", "DESCRIPTION"}, rows)
				return s.answer(doc, p)
			})
		}),
	}
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

func (e *env) roleShowCmd() *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:   "show ROLE",
		Short: "What a role permits, and what of it is its own or inherited",
		Long: `Show gives a role's whole definition: its baseline on all objects, its exceptions and rules on
fields, its settings and actions, and who holds it. Objects without an exception go with the
baseline and are counted; --json has each of them, with what it would inherit.

` + asOfHelp,
		Example: "  countersign role show Intern\n  countersign role show Intern --json",
		Args:    between(1, 1),
		RunE:    e.with(needsReader, func(s *session, args []string) error { return s.roleShow(args[0], asOf) }),
	}
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

func (s *session) roleShow(ref, asOf string) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		r, err := findRole(pic.org, ref)
		if err != nil {
			return err
		}
		sheet, _ := pic.org.RoleSheet(r.ID)
		doc := struct {
			about
			roleJSON
		}{s.about(pic), roleOf(pic, r)}
		var rows [][]string
		add := func(v domain.RoleValue, shown bool) {
			l := domain.LadderOf(v.Target.Kind)
			j := roleSaysJSON{Target: targetJSON(pic.org, v.Target), Level: l.Word(v.Level), Inherited: l.Word(v.Inherited), Why: v.Why}
			own := ""
			if v.Own {
				j.Own, own = l.Word(v.Value), "own"
			}
			doc.Values = append(doc.Values, j)
			if shown {
				rows = append(rows, []string{j.Target.Name, j.Level, own, j.Why})
			}
		}
		for _, v := range sheet.Baseline {
			add(v, true)
		}
		plain := 0
		for _, object := range sheet.Objects {
			if !object.Exception {
				plain++
			}
			for _, v := range object.Operations {
				add(v, object.Exception)
			}
			for _, v := range object.Fields {
				add(v, v.Own)
			}
		}
		for _, v := range append(sheet.Settings, sheet.Actions...) {
			add(v, v.Level > domain.None || v.Target.ID == domain.AllID)
		}
		p := s.pageOf(pic, asOf)
		p.line("role %s, for %s", r.Name, r.ForWhom())
		if r.Description != "" {
			p.line("%s", r.Description)
		}
		if r.Default {
			p.line("the default role")
		}
		p.line("%s", review.Count(len(doc.Holders), "principal holds it", "principals hold it"))
		p.table([]string{"TARGET", "LEVEL", "", "WHY"}, rows)
		if plain > 0 {
			p.line("%s without an exception", review.Count(plain, "object", "objects"))
		}
		return s.answer(doc, p)
	})
}
