package ingest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/store/ingest/directory"
)

var update = flag.Bool("update", false, "write the golden previews anew")

func exampleFile(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "directory", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// exampleFiles are the examples in the order in which an organisation loads
// them, and what each is imported as.
var exampleFiles = []struct {
	file   string
	format directory.Format
	kinds  []Kind
}{
	{"okta-users.csv", directory.OktaUsers, []Kind{People}},
	{"okta-members.csv", directory.OktaMembers, []Kind{Groups, Members}},
	{"entra-users.csv", directory.EntraUsers, []Kind{People}},
	{"entra-groups.csv", directory.EntraGroups, []Kind{Groups}},
	{"entra-members.csv", directory.EntraMembers, []Kind{Members}},
	{"google-users.csv", directory.GoogleUsers, []Kind{People}},
	{"google-members.csv", directory.GoogleMembers, []Kind{Groups, Members}},
	{"ad-users.csv", directory.ADUsers, []Kind{People}},
	{"ad-groups.csv", directory.ADGroups, []Kind{Groups}},
	{"ad-members.csv", directory.ADMembers, []Kind{Members}},
	{"csvde.csv", directory.CSVDE, []Kind{People, Groups, Members}},
	{"baton.csv", directory.Baton, []Kind{People, Groups, Members}},
	{"scim-users.json", directory.SCIM, []Kind{People}},
	{"scim-groups.json", directory.SCIM, []Kind{Groups, Members}},
	{"ldif-directory.ldif", directory.LDIF, []Kind{People, Groups, Members}},
}

// Every example is recognised, imports into an empty organisation without an
// error, says what the golden file says, and changes nothing a second time.
func TestDirectoryExamples(t *testing.T) {
	var b strings.Builder
	covered := map[directory.Format]bool{}
	var m *memory
	system := ""
	for _, e := range exampleFiles {
		if s, _, _ := strings.Cut(string(e.format), "-"); s != system {
			m, system = newMemory(), s // each directory into an organisation of its own
		}
		covered[e.format] = true
		for _, k := range e.kinds {
			o := m.options()
			o.Source, o.File = system, e.file
			if e.format == directory.EntraMembers || e.format == directory.ADMembers {
				o.Group = "Sales Team"
			}
			p := m.load(t, k, exampleFile(t, e.file), o)
			if p.Format != e.format {
				t.Errorf("%s is taken for %q", e.file, p.Format)
			}
			fmt.Fprintf(&b, "%s as %s\n%s", e.file, k, linesOf(p))
			fmt.Fprintf(&b, "  %s\n", p.Report.Summary())
			if len(p.Withheld) > 0 {
				fmt.Fprintf(&b, "  never read: %s\n", strings.Join(p.Withheld, ", "))
			}
			if again := m.plan(t, k, exampleFile(t, e.file), o); len(again.Set.Changes) != 0 {
				t.Errorf("%s a second time changes %v", e.file, again.Set.Changes)
			}
		}
		fmt.Fprintf(&b, "%s\n", m.describe(t))
	}
	for _, f := range directory.Formats() {
		if !covered[f] {
			t.Errorf("there is no example of %s", f)
		}
	}
	golden := filepath.Join("testdata", "directory", "previews.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := exampleFile(t, "previews.golden"); b.String() != want {
		t.Errorf("the previews are not those of %s:\n%s", golden, b.String())
	}
	if s := b.String(); strings.Contains(s, "hunter2") || strings.Contains(s, "Rosebud") {
		t.Error("a preview shows a secret")
	}
}

// describe lists what is in the organisation.
func (m *memory) describe(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, q := range m.people() {
		boss := ""
		if q.Manager != "" {
			boss = m.rows[domain.KindPrincipal][q.Manager].(domain.Principal).Email
		}
		fmt.Fprintf(&b, "  = %s <%s> %s, %s, %q in %q, below %q, id %s, in: %s\n", q.Name, q.Email, q.Status, q.Employment, q.Title, q.Department, boss,
			q.External, m.groupsOf(t, q.Email))
	}
	for _, g := range all[domain.Group](m, domain.KindGroup) {
		up := ""
		if g.Parent != "" {
			up = ", below " + m.rows[domain.KindGroup][g.Parent].(domain.Group).Name
		}
		fmt.Fprintf(&b, "  = group %s, id %s%s\n", g.Name, g.External, up)
	}
	return b.String()
}

// What a directory says of a person, against the documents of each format.
func TestDirectoryPeople(t *testing.T) {
	for _, c := range []struct {
		file, email        string
		name, title, dept  string
		boss, external     string
		status, employment string
	}{
		{"okta-users.csv", "ada.quill@lumen.example", "Ada Quill", "Head of Support", "Support", "", "00u1", "active", "employee"},
		{"okta-users.csv", "bo.marsh@lumen.example", "Bo Marsh", "Support Agent", "Support", "ada.quill@lumen.example", "00u2", "active", "contractor"},
		{"okta-users.csv", "cy.dune@lumen.example", "Cy Dune", "Engineer", "Engineering", "ada.quill@lumen.example", "00u3", "inactive", "employee"},
		{"okta-users.csv", "dee@partner.example", "Dee Vale", "", "", "", "00u4", "invited", "external"},
		{"entra-users.csv", "bo.marsh@lumen.example", "Bo Marsh", "Support Agent", "Support", "", "7cc00000-0000-0000-0000-000000000002", "active", "employee"},
		{"entra-users.csv", "cy.dune@lumen.example", "Cy Dune", "Engineer", "Engineering", "", "7cc00000-0000-0000-0000-000000000003", "inactive", "employee"},
		{"entra-users.csv", "dee@partner.example", "Dee Vale", "", "", "", "7cc00000-0000-0000-0000-000000000004", "invited", "external"},
		{"google-users.csv", "bo.marsh@lumen.example", "Bo Marsh", "Support Agent", "Support", "ada.quill@lumen.example", "E-2", "active", "contractor"},
		{"google-users.csv", "cy.dune@lumen.example", "Cy Dune", "Engineer", "Engineering", "ada.quill@lumen.example", "E-3", "inactive", "employee"},
		{"ad-users.csv", "bo.marsh@lumen.example", "Bo Marsh", "Support Agent", "Support", "ada.quill@lumen.example", "0b000000-0000-0000-0000-000000000002", "active", "contractor"},
		{"ad-users.csv", "cy.dune@lumen.example", "Cy Dune", "Engineer", "Engineering", "", "0b000000-0000-0000-0000-000000000003", "inactive", "employee"},
		{"csvde.csv", "bo.marsh@lumen.example", "Bo Marsh", "Support Agent", "Support", "ada.quill@lumen.example", "00000002-0000-0000-0000-000000000002", "active", "employee"},
		{"csvde.csv", "cy.dune@lumen.example", "Cy Dune", "Engineer", "Engineering", "", "00000003-0000-0000-0000-000000000003", "inactive", "employee"},
		{"baton.csv", "cy.dune@lumen.example", "Cy Dune", "", "", "", "u-3", "inactive", "employee"},
		{"scim-users.json", "ada.quill@lumen.example", "Ada Quill", "Head of Support", "Support", "", "s-1", "active", "employee"},
		{"scim-users.json", "bo.marsh@lumen.example", "Bo Marsh", "Support Agent", "Support", "ada.quill@lumen.example", "s-2", "active", "contractor"},
		{"scim-users.json", "cy.dune@lumen.example", "Cy Dune", "", "", "", "s-3", "inactive", "employee"},
		{"ldif-directory.ldif", "ada.quill@lumen.example", "Ada Quill", "Head of Support", "Support", "", "uid=ada,ou=people,dc=lumen,dc=example", "active", "employee"},
		{"ldif-directory.ldif", "bo.marsh@lumen.example", "Bo Märsh", "Support Agent", "Support", "ada.quill@lumen.example", "uid=bo,ou=people,dc=lumen,dc=example", "active", "contractor"},
		{"ldif-directory.ldif", "cy.dune@lumen.example", "Cy Dune", "", "", "", "uid=cy,ou=people,dc=lumen,dc=example", "inactive", "employee"},
	} {
		t.Run(c.file+"/"+c.email, func(t *testing.T) {
			m := newMemory()
			m.load(t, People, exampleFile(t, c.file), m.options())
			q := m.person(t, c.email)
			boss := ""
			if q.Manager != "" {
				boss = m.rows[domain.KindPrincipal][q.Manager].(domain.Principal).Email
			}
			got := []string{q.Name, q.Title, q.Department, boss, q.External, q.Status.String(), q.Employment.String()}
			if want := []string{c.name, c.title, c.dept, c.boss, c.external, c.status, c.employment}; !reflect.DeepEqual(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// The real directory's people and groups load; its password hashes and photos
// are not read.
func TestRealLDIF(t *testing.T) {
	var files []string
	for up := moduleRoot(t); len(files) == 0 && up != filepath.Dir(up); up = filepath.Dir(up) {
		files, _ = filepath.Glob(filepath.Join(up, "shared", "data", "ldif", "*.ldif"))
	}
	if len(files) == 0 {
		t.Skip("the real directory is not on this machine")
	}
	m := newMemory()
	withheld := map[string]bool{}
	for _, k := range []Kind{People, Groups, Members} {
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p := m.load(t, k, string(raw), m.options())
			for _, w := range p.Withheld {
				withheld[w] = true
			}
		}
	}
	if !withheld["userPassword"] || !withheld["jpegPhoto"] {
		t.Errorf("withheld: %v", withheld)
	}
	if n := len(m.people()); n != 7 {
		t.Errorf("%d people, want 7", n)
	}
	for email, want := range map[string]string{"fry@planetexpress.com": "ship_crew", "leela@planetexpress.com": "ship_crew",
		"bender@planetexpress.com": "ship_crew", "hermes@planetexpress.com": "admin_staff", "professor@planetexpress.com": "admin_staff",
		"amy@planetexpress.com": ""} {
		if got := m.groupsOf(t, email); got != want {
			t.Errorf("%s is in %q, want %q", email, got, want)
		}
	}
	if p := m.person(t, "professor@planetexpress.com"); p.Title != "Professor" || p.Department != "Office Management" {
		t.Errorf("%+v", p)
	}
}

// Whatever people write into a directory, it is text and nothing else.
func TestHostileDirectory(t *testing.T) {
	long := strings.Repeat("ñ", 10_000)
	m := newMemory()
	text := "login,firstName,lastName,email,status,manager\n" +
		"a@x.example,\"=HYPERLINK(\"\"http://evil\"\")\",x,a@x.example,ACTIVE,\n" +
		"b@x.example,\"\x1b[2J\",\"\u202eneb\",b@x.example,ACTIVE,\n" +
		"c@x.example," + long + ",,c@x.example,ACTIVE,\n" +
		"d@x.example,D,D,d@x.example,HIBERNATED,\n" +
		"e@x.example,E,E,STRASSE@x.example,ACTIVE,\n" +
		"f@x.example,F,F,straße@x.example,ACTIVE,\n" +
		"g@x.example,G,G,g@x.example,ACTIVE,g@x.example\n" +
		"g@x.example,G,G,g2@x.example,ACTIVE,\n"
	p := m.plan(t, People, text, m.options())
	want := []string{
		"line 5, column status: “HIBERNATED” is no status of Okta users",
		"line 6, column email: “STRASSE@x.example” stands on lines 6 and 7; a person has one row, with several groups in one field, ; between them",
		"line 7, column email: “straße@x.example” stands on lines 6 and 7; a person has one row, with several groups in one field, ; between them",
		"line 8, column login: “g@x.example” stands on lines 8 and 9; a person has one row, with several groups in one field, ; between them",
		"line 9, column login: “g@x.example” stands on lines 8 and 9; a person has one row, with several groups in one field, ; between them",
	}
	if got := errorsOf(p); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if s := linesOf(p); strings.ContainsAny(s, "\x1b\u202e") {
		t.Errorf("the preview drives the terminal: %q", s)
	}
	m.apply(t, p)
	if q := m.person(t, "a@x.example"); q.Name != `=HYPERLINK("http://evil") x` {
		t.Errorf("text of a formula is kept as it is, not %q", q.Name)
	}
	if q := m.person(t, "c@x.example"); len([]rune(q.Name)) != 10_000 {
		t.Errorf("a long name has %d characters", len([]rune(q.Name)))
	}
}

// Groups that contain each other are cut where the ring closes, and reported.
func TestDirectoryRing(t *testing.T) {
	m := newMemory()
	text := `[{"id":"a","displayName":"A","members":[{"value":"b"}]},{"id":"b","displayName":"B","members":[{"value":"c"}]},{"id":"c","displayName":"C","members":[{"value":"a"},{"value":"nobody"}]}]`
	p := m.plan(t, Groups, text, m.options())
	if got := errorsOf(p); len(got) != 1 || !strings.Contains(got[0], "closes a cycle") || !strings.Contains(got[0], "the group is taken without parent") {
		t.Errorf("errors %q", got)
	}
	m.apply(t, p)
	if n := len(all[domain.Group](m, domain.KindGroup)); n != 3 {
		t.Errorf("%d groups", n)
	}
	p = m.plan(t, Members, text, m.options())
	if got := errorsOf(p); len(got) != 1 || !strings.Contains(got[0], "“nobody” is no person here") {
		t.Errorf("errors %q", got)
	}
}

// Somebody is still the same person when the directory begins to tell its own
// ids, and when their address changes.
func TestDirectoryNamesOnePerson(t *testing.T) {
	m := newMemory()
	m.load(t, People, "dn: uid=a,dc=x\nobjectClass: person\ncn: Ann\nuid: a\nmail: a@x.example\n", m.options())
	id := m.person(t, "a@x.example").ID
	m.load(t, People, "dn: uid=a,dc=x\nobjectClass: person\ncn: Ann\nuid: a\nmail: ann@x.example\nentryUUID: e-1\n", m.options())
	if q := m.person(t, "ann@x.example"); q.ID != id || q.External != "e-1" {
		t.Errorf("%+v", q)
	}
	// Attributes that the file does not speak of stay as they are.
	m.load(t, People, "dn: uid=a,dc=x\nobjectClass: person\ncn: Ann\ntitle: Boss\nmail: ann@x.example\nentryUUID: e-1\n", m.options())
	m.load(t, People, "dn: uid=a,dc=x\nobjectClass: person\ncn: Ann\nmail: ann@x.example\nentryUUID: e-1\n", m.options())
	if q := m.person(t, "ann@x.example"); q.Title != "Boss" {
		t.Errorf("%+v", q)
	}
	// An address that is gone is an error of that person, not a leaver.
	o := m.options()
	o.Full = true
	p := m.plan(t, People, "dn: uid=a,dc=x\nobjectClass: person\ncn: Ann\nentryUUID: e-1\n", o)
	if p.People.Left != 0 || len(errorsOf(p)) != 1 {
		t.Errorf("%v %v", p.People, errorsOf(p))
	}
}
