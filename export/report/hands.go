package report

import (
	"fmt"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// ending is what took an item's access away or lowered it.
type ending struct {
	changeSet sheet.Cell
	state     string
	seq       domain.Seq
	at        time.Time
	by        string // who carried it out
	approved  string // by whom
	file      string // the imported file that showed it, with its digest
}

// What stands where a change took effect without a second person: of a change set that
// needed none, and of an event that is none.
const (
	nobodyApproved = "nobody: none was needed"
	nobodyAsked    = "nobody: no change set"
)

// endingOf finds what made an item's decision true: the campaign's change set, or, of
// what lives in another system or was taken away otherwise, the change of the window
// that ended or lowered the holding.
func (ev *CampaignEvidence) endingOf(it review.Item) (ending, error) {
	if i, known := ev.remedyAt[it.Outcome.ChangeSet]; known {
		cs := ev.Remedies[i]
		return ending{changeSet: ev.changeSetLink(cs.ID), state: cs.State.String(), seq: cs.Ended, at: ev.when(cs.Ended),
			by: ev.carriedOut(cs), approved: ev.checkers(cs.Approvals)}, nil
	}
	c, ended := ev.lowerings[it.Holding.ID]
	if !ended {
		words := map[bool]string{true: "none: not taken away in " + it.Holding.Origin.Source, false: "none"}
		return ending{changeSet: sheet.Of(words[it.Holding.Origin.Outside()])}, nil
	}
	e := ending{changeSet: sheet.Of("none: an event of its own"), seq: c.seq, at: c.at, by: person(ev.Now, c.by)}
	if c.head.ID == "" {
		return e, nil
	}
	approved, err := ev.approvers(c.head.ID)
	if approved == "" && err == nil {
		approved = nobodyApproved
	}
	e.changeSet, e.state, e.approved = sheet.Of(string(c.head.ID)), domain.Applied.String(), approved
	if s := c.head.Source; s.SHA256 != "" {
		e.file = fmt.Sprintf("%s, SHA-256 %s", s.Name, s.SHA256)
	}
	return e, err
}

// leftWords says what is left of an item, or that nothing is beyond the decision.
func leftWords(it review.Item) sheet.Cell {
	switch {
	case it.Outcome.Left != "":
		return sheet.Of(it.Outcome.Left)
	case it.Outcome.Result == review.Verified:
		return sheet.Of("nothing beyond the decision")
	}
	return sheet.Cell{}
}

// approvedThrough says by which act a change set was approved: the countersignature
// of a reviewer's decisions, or an approval of its own.
func (ev *CampaignEvidence) approvedThrough(r Remedy) string {
	if len(r.Approvals) == 0 {
		return ""
	}
	packet := ev.told.through[r.ID]
	if packet == "" {
		return "an approval of its own"
	}
	for _, p := range ev.Packets {
		if p.RecordID() != packet {
			continue
		}
		words := fmt.Sprintf("the countersignature of what %s decided, stage %d", ev.Now.Name(domain.KindPrincipal, p.Reviewer), p.Stage)
		if seq := ev.told.signs[packet].checked; seq > 0 {
			words += ", " + seqWords(seq)
		}
		return words
	}
	return "the countersignature of a reviewer's decisions"
}

// carriedOut is who applied a change set.
func (ev *CampaignEvidence) carriedOut(r Remedy) string {
	return person(ev.Now, ev.told.applied[r.ID])
}

// askedFor is who asked for an item's exception.
func (ev *CampaignEvidence) askedFor(it review.Item) string {
	if it.Outcome.Result != review.Exception {
		return ""
	}
	if q, ok := ev.told.asked[ev.told.excepted[it.No].request]; ok {
		return person(ev.Now, q.by)
	}
	return "nobody: what nobody decided, a checker accepts alone"
}

// enteredBy says by whose hand a decision came in.
func (ev *CampaignEvidence) enteredBy(d *decided) sheet.Cell {
	who := d.Decision.Entered
	switch {
	case d.Decision.Answer == review.Silent:
		return sheet.Cell{}
	case who == "":
		return sheet.Of("the reviewer, here")
	case who == d.Decision.Reviewer:
		return sheet.Of("the reviewer, by workbook")
	}
	return sheet.Of(ev.Now.Name(domain.KindPrincipal, who) + ", by workbook")
}

// countersigner is who agreed to the reviewer's decisions, or that nobody had to.
func (ev *CampaignEvidence) countersigner(d *decided) sheet.Cell {
	if d.sign.alone {
		return sheet.Of("nobody: none needed")
	}
	return ev.name(d.sign.checker)
}

// remedyCell is the change set that made an item's decision true, or why there is
// none.
func (ev *CampaignEvidence) remedyCell(d *decided) sheet.Cell {
	lowered := d.answer == review.Reduce || d.answer == review.Revoke
	switch {
	case d.Outcome.ChangeSet != "":
		return ev.changeSetLink(d.Outcome.ChangeSet)
	case !lowered:
		return sheet.Of("none needed")
	case d.Outcome.Result == review.Pending:
		return sheet.Cell{}
	case d.Holding.Origin.Outside():
		return sheet.Of("none here: in " + d.Holding.Origin.Source)
	}
	return sheet.Of("none: see Remediation")
}
