package xlsxtest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
)

// Check fails the test for every breach in a workbook.
func Check(t testing.TB, workbook []byte) {
	t.Helper()
	for _, p := range Lint(workbook) {
		t.Error(p)
	}
}

// Lint lists the breaches in a workbook, each as "part: what is wrong".
func Lint(workbook []byte) []string {
	l := &lint{files: map[string][]byte{}, trees: map[string]*node{}}
	if l.unpack(workbook); len(l.problems) > 0 {
		return l.problems
	}
	l.contentTypes()
	l.allRels()
	l.styles()
	l.strings()
	l.workbook()
	l.drawings()
	return l.problems
}

type lint struct {
	problems []string
	order    []string
	files    map[string][]byte
	trees    map[string]*node

	sheets     []sheetPart
	styleCount int
	dxfCount   int
	texts      []string
	tableIDs   map[string]bool
	taken      map[string]bool // names of tables and defined names, in lower case
}

type sheetPart struct{ name, part string }

func (l *lint) add(part, format string, args ...any) {
	l.problems = append(l.problems, part+": "+fmt.Sprintf(format, args...))
}

// unpack reads all parts; each name once, each XML part well-formed.
func (l *lint) unpack(b []byte) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		l.add("package", "no zip: %v", err)
		return
	}
	for _, f := range z.File {
		if _, twice := l.files[f.Name]; twice {
			l.add(f.Name, "stands twice in the package")
		}
		rc, err := f.Open()
		if err != nil {
			l.add(f.Name, "cannot be opened: %v", err)
			continue
		}
		body, err := io.ReadAll(rc)
		if e := rc.Close(); err == nil {
			err = e
		}
		if err != nil {
			l.add(f.Name, "cannot be unpacked: %v", err)
			continue
		}
		l.order = append(l.order, f.Name)
		l.files[f.Name] = body
		if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
			tree, err := parse(body)
			if err != nil {
				l.add(f.Name, "is not well-formed: %v", err)
				continue
			}
			l.trees[f.Name] = tree
		}
	}
}

var wantTypes = []struct{ prefix, suffix string }{
	{"xl/workbook.xml", "sheet.main+xml"}, {"xl/worksheets/sheet", "worksheet+xml"}, {"xl/tables/", "table+xml"},
	{"xl/charts/chart", "drawingml.chart+xml"}, {"xl/drawings/drawing", "drawing+xml"},
	{"xl/styles.xml", "styles+xml"}, {"xl/sharedStrings.xml", "sharedStrings+xml"},
}

// contentTypes: the list is first, names every part once and no part that is not there.
func (l *lint) contentTypes() {
	const name = "[Content_Types].xml"
	if l.order[0] != name {
		l.add("package", "%s is not the first part", name)
	}
	ext, part := map[string]string{}, map[string]string{}
	for _, n := range l.trees[name].all("Default") {
		ext[strings.ToLower(n.get("Extension"))] = n.get("ContentType")
	}
	for _, n := range l.trees[name].all("Override") {
		p := strings.TrimPrefix(n.get("PartName"), "/")
		if _, twice := part[p]; twice {
			l.add(name, "names %s twice", p)
		}
		if l.files[p] == nil {
			l.add(name, "names %s, which is not there", p)
		}
		part[p] = n.get("ContentType")
	}
	for _, p := range l.order {
		kind := part[p]
		if kind == "" {
			kind = ext[strings.TrimPrefix(path.Ext(p), ".")]
		}
		if kind == "" && p != name {
			l.add(name, "has no type for %s", p)
		}
		for _, w := range wantTypes {
			if strings.HasPrefix(p, w.prefix) && strings.HasSuffix(p, ".xml") && !strings.HasSuffix(kind, w.suffix) {
				l.add(name, "%s has the type %q", p, kind)
			}
		}
	}
}

// rels are the relations of a part: id to target part; "" for external ones.
func (l *lint) rels(part string) map[string]string {
	dir, base := path.Split(part)
	to := map[string]string{}
	for _, r := range l.trees[dir+"_rels/"+base+".rels"].all("Relationship") {
		target := r.get("Target")
		if r.get("TargetMode") == "External" {
			to[r.get("Id")] = ""
			continue
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		to[r.get("Id")] = strings.TrimPrefix(path.Clean(target), "/")
	}
	return to
}

// allRels: ids are unique in their part, targets exist, and the owner does.
func (l *lint) allRels() {
	for _, name := range l.order {
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		dir, base := path.Split(name)
		owner := strings.TrimSuffix(path.Join(dir, "..", base), ".rels")
		if name != "_rels/.rels" && l.files[owner] == nil {
			l.add(name, "belongs to %s, which is not there", owner)
		}
		if name == "_rels/.rels" {
			owner = ""
		}
		seen := map[string]bool{}
		for _, r := range l.trees[name].all("Relationship") {
			if seen[r.get("Id")] {
				l.add(name, "has the id %s twice", r.get("Id"))
			}
			seen[r.get("Id")] = true
		}
		for id, target := range l.rels(owner) {
			if target != "" && l.files[target] == nil {
				l.add(name, "%s leads to %s, which is not there", id, target)
			}
		}
	}
}

// styles: every index a style uses is in range, every count is right.
func (l *lint) styles() {
	const name = "xl/styles.xml"
	s := l.trees[name]
	count := map[string]int{}
	for _, list := range []struct{ list, item string }{
		{"fonts", "font"}, {"fills", "fill"}, {"borders", "border"}, {"cellStyleXfs", "xf"}, {"cellXfs", "xf"}, {"dxfs", "dxf"}, {"numFmts", "numFmt"},
	} {
		n := s.kid(list.list)
		count[list.list] = len(n.all(list.item))
		if n != nil && n.number("count") != count[list.list] {
			l.add(name, "%s says %s and has %d", list.list, n.get("count"), count[list.list])
		}
	}
	if count["fonts"] == 0 || count["fills"] < 2 || count["borders"] == 0 || count["cellXfs"] == 0 {
		l.add(name, "lacks fonts, fills, borders or formats")
	}
	formats := map[int]bool{}
	for _, n := range s.kid("numFmts").all("numFmt") {
		formats[n.number("numFmtId")] = true
	}
	for i, xf := range append(s.kid("cellStyleXfs").all("xf"), s.kid("cellXfs").all("xf")...) {
		for _, use := range []struct{ attr, list string }{{"fontId", "fonts"}, {"fillId", "fills"}, {"borderId", "borders"}, {"xfId", "cellStyleXfs"}} {
			if xf.get(use.attr) != "" && (xf.number(use.attr) < 0 || xf.number(use.attr) >= count[use.list]) {
				l.add(name, "format %d uses %s %s of %d", i, use.attr, xf.get(use.attr), count[use.list])
			}
		}
		if id := xf.number("numFmtId"); id >= 164 && !formats[id] {
			l.add(name, "format %d uses number format %d, which is not there", i, id)
		}
	}
	for _, f := range s.kid("fonts").all("font") {
		if f.kid("name") == nil && f.kid("sz") != nil || f.kid("name") != nil && f.kid("sz") == nil {
			l.add(name, "a font has a family or a size, not both")
		}
	}
	l.styleCount, l.dxfCount = count["cellXfs"], count["dxfs"]
}

// strings: the shared strings keep to their counts and to the longest text.
func (l *lint) strings() {
	const name = "xl/sharedStrings.xml"
	s := l.trees[name]
	for i, si := range s.all("si") {
		text := si.allText()
		l.texts = append(l.texts, text)
		if utf16Length(text) > 32767 {
			l.add(name, "text %d has %d characters", i, utf16Length(text))
		}
	}
	if s != nil && s.get("uniqueCount") != "" && s.number("uniqueCount") != len(l.texts) {
		l.add(name, "says %s texts and has %d", s.get("uniqueCount"), len(l.texts))
	}
	if s != nil && s.get("count") != "" && s.number("count") < len(l.texts) {
		l.add(name, "says %s uses of %d texts", s.get("count"), len(l.texts))
	}
}

// workbook: sheets and names are legal and unique, and lead somewhere.
func (l *lint) workbook() {
	const name = "xl/workbook.xml"
	wb, rels := l.trees[name], l.rels(name)
	seen := map[string]bool{}
	l.taken, l.tableIDs = map[string]bool{}, map[string]bool{}
	for _, s := range wb.kid("sheets").all("sheet") {
		n := s.get("name")
		if n == "" || utf16Length(n) > 31 || strings.ContainsAny(n, `:\/?*[]`) || strings.HasPrefix(n, "'") || strings.HasSuffix(n, "'") || strings.EqualFold(n, "History") {
			l.add(name, "the sheet name %q is not legal", n)
		}
		for _, key := range []string{"n" + strings.ToLower(n), "i" + s.get("sheetId"), "r" + s.get("r:id")} {
			if seen[key] {
				l.add(name, "two sheets share %q", key[1:])
			}
			seen[key] = true
		}
		part := rels[s.get("r:id")]
		if l.trees[part] == nil {
			l.add(name, "sheet %q leads nowhere", n)
			continue
		}
		l.sheets = append(l.sheets, sheetPart{name: n, part: part})
	}
	if len(l.sheets) == 0 {
		l.add(name, "has no sheets")
	}
	names := map[string]bool{}
	for _, d := range wb.kid("definedNames").all("definedName") {
		key := strings.ToLower(d.get("name")) + "/" + d.get("localSheetId")
		if names[key] {
			l.add(name, "the name %q is defined twice", d.get("name"))
		}
		names[key] = true
		if d.get("localSheetId") == "" {
			l.taken[strings.ToLower(d.get("name"))] = true
		} else if i := d.number("localSheetId"); i < 0 || i >= len(l.sheets) {
			l.add(name, "the name %q belongs to sheet %s", d.get("name"), d.get("localSheetId"))
		}
		for _, ref := range areas(d.text) {
			if sheet, ok := sheetOf(ref); ok && !l.hasSheet(sheet) {
				l.add(name, "the name %q leads to sheet %q, which is not there", d.get("name"), sheet)
			}
		}
	}
	for _, s := range l.sheets {
		l.worksheet(s)
	}
}

func (l *lint) hasSheet(name string) bool {
	return slices.ContainsFunc(l.sheets, func(s sheetPart) bool { return strings.EqualFold(s.name, name) })
}

// sheetOf is the sheet in a reference like 'A sheet'!$A$1.
func sheetOf(ref string) (string, bool) {
	i := strings.LastIndex(ref, "!")
	if i < 0 {
		return "", false
	}
	name := ref[:i]
	if len(name) > 1 && name[0] == '\'' && name[len(name)-1] == '\'' {
		name = strings.ReplaceAll(name[1:len(name)-1], "''", "'")
	}
	return name, true
}

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// areas cuts a reference to several areas at the commas outside quoted names.
func areas(ref string) []string {
	quoted := false
	return strings.FieldsFunc(ref, func(r rune) bool {
		if r == '\'' {
			quoted = !quoted
		}
		return r == ',' && !quoted
	})
}
