package review_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// cancelMove is one step of how far a campaign got before it is cancelled.
type cancelMove func(w *world, c review.Campaign)

func says(a review.Answer) cancelMove {
	return func(w *world, c review.Campaign) { w.say(w.carl, c, "gnt_dana", a) }
}

func carlSigns(w *world, c review.Campaign) {
	w.keepRest(w.carl, c)
	w.sign(w.carl, c)
}

func isSentBack(w *world, c review.Campaign) {
	w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
}

func lapses(w *world, c review.Campaign) {
	w.pastDue(c)
	_, err := w.lapse(c)
	w.must(err)
}

func isChecked(w *world, c review.Campaign) { w.check(w.cleo, c, w.carl) }

// anotherChecks countersigns in place of Cleo, who may not here.
func anotherChecks(w *world, c review.Campaign) {
	w.seed(domain.Principal{ID: unaID, Kind: domain.User, Name: "Una", Email: "una@acme.example", Status: domain.Active}, held(unaID, domain.DutyChecker))
	w.check(actor(unaID), c, w.carl)
}

func tomRevokes(w *world, c review.Campaign) { w.say(w.carl, c, "gnt_tom", review.Revoke) }

func isReiterated(w *world, c review.Campaign) {
	w.check(w.cleo, c, w.tom)
	_, err := w.svc.Reiterate(context.Background(), w.admin, c.ID, w.now().AddDate(0, 0, 9), "they were away")
	w.must(err)
	w.is(c, review.Active, 1, 2)
}

func stageTwo(w *world, c review.Campaign) { w.is(c, review.Active, 2, 1) }

// Cancelling takes back what was signed: the owner does it alone until there is
// a signed reduction or revocation, and asks a checker from then on.
func TestCancellingWhatWasSigned(t *testing.T) {
	one := []review.Stage{by("carl@acme.example")}
	plain := review.Definition{Stages: one}
	silent := review.Definition{Stages: one, NonResponse: review.SilenceRules{Other: review.SilenceRevokes}}
	twice := review.Definition{Stops: []review.Answer{}, Stages: append(slices.Clone(one), by(string(extID)))}
	both := review.Definition{NonResponse: silent.NonResponse, Stops: []review.Answer{},
		Stages: []review.Stage{by("carl@acme.example", string(extID)), by(string(extID))}}
	managers := review.Definition{Stages: []review.Stage{by(review.ByManager, "carl@acme.example")}}
	revoke, keep := says(review.Revoke), says(review.Keep)
	type moves = []cancelMove
	for name, x := range map[string]struct {
		of    review.Definition
		moves moves
		asks  bool
	}{
		"unsigned":                                   {plain, moves{revoke}, false},
		"keeps signed":                               {plain, moves{keep, carlSigns}, false},
		"keeps ruled":                                {plain, moves{keep, carlSigns, isChecked}, false},
		"silence lapsed, and blocks":                 {plain, moves{revoke, lapses, isChecked}, false}, // unsigned: it does not count
		"a revocation signed":                        {plain, moves{revoke, carlSigns}, true},
		"a revocation ruled":                         {plain, moves{revoke, carlSigns, isChecked}, true},
		"a revocation signed and sent back":          {plain, moves{revoke, carlSigns, isSentBack}, true},
		"a revocation signed, sent back, and lapsed": {plain, moves{revoke, carlSigns, isSentBack, lapses}, true},
		"the same, sent back once more":              {plain, moves{revoke, carlSigns, isSentBack, lapses, isSentBack}, true},
		"a revocation sent back, and kept without a signature": {plain, moves{revoke, carlSigns, isSentBack, keep, lapses}, true},
		"a revocation sent back, and kept with one":            {plain, moves{revoke, carlSigns, isSentBack, keep, carlSigns}, false},
		"a keep sent back, and revoked without a signature":    {plain, moves{keep, carlSigns, isSentBack, revoke, lapses}, false},
		"silence that revokes, lapsed":                         {silent, moves{lapses}, false},
		"silence that revokes, countersigned":                  {silent, moves{lapses, isChecked}, true},
		"silence that revokes, of what was sent back":          {both, moves{carlSigns, isSentBack, lapses, anotherChecks}, true},
		"a revocation in the stage before":                     {twice, moves{revoke, carlSigns, isChecked, stageTwo}, true},
		"a revocation of the iteration before":                 {managers, moves{tomRevokes, carlSigns, isChecked, lapses, isReiterated}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			x.of.CountersignAll = true
			c := w.staged(x.of)
			for _, move := range x.moves {
				move(w, c)
			}
			subject := w.dana
			if name == "a revocation of the iteration before" {
				subject = w.tom // what was revoked is his
			}
			w.cancels(c, x.asks, subject)
		})
	}
	t.Run("a draft", func(t *testing.T) { w := newWorld(t); w.cancels(w.draft(domain.TargetAgent), false, w.dana) })
	t.Run("remedied", func(t *testing.T) { w := newWorld(t); w.cancels(w.remedied(), true, w.dana) })
	t.Run("verifying", func(t *testing.T) {
		w := newWorld(t)
		c := w.remedied()
		w.results(c)
		w.cancels(c, true, w.dana)
	})
}

// cancels has the owner cancel a campaign: at once, or asking for a checker who is
// neither the maker nor the subject.
func (w *world) cancels(c review.Campaign, asks bool, subject domain.Actor) {
	w.t.Helper()
	ctx := context.Background()
	c = w.again(c)
	now, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
	w.must(err)
	after := w.again(c)
	if now.State != after.State {
		w.t.Fatalf("it is told as %s and is %s", now.State, after.State)
	}
	if !asks {
		if q.ID != "" || after.State != review.Cancelled {
			w.t.Fatalf("it is %s, by request %+v", after.State, q)
		}
		return
	}
	if q.ID == "" || q.Act != review.RequestCancel || after.State != c.State {
		w.t.Fatalf("it is %s, by request %+v", after.State, q)
	}
	_, _, err = w.svc.Cancel(ctx, w.admin, c.ID, "once more")
	w.wantRule(err, "asked-already")
	w.seed(held(danaID, domain.DutyChecker), held(w.admin.Principal, domain.DutyChecker), held(tomID, domain.DutyChecker))
	for who, rule := range map[domain.ID]string{w.admin.Principal: "maker-is-checker", eveID: "duty-missing"} {
		_, err = w.svc.ApproveRequest(ctx, actor(who), q.ID, "")
		w.wantRule(err, rule)
	}
	_, err = w.svc.ApproveRequest(ctx, subject, q.ID, "")
	w.wantRule(err, "checker-is-subject")
	_, err = w.svc.ApproveRequest(ctx, w.cleo, q.ID, "agreed")
	w.must(err)
	if after := w.again(c); after.State != review.Cancelled || after.Was != c.State || after.Reason != "we start again" {
		w.t.Errorf("approved, it is %+v", after)
	}
	if es := w.events(review.EvCancelled); len(es) != 1 || es[0].Actor != w.cleo.Principal {
		w.t.Errorf("on record: %+v", es)
	}
}

// Who approves the end of a campaign loses nothing of their own by what was
// signed in it: a revocation that was sent back was signed too, until another
// answer is; one that nobody signed was not (PRODUCT 3: never a subject who
// gains by it).
func TestWhoLosesByWhatWasSignedCancelsNothing(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		first  review.Answer // to Dana's item, signed, and sent back
		second review.Answer // to it then; Silent: none
		signs  bool
		rule   string
	}{
		"revoked, and asked again":               {first: review.Revoke, rule: "checker-is-subject"},
		"reduced, and asked again":               {first: review.Reduce, rule: "checker-is-subject"},
		"revoked, and kept without a signature":  {first: review.Revoke, second: review.Keep, rule: "checker-is-subject"},
		"revoked, and kept with one":             {first: review.Revoke, second: review.Keep, signs: true},
		"kept, and asked again":                  {first: review.Keep},
		"kept, and revoked without a signature":  {first: review.Keep, second: review.Revoke},
		"kept, and revoked with one":             {first: review.Keep, second: review.Revoke, signs: true, rule: "checker-is-subject"},
		"abstained from, and asked again":        {first: review.Abstain},
		"abstained from, and revoked, both said": {first: review.Abstain, second: review.Revoke, signs: true, rule: "checker-is-subject"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{by("carl@acme.example")}})
			w.answer(w.carl, c, "gnt_dana", x.first, domain.ViewUse)
			w.say(w.carl, c, "gnt_tom", review.Revoke) // so that a cancellation asks a checker
			w.keepRest(w.carl, c)
			w.sign(w.carl, c)
			w.giveBack(c, w.carl, w.now().AddDate(0, 0, 3), "gnt_dana")
			if x.second != review.Silent {
				w.say(w.carl, c, "gnt_dana", x.second)
			}
			if x.signs {
				w.sign(w.carl, c)
			} else {
				w.pastDue(c)
				w.must(last(w.lapse(c)))
			}
			_, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
			w.must(err)
			w.seed(held(danaID, domain.DutyChecker), held(tomID, domain.DutyChecker))
			_, err = w.svc.ApproveRequest(ctx, w.tom, q.ID, "")
			w.wantRule(err, "checker-is-subject")
			_, err = w.svc.ApproveRequest(ctx, w.dana, q.ID, "")
			if x.rule == "" {
				w.must(err)
			} else {
				w.wantRule(err, x.rule)
			}
		})
	}
}

// What was signed to be lowered, and still stands when the campaign is cancelled, is on
// record with the cancellation; what was carried out, or went by itself, is not.
func TestWhatACancellationLeavesIsOnRecord(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.staged(review.Definition{CountersignAll: true, Stages: []review.Stage{by("carl@acme.example")}})
	w.say(w.carl, c, "gnt_dana", review.Revoke)
	w.answer(w.carl, c, "gnt_dana_ops", review.Reduce, domain.ViewUse)
	w.say(w.carl, c, "gnt_tom", review.Revoke)
	w.say(w.carl, c, "gnt_crew", review.Revoke)
	w.keepRest(w.carl, c)
	w.sign(w.carl, c)
	w.check(w.cleo, c, w.carl)
	ops := w.grant("gnt_dana_ops")
	less := ops
	less.Level = domain.ViewUse
	w.seedChange(domain.End(w.grant("gnt_tom")), domain.Replace(ops, less))
	_, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
	w.must(err)
	una := w.thirdChecker()
	_, err = w.svc.ApproveRequest(ctx, una, q.ID, "agreed")
	w.must(err)
	want := []int{w.item(c, "gnt_dana").No, w.item(c, "gnt_crew").No}
	slices.Sort(want)
	text := fmt.Sprintf("%d,%d", want[0], want[1])
	if want[1] == want[0]+1 {
		text = fmt.Sprintf("%d-%d", want[0], want[1])
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		left, n, err := review.LeftOver(tx, w.again(c))
		if left != text || n != 2 {
			t.Errorf("left over: %q, %d items, want %q", left, n, text)
		}
		return err
	})
	lines, err := w.svc.History(ctx, c.ID, 0, 1)
	w.must(err)
	if len(lines) != 1 || !strings.Contains(lines[0].Text, "2 items signed to be lowered, still as before: "+text) {
		t.Errorf("the log says %+v", lines)
	}
}

// Of many spans of items the first are said, and how many items the others are.
func TestLeftWordsAreShort(t *testing.T) {
	for items, want := range map[string]struct {
		n     int
		words string
	}{
		"7":                                   {1, "1 item signed to be lowered, still as before: 7"},
		"1-500000":                            {500_000, "500000 items signed to be lowered, still as before: 1-500000"},
		"1,3,5,7,9,11,13,15,17,19,21,23":      {12, "12 items signed to be lowered, still as before: 1,3,5,7,9,11,13,15,17,19,21,23"},
		"1-2,4,6,8,10,12,14,16,18,20,22,24,3": {14, "14 items signed to be lowered, still as before: 1-2,4,6,8,10,12,14,16,18,20,22,24 and 1 more"},
		"1," + strings.Repeat("3-4,", 99_999): {200_000, "200000 items signed to be lowered, still as before: 1" + strings.Repeat(",3-4", 11) + " and 199977 more"},
	} {
		if got := review.LeftWords(items, want.n); got != want.words {
			t.Errorf("%.40s: %q, want %q", items, got, want.words)
		}
	}
}

// What falls with a packet that lapsed is what the rule for silence makes of each item:
// nothing where it leaves it, and no less than another reviewer signed. It is left over
// while the holding stands above that.
func TestWhatALapsedPacketLeavesIsOnRecord(t *testing.T) {
	ctx := context.Background()
	rules := func(of review.Silence) review.SilenceRules { return review.SilenceRules{High: of, Other: of} }
	for name, x := range map[string]struct {
		rule  review.Silence
		gone  bool          // the holder left, and is recommended to lose it
		signs review.Answer // of the other reviewer; Silent: it lapses too
		then  domain.Level  // what the holding is when the campaign is cancelled
		left  bool
	}{
		"the recommendation, where there is none":   {rule: review.SilenceFollowsAdvice, then: domain.EditAgent},
		"the recommendation to revoke":              {rule: review.SilenceFollowsAdvice, gone: true, then: domain.EditAgent, left: true},
		"the recommendation to revoke, lower since": {rule: review.SilenceFollowsAdvice, gone: true, then: domain.ViewUse, left: true},
		"to be revoked":                                {rule: review.SilenceRevokes, then: domain.EditAgent, left: true},
		"to be revoked, lower since":                   {rule: review.SilenceRevokes, then: domain.ViewUse, left: true},
		"to be reduced":                                {rule: review.SilenceReduces, then: domain.EditAgent, left: true},
		"to be reduced, lower since":                   {rule: review.SilenceReduces, then: domain.ViewUse},
		"to be kept":                                   {rule: review.SilenceKeeps, then: domain.EditAgent},
		"to be reduced, by another revoked, and lower": {rule: review.SilenceReduces, signs: review.Revoke, then: domain.ViewUse, left: true},
		"to be revoked, by another reduced, and lower": {rule: review.SilenceRevokes, signs: review.Reduce, then: domain.ViewUse, left: true},
		"to be reduced, as by another, and lower":      {rule: review.SilenceReduces, signs: review.Reduce, then: domain.ViewUse},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			una := actor(unaID)
			w.seed(domain.Principal{ID: unaID, Kind: domain.User, Name: "Una", Email: "una@acme.example", Status: domain.Active})
			if x.gone {
				dana, _ := w.org().Principal(danaID)
				left := dana
				left.Status = domain.Inactive
				w.seedChange(domain.Replace(dana, left))
			}
			st := by("carl@acme.example")
			st.Additional = []string{string(unaID)}
			c := w.staged(review.Definition{CountersignAll: true, NonResponse: rules(x.rule), Stages: []review.Stage{st},
				Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Principals: []domain.ID{danaID}, Agents: []domain.ID{salesID}}})
			no := w.item(c, "gnt_dana").No
			if got := w.item(c, "gnt_dana").Advice.Answer == review.Revoke; got != x.gone {
				t.Fatalf("the recommendation is %+v", w.item(c, "gnt_dana").Advice)
			}
			if x.signs != review.Silent {
				w.answer(una, c, "gnt_dana", x.signs, domain.ViewUse)
				w.keepRest(una, c)
				w.sign(una, c)
			}
			w.pastDue(c)
			w.must(last(w.lapse(c)))
			w.check(w.cleo, c, w.carl) // the other packet waits: no stage closes
			g := w.grant("gnt_dana")
			if x.then != g.Level {
				less := g
				less.Level = x.then
				w.seedChange(domain.Replace(g, less))
			}
			_, q, err := w.svc.Cancel(ctx, w.admin, c.ID, "we start again")
			w.must(err)
			if q.ID != "" {
				w.must(last(w.svc.ApproveRequest(ctx, w.thirdChecker(), q.ID, "agreed")))
			}
			want := ""
			if x.left {
				want = fmt.Sprint(no)
			}
			storetest.View(t, w.s, func(tx review.Tx) error {
				left, _, err := review.LeftOver(tx, w.again(c))
				if left != want {
					t.Errorf("left over: %q, want %q", left, want)
				}
				return err
			})
		})
	}
}
