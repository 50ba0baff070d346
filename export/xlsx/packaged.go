package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// What a part names by relations, by the end of their types: what exports have and
// programs add when they save a file again. The kinds of the workbook's own that are
// read are checked where they are.
var relationsKnown = map[string][]string{
	"":       {"officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail", "origin"},
	"main":   {"worksheet", "chartsheet", "dialogsheet", "theme", "styles", "sharedStrings", "calcChain", "customXml", "printerSettings", "person"},
	"sheet":  {"drawing", "table", "printerSettings", "hyperlink", "customProperty"},
	"drawn":  {"chart"},
	"charts": {"chartStyle", "chartColorStyle"},
}

// The types of content of the parts that are read (ECMA-376, 12.3 and 18): a program
// that goes by them takes what has another one for something else, or leaves it out.
const (
	officeType = "application/vnd.openxmlformats-officedocument."
	sheetType  = officeType + "spreadsheetml."
)

var contentOf = map[string]string{
	"officeDocument": sheetType + "sheet.main+xml", "worksheet": sheetType + "worksheet+xml", "styles": sheetType + "styles+xml",
	"sharedStrings": sheetType + "sharedStrings+xml", "table": sheetType + "table+xml", "theme": officeType + "theme+xml",
	"drawing": officeType + "drawing+xml", "chart": officeType + "drawingml.chart+xml",
}

// tree goes through the parts that are related to each other, with the kinds of places
// that they have: "", "main", "sheet", "drawn", "charts".
func (b *Book) tree(visit func(from, place string, r relation)) error {
	next := map[string]string{"officeDocument": "main", "worksheet": "sheet", "drawing": "drawn", "chart": "charts"}
	type step struct{ part, place string }
	todo, seen := []step{{"", ""}}, map[string]bool{}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		rels, err := b.relations(at.part)
		if err != nil {
			return err
		}
		for _, r := range rels {
			visit(at.part, at.place, r)
			if place := next[r.kind]; place != "" && !seen[r.part] {
				seen[r.part] = true
				todo = append(todo, step{r.part, place})
			}
		}
	}
	return nil
}

// packaged faults what the package, and the workbook's own part, say otherwise than an
// export, and the files that programs make of one: macros, other files, styles of
// tables, a window that shows nothing.
func (b *Book) packaged(known *showing, h *Hiding) error {
	types, err := b.contentTypes(h)
	if err != nil {
		return err
	}
	var tables []string
	told := map[string]bool{}
	tell := func(format string, args ...any) {
		if says := fmt.Sprintf(format, args...); !told[says] {
			told[says] = true
			h.Faults = append(h.Faults, says)
		}
	}
	err = b.tree(func(from, place string, r relation) {
		if !slices.Contains(relationsKnown[place], r.like) && !(place == "sheet" && slices.Contains(overCells, r.like)) && !(place == "drawn" && r.like == "image") {
			tell("the part %q names another one as its %s, which no export has and no saving adds", first(from, "_rels/.rels"), r.like)
		}
		if want := contentOf[r.kind]; want != "" && b.files[r.part] != nil {
			if is := types.of(r.part); !strings.EqualFold(is, want) {
				tell("the part %q is said to be of the type %q, and is a workbook's %s: programs may take it for something else", r.part, is, r.kind)
			}
		}
		if r.kind == "table" {
			tables = append(tables, r.part)
		}
	})
	if err != nil {
		return err
	}
	if err := b.lookAtMain(h); err != nil {
		return err
	}
	for _, part := range tables {
		if err := b.tableLooks(part, known, h); err != nil {
			return err
		}
	}
	return nil
}

// contents are the types of the parts.
type contents struct {
	parts, endings map[string]string // in lower case
}

func (c contents) of(part string) string {
	if t, ok := c.parts["/"+strings.ToLower(part)]; ok {
		return t
	}
	return c.endings[strings.ToLower(part[strings.LastIndex(part, ".")+1:])]
}

// contentTypes reads what the package says of its parts.
func (b *Book) contentTypes(h *Hiding) (contents, error) {
	c := contents{parts: map[string]string{}, endings: map[string]string{}}
	var doc struct {
		Endings []struct {
			Ending string `xml:"Extension,attr"`
			Type   string `xml:"ContentType,attr"`
		} `xml:"Default"`
		Parts []struct {
			Name string `xml:"PartName,attr"`
			Type string `xml:"ContentType,attr"`
		} `xml:"Override"`
	}
	if err := b.decode(contentTypes, &doc); err != nil {
		return c, err
	}
	for _, e := range doc.Endings {
		c.endings[strings.ToLower(e.Ending)] = e.Type
	}
	for _, p := range doc.Parts {
		name := strings.ToLower(p.Name)
		if t, ok := c.parts[name]; ok && t != p.Type {
			h.Faults = append(h.Faults, fmt.Sprintf("the part %q is said to be of two types: programs may take it for one or the other", p.Name))
		}
		c.parts[name] = p.Type
	}
	return c, nil
}

// exportedTable is the style that tables have.
const exportedTable = "TableStyleLight9"

// tableLooks faults a style of a table that the export has not: it paints cells that
// have no colours of their own.
func (b *Book) tableLooks(part string, known *showing, h *Hiding) error {
	var t struct {
		Name    string    `xml:"displayName,attr"`
		Heads   string    `xml:"headerRowCount,attr"`
		Filter  filterXML `xml:"autoFilter"`
		Columns []struct {
			Name string `xml:"name,attr"`
		} `xml:"tableColumns>tableColumn"`
		Style *struct {
			Name string `xml:"name,attr"`
		} `xml:"tableStyleInfo"`
	}
	if err := b.decode(part, &t); err != nil {
		return err
	}
	bare, asking := 0, false
	for _, c := range t.Filter.Columns {
		if (attrs{{Name: xml.Name{Local: "is"}, Value: c.Button}}).yes("is") {
			bare++
			asking = asking || c.asks()
		}
	}
	headless := strings.TrimSpace(t.Heads) != "" && strings.TrimSpace(t.Heads) != "1"
	switch {
	case bare > 0 && (asking || bare < len(t.Columns)):
		h.Faults = append(h.Faults, fmt.Sprintf("the table %q has columns without the button of their filter, which the export has not: nobody sees what it hides", t.Name))
	case headless && bare < len(t.Columns):
		h.Faults = append(h.Faults, fmt.Sprintf("the table %q has no row of headers, and the export's has one: programs count it among the rows", t.Name))
	case headless:
		h.bareTables++
	}
	switch {
	case t.Style == nil || t.Style.Name == "":
	case t.Style.Name != exportedTable:
		h.Faults = append(h.Faults, fmt.Sprintf("the table %q has the style %q, the export's has %q: it may paint its cells so that they cannot be read", t.Name, t.Style.Name, exportedTable))
	case slices.Contains(known.dressed, exportedTable):
		h.Faults = append(h.Faults, fmt.Sprintf("the table %q has a style that the file makes itself under the name %q", t.Name, exportedTable))
	}
	return nil
}

var titlesOnly = func() *regexp.Regexp {
	name := `(?:(?:'(?:[^']|'')*'|[^'!,]+)!)?`
	head, columns := name+`\$1:\$1`, name+`\$A:\$[A-Z]{1,3}`
	return regexp.MustCompile(`^(?:` + head + `|` + columns + `,` + head + `|` + head + `,` + columns + `)$`)
}()

// lookAtMain faults what the workbook's own part says of how it is shown.
func (b *Book) lookAtMain(h *Hiding) (err error) {
	rc, err := b.open(b.main, maxReadSmall)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	d := &tokens{d: xml.NewDecoder(rc)}
	name, ref := "", ""
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the workbook's part %q: %w", b.main, err)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			name, ref = "", ""
			if el.Name.Local == "definedName" {
				name = attrs(el.Attr).text("name")
			}
			what, does := foreignOf(bookAllowed, bookAdditions, d, el)
			if what != "" {
				h.Faults = append(h.Faults, fmt.Sprintf("the workbook has %s, which the export has not: it may show something else than the cells hold", what))
			}
			if does != "" {
				h.Faults = append(h.Faults, "the workbook: "+does)
			}
		case xml.CharData:
			if name != "" {
				ref += string(el)
			}
		case xml.EndElement:
			if strings.EqualFold(name, "_xlnm.Print_Titles") && !titlesOnly.MatchString(strings.TrimSpace(ref)) {
				h.Faults = append(h.Faults, fmt.Sprintf("every printed page repeats %s, the export's only the header and the columns that tell the rows apart", strings.TrimSpace(ref)))
			}
			name = ""
		}
	}
}
