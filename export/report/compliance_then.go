package report

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"countersign/domain"
	"countersign/review"
)

// campaignThen is a campaign as it stood at an event, folded from its own events.
type campaignThen struct {
	review.Campaign
	launched time.Time
	packets  map[domain.ID]signedPacket
	rulings  map[int]review.Ruling  // over all stages, but those that keep
	outcomes map[int]review.Outcome // the last of each item
	checkers []domain.ID            // who countersigned each item's ruling, by number - 1
	acks     []review.Acknowledgement
	results  domain.Seq // the last that recorded some outcome
}

// signedPacket is a packet as it stood, with when it was signed and countersigned.
type signedPacket struct {
	review.Packet
	signed, checked time.Time
}

// unheard are the types of event that say nothing of how a campaign stands: the
// many decisions among them are not read.
var unheard = []domain.EventType{review.EvDecided, review.EvDeciding, review.EvUndone, review.EvReminded, review.EvMessageSent, domain.EvExported}

// campaignsThen gives the campaigns as they stood at the event last, the newest
// first; one that was not there is left out.
func campaignsThen(ctx context.Context, tx review.Tx, last domain.Seq) ([]*campaignThen, error) {
	all, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	types := slices.DeleteFunc(review.EventTypes(), func(t domain.EventType) bool { return slices.Contains(unheard, t) })
	var out []*campaignThen
	for _, c := range all {
		then := campaignThen{packets: map[domain.ID]signedPacket{}, rulings: map[int]review.Ruling{}, outcomes: map[int]review.Outcome{}}
		for e, err := range events(ctx, tx, review.EventQuery{Types: types, Subject: string(c.ID)}, last) {
			if err == nil {
				err = then.hear(e)
			}
			if err != nil {
				return nil, err
			}
		}
		if then.ID != "" {
			out = append(out, &then)
		}
	}
	return out, nil
}

// hear lays an event over what stood before it.
func (t *campaignThen) hear(e domain.Event) error {
	switch e.Type {
	case review.EvLaunched:
		t.launched = e.Time
	case review.EvAcknowledged:
		a, err := review.AcknowledgementOf(e)
		if err != nil {
			return err
		}
		t.acks = append(t.acks, a)
	}
	for _, d := range e.Changes {
		var err error
		switch d.Kind {
		case review.KindCampaign:
			err = then(d, func(c review.Campaign) { t.Campaign = c }, func() { t.Campaign = review.Campaign{} })
		case review.KindPacket:
			err = then(d, func(p review.Packet) { t.hearPacket(d.ID, p, e.Time) }, func() { delete(t.packets, d.ID) })
		case review.KindRuling:
			err = then(d, t.hearRuling, func() { t.unrule(d) })
		case review.KindOutcome:
			err = then(d, func(o review.Outcome) { t.outcomes[o.Item], t.results = o, e.Seq }, func() { delete(t.outcomes, itemIn(t.ID, d.ID)) })
		}
		if err != nil {
			return domain.Errorf(domain.Internal, "event %d has a %s that cannot be read: %v", e.Seq, d.Kind, err)
		}
	}
	return nil
}

// then reads what a row of state became, or says that it ended.
func then[R any](d domain.Delta, became func(R), ended func()) error {
	if len(d.After) == 0 {
		ended()
		return nil
	}
	var r R
	if err := json.Unmarshal(d.After, &r); err != nil {
		return err
	}
	became(r)
	return nil
}

func (t *campaignThen) hearPacket(id domain.ID, p review.Packet, at time.Time) {
	s := t.packets[id]
	switch {
	case p.State == review.Signed:
		s.signed, s.checked = at, time.Time{}
	case p.State == review.Countersigned && s.State != review.Countersigned:
		s.checked = at
	case p.State != review.Countersigned:
		s.signed, s.checked = time.Time{}, time.Time{}
	}
	s.Packet = p
	t.packets[id] = s
}

func (t *campaignThen) hearRuling(r review.Ruling) {
	if r.Stage != 0 || r.Item < 1 {
		return
	}
	for len(t.checkers) < r.Item {
		t.checkers = append(t.checkers, "")
	}
	t.checkers[r.Item-1] = r.Checker
	delete(t.rulings, r.Item)
	if r.Answer != review.Keep {
		t.rulings[r.Item] = r
	}
}

func (t *campaignThen) unrule(d domain.Delta) {
	var was review.Ruling
	if json.Unmarshal(d.Before, &was) == nil && was.Stage == 0 {
		delete(t.rulings, was.Item)
	}
}

// checker is who countersigned what was ruled on an item.
func (t *campaignThen) checker(no int) domain.ID {
	if no < 1 || no > len(t.checkers) {
		return ""
	}
	return t.checkers[no-1]
}

// overdue tells whether the due date is over and the campaign is not.
func (t *campaignThen) overdue(at time.Time) bool {
	return t.State != review.Draft && t.State != review.Closed && t.State != review.Cancelled && !t.Due.IsZero() && t.Due.Before(at)
}

// answering tells whether answers are still to come.
func (t *campaignThen) answering() bool { return t.State == review.Staged || t.State == review.Active }

// open gives the items of the campaign that are not as they were ruled, by number:
// nobody decided them, or what was decided is not verified and not excepted. While
// nothing is ruled there are none; a cancelled campaign has none.
func (t *campaignThen) open() []review.Outcome {
	var out []review.Outcome
	if t.State == review.Cancelled {
		return nil
	}
	settled := func(r review.Result) bool {
		return r == review.Verified || r == review.Retained || r == review.Exception
	}
	for no := range t.rulings {
		if o, done := t.outcomes[no]; !done || !settled(o.Result) {
			o.Campaign, o.Item = t.ID, no
			out = append(out, o)
		}
	}
	for no, o := range t.outcomes {
		if _, ruled := t.rulings[no]; !ruled && !settled(o.Result) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b review.Outcome) int { return a.Item - b.Item })
	return out
}

// exceptions gives the items that were accepted until a date, by number.
func (t *campaignThen) exceptions() []review.Outcome {
	var out []review.Outcome
	for _, o := range t.outcomes {
		if o.Result == review.Exception {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b review.Outcome) int { return a.Item - b.Item })
	return out
}
