package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"countersign/domain/auditlog"
	"countersign/export/report"
)

// worn is a file with one part changed, and its digest made to fit where it is a
// workbook: what somebody can do who holds the file and knows the program.
func worn(t *testing.T, raw []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out, done := zip.NewWriter(&b), false
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			is := change(bytes.Clone(text))
			if done = !bytes.Equal(is, text); !done {
				t.Fatalf("nothing changes in %s", part)
			}
			text = is
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil || !done {
		t.Fatalf("no part %s (%v)", part, err)
	}
	return b.Bytes()
}

// partOfSheet is the part of a sheet by its name.
func partOfSheet(t *testing.T, raw []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range regexp.MustCompile(`<sheet name="([^"]*)"`).FindAllSubmatch(body, -1) {
		if string(m[1]) == name {
			return fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
		}
	}
	t.Fatalf("no sheet %q", name)
	return ""
}

// Somebody who edits a decision, adds or removes a row, or takes away what ties the
// cells to the log, and makes the digest fit, is found with nothing but the file and a
// checkpoint held outside; what cannot be shown is never said to be right (PRODUCT 6).
func TestACheckpointAloneFindsAForgedWorkbook(t *testing.T) {
	t.Parallel()
	dir, work := playedDemo(t), t.TempDir()
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(args, nil, &out, &errs); code != want {
			t.Errorf("%v: exit code %d, want %d: %s%s", args, code, want, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	db, point, proof := filepath.Join(dir, "demo.db"), filepath.Join(work, "held.checkpoint"), filepath.Join(work, "held.proof")
	good := filepath.Join(dir, "campaign.xlsx")
	raw, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	v, err := report.ReadStated(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	call(exitOK, "--db", db, "log", "checkpoint", "--out", point)
	call(exitOK, "--db", db, "log", "proof", "--from", fmt.Sprint(v.Size), "--checkpoint", point, "--out", proof)

	with := []string{"--checkpoint", point, "--proof", proof}
	if said := call(exitOK, append([]string{"verify", good}, with...)...); !strings.Contains(said, "cell for cell") || !strings.Contains(said, "vouched for outside the file") {
		t.Errorf("the workbook as it was exported: %s", said)
	}
	if said := call(exitConflict, "verify", good, "--checkpoint", point); !strings.Contains(said, "not proved: that this log is the one of the checkpoint") {
		t.Errorf("a later checkpoint without a proof: %s", said)
	}
	cover, err := report.VerifyWorkbook(t.Context(), bytes.NewReader(raw), int64(len(raw)), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	root, err := auditlog.ParseHash(cover.Root)
	if err != nil {
		t.Fatal(err)
	}
	same, err := auditlog.Format(auditlog.Checkpoint{Origin: cover.Log, Size: v.Size, Root: root})
	if err != nil {
		t.Fatal(err)
	}
	sized := filepath.Join(work, "sized.checkpoint")
	if err := os.WriteFile(sized, same, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := call(exitOK, "verify", good, "--checkpoint", sized); !strings.Contains(said, "vouched for outside the file") {
		t.Errorf("a checkpoint of its own size: %s", said)
	}
	if said := call(exitConflict, "verify", good, "--checkpoint", held(t, sized)); !strings.Contains(said, "the checkpoint held outside is not of this log") {
		t.Errorf("a log that was made up anew, whole: %s", said)
	}
	if said := call(exitConflict, "verify", filepath.Join(dir, "agent-matrix.xlsx"), "--checkpoint", sized); !strings.Contains(said, "not proved: that any row is what that log says") {
		t.Errorf("a workbook that carries no log: %s", said)
	}
	decisions, sheetProof := partOfSheet(t, raw, "Decisions"), partOfSheet(t, raw, "Proof")
	const texts = "xl/sharedStrings.xml"
	replace := func(old, is string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(old), []byte(is)) }
	}
	row := func(n int) *regexp.Regexp { return regexp.MustCompile(fmt.Sprintf(`(?s)<row r="%d".*?</row>`, n)) }
	for i, c := range []struct {
		what, part string
		change     func([]byte) []byte
		want       []string
	}{
		{"a reason", texts, replace("an intern does not promote agents to Live", "an intern may well promote agents to Live"),
			[]string{`sheet "Decisions", row `, `column G (Reason): should hold "an intern does not`, "an intern may well"}},
		{"a row taken out", decisions, func(b []byte) []byte { return row(9).ReplaceAll(b, nil) }, []string{`sheet "Decisions": the row with Item 8 is missing`}},
		{"a row put in", decisions, func(b []byte) []byte {
			again := regexp.MustCompile(`r="([A-Z]+)9"`).ReplaceAll(bytes.Replace(row(9).Find(b), []byte(`<row r="9"`), []byte(`<row r="9999"`), 1), []byte(`r="${1}9999"`))
			return bytes.Replace(b, []byte("</sheetData>"), append(again, "</sheetData>"...), 1)
		}, []string{`sheet "Decisions"`, "9999"}},
		{"the log that it carries", sheetProof, replace("UEsDB", "UEsDC"), []string{`the log that the sheet "Proof" should carry cannot be read: `}},
		{"no log any more", texts, replace("Packed, in base64", "Nothing"), []string{`the sheet "Proof" does not hold`}},
	} {
		if testing.Short() && i > 0 {
			continue // one path, other bytes
		}
		forged := filepath.Join(t.TempDir(), "forged.xlsx")
		if err := os.WriteFile(forged, resealed(t, worn(t, raw, c.part, c.change)), 0o600); err != nil {
			t.Fatal(err)
		}
		said := call(exitConflict, append([]string{"verify", forged}, with...)...)
		for _, want := range c.want {
			if !strings.Contains(said, want) {
				t.Errorf("%s: verify does not say %q: %s", c.what, want, said)
			}
		}
		if strings.Contains(said, "values were changed after it was made") {
			t.Errorf("%s: the digest was not made to fit, so the test shows nothing", c.what)
		}
		if strings.Contains(said, "evidence package:") {
			t.Errorf("%s: a workbook is called a package: %s", c.what, said)
		}
		if c.part == texts && strings.HasPrefix(c.what, "a ") {
			call(exitConflict, "verify", forged) // the log that it carries tells already
		}
	}
}
