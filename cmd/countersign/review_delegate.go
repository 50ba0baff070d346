package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) reviewDelegateCmd() *cobra.Command {
	var campaign, to, reason string
	cmd := &cobra.Command{
		Use:   "delegate ITEM…",
		Short: "Hand one's own open items to someone else, for a reason",
		Long: `Delegate hands items that are yours to review, and that you have not answered, to someone else.
You stay on record as their reviewer, and countersign nothing of them. Nobody gets what is their own
access, nor what was theirs to review before. A campaign can forbid delegating.

` + answerHelp,
		Example: `  countersign review delegate 12 14-16 --to tom@acme.example --reason "on leave until Monday"`,
		Args:    between(1, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			items, err := parseItems(args)
			if err != nil {
				return err
			}
			if to == "" {
				return domain.Errorf(domain.Invalid, "it is not said to whom").Hinted("name the reviewer with --to EMAIL")
			}
			id, err := s.toAnswerID(campaign)
			if err != nil {
				return err
			}
			if err := s.svc.Delegate(s.ctx, s.actor, id, items, domain.ID(to), reason); err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s for %s to review now; you stay on record", review.Count(len(items), "item is", "items are"), to)
			return s.print(p)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().StringVar(&to, "to", "", "the `EMAIL` of who takes them over")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return cmd
}
