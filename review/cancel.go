package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
)

// Cancel ends a campaign for a reason, from any state before Closed: at once
// while nobody has signed a reduction or a revocation. Afterwards it takes
// those back, and is a Request, which is given back and is carried out when a
// checker approves it. Invalid: no reason; Conflict "move": it is over;
// Forbidden "not-campaign-owner".
func (s *Service) Cancel(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Campaign, Request, error) {
	var c Campaign
	var q Request
	err := s.do(ctx, actor, act{"cancel", id, "campaign-owner"}, func(w *work) error {
		before, err := w.ownCampaign(id)
		if err != nil {
			return err
		}
		c = before
		next, err := before.move(ActCancel, ByOwner)
		if err != nil {
			return err
		}
		if reason = strings.TrimSpace(reason); reason == "" {
			return domain.Errorf(domain.Invalid, "cancelling %q needs a reason", c.Name).Hinted("say why it ends here")
		}
		signed, err := loweringSigned(w, before)
		if err != nil {
			return err
		}
		if signed {
			q = Request{Campaign: c.ID, Act: RequestCancel, Stage: c.Stage, Reason: reason}
			return w.request(&q)
		}
		c, err = w.cancel(before, next, reason, nil)
		return err
	})
	return c, q, err
}

// cancel writes the end of a campaign; data is nil where nothing that was signed
// ends with it.
func (w *work) cancel(c Campaign, to State, reason string, data any) (Campaign, error) {
	next := c
	next.State, next.Was, next.Reason = to, c.State, reason
	e := w.event(EvCancelled, c.ID)
	e.Reason = reason
	var r rows
	r.put(c, next)
	_, err := w.append(e, data, &r)
	return next, err
}

// takesAway gives the answers that take access away.
func takesAway() []Answer { return []Answer{Reduce, Revoke} }

// loweringSigned tells whether a reduction or a revocation of a campaign was
// signed: by its reviewer, or, where the rule for silence makes it, by the
// checker of a packet that lapsed. One that was sent back was signed too,
// until its reviewer signs another answer.
func loweringSigned(tx Tx, c Campaign) (bool, error) {
	if c.State < Active {
		return false, nil
	}
	packets, err := tx.Packets(c.ID)
	if err != nil {
		return false, err
	}
	rule := c.Definition.NonResponse
	again := map[share]Packet{} // of more than one round: what stands now is not all that was signed
	for _, p := range packets {
		switch {
		case p.Lapsed && p.State == Countersigned && (rule.High.lowers() || rule.Other.lowers()):
			return true, nil
		case p.State != Open && p.Unsigned == 0 && p.Reduce+p.Revoke > 0:
			return true, nil
		case p.Round > 1 && p.Unsigned != 1:
			again[share{p.Stage, p.Reviewer}] = p
		}
	}
	if items, err := lowered(tx, c, again); err != nil || len(items) > 0 {
		return len(items) > 0, err
	}
	if c.Stage <= 1 && c.Iteration <= 1 && !c.Ruled() {
		return false, nil
	}
	ruled, err := tx.Items(ItemQuery{Campaign: c.ID, Ruled: takesAway(), Limit: 1})
	return len(ruled) > 0, err
}

// lowered gives the items about which the last answer that was signed, in one of
// the packets, reduces or revokes, each with the lowest level of those.
func lowered(tx Tx, c Campaign, in map[share]Packet) (map[int]domain.Level, error) {
	out := map[int]domain.Level{}
	if len(in) == 0 {
		return out, nil
	}
	last := map[voice]Decision{}
	for v, err := range tx.DecisionVersions(c.ID) {
		if err != nil {
			return nil, err
		}
		d := v.Row
		if p, ok := in[share{d.Stage, d.Reviewer}]; ok && p.signed(d) {
			last[voice{d.Item, d.Stage, d.Reviewer}] = d
		}
	}
	for v, d := range last {
		if !slices.Contains(takesAway(), d.Answer) {
			continue
		}
		if l, known := out[v.item]; !known || d.Level < l {
			out[v.item] = d.Level
		}
	}
	return out, nil
}

// signed tells whether the packet was signed after a decision of it was made,
// also one that was sent back since: in a round before this one, or in this one.
func (p Packet) signed(d Decision) bool {
	switch {
	case p.Unsigned > 0:
		return d.Round < p.Unsigned
	case p.State == Signed || p.State == Countersigned:
		return d.Round <= p.Round
	}
	return d.Round < p.Round
}

// falling is what was signed in a campaign and falls with it, by items.
type falling struct {
	own  map[domain.ID][]int // of which somebody who may approve it is a subject
	left []int               // whose holding stands above what was signed
}

// fallingWith gives what falls with a campaign: reductions and revocations by the
// ruling over all stages; where none is in force, by that of a stage, by the last
// answer that was signed, or by the rule for silence in a packet that lapsed and
// was countersigned; who are the people whose own items are told.
func fallingWith(tx Tx, c Campaign, who []domain.ID) (falling, error) {
	f := falling{own: map[domain.ID][]int{}}
	o, err := tx.Org()
	if err != nil {
		return f, err
	}
	lost, err := signedAway(tx, c)
	if err != nil {
		return f, err
	}
	known := map[domain.Holder][]domain.ID{}
	err = eachItem(tx, ItemQuery{Campaign: c.ID}, func(it Item) error {
		to, falls := lost[it.No]
		if !falls {
			return nil
		}
		subjects := subjectsNow(o, it, tx.Now(), known)
		for _, one := range who {
			if slices.Contains(subjects, one) {
				f.own[one] = append(f.own[one], it.No)
			}
		}
		row, there := o.Holding(it.Holding.ID)
		if now, _ := row.Record.(domain.Grant); there && now.Level > to {
			f.left = append(f.left, it.No)
		}
		return nil
	})
	return f, err
}

// signedAway gives the items whose reduction or revocation was signed, each with
// the level it was to have.
func signedAway(tx Tx, c Campaign) (map[int]domain.Level, error) {
	packets, err := tx.Packets(c.ID)
	if err != nil {
		return nil, err
	}
	shares := map[share]Packet{}
	for _, p := range packets {
		shares[share{p.Stage, p.Reviewer}] = p
	}
	lost, err := lowered(tx, c, shares)
	if err != nil {
		return nil, err
	}
	rulings, err := tx.Rulings(c.ID, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(rulings) { // that over all stages after those of each
		switch {
		case slices.Contains(takesAway(), r.Answer):
			lost[r.Item] = r.Level
		case r.Answer == Keep && c.InForce(r):
			delete(lost, r.Item)
		}
	}
	for _, p := range packets {
		if p.Stage != c.Stage || !p.Lapsed || p.State != Countersigned {
			continue
		}
		err := eachItem(tx, ItemQuery{Campaign: c.ID, Stage: p.Stage, Reviewer: p.Reviewer}, func(it Item) error {
			if it.Ruling.Iteration != 0 || it.Decision.Answer != Silent && p.signed(it.Decision) {
				return nil
			}
			to, falls := silenceTo(c.Definition, it.StagedItem)
			if was, known := lost[it.No]; falls && (!known || to < was) {
				lost[it.No] = to
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return lost, nil
}

// silenceTo gives the level to which the rule for silence lowers an item; false where
// it does not lower it.
func silenceTo(d Definition, it StagedItem) (domain.Level, bool) {
	out, _ := d.NonResponse.For(it.HighRisk).Apply(Vote{}, RuleSilence, it.Holding.Level, Vote{Answer: it.Advice.Answer, Level: it.Advice.Level})
	to := out.Level
	if out.Answer == Revoke {
		to = domain.None
	}
	return to, slices.Contains(takesAway(), out.Answer) && to < it.Holding.Level
}

// LeftOver gives the items of a cancelled campaign whose reduction or revocation
// was signed and is not carried out, as its end has them on record ("3,7-12"),
// and how many they are; "" where there is none.
func LeftOver(tx Tx, c Campaign) (items string, n int, err error) {
	if c.State != Cancelled {
		return "", 0, nil
	}
	es, err := tx.Events(EventQuery{Types: []domain.EventType{EvCancelled}, Subject: string(c.ID), Limit: 1})
	if err != nil || len(es) == 0 || len(es[0].Data) == 0 {
		return "", 0, err
	}
	d, err := dataOf[CancelledData](es[0])
	return d.Left, d.Items, err
}

// mostSpans is how many spans of items are said in words.
const mostSpans = 12

// LeftWords says what LeftOver gives: of many spans the first, and how many items the
// others are.
func LeftWords(items string, n int) string {
	if parts := strings.SplitN(items, ",", mostSpans+1); len(parts) > mostSpans {
		items = strings.Join(parts[:mostSpans], ",")
		items += fmt.Sprintf(" and %d more", n-spanned(items))
	}
	return fmt.Sprintf("%s signed to be lowered, still as before: %s", Count(n, "item", "items"), items)
}

// spanned is how many numbers are in what spans wrote.
func spanned(items string) (n int) {
	for part := range strings.SplitSeq(items, ",") {
		from, to, two := strings.Cut(part, "-")
		n++
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if two && errA == nil && errB == nil {
			n += b - a
		}
	}
	return n
}

// spans writes numbers that come in order: "3,7-12".
func spans(nos []int) string {
	var b []byte
	for i := 0; i < len(nos); i++ {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(nos[i]), 10)
		to := i
		for to+1 < len(nos) && nos[to+1] == nos[to]+1 {
			to++
		}
		if to > i {
			b = strconv.AppendInt(append(b, '-'), int64(nos[to]), 10)
			i = to
		}
	}
	return string(b)
}

// approveCancel is ApproveRequest for the end of a campaign: who approves it
// gains nothing by it, which takes a look at every item, done before the
// writer is held.
func (s *Service) approveCancel(ctx context.Context, actor domain.Actor, q Request, reason string) (Request, error) {
	a := act{"approve the request", q.ID, "checker"}
	for range 5 {
		var falls falling
		var head Head
		err := s.store.View(ctx, func(tx Tx) error {
			c, err := tx.Campaign(q.Campaign)
			if err != nil {
				return err
			}
			if head, err = tx.Log(); err != nil {
				return err
			}
			o, err := tx.Org()
			if err != nil {
				return err
			}
			who := []domain.ID{actor.Principal}
			for _, one := range o.WithDuty(domain.DutyChecker, tx.Now()) {
				who = append(who, one.ID)
			}
			slices.Sort(who)
			falls, err = fallingWith(tx, c, slices.Compact(who))
			return err
		})
		if err != nil {
			return q, s.refused(ctx, actor, a, err)
		}
		var out Request
		err = s.do(ctx, actor, a, func(w *work) (err error) {
			if err := w.unmoved(q.Campaign, head); err != nil {
				return err
			}
			out, err = w.approveRequest(q.ID, reason, falls)
			return err
		})
		if !errors.Is(err, errMoved) {
			return out, err
		}
	}
	return q, domain.Errorf(domain.Conflict, "others are working on the same campaign just now").
		Hinted("do it again in a moment; nothing was saved").ByRule("busy")
}
