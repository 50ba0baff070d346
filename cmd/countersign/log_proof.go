package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
)

func (e *env) logProofCmd() *cobra.Command {
	var from int64
	var held, out string
	cmd := &cobra.Command{
		Use:   "proof",
		Short: "Prove that the log has only gone on since an earlier size",
		Long: `Proof prints the proof that the log as it was at a checkpoint (as it is now, where none is named) begins
with its first --from events unchanged. Whoever holds a checkpoint of each size can check it without the
log: an evidence package of --from events is held against a checkpoint that was taken later with
countersign verify FILE.zip --checkpoint HELD --proof FILE.`,
		Example: `  countersign log proof --from 412 --checkpoint ~/safe/2026-12-31.checkpoint --out q4-2026.proof`,
		Args:    between(0, 0),
		RunE: e.with(needsNobody, func(s *session, _ []string) error {
			if from <= 0 {
				return domain.Errorf(domain.Invalid, "the earlier size of the log is not given").Hinted("give it with --from SIZE")
			}
			return s.logProof(from, held, out)
		}),
	}
	cmd.Flags().Int64Var(&from, "from", 0, "the earlier `SIZE` of the log, in events")
	cmd.Flags().StringVar(&held, "checkpoint", "", "the later checkpoint, a `FILE` held outside the database")
	cmd.Flags().StringVar(&out, "out", "", "write it to this new `FILE`")
	return cmd
}

// continuing is a transaction that proves its log to continue an earlier one.
type continuing interface {
	Consistency(from, to int64) (auditlog.Consistency, error)
}

func (s *session) logProof(from int64, held, out string) error {
	var raw []byte
	err := s.view(func(tx review.Tx) error {
		to, err := s.sizeOf(tx, held)
		if err != nil {
			return err
		}
		proof, err := tx.(continuing).Consistency(from, to)
		if err != nil {
			return err
		}
		raw, err = proof.JSON()
		return err
	})
	if err != nil {
		return err
	}
	return s.writeOut(out, append(raw, '\n'))
}

// sizeOf gives the size of the log at a checkpoint, which must be one of this log;
// where none is named, the size it has now.
func (s *session) sizeOf(tx review.Tx, held string) (int64, error) {
	head, err := tx.Log()
	if err != nil || held == "" {
		return head.Size, err
	}
	cp, err := s.readCheckpoint(held, "")
	if err != nil {
		return 0, err
	}
	rooted, err := tx.(interface {
		RootAt(size int64) (string, error)
	}).RootAt(min(cp.Size, head.Size))
	if err != nil {
		return 0, err
	}
	then, err := auditlog.ParseHash(rooted)
	if err != nil {
		return 0, err
	}
	if c := auditlog.CompareRoot(cp, string(head.Log), head.Size, then); !c.OK() {
		return 0, domain.Errorf(domain.Conflict, "nothing can be proved about that checkpoint: %s", c.Message).
			Hinted("use the database that the checkpoint is of, or a backup of it").ByRule("verify")
	}
	return cp.Size, nil
}
