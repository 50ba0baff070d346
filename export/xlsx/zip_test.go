package xlsx

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"io"
	"testing"

	"pgregory.net/rapid"
)

func sha(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// rezip copies a package through change, which may rename and rewrite parts; an
// empty name drops the part.
func rezip(t testing.TB, data []byte, change func(name string, b []byte) (string, []byte)) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if err := rc.Close(); err != nil {
			t.Fatal(err)
		}
		name, b := change(f.Name, b)
		if name == "" {
			continue
		}
		to, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestJoinedCRCIsTheCRCOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOf(rapid.Byte()).Draw(t, "a")
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "b")
		want := crc32.ChecksumIEEE(append(bytes.Clone(a), b...))
		if got := joinCRC(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), int64(len(b))); got != want {
			t.Fatalf("joined %08x, whole %08x", got, want)
		}
	})
}

// Readers look at the package's table of contents first, and the times of its
// entries would make two runs differ.
func TestPackageOrderAndTimes(t *testing.T) {
	data, _ := mustWrite(t, sample())
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if r.File[0].Name != "[Content_Types].xml" {
		t.Errorf("the first part is %s", r.File[0].Name)
	}
	for _, f := range r.File {
		if f.ModifiedDate != 1<<5|1 || f.ModifiedTime != 0 || f.Flags&8 != 0 {
			t.Errorf("%s: date %x, time %x, flags %x", f.Name, f.ModifiedDate, f.ModifiedTime, f.Flags)
		}
	}
}

func TestEscapesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`(_x[0-9A-Fa-f]{0,4}_?|_|x0041|\x00|\r|a){0,8}`)).Draw(t, "s")
		if got := unescape(xmlText(t, appendText(nil, s))); got != clean(s) {
			t.Fatalf("%q came back as %q", s, got)
		}
	})
}

// The package's properties name our program, and no library it is built with.
func TestPropertiesNameOurProgram(t *testing.T) {
	data, _ := mustWrite(t, sample())
	found := false
	rezip(t, data, func(name string, b []byte) (string, []byte) {
		if name == "docProps/app.xml" {
			found = bytes.Contains(b, []byte("<Application>Countersign</Application>"))
		}
		if bytes.Contains(bytes.ToLower(b), []byte("excelize")) {
			t.Errorf("the part %s names the library", name)
		}
		return name, b
	})
	if !found {
		t.Error("docProps/app.xml does not name Countersign")
	}
}
