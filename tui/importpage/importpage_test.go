package importpage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/importpage"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// disk is a few files, and an import of them into the world.
type disk struct {
	*orgtest.World
	asks    []importpage.Ask // of Plan
	kept    []importpage.Ask
	records []string
	pre     importpage.Preview // what every preview gives, besides the fields
	err     error
}

func (d *disk) Kinds() []importpage.Kind {
	return []importpage.Kind{{Word: "people", Full: true, Fields: []importpage.Field{{Key: "name", Help: "the name"}, {Key: "email", Required: true, Help: "the e-mail"}, {Key: "manager"}}},
		{Word: "members", Full: true, Of: "group", Fields: []importpage.Field{{Key: "email", Required: true}, {Key: "group"}}}, {Word: "usage", Fields: []importpage.Field{{Key: "principal"}}}}
}

func (d *disk) Folder(_ context.Context, path string, hidden bool) (importpage.Folder, error) {
	at := time.Date(2026, 2, 27, 8, 30, 0, 0, time.UTC)
	switch path {
	case "", "/home/ana":
		f := importpage.Folder{Path: "/home/ana", Parent: "/home", Entries: []importpage.Entry{
			{Name: "exports", Path: "/home/ana/exports", Folder: true, Changed: at}, {Name: "loop", Path: "/home/ana/loop", Off: "loop cannot be opened: too many levels of symbolic links"},
			{Name: "staff.csv", Path: "/home/ana/staff.csv", Size: 12_345, Changed: at, What: "CSV"}, {Name: orgtest.Hostile + ".csv", Path: "/home/ana/bad.csv", Size: 99, Changed: at, What: "CSV"},
			{Name: "photo.png", Path: "/home/ana/photo.png", Size: 2_300_000, Changed: at}}}
		if hidden {
			f.Entries = append(f.Entries, importpage.Entry{Name: ".secret", Path: "/home/ana/.secret", Folder: true})
		}
		return f, nil
	case "/home":
		return importpage.Folder{Path: "/home", Parent: "/", Entries: []importpage.Entry{{Name: "ana", Path: "/home/ana", Folder: true}}}, nil
	case "/home/ana/staff.csv":
		return importpage.Folder{Path: path, Parent: "/home/ana", File: true}, nil
	case "/home/ana/exports":
		return importpage.Folder{Path: path, Parent: "/home/ana"}, nil
	}
	return importpage.Folder{}, domain.Errorf(domain.NotFound, "%s cannot be opened: no such file", path).Hinted("type another")
}

func (d *disk) File(_ context.Context, ask importpage.Ask) (importpage.File, error) {
	if d.err != nil {
		return importpage.File{}, d.err
	}
	name := ask.Path[strings.LastIndex(ask.Path, "/")+1:]
	f := importpage.File{Path: ask.Path, Name: name, Size: 12_345, Header: []string{"employee_name", "email", "boss", orgtest.Hostile}, Kinds: []string{"people", "members"}, Source: "staff",
		Rows: [][]string{{"Dana Okafor", "dana@acme.example", "Mira\x1b[31m", orgtest.Hostile}, {"Imre Vass", "imre@acme.example", "", "x"}, {"Noor\nHaddad", "noor@acme.example", "Dana", ""}}}
	if strings.HasPrefix(name, "okta") && !ask.Plain {
		f.Format = "the users of Okta"
	}
	return f, nil
}

func (d *disk) Plan(_ context.Context, ask importpage.Ask, tell func(done, total int64)) (importpage.Preview, error) {
	tell(12_345, 12_345)
	d.asks = append(d.asks, ask)
	if ask.Columns["name"] == "" && ask.Kind == "people" && d.pre.Kept == "" {
		return importpage.Preview{}, domain.Errorf(domain.Invalid, "a people file needs the column name, and this one has only employee_name and email").Hinted("say which it is with enter on its row")
	}
	out := d.pre
	out.Fields = map[int]string{1: "email"}
	for key, column := range ask.Columns {
		for i, h := range []string{"employee_name", "email", "boss", orgtest.Hostile} {
			if h == column {
				out.Fields[i] = key
			}
		}
	}
	return out, nil
}

func (d *disk) Keep(_ context.Context, ask importpage.Ask) error {
	d.kept = append(d.kept, ask)
	return nil
}

func (d *disk) Record(_ context.Context, _ domain.Sight, cs domain.ChangeSet, reason string) (string, error) {
	d.records = append(d.records, cs.Title+": "+reason)
	return "recorded 3 rows at events 4 to 6; nobody's access changed", nil
}

// newDisk is a disk on whose people file a department of Noor's differs.
func newDisk(t testing.TB) *disk {
	d := &disk{World: orgtest.New(t)}
	noor, _ := d.Org.Principal("usr_noor")
	after := noor
	after.Department = "Treasury"
	d.pre = importpage.Preview{Summary: "3 rows: 0 added, 1 changed, 1 the same, 1 error", Notes: []string{"Columns not used: boss"}, Wrong: 1, Errors: []string{"line 4, column email: “x” is no e-mail " + orgtest.Hostile},
		Outcomes: []importpage.Outcome{{Word: "changed", Text: "line 3: Noor Haddad: department Finance, now Treasury"}},
		Set:      domain.ChangeSet{Title: "Import of people from staff", Source: domain.SourceFile{Source: "staff", Name: "staff.csv", SHA256: "abc123"}, Changes: []domain.Change{domain.Replace(noor, after)}}}
	return d
}

func start(t testing.TB, d *disk, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, w, h, tui.PageSpec{ID: "import", Title: "Import", Key: "f2", Verb: "import", VerbName: "a file", New: importpage.New(d)},
		tui.PageSpec{ID: "import-file", Title: "File", New: importpage.NewFile(d, d)},
		tui.PageSpec{ID: "approvals", Title: "Approvals", New: importpage.New(d)})
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}, {"60x15", theme.Dark, 60, 15}} {
		d := newDisk(t)
		p := start(t, d, c.kind, c.w, c.h)
		p.Keys("j", "j", "j")
		p.Golden("folder-" + c.name)
		p.Keys("enter")
		p.Golden("refused-" + c.name)
		p.Keys("enter", "enter")
		p.Golden("file-" + c.name)
	}
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	p := start(t, newDisk(t), theme.Dark, 120, 40)
	for range 2 {
		if faults := p.Root.Actions().Check(); len(faults) > 0 {
			t.Error(faults)
		}
		p.Keys("j", "j", "j", "enter")
	}
}

// Folders are gone into and out of, hidden ones are off until asked for, and what
// cannot be opened says why.
func TestFolders(t *testing.T) {
	p := start(t, newDisk(t), theme.NoColour, 130, 30)
	p.Has("in /home/ana")
	p.HasNot(".secret")
	p.Keys(".")
	p.Has(".secret/")
	p.Keys(".", "backspace")
	p.Has("in /home\n")
	p.Keys("j", "enter")
	p.Has("in /home/ana")
	p.Keys("/")
	p.Type("loop")
	p.Keys("enter", "enter")
	p.Has("too many levels of symbolic links")
	p.Keys("esc", "/")
	p.Type("photo")
	p.Keys("enter")
	p.Has("This is not read by its name")
	p.Keys("esc", "g", "j", "enter")
	p.Has("in /home/ana/exports")
}

// A file is looked into while the cursor is on it, and the palette opens one by name.
func TestAFileByName(t *testing.T) {
	p := start(t, newDisk(t), theme.NoColour, 130, 30)
	p.Keys("j", "j", "j")
	p.Has("Looks like a file of people")
	p.Has("Dana Okafor")
	p.Keys(":")
	p.Type("import /home/ana/staff.csv")
	p.Keys("enter")
	p.Has("as people  from staff")
	p.Keys("q")
	p.Has("in /home/ana")
	p.Keys(":")
	p.Type("import /nowhere")
	p.Keys("enter")
	p.Has("/nowhere cannot be opened")
}

// A column is said to be a field of ours; what the file then comes to is read again,
// and what is put forward keeps the columns for the next file of the source.
func TestColumnsAndImport(t *testing.T) {
	d := newDisk(t)
	p := start(t, d, theme.NoColour, 130, 40)
	p.Keys("j", "j", "j", "enter")
	p.Has("a people file needs the column name")
	p.Keys("F")
	p.Has("What it would do is not known yet.")
	p.Keys("enter")
	p.Has("Which field is employee_name?")
	p.Keys("enter")
	if last := d.asks[len(d.asks)-1]; last.Columns["name"] != "employee_name" || !last.Own {
		t.Fatalf("it was asked %+v", last)
	}
	p.Has("name *")
	p.Has("1 changed")
	p.Has("line 3: Noor Haddad")
	d.pre.Wrong = 500 // more than are listed
	p.Keys("u", "w")
	if last := d.asks[len(d.asks)-1]; !last.Skip || !last.Full {
		t.Errorf("it was asked %+v", last)
	}
	p.Keys("F")
	p.Has("500 rows are left out: they cannot be taken.")
	p.Type("monthly load")
	p.Keys("enter", "tab", "enter")
	p.Has("applied: Import of people from staff")
	if len(d.Proposals) != 1 || d.Proposals[0].Reason != "monthly load (staff.csv of staff, SHA-256 abc123)" {
		t.Fatalf("proposed %+v", d.Proposals)
	}
	if len(d.kept) != 1 || d.kept[0].Source != "staff" || d.kept[0].Kind != "people" {
		t.Errorf("kept %+v", d.kept)
	}
}

// Where more would end than may go unasked, the number is typed first.
func TestLeaversAreConfirmed(t *testing.T) {
	d := newDisk(t)
	d.pre.Kept = "staff-people"
	d.pre.Gone, d.pre.Refused = 12, domain.Errorf(domain.Conflict, "this file would end 12 of 20 people").Hinted("check that it is complete")
	p := start(t, d, theme.NoColour, 130, 40)
	p.Keys("j", "j", "j", "enter", "F")
	p.Has("type the number: 12")
	p.Type("11")
	p.Keys("enter", "tab", "enter")
	p.Has("type 12 exactly")
	p.Keys("esc", "F")
	p.Type("12")
	p.Keys("enter", "tab", "enter")
	p.Has("Applies at once")
}

// Usage is recorded, and what directories export can be read by its own columns.
func TestUsageAndFormats(t *testing.T) {
	d := newDisk(t)
	d.pre.Usage = true
	p := start(t, d, theme.NoColour, 130, 40)
	p.Send(tui.PushMsg{ID: "import-file", Arg: "/home/ana/okta.csv"})
	p.Has("read as the users of Okta")
	p.Keys("enter")
	p.Has("are known: c reads it")
	p.Keys("c")
	p.HasNot("read as the users of Okta")
	p.Keys(":")
	p.Type("kind usage")
	p.Keys("enter", "F")
	p.Has("Nobody's access changes")
	p.Keys("enter")
	p.Has("a reason is needed")
	p.Type("monthly")
	p.Keys("enter")
	p.Has("recorded 3 rows")
	if len(d.records) != 1 {
		t.Errorf("recorded %v", d.records)
	}
}

// A file that cannot be read says so and stays, and asks again.
func TestAFailureIsShown(t *testing.T) {
	d := newDisk(t)
	d.err = domain.Errorf(domain.Invalid, "the file is empty: it has no header line").Hinted("the first line must name the columns")
	p := start(t, d, theme.NoColour, 130, 40)
	p.Send(tui.PushMsg{ID: "import-file", Arg: "/home/ana/staff.csv"})
	p.Has("Refused: the file is empty")
	p.Has("What to do: the first line must name the columns")
}

func FuzzImport(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed)
	}
	keys := []string{"j", "k", "enter", "esc", "backspace", ".", "/", "a", "F", "t", "r", "e", "w", "u", "c", "p", "P", "tab", "g", "G", "q", "o", ":", "space", "s"}
	f.Fuzz(func(t *testing.T, seed uint64) {
		start(t, newDisk(t), theme.Dark, 100, 30).Fuzz(seed, 80, keys)
	})
}
