package review

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"countersign/domain"
)

// lapses closes the packets of stages past their due date, and so the stages.
func (p *tickPlan) lapses() error {
	for _, c := range p.campaigns {
		if c.State != Active || !p.now.After(c.Due) {
			continue
		}
		open, err := openPackets(p.tx, c.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(open, func(one lapsing) bool { return p.now.After(dueOf(c, one.scan)) }) {
			continue // returned items have a due date of their own
		}
		p.lapsing[c.ID] = true
		p.add("lapse", c.ID, stageKey(c), fmt.Sprintf("stage %d of %s was due at %s: its open packets lapse", c.Stage, c.Name, Moment(c.Due, p.o.Zone())),
			func(ctx context.Context) error {
				_, err := p.Lapse(ctx, p.actor, c.ID)
				return err
			})
	}
	return nil
}

// stageKey names a stage of a campaign in one iteration.
func stageKey(c Campaign) string { return fmt.Sprintf("%s/%d/%d", c.ID, c.Stage, c.Iteration) }

// advances closes stages whose packets are all closed and checked: what the
// last signature does by itself, should that have been interrupted.
func (p *tickPlan) advances() error {
	for _, c := range p.campaigns {
		if c.State != Decided {
			continue
		}
		all, err := p.tx.Progress(c.ID)
		if err != nil {
			return err
		}
		checked := true
		for _, one := range all {
			if one.Stage == c.Stage && one.Items > 0 && one.Reviewer != "" && one.State != Countersigned {
				checked = false
			}
		}
		if !checked {
			continue
		}
		p.add("advance", c.ID, stageKey(c), fmt.Sprintf("stage %d of %s closes: every packet is closed and checked", c.Stage, c.Name),
			func(ctx context.Context) error {
				_, err := p.Advance(ctx, p.actor, c.ID)
				return err
			})
	}
	return nil
}

// closes closes the campaigns whose items are all settled, where their
// definition says so.
func (p *tickPlan) closes() error {
	for _, c := range p.campaigns {
		if c.State != Verifying || !c.Definition.AutoClose {
			continue
		}
		n, err := p.tx.CountItems(ItemQuery{Campaign: c.ID, State: ItemUnsettled})
		if err != nil {
			return err
		}
		if n > 0 {
			p.wait("%s cannot be closed: %s not settled", c.Name, Count(n, "item is", "items are"))
			continue
		}
		p.add("close", c.ID, string(c.ID), fmt.Sprintf("%s is closed: every item is settled", c.Name), func(ctx context.Context) error {
			_, err := p.Close(ctx, p.actor, c.ID)
			return err
		})
	}
	return nil
}

// stageOrCancel stages a campaign that the clock drafted; one that has nothing
// in its scope is cancelled, which is the record that there was nothing.
func (t *ticker) stageOrCancel(ctx context.Context, c Campaign) error {
	empty := false
	err := t.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		facts, err := AdviceFactsOf(tx, c, tx.Now())
		empty = err == nil && NewPopulation(o, c, tx.Now(), facts).Len() == 0
		return err
	})
	if err != nil {
		return err
	}
	if empty {
		_, _, err := t.Cancel(ctx, t.actor, c.ID, "nothing was in its scope")
		return err
	}
	_, err = t.Stage(ctx, t.actor, c.ID, nil)
	return err
}

// triggered drafts micro-campaigns for what events since the last look ask
// for, and remembers how far it looked.
func (p *tickPlan) triggered() error {
	var since []span
	from := domain.Seq(-1)
	for _, versions := range p.templates {
		now, ok := TemplateInForce(versions)
		if !ok || len(now.Triggers) == 0 {
			continue
		}
		spans, err := p.spans(versions)
		if err != nil {
			return err
		}
		for _, sp := range spans {
			if sp.t.Version == now.Version {
				since = append(since, sp)
				if from < 0 || sp.since < from {
					from = sp.since
				}
			}
		}
	}
	if len(since) == 0 {
		return nil
	}
	looked, err := p.looked()
	if err != nil {
		return err
	}
	scan, upto, err := p.scan(max(from, looked))
	if err != nil || upto == 0 {
		return err
	}
	for _, sp := range since {
		for _, tr := range sp.t.Triggers {
			p.draftTriggered(sp.t, tr, scan.all(tr, max(sp.since, looked)))
		}
	}
	p.todo = append(p.todo, due{Ticked{Act: "look", Text: fmt.Sprintf("changes up to event %d were looked at", upto)}, fmt.Sprintf("look %d", upto),
		func(ctx context.Context) error { return p.remember(ctx, upto) }})
	return nil
}

// LookedData is the Data of EvClockLooked: triggers were read up to this event.
type LookedData struct {
	Upto domain.Seq `json:"upto"`
}

// looked gives the event up to which triggers were read.
func (p *tickPlan) looked() (domain.Seq, error) {
	es, err := p.tx.Events(EventQuery{Types: []domain.EventType{EvClockLooked}, Limit: 1})
	if err != nil || len(es) == 0 {
		return 0, err
	}
	d, err := dataOf[LookedData](es[0])
	return d.Upto, err
}

// scan reads the changes of access after an event; upto is the last one read,
// 0 where there is none.
func (p *tickPlan) scan(after domain.Seq) (*triggerScan, domain.Seq, error) {
	scan, upto := newTriggerScan(p.o), domain.Seq(0)
	q := EventQuery{Types: []domain.EventType{domain.EvApplied, EvRemediating}, Forward: true, Before: after, Limit: 200}
	for {
		es, err := p.tx.Events(q)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range es {
			changes := e.Changes
			if e.Applies > 0 {
				from, err := p.tx.Event(e.Applies)
				if err != nil {
					return nil, 0, err
				}
				changes = append(changes, from.Proposed...)
			}
			if err := scan.event(e.Seq, changes); err != nil {
				return nil, 0, err
			}
			q.Before, upto = e.Seq, e.Seq
		}
		if len(es) < q.Limit {
			return scan, upto, nil
		}
	}
}

// togetherFrom is how many subjects of one trigger, found at one look, are
// reviewed in one campaign together: after a reorganisation nobody wants
// hundreds.
const togetherFrom = 26

// longestSubject is how much of a record's name stands in the name of the campaign
// that its change starts: with a definition's name, the event and a number for
// campaigns of one name it is within longestName.
const longestSubject = 70

func (p *tickPlan) draftTriggered(t Template, tr Trigger, found []Triggered) {
	var mine []Triggered
	for _, x := range found {
		if _, ok := x.narrow(t.Definition.Scope); ok {
			mine = append(mine, x)
		}
	}
	byKind := map[domain.Kind][]Triggered{}
	for _, x := range mine {
		byKind[x.Kind] = append(byKind[x.Kind], x)
	}
	for _, kind := range []domain.Kind{domain.KindPrincipal, domain.KindAgent, domain.KindGroup, domain.KindRole} {
		list := byKind[kind]
		if len(list) >= togetherFrom {
			last := list[len(list)-1]
			c := Campaign{Name: fmt.Sprintf("%s: %d at event %d", t.Name, len(list), last.Event), Template: t.ID,
				Trigger: fmt.Sprintf("%s %d of kind %s event %d", tr, len(list), kind, last.Event)}
			p.addTriggered(c, list, fmt.Sprintf("%s together, the last: %s", Count(len(list), "subject", "subjects"), last.Why))
			continue
		}
		for _, x := range list {
			p.addTriggered(Campaign{Name: fmt.Sprintf("%s: %s (event %d)", t.Name, onOneLine(p.o.Name(x.Kind, x.ID), longestSubject), x.Event),
				Template: t.ID, Trigger: x.Key()}, []Triggered{x}, x.Why)
		}
	}
}

func (p *tickPlan) addTriggered(c Campaign, subjects []Triggered, why string) {
	if p.started(c.Template, c.Trigger) {
		return
	}
	p.add("draft", "", string(c.Template)+" "+c.Trigger, c.Name+": "+why, func(ctx context.Context) error {
		return p.draft(ctx, c, subjects)
	})
}

// remember notes how far triggers were read, once every campaign they ask for
// is there: a tick that broke off before looks again, and drafts only what is
// missing.
func (t *ticker) remember(ctx context.Context, upto domain.Seq) error {
	return t.do(ctx, t.actor, act{"look at changes", "clock", "campaign-owner"}, func(w *work) error {
		if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
			return err
		}
		last, err := (&tickPlan{tx: w}).looked()
		if err != nil {
			return err
		}
		if last >= upto {
			return errNothingDue
		}
		if t.failed {
			return errors.New("a campaign that the changes ask for could not be drafted: they are looked at again")
		}
		_, err = w.append(w.event(EvClockLooked, "clock"), LookedData{upto}, nil)
		return err
	})
}
