package xlsx

import (
	"slices"
	"strconv"
	"time"

	"countersign/export/sheet"
)

// span counts the moments of one column by the days they are before.
type span struct {
	column int
	days   []int64 // in milliseconds, rising; as asked for
	counts []int   // moments before the day, and not before the one in front of it
}

// before is the day of a total over moments, if want is one.
func before(want sheet.Tally) (day time.Time, ok bool) {
	if len(want.Where) == 1 && want.Sum == "" {
		day = want.Where[0].Before
	}
	return day, !day.IsZero()
}

// watchDay makes the counter keep how many moments of a column are before a day.
func (c *counter) watchDay(column int, day time.Time) {
	var s *span
	for _, have := range c.spans {
		if have.column == column {
			s = have
		}
	}
	if s == nil {
		s = &span{column: column}
		c.spans = append(c.spans, s)
	}
	ms := day.UnixMilli()
	if at, found := slices.BinarySearch(s.days, ms); !found {
		s.days = slices.Insert(s.days, at, ms)
		s.counts = append(s.counts, 0)
	}
}

// row counts the moment of one row.
func (s *span) row(cells []sheet.Cell) {
	if s.column >= len(cells) {
		return
	}
	v := cells[s.column].Value()
	if v.Kind() != sheet.Instant && v.Kind() != sheet.Day {
		return
	}
	// A moment at the very beginning of a day is not before it.
	if at, found := slices.BinarySearch(s.days, v.Millis()); found && at+1 < len(s.days) {
		s.counts[at+1]++
	} else if !found && at < len(s.days) {
		s.counts[at]++
	}
}

// dayCount is how many moments of a column are before a day.
func (c *counter) dayCount(column int, day time.Time) (n float64) {
	for _, s := range c.spans {
		if s.column != column {
			continue
		}
		for i, ms := range s.days {
			if ms <= day.UnixMilli() {
				n += float64(s.counts[i])
			}
		}
	}
	return n
}

// dayCriterion is the condition of such a total in a formula.
func dayCriterion(day time.Time) string {
	return "<" + strconv.FormatInt(int64(serialDay(day.UnixMilli())), 10)
}
