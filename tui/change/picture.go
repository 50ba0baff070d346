package change

import (
	"context"
	"fmt"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Picture is the organisation at one event and one instant (UTC), and how far the
// log reached then.
type Picture struct {
	Org  *domain.Org
	Now  time.Time
	Head review.Head
}

// Stamp changes when rows made of the picture may: with the event, and each minute
// because windows open and close without one.
func (p Picture) Stamp() string {
	return fmt.Sprintf("%d %d", p.Org.Key(), p.Now.Unix()/60)
}

// Moment is when an event happened and who did it; By is empty for the program's
// own events.
type Moment struct {
	Seq domain.Seq
	At  time.Time
	By  string
}

// Words say it in the organisation's zone: "2025-11-03 by Mira Lindqvist".
func (m Moment) Words(o *domain.Org) string {
	if m.At.IsZero() {
		return fmt.Sprintf("event %d", m.Seq)
	}
	day := m.At.In(o.Zone()).Format("2006-01-02")
	if m.By == "" {
		return day
	}
	return day + " by " + m.By
}

// Reads are the reads of pages over the organisation. They are called in commands
// only.
type Reads interface {
	// Picture is the present state.
	Picture(ctx context.Context) (Picture, error)
	// Moments says when the events were and whose they were.
	Moments(ctx context.Context, seqs []domain.Seq) (map[domain.Seq]Moment, error)
	// Findings is what is the matter in the present state, what weighs most first,
	// and that state.
	Findings(ctx context.Context) (Picture, []domain.Finding, error)
	// History is the newest events that name an entity, in words.
	History(ctx context.Context, entity domain.ID) ([]review.HistoryLine, error)
}

// Acts put change sets forward for the person at the screen. They are called in
// commands only.
type Acts interface {
	// Preview judges a change set and writes nothing; a refusal is in the verdict.
	Preview(ctx context.Context, cs domain.ChangeSet) (domain.Verdict, error)
	// Propose puts it forward. saw is what the person was shown.
	Propose(ctx context.Context, cs domain.ChangeSet, saw domain.Sight) (review.Proposal, error)
	// IDs gives a maker of ids for new records.
	IDs(ctx context.Context) (func(prefix string) domain.ID, error)
}
