package xlsx

import (
	"bytes"
	"strings"
	"testing"

	"countersign/export/sheet"
)

// Every formula that Write makes gives, worked out from the cells of the file, the
// value that stands beside it.
func TestFormulasGiveWhatStandsBesideThem(t *testing.T) {
	wb := charted()
	grid := wb.Sheets[0].Grid
	grid.Rows[11] = grid.Rows[11][:2] // the other formula there is of no report's form
	grid.Rows = append(grid.Rows, []sheet.Cell{sheet.Live(`IF(B3=0,"",TEXT(B4/B3,"0.0%"))`, sheet.Of("50.0%")),
		sheet.Live("IF(B3=0,0,ROUND(B7/(B3-B5),1))", sheet.Real(16.7)), sheet.Live("ABS('Cover'!B3-5)+SUM(B3:B6)", sheet.Whole(9)),
		sheet.Live("COUNTIFS(Decisions!$B$2:$B$5,\"Ana\",Decisions!$C$2:$C$5,\"certify\")", sheet.Whole(1)),
		sheet.Live("COUNTIF(Decisions!C2:C5,\"revoke\")", sheet.Whole(2)), sheet.Live("SUMIFS(Decisions[Seconds],Decisions[Reviewer],\"=Ana\")", sheet.Whole(20))})
	file, _ := mustWrite(t, wb)
	results := reckoned(t, file)
	if len(results) < 16 {
		t.Fatalf("only %d formulas were worked out", len(results))
	}
	for _, f := range results {
		if f.Made != f.Text || f.MadeKind != f.Kind {
			t.Errorf("%s!%s: =%s gives %q, %q stands there", f.Sheet, f.Cell(), f.Formula, f.Made, f.Text)
		}
	}
	// A program that keeps no results loses nothing: they are worked out again.
	bare := rezip(t, file, func(name string, b []byte) (string, []byte) {
		if !strings.HasPrefix(name, "xl/worksheets/") {
			return name, b
		}
		parts := strings.Split(string(b), "</f>")
		for i, part := range parts[1:] {
			if end := strings.Index(part, "</v>"); strings.HasPrefix(part, "<v>") && end > 0 {
				parts[i+1] = "<v></v>" + part[end+4:]
			}
		}
		return name, []byte(strings.Join(parts, "</f>"))
	})
	book, err := Open(bytes.NewReader(bare), int64(len(bare)))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := book.Contents(t.Context()); err != nil || c.Agrees() {
		t.Fatalf("the results are still there: %v", err)
	}
	if n := book.FillIn(reckoned(t, bare)); n != len(results) {
		t.Errorf("%d results were filled in of %d", n, len(results))
	}
	if c, err := book.Contents(t.Context()); err != nil || !c.Agrees() {
		t.Errorf("the digest does not agree: %+v, %v", c, err)
	}
}

func reckoned(t *testing.T, file []byte) []Reckoned {
	t.Helper()
	book, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	results, err := book.Reckon(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// A formula that reads itself, or has another form, is not worked out.
func TestOtherFormulasAreLeftAlone(t *testing.T) {
	for _, f := range []string{"A1", "A2+1", `INDIRECT("B1")`, "1/0", "NOW()", "B1:B2", "COUNTIFS(B1:B2)", "SUM(B1", `"open`, "'Sheet", "T[x", "", "SUBTOTAL(9,B1:B2)",
		"COUNTIFS(B1:B2,1,B1:B9,1)", "-", strings.Repeat("(", 99) + "1" + strings.Repeat(")", 99), `ROUND(1.26,2)`} {
		file, _ := mustWrite(t, sheet.Workbook{Modified: asOf, Sheets: []sheet.Sheet{{Name: "G", Grid: &sheet.Grid{Rows: [][]sheet.Cell{
			{sheet.Live("A2", sheet.Whole(1)), sheet.Whole(2)}, {sheet.Live("A1", sheet.Whole(1))}, {sheet.Live(f+" ", sheet.Whole(1))}}}}}})
		if f == "" {
			continue
		}
		for _, r := range reckoned(t, file) {
			t.Errorf("%q: =%s gives %q", f, r.Formula, r.Made)
		}
	}
}

// What a program writes that read a moment as one is still that moment.
func TestMomentsKeepTheirDigestThroughOtherPrograms(t *testing.T) {
	for _, c := range []struct{ a, b float64 }{{46308.3055555556, 46308.30555555554}, {46315.3194444444, 46315.31944444445}, {46308.3055555556, 46308.3055555555556}} {
		if a, b := string(appendNumber(nil, c.a)), string(appendNumber(nil, c.b)); a != b {
			t.Errorf("%s and %s", a, b)
		}
	}
	if a, b := string(appendNumber(nil, 46308.3055555556)), string(appendNumber(nil, 46308.3055555556+1.0/86_400_000)); a == b {
		t.Errorf("a millisecond later is the same: %s", a)
	}
	if got := string(appendNumber(nil, 0.123456789012345)); got != "0.123456789012345" {
		t.Errorf("a share became %s", got)
	}
}

func FuzzParseFormula(f *testing.F) {
	for _, s := range []string{"COUNTIFS(Decisions[Answer],\"=keep\")", "ABS(Population!B12)+ABS(B23-B24)", "IF(SUM(B1:B2)=0,\"\",TEXT(SUM(B1:B2)/SUM(B1:B2),\"0.0%\"))",
		"'O''x'!$A$1:B2", "T[[a (b)]]", "T[a'[b']]", "1+-2", "((", "_xlfn.SUM(A1)", "_Xlfn.()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if e := parseFormula(s); e != nil && e.op == "" {
			t.Errorf("%q has no form", s)
		}
	})
}
