package review

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
)

// Unsent gives the messages still to be sent, the oldest first: those queued
// and those that could not be sent before. What is Over is left out; it stays on
// record as it is.
func Unsent(tx Tx) ([]Message, error) {
	all, err := tx.Messages(MessageQuery{States: []MessageState{MessageQueued, MessageFailed}})
	if err != nil {
		return nil, err
	}
	over, err := Over(tx, all)
	return slices.DeleteFunc(all, func(m Message) bool { return over[m.ID] }), err
}

// Over names those of the messages that were not sent, and are not to be any
// more: they ask for answers that are not asked for now (see moot).
func Over(tx Tx, msgs []Message) (map[domain.ID]bool, error) {
	over := map[domain.ID]bool{}
	asking := map[domain.ID]map[string]bool{} // by campaign
	for _, m := range msgs {
		if m.Kind == MessageLaunch && m.State != MessageSent {
			c, err := tx.Campaign(m.Campaign)
			if err != nil {
				return nil, err
			}
			over[m.ID] = c.State != Staged
		}
		if m.State == MessageSent || m.Kind != MessageBegan && m.Kind != MessageReminder {
			continue
		}
		if asking[m.Campaign] == nil {
			var err error
			if asking[m.Campaign], err = askedNow(tx, m.Campaign); err != nil {
				return nil, err
			}
		}
		over[m.ID] = moot(m, asking[m.Campaign])
	}
	return over, nil
}

// askedNow names those whose answers a campaign waits for, as the ids of their
// messages begin: nobody where it is not active.
func askedNow(tx Tx, campaign domain.ID) (map[string]bool, error) {
	asked := map[string]bool{}
	c, err := tx.Campaign(campaign)
	if err != nil || c.State != Active {
		return asked, err
	}
	all, err := tx.Progress(c.ID)
	for _, one := range all {
		if one.Stage == c.Stage && one.Items > 0 && one.State != Signed && one.State != Countersigned {
			asked[messagesTo(c, one.Reviewer)] = true
		}
	}
	return asked, err
}

// messagesTo begins the ids of what a stage, in one iteration, tells a reviewer.
func messagesTo(c Campaign, reviewer domain.ID) string {
	return "msg/" + stageKey(c) + "/" + string(reviewer) + "/"
}

// moot tells whether what a message asks for is not asked for now: its packet
// is signed, its items are with another, its stage is over, or all is asked
// again since, of which its reviewer is told anew.
func moot(m Message, asked map[string]bool) bool {
	id := string(m.ID)
	return !asked[id[:strings.LastIndex(id, "/")+1]]
}

// FindMessage gives the message of an id; none is NotFound.
func FindMessage(tx Tx, id string) (Message, error) {
	all, err := tx.Messages(MessageQuery{})
	if err != nil {
		return Message{}, err
	}
	i := slices.IndexFunc(all, func(m Message) bool { return string(m.ID) == id })
	if i < 0 {
		return Message{}, domain.Errorf(domain.NotFound, "there is no message %q", id).
			Hinted("list them with: countersign outbox list --all")
	}
	return all[i], nil
}

// SentData is the Data of EvMessageSent.
type SentData struct {
	Sent   bool   `json:"sent"`
	Detail string `json:"detail"`
}

// SettleMessage records what became of a message that was handed on: sent, and
// by what, or why it could not be, and then it stays to be sent. The actor
// holds the duty campaign-owner. Conflict "sent-already": it was sent before.
// The same failure twice is recorded once.
func (s *Service) SettleMessage(ctx context.Context, actor domain.Actor, id domain.ID, sent bool, detail string) error {
	return s.do(ctx, actor, act{"send", id, "campaign-owner"}, func(w *work) error {
		if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
			return err
		}
		before, err := FindMessage(w, string(id))
		if err != nil {
			return err
		}
		if before.State == MessageSent {
			return domain.Errorf(domain.Conflict, "the message to %s, %q, was sent before: %s", w.name(before.To), before.Subject, before.Detail).
				Hinted("nothing is sent twice").ByRule("sent-already")
		}
		m := before
		m.State, m.Detail = MessageFailed, strings.TrimSpace(detail)
		if sent {
			m.State = MessageSent
		}
		var r rows
		r.put(before, m)
		if len(r.deltas) == 0 && r.err == nil {
			return nil
		}
		e := w.event(EvMessageSent, m.Campaign)
		e.Decision = m.State.String()
		_, err = w.append(e, SentData{sent, m.Detail}, &r)
		return err
	})
}
