package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/reviewpage"
)

// PacketOut implements reviewpage.Books.
func (r reviewReads) PacketOut(ctx context.Context, campaign domain.ID) (file string, items int, err error) {
	err = r.s.store.View(ctx, func(tx review.Tx) error {
		c, err := tx.Campaign(campaign)
		if err != nil {
			return err
		}
		one, err := r.s.exportPacket(tx, c, r.s.actor.Principal, ".")
		file, items = filepath.Base(one.File), one.Items
		return err
	})
	return file, items, err
}

// judgedLine says what becomes of a row; of one that names no item, where it is.
func judgedLine(j review.Judged) string {
	if j.Item == 0 {
		return fmt.Sprintf("%s: %s: %s", j.Place, j.Kind, j.Why)
	}
	return fmt.Sprintf("%s, item %d, %s, %s: %s: %s", j.Place, j.Item, j.Holder, j.Target, j.Kind, j.Why)
}

// ReadBack implements reviewpage.Books.
func (r reviewReads) ReadBack(_ context.Context, campaign domain.ID, file string) (reviewpage.Back, error) {
	read, err := r.s.readBack([]string{file}, string(campaign))
	if err != nil {
		return reviewpage.Back{}, err
	}
	b := reviewpage.Back{File: read.File(0).Name, Summary: countWords(read.Counts()), Head: read.head}
	for _, j := range read.Rows() {
		line := judgedLine(j)
		switch {
		case j.Kind.Refused():
			b.Refused = append(b.Refused, line)
		case j.Kind == review.RowAccepted:
			b.Accepted = append(b.Accepted, line)
		}
	}
	b.Enter = func(ctx context.Context, saw domain.Sight) (string, error) {
		var said []string
		for _, a := range read.Acts() {
			got, err := r.s.svc.Enter(ctx, r.as(saw), a.Campaign, a.Entry, a.Inputs)
			if err != nil {
				return "", err
			}
			text := fmt.Sprintf("%s saved (event %d)", review.Count(len(got.Decisions), "decision", "decisions"), got.Seq)
			if a.Entry.Reviewer != r.s.actor.Principal {
				text = fmt.Sprintf("%s of %s saved, entered by you (event %d)", review.Count(len(got.Decisions), "decision", "decisions"),
					r.s.nameOf(a.Entry.Reviewer), got.Seq)
			}
			said = append(said, text)
		}
		return strings.Join(said, "; "), nil
	}
	return b, nil
}
