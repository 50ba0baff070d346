package report

import (
	"context"
	"io"
	"strings"

	"countersign/domain"
	"countersign/export/flat"
	"countersign/export/sheet"
	"countersign/export/xlsx"
)

// Format is a file format a report is written in.
type Format string

// The formats.
const (
	XLSX   Format = "xlsx"
	CSV    Format = "csv"     // safe in spreadsheets: what could run as a formula is guarded, and our import undoes it
	CSVRaw Format = "csv-raw" // exact values, for programs; a spreadsheet may run them
	JSON   Format = "json"    // an array of objects; of a whole report one document with every sheet
	ZIP    Format = "zip"     // every table as CSV, with the cover, the facts as JSON and a manifest
	JSONL  Format = "jsonl"   // one object a line
)

// Formats lists every format.
func Formats() []Format { return []Format{XLSX, CSV, CSVRaw, JSON, JSONL, ZIP} }

// Extension is how a file of the format ends, with the dot.
func (f Format) Extension() string {
	if f == CSVRaw {
		return ".csv"
	}
	return "." + string(f)
}

// ParseFormat reads a format's word, or a file's ending; an unknown one is Invalid.
// "csv-safe", which csv once was called, is csv.
func ParseFormat(s string) (Format, error) {
	if strings.EqualFold(strings.TrimSpace(s), "csv-safe") {
		return CSV, nil
	}
	words := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		if strings.EqualFold(string(f), strings.TrimPrefix(strings.TrimSpace(s), ".")) {
			return f, nil
		}
		words = append(words, string(f))
	}
	return "", domain.Errorf(domain.Invalid, "%q is no format of a report", s).Hinted("use one of: %s", strings.Join(words, ", "))
}

// Written says what was written.
type Written struct {
	Rows   int      // of data: of the one table, or of all tables of a workbook
	Digest string   // of the whole report's content, as its workbook has it; empty where it is one table
	Behind string   // of the same without the cover: the same for the same rows at another moment
	Notes  []string // sentences for the person: what was done differently
}

// Write writes a described workbook. XLSX and ZIP hold all of it, JSON does where
// name is Whole; else the flat formats hold one table: the sheet named, or the first
// table where name is empty. After an
// error out holds rubbish: write to a file through package atomicfile.
//
// Errors: NotFound where there is no such table; those of packages xlsx and flat.
func Write(ctx context.Context, out io.Writer, f Format, wb sheet.Workbook, name string) (Written, error) {
	if f == XLSX {
		res, err := xlsx.Write(ctx, out, wb)
		w := Written{Digest: res.Digest.String(), Behind: xlsx.Behind(res.Digests(), sheetCover).String(), Notes: res.Notes}
		for i, s := range res.Sheets {
			if at, ok := described(wb, s.Source); ok && at.Table != nil {
				w.Rows += res.Sheets[i].Rows
			}
		}
		return w, err
	}
	if f == ZIP {
		return writeBundle(ctx, out, wb)
	}
	if f == JSON && name == Whole {
		return writeDocument(ctx, out, wb)
	}
	t, err := tableNamed(wb, name)
	if err != nil {
		return Written{}, err
	}
	var res flat.Result
	switch f {
	case CSV:
		res, err = flat.CSV(ctx, out, *t, flat.Spreadsheet)
	case CSVRaw:
		res, err = flat.CSV(ctx, out, *t, flat.Machine)
	case JSON:
		res, err = flat.JSON(ctx, out, *t)
	case JSONL:
		res, err = flat.JSONLines(ctx, out, *t)
	default:
		_, err = ParseFormat(string(f))
	}
	w := Written{Rows: res.Rows}
	if n := res.Note(); n != "" {
		w.Notes = []string{n}
	}
	return w, err
}

func described(wb sheet.Workbook, name string) (sheet.Sheet, bool) {
	for _, s := range wb.Sheets {
		if strings.EqualFold(s.Name, name) {
			return s, true
		}
	}
	return sheet.Sheet{}, false
}

// tableNamed finds the table of a sheet, "" the first there is.
func tableNamed(wb sheet.Workbook, name string) (*sheet.Table, error) {
	var have []string
	for _, s := range wb.Sheets {
		if s.Table == nil {
			continue
		}
		if name == "" || strings.EqualFold(s.Name, strings.TrimSpace(name)) {
			return s.Table, nil
		}
		have = append(have, s.Name)
	}
	return nil, domain.Errorf(domain.NotFound, "the report has no table %q", name).
		Hinted("name one of its tables: %s", strings.Join(have, ", "))
}
