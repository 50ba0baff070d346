package tuitest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// Drawn is a terminal that is drawn as the program draws one: each frame writes only
// what differs from the one before. Its cells, with their styles, are held against
// a terminal on which the whole frame is written anew.
type Drawn struct {
	w, h int
	out  bytes.Buffer
	draw *uv.TerminalRenderer
	next uv.ScreenBuffer
	term *vt.Emulator
}

// NewDrawn is an empty terminal of w×h.
func NewDrawn(w, h int) *Drawn {
	d := &Drawn{w: w, h: h, next: uv.NewScreenBuffer(w, h), term: vt.NewEmulator(w, h)}
	d.draw = uv.NewTerminalRenderer(&d.out, []string{"TERM=xterm-256color", "COLORTERM=truecolor", "CLICOLOR_FORCE=1"})
	d.draw.SetTabStops(-1)
	d.draw.SetScrollOptim(true)
	d.draw.SetFullscreen(true)
	d.draw.SetRelativeCursor(false)
	d.draw.EnterAltScreen()
	return d
}

// Close ends the terminal.
func (d *Drawn) Close() error { return d.term.Close() }

// Frame draws the next frame, for a window of w×h, and says which cell is another
// than on a terminal drawn anew: "" if none is.
func (d *Drawn) Frame(frame string, w, h int) (string, error) {
	if w != d.w || h != d.h {
		d.w, d.h = w, h
		d.term.Resize(w, h)
		d.draw.Erase()
		d.draw.Resize(w, h)
		d.next.Touched = nil
		d.next.Resize(w, h)
	}
	d.next.Clear()
	uv.NewStyledString(frame).Draw(d.next, d.next.Bounds())
	d.draw.Render(d.next.RenderBuffer)
	if err := d.draw.Flush(); err != nil {
		return "", err
	}
	if _, err := d.term.Write(d.out.Bytes()); err != nil {
		return "", err
	}
	d.out.Reset()
	anew := vt.NewEmulator(w, h)
	defer func() { _ = anew.Close() }()
	if _, err := anew.WriteString(strings.ReplaceAll(frame, "\n", "\r\n")); err != nil {
		return "", err
	}
	for y := range h {
		for x := range w {
			is, want := shownCell(d.term, x, y), shownCell(anew, x, y)
			if is.Content != want.Content || !is.Style.Equal(&want.Style) {
				return fmt.Sprintf("cell %d of line %d shows %q in %s, meant is %q in %s", x, y, is.Content, inWords(is.Style), want.Content, inWords(want.Style)), nil
			}
		}
	}
	return "", nil
}

// inWords is a style as its escape sequence, readable.
func inWords(s uv.Style) string { return fmt.Sprintf("%q", s.String()) }

// shownCell is a cell of a terminal; one that was never written is a blank, and the
// second half of a wide character is empty.
func shownCell(t *vt.Emulator, x, y int) uv.Cell {
	c := t.CellAt(x, y)
	if c == nil || c.Content == "" && c.Width == 1 {
		return uv.Cell{Content: " ", Width: 1}
	}
	cell := *c
	if cell.Content == " " {
		// Of a blank only what is seen counts: its background, or what it is in reverse.
		if cell.Style.Attrs &= uv.AttrReverse; cell.Style.Attrs == 0 {
			cell.Style.Fg = nil
		}
	}
	return cell
}

// Five are the windows of the design.
func Five() [][2]int { return [][2]int{{200, 50}, {120, 40}, {80, 24}, {60, 15}, {40, 12}} }

// FuzzDrawn does n things at random, the same for the same seed: keys by names,
// bursts, clicks, turns of the wheel, resizes to the five sizes of the design. After
// each it checks the frame, and that a terminal drawn piece by piece shows it, cells
// and styles. It stops when the model quits.
func (d *Driver) FuzzDrawn(seed uint64, n int, names []string) {
	d.t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	d.drawn(fmt.Sprintf("seed %d", seed), n, rnd.IntN, names)
}

// PlayDrawn is FuzzDrawn with what is done told by script, a byte or a few a thing.
func (d *Driver) PlayDrawn(script []byte, names []string) {
	d.t.Helper()
	d.drawn("played", min(len(script), mostPlayed), func(n int) int {
		if len(script) == 0 {
			return n - 1
		}
		b := int(script[0])
		script = script[1:]
		return b % n
	}, names)
}

// mostPlayed bounds what a script does.
const mostPlayed = 48

// drawn does n things that pick chooses.
func (d *Driver) drawn(what string, n int, pick func(n int) int, names []string) {
	d.t.Helper()
	screen := NewDrawn(d.w, d.h)
	defer func() {
		if err := screen.Close(); err != nil {
			d.t.Error(err)
		}
	}()
	var done []string
	for i := 0; i < n && !d.quit; i++ {
		switch key := names[pick(len(names))]; pick(14) {
		case 0:
			size := Five()[pick(len(Five()))]
			d.Resize(size[0], size[1])
			done = append(done, fmt.Sprintf("%dx%d", size[0], size[1]))
		case 1:
			x, y := pick(d.w), pick(d.h)
			d.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
			done = append(done, fmt.Sprintf("click %d,%d", x, y))
		case 2:
			d.Send(tea.MouseWheelMsg{X: pick(d.w), Y: pick(d.h), Button: tea.MouseWheelDown})
			done = append(done, "wheel")
		case 3:
			d.Burst(key, key, key)
			done = append(done, key+" thrice")
		default:
			d.Send(Key(key))
			done = append(done, key)
		}
		frame := d.FrameStyled()
		fault := Check(frame, d.w, d.h)
		if fault == "" {
			var err error
			if fault, err = screen.Frame(frame, d.w, d.h); err != nil {
				d.t.Fatal(err)
			}
		}
		if fault != "" {
			d.t.Errorf("%s, at %d×%d after %s: %s", what, d.w, d.h, strings.Join(done, " "), fault)
			return
		}
	}
}
