package main

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// stagingMemory is what Go may take, in bytes, while a population is staged: of the
// 1 GiB that PRODUCT section 8 gives for 1,000,000 items, the rest is SQLite's and
// the program's. Where the organisation alone takes more than half of it, garbage may
// come to stagingGarbage percent of what is in use instead: keeping to less than is
// needed would take all the time. Where it takes an eighth, nothing is collected before
// that much is taken: what collecting costs would go to every item.
const stagingMemory, stagingGarbage = 965 << 20, 50

// sparingly has Go keep to it, until back is called.
func (s *session) sparingly() (back func(), err error) {
	if err := s.store.View(s.ctx, func(tx review.Tx) error { _, err := tx.Org(); return err }); err != nil {
		return nil, err
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var org uint64
	if metrics.Read(live); live[0].Value.Kind() == metrics.KindUint64 {
		org = live[0].Value.Uint64()
	}
	if org > stagingMemory/2 {
		before := debug.SetGCPercent(stagingGarbage)
		return func() { debug.SetGCPercent(before) }, nil
	}
	limit := debug.SetMemoryLimit(stagingMemory)
	if org < stagingMemory/8 {
		return func() { debug.SetMemoryLimit(limit) }, nil
	}
	garbage := debug.SetGCPercent(-1)
	return func() { debug.SetGCPercent(garbage); debug.SetMemoryLimit(limit) }, nil
}

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
			back, err := s.sparingly()
			if err != nil {
				return err
			}
			defer back()
			c, err := s.svc.Stage(s.ctx, s.actor, id, nil)
			if err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s is staged: %s, frozen at event %d, %s", c.Name, review.Count(c.TieOut.InScope, "item", "items"),
				c.Frozen, s.when(c.FrozenAt))
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

// checkLine says one check, marked where it blocks.
func checkLine(ch review.Check) string {
	word := "note "
	if ch.Block {
		word = "BLOCK"
	}
	return fmt.Sprintf("%s  %s (%s)", word, ch.Text, ch.Hint)
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
			if ch.Block {
				blocks++
			}
			p.line("%s", checkLine(ch))
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

// actCmd makes a command that does one act on a campaign, of which it shows on the page
// what it is about, and says what state it is in now.
func (e *env) actCmd(cmd *cobra.Command, act func(s *session, p *page, id domain.ID) (review.Campaign, error)) *cobra.Command {
	cmd.Args = between(0, 1)
	cmd.Long += "\n\n" + campaignHelp
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		id, err := s.campaignID(args)
		if err != nil {
			return err
		}
		p := s.newPage()
		c, err := act(s, p, id)
		if err != nil {
			return err
		}
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
	}, func(s *session, p *page, id domain.ID) (review.Campaign, error) {
		head, err := s.toLaunch(p, id)
		if err != nil {
			return review.Campaign{}, err
		}
		return s.svc.Launch(s.ctx, s.see(head, p.text()), id)
	})
}

// toLaunch shows what the launch of a campaign signs.
func (s *session) toLaunch(p *page, id domain.ID) (head review.Head, err error) {
	err = s.view(func(tx review.Tx) error {
		c, err := tx.Campaign(id)
		if err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if head, err = tx.Log(); err != nil {
			return err
		}
		p.line("%s: %s in scope, difference %d; due %s", c.Name, review.Count(c.TieOut.InScope, "item", "items"), c.TieOut.Difference(), s.when(c.Due))
		planLines(p, o, c.Definition)
		return nil
	})
	return head, err
}

func (e *env) campaignCancelCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "cancel [CAMPAIGN]",
		Short: "End a campaign before it is closed, for a reason",
		Long: `Cancel ends a campaign in any state before closed. Nothing of it is deleted; it cannot be taken
up again. Once a reduction or a revocation is signed in it, cancelling makes a request, which a
checker approves who is no subject of what was decided: countersign campaign approve.

` + campaignHelp,
		Example: `  countersign campaign cancel "Q4 2026" --reason "the scope left the agents out"`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			c, q, err := s.svc.Cancel(s.ctx, s.actor, id, reason)
			if err != nil {
				return err
			}
			if q.ID != "" {
				return s.asked(q)
			}
			p := s.newPage()
			p.line("%s is %s", c.Name, c.State)
			return s.print(p)
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY` it ends here")
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
