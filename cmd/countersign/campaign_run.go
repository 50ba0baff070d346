package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignStageCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "stage [CAMPAIGN]",
		Short: "Freeze what a campaign reviews, and tie it out",
		Long: `Stage freezes the population of a drafted campaign at the present state and ties it out: every
holding is in scope, excluded with a reason, orphaned or rejected, and the difference is zero.

` + campaignHelp,
		Example: `  countersign campaign stage "Q4 2026"`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			c, err := s.svc.Stage(s.ctx, s.actor, id, nil)
			if err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s is staged: %s, frozen at event %d, %s", c.Name, review.Count(c.TieOut.InScope, "item", "items"),
				c.Frozen, when(c.FrozenAt, time.UTC))
			tieOutLines(p, c)
			p.line("next: countersign campaign check %q", c.Name)
			return s.print(p)
		}),
	}
}

// checkJSON is one pre-launch check in JSON answers.
type checkJSON struct {
	Kind  string `json:"kind"`
	Block bool   `json:"block"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
	Items []int  `json:"items,omitempty"` // at most 100
	Count int    `json:"count"`
}

func (e *env) campaignCheckCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "check [CAMPAIGN]",
		Short: "What to know before a staged campaign is launched",
		Long: `Check lists what stands in the way of launching a staged campaign (BLOCK) and what is worth
knowing (note): items without a reviewer, reviewers who left, packets no checker could countersign,
missing descriptions, old data.

` + campaignHelp,
		Example: `  countersign campaign check "Q4 2026" --json`,
		Args:    between(0, 1),
		RunE:    e.with(needsReader, func(s *session, args []string) error { return s.checkCampaign(args) }),
	})
}

func (s *session) checkCampaign(args []string) error {
	id, err := s.campaignID(args)
	if err != nil {
		return err
	}
	checks, err := s.svc.PreLaunch(s.ctx, id)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		c, err := tx.Campaign(id)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Campaign domain.ID   `json:"campaign"`
			Checks   []checkJSON `json:"checks"`
		}{Campaign: id, Checks: []checkJSON{}}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		p := s.newPage()
		blocks := 0
		for _, ch := range checks {
			doc.Checks = append(doc.Checks, checkJSON(ch))
			word := "note "
			if ch.Block {
				word = "BLOCK"
				blocks++
			}
			p.line("%s  %s (%s)", word, ch.Text, ch.Hint)
		}
		switch {
		case c.State == review.Draft:
			p.line("%s is not staged yet: countersign campaign stage %q", c.Name, c.Name)
		case c.State != review.Staged:
			p.line("%s is %s", c.Name, c.State)
		case blocks > 0:
			p.line("%s cannot be launched: %s in the way", c.Name, review.Count(blocks, "check stands", "checks stand"))
		default:
			p.line("nothing stands in the way; next: countersign campaign launch %q", c.Name)
		}
		return s.answer(doc, p)
	})
}

// actCmd makes a command that does one act on a campaign and says what state
// it is in now.
func (e *env) actCmd(cmd *cobra.Command, act func(s *session, id domain.ID) (review.Campaign, error)) *cobra.Command {
	cmd.Args = between(0, 1)
	cmd.Long += "\n\n" + campaignHelp
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		id, err := s.campaignID(args)
		if err != nil {
			return err
		}
		c, err := act(s, id)
		if err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s is %s", c.Name, c.State)
		return s.print(p)
	})
	return cmd
}

func (e *env) campaignLaunchCmd() *cobra.Command {
	return e.actCmd(&cobra.Command{
		Use:   "launch [CAMPAIGN]",
		Short: "Open a staged campaign to its reviewers",
		Long: `Launch opens a staged campaign to its reviewers. It is the second signature on what was drafted and
staged: a checker gives it who had no part in that. Whatever "campaign check" calls a block refuses it.`,
		Example: `  countersign campaign launch "Q4 2026"`,
	}, func(s *session, id domain.ID) (review.Campaign, error) { return s.svc.Launch(s.ctx, s.actor, id) })
}

func (e *env) campaignCancelCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "cancel [CAMPAIGN]",
		Short: "End a campaign before it is closed, for a reason",
		Long: `Cancel ends a campaign in any state before closed. Nothing of it is deleted; it cannot be taken
up again.`,
		Example: `  countersign campaign cancel "Q4 2026" --reason "the scope left the agents out"`,
	}
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY` it ends here")
	return e.actCmd(cmd, func(s *session, id domain.ID) (review.Campaign, error) {
		return s.svc.Cancel(s.ctx, s.actor, id, reason)
	})
}

func (e *env) campaignExtendCmd() *cobra.Command {
	var due, reason string
	cmd := &cobra.Command{
		Use:     "extend [CAMPAIGN]",
		Short:   "Move a campaign's due date to a later one, for a reason",
		Long:    `Extend moves the due date of a campaign that is not decided yet to a later one, for a reason.`,
		Example: `  countersign campaign extend "Q4 2026" --due 2026-11-30 --reason "the head of sales was ill"`,
	}
	cmd.Flags().StringVar(&due, "due", "", "the new due `DATE`")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY` it takes longer")
	return e.actCmd(cmd, func(s *session, id domain.ID) (c review.Campaign, err error) {
		var at time.Time
		err = s.view(func(tx review.Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			at, err = parseDue(o, due)
			return err
		})
		if err != nil {
			return c, err
		}
		return s.svc.Extend(s.ctx, s.actor, id, at, reason)
	})
}

func (e *env) campaignReassignCmd() *cobra.Command {
	var campaign, to, reason string
	cmd := &cobra.Command{
		Use:   "reassign ITEM…",
		Short: "Give items to another reviewer, for a reason",
		Long: `Reassign gives items that are undecided, or that their reviewer abstained from, to another
reviewer. The abstention and the reviewer of record stay on record.

` + campaignHelp,
		Example: `  countersign campaign reassign 12 14-16 --to tom@acme.example --reason "Ana does not know this agent"`,
		Args:    between(1, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			items, err := parseItems(args)
			if err != nil {
				return err
			}
			if to == "" {
				return domain.Errorf(domain.Invalid, "it is not said to whom").Hinted("name the reviewer with --to EMAIL")
			}
			id, err := s.campaignID([]string{campaign})
			if err != nil {
				return err
			}
			if err := s.svc.Reassign(s.ctx, s.actor, id, items, domain.ID(to), reason); err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s for %s to review now", review.Count(len(items), "item is", "items are"), to)
			return s.print(p)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().StringVar(&to, "to", "", "the new reviewer's `EMAIL`")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return cmd
}

func campaignFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "campaign", "", "the `CAMPAIGN`, where several are under way")
}

// mostItems is how many items one command line may name.
const mostItems = 1_000_000

// parseItems reads item numbers: 3, #3, and ranges such as 3-7.
func parseItems(words []string) ([]int, error) {
	var out []int
	for _, w := range words {
		for part := range strings.SplitSeq(w, ",") {
			from, to, isRange := strings.Cut(strings.TrimPrefix(strings.TrimSpace(part), "#"), "-")
			a, err := strconv.Atoi(from)
			b := a
			if err == nil && isRange {
				b, err = strconv.Atoi(to)
			}
			if err != nil || a < 1 || b < a || b-a+len(out) > mostItems {
				return nil, domain.Errorf(domain.Invalid, "%q is no item", part).Hinted("write numbers, or ranges such as 3-7")
			}
			for n := a; n <= b; n++ {
				out = append(out, n)
			}
		}
	}
	return out, nil
}
