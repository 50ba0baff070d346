package review

import "countersign/domain"

// RuleUnseen names the refusal of a signature on what changed after the signer was
// shown it: nobody signs blind.
const RuleUnseen = "changed-since"

// unseen refuses the actor who was shown the log as it stood before one of these
// events on a subject: what they sign is no longer what they saw. An actor who says
// nothing of what was shown is a program, or reads and acts in one.
func (w *work) unseen(what, subject string, types ...domain.EventType) error {
	size := w.actor.Saw.Size
	if size == 0 {
		return nil
	}
	es, err := w.Events(EventQuery{Types: types, Subject: subject, Before: domain.Seq(size - 1), Forward: true, Limit: 1})
	if err != nil || len(es) == 0 {
		return err
	}
	return changedSeen(what, es[0].Seq)
}

func changedSeen(what string, at domain.Seq) error {
	return domain.Errorf(domain.Conflict, "%s changed at event %d, after what you were shown", what, at).
		Hinted("load it again and look: nothing was signed").ByRule(RuleUnseen)
}

// unseenEntry is unseen for a reviewer who signs: of what another read back for them.
func (w *work) unseenEntry(c Campaign) error {
	if w.actor.Saw.Size == 0 {
		return nil
	}
	at, err := w.enteredByOthers(c, w.actor.Principal, w.actor.Saw.Size)
	if err != nil || at == 0 {
		return err
	}
	return changedSeen("your packet in "+c.Name, at)
}

// unseenRequest is unseen for a checker of a request: of what the request changes, or
// takes back, is accepted by it.
func (w *work) unseenRequest(c Campaign, q Request) error {
	var types []domain.EventType
	switch q.Act {
	case RequestCancel: // what was signed, and what became of it
		types = []domain.EventType{EvSigned, EvCountersigned, EvReturned, EvLapsed, EvAdvanced, EvReiterated, EvRemediating, EvOutcomes, EvExcepted, EvVerifying}
	case RequestExcept: // what was answered, and what became of it
		types = []domain.EventType{EvReturned, EvAdvanced, EvReiterated, EvOutcomes}
	case RequestExtend:
		types = []domain.EventType{EvExtended, EvAdvanced, EvReiterated}
	case RequestReassign:
		return nil // that an item is open, and whose it was, is asked again as it is carried out
	}
	return w.unseen("the campaign "+c.Name, string(c.ID), types...)
}
