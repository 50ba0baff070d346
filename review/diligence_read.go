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
	return MeasureDiligence(c.Definition.Diligence, func(stage int) time.Time { return dues[stage] }, tx.DecisionVersions(c.ID))
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
