package ui

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"countersign/review/filter"
	"countersign/tui/theme"
)

// Cell is one field of a row.
type Cell struct {
	Text string
	Role theme.Role
}

// Row is one line of a list.
type Row struct {
	// Key names the row, and with the request's sort its place: it is what the
	// selection and the marks hold on to, and where the next page begins. It is
	// unique and not empty.
	Key string
	// Cells go with the list's columns, in their order.
	Cells []Cell
	// Role is how the cells without a role of their own are drawn.
	Role theme.Role
	// Group is the header the row stands under; rows of a group are adjacent.
	Group string
	// Data is the page's own, handed back with the row.
	Data any
}

// Seek says where a page of rows lies.
type Seek uint8

// The places. After and Before leave out the row Key names; From begins with it.
const (
	First Seek = iota
	Last
	After
	Before
	From
)

// Request asks a source for a page of rows.
type Request struct {
	Seek  Seek
	Key   string // for After, Before and From
	Limit int    // at most so many rows
	Query
}

// Query is what a list shows: a filter as typed, one of the source's own sorts,
// and its direction.
type Query struct {
	Filter  string
	Sort    string
	Reverse bool
}

// Page is a source's answer: rows in the order of the list, whatever the
// direction of the seek. Fewer rows than the limit mean that the list ends there.
type Page struct {
	Rows []Row
	// Total is how many rows the query has, -1 if that is not known.
	Total int
	// Offset is the place of the first row, counted from 0, -1 if not known. It
	// is needed only for From; the list counts along otherwise.
	Offset int
	// Select is the key of the row that the cursor goes to in the answer to a new query;
	// empty: it stays on the row it was on, or goes to the first.
	Select string
}

// ErrGone is a source's answer when the row a request begins at is no more in the
// list and the source cannot tell where it would stand. The list begins anew.
var ErrGone = errors.New("the row is no longer in the list")

// Source is where a list's rows come from. It is called in commands only, from
// several goroutines; it stops when ctx ends. Its errors, ErrGone apart, are
// sentences for the person.
type Source interface {
	Load(ctx context.Context, r Request) (Page, error)
}

// Finder is a source that can find the next row for which something holds, a
// word of the page's and the source's own, such as "undecided".
type Finder interface {
	// Find gives the Key of the nearest row beyond r.Key in the direction of
	// r.Seek (After or Before) for which what holds; ok is false if there is none.
	Find(ctx context.Context, r Request, what string) (key string, ok bool, err error)
}

// Filterer is a source that says what its filter understands: it is completed and
// checked while it is typed.
type Filterer interface{ Filters() filter.Table }

// Suggester is a source that knows values of a field for completion. It is called in
// Update: it gives nil rather than wait.
type Suggester interface {
	Suggest(field string) []string
}

// Memory is a source of rows held in memory, in the order given. A sort is the title
// of a column, and a filter's fields are those of Fields, their values the row's
// cells in the same order. It is not changed after it is handed to a list.
type Memory struct {
	Rows    []Row
	Columns []string // titles, for sorting; may be left out
	// Fields are the names by which the cells are filtered, and one more for the
	// group. Without any a filter is words.
	Fields filter.Table
	// Holds answers Find; nil means nothing is ever found.
	Holds func(r Row, what string) bool
}

// Filters implements Filterer.
func (m *Memory) Filters() filter.Table { return m.Fields }

// Load implements Source.
func (m *Memory) Load(ctx context.Context, r Request) (Page, error) {
	if err := ctx.Err(); err != nil {
		return Page{}, err
	}
	rows, err := m.ordered(r.Query)
	if err != nil {
		return Page{}, err
	}
	if r.Seek == First || r.Seek == Last {
		r.Key = ""
	}
	from, to := 0, len(rows)
	at := slices.IndexFunc(rows, func(row Row) bool { return row.Key == r.Key })
	if at < 0 && r.Key != "" {
		return Page{}, ErrGone
	}
	switch r.Seek {
	case Last:
		from = len(rows) - r.Limit
	case After:
		from = at + 1
	case Before:
		from, to = at-r.Limit, at
	case From:
		from = at
	}
	from = min(max(from, 0), len(rows))
	to = min(to, from+r.Limit, len(rows))
	return Page{Rows: rows[from:to], Total: len(rows), Offset: from}, nil
}

// Find implements Finder.
func (m *Memory) Find(ctx context.Context, r Request, what string) (string, bool, error) {
	if err := ctx.Err(); err != nil || m.Holds == nil {
		return "", false, err
	}
	rows, err := m.ordered(r.Query)
	if err != nil {
		return "", false, err
	}
	at := slices.IndexFunc(rows, func(row Row) bool { return row.Key == r.Key })
	step := 1
	if r.Seek == Before {
		step = -1
	}
	for i := at + step; i >= 0 && i < len(rows); i += step {
		if m.Holds(rows[i], what) {
			return rows[i].Key, true, nil
		}
	}
	return "", false, nil
}

// ordered is the rows that pass the filter, sorted.
func (m *Memory) ordered(q Query) ([]Row, error) {
	rows := m.Rows
	expr, err := m.Fields.Parse(q.Filter)
	if err != nil {
		return nil, err
	}
	if len(expr) > 0 {
		rows = nil
		passes := m.Fields.Match(expr)
		for _, r := range m.Rows {
			if passes(r.texts()) {
				rows = append(rows, r)
			}
		}
	}
	col := slices.Index(m.Columns, q.Sort)
	if col < 0 && !q.Reverse {
		return rows, nil
	}
	rows = slices.Clone(rows)
	if col >= 0 {
		places := map[string]int{} // the rows of a group stay together
		for _, r := range rows {
			if _, known := places[r.Group]; !known {
				places[r.Group] = len(places)
			}
		}
		slices.SortStableFunc(rows, func(a, b Row) int {
			return cmp.Or(places[a.Group]-places[b.Group], natural(a.cell(col).Text, b.cell(col).Text))
		})
	}
	if q.Reverse {
		slices.Reverse(rows)
	}
	return rows, nil
}

// texts is what a row in memory is found by.
func (r *Row) texts() filter.Texts {
	all := make([]string, 0, len(r.Cells)+1)
	for _, c := range r.Cells {
		all = append(all, c.Text)
	}
	all = append(all, r.Group)
	return filter.Fold(all, all)
}

// cell is the row's cell in column i, empty if it has none.
func (r *Row) cell(i int) Cell {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return Cell{}
}
