package review_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// scoped drafts and stages a campaign of a scope and gives its items, as the
// ids of their holdings, and its tie-out.
func (w *world) scoped(name string, s review.Scope) ([]string, review.TieOut) {
	w.t.Helper()
	ctx := context.Background()
	c, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: name, Due: w.now().AddDate(0, 1, 0),
		Definition: review.Definition{Scope: s, Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	w.must(err)
	c, err = w.svc.Stage(ctx, w.admin, c.ID, nil)
	if domain.CodeOf(err) == domain.Conflict {
		return nil, review.TieOut{}
	}
	w.must(err)
	if d := c.TieOut.Difference(); d != 0 {
		w.t.Errorf("%s: the difference is %d", name, d)
	}
	var out []string
	for _, it := range w.items(review.ItemQuery{Campaign: c.ID, Limit: 100}) {
		out = append(out, string(it.Holding.ID))
	}
	slices.Sort(out)
	return out, c.TieOut
}

// TestScopeUnused: of the grants on agents, with usage as imported: used ten
// days ago, used a hundred days ago, never seen used and imported, never seen
// used and given here yesterday; and nothing at all known of areas.
func TestScopeUnused(t *testing.T) {
	w := newWorld(t)
	agents := review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent, domain.TargetArea}}
	agents.Unused = 90
	got, tie := w.scoped("nothing imported", agents)
	if len(got) > 0 {
		t.Errorf("with no usage imported %v are unused", got)
	}
	use := func(p, a domain.ID, on domain.Date) domain.Record {
		return domain.Usage{Principal: p, Target: onAgent(a), LastUsed: on, Count: 1}
	}
	w.clock.Set(day(6, 15))
	w.seed(use(danaID, salesID, "2027-06-05"), use(danaID, opsID, "2027-03-07"))
	w.seed(domain.Grant{ID: "gnt_fresh", Holder: principalHolder(eveID), Target: onAgent(salesID), Level: domain.ViewUse})
	got, tie = w.scoped("unused", agents)
	// Eve's imported grant on Ops, Tom's from a year ago on Sales; Dana's crew gives what she used.
	if want := []string{"gnt_dana_ops", "gnt_eve", "gnt_tom"}; !slices.Equal(got, want) {
		t.Errorf("unused: %v, want %v", got, want)
	}
	for why, n := range map[string]int{review.ExcludedUsed: 2, review.ExcludedTooNew: 1, review.ExcludedNoUsage: 2} {
		if tie.Excluded[why] != n {
			t.Errorf("%s: %d, want %d of %v", why, tie.Excluded[why], n, tie.Excluded)
		}
	}
	agents.Unused = 101
	if got, _ = w.scoped("longer", agents); slices.Contains(got, "gnt_dana_ops") {
		t.Error("used 100 days ago counts as unused for 101")
	}
	agents.Unused = 100
	if got, _ = w.scoped("exactly", agents); !slices.Contains(got, "gnt_dana_ops") {
		t.Error("used 100 days ago does not count as unused for 100")
	}
}

// TestScopeExclusions: what is left out stands in the tie-out with its reason,
// must be there, and takes a reason; roles narrow to their holders.
func TestScopeExclusions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	all, _ := w.scoped("all", review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}})
	got, tie := w.scoped("without", review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, Exclude: []review.Exclusion{
		{Holder: "Tom Vale", Reason: "the board reviews him"}, {Holder: danaID, Target: "Ops Agent", Reason: "on call"}}})
	if want := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return id == "gnt_tom" || id == "gnt_dana_ops" }); !slices.Equal(got, want) {
		t.Errorf("items %v, want %v", got, want)
	}
	if tie.Excluded["left out: the board reviews him"] != 1 || tie.Excluded["left out: on call"] != 1 {
		t.Errorf("excluded %v", tie.Excluded)
	}
	for i, x := range []review.Exclusion{{Holder: danaID}, {Holder: danaID, Reason: "  "}, {Reason: "why"}, {Holder: "Nobody", Reason: "why"}} {
		_, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: fmt.Sprintf("bad %d", i), Due: w.now().AddDate(0, 1, 0),
			Definition: review.Definition{Scope: review.Scope{Exclude: []review.Exclusion{x}}, Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
		if domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%+v: %v", x, err)
		}
	}
	w.seed(domain.Role{ID: "rol_a", Name: "A", ForUsers: true}, domain.Role{ID: "rol_b", Name: "B", ForUsers: true},
		domain.Grant{ID: "gnt_ra", Holder: principalHolder(danaID), Target: domain.Target{Kind: domain.TargetRole, ID: "rol_a"}, Level: 1},
		domain.Grant{ID: "gnt_rb", Holder: principalHolder(eveID), Target: domain.Target{Kind: domain.TargetRole, ID: "rol_b"}, Level: 1})
	if got, tie = w.scoped("roles", review.Scope{Roles: []domain.ID{"A"}}); !slices.Equal(got, []string{"gnt_ra"}) || tie.Excluded[review.ExcludedOtherRole] == 0 {
		t.Errorf("of the role: %v, %v", got, tie.Excluded)
	}
}

// TestScopeNewSince: after a campaign that was closed by all its signatures,
// only what is new, raised, or held by somebody who moved is asked again.
func TestScopeNewSince(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	agents := review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}, NewSince: true}
	first, _ := w.scoped("none before", agents)
	c := w.campaign(domain.TargetAgent)
	for _, who := range []domain.Actor{w.tom, w.admin} {
		if len(w.items(review.ItemQuery{Campaign: c.ID, Reviewer: who.Principal})) == 0 {
			continue
		}
		w.keepRest(who, c)
		_, err := w.svc.SignOff(ctx, who, c.ID, c.Name)
		w.must(err)
		_, err = w.svc.Countersign(ctx, w.cleo, c.ID, who.Principal, "")
		if err != nil && domain.CodeOf(err) != domain.Conflict {
			t.Fatal(err)
		}
	}
	if len(first) != len(w.items(review.ItemQuery{Campaign: c.ID, Limit: 100})) {
		t.Errorf("before any decision %v are new", first)
	}
	if got, _ := w.scoped("nothing changed", agents); len(got) > 0 {
		t.Errorf("nothing changed, and %v are asked again", got)
	}
	row, _ := w.org().Get(domain.KindPrincipal, eveID)
	was := row.Record.(domain.Principal)
	is := was
	is.Title = "Lead"
	raised := w.grant("gnt_tom")
	raised.Level = domain.EditAgent
	w.happen(domain.Replace(was, is), domain.Replace(w.grant("gnt_tom"), raised),
		domain.Begin(domain.Grant{ID: "gnt_new", Holder: principalHolder(extID), Target: onAgent(opsID), Level: domain.ViewUse}))
	got, tie := w.scoped("changed", agents)
	if want := []string{"gnt_eve", "gnt_new", "gnt_tom"}; !slices.Equal(got, want) {
		t.Errorf("asked again: %v, want %v", got, want)
	}
	if tie.Excluded[review.ExcludedUnchanged] == 0 {
		t.Errorf("excluded %v", tie.Excluded)
	}
}
