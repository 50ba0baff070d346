package approvals

import (
	"context"

	"countersign/review"
	"countersign/review/filter"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// titles are the columns it is sorted by.
var titles = []string{"What", "By", "Size"}

// Filters implements ui.Filterer.
func (s source) Filters() filter.Table { return filter.Approvals() }

// source makes the rows anew with each load.
type source struct{ reads Reads }

// Load implements ui.Source.
func (s source) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	w, err := s.reads.Waiting(ctx)
	if err != nil {
		return ui.Page{}, err
	}
	m := ui.Memory{Rows: rows(w), Columns: titles, Fields: filter.Approvals()}
	return m.Load(ctx, r)
}

// others is the group of what the actor cannot sign.
const others = "Yours, for someone else to check"

func rows(w Waiting) []ui.Row {
	const packets, sets = "Packets to countersign", "Change sets to approve"
	var out, locked []ui.Row
	for i := range w.Packets {
		k := &w.Packets[i]
		r := ui.Row{Key: string(k.Packet.RecordID()), Group: packets, Data: entry{packet: k, head: w.Head}, Cells: []ui.Cell{
			{Text: k.Campaign.Name}, {Text: k.Reviewer}, {Text: review.Count(k.Packet.Items, "item", "items")}}}
		if k.Why != "" {
			r.Group, r.Role = others, theme.Dim
			r.Cells[1].Text = k.Why
			locked = append(locked, r)
			continue
		}
		out = append(out, r)
	}
	set := func(group string, c *review.ChangeSetHead, mine bool) ui.Row {
		by := w.Names[c.Maker]
		r := ui.Row{Key: string(c.ID), Group: group, Data: entry{change: c, maker: by, mine: mine, head: w.Head}}
		if mine {
			r.Role, by = theme.Dim, "you made this"
		}
		r.Cells = []ui.Cell{{Text: c.Title}, {Text: by}, {Text: review.Count(c.Changes, "change", "changes")}}
		return r
	}
	for i := range w.Changes {
		out = append(out, set(sets, &w.Changes[i], false))
	}
	for i := range w.Papers {
		r := paperRow(&w.Papers[i], w.Head)
		if r.Group == others {
			locked = append(locked, r)
			continue
		}
		out = append(out, r)
	}
	for i := range w.Mine {
		locked = append(locked, set(others, &w.Mine[i], true))
	}
	return append(out, locked...)
}
