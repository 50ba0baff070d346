package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// area is a node of a made-up tree of areas.
type area struct {
	name string
	kids []*area
}

func (a *area) Key() string   { return a.name }
func (a *area) Label() string { return a.name }
func (a *area) Kids() []*area { return a.kids }

func areas() []*area {
	return []*area{
		{"Analytics", []*area{{"Conversations", []*area{{"PII", nil}}}, {"KPIs", nil}}},
		{"Voice", []*area{{"Numbers", nil}}},
		{"Flows\r\x1b[2J", nil},
	}
}

// editor is a tree over areas with levels that are inherited from above.
func editor(w *world) (*Tree[*area], map[string]int) {
	own := map[string]int{"Analytics": 2, "Conversations": 1}
	above := map[string]string{"Conversations": "Analytics", "KPIs": "Analytics", "PII": "Conversations", "Numbers": "Voice"}
	t := NewTree(w.Env, TreeConfig[*area]{
		Roots: areas(), Columns: []string{"None", "Read", "Edit"}, Marks: []string{"-", "R", "E"}, Depth: 1,
		Value: func(a *area) Value {
			v := Value{Own: Unset}
			for at := a.name; at != ""; at = above[at] {
				if l, ok := own[at]; ok {
					v.Effective = l
					if at == a.name {
						v.Own = l
					} else {
						v.From = at
					}
					break
				}
			}
			return v
		},
		Set: func(a *area, level int) tea.Cmd {
			delete(own, a.name)
			if level != Unset {
				own[a.name] = level
			}
			return nil
		},
		Refuses: func(a *area, level int) string {
			if a.name == "Numbers" && level == 2 {
				return "Numbers may not be above Voice; raise Voice to Edit first."
			}
			return ""
		},
	})
	return t, own
}

func at(tr *Tree[*area]) string { a, _ := tr.Selected(); return a.name }

func TestTreeDraws(t *testing.T) {
	tr, _ := editor(newWorld())
	var got []string
	for l := range strings.SplitSeq(ansi.Strip(tr.View(80, 9)), "\n") {
		got = append(got, strings.TrimRight(l, " "))
	}
	want := []string{
		"                                      None  Read  Edit  = effective",
		">* ▾ Analytics                          ·     ·     ●   = E",
		" *   ▸ Conversations                    ·     ●     ·   = R",
		"       KPIs                             ·     ·     ○   = E from Analytics",
		"   ▾ Voice                              ○     ·     ·   = -",
		"       Numbers                          ○     ·     ·   = -",
		"     Flows␍␛[2J                         ○     ·     ·   = -",
		"", "",
	}
	for i := range want {
		// Where the columns begin is a matter of the width; what they say is not.
		if i >= len(got) || strings.Join(strings.Fields(got[i]), " ") != strings.Join(strings.Fields(want[i]), " ") {
			t.Errorf("line %d:\n%q, want\n%q", i, got[i], want[i])
		}
	}
	for w := 1; w < 130; w++ {
		exact(t, tr.View(w, 7), w, 7)
	}
	exact(t, tr.View(20, 1), 20, 1)
}

func TestTreeFolds(t *testing.T) {
	w := newWorld()
	tr, _ := editor(w)
	for _, step := range []struct{ key, at string }{
		{"j", "Conversations"}, {"l", "Conversations"}, {"l", "PII"}, {"h", "Conversations"}, {"h", "Conversations"}, {"h", "Analytics"},
		{"h", "Analytics"}, {"j", "Voice"}, {"right", "Numbers"}, {"H", "Voice"}, {"G", "Flows\r\x1b[2J"}, {"g", "Analytics"}, {"k", "Analytics"}, {"L", "Analytics"}, {"j", "Conversations"}, {"j", "PII"},
	} {
		press(t, tr.Actions(), tr.Update, step.key)
		if at(tr) != step.at {
			t.Fatalf("%s: at %s, want %s", step.key, at(tr), step.at)
		}
	}
	press(t, tr.Actions(), tr.Update, "H")
	drain(tr.Update, tr.Go("PII"))
	if at(tr) != "PII" || len(tr.shown) != 6 {
		t.Errorf("Go unfolds to %s, %d nodes shown", at(tr), len(tr.shown))
	}
}

func TestTreeSets(t *testing.T) {
	w := newWorld()
	tr, own := editor(w)
	drain(tr.Update, tr.Go("Voice"))
	for _, step := range []struct {
		key  string
		want int
	}{{"1", 1}, {"2", 2}, {"0", 0}, {"space", 1}, {"space", 2}, {"space", Unset}, {"space", 0}, {"backspace", Unset}} {
		press(t, tr.Actions(), tr.Update, step.key)
		got, set := own["Voice"]
		if !set {
			got = Unset
		}
		if got != step.want {
			t.Fatalf("%s sets %d, want %d", step.key, got, step.want)
		}
	}
	drain(tr.Update, tr.Go("Numbers"))
	if why := tr.Actions().Match("2").Why(); !strings.Contains(why, "raise Voice") {
		t.Errorf("setting above the parent is refused with %q", why)
	}
	own["Numbers"] = 1
	press(t, tr.Actions(), tr.Update, "space") // past Edit, which is refused
	if _, set := own["Numbers"]; set {
		t.Errorf("space sets %d, want it to pass over what is refused", own["Numbers"])
	}
}

func TestTreeActionsAreSound(t *testing.T) {
	tr, _ := editor(newWorld())
	if faults := tr.Actions().Check(); faults != nil {
		t.Error(faults)
	}
	empty := NewTree(newWorld().Env, TreeConfig[*area]{Columns: []string{"None"}, Set: func(*area, int) tea.Cmd { return nil }, Value: func(*area) Value { return Value{} }})
	for _, a := range empty.Actions() {
		if a.Why() == "" {
			drain(empty.Update, a.Do())
		}
	}
	exact(t, empty.View(30, 5), 30, 5)
}

func TestTreeKeepsItsPlaceOverNewRoots(t *testing.T) {
	tr, _ := editor(newWorld())
	drain(tr.Update, tr.Go("PII"))
	tr.SetRoots(areas()[:1])
	if at(tr) != "PII" {
		t.Errorf("at %s, want PII", at(tr))
	}
}

// BenchmarkTree is one move in 1,000 visible nodes at 200×50.
func BenchmarkTree(b *testing.B) {
	w := newWorld()
	var roots []*area
	for i := range 1000 {
		roots = append(roots, &area{name: fmt.Sprint("area ", i)})
	}
	tr := NewTree(w.Env, TreeConfig[*area]{Roots: roots, Columns: []string{"None", "Read", "Edit"}, Marks: []string{"-", "R", "E"},
		Value: func(*area) Value { return Value{Own: Unset, Effective: 1, From: "role Operations manager"} }})
	b.ReportAllocs()
	for b.Loop() {
		tr.move(1)
		if tr.cur == 999 {
			tr.move(-999)
		}
		tr.View(200, 48)
	}
}
