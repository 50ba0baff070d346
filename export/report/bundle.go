package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/flate"

	"countersign/export/flat"
	"countersign/export/sheet"
)

// The files of a report as a zip, beside the tables.
const (
	fileFacts = "report.json"
	fileCover = "cover.csv"
)

// bundle is a zip of files with a manifest of their sums that "sha256sum -c"
// accepts. The same files make the same bytes.
type bundle struct {
	z        *zip.Writer
	at       time.Time
	manifest bytes.Buffer
}

func newBundle(out io.Writer, at time.Time) *bundle {
	b := &bundle{z: zip.NewWriter(out), at: at.UTC().Truncate(2 * time.Second)} // a zip counts in twos
	if b.at.Year() < 1980 {
		b.at = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	b.z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	return b
}

// file writes one file, and its line of the manifest.
func (b *bundle) file(name string, fill func(io.Writer) error) error {
	head := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at}
	head.SetMode(0o600)
	to, err := b.z.CreateHeader(head)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := fill(io.MultiWriter(to, sum)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(&b.manifest, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
	return err
}

// close writes the manifest and ends the zip.
func (b *bundle) close() error {
	body := bytes.Clone(b.manifest.Bytes())
	err := b.file(fileManifest, func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	})
	if err != nil {
		return err
	}
	return b.z.Close()
}

// writeBundle writes every table of a report as CSV into a zip, safe in
// spreadsheets, with its facts as JSON, its cover as CSV, and a manifest. A grid
// besides the cover is a table without a header.
func writeBundle(ctx context.Context, out io.Writer, wb sheet.Workbook) (Written, error) {
	f, err := figure(ctx, wb)
	if err != nil {
		return Written{}, err
	}
	b := newBundle(out, wb.Modified)
	for i := range f.facts.Tables {
		f.facts.Tables[i].File = tableFile(f.facts.Tables[i].Sheet)
	}
	err = b.file(fileFacts, func(w io.Writer) error {
		body, err := encode(f.facts)
		if err == nil {
			_, err = w.Write(append(body, '\n'))
		}
		return err
	})
	guarded := 0
	for _, s := range wb.Sheets {
		if err != nil {
			return Written{}, err
		}
		name, t := tableFile(s.Name), s.Table
		if s.Name == sheetCover {
			name = fileCover
		}
		if t == nil {
			t = gridTable(f.grids[s.Name])
		}
		err = b.file(name, func(w io.Writer) error {
			res, err := flat.CSV(ctx, w, *t, flat.Spreadsheet)
			guarded += res.Guarded
			return err
		})
	}
	if err == nil {
		err = b.close()
	}
	w := Written{Rows: f.facts.Rows, Digest: f.facts.Digest, Behind: f.facts.Behind, Notes: f.facts.Notes}
	if note := (flat.Result{Guarded: guarded}).Note(); note != "" {
		w.Notes = append(w.Notes, note)
	}
	return w, err
}

// gridTable is a grid as a table: its first row stands for the header.
func gridTable(rows [][]sheet.Cell) *sheet.Table {
	wide := 1
	for _, r := range rows {
		wide = max(wide, len(r))
	}
	t := &sheet.Table{Columns: make([]sheet.Column, wide), Rows: sheet.Rows(nil)}
	if len(rows) > 0 {
		for i, c := range rows[0] {
			t.Columns[i].Header = c.String()
		}
		t.Rows = sheet.Rows(rows[1:])
	}
	return t
}
