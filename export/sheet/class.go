package sheet

// Class is a look from a small fixed palette. Every look that carries meaning is
// used beside a word or a letter that carries it too, so a page reads without colour.
type Class uint8

// The palette.
const (
	Plain   Class = iota
	Title         // the name of the report
	Heading       // a section
	Label         // the name of a value
	Name          // the same, on several lines where it is long
	Muted         // less important
	Wrapped       // plain, on several lines
	Link          // leads to another sheet
	Banner        // a warning over the whole report, such as a rehearsal
	Good          // certified, verified, met
	Caution       // needs a look
	Bad           // revoked, failed, missing
	Rung0         // no access
	Rung1         // the lowest level that grants something
	Rung2
	Rung3
	Rung4   // the highest
	Lead    // plain, to the left whatever the cell holds: figures of a cover
	Head    // a header of a table
	Upright // a header written from the bottom up, over a narrow column
	// NumClasses is how many looks there are.
	NumClasses
)

// Legend gives the words of a column their looks and meanings.
type Legend []Mark

// Mark is one word of a legend: the letter or word in the cell, what it means,
// and its look.
type Mark struct {
	Text    string
	Meaning string
	Class   Class
}

// Grid returns the legend as rows for a cover: the word in its look, and its meaning.
func (l Legend) Grid() [][]Cell {
	rows := make([][]Cell, 0, len(l))
	for _, m := range l {
		word := m.Text
		if word == "" {
			word = "(blank)"
		}
		rows = append(rows, []Cell{Of(word).As(m.Class), Of(m.Meaning)})
	}
	return rows
}
