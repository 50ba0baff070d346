package definitions

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/tui/browse"
	"countersign/tui/ui"
)

// Part is one thing a definition says, as a text that can be changed.
type Part struct {
	Key, Label, Value, Hint string
	Words                   []string // all it can be; nil: any text
}

// Texts read and change a definition thing by thing.
type Texts interface {
	// Parts are what it says, in order.
	Parts(ctx context.Context, t review.Template) ([]Part, error)
	// Reword is the definition with another text for one part; what it cannot say is an
	// error.
	Reword(ctx context.Context, t review.Template, key, text string) (review.Definition, error)
}

// editing is a next version as far as it has been said.
type editing struct {
	key  string
	t    review.Template
	said []string // what was changed, in words
}

// rewordedMsg is another text in its place, or why it cannot be: then ed is as it was.
type rewordedMsg struct {
	of    *page
	gen   int
	ed    editing
	err   error
	stays bool // the dialog that asked is open, and shows err
}

// screen is the browser with the page's own answers.
type screen struct {
	*browse.Browser
	p *page
}

// Update implements tui.Page: after each change, and each that cannot be, the parts are
// offered again.
func (s *screen) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(rewordedMsg); ok {
		if m.of != s.p || m.gen != s.p.gen || m.err != nil && m.stays {
			return nil
		}
		if m.err != nil && !errors.Is(m.err, context.Canceled) {
			s.p.host.Fail(m.err)
		}
		return keeper{s.Subject(), s.p}.edit(m.ed)
	}
	return s.Browser.Update(msg)
}

// change begins the next version of a definition with the one in force, or the last.
func (k keeper) change(key string, e entry) tea.Cmd {
	t, ok := e.force()
	if !ok {
		t = e.last()
	}
	return k.edit(editing{key: key, t: t})
}

// edit offers what can be changed, and to propose what was.
func (k keeper) edit(ed editing) tea.Cmd {
	parts := map[string]Part{} // filled in the command, read after its answer
	return ui.OpenPick(k.Host.Env, ui.Pick{Heading: "Change what of " + ed.t.Name + "?", What: ed.said, Load: func(ctx context.Context) ([]ui.Candidate, error) {
		all, err := k.p.reads.Parts(ctx, ed.t)
		first := ui.Candidate{Label: "Propose the next version", Note: fmt.Sprintf("%d changed", len(ed.said))}
		if len(ed.said) == 0 {
			first.Off = "Nothing is changed yet: choose what is to be."
		}
		out := []ui.Candidate{first}
		for _, p := range all {
			parts[p.Key] = p
			out = append(out, ui.Candidate{Key: p.Key, Label: p.Label, Note: p.Value})
		}
		return out, err
	}, Do: func(c ui.Candidate) tea.Cmd {
		if c.Key == "" {
			return k.confirm(ed)
		}
		return k.reword(ed, parts[c.Key])
	}, Back: func() tea.Cmd { return k.drop(ed) }})
}

// drop asks before what was changed is lost.
func (k keeper) drop(ed editing) tea.Cmd {
	if len(ed.said) == 0 {
		return nil
	}
	k.Host.Open(ui.NewConfirm(k.Host.Env, ui.Confirm{Heading: "Drop what you changed of " + ed.t.Name + "?", What: ed.said, Yes: "drop it", Back: func() tea.Cmd { return k.edit(ed) },
		Do: func() tea.Cmd {
			k.Host.Say(ui.Cancelled)
			return nil
		}}))
	return nil
}

// reword asks for another text of one part. What cannot be said there stays on the
// screen with why.
func (k keeper) reword(ed editing, part Part) tea.Cmd {
	k.p.gen++
	gen := k.p.gen
	list := func() tea.Cmd { return k.edit(ed) }
	with := func(text string) tea.Cmd {
		return k.Host.Work("reading it", func(ctx context.Context) tea.Msg {
			m := rewordedMsg{of: k.p, gen: gen, ed: ed, stays: len(part.Words) == 0}
			next, err := k.p.reads.Reword(ctx, ed.t, part.Key, text)
			if m.err = err; err != nil {
				return m
			}
			m.ed.t.Definition = next
			m.ed.said = append(append([]string{}, ed.said...), fmt.Sprintf("%s: %s, was %s", part.Label, orNone(text), orNone(part.Value)))
			return m
		})
	}
	if len(part.Words) > 0 {
		c := ui.Choice{Heading: part.Label, Do: func(i int) tea.Cmd { return with(part.Words[i]) }, Back: list}
		for _, w := range part.Words {
			c.Options = append(c.Options, ui.Option{Label: orNone(w)})
		}
		k.Host.Open(ui.NewChoice(k.Host.Env, c))
		return nil
	}
	k.Host.Open(ui.NewAsk(k.Host.Env, ui.Ask{Heading: part.Label, Fields: []ui.Field{{Label: part.Label, Value: part.Value, Hint: part.Hint}},
		Do: func(v []string) tea.Cmd { return with(strings.TrimSpace(v[0])) }, Back: list,
		Done: func(msg tea.Msg) (bool, error) {
			m, ok := msg.(rewordedMsg)
			return ok && m.of == k.p && m.gen == gen, m.err
		}}))
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// confirm shows all that was changed, and proposes it. Cancel is the default, and goes
// back to what was changed.
func (k keeper) confirm(ed editing) tea.Cmd {
	what := append(append([]string{}, ed.said...), "A checker other than you approves it; until then the version in force stays.")
	saw := k.saw(ed.key)
	return k.Clerk.Confirm(ui.Confirm{Heading: "Propose the next version of " + ed.t.Name + "?", What: what, Yes: "propose", Back: func() tea.Cmd { return k.edit(ed) }}, "proposing",
		func(ctx context.Context) (string, error) { return k.proposed(ctx, saw, ed.t) })
}
