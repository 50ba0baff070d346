package review_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// office is one of the four holdings that never run out (PRODUCT 3).
type office struct {
	name   string
	rule   string
	target func(o *domain.Org) domain.Target
	need   int
}

var offices = []office{
	{"account admin", domain.RuleLastAccountAdmin, func(*domain.Org) domain.Target { return domain.Target{Kind: domain.TargetAccount} }, 1},
	{"Admin role", domain.RuleLastAdmin, adminRole, 1},
	{"console admin", domain.RuleLastConsoleAdmin, func(*domain.Org) domain.Target { return dutyOf(domain.DutyAdmin) }, 1},
	{"second checker", domain.RuleLastChecker, func(*domain.Org) domain.Target { return dutyOf(domain.DutyChecker) }, 2},
}

func dutyOf(d domain.Duty) domain.Target {
	return domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}
}

func adminRole(o *domain.Org) domain.Target {
	for row := range o.All(domain.KindRole) {
		if r := row.Record.(domain.Role); r.Admin {
			return domain.Target{Kind: domain.TargetRole, ID: r.ID}
		}
	}
	return domain.Target{}
}

// heldWorld is a world in which one office is held by no more than must be, and
// Bea holds all others, so that only that office is at stake.
type heldWorld struct {
	*world
	office
	on     domain.Target
	victim domain.Grant // of the office, by one of those who hold it
	bea    domain.Actor
	zoe    domain.ID // an active user without any office
}

func newHeldWorld(t testing.TB, of office) *heldWorld {
	t.Helper()
	w := &heldWorld{world: newWorld(t), office: of, bea: actor("usr_bea"), zoe: "usr_zoe"}
	w.on = of.target(w.org())
	recs := []domain.Record{
		domain.Principal{ID: "usr_bea", Kind: domain.User, Name: "Bea Still", Email: "bea@acme.example", Status: domain.Active},
		domain.Principal{ID: "usr_zoe", Kind: domain.User, Name: "Zoe Next", Email: "zoe@acme.example", Status: domain.Active, Manager: tomID},
		domain.Principal{ID: "usr_out", Kind: domain.User, Name: "Otto Gone", Email: "otto@acme.example", Status: domain.Inactive},
		domain.Principal{ID: "key_any", Kind: domain.APIKey, Name: "Any key", Status: domain.Active, Owner: tomID},
	}
	for i, other := range offices {
		if other.name != of.name {
			recs = append(recs, domain.Grant{ID: domain.ID(fmt.Sprint("gnt_bea", i)), Holder: principalHolder("usr_bea"), Target: other.target(w.org()), Level: domain.Held})
		}
	}
	w.seed(recs...)
	for _, g := range w.org().GrantsOn(w.on) {
		w.victim = g
	}
	if w.holders() != of.need {
		t.Fatalf("%s is held by %d, want %d", of.name, w.holders(), of.need)
	}
	return w
}

// holders counts the active users who hold the office.
func (w *heldWorld) holders() int {
	o, who := w.org(), map[domain.ID]bool{}
	for _, g := range o.GrantsOn(w.on) {
		if p, ok := o.Principal(g.Holder.ID); ok && p.Kind == domain.User && p.Status == domain.Active && o.Level(p.ID, w.on, "", w.now()) > domain.None {
			who[p.ID] = true
		}
	}
	return len(who)
}

// maker is who may try it: Bea, except for what she lacks.
func (w *heldWorld) maker() domain.Actor {
	if w.name == "console admin" {
		return w.admin
	}
	return w.bea
}

func (w *heldWorld) try(changes ...domain.Change) error {
	_, err := w.svc.Propose(context.Background(), w.maker(), domain.ChangeSet{Title: "a try", Reason: "r", Changes: changes})
	return err
}

func (w *heldWorld) give(id domain.ID, who domain.ID) domain.Grant {
	return domain.Grant{ID: id, Holder: principalHolder(who), Target: w.on, Level: domain.Held}
}

// toZoe makes Zoe a further holder.
func (w *heldWorld) toZoe() domain.Grant {
	g := w.give("gnt_zoe", w.zoe)
	w.seed(g)
	return g
}

func (w *heldWorld) person() domain.Principal {
	p, _ := w.org().Principal(w.victim.Holder.ID)
	return p
}

// leaving ends the victim with everything that names them.
func (w *heldWorld) leaving() []domain.Change {
	o, p := w.org(), w.person()
	var out []domain.Change
	for _, g := range o.GrantsOf(principalHolder(p.ID)) {
		out = append(out, domain.End(g))
	}
	for row := range o.All(domain.KindBinding) {
		if b := row.Record.(domain.Binding); b.Principal == p.ID {
			out = append(out, domain.End(b))
		}
	}
	return append(out, domain.End(p))
}

func within(g domain.Grant, win domain.Window) domain.Change {
	after := g
	after.Window = win
	return domain.Replace(g, after)
}

// The four offices, by every kind of change set, alone and inside a larger
// one.
func TestNoChangeTakesTheLastHolder(t *testing.T) {
	status := func(s domain.Status) func(*heldWorld) []domain.Change {
		return func(w *heldWorld) []domain.Change {
			after := w.person()
			after.Status = s
			return []domain.Change{domain.Replace(w.person(), after)}
		}
	}
	ways := []struct {
		name    string
		changes func(w *heldWorld) []domain.Change
	}{
		{"taken", func(w *heldWorld) []domain.Change { return []domain.Change{domain.End(w.victim)} }},
		{"a window that is over", func(w *heldWorld) []domain.Change {
			return []domain.Change{within(w.victim, domain.Window{To: "2026-02-01"})}
		}},
		{"a window that ends", func(w *heldWorld) []domain.Change {
			return []domain.Change{within(w.victim, domain.Window{To: "2030-12-31"})}
		}},
		{"a window that begins", func(w *heldWorld) []domain.Change {
			return []domain.Change{within(w.victim, domain.Window{From: "2026-06-01"})}
		}},
		{"deactivated", status(domain.Inactive)}, {"invited again", status(domain.Invited)},
		{"deleted with all they hold", (*heldWorld).leaving},
		{"passed to one inactive", func(w *heldWorld) []domain.Change {
			return []domain.Change{domain.End(w.victim), domain.Begin(w.give("gnt_1", "usr_out"))}
		}},
		{"passed to one later", func(w *heldWorld) []domain.Change {
			g := w.give("gnt_1", w.zoe)
			g.Window.From = "2026-06-01"
			return []domain.Change{domain.End(w.victim), domain.Begin(g)}
		}},
		{"passed on for a while", func(w *heldWorld) []domain.Change {
			g := w.give("gnt_1", w.zoe)
			g.Window.To = "2026-12-31"
			return []domain.Change{domain.End(w.victim), domain.Begin(g)}
		}},
	}
	for _, of := range offices {
		w := newHeldWorld(t, of) // nothing passes, so one world serves all
		for _, way := range ways {
			for _, larger := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/larger %v", of.name, way.name, larger), func(t *testing.T) {
					w.t = t
					changes := way.changes(w)
					if larger {
						changes = append(noise(w, 20), changes...)
						changes = append(changes, domain.Begin(domain.Group{ID: "grp_last", Name: "Last"}))
					}
					rule := of.rule
					if w.maker() == w.admin && len(way.changes(w)) > 3 { // nobody else may try, and she would change her own role
						rule = domain.RuleOwnRole
					}
					w.wantRule(w.try(changes...), rule)
					if w.holders() != of.need {
						t.Errorf("%d hold it, want %d", w.holders(), of.need)
					}
					file := domain.ChangeSet{Title: "from a file", Reason: "r", Changes: changes,
						Source: domain.SourceFile{Source: "hr", Name: "people.csv", SHA256: "00", Rows: len(changes)}}
					_, err := w.svc.Propose(context.Background(), w.maker(), file)
					w.wantRule(err, rule)
				})
			}
		}
	}
}

// noise is changes that nobody minds.
func noise(w *heldWorld, n int) (out []domain.Change) {
	for i := range n {
		out = append(out, domain.Begin(domain.Group{ID: domain.ID(fmt.Sprint("grp_noise", i)), Name: fmt.Sprint("Noise ", i)}))
	}
	return append(out, domain.End(w.grant("gnt_eve")))
}

// A key does not count, and the Admin role does not go, with or without its
// holders.
func TestTheAdminRoleStays(t *testing.T) {
	w := newHeldWorld(t, offices[1])
	w.wantRule(w.try(domain.End(w.victim), domain.Begin(w.give("gnt_k", "key_any"))), domain.RuleLastAdmin)
	role, _ := w.org().Role(w.on.ID)
	w.wantRule(w.try(domain.End(role), domain.End(w.victim)), domain.RuleAdminRole)
	stripped := role
	stripped.Admin = false
	w.wantRule(w.try(domain.Replace(role, stripped)), domain.RuleAdminRole)
	if w.holders() != 1 {
		t.Error("the Admin role has lost its holder")
	}
}

// In bulk: all holders at once, each of whom alone might go.
func TestBulkDoesNotTakeTheLastHolder(t *testing.T) {
	for _, of := range offices {
		t.Run(of.name, func(t *testing.T) {
			w := newHeldWorld(t, of)
			w.toZoe()
			var all []domain.Change
			for _, g := range w.org().GrantsOn(w.on) {
				all = append(all, domain.End(g))
			}
			w.wantRule(w.try(all...), of.rule)
			if w.holders() != of.need+1 {
				t.Errorf("%d hold it, want %d: a refused change set does nothing", w.holders(), of.need+1)
			}
		})
	}
}

// A change set that waited, one that is rebuilt, and one that is undone are
// judged by what is there then.
func TestWaitingRebuiltAndUndone(t *testing.T) {
	ctx := context.Background()
	rise := domain.Begin(domain.Grant{ID: "gnt_rise", Holder: principalHolder(eveID), Target: areaNode("deployments"), Level: domain.Edit})
	for _, of := range offices {
		t.Run(of.name+" approved late", func(t *testing.T) {
			w := newHeldWorld(t, of)
			zoe := w.toZoe()
			p, err := w.svc.Propose(ctx, w.maker(), domain.ChangeSet{Title: "waits", Reason: "r", Changes: []domain.Change{domain.End(w.victim), rise}})
			w.must(err)
			if p.State != domain.Proposed {
				t.Fatalf("it is %s, so nothing waits", p.State)
			}
			w.must(w.try(domain.End(zoe)))
			_, err = w.svc.Approve(ctx, w.checker(), p.ID, "yes")
			w.wantRule(err, of.rule)
			if w.holders() != of.need {
				t.Errorf("%d hold it, want %d", w.holders(), of.need)
			}
		})
		t.Run(of.name+" rebuilt", func(t *testing.T) {
			w := newHeldWorld(t, of)
			zoe := w.toZoe()
			crew, _ := w.org().Group(crewID)
			one, two := crew, crew
			one.Description, two.Description = "one", "two"
			p, err := w.svc.Propose(ctx, w.maker(), domain.ChangeSet{Title: "waits", Reason: "r",
				Changes: []domain.Change{domain.End(w.victim), rise, domain.Replace(crew, one)}})
			w.must(err)
			w.must(w.try(domain.End(zoe), domain.Replace(crew, two)))
			_, err = w.svc.Rebuild(ctx, w.maker(), p.ID)
			w.wantRule(err, of.rule)
			if w.holders() != of.need {
				t.Errorf("%d hold it, want %d", w.holders(), of.need)
			}
		})
		t.Run(of.name+" undone", func(t *testing.T) {
			w := newHeldWorld(t, of)
			p, err := w.svc.Propose(ctx, w.maker(), domain.ChangeSet{Title: "Zoe too", Reason: "r", Changes: []domain.Change{domain.Begin(w.give("gnt_zoe", w.zoe))}})
			w.must(err)
			if p.State == domain.Proposed {
				_, err = w.svc.Approve(ctx, w.checker(), p.ID, "yes")
				w.must(err)
			}
			w.must(w.try(domain.End(w.victim)))
			who := w.bea
			if of.name == "console admin" {
				who = actor(w.zoe)
			}
			_, err = w.svc.Undo(ctx, who, p.ID, "not so")
			w.wantRule(err, of.rule)
			if w.holders() != of.need {
				t.Errorf("%d hold it, want %d", w.holders(), of.need)
			}
		})
	}
}

// checker is one who is not the victim.
func (w *heldWorld) checker() domain.Actor {
	if w.victim.Holder.ID == w.cleo.Principal {
		return w.carl
	}
	return w.cleo
}

// Two at once: each would leave enough, both would not; whoever is second is
// refused, whatever the order.
func TestTwoLeaveAtOnce(t *testing.T) {
	for _, of := range offices {
		t.Run(of.name, func(t *testing.T) {
			for range 5 {
				w := newHeldWorld(t, of)
				zoe := w.toZoe()
				makers := []domain.Actor{w.maker(), w.maker()}
				if of.name == "console admin" { // each takes the other's
					makers = []domain.Actor{actor(w.zoe), w.admin}
				}
				errs := make([]error, 2)
				var wg sync.WaitGroup
				for i, g := range []domain.Grant{w.victim, zoe} {
					wg.Go(func() {
						_, errs[i] = w.svc.Propose(context.Background(), makers[i], domain.ChangeSet{Title: fmt.Sprint("leaves ", i), Reason: "r", Changes: []domain.Change{domain.End(g)}})
					})
				}
				wg.Wait()
				refused := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
				if len(refused) != 1 || w.holders() != of.need {
					t.Fatalf("refused %v, and %d hold it; want one and %d", refused, w.holders(), of.need)
				}
				var e *domain.Error
				if !errors.As(refused[0], &e) || e.Rule != of.rule && (of.name != "console admin" || e.Code != domain.Forbidden) {
					t.Errorf("the second was told %v", refused[0])
				}
			}
		})
	}
}

// The remediation of a campaign that decided to revoke an office while
// another held it too fails where nobody else does any more.
func TestRemediationDoesNotTakeTheLastHolder(t *testing.T) {
	ctx := context.Background()
	for _, of := range offices {
		t.Run(of.name, func(t *testing.T) {
			w := newHeldWorld(t, of)
			zoe := w.toZoe()
			c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "Offices", Due: storetest.Start.AddDate(0, 1, 0),
				Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{w.on.Kind}, Principals: []domain.ID{w.victim.Holder.ID}},
					Stages: []review.Stage{{Reviewers: []string{"tom@acme.example"}}}}})
			w.must(err)
			_, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
			w.must(err)
			c, err = w.svc.Launch(ctx, w.checker(), c.ID)
			w.must(err)
			w.answer(w.tom, c, w.victim.ID, review.Revoke, 0)
			w.keepRest(w.tom, c)
			_, err = w.svc.SignOff(ctx, w.tom, c.ID, c.Name)
			w.must(err)
			_, err = w.svc.Countersign(ctx, w.checker(), c.ID, tomID, "")
			w.must(err)
			w.must(w.try(domain.End(zoe)))
			rem, err := w.svc.Remediate(ctx, w.admin, c.ID)
			w.must(err)
			if o := w.item(c, w.victim.ID).Outcome; rem.Failed == 0 || o.Result != review.Failed || o.Reason != of.rule {
				t.Errorf("remediation did %+v, the item is %+v; want it failed by %q", rem, o, of.rule)
			}
			if w.holders() != of.need {
				t.Errorf("%d hold it, want %d", w.holders(), of.need)
			}
		})
	}
}
