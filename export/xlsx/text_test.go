package xlsx

import (
	"encoding/xml"
	"strings"
	"testing"
)

func xmlText(t interface{ Fatal(...any) }, b []byte) string {
	var v struct {
		T string `xml:",chardata"`
	}
	if err := xml.Unmarshal([]byte("<t>"+string(b)+"</t>"), &v); err != nil {
		t.Fatal(err)
	}
	return v.T
}

func TestUnitsAndCuts(t *testing.T) {
	for _, c := range []struct {
		s     string
		units int
		n     int
		head  string
	}{
		{"", 0, 5, ""}, {"abc", 3, 2, "ab"}, {"é", 1, 1, "é"}, {"a👩b", 4, 2, "a"}, {"a👩b", 4, 3, "a👩"}, {"\xff\xff", 2, 1, "\xff"},
	} {
		head, tail := cutAt(c.s, c.n)
		if units(c.s) != c.units || head != c.head || head+tail != c.s {
			t.Errorf("%q: %d units, cut at %d into %q and %q", c.s, units(c.s), c.n, head, tail)
		}
	}
	if tooLong(strings.Repeat("é", MaxUnits)) || !tooLong(strings.Repeat("👩", MaxUnits/2+1)) {
		t.Error("the limit counts UTF-16 units")
	}
}

// The rules are Excel's, from its manual and ECMA-376 18.2.19, 18.5.1.2.
func TestNames(t *testing.T) {
	n := names{}
	for _, c := range []struct{ want, got string }{
		{"Decisions", "Decisions"}, {"decisions", "decisions (2)"}, {"a/b:c", "a-b-c"}, {"'quoted'", "quoted"},
		{"History", "Sheet History"}, {"", "Sheet"}, {"*", "-"},
		{strings.Repeat("x", 40), strings.Repeat("x", 31)}, {strings.Repeat("x", 41), strings.Repeat("x", 27) + " (2)"},
		{strings.Repeat("x", 30) + "👩", strings.Repeat("x", 30)},
	} {
		if got := n.sheet(c.want); got != c.got {
			t.Errorf("sheet %q is named %q, want %q", c.want, got, c.got)
		}
	}
	tables := names{}
	for _, c := range []struct{ want, got string }{
		{"Decisions", "Decisions"}, {"Changes during", "Changes_during"}, {"Q3", "Table_Q3"}, {"R1C1", "Table_R1C1"}, {"R", "Table_R"},
		{"c", "Table_c"}, {"XFD1", "Table_XFD1"}, {"2026", "Table_2026"}, {"ملف", "Table_"}, {"DECISIONS", "DECISIONS_2"}, {"Risk1x", "Risk1x"},
	} {
		if got := tables.table(c.want); got != c.got {
			t.Errorf("table %q is named %q, want %q", c.want, got, c.got)
		}
	}
	heads := names{}
	for _, c := range []struct{ want, got string }{
		{"a\nb", "a b"}, {"A B", "A B (2)"}, {"", "Column"}, {" ", "Column (2)"}, {"=1", "=1"},
	} {
		if got := heads.header(c.want); got != c.got {
			t.Errorf("header %q is %q, want %q", c.want, got, c.got)
		}
	}
}

func TestColumnNames(t *testing.T) {
	for col, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 52: "AZ", 702: "ZZ", 703: "AAA", 16384: "XFD"} {
		if got := columnName(col); got != want {
			t.Errorf("column %d is %s, want %s", col, got, want)
		}
		row, back, ok := parseCell(want + "7")
		if row != 7 || back != col || !ok {
			t.Errorf("%s7 is row %d, column %d, %v", want, row, back, ok)
		}
	}
	for _, bad := range []string{"", "A", "7", "a1", "A0", "A-1", "A+1", "XFE1", "A1048577", "AAAA1"} {
		if _, _, ok := parseCell(bad); ok {
			t.Errorf("%q was taken for a cell", bad)
		}
	}
}
