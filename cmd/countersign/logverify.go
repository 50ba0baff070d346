package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/export/report"
	"countersign/store"
)

const verifyLong = `Verify rebuilds the log from its events, folds them and compares every row of state, every frozen
population and the schema, and names what does not fit. Alone it proves that the file is consistent
with itself; whoever can write the file could have rewritten it whole. Only a checkpoint held
outside (--checkpoint FILE) shows a rewritten history or a cut tail.`

func (e *env) logVerifyCmd() *cobra.Command {
	return e.verifying(&cobra.Command{
		Use:     "verify",
		Short:   "Hold the database against its log, and the log against a checkpoint",
		Long:    verifyLong,
		Example: "  countersign log verify --checkpoint ~/safe/2026-03-31.checkpoint",
	})
}

func (e *env) verifyCmd() *cobra.Command {
	cmd := e.verifying(&cobra.Command{
		Use:   "verify [FILE]",
		Short: "Hold the database against its log, or an exported file against itself and the log",
		Long: verifyLong + `

With a workbook it recomputes the digest of its content, compares it with the one on its cover and
counts its figures again, also after a harmless re-save. Where the database of its log is at hand,
the log must continue the one on the cover, and the report is made again and compared, cell by cell;
without it only consistency is claimed. A campaign's workbook carries the log it was made of (sheet Proof):
that is played again, every cell that differs is named, and --checkpoint FILE shows that it is the real log.
Of any other workbook a checkpoint shows the log named on the cover, and none of its rows: verify then says
what was proved and what was not, what to bring, and ends with 4.

With an evidence package (export package) it holds every file against the manifest, rebuilds the log from
its lines, checks every proof, plays the events into an empty database, makes workbook and tables again
from that and names every cell that differs; rulings are worked out again from the votes. With the
database, or --checkpoint FILE, it also shows that the log was not rewritten. A checkpoint that was taken
later needs --proof FILE, as countersign log proof makes it; one that does not vouch for the whole log ends
with 4, as with a workbook.

A report that came as zip or JSON says what it is; its manifest and its rows are checked, and the log is
asked whether exactly these bytes were exported; so it is with CSV, which alone holds nothing to check.
Without the database --log LOG.jsonl --checkpoint FILE asks the lines of a log (countersign log --lines,
or those of a package) once the checkpoint vouches for them.

--signer FILE takes no checkpoint, held or in a package, that the public key in FILE did not sign.`,
		Example: "  countersign verify\n  countersign verify --checkpoint ~/safe/2026-03-31.checkpoint --json\n  countersign verify q1-evidence.xlsx --checkpoint ~/safe/2026-03-31.checkpoint\n  countersign verify q1-evidence.zip --checkpoint ~/safe/2026-03-31.checkpoint",
	})
	var proof, log string
	database := cmd.RunE
	cmd.Args = between(0, 1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		held := heldFlags{cmd.Flag("checkpoint").Value.String(), cmd.Flag("signer").Value.String(), proof}
		kind := report.WorkbookFile
		if len(args) > 0 {
			var err error
			if kind, err = kindOfFile(args[0]); err != nil {
				return err
			}
		}
		switch {
		case log != "" && len(args) == 0:
			return domain.Errorf(domain.Invalid, "--log is given, and no file whose export it would show").Hinted("name the exported file")
		case log != "":
			return e.verifyLogged(args[0], log, held)
		case kind == report.PackageFile:
			return e.verifyPackage(cmd.Context(), args[0], held)
		case proof != "" && (len(args) == 0 || kind != report.WorkbookFile):
			return domain.Errorf(domain.Invalid, "--proof is given, and no evidence package or campaign's workbook that it would be about").
				Hinted("leave it out: a database is held against a checkpoint alone")
		case len(args) == 0:
			return database(cmd, args)
		case kind != report.WorkbookFile && held.checkpoint != "":
			return domain.Errorf(domain.Invalid, "a checkpoint vouches for a log, and %s states none", args[0]).
				Hinted("give the lines of the log too, with --log LOG.jsonl")
		case kind != report.WorkbookFile && held.signer != "":
			return signsNothing()
		case kind != report.WorkbookFile:
			return e.verifyFlat(cmd.Context(), args[0], kind)
		}
		return e.verifyWorkbook(cmd.Context(), args[0], held)
	}
	cmd.Flags().StringVar(&log, "log", "", "an exported file: the `FILE` with the lines of the log, as a package has them; with --checkpoint")
	cmd.Flags().StringVar(&proof, "proof", "", "an evidence package or a campaign's workbook: the `FILE` with the proof that the checkpoint's log continues its log")
	return cmd
}

func (e *env) verifying(cmd *cobra.Command) *cobra.Command {
	var file, signer string
	cmd.Args = between(0, 0)
	cmd.RunE = e.with(needsNobody, func(s *session, _ []string) error { return s.verify(file, signer) })
	cmd.Flags().StringVar(&file, "checkpoint", "", "a checkpoint `FILE` held outside the database")
	signerFlag(cmd, &signer)
	return e.jsonFlag(cmd)
}

// verdictJSON is the answer of verify.
type verdictJSON struct {
	Mode       string          `json:"mode"`
	OK         bool            `json:"ok"`
	Log        domain.ID       `json:"log"`
	Events     int64           `json:"events"`
	Root       string          `json:"root"`
	Rows       int64           `json:"rows"`
	Items      int64           `json:"items"`
	Faults     []string        `json:"faults"`
	Checkpoint *comparisonJSON `json:"checkpoint,omitempty"`
}

type comparisonJSON struct {
	Relation string `json:"relation"`
	Message  string `json:"message"`
	Held     int64  `json:"held_events"`
}

func (s *session) verify(file, signer string) error {
	o := store.VerifyOptions{}
	if file == "" && signer != "" {
		return signsNothing()
	}
	if file != "" {
		cp, err := s.readCheckpoint(file, signer)
		if err != nil {
			return err
		}
		o.Checkpoint = &cp
	}
	rep, err := s.store.Verify(s.ctx, o)
	if err != nil {
		return err
	}
	doc := verdictJSON{Mode: modeWords[s.store.Mode()], OK: rep.OK(), Log: rep.Log, Events: rep.Events, Root: rep.Root.String(),
		Rows: rep.Rows, Items: rep.Items, Faults: append([]string{}, rep.Faults...)}
	p := s.newPage()
	p.line("log %s: %d events, root %s", rep.Log, rep.Events, doc.Root)
	p.line("%d rows of state and %d frozen items compared", rep.Rows, rep.Items)
	for _, f := range rep.Faults {
		p.line("does not fit: %s", f)
	}
	if file != "" {
		c := rep.Comparison
		doc.Checkpoint = &comparisonJSON{c.Relation.String(), c.Message, c.Held}
		p.line("checkpoint: %s", c.Message)
		p.signedWith(signer)
	}
	if doc.OK {
		p.line("everything fits")
		if file == "" {
			p.line("(consistent with itself; a checkpoint held outside can show more)")
		}
	}
	if err := s.answer(doc, p); err != nil || doc.OK {
		return err
	}
	return verifyFailed(doc)
}

func verifyFailed(doc verdictJSON) error {
	what := fmt.Sprintf("%d things do not fit", len(doc.Faults))
	switch {
	case len(doc.Faults) == 1:
		what = "something does not fit"
	case len(doc.Faults) == 0:
		what = "the log is not the one of the checkpoint"
	}
	return domain.Errorf(domain.Conflict, "the database does not verify: %s", what).
		Hinted("keep the file as it is, and compare it with a backup").ByRule("verify")
}

func (e *env) logCheckpointCmd() *cobra.Command {
	var out, key string
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Say how far the log reaches, to be held outside",
		Long: `Checkpoint prints the log's id, its size and its root. Keep it where nobody who can write the
database can write: only against it can a rewritten history or a cut tail be found. Signed (--key, countersign log
keys), it also shows who made it, wherever it was kept.`,
		Example: `  countersign log checkpoint --out ~/safe/2026-03-31.checkpoint
  countersign log checkpoint --key ~/safe/acme.key --out ~/safe/2026-03-31.checkpoint`,
		Args: between(0, 0),
		RunE: e.with(needsNobody, func(s *session, _ []string) error {
			seal, err := s.seal(key)
			if err != nil {
				return err
			}
			cp, err := s.store.Checkpoint(s.ctx)
			if err != nil {
				return err
			}
			raw, err := seal(cp)
			if err != nil {
				return err
			}
			return s.writeOut(out, raw)
		}),
	}
	keyFlag(cmd, &key)
	cmd.Flags().StringVar(&out, "out", "", "write it to this new `FILE`")
	return cmd
}
