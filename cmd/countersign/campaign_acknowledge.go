package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignAcknowledgeCmd() *cobra.Command {
	var statement string
	cmd := &cobra.Command{
		Use:   "acknowledge [CAMPAIGN]",
		Short: "Management acknowledges the results, before the campaign closes",
		Long: `Acknowledge puts management's statement on record that the access which a campaign leaves is
appropriate, an act of its own that PCI DSS 7.2.4 asks for. Somebody of the duty executive gives it,
who neither prepared the campaign nor was asked about any of its items, once the results are verified
and before it closes; an executive may be among its subjects, and how many items that concerns is on
record. The evidence shows it on its cover and among the sign-offs, or says that it is missing.

` + campaignHelp,
		Example: `  countersign campaign acknowledge "Q4 2026" --statement "The access that remains is appropriate."`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			a, err := s.svc.Acknowledge(s.ctx, s.actor, id, statement)
			if err != nil {
				return err
			}
			return s.view(func(tx review.Tx) error {
				c, err := tx.Campaign(id)
				if err != nil {
					return err
				}
				o, err := tx.Org()
				if err != nil {
					return err
				}
				p := s.newPage()
				p.line("%s acknowledges the results of %s at event %d: %s, %s", o.Name(domain.KindPrincipal, a.By), c.Name, a.Seq,
					review.Count(a.Items, "item", "items"), review.WordCounts(a.Results))
				p.line("next: countersign campaign close %q", c.Name)
				return s.print(p)
			})
		}),
	}
	cmd.Flags().StringVar(&statement, "statement", "", "what is acknowledged, in your `WORDS`")
	return cmd
}
