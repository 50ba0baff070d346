package xlsx

import (
	"countersign/export/sheet"

	"github.com/xuri/excelize/v2"
)

// Number formats a cell may have.
const (
	formatGeneral = iota
	formatInstant
	formatDay
	numFormats
)

const (
	fontFamily = "Calibri"
	fontSize   = 11
)

// look is everything a cell's style depends on.
type look struct {
	class  sheet.Class
	format uint8
	quoted bool // text that starts like a formula
	wrap   bool
	open   bool // accepts typing in a protected sheet
}

func (l look) index() int {
	i := int(l.class)*numFormats + int(l.format)
	for _, flag := range []bool{l.quoted, l.wrap, l.open} {
		i *= 2
		if flag {
			i++
		}
	}
	return i
}

// paint is a class's colours: bold and dark text on a light ground, readable in
// grey too.
type paint struct {
	font, fill string
	bold       bool
	size       float64
}

var palette = [sheet.NumClasses]paint{
	sheet.Title:   {font: "1F3A5F", bold: true, size: 18},
	sheet.Heading: {font: "1F3A5F", bold: true, size: 13},
	sheet.Label:   {font: "404040", bold: true},
	sheet.Name:    {font: "404040", bold: true},
	sheet.Muted:   {font: "767676"},
	sheet.Link:    {font: "0B57A4"},
	sheet.Banner:  {font: "FFFFFF", fill: "9C1C1C", bold: true, size: 12},
	sheet.Good:    {font: "14532D", fill: "DCF2E0"},
	sheet.Caution: {font: "6B4700", fill: "FFF0C7"},
	sheet.Bad:     {font: "7A1212", fill: "FADCDC", bold: true},
	sheet.Rung0:   {font: "767676", fill: "F2F2F2"},
	sheet.Rung1:   {font: "1F3A5F", fill: "E3EEF9"},
	sheet.Rung2:   {font: "1F3A5F", fill: "BFD9F2"},
	sheet.Rung3:   {font: "1F3A5F", fill: "F9D9A8", bold: true},
	sheet.Rung4:   {font: "FFFFFF", fill: "B45309", bold: true},
	sheet.Head:    {font: "FFFFFF", fill: "1F3A5F", bold: true},
	sheet.Upright: {font: "FFFFFF", fill: "1F3A5F", bold: true},
}

// styles numbers the styles of a workbook, each made when first used. The order of
// first use is the order of the rows, so the numbers are the same every time.
type styles struct {
	file *excelize.File
	ids  []int
}

func newStyles(f *excelize.File) (*styles, error) {
	last := look{class: sheet.NumClasses - 1, format: numFormats - 1, quoted: true, wrap: true, open: true}
	s := &styles{file: f, ids: make([]int, last.index()+1)}
	for i := range s.ids {
		s.ids[i] = -1
	}
	// The plainest look is style 0, which a cell need not name.
	top, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}})
	if err != nil {
		return nil, err
	}
	xf := f.Styles.CellXfs.Xf
	xf[0].Alignment, xf[0].ApplyAlignment = xf[top].Alignment, xf[top].ApplyAlignment
	for i := range f.Styles.CellStyleXfs.Xf {
		// Some programs look for the plainest cells' alignment in the named style.
		f.Styles.CellStyleXfs.Xf[i].Alignment = xf[top].Alignment
	}
	s.ids[look{}.index()] = 0
	return s, nil
}

func (s *styles) id(l look) (int, error) {
	i := l.index()
	if s.ids[i] >= 0 {
		return s.ids[i], nil
	}
	if l.quoted {
		// The plain twin comes first, so that excelize, which looks for an equal
		// style before making one, never takes the marked style for it.
		twin := l
		twin.quoted = false
		if _, err := s.id(twin); err != nil {
			return 0, err
		}
	}
	id, err := s.make(l)
	if err == nil {
		s.ids[i] = id
	}
	return id, err
}

func (s *styles) make(l look) (int, error) {
	p := palette[l.class]
	st := &excelize.Style{Font: font(p)}
	if l.class == sheet.Link {
		st.Font.Underline = "single"
	}
	if p.fill != "" {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{p.fill}}
	}
	wrap := l.wrap || l.class == sheet.Wrapped || l.class == sheet.Name
	st.Alignment = &excelize.Alignment{Vertical: "top", WrapText: wrap}
	if l.class == sheet.Lead || l.class == sheet.Link {
		st.Alignment.Horizontal = "left"
	}
	if l.class == sheet.Head {
		st.Alignment.Vertical, st.Alignment.WrapText = "bottom", true
	}
	if l.class == sheet.Upright {
		st.Alignment = &excelize.Alignment{Vertical: "bottom", TextRotation: 90}
	}
	if l.format != formatGeneral {
		st.Alignment.Horizontal = "left" // else it stands at the next column's text
	}
	switch l.format {
	case formatInstant:
		f := "yyyy-mm-dd hh:mm:ss"
		st.CustomNumFmt = &f
	case formatDay:
		f := "yyyy-mm-dd"
		st.CustomNumFmt = &f
	}
	if l.open {
		st.Protection = &excelize.Protection{Locked: false}
	}
	if !l.quoted {
		return s.file.NewStyle(st)
	}
	// excelize has no field for quotePrefix and would hand back the plain twin; an
	// indent makes it make a new one, then gives way to the mark.
	st.Alignment.Indent = 1
	id, err := s.file.NewStyle(st)
	if err != nil {
		return 0, err
	}
	xf, yes := &s.file.Styles.CellXfs.Xf[id], true
	xf.QuotePrefix, xf.Alignment.Indent = &yes, 0
	return id, nil
}

func font(p paint) *excelize.Font {
	f := &excelize.Font{Family: fontFamily, Size: fontSize, Color: p.font, Bold: p.bold}
	if p.size > 0 {
		f.Size = p.size
	}
	return f
}

// conditional is the style of a conditional format of a class.
func (s *styles) conditional(k sheet.Class) (int, error) {
	p := palette[k]
	st := &excelize.Style{Font: &excelize.Font{Color: p.font, Bold: p.bold}}
	if p.fill != "" {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{p.fill}}
	}
	return s.file.NewConditionalStyle(st)
}
