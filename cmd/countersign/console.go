package main

import (
	"context"
	"errors"
	"io"
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
func openConsole(ctx context.Context, e *env) (err error) {
	look, err := e.look()
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
	defer func() { err = errors.Join(err, s.close()) }()
	return s.console(look, keys)
}

// look reads the switches for colours and characters.
func (e *env) look() (theme.Options, error) {
	o := theme.Options{ASCII: e.flags.ascii}
	word := e.flags.theme
	if word == "" {
		if e.getenv("NO_COLOR") != "" { // https://no-color.org: set and not empty, whatever it holds
			o.Kind = theme.NoColour
		}
		return o, nil
	}
	kind, ok := theme.ParseKind(word)
	if !ok {
		return o, domain.Errorf(domain.Invalid, "%q is no theme", word).Hinted("choose auto, dark, light, high-contrast or none")
	}
	o.Kind = kind
	return o, nil
}

// console runs the console on an open database until it is left.
func (s *session) console(look theme.Options, keys *action.Keymap) error {
	cfg, err := s.consoleConfig(look)
	if err != nil {
		return err
	}
	cfg.Keys = keys
	root, err := tui.New(cfg)
	if err != nil {
		return err
	}
	_, err = tea.NewProgram(root, tea.WithContext(s.ctx), tea.WithInput(s.in), tea.WithOutput(s.out)).Run()
	if errors.Is(err, tea.ErrProgramKilled) && s.ctx.Err() != nil {
		return nil // interrupted: it was asked to end
	}
	return err
}

// consoleConfig is the console's pages and manners on this database.
func (s *session) consoleConfig(look theme.Options) (tui.Config, error) {
	cfg := tui.Config{Product: "Countersign", Banner: consoleBanner(s.store.Mode()), Theme: look, Mouse: !s.flags.noMouse,
		// The clock that --now sets is the database's; keys are pressed in real time.
		Now: time.Now, Context: s.ctx, Export: s.exportTable, Finder: consoleFinder(s)}
	if s.actor.Principal == "" {
		cfg.Actor = "read only"
	} else if err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		p, _ := o.Principal(s.actor.Principal)
		if cfg.Actor = p.Email; cfg.Actor == "" {
			cfg.Actor = p.Name
		}
		return nil
	}); err != nil {
		return cfg, err
	}
	cfg.Pages = consolePages(s)
	return cfg, nil
}

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
