// Package catalogue is the console's page over the catalogues of areas: their
// generations, moving to another one with everything held on the old, and presets.
package catalogue

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
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
	// MoveTo works out a move to another catalogue, and what to know about it; higher:
	// where several areas become one, the higher level counts.
	MoveTo(ctx context.Context, catalogue string, higher bool) (cs domain.ChangeSet, notes []string, err error)
	// SetPreset keeps a preset with levels written as Voice=Edit, or takes it away.
	SetPreset(o *domain.Org, name string, values []string, take bool) (title string, changes []domain.Change, err error)
}

const scope = "catalogue"

// The beginnings of keys, by what a row is.
const (
	isGeneration = "generation:"
	isPreset     = "preset:"
	isShipped    = "shipped:" // a preset that comes with the program
)

type page struct{ does Acts }

// New makes the page.
func New(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := page{does}
		var b *browse.Browser
		b = browse.New(h, browse.Config{
			Title: "Catalogue of areas", What: scope, One: "generation or preset", Reads: reads, Fields: filter.Names(scope, "name", "what", "use", "about"),
			Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 1}, {Title: "What", Width: 12, Drop: 2}, {Title: "Areas", Width: 6, Right: true, Drop: 3}, {Title: "Use", Width: 9}, {Title: "About", Width: 20, Flex: 3, Drop: 1}},
			Rows:    rows, Detail: detail, Entity: func(key string) string { return string(settingOf(key)) },
			Enter: func(key string) tea.Cmd {
				if name, ok := strings.CutPrefix(key, isGeneration); ok {
					return p.move(b.Subject(), name)
				}
				if strings.HasPrefix(key, isShipped) {
					h.Say(shippedStays)
					return nil
				}
				return p.change(b.Subject(), strings.TrimPrefix(key, isPreset))
			},
			Acts: p.actions,
		}, does)
		return b
	}
}

// settingOf is the setting that holds what a row is about.
func settingOf(key string) domain.ID {
	if strings.HasPrefix(key, isPreset) || strings.HasPrefix(key, isShipped) {
		return domain.SettingPresets
	}
	return domain.SettingCatalogue
}

func rows(p change.Picture) []ui.Record {
	var out []ui.Record
	used := p.Org.Setting(domain.SettingCatalogue)
	for _, g := range domain.Generations() {
		areas, err := domain.Catalogue(g.Name)
		if err != nil {
			continue
		}
		n := strconv.Itoa(len(slices.DeleteFunc(areas, func(a domain.Area) bool { return a.Parent != "" })))
		use := ui.Cell{}
		if g.Name == used {
			use = ui.Cell{Text: "in use", Role: theme.OK}
		}
		out = append(out, record(isGeneration+g.Name, g.Name, "generation", n, use, g.Short+", as of "+g.Since+": "+g.About))
	}
	for _, preset := range p.Org.Presets() {
		is, use := isShipped, ui.Cell{Text: "shipped", Role: theme.Dim}
		if _, missing := domain.FindPreset(used, preset.Name); missing != nil {
			is, use = isPreset, ui.Cell{Text: "your own"}
		}
		out = append(out, record(is+preset.Name, preset.Name, "preset", strconv.Itoa(len(preset.Values)), use, values(p.Org, preset)))
	}
	return out
}

func record(key, name, what, n string, use ui.Cell, about string) ui.Record {
	return ui.Record{Row: ui.Row{Key: key, Cells: []ui.Cell{{Text: name}, {Text: what, Role: theme.Dim}, {Text: n}, use, {Text: about, Role: theme.Dim}}},
		Values: []string{name, what, use.Text, about}}
}

// values are the levels of a preset as they are typed.
func values(o *domain.Org, p domain.Preset) string {
	var out []string
	for _, v := range p.Values {
		out = append(out, o.Name(domain.KindArea, v.Area)+"="+domain.LadderOf(domain.TargetArea).Word(v.Level))
	}
	return strings.Join(out, ", ")
}

func find(o *domain.Org, name string) (domain.Preset, bool) {
	all := o.Presets()
	i := slices.IndexFunc(all, func(p domain.Preset) bool { return p.Name == name })
	if i < 0 {
		return domain.Preset{}, false
	}
	return all[i], true
}

func detail(_ context.Context, p change.Picture, key string) ([]ui.Line, error) {
	o := p.Org
	if is, name, _ := strings.Cut(key, ":"); is+":" == isPreset || is+":" == isShipped {
		preset, ok := find(o, name)
		if !ok {
			return nil, domain.Errorf(domain.NotFound, "the preset %q is gone", name).Hinted("load the list again with f5")
		}
		out := []ui.Line{ui.Text(theme.Title, preset.Name), ui.Text(theme.Dim, "Areas that it does not name stay None. It is nobody's access until it is given."), nil}
		for _, v := range preset.Values {
			l := domain.LadderOf(domain.TargetArea)
			out = append(out, ui.Line{{Role: change.LevelRole(l, v.Level), Text: fmt.Sprintf("%-5s", l.Word(v.Level))}, {Text: o.Name(domain.KindArea, v.Area)}})
		}
		return out, nil
	}
	g, err := domain.FindGeneration(strings.TrimPrefix(key, isGeneration))
	if err != nil {
		return nil, err
	}
	areas, err := domain.Catalogue(g.Name)
	if err != nil {
		return nil, err
	}
	out := []ui.Line{ui.Text(theme.Title, g.Name), ui.Plain(g.About), nil, change.Fact("Generation", g.Short), change.Fact("As of", g.Since)}
	out = append(out, change.Heading("Its areas")...)
	for _, a := range areas {
		indent := strings.Repeat("  ", strings.Count(string(a.ID), "/"))
		out = append(out, ui.Plain(indent+a.Name))
	}
	return out, nil
}

// shippedStays is why a preset that comes with the program is not changed.
const shippedStays = "It is shipped: make one of your own with n."

func (p page) actions(s browse.Subject) action.Table {
	is := func(prefix, why string) func() string {
		return func() string {
			switch id, ok := s.Selected(); {
			case prefix == isPreset && ok && strings.HasPrefix(string(id), isShipped):
				return shippedStays
			case !ok || !strings.HasPrefix(string(id), prefix):
				return why
			}
			return ""
		}
	}
	on := func(do func(s browse.Subject, name string) tea.Cmd) func() tea.Cmd {
		return s.On(func(id domain.ID) tea.Cmd {
			_, name, _ := strings.Cut(string(id), ":")
			return do(s, name)
		})
	}
	return action.Table{
		{ID: "catalogue.move", Keys: []string{"e"}, Help: "move to it", Long: "move to another generation, with everything held on the present areas", Scope: scope, Hint: 1, Off: is(isGeneration, "Select a generation to move to."), Do: on(p.move)},
		{ID: "catalogue.new", Keys: []string{"n"}, Help: "new preset", Long: "keep a set of levels on areas under a name", Scope: scope, Hint: 2, Do: func() tea.Cmd { return p.begin(s) }},
		{ID: "catalogue.change", Keys: []string{"c"}, Help: "change preset", Long: "give a preset other levels", Scope: scope, Hint: 3, Off: is(isPreset, "Select a preset."), Do: on(p.change)},
		{ID: "catalogue.take", Keys: []string{"D"}, Help: "take preset away", Long: "take a preset of your own away", Scope: scope, Hint: 4, Off: is(isPreset, "Select a preset."), Do: on(func(s browse.Subject, name string) tea.Cmd { return p.set(s, name, nil, true) })},
	}
}

// move asks which level counts where several areas become one, and puts the move
// forward with what to know about it.
func (p page) move(s browse.Subject, to string) tea.Cmd {
	return s.Choose("Where several areas become one", []string{"the lower level counts: nobody gains by it", "the higher level counts"}, func(i int) tea.Cmd {
		var cs domain.ChangeSet
		var notes []string
		return s.Desk.Propose(change.Draft{Heading: "Move to another catalogue",
			Before: func(ctx context.Context) (err error) {
				cs, notes, err = p.does.MoveTo(ctx, to, i == 1)
				return err
			},
			Make: func(change.Picture, func(string) domain.ID) (domain.ChangeSet, error) { return cs, nil },
			About: func(context.Context, change.Picture, domain.ChangeSet) ([]ui.Line, error) {
				var out []ui.Line
				for _, c := range change.Counts(cs.Changes) {
					out = append(out, ui.Plain("  "+c))
				}
				for _, n := range notes {
					out = append(out, ui.Text(theme.Warn, n))
				}
				return out, nil
			}})
	})
}

const howLevels = "Voice=Edit, Voice/Numbers=None: areas with their levels, commas between"

func (p page) begin(s browse.Subject) tea.Cmd {
	s.Host.Open(ui.NewForm(s.Host.Env, ui.Form{Heading: "New preset", Yes: "go on",
		Fields: []ui.Field{{Label: "Name", Hint: "Night shift", Check: change.NeedName}, {Label: "Levels", Hint: howLevels, Check: ui.Needed("a level")}},
		Do:     func(v []string) tea.Cmd { return p.set(s, strings.TrimSpace(v[0]), levels(v[1]), false) }}))
	return nil
}

func (p page) change(s browse.Subject, name string) tea.Cmd {
	return change.Ask(s.Host.Env, "Preset "+name, func(ctx context.Context) ([]ui.Field, error) {
		pic, err := s.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		preset, _ := find(pic.Org, name)
		var out []string
		for _, v := range preset.Values { // by id: names may stand twice
			out = append(out, string(v.Area)+"="+domain.LadderOf(domain.TargetArea).Word(v.Level))
		}
		return []ui.Field{{Label: "Levels", Value: strings.Join(out, ", "), Hint: howLevels, Check: ui.Needed("a level")}}, nil
	}, func(v []string) tea.Cmd { return p.set(s, name, levels(v[0]), false) })
}

// levels parts what was typed at commas.
func levels(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// set puts a preset forward, or its end.
func (p page) set(s browse.Subject, name string, values []string, take bool) tea.Cmd {
	return s.Desk.Propose(change.Draft{Heading: "Preset " + name, Make: func(pic change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		title, changes, err := p.does.SetPreset(pic.Org, name, values, take)
		return domain.ChangeSet{Title: title, Changes: changes}, err
	}})
}
