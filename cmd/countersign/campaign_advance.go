package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignAdvanceCmd() *cobra.Command {
	return e.campaignMoveCmd(&cobra.Command{
		Use:   "advance [CAMPAIGN]",
		Short: "Close a stage whose packets are all closed and checked",
		Long: `Advance closes the present stage of a campaign whose packets are all signed or lapsed, and checked:
every item in it gets the stage's ruling, and what does not stop goes on to the next stage. The last
signature does that by itself; advance is for the case that it was interrupted. Where packets are
open or wait for a checker, nothing happens, and it says so.`,
		Example: `  countersign campaign advance "Q4 2026"`,
	}, func(s *session, id domain.ID) (string, error) {
		var before review.Campaign
		err := s.view(func(tx review.Tx) (err error) { before, err = tx.Campaign(id); return err })
		if err != nil {
			return "", err
		}
		c, err := s.svc.Advance(s.ctx, s.actor, id)
		if err == nil && c.State == before.State && c.Stage == before.Stage {
			return "nothing to close: packets are open, or wait for a checker", nil
		}
		return "", err
	})
}

func (e *env) campaignLapseCmd() *cobra.Command {
	return e.campaignMoveCmd(&cobra.Command{
		Use:   "lapse [CAMPAIGN]",
		Short: "Close the packets that are past their due date unsigned",
		Long: `Lapse closes the packets of a stage that are past their due date without a signature. What is in
them counts as no response, and stays on record; what was signed before a return still counts. A
checker who does not own the campaign countersigns them. "campaign tick" does this too.`,
		Example: `  countersign campaign lapse "Q4 2026"`,
	}, func(s *session, id domain.ID) (string, error) {
		ps, err := s.svc.Lapse(s.ctx, s.actor, id)
		return review.Count(len(ps), "packet", "packets") + " closed without a signature", err
	})
}

func (e *env) campaignReiterateCmd() *cobra.Command {
	var due, reason string
	cmd := &cobra.Command{
		Use:   "reiterate [CAMPAIGN]",
		Short: "Ask again about what nobody answered",
		Long: `Reiterate opens a campaign again, from its first stage, for the items that nobody answered, and for
no others. Votes that were signed stay in force: only who has not answered is asked again.`,
		Example: `  countersign campaign reiterate "Q4 2026" --due 2026-12-01 --reason "two managers were away"`,
	}
	cmd.Flags().StringVar(&due, "due", "", "the last `MOMENT` for answers of the first stage: a date or an instant")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return e.campaignMoveCmd(cmd, func(s *session, id domain.ID) (string, error) {
		var silent int
		var c review.Campaign
		err := s.view(func(tx review.Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			if c.Due, err = parseDue(o, due); err != nil {
				return err
			}
			silent, err = tx.CountItems(review.ItemQuery{Campaign: id, Ruled: []review.Answer{review.Silent}})
			return err
		})
		if err != nil {
			return "", err
		}
		_, err = s.svc.Reiterate(s.ctx, s.actor, id, c.Due, reason)
		return review.Count(silent, "item is", "items are") + " asked about again", err
	})
}

// campaignMoveCmd makes a command that moves a campaign and says what it did
// and where the campaign stands now.
func (e *env) campaignMoveCmd(cmd *cobra.Command, act func(*session, domain.ID) (string, error)) *cobra.Command {
	cmd.Args = between(0, 1)
	cmd.Long += "\n\n" + campaignHelp
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		id, err := s.campaignID(args)
		if err != nil {
			return err
		}
		said, err := act(s, id)
		if err != nil {
			return err
		}
		p := s.newPage()
		if said != "" {
			p.line("%s", said)
		}
		err = s.view(func(tx review.Tx) error {
			c, err := tx.Campaign(id)
			p.line("%s is %s%s", c.Name, c.State, stageOf(c))
			return err
		})
		if err != nil {
			return err
		}
		return s.print(p)
	})
	return cmd
}
