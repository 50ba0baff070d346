package theme

import (
	"slices"
	"strings"
)

// Signs are the characters the console draws with, all one cell wide.
type Signs struct {
	Vertical, Horizontal, TeeDown, TeeUp       string
	TopLeft, TopRight, BottomLeft, BottomRight string
	Folded, Unfolded, Leaf                     string
	RadioOn, RadioOff, RadioInherited          string
	Trail, Dot, Full, Empty, Ellipsis          string
}

var (
	unicodeSigns = Signs{
		Vertical: "│", Horizontal: "─", TeeDown: "┬", TeeUp: "┴",
		TopLeft: "┌", TopRight: "┐", BottomLeft: "└", BottomRight: "┘",
		Folded: "▸", Unfolded: "▾", Leaf: " ",
		RadioOn: "●", RadioOff: "·", RadioInherited: "○",
		Trail: "›", Dot: "·", Full: "█", Empty: "░", Ellipsis: "…",
	}
	asciiSigns = Signs{
		Vertical: "|", Horizontal: "-", TeeDown: "+", TeeUp: "+",
		TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
		Folded: "+", Unfolded: "-", Leaf: " ",
		RadioOn: "#", RadioOff: ".", RadioInherited: "o",
		Trail: ">", Dot: "-", Full: "#", Empty: ".", Ellipsis: "~",
	}
)

// plainPairs are the signs that any of the console's words may hold, with what
// stands for them in ASCII, each one cell wide.
var plainPairs = []string{
	"│", "|", "─", "-", "┬", "+", "┴", "+", "┌", "+", "┐", "+", "└", "+", "┘", "+", "├", "+", "┤", "+", "┼", "+",
	"▸", "+", "▾", "-", "●", "#", "○", "o", "█", "#", "░", ".", "▒", ":", "▓", "#",
	"›", ">", "‹", "<", "·", "-", "•", "*", "…", "~", "×", "x", "→", ">", "←", "<", "↑", "^", "↓", "v",
	"–", "-", "—", "-", "“", "\"", "”", "\"", "‘", "'", "’", "'", "≤", "<", "≥", ">", "±", "+",
	"▏", "|", "▎", "|", "▍", "|", "▌", "|", "▋", "|", "▊", "|", "▉", "#", "▐", "|",
	"▁", "_", "▂", "_", "▃", "-", "▄", "=", "▅", "=", "▆", "#", "▇", "#",
}

// plain puts them in, and a question mark for what shows a control character.
var plain = strings.NewReplacer(slices.Concat(plainPairs, controlPairs())...)

// controlPairs are the pictures by which control characters in data are shown, and
// the mark of what is no character.
func controlPairs() []string {
	out := []string{"\ufffd", "?"}
	for r := rune(0x2400); r <= 0x2421; r++ {
		out = append(out, string(r), "?")
	}
	return out
}

// The marks. They are letters, so that nothing is told by colour alone; they are
// the same in every look.
const (
	LevelNone, LevelRead, LevelEdit = "-", "R", "E"

	DecisionOpen, DecisionKeep, DecisionRevoke, DecisionReduce = ".", "+", "x", "~"
)

// LevelRole is the role in which the mark of a level is drawn.
func LevelRole(mark string) Role {
	switch mark {
	case LevelRead:
		return Read
	case LevelEdit:
		return Edit
	}
	return Dim
}

// DecisionRole is the role in which the mark of a decision is drawn.
func DecisionRole(mark string) Role {
	switch mark {
	case DecisionKeep:
		return OK
	case DecisionRevoke:
		return Danger
	case DecisionReduce:
		return Warn
	}
	return Dim
}

// Progress is a bar of w cells, done of total full.
func (t *Theme) Progress(done, total, w int) string {
	if w <= 0 {
		return ""
	}
	full := 0
	if total > 0 {
		full = min(max(done, 0)*w/total, w)
	}
	var b []byte
	for i := range w {
		if i < full {
			b = append(b, t.Sign.Full...)
		} else {
			b = append(b, t.Sign.Empty...)
		}
	}
	return string(b)
}
