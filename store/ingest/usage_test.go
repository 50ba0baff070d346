package ingest

import (
	"strings"
	"testing"

	"countersign/domain"
)

// Seed: Twig, group management, performance comparison: queries, accuracy and
// satisfaction, written as the page shows them.
func TestUsageFile(t *testing.T) {
	m := studio(t, team())
	m.put(domain.Source{ID: "src_1", Name: "Handbook"})
	text := "Email,Agent,Kind,Last used,Queries,Accuracy,Satisfaction\n" +
		"ann@x.example,agent-1,,2024-03-31,\"8,200\",87%,4.3\nben@x.example,Customer Support Agent,agent,2024-02-29,4250,92.5,4.6/5\n" +
		"cy@x.example,Handbook,source,,,,\nann@x.example,Voice,area,2024-01-01,1,,\n"
	p := m.load(t, Usage, text, m.options())
	if p.Report.Added != 4 || p.Report.Rows != 4 {
		t.Error(p.Report.Summary())
	}
	for id, want := range map[domain.ID]domain.Usage{
		"usr_1/agent/agt_1":  {Principal: "usr_1", Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_1"}, LastUsed: "2024-03-31", Count: 8200, Accuracy: 870, Satisfaction: 430},
		"usr_2/agent/agt_1":  {Principal: "usr_2", Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_1"}, LastUsed: "2024-02-29", Count: 4250, Accuracy: 925, Satisfaction: 460},
		"usr_3/source/src_1": {Principal: "usr_3", Target: domain.Target{Kind: domain.TargetSource, ID: "src_1"}},
		"usr_1/area/voice":   {Principal: "usr_1", Target: domain.Target{Kind: domain.TargetArea, ID: "voice"}, LastUsed: "2024-01-01", Count: 1},
	} {
		got, _ := m.rows[domain.KindUsage][id].(domain.Usage)
		if want.Origin = got.Origin; got != want || got.Origin.Source != "hr" || len(got.Origin.File) != 64 {
			t.Errorf("%s: %+v", id, got)
		}
	}
	// A later file of the same source replaces what it said, whichever way; what
	// it leaves out stays.
	p = m.load(t, Usage, "email,agent,last used\nann@x.example,agent-1,2024-03-01\n", m.options())
	if p.Report.Changed != 1 || m.rows[domain.KindUsage]["usr_1/agent/agt_1"].(domain.Usage).LastUsed != "2024-03-01" || len(m.rows[domain.KindUsage]) != 4 {
		t.Error(p.Report.Summary(), linesOf(p))
	}
	// Another source does not make a later use an earlier one.
	o := m.options()
	o.Source = "crm"
	p = m.plan(t, Usage, "email,agent,last used\nann@x.example,agent-1,2024-02-01\nben@x.example,agent-1,2024-04-01\n", o)
	if got := linesOf(p); got != "2 skipped: Ann, Customer Support Agent: hr knows of a later use, on 2024-03-01\n3 changed: Ben, Customer Support Agent: last used 2024-02-29 → 2024-04-01\n" {
		t.Error(got)
	}
}

func TestUsageErrors(t *testing.T) {
	m := studio(t, team())
	head := "principal,target,target kind,last used,count,accuracy,satisfaction\n"
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"nobody", ",agent-1,,,,,\n", []string{"line 2, column principal: it is not said who used it"}},
		{"nothing", "usr_1,,,,,,\n", []string{"line 2, column target: it is not said what was used"}},
		{"unknown", "zoe,agent-1,,,,,\nusr_1,agent-9,,,,,\nusr_1,x,source,,,,\nusr_1,y,area,,,,\nusr_1,Guest,role,,,,\n", []string{
			"line 2, column principal: “zoe” is no person here", "line 3, column target: “agent-9” is no agent here",
			"line 4, column target: “x” is no data source here", "line 5, column target: “y” is no area here",
			"line 6, column target kind: “role” is nothing whose usage is kept; use agent, source or area"}},
		{"figures", "usr_1,agent-1,,31.3.2024,,,\nusr_1,agent-1,,,-1,,\nusr_1,agent-1,,,\"1,20\",,\nusr_1,agent-1,,,,101%,\nusr_1,agent-1,,,,NaN,\nusr_1,agent-1,,,,,good\nusr_1,agent-1,,,,,1e9\n", []string{
			"line 2, column last used: “31.3.2024” is not a date; write it as YYYY-MM-DD, for example 2026-03-31",
			"line 3, column count: “-1” is no count; write whole digits", "line 4, column count: “1,20” is no count; write whole digits",
			"line 5, column accuracy: “101%” is no share of a hundred; write it as in 92% or 92.5", "line 6, column accuracy: “NaN” is no share of a hundred; write it as in 92% or 92.5",
			"line 7, column satisfaction: “good” is no figure; write it as in 4.3", "line 8, column satisfaction: “1e9” is no figure; write it as in 4.3"}},
		{"twins", "usr_1,agent-1,,,1,,\nann@x.example,agt_1,,,2,,\n", []string{
			"line 2: Ann, Customer Support Agent stands on line 3 as well; add the two up", "line 3: Ann, Customer Support Agent stands on line 2 already; add the two up"}},
	} {
		p := m.plan(t, Usage, head+c.rows, m.options())
		want(t, c.name, errorsOf(p), c.want)
		if len(p.Set.Changes) > 0 {
			t.Errorf("%s: changes %v", c.name, p.Set.Changes)
		}
	}
	if _, err := Plan(m, Usage, strings.NewReader(head), Options{Source: "x", NewID: m.newID, Full: true}); err == nil {
		t.Error("a usage file may be full")
	}
}
