package review

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// EvAcknowledged is management's acknowledgement of a campaign's results.
const EvAcknowledged domain.EventType = "campaign.acknowledged"

// Acknowledgement is management's statement that the access which a campaign leaves
// is appropriate (PCI DSS 7.2.4 asks for it). It decides nothing: it is given by
// somebody of the duty executive who neither prepared the campaign nor was asked
// about any item, once the results are verified and before the campaign closes, so
// that its evidence, pinned to the closing, holds it.
type Acknowledgement struct {
	By        domain.ID
	Assurance domain.Assurance
	At        time.Time // UTC
	Seq       domain.Seq
	AcknowledgedData
}

// AcknowledgedData is the Data of EvAcknowledged: what was acknowledged.
type AcknowledgedData struct {
	Campaign   string         `json:"campaign"` // its name
	Statement  string         `json:"statement"`
	Items      int            `json:"items"`
	Answers    map[string]int `json:"answers"`           // items by the answer that stands
	Results    map[string]int `json:"results"`           // items by what became of them
	About      int            `json:"about,omitempty"`   // items that are about the executive too: others decided them
	Population string         `json:"population_digest"` // of the items, as staged
}

// Acknowledge records management's acknowledgement in its own words.
//
// Invalid: no statement. Forbidden: the actor has not the duty executive (rule
// "duty-missing"), owns or prepared the campaign ("acknowledge-own"), or was asked
// about an item of it, or somebody in their place, or entered an answer for
// another ("acknowledge-reviewer"). An
// executive may be a subject: a review of everything has their own duty among its
// items, the acknowledgement decides none, and how many are about them is on record.
// Conflict: the campaign is not being verified (rule "move").
func (s *Service) Acknowledge(ctx context.Context, actor domain.Actor, campaign domain.ID, statement string) (Acknowledgement, error) {
	a := act{"acknowledge", campaign, domain.DutyExecutive.String()}
	statement = strings.TrimSpace(statement)
	if statement == "" {
		return Acknowledgement{}, domain.Errorf(domain.Invalid, "the acknowledgement says nothing").
			Hinted("say in your own words that the access that remains is appropriate")
	}
	type found struct {
		data  AcknowledgedData
		asked bool
	}
	var out Acknowledgement
	err := prepared(ctx, s, actor, a, func(tx Tx) (found, error) {
		c, err := tx.Campaign(campaign)
		if err != nil || c.Population == "" {
			return found{}, err
		}
		data, err := acknowledged(tx, c, actor.Principal)
		if err != nil {
			return found{}, err
		}
		asked, err := wasAsked(tx, c, actor.Principal)
		return found{data, asked}, err
	}, func(w *work, f found) error {
		c, err := w.Campaign(campaign)
		if err != nil {
			return err
		}
		if err := w.mayAcknowledge(c, f.asked); err != nil {
			return err
		}
		f.data.Statement = statement
		e := w.event(EvAcknowledged, c.ID)
		e.Reason = statement
		seq, err := w.append(e, f.data, nil)
		out = Acknowledgement{By: actor.Principal, Assurance: actor.Assurance, At: w.now, Seq: seq, AcknowledgedData: f.data}
		return err
	})
	return out, err
}

func (w *work) mayAcknowledge(c Campaign, asked bool) error {
	who := w.name(w.actor.Principal)
	if err := w.requireDuty(domain.DutyExecutive); err != nil {
		return err
	}
	switch {
	case w.actor.Principal == c.Owner || slices.Contains(c.Makers, w.actor.Principal):
		return domain.Errorf(domain.Forbidden, "%s prepared the campaign %q and cannot acknowledge its results", who, c.Name).
			Hinted("an executive who had no part in it must").ByRule("acknowledge-own")
	case asked:
		return domain.Errorf(domain.Forbidden, "%s was asked about items of %q and cannot acknowledge its results", who, c.Name).
			Hinted("an executive who reviewed nothing of it must").ByRule("acknowledge-reviewer")
	case c.State != Verifying:
		return domain.Errorf(domain.Conflict, "the campaign %q is %s: its results are acknowledged once they are verified, and before it closes", c.Name, c.State).
			Hinted("verify it first; the evidence of a closed one is pinned to its closing").ByRule("move")
	}
	return nil
}

// acknowledged counts what is acknowledged.
func acknowledged(tx Tx, c Campaign, who domain.ID) (AcknowledgedData, error) {
	d := AcknowledgedData{Campaign: c.Name, Answers: map[string]int{}, Results: map[string]int{}, Population: c.TieOut.Digest}
	err := eachItem(tx, ItemQuery{Campaign: c.ID}, func(it Item) error {
		a, _, _ := it.Stands()
		d.Items++
		d.Answers[a.String()]++
		d.Results[it.Outcome.Result.String()]++
		if slices.Contains(it.Subjects, who) {
			d.About++
		}
		return nil
	})
	return d, err
}

// AcknowledgementOf reads one from its event.
func AcknowledgementOf(e domain.Event) (Acknowledgement, error) {
	d, err := dataOf[AcknowledgedData](e)
	return Acknowledgement{By: e.Actor, Assurance: e.Assurance, At: e.Time, Seq: e.Seq, AcknowledgedData: d}, err
}

// WordCounts says counts by word, in the order of the words: "2 retained, 121
// verified".
func WordCounts(n map[string]int) string {
	var parts []string
	for _, w := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%d %s", n[w], w))
	}
	return strings.Join(parts, ", ")
}
