package roles

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "roles"

// acts are what can be done to the role an action is about, besides editing what it
// permits.
type acts struct{ browse.Subject }

// actions are what can be done to a role, on the list and on its own pages.
func actions(s browse.Subject) action.Table {
	a := acts{s}
	return action.Table{
		{ID: "roles.assign", Keys: []string{"e"}, Help: "assign", Long: "give it to a user, an API key or an AI agent, in the place of the role they have", Scope: scope, Hint: 30, Off: a.Off, Do: a.On(a.assign)},
		{ID: "roles.take", Keys: []string{"t"}, Help: "take away", Long: "take it from somebody, who then has the default role", Scope: scope, Hint: 31, Off: a.Off, Do: a.On(a.take)},
		{ID: "roles.name", Keys: []string{"c"}, Help: "name, for whom", Long: "its name and description, and to whom it may be given", Scope: scope, Hint: 32, Off: a.Off, Do: a.On(a.record)},
		{ID: "roles.default", Keys: []string{"z"}, Help: "make default", Long: "make it the role that new members and everybody without another has", Scope: scope, Hint: 33, Off: a.Off, Do: a.On(a.makeDefault)},
		{ID: "roles.why", Keys: []string{"f"}, Help: "why, or why not", Long: "why somebody has this role, or has it not", Scope: scope, Hint: 34, Off: a.Off,
			Do: a.On(func(id domain.ID) tea.Cmd { return a.AskPerson(domain.Target{Kind: domain.TargetRole, ID: id}, "") })},
		{ID: "roles.delete", Keys: []string{"D"}, Help: "delete", Long: "delete it; its holders then have the default role", Scope: scope, Hint: 35, Off: a.Off, Do: a.On(a.delete)},
		{ID: "roles.new", Keys: []string{"n"}, Help: "new role", Long: "a new role, empty or with what another permits", Scope: scope, Hint: 36, Do: a.begin},
	}
}

// listActions are those of the list: of the role selected, and its holders.
func listActions(s browse.Subject) action.Table {
	return append(actions(s), action.Action{ID: "roles.holders", Keys: []string{"o"}, Help: "holders", Long: "who has it, its areas and its history", Scope: scope, Hint: 37, Off: s.Off,
		Do: s.On(func(id domain.ID) tea.Cmd { return s.Host.Push("role-holders", string(id)) })})
}

// kinds are the kinds of principal a role can be given to, with their words.
var kinds = []struct {
	kind domain.PrincipalKind
	one  string
	many string
}{{domain.User, "a user", "users"}, {domain.APIKey, "an API key", "API keys"}, {domain.AIAgent, "an AI agent", "AI agents"}}

func fits(r domain.Role, k domain.PrincipalKind) bool {
	return map[domain.PrincipalKind]bool{domain.User: r.ForUsers, domain.APIKey: r.ForKeys, domain.AIAgent: r.ForAgents}[k]
}

// assign asks to whom the role is given.
func (a acts) assign(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		role, _ := p.Org.Role(id)
		out := change.People(p, nil, func(r domain.Principal) string {
			if !fits(role, r.Kind) {
				return fmt.Sprintf("%s is for %s: say first that it may be given to others.", role.Name, forWhom(role))
			}
			return ""
		})
		for i := range out {
			if has, ok := p.Org.RoleOf(domain.ID(out[i].Key), p.Now); ok {
				out[i].Note = has.Name + "  " + out[i].Note
			}
		}
		return out
	}
	return a.Pick("Give it to whom?", of, func(c ui.Candidate) tea.Cmd {
		return a.Desk.Propose(change.Draft{Heading: "Assign a role", Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
			changes, err := domain.GiveRole(p.Org, domain.ID(c.Key), id, func() domain.ID { return newID(domain.PrefixGrant) })
			return domain.ChangeSet{Title: fmt.Sprintf("Role of %s: %s", c.Label, p.Org.Name(domain.KindRole, id)), Changes: changes}, err
		}})
	})
}

// take asks from whom the role is taken: those who hold it, not by default.
func (a acts) take(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		given := map[domain.ID]bool{}
		for _, g := range p.Org.GrantsOn(domain.Target{Kind: domain.TargetRole, ID: id}) {
			given[g.Holder.ID] = true
		}
		return change.People(p, func(r domain.Principal) bool { return given[r.ID] }, nil)
	}
	return a.Pick("Take it from whom?", of, func(c ui.Candidate) tea.Cmd {
		return a.Desk.Propose(change.Draft{Heading: "Take a role away", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
			return change.Set(fmt.Sprintf("Take the role %s from %s, who then has %s", p.Org.Name(domain.KindRole, id), c.Label, defaultName(p.Org)), domain.TakeRole(p.Org, domain.ID(c.Key))...)
		}})
	})
}

// defaultName is the name of the default role.
func defaultName(o *domain.Org) string {
	for row := range o.All(domain.KindRole) {
		if r, ok := row.Record.(domain.Role); ok && r.Default {
			return r.Name
		}
	}
	return "no role"
}

// record asks what of the role itself is to change.
func (a acts) record(id domain.ID) tea.Cmd {
	get := func(p change.Picture) (domain.Role, error) { return p.Role(id) }
	options := []string{"its name and description"}
	for _, k := range kinds {
		options = append(options, "whether it may be given to "+k.many)
	}
	return a.Choose("Change what?", options, func(i int) tea.Cmd {
		if i == 0 {
			return a.Rename(func(p change.Picture) (name, about string, err error) {
				r, err := p.Role(id)
				return r.Name, r.Description, err
			}, func(name, about string) tea.Cmd {
				return browse.Edit(a.Subject, "Rename a role", get, func(_ change.Picture, r *domain.Role) (string, error) {
					title := browse.RenameTitle(r.Name, name)
					r.Name, r.Description = name, about
					return title, nil
				})
			})
		}
		k := kinds[i-1]
		return a.Choose("For "+k.many+"?", []string{"may be given to " + k.many, "may not be given to " + k.many}, func(yes int) tea.Cmd {
			return browse.Edit(a.Subject, "To whom a role may be given", get, func(_ change.Picture, r *domain.Role) (string, error) {
				*flagFor(r, k.kind) = yes == 0
				return "Role " + r.Name + " for " + forWhom(*r), nil
			})
		})
	})
}

// flagFor is where a role says whether it may be given to a kind.
func flagFor(r *domain.Role, k domain.PrincipalKind) *bool {
	return map[domain.PrincipalKind]*bool{domain.User: &r.ForUsers, domain.APIKey: &r.ForKeys, domain.AIAgent: &r.ForAgents}[k]
}

func (a acts) makeDefault(id domain.ID) tea.Cmd {
	return a.Desk.Propose(change.Draft{Heading: "Default role", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		changes, err := domain.MakeDefault(p.Org, id)
		return domain.ChangeSet{Title: fmt.Sprintf("Default role: %s instead of %s", p.Org.Name(domain.KindRole, id), defaultName(p.Org)), Changes: changes}, err
	}})
}

// delete proposes the end of a role, and says who has the default role then.
func (a acts) delete(id domain.ID) tea.Cmd {
	return a.Desk.Propose(change.Draft{Heading: "Delete a role", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		changes, err := domain.DeleteRole(p.Org, id)
		title := "Delete the role " + p.Org.Name(domain.KindRole, id)
		if n := p.Org.GrantsOn(domain.Target{Kind: domain.TargetRole, ID: id}); len(n) > 0 {
			who := make([]string, 0, 3)
			for i, g := range n {
				if i == 3 {
					who = append(who, review.Count(len(n)-3, "other", "others"))
					break
				}
				who = append(who, review.HolderName(p.Org, g.Holder))
			}
			title += "; " + strings.Join(who, ", ") + " then have " + defaultName(p.Org)
		}
		return domain.ChangeSet{Title: title, Changes: changes}, err
	}})
}

// begin asks for a new role's name, to whom it may be given, and what it permits to
// begin with: nothing, or what another role does.
func (a acts) begin() tea.Cmd {
	a.Host.Open(ui.NewForm(a.Host.Env, ui.Form{Heading: "New role", Yes: "go on",
		Fields: []ui.Field{{Label: "Name", Check: change.NeedName}, {Label: "Description", Hint: "what those who hold it do"}},
		Do: func(v []string) tea.Cmd {
			r := domain.Role{Name: strings.TrimSpace(v[0]), Description: strings.TrimSpace(v[1])}
			return a.Choose("Who may have "+r.Name+"?", []string{"users", "API keys and AI agents", "everybody: users, API keys and AI agents"}, func(i int) tea.Cmd {
				r.ForUsers, r.ForKeys, r.ForAgents = i != 1, i != 0, i != 0
				of := func(p change.Picture) []ui.Candidate {
					return append([]ui.Candidate{{Label: "nothing", Note: "permissions are added after"}}, change.Roles(p, func(like domain.Role) string {
						if like.Admin {
							return "What " + like.Name + " permits is not copied: no other role has everything by being what it is."
						}
						return ""
					})...)
				}
				return a.Pick("What does "+r.Name+" permit to begin with?", of, func(c ui.Candidate) tea.Cmd { return a.propose(r, domain.ID(c.Key)) })
			})
		}}))
	return nil
}

// propose puts a new role forward with copies of what another one holds.
func (a acts) propose(r domain.Role, like domain.ID) tea.Cmd {
	return a.Desk.Propose(change.Draft{Heading: "New role", Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		r := r
		r.ID = newID(domain.PrefixRole)
		cs := domain.ChangeSet{Title: "New role " + r.Name, Changes: []domain.Change{domain.Begin(r)}}
		if like == "" {
			return cs, nil
		}
		cs.Title += ", with what " + p.Org.Name(domain.KindRole, like) + " permits"
		for _, g := range p.Org.GrantsOf(domain.Holder{Kind: domain.HolderRole, ID: like}) {
			g.ID, g.Holder.ID, g.Origin = newID(domain.PrefixGrant), r.ID, domain.Origin{}
			cs.Changes = append(cs.Changes, domain.Begin(g))
		}
		return cs, nil
	}})
}
