package matrix

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/ui"
)

const scope = "matrix"

func (p *Page) makeActions() action.Table {
	move := func(id, help string, by func() (int, int), keys ...string) action.Action {
		return action.Action{ID: "matrix." + id, Keys: keys, Help: help, Scope: scope, Group: "moving", Repeat: true, Off: p.off,
			Do: func() tea.Cmd { r, c := by(); return p.move(r, c) }}
	}
	const far = 1 << 30
	return action.Table{
		move("down", "down", func() (int, int) { return 1, 0 }, "j", "down"),
		move("up", "up", func() (int, int) { return -1, 0 }, "k", "up"),
		move("right", "right", func() (int, int) { return 0, 1 }, "l", "right"),
		move("left", "left", func() (int, int) { return 0, -1 }, "h", "left"),
		move("half-down", "half a page down", func() (int, int) { return max(p.height/2, 1), 0 }, "ctrl+d"),
		move("half-up", "half a page up", func() (int, int) { return -max(p.height/2, 1), 0 }, "ctrl+u"),
		move("page-down", "a page down", func() (int, int) { return max(p.height-1, 1), 0 }, "pgdown"),
		move("page-up", "a page up", func() (int, int) { return -max(p.height-1, 1), 0 }, "pgup"),
		move("first", "first row", func() (int, int) { return -far, 0 }, "g"),
		move("last", "last row", func() (int, int) { return far, 0 }, "G"),
		move("first-column", "first column", func() (int, int) { return 0, -far }, "home"),
		move("last-column", "last column", func() (int, int) { return 0, far }, "end"),
		{ID: "matrix.explain", Keys: []string{"enter"}, Help: "explain", Long: "why this person has this, or has it not", Scope: scope, Hint: 10, Off: p.off, Do: p.explain},
		{ID: "matrix.person", Keys: []string{"/"}, Help: "go to person", Scope: scope, Hint: 11, Off: p.off, Do: p.toPerson},
		{ID: "matrix.target", Keys: []string{"c"}, Help: "go to column", Scope: scope, Hint: 12, Off: p.off, Do: p.toColumn},
		{ID: "matrix.turn", Keys: []string{"v"}, Help: "against what", Long: "agents, areas, objects, settings or actions", Scope: scope, Hint: 13, Do: p.turn},
		{ID: "matrix.open", Keys: []string{"o"}, Help: "their page", Long: "open the page of the person", Scope: scope, Hint: 14, Off: p.off, Do: func() tea.Cmd {
			who, _ := p.cell()
			return p.h.Push("person", string(who))
		}},
		{ID: "matrix.history", Keys: []string{"i"}, Help: "history", Long: "every event that names the person", Scope: scope, Off: p.off, Do: func() tea.Cmd {
			who, _ := p.cell()
			return p.h.Push("log", string(who))
		}},
		{ID: "matrix.copy", Keys: []string{"y"}, Help: "copy id", Scope: scope, Off: p.off, Do: func() tea.Cmd {
			who, _ := p.cell()
			return p.h.Copy(string(who))
		}},
		{ID: "matrix.export", Keys: []string{"x"}, Help: "export", Long: "export the whole matrix", Scope: scope, Off: p.off, Do: p.export},
		{ID: "matrix.reload", Keys: []string{"f5"}, Help: "reload", Scope: scope, Do: p.load},
	}
}

func (p *Page) off() string {
	if p.empty() {
		return "There is nothing in the matrix."
	}
	return ""
}

// turn asks against what, and shows that.
func (p *Page) turn() tea.Cmd {
	c := ui.Choice{Heading: "Everybody against what?", Start: p.kind}
	for i, k := range kinds {
		c.Options = append(c.Options, ui.Option{Label: k.word, Key: strconv.Itoa(i + 1)})
	}
	c.Do = func(i int) tea.Cmd {
		p.kind, p.t, p.col, p.left = i, nil, 0, 0
		return p.load()
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// explain opens the reasons for the cell, as the organisation is now; of an object
// it asks which operation is meant.
func (p *Page) explain() tea.Cmd {
	who, target := p.cell()
	if !target.Kind.Operation() {
		return p.desk.Why(change.Asked{Principal: who, Target: target})
	}
	c := ui.Choice{Heading: "Which operation?"}
	for _, op := range domain.Operations() {
		c.Options = append(c.Options, ui.Option{Label: domain.OperationWord(op)})
	}
	c.Do = func(i int) tea.Cmd {
		return p.desk.Why(change.Asked{Principal: who, Target: domain.Target{Kind: domain.Operations()[i], ID: target.ID}})
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// toPerson and toColumn go to what is chosen. The table on the screen when it was
// asked is the one meant: what is loaded anew since makes it look again by id.
func (p *Page) toPerson() tea.Cmd {
	t := p.t
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "Go to person", Load: func(context.Context) ([]ui.Candidate, error) {
		out := make([]ui.Candidate, len(t.rows))
		for at, i := range t.rows {
			out[at] = ui.Candidate{Key: string(t.matrix.Principals[i]), Label: t.names[i]}
		}
		return out, nil
	}, Do: func(c ui.Candidate) tea.Cmd {
		for at := range p.rowsNow() {
			if string(p.t.matrix.Principals[p.t.rows[at]]) == c.Key {
				p.row = at
			}
		}
		return nil
	}})
}

func (p *Page) rowsNow() []int {
	if p.t == nil {
		return nil
	}
	return p.t.rows
}

func (p *Page) toColumn() tea.Cmd {
	t := p.t
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "Go to column", Load: func(context.Context) ([]ui.Candidate, error) {
		out := make([]ui.Candidate, len(t.cols))
		for at, j := range t.cols {
			out[at] = ui.Candidate{Key: string(t.matrix.Targets[j].ID), Label: t.targets[j]}
		}
		return out, nil
	}, Do: func(c ui.Candidate) tea.Cmd {
		if p.t == nil {
			return nil
		}
		for at, j := range p.t.cols {
			if string(p.t.matrix.Targets[j].ID) == c.Key {
				p.col = at
			}
		}
		return nil
	}})
}

// export writes the words of the levels, a row a person.
func (p *Page) export() tea.Cmd {
	t, title := p.t, p.Title()
	name := "matrix-" + kinds[p.kind].word
	return p.h.Export(title, func(ctx context.Context) (tui.Table, error) {
		out := tui.Table{Name: name, Title: title, Columns: []string{"Person"}}
		for _, j := range t.cols {
			out.Columns = append(out.Columns, columnName(t.pic.Org, t.matrix.Targets[j]))
		}
		for _, i := range t.rows {
			row := []string{t.pic.Org.Name(domain.KindPrincipal, t.matrix.Principals[i])}
			for _, j := range t.cols {
				row = append(row, t.words(i, j))
			}
			out.Rows = append(out.Rows, row)
		}
		return out, ctx.Err()
	})
}
