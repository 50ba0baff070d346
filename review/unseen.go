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
	return domain.Errorf(domain.Conflict, "%s changed at event %d, after what you were shown", what, es[0].Seq).
		Hinted("load it again and look: nothing was signed").ByRule(RuleUnseen)
}
