package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/domain/orgfile"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/importpage"
	"countersign/tui/theme"
)

// demoAs is demoUntil with somebody acting.
func demoAs(t *testing.T, chapter, who string) *session {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	e := &env{in: strings.NewReader(""), out: io.Discard, err: new(bytes.Buffer), clock: time.Now, getenv: func(string) string { return "" }}
	if code := e.run(context.Background(), []string{"demo", "--dir", dir, "--until", chapter}); code != exitOK {
		t.Fatalf("the demo ended with %d: %s", code, e.err)
	}
	e.flags.db, e.flags.as = filepath.Join(dir, "demo.db"), who+"@acme.example"
	s, err := e.open(context.Background(), needsActor)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// opens shows a page, with what is filtered on it.
func (p *everyPage) opens(page, arg, filter string) {
	p.Send(tui.SwitchMsg{ID: p.cfg.Pages[0].ID})
	p.Send(tui.PushMsg{ID: page, Arg: arg})
	p.Advance(time.Minute)
	if filter != "" {
		p.Keys("/", "esc", "/") // without what was filtered before
		p.Type(filter)
		p.Keys("enter")
	}
}

// because types a reason and chooses yes.
func (p *everyPage) because(reason string) {
	p.Type(reason)
	p.Keys("enter", "tab", "enter")
	p.Advance(time.Second)
}

// putForward are the titles and reasons of the change sets that wait or were applied, and
// how many changes each has.
func putForward(t *testing.T, s *session) map[string]int {
	t.Helper()
	out := map[string]int{}
	if err := s.view(func(tx review.Tx) error {
		heads, err := tx.ChangeSets(review.ChangeSetQuery{States: []domain.ChangeState{domain.Proposed, domain.Applied}})
		if err != nil {
			return err
		}
		for _, h := range heads {
			cs, err := tx.ChangeSet(h.ID)
			if err != nil {
				return err
			}
			out[cs.Title+" because "+cs.Reason] = len(cs.Changes)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// An admin who also runs the campaign plays the dialogs of the organisation's pages and
// chases reviewers; what the store holds afterwards is what was shown.
func TestTheDialogsWriteWhatTheyShow(t *testing.T) {
	s := demoAs(t, "launched", "mira.lindqvist")
	p := openEveryPage(t, s, theme.Options{Kind: theme.NoColour}, 140, 45)
	before := len(putForward(t, s))

	p.opens("people", "", "email:dana.okafor")
	p.Keys("O")
	p.Type("helen osei")
	p.Keys("enter")
	p.Has("unanswered items of campaigns")
	p.Has("7: to Helen Osei")
	p.Keys("enter")
	p.Has("Offboard Dana Okafor")
	p.because("left on 31 March")

	p.opens("people", "", "email:helen.osei")
	p.Keys("z", "enter")
	p.Type("yuki")
	p.Keys("enter")
	p.Keys("enter", "enter", "enter")
	p.Type("on leave")
	p.Keys("enter")
	p.Advance(time.Second)

	p.opens("people", "", "department:finance")
	p.Keys("*", "X", "enter")
	p.Has("All that pass the filter department:finance")
	p.because("audit finding 7")

	p.opens("settings", "", "name:sod")
	p.Keys("e", "j", "enter")
	p.because("audit finding 12")

	p.opens("separations", "", "payroll")
	p.Keys("D")
	p.because("replaced")

	p.opens("changesets", "", "state:applied end all access")
	p.Has("End all access of")
	p.Keys("U")
	p.Has("Undo: End all access of")
	p.because("the wrong department")

	all := putForward(t, s)
	if len(all) != before+5 {
		t.Errorf("%d change sets, not 5 more than %d: %v\n%s", len(all), before, all, p.Frame())
	}
	for title, n := range all {
		if strings.HasPrefix(title, "End all access of ") && (n < 5 || !strings.HasSuffix(title, "because audit finding 7")) {
			t.Errorf("%s: %d changes", title, n)
		}
	}
	for _, want := range []string{"Offboard Dana Okafor because left on 31 March", "Setting sod: refuse because audit finding 12", "End the SoD rule Payroll and releases because replaced"} {
		if all[want] == 0 {
			t.Errorf("%q was not put forward", want)
		}
	}
	p.opens("chase", p.args["chase"], "")
	p.Keys("space", "space", "R", "enter")
	p.Has("Send 2 reminders?")
	p.Keys("right", "enter")
	p.Advance(time.Second)
	if err := s.view(func(tx review.Tx) error {
		subs, err := tx.Substitutes()
		if err != nil || len(subs) != 1 || subs[0].Reason != "on leave" {
			t.Errorf("substitutes: %+v, %v", subs, err)
		}
		asked, err := tx.Requests(domain.ID(p.args["chase"]))
		if err != nil || len(asked) != 1 || len(asked[0].Items) != 7 || asked[0].Reason != "left on 31 March" {
			t.Errorf("requests: %+v, %v", asked, err)
		}
		told, err := tx.Messages(review.MessageQuery{Campaign: domain.ID(p.args["chase"])})
		told = slices.DeleteFunc(told, func(m review.Message) bool { return !strings.Contains(string(m.ID), "by-hand") })
		if len(told) != 2 {
			t.Errorf("%d reminders by hand", len(told))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A whole organisation and the files of a directory come in from the console as they do
// from the command line: recognised, previewed, put forward.
func TestWholeImportsFromTheConsole(t *testing.T) {
	s := demoAs(t, "launched", "mira.lindqvist")
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var doc bytes.Buffer
	if err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil {
			_, err = orgfile.Write(&doc, o)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Replace(doc.Bytes(), []byte(`"value":"Acme"`), []byte(`"value":"Acme Two"`), 1)
	files := map[string][]byte{"whole.json": whole, "few.csv": []byte("userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled\n" +
		"mira.lindqvist@acme.example,Mira Lindqvist,Lindqvist,mira.lindqvist@acme.example,Mira,mira.lindqvist,Member,,,True\n" +
		"jonas.weber@acme.example,Jonas Weber,Weber,jonas.weber@acme.example,Jonas,jonas.weber,Member,,,True\n" +
		"tom.vale@acme.example,Tom Vale,Vale,tom.vale@acme.example,Tom,tom.vale,Member,,,True\n")}
	for _, name := range []string{"entra-users.csv", "entra-groups.csv", "entra-members.csv"} {
		if files[name], err = os.ReadFile(filepath.Join(root, "store/ingest/testdata/directory", name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := openEveryPage(t, s, theme.Options{Kind: theme.NoColour}, 150, 45)
	p.opens("import-file", filepath.Join(dir, "whole.json"), "")
	p.Has("as organisation")
	p.Has("This organisation becomes exactly the one of the file")
	p.Keys("F")
	p.because("the new name")

	p.opens("import-file", filepath.Join(dir, "entra-users.csv"), "")
	p.Keys(":")
	p.Type("kind directory")
	p.Keys("enter")
	p.Advance(time.Second)
	p.Keys("r", "enter")
	p.Type("entra-groups.csv, Sales Team=entra-members.csv")
	p.Keys("enter", "enter", "tab", "enter")
	p.Advance(time.Second)
	p.Has("as directory")
	p.Has("Its group ")
	p.Keys("F")
	p.because("directory sync")
	got := putForward(t, s)
	for _, want := range []string{"the new name (", "directory sync ("} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(got)), func(title string) bool { return strings.Contains(title, "because "+want) }) {
			t.Errorf("nothing was put forward because of %q: %v\n%s", want, got, p.Frame())
		}
	}
	aSyncThatWaitsIsNotLetThroughByItsNumber(t, s, filepath.Join(dir, "few.csv"))
}

// A directory of which all but a few are gone asks for the number, once: what waits already is
// not put forward again by typing it.
func aSyncThatWaitsIsNotLetThroughByItsNumber(t *testing.T, s *session, path string) {
	t.Helper()
	d := importDesk{orgDesk{s: s}}
	ask := importpage.Ask{Path: path, Kind: wholeDirectory, Source: "directory", Full: true}
	for i, want := range []string{"would end", "waits already"} {
		pre, err := d.planDirectory(t.Context(), ask, func(int64, int64) {})
		if err != nil || pre.Refused == nil || !strings.Contains(pre.Refused.Error(), want) || (pre.Gone > 0) != (i == 0) {
			t.Fatalf("the %d. time: refused %v, %d gone, %v", i+1, pre.Refused, pre.Gone, err)
		}
		if i > 0 {
			return
		}
		pre.Set.Reason = "the directory is closed"
		if _, err := d.s.svc.Propose(t.Context(), s.actor, pre.Set); err != nil {
			t.Fatal(err)
		}
	}
}

// What a definition says is read into texts and back unchanged, and one text that is
// changed changes that alone.
func TestADefinitionIsChangedByItsTexts(t *testing.T) {
	s := demoSession(t)
	d := planDesk{orgDesk{s: s, now: true}, reviewReads{s}}
	launched := 0
	for _, was := range review.Shipped() {
		parts, err := d.Parts(t.Context(), was)
		if err != nil || len(parts) < 25 {
			t.Fatalf("%s: %d parts, %v", was.Name, len(parts), err)
		}
		if was.Definition.AutoLaunch {
			launched++
		}
		for _, part := range parts {
			got, err := d.Reword(t.Context(), was, part.Key, part.Value)
			if err != nil {
				t.Errorf("%s, %s: %v", was.Name, part.Label, err)
			} else if is, said := canonical(t, got), canonical(t, was.Definition); is != said {
				t.Fatalf("%s, %s: said again it says\n%s\nand not\n%s", was.Name, part.Label, is, said)
			}
		}
	}
	if launched == 0 {
		t.Error("no definition that the clock launches was looked at")
	}
	was, err := review.FindShipped("Quarterly recertification")
	if err != nil {
		t.Fatal(err)
	}
	days := was.Definition.Stages[0].Days
	got, err := d.Reword(t.Context(), was, "1/days", "45")
	if err != nil || got.Stages[0].Days != 45 || was.Definition.Stages[0].Days != days {
		t.Errorf("%d days, %v; before %d", got.Stages[0].Days, err, was.Definition.Stages[0].Days)
	}
	more, err := d.Reword(t.Context(), was, "stages", "3")
	if err != nil || len(more.Stages) != 3 || len(was.Definition.Stages) == 3 {
		t.Fatalf("%d stages, %v", len(more.Stages), err)
	}
	if last := more.Stages[2]; last.Name != "" || last.Days != more.Stages[len(was.Definition.Stages)-1].Days {
		t.Errorf("the new stage does not begin as the last was: %+v", last)
	}
	if fewer, err := d.Reword(t.Context(), review.Template{Definition: more}, "stages", "1"); err != nil || len(fewer.Stages) != 1 {
		t.Errorf("%d stages, %v", len(fewer.Stages), err)
	}
	if _, err := d.Reword(t.Context(), was, "agents", "No Such Agent"); err == nil {
		t.Error("an agent that is not there was taken")
	}
}
