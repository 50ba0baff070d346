package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
	"countersign/export/sheet"
	"countersign/export/xlsx"
)

// sealedBook is a workbook with a word and its digest.
func sealedBook(t *testing.T, word string, digest sheet.Cell) []byte {
	t.Helper()
	var b bytes.Buffer
	rows := func(yield func([]sheet.Cell, error) bool) { yield([]sheet.Cell{sheet.Of(word)}, nil) }
	_, err := xlsx.Write(context.Background(), &b, sheet.Workbook{Title: "Test", Modified: testDay, Sheets: []sheet.Sheet{
		{Name: "Cover", Grid: &sheet.Grid{Rows: [][]sheet.Cell{{sheet.Of("Digest"), digest}}}},
		{Name: "Rows", Table: &sheet.Table{Columns: []sheet.Column{{Header: "Decision"}}, Rows: rows}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tampered gives the same package with a word replaced in every part.
func tampered(t *testing.T, raw []byte, from, to string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes.ReplaceAll(text, []byte(from), []byte(to))); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestVerifyingAWorkbook(t *testing.T) {
	good := sealedBook(t, "Certified", sheet.ContentDigest())
	for _, c := range []struct {
		name string
		file []byte
		code int
		say  string
	}{
		{"as written", good, exitOK, "agrees with itself"},
		{"written anew by another program", tampered(t, good, "\x00never\x00", ""), exitOK, "agrees with itself"},
		{"a word changed", tampered(t, good, "Certified", "Certifies"), exitConflict, "is not what was exported"},
		{"without a digest", sealedBook(t, "Certified", sheet.Of("none")), exitInvalid, "shows no digest of its content"},
		{"no workbook", []byte("words"), exitInvalid, "no Excel workbook"},
	} {
		name := filepath.Join(t.TempDir(), "book.xlsx")
		if err := os.WriteFile(name, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if code := run([]string{"verify", name}, nil, &out, &errs); code != c.code || !strings.Contains(out.String()+errs.String(), c.say) {
			t.Errorf("%s: exit code %d and %q %q, want %d and %q", c.name, code, out.String(), errs.String(), c.code, c.say)
		}
	}
	var errs bytes.Buffer
	if code := run([]string{"verify", filepath.Join(t.TempDir(), "none.xlsx")}, nil, io.Discard, &errs); code != exitNotFound {
		t.Errorf("a file that is not there: exit code %d, want %d", code, exitNotFound)
	}
}

// A campaign's workbook that somebody edited is named by the cell, where the
// database is at hand.
func TestAnEditedEvidenceWorkbookIsNamedByTheCell(t *testing.T) {
	t.Parallel()
	dir := playedDemo(t)
	book := filepath.Join(dir, "campaign.xlsx")
	raw, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	const said, edited = "an intern does not promote agents to Live", "an intern may well promote agents to Live"
	if err := os.WriteFile(book, tampered(t, raw, said, edited), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"--db", filepath.Join(dir, "demo.db"), "verify", book}, nil, &out, &errs)
	for _, want := range []string{"values were changed after it was made", "Decisions", said, edited, "The file does not hold"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("verify does not say %q", want)
		}
	}
	if code != exitConflict {
		t.Errorf("exit code %d, want %d; it said %s%s", code, exitConflict, out.String(), errs.String())
	}
	if row, seal := strings.Index(out.String(), `sheet "Decisions", row`), strings.Index(out.String(), "values were changed"); row < 0 || row > seal {
		t.Errorf("the row is not named before the cover's seal: %s", out.String())
	}
}

// A matrix in which a skilled hand changed a level and made a new digest agrees
// with itself; the log says otherwise, and where.
func TestARewrittenMatrixIsNamedByTheCell(t *testing.T) {
	t.Parallel()
	dir := playedDemo(t)
	db := filepath.Join(dir, "demo.db")
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(append([]string{"--db", db, "--as", "idris.bello@acme.example"}, args...), nil, &out, &errs); code != want {
			t.Fatalf("%v: exit code %d, want %d: %s%s", args, code, want, out.String(), errs.String())
		}
		return out.String()
	}
	for _, c := range [][]string{{"agent-matrix", "--as-of", "2026-10-02", "--department", "Partner services"}, {"agent-matrix", "--agents", "agent-sales", "--active"},
		{"area-matrix", "--agent", "agent-sales"}, {"area-matrix"}, {"members"}, {"people", "--active"}, {"groups"}, {"agents"}, {"log"}, {"log", "--as-of", "40"}, {"changes"}, {"changes", "--as-of", "2026-10-02"}} {
		if testing.Short() && c[0] != "people" {
			continue
		}
		book := filepath.Join(t.TempDir(), "book.xlsx")
		point := filepath.Join(t.TempDir(), "held")
		call(exitOK, "log", "checkpoint", "--out", point)
		call(exitOK, append([]string{"export", "--out", book}, c...)...)
		if said := call(exitOK, "verify", book); !strings.Contains(said, "cell for cell") || !strings.Contains(said, "exactly these bytes") {
			t.Errorf("%v: verify says %s", c, said)
		}
		if said := call(exitOK, "verify", book, "--checkpoint", point); !strings.Contains(said, "the cover has what the checkpoint has") {
			t.Errorf("%v: against the checkpoint verify says %s", c, said)
		}
		if said := call(exitConflict, "verify", book, "--checkpoint", held(t, point)); !strings.Contains(said, "the cover has the log root") {
			t.Errorf("%v: against another history verify says %s", c, said)
		}
		if c[0] != "people" {
			continue
		}
		raw, err := os.ReadFile(book)
		if err != nil {
			t.Fatal(err)
		}
		forged := resealed(t, tampered(t, raw, "Theo Brandt", "Theo Brenner"))
		if err := os.WriteFile(book, forged, 0o600); err != nil {
			t.Fatal(err)
		}
		said := call(exitConflict, "verify", book)
		for _, want := range []string{`sheet "People", row `, `column A (Name): should hold "Theo Brandt", holds "Theo Brenner"`} {
			if !strings.Contains(said, want) {
				t.Errorf("a forged name: verify does not say %q: %s", want, said)
			}
		}
		if strings.Contains(said, "values were changed after it was made") {
			t.Errorf("the forged file does not agree with itself, so the test shows nothing: %s", said)
		}
	}
}

// forgedOf gives a workbook with a word replaced and its digest made to fit.
func forgedOf(t *testing.T, book, from, to string) string {
	t.Helper()
	raw, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	changed := tampered(t, raw, from, to)
	if from != to && bytes.Equal(changed, tampered(t, raw, "\x00never\x00", "")) {
		t.Fatalf("%s has no %q to change", book, from)
	}
	out := filepath.Join(t.TempDir(), "forged.xlsx")
	if err := os.WriteFile(out, resealed(t, changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// A word on the cover that keeps the cells from being compared does not make a file
// pass, and neither does a figure of the cover; what the log has an export of passes,
// by its bytes or, saved again, by its content.
func TestNoWordOnTheCoverSwitchesTheComparisonOff(t *testing.T) {
	t.Parallel()
	dir := playedDemo(t)
	db, work := filepath.Join(dir, "demo.db"), t.TempDir()
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(append([]string{"--db", db}, args...), nil, &out, &errs); code != want {
			t.Errorf("%v: exit code %d, want %d: %s%s", args, code, want, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	book := func(name string, args ...string) string {
		t.Helper()
		out := filepath.Join(work, name+".xlsx")
		call(exitOK, append(args, "--out", out)...)
		return out
	}
	unnamed := []string{"--read-only", "export"}
	compliance := book("compliance", append(unnamed, "compliance")...)
	roles := book("roles", append(unnamed, "roles")...)
	findings := book("findings", append(unnamed, "findings")...)
	named := book("named", "--as", "idris.bello@acme.example", "export", "findings")

	for name, line := range map[string]string{findings: "so the rows are not compared with the log", compliance: "it is compared cell by cell"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(tampered(t, raw, line, ""), tampered(t, raw, "\x00never\x00", "")) {
			t.Errorf("the cover of %s does not say %q", filepath.Base(name), line)
		}
	}
	for _, c := range []struct{ name, book, say string }{
		{"the cover is compared", compliance, "and so is the cover"},
		{"another report's cover", roles, "and so is the cover"},
		{"not comparable, and in the log", named, "is what was exported: the log has its SHA-256"},
		{"the same saved again", forgedOf(t, named, "", ""), "this content, in other bytes, at event"},
	} {
		if said := call(exitOK, "verify", c.book); !strings.Contains(said, c.say) {
			t.Errorf("%s: verify does not say %q: %s", c.name, c.say, said)
		}
	}
	campaign := filepath.Join(dir, "campaign.xlsx")
	for i, c := range []struct{ name, book, from, to, say string }{
		{"another title", compliance, ">Compliance report<", ">Compliance report, Q4<", `sheet "Cover": its printed pages say`},
		{"no campaign", campaign, ">Campaign id<", ">Campaign-id<", `sheet "Proof": it is of the campaign`},
		{"a report that cannot be compared", compliance, ">Compliance report<", ">Findings<", `sheet "Cover": its printed pages say`},
		{"no log", compliance, ">Log id<", ">Log-id<", "names no log"},
		{"not comparable, and not in the log", findings, "", "", "nothing at hand vouches for its rows"},
		{"a figure of the cover as a plain number", compliance, "<f>COUNTIFS(Holdings[iso],&quot;=never reviewed&quot;)</f><v>", "<v>1", `sheet "Cover"`},
		{"a word of the cover", roles, "Whoever exports leaves an event", "Whoever exports leaves nothing", `sheet "Cover"`},
	} {
		if testing.Short() && i%3 > 0 {
			continue // one path, other bytes
		}
		said := call(exitConflict, "verify", forgedOf(t, c.book, c.from, c.to))
		if !strings.Contains(said, c.say) || strings.Contains(said, "values were changed after it was made") {
			t.Errorf("%s: verify does not say %q: %s", c.name, c.say, said)
		}
	}
}

// held gives a checkpoint of the same log and size with another root.
func held(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := auditlog.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	cp := signed.Checkpoint
	cp.Root[0] ^= 1
	if raw, err = auditlog.Format(cp); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return other
}

// resealed puts the digest that the content has where the file shows one.
func resealed(t *testing.T, raw []byte) []byte {
	t.Helper()
	book, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := book.Contents(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return tampered(t, raw, c.Shown, c.Digest.String())
}

// A package whose cells could not be compared is not said to be right, whatever its
// cover says of its layout.
func TestAPackageThatWasNotComparedIsNotRight(t *testing.T) {
	var out bytes.Buffer
	e := &env{out: &out, err: io.Discard, getenv: func(string) string { return "" }}
	v := &report.PackageVerification{Why: "the file says it was made by layout 3, and this version writes layout 4"}
	if !v.Holds() {
		t.Fatal("it has faults")
	}
	err := e.sayPackage(v, nil, packageVerdict{File: "q4.zip"})
	if domain.CodeOf(err) != domain.Conflict || !strings.Contains(fmt.Sprint(err), "the cells of q4.zip were not compared: the file says it was made by layout 3") {
		t.Errorf("it says %v", err)
	}
	v.Compared, v.Why = true, ""
	if err := e.sayPackage(v, nil, packageVerdict{File: "q4.zip"}); err != nil {
		t.Errorf("compared, it says %v", err)
	}
}
