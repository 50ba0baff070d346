package action

import (
	"fmt"
	"strings"
)

// forbidden are keys no action may use, with the reason.
var forbidden = map[string]string{
	"ctrl+s": "stops the terminal's output on many systems",
	"ctrl+q": "starts the terminal's output again on many systems",
	"ctrl+m": "is the same byte as enter",
	"ctrl+i": "is the same byte as tab",
	"ctrl+h": "is the same byte as backspace on many terminals",
	"ctrl+a": "is a multiplexer's prefix",
	"ctrl+b": "is a multiplexer's prefix",
	"ctrl+z": "suspends the program",
}

// Check says what is wrong with the table of one screen, a sentence a fault:
// an action without an ID, words, a scope or something to do; two actions with
// one ID; a key no action may use; two actions on one key of which neither
// yields; an argument that is not whole, or two under one verb. A table without faults gives nil. Every table that is drawn is drawn
// from the palette's own list, so what passes here is in the palette.
func (t Table) Check() []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	ids := map[string]bool{}
	keys, verbs := map[string]string{}, map[string]string{}
	for i := range t {
		a := &t[i]
		if a.ID == "" || a.Help == "" || a.Scope == "" || a.Do == nil {
			fault("action %d (%q): it needs an ID, Help, a Scope and Do", i, a.ID)
		}
		if ids[a.ID] {
			fault("action %q is listed twice", a.ID)
		}
		ids[a.ID] = true
		if w := a.Takes; w != nil {
			if w.Verb == "" || w.Name == "" || w.Do == nil && w.Kind == "" {
				fault("action %q takes an argument: it needs a verb, a name, and Do or a kind", a.ID)
			}
			if other, taken := verbs[w.Verb]; taken {
				fault("%q is the verb of both %q and %q", w.Verb, other, a.ID)
			}
			verbs[w.Verb] = a.ID
		}
		for _, k := range a.Keys {
			if why, bad := forbidden[k]; bad {
				fault("action %q uses %s, which %s", a.ID, k, why)
			}
			if a.Yields {
				continue
			}
			if other, taken := keys[k]; taken {
				fault("%s is the key of both %q and %q", k, other, a.ID)
			}
			keys[k] = a.ID
		}
		if a.Decision && (a.Repeat || a.has("enter") || a.has("up") || a.has("down") || a.has("left") || a.has("right")) {
			fault("action %q decides, so it may not repeat or be on enter or an arrow", a.ID)
		}
	}
	return faults
}

// Markdown is the table of keys for the README: one table a heading, in the
// order in which the headings first come. Actions of several screens that are on the
// same keys under a heading and do the same there are one row.
func (t Table) Markdown() string {
	var b strings.Builder
	for _, heading := range t.headings() {
		fmt.Fprintf(&b, "**%s**\n\n| Key | Does |\n|---|---|\n", heading)
		seen := map[string]bool{}
		for i := range t {
			a := &t[i]
			if a.Heading() != heading {
				continue
			}
			if row := a.markdown(); !seen[row] {
				seen[row] = true
				b.WriteString(row)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// markdown is the row of a: its keys, the word that takes an argument, or its name for
// the palette, and what it does.
func (a *Action) markdown() string {
	keys := make([]string, len(a.Keys), len(a.Keys)+1)
	for i, k := range a.Keys {
		keys[i] = "`" + strings.ReplaceAll(k, "|", `\|`) + "`"
	}
	if w := a.Takes; w != nil {
		keys = append(keys, "`:"+w.Verb+"`")
	}
	if len(keys) == 0 {
		keys = []string{"`:" + a.ID + "`"}
	}
	return fmt.Sprintf("| %s | %s |\n", strings.Join(keys, " "), strings.ReplaceAll(a.Words(), "|", `\|`))
}

// headings are the groups of t in the order in which they first come.
func (t Table) headings() []string {
	var out []string
	seen := map[string]bool{}
	for i := range t {
		if h := t[i].Heading(); !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}
