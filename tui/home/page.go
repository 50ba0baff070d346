// Package home is the first screen: what waits for the person at it, what is under
// way, and, in a new database, how to begin. Enter opens the thing.
package home

import (
	"context"
	"fmt"
	"sync"

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

// Picture is what the page shows.
type Picture struct {
	review.Home
	People   int  // users of the organisation
	ReadOnly bool // nobody is acting
	Names    map[string]string
	Papers   []Paper       // what else takes a second signature
	Duties   []domain.Duty // that the person holds now
	Audit    *Audit        // for an auditor
}

// Paper is a campaign to launch, a definition or a request that waits for a
// second signature; Why says why this person cannot give it, empty where they can.
type Paper struct{ ID, Kind, Title, Maker, Why string }

// Reads is what the page asks for; its errors are sentences for the person.
type Reads interface {
	Home(ctx context.Context) (Picture, error)
	// Findings counts what is the matter with who may do what. It may take a while in
	// a large organisation, and is not waited for.
	Findings(ctx context.Context) (Found, error)
}

// fewPeople is up to how many users an organisation counts as new: those that
// starting it names.
const fewPeople = 3

type page struct {
	h       *tui.Host
	source  *source
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
}

// entry is what a row stands for: what opens, and what is said about it.
type entry struct {
	page, arg string
	title     string
	about     []string
	far       []ui.Bar // how far it is, drawn; may be empty
}

// New registers the page.
func New(reads Reads) func(h *tui.Host, arg string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{h: h}
		p.source = &source{reads: reads, h: h}
		p.list = ui.NewList(h.Env, ui.Config{What: "entries", Source: p.source, Enter: p.open, Sorts: []ui.Sort{{Title: "what comes first"}, {ID: "What", Title: "what"}, {ID: "When", Title: "when"}}, Columns: []ui.Column{
			{Title: "What", Width: 28, Flex: 3}, {Title: "How far", Width: 22, Flex: 1, Drop: 1}, {Title: "When", Width: 15}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Detail: p.about, Upper: func(h int) int { return h - aboutLines - 1 }})
		const scope = "home"
		p.actions = append(action.Table{
			{ID: "home.export", Keys: []string{"x"}, Help: "export", Long: "export what waits", Scope: scope,
				Do: func() tea.Cmd { return h.ExportList("home", "what waits", "Group", p.list) }},
			{ID: "home.begin", Keys: []string{"f"}, Help: "first steps", Long: "how to begin", Scope: scope, Hint: 2, Do: func() tea.Cmd { return p.show(p.source.begins()) }},
		}, p.panes.Actions()...)
		return p
	}
}

// foundMsg is what there is to mend.
type foundMsg struct {
	of    *page
	found Found
	err   error
}

func (p *page) Init() tea.Cmd { return tea.Batch(p.list.Init(), p.findings()) }

// findings counts them beside the list, which does not wait for that.
func (p *page) findings() tea.Cmd {
	reads := p.source.reads
	return p.h.Work("counting findings", func(ctx context.Context) tea.Msg {
		found, err := reads.Findings(ctx)
		return foundMsg{p, found, err}
	})
}

// Update takes the count of findings in; a count that failed is left out, for
// the page of findings says why.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(foundMsg); ok {
		if m.of == p && m.err == nil && p.source.found(m.found) {
			return p.list.Reload()
		}
		return nil
	}
	return p.panes.Update(msg)
}

func (p *page) Title() string         { return "Home" }
func (p *page) Actions() action.Table { return p.actions }
func (p *page) Capturing() bool       { return p.list.Capturing() }
func (p *page) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *page) Returned() tea.Cmd     { return tea.Batch(p.list.Reload(), p.findings()) }
func (p *page) TogglePreview()        { p.panes.Toggle() }

// View draws the list, with what is known about the row beside it or under it.
func (p *page) View(w, h int) string { return p.panes.View(w, h) }

// aboutLines is how many lines are kept under the list for what is known of a row.
const aboutLines = 6

func (p *page) about(w, _ int) []ui.Line {
	r, ok := p.list.Selected()
	e, is := r.Data.(entry)
	if !ok || !is {
		return nil
	}
	return e.lines(w)
}

// mostBar is how wide a bar is drawn at the most: longer ones are not read better.
const mostBar = 72

func (e entry) lines(w int) []ui.Line {
	out := append(ui.Paragraph(theme.Title, e.title, w), nil)
	if len(e.far) > 0 {
		out = append(append(out, ui.Bars(e.far, min(w, mostBar))...), nil)
	}
	for _, a := range e.about {
		out = append(out, ui.Paragraph(theme.Plain, a, w)...)
	}
	return out
}

func (p *page) open(r ui.Row) tea.Cmd {
	e, ok := r.Data.(entry)
	switch {
	case !ok:
		return nil
	case e.page == "":
		return p.show(e)
	}
	return p.h.Push(e.page, e.arg)
}

func (p *page) show(e entry) tea.Cmd {
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: e.title, Lines: e.lines(ui.Unwrapped)}))
	return nil
}

// titles are the columns it is sorted by.
var titles = []string{"What", "How far", "When"}

// Filters implements ui.Filterer.
func (s *source) Filters() filter.Table { return filter.Home() }

// source makes the rows anew from a picture with each load.
type source struct {
	reads Reads
	h     *tui.Host

	mu     sync.Mutex // loads run beside the page
	matter Found
	steps  *entry // of whoever is acting, once a picture was read
}

// found keeps what is the matter, and tells whether it is another.
func (s *source) found(f Found) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	other := f != s.matter
	s.matter = f
	return other
}

// begins is how whoever is acting begins; as a reviewer as long as nothing was read.
func (s *source) begins() entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.steps == nil {
		return firstSteps(Picture{People: fewPeople + 1})
	}
	return *s.steps
}

// Load implements ui.Source.
func (s *source) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	pic, err := s.reads.Home(ctx)
	if err != nil {
		return ui.Page{}, err
	}
	steps := firstSteps(pic)
	s.mu.Lock()
	s.steps = &steps
	found := s.matter
	s.mu.Unlock()
	m := ui.Memory{Rows: rows(pic, found, s.h.Look()), Columns: titles, Fields: filter.Home()}
	return m.Load(ctx, r)
}

// adder adds a row to a group: what it opens, how far that is, and when it is due.
type adder = func(group string, e entry, role theme.Role, far, when ui.Cell)

// rows are what the picture has, by what a person does first.
func rows(pic Picture, found Found, look *theme.Theme) []ui.Row {
	var out []ui.Row
	add := func(group string, e entry, role theme.Role, far, when ui.Cell) {
		out = append(out, ui.Row{Key: fmt.Sprintf("%s/%s/%s", e.page, e.arg, e.title), Group: group, Data: e, Cells: []ui.Cell{{Text: e.title, Role: role}, far, when}})
	}
	waiting(pic, look, add)
	if len(out) == 0 && !pic.ReadOnly && pic.Audit == nil && pic.People > fewPeople {
		add("Waiting for you", entry{page: "campaigns", title: "Nothing waits for you",
			about: []string{"Items to review, packets to countersign and change sets to approve stand here when there are any. Enter shows the campaigns."}}, theme.OK, ui.Cell{}, ui.Cell{})
	}
	auditing(pic.Audit, found, add)
	if found.Findings > 0 {
		tally := found.Tally
		add("To mend", entry{page: "findings", title: review.Count(found.Findings, "finding", "findings"), about: []string{
			"What is the matter with who may do what: " + tally + ".", "Enter lists them, what weighs most first."}}, theme.Plain, ui.Cell{Text: tally}, ui.Cell{})
	}
	for _, f := range pic.Campaigns {
		c := f.Campaign
		e := entry{page: "campaigns", arg: string(c.ID), title: c.Name, about: []string{
			fmt.Sprintf("%s. %d of %d items decided, %d signed off, %d countersigned, %d settled.", c.State, f.Decided, f.Items, f.Signed, f.Checked, f.Settled),
			itemlist.Tally(f.Keep, f.Reduce, f.Revoke, f.Abstain) + "."}}
		far := ui.Cell{Text: c.State.String()}
		if f.Items > 0 {
			e.far = []ui.Bar{{Label: "decided", N: f.Decided, Of: f.Items, Role: theme.OK}, {Label: "signed off", N: f.Signed, Of: f.Items, Role: theme.OK},
				{Label: "countersigned", N: f.Checked, Of: f.Items, Role: theme.OK}, {Label: "settled", N: f.Settled, Of: f.Items, Role: theme.OK}}
			e.about[0] = c.State.String() + "."
			far.Text = fmt.Sprintf("%s %3d %%  %s", look.Progress(f.Decided, f.Items, 10), itemlist.Percent(f.Decided, f.Items), c.State)
		}
		when := ui.Cell{}
		if c.State <= review.Active {
			when = due(itemlist.Due(pic.Now, c.Due), c.Due.Before(pic.Now))
		}
		add("Campaigns", e, theme.Plain, far, when)
	}
	if pic.People <= fewPeople || len(out) == 0 {
		for _, e := range append([]entry{firstSteps(pic)}, begin...) {
			add("Begin", e, theme.Plain, ui.Cell{}, ui.Cell{})
		}
	}
	return out
}

func due(words string, late bool) ui.Cell {
	if late {
		return ui.Cell{Text: words, Role: theme.Danger}
	}
	return ui.Cell{Text: words}
}

// waitingForYou is the group of what the person has to do.
const waitingForYou = "Waiting for you"

// waiting adds what the person has to do, and what of theirs waits for others.
func waiting(pic Picture, look *theme.Theme, add adder) {
	const you, others = waitingForYou, "Yours, waiting for others"
	var later []func() // the rows of a group are adjacent
	for _, m := range pic.Mine {
		p := m.Progress
		if m.Resume == 0 && p.State != review.Open && p.State != review.Returned {
			continue // signed off: it waits for a checker
		}
		e := entry{page: "review", arg: string(m.Campaign.ID), title: "Review " + m.Campaign.Name,
			about: []string{fmt.Sprintf("%d of %d decided: %s.", p.Decided, p.Items, itemlist.Tally(p.Keep, p.Reduce, p.Revoke, p.Abstain))}}
		if m.Resume > 0 {
			word := "resumes"
			if p.Decided == 0 {
				word = "begins"
			}
			e.about = append(e.about, fmt.Sprintf("Enter %s at item %d.", word, m.Resume))
		} else {
			e.title, e.about = "Sign off "+m.Campaign.Name, append(e.about, "All is decided: enter opens it, to be signed off.")
		}
		if p.Returned > 0 {
			e.title += fmt.Sprintf(" (%d returned)", p.Returned)
		}
		far := ui.Cell{Text: fmt.Sprintf("%s %d of %d", look.Progress(p.Decided, p.Items, 10), p.Decided, p.Items), Role: theme.OK}
		add(you, e, theme.Title, far, due(itemlist.Due(pic.Now, m.Due), m.Due.Before(pic.Now)))
	}
	for _, w := range pic.Packets {
		p := w.Packet
		e := entry{page: "packet", arg: string(p.RecordID()), title: "Countersign " + w.Reviewer + " in " + w.Campaign.Name,
			about: []string{fmt.Sprintf("%s: %s.", review.Count(p.Items, "item", "items"), itemlist.Tally(p.Keep, p.Reduce, p.Revoke, p.Abstain))}}
		if w.Why == "" {
			add(you, e, theme.Title, ui.Cell{Text: review.Count(p.Items, "item", "items")}, ui.Cell{})
			continue
		}
		e.about = append(e.about, "Locked: "+w.Why+".")
		later = append(later, func() { add(others, e, theme.Dim, ui.Cell{Text: w.Why, Role: theme.Dim}, ui.Cell{}) })
	}
	for _, c := range pic.ToApprove {
		add(you, change(c, pic, "Approve "), theme.Title, ui.Cell{Text: "by " + pic.Names[string(c.Maker)]}, ui.Cell{})
	}
	later = append(later, papers(pic.Papers, add)...)
	owned(pic, add)
	for _, f := range later {
		f()
	}
	for _, c := range pic.MyChanges {
		add(others, change(c, pic, ""), theme.Plain, ui.Cell{Text: "waits for approval"}, ui.Cell{})
	}
}

// paperKinds are what else waits for a second signature, in the order of the page
// of approvals: what one is called, and what many.
var paperKinds = []struct{ kind, one, many string }{{"launch", "campaign to launch", "campaigns to launch"},
	{"definition", "definition to approve", "definitions to approve"}, {"request", "request to approve", "requests to approve"}}

// papers adds a row for each kind of paper that waits for this person, and gives
// those of what they made themselves, which waits for others.
func papers(all []Paper, add adder) (later []func()) {
	for _, k := range paperKinds {
		var mine, open []Paper
		for _, p := range all {
			switch {
			case p.Kind != k.kind:
			case p.Why != "":
				mine = append(mine, p)
			default:
				open = append(open, p)
			}
		}
		row := func(group string, of []Paper, role theme.Role, far string) {
			e := entry{page: "approvals", arg: of[0].ID, title: review.Count(len(of), k.one, k.many)}
			for _, p := range of {
				e.about = append(e.about, p.Title+", by "+p.Maker+".")
			}
			add(group, e, role, ui.Cell{Text: far}, ui.Cell{})
		}
		if len(open) > 0 {
			row("Waiting for you", open, theme.Title, "by "+open[0].Maker)
		}
		if len(mine) > 0 {
			later = append(later, func() { row("Yours, waiting for others", mine, theme.Plain, mine[0].Why) })
		}
	}
	return later
}

func change(c review.ChangeSetHead, pic Picture, verb string) entry {
	return entry{page: "approvals", arg: string(c.ID), title: verb + c.Title, about: []string{
		review.Count(c.Changes, "change", "changes") + " by " + pic.Names[string(c.Maker)] + ".", "Reason: " + c.Reason}}
}

// begin is what a new database offers.
var begin = []entry{
	{page: "import", title: "Import a file", about: []string{"Enter looks for a file: people, groups, grants, or what Okta, Entra, Google and others export.",
		"It says first what would change. In the shell: countersign import people staff.csv --source hr"}},
	{page: "start", title: "Try the demo", about: []string{"Enter offers it: a made-up organisation of sixty people with a campaign under way, in a database of its own.", "In the shell: countersign demo"}},
	{page: "tour", title: "Take the tour", about: []string{"Enter shows the pages that you need, as a reviewer, an admin, a checker, a campaign owner or an auditor."}},
	{page: "campaigns", title: "Plan a campaign", about: []string{"Enter opens the campaigns, where one is planned."}},
}
