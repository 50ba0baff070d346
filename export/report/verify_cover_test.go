package report

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"countersign/export/xlsx"
)

// A file whose digest stands, true, in a cell that nobody looks at does not pass with
// another one on its cover's line.
func TestVerifyHoldsTheCoversDigestAgainstTheFilesOwn(t *testing.T) {
	q := closedQuarter(t)
	file, _ := q.export()
	part := sheetPart(t, file, sheetCover)
	name := regexp.MustCompile(`(<definedName[^>]*name="` + xlsx.SealName + `"[^>]*>)[^<]*`)
	rows := regexp.MustCompile(`<row r="([0-9]+)"`)
	moved := func(digest string) []byte {
		files := partsOf(t, file)
		all := rows.FindAllSubmatch(files[part], -1)
		last := 0
		if _, err := fmt.Sscan(string(all[len(all)-1][1]), &last); err != nil || !name.Match(files["xl/workbook.xml"]) {
			t.Fatalf("the cover ends in %v, %.1500s", err, files["xl/workbook.xml"])
		}
		files["xl/workbook.xml"] = name.ReplaceAll(files["xl/workbook.xml"], fmt.Appendf(nil, "${1}'%s'!$$Z$$%d", sheetCover, last+1))
		files[part] = bytes.Replace(files[part], []byte("</sheetData>"), fmt.Appendf(nil, `<row r="%d"><c r="Z%d" t="inlineStr"><is><t>%s</t></is></c></row></sheetData>`, last+1, last+1, digest), 1)
		return zipped(t, files)
	}
	first := moved("none")
	book, err := xlsx.Open(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := book.Contents(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	v := verify(t, moved(c.Digest.String()), nil)
	holds(t, "another cell named", v, "the content digest reads")
	if strings.Contains(strings.Join(v.Faults, "\n"), "values were changed") {
		t.Errorf("the file does not agree with the cell that is named: %q", v.Faults)
	}
}
