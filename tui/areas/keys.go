package areas

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

const scope = "areas"

func (p *Page) makeActions() action.Table {
	t := action.Table{
		{ID: "areas.propose", Keys: []string{"w"}, Help: "propose", Long: "put the pending changes forward, with a reason", Scope: scope, Hint: 20, Off: p.offNothing, Do: p.propose},
		{ID: "areas.undo", Keys: []string{"u"}, Help: "undo", Long: "take the last pending change back", Scope: scope, Hint: 21, Off: p.offNothing, Do: p.step((*sheet).undo)},
		{ID: "areas.redo", Keys: []string{"U"}, Help: "redo", Scope: scope, Off: p.offEmpty, Do: p.step((*sheet).redo)},
		{ID: "areas.fill", Keys: []string{"f"}, Help: "fill from a preset", Scope: scope, Hint: 22, Off: p.offEmpty, Do: p.presets},
		{ID: "areas.holder", Keys: []string{"a"}, Help: "whose", Long: "edit the areas of another person, group or role", Scope: scope, Hint: 23, Off: p.offPending, Do: p.chooseHolder},
		{ID: "areas.agent", Keys: []string{"b"}, Help: "which agent", Long: "set values for one agent, or for all", Scope: scope, Hint: 24, Off: p.offAgent, Do: p.chooseAgent},
		{ID: "areas.explain", Keys: []string{"enter"}, Help: "explain", Long: "what this area controls, and where its level comes from", Scope: scope, Hint: 25, Off: p.offEmpty, Do: p.explain},
		{ID: "areas.sensitive", Keys: []string{"t"}, Help: "sensitive", Long: "mark this area as sensitive, or not", Scope: scope, Hint: 26, Off: p.offEmpty, Do: p.sensitive},
		{ID: "areas.export", Keys: []string{"x"}, Help: "export", Long: "export this tree with its levels", Scope: scope, Off: p.offEmpty, Do: p.export},
		{ID: "areas.reload", Keys: []string{"f5"}, Help: "reload", Long: "load the present state; pending changes stay", Scope: scope, Off: p.offEmpty, Do: p.load},
		{ID: "areas.history", Keys: []string{"i"}, Help: "history", Long: "every event that names this holder", Scope: scope, Off: p.offEmpty,
			Do: func() tea.Cmd { return p.h.Push("log", string(p.holder.ID)) }},
		{ID: "areas.copy", Keys: []string{"y"}, Help: "copy id", Scope: scope, Off: p.offEmpty, Do: func() tea.Cmd {
			if n, ok := p.tree.Selected(); ok {
				return p.h.Copy(n.Key())
			}
			return nil
		}},
	}
	return append(t, p.setKeys(p.panes.Actions())...)
}

// setKeys has the keys that set a level refuse with an error, which stays, where
// the tree would only mention it.
func (p *Page) setKeys(t action.Table) action.Table {
	out := append(action.Table{}, t...)
	for i := range out {
		if !strings.HasPrefix(out[i].ID, "tree.set-") {
			continue
		}
		off, do := out[i].Off, out[i].Do
		out[i].Off = p.offEmpty
		out[i].Do = func() tea.Cmd {
			if why := off(); why != "" {
				p.h.Fail(errors.New(why))
				return nil
			}
			return do()
		}
	}
	return out
}

// holderWord is what a kind of holder is called here.
func holderWord(k domain.HolderKind) string {
	if k == domain.HolderPrincipal {
		return "person"
	}
	return k.String()
}

func (p *Page) offEmpty() string {
	switch {
	case !p.chosen():
		return "Choose whose areas first, with a."
	case p.sheet == nil || len(p.sheet.order) == 0:
		return "There are no areas here."
	}
	return ""
}

func (p *Page) offNothing() string {
	if why := p.offEmpty(); why != "" {
		return why
	}
	if len(p.sheet.pending) == 0 && len(p.sheet.done) == 0 {
		return "Nothing is pending."
	}
	return ""
}

func (p *Page) offPending() string {
	if p.Unsaved() != "" {
		return p.Unsaved() + " Propose with w, or take back with u."
	}
	return ""
}

func (p *Page) offAgent() string {
	if why := p.offEmpty(); why != "" {
		return why
	}
	return p.offPending()
}

func (p *Page) step(by func(*sheet) bool) func() tea.Cmd {
	return func() tea.Cmd {
		if !by(p.sheet) {
			p.h.Say("there is nothing more that way")
			return nil
		}
		return p.judge()
	}
}

// presets asks for a shipped preset and makes its values pending.
func (p *Page) presets() tea.Cmd {
	all := p.pic.Org.Presets()
	if len(all) == 0 {
		p.h.Say("there is no preset for this catalogue of areas")
		return nil
	}
	c := ui.Choice{Heading: "Fill from a preset", What: []string{"Its values become pending; every other value set here is unset."}}
	for _, preset := range all {
		c.Options = append(c.Options, ui.Option{Label: preset.Name + "  " + presetWords(p.pic.Org, preset)})
	}
	c.Do = func(i int) tea.Cmd {
		p.sheet.fill(all[i])
		return p.judge()
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// presetWords lists what a preset lets one edit.
func presetWords(o *domain.Org, preset domain.Preset) string {
	n := map[domain.Level]int{}
	for _, v := range preset.Values {
		n[v.Level]++
	}
	return fmt.Sprintf("(%d Edit, %d Read, %d None)", n[domain.Edit], n[domain.Read], n[domain.None])
}

// chooseHolder asks whose areas to edit.
func (p *Page) chooseHolder() tea.Cmd {
	of := map[domain.HolderKind]func(change.Picture) []ui.Candidate{
		domain.HolderPrincipal: func(pic change.Picture) []ui.Candidate { return change.People(pic, nil, nil) },
		domain.HolderGroup:     func(pic change.Picture) []ui.Candidate { return change.Groups(pic, nil, nil) },
		domain.HolderRole:      func(p change.Picture) []ui.Candidate { return change.Roles(p, nil) },
	}
	kinds := []domain.HolderKind{domain.HolderPrincipal, domain.HolderGroup, domain.HolderRole}
	c := ui.Choice{Heading: "Whose areas?", Options: []ui.Option{{Label: "a person's", Key: "p"}, {Label: "a group's", Key: "g"}, {Label: "a role's", Key: "r"}}}
	c.Do = func(i int) tea.Cmd {
		return p.pick([]string{"Whose? A person", "Which group?", "Which role?"}[i], of[kinds[i]], func(chosen ui.Candidate) tea.Cmd {
			p.holder, p.agent = domain.Holder{Kind: kinds[i], ID: domain.ID(chosen.Key)}, ""
			return p.load()
		})
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// allAgents is the key of the candidate that stands for every agent.
const allAgents = ""

func (p *Page) chooseAgent() tea.Cmd {
	of := func(pic change.Picture) []ui.Candidate {
		return append([]ui.Candidate{{Key: allAgents, Label: "All agents", Note: "what holds where nothing is set for one agent"}}, change.Agents(pic)...)
	}
	return p.pick("Values for which agent?", of, func(c ui.Candidate) tea.Cmd {
		p.agent = domain.ID(c.Key)
		return p.load()
	})
}

func (p *Page) pick(heading string, of func(change.Picture) []ui.Candidate, do func(ui.Candidate) tea.Cmd) tea.Cmd {
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: heading, Do: do, Load: func(ctx context.Context) ([]ui.Candidate, error) {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		return of(pic), nil
	}})
}

// explain says what the selected area controls, and where its level comes from; of
// a person, by every path, as stored.
func (p *Page) explain() tea.Cmd {
	n, ok := p.tree.Selected()
	if !ok {
		return nil
	}
	v := p.sheet.value(n.area.ID)
	lines := []ui.Line{ui.Text(theme.Title, p.pic.Org.Name(domain.KindArea, n.area.ID))}
	if n.area.Controls != "" {
		lines = append(lines, ui.Plain(n.area.Controls))
	}
	if n.area.Sensitive {
		lines = append(lines, ui.Text(theme.Warn, "Sensitive: giving Edit here always takes four eyes."))
	}
	from := v.From
	if from == "" {
		from = "set here"
	}
	lines = append(lines, nil, ui.Line{{Role: theme.Dim, Text: "Set here    "}, {Text: word(v.Own)}},
		ui.Line{{Role: theme.Dim, Text: "Results in  "}, {Text: word(v.Effective) + " (" + from + ")"}})
	if p.holder.Kind != domain.HolderPrincipal {
		p.h.Open(ui.NewTextView(p.h.Env, ui.TextView{Heading: "Why", Lines: lines}))
		return nil
	}
	who, agent, sign := p.holder.ID, p.agent, p.h.Look().Sign
	return change.OpenText(p.h.Env, "Why", func(ctx context.Context) ([]ui.Line, error) {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		a := pic.Org.Access(who, domain.Target{Kind: domain.TargetArea, ID: n.area.ID}, agent, pic.Now)
		return append(append(lines, nil, ui.Text(theme.Dim, "As it is stored, from every source")), change.Explain(pic.Org, a, sign)...), nil
	})
}

// export writes the tree as it is on the screen: what is set, pending ones marked,
// and what results.
func (p *Page) export() tea.Cmd {
	table := tui.Table{Name: "areas-" + p.name, Title: p.Title(), Columns: []string{"Area", "Set here", "Pending", "Effective", "From"}}
	for _, id := range p.sheet.order {
		v := p.value(p.sheet.nodes[id])
		pending := ""
		if v.Changed {
			pending = "yes"
		}
		table.Rows = append(table.Rows, []string{p.pic.Org.Name(domain.KindArea, id), word(v.Own), pending, word(v.Effective), v.From})
	}
	return p.h.Export(p.Title(), func(context.Context) (tui.Table, error) { return table, nil })
}

// View implements tui.Page: the tree beside what is pending.
func (p *Page) View(w, h int) string {
	look := p.h.Look()
	switch {
	case p.fail != "":
		return ui.Block(look, ui.Paragraph(theme.Danger, p.fail, w), w, h)
	case !p.chosen():
		return ui.Block(look, []ui.Line{ui.Plain("Nobody's areas are shown yet."), ui.Text(theme.Dim, "a chooses a person, a group or a role.")}, w, h)
	case !p.loaded:
		return ui.Block(look, []ui.Line{ui.Text(theme.Dim, "loading"+look.Sign.Ellipsis)}, w, h)
	}
	return p.panes.View(w, h)
}

// headLine stands over the tree: whose areas these are, and where.
func (p *Page) headLine(w int) string {
	head := ui.Line{{Role: theme.Title, Text: p.name}, {Role: theme.Dim, Text: " (" + holderWord(p.holder.Kind) + "), "}}
	if p.agent == "" {
		head = append(head, ui.Span{Text: "for all agents"})
	} else {
		head = append(head, ui.Span{Text: "for "}, ui.Span{Role: theme.Title, Text: p.pic.Org.Name(domain.KindAgent, p.agent)})
	}
	if n := len(p.sheet.pending); n > 0 {
		head = append(head, ui.Span{Role: theme.Warn, Text: "  " + review.Count(n, "change pending", "changes pending")})
	}
	return head.Draw(p.h.Look(), w)
}

// drawPane is the pending change set and what it does.
func (p *Page) drawPane(w, _ int) []ui.Line {
	at := fmt.Sprint(w, p.asked, p.judged, len(p.sheet.pending))
	if p.paneAt != at {
		p.pane, p.paneAt = ui.Wrapped(p.paneLines(p.h.Look()), w), at
	}
	return p.pane
}

func (p *Page) paneLines(look *theme.Theme) []ui.Line {
	lines := []ui.Line{ui.Text(theme.Title, "Pending")}
	if len(p.sheet.pending) == 0 {
		return append(lines, ui.Text(theme.Dim, "nothing; 0 None, 1 Read, 2 Edit, backspace unset"), nil,
			ui.Text(theme.Dim, "* set here   ! changed   "+look.Sign.RadioOn+" set   "+look.Sign.RadioInherited+" inherited"),
			ui.Text(theme.Dim, "unset is not None: it takes the level of what it is in"))
	}
	for _, id := range p.sheet.ids() {
		was := ui.Unset
		if l, ok := p.sheet.own[id]; ok {
			was = int(l)
		}
		lines = append(lines, ui.Line{{Role: theme.Warn, Text: "! "}, {Text: p.pic.Org.Name(domain.KindArea, id)}, {Role: theme.Dim, Text: "  " + word(was) + " " + look.Sign.Trail + " "}, {Role: theme.Title, Text: word(p.sheet.pending[id])}})
	}
	lines = append(lines, nil, ui.Text(theme.Title, "What it does"))
	if p.judged != p.asked {
		return append(lines, ui.Text(theme.Dim, "working it out"+look.Sign.Ellipsis))
	}
	return append(lines, p.effects...)
}

// sensitive proposes that an area is sensitive, or no more. It is no level: what is
// pending stays.
func (p *Page) sensitive() tea.Cmd {
	n, ok := p.tree.Selected()
	if !ok {
		return nil
	}
	id := domain.ID(n.Key())
	return p.records.Propose(change.Draft{Heading: "Sensitive, or not", Make: func(pic change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		a, ok := pic.Org.Area(id)
		if !ok {
			return domain.ChangeSet{}, domain.Errorf(domain.NotFound, "the area %q is gone", id).Hinted("load the tree again with f5")
		}
		after, title := a, a.Name+" is sensitive"
		if after.Sensitive = !a.Sensitive; a.Sensitive {
			title = a.Name + " is not sensitive any more"
		}
		return change.Set(title, domain.Replace(a, after))
	}})
}
