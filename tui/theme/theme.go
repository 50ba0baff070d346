// Package theme holds the console's styles by meaning, prebuilt.
//
// A page names a Role ("this is a warning"), never a colour. A Theme turns a
// role into the bytes that start and end it, made once, because the cost of a
// frame is per styled cell: one prepared style around a whole line costs
// nothing, one built per cell costs the budget of the frame. Nothing is said by
// colour alone; the marks of levels and decisions are letters.
package theme

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
)

// Role is what a piece of text means.
type Role uint8

// The roles. Plain is the zero value: the terminal's own colours.
const (
	Plain    Role = iota
	Title         // names of things, headings
	Dim           // what is inherited, secondary, or not available
	Selected      // the line the cursor is on; also marked by '>'
	Marked        // a line marked for a bulk act; also marked by '*'
	Key           // a key in a hint
	OK            // success, keep
	Warn          // needs care, reduce, rehearsal
	Danger        // errors, revoke
	Read          // level Read
	Edit          // level Edit
	Group         // the header line of a group
	Frame         // borders and rules
	Bar           // the header and footer lines
	roles
)

// Kind is one of the shipped palettes.
type Kind uint8

// The palettes. Auto is Dark until the terminal tells its background; HighContrast
// becomes HighContrastLight when it tells a light one.
const (
	Auto Kind = iota
	Dark
	Light
	HighContrast
	HighContrastLight
	NoColour
)

// kinds are the words for the palettes, as a flag or a configuration gives them.
var kinds = [...]string{"auto", "dark", "light", "high-contrast", "high-contrast-light", "none"}

// String is the word for k.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return "unknown"
}

// Words are the words for the palettes, in the order in which they are offered.
func Words() []string { return slices.Clone(kinds[:]) }

// Asks tells whether the look depends on the terminal's background.
func (k Kind) Asks() bool { return k == Auto || k == HighContrast }

// ParseKind reads the word for a palette; ok is false for a word it does not know.
func ParseKind(word string) (k Kind, ok bool) {
	for i, w := range kinds {
		if w == word {
			return Kind(i), true
		}
	}
	return Auto, false
}

// Theme is one look, ready to draw with. It is not changed after New.
type Theme struct {
	Kind   Kind
	ASCII  bool
	Sign   Signs
	starts [roles]string
	ends   [roles]string
}

// Options choose a look. NO_COLOR is the caller's to read: set Kind to NoColour.
type Options struct {
	Kind  Kind
	ASCII bool // borders and marks in ASCII only
}

// New builds the look. Where the kind asks for the background, dark tells it.
func New(o Options, dark bool) *Theme {
	k := o.Kind
	if k == Auto {
		k = Light
		if dark {
			k = Dark
		}
	}
	if k == HighContrast && !dark {
		k = HighContrastLight
	}
	t := &Theme{Kind: k, Sign: unicodeSigns}
	if o.ASCII {
		t.ASCII, t.Sign = true, asciiSigns
	}
	for r, st := range palette(k) {
		// lipgloss wraps text it renders in the style's start and end: taken
		// apart once here, put round whole lines ever after.
		t.starts[r], t.ends[r], _ = strings.Cut(st.Render("x"), "x")
	}
	return t
}

// Fit is a frame as the terminal can show it: with ASCII each of the console's own
// signs, wherever it comes from, is one ASCII character. It is the one place where
// that is decided; letters of other scripts are data and stay.
func (t *Theme) Fit(frame string) string {
	if !t.ASCII {
		return frame
	}
	return plain.Replace(frame)
}

// Style is s between the start and the end of r. It is for text without styles
// of its own, already made safe.
func (t *Theme) Style(r Role, s string) string {
	if r >= roles || t.starts[r] == "" || s == "" {
		return s
	}
	return t.starts[r] + s + t.ends[r]
}

// Append writes Style(r, s) to b without building the string first.
func (t *Theme) Append(b *strings.Builder, r Role, s string) {
	if r >= roles || s == "" {
		b.WriteString(s)
		return
	}
	b.WriteString(t.starts[r])
	b.WriteString(s)
	b.WriteString(t.ends[r])
}

// Bracket is the start and the end of r, for a caller that writes between them.
func (t *Theme) Bracket(r Role) (start, end string) {
	if r >= roles {
		return "", ""
	}
	return t.starts[r], t.ends[r]
}

// palette gives each role its style in k.
func palette(k Kind) [roles]lipgloss.Style {
	var p [roles]lipgloss.Style
	base := lipgloss.NewStyle
	p[Plain] = base()
	p[Title], p[Group] = base().Bold(true), base().Bold(true)
	p[Selected] = base().Reverse(true)
	p[Bar] = base().Bold(true)
	p[Key] = base().Bold(true)
	p[Marked] = base().Bold(true)
	p[Danger], p[Warn], p[OK] = base().Bold(true), base().Bold(true), base()
	p[Dim], p[Frame] = base().Faint(true), base().Faint(true)
	p[Read], p[Edit] = base(), base().Bold(true)
	if k == NoColour {
		return p
	}
	c := colours[k]
	for r, hex := range map[Role]string{
		Title: c.title, Group: c.title, Key: c.accent, Marked: c.accent, OK: c.ok, Warn: c.warn,
		Danger: c.danger, Read: c.read, Edit: c.edit, Dim: c.dim, Frame: c.frame,
	} {
		p[r] = p[r].Faint(false).Foreground(lipgloss.Color(hex))
	}
	return p
}

// colourSet are the colours of one palette, as #rrggbb; the renderer brings them
// down to what the terminal can show.
type colourSet struct{ title, accent, ok, warn, danger, read, edit, dim, frame string }

var colours = map[Kind]colourSet{
	Dark: {title: "#e6e9ef", accent: "#7cc4ff", ok: "#7fd88f", warn: "#f2c55c", danger: "#ff7b72",
		read: "#8ab4f8", edit: "#f2c55c", dim: "#8b93a3", frame: "#5a6272"},
	Light: {title: "#1b1f24", accent: "#0550ae", ok: "#116329", warn: "#7d4e00", danger: "#a40e26",
		read: "#0550ae", edit: "#7d4e00", dim: "#57606a", frame: "#8c959f"},
	HighContrast: {title: "#ffffff", accent: "#00ffff", ok: "#00ff00", warn: "#ffff00", danger: "#ff6060",
		read: "#00ffff", edit: "#ffff00", dim: "#d0d0d0", frame: "#ffffff"},
	HighContrastLight: {title: "#000000", accent: "#0000b0", ok: "#004d00", warn: "#5c3a00", danger: "#8b0000",
		read: "#0000b0", edit: "#5c3a00", dim: "#303030", frame: "#000000"},
}
