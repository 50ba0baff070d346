package review

import (
	"context"
	"slices"

	"countersign/domain"
)

// Leaving is what waits on somebody who leaves, and lies outside the
// organisation's records: no change set hands it over.
type Leaving struct {
	Campaigns []LeavingCampaign
	Made      []domain.ChangeSet // proposed by them and waiting: none can be approved once they are inactive
	Checks    []domain.ChangeSet // waiting for their own yes: a checker's stands in once they are inactive
	Owned     []Campaign         // theirs to run, not over: whoever has the duty campaign-owner can as well
	Named     []Campaign         // drafts whose definition names them as a reviewer
}

// LeavingCampaign is what a reviewer still has to answer for in one campaign.
type LeavingCampaign struct {
	Campaign Campaign
	Open     []int // unanswered: Reassign gives them to the receiver
	Own      []int // unanswered, the receiver's own access: somebody else must take them
	Answered []int // answered and not signed: only they can sign these
	Signed   int   // signed, waiting for a checker: a return would come to nobody
}

// Leaving finds what waits on a person who leaves; to is who would take their
// items over, empty where nobody would.
func (s *Service) Leaving(ctx context.Context, person, to domain.ID) (Leaving, error) {
	var l Leaving
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if err := l.campaigns(tx, o, person, to); err != nil {
			return err
		}
		return l.changeSets(s, tx, o, person)
	})
	return l, err
}

func (l *Leaving) campaigns(tx Tx, o *domain.Org, person, to domain.ID) error {
	all, err := tx.Campaigns()
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.State == Closed || c.State == Cancelled {
			continue
		}
		if c.Owner == person {
			l.Owned = append(l.Owned, c)
		}
		if c.State == Draft && slices.ContainsFunc(c.Definition.Stages, func(st Stage) bool {
			return st.Fallback == person || slices.Contains(st.Reviewers, string(person))
		}) {
			l.Named = append(l.Named, c)
		}
		if c.State != Staged && c.State != Active && c.State != Decided {
			continue
		}
		lc := LeavingCampaign{Campaign: c}
		known := map[domain.Holder][]domain.ID{}
		if err := eachItem(tx, ItemQuery{Campaign: c.ID, Reviewer: person}, func(it Item) error {
			lc.sort(o, it, subjectsNow(o, it, tx.Now(), known), to)
			return nil
		}); err != nil {
			return err
		}
		if len(lc.Open)+len(lc.Own)+len(lc.Answered)+lc.Signed > 0 {
			l.Campaigns = append(l.Campaigns, lc)
		}
	}
	return nil
}

// sort puts an item where it belongs.
func (lc *LeavingCampaign) sort(o *domain.Org, it Item, subjects []domain.ID, to domain.ID) {
	answered := it.Decision.Answer != Silent && it.Decision.Answer != Abstain
	switch {
	case it.Packet == Countersigned:
	case it.Packet == Signed:
		lc.Signed++
	case answered:
		lc.Answered = append(lc.Answered, it.No)
	case to != "" && (SoleSubject(o, it.Holding, it.Subjects, to) || SoleSubject(o, it.Holding, subjects, to)):
		lc.Own = append(lc.Own, it.No)
	default:
		lc.Open = append(lc.Open, it.No)
	}
}

func (l *Leaving) changeSets(s *Service, tx Tx, o *domain.Org, person domain.ID) error {
	waiting, err := tx.ChangeSets(ChangeSetQuery{States: []domain.ChangeState{domain.Proposed}})
	if err != nil {
		return err
	}
	for _, head := range waiting {
		if head.Maker == person {
			l.Made = append(l.Made, head)
			continue
		}
		cs, err := tx.ChangeSet(head.ID)
		if err != nil {
			return err
		}
		v, err := s.Judge(tx, o, cs)
		if err != nil {
			return err
		}
		if v.Refused == nil && slices.Contains(v.From, person) {
			l.Checks = append(l.Checks, head)
		}
	}
	return nil
}

// ItemList says numbers of items: "items 3, 7 and 9".
func ItemList(nos []int) string { return itemList(nos) }
