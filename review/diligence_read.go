package review

import (
	"time"

	"countersign/domain"
)

// DiligenceOf measures the reviewers of a campaign by its own thresholds. Its
// errors are those of the store.
func DiligenceOf(tx Tx, c Campaign) ([]ReviewerDiligence, error) {
	dues, err := stageDues(tx, c)
	if err != nil {
		return nil, err
	}
	back, err := sentBack(tx, c)
	if err != nil {
		return nil, err
	}
	return MeasureDiligence(c.Definition.Diligence, func(stage int) time.Time { return dues[stage] }, back, tx.DecisionVersions(c.ID))
}

// sentBack tells of a decision whether its item was returned after it: the
// checker sent it back, and nothing was said since. Only packets that came back
// can hold one.
func sentBack(tx Tx, c Campaign) (func(Decision) (bool, error), error) {
	all, err := tx.Packets(c.ID)
	if err != nil {
		return nil, err
	}
	rounds := make(map[domain.ID]int, len(all))
	for _, p := range all {
		rounds[p.RecordID()] = p.Round
	}
	return func(d Decision) (bool, error) {
		of := Packet{Campaign: d.Campaign, Stage: d.Stage, Reviewer: d.Reviewer}.RecordID()
		if rounds[of] <= max(d.Round, 1) {
			return false, nil
		}
		r, err := tx.Returned(d.Campaign, d.Item, d.Stage, d.Reviewer)
		return r.Round > d.Round, err
	}, nil
}

// stageDues gives the last due date that each stage had, by the campaign's
// events.
func stageDues(tx Tx, c Campaign) (map[int]time.Time, error) {
	es, err := tx.Events(EventQuery{Types: []domain.EventType{EvLaunched, EvExtended, EvAdvanced, EvReiterated, EvRequestDone},
		Subject: string(c.ID), Forward: true})
	if err != nil {
		return nil, err
	}
	out := map[int]time.Time{}
	for _, e := range es {
		for _, d := range e.Changes {
			if d.Kind != KindCampaign || len(d.After) == 0 {
				continue
			}
			rec, err := DecodeRecord(d.Kind, d.After)
			if err != nil {
				return nil, err
			}
			if row := rec.(Campaign); row.State == Active {
				out[max(row.Stage, 1)] = row.Due
			}
		}
	}
	if _, ok := out[max(c.Stage, 1)]; !ok {
		out[max(c.Stage, 1)] = c.Due
	}
	return out, nil
}
