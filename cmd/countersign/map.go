package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
)

const mapLong = `A directory's group is mapped to a group here, and a sync of that directory then keeps the group's
members. What the directory's groups are is recorded by sync. A mapping is always under four eyes.`

func (e *env) mapCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "map",
		Short: "Map a directory's groups to groups here",
		Long:  mapLong,
		Example: `  countersign map list
  countersign map set entra Engineers "Engineering Team" --reason "directory sync"
  countersign map same entra --reason "groups of the same name"
  countersign map clear entra Engineers --reason "reorganised"`,
	}, e.mapListCmd(), e.mapSetCmd(), e.mapSameCmd(), e.mapClearCmd())
}

func (e *env) mapListCmd() *cobra.Command {
	var unmapped bool
	cmd := &cobra.Command{
		Use:     "list [SOURCE]",
		Short:   "The directories' groups and what they are mapped to",
		Long:    "List says for each external group what it is mapped to; for one that is mapped to nothing, which group here has the same name.",
		Example: "  countersign map list\n  countersign map list entra --unmapped --json",
		Args:    between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			pic, err := s.present()
			if err != nil {
				return err
			}
			doc := struct {
				about
				Groups []externalJSON `json:"groups"`
			}{s.about(pic), []externalJSON{}}
			var rows [][]string
			for _, x := range externals(pic.org, args...) {
				if unmapped && x.Group != "" {
					continue
				}
				j := externalOf(pic.org, x, sameName(pic.org, x))
				doc.Groups = append(doc.Groups, j)
				to := "nothing"
				switch {
				case j.Group != nil:
					to = j.Group.Name
				case j.Suggest != nil:
					to = fmt.Sprintf("nothing; there is a group %s here", j.Suggest.Name)
				}
				rows = append(rows, []string{x.Source, x.Title(), x.External, to})
			}
			p := s.newPage()
			if len(rows) == 0 {
				p.line("no external group; a sync records them")
			}
			p.table([]string{"SOURCE", "EXTERNAL GROUP", "ITS ID", "MAPPED TO"}, rows)
			return s.answer(doc, p)
		}),
	}
	cmd.Flags().BoolVar(&unmapped, "unmapped", false, "only those mapped to nothing")
	return e.jsonFlag(cmd)
}

func (e *env) mapSetCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "set SOURCE OUTSIDE GROUP",
		Short: "Map one group of a directory to a group here",
		Long:  mapLong + "\nOUTSIDE is the group's name or id in the directory. The next sync adds its members.\n\n" + proposingHelp,
		Example: `  countersign map set entra "Sales Team" "Sales Team" --reason "directory sync"
  countersign map set entra Engineers "Engineering Team" --dry-run`,
		Args: between(3, 3),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			x, err := findExternal(o, args[0], args[1])
			if err != nil {
				return "", nil, err
			}
			g, err := o.FindGroup(strings.TrimPrefix(args[2], "group:"))
			if err != nil {
				return "", nil, err
			}
			title := fmt.Sprintf("Map %s of %s to %s", x.Title(), x.Source, g.Name)
			if x.Group == g.ID {
				return title, nil, nil
			}
			return title, remap(o, x, g.ID, nil), nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}

func (e *env) mapSameCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:     "same SOURCE",
		Short:   "Map every unmapped group of a directory to the group of the same name",
		Long:    mapLong + "\nSame maps, in one change set, each group that is mapped to nothing and whose name a group here has.\n\n" + proposingHelp,
		Example: "  countersign map same entra --dry-run\n  countersign map same entra --reason \"groups of the same name\"",
		Args:    between(1, 1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			var out []domain.Change
			found := externals(o, args[0])
			if len(found) == 0 {
				return "", nil, noSource(o, args[0])
			}
			for _, x := range found {
				if to := sameName(o, x); to != "" {
					out = append(out, remap(o, x, to, nil)...)
				}
			}
			if len(out) == 0 {
				return "No unmapped group of " + args[0] + " has the name of a group here", nil, nil
			}
			return "Map groups of " + args[0] + " to those of the same name", out, nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}

func (e *env) mapClearCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "clear SOURCE OUTSIDE",
		Short: "Map a group of a directory to nothing",
		Long: mapLong + `
Clear ends the mapping, and with it the memberships that this source gave in the group, unless
another of its groups is mapped there too.

` + proposingHelp,
		Example: "  countersign map clear entra Engineers --reason \"reorganised\"",
		Args:    between(2, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			x, err := findExternal(o, args[0], args[1])
			if err != nil {
				return "", nil, err
			}
			title := fmt.Sprintf("Map %s of %s to nothing", x.Title(), x.Source)
			if x.Group == "" {
				return title, nil, nil
			}
			return title, remap(o, x, "", nil), nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}

// remap maps an external group to another group, or to none. The memberships
// that its source gave in the group it leaves end, where no other of that
// source's groups is mapped there. Of several that leave a group in one change
// set, with among them, the first by its id ends them.
func remap(o *domain.Org, x domain.ExternalGroup, to domain.ID, with map[domain.ID]bool) []domain.Change {
	after := x
	after.Group = to
	out := []domain.Change{domain.Replace(x, after)}
	if x.Group == "" || x.Group == to {
		return out
	}
	for row := range o.All(domain.KindExternal) {
		y, ok := row.Record.(domain.ExternalGroup)
		if ok && y.ID != x.ID && y.Source == x.Source && y.Group == x.Group && (!with[y.ID] || y.ID < x.ID) {
			return out
		}
	}
	for _, g := range o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: x.Group}) {
		if g.Origin.Source == x.Source {
			out = append(out, domain.End(g))
		}
	}
	return out
}

// externals lists the external groups, of one source where one is named, by
// source and name.
func externals(o *domain.Org, source ...string) []domain.ExternalGroup {
	var out []domain.ExternalGroup
	for row := range o.All(domain.KindExternal) {
		if x, ok := row.Record.(domain.ExternalGroup); ok && (len(source) == 0 || x.Source == source[0]) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b domain.ExternalGroup) int {
		return strings.Compare(a.Source+"\x00"+domain.Fold(a.Title())+"\x00"+a.External, b.Source+"\x00"+domain.Fold(b.Title())+"\x00"+b.External)
	})
	return out
}

// sameName is the active group here that an unmapped external group is called
// like.
func sameName(o *domain.Org, x domain.ExternalGroup) domain.ID {
	if x.Group != "" || x.Name == "" {
		return ""
	}
	for row := range o.All(domain.KindGroup) {
		g, ok := row.Record.(domain.Group)
		if ok && g.Life == domain.Live && domain.Fold(strings.TrimSpace(g.Name)) == domain.Fold(strings.TrimSpace(x.Name)) {
			return g.ID
		}
	}
	return ""
}

// findExternal finds one external group of a source by its id there or, where
// only one is called so, by its name.
func findExternal(o *domain.Org, source, ref string) (domain.ExternalGroup, error) {
	found := externals(o, source)
	if len(found) == 0 {
		return domain.ExternalGroup{}, noSource(o, source)
	}
	var hits []domain.ExternalGroup
	for _, x := range found {
		if x.External == ref || string(x.ID) == ref {
			return x, nil
		}
		if domain.Fold(x.Name) == domain.Fold(strings.TrimSpace(ref)) {
			hits = append(hits, x)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return domain.ExternalGroup{}, domain.Errorf(domain.NotFound, "%s has no group %q", source, ref).
			Hinted("see: countersign map list %s; a sync records what is new", source)
	}
	var ids []string
	for _, x := range hits {
		ids = append(ids, x.External)
	}
	return domain.ExternalGroup{}, domain.Errorf(domain.Conflict, "%d groups of %s are called %q", len(hits), source, ref).
		Hinted("name one by its id there: %s", strings.Join(ids, ", "))
}

// noSource says that a source has no external groups.
func noSource(o *domain.Org, source string) error {
	var known []string
	for _, x := range externals(o) {
		if !slices.Contains(known, x.Source) {
			known = append(known, x.Source)
		}
	}
	err := domain.Errorf(domain.NotFound, "no external group of %q is recorded", source)
	if len(known) == 0 {
		return err.Hinted("sync the directory first: countersign sync %s FILE", source)
	}
	return err.Hinted("there are groups of %s", strings.Join(known, ", "))
}

func externalOf(o *domain.Org, x domain.ExternalGroup, suggest domain.ID) externalJSON {
	j := externalJSON{ID: x.ID, Source: x.Source, External: x.External, Name: x.Name}
	thing := func(id domain.ID) *thingJSON {
		return &thingJSON{Kind: string(domain.KindGroup), ID: id, Name: o.Name(domain.KindGroup, id)}
	}
	if x.Group != "" {
		j.Group = thing(x.Group)
	} else if suggest != "" {
		j.Suggest = thing(suggest)
	}
	return j
}
