package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// space is a namespace of the parts of a workbook (ECMA-376), in the edition that
// everybody writes or in the strict one (ISO/IEC 29500).
type space struct {
	short  string // its usual prefix, x for that of cells; empty: none that is read here
	strict bool
	both   bool // the same in both editions
}

const (
	transitional = "http://schemas.openxmlformats.org/"
	strictly     = "http://purl.oclc.org/ooxml/"

	coreProperties = transitional + "package/2006/metadata/core-properties"
	dublinCore     = "http://purl.org/dc/elements/1.1/"
)

var namespaces = map[string]space{
	transitional + "spreadsheetml/2006/main":           {short: "x"},
	strictly + "spreadsheetml/main":                    {short: "x", strict: true},
	transitional + "officeDocument/2006/relationships": {short: "r"},
	strictly + "officeDocument/relationships":          {short: "r", strict: true},
	transitional + "drawingml/2006/main":               {short: "a"},
	strictly + "drawingml/main":                        {short: "a", strict: true},
	transitional + "drawingml/2006/chart":              {short: "c"},
	strictly + "drawingml/chart":                       {short: "c", strict: true},
	transitional + "drawingml/2006/spreadsheetDrawing": {short: "xdr"},
	strictly + "drawingml/spreadsheetDrawing":          {short: "xdr", strict: true},
	transitional + "package/2006/relationships":        {short: "rels", both: true},
	transitional + "markup-compatibility/2006":         {short: "mc", both: true},
	transitional + "package/2006/content-types":        {short: "types", both: true},
	coreProperties: {short: "core", both: true},
	dublinCore:     {short: "dc", both: true},

	transitional + "officeDocument/2006/extended-properties": {short: "app", both: true},
	strictly + "officeDocument/extendedProperties":           {short: "app", both: true},
	transitional + "officeDocument/2006/custom-properties":   {short: "custom", both: true},
	strictly + "officeDocument/customProperties":             {short: "custom", both: true},
	transitional + "officeDocument/2006/docPropsVTypes":      {short: "vt", both: true},
	strictly + "officeDocument/docPropsVTypes":               {short: "vt", both: true},
}

// relationID is what the attribute of an element is called here that names a part, by
// whatever prefix: a name that no attribute can have.
const relationID = "r:id"

// holders says in which elements those stand that carry what a workbook shows.
var holders = map[string][]string{
	"sheetData": {"worksheet"}, "row": {"sheetData"}, "c": {"row"}, "v": {"c"}, "f": {"c"}, "is": {"c"},
	"si": {"sst"}, "t": {"si", "is", "r", "rPh"}, "r": {"si", "is"}, "rPh": {"si", "is"},
	"sheets": {"workbook"}, "sheet": {"sheets"}, "definedName": {"definedNames"},
}

// once are the elements that stand no more than once in what they stand in: of two,
// some programs take the first, some the last, and some both.
var once = map[string][]string{
	"x": {"sheetData", "sheets", "definedNames", "numFmts", "fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "dxfs",
		"sheetViews", "sheetFormatPr", "autoFilter", "tableParts", "tableColumns", "drawing", "v", "f", "is", "t"},
	"xdr": {"from", "to", "ext", "row", "col", "nvGraphicFramePr", "cNvPr", "a:graphic", "a:graphicData", "c:chart"},
	"c": {"chart", "plotArea", "title", "tx", "rich", "cat", "val", "strRef", "numRef", "multiLvlStrRef", "strCache", "numCache",
		"f", "v", "scaling", "min", "max", "orientation", "grouping", "barDir", "legend", "dLbls", "spPr", "txPr", "idx", "formatCode",
		"ptCount", "delete", "numFmt", "symbol", "marker", "a:ln", "a:solidFill", "a:srgbClr", "a:fgClr", "a:bgClr", "a:t", "a:rPr", "a:pPr", "a:defRPr"},
}

// plain are the elements that hold text and nothing else.
var plain = map[string][]string{"x": {"v", "f", "t"}, "c": {"v", "f", "formatCode", "a:t"}}

// tokens reads the elements of a part as a spreadsheet program does: by namespace.
// Those of the part's root go by their local name, those of the other namespaces of
// workbooks with the usual prefix ("a:solidFill"). Elements and attributes of further
// namespaces are not the workbook's: they come without a name, and text in them not at
// all, so that nothing can stand in for what it is not. Of attributes only those without
// a prefix come, and the one that names a part.
//
// What programs would read in different ways is an error: elements of the workbook's own
// in a place where they cannot be, or twice, attributes twice, both editions of a
// namespace, a document type, a beginning and an end that do not match.
type tokens struct {
	d     *xml.Decoder
	open  []element
	root  space
	top   string          // the root's local name
	ended bool            // the root
	last  xml.Name        // of the element that began last, as written
	also  map[string]bool // elements of other namespaces, by local name
}

type element struct {
	name   string           // "" for another namespace
	raw    xml.Name         // as written
	spaces map[string]space // by prefix
	choice bool             // inside mc:AlternateContent
	seen   uint64           // of the elements in it, those that stand there once
}

// RawToken gives the next token; io.EOF after the root's end.
func (t *tokens) RawToken() (xml.Token, error) {
	tok, err := t.d.RawToken()
	if errors.Is(err, io.EOF) && !t.ended {
		return nil, errors.New("it does not end: the file is damaged")
	}
	if err != nil {
		return tok, err
	}
	switch el := tok.(type) {
	case xml.StartElement:
		return t.begin(el)
	case xml.EndElement:
		if len(t.open) == 0 || t.open[len(t.open)-1].raw != el.Name {
			return nil, fmt.Errorf("</%s> ends what never began", el.Name.Local)
		}
		el.Name = xml.Name{Local: t.open[len(t.open)-1].name}
		t.open = t.open[:len(t.open)-1]
		t.ended = len(t.open) == 0
		return el, nil
	case xml.CharData:
		if len(t.open) > 0 && t.open[len(t.open)-1].name == "" {
			return xml.CharData(nil), nil
		}
	case xml.Directive:
		return nil, errors.New("it declares a document type, as no workbook does: programs would read it in different ways")
	}
	return tok, nil
}

func (t *tokens) begin(el xml.StartElement) (xml.Token, error) {
	var in *element
	e := element{raw: el.Name}
	if n := len(t.open); n > 0 {
		in = &t.open[n-1]
		e.spaces, e.choice = in.spaces, in.choice
	}
	t.last = el.Name
	for _, a := range el.Attr {
		switch {
		case a.Name.Space == "xmlns":
			e.declare(a.Name.Local, a.Value)
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			e.declare("", a.Value)
		}
	}
	at := e.spaces[el.Name.Space]
	if in == nil {
		if t.ended || at.short == "" || at.short == "mc" {
			return nil, fmt.Errorf("<%s> is no root of a workbook's part", el.Name.Local)
		}
		t.root, t.top = at, el.Name.Local
	}
	if err := t.name(&e, in, at); err != nil {
		return nil, err
	}
	own, err := t.attributes(&e, el.Attr)
	if err != nil {
		return nil, err
	}
	el.Name, el.Attr = xml.Name{Local: e.name}, own
	t.open = append(t.open, e)
	return el, nil
}

// name gives an element its name and finds out whether it may stand where it does.
func (t *tokens) name(e, in *element, at space) error {
	local := e.raw.Local
	switch {
	case at.short != "" && !at.both && !t.root.both && at.strict != t.root.strict:
		return fmt.Errorf("<%s> is of another edition of the format than what it stands in: programs would read it in different ways", local)
	case at.short == t.root.short:
		e.name = local
	case at.short != "":
		e.name = at.short + ":" + local
	}
	if at.short == "" || at.short == "mc" {
		if t.also == nil {
			t.also = map[string]bool{}
		}
		t.also[local] = true
	}
	if in == nil {
		return nil
	}
	if slices.Contains(plain[t.root.short], in.name) {
		return fmt.Errorf("<%s> stands inside the text of <%s>: the file was not made by a spreadsheet program", local, in.raw.Local)
	}
	if may := holders[e.name]; t.root.short == "x" && may != nil && !slices.Contains(may, in.name) {
		return fmt.Errorf("<%s> stands where no workbook has one: the file was not made by a spreadsheet program", local)
	}
	// A sheet's are named where the sheet is looked through; a chart's, with the chart.
	if e.choice && at.short == t.root.short && (at.short == "x" || at.short == "rels") && t.top != "worksheet" {
		return fmt.Errorf("<%s> is one of two choices: programs would read it in different ways", local)
	}
	e.choice = e.choice || e.name == "mc:AlternateContent"
	if i := slices.Index(once[t.root.short], e.name); i >= 0 {
		if in.seen&(1<<i) != 0 {
			return fmt.Errorf("<%s> is there twice in <%s>: the file was not made by a spreadsheet program", local, in.raw.Local)
		}
		in.seen |= 1 << i
	}
	return nil
}

// attributes keeps those without a prefix, and the one that names a part.
func (t *tokens) attributes(e *element, all []xml.Attr) ([]xml.Attr, error) {
	own := all[:0]
	for _, a := range all {
		switch at := e.spaces[a.Name.Space]; {
		case a.Name.Space == "xmlns":
			continue
		case a.Name.Space == "":
			if a.Name.Local == "xmlns" {
				continue
			}
		case at.short == "mc" && a.Name.Local == "ProcessContent":
			return nil, fmt.Errorf("<%s> asks programs to read what is of no workbook: they would read it in different ways", e.raw.Local)
		case at.short != "r":
			continue
		case at.strict != t.root.strict:
			return nil, fmt.Errorf("<%s> names a part by another edition of the format: programs would read it in different ways", e.raw.Local)
		case a.Name.Local != "id":
			continue
		default:
			a.Name = xml.Name{Local: relationID}
		}
		if slices.ContainsFunc(own, func(o xml.Attr) bool { return o.Name == a.Name }) {
			return nil, fmt.Errorf("<%s> has its attribute %s twice: programs would read it in different ways", e.raw.Local, a.Name.Local)
		}
		own = append(own, a)
	}
	return own, nil
}

// declare binds a prefix for the element and what is in it.
func (e *element) declare(prefix, name string) {
	mine := maps.Clone(e.spaces)
	if mine == nil {
		mine = map[string]space{}
	}
	mine[prefix] = namespaces[name]
	e.spaces = mine
}

// named gives the tokens of a part for encoding/xml, which matches the local names
// of whatever namespace: without the elements that are not the workbook's, and what is
// in them.
type named struct {
	t    *tokens
	skip int // depth within such an element
}

// Token gives the next one.
func (n *named) Token() (xml.Token, error) {
	for {
		tok, err := n.t.RawToken()
		if err != nil {
			return nil, err
		}
		switch el := tok.(type) {
		case xml.StartElement:
			if n.skip > 0 || el.Name.Local == "" {
				n.skip++
				continue
			}
		case xml.EndElement:
			if n.skip > 0 {
				n.skip--
				continue
			}
		case xml.CharData:
			if n.skip > 0 {
				continue
			}
		default:
			continue
		}
		return tok, nil
	}
}
