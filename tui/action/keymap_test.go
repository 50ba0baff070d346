package action

import (
	"errors"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) *Keymap {
	t.Helper()
	m, err := ParseKeymap(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return m
}

func TestKeymapReplacesKeys(t *testing.T) {
	m := parse(t, "# mine\n\n review.keep = k  ctrl+k\nlist.down= J down\nreview.revoke =\ngo.1 = # =\n")
	got := m.Apply(table())
	for i, want := range []string{"k ctrl+k", "", "J down", "# ="} {
		if keys := strings.Join(got[i].Keys, " "); keys != want {
			t.Errorf("%s is on %q, want %q", got[i].ID, keys, want)
		}
	}
	if strings.Join(table()[0].Keys, "") != "a" {
		t.Error("the table it was applied to changed")
	}
	if err := m.Check([]Table{table()}, "help"); err != nil {
		t.Error(err)
	}
	var none *Keymap
	if len(none.Apply(table())) != len(table()) || none.Own("review.keep") || none.Check(nil) != nil {
		t.Error("no keymap changes something")
	}
}

// Each fault is a sentence with its line's number.
func TestKeymapFaults(t *testing.T) {
	for text, want := range map[string]string{
		"a\n":                                "line 1: \"a\" is no binding",
		"#\n = k":                            "line 2: \"\" is no action's name",
		"a b = k":                            "is no action's name",
		"a = k\nb = j\na = l":                "line 3: \"a\" has its keys on line 1 already",
		"a = ctrl+s":                         "line 1: ctrl+s stops the terminal's output",
		"a = ctrl+q":                         "ctrl+q starts the terminal's output",
		"a = ctrl+m":                         "ctrl+m is the same byte as enter",
		"a = ctrl+i":                         "ctrl+i is the same byte as tab",
		"a = ctrl+h":                         "ctrl+h is the same byte as backspace",
		"a = ctrl+a":                         "ctrl+a is a multiplexer's prefix",
		"a = ctrl+b":                         "ctrl+b is a multiplexer's prefix",
		"a = esc":                            "esc closes",
		"a = ctrl+c":                         "ctrl+c leaves",
		"a = hyper":                          "\"hyper\" is no key",
		"a = shift+k":                        "shift+k is written as what it types: K",
		"a = ctrl+K":                         "ctrl+K is the same as ctrl+k",
		"a = k k":                            "k is named twice",
		"a = k\x00":                          "is no key",
		strings.Repeat("# so long\n", 30000): "the file is too long",
	} {
		_, err := ParseKeymap(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
		var line *LineError
		if err != nil && !errors.As(err, &line) {
			t.Errorf("%.30q: the error does not say its line", text)
		}
	}
}

func TestKeymapIsHeldAgainstTheScreens(t *testing.T) {
	for text, want := range map[string]string{
		"review.keep = d":                "line 1: d is the key of both \"review.keep\" and \"review.revoke\"",
		"\nreview.keep = enter":          "line 2: action \"review.keep\" decides",
		"rewiev.keep = k":                "line 1: there is no action \"rewiev.keep\"",
		"help =":                         "line 1: help needs a key",
		"list.down = a\nreview.keep = b": "",
		"go.1 = d":                       "", // it yields
	} {
		help := Action{ID: "help", Keys: []string{"?"}, Help: "keys", Scope: "global", Do: nothing}
		err := parse(t, text).Check([]Table{table(), {help}}, "help")
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// What is printed can be read again, and says the same.
func TestTemplateReadsBack(t *testing.T) {
	m := parse(t, "review.keep = k")
	text := m.Template([]Table{table(), table()})
	if strings.Count(text, "review.revoke") != 1 || !strings.Contains(text, "\n# take the access away\n# review.revoke = d\n") || !strings.Contains(text, "\nreview.keep = k\n") {
		t.Errorf("the template:\n%s", text)
	}
	if again := parse(t, text).Apply(table()); again[0].Keys[0] != "k" || again[1].Keys[0] != "d" {
		t.Errorf("read again: %v", again)
	}
	in := strings.ReplaceAll(strings.ReplaceAll(text, "\n# review", "\nreview"), "\n# list", "\nlist")
	if err := parse(t, in).Check([]Table{table()}); err != nil {
		t.Errorf("taken at its word: %v", err)
	}
}

// FuzzParseKeymap holds that nothing that is read breaks the rules of keys.
func FuzzParseKeymap(f *testing.F) {
	for _, s := range []string{"review.keep = k\n", "a = ctrl+s", "a=ctrl+alt+x f12 é", "# x\r\nlist.down = = #", "a = shift+tab", "\xff = \xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseKeymap(strings.NewReader(text))
		if err != nil {
			if m != nil || err.Error() == "" {
				t.Error("an error with keys, or without words")
			}
			return
		}
		for id, keys := range m.keys {
			for i, k := range keys {
				if forbidden[k] != "" || fixed[k] != "" || strings.TrimSpace(k) != k || k == "" {
					t.Errorf("%q is on %q", id, k)
				}
				for _, other := range keys[:i] {
					if other == k {
						t.Errorf("%q has %q twice", id, k)
					}
				}
			}
		}
		tab := Table{{ID: "a", Help: "h", Scope: "s", Keys: []string{"x"}, Do: nothing}}
		if again, err := ParseKeymap(strings.NewReader(m.Template([]Table{tab}))); err != nil {
			t.Errorf("the template cannot be read: %v", err)
		} else if m.Own("a") && !again.Own("a") {
			t.Error("the template lost a binding")
		}
	})
}
