package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
)

func (e *env) logProofCmd() *cobra.Command {
	var from, to int64
	var out string
	cmd := &cobra.Command{
		Use:   "proof",
		Short: "Prove that the log has only gone on since an earlier size",
		Long: `Proof prints the proof that the log's first --to events (all there are, unless said otherwise) begin with
its first --from events unchanged. Whoever holds a checkpoint of each size can check it without the log:
an evidence package of --from events is held against a checkpoint of --to events with
countersign verify FILE.zip --checkpoint HELD --proof FILE.`,
		Example: `  countersign log proof --from 412 --to 530 --out q4-2026.proof`,
		Args:    between(0, 0),
		RunE: e.with(needsNobody, func(s *session, _ []string) error {
			if from <= 0 {
				return domain.Errorf(domain.Invalid, "the earlier size of the log is not given").Hinted("give it with --from SIZE")
			}
			return s.logProof(from, to, out)
		}),
	}
	cmd.Flags().Int64Var(&from, "from", 0, "the earlier `SIZE` of the log, in events")
	cmd.Flags().Int64Var(&to, "to", 0, "the later `SIZE`")
	cmd.Flags().StringVar(&out, "out", "", "write it to this new `FILE`")
	return cmd
}

// continuing is a transaction that proves its log to continue an earlier one.
type continuing interface {
	Consistency(from, to int64) (auditlog.Consistency, error)
}

func (s *session) logProof(from, to int64, out string) error {
	var raw []byte
	err := s.view(func(tx review.Tx) error {
		if to <= 0 {
			head, err := tx.Log()
			if err != nil {
				return err
			}
			to = head.Size
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
