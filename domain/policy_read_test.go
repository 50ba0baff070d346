package domain

import (
	"strings"
	"testing"
)

// policyText is the shipped policy with a change, as it is stored.
func policyText(t testing.TB, change func(*Policy)) string {
	t.Helper()
	p := ShippedPolicy()
	change(&p)
	text, err := p.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What a stored policy may be (PRODUCT 3: the policy is data; four eyes and
// sensitive areas cannot be switched off).
func TestReadPolicy(t *testing.T) {
	shipped := policyText(t, func(*Policy) {})
	with := func(old, new string) string {
		if !strings.Contains(shipped, old) {
			t.Fatalf("%q is not in %s", old, shipped)
		}
		return strings.Replace(shipped, old, new, 1)
	}
	for name, c := range map[string]struct{ text, says string }{
		"the shipped one":          {shipped, ""},
		"everything by executives": {with(`"Public":"none"`, `"Public":"executive"`), `one on something Public takes "executive"`},
		"Internal without anybody": {with(`"Internal":"manager"`, `"Internal":"none"`), ""},
		"Confidential by managers": {with(`"Confidential":"admin"`, `"Confidential":"manager"`), ""},
		"Confidential by nobody":   {with(`"Confidential":"admin"`, `"Confidential":"none"`), `Confidential would pass with the approval "none"`},
		"Restricted by admins":     {with(`"Restricted":"executive"`, `"Restricted":"admin"`), ""},
		"Restricted by a checker":  {with(`"Restricted":"executive"`, `"Restricted":"checker"`), `it takes "admin" at least`},
		"Restricted by nobody":     {with(`"Restricted":"executive"`, `"Restricted":"none"`), `it takes "admin" at least`},
		"Internal above Confidential": {with(`"Internal":"manager"`, `"Internal":"executive"`),
			`one on something Internal takes "executive"`},
		"always off":              {with(`"always":"checker"`, `"always":"none"`), `cannot be switched off`},
		"always by managers":      {with(`"always":"checker"`, `"always":"manager"`), `cannot be switched off`},
		"always by admins":        {with(`"always":"checker"`, `"always":"admin"`), ""},
		"sensitive off":           {with(`"sensitive_area":"checker"`, `"sensitive_area":"none"`), `Edit on a sensitive area cannot be switched off`},
		"no managers":             {with(`"managers_up_to":10`, `"managers_up_to":0`), ""},
		"fewer than no managers":  {with(`"managers_up_to":10`, `"managers_up_to":-1`), `"managers_up_to" is -1`},
		"too many managers":       {with(`"managers_up_to":10`, `"managers_up_to":1001`), `between 0 and 1000`},
		"more leavers than there": {with(`"leaver_share":20`, `"leaver_share":101`), `between 0 and 100`},
		"half a leaver":           {with(`"leaver_count":500`, `"leaver_count":0.5`), `cannot unmarshal`},
		"an unknown member":       {with(`{"by_class"`, `{"four_eyes":"off","by_class"`), `unknown field "four_eyes"`},
		"a member in other case":  {with(`"always"`, `"Always"`), `"always" is missing`},
		"a member in both cases":  {with(`"always"`, `"ALWAYS":"none","always"`), `"ALWAYS" is no member of it`},
		"a member twice":          {with(`"always":"checker"`, `"always":"executive","always":"checker"`), `"always" stands in it twice`},
		"a class twice":           {with(`"Public":"none"`, `"Public":"none","Public":"admin"`), `"Public" stands in it twice`},
		"a class in two spellings": {with(`"Restricted":"executive"`, `"Restricted":"executive","restricted":"admin"`),
			`a class stands in "by_class" twice`},
		"a class missing":      {with(`"Internal":"manager",`, ``), `nothing about Internal`},
		"an unknown class":     {with(`"Internal"`, `"Secret"`), `"Secret" is not a classification`},
		"an unknown word":      {with(`"always":"checker"`, `"always":"perhaps"`), `"perhaps" is not a class of approval`},
		"a number for a word":  {with(`"always":"checker"`, `"always":4`), `cannot unmarshal`},
		"nothing for a member": {with(`"leaver_count":500`, `"leaver_count":null`), `"leaver_count" is missing`},
		"a member left out":    {with(`,"leaver_count":500`, ``), `"leaver_count" is missing`},
		"two of them":          {shipped + shipped, `after top-level value`},
		"half of one":          {shipped[:len(shipped)/2], `unexpected end`},
		"nothing":              {"", `unexpected end`},
		"null":                 {"null", `"by_class" is missing`},
		"a list":               {"[]", `cannot unmarshal`},
		"very deep":            {strings.Repeat("[", 1_000_000), `max depth`},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ReadPolicy([]byte(c.text))
			if c.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				if again, err := p.Text(); err != nil || again != c.text {
					t.Errorf("it is stored as %s (%v), not as %s", again, err, c.text)
				}
				return
			}
			if err == nil || CodeOf(err) != Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v, not %q", err, c.says)
			}
		})
	}
}

// Whatever is read is a policy that stands, and reads back the same.
func FuzzReadPolicy(f *testing.F) {
	f.Add([]byte(policyText(f, func(*Policy) {})))
	f.Add([]byte(`{"by_class":{"Public":"none"}}`))
	f.Add([]byte(`{"always":[{}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ReadPolicy(raw)
		if err != nil {
			if CodeOf(err) != Invalid {
				t.Fatalf("%q is %v", raw, err)
			}
			return
		}
		text, err := p.Text()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ReadPolicy([]byte(text)); err != nil || !again.Equal(p) {
			t.Fatalf("%q reads back as %+v (%v)", text, again, err)
		}
		for _, r := range p.Rows() {
			if r.By == "always" && r.Need < CheckerApproval || r.By == "sensitive_area" && r.Need < CheckerApproval {
				t.Fatalf("%q lets pass: %s", raw, r.What)
			}
		}
	})
}

// The stricter of two, member by member, either way round.
func TestStricterPolicy(t *testing.T) {
	a, b := ShippedPolicy(), ShippedPolicy()
	a.ByClass[ClassInternal], a.Always, a.LeaverShare = AdminApproval, AdminApproval, 50
	b.ByClass[ClassRestricted], b.SensitiveArea, b.LeaverCount, b.ManagersUpTo = AdminApproval, ExecutiveApproval, 5, 0
	for _, s := range []Policy{a.Stricter(b), b.Stricter(a)} {
		want := Policy{ByClass: map[Classification]ApprovalClass{ClassPublic: NoApproval, ClassInternal: AdminApproval,
			ClassConfidential: AdminApproval, ClassRestricted: ExecutiveApproval}, Always: AdminApproval,
			SensitiveArea: ExecutiveApproval, LeaverShare: 20, LeaverCount: 5, ManagersUpTo: s.ManagersUpTo}
		if !s.Equal(want) {
			t.Errorf("the stricter is %+v", s)
		}
	}
	if n := a.Stricter(b).ManagersUpTo; n != 10 {
		t.Errorf("%d managers answer, not as many as the policy in force says", n)
	}
	if s := a.Stricter(Policy{}); s.Always != ExecutiveApproval || s.ByClass[ClassPublic] != ExecutiveApproval {
		t.Errorf("no policy at all loosens: %+v", s)
	}
}

// What a change of the policy itself takes: the stricter of old and new, and
// what it loosens.
func TestJudgePolicyChange(t *testing.T) {
	stored := func(change func(*Policy)) Setting {
		return Setting{ID: SettingPolicy, Value: policyText(t, change)}
	}
	strict := stored(func(p *Policy) {
		p.ByClass = map[Classification]ApprovalClass{ClassPublic: AdminApproval, ClassInternal: AdminApproval,
			ClassConfidential: AdminApproval, ClassRestricted: ExecutiveApproval}
		p.Always = AdminApproval
	})
	lax := stored(func(p *Policy) { p.ByClass[ClassRestricted] = AdminApproval })
	noManager := stored(func(p *Policy) { p.ByClass[ClassInternal] = NoApproval })
	shipped, stricter := house(t), house(t, strict)
	for _, c := range []struct {
		name string
		o    *Org
		need ApprovalClass
		make func(*testing.T, *Org) []Change
	}{
		{"stricter: what always takes four eyes, as it will be", shipped, AdminApproval, begin(strict)},
		{"back to the shipped one", stricter, AdminApproval, ends[Setting](SettingPolicy)},
		{"Restricted loosened: an executive", shipped, ExecutiveApproval, begin(lax)},
		{"Internal loosened: a manager's is a checker's", shipped, CheckerApproval, begin(noManager)},
		{"loosened together with the rise it would allow", shipped, ExecutiveApproval, begin(lax, gives("usr_uma", "agt_restricted", ViewUse))},
		{"Internal loosened together with the rise", shipped, CheckerApproval, begin(noManager, gives("usr_uma", "agt_internal", ViewUse))},
		{"tightened together with a rise: by the new one", shipped, AdminApproval, begin(strict, gives("usr_ned", "agt_public", ViewUse))},
		{"reset together with a rise: by the old one", stricter, AdminApproval,
			both(ends[Setting](SettingPolicy), begin(gives("usr_ned", "agt_public", ViewUse)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := c.o.Policy().Judge(c.o, set(c.make(t, c.o)...), Actor{Principal: "usr_ana"}, noon)
			if v.Refused != nil || v.Need != c.need {
				t.Errorf("needs %s (%v), want %s: %v", v.Need, v.Refused, c.need, v.Why)
			}
		})
	}
}

// Every act that always takes four eyes does so under every policy that can
// be stored.
func TestAlwaysUnderEveryPolicy(t *testing.T) {
	for _, always := range ApprovalClasses() {
		for _, sensitive := range ApprovalClasses() {
			p := ShippedPolicy()
			p.Always, p.SensitiveArea = always, sensitive
			if stands := p.Check() == nil; stands != (always >= CheckerApproval && sensitive >= CheckerApproval) {
				t.Errorf("always %s, sensitive %s: stands is %v", always, sensitive, stands)
			}
		}
	}
}

// Edit on an area and all below it is one reason, not one a section.
func TestWhyFoldsAreas(t *testing.T) {
	o := house(t)
	v := ShippedPolicy().Judge(o, set(Begin(gives("usr_uma", "area:deployments", Edit))), Actor{Principal: "usr_ana"}, noon)
	if v.Refused != nil || len(v.Why) != 1 {
		t.Fatalf("%v, reasons %v", v.Refused, v.Why)
	}
	if w := v.Why[0].Text; !strings.HasPrefix(w, `"uma" gains Edit on the sensitive area "Deployments" and its `) {
		t.Errorf("it says %q", w)
	}
	v = ShippedPolicy().Judge(o, set(Begin(gives("usr_uma", "area:deployments/environments", Edit)), Begin(gives("usr_ned", "area:deployments", Edit))),
		Actor{Principal: "usr_ana"}, noon)
	if v.Refused != nil || len(v.Why) != 2 {
		t.Errorf("what different people gain folded: %v, %v", v.Refused, v.Why)
	}
}
