package campaigns

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/ui"
)

// offAcknowledge wants verified results and an executive who did not prepare them;
// whether the executive was asked about an item is found when acting.
func (d *desk) offAcknowledge() string {
	s, why := d.story()
	if why != "" {
		return why
	}
	c := s.Figures.Campaign
	switch {
	case c.State != review.Verifying:
		return fmt.Sprintf("The campaign is %s: management acknowledges its results once they are verified, and before it closes.", c.State)
	case s.Actor == "":
		return "This console only reads."
	case !s.Org.HasDuty(s.Actor, domain.DutyExecutive, s.Now):
		return "Management acknowledges the results: somebody of the duty executive, and you are none."
	case s.Actor == c.Owner || slices.Contains(c.Makers, s.Actor):
		return "You prepared it: an executive who had no part in it acknowledges the results."
	}
	return ""
}

// acknowledge asks for management's statement.
func (d *desk) acknowledge() tea.Cmd {
	s, _ := d.story()
	c, f := s.Figures.Campaign, s.Figures
	what := []string{fmt.Sprintf("%d of %s of %s are settled.", f.Settled, review.Count(f.Items, "item", "items"), c.Name),
		"You say for management that the access which remains is appropriate. The evidence shows it on its cover."}
	saw := d.saw(s, what...)
	return d.ask("Acknowledge the results?", s, what, []ui.Field{{Label: "Statement", Check: ui.Needed("a statement")}}, true, func(v []string) tea.Cmd {
		return d.run("acknowledging "+c.Name, false, func(ctx context.Context) (string, error) {
			a, err := d.acts.Acknowledge(ctx, saw, c.ID, v[0])
			return fmt.Sprintf("acknowledged at event %d", a.Seq), err
		})
	})
}
