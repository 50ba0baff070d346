package main

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/chase"
)

// chaseDesk reads who still answers in a campaign, and asks them.
type chaseDesk struct {
	orgDesk
	campaigns campaignDesk
}

// Board implements chase.Reads.
func (d chaseDesk) Board(ctx context.Context, id domain.ID) (b chase.Board, err error) {
	b.Actor = d.s.actor.Principal
	return b, d.s.store.View(ctx, func(tx review.Tx) error {
		if b.Org, err = tx.Org(); err != nil {
			return err
		}
		if b.Head, err = tx.Log(); err != nil {
			return err
		}
		if b.Campaign, err = tx.Campaign(id); err != nil {
			return err
		}
		b.Now = tx.Now()
		progress, err := tx.Progress(id)
		if err != nil {
			return err
		}
		away, err := tx.Substitutes()
		if err != nil {
			return err
		}
		told, err := tx.Messages(review.MessageQuery{Campaign: id})
		if err != nil {
			return err
		}
		in := review.StandInsAt(away, b.Now, b.Org.Zone())
		for _, one := range progress {
			if one.Stage != max(b.Campaign.Stage, 1) || one.Items == 0 {
				continue
			}
			r := chase.Chased{Progress: one, StandIn: in[one.Reviewer].Substitute, Until: in[one.Reviewer].Until}
			for _, m := range told { // the oldest first
				if m.To == one.Reviewer && one.Reviewer != "" {
					r.Reminded = m.At
				}
			}
			b.Reviewers = append(b.Reviewers, r)
		}
		slices.SortStableFunc(b.Reviewers, func(a, c chase.Chased) int { return c.Open() - a.Open() })
		return nil
	})
}

// Remind implements chase.Acts.
func (d chaseDesk) Remind(ctx context.Context, saw domain.Sight, id domain.ID, to []domain.ID, note string, dry bool) (review.Reminding, error) {
	return d.s.svc.Remind(ctx, d.campaigns.as(saw), id, to, note, dry)
}

// Extend implements chase.Acts.
func (d chaseDesk) Extend(ctx context.Context, saw domain.Sight, id domain.ID, due, reason string) (string, error) {
	return d.campaigns.Extend(ctx, saw, id, due, reason)
}

// HandOpen implements chase.Acts: one reviewer after another, each in parts as large as
// one act takes; what was done before one that is refused stays and is said.
func (d chaseDesk) HandOpen(ctx context.Context, saw domain.Sight, id domain.ID, from []domain.ID, to domain.ID, reason string) (string, error) {
	var said []string
	for _, who := range from {
		leaving, err := d.s.svc.Leaving(ctx, who, to)
		if err != nil {
			return "", after(strings.Join(said, "; "), err)
		}
		name := d.campaigns.Name(ctx, who)
		at := slices.IndexFunc(leaving.Campaigns, func(c review.LeavingCampaign) bool { return c.Campaign.ID == id })
		if at < 0 || len(leaving.Campaigns[at].Open) == 0 {
			said = append(said, name+" has nothing left that could go")
			continue
		}
		open := leaving.Campaigns[at].Open
		asked, _, err := handParts(open, func(part []int) (review.Request, error) {
			return d.s.svc.HandOver(ctx, d.campaigns.as(saw), id, review.Handing{Items: part, From: who, To: to, Reason: reason})
		})
		if err != nil {
			return "", after(strings.Join(said, "; "), err)
		}
		said = append(said, review.Count(len(open), "item", "items")+" of "+name+" to "+d.campaigns.Name(ctx, to)+waitsWords(asked))
	}
	return strings.Join(said, "; "), nil
}
