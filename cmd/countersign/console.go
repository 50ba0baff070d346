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
// terminal. What can be known beforehand (no database, nobody bound, a theme
// that is not there, keys that cannot be used) is told before the terminal is taken; the terminal is given
// back whatever happens.
func openConsole(ctx context.Context, e *env) error {
	manners, err := e.manners()
	if err != nil {
		return err
	}
	keys, err := e.keymap()
	if err != nil {
		return err
	}
	s, err := e.open(ctx, needsReader)
	if err != nil {
		return err
	}
	err = errors.Join(s.console(manners, keys), s.close())
	if err == nil && s.demo {
		return e.demoConsole(ctx, demoFlags{})
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
	m.noMouse, m.still = m.noMouse || s.NoMouse, m.still || s.Still
	return m
}

// console runs the console on an open database until it is left.
func (s *session) console(asked manners, keys *action.Keymap) error {
	cfg, err := s.consoleConfig(asked)
	if err != nil {
		return err
	}
	cfg.Keys = keys
	root, err := tui.New(cfg)
	if err != nil {
		return err
	}
	if asked.plain {
		return root.Linear(s.ctx, tui.Linear{In: s.in, Out: s.out, Typed: s.terminal.in})
	}
	_, err = tea.NewProgram(root, tea.WithContext(s.ctx), tea.WithInput(s.in), tea.WithOutput(s.out)).Run()
	if errors.Is(err, tea.ErrProgramKilled) && s.ctx.Err() != nil {
		return nil // interrupted: it was asked to end
	}
	return err
}

// consoleConfig is the console's pages and manners on this database.
func (s *session) consoleConfig(asked manners) (tui.Config, error) {
	state, err := s.remembered()
	if err != nil {
		return tui.Config{}, err
	}
	asked = asked.with(state)
	cfg := tui.Config{Product: "Countersign", Banner: consoleBanner(s.store.Mode()), Theme: asked.look, Mouse: !asked.noMouse, Still: asked.still, State: state,
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
