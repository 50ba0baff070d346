package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
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
	areas   []printArea
}

type bookSheet struct{ name, part, state string }

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
			Name  string `xml:"name,attr"`
			Sheet *int   `xml:"localSheetId,attr"`
			Ref   string `xml:",chardata"`
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
		if strings.EqualFold(n.Name, "_xlnm.Print_Area") && n.Sheet != nil {
			b.areas = append(b.areas, printArea{*n.Sheet, n.Ref})
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
