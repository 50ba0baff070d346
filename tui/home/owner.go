package home

import (
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// ownSteps are what the owner of a campaign does next, by its state; in the others
// reviewers and checkers are at work.
var ownSteps = map[review.State]struct{ verb, about string }{
	review.Draft:       {"Stage", "It is a draft: staging freezes what it reviews and ties it out."},
	review.SignedOff:   {"Remediate", "All is signed and countersigned: the decisions are to be made true."},
	review.Remediating: {"Verify", "The decisions were carried out: look whether every one has become true."},
	review.Verifying:   {"Close", "The results are verified: it is closed when every item is settled."},
}

// owned adds the next step of each campaign the person owns, where it is theirs.
func owned(pic Picture, add adder) {
	for _, f := range pic.Campaigns {
		c := f.Campaign
		step, theirs := ownSteps[c.State]
		if !theirs || pic.Person.ID == "" || c.Owner != pic.Person.ID {
			continue
		}
		e := entry{page: "campaigns", arg: string(c.ID), title: step.verb + " " + c.Name, about: []string{step.about, "Enter opens the campaign, where that is done."}}
		add(waitingForYou, e, theme.Title, ui.Cell{Text: c.State.String()}, ui.Cell{})
	}
}
