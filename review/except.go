package review

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
)

// mostExcepted is for how many years an exception holds at the longest.
const mostExcepted = 1

// exception accepts items as they are until the end of a day.
type exception struct {
	items  []int
	until  domain.Date
	reason string
}

// Except accepts items as they are until a date, for a reason. What nobody
// decided a checker accepts alone, who is neither the campaign's owner nor the
// items' reviewer or subject, nor sent one back. What was decided, or what the
// rule for silence is to lower, was signed and is waived by two, also where it
// was sent back and nothing stands now: then, and
// whenever the campaign's owner asks, it is a Request, which is given back and
// is carried out when another checker approves it. While the campaign is
// answered only what nobody answered can be excepted; from sign-off on, every
// item that is not verified.
//
// Invalid: no items, no reason, or a day that is over or more than a year
// ahead. Refused with a rule: "duty-missing" (neither runs the campaign nor
// checks), "move", "checker-is-subject", "checker-is-reviewer", "answered",
// "settled".
func (s *Service) Except(ctx context.Context, actor domain.Actor, campaign domain.ID, items []int, until domain.Date, reason string) (Request, error) {
	var q Request
	err := s.do(ctx, actor, act{"except", campaign, "checker"}, func(w *work) error {
		c, err := w.Campaign(campaign)
		if err != nil {
			return err
		}
		duties := []domain.Duty{domain.DutyChecker, domain.DutyCampaignOwner}
		if err := w.requireDuty(duties...); err != nil && actor.Principal != c.Owner {
			return err
		}
		in := exception{slices.Compact(slices.Sorted(slices.Values(items))), until, strings.TrimSpace(reason)}
		found, two, err := w.excepting(c, in)
		if err != nil {
			return err
		}
		if !two && actor.Principal != c.Owner && w.org.HasDuty(actor.Principal, domain.DutyChecker, w.now) {
			if err := w.mayExcept(c, found, actor.Principal); err != nil {
				return err
			}
			return w.except(c, in, found, "")
		}
		if len(in.items) > MostHanded {
			return domain.Errorf(domain.Invalid, "%d items are too many for one request", len(in.items)).
				Hinted("ask for at most %d at a time", MostHanded)
		}
		w.act.duty = "campaign-owner"
		if actor.Principal != c.Owner && !w.org.HasDuty(actor.Principal, domain.DutyCampaignOwner, w.now) {
			w.act.duty = "checker"
		}
		q = Request{Campaign: c.ID, Act: RequestExcept, Stage: c.Stage, Items: in.items, Until: in.until, Reason: in.reason}
		return w.request(&q)
	})
	return q, err
}

// excepting reads the items of an exception that the actor may ask for now, and
// tells whether it takes two people.
func (w *work) excepting(c Campaign, in exception) (found []Item, two bool, err error) {
	if c.State < Active || c.State > Verifying {
		return nil, false, domain.Errorf(domain.Conflict, "the campaign %q is %s and takes no exceptions", c.Name, c.State).
			Hinted("exceptions are made between launch and close").ByRule("move")
	}
	day := domain.Window{To: in.until}
	if err := day.Check(); err != nil {
		return nil, false, err
	}
	if in.reason == "" || in.until == "" || len(in.items) == 0 || day.Span(w.org.Zone()).To <= w.now.Unix() {
		return nil, false, domain.Errorf(domain.Invalid, "an exception names items, a reason and a day still to come").
			Hinted("say which, why, and until when (YYYY-MM-DD)")
	}
	if day.Span(w.org.Zone()).To > w.now.AddDate(mostExcepted, 0, 2).Unix() {
		return nil, false, domain.Errorf(domain.Invalid, "an exception until %s holds too long", in.until).
			Hinted("choose a day within a year: what is still so then is reviewed again")
	}
	for _, no := range in.items {
		it, err := w.Item(c.ID, no)
		if err != nil {
			return nil, false, err
		}
		if slices.Contains(w.subjects(it), w.actor.Principal) {
			who := w.name(w.actor.Principal)
			return nil, false, domain.Errorf(domain.Forbidden, "%s is a subject of item %d and cannot except it", who, it.No).
				Hinted("another must").ByRule("checker-is-subject")
		}
		if err := w.exceptable(c, it); err != nil {
			return nil, false, err
		}
		waived, err := w.waives(c, it)
		if err != nil {
			return nil, false, err
		}
		found, two = append(found, it), two || waived
	}
	return found, two, nil
}

// waives tells whether an exception to an item waives what was signed: its
// ruling, the rule for silence by which it would be lowered, or a reviewer's
// reduction or revocation, also one that was sent back since.
func (w *work) waives(c Campaign, it Item) (bool, error) {
	switch {
	case it.Ruling.Iteration > 0 && it.Ruling.Answer != Silent && it.Ruling.Answer != Abstain:
		return true, nil
	case it.Ruling.Iteration == 0 && c.Definition.NonResponse.For(it.HighRisk).lowers():
		return true, nil
	}
	votes, err := w.Votes(c.ID, it.No)
	if err != nil {
		return false, err
	}
	for _, v := range votes {
		d := v.Row
		if d.Answer != Reduce && d.Answer != Revoke {
			continue // leaving it as it is waives no keep
		}
		p, err := w.Packet(c.ID, d.Stage, d.Reviewer)
		if err != nil || p.signed(d) {
			return err == nil, err
		}
	}
	return false, nil
}

// exceptable refuses an item that needs no exception, or that somebody
// answered while others may still.
func (w *work) exceptable(c Campaign, it Item) error {
	if it.Ruling.Iteration == 0 {
		answer, err := w.answered(c, it)
		if err != nil {
			return err
		}
		if answer != Silent {
			return domain.Errorf(domain.Conflict, "item %d is decided: %s", it.No, answer).
				Hinted("only what nobody decided is excepted now").ByRule("answered")
		}
	}
	if it.Ruling.Iteration > 0 && it.Ruling.Answer == Keep {
		return domain.Errorf(domain.Conflict, "item %d is kept: there is nothing to except", it.No).
			Hinted("leave it out").ByRule("settled")
	}
	if it.Outcome.Result == Verified || it.Outcome.Result == Retained {
		return domain.Errorf(domain.Conflict, "item %d is %s and needs no exception", it.No, it.Outcome.Result).
			Hinted("leave it out").ByRule("settled")
	}
	return nil
}

// answered gives an answer, abstentions aside, that somebody gave about an item
// that is not ruled on yet: a stage's ruling of this iteration, or a decision
// in force in the present stage. Silent: there is none.
func (w *work) answered(c Campaign, it Item) (Answer, error) {
	said := func(a Answer) bool { return a != Silent && a != Abstain }
	before, err := w.Rulings(c.ID, it.No)
	if err != nil {
		return Silent, err
	}
	for _, r := range before {
		if r.Iteration == c.Iteration && r.Stage > 0 && r.Stage < c.Stage && said(r.Answer) {
			return r.Answer, nil
		}
	}
	asked, err := w.Assignments(c.ID, it.No, c.Stage)
	if err != nil {
		return Silent, err
	}
	for _, v := range asked {
		if v.To != 0 || v.Row.Reviewer == "" {
			continue
		}
		own, err := w.Items(ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: v.Row.Reviewer, No: it.No})
		if err != nil {
			return Silent, err
		}
		for _, one := range own {
			if said(one.Decision.Answer) {
				return one.Decision.Answer, nil
			}
		}
	}
	return Silent, nil
}

// mayExcept refuses a checker who ever answered for one of the items, or sent
// one back: whoever undid an answer does not put an exception in its place.
func (w *work) mayExcept(c Campaign, found []Item, who domain.ID) error {
	returned, err := w.returnedBy(c, who)
	if err != nil {
		return err
	}
	for _, it := range found {
		if at := returned[it.No]; at > 0 && (it.Ruling.Answer == Silent || it.Ruling.Answer == Abstain) {
			return domain.Errorf(domain.Forbidden, "%s sent item %d back at event %d and cannot except it", w.name(who), it.No, at).
				Hinted("another checker must").ByRule("checker-is-returner")
		}
		asked, err := everAsked(w, c, it.No, who)
		if err != nil {
			return err
		}
		if asked || it.Ruling.Reviewer == who {
			return domain.Errorf(domain.Forbidden, "%s was to review item %d and cannot except it", w.name(who), it.No).
				Hinted("another checker must").ByRule("checker-is-reviewer")
		}
	}
	return nil
}

// returnedBy gives the items of a campaign that a person sent back, each with
// the event.
func (w *work) returnedBy(c Campaign, who domain.ID) (map[int]domain.Seq, error) {
	out := map[int]domain.Seq{}
	q := EventQuery{Types: []domain.EventType{EvReturned}, Subject: string(c.ID), Actor: who, Limit: 200}
	for {
		es, err := w.Events(q)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			d, err := dataOf[PacketData](e)
			if err != nil {
				return nil, err
			}
			for _, no := range d.Items {
				out[no] = e.Seq
			}
		}
		if len(es) < q.Limit {
			return out, nil
		}
		q.Before = es[len(es)-1].Seq
	}
}

// except writes an exception of the actor, who approves it.
func (w *work) except(c Campaign, in exception, found []Item, request domain.ID) error {
	var r rows
	for _, it := range found {
		w.settle(&r, c, it, Outcome{Result: Exception, ChangeSet: it.Outcome.ChangeSet, Left: it.Outcome.Left,
			Until: in.until, Reason: in.reason, Approver: w.actor.Principal})
	}
	e := w.event(EvExcepted, c.ID)
	e.Decision, e.Reason = "until "+string(in.until), in.reason
	_, err := w.append(e, PacketData{Stage: c.Stage, Items: in.items, Request: request}, &r)
	return err
}
