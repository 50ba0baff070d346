package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"countersign/tui/theme"
)

// play presses keys in a layer until it is done.
func play(l Layer, keys ...string) (done bool) {
	for _, k := range keys {
		if done, _ = l.Update(keyMsg(k)); done {
			return true
		}
	}
	return false
}

// shows is the layer as text, each line checked to fit.
func shows(t *testing.T, l Layer, w, h int) string {
	t.Helper()
	lines := l.View(w, h)
	if len(lines) > h {
		t.Fatalf("%d lines in %d", len(lines), h)
	}
	for _, s := range lines {
		if lw := ansi.StringWidth(s); lw > w {
			t.Fatalf("line of %d cells in %d: %q", lw, w, s)
		}
	}
	return ansi.Strip(strings.Join(lines, "\n"))
}

func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		keys string
		done bool
		acts int
	}{
		{"enter", true, 0},
		{"right enter", true, 1},
		{"l enter", true, 1},
		{"right left enter", true, 0},
		{"tab enter", true, 1},
		{"tab tab enter", true, 0},
		{"y", false, 0},
		{"space", false, 0},
	} {
		acts := 0
		d := NewConfirm(newWorld().Env, Confirm{Heading: "Revoke 14?", What: []string{"14 grants of 9 people"}, Yes: "revoke 14", Do: func() tea.Cmd { acts++; return nil }})
		if done := play(d, strings.Fields(c.keys)...); done != c.done || acts != c.acts {
			t.Errorf("%s: done %v, acts %d; want %v, %d", c.keys, done, acts, c.done, c.acts)
		}
		if s := shows(t, d, 40, 8); !strings.Contains(s, "14 grants of 9 people") || !strings.Contains(s, "revoke 14") {
			t.Errorf("it does not say what and how many:\n%s", s)
		}
	}
}

func TestConfirmByName(t *testing.T) {
	acts := 0
	d := NewConfirm(newWorld().Env, Confirm{Heading: "Sign off?", Name: "Q4", Yes: "sign", Do: func() tea.Cmd { acts++; return nil }})
	if play(d, "Q", "enter", "right", "enter") || acts != 0 {
		t.Fatal("signed off with half the name")
	}
	if s := shows(t, d, 40, 8); !strings.Contains(s, "type Q4 exactly") {
		t.Errorf("it does not say what is missing:\n%s", s)
	}
	if !play(d, "up", "up", "4", "enter", "right", "enter") || acts != 1 {
		t.Error("the name typed does not sign off")
	}
}

func TestReasoned(t *testing.T) {
	got := ""
	d := NewReasoned(newWorld().Env, Confirm{Heading: "Send back?", Yes: "send", Need: true}, func(why string) tea.Cmd { got = why; return nil })
	if play(d, "tab", "tab", "enter") {
		t.Fatal("went without the reason that is needed")
	}
	if s := shows(t, d, 40, 8); !strings.Contains(s, "Reason is needed") {
		t.Errorf("it does not ask for the reason:\n%s", s)
	}
	play(d, "tab")
	d.Update(tea.PasteMsg{Content: "wrong\nperson"})
	if !play(d, "tab", "right", "enter") || got != "wrong person" {
		t.Errorf("the reason is %q", got)
	}
}

// TestCancellingSaysWhatWasLost: enter in the reason goes to Cancel, which the footer
// says beforehand; a second enter cancels and, where something was typed, says so.
func TestCancellingSaysWhatWasLost(t *testing.T) {
	help := func(l Layer) string { return l.Hints()[1].Help }
	for _, typed := range []bool{true, false} {
		w := newWorld()
		l := NewReasoned(w.Env, Confirm{Heading: "Revoke 14?", Yes: "revoke 14"}, func(string) tea.Cmd { t.Error("it acted"); return nil })
		if got := help(l); got != "next" {
			t.Errorf("enter is %q while typing", got)
		}
		if typed {
			play(l, "x")
		}
		if play(l, "enter") || help(l) != "choose" {
			t.Errorf("enter is %q on a button", help(l))
		}
		if l.(Dropping).Typed() != typed || !play(l, "enter") {
			t.Error("it is not cancelled, or does not know what was typed")
		}
		if got := strings.Join(w.said, "|"); typed != (got == Cancelled) || !typed && got != "" {
			t.Errorf("typed %v: it says %q", typed, got)
		}
	}
	w := newWorld()
	l := NewForm(w.Env, Form{Fields: []Field{{Label: "Name", Value: "crew"}}, Do: func([]string) tea.Cmd { t.Error("it acted"); return nil }})
	if !play(l, "enter", "enter") || len(w.said) != 0 {
		t.Errorf("a form as it was: it says %q", w.said)
	}
	if l = NewForm(w.Env, Form{Fields: []Field{{Label: "Name", Value: "crew"}}}); !play(l, "s", "enter", "enter") || strings.Join(w.said, "|") != Cancelled {
		t.Errorf("a form with something typed: it says %q", w.said)
	}
}

// answerMsg is the answer to the act of a dialog.
type answerMsg struct{ err error }

// A dialog whose act may fail stays until it worked, with what was typed; meanwhile it
// awaits the answer and takes no key.
func TestReasonedStaysUntilItWorked(t *testing.T) {
	var did []string
	l := NewReasoned(newWorld().Env, Confirm{Heading: "Approve?", Yes: "approve", Done: func(msg tea.Msg) (bool, error) {
		m, ok := msg.(answerMsg)
		return ok, m.err
	}}, func(why string) tea.Cmd { did = append(did, why); return nil })
	waits := func() bool { return l.(Awaiting).Awaits() }
	if play(l, "f", "i", "t", "enter", "right", "enter") || !waits() || !strings.Contains(shows(t, l, 40, 12), "saving") {
		t.Error("it does not wait for the answer")
	}
	if play(l, "enter", "x") || len(did) != 1 {
		t.Errorf("while it waits a key does something: %q", did)
	}
	if done, _ := l.Update(answerMsg{errors.New("the disk is gone")}); done || waits() {
		t.Error("what failed closes it")
	}
	if s := shows(t, l, 40, 12); !strings.Contains(s, "the disk is gone") || !strings.Contains(s, "fit") {
		t.Errorf("it shows\n%s", s)
	}
	if play(l, "enter") || len(did) != 2 || did[1] != "fit" {
		t.Errorf("tried again: %q", did)
	}
	if done, _ := l.Update(answerMsg{}); !done {
		t.Error("what worked leaves it open")
	}
}

func TestChoice(t *testing.T) {
	chosen := -1
	mk := func() Layer {
		chosen = -1
		return NewChoice(newWorld().Env, Choice{Heading: "Level", Start: 1, Do: func(i int) tea.Cmd { chosen = i; return nil },
			Options: []Option{{Label: "None", Key: "0"}, {Label: "Read", Key: "1"}, {Label: "Edit", Key: "2", Off: "Edit is above Voice."}}})
	}
	for keys, want := range map[string]int{"enter": 1, "k enter": 0, "j enter": -1, "0": 0, "2": -1, "G": -1, "g enter": 0, "j j j k enter": 1} {
		d := mk()
		play(d, strings.Fields(keys)...)
		if chosen != want {
			t.Errorf("%s chooses %d, want %d", keys, chosen, want)
		}
	}
	d := mk()
	play(d, "2")
	if s := shows(t, d, 40, 8); !strings.Contains(s, "Edit is above Voice.") {
		t.Errorf("it does not say why not:\n%s", s)
	}
	many := Choice{Heading: "Many"}
	for i := range 100 {
		many.Options = append(many.Options, Option{Label: fmt.Sprint("option ", i)})
	}
	d = NewChoice(newWorld().Env, many)
	play(d, "G")
	if s := shows(t, d, 20, 5); !strings.Contains(s, "> option 99") {
		t.Errorf("the cursor is out of sight:\n%s", s)
	}
	play(NewChoice(newWorld().Env, Choice{}), "enter", "j")
}

func TestForm(t *testing.T) {
	var got []string
	mk := func() Layer {
		got = nil
		return NewForm(newWorld().Env, Form{Heading: "Add", Yes: "add", Do: func(v []string) tea.Cmd { got = v; return nil },
			Fields: []Field{{Label: "Name", Check: func(s string) string {
				if s == "" {
					return "A group needs a name."
				}
				return ""
			}}, {Label: "About", Value: "x", Hint: "what it is for"}}})
	}
	d := mk()
	if play(d, "enter", "tab", "tab", "tab", "enter") || got != nil {
		t.Fatal("went with an empty name")
	}
	if s := shows(t, d, 30, 12); !strings.Contains(s, "A group needs a name.") {
		t.Errorf("it does not say what is wrong:\n%s", s)
	}
	if !play(d, "o", "p", "s", "enter", "y", "enter", "right", "enter") || fmt.Sprint(got) != "[ops xy]" {
		t.Errorf("got %v", got)
	}
	if d = mk(); !play(d, "a", "enter", "enter", "enter") || got != nil {
		t.Error("cancel is not the first button")
	}
}

func TestTextViewScrolls(t *testing.T) {
	v := TextView{Heading: "Log"}
	for i := range 50 {
		v.Lines = append(v.Lines, Plain(fmt.Sprint("line ", i)))
	}
	d := NewTextView(newWorld().Env, v)
	for _, step := range []struct{ key, first string }{{"j", "line 1\n"}, {"k", "line 0\n"}, {"k", "line 0\n"}, {"G", "line 41\n"}, {"j", "line 41\n"}, {"g", "line 0\n"}, {"space", "line 8\n"}} {
		shows(t, d, 10, 10)
		play(d, step.key)
		var got strings.Builder
		for l := range strings.SplitSeq(shows(t, d, 10, 10), "\n") {
			got.WriteString(strings.TrimRight(l, " ") + "\n")
		}
		if !strings.HasPrefix(got.String(), step.first) {
			t.Errorf("%s: begins %q, want %q", step.key, got.String()[:9], step.first)
		}
	}
	v.AtEnd = true
	if s := shows(t, NewTextView(newWorld().Env, v), 10, 10); !strings.Contains(s, "line 49") {
		t.Errorf("does not begin at the end:\n%s", s)
	}
	if !play(d, "q") {
		t.Error("q does not close")
	}
}

func TestTextViewWraps(t *testing.T) {
	d := NewTextView(newWorld().Env, TextView{Lines: []Line{Text(theme.Danger, "one two three four")}})
	if s := shows(t, d, 9, 5); !strings.Contains(s, "four") {
		t.Errorf("a long line is cut:\n%s", s)
	}
}

func TestDialogsFitAnySize(t *testing.T) {
	w := newWorld()
	long := strings.Repeat("long words 株式会社 ", 30)
	for _, mk := range []func() Layer{
		func() Layer {
			return NewConfirm(w.Env, Confirm{Heading: long, What: []string{long, long}, Yes: long, Name: long})
		},
		func() Layer {
			return NewForm(w.Env, Form{Heading: long, What: []string{long}, Fields: []Field{{Label: long, Value: long, Hint: long}}, Yes: long})
		},
		func() Layer {
			return NewChoice(w.Env, Choice{Heading: long, What: []string{long}, Options: []Option{{Label: long, Off: long}, {Label: "b", Off: long}}})
		},
		func() Layer {
			return NewTextView(w.Env, TextView{Lines: []Line{Plain(long), {{theme.OK, long}, {theme.Warn, long}}}})
		},
	} {
		for wd := 1; wd < 60; wd += 7 {
			for h := 1; h < 14; h++ {
				d := mk()
				play(d, "tab", "enter")
				shows(t, d, wd, h)
			}
		}
	}
}

func TestInput(t *testing.T) {
	look := newWorld().Look()
	in := NewInput("株式会社 José")
	for w := range 30 {
		for _, k := range []string{"left", "left", "x", "right", "backspace"} {
			in.Update(keyMsg(k))
			for _, focus := range []bool{true, false} {
				if got := ansi.StringWidth(in.Draw(look, w, focus)); got != w {
					t.Fatalf("drawn in %d cells, want %d", got, w)
				}
			}
		}
	}
	in.Set("a\x1b[2J")
	if s := in.Draw(look, 20, false); strings.Contains(s, "\x1b[2J") {
		t.Errorf("controls are drawn: %q", s)
	}
}

// A click on a button chooses it as enter does, with what it needs beforehand; one
// beside the buttons does nothing.
func TestConfirmButtonsAreClicked(t *testing.T) {
	did := 0
	ask := func(c Confirm) Layer {
		c.Heading, c.What, c.Yes, c.Do = "Revoke?", []string{"It is gone with it."}, "revoke 14", func() tea.Cmd { did++; return nil }
		return NewConfirm(newWorld().Env, c)
	}
	click := func(l Layer, label string, dx int) (done bool) {
		rows := l.View(60, 20)
		row := ansi.Strip(rows[len(rows)-1])
		done, _ = l.Update(tea.MouseClickMsg{X: strings.Index(row, label) + dx, Y: len(rows) - 1, Button: tea.MouseLeft})
		return done
	}
	if !click(ask(Confirm{}), "Cancel", 2) || did != 0 {
		t.Errorf("a click on Cancel does not call it off; done %d times", did)
	}
	if !click(ask(Confirm{}), "revoke 14", 8) || did != 1 {
		t.Errorf("a click on the button did it %d times", did)
	}
	for _, dx := range []int{-4, 11} {
		if click(ask(Confirm{}), "revoke 14", dx) || did != 1 {
			t.Errorf("a click %d cells from the button's beginning did something", dx)
		}
	}
	named := ask(Confirm{Name: "Q4"})
	if click(named, "revoke 14", 1) || did != 1 {
		t.Error("a click does it without the name that is to be typed")
	}
	if rows := named.View(60, 20); !strings.Contains(strings.Join(rows, "\n"), "type Q4 exactly") {
		t.Errorf("it does not say what is missing: %q", rows)
	}
}

// TestWhatDoesNotFitIsScrolled: where a dialog says more than fits, its last line says
// how much is left, and pgdown reads on to the end; the controls stay.
func TestWhatDoesNotFitIsScrolled(t *testing.T) {
	var what []string
	for i := range 12 {
		what = append(what, fmt.Sprintf("line %02d", i))
	}
	nothing := func([]string) tea.Cmd { return nil }
	for name, l := range map[string]Layer{
		"confirm": NewReasoned(newWorld().Env, Confirm{Heading: "Approve?", What: what, Yes: "approve"}, func(string) tea.Cmd { return nil }),
		"ask":     NewAsk(newWorld().Env, Ask{Heading: "Why", What: what, Fields: []Field{{Label: "Reason"}}, Do: nothing}),
		"form":    NewForm(newWorld().Env, Form{Heading: "New", What: what, Fields: []Field{{Label: "Name"}}, Do: nothing}),
		"choice":  NewChoice(newWorld().Env, Choice{Heading: "Which", What: what, Options: []Option{{Label: "one"}}}),
	} {
		s, seen := shows(t, l, 40, 11), map[string]bool{}
		if !strings.Contains(s, "more lines: PgDn") {
			t.Errorf("%s does not say that there is more:\n%s", name, s)
		}
		for range 12 {
			for _, one := range what {
				seen[one] = seen[one] || strings.Contains(s, one)
			}
			play(l, "pgdown")
			s = shows(t, l, 40, 11)
		}
		for _, one := range what {
			if !seen[one] {
				t.Errorf("%s: %s is never seen", name, one)
			}
		}
		if !strings.Contains(s, "of 12: PgUp") {
			t.Errorf("%s does not say where one is:\n%s", name, s)
		}
		for range 12 {
			play(l, "pgup")
		}
		if s := shows(t, l, 40, 11); !strings.Contains(s, "line 00") {
			t.Errorf("%s does not go back:\n%s", name, s)
		}
		if s := shows(t, l, 40, 40); strings.Contains(s, "PgDn") || !strings.Contains(s, "line 11") {
			t.Errorf("%s with room for all:\n%s", name, s)
		}
	}
}

// TestATextSaysThatThereIsMore: a text that does not fit has a line for how much is left,
// in every size, and its last line can be seen.
func TestATextSaysThatThereIsMore(t *testing.T) {
	var lines []Line
	for i := range 30 {
		lines = append(lines, Plain(fmt.Sprintf("line %02d", i)))
	}
	for _, h := range []int{2, 5, 13, 29} {
		l := NewTextView(newWorld().Env, TextView{Heading: "Item 12", Lines: lines})
		if s := shows(t, l, 40, h); !strings.Contains(s, fmt.Sprintf("%d more lines: j k scroll", 30-h+1)) || !strings.Contains(s, "line 00") {
			t.Errorf("in %d lines:\n%s", h, s)
		}
		play(l, "G")
		if s := shows(t, l, 40, h); !strings.Contains(s, "line 29") || !strings.Contains(s, "to 30 of 30") {
			t.Errorf("at the end of %d lines:\n%s", h, s)
		}
	}
	l := NewTextView(newWorld().Env, TextView{Heading: "Item 12", Lines: lines})
	if s := shows(t, l, 40, 30); strings.Contains(s, "more lines") || !strings.Contains(s, "line 29") {
		t.Errorf("where all fits:\n%s", s)
	}
}
