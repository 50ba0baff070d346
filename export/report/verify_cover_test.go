package report

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"countersign/export/xlsx"
	"countersign/export/xlsx/xlsxtest"
	"countersign/review"
	"countersign/store/storetest"

	"github.com/xuri/excelize/v2"
)

// A file whose digest stands, true, in a cell that nobody looks at does not pass with
// another one on its cover's line.
func TestVerifyHoldsTheCoversDigestAgainstTheFilesOwn(t *testing.T) {
	file := closedBook(t)
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

// coverNamed gives a campaign's workbook with the text beside a label of its cover
// replaced, by another program that makes the digest fit.
func coverNamed(t *testing.T, file []byte, label string, value any) []byte {
	t.Helper()
	for range 2 { // once for the value, once for the digest that it gives
		file = edited(t, file, func(f *excelize.File) error {
			rows, err := f.GetRows(sheetCover)
			if err != nil {
				return err
			}
			for i, r := range rows {
				if len(r) > 1 && r[0] == label {
					if err := f.SetCellValue(sheetCover, fmt.Sprintf("B%d", i+1), value); err != nil {
						return err
					}
				}
			}
			return nil
		})
		book, err := xlsx.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		c, err := book.Contents(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		label, value = labelDigest, c.Digest.String()
	}
	return file
}

// Of a report made again that cannot have who exported it, those lines of the cover do
// not differ, and every other one does; where the log has the file, none does.
func TestCoverAsExported(t *testing.T) {
	q := closedQuarter(t)
	file, _ := q.export()
	storetest.View(t, q.s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		again := Campaign(&ev)
		for _, c := range []struct {
			what, label string
			vouched     bool
			left        int
		}{
			{"how far the log went", labelRoot, false, 0},
			{"who owns it", "Owner", false, 1},
			{"who owns it, of a file that the log has", "Owner", true, 0},
		} {
			remade := &memory{}
			forged := coverNamed(t, file, c.label, "somebody else")
			v, err := VerifyWorkbook(context.Background(), bytes.NewReader(forged), int64(len(forged)), &again, remade)
			if err != nil {
				return err
			}
			if len(v.Differences) < 2 { // the line and the digest
				t.Fatalf("%s: %v differ", c.what, v.Differences)
			}
			if err := v.CoverAsExported(remade, c.vouched); err != nil || len(v.Differences) != c.left {
				t.Errorf("%s: %d left (%v), want %d: %v", c.what, len(v.Differences), v.Differences, c.left, err)
			}
		}
		return nil
	})
}

// A workbook of layout 4, from before workbooks carried their log, agrees with itself
// and is not faulted for what it cannot have; one of layout 5 is.
func TestAWorkbookOfLayoutFour(t *testing.T) {
	q := closedQuarter(t)
	file, _ := q.export()
	bare := edited(t, file, func(f *excelize.File) error {
		rows, err := f.GetRows(sheetProof)
		for n := len(rows); n > 0 && err == nil; n-- {
			err = f.RemoveRow(sheetProof, n)
		}
		if err == nil {
			err = f.SetCellStr(sheetProof, "A1", "Nothing")
		}
		return err
	})
	for layout, want := range map[int]string{4: "", Layout: "the log that it was made of"} {
		v := verify(t, coverNamed(t, bare, labelLayout, layout), nil)
		var about []string
		for _, f := range v.Faults {
			if strings.Contains(f, "digest") || strings.Contains(f, "layout") || want == "" {
				about = append(about, f)
			}
		}
		if said := strings.Join(about, "\n"); want == "" && said != "" || !strings.Contains(said, want) {
			t.Errorf("layout %d: said %q, want %q", layout, said, want)
		}
	}
}

// A file as Excel saves it again is the same evidence, and so is what it says of itself;
// a title, a subject or a description among its properties that the cover has not is
// named.
func TestVerifyHoldsAfterExcelAndNamesItsProperties(t *testing.T) {
	q := closedQuarter(t)
	file, _ := q.export()
	as := func(change func(parts map[string]string)) []byte {
		parts := map[string]string{}
		for name, body := range partsOf(t, file) {
			parts[name] = string(body)
		}
		change(parts)
		out := map[string][]byte{}
		for name, body := range parts {
			out[name] = []byte(body)
		}
		return zipped(t, out)
	}
	holds(t, "as Excel saves it", verify(t, as(xlsxtest.AsExcel), nil), "")
	property := func(was, is string) func(map[string]string) {
		return func(parts map[string]string) {
			body := parts["docProps/core.xml"]
			if parts["docProps/core.xml"] = regexp.MustCompile(was).ReplaceAllString(body, is); parts["docProps/core.xml"] == body {
				t.Fatalf("no %s in %s", was, body)
			}
		}
	}
	for _, c := range []struct{ what, was, is, want string }{
		{"its title", `<dc:title>[^<]*<`, `<dc:title>Nothing was revoked<`, `the file's title, among its properties, is "Nothing was revoked"`},
		{"its subject", `<dc:subject>[^<]*<`, `<dc:subject>Others<`, `the file's subject, among its properties, is "Others"`},
		{"a description", `</cp:coreProperties>`, `<dc:description>All kept</dc:description></cp:coreProperties>`, `the file's description, among its properties, is "All kept"`},
		{"no title", `<dc:title>[^<]*</dc:title>`, ``, ""},
	} {
		holds(t, c.what, verify(t, as(property(c.was, c.is)), nil), c.want)
	}
}
