package itemlist

import (
	"fmt"
	"strings"
	"time"

	"countersign/review"
)

// Due says how far away a due date is: "due in 6 days", "due 17:00 CET",
// "2 days late". Days are counted in whole days of 24 hours; hours are said in
// the zone of now, which is the organisation's.
func Due(now, due time.Time) string {
	left := due.Sub(now)
	switch day := 24 * time.Hour; {
	case due.IsZero():
		return ""
	case left < -day:
		return review.Count(int(-left/day), "day", "days") + " late"
	case left < 0:
		return "late since " + due.In(now.Location()).Format("15:04 MST")
	case left < day:
		return "due " + due.In(now.Location()).Format("15:04 MST")
	default:
		return "due in " + review.Count(int(left/day), "day", "days")
	}
}

// Percent is n of total in whole per cent, rounded down, so that 100 % is all of
// it. Nothing to do is 100.
func Percent(n, total int) int {
	if total <= 0 {
		return 100
	}
	return n * 100 / total
}

// Tally says how decisions divide: "300 keep, 12 reduce, 28 revoke".
func Tally(keep, reduce, revoke, abstain int) string {
	var parts []string
	for _, p := range []struct {
		n int
		a review.Answer
	}{{keep, review.Keep}, {reduce, review.Reduce}, {revoke, review.Revoke}, {abstain, review.Abstain}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.a))
		}
	}
	if len(parts) == 0 {
		return "nothing decided"
	}
	return strings.Join(parts, ", ")
}

// Texts gives items as a table: what an export of them holds.
func Texts(items []review.Item, name func(reviewer string) string) (columns []string, rows [][]string) {
	columns = []string{"No", "Holder", "About", "Item", "Level", "Class", "Risk", "Flags", "Since last", "Advised", "Why", "Reviewer", "Decision", "Decided level", "Reason",
		"Ruling", "Ruled level", "Rule", "Result", "Left"}
	for _, it := range items {
		word := it.Holding.Ladder().Word
		risk, answer, level := "", it.Decision.Answer.String(), ""
		if it.HighRisk {
			risk = "high"
		}
		if it.Decision.Answer != review.Silent {
			level = word(it.Decision.Level)
		}
		ruling, ruled, rule := "", "", ""
		if it.Ruling.Iteration > 0 {
			ruling, ruled, rule = it.Ruling.Answer.String(), word(it.Ruling.Level), RuleWords(it.Ruling)
		}
		rows = append(rows, []string{fmt.Sprint(it.No), it.Holder, it.About, it.Target, word(it.Holding.Level), it.Class.String(), risk,
			strings.Join(it.Flags, ", "), DeltaWords(it.Delta), review.AdviceWords(it.Advice, it.Holding.Ladder()), strings.Join(it.Advice.Why(), "; "), name(string(it.Reviewer)), answer, level, it.Decision.Reason, ruling, ruled, rule, it.Outcome.Result.String(), it.Outcome.Left})
	}
	return columns, rows
}
