package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateAudit = flag.Bool("update-audit", false, "write what the commands of export/AUDIT.md print anew")

// TestAuditPage runs every command of export/AUDIT.md on the demo's closed campaign,
// in order, and compares what it prints with what the page says it does. Digests,
// ids and the name of the build may be others; every word and count may not.
func TestAuditPage(t *testing.T) {
	if testing.Short() {
		t.Skip("it plays the demo's quarter: run without -short")
	}
	page, err := filepath.Abs(filepath.Join("..", "..", "export", "AUDIT.md"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	demo := playedDemo(t)
	t.Chdir(filepath.Dir(demo))
	t.Setenv("HOME", filepath.Dir(demo))
	t.Setenv("COUNTERSIGN_DB", "demo/demo.db")
	t.Setenv("TZ", "UTC")
	ran := 0
	made := regexp.MustCompile("(?s)```console\n.*?```").ReplaceAllStringFunc(string(raw), func(block string) string {
		var b strings.Builder
		b.WriteString("```console\n")
		for _, line := range strings.Split(block, "\n") {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				ran++
				b.WriteString(line + "\n" + shown(t, command))
			}
		}
		return b.String() + "```"
	})
	if ran < 12 {
		t.Errorf("only %d commands were found", ran)
	}
	if steady(made) == steady(string(raw)) {
		return
	}
	if !*updateAudit {
		t.Fatalf("the page is stale; go test ./cmd/countersign -run Audit -update-audit writes it anew:\n%s", firstOther(steady(made), steady(string(raw))))
	}
	if err := os.WriteFile(page, []byte(made), 0o644); err != nil {
		t.Fatal(err)
	}
}

// steady leaves out of a text what is another on another build or after another
// change of the workbook.
func steady(s string) string {
	for _, r := range [][2]string{{`[0-9a-f]{64}`, "SHA-256"}, {`[A-Za-z0-9+/]{43}=`, "ROOT"}, {`\b([a-z]{3})_[a-z0-9]{16}`, "${1}_ID"}, {`made by \S+`, "made by BUILD"}} {
		s = regexp.MustCompile(r[0]).ReplaceAllString(s, r[1])
	}
	return s
}

func firstOther(got, want string) string {
	w := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(w) || w[i] != line {
			return fmt.Sprintf("line %d is %q", i+1, line)
		}
	}
	return "lines are missing at the end"
}

// shown runs a command of the page and gives what it prints. Those that are not
// countersign's are few, and done here: not every machine has them.
func shown(t *testing.T, command string) string {
	t.Helper()
	if rest, ok := strings.CutPrefix(command, "COUNTERSIGN_DB= "); ok {
		before := os.Getenv("COUNTERSIGN_DB")
		t.Setenv("COUNTERSIGN_DB", "")
		defer t.Setenv("COUNTERSIGN_DB", before)
		command = rest
	}
	if line, ok := strings.CutPrefix(command, "countersign "); ok {
		var out, said bytes.Buffer
		if code := run(shellWords(line), nil, &out, &said); code != exitOK || said.Len() > 0 {
			t.Errorf("%s ended with exit code %d: %s%s", command, code, out.String(), said.String())
		}
		return out.String()
	}
	switch command {
	case "unzip -q q4.zip -d q4":
		return unzipped(t, "q4.zip", "q4")
	case "(cd q4 && sha256sum --quiet -c MANIFEST.sha256)":
		return summedUp(t, "q4", "MANIFEST.sha256")
	case "sha256sum q4/population.jsonl":
		return sumOf(t, "q4/population.jsonl") + "  q4/population.jsonl\n"
	case `grep -c "$(sha256sum q4/population.jsonl | cut -d' ' -f1)" q4/log.jsonl`:
		log, sum, n := contents(t, "q4/log.jsonl"), []byte(sumOf(t, "q4/population.jsonl")), 0
		for line := range bytes.Lines(log) {
			if bytes.Contains(line, sum) {
				n++
			}
		}
		return fmt.Sprintf("%d\n", n)
	}
	t.Errorf("nobody knows how to run %q", command)
	return ""
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func sumOf(t *testing.T, path string) string {
	t.Helper()
	return fmt.Sprintf("%x", sha256.Sum256(contents(t, path)))
}

// unzipped unpacks a zip as unzip does: every file, into a new folder.
func unzipped(t *testing.T, path, dir string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := z.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, f := range z.File {
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(from)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o700)
		}
		if err == nil {
			err = os.WriteFile(to, body, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return ""
}

// summedUp checks a manifest as sha256sum --quiet -c does: it names what differs.
func summedUp(t *testing.T, dir, manifest string) (said string) {
	t.Helper()
	for line := range strings.Lines(string(contents(t, filepath.Join(dir, manifest)))) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || sumOf(t, filepath.Join(dir, name)) != sum {
			said += name + ": FAILED\n"
		}
	}
	return said
}
