package directory

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// readAll reads a file to its end and holds what every reader promises: each
// entry says exactly one thing, statuses and employments are our words, and
// the evidence is there at the end and not before.
func readAll(t testing.TB, text string, format Format) ([]Entry, *Reader, error) {
	t.Helper()
	r, own, err := Open(strings.NewReader(text), format, table.Options{})
	if err != nil || own != nil {
		return nil, nil, err
	}
	var out []Entry
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var file *table.FileError
			if !errors.As(err, &file) {
				t.Fatalf("reading ends with %T: %v", err, err)
			}
			return out, r, err
		}
		hold(t, e)
		out = append(out, e)
	}
	if src, done := r.Source(); !done || len(src.SHA256) != 64 || src.Bytes != int64(len(text)) {
		t.Fatalf("the evidence at the end: %+v %t", src, done)
	}
	return out, r, nil
}

func hold(t testing.TB, e Entry) {
	t.Helper()
	said := 0
	for _, there := range []bool{e.User != nil, e.Group != nil, e.Member != nil, e.Skip != ""} {
		if there {
			said++
		}
	}
	if said > 1 || said == 0 && e.Fault == nil || e.Line < 1 {
		t.Fatalf("an entry says %d things: %+v", said, e)
	}
	if u := e.User; u != nil {
		if _, err := domain.ParseStatus(u.Status); u.Status != "" && err != nil {
			t.Fatalf("status %q", u.Status)
		}
		if _, err := domain.ParseEmployment(u.Employment); u.Employment != "" && err != nil {
			t.Fatalf("employment %q", u.Employment)
		}
	}
	if e.Fault != nil {
		if msg := e.Fault.Error(); strings.ContainsAny(msg, "\n\r\x1b\x00") {
			t.Fatalf("an error drives the terminal: %q", msg)
		}
	}
}

func examples(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "directory", pattern))
	if err != nil || len(files) == 0 {
		f.Fatalf("no examples %s: %v", pattern, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
}

// Whatever a table holds, the recogniser and the reader of each format end
// with entries or with a sentence.
func FuzzTables(f *testing.F) {
	examples(f, "*.csv")
	f.Add("DN,objectClass,objectGUID,userAccountControl\n\"CN=x\\,y,DC=z\",user;\\;,X'zz',9999999999999999999\n")
	f.Add("login,firstName,lastName,email,login\na,b,c,d,e\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = readAll(t, text, "")
		for _, l := range layouts() {
			_, _, _ = readAll(t, text, l.format)
		}
	})
}

func FuzzSCIM(f *testing.F) {
	examples(f, "*.json")
	f.Add(`[{"userName":"a@b.example","active":"maybe"},{"displayName":7}]`)
	f.Add(`{"Resources":[{"members":[{"value":"x"}],"displayName":"g"}]}{"Resources":null}`)
	f.Fuzz(func(t *testing.T, text string) { _, _, _ = readAll(t, text, SCIM) })
}

func FuzzLDIF(f *testing.F) {
	examples(f, "*.ldif")
	f.Add("dn:\n < file:///etc/passwd\nobjectClass: person\ncn:\n < file:///etc/passwd\n")
	f.Add("dn:: !!\nobjectClass: person\ncn: x\n\n\n-\n\nversion: 1\nmember;range=0-9: x\n")
	f.Fuzz(func(t *testing.T, text string) {
		entries, _, _ := readAll(t, text, LDIF)
		for _, e := range entries {
			if e.User != nil && strings.Contains(e.User.Name, "root:") && !strings.Contains(text, "root:") && !strings.Contains(text, "::") {
				t.Fatal("a file's address was followed")
			}
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add("CN=a\\, b , OU = c")
	f.Fuzz(func(t *testing.T, s string) {
		if f := domain.Fold(s); domain.Fold(f) != f {
			t.Skip("this text's fold is none")
		}
		if k := Key(s); Key(k) != k && !strings.Contains(s, `\`) {
			t.Errorf("%q has the key %q, and that %q", s, k, Key(k))
		}
	})
}
