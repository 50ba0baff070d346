package main

import (
	"fmt"
	"slices"

	"countersign/domain"
	"countersign/review"
)

// returnedJSON is somebody whom an import brings back.
type returnedJSON struct {
	Principal thingJSON `json:"principal"`
	Since     string    `json:"inactive_since"` // the day, in the organisation's zone
	Event     int64     `json:"event"`
	By        string    `json:"by"`
	Here      bool      `json:"made_inactive_here"` // by a person, not by a file
}

// broughtBack gives those whom a change set makes active again who were made
// inactive by somebody here: the file knows nothing of that, so whoever reads
// the preview is told. Those whom a file had left out come back unsaid: their
// own source speaks for them.
func broughtBack(tx review.Tx, o *domain.Org, changes []domain.Change) ([]returnedJSON, error) {
	var out []returnedJSON
	for _, c := range changes {
		before, was := c.Before.(domain.Principal)
		after, is := c.After.(domain.Principal)
		if !was || !is || before.Status == domain.Active || after.Status != domain.Active {
			continue
		}
		r, err := madeInactive(tx, o, before)
		if err != nil {
			return nil, err
		}
		if r.Here {
			out = append(out, r)
		}
	}
	return out, nil
}

// madeInactive finds the event that took a person's status, and whether a
// person or a file did it. Later events may have changed other particulars.
func madeInactive(tx review.Tx, o *domain.Org, p domain.Principal) (returnedJSON, error) {
	out := returnedJSON{Principal: principalJSON(o, p.ID)}
	for before := domain.Seq(0); ; {
		es, err := tx.Events(review.EventQuery{Entity: p.ID, Before: before, Limit: 100})
		if err != nil || len(es) == 0 {
			return out, err
		}
		for _, e := range es {
			before = e.Seq
			if !tookStatus(e, p.ID) {
				continue
			}
			cs, err := tx.ChangeSet(domain.ID(e.Subject))
			switch {
			case domain.CodeOf(err) == domain.NotFound:
				return out, nil
			case err != nil:
				return out, err
			case cs.State != domain.Applied:
				continue
			}
			if e, err = tx.Event(cs.Ended); err != nil {
				return out, err
			}
			out.Event, out.Since = int64(e.Seq), e.Time.In(o.Zone()).Format("2006-01-02")
			out.By, out.Here = o.Name(domain.KindPrincipal, cs.Maker), cs.Source == domain.SourceFile{}
			return out, nil
		}
	}
}

// tookStatus tells whether the event makes the person inactive, or proposes it.
func tookStatus(e domain.Event, id domain.ID) bool {
	for _, d := range slices.Concat(e.Changes, e.Proposed) {
		if d.Kind != domain.KindPrincipal || d.ID != id || len(d.Before) == 0 || len(d.After) == 0 {
			continue
		}
		before, err := review.DecodeRecord(d.Kind, d.Before)
		if err != nil {
			return false
		}
		after, err := review.DecodeRecord(d.Kind, d.After)
		if err != nil {
			return false
		}
		was, is := before.(domain.Principal), after.(domain.Principal)
		return was.Status == domain.Active && is.Status != domain.Active
	}
	return false
}

func (r returnedJSON) words() string {
	return fmt.Sprintf("returned: %s was made inactive here on %s by %s (event %d), and the file names them", r.Principal.Name, r.Since, r.By, r.Event)
}

// sayReturned puts those who come back, and what the policy asks for it, on
// the page of a preview; proposing says itself what the policy asks.
func (s *session) sayReturned(p *page, o *domain.Org, cs domain.ChangeSet, proposing bool) (back []returnedJSON, err error) {
	err = s.view(func(tx review.Tx) (err error) {
		back, err = broughtBack(tx, o, cs.Changes)
		if err != nil || len(back) == 0 {
			return err
		}
		for _, r := range back {
			p.line("%s", r.words())
		}
		if proposing {
			return nil
		}
		for _, w := range review.VerdictWords(o, o.Policy().Judge(o, cs, s.actor, tx.Now())) {
			p.line("%s", w)
		}
		return nil
	})
	return back, err
}
