package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// assigning are the flags of assign.
type assigning struct {
	reason  string
	preview bool
	letIn   []string
}

func (e *env) assignCmd() *cobra.Command {
	var f assigning
	cmd := &cobra.Command{
		Use:   "assign [GROUP...]",
		Short: "Run the rules by which people belong to groups",
		Long: `Assign runs the rules of the groups named, or of all groups that have one (see: set rule): whom a
rule takes joins, whom it takes no more leaves. Only memberships that a rule gave are taken away;
those given by hand or by an import stay, and are said. Nobody joins who is neither active nor
invited. Whom a campaign's decision took out of a group is kept out and listed; --let-in lets a
person in on purpose.

What changes is a change set like any other: what the policy lets pass applies at once, the rest
waits for a checker. What already waits is not proposed again, so assign can run from cron. A run
that has something to say is in the log: countersign log --type auto_assignment.`,
		Example: `  countersign assign --preview
  countersign assign group:Support
  countersign assign group:Support --let-in dana@acme.example --reason "back from leave"
  countersign log --type auto_assignment`,
		Args: between(0, -1),
		RunE: e.with(needsPerson, func(s *session, args []string) error {
			if s.flags.readOnly && !f.preview {
				return domain.Errorf(domain.Forbidden, "this command changes the database, and --read-only was given").
					Hinted("leave --read-only out, or look with --preview").ByRule("read-only")
			}
			return s.assign(args, f)
		}),
	}
	cmd.Flags().BoolVar(&f.preview, "preview", false, "show who would join and leave, and change nothing")
	cmd.Flags().StringVar(&f.reason, "reason", "", "the `REASON` of the change sets, instead of the rule itself")
	cmd.Flags().StringArrayVar(&f.letIn, "let-in", nil, "let this `PERSON` in whom a campaign's decision took out")
	return e.jsonFlag(cmd)
}

// assignJSON is the answer of assign.
type assignJSON struct {
	about
	Groups []assignedJSON `json:"groups"`
}

// assignedJSON is a run, or the preview of one, of one group's rule.
type assignedJSON struct {
	Group      thingJSON         `json:"group"`
	Rule       domain.Rule       `json:"rule"`
	Skipped    string            `json:"skipped,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	Rows       []assignedRowJSON `json:"rows"`
	Members    int               `json:"members_already"`
	Need       string            `json:"need,omitempty"`
	Why        []reasonJSON      `json:"why,omitempty"`
	Effects    []effectJSON      `json:"effects,omitempty"`
	ChangeSets []assignedSetJSON `json:"change_sets,omitempty"`
}

type assignedRowJSON struct {
	Person   thingJSON `json:"person"`
	Standing string    `json:"standing"`
	Why      string    `json:"why,omitempty"`
}

type assignedSetJSON struct {
	ID    domain.ID  `json:"id"`
	State string     `json:"state"`
	Seq   domain.Seq `json:"at_event"`
	Need  string     `json:"need"`
}

func (s *session) assign(args []string, f assigning) error {
	pic, err := s.present()
	if err != nil {
		return err
	}
	in := review.AssignInput{Reason: f.reason}
	for _, ref := range args {
		g, err := findAny(pic.org, ref, domain.KindGroup)
		if err != nil {
			return err
		}
		in.Groups = append(in.Groups, g.id)
	}
	for _, ref := range f.letIn {
		p, err := findPrincipal(pic.org, ref)
		if err != nil {
			return err
		}
		in.LetIn = append(in.LetIn, p.ID)
	}
	doc := assignJSON{about: s.about(pic), Groups: []assignedJSON{}}
	p := s.newPage()
	if f.preview {
		err = s.previewAssign(in, p, &doc)
	} else {
		err = s.runAssign(in, p, &doc)
	}
	if err != nil && len(doc.Groups) == 0 {
		return err
	}
	if len(doc.Groups) == 0 {
		p.line("no group has a rule: countersign set rule gives it one")
	}
	if said := s.answer(doc, p); said != nil {
		return said
	}
	return err
}

func (s *session) previewAssign(in review.AssignInput, p *page, doc *assignJSON) error {
	all, err := s.svc.PreviewAssign(s.ctx, s.actor, in)
	if err != nil {
		return err
	}
	for _, one := range all {
		j := assignedPage(p, one.Org, one.Plan)
		if len(one.Set.Changes) > 0 {
			if one.Verdict.Refused != nil {
				return one.Verdict.Refused
			}
			o := verdictOrg(one.Org, one.Verdict)
			for _, l := range review.EffectLines(o, one.Verdict.Effects) {
				p.line("    %s", l.Text)
			}
			for _, w := range review.VerdictWords(o, one.Verdict) {
				p.line("    %s", w)
			}
			j.Need = one.Verdict.Need.String()
			for _, w := range one.Verdict.Why {
				j.Why = append(j.Why, reasonJSON{w.Code, w.Text})
			}
			for _, e := range one.Verdict.Effects {
				j.Effects = append(j.Effects, effectOf(o, e))
			}
		}
		doc.Groups = append(doc.Groups, j)
	}
	return nil
}

func (s *session) runAssign(in review.AssignInput, p *page, doc *assignJSON) error {
	all, err := s.svc.Assign(s.ctx, s.actor, in)
	for _, one := range all {
		j := assignedPage(p, one.Org, one.Plan)
		for _, set := range one.Sets {
			p.line("  %s", s.proposedWords(set))
			j.ChangeSets = append(j.ChangeSets, assignedSetJSON{set.ID, set.State.String(), set.Seq, set.Verdict.Need.String()})
		}
		doc.Groups = append(doc.Groups, j)
	}
	return err
}

// assignedPage says one group's plan.
func assignedPage(p *page, o *domain.Org, plan review.AssignPlan) assignedJSON {
	name := o.Name(domain.KindGroup, plan.Group)
	j := assignedJSON{Group: targetJSON(o, domain.Target{Kind: domain.TargetGroup, ID: plan.Group}), Rule: plan.Rule, Skipped: plan.Skipped, Notes: plan.Notes,
		Members: plan.Members, Rows: []assignedRowJSON{}}
	p.line("%s: %s", name, review.RuleWords(plan.Rule))
	if plan.Skipped != "" {
		p.line("  not run: %s", plan.Skipped)
		return j
	}
	for _, n := range plan.Notes {
		p.line("  note: %s", n)
	}
	p.line("  %s", planWords(plan))
	said := map[review.Standing]int{}
	for _, r := range plan.Rows {
		who := principalJSON(o, r.Principal)
		j.Rows = append(j.Rows, assignedRowJSON{who, r.Standing.String(), r.Why})
		if said[r.Standing]++; said[r.Standing] > mostLines {
			continue
		}
		text := fmt.Sprintf("  %-7s %s", r.Standing, o.Name(domain.KindPrincipal, r.Principal))
		if u, ok := o.Principal(r.Principal); ok && u.Email != "" {
			text += " <" + u.Email + ">"
		}
		if r.Why != "" {
			text += ": " + r.Why
		}
		p.line("%s", text)
	}
	for st := review.Joins; st <= review.Fails; st++ {
		if said[st] > mostLines {
			p.line("  %-7s and %d more", st, said[st]-mostLines)
		}
	}
	return j
}

// planWords counts a plan in one line.
func planWords(plan review.AssignPlan) string {
	out := fmt.Sprintf("%d members already, %d join, %d leave", plan.Members, plan.Count(review.Joins), plan.Count(review.Leaves))
	for _, x := range []struct {
		s    review.Standing
		word string
	}{{review.Barred, "kept out"}, {review.Waiting, "wait"}, {review.Stays, "stay by hand or import"}, {review.Fails, "fail"}} {
		if n := plan.Count(x.s); n > 0 {
			out += fmt.Sprintf(", %d %s", n, x.word)
		}
	}
	return out
}
