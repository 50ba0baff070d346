package domain

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// WhySoD is the code of the reasons that a change set breaks a separation of
// duties.
const WhySoD = "sod"

// NewBreaches gives the separations of duties that changes would newly break,
// now or once a window opens, by rule and principal, each at the first instant
// it would be so. before and after differ by the changes; effects are theirs.
func NewBreaches(before, after *Org, changes []Change, effects []Effect, at time.Time) []Breach {
	if after.Count(KindSoD) == 0 {
		return nil
	}
	rose := map[ID]bool{}
	for _, e := range effects {
		if e.Rises() {
			rose[e.Principal] = true
		}
	}
	changed, everybody := map[ID]bool{}, false
	for _, c := range changes {
		switch r := c.Record().(type) {
		case SoDRule:
			changed[r.ID] = true
		case Role:
			everybody = true // perhaps another is the default now
		}
	}
	s := newSurvey(before, after, at)
	var out []Breach
	for row := range after.All(KindSoD) {
		rule := row.Record.(SoDRule)
		who := rose
		if changed[rule.ID] || everybody {
			who = map[ID]bool{}
			for p := range after.All(KindPrincipal) {
				who[p.Record.RecordID()] = true
			}
		}
		was := rule
		if old, ok := before.SoDRule(rule.ID); ok {
			was = old
		}
		for _, p := range slices.Sorted(maps.Keys(who)) {
			if b, found := s.newBreach(p, was, rule); found {
				out = append(out, b)
			}
		}
	}
	return out
}

// newBreach looks for the first instant at which p breaks the rule after and
// did not break what it was before.
func (l *survey) newBreach(p ID, was, rule SoDRule) (Breach, bool) {
	_, existed := l.before.SoDRule(rule.ID)
	i := l.after.ppl.have(p)
	if i < 0 {
		return Breach{}, false
	}
	for _, at := range l.instants(p) {
		if l.after.Breaks(p, rule, at) && !(existed && l.before.Breaks(p, was, at)) {
			q := l.after.lookAt(at)
			return q.breach(rule, i, at), true
		}
	}
	return Breach{}, false
}

// separations notes what the change set would newly break. It takes a second
// person, or is refused where the organisation's setting says so; a rule that
// begins or changes is never refused for what it finds.
func (j *judgement) separations(net []Change, at time.Time) *Error {
	j.v.Breaches = NewBreaches(j.before, j.after, net, j.v.Effects, at)
	if len(j.v.Breaches) == 0 {
		return nil
	}
	own := map[ID]bool{}
	for _, c := range net {
		if r, ok := c.Record().(SoDRule); ok {
			own[r.ID] = true
		}
	}
	const mostTold = 5
	told := map[ID]int{}
	var refused *Error
	for _, b := range j.v.Breaches {
		told[b.Rule.ID]++
		if n := told[b.Rule.ID]; n > mostTold {
			continue
		}
		text := j.breachWords(b, at)
		if refused == nil && !own[b.Rule.ID] && Fold(j.after.Setting(SettingSoD)) == "refuse" {
			refused = refuse(Conflict, RuleSoD, "%s", text).Hinted("take one of the two away in the same change set")
		}
		j.need(orExecutive(j.p.Always), WhySoD, "%s", text)
	}
	for row := range j.after.All(KindSoD) {
		r := row.Record.(SoDRule)
		if more := told[r.ID] - mostTold; more > 0 {
			j.v.Why = append(j.v.Why, Reason{WhySoD, fmt.Sprintf("and %d more would break the SoD rule %q", more, r.Name)})
		}
	}
	return refused
}

func (j *judgement) breachWords(b Breach, at time.Time) string {
	when := ""
	if b.At.After(at) {
		when = " from " + b.At.In(j.after.Zone()).Format(time.DateOnly)
	}
	return fmt.Sprintf("%q would hold both %s and %s%s, against the SoD rule %q (%s)", j.after.Name(KindPrincipal, b.Principal),
		j.after.sideWords(b.Rule.A), j.after.sideWords(b.Rule.B), when, b.Rule.Name, b.Rule.Severity)
}
