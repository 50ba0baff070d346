package campaigns

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// workList is the page over what is to be done in other systems.
type workList struct {
	h       *tui.Host
	id      domain.ID
	name    string
	list    *ui.List
	panes   *ui.Panes
	actions action.Table
	load    func(context.Context) tea.Msg // the campaign's name
}

type namedMsg struct{ name string }

// NewWorkList registers the page: its argument is a campaign's id.
func NewWorkList(reads Reads) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &workList{h: h, id: domain.ID(arg)}
		p.list = ui.NewList(h.Env, ui.Config{What: "things to do elsewhere", Enter: p.open,
			Columns: []ui.Column{{Title: "Item", Width: 5, Right: true}, {Title: "System", Width: 12, Flex: 1}, {Title: "Owner", Width: 14, Flex: 1, Drop: 1}, {Title: "What", Width: 22, Flex: 3}},
			Sorts:   []ui.Sort{{ID: "", Title: "system, owner, item"}, {ID: "item", Title: "item"}, {ID: "owner", Title: "owner"}, {ID: "holder", Title: "holder"}},
			Source: &ui.Records{Fields: filter.WorkList(), Read: func(ctx context.Context) (string, func() []ui.Record, error) {
				w, err := reads.WorkList(ctx, p.id)
				return w.Stamp, func() []ui.Record { return workRecords(w) }, err
			}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list})
		p.actions = append(action.Table{
			{ID: "worklist.export", Keys: []string{"x"}, Help: "export", Long: "export this list", Scope: "worklist", Hint: 1, Do: func() tea.Cmd {
				return h.ExportList("worklist-"+string(p.id), "Work list of "+p.name, "", p.list)
			}},
			{ID: "worklist.history", Keys: []string{"i"}, Help: "history", Long: "the events about this item", Scope: "worklist", Hint: 2, Off: p.offEmpty,
				Do: func() tea.Cmd { r, _ := p.list.Selected(); return h.Push("log", string(p.id)+"/"+r.Key) }},
			{ID: "worklist.related", Keys: []string{"o"}, Help: "related", Long: "open who does it, who decided it, or its events", Scope: "worklist", Off: p.offEmpty, Do: p.related},
			{ID: "worklist.copy", Keys: []string{"y"}, Help: "copy id", Scope: "worklist", Off: p.offEmpty,
				Do: func() tea.Cmd { r, _ := p.list.Selected(); return h.Copy(string(p.id) + "/" + r.Key) }},
		}, p.panes.Actions()...)
		p.load = func(ctx context.Context) tea.Msg {
			w, err := reads.WorkList(ctx, p.id)
			if err != nil {
				return nil
			}
			return namedMsg{w.Campaign.Name}
		}
		return p
	}
}

func workRecords(w Work) []ui.Record {
	out := make([]ui.Record, 0, len(w.Items))
	for _, it := range w.Items {
		no := strconv.Itoa(it.Item)
		out = append(out, ui.Record{Row: ui.Row{Key: no, Data: it, Cells: []ui.Cell{{Text: no}, {Text: it.Source}, {Text: it.OwnerName}, {Text: it.What}}},
			Values: []string{no, it.Source, it.OwnerName, it.Holder, it.Target, it.ReviewerName}})
	}
	return out
}

// related offers who does it and who decided it.
func (p *workList) related() tea.Cmd {
	r, _ := p.list.Selected()
	it, _ := r.Data.(WorkItem)
	return p.h.Related(tui.There(
		tui.Lead{Page: "person", Arg: string(it.Owner), Label: "person " + it.OwnerName, Note: "does it"},
		tui.Lead{Page: "person", Arg: string(it.Reviewer), Label: "person " + it.ReviewerName, Note: "decided it"},
		tui.Lead{Page: "log", Arg: string(p.id) + "/" + r.Key, Label: "events about item " + r.Key, Note: "history"},
		tui.Lead{Page: "campaign", Arg: string(p.id), Label: "all items of the campaign", Note: "campaign"}))
}

func (p *workList) offEmpty() string {
	if _, ok := p.list.Selected(); !ok {
		return "There is nothing to do elsewhere."
	}
	return ""
}

// open says everything about one line.
func (p *workList) open(r ui.Row) tea.Cmd {
	it, ok := r.Data.(WorkItem)
	if !ok {
		return nil
	}
	lines := []ui.Line{ui.Text(theme.Title, safe.Text(it.What)), nil, field(theme.Plain, "System", it.Source), field(theme.Plain, "Owner", it.OwnerName),
		field(theme.Plain, "Holder", it.Holder), field(theme.Plain, "On", it.Target), field(theme.Warn, "Level there", it.Present),
		field(theme.OK, "Decided", it.Decided), field(theme.Plain, "Decided by", it.ReviewerName), nil,
		ui.Text(theme.Dim, "It is done when a later import of that system shows it so.")}
	p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: fmt.Sprintf("Item %d, elsewhere", it.Item), Lines: lines}))
	return nil
}

// Init implements tui.Page.
func (p *workList) Init() tea.Cmd {
	return tea.Batch(p.list.Init(), p.h.Work("reading the work list", p.load))
}

// Update implements tui.Page.
func (p *workList) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(namedMsg); ok {
		p.name = m.name
		return nil
	}
	return p.panes.Update(msg)
}

// Returned implements tui.Returner.
func (p *workList) Returned() tea.Cmd { return p.list.Reload() }

// View implements tui.Page.
func (p *workList) View(w, h int) string { return p.panes.View(w, h) }

// Title implements tui.Page.
func (p *workList) Title() string {
	if p.name == "" {
		return "Work list"
	}
	return "Work list of " + p.name
}

// Actions implements tui.Page.
func (p *workList) Actions() action.Table { return p.actions }

// Capturing implements tui.Capturer.
func (p *workList) Capturing() bool { return p.list.Capturing() }

// Esc implements tui.Escaper.
func (p *workList) Esc() (tea.Cmd, bool) { return p.list.Esc() }
