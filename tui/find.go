package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
)

// Found is one thing that a name led to: Page opens with Arg.
type Found struct {
	Kind  string // "person"
	Name  string
	About string // tells it from others of the name: an e-mail, a state
	Page  string
	Arg   string
}

// FindKind is a kind of thing the finder knows.
type FindKind struct {
	Word string // "person": the palette's verb
	Long string // "open a person, an API key or an AI agent"
}

// Finder finds things by name, for the palette.
type Finder struct {
	Kinds []FindKind
	// Find gives at most limit things of kind, of all kinds where it is empty, whose
	// names hold every word of text, the nearest first. It is called in commands,
	// from several goroutines, and ends with ctx.
	Find func(ctx context.Context, kind, text string, limit int) ([]Found, error)
}

// findMost is how many names the palette shows.
const findMost = 50

// foundMsg is what the finder answered to the gen-th question of a palette.
type foundMsg struct {
	of    *palette
	gen   int
	found []Found
	err   error
}

// search asks the finder for what is typed now; what it is still looking for is
// outdated and stopped.
func (p *palette) search() tea.Cmd {
	p.gen++
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	p.found, p.finding, p.failed = nil, false, ""
	kind, text := p.question()
	if !p.run || p.finder.Find == nil || kind == "" && len([]rune(text)) < 2 {
		return nil
	}
	p.finding = true
	gen, find := p.gen, p.finder.Find
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	return p.env.Work("looking for names", func(work context.Context) tea.Msg {
		defer stop()
		defer context.AfterFunc(work, stop)()
		found, err := find(ctx, kind, text, findMost)
		return foundMsg{p, gen, found, err}
	})
}

// question is the kind and the words to look for.
func (p *palette) question() (kind, text string) {
	if a, arg := p.verb(); a != nil {
		if a.Takes.Kind == "" {
			return "", ""
		}
		return a.Takes.Kind, arg
	}
	return "", p.input.Value()
}

// take keeps what was found, if it is what is still asked for.
func (p *palette) take(m foundMsg) {
	if m.of != p || m.gen != p.gen {
		return
	}
	p.found, p.finding = m.found, false
	if m.err != nil {
		p.failed = m.err.Error()
	}
}

// finding are the actions that open things by name.
func (r *Root) finding() action.Table {
	var t action.Table
	for _, k := range r.cfg.Finder.Kinds {
		t = append(t, action.Action{ID: "open." + k.Word, Help: "open " + k.Word, Long: k.Long, Scope: "global", Group: "by name",
			Takes: &action.Argument{Verb: k.Word, Name: "a name", Needed: true, Kind: k.Word},
			Do:    func() tea.Cmd { return r.palette(k.Word + " ") }})
	}
	return t
}
