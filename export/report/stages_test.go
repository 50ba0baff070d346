package report

import (
	"context"
	"strconv"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// Two stages: Tom and Carl are asked in the first, Cleo in the second. Each
// item is asked of two people at least, so one row an item cannot say it all.
func TestACampaignOfSeveralStagesShowsEveryVoteAndRuling(t *testing.T) {
	ctx := context.Background()
	q := newQuarter(t)
	carl, err := q.svc.ActorAs(ctx, 1, "carl@acme.example")
	q.must(err)
	// Reviewers of an item do not check each other, so it takes a checker besides them.
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "third checker"},
		domain.Begin(domain.Principal{ID: "usr_cora", Kind: domain.User, Name: "Cora", Email: "cora@acme.example", Status: domain.Active}),
		domain.Begin(domain.Grant{ID: "gnt_cora", Holder: holder("usr_cora"), Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(domain.DutyChecker.String())}, Level: domain.Held}))
	cora := domain.Actor{Principal: "usr_cora", Via: "uid 1004"}
	q.c, err = q.svc.NewCampaign(ctx, q.ada, review.Campaign{Name: "Q2", Due: q.c.Due, Definition: review.Definition{
		CountersignAll: true, Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
		Stages: []review.Stage{
			{Reviewers: []string{"usr_tom"}, Additional: []string{string(carl.Principal)}, Strategy: review.AllMustAccept.String()},
			{Reviewers: []string{string(q.cleo.Principal)}, Days: 7}}}})
	q.must(err)
	q.launch()
	all := q.items()
	decide := func(who domain.Actor, no int, a review.Answer) {
		t.Helper()
		_, err := q.svc.Decide(ctx, who, q.c.ID, []review.DecisionInput{{Item: no, Answer: a, Reason: "because", Seconds: 7}})
		q.must(err)
	}
	for _, it := range all {
		a := review.Keep
		if it.No == 1 {
			a = review.Revoke // stops: the second stage is not asked
		}
		decide(q.tom, it.No, review.Keep)
		decide(carl, it.No, a)
	}
	for _, who := range []domain.Actor{q.tom, carl} {
		_, err := q.svc.SignOff(ctx, who, q.c.ID, q.c.Name)
		q.must(err)
		_, err = q.svc.Countersign(ctx, cora, q.c.ID, who.Principal, "checked")
		q.must(err)
	}
	for _, it := range all[1:] {
		decide(q.cleo, it.No, review.Keep)
	}
	_, err = q.svc.SignOff(ctx, q.cleo, q.c.ID, q.c.Name)
	q.must(err)
	_, err = q.svc.Countersign(ctx, cora, q.c.ID, q.cleo.Principal, "checked")
	q.must(err)

	_, book := q.export()
	n := len(all)
	rulings, votes := byHeader(t, book, sheetRulings), byHeader(t, book, sheetVotes)
	if want := 2 + 3*(n-1); len(rulings) != want { // item 1: stage 1 and over all; the others two stages and over all
		t.Errorf("%d rulings, want %d", len(rulings), want)
	}
	if want := 2*n + n - 1; len(votes) != want {
		t.Errorf("%d votes, want %d", len(votes), want)
	}
	for _, v := range votes {
		if v["Counts"] != "yes" || v["Sign-off"] != "countersigned" {
			t.Errorf("vote %v does not count", v)
		}
	}
	for _, r := range byHeader(t, book, sheetDecisions) {
		want, stage := "keep", "2"
		if r["Item"] == "1" {
			want, stage = "revoke", "1"
			if r["Reviewer id"] != string(carl.Principal) || r["Rule"] != string(review.RuleRevoke) {
				t.Errorf("item 1 is %v", r)
			}
		}
		if r["Answer"] != want || r["Stage"] != stage {
			t.Errorf("item %s stands as %s in stage %s", r["Item"], r["Answer"], r["Stage"])
		}
	}
	for _, r := range byHeader(t, book, sheetReviewers) {
		items, keep, revoke := n, n, 0
		switch {
		case r["Stage"] == "2":
			items, keep = n-1, n-1
		case r["Reviewer id"] == string(carl.Principal):
			keep, revoke = n-1, 1
		}
		if r["Items"] != strconv.Itoa(items) || r["Keep"] != strconv.Itoa(keep) || r["Revoke"] != strconv.Itoa(revoke) {
			t.Errorf("reviewer %v, want %d items, %d kept, %d revoked", r, items, keep, revoke)
		}
	}
}
