package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// packetScan is what one walk over a packet's items tells.
type packetScan struct {
	items     int
	counts    map[Answer]int
	undecided []int
	highRisk  bool
	shared    bool // a subject of a shared item does not lower it: someone else must agree
	digest    string
	lowered   []Item // reduced or revoked
	areas     []Item // decided area items, with what others signed about them
	subjects  map[domain.ID][]int
	due       time.Time           // the latest own due date of what was returned in the packet's round
	offices   []Item              // what others lowered that could leave an office empty
	record    map[domain.ID][]int // items handed over by, or for, someone who was to review them
	beside    map[domain.ID][]int // items that somebody else answers for too, in whatever stage
	entered   map[domain.ID]int   // decisions that somebody else entered for the reviewer
}

// scanPacket walks a reviewer's items of a campaign's stage. An item under an
// exception counts as settled without an answer; so does one that closed
// without an answer and was not among those returned.
func scanPacket(tx Tx, c Campaign, reviewer domain.ID) (packetScan, error) {
	return lookAt(tx, c).scan(reviewer)
}

// scan is scanPacket with what was read for other packets of the stage.
func (l *looked) scan(reviewer domain.ID) (packetScan, error) {
	tx, c := l.tx, l.c
	s := packetScan{counts: map[Answer]int{}, subjects: map[domain.ID][]int{}, record: map[domain.ID][]int{}, beside: map[domain.ID][]int{},
		entered: map[domain.ID]int{}}
	h := sha256.New()
	o, err := tx.Org()
	if err != nil {
		return s, err
	}
	packet, err := tx.Packet(c.ID, c.Stage, reviewer)
	if err != nil {
		return s, err
	}
	through, err := l.hands()
	if err != nil {
		return s, err
	}
	known := map[domain.Holder][]domain.ID{}
	err = eachItem(tx, ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: reviewer}, func(it Item) error {
		s.items++
		reopened := it.Return.Round > 0 && it.Return.Round >= packet.Round
		if reopened && it.Return.Due.After(s.due) {
			s.due = it.Return.Due
		}
		s.counts[it.Decision.Answer]++
		if by := it.Decision.ByAnother(); by != "" {
			s.entered[by]++
		}
		s.highRisk = s.highRisk || it.HighRisk
		subjects := subjectsNow(o, it, tx.Now(), known)
		for _, p := range subjects {
			s.subjects[p] = append(s.subjects[p], it.No)
		}
		if err := s.handed(through, it); err != nil {
			return err
		}
		switch it.Decision.Answer {
		case Silent:
			if it.Outcome.Result != Exception && (packet.State != Returned || reopened) {
				s.undecided = append(s.undecided, it.No)
			}
			return nil
		case Reduce, Revoke:
			s.lowered = append(s.lowered, it)
		case Keep, Abstain:
			s.shared = s.shared || slices.Contains(subjects, reviewer)
		}
		if it.Holding.Target.Kind == domain.TargetArea {
			s.areas = append(s.areas, it)
		}
		line, err := domain.CanonicalJSON(it.Decision)
		if err != nil {
			return err
		}
		h.Write(append(line, '\n')) // never fails (hash.Hash)
		return nil
	})
	s.digest = hex.EncodeToString(h.Sum(nil))
	return s, err
}

// handed notes everyone whose item this was before it came to the reviewer, by
// however many hands, and everyone who answers for it besides: none of them is
// a second pair of eyes on it.
func (s *packetScan) handed(h *hands, it Item) error {
	ever, err := h.of(it)
	if err != nil {
		return err
	}
	for _, who := range ever {
		s.record[who] = append(s.record[who], it.No)
	}
	beside, err := h.beside(it)
	for _, who := range beside {
		s.beside[who] = append(s.beside[who], it.No)
	}
	return err
}

// needsChecker tells whether a packet must be countersigned by the definition:
// all of them, or those with anything but keeps of plain items.
func (s packetScan) needsChecker(d Definition) bool {
	return d.CountersignAll || s.highRisk || s.shared || s.counts[Reduce]+s.counts[Revoke] > 0 || s.abstentionLowers(d)
}

// abstentionLowers tells whether the packet has abstentions that the rule for
// non-response may turn into something lower, which is then the campaign
// owner's doing: somebody else has to have checked it.
func (s packetScan) abstentionLowers(d Definition) bool {
	return s.counts[Abstain] > 0 && (d.NonResponse.High.lowers() || d.NonResponse.Other.lowers())
}

// SignOff closes a reviewer's decisions of the stage with a statement over
// them; the campaign's name is typed to confirm. Where the definition asks for
// no checker, the packet is closed with it.
//
// Refused with a rule: "name-typed", "no-items", "undecided", "signed",
// "contradiction" (a parent area lowered below a child that is kept), or the
// last-holder rule that a revocation would breach; RuleUnseen where another read
// decisions back after what the reviewer was shown.
func (s *Service) SignOff(ctx context.Context, actor domain.Actor, campaign domain.ID, typed string) (Packet, error) {
	var p Packet
	err := prepared(ctx, s, actor, act{"sign off", campaign, "reviewer"}, func(tx Tx) (packetScan, error) {
		c, err := tx.Campaign(campaign)
		if err != nil || c.State != Active {
			return packetScan{}, err
		}
		return scanToSign(tx, c, actor.Principal)
	}, func(w *work, scan packetScan) error {
		c, err := w.activeCampaign(campaign)
		if err != nil {
			return err
		}
		if strings.TrimSpace(typed) != c.Name {
			return domain.Errorf(domain.Invalid, "%q is not the campaign's name", typed).
				Hinted("type %q to sign", c.Name).ByRule("name-typed")
		}
		before, err := w.Packet(c.ID, c.Stage, actor.Principal)
		if err != nil {
			return err
		}
		if err := w.checkSignable(c, before, scan); err != nil {
			return err
		}
		if err := w.unseenEntry(c); err != nil {
			return err
		}
		p = Packet{Campaign: c.ID, Stage: c.Stage, Reviewer: actor.Principal, State: Signed,
			Round: max(before.Round, 1), Items: scan.items, Keep: scan.counts[Keep], Reduce: scan.counts[Reduce],
			Revoke: scan.counts[Revoke], Abstain: scan.counts[Abstain], Digest: scan.digest}
		p.Statement = Statement(w.name(actor.Principal), c, p) + w.enteredWords(scan.entered)
		if !scan.needsChecker(c.Definition) {
			p.State = Countersigned
		}
		return w.closePacket(c, before, p, EvSigned, ByReviewer)
	})
	if err == nil {
		err = s.closeStage(ctx, actor, campaign, "reviewer")
	}
	return p, err
}

// Statement is what a reviewer signs.
func Statement(name string, c Campaign, p Packet) string {
	return fmt.Sprintf("I, %s, decided %s of %q, frozen at event %d: %d kept, %d reduced, %d revoked, %d abstained. "+
		"My decisions have the digest %s.", name, Count(p.Items, "item", "items"), c.Name, c.Frozen, p.Keep, p.Reduce,
		p.Revoke, p.Abstain, p.Digest)
}

func (w *work) checkSignable(c Campaign, before Packet, scan packetScan) error {
	who := w.name(w.actor.Principal)
	switch {
	case before.Lapsed:
		return domain.Errorf(domain.Conflict, "the packet of %s in %q lapsed unsigned: this signature is late and is not taken", who, c.Name).
			Hinted("ask a checker to return what should still be answered").ByRule("late")
	case before.State == Signed || before.State == Countersigned:
		return domain.Errorf(domain.Conflict, "%s has signed %q already", who, c.Name).
			Hinted("it waits for a checker, or is closed").ByRule("signed")
	case scan.items == 0:
		return domain.Errorf(domain.Forbidden, "%s has no items in %q", who, c.Name).
			Hinted("there is nothing to sign").ByRule("no-items")
	case len(scan.undecided) > 0:
		return domain.Errorf(domain.Conflict, "%s of %q %s undecided: %s", Count(len(scan.undecided), "item", "items"), c.Name,
			isAre(len(scan.undecided)), itemList(scan.undecided)).Hinted("decide them first; abstaining is a decision").ByRule("undecided")
	}
	if err := contradictions(w.org, w.actor.Principal, scan.areas); err != nil {
		return err
	}
	return w.breach(scan.lowered, scan.offices)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// closePacket writes a packet's new state and, with the last one, the
// campaign's.
func (w *work) closePacket(c Campaign, before, after Packet, t domain.EventType, who Who) error {
	var r rows
	if before.Round == 0 {
		r.put(nil, after)
	} else {
		r.put(before, after)
	}
	next, err := w.campaignAfter(c, after, who)
	if err != nil {
		return err
	}
	r.put(c, next)
	e := w.event(t, after.RecordID())
	e.Decision, e.Reason = after.State.String(), after.Reason
	if t == EvSigned {
		e.Reason = after.Statement
	}
	_, err = w.append(e, PacketData{Stage: after.Stage, Reviewer: after.Reviewer, Digest: after.Digest}, &r)
	return err
}

// campaignAfter moves the campaign when a packet was the last one.
func (w *work) campaignAfter(c Campaign, p Packet, who Who) (Campaign, error) {
	if c.State != Active {
		return c, nil
	}
	asked, err := w.Asked(c.ID, c.Stage)
	if err != nil {
		return c, err
	}
	stored, err := w.Packets(c.ID)
	if err != nil {
		return c, err
	}
	closed := map[domain.ID]bool{"": true}
	for _, one := range append(stored, p) {
		if one.Stage == c.Stage {
			closed[one.Reviewer] = one.State == Signed || one.State == Countersigned
		}
	}
	for _, who := range asked {
		if !closed[who] {
			return c, nil
		}
	}
	next := c
	next.State, err = c.move(ActSignLast, who)
	return next, err
}

// Countersign is a checker's yes to a signed packet. Forbidden: the checker
// lacks the duty ("duty-missing"), is the reviewer, or answers for one of its
// items too, in whatever stage ("checker-is-reviewer"), or is a subject of one
// ("checker-is-subject"); the items are named, and who can instead.
// Conflict: it is not signed, or someone was faster ("not-signed").
func (s *Service) Countersign(ctx context.Context, actor domain.Actor, campaign, reviewer domain.ID, reason string) (Packet, error) {
	var p Packet
	err := s.checkPacket(ctx, actor, "countersign", campaign, reviewer, func(w *work, c Campaign, before Packet, scan packetScan) error {
		if err := w.unseen("the packet of "+w.name(reviewer), string(before.RecordID()), EvSigned, EvReturned); err != nil {
			return err
		}
		if before.Lapsed {
			if err := w.unseen("the packet of "+w.name(reviewer), string(c.ID), EvLapsed); err != nil {
				return err
			}
		}
		if own := ownIn(w.org, scan, actor.Principal); own != nil {
			return own.Hinted("%s", w.whoChecks(c, before, scan))
		}
		if scan.digest != before.Digest {
			return domain.Errorf(domain.Conflict, "the decisions of %s are not those that were signed", w.name(reviewer)).
				Hinted("return the packet, and verify the log").ByRule("packet-digest")
		}
		p = before
		p.State, p.Checker, p.Reason = Countersigned, actor.Principal, strings.TrimSpace(reason)
		return w.closePacket(c, before, p, EvCountersigned, ByChecker)
	})
	if err == nil {
		err = s.closeStage(ctx, actor, campaign, "checker")
	}
	return p, err
}

// Return sends named items of a signed packet back to their reviewer, with a
// reason and a due date of their own; the others stay closed. Invalid: no
// items, items not of the packet, no reason, or a due date that is over.
// Forbidden "checker-is-subject": the checker is a subject of one of them.
func (s *Service) Return(ctx context.Context, actor domain.Actor, campaign, reviewer domain.ID, items []int,
	reason string, due time.Time) (Packet, error) {
	var p Packet
	err := s.checkPacket(ctx, actor, "return", campaign, reviewer, func(w *work, c Campaign, before Packet, scan packetScan) error {
		if own := both(scan.subjects[actor.Principal], items); len(own) > 0 {
			return domain.Errorf(domain.Forbidden, "%s is a subject of %s and cannot return them",
				w.name(actor.Principal), itemList(own)).Hinted("%s", w.whoChecks(c, before, scan)).ByRule("checker-is-subject")
		}
		reason = strings.TrimSpace(reason)
		if len(items) == 0 || reason == "" || !due.After(w.now) {
			return domain.Errorf(domain.Invalid, "items are returned by number, with a reason and a date still to come").
				Hinted("say which, why, and by when")
		}
		p = before
		p.State, p.Round, p.Checker, p.Reason, p.Lapsed = Returned, before.Round+1, actor.Principal, reason, false
		var r rows
		r.put(before, p)
		if err := w.reopen(&r, c, p, items, due); err != nil {
			return err
		}
		next := c
		var err error
		if next.State, err = c.move(ActReopen, ByChecker); err != nil {
			return err
		}
		r.put(c, next)
		e := w.event(EvReturned, p.RecordID())
		e.Decision, e.Reason = Returned.String(), reason
		_, err = w.append(e, PacketData{Stage: p.Stage, Reviewer: reviewer, Items: items, Due: due.UTC()}, &r)
		return err
	})
	return p, err
}

// both gives the numbers that are in both lists.
func both(a, b []int) []int {
	return slices.DeleteFunc(slices.Clone(a), func(n int) bool { return !slices.Contains(b, n) })
}

// reopen adds the rows that open items again in a packet's round.
func (w *work) reopen(r *rows, c Campaign, p Packet, items []int, due time.Time) error {
	items = slices.Clone(items)
	slices.Sort(items)
	for _, no := range slices.Compact(items) {
		own, err := w.Items(ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: p.Reviewer, No: no})
		if err != nil {
			return err
		}
		if len(own) == 0 {
			it, err := w.Item(c.ID, no)
			if err != nil {
				return err
			}
			return domain.Errorf(domain.Invalid, "item %d is not of the packet of %s", no, w.name(p.Reviewer)).
				Hinted("return it in the packet of %s", w.name(it.Reviewer))
		}
		it := own[0]
		ret := ItemReturn{Campaign: c.ID, Item: no, Stage: c.Stage, Reviewer: p.Reviewer, Round: p.Round,
			Reason: p.Reason, Due: due.UTC().Truncate(time.Millisecond)}
		if it.Return.Round > 0 {
			r.put(it.Return, ret)
		} else {
			r.put(nil, ret)
		}
	}
	return nil
}
