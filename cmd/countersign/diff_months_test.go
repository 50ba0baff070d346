package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// employee is a row of a directory export.
type employee map[string]string

// export is one month's directory: people by address, read without the
// program's own reader.
type export map[string]employee

func readExport(t *testing.T, path string) export {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := export{}
	for _, row := range rows[1:] {
		p := employee{}
		for i, name := range rows[0] {
			p[name] = row[i]
		}
		out[strings.ToLower(p["email"])] = p
	}
	return out
}

// groups are the values of a row that are groups.
func (p employee) groups() []string {
	var out []string
	for _, v := range append([]string{p["department"], p["team"]}, strings.Split(p["projects"], ";")...) {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// addresses says whom a supervisor column means: an address by name, id or
// address, as the latest month has it.
type addresses map[string]string

func directoryOf(months []export) addresses {
	d := addresses{}
	for _, m := range months {
		for email, p := range m {
			d[p["employee_name"]], d[p["user_id"]], d[email] = email, email, email
		}
	}
	return d
}

// diffByHand is what differs between the first and the last of some months:
// who began, changed (which fields) and left, which groups and memberships
// began and ended; as lines. before holds every month up to the first.
func diffByHand(before []export, months []export) []string {
	first, last := before[len(before)-1], months[len(months)-1]
	all := append(slices.Clone(before), months...)
	var out []string
	add := func(change, format string, args ...any) { out = append(out, change+" "+fmt.Sprintf(format, args...)) }
	known := func(ms []export) (people map[string]employee, groups map[string]bool) {
		people, groups = map[string]employee{}, map[string]bool{}
		for _, m := range ms {
			for email, p := range m {
				people[email] = p
				for _, g := range p.groups() {
					groups[g] = true
				}
			}
		}
		return people, groups
	}
	was, wasGroups := known(before)
	is, isGroups := known(all)
	named := directoryOf(all)
	for g := range isGroups {
		if !wasGroups[g] {
			add("began", "the group %q", g)
		}
	}
	for email, now := range is {
		if was[email] == nil {
			add("began", "the user %q", now["employee_name"])
		} else if f := fieldsByHand(named, was[email], now, first[email] != nil, last[email] != nil); f != "" {
			add("changed", "the user %q %s", now["employee_name"], f)
		}
		had, has := first[email].groups(), last[email].groups()
		for _, g := range has {
			if !slices.Contains(had, g) {
				add("began", "%q: Member of the group %q", now["employee_name"], g)
			}
		}
		for _, g := range had {
			if !slices.Contains(has, g) {
				add("ended", "%q: Member of the group %q", now["employee_name"], g)
			}
		}
	}
	slices.Sort(out)
	return out
}

// fieldsByHand names what is said otherwise of a person, and whether they
// left or came back.
func fieldsByHand(named addresses, was, now employee, here, stays bool) string {
	var fields []string
	for _, f := range [][2]string{{"department", "department"}, {"employee_name", "name"}, {"role", "title"}} {
		if was[f[0]] != now[f[0]] {
			fields = append(fields, f[1])
		}
	}
	if named[was["supervisor"]] != named[now["supervisor"]] {
		fields = append(fields, "manager")
	}
	if here != stays {
		fields = append(fields, map[bool]string{true: "status active → inactive", false: "status inactive → active"}[here])
	}
	slices.Sort(fields)
	return strings.Join(fields, ", ")
}

// diffByProgram is what "countersign diff" lists, in the same lines. Which
// file a record last came from is left out: it is not in the files.
func diffByProgram(t *testing.T, db, from, to string) []string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run([]string{"--db", db, "diff", from, to, "--json"}, nil, &out, &errs); code != exitOK {
		t.Fatalf("diff %s %s: exit code %d: %s", from, to, code, errs.String())
	}
	var doc struct {
		Records []struct {
			Kind, Change, Text string
			Fields             []struct{ Field, From, To string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range doc.Records {
		var fields []string
		for _, f := range r.Fields {
			switch f.Field {
			case "origin":
			case "status":
				fields = append(fields, "status "+f.From+" → "+f.To)
			default:
				fields = append(fields, f.Field)
			}
		}
		if r.Change == "changed" && len(fields) == 0 {
			continue
		}
		slices.Sort(fields)
		lines = append(lines, strings.TrimSpace(r.Change+" "+r.Text+" "+strings.Join(fields, ", ")))
	}
	slices.Sort(lines)
	return lines
}

// The difference between any two month-ends is exactly what comparing the
// files says: of a made-up company with joiners, movers and managers who
// leave, and of a real one's shape, where it is at hand.
func TestDiffBetweenMonthEndsIsWhatTheFilesSay(t *testing.T) {
	t.Parallel()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, dir, boss string
		months          []string
	}{
		{"made up", filepath.Join(root, "store", "ingest", "testdata", "months"), "Vera.Stone@corp.example",
			[]string{"2026-01", "2026-02", "2026-03", "2026-04"}},
		{"real", realMonths(root), "Anjolie.Evangeline.Houston@dtaa.com",
			[]string{"2009-12", "2010-01", "2010-02", "2010-03"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat(filepath.Join(c.dir, c.months[0]+".csv")); err != nil {
				t.Skip("the directory exports are not on this machine")
			}
			diffMonths(t, c.dir, c.boss, c.months)
		})
	}
}

// realMonths is the folder of the real exports, beside the source tree or
// above it.
func realMonths(root string) string {
	for up := root; ; up = filepath.Dir(up) {
		dir := filepath.Join(up, "shared", "data", "cert-ldap")
		if _, err := os.Stat(dir); err == nil || up == filepath.Dir(up) {
			return dir
		}
	}
}

func diffMonths(t *testing.T, dir, boss string, months []string) {
	db := filepath.Join(t.TempDir(), "months.db")
	do := func(now string, args ...string) {
		t.Helper()
		var errs bytes.Buffer
		if code := run(append([]string{"--db", db, "--now", now}, args...), nil, io.Discard, &errs); code != exitOK {
			t.Fatalf("%q: exit code %d: %s", args, code, errs.String())
		}
	}
	do(months[0]+"-01T00:00:00Z", "init", "--rehearsal", "--org-name", "Months", "--admin", boss, "--checker", "a@check.example", "--checker", "b@check.example")
	var read []export
	for i, m := range months {
		file := filepath.Join(dir, m+".csv")
		read = append(read, readExport(t, file))
		args := []string{"--as", boss, "import", "people", file, "--source", "hr", "--groups", "department,team,projects", "--apply",
			"--columns", "name=employee_name,id=user_id,email=email,title=role,department=department,manager=supervisor"}
		if i > 0 {
			args = append(args, "--full", "--confirm-leavers", fmt.Sprint(leftByHand(read[i-1], read[i])))
		}
		do(m+"-28T12:00:00Z", args...)
	}
	for i := range months {
		for j := i + 1; j < len(months); j++ {
			want := diffByHand(read[:i+1], read[i+1:j+1])
			got := diffByProgram(t, db, months[i]+"-28", months[j]+"-28")
			if len(want) == 0 {
				t.Errorf("%s to %s: the files do not differ, so nothing is tested", months[i], months[j])
			}
			sameLines(t, months[i]+" to "+months[j], want, got)
		}
	}
}

func leftByHand(before, after export) (n int) {
	for email := range before {
		if after[email] == nil {
			n++
		}
	}
	return n
}

// sameLines compares two sorted lists and shows the first lines that only one
// of them has.
func sameLines(t *testing.T, what string, want, got []string) {
	t.Helper()
	const most = 10
	shown := 0
	for _, side := range []struct {
		word     string
		of, then []string
	}{{"missing", want, got}, {"too much", got, want}} {
		for _, line := range side.of {
			if _, found := slices.BinarySearch(side.then, line); !found && shown < most {
				t.Errorf("%s: %s: %s", what, side.word, line)
				shown++
			}
		}
	}
	if shown == 0 && !slices.Equal(want, got) {
		t.Errorf("%s: %d lines, want %d: some are there more than once", what, len(got), len(want))
	}
}
