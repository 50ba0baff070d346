package questions

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// why is the page of one answer: the paths step by step, each leading on, and beside
// them what would have to be so for more.
type why struct {
	h     *tui.Host
	reads Reads
	desk  *change.Desk
	words string
	asked Asked
	known bool
	title string
	more  []ui.Line
	fail  []ui.Line
	gen   int

	list    *ui.List
	panes   *ui.Panes
	actions action.Table
}

type whyMsg struct {
	of    *why
	gen   int
	asked Asked
	title string
	rows  []ui.Row
	more  []ui.Line
	err   error
}

// encode is what is asked for as an argument; decode reads it back.
func encode(a change.Asked) string {
	raw, err := json.Marshal(a)
	if err != nil {
		return ""
	}
	return string(raw)
}

func decode(arg string) (a change.Asked, ok bool) {
	return a, strings.HasPrefix(arg, "{") && json.Unmarshal([]byte(arg), &a) == nil
}

// NewWhy makes the page: its argument says what is asked for, as :why does.
func NewWhy(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &why{h: h, reads: reads, words: arg}
		if a, ok := decode(arg); ok {
			p.asked, p.known = Asked{Asked: a}, true
		}
		p.desk = change.NewDesk(h.Env, reads, acts, p.load)
		p.list = ui.NewList(h.Env, ui.Config{What: "steps", Source: &ui.Memory{Fields: whyFields()}, Enter: p.open,
			Columns: []ui.Column{{Title: "Step", Width: 30, Flex: 3}, {Title: "How", Width: 20, Flex: 2, Drop: 1}}})
		p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Detail: func(w, _ int) []ui.Line {
			if p.fail != nil {
				return ui.Wrapped(p.fail, w)
			}
			return ui.Wrapped(p.more, w)
		}})
		const scope = "why"
		p.actions = append(action.Table{
			{ID: "why.mend", Keys: []string{"f"}, Help: "mend", Long: "the smallest change that gives more, and a group that would: put one forward", Scope: scope, Hint: 1, Off: p.off, Do: func() tea.Cmd { return p.desk.Why(p.asked.Asked) }},
			{ID: "why.who", Keys: []string{"w"}, Help: "who else", Long: "everybody who has this", Scope: scope, Hint: 2, Off: p.off, Do: func() tea.Cmd { return h.Push("who", encode(p.asked.Asked)) }},
			{ID: "why.ask", Keys: []string{"e"}, Help: "ask", Long: "ask about somebody else, or something else", Scope: scope, Hint: 3, Do: p.ask},
			{ID: "why.history", Keys: []string{"i"}, Help: "history", Long: "every event that names this person", Scope: scope, Off: p.off, Do: func() tea.Cmd { return h.Push("log", string(p.asked.Principal)) }},
		}, ui.Reloading(p.panes.Actions(), p.again)...)
		return p
	}
}

func whyFields() filter.Table { return filter.Names("steps", "step", "how", "part") }

func (p *why) off() string {
	if !p.known || p.fail != nil {
		return "Nothing is asked yet: e asks."
	}
	return ""
}

func (p *why) Init() tea.Cmd {
	if p.words == "" {
		return tea.Batch(p.list.Init(), p.ask())
	}
	return p.load()
}

// again works out once more what is asked, if anything is.
func (p *why) again() tea.Cmd {
	if p.words == "" && !p.known {
		return nil
	}
	return p.load()
}

// Returned implements tui.Returner.
func (p *why) Returned() tea.Cmd {
	if !p.known {
		return nil
	}
	return p.load()
}

func (p *why) load() tea.Cmd {
	p.gen++
	gen, known, asked, words, sign := p.gen, p.known, p.asked, p.words, p.h.Look().Sign
	return p.h.Work("working it out", func(ctx context.Context) tea.Msg {
		m := whyMsg{of: p, gen: gen, asked: asked}
		if !known {
			if m.asked, m.err = p.reads.Why(ctx, words); m.err != nil {
				return m
			}
		}
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			m.err = err
			return m
		}
		a := pic.Org.Access(m.asked.Principal, m.asked.Target, m.asked.Agent, pic.Now)
		m.title = "Why " + pic.Org.Name(domain.KindPrincipal, a.Principal) + " has " + domain.LadderOf(a.Target.Kind).Word(a.Level) + " on " + review.TargetName(pic.Org, a.Target, a.Agent)
		m.rows, m.more = steps(pic.Org, a), m.asked.More(pic, sign)
		if len(m.more) == 0 {
			m.more = []ui.Line{ui.Text(theme.Dim, "There is no more to have here.")}
		}
		return m
	})
}

// steps are the answer, the paths stop by stop, and what holds it down.
func steps(o *domain.Org, a domain.Access) []ui.Row {
	l := domain.LadderOf(a.Target.Kind)
	var out []ui.Row
	add := func(group, text, how string, role theme.Role, lead tui.Lead) {
		out = append(out, ui.Row{Key: fmt.Sprint(len(out)), Group: group, Data: lead, Cells: []ui.Cell{{Text: text, Role: role}, {Text: how, Role: theme.Dim}}})
	}
	who, _ := browse.PlaceOf(o, domain.KindPrincipal, a.Principal, "")
	add("Answer", o.Name(domain.KindPrincipal, a.Principal)+" on "+review.TargetName(o, a.Target, a.Agent)+": "+l.Word(a.Level), review.Allows(o, domain.Grant{Target: a.Target, Agent: a.Agent, Level: a.Level}), change.LevelRole(l, a.Level), who)
	for i, p := range a.Paths {
		group := fmt.Sprintf("Path %d of %d: %s", i+1, len(a.Paths), l.Word(p.Level))
		if p.Given > p.Level {
			group += " (given " + l.Word(p.Given) + ", held down)"
		}
		for depth, st := range p.Steps {
			lead, _ := browse.PlaceOfHolder(o, st.Holder)
			add(group, strings.Repeat("  ", depth)+st.Name, st.Note, theme.Plain, lead)
		}
		lead, _ := browse.PlaceOfTarget(o, a.Target, a.Agent)
		add(group, strings.Repeat("  ", len(p.Steps))+review.TargetName(o, a.Target, a.Agent), l.Word(p.Level), change.LevelRole(l, p.Level), lead)
	}
	for _, c := range a.Caps {
		add("Held down", c.Text, l.Word(c.From)+" to "+l.Word(c.To), theme.Warn, tui.Lead{})
	}
	for _, d := range a.Denials {
		add("Why it is no more", d.Text, "", theme.Plain, tui.Lead{})
	}
	return out
}

// Update implements tui.Page.
func (p *why) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(whyMsg); ok {
		if m.of != p || m.gen != p.gen {
			return nil
		}
		if m.err != nil {
			p.fail = change.Refusal(m.err)
			return p.list.SetSource(&ui.Memory{Fields: whyFields()})
		}
		p.asked, p.known, p.title, p.more, p.fail = m.asked, true, m.title, m.more, nil
		return p.list.SetSource(&ui.Memory{Rows: m.rows, Fields: whyFields()})
	}
	return tea.Batch(p.desk.Update(msg), p.panes.Update(msg))
}

func (p *why) open(r ui.Row) tea.Cmd {
	lead, ok := r.Data.(tui.Lead)
	if !ok || lead.Page == "" {
		p.h.Say("this leads nowhere else")
		return nil
	}
	return p.h.Push(lead.Page, lead.Arg)
}

// ask asks for somebody, and then for what.
func (p *why) ask() tea.Cmd {
	return ui.OpenPick(p.h.Env, ui.Pick{Heading: "Why has who this, or not?", Load: func(ctx context.Context) ([]ui.Candidate, error) {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		return change.People(pic, nil, nil), nil
	}, Do: func(who ui.Candidate) tea.Cmd {
		return change.PickTarget(p.h.Env, safe.Text(who.Label)+": what?", p.reads.Picture, func(t domain.Target, _ string) tea.Cmd {
			p.asked, p.known = Asked{Asked: change.Asked{Principal: domain.ID(who.Key), Target: t}}, true
			return p.load()
		})
	}})
}

func (p *why) Title() string {
	if p.title != "" {
		return p.title
	}
	return "Why, or why not"
}

func (p *why) View(w, h int) string  { return p.panes.View(w, h) }
func (p *why) Actions() action.Table { return p.actions }
func (p *why) Capturing() bool       { return p.list.Capturing() }
func (p *why) Esc() (tea.Cmd, bool)  { return p.list.Esc() }
func (p *why) TogglePreview()        { p.panes.Toggle() }
