package sheet

// ChartKind is how a chart draws its figures.
type ChartKind uint8

// The kinds of chart.
const (
	Bars    ChartKind = iota // bars from the left, one a name
	Stacked                  // bars from the left, the series one behind the other
	Lines                    // a line a series, names from left to right
)

// Chart is a picture of figures that stand in cells of its own grid, so that whoever
// cannot see it, or prints without colour, reads the same beside it. Rows and columns
// count from 1. A chart without a title or without Alt is refused.
type Chart struct {
	Kind          ChartKind
	Title         string
	Alt           string // what it shows, in words, for whoever cannot see it
	Row, Col      int    // the cell of its upper left corner
	Rows, Columns int    // how many it covers
	First, Last   int    // rows of the figures
	Names         int    // column of the names
	Series        []Series
}

// Series is one column of figures. Its name stands in the row above the first.
type Series struct {
	Column int
	Look   Class   // the colour and pattern; patterns and dashes differ too
	Looks  []Class // of each point, where a chart of one series tells names apart by look
}
