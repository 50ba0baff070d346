package agents

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "agents"

// acts are what can be done to the agent an action is about.
type acts struct{ browse.Subject }

// actions are what can be done to an agent, on the list and on its own page.
func actions(s browse.Subject) action.Table {
	a := acts{s}
	return action.Table{
		{ID: "agents.assign", Keys: []string{"a"}, Help: "assign", Long: "give it to a group or a person", Scope: scope, Hint: 10, Off: a.Off, Do: a.On(func(id domain.ID) tea.Cmd { return a.giving(id).Give() })},
		{ID: "agents.take", Keys: []string{"t"}, Help: "take away", Long: "take a grant on it away", Scope: scope, Hint: 11, Off: a.Off, Do: a.On(func(id domain.ID) tea.Cmd { return a.giving(id).Take() })},
		{ID: "agents.level", Keys: []string{"r"}, Help: "level", Long: "change the level or the dates of a grant on it", Scope: scope, Hint: 12, Off: a.Off, Do: a.On(func(id domain.ID) tea.Cmd { return a.giving(id).Change() })},
		{ID: "agents.type", Keys: []string{"w"}, Help: "access type", Long: "who can reach it at all", Scope: scope, Hint: 13, Off: a.Off, Do: a.On(a.accessType)},
		{ID: "agents.class", Keys: []string{"c"}, Help: "classification", Scope: scope, Hint: 14, Off: a.Off, Do: a.On(a.class)},
		{ID: "agents.owner", Keys: []string{"b"}, Help: "owner", Long: "give it another owner", Scope: scope, Hint: 15, Off: a.Off, Do: a.On(a.owner)},
		{ID: "agents.why", Keys: []string{"f"}, Help: "why, or why not", Long: "why somebody has it or has it not, and the smallest change that would give it", Scope: scope, Hint: 16, Off: a.Off,
			Do: a.On(func(id domain.ID) tea.Cmd { return a.AskPerson(target(id), "") })},
		{ID: "agents.rename", Keys: []string{"e"}, Help: "rename", Long: "give it another name or description", Scope: scope, Hint: 16, Off: a.Off, Do: a.On(a.rename)},
		{ID: "agents.archive", Keys: []string{"d"}, Help: "archive", Long: "archive it, or bring it back", Scope: scope, Hint: 17, Off: a.Off, Do: a.On(a.archive)},
		{ID: "agents.new", Keys: []string{"n"}, Help: "new agent", Scope: scope, Hint: 18, Do: a.begin},
	}
}

// giving is the grants on one agent.
func (a acts) giving(id domain.ID) browse.Giving {
	return browse.Giving{Subject: a.Subject, Target: target(id), Levels: []domain.Level{domain.ViewUse, domain.EditAgent}}
}

// edit proposes another version of the agent's own record.
func (a acts) edit(heading string, id domain.ID, edit func(r *domain.Agent) (title string)) tea.Cmd {
	return browse.Edit(a.Subject, heading, func(p change.Picture) (domain.Agent, error) { return p.Agent(id) },
		func(_ change.Picture, r *domain.Agent) (string, error) { return edit(r), nil })
}

// types are the access types as a person chooses among them.
func types() []string {
	var out []string
	for _, t := range domain.AccessTypes() {
		out = append(out, t.String()+": "+typeWords[t])
	}
	return out
}

func (a acts) accessType(id domain.ID) tea.Cmd {
	return a.Choose("Access type", types(), func(i int) tea.Cmd {
		t := domain.AccessTypes()[i]
		return a.edit("Access type", id, func(r *domain.Agent) string {
			r.AccessType = t
			return "Access type of " + r.Name + ": " + t.String()
		})
	})
}

func (a acts) class(id domain.ID) tea.Cmd {
	return a.Choose("Classification", browse.Classes(), func(i int) tea.Cmd {
		v := domain.Classifications()[i]
		return a.edit("Classification", id, func(r *domain.Agent) string {
			r.Classification = v
			return "Classification of " + r.Name + ": " + v.String()
		})
	})
}

func (a acts) owner(id domain.ID) tea.Cmd {
	return a.Pick("Owner", browse.Owners, func(c ui.Candidate) tea.Cmd {
		return a.edit("Owner", id, func(r *domain.Agent) string {
			r.Owner = domain.ID(c.Key)
			return "Owner of " + r.Name + ": " + c.Label
		})
	})
}

func (a acts) rename(id domain.ID) tea.Cmd {
	return a.Rename(func(p change.Picture) (name, about string, err error) {
		r, err := p.Agent(id)
		return r.Name, r.Description, err
	}, func(name, about string) tea.Cmd {
		return a.edit("Rename an agent", id, func(r *domain.Agent) string {
			title := browse.RenameTitle(r.Name, name)
			r.Name, r.Description = name, about
			return title
		})
	})
}

func (a acts) archive(id domain.ID) tea.Cmd {
	return a.edit("Archive, or bring back", id, func(r *domain.Agent) string {
		if r.Life == domain.Archived {
			r.Life = domain.Live
			return "Bring " + r.Name + " back"
		}
		r.Life = domain.Archived
		return "Archive " + r.Name
	})
}

// begin asks for the name of a new agent, its access type, its class and its owner,
// in that order, and proposes it. Nobody reaches it until it is assigned.
func (a acts) begin() tea.Cmd {
	a.Host.Open(ui.NewForm(a.Host.Env, ui.Form{Heading: "New agent", Yes: "go on",
		Fields: []ui.Field{{Label: "Name", Check: change.NeedName}, {Label: "Description", Hint: "what it does, for the people who review access to it"}},
		Do: func(v []string) tea.Cmd {
			r := domain.Agent{Name: strings.TrimSpace(v[0]), Description: strings.TrimSpace(v[1])}
			return a.Choose("Access type of "+r.Name, types(), func(i int) tea.Cmd {
				r.AccessType = domain.AccessTypes()[i]
				return a.Choose("Classification of "+r.Name, browse.Classes(), func(i int) tea.Cmd {
					r.Classification = domain.Classifications()[i]
					return a.Pick("Owner of "+r.Name, browse.Owners, func(c ui.Candidate) tea.Cmd {
						r.Owner = domain.ID(c.Key)
						return a.Begin("New agent", domain.PrefixAgent, func(id domain.ID) (string, domain.Record) {
							r.ID = id
							return "New agent " + r.Name, r
						})
					})
				})
			})
		}}))
	return nil
}
