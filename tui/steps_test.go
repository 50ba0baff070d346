package tui_test

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

// wizard is a page with dialogs that lead to each other: a form, a choice, a pick and a
// question at the end.
type wizard struct {
	h    *tui.Host
	did  []string
	note string
}

func (w *wizard) Init() tea.Cmd          { return nil }
func (w *wizard) Update(tea.Msg) tea.Cmd { return nil }
func (w *wizard) Title() string          { return "Wizard" }
func (w *wizard) View(cols, h int) string {
	return ui.Block(theme.New(theme.Options{}, true), nil, cols, h)
}

func (w *wizard) Actions() action.Table {
	return action.Table{{ID: "wizard.new", Keys: []string{"n"}, Help: "new", Scope: "wizard", Hint: 1, Do: w.begin},
		{ID: "wizard.note", Keys: []string{"d"}, Help: "drop", Scope: "wizard", Hint: 2, Decision: true, Do: w.reason},
		{ID: "wizard.else", Keys: []string{"e"}, Help: "else", Scope: "wizard", Hint: 3, Do: w.reason},
		{ID: "wizard.write", Keys: []string{"x"}, Help: "write", Scope: "wizard", Hint: 4, Do: w.format},
		{ID: "wizard.keep", Keys: []string{"a"}, Help: "keep", Scope: "wizard", Hint: 5, Decision: true, Do: w.format}}
}

func (w *wizard) format() tea.Cmd {
	w.h.Open(ui.NewChoice(w.h.Env, ui.Choice{Heading: "As what?", Options: []ui.Option{{Label: "workbook", Key: "x"}, {Label: "text", Key: "t"}, {Label: "kept", Key: "a"}},
		Do: func(i int) tea.Cmd { w.did = append(w.did, []string{"workbook", "text", "kept"}[i]); return nil }}))
	return nil
}

func (w *wizard) reason() tea.Cmd {
	w.h.Open(ui.NewAsk(w.h.Env, ui.Ask{Heading: "Why", Fields: []ui.Field{{Label: "Reason"}}, Do: func(v []string) tea.Cmd { w.note = v[0]; return nil }}))
	return nil
}

func (w *wizard) begin() tea.Cmd {
	w.h.Open(ui.NewForm(w.h.Env, ui.Form{Heading: "New rule", Fields: []ui.Field{{Label: "Name"}, {Label: "Why"}}, Yes: "go on", Do: func(v []string) tea.Cmd {
		w.h.Open(ui.NewChoice(w.h.Env, ui.Choice{Heading: "How much does it weigh?", Options: []ui.Option{{Label: "little"}, {Label: "much"}}, Do: func(i int) tea.Cmd {
			return ui.OpenPick(w.h.Env, ui.Pick{Heading: "Nobody has", Load: func(context.Context) ([]ui.Candidate, error) {
				return []ui.Candidate{{Key: "a", Label: "Deployments"}, {Key: "b", Label: "Release"}}, nil
			}, Do: func(c ui.Candidate) tea.Cmd {
				w.h.Open(ui.NewReasoned(w.h.Env, ui.Confirm{Heading: "Propose?", What: []string{strings.Join(v, ",") + "," + c.Label}, Yes: "propose"}, func(why string) tea.Cmd {
					w.did = append(w.did, strings.Join(append(v, c.Label, why), "|")+"|"+[]string{"little", "much"}[i])
					return nil
				}))
				return nil
			}})
		}}))
		return nil
	}}))
	return nil
}

func startWizard(t *testing.T, cols, h int) (*tuitest.Driver, *wizard) {
	t.Helper()
	w := &wizard{}
	clock := tuitest.NewClock(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	root, err := tui.New(tui.Config{Product: "Countersign", Now: clock.Now, After: clock.After, Pages: []tui.PageSpec{{ID: "wizard", Title: "Wizard", Key: "1", New: func(h *tui.Host, _ string) tui.Page {
		w.h = h
		return w
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return tuitest.Start(t, root, clock, cols, h), w
}

// TestAStepBackLosesNothing: from each dialog one goes back to the one that led to it,
// by its key or by shift+tab in the first place, finds there what was typed, and on the
// way forward again what was typed in those behind.
func TestAStepBackLosesNothing(t *testing.T) {
	for _, back := range []string{"ctrl+o", "shift+tab"} {
		d, w := startWizard(t, 100, 30)
		d.Keys("n")
		d.HasNot("step before")
		d.Type("Build")
		d.Keys("enter")
		d.Type("apart")
		d.Keys("enter", "right", "enter")
		d.Has("How much does it weigh?")
		d.Has("step before")
		d.Keys("j", "enter")
		d.Type("rel")
		d.Keys("enter")
		d.Type("because")
		d.Has("Propose?")
		d.Keys(back)
		d.Has("Nobody has")
		d.Has("> rel")
		d.Keys(back)
		d.Has("How much does it weigh?")
		d.Has("> much")
		d.Keys("ctrl+o")
		d.Has("New rule")
		d.Has("Build")
		d.Keys("shift+tab", "shift+tab", "backspace", "backspace", "enter", "right", "enter") // Why: apart, now apa
		d.Has("How much does it weigh?")
		d.Has("> much")
		d.Keys("enter")
		d.Has("> rel")
		d.Keys("enter")
		d.Has("Build,apa,Release")
		d.Has("because")
		d.Keys("enter", "right", "enter")
		if got := strings.Join(w.did, " "); got != "Build|apa|Release|because|much" {
			t.Errorf("%s: it did %q", back, got)
		}
		d.Keys("n")
		d.HasNot("Build") // another time begins anew
	}
}

// TestAHeldKeyTypesNothing: the key that opened a dialog types nothing into it while it
// is held, as the terminal says or the times tell; a word that begins with it loses no
// letter, and later the same letter is a letter.
func TestAHeldKeyTypesNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(d *tuitest.Driver)
		want string
	}{
		{"held", func(d *tuitest.Driver) {
			d.Advance(time.Second)
			d.Send(tuitest.Held("d"), tuitest.Held("d"), tuitest.Held("d"))
			d.Type("over")
		}, "over"},
		{"a burst of it", func(d *tuitest.Driver) { d.Type("dddd"); d.Advance(time.Second); d.Type("over") }, "over"},
		{"a word that begins with it, at once", func(d *tuitest.Driver) { d.Type("done") }, "done"},
		{"a word that begins with it, later", func(d *tuitest.Driver) { d.Advance(time.Second); d.Type("done") }, "done"},
		{"any other word, at once", func(d *tuitest.Driver) { d.Type("over and done") }, "over and done"},
		{"the letter again inside", func(d *tuitest.Driver) { d.Type("added") }, "added"},
		{"another key held", func(d *tuitest.Driver) { d.Send(tuitest.Held("x"), tuitest.Held("x")) }, "xx"},
	} {
		d, w := startWizard(t, 80, 24)
		d.Keys("d")
		c.play(d)
		d.Keys("enter")
		if w.note != c.want {
			t.Errorf("%s: the reason is %q, want %q", c.name, w.note, c.want)
		}
	}
}

// TestTheOpeningKeyAnswersAChoice: a key that opens a choice and is one of its answers
// answers it when it is pressed again, however fast; held it does not, and what decides
// is not decided by two presses at once.
func TestTheOpeningKeyAnswersAChoice(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(d *tuitest.Driver)
		want string
	}{
		{"twice at once", func(d *tuitest.Driver) { d.Type("xx") }, "workbook"},
		{"twice, slowly", func(d *tuitest.Driver) { d.Keys("x"); d.Advance(time.Second); d.Keys("x") }, "workbook"},
		{"held", func(d *tuitest.Driver) { d.Keys("x"); d.Send(tuitest.Held("x"), tuitest.Held("x")) }, ""},
		{"another answer", func(d *tuitest.Driver) { d.Keys("x", "t") }, "text"},
		{"held, unmarked", func(d *tuitest.Driver) {
			d.Keys("x")
			d.Advance(500 * time.Millisecond) // the keyboard's delay, then its rate
			for range 20 {
				d.Type("x")
				d.Advance(30 * time.Millisecond)
			}
		}, "workbook"},
		{"a decision twice at once, then another answer", func(d *tuitest.Driver) { d.Type("aat") }, "text"},
		{"pasted between", func(d *tuitest.Driver) {
			d.Type("d")
			d.Type("d")
			d.Send(tuitest.Paste("own "))
			d.Type("word")
			d.Keys("enter")
		}, "note own word"},
		{"a decision twice at once", func(d *tuitest.Driver) { d.Type("aa") }, ""},
	} {
		d, w := startWizard(t, 80, 24)
		c.play(d)
		if w.note != "" {
			w.did = append(w.did, "note "+w.note)
		}
		if got := strings.Join(w.did, ","); got != c.want {
			t.Errorf("%s: %q was chosen, want %q", c.name, got, c.want)
		}
	}
}

// TestANoteLeavesThePageItsKeys: a note of any length leaves the first keys of the page
// and the way to all of them in sight; a long one gets a line of its own.
func TestANoteLeavesThePageItsKeys(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 15}} {
		for _, text := range []string{"kept", "exported 40 rows to a-file-with-a-name-of-some-length.xlsx", strings.Repeat("very long ", 20)} {
			d, _ := startWizard(t, size[0], size[1])
			d.Send(tui.SayMsg{Text: text})
			d.Has(text[:min(len(text), 40)])
			for _, hint := range []string{"n new", "d drop", "? all keys"} {
				d.Has(hint)
			}
			d.Sound()
		}
	}
}
