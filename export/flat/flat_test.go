package flat

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"countersign/export/sheet"

	"pgregory.net/rapid"
)

var when = time.Date(2026, 10, 1, 12, 0, 0, 250e6, time.FixedZone("", 2*3600))

func table() sheet.Table {
	return sheet.Table{
		Columns: []sheet.Column{
			{Header: "Item"}, {Header: "Seconds", Kind: sheet.Counts}, {Header: "Decided", Kind: sheet.Moments},
			{Header: "Until", Kind: sheet.Days}, {Header: "Share", Kind: sheet.Figures}, {Header: "Item", Name: ""},
		},
		Rows: sheet.Rows([][]sheet.Cell{
			{sheet.Of("a,\"b\"\r\nc"), sheet.Whole(-5), sheet.At(when), sheet.On(when), sheet.Real(0.25), sheet.Live("1+1", sheet.Whole(2))},
			{sheet.Of("=1+1"), sheet.Whole(1 << 60), {}, {}, sheet.Real(1e21), sheet.Of("-5")},
			{sheet.Of(" lead")},
		}),
	}
}

func TestCSVMachineProfile(t *testing.T) {
	var out bytes.Buffer
	res, err := CSV(context.Background(), &out, table(), Machine)
	want := "Item,Seconds,Decided (UTC),Until,Share,Item\r\n" +
		"\"a,\"\"b\"\"\r\nc\",-5,2026-10-01T10:00:00.25Z,2026-10-01,0.25,2\r\n" +
		"=1+1,1152921504606846976,,,1000000000000000000000,-5\r\n" +
		"\" lead\",,,,,\r\n"
	if err != nil || out.String() != want || res.Rows != 3 || res.Guarded != 0 || res.Note() != "" {
		t.Errorf("%+v, %v\n%s\nwant\n%s", res, err, out.String(), want)
	}
}

func TestCSVSpreadsheetProfile(t *testing.T) {
	tab := sheet.Table{Columns: []sheet.Column{{Header: "@mention"}, {Header: "n"}}, Rows: sheet.Rows([][]sheet.Cell{
		{sheet.Of("=1+1"), sheet.Whole(-5)}, {sheet.Of("-5"), sheet.Of("-5+A1")}, {sheet.Of("safe"), sheet.Live("A1", sheet.Of("=x"))},
	})}
	var out bytes.Buffer
	res, err := CSV(context.Background(), &out, tab, Spreadsheet)
	want := "'@mention,n\r\n'=1+1,-5\r\n-5,'-5+A1\r\nsafe,'=x\r\n"
	if err != nil || out.String() != want || res.Guarded != 4 || !strings.HasPrefix(res.Note(), "4 cells") {
		t.Errorf("%+v, %v\n%q\nwant\n%q", res, err, out.String(), want)
	}
}

// The rule is a table: first character, and whether the text is a plain number.
func TestGuard(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "a": "a", "=": "'=", "=1": "'=1", "+1": "+1", "-1": "-1", "-1.5e-3": "-1.5e-3", "+": "'+", "-": "'-",
		"-1-1": "'-1-1", "-.5": "'-.5", "-1.": "'-1.", "+1e": "'+1e", "--1": "'--1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"\nx": "'\nx", "\x00x": "'\x00x", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", " =1": " =1", "'": "'",
		"'a": "'a", "'=1": "''=1", "''=1": "'''=1", "'-1": "'-1", "1=1": "1=1", "é=": "é=", "\xff": "\xff",
	} {
		if got := Guard(s); got != want {
			t.Errorf("Guard(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWhatIsGuardedCannotRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+\-@1-9.eE＝]{0,4}`)).Draw(t, "s")
		g := Guard(s)
		if g != s && g != "'"+s {
			t.Fatalf("%q is guarded as %q", s, g)
		}
		if g != "" && sheet.StartsLikeFormula(g) && !sheet.PlainNumber(g) {
			t.Fatalf("%q is guarded as %q, which could run", s, g)
		}
	})
}

// Another reader gets the same fields. encoding/csv turns CR LF inside fields into
// LF, which is its own doing.
func TestCSVReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "columns")
		rows := rapid.SliceOf(rapid.SliceOfN(rapid.StringMatching(`[a"', \n=é]{0,5}`), n, n)).Draw(t, "rows")
		tab := sheet.Table{Columns: make([]sheet.Column, n)}
		var cells [][]sheet.Cell
		for i := range n {
			tab.Columns[i].Header = "h"
		}
		for _, r := range rows {
			var line []sheet.Cell
			for _, s := range r {
				line = append(line, sheet.Of(s))
			}
			cells = append(cells, line)
		}
		tab.Rows = sheet.Rows(cells)
		var out bytes.Buffer
		if _, err := CSV(context.Background(), &out, tab, Machine); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(got) != len(rows)+1 {
			t.Fatalf("%d rows came back as %d: %v", len(rows), len(got), err)
		}
		for i, r := range rows {
			if strings.Join(got[i+1], "|") != strings.Join(r, "|") {
				t.Fatalf("%q came back as %q", r, got[i+1])
			}
		}
	})
}

func TestJSONKeepsOrderAndKinds(t *testing.T) {
	var out bytes.Buffer
	res, err := JSON(context.Background(), &out, table())
	want := `[
{"item": "a,\"b\"\r\nc", "seconds": -5, "decided_utc": "2026-10-01T10:00:00.25Z", "until": "2026-10-01", "share": 0.25, "item_2": 2},
{"item": "=1+1", "seconds": "1152921504606846976", "decided_utc": null, "until": null, "share": 1000000000000000000000, "item_2": "-5"},
{"item": " lead", "seconds": null, "decided_utc": null, "until": null, "share": null, "item_2": null}
]
`
	if err != nil || out.String() != want || res.Rows != 3 {
		t.Errorf("%+v, %v\n%s\nwant\n%s", res, err, out.String(), want)
	}
	if !json.Valid(out.Bytes()) {
		t.Error("not valid JSON")
	}
}

func TestJSONLinesAndEmptyTables(t *testing.T) {
	tab := sheet.Table{Columns: []sheet.Column{{Header: "A <b>"}}, Rows: sheet.Rows([][]sheet.Cell{{sheet.Of("<&>\x7f\u2028")}, {}})}
	var lines, none, nothing bytes.Buffer
	if _, err := JSONLines(context.Background(), &lines, tab); err != nil {
		t.Fatal(err)
	}
	if want := "{\"a_b\": \"<&>\x7f\\u2028\"}\n{\"a_b\": null}\n"; lines.String() != want {
		t.Errorf("%q, want %q", lines.String(), want)
	}
	tab.Rows = nil
	if _, err := JSON(context.Background(), &none, tab); err != nil || none.String() != "[]\n" {
		t.Errorf("an empty table is %q, %v", none.String(), err)
	}
	if _, err := JSONLines(context.Background(), &nothing, tab); err != nil || nothing.Len() != 0 {
		t.Errorf("an empty table is %q, %v", nothing.String(), err)
	}
}

func TestErrorsEndTheFile(t *testing.T) {
	boom := errors.New("the store said no")
	broken := sheet.Table{Columns: []sheet.Column{{Header: "x"}}, Rows: func(yield func([]sheet.Cell, error) bool) {
		_ = yield([]sheet.Cell{sheet.Of("1")}, nil) && yield(nil, boom)
	}}
	wide := sheet.Table{Columns: broken.Columns, Rows: sheet.Rows([][]sheet.Cell{{sheet.Of("1"), sheet.Of("2")}})}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	writers := map[string]func(context.Context, sheet.Table) error{
		"csv": func(ctx context.Context, t sheet.Table) error {
			_, err := CSV(ctx, io.Discard, t, Machine)
			return err
		},
		"json":  func(ctx context.Context, t sheet.Table) error { _, err := JSON(ctx, io.Discard, t); return err },
		"lines": func(ctx context.Context, t sheet.Table) error { _, err := JSONLines(ctx, io.Discard, t); return err },
	}
	for name, write := range writers {
		if err := write(context.Background(), broken); !errors.Is(err, boom) {
			t.Errorf("%s: %v, want the rows' error", name, err)
		}
		if err := write(context.Background(), wide); err == nil || !strings.Contains(err.Error(), "row 1") {
			t.Errorf("%s: %v, want a sentence about row 1", name, err)
		}
		if err := write(gone, table()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want the context's error", name, err)
		}
	}
}
