package home

import (
	"testing"

	"countersign/review"
	"countersign/tui/theme"
)

// The owner of a campaign is told the step that is theirs, in the states in which
// one is; nobody else is.
func TestTheOwnersNextStepWaitsForThem(t *testing.T) {
	for state := review.Draft; state <= review.Cancelled; state++ {
		verb := map[review.State]string{review.Draft: "Stage", review.SignedOff: "Remediate", review.Remediating: "Verify", review.Verifying: "Close"}[state]
		for _, who := range []string{"usr_tom", "usr_ana"} {
			pic := Picture{People: 60}
			pic.Person.ID = "usr_tom"
			c := busy().Campaigns[0]
			c.Campaign.State, c.Campaign.Owner = state, pic.Person.ID
			if who != "usr_tom" {
				c.Campaign.Owner = "usr_ana"
			}
			pic.Campaigns = []review.CampaignFigures{c}
			d, _ := open(t, theme.NoColour, &reads{pic: pic}, 120, 30)
			if verb != "" && who == "usr_tom" {
				d.Has("> " + verb + " " + c.Campaign.Name)
				d.HasNot("Nothing waits for you")
				d.Keys("enter")
				d.Has("campaigns=" + string(c.Campaign.ID))
			} else {
				d.Has("Nothing waits for you")
			}
		}
	}
}
