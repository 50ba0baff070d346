package workbook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"countersign/domain/archive"
)

// Sizes beyond which a file is refused instead of read.
const (
	maxParts  = 10_000    // parts of the package
	maxSheets = 1_000     // sheets
	maxSmall  = 32 << 20  // bytes of a part that is neither a sheet nor the shared texts
	maxTexts  = 256 << 20 // bytes of the shared texts, which are held in memory
	maxSheet  = 8 << 30   // bytes of a sheet

	// A sheet's XML packs to a tenth or a thirtieth: rows and cells carry their
	// numbers. What packs far better is no sheet that anybody filled in.
	ratioFloor = 8 << 20 // bytes below which a part may unpack to whatever it likes
	maxRatio   = 100

	maxRows = 1_048_576
	maxCols = 16_384

	// Texts that a sheet repeats stand in the file once. So much may they add up
	// to, besides what the size of the file allows.
	spreadFloor = 64 << 20
	maxSpread   = 50
)

// Options bound what is read of a cell and of a row. The zero value means the
// defaults.
type Options struct {
	MaxText int // bytes of one text; 0 means 256 KiB, Excel's own limit is 32,767 characters
	MaxRow  int // bytes of a row's texts together; 0 means 4 MiB
}

func (o Options) withDefaults() Options {
	if o.MaxText == 0 {
		o.MaxText = 256 << 10
	}
	if o.MaxRow == 0 {
		o.MaxRow = 4 << 20
	}
	return o
}

// Sheet is one sheet of cells by its name.
type Sheet struct {
	Name   string
	Hidden bool
	part   string
}

// Book is a workbook opened for reading. It is not safe for use by several
// goroutines.
type Book struct {
	opts   Options
	size   int64
	parts  map[string]*zip.File
	sheets []Sheet
	from04 bool // days are counted from 1904
	styles []style
	texts  texts
}

// Is tells by its first bytes whether a file is a workbook of any kind, the old
// binary one and one under a password included: Open then says what it makes of
// it.
func Is(head []byte) bool {
	return strings.HasPrefix(string(head), "PK\x03\x04") || strings.HasPrefix(string(head), "PK\x05\x06") || isOLE(head)
}

// isOLE tells by its first bytes a compound file: an .xls, or an .xlsx under a
// password.
func isOLE(head []byte) bool {
	return strings.HasPrefix(string(head), "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

// Open reads what a workbook says about itself: its sheets, number formats and
// shared texts. It returns an *Error for a file that is none, one that is
// damaged, and one that would unpack to more than a workbook of its size can
// hold.
func Open(r io.ReaderAt, size int64, o Options) (*Book, error) {
	b := &Book{opts: o.withDefaults(), size: size, parts: map[string]*zip.File{}}
	head := make([]byte, 8)
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{Message: "reading the file failed: " + err.Error(), Err: err}
	} else if isOLE(head[:n]) {
		return nil, fault("the file is a workbook in Excel's old format, or one under a password").
			hinted("save it as .xlsx without a password")
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fault("the file begins like a workbook and is none: its packing cannot be read (%v)", err).hinted(saveAgain)
	}
	if err := archive.OneDirectory(r, size); err != nil {
		return nil, fault("the workbook is not read: %v", err).hinted(saveAgain)
	}
	if len(z.File) > maxParts {
		return nil, fault("the workbook has %d parts, and %d is the most that is read", len(z.File), maxParts).hinted(saveAgain)
	}
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/")) // part names are equal without regard to case
		if b.parts[name] != nil {
			return nil, fault("the workbook has two parts named %s", safe(f.Name)).hinted(saveAgain)
		}
		b.parts[name] = f
	}
	return b, b.index()
}

// Sheets lists the sheets of cells in the workbook's order.
func (b *Book) Sheets() []Sheet { return slices.Clone(b.sheets) }

// Choose finds the sheet to read: the one of that name, without regard to case
// where no other has it, or without a name the only one that is not hidden. It
// returns an *Error that lists the sheets where there is no such one.
func (b *Book) Choose(name string) (Sheet, error) {
	var names []string
	var shown, like []Sheet
	for _, s := range b.sheets {
		if name != "" && s.Name == name {
			return s, nil
		}
		if name != "" && strings.EqualFold(strings.TrimSpace(s.Name), strings.TrimSpace(name)) {
			like = append(like, s)
		}
		if !s.Hidden {
			shown = append(shown, s)
		}
		if len(names) < 20 {
			names = append(names, safe(s.Name))
		}
	}
	list := strings.Join(names, ", ")
	if n := len(b.sheets) - len(names); n > 0 {
		list += fmt.Sprintf(" and %d more", n)
	}
	switch {
	case len(b.sheets) == 0:
		return Sheet{}, fault("the workbook has no sheet of cells").hinted(saveCSV)
	case name != "" && len(like) == 1:
		return like[0], nil
	case name != "":
		return Sheet{}, fault("the workbook has no sheet %s", safe(name)).hinted("its sheets are %s", list)
	case len(shown) == 1:
		return shown[0], nil
	}
	return Sheet{}, fault("the workbook has %d sheets, and it is not said which one to read", len(b.sheets)).
		hinted("name one with --sheet: %s", list)
}

// open unpacks a part within a limit.
func (b *Book) open(name string, limit int64) (io.ReadCloser, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, fault("the workbook lacks its part %s", safe(name)).hinted(saveAgain)
	}
	packed, size := f.CompressedSize64, f.UncompressedSize64
	if size > uint64(limit) || size > ratioFloor && size/maxRatio > packed {
		return nil, fault("the workbook's part %s would unpack from %d to %d bytes, which no sheet that people fill in does", safe(name), packed, size).
			hinted(saveCSV)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, fault("the workbook's part %s cannot be unpacked (%v)", safe(name), err).hinted(saveAgain)
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r: rc, left: int64(size), part: safe(name)}, rc}, nil
}

// bounded stops where a part holds more than the package says it does.
type bounded struct {
	r    io.Reader
	left int64
	part string
}

func (l *bounded) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fault("the workbook's part %s holds more than it says it does", l.part).hinted(saveAgain)
	}
	return n, err
}

// walk goes through the start tags of a part.
func (b *Book) walk(name string, limit int64, take func(*scanner) error) (err error) {
	rc, err := b.open(name, limit)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	s := newScanner(safe(name), rc, b.opts.MaxText)
	for {
		kind, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && kind == startTag {
			err = take(s)
		}
		if err != nil {
			return err
		}
	}
}

// relations gives the targets of a part's relationships by id, and by the last
// word of their type.
func (b *Book) relations(part string) (byID, byType map[string]string, kinds map[string]string, err error) {
	dir, base := path.Split(part)
	byID, byType, kinds = map[string]string{}, map[string]string{}, map[string]string{}
	err = b.walk(dir+"_rels/"+base+".rels", maxSmall, func(s *scanner) error {
		if s.name != "Relationship" || len(byID) > maxParts {
			return nil
		}
		var got [4]string
		for i, a := range []string{"Id", "Type", "Target", "TargetMode"} {
			var err error
			if got[i], err = s.attr(a); err != nil {
				return err
			}
		}
		if got[3] == "External" {
			return nil
		}
		target := path.Join("/"+dir, got[2])
		if strings.HasPrefix(got[2], "/") {
			target = path.Clean(got[2])
		}
		target = strings.TrimPrefix(target, "/")
		kind := got[1][strings.LastIndexByte(got[1], '/')+1:]
		byID[got[0]], byType[kind], kinds[got[0]] = target, target, kind
		return nil
	})
	return byID, byType, kinds, err
}

// index reads the parts that say what the sheets are.
func (b *Book) index() error {
	if b.parts["_rels/.rels"] == nil {
		return fault("the file is a zip file, but no workbook").hinted("choose an .xlsx file, or a CSV file")
	}
	_, roots, _, err := b.relations("")
	if err != nil {
		return err
	}
	main := roots["officeDocument"]
	switch {
	case main == "":
		return fault("the file is a zip file, but no workbook").hinted("choose an .xlsx file, or a CSV file")
	case strings.HasSuffix(strings.ToLower(main), ".bin"):
		return fault("the file is a workbook in Excel's binary format (.xlsb)").hinted("save it as .xlsx")
	}
	byID, byType, kinds, err := b.relations(main)
	if err != nil {
		return err
	}
	isBook := false
	err = b.walk(main, maxSmall, func(s *scanner) error {
		switch s.name {
		case "workbook":
			isBook = true
		case "workbookPr":
			v, err := s.attr("date1904")
			b.from04 = v == "1" || v == "true"
			return err
		case "sheet":
			return b.sheet(s, byID, kinds)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !isBook {
		return fault("the file is an Office document, but no workbook").hinted("choose an .xlsx file, or a CSV file")
	}
	if part := byType["styles"]; part != "" {
		if err := b.readStyles(part); err != nil {
			return err
		}
	}
	if part := byType["sharedStrings"]; part != "" {
		return b.readTexts(part)
	}
	return nil
}

// sheet notes a sheet of cells; sheets of charts and of macros are none.
func (b *Book) sheet(s *scanner, byID, kinds map[string]string) error {
	name, err := s.attr("name")
	if err != nil {
		return err
	}
	state, err := s.attr("state")
	if err != nil {
		return err
	}
	id, err := s.attr("id")
	if err != nil || kinds[id] != "worksheet" {
		return err
	}
	if len(b.sheets) == maxSheets {
		return fault("the workbook has more than %d sheets", maxSheets).hinted(saveCSV)
	}
	b.sheets = append(b.sheets, Sheet{Name: name, Hidden: state == "hidden" || state == "veryHidden", part: byID[id]})
	return nil
}

// safe makes a name of the file fit for a sentence: short, and nothing that could
// drive a terminal.
func safe(s string) string {
	out := []rune(strings.ToValidUTF8(s, "?"))
	for i, r := range out {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff {
			out[i] = '?'
		}
	}
	if len(out) > 60 {
		out = append(out[:60], '…')
	}
	return "“" + string(out) + "”"
}
