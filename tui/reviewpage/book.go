package reviewpage

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// Books is what the page needs besides to write the actor's open items as a
// workbook and to read it back; where the work does not have it, that is not
// offered.
type Books interface {
	// PacketOut writes the workbook into the current directory and gives its name.
	PacketOut(ctx context.Context, campaign domain.ID) (file string, items int, err error)
	// ReadBack judges the rows of a file. It writes nothing.
	ReadBack(ctx context.Context, campaign domain.ID, file string) (Back, error)
}

// Back is what would become of a file that is read back.
type Back struct {
	File     string
	Summary  string   // "3 accepted, 27 unchanged, 1 illegal"
	Refused  []string // a sentence each
	Accepted []string
	Head     review.Head
	// Enter writes what is accepted as one act, and says so.
	Enter func(ctx context.Context, saw domain.Sight) (string, error)
}

type (
	backMsg struct {
		back  Back
		err   error
		asked *string
	}
	enteredMsg struct {
		said string
		err  error
	}
)

func (p *page) offBook() string {
	switch {
	case p.books == nil:
		return "Workbooks are not written or read here: use countersign packet."
	case !p.loaded:
		return "Your items are not there yet."
	}
	return p.share.Over
}

// bookOut writes the open items as a workbook.
func (p *page) bookOut() tea.Cmd {
	id := p.share.Campaign.ID
	return p.h.Work("writing the workbook", func(ctx context.Context) tea.Msg {
		file, n, err := p.books.PacketOut(ctx, id)
		if err != nil {
			return tui.FailMsg{Err: err}
		}
		return tui.SayMsg{Text: fmt.Sprintf("written: %s, %s to answer", file, review.Count(n, "item", "items"))}
	})
}

// bookBack asks for a file, and then shows what would become of it.
func (p *page) bookBack() tea.Cmd {
	id, token := p.share.Campaign.ID, new(string)
	p.h.Open(ui.NewAsk(p.h.Env, ui.Ask{Heading: "Read a packet workbook back", What: []string{"Every row is looked at first; nothing is written yet."},
		Fields: []ui.Field{{Label: "File", Check: ui.Needed("a file"), Hint: "the workbook that was answered, or its sheet Items as CSV"}},
		Do: func(v []string) tea.Cmd {
			return p.h.Work("reading the workbook", func(ctx context.Context) tea.Msg {
				b, err := p.books.ReadBack(ctx, id, strings.TrimSpace(v[0]))
				return backMsg{b, err, token}
			})
		},
		Done: func(msg tea.Msg) (bool, error) {
			m, ok := msg.(backMsg)
			return ok && m.asked == token, m.err
		}}))
	return nil
}

// mostTold bounds the rows that the preview lists.
const mostTold = 12

// askBook shows the preview, and asks whether what is accepted is to be written.
func (p *page) askBook(m backMsg) tea.Cmd {
	if m.err != nil {
		return nil // the dialog shows it over what was typed
	}
	b := m.back
	what := []string{safe.Text(b.File) + ": " + b.Summary + "."}
	told := append(append([]string{}, b.Refused...), b.Accepted...)
	for i, line := range told {
		if i == mostTold {
			what = append(what, fmt.Sprintf("and %d more rows: countersign packet import shows them all.", len(told)-mostTold))
			break
		}
		what = append(what, safe.Text(line))
	}
	if len(b.Accepted) == 0 {
		what = append(what, "Nothing of it would be written.")
	}
	var lines []ui.Line
	for _, s := range append([]string{what[0]}, told...) {
		lines = append(lines, ui.Plain(safe.Text(s)))
	}
	saw := tui.Saw(b.Head, lines...)
	c := ui.Choice{Heading: "Read back", What: what, Options: []ui.Option{{Label: "leave it", Key: "l"}}}
	if n := len(b.Accepted); n > 0 {
		label := "write " + review.Count(n, "decision", "decisions")
		if r := len(b.Refused); r > 0 {
			label += ", leave " + review.Count(r, "refused row", "refused rows") + " out"
		}
		c.Options = append(c.Options, ui.Option{Label: label, Key: "w"})
	}
	c.Do = func(i int) tea.Cmd {
		if i == 0 {
			return nil
		}
		return p.h.Work("saving decisions", func(ctx context.Context) tea.Msg {
			said, err := b.Enter(context.WithoutCancel(ctx), saw)
			return enteredMsg{said, err}
		})
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

func (p *page) bookEntered(m enteredMsg) tea.Cmd {
	if m.err != nil {
		p.h.Fail(m.err)
		return nil
	}
	p.h.Say(m.said)
	clear(p.more)
	return tea.Batch(p.read(true), p.list.Reload())
}
