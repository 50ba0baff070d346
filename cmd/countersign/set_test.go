package main

import (
	"errors"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

var testDay = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// orgOf is an organisation of these records.
func orgOf(t *testing.T, records ...domain.Record) *domain.Org {
	t.Helper()
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		for _, r := range records {
			if !yield(domain.Row{Record: r, Since: 1}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func grantOn(id string, h domain.Holder, kind domain.TargetKind, target string, l domain.Level) domain.Grant {
	return domain.Grant{ID: domain.ID(id), Holder: h, Target: domain.Target{Kind: kind, ID: domain.ID(target)}, Level: l}
}

var (
	dana   = domain.Principal{ID: "usr_d", Kind: domain.User, Name: "Dana", Email: "dana@acme.example", Status: domain.Active}
	twin   = domain.Principal{ID: "usr_e", Kind: domain.User, Name: "Dana", Email: "other@acme.example", Status: domain.Active}
	crew   = domain.Group{ID: "grp_c", Name: "Support"}
	helper = domain.Agent{ID: "agt_h", Name: "Support", AccessType: domain.GroupRestricted}
	voice  = domain.Area{ID: "voice", Name: "Voice"}
	nums   = domain.Area{ID: "voice/numbers", Name: "Numbers", Parent: "voice", Order: 1}
	guest  = domain.Role{ID: "rol_g", Name: "Guest", ForUsers: true}
	member = domain.Role{ID: "rol_m", Name: "Member", ForUsers: true, Default: true}
	person = domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_d"}
)

func TestTheGrammarOfNames(t *testing.T) {
	o := orgOf(t, dana, twin, crew, helper, voice, nums, guest, member)
	for _, c := range []struct {
		ref  string
		want domain.Target
		code domain.Code // of the refusal, where want is zero
	}{
		{"agent:Support", domain.Target{Kind: domain.TargetAgent, ID: "agt_h"}, 0},
		{"AGENT: support", domain.Target{Kind: domain.TargetAgent, ID: "agt_h"}, 0},
		{"group:Support", domain.Target{Kind: domain.TargetGroup, ID: "grp_c"}, 0},
		{"grp_c", domain.Target{Kind: domain.TargetGroup, ID: "grp_c"}, 0},
		{"area:Voice/Numbers", domain.Target{Kind: domain.TargetArea, ID: "voice/numbers"}, 0},
		{"Voice > Numbers", domain.Target{Kind: domain.TargetArea, ID: "voice/numbers"}, 0},
		{"Guest", domain.Target{Kind: domain.TargetRole, ID: "rol_g"}, 0},
		{"duty:checker", domain.Target{Kind: domain.TargetDuty, ID: "checker"}, 0},
		{"account-role", domain.Target{Kind: domain.TargetAccount}, 0},
		{"agent-role", domain.Target{Kind: domain.TargetAgentRole}, 0},
		{"Support", domain.Target{}, domain.Conflict},
		{"agent:Nobody", domain.Target{}, domain.NotFound},
		{"Nobody", domain.Target{}, domain.NotFound},
		{"person:dana@acme.example", domain.Target{}, domain.Invalid},
		{"duty:king", domain.Target{}, domain.Invalid},
	} {
		got, err := findTarget(o, c.ref)
		if c.code != 0 {
			if err == nil || domain.CodeOf(err) != c.code {
				t.Errorf("findTarget(%q) = %v, %v, want a refusal of the kind %v", c.ref, got, err, c.code)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("findTarget(%q) = %v, %v, want %v", c.ref, got, err, c.want)
		}
	}
	if _, err := findPrincipal(o, "Dana"); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("a name that two people have gave %v, want a Conflict", err)
	}
	if p, err := findPrincipal(o, "DANA@acme.example"); err != nil || p.ID != "usr_d" {
		t.Errorf("an address in capitals gave %v, %v", p.ID, err)
	}
}

func TestSettingALevelLeavesExactlyIt(t *testing.T) {
	one := grantOn("gnt_1", person, domain.TargetAgent, "agt_h", domain.ViewUse)
	imported := grantOn("gnt_2", person, domain.TargetAgent, "agt_h", domain.EditAgent)
	imported.Origin = domain.Origin{Source: "twig"}
	held := grantOn("gnt_3", person, domain.TargetRole, "rol_m", domain.Held)
	o := orgOf(t, dana, crew, helper, guest, member, voice, nums, one, imported, held)
	byHand := imported
	byHand.Level, byHand.Origin = domain.ViewUse, domain.Origin{}
	for _, c := range []struct {
		name         string
		target, word string
		want         []domain.Change
	}{
		{"several grants become one", "agent:Support", "View & Use", []domain.Change{domain.End(imported)}},
		{"none takes all of them", "agent:Support", "None", []domain.Change{domain.End(one), domain.End(imported)}},
		{"another role takes the place of the one held", "role:Guest", "Held", []domain.Change{domain.End(held),
			domain.Begin(grantOn("made", person, domain.TargetRole, "rol_g", domain.Held))}},
		{"a membership begins", "group:Support", "Manager", []domain.Change{
			domain.Begin(grantOn("made", person, domain.TargetGroup, "grp_c", domain.Manager))}},
		{"what is so already stays", "role:Member", "Held", nil},
		{"an area's None is stored", "area:Voice", "None", []domain.Change{
			domain.Begin(grantOn("made", person, domain.TargetArea, "voice", domain.None))}},
		{"an area that is not set cannot be unset", "area:Voice", "unset", nil},
	} {
		_, got, err := setLevel(o, func(string) domain.ID { return "made" }, level{holder: "dana@acme.example", target: c.target, word: c.word})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestTheSmallestChangeIsOneThatHelps(t *testing.T) {
	away := dana
	away.Status = domain.Inactive
	private := helper
	private.AccessType = domain.Private
	archived := helper
	archived.Life = domain.Archived
	assigned := grantOn("gnt_a", domain.Holder{Kind: domain.HolderGroup, ID: "grp_c"}, domain.TargetAgent, "agt_h", domain.ViewUse)
	direct := grantOn("gnt_d", person, domain.TargetAgent, "agt_h", domain.ViewUse)
	other := grantOn("gnt_o", domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_e"}, domain.TargetGroup, "grp_c", domain.Member)
	onAgent := domain.Target{Kind: domain.TargetAgent, ID: "agt_h"}
	for _, c := range []struct {
		name    string
		records []domain.Record
		who     domain.Principal
		want    []string
	}{
		{"an assigned group", []domain.Record{dana, twin, crew, helper, assigned, other}, dana, []string{"add Dana to the group Support"}},
		{"no group", []domain.Record{dana, helper}, dana, []string{"give Dana View & Use on the agent Support"}},
		{"an inactive account", []domain.Record{away, helper, direct}, away, []string{"set Dana active"}},
		{"a private agent", []domain.Record{dana, private, direct}, dana, []string{"set the agent Support to Group-Restricted"}},
		{"an archived agent", []domain.Record{dana, archived, direct}, dana, []string{"take the agent Support back into use"}},
		{"two things", []domain.Record{away, private, direct}, away, []string{"set Dana active", "set the agent Support to Group-Restricted"}},
	} {
		q := review.Question{Org: orgOf(t, c.records...), Principal: c.who.ID, Target: onAgent, Want: domain.ViewUse, At: testDay}
		var got []string
		for _, r := range q.Smallest(previewIDs()) {
			got = append(got, r.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		lines := q.Checklist()
		if !slices.ContainsFunc(lines, func(l review.ChecklistLine) bool { return !l.OK }) {
			t.Errorf("%s: every line of the checklist holds, and the answer is no: %v", c.name, lines)
		}
	}
}

func TestAnErrorInAFileNamesItsEntry(t *testing.T) {
	err := inFile("set", 2, domain.Errorf(domain.NotFound, "no").Hinted("look").ByRule("r"))
	var e *domain.Error
	if !errors.As(err, &e) || e.Error() != `entry 3 of "set": no: look` || e.Code != domain.NotFound || e.Rule != "r" {
		t.Errorf("inFile made %v", err)
	}
}
