package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/ui"
)

// Lead is a page that what is selected leads to.
type Lead struct {
	Page, Arg string // as Push takes them
	Label     string // "person Dana Okafor"
	Note      string // how it is related: "manager"
}

// Related offers the places that load gives and opens the one chosen. Places said
// twice are offered once.
func (h *Host) Related(load func(ctx context.Context) ([]Lead, error)) tea.Cmd {
	return ui.OpenPick(h.Env, ui.Pick{Heading: "Open what is related", Load: func(ctx context.Context) ([]ui.Candidate, error) {
		places, err := load(ctx)
		var out []ui.Candidate
		seen := map[string]bool{}
		for _, p := range places {
			key := p.Page + "\n" + p.Arg
			if p.Arg == "" && p.Page != "approvals" || seen[key] {
				continue
			}
			seen[key] = true
			out = append(out, ui.Candidate{Key: key, Label: p.Label, Note: p.Note})
		}
		return out, err
	}, Do: func(c ui.Candidate) tea.Cmd {
		page, arg, _ := strings.Cut(c.Key, "\n")
		return h.Push(page, arg)
	}})
}

// There makes a load of places that are known already.
func There(places ...Lead) func(context.Context) ([]Lead, error) {
	return func(context.Context) ([]Lead, error) { return places, nil }
}
