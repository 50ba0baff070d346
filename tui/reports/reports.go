// Package reports is the console's page over the reports: what each says and takes,
// when it was exported last and by whom, and a form to write one into a file, with
// how far it has come and esc to stop it.
package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Report is one report as a person chooses it.
type Report struct {
	Name, Title, About string
	Fields             filter.Table // of its filter; none where it takes no filter
	// What it takes besides, in the words of the flags.
	AsOf, Span, Agent, Agents, Department, Active, Campaign bool
}

// Exported is when a report was exported last.
type Exported struct {
	At   time.Time
	By   string
	File string
}

// Order is what a report is asked for. Texts are as on the command line; an empty
// one asks for nothing.
type Order struct {
	Report, Format, File   string
	AsOf, From, To, Filter string
	Agent, Campaign        string
	Agents                 string // with commas between
	Department             string
	Active                 string // "yes" for only who is active
}

// Reads are what this page reads.
type Reads interface {
	change.Reads
	// Reports are the reports there are, in the order they are shown in.
	Reports() []Report
	// Formats are the words of the formats that hold a whole report; the first is
	// the usual one.
	Formats() []string
	// LastExports gives when each report was exported last, by name.
	LastExports(ctx context.Context) (map[string]Exported, error)
}

// Acts are what it does.
type Acts interface {
	// Export writes a report and says where it went; tell is told how far it has
	// come, and ctx stops it, which leaves no file.
	Export(ctx context.Context, o Order, tell func(string)) (said string, err error)
}

const scope = "reports"

// page is a list of reports. What was typed for one is kept until it is written.
type page struct {
	*browse.Browser
	host  *tui.Host
	reads Reads
	acts  Acts
	first string // the report to ask for at once

	typed map[string][]string
	gen   int
	now   atomic.Pointer[string] // how far the export has come

	mu   sync.Mutex
	last map[string]Exported
	pic  change.Picture
}

// writtenMsg is the end of an export.
type writtenMsg struct {
	of   *page
	gen  int
	name string
	said string
	err  error
}

// New makes the page; opened for the name of a report it asks for it at once.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &page{host: h, reads: reads, acts: acts, first: arg, typed: map[string][]string{}}
		p.Browser = browse.New(h, browse.Config{
			Title: "Reports", What: scope, One: "report", Reads: reads, Fields: fields(),
			Columns: []ui.Column{{Title: "Report", Width: 16}, {Title: "What it says", Width: 24, Flex: 1, Drop: 1}, {Title: "Last exported", Width: 16, Drop: 2}},
			Load:    p.load, Detail: p.detail, Enter: p.open, Acts: p.actions,
			Entity: func(key string) string { return key },
		}, nil)
		return p
	}
}

// fields are what the list can be filtered by.
func fields() filter.Table {
	return filter.Table{List: scope, Fields: []filter.Field{{Name: "name", About: "what it is called"}, {Name: "what", About: "what it says"},
		{Name: "takes", About: "how it can be narrowed"}, {Name: "last", Kind: filter.Date, About: "when it was exported last"}}}
}

func (p *page) load(ctx context.Context, pic change.Picture) ([]ui.Record, error) {
	last, err := p.reads.LastExports(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.last, p.pic = last, pic
	p.mu.Unlock()
	var out []ui.Record
	for _, r := range p.reads.Reports() {
		when := ui.Cell{Text: "never", Role: theme.Dim}
		day := ""
		if x, ok := last[r.Name]; ok {
			when = ui.Cell{Text: x.At.In(pic.Org.Zone()).Format("2006-01-02 15:04")}
			day = string(pic.Org.DayOf(x.At))
		}
		out = append(out, ui.Record{Row: ui.Row{Key: r.Name, Cells: []ui.Cell{{Text: r.Name}, {Text: r.About}, when}},
			Values: []string{r.Name + "\n" + r.Title, r.About, strings.Join(takes(r), "\n"), day}})
	}
	return out, nil
}

// takes says how a report can be narrowed, a line each.
func takes(r Report) []string {
	var out []string
	for _, x := range []struct {
		is   bool
		says string
	}{{r.Campaign, "a campaign"}, {r.AsOf, "as of a moment"}, {r.Span, "from a moment on, up to another"}, {r.Agent, "for one agent"},
		{r.Agents, "to some agents"}, {r.Department, "to a department"}, {r.Active, "to who is active"}, {len(r.Fields.Fields) > 0, "a filter"}} {
		if x.is {
			out = append(out, x.says)
		}
	}
	return out
}

func (p *page) report(name string) (Report, bool) {
	all := p.reads.Reports()
	i := slices.IndexFunc(all, func(r Report) bool { return strings.EqualFold(r.Name, strings.TrimSpace(name)) })
	if i < 0 {
		return Report{}, false
	}
	return all[i], true
}

// open shows all of a report in a window.
func (p *page) open(key string) tea.Cmd {
	p.mu.Lock()
	pic := p.pic
	p.mu.Unlock()
	lines, err := p.lines(pic, key)
	if err != nil {
		p.host.Fail(err)
		return nil
	}
	p.host.Open(ui.NewTextView(p.host.Env, ui.TextView{Heading: "Report " + key, Lines: lines}))
	return nil
}

func (p *page) detail(_ context.Context, pic change.Picture, key string) ([]ui.Line, error) {
	return p.lines(pic, key)
}

// lines say everything about a report.
func (p *page) lines(pic change.Picture, key string) ([]ui.Line, error) {
	r, ok := p.report(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "there is no report %q", key).Hinted("load the list again with f5")
	}
	out := []ui.Line{ui.Text(theme.Title, r.Title), nil, ui.Plain(r.About)}
	p.mu.Lock()
	x, was := p.last[r.Name]
	p.mu.Unlock()
	if was {
		out = append(out, change.Fact("Last exported", review.Moment(x.At, pic.Org.Zone())), change.Fact("by", safe.Text(x.By)), change.Fact("as", safe.Text(x.File)))
	}
	out = append(out, change.Heading("Takes")...)
	for _, t := range takes(r) {
		out = append(out, ui.Plain(t))
	}
	if r.Campaign && !r.AsOf {
		out = append(out, ui.Text(theme.Dim, "whole: a closed campaign's is pinned to its closing event"))
	}
	if len(r.Fields.Fields) > 0 {
		out = append(out, change.Heading("Fields of its filter")...)
		for _, f := range r.Fields.Fields {
			out = append(out, change.Fact(f.Name, f.About))
		}
	}
	out = append(out, change.Heading("Written as")...)
	for _, f := range p.reads.Formats() {
		out = append(out, change.Fact(f, formatWords[f]))
	}
	return append(out, nil, ui.Text(theme.Dim, "From cron: countersign export "+r.Name+" --dir FOLDER")), nil
}

// formatWords say what a file of a format is.
var formatWords = map[string]string{"xlsx": "a workbook that proves itself", "json": "one document with every table", "zip": "every table as CSV, with a manifest",
	"csv": "its main table, safe in spreadsheets", "jsonl": "its main table, an object a line"}

func (p *page) actions(s browse.Subject) action.Table {
	return action.Table{{ID: "reports.write", Keys: []string{"e"}, Help: "write it", Long: "write the report into a file", Scope: scope, Hint: 1, Off: s.Off,
		Do: s.On(func(id domain.ID) tea.Cmd { return p.ask(string(id)) })}}
}

// Init implements tui.Page.
func (p *page) Init() tea.Cmd {
	cmd := p.Browser.Init()
	if p.first != "" {
		cmd = tea.Batch(cmd, p.ask(p.first))
	}
	return cmd
}

// Status implements tui.Status: how far an export has come.
func (p *page) Status() string {
	if now := p.now.Load(); now != nil {
		return *now
	}
	return ""
}

// Update implements tui.Page.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(writtenMsg)
	if !ok {
		return p.Browser.Update(msg)
	}
	if m.of != p {
		return nil
	}
	if m.gen == p.gen {
		p.now.Store(nil)
	}
	if m.err != nil {
		if !errors.Is(m.err, context.Canceled) {
			p.host.Fail(m.err)
		}
		return nil
	}
	delete(p.typed, m.name)
	p.host.Say(m.said)
	return p.Reload()
}

// asked is a line of the form with where its text goes.
type asked struct {
	flag string // of the command export that says the same
	ui.Field
	to func(*Order) *string
}

// Flags are the flags of the command export that the form of a report stands for, in
// its order.
func Flags(r Report, formats []string) []string {
	var out []string
	for _, q := range questions(r, formats) {
		out = append(out, q.flag)
	}
	return out
}

// questions are what a report is asked for, in order.
func questions(r Report, formats []string) []asked {
	out := []asked{
		{"format", ui.Field{Label: "Format", Value: formats[0], Hint: strings.Join(formats, ", "), Check: func(s string) string {
			if slices.Contains(formats, strings.ToLower(strings.TrimSpace(s))) {
				return ""
			}
			return fmt.Sprintf("%q is no format: write one of %s", safe.Text(s), strings.Join(formats, ", "))
		}}, func(o *Order) *string { return &o.Format }},
		{"out", ui.Field{Label: "File", Value: r.Name, Hint: "its ending follows the format; a file of that name is replaced", Check: ui.Needed("a file name")},
			func(o *Order) *string { return &o.File }},
	}
	if r.Campaign {
		out = append(out, asked{"campaign", ui.Field{Label: "Campaign (empty: the one there is, or under way)", Hint: "its name or id"}, func(o *Order) *string { return &o.Campaign }})
	}
	if r.AsOf {
		out = append(out, asked{"as-of", ui.Field{Label: "As of (empty: now)", Hint: "2026-03-31, an instant, or an event number"}, func(o *Order) *string { return &o.AsOf }})
	}
	if r.Span {
		out = append(out, asked{"from", ui.Field{Label: "From (may be empty)", Hint: "2026-03-01"}, func(o *Order) *string { return &o.From }},
			asked{"to", ui.Field{Label: "To (may be empty)", Hint: "2026-03-31, and with it"}, func(o *Order) *string { return &o.To }})
	}
	out = append(out, narrowing(r)...)
	if t := r.Fields; len(t.Fields) > 0 {
		names := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			names[i] = f.Name
		}
		out = append(out, asked{"filter", ui.Field{Label: "Filter (empty: every row)", Hint: strings.Join(names, ", "), Check: func(s string) string {
			if _, err := t.Parse(s); err != nil {
				return err.Error()
			}
			return ""
		}}, func(o *Order) *string { return &o.Filter }})
	}
	return out
}

// narrowing are the questions about whom and what a report is to hold.
func narrowing(r Report) []asked {
	var out []asked
	if r.Agent {
		out = append(out, asked{"agent", ui.Field{Label: "Agent (empty: all agents)", Hint: "its name or id"}, func(o *Order) *string { return &o.Agent }})
	}
	if r.Agents {
		out = append(out, asked{"agents", ui.Field{Label: "Agents (empty: all)", Hint: "names or ids with commas between; one with a comma in quotes"},
			func(o *Order) *string { return &o.Agents }})
	}
	if r.Department {
		out = append(out, asked{"department", ui.Field{Label: "Department (empty: all)", Hint: "its whole name"}, func(o *Order) *string { return &o.Department }})
	}
	if r.Active {
		out = append(out, asked{"active", ui.Field{Label: "Only who is active (empty: everybody)", Hint: "yes, or nothing", Check: func(s string) string {
			if _, ok := activeOnly(s); !ok {
				return fmt.Sprintf("%q is no answer: write yes, or nothing", safe.Text(s))
			}
			return ""
		}}, func(o *Order) *string { return &o.Active }})
	}
	return out
}

// activeOnly reads the answer to whether only who is active is asked for: "yes" or "".
func activeOnly(s string) (only string, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "y":
		return "yes", true
	case "", "no", "n":
		return "", true
	}
	return "", false
}

// ask asks for what a report is to be, and writes it.
func (p *page) ask(name string) tea.Cmd {
	r, ok := p.report(name)
	if !ok {
		p.host.Fail(domain.Errorf(domain.NotFound, "there is no report %q", safe.Text(name)).Hinted("choose one of the list"))
		return nil
	}
	qs := questions(r, p.reads.Formats())
	lines := make([]ui.Field, len(qs))
	for i, q := range qs {
		lines[i] = q.Field
		if was := p.typed[r.Name]; i < len(was) {
			lines[i].Value = was[i]
		}
	}
	p.host.Open(ui.NewAsk(p.host.Env, ui.Ask{Heading: "Write: " + r.Title, What: []string{r.About}, Fields: lines, Do: func(values []string) tea.Cmd {
		p.typed[r.Name] = slices.Clone(values)
		o := Order{Report: r.Name}
		for i, v := range values {
			*qs[i].to(&o) = strings.TrimSpace(v)
		}
		o.Format = strings.ToLower(o.Format)
		if only, ok := activeOnly(o.Active); ok {
			o.Active = only
		}
		return p.write(o)
	}}))
	return nil
}

// write writes a report in the background; esc stops it.
func (p *page) write(o Order) tea.Cmd {
	p.gen++
	gen := p.gen
	return p.host.Work("exporting "+o.Report, func(ctx context.Context) tea.Msg {
		said, err := p.acts.Export(ctx, o, func(far string) { p.now.Store(&far) })
		if ctx.Err() != nil {
			err = context.Canceled // the console has said that it was stopped
		}
		return writtenMsg{p, gen, o.Report, said, err}
	})
}
