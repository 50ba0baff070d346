package xlsx

import "fmt"

// mostEmpty is how many rows without a value may stand between two with one, where
// there is no table: an export leaves room beside its charts.
const mostEmpty = 24

// standing is where the values of a sheet stand.
type standing struct {
	last  int    // row
	width int    // of the first row
	gap   [2]int // the first and the last of the longest rows without a value
}

func (s *standing) take(v Value) {
	if s.last+1 < v.Row && v.Row-s.last > s.gap[1]-s.gap[0]+2 {
		s.gap = [2]int{s.last + 1, v.Row - 1}
	}
	if s.last = v.Row; v.Row == 1 {
		s.width = v.Col
	}
}

// stand faults rows that stand where nobody looks for them: below many empty ones, or
// where the sheet is a table's, below any, or not where the table is.
func (b *Book) stand(s bookSheet, h *Hiding) error {
	at, ok := b.stood[s.name]
	if !ok {
		for v, err := range b.Values(s.name) {
			if err != nil {
				return err
			}
			at.take(v)
		}
	}
	fault := func(format string, args ...any) {
		h.Faults = append(h.Faults, fmt.Sprintf("sheet %q: ", s.name)+fmt.Sprintf(format, args...))
	}
	parts, err := b.related(s.part, "/table")
	if err != nil {
		return err
	}
	empty := at.gap[1] - at.gap[0] + 1
	for _, part := range parts {
		var t struct {
			Ref    string `xml:"ref,attr"`
			Totals int    `xml:"totalsRowCount,attr"`
		}
		if err := b.decode(part, &t); err != nil {
			return err
		}
		if want := rangeName(1, 1, max(at.last, 2), max(at.width, 1)); t.Ref != want {
			fault("its table is of the cells %s, and its rows are in %s", t.Ref, want)
		}
		if t.Totals == 1 && at.last == 3 && at.gap == [2]int{2, 2} { // totals of no row at all
			empty = 0
		}
	}
	if at.gap[0] > 0 && (empty > mostEmpty || empty > 0 && len(parts) > 0) {
		fault("rows %d to %d are empty, where the export has none such: what stands below may not be seen", at.gap[0], at.gap[1])
	}
	return nil
}
