package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/safe"
	"countersign/tui/ui"
)

// zone is a part of a line of the screen that does something when it is clicked.
type zone struct {
	y, from, to int // to is the first cell after it
	do          func() tea.Cmd
}

// box is where the inside of a layer was drawn.
type box struct{ x, y, w, h int }

// step is a piece of the trail in the header; clicked it goes back that many pages.
type step struct {
	text string
	back int // 0: nothing to click
}

// steps is the trail's last n pages, after a mark for those left out.
func (r *Root) steps(n int) []step {
	from := max(len(r.stack)-n, 0)
	between := " " + r.look.Load().Sign.Trail + " "
	var out []step
	if from > 0 && n > 1 {
		out = append(out, step{r.look.Load().Sign.Ellipsis, len(r.stack) - from}, step{between, 0})
	}
	for i := from; i < len(r.stack); i++ {
		if i > from {
			out = append(out, step{between, 0})
		}
		out = append(out, step{r.stack[i].title(), len(r.stack) - 1 - i})
	}
	return out
}

func stepsWidth(steps []step) int {
	w := 0
	for _, s := range steps {
		w += safe.Width(s.text)
	}
	return w
}

// back leaves n pages; it asks if one of them has something unsaved. The first page
// stays.
func (r *Root) backBy(n int) tea.Cmd {
	n = min(n, len(r.stack)-1)
	if n <= 0 {
		return nil
	}
	leave := r.stack[len(r.stack)-n:]
	for _, e := range leave {
		if u, ok := e.page.(Unsaved); ok && u.Unsaved() != "" {
			return r.ask(r.front(), "Leave "+e.title()+"?", u.Unsaved(), "leave", func() tea.Cmd { return r.leaveAll(n) })
		}
	}
	return r.leaveAll(n)
}

// leaveAll leaves the n pages in front without asking.
func (r *Root) leaveAll(n int) tea.Cmd {
	at := len(r.stack) - n
	r.drop(r.stack[at:])
	r.stack = r.stack[:at:at]
	return r.returned()
}

// trail is the choice of the pages one came by, the nearest first.
func (r *Root) trail() tea.Cmd {
	words := r.trailWords()
	c := ui.Choice{Heading: "Back to", Do: func(i int) tea.Cmd { return r.backTo(words[i]) }}
	for i, w := range words {
		n, title, _ := strings.Cut(w, " ")
		o := ui.Option{Label: title}
		if i < 9 {
			o.Key = n
		}
		c.Options = append(c.Options, o)
	}
	e := r.front()
	e.layers = append(e.layers, ui.NewChoice(r.env(e), c))
	return nil
}

// trailWords are the pages one came by, after how many pages back they are.
func (r *Root) trailWords() []string {
	var out []string
	for n := 1; n < len(r.stack); n++ {
		out = append(out, fmt.Sprint(n, " ", r.stack[len(r.stack)-1-n].title()))
	}
	return out
}

// backTo goes back to one of trailWords.
func (r *Root) backTo(word string) tea.Cmd {
	n, _, _ := strings.Cut(word, " ")
	by, err := strconv.Atoi(n)
	if err != nil {
		return nil
	}
	return r.backBy(by)
}

func (r *Root) offTrail() string {
	if len(r.stack) < 2 {
		return "This is the first page."
	}
	return ""
}

// mouse hands wheel and click to whoever drew what is under them: a hint or a step
// of the trail, the layer in front, or the page, counted from its own first line.
func (r *Root) mouse(msg tea.MouseMsg) tea.Cmd {
	e := r.front()
	if e == nil {
		return nil
	}
	m := msg.Mouse()
	click, clicked := msg.(tea.MouseClickMsg)
	if clicked {
		for _, z := range r.zones {
			if m.Y == z.y && m.X >= z.from && m.X < z.to && e.layer() == nil && m.Button == tea.MouseLeft {
				return z.do()
			}
		}
	}
	wheel, wheeled := msg.(tea.MouseWheelMsg)
	if l := e.layer(); l != nil {
		b := r.box
		switch {
		case wheeled:
			return r.toLayer(e, l, wheel)
		case clicked && m.X >= b.x && m.X < b.x+b.w && m.Y >= b.y && m.Y < b.y+b.h:
			click.X, click.Y = m.X-b.x, m.Y-b.y
			return r.toLayer(e, l, click)
		}
		return nil
	}
	switch {
	case wheeled:
		wheel.Y--
		return r.own(e, e.page.Update(wheel))
	case clicked:
		click.Y--
		return r.own(e, e.page.Update(click))
	}
	return nil
}
