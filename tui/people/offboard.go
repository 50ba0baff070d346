package people

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// leaving is an offboarding as far as it has been said. It is not changed once it is
// asked about: each answer makes another.
type leaving struct {
	domain.Offboarding
	items domain.ID // who takes over unanswered items; empty: they stay
}

// with is l with another receiver of a portion, or of the items where it is "".
func (l leaving) with(portion domain.Portion, to domain.ID) leaving {
	if portion == "" {
		l.items = to
		return l
	}
	l.By = maps.Clone(l.By)
	if l.By == nil {
		l.By = map[domain.Portion]domain.ID{}
	}
	l.By[portion] = to
	return l
}

// receivers are those who can take over from somebody, nobody first.
func receivers(id domain.ID, nobody string) func(change.Picture) []ui.Candidate {
	return func(p change.Picture) []ui.Candidate {
		return append([]ui.Candidate{{Label: "Nobody", Note: nobody}},
			change.People(p, func(r domain.Principal) bool { return r.ID != id && change.ActiveUser(r) }, nil)...)
	}
}

// offboard asks who takes over from somebody who leaves, then lets each kind of thing
// go to somebody else, and puts it forward.
func (w acts) offboard(id domain.ID) tea.Cmd {
	return w.Pick("Who takes over?", receivers(id, "what they answer for is left without anyone"), func(c ui.Candidate) tea.Cmd {
		to := domain.ID(c.Key)
		return w.hand(leaving{domain.Offboarding{Person: id, To: to}, to})
	})
}

// handItems is the row of the items among those of portions.
const handItems = "items"

// hand shows which kind of thing goes to whom, and goes on with another answer or
// with what was said.
func (w acts) hand(l leaving) tea.Cmd {
	return ui.OpenPick(w.Host.Env, ui.Pick{Heading: "What goes to whom?", What: []string{"Choose a kind to give it to somebody else, or go on."},
		Load: func(ctx context.Context) ([]ui.Candidate, error) { return w.handed(ctx, l) },
		Do: func(c ui.Candidate) tea.Cmd {
			if c.Key == "" {
				return w.depart(l)
			}
			portion := domain.Portion(c.Key)
			if c.Key == handItems {
				portion = ""
			}
			return w.Pick("Who takes over: "+c.Label, receivers(l.Person, "taken, or left without anyone"), func(to ui.Candidate) tea.Cmd {
				return w.hand(l.with(portion, domain.ID(to.Key)))
			})
		}})
}

// handed are the kinds of thing that somebody has, each with who gets it.
func (w acts) handed(ctx context.Context, l leaving) ([]ui.Candidate, error) {
	p, err := w.Reads.Picture(ctx)
	if err != nil {
		return nil, err
	}
	n := 0
	dep, err := p.Org.Offboard(l.Offboarding, func(prefix string) domain.ID {
		n++
		return domain.ID(fmt.Sprintf("%s_asked%d", prefix, n))
	}, p.Now)
	if err != nil {
		return nil, err
	}
	left, err := w.reads.Left(ctx, l.Person, l.items)
	if err != nil {
		return nil, err
	}
	count := map[domain.Portion]int{}
	for _, part := range dep.Parts {
		count[part.Portion]++
	}
	out := []ui.Candidate{{Label: "Go on", Note: "show who gains and loses what"}}
	note := func(n int, to domain.ID, none string) string {
		if to == "" {
			return fmt.Sprintf("%d: %s", n, none)
		}
		return fmt.Sprintf("%d: to %s", n, p.Org.Name(domain.KindPrincipal, to))
	}
	for _, portion := range append(domain.Handed(), domain.Portions()...) {
		if count[portion] == 0 {
			continue
		}
		to, told := l.By[portion]
		none := "taken"
		if slices.Contains(domain.Handed(), portion) {
			if none = "nobody"; !told {
				to = l.To
			}
		}
		out = append(out, ui.Candidate{Key: string(portion), Label: portionWords[portion], Note: note(count[portion], to, none)})
	}
	items := 0
	for _, x := range left {
		items += x.Items
	}
	if items > 0 {
		out = append(out, ui.Candidate{Key: handItems, Label: "unanswered items of campaigns", Note: note(items, l.items, "stay with them")})
	}
	return out, nil
}

// portionWords are the kinds of thing a person has, in words.
var portionWords = map[domain.Portion]string{
	domain.PortionOwnedAgents: "agents they own", domain.PortionOwnedSources: "data sources they own", domain.PortionCreated: "agents they created",
	domain.PortionKeys: "API keys they answer for", domain.PortionAIAgents: "AI agents they answer for", domain.PortionManaged: "groups only they manage",
	domain.PortionReports: "people who report to them", domain.PortionGroups: "memberships", domain.PortionAgents: "grants on agents",
	domain.PortionSources: "grants on data sources", domain.PortionAreas: "area values", domain.PortionRole: "the role", domain.PortionAgentRol: "the role on agents",
	domain.PortionAccount: "the account role", domain.PortionDuties: "duties", domain.PortionBindings: "operating-system users", domain.PortionPerson: "the account",
}

// depart puts forward that somebody leaves. What waits on them in campaigns is no part
// of the change set: it is asked for once that is put forward.
func (w acts) depart(l leaving) tea.Cmd {
	var dep domain.Departure
	d := change.Draft{Heading: "Offboard",
		Make: func(p change.Picture, newID func(string) domain.ID) (cs domain.ChangeSet, err error) {
			if dep, err = p.Org.Offboard(l.Offboarding, newID, p.Now); err != nil {
				return cs, err
			}
			return change.Set("Offboard "+p.Org.Name(domain.KindPrincipal, l.Person), dep.Changes...)
		},
		About: func(ctx context.Context, p change.Picture, _ domain.ChangeSet) ([]ui.Line, error) {
			left, err := w.reads.Left(ctx, l.Person, l.items)
			return append(partLines(p.Org, dep.Parts, dep.Notes), leftLines(left)...), err
		}}
	if l.items != "" {
		d.Also = func(ctx context.Context, reason string) (string, error) {
			return w.does.HandItems(ctx, l.Person, l.items, reason)
		}
	}
	return w.Desk.Propose(d)
}

// partLines say what becomes of each thing somebody has, kind by kind.
func partLines(o *domain.Org, parts []domain.Part, notes []string) []ui.Line {
	out := change.Heading("What becomes of it")
	for _, x := range parts {
		to := "taken"
		switch {
		case x.Portion == domain.PortionPerson:
			to = ""
		case x.To != "":
			to = "goes to " + o.Name(domain.KindPrincipal, x.To)
		}
		out = append(out, partLine(x, to))
	}
	for _, n := range notes {
		out = append(out, ui.Text(theme.Warn, n))
	}
	return append(out, nil)
}

func partLine(x domain.Part, to string) ui.Line {
	text := x.Text
	for _, more := range []string{to, strings.ReplaceAll(x.Note, "\n", "; ")} {
		if more != "" {
			text += "; " + more
		}
	}
	return change.Fact(string(x.Portion), text)
}

// leftLines say what waits on somebody who leaves.
func leftLines(left []change.LeftOver) []ui.Line {
	if len(left) == 0 {
		return nil
	}
	out := []ui.Line{ui.Text(theme.Title, "Not in the change set")}
	for _, x := range left {
		out = append(out, ui.Plain(x.Text))
	}
	return append(out, nil)
}
