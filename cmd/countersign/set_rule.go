package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/domain/assign"
	"countersign/review"
)

const ruleHelp = `A rule is an expression over a person's attributes, or with --pattern a regular expression (RE2) for
the whole e-mail address. Expressions may ask for %s.
Texts stand in quotes and are compared with ==, != or in [ ]; endsWith, startsWith, contains and
matches look into them, lower folds capitals; && is and, || is or, ! is not. Addresses are compared
in small letters, names, departments and titles as they are written.`

// setRuleCmd makes "set rule": a group's rule, with its run.
func (e *env) setRuleCmd() *cobra.Command {
	var f proposing
	var pattern, off, noRun bool
	cmd := &cobra.Command{
		Use:   "rule GROUP RULE|on|off|none",
		Short: "Say by which attributes people belong to a group",
		Long: `Set rule gives a group a rule by which people belong to it, or turns it off, on again, or takes it
away with none. The change set also carries the rule's first run: who joins and who leaves. With
--no-run that is left to: countersign assign. A rule that is off is kept and nobody joins or
leaves by it; where it is taken away, the memberships it gave end. Any change of a rule waits for
a checker, who may not be among those who would join.

` + fmt.Sprintf(ruleHelp, strings.Join(assign.Attributes(), ", ")) + "\n\n" + proposingHelp,
		Example: `  countersign set rule group:Support "email.endsWith('@support.company.com')" --dry-run
  countersign set rule group:Sales "department == 'Sales'" --reason "the department's own group"
  countersign set rule group:Leads "title.contains('Manager')" --reason "all managers"
  countersign set rule group:Support --pattern '.*@support\.company\.com' --reason "by address"
  countersign set rule group:Support off --reason "during the merger"`,
		Args: between(2, 2),
		RunE: e.proposer(&f, func(s *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			found, err := findAny(o, args[0], domain.KindGroup)
			if err != nil {
				return "", nil, err
			}
			g, _ := o.Group(found.id)
			rule, title, err := ruleFrom(g, args[1], pattern, off)
			if err != nil || rule == g.Rule {
				return title, nil, err
			}
			if noRun {
				after := g
				after.Rule = rule
				return title, []domain.Change{domain.Replace(g, after)}, nil
			}
			pre, err := s.svc.PreviewAssign(s.ctx, s.actor, review.AssignInput{Groups: []domain.ID{g.ID}, Rule: &rule, NewID: ids})
			if err != nil {
				return "", nil, err
			}
			return title, pre[0].Set.Changes, nil
		}),
	}
	cmd.Flags().BoolVar(&pattern, "pattern", false, "RULE is a pattern for e-mail addresses, not an expression")
	cmd.Flags().BoolVar(&off, "off", false, "set it, and leave it off")
	cmd.Flags().BoolVar(&noRun, "no-run", false, "set the rule alone; nobody joins or leaves yet")
	return e.proposingFlags(cmd, &f)
}

// ruleFrom reads what a group's rule is to be, and gives the title of the
// change set.
func ruleFrom(g domain.Group, text string, pattern, off bool) (domain.Rule, string, error) {
	title := "Rule of " + g.Name + ": " + text
	rule := g.Rule
	switch word := strings.ToLower(strings.TrimSpace(text)); {
	case word == "none":
		return domain.Rule{}, title, nil
	case word == "on" || word == "off":
		if rule.Kind == domain.NoRule {
			return rule, title, domain.Errorf(domain.Conflict, "the group %q has no rule to turn %s", g.Name, word).Hinted("set one first")
		}
		rule.On = word == "on"
		return rule, title, nil
	}
	rule = domain.Rule{Kind: domain.Expression, Text: strings.TrimSpace(text), On: !off}
	if pattern {
		rule.Kind = domain.EmailPattern
	}
	_, err := assign.Read(rule)
	if err == nil || pattern {
		return rule, title, err
	}
	if _, asPattern := assign.Pattern(rule.Text); asPattern == nil && strings.ContainsAny(rule.Text, `\^$*`) {
		return rule, title, domain.Errorf(domain.Invalid, "%q is no expression, but it could be a pattern for addresses", text).
			Hinted("then add --pattern").ByRule(assign.RuleSyntax)
	}
	return rule, title, err
}
