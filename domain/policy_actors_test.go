package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// proposal is one row of the truth table of makers: who may propose what.
type proposal struct {
	maker ID
	what  string
	rule  string // "" where they may
	make  func(*testing.T, *Org) []Change
}

func TestJudgeMakers(t *testing.T) {
	duty := user("dora")
	o := house(t, duty, gives("usr_dora", "duty:admin", Held), gives("usr_uma", "rol_analyst", Held),
		gives("grp_sales", "agt_public", ViewUse), managed("invited", "mia"))
	join := begin(gives("usr_orphan", "grp_sales", Member))
	leave := ends[Grant]("gnt_usr_ned_grp_sales_1")
	raise := begin(gives("usr_orphan", "grp_sales", Manager))
	joinTier := begin(gives("usr_orphan", "grp_tier1", Member))
	assign := begin(gives("grp_sales", "agt_open", ViewUse))
	assignEdit := begin(gives("grp_sales", "agt_open", EditAgent))
	assignFar := begin(gives("grp_sales", "agt_restricted", ViewUse))
	unassign := ends[Grant]("gnt_grp_sales_agt_public_1")
	direct := begin(gives("usr_orphan", "agt_public", ViewUse))
	area := begin(gives("usr_orphan", "area:flows", Read))
	rename := edits("grp_sales", func(g *Group) { g.Name = "Sellers" })
	person := begin(user("new"))
	for _, c := range []proposal{
		{"", "join", RuleNoActor, join},
		{"usr_nobody", "join", RuleMakerInactive, join},
		{"usr_gone", "join", RuleMakerInactive, join},
		{"key_bot", "join", RuleMakerInactive, join},

		{"usr_ana", "a direct grant", "", direct}, {"usr_ana", "an area", "", area}, {"usr_ana", "a person", "", person},
		{"usr_dora", "a direct grant", "", direct}, {"usr_dora", "an area", "", area}, {"usr_dora", "a rename", "", rename},

		{"usr_orphan", "join", RuleMakerDuty, join}, {"usr_bob", "join", RuleMakerDuty, join},
		{"usr_eve", "a direct grant", RuleMakerDuty, direct},

		// max is agent admin: groups, agents and their assignments, nothing else
		{"usr_max", "a direct grant", "", direct}, {"usr_max", "a rename", "", rename}, {"usr_max", "a Manager", "", raise},
		{"usr_max", "an area", RuleMakerScope, area}, {"usr_max", "a person", RuleMakerScope, person},
		{"usr_max", "a duty", RuleMakerScope, begin(gives("usr_orphan", "duty:admin", Held))},

		// mia is agent manager and Manager of sales
		{"usr_mia", "join", "", join}, {"usr_mia", "leave", "", leave}, {"usr_mia", "a Manager", RuleMakerScope, raise},
		{"usr_mia", "join another group", RuleMakerScope, joinTier},
		{"usr_mia", "assign within reach", "", assign}, {"usr_mia", "unassign", "", unassign},
		{"usr_mia", "assign above their own level", RuleMakerScope, assignEdit},
		{"usr_mia", "assign out of reach", RuleMakerScope, assignFar},
		{"usr_mia", "a direct grant", RuleMakerScope, direct}, {"usr_mia", "a rename", RuleMakerScope, rename},
		{"usr_mia", "join, and a rename inside", RuleMakerScope, both(join, rename)},

		// gil is Manager of tier1, and a plain user of agents
		{"usr_gil", "join", "", joinTier}, {"usr_gil", "join another group", RuleMakerScope, join},
		{"usr_gil", "assign", RuleMakerScope, begin(gives("grp_tier1", "agt_open", ViewUse))},

		// nobody changes their own role
		{"usr_ana", "their own role", RuleOwnRole, ends[Grant]("gnt_usr_ana_rol_admin_1")},
		{"usr_ana", "another's role", "", ends[Grant]("gnt_usr_uma_rol_analyst_1")},
		{"usr_dora", "a role of their own", RuleOwnRole, begin(gives("usr_dora", "rol_analyst", Held))},
		{"usr_dora", "the role they hold by default", RuleOwnRole, ends[Role]("rol_member")},
	} {
		t.Run(fmt.Sprintf("%s: %s", c.maker, c.what), func(t *testing.T) {
			v := ShippedPolicy().Judge(o, set(c.make(t, o)...), Actor{Principal: c.maker}, noon)
			var err error
			if v.Refused != nil {
				err = v.Refused
			}
			if got := ruleOf(err); got != c.rule {
				t.Fatalf("refused by %q (%v), want %q", got, err, c.rule)
			}
			if err != nil && (CodeOf(err) != Forbidden || v.AppliesNow() || v.After != nil || v.Refused.Hint == "") {
				t.Errorf("a refusal is Forbidden, says what to do and applies nothing: %+v", v)
			}
		})
	}
}

func TestJudgeKeepsTheMaker(t *testing.T) {
	o := house(t)
	cs := set(Begin(group("x", "")))
	cs.Maker = "usr_ana"
	if v := ShippedPolicy().Judge(o, cs, Actor{Principal: "usr_max"}, noon); ruleOf(v.Refused) != RuleMakerOther {
		t.Errorf("another's change set: %v", v.Refused)
	}
	if v := ShippedPolicy().Judge(o, cs, Actor{Principal: "usr_ana"}, noon); !v.AppliesNow() {
		t.Errorf("one's own: %v", v.Refused)
	}
	cs.Changes = []Change{End(group("nowhere", ""))}
	if v := ShippedPolicy().Judge(o, cs, Actor{Principal: "usr_ana"}, noon); ruleOf(v.Refused) != RuleStale || v.AppliesNow() {
		t.Errorf("what With refuses is refused: %+v", v)
	}
}

// Remediation makes decisions true: any active user may hand it in, and it
// only lowers (PRODUCT 5).
func TestJudgeRemediation(t *testing.T) {
	o := house(t, gives("usr_ned", "agt_public", EditAgent), gives("usr_uma", "duty:auditor", Held))
	for _, c := range []proposal{
		{"usr_orphan", "a grant ends", "", ends[Grant]("gnt_usr_ned_agt_public_2")},
		{"usr_orphan", "a grant is lowered", "", edits("gnt_usr_ned_agt_public_2", func(g *Grant) { g.Level = ViewUse })},
		{"usr_orphan", "a duty ends", "", ends[Grant]("gnt_usr_uma_duty:auditor_1")},
		{"usr_orphan", "an access type is lowered", "", edits("agt_open", func(a *Agent) { a.AccessType = Private })},
		{"usr_orphan", "a creator is cleared", "", edits("agt_private", func(a *Agent) { a.Creator = "" })},
		{"usr_orphan", "None is stored", "", begin(gives("usr_ned", "area:flows", None))},
		{"usr_orphan", "the last account admin", RuleLastAccountAdmin, ends[Grant]("gnt_usr_ana_account_1")},
		{"usr_orphan", "a grant begins", RuleRemediation, begin(gives("usr_uma", "agt_internal", ViewUse))},
		{"usr_orphan", "an access type is widened", RuleRemediation, edits("agt_public", func(a *Agent) { a.AccessType = Organization })},
		{"usr_orphan", "another creator", RuleRemediation, edits("agt_private", func(a *Agent) { a.Creator = "usr_ned" })},
		{"usr_orphan", "a classification beside it", RuleRemediation, edits("agt_internal", func(a *Agent) { a.Classification = ClassPublic })},
		{"usr_orphan", "a person beside it", RuleRemediation, edits("usr_uma", func(p *Principal) { p.Manager = "" })},
		{"usr_ana", "a grant begins, by an admin", RuleRemediation, begin(gives("usr_uma", "agt_internal", ViewUse))},
		{"usr_gone", "by one who left", RuleMakerInactive, ends[Grant]("gnt_usr_ned_agt_public_2")},
		{"", "by nobody", RuleNoActor, ends[Grant]("gnt_usr_ned_agt_public_2")},
	} {
		t.Run(c.what, func(t *testing.T) {
			cs := set(c.make(t, o)...)
			cs.Campaign = "cmp_1"
			v := ShippedPolicy().Judge(o, cs, Actor{Principal: c.maker}, noon)
			var err error
			if v.Refused != nil {
				err = v.Refused
			}
			if got := ruleOf(err); got != c.rule || v.AppliesNow() != (c.rule == "") {
				t.Errorf("refused by %q (%v), want %q; needs %s", got, err, c.rule, v.Need)
			}
		})
	}
}

// approval is one row of the truth table of checkers.
type approval struct {
	who     ID
	rule    string
	settles string
}

func TestMayApprove(t *testing.T) {
	keyed := key("execkey", "eve")
	o := house(t, keyed, gives("usr_uma", "duty:checker", Held), gives("usr_gone", "duty:checker", Held), managed("second", "cyd"))
	for _, c := range []struct {
		name  string
		maker ID
		make  func(*testing.T, *Org) []Change
		rows  []approval
	}{
		{"a checker's", "usr_ana", edits("agt_public", func(a *Agent) { a.Owner = "usr_uma" }), []approval{
			{"usr_bob", "", ""}, {"usr_cyd", "", ""}, {"usr_eve", "", ""}, {"usr_ana", RuleMakerIsChecker, ""},
			{"usr_mia", RuleDutyMissing, ""}, {"usr_gone", RuleCheckerInactive, ""}, {"usr_nobody", RuleCheckerInactive, ""},
			{"", RuleCheckerInactive, ""}, {"key_execkey", RuleCheckerInactive, ""},
		}},
		{"a manager's, of two", "usr_ana", begin(gives("usr_ned", "agt_internal", ViewUse), gives("usr_second", "agt_internal", ViewUse)), []approval{
			{"usr_mia", "", "usr_mia"}, {"usr_bob", "", "usr_cyd usr_mia"}, {"usr_cyd", "", "usr_cyd usr_mia"},
			{"usr_eve", "", "usr_cyd usr_mia"}, {"usr_gil", RuleDutyMissing, ""}, {"usr_ned", RuleCheckerGains, ""},
		}},
		{"an admin's approval", "usr_max", begin(gives("usr_orphan", "agt_confidential", ViewUse)), []approval{
			{"usr_ana", "", ""}, {"usr_eve", "", ""}, {"usr_bob", RuleDutyMissing, ""}, {"usr_max", RuleMakerIsChecker, ""},
		}},
		{"an executive's", "usr_ana", begin(gives("usr_orphan", "agt_restricted", ViewUse)), []approval{
			{"usr_eve", "", ""}, {"usr_bob", RuleDutyMissing, ""}, {"usr_ana", RuleMakerIsChecker, ""},
		}},
		{"the only executive gains", "usr_ana", begin(gives("usr_eve", "agt_restricted", ViewUse)), []approval{
			{"usr_eve", RuleCheckerGains, ""}, {"usr_bob", RuleDutyMissing, ""},
		}},
		{"the executive's key gains", "usr_ana", begin(gives("key_execkey", "agt_restricted", ViewUse)), []approval{
			{"usr_eve", RuleCheckerGains, ""},
		}},
		{"a duty given by the change set itself", "usr_ana", begin(gives("usr_mia", "duty:checker", Held)), []approval{
			{"usr_mia", RuleCheckerGains, ""}, {"usr_bob", "", ""},
		}},
		{"one gains by a group", "usr_ana", edits("grp_tier1", func(g *Group) { g.Parent = "grp_sales" }), []approval{
			{"usr_ana", RuleMakerIsChecker, ""}, {"usr_uma", RuleCheckerGains, ""}, {"usr_eve", "", ""},
		}},
		{"to whom it takes, one may say yes", "usr_ana", edits("agt_internal", func(a *Agent) { a.AccessType = Private; a.Classification = ClassRestricted }), []approval{
			{"usr_bob", "", ""}, {"usr_uma", "", ""}, {"usr_mia", RuleDutyMissing, ""},
		}},
	} {
		cs := set(c.make(t, o)...)
		cs.Maker = c.maker
		p := ShippedPolicy()
		v := p.Judge(o, cs, Actor{Principal: c.maker}, noon)
		if v.Refused != nil {
			t.Fatalf("%s: %v", c.name, v.Refused)
		}
		for _, r := range c.rows {
			settles, err := p.MayApprove(o, cs, v, Actor{Principal: r.who}, noon)
			words := make([]string, len(settles))
			for i, id := range settles {
				words[i] = string(id)
			}
			if ruleOf(err) != r.rule || strings.Join(words, " ") != r.settles || (err != nil && CodeOf(err) != Forbidden) {
				t.Errorf("%s (%s), by %s: %v, settles %v; want %q, settles %q", c.name, v.Need, r.who, err, words, r.rule, r.settles)
			}
		}
	}
	refused := byAna(o, set(End(group("nowhere", ""))))
	if _, err := ShippedPolicy().MayApprove(o, set(), refused, Actor{Principal: "usr_bob"}, noon); ruleOf(err) != RuleStale {
		t.Errorf("what is refused cannot be approved: %v", err)
	}
}

func byAna(o *Org, cs ChangeSet) Verdict {
	return ShippedPolicy().Judge(o, cs, Actor{Principal: "usr_ana"}, noon)
}

// An agent opened to the organisation: whoever gains only what everybody
// gains may approve, and it is marked (PRODUCT 3).
func TestSharedGain(t *testing.T) {
	o := house(t)
	open := edit(t, o, "agt_public", func(a *Agent) { a.AccessType = Organization })
	cs := set(open)
	cs.Maker = "usr_ana"
	v := byAna(o, cs)
	if v.Need != CheckerApproval || !v.SharedGain("usr_bob") || v.SharedGain("usr_uma") || v.SharedGain("usr_gone") {
		t.Fatalf("bob gains what everybody gains, uma had it, gone is not active: %v %v", v.Need, v.Effects)
	}
	if _, err := ShippedPolicy().MayApprove(o, cs, v, Actor{Principal: "usr_bob"}, noon); err != nil {
		t.Errorf("a shared gain does not keep bob from approving: %v", err)
	}
	more := set(open, Begin(gives("usr_bob", "agt_internal", ViewUse)))
	more.Maker = "usr_ana"
	v = byAna(o, more)
	if v.SharedGain("usr_bob") {
		t.Error("bob gains more than everybody does")
	}
	if _, err := ShippedPolicy().MayApprove(o, more, v, Actor{Principal: "usr_bob"}, noon); ruleOf(err) != RuleCheckerGains {
		t.Errorf("then he cannot approve: %v", err)
	}
	if !slices.ContainsFunc(v.Effects, func(e Effect) bool { return e.Shared && e.Principal == "usr_cyd" }) {
		t.Error("cyd's gain is shared")
	}

	// A source that all users of such an agent retrieve from is the same.
	o = house(t, Source{ID: "src_open", Name: "Open docs", Classification: ClassPublic})
	opened, _, err := o.With(set(open), noon)
	if err != nil {
		t.Fatal(err)
	}
	tie := set(Begin(AgentSource{Agent: "agt_public", Source: "src_open", Open: true}))
	tie.Maker = "usr_ana"
	v = byAna(opened, tie)
	if _, err := ShippedPolicy().MayApprove(opened, tie, v, Actor{Principal: "usr_bob"}, noon); err != nil || !v.SharedGain("usr_bob") {
		t.Errorf("an open source of an agent open to everybody: %v", err)
	}
	closed := set(Begin(AgentSource{Agent: "agt_public", Source: "src_open"}),
		Begin(Grant{ID: "gnt_open", Holder: Holder{HolderPrincipal, "usr_bob"}, Target: Target{TargetSource, "src_open"}, Agent: "agt_public", Level: SourceUse}))
	closed.Maker = "usr_ana"
	if v = byAna(opened, closed); v.SharedGain("usr_bob") {
		t.Error("a closed source is nobody else's gain")
	}

	// Where nearly everybody has it already, it is no gain of everybody's.
	var most []Record
	for _, n := range []string{"ana", "cyd", "eve", "mia", "olaf", "gil", "orphan", "ned", "lost"} {
		most = append(most, gives("usr_"+n, "agt_public", ViewUse))
	}
	few := house(t, most...)
	cs = set(edit(t, few, "agt_public", func(a *Agent) { a.AccessType = Organization }))
	cs.Maker = "usr_ana"
	v = byAna(few, cs)
	if _, err := ShippedPolicy().MayApprove(few, cs, v, Actor{Principal: "usr_bob"}, noon); ruleOf(err) != RuleCheckerGains {
		t.Errorf("bob alone gains by it: %v", err)
	}
	granted := byAna(o, set(Begin(gives("usr_bob", "agt_internal", ViewUse))))
	if granted.SharedGain("usr_bob") {
		t.Error("a grant is nobody else's gain")
	}
}
