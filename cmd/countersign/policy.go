package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
)

func (e *env) policyCmd() *cobra.Command {
	show := &cobra.Command{
		Use:   "show",
		Short: "The policy in force: which effect asks for whose approval",
		Long: `Show prints the policy in force as a table in plain words; --json prints it as the JSON that
"policy set" takes, under "policy".`,
		Example: "  countersign policy show\n  countersign policy show --json",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			o, err := s.org()
			if err != nil {
				return err
			}
			how := "The policy in force"
			if o.Setting(domain.SettingPolicy) == "" {
				how = "The policy in force is the shipped one"
			}
			return s.showPolicy(how, o.Policy(), nil)
		}),
	}
	check := &cobra.Command{
		Use:   "check FILE",
		Short: "Read a policy from a file and say what would be other",
		Long: `Check reads a policy from a JSON file ("-" reads standard input) as "policy set" would, says what
is wrong with it, or its table and each row in which it differs from the policy in force. Nothing
is changed.`,
		Example: "  countersign policy check strict.json",
		Args:    between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			raw, err := s.readFile(args[0])
			if err != nil {
				return err
			}
			p, err := domain.ReadPolicy(raw)
			if err != nil {
				return err
			}
			o, err := s.org()
			if err != nil {
				return err
			}
			now := o.Policy()
			return s.showPolicy("This policy stands", p, &now)
		}),
	}
	for _, c := range []*cobra.Command{show, check} {
		e.jsonFlag(c)
	}
	return family(&cobra.Command{
		Use:   "policy",
		Short: "Which effect asks for whose approval: show it, change it under four eyes",
		Long: `The policy says what a change set needs by what it does: a rise on something classified, Edit on a
sensitive area, the acts that always take four eyes. It is data, one JSON object, and a change of
it is a change set like any other: judged by the stricter of the old policy and the new, and what
it loosens takes the very approval that it loosens. What always takes four eyes, and sensitive
areas, cannot be switched off.`,
		Example: "  countersign policy show\n  countersign policy set strict.json --reason \"audit finding 12\"",
	}, show, check, e.policySetCmd(), e.policyResetCmd())
}

func (e *env) policySetCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "set FILE",
		Short: "Propose a policy from a JSON file",
		Long: `Set proposes the policy of a JSON file ("-" reads standard input). It is read strictly: every
member once, no unknown member, no unknown word; a higher class never asks for less than a lower
one, Confidential never passes with nobody, Restricted never with less than an admin.

` + proposingHelp,
		Example: `  countersign policy show --json | jq .policy > policy.json
  countersign policy set policy.json --dry-run
  countersign policy set policy.json --reason "Internal needs a checker from now on"`,
		Args: between(1, 1),
		RunE: e.proposer(&f, func(s *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			raw, err := s.readFile(args[0])
			if err != nil {
				return "", nil, err
			}
			p, err := domain.ReadPolicy(raw)
			if err != nil {
				return "", nil, err
			}
			text, err := p.Text()
			if err != nil {
				return "", nil, err
			}
			title := "Set the policy"
			if p.Equal(o.Policy()) {
				return title, nil, nil
			}
			c := domain.Change{After: domain.Setting{ID: domain.SettingPolicy, Value: text}}
			if row, ok := o.Get(domain.KindSetting, domain.SettingPolicy); ok {
				c.Before = row.Record
			}
			return title, []domain.Change{c}, nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}

func (e *env) policyResetCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Propose the shipped policy again",
		Long: `Reset proposes to drop the organisation's own policy, so that the shipped one holds again.

` + proposingHelp,
		Example: `  countersign policy reset --reason "back to the table of the handbook"`,
		Args:    between(0, 0),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, _ []string) (string, []domain.Change, error) {
			title := "Reset the policy to the shipped one"
			row, ok := o.Get(domain.KindSetting, domain.SettingPolicy)
			if !ok {
				return title, nil, nil
			}
			return title, []domain.Change{domain.End(row.Record)}, nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}

// policyRow is one line of the table in JSON answers.
type policyRow struct {
	What   string `json:"what"`
	Need   string `json:"need"`
	Who    string `json:"who"`
	Member string `json:"member,omitempty"` // of the policy; absent where none changes it
}

// showPolicy prints a policy as a table, and what it would change of now.
func (s *session) showPolicy(title string, p domain.Policy, now *domain.Policy) error {
	pic, err := s.present()
	if err != nil {
		return err
	}
	doc := struct {
		about
		Policy  domain.Policy `json:"policy"`
		Rows    []policyRow   `json:"rows"`
		Changes []string      `json:"changes,omitempty"` // against the policy in force
	}{about: s.about(pic), Policy: p}
	out := s.newPage()
	out.line("%s", title)
	var rows [][]string
	for _, r := range p.Rows() {
		doc.Rows = append(doc.Rows, policyRow{r.What, r.Need.String(), r.Who, r.By})
		rows = append(rows, []string{r.What, r.Need.String(), r.Who})
	}
	out.table([]string{"WHAT", "NEEDS", "FROM"}, rows)
	if now == nil {
		return s.answer(doc, out)
	}
	doc.Changes = now.Changes(p)
	if len(doc.Changes) == 0 {
		out.line("It asks for the same as the policy in force")
	} else {
		out.line("Against the policy in force")
	}
	for _, c := range doc.Changes {
		out.line("  %s", c)
	}
	return s.answer(doc, out)
}
