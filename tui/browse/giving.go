package browse

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// Giving is the giving and taking of grants on one target: to whom, at which level,
// from when until when. Each step is a dialog, and the last a change set.
type Giving struct {
	Subject
	Target domain.Target
	Agent  domain.ID      // inside this agent only; empty: for all agents
	Levels []domain.Level // that can be given, from the lowest
}

// ladder is the target's.
func (g Giving) ladder() domain.Ladder { return domain.LadderOf(g.Target.Kind) }

// Give asks for a group or a person, the level and the dates, and proposes the
// grant.
func (g Giving) Give() tea.Cmd {
	c := ui.Choice{Heading: "Assign to", Options: []ui.Option{{Label: "a group", Key: "g"}, {Label: "a person", Key: "p"}}}
	c.Do = func(i int) tea.Cmd {
		kind, heading := domain.HolderGroup, "To which group?"
		of := func(p change.Picture) []ui.Candidate { return change.Groups(p, nil, nil) }
		if i == 1 {
			kind, heading = domain.HolderPrincipal, "To whom?"
			of = func(p change.Picture) []ui.Candidate { return change.People(p, nil, nil) }
		}
		return g.Pick(heading, of, func(chosen ui.Candidate) tea.Cmd {
			return g.askLevel(domain.Holder{Kind: kind, ID: domain.ID(chosen.Key)}, chosen.Label, domain.Window{})
		})
	}
	g.Host.Open(ui.NewChoice(g.Host.Env, c))
	return nil
}

// askLevel asks for the level, where there is more than one, then for the dates.
func (g Giving) askLevel(h domain.Holder, name string, held domain.Window) tea.Cmd {
	if len(g.Levels) == 1 {
		g.askWindow(h, name, g.Levels[0], held)
		return nil
	}
	labels := make([]string, len(g.Levels))
	for i, l := range g.Levels {
		labels[i] = g.ladder().Word(l) + ": " + review.Allows(nil, domain.Grant{Target: domain.Target{Kind: g.Target.Kind}, Agent: g.Agent, Level: l})
	}
	return g.Choose("Level for "+name, labels, func(i int) tea.Cmd {
		g.askWindow(h, name, g.Levels[i], held)
		return nil
	})
}

func (g Giving) askWindow(h domain.Holder, name string, level domain.Level, held domain.Window) {
	g.Host.Open(ui.NewForm(g.Host.Env, ui.Form{Heading: g.ladder().Word(level) + " for " + name, What: []string{"Whole days, both included. Empty means always."}, Yes: "go on",
		Fields: WindowFields(held), Do: func(v []string) tea.Cmd { return g.set(h, name, level, ReadWindow(v)) }}))
}

func trimmed(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.TrimSpace(v)
	}
	return out
}

// set proposes a grant, a change of one, or at the bottom its end.
func (g Giving) set(h domain.Holder, name string, level domain.Level, window domain.Window) tea.Cmd {
	heading := map[domain.TargetKind]string{domain.TargetAgent: "Grant on an agent", domain.TargetSource: "Grant on a data source"}[g.Target.Kind]
	return g.Desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		if err := window.Check(); err != nil {
			return domain.ChangeSet{}, err
		}
		what := review.TargetName(p.Org, g.Target, g.Agent)
		title := fmt.Sprintf("%s on %s for %s", g.ladder().Word(level), what, name)
		switch {
		case level == domain.None:
			title = fmt.Sprintf("Take %s away from %s", what, name)
		case !window.Always():
			title += ", " + change.WindowWords(window)
		}
		return change.Set(title, change.SetGrant(p.Org, h, g.Target, g.Agent, level, window, newID)...)
	}})
}

// held asks which of the grants on the target is meant, of any scope.
func (g Giving) held(heading string, do func(of Giving, grant domain.Grant, name string) tea.Cmd) tea.Cmd {
	byKey := map[string]domain.Grant{} // filled in the command, read after its answer
	return ui.OpenPick(g.Host.Env, ui.Pick{Heading: heading, Load: func(ctx context.Context) ([]ui.Candidate, error) {
		p, err := g.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		var out []ui.Candidate
		for _, grant := range p.Org.GrantsOn(g.Target) {
			byKey[string(grant.ID)] = grant
			note := fmt.Sprintf("%s  %s  %s", grant.Holder.Kind, grant.Ladder().Word(grant.Level), change.WindowWords(grant.Window))
			if grant.Agent != "" {
				note += "  in " + p.Org.Name(domain.KindAgent, grant.Agent)
			}
			out = append(out, ui.Candidate{Key: string(grant.ID), Label: review.HolderName(p.Org, grant.Holder), Note: note})
		}
		return out, nil
	}, Do: func(c ui.Candidate) tea.Cmd {
		grant, of := byKey[c.Key], g
		of.Agent = grant.Agent
		return do(of, grant, c.Label)
	}})
}

// Change asks for a grant on the target and then for another level and other dates.
func (g Giving) Change() tea.Cmd {
	return g.held("Change which grant?", func(of Giving, grant domain.Grant, name string) tea.Cmd {
		return of.askLevel(grant.Holder, name, grant.Window)
	})
}

// Take asks for a grant on the target and proposes its end.
func (g Giving) Take() tea.Cmd {
	return g.held("Take which grant away?", func(of Giving, grant domain.Grant, name string) tea.Cmd {
		return of.set(grant.Holder, name, domain.None, domain.Window{})
	})
}
