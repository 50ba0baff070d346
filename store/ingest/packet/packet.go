// Package packet reads back the workbooks in which reviewers answer without the
// program: the sheet of items, or that sheet as CSV, as whatever spreadsheet
// program last saved it. Rows may be sorted, hidden or filtered, columns moved
// and added, cells of another type.
//
// It streams, and knows nothing of what the rows mean: a row that cannot be read
// comes with the reason, and reading goes on.
package packet

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"countersign/store/ingest/table"
	"countersign/store/ingest/workbook"
)

// Row is one row of the sheet.
type Row struct {
	Place    string   // "line 7", or "Items!7" in a workbook
	Cells    []string // of the columns asked for, in their order; nil where there is a Fault
	Formulas []string // of those columns, which hold a formula
	Fault    string   // why the row cannot be read; "" where it can
	Column   string   // the one at fault, "" for the whole row
}

// mostText bounds one cell, in bytes: four for each character that Excel keeps.
const mostText = 4 * 32_767

// Read reads the rows of a file for the columns named, each of which must be
// there once, under its own name but for case and spaces. sheet is which sheet of
// a workbook it is. Rows in which all those columns are blank are passed over.
// most is how many rows there may be. It gives the SHA-256 (hex) of what was read.
//
// Errors: a *table.FileError where the file is neither a workbook with that
// sheet nor CSV, or is damaged; a *table.FieldsError where a column is missing
// or there twice; those of fn.
func Read(src io.ReadSeeker, sheet string, columns []string, most int, fn func(Row) error) (sha string, err error) {
	head := make([]byte, 8)
	n, err := io.ReadFull(src, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	o := table.Options{MaxField: mostText, MaxColumns: 1000}
	if workbook.Is(head[:n]) {
		o.Sheet = sheet
	}
	r, err := table.Open(src, o)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	at, err := find(r.Header(), columns)
	if err != nil {
		return "", err
	}
	for rows := 0; ; {
		row, err := r.Read()
		var bad *table.RowError
		switch {
		case errors.Is(err, io.EOF):
			src, _ := r.Source() // whole, at the end of the file
			return src.SHA256, nil
		case errors.As(err, &bad):
			placed := r.Place(*bad)
			bad.Line, bad.Cell = 0, ""
			err = fn(Row{Place: place(placed), Fault: bad.Error(), Column: bad.Column})
		case err == nil:
			out := pick(row, at, columns)
			if out.Cells == nil {
				continue
			}
			out.Place = place(r.Place(table.RowError{Line: row.Line}))
			err = fn(out)
		}
		if err != nil {
			return "", err
		}
		if rows++; rows > most {
			return "", &table.FileError{Message: fmt.Sprintf("the file has more than %d rows", most), Hint: "a packet has fewer: choose the file that was exported"}
		}
	}
}

// place says where a row stands.
func place(e table.RowError) string {
	if e.Cell != "" {
		return e.Cell
	}
	return fmt.Sprintf("line %d", e.Line)
}

// pick takes the columns asked for; Cells is nil where all are blank.
func pick(row table.Row, at []int, columns []string) Row {
	var out Row
	cells, blank := make([]string, len(at)), true
	for i, col := range at {
		cells[i] = row.Fields[col]
		blank = blank && strings.TrimSpace(cells[i]) == ""
		if row.Formula(col) {
			out.Formulas = append(out.Formulas, columns[i])
		}
	}
	if !blank || out.Formulas != nil {
		out.Cells = cells
	}
	return out
}

// find gives where each column stands.
func find(header, columns []string) ([]int, error) {
	by := map[string][]int{}
	for i, h := range header {
		k := table.ColumnKey(h)
		by[k] = append(by[k], i)
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		got := by[table.ColumnKey(c)]
		switch len(got) {
		case 1:
			at[i] = got[0]
		case 0:
			return nil, &table.FieldsError{Message: fmt.Sprintf("the file has no column “%s”", table.Short(c)),
				Hint: "all columns of the sheet of items must stay, in any order: export the packet again"}
		default:
			return nil, &table.FieldsError{Message: fmt.Sprintf("the column “%s” is there %d times", table.Short(c), len(got)), Hint: "take the others out"}
		}
	}
	return at, nil
}
