package people

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// copyAccess asks in which direction access is copied, with whom, and what of it.
func (w acts) copyAccess(id domain.ID) tea.Cmd {
	return w.Choose("Copy access", []string{"give this person what somebody else has", "give somebody else what this person has"}, func(i int) tea.Cmd {
		heading, keep := "Whose access?", func(r domain.Principal) bool { return r.Kind == domain.User && r.ID != id }
		if i == 1 {
			heading, keep = "Give it to whom?", func(r domain.Principal) bool { return change.ActiveUser(r) && r.ID != id }
		}
		return w.Pick(heading, func(p change.Picture) []ui.Candidate { return change.People(p, keep, nil) }, func(c ui.Candidate) tea.Cmd {
			if i == 1 {
				return w.copyWhat(id, domain.ID(c.Key))
			}
			return w.copyWhat(domain.ID(c.Key), id)
		})
	})
}

// copied are the kinds that are copied, duties never among them.
func copied(change.Picture) []ui.Candidate {
	out := []ui.Candidate{{Label: "Everything that may be copied", Note: "not the account role"}}
	for _, portion := range domain.Portions() {
		if portion != domain.PortionDuties {
			out = append(out, ui.Candidate{Key: string(portion), Label: portionWords[portion]})
		}
	}
	return out
}

func (w acts) copyWhat(from, to domain.ID) tea.Cmd {
	return w.PickMany("What is copied?", []string{"A duty is never copied: it is given by itself."}, copied, func(cs []ui.Candidate) tea.Cmd {
		c := domain.Copying{From: from, To: to}
		for _, x := range cs {
			if x.Key == "" {
				c.Only = nil
				break
			}
			c.Only = append(c.Only, domain.Portion(x.Key))
		}
		return w.Choose("What they have besides", []string{"stays: only add to it", "is taken: they move, and are to have no more than that"}, func(i int) tea.Cmd {
			c.Replace = i == 1
			return w.copy(c)
		})
	})
}

// copy puts a copying forward, with what is left out of it and why, and the findings
// that it would bring.
func (w acts) copy(c domain.Copying) tea.Cmd {
	var done domain.Copied
	return w.Desk.Propose(change.Draft{Heading: "Copy access",
		Make: func(p change.Picture, newID func(string) domain.ID) (cs domain.ChangeSet, err error) {
			if done, err = p.Org.CopyAccess(c, newID, p.Now); err != nil {
				return cs, err
			}
			from, to := p.Org.Name(domain.KindPrincipal, c.From), p.Org.Name(domain.KindPrincipal, c.To)
			if len(done.Changes) == 0 && len(done.Left) > 0 {
				return cs, domain.Errorf(domain.Conflict, "there is nothing to copy from %s to %s: %s", from, to, leftOut(done.Left)).
					Hinted("copy from somebody else, or give what is wanted by itself")
			}
			cs.Title, cs.Changes = "Give "+to+" what "+from+" has", done.Changes
			for i, portion := range c.Only {
				sep := ", "
				if i == 0 {
					sep = ": "
				}
				cs.Title += sep + string(portion)
			}
			if c.Replace {
				cs.Title += ", and no more"
			}
			return cs, nil
		},
		About: func(ctx context.Context, _ change.Picture, cs domain.ChangeSet) ([]ui.Line, error) {
			brings, err := w.reads.Brings(ctx, c.To, cs.Changes)
			return append(copiedLines(done), bringLines(brings)...), err
		}})
}

// mostLeft is how many of the things that cannot be copied a refusal names.
const mostLeft = 3

// leftOut says what is not copied, each with why.
func leftOut(parts []domain.Part) string {
	var out []string
	for i, x := range parts {
		if i == mostLeft {
			out = append(out, fmt.Sprintf("and %d more", len(parts)-i))
			break
		}
		out = append(out, x.Text+" is left out, because "+strings.ReplaceAll(x.Note, "\n", "; "))
	}
	return strings.Join(out, "; ")
}

// copiedLines say what is given, what is taken, and what is left out.
func copiedLines(done domain.Copied) []ui.Line {
	var out []ui.Line
	for _, list := range []struct {
		heading string
		parts   []domain.Part
	}{{"Taken", done.Taken}, {"Given", done.Given}, {"Left out", done.Left}} {
		if len(list.parts) == 0 {
			continue
		}
		out = append(out, change.Heading(list.heading)...)
		for _, x := range list.parts {
			out = append(out, partLine(x, ""))
		}
	}
	return append(out, nil)
}

func bringLines(brings []string) []ui.Line {
	var out []ui.Line
	for _, b := range brings {
		out = append(out, ui.Text(theme.Warn, "A finding it brings: "+b))
	}
	return out
}
