package main

import (
	"countersign/domain"
	"countersign/review"
)

// aCampaign is what every answer about one campaign begins with, of one picture.
type aCampaign struct {
	tx    review.Tx
	org   *domain.Org
	c     review.Campaign
	about about
}

// readCampaign has fn answer about the campaign that ref names, or that there is
// only one of.
func (s *session) readCampaign(ref string, fn func(aCampaign) error) error {
	return s.view(func(tx review.Tx) error {
		r := aCampaign{tx: tx}
		var err error
		if r.c, err = campaignOf(tx, ref); err != nil {
			return err
		}
		if r.org, err = tx.Org(); err != nil {
			return err
		}
		if r.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		return fn(r)
	})
}
