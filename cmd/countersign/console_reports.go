package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/reports"
)

// reportPages is the console's page over the reports.
func reportPages(s *session) []tui.PageSpec {
	d := reportDesk{orgDesk{s: s, now: true}}
	return []tui.PageSpec{{ID: "reports", Title: "Reports", Key: "f10", New: reports.New(d, d)}}
}

// reportNames are what the palette's word export takes besides formats.
func reportNames() []string {
	var out []string
	for _, r := range report.Reports() {
		out = append(out, r.Name)
	}
	return out
}

// reportDesk writes reports for the person at the screen.
type reportDesk struct{ orgDesk }

// Reports implements reports.Reads.
func (reportDesk) Reports() []reports.Report {
	var out []reports.Report
	for _, r := range report.Reports() {
		takes := func(c report.Choice) bool { return slices.Contains(r.Takes, c) }
		out = append(out, reports.Report{Name: r.Name, Title: r.Title, About: r.About, Fields: r.Fields(),
			AsOf: takes(report.AsOf), Span: takes(report.ByFrom), Agent: takes(report.ByAgent),
			Agents: takes(report.ByAgents), Department: takes(report.ByDepartment), Active: takes(report.ByActive), Campaign: needs(r, "campaign")})
	}
	return out
}

// Formats implements reports.Reads.
func (reportDesk) Formats() []string {
	return []string{string(report.XLSX), string(report.JSON), string(report.ZIP), string(report.CSV), string(report.JSONL)}
}

// exportsRead is how many exports of the log are looked through for the last of each
// report.
const exportsRead = 500

// LastExports implements reports.Reads.
func (d reportDesk) LastExports(ctx context.Context) (map[string]reports.Exported, error) {
	out := map[string]reports.Exported{}
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		es, err := tx.Events(review.EventQuery{Types: []domain.EventType{domain.EvExported}, Limit: exportsRead})
		if err != nil {
			return err
		}
		for _, e := range es { // the newest first
			var x review.Export
			if err := json.Unmarshal(e.Data, &x); err != nil {
				return domain.Errorf(domain.Internal, "event %d is an export that cannot be read: %v", e.Seq, err)
			}
			if _, later := out[x.Report]; !later {
				out[x.Report] = reports.Exported{At: e.Time, By: o.Name(domain.KindPrincipal, e.Actor), File: x.File}
			}
		}
		return nil
	})
}

// namesListed reads texts with commas between, as a flag of several does: one that has a
// comma itself stands in quotes.
func namesListed(s string) ([]string, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	r := csv.NewReader(strings.NewReader(s))
	r.TrimLeadingSpace = true
	list, err := r.Read()
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%q is no list with commas between", s).Hinted("close every quote: \"One, Two\", Three")
	}
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list, nil
}

// Export implements reports.Acts: as the command does, into the current directory
// unless the name says another.
func (d reportDesk) Export(ctx context.Context, o reports.Order, tell func(string)) (string, error) {
	r, err := report.Find(o.Report)
	if err != nil {
		return "", err
	}
	format, err := report.ParseFormat(o.Format)
	if err != nil {
		return "", err
	}
	f := exportFlags{out: o.File, asOf: o.AsOf, from: o.From, to: o.To, filter: o.Filter, agent: o.Agent, department: o.Department, active: o.Active != ""}
	if f.agents, err = namesListed(o.Agents); err != nil {
		return "", err
	}
	if end := format.Extension(); !strings.HasSuffix(strings.ToLower(f.out), end) {
		f.out += end
	}
	var about []string
	if o.Campaign != "" {
		about = []string{o.Campaign}
	}
	doc, err := d.s.exportOne(ctx, r, about, f, format, func(part string, done, total int64) {
		if total > 0 {
			part = fmt.Sprintf("%s %d%%", part, min(100, 100*done/total))
		}
		tell(part)
	})
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("written: %s, %s", f.out, review.Count(doc.Rows, "row", "rows"))
	for _, n := range doc.Notes {
		said += " · " + n
	}
	return said, nil
}
