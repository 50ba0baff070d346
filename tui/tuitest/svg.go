package tuitest

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// The picture's measures in pixels, and its colours.
const (
	cellW, cellH = 8, 17
	margin       = 10
	ink, paper   = "#d7dae0", "#16181d"
	faint        = "#8b93a3"
)

// SVG draws a frame of w×h as a picture that needs nothing else: text in a
// monospace font, each run held to its cells. The same frame gives the same
// bytes.
func SVG(frame string, w, h int) string {
	buf := uv.NewScreenBuffer(w, h)
	buf.Method = ansi.GraphemeWidth
	uv.NewStyledString(frame).Draw(buf, uv.Rect(0, 0, w, h))
	var b strings.Builder
	pw, ph := w*cellW+2*margin, h*cellH+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", pw, ph, pw, ph)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="6" fill="%s"/>`+"\n", pw, ph, paper)
	fmt.Fprintf(&b, `<g font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="13" xml:space="preserve">`+"\n")
	for y := range h {
		for x := 0; x < w; {
			x = drawRun(&b, &buf, x, y, w)
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// drawRun draws the cells of line y from x on that share a style and gives where
// the next run begins. Each wide character is a run by itself.
func drawRun(b *strings.Builder, buf *uv.ScreenBuffer, x, y, w int) int {
	first := cellAt(buf, x, y)
	var text strings.Builder
	end := x
	for end < w {
		c := cellAt(buf, end, y)
		if end > x && (!c.Style.Equal(&first.Style) || c.Width != 1 || first.Width != 1) {
			break
		}
		text.WriteString(c.Content)
		end += max(c.Width, 1)
	}
	fg, bg := look(first.Style)
	px, py, pw := margin+x*cellW, margin+y*cellH, (end-x)*cellW
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", px, py, pw, cellH, bg)
	}
	if s := text.String(); strings.TrimSpace(s) != "" {
		weight := ""
		if first.Style.Attrs&uv.AttrBold != 0 {
			weight = ` font-weight="bold"`
		}
		fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>`+"\n",
			px, py+cellH-4, pw, fg, weight, escaper.Replace(s))
	}
	return end
}

// cellAt is the cell, a blank where there is none.
func cellAt(buf *uv.ScreenBuffer, x, y int) uv.Cell {
	c := buf.CellAt(x, y)
	if c == nil || c.Content == "" {
		return uv.Cell{Content: " ", Width: 1}
	}
	return *c
}

// look is the colours of a style; bg is empty for the paper's.
func look(s uv.Style) (fg, bg string) {
	fg, bg = hex(s.Fg), hex(s.Bg)
	if fg == "" {
		fg = ink
		if s.Attrs&uv.AttrFaint != 0 {
			fg = faint
		}
	}
	if s.Attrs&uv.AttrReverse != 0 {
		if bg == "" {
			bg = paper
		}
		fg, bg = bg, fg
	}
	return fg, bg
}

func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// escaper makes text fit for XML; no-break spaces keep runs of blanks from being
// drawn as one.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", " ", "\u00a0")
