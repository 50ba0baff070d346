package sheet

import (
	"iter"
	"strings"
	"time"
	"unicode"
)

// Creator is the author every workbook names unless told otherwise.
const Creator = "Countersign"

// Workbook is a whole report. The same description gives the same bytes, always:
// the time it carries is handed in, never read from a clock.
type Workbook struct {
	Title    string
	Subject  string
	Creator  string    // Countersign where empty
	Modified time.Time // the instant the report is as of; written in UTC
	Banner   string    // stands over the first grid and in the head of every printed page
	Sheets   []Sheet
}

// Sheet is one sheet: a Table or a Grid, not both.
type Sheet struct {
	Name      string // made legal and unique by the writer, which reports the change
	Table     *Table
	Grid      *Grid
	Tab       Class // colour of the tab; Plain leaves it
	Portrait  bool  // print set-up: landscape unless told otherwise
	Protected bool  // only editable columns accept typing; no password, it guards against slips
}

// Grid is a small sheet of placed cells: a cover, statistics.
type Grid struct {
	Rows    [][]Cell
	Widths  []float64 // of the columns, in characters; 0 leaves the default
	Freeze  int       // rows kept in view
	Charts  []Chart
	OnePage bool // prints on one page
}

// Table is rows under named columns.
//
// Rows may be asked for more than once and must then give the same rows. A yielded
// slice may be reused for the next row: who keeps it copies it. A row shorter than
// the columns is filled with empty cells; a longer one is an error of the writer.
// Once an error has been yielded the rows end, and nothing of the report is kept.
type Table struct {
	Columns []Column
	Rows    iter.Seq2[[]Cell, error]
	Key     int    // leading columns kept in view when scrolling sideways
	Empty   string // the sentence that stands where there are no rows; it is no row
}

// ColumnKind says how a column is laid out.
type ColumnKind uint8

// The kinds of column.
const (
	Words   ColumnKind = iota // text
	Counts                    // whole numbers, to the right
	Figures                   // numbers
	Moments                   // UTC; the header says so
	Days                      // calendar dates
	Levels                    // words or letters of a Legend
)

// TotalKind is what stands under a column.
type TotalKind uint8

// The totals a table can carry in its last row, as live formulas that follow the filter.
const (
	NoTotal TotalKind = iota
	Filled            // how many cells are not empty
	Added             // the sum
)

// Column is one column of a table.
type Column struct {
	Header   string // made unique within its table by the writer
	Name     string // the key in JSON; made from Header where empty
	Kind     ColumnKind
	Width    float64 // in characters; 0 takes the kind's own
	Legend   Legend  // looks of the words in a column of Levels
	Choices  []string
	Total    TotalKind
	Wrap     bool
	Editable bool // accepts typing in a protected sheet
	Upright  bool // the header reads from the bottom up, so that the column can be narrow
}

// Heading is the column's header as written: a column of moments says UTC.
func (c Column) Heading() string {
	if c.Kind == Moments && !strings.Contains(c.Header, "UTC") {
		return c.Header + " (UTC)"
	}
	return c.Header
}

// Key is the column's key in JSON: Name, or the header in lower case with
// underscores between its words.
func (c Column) Key() string {
	if c.Name != "" {
		return c.Name
	}
	words := strings.FieldsFunc(strings.ToLower(c.Heading()), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "_")
}

// Keys are the columns' keys in JSON, each made unique with a number where two agree.
func Keys(cols []Column) []string {
	seen := make(map[string]bool, len(cols))
	keys := make([]string, len(cols))
	for i, c := range cols {
		keys[i] = unique(c.Key(), "column", "_", seen)
	}
	return keys
}

func unique(want, fallback, sep string, seen map[string]bool) string {
	if want == "" {
		want = fallback
	}
	name := want
	for n := 2; seen[name]; n++ {
		name = want + sep + itoa(n)
	}
	seen[name] = true
	return name
}

// Tally is a total over the rows of a table sheet, written as a live formula over
// that table and all its further sheets.
//
// Where every Match holds the row counts: 1, or the number in the column Sum names.
// With no Match and no Sum it counts the rows whose first column is not empty.
// Comparison is without regard to case, as spreadsheets do it.
type Tally struct {
	Sheet string // as named in the description
	Sum   string // a column's Header
	Where []Match
	Plain bool // a plain number, where a formula would keep a spreadsheet busy for minutes
}

// Match is one condition: the column's value reads Equal; an empty Equal matches
// empty cells. With Before it is another condition: the column holds a moment before
// the day that Before begins, and Equal says nothing; such a condition stands alone.
type Match struct {
	Column string // a column's Header
	Equal  string
	Before time.Time // midnight UTC
}

// Rows gives rows kept in memory as a table's Rows.
func Rows(rows [][]Cell) iter.Seq2[[]Cell, error] {
	return func(yield func([]Cell, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}
