package xlsx

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"countersign/export/sheet"
)

// What a spreadsheet program passes over does not stand in for what it shows: neither
// elements of other namespaces, nor those in places where there are none.
func TestDecoysAreNotRead(t *testing.T) {
	honest, res := mustWrite(t, book(oneColumn("L", sheet.Of("keep"), sheet.Of("keep too"), sheet.Whole(12))))
	body := regexp.MustCompile(`(?s)<sheetData>.*</sheetData>`)
	altered := func(s string) string { return strings.Replace(s, "<v>12</v>", "<v>13</v>", 1) }
	within := func(open, end string) func(string) string {
		return func(s string) string {
			true1 := body.FindString(s)
			return strings.Replace(s, true1, open+true1+end+altered(true1), 1)
		}
	}
	foreign := func(s string) string {
		true1 := body.FindString(s)
		decoy := regexp.MustCompile(`<(/?)([a-zA-Z])`).ReplaceAllString(true1, `<${1}foo:$2`)
		return strings.Replace(s, true1, decoy+altered(true1), 1)
	}
	root := func(s string) string {
		return strings.Replace(s, "<worksheet ", `<worksheet xmlns:foo="urn:foo" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" `, 1)
	}
	for name, change := range map[string]func(string) string{
		"rows of another namespace":         foreign,
		"rows in an element of another":     within(`<foo:sheetData>`, `</foo:sheetData>`),
		"rows in an element nobody knows":   within(`<junk>`, `</junk>`),
		"rows that are one of two choices":  within(`<mc:AlternateContent><mc:Choice Requires="foo">`, `</mc:Choice></mc:AlternateContent>`),
		"rows of another default namespace": within(`<junk xmlns="urn:foo">`, `</junk>`),
		"rows twice":                        within("", ""),
		"a number of another namespace":     func(s string) string { return strings.Replace(s, "<v>12</v>", "<foo:v>12</foo:v><v>13</v>", 1) },
	} {
		changed := 0
		file := rezip(t, honest, func(part string, b []byte) (string, []byte) {
			if part == "xl/worksheets/sheet1.xml" {
				s := root(change(string(b)))
				if s == root(string(b)) || !strings.Contains(s, "urn:foo") {
					t.Fatalf("%s: nothing was changed in %s", name, b)
				}
				b, changed = []byte(s), changed+1
			}
			return part, b
		})
		if changed != 1 {
			t.Fatalf("%s: %d sheets changed", name, changed)
		}
		wb := mustOpen(t, file)
		got, err := wb.Contents(context.Background())
		if _, err2 := wb.Hidden(); err == nil && err2 == nil && got.Digest == res.Digest {
			t.Errorf("%s: it is read as what was written", name)
		}
	}
	// What a program passes over does not make a workbook another one either: a place and
	// a type of another namespace, before and after the true ones.
	for _, is := range []string{`<c foo:r="A9" foo:t="s" r="A4"`, `<c r="A4" foo:r="A9" foo:t="s"`} {
		file := rezip(t, honest, func(part string, b []byte) (string, []byte) {
			if part == "xl/worksheets/sheet1.xml" {
				s := strings.Replace(root(string(b)), `<c r="A4"`, is, 1)
				if !strings.Contains(s, is) {
					t.Fatalf("nothing was changed in %s", b)
				}
				b = []byte(s)
			}
			return part, b
		})
		if got, err := mustOpen(t, file).Contents(context.Background()); err != nil || got.Digest != res.Digest {
			t.Errorf("%s: %v, %s, want %s", is, err, got.Digest, res.Digest)
		}
	}
	// Another prefix for the right namespace is the same workbook.
	file := rezip(t, honest, func(part string, b []byte) (string, []byte) {
		if part == "xl/worksheets/sheet1.xml" {
			s := regexp.MustCompile(`<(/?)([a-zA-Z])`).ReplaceAllString(string(b), `<${1}x:$2`)
			b = []byte(strings.Replace(s, `xmlns="`, `xmlns:x="`, 1))
		}
		return part, b
	})
	if got, err := mustOpen(t, file).Contents(context.Background()); err != nil || got.Digest != res.Digest {
		t.Errorf("with a prefix: %v, %s, want %s", err, got.Digest, res.Digest)
	}
}

func TestAMergedCellAndALowRowAreNamed(t *testing.T) {
	honest, _ := mustWrite(t, book(oneColumn("L", sheet.Of("keep"), sheet.Of("revoke"))))
	file := rezip(t, honest, func(part string, b []byte) (string, []byte) {
		if part == "xl/worksheets/sheet1.xml" {
			b = []byte(strings.Replace(string(b), "</sheetData>", `</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>`, 1))
		}
		return part, b
	})
	h, err := mustOpen(t, file).Hidden()
	if err != nil || len(h.Faults) != 1 || !strings.Contains(h.Faults[0], "A2:A3 are shown as one") {
		t.Errorf("%+v, %v", h, err)
	}
}
