// Package settings is the console's page over the organisation's settings: what each is
// about, its value, and another one put forward as a change set.
package settings

import (
	"context"
	"slices"
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

// Acts are what it does: change sets.
type Acts interface{ change.Acts }

const scope = "settings"

// setting is one of them: what it is about, its shipped value, the words it can be
// where they are few, an example where they are not, and whether one is needed.
type setting struct {
	id      domain.ID
	about   string
	shipped string
	words   []string
	hint    string
	needed  bool
}

var settings = []setting{
	{domain.SettingName, "what the organisation is called", "", nil, "Acme", true},
	{domain.SettingZone, "the time zone of its days", "UTC", nil, "Europe/Berlin", true},
	{domain.SettingDormant, "the days unused from which something is a finding, heavier with each", "30,90", nil, "30,90", false},
	{domain.SettingBroadGroup, "a group that reaches more people than this is a finding", "100", nil, "100", false},
	{domain.SettingSoD, "what becomes of a change that breaks a separation of duties", "flag", []string{"flag", "refuse"}, "", false},
	{domain.SettingConflicted, "reviewers with a conflict of interest, where a campaign does not say", "flag", []string{"flag", "refuse"}, "", false},
	{domain.SettingFrameworks, "which frameworks apply, and the months between reviews where not as shipped", frameworkWords(), nil, "sox,pci:3", false},
	{domain.SettingCoupling, "whether a level in an area of an agent goes no higher than that on the agent", "on", []string{"on", "off"}, "", false},
}

// frameworkWords are all frameworks there are: those that apply where nothing is said.
func frameworkWords() string {
	var out []string
	for _, f := range domain.Frameworks() {
		out = append(out, f.Word)
	}
	return strings.Join(out, ",")
}

// value is a setting's, and whether the organisation has set it: else it is the shipped one.
func (s setting) value(p change.Picture) (value string, here bool) {
	if _, stored := p.Org.Get(domain.KindSetting, s.id); stored {
		return p.Org.Setting(s.id), true
	}
	return s.shipped, false
}

func find(key string) (setting, bool) {
	i := slices.IndexFunc(settings, func(s setting) bool { return string(s.id) == key })
	if i < 0 {
		return setting{}, false
	}
	return settings[i], true
}

// New makes the page.
func New(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		var b *browse.Browser
		b = browse.New(h, browse.Config{
			Title: "Settings", What: scope, One: "setting", Reads: reads, Fields: filter.Names(scope, "name", "value", "set"),
			Columns: []ui.Column{{Title: "Setting", Width: 20}, {Title: "Value", Width: 14, Flex: 1}, {Title: "Set", Width: 8, Drop: 2}, {Title: "What it is about", Width: 20, Flex: 3, Drop: 1}},
			Rows:    rows, Detail: detail,
			Enter: func(key string) tea.Cmd { return another(b.Subject(), domain.ID(key)) },
			Acts: func(s browse.Subject) action.Table {
				return action.Table{
					{ID: "settings.set", Keys: []string{"e"}, Help: "change", Long: "give it another value", Scope: scope, Hint: 1, Off: s.Off, Do: s.On(func(id domain.ID) tea.Cmd { return another(s, id) })},
					{ID: "settings.reset", Keys: []string{"R"}, Help: "shipped value", Long: "give it the shipped value again", Scope: scope, Hint: 2, Off: s.Off, Do: s.On(func(id domain.ID) tea.Cmd { return set(s, id, "") })},
				}
			},
		}, does)
		return b
	}
}

func rows(p change.Picture) []ui.Record {
	out := make([]ui.Record, len(settings))
	for i, s := range settings {
		text, here := s.value(p)
		value, is := ui.Cell{Text: text}, ui.Cell{Text: "here"}
		if !here {
			is = ui.Cell{Text: "shipped", Role: theme.Dim}
		}
		out[i] = ui.Record{Row: ui.Row{Key: string(s.id), Cells: []ui.Cell{{Text: string(s.id)}, value, is, {Text: s.about, Role: theme.Dim}}},
			Values: []string{string(s.id), value.Text, is.Text}}
	}
	return out
}

func detail(_ context.Context, p change.Picture, key string) ([]ui.Line, error) {
	s, ok := find(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "there is no setting %q", key).Hinted("load the list again with f5")
	}
	value, _ := s.value(p)
	out := []ui.Line{ui.Text(theme.Title, key), ui.Plain(s.about + "."), nil, change.Fact("Value", value), change.Fact("Shipped", s.shipped)}
	if len(s.words) > 0 {
		out = append(out, change.Fact("Can be", strings.Join(s.words, " or ")))
	} else {
		out = append(out, change.Fact("For example", s.hint))
	}
	return append(out, nil, ui.Text(theme.Dim, "A setting always waits for a checker.")), nil
}

// another asks for another value of a setting and puts it forward.
func another(s browse.Subject, id domain.ID) tea.Cmd {
	x, ok := find(string(id))
	if !ok {
		return nil
	}
	if len(x.words) > 0 {
		return s.Choose(string(id)+": "+x.about, x.words, func(i int) tea.Cmd { return set(s, id, x.words[i]) })
	}
	return change.Ask(s.Host.Env, "Setting "+string(id), func(ctx context.Context) ([]ui.Field, error) {
		p, err := s.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		return []ui.Field{{Label: x.about, Value: p.Org.Setting(id), Hint: x.hint, Check: ui.Needed("a value")}}, nil
	}, func(v []string) tea.Cmd { return set(s, id, strings.TrimSpace(v[0])) })
}

// set puts forward that a setting has a value; without one it has the shipped value.
func set(s browse.Subject, id domain.ID, value string) tea.Cmd {
	return s.Desk.Propose(change.Draft{Heading: "Setting " + string(id), Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		row, there := p.Org.Get(domain.KindSetting, id)
		after := domain.Setting{ID: id, Value: value}
		x, _ := find(string(id))
		switch {
		case value == "" && there && x.needed:
			return domain.ChangeSet{}, domain.Errorf(domain.Invalid, "the organisation needs its %s", id).Hinted("give another one")
		case value == "" && there:
			return change.Set("Setting "+string(id)+": the shipped value", domain.End(row.Record))
		case value == "":
			return domain.ChangeSet{}, nil
		case !there:
			return change.Set("Setting "+string(id)+": "+value, domain.Begin(after))
		case row.Record == domain.Record(after):
			return domain.ChangeSet{}, nil
		}
		return change.Set("Setting "+string(id)+": "+value, domain.Replace(row.Record, after))
	}})
}
