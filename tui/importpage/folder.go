package importpage

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// picker is the page on which a file is found.
type picker struct {
	h       *tui.Host
	reads   Reads
	path    string
	parent  string
	hidden  bool
	list    *ui.List
	panes   *ui.Panes
	actions action.Table

	gen    int
	looked string // the file whose beginning is held
	lines  []ui.Line
}

type glanceMsg struct {
	of    *picker
	gen   int
	path  string
	lines []ui.Line
}

// New makes the page; its argument is the folder to begin in, or a file, which opens.
func New(reads Reads) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &picker{h: h, reads: reads, path: arg}
		p.list = ui.NewList(h.Env, ui.Config{What: "files", Source: p.source(), Moved: p.moved, Enter: p.open,
			Sorts: []ui.Sort{{Title: "folders first"}, {ID: "name", Title: "name"}, {ID: "changed", Title: "when it was changed"}},
			Columns: []ui.Column{{Title: "Name", Width: 24, Flex: 3}, {Title: "What", Width: 14, Flex: 1}, {Title: "Size", Width: 10, Right: true, Drop: 2},
				{Title: "Changed (UTC)", Width: 16, Drop: 1}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.top, Detail: p.detail})
		const scope = "import"
		p.actions = append(action.Table{
			{ID: "import.up", Keys: []string{"backspace", "b"}, Help: "up", Long: "the folder above", Scope: scope, Hint: 2, Off: p.offUp, Do: func() tea.Cmd { return p.enter(p.parent) }},
			{ID: "import.hidden", Keys: []string{"."}, Help: "hidden", Long: "show hidden files, or hide them again", Scope: scope, Hint: 3,
				Do: func() tea.Cmd { p.hidden = !p.hidden; return p.enter(p.path) }},
		}, p.panes.Actions()...)
		return p
	}
}

func (p *picker) Init() tea.Cmd { return p.list.Init() }

// source lists the folder as it is asked for now.
func (p *picker) source() ui.Source {
	path, hidden := p.path, p.hidden
	return folderSource{p, path, hidden}
}

// folderSource is the rows of a folder, made anew with each load.
type folderSource struct {
	p      *picker
	path   string
	hidden bool
}

// fields are what the rows are filtered by.
func fields() filter.Table { return filter.Names("files", "name", "what", "size", "changed", "why") }

// Filters implements ui.Filterer.
func (folderSource) Filters() filter.Table { return fields() }

// Load implements ui.Source.
func (s folderSource) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	f, err := s.p.reads.Folder(ctx, s.path, s.hidden)
	if err != nil {
		return ui.Page{}, err
	}
	m := ui.Memory{Rows: rows(f), Columns: []string{"name", "what", "size", "changed"}, Fields: fields()}
	page, err := m.Load(ctx, r)
	if r.Seek == ui.First && len(page.Rows) > 0 {
		page.Rows[0].Data = first{page.Rows[0].Data, f}
	}
	return page, err
}

// first is the data of the first row, with the folder it stands in.
type first struct {
	data any
	of   Folder
}

// entryOf is the entry of a row.
func entryOf(r ui.Row) (Entry, bool) {
	d := r.Data
	if f, ok := d.(first); ok {
		d = f.data
	}
	e, ok := d.(Entry)
	return e, ok
}

// rows are the folder's entries, the way up before them.
func rows(f Folder) []ui.Row {
	var out []ui.Row
	if f.Parent != "" && !f.File {
		out = append(out, ui.Row{Key: "..", Data: Entry{Name: "..", Path: f.Parent, Folder: true}, Cells: []ui.Cell{{Text: ".."}, {Text: "folder above", Role: theme.Dim}, {}, {}, {}}})
	}
	for _, folders := range []bool{true, false} {
		for _, e := range f.Entries {
			if e.Folder != folders {
				continue
			}
			name, what, size, role := e.Name, e.What, bytesWords(e.Size), theme.Plain
			switch {
			case e.Off != "":
				what, size, role = "closed", "", theme.Dim
			case e.Folder:
				name, what, size, role = name+"/", "folder", "", theme.Title
			case what == "":
				role = theme.Dim
			}
			changed := ""
			if !e.Changed.IsZero() {
				changed = e.Changed.UTC().Format("2006-01-02 15:04")
			}
			out = append(out, ui.Row{Key: e.Path, Data: e, Cells: []ui.Cell{{Text: name, Role: role}, {Text: what, Role: theme.Dim}, {Text: size, Role: theme.Dim}, {Text: changed, Role: theme.Dim}, {Text: e.Off}}})
		}
	}
	if len(out) == 0 && f.File {
		out = append(out, ui.Row{Key: f.Path, Data: Entry{Name: f.Path, Path: f.Path, What: "file"}, Cells: []ui.Cell{{Text: f.Path}, {Text: "file"}, {}, {}, {}}})
	}
	return out
}

// bytesWords is a size as people read it.
func bytesWords(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1_000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

func (p *picker) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(glanceMsg); ok {
		if m.of == p && m.gen == p.gen {
			p.looked, p.lines = m.path, m.lines
		}
		return nil
	}
	return p.panes.Update(msg)
}

// moved follows the cursor: the beginning of a file that can be read is looked at.
// With the first row it learns where it is.
func (p *picker) moved() tea.Cmd {
	r, ok := p.list.Selected()
	if f, is := r.Data.(first); is {
		p.path, p.parent = f.of.Path, f.of.Parent
		if f.of.File {
			p.path = f.of.Parent
			return tea.Batch(p.enter(f.of.Parent), p.h.Push("import-file", f.of.Path))
		}
	}
	e, is := entryOf(r)
	p.gen++
	p.looked, p.lines = "", nil
	if !ok || !is || e.Folder || e.What == "" || e.Off != "" {
		return nil
	}
	gen, t := p.gen, p.h.Look()
	return p.h.Work("looking into "+e.Name, func(ctx context.Context) tea.Msg {
		f, err := p.reads.File(ctx, Ask{Path: e.Path})
		if err != nil {
			return glanceMsg{p, gen, e.Path, refusal(err)}
		}
		return glanceMsg{p, gen, e.Path, glance(f, t)}
	})
}

// enter goes into a folder; a filter was about the one before.
func (p *picker) enter(path string) tea.Cmd {
	p.path = path
	q := p.list.Query()
	q.Filter = ""
	src := p.list.SetSource(p.source()) // run even though the next outdates it: it is registered as work
	return tea.Batch(src, p.list.SetQuery(q))
}

func (p *picker) open(r ui.Row) tea.Cmd {
	e, ok := entryOf(r)
	switch {
	case !ok:
		return nil
	case e.Off != "":
		p.h.Say(safe.Text(e.Off))
		return nil
	case e.Folder:
		return p.enter(e.Path)
	}
	return p.h.Push("import-file", e.Path)
}

func (p *picker) offUp() string {
	if p.parent == "" {
		return "There is no folder above."
	}
	return ""
}

// top says where one is.
func (p *picker) top(w, _ int) []string {
	where := p.path
	if where == "" {
		where = p.h.Look().Sign.Ellipsis
	}
	line := ui.Line{{Role: theme.Dim, Text: " in "}, {Text: where}, {}}
	if p.hidden {
		line = append(line, ui.Span{Role: theme.Dim, Text: "  with hidden files"})
	}
	return []string{line.Draw(p.h.Look(), w)}
}

// detail says what the file begins with.
func (p *picker) detail(w, _ int) []ui.Line {
	r, ok := p.list.Selected()
	e, is := entryOf(r)
	switch {
	case !ok || !is:
		return nil
	case e.Off != "":
		return ui.Paragraph(theme.Warn, safe.Text(e.Off), w)
	case e.Folder:
		return ui.Paragraph(theme.Dim, "Enter opens this folder.", w)
	case e.What == "":
		return ui.Paragraph(theme.Dim, "This is not read by its name: CSV, TSV, text, workbooks (.xlsx), JSON and LDIF are. Enter tries it all the same.", w)
	case p.looked != e.Path:
		return []ui.Line{ui.Text(theme.Dim, "looking into it"+p.h.Look().Sign.Ellipsis)}
	}
	return ui.Wrapped(p.lines, w)
}

// glance says what the beginning of a file shows.
func glance(f File, t *theme.Theme) []ui.Line {
	var out []ui.Line
	switch {
	case f.Format != "":
		out = append(out, ui.Text(theme.Title, "Looks like "+f.Format))
	case len(f.Kinds) > 0:
		out = append(out, ui.Text(theme.Title, "Looks like a file of "+f.Kinds[0]))
		if more := f.Kinds[1:min(len(f.Kinds), 4)]; len(more) > 0 {
			out = append(out, ui.Text(theme.Dim, "or of "+strings.Join(more, ", ")))
		}
	default:
		out = append(out, ui.Text(theme.Warn, "No column of it is known: say on the next page which is which"))
	}
	if len(f.Header) > 0 {
		out = append(out, nil, ui.Text(theme.Dim, review.Count(len(f.Header), "column", "columns")), ui.Plain(strings.Join(safeAll(f.Header), ", ")))
	}
	if len(f.Rows) > 0 {
		out = append(out, nil, ui.Text(theme.Dim, "The first rows"))
		for _, r := range f.Rows {
			out = append(out, ui.Plain(strings.Join(safeAll(r), " "+t.Sign.Vertical+" ")))
		}
	}
	return append(out, nil, ui.Text(theme.Key, "enter goes on with it"))
}

// safeAll makes texts safe one by one: a line feed in one ends no line.
func safeAll(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = safe.Text(s)
	}
	return out
}

func (p *picker) View(w, h int) string  { return p.panes.View(w, h) }
func (p *picker) Title() string         { return "Import" }
func (p *picker) Actions() action.Table { return p.actions }
func (p *picker) Capturing() bool       { return p.list.Capturing() }
func (p *picker) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *picker) TogglePreview()        { p.panes.Toggle() }
