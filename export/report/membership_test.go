package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/export/xlsx"
)

// objects reads a table back from JSON, as texts.
func objects(t interface{ Fatal(...any) }, wb sheet.Workbook, name string) []map[string]string {
	var out bytes.Buffer
	if _, err := Write(context.Background(), &out, JSON, wb, name); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	d := json.NewDecoder(&out)
	d.UseNumber()
	if err := d.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	texts := make([]map[string]string, len(rows))
	for i, r := range rows {
		texts[i] = map[string]string{}
		for k, v := range r {
			if v != nil {
				texts[i][k] = fmt.Sprint(v)
			}
		}
	}
	return texts
}

// asColumns lays objects read from JSON out by the columns of a table.
func asColumns(t *sheet.Table, rows []map[string]string) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		for _, k := range sheet.Keys(t.Columns) {
			out[i] = append(out[i], r[k])
		}
	}
	return out
}

// sameEverywhere checks that every table of a workbook reads back from CSV, from
// JSON and from the workbook as the cells it was described by.
func sameEverywhere(t *testing.T, wb sheet.Workbook) {
	t.Helper()
	_, book := written(t, wb)
	for _, s := range wb.Sheets {
		if s.Table == nil {
			continue
		}
		var want [][]string
		for row, err := range s.Table.Rows {
			if err != nil {
				t.Fatal(err)
			}
			line := make([]string, len(s.Table.Columns))
			for i, c := range row {
				line[i] = c.String()
			}
			want = append(want, line)
		}
		if got := asColumns(s.Table, objects(t, wb, s.Name)); !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: JSON has other rows than were described", s.Name)
		}
		var out bytes.Buffer
		if _, err := Write(context.Background(), &out, CSVRaw, wb, s.Name); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(lines) != len(want)+1 {
			t.Fatalf("%s: %d lines of CSV for %d rows, %v", s.Name, len(lines), len(want), err)
		}
		inBook(t, book, s, want)
	}
}

// inBook compares a sheet of a written workbook with the texts it was described
// by. Moments are numbers there, and what is longer than a cell goes on elsewhere.
func inBook(t *testing.T, book *xlsx.Book, s sheet.Sheet, want [][]string) {
	t.Helper()
	got := cells(t, book, s.Name)
	if len(want) == 0 && s.Table.Empty != "" && len(got) == 2 && at(got, 1, 0) == s.Table.Empty {
		return // the sentence that stands for no rows
	}
	if len(got) != len(want)+1 {
		t.Errorf("%s: the workbook has %d rows, %d were described", s.Name, len(got)-1, len(want))
		return
	}
	for i, line := range want {
		for j, w := range line {
			if k := s.Table.Columns[j].Kind; k != sheet.Moments && !shortened(at(got, i+1, j), w) {
				t.Errorf("%s, row %d, %s: the workbook has %q, want %q", s.Name, i+1, s.Table.Columns[j].Header, at(got, i+1, j), w)
			}
		}
	}
}

// nestedWorld has groups below groups, archived ones among them, and members of
// every state, with hostile names.
func nestedWorld(t *rapid.T) []domain.Record {
	pick := func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(t, what) }
	groups, people := 1+pick(7, "groups"), 1+pick(6, "people")
	var recs []domain.Record
	for g := range groups {
		r := domain.Group{ID: domain.ID(fmt.Sprintf("grp_%d", g)), Name: fmt.Sprintf("%s %d", hostile[pick(len(hostile)-1, "name")], g)}
		if g > 0 && pick(4, "top") > 0 {
			r.Parent = domain.ID(fmt.Sprintf("grp_%d", pick(g, "parent")))
		}
		if pick(5, "life") == 0 {
			r.Life = domain.Archived
		}
		recs = append(recs, r)
	}
	for p := range people {
		recs = append(recs, domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%d", p)), Kind: domain.User, Name: hostile[pick(len(hostile)-1, "name")],
			Email: fmt.Sprintf("u%d@acme.example", p), Department: []string{"Sales", "Support"}[p%2], Status: []domain.Status{domain.Active, domain.Inactive}[min(1, pick(4, "status")/3)]})
		for g := range groups {
			if pick(3, "in") > 0 {
				continue
			}
			w := []domain.Window{{}, {From: "2030-01-01"}, {To: "2025-01-01"}, {From: "2025-01-01", To: "2027-01-01"}}[pick(4, "window")]
			recs = append(recs, domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%d_%d", p, g)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID(fmt.Sprintf("usr_%d", p))},
				Target: domain.Target{Kind: domain.TargetGroup, ID: domain.ID(fmt.Sprintf("grp_%d", g))}, Level: domain.Level(1 + pick(2, "level")), Window: w})
		}
	}
	return recs
}

// belongs lists what the report must say, from the records alone: each membership
// reaches its group, and from there every parent as long as both are active.
func belongs(recs []domain.Record) (want []string, reached map[string]bool) {
	groups, people := map[domain.ID]domain.Group{}, map[domain.ID]domain.Principal{}
	for _, r := range recs {
		switch r := r.(type) {
		case domain.Group:
			groups[r.ID] = r
		case domain.Principal:
			people[r.ID] = r
		}
	}
	reached = map[string]bool{}
	for _, r := range recs {
		g, ok := r.(domain.Grant)
		if !ok {
			continue
		}
		p, at := people[g.Holder.ID], groups[g.Target.ID]
		state := stateInForce
		switch {
		case g.Window.To == "2025-01-01":
			state = stateOver
		case g.Window.From == "2030-01-01":
			state = stateNotYet
		case at.Life == domain.Archived:
			state = stateArchived
		case p.Status != domain.Active:
			state = stateInactive
		}
		path := p.Name + " → " + at.Name
		how := "direct"
		for {
			want = append(want, strings.Join([]string{string(at.ID), string(p.ID), string(g.ID), []string{"", "Member", "Manager"}[g.Level], how, path, state, p.Email}, "|"))
			if state == stateInForce {
				reached[string(at.ID)+" "+string(p.ID)] = true
			}
			up, ok := groups[at.Parent]
			if !ok || at.Life == domain.Archived || up.Life == domain.Archived {
				break
			}
			how = "through " + groups[g.Target.ID].Name
			at, path = up, path+" → "+up.Name
		}
	}
	slices.Sort(want)
	return want, reached
}

// Both sheets hold every membership by every path, as the records say, and those in
// force are the ones that reach somebody.
func TestGroupMembershipIsWhatTheGroupsSay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		recs := nestedWorld(rt)
		o := build(t, recs...)
		wb := GroupMembership(o, meta(o), PeopleFilter{}, nil)
		want, reached := belongs(recs)
		for _, name := range []string{sheetByGroup, sheetByPerson} {
			var got []string
			seen := map[string]bool{}
			for _, r := range objects(rt, wb, name) {
				got = append(got, strings.Join([]string{r["group_id"], r["member_id"], r["membership_id"], r["as"], r["how"], r["path"], r["state"], r["e_mail"]}, "|"))
				if r["state"] == stateInForce {
					seen[r["group_id"]+" "+r["member_id"]] = true
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				rt.Fatalf("%s has\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if len(seen) != len(reached) {
				rt.Fatalf("%s reaches %v, want %v", name, seen, reached)
			}
		}
		for _, r := range objects(rt, wb, sheetGroups) {
			if all, _ := o.MembersOf(domain.ID(r["group_id"]), noon); r["with_those_below"] != fmt.Sprint(len(all)) {
				rt.Fatalf("%s reaches %s, want %d", r["group"], r["with_those_below"], len(all))
			}
		}
		without := 0
		for p := range o.All(domain.KindPrincipal) {
			if p.Record.(domain.Principal).Status == domain.Active && len(o.GroupsOf(p.Record.RecordID(), noon)) == 0 {
				without++
			}
		}
		if n := len(objects(rt, wb, sheetNoGroup)); n != without {
			rt.Fatalf("%d people without a group, want %d", n, without)
		}
	})
}

func TestGroupMembershipReadsBackFromEveryFormat(t *testing.T) {
	o := hostileWorld(t)
	wb := GroupMembership(o, meta(o), PeopleFilter{}, nil)
	sameEverywhere(t, wb)
	only := GroupMembership(o, meta(o), PeopleFilter{Department: "=1+1"}, nil)
	rows := objects(t, only, sheetByGroup)
	if len(rows) != 1 || rows[0]["member_id"] != "usr_00" {
		t.Errorf("of the department =1+1: %v", rows)
	}
	_, book := written(t, wb)
	if n := value(t, cells(t, book, "Cover"), "Memberships by every path"); n != fmt.Sprint((len(hostile)+1)/2) {
		t.Errorf("the cover counts %s memberships", n)
	}
}
