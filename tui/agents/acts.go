package agents

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "agents"

// actions are what can be done to an agent, on the list and on its own page.
func actions(w which) action.Table {
	of := func(do func(domain.ID) tea.Cmd) func() tea.Cmd {
		return func() tea.Cmd {
			id, ok := w.selected()
			if !ok {
				return nil
			}
			return do(id)
		}
	}
	return action.Table{
		{ID: "agents.assign", Keys: []string{"a"}, Help: "assign", Long: "give it to a group or a person", Scope: scope, Hint: 10, Off: w.off, Do: of(w.assign)},
		{ID: "agents.take", Keys: []string{"t"}, Help: "take away", Long: "take a grant on it away", Scope: scope, Hint: 11, Off: w.off, Do: of(w.take)},
		{ID: "agents.level", Keys: []string{"r"}, Help: "level", Long: "change the level or the dates of a grant on it", Scope: scope, Hint: 12, Off: w.off, Do: of(w.level)},
		{ID: "agents.type", Keys: []string{"w"}, Help: "access type", Long: "who can reach it at all", Scope: scope, Hint: 13, Off: w.off, Do: of(w.accessType)},
		{ID: "agents.class", Keys: []string{"c"}, Help: "classification", Scope: scope, Hint: 14, Off: w.off, Do: of(w.class)},
		{ID: "agents.owner", Keys: []string{"b"}, Help: "owner", Long: "give it another owner", Scope: scope, Hint: 15, Off: w.off, Do: of(w.owner)},
	}
}

// edit proposes another version of the agent's own record.
func (w which) edit(heading string, id domain.ID, edit func(a *domain.Agent) (title string)) tea.Cmd {
	return w.desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		a, err := p.Agent(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		after := a
		title := edit(&after)
		if after == a {
			return domain.ChangeSet{}, nil
		}
		return change.Set(title, domain.Replace(a, after))
	}})
}

func (w which) accessType(id domain.ID) tea.Cmd {
	c := ui.Choice{Heading: "Access type"}
	for _, t := range domain.AccessTypes() {
		c.Options = append(c.Options, ui.Option{Label: t.String() + ": " + typeWords[t]})
	}
	c.Do = func(i int) tea.Cmd {
		t := domain.AccessTypes()[i]
		return w.edit("Access type", id, func(a *domain.Agent) string {
			a.AccessType = t
			return "Access type of " + a.Name + ": " + t.String()
		})
	}
	w.h.Open(ui.NewChoice(w.h.Env, c))
	return nil
}

func (w which) class(id domain.ID) tea.Cmd {
	c := ui.Choice{Heading: "Classification"}
	for _, v := range domain.Classifications() {
		c.Options = append(c.Options, ui.Option{Label: v.String()})
	}
	c.Do = func(i int) tea.Cmd {
		v := domain.Classifications()[i]
		return w.edit("Classification", id, func(a *domain.Agent) string {
			a.Classification = v
			return "Classification of " + a.Name + ": " + v.String()
		})
	}
	w.h.Open(ui.NewChoice(w.h.Env, c))
	return nil
}

func (w which) owner(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate { return change.People(p, change.ActiveUser, nil) }
	return w.pick("Owner", of, func(c ui.Candidate) tea.Cmd {
		return w.edit("Owner", id, func(a *domain.Agent) string {
			a.Owner = domain.ID(c.Key)
			return "Owner of " + a.Name + ": " + c.Label
		})
	})
}

// assign asks for a group or a person, the level and the dates, and proposes the
// grant.
func (w which) assign(id domain.ID) tea.Cmd {
	c := ui.Choice{Heading: "Assign to", Options: []ui.Option{{Label: "a group", Key: "g"}, {Label: "a person", Key: "p"}}}
	c.Do = func(i int) tea.Cmd {
		kind, heading := domain.HolderGroup, "To which group?"
		of := func(p change.Picture) []ui.Candidate { return change.Groups(p, nil, nil) }
		if i == 1 {
			kind, heading = domain.HolderPrincipal, "To whom?"
			of = func(p change.Picture) []ui.Candidate { return change.People(p, nil, nil) }
		}
		return w.pick(heading, of, func(chosen ui.Candidate) tea.Cmd {
			return w.askLevel(id, domain.Holder{Kind: kind, ID: domain.ID(chosen.Key)}, chosen.Label, domain.Window{})
		})
	}
	w.h.Open(ui.NewChoice(w.h.Env, c))
	return nil
}

// askLevel asks for the level, then for the dates.
func (w which) askLevel(id domain.ID, h domain.Holder, name string, held domain.Window) tea.Cmd {
	ladder := domain.LadderOf(domain.TargetAgent)
	c := ui.Choice{Heading: "Level for " + name}
	for _, l := range []domain.Level{domain.ViewUse, domain.EditAgent} {
		c.Options = append(c.Options, ui.Option{Label: ladder.Word(l) + ": " + review.Allows(nil, domain.Grant{Target: domain.Target{Kind: domain.TargetAgent}, Level: l})})
	}
	c.Do = func(i int) tea.Cmd {
		w.askWindow(id, h, name, []domain.Level{domain.ViewUse, domain.EditAgent}[i], held)
		return nil
	}
	w.h.Open(ui.NewChoice(w.h.Env, c))
	return nil
}

func (w which) askWindow(id domain.ID, h domain.Holder, name string, level domain.Level, held domain.Window) {
	ladder := domain.LadderOf(domain.TargetAgent)
	w.h.Open(ui.NewForm(w.h.Env, ui.Form{Heading: ladder.Word(level) + " for " + name, What: []string{"Whole days, both included. Empty means always."}, Yes: "go on",
		Fields: []ui.Field{{Label: "From", Value: string(held.From), Hint: "2026-01-01, or empty", Check: change.NeedDate},
			{Label: "To", Value: string(held.To), Hint: "2026-03-31, or empty", Check: change.NeedDate},
			{Label: "Time zone", Value: held.Zone, Hint: "Europe/Berlin; empty: the organisation's"}},
		Do: func(v []string) tea.Cmd {
			window := domain.Window{From: domain.Date(strings.TrimSpace(v[0])), To: domain.Date(strings.TrimSpace(v[1])), Zone: strings.TrimSpace(v[2])}
			return w.give(id, h, name, level, window)
		}}))
}

// give proposes a grant, a change of one, or at the bottom its end.
func (w which) give(id domain.ID, h domain.Holder, name string, level domain.Level, window domain.Window) tea.Cmd {
	return w.desk.Propose(change.Draft{Heading: "Grant on an agent", Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		a, err := p.Agent(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		if err := window.Check(); err != nil {
			return domain.ChangeSet{}, err
		}
		title := fmt.Sprintf("%s on %s for %s", domain.LadderOf(domain.TargetAgent).Word(level), a.Name, name)
		switch {
		case level == domain.None:
			title = fmt.Sprintf("Take %s away from %s", a.Name, name)
		case !window.Always():
			title += ", " + change.WindowWords(window)
		}
		return change.Set(title, change.SetGrant(p.Org, h, domain.Target{Kind: domain.TargetAgent, ID: id}, "", level, window, newID)...)
	}})
}

// held asks which of the grants on an agent is meant.
func (w which) held(id domain.ID, heading string, do func(g domain.Grant, name string) tea.Cmd) tea.Cmd {
	byKey := map[string]domain.Grant{} // filled in the command, read after its answer
	of := func(p change.Picture) []ui.Candidate {
		var out []ui.Candidate
		for _, g := range p.Org.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: id}) {
			byKey[string(g.ID)] = g
			out = append(out, ui.Candidate{Key: string(g.ID), Label: review.HolderName(p.Org, g.Holder),
				Note: fmt.Sprintf("%s  %s  %s", g.Holder.Kind, g.Ladder().Word(g.Level), change.WindowWords(g.Window))})
		}
		return out
	}
	return w.pick(heading, of, func(c ui.Candidate) tea.Cmd { return do(byKey[c.Key], c.Label) })
}

func (w which) level(id domain.ID) tea.Cmd {
	return w.held(id, "Change which grant?", func(g domain.Grant, name string) tea.Cmd { return w.askLevel(id, g.Holder, name, g.Window) })
}

func (w which) take(id domain.ID) tea.Cmd {
	return w.held(id, "Take which grant away?", func(g domain.Grant, name string) tea.Cmd {
		return w.give(id, g.Holder, name, domain.None, domain.Window{})
	})
}
