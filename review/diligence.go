package review

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
)

// The thresholds that are shipped.
const (
	defaultHasty  = 3  // seconds
	defaultBulk   = 80 // percent
	defaultOpened = 10 // percent
	defaultStreak = 50 // answers
	defaultLate   = 50 // percent
	defaultHours  = 24
)

// Shipped fills in the thresholds that a definition does not set.
func (d Diligence) Shipped() Diligence {
	for _, x := range []struct {
		to *int
		by int
	}{{&d.Seconds, defaultHasty}, {&d.Bulk, defaultBulk}, {&d.Opened, defaultOpened}, {&d.Streak, defaultStreak},
		{&d.Late, defaultLate}, {&d.Hours, defaultHours}} {
		if *x.to <= 0 {
			*x.to = x.by
		}
	}
	return d
}

// thresholds lists them by their words, with the most that each can be.
func (d *Diligence) thresholds() []threshold {
	return []threshold{{"seconds", &d.Seconds, 3600}, {"bulk", &d.Bulk, 100}, {"opened", &d.Opened, 100},
		{"streak", &d.Streak, 1_000_000}, {"late", &d.Late, 100}, {"hours", &d.Hours, 24 * 365}}
}

type threshold struct {
	word string
	n    *int
	most int
}

// Check says what is wrong with thresholds: a negative number, or more than a
// hundred percent. Each is an Invalid error.
func (d Diligence) Check() error {
	for _, x := range d.thresholds() {
		if *x.n < 0 || *x.n > x.most {
			return domain.Errorf(domain.Invalid, "the diligence threshold %s cannot be %d", x.word, *x.n).
				Hinted("write a whole number from 1 to %d, or leave it out", x.most)
		}
	}
	return nil
}

// ReadDiligence reads thresholds: "off" turns the measures off; else words and
// numbers with commas between, "seconds=5,bulk=60"; "" is as shipped. Invalid:
// a word that is none, one named twice, a number out of its range.
func ReadDiligence(s string) (Diligence, error) {
	var d Diligence
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return d, nil
	case "off":
		return Diligence{Off: true}, nil
	}
	all := d.thresholds()
	for part := range strings.SplitSeq(s, ",") {
		word, number, _ := strings.Cut(part, "=")
		i := slices.IndexFunc(all, func(x threshold) bool { return strings.EqualFold(x.word, strings.TrimSpace(word)) })
		if i < 0 || *all[i].n != 0 {
			return Diligence{}, domain.Errorf(domain.Invalid, "%q is no threshold of diligence, or there twice", strings.TrimSpace(word)).
				Hinted("use off, or each once of: seconds, bulk, opened, streak, late, hours")
		}
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil || n < 1 || n > all[i].most {
			return Diligence{}, domain.Errorf(domain.Invalid, "the diligence threshold %s cannot be %q", all[i].word, strings.TrimSpace(number)).
				Hinted("write a whole number from 1 to %d", all[i].most)
		}
		*all[i].n = n
	}
	return d, nil
}

// DiligenceText is d as ReadDiligence reads it.
func DiligenceText(d Diligence) string {
	if d.Off {
		return "off"
	}
	var parts []string
	for _, x := range d.thresholds() {
		if *x.n != 0 {
			parts = append(parts, x.word+"="+strconv.Itoa(*x.n))
		}
	}
	return strings.Join(parts, ",")
}

// measured is the decision as a definition lets it be kept: where it turns the
// measures off, without how long it took and what was opened (PRODUCT 5).
func (d Diligence) measured(made Decision) Decision {
	if d.Off {
		made.Seconds, made.Opened = 0, false
	}
	return made
}

// ReviewerDiligence is how one reviewer answered: counts, no judgement. Shares
// are of Answered, but Hasty's is of Timed.
type ReviewerDiligence struct {
	Reviewer domain.ID
	Answered int     // items with an answer in force
	Timed    int     // of those, answered one by one with a time on record
	Median   float64 // seconds an item of those timed; 0 where none was
	Hasty    int     // timed, and faster than the threshold
	Opened   int     // whose details were opened before the answer
	Entered  int     // read back from a packet workbook: neither time nor opening is measured
	Bulk     int     // answered together with others
	Changes  int     // changes of mind: answers replaced by another one in the same round
	Streak   int     // most equal answers in a row among those given one by one
	StreakOf Answer
	Late     int // first-round answers within the last hours before the stage's due date
}

// Fact is a measure beside its threshold, for people: reported, never refused
// by.
type Fact struct {
	Measure   string  `json:"measure"` // "seconds", "opened", "workbook", "bulk", "changes", "streak", "last-hours"
	Value     float64 `json:"value"`   // seconds, percent or a count
	Threshold float64 `json:"threshold,omitempty"`
	Beyond    bool    `json:"beyond"` // on the wrong side of the threshold
	Text      string  `json:"text"`
}

// MeasureDiligence measures every reviewer from all versions of all decisions,
// oldest first, with the thresholds of a definition; due gives a stage's due
// date; back, where it is given, tells of a decision whose item was sent back
// and not answered again: it is in force no more and counts in no share.
// Reviewers come in the order of their ids. An error of decisions or of back
// is returned.
func MeasureDiligence(t Diligence, due func(stage int) time.Time, back func(Decision) (bool, error),
	decisions iter.Seq2[Versioned[Decision], error]) ([]ReviewerDiligence, error) {
	m := measuring{t: t.Shipped(), due: due, people: map[domain.ID]*personMeasure{}, last: map[domain.ID]Decision{}}
	for v, err := range decisions {
		if err != nil {
			return nil, err
		}
		gone := false
		if v.To == 0 && back != nil {
			if gone, err = back(v.Row); err != nil {
				return nil, err
			}
		}
		m.version(v, gone)
	}
	out := make([]ReviewerDiligence, 0, len(m.people))
	for _, p := range m.people {
		out = append(out, p.done())
	}
	slices.SortFunc(out, func(a, b ReviewerDiligence) int { return strings.Compare(string(a.Reviewer), string(b.Reviewer)) })
	return out, nil
}

type measuring struct {
	t      Diligence
	due    func(stage int) time.Time
	people map[domain.ID]*personMeasure
	last   map[domain.ID]Decision // the version before, by record
}

type personMeasure struct {
	ReviewerDiligence
	seconds []int
	run     int
	runOf   Answer
}

func (m *measuring) version(v Versioned[Decision], gone bool) {
	d := v.Row
	p := m.people[d.Reviewer]
	if p == nil {
		p = &personMeasure{ReviewerDiligence: ReviewerDiligence{Reviewer: d.Reviewer}}
		m.people[d.Reviewer] = p
	}
	before, has := m.last[d.RecordID()]
	if has && before.Round == d.Round && (before.Answer != d.Answer || before.Level != d.Level) {
		p.Changes++
	}
	m.last[d.RecordID()] = d
	if v.To != 0 || gone {
		return
	}
	p.Answered++
	if d.Entered != "" {
		p.Entered++
	}
	if d.Opened {
		p.Opened++
	}
	if due := m.due(d.Stage); d.Round <= 1 && !v.At.After(due) && v.At.After(due.Add(-time.Duration(m.t.Hours)*time.Hour)) {
		p.Late++
	}
	if d.Bulk > 0 {
		p.Bulk++
	}
	if d.Bulk > 0 || d.Entered != "" {
		return
	}
	if d.Seconds > 0 {
		p.seconds = append(p.seconds, d.Seconds)
		if d.Seconds < m.t.Seconds {
			p.Hasty++
		}
	}
	if p.run == 0 || p.runOf != d.Answer {
		p.run, p.runOf = 0, d.Answer
	}
	if p.run++; p.run > p.Streak {
		p.Streak, p.StreakOf = p.run, d.Answer
	}
}

func (p *personMeasure) done() ReviewerDiligence {
	out := p.ReviewerDiligence
	out.Timed = len(p.seconds)
	if n := len(p.seconds); n > 0 {
		slices.Sort(p.seconds)
		out.Median = float64(p.seconds[(n-1)/2]+p.seconds[n/2]) / 2
	}
	return out
}

// Facts puts the measures beside a definition's thresholds. Measures that
// nothing was kept for are left out.
func (r ReviewerDiligence) Facts(t Diligence) []Fact {
	t = t.Shipped()
	share := func(n, of int) float64 {
		if of == 0 {
			return 0
		}
		return 100 * float64(n) / float64(of)
	}
	var out []Fact
	add := func(measure string, value float64, threshold int, beyond bool, format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		if threshold > 0 {
			side := "under"
			if value >= float64(threshold) {
				side = "at"
			}
			if value > float64(threshold) {
				side = "over"
			}
			text += fmt.Sprintf("; %s the threshold of %d", side, threshold)
		}
		out = append(out, Fact{measure, value, float64(threshold), beyond, text})
	}
	if r.Timed > 0 {
		add("seconds", r.Median, t.Seconds, r.Median < float64(t.Seconds), "%g seconds an item (median of %d timed, %d faster than %d)",
			r.Median, r.Timed, r.Hasty, t.Seconds)
	}
	here := r.Answered - r.Entered // what was answered in the program, where it can be seen
	if opened := share(r.Opened, here); !t.Off && (here > 0 || r.Entered == 0) {
		add("opened", opened, t.Opened, opened < float64(t.Opened), "details opened of %d of %d items, %.0f%%", r.Opened, here, opened)
	}
	if r.Entered > 0 {
		add("workbook", share(r.Entered, r.Answered), 0, false, "%d of %d items read back from a workbook: seconds and details are not measured", r.Entered, r.Answered)
	}
	bulk, late := share(r.Bulk, r.Answered), share(r.Late, r.Answered)
	add("bulk", bulk, t.Bulk, bulk > float64(t.Bulk), "%d of %d items in bulk, %.0f%%", r.Bulk, r.Answered, bulk)
	add("streak", float64(r.Streak), t.Streak, r.Streak > t.Streak, "%s %s in a row", Count(r.Streak, "time", "times"), r.StreakOf)
	add("last-hours", late, t.Late, late > float64(t.Late), "%d of %d items in the last %s, %.0f%%", r.Late, r.Answered,
		Count(t.Hours, "hour", "hours"), late)
	add("changes", float64(r.Changes), 0, false, "%s of mind", Count(r.Changes, "change", "changes"))
	return out
}
