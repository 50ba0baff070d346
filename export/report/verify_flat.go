package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"countersign/domain"
	"countersign/domain/archive"
	"countersign/review"
)

// FileKind is what an exported file is, by what it holds and not by its name.
type FileKind uint8

// The kinds.
const (
	AnyFile      FileKind = iota // a table as CSV or JSON lines, or nothing of ours
	WorkbookFile                 // a workbook, ours or not
	PackageFile                  // an evidence package
	BundleFile                   // a report as a zip
	DocumentFile                 // a report as one JSON document
)

// KindOfFile tells what a file is. Whether it is whole is for the one that reads it.
func KindOfFile(r io.ReaderAt, size int64) FileKind {
	z, err := zip.NewReader(r, size)
	if err == nil || errors.Is(err, zip.ErrInsecurePath) {
		has := func(name string) bool {
			return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name })
		}
		switch {
		case has(fileFacts):
			return BundleFile
		case has(fileManifest) || has(fileStatement):
			return PackageFile
		}
		return WorkbookFile
	}
	head := make([]byte, 256)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return AnyFile
	}
	if head = head[:n]; bytes.HasPrefix(head, []byte("PK")) {
		return WorkbookFile // cut short
	}
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head, []byte(documentForm)) {
		return DocumentFile
	}
	return AnyFile
}

// FlatVerification is what was found about a report as a zip or a JSON document,
// without a database.
type FlatVerification struct {
	Report string // its title
	Event  string // whose state it shows, as it says
	Log    string // of which log, as it says
	Digest string // of its content, as it says; the workbook of the same report has it
	Files  int    // held against the manifest
	Rows   int    // counted
	Faults []string
}

func (v *FlatVerification) fault(format string, args ...any) {
	v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
}

// Claim says in a sentence what was shown, and no more.
func (v *FlatVerification) Claim() string {
	if len(v.Faults) > 0 {
		return "The file does not hold: it was changed after it was exported."
	}
	return "The file agrees with itself: its rows are as many as it says. Its values cannot be checked alone: whoever changed one would pass. The database, or its log (--log) with a checkpoint held elsewhere, shows whether exactly these bytes were exported; the workbook of the same report can be compared cell by cell."
}

// stated reads what the facts of a file say, and holds the rows counted by table
// against them.
func (v *FlatVerification) stated(raw []byte, counted map[string]int) {
	var f facts
	if err := json.Unmarshal(raw, &f); err != nil || f.Form != documentForm {
		v.fault("what it says of itself cannot be read, or is of the form %q, and this version reads %s", f.Form, documentForm)
		return
	}
	said := func(x any) string {
		if x == nil {
			return ""
		}
		return fmt.Sprint(x)
	}
	v.Report, v.Event, v.Log, v.Digest = f.Report, said(f.Event), said(f.Log), f.Digest
	all := 0
	for _, t := range f.Tables {
		n, there := counted[t.Sheet]
		switch {
		case !there:
			v.fault("the table %q is not there, and has %s by what the file says", t.Sheet, review.Count(t.Rows, "row", "rows"))
		case n != t.Rows:
			v.fault("the table %q has %s, and the file says %d", t.Sheet, review.Count(n, "row", "rows"), t.Rows)
		}
		delete(counted, t.Sheet)
		v.Rows, all = v.Rows+n, all+t.Rows
	}
	for _, name := range slices.Sorted(maps.Keys(counted)) {
		v.fault("the table %q is none that the file says it has", name)
	}
	if f.Rows != all {
		v.fault("the file says it has %s, and its tables have %d", review.Count(f.Rows, "row", "rows"), all)
	}
}

// VerifyDocument checks a report as one JSON document: its form, and that each table
// has the rows that it says. It streams. A file that is no such document is Invalid.
func VerifyDocument(ctx context.Context, in io.Reader) (FlatVerification, error) {
	v := FlatVerification{}
	d := json.NewDecoder(until{ctx, in})
	head, counted := map[string]json.RawMessage{}, map[string]int{}
	err := eachKey(d, func(key string) error {
		if key != "sheets" {
			var raw json.RawMessage
			err := d.Decode(&raw)
			head[key] = raw
			return err
		}
		return eachItemOf(d, func() error { return countSheet(d, counted) })
	})
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows its end")
		}
	}
	if ctx.Err() != nil {
		return v, ctx.Err()
	}
	if err != nil {
		return v, domain.Errorf(domain.Invalid, "the report as JSON is not whole: %v", err).Hinted("take the file again from whoever exported it")
	}
	raw, err := json.Marshal(head)
	if err == nil {
		v.stated(raw, counted)
	}
	return v, err
}

// countSheet counts the rows of one sheet of a document.
func countSheet(d *json.Decoder, counted map[string]int) error {
	name, rows := "", -1
	err := eachKey(d, func(key string) error {
		switch key {
		case "sheet":
			return d.Decode(&name)
		case "rows":
			rows = 0
			return eachItemOf(d, func() error {
				rows++
				var raw json.RawMessage
				return d.Decode(&raw)
			})
		}
		var raw json.RawMessage
		return d.Decode(&raw)
	})
	if _, twice := counted[name]; twice && rows >= 0 && err == nil {
		return fmt.Errorf("the sheet %q is there twice", name)
	}
	if rows >= 0 {
		counted[name] = rows
	}
	return err
}

// eachKey walks the keys of an object; do reads the value behind each. A key that is
// there twice is an error.
func eachKey(d *json.Decoder, do func(key string) error) error {
	seen := map[string]bool{}
	return walked(d, '{', func() error {
		tok, err := d.Token()
		key, ok := tok.(string)
		if err == nil && (!ok || seen[key]) {
			err = fmt.Errorf("it has the name %q twice, or something else for one", key)
		}
		if err != nil {
			return err
		}
		seen[key] = true
		return do(key)
	})
}

func eachItemOf(d *json.Decoder, do func() error) error { return walked(d, '[', do) }

func walked(d *json.Decoder, begin json.Delim, do func() error) error {
	tok, err := d.Token()
	if err == nil && tok != begin {
		err = fmt.Errorf("%v stands where %v belongs", tok, begin)
	}
	for err == nil && d.More() {
		err = do()
	}
	if err == nil {
		_, err = d.Token()
	}
	return err
}

// VerifyBundle checks a report as a zip: every file against the manifest, and that
// each table has the rows that report.json says. A file that is no such zip is
// Invalid.
func VerifyBundle(ctx context.Context, r io.ReaderAt, size int64) (FlatVerification, error) {
	v := FlatVerification{}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return v, refusedBundle("it is no zip, or not whole (%v)", err)
	}
	if err := archive.OneDirectory(r, size); err != nil {
		return v, refusedBundle("%v", err)
	}
	files := map[string]*zip.File{}
	for _, f := range z.File {
		table := strings.HasPrefix(f.Name, folderTables) && strings.HasSuffix(f.Name, ".csv") && !strings.Contains(f.Name, "..")
		switch {
		case f.Name == folderTables && f.UncompressedSize64 == 0:
			continue
		case !table && f.Name != fileFacts && f.Name != fileCover && f.Name != fileManifest:
			return v, refusedBundle("its file %q is no part of one", f.Name)
		case files[f.Name] != nil || len(files) == mostFiles:
			return v, refusedBundle("it holds %s twice, or more than %d files", f.Name, mostFiles)
		case !f.Mode().IsRegular() || f.UncompressedSize64 > mostTables && f.UncompressedSize64/mostRatio > f.CompressedSize64 || !table && f.UncompressedSize64 > mostTables:
			return v, refusedBundle("its file %s is no ordinary file, or would unpack to far more than one does", f.Name)
		}
		files[f.Name] = f
	}
	if files[fileManifest] == nil {
		return v, refusedBundle("it has no file %s", fileManifest)
	}
	sums, got, raw, counted := map[string]string{}, map[string]string{}, []byte(nil), map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		body, rows, sum, err := readBundled(ctx, files[name])
		if err != nil {
			return v, err
		}
		switch {
		case name == fileManifest:
			if sums, err = readSums(body); err != nil {
				return v, refusedBundle("its %s %v", fileManifest, err)
			}
			continue
		case name == fileFacts:
			raw = body
		case strings.HasPrefix(name, folderTables):
			counted[name] = rows
		}
		got[name] = sum
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		v.Files++
		switch listed, ok := sums[name]; {
		case !ok:
			v.fault("%s is not in the manifest", name)
		case listed != got[name]:
			v.fault("%s has the SHA-256 %s, the manifest says %s", name, got[name], listed)
		}
		delete(sums, name)
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		v.fault("%s is in the manifest and not in the zip", name)
	}
	v.stated(raw, bySheet(raw, counted))
	return v, nil
}

func refusedBundle(format string, args ...any) error {
	return domain.Errorf(domain.Invalid, "this is no report as a zip: "+format, args...).Hinted("take the file again from whoever exported it")
}

// bySheet gives the rows counted in files by the sheets that the facts say they are of.
// A grid besides the cover is a file of no table.
func bySheet(raw []byte, counted map[string]int) map[string]int {
	var f facts
	out := map[string]int{}
	if json.Unmarshal(raw, &f) != nil {
		return out
	}
	for _, t := range f.Tables {
		if n, ok := counted[t.File]; ok {
			out[t.Sheet] = n
		}
	}
	return out
}

// readBundled reads a file to its end: its body where it is small, the records of a
// table without its header, and its sum.
func readBundled(ctx context.Context, f *zip.File) (body []byte, rows int, sum string, err error) {
	rc, err := f.Open()
	if err != nil {
		return nil, 0, "", refusedBundle("its file %s cannot be read (%v)", f.Name, err)
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	h := sha256.New()
	in := io.TeeReader(until{ctx, rc}, h)
	if strings.HasSuffix(f.Name, ".csv") {
		c := csvReader(in)
		c.LazyQuotes = false
		for rows = -1; err == nil; rows++ {
			_, err = c.Read()
		}
		rows--
		var bad *csv.ParseError
		if errors.Is(err, io.EOF) || errors.As(err, &bad) { // its sum tells of a change
			_, err = io.Copy(io.Discard, in)
		}
	} else {
		body, err = io.ReadAll(in)
	}
	if err != nil && ctx.Err() == nil {
		err = refusedBundle("its file %s cannot be read (%v)", f.Name, err)
	}
	return body, rows, hex.EncodeToString(h.Sum(nil)), err
}

// readSums reads the lines of a manifest, which sha256sum reads too: the sum of each
// file, by its name. The error goes on from the manifest's name.
func readSums(body []byte) (map[string]string, error) {
	out := map[string]string{}
	for line := range strings.Lines(string(body)) {
		rest, whole := strings.CutSuffix(line, "\n")
		sum, name, ok := strings.Cut(rest, "  ")
		raw, err := hex.DecodeString(sum)
		switch {
		case !whole:
			return nil, fmt.Errorf("ends in the middle of line %d", len(out)+1)
		case !ok || err != nil || len(raw) != sha256.Size || !utf8.ValidString(line):
			return nil, fmt.Errorf("has a line that is none: %.200q", rest)
		case out[name] != "":
			return nil, fmt.Errorf("has the file %q twice", name)
		}
		out[name] = strings.ToLower(sum)
	}
	return out, nil
}
