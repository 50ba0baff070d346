package approvals

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// packetPage shows a packet's items with their decisions; marked ones can be
// returned, and the whole be countersigned.
type packetPage struct {
	h       *tui.Host
	reads   Reads
	acts    Acts
	id      string
	k       review.WaitingPacket
	head    review.Head // of the log, as k was read
	loaded  bool
	failed  string
	src     *itemlist.Source
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
	more    map[int]itemlist.More
	look    int
}

type (
	packetMsg struct {
		k     review.WaitingPacket
		head  review.Head
		err   error
		again bool
	}
	moreMsg struct {
		no   int
		more itemlist.More
		err  error
	}
	returnMsg struct {
		items []review.Item
		err   error
	}
)

// NewPacket registers the page of one packet; its argument is the packet's id.
func NewPacket(reads Reads, acts Acts) func(h *tui.Host, arg string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &packetPage{h: h, reads: reads, acts: acts, id: arg, more: map[int]itemlist.More{}}
		p.list = ui.NewList(h.Env, ui.Config{What: "items", Columns: itemlist.Columns(), Source: &ui.Memory{Fields: filter.Items()}, Sorts: itemlist.Sorts(), Marks: true, Moved: p.moved, Enter: p.open})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.top, Detail: p.detail, More: "enter opens them", Most: itemlist.DetailMost})
		const scope = "packet"
		p.actions = append(action.Table{
			{ID: "packet.countersign", Keys: []string{"a"}, Help: "countersign", Long: "countersign this packet, all of it", Scope: scope, Hint: 1, Off: p.off, Do: p.countersign},
			{ID: "packet.return", Keys: []string{"b"}, Help: "return marked", Long: "return the marked items, or this one, with a reason", Scope: scope, Hint: 2, Off: p.off, Do: p.giveBack},
			{ID: "packet.history", Keys: []string{"i"}, Help: "history", Long: "the events about this item", Scope: scope, Off: p.off, Do: func() tea.Cmd { s, _ := p.at(); return p.h.Push("log", itemID(s.Item)) }},
			{ID: "packet.related", Keys: []string{"o"}, Help: "related", Long: "open who holds it, what it is on, who answers for it, or its events", Scope: scope, Off: p.off, Do: p.related},
			{ID: "packet.copy", Keys: []string{"y"}, Help: "copy id", Scope: scope, Off: p.off, Do: func() tea.Cmd { s, _ := p.at(); return p.h.Copy(itemID(s.Item)) }},
			{ID: "packet.export", Keys: []string{"x"}, Help: "export", Long: "export the items that pass the filter", Scope: scope, Off: p.off, Do: p.export},
		}, ui.Reloading(p.panes.Actions(), p.reload)...)
		return p
	}
}

func itemID(it review.Item) string { return string(it.Campaign) + "/" + itemlist.Key(it.No) }

func (p *packetPage) Init() tea.Cmd { return p.read(false) }

// reload reads all there is anew.
func (p *packetPage) reload() tea.Cmd {
	if !p.loaded {
		return p.read(false)
	}
	clear(p.more)
	return tea.Batch(p.read(true), p.list.Reload(), p.moved())
}

func (p *packetPage) read(again bool) tea.Cmd {
	return p.h.Work("opening the packet", func(ctx context.Context) tea.Msg {
		k, head, err := p.reads.Packet(ctx, p.id)
		return packetMsg{k, head, err, again}
	})
}

func (p *packetPage) Title() string {
	if !p.loaded {
		return "Packet"
	}
	return p.k.Reviewer + " in " + p.k.Campaign.Name
}

func (p *packetPage) Actions() action.Table { return p.actions }
func (p *packetPage) Capturing() bool       { return p.list.Capturing() }
func (p *packetPage) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *packetPage) TogglePreview()        { p.panes.Toggle() }
func (p *packetPage) Status() string        { return p.k.Packet.Word() }

func (p *packetPage) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case packetMsg:
		return p.opens(msg)
	case lookMsg:
		return p.readMore(msg)
	case moreMsg:
		if msg.err == nil {
			p.more[msg.no] = msg.more
		}
		return nil
	case returnMsg:
		return p.askReturn(msg)
	case doneMsg:
		if msg.err == nil {
			p.h.Say(msg.said)
			p.list.ClearMarks()
		} else if msg.asked == nil {
			p.h.Fail(msg.err)
		}
		return p.reload()
	}
	return p.panes.Update(msg)
}

func (p *packetPage) opens(m packetMsg) tea.Cmd {
	if m.err != nil {
		p.failed = m.err.Error()
		return nil
	}
	p.k, p.head, p.loaded = m.k, m.head, true
	if m.again {
		return nil
	}
	c := m.k.Campaign
	p.src = &itemlist.Source{Reads: p.reads, Now: p.h.Now(), Base: review.ItemQuery{Campaign: c.ID, Stage: m.k.Packet.Stage, Reviewer: m.k.Packet.Reviewer}}
	return p.list.SetSource(p.src)
}

func (p *packetPage) at() (itemlist.Shown, bool) {
	r, ok := p.list.Selected()
	s, is := r.Data.(itemlist.Shown)
	return s, ok && is
}

func (p *packetPage) off() string {
	if _, ok := p.at(); !ok {
		return "There is no item here."
	}
	return ""
}

func (p *packetPage) moved() tea.Cmd {
	s, ok := p.at()
	if _, known := p.more[s.Item.No]; !ok || known {
		return nil
	}
	p.look++
	return p.h.After(detailAfter, lookMsg{p.look})
}

func (p *packetPage) readMore(m lookMsg) tea.Cmd {
	s, ok := p.at()
	if m.look != p.look || !ok {
		return nil
	}
	c, no := s.Item.Campaign, s.Item.No
	return p.h.Work("reading item "+itemlist.Key(no), func(ctx context.Context) tea.Msg {
		more, err := p.reads.More(ctx, c, no)
		return moreMsg{no, more, err}
	})
}

func (p *packetPage) open(ui.Row) tea.Cmd {
	if s, ok := p.at(); ok {
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: fmt.Sprintf("Item %d", s.Item.No), Lines: itemlist.Detail(s, p.more[s.Item.No], ui.Unwrapped)}))
	}
	return nil
}

// countersign captures the packet as it is shown: its summary, and its items'
// decisions by the digest that the reviewer signed. What was read first tells since
// when nothing of it may have changed: rows are read as they are scrolled to.
func (p *packetPage) countersign() tea.Cmd {
	s, _ := p.at()
	head := p.head
	if s.Head.Size < head.Size {
		head = s.Head
	}
	saw := tui.Saw(head, append(packetLines(p.k, sawWidth), ui.Plain(p.k.Packet.Digest))...)
	askCountersign(p.h, p.acts, p.k, saw)
	return nil
}

func (p *packetPage) giveBack() tea.Cmd {
	t, src := p.list.Targets(), p.src
	return p.h.Work("looking at what is marked", func(ctx context.Context) tea.Msg {
		items, err := src.Targets(ctx, t)
		return returnMsg{items, err}
	})
}

// returnDays is how long a reviewer has for returned items unless told otherwise.
const returnDays = 7

func (p *packetPage) askReturn(m returnMsg) tea.Cmd {
	if m.err != nil {
		p.h.Fail(m.err)
		return nil
	}
	s, _ := p.at()
	var nos []int
	var lines []ui.Line
	for _, it := range m.items {
		nos = append(nos, it.No)
		lines = append(lines, itemlist.Detail(itemlist.Shown{Item: it, Head: s.Head}, p.more[it.No], sawWidth)...)
	}
	slices.Sort(nos)
	saw, k, token := tui.Saw(s.Head, lines...), p.k, new(string)
	due := p.h.Now().UTC().AddDate(0, 0, returnDays)
	if k.Campaign.Due.After(due) {
		due = k.Campaign.Due.UTC()
	}
	what := []string{fmt.Sprintf("%s back to %s; the others of %s stay closed.", review.Count(len(nos), "item goes", "items go"), k.Reviewer, k.Campaign.Name)}
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: "Return " + review.Count(len(nos), "item", "items"), What: what, Fields: []ui.Field{
		{Label: "What should the reviewer look at again", Check: ui.Needed("a reason")},
		{Label: "Due (the end of that day, UTC)", Value: due.Format("2006-01-02"), Check: func(s string) string { _, why := dayEnd(s); return why }}},
		Do: func(v []string) tea.Cmd {
			until, _ := dayEnd(v[1])
			return p.h.Work("returning", func(ctx context.Context) tea.Msg {
				err := p.returned(context.WithoutCancel(ctx), saw, k, nos, v[0], until)
				return doneMsg{"returned " + review.Count(len(nos), "item", "items") + " to " + k.Reviewer, err, token}
			})
		}, Done: answerTo(token)}))
	return nil
}

func (p *packetPage) returned(ctx context.Context, saw domain.Sight, k review.WaitingPacket, nos []int, why string, until time.Time) error {
	_, err := p.acts.Return(ctx, saw, k.Campaign.ID, k.Packet.Reviewer, nos, why, until)
	return err
}

// related offers the pages the item leads to.
func (p *packetPage) related() tea.Cmd {
	s, _ := p.at()
	return p.h.Related(func(ctx context.Context) ([]tui.Lead, error) {
		return itemlist.Places(s.Item, func(id domain.ID) string { return p.reads.Name(ctx, id) }), nil
	})
}

func (p *packetPage) export() tea.Cmd {
	all, src, title := ui.Targets{All: true, Query: p.list.Query()}, p.src, "packet of "+p.k.Reviewer
	return p.h.Export(title, func(ctx context.Context) (tui.Table, error) {
		items, err := src.Targets(ctx, all)
		t := tui.Table{Name: "packet-" + p.id, Title: title}
		t.Columns, t.Rows = itemlist.Texts(items, func(id string) string { return p.reads.Name(ctx, domain.ID(id)) })
		return t, err
	})
}

// View draws the summary over the items and the one the cursor is on.
func (p *packetPage) View(w, h int) string {
	t := p.h.Look()
	if !p.loaded {
		text := p.failed
		if text == "" {
			text = "opening the packet " + t.Sign.Ellipsis
		}
		return ui.Block(t, append([]ui.Line{nil}, ui.Paragraph(theme.Plain, text, w)...), w, h)
	}
	return p.panes.View(w, h)
}

// top sums the packet up.
func (p *packetPage) top(w, _ int) []string {
	k := p.k.Packet
	line := ui.Line{{Role: theme.Title, Text: " " + review.Count(k.Items, "item", "items") + ": " + itemlist.Tally(k.Keep, k.Reduce, k.Revoke, k.Abstain)}}
	if p.k.Why != "" {
		line = append(line, ui.Span{Role: theme.Warn, Text: "   locked: " + p.k.Why})
	}
	return []string{line.Draw(p.h.Look(), w)}
}

func (p *packetPage) detail(w, _ int) []ui.Line {
	s, ok := p.at()
	if !ok {
		return nil
	}
	return itemlist.Detail(s, p.more[s.Item.No], w)
}
