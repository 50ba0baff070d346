package action

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func nothing() tea.Cmd { return nil }

func table() Table {
	return Table{
		{ID: "review.keep", Keys: []string{"a"}, Help: "keep", Scope: "review", Hint: 1, Decision: true, Do: nothing},
		{ID: "review.revoke", Keys: []string{"d"}, Help: "revoke", Long: "take the access away", Scope: "review", Hint: 2, Decision: true, Do: nothing},
		{ID: "list.down", Keys: []string{"j", "down"}, Help: "down", Scope: "list", Group: "moving", Repeat: true, Do: nothing},
		{ID: "go.1", Keys: []string{"1", "a"}, Help: "home", Scope: "global", Yields: true, Do: nothing,
			Off: func() string { return "You are there." }},
	}
}

func TestMatch(t *testing.T) {
	for key, want := range map[string]string{"a": "review.keep", "d": "review.revoke", "down": "list.down", "1": "go.1", "z": ""} {
		got := ""
		if a := table().Match(key); a != nil {
			got = a.ID
		}
		if got != want {
			t.Errorf("%q does %q, want %q", key, got, want)
		}
	}
}

func TestFilter(t *testing.T) {
	for q, want := range map[string]string{"": "review.keep review.revoke list.down go.1", "access": "review.revoke",
		"REVIEW take": "review.revoke", "moving": "list.down", "nothing like it": ""} {
		var ids []string
		for _, a := range table().Filter(q) {
			ids = append(ids, a.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("Filter(%q) = %q, want %q", q, got, want)
		}
	}
}

func TestHintsInOrder(t *testing.T) {
	in := Table{{ID: "c", Hint: 3}, {ID: "none"}, {ID: "a", Hint: 1}, {ID: "b", Hint: 1}}
	var ids string
	for _, a := range in.Hints() {
		ids += a.ID
	}
	if ids != "abc" {
		t.Errorf("hints come as %q, want abc", ids)
	}
}

func TestCheckFindsEachFault(t *testing.T) {
	if faults := table().Check(); faults != nil {
		t.Errorf("a sound table has faults: %v", faults)
	}
	ok := func(id string, keys ...string) Action {
		return Action{ID: id, Keys: keys, Help: "h", Scope: "s", Do: nothing}
	}
	deciding := ok("d", "enter")
	deciding.Decision = true
	held := ok("r", "r")
	held.Decision, held.Repeat = true, true
	takes := func(id, verb string) Action {
		a := ok(id)
		a.Takes = &Argument{Verb: verb, Name: "a word", Do: func(string) tea.Cmd { return nil }}
		return a
	}
	for name, bad := range map[string]Table{
		"a verb twice":     {takes("a", "go"), takes("b", "go")},
		"no verb":          {takes("a", "")},
		"two on one key":   {ok("a", "x"), ok("b", "x")},
		"one ID twice":     {ok("a", "x"), ok("a", "y")},
		"no words":         {{ID: "a", Scope: "s", Do: nothing}},
		"nothing to do":    {{ID: "a", Help: "h", Scope: "s"}},
		"decides on enter": {deciding},
		"decides held":     {held},
		"ctrl+s":           {ok("a", "ctrl+s")}, "ctrl+q": {ok("a", "ctrl+q")}, "ctrl+m": {ok("a", "ctrl+m")},
		"ctrl+i": {ok("a", "ctrl+i")}, "ctrl+h": {ok("a", "ctrl+h")}, "ctrl+a": {ok("a", "ctrl+a")}, "ctrl+b": {ok("a", "ctrl+b")},
	} {
		if len(bad.Check()) != 1 {
			t.Errorf("%s: faults are %v, want one", name, bad.Check())
		}
	}
}

func TestMarkdown(t *testing.T) {
	takes := Action{ID: "open.person", Help: "open person", Scope: "moving", Takes: &Argument{Verb: "person"}}
	got := append(table()[1:3:3], takes, Action{ID: "fit", Help: "fit", Scope: "moving"}).Markdown()
	want := "**review**\n\n| Key | Does |\n|---|---|\n| `d` | take the access away |\n\n" +
		"**moving**\n\n| Key | Does |\n|---|---|\n| `j` `down` | down |\n| `:person` | open person |\n| `:fit` | fit |\n\n"
	if got != want {
		t.Errorf("Markdown:\n%s\nwant:\n%s", got, want)
	}
}

func TestKeyNames(t *testing.T) {
	a := Action{Keys: []string{"ctrl+d", "pgdown", "down", "x"}}
	if got := a.KeyNames(false); got != "^d PgDn ↓ x" {
		t.Errorf("KeyNames = %q", got)
	}
	if got := a.KeyNames(true); got != "^d PgDn Down x" {
		t.Errorf("in ASCII KeyNames = %q", got)
	}
}

func TestWhy(t *testing.T) {
	tab := table()
	if tab[0].Why() != "" || tab[3].Why() != "You are there." {
		t.Errorf("Why = %q, %q", tab[0].Why(), tab[3].Why())
	}
}

// TestGuard plays key presses at given milliseconds; only those named count.
func TestGuard(t *testing.T) {
	type press struct {
		ms     int
		repeat bool
		counts bool
	}
	for name, presses := range map[string][]press{
		"a burst in one read":        {{0, false, true}, {0, false, false}, {0, false, false}, {1, false, false}},
		"at the gap":                 {{0, false, true}, {149, false, false}, {299, false, true}},
		"held down":                  {{0, false, true}, {33, false, false}, {66, false, false}, {160, false, false}, {300, false, false}},
		"marked as repeat":           {{0, true, false}, {1000, true, false}, {2000, false, true}},
		"a person at work":           {{0, false, true}, {150, false, true}, {400, false, true}},
		"the clock went back an age": {{10000, false, true}, {0, false, true}, {10, false, false}},
	} {
		var g Guard
		start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		for i, p := range presses {
			if got := g.Allow(start.Add(time.Duration(p.ms)*time.Millisecond), p.repeat); got != p.counts {
				t.Errorf("%s: press %d counts=%v, want %v", name, i, got, p.counts)
			}
		}
	}
}
