package report

import (
	"fmt"
	"slices"

	"countersign/domain"
	"countersign/review"
)

// How a requirement stands.
const (
	wordMet     = "met"
	wordMissing = "missing"
)

// judgement is one requirement of one framework with how it stands.
type judgement struct {
	f     domain.Framework
	asks  string
	met   bool
	says  string // what is on record, or what is missing
	sheet string // where it shows
}

func (j judgement) state() string {
	if j.met {
		return wordMet
	}
	return wordMissing
}

// requirement is what a framework asks of access reviews, in our words, and how
// what is on record is held against it. of are the frameworks' words; none means
// all.
type requirement struct {
	asks  func(domain.Framework) string
	of    []string
	sheet string
	judge func(*standing, int) (met bool, says string) // of the framework at this place
}

func plain(s string) func(domain.Framework) string {
	return func(domain.Framework) string { return s }
}

// requirements lists them in the order of the report.
func requirements() []requirement {
	return []requirement{
		{asks: func(f domain.Framework) string {
			return "Every holding is reviewed at least every " + review.Count(f.Months, "month", "months") + "."
		}, sheet: sheetHoldings, judge: (*standing).inCadence},
		{asks: func(f domain.Framework) string {
			return "A review was carried through to its end within the last " + review.Count(f.Months, "month", "months") + "."
		}, sheet: sheetCampaigns, judge: (*standing).completed},
		{asks: plain("No review is late: each was answered by its due date."), sheet: sheetCampaigns, judge: (*standing).onTime},
		{asks: plain("Each reviewer signed for their decisions; what nobody signed did not count."), sheet: sheetSignOffs, judge: (*standing).signed},
		{asks: plain("What was decided was carried out and verified, in time."), sheet: sheetOpen, judge: (*standing).putRight},
		{asks: plain("What was accepted as it is has a reason, an approver and an end that is not over."), sheet: sheetExceptions, judge: (*standing).accepted},
		{asks: plain("Management acknowledged that the access which remains is appropriate."), of: []string{"pci"}, sheet: sheetCampaigns, judge: (*standing).acknowledgedLast},
		{asks: plain("Nobody holds what no one may hold together."), of: []string{"sox", "soc2", "iso"}, sheet: sheetSeparations, judge: (*standing).apart},
		{asks: plain("Every API key and AI agent has an active owner who answers for it."), of: []string{"pci-machines", "nist"}, sheet: sheetOwners, judge: (*standing).owned},
		{asks: plain("Every agent and data source has an active owner, by whose word access to it is given."), of: []string{"soc2", "iso"}, sheet: sheetOwners, judge: (*standing).answeredFor},
	}
}

// judge holds what is on record against every requirement of every framework.
func (s *standing) judge() {
	for i, f := range s.frameworks {
		for _, r := range requirements() {
			if len(r.of) > 0 && !slices.Contains(r.of, f.Word) {
				continue
			}
			met, says := r.judge(s, i)
			s.judged = append(s.judged, judgement{f, r.asks(f), met, says, r.sheet})
		}
	}
}

func (s *standing) inCadence(i int) (bool, string) {
	c := s.counted[i]
	if c.Out+c.Never == 0 {
		return true, "all " + review.Count(c.Holdings, "holding", "holdings") + " are in cadence; due soon: " + fmt.Sprint(c.DueSoon)
	}
	var parts []string
	if c.Out > 0 {
		parts = append(parts, ratio(c.Out, c.Holdings, "holdings are out of cadence"))
	}
	if c.Never > 0 {
		parts = append(parts, ratio(c.Never, c.Holdings, "were never reviewed as they are now"))
	}
	return false, joined(parts)
}

// lastClosed is the campaign that closed last, nil where none did.
func (s *standing) lastClosed() *campaignThen {
	var last *campaignThen
	for _, c := range s.campaigns {
		if c.State == review.Closed && (last == nil || c.ClosedAt.After(last.ClosedAt)) {
			last = c
		}
	}
	return last
}

func (s *standing) completed(i int) (bool, string) {
	last := s.lastClosed()
	if last == nil {
		return false, "no campaign was ever closed"
	}
	day := s.o.DayOf(last.ClosedAt)
	return s.frameworks[i].NextReview(day) >= s.today, fmt.Sprintf("%s closed on %s", last.Name, day)
}

func (s *standing) onTime(int) (bool, string) {
	var late []string
	for _, c := range s.campaigns {
		if c.answering() && c.overdue(s.m.At) {
			late = append(late, fmt.Sprintf("%s was due on %s and is %s", c.Name, s.o.DayOf(c.Due), c.State))
		}
	}
	if len(late) == 0 {
		return true, "no campaign is answered past its due date"
	}
	return false, joined(late)
}

func (s *standing) signed(i int) (bool, string) {
	signed, lapsed := 0, 0
	for _, c := range s.campaigns {
		if c.State != review.Closed || s.frameworks[i].NextReview(s.o.DayOf(c.ClosedAt)) < s.today {
			continue
		}
		for _, p := range c.packets {
			if p.Lapsed {
				lapsed++
			} else {
				signed++
			}
		}
	}
	says := review.Count(signed, "packet was signed", "packets were signed") + " in the campaigns closed within the cadence"
	if lapsed > 0 {
		return false, says + "; " + review.Count(lapsed, "lapsed unsigned", "lapsed unsigned")
	}
	return signed > 0, says
}

func (s *standing) putRight(int) (bool, string) {
	if n := s.overdueItems(); n > 0 {
		return false, ratio(n, len(s.open), "items still to be put right are overdue")
	}
	says := "nothing is overdue; still to be put right: " + fmt.Sprint(len(s.open))
	if names := s.lets(); len(names) > 0 {
		says += "; not put right but accepted by exception: " + namedFirst(names)
	}
	return true, says
}

// lets names each exception behind which the access is still there, with its end.
func (s *standing) lets() (names []string) {
	for _, x := range s.excepted {
		switch x.state {
		case "in force":
			names = append(names, fmt.Sprintf("item %d of %s until %s", x.Item, x.c.Name, x.Until))
		case "expired":
			names = append(names, fmt.Sprintf("item %d of %s until %s, which is over", x.Item, x.c.Name, x.Until))
		}
	}
	return names
}

func (s *standing) accepted(int) (bool, string) {
	if n := s.expired(); n > 0 {
		return false, ratio(n, len(s.excepted), "exceptions have expired and the access is still there")
	}
	return true, "no exception has expired; on record: " + fmt.Sprint(len(s.excepted))
}

func (s *standing) acknowledgedLast(i int) (bool, string) {
	last := s.lastClosed()
	switch {
	case last == nil:
		return false, "no campaign was ever closed"
	case len(last.acks) == 0:
		return false, last.Name + " closed without an acknowledgement"
	}
	a := last.acks[len(last.acks)-1]
	says := fmt.Sprintf("%s acknowledged %s on %s", person(s.o, a.By), last.Name, s.o.DayOf(a.At))
	if last.results > a.Seq {
		return false, says + "; results changed after it"
	}
	return s.frameworks[i].NextReview(s.o.DayOf(a.At)) >= s.today, says
}
