package groups

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "groups"

// actions are what can be done to a group, on the list and on its own page.
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
		{ID: "groups.add", Keys: []string{"a"}, Help: "add member", Scope: scope, Hint: 10, Off: w.off, Do: of(w.add)},
		{ID: "groups.take", Keys: []string{"t"}, Help: "take member out", Scope: scope, Hint: 11, Off: w.off, Do: of(w.take)},
		{ID: "groups.role", Keys: []string{"r"}, Help: "role in it", Long: "make a member a manager, or a manager a member", Scope: scope, Hint: 12, Off: w.off, Do: of(w.role)},
		{ID: "groups.rename", Keys: []string{"n"}, Help: "rename", Scope: scope, Hint: 13, Off: w.off, Do: of(w.rename)},
		{ID: "groups.parent", Keys: []string{"b"}, Help: "below another", Long: "give it another parent, or none", Scope: scope, Hint: 14, Off: w.off, Do: of(w.parent)},
		{ID: "groups.archive", Keys: []string{"d"}, Help: "archive", Long: "archive it, or bring it back", Scope: scope, Hint: 15, Off: w.off, Do: of(w.archive)},
		{ID: "groups.areas", Keys: []string{"e"}, Help: "edit areas", Long: "open the area editor for this group", Scope: scope, Hint: 16, Off: w.off,
			Do: of(func(id domain.ID) tea.Cmd { return w.h.Push("areas", "group:"+string(id)) })},
	}
}

// membership proposes that a principal stands in a group at a level; the bottom
// ends it.
func (w which) membership(heading string, id, who domain.ID, level domain.Level, title func(person, group string) string) tea.Cmd {
	return w.desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		g, err := p.Group(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		r, err := p.Person(who)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		h, t := domain.Holder{Kind: domain.HolderPrincipal, ID: who}, domain.Target{Kind: domain.TargetGroup, ID: id}
		window := domain.Window{}
		for _, held := range p.Org.GrantsOf(h) {
			if held.Target == t {
				window = held.Window // another role keeps the dates
			}
		}
		return change.Set(title(r.Name, g.Name), change.SetGrant(p.Org, h, t, "", level, window, newID)...)
	}})
}

// members are who is in a group themselves.
func members(id domain.ID, note func(domain.Level) string) func(change.Picture) []ui.Candidate {
	return func(p change.Picture) []ui.Candidate {
		_, direct := p.Org.MembersOf(id, p.Now)
		out := change.People(p, func(r domain.Principal) bool { _, in := direct[r.ID]; return in }, nil)
		for i := range out {
			out[i].Note = note(direct[domain.ID(out[i].Key)]) + "  " + out[i].Note
		}
		return out
	}
}

func inWords(l domain.Level) string { return domain.LadderOf(domain.TargetGroup).Word(l) }

func (w which) add(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		_, direct := p.Org.MembersOf(id, p.Now)
		return change.People(p, nil, func(r domain.Principal) string {
			if _, in := direct[r.ID]; in {
				return r.Name + " is a member already."
			}
			return ""
		})
	}
	return w.pick("Add whom?", of, func(c ui.Candidate) tea.Cmd {
		return w.membership("Add a member", id, domain.ID(c.Key), domain.Member, func(person, group string) string { return "Add " + person + " to " + group })
	})
}

func (w which) take(id domain.ID) tea.Cmd {
	return w.pick("Take whom out?", members(id, inWords), func(c ui.Candidate) tea.Cmd {
		return w.membership("Take a member out", id, domain.ID(c.Key), domain.None, func(person, group string) string { return "Take " + person + " out of " + group })
	})
}

func (w which) role(id domain.ID) tea.Cmd {
	return w.pick("Whose role?", members(id, inWords), func(who ui.Candidate) tea.Cmd {
		c := ui.Choice{Heading: "Role of " + who.Label, Options: []ui.Option{
			{Label: "Member: uses what the group was given", Key: "m"}, {Label: "Manager: also adds and removes members", Key: "a"}}}
		c.Do = func(i int) tea.Cmd {
			level := []domain.Level{domain.Member, domain.Manager}[i]
			return w.membership("Role in a group", id, domain.ID(who.Key), level, func(person, group string) string {
				return fmt.Sprintf("%s: %s of %s", person, strings.ToLower(inWords(level)), group)
			})
		}
		w.h.Open(ui.NewChoice(w.h.Env, c))
		return nil
	})
}

// edit proposes another version of the group's own record.
func (w which) edit(heading string, id domain.ID, edit func(p change.Picture, g *domain.Group) (title string, err error)) tea.Cmd {
	return w.desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		g, err := p.Group(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		after := g
		title, err := edit(p, &after)
		if err != nil || after == g {
			return domain.ChangeSet{}, err
		}
		return change.Set(title, domain.Replace(g, after))
	}})
}

// rename asks for the name, the present one filled in once it has been read.
func (w which) rename(id domain.ID) tea.Cmd {
	return change.Ask(w.h.Env, "Rename", func(ctx context.Context) ([]ui.Field, error) {
		p, err := w.reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		g, err := p.Group(id)
		return []ui.Field{{Label: "Name", Value: g.Name, Check: change.NeedName}, {Label: "Description", Value: g.Description}}, err
	}, func(values []string) tea.Cmd {
		return w.edit("Rename a group", id, func(_ change.Picture, g *domain.Group) (string, error) {
			title := "Rename " + g.Name + " to " + values[0]
			if g.Name == values[0] {
				title = "Describe " + g.Name
			}
			g.Name, g.Description = strings.TrimSpace(values[0]), strings.TrimSpace(values[1])
			return title, nil
		})
	})
}

func (w which) archive(id domain.ID) tea.Cmd {
	return w.edit("Archive, or bring back", id, func(_ change.Picture, g *domain.Group) (string, error) {
		if g.Life == domain.Archived {
			g.Life = domain.Live
			return "Bring " + g.Name + " back", nil
		}
		g.Life = domain.Archived
		return "Archive " + g.Name, nil
	})
}

// parent asks for the group it is to stand below. A ring is not hidden from the
// choice: it is refused with the groups it would run through.
func (w which) parent(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		return append([]ui.Candidate{{Key: "", Label: "None", Note: "stands at the top"}},
			change.Groups(p, func(g domain.Group) bool { return g.ID != id }, nil)...)
	}
	return w.pick("Below which group?", of, func(c ui.Candidate) tea.Cmd {
		return w.edit("Another parent", id, func(_ change.Picture, g *domain.Group) (string, error) {
			g.Parent = domain.ID(c.Key)
			if g.Parent == "" {
				return "Put " + g.Name + " at the top", nil
			}
			return "Put " + g.Name + " below " + c.Label, nil
		})
	})
}
