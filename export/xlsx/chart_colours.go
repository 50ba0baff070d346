package xlsx

import (
	"slices"
	"strconv"
	"strings"
)

const (
	otherColour = "something drawn in a colour that the export has not"
	white       = "FFFFFF"
	edgeColour  = "404040" // around bars
	// wordContrast is that of a chart's words with its white ground (WCAG 2.1, 1.4.3).
	wordContrast = 4.5
)

// colours are the elements that give a colour (ECMA-376, 20.1.2.3).
var colours = []string{"srgbClr", "schemeClr", "sysClr", "prstClr", "scrgbClr", "hslClr"}

// textColours are those of a text that are dark in every theme which was not made to
// hide something.
var textColours = []string{"tx1", "dk1", "windowText"}

// colourOf holds a colour of a chart against those that the export draws in, which every
// program keeps: of figures those of the looks, of grounds white, of texts any that can
// be read on white. It says what is wrong, "" if nothing.
func colourOf(around []string, name, value string) string {
	n := len(around)
	text, figure := within(around, "txPr", "rich"), within(around, "ser")
	switch {
	case n > 0 && slices.Contains(colours, around[n-1]): // a change of a colour
		if text && (name == "lumMod" || name == "lumOff") && halfAtMost(name, value) {
			return ""
		}
		return otherColour
	case (name == "gradFill" || name == "grpFill") && figure:
		return otherColour
	case !slices.Contains(colours, name):
		return ""
	}
	plain := strings.ToUpper(value)
	if name != "srgbClr" {
		plain = ""
	}
	ok := true
	switch {
	case text:
		ok = slices.Contains(textColours, value) && plain == "" || onWhite(plain) >= wordContrast
	case within(around, "dLbls"):
		ok = plain == white || within(around, "ln")
	case figure && within(around, "bgClr"):
		ok = ofLooks(func(dark, light string) bool { return plain == light && plain != "" })
	case figure:
		ok = plain == edgeColour || ofLooks(func(dark, light string) bool { return plain == dark })
	case !within(around, "ln"):
		ok = plain == white
	}
	if ok {
		return ""
	}
	return otherColour
}

func ofLooks(is func(dark, light string) bool) bool {
	for _, g := range grounds {
		if is(g.dark, g.light) {
			return true
		}
	}
	return false
}

// halfAtMost tells whether a change of a text's colour leaves it dark: it is made no
// lighter by more than a half.
func halfAtMost(name, value string) bool {
	n, err := strconv.Atoi(value) // in thousandths of a percent
	return err == nil && n >= 0 && (name == "lumMod" && n <= 100_000 || n <= 50_000)
}

// onWhite is the contrast of a colour with white (WCAG 2), 0 of what is none.
func onWhite(rgb string) float64 {
	n, err := strconv.ParseUint(rgb, 16, 32)
	if err != nil || len(rgb) != 6 {
		return 0
	}
	return contrast(uint32(n), 0xFFFFFF)
}
