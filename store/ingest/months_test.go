package ingest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// month is one directory export, read by other means than the package's own:
// who is in it by e-mail, and what is said of them.
type month map[string]map[string]string

func readMonth(t *testing.T, path string) (month, []byte) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	m := month{}
	for _, rec := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = rec[i]
		}
		m[strings.ToLower(row["email"])] = row
	}
	return m, raw
}

// compare counts joined, moved, left and returned between two months; ever
// holds everybody seen before.
func compare(before, after month, ever map[string]bool) (c PeopleCounts) {
	for email, now := range after {
		was, there := before[email]
		switch {
		case there && slices.ContainsFunc([]string{"role", "department", "team", "projects", "supervisor"},
			func(k string) bool { return was[k] != now[k] }):
			c.Moved++
		case there:
			c.Same++
		case ever[email]:
			c.Returned++
		default:
			c.Joined++
		}
	}
	for email := range before {
		if _, there := after[email]; !there {
			c.Left++
		}
	}
	return c
}

// exportOptions are those of the issue: the columns by name, three of them
// groups, people who are absent have left.
func exportOptions(t *testing.T, m *memory, file string) Options {
	t.Helper()
	mapping, err := table.ParseMapping("name=employee_name,email=email,title=role,manager=supervisor", SchemaOf(People))
	if err != nil {
		t.Fatal(err)
	}
	o := m.options()
	o.File, o.Mapping, o.Full, o.GroupColumns = file, mapping, true, []string{"department", "team", "projects"}
	return o
}

// follow imports one month after another and holds each against the CSV files
// themselves: the counts of the preview, and afterwards the whole state.
func follow(t *testing.T, files []string) (*memory, []PeopleCounts, []*Preview) {
	t.Helper()
	m := newMemory()
	var counts []PeopleCounts
	var previews []*Preview
	var before month
	ever := map[string]bool{}
	for _, path := range files {
		after, raw := readMonth(t, path)
		org, err := domain.NewOrg(m.key, m.current)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Plan(org, People, bytes.NewReader(raw), exportOptions(t, m, filepath.Base(path)))
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		if e := errorsOf(p); len(e) > 0 {
			t.Fatalf("%s: %q", name, e)
		}
		if want := compare(before, after, ever); p.People != want {
			t.Errorf("%s: %s; the files say %s", name, p.People, want)
		}
		if err := p.Permit(false, 0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		m.apply(t, p)
		holdsMonth(t, name, m, after)
		if again := m.plan(t, People, string(raw), exportOptions(t, m, name)); len(again.Set.Changes) > 0 {
			t.Errorf("%s a second time changes %+v", name, again.Set.Changes[0])
		}
		for email := range after {
			ever[email] = true
		}
		before = after
		counts, previews = append(counts, p.People), append(previews, p)
	}
	return m, counts, previews
}

// holdsMonth checks that who is active, and what is said of them, is what the
// file says.
func holdsMonth(t *testing.T, name string, m *memory, want month) {
	t.Helper()
	groups := map[domain.ID][]string{}
	for _, g := range m.grants() {
		if g.Target.Kind == domain.TargetGroup {
			groups[g.Holder.ID] = append(groups[g.Holder.ID], m.rows[domain.KindGroup][g.Target.ID].(domain.Group).Name)
		}
	}
	active, wrong := 0, 0
	for _, q := range m.people() {
		if q.Status != domain.Active {
			if len(groups[q.ID]) > 0 {
				t.Errorf("%s: %s left and is still in %v", name, q.Name, groups[q.ID])
			}
			continue
		}
		active++
		row := want[strings.ToLower(q.Email)]
		var in []string
		for _, k := range []string{"department", "team", "projects"} {
			if row[k] != "" {
				in = append(in, row[k])
			}
		}
		slices.Sort(in)
		slices.Sort(groups[q.ID])
		boss, _ := m.rows[domain.KindPrincipal][q.Manager].(domain.Principal)
		named := row["supervisor"] == boss.Name || row["supervisor"] == boss.External || strings.EqualFold(row["supervisor"], boss.Email)
		if q.Name != row["employee_name"] || q.Title != row["role"] || q.Department != row["department"] || q.External != row["user_id"] || !named || !reflect.DeepEqual(groups[q.ID], in) {
			if wrong++; wrong < 5 {
				t.Errorf("%s: the file says %v, here is %+v below %s in %v", name, row, q, boss.Name, groups[q.ID])
			}
		}
	}
	if active != len(want) {
		t.Errorf("%s: %d people are active, the file has %d", name, active, len(want))
	}
}

func TestFixtureMonths(t *testing.T) {
	files, err := filepath.Glob("testdata/months/2026-0[1-4].csv")
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	m, counts, previews := follow(t, files)
	// Counted by hand: see the files.
	want := []PeopleCounts{
		{Joined: 14},
		{Joined: 1, Moved: 2, Left: 1, Same: 11},    // Ada; Nia, Sam; Ray
		{Moved: 3, Left: 2, Same: 9},                // Ada, Pat of engineering, Tess; Lena, Uma
		{Joined: 1, Moved: 3, Returned: 1, Same: 9}, // Joe; Ivo, Sam, Pat; Ray
	}
	if !reflect.DeepEqual(counts, want) {
		t.Errorf("got  %+v\nwant %+v", counts, want)
	}
	for _, s := range []string{"0 changed: Lena Hart left: no longer in the file", "Ivo Petrov names Lena Hart as manager, who has left", "Sam Webb names Lena Hart as manager, who has left"} {
		if got := linesOf(previews[2]); !strings.Contains(got, s) {
			t.Errorf("March does not say %q:\n%s", s, got)
		}
	}
	ray := m.person(t, "Ray.Ortiz@corp.example")
	if ray.Status != domain.Active || ray.ID != "usr_000009" || m.groupsOf(t, ray.Email) != "1 - Accounting" {
		t.Errorf("Ray is back as %+v in %s", ray, m.groupsOf(t, ray.Email))
	}
	if m.person(t, "Lena.Hart@corp.example").Status != domain.Inactive {
		t.Error("Lena has not left")
	}
}

// A month with slips: each is an error that says where, nobody leaves for it,
// and one row that does not say whom it is about holds back everybody's going.
func TestFixtureSlips(t *testing.T) {
	files, err := filepath.Glob("testdata/months/2026-0[1-4].csv")
	if err != nil {
		t.Fatal(err)
	}
	m, _, _ := follow(t, files)
	raw, err := os.ReadFile("testdata/months/2026-05-slips.csv")
	if err != nil {
		t.Fatal(err)
	}
	p := m.plan(t, People, string(raw), exportOptions(t, m, "2026-05-slips.csv"))
	want(t, "errors", errorsOf(p), []string{
		"line 4, column supervisor: “Pat Quinn” could be any of 2 people (Pat.Quinn@corp.example, Pat.Quinn2@corp.example); name the manager by e-mail or id",
		"line 6, column supervisor: “Lena Heart” is nobody's e-mail, id or name, in this file or here",
		"line 9, column email: “Tess.Lind@corp.example” stands on lines 9 and 16; a person has one row, with several groups in one field, ; between them",
		"line 16, column email: “TESS.LIND@corp.example” stands on lines 9 and 16; a person has one row, with several groups in one field, ; between them",
		"line 17, column supervisor: “Eve Ash” has an error in line 18, so this person would be without manager; mend that row first",
		"line 18, column email: “Eve.Ash at corp” is not an e-mail address; write it as name@company.example",
		"line 19, column projects: the row ends before this column: it has 4 fields, the header has 10",
	})
	if p.Unreadable != 2 || p.People.Left != 0 || len(p.Set.Changes) != 0 {
		t.Errorf("unreadable %d, %s, %d changes", p.Unreadable, p.People, len(p.Set.Changes))
	}
}

// The months of a real company (see the README of the shared data): the
// previews say what comparing the files says.
func TestRealMonths(t *testing.T) {
	dir := ""
	for up := moduleRoot(t); up != filepath.Dir(up) && dir == ""; up = filepath.Dir(up) {
		if d := filepath.Join(up, "shared", "data", "cert-ldap"); isDir(d) {
			dir = d
		}
	}
	if dir == "" {
		t.Skip("the shared data is not on this machine")
	}
	var files []string
	for _, m := range []string{"2009-12", "2010-01", "2010-02", "2010-03"} {
		files = append(files, filepath.Join(dir, m+".csv"))
	}
	m, counts, previews := follow(t, files)
	for i, c := range counts {
		t.Logf("%s: %s, %d changes", filepath.Base(files[i]), c, len(previews[i].Set.Changes))
	}
	top := 0
	for _, q := range m.people() {
		if q.Manager == "" {
			top++
		}
	}
	if got := fmt.Sprint(counts[0].Joined, top); got != "2000 1" {
		t.Errorf("people and tops %s, want 2000 1", got)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
