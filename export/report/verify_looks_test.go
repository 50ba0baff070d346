package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What a file shows is not only its values: formulas, hidden parts and number formats
// can make it show something else. Both the workbook and its package find it.
func TestVerifyFindsWhatShowsSomethingElse(t *testing.T) {
	file := closedBook(t)
	format := func(code string) func(*excelize.File) error {
		return func(f *excelize.File) error {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err != nil {
				return err
			}
			return f.SetCellStyle(sheetOutcomes, "D2", "D3", id)
		}
	}
	for i, c := range []struct {
		what, want string
		change     func(*excelize.File) error
	}{
		{"nothing", "", nil},
		{"a formula for a text", `sheet "Outcomes", cell D2: holds the formula`, func(f *excelize.File) error { return f.SetCellFormula(sheetOutcomes, "D2", `"keep"`) }},
		{"a formula for a label of the cover", `sheet "Cover", cell B6: holds the formula`, func(f *excelize.File) error { return f.SetCellFormula(sheetCover, "B6", `"Q9"`) }},
		{"another figure", `sheet "Cover", cell B22: holds the formula`, func(f *excelize.File) error { return f.SetCellFormula(sheetCover, "B22", `COUNTA(Decisions[Item])*2`) }},
		{"a shape over the cells", `sheet "Outcomes": something is drawn over its cells`, func(f *excelize.File) error {
			return f.AddShape(sheetOutcomes, &excelize.Shape{Cell: "D2", Type: "rect", Paragraph: []excelize.RichTextRun{{Text: "keep"}}})
		}},
		{"a hidden sheet", `sheet "Exceptions" is hidden`, func(f *excelize.File) error { return f.SetSheetVisible(sheetExceptions, false) }},
		{"a very hidden sheet", `sheet "Exceptions" is hidden`, func(f *excelize.File) error { return f.SetSheetVisible(sheetExceptions, false, true) }},
		{"a hidden column", `sheet "Outcomes": column D is hidden`, func(f *excelize.File) error { return f.SetColVisible(sheetOutcomes, "D", false) }},
		{"a format with a text", "number format", format(`;;;"verified"`)},
		{"a format that shows nothing", "number format", format(`;;;`)},
		{"a format of figures", "number format", format(`"0";"0";"0"`)},
		{"a format with escaped letters", "number format", format(`\k\e\e\p`)},
		{"no head where the cover has a banner", `sheet "Outcomes": its printed pages do not say what the cover's banner says`, func(f *excelize.File) error {
			return f.SetHeaderFooter(sheetOutcomes, &excelize.HeaderFooterOptions{})
		}},
		{"a date's format", "", format(`yyyy\-mm\-dd\ hh:mm:ss`)},
		{"a format with separators", "", format(`#,##0.00;[Red]-#,##0.00`)},
	} {
		if testing.Short() && i > 1 {
			continue // as with the package: one path, other bytes
		}
		t.Run(c.what, func(t *testing.T) {
			v := verify(t, edited(t, file, c.change), nil)
			if said := strings.Join(v.Faults, "\n"); v.Holds() != (c.want == "") || !strings.Contains(said, c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
		})
	}
	if v := verify(t, edited(t, file, func(f *excelize.File) error { return f.SetRowVisible(sheetOutcomes, 3, false) }), nil); v.Holds() || !strings.Contains(strings.Join(v.Faults, "\n"), `sheet "Outcomes": rows are hidden that no filter hides, from row 3 on`) {
		t.Errorf("a filtered row: %q, %q", v.Faults, v.Remarks)
	}
	pack, _ := closedPackage(t)
	files := partsOf(t, pack)
	was := bytes.Clone(files[fileWorkbook])
	files[fileWorkbook] = edited(t, was, func(f *excelize.File) error {
		if err := f.SetCellFormula(sheetOutcomes, "D2", `"keep"`); err != nil {
			return err
		}
		return f.SetSheetVisible(sheetExceptions, false)
	})
	relisted(files)
	v, err := verified(t, zipped(t, files), nil)
	said := ""
	if err == nil {
		said = strings.Join(append(v.Faults, v.Differences...), "\n")
	}
	if err != nil || !strings.Contains(said, "holds the formula") || !strings.Contains(said, `"Exceptions" is hidden`) {
		t.Errorf("the package: %v, %q", err, said)
	}
}
