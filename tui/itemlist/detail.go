package itemlist

import (
	"fmt"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// More is what is read about one item when it is looked at, besides what its row
// holds. All are words for people; empty where there is nothing to say.
type More struct {
	Since    string   // "2025-11-03, given by Mira Lind"
	From     string   // where the grant came from, if not from here
	Now      string   // what the holding is now, where it is not what was staged
	Reviewer string   // who decides it
	Versions []string // earlier decisions, the newest first
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
	out := append(ui.Paragraph(theme.Title, Sentence(it), w), nil)
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
		add("Returned", theme.Warn, it.Return.Reason, "due "+it.Return.Due.UTC().Format("2006-01-02 15:04")+" UTC")
	}
	add("Allows", theme.Plain, it.Allows)
	add("How", theme.Plain, it.How...)
	add("Since", theme.Plain, m.Since, m.From)
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
	out = append(out, decisionLines(it, m, w)...)
	return out
}

// decisionLines are the decision in force, what became of it, and those before.
func decisionLines(it review.Item, m More, w int) []ui.Line {
	var out []ui.Line
	mark, word := Decided(it)
	if it.Decision.Answer != review.Silent {
		text := word
		if it.Decision.Reason != "" {
			text += ": " + it.Decision.Reason
		}
		if it.Decision.Bulk > 0 {
			text += fmt.Sprintf(" (in bulk, %d at once)", it.Decision.Bulk)
		}
		out = append(out, nil)
		out = append(out, Field("Decided", theme.DecisionRole(mark), w, text)...)
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
