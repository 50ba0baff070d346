package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/domain/orgfile"
	"countersign/export/report"
	"countersign/review"
	"countersign/store/ingest"
)

// organisationHelp says what the file of a whole organisation is.
const organisationHelp = `The file is one JSON document with every record that says who may do what, as it is stored: export
and import are inverse, byte for byte. Not in it are the bindings of operating-system users, the audit
log with change sets and campaigns, and usage.`

func (e *env) importOrganisationCmd() *cobra.Command {
	f := importFlags{}
	cmd := &cobra.Command{
		Use:   "organisation FILE",
		Short: "Load a whole organisation that was exported",
		Long: `Import organisation makes this organisation exactly the one of the file: what is not here begins, what
differs is replaced, what the file leaves out ends. ` + organisationHelp + `

Into a database just made by init it brings the whole organisation: the founders (--admin, --checker of
init) are the people of the file with their addresses, an admin proposes it and a checker approves it.
Elsewhere it is a change set like any other. Without --apply it is a preview.`,
		Example: `  countersign export organisation -o acme.json
  countersign --db new.db init --org-name Acme --admin ana@acme.example --checker tom@acme.example --checker mira@acme.example
  countersign --db new.db import organisation acme.json --apply --reason "move to the new host"`,
		Args: between(1, 1),
		RunE: e.with(needsPerson, func(s *session, args []string) error { return s.importOrganisation(args[0], f) }),
	}
	fl := cmd.Flags()
	fl.IntVar(&f.confirm, "confirm-leavers", 0, "let exactly this `NUMBER` of people go, where so many need confirming")
	fl.BoolVar(&f.apply, "apply", false, "propose the change set")
	fl.StringVar(&f.reason, "reason", "", "why, in your `WORDS`")
	return e.jsonFlag(cmd)
}

// importOrganisation previews a whole organisation and, with --apply, proposes
// its change set.
func (s *session) importOrganisation(name string, f importFlags) (err error) {
	if f.apply && s.flags.readOnly {
		return (&proposing{}).mayRead()
	}
	var in io.Reader = s.in
	opts := ingest.OrganisationOptions{File: "standard input"}
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		in, opts.File = file, filepath.Base(name)
	}
	var pic picture
	if err := s.view(func(tx review.Tx) (err error) {
		opts.Played = tx.Mode() != review.Live
		pic, err = pictureOf(tx, "")
		return err
	}); err != nil {
		return err
	}
	opts.At, opts.GoneShare, opts.GoneCount = pic.at, pic.org.Policy().LeaverShare, pic.org.Policy().LeaverCount
	pre, err := ingest.PlanOrganisation(pic.org, in, opts)
	if err != nil {
		return err
	}
	doc := importDoc(s.about(pic), pre)
	p := s.newPage()
	importPage(p, pre)
	permit := pre.Permit(false, f.confirm)
	switch {
	case permit != nil:
	case len(pre.Set.Changes) == 0:
		p.line("nothing changes")
	case !f.apply:
		p.line("a preview: nothing was written; --apply proposes it")
	default:
		return s.importApply(pre, f, p, doc)
	}
	return errors.Join(s.answer(doc, p), permit)
}

// organisationTo writes the whole organisation into the file of f.
func (s *session) organisationTo(f exportFlags) (exportJSON, error) {
	doc := exportJSON{Report: string(ingest.Organisation), File: f.out, Format: "json"}
	err := s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, f.asOf)
		if err != nil {
			return err
		}
		doc.about = s.about(pic)
		w, err := s.leave(s.ctx, f.out, review.Export{Report: doc.Report, Format: doc.Format, AsOf: pic.seq}, func(to io.Writer) (w report.Written, err error) {
			w.Rows, err = orgfile.Write(to, pic.org)
			return w, err
		})
		doc.Rows, doc.Notes = w.Rows, w.Notes
		return err
	})
	return doc, err
}

// exportOrganisation writes the whole organisation to a file, whole or not at all.
func (s *session) exportOrganisation(args []string, f exportFlags) error {
	switch {
	case len(args) > 0:
		return domain.Errorf(domain.Invalid, "the organisation is about no campaign").Hinted("leave %q out", args[0])
	case f.out == "":
		return domain.Errorf(domain.Invalid, "it is not said where to write").Hinted("name the file with --out FILE")
	case f.format != "" && f.format != "json":
		return domain.Errorf(domain.Invalid, "the organisation is written as JSON only").Hinted("leave --format out")
	case f.sheet != "" || f.agent != "" || len(f.agents) > 0 || f.department != "" || f.active || f.filter != "" || f.from != "" || f.to != "":
		return domain.Errorf(domain.Invalid, "the organisation is written whole").Hinted("leave --sheet and what narrows it out")
	}
	doc, err := s.organisationTo(f)
	if err != nil || f.out == "-" {
		return err
	}
	doc.Notes = append([]string{"bindings of operating-system users, the audit log and usage are not part of it"}, doc.Notes...)
	p := s.newPage()
	p.line("%s: the whole organisation, %s", f.out, review.Count(doc.Rows, "record", "records"))
	for _, n := range doc.Notes {
		p.line("note: %s", n)
	}
	return s.answer(doc, p)
}
