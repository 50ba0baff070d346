package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/approvals"
	"countersign/tui/browse"
	"countersign/tui/change"
)

// Waiting implements approvals.Reads.
func (r reviewReads) Waiting(ctx context.Context) (w approvals.Waiting, err error) {
	w.Names = map[domain.ID]string{}
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if w.Head, err = tx.Log(); err != nil || r.s.actor.Principal == "" {
			return err
		}
		w.Papers, err = r.papers(tx)
		return err
	})
	if err != nil || r.s.actor.Principal == "" {
		return w, err
	}
	h, err := r.s.svc.Home(ctx, r.s.actor)
	if err != nil {
		return w, err
	}
	w.Packets, w.Changes, w.Mine = h.Packets, h.ToApprove, h.MyChanges
	for _, c := range slices.Concat(w.Changes, w.Mine) {
		if _, known := w.Names[c.Maker]; !known {
			w.Names[c.Maker] = r.Name(ctx, c.Maker)
		}
	}
	return w, nil
}

// Change implements approvals.Reads: the change set judged on the present state
// as its maker's, in words.
func (r reviewReads) Change(ctx context.Context, id domain.ID) (c approvals.Change, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if c.Head, err = tx.Log(); err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		cs, err := tx.ChangeSet(id)
		if err != nil {
			return err
		}
		v, err := r.s.svc.Judge(tx, o, cs)
		if err != nil {
			return err
		}
		words := o // a change set may name what only it begins
		if v.After != nil {
			words = v.After
		}
		c.Verdict, c.Rises = review.VerdictWords(words, v), review.RisesDigest(v.Effects)
		for _, one := range cs.Changes {
			d, err := domain.DeltaOf(one.Before, one.After)
			if err != nil {
				return err
			}
			c.Before = append(c.Before, review.DeltaWords(words, d))
		}
		c.Leads = leadsOf(words, cs.Changes, v.Effects)
		c.Counts, c.Effects, c.Breaks = change.Counts(cs.Changes), review.EffectLines(words, v.Effects), breaksToday(words, cs.Changes, tx.Now())
		return nil
	})
	return c, err
}

// mostLeads is how many of what a change set is about are offered to open.
const mostLeads = 40

// leadsOf are the pages over what changes are about, and over who gains or loses.
func leadsOf(o *domain.Org, changes []domain.Change, effects []domain.Effect) []tui.Lead {
	var out []tui.Lead
	seen := map[[2]string]bool{} // a page over the same thing is one, however often it is led to
	take := func(leads ...tui.Lead) {
		for _, p := range leads {
			if at := [2]string{p.Page, p.Arg}; !seen[at] && len(out) < mostLeads {
				seen[at] = true
				out = append(out, p)
			}
		}
	}
	add := func(kind domain.Kind, id domain.ID, note string) {
		if p, ok := browse.PlaceOf(o, kind, id, note); ok {
			take(p)
		}
	}
	for _, one := range changes {
		if len(out) == mostLeads {
			break
		}
		if g, ok := one.Record().(domain.Grant); ok {
			take(browse.PlacesOfGrant(o, g)...)
			continue
		}
		add(one.Record().RecordKind(), one.Record().RecordID(), "it changes this")
	}
	for _, e := range effects {
		if len(out) == mostLeads {
			break
		}
		note := "loses by it"
		if e.Rises() {
			note = "gains by it"
		}
		add(domain.KindPrincipal, e.Principal, note)
	}
	return out
}

// Checks implements approvals.Reads.
func (r reviewReads) Checks(ctx context.Context, campaign domain.ID) ([]review.Check, error) {
	return r.s.svc.PreLaunch(ctx, campaign)
}

// Packet implements approvals.Reads; id is that of the packet's record.
func (r reviewReads) Packet(ctx context.Context, id string) (w review.WaitingPacket, head review.Head, err error) {
	parts := strings.Split(id, "/")
	stage := 0
	if len(parts) == 3 {
		if stage, err = strconv.Atoi(parts[1]); err != nil {
			stage = 0
		}
	}
	if stage == 0 {
		return w, head, domain.Errorf(domain.NotFound, "%q is no packet", id).Hinted("open one from the approvals")
	}
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if head, err = tx.Log(); err != nil {
			return err
		}
		if w.Campaign, err = tx.Campaign(domain.ID(parts[0])); err != nil {
			return err
		}
		if w.Packet, err = tx.Packet(w.Campaign.ID, stage, domain.ID(parts[2])); err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		w.Reviewer = o.Name(domain.KindPrincipal, w.Packet.Reviewer)
		if w.Packet.State != review.Signed || w.Packet.Stage != w.Campaign.Stage {
			if w.Packet.Reviewer == r.s.actor.Principal {
				w.Why = "you made these decisions"
			}
			return nil
		}
		w.Why, err = review.WhyNotCheck(tx, o, w.Campaign, w.Packet, r.s.actor.Principal)
		return err
	})
	return w, head, err
}

// Approve implements approvals.Acts, as do the five below.
func (r reviewReads) Approve(ctx context.Context, saw domain.Sight, rises string, id domain.ID, reason string) (review.Proposal, error) {
	actor := r.as(saw)
	actor.Rises = rises
	return r.s.svc.Approve(ctx, actor, id, reason)
}

// Reject sends a change set back.
func (r reviewReads) Reject(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (review.Proposal, error) {
	return r.s.svc.Reject(ctx, r.as(saw), id, reason)
}

// Withdraw takes the actor's own back.
func (r reviewReads) Withdraw(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (review.Proposal, error) {
	return r.s.svc.Withdraw(ctx, r.as(saw), id, reason)
}

// Rebuild proposes a stale one again.
func (r reviewReads) Rebuild(ctx context.Context, saw domain.Sight, id domain.ID) (review.Proposal, error) {
	return r.s.svc.Rebuild(ctx, r.as(saw), id)
}

// Countersign is the checker's yes to a packet.
func (r reviewReads) Countersign(ctx context.Context, saw domain.Sight, campaign, reviewer domain.ID, reason string) (review.Packet, error) {
	return r.s.svc.Countersign(ctx, r.as(saw), campaign, reviewer, reason)
}

// Return sends named items back to their reviewer.
func (r reviewReads) Return(ctx context.Context, saw domain.Sight, campaign, reviewer domain.ID, items []int, reason string, due time.Time) (review.Packet, error) {
	return r.s.svc.Return(ctx, r.as(saw), campaign, reviewer, items, reason, due)
}
