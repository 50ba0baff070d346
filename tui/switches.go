package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// switches are the actions that change how the console is drawn, and those of the
// palette that the pages have in common.
func (r *Root) switches() action.Table {
	const scope, group = "global", "manners"
	return action.Table{
		{ID: "theme", Keys: []string{"ctrl+t"}, Help: "theme", Long: "choose the colours", Scope: scope, Group: group, Do: r.chooseTheme,
			Takes: &action.Argument{Verb: "theme", Name: "auto, dark, light, high-contrast, high-contrast-light or none", Words: theme.Words, Do: r.themeTo}},
		r.toggle("ascii", nil, "ASCII only", "draw in ASCII only, or with lines and signs again", func() bool { return r.cfg.Theme.ASCII }, r.asciiTo),
		r.toggle("mouse", []string{"f12"}, "mouse", "take the mouse, or give the terminal its own selection back", func() bool { return r.cfg.Mouse }, r.mouseTo),
		r.toggle("held", nil, "held keys", "ask the terminal which keys are held down, or do not where it then sends other letters", func() bool { return r.cfg.Held }, r.heldTo),
		r.toggle("still", nil, "reduced motion", "let nothing tick or move by itself, or let it again", func() bool { return r.cfg.Still }, r.stillTo),
		{ID: "export", Help: "export as", Long: "export what is on this screen", Scope: scope, Off: r.offExport, Do: func() tea.Cmd { return r.exportAs("") },
			Takes: r.exports()},
	}
}

// exports is what the word export takes: a format, for what is on this screen, or a
// report, which has a page of its own.
func (r *Root) exports() *action.Argument {
	a := &action.Argument{Verb: "export", Name: "xlsx, csv or json", Words: Formats, Do: r.exportAs}
	if names := r.cfg.Reports; len(names) > 0 {
		a.Name += ", or a report"
		a.Words = func() []string { return append(Formats(), names...) }
		a.Do = func(word string) tea.Cmd {
			if slices.Contains(names, word) {
				return r.push("reports", word)
			}
			return r.exportAs(word)
		}
	}
	return a
}

// toggle is an action that turns something on or off: to what it is not, or to the
// word the palette hands it.
func (r *Root) toggle(id string, keys []string, help, long string, is func() bool, to func(on bool) tea.Cmd) action.Action {
	const on, off = "on", "off"
	return action.Action{ID: id, Keys: keys, Help: help, Long: long, Scope: "global", Group: "manners", Do: func() tea.Cmd { return to(!is()) },
		Takes: &action.Argument{Verb: id, Name: "on or off", Words: func() []string { return []string{on, off} },
			Do: func(word string) tea.Cmd { return to(word == on) }}}
}

func (r *Root) asciiTo(on bool) tea.Cmd {
	r.cfg.Theme.ASCII, r.memory.state.ASCII = on, on
	r.relook()
	if on {
		return r.say("ASCII only")
	}
	return r.say("with lines and signs")
}

func (r *Root) mouseTo(on bool) tea.Cmd {
	r.cfg.Mouse, r.memory.state.NoMouse = on, !on
	if on {
		return r.say("the mouse is the console's: wheel and click")
	}
	return r.say("the mouse is the terminal's: select text as anywhere")
}

func (r *Root) heldTo(on bool) tea.Cmd {
	r.cfg.Held, r.memory.state.NoHeld = on, !on
	if on {
		return r.say("the terminal is asked which keys are held down")
	}
	return r.say("keys come as any program gets them")
}

func (r *Root) stillTo(on bool) tea.Cmd {
	r.cfg.Still, r.memory.state.Still = on, on
	if on {
		return r.say("reduced motion: nothing moves by itself")
	}
	return r.say("motion as usual")
}

func (r *Root) offExport() string {
	if r.exportAction() == nil && len(r.cfg.Reports) == 0 {
		return "This page exports nothing."
	}
	return ""
}

// chooseTheme asks for the colours.
func (r *Root) chooseTheme() tea.Cmd {
	words := theme.Words()
	c := ui.Choice{Heading: "Theme", Start: slices.Index(words, r.cfg.Theme.Kind.String()), Do: func(i int) tea.Cmd { return r.themeTo(words[i]) }}
	for _, w := range words {
		c.Options = append(c.Options, ui.Option{Label: w})
	}
	e := r.front()
	e.layers = append(e.layers, ui.NewChoice(r.env(e), c))
	return nil
}

// themeTo draws in the colours that word names.
func (r *Root) themeTo(word string) tea.Cmd {
	kind, ok := theme.ParseKind(word)
	if !ok {
		return nil
	}
	r.cfg.Theme.Kind, r.memory.state.Theme = kind, word
	r.relook()
	cmd := r.say("theme: " + word)
	if kind.Asks() {
		return tea.Batch(cmd, tea.RequestBackgroundColor)
	}
	return cmd
}
