package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/domain"
)

// A blank file of each kind is guessed to be of its kind.
func TestLookKnowsEachTemplate(t *testing.T) {
	for _, k := range Kinds() {
		raw, err := Template(k)
		if err != nil {
			t.Fatal(err)
		}
		g, err := Look(strings.NewReader(string(raw)), 5, Options{File: "our_" + string(k) + ".csv"})
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		if len(g.Kinds) == 0 || g.Kinds[0] != k {
			t.Errorf("a file of %s is taken for %v", k, g.Kinds)
		}
	}
}

// The files of directories are known as theirs, with what they may be imported as.
func TestLookKnowsDirectories(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "directory", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	for _, name := range files {
		func() {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}()
			g, err := Look(f, 3, Options{})
			want, _, _ := strings.Cut(filepath.Base(name), ".")
			for _, format := range []string{"ldif", "scim"} {
				if strings.HasPrefix(want, format) {
					want = format
				}
			}
			if want == "README" || want == "previews" {
				return
			}
			if err != nil || string(g.Format) != want || len(g.Kinds) == 0 || len(g.Rows) == 0 {
				t.Errorf("%s is taken for %q, kinds %v, %d rows, %v", name, g.Format, g.Kinds, len(g.Rows), err)
			}
		}()
	}
}

func TestLook(t *testing.T) {
	for _, c := range []struct {
		name, text string
		kind       Kind
		header     string
		row        string
		wrong      bool
	}{
		{"the seed's users", "Name,Email,Group\nAna,ana@acme.example,Sales\n", People, "Name|Email|Group", "Ana|ana@acme.example|Sales", false},
		{"columns by other names", "employee_name;mail\nAna;ana@acme.example\n", People, "employee_name|mail", "Ana|ana@acme.example", false},
		{"a secret is not shown", "email,password\nana@acme.example,hunter2\n", "", "email|password", "ana@acme.example|", false},
		{"grants as JSON", `[{"agentId":"a","groupId":"g","permission":"EDIT"}]`, Grants, "", "", false},
		{"members as JSON", `{"groupId":"g","userIds":["u"],"role":"Member"}`, Members, "", "", false},
		{"nothing", "", "", "", "", true},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00", "", "", "", true},
	} {
		g, err := Look(strings.NewReader(c.text), 2, Options{})
		if (err != nil) != c.wrong {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.kind != "" && (len(g.Kinds) == 0 || g.Kinds[0] != c.kind) {
			t.Errorf("%s: taken for %v, not %s", c.name, g.Kinds, c.kind)
		}
		if c.header != "" && strings.Join(g.Header, "|") != c.header {
			t.Errorf("%s: columns %v", c.name, g.Header)
		}
		if c.row != "" && (len(g.Rows) == 0 || strings.Join(g.Rows[0], "|") != c.row) {
			t.Errorf("%s: rows %v", c.name, g.Rows)
		}
	}
}

// What columns are said to be, and which are found by their names, is told for each.
func TestFieldsIn(t *testing.T) {
	header := []string{"employee_name", "email", "boss, \"direct\"", "other"}
	columns := Columns(People, map[string]string{"name": "employee_name", "manager": `boss, "direct"`})
	got, err := FieldsIn(header, People, columns)
	if err != nil {
		t.Fatal(err)
	}
	if got[0] != "name" || got[1] != "email" || got[2] != "manager" || got[3] != "" {
		t.Errorf("%s gives %v", columns, got)
	}
	if _, err := FieldsIn(header, People, "name=nowhere"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a column that is not there: %v", err)
	}
}

// Whatever a file holds, looking at it ends with a glance or a sentence.
func FuzzLook(f *testing.F) {
	for _, s := range []string{"Name,Email\nAna,a@b.c\n", `{"Resources":[]}`, "dn: x\n", "PK\x03\x04", "a;b\n\"", "[", "\xff\xfea\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Look(strings.NewReader(text), 3, Options{})
		if err == nil && len(g.Rows) > 3 {
			t.Errorf("%d rows, of 3 asked for", len(g.Rows))
		}
	})
}
