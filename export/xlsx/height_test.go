package xlsx

import (
	"strings"
	"testing"

	"countersign/export/sheet"
)

func TestRowsAreAsHighAsTheirTexts(t *testing.T) {
	p := &part{}
	p.column(1).width = 20
	p.columns[0].width, p.columns[0].wrap = 20, true
	for _, c := range []struct {
		name  string
		cells []sheet.Cell
		want  int
	}{
		{"one line", []sheet.Cell{sheet.Of("short")}, 0},
		{"three lines of their own", []sheet.Cell{sheet.Of("a\nb\nc")}, 45},
		{"a text of twice the width", []sheet.Cell{sheet.Of(strings.Repeat("x", 37))}, 30},
		{"the other column does not wrap", []sheet.Cell{{}, sheet.Of(strings.Repeat("x", 400))}, 0},
		{"unless its cell does", []sheet.Cell{{}, sheet.Of("a\nb").As(sheet.Wrapped)}, 30},
		{"a number", []sheet.Cell{sheet.Whole(7)}, 0},
		{"a title", []sheet.Cell{sheet.Of("T").As(sheet.Title)}, 26},
		{"more than Excel has", []sheet.Cell{sheet.Of(strings.Repeat("x\n", 9000))}, 409},
		{"a header from the bottom up", []sheet.Cell{sheet.Of("Voice › Numbers").As(sheet.Upright)}, 116},
		{"a long one", []sheet.Cell{sheet.Of(strings.Repeat("x", 400)).As(sheet.Upright)}, 240},
	} {
		if got := p.height(c.cells); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
