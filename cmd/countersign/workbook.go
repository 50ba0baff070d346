package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
	"countersign/export/xlsx"
	"countersign/review"
	"countersign/store"
)

// workbookJSON is the answer of verify for a workbook.
type workbookJSON struct {
	File        string   `json:"file"`
	OK          bool     `json:"ok"`
	Shown       string   `json:"shown_digest"`
	Made        string   `json:"content_digest"`
	Figures     int      `json:"figures_counted_again"`
	Faults      []string `json:"faults"`
	Compared    bool     `json:"compared_with_database"`
	Differences []string `json:"differences"`
	Log         string   `json:"log,omitempty"` // what the database's log says of the one on the cover
	Claims      string   `json:"claims"`
}

// verifyWorkbook recomputes the digest and the totals of a workbook. Where the
// database of its log is at hand, the log must continue the checkpoint on its
// cover, and a campaign's workbook is compared with what the log says, cell by
// cell. Without it consistency is all that is claimed.
func (e *env) verifyWorkbook(ctx context.Context, file string) (err error) {
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
	doc := workbookJSON{File: file, OK: v.Holds(), Shown: v.Shown, Made: v.Digest, Figures: v.Checked,
		Faults: append([]string{}, v.Faults...), Differences: []string{}, Claims: v.Claim()}
	p := &page{}
	p.line("%s: the content's digest is %s", file, v.Digest)
	if v.Digest == v.Shown {
		p.line("it is the one the cover shows; %s counted again from the rows", review.Count(v.Checked, "figure was", "figures were"))
	}
	if err := e.againstDatabase(ctx, f, info.Size(), v, &doc); err != nil {
		return err
	}
	for _, said := range [][]string{doc.Faults, doc.Differences} {
		for _, line := range said {
			p.line("does not hold: %s", line)
		}
	}
	if doc.Log != "" {
		p.line("log: %s", doc.Log)
	}
	p.line("%s", doc.Claims)
	if err := (&session{env: e}).answer(doc, p); err != nil || doc.OK {
		return err
	}
	return domain.Errorf(domain.Conflict, "%s is not what was exported: its content was changed, or the log was", file).
		Hinted("export it again and compare").ByRule("verify")
}

// againstDatabase holds a workbook against the database, where that is at hand
// and the same log's.
func (e *env) againstDatabase(ctx context.Context, f *os.File, size int64, v report.Verification, doc *workbookJSON) (err error) {
	path, err := e.dbPath()
	if err != nil || v.Log == "" {
		return nil // no home and so no database, or a file that names no log: nothing to compare with
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && e.flags.db == "" {
		return nil
	}
	s, err := e.open(ctx, needsNobody)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.store.Close()) }()
	if string(s.store.LogID()) != v.Log {
		doc.Log = "the database at " + path + " has another log than the workbook's"
		return nil
	}
	fits, err := s.continues(v, doc)
	if err != nil || !fits || v.Campaign == "" {
		return err
	}
	return s.compareCampaign(f, size, v, doc)
}

// continues tells whether the database verifies, and its log continues the
// checkpoint on the workbook's cover.
func (s *session) continues(v report.Verification, doc *workbookJSON) (bool, error) {
	n, err := strconv.ParseInt(v.Size, 10, 64)
	if err != nil {
		return false, domain.Errorf(domain.Invalid, "the cover's log size %q is no number", v.Size)
	}
	root, err := auditlog.ParseHash(v.Root)
	if err != nil {
		return false, domain.Errorf(domain.Invalid, "the cover's log root %q is none", v.Root)
	}
	rep, err := s.store.Verify(s.ctx, store.VerifyOptions{Checkpoint: &auditlog.Checkpoint{Origin: v.Log, Size: n, Root: root}})
	if err != nil {
		return false, err
	}
	doc.Log = rep.Comparison.Message
	doc.Faults = append(doc.Faults, rep.Faults...)
	if !rep.OK() {
		doc.OK = false
		doc.Claims = report.Verification{Faults: []string{doc.Log}}.Claim()
	} else if v.Campaign == "" {
		doc.Claims += " The database's log continues the one on the cover."
	}
	return rep.OK(), nil
}

// compareCampaign makes a campaign's workbook again and compares. One that is
// neither closed nor cancelled has moved on, unless nothing happened since.
func (s *session) compareCampaign(f *os.File, size int64, v report.Verification, doc *workbookJSON) (err error) {
	scratch, err := os.CreateTemp("", "countersign-verify-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.Close(), os.Remove(scratch.Name())) }()
	return s.view(func(tx review.Tx) error {
		c, err := tx.Campaign(domain.ID(v.Campaign))
		if err != nil {
			return err
		}
		head, err := tx.Log()
		if err != nil {
			return err
		}
		if c.State < review.Closed && strconv.FormatInt(head.Size, 10) != v.Size {
			doc.Log += "; the campaign has moved on since, so its cells were not compared"
			return nil
		}
		ev, err := report.GatherCampaign(tx, c.ID, v.Version)
		if err != nil {
			return err
		}
		again := report.Campaign(&ev)
		cells, err := report.VerifyWorkbook(s.ctx, f, size, &again, scratch)
		if err != nil {
			return err
		}
		doc.OK, doc.Compared, doc.Claims = doc.OK && cells.Holds(), cells.Compared, cells.Claim()
		doc.Differences = differenceWords(cells.Differences, cells.More)
		return nil
	})
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
