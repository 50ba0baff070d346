package report

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/flat"
	"countersign/export/sheet"
	"countersign/review"
)

// Compare makes the workbook, the tables, the statement and the README again from
// the log, and notes every cell and word in which the package's differ. The transaction is one on a database that was
// made of nothing but the package's lines and its frozen items (store.Rebuild), or
// that has the same log. The workbook is read by way of file, and made again by way
// of again: two temporary places.
//
// What does not hold is noted in v; the error is for what cannot be read, and the
// context's.
func (p *Package) Compare(ctx context.Context, tx review.Tx, v *PackageVerification, file, again Scratch, progress Progress) error {
	size, err := p.copyTo(ctx, fileWorkbook, file)
	if err != nil {
		return err
	}
	progress.tell("workbook", 0, 0)
	st, err := ReadStated(file, size)
	if err != nil {
		v.Fault("%s cannot be read: %v", fileWorkbook, err)
		v.Why = "the workbook cannot be read"
		return nil
	}
	s := p.Statement
	if st.Campaign != string(s.Campaign) || st.Size != s.Size {
		v.Fault("the cover of %s is of the campaign %q over %d events, %s says %q over %d", fileWorkbook, st.Campaign, st.Size, fileStatement, s.Campaign, s.Size)
	}
	st.Campaign, st.Size = string(s.Campaign), s.Size
	wb, _, why, err := Again(ctx, tx, st)
	switch {
	case domain.CodeOf(err) == domain.NotFound || domain.CodeOf(err) == domain.Conflict:
		v.Fault("the evidence cannot be made from the log: %v", err)
		v.Why = "the evidence cannot be made from the log"
		return nil
	case err != nil:
		return err
	}
	if err := p.compareSaid(ctx, tx, v); err != nil {
		return err
	}
	if why != "" {
		v.Why = why
		return p.workbookAlone(ctx, v, file, size)
	}
	found, err := VerifyWorkbook(ctx, file, size, &wb, again)
	if err != nil {
		return p.noWorkbook(v, err)
	}
	v.Compared, v.Why = true, ""
	p.takeWorkbook(v, found)
	v.bytes(found)
	if err := p.compareTables(ctx, v, wb, progress); err != nil {
		return err
	}
	return p.compareProofs(ctx, tx, v)
}

// workbookAlone checks a workbook that cannot be made again.
func (p *Package) workbookAlone(ctx context.Context, v *PackageVerification, file Scratch, size int64) error {
	found, err := VerifyWorkbook(ctx, file, size, nil, nil)
	if err != nil {
		return p.noWorkbook(v, err)
	}
	p.takeWorkbook(v, found)
	return nil
}

func (p *Package) noWorkbook(v *PackageVerification, err error) error {
	if domain.CodeOf(err) != domain.Invalid {
		return err
	}
	v.Fault("%s: %v", fileWorkbook, err)
	return nil
}

// takeWorkbook notes what was found about the workbook.
func (p *Package) takeWorkbook(v *PackageVerification, found Verification) {
	v.Figures = found.Checked
	for _, f := range found.Faults {
		v.Fault("%s: %s", fileWorkbook, f)
	}
	if s := p.Statement; found.Log != string(s.Log) || found.Root != s.Root.String() {
		v.Fault("the cover of %s is of log %s with the root %s, %s says log %s with the root %s", fileWorkbook, found.Log, found.Root, fileStatement, s.Log, s.Root)
	}
	for _, d := range found.Differences {
		if !v.differ(fileWorkbook + ", " + d.String()) {
			return
		}
	}
	v.More = v.More || found.More
}

// bytes says how the workbook's bytes stand to those made again. The same build makes
// the same bytes on any machine, so that others hold something besides cells that was
// changed; of another build, or one that has no name of its own, that cannot be said.
func (v *PackageVerification) bytes(found Verification) {
	known := v.Version != "" && v.Version != "development" && !strings.HasSuffix(v.Version, "+edited")
	switch {
	case found.SHA256 == found.Remade:
		v.Bytes = fmt.Sprintf("%s is, byte for byte, what this version makes of the log (SHA-256 %s).", fileWorkbook, found.SHA256)
	case known && v.Version == found.Version && found.Holds():
		v.Fault("%s has the SHA-256 %s, and this same version, %s, makes %s of the log: something besides its cells was changed", fileWorkbook, found.SHA256, v.Version, found.Remade)
	case known && v.Version == found.Version:
	case !known && v.Version == found.Version:
		v.Bytes = fmt.Sprintf("%s was made by a build whose version, %s, names no one build: its cells were compared, its bytes were not.", fileWorkbook, cmp.Or(v.Version, "none"))
	default:
		v.Bytes = fmt.Sprintf("%s was made by the version %s, whose bytes this one, %s, need not make: its cells were compared, its bytes were not.", fileWorkbook, found.Version, cmp.Or(v.Version, "without a name"))
	}
}

// copyTo copies a file to a temporary place.
func (p *Package) copyTo(ctx context.Context, name string, to io.Writer) (n int64, err error) {
	r, err := p.open(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.Copy(to, until{ctx, r})
}

// until reads until the context ends.
type until struct {
	ctx context.Context
	r   io.Reader
}

func (u until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}

// compareTables compares every table with its file.
func (p *Package) compareTables(ctx context.Context, v *PackageVerification, wb sheet.Workbook, progress Progress) error {
	want := tablesOf(wb)
	for _, name := range p.tables() {
		s, ok := want[name]
		if !ok {
			v.Fault("%s is the table of no sheet", name)
			continue
		}
		delete(want, name)
		progress.tell("table "+s.Name, 0, 0)
		if err := p.compareTable(ctx, v, name, s.Table); err != nil {
			return err
		}
	}
	for _, s := range wb.Sheets {
		if _, ok := want[tableFile(s.Name)]; ok && s.Table != nil {
			v.Fault("the table of the sheet %q, %s, is not in the package", s.Name, tableFile(s.Name))
		}
	}
	return nil
}

// compareTable writes a table as it should be into a pipe and reads it beside the
// file, record by record.
func (p *Package) compareTable(ctx context.Context, v *PackageVerification, name string, t *sheet.Table) (err error) {
	file, err := p.open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	from, to := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		_, err := flat.CSV(ctx, to, *t, flat.Spreadsheet)
		wrote <- errors.Join(err, to.CloseWithError(err))
	}()
	err = compareRecords(v, name, t, csvReader(from), csvReader(until{ctx, file}))
	err = errors.Join(err, from.CloseWithError(errStopped))
	if w := <-wrote; w != nil && !errors.Is(w, errStopped) {
		return w
	}
	return err
}

func csvReader(r io.Reader) *csv.Reader {
	c := csv.NewReader(r)
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	return c
}

func compareRecords(v *PackageVerification, name string, t *sheet.Table, want, got *csv.Reader) error {
	for row := 1; ; row++ {
		w, errW := want.Read()
		if errW != nil && !errors.Is(errW, io.EOF) {
			return errW
		}
		g, errG := got.Read()
		var bad *csv.ParseError
		switch {
		case errors.As(errG, &bad):
			v.differ(fmt.Sprintf("%s, row %d: it is not CSV (%v)", name, row, bad.Err))
			return nil
		case errG != nil && !errors.Is(errG, io.EOF):
			return errG
		case errW != nil && errG != nil:
			return nil
		case errW != nil:
			v.differ(fmt.Sprintf("%s, row %d: should be absent, is there", name, row))
			return nil
		case errG != nil:
			v.differ(fmt.Sprintf("%s, row %d: should be there, is absent", name, row))
			return nil
		}
		for col := range max(len(w), len(g)) {
			a, b := cellOf(w, col), cellOf(g, col)
			if a != b && !v.differ(fmt.Sprintf("%s, row %d, column %s (%s): should hold %q, holds %q", name, row, columnName(col+1), heading(t, col), a, b)) {
				return nil
			}
		}
	}
}

func cellOf(record []string, col int) string {
	if col < len(record) {
		return record[col]
	}
	return ""
}

// compareProofs sees that the campaign's events are exactly those with a proof.
func (p *Package) compareProofs(ctx context.Context, tx review.Tx, v *PackageVerification) error {
	at := 0
	for e, err := range fewEvents(ctx, tx, p.Statement.Campaign, p.Statement.Size) {
		if err != nil {
			return err
		}
		if i := slices.Index(v.proved[at:], int64(e.Seq)); i >= 0 {
			at += i + 1
			continue
		}
		v.Fault("%s has no proof of event %d, which is one of the campaign's", fileProofs, e.Seq)
		return nil
	}
	return nil
}

// Replayed notes what a replay of the campaign, on a database made of the package's
// lines, found.
func (p *Package) Replayed(v *PackageVerification, r review.Replay, name func(domain.ID) string) {
	v.Replayed = r.Rulings
	for _, d := range r.Differences {
		if !v.differ("replay of " + fileLog + ": " + d.Words(name)) {
			return
		}
	}
}
