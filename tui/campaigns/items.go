package campaigns

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// items is the page over one campaign's items, whoever decides them.
type items struct {
	h       *tui.Host
	reads   Reads
	id      domain.ID
	begin   string // the item to begin at, "" for the first
	story   Story
	known   bool
	failed  string
	src     *itemlist.Source
	list    *ui.List
	panes   *ui.Panes
	desk    *desk
	actions action.Table
	more    map[int]itemlist.More
	look    int
}

type (
	campaignMsg struct {
		story Story
		err   error
		again bool
	}
	moreMsg struct {
		no   int
		more itemlist.More
		err  error
	}
	targetsMsg struct {
		items []int
		scope string
		to    *ui.Candidate // hand over to; nil: except
		err   error
	}
)

// NewItems registers the page: its argument is a campaign's id, or that of one of its
// items, to begin at: "cmp_q4/12".
func NewItems(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		id, no, _ := strings.Cut(arg, "/")
		p := &items{h: h, reads: reads, id: domain.ID(id), begin: no, more: map[int]itemlist.More{}}
		p.list = ui.NewList(h.Env, ui.Config{What: "items", Columns: itemlist.Columns(), Source: &ui.Memory{Fields: filter.Items()}, Sorts: itemlist.Sorts(), Marks: true,
			Moved: p.moved, Enter: p.open})
		p.desk = &desk{h: h, reads: reads, acts: acts, story: p.campaign, reload: p.Returned}
		t := p.own()
		for _, a := range p.desk.actions() {
			switch a.ID { // those of the item in place of the campaign's
			case "campaigns.history", "campaigns.copy":
				continue
			}
			a.Hint = 0
			t = append(t, a)
		}
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.top, Detail: p.detail, More: "enter opens them", Most: itemlist.DetailMost, Upper: upper})
		p.actions = append(t, ui.Reloading(p.panes.Actions(), p.Returned)...)
		return p
	}
}

func (p *items) own() action.Table {
	act := func(id, key, help, long string, hint int, off func() string, do func() tea.Cmd) action.Action {
		return action.Action{ID: "campaign." + id, Keys: []string{key}, Help: help, Long: long, Scope: "campaign", Hint: hint, Off: off, Do: do}
	}
	return action.Table{
		act("except", "E", "except", "accept the marked items as they are, until a date", 1, p.offExcept, p.except),
		act("reassign", "H", "hand over", "give the marked items to another reviewer", 2, p.offHandOver, p.handOver),
		act("history", "i", "history", "the events about this item", 3, p.offItem, func() tea.Cmd { s, _ := p.at(); return p.h.Push("log", itemID(s.Item)) }),
		act("related", "o", "related", "open who holds it, what it is on, who answers for it, or its events", 0, p.offItem, p.related),
		act("copy", "y", "copy id", "", 0, p.offItem, func() tea.Cmd { s, _ := p.at(); return p.h.Copy(itemID(s.Item)) }),
		act("list", "X", "export items", "export the items that pass the filter", 4, p.offItem, p.export),
		act("filters", "f", "filters", "what the filter understands", 0, nil, p.filters),
	}
}

func itemID(it review.Item) string { return string(it.Campaign) + "/" + itemlist.Key(it.No) }

func (p *items) at() (itemlist.Shown, bool) {
	r, ok := p.list.Selected()
	s, is := r.Data.(itemlist.Shown)
	return s, ok && is
}

func (p *items) campaign() (Story, string) {
	if !p.known {
		return Story{}, "The campaign is still being read."
	}
	return p.story, ""
}

func (p *items) offItem() string {
	if _, ok := p.at(); !ok {
		return "There is no item here."
	}
	return ""
}

func (p *items) offExcept() string {
	c := p.story.Figures.Campaign
	switch {
	case p.offItem() != "":
		return p.offItem()
	case c.State < review.Active || c.State > review.Verifying:
		return fmt.Sprintf("The campaign is %s: exceptions are made between launch and close.", c.State)
	case owner(p.story) != "" && !p.story.Org.HasDuty(p.story.Actor, domain.DutyChecker, p.story.Now):
		return "The campaign's owner or a checker asks for an exception."
	}
	return ""
}

func (p *items) offHandOver() string {
	c := p.story.Figures.Campaign
	switch {
	case p.offItem() != "":
		return p.offItem()
	case c.State < review.Staged || c.State > review.Decided:
		return fmt.Sprintf("The campaign is %s: items are handed over from staging until sign-off.", c.State)
	}
	return owner(p.story)
}

// Init implements tui.Page.
func (p *items) Init() tea.Cmd { return p.read(false) }

// Returned implements tui.Returner.
func (p *items) Returned() tea.Cmd {
	clear(p.more)
	if !p.known || p.src == nil {
		return p.read(false)
	}
	return tea.Batch(p.read(true), p.list.Reload(), p.moved())
}

func (p *items) read(again bool) tea.Cmd {
	return p.h.Work("reading the campaign", func(ctx context.Context) tea.Msg {
		s, err := p.reads.Story(ctx, p.id)
		return campaignMsg{s, err, again}
	})
}

// Update implements tui.Page.
func (p *items) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case campaignMsg:
		return p.take(msg)
	case lookMsg:
		s, ok := p.at()
		if !ok || msg.look != p.look {
			return nil
		}
		c, no := s.Item.Campaign, s.Item.No
		return p.h.Work("reading item "+itemlist.Key(no), func(ctx context.Context) tea.Msg {
			more, err := p.reads.More(ctx, c, no)
			return moreMsg{no, more, err}
		})
	case moreMsg:
		if msg.err == nil {
			p.more[msg.no] = msg.more
		}
		return nil
	case targetsMsg:
		return p.askMarked(msg)
	}
	if cmd, mine := p.desk.update(msg); mine {
		return cmd
	}
	return p.panes.Update(msg)
}

func (p *items) take(m campaignMsg) tea.Cmd {
	if m.err != nil {
		if p.failed = m.err.Error(); p.known {
			p.h.Fail(m.err)
		}
		return nil
	}
	first := p.src == nil
	p.story, p.known, p.failed = m.story, true, ""
	c := m.story.Figures.Campaign
	results := c.State >= review.SignedOff
	if c.Population == "" || m.again && !first && p.src.Results == results {
		return nil
	}
	p.src = &itemlist.Source{Reads: p.reads, Base: review.ItemQuery{Campaign: c.ID, Stage: max(c.Stage, 1)}, Results: results, Now: m.story.Now}
	cmd := p.list.SetSource(p.src)
	if p.begin != "" && first {
		cmd = tea.Batch(cmd, p.list.Go(p.begin))
	}
	return cmd
}

func (p *items) moved() tea.Cmd {
	p.look++
	if s, ok := p.at(); ok {
		if _, known := p.more[s.Item.No]; known {
			return nil
		}
	}
	return p.h.After(restAfter, lookMsg{p.look})
}

// open shows an item's whole story in a window; nothing is decided here.
func (p *items) open(r ui.Row) tea.Cmd {
	if s, ok := r.Data.(itemlist.Shown); ok {
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Item " + itemlist.Key(s.Item.No), Lines: itemlist.Detail(s, p.more[s.Item.No], ui.Unwrapped)}))
	}
	return nil
}

// marked gathers the items that an act is about, as they are marked now.
func (p *items) marked(to *ui.Candidate) tea.Cmd {
	t := p.list.Targets()
	scope := "marked"
	if !t.All && len(t.Keys) == 1 && !p.list.Marked(t.Keys[0]) {
		scope = "under the cursor"
	}
	if t.All {
		if scope = "all"; t.Query.Filter != "" {
			scope = "all filtered (" + t.Query.Filter + ")"
		}
	}
	src := p.src
	return p.h.Work("looking at what is marked", func(ctx context.Context) tea.Msg {
		all, err := src.Targets(ctx, t)
		m := targetsMsg{scope: scope, to: to, err: err}
		for _, it := range all {
			m.items = append(m.items, it.No)
		}
		return m
	})
}

func (p *items) except() tea.Cmd { return p.marked(nil) }

// handOver asks to whom and then goes on with what was marked.
func (p *items) handOver() tea.Cmd {
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "Hand over to whom?", Load: p.reads.Reviewers, Do: func(c ui.Candidate) tea.Cmd { return p.marked(&c) }})
}

func (p *items) askMarked(m targetsMsg) tea.Cmd {
	switch {
	case m.err != nil:
		p.h.Fail(m.err)
		return nil
	case len(m.items) == 0:
		p.h.Say("nothing is marked")
		return nil
	}
	s := p.story
	id, n := s.Figures.Campaign.ID, review.Count(len(m.items), "item", "items")
	reason := ui.Field{Label: "Reason", Check: ui.Needed("a reason")}
	if m.to == nil {
		what := []string{fmt.Sprintf("What is left of %s (%s) is accepted until a date. You are on record for it.", n, m.scope),
			"What was decided was signed by two people: a checker approves the exception first."}
		saw := p.desk.saw(s, append(what, fmt.Sprint(m.items))...)
		until := ui.Field{Label: "Until the end of", Hint: "a day: " + string(s.Org.DayOf(s.Now.AddDate(0, 3, 0))), Check: ui.Needed("a day")}
		return p.desk.ask("Except "+n+"?", s, what, []ui.Field{until, reason}, false, func(v []string) tea.Cmd {
			return p.desk.run("making exceptions", false, func(ctx context.Context) (string, error) {
				return p.desk.acts.Except(ctx, saw, id, m.items, v[0], v[1])
			})
		})
	}
	what := []string{fmt.Sprintf("%s (%s) go to %s. The reviewer of record stays on record.", n, m.scope, safe.Text(m.to.Label))}
	if s.Figures.Campaign.State >= review.Active {
		what = append(what, "It is under way: a checker approves it before they go over.")
	}
	saw := p.desk.saw(s, append(what, fmt.Sprint(m.items))...)
	return p.desk.ask("Hand over "+n+"?", s, what, []ui.Field{reason}, false, func(v []string) tea.Cmd {
		return p.desk.run("handing over", false, func(ctx context.Context) (string, error) {
			return p.desk.acts.Reassign(ctx, saw, id, m.items, domain.ID(m.to.Key), v[0])
		})
	})
}

// related offers the pages the item leads to.
func (p *items) related() tea.Cmd {
	s, _ := p.at()
	return p.h.Related(func(ctx context.Context) ([]tui.Lead, error) {
		return itemlist.Places(s.Item, func(id domain.ID) string { return p.reads.Name(ctx, id) }), nil
	})
}

func (p *items) export() tea.Cmd {
	all := ui.Targets{All: true, Query: p.list.Query()}
	src, title := p.src, "items of "+p.story.Figures.Campaign.Name
	return p.h.Export(title, func(ctx context.Context) (tui.Table, error) {
		found, err := src.Targets(ctx, all)
		t := tui.Table{Name: "items-" + string(p.id), Title: title}
		t.Columns, t.Rows = itemlist.Texts(found, func(id string) string { return p.reads.Name(ctx, domain.ID(id)) })
		return t, err
	})
}

func (p *items) filters() tea.Cmd {
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Filters, typed after /", Lines: itemlist.FilterLines()}))
	return nil
}

// Title implements tui.Page.
func (p *items) Title() string {
	if !p.known {
		return "Campaign"
	}
	return p.story.Figures.Campaign.Name
}

// Status implements tui.Status.
func (p *items) Status() string {
	if !p.known {
		return ""
	}
	c := p.story.Figures.Campaign
	return c.State.String() + "  " + due(c, p.story.Now)
}

// Actions implements tui.Page.
func (p *items) Actions() action.Table { return p.actions }

// Capturing implements tui.Capturer.
func (p *items) Capturing() bool { return p.list.Capturing() }

// Esc implements tui.Escaper.
func (p *items) Esc() (tea.Cmd, bool) { return p.list.Esc() }

// TogglePreview implements tui.Previewer.
func (p *items) TogglePreview() { p.panes.Toggle() }

// View implements tui.Page.
func (p *items) View(w, h int) string {
	t := p.h.Look()
	switch {
	case p.failed != "" && !p.known:
		return ui.Block(t, append([]ui.Line{nil}, ui.Paragraph(theme.Danger, safe.Text(p.failed), w)...), w, h)
	case !p.known:
		return ui.Block(t, []ui.Line{nil, ui.Text(theme.Dim, "  reading the campaign "+t.Sign.Ellipsis)}, w, h)
	case p.story.Figures.Campaign.Population == "":
		return ui.Block(t, []ui.Line{nil, ui.Text(theme.Plain, "  It is a draft: staging it gives it its items.")}, w, h)
	}
	return p.panes.View(w, h)
}

// top is how far the campaign is, and work under way.
func (p *items) top(w, h int) []string {
	return append([]string{p.summary(p.h.Look(), w)}, p.desk.working(w, h-1)...)
}

func (p *items) summary(t *theme.Theme, w int) string {
	f := p.story.Figures
	line := ui.Line{{Role: theme.Title, Text: fmt.Sprintf(" %s  ", review.Count(f.Items, "item", "items"))}}
	for _, x := range []struct {
		what string
		n    int
	}{{"decided", f.Decided}, {"countersigned", f.Checked}, {"settled", f.Settled}} {
		line = append(line, ui.Span{Role: theme.Dim, Text: x.what + " "}, ui.Span{Role: theme.OK, Text: t.Progress(x.n, f.Items, min(max(w/16, 4), 12))},
			ui.Span{Text: fmt.Sprintf(" %d %%   ", itemlist.Percent(x.n, f.Items))})
	}
	return line.Draw(t, w)
}

func (p *items) detail(w, _ int) []ui.Line {
	s, ok := p.at()
	if !ok {
		return nil
	}
	return itemlist.Detail(s, p.more[s.Item.No], w)
}
