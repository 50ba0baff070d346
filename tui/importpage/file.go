package importpage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

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

// page is one file: its columns beside our fields, and what importing it would do.
type page struct {
	h     *tui.Host
	reads Reads
	acts  Acts
	desk  *change.Desk
	clerk *browse.Clerk
	kinds []Kind

	ask     Ask
	file    File
	opened  bool
	failed  []ui.Line // why it cannot be opened or read
	pre     *Preview  // of ask; nil while it is being worked out
	gen     int
	meter   *ui.Meter // while it is read
	list    *ui.List
	panes   *ui.Panes
	actions action.Table

	lines []ui.Line // what importing it would do
}

type (
	fileMsg struct {
		of   *page
		gen  int
		file File
		err  error
	}
	previewMsg struct {
		of  *page
		gen int
		pre Preview
		err error
	}
)

// NewFile makes the page of a file; its argument is the file's path.
func NewFile(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &page{h: h, reads: reads, acts: acts, kinds: reads.Kinds(), ask: Ask{Path: arg}}
		p.desk = change.NewDesk(h.Env, reads, keeping{acts, p.ask}, p.work)
		p.clerk = browse.NewClerk(h, p.work)
		p.list = ui.NewList(h.Env, ui.Config{What: "columns", Source: &ui.Memory{}, Enter: func(r ui.Row) tea.Cmd { return p.chooseField(r) },
			Columns: []ui.Column{{Title: "Column of the file", Width: 18, Flex: 2}, {Title: "Our field", Width: 14, Flex: 1}, {Title: "First row", Width: 12, Flex: 2, Drop: 1},
				{Title: "Second", Width: 10, Flex: 1, Drop: 2}, {Title: "Third", Width: 10, Flex: 1, Drop: 3}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.top, Detail: func(w, _ int) []ui.Line { return ui.Wrapped(p.lines, w) },
			Upper: func(h int) int { return max(min(len(p.file.Header)+2, h*2/5), 5) }})
		p.actions = append(p.keys(), p.panes.Actions()...)
		return p
	}
}

func (p *page) Init() tea.Cmd { return p.read() }

// read reads the beginning of the file.
func (p *page) read() tea.Cmd {
	p.gen++
	gen, ask := p.gen, p.ask
	p.pre, p.lines, p.failed = nil, []ui.Line{ui.Text(theme.Dim, "opening it"+p.h.Look().Sign.Ellipsis)}, nil
	return p.h.Work("opening "+ask.Path, func(ctx context.Context) tea.Msg {
		f, err := p.reads.File(ctx, ask)
		return fileMsg{p, gen, f, err}
	})
}

// work reads the whole file and works out what importing it would do.
func (p *page) work() tea.Cmd {
	p.gen++
	gen, ask := p.gen, p.ask
	ask.Columns = maps.Clone(ask.Columns)
	p.pre, p.lines, p.failed = nil, []ui.Line{ui.Text(theme.Dim, "reading it"+p.h.Look().Sign.Ellipsis)}, nil
	if ask.Kind == "" {
		p.lines = []ui.Line{ui.Text(theme.Warn, "Say what it is: "+p.h.Key("import-file.kind"))}
		return p.show()
	}
	m := ui.NewMeter("reading " + safe.Text(p.file.Name))
	p.meter = m
	return tea.Batch(p.show(), m.Tick(p.h.Env), p.h.Work("reading "+p.file.Name, func(ctx context.Context) tea.Msg {
		pre, err := p.reads.Plan(ctx, ask, func(done, total int64) { m.Tell(bytesWords(done), done, total) })
		return previewMsg{p, gen, pre, err}
	}))
}

// Update implements tui.Page.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case fileMsg:
		if m.of != p || m.gen != p.gen {
			return nil
		}
		return p.takeFile(m)
	case previewMsg:
		if m.of != p || m.gen != p.gen {
			return nil
		}
		p.meter = nil
		return p.takePreview(m)
	case ui.MeterMsg:
		if m.Of == p.meter && p.meter != nil {
			return m.Of.Tick(p.h.Env)
		}
		return nil
	}
	if cmd, mine := p.clerk.Update(msg); mine {
		return cmd
	}
	return tea.Batch(p.desk.Update(msg), p.panes.Update(msg))
}

func (p *page) takeFile(m fileMsg) tea.Cmd {
	if m.err != nil {
		p.failed = refusal(m.err)
		p.lines = p.failed
		return nil
	}
	p.file = m.file
	if !p.opened {
		p.opened = true
		p.ask.Source = m.file.Source
		if len(m.file.Kinds) > 0 {
			p.ask.Kind = m.file.Kinds[0]
		}
	}
	return p.work()
}

func (p *page) takePreview(m previewMsg) tea.Cmd {
	if m.err != nil {
		p.failed = refusal(m.err)
		p.lines = p.failed
		return p.show()
	}
	p.pre = &m.pre
	if !p.ask.Own {
		p.ask.Columns = m.pre.Columns
	}
	p.lines = p.outcome(m.pre)
	return p.show()
}

// refusal says an error and what to do.
func refusal(err error) []ui.Line { return change.Refusal(err) }

// show puts the columns on the list as they stand now.
func (p *page) show() tea.Cmd {
	var out []ui.Row
	for i, name := range p.file.Header {
		field := ui.Cell{Text: "not used", Role: theme.Dim}
		if key := p.field(i); key != "" {
			field = ui.Cell{Text: key}
			if p.ask.Columns[key] == name {
				field = ui.Cell{Text: key + " *", Role: theme.Marked}
			}
		}
		if p.file.Format != "" && !p.ask.Plain {
			field = ui.Cell{Text: "by its format", Role: theme.Dim}
		}
		row := ui.Row{Key: fmt.Sprint(i), Cells: []ui.Cell{{Text: word(name, "(no name)")}, field, {}, {}, {}}, Data: i}
		for n := range 3 {
			if n < len(p.file.Rows) && i < len(p.file.Rows[n]) {
				row.Cells[2+n].Text = p.file.Rows[n][i]
			}
		}
		out = append(out, row)
	}
	return p.list.SetSource(&ui.Memory{Rows: out, Columns: []string{"column", "field"}, Fields: filter.Names("columns", "column", "field", "first", "second", "third")})
}

func word(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// field is our field in column i, as the file was read last or as it was chosen.
func (p *page) field(i int) string {
	if p.pre != nil {
		return p.pre.Fields[i]
	}
	for key, column := range p.ask.Columns {
		if i < len(p.file.Header) && p.file.Header[i] == column {
			return key
		}
	}
	return ""
}

// kind is the kind it is read as.
func (p *page) kind() (Kind, bool) {
	i := slices.IndexFunc(p.kinds, func(k Kind) bool { return k.Word == p.ask.Kind })
	if i < 0 {
		return Kind{}, false
	}
	return p.kinds[i], true
}

// top says what the file is read as.
func (p *page) top(w, _ int) []string {
	t := p.h.Look()
	as := ui.Line{{Role: theme.Dim, Text: " as "}, {Role: theme.Title, Text: word(p.ask.Kind, "nothing yet")}, {Role: theme.Dim, Text: "  from "}, {Role: theme.Title, Text: word(p.ask.Source, "no source yet")}}
	if p.file.Format != "" && !p.ask.Plain {
		as = append(as, ui.Span{Role: theme.Dim, Text: "  read as " + p.file.Format})
	}
	if k, _ := p.kind(); k.Of != "" && p.ask.Of != "" {
		as = append(as, ui.Span{Role: theme.Dim, Text: "  " + k.Of + " "}, ui.Span{Text: p.ask.Of})
	}
	if k, _ := p.kind(); k.Also != "" && p.ask.Of != "" {
		as = append(as, ui.Span{Role: theme.Dim, Text: "  with "}, ui.Span{Text: p.ask.Of})
	}
	for _, f := range []struct {
		on   bool
		text string
	}{{p.ask.Full, "the whole of it"}, {p.ask.Skip, "without rows that cannot be taken"}, {p.ask.Sheet != "", "sheet " + p.ask.Sheet}} {
		if f.on {
			as = append(as, ui.Span{Role: theme.Warn, Text: "  " + f.text})
		}
	}
	out := []string{as.Draw(t, w)}
	switch {
	case p.meter != nil:
		out = append(out, p.meter.Line(t, w).Draw(t, w))
	case p.pre != nil:
		role, text := theme.OK, p.pre.Summary
		if p.pre.Refused != nil {
			role = theme.Danger
		}
		out = append(out, ui.Line{{Text: " "}, {Role: role, Text: text}, {}}.Draw(t, w))
	case p.failed != nil:
		out = append(out, ui.Text(theme.Danger, " it cannot be read like this").Draw(t, w))
	}
	return out
}

// outcome is what importing the file would do, whole.
func (p *page) outcome(pre Preview) []ui.Line {
	out := []ui.Line{ui.Text(theme.Title, pre.Summary)}
	if pre.Refused != nil {
		out = append(out, refusal(pre.Refused)...)
		if len(pre.Errors) > 0 && !p.ask.Skip {
			out = append(out, ui.Text(theme.Key, p.h.Key("import-file.skip")+" leaves those rows out."))
		}
	} else if len(pre.Set.Changes) == 0 {
		out = append(out, ui.Text(theme.OK, "Nothing changes: everything in it is here already."))
	} else {
		out = append(out, ui.Text(theme.Key, p.h.Key("import-file.run")+" imports it: you see who gains and loses before you say why."))
	}
	if pre.Kept != "" {
		out = append(out, ui.Text(theme.Dim, "Columns as kept under "+pre.Kept))
	}
	for _, n := range pre.Notes {
		out = append(out, ui.Text(theme.Dim, n))
	}
	if len(pre.Errors) > 0 {
		out = append(out, change.Heading(review.Count(pre.Wrong, "row that cannot be taken", "rows that cannot be taken"))...)
		for _, e := range pre.Errors {
			out = append(out, ui.Text(theme.Danger, e))
		}
	}
	if len(pre.Outcomes) > 0 {
		out = append(out, change.Heading("What the rows come to")...)
		for _, o := range pre.Outcomes {
			out = append(out, ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("%-8s ", o.Word)}, {Text: o.Text}})
		}
	}
	return out
}

func (p *page) Title() string {
	if p.file.Name != "" {
		return p.file.Name
	}
	if at := strings.LastIndexAny(p.ask.Path, `/\`); at >= 0 {
		return p.ask.Path[at+1:]
	}
	return word(p.ask.Path, "A file")
}

func (p *page) View(w, h int) string  { return p.panes.View(w, h) }
func (p *page) Actions() action.Table { return p.actions }
func (p *page) Capturing() bool       { return p.list.Capturing() }
func (p *page) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *page) TogglePreview()        { p.panes.Toggle() }
