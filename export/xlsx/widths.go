package xlsx

import (
	"math"
	"slices"
	"strings"

	"countersign/export/sheet"
)

// sampled is how many rows of a table are looked at for the widths of its columns.
const sampled = 400

// Widths in characters.
const (
	button     = 4    // room for the filter's button beside a header
	mostHead   = 24   // of a header's word
	mostWords  = 40   // of a column that asks for no width of its own
	stretch    = 1.5  // by how much a column may be wider than it asks for
	mostWrap   = 66.0 // of a column of long texts
	goodLines  = 2    // lines of a cell that do not make a row tall
	mostHeight = 3    // lines of a header
)

// fitted is what is seen of one column.
type fitted struct {
	texts []string // of wrapped columns
	lines []int    // lengths of the longest line of each cell
}

// fit chooses the columns' widths from the first rows: as wide as most of what they
// hold, no wider than they ask for, and wider where that keeps rows from growing
// tall. A column that is to be filled in keeps the width it asks for.
func (s *tableStream) fit() error {
	cols := s.table.Columns
	seen := make([]fitted, len(cols))
	n, whole := 0, true
	for cells, err := range s.table.Rows {
		if err != nil {
			return err
		}
		if n++; n > sampled {
			whole = false
			break
		}
		for i := range cells {
			if i < len(cols) {
				seen[i].see(cols[i], cells[i])
			}
		}
	}
	s.widths = make([]float64, len(cols))
	heads := names{}
	for i, c := range cols {
		head := heads.header(c.Heading())
		if s.widths[i] = columnWidth(c, head); c.Upright || c.Editable || c.Choices != nil {
			continue
		}
		least := headWidth(c, head)
		switch f := &seen[i]; {
		case len(f.lines) == 0 && whole:
			s.widths[i] = least
		case len(f.lines) > 0:
			s.widths[i] = min(255, max(least, f.width(c)))
		}
	}
	return nil
}

// headWidth is how wide a column's header is on a few lines, each of whole words.
func headWidth(c sheet.Column, head string) float64 {
	longest := 0
	for word := range strings.FieldsSeq(head) {
		longest = max(longest, units(word))
	}
	least := 8.0
	if c.Kind == sheet.Moments {
		least = 20
	}
	return max(least, float64(min(longest, mostHead)+button), float64((units(head)+mostHeight-1)/mostHeight+button))
}

func (f *fitted) see(c sheet.Column, cell sheet.Cell) {
	n := 0
	switch v := cell.Value(); v.Kind() {
	case sheet.Blank:
		return
	case sheet.Text:
		for line := range strings.SplitSeq(v.Text(), "\n") {
			n = max(n, units(line))
		}
		if c.Wrap {
			f.texts = append(f.texts, v.Text())
		}
	case sheet.Instant:
		n = 19
	default:
		n = len(v.String()) + 1
	}
	f.lines = append(f.lines, n)
}

// width is how wide the cells of a column want to be.
func (f *fitted) width(c sheet.Column) float64 {
	slices.Sort(f.lines)
	asked := c.Width
	if asked == 0 {
		asked = mostWords
	}
	if !c.Wrap {
		return min(float64(f.lines[len(f.lines)-1]+2), stretch*asked)
	}
	most := float64(f.lines[(len(f.lines)-1)*19/20] + 2) // of nineteen in twenty
	if most <= asked {
		return most
	}
	lines := make([]int, len(f.texts))
	for i, t := range f.texts {
		lines[i] = wrapped(t, asked)
	}
	slices.Sort(lines)
	if tall := lines[(len(lines)-1)*9/10]; tall > goodLines {
		asked *= math.Min(stretch, float64(tall)/goodLines)
	}
	return min(most, max(c.Width, min(asked, mostWrap)))
}
