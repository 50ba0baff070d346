package xlsx

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Least contrast of letters with their ground, and least size in points: with less,
// nobody reads what a cell holds. Write keeps 4:1 and 11 points.
const (
	leastContrast = 2.0
	leastLetters  = 5.0
)

// colourXML is a colour as a file names it (ECMA-376, 18.8.3).
type colourXML struct {
	RGB     string  `xml:"rgb,attr"`
	Theme   *int    `xml:"theme,attr"`
	Indexed *int    `xml:"indexed,attr"`
	Tint    float64 `xml:"tint,attr"`
}

// usualTheme are the first colours of the theme that programs write: letters and
// grounds. Others lie between.
var usualTheme = []uint32{0xFFFFFF, 0x000000, 0xEEECE1, 0x1F497D}

// usualIndexed are the first of the colours that stand in no file.
var usualIndexed = []uint32{0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF}

// of gives the colour, usual where none is named; ok is false where it is one that
// only the program knows which opens the file.
func (c *colourXML) of(usual uint32) (rgb uint32, ok bool) {
	switch {
	case c == nil:
		return usual, true
	case c.RGB != "":
		n, err := strconv.ParseUint(c.RGB[max(0, len(c.RGB)-6):], 16, 32)
		return tinted(uint32(n), c.Tint), err == nil
	case c.Theme != nil && *c.Theme >= 0 && *c.Theme < len(usualTheme):
		return tinted(usualTheme[*c.Theme], c.Tint), true
	case c.Theme != nil:
		return tinted(0x808080, c.Tint), math.Abs(c.Tint) > 0.7
	case c.Indexed != nil && *c.Indexed >= 0 && *c.Indexed < 16:
		return usualIndexed[*c.Indexed%8], true
	case c.Indexed != nil && *c.Indexed < 64:
		return 0, false
	}
	return usual, true
}

// tinted is a colour made lighter or darker (ECMA-376, 18.8.19, by each of the three).
func tinted(rgb uint32, tint float64) uint32 {
	out := uint32(0)
	for shift := 0; shift < 24; shift += 8 {
		v := float64(rgb >> shift & 0xFF)
		if tint > 0 {
			v = v*(1-tint) + 255*tint
		} else {
			v *= 1 + tint
		}
		out |= uint32(min(max(v, 0), 255)) << shift
	}
	return out
}

// contrast is that of WCAG 2: from 1, none, to 21.
func contrast(a, b uint32) float64 {
	light := func(rgb uint32) float64 {
		sum := 0.0
		for shift, part := range map[int]float64{16: 0.2126, 8: 0.7152, 0: 0.0722} {
			v := float64(rgb>>shift&0xFF) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += part * v
		}
		return sum
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// letters is a font, and underlay a fill, as far as they hide a text.
type letters struct {
	Size *struct {
		Is string `xml:"val,attr"`
	} `xml:"sz"`
	Colour *colourXML `xml:"color"`
}

type underlay struct {
	Pattern *struct {
		Type string     `xml:"patternType,attr"`
		Fore *colourXML `xml:"fgColor"`
		Back *colourXML `xml:"bgColor"`
	} `xml:"patternFill"`
}

// colour is that of the ground, which lies under the letters; there is none where
// under is nil. Conditional formats keep a solid ground in the other colour.
func (g underlay) colour(conditional bool) (rgb uint32, there, ok bool) {
	if g.Pattern == nil || g.Pattern.Type == "none" || g.Pattern.Type == "" && !conditional {
		return 0xFFFFFF, false, true
	}
	under := g.Pattern.Fore
	if conditional && g.Pattern.Back != nil || g.Pattern.Type != "solid" && !conditional {
		under = g.Pattern.Back
	}
	rgb, ok = under.of(0xFFFFFF)
	return rgb, true, ok
}

// unread says in what way letters on a ground cannot be read, "" if they can.
func unread(f letters, g underlay, conditional bool) string {
	if f.Size != nil {
		if pt, err := strconv.ParseFloat(strings.TrimSpace(f.Size.Is), 64); err != nil || pt < leastLetters {
			return "letters of " + f.Size.Is + " points"
		}
	}
	under, there, known := g.colour(conditional)
	usual := uint32(0x000000)
	if f.Colour == nil && !there {
		return ""
	}
	over, ok := f.Colour.of(usual)
	if ok && known && contrast(over, under) < leastContrast {
		return fmt.Sprintf("letters of the colour %06X on a ground of %06X", over, under)
	}
	return ""
}

// faint gives, by style, in what way a cell cannot be read, and the same of
// the formats that conditions name, of which programs keep others too.
func (b *Book) faint() (byStyle, conditional map[int]string, err error) {
	var doc struct {
		Fonts []letters  `xml:"fonts>font"`
		Fills []underlay `xml:"fills>fill"`
		Cells []struct {
			Font int `xml:"fontId,attr"`
			Fill int `xml:"fillId,attr"`
		} `xml:"cellXfs>xf"`
		Rules []struct {
			Font letters  `xml:"font"`
			Fill underlay `xml:"fill"`
		} `xml:"dxfs>dxf"`
	}
	byStyle, conditional = map[int]string{}, map[int]string{}
	if b.styles == "" {
		return byStyle, conditional, nil
	}
	if err := b.decode(b.styles, &doc); err != nil {
		return nil, nil, err
	}
	for i, c := range doc.Cells {
		if c.Font < 0 || c.Font >= len(doc.Fonts) || c.Fill < 0 || c.Fill >= len(doc.Fills) {
			continue
		}
		if how := unread(doc.Fonts[c.Font], doc.Fills[c.Fill], false); how != "" {
			byStyle[i] = how
		}
	}
	for i, r := range doc.Rules {
		if how := unread(r.Font, r.Fill, true); how != "" {
			conditional[i] = how
		}
	}
	return byStyle, conditional, nil
}

// printArea is the area of a sheet that is printed, where one is set.
type printArea struct {
	sheet int // among the sheets, from 0
	ref   string
}

var oneArea = regexp.MustCompile(`^\$?([A-Z]{1,3})\$?([0-9]+):\$?([A-Z]{1,3})\$?([0-9]+)$`)

// leavesOut tells whether cells up to the last row and column lie outside the area.
func (p printArea) leavesOut(rows, cols int) bool {
	_, ref, ok := cutLast(strings.TrimSpace(p.ref), "!")
	m := oneArea.FindStringSubmatch(ref)
	if !ok || m == nil {
		return true
	}
	top, left, okA := parseCell(m[1] + m[2])
	bottom, right, okB := parseCell(m[3] + m[4])
	return !okA || !okB || top > 1 || left > 1 || bottom < rows || right < cols
}

// heads are the elements of what is printed over and under a page.
var heads = []string{"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}

// Printed is what a sheet's pages say over and under their cells: letters and digits
// alone, without codes. What a code puts there reads like {G}.
type Printed struct {
	Sheet  string
	Footer bool
	Words  string
}

// headWords drops the codes of a head or foot (ECMA-376, 18.3.1.46) but those that put
// something else there than the number of the page, and all but letters and digits.
func headWords(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '&' || i+1 == len(s) {
			out.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == '&':
			out.WriteByte(' ')
		case c == '"':
			if end := strings.IndexByte(s[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case c >= '0' && c <= '9':
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				i++
			}
		case c == 'K':
			i = min(i+6, len(s)-1)
		case strings.IndexByte("FAZDTG", c) >= 0:
			out.WriteString("{" + string(c) + "}")
		}
	}
	return onlyWords(out.String())
}

func onlyWords(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '{' || r == '}' {
			return r
		}
		return -1
	}, s)
}

// HeadWords are those that Write prints over the pages of a sheet, of a workbook with
// this title and banner.
func HeadWords(title, banner, name string) string {
	if banner != "" {
		banner = headText(banner, 90)
	}
	return headWords(headText(title, 60) + " " + banner + " " + headText(name, 31))
}

var footWords = regexp.MustCompile(`^asof[0-9]{14}UTCPageof$`)

// FootWords tells whether words are those that Write prints under pages.
func FootWords(words string) bool { return footWords.MatchString(words) }

// printed gathers what is said over and under the pages of a sheet.
func (s *sheetHiding) printed(name string, all []Printed) []Printed {
	for _, h := range heads {
		text := s.heads[h]
		for again := unescape(text); again != text; again = unescape(text) {
			text = again // openpyxl escapes a line's end, and LibreOffice the escape
		}
		if words := headWords(text); words != "" {
			all = append(all, Printed{name, strings.HasSuffix(h, "Footer"), words})
		}
	}
	return all
}

// looks adds what of a sheet cannot be read, or is not printed, though the file has it.
func (b *Book) looks(at int, found *sheetHiding, faint, rules map[int]string, h *Hiding) {
	name := b.sheets[at].name
	var used []int
	for style := range found.styles {
		used = append(used, style)
	}
	slices.Sort(used)
	for _, style := range used {
		if how := faint[style]; how != "" {
			h.Faults = append(h.Faults, fmt.Sprintf("sheet %q: cell %s and others have %s, which nobody can read", name, found.styles[style], how))
		}
	}
	for _, rule := range found.rules {
		if how := rules[rule]; how != "" {
			h.Faults = append(h.Faults, fmt.Sprintf("sheet %q: a conditional format paints %s, which nobody can read", name, how))
		}
	}
	for _, p := range b.areas {
		if p.sheet == at && p.leavesOut(found.deepest, found.widest) {
			h.Faults = append(h.Faults, fmt.Sprintf("sheet %q: only %s is printed, and the export prints all of it", name, strings.TrimSpace(p.ref)))
		}
	}
	h.Printed = found.printed(name, h.Printed)
}
