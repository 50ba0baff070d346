package people

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

const scope = "people"

// acts are what can be done to the principal an action is about.
type acts struct {
	browse.Subject
	reads Reads
	does  Acts
}

// actions are what can be done to a person, a key or an AI agent, on the lists and
// on their own page.
func actions(w acts) action.Table {
	return action.Table{
		{ID: "people.join", Keys: []string{"a"}, Help: "add to group", Scope: scope, Hint: 10, Off: w.Off, Do: w.On(w.join)},
		{ID: "people.leave", Keys: []string{"t"}, Help: "take out of group", Scope: scope, Hint: 11, Off: w.Off, Do: w.On(w.leave)},
		{ID: "people.role", Keys: []string{"r"}, Help: "role on agents", Scope: scope, Hint: 12, Off: w.Off, Do: w.On(w.agentRole)},
		{ID: "people.account", Keys: []string{"c"}, Help: "account role", Scope: scope, Hint: 14, Off: w.Off, Do: w.On(w.accountRole)},
		{ID: "people.manager", Keys: []string{"b"}, Help: "manager", Long: "give somebody another manager, or a key or an AI agent another owner", Scope: scope, Hint: 15, Off: w.Off, Do: w.On(w.manager)},
		{ID: "people.status", Keys: []string{"d"}, Help: "deactivate", Long: "deactivate somebody, or make them active again", Scope: scope, Hint: 13, Off: w.Off, Do: w.On(w.status)},
		{ID: "people.hold", Keys: []string{"w"}, Help: "role", Long: "the role that says which records, settings and actions somebody has", Scope: scope, Hint: 11, Off: w.Off, Do: w.On(w.role)},
		{ID: "people.why", Keys: []string{"f"}, Help: "why, or why not", Long: "why somebody has something or has it not, and the smallest change that would give it", Scope: scope, Hint: 17, Off: w.Off, Do: w.On(w.AskTarget)},
		{ID: "people.invite", Keys: []string{"n"}, Help: "invite", Long: "invite somebody", Scope: scope, Hint: 18, Do: w.invite},
		{ID: "people.register", Keys: []string{"N"}, Help: "new key", Long: "a new API key, or an AI agent that acts on its own", Scope: scope, Hint: 19, Do: w.register},
		{ID: "people.areas", Keys: []string{"e"}, Help: "edit areas", Long: "open the area editor for somebody", Scope: scope, Hint: 16, Off: w.Off,
			Do: w.On(func(id domain.ID) tea.Cmd { return w.Host.Push("areas", "principal:"+string(id)) })},
	}
}

// userActions are those that are about people alone, besides.
func userActions(w acts) action.Table {
	act := func(id, key, help, long string, do func(domain.ID) tea.Cmd) action.Action {
		return action.Action{ID: "people." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Off: w.Off, Do: w.On(do)}
	}
	return append(actions(w),
		act("offboard", "O", "offboard", "let somebody leave: all they hold taken, all they answer for handed over", w.offboard),
		act("copy-access", "C", "copy access", "give somebody what another has, or another what they have", w.copyAccess),
		act("duty", "u", "duties", "give somebody a duty, take it, or hand it to somebody else", w.duty),
		act("bind", "B", "bind", "say which operating-system user somebody is, or end that", w.bind),
		action.Action{ID: "people.departments", Keys: []string{"F"}, Help: "by department", Long: "how many of each department have one thing, drawn", Scope: scope, Do: w.departments},
		act("away", "z", "away", "who answers in somebody's place while they are away: set it, or end it", w.away),
	)
}

func holder(id domain.ID) domain.Holder {
	return domain.Holder{Kind: domain.HolderPrincipal, ID: id}
}

// status deactivates somebody who is active, and activates anybody else.
func (w acts) status(id domain.ID) tea.Cmd {
	return w.Desk.Propose(change.Draft{Heading: "Deactivate, or activate", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		r, err := p.Person(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		after, title := r, "Deactivate "+r.Name
		after.Status = domain.Inactive
		if r.Status != domain.Active {
			after.Status, title = domain.Active, "Make "+r.Name+" active"
		}
		return change.Set(title, domain.Replace(r, after))
	}})
}

// standing asks for a rung of a role everybody has one of, and proposes it.
func (w acts) standing(id domain.ID, heading string, t domain.Target) tea.Cmd {
	ladder := domain.LadderOf(t.Kind)
	return w.Choose(heading, ladder, func(i int) tea.Cmd {
		return w.hold(heading, id, t, domain.Level(i), func(name string) string {
			return fmt.Sprintf("%s of %s: %s", heading, name, ladder.Word(domain.Level(i)))
		})
	})
}

// hold proposes that a principal has exactly this level on a target.
func (w acts) hold(heading string, id domain.ID, t domain.Target, level domain.Level, title func(name string) string) tea.Cmd {
	return w.Desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		r, err := p.Person(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		return change.Set(title(r.Name), change.SetGrant(p.Org, holder(id), t, "", level, domain.Window{}, newID)...)
	}})
}

func (w acts) agentRole(id domain.ID) tea.Cmd {
	return w.standing(id, "Role on agents", domain.Target{Kind: domain.TargetAgentRole})
}

func (w acts) accountRole(id domain.ID) tea.Cmd {
	return w.standing(id, "Account role", domain.Target{Kind: domain.TargetAccount})
}

// manager asks who somebody reports to, or who answers for a key or an AI agent.
func (w acts) manager(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		return change.People(p, change.ActiveUser, func(r domain.Principal) string {
			if r.ID == id {
				return "Nobody is their own manager."
			}
			return ""
		})
	}
	return w.Pick("Manager", of, func(c ui.Candidate) tea.Cmd {
		return browse.Edit(w.Subject, "Manager", func(p change.Picture) (domain.Principal, error) { return p.Person(id) },
			func(_ change.Picture, r *domain.Principal) (string, error) {
				if r.Kind != domain.User {
					r.Owner = domain.ID(c.Key)
					return fmt.Sprintf("Owner of %s: %s", r.Name, c.Label), nil
				}
				r.Manager = domain.ID(c.Key)
				return fmt.Sprintf("Manager of %s: %s", r.Name, c.Label), nil
			})
	})
}

// groupsOf are the groups a principal is a member of itself.
func groupsOf(o *domain.Org, id domain.ID) map[domain.ID]bool {
	in := map[domain.ID]bool{}
	for _, g := range o.GrantsOf(holder(id)) {
		if g.Target.Kind == domain.TargetGroup {
			in[g.Target.ID] = true
		}
	}
	return in
}

// join asks for a group and proposes a membership of it.
func (w acts) join(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		in := groupsOf(p.Org, id)
		return change.Groups(p, nil, func(g domain.Group) string {
			if in[g.ID] {
				return p.Org.Name(domain.KindPrincipal, id) + " is a member already."
			}
			return ""
		})
	}
	return w.Pick("Add to which group?", of, func(c ui.Candidate) tea.Cmd {
		return w.hold("Add to a group", id, domain.Target{Kind: domain.TargetGroup, ID: domain.ID(c.Key)}, domain.Member,
			func(name string) string { return fmt.Sprintf("Add %s to %s", name, c.Label) })
	})
}

// leave asks which membership ends and proposes that.
func (w acts) leave(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		in := groupsOf(p.Org, id)
		return change.Groups(p, func(g domain.Group) bool { return in[g.ID] }, nil)
	}
	return w.Pick("Take out of which group?", of, func(c ui.Candidate) tea.Cmd {
		return w.hold("Take out of a group", id, domain.Target{Kind: domain.TargetGroup, ID: domain.ID(c.Key)}, domain.None,
			func(name string) string { return fmt.Sprintf("Take %s out of %s", name, c.Label) })
	})
}

// role asks for the one role somebody is to have. One they hold until now ends; the
// default role is what is left without any.
func (w acts) role(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		r, _ := p.Org.Principal(id)
		return change.Roles(p, func(role domain.Role) string {
			if !givenTo(role, r.Kind) {
				return fmt.Sprintf("%s is not for %s: choose another, or change whom it is for.", role.Name, kindWords[r.Kind])
			}
			return ""
		})
	}
	return w.Pick("Which role?", of, func(c ui.Candidate) tea.Cmd {
		return w.Desk.Propose(change.Draft{Heading: "Role", Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
			r, err := p.Person(id)
			if err != nil {
				return domain.ChangeSet{}, err
			}
			changes, err := domain.GiveRole(p.Org, id, domain.ID(c.Key), func() domain.ID { return newID(domain.PrefixGrant) })
			return domain.ChangeSet{Title: fmt.Sprintf("Role of %s: %s", r.Name, c.Label), Changes: changes}, err
		}})
	})
}

// prefixes of ids by kind of principal.
var prefixes = map[domain.PrincipalKind]string{domain.APIKey: domain.PrefixAPIKey, domain.AIAgent: domain.PrefixAIAgent}

// kindName is a kind of principal in words.
var kindName = map[domain.PrincipalKind]string{domain.User: "user", domain.APIKey: "API key", domain.AIAgent: "AI agent"}

// kindWords are the kinds of principal as many.
var kindWords = map[domain.PrincipalKind]string{domain.User: "users", domain.APIKey: "API keys", domain.AIAgent: "AI agents"}

// givenTo tells whether a role may be given to a kind of principal.
func givenTo(r domain.Role, k domain.PrincipalKind) bool {
	return map[domain.PrincipalKind]bool{domain.User: r.ForUsers, domain.APIKey: r.ForKeys, domain.AIAgent: r.ForAgents}[k]
}

// invite asks who is invited and whom they will report to, and proposes it. They
// have no access before they have come.
func (w acts) invite() tea.Cmd {
	w.Host.Open(ui.NewForm(w.Host.Env, ui.Form{Heading: "Invite", Yes: "go on", What: []string{"An invitation lapses after 7 days."},
		Fields: []ui.Field{{Label: "Name", Check: change.NeedName}, {Label: "E-mail", Hint: "dana@acme.example", Check: needEmail}, {Label: "Department"}, {Label: "Title"}},
		Do: func(v []string) tea.Cmd {
			r := domain.Principal{Kind: domain.User, Status: domain.Invited, Name: strings.TrimSpace(v[0]), Email: strings.TrimSpace(v[1]),
				Department: strings.TrimSpace(v[2]), Title: strings.TrimSpace(v[3])}
			of := func(p change.Picture) []ui.Candidate {
				return append([]ui.Candidate{{Label: "Nobody", Note: "reports to nobody"}}, browse.Owners(p)...)
			}
			return w.Pick("Manager of "+r.Name, of, func(c ui.Candidate) tea.Cmd {
				r.Manager = domain.ID(c.Key)
				return w.Begin("Invite", domain.PrefixUser, func(id domain.ID) (string, domain.Record) {
					r.ID = id
					return "Invite " + r.Name, r
				})
			})
		}}))
	return nil
}

func needEmail(s string) string {
	if at := strings.IndexByte(strings.TrimSpace(s), '@'); at < 1 || at == len(strings.TrimSpace(s))-1 {
		return "an e-mail address is needed: dana@acme.example"
	}
	return ""
}

// register asks for a new API key or AI agent and who answers for it, and proposes
// it. It has the default role until it is given another.
func (w acts) register() tea.Cmd {
	kinds := []domain.PrincipalKind{domain.APIKey, domain.AIAgent}
	return w.Choose("New", []string{"an API key", "an AI agent acting on its own"}, func(i int) tea.Cmd {
		r := domain.Principal{Kind: kinds[i], Status: domain.Active}
		w.Host.Open(ui.NewForm(w.Host.Env, ui.Form{Heading: "New " + r.Kind.String(), Yes: "go on", Fields: []ui.Field{{Label: "Name", Check: change.NeedName}},
			Do: func(v []string) tea.Cmd {
				r.Name = strings.TrimSpace(v[0])
				return w.Pick("Who answers for "+r.Name+"?", browse.Owners, func(c ui.Candidate) tea.Cmd {
					r.Owner = domain.ID(c.Key)
					return w.Begin("New "+kindName[r.Kind], prefixes[r.Kind], func(id domain.ID) (string, domain.Record) {
						r.ID = id
						return "New " + kindName[r.Kind] + " " + r.Name, r
					})
				})
			}}))
		return nil
	})
}
