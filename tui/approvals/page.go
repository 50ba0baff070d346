// Package approvals is the checker's screen: signed packets to countersign or
// return, and change sets to approve or send back. What a person made or decided
// is shown to them locked; whatever is tried all the same, the rules refuse it in
// the transaction, and the screen says so.
package approvals

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Waiting is what waits for a checker, and what of the actor's waits for others.
type Waiting struct {
	Packets []review.WaitingPacket
	Changes []review.ChangeSetHead // of others
	Mine    []review.ChangeSetHead
	Papers  []Paper
	Names   map[domain.ID]string // of makers
	Head    review.Head
}

// Paper is something else that takes a second signature: a campaign to launch, a
// definition, a request to change what is under way.
type Paper struct {
	Kind  string // "launch", "definition", "request"
	ID    domain.ID
	Title string
	Maker string
	Size  string // "192 items"
	Mine  bool   // the actor made it, and may take it back
	Why   string // why the actor cannot sign it, "" where nothing stands against it
	Says  []string
	Leads []tui.Lead // who made it, and what it is about
}

// Change is a change set judged on the present state, in words.
type Change struct {
	Before  []string            // each change: what there is and what there will be
	Counts  []string            // the changes by kind: "3 memberships begin"
	Verdict []string            // what it does and needs, and why
	Effects []review.EffectLine // who gains and who loses what
	Breaks  []string            // of separations of duties it begins or changes: who breaks them today
	Leads   []tui.Lead          // what it changes, and who gains or loses
	Rises   string              // the digest of who gains what, as it is shown
	Head    review.Head
}

// Reads is what the pages read; errors are sentences for the person.
type Reads interface {
	itemlist.Reads
	Waiting(ctx context.Context) (Waiting, error)
	Change(ctx context.Context, id domain.ID) (Change, error)
	Checks(ctx context.Context, campaign domain.ID) ([]review.Check, error) // before its launch
	// Packet gives one packet, with the log as it was read.
	Packet(ctx context.Context, id string) (review.WaitingPacket, review.Head, error)
	More(ctx context.Context, campaign domain.ID, no int) (itemlist.More, error)
	Name(ctx context.Context, principal domain.ID) string
}

// Acts is what a checker does. Each is refused by the rules where it must be.
type Acts interface {
	Approve(ctx context.Context, saw domain.Sight, rises string, id domain.ID, reason string) (review.Proposal, error)
	Reject(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (review.Proposal, error)
	Withdraw(ctx context.Context, saw domain.Sight, id domain.ID, reason string) (review.Proposal, error)
	Rebuild(ctx context.Context, saw domain.Sight, id domain.ID) (review.Proposal, error)
	Countersign(ctx context.Context, saw domain.Sight, campaign, reviewer domain.ID, reason string) (review.Packet, error)
	// SignPaper and RefusePaper answer what else waits, and say what came of it;
	// one's own is taken back by refusing it.
	SignPaper(ctx context.Context, saw domain.Sight, p Paper, reason string) (string, error)
	RefusePaper(ctx context.Context, saw domain.Sight, p Paper, reason string) (string, error)
	Return(ctx context.Context, saw domain.Sight, campaign, reviewer domain.ID, items []int, reason string, due time.Time) (review.Packet, error)
}

type page struct {
	h       *tui.Host
	reads   Reads
	acts    Acts
	arg     string
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
	changes map[domain.ID]Change
	checks  map[domain.ID][]review.Check // of campaigns to launch; there once they were looked at
	look    int
	judging map[domain.ID]bool // change sets: true while one is judged, false where it could not be
}

// entry is what a row stands for: a packet or a change set.
type entry struct {
	packet *review.WaitingPacket
	change *review.ChangeSetHead
	paper  *Paper
	maker  string
	mine   bool
	head   review.Head
}

type (
	lookMsg   struct{ look int }
	changeMsg struct {
		id     domain.ID
		change Change
		err    error
	}
	checksMsg struct {
		id     domain.ID
		checks []review.Check
		err    error
	}
	// doneMsg is the answer to an act; asked names the dialog that waits for it.
	doneMsg struct {
		said  string
		err   error
		asked *string
	}
)

// New registers the page; its argument is the id of a change set to begin at.
func New(reads Reads, acts Acts) func(h *tui.Host, arg string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &page{h: h, reads: reads, acts: acts, arg: arg, changes: map[domain.ID]Change{}, checks: map[domain.ID][]review.Check{}, judging: map[domain.ID]bool{}}
		p.list = ui.NewList(h.Env, ui.Config{What: "approvals waiting", Source: source{reads}, Enter: p.open, Moved: p.moved, Sorts: []ui.Sort{{Title: "as they came"}, {ID: "What", Title: "what"}, {ID: "By", Title: "maker"}}, Columns: []ui.Column{
			{Title: "What", Width: 24, Flex: 3}, {Title: "By", Width: 24, Flex: 1, Drop: 1}, {Title: "Size", Width: 10, Drop: 2}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Detail: p.detail, More: "enter opens them", Upper: func(h int) int { return max(h*2/5, 6) }})
		p.actions = append(p.keys(), p.panes.Actions()...)
		return p
	}
}

func (p *page) keys() action.Table {
	const scope = "approvals"
	return action.Table{
		{ID: "approvals.approve", Keys: []string{"a"}, Help: "approve", Long: "countersign this packet, approve this change set, request or definition, or launch this campaign", Scope: scope, Hint: 1, Off: p.offEmpty, Do: p.approve},
		{ID: "approvals.back", Keys: []string{"b"}, Help: "send back", Long: "send this back with a reason; of a packet, named items", Scope: scope, Hint: 2, Off: p.offEmpty, Do: p.back},
		{ID: "approvals.withdraw", Keys: []string{"w"}, Help: "withdraw", Long: "withdraw what you made yourself", Scope: scope, Off: p.offWithdraw, Do: p.withdraw},
		{ID: "approvals.rebuild", Keys: []string{"R"}, Help: "rebuild", Long: "propose a stale change set again on the present state", Scope: scope, Off: p.offChange, Do: p.rebuild},
		{ID: "approvals.history", Keys: []string{"i"}, Help: "history", Long: "the events about this", Scope: scope, Off: p.offEmpty, Do: func() tea.Cmd { return p.h.Push("log", p.id()) }},
		{ID: "approvals.related", Keys: []string{"o"}, Help: "related", Long: "open who made this, what it is about, or its events", Scope: scope, Off: p.offEmpty, Do: p.related},
		{ID: "approvals.copy", Keys: []string{"y"}, Help: "copy id", Scope: scope, Off: p.offEmpty, Do: func() tea.Cmd { return p.h.Copy(p.id()) }},
		{ID: "approvals.export", Keys: []string{"x"}, Help: "export", Long: "export this list", Scope: scope,
			Do: func() tea.Cmd { return p.h.ExportList("approvals", "approvals", "Group", p.list) }},
	}
}

func (p *page) Init() tea.Cmd {
	cmds := []tea.Cmd{p.list.Init()} // run even if the next outdates it: it is registered as work
	if p.arg != "" {
		cmds = append(cmds, p.list.Go(p.arg))
	}
	return tea.Batch(cmds...)
}

func (p *page) Title() string         { return "Approvals" }
func (p *page) Actions() action.Table { return p.actions }
func (p *page) Capturing() bool       { return p.list.Capturing() }
func (p *page) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *page) TogglePreview()        { p.panes.Toggle() }

// Returned reads again what may have changed meanwhile.
func (p *page) Returned() tea.Cmd { return p.reload() }

func (p *page) reload() tea.Cmd {
	clear(p.changes)
	clear(p.checks)
	return tea.Batch(p.list.Reload(), p.moved())
}

func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case lookMsg:
		return p.judge(msg)
	case changeMsg:
		p.judged(msg)
		return nil
	case checksMsg:
		if msg.err != nil {
			p.h.Fail(msg.err)
			return nil
		}
		p.checks[msg.id] = msg.checks
		return nil
	case doneMsg:
		if msg.err == nil {
			p.h.Say(msg.said)
		} else if msg.asked == nil { // else the dialog shows it over what was typed
			p.h.Fail(msg.err)
		}
		return p.reload() // whoever was faster, the list shows what is there now
	}
	return p.panes.Update(msg)
}

func (p *page) at() (entry, bool) {
	r, ok := p.list.Selected()
	e, is := r.Data.(entry)
	return e, ok && is
}

func (p *page) id() string {
	switch e, _ := p.at(); {
	case e.packet != nil:
		return string(e.packet.Packet.RecordID())
	case e.change != nil:
		return string(e.change.ID)
	case e.paper != nil:
		return string(e.paper.ID)
	}
	return ""
}

// related offers who made what waits, its items, and its events.
func (p *page) related() tea.Cmd {
	var out []tui.Lead
	switch e, _ := p.at(); {
	case e.packet != nil:
		k := e.packet
		out = append(out, tui.Lead{Page: "packet", Arg: string(k.Packet.RecordID()), Label: "packet of " + k.Reviewer, Note: "its items"},
			tui.Lead{Page: "person", Arg: string(k.Packet.Reviewer), Label: "person " + k.Reviewer, Note: "reviewer"},
			tui.Lead{Page: "campaign", Arg: string(k.Campaign.ID), Label: "campaign " + k.Campaign.Name, Note: "all its items"})
	case e.change != nil:
		out = append(out, tui.Lead{Page: "person", Arg: string(e.change.Maker), Label: "person " + e.maker, Note: "maker"},
			tui.Lead{Page: "campaign", Arg: string(e.change.Campaign), Label: "its campaign", Note: "campaign"})
		out = append(out, p.changes[e.change.ID].Leads...)
	case e.paper != nil && e.paper.Kind == "launch":
		out = append(append(out, tui.Lead{Page: "campaign", Arg: string(e.paper.ID), Label: "campaign " + e.paper.Title, Note: "its items"}), e.paper.Leads...)
	case e.paper != nil:
		out = append(out, e.paper.Leads...)
	}
	return p.h.Related(tui.There(append(out, tui.Lead{Page: "log", Arg: p.id(), Label: "events about it", Note: "history"})...))
}

func (p *page) offEmpty() string {
	if _, ok := p.at(); !ok {
		return "Nothing waits here."
	}
	return ""
}

func (p *page) offChange() string {
	if e, _ := p.at(); e.change == nil {
		return "That is for change sets."
	}
	return ""
}

func (p *page) offWithdraw() string {
	switch e, _ := p.at(); {
	case e.paper != nil && !e.paper.Mine:
		return "You did not make this: b sends it back."
	case e.paper == nil:
		return p.offChange()
	}
	return ""
}

// open drills down to a packet's items, or shows a change set whole.
func (p *page) open(ui.Row) tea.Cmd {
	e, ok := p.at()
	if !ok {
		return nil
	}
	if e.packet != nil {
		return p.h.Push("packet", string(e.packet.Packet.RecordID()))
	}
	if e.paper != nil {
		return p.openPaper(*e.paper)
	}
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: e.change.Title, Lines: p.lines(e, ui.Unwrapped)}))
	return nil
}

// View draws the list beside what the cursor is on.
func (p *page) View(w, h int) string { return p.panes.View(w, h) }

func (p *page) detail(w, _ int) []ui.Line {
	e, ok := p.at()
	if !ok {
		return nil
	}
	return p.lines(e, w)
}

// lines says what waits: of a packet its decisions, of a change set what it
// changes, who gains and loses, why it is wanted and what it needs.
func (p *page) lines(e entry, w int) []ui.Line {
	if e.packet != nil {
		return packetLines(*e.packet, w)
	}
	if e.paper != nil {
		return p.paperLines(*e.paper, w)
	}
	c := e.change
	out := append(ui.Paragraph(theme.Title, c.Title, w), nil)
	add := func(label string, role theme.Role, texts ...string) {
		out = append(out, itemlist.Field(label, role, w, texts...)...)
	}
	if e.mine {
		add("Locked", theme.Warn, "you made this: another person approves it; w withdraws it")
	}
	add("Maker", theme.Plain, e.maker)
	add("Reason", theme.Plain, c.Reason)
	if c.Source.Name != "" {
		add("From", theme.Plain, fmt.Sprintf("%s, file %s (%.12s…)", c.Source.Source, c.Source.Name, c.Source.SHA256))
	}
	j, ok := p.changes[c.ID]
	if !ok {
		return append(out, itemlist.Field("", theme.Dim, w, p.unjudged(c.ID))...)
	}
	out = append(out, nil)
	add("Needs", theme.Plain, j.Verdict...)
	add("Today", theme.Warn, most(j.Breaks, "lines")...)
	add("Gains", theme.Plain, most(everyName(j.Effects, true), "effects")...)
	add("Losses", theme.Plain, most(everyName(j.Effects, false), "effects")...)
	if len(j.Before) > fewChanges {
		add("Changes", theme.Title, strings.Join(j.Counts, "; "))
		add("", theme.Plain, most(j.Before, "changes")...)
		return out
	}
	add("Changes", theme.Plain, most(j.Before, "changes")...)
	return out
}

// fewChanges is up to how many changes are read without being counted by kind first.
const fewChanges = 8

// effectTexts are the effects that rise, or those that fall.
func effectTexts(all []review.EffectLine, rise bool) []string {
	var out []string
	for _, e := range all {
		if e.Rises == rise {
			out = append(out, e.Text)
		}
	}
	return out
}

// everyName are the effects that rise, or those that fall, with the names that each
// only counts on a line below it.
func everyName(all []review.EffectLine, rise bool) []string {
	var out []string
	for _, e := range all {
		if e.Rises != rise {
			continue
		}
		out = append(out, e.Text)
		for _, c := range e.Rest {
			out = append(out, c.Words(0))
		}
	}
	return out
}

// shownMost is how many lines of changes or effects are shown of a large set.
const shownMost = 400

func most(lines []string, what string) []string {
	if len(lines) <= shownMost {
		return lines
	}
	return append(lines[:shownMost:shownMost], fmt.Sprintf("and %d more %s; countersign changes show has them all", len(lines)-shownMost, what))
}

// packetLines sums a packet up.
func packetLines(k review.WaitingPacket, w int) []ui.Line {
	p := k.Packet
	out := append(ui.Paragraph(theme.Title, k.Reviewer+" in "+k.Campaign.Name, w), nil)
	add := func(label string, role theme.Role, text string) {
		if text != "" {
			out = append(out, itemlist.Field(label, role, w, text)...)
		}
	}
	if k.Why != "" {
		add("Locked", theme.Warn, k.Why+": another checker must")
	}
	add("Items", theme.Plain, review.Count(p.Items, "item", "items"))
	add("Decided", theme.Plain, itemlist.Tally(p.Keep, p.Reduce, p.Revoke, p.Abstain))
	if p.Round > 1 {
		add("Round", theme.Warn, fmt.Sprintf("%d: it was returned before", p.Round))
	}
	add("Signed", theme.Plain, p.Statement)
	return append(out, nil, ui.Text(theme.Dim, "enter shows its items"))
}
