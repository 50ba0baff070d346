package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/export/report"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
)

// openConsole starts the console on the database of the flags, as the person of
// the flags. It is what "countersign" without a command does where there is a
// terminal. What can be known beforehand (no database, a theme that is not there, keys
// that cannot be used) is told before the terminal is taken, and so is that nobody is
// bound unless the organisation is so large that reading it takes long; the terminal is
// given back whatever happens.
func openConsole(ctx context.Context, e *env) error {
	manners, err := e.manners()
	if err != nil {
		return err
	}
	keys, err := e.keymap()
	if err != nil {
		return err
	}
	own, leave := context.WithCancel(ctx)
	defer leave()
	s, err := e.openFile(own, needsReader)
	if err != nil {
		return err
	}
	c := &comingConsole{there: make(chan struct{})}
	go func() {
		defer close(c.there)
		if c.err = s.resolveActor(needsReader); c.err == nil {
			c.root, c.err = s.consoleRoot(manners, keys)
		}
	}()
	if manners.plain {
		<-c.there
		if err = c.err; err == nil {
			err = c.root.Linear(own, tui.Linear{In: s.in, Out: s.out, Typed: s.terminal.in})
		}
	} else {
		err = e.runConsole(own, manners, c)
		leave() // what still makes the console ends
		<-c.there
	}
	if err = errors.Join(err, s.close()); err == nil && s.demo {
		return e.demoConsole(ctx, demoFlags{})
	}
	return err
}

// openingAfter is how long a console may take to be made without a word about it.
const openingAfter = 50 * time.Millisecond

// product is the program's name on the screen.
const product = "Countersign"

// comingConsole is a console that is being made: root and err count once there is
// closed.
type comingConsole struct {
	there chan struct{}
	root  *tui.Root
	err   error
}

// wait is the console, or why there is none.
func (c *comingConsole) wait() (*tui.Root, error) {
	<-c.there
	return c.root, c.err
}

// runConsole has the terminal until the console is left. Where the organisation is large
// and the console takes a while, the terminal says so meanwhile.
func (e *env) runConsole(ctx context.Context, asked manners, c *comingConsole) error {
	var model tea.Model
	var opening *tui.Opening
	select {
	case <-c.there:
		if c.err != nil {
			return c.err
		}
		model = c.root
	case <-time.After(openingAfter):
		opening = tui.NewOpening(tui.OpeningConfig{Product: product, Doing: "reading the organisation", Still: asked.still, Now: time.Now, Made: c.wait,
			Theme: theme.Options{Kind: theme.NoColour, ASCII: asked.look.ASCII}}) // whatever the terminal's background
		model = opening
	}
	_, err := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(e.in), tea.WithOutput(e.out)).Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = nil // interrupted: it was asked to end
	}
	if opening != nil {
		err = errors.Join(err, opening.Err())
	}
	return err
}

// Demo implements start.Leads.
func (s *session) Demo() { s.demo = true }

// manners is how the console is drawn: what the command line asks for, else what is
// remembered of the person, else what suits most.
type manners struct {
	look           theme.Options
	themed         bool // the theme was asked for
	noMouse, still bool
	noHeld         bool // the terminal is not asked which keys are held down
	plain          bool // line by line
}

// plain tells whether the console is to be used line by line.
func (e *env) plain() bool {
	return e.flags.plain || e.getenv("COUNTERSIGN_PLAIN") != "" && e.terminal.interactive()
}

// manners reads the switches of the command line and the environment.
func (e *env) manners() (manners, error) {
	m := manners{look: theme.Options{ASCII: e.flags.ascii}, noMouse: e.flags.noMouse,
		still: e.flags.still || e.getenv("COUNTERSIGN_REDUCED_MOTION") != "", plain: e.plain()}
	word := e.flags.theme
	if word == "" {
		if e.getenv("NO_COLOR") != "" { // https://no-color.org: set and not empty, whatever it holds
			m.look.Kind, m.themed = theme.NoColour, true
		}
		return m, nil
	}
	kind, ok := theme.ParseKind(word)
	if !ok {
		return m, domain.Errorf(domain.Invalid, "%q is no theme", word).Hinted("choose one of %s", strings.Join(theme.Words(), ", "))
	}
	m.look.Kind, m.themed = kind, true
	return m, nil
}

// with adds what is remembered to what was asked for.
func (m manners) with(s tui.State) manners {
	if kind, ok := theme.ParseKind(s.Theme); ok && !m.themed {
		m.look.Kind = kind
	}
	m.look.ASCII = m.look.ASCII || s.ASCII
	m.noMouse, m.noHeld, m.still = m.noMouse || s.NoMouse, s.NoHeld, m.still || s.Still
	return m
}

// consoleRoot is the console on an open database.
func (s *session) consoleRoot(asked manners, keys *action.Keymap) (*tui.Root, error) {
	cfg, err := s.consoleConfig(asked)
	if err != nil {
		return nil, err
	}
	cfg.Keys = keys
	return tui.New(cfg)
}

// consoleConfig is the console's pages and manners on this database.
func (s *session) consoleConfig(asked manners) (tui.Config, error) {
	state, err := s.remembered()
	if err != nil {
		return tui.Config{}, err
	}
	asked = asked.with(state)
	cfg := tui.Config{Product: product, Banner: consoleBanner(s.store.Mode()), Theme: asked.look, Mouse: !asked.noMouse, Held: !asked.noHeld, Still: asked.still, State: state,
		// The clock that --now sets is the database's; keys are pressed in real time.
		Now: time.Now, Context: s.ctx, Export: s.exportTable, Finder: consoleFinder(s), Reports: reportNames()}
	if s.actor.Principal == "" {
		cfg.Actor = "read only"
	} else if err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		if len(all) == 0 && isNew(o) {
			cfg.First = "start"
		}
		p, _ := o.Principal(s.actor.Principal)
		if cfg.Actor = p.Email; cfg.Actor == "" {
			cfg.Actor = p.Name
		}
		return nil
	}); err != nil {
		return cfg, err
	}
	s.remember(&cfg)
	cfg.Notice = s.pastNotice
	cfg.Pages = consolePages(s)
	return cfg, nil
}

// isNew tells an organisation that has nobody but those who began it.
func isNew(o *domain.Org) bool {
	n := 0
	for range o.All(domain.KindPrincipal) {
		if n++; n > newPeople {
			return false
		}
	}
	return true
}

// newPeople is how many starting an organisation names.
const newPeople = 3

// consoleBanner is what every screen says of a database that is no evidence.
func consoleBanner(m review.Mode) string {
	switch m {
	case review.Rehearsal:
		return "REHEARSAL: people may be played, this is no evidence"
	case review.Demo:
		return "DEMO: a made-up organisation"
	}
	return ""
}

// exportTable writes what a screen shows into the current directory. The name is
// that of the table, so that the same export replaces itself.
func (s *session) exportTable(ctx context.Context, t tui.Table, format string) (string, error) {
	f, err := report.ParseFormat(format)
	if err != nil {
		return "", err
	}
	name := fileName(t.Name) + f.Extension()
	columns := make([]sheet.Column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = sheet.Column{Header: c}
	}
	rows := func(yield func([]sheet.Cell, error) bool) {
		for _, texts := range t.Rows {
			cells := make([]sheet.Cell, len(texts))
			for i, text := range texts {
				cells[i] = sheet.Of(text)
			}
			if !yield(cells, nil) {
				return
			}
		}
	}
	return name, s.store.View(ctx, func(tx review.Tx) error {
		m, err := report.MetaOf(tx, report.Request{Actor: s.actor, Version: build()})
		if err != nil {
			return err
		}
		m.Screen = true
		_, err = s.leave(ctx, name, review.Export{Report: t.Name, Format: string(f), AsOf: domain.Seq(m.Size - 1)}, func(out io.Writer) (report.Written, error) {
			return report.Write(ctx, out, f, report.Table(t.Title, columns, rows, m), "")
		})
		return err
	})
}
