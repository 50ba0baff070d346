package store

import (
	"countersign/domain"
	"countersign/review"
)

// Campaign gives one by its id, or by its name, which only one has; none is
// NotFound.
func (t *tx) Campaign(ref domain.ID) (review.Campaign, error) {
	var b query
	b.where("(id = ? OR name = ?)", string(ref), string(ref))
	b.add(" ORDER BY id = ? DESC LIMIT 1", string(ref))
	found, err := list[review.Campaign](t, review.KindCampaign, b)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "there is no campaign %q", string(ref)).
			Hinted("list them with: countersign campaign list")
	}
	if err != nil {
		return review.Campaign{}, err
	}
	return found[0], nil
}

// Campaigns gives all, the newest first.
func (t *tx) Campaigns() ([]review.Campaign, error) {
	return list[review.Campaign](t, review.KindCampaign, query{
		text: " c ORDER BY (SELECT min(o.from_seq) FROM campaign o WHERE o.id = c.id) DESC, id"})
}

// Packet gives one reviewer's share of a stage. Where none is stored it has
// its ids, state Open and round 0.
func (t *tx) Packet(campaign domain.ID, stage int, reviewer domain.ID) (review.Packet, error) {
	p := review.Packet{Campaign: campaign, Stage: stage, Reviewer: reviewer}
	tb, err := tableFor(review.KindPacket)
	if err != nil {
		return p, err
	}
	rec, _, err := t.current(tb, p.RecordID())
	if err != nil || rec == nil {
		return p, err
	}
	return rec.(review.Packet), nil
}

// Packets gives those stored, by stage and reviewer.
func (t *tx) Packets(campaign domain.ID) ([]review.Packet, error) {
	var b query
	b.where("campaign = ?", string(campaign))
	b.add(" ORDER BY stage, reviewer")
	return list[review.Packet](t, review.KindPacket, b)
}
