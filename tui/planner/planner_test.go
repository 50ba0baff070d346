package planner_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/planner"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

// office is a plan in memory: a name is needed, and agents are called by the names
// the organisation has.
type office struct {
	gate *tuitest.Gate // before Ground, where one is set
	*orgtest.World
	arg    []string
	counts []planner.Plan
	saved  []planner.Plan
	saw    []domain.Sight
	fail   error
}

func plain() planner.Plan {
	p := planner.Plan{Values: map[string]string{"countersign": "all", "externals-only": "no", "new-since-last": "no", "reason-to-keep": "no",
		"horizon": "92", "non-response/high": "block", "non-response/plain": "block"}}
	p.Stages = []map[string]string{planner.BlankStage("manager, owner", "")}
	return p
}

func (o *office) Ground(_ context.Context, arg string) (planner.Ground, error) {
	if o.gate != nil {
		if err := o.gate.Pass("ground"); err != nil {
			return planner.Ground{}, err
		}
	}
	o.arg = append(o.arg, arg)
	g := planner.Ground{Org: o.Org, Now: orgtest.Now, Head: review.Head{Size: 42, Root: "cm9vdA=="}, Actor: o.Actor, Plan: plain(), Wrong: o.wrong,
		Choices: func(f planner.Field) []ui.Candidate {
			return []ui.Candidate{{Key: "tom@acme.example", Label: "Tom Vale"}, {Key: "Sales Agent", Label: "Sales Agent", Note: f.Pick}}
		}}
	switch arg {
	case "":
	case "definition:def_1":
		g.Plan.From, g.Plan.Definition = "version 3 of the definition Quarterly", "def_1"
		g.Plan.Values["name"], g.Plan.Values["kinds"] = "Quarterly 2026-03-02", "agent, area"
	case "cmp_q4":
		g.Plan.Draft, g.Plan.Values["name"], g.Plan.Values["due"] = "cmp_q4", "Q4 "+orgtest.Hostile, "2026-04-01"
		g.Plan.Exclude = []planner.Exclusion{{Who: "tom@acme.example", What: "Sales Agent", Reason: "the board " + orgtest.Hostile}}
		g.Plan.Stages = append(g.Plan.Stages, planner.BlankStage("owner", "7"))
		g.Plan.Stages[1]["name"] = "Owners " + orgtest.Hostile
	default:
		return g, domain.Errorf(domain.NotFound, "there is no campaign %q", arg).Hinted("choose one from the list")
	}
	return g, nil
}

func (o *office) wrong(p planner.Plan, r planner.Ref) string {
	text := p.Text(r)
	switch {
	case r.Field == "name" && r.Part == planner.Whole && text == "":
		return "the campaign has no name: name it"
	case r.Field == "due" && text == "":
		return "no due date is given: write one"
	case r.Field == "agents" && text != "" && text != "Sales Agent":
		return fmt.Sprintf("nothing here is called %q: name an agent", text)
	case r.Part == planner.OfExclusion && strings.Contains(text, "nobody"):
		return "nothing here is called \"nobody\": name a person"
	case r.Part == planner.OfStage && r.Field == "reviewers" && text == "":
		return "the stage names no reviewers: name one"
	}
	return ""
}

func (o *office) Begins(context.Context) ([]ui.Candidate, error) {
	return []ui.Candidate{{Key: "definition:def_1", Label: "Quarterly", Note: "definition"}, {Key: "campaign:gone", Label: orgtest.Hostile, Note: "campaign"}}, nil
}

func (o *office) Count(_ context.Context, p planner.Plan) (planner.Counted, error) {
	o.counts = append(o.counts, p)
	n := 40
	if p.Values["agents"] != "" {
		n = 7
	}
	return planner.Counted{TieOut: review.TieOut{Source: 50, InScope: n, Excluded: map[string]int{"only restricts": 48 - n}, Orphaned: 1, Rejected: 1}}, nil
}

func (o *office) Preview(context.Context, planner.Plan) (review.Planned, error) {
	return review.Planned{TieOut: review.TieOut{Source: 50, InScope: 40, Excluded: map[string]int{"only restricts": 8}, Orphaned: 1, Rejected: 1}, HighRisk: 4, Holders: 9,
		Loads:    []review.Load{{Stage: 1, Reviewer: "usr_mal", Items: 30}, {Stage: 1, Reviewer: "", Items: 10}, {Stage: 2, Reviewer: "usr_tom", Items: 40}},
		Warnings: []string{"a warning " + orgtest.Hostile},
		First:    []review.StagedItem{{No: 1, Holder: orgtest.Hostile, Target: "Sales Agent", HighRisk: true, Holding: domain.Grant{Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_sales"}, Level: domain.EditAgent}}}}, nil
}

func (o *office) Save(_ context.Context, saw domain.Sight, p planner.Plan) (review.Campaign, error) {
	o.saved, o.saw = append(o.saved, p), append(o.saw, saw)
	return review.Campaign{ID: "cmp_new", Name: p.Values["name"]}, o.fail
}

func open(t testing.TB, o *office, arg string, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	c := orgtest.Start(t, kind, w, h, orgtest.Blank("home"), tui.PageSpec{ID: "plan", Title: "Plan", Key: "4", New: func(h *tui.Host, _ string) tui.Page { return planner.New(o, o)(h, arg) }})
	c.Keys("4")
	c.Advance(time.Second)
	return c
}

func TestFrames(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"200x50", 200, 50}, {"80x24", 80, 24}, {"60x15", 60, 15}} {
		for _, look := range []struct {
			name string
			kind theme.Kind
		}{{"dark", theme.Dark}, {"no-colour", theme.NoColour}} {
			c := open(t, &office{World: orgtest.New(t)}, "", look.kind, size.w, size.h)
			c.Golden("new-" + size.name + "-" + look.name)
			c = open(t, &office{World: orgtest.New(t)}, "cmp_q4", look.kind, size.w, size.h)
			c.Keys("G")
			c.Golden("draft-" + size.name + "-" + look.name)
			c.Keys("w")
			c.Golden("preview-" + size.name + "-" + look.name)
		}
	}
}

// What is read a second time before it came is not read over what was typed since.
func TestASlowReadComesTooLate(t *testing.T) {
	o := &office{World: orgtest.New(t), gate: &tuitest.Gate{Answer: time.Minute}}
	c := orgtest.Start(t, theme.Dark, 120, 40, orgtest.Blank("home"), tui.PageSpec{ID: "plan", Title: "Plan", Key: "4", New: func(h *tui.Host, _ string) tui.Page { return planner.New(o, o)(h, "") }})
	c.Gate(o.gate)
	c.Keys("4")
	c.Has("reading what is planned")
	o.gate.Answer = 0
	c.Keys("f5", "g", "enter")
	c.Type("Q1 2027")
	c.Keys("enter")
	c.Has("Q1 2027  ")
	c.Advance(2 * time.Minute)
	c.Has("Q1 2027  ")
	c.HasNot("the campaign has no name")
}

// A whole plan, from an empty one to a draft: what is wrong is said where it stands,
// the count follows, and a refusal loses nothing.
func TestPlanning(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	c := open(t, o, "", theme.Dark, 160, 60)
	c.Has("the campaign has no name")
	c.Has("40 items of 50 holdings")
	c.Keys("W")
	c.Has("2 fields are wrong: Name")
	c.Keys("g", "enter")
	c.Type("Q1 2027")
	c.Keys("enter", "j", "enter", "enter")
	c.Has("no due date is given: write one") // the dialog stays
	c.Type("2027-01-15")
	c.Keys("enter")
	c.Keys("j", "j", "j", "enter")
	c.Type("Nope")
	c.Keys("enter")
	c.Has(`nothing here is called "Nope"`)
	c.Keys("esc", "a", "down", "enter")
	c.Advance(time.Second)
	c.Has("7 items of 50 holdings")
	c.Keys("u")
	c.Advance(time.Second)
	c.Has("40 items of 50 holdings")
	c.Keys("U")
	o.fail = domain.Errorf(domain.Conflict, "there is a campaign %q already", "Q1 2027").Hinted("choose another name")
	c.Keys("W")
	c.Has("there is a campaign \"Q1 2027\" already: choose another name")
	c.Has("Q1 2027")
	o.fail = nil
	c.Keys("esc", "W")
	c.Has("drafted: Q1 2027")
	if len(o.saved) != 2 || o.saved[1].Values["agents"] != "Sales Agent" || o.saved[1].Values["due"] != "2027-01-15" || o.saw[1].Size != 42 || len(o.saw[1].Digest) != 64 {
		t.Errorf("%+v", o.saved)
	}
}

func TestStagesAndExclusions(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	c := open(t, o, "cmp_q4", theme.Dark, 160, 70)
	c.Keys("n")
	c.Has("Stage 3 of 3")
	c.Keys("enter", "ctrl+u")
	c.Type("tom@acme.example")
	c.Keys("enter", "<")
	c.Keys("x")
	c.Type("nobody")
	c.Keys("enter")
	c.Has(`nothing here is called "nobody"`)
	c.Keys("ctrl+u")
	c.Type("dana@acme.example")
	c.Keys("enter", "enter")
	c.Type("Sales Agent")
	c.Keys("enter", "enter")
	c.Has("a reason is needed")
	c.Type("she left")
	c.Keys("enter")
	c.Has("dana@acme.example for Sales Agent: she left")
	c.Keys("D") // the exclusion under the cursor
	c.HasNot("dana@acme.example for Sales Agent: she left")
	c.Keys("u", "W")
	c.Has("changed: Q4")
	p := o.saved[0]
	if p.Draft != "cmp_q4" || len(p.Exclude) != 2 || p.Exclude[1] != (planner.Exclusion{Who: "dana@acme.example", Agent: "Sales Agent", Reason: "she left"}) {
		t.Errorf("%+v", p.Exclude)
	}
	if len(p.Stages) != 3 || p.Stages[1]["reviewers"] != "tom@acme.example" || p.Stages[2]["reviewers"] != "owner" {
		t.Errorf("%v", p.Stages)
	}
}

// A stage is taken out; the last one is not.
func TestAStageIsTakenOut(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	c := open(t, o, "cmp_q4", theme.Dark, 160, 70)
	c.Keys("n", "D", "j", "enter")
	c.Has("Stage 2 of 2")
	c.HasNot("Stage 3 of")
}

// What a definition says is drafted as it was approved, until a field is changed.
func TestBeginningAsADefinition(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	c := open(t, o, "", theme.Dark, 160, 60)
	c.Keys("enter")
	c.Type("Mine")
	c.Keys("enter", "j", "enter")
	c.Type("2026-05-01")
	c.Keys("enter", "b", "enter")
	c.Has("version 3 of the definition Quarterly")
	c.Has("agent, area")
	c.Keys("W")
	c.Has("drafted: Mine")
	if p := o.saved[0]; p.Definition != "def_1" || p.Values["name"] != "Mine" {
		t.Errorf("%+v", p)
	}
	c = open(t, o, "definition:def_1", theme.Dark, 160, 60)
	c.Keys("j", "enter")
	c.Type("2026-05-01")
	c.Keys("enter", "j", "D")
	c.Has("not drafted from the definition any more")
	c.Keys("W")
	if p := o.saved[1]; p.Definition != "" || p.Values["kinds"] != "" {
		t.Errorf("%+v", p)
	}
}

// Leaving what is not saved is asked about; who only reads changes nothing.
func TestNothingIsLostByAKey(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	c := open(t, o, "", theme.Dark, 120, 40)
	c.Keys("enter")
	c.Type("Half")
	c.Keys("enter", "q")
	c.Has("the plan of Half")
	c.Keys("esc")
	c.Has("Half")
	o = &office{World: orgtest.New(t)}
	o.Actor = ""
	c = open(t, o, "cmp_q4", theme.Dark, 120, 40)
	c.Keys("enter")
	c.Has("This console only reads.")
	c.Keys("W", "n", "x", "D")
	if len(o.saved) > 0 {
		t.Error(o.saved)
	}
	c = open(t, &office{World: orgtest.New(t)}, "cmp_none", theme.Dark, 120, 40)
	c.Has(`there is no campaign "cmp_none": choose one`)
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	c := open(t, &office{World: orgtest.New(t)}, "", theme.Dark, 120, 40)
	if faults := c.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestClicks(t *testing.T) {
	open(t, &office{World: orgtest.New(t)}, "cmp_q4", theme.Dark, 80, 24).ClickRows()
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "enter", "enter", "esc", "esc", "a", "b", "n", "x", "D", "<", ">", "u", "U", "w", "W", "s", "tab", "p", "P", "/", "?", ":", "q", "down", "pgdown", "ctrl+u"}
	for seed := range uint64(4) {
		open(t, &office{World: orgtest.New(t)}, []string{"", "cmp_q4"}[seed%2], theme.Dark, 100, 30).Fuzz(seed, 200, keys)
	}
}

// Each thing that a plan says is a field of its own, told apart by its id.
func TestFieldsAreToldApart(t *testing.T) {
	for _, all := range [][]planner.Field{planner.Fields(), planner.StageFields()} {
		var ids []string
		for _, f := range all {
			if slices.Contains(ids, f.ID) || f.Label == "" || f.Help == "" {
				t.Errorf("%+v", f)
			}
			ids = append(ids, f.ID)
		}
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	c := open(t, &office{World: orgtest.New(t)}, "definition:def_1", theme.Dark, 140, 40)
	c.Keys("G")
	c.Picture("plan")
}
