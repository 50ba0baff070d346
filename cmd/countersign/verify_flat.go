package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
	"countersign/review"
)

// flatVerdict is the answer of verify for a report that is no workbook and no package.
type flatVerdict struct {
	File     string   `json:"file"`
	OK       bool     `json:"ok"`
	Kind     string   `json:"kind"`
	SHA256   string   `json:"sha256"`
	Report   string   `json:"report,omitempty"`
	Event    string   `json:"event,omitempty"`
	Digest   string   `json:"content_digest,omitempty"` // that it states
	Rows     int      `json:"rows_counted,omitempty"`
	Faults   []string `json:"faults"`
	Export   string   `json:"export,omitempty"` // which export of the log the file is
	Recorded bool     `json:"recorded"`         // exactly these bytes are an export of the log
	Claims   string   `json:"claims"`
	log      string   // that it says it is of, "" where it says none
}

var flatKinds = map[report.FileKind]string{report.BundleFile: "a report as a zip of tables", report.DocumentFile: "a report as one JSON document",
	report.AnyFile: "a table as CSV or JSON, or a file of something else"}

// openExported opens a file to verify.
func openExported(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, domain.Errorf(domain.NotFound, "%s cannot be read: %v", path, errors.Unwrap(err))
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = domain.Errorf(domain.Invalid, "%s is no ordinary file", path).Hinted("name a file that countersign export made")
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// kindOfFile tells what a file to verify is.
func kindOfFile(path string) (kind report.FileKind, err error) {
	f, size, err := openExported(path)
	if err != nil {
		return kind, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	kind = report.KindOfFile(f, size)
	switch end := strings.ToLower(filepath.Ext(path)); { // what is damaged is spoken of by its name
	case kind == report.AnyFile && end == ".xlsx":
		return report.WorkbookFile, nil
	case (kind == report.AnyFile || kind == report.WorkbookFile) && end == ".zip":
		return report.PackageFile, nil
	}
	return kind, nil
}

// fileSum is the SHA-256 of a file, in hex.
func fileSum(f *os.File, size int64) (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, size)); err != nil {
		return "", err
	}
	return hexOf(sum.Sum(nil)), nil
}

// verifyFlat says what a file is, checks what it can be checked for alone, and looks
// for the export of exactly its bytes in the database's log, where that is at hand.
func (e *env) verifyFlat(ctx context.Context, path string, kind report.FileKind) (err error) {
	f, size, err := openExported(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	doc := flatVerdict{File: path, Kind: flatKinds[kind], Faults: []string{}}
	if doc.SHA256, err = fileSum(f, size); err != nil {
		return err
	}
	var v report.FlatVerification
	switch kind {
	case report.BundleFile:
		v, err = report.VerifyBundle(ctx, f, size)
	case report.DocumentFile:
		v, err = report.VerifyDocument(ctx, io.NewSectionReader(f, 0, size))
	}
	if err != nil {
		return err
	}
	doc.Report, doc.Event, doc.Digest, doc.Rows, doc.Claims, doc.log = v.Report, v.Event, v.Digest, v.Rows, v.Claim(), v.Log
	doc.Faults = append(doc.Faults, v.Faults...)
	asked, err := e.exportIn(ctx, &doc)
	if err != nil {
		return err
	}
	doc.OK = len(doc.Faults) == 0 && (doc.Recorded || kind != report.AnyFile && !asked)
	switch {
	case doc.Recorded && len(doc.Faults) == 0:
		doc.Claims = "The file is, byte for byte, what was exported: the log has its SHA-256."
	case kind == report.AnyFile && !asked:
		return domain.Errorf(domain.Invalid, "%s is %s: alone it holds nothing that can be checked", path, doc.Kind).
			Hinted("its SHA-256 is %s: name the database it was exported from with --db, or its log with --log FILE --checkpoint FILE, to see whether exactly these bytes were; or verify the workbook (xlsx) of the same report", doc.SHA256)
	case asked && !doc.Recorded && len(doc.Faults) == 0:
		doc.Claims = "Nothing vouches for the file: it was changed or saved again after the export, or left a read-only session or another database."
	}
	return e.sayFlat(doc)
}

func (e *env) sayFlat(doc flatVerdict) error {
	p := &page{}
	p.line("%s: %s", doc.File, doc.Kind)
	if doc.Report != "" {
		asOf := ""
		if doc.Event != "" { // a campaign's states none
			asOf = " as of event " + doc.Event
		}
		p.line("%s%s, %s", doc.Report, asOf, review.Count(doc.Rows, "row", "rows"))
		p.line("it states the content digest %s, which the workbook of the same export has", doc.Digest)
	}
	p.line("SHA-256 %s", doc.SHA256)
	for _, line := range doc.Faults {
		p.line("does not hold: %s", line)
	}
	if doc.Export != "" {
		p.line("export: %s", doc.Export)
	}
	p.line("%s", doc.Claims)
	if err := (&session{env: e}).answer(doc, p); err != nil || doc.OK {
		return err
	}
	return domain.Errorf(domain.Conflict, "%s is not shown to be what was exported", doc.File).Hinted("export it again and compare").ByRule("verify")
}

// namesDB tells whether somebody named a database: one that is not there, or of another
// log, is then an error, where the one at the usual place is only left out.
func (e *env) namesDB() bool { return e.flags.db != "" || e.getenv("COUNTERSIGN_DB") != "" }

// exportIn looks for the export of exactly these bytes in the database's log; asked
// tells whether there is a database to ask: one that was named, or that of the file's log.
func (e *env) exportIn(ctx context.Context, doc *flatVerdict) (asked bool, err error) {
	path, err := e.dbPath()
	if err != nil {
		return false, nil // no home, and so no database
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !e.namesDB() {
		return false, nil
	}
	s, err := e.open(ctx, needsNobody)
	if err != nil {
		return true, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if doc.log != "" && doc.log != string(s.store.LogID()) {
		doc.Export = "the database at " + path + " has another log than the file's"
		return e.namesDB(), nil
	}
	return true, s.view(func(tx review.Tx) error {
		ev, x, ok, err := review.ExportOf(tx, doc.SHA256)
		if err != nil {
			return err
		}
		if !ok {
			doc.Export = "no export of exactly these bytes is in the log of " + path
			return nil
		}
		o, err := tx.Org()
		doc.Recorded, doc.Export = true, exportWords(o, ev, x)
		return err
	})
}

// exportWords says which export an event is.
func exportWords(o *domain.Org, e domain.Event, x review.Export) string {
	who := "somebody"
	if o != nil {
		who = o.Name(domain.KindPrincipal, e.Actor)
	} else if e.Actor != "" {
		who = string(e.Actor)
	}
	return fmt.Sprintf("%s exported exactly these bytes at event %d, %s: %s as %s", who, e.Seq, e.Time.UTC().Format("2006-01-02 15:04:05 UTC"), x.Report, x.Format)
}

// loggedVerdict is the answer of verify for a file and the lines of a log.
type loggedVerdict struct {
	File   string `json:"file"`
	OK     bool   `json:"ok"`
	SHA256 string `json:"sha256"`
	Events int64  `json:"events"`
	Root   string `json:"root"`
	Export string `json:"export"`
	Claims string `json:"claims"`
}

// verifyLogged shows by hand what a package shows by itself: the lines of a log have
// the root of a checkpoint held outside, and one of them is the export of exactly the
// file's bytes.
func (e *env) verifyLogged(path, lines string, held heldFlags) (err error) {
	if held.proof != "" {
		return domain.Errorf(domain.Invalid, "--proof is given beside --log: the lines of a log are hashed whole, up to the checkpoint").Hinted("leave --proof out")
	}
	if held.checkpoint == "" {
		return domain.Errorf(domain.Invalid, "--log is given, and no checkpoint that would vouch for it").Hinted("give --checkpoint FILE too")
	}
	cp, err := (&session{env: e}).readCheckpoint(held.checkpoint, held.signer)
	if err != nil {
		return err
	}
	f, size, err := openExported(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	doc := loggedVerdict{File: path}
	if doc.SHA256, err = fileSum(f, size); err != nil {
		return err
	}
	log, _, err := openExported(lines)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := doc.read(log, lines, cp); err != nil {
		return err
	}
	doc.OK = doc.Export != ""
	doc.Claims = "The file is, byte for byte, what was exported: the log that the checkpoint vouches for has its SHA-256."
	if !doc.OK {
		doc.Export = "no event of the log is an export of exactly these bytes"
		doc.Claims = "Nothing vouches for the file: it was changed or saved again, left a read-only session, or was exported after the log's last event."
	}
	p := &page{}
	p.line("%s: SHA-256 %s", path, doc.SHA256)
	p.line("log %s: %d events with the root %s, as the checkpoint has it", cp.Origin, doc.Events, doc.Root)
	p.line("export: %s", doc.Export)
	p.line("%s", doc.Claims)
	if err := (&session{env: e}).answer(doc, p); err != nil || doc.OK {
		return err
	}
	return domain.Errorf(domain.Conflict, "%s is not shown to be what was exported", path).Hinted("take a log and a checkpoint from after the export").ByRule("verify")
}

// mostLogLine is how many bytes one event of a log may have.
const mostLogLine = 256 << 20

// logLine is the next line of a log without its end, which the last one may lack; io.EOF
// after it. One longer than most is Invalid.
func logLine(in *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > most+1:
			return nil, domain.Errorf(domain.Invalid, "a line of the log is longer than %d bytes, as no event is", most).Hinted("take the lines as the package has them, log.jsonl")
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		case err != nil:
			return nil, err
		}
		return line[:len(line)-1], nil
	}
}

// read hashes the lines of a log up to the checkpoint's size, and looks for the export.
func (doc *loggedVerdict) read(log io.Reader, name string, cp auditlog.Checkpoint) error {
	var b auditlog.Builder
	in := bufio.NewReaderSize(log, 1<<20)
	for b.Size() < cp.Size {
		line, err := logLine(in, mostLogLine)
		if errors.Is(err, io.EOF) {
			return domain.Errorf(domain.Conflict, "%s has %d events, the checkpoint is over %d", name, b.Size(), cp.Size).
				Hinted("give a log that reaches as far, or an earlier checkpoint").ByRule("verify")
		}
		if err != nil {
			return err
		}
		var ev domain.Event
		if err := json.Unmarshal(line, &ev); err != nil || int64(ev.Seq) != b.Size() || string(ev.Log) != cp.Origin {
			return domain.Errorf(domain.Conflict, "line %d of %s is not event %d of the log %s", b.Size()+1, name, b.Size(), cp.Origin).
				Hinted("take the lines as the package has them, log.jsonl").ByRule("verify")
		}
		if err := b.Add(line); err != nil {
			return err
		}
		var x review.Export
		if ev.Type == domain.EvExported && json.Unmarshal(ev.Data, &x) == nil && x.SHA256 == doc.SHA256 {
			doc.Export = exportWords(nil, ev, x)
		}
	}
	doc.Events, doc.Root = b.Size(), b.Root().String()
	if b.Root() != cp.Root {
		return domain.Errorf(domain.Conflict, "the first %d events of %s have the root %s, the checkpoint has %s: a line was changed, or it is another log's", b.Size(), name, b.Root(), cp.Root).
			Hinted("take both again from whoever holds them").ByRule("verify")
	}
	return nil
}
