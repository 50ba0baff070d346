package roles

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Page is one role as a tree: what it says on all objects, on each object and its
// fields, on settings and actions, each value its own or inherited. Edits are
// pending beside the tree, with who would gain and lose by them, until they are put
// forward as one change set. It is made by NewRole.
type Page struct {
	h       *tui.Host
	reads   Reads
	acts    Acts
	desk    *change.Desk
	id      domain.ID
	tree    *ui.Tree[*node]
	subject browse.Subject

	pic     change.Picture
	loaded  bool
	fail    string
	sheet   domain.RoleSheet                   // as it is stored
	stored  map[domain.Target]domain.RoleValue // its lines
	shown   map[domain.Target]domain.RoleValue // as it would be, pending edits laid over it
	objects map[string]headed                  // by the key of a heading
	over    []ui.Line                          // what the role is
	draft   *draft
	panes   *ui.Panes
	asked   int // generation of the load or the judgement asked for last
	judged  int // generation the effects shown belong to
	effects []ui.Line
	actions action.Table
	pane    []ui.Line
	paneAt  string
}

// headed is what a heading says of what is below it.
type headed struct {
	mark string
	own  bool // something below has a value of its own
}

// NewRole makes the page of one role, its argument the role's id.
func NewRole(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &Page{h: h, reads: reads, acts: acts, id: domain.ID(arg), draft: newDraft(domain.ID(arg))}
		p.desk = change.NewDesk(h.Env, reads, acts, p.saved)
		p.subject = browse.Subject{Host: h, Desk: p.desk, Reads: reads, One: "role", Selected: func() (domain.ID, bool) { return p.id, p.loaded }}
		p.tree = ui.NewTree(h.Env, ui.TreeConfig[*node]{Columns: columns, Marks: marks, Value: p.value, Set: p.set, Refuses: p.refuses})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.tree, Head: p.head, Detail: p.drawPane, More: "w or o shows all"})
		p.actions = p.makeActions()
		return p
	}
}

// Init implements tui.Page.
func (p *Page) Init() tea.Cmd { return p.load() }

// Returned implements tui.Returner.
func (p *Page) Returned() tea.Cmd { return p.load() }

type loadedMsg struct {
	of    *Page
	gen   int
	pic   change.Picture
	sheet domain.RoleSheet
	roots []*node
	over  []ui.Line
	err   error
}

// load reads the role. What is pending is laid over what comes.
func (p *Page) load() tea.Cmd {
	p.asked++
	gen, id := p.asked, p.id
	return p.h.Work("loading the role", func(ctx context.Context) tea.Msg {
		m := loadedMsg{of: p, gen: gen}
		if m.pic, m.err = p.reads.Picture(ctx); m.err != nil {
			return m
		}
		if m.over, m.err = overview(ctx, p.reads, m.pic, id); m.err == nil {
			m.sheet, _ = m.pic.Org.RoleSheet(id)
			m.roots = tree(m.pic.Org, m.sheet)
		}
		return m
	})
}

type judgedMsg struct {
	of      *Page
	gen     int
	effects []ui.Line
	sheet   domain.RoleSheet
	ok      bool
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
			p.effects, p.judged, p.paneAt = m.effects, m.gen, ""
			if m.ok {
				p.show(m.sheet)
			}
		}
		return nil
	}
	return tea.Batch(p.desk.Update(msg), p.panes.Update(msg))
}

func (p *Page) take(m loadedMsg) tea.Cmd {
	p.paneAt = ""
	if m.err != nil {
		p.fail = m.err.Error()
		p.h.Fail(m.err)
		return nil
	}
	first := !p.loaded
	p.pic, p.sheet, p.over, p.loaded, p.fail = m.pic, m.sheet, m.over, true, ""
	p.judged, p.effects = m.gen, nil
	p.stored = byTarget(p.sheet)
	p.show(p.sheet)
	p.tree.SetRoots(m.roots)
	if first {
		p.tree.Reveal(keyOf(domain.Target{Kind: domain.TargetObjectSee, ID: domain.AllID}))
		for _, obj := range p.sheet.Objects {
			if obj.Exception { // what has a rule of its own is seen
				p.tree.Reveal(keyOf(obj.Operations[0].Target))
			}
		}
	}
	if len(p.draft.pending) > 0 {
		return p.judge()
	}
	return nil
}

func byTarget(sheet domain.RoleSheet) map[domain.Target]domain.RoleValue {
	out := map[domain.Target]domain.RoleValue{}
	for _, v := range lines(sheet) {
		out[v.Target] = v
	}
	return out
}

// show lays what results over the tree.
func (p *Page) show(sheet domain.RoleSheet) {
	p.shown = byTarget(sheet)
	anyOwn := func(values []domain.RoleValue) bool {
		for _, v := range values {
			if v.Own {
				return true
			}
		}
		return false
	}
	p.objects = map[string]headed{keyBaseline: {letters(sheet.Baseline), anyOwn(sheet.Baseline)},
		keySettings: {held(sheet.Settings), anyOwn(sheet.Settings)}, keyActions: {held(sheet.Actions), anyOwn(sheet.Actions)}}
	rules := 0
	for _, obj := range sheet.Objects {
		p.objects[objectKey(obj.Object.ID)] = headed{letters(obj.Operations), obj.Exception}
		if obj.Exception {
			rules++
		}
	}
	p.objects[keyObjects] = headed{review.Count(rules, "rule", "rules"), rules > 0}
}

// judge works out what the pending edits would do.
func (p *Page) judge() tea.Cmd {
	p.asked++
	p.paneAt = ""
	gen, pic, d := p.asked, p.pic, p.draft.clone()
	return p.h.Work("working out who gains and loses", func(ctx context.Context) tea.Msg {
		m := judgedMsg{of: p, gen: gen}
		n := 0
		changes, err := d.changes(pic.Org, func() domain.ID { n++; return domain.ID(fmt.Sprintf("gnt_preview%d", n)) })
		after := pic.Org
		if err == nil {
			// Laid over without being checked: what is refused is shown too.
			after, err = pic.Org.Advance(pic.Org.Key(), changes)
		}
		if err != nil {
			m.effects = change.Refusal(err)
			return m
		}
		m.sheet, m.ok = after.RoleSheet(d.role)
		if len(changes) == 0 {
			return m
		}
		v, err := p.acts.Preview(ctx, domain.ChangeSet{Title: "preview", Changes: changes})
		if err != nil {
			m.effects = change.Refusal(err)
		} else {
			m.effects = change.Effects(pic.Org, v)
		}
		return m
	})
}

// value gives the tree a line's levels.
func (p *Page) value(n *node) ui.Value {
	if !n.leaf {
		h := p.objects[n.key]
		v := ui.Value{Own: ui.Unset, Effective: colYes, Mark: h.mark, Lacks: lacksAll}
		if h.own {
			v.Own = colNo // a heading draws no button for it, only the star
		}
		return v
	}
	shown := p.shown[n.target]
	v := ui.Value{Own: own(p.stored[n.target]), Effective: columnOf(n.target, shown.Level), Mark: letterOf(n.target, shown.Level)}
	if column, ok := p.draft.pending[n.target]; ok {
		v.Own, v.Changed = column, true
	}
	switch {
	case p.sheet.Role.Admin:
		v.From = "the Admin role"
	case v.Own == ui.Unset:
		v.From = source(p.pic.Org, shown)
	case v.Own != v.Effective:
		v.From = "another rule" // what is set does not count here
	}
	if n.target.Kind != domain.TargetField {
		v.Lacks = lacksSee
	}
	return v
}

// letterOf is the letter of what results: of an operation its own, else the
// ladder's.
func letterOf(t domain.Target, l domain.Level) string {
	if t.Kind.Operation() && l > domain.Denied {
		only := make([]domain.Level, t.Kind-domain.TargetObjectSee+1)
		only[len(only)-1] = l
		letters := review.OperationLetters(only...)
		return letters[len(letters)-1:]
	}
	return domain.LadderOf(t.Kind).Mark(l)
}

func (p *Page) set(n *node, column int) tea.Cmd {
	if !p.draft.set(p.stored[n.target], column) {
		return nil
	}
	return p.judge()
}

// refuses says why a line cannot be given a value.
func (p *Page) refuses(n *node, column int) string {
	role := p.sheet.Role
	switch {
	case !n.leaf && n.object != "" && column == ui.Unset:
		return "" // the whole rule of an object goes
	case !n.leaf:
		return n.label + " is a heading: unfold it with l and set what is below it."
	case role.Admin:
		return "The role " + role.Name + " has everything and cannot be changed: make another role."
	case column == colSee && n.target.Kind != domain.TargetField:
		return label(p.pic.Org, n.target) + " is yes or no; See is for fields."
	}
	all := domain.Target{Kind: n.target.Kind, ID: domain.AllID}
	if (n.target.Kind == domain.TargetSetting || n.target.Kind == domain.TargetAction) && n.target != all && column != colYes && p.shown[all].Level > domain.None {
		return label(p.pic.Org, all) + " are held: take those away first, then allow them one by one."
	}
	return ""
}

// saved is called when a change set was put forward: the edits, or another.
func (p *Page) saved() tea.Cmd { return p.load() }

// propose puts the pending edits forward. They were made on the values shown: if
// those have moved on, it is refused.
func (p *Page) propose() tea.Cmd {
	d, sheet := p.draft.clone(), p.sheet
	return p.desk.ProposeThen(change.Draft{Heading: "Role " + sheet.Role.Name, Make: func(pic change.Picture, id func(string) domain.ID) (domain.ChangeSet, error) {
		if err := d.moved(pic.Org); err != nil {
			return domain.ChangeSet{}, err
		}
		changes, err := d.changes(pic.Org, func() domain.ID { return id(domain.PrefixGrant) })
		return domain.ChangeSet{Title: d.title(pic.Org, sheet), Changes: changes}, err
	}}, func() { p.draft = newDraft(p.id) })
}

// Title implements tui.Page.
func (p *Page) Title() string {
	if p.sheet.Role.Name == "" {
		return "Role"
	}
	return "Role " + p.sheet.Role.Name
}

// Status implements tui.Status.
func (p *Page) Status() string {
	if len(p.draft.pending) == 0 {
		return ""
	}
	return fmt.Sprintf("%d pending", len(p.draft.pending))
}

// Unsaved implements tui.Unsaved.
func (p *Page) Unsaved() string {
	switch len(p.draft.pending) {
	case 0:
		return ""
	case 1:
		return "1 permission of the role " + p.sheet.Role.Name + " has not been proposed."
	}
	return fmt.Sprintf("%d permissions of the role %s have not been proposed.", len(p.draft.pending), p.sheet.Role.Name)
}

// TogglePreview implements tui.Previewer.
func (p *Page) TogglePreview() { p.panes.Toggle() }

// Actions implements tui.Page.
func (p *Page) Actions() action.Table { return p.actions }

// View implements tui.Page: the tree beside what is pending.
func (p *Page) View(w, h int) string {
	look := p.h.Look()
	switch {
	case p.fail != "":
		return ui.Block(look, ui.Paragraph(theme.Danger, p.fail, w), w, h)
	case !p.loaded:
		return ui.Block(look, []ui.Line{ui.Text(theme.Dim, "loading"+look.Sign.Ellipsis)}, w, h)
	}
	return p.panes.View(w, h)
}
