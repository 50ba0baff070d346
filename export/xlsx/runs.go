package xlsx

import (
	"encoding/xml"
	"slices"
	"strings"
)

// dressed is what a text of the file has besides its letters: runs with fonts of their
// own, and signs of how it sounds, which programs may show over it or in its place.
type dressed struct {
	phonetic bool
	runs     []letters
	inside   bool // a run's font
}

// begin takes an element of a text (ECMA-376, 18.4.7).
func (d *dressed) begin(el xml.StartElement) {
	switch el.Name.Local {
	case "rPh":
		d.phonetic = true
	case "rPr":
		d.runs, d.inside = append(d.runs, letters{}), true
	}
	if !d.inside || el.Name.Local == "rPr" {
		return
	}
	f, at := &d.runs[len(d.runs)-1], attrs(el.Attr)
	flag := &flagXML{Is: at.text("val")}
	switch el.Name.Local {
	case "rFont":
		f.OfRun = flag
	case "sz":
		f.Size = flag
	case "color":
		f.Colour = colourOfAttrs(at)
	case "charset":
		f.Signs = flag
	case "scheme":
		f.Scheme = flag
	case "vertAlign":
		f.Raised = flag
	case "strike":
		f.Struck = flag
	case "outline":
		f.Outline = flag
	case "shadow":
		f.Shadow = flag
	case "condense":
		f.Narrow = flag
	case "extend":
		f.Wide = flag
	}
}

func (d *dressed) end(el xml.EndElement) {
	if el.Name.Local == "rPr" {
		d.inside = false
	}
}

// plain tells whether the text has letters alone.
func (d *dressed) plain() bool { return !d.phonetic && len(d.runs) == 0 }

// faults says what the text shows otherwise than its letters in a cell of a style.
func (d *dressed) faults(s *showing, style int) string {
	var out []string
	if d.phonetic {
		out = append(out, "signs of how its text sounds, which may be shown in its place")
	}
	var cell painted
	if style >= 0 && style < len(s.cells) {
		cell = s.cells[style].paint
	}
	for _, f := range d.runs {
		how := f.faults(s.theme)
		if f.Colour != nil {
			p := cell
			p.over, p.known = s.inks.of(f.Colour, 0)
			if !cell.there {
				p.under = 0xFFFFFF
			}
			how = append(how, p.faults()...)
		}
		if len(how) > 0 {
			out = append(out, "a stretch of its text in "+strings.Join(how, " and "))
		}
	}
	return strings.Join(slices.Compact(out), ", ")
}

// colourOfAttrs reads a colour from the attributes of its element.
func colourOfAttrs(at attrs) *colourXML {
	c := &colourXML{RGB: at.text("rgb")}
	if at.text("theme") != "" {
		n := at.number("theme")
		c.Theme = &n
	}
	if at.text("indexed") != "" {
		n := at.number("indexed")
		c.Indexed = &n
	}
	if f, ok := at.float("tint"); ok {
		c.Tint = f
	}
	return c
}
