package main

import (
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// asked answers that a request waits.
func (s *session) asked(q review.Request) error {
	p := s.newPage()
	err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c, err := tx.Campaign(q.Campaign)
		if err != nil {
			return err
		}
		p.line("asked for, as request %s: %s", q.ID, review.RequestWords(o, c, q))
		p.line("it waits for a checker: countersign campaign approve %s", q.ID)
		return nil
	})
	if err != nil {
		return err
	}
	return s.print(p)
}

func (e *env) campaignExtendCmd() *cobra.Command {
	var due, reason string
	cmd := &cobra.Command{
		Use:   "extend [CAMPAIGN]",
		Short: "Move a campaign's due date to a later one, for a reason",
		Long: `Extend moves the due date to a later one, for a reason: at once before the launch. While the
campaign is active it makes a request, which a checker approves: countersign campaign approve.

` + campaignHelp,
		Example: `  countersign campaign extend "Q4 2026" --due 2026-11-30 --reason "the head of sales was ill"`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
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
				return err
			}
			c, q, err := s.svc.Extend(s.ctx, s.actor, id, at, reason)
			if err != nil {
				return err
			}
			if q.ID != "" {
				return s.asked(q)
			}
			p := s.newPage()
			p.line("%s is %s, and due %s", c.Name, c.State, s.when(c.Due))
			return s.print(p)
		}),
	}
	cmd.Flags().StringVar(&due, "due", "", "the new due `DATE`")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY` it takes longer")
	return cmd
}

func (e *env) campaignReassignCmd() *cobra.Command {
	var campaign, to, from, reason string
	var stage int
	cmd := &cobra.Command{
		Use:   "reassign ITEM…",
		Short: "Give items to another reviewer, for a reason",
		Long: `Reassign gives items that are undecided, or that their reviewer abstained from, to another
reviewer: at once while the campaign is staged. While it is active it makes a request, which a
checker approves: countersign campaign approve. The abstention and the reviewer of record stay on
record. Where several review an item, --from says whose place is taken.

` + campaignHelp,
		Example: `  countersign campaign reassign 12 14-16 --to tom@acme.example --reason "Ana does not know this agent"
  countersign campaign reassign 12 --stage 2 --from ana@acme.example --to tom@acme.example --reason "Ana leaves in May"`,
		Args: between(1, -1),
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
			q, err := s.svc.HandOver(s.ctx, s.actor, id, review.Handing{Stage: stage, Items: items, From: domain.ID(from), To: domain.ID(to), Reason: reason})
			if err != nil {
				return err
			}
			if q.ID != "" {
				return s.asked(q)
			}
			p := s.newPage()
			p.line("%s for %s to review now", review.Count(len(items), "item is", "items are"), to)
			return s.print(p)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().StringVar(&to, "to", "", "the new reviewer's `EMAIL`")
	cmd.Flags().StringVar(&from, "from", "", "the `EMAIL` of whom they replace, where several review an item")
	cmd.Flags().IntVar(&stage, "stage", 0, "in this `STAGE`, the present or a later one")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return cmd
}

// requestJSON is one request in JSON answers.
type requestJSON struct {
	ID       domain.ID `json:"id"`
	Campaign string    `json:"campaign"`
	Act      string    `json:"act"`
	What     string    `json:"what"`
	Stage    int       `json:"stage,omitempty"`
	Items    []int     `json:"items,omitempty"`
	From     string    `json:"from,omitempty"` // names
	To       string    `json:"to,omitempty"`
	Due      string    `json:"due,omitempty"`
	Until    string    `json:"until,omitempty"` // the last day of an exception
	Reason   string    `json:"reason"`
	Maker    string    `json:"maker"`
	State    string    `json:"state"`
	Checker  string    `json:"checker,omitempty"`
	Answer   string    `json:"answer,omitempty"`
	About    []string  `json:"about,omitempty"`
}

func requestDoc(o *domain.Org, c review.Campaign, q review.Request) requestJSON {
	name := func(id domain.ID) string {
		if id == "" {
			return ""
		}
		return o.Name(domain.KindPrincipal, id)
	}
	j := requestJSON{ID: q.ID, Campaign: c.Name, Act: q.Act.String(), What: review.RequestWords(o, c, q), Stage: q.Stage, Items: q.Items,
		From: name(q.From), To: name(q.To), Reason: q.Reason, Maker: name(q.Maker), State: q.State.String(), Checker: name(q.Checker),
		Until: string(q.Until), Answer: q.Answer}
	if !q.Due.IsZero() {
		j.Due = q.Due.UTC().Format(time.RFC3339)
	}
	return j
}

func (e *env) campaignRequestsCmd() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "requests [CAMPAIGN]",
		Short: "Changes of running campaigns, exceptions and cancellations that wait for a checker",
		Long: `Requests lists what was asked for in campaigns and waits for a checker (other reviewers, later
dates, exceptions to what was signed, cancellations), of all campaigns where none is named; with
--all those that were settled too, and those that went stale because the campaign went on.`,
		Example: `  countersign campaign requests
  countersign campaign requests "Q4 2026" --all --json`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			found, err := s.svc.Requests(s.ctx, domain.ID(first(args)))
			if err != nil {
				return err
			}
			return s.view(func(tx review.Tx) error {
				o, err := tx.Org()
				if err != nil {
					return err
				}
				doc := struct {
					about
					Requests []requestJSON `json:"requests"`
				}{Requests: []requestJSON{}}
				if doc.about, err = s.aboutNow(tx); err != nil {
					return err
				}
				var rows [][]string
				for _, q := range found {
					if q.State != domain.Proposed && !all {
						continue
					}
					c, err := tx.Campaign(q.Campaign)
					if err != nil {
						return err
					}
					j := requestDoc(o, c, q)
					if j.About, err = review.RequestFacts(tx, q); err != nil {
						return err
					}
					doc.Requests = append(doc.Requests, j)
					rows = append(rows, []string{string(j.ID), j.State, j.What, j.Maker, j.Reason})
				}
				p := s.newPage()
				if len(rows) == 0 {
					p.line("no request waits")
				}
				p.table([]string{"REQUEST", "STATE", "WHAT", "ASKED BY", "WHY"}, rows)
				return s.answer(doc, p)
			})
		}),
	}
	cmd.Flags().BoolVar(&all, "all", false, "those that were settled, too")
	return e.jsonFlag(cmd)
}

// settling makes a command that settles one request.
func (e *env) settling(cmd *cobra.Command, done string,
	settle func(s *session, a domain.Actor, id domain.ID, reason string) (review.Request, error)) *cobra.Command {
	var reason string
	cmd.Args = between(1, 1)
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		var doc requestJSON
		var head review.Head
		seen := s.newPage()
		err := s.view(func(tx review.Tx) error {
			all, err := tx.Requests("")
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
			for _, q := range all {
				if string(q.ID) == args[0] {
					c, err := tx.Campaign(q.Campaign)
					doc = requestDoc(o, c, q)
					seen.line("%s, asked for by %s (%s)", doc.What, doc.Maker, doc.Reason)
					if err == nil {
						doc.About, err = review.RequestFacts(tx, q)
					}
					for _, fact := range doc.About {
						seen.line("  %s", fact)
					}
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		q, err := settle(s, s.see(head, seen.text()), domain.ID(args[0]), reason)
		if err != nil {
			return err
		}
		seen.line("request %s is %s", q.ID, done)
		doc.State, doc.Answer = q.State.String(), q.Answer
		return s.answer(doc, seen)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your `WORDS`")
	return e.jsonFlag(cmd)
}

func (e *env) campaignApproveCmd() *cobra.Command {
	return e.settling(&cobra.Command{
		Use:   "approve REQUEST",
		Short: "Countersign a change of reviewers or of the due date, an exception or a cancellation",
		Long: `Approve is a checker's yes to a request: it is carried out at once. The checker neither made it nor
owns the campaign, is not who the items go to, and none of the items is about their own access. Of
an exception they never were to review the items; of a cancellation nothing that was revoked is theirs.`,
		Example: `  countersign campaign approve req_3v5k --reason "Ana is on leave"`,
	}, "approved and carried out", func(s *session, a domain.Actor, id domain.ID, reason string) (review.Request, error) {
		return s.svc.ApproveRequest(s.ctx, a, id, reason)
	})
}

func (e *env) campaignRejectCmd() *cobra.Command {
	return e.settling(&cobra.Command{
		Use:     "reject REQUEST",
		Short:   "Refuse what was asked for in a campaign, with a reason",
		Long:    "Reject is a checker's no to a request that waits. It needs a reason; its maker withdraws instead.",
		Example: `  countersign campaign reject req_3v5k --reason "Tom reports to her"`,
	}, "rejected", func(s *session, a domain.Actor, id domain.ID, reason string) (review.Request, error) {
		return s.svc.RejectRequest(s.ctx, a, id, reason)
	})
}

func (e *env) campaignWithdrawCmd() *cobra.Command {
	return e.settling(&cobra.Command{
		Use:     "withdraw REQUEST",
		Short:   "Take your own request back",
		Long:    "Withdraw takes a request that waits back. Only its maker can; a checker rejects it.",
		Example: `  countersign campaign withdraw req_3v5k --reason "she is back"`,
	}, "withdrawn", func(s *session, a domain.Actor, id domain.ID, reason string) (review.Request, error) {
		return s.svc.WithdrawRequest(s.ctx, a, id, reason)
	})
}
