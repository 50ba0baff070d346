package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) substituteCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "substitute",
		Short: "Who answers for whom while they are away",
		Long: `Substitute says who reviews in a person's place in a window of days: what is staged, or begins its
stage, within it goes to the substitute, and the person stays on record as the reviewer. The person
says so, or an admin, who may not name themselves. What would be the substitute's own access goes to
the next in line instead.`,
		Example: `  countersign substitute set tom@acme.example ana@acme.example --to 2026-11-30 --reason "parental leave"
  countersign substitute list`,
	}, e.substituteSetCmd(), e.substituteListCmd(), e.substituteEndCmd())
}

func (e *env) substituteSetCmd() *cobra.Command {
	var from, to, zone, reason string
	cmd := &cobra.Command{
		Use:   "set PERSON SUBSTITUTE",
		Short: "Have someone answer in a person's place",
		Long: `Set has SUBSTITUTE answer in the place of PERSON, from one day through another; without --to until
it is ended. Substitutes never lead in a circle, and a person has one at a time.`,
		Example: `  countersign substitute set tom@acme.example ana@acme.example --from 2026-11-02 --to 2026-11-30 --reason "on leave"`,
		Args:    between(2, 2),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			done, err := s.svc.SetSubstitute(s.ctx, s.actor, review.Substitute{Person: domain.ID(args[0]), Substitute: domain.ID(args[1]),
				Window: domain.Window{From: domain.Date(from), To: domain.Date(to), Zone: zone}, Reason: reason})
			if err != nil {
				return err
			}
			return s.view(func(tx review.Tx) error {
				o, err := tx.Org()
				if err != nil {
					return err
				}
				p := s.newPage()
				p.line("%s answers for %s, %s (%s)", o.Name(domain.KindPrincipal, done.Substitute), o.Name(domain.KindPrincipal, done.Person),
					review.WindowWords(done.Window), done.ID)
				return s.print(p)
			})
		}),
	}
	cmd.Flags().StringVar(&from, "from", "", "the first `DAY`; without it from now on")
	cmd.Flags().StringVar(&to, "to", "", "the last `DAY`; without it until it is ended")
	cmd.Flags().StringVar(&zone, "zone", "", "the IANA time `ZONE` of these days, for example Europe/Berlin; the organisation's otherwise")
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return cmd
}

// substituteJSON is one substitution in JSON answers.
type substituteJSON struct {
	ID         domain.ID `json:"id"`
	Person     thingJSON `json:"person"`
	Substitute thingJSON `json:"substitute"`
	From       string    `json:"from,omitempty"`
	To         string    `json:"to,omitempty"`
	Zone       string    `json:"zone,omitempty"`
	InForce    bool      `json:"in_force"` // now
	Reason     string    `json:"reason,omitempty"`
}

func (e *env) substituteListCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:     "list [PERSON]",
		Short:   "Who answers for whom, and when",
		Long:    "List shows the substitutions that were set and not ended, or those of one person; * marks those in force now.",
		Example: "  countersign substitute list\n  countersign substitute list tom@acme.example --json",
		Args:    between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.view(func(tx review.Tx) error { return s.listSubstitutes(tx, args) })
		}),
	})
}

func (s *session) listSubstitutes(tx review.Tx, args []string) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	var only domain.ID
	if len(args) == 1 {
		p, err := findPrincipal(o, args[0])
		if err != nil {
			return err
		}
		only = p.ID
	}
	all, err := tx.Substitutes()
	if err != nil {
		return err
	}
	doc := struct {
		about
		Substitutes []substituteJSON `json:"substitutes"`
	}{Substitutes: []substituteJSON{}}
	if doc.about, err = s.aboutNow(tx); err != nil {
		return err
	}
	var rows [][]string
	for _, one := range all {
		if only != "" && one.Person != only {
			continue
		}
		j := substituteJSON{ID: one.ID, Person: principalJSON(o, one.Person), Substitute: principalJSON(o, one.Substitute),
			From: string(one.Window.From), To: string(one.Window.To), Zone: one.Window.Zone, Reason: one.Reason,
			InForce: len(review.StandInsAt([]review.Substitute{one}, tx.Now(), o.Zone())) > 0}
		doc.Substitutes = append(doc.Substitutes, j)
		mark := ""
		if j.InForce {
			mark = "*"
		}
		rows = append(rows, []string{string(j.ID), mark, j.Person.Name, j.Substitute.Name, review.WindowWords(one.Window), j.Reason})
	}
	p := s.newPage()
	if len(rows) == 0 {
		p.line("nobody is substituted")
	}
	p.table([]string{"ID", "NOW", "WHO IS AWAY", "WHO ANSWERS", "WINDOW", "WHY"}, rows)
	return s.answer(doc, p)
}

func (e *env) substituteEndCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "end SUBSTITUTION",
		Short: "Have a person answer for themselves again",
		Long: `End ends a substitution: what is staged or begins its stage from now on goes to the person again.
Items that went to the substitute stay there.`,
		Example: `  countersign substitute end sub_3v5k --reason "back early"`,
		Args:    between(1, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			done, err := s.svc.EndSubstitute(s.ctx, s.actor, domain.ID(args[0]), reason)
			if err != nil {
				return err
			}
			return s.view(func(tx review.Tx) error {
				o, err := tx.Org()
				if err != nil {
					return err
				}
				p := s.newPage()
				p.line("%s answers for themselves again", o.Name(domain.KindPrincipal, done.Person))
				return s.print(p)
			})
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	return cmd
}
