package main

import (
	"io"
	"os"
	"time"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/atomicfile"
	"countersign/export/report"
	"countersign/review"
	"countersign/store"
)

func writeFile(path, text string) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// evidence verifies the log, keeps a checkpoint, and writes the workbooks.
func (p *play) evidence() {
	p.to(41)
	p.heading("6. The log is verified and the evidence written")
	idris := p.as("idris.bello")
	if p.err != nil {
		return
	}
	cp, err := p.st.Checkpoint(p.ctx)
	if p.err = err; err != nil {
		return
	}
	text, err := auditlog.Format(cp)
	if p.err = err; err != nil {
		return
	}
	if p.err = writeFile(p.file("checkpoint.txt"), string(text)); p.err != nil {
		return
	}
	p.said(idris.Principal, "keeps a checkpoint outside the database: %s, root %s", review.Count(int(cp.Size), "event", "events"), cp.Root)
	p.wait(4 * time.Minute)
	rep, err := p.st.Verify(p.ctx, store.VerifyOptions{Checkpoint: &cp})
	if p.err = err; err != nil {
		return
	}
	if !rep.OK() {
		p.err = errLogFaults(rep)
		return
	}
	p.said(idris.Principal, "verifies the log: %d events, %d rows and %d items fit, and it continues the checkpoint",
		rep.Events, rep.Rows, rep.Items)
	for _, one := range demoReports {
		p.workbook(one.report, one.file)
	}
}

// demoReports are the workbooks that a demo ends with.
var demoReports = []struct{ report, file string }{{"campaign", "campaign.xlsx"},
	{"agent-matrix", "agent-matrix.xlsx"}, {"area-matrix", "area-matrix.xlsx"}}

// workbook writes a report.
func (p *play) workbook(name, file string) {
	idris := p.as("idris.bello")
	if p.err != nil {
		return
	}
	r, err := report.Find(name)
	if p.err = err; err != nil {
		return
	}
	p.view(func(tx review.Tx, _ *domain.Org) error {
		s := &session{ctx: p.ctx, store: p.st, svc: p.svc, actor: idris}
		q := report.Request{Actor: idris, Version: build()}
		if needs(r, "campaign") {
			q.Campaign = string(p.campaign.ID)
		}
		w, err := s.leaveReport(p.ctx, tx, r, q, p.file(file), report.XLSX, "")
		if err == nil {
			p.said(idris.Principal, "exports %s: %s, %s, content digest %s", r.Title, file, review.Count(w.Rows, "row", "rows"), w.Digest)
		}
		return err
	})
}

// ending says what is where, and what to do next.
func (p *play) ending(last string) {
	p.heading("Files")
	for _, name := range demoFiles {
		if _, err := os.Stat(p.file(name)); err == nil {
			p.print("  %s", p.file(name))
		}
	}
	p.heading("Go on with")
	db := "countersign --db " + p.db()
	switch last {
	case "imported":
		p.print("  %s --as ana.ferreira@acme.example campaign new %q --due %s", db, quarterName(p.at),
			p.at.AddDate(0, 0, 30).Format(time.DateOnly))
	case "launched":
		p.print("  %s --as helen.osei@acme.example review list", db)
	case "decided":
		p.print("  %s --as jonas.weber@acme.example packet list", db)
	case "signed-off":
		p.print("  %s --as ana.ferreira@acme.example campaign remediate", db)
	default:
		p.print("  %s --as idris.bello@acme.example campaign show %q", db, p.campaign.Name)
	}
}

// errLogFaults says that the log of a fresh demo does not verify.
func errLogFaults(rep store.VerifyReport) error {
	return domain.Errorf(domain.Internal, "the log does not verify: %v", rep.Faults)
}
