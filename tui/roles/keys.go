package roles

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

func (p *Page) makeActions() action.Table {
	t := action.Table{
		{ID: "role.allow", Keys: []string{"a"}, Help: "allow", Scope: "role", Hint: 10, Off: p.offEmpty, Do: func() tea.Cmd { return p.give(colYes) }},
		{ID: "role.deny", Keys: []string{"d"}, Help: "deny", Scope: "role", Hint: 11, Off: p.offEmpty, Do: func() tea.Cmd { return p.give(colNo) }},
		{ID: "role.reset", Keys: []string{"r"}, Help: "inherit", Long: "undo the override: inherit again; on an object its whole rule goes", Scope: "role", Hint: 12, Off: p.offEmpty, Do: func() tea.Cmd { return p.give(ui.Unset) }},
		{ID: "role.rule", Keys: []string{"b"}, Help: "rule for an object", Long: "go to an object, or to a field of one, to give it a rule of its own", Scope: "role", Hint: 13, Off: p.offEmpty, Do: p.rule},
		{ID: "role.propose", Keys: []string{"w"}, Help: "propose", Long: "put the pending edits forward, with a reason", Scope: "role", Hint: 20, Off: p.offNothing, Do: p.propose},
		{ID: "role.undo", Keys: []string{"u"}, Help: "undo", Long: "take the last pending edit back", Scope: "role", Hint: 21, Off: p.offEmpty, Do: p.step((*draft).undo)},
		{ID: "role.redo", Keys: []string{"U"}, Help: "redo", Scope: "role", Off: p.offEmpty, Do: p.step((*draft).redo)},
		{ID: "role.explain", Keys: []string{"enter"}, Help: "explain", Long: "where the value comes from, and who has it by which role", Scope: "role", Hint: 22, Off: p.offEmpty, Do: p.explain},
		{ID: "role.holders", Keys: []string{"o"}, Help: "holders", Long: "who has it, its areas and its history", Scope: "role", Hint: 23, Off: p.offEmpty, Do: func() tea.Cmd { return p.h.Push("role-holders", string(p.id)) }},
		{ID: "role.export", Keys: []string{"x"}, Help: "export", Long: "export the whole definition", Scope: "role", Off: p.offEmpty, Do: p.export},
		{ID: "role.reload", Keys: []string{"f5"}, Help: "reload", Long: "load the present state; pending edits stay", Scope: "role", Do: p.load},
	}
	t = append(t, actions(p.subject)...)
	t = append(t, browse.Common(p.h, "role", func() string { return string(p.id) })...)
	return append(t, p.setKeys(p.panes.Actions())...)
}

// setKeys has the keys that set a value refuse with an error, which stays.
func (p *Page) setKeys(t action.Table) action.Table {
	out := slices.Clone(t)
	for i := range out {
		column := slices.Index([]string{"tree.set-0", "tree.set-1", "tree.set-2", "tree.unset"}, out[i].ID)
		if column < 0 {
			continue
		}
		if column > colYes {
			column = ui.Unset
		}
		out[i].Off, out[i].Hint = p.offEmpty, 0
		out[i].Do = func() tea.Cmd { return p.give(column) }
	}
	return out
}

func (p *Page) offEmpty() string {
	if !p.loaded {
		return "There is no role here."
	}
	return ""
}

func (p *Page) offNothing() string {
	if why := p.offEmpty(); why != "" {
		return why
	}
	if len(p.draft.pending) == 0 {
		return "Nothing is pending."
	}
	return ""
}

// give makes a value pending on the line selected, or says why it cannot be.
func (p *Page) give(column int) tea.Cmd {
	n, ok := p.tree.Selected()
	if !ok {
		return nil
	}
	if why := p.refuses(n, column); why != "" {
		p.h.Fail(errors.New(why))
		return nil
	}
	if n.leaf {
		return p.set(n, column)
	}
	changed := false // the whole rule of an object
	for _, kid := range n.kids {
		if p.stored[kid.target].Own || p.pends(kid.target) {
			changed = p.draft.set(p.stored[kid.target], ui.Unset) || changed
		}
	}
	if !changed {
		p.h.Say(n.label + " has no rule of its own")
		return nil
	}
	return p.judge()
}

func (p *Page) pends(t domain.Target) bool {
	_, ok := p.draft.pending[t]
	return ok
}

func (p *Page) step(by func(*draft, func(domain.Target) int) bool) func() tea.Cmd {
	return func() tea.Cmd {
		if !by(p.draft, func(t domain.Target) int { return own(p.stored[t]) }) {
			p.h.Say("there is nothing more that way")
			return nil
		}
		return p.judge()
	}
}

// rule asks for an object or a field of one and goes there.
func (p *Page) rule() tea.Cmd {
	var out []ui.Candidate
	for _, obj := range p.sheet.Objects {
		note := "no rule of its own"
		if obj.Exception {
			note = "has a rule"
		}
		out = append(out, ui.Candidate{Key: keyOf(obj.Operations[0].Target), Label: obj.Object.Name, Note: note})
		for _, f := range obj.Fields {
			out = append(out, ui.Candidate{Key: keyOf(f.Target), Label: full(p.pic.Org, f.Target), Note: "field"})
		}
	}
	if len(out) == 0 {
		p.h.Say("there are no objects yet: import them, or propose them")
		return nil
	}
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "A rule for which object, or field?", Load: func(context.Context) ([]ui.Candidate, error) { return out, nil },
		Do: func(c ui.Candidate) tea.Cmd { return p.tree.Go(c.Key) }})
}

// explain says where a value comes from and, of what can be had, who has it, by
// whatever role.
func (p *Page) explain() tea.Cmd {
	n, ok := p.tree.Selected()
	if !ok {
		return nil
	}
	if !n.leaf {
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Why", Lines: []ui.Line{ui.Text(theme.Title, n.label), ui.Plain("Results in " + orNothing(p.objects[n.key].mark) + ". Unfold it with l: each line below has its own reasons.")}}))
		return nil
	}
	v, t := p.shown[n.target], n.target
	ladder := domain.LadderOf(t.Kind)
	ownWord := word(t, own(p.stored[t]))
	if column, pends := p.draft.pending[t]; pends {
		ownWord += ", pending: " + word(t, column)
	}
	lines := []ui.Line{ui.Text(theme.Title, full(p.pic.Org, t)), {{Role: theme.Dim, Text: "Says itself "}, {Text: ownWord}},
		{{Role: theme.Dim, Text: "Inherits    "}, {Text: ladder.Word(p.shown[t].Inherited)}},
		{{Role: theme.Dim, Text: "Results in  "}, {Text: ladder.Word(v.Level)}}, {{Role: theme.Dim, Text: "Because     "}, {Text: orNothing(v.Why)}}}
	if t.ID == domain.AllID {
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Why", Lines: lines}))
		return nil
	}
	return change.OpenText(p.h.Env, "Why", func(ctx context.Context) ([]ui.Line, error) {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		return append(lines, browse.WhoLines(pic, "Who has it now, by whatever role", t, "")...), nil
	})
}

func orNothing(s string) string {
	if strings.TrimSpace(s) == "" {
		return "nothing"
	}
	return s
}

// export writes the definition, a line a value.
func (p *Page) export() tea.Cmd {
	table := tui.Table{Name: "role-" + p.sheet.Role.Name, Title: p.Title(), Columns: []string{"Of", "Says itself", "Pending", "Inherits", "Results in", "Why"}}
	for _, v := range lines(p.sheet) {
		ladder, pending := domain.LadderOf(v.Target.Kind), ""
		if column, ok := p.draft.pending[v.Target]; ok {
			pending = word(v.Target, column)
		}
		table.Rows = append(table.Rows, []string{full(p.pic.Org, v.Target), word(v.Target, own(v)), pending, ladder.Word(v.Inherited), ladder.Word(p.shown[v.Target].Level), p.shown[v.Target].Why})
	}
	return p.h.Export(p.Title(), func(context.Context) (tui.Table, error) { return table, nil })
}
