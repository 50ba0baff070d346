// Package mappings is the console's page over the groups of directories: which group
// here each is mapped to, so that a sync keeps its members.
package mappings

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what this page reads.
type Reads interface{ change.Reads }

// Acts are what it does: change sets, made as the command line makes them.
type Acts interface {
	change.Acts
	// Remap maps an external group to another group, or to none, with the memberships
	// that end by it; with are those that are mapped anew in the same change set.
	Remap(o *domain.Org, x domain.ExternalGroup, to domain.ID, with map[domain.ID]bool) []domain.Change
	// SameName is the group here that an unmapped external group is called like, "" if
	// there is none.
	SameName(o *domain.Org, x domain.ExternalGroup) domain.ID
}

const scope = "mappings"

// New makes the page. Enter opens the group it is mapped to.
func New(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := page{h, does}
		var b *browse.Browser
		b = browse.New(h, browse.Config{
			Title: "Directory groups", What: scope, One: "directory group", Reads: reads, Fields: filter.Names(scope, "source", "name", "id", "mapped", "same"),
			Columns: []ui.Column{{Title: "Directory", Width: 10, Drop: 1}, {Title: "Its group", Width: 20, Flex: 2}, {Title: "Its id there", Width: 14, Flex: 1, Drop: 2}, {Title: "Mapped to", Width: 18, Flex: 2}},
			Sorts:   []ui.Sort{{ID: "source", Title: "directory"}, {ID: "name", Title: "name"}, {ID: "mapped", Title: "what it is mapped to"}},
			Rows:    p.rows, Detail: p.detail,
			Enter: func(key string) tea.Cmd { return p.group(b.Subject(), domain.ID(key)) },
			Acts:  p.actions, Bulk: p.bulk,
		}, does)
		return b
	}
}

type page struct {
	h    *tui.Host
	does Acts
}

func (p page) rows(pic change.Picture) []ui.Record {
	var out []ui.Record
	for row := range pic.Org.All(domain.KindExternal) {
		x, ok := row.Record.(domain.ExternalGroup)
		if !ok {
			continue
		}
		to, same := ui.Cell{Text: "nothing", Role: theme.Warn}, ""
		if x.Group != "" {
			to = ui.Cell{Text: pic.Org.Name(domain.KindGroup, x.Group)}
		} else if id := p.does.SameName(pic.Org, x); id != "" {
			same = "yes"
			to.Text = "nothing; " + pic.Org.Name(domain.KindGroup, id) + " is called so"
		}
		out = append(out, ui.Record{Row: ui.Row{Key: string(x.ID), Cells: []ui.Cell{{Text: x.Source}, {Text: x.Title()}, {Text: x.External, Role: theme.Dim}, to}},
			Values: []string{x.Source, x.Title(), x.External, to.Text, same}})
	}
	return out
}

func external(p change.Picture, id domain.ID) (domain.ExternalGroup, error) {
	row, _ := p.Org.Get(domain.KindExternal, id)
	x, ok := row.Record.(domain.ExternalGroup)
	if !ok {
		return x, domain.Errorf(domain.NotFound, "the directory group %q is gone", id).Hinted("load the list again with f5")
	}
	return x, nil
}

func (p page) detail(_ context.Context, pic change.Picture, key string) ([]ui.Line, error) {
	x, err := external(pic, domain.ID(key))
	if err != nil {
		return nil, err
	}
	out := []ui.Line{ui.Text(theme.Title, x.Title()), nil, change.Fact("Directory", x.Source), change.Fact("Its id", x.External)}
	if x.Group == "" {
		out = append(out, change.Fact("Mapped to", "nothing: a sync gives its members nothing"))
		if id := p.does.SameName(pic.Org, x); id != "" {
			out = append(out, change.Fact("Called so", pic.Org.Name(domain.KindGroup, id)))
		}
		return out, nil
	}
	n := 0
	for _, g := range pic.Org.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: x.Group}) {
		if g.Origin.Source == x.Source {
			n++
		}
	}
	return append(out, change.Fact("Mapped to", pic.Org.Name(domain.KindGroup, x.Group)), change.Fact("Members", review.Count(n, "comes", "come")+" from "+x.Source)), nil
}

// group opens the group that one is mapped to.
func (p page) group(s browse.Subject, id domain.ID) tea.Cmd {
	return p.h.Work("opening the group", func(ctx context.Context) tea.Msg {
		pic, err := s.Reads.Picture(ctx)
		if err != nil {
			return tui.FailMsg{Err: err}
		}
		x, err := external(pic, id)
		switch {
		case err != nil:
			return tui.FailMsg{Err: err}
		case x.Group == "":
			return tui.SayMsg{Text: x.Title() + " is mapped to nothing"}
		}
		return tui.PushMsg{ID: "group", Arg: string(x.Group)}
	})
}

func (p page) actions(s browse.Subject) action.Table {
	return action.Table{
		{ID: "mappings.set", Keys: []string{"e"}, Help: "map", Long: "map it to a group here: the next sync keeps its members", Scope: scope, Hint: 1, Off: s.Off, Do: s.On(func(id domain.ID) tea.Cmd { return p.set(s, id) })},
		{ID: "mappings.sync", Keys: []string{"I"}, Help: "sync", Long: "find the files of a directory and read them", Scope: scope, Hint: 4, Do: func() tea.Cmd { return p.h.Push("import", "") }},
	}
}

func (p page) bulk(s browse.Subject, marked func() browse.Marked) action.Table {
	return action.Table{
		{ID: "mappings.same", Keys: []string{"A"}, Help: "map by name", Long: "map all that are marked and mapped to nothing to the group here of the same name", Scope: scope, Hint: 2, Off: s.Off, Do: func() tea.Cmd { return p.same(marked()) }},
		{ID: "mappings.clear", Keys: []string{"D"}, Help: "clear", Long: "map all that are marked to nothing: the memberships they gave end", Scope: scope, Hint: 3, Off: s.Off, Do: func() tea.Cmd { return p.clear(marked()) }},
	}
}

func (p page) set(s browse.Subject, id domain.ID) tea.Cmd {
	of := func(pic change.Picture) []ui.Candidate {
		return change.Groups(pic, func(g domain.Group) bool { return g.Life == domain.Live }, nil)
	}
	return s.Pick("Map it to which group?", of, func(c ui.Candidate) tea.Cmd {
		return s.Desk.Propose(change.Draft{Heading: "Map a directory's group", Make: func(pic change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
			x, err := external(pic, id)
			if err != nil || x.Group == domain.ID(c.Key) {
				return domain.ChangeSet{}, err
			}
			return change.Set(fmt.Sprintf("Map %s of %s to %s", x.Title(), x.Source, c.Label), p.does.Remap(pic.Org, x, domain.ID(c.Key), nil)...)
		}})
	})
}

func (p page) same(m browse.Marked) tea.Cmd {
	return m.Propose(browse.Many{Heading: "Map by name", Title: func(_ change.Picture, who string) string { return "Map " + who + " to groups of the same name" },
		Each: func(pic change.Picture, id domain.ID, _ func(string) domain.ID) ([]domain.Change, string, error) {
			x, err := external(pic, id)
			if err != nil || x.Group != "" {
				return nil, "", err
			}
			to := p.does.SameName(pic.Org, x)
			if to == "" {
				return nil, "no group here is called so", nil
			}
			return p.does.Remap(pic.Org, x, to, nil), "", nil
		}})
}

func (p page) clear(m browse.Marked) tea.Cmd {
	var with map[domain.ID]bool
	return m.Propose(browse.Many{Heading: "Map to nothing", Title: func(_ change.Picture, who string) string { return "Map " + who + " to nothing" },
		Begin: func(ids []domain.ID) {
			with = map[domain.ID]bool{}
			for _, id := range ids {
				with[id] = true
			}
		},
		Each: func(pic change.Picture, id domain.ID, _ func(string) domain.ID) ([]domain.Change, string, error) {
			x, err := external(pic, id)
			if err != nil || x.Group == "" {
				return nil, "", err
			}
			return p.does.Remap(pic.Org, x, "", with), "", nil
		}})
}
