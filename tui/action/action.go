// Package action holds what the keys do, as rows of data.
//
// A page lists its actions once. The footer's hints, the help overlay, the
// palette, a configuration file's key names and the README's key table are all
// made from that list, so they cannot disagree with what a key does. Check is the
// test every page runs over its list.
package action

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Action is one thing a person can do on the screen in front of them.
type Action struct {
	ID    string   // stable name, "review.keep"; what a configuration file calls it
	Keys  []string // as KeyPressMsg.String gives them: "a", "A", "ctrl+d", "pgdown", "space"
	Help  string   // one or two words for the footer: "keep"
	Long  string   // what it does, for help and palette; Help when empty
	Scope string   // where it holds: "review", "list", "global"
	Group string   // heading in the help overlay; Scope when empty

	// Hint puts the action in the footer; lower comes first, 0 is not shown.
	Hint int
	// Repeat lets a key held down do it again and again: movement.
	Repeat bool
	// Decision sends it through the repeat guard: one key press, one decision.
	Decision bool
	// Yields lets another action of the screen take one of its keys.
	Yields bool

	// Off says why the action cannot be done now, as a sentence; "" or a nil Off
	// means it can. It must be cheap: the palette and the footer ask it.
	Off func() string
	// Do does it. It runs inside Update; slow work goes into the command.
	Do func() tea.Cmd
	// Takes, where set, lets the palette do it with an argument: ":theme light".
	Takes *Argument
}

// Argument is what an action takes in the palette, after a word of its own.
type Argument struct {
	Verb string // the word before it: "theme"; no two actions of a screen share one
	Name string // what it is, for the palette: "a theme"
	// Needed means that the action without it only asks for it.
	Needed bool
	// Words are those that may be given, for completion; nil means any text.
	Words func() []string
	// Kind has the console look for the names of things of this kind, which it
	// opens: "person". Do is not called then.
	Kind string
	// Do does the action with arg, one of Words where there are any. It runs inside
	// Update.
	Do func(arg string) tea.Cmd
}

// Why is the reason the action is off now, "" when it is on.
func (a *Action) Why() string {
	if a.Off == nil {
		return ""
	}
	return a.Off()
}

// Words is the longest description the action has.
func (a *Action) Words() string {
	if a.Long != "" {
		return a.Long
	}
	return a.Help
}

// Heading is the group the action is listed under.
func (a *Action) Heading() string {
	if a.Group != "" {
		return a.Group
	}
	return a.Scope
}

// has says whether the action is on key.
func (a *Action) has(key string) bool {
	for _, k := range a.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// Table is the actions of one screen, the page's own first. It is only ever read.
type Table []Action

// Match is the action on key, or nil. An action that yields gives way to any
// other.
func (t Table) Match(key string) *Action {
	var yielding *Action
	for i := range t {
		if !t[i].has(key) {
			continue
		}
		if !t[i].Yields {
			return &t[i]
		}
		if yielding == nil {
			yielding = &t[i]
		}
	}
	return yielding
}

// Filter is the actions whose ID, words or keys hold every word of query.
func (t Table) Filter(query string) Table {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return t
	}
	var out Table
next:
	for _, a := range t {
		hay := strings.ToLower(a.ID + " " + a.Help + " " + a.Long + " " + a.Heading() + " " + strings.Join(a.Keys, " "))
		for _, w := range words {
			if !strings.Contains(hay, w) {
				continue next
			}
		}
		out = append(out, a)
	}
	return out
}

// Hints is the actions for the footer, by their Hint and then as listed.
func (t Table) Hints() Table {
	var out Table
	for _, a := range t {
		if a.Hint > 0 {
			out = append(out, a)
		}
	}
	for i := 1; i < len(out); i++ { // insertion sort: few, nearly sorted, stable
		for j := i; j > 0 && out[j].Hint < out[j-1].Hint; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// names are the keys whose names are not what is printed on them, with the signs
// for those that have one.
var names = map[string]struct{ word, sign string }{
	"up": {"Up", "↑"}, "down": {"Down", "↓"}, "left": {"Left", "←"}, "right": {"Right", "→"},
	"pgup": {"PgUp", ""}, "pgdown": {"PgDn", ""}, "home": {"Home", ""}, "end": {"End", ""}, "delete": {"Del", ""}, "backspace": {"Bksp", ""},
}

// KeyName is key as people read it: "ctrl+d" is "^d", "up" is "↑", or "Up" where
// only ASCII can be shown.
func KeyName(key string, ascii bool) string {
	if n, ok := names[key]; ok {
		if ascii || n.sign == "" {
			return n.word
		}
		return n.sign
	}
	if rest, ok := strings.CutPrefix(key, "ctrl+"); ok {
		return "^" + rest
	}
	return key
}

// KeyNames is all keys of a, as people read them.
func (a *Action) KeyNames(ascii bool) string {
	out := make([]string, len(a.Keys))
	for i, k := range a.Keys {
		out[i] = KeyName(k, ascii)
	}
	return strings.Join(out, " ")
}
