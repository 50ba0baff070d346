package main

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
)

// consoleFinder finds what the palette opens by name: people, groups, agents,
// roles, data sources and campaigns.
func consoleFinder(s *session) tui.Finder {
	return tui.Finder{
		Kinds: []tui.FindKind{
			{Word: "person", Long: "open a person, an API key or an AI agent by name or e-mail"},
			{Word: "group", Long: "open a group by name"},
			{Word: "agent", Long: "open an agent by name"},
			{Word: "role", Long: "open a role by name"},
			{Word: "source", Long: "open a data source by name"},
			{Word: "campaign", Long: "open a campaign by name"},
		},
		Find: func(ctx context.Context, kind, text string, limit int) (out []tui.Found, err error) {
			return out, s.store.View(ctx, func(tx review.Tx) error {
				out, err = findByName(ctx, tx, kind, text, limit)
				return err
			})
		},
	}
}

// findByName gives at most limit things of kind, of all kinds where it is empty,
// whose names hold every word of text. Those whose name begins with the text come
// first, then by name.
func findByName(ctx context.Context, tx review.Tx, kind, text string, limit int) ([]tui.Found, error) {
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	text = strings.ToLower(strings.TrimSpace(text))
	words := strings.Fields(text)
	var out []tui.Found
	add := func(f tui.Found) {
		hay := strings.ToLower(f.Name + " " + f.About)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(hay, w) }) {
			out = append(out, f)
		}
	}
	for _, k := range []struct {
		word string
		kind domain.Kind
	}{{"person", domain.KindPrincipal}, {"group", domain.KindGroup}, {"agent", domain.KindAgent}, {"role", domain.KindRole}, {"source", domain.KindSource}} {
		if kind != "" && kind != k.word {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for row := range o.All(k.kind) {
			id := row.Record.RecordID()
			f := tui.Found{Kind: k.word, Name: o.Name(k.kind, id), Page: k.word, Arg: string(id)}
			if p, ok := row.Record.(domain.Principal); ok {
				f.About = p.Email
			}
			add(f)
		}
	}
	if kind == "" || kind == "campaign" {
		all, err := tx.Campaigns()
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			add(tui.Found{Kind: "campaign", Name: c.Name, About: c.State.String(), Page: "campaign", Arg: string(c.ID)})
		}
	}
	slices.SortStableFunc(out, func(a, b tui.Found) int { return nearer(a, b, text) })
	return out[:min(len(out), limit)], nil
}

// nearer orders what begins with text before what does not, and then by name.
func nearer(a, b tui.Found, text string) int {
	x, y := strings.ToLower(a.Name), strings.ToLower(b.Name)
	if begins := strings.HasPrefix(x, text); begins != strings.HasPrefix(y, text) {
		if begins {
			return -1
		}
		return 1
	}
	return strings.Compare(x, y)
}
