package sheet

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestCellsKeepWhatASpreadsheetCanHold(t *testing.T) {
	east := time.FixedZone("", 9*3600)
	for _, c := range []struct {
		name string
		cell Cell
		kind Kind
		text string
	}{
		{"nothing", Cell{}, Blank, ""},
		{"empty text", Of(""), Blank, ""},
		{"text", Of(" x "), Text, " x "},
		{"whole", Whole(-7), Int, "-7"},
		{"largest", Whole(MaxInt), Int, "999999999999999"},
		{"beyond", Whole(MaxInt + 1), Text, "1000000000000000"},
		{"far below", Whole(math.MinInt64), Text, "-9223372036854775808"},
		{"number", Real(0.1), Number, "0.1"},
		{"large number", Real(1e21), Number, "1000000000000000000000"},
		{"no number", Real(math.NaN()), Text, "NaN"},
		{"infinite", Real(math.Inf(-1)), Text, "-Inf"},
		{"moment", At(time.Date(2026, 1, 2, 3, 4, 5, 6_999_999, east)), Instant, "2026-01-01T18:04:05.006Z"},
		{"no moment", At(time.Time{}), Blank, ""},
		{"too early", At(time.Date(1900, 2, 28, 0, 0, 0, 0, time.UTC)), Text, "1900-02-28T00:00:00Z"},
		{"day in its own zone", On(time.Date(2026, 1, 2, 3, 0, 0, 0, east)), Day, "2026-01-02"},
		{"early day", On(time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC)), Text, "1899-01-01"},
		{"formula", Live("1+1", Whole(2)), Formula, "2"},
	} {
		if c.cell.Kind() != c.kind || c.cell.String() != c.text {
			t.Errorf("%s: kind %d %q, want %d %q", c.name, c.cell.Kind(), c.cell.String(), c.kind, c.text)
		}
	}
}

func TestCellMethodsCopy(t *testing.T) {
	a := Of("x").To("Cover", "A1")
	b := a.Choose("yes", "no").As(Bad)
	if a.Choices() != nil || a.Class() != Link || b.Class() != Bad || !slices.Equal(b.Choices(), []string{"yes", "no"}) {
		t.Errorf("a %+v, b %+v", a, b)
	}
	if s, ref, ok := b.Link(); s != "Cover" || ref != "A1" || !ok {
		t.Errorf("the link is lost: %q %q %v", s, ref, ok)
	}
}

func TestPlainNumber(t *testing.T) {
	for s, want := range map[string]bool{
		"0": true, "12": true, "-1": true, "+1.50": true, "1e5": true, "-1.5E-10": true, "1e+5": true,
		"": false, "-": false, ".5": false, "1.": false, "1e": false, "e5": false, "1 ": false, "1,5": false,
		"--1": false, "0x10": false, "1e5.5": false, "１": false, "1-1": false,
	} {
		if PlainNumber(s) != want {
			t.Errorf("PlainNumber(%q) = %v", s, !want)
		}
	}
}

func TestKeys(t *testing.T) {
	got := Keys([]Column{{Header: "Last used", Kind: Moments}, {Header: "A/B (x)"}, {Header: "a b x"}, {Header: "--"}, {Header: "x", Name: "Given"}, {Header: "When UTC", Kind: Moments}})
	want := []string{"last_used_utc", "a_b_x", "a_b_x_2", "column", "Given", "when_utc"}
	if !slices.Equal(got, want) {
		t.Errorf("keys %q, want %q", got, want)
	}
}

func TestLegendReadsWithoutColour(t *testing.T) {
	rows := Legend{{Text: "E", Meaning: "Edit", Class: Rung3}, {Meaning: "no access"}}.Grid()
	if len(rows) != 2 || rows[0][0].String() != "E" || rows[0][0].Class() != Rung3 || rows[1][0].String() != "(blank)" {
		t.Errorf("%+v", rows)
	}
}
