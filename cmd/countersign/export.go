package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
	"countersign/store/ingest"
)

// exportFlags are what a report is asked for.
type exportFlags struct {
	out, format, asOf, sheet string
	agent, department        string
	filter, from, to         string
	dir, campaign, key       string
	agents                   []string
	active                   bool
}

func (e *env) exportCmd() *cobra.Command {
	f := exportFlags{}
	cmd := &cobra.Command{
		Use:   "export REPORT [CAMPAIGN]",
		Short: "Write reports to files: workbooks, CSV or JSON",
		Long: `Export writes a report to a file, whole or not at all, and prints its rows and the digest of its
content. The format follows the file's name unless --format says it:

  xlsx              a workbook with all of the report
  json              one document with all of it: the cover's facts and figures, every table with its rows
  zip               every table as CSV, the cover, and a manifest of sums that sha256sum -c accepts
  csv, jsonl        one table, its main one unless --sheet names another; CSV has an apostrophe before
                    text that a spreadsheet could run, which import takes away
  csv-raw           the same with the exact values, for programs

With --sheet json is the rows of that table alone. Who exports what, with the SHA-256 of the file, is an
event of the log, except in a read-only session, where the cover says that it is not.

--filter takes the language of every list, over the fields named below; the cover says what was left out.
A number of reports go into a folder with --dir, each under the same name every time:

  ` + "countersign export all --dir reports --format xlsx,json" + `

writes REPORT[-CAMPAIGN][-AS-OF].ENDING, one file after the other, replaced whole; with a filter or another
flag that narrows, -only- and ten letters that stand for it. organisation and package go with them where they
are named (export all organisation package --dir reports). What fails is said, the others are written, and
the exit status is that of the first that failed: made for cron.

` + reportWords() + `
  organisation: The whole organisation as one JSON document, to be imported again.

` + organisationHelp + `

` + asOfHelp + " " + campaignHelp,
		Example: `  countersign export agent-matrix --out agents.xlsx --as-of 2026-03-31
  countersign export campaign "Q4 2026" --out q4.xlsx
  countersign export area-matrix --out areas.csv --agent "Sales Agent" --department Sales
  countersign export log --out march.json --from 2026-03-01 --to 2026-03-31 --filter 'by:dana type:changeset'
  countersign export findings --out high.xlsx --filter 'severity>=high'
  countersign export compliance group-membership roles --dir reports --format xlsx,zip
  countersign export organisation -o acme.json
  countersign export log --out - --format jsonl`,
		Args: between(1, -1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.export(args, f) }),
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.out, "out", "o", "", "the `FILE` to write; - for standard output")
	fl.StringVar(&f.dir, "dir", "", "write every report named, or all, into this `FOLDER`")
	fl.StringVar(&f.format, "format", "", "`WHICH` format; with --dir several, with commas between; xlsx unless said")
	fl.StringVar(&f.campaign, "campaign", "", "with --dir: the `CAMPAIGN` of the report campaign; else every one that was staged")
	fl.StringVar(&f.sheet, "sheet", "", "CSV and JSON: which `TABLE` of the report")
	fl.StringVar(&f.agent, "agent", "", "area matrix: the levels for this `AGENT`")
	fl.StringSliceVar(&f.agents, "agents", nil, "agent matrix: only these `AGENTS`")
	fl.StringVar(&f.department, "department", "", "only people of this `DEPARTMENT`")
	fl.BoolVar(&f.active, "active", false, "only active people, keys and AI agents")
	fl.StringVar(&f.filter, "filter", "", "only rows that pass this `FILTER`, by the report's fields")
	fl.StringVar(&f.from, "from", "", "log, changes: from this `MOMENT` on")
	fl.StringVar(&f.to, "to", "", "log, changes: until this `MOMENT`")
	asOfFlag(cmd, &f.asOf)
	cmd.AddCommand(e.exportPackageCmd())
	return e.jsonFlag(cmd)
}

func reportWords() string {
	var b strings.Builder
	b.WriteString("Reports:")
	for _, r := range report.Reports() {
		b.WriteString("\n  " + r.Name + ": " + r.About)
		if takes := r.TakesWords(); takes != "" {
			b.WriteString("\n    takes " + takes)
		}
	}
	return b.String()
}

// exportJSON is the answer of export.
type exportJSON struct {
	about
	Report string   `json:"report"`
	File   string   `json:"file"`
	Format string   `json:"format"`
	Rows   int      `json:"rows"`
	Digest string   `json:"digest,omitempty"`
	Sheets string   `json:"sheets_digest,omitempty"` // of the same without the cover
	Notes  []string `json:"notes,omitempty"`
}

func (s *session) export(args []string, f exportFlags) error {
	if f.dir != "" {
		return s.exportDir(args, f)
	}
	if len(args) > 2 {
		return domain.Errorf(domain.Invalid, "one report goes into one file, and %q is named too", args[2]).
			Hinted("write several into a folder with --dir FOLDER")
	}
	if f.campaign != "" {
		return domain.Errorf(domain.Invalid, "--campaign is for --dir").Hinted("name the campaign behind the report")
	}
	if strings.EqualFold(args[0], string(ingest.Organisation)) {
		return s.exportOrganisation(args[1:], f)
	}
	r, err := report.Find(args[0])
	if err != nil {
		return err
	}
	format, err := f.formatOf()
	if err != nil {
		return err
	}
	bar := s.bar()
	doc, err := s.exportOne(s.ctx, r, args[1:], f, format, bar.tell)
	if err = bar.end(err); err != nil || f.out == "-" {
		return err
	}
	p := s.newPage()
	p.line("%s: %s, %s", f.out, r.Title, review.Count(doc.Rows, "row", "rows"))
	if doc.Digest != "" {
		p.line("content digest %s", doc.Digest)
		p.line("without the cover, the same for the same rows at another moment: %s", doc.Sheets)
	}
	for _, n := range doc.Notes {
		p.line("note: %s", n)
	}
	return s.answer(doc, p)
}

// exportOne writes one report into the file of f, whole or not at all; being
// stopped is a sentence, and leaves no file.
func (s *session) exportOne(ctx context.Context, r report.Report, args []string, f exportFlags, format report.Format, tell report.Progress) (exportJSON, error) {
	doc := exportJSON{Report: r.Name, File: f.out, Format: string(format)}
	err := s.store.View(ctx, func(tx review.Tx) error {
		q, err := s.requestOf(tx, r, args, f)
		if err != nil {
			return err
		}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		table := f.sheet
		switch {
		case table != "":
		case format == report.JSON:
			table = report.Whole
		default:
			table = r.Main
		}
		w, err := s.leaveWatched(ctx, tx, r, q, f.out, format, table, tell)
		doc.Rows, doc.Digest, doc.Sheets, doc.Notes = w.Rows, w.Digest, w.Behind, w.Notes
		return err
	})
	if err != nil && ctx.Err() != nil {
		err = domain.Errorf(domain.Internal, "stopped: the report %s was not written", r.Name).Hinted("start it again; what was there before is as it was")
	}
	return doc, err
}

// formatOf is the format asked for, or that the file's name has.
func (f exportFlags) formatOf() (report.Format, error) {
	if f.out == "" {
		return "", domain.Errorf(domain.Invalid, "it is not said where to write").Hinted("name the file with --out FILE")
	}
	word := f.format
	if word == "" {
		if word = filepath.Ext(f.out); word == "" {
			return "", domain.Errorf(domain.Invalid, "the name %s has no ending to tell the format by", f.out).
				Hinted("end it in .xlsx, .csv or .json, or say --format")
		}
	}
	format, err := report.ParseFormat(word)
	switch {
	case err != nil:
		return "", err
	case f.out == "-" && format == report.XLSX:
		return "", domain.Errorf(domain.Invalid, "a workbook is not written to a screen").Hinted("name a file with --out")
	}
	return format, nil
}

// requestOf makes what the report is asked for.
func (s *session) requestOf(tx review.Tx, r report.Report, args []string, f exportFlags) (report.Request, error) {
	q := report.Request{Actor: s.actor, Version: build()}
	pic, err := pictureOf(tx, f.asOf)
	if err != nil {
		return q, err
	}
	if f.asOf != "" {
		q.Event, q.At = pic.seq, pic.at
	}
	q.Filter = f.filter
	if q.From, q.To, err = spanOf(tx, pic.org, f.from, f.to); err != nil {
		return q, err
	}
	q.People = report.PeopleFilter{Department: f.department, ActiveOnly: f.active}
	for _, ref := range f.agents {
		id, err := findAgentID(pic.org, ref)
		if err != nil {
			return q, err
		}
		q.People.Agents = append(q.People.Agents, id)
	}
	id, err := findAgentID(pic.org, f.agent)
	if err != nil {
		return q, err
	}
	q.Agent = string(id)
	if needs(r, "campaign") {
		c, err := campaignFor(tx, first(args))
		q.Campaign = string(c.ID)
		return q, err
	}
	if len(args) > 0 {
		return q, domain.Errorf(domain.Invalid, "the report %s is about no campaign", r.Name).Hinted("leave %q out", args[0])
	}
	return q, nil
}

// spanOf reads from which instant on, and before which: the second moment belongs to
// the span.
func spanOf(tx review.Tx, o *domain.Org, first, last string) (from, to time.Time, err error) {
	if first != "" {
		if from, err = startOf(tx, o, first); err != nil {
			return from, to, err
		}
	}
	if last != "" {
		p, err := pictureOf(tx, last)
		if err != nil {
			return from, to, err
		}
		to = p.at.Add(time.Millisecond)
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		return from, to, domain.Errorf(domain.Invalid, "--from %s lies behind --to %s", first, last).Hinted("exchange the two")
	}
	return from, to, nil
}

// campaignFor is the campaign that a report is about: the one named, the only
// one under way, or the only one there is.
func campaignFor(tx review.Tx, ref string) (review.Campaign, error) {
	if ref == "" {
		all, err := tx.Campaigns()
		if err == nil && len(all) == 1 {
			return all[0], nil
		}
	}
	return campaignOf(tx, ref)
}

func needs(r report.Report, what string) bool {
	for _, n := range r.Needs {
		if n == what {
			return true
		}
	}
	return false
}
