package reports_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/reports"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
)

type office struct {
	*orgtest.World
	did  []string
	fail error
	gate *tuitest.Gate
}

func (o *office) Reports() []reports.Report {
	return []reports.Report{
		{Name: "agent-matrix", Title: "Agent access matrix", About: "Who reaches which agent, at which level, with what nobody reaches.", AsOf: true, Agents: true, Department: true, Active: true, Fields: filter.Matrix()},
		{Name: "area-matrix", Title: "Area matrix", About: "Who has which level in which area, for all agents or for one.", AsOf: true, Agent: true, Department: true, Active: true, Fields: filter.Matrix()},
		{Name: "campaign", Title: "Campaign evidence", About: "Everything about one campaign.", Campaign: true},
		{Name: "log", Title: "Audit log", About: "Every event of the audit log.", AsOf: true, Span: true, Fields: filter.Events()},
	}
}

func (o *office) Formats() []string { return []string{"xlsx", "json", "zip", "csv"} }

func (o *office) LastExports(context.Context) (map[string]reports.Exported, error) {
	return map[string]reports.Exported{"log": {At: orgtest.Now.Add(-time.Hour), By: orgtest.Hostile, File: orgtest.Hostile + ".xlsx"}}, o.Fails
}

func (o *office) Export(_ context.Context, x reports.Order, tell func(string)) (string, error) {
	if o.gate != nil {
		if err := o.gate.Pass("an export"); err != nil {
			return "", err
		}
	}
	tell("Log 42%")
	if x.Agents+x.Department+x.Active != "" {
		o.did = append(o.did, fmt.Sprintf("%s for %s of %s, active: %s", x.Report, x.Agents, x.Department, x.Active))
		return "written: " + x.File + ", 1,234 rows", o.fail
	}
	o.did = append(o.did, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s|%s|%s", x.Report, x.Format, x.File, x.AsOf, x.From, x.To, x.Filter, x.Agent, x.Campaign))
	return "written: " + x.File + ", 1,234 rows", o.fail
}

func open(t testing.TB, o *office, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, w, h, tui.PageSpec{ID: "reports", Title: "Reports", Key: "f10", New: reports.New(o, o)})
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}, {"60x15", theme.Dark, 60, 15}} {
		d := open(t, &office{World: orgtest.New(t)}, c.kind, c.w, c.h)
		d.Keys("G")
		d.Golden("reports-" + c.name)
		d.Keys("e")
		d.Golden("write-" + c.name)
	}
}

// What is typed reaches the export, a report is asked only for what it takes, and
// where it went is said.
func TestAReportIsWrittenAsAsked(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	d := open(t, o, theme.Dark, 120, 40)
	d.Keys("G", "enter")
	d.Has("Report log")
	d.Has("From cron: countersign export log --dir FOLDER")
	d.Keys("esc", "e")
	d.Has("Write: Audit log")
	d.Keys("ctrl+u")
	d.Type("JSON")
	d.Keys("enter", "enter")
	d.Has("As of (empty: now)")
	d.Type("12")
	d.Keys("enter")
	d.Type("2026-03-01")
	d.Keys("enter")
	d.Type("2026-03-31")
	d.Keys("enter")
	d.Type("colour:red")
	d.Keys("enter")
	d.Has(`have no field "colour" to filter by`)
	if len(o.did) > 0 {
		t.Fatalf("written although the filter says nothing: %v", o.did)
	}
	d.Keys("ctrl+u")
	d.Type("by:dana")
	d.Keys("enter")
	d.Has("written: log, 1,234 rows")
	d.Keys("esc", "g", "j", "j", "e", "enter", "enter")
	d.Has("Campaign (empty")
	d.HasNot("As of")
	d.HasNot("Filter (empty")
	d.Type("Q4 2026")
	d.Keys("enter")
	want := []string{"log|json|log|12|2026-03-01|2026-03-31|by:dana||", "campaign|xlsx|campaign||||||Q4 2026"}
	if !slices.Equal(o.did, want) {
		t.Errorf("asked for %q, want %q", o.did, want)
	}
	d.Sound()
}

// Whom and which agents a report holds is asked as the command takes it.
func TestAReportIsNarrowedToPeopleAndAgents(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	d := open(t, o, theme.Dark, 120, 40)
	d.Keys("g", "e", "enter", "enter", "enter")
	d.Type(`Sales, "Ops, East"`)
	d.Keys("enter")
	d.Type("Support")
	d.Keys("enter")
	d.Type("perhaps")
	d.Keys("enter")
	d.Has(`"perhaps" is no answer: write yes, or nothing`)
	d.Keys("ctrl+u")
	d.Type("Y")
	d.Keys("enter", "enter")
	d.Has("written: agent-matrix")
	if want := []string{`agent-matrix for Sales, "Ops, East" of Support, active: yes`}; !slices.Equal(o.did, want) {
		t.Errorf("asked for %q, want %q", o.did, want)
	}
}

// Where it fails the reason stays until esc, and what was typed is there again.
func TestNothingTypedIsLost(t *testing.T) {
	o := &office{World: orgtest.New(t), fail: domain.Errorf(domain.Forbidden, "the folder cannot be written").Hinted("choose another one")}
	d := open(t, o, theme.Dark, 120, 40)
	d.Keys("e", "enter")
	d.Type("-mine")
	d.Keys("enter", "enter", "enter", "enter", "enter", "enter")
	d.Has("the folder cannot be written: choose another one")
	d.Keys("esc", "e")
	d.Has("agent-matrix-mine")
	d.Keys("esc", "esc")
	if len(o.did) != 1 || !strings.HasPrefix(o.did[0], "agent-matrix|xlsx|agent-matrix-mine|") {
		t.Errorf("asked for %q", o.did)
	}
	o.Fails = domain.Errorf(domain.Internal, "the disk is gone")
	d.Keys("f5")
	d.Has("the disk is gone")
}

// A long export says how far it is, and esc stops it.
func TestALongExportTellsAndIsStopped(t *testing.T) {
	g := &tuitest.Gate{Answer: time.Minute}
	o := &office{World: orgtest.New(t), gate: g}
	d := open(t, o, theme.Dark, 120, 40)
	d.Gate(g)
	d.Keys("e", "enter", "enter", "enter", "enter", "enter", "enter", "enter")
	d.Advance(2 * time.Second)
	d.Has("Log 42%")
	d.Has("exporting agent-matrix")
	d.Has("esc stops it")
	d.Keys("esc")
	d.Has("stopped: exporting agent-matrix")
	d.Keys("esc")
	d.Advance(2 * time.Minute)
	d.HasNot("Log 42%")
	if len(g.Outside) > 0 {
		t.Errorf("read outside a command: %v", g.Outside)
	}
}

// Opened for a report it asks for it at once; one that is not there is said.
func TestItOpensForAReport(t *testing.T) {
	o := &office{World: orgtest.New(t)}
	d := orgtest.Start(t, theme.Dark, 100, 30, tui.PageSpec{ID: "home", Title: "Home", Key: "1", New: reports.New(o, o)}, tui.PageSpec{ID: "reports", Title: "Reports", New: reports.New(o, o)})
	d.Send(tui.PushMsg{ID: "reports", Arg: "Area-Matrix"})
	d.Has("Write: Area matrix")
	d.Has("Agent (empty: all agents)")
	d.Keys("esc")
	d.Has("agent-matrix")
	d.Keys("esc")
	d.Send(tui.PushMsg{ID: "reports", Arg: orgtest.Hostile})
	d.Has("there is no report")
	d.Sound()
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := open(t, &office{World: orgtest.New(t)}, theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "enter", "enter", "esc", "esc", "/", "a", "e", "x", "i", "y", "p", "s", "S", "tab", "f5", "?", "q", "1", "ctrl+u"}
	for seed := range uint64(4) {
		open(t, &office{World: orgtest.New(t)}, theme.Dark, 100, 30).Fuzz(seed, 200, keys)
	}
}

// A click selects the row it is on, in every window.
func TestClicks(t *testing.T) {
	open(t, &office{World: orgtest.New(t)}, theme.Dark, 80, 24).ClickRows()
}
