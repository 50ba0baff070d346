package itemlist

import (
	"fmt"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Marks of what theme has none for.
const (
	markAbstain  = "o"
	markReturned = "<"
	markLocked   = "#"
)

// Row draws an item. By person it stands under its holder, by target under that,
// by risk under how risky it is.
func Row(s Shown, q ui.Query, results bool) ui.Row {
	it := s.Item
	level := it.Holding.Ladder().Word(it.Holding.Level)
	r := ui.Row{Key: Key(it.No), Data: s, Group: it.Holder}
	if it.About != "" {
		r.Group += "   " + it.About
	}
	what := it.Target
	switch q.Sort {
	case "target":
		r.Group, what = it.Target, it.Holder
	case "risk":
		r.Group, what = "Other items", it.Holder+": "+it.Target
		if it.HighRisk {
			r.Group = "High risk"
		}
	}
	flags, risk := ui.Cell{Text: strings.Join(it.Flags, ", "), Role: theme.Warn}, ui.Cell{}
	if it.HighRisk {
		risk = ui.Cell{Text: "high", Role: theme.Warn}
	}
	if results && it.Packet == review.Countersigned {
		flags = ui.Cell{Text: it.Outcome.Result.String(), Role: ResultRole(it.Outcome.Result)}
	}
	mark, word := Decided(it)
	if results && it.Ruling.Iteration > 0 {
		mark, word = Ruled(it)
	}
	decided := ui.Cell{Text: mark + " " + word, Role: theme.DecisionRole(mark)}
	if s.Locked != "" {
		decided = ui.Cell{Text: markLocked + " locked", Role: theme.Dim}
	}
	advice := ui.Cell{Text: review.AdviceWords(it.Advice, it.Holding.Ladder()), Role: theme.Dim}
	delta := ui.Cell{Role: theme.Dim}
	if it.Delta.Kind != review.DeltaUnknown {
		delta.Text = it.Delta.Kind.String()
	}
	if Moved(it) {
		delta.Role = theme.Warn
	}
	r.Cells = []ui.Cell{{Text: r.Key, Role: theme.Dim}, {Text: level, Role: levelRole(it.Holding)}, {Text: what}, delta, flags, risk, advice, decided}
	return r
}

// Saving is the row while its decision is being saved.
func Saving(r ui.Row) ui.Row {
	r.Cells = append([]ui.Cell(nil), r.Cells...)
	if n := len(r.Cells); n > 0 {
		r.Cells[n-1] = ui.Cell{Text: "  saving", Role: theme.Dim}
	}
	return r
}

// Decided is an item's decision as a mark and a word: "+ keep", "~ Read".
func Decided(it review.Item) (mark, word string) {
	switch it.Decision.Answer {
	case review.Keep:
		return theme.DecisionKeep, "keep"
	case review.Revoke:
		return theme.DecisionRevoke, "revoke"
	case review.Reduce:
		return theme.DecisionReduce, it.Holding.Ladder().Word(it.Decision.Level)
	case review.Abstain:
		return markAbstain, "abstain"
	}
	if it.Return.Round > 0 {
		return markReturned, "returned"
	}
	return theme.DecisionOpen, ""
}

// Ruled is an item's ruling over all stages as a mark and a word. A ruling that
// nobody made stays open: it is never an accept.
func Ruled(it review.Item) (mark, word string) {
	asDecided := it
	asDecided.Decision, asDecided.Return = review.Decision{Answer: it.Ruling.Answer, Level: it.Ruling.Level}, review.ItemReturn{}
	if mark, word = Decided(asDecided); word == "" {
		word = "nobody answered"
	}
	return mark, word
}

// RuleWords says how a ruling came about.
func RuleWords(r review.Ruling) string {
	text := r.Rule
	if r.Decisive > 0 && r.Last > 1 {
		text += fmt.Sprintf(", in stage %d of the %d it went through", r.Decisive, r.Last)
	}
	if r.Iteration > 1 {
		text += fmt.Sprintf(", asked %d times", r.Iteration)
	}
	return text
}

// levelRole is the role of a level on its ladder: the top one of a ladder stands
// out as Edit does.
func levelRole(g domain.Grant) theme.Role {
	switch {
	case g.Level == domain.None:
		return theme.Dim
	case g.Level == g.Ladder().Top():
		return theme.Edit
	}
	return theme.Read
}

// ResultRole is the role of what became of an item.
func ResultRole(r review.Result) theme.Role {
	switch r {
	case review.Verified, review.Retained, review.Exception:
		return theme.OK
	case review.Residual, review.Failed:
		return theme.Danger
	case review.Outside:
		return theme.Warn
	}
	return theme.Dim
}
