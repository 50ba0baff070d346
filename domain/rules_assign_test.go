package domain

import (
	"errors"
	"testing"
)

// A group has a whole rule or none.
func TestWithGroupRule(t *testing.T) {
	o := orgOf(t, group("sup", ""))
	for _, c := range []struct {
		rule    Rule
		refused bool
	}{
		{Rule{}, false},
		{Rule{Expression, "true", true}, false},
		{Rule{EmailPattern, ".*@a\\.b", false}, false},
		{Rule{Expression, "", true}, true},
		{Rule{NoRule, "true", false}, true},
		{Rule{NoRule, "", true}, true},
	} {
		after := group("sup", "")
		after.Rule = c.rule
		_, _, err := o.With(ChangeSet{Changes: []Change{Replace(group("sup", ""), after)}}, noon)
		var e *Error
		if refused := errors.As(err, &e) && e.Rule == RuleGroupRule; refused != c.refused || err != nil && !refused {
			t.Errorf("%+v: %v", c.rule, err)
		}
	}
}

// Only a person's plain membership comes from a rule, and it is not from
// outside: its truth lives here.
func TestOriginOfARule(t *testing.T) {
	byRule, hr := Origin{Source: OriginRule}, Origin{Source: "hr"}
	if byRule.Outside() || !hr.Outside() || (Origin{}).Outside() || !byRule.ByRule() || hr.ByRule() {
		t.Error("what a rule gave is from here, what hr gave is from outside")
	}
	o := orgOf(t, user("uma"), user("olaf"), key("bot", "uma"), group("sup", ""), agent("kb", ClassPublic))
	with := func(r Record) error {
		_, _, err := o.With(ChangeSet{Changes: []Change{Begin(r)}}, noon)
		return err
	}
	grant := func(holder, target string, level Level, w Window) Grant {
		g := gives(holder, target, level)
		g.ID, g.Origin, g.Window = "gnt_x", byRule, w
		return g
	}
	if err := with(grant("usr_uma", "grp_sup", Member, Window{})); err != nil {
		t.Errorf("a membership: %v", err)
	}
	other := group("two", "")
	other.Origin = byRule
	for name, r := range map[string]Record{
		"a manager":                 grant("usr_uma", "grp_sup", Manager, Window{}),
		"for a time":                grant("usr_uma", "grp_sup", Member, Window{To: "2027-01-01"}),
		"a key":                     grant("key_bot", "grp_sup", Member, Window{}),
		"an agent":                  grant("usr_uma", "agt_kb", ViewUse, Window{}),
		"something else altogether": other,
	} {
		var e *Error
		if err := with(r); !errors.As(err, &e) || e.Rule != RuleOriginRule {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every change of a rule takes four eyes, whatever anyone gains by it today
// (PRODUCT 3); what the group else is does not.
func TestJudgeGroupRule(t *testing.T) {
	o := house(t)
	with := func(g Group, r Rule) Group { g.Rule = r; return g }
	base := group("ruled", "")
	on := Rule{Expression, "department == 'Sales'", true}
	start, err := o.Advance(o.Key(), []Change{Begin(with(base, on))})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		o      *Org
		change Change
		need   ApprovalClass
	}{
		{"a new group with a rule", o, Begin(with(base, on)), CheckerApproval},
		{"a new group without", o, Begin(base), NoApproval},
		{"another text", start, Replace(with(base, on), with(base, Rule{Expression, "true", true})), CheckerApproval},
		{"off", start, Replace(with(base, on), with(base, Rule{on.Kind, on.Text, false})), CheckerApproval},
		{"no rule any more", start, Replace(with(base, on), base), CheckerApproval},
		{"another description", start, Replace(with(base, on), func() Group { g := with(base, on); g.Description = "x"; return g }()), NoApproval},
	} {
		v := ShippedPolicy().Judge(c.o, set(c.change), Actor{Principal: "usr_ana"}, noon)
		if v.Refused != nil || v.Need != c.need {
			t.Errorf("%s: needs %s, refused %v", c.name, v.Need, v.Refused)
		}
	}
}
