package campaigns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

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

// restAfter is how long the cursor rests on a campaign before its story is read.
const restAfter = 60 * time.Millisecond

type list struct {
	h       *tui.Host
	reads   Reads
	list    *ui.List
	panes   *ui.Panes
	desk    *desk
	table   action.Table // all actions
	actions action.Table // the same, only those possible now in the footer
	look    int
	story   Story
	shown   string // the campaign whose story is held
	failed  string // why it could not be read
	frame   drawn
	looks   atomic.Bool // nobody acts, as the list was last read
	runs    atomic.Bool // who acts holds the duty campaign-owner
}

type (
	lookMsg  struct{ look int }
	storyMsg struct {
		key   string
		story Story
		err   error
	}
)

// New registers the list of campaigns; enter opens the page "campaign".
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &list{h: h, reads: reads}
		p.list = ui.NewList(h.Env, ui.Config{What: "campaigns", Columns: columns(), Moved: p.moved,
			Source: &ui.Records{Fields: filter.Campaigns(), Read: p.read},
			Sorts:  []ui.Sort{{ID: "", Title: "newest first"}, {ID: "name", Title: "name"}, {ID: "state", Title: "state"}, {ID: "due", Title: "due"}},
			Enter:  func(r ui.Row) tea.Cmd { return h.Push("campaign", r.Key) }})
		p.desk = &desk{h: h, reads: reads, acts: acts, story: p.selected, reload: p.Returned}
		p.table = append(action.Table{
			{ID: "campaigns.new", Keys: []string{"n"}, Help: "new", Long: "plan and draft a campaign", Scope: scope, Hint: 1, Off: p.offPlan, Do: func() tea.Cmd { return h.Push("plan", "") }}}, p.desk.actions()...)
		p.table = append(p.table, action.Action{ID: "campaigns.tick", Keys: []string{"T"}, Help: "what is due", Long: "see what the clock asks for in all campaigns (lapse, escalate, remind, advance, close), and do it",
			Scope: scope, Group: "running a campaign", Off: p.offClock, Do: p.clock}, action.Action{ID: "campaigns.list", Keys: []string{"X"}, Help: "export list", Long: "export this list", Scope: scope,
			Do: func() tea.Cmd { return h.ExportList("campaigns", "campaigns", "", p.list) }})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Top: p.desk.working, Detail: p.detail, More: "d opens all of it", Upper: upper})
		p.table = append(p.table, p.panes.Actions()...)
		p.actions = possible(p.table)
		return p
	}
}

// offPlan says why nothing can be planned, "" if it can.
func (p *list) offPlan() string {
	if p.looks.Load() {
		return "This console only reads."
	}
	return ""
}

// possible is the table with hints only for what can be done now: most acts are for
// one state of a campaign.
func possible(t action.Table) action.Table {
	out := slices.Clone(t)
	for i := range out {
		if out[i].Scope == scope && out[i].Why() != "" {
			out[i].Hint = 0
		}
	}
	return out
}

func columns() []ui.Column {
	return []ui.Column{{Title: "Campaign", Width: 14, Flex: 1}, {Title: "State", Width: 11}, {Title: "Due", Width: 18, Drop: 1},
		{Title: "Items", Width: 7, Right: true, Drop: 4}, {Title: "Decided", Width: 7, Right: true}, {Title: "Checked", Width: 7, Right: true, Drop: 3},
		{Title: "Settled", Width: 7, Right: true, Drop: 2}}
}

func (p *list) read(ctx context.Context) (string, func() []ui.Record, error) {
	o, err := p.reads.Overview(ctx)
	if err != nil {
		return "", nil, err
	}
	p.looks.Store(o.Actor == "")
	p.runs.Store(o.Actor != "" && o.Org.HasDuty(o.Actor, domain.DutyCampaignOwner, o.Now))
	return fmt.Sprint(o.Head.Size, " ", o.Now.Unix()/60), func() []ui.Record { return records(o) }, nil
}

func records(o Overview) []ui.Record {
	var out []ui.Record
	for _, f := range o.Figures {
		c := f.Campaign
		r := ui.Record{Row: ui.Row{Key: string(c.ID)}, Values: []string{c.Name, c.State.String(), o.Org.Name(domain.KindPrincipal, c.Owner),
			string(o.Org.DayOf(c.Due)), fmt.Sprint(f.Items)}}
		r.Cells = []ui.Cell{{Text: c.Name}, {Text: c.State.String(), Role: stateRole(c.State)}, {Text: due(c, o.Now)}}
		for _, n := range []int{f.Decided, f.Checked, f.Settled} {
			text := "-"
			if c.Population != "" {
				text = fmt.Sprintf("%d %%", itemlist.Percent(n, f.Items))
			}
			if len(r.Cells) == 3 {
				items := "-"
				if c.Population != "" {
					items = fmt.Sprint(f.Items)
				}
				r.Cells = append(r.Cells, ui.Cell{Text: items})
			}
			r.Cells = append(r.Cells, ui.Cell{Text: text})
		}
		if c.State == review.Active && o.Now.After(c.Due) {
			r.Cells[2].Role = theme.Danger
		}
		out = append(out, r)
	}
	return out
}

// selected is the story of the campaign under the cursor, with why there is none.
func (p *list) selected() (Story, string) {
	r, ok := p.list.Selected()
	switch {
	case !ok:
		return Story{}, "There is no campaign here."
	case p.shown != r.Key:
		return Story{}, "The campaign is still being read."
	case p.failed != "":
		return Story{}, "The campaign could not be read: f5 loads it again."
	}
	return p.story, ""
}

// Init implements tui.Page.
func (p *list) Init() tea.Cmd { return p.list.Init() }

// Returned implements tui.Returner.
func (p *list) Returned() tea.Cmd { return tea.Batch(p.list.Reload(), p.moved()) }

func (p *list) moved() tea.Cmd {
	p.look++
	return p.h.After(restAfter, lookMsg{p.look})
}

// Update implements tui.Page.
func (p *list) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case lookMsg:
		r, ok := p.list.Selected()
		if !ok || msg.look != p.look {
			return nil
		}
		return p.h.Work("reading the campaign", func(ctx context.Context) tea.Msg {
			s, err := p.reads.Story(ctx, domain.ID(r.Key))
			return storyMsg{r.Key, s, err}
		})
	case storyMsg:
		if r, ok := p.list.Selected(); ok && r.Key == msg.key && !errors.Is(msg.err, context.Canceled) {
			p.shown, p.story, p.failed, p.frame = msg.key, msg.story, "", drawn{}
			if msg.err != nil {
				p.failed = msg.err.Error()
			}
			p.actions = possible(p.table)
		}
		return nil
	case dueMsg:
		if msg.of != p {
			return nil
		}
		return p.clockAsk(msg)
	}
	if cmd, mine := p.desk.update(msg); mine {
		return cmd
	}
	return p.panes.Update(msg)
}

// Title implements tui.Page.
func (p *list) Title() string { return "Campaigns" }

// Actions implements tui.Page.
func (p *list) Actions() action.Table { return p.actions }

// Capturing implements tui.Capturer.
func (p *list) Capturing() bool { return p.list.Capturing() }

// Esc implements tui.Escaper.
func (p *list) Esc() (tea.Cmd, bool) { return p.list.Esc() }

// TogglePreview implements tui.Previewer.
func (p *list) TogglePreview() { p.panes.Toggle() }

// View implements tui.Page.
func (p *list) View(w, h int) string {
	return p.panes.View(w, h)
}

func (p *list) detail(w, _ int) []ui.Line {
	t := p.h.Look()
	r, ok := p.list.Selected()
	switch {
	case !ok:
		return []ui.Line{ui.Text(theme.Dim, p.desk.h.Key("campaigns.new")+" drafts a campaign")}
	case p.shown != r.Key:
		return []ui.Line{ui.Text(theme.Dim, "reading"+t.Sign.Ellipsis)}
	case p.failed != "":
		return ui.Paragraph(theme.Danger, safe.Text(p.failed), w)
	}
	return p.frame.wrapped(t, w, func() []ui.Line { return Lines(p.story, t, w) })
}

// drawn are lines wrapped for a width and a look.
type drawn struct {
	lines []ui.Line
	w     int
	look  *theme.Theme
}

// wrapped are the lines, made anew where the width or the look is another.
func (d *drawn) wrapped(t *theme.Theme, w int, make1 func() []ui.Line) []ui.Line {
	if d.lines == nil || d.w != w || d.look != t {
		*d = drawn{ui.Wrapped(make1(), w), w, t}
	}
	return d.lines
}

// upper is what the list gets of a window with the details below it.
func upper(h int) int { return max(h*2/5, 6) }

// working is the line of work under way, over both panes.
func (d *desk) working(w, h int) []string {
	if d.meter == nil || h <= 2 {
		return nil
	}
	t := d.h.Look()
	return []string{d.meter.Line(t, w).Draw(t, w)}
}

// whole opens everything about the campaign in a window.
func (d *desk) whole() tea.Cmd {
	s, _ := d.story()
	d.h.Open(ui.NewTextView(d.h.Env, ui.TextView{Heading: "Campaign", Lines: slices.Clip(Lines(s, d.h.Look(), 76))}))
	return nil
}
