package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// Requests gives the requests of a campaign, or of all where none is named,
// the newest first.
func (s *Service) Requests(ctx context.Context, campaign domain.ID) ([]Request, error) {
	var out []Request
	err := s.store.View(ctx, func(tx Tx) error {
		if campaign != "" {
			c, err := tx.Campaign(campaign)
			if err != nil {
				return err
			}
			campaign = c.ID
		}
		var err error
		out, err = tx.Requests(campaign)
		return err
	})
	return out, err
}

// RequestWords says what a request asks for: "items 3, 4 of \"Q4\" go to Tom
// Vale".
func RequestWords(o *domain.Org, c Campaign, q Request) string {
	what := fmt.Sprintf("%s of %q", itemList(q.Items), c.Name)
	one := len(q.Items) == 1
	switch q.Act {
	case RequestExtend:
		return fmt.Sprintf("%q becomes due at %s", c.Name, Moment(q.Due, o.Zone()))
	case RequestExcept:
		return fmt.Sprintf("%s %s accepted as %s until %s", what, isAre(len(q.Items)), map[bool]string{true: "it is", false: "they are"}[one], q.Until)
	case RequestCancel:
		return fmt.Sprintf("%q is cancelled: what was signed in it does not take effect any more", c.Name)
	}
	if q.Stage > 0 && len(c.Definition.Stages) > 1 {
		what += fmt.Sprintf(" in stage %d", q.Stage)
	}
	what += map[bool]string{true: " goes to ", false: " go to "}[one] + o.Name(domain.KindPrincipal, q.To)
	if q.From != "" {
		what += " instead of " + o.Name(domain.KindPrincipal, q.From)
	}
	return what
}

// request writes a new request of the actor.
func (w *work) request(q *Request) error {
	all, err := w.Requests(q.Campaign)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.State == domain.Proposed && o.Act == q.Act && (q.Act == RequestCancel || q.Act == RequestExcept && slices.Equal(o.Items, q.Items)) {
			return domain.Errorf(domain.Conflict, "the same was asked for already, as request %s", o.ID).
				Hinted("a checker approves it, or its maker withdraws it").ByRule("asked-already")
		}
	}
	q.ID, q.Maker, q.State = w.NewID("req"), w.actor.Principal, domain.Proposed
	if q.Stage == 0 && q.Act == RequestReassign {
		c, err := w.Campaign(q.Campaign)
		if err != nil {
			return err
		}
		q.Stage = c.Stage
	}
	e := w.event(EvRequested, q.ID)
	e.Reason = q.Reason
	var r rows
	r.put(nil, *q)
	_, err = w.append(e, nil, &r)
	return err
}

// ApproveRequest is a checker's yes: the request is carried out in the same
// transaction, by the rules that hold now. What no longer can be done refuses
// it, and it stays open.
//
// Refused with a rule: "duty-missing", "already-ended", "maker-is-checker",
// "checker-is-owner" (of the campaign), "checker-is-reviewer" (the new one; of
// an exception, anyone who ever was), "checker-is-subject" (of a cancellation,
// of what was revoked), RuleUnseen (what it is about changed after what the checker
// was shown), and those of HandOver, Extend, Except and Cancel.
func (s *Service) ApproveRequest(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Request, error) {
	all, err := s.Requests(ctx, "")
	if err != nil {
		return Request{}, err
	}
	i := slices.IndexFunc(all, func(q Request) bool { return q.ID == id })
	if i >= 0 && all[i].Act == RequestCancel {
		return s.approveCancel(ctx, actor, all[i], reason)
	}
	var q Request
	err = s.do(ctx, actor, act{"approve the request", id, "checker"}, func(w *work) (err error) {
		q, err = w.approveRequest(id, reason, falling{})
		return err
	})
	return q, err
}

// approveRequest records the yes and carries the request out; falls is what a
// cancellation takes back.
func (w *work) approveRequest(id domain.ID, reason string, falls falling) (Request, error) {
	before, c, err := w.openRequest(id)
	if err != nil {
		return before, err
	}
	if err := w.mayCheck(c, before, falls.own); err != nil {
		return before, err
	}
	if err := w.unseenRequest(c, before); err != nil {
		return before, err
	}
	q := before
	q.State, q.Checker, q.Answer = domain.Applied, w.actor.Principal, strings.TrimSpace(reason)
	var r rows
	r.put(before, q)
	e := w.event(EvRequestDone, q.ID)
	e.Decision, e.Reason = "approved", q.Answer
	if _, err := w.append(e, nil, &r); err != nil {
		return before, err
	}
	return q, w.carryOut(c, q, falls)
}

// carryOut does what an approved request asks for.
func (w *work) carryOut(c Campaign, q Request, falls falling) error {
	var r rows
	switch q.Act {
	case RequestExcept:
		in := exception{q.Items, q.Until, q.Reason}
		found, _, err := w.excepting(c, in)
		if err == nil {
			err = w.mayExcept(c, found, w.actor.Principal)
		}
		if err != nil {
			return err
		}
		return w.except(c, in, found, q.ID)
	case RequestCancel:
		to, err := c.move(ActCancelSigned, ByChecker)
		if err == nil {
			_, err = w.cancel(c, to, q.Reason, CancelledData{q.ID, spans(falls.left), len(falls.left)})
		}
		return err
	case RequestExtend:
		next, err := w.extended(c, q.Due)
		if err != nil {
			return err
		}
		r.put(c, next)
		e := w.event(EvExtended, c.ID)
		e.Reason = q.Reason
		_, err = w.append(e, RequestData{Request: q.ID}, &r)
		return err
	}
	next, _, err := w.reassign(&r, c, Handing{Stage: q.Stage, Items: q.Items, From: q.From, To: q.To, Reason: q.Reason})
	if err != nil {
		return err
	}
	r.put(c, next)
	e := w.event(EvReassigned, c.ID)
	e.Reason = q.Reason
	_, err = w.append(e, PacketData{Stage: q.Stage, Reviewer: q.To, Items: q.Items, Request: q.ID}, &r)
	return err
}

// mayCheck refuses a checker who has a part in the request, and says who can
// instead. own are items besides the request's that the checkers are subjects of.
func (w *work) mayCheck(c Campaign, q Request, own map[domain.ID][]int) error {
	if err := w.requireDuty(domain.DutyChecker); err != nil {
		return err
	}
	subjects, err := w.subjectsOf(c, q)
	if err != nil {
		return err
	}
	me := w.actor.Principal
	why := w.partIn(c, q, slices.Concat(own[me], subjects[me]), me)
	if why == nil {
		return nil
	}
	var can []domain.ID
	for _, one := range w.org.WithDuty(domain.DutyChecker, w.now) {
		if one.ID == me || w.partIn(c, q, slices.Concat(own[one.ID], subjects[one.ID]), one.ID) != nil {
			continue
		}
		if bars, err := w.barredFromExcept(c, q, one.ID); err != nil {
			return err
		} else if !bars {
			can = append(can, one.ID)
		}
	}
	if len(can) == 0 {
		return why.Hinted("nobody else can: give the duty checker to somebody who has no part in it (countersign duty PERSON checker)")
	}
	return why.Hinted("%s can", names(w.org, can))
}

// barredFromExcept tells whether a person answered for an item that the request
// would except, or sent it back.
func (w *work) barredFromExcept(c Campaign, q Request, who domain.ID) (bool, error) {
	if q.Act != RequestExcept {
		return false, nil
	}
	var found []Item
	for _, no := range q.Items {
		it, err := w.Item(c.ID, no)
		if err != nil {
			return false, err
		}
		found = append(found, it)
	}
	err := w.mayExcept(c, found, who)
	if e := asError(err); e != nil && e.Rule != "" {
		return true, nil
	}
	return false, err
}

// partIn says why a person may not approve a request, nil where nothing bars
// them. own are the items that they are a subject of.
func (w *work) partIn(c Campaign, q Request, own []int, who domain.ID) *domain.Error {
	switch {
	case who == q.Maker:
		return domain.Errorf(domain.Forbidden, "%s made the request and cannot approve it", w.name(who)).ByRule("maker-is-checker")
	case who == c.Owner:
		return domain.Errorf(domain.Forbidden, "%s owns the campaign %q and cannot approve changes of it", w.name(who), c.Name).ByRule("checker-is-owner")
	case who == q.To:
		return domain.Errorf(domain.Forbidden, "the items would be for %s to review: another must approve it", w.name(who)).ByRule("checker-is-reviewer")
	case len(own) > 0:
		what := map[RequestAct]string{RequestReassign: "say who reviews them", RequestExcept: "except them", RequestCancel: "cancel what was decided of them"}[q.Act]
		return domain.Errorf(domain.Forbidden, "%s is a subject of %s and cannot %s", w.name(who), itemList(own), what).ByRule("checker-is-subject")
	}
	return nil
}

// subjectsOf gives, of each subject of a request's items, as staged or now, which.
func (w *work) subjectsOf(c Campaign, q Request) (map[domain.ID][]int, error) {
	out := map[domain.ID][]int{}
	for _, no := range q.Items {
		it, err := w.Item(c.ID, no)
		if err != nil {
			return nil, err
		}
		all := slices.Concat(it.Subjects, w.subjects(it))
		slices.Sort(all)
		for _, p := range slices.Compact(all) {
			out[p] = append(out[p], no)
		}
	}
	return out, nil
}

// openRequest gives a request that waits, with its campaign; another is a
// Conflict, rule "already-ended".
func (w *work) openRequest(id domain.ID) (Request, Campaign, error) {
	all, err := w.Requests("")
	if err != nil {
		return Request{}, Campaign{}, err
	}
	i := slices.IndexFunc(all, func(q Request) bool { return q.ID == id })
	if i < 0 {
		return Request{}, Campaign{}, domain.Errorf(domain.NotFound, "there is no request %s", id).
			Hinted("list them with: countersign campaign requests")
	}
	q := all[i]
	c, err := w.Campaign(q.Campaign)
	if err == nil && q.State != domain.Proposed {
		by := ""
		if q.Checker != "" {
			by = " by " + w.name(q.Checker)
		}
		err = domain.Errorf(domain.Conflict, "the request %s was %s%s", id, q.State, by).
			Hinted("load the list again").ByRule("already-ended")
	}
	return q, c, err
}

// RejectRequest is a checker's no, with a reason; the maker withdraws instead
// (Forbidden, rule "maker-is-checker").
func (s *Service) RejectRequest(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Request, error) {
	return s.endRequest(ctx, actor, act{"reject the request", id, "checker"}, domain.Rejected, reason, func(w *work, q Request) error {
		if err := w.requireDuty(domain.DutyChecker); err != nil {
			return err
		}
		if q.Maker == actor.Principal {
			return domain.Errorf(domain.Forbidden, "%s made the request and cannot reject it", w.name(q.Maker)).
				Hinted("withdraw it instead").ByRule("maker-is-checker")
		}
		if strings.TrimSpace(reason) == "" {
			return domain.Errorf(domain.Invalid, "a rejection needs a reason").Hinted("say what should be done instead")
		}
		return nil
	})
}

// WithdrawRequest takes a request back. Only its maker can (Forbidden, rule
// "not-maker").
func (s *Service) WithdrawRequest(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Request, error) {
	return s.endRequest(ctx, actor, act{"withdraw the request", id, "campaign-owner"}, domain.Withdrawn, reason, func(w *work, q Request) error {
		if q.Maker != actor.Principal {
			return domain.Errorf(domain.Forbidden, "the request was made by %s", w.name(q.Maker)).
				Hinted("only its maker withdraws it; a checker rejects it").ByRule("not-maker")
		}
		return nil
	})
}

func (s *Service) endRequest(ctx context.Context, actor domain.Actor, a act, to domain.ChangeState, reason string,
	check func(*work, Request) error) (Request, error) {
	var q Request
	err := s.do(ctx, actor, a, func(w *work) error {
		var err error
		if q, _, err = w.openRequest(a.subject); err != nil {
			return err
		}
		if err := check(w, q); err != nil {
			return err
		}
		before := q
		q.State, q.Answer = to, strings.TrimSpace(reason)
		if to == domain.Rejected {
			q.Checker = actor.Principal
		}
		var r rows
		r.put(before, q)
		e := w.event(EvRequestDone, q.ID)
		e.Decision, e.Reason = to.String(), q.Answer
		_, err = w.append(e, nil, &r)
		return err
	})
	return q, err
}

// past tells why a request cannot be carried out any more; "" while it can.
func (q Request) past(c Campaign) string {
	switch {
	case c.State == Closed, c.State == Cancelled:
		return fmt.Sprintf("the campaign is %s", c.State)
	case q.Act == RequestExtend && c.State != Active, q.Act == RequestReassign && c.State > Decided:
		return fmt.Sprintf("the campaign is %s", c.State)
	case q.Act == RequestExtend && q.Stage != c.Stage, q.Act == RequestReassign && q.Stage < c.Stage:
		return fmt.Sprintf("stage %d is over", q.Stage)
	}
	return ""
}

// endPast ends the requests that a campaign has gone past, each by an event
// with the reason.
func (w *work) endPast(c Campaign) error {
	all, err := w.Requests(c.ID)
	if err != nil {
		return err
	}
	for _, q := range all {
		why := q.past(c)
		if q.State != domain.Proposed || why == "" {
			continue
		}
		after := q
		after.State, after.Answer = domain.Stale, why
		var r rows
		r.put(q, after)
		e := w.event(EvRequestDone, q.ID)
		e.Decision, e.Reason = after.State.String(), why
		if _, err := w.append(e, nil, &r); err != nil {
			return err
		}
	}
	return nil
}
