package xlsx

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"countersign/export/sheet"
)

var asOf = time.Date(2026, 10, 1, 12, 0, 0, 0, time.FixedZone("", 2*3600))

var ladder = sheet.Legend{
	{Text: "E", Meaning: "Edit", Class: sheet.Rung3},
	{Text: "R", Meaning: "Read", Class: sheet.Rung1},
	{Text: "", Meaning: "no access", Class: sheet.Plain},
}

// hostile are texts that went wrong in some writer or reader.
var hostile = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "'=1", "=cmd|' /C calc'!A0",
	"a\x00b", "\x1b[31mred", "bell\a", "_x0041_", "_x005F_x0041_", "_xzzzz_", "__x0041__", "_x000d_",
	"line\nbreak", "carriage\r\nreturn", "\rx", " lead", "trail ", "\ttab\t", "a\tb",
	"<b>&amp;\"quotes\"</b>", "]]>", "ملف عربي", "\u202eevil\u202c", "👩‍👩‍👧 family", "é vs é",
	"\uFFFE", "\uFFFF", "\u0085", "\u007f", "007", "1e5", "TRUE", "#N/A", "2024-01-02", "0x10", "12345678901234567890",
	strings.Repeat("x", 300), strings.Repeat("long ", 1000),
}

func textRows(texts []string) [][]sheet.Cell {
	rows := make([][]sheet.Cell, len(texts))
	for i, s := range texts {
		rows[i] = []sheet.Cell{sheet.Whole(int64(i)), sheet.Of(s)}
	}
	return rows
}

// sample is a workbook that uses everything.
func sample() sheet.Workbook {
	decisions := &sheet.Table{
		Key: 1,
		Columns: []sheet.Column{
			{Header: "Item", Width: 12},
			{Header: "Reviewer"},
			{Header: "Decision", Choices: []string{"certify", "reduce", "revoke"}, Editable: true, Total: sheet.Filled},
			{Header: "Level", Kind: sheet.Levels, Legend: ladder},
			{Header: "Seconds", Kind: sheet.Counts, Total: sheet.Added},
			{Header: "Decided", Kind: sheet.Moments},
			{Header: "Until", Kind: sheet.Days},
			{Header: "Share", Kind: sheet.Figures},
		},
		Rows: sheet.Rows([][]sheet.Cell{
			{sheet.Of("itm_1").To("Decisions", "A2"), sheet.Of("Ana"), sheet.Of("certify"), sheet.Of("E"), sheet.Whole(12), sheet.At(asOf), sheet.On(asOf), sheet.Real(0.25)},
			{sheet.Of("itm_2"), sheet.Of("Bo *?~"), sheet.Of("revoke").As(sheet.Bad), {}, sheet.Whole(30), sheet.At(asOf.Add(1500 * time.Millisecond)), {}, sheet.Real(1e-7)},
			{sheet.Of("itm_3"), sheet.Of("Ana"), sheet.Of("Revoke"), sheet.Of("R"), sheet.Whole(8), {}, {}, {}},
			{sheet.Of("itm_4"), sheet.Of("Cy"), sheet.Cell{}.Choose("Read", "None")},
		}),
	}
	texts := &sheet.Table{
		Columns: []sheet.Column{{Header: "No", Kind: sheet.Counts}, {Header: "Text", Wrap: true}},
		Rows:    sheet.Rows(textRows(hostile)),
	}
	empty := &sheet.Table{Columns: []sheet.Column{{Header: "Nothing", Total: sheet.Filled}, {Header: "nothing"}}}
	tally := func(where ...sheet.Match) sheet.Cell {
		return sheet.Total(sheet.Tally{Sheet: "Decisions", Where: where})
	}
	cover := &sheet.Grid{Widths: []float64{24, 70}, Freeze: 1, Rows: [][]sheet.Cell{
		{sheet.BannerCell()},
		{sheet.Of("Access review Q3").As(sheet.Title)},
		{sheet.Of("Rows").As(sheet.Label), tally()},
		{sheet.Of("Revoked").As(sheet.Label), tally(sheet.Match{Column: "Decision", Equal: "revoke"})},
		{sheet.Of("By Bo").As(sheet.Label), tally(sheet.Match{Column: "Reviewer", Equal: "Bo *?~"}, sheet.Match{Column: "Decision", Equal: "revoke"})},
		{sheet.Of("Undecided").As(sheet.Label), tally(sheet.Match{Column: "Decision"})},
		{sheet.Of("Seconds").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: "Decisions", Sum: "Seconds"})},
		{sheet.Of("Nothing").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: "Empty"})},
		{sheet.Of("Decisions").To("Decisions", "A1"), sheet.DigestOf("Decisions")},
		{sheet.Of("Digest").As(sheet.Label), sheet.ContentDigest()},
		{sheet.Of("Notes").As(sheet.Label), sheet.Notes()},
		{sheet.Of("Twice").As(sheet.Label), sheet.Live("B3*2", sheet.Whole(8)), sheet.Live(`"a"&"b"`, sheet.Of("ab"))},
	}}
	cover.Rows = append(cover.Rows, ladder.Grid()...)
	return sheet.Workbook{
		Title: "Access review & more", Subject: "Q3", Modified: asOf, Banner: "REHEARSAL: nothing here is real",
		Sheets: []sheet.Sheet{
			{Name: "Cover", Grid: cover, Tab: sheet.Good, Portrait: true},
			{Name: "Decisions", Table: decisions, Tab: sheet.Rung2, Protected: true},
			{Name: "Texts / hostile", Table: texts},
			{Name: "Empty", Table: empty},
		},
	}
}

func mustWrite(t testing.TB, wb sheet.Workbook) ([]byte, Result) {
	t.Helper()
	var b bytes.Buffer
	res, err := Write(context.Background(), &b, wb)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), res
}
