package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/ui"
)

// letters is a page of a list with one decision, one dialog and one thing that fails.
type letters struct {
	h       *Host
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
	kept    []string
	asked   string
}

func newLetters(h *Host, _ string) Page {
	p := &letters{h: h}
	rows := []ui.Row{}
	for i := range 30 {
		rows = append(rows, ui.Row{Key: fmt.Sprint(i), Group: "Letters", Cells: []ui.Cell{{Text: fmt.Sprintf("row %d \x1b[31m\r\u202e│", i)}, {Text: string(rune('a' + i%26))}}})
	}
	p.list = ui.NewList(h.Env, ui.Config{What: "letters", Marks: true, Columns: []ui.Column{{Title: "Name", Width: 20}, {Title: "Letter", Width: 6}}, Source: &ui.Memory{Rows: rows}})
	p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Detail: func(w, _ int) []ui.Line {
		r, _ := p.list.Selected()
		return []ui.Line{ui.Plain("all about " + r.Key), ui.Plain("──────"), ui.Plain("what   it     is")}
	}})
	p.actions = append(action.Table{
		{ID: "letters.keep", Keys: []string{"a"}, Help: "keep", Scope: "letters", Decision: true, Do: func() tea.Cmd {
			r, _ := p.list.Selected()
			p.kept = append(p.kept, r.Key)
			h.Say("kept " + r.Key)
			return p.list.Move(1)
		}},
		{ID: "letters.name", Keys: []string{"n"}, Help: "name it", Scope: "letters", Do: func() tea.Cmd {
			h.Open(ui.NewForm(h.Env, ui.Form{Heading: "Name", What: []string{"A name\x1b[2J for it."}, Yes: "go on",
				Fields: []ui.Field{{Label: "First", Check: ui.Needed("a name")}, {Label: "Last", Value: "Okafor"}}, Do: func(v []string) tea.Cmd { p.asked = strings.Join(v, "+"); return nil }}))
			return nil
		}},
		{ID: "letters.give", Keys: []string{"e"}, Help: "give it", Scope: "letters", Do: func() tea.Cmd {
			h.Open(ui.NewForm(h.Env, ui.Form{Heading: "Give", Yes: "go on", Fields: []ui.Field{{Label: "Whom"}, {Label: "Until"}}, Do: func(v []string) tea.Cmd {
				h.Open(ui.NewChoice(h.Env, ui.Choice{Heading: "How much?", Options: []ui.Option{{Label: "little"}, {Label: "much"}},
					Do: func(i int) tea.Cmd { p.asked = strings.Join(v, "+") + fmt.Sprint("+", i); return nil }}))
				return nil
			}}))
			return nil
		}},
		{ID: "letters.fail", Keys: []string{"x"}, Help: "break", Scope: "letters", Do: func() tea.Cmd { h.Fail(errors.New("it is broken")); return nil }},
		{ID: "letters.off", Keys: []string{"o"}, Help: "rest", Scope: "letters", Off: func() string { return "It is no Sunday." }},
	}, p.panes.Actions()...)
	return p
}

func (p *letters) Init() tea.Cmd              { return p.list.Init() }
func (p *letters) Update(msg tea.Msg) tea.Cmd { return p.panes.Update(msg) }
func (p *letters) View(w, h int) string       { return p.panes.View(w, h) }
func (p *letters) Title() string              { return "Letters" }
func (p *letters) Actions() action.Table      { return p.actions }
func (p *letters) Capturing() bool            { return p.list.Capturing() }
func (p *letters) Esc() (tea.Cmd, bool)       { return p.list.Esc() }

// read runs the console on lines and gives what it says.
func read(t testing.TB, typed bool, lines ...string) (string, *letters) {
	t.Helper()
	var page *letters
	at := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	r, err := New(Config{Product: "Countersign", Now: func() time.Time { return at }, Pages: []PageSpec{{ID: "letters", Title: "Letters", Key: "1", New: func(h *Host, arg string) Page {
		p := newLetters(h, arg)
		page, _ = p.(*letters)
		return p
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := r.Linear(t.Context(), Linear{In: strings.NewReader(strings.Join(lines, "\n") + "\n"), Out: &out, Typed: typed}); err != nil {
		t.Fatal(err)
	}
	return out.String(), page
}

func wants(t *testing.T, out string, lines ...string) {
	t.Helper()
	rest := out
	for _, l := range lines {
		at := strings.Index(rest, l)
		if at < 0 {
			t.Fatalf("it does not say %q there:\n%s", l, out)
		}
		rest = rest[at+len(l):]
	}
}

// It says where one is, then only what is new: the row one comes to, with its place.
func TestLinearSaysWhatIsNew(t *testing.T) {
	out, _ := read(t, false, "j", "12", "", "99", "list 2", "details", "page")
	wants(t, out, "Page Letters\n", "Letters:\n", "1 of 30: Name row 0", "; Letter a\n", "2 of 30: ", "12 of 30: ", "12 of 30: ", "there is no row 99: there are 30\n",
		"12: Name row 11", "13: Name row 12", "all about 11\n", "what it is\n", "Page Letters\n", "12 of 30: ")
	if n := strings.Count(out, "Page Letters"); n != 2 {
		t.Errorf("it says %d times where one is", n)
	}
}

// Nothing of a box is in it, nothing that a terminal obeys, and no trailing blanks.
func TestLinearIsPlain(t *testing.T) {
	out, _ := read(t, false, "help", "list 30", "n", "details", "esc", "filter row 1", "*", "esc", "esc")
	if bad := regexp.MustCompile(`[^\x20-\x7e\n]|[│─┌┐└┘█]`).FindString(out); bad != "" {
		t.Errorf("there is %q in it:\n%s", bad, out)
	}
}

// Actions are meant by their key, their ID, its end, and their words; one that is off
// says why, what is nothing says so, and a failure is an error.
func TestLinearActions(t *testing.T) {
	out, p := read(t, false, "a", "letters.keep", "KEEP", "rest", "x", "dance", "keep all")
	wants(t, out, "kept 0\n2 of 30:", "kept 1\n", "kept 2\n", "It is no Sunday.\n", "error: it is broken\n", `error: "dance" is no action and no key here`, `error: "keep all" is no action`)
	if strings.Join(p.kept, " ") != "0 1 2" {
		t.Errorf("kept %v", p.kept)
	}
}

// Of lines that a person's terminal gives at once, as a paste does, one decides.
func TestLinearPasteDecidesOnce(t *testing.T) {
	out, p := read(t, true, "a", "a", "keep")
	wants(t, out, "> ", "kept 0\n", action.TooFast)
	if len(p.kept) != 1 {
		t.Errorf("kept %v of one paste", p.kept)
	}
}

// A dialog is asked question by question, an empty line keeps what stands there, and
// Cancel is one of two.
func TestLinearDialog(t *testing.T) {
	out, p := read(t, false, "n", "", "Dana", "", "3", "2")
	wants(t, out, "Name:\n", "First:\n", "error: a name is needed\n", `Last; an empty line keeps "Okafor":`, "1 Cancel\n", "2 go on\n", "is none of what can be chosen", "1 of 30")
	if p.asked != "Dana+Okafor" {
		t.Errorf("it was told %q", p.asked)
	}
	if _, p = read(t, false, "n", "Dana", "", "cancel"); p.asked != "" {
		t.Error("it went on after cancel")
	}
	if _, p = read(t, false, "n", "Dana", "'", "go on"); p.asked != "Dana+" {
		t.Errorf("told %q: a quote alone empties the line, and the words of a button choose it", p.asked)
	}
}

// One goes back from a dialog to the one that led to it, where each line is asked again
// with what was typed.
func TestLinearStepBack(t *testing.T) {
	out, p := read(t, false, "give it", "ctrl+o", "Dana", "May", "go on", "ctrl+o", "Eve", "", "go on", "much")
	wants(t, out, "Give:\n", "Whom:\n", "no dialog led to this one", "How much?:\n", "ctrl+o goes back to the step before.", "Give:\n", `Whom; an empty line keeps "Dana":`, `Until; an empty line keeps "May":`, "How much?:\n")
	if p.asked != "Eve+May+1" {
		t.Errorf("it was told %q", p.asked)
	}
}

// The filter is typed after its word, or after the slash.
func TestLinearFilter(t *testing.T) {
	for _, lines := range [][]string{{"filter row 11"}, {"/row 11"}, {"/", "row 11"}} {
		out, _ := read(t, false, append(lines, "esc")...)
		wants(t, out, "filter row 11.\n", "1 of 1: Name row 11", "no filter, nothing marked.\n")
	}
}

// The palette does at once what only one thing answers to, and else asks which.
func TestLinearPalette(t *testing.T) {
	out, p := read(t, false, ":name it", "esc", ":keep", "theme none", "theme mauve")
	wants(t, out, "First:\n", "left\n", "kept 0\n", "theme: none\n", `error: "mauve" is no auto, dark`)
	if len(p.kept) != 1 {
		t.Errorf("kept %v", p.kept)
	}
}

// What cannot be written or read ends it with an error; a context that ended with none.
func TestLinearEnds(t *testing.T) {
	make1 := func() *Root {
		r, err := New(Config{Product: "Countersign", Now: func() time.Time { return time.Time{} }, Pages: []PageSpec{{ID: "letters", Title: "Letters", New: newLetters}}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	full := errors.New("the disk is full")
	if err := make1().Linear(t.Context(), Linear{In: strings.NewReader("j\n"), Out: failing{full}}); !errors.Is(err, full) {
		t.Errorf("writing failed, and it says %v", err)
	}
	if err := make1().Linear(t.Context(), Linear{In: strings.NewReader(strings.Repeat("x", longestLine+1)), Out: io.Discard}); err == nil {
		t.Error("a line without an end is no error")
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if err := make1().Linear(gone, Linear{In: strings.NewReader(""), Out: io.Discard}); err != nil {
		t.Errorf("being told to end is an error: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Whatever lines come, it goes on to their end and says nothing a terminal obeys.
func FuzzLinear(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed, "n\nname\n\x1b[2J")
	}
	words := []string{"j", "k", "a", "n", "x", "o", "m", "?", ":", ":keep", "/", "/row", "", "1", "2", "77", "-3", "*", "esc", "cancel", "list", "list 3", "details", "page", "help sort", "filter row", "theme", "v", "space", "tab", "enter", "P", "ctrl+d", "ä", "'"}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		lines := strings.Split(text, "\n")
		for range 25 {
			lines = append(lines, words[rnd.IntN(len(words))])
		}
		out, _ := read(t, false, lines...)
		if bad := regexp.MustCompile("[\x00-\x09\x0b-\x1f\x7f]|\u202e").FindString(out); bad != "" {
			t.Errorf("%q is in it", bad)
		}
	})
}
