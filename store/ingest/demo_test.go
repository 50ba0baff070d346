package ingest

import (
	"os"
	"path/filepath"
	"testing"

	"countersign/domain"
)

// moduleRoot is the folder of go.mod, above the package's.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
}

// The demo's organisation is made of import files in the documented columns:
// all of them load without an error, in the order in which kinds are loaded.
func TestDemoFilesLoad(t *testing.T) {
	m := studio(t, newMemory())
	for _, k := range []Kind{People, Groups, Members, Agents, Grants, Areas} {
		raw, err := os.ReadFile(filepath.Join(moduleRoot(t), "testdata", "demo", string(k)+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		o := m.options()
		o.Source = "demo"
		p := m.load(t, k, string(raw), o)
		if p.Report.Added != p.Report.Rows || len(p.Unused) > 0 {
			t.Errorf("%s: %s; columns not known: %v\n%s", k, p.Report.Summary(), p.Unused, linesOf(p))
		}
	}
	if org, err := domain.NewOrg(1, m.current); err != nil || org.Count(domain.KindGrant) != len(m.grants()) {
		t.Errorf("the organisation: %v", err)
	}
}
