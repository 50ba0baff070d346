package tui

import (
	"slices"
	"strings"

	"countersign/tui/action"
)

// row is one line of the palette: an action, perhaps with an argument, or a thing
// that was found.
type row struct {
	act     *action.Action
	arg     string
	found   *Found
	words   string
	heading string
	why     string // it cannot be done now
	line    string // what it is when written out
}

// keys is what stands before the words.
func (x *row) keys(ascii bool) string {
	switch {
	case x.found != nil:
		return "open"
	case x.arg != "":
		return ""
	case len(x.act.Keys) == 0 && x.act.Takes != nil:
		return ":" + x.act.Takes.Verb
	}
	return x.act.KeyNames(ascii)
}

// verb is the action whose word the text begins with, and the argument after it; nil
// where what is typed is no such word with a blank behind it.
func (p *palette) verb() (*action.Action, string) {
	word, arg, spaced := strings.Cut(strings.TrimLeft(p.input.Value(), " "), " ")
	if !spaced || !p.run {
		return nil, ""
	}
	for i := range p.all {
		if w := p.all[i].Takes; w != nil && w.Verb == strings.ToLower(word) {
			return &p.all[i], strings.TrimSpace(arg)
		}
	}
	return nil, ""
}

// rows is what the text now shows.
func (p *palette) rows() []row {
	if a, arg := p.verb(); a != nil {
		return p.argued(a, arg)
	}
	shown := p.all.Filter(p.input.Value())
	out := make([]row, 0, len(shown)+len(p.found))
	for i := range shown {
		a := &shown[i]
		line := a.ID
		if a.Takes != nil && p.run {
			line = a.Takes.Verb + " "
			if !a.Takes.Needed && len(a.Keys) > 0 {
				line = a.Takes.Verb
			}
		}
		out = append(out, row{act: a, words: a.Words(), heading: a.Heading(), why: a.Why(), line: line})
	}
	if p.run {
		slices.SortStableFunc(out, func(a, b row) int { return p.nearness(a.act) - p.nearness(b.act) })
	}
	return p.named(out)
}

// nearness puts first what is called as is typed, then what is called so in part, then
// what says it somewhere.
func (p *palette) nearness(a *action.Action) int {
	text := strings.ToLower(strings.TrimSpace(p.input.Value()))
	if text == "" {
		return 0
	}
	_, name, _ := strings.Cut(a.ID, ".")
	names := []string{a.ID, name, strings.ToLower(a.Help)}
	if a.Takes != nil {
		names = append(names, a.Takes.Verb)
	}
	near := 3
	for _, n := range names {
		switch {
		case n == text:
			return 0
		case strings.HasPrefix(n, text):
			near = min(near, 1)
		case strings.Contains(n, text):
			near = min(near, 2)
		}
	}
	return near
}

// named adds what was found by name.
func (p *palette) named(out []row) []row {
	for i := range p.found {
		f := &p.found[i]
		words := f.Name
		if f.About != "" {
			words += "  " + f.About
		}
		out = append(out, row{found: f, words: words, heading: f.Kind, line: f.Kind + " " + f.Name})
	}
	return out
}

// argued is what a with an argument can be.
func (p *palette) argued(a *action.Action, arg string) []row {
	w := a.Takes
	one := func(arg string) row {
		return row{act: a, arg: arg, words: w.Verb + " " + arg, heading: a.Heading(), why: a.Why(), line: w.Verb + " " + arg}
	}
	switch {
	case w.Kind != "":
		return p.named(nil)
	case w.Words == nil && arg == "":
		return []row{{act: a, words: a.Words() + ": " + w.Name, heading: a.Heading(), why: a.Why(), line: w.Verb + " "}}
	case w.Words == nil:
		return []row{one(arg)}
	}
	var begin, hold []row
	for _, word := range w.Words() {
		switch low := strings.ToLower(word); {
		case strings.HasPrefix(low, strings.ToLower(arg)):
			begin = append(begin, one(word))
		case strings.Contains(low, strings.ToLower(arg)):
			hold = append(hold, one(word))
		}
	}
	return append(begin, hold...)
}
