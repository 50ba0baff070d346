package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// decideFlags are what the reviewer says.
type decideFlags struct {
	itemFlags
	keep, revoke, abstain, all bool
	to, reason, from           string
}

func (e *env) reviewDecideCmd() *cobra.Command {
	f := decideFlags{}
	cmd := &cobra.Command{
		Use:   "decide [ITEM…]",
		Short: "Keep, reduce or revoke items, or abstain",
		Long: `Decide records your decision on items: those named by number, or those of yours that the flags
pick out. One command is one act: all of it is saved, in one transaction, or nothing. Anything but
keeping needs a reason. Several at once are marked as decided in bulk, which is refused for high-risk
items: decide each on its own.

With --from a file says it: columns item, decision (keep, reduce, revoke, abstain), level (of a
reduction) and reason. Its plain rows are one act; each of its high-risk rows is an act of its own
and needs a reason, to keep too.

` + answerHelp + "\n\n" + grammarHelp,
		Example: `  countersign review decide 12 --revoke --reason "left the team in March"
  countersign review decide 14 --to Read --reason "reads dashboards only"
  countersign review decide --holder "Tier 1 Support" --undecided --keep
  countersign review decide --filter 'risk:low advised:keep !decided' --keep
  countersign review decide --all-undecided --keep
  countersign review decide --from decisions.csv`,
		Args: between(0, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error { return s.decide(args, &f) }),
	}
	f.register(cmd)
	fl := cmd.Flags()
	fl.BoolVar(&f.keep, "keep", false, "the level stays")
	fl.BoolVar(&f.revoke, "revoke", false, "take it away")
	fl.StringVar(&f.to, "to", "", "reduce to this `LEVEL`")
	fl.BoolVar(&f.abstain, "abstain", false, "have no opinion, on record")
	fl.StringVar(&f.reason, "reason", "", "`WHY`")
	fl.StringVar(&f.from, "from", "", "read the decisions from this CSV `FILE`")
	fl.BoolVar(&f.all, "all-undecided", false, "every item of yours that is undecided")
	return cmd
}

// said is one decision as it was asked for.
type said struct {
	item   int
	answer review.Answer
	level  string
	reason string
	read   *review.Item // the item, where picking it has read it
}

// at gives the item that is spoken of.
func (d said) at(tx review.Tx, campaign domain.ID) (review.Item, error) {
	if d.read != nil {
		return *d.read, nil
	}
	return tx.Item(campaign, d.item)
}

// answer reads the one flag that says what is decided.
func (f *decideFlags) answer() (said, error) {
	var out []said
	if f.keep {
		out = append(out, said{answer: review.Keep})
	}
	if f.revoke {
		out = append(out, said{answer: review.Revoke})
	}
	if f.abstain {
		out = append(out, said{answer: review.Abstain})
	}
	if f.to != "" {
		out = append(out, said{answer: review.Reduce, level: f.to})
	}
	if len(out) != 1 {
		return said{}, domain.Errorf(domain.Invalid, "%d decisions are given", len(out)).
			Hinted("give one of --keep, --to LEVEL, --revoke, --abstain")
	}
	out[0].reason = f.reason
	return out[0], nil
}

func (f *decideFlags) picks() bool {
	return f.all || f.filter != "" || f.delta != "" || f.advice != "" || f.undecided || f.highRisk || f.holder != "" || f.target != "" || f.text != ""
}

// decide gathers what is said, and says it in one act, besides the high-risk
// rows of a file.
func (s *session) decide(args []string, f *decideFlags) error {
	rows, err := s.rowsSaid(args, f)
	if err != nil {
		return err
	}
	var c review.Campaign
	var acts []act
	err = s.view(func(tx review.Tx) error {
		if c, err = toAnswer(tx, f.campaign); err != nil {
			return err
		}
		if rows == nil {
			if rows, err = s.picked(tx, c, f); err != nil {
				return err
			}
		}
		acts, err = s.actsOf(tx, c, rows, f.from != "")
		return err
	})
	if err != nil {
		return err
	}
	p := s.newPage()
	for i, a := range acts {
		r, err := s.svc.Decide(s.ctx, a.actor, c.ID, a.inputs)
		if err != nil {
			return afterSaved(acts[:i], err)
		}
		p.line("%s (event %d)", a.words, r.Seq)
		for _, ch := range r.Changed {
			p.line("  item %d changed since it was staged: it was %s and is %s now", ch.Item, ch.Staged, ch.Now)
		}
	}
	return s.print(p)
}

// afterSaved adds to a refusal how much of a file was saved before it.
func afterSaved(saved []act, err error) error {
	if len(saved) == 0 {
		return err
	}
	n := 0
	for _, a := range saved {
		n += len(a.inputs)
	}
	return fmt.Errorf("%w\n%s before it saved", err, review.Count(n, "decision was", "decisions were"))
}

// rowsSaid gives what is said by numbers or by a file; nil where flags pick.
func (s *session) rowsSaid(args []string, f *decideFlags) ([]said, error) {
	switch {
	case f.from != "":
		if len(args) > 0 || f.picks() || f.keep || f.revoke || f.abstain || f.to != "" || f.reason != "" {
			return nil, domain.Errorf(domain.Invalid, "decisions come from a file or from the command line, not both").
				Hinted("leave the rest out beside --from")
		}
		return s.readDecisions(f.from)
	case len(args) > 0 && f.picks():
		return nil, domain.Errorf(domain.Invalid, "items are named by number or picked by flags, not both").
			Hinted("leave one of them out")
	case len(args) == 0 && !f.picks():
		return nil, domain.Errorf(domain.Invalid, "no item is named").
			Hinted("name items by number, pick them with --filter, --holder, --target, --text or --all-undecided, or read them --from a file")
	}
	one, err := f.answer()
	if err != nil || len(args) == 0 {
		return nil, err
	}
	nos, err := parseItems(args)
	out := make([]said, len(nos))
	for i, no := range nos {
		out[i] = one
		out[i].item = no
	}
	return out, err
}

// picked gives what is said of the actor's own items that the flags pick. It
// is refused where high-risk items are among several.
func (s *session) picked(tx review.Tx, c review.Campaign, f *decideFlags) ([]said, error) {
	one, err := f.answer()
	if err != nil {
		return nil, err
	}
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	f.undecided = f.undecided || f.all
	q, err := f.query(o, c, s.actor.Principal)
	if err != nil {
		return nil, err
	}
	fits, err := f.fits(&q, tx.Now())
	if err != nil {
		return nil, err
	}
	var out []said
	risky := 0
	err = eachItem(tx, q, func(it review.Item) error {
		if !fits(it) {
			return nil
		}
		one.item, one.read = it.No, &it
		out = append(out, one)
		if it.HighRisk {
			risky++
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(out) == 0:
		return nil, domain.Errorf(domain.NotFound, "none of your items in %s is picked by these flags", c.Name).
			Hinted("see them with: countersign review list")
	case risky > 0 && len(out) > 1:
		return nil, domain.Errorf(domain.Forbidden, "%s of the %d picked %s high-risk, and high-risk items are not decided in bulk",
			fmt.Sprint(risky), len(out), map[bool]string{true: "is", false: "are"}[risky == 1]).
			Hinted("list them with: countersign review list --undecided --high-risk; decide each by its number, then the rest").
			ByRule("bulk-high-risk")
	}
	return out, nil
}

// act is one act of deciding: what is decided, and by an actor who saw it.
type act struct {
	inputs []review.DecisionInput
	actor  domain.Actor
	words  string
}

// actsOf makes the acts. What is said by one command is one act; of a file,
// each high-risk row is one of its own.
func (s *session) actsOf(tx review.Tx, c review.Campaign, rows []said, file bool) ([]act, error) {
	head, err := tx.Log()
	if err != nil {
		return nil, err
	}
	var acts []act
	var together []review.DecisionInput
	var seen page
	for _, row := range rows {
		it, err := row.at(tx, c.ID)
		if err != nil {
			return nil, err
		}
		in, err := row.input(it)
		if err != nil {
			return nil, err
		}
		var own page
		shown := fmt.Sprintf("item %d: %s: %s: %s: %s", it.No, it.Holder, it.Target, it.Holding.Ladder().Word(it.Holding.Level),
			decisionWords(review.Item{StagedItem: it.StagedItem, Decision: review.Decision{Answer: in.Answer, Level: in.Level}}))
		if !file || !it.HighRisk || len(rows) == 1 {
			seen.line("%s", shown)
			together = append(together, in)
			continue
		}
		if row.reason == "" {
			return nil, domain.Errorf(domain.Invalid, "item %d is high-risk: to %s it from a file needs a reason of its own", it.No, in.Answer).
				Hinted("say in its row why").ByRule("reason-missing")
		}
		own.line("%s", shown)
		acts = append(acts, act{[]review.DecisionInput{in}, s.see(head, own.text()), shown})
	}
	switch len(together) {
	case 0:
	case 1:
		acts = append(acts, act{together, s.see(head, seen.text()), oneLine(seen.text())})
	default:
		acts = append(acts, act{together, s.see(head, seen.text()), fmt.Sprintf("%d items decided in one act", len(together))})
	}
	return acts, nil
}

func oneLine(s string) string {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		return s[:n-1]
	}
	return s
}

// input makes the use case's input; a level at the bottom is a revocation.
func (d said) input(it review.Item) (review.DecisionInput, error) {
	in := review.DecisionInput{Item: d.item, Answer: d.answer, Reason: d.reason}
	if d.answer != review.Reduce {
		return in, nil
	}
	l, err := it.Holding.Ladder().Parse(d.level)
	if err != nil {
		return in, domain.Errorf(domain.Invalid, "item %d has no level %q", it.No, d.level).
			Hinted("its ladder is %s", it.Holding.Ladder())
	}
	if in.Level = l; l == domain.None {
		in.Answer = review.Revoke
	}
	return in, nil
}

func (e *env) reviewUndoCmd() *cobra.Command {
	var campaign string
	cmd := &cobra.Command{
		Use:   "undo ITEM…",
		Short: "Take a decision back, one version",
		Long: `Undo goes back to the version before the last of your decision on each item, or to undecided,
while the item is open. Every version stays on record.

` + answerHelp,
		Example: `  countersign review undo 12`,
		Args:    between(1, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			nos, err := parseItems(args)
			if err != nil {
				return err
			}
			id, err := s.toAnswerID(campaign)
			if err != nil {
				return err
			}
			p := s.newPage()
			for _, no := range nos {
				d, err := s.svc.UndoDecision(s.ctx, s.actor, id, no)
				if err != nil {
					return err
				}
				p.line("item %d: %s again", no, d.Answer)
			}
			return s.print(p)
		}),
	}
	campaignFlag(cmd, &campaign)
	return cmd
}

func (e *env) reviewSignCmd() *cobra.Command {
	var typed string
	cmd := &cobra.Command{
		Use:   "sign [CAMPAIGN]",
		Short: "Sign one's decisions off",
		Long: `Sign closes your decisions in a campaign with a statement over them. To confirm, the campaign's
name is typed with --type. From then on only a checker can return items to you.

` + answerHelp,
		Example: `  countersign review sign --type "Q4 2026"`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.toAnswerID(first(args))
			if err != nil {
				return err
			}
			packet, err := s.svc.SignOff(s.ctx, s.actor, id, typed)
			if err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s", packet.Statement)
			if packet.State == review.Countersigned {
				p.line("signed; no checker needs to see it")
			} else {
				p.line("signed; it waits for a checker")
			}
			return s.print(p)
		}),
	}
	cmd.Flags().StringVar(&typed, "type", "", "the campaign's `NAME`, typed to confirm")
	return cmd
}
