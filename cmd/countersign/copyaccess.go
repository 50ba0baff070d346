package main

import (
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) copyAccessCmd() *cobra.Command {
	var f proposing
	var only []string
	var replace bool
	cmd := &cobra.Command{
		Use:   "copy-access FROM TO",
		Short: "Give one person what another has",
		Long: `Copy-access gives one person what another holds: memberships, grants on agents and data sources, area
values, the role and the agent role, each with its window. It says what would be given, what is left
out and why, who gains and loses what, and which findings and breaches of separations of duties it
would bring about. Left out: duties, the account role unless --only names
it, windows that are over, what the other has already, and what a rule refuses.

--only names the kinds that are copied: ` + portionList(domain.Portions()) + `.
With --replace, for somebody who moves, what the other has beyond it is taken.

` + proposingHelp,
		Example: `  countersign copy-access dana@acme.example noor@acme.example --dry-run
  countersign copy-access dana@acme.example noor@acme.example --only memberships,area-grants --reason "joins the team"
  countersign copy-access dana@acme.example tom@acme.example --replace --reason "moves from sales to support"`,
		Args: between(2, 2),
		RunE: e.with(needsPerson, func(s *session, args []string) error { return s.copyAccess(args[0], args[1], only, replace, f) }),
	}
	cmd.Flags().StringSliceVar(&only, "only", nil, "only these `KINDS`, separated by commas")
	cmd.Flags().BoolVar(&replace, "replace", false, "take what the other has beyond it")
	return e.proposingFlags(cmd, &f)
}

// copyJSON is the answer of copy-access.
type copyJSON struct {
	proposalJSON
	Given []partJSON `json:"given"`
	Taken []partJSON `json:"taken"`
	Left  []partJSON `json:"left_out"`
	Finds []string   `json:"findings,omitempty"` // that it would bring about
}

// brings says which findings about a person changes would bring about.
func (s *session) brings(o *domain.Org, changes []domain.Change, pic picture, person domain.ID) (out []string, err error) {
	after, err := o.Advance(o.Key(), changes)
	if err != nil {
		return nil, nil // refused in its own words when it is judged
	}
	err = s.view(func(tx review.Tx) error {
		found, err := review.NewFindings(tx, o, after, pic.at, person)
		for _, f := range found {
			out = append(out, f.Severity.String()+": "+f.Text)
		}
		return err
	})
	return out, err
}

func (s *session) copyAccess(from, to string, only []string, replace bool, f proposing) error {
	if s.flags.readOnly {
		if err := f.mayRead(); err != nil {
			return err
		}
	}
	ids, err := s.ids()
	if err != nil {
		return err
	}
	pic, err := s.present()
	if err != nil {
		return err
	}
	o := pic.org
	a, err := findPrincipal(o, from)
	if err != nil {
		return err
	}
	b, err := findPrincipal(o, to)
	if err != nil {
		return err
	}
	c := domain.Copying{From: a.ID, To: b.ID, Replace: replace}
	for _, w := range only {
		p, err := domain.ParsePortion(w)
		if err != nil {
			return err
		}
		c.Only = append(c.Only, p)
	}
	done, err := o.CopyAccess(c, ids, pic.at)
	if err != nil {
		return err
	}
	title := "Give " + b.Name + " what " + a.Name + " has"
	if len(c.Only) > 0 {
		title += ": " + portionList(c.Only)
	}
	if replace {
		title += ", and no more"
	}
	brings, err := s.brings(o, done.Changes, pic, b.ID)
	if err != nil {
		return err
	}
	return s.proposeLed(domain.ChangeSet{Title: title, Changes: done.Changes}, f, lead{
		say: func(p *page, _ *domain.Org) { copiedPage(p, done) },
		more: func(p *page) {
			for _, w := range brings {
				p.line("A finding it brings: %s", w)
			}
		},
		doc: func(j proposalJSON) any {
			return copyJSON{j, partsJSON(o, done.Given), partsJSON(o, done.Taken), partsJSON(o, done.Left), brings}
		},
	})
}

func copiedPage(p *page, c domain.Copied) {
	var rows [][]string
	for _, list := range []struct {
		word  string
		parts []domain.Part
	}{{"taken", c.Taken}, {"given", c.Given}, {"left out", c.Left}} {
		for _, x := range list.parts {
			rows = append(rows, []string{list.word, string(x.Portion), x.Text, strings.ReplaceAll(x.Note, "\n", "; ")})
		}
	}
	p.table([]string{"", "KIND", "WHAT", "NOTE"}, rows)
}
