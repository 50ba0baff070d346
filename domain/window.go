package domain

import (
	"math"
	"time"
)

// Window limits a grant to whole days: From and To both belong to it. Zone is
// an IANA name; where it is empty the organisation's zone holds, else UTC.
// "2024-12-01 to 2025-01-15" ends as 16 January begins in that zone (seed:
// Twig, time-based access). The zero Window is always open.
type Window struct {
	From Date   `json:"from,omitempty"`
	To   Date   `json:"to,omitempty"`
	Zone string `json:"zone,omitempty"`
}

// Always tells whether the window limits nothing.
func (w Window) Always() bool { return w.From == "" && w.To == "" }

// Check says what is wrong with w: a date that is none, an end before its
// start, a zone that is unknown. Each is an Invalid error.
func (w Window) Check() error {
	for _, d := range []Date{w.From, w.To} {
		if _, err := ParseDate(string(d)); err != nil {
			return err
		}
	}
	if w.From != "" && w.To != "" && w.To < w.From {
		return Errorf(Invalid, "the window ends on %s, before it starts on %s", w.To, w.From).
			Hinted("swap the dates, or leave the end empty")
	}
	if w.Zone != "" {
		if _, err := time.LoadLocation(w.Zone); err != nil || w.Zone == "Local" {
			return Errorf(Invalid, "%q is not a time zone", w.Zone).
				Hinted("use an IANA name such as Europe/Berlin")
		}
	}
	return nil
}

// Span is a window in Unix seconds, from inclusive, to exclusive.
type Span struct{ From, To int64 }

// Forever is the span of a window that limits nothing.
var Forever = Span{math.MinInt64, math.MaxInt64}

// Holds tells whether the instant (Unix seconds) lies in s.
func (s Span) Holds(at int64) bool { return s.From <= at && at < s.To }

// Span gives the window in Unix seconds. home is the zone of dates that name
// none; nil means UTC. An unreadable zone or date gives an empty span: what
// cannot be read grants nothing.
func (w Window) Span(home *time.Location) Span {
	if w.Always() {
		return Forever
	}
	loc := home
	if w.Zone != "" {
		l, err := time.LoadLocation(w.Zone)
		if err != nil {
			return Span{}
		}
		loc = l
	}
	if loc == nil {
		loc = time.UTC
	}
	s := Forever
	if w.From != "" {
		t, err := time.Parse(time.DateOnly, string(w.From))
		if err != nil {
			return Span{}
		}
		s.From = dayStart(t, loc)
	}
	if w.To != "" {
		t, err := time.Parse(time.DateOnly, string(w.To))
		if err != nil {
			return Span{}
		}
		s.To = dayStart(t.AddDate(0, 0, 1), loc)
	}
	return s
}

// dayStart is the first instant of day d in loc. Where a clock change skips
// midnight the day begins at the first instant that exists; where it repeats
// midnight, at the earlier one; a day that was skipped whole begins where the
// day after it does.
func dayStart(d time.Time, loc *time.Location) int64 {
	midnight := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Unix()
	// No zone was ever a whole day from UTC: a day earlier, d has begun nowhere.
	// Walk the stretches of constant offset from there.
	at := midnight - 24*60*60
	for {
		t := time.Unix(at, 0).In(loc)
		_, offset := t.Zone()
		begin := max(at, midnight-int64(offset))
		_, end := t.ZoneBounds()
		if end.IsZero() || begin < end.Unix() {
			return begin
		}
		at = end.Unix()
	}
}
