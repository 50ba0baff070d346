package table

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// outcome is a table read to its end: its rows, the rows that are errors, and
// the error that ended it early.
type outcome struct {
	header []string
	rows   []Row
	bad    []*RowError
	fatal  error
}

func all(t *testing.T, src io.Reader, opts Options) (out outcome) {
	t.Helper()
	r, err := Open(src, opts)
	if err != nil {
		return outcome{fatal: err}
	}
	out.header = r.Header()
	for {
		row, err := r.Read()
		var re *RowError
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.As(err, &re):
			out.bad = append(out.bad, re)
		case err != nil:
			out.fatal = err
			return out
		default:
			out.rows = append(out.rows, row)
		}
	}
}

func fields(rows []Row) [][]string {
	out := [][]string{}
	for _, r := range rows {
		out = append(out, r.Fields)
	}
	return out
}

// utf16Text spells text in UTF-16 with a byte order mark.
func utf16Text(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\uFEFF" + text)) {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

func TestFormsOfOneTable(t *testing.T) {
	want := [][]string{{"Zoë 😀", "zoe@x.example", "a"}, {"Bo", "bo@x.example", ""}}
	plain := "Name,Email,Group\nZoë 😀,zoe@x.example,a\nBo,bo@x.example,\n"
	crlf := strings.ReplaceAll(plain, "\n", "\r\n")
	for name, text := range map[string]string{
		"as it is":            plain,
		"no last newline":     strings.TrimSuffix(plain, "\n"),
		"CRLF":                crlf,
		"CR alone":            strings.ReplaceAll(plain, "\n", "\r"),
		"byte order mark":     "\uFEFF" + plain,
		"UTF-16LE":            utf16Text(crlf, false),
		"UTF-16BE":            utf16Text(crlf, true),
		"semicolons":          strings.ReplaceAll(plain, ",", ";"),
		"tabs":                strings.ReplaceAll(plain, ",", "\t"),
		"sep line":            "sep=;\r\n" + strings.ReplaceAll(crlf, ",", ";"),
		"comments":            "# Fill in the rows; keep the header.\n\"# e.g. Ada, ada@x.example\"\n" + plain,
		"comments by a sheet": "# Fill in; keep,,\n# a \"name\",,\n" + plain,
		"empty lines":         "\n\n" + strings.ReplaceAll(plain, "\n", "\n\n"),
		"quoted":              `"Name","Email","Group"` + "\n" + `"Zoë 😀","zoe@x.example","a"` + "\n" + `"Bo","bo@x.example",""`,
		"space round headers": strings.Replace(plain, "Name,Email,Group", " Name , Email,Group ", 1),
	} {
		t.Run(name, func(t *testing.T) {
			out := all(t, iotest.HalfReader(strings.NewReader(text)), Options{})
			header, rows, bad, fatal := out.header, out.rows, out.bad, out.fatal
			if fatal != nil || len(bad) > 0 {
				t.Fatalf("fatal %v, errors %v", fatal, bad)
			}
			if !reflect.DeepEqual(header, []string{"Name", "Email", "Group"}) {
				t.Errorf("header %q", header)
			}
			if !reflect.DeepEqual(fields(rows), want) {
				t.Errorf("rows %q, want %q", fields(rows), want)
			}
		})
	}
}

func TestSeparatorIsFound(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       byte
	}{
		{"comma", "a,b\n1;2,3\n", ','},
		{"semicolon", "a;b\n1,5;2,5\n", ';'},
		{"tab", "a\tb\n1,5\t2;5\n", '\t'},
		{"one column", "email\na@x.example\n", ','},
		{"comma inside quotes does not count", "\"a,b,c,d\";e\n1;2\n", ';'},
		{"a tie goes by the rows", "Last, first;Email\nKline;k@x.example\nBurt;b@x.example\n", ';'},
		{"widest header wins", "Last, first;Email;Role\n", ';'},
		{"comments are not looked at", "# a;b;c;d;e\nx,y\n", ','},
		{"a column called # is no comment", "#;Name\n1;Ada\n", ';'},
		{"sep names it against the look", "sep=\t\na,b\tc\n", '\t'},
	} {
		r, err := Open(strings.NewReader(c.text), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.opts.Separator != c.want {
			t.Errorf("%s: separator %q, want %q", c.name, r.opts.Separator, c.want)
		}
	}
}

func TestPhysicalLines(t *testing.T) {
	text := "# note\r\n\r\nname,about\r\n\"two\r\nlines\",x\r\nthird,\"a\n\nb\"\r\nlast,\"q\"\"q\"\r\nshort\r\n"
	out := all(t, strings.NewReader(text), Options{})
	rows, bad, fatal := out.rows, out.bad, out.fatal
	if fatal != nil {
		t.Fatal(fatal)
	}
	var lines []int
	for _, r := range rows {
		lines = append(lines, r.Line)
	}
	if want := []int{4, 6, 9}; !reflect.DeepEqual(lines, want) {
		t.Errorf("rows begin on %v, want %v", lines, want)
	}
	if got := rows[0].FieldLine(1); got != 5 {
		t.Errorf("x stands on line %d, want 5", got)
	}
	if got := rows[0].Fields[0]; got != "two\r\nlines" {
		t.Errorf("a quoted line end was changed: %q", got)
	}
	if len(bad) != 1 || bad[0].Line != 10 {
		t.Errorf("errors %v, want one on line 10", bad)
	}
}

func TestBrokenRowsAndFiles(t *testing.T) {
	long := strings.Repeat("x", 40)
	for _, c := range []struct {
		name, text string
		row        string // the row error, when reading goes on behind it
		file       string // the file error, when it does not
	}{
		{"too few fields", "a,b,c\n1\n4,5,6\n", "line 2, column b: the row ends before this column: it has 1 field, the header has 3", ""},
		{"too many fields", "a,b\n1,2,3\n4,5\n", "line 2: “3” stands beyond the last column: the row has 3 fields, the header has 2; quote a field that holds the separator", ""},
		{"latin-1", "a,b\n1,Z\xf6e\n4,5\n", `line 2, column b: “Z\xf6e” is not valid UTF-8; save the file as CSV UTF-8`, ""},
		{"overlong UTF-8", "a,b\n\"\nx\",\xc0\xaf\n4,5\n", `line 3, column b: “\xc0\xaf” is not valid UTF-8; save the file as CSV UTF-8`, ""},
		{"lone surrogate", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x00\x00\xd8\n\x002\x00,\x003\x00", `line 2, column b: “\xed\xa0\x80” is not valid UTF-16LE; save the file as CSV UTF-8`, ""},
		{"nothing", "", "", "the file is empty: it has no header line; the first line must name the columns"},
		{"only comments", "# a\n\n# b", "", "the file is empty: it has no header line; the first line must name the columns"},
		{"NUL", "a,b\n1,2\n3,\x00\n", "", "line 3: the file holds a NUL byte, so it is no text; it may be a workbook, or UTF-16 without its mark: export it as CSV UTF-8"},
		{"UTF-16 without mark", "a\x00,\x00b\x00\n\x00", "", "line 1: the file holds a NUL byte, so it is no text; it may be a workbook, or UTF-16 without its mark: export it as CSV UTF-8"},
		{"NUL in UTF-16", "\xfe\xff\x00a\x00\n\x00\x00", "", "line 2: the file holds a NUL byte, so it is no text; export it as CSV UTF-8"},
		{"header not text", "a\xff,b\n", "", "line 1: the name of column 1 is not valid UTF-8; save the file as CSV UTF-8"},
		{"quote inside", "a,b\n1,x \"y\"\n", "", `line 2: a quote stands in the middle of a field without quotes; put the whole field in quotes and double the quotes inside it, as in "Robert ""Bob"" Smith"`},
		{"text behind quote", "a,b\n1,\"x\ny\" z\n", "", "line 3: text follows the closing quote of a field; double a quote that belongs to the text"},
		{"open quote", "a,b\n1,2\n3,\"x\n\n", "", "line 3: a quote is opened here and never closed; close it, or double a quote that belongs to the text"},
		{"long field", "a,b\n1," + long + "\n", "", "line 2: a field is longer than 32 bytes; a quote that is never closed looks like this too"},
		{"long record", "a,b,c\n" + long[:30] + "," + long[:30] + "," + long[:30] + "\n", "", "line 2: a record is longer than 64 bytes; a quote that is never closed looks like this too"},
		{"many columns", "a,b,c,d,e,f\n", "", "line 1: the record has more than 5 fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := all(t, strings.NewReader(c.text), Options{MaxField: 32, MaxRecord: 64, MaxColumns: 5})
			rows, bad, fatal := out.rows, out.bad, out.fatal
			if c.file != "" {
				var fe *FileError
				if !errors.As(fatal, &fe) || fatal.Error() != c.file {
					t.Fatalf("got  %v\nwant %s", fatal, c.file)
				}
				return
			}
			if fatal != nil {
				t.Fatal(fatal)
			}
			if len(bad) != 1 || bad[0].Error() != c.row {
				t.Fatalf("got  %v\nwant %s", bad, c.row)
			}
			if len(rows) != 1 {
				t.Errorf("%d rows behind the error, want 1", len(rows))
			}
		})
	}
}

func TestFileErrorStays(t *testing.T) {
	r, err := Open(strings.NewReader("a,b\n1,\"\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, first := r.Read()
	_, second := r.Read()
	if first == nil || first != second {
		t.Errorf("first %v, then %v; want the same error again", first, second)
	}
	if _, ok := r.Source(); ok {
		t.Error("a file that could not be read to its end has evidence")
	}
}

func TestReadingFails(t *testing.T) {
	cause := errors.New("the disk is gone")
	for _, text := range []string{"", "a,b\n", "a,b\n1,2\n"} {
		out := all(t, io.MultiReader(strings.NewReader(text), iotest.ErrReader(cause)), Options{})
		if !errors.Is(out.fatal, cause) {
			t.Errorf("after %q: %v, want the cause", text, out.fatal)
		}
	}
}

func TestEvidence(t *testing.T) {
	text := "\uFEFFa,b\r\n1,2\r\nonly one\r\n\r\n3,4\r\n"
	sum := sha256.Sum256([]byte(text))
	r, err := Open(iotest.OneByteReader(strings.NewReader(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Source(); ok {
		t.Error("the source is complete before anything was read")
	}
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		}
	}
	got, ok := r.Source()
	want := Source{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(text)), Rows: 3, Encoding: UTF8, Separator: ','}
	if !ok || got != want {
		t.Errorf("got %+v %v, want %+v", got, ok, want)
	}
}

// endless gives the same row over and over, n bytes in all.
type endless struct {
	left int
	row  string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), e.left)], e.row[e.at:])
	e.at = (e.at + n) % len(e.row)
	e.left -= n
	return n, nil
}

func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 100 MB: left out by -short")
	}
	row := "Maisie Maggy Kline,maisie.kline@dtaa.example,Technician,\"Field\nService\"\n"
	size := 100 << 20 / len(row) * len(row)
	r, err := Open(io.MultiReader(strings.NewReader("name,email,title,team\n"), &endless{left: size, row: row}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var peak uint64
	n := 0
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if n++; n%200000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	if n != size/len(row) {
		t.Errorf("%d rows, want %d", n, size/len(row))
	}
	if peak > 32<<20 {
		t.Errorf("the heap grew to %d MiB", peak>>20)
	}
}
