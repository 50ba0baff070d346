package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui/importpage"
)

func TestWordsOf(t *testing.T) {
	for text, want := range map[string][]string{"": nil, "  ": nil, "a b": {"a", "b"}, `"a b" c`: {"a b", "c"}, `agent:"Tier 1" Edit`: {"agent:Tier 1", "Edit"}, `""`: {""}, `"open`: {"open"}} {
		if got := wordsOf(text); !slices.Equal(got, want) {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// The console's questions name things as the commands do, and look at the moment that
// is shown; nothing is put forward while that is the past.
func TestQuestionsOfTheConsole(t *testing.T) {
	s := demoUntil(t, "launched")
	d := questionDesk{orgDesk{s: s}}
	ctx := t.Context()
	for _, c := range []struct {
		words  string
		target domain.TargetKind
		agent  bool
		code   domain.Code
	}{{`"Dana Okafor" Deployments`, domain.TargetArea, false, 0}, {`dana.okafor@acme.example "Customer Support Agent" Deployments`, domain.TargetArea, true, 0},
		{`dana.okafor@acme.example agent:"Customer Support Agent" Edit`, domain.TargetAgent, false, 0}, {"nobody Deployments", 0, false, domain.NotFound},
		{"", 0, false, domain.Invalid}, {"dana.okafor@acme.example", 0, false, domain.Invalid}, {`dana.okafor@acme.example Deployments Sometimes`, 0, false, domain.Invalid}} {
		a, err := d.Why(ctx, c.words)
		if c.code != 0 {
			if domain.CodeOf(err) != c.code {
				t.Errorf("%q: %v", c.words, err)
			}
			continue
		}
		if err != nil || a.Target.Kind != c.target || (a.Agent != "") != c.agent {
			t.Errorf("%q is %+v, %v", c.words, a, err)
		}
	}
	if a, err := d.Who(ctx, "Deployments edit"); err != nil || a.Level != domain.LadderOf(domain.TargetArea).Top() {
		t.Errorf("who: %+v, %v", a, err)
	}
	b, err := d.Diff(ctx, "5 now")
	if err != nil || len(b.Things) == 0 || b.After != 5 {
		t.Fatalf("%d differences after %d, %v", len(b.Things), b.After, err)
	}
	one, err := d.Diff(ctx, `5 now person:dana.okafor@acme.example`)
	if err != nil || len(one.Things) == 0 || len(one.Things) >= len(b.Things) {
		t.Errorf("%d differences of one person, of %d; %v", len(one.Things), len(b.Things), err)
	}
	if _, err := d.Diff(ctx, "5 now a b"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("too many words: %v", err)
	}
	now, err := d.Picture(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.AsOf(ctx, "5"); err != nil {
		t.Fatal(err)
	}
	then, err := d.Picture(ctx)
	if err != nil || then.Org.Key() >= now.Org.Key() || !then.Now.Before(now.Now) || !strings.HasPrefix(s.pastNotice(), "AS OF event 5 for the organisation") {
		t.Errorf("as of event 5 it shows %d at %s, %q, %v", then.Org.Key(), then.Now, s.pastNotice(), err)
	}
	if _, err := d.Propose(ctx, domain.ChangeSet{}, domain.Sight{}); domain.CodeOf(err) != domain.Conflict || d.Past() == "" {
		t.Errorf("the past is changed: %v", err)
	}
	if at, err := (orgDesk{s: s, now: true}).Picture(ctx); err != nil || at.Org.Key() != now.Org.Key() {
		t.Errorf("a desk of the present shows the past: %v", err)
	}
	if _, err := d.AsOf(ctx, "2999-01-01"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("the future: %v", err)
	}
	if _, err := d.AsOf(ctx, "now"); err != nil || s.pastNotice() != "" || d.Past() != "" {
		t.Errorf("now: %q, %v", s.pastNotice(), err)
	}
	if all, err := d.Instants(ctx); err != nil || len(all) < 3 || all[0].Word != "now" {
		t.Errorf("moments: %v, %v", all, err)
	}
}

// Files are found whatever stands in a folder, and read as the import command reads
// them: the columns chosen here are those that --use-columns takes.
func TestImportOfTheConsole(t *testing.T) {
	s := demoUntil(t, "launched")
	d := importDesk{orgDesk{s: s}}
	ctx := t.Context()
	dir := t.TempDir()
	file := filepath.Join(dir, "staff list.csv")
	if err := errors.Join(os.WriteFile(file, []byte("who,mail\nNew Person,new.person@acme.example\nBad,none\n"), 0o600), os.Symlink("b", filepath.Join(dir, "a")), os.Symlink("a", filepath.Join(dir, "b")),
		os.Mkdir(filepath.Join(dir, "shut"), 0), os.WriteFile(filepath.Join(dir, ".hidden"), nil, 0o600), os.Symlink(dir, filepath.Join(dir, "round"))); err != nil {
		t.Fatal(err)
	}
	f, err := d.Folder(ctx, dir, false)
	if err != nil || len(f.Entries) != 5 || f.Parent == "" {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, e := range f.Entries {
		switch e.Name {
		case "a", "b":
			if e.Off == "" {
				t.Errorf("%s is a link to itself, and is open", e.Name)
			}
		case "shut", "round":
			if !e.Folder {
				t.Errorf("%s is no folder", e.Name)
			}
		case "staff list.csv":
			if e.What != "CSV" {
				t.Errorf("it is %q", e.What)
			}
		}
	}
	if os.Getuid() != 0 {
		if _, err := d.Folder(ctx, filepath.Join(dir, "shut"), false); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("a folder that is shut: %v", err)
		}
	}
	if f, err := d.Folder(ctx, file, false); err != nil || !f.File {
		t.Errorf("a file is no folder: %+v, %v", f, err)
	}
	if _, _, err := openFile(dir); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a folder is opened as a file: %v", err)
	}
	ask := importpage.Ask{Path: file, Kind: "people", Source: "staff", Columns: map[string]string{"name": "who"}, Own: true}
	var last int64
	pre, err := d.Plan(ctx, ask, func(done, _ int64) { last = done })
	if err != nil || pre.Fields[0] != "name" || pre.Fields[1] != "email" || len(pre.Set.Changes) == 0 || len(pre.Errors) != 1 || pre.Refused == nil || last == 0 {
		t.Fatalf("%+v, %v", pre, err)
	}
	ask.Skip = true
	if pre, err = d.Plan(ctx, ask, func(int64, int64) {}); err != nil || pre.Refused != nil {
		t.Errorf("without the row that cannot be taken: %v, %v", pre.Refused, err)
	}
	if err := d.Keep(ctx, ask); err != nil {
		t.Fatal(err)
	}
	o, err := s.importOptions("people", file, importFlags{source: "staff", use: "staff-people"})
	if err != nil || o.Mapping.String() != "name=who" {
		t.Errorf("--use-columns staff-people is %q, %v", o.Mapping.String(), err)
	}
	kept, err := d.Plan(ctx, importpage.Ask{Path: file, Kind: "people", Source: "staff"}, func(int64, int64) {})
	if err != nil || kept.Kept != "staff-people" || kept.Columns["name"] != "who" {
		t.Errorf("the kept columns: %+v, %v", kept, err)
	}
}
