package planner

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/ui"
)

// enter changes the field under the cursor, or adds what its row adds.
func (p *page) enter(ui.Row) tea.Cmd {
	r, ok := p.at()
	if why := p.offReady(); !ok || why != "" {
		if why != "" {
			p.h.Say(why)
		}
		return nil
	}
	switch {
	case r.add == addStage:
		return p.newStage()
	case r.add == addExclusion:
		return p.newExclusion()
	case r.ref.Part == OfExclusion:
		return p.askExclusion(r.ref.At)
	case len(r.field.Words) == 2:
		i := slices.Index(r.field.Words, r.text)
		return p.put(r.ref, r.field.Words[1-max(i, 0)])
	case len(r.field.Words) > 0:
		return p.choose(r)
	}
	return p.ask(r)
}

// put makes the field say text. What is drafted from a definition is no longer, where
// it says anything else.
func (p *page) put(r Ref, text string) tea.Cmd {
	if text == p.plan.Text(r) {
		return nil
	}
	next := p.plan.With(r, text)
	if r.Part != Whole || r.Field != "name" && r.Field != "due" {
		p.ownPlan(&next)
	}
	return p.set(next)
}

// ownPlan makes a plan its own, where it was a definition's.
func (p *page) ownPlan(next *Plan) {
	if next.Definition != "" {
		next.Definition = ""
		p.h.Say("changed: it is not drafted from the definition any more, only begins as it")
	}
}

func (p *page) ask(r row) tea.Cmd {
	check := func(text string) string {
		return p.ground.Wrong(p.plan.With(r.ref, strings.TrimSpace(text)), r.ref)
	}
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: r.where(), What: []string{r.field.Help}, Fields: []ui.Field{{Label: r.field.Label, Value: r.text, Hint: r.field.Hint, Check: check}},
		Do: func(v []string) tea.Cmd { return p.put(r.ref, strings.TrimSpace(v[0])) }}))
	return nil
}

func (p *page) choose(r row) tea.Cmd {
	c := ui.Choice{Heading: r.where(), What: []string{r.field.Help}, Start: max(slices.Index(r.field.Words, r.text), 0),
		Do: func(i int) tea.Cmd { return p.put(r.ref, r.field.Words[i]) }}
	for _, w := range r.field.Words {
		if w == "" {
			w = "as usual: " + r.field.Empty
		}
		c.Options = append(c.Options, ui.Option{Label: w})
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

func (p *page) offAdd() string {
	r, ok := p.at()
	switch {
	case p.offReady() != "":
		return p.offReady()
	case !ok || r.add != "" || r.field.Pick == "":
		return "Nothing is chosen here: enter changes it."
	}
	return ""
}

// add chooses one value more.
func (p *page) add() tea.Cmd {
	r, _ := p.at()
	g := p.ground
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: r.where(), What: []string{r.field.Help}, Load: func(context.Context) ([]ui.Candidate, error) { return g.Choices(r.field), nil },
		Do: func(c ui.Candidate) tea.Cmd {
			text := p.plan.Text(r.ref)
			if text == "" || !r.field.Several {
				return p.put(r.ref, c.Key)
			}
			for had := range strings.SplitSeq(text, ",") {
				if strings.EqualFold(strings.TrimSpace(had), c.Key) {
					p.h.Say("it is there already")
					return nil
				}
			}
			return p.put(r.ref, text+", "+c.Key)
		}})
}

func (p *page) offRemove() string {
	r, ok := p.at()
	switch {
	case p.offReady() != "":
		return p.offReady()
	case !ok || r.add != "":
		return "There is nothing here to take out."
	case r.ref.Part == OfStage && len(p.plan.Stages) < 2 && r.text == "":
		return "It is the only stage."
	case r.ref.Part == Whole && len(r.field.Words) > 0:
		return "It is one of a few: enter changes it."
	case r.ref.Part == Whole && r.text == "":
		return "It is empty."
	}
	return ""
}

// remove empties the field; it takes an exclusion out, and, from an empty field of
// it, a stage.
func (p *page) remove() tea.Cmd {
	r, _ := p.at()
	switch r.ref.Part {
	case Whole:
		return p.put(r.ref, "")
	case OfExclusion:
		next := p.plan.Clone()
		next.Exclude = slices.Delete(next.Exclude, r.ref.At, r.ref.At+1)
		p.ownPlan(&next)
		return p.set(next)
	}
	empties := func() tea.Cmd {
		text := ""
		if len(r.field.Words) > 0 {
			text = r.field.Words[0]
		}
		return p.put(r.ref, text)
	}
	if len(p.plan.Stages) < 2 {
		return empties()
	}
	p.h.Open(ui.NewChoice(p.h.Env, ui.Choice{Heading: "Take out", Options: []ui.Option{{Label: "what " + strings.ToLower(r.where()) + " says"}, {Label: "the whole stage"}},
		Do: func(i int) tea.Cmd {
			if i == 0 {
				return empties()
			}
			next := p.plan.Clone()
			next.Stages = slices.Delete(next.Stages, r.ref.At, r.ref.At+1)
			p.ownPlan(&next)
			return p.set(next)
		}}))
	return nil
}

func (p *page) newStage() tea.Cmd {
	next := p.plan.Clone()
	next.Stages = append(next.Stages, BlankStage("owner", "7"))
	p.ownPlan(&next)
	return p.set(next, Ref{Part: OfStage, At: len(next.Stages) - 1, Field: "reviewers"})
}

// BlankStage is a stage that says as little as it can.
func BlankStage(reviewers, days string) map[string]string {
	return map[string]string{"reviewers": reviewers, "days": days, "all": no}
}

func (p *page) offMove(by int) func() string {
	return func() string {
		r, ok := p.at()
		to := r.ref.At + by
		switch {
		case p.offReady() != "":
			return p.offReady()
		case !ok || r.ref.Part != OfStage:
			return "Put the cursor on a stage: its place is changed."
		case to < 0 || to >= len(p.plan.Stages):
			return "There is no stage there to change places with."
		}
		return ""
	}
}

func (p *page) move(by int) tea.Cmd {
	r, _ := p.at()
	next := p.plan.Clone()
	i, k := r.ref.At, r.ref.At+by
	next.Stages[i], next.Stages[k] = next.Stages[k], next.Stages[i]
	p.ownPlan(&next)
	return p.set(next, Ref{Part: OfStage, At: k, Field: r.ref.Field})
}

func (p *page) newExclusion() tea.Cmd { return p.askExclusion(len(p.plan.Exclude)) }

// askExclusion asks for what is left out, the one at i or another.
func (p *page) askExclusion(i int) tea.Cmd {
	var x Exclusion
	if i < len(p.plan.Exclude) {
		x = p.plan.Exclude[i]
	}
	with := func(x Exclusion) Plan {
		next := p.plan.Clone()
		if i < len(next.Exclude) {
			next.Exclude[i] = x
		} else {
			next.Exclude = append(next.Exclude, x)
		}
		return next
	}
	wrong := func(x Exclusion) string {
		return p.ground.Wrong(with(x), Ref{Part: OfExclusion, At: min(i, len(p.plan.Exclude))})
	}
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: "Leave out", What: []string{"What is left out is not reviewed. It stands with its reason in the definition, before the signature of whoever launches it, and in the evidence."},
		Fields: []ui.Field{
			{Label: "Whose access (may be empty)", Value: x.Who, Hint: "a person, a key, a group or a role: tom@acme.example", Check: func(s string) string {
				if strings.TrimSpace(s) == "" {
					return ""
				}
				return wrong(Exclusion{Who: strings.TrimSpace(s), Reason: "-"})
			}},
			{Label: "On what (may be empty)", Value: x.What, Hint: "an agent, a group, a role, a data source or an area", Check: func(s string) string {
				if strings.TrimSpace(s) == "" {
					return ""
				}
				return wrong(Exclusion{What: strings.TrimSpace(s), Reason: "-"})
			}},
			{Label: "For which agent (may be empty)", Value: x.Agent, Hint: "an agent: what else the area or the data source gives is reviewed", Check: func(s string) string {
				if strings.TrimSpace(s) == "" {
					return ""
				}
				return wrong(Exclusion{Agent: strings.TrimSpace(s), Reason: "-"})
			}},
			{Label: "Reason", Value: x.Reason, Check: ui.Needed("a reason")},
		}, Do: func(v []string) tea.Cmd {
			next := with(Exclusion{strings.TrimSpace(v[0]), strings.TrimSpace(v[1]), strings.TrimSpace(v[2]), strings.TrimSpace(v[3])})
			p.ownPlan(&next)
			return p.set(next, Ref{Part: OfExclusion, At: i})
		}}))
	return nil
}

func (p *page) offBegin() string {
	if why := p.offReady(); why != "" {
		return why
	}
	return ""
}

// begin chooses what the plan begins as; what was typed so far can be had back.
func (p *page) begin() tea.Cmd {
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "Begin as what?", What: []string{"The fields are filled in by it; the name and the due date stay where they are typed. u takes it back."},
		Load: p.reads.Begins, Do: func(c ui.Candidate) tea.Cmd { return p.read(c.Key, true) }})
}

func (p *page) offUndo() string {
	if len(p.done) == 0 {
		return "Nothing of the plan was changed."
	}
	return ""
}

func (p *page) offRedo() string {
	if len(p.undone) == 0 {
		return "Nothing was taken back."
	}
	return ""
}

func (p *page) undo() tea.Cmd {
	last := len(p.done) - 1
	p.undone, p.plan, p.done = append(p.undone, p.plan), p.done[last], p.done[:last]
	p.dirty = len(p.done) > 0
	return p.changed()
}

func (p *page) redo() tea.Cmd {
	last := len(p.undone) - 1
	p.done, p.plan, p.undone = append(p.done, p.plan), p.undone[last], p.undone[:last]
	p.dirty = true
	return p.changed()
}
