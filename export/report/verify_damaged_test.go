package report

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"countersign/domain"
)

// A part that is no XML is a damaged file, said in a sentence with the part's or the sheet's name, and
// no fault of the program's.
func TestADamagedPartIsSaid(t *testing.T) {
	for part, named := range map[string]string{"xl/drawings/drawing1.xml": "drawing1.xml", "xl/styles.xml": "styles.xml", "xl/worksheets/sheet2.xml": `sheet "Charts"`} {
		files := partsOf(t, closedBook(t))
		if len(files[part]) == 0 {
			t.Fatalf("the workbook has no %s", part)
		}
		files[part] = bytes.Replace(files[part], []byte("</"), []byte("</never></"), 1)
		data := zipped(t, files)
		_, err := VerifyWorkbook(context.Background(), bytes.NewReader(data), int64(len(data)), nil, nil)
		if domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), named) || !strings.Contains(err.Error(), "take the file again") {
			t.Errorf("%s: %v", part, err)
		}
	}
}
