package review_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// world is a small organisation: Ada the admin and campaign owner, Cleo and
// Carl the checkers, Tom who manages Dana and Eve, and what they hold.
type world struct {
	t     testing.TB
	s     *store.Store
	svc   *review.Service
	clock *storetest.Clock
	admin domain.Actor
	cleo  domain.Actor // checker
	carl  domain.Actor // checker
	tom   domain.Actor // manager of Dana and Eve
	dana  domain.Actor
	eve   domain.Actor
}

const (
	tomID   domain.ID = "usr_tom"
	danaID  domain.ID = "usr_dana"
	eveID   domain.ID = "usr_eve"
	extID   domain.ID = "usr_xav"
	salesID domain.ID = "agt_sales"
	opsID   domain.ID = "agt_ops"
	crewID  domain.ID = "grp_crew"
)

func actor(id domain.ID) domain.Actor { return domain.Actor{Principal: id, Via: "test"} }

func principalHolder(id domain.ID) domain.Holder {
	return domain.Holder{Kind: domain.HolderPrincipal, ID: id}
}
func groupHolder(id domain.ID) domain.Holder {
	return domain.Holder{Kind: domain.HolderGroup, ID: id}
}
func onAgent(id domain.ID) domain.Target  { return domain.Target{Kind: domain.TargetAgent, ID: id} }
func inGroup(id domain.ID) domain.Target  { return domain.Target{Kind: domain.TargetGroup, ID: id} }
func areaNode(id domain.ID) domain.Target { return domain.Target{Kind: domain.TargetArea, ID: id} }

func newWorld(t testing.TB) *world {
	t.Helper()
	clock := storetest.NewClock()
	o := storetest.Options()
	o.Now = clock.Now
	s, _ := storetest.OpenWith(t, o)
	w := &world{t: t, s: s, svc: review.New(s), clock: clock}
	t.Cleanup(func() { replayAll(t, s) })
	var err error
	w.admin, err = w.svc.Init(context.Background(), review.InitInput{Organisation: "Acme", Zone: "Europe/Berlin",
		Admin:    review.Person{Name: "Ada Admin", Email: "ada@acme.example", UID: 1000},
		Checkers: []review.Person{{Email: "cleo.c@acme.example", UID: -1}, {Email: "carl@acme.example", UID: 1002}}, Via: "uid 1000"})
	if err != nil {
		t.Fatal(err)
	}
	w.cleo, w.carl = w.as("cleo.c@acme.example"), w.as("carl@acme.example")
	w.tom, w.dana, w.eve = actor(tomID), actor(danaID), actor(eveID)
	w.seed(people()...)
	return w
}

func people() []domain.Record {
	user := func(id domain.ID, name, email string, manager domain.ID) domain.Principal {
		return domain.Principal{ID: id, Kind: domain.User, Name: name, Email: email, Manager: manager,
			Department: "Support", Title: "Agent", Status: domain.Active}
	}
	xav := user(extID, "Xav Extern", "xav@partner.example", tomID)
	xav.Employment = domain.External
	return []domain.Record{
		user(tomID, "Tom Vale", "tom@acme.example", ""),
		user(danaID, "Dana Okafor", "dana@acme.example", tomID),
		user(eveID, "Eve Long", "eve@acme.example", tomID), xav,
		domain.Group{ID: crewID, Name: "Release crew", Description: "Releases"},
		domain.Agent{ID: salesID, Name: "Sales Agent", Description: "Sells", AccessType: domain.GroupRestricted,
			Classification: domain.ClassInternal, Owner: tomID},
		domain.Agent{ID: opsID, Name: "Ops Agent", Description: "Runs", AccessType: domain.GroupRestricted,
			Classification: domain.ClassConfidential, Owner: tomID},
		domain.Grant{ID: "gnt_ar1", Holder: principalHolder(danaID), Target: domain.Target{Kind: domain.TargetAgentRole}, Level: 1},
		domain.Grant{ID: "gnt_ar2", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetAgentRole}, Level: 1},
		domain.Grant{ID: "gnt_m1", Holder: principalHolder(danaID), Target: inGroup(crewID), Level: domain.Member},
		domain.Grant{ID: "gnt_m2", Holder: principalHolder(eveID), Target: inGroup(crewID), Level: domain.Member},
		domain.Grant{ID: "gnt_crew", Holder: groupHolder(crewID), Target: onAgent(salesID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_dana", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.EditAgent},
		domain.Grant{ID: "gnt_dana_ops", Holder: principalHolder(danaID), Target: onAgent(opsID), Level: domain.EditAgent},
		domain.Grant{ID: "gnt_eve", Holder: principalHolder(eveID), Target: onAgent(opsID), Level: domain.ViewUse,
			Origin: domain.Origin{Source: "hr", File: "aa"}},
		domain.Grant{ID: "gnt_tom", Holder: principalHolder(tomID), Target: onAgent(salesID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_dep", Holder: principalHolder(danaID), Target: areaNode("deployments"), Level: domain.Edit},
		domain.Grant{ID: "gnt_ab", Holder: principalHolder(danaID), Target: areaNode("deployments/a-b-testing"), Level: domain.Edit},
	}
}

// seed makes records state by an event, as an import would have.
func (w *world) seed(recs ...domain.Record) {
	w.t.Helper()
	changes := make([]domain.Change, len(recs))
	for i, r := range recs {
		changes[i] = domain.Begin(r)
	}
	storetest.Append(w.t, w.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, changes...)
}

func (w *world) as(ref string) domain.Actor {
	w.t.Helper()
	a, err := w.svc.ActorAs(context.Background(), 1, ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) org() *domain.Org {
	w.t.Helper()
	var o *domain.Org
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { o, err = tx.Org(); return err })
	return o
}

func (w *world) now() time.Time {
	var at time.Time
	storetest.View(w.t, w.s, func(tx review.Tx) error { at = tx.Now(); return nil })
	return at
}

func (w *world) grant(id domain.ID) domain.Grant {
	w.t.Helper()
	row, ok := w.org().Get(domain.KindGrant, id)
	if !ok {
		w.t.Fatalf("there is no grant %s", id)
	}
	return row.Record.(domain.Grant)
}

// refusals gives the rules of the refusals on record, oldest first.
func (w *world) refusals() []string {
	w.t.Helper()
	var out []string
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{domain.EvRefused}, Forward: true})
		for _, e := range es {
			out = append(out, e.Decision)
		}
		return err
	})
	return out
}

// wantRule fails unless err is a domain error by the rule, and a refusal by
// that rule was recorded last, after n others.
func (w *world) wantRule(err error, rule string) {
	w.t.Helper()
	var e *domain.Error
	if !errors.As(err, &e) || e.Rule != rule {
		w.t.Fatalf("got error %v (%+v), want a refusal by rule %q", err, e, rule)
	}
	if e.Message == "" || e.Hint == "" {
		w.t.Errorf("the refusal %q says %q and hints %q: both are wanted", rule, e.Message, e.Hint)
	}
	rs := w.refusals()
	if len(rs) == 0 || rs[len(rs)-1] != rule {
		w.t.Errorf("refusals on record are %v, want the last to be %q", rs, rule)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// campaign drafts, stages and launches one over the kinds, reviewed by
// manager, then owner, then Ada.
func (w *world) campaign(kinds ...domain.TargetKind) review.Campaign {
	w.t.Helper()
	ctx := context.Background()
	c := w.draft(kinds...)
	_, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
	w.must(err)
	c, err = w.svc.Launch(ctx, w.cleo, c.ID)
	w.must(err)
	return c
}

func (w *world) draft(kinds ...domain.TargetKind) review.Campaign {
	w.t.Helper()
	c, err := w.svc.NewCampaign(context.Background(), w.admin, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: kinds},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	w.must(err)
	return c
}

func (w *world) items(q review.ItemQuery) []review.Item {
	w.t.Helper()
	var out []review.Item
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { out, err = tx.Items(q); return err })
	return out
}

// item finds a campaign's item by its holding.
func (w *world) item(c review.Campaign, holding domain.ID) review.Item {
	w.t.Helper()
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		if it.Holding.ID == holding {
			return it
		}
	}
	w.t.Fatalf("no item of %s is about %s", c.Name, holding)
	return review.Item{}
}

func (w *world) decide(who domain.Actor, c review.Campaign, in ...review.DecisionInput) error {
	_, err := w.svc.Decide(context.Background(), who, c.ID, in)
	return err
}

// answer decides the item about a holding.
func (w *world) answer(who domain.Actor, c review.Campaign, holding domain.ID, a review.Answer, l domain.Level) {
	w.t.Helper()
	w.must(w.decide(who, c, review.DecisionInput{Item: w.item(c, holding).No, Answer: a, Level: l, Reason: "test"}))
}

// keepRest keeps everything the reviewer has left.
func (w *world) keepRest(who domain.Actor, c review.Campaign) {
	w.t.Helper()
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Reviewer: who.Principal, State: review.ItemOpen}) {
		in := review.DecisionInput{Item: it.No, Answer: review.Keep}
		if it.Advice.Against(review.Keep, it.Holding.Level) {
			in.Reason = "still needed"
		}
		w.must(w.decide(who, c, in))
	}
}

// last gives the error of an act that gives something else besides.
func last[T any](_ T, err error) error { return err }

// reassign has Ada ask for another reviewer, and Carl approve it.
func (w *world) reassign(c review.Campaign, items []int, to domain.ID, why string) {
	w.t.Helper()
	q, err := w.svc.Reassign(context.Background(), w.admin, c.ID, items, to, why)
	w.must(err)
	_, err = w.svc.ApproveRequest(context.Background(), w.carl, q.ID, "yes")
	w.must(err)
}

// seedChange makes changes state by an event.
func (w *world) seedChange(changes ...domain.Change) {
	w.t.Helper()
	storetest.Append(w.t, w.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, changes...)
}
