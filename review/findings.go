package review

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Findings gives everything that is the matter with o at an instant, what
// weighs most first. How long things stand is read from the log of tx.
func Findings(tx Tx, o *domain.Org, at time.Time) ([]domain.Finding, error) {
	u, err := UsageOf(tx)
	if err != nil {
		return nil, err
	}
	var failed error
	out := o.Findings(domain.Facts{At: at, Usage: u, SeqAt: func(then time.Time) domain.Seq {
		seq, err := tx.SeqAt(then)
		failed = errors.Join(failed, err)
		return seq
	}})
	return out, failed
}

// FindingQuery says which findings a person wants to see; the zero query takes
// all.
type FindingQuery struct {
	Kinds  []domain.FindingKind // any when empty
	Least  domain.Severity
	About  []domain.Ref // what each of them concerns one of; anything when empty
	Access bool         // only what concerns the access of Who to Target
	Who    domain.ID
	Target domain.Target
}

// Pick gives those of the findings that fit.
func (q FindingQuery) Pick(all []domain.Finding) []domain.Finding {
	var out []domain.Finding
	for _, f := range all {
		if f.Severity < q.Least || len(q.Kinds) > 0 && !slices.Contains(q.Kinds, f.Kind) ||
			q.Access && !f.ConcernsAccess(q.Who, q.Target) ||
			len(q.About) > 0 && !slices.ContainsFunc(q.About, func(r domain.Ref) bool { return f.Concerns(r.Kind, r.ID) }) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// FindingTally counts findings by severity: "2 critical, 5 low", "none".
func FindingTally(all []domain.Finding) string {
	n := map[domain.Severity]int{}
	for _, f := range all {
		n[f.Severity]++
	}
	var parts []string
	for _, s := range slices.Backward(domain.Severities()) {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// FindingWays says the paths of a finding, a line each: which side it is of,
// and how it is reached.
func FindingWays(o *domain.Org, f domain.Finding) []string {
	var out []string
	for _, w := range f.Ways {
		for _, p := range w.Paths {
			out = append(out, PathWords(o, p, w.Target, w.Agent))
		}
	}
	return out
}

// SinceWords gives a function that says from when a finding holds, as a day in
// the organisation's zone and, where no day is its own, the event that made it
// so: "2026-03-01", "2026-03-01 (event 12)". Each event is read once.
func SinceWords(tx Tx, o *domain.Org) func(domain.Since) (string, error) {
	days := map[domain.Seq]string{}
	return func(s domain.Since) (string, error) {
		if s.Day != "" {
			return string(s.Day), nil
		}
		if _, known := days[s.Event]; !known {
			e, err := tx.Event(s.Event)
			if err != nil {
				return "", err
			}
			days[s.Event] = fmt.Sprintf("%s (event %d)", e.Time.In(o.Zone()).Format(time.DateOnly), s.Event)
		}
		return days[s.Event], nil
	}
}

// MendTitle is the title of the change set that mends a finding.
func MendTitle(f domain.Finding, m domain.Mend) string {
	return fmt.Sprintf("Mend %s: %s", f.Kind, m.Text)
}

// SideWords says a side of a SoD rule: "Edit on Deployments (in Support)".
func SideWords(o *domain.Org, s domain.SoDSide) string {
	return fmt.Sprintf("%s on %s", domain.LadderOf(s.Target.Kind).Word(s.Level), TargetName(o, s.Target, s.Agent))
}
