package people

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// dutyTarget is what a grant of a duty is on.
func dutyTarget(word string) domain.Target {
	return domain.Target{Kind: domain.TargetDuty, ID: domain.ID(word)}
}

// duties are the duties, with whether somebody holds each.
func duties(id domain.ID) func(change.Picture) []ui.Candidate {
	return func(p change.Picture) []ui.Candidate {
		var out []ui.Candidate
		for _, d := range domain.Duties() {
			c := ui.Candidate{Key: d.String(), Label: d.String(), Note: "not held"}
			for _, g := range p.Org.GrantsOf(holder(id)) {
				if g.Target == dutyTarget(d.String()) {
					c.Note = "held, " + change.WindowWords(g.Window)
				}
			}
			out = append(out, c)
		}
		return out
	}
}

// duty asks which duty is meant; one that is held is taken, or handed to somebody
// else in the same change set, so that the last holder can go.
func (w acts) duty(id domain.ID) tea.Cmd {
	return w.Pick("Which duty?", duties(id), func(c ui.Candidate) tea.Cmd {
		if c.Note == "not held" {
			return w.hold("Give a duty", id, dutyTarget(c.Key), domain.Held, func(name string) string { return "Duty " + c.Key + " for " + name })
		}
		return w.Choose("Duty "+c.Key, []string{"take it away", "hand it to somebody else"}, func(i int) tea.Cmd {
			if i == 0 {
				return w.hold("Take a duty", id, dutyTarget(c.Key), domain.None, func(name string) string { return "Take the duty " + c.Key + " from " + name })
			}
			of := func(p change.Picture) []ui.Candidate {
				return change.People(p, func(r domain.Principal) bool { return r.ID != id && change.ActiveUser(r) }, nil)
			}
			return w.Pick("Hand it to whom?", of, func(to ui.Candidate) tea.Cmd { return w.handDuty(id, domain.ID(to.Key), c.Key) })
		})
	})
}

// handDuty proposes that one person's duty becomes another's, whole or not at all.
func (w acts) handDuty(from, to domain.ID, word string) tea.Cmd {
	return w.Desk.Propose(change.Draft{Heading: "Hand a duty over", Make: func(p change.Picture, newID func(string) domain.ID) (cs domain.ChangeSet, err error) {
		t := dutyTarget(word)
		for _, g := range p.Org.GrantsOf(holder(from)) {
			if g.Target == t {
				cs.Changes = append(cs.Changes, domain.End(g))
			}
		}
		name := p.Org.Name(domain.KindPrincipal, from)
		if len(cs.Changes) == 0 {
			return cs, domain.Errorf(domain.NotFound, "%s does not hold the %s", name, review.TargetName(p.Org, t, "")).Hinted("load the list again with f5")
		}
		cs.Changes = append(cs.Changes, change.SetGrant(p.Org, holder(to), t, "", domain.Held, domain.Window{}, newID)...)
		cs.Title = fmt.Sprintf("%s hands the %s to %s", name, review.TargetName(p.Org, t, ""), p.Org.Name(domain.KindPrincipal, to))
		return cs, nil
	}})
}

// bindingPrefix begins the id of every binding of an operating-system user.
const bindingPrefix = "uid:"

func uidWords(id domain.ID) string {
	return "operating-system user " + strings.TrimPrefix(string(id), bindingPrefix)
}

// bind asks which operating-system user is meant: one more, or the end of one.
func (w acts) bind(id domain.ID) tea.Cmd {
	of := func(p change.Picture) []ui.Candidate {
		out := []ui.Candidate{{Label: "Bind an operating-system user", Note: "who then acts as this person"}}
		for row := range p.Org.All(domain.KindBinding) {
			if b, ok := row.Record.(domain.Binding); ok && b.Principal == id {
				out = append(out, ui.Candidate{Key: string(b.ID), Label: "End: " + uidWords(b.ID), Note: "who then acts as nobody"})
			}
		}
		return out
	}
	return w.Pick("Operating-system users", of, func(c ui.Candidate) tea.Cmd {
		if c.Key != "" {
			return w.unbind(domain.ID(c.Key))
		}
		w.Host.Open(ui.NewForm(w.Host.Env, ui.Form{Heading: "Bind an operating-system user", Yes: "go on",
			Fields: []ui.Field{{Label: "Its number", Hint: "1002: what id -u prints for that user", Check: needUID}},
			Do: func(v []string) tea.Cmd {
				n, _ := strconv.Atoi(strings.TrimSpace(v[0])) // checked
				return w.bindTo(domain.ID(bindingPrefix+strconv.Itoa(n)), id)
			}}))
		return nil
	})
}

func needUID(s string) string {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err != nil || n < 0 {
		return "the number of an operating-system user is needed: what id -u prints"
	}
	return ""
}

func (w acts) unbind(binding domain.ID) tea.Cmd {
	return w.Desk.Propose(change.Draft{Heading: "End a binding", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		row, ok := p.Org.Get(domain.KindBinding, binding)
		if !ok {
			return domain.ChangeSet{}, domain.Errorf(domain.NotFound, "the %s is bound to nobody", uidWords(binding)).Hinted("load the list again with f5")
		}
		return change.Set("Unbind the "+uidWords(binding), domain.End(row.Record))
	}})
}

func (w acts) bindTo(binding, id domain.ID) tea.Cmd {
	return w.Desk.Propose(change.Draft{Heading: "Bind an operating-system user", Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		r, err := p.Person(id)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		title, after := "Bind the "+uidWords(binding)+" to "+r.Name, domain.Binding{ID: binding, Principal: id}
		row, bound := p.Org.Get(domain.KindBinding, binding)
		before, ok := row.Record.(domain.Binding)
		switch {
		case !bound || !ok:
			return change.Set(title, domain.Begin(after))
		case before == after:
			return domain.ChangeSet{}, nil
		}
		return change.Set(title+" instead of "+p.Org.Name(domain.KindPrincipal, before.Principal), domain.Replace(before, after))
	}})
}
