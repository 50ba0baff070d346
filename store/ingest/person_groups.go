package ingest

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// A column of groups makes groups of its values. Such a group remembers in its
// External which column and value it stands for ("department=Sales"), so that
// it is found again whatever it is called by then, and so that a column's
// memberships can be told from those given in other ways.

// columnPrefix begins the External of every group made from a column.
func columnPrefix(column string) string {
	return domain.Fold(strings.ReplaceAll(column, "=", "")) + "="
}

// groupColumns finds the columns of groups in the header.
func (p *planner) groupColumns(header []string) ([]int, error) {
	var at []int
	seen := map[int]bool{}
	p.o.GroupColumns = slices.Clone(p.o.GroupColumns) // the caller's list stays as it is
	for k, name := range p.o.GroupColumns {
		i, err := table.FindColumn(header, name)
		if err != nil {
			return nil, err
		}
		if table.Secret(name) {
			return nil, table.SecretColumn(name)
		}
		if seen[i] {
			return nil, domain.Errorf(domain.Invalid, "the column %q is named twice as a column of groups", name).Hinted("name it once")
		}
		seen[i] = true
		at = append(at, i)
		p.o.GroupColumns[k] = header[i]
		p.cols.Release("groups", i)
	}
	return at, nil
}

// resolveGroups finds the groups that rows name in their groups field.
func (p *planner) resolveGroups(rows []*personRow) {
	for _, row := range rows {
		for _, name := range list(row.groups.text) {
			id, msg := p.x.group.find(name)
			if msg == "" && p.x.groups[id].Life == domain.Archived {
				msg = "is an archived group; bring it back first, or leave it out"
			}
			if msg != "" {
				p.fail(row, "groups", cell{name, row.groups.line}, msg)
				break
			}
			row.member = append(row.member, id)
		}
	}
}

// columnGroup finds the group of a column's value.
type columnGroup struct{ column, value string }

// makeGroups finds or begins the group of every value that a good row has in a
// column of groups.
func (p *planner) makeGroups(rows []*personRow) map[columnGroup]domain.ID {
	known := map[string]domain.ID{}
	taken := map[string]bool{}
	for id, g := range p.x.groups {
		taken[nameKey(g.Name)] = true
		if g.Origin.Source == p.o.Source && strings.Contains(g.External, "=") {
			known[nameKey(g.External)] = id
		}
	}
	out := map[columnGroup]domain.ID{}
	for c, column := range p.o.GroupColumns {
		for _, row := range rows {
			if row.bad {
				continue
			}
			for _, value := range row.columns[c] {
				cg := columnGroup{column, nameKey(value)}
				if _, done := out[cg]; done {
					continue
				}
				external := columnPrefix(column) + value
				id, ok := known[nameKey(external)]
				if !ok {
					id = p.beginGroup(row.line, freeName(value, column, taken), external, column)
				}
				out[cg] = id
			}
		}
	}
	return out
}

func (p *planner) beginGroup(line int, name, external, column string) domain.ID {
	g := domain.Group{ID: p.o.NewID(domain.PrefixGroup), Name: name, External: external,
		Description: fmt.Sprintf("Everyone with this %s in %s", column, p.o.Source), Origin: p.origin}
	p.x.groups[g.ID] = g
	p.change(domain.Begin(g))
	p.out.Report.NoteThing(line, table.Added, fmt.Sprintf("group %s is made for the column %s", table.Short(name), table.Short(column)))
	return g.ID
}

// freeName is the value itself where no group is called so, else the value
// with its column, else with a number as well.
func freeName(value, column string, taken map[string]bool) string {
	name := value
	for n := 1; taken[nameKey(name)]; n++ {
		name = fmt.Sprintf("%s (%s)", value, column)
		if n > 1 {
			name = fmt.Sprintf("%s (%s %d)", value, column, n)
		}
	}
	taken[nameKey(name)] = true
	return name
}

// governed reports whether this file says who is in the group: a group of one
// of its columns, or, when it has a groups field, any that no column made.
func (p *planner) governed(g domain.Group) bool {
	made := g.Origin.Source == p.o.Source && strings.Contains(g.External, "=")
	if !made {
		return p.cols.Has("groups")
	}
	for _, column := range p.o.GroupColumns {
		if strings.HasPrefix(domain.Fold(g.External), columnPrefix(column)) {
			return true
		}
	}
	return false
}

// memberships makes the person's memberships of this source what the row says,
// and returns the names of the groups joined and left.
func (p *planner) memberships(row *personRow, made map[columnGroup]domain.ID) (joined, left []string) {
	want := map[domain.ID]bool{}
	var order []domain.ID
	add := func(id domain.ID) {
		if !want[id] {
			want[id] = true
			order = append(order, id)
		}
	}
	for _, id := range row.member {
		add(id)
	}
	for c, values := range row.columns {
		for _, v := range values {
			add(made[columnGroup{p.o.GroupColumns[c], nameKey(v)}])
		}
	}
	holder := domain.Holder{Kind: domain.HolderPrincipal, ID: row.id}
	for _, id := range order {
		k := pairKey{holder: holder, target: domain.Target{Kind: domain.TargetGroup, ID: id}}
		if p.x.own(k, p.o.Source) == nil && p.x.inTheWay(k, p.o.Source, domain.Member, domain.Window{}) == nil {
			p.begin(domain.Grant{Holder: holder, Target: k.target, Level: domain.Member})
			joined = append(joined, table.Short(p.x.groups[id].Name))
		}
	}
	for _, g := range p.x.heldBy[holder] {
		if g.Target.Kind == domain.TargetGroup && g.Origin.Source == p.o.Source && !want[g.Target.ID] && p.governed(p.x.groups[g.Target.ID]) {
			p.change(domain.End(g))
			left = append(left, table.Short(p.x.groups[g.Target.ID].Name))
		}
	}
	return joined, left
}
