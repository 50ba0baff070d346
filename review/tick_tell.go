package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Kinds of message.
const (
	MessageBegan     = "began"            // a stage began, and asks for answers
	MessageReminder  = "reminder"         // items are open
	MessageException = "exception-ending" // an exception runs out soon
	MessageLaunch    = "launch-asked"     // a staged campaign waits for a checker
)

// exceptionNotice is how long before an exception ends that is told, in days.
const exceptionNotice = 14

// tellBatch is how many messages one short transaction writes.
const tellBatch = 100

// RemindedData is the Data of EvReminded.
type RemindedData struct {
	Stage int       `json:"stage,omitempty"`
	Kind  string    `json:"kind"`
	Rule  string    `json:"rule"` // "began", "7 days before", "on the day", "2 days after" …
	To    domain.ID `json:"to"`
	Open  int       `json:"open,omitempty"` // items that waited for an answer
}

// telling is a message with why it is written.
type telling struct {
	Message
	data RemindedData
}

// messages tells who answers in a stage that it began, and reminds those whose
// packets are still open, once for each rule of the stage. After a pause only
// the last rule that came due counts: nobody is reminded twice at once.
func (p *tickPlan) messages() error {
	told, err := p.told()
	if err != nil {
		return err
	}
	for _, c := range p.campaigns {
		if c.State != Active || p.lapsing[c.ID] {
			continue
		}
		all, err := p.tx.Progress(c.ID)
		if err != nil {
			return err
		}
		rule, key := p.rule(c)
		var out []telling
		for _, one := range all {
			if one.Stage != c.Stage || one.Items == 0 || one.Reviewer == "" || one.State == Signed || one.State == Countersigned {
				continue
			}
			m := p.reminder(c, one, rule, key)
			if !told[m.ID] {
				out = append(out, m)
			}
		}
		if len(out) == 0 {
			continue
		}
		p.add("remind", c.ID, stageKey(c)+"/"+key, fmt.Sprintf("%s, stage %d (%s): %s", c.Name, c.Stage, rule, Count(len(out), "message", "messages")),
			func(ctx context.Context) error { return p.tell(ctx, c.ID, out) })
	}
	return nil
}

// told lists the messages there are.
func (p *tickPlan) told() (map[domain.ID]bool, error) {
	all, err := p.tx.Messages(MessageQuery{})
	told := make(map[domain.ID]bool, len(all))
	for _, m := range all {
		told[m.ID] = true
	}
	return told, err
}

// rule gives the rule of the present stage that came due last, in words and
// as a part of ids: that it began, where no reminder is due yet.
func (p *tickPlan) rule(c Campaign) (words, key string) {
	words, key = MessageBegan, MessageBegan
	days := slices.Clone(c.Definition.Stages[c.Stage-1].Reminders)
	slices.Sort(days)
	for _, d := range slices.Backward(days) { // the earliest first
		if p.now.Before(c.Due.AddDate(0, 0, -d)) {
			break
		}
		key = fmt.Sprintf("due%+d", -d)
		switch {
		case d > 0:
			words = Count(d, "day", "days") + " before"
		case d == 0:
			words = "on the day"
		default:
			words = Count(-d, "day", "days") + " after"
		}
	}
	return words, key
}

func (p *tickPlan) reminder(c Campaign, one Progress, rule, key string) telling {
	open := one.Items - one.Decided
	m := Message{Kind: MessageReminder, To: one.Reviewer, Campaign: c.ID, Stage: c.Stage, At: p.now,
		ID: domain.ID(messagesTo(c, one.Reviewer) + key)}
	if key == MessageBegan {
		m.Kind = MessageBegan
	}
	day := Moment(c.Due, p.o.Zone())
	switch {
	case m.Kind == MessageBegan:
		m.Subject = fmt.Sprintf("%s: %s for you, due %s", c.Name, Count(one.Items, "item", "items"), day)
	case open == 0:
		m.Subject = fmt.Sprintf("%s: all is decided, and not signed, due %s", c.Name, day)
	default:
		m.Subject = fmt.Sprintf("%s: %d of %s open, due %s", c.Name, open, Count(one.Items, "item", "items"), day)
	}
	m.Text = p.reminderText(c, one, open, day)
	return telling{m, RemindedData{Stage: c.Stage, Kind: m.Kind, Rule: rule, To: one.Reviewer, Open: open}}
}

func (p *tickPlan) reminderText(c Campaign, one Progress, open int, day string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Dear %s,\n\n", p.o.Name(domain.KindPrincipal, one.Reviewer))
	fmt.Fprintf(&b, "in the access review %q, stage %d of %d, you answer for %s.\n", c.Name, c.Stage, len(c.Definition.Stages), Count(one.Items, "item", "items"))
	fmt.Fprintf(&b, "Decided: %d. Open: %d. Returned: %d.\n", one.Decided, open, one.Returned)
	fmt.Fprintf(&b, "Answers are taken until %s; only signed ones count.\n\n", day)
	name := ShellWord(c.Name)
	fmt.Fprintf(&b, "Open the console:    countersign\nor list your items:  countersign review list --campaign %s\n", name)
	fmt.Fprintf(&b, "and sign when done:  countersign review sign %s --type %s\n", name, name)
	return b.String()
}

// tell writes messages with an event each, in short transactions; those that
// are there already are left as they are.
func (t *ticker) tell(ctx context.Context, subject domain.ID, msgs []telling) error {
	wrote := 0
	for part := range slices.Chunk(msgs, tellBatch) {
		err := t.do(ctx, t.actor, act{"remind", subject, "campaign-owner"}, func(w *work) error {
			if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
				return err
			}
			told, err := (&tickPlan{tx: w}).told()
			if err != nil {
				return err
			}
			for _, m := range part {
				if told[m.ID] {
					continue
				}
				var r rows
				r.put(nil, m.Message)
				if _, err := w.append(w.event(EvReminded, subject), m.data, &r); err != nil {
					return err
				}
				wrote++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if wrote == 0 {
		return errNothingDue
	}
	return nil
}

// exceptions tells who made an exception, and who runs its campaign, that it
// ends within two weeks; once.
func (p *tickPlan) exceptions() error {
	all, err := p.tx.Exceptions()
	if err != nil || len(all) == 0 {
		return err
	}
	told, err := p.told()
	if err != nil {
		return err
	}
	byCampaign := map[domain.ID][]telling{}
	for _, x := range all {
		i := slices.IndexFunc(p.campaigns, func(c Campaign) bool { return c.ID == x.Campaign })
		if i < 0 || x.Until == "" || p.campaigns[i].State == Cancelled {
			continue
		}
		c := p.campaigns[i]
		end := time.Unix(domain.Window{To: x.Until}.Span(p.o.Zone()).To, 0).UTC()
		if p.now.Before(end.AddDate(0, 0, -exceptionNotice)) || !p.now.Before(end) {
			continue
		}
		who := []domain.ID{c.Owner, x.Approver}
		slices.Sort(who)
		for _, to := range slices.Compact(who) {
			if m := p.ending(c, x, to); to != "" && !told[m.ID] {
				byCampaign[c.ID] = append(byCampaign[c.ID], m)
			}
		}
	}
	for _, c := range p.campaigns {
		if out := byCampaign[c.ID]; len(out) > 0 {
			p.add("notice", c.ID, string(out[0].ID), fmt.Sprintf("exceptions of %s end soon: %s", c.Name, Count(len(out), "message", "messages")),
				func(ctx context.Context) error { return p.tell(ctx, c.ID, out) })
		}
	}
	return nil
}

func (p *tickPlan) ending(c Campaign, x Outcome, to domain.ID) telling {
	m := Message{Kind: MessageException, To: to, Campaign: c.ID, At: p.now,
		ID:      domain.ID(fmt.Sprintf("msg/%s/item-%d/%s/until-%s", c.ID, x.Item, to, x.Until)),
		Subject: fmt.Sprintf("%s: the exception for item %d ends on %s", c.Name, x.Item, x.Until)}
	m.Text = fmt.Sprintf("Dear %s,\n\nin the access review %q item %d was left as it is until %s.\nThe reason then: %s\n\n"+
		"Look at it again:  countersign expiring\n", p.o.Name(domain.KindPrincipal, to), c.Name, x.Item, x.Until, x.Reason)
	return telling{m, RemindedData{Kind: m.Kind, Rule: "exception until " + string(x.Until), To: to}}
}
