package separations

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// actions are what can be done with separations of duties.
func actions(s browse.Subject) action.Table {
	act := func(id, key, help, long string, do func(domain.ID) tea.Cmd) action.Action {
		return action.Action{ID: "separations." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Hint: 10, Off: s.Off, Do: s.On(do)}
	}
	return action.Table{
		{ID: "separations.new", Keys: []string{"n"}, Help: "new rule", Long: "a new separation of duties: two things nobody may hold together", Scope: scope, Hint: 1, Do: func() tea.Cmd { return begin(s) }},
		act("rename", "c", "rename", "another name, or another reason that is kept with it", func(id domain.ID) tea.Cmd { return rename(s, id) }),
		act("weight", "e", "weight", "how much it weighs", func(id domain.ID) tea.Cmd { return weight(s, id) }),
		act("end", "D", "end", "end it: the two may be held together then", func(id domain.ID) tea.Cmd { return end(s, id) }),
	}
}

func severities() []string {
	var out []string
	for _, v := range domain.Severities() {
		out = append(out, v.String())
	}
	return out
}

// begin asks for a rule's name, why, its weight and its two sides, and puts it
// forward. Whom it finds is shown, and is no obstacle.
func begin(s browse.Subject) tea.Cmd {
	s.Host.Open(ui.NewForm(s.Host.Env, ui.Form{Heading: "New separation of duties", Yes: "go on",
		Fields: []ui.Field{{Label: "Name", Hint: "Build and release", Check: change.NeedName}, {Label: "Why the two are kept apart", Hint: "kept with the rule"}},
		Do: func(v []string) tea.Cmd {
			r := domain.SoDRule{Name: strings.TrimSpace(v[0]), Reason: strings.TrimSpace(v[1])}
			return s.Choose("How much does it weigh?", severities(), func(i int) tea.Cmd {
				r.Severity = domain.Severities()[i]
				return side(s, "Nobody has", func(a domain.SoDSide) tea.Cmd {
					r.A = a
					return side(s, "and", func(b domain.SoDSide) tea.Cmd {
						r.B = b
						return s.Begin("New separation of duties", domain.PrefixSoD, func(id domain.ID) (string, domain.Record) {
							r.ID = id
							return "SoD rule " + r.Name, r
						})
					})
				})
			})
		}}))
	return nil
}

// side asks for one thing and the level from which on it counts, and where that is in
// question inside which agent.
func side(s browse.Subject, heading string, do func(domain.SoDSide) tea.Cmd) tea.Cmd {
	return change.PickTarget(s.Host.Env, heading, s.Reads.Picture, func(t domain.Target, name string) tea.Cmd {
		out := domain.SoDSide{Target: t}
		ladder := domain.LadderOf(out.Target.Kind)
		level := func() tea.Cmd {
			var labels []string
			for l := domain.Level(1); l <= ladder.Top(); l++ {
				labels = append(labels, ladder.Word(l)+" or more")
			}
			if len(labels) == 1 {
				out.Level = 1
				return do(out)
			}
			return s.Choose(name+" at which level?", labels, func(i int) tea.Cmd {
				out.Level = domain.Level(i + 1)
				return do(out)
			})
		}
		if k := out.Target.Kind; k != domain.TargetArea && k != domain.TargetSource {
			return level()
		}
		of := func(p change.Picture) []ui.Candidate {
			return append([]ui.Candidate{{Label: "any agent, or all"}}, change.Agents(p)...)
		}
		return s.Pick(name+" inside which agent?", of, func(in ui.Candidate) tea.Cmd {
			out.Agent = domain.ID(in.Key)
			return level()
		})
	})
}

// edit puts another version of a rule forward.
func edit(s browse.Subject, heading string, id domain.ID, change1 func(r *domain.SoDRule)) tea.Cmd {
	return browse.Edit(s, heading, func(p change.Picture) (domain.SoDRule, error) { return ruleOf(p, id) }, func(_ change.Picture, r *domain.SoDRule) (string, error) {
		title := "SoD rule " + r.Name
		change1(r)
		return title, nil
	})
}

func rename(s browse.Subject, id domain.ID) tea.Cmd {
	return change.Ask(s.Host.Env, "Rename", func(ctx context.Context) ([]ui.Field, error) {
		p, err := s.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		r, err := ruleOf(p, id)
		return []ui.Field{{Label: "Name", Value: r.Name, Check: change.NeedName}, {Label: "Why the two are kept apart", Value: r.Reason}}, err
	}, func(v []string) tea.Cmd {
		return edit(s, "Another name or reason", id, func(r *domain.SoDRule) { r.Name, r.Reason = strings.TrimSpace(v[0]), strings.TrimSpace(v[1]) })
	})
}

func weight(s browse.Subject, id domain.ID) tea.Cmd {
	return s.Choose("How much does it weigh?", severities(), func(i int) tea.Cmd {
		return edit(s, "Another weight", id, func(r *domain.SoDRule) { r.Severity = domain.Severities()[i] })
	})
}

func end(s browse.Subject, id domain.ID) tea.Cmd {
	return s.Desk.Propose(change.Draft{Heading: "End a separation of duties", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		r, err := ruleOf(p, id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		return change.Set("End the SoD rule "+r.Name, domain.End(r))
	}})
}
