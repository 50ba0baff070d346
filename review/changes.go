package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// Proposal is what became of a change set that was proposed or approved.
type Proposal struct {
	ID      domain.ID
	State   domain.ChangeState
	Seq     domain.Seq     // the event that left it so
	Verdict domain.Verdict // what it does and what it needs
	Waiting []domain.ID    // managers or owners who must still approve
}

// Preview judges a change set on the present state and writes nothing. A
// refusal stands in the verdict (Refused), not in the error.
func (s *Service) Preview(ctx context.Context, actor domain.Actor, cs domain.ChangeSet) (domain.Verdict, error) {
	var v domain.Verdict
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if err := checkActor(tx, o, actor); err != nil {
			return err
		}
		cs.Maker, cs.Campaign = actor.Principal, ""
		v, err = judge(tx, s.rules, o, cs, actor)
		return err
	})
	return v, err
}

// Propose puts a change set forward: it is applied at once where the policy
// asks for nobody else, and waits for a checker otherwise. Its maker is the
// actor; id, state and maker of cs are ignored.
//
// Invalid: no title, no reason or nothing to change. What the policy or a
// rule of the model refuses is returned with its rule and recorded.
func (s *Service) Propose(ctx context.Context, actor domain.Actor, cs domain.ChangeSet) (Proposal, error) {
	var p Proposal
	ahead := s.proposeAhead(ctx, actor, cs)
	err := s.do(ctx, actor, act{"propose", domain.ID(cs.Title), "maker"}, func(w *work) error {
		var err error
		w.ahead = ahead
		p, err = w.propose(cs, ChangeData{})
		return err
	})
	return p, err
}

// proposeAhead works out what a large change set does and how it is written.
func (s *Service) proposeAhead(ctx context.Context, actor domain.Actor, cs domain.ChangeSet) *ahead {
	if len(cs.Changes) < aheadFrom {
		return nil
	}
	a := s.judgeAhead(ctx, func(_ Tx, o *domain.Org) (domain.ChangeSet, domain.Actor, error) {
		return toPropose(o, cs, actor.Principal), actor, nil
	})
	if a == nil {
		return nil
	}
	var err error
	if a.deltas, err = deltasOf(cs.Changes); err != nil {
		return nil
	}
	return a
}

func (w *work) propose(cs domain.ChangeSet, d ChangeData) (Proposal, error) {
	if err := checkProposal(cs); err != nil {
		return Proposal{}, err
	}
	cs = toPropose(w.org, cs, w.actor.Principal)
	v, err := w.judge(cs, w.actor)
	if err != nil {
		return Proposal{}, err
	}
	if v.Refused != nil {
		return Proposal{Verdict: v}, v.Refused
	}
	cs.ID = w.NewID(domain.PrefixChangeSet)
	seq, err := w.appendProposed(cs, v, d)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{ID: cs.ID, State: domain.Proposed, Seq: seq, Verdict: v, Waiting: v.From}
	if !v.AppliesNow() {
		return p, nil
	}
	cs.Proposed = seq
	p.State = domain.Applied
	p.Seq, err = w.appendApplied(cs, v, headOf(cs), nil, d)
	return p, err
}

func checkProposal(cs domain.ChangeSet) error {
	switch {
	case strings.TrimSpace(cs.Title) == "":
		return domain.Errorf(domain.Invalid, "the change set has no title").Hinted("say in a few words what it does")
	case strings.TrimSpace(cs.Reason) == "":
		return domain.Errorf(domain.Invalid, "the change set %q has no reason", cs.Title).
			Hinted("say why: a checker and an auditor will read it")
	case len(cs.Changes) == 0:
		return domain.Errorf(domain.Invalid, "the change set %q changes nothing", cs.Title).
			Hinted("everything is already as it asks")
	}
	return nil
}

func headOf(cs domain.ChangeSet) ChangeSetHead {
	return ChangeSetHead{ID: cs.ID, Title: cs.Title, Reason: cs.Reason, Maker: cs.Maker, State: cs.State,
		Source: cs.Source, Campaign: cs.Campaign, BasedOn: cs.BasedOn, Changes: len(cs.Changes)}
}

// appendProposed writes the event that carries the changes.
func (w *work) appendProposed(cs domain.ChangeSet, v domain.Verdict, d ChangeData) (domain.Seq, error) {
	e := w.event(domain.EvProposed, cs.ID)
	e.Duty, e.Reason = "maker", cs.Reason
	if w.ahead.is(cs) && w.ahead.deltas != nil { // the changes are the same whatever moved
		e.Proposed = w.ahead.deltas
	} else {
		var err error
		if e.Proposed, err = deltasOf(cs.Changes); err != nil {
			return 0, err
		}
	}
	var r rows
	r.put(nil, headOf(cs))
	d.Waiting = v.From
	return w.append(e, changeData(cs, v, d), &r)
}

// appendApplied writes the event that makes the proposed changes state.
// further rows, where given, go with it.
func (w *work) appendApplied(cs domain.ChangeSet, v domain.Verdict, before ChangeSetHead, further *rows,
	d ChangeData) (domain.Seq, error) {
	e := w.event(domain.EvApplied, cs.ID)
	e.Applies = cs.Proposed
	after := before
	after.State = domain.Applied
	var r rows
	r.put(before, after)
	if further != nil {
		if further.err != nil {
			return 0, further.err
		}
		r.deltas = append(r.deltas, further.deltas...)
	}
	return w.append(e, changeData(cs, v, d), &r)
}

func changeData(cs domain.ChangeSet, v domain.Verdict, d ChangeData) ChangeData {
	d.Need, d.Source = v.Need, cs.Source
	d.Gains, d.Loses = Tally(v.Effects)
	return d
}

// Approve is a checker's yes. The change set is judged again on the present
// state, in the transaction that applies it: one whose "before" no longer
// holds becomes stale, on record, and the answer is a Conflict (rule
// "stale"). Where several must approve, it is applied with the last yes.
//
// Conflict "already-ended": someone was faster. Forbidden: the checker may
// not (rules of domain.Policy.MayApprove).
func (s *Service) Approve(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Proposal, error) {
	var p Proposal
	var stale error
	ahead := s.judgeAhead(ctx, func(tx Tx, _ *domain.Org) (domain.ChangeSet, domain.Actor, error) {
		cs, err := tx.ChangeSet(id)
		if err == nil && cs.State != domain.Proposed {
			cs.Changes = nil
		}
		return cs, domain.Actor{Principal: cs.Maker}, err
	})
	err := s.do(ctx, actor, act{"approve", id, "checker"}, func(w *work) error {
		w.ahead = ahead
		cs, err := w.openChangeSet(id)
		if err != nil {
			return err
		}
		maker := domain.Actor{Principal: cs.Maker}
		v, err := w.judge(cs, maker)
		if err != nil {
			return err
		}
		if v.Refused != nil {
			if v.Refused.Rule != domain.RuleStale {
				return w.noLonger(cs, v.Refused)
			}
			stale = v.Refused.Hinted("rebuild it on the present state, and it can be approved")
			p.ID, p.State = id, domain.Stale
			p.Seq, err = w.end(cs, domain.EvStale, domain.Stale, v.Refused.Message)
			return err
		}
		p, err = w.approve(cs, v, reason)
		return err
	})
	if err == nil {
		err = stale
	}
	return p, err
}

// noLonger says to a checker why a waiting change set cannot be applied any
// more: the refusal is of the change set or of its maker, not of the checker.
func (w *work) noLonger(cs domain.ChangeSet, refusal *domain.Error) error {
	out := domain.Errorf(domain.Conflict, "%q cannot be approved any more: %s", cs.Title, refusal.Message).ByRule(refusal.Rule)
	if refusal.Code == domain.Forbidden {
		return out.Hinted("its maker was %s; reject it, and have it proposed by someone who may", w.name(cs.Maker))
	}
	return out.Hinted("reject it, or: %s", refusal.Hint)
}

func (w *work) approve(cs domain.ChangeSet, v domain.Verdict, reason string) (Proposal, error) {
	rises := RisesDigest(v.Effects)
	if shown := w.actor.Rises; shown != "" && shown != rises {
		return Proposal{}, domain.Errorf(domain.Conflict, "who gains what by %q is no longer what you were shown", cs.Title).
			Hinted("load it again and look: nothing was signed").ByRule(RuleUnseen)
	}
	settles, err := w.org.Policy().MayApprove(w.org, cs, v, w.actor, w.now)
	if err != nil {
		return Proposal{}, err
	}
	given, err := w.Approvals(cs.ID)
	if err != nil {
		return Proposal{}, err
	}
	valid, err := w.approvedAs(cs.ID, rises)
	if err != nil {
		return Proposal{}, err
	}
	var before domain.Record // a yes of the same checker to what it did then
	waiting := slices.Clone(v.From)
	for _, a := range append(given, Approval{Settles: settles}) {
		if a.Checker != "" && !valid[a.Checker] {
			if a.Checker == w.actor.Principal {
				before = a
			}
			continue
		}
		if a.Checker == w.actor.Principal {
			return Proposal{}, domain.Errorf(domain.Conflict, "%s has approved %q already", w.name(a.Checker), cs.Title).
				Hinted("it waits for %s", names(w.org, waiting)).ByRule("already-approved")
		}
		waiting = slices.DeleteFunc(waiting, func(p domain.ID) bool { return slices.Contains(a.Settles, p) })
	}
	yes := Approval{ChangeSet: cs.ID, Checker: w.actor.Principal, Settles: settles, Reason: reason,
		Shared: v.SharedGain(w.actor.Principal)}
	e := w.event(domain.EvApproved, cs.ID)
	e.Decision, e.Reason = "approved", reason
	var r rows
	r.put(before, yes)
	head := headOf(cs)
	if len(waiting) == 0 {
		open := head
		head.State = domain.Approved
		r.put(open, head)
	}
	seq, err := w.append(e, changeData(cs, v, ChangeData{Waiting: waiting, Rises: rises}), &r)
	p := Proposal{ID: cs.ID, State: domain.Proposed, Seq: seq, Verdict: v, Waiting: waiting}
	if err != nil || len(waiting) > 0 {
		return p, err
	}
	p.State = domain.Applied
	p.Seq, err = w.appendApplied(cs, v, head, nil, ChangeData{})
	return p, err
}

// approvedAs gives the checkers whose yes was to the same rises: what a change
// set does can grow while it waits, as when its group is given more, and
// nobody has approved what they were not shown.
func (w *work) approvedAs(id domain.ID, rises string) (map[domain.ID]bool, error) {
	es, err := w.Events(EventQuery{Types: []domain.EventType{domain.EvApproved}, Subject: string(id), Forward: true, Limit: 10_000})
	if err != nil {
		return nil, err
	}
	valid := map[domain.ID]bool{}
	for _, e := range es {
		d, err := dataOf[ChangeData](e)
		if err != nil {
			return nil, err
		}
		valid[e.Actor] = d.Rises == rises
	}
	return valid, nil
}

// RisesDigest gives SHA-256 (hex) over who rises from what to what, and where,
// whatever the instant; effects come sorted.
func RisesDigest(effects []domain.Effect) string {
	h := sha256.New()
	for _, e := range effects {
		if e.Rises() {
			h.Write(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%s\x00%d\x00%d\n", e.Principal, e.Target.Kind, e.Target.ID, e.Agent, e.Before, e.After)) // never fails (hash.Hash)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// openChangeSet gives a change set that still waits; another is a Conflict
// that says what became of it.
func (w *work) openChangeSet(id domain.ID) (domain.ChangeSet, error) {
	if a := w.ahead; a != nil && a.cs.ID == id && a.cs.State == domain.Proposed && w.holds() {
		return a.cs, nil
	}
	cs, err := w.ChangeSet(id)
	if err != nil {
		return cs, err
	}
	if cs.State == domain.Proposed {
		return cs, nil
	}
	by := ""
	if e, err := w.Event(cs.Ended); err == nil && cs.Ended > 0 {
		by = " by " + w.name(e.Actor) + " at " + w.at(e.Time)
	}
	return cs, domain.Errorf(domain.Conflict, "%q was %s%s", cs.Title, cs.State, by).
		Hinted("load the list again").ByRule("already-ended")
}

// end closes a change set without applying it.
func (w *work) end(cs domain.ChangeSet, t domain.EventType, to domain.ChangeState, reason string) (domain.Seq, error) {
	before := headOf(cs)
	after := before
	after.State = to
	var r rows
	r.put(before, after)
	e := w.event(t, cs.ID)
	e.Decision, e.Reason = to.String(), reason
	return w.append(e, ChangeData{Source: cs.Source}, &r)
}

// Reject is a checker's no, with a reason. The maker withdraws instead
// (Forbidden, rule "maker-is-checker"); the checker needs a duty that
// approves, or to be one of the managers asked.
func (s *Service) Reject(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Proposal, error) {
	var p Proposal
	err := s.do(ctx, actor, act{"reject", id, "checker"}, func(w *work) error {
		cs, err := w.openChangeSet(id)
		if err != nil {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return domain.Errorf(domain.Invalid, "a rejection of %q needs a reason", cs.Title).
				Hinted("say what the maker should do instead")
		}
		if cs.Maker == actor.Principal {
			return domain.Errorf(domain.Forbidden, "%s made %q and cannot reject it", w.name(cs.Maker), cs.Title).
				Hinted("withdraw it instead").ByRule("maker-is-checker")
		}
		if err := w.requireDuty(domain.DutyChecker, domain.DutyExecutive, domain.DutyAdmin); err != nil &&
			w.org.AccountRole(actor.Principal, w.now) != domain.AccountAdmin {
			v, fault := w.judge(cs, domain.Actor{Principal: cs.Maker})
			if fault != nil || v.Refused != nil || !slices.Contains(v.From, actor.Principal) {
				return err
			}
		}
		p = Proposal{ID: id, State: domain.Rejected}
		p.Seq, err = w.end(cs, domain.EvRejected, domain.Rejected, reason)
		return err
	})
	return p, err
}

// Withdraw takes a waiting change set back; only its maker may (Forbidden,
// rule "not-maker").
func (s *Service) Withdraw(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Proposal, error) {
	var p Proposal
	err := s.do(ctx, actor, act{"withdraw", id, "maker"}, func(w *work) error {
		cs, err := w.openChangeSet(id)
		if err != nil {
			return err
		}
		if cs.Maker != actor.Principal {
			return domain.Errorf(domain.Forbidden, "%q was made by %s", cs.Title, w.name(cs.Maker)).
				Hinted("only its maker withdraws it; a checker rejects it").ByRule("not-maker")
		}
		p = Proposal{ID: id, State: domain.Withdrawn}
		p.Seq, err = w.end(cs, domain.EvWithdrawn, domain.Withdrawn, reason)
		return err
	})
	return p, err
}
