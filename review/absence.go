package review

import (
	"context"
	"fmt"
	"slices"

	"countersign/domain"
)

// absences hands what is open for reviewers who are away now to whoever stands
// in for them, where they set that themselves. What an admin set, and what nobody may
// answer in their place, stays and is told.
func (p *tickPlan) absences() error {
	all, err := p.tx.Substitutes()
	if err != nil {
		return err
	}
	away := StandInsAt(all, p.now, p.o.Zone())
	own := away.Own()
	for _, c := range p.campaigns {
		if len(away) == 0 || c.State != Active || p.now.After(c.Due) {
			continue
		}
		shares, err := p.tx.Progress(c.ID)
		if err != nil {
			return err
		}
		for _, one := range shares {
			in, gone := away[one.Reviewer]
			if !gone || one.Stage != c.Stage || one.Items == one.Decided || one.State != Open {
				continue
			}
			if _, theirs := own[one.Reviewer]; !theirs {
				p.wait("%s: %s with %s, whom %s has %s stand in for: a checker approves that (countersign campaign reassign)", c.Name,
					Count(one.Items-one.Decided, "open item stays", "open items stay"), p.o.Name(domain.KindPrincipal, one.Reviewer), p.o.Name(domain.KindPrincipal, in.Maker), untilWords(p.o, in))
				continue
			}
			if err := p.absent(c, one.Reviewer, in); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *tickPlan) absent(c Campaign, reviewer domain.ID, in StandIn) error {
	open, err := openOf(p.tx, c, reviewer)
	if err != nil {
		return err
	}
	w, err := p.begin(looking{p.tx}, p.actor, act{"stand in", c.ID, ""})
	if err != nil {
		return err
	}
	moved, to, err := w.standInFor(&rows{}, c, reviewer, open)
	if err != nil {
		return err
	}
	name := p.o.Name(domain.KindPrincipal, reviewer)
	if n := len(open) - len(moved); n > 0 {
		p.wait("%s: %s of %s, who is substituted by %s, %s: nobody may answer in their place", c.Name, Count(n, "item", "items"), name,
			untilWords(p.o, in), map[bool]string{true: "stays", false: "stay"}[n == 1])
	}
	if len(moved) == 0 {
		return nil
	}
	goes := map[bool]string{true: "goes", false: "go"}[len(moved) == 1]
	p.add("stand-in", c.ID, stageKey(c)+"/"+string(reviewer), fmt.Sprintf("%s, stage %d: %s of %s, who is away, %s to %s", c.Name, c.Stage,
		Count(len(moved), "item", "items"), name, goes, p.o.Name(domain.KindPrincipal, to)), func(ctx context.Context) error {
		return p.handOverAbsent(ctx, c.ID, reviewer, moved)
	})
	return nil
}

// openOf lists what a reviewer has not answered in the present stage.
func openOf(tx Tx, c Campaign, reviewer domain.ID) (nos []int, err error) {
	err = eachItem(tx, ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: reviewer, State: ItemOpen}, func(it Item) error {
		nos = append(nos, it.No)
		return nil
	})
	return nos, err
}

// handOverAbsent hands the items over in parts, each a short transaction.
func (t *ticker) handOverAbsent(ctx context.Context, campaign, reviewer domain.ID, nos []int) error {
	done := 0
	for few := range slices.Chunk(nos, MostHanded) {
		err := t.do(ctx, t.actor, act{"stand in", campaign, "campaign-owner"}, func(w *work) error {
			if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
				return err
			}
			c, err := w.Campaign(campaign)
			if err != nil || c.State != Active {
				return err
			}
			var r rows
			moved, to, err := w.standInFor(&r, c, reviewer, few)
			if err != nil || len(moved) == 0 {
				return err
			}
			done += len(moved)
			e := w.event(EvReassigned, c.ID)
			e.Reason = "substitution"
			_, err = w.append(e, PacketData{Stage: c.Stage, Reviewer: to, Items: moved}, &r)
			return err
		})
		if err != nil {
			return err
		}
	}
	if done == 0 {
		return errNothingDue
	}
	return nil
}

// standInFor adds the rows by which items of a reviewer who is away go to
// whoever stands in for them, and gives those that do.
func (w *work) standInFor(r *rows, c Campaign, reviewer domain.ID, nos []int) (moved []int, to domain.ID, err error) {
	h, err := w.newHandover(r, c, c.Stage, "substitution")
	if err != nil {
		return nil, "", err
	}
	rs := newResolver(w.org, c, w.now, Reviewing{StandIns: h.standIns.Own()})
	for _, no := range nos {
		sub, err := h.absent(rs, no, reviewer)
		if err != nil {
			return nil, "", err
		}
		if sub != "" {
			moved, to = append(moved, no), sub
		}
	}
	return moved, to, nil
}

// absent adds the rows of one item, and gives who answers for it now; "" where
// it stays: nobody is away, or nobody may answer in their place. What was
// returned has a day of its own, and stays with whoever it was returned to.
func (h *handover) absent(rs *resolver, no int, reviewer domain.ID) (domain.ID, error) {
	now, ever, err := h.answering(no)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(now, func(v Versioned[Assigned]) bool { return v.Row.Reviewer == reviewer })
	if i < 0 {
		return "", nil
	}
	it, err := h.itemOf(no, reviewer)
	if e := asError(err); e != nil && e.Rule == "move" {
		return "", nil
	}
	if err != nil || it.Decision.Answer != Silent || it.Packet != Open || it.Ruling.Iteration > 0 || it.Outcome.Result == Exception {
		return "", err
	}
	a := now[i].Row
	rule := a.Rule
	if now[i].From != 0 || a.For != "" { // it says how the item came to who is away
		rule = "reviewer"
	}
	ask := &asking{resolver: rs, h: holding{it.Holding, it.Since, append(slices.Clone(it.Subjects), h.subjects(it)...)}}
	one, ok := ask.eligible(candidate{rule, reviewer})
	if !ok || one.Reviewer == reviewer {
		return "", nil
	}
	p, _ := h.org.Principal(one.Reviewer)
	had, err := h.had(ever, p.ID)
	if err != nil || had {
		return "", err
	}
	way := slices.Clone(a.Past)
	if record := recordOf(a); record != reviewer {
		way = append(way, reviewer)
	}
	way = append(way, one.Past...)
	besides, err := h.besides(no, now, reviewer)
	if err != nil {
		return "", err
	}
	if err := h.mayAnswer(it, now, p, false, slices.Concat(way, besides, []domain.ID{recordOf(a)})...); err != nil {
		if e := asError(err); e != nil && e.Rule != "" {
			return "", nil
		}
		return "", err
	}
	return p.ID, h.give(no, now, []domain.ID{reviewer}, Assigned{Reviewer: p.ID, For: recordOf(a), Rule: one.Rule, Past: way})
}
