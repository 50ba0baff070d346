package itemlist

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// More is what is read about one item when it is looked at, besides what its row
// holds. All are words for people; empty where there is nothing to say.
type More struct {
	Since    string         // "2025-11-03, given by Mira Lind"
	From     string         // where the grant came from, if not from here
	Now      string         // what the holding is now, where it is not what was staged
	Reviewer string         // who decides it
	Versions []string       // earlier decisions, the newest first
	Last     string         // the last decision on the same holding, in an earlier campaign
	Stage    string         // "1 of 3, Managers"; "" where there is one stage without a name
	Others   []string       // who else answers for it in this stage, and by which rule
	Rulings  []string       // what the stages that closed say of it, in their order
	Zone     *time.Location // the organisation's; UTC where it is not said
}

func (m More) zone() *time.Location {
	if m.Zone == nil {
		return time.UTC
	}
	return m.Zone
}

// Sentence says in one line what the item is: who has what.
func Sentence(it review.Item) string {
	level := it.Holding.Ladder().Word(it.Holding.Level)
	switch it.Holding.Target.Kind {
	case domain.TargetGroup:
		return fmt.Sprintf("%s is %s of %s", it.Holder, level, it.Target)
	case domain.TargetRole, domain.TargetDuty, domain.TargetCreator:
		return fmt.Sprintf("%s holds the %s", it.Holder, it.Target)
	case domain.TargetAccount, domain.TargetAgentRole:
		return fmt.Sprintf("%s has the %s %s", it.Holder, it.Target, level)
	case domain.TargetAccessType:
		return fmt.Sprintf("The %s is %s", it.Target, level)
	}
	return fmt.Sprintf("%s has %s on %s", it.Holder, level, it.Target)
}

// labelWidth is the width of the labels at the left of the lines.
const labelWidth = 10

// Field is a labelled text in lines of at most w cells. A text of several lines
// stands under itself.
func Field(label string, role theme.Role, w int, texts ...string) []ui.Line {
	var out []ui.Line
	for _, text := range texts {
		for _, l := range ui.Paragraph(role, text, max(w-labelWidth, 8)) {
			head := ""
			if len(out) == 0 {
				head = label
			}
			out = append(out, append(ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("%-*s", labelWidth, head)}}, l...))
		}
	}
	return out
}

// Detail explains an item in lines of at most w cells.
func Detail(s Shown, m More, w int) []ui.Line {
	it := s.Item
	out := append(ui.Paragraph(theme.Title, "#"+Key(it.No)+" "+Sentence(it), w), nil)
	add := func(label string, role theme.Role, texts ...string) {
		var said []string
		for _, t := range texts {
			if t != "" {
				said = append(said, t)
			}
		}
		out = append(out, Field(label, role, w, said...)...)
	}
	if s.Locked != "" {
		add("Locked", theme.Warn, s.Locked)
	}
	if it.Return.Round > 0 && it.Decision.Answer == review.Silent {
		add("Returned", theme.Warn, it.Return.Reason, "due "+review.Moment(it.Return.Due, m.zone()))
	}
	out = append(out, adviceLines(it, w)...)
	role := theme.Plain
	if Moved(it) {
		role = theme.Warn
	}
	if it.Delta.Kind != review.DeltaUnknown {
		add("Delta", role, DeltaWords(it.Delta))
	}
	add("Last", theme.Plain, m.Last)
	add("Allows", theme.Plain, it.Allows)
	add("How", theme.Plain, it.How...)
	add("Since", theme.Plain, m.Since, m.From)
	if it.LastUsed != "" {
		add("Used", theme.Plain, "last on "+string(it.LastUsed))
	}
	add("Peers", theme.Plain, it.Peers)
	if it.Reach != 1 {
		add("Reach", theme.Plain, fmt.Sprintf("gives something to %s", review.Count(it.Reach, "person", "people")))
	}
	switch it.Holding.Target.Kind { // what has a classification of its own
	case domain.TargetAgent, domain.TargetSource, domain.TargetAccessType, domain.TargetCreator:
		add("Class", theme.Plain, it.Class.String())
	}
	if it.HighRisk {
		add("Risk", theme.Warn, "high: decided one by one")
	}
	add("Flags", theme.Warn, strings.Join(it.Flags, ", "))
	add("Conflict", theme.Warn, it.Conflicts...)
	if m.Now != "" {
		add("Changed", theme.Warn, "staged as "+it.Holding.Ladder().Word(it.Holding.Level)+", now "+m.Now)
	}
	if len(it.Remains) > 0 {
		add("Revoked", theme.Warn, append([]string{"what remains by other paths:"}, it.Remains...)...)
	} else {
		add("Revoked", theme.Plain, "nothing remains")
	}
	by := m.Reviewer
	if it.Rule != "" {
		by += " (" + it.Rule + ")"
	}
	add("Reviewer", theme.Plain, by)
	add("Stage", theme.Plain, m.Stage)
	add("Besides", theme.Plain, m.Others...)
	out = append(out, decisionLines(it, m, w)...)
	return out
}

// adviceLines are the recommendation as it was frozen, with every reason: those
// that carry it first, then those that tell something or point elsewhere.
func adviceLines(it review.Item, w int) []ui.Line {
	a := it.Advice
	if a.IsZero() {
		return nil
	}
	head := review.AdviceWords(a, it.Holding.Ladder())
	if head == "" {
		head = "nothing: no reason points anywhere"
	}
	out := Field("Advised", theme.Title, w, head)
	carry := a.Why()
	for _, r := range a.Reasons {
		mark := "· "
		switch {
		case slices.Contains(carry, r.Text):
			mark = "+ "
		case r.Toward != review.Silent && r.Toward != a.Answer:
			mark = "but "
		}
		out = append(out, Field("", theme.Plain, w, mark+r.Text)...)
	}
	return out
}

// DeltaWords says what became of an item since the last decision on it.
func DeltaWords(d review.Delta) string {
	text := d.Kind.String()
	if d.Text != "" {
		text += ": " + d.Text
	}
	if d.Again && d.Kind != review.DeltaRegranted {
		text += "; it was granted again after a revocation"
	}
	return text
}

// Moved and Against are as the filter understands is:changed and is:against.
var (
	Moved   = filter.Changed
	Against = filter.Against
)

// decisionLines are the decision in force, what became of it, and those before.
func decisionLines(it review.Item, m More, w int) []ui.Line {
	var out []ui.Line
	mark, word := Decided(it)
	if it.Decision.Answer != review.Silent {
		text := word
		if it.Decision.Reason != "" {
			text += ": " + it.Decision.Reason
		}
		if Against(it) {
			text += " (against the recommendation)"
		}
		if it.Decision.Bulk > 0 {
			text += fmt.Sprintf(" (in bulk, %d at once)", it.Decision.Bulk)
		}
		out = append(out, nil)
		out = append(out, Field("Decided", theme.DecisionRole(mark), w, text)...)
	}
	out = append(out, Field("Stages", theme.Plain, w, m.Rulings...)...)
	if it.Ruling.Iteration > 0 {
		mark, word := Ruled(it)
		out = append(out, Field("Ruling", theme.DecisionRole(mark), w, word+": "+RuleWords(it.Ruling))...)
	}
	if it.Outcome.Result != review.Pending {
		text := it.Outcome.Result.String()
		for _, s := range []string{it.Outcome.Left, it.Outcome.Reason} {
			if s != "" {
				text += ": " + s
			}
		}
		if it.Outcome.Until != "" {
			text += ", until " + string(it.Outcome.Until)
		}
		out = append(out, Field("Result", ResultRole(it.Outcome.Result), w, text)...)
	}
	return append(out, Field("Before", theme.Dim, w, m.Versions...)...)
}
