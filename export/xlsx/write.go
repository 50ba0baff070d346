package xlsx

import (
	"context"
	"errors"
	"fmt"
	"io"

	"countersign/export/sheet"

	"github.com/xuri/excelize/v2"
)

// Result says what was written.
type Result struct {
	Digest Digest        // of the content, as the cover shows it
	Sheets []SheetResult // in the order of the file
	Notes  []string      // sentences for the person: what was done differently, and where
}

// SheetResult is one sheet of the file.
type SheetResult struct {
	Name   string
	Source string // the name in the description; empty for the Overflow sheet
	Rows   int    // rows of data
	Digest Digest
}

// Write writes the workbook to out. The same description gives the same bytes.
//
// Errors: the context's; the first error a table's Rows yield, unwrapped; a
// sentence about the sheet where the description cannot be written (no sheets,
// more columns than Excel has, a total over what is not there, choices that
// no drop-down can hold); the writer's own. After an error out holds rubbish:
// write to a file through package atomicfile.
func Write(ctx context.Context, out io.Writer, wb sheet.Workbook) (Result, error) {
	w, err := newWriter(ctx, wb)
	if err != nil {
		return Result{}, err
	}
	w.press = newPress()
	return w.finish(out)
}

// finish writes everything, or with a nil out only computes it, and cleans up.
func (w *writer) finish(out io.Writer) (Result, error) {
	err := w.run(out)
	if e := w.close(); err == nil {
		err = e
	}
	if err != nil {
		return Result{}, err
	}
	return w.result(), nil
}

// Compute makes the digests of a description without writing a file. They are
// those that Write puts into the file and Read finds in it.
func Compute(ctx context.Context, wb sheet.Workbook) (Result, error) {
	w, err := newWriter(ctx, wb)
	if err != nil {
		return Result{}, err
	}
	return w.finish(nil)
}

type writer struct {
	ctx       context.Context
	wb        sheet.Workbook
	press     *press
	file      *excelize.File
	styles    *styles
	strings   *shared
	sheets    names
	tables    names
	named     []string // final name of each described sheet
	counters  []*counter
	parts     [][]*part // by described sheet
	long      *tableStream
	notes     []string
	limit     int // rows of a sheet; Excel's, but for tests
	mended    int // cells whose bytes were no UTF-8
	longTexts int // texts that went to the Overflow sheet
	drawn     int // sheets with charts
	content   Digest
}

func newWriter(ctx context.Context, wb sheet.Workbook) (*writer, error) {
	w := &writer{ctx: ctx, wb: wb, limit: maxRows, strings: newShared(), sheets: names{}, tables: names{}}
	if len(wb.Sheets) == 0 {
		return nil, errors.New("the workbook has no sheets: describe at least one")
	}
	if wb.Modified.IsZero() {
		return nil, errors.New("the workbook has no time: hand in the instant it is as of")
	}
	w.parts = make([][]*part, len(wb.Sheets))
	w.counters = make([]*counter, len(wb.Sheets))
	for i, s := range wb.Sheets {
		if (s.Table == nil) == (s.Grid == nil) {
			return nil, fmt.Errorf("sheet %q must be either a table or a grid", s.Name)
		}
		if at, err := w.described(s.Name); err == nil && at < i {
			return nil, fmt.Errorf("two sheets are named %q: links and totals could not tell them apart", s.Name)
		}
		name := w.sheets.sheet(s.Name)
		w.named = append(w.named, name)
		if name != s.Name {
			w.note("Sheet %q is named %q, because Excel does not take the name as it is.", s.Name, name)
		}
		w.counters[i] = &counter{}
	}
	if err := w.checkBanner(); err != nil {
		return nil, err
	}
	if err := w.watchTotals(); err != nil {
		return nil, err
	}
	w.file = excelize.NewFile()
	var err error
	if w.styles, err = newStyles(w.file); err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, nil
}

// checkBanner refuses a workbook whose banner would not be seen.
func (w *writer) checkBanner() error {
	if w.wb.Banner == "" {
		return nil
	}
	for _, s := range w.wb.Sheets {
		if s.Grid == nil {
			continue
		}
		for _, row := range s.Grid.Rows {
			for _, c := range row {
				if c.Kind() == sheet.Warning {
					return nil
				}
			}
		}
		return fmt.Errorf("the workbook's banner has no place in sheet %q: give it a BannerCell", s.Name)
	}
	return nil
}

// watchTotals tells each table's counter which totals are shown over it.
func (w *writer) watchTotals() error {
	for _, s := range w.wb.Sheets {
		if s.Grid == nil {
			continue
		}
		for _, row := range s.Grid.Rows {
			for _, c := range row {
				if c.Kind() != sheet.TallyOf {
					continue
				}
				t := c.Tally()
				at, err := w.described(t.Sheet)
				if err == nil && w.wb.Sheets[at].Table == nil {
					err = fmt.Errorf("sheet %q is no table, so there is nothing to total", t.Sheet)
				}
				if err == nil {
					err = w.counters[at].watch(w.wb.Sheets[at].Table, t)
				}
				if err != nil {
					return fmt.Errorf("sheet %q: %w", s.Name, err)
				}
			}
		}
	}
	return nil
}

// described finds a sheet by its name in the description.
func (w *writer) described(name string) (int, error) {
	for i, s := range w.wb.Sheets {
		if s.Name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("there is no sheet %q in the workbook", name)
}

func (w *writer) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

func (w *writer) run(out io.Writer) error {
	for i, s := range w.wb.Sheets {
		if s.Table != nil {
			if err := w.streamTable(i, s.Table); err != nil {
				return err
			}
		}
	}
	if err := w.layGrids(); err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	files, err := w.build()
	if err != nil {
		return fmt.Errorf("building the workbook: %w", err)
	}
	return w.zip(out, files)
}

// all lists the parts in the order of the file.
func (w *writer) all() []*part {
	var list []*part
	for _, ps := range w.parts {
		list = append(list, ps...)
	}
	if w.long != nil {
		list = append(list, w.long.parts...)
	}
	return list
}

func (w *writer) digests() []SheetDigest {
	var list []SheetDigest
	for _, p := range w.all() {
		list = append(list, SheetDigest{Sheet: p.name, Digest: p.digest})
	}
	return list
}

func (w *writer) result() Result {
	r := Result{Digest: w.content, Notes: w.notes}
	for _, p := range w.all() {
		s := SheetResult{Name: p.name, Rows: p.rows, Digest: p.digest}
		if p.source != overflowSource {
			s.Source = w.wb.Sheets[p.source].Name
		}
		r.Sheets = append(r.Sheets, s)
	}
	return r
}

func (w *writer) close() error {
	var errs []error
	for _, p := range w.all() {
		errs = append(errs, p.spool.close())
	}
	if w.press != nil {
		w.press.close()
	}
	errs = append(errs, w.file.Close())
	return errors.Join(errs...)
}
