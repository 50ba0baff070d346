package report

import (
	"strconv"

	"countersign/export/sheet"
)

// Watch gives the workbook with every table telling how far it has come, each time
// it is walked: from the second time on out of how many rows.
func Watch(wb sheet.Workbook, tell Progress) sheet.Workbook {
	if tell == nil {
		return wb
	}
	sheets := make([]sheet.Sheet, len(wb.Sheets))
	copy(sheets, wb.Sheets)
	for i := range sheets {
		if sheets[i].Table == nil {
			continue
		}
		t, name := *sheets[i].Table, sheets[i].Name
		rows, total := t.Rows, int64(0)
		t.Rows = func(yield func([]sheet.Cell, error) bool) {
			var n int64
			told := func() {
				if total > 0 {
					tell(name, n, total)
				} else {
					tell(name+", "+thousands(n)+" rows", 0, 0)
				}
			}
			for cells, err := range rows {
				if n++; n%page == 0 {
					told()
				}
				if !yield(cells, err) {
					return
				}
				if err != nil {
					return
				}
			}
			total = n
			if n >= page {
				told()
			}
		}
		sheets[i].Table = &t
	}
	wb.Sheets = sheets
	return wb
}

// thousands writes a number with commas: 12,345.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
