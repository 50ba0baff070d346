package xlsx

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/export/sheet"
)

// Least contrast of letters with their ground, and sizes of letters in points: beyond
// these nobody reads what a cell holds. Write keeps 4:1, and 11 to 18 points.
const (
	leastContrast = 2.0
	leastLetters  = 6.0
	mostLetters   = 36.0
)

// flagXML is an element that is on where it stands, unless it says otherwise.
type flagXML struct {
	Is string `xml:"val,attr"`
}

func (f *flagXML) on() bool {
	return f != nil && (f.Is == "" || attrs{{Name: xml.Name{Local: "val"}, Value: f.Is}}.yes("val"))
}

// letters is a font (ECMA-376, 18.8.22), or that of one run of a text, of which another
// element names the family.
type letters struct {
	Family  *flagXML   `xml:"name"`
	OfRun   *flagXML   `xml:"rFont"`
	Size    *flagXML   `xml:"sz"`
	Colour  *colourXML `xml:"color"`
	Signs   *flagXML   `xml:"charset"`
	Scheme  *flagXML   `xml:"scheme"`
	Raised  *flagXML   `xml:"vertAlign"`
	Struck  *flagXML   `xml:"strike"`
	Outline *flagXML   `xml:"outline"`
	Shadow  *flagXML   `xml:"shadow"`
	Narrow  *flagXML   `xml:"condense"`
	Wide    *flagXML   `xml:"extend"`
}

// underlay is a fill, as far as it hides a text.
type underlay struct {
	Pattern *struct {
		Type string     `xml:"patternType,attr"`
		Fore *colourXML `xml:"fgColor"`
		Back *colourXML `xml:"bgColor"`
	} `xml:"patternFill"`
	Gradient *struct{} `xml:"gradientFill"`
}

// alignXML is where in its cell a value stands (ECMA-376, 18.8.1).
type alignXML struct {
	Across   string `xml:"horizontal,attr"`
	Down     string `xml:"vertical,attr"`
	Turned   string `xml:"textRotation,attr"`
	Indent   string `xml:"indent,attr"`
	Relative string `xml:"relativeIndent,attr"`
	Shrink   string `xml:"shrinkToFit,attr"`
	Order    string `xml:"readingOrder,attr"`
	Justify  string `xml:"justifyLastLine,attr"`
	Wrap     string `xml:"wrapText,attr"`
}

type formatXML struct {
	ID   *int   `xml:"numFmtId,attr"`
	Code string `xml:"formatCode,attr"`
}

// styleXML is what a cell's style is made of.
type styleXML struct {
	Format   int       `xml:"numFmtId,attr"`
	Font     int       `xml:"fontId,attr"`
	Fill     int       `xml:"fillId,attr"`
	Border   int       `xml:"borderId,attr"`
	Of       int       `xml:"xfId,attr"`
	OwnFont  string    `xml:"applyFont,attr"`
	OwnFill  string    `xml:"applyFill,attr"`
	OwnAlign string    `xml:"applyAlignment,attr"`
	OwnFmt   string    `xml:"applyNumberFormat,attr"`
	Button   string    `xml:"pivotButton,attr"`
	Align    *alignXML `xml:"alignment"`
}

type borderXML struct {
	Up       string `xml:"diagonalUp,attr"`
	Down     string `xml:"diagonalDown,attr"`
	Diagonal struct {
		Style string `xml:"style,attr"`
	} `xml:"diagonal"`
}

type ruleXML struct {
	Font   letters    `xml:"font"`
	Fill   underlay   `xml:"fill"`
	Format *formatXML `xml:"numFmt"`
	Align  *alignXML  `xml:"alignment"`
	Border *borderXML `xml:"border"`
}

// stylesXML is the part of a workbook's styles (ECMA-376, 18.8.39).
type stylesXML struct {
	Formats []formatXML `xml:"numFmts>numFmt"`
	Fonts   []letters   `xml:"fonts>font"`
	Fills   []underlay  `xml:"fills>fill"`
	Borders []borderXML `xml:"borders>border"`
	Named   []styleXML  `xml:"cellStyleXfs>xf"`
	Cells   []styleXML  `xml:"cellXfs>xf"`
	Rules   []ruleXML   `xml:"dxfs>dxf"`
	Indexed []colourXML `xml:"colors>indexedColors>rgbColor"`
	Tables  []struct {
		Name  string     `xml:"name,attr"`
		Parts []struct{} `xml:"tableStyleElement"`
	} `xml:"tableStyles>tableStyle"`
}

// painted are the colours that a text and its ground have; there is no ground where it
// is white because nothing is under the text.
type painted struct {
	over, under uint32
	there       bool
	known       bool
}

// styleLook is what a cell's style makes of what the cell holds: a fault of the looks
// of everything in it, of numbers and of words, "" where there is none.
type styleLook struct {
	any, number, words string
	moment             bool // numbers are shown as days or moments
	day                bool // of them, as days alone
	wraps              bool // texts break at the column's end
	low                bool // and do not stand at the top
	turned             bool // texts stand on end
	paint              painted
}

// ruleLook is the same of a format that a condition gives.
type ruleLook struct {
	fault string
	code  string // of a number format that it has
	paint painted
	font  bool // it gives letters a colour
	fill  bool // and a ground
}

// showing is what the styles of a workbook make of its cells.
type showing struct {
	inks    inks
	theme   theme
	cells   []styleLook
	rules   []ruleLook
	faults  []string // of the whole workbook
	dressed []string // styles of tables that are of the file itself
}

// readShown reads theme and styles.
func (b *Book) readShown() (*showing, error) {
	s := &showing{}
	var doc stylesXML
	var err error
	if s.theme, err = b.readTheme(b.theme); err != nil {
		return nil, err
	}
	s.faults = s.theme.faults()
	if b.styles != "" {
		if err := b.decode(b.styles, &doc); err != nil {
			return nil, err
		}
	}
	s.inks = inks{theme: s.theme.colours, indexed: usualIndexed}
	if len(doc.Indexed) > 0 {
		s.inks.indexed = nil
		for _, c := range doc.Indexed {
			rgb, ok := inks{}.of(&c, 0)
			if !ok {
				rgb = noColour
			}
			s.inks.indexed = append(s.inks.indexed, rgb)
		}
		for i := len(s.inks.indexed); i < len(usualIndexed); i++ {
			s.inks.indexed = append(s.inks.indexed, usualIndexed[i])
		}
	}
	for _, t := range doc.Tables {
		if len(t.Parts) > 0 {
			s.dressed = append(s.dressed, t.Name)
		}
	}
	codes := map[int]string{}
	for _, f := range doc.Formats {
		if f.ID != nil {
			codes[*f.ID] = f.Code
		}
	}
	for _, c := range doc.Cells {
		look := s.style(&doc, c, codes)
		if c.Of >= 0 && c.Of < len(doc.Named) { // what a program takes from the named style, where the cell's own is not applied
			if mixed := c.from(doc.Named[c.Of]); mixed != c {
				other := s.style(&doc, mixed, codes)
				look.any, look.number, look.words = first(look.any, other.any), first(look.number, other.number), first(look.words, other.words)
			}
		}
		s.cells = append(s.cells, look)
	}
	for _, r := range doc.Rules {
		s.rules = append(s.rules, s.rule(r))
	}
	return s, nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// from is the style with what it says that it does not apply itself.
func (c styleXML) from(named styleXML) styleXML {
	off := func(s string) bool { return s == "0" || s == "false" }
	if off(c.OwnFont) {
		c.Font = named.Font
	}
	if off(c.OwnFill) {
		c.Fill = named.Fill
	}
	if off(c.OwnAlign) {
		c.Align = named.Align
	}
	if off(c.OwnFmt) {
		c.Format = named.Format
	}
	return c
}

// style judges one style of cells.
func (s *showing) style(doc *stylesXML, c styleXML, codes map[int]string) styleLook {
	var out styleLook
	if c.Font < 0 || c.Font >= len(doc.Fonts) || c.Fill < 0 || c.Fill >= len(doc.Fills) {
		out.any = "a style whose font or ground the file has not"
		return out
	}
	font, fill := doc.Fonts[c.Font], doc.Fills[c.Fill]
	out.paint = s.painted(font, fill, false)
	how := slices.Concat(font.faults(s.theme), fill.faults(), c.Align.faults(), out.paint.faults())
	if c.Border > 0 && c.Border < len(doc.Borders) {
		how = append(how, doc.Borders[c.Border].faults()...)
	}
	if (attrs{{Name: xml.Name{Local: "is"}, Value: c.Button}}).yes("is") {
		how = append(how, "a button over them")
	}
	out.any = strings.Join(how, " and ")
	code, own := codes[c.Format]
	out.number, out.words, out.moment = formatFaults(c.Format, code, own)
	out.day = out.moment && !strings.Contains(canonicalFormat(code), "h")
	if a := c.Align; a != nil {
		out.wraps = a.Wrap != "" && a.Wrap != "0" && a.Wrap != "false"
		out.low = a.Down != "top"
		out.turned = a.Turned == "90"
	}
	number, words := c.Align.apart(out.paint.under == headGround)
	out.number, out.words = joined(out.number, number), joined(out.words, words)
	return out
}

// headGround is that of the headers of tables, which alone stand at the foot of their
// rows, and some of them on end.
var headGround = func() uint32 {
	rgb, err := strconv.ParseUint(palette[sheet.Head].fill, 16, 32)
	if err != nil {
		return noColour
	}
	return uint32(rgb)
}()

// apart says in what way numbers, and texts, do not stand in their cells as they were
// exported: laid out so, a text that is longer than its cell shows its end or its middle.
func (a *alignXML) apart(head bool) (number, words string) {
	if a == nil {
		return "", ""
	}
	end := a.Turned == "90"
	if end {
		number = "values turned by 90"
		if !head {
			words = "values turned by 90"
		}
	}
	if across := a.Across; across == "center" || across == "right" && !(end && head) { // LibreOffice writes so what stands on end
		words = joined(words, "texts laid out as "+across+", of which a narrow column shows the "+map[string]string{"center": "middle", "right": "end"}[across])
	}
	wraps := a.Wrap != "" && a.Wrap != "0" && a.Wrap != "false"
	if wraps && a.Down != "top" && !head {
		words = joined(words, "texts of several lines that do not begin at the top of their cells")
	}
	return number, words
}

// rule judges what a condition makes of cells.
func (s *showing) rule(r ruleXML) ruleLook {
	out := ruleLook{paint: s.painted(r.Font, r.Fill, true), font: r.Font.Colour != nil}
	out.fill = out.paint.there
	how := slices.Concat(r.Font.faults(s.theme), r.Fill.faults(), r.Align.faults())
	if out.font && out.fill || !out.paint.known {
		how = append(how, out.paint.faults()...)
	}
	if r.Border != nil {
		how = append(how, r.Border.faults()...)
	}
	if r.Format != nil && canonicalFormat(r.Format.Code) != "general" {
		out.code = r.Format.Code
		if out.code == "" {
			out.code = "0"
			if r.Format.ID != nil {
				out.code = strconv.Itoa(*r.Format.ID)
			}
		}
	}
	out.fault = strings.Join(how, " and ")
	return out
}

// painted are the colours of a font on a ground. Conditional formats keep a solid
// ground in the other colour.
func (s *showing) painted(f letters, g underlay, conditional bool) painted {
	out := painted{under: 0xFFFFFF, known: true}
	over, ok := s.inks.of(f.Colour, 0)
	out.over, out.known = over, ok
	if g.Pattern == nil || g.Pattern.Type == "none" || g.Pattern.Type == "" && !conditional {
		return out
	}
	under := g.Pattern.Fore
	if conditional && g.Pattern.Back != nil {
		under = g.Pattern.Back
	}
	rgb, ok := s.inks.of(under, 0xFFFFFF)
	out.under, out.there, out.known = rgb, true, out.known && ok
	return out
}

func (p painted) faults() []string {
	switch {
	case !p.known:
		return []string{"a colour that only the program knows which opens the file"}
	case contrast(p.over, p.under) < leastContrast:
		return []string{fmt.Sprintf("letters of the colour %06X on a ground of %06X, which nobody can read", p.over, p.under)}
	}
	return nil
}

// faults says in what way letters are not those of a value that everybody reads.
func (f letters) faults(t theme) (out []string) {
	is := func(one *flagXML) string {
		if one == nil {
			return ""
		}
		return strings.TrimSpace(one.Is)
	}
	if f.Size != nil {
		if pt, err := strconv.ParseFloat(is(f.Size), 64); err != nil || pt < leastLetters || pt > mostLetters {
			out = append(out, "letters of "+is(f.Size)+" points, which nobody can read")
		}
	}
	family := first(is(f.Family), is(f.OfRun))
	switch is(f.Scheme) {
	case "major":
		family = first(t.major, family)
	case "minor":
		family = first(t.minor, family)
	}
	if (f.Family != nil || f.OfRun != nil) && !textFamily(family) || is(f.Signs) == "2" {
		out = append(out, "the font "+strconv.Quote(family)+", which may show other signs than the values have")
	}
	if f.Raised != nil && is(f.Raised) != "baseline" {
		out = append(out, "letters in "+is(f.Raised))
	}
	for _, one := range []struct {
		flag *flagXML
		says string
	}{{f.Struck, "letters that are struck out"}, {f.Outline, "letters in outline alone"}, {f.Shadow, "letters with a shadow"}, {f.Narrow, "letters drawn together"}, {f.Wide, "letters drawn apart"}} {
		if one.flag.on() {
			out = append(out, one.says)
		}
	}
	return out
}

func (g underlay) faults() []string {
	switch {
	case g.Gradient != nil:
		return []string{"a ground that changes its colour"}
	case g.Pattern == nil || g.Pattern.Type == "" || g.Pattern.Type == "none" || g.Pattern.Type == "solid":
		return nil
	}
	return []string{"a ground of the pattern " + g.Pattern.Type}
}

func (d borderXML) faults() []string {
	if d.Diagonal.Style == "" || d.Diagonal.Style == "none" {
		return nil
	}
	return []string{"a line through them"}
}

// mostIndent is how far from its edge a value may stand, in steps of three spaces.
const mostIndent = 1

// faults says in what way a value does not stand in its cell as it was exported.
func (a *alignXML) faults() (out []string) {
	if a == nil {
		return nil
	}
	among := func(s string, may ...string) bool { return s == "" || slices.Contains(may, s) }
	yes := func(s string) bool { return s != "" && s != "0" && s != "false" }
	if !among(a.Across, "general", "left", "center", "right") {
		out = append(out, "values that are laid out as "+a.Across)
	}
	if !among(a.Down, "top", "center", "bottom") {
		out = append(out, "values that are laid out as "+a.Down)
	}
	if !among(a.Turned, "0", "90") {
		out = append(out, "values turned by "+a.Turned)
	}
	if n, err := strconv.Atoi(a.Indent); a.Indent != "" && (err != nil || n < 0 || n > mostIndent) {
		out = append(out, "values indented by "+a.Indent)
	}
	if !among(a.Relative, "0") {
		out = append(out, "values indented by "+a.Relative+" more")
	}
	if yes(a.Shrink) {
		out = append(out, "letters that shrink with the column")
	}
	if !among(a.Order, "0", "1") {
		out = append(out, "texts that run from right to left")
	}
	if yes(a.Justify) {
		out = append(out, "values that are spread over the line")
	}
	return out
}
