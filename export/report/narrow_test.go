package report

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/store/storetest"
)

// ask builds a report and hands it on while the transaction is open.
func (q *quarter) ask(name string, r Request, do func(tx review.Tx, wb sheet.Workbook)) error {
	q.t.Helper()
	rep, err := Find(name)
	q.must(err)
	return q.s.View(context.Background(), func(tx review.Tx) error {
		wb, err := rep.Build(context.Background(), tx, r)
		if err == nil {
			do(tx, wb)
		}
		return err
	})
}

func (q *quarter) rowsOf(name, sheetName string, r Request) (rows []map[string]string) {
	q.t.Helper()
	q.must(q.ask(name, r, func(_ review.Tx, wb sheet.Workbook) { rows = objects(q.t, wb, sheetName) }))
	return rows
}

// filters are one of each report, with what must hold of every row that is left; the
// rows that are taken away are those for which it does not.
var filters = []struct {
	report, sheet, filter string
	holds                 func(r map[string]string) bool
}{
	{"findings", "Findings", "severity>=medium", func(r map[string]string) bool { return r["severity"] != "low" }},
	{"findings", "Findings", "!kind:no-access", func(r map[string]string) bool { return r["kind"] != "no-access" }},
	{"groups", "Groups", "members>0", func(r map[string]string) bool { return r["members"] != "0" }},
	{"people", "People", "department:Support", func(r map[string]string) bool { return r["department"] == "Support" }},
	{"people", "People", `email:"h1@acme.example",tom`, func(r map[string]string) bool {
		return r["e_mail"] == "h1@acme.example" || r["e_mail"] == "tom@acme.example"
	}},
	{"group-membership", sheetByGroup, "state:over", func(r map[string]string) bool { return r["state"] == "over" }},
	{"agents", "Agents", "class:confidential", func(r map[string]string) bool { return strings.EqualFold(r["classification"], "confidential") }},
	{"roles", sheetSettings, "role:admin", func(r map[string]string) bool { return r["role"] == "Admin" }},
	{"compliance", sheetHoldings, "kind:agent level:edit", func(r map[string]string) bool { return r["kind"] == "agent" && r["level"] == "Edit" }},
	{"changes", "Change sets", "state:applied", func(r map[string]string) bool { return r["state"] == "applied" }},
	{"log", "Log", "type:changeset.applied", func(r map[string]string) bool { return r["type"] == "changeset.applied" }},
	{"log", "Log", "!by:tom", func(r map[string]string) bool { return !strings.HasPrefix(r["actor"], "Tom Vale") }},
	{"agent-matrix", "Matrix", "department:Support", func(r map[string]string) bool { return r["department"] == "Support" }},
	{"area-matrix", "Matrix", "!status:active", func(r map[string]string) bool { return r["status"] != "active" }},
}

func TestFiltersLeaveWhatPasses(t *testing.T) {
	q := closedQuarter(t)
	done := map[string]bool{}
	for _, f := range filters {
		done[f.report] = true
		all, got := q.rowsOf(f.report, f.sheet, Request{}), q.rowsOf(f.report, f.sheet, Request{Filter: f.filter})
		var want []map[string]string
		for _, r := range all {
			if f.holds(r) {
				want = append(want, r)
			}
		}
		if len(got) != len(want) || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s by %s: %d rows, want %d of %d", f.report, f.filter, len(got), len(want), len(all))
		}
	}
	// Every field stands for a column of every sheet it filters.
	for _, r := range Reports() {
		if len(r.Fields().Fields) == 0 {
			continue
		}
		terms := "!zzz"
		for _, f := range r.Fields().Fields {
			terms += ` !` + f.Name + `:""`
		}
		q.must(q.ask(r.Name, Request{Filter: terms}, func(review.Tx, sheet.Workbook) {}))
		if err := q.ask(r.Name, Request{Filter: "colour:red"}, nil); code(err) != domain.Invalid || !strings.Contains(err.Error(), "colour") {
			t.Errorf("%s by a field it has not: %v", r.Name, err)
		}
	}
}

// The log and the change sets take a span of time, both bounds as asked.
func TestASpanOfTimeNarrowsTheLog(t *testing.T) {
	q := closedQuarter(t)
	all := q.rowsOf("log", "Log", Request{})
	times := make([]time.Time, len(all))
	for i, r := range all {
		at, err := time.Parse(time.RFC3339Nano, r["time_utc"])
		q.must(err)
		times[i] = at
	}
	from, to := times[len(times)/3], times[2*len(times)/3]
	var want []string
	for i, r := range all {
		if !times[i].Before(from) && times[i].Before(to) {
			want = append(want, r["event"])
		}
	}
	var got []string
	for _, r := range q.rowsOf("log", "Log", Request{From: from, To: to}) {
		got = append(got, r["event"])
	}
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("between %s and %s: %v, want %v", from, to, got, want)
	}
	changed := func(r Request) (n int) { return len(q.rowsOf("changes", "Change sets", r)) }
	var first time.Time
	storetest.View(t, q.s, func(tx review.Tx) error {
		heads, err := tx.ChangeSets(review.ChangeSetQuery{})
		if err != nil || len(heads) < 2 {
			t.Fatalf("%d change sets, %v", len(heads), err)
		}
		e, err := tx.Event(heads[len(heads)-1].Proposed)
		first = e.Time
		return err
	})
	total := changed(Request{})
	if a, b := changed(Request{To: first}), changed(Request{From: first}); a != 0 || b != total {
		t.Errorf("before the first change set there are %d, from it on %d of %d", a, b, total)
	}
	if n := changed(Request{From: times[len(times)-1].Add(time.Second)}); n != 0 {
		t.Errorf("%d change sets were proposed after the end", n)
	}
}

// What a cover says of its filter is read back from it, and the report is made
// again; and its figures count what is left.
func TestAFilteredReportIsMadeAgain(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	for _, c := range []struct {
		report string
		r      Request
	}{{"people", Request{Filter: `department:Support name:"Tom Vale".`}}, {"log", Request{Filter: "type:campaign", From: storetest.Start, To: storetest.Start.AddDate(1, 0, 0)}},
		{"agent-matrix", Request{Filter: "status:active", People: PeopleFilter{Department: "Support"}}}, {"compliance", Request{Filter: "level:edit"}},
		{"group-membership", Request{}}, {"roles", Request{Filter: "role:member"}}} {
		var file []byte
		var rows int
		q.must(q.ask(c.report, c.r, func(_ review.Tx, wb sheet.Workbook) {
			file, _ = written(t, wb)
			rows = len(objects(t, wb, wb.Sheets[1].Name))
		}))
		storetest.View(t, q.s, func(tx review.Tx) error {
			st, err := ReadStated(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				return err
			}
			again, _, why, err := Again(context.Background(), tx, st)
			if err != nil || why != "" {
				t.Fatalf("%s is not made again: %q, %v", c.report, why, err)
			}
			if n := len(objects(t, again, again.Sheets[1].Name)); n != rows {
				t.Errorf("%s made again has %d rows, not %d", c.report, n, rows)
			}
			for _, d := range verify(t, file, &again).Differences {
				if d.Sheet != "Cover" {
					t.Errorf("%s: %v", c.report, d)
				}
			}
			return nil
		})
	}
}
