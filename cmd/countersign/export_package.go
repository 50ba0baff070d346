package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
)

const packageHelp = `Package writes the evidence of a campaign as a zip that proves itself: the workbook, every table of it as
CSV, the items as they were frozen, the log as JSON lines up to the event the workbook shows, a
checkpoint over them, a proof for each event of the campaign that it is among them, a README for whoever
has nothing but the file, and a manifest that sha256sum -c accepts. The package of a closed campaign is
pinned to the event that closed it: the same bytes, whenever it is exported (and signed with the same key).

countersign verify FILE.zip holds it against itself, against a database, or against a checkpoint.`

func (e *env) exportPackageCmd() *cobra.Command {
	var out, key string
	var folder exportFlags
	cmd := &cobra.Command{
		Use:   "package [CAMPAIGN]",
		Short: "Write a campaign's evidence with its log and proofs as a zip",
		Long:  packageHelp + "\n\n" + campaignHelp,
		Example: `  countersign export package "Q4 2026" --out q4-2026.zip
  countersign verify q4-2026.zip --checkpoint ~/safe/2026-12-31.checkpoint`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			if folder.dir == "" {
				return s.exportPackage(args, out, key)
			}
			if err := s.takenForCampaign(first(args)); err != nil {
				return err
			}
			folder.out, folder.campaign, folder.key = out, first(args), key
			return s.exportDir([]string{packageWord}, folder)
		}),
	}
	cmd.Flags().StringVar(&folder.dir, "dir", "", "write the package of every campaign that was staged, or of the one named, into this `FOLDER`")
	cmd.Flags().StringVarP(&out, "out", "o", "", "the `FILE` to write, ending in .zip")
	keyFlag(cmd, &key)
	return e.jsonFlag(cmd)
}

// takenForCampaign refuses the word of a report where a campaign is named: packages are
// asked for behind the reports that go into the same folder.
func (s *session) takenForCampaign(word string) error {
	if word == "" {
		return nil
	}
	if _, _, _, err := reportsNamed([]string{word}); err != nil {
		return nil // no report's
	}
	return s.view(func(tx review.Tx) error {
		_, err := campaignOf(tx, word)
		if domain.CodeOf(err) != domain.NotFound {
			return err
		}
		return domain.Errorf(domain.Invalid, "behind package stands a campaign, and none is called %q", word).Hinted("name the reports first: countersign export %s package --dir FOLDER", word)
	})
}

// packageJSON is the answer of export package.
type packageJSON struct {
	about
	File     string           `json:"file"`
	Files    int              `json:"files"`
	Rows     int              `json:"rows"`
	Digest   string           `json:"digest"` // of the workbook's content
	Proofs   int              `json:"proofs"`
	Notes    []string         `json:"notes,omitempty"`
	Contents report.Statement `json:"statement"`
}

// packageTo writes the package of a campaign into a file of a folder.
func (s *session) packageTo(campaign domain.ID, out, key string, tell report.Progress) (exportJSON, error) {
	doc := exportJSON{Report: packageWord, File: out, Format: "zip"}
	err := s.view(func(tx review.Tx) (err error) {
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		w, err := s.writePackage(s.ctx, tx, campaign, out, key, tell)
		doc.Rows, doc.Digest, doc.Notes = w.Rows, w.Digest, w.Notes
		return err
	})
	return doc, err
}

func (s *session) exportPackage(args []string, out, key string) error {
	switch {
	case out == "":
		return domain.Errorf(domain.Invalid, "it is not said where to write").Hinted("name the file with --out FILE.zip")
	case out == "-":
		return domain.Errorf(domain.Invalid, "a package is not written to a screen").Hinted("name a file with --out FILE.zip")
	case !strings.HasSuffix(strings.ToLower(out), ".zip"):
		return domain.Errorf(domain.Invalid, "a package is a zip, and the name %s does not say so", out).Hinted("end it in .zip")
	}
	doc := packageJSON{File: out}
	bar := s.bar()
	err := s.view(func(tx review.Tx) error {
		c, err := campaignFor(tx, first(args))
		if err != nil {
			return err
		}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		w, err := s.writePackage(s.ctx, tx, c.ID, out, key, bar.tell)
		doc.Files, doc.Rows, doc.Digest, doc.Proofs, doc.Notes, doc.Contents = w.Files, w.Rows, w.Digest, w.Proofs, w.Notes, w.Statement
		return err
	})
	if err := bar.end(err); err != nil {
		return err
	}
	p := s.newPage()
	p.line("%s: the evidence of %s, %s", out, doc.Contents.Name, review.Count(doc.Files, "file", "files"))
	p.line("workbook: %s, content digest %s", review.Count(doc.Rows, "row", "rows"), doc.Digest)
	p.line("log %s: %d events, root %s", doc.Contents.Log, doc.Contents.Size, doc.Contents.Root)
	p.line("%s, one for each event of the campaign", review.Count(doc.Proofs, "inclusion proof", "inclusion proofs"))
	for _, n := range doc.Notes {
		p.line("note: %s", n)
	}
	return s.answer(doc, p)
}

// writePackage writes a campaign's package to a file, whole or not at all, and has
// the log say so first.
func (s *session) writePackage(ctx context.Context, tx review.Tx, campaign domain.ID, path, key string, progress report.Progress) (w report.PackageWritten, err error) {
	seal, err := s.seal(key)
	if err != nil {
		return w, err
	}
	ev, err := report.GatherCampaign(ctx, tx, campaign, build())
	if err != nil {
		return w, err
	}
	x := review.Export{Report: "package", Format: "zip", AsOf: ev.Meta.Event, Campaign: campaign}
	left, err := s.leave(ctx, path, x, func(to io.Writer) (report.Written, error) {
		w, err = report.WritePackage(ctx, to, tx, &ev, seal, progress)
		return report.Written{Rows: w.Rows, Digest: w.Digest, Notes: w.Notes}, err
	})
	w.Notes = left.Notes
	return w, err
}
