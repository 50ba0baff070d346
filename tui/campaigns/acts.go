package campaigns

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/tui/ui"
)

// stage freezes the population, showing how far it has come.
func (d *desk) stage() tea.Cmd {
	s, _ := d.story()
	c, m, saw := s.Figures.Campaign, ui.NewMeter("staging"), d.saw(s)
	d.meter = m
	run := d.run("staging "+c.Name, true, func(ctx context.Context) (string, error) {
		after, err := d.acts.Stage(ctx, saw, c.ID, func(done, total int) { m.Tell("items", int64(done), int64(total)) })
		if err == nil {
			return fmt.Sprintf("staged: %s, difference %d", review.Count(after.TieOut.InScope, "item", "items"), after.TieOut.Difference()), nil
		}
		return "", err
	})
	return tea.Batch(run, m.Tick(d.h.Env))
}

// ask asks for what an act needs; the campaign's name comes last where final.
func (d *desk) ask(heading string, s Story, what []string, fields []ui.Field, final bool, do func(values []string) tea.Cmd) tea.Cmd {
	if final {
		fields = append(fields, named(s.Figures.Campaign))
	}
	d.h.Open(ui.NewAsk(d.h.Env, ui.Ask{Heading: heading, What: what, Fields: fields, Done: d.heardIt, Do: do}))
	return nil
}

func (d *desk) remediate() tea.Cmd {
	s, _ := d.story()
	c, f := s.Figures.Campaign, s.Figures
	what := []string{fmt.Sprintf("%s and %s of %s are made true, with one change set for each holder.", review.Count(f.Revoke, "revocation", "revocations"),
		review.Count(f.Reduce, "reduction", "reductions"), c.Name), "What lives in another system goes on the work list. Done again, it goes on where it stopped."}
	saw := d.saw(s, what...)
	d.h.Open(ui.NewConfirm(d.h.Env, ui.Confirm{Heading: "Remediate?", What: what, Yes: "remediate", Do: func() tea.Cmd {
		m := ui.NewMeter("remediating")
		d.meter = m
		run := d.run("remediating "+c.Name, true, func(ctx context.Context) (string, error) {
			r, err := d.acts.Remediate(ctx, saw, c.ID)
			return RemediationWords(r), err
		})
		return tea.Batch(run, m.Tick(d.h.Env))
	}}))
	return nil
}

// RemediationWords says what a run of remediation did.
func RemediationWords(r review.Remediation) string {
	s := fmt.Sprintf("%s applied, making %s true", review.Count(r.ChangeSets, "change set", "change sets"), review.Count(r.Items, "decision", "decisions"))
	for _, x := range []struct {
		n    int
		text string
	}{{r.Already, "true before"}, {r.Outside, "on the work list"}, {r.Failed, "FAILED"}} {
		if x.n > 0 {
			s += fmt.Sprintf(", %d %s", x.n, x.text)
		}
	}
	return s
}

// verify only looks and can be done again at any time: it asks nothing.
func (d *desk) verify() tea.Cmd {
	s, _ := d.story()
	c, saw, m := s.Figures.Campaign, d.saw(s), ui.NewMeter("verifying")
	d.meter = m
	run := d.run("verifying "+c.Name, true, func(ctx context.Context) (string, error) {
		n, err := d.acts.Verify(ctx, saw, c.ID)
		return ResultWords(n), err
	})
	return tea.Batch(run, m.Tick(d.h.Env))
}

func (d *desk) close() tea.Cmd {
	s, _ := d.story()
	c, f := s.Figures.Campaign, s.Figures
	what := []string{fmt.Sprintf("%d of %s are settled.", f.Settled, review.Count(f.Items, "item", "items")),
		"A closed campaign changes no more; its evidence is pinned to the closing event."}
	saw := d.saw(s, what...)
	return d.ask("Close?", s, what, nil, true, func([]string) tea.Cmd {
		return d.run("closing "+c.Name, false, func(ctx context.Context) (string, error) {
			_, err := d.acts.Close(ctx, saw, c.ID)
			return "closed: " + c.Name + " · x writes its evidence", err
		})
	})
}

func (d *desk) cancel() tea.Cmd {
	s, _ := d.story()
	c, f := s.Figures.Campaign, s.Figures
	what := []string{fmt.Sprintf("%s ends here, with %d of %s decided. Nothing of it is deleted, and nothing of it takes effect any more.",
		c.Name, f.Decided, review.Count(f.Items, "item", "items"))}
	if c.State >= review.Active {
		what = append(what, "Once a reduction or a revocation is signed in it, a checker approves that first.")
	}
	saw := d.saw(s, what...)
	return d.ask("Cancel the campaign?", s, what, []ui.Field{{Label: "Reason", Check: ui.Needed("a reason")}}, true, func(v []string) tea.Cmd {
		return d.run("cancelling "+c.Name, false, func(ctx context.Context) (string, error) {
			return d.acts.Cancel(ctx, saw, c.ID, v[0])
		})
	})
}
