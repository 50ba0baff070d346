package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// bare is an organisation with the shipped roles and nothing else.
func bare() *memory {
	m := newMemory()
	for _, r := range domain.ShippedRoles() {
		for _, rec := range r.Records(domain.ID("rol_"+r.Role.Name), func() domain.ID { return m.newID("gnt_shipped") }) {
			m.put(rec)
		}
	}
	return m
}

// loadExamples loads the example file of every kind, in order, and gives the
// previews in words.
func loadExamples(t *testing.T, m *memory) string {
	t.Helper()
	var b strings.Builder
	for _, k := range Kinds() {
		raw, err := os.ReadFile(filepath.Join("testdata", "examples", string(k)+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		o := m.options()
		o.Source = "example"
		p := m.load(t, k, string(raw), o)
		if p.Report.Added != p.Report.Rows && k != Areas || len(p.Unused) > 0 {
			t.Errorf("%s: %s; columns not known: %v", k, p.Report.Summary(), p.Unused)
		}
		fmt.Fprintf(&b, "%s: %s\n%s\n", k, p.Report.Summary(), linesOf(p))
	}
	return b.String()
}

// There is an example of every kind; each loads without an error, uses every
// column it has, changes nothing the second time, and comes to what is written
// down.
func TestExamples(t *testing.T) {
	got := loadExamples(t, bare())
	golden := filepath.Join("testdata", "examples", "previews.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want)
	}
}

// The columns of a template are those the kind knows, and its example rows are
// taken without a word about their shape.
func TestTemplatesUseTheirColumns(t *testing.T) {
	for _, k := range Kinds() {
		e := exampleOf(k)
		b, err := SchemaOf(k).Bind(e.header, table.Mapping{})
		if err != nil || len(b.Unused()) > 0 {
			t.Errorf("%s: %v, not known: %v", k, err, b)
		}
		for _, row := range e.rows {
			if len(row) != len(e.header) {
				t.Errorf("%s: the example row %q is not as wide as the header", k, row)
			}
		}
		for _, f := range SchemaOf(k).Fields {
			if f.Required && !slices.ContainsFunc(e.header, func(h string) bool { return b.Has(f.Key) }) {
				t.Errorf("%s: the template lacks %s", k, f.Key)
			}
		}
	}
}
