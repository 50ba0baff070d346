// Package areas is the console's editor of areas: for one holder (a person, a
// group, a role) and for all agents or one, the tree of areas with None, Read and
// Edit as columns. What is set here is pending beside the tree, with who would gain
// and lose by it, until it is put forward as one change set with a reason.
package areas

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what the editor reads.
type Reads interface{ change.Reads }

// Acts are what it does: a change set, judged while it is being made.
type Acts interface{ change.Acts }

// Page is the editor. It is made by New.
type Page struct {
	h     *tui.Host
	reads Reads
	acts  Acts
	desk  *change.Desk
	// records is where changes of areas themselves are put forward.
	records *change.Desk
	tree    *ui.Tree[*node]

	holder  domain.Holder // of kind HolderEveryone until one is chosen
	agent   domain.ID
	pic     change.Picture
	loaded  bool
	fail    string
	name    string // of the holder
	sheet   *sheet
	panes   *ui.Panes
	asked   int // generation of the load or the judgement asked for last
	judged  int // generation the effects shown belong to
	effects []ui.Line
	after   map[domain.ID]standing // of a person, from all sources, once judged
	actions action.Table
	pane    []ui.Line
	paneAt  string
}

// New makes the editor. Its argument is the holder, "principal:ID", "group:ID" or
// "role:ID", with "@AGENT" behind it for one agent; without one it asks.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &Page{h: h, reads: reads, acts: acts, holder: domain.Holder{Kind: domain.HolderEveryone}}
		p.desk = change.NewDesk(h.Env, reads, acts, p.saved)
		p.records = change.NewDesk(h.Env, reads, acts, p.load)
		p.holder, p.agent = parseArg(arg)
		p.tree = ui.NewTree(h.Env, ui.TreeConfig[*node]{Columns: []string{"None", "Read", "Edit"}, Marks: []string{theme.LevelNone, theme.LevelRead, theme.LevelEdit},
			Value: p.value, Set: p.set, Refuses: p.refuses})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.tree, Head: p.headLine, Detail: p.drawPane, More: "w shows all of it"})
		p.actions = p.makeActions()
		return p
	}
}

func parseArg(arg string) (domain.Holder, domain.ID) {
	arg, agent, _ := strings.Cut(arg, "@")
	kind, id, _ := strings.Cut(arg, ":")
	for _, k := range []domain.HolderKind{domain.HolderPrincipal, domain.HolderGroup, domain.HolderRole} {
		if k.String() == kind && id != "" {
			return domain.Holder{Kind: k, ID: domain.ID(id)}, domain.ID(agent)
		}
	}
	return domain.Holder{Kind: domain.HolderEveryone}, ""
}

func (p *Page) chosen() bool { return p.holder.Kind != domain.HolderEveryone }

// Init implements tui.Page.
func (p *Page) Init() tea.Cmd {
	if !p.chosen() {
		return p.chooseHolder()
	}
	return p.load()
}

type loadedMsg struct {
	of    *Page
	gen   int
	pic   change.Picture
	name  string
	sheet *sheet
	after map[domain.ID]standing
	err   error
}

type judgedMsg struct {
	of      *Page
	gen     int
	effects []ui.Line
	after   map[domain.ID]standing
}

// load reads the holder's values. What is pending is laid over what comes.
func (p *Page) load() tea.Cmd {
	p.asked++
	gen, holder, agent := p.asked, p.holder, p.agent
	return p.h.Work("loading areas", func(ctx context.Context) tea.Msg {
		m := loadedMsg{of: p, gen: gen}
		m.pic, m.err = p.reads.Picture(ctx)
		if m.err == nil {
			m.name, m.err = holderName(m.pic.Org, holder)
		}
		if m.err == nil {
			m.sheet = newSheet(m.pic.Org, holder, agent)
			m.after = standings(m.pic.Org, m.pic, holder, agent, m.sheet)
		}
		return m
	})
}

// holderName is what a person calls the holder; one that is gone is NotFound.
func holderName(o *domain.Org, h domain.Holder) (string, error) {
	kinds := map[domain.HolderKind]domain.Kind{domain.HolderPrincipal: domain.KindPrincipal, domain.HolderGroup: domain.KindGroup, domain.HolderRole: domain.KindRole}
	if _, ok := o.Get(kinds[h.Kind], h.ID); !ok {
		return "", domain.Errorf(domain.NotFound, "the %s %q is gone", holderWord(h.Kind), h.ID).Hinted("choose another holder with a")
	}
	return o.Name(kinds[h.Kind], h.ID), nil
}

// Update implements tui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case loadedMsg:
		if m.of == p && m.gen == p.asked {
			return p.take(m)
		}
		return nil
	case judgedMsg:
		if m.of == p && m.gen == p.asked {
			p.effects, p.after, p.judged, p.paneAt = m.effects, m.after, m.gen, ""
		}
		return nil
	}
	return tea.Batch(p.desk.Update(msg), p.records.Update(msg), p.panes.Update(msg))
}

func (p *Page) take(m loadedMsg) tea.Cmd {
	p.paneAt = ""
	if m.err != nil {
		p.fail = m.err.Error()
		p.h.Fail(m.err)
		return nil
	}
	pending := p.sheet
	p.pic, p.name, p.sheet, p.loaded, p.fail = m.pic, m.name, m.sheet, true, ""
	p.after, p.judged, p.effects = m.after, m.gen, nil
	p.tree.SetRoots(p.sheet.roots)
	for _, values := range []map[domain.ID]domain.Level{p.sheet.own, p.sheet.wide} {
		for id := range values { // what is set is seen
			p.tree.Reveal(string(id))
		}
	}
	if pending != nil && pending.holder == p.holder && pending.agent == p.agent && len(pending.pending) > 0 {
		p.sheet.keep(pending)
		return p.judge()
	}
	return nil
}

// judge works out what the pending changes would do.
func (p *Page) judge() tea.Cmd {
	p.asked++
	p.paneAt = ""
	gen, pic, sh := p.asked, p.pic, p.sheet.clone()
	return p.h.Work("working out who gains and loses", func(ctx context.Context) tea.Msg {
		m := judgedMsg{of: p, gen: gen}
		n := 0
		changes, err := sh.changes(pic.Org, func() domain.ID { n++; return domain.ID(fmt.Sprintf("gnt_preview%d", n)) })
		var v domain.Verdict
		if err == nil && len(changes) > 0 {
			v, err = p.acts.Preview(ctx, domain.ChangeSet{Title: "preview", Changes: changes})
		}
		switch {
		case err != nil:
			m.effects = change.Refusal(err)
		case len(changes) > 0:
			m.effects = change.Effects(pic.Org, v)
		}
		after := pic.Org
		if v.After != nil {
			after = v.After
		}
		m.after = standings(after, pic, sh.holder, sh.agent, sh)
		return m
	})
}

// value gives the tree a node's levels: at once by the rules of the tree, and for
// a person from every source once that has been worked out.
func (p *Page) value(n *node) ui.Value {
	v := p.sheet.value(n.area.ID)
	if s, ok := p.after[n.area.ID]; ok && p.judged == p.asked && p.holder.Kind == domain.HolderPrincipal {
		v.Effective = int(s.level)
		if s.from != "" {
			v.From = s.from
		}
	}
	return v
}

func (p *Page) set(n *node, level int) tea.Cmd {
	if !p.sheet.set(n.area.ID, level) {
		return nil
	}
	for _, low := range p.sheet.lowered(n.area.ID) {
		p.h.Say(low)
	}
	return p.judge()
}

// refuses says why a node cannot be given a level.
func (p *Page) refuses(n *node, level int) string { return p.sheet.refuses(n.area.ID, level) }

// saved is called when the change set was put forward.
func (p *Page) saved() tea.Cmd {
	if p.sheet != nil {
		p.sheet.clear()
	}
	return p.load()
}

// propose puts the pending changes forward. They were made on the values shown: if
// those have moved on, it is refused.
func (p *Page) propose() tea.Cmd {
	sh, name := p.sheet.clone(), p.name
	return p.desk.Propose(change.Draft{Heading: "Areas of " + name, Make: func(pic change.Picture, id func(string) domain.ID) (domain.ChangeSet, error) {
		if err := sh.moved(pic.Org); err != nil {
			return domain.ChangeSet{}, err
		}
		changes, err := sh.changes(pic.Org, func() domain.ID { return id(domain.PrefixGrant) })
		return domain.ChangeSet{Title: sh.title(pic.Org, name), Changes: changes}, err
	}})
}

// Title implements tui.Page.
func (p *Page) Title() string {
	if p.name == "" {
		return "Areas"
	}
	return "Areas of " + p.name
}

// Status implements tui.Status.
func (p *Page) Status() string {
	if p.sheet == nil || len(p.sheet.pending) == 0 {
		return ""
	}
	return fmt.Sprintf("%d pending", len(p.sheet.pending))
}

// Unsaved implements tui.Unsaved.
func (p *Page) Unsaved() string {
	switch {
	case p.sheet == nil || len(p.sheet.pending) == 0:
		return ""
	case len(p.sheet.pending) == 1:
		return "1 change to the areas of " + p.name + " has not been proposed."
	}
	return fmt.Sprintf("%d changes to the areas of %s have not been proposed.", len(p.sheet.pending), p.name)
}

// TogglePreview implements tui.Previewer.
func (p *Page) TogglePreview() { p.panes.Toggle() }

// Actions implements tui.Page.
func (p *Page) Actions() action.Table { return p.actions }
