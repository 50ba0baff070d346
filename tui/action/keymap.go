package action

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Keymap is a person's own keys: by the name of an action those that are on it in
// place of the ones it comes with. It is only ever read; a nil one changes nothing.
type Keymap struct {
	keys map[string][]string
	line map[string]int // where in the file each stands
}

// LineError is a fault in a file of keys. Its text is a sentence that begins with
// the line's number, counted from 1.
type LineError struct {
	Line int
	What string
}

// Error implements error.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.What) }

// longestKeymap is how many bytes of a file of keys are read; the template has a
// fifth of it.
const longestKeymap = 256 << 10

// ParseKeymap reads a file of keys, a line an action:
//
//	# what begins so is a comment
//	review.keep = k
//	list.down   = j down ctrl+n
//	go.policy   =
//
// Keys are parted by blanks; without one the action is in the palette only. The
// error joins a *LineError for each faulty line, in their order.
func ParseKeymap(r io.Reader) (*Keymap, error) {
	m := &Keymap{keys: map[string][]string{}, line: map[string]int{}}
	var faults []error
	in := bufio.NewScanner(io.LimitReader(r, longestKeymap+1))
	in.Buffer(nil, longestKeymap)
	read := 0
	for n := 1; in.Scan(); n++ {
		if read += len(in.Bytes()) + 1; read > longestKeymap {
			return nil, errors.Join(append(faults, &LineError{n, "the file is too long to be one of keys"})...)
		}
		if what := m.read(strings.TrimSpace(in.Text()), n); what != "" {
			faults = append(faults, &LineError{n, what})
		}
	}
	if err := in.Err(); err != nil {
		faults = append(faults, err)
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	return m, nil
}

// read takes one line and says what is wrong with it, "" if nothing.
func (m *Keymap) read(text string, n int) string {
	if text == "" || text[0] == '#' {
		return ""
	}
	id, rest, found := strings.Cut(text, "=")
	id = strings.TrimSpace(id)
	switch {
	case !found:
		return fmt.Sprintf("%.60q is no binding: write ACTION = KEY, and # before a comment", text)
	case id == "" || strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) || !utf8.ValidString(id):
		return fmt.Sprintf("%.60q is no action's name: write one as review.keep", id)
	case m.line[id] > 0:
		return fmt.Sprintf("%.60q has its keys on line %d already: write them on one line", id, m.line[id])
	}
	keys := []string{}
	for _, word := range strings.Fields(rest) {
		key, what := parseKey(word)
		if what == "" && slices.Contains(keys, key) {
			what = fmt.Sprintf("%s is named twice", key)
		}
		if what != "" {
			return what
		}
		keys = append(keys, key)
	}
	m.keys[id], m.line[id] = keys, n
	return ""
}

// fixed are keys whose meaning is not to be changed.
var fixed = map[string]string{
	"esc":    "closes, clears and goes back everywhere",
	"ctrl+c": "leaves the program everywhere",
}

// named are the keys that have names, as the terminal's events call them.
var named = []string{"enter", "tab", "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end",
	"pgup", "pgdown", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12"}

// parseKey reads the name of a key and gives it as the events call it; what is a
// sentence about one that cannot be used.
func parseKey(word string) (key, what string) {
	if why, is := fixed[word]; is {
		return "", fmt.Sprintf("%s %s: it cannot be given to an action", word, why)
	}
	if why, is := forbidden[word]; is {
		return "", fmt.Sprintf("%s %s: take another key", word, why)
	}
	rest, mods := word, ""
	for _, m := range []string{"ctrl+", "alt+", "shift+"} { // in the order in which events name them
		if after, ok := strings.CutPrefix(rest, m); ok && after != "" {
			rest, mods = after, mods+m
		}
	}
	r, n := utf8.DecodeRuneInString(rest)
	single := n == len(rest) && r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.IsSpace(r)
	switch {
	case slices.Contains(named, rest):
		return word, ""
	case !single:
		return "", fmt.Sprintf("%.40q is no key: write a letter or a sign, ctrl+ or alt+ before it, or one of %s", word, strings.Join(named[:14], ", "))
	case strings.Contains(mods, "shift+"):
		return "", fmt.Sprintf("%s is written as what it types: %s", word, strings.Replace(mods, "shift+", "", 1)+string(unicode.ToUpper(r)))
	case mods != "" && unicode.IsUpper(r):
		return "", fmt.Sprintf("%s is the same as %s in a terminal: write it so", word, mods+string(unicode.ToLower(r)))
	}
	return word, ""
}

// Apply is t with the person's keys.
func (m *Keymap) Apply(t Table) Table {
	if m == nil || len(m.keys) == 0 {
		return t
	}
	out := slices.Clone(t)
	for i := range out {
		if keys, own := m.keys[out[i].ID]; own {
			out[i].Keys = keys
		}
	}
	return out
}

// Own tells whether the person has keys of their own for the action.
func (m *Keymap) Own(id string) bool {
	if m == nil {
		return false
	}
	_, own := m.keys[id]
	return own
}

// Check holds the keys against the tables of all screens: each action named is there,
// no screen has two on one key, and the ways to all actions, always named, have
// keys. The error joins a *LineError for each fault.
func (m *Keymap) Check(screens []Table, always ...string) error {
	if m == nil {
		return nil
	}
	known, said := map[string]bool{}, map[string]bool{}
	var faults []*LineError
	fault := func(line int, what string) {
		if !said[what] {
			said[what] = true
			faults = append(faults, &LineError{line, what})
		}
	}
	for _, t := range screens {
		for i := range t {
			known[t[i].ID] = true
		}
		for _, what := range m.Apply(t).Check() {
			line := 0
			for id, n := range m.line {
				if strings.Contains(what, fmt.Sprintf("%q", id)) {
					line = max(line, n)
				}
			}
			if line > 0 {
				fault(line, what+": take another key, or give the other action one as well")
			}
		}
	}
	for id, line := range m.line {
		switch {
		case !known[id]:
			fault(line, fmt.Sprintf("there is no action %.60q: \"countersign keys\" lists them all", id))
		case len(m.keys[id]) == 0 && slices.Contains(always, id):
			fault(line, fmt.Sprintf("%s needs a key: what has none is reached by it", id))
		}
	}
	slices.SortFunc(faults, func(a, b *LineError) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.What, b.What)
	})
	out := make([]error, len(faults))
	for i, f := range faults {
		out[i] = f
	}
	return errors.Join(out...)
}

// Template is a file of keys with every action of the screens once, each with what
// it does; those that m changes are in force, the others stand as comments.
func (m *Keymap) Template(screens []Table) string {
	var all Table
	seen := map[string]bool{}
	for _, t := range screens {
		for _, a := range m.Apply(t) {
			if !seen[a.ID] {
				seen[a.ID] = true
				all = append(all, a)
			}
		}
	}
	var b strings.Builder
	for _, heading := range all.headings() {
		fmt.Fprintf(&b, "\n# --- %s ---\n", heading)
		for i := range all {
			a := &all[i]
			if a.Heading() != heading {
				continue
			}
			mark := "# "
			if m.Own(a.ID) {
				mark = ""
			}
			fmt.Fprintf(&b, "\n# %s\n%s%s = %s\n", a.Words(), mark, a.ID, strings.Join(a.Keys, " "))
		}
	}
	return b.String()
}
