package review

// Period is how often a definition comes round. The zero Period is never: such
// a definition is drafted by hand or started by an event.
type Period uint8

// The periods of PRODUCT.md §5, Definition.
const (
	Never Period = iota
	Monthly
	Quarterly
	HalfYearly
	Yearly
)

var periodWords = []string{"never", "monthly", "quarterly", "half-yearly", "yearly"}

var periodMonths = []int{0, 1, 3, 6, 12}

// Periods lists every value.
func Periods() []Period {
	out := make([]Period, len(periodWords))
	for i := range out {
		out[i] = Period(i)
	}
	return out
}

// ParsePeriod reads a word. A word it does not know, and an empty one, is an
// Invalid error: a mistyped frequency never becomes a default.
func ParsePeriod(s string) (Period, error) {
	return parse[Period]("how often a review comes round", s, periodWords)
}

// Months is the length of the period, 0 for Never.
func (v Period) Months() int {
	if int(v) < len(periodMonths) {
		return periodMonths[v]
	}
	return 0
}

// String gives the word.
func (v Period) String() string { return word(periodWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Period) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Period) UnmarshalText(b []byte) (err error) { *v, err = ParsePeriod(string(b)); return }

// DayRule says on which day of its month a scheduled date falls.
type DayRule uint8

// The day rules of PRODUCT.md §5, Definition.
const (
	DayFirst DayRule = iota
	DayFifteenth
	DayLast // the 28th to the 31st, whichever the month ends with
)

var dayWords = []string{"1", "15", "last"}

// DayRules lists every value.
func DayRules() []DayRule {
	out := make([]DayRule, len(dayWords))
	for i := range out {
		out[i] = DayRule(i)
	}
	return out
}

// ParseDayRule reads 1, 15 or last; anything else is an Invalid error.
func ParseDayRule(s string) (DayRule, error) {
	return parse[DayRule]("a day of the month that a review begins on", s, dayWords)
}

// String gives the word.
func (v DayRule) String() string { return word(dayWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v DayRule) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *DayRule) UnmarshalText(b []byte) (err error) { *v, err = ParseDayRule(string(b)); return }
