package campaigns

import (
	"fmt"

	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/plan"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// stageLines are the stages in their order: how far each is, what is due, and
// the percentages complete (a ruling), decided (an answer) and of work items.
func stageLines(s Story, t *theme.Theme, w int) []ui.Line {
	c := s.Figures.Campaign
	if len(s.Stages) == 0 || c.State < review.Active {
		return nil
	}
	out := []ui.Line{nil, ui.Text(theme.Title, "Stages")}
	for i, st := range s.Stages {
		no := i + 1
		mark, role, tail := ". ", theme.Dim, "to come"
		switch {
		case st.Entered == 0 && (c.Ruled() || no < c.Stage):
			mark, tail = "- ", "no item came to it"
		case st.Entered == 0 && no > c.Stage:
			if st.Days > 0 {
				tail += ", lasts " + review.Count(st.Days, "day", "days")
			}
		case no == c.Stage && c.State == review.Active:
			mark, role, tail = "> ", theme.Warn, itemlist.Due(s.Now, st.Due)
		case no == c.Stage && c.State == review.Decided:
			mark, role, tail = "> ", theme.Warn, "checkers countersign"
		default:
			mark, role, tail = "+ ", theme.OK, "closed"
		}
		if !st.Began.IsZero() && st.Entered > 0 {
			tail += ", began " + string(s.Org.DayOf(st.Began))
		}
		name := fmt.Sprintf("%d of %d", no, len(s.Stages))
		if st.Name != "" {
			name = fmt.Sprintf("%d %s", no, st.Name)
		}
		out = append(out, ui.Line{{Role: role, Text: mark + safe.Pad(safe.Text(name), min(max(w/4, 9), 20)) + " "}, {Role: theme.Plain, Text: tail}})
		if st.Entered > 0 {
			out = append(out, percentLines(st, t, w)...)
		}
	}
	return out
}

// percentLines are a stage's three percentages in one line, or in three where
// the window is narrow.
func percentLines(st StageLine, t *theme.Theme, w int) []ui.Line {
	bar := min(max(w/12, 4), 10)
	parts := []struct {
		what  string
		n, of int
	}{{"complete", st.Complete, st.Entered}, {"decided", st.Decided, st.Entered}, {"work items", st.WorkDone, st.Work}}
	var one ui.Line
	var each []ui.Line
	for _, p := range parts {
		line := ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("  %-10s ", p.what)}, {Role: theme.OK, Text: t.Progress(p.n, p.of, bar)},
			{Text: fmt.Sprintf(" %d %%", itemlist.Percent(p.n, p.of))}, {Role: theme.Dim, Text: fmt.Sprintf(" %d/%d", p.n, p.of)}}
		one, each = append(one, line...), append(each, line)
	}
	wide := 0
	for _, s := range one {
		wide += safe.Width(s.Text)
	}
	if wide > w {
		return each
	}
	return []ui.Line{one}
}

// rulings are the answers in the order in which they are told.
var rulings = []struct {
	a    review.Answer
	word string
	role theme.Role
}{{review.Keep, "keep", theme.OK}, {review.Reduce, "reduce", theme.Warn}, {review.Revoke, "revoke", theme.Danger},
	{review.Abstain, "abstain", theme.Dim}, {review.Silent, "nobody answered", theme.Warn}}

// rulingLines say what the stages together say of the items: overall.
func rulingLines(s Story, t *theme.Theme, w int) []ui.Line {
	if len(s.Rulings) == 0 {
		return nil
	}
	total := 0
	for _, n := range s.Rulings {
		total += n
	}
	out := []ui.Line{nil, ui.Text(theme.Title, fmt.Sprintf("Rulings (%d of %d items)", total, s.Figures.Campaign.TieOut.InScope))}
	bar := min(max(w/4, 6), 24)
	for _, r := range rulings {
		if n := s.Rulings[r.a]; n > 0 {
			out = append(out, ui.Line{{Text: safe.Pad(r.word, 16)}, {Role: r.role, Text: t.Progress(n, total, bar)},
				{Text: fmt.Sprintf(" %3d %% ", itemlist.Percent(n, total))}, {Role: theme.Dim, Text: fmt.Sprint(n)}})
		}
	}
	return out
}

// definitionLines say what was planned.
func definitionLines(s Story) []ui.Line {
	out := []ui.Line{nil, ui.Text(theme.Title, "Definition")}
	for _, f := range plan.Facts(s.Org, s.Figures.Campaign.Definition) {
		out = append(out, field(theme.Plain, f.Label, f.Text))
	}
	return out
}
