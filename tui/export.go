package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// Table is what a page exports: rows of text under named columns.
type Table struct {
	Name    string // of the file, without its ending: "items-q4"
	Title   string
	Columns []string
	Rows    [][]string
}

// Formats are those a table can be exported in: xlsx, csv, json. The word is the
// file's ending.
func Formats() []string { return []string{"xlsx", "csv", "json"} }

// Export asks for a format and then writes what load gives in the background; the
// path of the file is said when it is there. It is the console's "export this".
func (h *Host) Export(title string, load func(ctx context.Context) (Table, error)) tea.Cmd {
	write := h.root.cfg.Export
	if write == nil {
		h.Fail(errors.New("nothing can be exported from here: this console was started without a place to write to"))
		return nil
	}
	c := ui.Choice{Heading: "Export " + safe.Text(title), What: []string{"Into a file in the current directory."}, Options: []ui.Option{
		{Label: "Excel workbook", Key: "x"}, {Label: "CSV, for programs and spreadsheets", Key: "c"}, {Label: "JSON", Key: "o"}}}
	into := func(format string) tea.Cmd {
		return h.Work("exporting "+title, func(ctx context.Context) tea.Msg {
			t, err := load(ctx)
			if err != nil {
				return FailMsg{err}
			}
			path, err := write(ctx, t, format)
			if err != nil {
				return FailMsg{err}
			}
			return SayMsg{"written: " + path}
		})
	}
	if h.root.as != "" {
		return into(h.root.as)
	}
	c.Do = func(i int) tea.Cmd { return into(Formats()[i]) }
	h.Open(ui.NewChoice(h.Env, c))
	return nil
}

// exportAction is the page's own action that exports what is on it, nil if it has none.
func (r *Root) exportAction() *action.Action {
	e := r.front()
	if e == nil {
		return nil
	}
	t := e.page.Actions()
	for _, is := range []func(*action.Action) bool{
		func(a *action.Action) bool { return strings.HasSuffix(a.ID, ".export") },
		func(a *action.Action) bool { return strings.HasPrefix(a.Help, "export") },
	} {
		for i := range t {
			if is(&t[i]) {
				return &t[i]
			}
		}
	}
	return nil
}

// exportAs exports what is on the screen in the format.
func (r *Root) exportAs(format string) tea.Cmd {
	a := r.exportAction()
	if a == nil {
		return r.fail(errors.New("this page exports nothing: name a report, or open the reports"))
	}
	r.as = format
	cmd := r.do(r.front(), a, false)
	r.as = ""
	return cmd
}

// ExportList exports the rows of l under the filter and order in force. group is
// the title of the column for the rows' groups, "" if there are none.
func (h *Host) ExportList(name, title, group string, l *ui.List) tea.Cmd {
	columns, load := l.Texts(group)
	return h.Export(title, func(ctx context.Context) (Table, error) {
		rows, err := load(ctx)
		return Table{Name: name, Title: title, Columns: columns, Rows: rows}, err
	})
}
