package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
)

// recordGroups records each of the directory's groups as an external group, and
// says which of them are mapped to nothing.
func (y *syncer) recordGroups() {
	byRef := map[string]domain.ID{}
	for _, id := range sortedIDs(y.x.outside) {
		if e := y.x.outside[id]; e.Source == y.o.Source {
			byRef[refKey(e.External)] = id
		}
	}
	seen := map[domain.ID]bool{}
	for _, g := range y.content.groups {
		id := domain.ID("")
		for _, r := range g.refs {
			if known, ok := byRef[refKey(r)]; ok && id == "" {
				id = known
			}
		}
		if g.id() == "" || seen[id] {
			continue
		}
		was, known := y.x.outside[id]
		now := was
		if !known {
			now = domain.ExternalGroup{ID: domain.ExternalID(y.o.Source, g.id()), Source: y.o.Source, External: g.id()}
		}
		now.Name = g.name()
		y.groupOf[g], seen[now.ID] = now.ID, true
		switch {
		case !known:
			now.Origin = y.origin
			y.change(domain.Begin(now))
			y.out.Report.NoteThing(g.line, table.Added, fmt.Sprintf("external group %s is recorded", table.Short(now.Title())))
		case now.Name != was.Name:
			now.Origin = y.origin
			y.change(domain.Replace(was, now))
			y.out.Report.NoteThing(g.line, table.Changed, fmt.Sprintf("external group %s is now called %s", table.Short(was.Title()), table.Short(now.Title())))
		}
		y.x.outside[now.ID] = now
		y.out.Groups = append(y.out.Groups, SyncedGroup{Record: now, New: !known, Suggest: y.suggest(now)})
	}
	y.absentGroups(seen)
}

// absentGroups looks at the source's groups that no file names. With a full
// sync those that are mapped to nothing are forgotten.
func (y *syncer) absentGroups(seen map[domain.ID]bool) {
	for _, id := range sortedIDs(y.x.outside) {
		e := y.x.outside[id]
		if e.Source != y.o.Source || seen[id] {
			continue
		}
		y.out.Groups = append(y.out.Groups, SyncedGroup{Record: e, Absent: true, Suggest: y.suggest(e)})
		switch {
		case y.o.Full && e.Group == "":
			y.change(domain.End(e))
			y.out.Report.NoteThing(0, table.Changed, fmt.Sprintf("external group %s is gone from the directory and is forgotten", table.Short(e.Title())))
		case y.o.Full:
			y.out.Report.NoteThing(0, table.Noted, fmt.Sprintf("external group %s is gone from the directory and still mapped to %s",
				table.Short(e.Title()), y.groupName(e.Group)))
		case e.Group != "":
			y.out.Report.NoteThing(0, table.Noted, fmt.Sprintf("no file names the external group %s, so the members it gave to %s stay",
				table.Short(e.Title()), y.groupName(e.Group)))
		}
	}
}

// suggest is the group here that has the name of an unmapped one outside.
func (y *syncer) suggest(e domain.ExternalGroup) domain.ID {
	if e.Group != "" {
		return ""
	}
	for _, id := range y.x.group.byName[nameKey(e.Name)] {
		if y.x.groups[id].Life == domain.Live {
			return id
		}
	}
	return ""
}

func (y *syncer) groupName(id domain.ID) string { return table.Short(y.x.groups[id].Name) }

// placed is one membership that the directory says.
type placed struct {
	line  int
	who   domain.ID
	level domain.Level
}

// recordMembers makes the memberships of this source, in groups that something
// is mapped to, what the directory says.
//
// It returns an Invalid error (rule "sync-groups") for groups that stand too deep
// or in too many ways in each other: half of them would be wrong for somebody.
func (y *syncer) recordMembers() error {
	want := map[domain.ID]map[domain.ID]placed{} // by group here, by person
	var order []domain.ID
	whole := map[domain.ID]bool{} // every external group mapped to it is in the files
	for i := range y.out.Groups {
		e := y.out.Groups[i].Record
		if e.Group == "" {
			continue
		}
		if _, ok := want[e.Group]; !ok {
			want[e.Group], whole[e.Group] = map[domain.ID]placed{}, true
			order = append(order, e.Group)
		}
		whole[e.Group] = whole[e.Group] && (!y.out.Groups[i].Absent || y.o.Full)
	}
	who := y.everybody()
	for _, g := range y.content.groups {
		id, ok := y.groupOf[g]
		if !ok {
			continue
		}
		group := y.x.outside[id].Group
		found := y.membersOf(g, who, group != "")
		if y.tangled != "" {
			return domain.Errorf(domain.Invalid, "the groups of the directory cannot be followed: %s", y.tangled).
				Hinted("sync the groups that are mapped, without those around them").ByRule("sync-groups")
		}
		for i := range y.out.Groups {
			if y.out.Groups[i].Record.ID == id {
				y.out.Groups[i].Members = len(found)
			}
		}
		for _, m := range found {
			if had, twice := want[group][m.who]; group != "" && (!twice || had.level < m.level) {
				want[group][m.who] = m
			}
		}
	}
	ended := map[domain.ID]bool{} // by leaving
	for _, c := range y.changes {
		if g, ok := c.Before.(domain.Grant); ok && c.After == nil {
			ended[g.ID] = true
		}
	}
	held := y.heldIn()
	for _, group := range order {
		y.settleMembers(group, want[group], held[group], whole[group], ended)
	}
	return nil
}

// settleMembers brings one group here to what the directory says.
func (y *syncer) settleMembers(group domain.ID, want map[domain.ID]placed, held []domain.Grant, whole bool, ended map[domain.ID]bool) {
	target := domain.Target{Kind: domain.TargetGroup, ID: group}
	if y.x.groups[group].Life == domain.Archived {
		y.out.Report.NoteThing(0, table.Noted, "the group "+y.groupName(group)+" is archived: memberships in it give nothing")
	}
	for _, who := range sortedIDs(want) {
		m := want[who]
		holder := domain.Holder{Kind: domain.HolderPrincipal, ID: who}
		k := pairKey{holder: holder, target: target}
		y.give(&gift{line: m.line, key: k, level: m.level, label: y.label(k)})
	}
	for _, g := range held {
		ours := g.Origin.Source == y.o.Source
		if ours {
			y.out.MembersOf++
		}
		_, wanted := want[g.Holder.ID]
		switch {
		case wanted || ended[g.ID]:
		case ours && whole:
			y.out.MembersGone++
			y.change(domain.End(g))
			y.out.Report.NoteThing(0, table.Changed, y.label(keyOf(g))+": ends, no longer in the directory")
		case g.Origin.Source == "" && whole:
			y.out.Report.NoteThing(0, table.Noted, y.label(keyOf(g))+": was given here by hand and stays, the directory does not have it")
		}
	}
}

// heldIn lists the memberships of people in each group, by person.
func (y *syncer) heldIn() map[domain.ID][]domain.Grant {
	out := map[domain.ID][]domain.Grant{}
	for k, gs := range y.x.grants {
		if k.target.Kind == domain.TargetGroup && k.holder.Kind == domain.HolderPrincipal {
			out[k.target.ID] = append(out[k.target.ID], gs...)
		}
	}
	for _, gs := range out {
		slices.SortFunc(gs, func(a, b domain.Grant) int {
			return cmp.Or(cmp.Compare(a.Holder.ID, b.Holder.ID), cmp.Compare(a.ID, b.ID))
		})
	}
	return out
}

// everybody finds people by all their names: those of these files first, then
// those whom this source brought here, then addresses. A row that is an error,
// and a name that two people have, stand for nobody.
func (y *syncer) everybody() map[string]domain.ID {
	who := map[string]domain.ID{}
	tier := func(fill func(add func(id domain.ID, names ...string))) {
		here := map[string]domain.ID{}
		fill(func(id domain.ID, names ...string) {
			for _, n := range names {
				k := refKey(n)
				if had, taken := here[k]; taken && had != id {
					here[k] = ""
					continue
				}
				here[k] = id
			}
		})
		for k, id := range here {
			if _, taken := who[k]; !taken && k != "" {
				who[k] = id
			}
		}
	}
	row := func(names func(*personRow) []string) {
		tier(func(add func(domain.ID, ...string)) {
			for _, row := range y.personRows {
				id := row.id
				if row.bad && row.was == nil {
					id = ""
				}
				if y.x.person.label[id] == "" {
					y.x.person.label[id] = row.name
				}
				add(id, names(row)...)
			}
		})
	}
	row(func(r *personRow) []string { return []string{r.outside, r.email.text} })
	row(func(r *personRow) []string { return r.also })
	people := func(ours bool, names func(domain.Principal) []string) {
		tier(func(add func(domain.ID, ...string)) {
			for _, id := range sortedIDs(y.x.people) {
				if q := y.x.people[id]; q.Kind == domain.User && (!ours || q.Origin.Source == y.o.Source) {
					add(id, names(q)...)
				}
			}
		})
	}
	people(true, func(q domain.Principal) []string { return []string{q.External} })
	people(false, func(q domain.Principal) []string { return []string{q.Email, string(q.ID)} })
	return who
}

// mostInside is how deep groups may stand in each other in a directory, and
// mostPassed how many memberships are looked at for all its groups together:
// what one file says of its groups must not take longer to follow than to read.
const (
	mostInside = 100
	mostPassed = 20_000_000
)

// membersOf lists the people in a group of the directory, those of the groups
// inside it among them. A ring of groups is cut where it closes; what is cut,
// and who is nobody here, is reported once for each group where say is set.
func (y *syncer) membersOf(g *outsideGroup, who map[string]domain.ID, say bool) []placed {
	var out []placed
	at := map[domain.ID]int{}
	note := func(line int, format string, args ...any) {
		if say {
			y.out.Report.NoteThing(line, table.Skipped, fmt.Sprintf(format, args...))
		}
	}
	done := map[*outsideGroup]bool{}
	var walk func(in *outsideGroup, above []*outsideGroup)
	walk = func(in *outsideGroup, above []*outsideGroup) {
		above = append(above, in)
		done[in] = true
		for _, m := range in.members {
			if y.passed++; y.passed > mostPassed {
				y.tangled = "its groups stand in each other in too many ways"
			}
			if y.tangled != "" {
				return
			}
			inside := y.content.find(m.ref)
			if m.ref.Kind == directory.UserRef {
				inside = nil
			}
			switch id, known := y.person(m.ref, who); {
			case inside != nil && len(above) >= mostInside:
				y.tangled = fmt.Sprintf("%s stands in more than %d groups inside each other", table.Short(inside.name()), mostInside)
			case inside != nil && closes(above, inside):
				note(m.line, "%s closes a ring of groups (%s) and is left out", table.Short(inside.name()), ring(above, inside))
			case inside != nil:
				if !done[inside] {
					walk(inside, above)
				}
			case m.ref.Kind == directory.OtherRef:
				note(m.line, "%s in %s is neither a person nor a group", refName(m.ref), table.Short(in.name()))
			case m.ref.Kind == directory.GroupRef:
				note(m.line, "%s in %s is a group that no file describes, so its members are not known", refName(m.ref), table.Short(in.name()))
			case !known || id == "":
				note(m.line, "%s in %s is nobody here", refName(m.ref), table.Short(in.name()))
			default:
				level := domain.Member
				if m.ref.Role == "manager" && len(above) == 1 {
					level = domain.Manager
				}
				if i, twice := at[id]; twice {
					out[i].level = max(out[i].level, level)
					continue
				}
				at[id] = len(out)
				out = append(out, placed{m.line, id, level})
			}
		}
	}
	walk(g, nil)
	return out
}

// person resolves a member to somebody.
func (y *syncer) person(r directory.Ref, who map[string]domain.ID) (domain.ID, bool) {
	for _, name := range r.Refs {
		if id, ok := who[refKey(name)]; ok {
			return id, true
		}
	}
	return "", false
}

func refName(r directory.Ref) string {
	if r.Name != "" {
		return table.Short(r.Name)
	}
	return table.Short(r.First())
}

func closes(above []*outsideGroup, inside *outsideGroup) bool {
	for _, g := range above {
		if g == inside {
			return true
		}
	}
	return false
}

// ring names the groups of a ring.
func ring(above []*outsideGroup, inside *outsideGroup) string {
	var names []string
	for _, g := range above {
		if g == inside || len(names) > 0 {
			names = append(names, table.Short(g.name()))
		}
	}
	return strings.Join(append(names, table.Short(inside.name())), " → ")
}
