package review

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

// leap and daysIn are the calendar's own rules (Gregorian), so that the oracle
// shares nothing with package time.
func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if leap(y) {
			return 29
		}
		return 28
	}
	return 31
}

// TestRecurrenceAgainstCalendar walks every day from the start on and picks
// the scheduled ones by asking each day about itself: the oracle never adds
// months.
func TestRecurrenceAgainstCalendar(t *testing.T) {
	months := map[Period]int{Monthly: 1, Quarterly: 3, HalfYearly: 6, Yearly: 12}
	for _, start := range [][3]int{{2024, 1, 31}, {2023, 12, 31}, {2026, 1, 1}, {2026, 1, 2}, {2024, 2, 29}, {2099, 11, 15}, {2026, 1, 16}} {
		for every, step := range months {
			for _, day := range DayRules() {
				var want []domain.Date
				y, m, d, first := start[0], start[1], start[2], -1
				for len(want) < 30 {
					on := day == DayFirst && d == 1 || day == DayFifteenth && d == 15 || day == DayLast && d == daysIn(y, m)
					if on && first < 0 {
						first = 12*y + m
					}
					if on && (12*y+m-first)%step == 0 {
						want = append(want, dateText(y, m, d))
					}
					if d++; d > daysIn(y, m) {
						d, m = 1, m+1
					}
					if m > 12 {
						m, y = 1, y+1
					}
				}
				r := Recurrence{Every: every, Day: day, Start: dateText(start[0], start[1], start[2])}
				if err := r.Check(); err != nil {
					t.Fatal(err)
				}
				for n, w := range want {
					if got := r.Date(n); got != w {
						t.Fatalf("%s: date %d is %s, the calendar says %s", r, n, got, w)
					}
				}
			}
		}
	}
}

func dateText(y, m, d int) domain.Date {
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return domain.Date(two(y/100) + two(y%100) + "-" + two(m) + "-" + two(d))
}

// TestRecurrenceOfTheDesign is PRODUCT.md's own example: Jan 31, Feb 28, Mar 31.
func TestRecurrenceOfTheDesign(t *testing.T) {
	r, err := ParseRecurrence("monthly", "last", "2026-01-31", "")
	if err != nil {
		t.Fatal(err)
	}
	var got []domain.Date
	for n := range 3 {
		got = append(got, r.Date(n))
	}
	if want := []domain.Date{"2026-01-31", "2026-02-28", "2026-03-31"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestBetweenSplitsAnywhere says that looking often and looking seldom see the
// same dates: the dates of a span are those of its two halves, wherever it is
// cut, in zones on either side of UTC and over changes of the clock.
func TestBetweenSplitsAnywhere(t *testing.T) {
	from := time.Date(2025, 12, 30, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(2, 0, 0)
	for _, zone := range []string{"", "Europe/Berlin", "Pacific/Kiritimati", "America/Sao_Paulo", "Pacific/Apia"} {
		for _, day := range DayRules() {
			r := Recurrence{Every: Monthly, Day: day, Start: "2025-12-31", Zone: zone}
			whole := slices.Collect(r.Between(from, to, nil))
			if len(whole) < 23 || len(whole) > 25 {
				t.Fatalf("%s: %d dates in two years", r, len(whole))
			}
			var parts []domain.Date
			for at := from; at.Before(to); at = at.Add(37 * time.Hour) {
				end := at.Add(37 * time.Hour)
				if end.After(to) {
					end = to
				}
				parts = append(parts, slices.Collect(r.Between(at, end, nil))...)
			}
			if !slices.Equal(whole, parts) {
				t.Errorf("%s: %v, but in parts %v", r, whole, parts)
			}
			for _, d := range whole {
				at := r.At(d, nil)
				if r.Next(at, nil) == d || r.Next(at.Add(-time.Millisecond), nil) != d {
					t.Errorf("%s: the next date around %s", r, at)
				}
			}
		}
	}
}

// TestScheduledDayBeginsInItsZone: the instants are written from the zones'
// offsets on those days.
func TestScheduledDayBeginsInItsZone(t *testing.T) {
	for _, c := range []struct {
		zone string
		date domain.Date
		want string
	}{
		{"", "2026-03-31", "2026-03-31T00:00:00Z"},
		{"Europe/Berlin", "2026-02-28", "2026-02-27T23:00:00Z"}, // +1
		{"Europe/Berlin", "2026-03-31", "2026-03-30T22:00:00Z"}, // +2, after the change
		{"America/New_York", "2026-01-15", "2026-01-15T05:00:00Z"},
		{"Asia/Kolkata", "2026-01-15", "2026-01-14T18:30:00Z"},
	} {
		r := Recurrence{Every: Monthly, Start: "2026-01-01", Zone: c.zone}
		if got := r.At(c.date, nil).Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %q begins at %s, want %s", c.date, c.zone, got, c.want)
		}
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	if got := (Recurrence{}).At("2026-02-28", berlin); !got.Equal(time.Date(2026, 2, 27, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("without a zone of its own the organisation's holds; got %s", got)
	}
}

// TestMistypedSchedule: what is mistyped or missing is a sentence, never a
// default.
func TestMistypedSchedule(t *testing.T) {
	for _, c := range []struct{ every, day, start, zone, say string }{
		{"quaterly", "1", "2026-01-01", "", `"quaterly"`},
		{"", "1", "2026-01-01", "", "monthly"},
		{"6 months", "1", "2026-01-01", "", "half-yearly"},
		{"monthly", "31", "2026-01-01", "", "1, 15, last"},
		{"monthly", "lst", "2026-01-01", "", `"lst"`},
		{"monthly", "1", "", "", "no start date"},
		{"monthly", "1", "2026-02-30", "", "2026-02-30"},
		{"monthly", "1", "01.02.2026", "", "01.02.2026"},
		{"monthly", "1", "2026-01-01", "Berlin", "time zone"},
		{"monthly", "1", "2026-01-01", "Local", "time zone"},
		{"never", "15", "", "", "how often"},
		{"never", "", "2026-01-01", "", "how often"},
	} {
		r, err := ParseRecurrence(c.every, c.day, c.start, c.zone)
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != domain.Invalid || e.Hint == "" || !strings.Contains(e.Error(), c.say) {
			t.Errorf("%q %q %q %q: got %v, want a sentence with %s", c.every, c.day, c.start, c.zone, err, c.say)
		}
		if !r.IsZero() {
			t.Errorf("%q %q %q %q: the refused schedule is %v", c.every, c.day, c.start, c.zone, r)
		}
	}
	for _, s := range []string{"", "   ", "14", "days", "0 days", "-1 days", "2 months", "1.5 days", "367 days", "53 weeks",
		"14 days 2", "9223372036854775807 weeks", "99999999999999999999 days"} {
		n, err := ParseDays(s)
		if domain.CodeOf(err) != domain.Invalid || n != 0 {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
	for s, want := range map[string]int{"14 days": 14, " 2  Weeks ": 14, "1 day": 1, "366 days": 366, "52 weeks": 364} {
		if n, err := ParseDays(s); n != want || err != nil {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
}

func TestPeriodWords(t *testing.T) {
	for _, p := range Periods() {
		b, _ := p.MarshalText()
		var back Period
		if err := back.UnmarshalText(b); err != nil || back != p {
			t.Errorf("%s reads back as %s, %v", p, back, err)
		}
	}
	for _, d := range DayRules() {
		b, _ := d.MarshalText()
		var back DayRule
		if err := back.UnmarshalText(b); err != nil || back != d {
			t.Errorf("%s reads back as %s, %v", d, back, err)
		}
	}
}

// FuzzRecurrence: whatever is read can be asked for its dates, they rise, keep
// to the rule, and a refusal is a sentence for a person.
func FuzzRecurrence(f *testing.F) {
	f.Add("monthly", "last", "2026-01-31", "Europe/Berlin")
	f.Add("yearly", "15", "9999-12-31", "")
	f.Add("quaterly", "", "0000-01-01", "../etc")
	f.Fuzz(func(t *testing.T, every, day, start, zone string) {
		r, err := ParseRecurrence(every, day, start, zone)
		if err != nil {
			if domain.CodeOf(err) != domain.Invalid {
				t.Fatal(err)
			}
			return
		}
		last := domain.Date("")
		for n := range 40 {
			d := r.Date(n)
			if d == "" {
				break
			}
			if d < r.Start || d <= last {
				t.Fatalf("%v: date %d is %s after %s", r, n, d, last)
			}
			last = d
		}
		if again, err := ParseRecurrence(r.Every.String(), r.Day.String(), string(r.Start), r.Zone); err != nil || again != r {
			t.Fatalf("%v reads back as %v, %v", r, again, err)
		}
	})
}

func FuzzDays(f *testing.F) {
	f.Add("14 days")
	f.Add("2 weeks")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseDays(s)
		if (err == nil) != (n >= 1 && n <= MaxDays) {
			t.Fatalf("%q: %d, %v", s, n, err)
		}
	})
}
