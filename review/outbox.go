package review

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
)

// Unsent gives the messages still to be sent, the oldest first: those queued
// and those that could not be sent before.
func Unsent(tx Tx) ([]Message, error) {
	return tx.Messages(MessageQuery{States: []MessageState{MessageQueued, MessageFailed}})
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
