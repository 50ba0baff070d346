package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

func (e *env) reviewCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "review",
		Short: "Decide the access one answers for, and sign it off",
		Long: `Review is a reviewer's work: list one's items, look at one with its story, decide, take a
decision back, and sign off. Until sign-off every decision can be changed; all versions are kept.`,
		Example: `  countersign review list --undecided
  countersign review decide 12 --revoke --reason "left the team in March"
  countersign review sign --type "Q4 2026"`,
	}, e.reviewListCmd(), e.reviewShowCmd(), e.reviewDecideCmd(), e.reviewUndoCmd(), e.reviewDelegateCmd(), e.reviewSignCmd())
}

// itemFlags narrow a list of items.
type itemFlags struct {
	campaign, holder, target, text, reviewer, result string
	delta, advice, filter                            string
	undecided, highRisk, everyone                    bool
}

func (f *itemFlags) register(cmd *cobra.Command) {
	campaignFlag(cmd, &f.campaign)
	fl := cmd.Flags()
	fl.StringVar(&f.holder, "holder", "", "only what this `HOLDER` has: a person, group or role")
	fl.StringVar(&f.target, "target", "", "only access to this `TARGET`: an agent, area, group …")
	fl.StringVar(&f.text, "text", "", "only items whose holder or target has this `TEXT` in its name")
	fl.BoolVar(&f.highRisk, "high-risk", false, "only high-risk items")
	fl.BoolVar(&f.undecided, "undecided", false, "only undecided items")
	fl.StringVar(&f.delta, "delta", "", "only what is `CHANGED` so since the last decision: new, up, down, regranted, moved, path, unchanged")
	filterFlag(cmd, &f.filter, filter.Items())
	fl.StringVar(&f.advice, "advice", "", "only items whose recommendation is this `ANSWER`: keep, reduce, revoke, or none")
}

// fits gives the test of an item by what its reviewer was told and by the filter,
// as far as the query does not ask for it: what the store can answer is put there.
func (f *itemFlags) fits(q *review.ItemQuery, now time.Time) (func(review.Item) bool, error) {
	expr, err := filter.Items().Parse(f.filter)
	if err != nil {
		return nil, err
	}
	rest := filter.ForItems(expr, q, now).Rest
	var kind review.DeltaKind
	var advice review.Answer
	if f.delta != "" {
		if kind, err = review.ParseDeltaKind(f.delta); err != nil {
			return nil, err
		}
	}
	if f.advice != "" && f.advice != "none" {
		if advice, err = review.ParseAnswer(f.advice); err != nil || advice == review.Silent || advice == review.Abstain {
			return nil, domain.Errorf(domain.Invalid, "%q is nothing that is recommended", f.advice).Hinted("use one of: keep, reduce, revoke, none")
		}
	}
	return func(it review.Item) bool {
		return (f.delta == "" || it.Delta.Is(kind)) && (f.advice == "" || it.Advice.Answer == advice) && filter.Fits(rest, it)
	}, nil
}

// query makes the query that the flags mean, for a reviewer ("" for all).
func (f *itemFlags) query(o *domain.Org, c review.Campaign, reviewer domain.ID) (review.ItemQuery, error) {
	q := review.ItemQuery{Campaign: c.ID, Reviewer: reviewer, Text: f.text, HighRisk: f.highRisk}
	if f.holder != "" {
		h, err := findHolder(o, f.holder)
		if err != nil {
			return q, err
		}
		q.Holder = h.ID
	}
	if f.target != "" {
		t, err := findTarget(o, f.target)
		if err != nil {
			return q, err
		}
		q.Target = t.ID
	}
	if f.undecided {
		q.State = review.ItemOpen
	}
	return q, nil
}

// itemPage is how many items are read at a time.
const itemPage = 1000

// eachItem walks the items that fit, by number.
func eachItem(tx review.Tx, q review.ItemQuery, fn func(review.Item) error) error {
	q.Limit, q.Order = itemPage, review.ByNumber
	for {
		items, err := tx.Items(q)
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := fn(it); err != nil {
				return err
			}
		}
		if len(items) < q.Limit {
			return nil
		}
		q.After = items[len(items)-1].No
	}
}

func (e *env) reviewListCmd() *cobra.Command {
	f := itemFlags{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The items one answers for",
		Long: `List shows the items you answer for in a campaign; with --reviewer those of someone else, with
--everyone all of them. A high-risk item is marked with "!": it is not decided in bulk.

` + answerHelp + "\n\n" + grammarHelp,
		Example: `  countersign review list --undecided
  countersign review list --filter 'level:edit area:voice !decided'
  countersign review list --everyone --target area:Deployments --json`,
		Args: between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error { return s.listItems(&f) }),
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.reviewer, "reviewer", "", "what this `PERSON` answers for")
	cmd.Flags().BoolVar(&f.everyone, "everyone", false, "what anybody answers for")
	cmd.Flags().StringVar(&f.result, "result", "", "only items with this `RESULT`, such as residual")
	return e.jsonFlag(cmd)
}

// listedJSON is an item in a list; Campaign is said where several are listed.
type listedJSON struct {
	Campaign domain.ID `json:"campaign,omitempty"`
	itemJSON
}

// itemsJSON is the answer of review list.
type itemsJSON struct {
	about
	Campaign  domain.ID    `json:"campaign,omitempty"` // where it is one
	Campaigns []domain.ID  `json:"campaigns"`
	Items     []listedJSON `json:"items"`
}

func (s *session) listItems(f *itemFlags) error {
	return s.view(func(tx review.Tx) error {
		all, err := asking(tx, f.campaign)
		if err != nil {
			return err
		}
		doc := itemsJSON{Items: []listedJSON{}}
		if len(all) == 1 {
			doc.Campaign = all[0].ID
		}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		p := s.newPage()
		for i, c := range all {
			if i > 0 {
				p.line("")
			}
			doc.Campaigns = append(doc.Campaigns, c.ID)
			if err := s.addItems(tx, f, c, p, &doc); err != nil {
				return err
			}
		}
		return s.answer(doc, p)
	})
}

// addItems adds those of one campaign that fit.
func (s *session) addItems(tx review.Tx, f *itemFlags, c review.Campaign, p *page, doc *itemsJSON) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	who, err := s.whose(o, f)
	if err != nil {
		return err
	}
	q, err := f.query(o, c, who)
	if err != nil {
		return err
	}
	fits, err := f.fits(&q, tx.Now())
	if err != nil {
		return err
	}
	var rows [][]string
	err = eachItem(tx, q, func(it review.Item) error {
		if !fits(it) || f.result != "" && it.Outcome.Result.String() != f.result {
			return nil
		}
		if s.flags.json {
			one := listedJSON{itemJSON: itemOf(o, it)}
			if doc.Campaign == "" {
				one.Campaign = c.ID
			}
			doc.Items = append(doc.Items, one)
			return nil
		}
		rows = append(rows, itemRow(o, it, who == ""))
		return nil
	})
	if err != nil {
		return err
	}
	p.line("%s is %s: %s", c.Name, c.State, review.Count(len(rows), "item", "items"))
	head := []string{">ITEM", "", "HOLDER", "TARGET", "LEVEL", "DECISION", "FLAGS"}
	if who == "" {
		head = append(head, "REVIEWER")
	}
	p.table(append(head, "SINCE LAST", "ADVICE"), rows)
	return nil
}

// whose is the reviewer whose items the flags ask for, "" for everyone.
func (s *session) whose(o *domain.Org, f *itemFlags) (domain.ID, error) {
	if f.result != "" {
		if _, err := review.ParseResult(f.result); err != nil {
			return "", err
		}
	}
	switch {
	case f.everyone:
		return "", nil
	case f.reviewer != "":
		p, err := findPrincipal(o, f.reviewer)
		return p.ID, err
	case s.actor.Principal == "":
		return "", nil // --read-only: nobody in particular
	}
	return s.actor.Principal, nil
}

// sinceLast says in a word or two what changed since the last decision.
func sinceLast(it review.Item) string {
	if it.Delta.Kind == review.DeltaUnknown {
		return ""
	}
	return it.Delta.Kind.String()
}

func itemRow(o *domain.Org, it review.Item, withReviewer bool) []string {
	risk := ""
	if it.HighRisk {
		risk = "!"
	}
	row := []string{fmt.Sprint(it.No), risk, it.Holder, it.Target, it.Holding.Ladder().Word(it.Holding.Level),
		decisionWords(it), strings.Join(it.Flags, ", ")}
	if withReviewer {
		row = append(row, o.Name(domain.KindPrincipal, it.Reviewer))
	}
	return append(row, sinceLast(it), review.AdviceWords(it.Advice, it.Holding.Ladder()))
}

// decisionWords says the decision in force in a few words.
func decisionWords(it review.Item) string {
	s := it.Decision.Answer.String()
	if it.Decision.Answer == review.Reduce {
		s += " to " + it.Holding.Ladder().Word(it.Decision.Level)
	}
	if it.Decision.Answer == review.Silent && it.Return.Round > 0 {
		s = "returned"
	}
	if r := it.Outcome.Result; r != review.Pending {
		s += ", " + r.String()
	}
	return s
}

func (e *env) reviewShowCmd() *cobra.Command {
	var campaign string
	cmd := &cobra.Command{
		Use:   "show ITEM",
		Short: "One item with its whole story",
		Long: `Show tells an item's story: what the holder may do by it, how they have it, what would remain if
it were revoked, who answers for it and why, every version of the decision, and what became of it.

` + answerHelp,
		Example: `  countersign review show 12`,
		Args:    between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			nos, err := parseItems(args)
			if err != nil {
				return err
			}
			if len(nos) != 1 {
				return domain.Errorf(domain.Invalid, "one item is shown at a time").Hinted("list several with: countersign review list")
			}
			return s.showItem(campaign, nos[0])
		}),
	}
	campaignFlag(cmd, &campaign)
	return e.jsonFlag(cmd)
}

func (s *session) showItem(campaign string, no int) error {
	return s.view(func(tx review.Tx) error {
		c, err := toAnswer(tx, campaign)
		if err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		it, err := tx.Item(c.ID, no)
		if err != nil {
			return err
		}
		votes, err := tx.Votes(c.ID, no)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Campaign domain.ID `json:"campaign"`
			itemJSON
			Versions []versionJSON `json:"versions"`
		}{Campaign: c.ID, itemJSON: itemOf(o, it), Versions: []versionJSON{}}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		for _, v := range votes {
			doc.Versions = append(doc.Versions, versionJSON{decisionOf(it.Holding.Ladder(), v.Row), v.From, v.To,
				principalJSON(o, v.By), v.At})
		}
		p := s.newPage()
		if err := story(p, tx, o, c, it); err != nil {
			return err
		}
		for _, v := range votes {
			p.line("  version    %s", versionWords(o, it, v))
		}
		return s.answer(doc, p)
	})
}
