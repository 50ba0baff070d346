package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Hiding is what a workbook keeps from whoever looks at it. Write hides nothing.
type Hiding struct {
	Faults     []string          // sentences: sheets, columns and number formats that hide or say what is not there
	Remarks    []string          // sentences: where a sheet opens
	Rows       map[string]int    // hidden rows by sheet, as a filter leaves them
	Untold     map[string]int    // of them, those that hang on a criterion which is not worked out here
	Asked      map[string]string // what the filters ask that hide rows, by sheet, in words
	Unasked    map[string][]int  // hidden rows by sheet, where no filter is set, or though the filter shows them
	bareTables int               // without a row of headers, as exceljs writes every table
	Printed    []Printed         // what is said over and under printed pages
}

// Hidden looks for sheets and columns that are hidden and for number formats, of
// cells or of conditions, that show words of their own or nothing.
func (b *Book) Hidden() (Hiding, error) {
	h := Hiding{Rows: map[string]int{}, Untold: map[string]int{}, Asked: map[string]string{}, Unasked: map[string][]int{}}
	known, err := b.readShown()
	if err != nil {
		return h, err
	}
	h.Faults = append(h.Faults, known.faults...)
	if err := b.packaged(known, &h); err != nil {
		return h, err
	}
	var links []sheetLink
	for at, s := range b.sheets {
		if s.state != "" && s.state != "visible" {
			h.Faults = append(h.Faults, fmt.Sprintf("sheet %q is hidden, and was exported visible", s.name))
		}
		seen, err := b.hiddenIn(at, known, &h)
		if err != nil {
			return h, fmt.Errorf("sheet %q: %w", s.name, err)
		}
		for _, l := range seen {
			links = append(links, sheetLink{sheet: at, seenLink: l})
		}
	}
	if h.bareTables > 0 {
		h.Remarks = append(h.Remarks, fmt.Sprintf("of its tables %d say that they have no row of headers, and that their filters have no buttons, as exceljs writes it; the header's texts were checked like every value", h.bareTables))
	}
	return h, b.linked(links, &h)
}

// The least height in points and width in characters of what can be read.
const leastHeight, leastWidth = 8, 2

// sheetHiding gathers what one sheet hides.
type sheetHiding struct {
	columns [][2]int // hidden, from and to
	widest  int      // the last column with a cell
	deepest int      // and the last row
	head    string   // the element that is open of those over and under a page
	heads   map[string]string
	first   bool   // the first page has heads of its own
	even    bool   // and every second one
	said    string // the cells that the sheet says it has
	filled  [4]int // and those that hold something: first row and column, last row and column
	at      [2]int // of the cell that is open
	rows    []int  // hidden
	row     int
	filter  filterXML         // of the sheet itself
	panes   panes             // of its first view
	views   int               // how many it has
	zero    bool              // rows without a height have none
	merged  []string          // cells shown as one
	parts   map[string]string // what the sheet names, by the relation's id: "table"
	looks   sheetLooks
}

// hiddenIn looks through one sheet, and gives its links.
func (b *Book) hiddenIn(at int, known *showing, h *Hiding) (links []seenLink, err error) {
	s := b.sheets[at]
	found, err := b.look(s.part, known)
	if err != nil {
		return nil, err
	}
	if err := b.namesAs(s, found.parts); err != nil {
		return nil, err
	}
	if err := b.stand(s, h); err != nil {
		return nil, err
	}
	fault := func(format string, args ...any) {
		h.Faults = append(h.Faults, fmt.Sprintf("sheet %q", s.name)+fmt.Sprintf(format, args...))
	}
	for _, says := range found.looks.end() {
		fault(": %s", says)
	}
	for _, p := range b.areas {
		if p.sheet == at && p.leavesOut(found.deepest, found.widest) {
			fault(": only %s is printed, and the export prints all of it", strings.TrimSpace(p.ref))
		}
	}
	h.Printed = found.printed(s.name, h.Printed)
	for _, says := range append(found.headed(), found.sized()...) {
		fault(": %s", says)
	}
	for _, c := range found.columns {
		if c[0] <= found.widest {
			fault(": column %s is hidden, and was exported visible", columnName(max(c[0], 1)))
		}
	}
	for _, name := range found.looks.foreign {
		fault(" has %s, which the export has not: it may cover what the cells hold", name)
	}
	for _, ref := range found.merged {
		fault(": the cells %s are shown as one, and were exported apart", ref)
	}
	if found.views > 1 {
		fault(" is shown in %d windows, the export in one", found.views)
	}
	faults, remarks := found.panes.faults(s.name)
	h.Faults, h.Remarks = append(h.Faults, faults...), append(h.Remarks, remarks...)
	if err := b.tabled(s, h); err != nil {
		return nil, err
	}
	if len(found.rows) == 0 {
		return found.looks.links, nil
	}
	return found.looks.links, b.hiddenRows(s, found, h)
}

// look reads a sheet's part through.
func (b *Book) look(part string, known *showing) (*sheetHiding, error) {
	rc, err := b.open(part, maxReadPart)
	if err != nil {
		return nil, err
	}
	found := &sheetHiding{heads: map[string]string{}, looks: sheetLooks{known: known, texts: b.dressed, strings: b.strings, inRow: -1}}
	d := &tokens{d: xml.NewDecoder(rc)}
	for err == nil {
		var tok xml.Token
		if tok, err = d.RawToken(); err != nil {
			break
		}
		switch el := tok.(type) {
		case xml.StartElement:
			found.take(el)
			found.looks.begin(d, el)
		case xml.CharData:
			if found.head != "" {
				found.heads[found.head] += string(el)
			}
			found.looks.text(el)
		case xml.EndElement:
			found.head, found.looks.value = "", false
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return found, errors.Join(err, rc.Close())
}

// hiddenRows tells rows that a filter hides from those that it does not.
func (b *Book) hiddenRows(s bookSheet, found *sheetHiding, h *Hiding) error {
	f, set, err := b.filterOf(s, found.filter)
	if err != nil {
		return err
	}
	if !set {
		h.Unasked[s.name] = found.rows
		return nil
	}
	slices.Sort(found.rows)
	more, untold, err := b.beyond(s, f, found.rows)
	if len(more) > 0 {
		h.Unasked[s.name] = more
	}
	if n := len(found.rows) - len(more); n > 0 {
		h.Rows[s.name], h.Untold[s.name], h.Asked[s.name] = n, untold, f.words()
	}
	return err
}

func (s *sheetHiding) take(el xml.StartElement) {
	at := attrs(el.Attr)
	switch el.Name.Local {
	case "sheetView":
		if s.views++; s.views == 1 {
			s.panes.view(at.text("topLeftCell"))
		}
	case "pane":
		if s.views == 1 {
			s.panes.pane(at.text("state"), at.text("topLeftCell"), at.number("ySplit"), at.number("xSplit"))
		}
	case "drawing", "tablePart":
		if s.parts == nil {
			s.parts = map[string]string{}
		}
		s.parts[at.text(relationID)] = strings.TrimSuffix(el.Name.Local, "Part")
	case "sheetFormatPr", "col", "row":
		s.takeSizes(el.Name.Local, at)
	case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
		s.head = el.Name.Local
	case "headerFooter":
		s.first, s.even = at.yes("differentFirst"), at.yes("differentOddEven")
	case "dimension":
		s.said = at.text("ref")
	case "v", "f", "is":
		s.fill()
	case "mergeCell":
		s.merged = append(s.merged, at.text("ref"))
	case "autoFilter", "filterColumn", "filters", "filter", "dateGroupItem", "customFilters", "customFilter", "top10", "dynamicFilter", "colorFilter", "iconFilter":
		s.filter.take(el.Name.Local, at)
	case "c":
		if row, col, ok := parseCell(at.text("r")); ok {
			s.widest, s.deepest = max(s.widest, col), max(s.deepest, row)
			s.at = [2]int{row, col}
		}
	}
}

// fill notes that a cell holds something.
func (s *sheetHiding) fill() {
	row, col := s.at[0], s.at[1]
	if s.filled[0] == 0 {
		s.filled = [4]int{row, col, row, col}
	}
	s.filled = [4]int{min(s.filled[0], row), min(s.filled[1], col), max(s.filled[2], row), max(s.filled[3], col)}
}

// sized says that the sheet's own word of its size leaves cells out: programs that go by
// it do not show them.
func (s *sheetHiding) sized() []string {
	if s.said == "" || s.filled[0] == 0 {
		return nil
	}
	from, to, two := strings.Cut(s.said, ":")
	if !two {
		to = from
	}
	top, left, okA := parseCell(from)
	bottom, right, okB := parseCell(to)
	if okA && okB && top <= s.filled[0] && left <= s.filled[1] && bottom >= s.filled[2] && right >= s.filled[3] {
		return nil
	}
	return []string{fmt.Sprintf("it says that its cells are %s, and cells hold something outside: some programs would leave them out", s.said)}
}

// takeSizes notes columns and rows that have no size, or are hidden.
func (s *sheetHiding) takeSizes(name string, at attrs) {
	switch name {
	case "sheetFormatPr":
		if f, err := strconv.ParseFloat(at.text("defaultRowHeight"), 64); err == nil {
			s.panes.line = f
		}
		if f, err := strconv.ParseFloat(at.text("defaultColWidth"), 64); err == nil {
			s.panes.usual = f
		}
		s.zero = at.yes("zeroHeight") || at.less("defaultRowHeight", leastHeight)
		if at.less("defaultColWidth", leastWidth) {
			s.columns = append(s.columns, [2]int{1, maxCols})
		}
	case "col":
		if f, err := strconv.ParseFloat(at.text("width"), 64); err == nil && len(s.panes.widths) < mostSpans {
			s.panes.widths = append(s.panes.widths, colSpan{at.number("min"), at.number("max"), f})
		}
		if at.yes("hidden") || at.less("width", leastWidth) {
			s.columns = append(s.columns, [2]int{at.number("min"), at.number("max")})
		}
	case "row":
		if s.row++; at.text("r") != "" {
			s.row = at.number("r")
		}
		s.panes.height(s.row, at.text("ht"))
		if at.yes("hidden") || at.less("ht", leastHeight) || s.zero && at.text("ht") == "" {
			s.rows = append(s.rows, s.row)
		}
	}
}

var (
	colourOrTest = regexp.MustCompile(`(?i)^\[(black|white|red|green|blue|yellow|magenta|cyan|color ?[0-9]+|h+|m+|s+|\$-[0-9a-f,]+|[<>=]+-?[0-9.]+)\]`)
	dateWords    = "年月日時时分秒년월일시분초"
)

// misleads tells whether a number format (ECMA-376, 18.8.31) shows words or figures
// that are not the value's, or nothing: it has letters or digits of its own, or a
// section in which no value has a place.
func misleads(code string) bool {
	for _, known := range []string{"General", "GENERAL", "Standard", "AM/PM", "A/P"} {
		code = strings.ReplaceAll(code, known, "@")
	}
	places, sections := 0, 1
	literal := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool {
			return (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r) && r > 0x7f) && !strings.ContainsRune(dateWords, r) && s != "T"
		})
	}
	for code != "" {
		r := []rune(code)[0]
		size := len(string(r))
		switch {
		case r == ';':
			if places == 0 {
				return true
			}
			places, sections = 0, sections+1
		case r == '"':
			text, rest, ok := strings.Cut(code[1:], `"`)
			if !ok || literal(text) {
				return true
			}
			if text == "-" {
				places++
			}
			code = rest
			continue
		case strings.ContainsRune(`\!_*`, r):
			next := []rune(code[1:])
			if len(next) == 0 || r != '_' && literal(string(next[0])) {
				return true
			}
			size += len(string(next[0]))
		case r == '[':
			mark := colourOrTest.FindString(code)
			if mark == "" {
				return true
			}
			if strings.ContainsAny(strings.ToLower(mark), "hms") && len(strings.Trim(strings.ToLower(mark), "[]hms")) == 0 {
				places++
			}
			size = len(mark)
		case strings.ContainsRune("0#?@yYmMdDhHsSbBgGeE", r):
			places++
		case r >= '1' && r <= '9' || literal(string(r)):
			return true
		}
		code = code[size:]
	}
	return places == 0 || sections > 4
}
