package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// moving makes a command that moves one change set. The change set is shown
// first: what the checker saw goes into the event as its digest.
func (e *env) moving(cmd *cobra.Command, move func(s *session, a domain.Actor, id domain.ID, reason string) (review.Proposal, error)) *cobra.Command {
	var reason string
	cmd.Args = between(1, 1)
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		id := domain.ID(args[0])
		p, doc, head, err := s.changePage(id)
		if err != nil {
			return err
		}
		by := s.see(head, p.text())
		by.Rises = doc.rises
		done, err := move(s, by, id, reason)
		if err != nil {
			return err
		}
		out := s.newPage()
		out.line("%s", doc.Title)
		answer := proposalJSON{about: doc.about, Title: doc.Title, Need: doc.Need, Changes: doc.Rows, Effects: doc.Effects}
		for _, id := range done.Waiting {
			if err := s.view(func(tx review.Tx) error {
				o, err := tx.Org()
				if err == nil {
					answer.Waiting = append(answer.Waiting, principalJSON(o, id))
				}
				return err
			}); err != nil {
				return err
			}
		}
		return s.proposed(done, out, answer)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your `WORDS`")
	return e.jsonFlag(cmd)
}

func (e *env) approveCmd() *cobra.Command {
	return e.moving(&cobra.Command{
		Use:   "approve CHANGESET",
		Short: "Countersign a change set",
		Long: `Approve is a checker's yes to a change set that waits; with the last yes it applies, whole, in one
transaction. A checker is never its maker, never gains by it, and holds the duty asked. A change
set whose "before" no longer holds becomes stale instead.`,
		Example: `  countersign approve chg_3v5k --reason "checked with the manager"`,
	}, func(s *session, a domain.Actor, id domain.ID, reason string) (review.Proposal, error) {
		return s.svc.Approve(s.ctx, a, id, reason)
	})
}

func (e *env) rejectCmd() *cobra.Command {
	return e.moving(&cobra.Command{
		Use:     "reject CHANGESET",
		Short:   "Refuse a change set, with a reason",
		Long:    "Reject is a checker's no to a change set that waits. It needs a reason; its maker withdraws instead.",
		Example: `  countersign reject chg_3v5k --reason "Read is enough"`,
	}, func(s *session, a domain.Actor, id domain.ID, reason string) (review.Proposal, error) {
		return s.svc.Reject(s.ctx, a, id, reason)
	})
}

func (e *env) withdrawCmd() *cobra.Command {
	return e.moving(&cobra.Command{
		Use:     "withdraw CHANGESET",
		Short:   "Take your own change set back",
		Long:    "Withdraw takes a change set that waits back. Only its maker can; a checker rejects it.",
		Example: `  countersign withdraw chg_3v5k --reason "wrong group"`,
	}, func(s *session, a domain.Actor, id domain.ID, reason string) (review.Proposal, error) {
		return s.svc.Withdraw(s.ctx, a, id, reason)
	})
}

func (e *env) undoCmd() *cobra.Command {
	return e.moving(&cobra.Command{
		Use:   "undo CHANGESET",
		Short: "Propose the inverse of an applied change set",
		Long: `Undo proposes what takes an applied change set back: the same four eyes as any other change.
What moved on since is refused as stale.`,
		Example: `  countersign undo chg_3v5k --reason "was meant for the other Dana"`,
	}, func(s *session, a domain.Actor, id domain.ID, reason string) (review.Proposal, error) {
		return s.svc.Undo(s.ctx, a, id, reason)
	})
}

func (e *env) rebuildCmd() *cobra.Command {
	return e.moving(&cobra.Command{
		Use:   "rebuild CHANGESET",
		Short: "Propose a stale change set again on the present state",
		Long: `Rebuild makes a new change set of a stale one: what it meant to change is changed on the present
state, what is so already is left out. The one who rebuilds is its maker.`,
		Example: "  countersign rebuild chg_3v5k",
	}, func(s *session, a domain.Actor, id domain.ID, _ string) (review.Proposal, error) {
		return s.svc.Rebuild(s.ctx, a, id)
	})
}
