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

// away has one answer for another from a day on, so many days from now, through
// another.
func (w *world) away(sub, person domain.ID, from, to int) {
	w.t.Helper()
	win := domain.Window{From: domain.Date(w.now().AddDate(0, 0, from).Format(time.DateOnly)), To: domain.Date(w.now().AddDate(0, 0, to).Format(time.DateOnly))}
	_, err := w.svc.SetSubstitute(context.Background(), actor(person), review.Substitute{Person: person, Substitute: sub, Window: win})
	w.must(err)
}

// handsOver gives the acts of a tick by which items go to a substitute.
func handsOver(acts []string) bool { return slices.Contains(acts, "stand-in") }

// Who is away from a later day on has a substitute from that day on: the tick
// hands over what is open, and only that; the absent stays on record, is told
// no more, and checks nothing of it. Answered items stay, and so does what was
// handed over once the days are over (PRODUCT 5: standing substitutes).
func TestTickHandsOverWhenAReviewerGoesAway(t *testing.T) {
	ctx := context.Background()
	w := handed(t)
	c := w.launched(w.stagedFor(by(string(tomID))))
	nos := w.numbers(c)
	start := w.now()
	w.away(unaID, tomID, 2, 6)
	w.must(w.decide(w.tom, c, review.DecisionInput{Item: nos[0], Answer: review.Keep, Reason: "still needed"}))
	if acts := w.tick(start.AddDate(0, 0, 1)); handsOver(acts) {
		t.Fatalf("before he is away: %v", acts)
	}
	at := start.AddDate(0, 0, 3)
	w.clock.Set(at)
	before := w.size()
	dry, err := w.svc.Tick(ctx, w.admin, true)
	w.must(err)
	if i := slices.IndexFunc(dry.Acts, func(a review.Ticked) bool { return a.Act == "stand-in" }); i < 0 || w.size() != before ||
		dry.Acts[i].Text != "Hands, stage 1: 1 item of Tom Vale, who is away, goes to Ms una" {
		t.Fatalf("a dry tick wrote %d events and tells %+v", w.size()-before, dry.Acts)
	}
	if acts := w.tick(at); !handsOver(acts) {
		t.Fatalf("while he is away: %v", acts)
	}
	for i, want := range []domain.ID{tomID, unaID} {
		if now, record := w.answering(c, nos[i], 1); !slices.Equal(now, []domain.ID{want}) || i == 1 && record[unaID] != tomID {
			t.Errorf("item %d is for %v, on behalf of %v", nos[i], now, record)
		}
	}
	if it := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: unaID})[0]; !strings.Contains(it.Rule, "Tom Vale, substituted by Ms una until ") {
		t.Errorf("the rule reads %q", it.Rule)
	}
	if !slices.ContainsFunc(w.outbox(), func(m review.Message) bool { return m.To == unaID && m.Kind == review.MessageBegan }) {
		t.Error("the substitute is told nothing")
	}
	w.still(at)
	w.tick(start.AddDate(0, 0, 8)) // he is back
	if now, _ := w.answering(c, nos[1], 1); !slices.Equal(now, []domain.ID{unaID}) {
		t.Errorf("back again, item %d is for %v", nos[1], now)
	}
	w.keepRest(actor(unaID), c)
	w.sign(actor(unaID), c)
	w.seed(held(tomID, domain.DutyChecker))
	_, err = w.svc.Countersign(ctx, w.tom, c.ID, unaID, "")
	w.wantRule(err, "checker-is-reviewer")
}

// A change of reviewers in a launched campaign takes a checker (issue 4): whom an admin
// alone has stand in for somebody gets none of their items.
func TestWhomAnAdminHasStandInGetsNothingOfALaunchedCampaign(t *testing.T) {
	ctx := context.Background()
	w := handed(t)
	c := w.launched(w.stagedFor(by(string(tomID))))
	_, err := w.svc.SetSubstitute(ctx, w.admin, review.Substitute{Person: tomID, Substitute: unaID})
	w.must(err)
	at := w.now().AddDate(0, 0, 1)
	w.clock.Set(at)
	told, err := w.svc.Tick(ctx, w.admin, true)
	w.must(err)
	if !slices.ContainsFunc(told.Waits, func(s string) bool {
		return strings.Contains(s, "2 open items stay with Tom Vale")
	}) {
		t.Errorf("it tells %q", told.Waits)
	}
	if acts := w.tick(at); handsOver(acts) {
		t.Fatalf("it hands over: %v", acts)
	}
	for _, no := range w.numbers(c) {
		if now, _ := w.answering(c, no, 1); !slices.Equal(now, []domain.ID{tomID}) {
			t.Errorf("item %d is for %v", no, now)
		}
	}
}

// What was handed on to somebody who then goes away goes to their substitute,
// with everybody on record; never back to who had it, nor to a subject, nor to
// who would leave no checker. What stays is told.
func TestWhereAnAbsentReviewersItemsGo(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		play func(w *world, c review.Campaign)
		want domain.ID
		past []domain.ID
	}{
		"to the substitute's substitute": {want: vicID, past: []domain.ID{unaID}, play: func(w *world, c review.Campaign) {
			w.away(unaID, tomID, 2, 6)
			w.away(vicID, unaID, 2, 6)
		}},
		"on from a delegate": {want: vicID, past: []domain.ID{unaID}, play: func(w *world, c review.Campaign) {
			w.must(w.svc.Delegate(ctx, w.tom, c.ID, w.numbers(c), unaID, "she knows"))
			w.away(vicID, unaID, 2, 6)
		}},
		"not back to who delegated": {want: unaID, play: func(w *world, c review.Campaign) {
			w.must(w.svc.Delegate(ctx, w.tom, c.ID, w.numbers(c), unaID, "she knows"))
			w.away(tomID, unaID, 2, 6)
		}},
		"not to the subject": {want: tomID, play: func(w *world, _ review.Campaign) { w.away(danaID, tomID, 2, 6) }},
		"not to the last checker": {want: tomID, play: func(w *world, _ review.Campaign) {
			for _, g := range w.org().GrantsOf(principalHolder(w.carl.Principal)) {
				if g.Target.Kind == domain.TargetDuty {
					w.seedChange(domain.End(g))
				}
			}
			w.away(w.cleo.Principal, tomID, 2, 6)
		}},
		"not once it was due": {want: tomID, play: func(w *world, c review.Campaign) { w.away(unaID, tomID, 40, 60); w.clock.Set(c.Due) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := handed(t)
			c := w.launched(w.stagedFor(by(string(tomID))))
			x.play(w, c)
			w.clock.Set(w.now().AddDate(0, 0, 3))
			report, err := w.svc.Tick(ctx, w.admin, false)
			w.must(err)
			for _, no := range w.numbers(c) {
				now, record := w.answering(c, no, 1)
				if !slices.Equal(now, []domain.ID{x.want}) || x.want != tomID && record[x.want] != tomID {
					t.Errorf("item %d is for %v, on behalf of %v; want %s", no, now, record, x.want)
				}
				w.must(w.s.View(ctx, func(tx review.Tx) error {
					all, err := tx.Assignments(c.ID, no, 1)
					if last := all[len(all)-1].Row; !slices.Equal(last.Past, x.past) {
						t.Errorf("item %d came by %v, want %v", no, last.Past, x.past)
					}
					return err
				}))
			}
			stays := slices.ContainsFunc(report.Waits, func(s string) bool { return strings.Contains(s, "2 items of ") && strings.Contains(s, "stay") })
			if want := strings.HasPrefix(name, "not ") && name != "not once it was due"; stays != want {
				t.Errorf("what waits is %q", report.Waits)
			}
		})
	}
}

// A substitute whom others chose counts as it was when the items were staged: at the
// next stage, too, what the launch signed stays; set after the staging it moves
// nothing, at the launch or later; and once it is over, who was away has the items.
func TestWhatOthersSetCountsAsItWasStaged(t *testing.T) {
	ctx := context.Background()
	type step func(w *world)
	set := func(sub domain.ID) step {
		return func(w *world) {
			_, err := w.svc.SetSubstitute(ctx, w.admin, review.Substitute{Person: tomID, Substitute: sub})
			w.must(err)
		}
	}
	end := func(w *world) {
		all, err := w.svc.Substitutes(ctx, tomID)
		w.must(err)
		_, err = w.svc.EndSubstitute(ctx, w.tom, all[0].ID, "back early")
		w.must(err)
	}
	none := func(*world) {}
	for name, x := range map[string]struct {
		before, staged, second step // the staging, after it, after the first stage's answers
		first, then            domain.ID
	}{
		"set before the staging":          {set(unaID), none, none, unaID, unaID},
		"over before the launch":          {set(unaID), end, none, tomID, tomID},
		"over before the second stage":    {set(unaID), none, end, unaID, tomID},
		"set after the staging":           {none, set(unaID), none, tomID, tomID},
		"set after the launch":            {none, none, set(unaID), tomID, tomID},
		"another one before the launch":   {set(unaID), func(w *world) { end(w); set(vicID)(w) }, none, unaID, unaID},
		"set by the person, after it":     {none, func(w *world) { w.standsIn(unaID, tomID, 0) }, none, unaID, unaID},
		"set by the person, second stage": {none, none, func(w *world) { w.standsIn(unaID, tomID, 0) }, tomID, unaID},
	} {
		t.Run(name, func(t *testing.T) {
			w := handed(t)
			x.before(w)
			c := w.stagedFor(by(string(tomID)), by(string(tomID)))
			x.staged(w)
			c = w.launched(c)
			no := w.numbers(c)[0]
			if now, _ := w.answering(c, no, 1); !slices.Equal(now, []domain.ID{x.first}) {
				t.Errorf("the first stage asks %v, want %s", now, x.first)
			}
			w.keepRest(actor(x.first), c)
			x.second(w)
			w.sign(actor(x.first), c)
			w.check(w.carl, c, actor(x.first))
			if now, _ := w.answering(c, no, 2); w.again(c).Stage != 2 || !slices.Equal(now, []domain.ID{x.then}) {
				t.Errorf("in stage %d the second asks %v, want %s", w.again(c).Stage, now, x.then)
			}
		})
	}
}

// midst runs something in the midst of a use case: before a picture is taken, or
// before a write, each once, as soon as due says that it is time.
type midst struct {
	review.Store
	due          func() bool
	view, update func()
}

func (b *midst) run(f *func()) {
	if do := *f; do != nil && b.due() {
		*f = nil
		do()
	}
}

func (b *midst) View(ctx context.Context, fn func(review.Tx) error) error {
	b.run(&b.view)
	return b.Store.View(ctx, fn)
}

func (b *midst) Update(ctx context.Context, fn func(review.WriteTx) error) error {
	b.run(&b.update)
	return b.Store.Update(ctx, fn)
}

// No definition's approval covers who answers where somebody else chose that: a
// checker launches it. Who was given an item keeps it whatever is set afterwards, so
// that what matters is whether the person themselves would have it so now.
func TestTheClockDoesNotLaunchWhatOthersChoseReviewersFor(t *testing.T) {
	ctx := context.Background()
	type step func(*world)
	set := func(who, person, sub domain.ID) step {
		return func(w *world) {
			by := actor(who)
			if who == "" {
				by = w.admin
			}
			_, err := w.svc.SetSubstitute(ctx, by, review.Substitute{Person: person, Substitute: sub})
			w.must(err)
		}
	}
	end := func(w *world) {
		all, err := w.svc.Substitutes(ctx, tomID)
		w.must(err)
		_, err = w.svc.EndSubstitute(ctx, w.tom, all[0].ID, "back early")
		w.must(err)
	}
	both := func(steps ...step) step {
		return func(w *world) {
			for _, s := range steps {
				s(w)
			}
		}
	}
	for name, c := range map[string]struct {
		before, staged, launching step // the staging; after it; between the look at it and the launch
		want                      review.State
		by                        domain.ID // who answers then
	}{
		"nobody":                                  {want: review.Active, by: tomID},
		"by an admin":                             {before: set("", tomID, unaID), want: review.Staged, by: unaID},
		"by the person":                           {before: set(tomID, tomID, unaID), want: review.Active, by: unaID},
		"by an admin, when it is staged":          {staged: set("", tomID, unaID), want: review.Active, by: tomID},
		"by an admin, at the launch":              {launching: set("", tomID, unaID), want: review.Active, by: tomID},
		"who then is away herself":                {before: set("", tomID, unaID), staged: set(unaID, unaID, vicID), want: review.Staged, by: unaID},
		"and then somebody else":                  {before: set("", tomID, unaID), staged: both(end, set("", tomID, vicID)), want: review.Staged, by: unaID},
		"and is over":                             {before: set("", tomID, unaID), staged: both(end), want: review.Staged, by: unaID},
		"and then by the person":                  {before: set("", tomID, unaID), staged: both(end, set(tomID, tomID, unaID)), want: review.Active, by: unaID},
		"of whom the person had stand in":         {before: both(set(tomID, tomID, unaID), set("", unaID, vicID)), want: review.Staged, by: vicID},
		"of whom the person had, afterwards":      {before: set(tomID, tomID, unaID), staged: set("", unaID, vicID), want: review.Active, by: unaID},
		"in place of the person's, at the launch": {before: set(tomID, tomID, unaID), launching: both(end, set("", tomID, vicID)), want: review.Staged, by: unaID},
	} {
		t.Run(name, func(t *testing.T) {
			w := handed(t)
			w.clock.Set(day(1, 15))
			w.approved(monthly("Agents"))
			if c.before != nil {
				c.before(w)
			}
			w.clock.Set(day(1, 31))
			const called = "Agents 2027-01-31"
			held := &midst{Store: w.s, due: func() bool { return w.campaigns()[called].State == review.Staged }}
			for do, to := range map[*step]*func(){&c.staged: &held.view, &c.launching: &held.update} {
				if *do != nil {
					*to = func() { (*do)(w) }
				}
			}
			report, err := review.New(held).Tick(ctx, w.admin, false)
			w.must(err)
			if held.view != nil || held.update != nil {
				t.Fatal("it was never staged and not launched")
			}
			got := w.campaigns()[called]
			if got.State != c.want {
				t.Fatalf("it is %s, want %s; %v", got.State, c.want, report.Waits)
			}
			if who := w.item(got, "gnt_dana").Reviewer; who != c.by {
				t.Errorf("%s answers, want %s", who, c.by)
			}
			if c.want == review.Staged {
				w.still(day(2, 1))
				report, err := w.svc.Tick(ctx, w.admin, true)
				w.must(err)
				if !slices.Contains(report.Waits, called+" is staged; who stands in for Tom Vale in it was not, or is no longer, their own choice: a checker launches it") {
					t.Errorf("it tells %q", report.Waits)
				}
				_, err = w.svc.Launch(ctx, w.carl, got.ID)
				w.must(err)
			}
		})
	}
}
