package questions

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// who is the page of everybody who has one thing.
type who struct {
	h     *tui.Host
	reads Reads
	b     *browse.Browser

	mu    sync.Mutex // loads run beside the page
	words string
	asked Asked
}

// NewWho makes the page: its argument says what is asked for, as :who does.
func NewWho(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		w := &who{h: h, reads: reads, words: arg}
		if a, ok := decode(arg); ok {
			w.asked, w.words = Asked{Asked: a, Level: 1}, ""
		}
		w.b = browse.New(h, browse.Config{
			Title: "Who has it", What: "who", One: "person", Kind: domain.KindPrincipal, Reads: reads, Fields: filter.Names("who", "name", "department", "level", "how"),
			Columns: []ui.Column{{Title: "Name", Width: 18, Flex: 2}, {Title: "Department", Width: 12, Flex: 1, Drop: 2}, {Title: "Level", Width: 11}, {Title: "How", Width: 16, Flex: 3, Drop: 1}},
			Sorts:   []ui.Sort{{ID: "name", Title: "name"}, {ID: "level", Title: "level"}, {ID: "department", Title: "department"}},
			Load:    w.load, Detail: w.detail, Acts: w.acts,
			Enter: func(key string) tea.Cmd { return w.b.Desk.Why(w.of(domain.ID(key))) },
		}, acts)
		return &whoPage{w.b, w}
	}
}

// whoPage is the browser, with what is asked for in its title, and asking what is
// meant where nothing was said.
type whoPage struct {
	*browse.Browser
	w *who
}

// Init implements tui.Page.
func (p *whoPage) Init() tea.Cmd {
	if a, words := p.w.now(); words == "" && a.Target == (domain.Target{}) {
		return tea.Batch(p.Browser.Init(), p.w.ask())
	}
	return p.Browser.Init()
}

// Title implements tui.Page.
func (p *whoPage) Title() string {
	if a, _ := p.w.now(); a.Title != "" {
		return "Who: " + a.Title
	}
	return p.Browser.Title()
}

func (w *who) now() (Asked, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked, w.words
}

// of is the question why one of them has it.
func (w *who) of(principal domain.ID) change.Asked {
	a, _ := w.now()
	a.Principal = principal
	return a.Asked
}

func (w *who) load(ctx context.Context, p change.Picture) ([]ui.Record, error) {
	a, words := w.now()
	if words != "" {
		var err error
		if a, err = w.reads.Who(ctx, words); err != nil {
			return nil, err
		}
		w.mu.Lock()
		w.asked, w.words = a, ""
		w.mu.Unlock()
	}
	if a.Target == (domain.Target{}) {
		return nil, nil
	}
	if a.Title == "" {
		a.Title = review.TargetName(p.Org, a.Target, a.Agent)
		w.mu.Lock()
		w.asked = a
		w.mu.Unlock()
	}
	var have []domain.Access
	for _, x := range p.Org.Who(a.Target, a.Agent, p.Now) {
		if x.Level >= a.Level {
			have = append(have, x)
		}
	}
	return browse.WhoRows(p, have), nil
}

func (w *who) detail(_ context.Context, p change.Picture, key string) ([]ui.Line, error) {
	a := w.of(domain.ID(key))
	return change.Explain(p.Org, p.Org.Access(a.Principal, a.Target, a.Agent, p.Now), w.h.Look().Sign), nil
}

func (w *who) acts(s browse.Subject) action.Table {
	return action.Table{
		{ID: "who.why", Keys: []string{"f"}, Help: "why", Long: "the page of why this person has it", Scope: "who", Hint: 10, Off: s.Off, Do: s.On(func(id domain.ID) tea.Cmd {
			return w.h.Push("why", encode(w.of(id)))
		})},
		{ID: "who.ask", Keys: []string{"e"}, Help: "ask", Long: "ask about another thing", Scope: "who", Hint: 11, Do: w.ask},
	}
}

// ask asks for the thing and the least level that counts.
func (w *who) ask() tea.Cmd {
	return change.PickTarget(w.h.Env, "Who has what?", w.reads.Picture, func(t domain.Target, name string) tea.Cmd {
		ladder := domain.LadderOf(t.Kind)
		levels := ui.Choice{Heading: name + ": from which level on?", Do: func(i int) tea.Cmd {
			w.mu.Lock()
			w.asked, w.words = Asked{Asked: change.Asked{Target: t}, Level: domain.Level(i + 1), Title: name + ", " + ladder.Word(domain.Level(i+1))}, ""
			w.mu.Unlock()
			w.b.Forget()
			return w.b.Reload()
		}}
		for i := range len(ladder) - 1 {
			levels.Options = append(levels.Options, ui.Option{Label: ladder.Word(domain.Level(i + 1))})
		}
		w.h.Open(ui.NewChoice(w.h.Env, levels))
		return nil
	})
}
