package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"

	"countersign/domain"
	"countersign/export/atomicfile"
	"countersign/export/report"
	"countersign/review"
)

// notOnRecord is said of an export by nobody.
const notOnRecord = "nobody is acting, so the export is not in the log"

// leave writes what leaves the database, to a file (whole or not at all) or to
// standard output ("-"). Before it is there the log has it: who exports what, with
// the digest of the file. Where nobody is acting, as in a read-only session, it
// leaves without, and the notes say so.
func (s *session) leave(ctx context.Context, path string, x review.Export, fill func(io.Writer) (report.Written, error)) (w report.Written, err error) {
	sum := sha256.New()
	through := func(to io.Writer) (err error) {
		w, err = fill(io.MultiWriter(to, sum))
		return err
	}
	last := func() error {
		if s.actor.Principal == "" {
			w.Notes = append(w.Notes, notOnRecord)
			return nil
		}
		x.SHA256, x.Content, x.Rows = hexOf(sum.Sum(nil)), w.Digest, w.Rows
		_, err := s.svc.Exported(ctx, s.actor, x)
		return err
	}
	if path != "-" {
		x.File = filepath.Base(path)
		err = atomicfile.WriteThen(path, through, last)
		return w, err
	}
	x.File = "standard output"
	err = spooled(s.out, through, last)
	return w, err
}

// spooled has fill write to a temporary file, and hands that on to out once last
// agrees.
func spooled(out io.Writer, fill func(io.Writer) error, last func() error) (err error) {
	f, err := os.CreateTemp("", "countersign-export-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if err := fill(f); err != nil {
		return err
	}
	if err := last(); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(out, f)
	return err
}

// leaveReport builds a report and lets it leave; table is what a flat format holds.
func (s *session) leaveReport(ctx context.Context, tx review.Tx, r report.Report, q report.Request, path string, format report.Format, table string) (report.Written, error) {
	return s.leaveWatched(ctx, tx, r, q, path, format, table, nil)
}

// leaveWatched is leaveReport that tells how far it has come; tell may be nil.
func (s *session) leaveWatched(ctx context.Context, tx review.Tx, r report.Report, q report.Request, path string, format report.Format, table string, tell report.Progress) (report.Written, error) {
	head, err := tx.Log()
	if err != nil {
		return report.Written{}, err
	}
	if tell != nil {
		tell("reading "+r.Title, 0, 0)
	}
	wb, err := r.Build(ctx, tx, q)
	if err != nil {
		return report.Written{}, err
	}
	x := review.Export{Report: r.Name, Format: string(format), AsOf: q.Event, Campaign: domain.ID(q.Campaign)}
	if x.AsOf == 0 {
		x.AsOf = domain.Seq(head.Size - 1)
	}
	return s.leave(ctx, path, x, func(to io.Writer) (report.Written, error) {
		return report.Write(ctx, to, format, report.Watch(wb, tell), table)
	})
}
