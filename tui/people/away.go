package people

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// away shows who answers for somebody, and when; one is ended, or another is set.
func (w acts) away(id domain.ID) tea.Cmd {
	return ui.OpenPick(w.Host.Env, ui.Pick{Heading: "Who answers in their place?", Load: func(ctx context.Context) ([]ui.Candidate, error) {
		p, err := w.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		all, err := w.reads.Substitutes(ctx, id)
		out := []ui.Candidate{{Label: "Set a substitute", Note: "for some days"}}
		for _, s := range all {
			out = append(out, ui.Candidate{Key: string(s.ID), Label: "End: " + p.Org.Name(domain.KindPrincipal, s.Substitute), Note: review.WindowWords(s.Window)})
		}
		return out, err
	}, Do: func(c ui.Candidate) tea.Cmd {
		if c.Key != "" {
			return w.back(domain.ID(c.Key))
		}
		return w.Pick("Who answers?", func(p change.Picture) []ui.Candidate {
			return change.People(p, func(r domain.Principal) bool { return r.ID != id && change.ActiveUser(r) }, nil)
		}, func(c ui.Candidate) tea.Cmd { return w.substitute(id, c) })
	}})
}

// substitute asks for which days somebody answers for another. It is no change set:
// nobody's access changes, and whoever was asked stays on record.
func (w acts) substitute(id domain.ID, c ui.Candidate) tea.Cmd {
	what := []string{"What is staged or begins its stage in these days goes to " + c.Label + ", and by the next tick what is open then. Who was asked stays on record.",
		"What would be " + c.Label + "'s own access goes to the next in line. Only the person says so, or an admin, who may not name themself."}
	fields := []ui.Field{{Label: "From", Hint: "2026-11-02; empty: from now on", Check: change.NeedDate}, {Label: "To", Hint: "2026-11-30; empty: until it is ended", Check: change.NeedDate},
		{Label: "Time zone", Hint: "Europe/Berlin; empty: the organisation's"}, {Label: "Why", Check: ui.Needed("a reason")}}
	return w.Clerk.Ask("A substitute: "+c.Label, "setting a substitute", what, fields, func(ctx context.Context, v []string) (string, error) {
		p, saw, err := w.sight(ctx, what)
		if err != nil {
			return "", err
		}
		days := domain.Window{From: domain.Date(strings.TrimSpace(v[0])), To: domain.Date(strings.TrimSpace(v[1])), Zone: strings.TrimSpace(v[2])}
		done, err := w.does.SetSubstitute(ctx, saw, review.Substitute{Person: id, Substitute: domain.ID(c.Key), Window: days, Reason: v[3]})
		return p.Org.Name(domain.KindPrincipal, done.Substitute) + " answers for " + p.Org.Name(domain.KindPrincipal, done.Person) + ", " + review.WindowWords(done.Window), err
	})
}

// back ends a substitution.
func (w acts) back(id domain.ID) tea.Cmd {
	what := []string{"What is staged or begins its stage from now on goes to the person again. Items that went to the substitute stay there."}
	return w.Clerk.Ask("End the substitution", "ending the substitution", what, []ui.Field{{Label: "Why", Check: ui.Needed("a reason")}}, func(ctx context.Context, v []string) (string, error) {
		p, saw, err := w.sight(ctx, what)
		if err != nil {
			return "", err
		}
		done, err := w.does.EndSubstitute(ctx, saw, id, v[0])
		return p.Org.Name(domain.KindPrincipal, done.Person) + " answers for themselves again", err
	})
}

// sight is what was shown of an act that is no change set.
func (w acts) sight(ctx context.Context, what []string) (change.Picture, domain.Sight, error) {
	p, err := w.Reads.Picture(ctx)
	var shown []ui.Line
	for _, line := range what {
		shown = append(shown, ui.Plain(line))
	}
	return p, tui.Saw(p.Head, shown...), err
}
