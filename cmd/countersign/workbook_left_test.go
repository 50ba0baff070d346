package main

import (
	"strings"
	"testing"

	"countersign/export/report"
	"countersign/review"
)

// The content of a report has one digest in every format: of an export that was no
// workbook it is not said that the workbook was saved again.
func TestAnExportInAnotherFormatIsNoWorkbookSavedAgain(t *testing.T) {
	for _, f := range report.Formats() {
		what, how := contentExported(review.Export{Format: string(f), Content: "cc"})
		if book := f == report.XLSX; (how == byContent) != book || strings.Contains(what, "no workbook") == book || !book && !strings.Contains(what, string(f)) {
			t.Errorf("%s: %q, %q", f, what, how)
		}
	}
}
