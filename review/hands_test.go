package review_test

import (
	"context"
	"fmt"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

const (
	unaID domain.ID = "usr_una"
	vicID domain.ID = "usr_vic"
	wimID domain.ID = "usr_wim"
)

// handed is a world with more people, and a campaign over Dana's access whose
// stages are asked of whom it says.
func handed(t *testing.T) *world {
	w := newWorld(t)
	for _, id := range []domain.ID{unaID, vicID, wimID} {
		w.seed(domain.Principal{ID: id, Kind: domain.User, Name: "Ms " + string(id[4:]), Email: string(id[4:]) + "@acme.example", Status: domain.Active})
	}
	return w
}

func (w *world) stagedFor(stages ...review.Stage) review.Campaign {
	w.t.Helper()
	for i := range stages {
		stages[i].Days = 30
	}
	return w.stagedBy("Hands", review.Definition{CountersignAll: true, Stops: []review.Answer{}, Stages: stages,
		Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{danaID}}})
}

func (w *world) launched(c review.Campaign) review.Campaign {
	w.t.Helper()
	c, err := w.svc.Launch(context.Background(), w.cleo, c.ID)
	w.must(err)
	return c
}

// standsIn has one answer for another from now on, for so many days (0: without
// end).
func (w *world) standsIn(sub, person domain.ID, days int) {
	w.t.Helper()
	win := domain.Window{}
	if days > 0 {
		win.To = domain.Date(w.now().AddDate(0, 0, days).Format("2006-01-02"))
	}
	_, err := w.svc.SetSubstitute(context.Background(), actor(person), review.Substitute{Person: person, Substitute: sub, Window: win})
	w.must(err)
}

func (w *world) numbers(c review.Campaign) (nos []int) {
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID}) {
		nos = append(nos, it.No)
	}
	return nos
}

// Every hand an item went through, in whatever way it was handed on: none of
// them countersigns or returns what the last one answered; whoever never had it
// does.
func TestNoHandInTheChainCountersigns(t *testing.T) {
	ctx := context.Background()
	tom := by(string(tomID))
	escalating := func(replace bool) review.Stage {
		return review.Stage{Reviewers: []string{string(tomID)}, Escalations: []review.Escalation{{After: 5, To: []string{string(unaID)}, Replace: replace}}}
	}
	delegate := func(w *world, c review.Campaign, from, to domain.ID) {
		w.must(w.svc.Delegate(ctx, actor(from), c.ID, w.numbers(c), to, "knows better"))
	}
	escalate := func(w *world, c review.Campaign) {
		w.clock.Set(w.now().AddDate(0, 0, 6))
		_, err := w.svc.Escalate(ctx, w.admin, c.ID, 1)
		w.must(err)
	}
	for name, x := range map[string]struct {
		play    func(w *world) review.Campaign
		answers domain.ID
		hands   []domain.ID
		free    domain.ID
	}{
		"delegated twice": {answers: vicID, hands: []domain.ID{tomID, unaID, vicID}, free: wimID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(tom))
			delegate(w, c, tomID, unaID)
			delegate(w, c, unaID, vicID)
			return c
		}},
		"substitutes of substitutes at staging": {answers: vicID, hands: []domain.ID{tomID, unaID, vicID}, free: wimID, play: func(w *world) review.Campaign {
			w.standsIn(unaID, tomID, 0)
			w.standsIn(vicID, unaID, 0)
			return w.launched(w.stagedFor(tom))
		}},
		"substitutes of substitutes at the launch": {answers: wimID, hands: []domain.ID{tomID, unaID, vicID, wimID}, free: eveID, play: func(w *world) review.Campaign {
			c := w.stagedFor(tom)
			w.standsIn(unaID, tomID, 0)
			w.standsIn(vicID, unaID, 0)
			w.standsIn(wimID, vicID, 0)
			return w.launched(c)
		}},
		"substitutes of substitutes as a stage begins": {answers: vicID, hands: []domain.ID{tomID, unaID, vicID}, free: wimID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(by(string(eveID)), tom))
			w.standsIn(unaID, tomID, 0)
			w.standsIn(vicID, unaID, 0)
			w.keepRest(w.eve, c)
			w.sign(w.eve, c)
			w.check(w.carl, c, w.eve)
			w.is(c, review.Active, 2, 1)
			return c
		}},
		"a substitute delegates": {answers: vicID, hands: []domain.ID{tomID, unaID, wimID, vicID}, free: eveID, play: func(w *world) review.Campaign {
			w.standsIn(wimID, tomID, 0)
			w.standsIn(unaID, wimID, 0)
			c := w.launched(w.stagedFor(tom))
			delegate(w, c, unaID, vicID)
			return c
		}},
		"escalated away, to a substitute": {answers: vicID, hands: []domain.ID{tomID, unaID, vicID}, free: wimID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(escalating(true)))
			w.standsIn(vicID, unaID, 0)
			escalate(w, c)
			return c
		}},
		"escalated after a delegation": {answers: unaID, hands: []domain.ID{tomID, unaID, wimID}, free: vicID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(escalating(true)))
			delegate(w, c, tomID, wimID)
			escalate(w, c)
			return c
		}},
		"escalated to one more, who answers": {answers: unaID, hands: []domain.ID{tomID, unaID}, free: wimID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(escalating(false)))
			escalate(w, c)
			return c
		}},
		"escalated to one more, and the first answers": {answers: tomID, hands: []domain.ID{tomID, unaID, vicID}, free: wimID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(escalating(false)))
			w.standsIn(vicID, unaID, 0)
			escalate(w, c)
			return c
		}},
		"reassigned there and back": {answers: tomID, hands: []domain.ID{tomID, unaID}, free: wimID, play: func(w *world) review.Campaign {
			c := w.launched(w.stagedFor(tom))
			w.reassign(c, w.numbers(c), unaID, "she knows")
			w.reassign(c, w.numbers(c), tomID, "he is back")
			return c
		}},
		"reassigned before the launch: who lost it never had it": {answers: unaID, hands: []domain.ID{unaID}, free: tomID, play: func(w *world) review.Campaign {
			c := w.stagedFor(tom)
			_, err := w.svc.Reassign(ctx, w.admin, c.ID, w.numbers(c), unaID, "she knows")
			w.must(err)
			return w.launched(c)
		}},
		"a substitution over by the launch": {answers: tomID, hands: []domain.ID{tomID}, free: unaID, play: func(w *world) review.Campaign {
			w.standsIn(unaID, tomID, 2)
			c := w.stagedFor(tom)
			w.clock.Set(w.now().AddDate(0, 0, 4))
			return w.launched(c)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := handed(t)
			c := x.play(w)
			who := actor(x.answers)
			mine := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: x.answers})
			if len(mine) != 2 {
				t.Fatalf("%s has %d items to answer, want 2", x.answers, len(mine))
			}
			w.keepRest(who, c)
			w.sign(who, c)
			for _, id := range append([]domain.ID{x.free}, x.hands...) {
				w.seed(held(id, domain.DutyChecker))
			}
			for _, id := range x.hands {
				t.Run(fmt.Sprint("by ", id), func(t *testing.T) {
					_, err := w.svc.Countersign(ctx, actor(id), c.ID, x.answers, "")
					w.wantRule(err, "checker-is-reviewer")
					_, err = w.svc.Return(ctx, actor(id), c.ID, x.answers, []int{mine[0].No}, "look again", c.Due)
					w.wantRule(err, "checker-is-reviewer")
				})
			}
			_, err := w.svc.Countersign(ctx, actor(x.free), c.ID, x.answers, "")
			w.must(err)
		})
	}
}

// What is handed on keeps somebody who can check it: a chain that went through
// every checker but the last does not go to them too.
func TestAChainLeavesACheckerOver(t *testing.T) {
	ctx := context.Background()
	w := handed(t)
	c := w.launched(w.stagedFor(by("carl@acme.example")))
	nos := w.numbers(c)
	w.must(w.svc.Delegate(ctx, w.carl, c.ID, nos, unaID, "she knows"))
	w.wantRule(w.svc.Delegate(ctx, actor(unaID), c.ID, nos, w.cleo.Principal, "she too"), "no-countersigner")
	w.must(w.svc.Delegate(ctx, actor(unaID), c.ID, nos, vicID, "she too"))
}

// A sole subject never votes, and a bot beside them makes them no less sole:
// keys and AI agents are nobody to share it with. Another person is, and so is
// the owner of such a bot.
func TestABotSharesNoResponsibility(t *testing.T) {
	for name, x := range map[string]struct {
		members []domain.Record
		sole    bool
	}{
		"alone":                   {sole: true},
		"with a bot of her own":   {sole: true, members: []domain.Record{domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Key", Owner: unaID, Status: domain.Active}}},
		"with an agent of nobody": {sole: true, members: []domain.Record{domain.Principal{ID: "key_1", Kind: domain.AIAgent, Name: "Bot", Status: domain.Active}}},
		"with a bot of another's": {members: []domain.Record{domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Key", Owner: vicID, Status: domain.Active}}},
		"with another person":     {members: []domain.Record{domain.Grant{ID: "gnt_m_vic", Holder: principalHolder(vicID), Target: inGroup("grp_few"), Level: domain.Member}}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			w := handed(t)
			w.seed(domain.Group{ID: "grp_few", Name: "Few", Description: "x"},
				domain.Grant{ID: "gnt_m_una", Holder: principalHolder(unaID), Target: inGroup("grp_few"), Level: domain.Member},
				domain.Grant{ID: "gnt_few", Holder: groupHolder("grp_few"), Target: onAgent(salesID), Level: domain.ViewUse})
			w.seed(x.members...)
			for _, r := range x.members {
				if p, ok := r.(domain.Principal); ok {
					w.seed(domain.Grant{ID: "gnt_m_key", Holder: principalHolder(p.ID), Target: inGroup("grp_few"), Level: domain.Member})
				}
			}
			c := w.stagedBy("Few", review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Groups: []domain.ID{"grp_few"}},
				Stages: []review.Stage{{Reviewers: []string{string(unaID), string(wimID)}}}})
			it := w.item(c, "gnt_few")
			want := unaID
			if x.sole {
				want = wimID
			}
			if it.Reviewer != want {
				t.Errorf("asked is %s (%s), want %s", it.Reviewer, it.Rule, want)
			}
			if !x.sole {
				return
			}
			c = w.launched(c)
			w.wantRule(last(w.svc.Reassign(ctx, w.admin, c.ID, []int{it.No}, unaID, "hers")), "own-access")
			// An older version of the program staged it for her: she does not vote.
			storetest.Append(t, w.s, domain.Event{Type: review.EvReassigned, Subject: string(c.ID)},
				domain.Begin(review.Assigned{Campaign: c.ID, Item: it.No, Stage: 1, Reviewer: unaID, Rule: "test"}))
			w.wantRule(w.decide(actor(unaID), c, review.DecisionInput{Item: it.No, Answer: review.Keep}), "own-access")
		})
	}
}
