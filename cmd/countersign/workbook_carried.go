package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
	"countersign/review"
	"countersign/store"
)

// againstCarried plays the log that a campaign's workbook carries into an empty
// database, makes the workbook again from that and names every cell that differs,
// where the database did not tell; ok tells whether it carries one. The log itself is
// held against the checkpoint held outside.
func (e *env) againstCarried(ctx context.Context, f *os.File, size int64, found report.Verification, held *report.Held, doc *workbookJSON) (ok bool, err error) {
	if doc.Compared {
		return false, nil
	}
	st, err := report.ReadStated(f, size)
	if err != nil {
		return false, err
	}
	pack, err := st.Carries()
	if domain.CodeOf(err) == domain.Invalid && err != nil {
		doc.fault(err.Error())
		return true, nil
	}
	if err != nil || pack == nil {
		return false, err
	}
	bar := e.bar()
	v, err := pack.CheckCarried(ctx, found, held, bar.tell)
	if err == nil && v.Whole() {
		err = e.playCarried(ctx, f, size, st, pack, v, doc, bar.tell)
	}
	if err := bar.end(err); err != nil {
		return true, err
	}
	doc.sayCarried(v, found, held)
	return true, nil
}

// playCarried compares the workbook with what the log that it carries gives.
func (e *env) playCarried(ctx context.Context, f *os.File, size int64, st report.Stated, pack *report.Package, v *report.PackageVerification, doc *workbookJSON, progress report.Progress) error {
	return e.playLog(ctx, pack, v, "the log that it carries", progress, func(tx review.Tx, scratch func() (*os.File, error)) error {
		again, err := scratch()
		if err != nil {
			return err
		}
		progress("workbook", 0, 0)
		wb, _, why, err := report.Again(ctx, tx, st)
		switch {
		case domain.CodeOf(err) == domain.NotFound || domain.CodeOf(err) == domain.Conflict:
			v.Fault("the workbook cannot be made from the log that it carries: %v", err)
			return nil
		case err != nil || why != "":
			v.Why = why
			return err
		}
		found, err := report.VerifyWorkbook(ctx, f, size, &wb, again)
		if err != nil {
			return err
		}
		v.Remade(found)
		if found.SHA256 == found.Remade {
			doc.Bytes = "byte for byte what this version makes of the log that it carries (SHA-256 " + found.SHA256 + ")"
		}
		return nil
	})
}

// playLog plays a package's log into an empty database of its own and hands that to
// compare, with what makes files beside it, both gone afterwards; then it works the
// rulings out again from the votes. A log that cannot be played, called what, is a
// fault and no error.
func (e *env) playLog(ctx context.Context, pack *report.Package, v *report.PackageVerification, what string, progress report.Progress, compare func(tx review.Tx, scratch func() (*os.File, error)) error) (err error) {
	dir, err := os.MkdirTemp("", "countersign-verify-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	progress("events", 0, 0)
	s, err := store.Rebuild(ctx, filepath.Join(dir, "log.db"), pack.Lines(), store.Population{ID: v.Statement.Population, Items: pack.Population()})
	if domain.CodeOf(err) == domain.Invalid && err != nil {
		v.Fault("%s cannot be played again: %v", what, err)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var files []*os.File
	defer func() {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
	}()
	scratch := func() (*os.File, error) {
		f, err := os.CreateTemp(dir, "again-*")
		if err == nil {
			files = append(files, f)
		}
		return f, err
	}
	if err := s.View(ctx, func(tx review.Tx) error { return compare(tx, scratch) }); err != nil {
		return err
	}
	return e.replayPackage(ctx, s, pack, v)
}

// sayCarried says what was shown with the log that the workbook carries.
func (doc *workbookJSON) sayCarried(v *report.PackageVerification, found report.Verification, held *report.Held) {
	doc.Played = v.Compared
	for _, f := range v.Faults {
		doc.fault(f)
	}
	doc.Differences = append(doc.Differences, v.Differences...)
	if v.More {
		doc.Differences = append(doc.Differences, "and more")
	}
	doc.Anchored = doc.Anchored || v.Anchored
	if v.Held != "" {
		doc.Checkpoint = "the one held outside, and the log that the file carries: " + v.Held
	}
	switch {
	case doc.contradicted:
		doc.OK = false
		doc.Claims = contradicted
	case len(doc.Faults)+len(doc.Differences) > 0:
		doc.OK = false
		doc.Claims = report.Verification{Faults: []string{""}}.Claim()
	case !v.Compared && (held != nil || !doc.OK):
		doc.OK = false
		doc.Claims = "The file agrees with itself. Its cells were not compared with the log that it carries: " + v.Why + "."
		doc.hint = "verify it with " + made(found.Version)
	case !v.Compared:
	case doc.Anchored:
		doc.OK = true
		doc.Claims = "The file's values and formulas are, cell for cell, what the events of its log say. The log is the one that was vouched for outside the file."
	case held != nil:
		doc.unprovedBy(held.Checkpoint)
	default:
		doc.Claims = "The file's values and formulas are, cell for cell, what the events of the log that it carries say. This shows only that the file agrees with itself: whoever changed all of it together would pass. A checkpoint held elsewhere (--checkpoint), or the database, shows more."
	}
}

// contradicted is what is claimed of a file when the database of its log has another
// history.
const contradicted = "The file does not hold against the database, whose log has another history. That it agrees with itself, and with the log that it carries, shows nothing against that: whoever makes a file up makes it agree."

// made is the version that made a file, as it says.
func made(version string) string {
	if version == "" {
		return "the version that made it, which it does not say"
	}
	return "the version that made it, " + version
}

// fault notes what does not hold, once.
func (doc *workbookJSON) fault(f string) {
	doc.OK = false
	if !slices.Contains(doc.Faults, f) {
		doc.Faults = append(doc.Faults, f)
	}
	doc.Claims = report.Verification{Faults: doc.Faults}.Claim()
}

// unprovedBy says of a workbook whose log a checkpoint does not reach, or only in
// part, what was shown and what was not.
func (doc *workbookJSON) unprovedBy(cp auditlog.Checkpoint) {
	doc.OK = false
	doc.Proved = []string{"the file agrees with itself: its digest, its figures, and its cells with the log that it carries"}
	doc.NotProved = []string{fmt.Sprintf("that this log is the one of the checkpoint over %d events, and so every cell", cp.Size)}
	doc.Claims = "The file agrees with itself, as one made up anew would: the checkpoint does not vouch for all of the log that it carries."
	doc.hint = "give --proof too, as countersign log proof makes it on the database, or a checkpoint of the size on the cover; or name the database with --db"
}

// leads tells whether a proof shows that the log named on the cover is the beginning of
// the one of the checkpoint.
func (doc *workbookJSON) leads(outside report.Held, v report.Verification) bool {
	cp, p := outside.Checkpoint, outside.Proof
	size, err := strconv.ParseInt(v.Size, 10, 64)
	root, wrong := auditlog.ParseHash(v.Root)
	if err != nil || wrong != nil {
		doc.fault(fmt.Sprintf("the cover's log size %q and root %q are none", v.Size, v.Root))
		return false
	}
	if p.Log != cp.Origin || p.From != size || p.To != cp.Size {
		doc.Checkpoint = fmt.Sprintf("the proof is about log %s and leads from %d to %d events: it says nothing here, where one from %d to %d of log %s is needed",
			p.Log, p.From, p.To, size, cp.Size, cp.Origin)
		return false
	}
	if err := p.Check(auditlog.Checkpoint{Origin: v.Log, Size: size, Root: root}, cp); err != nil {
		doc.Checkpoint = "the checkpoint held outside has log " + cp.Origin
		doc.fault(fmt.Sprintf("the checkpoint held outside does not continue the log named on the cover: %v", err))
		return false
	}
	doc.Checkpoint = fmt.Sprintf("the log of the checkpoint held outside, of %d events, begins with the %d that the cover names", cp.Size, size)
	return true
}

// againstCheckpoint holds the cover's place in the log against a checkpoint, for a
// workbook that carries no log. A cover that agrees with it shows nothing of the rows:
// what was not compared with the database is not proved.
func (doc *workbookJSON) againstCheckpoint(outside report.Held, name string, v report.Verification) {
	cp := outside.Checkpoint
	held := fmt.Sprintf("log %s with the root %s over %d events", cp.Origin, cp.Root, cp.Size)
	same := false
	switch {
	case cp.Origin != v.Log:
		doc.Checkpoint = "the checkpoint has " + held
		doc.fault(fmt.Sprintf("the cover is of log %s, the checkpoint of log %s", v.Log, cp.Origin))
	case strconv.FormatInt(cp.Size, 10) != v.Size && doc.Checkpoint != "": // the database was held against it
	case strconv.FormatInt(cp.Size, 10) != v.Size && outside.Proof != nil:
		same = doc.leads(outside, v)
	case strconv.FormatInt(cp.Size, 10) != v.Size:
		doc.Checkpoint = fmt.Sprintf("the cover is of %s events, the checkpoint of %d: hold the database against the checkpoint too (countersign verify --checkpoint %s)", v.Size, cp.Size, name)
	case cp.Root.String() != v.Root:
		doc.Checkpoint = "the checkpoint has " + held
		doc.fault(fmt.Sprintf("the cover has the log root %s over %d events, the checkpoint %s", v.Root, cp.Size, cp.Root))
	default:
		same, doc.Checkpoint = true, "the cover has what the checkpoint has, "+held
	}
	if !doc.OK || doc.Compared || doc.recorded != "" {
		return
	}
	doc.OK = false
	doc.Proved = []string{"the digest, the totals and the tie-out agree with the rows"}
	log := "that the log named on the cover is the checkpoint's"
	if same {
		doc.Proved = append(doc.Proved, log)
	} else {
		doc.NotProved = append(doc.NotProved, log)
	}
	doc.NotProved = append(doc.NotProved, "that any row is what that log says: nothing in the file ties its cells to the checkpoint")
	doc.Claims = "The file agrees with itself, as one whose rows and digest were changed together would: the checkpoint vouches for none of its rows."
	doc.hint = "bring what ties the rows to it: the database (--db), the evidence package of the campaign (the zip), or the log's lines (--log LOG.jsonl)"
}
