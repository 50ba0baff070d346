package matrix_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/matrix"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "matrix", Title: "Matrix", Key: "9", New: matrix.New(w, w)})
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"matrix-200x50", theme.Dark, 200, 50}, {"matrix-80x24", theme.NoColour, 80, 24}, {"matrix-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Keys("j", "l")
			d.Golden(c.name)
			d.Keys("v", "2", "end")
			d.Golden(strings.Replace(c.name, "matrix", "areas", 1))
			d = start(t, orgtest.NewRecords(t), c.kind, c.w, c.h)
			d.Keys("v", "3", "l")
			d.Golden(strings.Replace(c.name, "matrix", "objects", 1))
			d.Keys("v", "j", "enter")
			d.Golden(strings.Replace(c.name, "matrix", "settings", 1))
		})
	}
}

// The pictures the README shows are of these screens.
func TestPictures(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 140, 36)
	d.Keys("j", "l")
	d.Picture("matrix")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

// Every cell says what the organisation says.
func TestCellsAreTheOrganisations(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	for _, c := range []struct {
		who, agent string
		id, agt    domain.ID
	}{{"dana", "hr", "usr_dana", "agt_hr"}, {"imre", "basic", "usr_imre", "agt_basic"}, {"lee", "sales", "usr_lee", "agt_sales"}, {"noor", "basic", "usr_noor", "agt_basic"}} {
		d.Keys("/")
		d.Type(c.who)
		d.Keys("enter", "c")
		d.Type(c.agent)
		d.Keys("enter")
		want := domain.LadderOf(domain.TargetAgent).Word(w.Org.Level(c.id, domain.Target{Kind: domain.TargetAgent, ID: c.agt}, "", orgtest.Now))
		d.Has(w.Org.Name(domain.KindPrincipal, c.id) + " on " + w.Org.Name(domain.KindAgent, c.agt) + ": " + want)
	}
}

func TestEnterExplainsAYesAndANo(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	d.Keys("/")
	d.Type("noor")
	d.Keys("enter", "enter") // the first column: Basic Support Agent
	d.Has("Why there is no access")
	d.Keys("esc", "/")
	d.Type("dana")
	d.Keys("enter", "enter")
	d.Has("By this path")
}

// On objects a cell has a letter for each operation, and says them in words; the
// explanation is of one of them.
func TestObjectsSettingsAndActions(t *testing.T) {
	w := orgtest.NewRecords(t)
	d := start(t, w, theme.NoColour, 160, 40)
	d.Keys("v", "3", "/")
	d.Type("noor")
	d.Keys("enter", "c")
	d.Type("people")
	d.Keys("enter")
	d.Has("[SE--]")
	d.Has("Noor Haddad on People: See, Edit")
	d.Keys("enter", "j", "j", "enter")
	d.Has("Noor Haddad on ")
	d.Has("Denied")
	d.Keys("esc", "c")
	d.Type("opportunities")
	d.Keys("enter")
	d.Has("Noor Haddad on Opportunities: nothing")
	d.Keys("x", "c")
	if got := d.Written[0].Table; got.Name != "matrix-objects" || len(got.Columns) != 6 {
		t.Errorf("written %+v", got)
	}
	d.Keys("esc", "v", "5", "c")
	d.Type("send email")
	d.Keys("enter")
	d.Has("Noor Haddad on Send Email: Held")
	d.Keys("v", "4", "c")
	d.Type("layouts")
	d.Keys("enter")
	d.Has("Noor Haddad on Layouts: Held")
	d.Keys("enter")
	d.Has("By this path")
}

func TestExportIsTheWholeMatrix(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 60, 15)
	d.Keys("x", "c")
	if len(d.Written) != 1 || len(d.Written[0].Table.Rows) != 10 || len(d.Written[0].Table.Columns) != 5 {
		t.Fatalf("written %+v", d.Written)
	}
	if got := d.Written[0].Table.Rows[1]; strings.Join(got, ",") != "Dana Okafor,Edit,View & Use,None,View & Use" {
		t.Errorf("Dana's row is %q", got)
	}
}

func TestFuzz(t *testing.T) {
	names := []string{"j", "k", "h", "l", "v", "c", "/", "enter", "esc", "g", "G", "home", "end", "pgdown", "x", "o", "f5", "q", "down"}
	for seed := range uint64(3) {
		start(t, orgtest.New(t), theme.Dark, 100, 30).Fuzz(seed, 200, names)
	}
}

func BenchmarkMove(b *testing.B) {
	d := start(b, orgtest.New(b), theme.Dark, 200, 50)
	for b.Loop() {
		d.Keys("j")
		_ = d.FrameStyled()
		d.Keys("k")
	}
}
