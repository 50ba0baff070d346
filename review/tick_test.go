package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// tick runs the clock at an instant and gives the acts done, each as
// "act campaign's name".
func (w *world) tick(at time.Time) []string {
	w.t.Helper()
	w.clock.Set(at)
	report, err := w.svc.Tick(context.Background(), w.admin, false)
	w.must(err)
	var out []string
	for _, a := range report.Acts {
		if a.Err != nil {
			w.t.Fatalf("%s %s: %v", a.Act, a.Text, a.Err)
		}
		out = append(out, a.Act)
	}
	return out
}

// still fails unless a further tick writes nothing at all.
func (w *world) still(at time.Time) {
	w.t.Helper()
	before := w.size()
	if acts := w.tick(at); len(acts) > 0 || w.size() != before {
		w.t.Fatalf("a second tick did %v and wrote %d events", acts, w.size()-before)
	}
}

func (w *world) size() int64 {
	w.t.Helper()
	var n int64
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		h, err := tx.Log()
		n = h.Size
		return err
	})
	return n
}

func (w *world) campaigns() map[string]review.Campaign {
	w.t.Helper()
	out := map[string]review.Campaign{}
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		all, err := tx.Campaigns()
		for _, c := range all {
			out[c.Name] = c
		}
		return err
	})
	return out
}

func (w *world) outbox() (out []review.Message) {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { out, err = tx.Messages(review.MessageQuery{}); return err })
	return out
}

// day is 9 o'clock UTC of a day of 2027.
func day(month time.Month, d int) time.Time { return time.Date(2027, month, d, 9, 0, 0, 0, time.UTC) }

// TestTickSchedules: Jan 31, Feb 28, Mar 31, each drafted, staged and launched
// when its date comes, whenever the review before it ends; and between them
// nothing.
func TestTickSchedules(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	def := w.approved(monthly("Agents"))
	if acts := w.tick(day(1, 30)); len(acts) > 0 {
		t.Errorf("before the first date: %v", acts)
	}
	for _, at := range []time.Time{day(1, 31), day(3, 1), day(4, 29)} { // on the day, one late, four weeks late
		acts := slices.DeleteFunc(w.tick(at), func(a string) bool { return a == "lapse" }) // of the one before
		if !slices.Equal(acts, []string{"draft", "stage", "launch", "remind"}) {
			t.Errorf("%s: %v", at, acts)
		}
		w.still(at.Add(time.Minute))
	}
	all := w.campaigns()
	for name, due := range map[string]string{
		// 14 whole days from the scheduled day in Berlin, where a day begins at 23:00 or 22:00 UTC
		"Agents 2027-01-31": "2027-02-13T22:59:59.999Z", "Agents 2027-02-28": "2027-03-13T22:59:59.999Z",
		// late by longer than it lasts: 14 days from the tick
		"Agents 2027-03-31": "2027-05-13T09:00:",
	} {
		c, ok := all[name]
		if !ok || c.State != review.Active && c.State != review.Decided || !strings.HasPrefix(c.Due.Format("2006-01-02T15:04:05.999Z07:00"), due) {
			t.Errorf("%s is %s, due %s, want %s", name, c.State, c.Due, due)
		}
		if c.Template != def.ID || c.Version != 1 || c.Launcher != w.cleo.Principal || c.Owner != w.admin.Principal || slices.Contains(c.Makers, c.Launcher) {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if len(all) != 3 {
		t.Errorf("%d campaigns, want 3", len(all))
	}
}

// TestTickAfterALongPause: each scheduled date gets its campaign once; only
// the last is staged and launched, those missed wait for a person.
func TestTickAfterALongPause(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	acts := w.tick(day(4, 2))
	if want := []string{"draft", "draft", "draft", "stage", "launch", "remind"}; !slices.Equal(acts, want) {
		t.Errorf("acts %v, want %v", acts, want)
	}
	w.still(day(4, 3))
	for name, want := range map[string]review.State{"Agents 2027-01-31": review.Draft, "Agents 2027-02-28": review.Draft, "Agents 2027-03-31": review.Active} {
		if c := w.campaigns()[name]; c.State != want {
			t.Errorf("%s is %s, want %s", name, c.State, want)
		}
	}
	report, err := w.svc.Tick(context.Background(), w.admin, true)
	w.must(err)
	if waits := strings.Join(report.Waits, "\n"); strings.Count(waits, "was missed") != 2 {
		t.Errorf("what was missed is not said: %s", waits)
	}
}

// TestTickKeepsToVersions: a schedule counts while its version is in force; a
// change does not reach back, a definition that is retired owes nothing, one
// that waits for its checker draws nothing.
func TestTickKeepsToVersions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	w.clock.Set(day(2, 10)) // Jan 31 was missed under the first version
	change := monthly("Agents")
	change.Recurrence = review.Recurrence{Every: review.Monthly, Day: review.DayFifteenth, Start: "2027-01-01"}
	w.define(change)
	w.tick(day(2, 20)) // Feb 15 is not owed: the change waits
	_, err := w.svc.ApproveTemplate(ctx, w.cleo, "Agents", "")
	w.must(err)
	w.tick(day(3, 16))
	_, err = w.svc.RetireTemplate(ctx, w.admin, "Agents", "enough")
	w.must(err)
	_, err = w.svc.ApproveTemplate(ctx, w.cleo, "Agents", "")
	w.must(err)
	w.tick(day(6, 20))
	var names []string
	for name := range w.campaigns() {
		names = append(names, name)
	}
	slices.Sort(names)
	// Feb 28 falls into the second version's time, which knows only the 15th.
	if want := []string{"Agents 2027-01-31", "Agents 2027-03-15"}; !slices.Equal(names, want) {
		t.Errorf("campaigns %v, want %v", names, want)
	}
	if c := w.campaigns()["Agents 2027-03-15"]; c.Version != 2 {
		t.Errorf("drafted from version %d", c.Version)
	}
}

// TestTickWhoMay: reviewers, checkers and nobody run no tick, and it is on
// record that they tried; what the clock launches bears the approval of
// somebody who neither drafted nor owns it.
func TestTickWhoMay(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	for _, a := range []domain.Actor{w.dana, w.tom, w.cleo} {
		_, err := w.svc.Tick(ctx, a, false)
		w.wantRule(err, "duty-missing")
	}
	_, err := w.svc.Tick(ctx, domain.Actor{}, false)
	w.wantRule(err, "actor-missing")
	n := w.size()
	for _, a := range []domain.Actor{w.dana, {}} {
		if _, err := w.svc.Tick(ctx, a, true); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("a dry tick by %q: %v", a.Principal, err)
		}
	}
	if w.size() != n {
		t.Error("a dry tick wrote something")
	}
	// Cleo approved the definition: were she to run the clock, she would prepare
	// what her approval launches.
	w.seed(domain.Grant{ID: "gnt_cleo_owns", Holder: principalHolder(w.cleo.Principal),
		Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(domain.DutyCampaignOwner.String())}, Level: 1})
	w.clock.Set(day(1, 31))
	report, err := w.svc.Tick(ctx, w.cleo, false)
	w.must(err)
	if c := w.campaigns()["Agents 2027-01-31"]; c.State != review.Staged || !strings.Contains(strings.Join(report.Waits, " "), "another checker") {
		t.Errorf("it is %s; %v", c.State, report.Waits)
	}
	w.still(day(1, 31).Add(time.Hour))
	_, err = w.svc.Launch(ctx, w.cleo, w.campaigns()["Agents 2027-01-31"].ID)
	w.wantRule(err, "launch-own")
	_, err = w.svc.Launch(ctx, w.carl, w.campaigns()["Agents 2027-01-31"].ID)
	w.must(err)
}

// TestTickDry tells the same acts as the tick that follows begins with, and
// writes nothing.
func TestTickDry(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	w.clock.Set(day(1, 31))
	n := w.size()
	report, err := w.svc.Tick(context.Background(), w.admin, true)
	w.must(err)
	if w.size() != n || len(report.Acts) != 1 || report.Acts[0].Act != "draft" || len(w.campaigns()) != 0 {
		t.Errorf("a dry tick wrote %d events, told %v", w.size()-n, report.Acts)
	}
}

// TestTickLapses: a stage past its due date lapses, at once and not before,
// and not while a returned item has its own due date to come; a checker's
// countersignature then closes it; nobody's item is decided.
func TestTickLapses(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	w.tick(day(1, 31))
	c := w.campaigns()["Agents 2027-01-31"]
	if acts := w.tick(c.Due.Add(-time.Minute)); slices.Contains(acts, "lapse") {
		t.Errorf("before the due date: %v", acts)
	}
	if acts := w.tick(c.Due.Add(time.Millisecond)); !slices.Contains(acts, "lapse") {
		t.Errorf("after the due date: %v", acts)
	}
	w.still(c.Due.Add(time.Hour))
	if c = w.campaigns()[c.Name]; c.State != review.Decided {
		t.Fatalf("it is %s", c.State)
	}
	storetest.View(t, w.s, func(tx review.Tx) error {
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{review.EvDecided}})
		if len(es) > 0 {
			t.Errorf("the clock decided: %v", es)
		}
		return err
	})
}

// TestTickReminds: that a stage began, then a week and a day before its due
// date, each once a person and only while their packet is open; after a pause
// the last rule alone.
func TestTickReminds(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	w.tick(day(1, 31)) // due at the end of Feb 13 in Berlin
	kinds := func() map[domain.ID][]string {
		out := map[domain.ID][]string{}
		for _, m := range w.outbox() {
			out[m.To] = append(out[m.To], string(m.ID[strings.LastIndexByte(string(m.ID), '/')+1:]))
		}
		return out
	}
	people := len(kinds())
	if people == 0 {
		t.Fatal("nobody was told that the stage began")
	}
	for to, got := range kinds() {
		if !slices.Equal(got, []string{"began"}) {
			t.Errorf("%s was told %v", to, got)
		}
	}
	if acts := w.tick(day(2, 5)); len(acts) > 0 {
		t.Errorf("eight days before: %v", acts)
	}
	// Tom decides and signs: no more reminders for him.
	c := w.campaigns()["Agents 2027-01-31"]
	w.keepRest(w.tom, c)
	_, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
	w.must(err)
	w.tick(day(2, 13)) // past both rules
	w.still(day(2, 13).Add(time.Minute))
	for to, got := range kinds() {
		want := []string{"began", "due-1"}
		if to == tomID {
			want = []string{"began"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s was told %v, want %v", to, got, want)
		}
	}
	events := 0
	storetest.View(t, w.s, func(tx review.Tx) error {
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{review.EvReminded}})
		events = len(es)
		return err
	})
	if events != len(w.outbox()) {
		t.Errorf("%d messages, %d events", len(w.outbox()), events)
	}
}

// TestTickEscalates: each step once, when it falls and not before.
func TestTickEscalates(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	def := monthly("Agents")
	def.Definition.Stages[0].Escalations = []review.Escalation{{After: 5, To: []string{"carl@acme.example"}}}
	w.approved(def)
	w.tick(day(1, 31))
	if acts := w.tick(day(2, 4)); slices.Contains(acts, "escalate") {
		t.Errorf("four days on: %v", acts)
	}
	if acts := w.tick(day(2, 5).Add(time.Hour)); !slices.Contains(acts, "escalate") {
		t.Errorf("five days on: %v", acts)
	}
	w.tick(day(2, 5).Add(2 * time.Hour)) // whoever was brought in is told
	w.still(day(2, 5).Add(3 * time.Hour))
	if n := w.escalated(); n != 1 {
		t.Errorf("%d escalations", n)
	}
	told := slices.ContainsFunc(w.outbox(), func(m review.Message) bool { return m.To == w.carl.Principal })
	if !told {
		t.Error("Carl, who was brought in, was not told")
	}
}
