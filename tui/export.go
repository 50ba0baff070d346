package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

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
	c.Do = func(i int) tea.Cmd {
		format := Formats()[i]
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
	h.Open(ui.NewChoice(h.Env, c))
	return nil
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
