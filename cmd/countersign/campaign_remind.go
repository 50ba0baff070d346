package main

import (
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignRemindCmd() *cobra.Command {
	var to []string
	note, dry := "", false
	cmd := &cobra.Command{
		Use:   "remind [CAMPAIGN]",
		Short: "Remind reviewers who have not signed, or ask checkers for the launch",
		Long: `Remind writes a reminder to each reviewer of the present stage whose packet is open, or to those
named; while the campaign is staged it asks the checkers who can launch it. Nobody is reminded so
twice a day. With --dry-run the texts are printed and nothing is written.

` + outboxHelp + "\n\n" + campaignHelp,
		Example: `  countersign campaign remind "Q4 2026"
  countersign campaign remind "Q4 2026" --to tom@acme.example --note "The board meets on Friday." --dry-run`,
		Args: between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			ids := make([]domain.ID, len(to))
			for i, ref := range to {
				ids[i] = domain.ID(ref)
			}
			done, err := s.svc.Remind(s.ctx, s.actor, id, ids, note, dry)
			if err != nil {
				return err
			}
			p := s.newPage()
			var o *domain.Org
			if err := s.view(func(tx review.Tx) (err error) { o, err = tx.Org(); return err }); err != nil {
				return err
			}
			for _, m := range done.Messages {
				if dry {
					p.line("to %s: %s", o.Name(domain.KindPrincipal, m.To), m.Subject)
					for l := range strings.SplitSeq(strings.TrimSpace(m.Text), "\n") {
						p.line("    %s", l)
					}
					continue
				}
				p.line("to be told: %s", m.Subject)
			}
			for _, x := range done.Skipped {
				p.line("not reminded: %s", x.Why)
			}
			if !dry {
				p.line("%s in the outbox; next: countersign outbox send", review.Count(len(done.Messages), "message is", "messages are"))
			}
			return s.print(p)
		}),
	}
	cmd.Flags().StringSliceVar(&to, "to", nil, "only these `PEOPLE`")
	cmd.Flags().StringVar(&note, "note", "", "a `LINE` of your own in each")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print the texts, write nothing")
	return cmd
}

func (e *env) campaignEditCmd() *cobra.Command {
	f, name := campaignFlags{}, ""
	cmd := &cobra.Command{
		Use:   "edit [CAMPAIGN]",
		Short: "Change what a draft reviews, who answers and until when",
		Long: `Edit changes a campaign that is still a draft, by the flags of campaign new; what no flag names
stays. Once it is staged its plan stands. Whoever changes it has prepared it and does not launch it.

` + campaignHelp,
		Example: `  countersign campaign edit "Q4 2026" --kinds agent,area --due 2026-11-30`,
		Args:    between(0, 1),
	}
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		var c review.Campaign
		err := s.view(func(tx review.Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			if c, err = campaignOf(tx, first(args)); err != nil {
				return err
			}
			if c.Definition, err = f.over(cmd.Flags(), o, c.Definition); err != nil {
				return err
			}
			if name != "" {
				c.Name = name
			}
			if f.due != "" {
				c.Due, err = parseDue(o, f.due)
			}
			return err
		})
		if err != nil {
			return err
		}
		if c, err = s.svc.Redraft(s.ctx, s.actor, c.ID, c); err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s: the campaign %q is a draft, due %s", c.ID, c.Name, s.when(c.Due))
		p.line("next: countersign campaign stage %q", c.Name)
		return s.print(p)
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&f.due, "due", "", "the last `MOMENT` for answers: a date or an instant")
	cmd.Flags().StringVar(&name, "name", "", "another `NAME`")
	return cmd
}
