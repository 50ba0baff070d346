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
	w.move(danaID, "Sales")
	w.still(day(1, 16))
	_, err := w.svc.ApproveTemplate(context.Background(), w.cleo, "Movers", "")
	w.must(err)
	w.still(day(1, 17))
	w.move(danaID, "Legal")
	w.move(danaID, "Finance") // twice at one look is once
	w.tick(day(1, 18))
	w.still(day(1, 19))
	if n := len(w.campaigns()); n != 1 {
		t.Errorf("%d campaigns, want 1", n)
	}
	w.move(danaID, "Sales")
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

// move changes a person's department.
func (w *world) move(id domain.ID, to string) {
	w.t.Helper()
	row, _ := w.org().Get(domain.KindPrincipal, id)
	was := row.Record.(domain.Principal)
	is := was
	is.Department = to
	w.happen(domain.Replace(was, is))
}

// TestACancelledMicroCampaignIsAnAnswer: what started it starts no other, and
// the reason stays on record; the next such event starts another.
func TestACancelledMicroCampaignIsAnAnswer(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(day(1, 15))
	w.approved(trigger("Movers", review.Mover))
	w.move(danaID, "Sales")
	w.tick(day(1, 16))
	all := w.campaigns()
	if len(all) != 1 {
		t.Fatalf("%d campaigns, want 1", len(all))
	}
	var first review.Campaign
	for _, c := range all {
		first = c
	}
	_, _, err := w.svc.Cancel(context.Background(), w.admin, first.ID, "")
	if domain.CodeOf(err) != domain.Invalid {
		t.Errorf("cancelled without a reason: %v", err)
	}
	_, _, err = w.svc.Cancel(context.Background(), w.admin, first.ID, "moves back on Monday")
	w.must(err)
	w.still(day(1, 17))
	w.move(eveID, "Legal") // another's move is no reason to ask about Dana again
	w.tick(day(1, 18))
	count := func(who string) (n int, reasons []string) {
		for name, c := range w.campaigns() {
			if strings.HasPrefix(name, "Movers: "+who) {
				n++
				reasons = append(reasons, c.Reason)
			}
		}
		return n, reasons
	}
	if n, reasons := count("Dana Okafor"); n != 1 || reasons[0] != "moves back on Monday" {
		t.Errorf("%d campaigns about Dana, cancelled because of %q", n, reasons)
	}
	w.move(danaID, "Support")
	w.tick(day(1, 20))
	w.still(day(1, 21))
	if n, _ := count("Dana Okafor"); n != 2 {
		t.Errorf("%d campaigns about Dana after the next move, want 2", n)
	}
}

// TestTriggersOfAnyName: a name from a file may hold anything and be of any length
// (PRODUCT 8); the campaign it starts has a name on one line.
func TestTriggersOfAnyName(t *testing.T) {
	for name, who := range map[string]string{
		"lines":   "Dana\nOkafor\u2028of\tSupport\x1b[31m",
		"long":    strings.Repeat("Dana Okafor ", 900),
		"wide":    strings.Repeat("界", 300),
		"nothing": " \n ",
	} {
		w := newWorld(t)
		w.clock.Set(day(1, 15))
		w.approved(trigger(strings.Repeat("M", 80), review.Mover))
		row, _ := w.org().Get(domain.KindPrincipal, danaID)
		was := row.Record.(domain.Principal)
		is := was
		is.Name, is.Department = who, "Sales"
		w.happen(domain.Replace(was, is))
		w.tick(day(1, 16))
		w.still(day(1, 17))
		if n := len(w.campaigns()); n != 1 {
			t.Errorf("%s: %d campaigns, want 1", name, n)
		}
		for _, c := range w.campaigns() {
			if strings.ContainsAny(c.Name, "\n\t\x1b\u2028") || len([]rune(c.Name)) > 200 {
				t.Errorf("%s: it is called %q", name, c.Name)
			}
		}
	}
}
