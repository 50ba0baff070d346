package table

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// anyField draws text that a file can hold, rich in what CSV trips over.
func anyField() *rapid.Generator[string] {
	tricky := rapid.StringMatching(`[ ,;"'#=a\t\r\n]{0,6}`)
	return rapid.Map(rapid.OneOf(tricky, rapid.String()), func(s string) string {
		return strings.ReplaceAll(s, "\x00", "")
	})
}

// anyTable draws a header that is no comment and has no spaces to trim, and
// rows as wide.
func anyTable(t *rapid.T) [][]string {
	width := rapid.IntRange(1, 5).Draw(t, "width")
	name := rapid.StringMatching(`[a-z][a-z,;"]{0,5}[a-z]`)
	rows := [][]string{rapid.SliceOfN(name, width, width).Draw(t, "header")}
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		rows = append(rows, rapid.SliceOfN(anyField(), width, width).Draw(t, "row"))
	}
	return rows
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyTable(t)
		var b bytes.Buffer
		if err := Write(&b, want); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 1:
			text = "\uFEFF" + text
		case 2:
			text = utf16Text(text, false)
		case 3:
			text = utf16Text(text, true)
		}
		got, err := readBack(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("wrote %q\nread  %q\nas    %q", want, got, text)
		}
	})
}

// readBack reads a table exactly, header first.
func readBack(text string) ([][]string, error) {
	r, err := Open(strings.NewReader(text), Options{Exact: true})
	if err != nil {
		return nil, err
	}
	rows := [][]string{r.Header()}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row.Fields)
	}
}

// Whatever the bytes: no panic, rows as wide as the header and valid text,
// lines that never go back, and what was read can be written and read again.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"", "a,b\n1,2\n", "\uFEFFa;b\r\n\"x\r\ny\";2", "sep=\t\na\tb\n", "# c\na\n\"\"\n", "a,b\n1\n\"", "a\x00b",
		utf16Text("a,b\n1,😀\n", true), "\xff\xfe\x00\xd8", "a,b\n\xff,'=1\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Open(bytes.NewReader(data), Options{MaxField: 64, MaxRecord: 256, MaxColumns: 8})
		if err != nil {
			return
		}
		rows := [][]string{r.Header()}
		line := 0
		for {
			row, err := r.Read()
			var re *RowError
			if errors.As(err, &re) {
				if re.Line < line || re.Message == "" {
					t.Fatalf("row error %+v after line %d", re, line)
				}
				continue
			}
			if err != nil {
				break
			}
			if row.Line < line || len(row.Fields) != len(r.Header()) {
				t.Fatalf("row %+v after line %d, header %q", row, line, r.Header())
			}
			line = row.Line
			for _, f := range row.Fields {
				if !utf8.ValidString(f) || len(f) > 64 {
					t.Fatalf("field %q", f)
				}
			}
			rows = append(rows, row.Fields)
		}
		first := strings.ToLower(rows[0][0])
		if strings.HasPrefix(first, "#") || strings.HasPrefix(first, "sep=") {
			return // such a header is a comment when it is written first
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		back, err := readBack(b.String())
		if err != nil || !reflect.DeepEqual(back, rows) {
			t.Fatalf("wrote %q, read %q, %v", rows, back, err)
		}
	})
}
