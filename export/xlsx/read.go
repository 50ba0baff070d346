package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"countersign/domain/archive"
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
	main    string // the part of the workbook itself
	styles  string // the part of the styles, if there is one
	theme   string // and that of the theme
	seal    string // "'Sheet'!$B$9" of the content's digest, if named
	filled  map[place]Value
	areas   []printArea
	stood   map[string]standing // by sheet, once Contents has read them
	dressed map[int]*dressed    // shared strings that are more than letters
}

type bookSheet struct{ name, part, state string }

// cellSheet is the kind of part that a sheet of cells is; others are of a chart or a dialog.
const cellSheet = "worksheet"

// Open opens a workbook. The error is a sentence where the file is no workbook.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("this is no Excel workbook (%w): choose an .xlsx file", err)
	}
	if err := archive.OneDirectory(r, size); err != nil {
		return nil, fmt.Errorf("the workbook is not read: %w", err)
	}
	b, folded := &Book{files: map[string]*zip.File{}}, map[string]bool{}
	for _, f := range z.File {
		name := strings.TrimPrefix(f.Name, "/")
		if folded[strings.ToLower(name)] { // names of parts are told apart without regard to case (ISO/IEC 29500-2)
			return nil, fmt.Errorf("the workbook holds its part %q twice: it is not read", name)
		}
		b.files[name], folded[strings.ToLower(name)] = f, true
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

func (b *Book) index() error {
	top, err := b.relations("")
	if err != nil {
		return err
	}
	book, err := only(top, "officeDocument")
	if err != nil {
		return err
	}
	if book == "" {
		return errors.New("this is no Excel workbook (its package names no main document): choose an .xlsx file")
	}
	rels, err := b.relations(book)
	if err != nil {
		return err
	}
	if b.styles, err = only(rels, "styles"); err != nil {
		return err
	}
	b.main = book
	if b.theme, err = only(rels, "theme"); err != nil {
		return err
	}
	texts, err := only(rels, "sharedStrings")
	if err != nil {
		return err
	}
	if texts != "" {
		if err := b.readStrings(texts); err != nil {
			return err
		}
	}
	return b.readWorkbook(book, rels)
}

// readWorkbook reads the part that names the sheets, the seal and the print areas.
func (b *Book) readWorkbook(book string, rels []relation) error {
	var wb struct {
		Days struct {
			From1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			Part  string `xml:"r:id,attr"`
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
	if v := strings.ToLower(strings.TrimSpace(wb.Days.From1904)); v != "" && v != "0" && v != "false" {
		return errors.New("the workbook counts its days from 1904: every date would be shown four years later than it is, and it is not read")
	}
	for _, s := range wb.Sheets {
		at := slices.IndexFunc(rels, func(r relation) bool { return r.id == s.Part })
		if at < 0 || rels[at].kind == "" || slices.ContainsFunc(b.sheets, func(o bookSheet) bool { return strings.EqualFold(o.name, s.Name) }) {
			return fmt.Errorf("the workbook lists the sheet %q in a way no spreadsheet program does", s.Name)
		}
		sheet := bookSheet{name: s.Name, part: rels[at].part, state: s.State}
		if err := b.rooted(sheet, rels[at].kind); err != nil {
			return err
		}
		b.sheets = append(b.sheets, sheet)
	}
	for _, n := range wb.Names {
		if n.Name == SealName {
			if b.seal != "" {
				return fmt.Errorf("the workbook names %s twice: it is not read", SealName)
			}
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
	err = xml.NewTokenDecoder(&named{t: &tokens{d: xml.NewDecoder(rc)}}).Decode(into)
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
			looks := &dressed{}
			if s, err = richText(d, "si", looks); err == nil {
				if !looks.plain() {
					if b.dressed == nil {
						b.dressed = map[int]*dressed{}
					}
					b.dressed[len(b.strings)] = looks
				}
				b.strings = append(b.strings, s)
			}
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("the workbook's part %q cannot be read: %w", name, err)
	}
	return errors.Join(err, rc.Close())
}

// richText gathers the text of an element up to its end: all its <t>, but not
// those of phonetic runs. What else it has goes to looks, if that is given.
func richText(d *tokens, end string, looks *dressed) (string, error) {
	var text, one strings.Builder
	inT, phonetic := false, 0
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch el := tok.(type) {
		case xml.StartElement:
			if looks != nil {
				looks.begin(el)
			}
			inT = el.Name.Local == "t"
			if el.Name.Local == "rPh" {
				phonetic++
			}
		case xml.CharData:
			if inT && phonetic == 0 {
				one.Write(el)
			}
		case xml.EndElement:
			if looks != nil {
				looks.end(el)
			}
			inT = false
			switch el.Name.Local {
			case "t": // an escape does not go on in the next one
				text.WriteString(unescape(one.String()))
				one.Reset()
			case "rPh":
				phonetic--
			case end:
				return text.String(), nil
			}
		}
	}
}
