package review

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
)

// Recurrence says on which dates a definition is due. Its dates are made of
// its own four parts alone, each counted from the first one, so neither a late
// review nor the short month before moves any of them: on the last day of the
// month from January there are Jan 31, Feb 28, Mar 31 (PRODUCT.md §5,
// Definition).
//
// The zero Recurrence never comes round. Start is a calendar date; its scheduled days
// begin at the first instant of the day in Zone, an IANA name, or in the
// organisation's zone where Zone is empty.
type Recurrence struct {
	Every Period      `json:"every"`
	Day   DayRule     `json:"day"`
	Start domain.Date `json:"start,omitempty"` // no scheduled date is before it
	Zone  string      `json:"zone,omitempty"`
}

// IsZero tells whether nothing recurs.
func (r Recurrence) IsZero() bool { return r == Recurrence{} }

// Check says what is wrong with r: a start date that is missing or none, a
// zone that is unknown, parts of a schedule without a frequency. Each is an
// Invalid error.
func (r Recurrence) Check() error {
	if r.Every == Never {
		if !r.IsZero() {
			return domain.Errorf(domain.Invalid, "a start date, a day or a zone is given, but not how often the review comes round").
				Hinted("say monthly, quarterly, half-yearly or yearly, or leave all of them out")
		}
		return nil
	}
	if r.Every.Months() == 0 || int(r.Day) >= len(dayWords) {
		return domain.Errorf(domain.Invalid, "the recurrence holds a value that is not known").
			Hinted("use %s, on day %s", strings.Join(periodWords[1:], ", "), strings.Join(dayWords, ", "))
	}
	if r.Start == "" {
		return domain.Errorf(domain.Invalid, "a %s review has no start date", r.Every).
			Hinted("say from when it comes round, for example 2026-01-01")
	}
	return domain.Window{From: r.Start, Zone: r.Zone}.Check()
}

// ParseRecurrence reads a recurrence from words: how often, the day of the
// month (1, 15 or last; the 1st where it is empty), the start date and the
// zone. It is an Invalid error where Check would give one or a word is not
// known.
func ParseRecurrence(every, day, start, zone string) (Recurrence, error) {
	var r Recurrence
	var err error
	if r.Every, err = ParsePeriod(every); err != nil {
		return Recurrence{}, err
	}
	if day = strings.TrimSpace(day); day != "" {
		if r.Day, err = ParseDayRule(day); err != nil {
			return Recurrence{}, err
		}
	}
	if r.Start, err = domain.ParseDate(strings.TrimSpace(start)); err != nil {
		return Recurrence{}, err
	}
	r.Zone = strings.TrimSpace(zone)
	if err := r.Check(); err != nil {
		return Recurrence{}, err
	}
	return r, nil
}

// Date gives the nth scheduled date, n from 0: the first is the first day of
// the rule that is not before Start, each other one whole periods after it.
// It is "" where nothing recurs, or n is negative, or the year has more than
// four digits.
func (r Recurrence) Date(n int) domain.Date {
	start, err := time.Parse(time.DateOnly, string(r.Start))
	if err != nil || r.Every.Months() == 0 || n < 0 || n > 12*10000 {
		return ""
	}
	year, month := start.Year(), start.Month()
	if r.Day.in(year, month).Before(start) {
		month++
	}
	d := r.Day.in(year, month+time.Month(n*r.Every.Months()))
	if d.Year() > 9999 {
		return ""
	}
	return domain.Date(d.Format(time.DateOnly))
}

// in gives the rule's day of a month at midnight UTC; a month beyond December
// is one of a later year.
func (v DayRule) in(year int, month time.Month) time.Time {
	switch v {
	case DayFifteenth:
		return time.Date(year, month, 15, 0, 0, 0, 0, time.UTC)
	case DayLast:
		return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
}

// At is the instant, UTC, at which a scheduled date begins: the first of that
// day in the recurrence's zone, else in home, else in UTC.
func (r Recurrence) At(d domain.Date, home *time.Location) time.Time {
	w := domain.Window{From: d, Zone: r.Zone}
	return time.Unix(w.Span(home).From, 0).UTC()
}

// Between yields the scheduled dates that begin after one instant and not
// after another, the earliest first.
func (r Recurrence) Between(after, until time.Time, home *time.Location) iter.Seq[domain.Date] {
	return func(yield func(domain.Date) bool) {
		for n := 0; ; n++ {
			d := r.Date(n)
			if d == "" {
				return
			}
			at := r.At(d, home)
			if at.After(until) {
				return
			}
			if at.After(after) && !yield(d) {
				return
			}
		}
	}
}

// Next gives the first scheduled date that begins after an instant, "" where
// there is none.
func (r Recurrence) Next(after time.Time, home *time.Location) domain.Date {
	for n := 0; ; n++ {
		d := r.Date(n)
		if d == "" || r.At(d, home).After(after) {
			return d
		}
	}
}

// String says the recurrence in words: "quarterly, on the 15th, from
// 2026-01-01 (Europe/Berlin)".
func (r Recurrence) String() string {
	if r.Every == Never {
		return "never"
	}
	s := r.Every.String() + ", on the " + map[DayRule]string{DayFirst: "1st", DayFifteenth: "15th", DayLast: "last day"}[r.Day]
	if r.Start != "" {
		s += ", from " + string(r.Start)
	}
	if r.Zone != "" {
		s += " (" + r.Zone + ")"
	}
	return s
}

// MaxDays is the longest a stage may be open, in days.
const MaxDays = 366

// ParseDays reads how long a stage is open: "14 days", "2 weeks", "1 day". An
// empty text is an Invalid error (a missing duration is never a default), and
// so is a number without its unit, or one that is not 1 to 366 days.
func ParseDays(s string) (int, error) {
	f := strings.Fields(strings.ToLower(s))
	if len(f) == 0 {
		return 0, domain.Errorf(domain.Invalid, "the review has no duration").
			Hinted("say how long its reviewers have, for example: 14 days")
	}
	unit := 0
	if len(f) == 2 {
		unit = map[string]int{"day": 1, "days": 1, "week": 7, "weeks": 7}[f[1]]
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || unit == 0 || n > MaxDays || checkDays(n*unit) != nil {
		return 0, domain.Errorf(domain.Invalid, "%q is no duration", s).
			Hinted("write whole days or weeks, 1 to %d days: 14 days, 2 weeks", MaxDays)
	}
	return n * unit, nil
}

// checkDays refuses a duration that is missing or out of bounds.
func checkDays(n int) error {
	switch {
	case n == 0:
		return domain.Errorf(domain.Invalid, "the review has no duration").
			Hinted("say how many days its reviewers have, for example 14")
	case n < 0 || n > MaxDays:
		return domain.Errorf(domain.Invalid, "%d days is no duration of a review", n).
			Hinted("use 1 to %d days", MaxDays)
	}
	return nil
}
