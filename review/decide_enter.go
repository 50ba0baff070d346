package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Entry is decisions of one reviewer's packet that are read back from packet
// workbooks, by the reviewer or by another for them (PRODUCT 6). Such
// decisions say who entered them; the reviewer confirms them by signing.
type Entry struct {
	Reviewer   domain.ID // whose decisions they are
	Stage      int       // and Round: what the workbooks were made for
	Round      int
	Files      []ReadFile
	Situations map[int]Situation // by item: how it stood when its row was judged

	reasons map[string]int // given for high-risk items, folded: for which
	head    Head           // when it was asked who may enter
}

// Situation is what moves about an item between the making of a packet workbook
// and its reading back, in words.
type Situation struct {
	SoFar string // the decision so far, with its event; "" for none
	Now   string // what the holding is now, where that is not what was staged
}

// SituationOf gives an item's situation.
func SituationOf(o *domain.Org, it Item) Situation {
	s := Situation{SoFar: soFar(it.Holding.Ladder(), it.Decision, it.Decided)}
	if ch, moved := changedSince(o, it); moved {
		s.Now = ch.Now
	}
	return s
}

// soFar says a decision that stands: "reduce to Read: reads only (event 7)".
func soFar(l domain.Ladder, d Decision, at domain.Seq) string {
	if d.Answer == Silent {
		return ""
	}
	s := AnswerWords(d.Answer, d.Level, l)
	if d.Reason != "" {
		s += ": " + d.Reason
	}
	return fmt.Sprintf("%s (event %d)", s, at)
}

// AnswerWords says an answer in a few words: "keep", "reduce to Read",
// "revoke", "abstain".
func AnswerWords(a Answer, level domain.Level, l domain.Ladder) string {
	if a == Reduce {
		return a.String() + " to " + l.Word(level)
	}
	return a.String()
}

// Rules by which reading back is refused.
const (
	ruleStale    = "stale"     // something moved since the workbook was made, or since it was previewed
	ruleMayEnter = "not-yours" // neither the reviewer, nor one who may enter for them
)

// Enter records decisions that are read back: as Decide does, all or nothing,
// as one act. What was answered on high-risk items takes a reason of its own,
// which no other of them in the packet has, and carries no bulk mark; nothing is
// measured of how long it took.
//
// Refused as Decide refuses, and with the rules "not-yours" (see MayEnter),
// "own-access" also where an item is the access of whoever enters, "stale"
// (Conflict: another stage or round than the workbooks', or an item that does
// not stand as it did), "no-countersigner" (nobody could check it then).
func (s *Service) Enter(ctx context.Context, actor domain.Actor, campaign domain.ID, e Entry, in []DecisionInput) (Receipt, error) {
	for range 5 {
		e.reasons = nil
		err := s.store.View(ctx, func(tx Tx) error { // before the writer is held: a packet may be large
			o, err := tx.Org()
			if err != nil {
				return err
			}
			if e.head, err = tx.Log(); err != nil {
				return err
			}
			c, err := tx.Campaign(campaign)
			if err != nil || c.State != Active || c.Stage != e.Stage {
				return err // deciding says what is wrong
			}
			return MayEnter(tx, o, c, actor.Principal, e.Reviewer)
		})
		if err != nil {
			return Receipt{}, s.refused(ctx, actor, e.act(campaign), err)
		}
		out, err := s.decide(ctx, actor, campaign, in, &e)
		if !errors.Is(err, errMoved) {
			return out, err
		}
	}
	return Receipt{}, domain.Errorf(domain.Conflict, "others are working on the same campaign just now").
		Hinted("do it again in a moment; nothing was saved").ByRule("busy")
}

// MayEnter refuses whoever may not read decisions back for a reviewer, in the
// campaign's present stage: it is the reviewer, the campaign's owner, or one who
// holds the duty checker or campaign-owner. Whoever enters for another does not
// check that packet, so somebody else must be able to: another checker, who
// neither answers for its items nor has them, nor entered any, nor owns the
// campaign, for the packet may lapse.
func MayEnter(tx Tx, o *domain.Org, c Campaign, by, reviewer domain.ID) error {
	if err := entersFor(o, c, by, reviewer, tx.Now()); err != nil || by == reviewer {
		return err
	}
	p, err := tx.Packet(c.ID, c.Stage, reviewer)
	if err != nil {
		return err
	}
	scan, err := scanPacket(tx, c, reviewer)
	if err != nil {
		return err
	}
	can, err := ableToCheck(tx, o, c, p, scan)
	if err != nil || slices.ContainsFunc(can, func(id domain.ID) bool { return id != by && id != c.Owner }) {
		return err
	}
	name := func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) }
	return domain.Errorf(domain.Conflict, "nobody could countersign the packet of %s if %s entered it", name(reviewer), name(by)).
		Hinted("let %s read it back, or give the duty checker to somebody who neither answers for these items nor has them", name(reviewer)).ByRule(CheckNoChecker)
}

// entersFor is the part of MayEnter that asks who one is.
func entersFor(o *domain.Org, c Campaign, by, reviewer domain.ID, at time.Time) error {
	if by == reviewer || by == c.Owner || o.HasDuty(by, domain.DutyChecker, at) || o.HasDuty(by, domain.DutyCampaignOwner, at) {
		return nil
	}
	name := func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) }
	return domain.Errorf(domain.Forbidden, "these items are for %s to review, not for %s", name(reviewer), name(by)).
		Hinted("%s, the campaign's owner or a checker reads them back", name(reviewer)).ByRule(ruleMayEnter)
}

// mayEnter is what of MayEnter can have changed since it was asked, and that the
// workbooks are of the packet's stage and round.
func (w *work) mayEnter(c Campaign, p Packet) error {
	e := w.entry
	if e == nil {
		return nil
	}
	if err := entersFor(w.org, c, w.actor.Principal, e.Reviewer, w.now); err != nil {
		return err
	}
	if c.Stage != e.Stage || max(p.Round, 1) != e.Round {
		return domain.Errorf(domain.Conflict, "the workbook is of stage %d, round %d, and the packet of %s is in stage %d, round %d",
			e.Stage, e.Round, w.name(e.Reviewer), c.Stage, max(p.Round, 1)).Hinted("export the packet again").ByRule(ruleStale)
	}
	return w.sameCheckers(c)
}

// sameCheckers is errMoved where who could check the packet of an entry may be others
// than when that was asked: somebody's access changed, items went to others, or another
// read decisions of the packet back.
func (w *work) sameCheckers(c Campaign) error {
	e := w.entry
	if e == nil || w.actor.Principal == e.Reviewer {
		return nil
	}
	if w.org.Key() != e.head.AccessKey {
		return errMoved
	}
	es, err := w.Events(EventQuery{Types: handOvers, Subject: string(c.ID), Forward: true, Before: domain.Seq(e.head.Size - 1), Limit: 1})
	if err != nil {
		return err
	}
	at, err := w.enteredByOthers(c, e.Reviewer, e.head.Size)
	if err == nil && (len(es) > 0 || at > 0) {
		err = errMoved
	}
	return err
}

// enteredByOthers gives an event by which somebody other than the actor read decisions
// of a reviewer's packet back, since the log had so many events; 0 where there is none.
func (w *work) enteredByOthers(c Campaign, reviewer domain.ID, since int64) (domain.Seq, error) {
	const page = 200
	q := EventQuery{Types: []domain.EventType{EvDecided}, Subject: string(c.ID), Forward: true, Before: domain.Seq(since - 1), Limit: page}
	for {
		es, err := w.Events(q)
		if err != nil {
			return 0, err
		}
		for _, e := range es {
			d, err := dataOf[DecidedData](e)
			if err != nil {
				return 0, err
			}
			if d.For == reviewer && e.Actor != w.actor.Principal {
				return e.Seq, nil
			}
		}
		if len(es) < page {
			return 0, nil
		}
		q.Before = es[len(es)-1].Seq
	}
}

// entered makes a decision one that was read back, by an act of n.
func (w *work) entered(it Item, d Decision, n int) (Decision, error) {
	d.Entered, d.Seconds, d.Opened = w.actor.Principal, 0, false
	if it.HighRisk && d.Reason == "" {
		return d, needsOwnReason(it, d)
	}
	if it.HighRisk {
		if first, again := w.entry.reasons[folded(d.Reason)]; again && first != it.No {
			return d, sharesReason(it.No, first)
		}
		if w.entry.reasons == nil {
			w.entry.reasons = map[string]int{}
		}
		w.entry.reasons[folded(d.Reason)] = it.No
	}
	if n > 1 && !it.HighRisk {
		d.Bulk = n
	}
	if then, ok := w.entry.Situations[it.No]; ok && then != SituationOf(w.org, it) {
		return d, domain.Errorf(domain.Conflict, "item %d does not stand as it did when the workbook was looked at", it.No).
			Hinted("preview the file again").ByRule(ruleStale)
	}
	return d, nil
}

// act names the act of deciding for the record.
func (e *Entry) act(subject domain.ID) act {
	if e == nil {
		return act{"decide", subject, "reviewer"}
	}
	return act{"read back decisions of", subject, "reviewer"}
}

// data adds to the data of an event whose decisions were entered, and from
// which files.
func (e *Entry) data(d DecidedData, by domain.Actor) DecidedData {
	if e == nil {
		return d
	}
	if d.Files = e.Files; by.Principal != e.Reviewer {
		d.For = e.Reviewer
	}
	return d
}

// enteredWords adds to a statement who entered decisions for its signer, whom
// the signature confirms.
func (w *work) enteredWords(by map[domain.ID]int) string {
	var who []string
	for id, n := range by {
		who = append(who, fmt.Sprintf("%d by %s", n, w.name(id)))
	}
	if len(who) == 0 {
		return ""
	}
	slices.Sort(who)
	return " Entered for me, which I confirm: " + strings.Join(who, ", ") + "."
}
