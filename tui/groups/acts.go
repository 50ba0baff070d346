package groups

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "groups"

// acts are what can be done to the group an action is about.
type acts struct {
	browse.Subject
	runs Acts
}

// actions are what can be done to a group, on the list and on its own page.
func actions(s browse.Subject, runs Acts) action.Table {
	w := acts{s, runs}
	return action.Table{
		{ID: "groups.add", Keys: []string{"a"}, Help: "add member", Scope: scope, Hint: 10, Off: w.Off, Do: w.On(w.add)},
		{ID: "groups.take", Keys: []string{"t"}, Help: "take member out", Scope: scope, Hint: 11, Off: w.Off, Do: w.On(w.take)},
		{ID: "groups.role", Keys: []string{"r"}, Help: "role in it", Long: "make a member a manager, or a manager a member", Scope: scope, Hint: 12, Off: w.Off, Do: w.On(w.role)},
		{ID: "groups.rename", Keys: []string{"c"}, Help: "rename", Scope: scope, Hint: 13, Off: w.Off, Do: w.On(w.rename)},
		{ID: "groups.parent", Keys: []string{"b"}, Help: "below another", Long: "give it another parent, or none", Scope: scope, Hint: 14, Off: w.Off, Do: w.On(w.parent)},
		{ID: "groups.archive", Keys: []string{"d"}, Help: "archive", Long: "archive it, or bring it back", Scope: scope, Hint: 15, Off: w.Off, Do: w.On(w.archive)},
		{ID: "groups.why", Keys: []string{"f"}, Help: "why, or why not", Long: "why somebody is in it or is not", Scope: scope, Hint: 16, Off: w.Off,
			Do: w.On(func(id domain.ID) tea.Cmd { return w.AskPerson(domain.Target{Kind: domain.TargetGroup, ID: id}, "") })},
		{ID: "groups.rule", Keys: []string{"u"}, Help: "rule", Long: "say by which attributes people belong to it, and run that", Scope: scope, Hint: 16, Off: w.Off, Do: w.On(w.rule)},
		{ID: "groups.new", Keys: []string{"n"}, Help: "new group", Scope: scope, Hint: 17, Do: w.begin},
		{ID: "groups.areas", Keys: []string{"e"}, Help: "edit areas", Long: "open the area editor for this group", Scope: scope, Hint: 16, Off: w.Off,
			Do: w.On(func(id domain.ID) tea.Cmd { return w.Host.Push("areas", "group:"+string(id)) })},
	}
}

// membership proposes that a principal stands in a group at a level; the bottom
// ends it.
func (w acts) membership(heading string, id, who domain.ID, level domain.Level, title func(person, group string) string) tea.Cmd {
	return w.Desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
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

func (w acts) add(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		_, direct := p.Org.MembersOf(id, p.Now)
		return change.People(p, nil, func(r domain.Principal) string {
			if _, in := direct[r.ID]; in {
				return r.Name + " is a member already."
			}
			return ""
		})
	}
	return w.Pick("Add whom?", of, func(c ui.Candidate) tea.Cmd {
		return w.membership("Add a member", id, domain.ID(c.Key), domain.Member, func(person, group string) string { return "Add " + person + " to " + group })
	})
}

func (w acts) take(id domain.ID) tea.Cmd {
	return w.Pick("Take whom out?", members(id, inWords), func(c ui.Candidate) tea.Cmd {
		return w.membership("Take a member out", id, domain.ID(c.Key), domain.None, func(person, group string) string { return "Take " + person + " out of " + group })
	})
}

func (w acts) role(id domain.ID) tea.Cmd {
	return w.Pick("Whose role?", members(id, inWords), func(who ui.Candidate) tea.Cmd {
		c := ui.Choice{Heading: "Role of " + who.Label, Options: []ui.Option{
			{Label: "Member: uses what the group was given", Key: "m"}, {Label: "Manager: also adds and removes members", Key: "a"}}}
		c.Do = func(i int) tea.Cmd {
			level := []domain.Level{domain.Member, domain.Manager}[i]
			return w.membership("Role in a group", id, domain.ID(who.Key), level, func(person, group string) string {
				return fmt.Sprintf("%s: %s of %s", person, strings.ToLower(inWords(level)), group)
			})
		}
		w.Host.Open(ui.NewChoice(w.Host.Env, c))
		return nil
	})
}

// edit proposes another version of the group's own record.
func (w acts) edit(heading string, id domain.ID, edit func(g *domain.Group) (title string)) tea.Cmd {
	return browse.Edit(w.Subject, heading, func(p change.Picture) (domain.Group, error) { return p.Group(id) },
		func(_ change.Picture, g *domain.Group) (string, error) { return edit(g), nil })
}

func (w acts) rename(id domain.ID) tea.Cmd {
	return w.Rename(func(p change.Picture) (name, about string, err error) {
		g, err := p.Group(id)
		return g.Name, g.Description, err
	}, func(name, about string) tea.Cmd {
		return w.edit("Rename a group", id, func(g *domain.Group) string {
			title := browse.RenameTitle(g.Name, name)
			g.Name, g.Description = name, about
			return title
		})
	})
}

func (w acts) archive(id domain.ID) tea.Cmd {
	return w.edit("Archive, or bring back", id, func(g *domain.Group) string {
		if g.Life == domain.Archived {
			g.Life = domain.Live
			return "Bring " + g.Name + " back"
		}
		g.Life = domain.Archived
		return "Archive " + g.Name
	})
}

// parents are the groups another can stand below; not is left out. A ring is not
// hidden from the choice: it is refused with the groups it would run through.
func parents(not domain.ID) func(change.Picture) []ui.Candidate {
	return func(p change.Picture) []ui.Candidate {
		return append([]ui.Candidate{{Key: "", Label: "None", Note: "stands at the top"}},
			change.Groups(p, func(g domain.Group) bool { return g.ID != not }, nil)...)
	}
}

// parent asks for the group it is to stand below.
func (w acts) parent(id domain.ID) tea.Cmd {
	return w.Pick("Below which group?", parents(id), func(c ui.Candidate) tea.Cmd {
		return w.edit("Another parent", id, func(g *domain.Group) string {
			g.Parent = domain.ID(c.Key)
			if g.Parent == "" {
				return "Put " + g.Name + " at the top"
			}
			return "Put " + g.Name + " below " + c.Label
		})
	})
}

// begin asks for the name of a new group and where it stands, and proposes it.
func (w acts) begin() tea.Cmd {
	w.Host.Open(ui.NewForm(w.Host.Env, ui.Form{Heading: "New group", Yes: "go on",
		Fields: []ui.Field{{Label: "Name", Check: change.NeedName}, {Label: "Description", Hint: "who is in it, and what for"}},
		Do: func(v []string) tea.Cmd {
			g := domain.Group{Name: strings.TrimSpace(v[0]), Description: strings.TrimSpace(v[1])}
			return w.Pick(g.Name+": below which group?", parents(""), func(c ui.Candidate) tea.Cmd {
				g.Parent = domain.ID(c.Key)
				return w.Begin("New group", domain.PrefixGroup, func(id domain.ID) (string, domain.Record) {
					g.ID = id
					return "New group " + g.Name, g
				})
			})
		}}))
	return nil
}
