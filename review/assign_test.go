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

// fakeRules reads rules of the form "title TITLE" and "all"; "not dana" takes
// agents and fails for Dana.
type fakeRules struct{}

type fakeRule string

func (fakeRules) Read(r domain.Rule) (review.Taker, error) {
	if r.Text != "all" && r.Text != "not dana" && !strings.HasPrefix(r.Text, "title ") {
		return nil, domain.Errorf(domain.Invalid, "%q is no rule", r.Text).Hinted("write all").ByRule("assign-syntax")
	}
	return fakeRule(r.Text), nil
}

func (r fakeRule) Notes() []string { return nil }

func (r fakeRule) Takes(_ *domain.Org, p domain.Principal) (bool, error) {
	if r == "not dana" && p.ID == danaID {
		return false, domain.Errorf(domain.Invalid, "the rule has no answer").Hinted("mend it").ByRule("assign-fails")
	}
	if r == "not dana" {
		return p.Title == "Agent", nil
	}
	title, ok := strings.CutPrefix(string(r), "title ")
	return !ok || p.Title == title, nil
}

const ruledID domain.ID = "grp_ruled"

func ruled(text string, on bool) domain.Group {
	g := domain.Group{ID: ruledID, Name: "Ruled"}
	if text != "" {
		g.Rule = domain.Rule{Kind: domain.Expression, Text: text, On: on}
	}
	return g
}

func byRule(id, who domain.ID) domain.Grant {
	return domain.Grant{ID: id, Holder: principalHolder(who), Target: inGroup(ruledID), Level: domain.Member, Origin: domain.Origin{Source: domain.OriginRule}}
}

func ruledWorld(t *testing.T, recs ...domain.Record) *world {
	w := newWorld(t)
	w.svc = w.svc.WithRules(fakeRules{})
	w.seed(recs...)
	return w
}

// rows says a plan's rows as "usr_dana joins".
func rowsOf(p review.AssignPlan) []string {
	var out []string
	for _, r := range p.Rows {
		out = append(out, fmt.Sprintf("%s %s", r.Principal, r.Standing))
	}
	slices.Sort(out)
	return out
}

func (w *world) preview(in review.AssignInput) review.AssignPreview {
	w.t.Helper()
	got, err := w.svc.PreviewAssign(context.Background(), w.admin, in)
	w.must(err)
	if len(got) != 1 {
		w.t.Fatalf("%d groups are run, not 1", len(got))
	}
	return got[0]
}

func (w *world) assign(in review.AssignInput) review.AssignDone {
	w.t.Helper()
	got, err := w.svc.Assign(context.Background(), w.admin, in)
	w.must(err)
	if len(got) != 1 {
		w.t.Fatalf("%d groups were run, not 1", len(got))
	}
	return got[0]
}

// Who a run concerns, for every way of being a member and every status: only
// what a rule gave is taken, what was given by hand stays and is said, and
// nobody inactive joins.
func TestAssignPlan(t *testing.T) {
	person := func(status domain.Status, title string) domain.Principal {
		return domain.Principal{ID: "usr_p", Kind: domain.User, Name: "Pia", Email: "pia@acme.example", Title: title, Status: status}
	}
	member := func(o domain.Origin, w domain.Window) domain.Grant {
		return domain.Grant{ID: "gnt_p", Holder: principalHolder("usr_p"), Target: inGroup(ruledID), Level: domain.Member, Origin: o, Window: w}
	}
	rule, hr, hand := domain.Origin{Source: domain.OriginRule}, domain.Origin{Source: "hr"}, domain.Origin{}
	over := domain.Window{To: "2020-01-01"}
	for _, c := range []struct {
		name    string
		group   domain.Group
		person  domain.Principal
		grants  []domain.Record
		want    string // standing of Pia; "" for none
		members int
	}{
		{"taken, no member", ruled("title Lead", true), person(domain.Active, "Lead"), nil, "joins", 0},
		{"taken, invited", ruled("title Lead", true), person(domain.Invited, "Lead"), nil, "joins", 0},
		{"taken, inactive", ruled("title Lead", true), person(domain.Inactive, "Lead"), nil, "", 0},
		{"taken, lapsed", ruled("title Lead", true), person(domain.Lapsed, "Lead"), nil, "", 0},
		{"taken, by the rule already", ruled("title Lead", true), person(domain.Active, "Lead"), []domain.Record{member(rule, domain.Window{})}, "", 1},
		{"taken, by hand already", ruled("title Lead", true), person(domain.Active, "Lead"), []domain.Record{member(hand, domain.Window{})}, "", 1},
		{"taken, by hand until long ago", ruled("title Lead", true), person(domain.Active, "Lead"), []domain.Record{member(hand, over)}, "joins", 0},
		{"not taken, by the rule", ruled("title Lead", true), person(domain.Active, "Agent"), []domain.Record{member(rule, domain.Window{})}, "leaves", 0},
		{"inactive, by the rule", ruled("title Lead", true), person(domain.Inactive, "Lead"), []domain.Record{member(rule, domain.Window{})}, "leaves", 0},
		{"inactive, by hand", ruled("title Lead", true), person(domain.Inactive, "Lead"), []domain.Record{member(hand, domain.Window{})}, "", 0},
		{"not taken, by hand", ruled("title Lead", true), person(domain.Active, "Agent"), []domain.Record{member(hand, domain.Window{})}, "stays", 0},
		{"not taken, from hr", ruled("title Lead", true), person(domain.Active, "Agent"), []domain.Record{member(hr, domain.Window{})}, "stays", 0},
		{"not taken, no member", ruled("title Lead", true), person(domain.Active, "Agent"), nil, "", 0},
		{"off", ruled("title Lead", false), person(domain.Active, "Lead"), nil, "", 0},
		{"off, by the rule", ruled("title Lead", false), person(domain.Active, "Agent"), []domain.Record{member(rule, domain.Window{})}, "", 0},
		{"no rule any more", ruled("", false), person(domain.Active, "Lead"), []domain.Record{member(rule, domain.Window{})}, "leaves", 0},
		{"archived", func() domain.Group { g := ruled("title Lead", true); g.Life = domain.Archived; return g }(), person(domain.Active, "Lead"), nil, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ruledWorld(t, append([]domain.Record{c.group, c.person}, c.grants...)...)
			p := w.preview(review.AssignInput{Groups: []domain.ID{ruledID}}).Plan
			want := []string{"usr_p " + c.want}
			if c.want == "" {
				want = nil
			}
			if got := rowsOf(p); !slices.Equal(got, want) || p.Members != c.members {
				t.Errorf("rows %v and %d members, want %v and %d", got, p.Members, want, c.members)
			}
			changes := 0
			if c.want == "joins" || c.want == "leaves" {
				changes = 1
			}
			if len(p.Changes) != changes {
				t.Errorf("changes: %+v", p.Changes)
			}
			if skipped := !c.group.Rule.On && c.group.Rule.Kind != domain.NoRule || c.group.Life == domain.Archived; skipped != (p.Skipped != "") {
				t.Errorf("skipped: %q", p.Skipped)
			}
		})
	}
}

// A run is a change set like any other: what it gives is judged by what the
// group reaches, and it waits for the approval that takes. The next run does
// not propose the same again.
func TestAssignUnderThePolicy(t *testing.T) {
	ctx := context.Background()
	w := ruledWorld(t, ruled("title Agent", true),
		domain.Grant{ID: "gnt_r", Holder: groupHolder(ruledID), Target: onAgent(opsID), Level: domain.ViewUse},
		byRule("gnt_gone", "usr_ada2"), domain.Principal{ID: "usr_ada2", Kind: domain.User, Name: "Bea", Email: "bea@acme.example", Title: "Lead", Status: domain.Active})
	pre := w.preview(review.AssignInput{})
	if pre.Verdict.Need != domain.AdminApproval {
		t.Errorf("joining a group with a Confidential agent needs %s", pre.Verdict.Need)
	}
	if _, ok := w.org().Get(domain.KindGrant, "gnt_gone"); !ok {
		t.Fatal("a preview wrote")
	}
	done := w.assign(review.AssignInput{})
	if len(done.Sets) != 2 || done.Sets[0].State != domain.Applied || done.Sets[1].State != domain.Proposed {
		t.Fatalf("leaving goes at once and joining waits; it was %+v", done.Sets)
	}
	if _, ok := w.org().Get(domain.KindGrant, "gnt_gone"); ok {
		t.Error("who leaves is a member still")
	}
	cs := w.changeSet(done.Sets[1].ID)
	if cs.Title != "Auto-assignment of Ruled: 4 join" || cs.Reason != "by the group's rule: title Agent" || cs.Maker != w.admin.Principal {
		t.Errorf("change set %q, %q, %q", cs.Title, cs.Reason, cs.Maker)
	}
	again := w.assign(review.AssignInput{})
	if len(again.Sets) != 0 || again.Plan.Count(review.Waiting) != 4 {
		t.Errorf("run again while it waits: %+v, %v", again.Sets, rowsOf(again.Plan))
	}
	_, err := w.svc.Approve(ctx, w.tom, cs.ID, "")
	w.wantRule(err, domain.RuleCheckerGains)
	w.seed(domain.Grant{ID: "gnt_adm2", Holder: w.cleoHolder(), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	p, err := w.svc.Approve(ctx, w.cleo, cs.ID, "fine")
	w.must(err)
	if p.State != domain.Applied || w.level(danaID, inGroup(ruledID)) != domain.Member {
		t.Errorf("approved: %+v", p.State)
	}
	for _, g := range w.org().GrantsOn(inGroup(ruledID)) {
		if !g.Origin.ByRule() || g.Origin.Outside() {
			t.Errorf("%s says it is from %q", g.ID, g.Origin.Source)
		}
	}
	if third := w.assign(review.AssignInput{}); len(third.Plan.Rows) != 0 || third.Plan.Members != 4 {
		t.Errorf("run once more: %v, %d members", rowsOf(third.Plan), third.Plan.Members)
	}
}

func (w *world) cleoHolder() domain.Holder { return principalHolder(w.cleo.Principal) }

// Where nobody gains anything a run applies whole, at once.
func TestAssignOfAnEmptyGroupAppliesAtOnce(t *testing.T) {
	w := ruledWorld(t, ruled("title Agent", true), byRule("gnt_x", "usr_p"),
		domain.Principal{ID: "usr_p", Kind: domain.User, Name: "Pia", Email: "pia@acme.example", Title: "Lead", Status: domain.Active})
	done := w.assign(review.AssignInput{Reason: "nightly"})
	if len(done.Sets) != 1 || done.Sets[0].State != domain.Applied {
		t.Fatalf("%+v", done.Sets)
	}
	if cs := w.changeSet(done.Sets[0].ID); cs.Reason != "nightly" || !strings.HasSuffix(cs.Title, "4 join, 1 leave") {
		t.Errorf("%q, %q", cs.Title, cs.Reason)
	}
}

// A rule set without its run is judged by whom it would take in: it cannot be
// approved by someone who gains, and asks for what the joining asks for.
func TestSettingARuleIsJudgedByWhoWouldGain(t *testing.T) {
	ctx := context.Background()
	w := ruledWorld(t, ruled("title Nobody", true),
		domain.Grant{ID: "gnt_r", Holder: groupHolder(ruledID), Target: onAgent(opsID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_tomadm", Holder: principalHolder(tomID), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	p, err := w.propose(w.admin, domain.Replace(ruled("title Nobody", true), ruled("title Agent", true)))
	w.must(err)
	if p.State != domain.Proposed || p.Verdict.Need != domain.AdminApproval {
		t.Errorf("widening a rule over a Confidential agent is %s and needs %s", p.State, p.Verdict.Need)
	}
	if !slices.ContainsFunc(p.Verdict.Why, func(r domain.Reason) bool {
		return r.Code == review.WhyRule && strings.Contains(r.Text, `4 people would join the group "Ruled"`)
	}) {
		t.Errorf("why: %v", p.Verdict.Why)
	}
	_, err = w.svc.Approve(ctx, w.tom, p.ID, "")
	w.wantRule(err, domain.RuleCheckerGains)
	_, err = w.svc.Approve(ctx, w.cleo, p.ID, "")
	w.wantRule(err, domain.RuleDutyMissing)

	narrow, err := w.propose(w.admin, domain.Replace(ruled("title Nobody", true), ruled("title Agent", false)))
	w.must(err)
	if narrow.Verdict.Need != domain.CheckerApproval {
		t.Errorf("a rule that is off needs %s", narrow.Verdict.Need)
	}
}

// No path stores a rule that cannot be read.
func TestNoPathStoresAnUnreadableRule(t *testing.T) {
	ctx := context.Background()
	w := ruledWorld(t, ruled("all", true))
	bad := domain.Replace(ruled("all", true), ruled("email.ends_with", true))
	fresh := ruled("nonsense", false)
	fresh.ID, fresh.Name = "grp_new", "New"
	for name, change := range map[string]domain.Change{"changed": bad, "new, and off": domain.Begin(fresh)} {
		_, err := w.propose(w.admin, change)
		w.wantRule(err, "assign-syntax")
		if !strings.Contains(err.Error(), `the rule of the group "`) {
			t.Errorf("%s: %v", name, err)
		}
		v, err := w.svc.Preview(ctx, w.admin, domain.ChangeSet{Title: "x", Reason: "y", Changes: []domain.Change{change}})
		if err != nil || v.Refused == nil || v.Refused.Rule != "assign-syntax" {
			t.Errorf("%s, previewed: %v, %v", name, v.Refused, err)
		}
		_, err = w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "import", Reason: "file", Source: domain.SourceFile{Source: "hr", Name: "a", SHA256: "b", Rows: 1},
			Changes: []domain.Change{change}})
		w.wantRule(err, "assign-syntax")
	}
	plain := review.New(w.s) // nobody wired a reader
	_, err := plain.Propose(ctx, w.admin, domain.ChangeSet{Title: "x", Reason: "y", Changes: []domain.Change{domain.Replace(ruled("all", true), ruled("title A", true))}})
	if err == nil || domain.CodeOf(err) != domain.Internal {
		t.Errorf("without a reader of rules: %v", err)
	}
}

// Whom a campaign took out is not let back in by the next run, but on
// purpose; a later campaign that keeps them settles it.
func TestAssignKeepsOutWhomACampaignTookOut(t *testing.T) {
	ctx := context.Background()
	w := ruledWorld(t, ruled("title Agent", true), byRule("gnt_rd", danaID), byRule("gnt_re", eveID), byRule("gnt_rt", tomID), byRule("gnt_rx", extID))
	c := w.campaign(domain.TargetGroup)
	w.answer(w.tom, c, "gnt_rd", review.Revoke, 0)
	w.keepRest(w.tom, c)
	w.keepRest(w.admin, c)
	for _, who := range []domain.Actor{w.tom, w.admin} {
		if len(w.items(review.ItemQuery{Campaign: c.ID, Reviewer: who.Principal})) == 0 {
			continue
		}
		_, err := w.svc.SignOff(ctx, who, c.ID, "Q1")
		w.must(err)
	}
	_, err := w.svc.Countersign(ctx, w.cleo, c.ID, tomID, "checked")
	w.must(err)
	_, err = w.svc.Remediate(ctx, w.admin, c.ID)
	w.must(err)
	if _, ok := w.org().Get(domain.KindGrant, "gnt_rd"); ok {
		t.Fatal("what a rule gave is taken here, not in another system")
	}
	if r := w.results(c); r[review.Outside] != 0 {
		t.Errorf("a work list for another system: %v", r)
	}
	done := w.assign(review.AssignInput{})
	if got := rowsOf(done.Plan); !slices.Equal(got, []string{"usr_dana barred"}) || len(done.Sets) != 0 {
		t.Fatalf("the next run: %v, %+v", got, done.Sets)
	}
	if why := done.Plan.Rows[0].Why; !strings.Contains(why, "the campaign Q1 took the membership away (item ") {
		t.Errorf("the reason reads %q", why)
	}
	on := w.assign(review.AssignInput{LetIn: []domain.ID{danaID}})
	if got := rowsOf(on.Plan); !slices.Equal(got, []string{"usr_dana joins"}) || !strings.HasPrefix(on.Plan.Rows[0].Why, "let in on purpose") {
		t.Errorf("let in on purpose: %v", on.Plan.Rows)
	}
	if w.level(danaID, inGroup(ruledID)) != domain.Member {
		t.Error("Dana is no member again")
	}
}

// A rule without an answer for somebody says so in the log, once; nobody is
// moved by it.
func TestAssignFailuresAreLogged(t *testing.T) {
	w := ruledWorld(t, ruled("not dana", true), byRule("gnt_rd", danaID))
	logged := func() (out []domain.Event) {
		storetest.View(t, w.s, func(tx review.Tx) (err error) {
			out, err = tx.Events(review.EventQuery{Types: []domain.EventType{review.EvAssigned}})
			return err
		})
		return out
	}
	first := w.assign(review.AssignInput{})
	if first.Plan.Count(review.Fails) != 1 || first.Plan.Count(review.Leaves) != 0 || first.Plan.Count(review.Joins) == 0 {
		t.Fatalf("%v", rowsOf(first.Plan))
	}
	for range 3 {
		w.assign(review.AssignInput{})
	}
	es := logged()
	if len(es) != 2 { // the first that also took people in, and one that has only the failure
		t.Fatalf("%d events say it", len(es))
	}
	if es[0].Reason != "the rule has no answer" || es[0].Decision != "1 fails" || es[0].Subject != string(ruledID) {
		t.Errorf("%+v", es[0])
	}
	if words := review.EventWords(w.org(), es[0]); words != `ran the rule of the group "Ruled": 1 fails (the rule has no answer)` {
		t.Errorf("in words: %s", words)
	}
}

// Another rule is tried without being set, with what it would take.
func TestPreviewOfAnotherRule(t *testing.T) {
	w := ruledWorld(t, ruled("title Agent", true))
	p := w.preview(review.AssignInput{Groups: []domain.ID{crewID}, Rule: &domain.Rule{Kind: domain.Expression, Text: "all", On: true}})
	if p.Plan.Count(review.Joins) != 5 || p.Plan.Members != 2 || len(p.Set.Changes) != 6 || p.Verdict.Need != domain.CheckerApproval {
		t.Errorf("%v, %d members, %d changes, needs %s", rowsOf(p.Plan), p.Plan.Members, len(p.Set.Changes), p.Verdict.Need)
	}
	_, err := w.svc.PreviewAssign(context.Background(), w.admin, review.AssignInput{Groups: []domain.ID{crewID}, Rule: &domain.Rule{Kind: domain.Expression, Text: "x", On: true}})
	if err == nil || domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a rule that cannot be read: %v", err)
	}
	_, err = w.svc.PreviewAssign(context.Background(), w.admin, review.AssignInput{Groups: []domain.ID{"grp_no"}})
	if domain.CodeOf(err) != domain.NotFound {
		t.Errorf("a group that is not there: %v", err)
	}
}

// Running a rule is proposing: who may not propose memberships is refused, on
// record.
func TestAssignNeedsAMaker(t *testing.T) {
	w := ruledWorld(t, ruled("title Agent", true))
	_, err := w.svc.Assign(context.Background(), w.dana, review.AssignInput{})
	w.wantRule(err, domain.RuleMakerScope)
	w = ruledWorld(t, ruled("title Nobody", true))
	_, err = w.svc.Assign(context.Background(), actor(extID), review.AssignInput{}) // nothing would change
	w.wantRule(err, domain.RuleMakerDuty)
}
