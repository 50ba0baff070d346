package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/review"
	"countersign/store"
)

// workbookJSON is the answer of verify for a workbook.
type workbookJSON struct {
	File         string   `json:"file"`
	OK           bool     `json:"ok"`
	Shown        string   `json:"shown_digest"`
	Made         string   `json:"content_digest"`
	Sheets       string   `json:"sheets_digest"` // of the same without the cover
	Figures      int      `json:"figures_counted_again"`
	Faults       []string `json:"faults"`
	Compared     bool     `json:"compared_with_database"`
	Played       bool     `json:"compared_with_its_log"` // with the log that it carries
	Anchored     bool     `json:"vouched_for_outside"`   // that log is the database's, or a checkpoint's held outside
	Differences  []string `json:"differences"`
	Log          string   `json:"log,omitempty"`    // what the database's log says of the one on the cover
	Export       string   `json:"export,omitempty"` // which export of the log the file is
	Checkpoint   string   `json:"checkpoint,omitempty"`
	Bytes        string   `json:"bytes,omitempty"` // that the file is byte for byte what the database gives
	Claims       string   `json:"claims"`
	Proved       []string `json:"proved,omitempty"` // against a checkpoint: part by part
	NotProved    []string `json:"not_proved,omitempty"`
	recorded     string   // in which way the log has an export of the file; empty: in none
	hint         string   // what would prove what was not
	contradicted bool     // the database of its log has another history
}

// Ways in which the log has an export of a file.
const (
	byBytes   = "the log has its SHA-256"
	byContent = "the log has its content's digest, and it was saved again since"
	byAnother = "the log has its content's digest, of an export in another format"
)

// contentExported says of an export of a file's content what left, and in which way the
// log has it: the content has the same digest in every format.
func contentExported(x review.Export) (what, how string) {
	if x.Format != string(report.XLSX) {
		return "this content as " + x.Format + ", and no workbook of it,", byAnother
	}
	return "this content, in other bytes,", byContent
}

// verifyWorkbook recomputes the digest and the totals of a workbook. Where the
// database of its log is at hand, the log must continue the checkpoint on its
// cover, and the report is made again and compared, cell by cell. A checkpoint held
// outside is held against both. With neither, consistency is all that is claimed.
func (e *env) verifyWorkbook(ctx context.Context, file string, held heldFlags) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return domain.Errorf(domain.NotFound, "%s cannot be read: %v", file, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	v, err := report.VerifyWorkbook(ctx, f, info.Size(), nil, nil)
	if err != nil {
		return err
	}
	doc := workbookJSON{File: file, OK: v.Holds(), Shown: v.Shown, Made: v.Digest, Sheets: v.Behind, Figures: v.Checked,
		Faults: append([]string{}, v.Faults...), Differences: []string{}, Claims: v.Claim()}
	if held.checkpoint == "" && held.signer != "" {
		return signsNothing()
	}
	outside, err := held.read(e)
	if err != nil {
		return err
	}
	if err := e.againstDatabase(ctx, f, info.Size(), v, outside, &doc); err != nil {
		return err
	}
	carried, err := e.againstCarried(ctx, f, info.Size(), v, outside, &doc)
	switch {
	case err != nil:
		return err
	case outside != nil && !carried:
		doc.againstCheckpoint(*outside, held.checkpoint, v)
	}
	if err := (&session{env: e}).answer(doc, doc.page(v)); err != nil || doc.OK {
		return err
	}
	if len(doc.Faults) == 0 && len(doc.Differences) == 0 && v.Holds() {
		return domain.Errorf(domain.Conflict, "%s is not shown to be what was exported", file).
			Hinted("%s", cmp.Or(doc.hint, "export it again and compare, or name the database of its log")).ByRule("verify")
	}
	return domain.Errorf(domain.Conflict, "%s is not what was exported: its content was changed, or the log was", file).
		Hinted("export it again and compare").ByRule("verify")
}

// page says what was found in words, a line each: v's, and what was held against it.
func (doc *workbookJSON) page(v report.Verification) *page {
	p := &page{}
	p.line("%s: the content's digest is %s", doc.File, v.Digest)
	p.line("without the cover, the same for the same rows at another moment: %s", v.Behind)
	if v.Digest == v.Shown {
		p.line("it is the one the cover shows; %s counted again from the rows", review.Count(v.Checked, "figure was", "figures were"))
	}
	for _, said := range [][]string{doc.Differences, doc.Faults} { // what was altered, then what follows from it
		for _, line := range said {
			p.line("does not hold: %s", line)
		}
	}
	for _, line := range v.Remarks {
		p.line("note: %s", line)
	}
	for _, said := range []struct{ of, line string }{{"log", doc.Log}, {"export", doc.Export}, {"checkpoint", doc.Checkpoint}, {"bytes", doc.Bytes}} {
		if said.line != "" {
			p.line("%s: %s", said.of, said.line)
		}
	}
	for _, line := range doc.Proved {
		p.line("proved: %s", line)
	}
	for _, line := range doc.NotProved {
		p.line("not proved: %s", line)
	}
	p.line("%s", doc.Claims)
	return p
}

// againstDatabase holds a workbook against the database, where that is at hand. What
// cannot be held against a database that somebody named is vouched for by nothing.
func (e *env) againstDatabase(ctx context.Context, f *os.File, size int64, v report.Verification, held *report.Held, doc *workbookJSON) (err error) {
	path, err := e.dbPath()
	if err != nil {
		return nil // no home and so no database
	}
	named := e.namesDB()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !named {
		return nil
	}
	s, err := e.open(ctx, needsNobody)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if string(s.store.LogID()) != v.Log {
		doc.Log = "the database at " + path + " has another log than the workbook's"
		if v.Log == "" {
			doc.Log = "the workbook names no log to hold against the database at " + path
		}
		if named {
			doc.unproved()
		}
		return nil
	}
	fits, err := s.continues(v, doc)
	if err != nil || !fits {
		return err
	}
	if err := s.againstHeld(held, v, doc); err != nil {
		return err
	}
	if err := s.leftAs(f, size, doc); err != nil {
		return err
	}
	return s.compareCells(f, size, doc)
}

// leftAs says which export of the log the file is, by the digest of its bytes, else
// by that of its content, which every cell goes into.
func (s *session) leftAs(f *os.File, size int64, doc *workbookJSON) error {
	sum, err := fileSum(f, size)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		what, how := "exactly these bytes", byBytes
		e, _, ok, err := review.ExportOf(tx, sum)
		if err == nil && !ok {
			var x review.Export
			e, x, ok, err = review.ExportOfContent(tx, doc.Made)
			what, how = contentExported(x)
		}
		if err != nil {
			return err
		}
		if !ok {
			doc.Export = "no export of exactly these bytes is in the log, nor of this content: it was changed, or left a read-only session or another copy of the database"
			return nil
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		doc.recorded = how
		doc.Export = fmt.Sprintf("%s exported %s at event %d, %s", o.Name(domain.KindPrincipal, e.Actor), what, e.Seq, e.Time.UTC().Format("2006-01-02 15:04:05 UTC"))
		return nil
	})
}

// unproved says of a file that no cell of it was compared: it is what was exported
// where the log has the export, by its bytes or its content, and else nothing tells.
func (doc *workbookJSON) unproved() {
	switch {
	case !doc.OK: // its faults speak
	case doc.recorded != "":
		doc.Claims = "The file agrees with itself, and is what was exported: " + doc.recorded + "."
	default:
		doc.OK = false
		doc.Claims = "The file agrees with itself, as one made up anew would: nothing at hand vouches for its rows."
	}
}

// continues tells whether the database verifies, and its log continues the
// checkpoint on the workbook's cover.
func (s *session) continues(v report.Verification, doc *workbookJSON) (bool, error) {
	n, err := strconv.ParseInt(v.Size, 10, 64)
	if err != nil {
		doc.fault(fmt.Sprintf("the cover's log size %q is no number", v.Size))
		return false, nil
	}
	root, err := auditlog.ParseHash(v.Root)
	if err != nil {
		doc.fault(fmt.Sprintf("the cover's log root %q is none", v.Root))
		return false, nil
	}
	rep, err := s.store.Verify(s.ctx, store.VerifyOptions{Checkpoint: &auditlog.Checkpoint{Origin: v.Log, Size: n, Root: root}})
	if err != nil {
		return false, err
	}
	doc.Log = "the database's, held against the checkpoint on the cover: " + rep.Comparison.Message
	if doc.Anchored = rep.OK(); !rep.OK() {
		doc.contradicted = true
		doc.fault(fmt.Sprintf("the database says otherwise: it has the log %s, and not with the %s events that the cover speaks of. Either the file was made of another history, or the database's was changed since", v.Log, v.Size))
		for _, f := range rep.Faults {
			doc.fault("the database: " + f)
		}
	}
	return rep.OK(), nil
}

// againstHeld holds the database against a checkpoint of another size than the cover's,
// of which the cover alone tells nothing.
func (s *session) againstHeld(held *report.Held, v report.Verification, doc *workbookJSON) error {
	if held == nil || held.Checkpoint.Origin != v.Log || strconv.FormatInt(held.Checkpoint.Size, 10) == v.Size {
		return nil
	}
	rep, err := s.store.Verify(s.ctx, store.VerifyOptions{Checkpoint: &held.Checkpoint})
	if err != nil {
		return err
	}
	if doc.Checkpoint = "the one held outside, and the database's log: " + rep.Comparison.Message; !rep.OK() {
		doc.Anchored = false
		doc.fault("the database is not the one of the checkpoint: " + rep.Comparison.Message)
	}
	return nil
}

// compareCells makes the report again from the log, as it was when the cover
// says it was made, and compares it with the file: of a cover that says who exported
// all but that, and what a later look at the log says otherwise.
func (s *session) compareCells(f *os.File, size int64, doc *workbookJSON) (err error) {
	st, err := report.ReadStated(f, size)
	if err != nil {
		return err
	}
	scratch, err := os.CreateTemp("", "countersign-verify-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.Close(), os.Remove(scratch.Name())) }()
	return s.view(func(tx review.Tx) error {
		fault, err := st.Untimely(tx)
		if err == nil && fault != "" {
			doc.fault(fault)
		}
		var again sheet.Workbook
		whole, why := false, ""
		if err == nil {
			again, whole, why, err = report.Again(s.ctx, tx, st)
		}
		if code := domain.CodeOf(err); err != nil && (code == domain.NotFound || code == domain.Conflict || code == domain.Invalid) { // what the cover names is not there
			doc.fault("the database says otherwise than the cover: " + sentenceOf(err))
			return nil
		}
		if err != nil {
			return err
		}
		if why != "" {
			doc.Log += " Its cells were not compared: " + why + "."
			doc.unproved()
			return nil
		}
		v, err := report.VerifyWorkbook(s.ctx, f, size, &again, scratch)
		if err != nil {
			return err
		}
		if !whole {
			if err := v.CoverAsExported(scratch, doc.recorded != ""); err != nil {
				return err
			}
			if v.More && len(v.Differences) == 0 { // the cover's alone were too many to look behind them
				doc.Log += " Its cells were not compared: its cover is laid out otherwise than this version's."
				doc.unproved()
				return nil
			}
		}
		for _, f := range v.Faults { // what only the comparison finds, such as in a chart
			if !slices.Contains(doc.Faults, f) {
				doc.Faults = append(doc.Faults, f)
			}
		}
		doc.OK, doc.Compared = doc.OK && v.Holds(), v.Compared
		v.Faults = doc.Faults
		doc.Claims = v.Claim()
		if !whole && v.Holds() {
			doc.Claims = "Every sheet but the cover is, cell for cell, what the log says, and so is the cover, but for who exported it, which is only what it says."
			if doc.recorded != "" {
				doc.Claims = "Every sheet but the cover is, cell for cell, what the log says; the cover is as it was exported, for " + doc.recorded + "."
			}
		}
		if whole && v.SHA256 == v.Remade {
			doc.Bytes = "byte for byte what this version makes of the log (SHA-256 " + v.SHA256 + ")"
		}
		doc.Differences = differenceWords(v.Differences, v.More)
		return nil
	})
}

// sentenceOf is an error's sentence without what to do about it.
func sentenceOf(err error) string {
	var e *domain.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

func differenceWords(ds []xlsx.Difference, more bool) []string {
	out := []string{}
	for _, d := range ds {
		out = append(out, d.String())
	}
	if more {
		out = append(out, "and more")
	}
	return out
}
