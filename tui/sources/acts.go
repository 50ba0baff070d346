package sources

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "sources"

// acts are what can be done to the source an action is about.
type acts struct{ browse.Subject }

// actions are what can be done to a source, on the list and on its own page.
func actions(s browse.Subject) action.Table {
	a := acts{s}
	return action.Table{
		{ID: "sources.assign", Keys: []string{"a"}, Help: "assign", Long: "give the source itself, or retrieval inside an agent, to a group or a person", Scope: scope, Hint: 10, Off: a.Off, Do: a.On(a.assign)},
		{ID: "sources.take", Keys: []string{"t"}, Help: "take away", Long: "take a grant on it away", Scope: scope, Hint: 11, Off: a.Off, Do: a.On(func(id domain.ID) tea.Cmd { return a.giving(id).Take() })},
		{ID: "sources.level", Keys: []string{"r"}, Help: "level", Long: "change the level or the dates of a grant on it", Scope: scope, Hint: 12, Off: a.Off, Do: a.On(func(id domain.ID) tea.Cmd { return a.giving(id).Change() })},
		{ID: "sources.tie", Keys: []string{"w"}, Help: "agents", Long: "let an agent use it, open to all its users or to groups, or no more", Scope: scope, Hint: 13, Off: a.Off, Do: a.On(a.tie)},
		{ID: "sources.why", Keys: []string{"f"}, Help: "why, or why not", Long: "why somebody has it or has it not, and the smallest change that would give it", Scope: scope, Hint: 14, Off: a.Off, Do: a.On(a.why)},
		{ID: "sources.class", Keys: []string{"c"}, Help: "classification", Scope: scope, Hint: 15, Off: a.Off, Do: a.On(a.class)},
		{ID: "sources.owner", Keys: []string{"b"}, Help: "owner", Long: "give it another owner", Scope: scope, Hint: 16, Off: a.Off, Do: a.On(a.owner)},
		{ID: "sources.rename", Keys: []string{"e"}, Help: "rename", Long: "give it another name or description", Scope: scope, Hint: 17, Off: a.Off, Do: a.On(a.rename)},
		{ID: "sources.import", Keys: []string{"I"}, Help: "import", Long: "import a file", Scope: scope, Hint: 19, Do: func() tea.Cmd { return s.Host.Push("import", "") }},
		{ID: "sources.new", Keys: []string{"n"}, Help: "new source", Scope: scope, Hint: 18, Do: a.begin},
	}
}

// giving is the grants on one source itself; those inside an agent can be changed
// and taken with it too.
func (a acts) giving(id domain.ID) browse.Giving {
	return browse.Giving{Subject: a.Subject, Target: target(id), Levels: []domain.Level{domain.SourceView, domain.SourceUse, domain.SourceEdit}}
}

// edit proposes another version of the source's own record.
func (a acts) edit(heading string, id domain.ID, edit func(r *domain.Source) (title string)) tea.Cmd {
	return browse.Edit(a.Subject, heading, func(p change.Picture) (domain.Source, error) { return p.Source(id) },
		func(_ change.Picture, r *domain.Source) (string, error) { return edit(r), nil })
}

func (a acts) class(id domain.ID) tea.Cmd {
	return a.Choose("Classification", browse.Classes(), func(i int) tea.Cmd {
		v := domain.Classifications()[i]
		return a.edit("Classification", id, func(r *domain.Source) string {
			r.Classification = v
			return "Classification of " + r.Name + ": " + v.String()
		})
	})
}

func (a acts) owner(id domain.ID) tea.Cmd {
	return a.Pick("Owner", browse.Owners, func(c ui.Candidate) tea.Cmd {
		return a.edit("Owner", id, func(r *domain.Source) string {
			r.Owner = domain.ID(c.Key)
			return "Owner of " + r.Name + ": " + c.Label
		})
	})
}

func (a acts) rename(id domain.ID) tea.Cmd {
	return a.Rename(func(p change.Picture) (name, about string, err error) {
		r, err := p.Source(id)
		return r.Name, r.Description, err
	}, func(name, about string) tea.Cmd {
		return a.edit("Rename a data source", id, func(r *domain.Source) string {
			title := browse.RenameTitle(r.Name, name)
			r.Name, r.Description = name, about
			return title
		})
	})
}

// tieOf is how an agent uses a source, if it does.
func tieOf(o *domain.Org, agent, source domain.ID) (domain.AgentSource, bool) {
	for _, tie := range o.AgentSources(agent) {
		if tie.Source == source {
			return tie, true
		}
	}
	return domain.AgentSource{}, false
}

// tie asks for an agent and how far the source is open inside it.
func (a acts) tie(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		out := change.Agents(p)
		for i := range out {
			if tie, ok := tieOf(p.Org, domain.ID(out[i].Key), id); ok {
				out[i].Note = browse.OpenTo(p.Org, tie)
			}
		}
		return out
	}
	return a.Pick("Inside which agent?", of, func(c ui.Candidate) tea.Cmd {
		return a.Choose("Inside "+c.Label, []string{"open to all who use the agent", "open to the groups and people named for it", "not used by the agent"}, func(i int) tea.Cmd {
			return a.setTie(id, domain.ID(c.Key), i)
		})
	})
}

// How far a source is open inside an agent.
const (
	openToAll = iota
	openToNamed
	notUsed
)

// setTie proposes that a source is open inside an agent to all its users, to those
// named, or not used by it; what was given inside the agent then ends with it.
func (a acts) setTie(id, agent domain.ID, how int) tea.Cmd {
	return a.Desk.Propose(change.Draft{Heading: "Source of an agent", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		r, err := p.Source(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		in, err := p.Agent(agent)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		before, tied := tieOf(p.Org, agent, id)
		after := before
		after.Agent, after.Source, after.Open = agent, id, how == openToAll
		title := map[int]string{openToAll: r.Name + " open to all who use " + in.Name, openToNamed: r.Name + " inside " + in.Name + " for those named", notUsed: "Take " + r.Name + " out of " + in.Name}[how]
		switch {
		case how == notUsed && tied:
			var out []domain.Change
			for _, g := range p.Org.GrantsOn(target(id)) {
				if g.Agent == agent {
					out = append(out, domain.End(g))
				}
			}
			return change.Set(title, append(out, domain.End(before))...)
		case how != notUsed && !tied:
			return change.Set(title, domain.Begin(after))
		case how != notUsed && after != before:
			return change.Set(title, domain.Replace(before, after))
		}
		return domain.ChangeSet{}, nil
	}})
}

// assign asks what is given: the source itself, or retrieval inside an agent.
func (a acts) assign(id domain.ID) tea.Cmd {
	return a.Choose("Give what?", []string{"the source itself: View, Use or Edit", "retrieval inside an agent"}, func(i int) tea.Cmd {
		if i == 0 {
			return a.giving(id).Give()
		}
		return a.retrieve(id)
	})
}

// why asks for a person and whether the source itself is meant, or retrieval from
// it inside an agent.
func (a acts) why(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		return append([]ui.Candidate{{Label: "the source itself", Note: "View, Use, Edit"}}, change.Agents(p)...)
	}
	return a.Pick("Inside which agent?", of, func(c ui.Candidate) tea.Cmd { return a.AskPerson(target(id), domain.ID(c.Key)) })
}

// retrieve asks for one of the agents that use the source, and for whom it is to be
// open inside it.
func (a acts) retrieve(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		var out []ui.Candidate
		for _, tie := range ties(p.Org)[id] {
			c := ui.Candidate{Key: string(tie.Agent), Label: p.Org.Name(domain.KindAgent, tie.Agent), Note: browse.OpenTo(p.Org, tie)}
			if tie.Open {
				c.Off = "It is open to all who use " + c.Label + " already: w closes it to groups."
			}
			out = append(out, c)
		}
		return out
	}
	return a.Pick("Retrieve inside which agent?", of, func(c ui.Candidate) tea.Cmd {
		return browse.Giving{Subject: a.Subject, Target: target(id), Agent: domain.ID(c.Key), Levels: []domain.Level{domain.SourceUse}}.Give()
	})
}

// begin asks for the name of a new data source, its class and its owner, and
// proposes it. No agent uses it yet.
func (a acts) begin() tea.Cmd {
	a.Host.Open(ui.NewForm(a.Host.Env, ui.Form{Heading: "New data source", Yes: "go on",
		Fields: []ui.Field{{Label: "Name", Check: change.NeedName}, {Label: "Description", Hint: "what it holds"}},
		Do: func(v []string) tea.Cmd {
			r := domain.Source{Name: strings.TrimSpace(v[0]), Description: strings.TrimSpace(v[1])}
			return a.Choose("Classification of "+r.Name, browse.Classes(), func(i int) tea.Cmd {
				r.Classification = domain.Classifications()[i]
				return a.Pick("Owner of "+r.Name, browse.Owners, func(c ui.Candidate) tea.Cmd {
					r.Owner = domain.ID(c.Key)
					return a.Begin("New data source", domain.PrefixSource, func(id domain.ID) (string, domain.Record) {
						r.ID = id
						return "New data source " + r.Name, r
					})
				})
			})
		}}))
	return nil
}
