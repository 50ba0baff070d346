package xlsx

import (
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// sheetLooks gathers how one sheet shows its cells: what is told once a style, once a
// condition or once an element, never once a cell.
type sheetLooks struct {
	known   *showing
	texts   map[int]*dressed // the workbook's texts that are more than letters
	foreign []string         // elements that no export has
	within  int              // how deep the one is that is open
	does    []string         // what attributes do that no export has
	faults  []string         // of single cells, each kind once

	cell    string // that is open
	style   int
	forced  int // style of its row or column, which some programs give a cell that names none; -1
	kind    string
	value   bool     // its value is open
	strings []string // the workbook's texts
	tall    float64  // what the row says of its height, 0: nothing
	inRow   int      // the row's own style, -1
	inCols  []int    // the columns', -1
	lining  []int    // those that some row or column has, each once
	widths  []float64
	numbers []string // the first cell with a number, by style
	words   []string // and with a text
	told    map[string]bool

	area       string // that conditions are for
	conditions []condition
	links      []seenLink
}

// condition is one conditional format.
type condition struct {
	area string
	kind string
	look int
	has  bool // it names a format
}

// seenLink is a link as a file has it.
type seenLink struct {
	cell, to, tip string
	outside       bool
}

// mostTold is how many single cells of a sheet are named.
const mostTold = 6

// begin takes an element that began.
func (s *sheetLooks) begin(d *tokens, el xml.StartElement) {
	switch el.Name.Local {
	case "v":
		s.value = true
		s.filled()
		return
	case "t":
		s.value = s.kind == "inlineStr"
		return
	case "f":
		s.filled()
		return
	case "is":
		s.kind = "inlineStr"
		s.filled()
		return
	case "c":
		if s.begun(el.Attr) {
			return
		}
	case "r", "rPr", "rPh", "rFont", "sz", "color", "family", "charset", "scheme", "b", "i", "u", "strike", "outline", "shadow", "condense", "extend", "vertAlign":
		if slices.ContainsFunc(d.open, func(e element) bool { return e.name == "is" }) {
			s.tell("a text with looks of its own, which the export has not")
			return
		}
	case "row":
		s.tall, _ = attrs(el.Attr).float("ht")
		s.inRow = s.lined(attrs(el.Attr), "s")
	case "col":
		s.column(attrs(el.Attr))
	case "conditionalFormatting":
		s.area = attrs(el.Attr).text("sqref")
	case "cfRule":
		at := attrs(el.Attr)
		s.conditions = append(s.conditions, condition{area: s.area, kind: at.text("type"), look: at.number("dxfId"), has: at.text("dxfId") != ""})
	case "hyperlink":
		at := attrs(el.Attr)
		s.links = append(s.links, seenLink{cell: at.text("ref"), to: at.text("location"), tip: at.text("tooltip"), outside: at.text(relationID) != ""})
	case "dataValidation":
		s.prompt(attrs(el.Attr))
	}
	if s.within > 0 && len(d.open) > s.within {
		return // named with what it stands in
	}
	what, does := foreignOf(sheetAllowed, sheetAdditions, d, el)
	if s.within = 0; what != "" {
		s.within = len(d.open)
	}
	if what != "" && !slices.Contains(s.foreign, what) {
		s.foreign = append(s.foreign, what)
	}
	switch {
	case does == "":
	case el.Name.Local == "c":
		s.tell("a mark by which " + does)
	case !slices.Contains(s.does, does):
		s.does = append(s.does, does)
	}
}

// begun takes the attributes of a cell, and tells whether it has no other than its
// place, its style and its kind.
func (s *sheetLooks) begun(list []xml.Attr) bool {
	s.cell, s.style, s.forced, s.kind = "", 0, -1, ""
	plain, own := true, false
	for i := range list {
		switch list[i].Name.Local {
		case "r":
			s.cell = list[i].Value
		case "s":
			n, err := strconv.Atoi(list[i].Value)
			if err != nil {
				n = -1
			}
			s.style, own = n, true
		case "t":
			s.kind = list[i].Value
		default:
			plain = false
		}
	}
	if !own {
		s.forced = s.inRow
		if _, col, ok := parseCell(s.cell); s.forced < 0 && ok && col < len(s.inCols) {
			s.forced = s.inCols[col]
		}
	}
	return plain
}

// lined takes the style that a row or a column has for cells that name none.
func (s *sheetLooks) lined(at attrs, name string) int {
	if at.text(name) == "" {
		return -1
	}
	n, err := strconv.Atoi(at.text(name))
	if err != nil || n < 0 || n >= max(len(s.known.cells), 1) {
		s.does = append(s.does, "a row or column has a style that the file has not")
		return -1
	}
	if !slices.Contains(s.lining, n) {
		s.lining = append(s.lining, n)
	}
	return n
}

// filled notes the style of a cell that has a value.
func (s *sheetLooks) filled() {
	list := &s.numbers
	if s.kind != "" && s.kind != "n" {
		list = &s.words
	}
	if s.style < 0 || s.style >= max(len(s.known.cells), 1) {
		s.tell("a style that the file has not")
		return
	}
	for _, style := range []int{s.style, s.forced} {
		for len(*list) <= style {
			*list = append(*list, "")
		}
		if style >= 0 && (*list)[style] == "" {
			(*list)[style] = s.cell
		}
	}
}

// Days before and after these are none of an export: 1950 and 9999, counted as
// spreadsheets do.
const earliestDay, latestDay = 18264, 2958466

// text takes the text of an element.
func (s *sheetLooks) text(raw []byte) {
	if !s.value || s.style < 0 {
		return
	}
	s.shownIn(s.style, raw)
	if s.forced >= 0 && s.forced != s.style {
		s.shownIn(s.forced, raw)
	}
	if s.kind == "s" && s.texts != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(string(raw))); err == nil && s.texts[n] != nil {
			s.tell(s.texts[n].faults(s.known, s.style))
		}
	}
}

// shownIn takes a value, as a style shows it.
func (s *sheetLooks) shownIn(style int, raw []byte) {
	if style >= len(s.known.cells) {
		return
	}
	look := s.known.cells[style]
	if (look.wraps || look.turned) && s.tall > 0 {
		s.fits(raw, look)
	}
	if (s.kind == "" || s.kind == "n") && look.moment {
		f, err := strconv.ParseFloat(strings.TrimSpace(string(raw)), 64)
		switch {
		case err != nil:
		case f < earliestDay || f > latestDay:
			s.tell("the number format of a day, and a number that is none")
		case look.day && f-math.Floor(f) > aSecond && math.Ceil(f)-f > aSecond:
			s.tell("the number format of a day, and a moment of which it does not show the time")
		}
	}
}

// aSecond is less than a second, of a day.
const aSecond = 1e-6

// Of a text that takes so many lines or more, a row must show so much: what programs
// give rows differs by the fonts that they have.
const (
	leastLines = 3
	leastShown = 0.45
)

// fits faults a text of several lines in a row that shows little more than the first.
func (s *sheetLooks) fits(raw []byte, look styleLook) {
	text := ""
	switch s.kind {
	case "inlineStr":
		text = string(raw)
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(string(raw))); err == nil && n >= 0 && n < len(s.strings) {
			text = s.strings[n]
		}
	}
	_, col, ok := parseCell(s.cell)
	if look.turned && text != "" && s.tall < leastShown*min(maxUpright, 6*float64(units(text))) {
		s.tell("a text that stands on end in a row that shows only a part of it")
	}
	if !ok || !look.wraps || col >= len(s.widths) || s.widths[col] == 0 {
		return
	}
	if lines := wrapped(text, s.widths[col]); lines >= leastLines && s.tall < leastShown*min(float64(lines)*lineHeight, maxHeight) {
		s.tell("a text of several lines in a row that shows only the first of them")
	}
	if lines := wrapped(text, wideShown*s.widths[col]); look.low && lines > 1 && s.tall < lowShown*min(float64(lines)*lineHeight, maxHeight) {
		s.tell("a text of several lines, of which its row shows only the last")
	}
}

// Of a header, which stands at the foot of its row, so much must show of the lines that
// it takes in a column so much wider.
const (
	wideShown = 1.25
	lowShown  = 0.55
)

// mostWidths is how many columns are held against their texts.
const mostWidths = 1024

// column takes the width of columns.
func (s *sheetLooks) column(at attrs) {
	style := s.lined(at, "style")
	for c := max(at.number("min"), 1); style >= 0 && c <= min(at.number("max"), mostWidths); c++ {
		for len(s.inCols) <= c {
			s.inCols = append(s.inCols, -1)
		}
		s.inCols[c] = style
	}
	width, ok := at.float("width")
	for c := max(at.number("min"), 1); ok && c <= min(at.number("max"), mostWidths); c++ {
		for len(s.widths) <= c {
			s.widths = append(s.widths, 0)
		}
		s.widths[c] = width
	}
}

// tell faults what one cell has, each kind once.
func (s *sheetLooks) tell(what string) {
	if what == "" || s.told[what] || len(s.told) >= mostTold {
		return
	}
	if s.told == nil {
		s.told = map[string]bool{}
	}
	s.told[what] = true
	s.faults = append(s.faults, fmt.Sprintf("cell %s has %s", s.cell, what))
}

// The words of a packet's drop-downs, which appear where something else is typed.
const (
	pickTitle = "Not a legal answer"
	pickWords = "Choose one of: "
)

// prompt faults words that appear beside a cell.
func (s *sheetLooks) prompt(at attrs) {
	if at.text("promptTitle") != "" || at.text("prompt") != "" {
		s.does = append(s.does, fmt.Sprintf("the words %q appear beside %s, which the export has not", strings.TrimSpace(at.text("promptTitle")+" "+at.text("prompt")), at.text("sqref")))
	}
	title, words := at.text("errorTitle"), at.text("error")
	if title != "" && title != pickTitle || words != "" && !strings.HasPrefix(words, pickWords) {
		s.does = append(s.does, fmt.Sprintf("the words %q may appear over %s, which the export has not", strings.TrimSpace(title+" "+words), at.text("sqref")))
	}
}

// end gives the sheet's faults, without its name.
func (s *sheetLooks) end() (out []string) {
	out = s.styled(out, s.numbers, func(l styleLook) string { return joined(l.any, l.number) })
	out = s.styled(out, s.words, func(l styleLook) string { return joined(l.any, l.words) })
	out = append(s.lines(slices.Compact(out)), s.faults...)
	out = append(out, s.does...)
	return append(out, s.conditioned()...)
}

// lines faults the styles that rows and columns have: some programs show cells in them
// that name none of their own, whatever they hold.
func (s *sheetLooks) lines(out []string) []string {
	for _, style := range s.lining {
		if style < len(s.known.cells) {
			if l := s.known.cells[style]; l.any+l.number+l.words != "" {
				out = append(out, "a row's or column's own style has "+joined(l.any, first(l.number, l.words)))
			}
		}
	}
	return out
}

// styled faults the styles in which cells stand, by the first of them.
func (s *sheetLooks) styled(out, cells []string, fault func(styleLook) string) []string {
	for style, cell := range cells {
		if cell == "" || style >= len(s.known.cells) {
			continue
		}
		if how := fault(s.known.cells[style]); how != "" {
			out = append(out, fmt.Sprintf("cell %s and others have %s", cell, how))
		}
	}
	return out
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + " and " + b
	}
	return a + b
}

// conditioned says what conditional formats do that hides what cells hold. Formats that
// give both letters and their ground a colour, which can be told apart, hide nothing,
// however many apply to a cell: each takes both or neither. One that gives only one of
// them is held against all that the others and the cells have.
func (s *sheetLooks) conditioned() (out []string) {
	var whole, part []ruleLook
	seen := map[int]bool{}
	for _, c := range s.conditions {
		if !c.has || seen[c.look] {
			continue
		}
		seen[c.look] = true
		if c.look < 0 || c.look >= len(s.known.rules) {
			out = append(out, fmt.Sprintf("a conditional format of %s names looks that the file has not", c.area))
			continue
		}
		r := s.known.rules[c.look]
		if r.fault != "" {
			out = append(out, fmt.Sprintf("a conditional format paints %s", r.fault))
		}
		if r.code != "" {
			out = append(out, fmt.Sprintf("a conditional format has the number format %q, which shows something else than the value", r.code))
		}
		if whole = append(whole, r); r.font != r.fill {
			part = append(part, r)
		}
	}
	if len(part) == 0 {
		return out
	}
	overs, unders := map[uint32]bool{}, map[uint32]bool{0xFFFFFF: true}
	for i, look := range s.known.cells {
		if i < len(s.numbers) && s.numbers[i] != "" || i < len(s.words) && s.words[i] != "" {
			overs[look.paint.over], unders[look.paint.under] = true, true
		}
	}
	for _, r := range whole {
		if r.font {
			overs[r.paint.over] = true
		}
		if r.fill {
			unders[r.paint.under] = true
		}
	}
	for _, r := range part {
		for over := range overs {
			for under := range unders {
				if (r.font && over == r.paint.over || r.fill && under == r.paint.under) && contrast(over, under) < leastContrast {
					return append(out, "conditional formats together, or one on the looks of a cell, paint letters on a ground of nearly the same colour")
				}
			}
		}
	}
	return out
}
