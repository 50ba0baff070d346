package table

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Outcome is what a row came to in a preview.
type Outcome string

// The outcomes of a row.
const (
	Added   Outcome = "added"
	Changed Outcome = "changed"
	Same    Outcome = "same" // the row says what already holds
	Skipped Outcome = "skipped"
	Noted   Outcome = "noted" // worth knowing, and changes nothing
)

// Line is one row of a preview.
type Line struct {
	Number  int // physical line in the file; 0 for what no single line says
	Outcome Outcome
	Text    string // a sentence about the row's thing
}

// keepLines bounds the lines and the errors a report holds; it counts the rest.
const keepLines = 10000

// Report is what a preview says about a file. The counts are of all rows,
// Lines and Errors hold the first ten thousand each.
type Report struct {
	Rows    int // rows the file has behind its header, errors included
	Added   int
	Changed int
	Same    int
	Skipped int
	Failed  int // rows that are errors
	Lines   []Line
	Errors  []RowError
}

// Note counts a row and keeps its line. Rows that are the same keep no line.
func (r *Report) Note(number int, outcome Outcome, text string) {
	switch outcome {
	case Added:
		r.Added++
	case Changed:
		r.Changed++
	case Skipped:
		r.Skipped++
	case Same:
		r.Same++
		return
	}
	if len(r.Lines) < keepLines {
		r.Lines = append(r.Lines, Line{number, outcome, text})
	}
}

// NoteThing keeps a line about something that is no row of its own, such as a
// group made on the way, without counting a row.
func (r *Report) NoteThing(number int, outcome Outcome, text string) {
	if len(r.Lines) < keepLines {
		r.Lines = append(r.Lines, Line{number, outcome, text})
	}
}

// Fail counts a row that cannot be taken.
func (r *Report) Fail(e *RowError) {
	r.Failed++
	if len(r.Errors) < keepLines {
		r.Errors = append(r.Errors, *e)
	}
}

// Sort puts lines and errors in the file's order; what no single line says
// comes last.
func (r *Report) Sort() {
	last := func(n int) int {
		if n == 0 {
			return math.MaxInt
		}
		return n
	}
	slices.SortStableFunc(r.Lines, func(a, b Line) int { return cmp.Compare(last(a.Number), last(b.Number)) })
	slices.SortStableFunc(r.Errors, func(a, b RowError) int { return cmp.Compare(last(a.Line), last(b.Line)) })
}

// Summary is the counts in one line.
func (r *Report) Summary() string {
	return fmt.Sprintf("%s: %d added, %d changed, %d the same, %d skipped, %s",
		plural(r.Rows, "row"), r.Added, r.Changed, r.Same, r.Skipped, plural(r.Failed, "error"))
}
