package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Who may set what for whom.
func TestWhoSetsSubstitutes(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.seed(domain.Principal{ID: "usr_gone", Kind: domain.User, Name: "Gone", Status: domain.Inactive},
		domain.Principal{ID: "key_ci", Kind: domain.APIKey, Name: "CI", Owner: tomID, Status: domain.Active},
		domain.Grant{ID: "gnt_duty", Holder: principalHolder(w.carl.Principal), Target: domain.Target{Kind: domain.TargetDuty, ID: "admin"}, Level: domain.Held})
	win := func(from, to domain.Date) domain.Window { return domain.Window{From: from, To: to} }
	for _, c := range []struct {
		name string
		who  domain.Actor
		s    review.Substitute
		rule string
		code domain.Code
	}{
		{"for oneself", w.tom, review.Substitute{Person: tomID, Substitute: eveID, Window: win("2026-04-01", "2026-04-30")}, "", 0},
		{"again in those days", w.tom, review.Substitute{Person: tomID, Substitute: danaID, Window: win("2026-04-30", "2026-05-02")}, "substitute-overlap", 0},
		{"without an end, over those days", w.tom, review.Substitute{Person: tomID, Substitute: danaID}, "substitute-overlap", 0},
		{"the day after", w.tom, review.Substitute{Person: tomID, Substitute: danaID, Window: win("2026-05-01", "2026-05-02")}, "", 0},
		{"for someone else", w.eve, review.Substitute{Person: danaID, Substitute: tomID, Window: win("2026-04-01", "2026-04-30")}, "substitute-who", 0},
		{"an account admin", w.admin, review.Substitute{Person: w.cleo.Principal, Substitute: eveID, Window: win("2026-06-01", "2026-06-30")}, "", 0},
		{"whoever holds the duty admin", w.carl, review.Substitute{Person: w.cleo.Principal, Substitute: eveID, Window: win("2026-07-01", "2026-07-31")}, "", 0},
		{"an admin taking it over", w.admin, review.Substitute{Person: w.cleo.Principal, Substitute: w.admin.Principal, Window: win("2026-08-01", "2026-08-31")}, "substitute-self", 0},
		{"an admin's own substitute is away", w.carl, review.Substitute{Person: w.carl.Principal, Substitute: danaID, Window: win("2026-10-01", "2026-10-31")}, "", 0},
		{"an admin taking it over by somebody who is away", w.dana, review.Substitute{Person: w.dana.Principal, Substitute: w.admin.Principal, Window: win("2026-10-10", "2026-10-20")}, "", 0},
		{"which comes back to that admin", w.admin, review.Substitute{Person: w.cleo.Principal, Substitute: danaID, Window: win("2026-10-05", "2026-10-12")}, "substitute-self", 0},
		{"by two who are away", w.admin, review.Substitute{Person: w.cleo.Principal, Substitute: w.carl.Principal, Window: win("2026-10-15", "2026-10-15")}, "substitute-self", 0},
		{"in days when nobody is", w.admin, review.Substitute{Person: w.cleo.Principal, Substitute: danaID, Window: win("2026-11-05", "2026-11-12")}, "", 0},
		{"oneself by oneself", w.tom, review.Substitute{Person: tomID, Substitute: tomID, Window: win("2026-09-01", "2026-09-30")}, "", domain.Invalid},
		{"someone who left", w.tom, review.Substitute{Person: tomID, Substitute: "usr_gone", Window: win("2026-09-01", "2026-09-30")}, "reviewer-inactive", 0},
		{"a key", w.tom, review.Substitute{Person: tomID, Substitute: "key_ci", Window: win("2026-09-01", "2026-09-30")}, "reviewer-inactive", 0},
		{"days that are over", w.tom, review.Substitute{Person: tomID, Substitute: eveID, Window: win("2020-01-01", "2020-01-31")}, "", domain.Invalid},
		{"no window", w.tom, review.Substitute{Person: tomID, Substitute: eveID, Window: win("2026-09-30", "2026-09-01")}, "", domain.Invalid},
		{"nobody known", w.tom, review.Substitute{Person: tomID, Substitute: "nobody@acme.example"}, "", domain.NotFound},
		{"a circle of two", w.eve, review.Substitute{Person: eveID, Substitute: tomID, Window: win("2026-04-30", "2026-05-31")}, "circle", 0},
		{"no circle on other days", w.eve, review.Substitute{Person: eveID, Substitute: tomID, Window: win("2026-05-03", "2026-05-31")}, "", 0},
		{"a link", w.dana, review.Substitute{Person: danaID, Substitute: extID, Window: win("2026-05-01", "2026-05-01")}, "", 0},
		{"a circle of three", actor(extID), review.Substitute{Person: extID, Substitute: tomID, Window: win("2026-05-01", "2026-05-10")}, "circle", 0},
		{"that misses one of its days", actor(extID), review.Substitute{Person: extID, Substitute: tomID, Window: win("2026-05-02", "2026-05-10")}, "", 0},
	} {
		_, err := w.svc.SetSubstitute(ctx, c.who, c.s)
		switch {
		case c.rule != "":
			w.wantRule(err, c.rule)
		case domain.CodeOf(err) != c.code:
			t.Errorf("%s: %v, want code %q", c.name, err, c.code)
		}
	}
	toms, err := w.svc.Substitutes(ctx, tomID)
	w.must(err)
	if len(toms) != 2 {
		t.Fatalf("Tom has %+v", toms)
	}
	_, err = w.svc.EndSubstitute(ctx, w.eve, toms[0].ID, "I want it")
	w.wantRule(err, "substitute-who")
	_, err = w.svc.EndSubstitute(ctx, w.tom, toms[0].ID, "back early")
	w.must(err)
	if _, err = w.svc.EndSubstitute(ctx, w.tom, toms[0].ID, "again"); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("ended twice: %v", err)
	}
	if toms, err = w.svc.Substitutes(ctx, tomID); err != nil || len(toms) != 1 {
		t.Errorf("Tom has %+v, %v", toms, err)
	}
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A window is whole days in its zone, the last included.
func TestStandInsAtTheEdges(t *testing.T) {
	all := []review.Substitute{{Person: "p", Substitute: "s", Window: domain.Window{From: "2026-04-01", To: "2026-04-30", Zone: "Europe/Berlin"}}}
	for at, want := range map[string]bool{"2026-03-31T21:59:59Z": false, "2026-03-31T22:00:00Z": true, "2026-04-30T21:59:59Z": true, "2026-04-30T22:00:00Z": false} {
		_, got := review.StandInsAt(all, instant(t, at), nil)["p"]
		if got != want {
			t.Errorf("at %s in force: %v, want %v", at, got, want)
		}
	}
}

// A substitution is used when staging, and when a stage begins: for whoever is
// away then, and back where it is over.
func TestSubstitutesAtTheBeginningOfAStage(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	set := func(who domain.Actor, s review.Substitute) review.Substitute {
		s, err := w.svc.SetSubstitute(ctx, who, s)
		w.must(err)
		return s
	}
	toms := set(w.tom, review.Substitute{Person: tomID, Substitute: eveID, Window: domain.Window{To: "2026-03-20"}})
	d := w.draft(domain.TargetAgent)
	_, _, err := w.svc.Cancel(ctx, w.admin, d.ID, "again, in two stages")
	w.must(err)
	d.Name = "Two"
	d.Definition.Stages = []review.Stage{{Reviewers: []string{review.ByManager}}, {Reviewers: []string{string(tomID)}, Days: 30, Fallback: w.carl.Principal}}
	d.Definition.Stops = []review.Answer{review.Revoke}
	d, err = w.svc.NewCampaign(ctx, w.admin, d)
	w.must(err)
	_, err = w.svc.Stage(ctx, w.admin, d.ID, nil)
	w.must(err)
	no, evesOwn := w.item(d, "gnt_dana").No, w.item(d, "gnt_eve").No
	now, record := w.answering(d, no, 1)
	if !slices.Equal(now, []domain.ID{eveID}) || record[eveID] != tomID {
		t.Fatalf("staged: %v answer, for %v", now, record)
	}
	if rule := w.item(d, "gnt_dana").Rule; rule != "manager Tom Vale, substituted by Eve Long until 2026-03-20" {
		t.Errorf("the rule reads %q", rule)
	}
	// What is Eve's own goes on: not to Tom, who is away, but to Ada.
	if now, _ = w.answering(d, evesOwn, 1); !slices.Equal(now, []domain.ID{w.admin.Principal}) {
		t.Errorf("Eve's own is for %v", now)
	}
	// Tom is back before the launch: the first stage begins with him.
	_, err = w.svc.EndSubstitute(ctx, w.tom, toms.ID, "back early")
	w.must(err)
	c, err := w.svc.Launch(ctx, w.cleo, d.ID)
	w.must(err)
	now, record = w.answering(c, no, 1)
	if !slices.Equal(now, []domain.ID{tomID}) || record[tomID] != "" {
		t.Errorf("Tom is back, and %v answer, for %v", now, record)
	}
	if n, err := w.svc.StandIn(ctx, w.admin, c.ID); n != 0 || err != nil {
		t.Errorf("done again, %d items moved: %v", n, err)
	}
	// Away again when the second stage begins, in which Eve was staged for him;
	// now it is Xav who answers.
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	set(w.tom, review.Substitute{Person: tomID, Substitute: extID, Window: domain.Window{To: "2026-12-31"}})
	for _, who := range []domain.Actor{w.tom, w.admin} {
		_, err = w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
	}
	_, err = w.svc.Countersign(ctx, w.carl, c.ID, tomID, "")
	w.must(err)
	if a := w.item(c, "gnt_dana"); a.Stage != 2 || a.Reviewer != extID || a.For != tomID || !strings.Contains(a.Rule, "Tom Vale, substituted by Xav Extern until 2026-12-31") {
		t.Errorf("in stage %d item %d is %s's for %s by %q", a.Stage, a.No, a.Reviewer, a.For, a.Rule)
	}
	if now, _ = w.answering(c, evesOwn, 2); slices.Contains(now, eveID) {
		t.Errorf("Eve's own went to her by substitution: %v", now)
	}
}
