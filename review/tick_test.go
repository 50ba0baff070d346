package review_test

import (
	"context"
	"fmt"
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

// trigger is a definition that a kind of event starts.
func trigger(name string, on review.Trigger) review.Template {
	t := monthly(name)
	t.Recurrence, t.Triggers, t.Definition.Scope = review.Recurrence{}, []review.Trigger{on}, review.Scope{}
	t.Definition.Stages[0].Reviewers = []string{review.ByManager, review.ByTargetOwner, string("usr_tom")}
	return t
}

// apply makes a change state, as a change set that was approved would.
func (w *world) happen(changes ...domain.Change) {
	w.t.Helper()
	storetest.Append(w.t, w.s, domain.Event{Type: domain.EvApplied, Subject: "test"}, changes...)
}

// TestTriggers: each event by what it must and must not start, and over whose
// holdings exactly.
func TestTriggers(t *testing.T) {
	dana := func(set func(*domain.Principal)) func(*world) []domain.Change {
		return func(w *world) []domain.Change {
			row, _ := w.org().Get(domain.KindPrincipal, danaID)
			was := row.Record.(domain.Principal)
			is := was
			set(&is)
			return []domain.Change{domain.Replace(was, is)}
		}
	}
	level := func(id domain.ID, to domain.Level) func(*world) []domain.Change {
		return func(w *world) []domain.Change {
			is := w.grant(id)
			is.Level = to
			return []domain.Change{domain.Replace(w.grant(id), is)}
		}
	}
	for name, c := range map[string]struct {
		change func(*world) []domain.Change
		want   map[review.Trigger][]string // trigger → who or what
	}{
		"manager":       {dana(func(p *domain.Principal) { p.Manager = eveID }), map[review.Trigger][]string{review.Mover: {"Dana Okafor"}}},
		"department":    {dana(func(p *domain.Principal) { p.Department = "Sales" }), map[review.Trigger][]string{review.Mover: {"Dana Okafor"}}},
		"title":         {dana(func(p *domain.Principal) { p.Title = "Lead" }), map[review.Trigger][]string{review.Mover: {"Dana Okafor"}}},
		"only a name":   {dana(func(p *domain.Principal) { p.Name = "Dana Long" }), nil},
		"owner of none": {dana(func(p *domain.Principal) { p.Status = domain.Inactive }), nil},
		"level raised":  {level("gnt_eve", domain.EditAgent), map[review.Trigger][]string{review.LevelRaised: {"Eve Long"}}},
		"level lowered": {level("gnt_dana", domain.ViewUse), nil},
		"a group's":     {level("gnt_crew", domain.EditAgent), map[review.Trigger][]string{review.LevelRaised: {"Release crew"}}},
		"a new grant": {func(*world) []domain.Change {
			return []domain.Change{domain.Begin(domain.Grant{ID: "gnt_new", Holder: principalHolder(eveID), Target: onAgent(salesID), Level: domain.EditAgent})}
		}, nil},
		"ended, begun": {func(w *world) []domain.Change {
			g := w.grant("gnt_eve")
			is := g
			is.ID, is.Level = "gnt_eve2", domain.EditAgent
			return []domain.Change{domain.End(g), domain.Begin(is)}
		}, map[review.Trigger][]string{review.LevelRaised: {"Eve Long"}}},
		"somebody joins": {func(*world) []domain.Change {
			return []domain.Change{domain.Begin(domain.Principal{ID: "usr_new", Kind: domain.User, Name: "New", Email: "new@acme.example", Manager: tomID, Department: "Sales", Status: domain.Active})}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.clock.Set(day(1, 15))
			for _, x := range review.Triggers() {
				w.approved(trigger("On "+x.String(), x))
			}
			w.happen(c.change(w)...)
			w.tick(day(1, 16))
			w.still(day(1, 17))
			got := map[review.Trigger][]string{}
			for name, camp := range w.campaigns() {
				for _, x := range review.Triggers() {
					if rest, ok := strings.CutPrefix(name, "On "+x.String()+": "); ok {
						who, _, _ := strings.Cut(rest, " (event ")
						got[x] = append(got[x], who)
						w.onlyAbout(camp, who)
					}
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) && len(got)+len(c.want) > 0 {
				t.Errorf("started %v, want %v", got, c.want)
			}
		})
	}
}

// onlyAbout fails unless the campaign is launched and reviews all that one
// subject holds and nothing else.
func (w *world) onlyAbout(c review.Campaign, who string) {
	w.t.Helper()
	if c.State != review.Active {
		w.t.Errorf("%s is %s", c.Name, c.State)
	}
	var items []review.Item
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) {
		items, err = tx.Items(review.ItemQuery{Campaign: c.ID, Limit: 100})
		return err
	})
	for _, it := range items {
		if it.Holder != who && it.Target != who {
			w.t.Errorf("%s asks about %s on %s", c.Name, it.Holder, it.Target)
		}
	}
	held := 0
	for row := range w.org().Holdings(w.now()) {
		g := row.Record.(domain.Grant)
		if review.HolderName(w.org(), g.Holder) == who || review.TargetName(w.org(), g.Target, g.Agent) == who {
			held++
		}
	}
	if len(items) == 0 || len(items) != held {
		w.t.Errorf("%s has %d items of %d holdings", c.Name, len(items), held)
	}
}

// TestTriggerOwnerLeft: an agent, a key and an AI agent whose owner is no
// longer active, each in a campaign of its own; and not what is owned by
// somebody else.
func TestTriggerOwnerLeft(t *testing.T) {
	w := newWorld(t)
	w.seed(domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Deploy key", Owner: danaID, Status: domain.Active},
		domain.Principal{ID: "aia_1", Kind: domain.AIAgent, Name: "Helper", Owner: eveID, Status: domain.Active},
		domain.Agent{ID: "agt_d", Name: "Dana's Agent", Owner: danaID, AccessType: domain.GroupRestricted},
		domain.Grant{ID: "gnt_key", Holder: principalHolder("key_1"), Target: onAgent(opsID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_aia", Holder: principalHolder("aia_1"), Target: onAgent(opsID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_d", Holder: principalHolder(eveID), Target: onAgent("agt_d"), Level: domain.ViewUse})
	w.clock.Set(day(1, 15))
	w.approved(trigger("Owners", review.OwnerLeft))
	row, _ := w.org().Get(domain.KindPrincipal, danaID)
	was := row.Record.(domain.Principal)
	is := was
	is.Status = domain.Inactive
	w.happen(domain.Replace(was, is))
	w.tick(day(1, 16))
	w.still(day(1, 17))
	var names []string
	for name, c := range w.campaigns() {
		who, _, _ := strings.Cut(strings.TrimPrefix(name, "Owners: "), " (event")
		names = append(names, who+" "+strings.Join(idsOf(c.Definition.Scope), ","))
	}
	slices.Sort(names)
	if want := []string{"Dana's Agent agt_d", "Deploy key key_1"}; !slices.Equal(names, want) {
		t.Errorf("started %v, want %v", names, want)
	}
}

func idsOf(s review.Scope) (out []string) {
	for _, id := range slices.Concat(s.Principals, s.Agents, s.Groups, s.Roles) {
		out = append(out, string(id))
	}
	return out
}

// TestTriggersWaitForApproval: events before a definition's approval start
// nothing; without an approved definition nothing is looked at, nor written.
func TestTriggersWaitForApproval(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.define(trigger("Movers", review.Mover))
	move := func(to string) {
		row, _ := w.org().Get(domain.KindPrincipal, danaID)
		was := row.Record.(domain.Principal)
		is := was
		is.Department = to
		w.happen(domain.Replace(was, is))
	}
	move("Sales")
	w.still(day(1, 16))
	_, err := w.svc.ApproveTemplate(context.Background(), w.cleo, "Movers", "")
	w.must(err)
	w.still(day(1, 17))
	move("Legal")
	move("Finance") // twice at one look is once
	w.tick(day(1, 18))
	w.still(day(1, 19))
	if n := len(w.campaigns()); n != 1 {
		t.Errorf("%d campaigns, want 1", n)
	}
	move("Sales")
	w.tick(day(1, 20))
	if n := len(w.campaigns()); n != 2 {
		t.Errorf("%d campaigns, want 2", n)
	}
}

// TestTriggersTogether: a reorganisation starts one campaign over all who
// moved.
func TestTriggersTogether(t *testing.T) {
	w := newWorld(t)
	var was, is []domain.Principal
	for i := range 30 {
		p := domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%02d", i)), Kind: domain.User, Name: fmt.Sprintf("Person %02d", i),
			Email: fmt.Sprintf("p%d@acme.example", i), Manager: tomID, Department: "Support", Status: domain.Active}
		w.seed(p, domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%02d", i)), Holder: principalHolder(p.ID), Target: onAgent(salesID), Level: domain.ViewUse})
		was = append(was, p)
		p.Department = "Care"
		is = append(is, p)
	}
	w.clock.Set(day(1, 15))
	w.approved(trigger("Movers", review.Mover))
	var changes []domain.Change
	for i := range was {
		changes = append(changes, domain.Replace(was[i], is[i]))
	}
	w.happen(changes...)
	w.tick(day(1, 16))
	w.still(day(1, 17))
	for _, c := range w.campaigns() {
		if len(c.Definition.Scope.Principals) != 30 || c.TieOut.InScope != 30 {
			t.Errorf("%s is about %d people, %d items", c.Name, len(c.Definition.Scope.Principals), c.TieOut.InScope)
		}
	}
	if n := len(w.campaigns()); n != 1 {
		t.Errorf("%d campaigns, want 1", n)
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
