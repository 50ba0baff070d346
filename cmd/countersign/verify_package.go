package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
	"countersign/review"
	"countersign/store"
)

// packageVerdict is the answer of verify for an evidence package.
type packageVerdict struct {
	File        string           `json:"file"`
	OK          bool             `json:"ok"`
	Contents    report.Statement `json:"statement"`
	Files       int              `json:"files"`
	Events      int64            `json:"events"`
	Root        string           `json:"root"`
	Proofs      int              `json:"proofs"`
	Items       int              `json:"items"`
	Figures     int              `json:"figures_counted_again"`
	Rulings     int              `json:"rulings_worked_out_again"`
	Compared    bool             `json:"compared_with_its_log"`
	Bytes       string           `json:"workbook_bytes,omitempty"`
	Anchored    bool             `json:"vouched_for_outside"`
	Faults      []string         `json:"faults"`
	Differences []string         `json:"differences"`
	Signing     string           `json:"checkpoint_signed"`
	Checkpoint  string           `json:"checkpoint,omitempty"` // what was found of the one held outside
	Database    string           `json:"database,omitempty"`
	Claims      string           `json:"claims"`
}

// heldFlags are what somebody holds outside the database.
type heldFlags struct{ checkpoint, signer, proof string }

// read reads them; nil where no checkpoint is given.
func (f heldFlags) read(e *env) (*report.Held, error) {
	if f.checkpoint == "" {
		if f.proof != "" {
			return nil, domain.Errorf(domain.Invalid, "a proof is given and no checkpoint that it leads to").Hinted("give --checkpoint FILE too")
		}
		return nil, nil
	}
	s := &session{env: e}
	cp, err := s.readCheckpoint(f.checkpoint, f.signer)
	if err != nil || f.proof == "" {
		return &report.Held{Checkpoint: cp}, err
	}
	raw, err := s.readFile(f.proof)
	if err != nil {
		return nil, err
	}
	proof, err := auditlog.ParseConsistency(raw)
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%s is no proof: %v", f.proof, err).Hinted("it is what countersign log proof --out FILE writes")
	}
	return &report.Held{Checkpoint: cp, Proof: &proof}, nil
}

// verifyPackage checks an evidence package: alone, against a checkpoint held
// outside, and against the database, where that has its log.
func (e *env) verifyPackage(ctx context.Context, path string, given heldFlags) (err error) {
	held, err := given.read(e)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return domain.Errorf(domain.NotFound, "%s cannot be read: %v", path, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	pack, err := report.OpenPackage(f, info.Size())
	if err != nil {
		return err
	}
	if pack.Signers, err = (&session{env: e}).verifiers(given.signer); err != nil {
		return err
	}
	bar := e.bar()
	v, err := pack.Check(ctx, held, bar.tell)
	v.Version = build()
	if err == nil && v.Whole() {
		err = e.playPackage(ctx, pack, v, bar.tell)
	}
	doc := packageVerdict{File: path}
	if err == nil {
		err = e.packageInDatabase(ctx, v, &doc)
	}
	if err := bar.end(err); err != nil {
		return err
	}
	return e.sayPackage(v, held, doc)
}

// playPackage plays the package's log into an empty database and compares what is in
// the package with what that says.
func (e *env) playPackage(ctx context.Context, pack *report.Package, v *report.PackageVerification, progress report.Progress) error {
	return e.playLog(ctx, pack, v, "the log", progress, func(tx review.Tx, scratch func() (*os.File, error)) error {
		file, err := scratch()
		if err != nil {
			return err
		}
		again, err := scratch()
		if err != nil {
			return err
		}
		return pack.Compare(ctx, tx, v, file, again, progress)
	})
}

// replayPackage works the campaign's rulings out again from its votes.
func (e *env) replayPackage(ctx context.Context, s *store.Store, pack *report.Package, v *report.PackageVerification) error {
	r, err := newService(s).Replay(ctx, v.Statement.Campaign, nil)
	if code := domain.CodeOf(err); err != nil && len(v.Faults) > 0 && (code == domain.NotFound || code == domain.Conflict) {
		return nil // said already: the evidence cannot be made from the log
	}
	if err != nil {
		return err
	}
	return s.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		pack.Replayed(v, r, func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) })
		return nil
	})
}

// packageInDatabase holds the package's log against the database's, where one is at
// hand: its log must begin with the package's.
func (e *env) packageInDatabase(ctx context.Context, v *report.PackageVerification, doc *packageVerdict) (err error) {
	path, err := e.dbPath()
	if err != nil {
		return nil // no home, and so no database
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && e.flags.db == "" {
		return nil
	}
	s, err := e.open(ctx, needsNobody)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	st := v.Statement
	if s.store.LogID() != st.Log {
		doc.Database = fmt.Sprintf("the database at %s has another log than the package", path)
		return nil
	}
	rep, err := s.store.Verify(ctx, store.VerifyOptions{Checkpoint: &auditlog.Checkpoint{Origin: string(st.Log), Size: v.Events, Root: v.Root}})
	if err != nil {
		return err
	}
	doc.Database = rep.Comparison.Message
	for _, f := range rep.Faults {
		v.Fault("the database: %s", f)
	}
	if !rep.Comparison.OK() && len(rep.Faults) == 0 {
		v.Fault("the database: %s", rep.Comparison.Message)
	}
	v.Anchored = v.Anchored || rep.OK()
	return nil
}

// sayPackage answers with what was found.
func (e *env) sayPackage(v *report.PackageVerification, held *report.Held, doc packageVerdict) error {
	doc.OK, doc.Files, doc.Events, doc.Root, doc.Proofs, doc.Items = v.Holds() && v.Compared && (held == nil || v.Anchored), v.Files, v.Events, v.Root.String(), v.Proofs, v.Items
	doc.Figures, doc.Rulings, doc.Compared, doc.Anchored = v.Figures, v.Replayed, v.Compared, v.Anchored
	doc.Bytes = v.Bytes
	doc.Faults, doc.Differences = append([]string{}, v.Faults...), append([]string{}, v.Differences...)
	if v.More {
		doc.Differences = append(doc.Differences, "and more")
	}
	doc.Signing, doc.Checkpoint, doc.Claims = v.Signing.String(), v.Held, v.Claim()
	st := v.Told()
	doc.Contents = st
	p := &page{}
	if b := packageBanner(st.Mode); b != "" {
		p.line("%s", b)
	}
	p.line("%s: the evidence of %s, %s; made by %s", doc.File, st.Name, st.State, st.MadeBy)
	p.line("log %s: %d events, root %s", st.Log, v.Events, v.Root)
	p.line("%s held against the manifest, %s checked, %s digested", review.Count(v.Files, "file", "files"),
		review.Count(v.Proofs, "inclusion proof", "inclusion proofs"), review.Count(v.Items, "frozen item", "frozen items"))
	if v.Compared {
		p.line("workbook and tables made again from the log; %s counted, %s worked out from the votes",
			review.Count(v.Figures, "figure", "figures"), review.Count(v.Replayed, "ruling", "rulings"))
	}
	if doc.Bytes != "" {
		p.line("%s", doc.Bytes)
	}
	for _, said := range [][]string{doc.Differences, doc.Faults} { // what was altered, then what follows from it
		for _, line := range said {
			p.line("does not hold: %s", line)
		}
	}
	if doc.Database != "" {
		p.line("database: %s", doc.Database)
	}
	if v.Signing == auditlog.NotSigned {
		p.line("the package's own checkpoint is not signed by anybody: it vouches for nothing by itself, one held elsewhere does")
	} else {
		p.line("the package's own checkpoint is %s", doc.Signing)
	}
	if doc.Checkpoint != "" {
		p.line("checkpoint: %s", doc.Checkpoint)
	}
	p.line("%s", doc.Claims)
	if err := (&session{env: e}).answer(doc, p); err != nil || doc.OK {
		return err
	}
	if v.Holds() && v.Compared {
		return domain.Errorf(domain.Conflict, "%s is not shown to be what was exported: the checkpoint does not vouch for all of its log", doc.File).
			Hinted("give --proof too, as countersign log proof makes it on the database, or a checkpoint over %d events; or name the database with --db", v.Events).ByRule("verify")
	}
	if v.Holds() { // what the cover says of its layout must not keep its cells from being compared
		return domain.Errorf(domain.Conflict, "the cells of %s were not compared: %s", doc.File, v.Why).
			Hinted("verify it with %s", made(st.MadeBy)).ByRule("verify")
	}
	return domain.Errorf(domain.Conflict, "%s is not what was exported: it was changed, or the log was", doc.File).
		Hinted("export it again and compare").ByRule("verify")
}

func packageBanner(mode string) string {
	for m, w := range modeWords {
		if w == mode {
			return banner(m)
		}
	}
	return ""
}
