package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Sizes beyond which a file is refused instead of read: a small zip can unpack to
// anything.
const (
	maxReadPart    = 8 << 30  // bytes of a sheet's XML
	maxReadStrings = 1 << 30  // bytes of the shared strings' XML
	maxReadSmall   = 64 << 20 // bytes of any other part
)

// Book is a workbook opened for reading its values, by whichever program it was
// last saved. It reads every sheet as it goes and keeps only the shared strings.
type Book struct {
	files   map[string]*zip.File
	sheets  []bookSheet
	strings []string
	styles  string // the part of the styles, if there is one
	seal    string // "'Sheet'!$B$9" of the content's digest, if named
	filled  map[place]Value
}

type bookSheet struct{ name, part, state string }

// Value is one cell as read: its place (counted from 1), its kind as in Digest,
// and its value in the digest's canonical form, which may be empty for a formula.
type Value struct {
	Row, Col int
	Kind     byte
	Text     string
	Formula  string // the formula whose value it is; empty: none
}

// Cell is the value's place as "A1".
func (v Value) Cell() string { return cellName(v.Row, v.Col) }

// Open opens a workbook. The error is a sentence where the file is no workbook.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("this is no Excel workbook (%w): choose an .xlsx file", err)
	}
	b := &Book{files: map[string]*zip.File{}}
	for _, f := range z.File {
		name := strings.TrimPrefix(f.Name, "/")
		if b.files[name] != nil {
			return nil, fmt.Errorf("the workbook holds its part %q twice: it is not read", name)
		}
		b.files[name] = f
	}
	if err := b.index(); err != nil {
		return nil, err
	}
	return b, nil
}

// Sheets are the names of the sheets, in order.
func (b *Book) Sheets() []string {
	list := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		list[i] = s.name
	}
	return list
}

type relationships struct {
	Relationship []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	}
}

func (b *Book) index() error {
	var top relationships
	if err := b.decode("_rels/.rels", &top); err != nil {
		return err
	}
	book := ""
	for _, r := range top.Relationship {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			book = strings.TrimPrefix(path.Join("/", r.Target), "/")
		}
	}
	if book == "" {
		return errors.New("this is no Excel workbook (its package names no main document): choose an .xlsx file")
	}
	dir, base := path.Split(book)
	var rels relationships
	if err := b.decode(dir+"_rels/"+base+".rels", &rels); err != nil {
		return err
	}
	target := map[string]string{}
	for _, r := range rels.Relationship {
		if target[r.ID] != "" {
			return fmt.Errorf("the workbook names two parts %q: it is not read", r.ID)
		}
		t := path.Join("/"+dir, r.Target)
		if strings.HasPrefix(r.Target, "/") {
			t = path.Clean(r.Target)
		}
		target[r.ID] = strings.TrimPrefix(t, "/")
		if strings.HasSuffix(r.Type, "/styles") {
			b.styles = target[r.ID]
		}
		if strings.HasSuffix(r.Type, "/sharedStrings") {
			if err := b.readStrings(target[r.ID]); err != nil {
				return err
			}
		}
	}
	var wb struct {
		Sheets []struct {
			XMLName xml.Name
			Name    string     `xml:"name,attr"`
			State   string     `xml:"state,attr"`
			Attr    []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
		Names []struct {
			Name string `xml:"name,attr"`
			Ref  string `xml:",chardata"`
		} `xml:"definedNames>definedName"`
	}
	if err := b.decode(book, &wb); err != nil {
		return err
	}
	for _, s := range wb.Sheets {
		part := ""
		for _, a := range s.Attr {
			if a.Name.Local == "id" && slices.Contains(relationSpaces, a.Name.Space) {
				part = target[a.Value]
			}
		}
		if !slices.Contains(mainSpaces, s.XMLName.Space) || slices.ContainsFunc(b.sheets, func(o bookSheet) bool { return strings.EqualFold(o.name, s.Name) }) {
			return fmt.Errorf("the workbook lists the sheet %q in a way no spreadsheet program does", s.Name)
		}
		b.sheets = append(b.sheets, bookSheet{name: s.Name, part: part, state: s.State})
	}
	for _, n := range wb.Names {
		if n.Name == SealName {
			b.seal = n.Ref
		}
	}
	return nil
}

func (b *Book) open(name string, limit int64) (io.ReadCloser, error) {
	f := b.files[name]
	if f == nil {
		return nil, fmt.Errorf("the workbook lacks its part %q: the file is damaged", name)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("the workbook's part %q cannot be unpacked: %w", name, err)
	}
	return &limited{rc: rc, left: limit, name: name}, nil
}

// limited refuses to go on after a number of bytes.
type limited struct {
	rc   io.ReadCloser
	left int64
	name string
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.rc.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("the workbook's part %q is larger than a workbook of ours can be: it is not read", l.name)
	}
	return n, err
}

func (l *limited) Close() error { return l.rc.Close() }

func (b *Book) decode(name string, into any) error {
	rc, err := b.open(name, maxReadSmall)
	if err != nil {
		return err
	}
	err = xml.NewDecoder(rc).Decode(into)
	if err != nil {
		err = fmt.Errorf("the workbook's part %q cannot be read: %w", name, err)
	}
	return errors.Join(err, rc.Close())
}

func (b *Book) readStrings(name string) error {
	rc, err := b.open(name, maxReadStrings)
	if err != nil {
		return err
	}
	d := &tokens{d: xml.NewDecoder(rc)}
	for err == nil {
		var tok xml.Token
		if tok, err = d.RawToken(); err != nil {
			break
		}
		if el, ok := tok.(xml.StartElement); ok && el.Name.Local == "si" {
			var s string
			if s, err = richText(d, "si"); err == nil {
				b.strings = append(b.strings, s)
			}
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rc.Close())
}

// richText gathers the text of an element up to its end: all its <t>, but not
// those of phonetic runs.
func richText(d *tokens, end string) (string, error) {
	var text strings.Builder
	inT, phonetic := false, 0
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", fmt.Errorf("a text of the workbook does not end: %v", err)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			inT = el.Name.Local == "t"
			if el.Name.Local == "rPh" {
				phonetic++
			}
		case xml.CharData:
			if inT && phonetic == 0 {
				text.Write(el)
			}
		case xml.EndElement:
			inT = false
			switch el.Name.Local {
			case "rPh":
				phonetic--
			case end:
				return unescape(text.String()), nil
			}
		}
	}
}

// Values yields the values and formulas of a sheet, row by row and from left
// to right, as they stand in the file. An error ends them.
func (b *Book) Values(name string) iter.Seq2[Value, error] {
	return func(yield func(Value, error) bool) {
		part := ""
		for _, s := range b.sheets {
			if s.name == name {
				part = s.part
			}
		}
		rc, err := b.open(part, maxReadPart)
		if err != nil {
			yield(Value{}, fmt.Errorf("sheet %q: %w", name, err))
			return
		}
		c := &cellReader{book: b, d: &tokens{d: xml.NewDecoder(rc)}}
		for {
			v, err := c.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				err = fmt.Errorf("sheet %q: %w", name, err)
			}
			if v.Formula != "" && v.Text == "" {
				if made, ok := b.filled[place{name, v.Row, v.Col}]; ok {
					v.Kind, v.Text = made.Kind, made.Text
				}
			}
			if !yield(v, err) || err != nil {
				break
			}
		}
		if err := rc.Close(); err != nil {
			// Closing a reader of unpacked bytes has nothing to lose.
			return
		}
	}
}

// cellReader reads the cells of one sheet part.
type cellReader struct {
	book      *Book
	d         *tokens
	row, col  int
	worksheet bool // the part is a sheet of cells, not of a chart
	shared    map[string]sharedFormula
}

// next returns the next value or formula; io.EOF after the last.
func (c *cellReader) next() (Value, error) {
	for {
		tok, err := c.d.RawToken()
		if errors.Is(err, io.EOF) && c.worksheet {
			return Value{}, errors.New("its rows do not end: the file is damaged")
		}
		if err != nil {
			return Value{}, err
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			if end, ok := tok.(xml.EndElement); ok && end.Name.Local == "sheetData" {
				return Value{}, io.EOF
			}
			continue
		}
		switch el.Name.Local {
		case "worksheet":
			c.worksheet = true
		case "row":
			c.row, c.col = c.row+1, 0
			for _, a := range el.Attr {
				if a.Name.Local == "r" {
					if c.row, err = strconv.Atoi(a.Value); err != nil {
						return Value{}, fmt.Errorf("a row has the number %q", a.Value)
					}
				}
			}
		case "c":
			v, err := c.cell(el)
			if err != nil || v.Text != "" || v.Formula != "" {
				return v, err
			}
		}
	}
}

func (c *cellReader) cell(el xml.StartElement) (Value, error) {
	c.col++
	kind := "n"
	for _, a := range el.Attr {
		switch a.Name.Local {
		case "r":
			row, col, ok := parseCell(a.Value)
			if !ok {
				return Value{}, fmt.Errorf("a cell is named %q", a.Value)
			}
			c.row, c.col = row, col
		case "t":
			kind = a.Value
		}
	}
	v := Value{Row: c.row, Col: c.col}
	raw, err := c.content(&v)
	if err != nil {
		return v, fmt.Errorf("cell %s: %w", v.Cell(), err)
	}
	return v, v.set(kind, raw, c.book.strings)
}

// content reads a cell to its end: its raw value or inline text.
func (c *cellReader) content(v *Value) (string, error) {
	raw := ""
	inV := false
	for { // an end of the file in here is damage, so it is not passed on as io.EOF
		tok, err := c.d.RawToken()
		if err != nil {
			return "", fmt.Errorf("it does not end: %v", err)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			inV = el.Name.Local == "v"
			switch el.Name.Local {
			case "f":
				if err := c.formula(el, v); err != nil {
					return "", fmt.Errorf("its formula does not end: %v", err)
				}
			case "is":
				if raw, err = richText(c.d, "is"); err != nil {
					return "", err
				}
			}
		case xml.CharData:
			if inV {
				raw += string(el)
			}
		case xml.EndElement:
			inV = false
			if el.Name.Local == "c" {
				return raw, nil
			}
		}
	}
}

// set gives the value its kind and canonical text.
func (v *Value) set(kind, raw string, table []string) error {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		if raw == "" {
			return nil
		}
		if err != nil || i < 0 || i >= len(table) {
			return fmt.Errorf("cell %s points to the text %q, which the workbook does not have", v.Cell(), raw)
		}
		v.Kind, v.Text = kindText, table[i]
	case "inlineStr":
		v.Kind, v.Text = kindText, raw
	case "str":
		v.Kind, v.Text = kindText, unescape(raw)
	case "b":
		v.Kind, v.Text = kindBool, raw
	case "e":
		v.Kind, v.Text = kindError, raw
	default:
		if raw == "" {
			return nil
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
		if err != nil {
			return fmt.Errorf("cell %s holds %q, which is no number", v.Cell(), raw)
		}
		v.Kind, v.Text = kindNumber, string(appendNumber(nil, f))
	}
	return nil
}

// parseCell reads a place like "AB12".
func parseCell(ref string) (row, col int, ok bool) {
	i := 0
	for i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z' {
		col = col*26 + int(ref[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	ok = err == nil && i > 0 && row > 0 && row <= maxRows && col <= maxCols && ref[i] != '+'
	return row, col, ok
}

// related are the parts of some kind that a part names, in order.
func (b *Book) related(part, kind string) ([]string, error) {
	dir, base := path.Split(part)
	name := dir + "_rels/" + base + ".rels"
	if b.files[name] == nil {
		return nil, nil
	}
	var rels relationships
	if err := b.decode(name, &rels); err != nil {
		return nil, err
	}
	var parts []string
	for _, r := range rels.Relationship {
		if strings.HasSuffix(r.Type, kind) {
			to := r.Target
			if !strings.HasPrefix(to, "/") {
				to = path.Join("/", dir, to)
			}
			parts = append(parts, strings.TrimPrefix(path.Clean(to), "/"))
		}
	}
	return parts, nil
}
