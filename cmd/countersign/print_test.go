package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestTablesLineUpWhateverTheNames(t *testing.T) {
	p := &page{}
	p.table([]string{"WHO", ">N"}, [][]string{{"Ana", "7"}, {"日本", "12"}, {"a\x1b[2J\r\n", "3"}})
	lines := strings.Split(p.text(), "\n")
	if len(lines) != 5 || lines[4] != "" {
		t.Fatalf("the table has %d lines, want a heading and three rows: %q", len(lines)-1, p.text())
	}
	end := len([]rune(lines[0]))
	if strings.ContainsAny(p.text(), "\x1b\r") {
		t.Errorf("the table %q would drive a terminal", p.text())
	}
	if !strings.HasSuffix(lines[1], " 7") || len([]rune(lines[1])) != end {
		t.Errorf("the row %q does not end under its heading %q", lines[1], lines[0])
	}
	if got := len([]rune(lines[2])); got != end-2 { // two characters of two cells each
		t.Errorf("the row %q has %d characters, want %d", lines[2], got, end-2)
	}
}

func TestJSONIsExactAndSafeToLookAt(t *testing.T) {
	const hostile = "a\u202eb\u0085c\x1b[2J\U000e0041<&>é日"
	var b bytes.Buffer
	if err := printJSON(&b, map[string]string{"name": hostile}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\u202e", "\u0085", "\x1b", "\U000e0041"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the document %q holds %q as it is", b.String(), bad)
		}
	}
	if !strings.Contains(b.String(), "<&>é日") {
		t.Errorf("the document %q hides what prints", b.String())
	}
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["name"] != hostile {
		t.Errorf("read back it is %q (%v), want %q", back["name"], err, hostile)
	}
}

func TestSeededIDsAreForeseenAndApart(t *testing.T) {
	a, b, c := &seededIDs{seed: 7, from: 3}, &seededIDs{seed: 7, from: 3}, &seededIDs{seed: 7, from: 4}
	first := a.make("chg")
	if first != b.make("chg") {
		t.Error("the same seed at the same length of the log made another id")
	}
	if first == a.make("chg") || first == c.make("chg") {
		t.Error("the next id, or one further on in the log, is the same")
	}
}
