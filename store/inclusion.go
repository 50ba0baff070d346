package store

import (
	"countersign/domain"
	"countersign/domain/auditlog"
)

// Inclusion proves that event n is among the log's first size events: whoever
// holds a checkpoint of that size and the event's line can check it without the
// log. A size the log has not had, or an event that is not in it, is NotFound.
func (t *tx) Inclusion(size, n int64) (auditlog.Inclusion, error) {
	if size < 0 || size > t.size || n < 0 || n >= size {
		return auditlog.Inclusion{}, domain.Errorf(domain.NotFound, "the log has %d events: there is no event %d in its first %d", t.size, n, size)
	}
	return auditlog.ProveInclusion(string(t.s.log), size, n, hashes{t.ctx, t.sql})
}

// Consistency proves that the log's first to events continue its first from
// events: whoever holds a checkpoint of each can check it without the log. A
// size the log has not had, or sizes the wrong way round, are NotFound.
func (t *tx) Consistency(from, to int64) (auditlog.Consistency, error) {
	if from < 0 || from > to || to > t.size {
		return auditlog.Consistency{}, domain.Errorf(domain.NotFound, "the log has %d events: it cannot be proved to have gone on from %d to %d", t.size, from, to).
			Hinted("the earlier size comes first, and neither is beyond the log")
	}
	return auditlog.ProveConsistency(string(t.s.log), from, to, hashes{t.ctx, t.sql})
}
