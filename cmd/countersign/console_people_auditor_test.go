package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// An auditor takes a row of the evidence workbook and finds the entry of the log it
// speaks of, with the same person, answer and reason.
func TestASampleIsFollowedIntoTheLog(t *testing.T) {
	if testing.Short() {
		t.Skip("an export and a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "decided")
	book := filepath.Join(t.TempDir(), "evidence.xlsx")
	as("", "export", "campaign", "Q4 2026", "--out", book)
	sample := regexp.MustCompile(`(?m)^item (\d+) of Q4 2026$`).FindAllStringSubmatch(as("", "campaign", "sample", "Q4 2026", "--seed", "20261122", "--size", "40"), -1)
	var item string
	var row map[string]string
	for _, drawn := range sample { // the first that was decided by itself, with a reason
		if one := decisionRow(t, book, drawn[1]); one["Bulk size"] == "" && one["Reason"] != "" {
			item, row = drawn[1], one
			break
		}
	}
	if item == "" {
		t.Fatalf("none of %d drawn items will do", len(sample))
	}
	x := consoleAs(t, db, "")
	x.press("0", "log of ")
	x.filter("number:" + row["Event"])
	x.shows("Event " + row["Event"])
	for _, want := range []string{row["Reviewer"], "item " + item, row["Answer"], row["Reason"]} {
		x.shows(want)
	}
	x.press("V", "verif")
	x.until("the log is not verified", func(s string) bool {
		return strings.Contains(s, "everything fits")
	})
	x.leaves()
}

// decisionRow is the row of the sheet Decisions of an item, by its columns.
func decisionRow(t *testing.T, book, item string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := f.GetRows("Decisions")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if r[0] == item {
			out := map[string]string{}
			for i, cell := range r {
				out[rows[0][i]] = cell
			}
			return out
		}
	}
	t.Fatalf("the workbook has no decision of item %s", item)
	return nil
}
