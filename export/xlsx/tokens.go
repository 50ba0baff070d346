package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The namespaces of a workbook's elements and of its relationships: as everybody
// writes them, and in the strict form (ISO/IEC 29500).
var (
	mainSpaces     = []string{"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"}
	relationSpaces = []string{"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"}
)

// holders says in which elements those stand that carry what a workbook shows.
var holders = map[string][]string{
	"sheetData": {"worksheet"}, "row": {"sheetData"}, "c": {"row"}, "v": {"c"}, "f": {"c"}, "is": {"c"},
	"si": {"sst"}, "t": {"si", "is", "r", "rPh"}, "r": {"si", "is"}, "rPh": {"si", "is"},
}

// tokens reads the elements of a part as a spreadsheet program does. Elements and
// attributes of other namespaces are not the workbook's: they come without a name, and
// text in them not at all, so that nothing can stand in for a cell that is not one.
// An element of the workbook's own in a place where it cannot be is an error: some
// programs would show it, and some would not.
type tokens struct {
	d    *xml.Decoder
	open []element
	rows int             // how many sheetData
	also map[string]bool // elements of other namespaces, by name
}

type element struct {
	name   string            // "" for another namespace
	spaces map[string]string // by prefix
}

// RawToken gives the next token.
func (t *tokens) RawToken() (xml.Token, error) {
	tok, err := t.d.RawToken()
	if err != nil {
		return tok, err
	}
	switch el := tok.(type) {
	case xml.StartElement:
		return t.begin(el)
	case xml.EndElement:
		if len(t.open) == 0 {
			return nil, fmt.Errorf("</%s> ends what never began", el.Name.Local)
		}
		el.Name = xml.Name{Local: t.open[len(t.open)-1].name}
		t.open = t.open[:len(t.open)-1]
		return el, nil
	case xml.CharData:
		if len(t.open) > 0 && t.open[len(t.open)-1].name == "" {
			return xml.CharData(nil), nil
		}
	}
	return tok, nil
}

func (t *tokens) begin(el xml.StartElement) (xml.Token, error) {
	var in element
	if len(t.open) > 0 {
		in = t.open[len(t.open)-1]
	}
	e := element{spaces: in.spaces}
	own := el.Attr[:0]
	for _, a := range el.Attr {
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
			prefix := ""
			if a.Name.Space != "" {
				prefix = a.Name.Local
			}
			e.declare(prefix, a.Value)
		case a.Name.Space == "":
			own = append(own, a)
		}
	}
	space, declared := e.spaces[el.Name.Space]
	if slices.Contains(mainSpaces, space) || !declared && el.Name.Space == "" {
		e.name = el.Name.Local
	}
	if e.name == "" {
		if t.also == nil {
			t.also = map[string]bool{}
		}
		t.also[el.Name.Local] = true
	}
	el.Name, el.Attr = xml.Name{Local: e.name}, own
	if may := holders[e.name]; may != nil && !slices.Contains(may, in.name) {
		return nil, fmt.Errorf("<%s> stands where no workbook has one: the file was not made by a spreadsheet program", e.name)
	}
	if e.name == "sheetData" {
		if t.rows++; t.rows > 1 {
			return nil, errors.New("its rows are there twice: the file was not made by a spreadsheet program")
		}
	}
	t.open = append(t.open, e)
	return el, nil
}

// declare binds a prefix for the element and what is in it.
func (e *element) declare(prefix, space string) {
	mine := maps.Clone(e.spaces)
	if mine == nil {
		mine = map[string]string{}
	}
	mine[prefix] = space
	e.spaces = mine
}
