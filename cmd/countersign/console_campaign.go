package main

import (
	"context"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
	"countersign/store"
	"countersign/tui"
	"countersign/tui/logpage"
)

// campaignPages are the console's pages over campaigns and the audit log.
func campaignPages(s *session) []tui.PageSpec {
	return []tui.PageSpec{
		{ID: "log", Title: "Log", Key: "0", New: logpage.New(logReads{s})},
	}
}

// logReads answers what the log page asks.
type logReads struct{ s *session }

// Events implements logpage.Reads.
func (r logReads) Events(ctx context.Context, asks logpage.Asks) (p logpage.Picture, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if p, err = logPicture(tx); err != nil {
			return err
		}
		q, ok := asks(p.Org, p.Campaigns)
		if !ok {
			return nil
		}
		p.Events, err = tx.Events(q)
		return err
	})
	return p, err
}

// logPicture is a picture of the log without events.
func logPicture(tx review.Tx) (p logpage.Picture, err error) {
	if p.Org, err = tx.Org(); err != nil {
		return p, err
	}
	if p.Campaigns, err = tx.Campaigns(); err != nil {
		return p, err
	}
	p.Head, err = tx.Log()
	return p, err
}

// Event implements logpage.Reads.
func (r logReads) Event(ctx context.Context, seq domain.Seq) (p logpage.Picture, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		if p, err = logPicture(tx); err != nil {
			return err
		}
		e, err := tx.Event(seq)
		p.Events = []domain.Event{e}
		return err
	})
	return p, err
}

// Verify implements logpage.Reads.
func (r logReads) Verify(ctx context.Context, progress func(part string, done, total int64)) (logpage.Verdict, error) {
	rep, err := r.s.store.Verify(ctx, store.VerifyOptions{Progress: progress})
	return logpage.Verdict{Events: rep.Events, Rows: rep.Rows, Items: rep.Items, Root: rep.Root.String(), Faults: rep.Faults}, err
}

// Checkpoint implements logpage.Reads.
func (r logReads) Checkpoint(ctx context.Context) (string, error) {
	cp, err := r.s.store.Checkpoint(ctx)
	if err != nil {
		return "", err
	}
	raw, err := auditlog.Format(cp)
	return string(raw), err
}
