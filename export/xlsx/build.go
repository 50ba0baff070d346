package xlsx

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"time"

	"countersign/export/sheet"

	"github.com/xuri/excelize/v2"
)

// SealName is the defined name of the cell that shows the content's digest.
const SealName = "Countersign_digest"

// parcel takes the parts excelize writes instead of a zip file.
type parcel map[string]*bytes.Buffer

func (p parcel) Create(name string) (io.Writer, error) {
	b := &bytes.Buffer{}
	p[name] = b
	return b, nil
}

func (p parcel) AddFS(fs.FS) error { return fmt.Errorf("a workbook takes no file system") }
func (p parcel) Close() error      { return nil }

// build has excelize make the workbook's parts, all but the rows.
func (w *writer) build() (parcel, error) {
	for i, p := range w.all() {
		var err error
		if i == 0 {
			err = w.file.SetSheetName("Sheet1", p.name)
		} else {
			_, err = w.file.NewSheet(p.name)
		}
		if err != nil {
			return nil, err
		}
		if err := w.buildSheet(p); err != nil {
			return nil, fmt.Errorf("sheet %q: %w", p.name, err)
		}
	}
	if err := w.workbookNames(); err != nil {
		return nil, err
	}
	w.file.SetActiveSheet(0)
	files := parcel{}
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return files })
	if err := w.file.Write(io.Discard); err != nil {
		return nil, err
	}
	return files, nil
}

func (w *writer) workbookNames() error {
	for _, p := range w.all() {
		if p.table != nil {
			err := w.file.SetDefinedName(&excelize.DefinedName{
				Name: "_xlnm.Print_Titles", RefersTo: p.printTitles(), Scope: p.name,
			})
			if err != nil {
				return err
			}
		}
		if p.seal != "" {
			col, row := splitCell(p.seal)
			err := w.file.SetDefinedName(&excelize.DefinedName{
				Name: SealName, RefersTo: quoteSheet(p.name) + "!$" + col + "$" + row,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// printTitles are the rows and columns that every printed page of a table repeats.
func (p *part) printTitles() string {
	name := quoteSheet(p.name) + "!"
	if n := p.leading(titleChars); n > 0 && p.pagesWide() > 1 {
		return name + "$A:$" + columnName(n) + "," + name + "$1:$1"
	}
	return name + "$1:$1"
}

// keptChars is how wide the columns kept in view may be together, in characters: what
// stays leaves most of a window, and of a page, to what moves.
const keptChars = 84

// titleChars is how wide the columns may be together that every page repeats.
const titleChars = 62

// leading is how many columns of the key are no wider than that together: what stays
// in view, or is printed again, leaves room for the others.
func (p *part) leading(chars float64) int {
	total := 0.0
	for i := range p.table.Columns[:min(p.table.Key, len(p.table.Columns))] {
		if total += p.columns[i].width; total > chars {
			return i
		}
	}
	return min(p.table.Key, len(p.table.Columns))
}

// pageChars is how many characters still read well across a printed page; a page holds
// a fifth more before another is begun.
const pageChars = 235

// pagesWide is over how many pages a sheet prints side by side: as many as keep it
// readable with the columns that each of them repeats, up to ten.
func (p *part) pagesWide() int {
	if p.table == nil {
		return 1
	}
	total, each, titles := 0.0, 0.0, p.leading(titleChars)
	for i := range p.table.Columns {
		if total += p.columns[i].width; i < titles {
			each += p.columns[i].width
		}
	}
	return max(1, min(10, int(math.Ceil((total-each)/(pageChars-each)-0.2))))
}

func splitCell(ref string) (col, row string) {
	i := strings.IndexAny(ref, "0123456789")
	return ref[:i], ref[i:]
}

func (w *writer) buildSheet(p *part) error {
	var s sheet.Sheet
	if p.source != overflowSource {
		s = w.wb.Sheets[p.source]
	}
	if err := w.pageSetup(p, s); err != nil {
		return err
	}
	if p.table != nil {
		if err := w.buildTable(p); err != nil {
			return err
		}
	} else if err := w.buildGrid(p, s.Grid); err != nil {
		return err
	}
	if err := w.validations(p); err != nil {
		return err
	}
	if len(p.links) > 0 {
		// excelize finds the place in the part; zip puts the links there.
		if err := w.file.SetCellHyperLink(p.name, "A1", linkMark, "Location"); err != nil {
			return err
		}
	}
	if s.Protected {
		return w.file.ProtectSheet(p.name, &excelize.SheetProtectionOptions{
			SelectLockedCells: true, SelectUnlockedCells: true, AutoFilter: true, Sort: true, FormatColumns: true,
		})
	}
	return nil
}

const linkMark = "links"

func (w *writer) buildTable(p *part) error {
	widths := make([]float64, len(p.table.Columns))
	for i := range widths {
		widths[i] = p.columns[i].width
	}
	if err := w.setWidths(p.name, widths); err != nil {
		return err
	}
	if err := w.freeze(p.name, p.leading(keptChars), 1); err != nil {
		return err
	}
	for i := range p.headers {
		// Only so that excelize finds a header; the part is written by table.go.
		if err := w.file.SetCellStr(p.name, cellName(1, i+1), "c"+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	err := w.file.AddTable(p.name, &excelize.Table{
		Range: rangeName(1, 1, p.lastData(), len(p.headers)), Name: p.tableName,
	})
	if err != nil {
		return err
	}
	return w.levelColours(p)
}

// lastData is the last row of the table's data, at least row 2.
func (p *part) lastData() int { return max(p.rows, 1) + 1 }

func columnWidth(c sheet.Column, header string) float64 {
	if c.Width > 0 {
		return min(c.Width, 255)
	}
	width := float64(min(units(header)+4, 40)) // room for the filter's button
	switch c.Kind {
	case sheet.Words:
		return max(width, 18)
	case sheet.Moments:
		return max(width, 20)
	case sheet.Days, sheet.Counts, sheet.Figures:
		return max(width, 12)
	}
	return max(width, 6)
}

// setWidths sets column widths, equal neighbours together.
func (w *writer) setWidths(name string, widths []float64) error {
	for i := 0; i < len(widths); {
		j := i + 1
		for j < len(widths) && widths[j] == widths[i] {
			j++
		}
		if widths[i] > 0 {
			if err := w.file.SetColWidth(name, columnName(i+1), columnName(j), min(widths[i], 255)); err != nil {
				return err
			}
		}
		i = j
	}
	return nil
}

func (w *writer) freeze(name string, cols, rows int) error {
	if cols == 0 && rows == 0 {
		return nil
	}
	// The active cell is the first below the header, whatever stays beside it.
	pane, at := "bottomLeft", cellName(rows+1, 1)
	if rows == 0 {
		pane = "topRight"
	}
	return w.file.SetPanes(name, &excelize.Panes{
		Freeze: true, XSplit: cols, YSplit: rows, TopLeftCell: cellName(rows+1, cols+1), ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: at, ActiveCell: at, Pane: pane}},
	})
}

func (w *writer) buildGrid(p *part, g *sheet.Grid) error {
	if err := w.setWidths(p.name, g.Widths); err != nil {
		return err
	}
	off := false
	if err := w.file.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &off}); err != nil {
		return err
	}
	// Only so that excelize relates the workbook to its strings, which are ours.
	if err := w.file.SetCellStr(p.name, "A1", "g"); err != nil {
		return err
	}
	if err := w.placeCharts(p); err != nil {
		return err
	}
	return w.freeze(p.name, 0, g.Freeze)
}

// levelColours colours the words of columns of levels. Neighbouring columns with
// the same legend share their formats.
func (w *writer) levelColours(p *part) error {
	cols := p.table.Columns
	for i := 0; i < len(cols); {
		j := i + 1
		for j < len(cols) && sameLegend(cols[i].Legend, cols[j].Legend) {
			j++
		}
		var rules []excelize.ConditionalFormatOptions
		for _, m := range cols[i].Legend {
			if m.Text == "" || m.Class == sheet.Plain {
				continue
			}
			id, err := w.styles.conditional(m.Class)
			if err != nil {
				return err
			}
			rules = append(rules, excelize.ConditionalFormatOptions{
				Type: "cell", Criteria: "==", Value: quoteText(m.Text), Format: &id,
			})
		}
		if len(rules) > 0 {
			if err := w.file.SetConditionalFormat(p.name, rangeName(2, i+1, p.lastData(), j), rules); err != nil {
				return err
			}
		}
		i = j
	}
	return nil
}

func sameLegend(a, b sheet.Legend) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Text != b[i].Text || a[i].Class != b[i].Class {
			return false
		}
	}
	return true
}

func (w *writer) validations(p *part) error {
	for _, key := range p.picks.order {
		c := p.picks.cells[key]
		dv := excelize.NewDataValidation(true)
		dv.SetSqref(c.sqref())
		if err := dv.SetDropList(c.words); err != nil {
			return err
		}
		dv.SetError(excelize.DataValidationErrorStyleStop, "Not a legal answer", cutTo("Choose one of: "+strings.Join(c.words, ", "), 225))
		if err := w.file.AddDataValidation(p.name, dv); err != nil {
			return err
		}
	}
	return nil
}

func cutTo(s string, n int) string {
	head, _ := cutAt(s, n)
	return head
}

// pageSetup sets how a sheet prints: A4, as few pages wide as stay readable, the sheet's name and the
// banner above, page numbers and the time below.
func (w *writer) pageSetup(p *part, s sheet.Sheet) error {
	paper, wide, tall, orientation := 9, p.pagesWide(), 0, "landscape"
	if s.Portrait {
		orientation = "portrait"
	}
	if s.Grid != nil && s.Grid.OnePage {
		tall = 1
	}
	layout := &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}
	if wide > 1 {
		order := "overThenDown" // the pages of a row follow each other
		layout.PageOrder = &order
	}
	err := w.file.SetPageLayout(p.name, layout)
	if err == nil {
		narrow, above, below, rim := 0.4, 0.65, 0.55, 0.3 // inches; setting one zeroes the others
		err = w.file.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &narrow, Right: &narrow, Top: &above, Bottom: &below, Header: &rim, Footer: &rim})
	}
	if err != nil {
		return err
	}
	fit := true
	props := &excelize.SheetPropsOptions{FitToPage: &fit}
	if fill := palette[s.Tab].fill; fill != "" {
		colour := "FF" + fill
		props.TabColorRGB = &colour
	}
	if err := w.file.SetSheetProps(p.name, props); err != nil {
		return err
	}
	banner := ""
	if w.wb.Banner != "" {
		banner = "&C\n" + headText(w.wb.Banner, 90) // on a line of its own
	}
	head := "&L" + headText(w.wb.Title, 60) + banner + "&R" + headText(p.name, 31)
	return w.file.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{
		OddHeader: head,
		OddFooter: "&L" + w.wb.Modified.UTC().Format(footInstant) + "&CPage &P of &N",
	})
}

// headText makes a text safe in a page header, where & begins a code and digits
// after one are a size.
func headText(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, cutTo(clean(s), n))
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		s = " " + s
	}
	return strings.ReplaceAll(s, "&", "&&")
}

func (w *writer) creator() string {
	if w.wb.Creator != "" {
		return w.wb.Creator
	}
	return sheet.Creator
}

// coreProperties is docProps/core.xml.
func (w *writer) coreProperties() []byte {
	at := w.wb.Modified.UTC().Format(time.RFC3339)
	at = strings.Replace(at, "+00:00", "Z", 1)
	b := []byte(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"` +
		` xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for _, e := range []struct{ name, text string }{
		{"dc:title", w.wb.Title}, {"dc:subject", w.wb.Subject}, {"dc:creator", w.creator()},
		{"cp:keywords", w.wb.Banner}, {"cp:lastModifiedBy", w.creator()},
	} {
		if e.text == "" {
			continue
		}
		b = append(b, "<"+e.name+">"...)
		b = appendText(b, e.text)
		b = append(b, "</"+e.name+">"...)
	}
	for _, name := range []string{"created", "modified"} {
		b = append(b, `<dcterms:`+name+` xsi:type="dcterms:W3CDTF">`+at+`</dcterms:`+name+`>`...)
	}
	return append(b, `</cp:coreProperties>`...)
}

// appProperties is docProps/app.xml: which program made the file, and no more.
const appProperties = xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">` +
	`<Application>` + sheet.Creator + `</Application></Properties>`
