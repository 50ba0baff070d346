package tui

import (
	"slices"

	"countersign/tui/action"
)

// Screener is a page whose keys are not the same in all its states: those of each.
// Actions is one of them.
type Screener interface{ Screens() []action.Table }

// Screens are the tables of every screen the pages have, in their order, each with
// the console's own actions and the person's keys. The pages are made for it and
// never opened.
func (r *Root) Screens() []action.Table { return r.screens(r.cfg.Keys) }

func (r *Root) screens(keys *action.Keymap) []action.Table {
	var out []action.Table
	for _, spec := range r.cfg.Pages {
		e := &entry{id: spec.ID, ctx: r.ctx, leave: func() {}}
		page := spec.New(&Host{Env: r.env(e), root: r, entry: e}, "")
		tables := []action.Table{page.Actions()}
		if s, ok := page.(Screener); ok {
			tables = s.Screens()
		}
		for _, t := range tables {
			out = append(out, keys.Apply(append(slices.Clip(t), r.nav...)))
		}
	}
	return out
}

// CheckKeys says what is wrong with the person's keys on any screen: a joined error
// of *action.LineError, nil if nothing is.
func (r *Root) CheckKeys() error {
	if r.cfg.Keys == nil {
		return nil
	}
	return r.cfg.Keys.Check(r.screens(nil), helpID, "palette")
}

// KeyTemplate is a file of keys to edit, with every action of every screen.
func (r *Root) KeyTemplate() string { return r.cfg.Keys.Template(r.screens(nil)) }
