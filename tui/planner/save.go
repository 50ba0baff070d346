package planner

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

func (p *page) offSave() string {
	if why := p.offReady(); why != "" {
		return why
	}
	switch n, first := p.faults(); {
	case p.saving:
		return "It is being saved."
	case n > 0:
		return fmt.Sprintf("%s: %s: %s.", review.Count(n, "field is wrong", "fields are wrong"), first.where(), first.fault)
	case p.plan.Draft != "" && !p.dirty:
		return "Nothing of it is changed."
	}
	return ""
}

// lines are the plan as it is shown, for the evidence of what was seen.
func (p *page) lines() []ui.Line {
	var out []ui.Line
	for _, r := range p.rows {
		if r.add == "" {
			out = append(out, ui.Plain(r.group+" | "+r.field.Label+" | "+r.text))
		}
	}
	return out
}

func (p *page) save() tea.Cmd {
	plan, saw := p.plan.Clone(), tui.Saw(p.ground.Head, p.lines()...)
	p.saving = true
	return p.h.Work("drafting "+plan.Values["name"], func(ctx context.Context) tea.Msg {
		c, err := p.acts.Save(context.WithoutCancel(ctx), saw, plan)
		return savedMsg{c, err}
	})
}

func (p *page) saved(m savedMsg) tea.Cmd {
	p.saving = false
	if m.err != nil {
		p.h.Fail(m.err) // everything typed stays
		return nil
	}
	p.dirty = false
	word := "drafted: "
	if p.plan.Draft != "" {
		word = "changed: "
	}
	p.h.Say(word + m.c.Name + " · on its line among the campaigns, t stages it, which freezes what it reviews")
	return p.h.PopTo(string(m.c.ID))
}

// preview shows what staging would give.
func (p *page) preview() tea.Cmd {
	plan, o := p.plan.Clone(), p.ground.Org
	return ui.OpenLook(p.h.Env, ui.Look{Heading: "What staging would give", Doing: "working out who answers for what", Load: func(ctx context.Context) ([]ui.Line, error) {
		pl, err := p.reads.Preview(ctx, plan)
		if err != nil {
			return nil, err
		}
		return PlannedLines(o, pl, len(plan.Stages)), nil
	}})
}

func (p *page) offPreview() string {
	if !p.ready {
		return "What is planned is still being read."
	}
	for _, r := range p.rows {
		if r.fault != "" && r.ref != (Ref{Field: "name"}) && r.ref != (Ref{Field: "due"}) {
			return fmt.Sprintf("%s is wrong: %s.", r.where(), r.fault)
		}
	}
	return ""
}

// PlannedLines say what staging would give.
func PlannedLines(o *domain.Org, p review.Planned, stages int) []ui.Line {
	t := p.TieOut
	excluded := 0
	for _, n := range t.Excluded {
		excluded += n
	}
	out := []ui.Line{ui.Text(theme.Title, fmt.Sprintf("%s about %s, %d of high risk", review.Count(t.InScope, "item", "items"), review.Count(p.Holders, "holder", "holders"), p.HighRisk)), nil}
	for _, w := range p.Warnings {
		out = append(out, ui.Text(theme.Danger, "x "+safe.Text(w)))
	}
	out = append(out, ui.Plain(fmt.Sprintf("%s = %d in scope + %d excluded + %d orphaned + %d rejected; difference %d",
		review.Count(t.Source, "holding", "holdings"), t.InScope, excluded, t.Orphaned, t.Rejected, t.Difference())))
	for _, why := range sorted(t.Excluded) {
		out = append(out, ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("  %6d ", t.Excluded[why])}, {Role: theme.Dim, Text: why}})
	}
	stage := 0
	for _, l := range p.Loads {
		if l.Stage != stage {
			stage = l.Stage
			title := "Who answers for how many items"
			if stages > 1 {
				title += fmt.Sprintf(", stage %d of %d", stage, stages)
			}
			out = append(out, nil, ui.Text(theme.Title, title))
		}
		who, role := "nobody: each is an exception to resolve", theme.Danger
		if l.Reviewer != "" {
			who, role = o.Name(domain.KindPrincipal, l.Reviewer), theme.Plain
		}
		out = append(out, ui.Line{{Role: role, Text: fmt.Sprintf("  %6d ", l.Items)}, {Role: role, Text: safe.Text(who)}})
	}
	if len(p.First) > 0 {
		out = append(out, nil, ui.Text(theme.Title, fmt.Sprintf("The first %d items", len(p.First))))
	}
	for _, it := range p.First {
		risk := "  "
		if it.HighRisk {
			risk = "! "
		}
		out = append(out, ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("  %4d %s", it.No, risk)}, {Text: safe.Text(fmt.Sprintf("%s: %s on %s", it.Holder, it.Holding.Ladder().Word(it.Holding.Level), it.Target))}})
	}
	return out
}

func sorted(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
