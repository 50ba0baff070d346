package campaigns

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/plan"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// The acts that move a campaign through its stages.

func (d *desk) launch() tea.Cmd {
	s, _ := d.story()
	c, f := s.Figures.Campaign, s.Figures
	what := []string{fmt.Sprintf("%s of %s go to %s. They answer until %s.", review.Count(f.Items, "item", "items"), c.Name,
		review.Count(len(f.Reviewers), "reviewer", "reviewers"), review.Moment(c.Due, s.Org.Zone()))}
	what = append(what, prepared(s)...)
	for _, ch := range s.Checks {
		lead := "note: "
		if ch.Block {
			lead = "STANDS IN THE WAY: "
		}
		what = append(what, lead+ch.Text+" ("+ch.Hint+")")
	}
	saw := d.saw(s, what...)
	return d.ask("Sign and launch?", s, what, nil, true, func([]string) tea.Cmd {
		return d.run("launching "+c.Name, false, func(ctx context.Context) (string, error) {
			_, err := d.acts.Launch(ctx, saw, c.ID)
			return "launched: " + c.Name, err
		})
	})
}

// prepared says what the launch signs: who made it ready, and what they left out.
func prepared(s Story) []string {
	c := s.Figures.Campaign
	var out []string
	for _, id := range c.Makers {
		out = append(out, safe.Text(s.Org.Name(domain.KindPrincipal, id)))
	}
	text := fmt.Sprintf("With it you sign what was prepared: %s in scope, difference %d", review.Count(c.TieOut.InScope, "item", "items"), c.TieOut.Difference())
	if len(out) > 0 {
		text += ", by " + strings.Join(out, ", ")
	}
	lines := []string{text + "."}
	for _, x := range c.Definition.Scope.Exclude {
		lines = append(lines, "Left out: "+safe.Text(review.ExclusionWords(s.Org, x))+": "+safe.Text(x.Reason)+".")
	}
	return lines
}

func (d *desk) extend() tea.Cmd {
	s, _ := d.story()
	c, saw := s.Figures.Campaign, d.saw(s)
	what := []string{c.Name + " is due " + review.Moment(c.Due, s.Org.Zone()) + "."}
	if c.State == review.Active {
		what = append(what, "It is under way: a checker approves the new date before it holds.")
	}
	return d.ask("Extend", s, what, []ui.Field{{Label: "New due date", Hint: "2027-03-31, or 2027-03-31T17:00:00Z", Check: ui.Needed("a due date")},
		{Label: "Reason", Check: ui.Needed("a reason")}}, false, func(v []string) tea.Cmd {
		return d.run("extending "+c.Name, false, func(ctx context.Context) (string, error) {
			return d.acts.Extend(ctx, saw, c.ID, v[0], v[1])
		})
	})
}

// lapse closes what was not signed in time.
func (d *desk) lapse() tea.Cmd {
	s, _ := d.story()
	c := s.Figures.Campaign
	packets, items := 0, 0
	for _, r := range s.Figures.Reviewers {
		if r.Items > 0 && r.Reviewer != "" && (r.State == review.Open || r.State == review.Returned) {
			packets, items = packets+1, items+r.Items
		}
	}
	what := []string{fmt.Sprintf("%s of %s with %s were not signed by %s.", review.Count(packets, "packet", "packets"), c.Name, review.Count(items, "item", "items"), review.Moment(c.Due, s.Org.Zone())),
		"They close: what is in them counts as no response, and stays on record. A checker still countersigns each."}
	what = append(what, plan.Silence(c.Definition.NonResponse)...)
	saw := d.saw(s, what...)
	return d.ask("Lapse what is open?", s, what, nil, true, func([]string) tea.Cmd {
		return d.run("closing what is open of "+c.Name, false, func(ctx context.Context) (string, error) {
			n, err := d.acts.Lapse(ctx, saw, c.ID)
			return review.Count(n, "packet", "packets") + " lapsed: a checker countersigns each", err
		})
	})
}

// advance closes a stage that should have closed by itself: it asks nothing, for
// where anything is open nothing happens.
func (d *desk) advance() tea.Cmd {
	s, _ := d.story()
	c, saw := s.Figures.Campaign, d.saw(s)
	return d.run("closing stage "+fmt.Sprint(c.Stage)+" of "+c.Name, false, func(ctx context.Context) (string, error) {
		after, err := d.acts.Advance(ctx, saw, c.ID)
		switch {
		case err != nil:
			return "", err
		case after.State == c.State && after.Stage == c.Stage:
			return "nothing to do: packets of this stage still wait for a signature or a checker", nil
		case after.State == review.Active:
			return fmt.Sprintf("stage %d of %d begins, due %s", after.Stage, len(after.Definition.Stages), review.Moment(after.Due, s.Org.Zone())), nil
		}
		return c.Name + " is " + after.State.String() + " now", nil
	})
}

// reiterate asks again what nobody answered.
func (d *desk) reiterate() tea.Cmd {
	s, _ := d.story()
	c := s.Figures.Campaign
	what := []string{fmt.Sprintf("%s of %s, from the first stage on. All others stay closed.", review.Count(s.Rulings[review.Silent], "item that nobody answered is asked about again", "items that nobody answered are asked about again"), c.Name)}
	saw := d.saw(s, what...)
	return d.ask("Ask again?", s, what, []ui.Field{{Label: "Due", Hint: "2027-03-31, or 2027-03-31T17:00:00Z", Check: ui.Needed("a due date")},
		{Label: "Reason", Check: ui.Needed("a reason")}}, false, func(v []string) tea.Cmd {
		return d.run("asking again", false, func(ctx context.Context) (string, error) {
			after, err := d.acts.Reiterate(ctx, saw, c.ID, v[0], v[1])
			return fmt.Sprintf("asked again, the %s time: due %s", ordinal(after.Iteration), review.Moment(after.Due, s.Org.Zone())), err
		})
	})
}

func ordinal(n int) string {
	if words := []string{"", "first", "second", "third"}; n > 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprintf("%dth", n)
}
