package report

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// What lives in another system is taken away there: the workbook names the import
// that showed it, its file, who carried it out and who approved it.
func TestRemediationNamesTheImportThatEndedAHolding(t *testing.T) {
	ctx := context.Background()
	q := newQuarter(t)
	q.launch()
	q.decide()
	_, err := q.svc.SignOff(ctx, q.tom, q.c.ID, q.c.Name)
	q.must(err)
	_, err = q.svc.Countersign(ctx, q.cleo, q.c.ID, "usr_tom", "checked")
	q.must(err)
	_, err = q.svc.Remediate(ctx, q.ada, q.c.ID)
	q.must(err)
	hr := quarterRecords(named())[6].(domain.Grant)
	file := domain.SourceFile{Name: "hr " + evil + ".csv", SHA256: strings.Repeat("ab", 32), Rows: 9, Source: "hr"}
	done, err := q.svc.Propose(ctx, q.ada, domain.ChangeSet{Title: "Import of hr", Reason: "weekly", Source: file, Changes: []domain.Change{domain.End(hr)}})
	q.must(err)
	_, err = q.svc.Verify(ctx, q.ada, q.c.ID)
	q.must(err)
	_, book := q.export()
	for _, r := range byHeader(t, book, sheetRemediation) {
		if r["Origin"] != "hr" {
			continue
		}
		if r["Change set"] != string(done.ID) || r["Change set state"] != "applied" || r["Result"] != "verified" || number(t, r["Applied at event"]) == 0 ||
			r["Applied (UTC)"] == "" || r["Carried out by"] != "Ada Admin <ada@acme.example>" || !strings.HasSuffix(r["Source file"], ".csv, SHA-256 "+file.SHA256) {
			t.Errorf("taken away in hr: %q", r)
		}
		return
	}
	t.Error("the holding of hr is not on the sheet")
}

// A packet that the definition asks no second signature of is signed by its
// reviewer and countersigned by nobody, and no sheet says otherwise.
func TestNobodyCountersignedWhatNeededNoCountersignature(t *testing.T) {
	ctx := context.Background()
	q := newQuarter(t)
	var err error
	q.c, err = q.svc.NewCampaign(ctx, q.ada, review.Campaign{Name: "Keeps", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetGroup}},
			Stages: []review.Stage{{Reviewers: []string{"usr_tom"}}}}})
	q.must(err)
	q.launch()
	for _, it := range q.items() {
		if it.HighRisk {
			t.Fatalf("item %d is high risk and would need a checker", it.No)
		}
		q.answer(it.No, review.Keep, it.Holding.Level, "needed")
	}
	_, err = q.svc.SignOff(ctx, q.tom, q.c.ID, q.c.Name)
	q.must(err)
	_, book := q.export()
	rows, signs := byHeader(t, book, sheetDecisions), byHeader(t, book, sheetSignOffs)
	if len(rows) == 0 || len(signs) != 1 || signs[0]["State"] != signedAlone || signs[0]["Checker"] != "" {
		t.Fatalf("sign-offs %q of %d rows", signs, len(rows))
	}
	for _, r := range rows {
		if r["Sign-off"] != signedAlone || r["Signed by"] != "Tom Vale" || r["Signed (UTC)"] == "" || r["Countersigned by"] != "nobody: none needed" ||
			r["Countersigned (UTC)"] != "" || r["Change set"] != "none needed" || r["Entered by"] != "the reviewer, here" {
			t.Errorf("decision %q", r)
		}
	}
	if who := byHeader(t, book, sheetReviewers); who[0]["State"] != signedAlone {
		t.Errorf("reviewer %q", who)
	}
	// Sheets without rows say so, and the sentence is no row of theirs.
	for name, want := range map[string]string{sheetMessages: "No notification was sent.", sheetRemediation: "Nothing was reduced or revoked.",
		sheetWork: "Nothing is to be done in another system."} {
		if got := cells(t, book, name); len(got) != 2 || at(got, 1, 0) != want {
			t.Errorf("sheet %s: %q, want %q", name, got, want)
		}
	}
}
