package report

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"countersign/domain"
)

// flatFiles are a report as a zip and as one JSON document, with hostile names.
func flatFiles(t testing.TB) (bundled, document []byte) {
	t.Helper()
	o := hostileWorld(t)
	wb := GroupMembership(o, meta(o), PeopleFilter{}, nil)
	for _, f := range []struct {
		format Format
		to     *[]byte
	}{{ZIP, &bundled}, {JSON, &document}} {
		var out bytes.Buffer
		if _, err := Write(context.Background(), &out, f.format, wb, Whole); err != nil {
			t.Fatal(err)
		}
		*f.to = out.Bytes()
	}
	return bundled, document
}

func checkFlat(file []byte) (v FlatVerification, err error) {
	r := bytes.NewReader(file)
	switch KindOfFile(r, r.Size()) {
	case BundleFile:
		return VerifyBundle(context.Background(), r, r.Size())
	case DocumentFile:
		return VerifyDocument(context.Background(), r)
	}
	return v, domain.Errorf(domain.Invalid, "it is neither")
}

// What a report as a zip or a JSON document says of itself is held against what is in
// it: a file, a row or a table that was changed, taken out or put in is named.
func TestReportsThatAreNoWorkbooksAreHeldAgainstThemselves(t *testing.T) {
	bundled, document := flatFiles(t)
	for what, file := range map[string][]byte{"zip": bundled, "document": document} {
		v, err := checkFlat(file)
		if err != nil || len(v.Faults) > 0 || v.Report != "Group membership" || v.Event != "7" || v.Rows < len(hostile) || len(v.Digest) != 64 {
			t.Errorf("%s as written: %+v, %v", what, v, err)
		}
	}
	tables := "tables/by-group.csv"
	parts := partsOf(t, bundled)
	if parts[tables] == nil {
		t.Fatalf("no %s", tables)
	}
	change := func(do func(map[string][]byte)) []byte {
		files := partsOf(t, bundled)
		do(files)
		return zipped(t, files)
	}
	row := bytes.Index(document, []byte(`"rows": [`))
	end := row + bytes.Index(document[row:], []byte("},"))
	for _, c := range []struct {
		what string
		file []byte
		want string
	}{
		{"a letter of a table", change(func(f map[string][]byte) {
			f[tables] = bytes.Replace(f[tables], []byte("Member"), []byte("Manager"), 2)
		}), tables + " has the SHA-256"},
		{"a table gone", change(func(f map[string][]byte) { delete(f, tables) }), tables + " is in the manifest and not in the zip"},
		{"a file put in", change(func(f map[string][]byte) { f["tables/more.csv"] = []byte("a\n") }), "tables/more.csv is not in the manifest"},
		{"a row gone, and listed so", change(func(f map[string][]byte) {
			f[tables] = f[tables][:bytes.LastIndexByte(bytes.TrimSpace(f[tables]), '\n')+1]
			relisted(f)
		}), `the table "By group" has`},
		{"a file of nobody's", change(func(f map[string][]byte) { f["run.exe"] = nil }), `its file "run.exe" is no part of one`},
		{"a row of the document gone", append(bytes.Clone(document[:row+9]), document[end+2:]...), `the table "By group" has`},
		{"the document cut", document[:len(document)/2], "is not whole"},
		{"words behind the document", append(bytes.Clone(document), "{}"...), "something follows its end"},
		{"another form", bytes.Replace(document, []byte(documentForm), []byte("another-report-1"), 1), "it is neither"},
	} {
		v, err := checkFlat(c.file)
		said := strings.Join(v.Faults, "\n")
		if err != nil {
			said = err.Error()
		}
		if !strings.Contains(said, c.want) {
			t.Errorf("%s: said %q, want %q", c.what, said, c.want)
		}
	}
}

func FuzzVerifyFlat(f *testing.F) {
	bundled, document := flatFiles(f)
	f.Add(bundled[:4096])
	f.Add(document[:2048])
	f.Add([]byte(`{"form":"countersign-report-1","sheets":[{"sheet":"a","rows":[{}]}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		if v, err := checkFlat(file); err != nil && code(err) != domain.Invalid {
			t.Errorf("%v, %+v", err, v)
		}
	})
}
