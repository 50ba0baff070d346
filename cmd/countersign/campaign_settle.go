package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignVerifyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "verify [CAMPAIGN]",
		Short: "Look whether the decisions have become true",
		Long: `Verify looks at the present state: an item is verified when what was decided holds and nobody it
was about exceeds the decision by a path nobody reviewed, now or in a window before the next
campaign. A path that another countersigned item keeps does not stand in the way: the item is
retained by it. What is left otherwise is residual, with the paths left.

` + campaignHelp,
		Example: `  countersign campaign verify "Q4 2026"`,
		Args:    between(0, 1),
		RunE:    e.with(needsActor, func(s *session, args []string) error { return s.verifyCampaign(args) }),
	}
}

func (s *session) verifyCampaign(args []string) error {
	id, err := s.campaignID(args)
	if err != nil {
		return err
	}
	results, err := s.svc.Verify(s.ctx, s.actor, id)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		c, err := tx.Campaign(id)
		if err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s is %s: %s", c.Name, c.State, resultsWords(results))
		open, err := unsettled(tx, c)
		if err != nil {
			return err
		}
		for _, it := range open {
			p.line("%s", leftWords(it))
		}
		switch {
		case len(open) > 0:
			p.line("%s in the way of closing: remediate again, take the rest away in a change set or its own system, or except",
				review.Count(len(open), "item stands", "items stand"))
		default:
			p.line("next: countersign campaign close %q", c.Name)
		}
		return s.print(p)
	})
}

// resultsWords says how many items have which result: "121 verified, 2
// retained".
func resultsWords(n map[review.Result]int) string {
	var parts []string
	for r := review.Pending; r <= review.Exception; r++ {
		if n[r] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[r], r))
		}
	}
	if len(parts) == 0 {
		return "nothing to verify"
	}
	return strings.Join(parts, ", ")
}

// unsettled gives the first items that keep a campaign from closing.
func unsettled(tx review.Tx, c review.Campaign) ([]review.Item, error) {
	const most = 200
	return tx.Items(review.ItemQuery{Campaign: c.ID, State: review.ItemUnsettled, Limit: most})
}

// leftWords says in a line what an unsettled item leaves.
func leftWords(it review.Item) string {
	s := fmt.Sprintf("item %d, %s: %s: %s", it.No, it.Holder, it.Target, it.Outcome.Result)
	switch left := it.Outcome.Left; {
	case strings.HasPrefix(left, it.Outcome.Result.String()):
		s = strings.TrimSuffix(s, it.Outcome.Result.String()) + left
	case left != "":
		s += ": " + left
	}
	return s
}

func (e *env) campaignExceptCmd() *cobra.Command {
	var campaign, until, reason string
	cmd := &cobra.Command{
		Use:   "except ITEM…",
		Short: "Accept what is left of items until a date, for a reason",
		Long: `Except accepts what is left of items that are not verified, until a date and for a reason. What was
decided was signed by two people, and two waive it: the campaign's owner, or a checker, asks, and a
checker approves the request who is none of the items' subjects, never was to review them and does
not own the campaign: countersign campaign approve. What nobody decided a checker accepts alone.

` + campaignHelp,
		Example: `  countersign campaign except 31 --until 2026-12-31 --reason "needed for the year-end close"`,
		Args:    between(1, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			items, err := parseItems(args)
			if err != nil {
				return err
			}
			day, err := domain.ParseDate(until)
			if err != nil {
				return err
			}
			id, err := s.campaignID([]string{campaign})
			if err != nil {
				return err
			}
			q, err := s.svc.Except(s.ctx, s.actor, id, items, day, reason)
			if err != nil {
				return err
			}
			if q.ID != "" {
				return s.asked(q)
			}
			p := s.newPage()
			p.line("%s excepted until %s", review.Count(len(items), "item is", "items are"), day)
			return s.print(p)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().StringVar(&until, "until", "", "the last `DAY` of the exception")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return cmd
}

func (e *env) campaignCloseCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "close [CAMPAIGN]",
		Short: "Close a campaign whose items are all settled",
		Long: `Close ends a campaign when every item is verified, retained by another item, or excepted. Its
evidence workbook is pinned to the closing event: the same campaign gives the same bytes.

` + campaignHelp,
		Example: `  countersign campaign close "Q4 2026"`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			c, err := s.svc.Close(s.ctx, s.actor, id)
			if err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s is closed, %s", c.Name, s.when(c.ClosedAt))
			p.line("next: countersign export campaign %q --out %q", c.Name, fileName(c.Name)+".xlsx")
			return s.print(p)
		}),
	}
}

// fileName makes a name that every file system takes.
func fileName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "campaign"
}
