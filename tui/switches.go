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
			Takes: &action.Argument{Verb: "theme", Name: "auto, dark, light, high contrast or none", Words: theme.Words, Do: r.themeTo}},
		{ID: "export", Help: "export as", Long: "export what is on this screen", Scope: scope, Off: r.offExport, Do: func() tea.Cmd { return r.exportAs("") },
			Takes: &action.Argument{Verb: "export", Name: "xlsx, csv or json", Words: Formats, Do: r.exportAs}},
	}
}

func (r *Root) offExport() string {
	if r.exportAction() == nil {
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
	r.cfg.Theme.Kind = kind
	r.look = theme.New(r.cfg.Theme, r.dark)
	cmd := r.say("theme: " + word)
	if kind == theme.Auto {
		return tea.Batch(cmd, tea.RequestBackgroundColor)
	}
	return cmd
}
