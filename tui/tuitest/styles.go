package tuitest

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"countersign/tui/theme"
)

// roleNames are the roles by the words they are recorded under. Of two that look the
// same the first one names both.
var roleNames = []struct {
	role theme.Role
	name string
}{
	{theme.Selected, "selected"}, {theme.Title, "title"}, {theme.Dim, "dim"}, {theme.Frame, "frame"}, {theme.Key, "key"}, {theme.Danger, "danger"},
	{theme.Warn, "warn"}, {theme.OK, "ok"}, {theme.Read, "read"}, {theme.Edit, "edit"}, {theme.Bar, "bar"}, {theme.Group, "group"}, {theme.Marked, "marked"},
}

// Styles says how the cells of a frame of w×h are drawn, to be read and compared: for
// each line the runs that are not plain, in the words of the roles of the look they
// were drawn in, or of their attributes; lines that are alike stand together.
func Styles(frame string, w, h int, o theme.Options) string {
	names := map[string]string{}
	for _, r := range roleNames {
		style := firstStyle(theme.New(o, true).Style(r.role, "x"))
		if key := style.String(); names[key] == "" && o.Kind != theme.NoColour {
			names[key] = r.name
		}
	}
	buf := drawnOn(frame, w, h)
	var out strings.Builder
	from, last := 0, ""
	write := func(to int) {
		switch {
		case last == "":
		case from == to:
			fmt.Fprintf(&out, "%d: %s\n", from, last)
		default:
			fmt.Fprintf(&out, "%d-%d: %s\n", from, to, last)
		}
	}
	for y := range h {
		if line := runs(buf, y, w, names); line != last {
			if y > 0 {
				write(y - 1)
			}
			from, last = y, line
		}
	}
	write(h - 1)
	return out.String()
}

// Palette says how each role is drawn in a look: what Styles names by its word.
func Palette(o theme.Options) string {
	var out strings.Builder
	for _, r := range roleNames {
		fmt.Fprintf(&out, "%-9s %s\n", r.name, attributes(firstStyle(theme.New(o, true).Style(r.role, "x"))))
	}
	return out.String()
}

// runs are the runs of line y that are not plain. Blanks between two of a kind are of
// that kind.
func runs(buf uv.ScreenBuffer, y, w int, names map[string]string) string {
	var parts []string
	name, from, to := "", 0, 0
	end := func() {
		if name != "" {
			parts = append(parts, fmt.Sprintf("%s %d-%d", name, from, to))
		}
	}
	for x := 0; x < w; {
		c := cellAt(&buf, x, y)
		next := x + max(c.Width, 1)
		style := seen(c)
		is := ""
		if !style.IsZero() {
			if is = names[style.String()]; is == "" {
				is = attributes(style)
			}
		}
		switch blank := is == "" && strings.TrimSpace(c.Content) == ""; {
		case is == name:
			to = next - 1
		case !blank:
			end()
			name, from, to = is, x, next-1
		}
		x = next
	}
	end()
	return strings.Join(parts, ", ")
}

// seen is of a cell's style what is seen: of a blank only its ground.
func seen(c uv.Cell) uv.Style {
	s := c.Style
	if strings.TrimSpace(c.Content) == "" && s.Underline == 0 {
		reverse := s.Attrs & uv.AttrReverse
		s.Attrs = reverse
		if reverse == 0 {
			s.Fg = nil
		}
	}
	return s
}

func drawnOn(frame string, w, h int) uv.ScreenBuffer {
	buf := uv.NewScreenBuffer(w, h)
	buf.Method = ansi.GraphemeWidth
	uv.NewStyledString(frame).Draw(buf, uv.Rect(0, 0, w, h))
	return buf
}

// firstStyle is the style of the first cell of s.
func firstStyle(s string) uv.Style {
	buf := drawnOn(s, 1, 1)
	return cellAt(&buf, 0, 0).Style
}

// attributes is a style in words: "bold #7cc4ff".
func attributes(s uv.Style) string {
	var words []string
	for _, a := range []struct {
		bit  uint8
		word string
	}{{uv.AttrBold, "bold"}, {uv.AttrFaint, "faint"}, {uv.AttrItalic, "italic"}, {uv.AttrBlink, "blink"}, {uv.AttrReverse, "reverse"},
		{uv.AttrConceal, "conceal"}, {uv.AttrStrikethrough, "struck"}} {
		if s.Attrs&a.bit != 0 {
			words = append(words, a.word)
		}
	}
	if s.Underline != 0 {
		words = append(words, "underlined")
	}
	if s.Fg != nil {
		words = append(words, hex(s.Fg))
	}
	if s.Bg != nil {
		words = append(words, "on "+hex(s.Bg))
	}
	if len(words) == 0 {
		return "plain"
	}
	return strings.Join(words, "+")
}
