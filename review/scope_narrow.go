package review

import (
	"time"

	"countersign/domain"
)

// Reasons by which a holding is no item that take more to know than the
// organisation itself: imported usage, or what earlier campaigns decided.
const (
	ExcludedUsed      = "used lately"
	ExcludedTooNew    = "too new to be unused"
	ExcludedNoUsage   = "nothing is known of its use"
	ExcludedUnchanged = "unchanged since it was decided"
	ExcludedCovered   = "within cadence"
	ExcludedFramework = "not of this framework"
	excludedBecause   = "left out: " // and the exclusion's reason
)

// narrower narrows a scope by facts. It is nil where the scope asks for none.
type narrower struct {
	s     Scope
	o     *domain.Org
	at    time.Time
	facts AdviceFacts
	use   *adviser // for when something was last used
	cover *Coverage
	by    domain.Framework
	known bool // the framework is
}

func newNarrower(o *domain.Org, s Scope, at time.Time, facts AdviceFacts) *narrower {
	if s.Unused <= 0 && !s.NewSince && s.Uncovered == "" {
		return nil
	}
	today, _ := time.Parse(time.DateOnly, at.In(o.Zone()).Format(time.DateOnly)) // its own format
	n := &narrower{s: s, o: o, at: at, facts: facts, cover: NewCoverage(o, at, facts.Past),
		use: &adviser{AdviceFacts: facts, o: o, at: at, today: today, gives: map[domain.ID][]domain.Target{},
			members: map[domain.ID]map[domain.ID]bool{}}}
	if f, err := domain.FindFramework(o.Frameworks(), s.Uncovered); err == nil {
		n.by, n.known = f, true
	}
	return n
}

// excludes says why a holding is out of scope, "" where it is in.
func (n *narrower) excludes(row domain.Row, g domain.Grant) string {
	if n == nil {
		return ""
	}
	if n.s.Unused > 0 {
		if why := n.used(row, g); why != "" {
			return why
		}
	}
	if n.s.NewSince && !n.changed(g) {
		return ExcludedUnchanged
	}
	if n.s.Uncovered != "" {
		switch c, ok := n.cover.Judge(n.by, row); {
		case !n.known || !ok:
			return ExcludedFramework
		case !n.cover.Takes(c, n.s.UncoveredBy):
			return ExcludedCovered
		}
	}
	return ""
}

// used says why a holding does not count as unused for the scope's days. What
// was never seen used counts, where usage of its kind was imported at all; but
// what was given here less than so many days ago could not have been unused
// for as long. How old an imported grant is only its source knows.
func (n *narrower) used(row domain.Row, g domain.Grant) string {
	last, known := n.use.lastUsed(g)
	switch {
	case !known:
		return ExcludedNoUsage
	case last == "" && g.Origin.Source == "" && row.Since > n.facts.ScopeOld:
		return ExcludedTooNew
	case last == "":
		return ""
	}
	if days, ok := n.use.daysSince(last); ok && days >= n.s.Unused {
		return ""
	}
	return ExcludedUsed
}

// changed tells whether a holding was never decided, or is no longer what was:
// another level, another way, another place of its holder, given again.
func (n *narrower) changed(g domain.Grant) bool {
	past := n.facts.Past.of(g)
	if len(past) == 0 {
		return true
	}
	p, _ := holderPrincipal(n.o, g)
	if compareDelta(n.o, g, past[0].Ways, nowOf(p), past).Kind != DeltaUnchanged {
		return true
	}
	how, _ := How(n.o, g, n.at) // what takes longer to know is asked last
	return WaysHash(how) != past[0].Ways
}

// fits tells whether an exclusion leaves out a holding: each part that it names
// is the holding's.
func (x Exclusion) fits(g domain.Grant) bool {
	return (x.Holder == "" || x.Holder == g.Holder.ID) && (x.Target == "" || x.Target == g.Target.ID) &&
		(x.Agent == "" || x.Agent == agentOf(g)) && (x.Holder != "" || x.Target != "" || x.Agent != "")
}
