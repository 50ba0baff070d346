package planner

import (
	"fmt"
	"strings"

	"countersign/review"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// row is one line of the form.
type row struct {
	key   string
	ref   Ref
	field Field
	text  string
	fault string
	add   string // what it adds, "" for a field
	group string
}

func keyOf(r Ref) string { return fmt.Sprintf("%d/%d/%s", r.Part, r.At, r.Field) }

// rowsOf are the lines of a plan, each with what is wrong with it.
func rowsOf(p Plan, g Ground) []row {
	var out []row
	add := func(f Field, r Ref) {
		out = append(out, row{key: keyOf(r), ref: r, field: f, text: p.Text(r), fault: g.Wrong(p, r), group: f.Group})
	}
	left := func() {
		for i := range p.Exclude {
			add(Field{Label: fmt.Sprintf("Exclusion %d", i+1), Group: groupLeft, Help: "What is left out stands, with its reason, before the signature of whoever launches it."}, Ref{Part: OfExclusion, At: i})
		}
		out = append(out, row{key: keyAddExclude, add: addExclusion, group: groupLeft})
		for i := range p.Stages {
			for _, f := range StageFields() {
				f.Group = stageTitle(p, i)
				add(f, Ref{Part: OfStage, At: i, Field: f.ID})
			}
		}
		out = append(out, row{key: keyAddStage, add: addStage, group: stageTitle(p, len(p.Stages)-1)})
	}
	for _, f := range Fields() {
		if f.Group == groupRules && left != nil {
			left()
			left = nil
		}
		add(f, Ref{Field: f.ID})
	}
	return out
}

func stageTitle(p Plan, i int) string {
	title := fmt.Sprintf("Stage %d of %d", i+1, len(p.Stages))
	if name := p.Stages[i]["name"]; name != "" {
		title += ": " + name
	}
	return title
}

// listed is a row as the list shows it.
func (r row) listed() ui.Row {
	out := ui.Row{Key: r.key, Group: r.group, Data: r}
	switch {
	case r.add != "":
		out.Cells, out.Role = []ui.Cell{{Text: "+ " + r.add}, {}}, theme.Dim
	case r.fault != "":
		text := "x " + r.fault
		if r.text != "" {
			text = r.text + "  " + text
		}
		out.Cells = []ui.Cell{{Text: r.field.Label}, {Text: text, Role: theme.Danger}}
	case r.text == "":
		out.Cells = []ui.Cell{{Text: r.field.Label}, {Text: r.field.Empty, Role: theme.Dim}}
	default:
		out.Cells = []ui.Cell{{Text: r.field.Label}, {Text: r.text}}
	}
	return out
}

// detail says everything about the row under the cursor, and about the plan.
func (p *page) detail(w, _ int) []ui.Line {
	r, ok := p.at()
	if !ok {
		return nil
	}
	var out []ui.Line
	say := func(role theme.Role, text string) {
		if text != "" {
			out = append(out, ui.Paragraph(role, safe.Text(text), w)...)
		}
	}
	switch {
	case r.add == addStage:
		say(theme.Title, "Another stage")
		say(theme.Plain, "Its reviewers answer after those before, for the items that go on.")
	case r.add != "":
		say(theme.Title, "Leave something out")
		say(theme.Plain, "What somebody or something holds, with the reason: it stands before the signature of whoever launches it.")
	default:
		say(theme.Title, r.field.Label)
		say(theme.Plain, r.field.Help)
		if r.text != "" {
			out = append(out, nil)
			say(theme.Plain, r.text)
		} else if r.field.Empty != "" {
			say(theme.Dim, "Empty: "+r.field.Empty+".")
		}
		if r.fault != "" {
			say(theme.Danger, "x "+r.fault)
		}
		if r.field.Hint != "" {
			say(theme.Dim, "For example: "+r.field.Hint)
		}
	}
	out = append(out, nil, ui.Text(theme.Title, "The plan"))
	for _, l := range p.planLines() {
		out = append(out, ui.Wrapped([]ui.Line{l}, w)...)
	}
	return out
}

// planLines say what the plan takes, and everything that is wrong.
func (p *page) planLines() []ui.Line {
	var out []ui.Line
	if p.plan.From != "" {
		out = append(out, ui.Line{{Role: theme.Dim, Text: "Begun as  "}, {Text: safe.Text(p.plan.From)}})
	}
	switch {
	case p.counting:
		out = append(out, ui.Text(theme.Dim, "counting"+p.h.Look().Sign.Ellipsis))
	case p.countFailed != "":
		out = append(out, ui.Text(theme.Danger, safe.Text(p.countFailed)))
	case p.known:
		t := p.counted.TieOut
		excluded := 0
		for _, n := range t.Excluded {
			excluded += n
		}
		out = append(out, ui.Line{{Role: theme.Dim, Text: "Takes     "}, {Text: fmt.Sprintf("%s of %s", review.Count(t.InScope, "item", "items"), review.Count(t.Source, "holding", "holdings"))}},
			ui.Line{{Role: theme.Dim, Text: "Left out  "}, {Text: fmt.Sprintf("%d by the scope, %d orphaned, %d rejected", excluded, t.Orphaned, t.Rejected)}})
	}
	n := 0
	for _, r := range p.rows {
		if r.fault != "" {
			n++
			out = append(out, ui.Line{{Role: theme.Danger, Text: "x "}, {Text: safe.Text(r.where() + ": " + r.fault)}})
		}
	}
	switch {
	case n == 0 && p.known && p.counted.Fault != "":
		out = append(out, ui.Line{{Role: theme.Danger, Text: "x "}, {Text: safe.Text(p.counted.Fault)}})
	case n == 0 && p.known && !p.counting:
		out = append(out, ui.Text(theme.OK, "+ it can be drafted"))
	}
	return out
}

// where names a row among all.
func (r row) where() string {
	if r.ref.Part == OfStage {
		return fmt.Sprintf("Stage %d, %s", r.ref.At+1, strings.ToLower(r.field.Label))
	}
	return r.field.Label
}
