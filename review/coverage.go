package review

import (
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// CoverageState says where a holding stands by a framework's cadence.
type CoverageState uint8

// The states of coverage.
const (
	CoverageCovered CoverageState = iota // reviewed, and not due soon
	CoverageDueSoon                      // reviewed, and due within the framework's SoonDays
	CoverageOut                          // reviewed longer ago than the cadence
	CoverageNever                        // never reviewed as it is now: due at once
)

var coverageWords = []string{"covered", "due soon", "out of cadence", "never reviewed"}

// String gives the words.
func (v CoverageState) String() string { return word(coverageWords, v) }

// MarshalText gives the words, for JSON.
func (v CoverageState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Cover is one holding as a framework sees it. Last, Reviewed and Due are zero
// where it was never reviewed. Dates are days in the organisation's zone; Due
// is the last day on which the holding is in cadence.
type Cover struct {
	Holding  domain.Grant
	Since    domain.Seq // the event that began the holding
	State    CoverageState
	Last     Precedent
	Reviewed domain.Date
	Due      domain.Date
}

// FrameworkCoverage is where all the holdings that a framework covers stand.
// Holdings is the sum of the four counts, and Never plus the sum of the
// calendar.
type FrameworkCoverage struct {
	Framework domain.Framework
	Holdings  int
	Covered   int
	DueSoon   int
	Out       int
	Never     int
	Oldest    Cover      // of those reviewed, the one whose review is the longest ago; zero where none was
	Calendar  []MonthDue // rising; what is out of cadence stands in the month in which it fell due
}

// MonthDue says how many holdings are due for review in a month, "2026-11".
type MonthDue struct {
	Month string `json:"month"`
	Due   int    `json:"due"`
}

// Coverage answers, of the holdings of an organisation at an instant, which
// were reviewed how long ago: pure, over what was ruled.
//
// A ruling is a review where somebody certified, reduced or revoked: silence,
// an abstention, and what a rule for non-response made of either are none
// (PRODUCT 5: nobody is silently accepted). It covers the holding as it is
// now where that is what was staged, or its level is no higher than what was
// ruled; a level raised since, and access given again after a revocation,
// were never reviewed.
type Coverage struct {
	org   *domain.Org
	at    time.Time
	today domain.Date
	past  Precedents
}

// NewCoverage is the coverage of an organisation at an instant by what was
// ruled before.
func NewCoverage(o *domain.Org, at time.Time, past Precedents) *Coverage {
	return &Coverage{org: o, at: at, today: o.DayOf(at), past: past}
}

// CoverageNow is the coverage of the organisation as it is now. Its errors are
// those of the store.
func CoverageNow(tx Tx, o *domain.Org) (*Coverage, error) {
	past, err := PrecedentsOf(tx.PastRulings(0))
	if err != nil {
		return nil, err
	}
	return NewCoverage(o, tx.Now(), past), nil
}

// reviewed gives the last review that covers a holding as it is now.
func (c *Coverage) reviewed(row domain.Row, g domain.Grant) (Precedent, bool) {
	for _, p := range c.past.of(g) {
		if p.Reviewer != "" {
			return p, g.Level <= p.Level || g.ID == p.Grant && row.Since <= p.Frozen
		}
	}
	return Precedent{}, false
}

// Judge says where a holding stands by a framework; ok is false where the
// framework does not cover it.
func (c *Coverage) Judge(f domain.Framework, row domain.Row) (cover Cover, ok bool) {
	g, ok := row.Record.(domain.Grant)
	if !ok || g.Target.Kind.Permission() || !f.Covers(c.org, g) {
		return Cover{}, false
	}
	cover = Cover{Holding: g, Since: row.Since, State: CoverageNever}
	p, reviewed := c.reviewed(row, g)
	if !reviewed {
		return cover, true
	}
	cover.Last, cover.Reviewed = p, c.org.DayOf(p.At)
	cover.Due = f.NextReview(cover.Reviewed)
	switch {
	case cover.Due < c.today:
		cover.State = CoverageOut
	case cover.Due < c.soon(f):
		cover.State = CoverageDueSoon
	default:
		cover.State = CoverageCovered
	}
	return cover, true
}

// soon is the first day behind those on which a review is due soon.
func (c *Coverage) soon(f domain.Framework) domain.Date {
	return c.org.DayOf(c.at.AddDate(0, 0, f.SoonDays()+1))
}

// Takes tells whether the next campaign takes a holding: one that was never
// reviewed or is out of cadence, and one whose last day in cadence is not
// after until ("" for none).
func (c *Coverage) Takes(cover Cover, until domain.Date) bool {
	return cover.State == CoverageNever || cover.State == CoverageOut || until != "" && cover.Due <= until
}

// Covers yields every holding that a framework covers, in the order of
// Holdings.
func (c *Coverage) Covers(f domain.Framework) iter.Seq[Cover] {
	return func(yield func(Cover) bool) {
		for row := range c.org.Holdings(c.at) {
			if cover, ok := c.Judge(f, row); ok && !yield(cover) {
				return
			}
		}
	}
}

// Behind counts the holdings that a review is overdue for by any of the frameworks, each
// once: those reviewed too long ago by one of them, and those never reviewed.
func (c *Coverage) Behind(frameworks []domain.Framework) (out, never int) {
	for row := range c.org.Holdings(c.at) {
		state := CoverageCovered
		for _, f := range frameworks {
			if cover, ok := c.Judge(f, row); ok {
				state = max(state, cover.State)
			}
		}
		switch state {
		case CoverageOut:
			out++
		case CoverageNever:
			never++
		}
	}
	return out, never
}

// Of counts where the holdings stand by a framework.
func (c *Coverage) Of(f domain.Framework) FrameworkCoverage {
	out := FrameworkCoverage{Framework: f}
	months := map[string]int{}
	for cover := range c.Covers(f) {
		out.Holdings++
		switch cover.State {
		case CoverageCovered:
			out.Covered++
		case CoverageDueSoon:
			out.DueSoon++
		case CoverageOut:
			out.Out++
		case CoverageNever:
			out.Never++
			continue
		}
		months[string(cover.Due[:len("2026-11")])]++
		if out.Oldest.Reviewed == "" || cover.Reviewed < out.Oldest.Reviewed {
			out.Oldest = cover
		}
	}
	for m, n := range months {
		out.Calendar = append(out.Calendar, MonthDue{m, n})
	}
	slices.SortFunc(out.Calendar, func(a, b MonthDue) int { return strings.Compare(a.Month, b.Month) })
	return out
}
