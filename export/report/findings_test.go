package report

import (
	"context"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// buildNow builds a report from the quarter's store and reads one sheet of it.
func (q *quarter) buildNow(name, sheetName string) [][]string {
	q.t.Helper()
	r, err := Find(name)
	q.must(err)
	var out [][]string
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		wb, err := r.Build(context.Background(), tx, Request{Actor: q.ada})
		if err != nil {
			return err
		}
		_, book := written(q.t, wb)
		if out = cells(q.t, book, sheetName); sheetName == r.Main {
			cover := cells(q.t, book, "Cover")
			if !slices.ContainsFunc(cover, func(row []string) bool { return len(row) > 0 && row[0] == r.Title }) {
				q.t.Errorf("the cover of %s does not name it: %q", name, cover)
			}
		}
		return nil
	})
	return out
}

// The workbook lists exactly the findings, each with who it is about.
func TestFindingsReport(t *testing.T) {
	q := newQuarter(t)
	rows := q.buildNow("findings", "Findings")
	var want []domain.Finding
	storetest.View(t, q.s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil {
			want, err = review.Findings(tx, o, tx.Now())
		}
		return err
	})
	if len(rows)-1 != len(want) || len(want) < 5 {
		t.Fatalf("%d rows of %d findings", len(rows)-1, len(want))
	}
	kinds := map[string]bool{}
	for i, f := range want {
		row := rows[i+1]
		kinds[f.Kind.String()] = true
		if row[0] != f.Severity.String() || row[1] != f.Kind.String() || row[8] != string(f.ID) || row[3] == "" || row[4] == "" {
			t.Errorf("row %d: %q of %+v", i, row, f)
		}
	}
	for _, k := range []string{"expired-window", "no-access"} {
		if !kinds[k] {
			t.Errorf("no %s among %v", k, kinds)
		}
	}
	cover := q.buildNow("findings", "Cover")
	if got := value(t, cover, "Findings"); got == "0" || got == "" {
		t.Errorf("the cover counts %q findings", got)
	}
}

// Coverage is the part of the matrix that nobody or nothing is in.
func TestCoverageReport(t *testing.T) {
	o := hostileWorld(t)
	_, matrix := written(t, AgentMatrix(o, meta(o), PeopleFilter{}))
	_, book := written(t, Coverage(o, meta(o), PeopleFilter{}))
	want, got := cells(t, matrix, "Coverage"), cells(t, book, "Coverage")
	if len(want) < 10 || len(got) != len(want) {
		t.Fatalf("%d rows, the matrix has %d", len(got), len(want))
	}
	for i := range want {
		// What is longer than a cell goes on elsewhere, each workbook in its own place.
		if got[i][0] != want[i][0] || got[i][2] != want[i][2] {
			t.Errorf("row %d: %s of %s, want %s of %s", i, got[i][0], got[i][2], want[i][0], want[i][2])
		}
	}
}

// The seed's comparison (Twig, group management, 180-206), from imported usage
// to the sheet.
func TestSeedGroupAnalyticsReport(t *testing.T) {
	q := newQuarter(t)
	member := func(id, who, group domain.ID) domain.Grant {
		return domain.Grant{ID: id, Holder: holder(who), Target: domain.Target{Kind: domain.TargetGroup, ID: group}, Level: domain.Member}
	}
	given := func(id, group domain.ID) domain.Grant {
		return domain.Grant{ID: id, Holder: domain.Holder{Kind: domain.HolderGroup, ID: group}, Target: onAgent("agt_sales"), Level: domain.ViewUse}
	}
	use := func(who domain.ID, count, accuracy, satisfaction int) domain.Usage {
		return domain.Usage{Principal: who, Target: onAgent("agt_sales"), LastUsed: "2026-01-02", Count: count, Accuracy: accuracy,
			Satisfaction: satisfaction, Origin: domain.Origin{Source: "twig"}}
	}
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "more"},
		domain.Begin(domain.Group{ID: "grp_t1", Name: "Tier 1 Support"}), domain.Begin(domain.Group{ID: "grp_t2", Name: "Tier 2 Support"}),
		domain.Begin(member("gnt_1", "usr_h01", "grp_t1")), domain.Begin(member("gnt_2", "usr_h02", "grp_t1")),
		domain.Begin(member("gnt_3", "usr_h03", "grp_t2")), domain.Begin(given("gnt_4", "grp_t1")), domain.Begin(given("gnt_5", "grp_t2")),
		domain.Begin(use("usr_h01", 8000, 870, 430)), domain.Begin(use("usr_h02", 200, 870, 430)), domain.Begin(use("usr_h03", 4250, 920, 460)))
	found := 0
	for _, row := range q.buildNow("group-analytics", "Group analytics") {
		for name, want := range map[string]string{"Tier 1 Support": "2 2 1 8200 87% 4.3", "Tier 2 Support": "1 1 1 4250 92% 4.6"} {
			if row[0] != name {
				continue
			}
			found++
			if got := strings.Join(row[1:7], " "); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d of the two groups are there", found)
	}
}
