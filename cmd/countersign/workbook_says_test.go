package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/export/report"
)

// Two copies of a database in which different things happened: a report of one is not
// what the other says, and verify says so plainly. Each line names the checkpoint that
// it is about.
func TestTheDatabaseSaysOtherwise(t *testing.T) {
	t.Parallel()
	dir := playedDemo(t)
	one, other := filepath.Join(dir, "demo.db"), filepath.Join(dir, "other.db")
	raw, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(append([]string{"--as", "idris.bello@acme.example"}, args...), nil, &out, &errs); code != want {
			t.Errorf("%v: exit code %d, want %d: %s%s", args, code, want, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	book, point := filepath.Join(dir, "people.xlsx"), filepath.Join(dir, "later.checkpoint")
	call(exitOK, "--db", other, "export", "members", "--out", filepath.Join(dir, "members.xlsx")) // an event of the other's own
	call(exitOK, "--db", one, "export", "agents", "--out", filepath.Join(dir, "agents.xlsx"))
	call(exitOK, "--db", one, "export", "people", "--out", book)
	call(exitOK, "--db", one, "log", "checkpoint", "--out", point)

	said := call(exitOK, "--db", one, "verify", book, "--checkpoint", point)
	for _, want := range []string{"log: the database's, held against the checkpoint on the cover: ", "checkpoint: the one held outside, and the database's log: "} {
		if !strings.Contains(said, want) {
			t.Errorf("verify does not say %q: %s", want, said)
		}
	}
	said = call(exitConflict, "--db", other, "verify", book)
	for _, want := range []string{"does not hold: the database says otherwise: it has the log log_", "The file does not hold"} {
		if !strings.Contains(said, want) {
			t.Errorf("with the other database, verify does not say %q: %s", want, said)
		}
	}
}

// A workbook that agrees with the log that it carries is not said to be right when the
// database of that log has another history.
func TestACarriedLogDoesNotOutweighTheDatabase(t *testing.T) {
	doc := workbookJSON{OK: true, contradicted: true, Anchored: false}
	doc.fault("the database says otherwise: it has another history")
	doc.sayCarried(&report.PackageVerification{Compared: true}, report.Verification{}, nil)
	if doc.OK || !strings.Contains(doc.Claims, "does not hold against the database") || len(doc.Faults) != 1 {
		t.Errorf("%+v", doc)
	}
	doc = workbookJSON{OK: false}
	doc.sayCarried(&report.PackageVerification{Why: "another layout"}, report.Verification{Version: "v1.2.3"}, nil)
	if want := "verify it with the version that made it, v1.2.3"; doc.hint != want {
		t.Errorf("the hint is %q, want %q", doc.hint, want)
	}
}

// What a cover names and the database has not is a finding, not a thing that somebody
// asked for and that is not there.
func TestACoverThatNamesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	dir := playedDemo(t)
	campaign := filepath.Join(dir, "campaign.xlsx")
	raw, err := os.ReadFile(campaign)
	if err != nil {
		t.Fatal(err)
	}
	v, err := report.VerifyWorkbook(t.Context(), bytes.NewReader(raw), int64(len(raw)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct{ what, was, is, say string }{
		{"no campaign", v.Campaign, "-", `the database says otherwise than the cover: there is no campaign "-"`},
		{"another campaign", v.Campaign, "cmp_aaaaaaaaaaaaaaaa", `there is no campaign "cmp_aaaaaaaaaaaaaaaa"`},
		{"no root", v.Root, "none", `the cover's log root "none" is none`},
	} {
		if testing.Short() && i > 0 {
			continue // one path, other bytes
		}
		var out, errs bytes.Buffer
		code := run([]string{"--db", filepath.Join(dir, "demo.db"), "verify", forgedOf(t, campaign, ">"+c.was+"<", ">"+c.is+"<")}, nil, &out, &errs)
		if said := out.String() + errs.String(); code != exitConflict || !strings.Contains(said, "does not hold: "+c.say) && !strings.Contains(said, c.say) {
			t.Errorf("%s: exit code %d, %s", c.what, code, said)
		}
	}
}
