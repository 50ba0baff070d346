package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// Remediation says what a run of remediation did.
type Remediation struct {
	ChangeSets int // applied
	Items      int // whose decision they made true
	Outside    int // items whose truth lives in another system: on the work list
	Failed     int // items whose change was refused
	Already    int // items whose holding was gone or lowered before
}

// Remediate makes the countersigned decisions true: one change set for each
// holder and reviewer, made by the reviewer of record, approved by the
// packet's countersignature, touching only the items' own grants. What lives
// in another system stays and goes on the work list; a change that a rule
// refuses fails with its reason, and the others go on. Run again, it goes on
// where it stopped and tries what failed once more.
func (s *Service) Remediate(ctx context.Context, actor domain.Actor, campaign domain.ID) (Remediation, error) {
	var out Remediation
	a := act{"remediate", campaign, "campaign-owner"}
	var c Campaign
	err := s.do(ctx, actor, a, func(w *work) error {
		before, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		c = before
		if c.State, err = before.move(ActRemediate, ByOwner); err != nil {
			return err
		}
		var r rows
		r.put(before, c)
		_, err = w.append(w.event(EvRemediating, c.ID), nil, &r)
		return err
	})
	if err != nil {
		return out, err
	}
	if err := s.closeStage(ctx, actor, c.ID, a.duty); err != nil {
		return out, err
	}
	jobs, err := s.jobs(ctx, c)
	if err != nil {
		return out, err
	}
	err = s.inParts(ctx, actor, a, len(jobs), remediesPart, func(w *work, from, to int) error { return w.remediate(c, jobs[from:to], &out) })
	return out, err
}

// job is what one change set is to do: items of one holder and reviewer.
type job struct {
	holder   domain.Holder
	name     string
	reviewer domain.ID // who made the ruling: the maker of the change set
	packet   domain.ID // whose countersignature approves it
	checker  domain.ID
	items    []Item
}

// jobs gathers the countersigned reductions and revocations that are not done.
func (s *Service) jobs(ctx context.Context, c Campaign) ([]job, error) {
	type key struct {
		holder domain.Holder
		packet domain.ID
	}
	var order []key
	byKey := map[key]*job{}
	err := s.store.View(ctx, func(tx Tx) error {
		q := ItemQuery{Campaign: c.ID, State: ItemUnsettled, Ruled: []Answer{Reduce, Revoke}}
		return eachItem(tx, q, func(it Item) error {
			if it.Outcome.ChangeSet != "" && it.Outcome.Result != Failed || it.Outcome.Result == Outside {
				return nil
			}
			packet := Packet{Campaign: c.ID, Stage: it.Ruling.Decisive, Reviewer: it.Ruling.Reviewer}.RecordID()
			k := key{it.Holding.Holder, packet}
			if byKey[k] == nil {
				maker := it.Ruling.Reviewer
				if it.Ruling.Unanswered {
					maker = c.Owner
				}
				byKey[k] = &job{holder: k.holder, name: it.Holder, reviewer: maker, packet: packet, checker: it.Ruling.Checker}
				order = append(order, k)
			}
			it.How, it.Remains, it.Subjects, it.Assigned = nil, nil, nil, nil // not needed here
			byKey[k].items = append(byKey[k].items, it)
			return nil
		})
	})
	out := make([]job, 0, len(order))
	for _, k := range order {
		out = append(out, *byKey[k])
	}
	return out, err
}

// lowering makes the changes that put an item's holding at a level; none where
// it is there already, or gone.
func lowering(o *domain.Org, it Item, to domain.Level) ([]domain.Change, error) {
	row, ok := o.Holding(it.Holding.ID)
	if !ok {
		return nil, nil
	}
	if g, isGrant := row.Record.(domain.Grant); !isGrant || g.Level <= to {
		return nil, nil
	}
	return o.Lower(it.Holding.ID, to)
}

// remediate does a batch of jobs in this transaction.
func (w *work) remediate(c Campaign, batch []job, out *Remediation) error {
	outcomes := map[Result]int{}
	var settled rows
	for _, j := range batch {
		var todo []Item
		cs := domain.ChangeSet{Title: "Remediation of " + c.Name + ": " + j.name, Campaign: c.ID, Maker: j.reviewer,
			Reason: "decided in the campaign " + c.Name, State: domain.Proposed}
		for _, it := range j.items {
			if it.Holding.Origin.Outside() {
				if _, there := w.org.Holding(it.Holding.ID); there {
					w.settle(&settled, c, it, Outcome{Result: Outside, Left: "to be taken away in " + it.Holding.Origin.Source})
					outcomes[Outside]++
					out.Outside++
					continue
				}
			}
			changes, err := lowering(w.org, it, it.Ruling.Level)
			if err != nil {
				return err
			}
			if len(changes) == 0 {
				out.Already++
				continue
			}
			todo = append(todo, it)
			cs.Changes = merge(cs.Changes, changes)
		}
		if len(todo) == 0 {
			continue
		}
		if err := w.applyRemedy(c, j, cs, todo); err != nil {
			e := asError(err)
			if e == nil || e.Code == domain.Internal {
				return err
			}
			for _, it := range todo {
				w.settle(&settled, c, it, Outcome{Result: Failed, Left: e.Message, Reason: e.Rule})
				outcomes[Failed]++
			}
			out.Failed += len(todo)
			continue
		}
		out.ChangeSets++
		out.Items += len(todo)
	}
	if len(settled.deltas) == 0 && settled.err == nil {
		return nil
	}
	_, err := w.append(w.event(EvOutcomes, c.ID), OutcomeData{State: w.org.Key(), Results: resultWordsOf(outcomes)}, &settled)
	return err
}

// merge adds changes to those of a set; one about a record that the set
// changes already builds on what the set leaves (an agent whose access type
// and whose creator's right both go); one that is there already is not added
// again (a write that goes with See, and is revoked itself).
func merge(set, changes []domain.Change) []domain.Change {
	for _, c := range changes {
		if slices.Contains(set, c) {
			continue
		}
		for i := len(set) - 1; i >= 0; i-- {
			last, ok := set[i].After.(domain.Agent)
			after, isAgent := c.After.(domain.Agent)
			before, _ := c.Before.(domain.Agent)
			if !ok || !isAgent || last.ID != after.ID {
				continue
			}
			merged := last
			if after.AccessType != before.AccessType {
				merged.AccessType = after.AccessType
			}
			if after.Creator != before.Creator {
				merged.Creator = after.Creator
			}
			c = domain.Replace(last, merged)
			break
		}
		set = append(set, c)
	}
	return set
}

// settle adds an item's outcome.
func (w *work) settle(r *rows, c Campaign, it Item, o Outcome) {
	o.Campaign, o.Item = c.ID, it.No
	if o.At == 0 {
		o.At = w.org.Key()
	}
	if it.Outcome.Campaign == "" {
		r.put(nil, o)
	} else {
		r.put(it.Outcome, o)
	}
}

// applyRemedy proposes, approves and applies one change set. It is refused
// whole where a rule of the model forbids it or where anybody would gain: then
// nothing of it is written.
func (w *work) applyRemedy(c Campaign, j job, cs domain.ChangeSet, items []Item) error {
	if j.checker == "" || j.checker == j.reviewer {
		return domain.Errorf(domain.Conflict, "no checker countersigned what %s decided", w.name(j.reviewer)).
			Hinted("have the packet countersigned").ByRule("not-countersigned")
	}
	after, effects, err := w.org.With(cs, w.now)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(effects, domain.Effect.Rises); i >= 0 {
		return domain.Errorf(domain.Conflict, "it would raise access: %s", EffectWords(w.org, effects[i])).
			Hinted("propose it as a change set of its own").ByRule("rises")
	}
	cs.ID, cs.BasedOn = w.NewID(domain.PrefixChangeSet), w.org.Key()
	v := domain.Verdict{Need: domain.CheckerApproval, Effects: effects, After: after}
	if cs.Proposed, err = w.appendProposed(cs, v, ChangeData{Packet: j.packet}); err != nil {
		return err
	}
	head := headOf(cs)
	approved := head
	approved.State = domain.Approved
	var r rows
	r.put(nil, Approval{ChangeSet: cs.ID, Checker: j.checker, Reason: "countersigned the packet"})
	r.put(head, approved)
	e := w.event(domain.EvApproved, cs.ID)
	e.Decision, e.Reason = "approved", fmt.Sprintf("by the countersignature of %s", w.name(j.checker))
	if _, err = w.append(e, changeData(cs, v, ChangeData{Packet: j.packet}), &r); err != nil {
		return err
	}
	var done rows
	for _, it := range items {
		w.settle(&done, c, it, Outcome{Result: Pending, ChangeSet: cs.ID})
	}
	if _, err = w.appendApplied(cs, v, approved, &done, ChangeData{Packet: j.packet}); err != nil {
		return err
	}
	w.org, err = w.Org()
	return err
}

func resultWordsOf(n map[Result]int) map[string]int {
	out := make(map[string]int, len(n))
	for r, k := range n {
		out[r.String()] = k
	}
	return out
}

// WorkItem is something to do in another system.
type WorkItem struct {
	Source   string    // the system's name
	Owner    domain.ID // who answers for the target: the agent's owner, else the campaign's
	Item     int
	Holder   string
	Target   string
	Present  string // the level there is
	Decided  string // the level there shall be
	Reviewer domain.ID
	What     string // what to do, in words
}

// WorkList gives what must be done in other systems before a campaign can
// close, by source, owner and item.
func (s *Service) WorkList(ctx context.Context, campaign domain.ID) ([]WorkItem, error) {
	var out []WorkItem
	err := s.store.View(ctx, func(tx Tx) error {
		c, err := tx.Campaign(campaign)
		if err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		q := ItemQuery{Campaign: c.ID, State: ItemUnsettled, Ruled: []Answer{Reduce, Revoke}}
		return eachItem(tx, q, func(it Item) error {
			if it.Outcome.Result == Outside {
				out = append(out, WorkItemOf(o, c, it))
			}
			return nil
		})
	})
	slices.SortStableFunc(out, func(a, b WorkItem) int {
		if d := strings.Compare(a.Source, b.Source); d != 0 {
			return d
		}
		return strings.Compare(string(a.Owner), string(b.Owner))
	})
	return out, err
}

// WorkItemOf says what is to be done about an item in the system its holding came
// from, as o stands.
func WorkItemOf(o *domain.Org, c Campaign, it Item) WorkItem {
	word := it.Holding.Ladder().Word
	w := WorkItem{Source: it.Holding.Origin.Source, Owner: c.Owner, Item: it.No, Holder: it.Holder, Target: it.Target,
		Present: word(it.Holding.Level), Decided: word(it.Ruling.Level), Reviewer: it.Ruling.Reviewer}
	if row, ok := o.Holding(it.Holding.ID); ok {
		if g, isGrant := row.Record.(domain.Grant); isGrant {
			w.Present = word(g.Level)
		}
	}
	if a, ok := o.Agent(agentOf(it.Holding)); ok && a.Owner != "" {
		w.Owner = a.Owner
	} else if src, ok := o.Source(it.Holding.Target.ID); ok && it.Holding.Target.Kind == domain.TargetSource && src.Owner != "" {
		w.Owner = src.Owner
	}
	if it.Ruling.Level == domain.None {
		w.What = fmt.Sprintf("in %s, take %s on %s from %s; then import %s again", w.Source, w.Present, w.Target, w.Holder, w.Source)
	} else {
		w.What = fmt.Sprintf("in %s, lower %s on %s from %s to %s; then import %s again", w.Source, w.Holder, w.Target,
			w.Present, w.Decided, w.Source)
	}
	return w
}
