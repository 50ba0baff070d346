package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"countersign/domain"
)

// Escalated is what an escalation did.
type Escalated struct {
	Items  int               // that went to somebody
	To     map[domain.ID]int // items by new reviewer
	Nobody []int             // nobody of the chain could be asked
}

// EscalationData is the Data of EvEscalated: the items that had their turn,
// those for which nobody could be asked among them.
type EscalationData struct {
	Stage     int   `json:"stage"`
	Iteration int   `json:"iteration"`
	Step      int   `json:"step"`
	Items     []int `json:"items"`
	Nobody    []int `json:"nobody,omitempty"`
}

// EscalationDue is when a step of a stage's escalations falls, UTC: so many
// days after the stage began.
func EscalationDue(c Campaign, step int) time.Time {
	return c.Began.AddDate(0, 0, c.Definition.Stages[c.Stage-1].Escalations[step-1].After)
}

// Escalate does one step (1, 2 …) of the present stage's escalations for every
// item that nobody has answered: the chain's people are asked besides, or
// instead of, those who were. An item that anybody answered, abstention
// included, is never escalated; who was to review stays on record. Each item
// has its turn once a step, whatever comes of it, so that doing it again does
// nothing; an iteration begins anew.
//
// The actor runs the campaign (Forbidden, "not-campaign-owner"). Invalid: the
// stage has no such step. Conflict: "not-active"; "escalation-early", it is
// not due yet; "late", the stage's due date is over.
func (s *Service) Escalate(ctx context.Context, actor domain.Actor, campaign domain.ID, step int) (Escalated, error) {
	out := Escalated{To: map[domain.ID]int{}}
	a := act{"escalate", campaign, "campaign-owner"}
	for range 5 {
		var todo []int
		var seen domain.Seq
		err := s.store.View(ctx, func(tx Tx) (err error) { todo, seen, err = toEscalate(tx, campaign, step); return err })
		if err != nil {
			return out, s.refused(ctx, actor, a, err)
		}
		if err = s.escalate(ctx, actor, a, step, todo, seen, &out); !errors.Is(err, errMoved) {
			return out, err
		}
	}
	return out, domain.Errorf(domain.Conflict, "others are working on the same campaign just now").
		Hinted("do it again in a moment; what was escalated stays so").ByRule("busy")
}

// escalate does the items in parts, each a short transaction.
func (s *Service) escalate(ctx context.Context, actor domain.Actor, a act, step int, todo []int, seen domain.Seq, out *Escalated) error {
	for first := true; first || len(todo) > 0; first = false {
		few := todo[:min(len(todo), MostHanded)]
		todo = todo[len(few):]
		err := s.do(ctx, actor, a, func(w *work) error {
			c, err := w.ownCampaign(a.subject)
			if err != nil {
				return err
			}
			if err := checkEscalation(c, step, w.now.In(w.org.Zone())); err != nil || len(few) == 0 {
				return err
			}
			others, err := w.Events(EventQuery{Types: []domain.EventType{EvEscalated, EvAdvanced, EvReiterated}, Subject: string(c.ID),
				Forward: true, Before: seen, Limit: 1})
			if err != nil {
				return err
			}
			if len(others) > 0 {
				return errMoved
			}
			seen, err = w.escalateFew(c, step, few, out)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func checkEscalation(c Campaign, step int, now time.Time) error {
	if c.State != Active {
		return domain.Errorf(domain.Conflict, "the campaign %q is %s: nothing is escalated", c.Name, c.State).
			Hinted("items are escalated while it is active").ByRule("not-active")
	}
	st := c.Definition.Stages[c.Stage-1]
	switch {
	case step < 1 || step > len(st.Escalations):
		return domain.Errorf(domain.Invalid, "stage %d of %q has no escalation %d", c.Stage, c.Name, step).
			Hinted("it has %d", len(st.Escalations))
	case now.Before(EscalationDue(c, step)):
		return domain.Errorf(domain.Conflict, "escalation %d of stage %d falls at %s", step, c.Stage, Moment(EscalationDue(c, step), now.Location())).
			Hinted("it is done from then on").ByRule("escalation-early")
	case now.After(c.Due):
		return domain.Errorf(domain.Conflict, "stage %d of %q was due at %s", c.Stage, c.Name, Moment(c.Due, now.Location())).
			Hinted("extend it first").ByRule("late")
	}
	return nil
}

// toEscalate lists the items without an answer that have not had their turn,
// and the last event looked at.
func toEscalate(tx Tx, campaign domain.ID, step int) (todo []int, seen domain.Seq, err error) {
	c, err := tx.Campaign(campaign)
	if err != nil {
		return nil, 0, err
	}
	head, err := tx.Log()
	if err != nil {
		return nil, 0, err
	}
	if checkEscalation(c, step, tx.Now()) != nil {
		return nil, 0, nil // said where it is refused
	}
	had := map[int]bool{}
	for q := (EventQuery{Types: []domain.EventType{EvEscalated}, Subject: string(c.ID), Forward: true, Limit: 1000}); ; {
		es, err := tx.Events(q)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range es {
			d, err := dataOf[EscalationData](e)
			if err != nil {
				return nil, 0, err
			}
			if d.Stage == c.Stage && d.Iteration == c.Iteration && d.Step == step {
				for _, no := range d.Items {
					had[no] = true
				}
			}
		}
		if len(es) < q.Limit {
			break
		}
		q.Before = es[len(es)-1].Seq
	}
	err = eachItem(tx, ItemQuery{Campaign: c.ID, Stage: c.Stage, State: ItemOpen}, func(it Item) error {
		if !had[it.No] {
			todo = append(todo, it.No)
		}
		return nil
	})
	return todo, domain.Seq(head.Size - 1), err
}

// escalateFew writes one part.
func (w *work) escalateFew(c Campaign, step int, few []int, out *Escalated) (domain.Seq, error) {
	e := c.Definition.Stages[c.Stage-1].Escalations[step-1]
	var r rows
	h, err := w.newHandover(&r, c, c.Stage, fmt.Sprintf("escalation %d", step))
	if err != nil {
		return 0, err
	}
	rs := newResolver(w.org, c, w.now, Reviewing{StandIns: h.standIns.Own()})
	d := EscalationData{Stage: c.Stage, Iteration: c.Iteration, Step: step}
	for _, no := range few {
		to, silent, err := h.escalate(rs, no, e)
		if err != nil {
			return 0, err
		}
		if !silent {
			continue
		}
		d.Items = append(d.Items, no)
		if to == "" {
			d.Nobody = append(d.Nobody, no)
			out.Nobody = append(out.Nobody, no)
			continue
		}
		out.To[to]++
		out.Items++
	}
	if len(d.Items) == 0 {
		head, err := w.Log()
		return domain.Seq(head.Size - 1), err
	}
	ev := w.event(EvEscalated, c.ID)
	ev.Reason = h.reason
	return w.append(ev, d, &r)
}

// escalate adds the rows of one item, and gives who is asked now; silent says
// that nobody had answered it.
func (h *handover) escalate(rs *resolver, no int, e Escalation) (to domain.ID, silent bool, err error) {
	now, _, err := h.answering(no)
	if err != nil {
		return "", false, err
	}
	var it Item
	for i, v := range now {
		one, err := h.itemOf(no, v.Row.Reviewer)
		if e := asError(err); e != nil && e.Rule == "move" {
			return "", false, nil
		}
		if err != nil {
			return "", false, err
		}
		if one.Decision.Answer != Silent {
			return "", false, nil
		}
		if i == 0 {
			it = one
		}
	}
	if len(now) == 0 {
		if it, err = h.Item(h.c.ID, no); err != nil {
			return "", false, err
		}
	}
	var record domain.ID
	if len(now) > 0 {
		record = recordOf(now[0].Row)
	}
	var drop []domain.ID
	if e.Replace {
		for _, v := range now {
			drop = append(drop, v.Row.Reviewer)
		}
	}
	past, err := h.besides(no, now, drop...)
	if err != nil {
		return "", true, err
	}
	add, err := h.escalatedTo(rs, it, now, e.To, record, past)
	if err != nil || add.Reviewer == "" {
		return "", true, err
	}
	return add.Reviewer, true, h.give(no, now, drop, add)
}

// escalatedTo gives the first of a chain who may answer for an item besides
// those who are asked; a zero Assigned where nobody may.
func (h *handover) escalatedTo(rs *resolver, it Item, now []Versioned[Assigned], chain []string, record domain.ID, past []domain.ID) (Assigned, error) {
	ask := &asking{resolver: rs, h: holding{it.Holding, it.Since, append(slices.Clone(it.Subjects), h.subjects(it)...)}}
	for _, link := range chain {
		for _, c := range rs.link(it.Holding, link) {
			one, ok := ask.eligible(c)
			if !ok {
				continue
			}
			p, _ := h.org.Principal(one.Reviewer)
			err := h.mayAnswer(it, now, p, false, slices.Concat(one.Past, past, []domain.ID{one.For, record})...)
			if err == nil {
				return asEscalated(one, record, h.reason), nil
			}
			if e := asError(err); e == nil || e.Rule == "" {
				return Assigned{}, err
			}
		}
	}
	return Assigned{}, nil
}

// asEscalated makes the assignment of an escalation. Who is stood in for by the
// one it goes to is passed by; where nobody was asked before, they are on
// record.
func asEscalated(one answering, record domain.ID, reason string) Assigned {
	a := Assigned{Reviewer: one.Reviewer, For: record, Rule: reason + ": " + one.Rule, Past: one.Past}
	switch {
	case record == "":
		a.For = one.For
	case one.For != "" && one.For != record:
		a.Past = append([]domain.ID{one.For}, one.Past...)
	}
	return a
}
