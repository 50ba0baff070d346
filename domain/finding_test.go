package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// findings are those of one kind.
func findingsOf(o *Org, f Facts, k FindingKind) []Finding {
	return slices.DeleteFunc(o.Findings(f), func(f Finding) bool { return f.Kind != k })
}

func numbered() func(string) ID {
	n := 0
	return func(prefix string) ID { n++; return ID(fmt.Sprintf("%s_new%d", prefix, n)) }
}

func usages(t testing.TB, list ...Usage) Usages {
	t.Helper()
	u, err := UsagesOf(func(yield func(Usage, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func used(p, kind, id string, last Date) Usage {
	k, err := ParseTargetKind(kind)
	if err != nil {
		panic(err)
	}
	return Usage{Principal: ID(p), Target: Target{k, ID(id)}, LastUsed: last, Count: 1}
}

func external(name string) Principal {
	p := user(name)
	p.Employment = External
	return p
}

func with[R any](r R, f func(*R)) R { f(&r); return r }

// findingCases has, for each kind, records that show it in the house and the
// subject it is about. noon is 2026-03-10.
var findingCases = []struct {
	name     string
	kind     FindingKind
	severity Severity
	add      []Record
	usage    []Usage
	subject  string // kinds and ids
	text     string // a part of the sentence
	mends    int
}{
	{"both sides held", FindingSoD, SeverityCritical, []Record{
		SoDRule{ID: "sod_1", Name: "Maker and checker", Severity: SeverityCritical,
			A: SoDSide{Target: Target{TargetArea, "voice"}, Level: Read}, B: SoDSide{Target: Target{TargetGroup, "grp_sales"}, Level: Member}}},
		nil, "principal usr_ned, sod_rule sod_1", `"ned" holds both Read on "Voice" and Member of the group "sales"`, 2},
	{"a confidential agent open to all", FindingClassification, SeverityHigh, []Record{
		with(agent("wide", ClassConfidential), func(a *Agent) { a.AccessType = Organization })},
		nil, "agent agt_wide", "Confidential and open to the whole organisation", 3},
	{"an internal agent open to all", FindingClassification, SeverityMedium, []Record{
		with(agent("wide", ClassInternal), func(a *Agent) { a.AccessType = Organization })}, nil, "agent agt_wide", "Internal and open", 3},
	{"a restricted agent open to all", FindingClassification, SeverityCritical, []Record{
		with(agent("wide", ClassRestricted), func(a *Agent) { a.AccessType = Organization })}, nil, "agent agt_wide", "Restricted and open", 3},
	{"a restricted agent given to a group", FindingClassification, SeverityHigh, []Record{gives("grp_sales", "agt_restricted", ViewUse)},
		nil, "agent agt_restricted, grant gnt_grp_sales_agt_restricted_1", "for named users only", 1},
	{"a confidential agent given to a broad group", FindingClassification, SeverityMedium, []Record{Setting{SettingBroadGroup, "1"}},
		nil, "agent agt_confidential, grant gnt_grp_sales_agt_confidential_1", "for limited groups", 1},
	{"a source open wider than it is", FindingClassification, SeverityHigh, []Record{
		Source{ID: "src_payroll", Name: "payroll", Classification: ClassConfidential, Owner: "usr_olaf"},
		AgentSource{Agent: "agt_public", Source: "src_payroll", Open: true}}, nil, "agent_source agt_public/src_payroll", "open to all who use", 1},
	{"external with Edit in person", FindingExternalEdit, SeverityMedium, []Record{external("ext"),
		gives("usr_ext", "agent-role", Level(AgentManager)), gives("usr_ext", "agt_internal", EditAgent)},
		nil, "principal usr_ext, grant gnt_usr_ext_agt_internal_2", `"ext" is external and may edit "internal"`, 2},
	{"external with Edit on what is confidential", FindingExternalEdit, SeverityHigh, []Record{external("ext"),
		gives("usr_ext", "agent-role", Level(AgentManager)), gives("usr_ext", "agt_confidential", EditAgent)},
		nil, "principal usr_ext, grant gnt_usr_ext_agt_confidential_2", "may edit", 2},
	{"external with Edit by a group", FindingExternalEdit, SeverityMedium, []Record{external("ext"), group("devs", ""),
		gives("usr_ext", "grp_devs", Member), gives("grp_devs", "area:flows", Edit)},
		nil, "principal usr_ext, grant gnt_grp_devs_area:flows_2", `may edit "Flows"`, 1},
	{"external with Edit in a sensitive area", FindingExternalEdit, SeverityHigh, []Record{external("ext"), gives("usr_ext", "area:deployments", Edit)},
		nil, "principal usr_ext, grant gnt_usr_ext_area:deployments_2", "Deployments", 2},
	{"external account admin", FindingExternalEdit, SeverityCritical, []Record{external("ext"), gives("usr_ext", "account", 1)},
		nil, "principal usr_ext, grant gnt_usr_ext_account_1", "every area", 1},
	{"external agent admin", FindingExternalEdit, SeverityCritical, []Record{external("ext"), gives("usr_ext", "agent-role", Level(AgentAdmin))},
		nil, "principal usr_ext, grant gnt_usr_ext_agent-role_2", "every agent", 1},
	{"external creator", FindingExternalEdit, SeverityMedium, []Record{external("ext"), gives("usr_ext", "agent-role", Level(AgentManager)),
		with(agent("own", ClassInternal), func(a *Agent) { a.Creator = "usr_ext" })}, nil, "principal usr_ext, agent agt_own", "may edit", 1},
	{"an agent's owner has left", FindingOwnerInactive, SeverityMedium, []Record{
		with(agent("left", ClassInternal), func(a *Agent) { a.Owner = "usr_gone" })}, nil, "agent agt_left", `"gone", who owns`, 0},
	{"with a manager who can answer", FindingOwnerInactive, SeverityMedium, []Record{
		with(managed("left", "mia"), func(p *Principal) { p.Status = Inactive }),
		with(agent("left", ClassInternal), func(a *Agent) { a.Owner = "usr_left" })}, nil, "agent agt_left", "is inactive", 1},
	{"an agent without an owner", FindingNoOwner, SeverityLow, []Record{
		with(agent("lone", ClassInternal), func(a *Agent) { a.Owner, a.Creator = "", "usr_mia" })}, nil, "agent agt_lone", "nobody owns", 1},
	{"a confidential one", FindingNoOwner, SeverityMedium, []Record{
		with(agent("lone", ClassConfidential), func(a *Agent) { a.Owner = "" })}, nil, "agent agt_lone", "nobody owns", 0},
	{"a key without an owner", FindingNoOwner, SeverityMedium, []Record{
		with(key("lone", ""), func(p *Principal) { p.Owner = "" })}, nil, "principal key_lone", "nobody owns", 1},
	{"a source without an owner", FindingNoOwner, SeverityLow, []Record{Source{ID: "src_new", Name: "new"}}, nil, "source src_new", "nobody owns", 0},
	{"someone inactive holds a grant", FindingHolderInactive, SeverityMedium, []Record{gives("usr_gone", "grp_sales", Member)},
		nil, "principal usr_gone", "inactive and still holds 1 grant", 1},
	{"someone inactive is account admin", FindingHolderInactive, SeverityHigh, []Record{gives("usr_gone", "account", 1)},
		nil, "principal usr_gone", "still holds", 1},
	{"a direct grant not used", FindingDormant, SeverityLow, []Record{gives("usr_cyd", "agt_internal", ViewUse)},
		[]Usage{used("usr_cyd", "agent", "agt_internal", "2026-02-08")}, "grant gnt_usr_cyd_agt_internal_1", "not used for 30 days", 1},
	{"for long", FindingDormant, SeverityMedium, []Record{gives("usr_cyd", "agt_internal", ViewUse)},
		[]Usage{used("usr_cyd", "agent", "agt_internal", "2025-12-10")}, "grant gnt_usr_cyd_agt_internal_1", "not used for 90 days", 1},
	{"never used", FindingDormant, SeverityMedium, []Record{gives("usr_cyd", "agt_internal", ViewUse)},
		[]Usage{used("usr_ana", "agent", "agt_public", "2026-03-09")}, "grant gnt_usr_cyd_agt_internal_1", "never used", 1},
	{"a membership of no use", FindingDormant, SeverityMedium, nil,
		[]Usage{used("usr_mia", "agent", "agt_confidential", "2026-03-09")}, "grant gnt_usr_ned_grp_sales_1", "what", 1},
	{"a group's grant of no use", FindingDormant, SeverityHigh, nil,
		[]Usage{used("usr_bob", "agent", "agt_confidential", "2026-03-09")}, "grant gnt_grp_sales_agt_confidential_1", "by any of 2 members", 1},
	{"somebody not seen for long", FindingDormant, SeverityMedium, []Record{with(user("late"), func(p *Principal) { p.LastActive = "2025-11-01" })},
		nil, "principal usr_late", "last active on 2025-11-01", 1},
	{"a key without a role", FindingNoRole, SeverityMedium, []Record{key("bare", "uma")}, nil, "principal key_bare", `default role "Member"`, 1},
	{"an AI agent without a role", FindingNoRole, SeverityMedium, nil, nil, "principal aia_helper", "no role of its own", 1},
	{"a name of two scripts", FindingLookAlike, SeverityHigh, []Record{group("sub", ""),
		Group{ID: "grp_odd", Name: "S\u0430les 2"}}, nil, "group grp_odd", "Latin and Cyrillic", 0},
	{"two names alike", FindingLookAlike, SeverityHigh, []Record{Group{ID: "grp_cap", Name: "Capo"},
		Group{ID: "grp_odd", Name: "\u0421\u0430\u0440\u043e"}}, nil, "group grp_cap, group grp_odd", "looks like", 0},
	{"a broad group", FindingBroadGroup, SeverityMedium, []Record{Setting{SettingBroadGroup, "1"}}, nil, "group grp_sales", "reaches 2 people, more than 1", 0},
	{"as much by a group", FindingDirect, SeverityLow, []Record{gives("usr_ned", "agt_confidential", ViewUse)},
		nil, "grant gnt_usr_ned_agt_confidential_1", `beside the group "sales", which gives as much`, 1},
	{"less by a group", FindingDirect, SeverityMedium, []Record{gives("usr_uma", "agt_public", EditAgent)},
		nil, "grant gnt_usr_uma_agt_public_2", `beside the group "support", which gives View & Use`, 1},
	{"an area by a group", FindingDirect, SeverityLow, []Record{gives("grp_sales", "area:voice", Read)},
		nil, "grant gnt_usr_ned_area:voice_1", "which gives as much", 1},
	{"a child above its parent", FindingChildAbove, SeverityMedium, []Record{gives("usr_uma", "area:voice", Read), gives("usr_uma", "area:voice/numbers", Edit)},
		nil, "grant gnt_usr_uma_area:voice/numbers_2", "takes no more than Read", 3},
	{"a child below None", FindingNoneParent, SeverityMedium, []Record{gives("usr_uma", "area:voice", None), gives("usr_uma", "area:voice/numbers", Edit)},
		nil, "grant gnt_usr_uma_area:voice/numbers_2", "gives nothing", 2},
	{"a grant above the reach", FindingCapped, SeverityLow, []Record{gives("usr_ned", "agt_internal", EditAgent)},
		nil, "grant gnt_usr_ned_agt_internal_2", `the agent role of "ned" is User`, 3},
	{"a group's above everyone's reach", FindingCapped, SeverityLow, []Record{gives("grp_tier1", "agt_internal", EditAgent)},
		nil, "grant gnt_grp_tier1_agt_internal_2", "everyone it reaches is User", 2},
	{"an empty group given an agent", FindingIdleGroup, SeverityLow, []Record{gives("grp_empty", "agt_public", ViewUse)},
		nil, "group grp_empty", "has no member and is still given 1 thing", 1},
	{"an archived one", FindingIdleGroup, SeverityLow, []Record{gives("grp_old", "agt_public", ViewUse)}, nil, "group grp_old", "is archived", 1},
	{"an empty group", FindingEmptyGroup, SeverityLow, nil, nil, "group grp_empty", "has no member", 1},
	{"a window that is over", FindingExpired, SeverityLow, []Record{gives("usr_cyd", "agt_internal", ViewUse).within("2025-12-01", "2026-03-09")},
		nil, "grant gnt_usr_cyd_agt_internal_1_2025-12-01_2026-03-09", "ended on 2026-03-09", 1},
	{"a group outside", FindingUnmapped, SeverityLow, []Record{ExternalGroup{ID: "entra/1", Source: "entra", External: "1", Name: "Sales"}},
		nil, "external_group entra/1", `"Sales" of "entra"`, 2},
	{"nothing", FindingNoAccess, SeverityLow, []Record{
		Agent{ID: "agt_open", Name: "open", AccessType: GroupRestricted, Owner: "usr_olaf"}}, nil, "principal usr_orphan", "access to nothing", 1},
	{"no group", FindingNoGroups, SeverityLow, nil, nil, "agent agt_internal", "no active group has it", 2},
	{"an old invitation", FindingInvitation, SeverityLow, []Record{with(user("new"), func(p *Principal) { p.Status = Invited })},
		nil, "principal usr_new", "invited more than 7 days ago", 1},
}

func subjectWords(f Finding) string {
	var out []string
	for _, r := range f.Subject {
		out = append(out, string(r.Kind)+" "+string(r.ID))
	}
	return strings.Join(out, ", ")
}

// houseWith is the house with records of the same id replaced.
func houseWith(t testing.TB, add []Record) *Org {
	t.Helper()
	base := house(t)
	var rows []Row
	own := map[recordKey]bool{}
	for _, r := range add {
		own[keyOf(r)] = true
	}
	for _, k := range AccessKinds() {
		for row := range base.All(k) {
			if !own[keyOf(row.Record)] {
				rows = append(rows, row)
			}
		}
	}
	for i, r := range add {
		rows = append(rows, Row{r, Seq(1000 + i)})
	}
	o, err := NewOrg(2000, rowsIn(rows))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Each kind is found where it is, is not there without it, and each way to
// mend it does mend it.
func TestFindings(t *testing.T) {
	seen := map[FindingKind]bool{}
	for _, c := range findingCases {
		t.Run(c.kind.String()+"/"+c.name, func(t *testing.T) {
			seen[c.kind] = true
			o := houseWith(t, c.add)
			facts := Facts{At: noon, Usage: usages(t, c.usage...)}
			var found *Finding
			for _, f := range o.Findings(facts) {
				if f.Kind == c.kind && subjectWords(f) == c.subject {
					found = &f
				}
			}
			if found == nil {
				for _, f := range findingsOf(o, facts, c.kind) {
					t.Logf("found: %s: %s", subjectWords(f), f.Text)
				}
				t.Fatalf("no finding about %s", c.subject)
			}
			if found.Severity != c.severity || !strings.Contains(found.Text, c.text) {
				t.Errorf("%s: %s; want %s with %q", found.Severity, found.Text, c.severity, c.text)
			}
			if len(c.add) > 0 || len(c.usage) > 0 {
				if _, err := FindFinding(house(t).Findings(Facts{At: noon}), found.ID); err == nil {
					t.Error("it is found in the house as it is too")
				}
			}
			mends, why := o.Mends(*found, noon, numbered())
			if len(mends) != c.mends || (why == "") != (c.mends > 0) {
				t.Errorf("%d ways to mend it, want %d: %v (%s)", len(mends), c.mends, mends, why)
			}
			for _, m := range mends {
				mended(t, o, *found, m, facts)
			}
		})
	}
	for _, k := range FindingKinds() {
		if !seen[k] {
			t.Errorf("no case shows %s", k)
		}
	}
}

// mended applies a way to mend a finding, by which it is gone.
func mended(t interface {
	Fatalf(string, ...any)
	Errorf(string, ...any)
}, o *Org, f Finding, m Mend, facts Facts) {
	after, _, err := o.With(ChangeSet{Title: m.Text, Reason: "it was found", Changes: m.Changes}, facts.At)
	if err != nil {
		t.Fatalf("%s: %q: %s: %v", f.Kind, f.Text, m.Text, err)
	}
	if _, err := FindFinding(after.Findings(facts), f.ID); err == nil {
		t.Errorf("%s: %q is still there after %q: %+v", f.Kind, f.Text, m.Text, m.Changes)
	}
}

// The thresholds hold at their edges: whole days, and one more person.
func TestFindingEdges(t *testing.T) {
	grant := gives("usr_cyd", "agt_internal", ViewUse)
	for _, c := range []struct {
		last Date
		set  string
		want string
	}{
		{"2026-02-09", "", ""}, {"2026-02-08", "", "low"}, {"2025-12-11", "", "low"}, {"2025-12-10", "", "medium"},
		{"2026-03-04", "7", ""}, {"2026-03-03", "7", "low"}, {"2026-03-11", "7", ""},
		{"2025-01-01", "7,30,90", "high"}, {"2025-01-01", "mist", "medium"},
	} {
		add := []Record{grant}
		if c.set != "" {
			add = append(add, Setting{SettingDormant, c.set})
		}
		got := ""
		for _, f := range findingsOf(houseWith(t, add), Facts{At: noon, Usage: usages(t, used("usr_cyd", "agent", "agt_internal", c.last))}, FindingDormant) {
			if f.Subject[0].ID == grant.ID {
				got = f.Severity.String()
			}
		}
		if got != c.want {
			t.Errorf("last used %s, thresholds %q: %q, want %q", c.last, c.set, got, c.want)
		}
	}
	for limit, want := range map[string]int{"1": 1, "2": 0, "": 0} {
		add := []Record{Setting{SettingName, "Acme"}}
		if limit != "" {
			add = append(add, Setting{SettingBroadGroup, limit})
		}
		n := 0
		for _, f := range findingsOf(houseWith(t, add), Facts{At: noon}, FindingBroadGroup) {
			if f.Subject[0].ID == "grp_sales" {
				n++
			}
		}
		if n != want {
			t.Errorf("a limit of %q: sales with 2 members found %d times, want %d", limit, n, want)
		}
	}
}

// What is new is not called old: an invitation of a week, a grant never used.
func TestFindingsOfWhatIsNew(t *testing.T) {
	invited := with(user("new"), func(p *Principal) { p.Status = Invited })
	o := houseWith(t, []Record{invited, gives("usr_cyd", "agt_internal", ViewUse)})
	use := usages(t, used("usr_ana", "agent", "agt_public", "2026-03-09"))
	for _, c := range []struct {
		days        int // how old events 1000 and 1001 are
		invitations int
		dormant     string
	}{{6, 0, ""}, {7, 1, ""}, {29, 1, ""}, {30, 1, "low"}, {89, 1, "low"}, {90, 1, "medium"}} {
		began := noon.AddDate(0, 0, -c.days)
		facts := Facts{At: noon, Usage: use, SeqAt: func(at time.Time) Seq {
			if at.Before(began) {
				return 999
			}
			return 1001
		}}
		if got := len(findingsOf(o, facts, FindingInvitation)); got != c.invitations {
			t.Errorf("after %d days: %d invitations, want %d", c.days, got, c.invitations)
		}
		got := ""
		for _, f := range findingsOf(o, facts, FindingDormant) {
			if f.Subject[0].ID == "gnt_usr_cyd_agt_internal_1" {
				got = f.Severity.String()
			}
		}
		if got != c.dormant {
			t.Errorf("after %d days: never used is %q, want %q", c.days, got, c.dormant)
		}
	}
}

// Without usage nobody is called idle.
func TestNothingIsDormantWithoutUsage(t *testing.T) {
	o := houseWith(t, []Record{gives("usr_cyd", "agt_internal", ViewUse), gives("usr_cyd", "src_wiki", SourceUse)})
	if got := findingsOf(o, Facts{At: noon}, FindingDormant); len(got) > 0 {
		t.Errorf("without usage: %v", got)
	}
	// Usage of agents says nothing of sources.
	for _, f := range findingsOf(o, Facts{At: noon, Usage: usages(t, used("usr_ana", "agent", "agt_public", "2026-03-09"))}, FindingDormant) {
		if strings.Contains(f.Text, "wiki") {
			t.Errorf("usage of agents was imported, of sources none: %s", f.Text)
		}
	}
}

// Findings come what weighs most first, and alike whatever the order of rows.
func TestFindingsAreStable(t *testing.T) {
	var add []Record
	for _, c := range findingCases[:4] {
		add = append(add, c.add...)
	}
	o := house(t, add[0], gives("usr_uma", "agt_public", EditAgent))
	a := o.Findings(Facts{At: noon})
	rows := []Row{}
	for _, k := range AccessKinds() {
		for row := range o.All(k) {
			rows = append(rows, row)
		}
	}
	slices.Reverse(rows)
	other, err := NewOrg(2, rowsIn(rows))
	if err != nil {
		t.Fatal(err)
	}
	b := other.Findings(Facts{At: noon})
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d findings, then %d", len(a), len(b))
	}
	ids := map[ID]bool{}
	for i := range a {
		if a[i].ID != b[i].ID || a[i].Text != b[i].Text {
			t.Errorf("finding %d: %q, then %q", i, a[i].Text, b[i].Text)
		}
		if i > 0 && a[i-1].Severity < a[i].Severity {
			t.Errorf("%s comes after %s", a[i].Severity, a[i-1].Severity)
		}
		if ids[a[i].ID] {
			t.Errorf("%s twice: %s", a[i].ID, a[i].Text)
		}
		ids[a[i].ID] = true
	}
}

// Whoever has no role has what the default role permits, and so not nothing.
func TestDefaultRoleIsAccess(t *testing.T) {
	if got := findingsOf(crm(t), Facts{At: noon}, FindingNoAccess); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	if got := findingsOf(orgOf(t, user("ida"), Object{ID: "person", Name: "People"}), Facts{At: noon}, FindingNoAccess); len(got) != 1 {
		t.Errorf("without a default role: found %v", got)
	}
}

// What is the matter with one person's grant says nothing about the access of
// another to the same thing.
func TestFindingConcernsAccess(t *testing.T) {
	target := Target{Kind: TargetAgent, ID: "agt_a"}
	grant := func(holder Ref) Finding {
		return Finding{Subject: []Ref{{KindGrant, "gnt_1"}}, Also: []Ref{holder, {KindAgent, "agt_a"}}}
	}
	for _, c := range []struct {
		name string
		f    Finding
		want bool
	}{
		{"about the target", Finding{Subject: []Ref{{KindAgent, "agt_a"}}}, true},
		{"about the target, with its owner", Finding{Subject: []Ref{{KindAgent, "agt_a"}}, Also: []Ref{principalRef("usr_b")}}, true},
		{"about another target", Finding{Subject: []Ref{{KindAgent, "agt_z"}}}, false},
		{"about the person", Finding{Subject: []Ref{principalRef("usr_a")}}, true},
		{"about another person", Finding{Subject: []Ref{principalRef("usr_b"), {KindAgent, "agt_a"}}}, false},
		{"about a grant of the person on it", grant(principalRef("usr_a")), true},
		{"about a grant of another on it", grant(principalRef("usr_b")), false},
		{"about a grant of a group on it", grant(Ref{KindGroup, "grp_g"}), true},
	} {
		if got := c.f.ConcernsAccess("usr_a", target); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
