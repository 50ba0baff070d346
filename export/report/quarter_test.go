package report

import (
	"context"
	"fmt"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// quarter is a campaign played on a real store, with hostile names in every place
// a file can put one.
type quarter struct {
	t    testing.TB
	s    *store.Store
	svc  *review.Service
	ada  domain.Actor // admin, owner
	cleo domain.Actor // checker
	tom  domain.Actor // reviewer of everybody
	c    review.Campaign

	beforeClose func() // once all is settled
}

// evil is what a file may bring as a name; evilLine what a campaign may be called.
const (
	evil     = evilLine + " \x1b[31m\x00"
	evilLine = "=cmd|' /C calc'!A0 \u202etxt"
)

func holder(id domain.ID) domain.Holder {
	return domain.Holder{Kind: domain.HolderPrincipal, ID: id}
}
func onAgent(id domain.ID) domain.Target { return domain.Target{Kind: domain.TargetAgent, ID: id} }

func quarterRecords(names []string) []domain.Record {
	recs := []domain.Record{
		domain.Principal{ID: "usr_tom", Kind: domain.User, Name: "Tom Vale", Email: "tom@acme.example", Department: "Support", Status: domain.Active},
		domain.Group{ID: "grp_crew", Name: "Crew " + evil, Description: "Releases"},
		domain.Agent{ID: "agt_sales", Name: "Sales " + evil, Description: "Sells", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: "usr_tom"},
		domain.Agent{ID: "agt_ops", Name: "Ops Agent", Description: "Runs", AccessType: domain.GroupRestricted, Classification: domain.ClassConfidential, Owner: "usr_tom"},
		domain.Grant{ID: "gnt_crew", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_crew"}, Target: onAgent("agt_sales"), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_lost", Holder: holder("usr_gone"), Target: onAgent("agt_ops"), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_hr", Holder: holder("usr_h02"), Target: onAgent("agt_ops"), Level: domain.ViewUse, Origin: domain.Origin{Source: "hr", File: "aa"}},
		domain.Grant{ID: "gnt_over", Holder: holder("usr_h03"), Target: onAgent("agt_ops"), Level: domain.ViewUse, Window: domain.Window{To: "2025-01-31"}},
	}
	for i, n := range names {
		id := domain.ID(fmt.Sprintf("usr_h%02d", i))
		recs = append(recs, domain.Principal{ID: id, Kind: domain.User, Name: n, Email: fmt.Sprintf("h%d@acme.example", i), Manager: "usr_tom",
			Department: n, Title: n, Status: domain.Active},
			domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_r%02d", i)), Holder: holder(id), Target: domain.Target{Kind: domain.TargetAgentRole}, Level: 1},
			domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_s%02d", i)), Holder: holder(id), Target: onAgent("agt_sales"), Level: domain.EditAgent})
	}
	recs = append(recs, domain.Grant{ID: "gnt_member", Holder: holder("usr_h00"), Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_crew"}, Level: domain.Member})
	return recs
}

func newQuarter(t testing.TB) *quarter {
	t.Helper()
	return quarterOf(t, named())
}

// quarterOf is a campaign of people of these names.
func quarterOf(t testing.TB, names []string) *quarter {
	t.Helper()
	ctx := context.Background()
	q := &quarter{t: t, s: storetest.Open(t)}
	q.svc = review.New(q.s)
	var err error
	q.ada, err = q.svc.Init(ctx, review.InitInput{Organisation: "Acme", Zone: "UTC",
		Admin:    review.Person{Name: "Ada Admin", Email: "ada@acme.example", UID: 1000},
		Checkers: []review.Person{{Email: "cleo.c@acme.example", UID: 1001}, {Email: "carl@acme.example", UID: 1002}}, Via: "uid 1000"})
	q.must(err)
	q.cleo, err = q.svc.ActorAs(ctx, 1, "cleo.c@acme.example")
	q.must(err)
	q.tom = domain.Actor{Principal: "usr_tom", Via: "uid 1003"}
	var changes []domain.Change
	for _, r := range quarterRecords(names) {
		changes = append(changes, domain.Begin(r))
	}
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, changes...)
	q.c, err = q.svc.NewCampaign(ctx, q.ada, review.Campaign{Name: "Q1 " + evilLine, Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	q.must(err)
	return q
}

func (q *quarter) must(err error) {
	q.t.Helper()
	if err != nil {
		q.t.Fatal(err)
	}
}

func (q *quarter) launch() {
	q.t.Helper()
	ctx := context.Background()
	_, err := q.svc.Stage(ctx, q.ada, q.c.ID, nil)
	q.must(err)
	q.c, err = q.svc.Launch(ctx, q.cleo, q.c.ID)
	q.must(err)
}

func (q *quarter) items() []review.Item {
	q.t.Helper()
	var out []review.Item
	storetest.View(q.t, q.s, func(tx review.Tx) (err error) {
		out, err = tx.Items(review.ItemQuery{Campaign: q.c.ID})
		return err
	})
	return out
}

func (q *quarter) answer(no int, a review.Answer, to domain.Level, why string) {
	q.t.Helper()
	_, err := q.svc.Decide(context.Background(), q.tom, q.c.ID, []review.DecisionInput{{Item: no, Answer: a, Level: to, Reason: why, Seconds: 7}})
	q.must(err)
}

// decide answers all of Tom's items: every third revoked, every third reduced,
// one changed twice, the rest kept.
func (q *quarter) decide() {
	q.t.Helper()
	for i, it := range q.items() {
		if it.Reviewer != "usr_tom" {
			continue
		}
		switch {
		case it.Holding.ID == "gnt_hr" || it.Holding.Level == domain.EditAgent && i%3 == 0:
			q.answer(it.No, review.Revoke, 0, evil)
		case it.Holding.Level == domain.EditAgent && i%3 == 1:
			q.answer(it.No, review.Keep, it.Holding.Level, "")
			q.answer(it.No, review.Reduce, domain.ViewUse, "use is enough")
		default:
			q.answer(it.No, review.Keep, it.Holding.Level, "needed")
		}
	}
}

// finish signs, countersigns, remedies, excepts what lives outside, and closes.
func (q *quarter) finish() {
	q.t.Helper()
	ctx := context.Background()
	_, err := q.svc.SignOff(ctx, q.tom, q.c.ID, q.c.Name)
	q.must(err)
	_, err = q.svc.Countersign(ctx, q.cleo, q.c.ID, "usr_tom", "checked")
	q.must(err)
	_, err = q.svc.Remediate(ctx, q.ada, q.c.ID)
	q.must(err)
	_, err = q.svc.Verify(ctx, q.ada, q.c.ID)
	q.must(err)
	var outside []int
	for _, it := range q.items() {
		if it.Outcome.Result == review.Outside || it.Outcome.Result == review.Residual {
			outside = append(outside, it.No)
		}
	}
	if len(outside) > 0 {
		asked, err := q.svc.Except(ctx, q.ada, q.c.ID, outside, "2026-06-30", "the next import ends it")
		q.must(err)
		_, err = q.svc.ApproveRequest(ctx, q.cleo, asked.ID, "until then")
		q.must(err)
	}
	if q.beforeClose != nil {
		q.beforeClose()
	}
	q.c, err = q.svc.Close(ctx, q.ada, q.c.ID)
	q.must(err)
}
