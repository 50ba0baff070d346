// Package reviewpage is the screen on which a reviewer decides: the items they
// answer for beside everything that is known about the one the cursor is on.
//
// One key press decides one item, through the console's repeat guard. A decision
// is shown as made only once it is saved. How long an item was in front and
// whether its details were opened goes into the decision's event, and the screen
// says so.
package reviewpage

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// Share is what the actor answers for in one campaign.
type Share struct {
	Campaign review.Campaign
	Actor    domain.ID
	Progress review.Progress
	Resume   int // the first open item, 0 if none is
	Due      time.Time
	Now      time.Time // when it was read
	Stage    int       // whose items these are; 0: the campaign's present one
	// Over says why nothing of it can be decided any more, "" while it can: it is
	// there to look at, beside its rulings.
	Over string
}

// Work is what the page reads and does. Each act is the actor's; its errors are
// sentences for the person.
type Work interface {
	itemlist.Reads
	// Share gives the actor's items of a campaign; "" asks for the one that is due
	// first. One without any is NotFound.
	Share(ctx context.Context, campaign string) (Share, error)
	More(ctx context.Context, campaign domain.ID, no int) (itemlist.More, error)
	Name(ctx context.Context, principal domain.ID) string
	Decide(ctx context.Context, saw domain.Sight, campaign domain.ID, in []review.DecisionInput) (review.Receipt, error)
	Undo(ctx context.Context, saw domain.Sight, campaign domain.ID, item int) (review.Decision, error)
	Sign(ctx context.Context, saw domain.Sight, campaign domain.ID, typed string) (review.Packet, error)
}

// Hands is what the page needs besides to hand items on; where the work does not
// have it, that is not offered.
type Hands interface {
	// Colleagues are the people items can be handed on to.
	Colleagues(ctx context.Context) ([]ui.Candidate, error)
	Delegate(ctx context.Context, saw domain.Sight, campaign domain.ID, items []int, to domain.ID, reason string) error
}

// detailAfter is how long the cursor rests on an item before the rest of its
// details is read.
const detailAfter = 60 * time.Millisecond

type page struct {
	h       *tui.Host
	work    Work
	hands   Hands // nil: nothing is handed on
	books   Books // nil: no workbooks
	arg     string
	share   Share
	loaded  bool
	failed  string
	src     *itemlist.Source
	list    *ui.List
	panes   *ui.Panes
	actions action.Table

	more     map[int]itemlist.More
	opened   map[int]bool
	comments map[int]string // typed, and not part of a decision yet
	saving   map[int]bool
	clock    stopwatch
	look     int   // grows with each move, for the details' delay
	looking  int   // the item whose details were asked for last
	done     []act // that can be undone, the last last
	undone   []act
}

// act is one act of deciding, to take back or to do again.
type act struct{ in []review.DecisionInput }

type (
	shareMsg struct {
		share Share
		err   error
		again bool
	}
	lookMsg struct{ look int }
	moreMsg struct {
		no   int
		more itemlist.More
		err  error
	}
)

// New registers the page: its argument is a campaign's id.
func New(work Work) func(h *tui.Host, arg string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &page{h: h, work: work, arg: arg, more: map[int]itemlist.More{}, opened: map[int]bool{}, comments: map[int]string{}, saving: map[int]bool{}}
		p.hands, _ = work.(Hands)
		p.books, _ = work.(Books)
		p.clock = stopwatch{now: h.Now, spent: map[int]time.Duration{}}
		p.list = ui.NewList(h.Env, ui.Config{What: "items", Columns: itemlist.Columns(), Source: &ui.Memory{Fields: filter.Items()}, Sorts: itemlist.Sorts(),
			Marks: true, Moved: p.moved, Enter: p.open})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.summary, Detail: p.details, Foot: p.note, More: "enter opens them", Most: itemlist.DetailMost, Read: p.reads})
		p.actions = append(p.keys(), ui.Reloading(p.panes.Actions(), p.reload)...)
		return p
	}
}

func (p *page) Init() tea.Cmd { return p.read(false) }

// read gets the actor's share; again keeps the list where it is.
func (p *page) read(again bool) tea.Cmd {
	return p.h.Work("opening your items", func(ctx context.Context) tea.Msg {
		s, err := p.work.Share(ctx, p.arg)
		return shareMsg{s, err, again}
	})
}

// Returned reads again what may have changed meanwhile.
func (p *page) Returned() tea.Cmd { return p.reload() }

func (p *page) reload() tea.Cmd {
	if !p.loaded {
		return p.read(false)
	}
	clear(p.more)
	p.looking = 0
	return tea.Batch(p.read(true), p.list.Reload(), p.moved())
}

func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shareMsg:
		return p.opens(msg)
	case lookMsg:
		return p.readMore(msg)
	case moreMsg:
		if msg.err == nil {
			p.more[msg.no] = msg.more
		} else if ctxOver(msg.err) == nil {
			p.h.Fail(msg.err)
		} else {
			p.looking = 0
		}
		return nil
	case decidedMsg:
		return p.decided(msg)
	case undoneMsg:
		return p.tookBack(msg)
	case redoneMsg:
		return p.redone(msg)
	case targetsMsg:
		return p.askBulk(msg)
	case signedMsg:
		return p.signed(msg)
	case handMsg:
		return p.askHand(msg)
	case handedMsg:
		return p.handed(msg)
	case backMsg:
		return p.askBook(msg)
	case enteredMsg:
		return p.bookEntered(msg)
	}
	cmd := p.panes.Update(msg)
	if s, ok := p.at(); ok && p.looking != s.Item.No { // its row came after the cursor did
		cmd = tea.Batch(cmd, p.moved())
	}
	return cmd
}

// opens takes the share and shows its items, from the first open one on.
func (p *page) opens(m shareMsg) tea.Cmd {
	if m.err != nil {
		if p.failed = m.err.Error(); p.loaded {
			p.h.Fail(m.err)
		}
		return nil
	}
	p.share, p.loaded, p.failed = m.share, true, ""
	if m.again {
		return nil
	}
	p.arg = string(m.share.Campaign.ID)
	p.h.About(p.arg)
	p.src = &itemlist.Source{Reads: p.work, Own: m.share.Actor, Now: m.share.Now,
		Base:  review.ItemQuery{Campaign: m.share.Campaign.ID, Stage: p.stage(), Reviewer: m.share.Actor},
		Names: func(id domain.ID) string { return p.work.Name(context.Background(), id) }}
	cmds := []tea.Cmd{p.list.SetSource(p.src)} // run even if the next outdates it: it is registered as work
	if m.share.Resume > 1 {
		cmds = append(cmds, p.list.Go(itemlist.Key(m.share.Resume)))
	}
	return tea.Batch(cmds...)
}

// stage is the one whose items are shown.
func (p *page) stage() int {
	if p.share.Stage > 0 {
		return p.share.Stage
	}
	return p.share.Campaign.Stage
}

// at is the item the cursor is on.
func (p *page) at() (itemlist.Shown, bool) {
	r, ok := p.list.Selected()
	s, is := r.Data.(itemlist.Shown)
	return s, ok && is
}

// moved follows the cursor: time runs for the item now in front, and its details
// are read if the cursor stays.
func (p *page) moved() tea.Cmd {
	s, ok := p.at()
	if !ok {
		p.clock.show(0)
		return nil
	}
	p.clock.show(s.Item.No)
	p.look++
	p.looking = s.Item.No
	if _, known := p.more[s.Item.No]; known {
		return nil
	}
	return p.h.After(detailAfter, lookMsg{p.look})
}

func (p *page) readMore(m lookMsg) tea.Cmd {
	s, ok := p.at()
	if m.look != p.look {
		return nil
	}
	if !ok {
		p.looking = 0
		return nil
	}
	c, no := s.Item.Campaign, s.Item.No
	return p.h.Work("reading item "+itemlist.Key(no), func(ctx context.Context) tea.Msg {
		more, err := p.work.More(ctx, c, no)
		return moreMsg{no, more, err}
	})
}

func (p *page) Title() string {
	if !p.loaded {
		return "My items"
	}
	return p.share.Campaign.Name
}

func (p *page) Actions() action.Table { return p.actions }
func (p *page) Capturing() bool       { return p.list.Capturing() }
func (p *page) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *page) TogglePreview()        { p.panes.Toggle() }

// Unsaved says what would be lost by leaving.
func (p *page) Unsaved() string {
	if n := len(p.comments); n > 0 {
		return review.Count(n, "comment is", "comments are") + " not part of a decision yet."
	}
	return ""
}

// Status stands at the right of the header.
func (p *page) Status() string {
	if !p.loaded {
		return ""
	}
	c := p.share.Campaign
	var parts []string
	if n := len(c.Definition.Stages); n > 1 {
		text := fmt.Sprintf("stage %d of %d", p.stage(), n)
		if name := c.Definition.Stages[min(max(p.stage(), 1), n)-1].Name; name != "" {
			text += ", " + safe.Text(name)
		}
		parts = append(parts, text)
	}
	if c.Iteration > 1 {
		parts = append(parts, fmt.Sprintf("asked again, %d", c.Iteration))
	}
	if p.share.Over != "" {
		return strings.Join(append(parts, c.State.String()), "  ")
	}
	return strings.Join(append(parts, itemlist.Due(p.share.Now, p.share.Due)), "  ")
}

// stopwatch measures how long each item is in front.
type stopwatch struct {
	now   func() time.Time
	at    int
	since time.Time
	spent map[int]time.Duration
}

// show stops the time of the item before and starts that of no; 0 starts none.
func (c *stopwatch) show(no int) {
	now := c.now()
	if c.at != 0 {
		c.spent[c.at] += max(now.Sub(c.since), 0)
	}
	c.at, c.since = no, now
}

// seconds is how long no has been in front, rounded to whole seconds.
func (c *stopwatch) seconds(no int) int {
	d := c.spent[no]
	if c.at == no {
		d += max(c.now().Sub(c.since), 0)
	}
	return int(d.Round(time.Second) / time.Second)
}
