package main

import (
	"io"
	"slices"
	"testing"

	"github.com/spf13/pflag"

	"countersign/export/report"
	"countersign/tui/reports"
)

// TestTheConsolesFormHasEveryFlagOfExport: what a report can be asked for on the
// command line it can be asked for in the console, and the other way round.
func TestTheConsolesFormHasEveryFlagOfExport(t *testing.T) {
	// What is not about one report in one file, or is none of what it holds.
	apart := []string{"dir", "sheet", "json", "help"}
	reached := map[string]bool{}
	desk := reportDesk{}
	all := report.Reports()
	forms := desk.Reports()
	if len(forms) != len(all) {
		t.Fatalf("the console has %d reports, there are %d", len(forms), len(all))
	}
	for i, r := range all {
		want := []string{"format", "out"}
		if needs(r, "campaign") {
			want = append(want, "campaign")
		}
		for _, c := range r.Takes {
			want = append(want, string(c))
		}
		got := reports.Flags(forms[i], desk.Formats())
		for _, f := range got {
			reached[f] = true
		}
		slices.Sort(want)
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("the form of %s stands for %q, the command takes %q", r.Name, got, want)
		}
	}
	flags := 0
	processEnv(nil, io.Discard, io.Discard).exportCmd().LocalFlags().VisitAll(func(f *pflag.Flag) {
		if flags++; !reached[f.Name] && !slices.Contains(apart, f.Name) {
			t.Errorf("export takes --%s, which no form of the console stands for", f.Name)
		}
	})
	if flags < 10 {
		t.Errorf("only %d flags were seen", flags)
	}
}

// TestListsWithCommas: several agents are named as the flag names them.
func TestListsWithCommas(t *testing.T) {
	for text, want := range map[string][]string{"": nil, "  ": nil, "Sales": {"Sales"}, "Sales, Ops ,x": {"Sales", "Ops", "x"}, `"One, Two", Three`: {"One, Two", "Three"}} {
		if got, err := namesListed(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q reads as %q, %v", text, got, err)
		}
	}
	if _, err := namesListed(`"open`); err == nil {
		t.Error("an open quote is read")
	}
}
