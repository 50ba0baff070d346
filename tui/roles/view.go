package roles

import (
	"cmp"
	"fmt"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// head is the line over the tree: which role, and for whom.
func (p *Page) head(w int) string {
	role := p.sheet.Role
	head := ui.Line{{Role: theme.Title, Text: role.Name}, {Role: theme.Dim, Text: "  for " + forWhom(role)}}
	if role.Default {
		head = append(head, ui.Span{Role: theme.OK, Text: "  the default role"})
	}
	if role.Admin {
		head = append(head, ui.Span{Role: theme.Warn, Text: "  has everything, cannot be changed"})
	}
	if n := len(p.draft.pending); n > 0 {
		head = append(head, ui.Span{Role: theme.Warn, Text: "  " + review.Count(n, "edit pending", "edits pending")})
	}
	return head.Draw(p.h.Look(), w)
}

// drawPane is the pending edits and what they do, and what the role is.
func (p *Page) drawPane(w, _ int) []ui.Line {
	at := fmt.Sprint(w, p.asked, p.judged, len(p.draft.pending))
	if p.paneAt != at {
		p.pane, p.paneAt = ui.Wrapped(p.paneLines(p.h.Look()), w), at
	}
	return p.pane
}

func (p *Page) paneLines(look *theme.Theme) []ui.Line {
	if len(p.draft.pending) == 0 {
		legend := []ui.Line{nil, ui.Text(theme.Dim, "* a value of its own   "+look.Sign.RadioOn+" set   "+look.Sign.RadioInherited+" inherited"),
			ui.Text(theme.Dim, "S See, E Edit, D Delete, X Destroy; what is more specific wins: field over object over all objects"),
			ui.Text(theme.Dim, p.h.Key("role.allow")+" allows, "+p.h.Key("role.deny")+" denies, "+p.h.Key("role.reset")+" inherits again: edits wait here until "+p.h.Key("role.propose")+" puts them forward")}
		return append(p.over[:len(p.over):len(p.over)], legend...)
	}
	lines := []ui.Line{ui.Text(theme.Title, "Pending")}
	for _, t := range p.draft.targets(p.sheet) {
		lines = append(lines, ui.Line{{Role: theme.Warn, Text: "! "}, {Text: full(p.pic.Org, t)}, {Role: theme.Dim, Text: "  " + word(t, p.draft.was[t]) + " " + look.Sign.Trail + " "},
			{Role: theme.Title, Text: word(t, p.draft.pending[t])}})
	}
	lines = append(lines, nil, ui.Text(theme.Title, "What it does"))
	if p.judged != p.asked {
		return append(lines, ui.Text(theme.Dim, "working it out"+look.Sign.Ellipsis))
	}
	return append(lines, p.effects...)
}

// forWhom says to whom a role may be given.
func forWhom(r domain.Role) string { return cmp.Or(r.ForWhom(), "nobody") }
