package browse

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/ui"
)

// Clerk does the acts of a page that are no change sets. A dialog that asked
// stays open until the act is done, and shows what went wrong over what was
// typed; without one the console shows it.
type Clerk struct {
	host   *tui.Host
	reload func() tea.Cmd
	gen    int
	heard  int // the last act whose failure a dialog has shown
}

type (
	clerkMsg struct {
		of   *Clerk
		gen  int
		said string
		err  error
		then func() // once it is done, nil for nothing
	}
	clerkLateMsg struct{ m clerkMsg }
)

// NewClerk makes the clerk of a page; reload loads it again after each act.
func NewClerk(h *tui.Host, reload func() tea.Cmd) *Clerk { return &Clerk{host: h, reload: reload} }

// Run does an act to its end, whatever is left meanwhile: its answer must be
// known. What act gives is said.
func (c *Clerk) Run(label string, act func(ctx context.Context) (string, error)) tea.Cmd {
	return c.run(label, nil, act)
}

func (c *Clerk) run(label string, then func(), act func(ctx context.Context) (string, error)) tea.Cmd {
	c.gen++
	gen := c.gen
	return c.host.Work(label, func(ctx context.Context) tea.Msg {
		said, err := act(context.WithoutCancel(ctx))
		return clerkMsg{c, gen, said, err, then}
	})
}

// Ask asks for what an act needs, and does it.
func (c *Clerk) Ask(heading, label string, what []string, fields []ui.Field, act func(ctx context.Context, values []string) (string, error)) tea.Cmd {
	return c.ask(heading, label, what, fields, nil, act)
}

func (c *Clerk) ask(heading, label string, what []string, fields []ui.Field, then func(), act func(ctx context.Context, values []string) (string, error)) tea.Cmd {
	c.host.Open(ui.NewAsk(c.host.Env, ui.Ask{Heading: heading, What: what, Fields: fields, Done: c.done, Do: func(values []string) tea.Cmd {
		return c.run(label, then, func(ctx context.Context) (string, error) { return act(ctx, values) })
	}}))
	return nil
}

// Confirm asks whether to do an act, and does it: q is what is asked, without Do and Done.
func (c *Clerk) Confirm(q ui.Confirm, label string, act func(ctx context.Context) (string, error)) tea.Cmd {
	q.Done, q.Do = c.done, func() tea.Cmd { return c.Run(label, act) }
	c.host.Open(ui.NewConfirm(c.host.Env, q))
	return nil
}

// done is a dialog's Done: it waits for the act begun last.
func (c *Clerk) done(msg tea.Msg) (bool, error) {
	m, ok := msg.(clerkMsg)
	if !ok || m.of != c || m.gen != c.gen {
		return false, nil
	}
	c.heard = m.gen
	return true, m.err
}

// Update takes the answers to its acts; mine is false for any other message.
func (c *Clerk) Update(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch m := msg.(type) {
	case clerkMsg:
		if m.of != c {
			return nil, false
		}
		if m.err != nil { // a dialog may show it; afterwards it is the console's
			return tea.Batch(c.reload(), func() tea.Msg { return clerkLateMsg{m} }), true
		}
		if m.then != nil {
			m.then()
		}
		c.host.Say(m.said)
		return c.reload(), true
	case clerkLateMsg:
		if m.m.of != c {
			return nil, false
		}
		if c.heard != m.m.gen && !errors.Is(m.m.err, context.Canceled) {
			c.host.Fail(m.m.err)
		}
		return nil, true
	}
	return nil, false
}
