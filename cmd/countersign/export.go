package main

import (
	"path/filepath"
	"strings"

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
	agents                   []string
	active                   bool
}

func (e *env) exportCmd() *cobra.Command {
	f := exportFlags{}
	cmd := &cobra.Command{
		Use:   "export REPORT [CAMPAIGN]",
		Short: "Write a report to a file: a workbook, CSV or JSON",
		Long: `Export writes a report to a file, whole or not at all, and prints its rows and the digest of its
content. A workbook holds all of a report; CSV and JSON hold one table of it, its main one unless
--sheet names another. The format follows the file's name unless --format says it: xlsx, csv (text that
a spreadsheet could run has an apostrophe in front, which import takes away), csv-raw (exact values, for
programs), json, jsonl. Who exports what, with the SHA-256 of the file, is an event of the log, except
in a read-only session, where the cover says that it is not.

` + reportWords() + `
  organisation: The whole organisation as one JSON document, to be imported again.

` + organisationHelp + `

` + asOfHelp + " " + campaignHelp,
		Example: `  countersign export agent-matrix --out agents.xlsx --as-of 2026-03-31
  countersign export campaign "Q4 2026" --out q4.xlsx
  countersign export area-matrix --out areas.csv --agent "Sales Agent" --department Sales
  countersign export organisation -o acme.json
  countersign export log --out - --format jsonl`,
		Args: between(1, 2),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.export(args, f) }),
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.out, "out", "o", "", "the `FILE` to write; - for standard output")
	fl.StringVar(&f.format, "format", "", "`WHICH` format")
	fl.StringVar(&f.sheet, "sheet", "", "CSV and JSON: which `TABLE` of the report")
	fl.StringVar(&f.agent, "agent", "", "area matrix: the levels for this `AGENT`")
	fl.StringSliceVar(&f.agents, "agents", nil, "agent matrix: only these `AGENTS`")
	fl.StringVar(&f.department, "department", "", "only people of this `DEPARTMENT`")
	fl.BoolVar(&f.active, "active", false, "only active people, keys and AI agents")
	asOfFlag(cmd, &f.asOf)
	cmd.AddCommand(e.exportPackageCmd())
	return e.jsonFlag(cmd)
}

func reportWords() string {
	var b strings.Builder
	b.WriteString("Reports:")
	for _, r := range report.Reports() {
		b.WriteString("\n  " + r.Name + ": " + r.About)
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
	Notes  []string `json:"notes,omitempty"`
}

func (s *session) export(args []string, f exportFlags) error {
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
	doc := exportJSON{Report: r.Name, File: f.out, Format: string(format)}
	var w report.Written
	err = s.view(func(tx review.Tx) error {
		q, err := s.requestOf(tx, r, args[1:], f)
		if err != nil {
			return err
		}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		table := f.sheet
		if table == "" {
			table = r.Main
		}
		w, err = s.leaveReport(s.ctx, tx, r, q, f.out, format, table)
		return err
	})
	if err != nil || f.out == "-" {
		return err
	}
	doc.Rows, doc.Digest, doc.Notes = w.Rows, w.Digest, w.Notes
	p := s.newPage()
	p.line("%s: %s, %s", f.out, r.Title, review.Count(w.Rows, "row", "rows"))
	if w.Digest != "" {
		p.line("content digest %s", w.Digest)
	}
	for _, n := range w.Notes {
		p.line("note: %s", n)
	}
	return s.answer(doc, p)
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
