package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Opening is what a terminal shows while a console is being made and takes long: what
// is done, and for how long. It hands over to the console once that is there, and
// ends where there will be none.
type Opening struct {
	cfg   OpeningConfig
	look  *theme.Theme
	size  tea.WindowSizeMsg
	begun time.Time
	err   error
}

// OpeningConfig is what an Opening is made of. Made gives the console, or why there is
// none; it is waited for in a command. Now and After are those of Config.
type OpeningConfig struct {
	Product, Doing string // "Countersign", "reading acme.db"
	Theme          theme.Options
	Still          bool
	Now            func() time.Time
	After          func(d time.Duration, msg tea.Msg) tea.Cmd
	Made           func() (*Root, error)
}

type (
	openedMsg struct {
		root *Root
		err  error
	}
	secondMsg struct{}
)

// NewOpening makes one.
func NewOpening(cfg OpeningConfig) *Opening {
	if cfg.After == nil {
		cfg.After = func(d time.Duration, msg tea.Msg) tea.Cmd { return tea.Tick(d, func(time.Time) tea.Msg { return msg }) }
	}
	return &Opening{cfg: cfg, look: theme.New(cfg.Theme, true), size: tea.WindowSizeMsg{Width: 80, Height: 24}, begun: cfg.Now()}
}

// Err says why there is no console, nil if that was not the reason to end.
func (o *Opening) Err() error { return o.err }

// Init implements tea.Model.
func (o *Opening) Init() tea.Cmd {
	return tea.Batch(o.second(), func() tea.Msg {
		root, err := o.cfg.Made()
		return openedMsg{root, err}
	})
}

func (o *Opening) second() tea.Cmd {
	if o.cfg.Still {
		return nil
	}
	return o.cfg.After(time.Second, secondMsg{})
}

// Update implements tea.Model. Keys pressed before there is a console do nothing in it.
func (o *Opening) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		o.size = tea.WindowSizeMsg{Width: min(max(msg.Width, 1), maxWidth), Height: min(max(msg.Height, 1), maxHeight)}
	case tea.KeyPressMsg:
		if k := msg.String(); k == "esc" || k == "q" || k == "ctrl+c" {
			return o, tea.Quit
		}
	case secondMsg:
		return o, o.second()
	case openedMsg:
		if o.err = msg.err; o.err != nil {
			return o, tea.Quit
		}
		begin := msg.root.Init()
		_, sized := msg.root.Update(o.size)
		return msg.root, tea.Batch(begin, sized)
	}
	return o, nil
}

// View implements tea.Model.
func (o *Opening) View() tea.View {
	v := tea.NewView(o.Frame())
	v.AltScreen = true
	v.WindowTitle = o.cfg.Product
	return v
}

// Frame is the whole screen.
func (o *Opening) Frame() string {
	doing := safe.Text(o.cfg.Doing)
	if n := int(o.cfg.Now().Sub(o.begun) / time.Second); n > 0 && !o.cfg.Still {
		doing += fmt.Sprintf(", %d s", n)
	}
	lines := []ui.Line{{{Role: theme.Title, Text: " " + o.cfg.Product}}, nil, {{Text: " " + doing}}, nil, {{Role: theme.Key, Text: " esc"}, {Text: " leaves"}}}
	return o.look.Fit(ui.Block(o.look, lines, o.size.Width, o.size.Height))
}
