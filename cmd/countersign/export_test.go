package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
)

// An export that is stopped leaves no file and no event, and what was there before
// is as it was.
func TestAStoppedExportLeavesNothing(t *testing.T) {
	s := demoSession(t)
	dir := t.TempDir()
	kept := filepath.Join(dir, "log.csv")
	if err := os.WriteFile(kept, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	size := func() (n int64) {
		if err := s.view(func(tx review.Tx) error {
			head, err := tx.Log()
			n = head.Size
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := size()
	for file, format := range map[string]report.Format{"log.xlsx": report.XLSX, "log.csv": report.CSV, "log.json": report.JSON, "log.zip": report.ZIP} {
		r, err := report.Find("log")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(s.ctx)
		_, err = s.exportOne(ctx, r, nil, exportFlags{out: filepath.Join(dir, file)}, format, func(string, int64, int64) { stop() })
		if err == nil || !strings.Contains(err.Error(), "stopped: the report log was not written") || domain.CodeOf(err) != domain.Internal {
			t.Errorf("%s: %v", file, err)
		}
		stop()
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("the folder holds %v, %v", files, err)
	}
	if b, err := os.ReadFile(kept); err != nil || string(b) != "before" {
		t.Errorf("the file that was there says %q, %v", b, err)
	}
	if n := size(); n != before {
		t.Errorf("the log has %d events, had %d", n, before)
	}
}

// The names of a folder's files are the same each time and whatever comes later, tell
// campaigns, moments and filters apart, are short, and never leave the folder.
func TestNamesOfAFolderAreStable(t *testing.T) {
	long := strings.Repeat("quarter ", 40)
	all := []review.Campaign{{ID: "cmp_d", Name: long + "b"}, {ID: "cmp_a", Name: "Q4 / 2026"}, {ID: "cmp_b", Name: "q4-2026"},
		{ID: "cmp_c", Name: "../../etc/passwd"}} // the newest first
	seen := map[string]string{}
	for _, c := range []struct {
		at             int
		asOf, narrowed string
		want           string
	}{{1, "", "", "campaign-q4-2026-cmp-a"}, {2, "", "", "campaign-q4-2026"}, {3, "", "", "campaign-etc-passwd"}, {3, "event 12", "", "campaign-etc-passwd-event-12"},
		{3, "#12", "", "campaign-etc-passwd-event-12"}, {3, "2026-03-31", "", "campaign-etc-passwd-2026-03-31"},
		{3, "2026-03-31T09:00:00Z", "", "campaign-etc-passwd-2026-03-31t09-00-00z"}, {3, " now ", "", "campaign-etc-passwd"},
		{3, "2026-03-31T09:00:00+02:00", "", "campaign-etc-passwd-2026-03-31t09-00-00-plus-02-00"}, {3, "2026-03-31T09:00:00-02:00", "", "campaign-etc-passwd-2026-03-31t09-00-00-02-00"},
		{0, "", "", "campaign-" + strings.TrimRight(strings.ReplaceAll(long, " ", "-")[:60], "-") + "-cmp-d"},
		{2, "", exportFlags{filter: "a"}.narrowed(), ""}, {2, "", exportFlags{filter: "b"}.narrowed(), ""}, {2, "", exportFlags{department: "a"}.narrowed(), ""}} {
		got := stableName("campaign", all[c.at], c.asOf, c.narrowed, all)
		if c.want != "" && got != c.want || len(got) > 200 {
			t.Errorf("%q as of %q is %s, want %s", all[c.at].Name, c.asOf, got, c.want)
		}
		if was, twice := seen[got]; twice && c.want == "" {
			t.Errorf("%s stands for %s and for %s", got, was, c.narrowed)
		}
		seen[got] = c.narrowed
		if got != stableName("campaign", all[c.at], c.asOf, c.narrowed, append([]review.Campaign{{ID: "cmp_e", Name: all[c.at].Name}}, all...)) {
			t.Errorf("%s has another name once a younger campaign is called alike", got)
		}
	}
	if a, b := (exportFlags{agents: []string{"x", "y"}}).narrowed(), (exportFlags{agents: []string{"y", "x"}}).narrowed(); a != b {
		t.Errorf("the order of agents makes %s and %s", a, b)
	}
}
