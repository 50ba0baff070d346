package reviewpage

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/ui"
)

// keys are what the page does. Lower case decides one item and can be undone,
// upper case is many or final.
func (p *page) keys() action.Table {
	const scope = "review"
	one := func(id, key, help, long string, hint int, do func() tea.Cmd) action.Action {
		return action.Action{ID: "review." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Group: "deciding", Hint: hint, Decision: true, Off: p.offDecide, Do: do}
	}
	other := func(id, key, help, long string, off func() string, do func() tea.Cmd) action.Action {
		return action.Action{ID: "review." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Off: off, Do: do}
	}
	t := action.Table{
		one("keep", "a", "keep", "keep this as it is", 1, p.keep),
		one("revoke", "d", "revoke", "revoke this, with a reason", 2, p.revoke),
		one("level", "e", "level", "choose a level from the ladder", 3, p.level),
		one("abstain", "t", "abstain", "abstain, with a reason: an answer on record without an opinion", 6, p.abstain),
		other("comment", "c", "comment", "write the reason that goes with the decision", p.offDecide, p.comment),
		other("later", ".", "later", "leave it open and go to the next undecided", p.offItem, p.later),
		other("next", "n", "next", "next undecided item", p.offEmpty, func() tea.Cmd { return p.next(1) }),
		other("previous", "N", "previous", "previous undecided item", p.offEmpty, func() tea.Cmd { return p.next(-1) }),
		other("undo", "u", "undo", "take back the last decision made here, or that of this item", p.offDecide, p.undo),
		other("redo", "U", "redo", "make the decision taken back again", p.offRedo, p.redo),
		other("keep-all", "A", "keep marked", "keep all marked items", p.offDecide, func() tea.Cmd { return p.bulk(review.Keep) }),
		other("revoke-all", "D", "revoke marked", "revoke all marked items", p.offDecide, func() tea.Cmd { return p.bulk(review.Revoke) }),
		other("level-all", "E", "level of marked", "reduce all marked items to a level", p.offDecide, func() tea.Cmd { return p.bulk(review.Reduce) }),
		other("delegate", "H", "hand on", "hand the marked items, or this one, on to somebody else, with a reason", p.offHand, p.hand),
		other("sign", "F", "sign off", "sign off all your decisions of this campaign", p.offSign, p.sign),
		other("history", "i", "history", "the events about this item", p.offItem, p.history),
		other("related", "o", "related", "open who holds it, what it is on, who answers for it, or its events", p.offItem, p.related),
		other("copy", "y", "copy id", "copy the item's id", p.offItem, func() tea.Cmd { s, _ := p.at(); return p.h.Copy(itemID(s.Item)) }),
		other("export", "x", "export", "export the items that pass the filter", p.offEmpty, p.export),
		other("packet-out", "w", "packet workbook", "write your open items as a workbook to answer in, into the current directory", p.offBook, p.bookOut),
		other("packet-back", "W", "read back", "read an answered packet workbook back: a preview first, then one act", p.offBook, p.bookBack),
		other("filters", "f", "filters", "only what changed, only against the recommendation, and what else the filter understands", nil, p.filters),
	}
	t[4].Hint, t[5].Hint = 4, 5
	return t
}

func itemID(it review.Item) string { return string(it.Campaign) + "/" + itemlist.Key(it.No) }

func (p *page) offEmpty() string {
	if _, ok := p.at(); !ok {
		return "There is no item here."
	}
	return ""
}

func (p *page) offItem() string {
	s, ok := p.at()
	if ok && p.saving[s.Item.No] {
		return fmt.Sprintf("Item %d is still being saved.", s.Item.No)
	}
	return p.offEmpty()
}

// offDecide says why nothing can be decided here.
func (p *page) offDecide() string {
	if why := p.offItem(); why != "" {
		return why
	}
	return p.share.Over
}

func (p *page) offRedo() string {
	if len(p.undone) == 0 {
		return "Nothing was taken back here."
	}
	return ""
}

// open shows everything about an item in a window of its own.
func (p *page) open(r ui.Row) tea.Cmd {
	s, ok := r.Data.(itemlist.Shown)
	if !ok {
		return nil
	}
	p.opened[s.Item.No] = true
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: fmt.Sprintf("Item %d", s.Item.No), Lines: p.detail(s, ui.Unwrapped)}))
	return nil
}

// later leaves the item open.
func (p *page) later() tea.Cmd {
	s, _ := p.at()
	p.h.Say(fmt.Sprintf("later: item %d stays open", s.Item.No))
	return p.list.Next(1, itemlist.Undecided, p.undecided)
}

func (p *page) next(dir int) tea.Cmd { return p.list.Next(dir, itemlist.Undecided, p.undecided) }

func (p *page) undecided(r ui.Row) bool {
	s, ok := r.Data.(itemlist.Shown)
	return ok && s.Locked == "" && s.Item.Decision.Answer == review.Silent
}

func (p *page) history() tea.Cmd {
	s, _ := p.at()
	return p.h.Push("log", itemID(s.Item))
}

// related offers the pages the item leads to.
func (p *page) related() tea.Cmd {
	s, _ := p.at()
	return p.h.Related(func(ctx context.Context) ([]tui.Lead, error) {
		return itemlist.Places(s.Item, func(id domain.ID) string { return p.work.Name(ctx, id) }), nil
	})
}

func (p *page) export() tea.Cmd {
	all := ui.Targets{All: true, Query: p.list.Query()}
	src, name := p.src, "items-"+string(p.share.Campaign.ID)
	title := "items of " + p.share.Campaign.Name
	return p.h.Export(title, func(ctx context.Context) (tui.Table, error) {
		items, err := src.Targets(ctx, all)
		t := tui.Table{Name: name, Title: title}
		t.Columns, t.Rows = itemlist.Texts(items, func(id string) string { return p.work.Name(ctx, domain.ID(id)) })
		return t, err
	})
}

// filters offers the filters asked for most, and then says what can be typed.
func (p *page) filters() tea.Cmd {
	all := itemlist.Presets()
	c := ui.Choice{Heading: "Show", Do: func(i int) tea.Cmd {
		if i == len(all) {
			p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Filters, typed after /", Lines: itemlist.FilterLines()}))
			return nil
		}
		q := p.list.Query()
		q.Filter = all[i].Filter
		return p.list.SetQuery(q)
	}}
	for i, f := range all {
		c.Options = append(c.Options, ui.Option{Label: f.Title, Key: fmt.Sprint(i + 1)})
		if f.Filter == p.list.Query().Filter {
			c.Start = i
		}
	}
	c.Options = append(c.Options, ui.Option{Label: "what else can be typed after /", Key: "?"})
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// ctxOver is err if it says only that something was stopped.
func ctxOver(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
