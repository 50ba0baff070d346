package review_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// need proposes and gives the approval that the change set asks.
func (w *world) propose(who domain.Actor, changes ...domain.Change) (review.Proposal, error) {
	return w.svc.Propose(context.Background(), who, domain.ChangeSet{Title: "attack", Reason: "to see", Changes: changes})
}

func (w *world) record(k domain.Kind, id domain.ID) domain.Record {
	w.t.Helper()
	row, ok := w.org().Get(k, id)
	if !ok {
		w.t.Fatalf("there is no %s %s", k, id)
	}
	return row.Record
}

func (w *world) level(p domain.ID, t domain.Target) domain.Level {
	return w.org().Level(p, t, "", w.now())
}

// Whoever approves a change set approves what it does then: a yes given before
// it came to do more is asked again.
func TestAYesIsForWhatItWasGivenFor(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	const una, fay domain.ID = "usr_una", "usr_fay"
	team := domain.Group{ID: "grp_team", Name: "Team"}
	in := func(id, who domain.ID) domain.Grant {
		return domain.Grant{ID: id, Holder: principalHolder(who), Target: inGroup(team.ID), Level: domain.Member}
	}
	hr := domain.Agent{ID: "agt_hr", Name: "HR Agent", Description: "x", AccessType: domain.GroupRestricted,
		Classification: domain.ClassInternal, Owner: una}
	w.seed(domain.Principal{ID: una, Kind: domain.User, Name: "Una", Email: "una@acme.example", Status: domain.Active},
		domain.Principal{ID: fay, Kind: domain.User, Name: "Fay", Email: "fay@acme.example", Manager: una, Status: domain.Active},
		team, hr, in("gnt_seed", una),
		domain.Grant{ID: "gnt_t1", Holder: groupHolder(team.ID), Target: onAgent(salesID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_una_hr", Holder: principalHolder(una), Target: onAgent(hr.ID), Level: domain.ViewUse})
	w.seed(domain.Principal{ID: "usr_gil", Kind: domain.User, Name: "Gil", Email: "gil@acme.example", Manager: tomID, Status: domain.Active})

	p, err := w.propose(w.admin, domain.Begin(in("gnt_g", "usr_gil")), domain.Begin(in("gnt_f", fay)))
	w.must(err)
	if len(p.Waiting) != 2 {
		t.Fatalf("waits for %v, want Tom and Una", p.Waiting)
	}
	p, err = w.svc.Approve(ctx, w.tom, p.ID, "sales is fine")
	w.must(err)
	// Nobody in the team gains anything now: Una has it already.
	q, err := w.propose(w.admin, domain.Begin(domain.Grant{ID: "gnt_t2", Holder: groupHolder(team.ID), Target: onAgent(hr.ID), Level: domain.ViewUse}))
	w.must(err)
	if q.State != domain.Applied {
		t.Fatalf("giving the team what its only member has is %s", q.State)
	}
	p, err = w.svc.Approve(ctx, actor(una), p.ID, "fine")
	w.must(err)
	if got := w.level("usr_gil", onAgent(hr.ID)); got != domain.None {
		t.Errorf("Gil has %v on the HR Agent, which Gil's manager never approved (change set %s, waiting for %v)", got, p.State, p.Waiting)
	}
	p, err = w.svc.Approve(ctx, w.tom, p.ID, "and HR too")
	w.must(err)
	if p.State != domain.Applied {
		t.Errorf("approved again by Tom it is %s, waiting for %v", p.State, p.Waiting)
	}
}

// The manager that an import brings cannot be chosen by whoever imports.
func TestAnImportDoesNotChooseItsApprover(t *testing.T) {
	w := newWorld(t)
	before := w.record(domain.KindPrincipal, danaID).(domain.Principal)
	after := before
	after.Manager = eveID
	p, err := w.svc.Propose(context.Background(), w.admin, domain.ChangeSet{Title: "Import", Reason: "mine",
		Source: domain.SourceFile{Source: "mine", Name: "one.csv", SHA256: "aa", Rows: 1}, Changes: []domain.Change{domain.Replace(before, after)}})
	w.must(err)
	if p.State != domain.Proposed {
		t.Errorf("a file of one line made Eve the manager of Dana, who was given here: %s", p.State)
	}
}

// Two checkers at once: exactly one wins, the other is told.
func TestSixApprovalsAtOnce(t *testing.T) {
	w := newWorld(t)
	p, err := w.propose(w.admin, domain.Begin(domain.Grant{ID: "gnt_x", Holder: principalHolder(eveID), Target: areaNode("deployments"), Level: domain.Edit}))
	w.must(err)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = w.svc.Approve(context.Background(), []domain.Actor{w.cleo, w.carl}[i%2], p.ID, "yes")
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		var e *domain.Error
		switch {
		case err == nil:
			won++
		case !errors.As(err, &e) || e.Rule != "already-ended":
			t.Errorf("the other was told %v", err)
		}
	}
	if won != 1 || len(w.refusals()) != len(errs)-1 {
		t.Errorf("%d won, refusals on record %v", won, w.refusals())
	}
}

// Side doors to access that takes an approval; each waits, and nobody gains.
func TestMoreSideDoors(t *testing.T) {
	vault := domain.Agent{ID: "agt_vault", Name: "Vault", Description: "x", AccessType: domain.GroupRestricted,
		Classification: domain.ClassRestricted, Owner: tomID}
	old := domain.Group{ID: "grp_old", Name: "Old crew", Life: domain.Archived}
	gone := domain.Principal{ID: "usr_gone", Kind: domain.User, Name: "Gone", Email: "gone@acme.example", Status: domain.Inactive}
	key := domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Key", Owner: eveID, Status: domain.Active}
	begin := func(g domain.Grant) []domain.Change { return []domain.Change{domain.Begin(g)} }
	vaultGrant := func(id domain.ID, h domain.Holder) domain.Grant {
		return domain.Grant{ID: id, Holder: h, Target: onAgent(vault.ID), Level: domain.ViewUse}
	}
	replaceAgent := func(w *world, f func(*domain.Agent)) []domain.Change {
		a := w.record(domain.KindAgent, vault.ID).(domain.Agent)
		b := a
		f(&b)
		return []domain.Change{domain.Replace(a, b)}
	}
	for _, c := range []struct {
		what string
		need domain.ApprovalClass
		door func(*world) []domain.Change
	}{
		{"an archived group of Dana's comes back", domain.ExecutiveApproval, func(w *world) []domain.Change {
			b := old
			b.Life = domain.Live
			return []domain.Change{domain.Replace(old, b)}
		}},
		{"the crew goes below a group that has it", domain.ExecutiveApproval, func(w *world) []domain.Change {
			a := w.record(domain.KindGroup, crewID).(domain.Group)
			b := a
			b.Parent = "grp_top"
			return []domain.Change{domain.Replace(a, b)}
		}},
		{"a person who holds it is active again", domain.ExecutiveApproval, func(w *world) []domain.Change {
			b := gone
			b.Status = domain.Active
			return []domain.Change{domain.Replace(gone, b)}
		}},
		{"declassify and give in one change set", domain.ExecutiveApproval, func(w *world) []domain.Change {
			return append(replaceAgent(w, func(a *domain.Agent) { a.Classification = domain.ClassPublic }),
				begin(vaultGrant("gnt_x", principalHolder(danaID)))...)
		}},
		{"declassify alone", domain.CheckerApproval, func(w *world) []domain.Change {
			return replaceAgent(w, func(a *domain.Agent) { a.Classification = domain.ClassPublic })
		}},
		{"the creator becomes Eve", domain.ExecutiveApproval, func(w *world) []domain.Change {
			return replaceAgent(w, func(a *domain.Agent) { a.Creator = eveID })
		}},
		{"a key of Eve's", domain.ExecutiveApproval, func(w *world) []domain.Change { return begin(vaultGrant("gnt_x", principalHolder(key.ID))) }},
		{"a window in ten years", domain.ExecutiveApproval, func(w *world) []domain.Change {
			g := vaultGrant("gnt_x", principalHolder(eveID))
			g.Window.From = "2036-01-01"
			return begin(g)
		}},
		{"a window that is over is opened", domain.ExecutiveApproval, func(w *world) []domain.Change {
			g := w.grant("gnt_over")
			b := g
			b.Window = domain.Window{}
			return []domain.Change{domain.Replace(g, b)}
		}},
		{"agent role Admin", domain.ExecutiveApproval, func(w *world) []domain.Change {
			g := w.grant("gnt_ar2")
			b := g
			b.Level = domain.Level(domain.AgentAdmin)
			return []domain.Change{domain.Replace(g, b)}
		}},
		{"a new agent, opened to everyone", domain.CheckerApproval, func(w *world) []domain.Change {
			return []domain.Change{domain.Begin(domain.Agent{ID: "agt_n", Name: "New", AccessType: domain.Organization})}
		}},
		{"the policy lets Restricted pass with an admin, who is not who could say so", domain.ExecutiveApproval, func(w *world) []domain.Change {
			p := domain.ShippedPolicy()
			p.ByClass[domain.ClassRestricted] = domain.AdminApproval
			text, err := p.Text()
			if err != nil {
				w.t.Fatal(err)
			}
			return []domain.Change{domain.Begin(domain.Setting{ID: domain.SettingPolicy, Value: text})}
		}},
		{"a mixture: most of it lowers", domain.ExecutiveApproval, func(w *world) []domain.Change {
			return []domain.Change{domain.End(w.grant("gnt_m1")), domain.End(w.grant("gnt_dana")), domain.Begin(vaultGrant("gnt_x", principalHolder(danaID)))}
		}},
		{"out of the group and into it again by another record", domain.ExecutiveApproval, func(w *world) []domain.Change {
			return []domain.Change{domain.End(w.grant("gnt_m2")), domain.Begin(domain.Grant{ID: "gnt_x", Holder: principalHolder(eveID),
				Target: inGroup("grp_top"), Level: domain.Member})}
		}},
		{"a binding", domain.CheckerApproval, func(w *world) []domain.Change {
			a := w.record(domain.KindBinding, "uid:1002")
			return []domain.Change{domain.Replace(a, domain.Binding{ID: "uid:1002", Principal: eveID})}
		}},
		{"the manager by hand", domain.CheckerApproval, func(w *world) []domain.Change {
			a := w.record(domain.KindPrincipal, danaID).(domain.Principal)
			b := a
			b.Manager = eveID
			return []domain.Change{domain.Replace(a, b)}
		}},
		{"the owner of a key", domain.CheckerApproval, func(w *world) []domain.Change {
			b := key
			b.Owner = danaID
			return []domain.Change{domain.Replace(key, b)}
		}},
		{"no longer sensitive", domain.CheckerApproval, func(w *world) []domain.Change {
			a := w.record(domain.KindArea, "deployments").(domain.Area)
			b := a
			b.Sensitive = false
			return []domain.Change{domain.Replace(a, b)}
		}},
		{"the limit that hides a sensitive area goes", domain.CheckerApproval, func(w *world) []domain.Change {
			return []domain.Change{domain.End(w.grant("gnt_none"))}
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			over := vaultGrant("gnt_over", principalHolder(eveID))
			over.Window.To = "2020-01-01"
			w.seed(vault, old, gone, key, over, domain.Group{ID: "grp_top", Name: "Top"},
				domain.Grant{ID: "gnt_top_m", Holder: principalHolder(tomID), Target: inGroup("grp_top"), Level: domain.Member},
				domain.Grant{ID: "gnt_old_m", Holder: principalHolder(danaID), Target: inGroup(old.ID), Level: domain.Member},
				vaultGrant("gnt_old", groupHolder(old.ID)), vaultGrant("gnt_top", groupHolder("grp_top")), vaultGrant("gnt_gone", principalHolder(gone.ID)),
				domain.Grant{ID: "gnt_crew_dep", Holder: principalHolder(extID), Target: areaNode("deployments"), Level: domain.Edit},
				domain.Grant{ID: "gnt_none", Holder: principalHolder(extID), Target: areaNode("deployments/environments"), Level: domain.None})
			v, err := w.svc.Preview(context.Background(), w.admin, domain.ChangeSet{Changes: c.door(w)})
			w.must(err)
			if v.Refused != nil || v.Need != c.need {
				t.Errorf("needs %s (refused %v), want %s; because %v", v.Need, v.Refused, c.need, v.Why)
			}
			p, err := w.propose(w.admin, c.door(w)...)
			w.must(err)
			if p.State != domain.Proposed {
				t.Errorf("it is %s", p.State)
			}
		})
	}
}

// A change set that says it remedies a campaign is judged like any other.
func TestACampaignCannotBeClaimed(t *testing.T) {
	w := newWorld(t)
	_, err := w.svc.Propose(context.Background(), w.eve, domain.ChangeSet{Title: "x", Reason: "x", Campaign: "cmp_none",
		Changes: []domain.Change{domain.End(w.grant("gnt_dana"))}})
	w.wantRule(err, domain.RuleMakerScope)
	p, err := w.svc.Propose(context.Background(), w.admin, domain.ChangeSet{Title: "x", Reason: "x", Campaign: "cmp_none", Maker: eveID, State: domain.Applied,
		Changes: []domain.Change{domain.Begin(domain.Grant{ID: "gnt_x", Holder: principalHolder(eveID), Target: areaNode("deployments"), Level: domain.Edit})}})
	w.must(err)
	if p.State != domain.Proposed {
		t.Errorf("it is %s", p.State)
	}
	_, err = w.svc.Approve(context.Background(), w.admin, p.ID, "mine")
	w.wantRule(err, domain.RuleMakerIsChecker)
}

// Whoever is not an active user with the duty, or gains, approves nothing.
func TestWhoMayNotApprove(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	duty := func(id, who domain.ID, win domain.Window) domain.Grant {
		return domain.Grant{ID: id, Holder: principalHolder(who), Target: domain.Target{Kind: domain.TargetDuty, ID: "checker"}, Level: domain.Held, Window: win}
	}
	w.seed(domain.Principal{ID: "key_1", Kind: domain.APIKey, Name: "Key", Owner: w.cleo.Principal, Status: domain.Active},
		domain.Principal{ID: "usr_off", Kind: domain.User, Name: "Off", Email: "off@acme.example", Status: domain.Inactive},
		duty("gnt_c1", "usr_off", domain.Window{}), duty("gnt_c2", danaID, domain.Window{To: "2020-01-01"}))
	p, err := w.propose(w.admin, domain.Begin(domain.Grant{ID: "gnt_x", Holder: principalHolder("key_1"), Target: areaNode("deployments"), Level: domain.Edit}))
	w.must(err)
	for _, c := range []struct {
		who  domain.Actor
		rule string
	}{
		{domain.Actor{}, "actor-missing"}, {actor("usr_none"), "actor-unknown"}, {actor("key_1"), "actor-unknown"}, {actor("usr_off"), "actor-inactive"},
		{w.dana, domain.RuleDutyMissing}, {w.cleo, domain.RuleCheckerGains}, {w.admin, domain.RuleMakerIsChecker},
		{domain.Actor{Principal: w.carl.Principal, Saw: domain.Sight{Size: 9999, Root: "x"}}, "sight"},
		{domain.Actor{Principal: w.carl.Principal, Saw: domain.Sight{Size: 1, Root: "AAAA"}}, "other-history"},
	} {
		_, err := w.svc.Approve(ctx, c.who, p.ID, "yes")
		w.wantRule(err, c.rule)
	}
	_, err = w.svc.Approve(ctx, w.carl, p.ID, "yes")
	w.must(err)
}
