package xlsx

import (
	"strings"
	"testing"
)

// What programs change when they save a formula is no difference; all else is one.
func TestCanonicalFormula(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`COUNTIFS(Decisions[Answer],"=keep")`, `of:=countifs( Decisions[Answer] ; "=keep" )`, true},
		{`Population!B5`, `$Population.B5`, true},
		{`Population!B5`, `'Population'!B5`, true},
		{`_xlfn.CONCAT(A1)`, `CONCAT(A1)`, true},
		{`COUNTIFS(D[A],"=_x001B_red")`, `COUNTIFS(D[A],"=_x005F_x001B_red")`, true},
		{`COUNTIFS(D[A],"=keep")`, `COUNTIFS(D[A],"=Keep")`, false},
		{`COUNTIFS(D[A],"=a b")`, `COUNTIFS(D[A],"=ab")`, false},
		{`COUNTIFS(D[View & Use],"x")`, `COUNTIFS(D[View],"x")`, false},
		{`B5-SUM(B6:B10)`, `B5-SUM(B6:B9)`, false},
		{`B5-SUM(B6:B10)`, `0`, false},
		{`"keep"`, `"revoke"`, false},
	} {
		if (CanonicalFormula(c.a) == CanonicalFormula(c.b)) != c.same {
			t.Errorf("%s and %s: %q, %q", c.a, c.b, CanonicalFormula(c.a), CanonicalFormula(c.b))
		}
	}
}

// A shared formula moves its references that have no $ (ECMA-376, 18.3.1.40).
func TestASharedFormulaIsShifted(t *testing.T) {
	for _, c := range [][2]string{
		{`B5-C5`, `C7-D7`},
		{`COUNTIFS(D!$A$2:$A$9,$N2,D!E2:E9,"B5")`, `COUNTIFS(D!$A$2:$A$9,$N4,D!F4:F11,"B5")`},
		{`SUM(T[B5])+ROUND(A1,1)`, `SUM(T[B5])+ROUND(B3,1)`},
	} {
		if got := shifted(c[0], 2, 1); got != c[1] {
			t.Errorf("%s: %s, want %s", c[0], got, c[1])
		}
	}
}

// A formula that shows something else than the value kept beside it is a difference,
// however it is written.
func TestCompareNamesAFormula(t *testing.T) {
	good, _ := mustWrite(t, sample())
	for _, c := range []struct{ what, part, find, put, says string }{
		{"nothing", "", "", "", ""},
		{"a formula for a number", "xl/worksheets/sheet2.xml", `><v>12</v></c>`, `><f>99</f><v>12</v></c>`,
			`sheet "Decisions", row 2, column E (Seconds): should hold "12" and no formula, holds the formula "=99"`},
		{"an empty formula", "xl/worksheets/sheet2.xml", `><v>12</v></c>`, `><f></f><v>12</v></c>`, `holds the formula "={}"`},
		{"another formula", "xl/worksheets/sheet1.xml", `<f>B3*2</f>`, `<f>B3*3</f>`,
			`should hold the formula "=B3*2", holds the formula "=B3*3"`},
		{"one over other cells", "xl/worksheets/sheet1.xml", `<f>B3*2</f>`, `<f t="array" ref="B12:B14">B3*2</f>`, `over B12:B14`},
		{"an array of its own cell", "xl/worksheets/sheet1.xml", `<f>B3*2</f>`, `<f t="array" ref="B12">B3*2</f>`, ``},
		{"a shared one", "xl/worksheets/sheet1.xml", `<f>B3*2</f>`, `<f t="shared" ref="B12:C12" si="0">B3*2</f>`, ``},
		{"as another program writes it", "xl/worksheets/sheet1.xml", `<f>B3*2</f>`, `<f aca="false">=b3 * 2</f>`, ``},
		{"its value alone", "xl/worksheets/sheet1.xml", `<f>B3*2</f>`, ``, `should hold the formula "=B3*2", holds the plain value "8"`},
	} {
		t.Run(c.what, func(t *testing.T) {
			changed, hit := good, c.part == ""
			if !hit {
				changed = rezip(t, good, func(part string, b []byte) (string, []byte) {
					if part == c.part {
						hit = strings.Contains(string(b), c.find)
						b = []byte(strings.Replace(string(b), c.find, c.put, 1))
					}
					return part, b
				})
			}
			if !hit {
				t.Fatalf("%s is not in %s", c.find, c.part)
			}
			var said []string
			for d, err := range Compare(mustOpen(t, good), mustOpen(t, changed)) {
				if err != nil {
					t.Fatal(err)
				}
				said = append(said, d.String())
			}
			if (c.says == "") != (len(said) == 0) || len(said) > 1 || c.says != "" && !strings.Contains(said[0], c.says) {
				t.Errorf("said %q, want %q", said, c.says)
			}
		})
	}
}
