package xlsxtest

import (
	"strconv"
	"strings"
)

// childOrder is the order ECMA-376 18.3.1.99 asks of a worksheet's children.
var childOrder = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr
	sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells
	phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter
	rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF
	drawingHF picture oleObjects controls webPublishItems tableParts extLst`)

// worksheet checks one sheet and its tables.
func (l *lint) worksheet(s sheetPart) {
	tree := l.trees[s.part]
	if tree.name != "worksheet" {
		return // a chart has no cells
	}
	at := 0
	for _, k := range tree.kids {
		i := at
		for i < len(childOrder) && childOrder[i] != k.name {
			i++
		}
		if i == len(childOrder) {
			l.add(s.part, "%s stands in the wrong place or twice", k.name)
			continue
		}
		at = i
		if k.name != "conditionalFormatting" {
			at = i + 1
		}
	}
	cells := l.cells(s, tree)
	l.cols(s, tree)
	l.ranges(s, tree)
	l.links(s, tree)
	l.tables(s, tree, cells)
}

// cells checks rows and cells and returns the texts by reference.
func (l *lint) cells(s sheetPart, tree *node) map[string]string {
	texts := map[string]string{}
	dim, ok := parseArea(tree.kid("dimension").get("ref"))
	if tree.kid("dimension") != nil && !ok {
		l.add(s.part, "the dimension %q is no range", tree.kid("dimension").get("ref"))
	}
	lastRow := 0
	for _, row := range tree.kid("sheetData").all("row") {
		r := row.number("r")
		if r <= lastRow || r > 1<<20 {
			l.add(s.part, "row %q comes after row %d", row.get("r"), lastRow)
		}
		lastRow = r
		lastCol := 0
		for _, c := range row.all("c") {
			cr, cc, valid := parseRef(c.get("r"))
			if !valid || cr != r || cc <= lastCol {
				l.add(s.part, "cell %q stands in row %d after column %d", c.get("r"), r, lastCol)
			}
			lastCol = cc
			if ok && !dim.covers(area{cr, cc, cr, cc}) {
				l.add(s.part, "cell %s is outside the dimension", c.get("r"))
			}
			texts[c.get("r")] = l.cell(s, c)
		}
	}
	return texts
}

// cell checks one cell and returns its text.
func (l *lint) cell(s sheetPart, c *node) string {
	ref, v := c.get("r"), c.kid("v")
	if st := c.get("s"); st != "" && (c.number("s") < 0 || c.number("s") >= l.styleCount) {
		l.add(s.part, "cell %s has style %s of %d", ref, st, l.styleCount)
	}
	if f := c.kid("f"); f != nil && (strings.TrimSpace(f.text) == "" && f.get("si") == "" || strings.HasPrefix(f.text, "=") || len(f.text) > 8192) {
		l.add(s.part, "cell %s has the formula %q", ref, f.text)
	}
	text := ""
	switch t := c.get("t"); t {
	case "s":
		i, err := strconv.Atoi(v.valueText())
		if err != nil || i < 0 || i >= len(l.texts) {
			l.add(s.part, "cell %s shows text %q of %d", ref, v.valueText(), len(l.texts))
			return ""
		}
		text = l.texts[i]
	case "inlineStr":
		if c.kid("is") == nil || v != nil {
			l.add(s.part, "cell %s is inline text without its text", ref)
		}
		text = c.kid("is").allText()
	case "str", "e", "d":
		text = v.valueText()
	case "b":
		if text = v.valueText(); text != "0" && text != "1" {
			l.add(s.part, "cell %s is neither true nor false: %q", ref, text)
		}
	case "", "n":
		text = v.valueText()
		if _, err := strconv.ParseFloat(text, 64); v != nil && (err != nil || strings.ContainsAny(text, "nNiI_xX")) {
			l.add(s.part, "cell %s holds %q, which is no number", ref, text)
		}
		if c.kid("is") != nil {
			l.add(s.part, "cell %s has inline text and no type", ref)
		}
	default:
		l.add(s.part, "cell %s has the type %q", ref, t)
	}
	if utf16Length(text) > 32767 {
		l.add(s.part, "cell %s holds %d characters", ref, utf16Length(text))
	}
	return text
}

func (n *node) valueText() string {
	if n == nil {
		return ""
	}
	return n.text
}

// cols: column ranges rise, do not overlap, have legal widths and styles.
func (l *lint) cols(s sheetPart, tree *node) {
	last := 0
	for _, c := range tree.kid("cols").all("col") {
		lo, hi := c.number("min"), c.number("max")
		if lo <= last || hi < lo || hi > 1<<14 {
			l.add(s.part, "columns %d to %d come after column %d", lo, hi, last)
		}
		last = hi
		if w, err := strconv.ParseFloat(c.get("width"), 64); c.get("width") != "" && (err != nil || w < 0 || w > 255) {
			l.add(s.part, "column %d is %s wide", lo, c.get("width"))
		}
		if st := c.get("style"); st != "" && c.number("style") >= l.styleCount {
			l.add(s.part, "column %d has style %s of %d", lo, st, l.styleCount)
		}
	}
	if n := tree.kid("cols"); n != nil && len(n.kids) == 0 {
		l.add(s.part, "has an empty list of columns")
	}
}

// ranges: conditional formats, validations, merged cells and panes name cells that exist.
func (l *lint) ranges(s sheetPart, tree *node) {
	for _, cf := range tree.all("conditionalFormatting") {
		l.sqref(s, cf)
		for _, r := range cf.all("cfRule") {
			if d := r.get("dxfId"); d != "" && (r.number("dxfId") < 0 || r.number("dxfId") >= l.dxfCount) {
				l.add(s.part, "a conditional format uses look %s of %d", d, l.dxfCount)
			}
			if r.number("priority") < 1 {
				l.add(s.part, "a conditional format has the priority %q", r.get("priority"))
			}
		}
	}
	dvs := tree.kid("dataValidations")
	list := dvs.all("dataValidation")
	if dvs != nil && dvs.get("count") != "" && dvs.number("count") != len(list) {
		l.add(s.part, "says %s validations and has %d", dvs.get("count"), len(list))
	}
	for _, dv := range list {
		l.sqref(s, dv)
		f := dv.kid("formula1").valueText()
		if strings.HasPrefix(f, `"`) && utf16Length(f)-2 > 255 {
			l.add(s.part, "a list of choices has %d characters", utf16Length(f)-2)
		}
		if dv.get("type") == "list" && strings.TrimSpace(f) == "" {
			l.add(s.part, "a list of choices is empty")
		}
		if utf16Length(dv.get("error")) > 255 || utf16Length(dv.get("errorTitle")) > 32 {
			l.add(s.part, "a validation's message is too long")
		}
	}
	var merged []area
	for _, m := range tree.kid("mergeCells").all("mergeCell") {
		a, ok := parseArea(m.get("ref"))
		for _, b := range merged {
			if a.overlaps(b) {
				ok = false
			}
		}
		if !ok {
			l.add(s.part, "merged cells %q overlap or are no range", m.get("ref"))
		}
		merged = append(merged, a)
	}
	for _, v := range tree.kid("sheetViews").all("sheetView") {
		if p := v.kid("pane"); p != nil {
			if _, _, ok := parseRef(p.get("topLeftCell")); !ok {
				l.add(s.part, "the frozen pane begins at %q", p.get("topLeftCell"))
			}
		}
	}
	for _, h := range tree.kid("headerFooter").kidsOrNil() {
		if utf16Length(h.text) > 255 {
			l.add(s.part, "%s has %d characters", h.name, utf16Length(h.text))
		}
	}
	if c := tree.kid("sheetPr").kid("tabColor").get("rgb"); c != "" && len(c) != 8 {
		l.add(s.part, "the tab's colour is %q", c)
	}
}

func (n *node) kidsOrNil() []*node {
	if n == nil {
		return nil
	}
	return n.kids
}

func (l *lint) sqref(s sheetPart, n *node) {
	refs := strings.Fields(n.get("sqref"))
	if len(refs) == 0 {
		l.add(s.part, "%s names no cells", n.name)
	}
	for _, ref := range refs {
		if _, ok := parseArea(ref); !ok {
			l.add(s.part, "%s names the cells %q", n.name, ref)
		}
	}
}

// links: each from a cell once, to a sheet or a relation that exists, not too many.
func (l *lint) links(s sheetPart, tree *node) {
	h := tree.kid("hyperlinks")
	links := h.all("hyperlink")
	if h != nil && len(links) == 0 || len(links) > 65530 {
		l.add(s.part, "has %d links", len(links))
	}
	seen, rels := map[string]bool{}, l.rels(s.part)
	for _, n := range links {
		if _, ok := parseArea(n.get("ref")); !ok || seen[n.get("ref")] {
			l.add(s.part, "a link stands at %q", n.get("ref"))
		}
		seen[n.get("ref")] = true
		if id := n.get("r:id"); id != "" {
			if _, ok := rels[id]; !ok {
				l.add(s.part, "the link at %s has no relation", n.get("ref"))
			}
			continue
		}
		sheet, ok := sheetOf(n.get("location"))
		if !ok || !l.hasSheet(sheet) {
			l.add(s.part, "the link at %s leads to %q", n.get("ref"), n.get("location"))
			continue
		}
		cell := n.get("location")[strings.LastIndex(n.get("location"), "!")+1:]
		if _, ok := parseArea(strings.ReplaceAll(cell, "$", "")); !ok {
			l.add(s.part, "the link at %s leads to the cell %q", n.get("ref"), cell)
		}
	}
}
