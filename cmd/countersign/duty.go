package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) dutyCmd() *cobra.Command {
	var f proposing
	var take bool
	var words []string
	for _, d := range domain.Duties() {
		words = append(words, d.String())
	}
	cmd := &cobra.Command{
		Use:   "duty PERSON DUTY",
		Short: "Give someone a duty in Countersign, take it, or see who has one",
		Long: `Duty gives a user one of the duties ` + strings.Join(words, ", ") + `; with --take it ends.
No duty exempts anyone from a four-eyes rule. "duty list" says who holds what, "duty replace" lets
one person hand a duty to another in one change set.

` + proposingHelp,
		Example: `  countersign duty mira@acme.example auditor --reason "external audit 2026"
  countersign duty tom@acme.example checker --take --reason "moves to sales"
  countersign duty replace checker tom@acme.example noor@acme.example --reason "rota"`,
		Args: between(2, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			word := "Held"
			if take {
				word = "None"
			}
			return setLevel(o, ids, level{holder: "person:" + strings.TrimPrefix(args[0], "person:"), target: "duty:" + args[1], word: word})
		}),
	}
	cmd.Flags().BoolVar(&take, "take", false, "take the duty away")
	e.proposingFlags(cmd, &f)
	cmd.AddCommand(e.dutyListCmd(), e.dutyReplaceCmd())
	return cmd
}

// dutyJSON is one holder of a duty in JSON answers.
type dutyJSON struct {
	Duty   string    `json:"duty"`
	Person thingJSON `json:"person"`
	Status string    `json:"status"`
	From   string    `json:"from,omitempty"`
	To     string    `json:"to,omitempty"`
}

func (e *env) dutyListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list [PERSON]",
		Short:   "Who holds which duty",
		Long:    "List says who holds each duty, or which duties one person holds, with their windows.",
		Example: "  countersign duty list\n  countersign duty list tom@acme.example --json",
		Args:    between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			pic, err := s.present()
			if err != nil {
				return err
			}
			var only domain.ID
			if len(args) == 1 {
				p, err := findPrincipal(pic.org, args[0])
				if err != nil {
					return err
				}
				only = p.ID
			}
			doc := struct {
				about
				Duties []dutyJSON `json:"duties"`
			}{s.about(pic), dutiesHeld(pic.org, only)}
			p := s.newPage()
			var rows [][]string
			for _, d := range doc.Duties {
				rows = append(rows, []string{d.Duty, d.Person.Name, d.Person.Email, d.Status, review.WindowWords(domain.Window{From: domain.Date(d.From), To: domain.Date(d.To)})})
			}
			if len(rows) == 0 {
				p.line("no duty is held")
			}
			p.table([]string{"DUTY", "WHO", "E-MAIL", "STATUS", "WINDOW"}, rows)
			return s.answer(doc, p)
		}),
	}
	return e.jsonFlag(cmd)
}

// dutiesHeld lists every grant of a duty, in the order of the duties, then of
// names; only one person's where only names one.
func dutiesHeld(o *domain.Org, only domain.ID) []dutyJSON {
	out := []dutyJSON{}
	for _, d := range domain.Duties() {
		var held []dutyJSON
		for _, g := range o.GrantsOn(domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}) {
			p, ok := o.Principal(g.Holder.ID)
			if !ok || only != "" && p.ID != only {
				continue
			}
			held = append(held, dutyJSON{d.String(), principalJSON(o, p.ID), p.Status.String(), string(g.Window.From), string(g.Window.To)})
		}
		slices.SortFunc(held, func(a, b dutyJSON) int { return strings.Compare(a.Person.Name, b.Person.Name) })
		out = append(out, held...)
	}
	return out
}

func (e *env) dutyReplaceCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "replace DUTY FROM TO",
		Short: "Let one person hand a duty to another",
		Long: `Replace takes a duty from one person and gives it to another in one change set, so that the last
holder can go: it passes whole, under four eyes, or not at all.

` + proposingHelp,
		Example: `  countersign duty replace checker tom@acme.example noor@acme.example --reason "rota"`,
		Args:    between(3, 3),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			from, err := findPrincipal(o, args[1])
			if err != nil {
				return "", nil, err
			}
			to, err := findPrincipal(o, args[2])
			if err != nil {
				return "", nil, err
			}
			target, err := findTarget(o, "duty:"+args[0])
			if err != nil {
				return "", nil, err
			}
			if from.ID == to.ID {
				return "", nil, domain.Errorf(domain.Invalid, "%s would hand the duty to themself", from.Name).Hinted("name two people")
			}
			var out []domain.Change
			var held bool
			for _, g := range o.GrantsOn(target) {
				if g.Holder.ID == from.ID {
					held = true
					out = append(out, domain.End(g))
				}
			}
			if !held {
				return "", nil, domain.Errorf(domain.NotFound, "%s does not hold the %s", from.Name, review.TargetName(o, target, "")).
					Hinted("see: countersign duty list")
			}
			give := domain.Grant{Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: to.ID}, Target: target, Level: domain.Held}
			out = append(out, setGrant(o, give, func() domain.ID { return ids(domain.PrefixGrant) })...)
			return fmt.Sprintf("%s hands the %s to %s", from.Name, review.TargetName(o, target, ""), to.Name), out, nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}
