package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

const sodHelp = `A SoD rule (separation of duties) names two things with a level each, which no person, key or AI
agent may hold at once, by whatever path. Who does is a finding; a change set that would make
somebody do says so before it is proposed, and takes a second person, or is refused where the
setting "sod" is "refuse" (countersign set setting sod refuse).`

func (e *env) sodCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:     "sod",
		Short:   "Separations of duties: what nobody may hold together",
		Long:    sodHelp,
		Example: "  countersign sod list\n  countersign sod add \"Build and release\" area:Behavior Edit area:Deployments Edit --severity high",
	}, e.sodListCmd(), e.sodAddCmd(), e.sodChangeCmd(), e.sodRemoveCmd())
}

// findSoD finds a rule by id or name.
func findSoD(o *domain.Org, ref string) (domain.SoDRule, error) {
	ref = strings.TrimSpace(strings.TrimPrefix(ref, "sod:"))
	if r, ok := o.SoDRule(domain.ID(ref)); ok {
		return r, nil
	}
	for row := range o.All(domain.KindSoD) {
		if r, ok := row.Record.(domain.SoDRule); ok && domain.Fold(r.Name) == domain.Fold(ref) {
			return r, nil
		}
	}
	return domain.SoDRule{}, domain.Errorf(domain.NotFound, "there is no SoD rule %q", ref).Hinted("see: countersign sod list")
}

// sodJSON is one rule in JSON answers.
type sodJSON struct {
	ID       domain.ID     `json:"id"`
	Name     string        `json:"name"`
	Severity string        `json:"severity"`
	Reason   string        `json:"reason,omitempty"`
	A        sideJSON      `json:"a"`
	B        sideJSON      `json:"b"`
	Broken   []breachLines `json:"broken_by"`
}

type sideJSON struct {
	Target thingJSON `json:"target"`
	Agent  domain.ID `json:"agent,omitempty"`
	Level  string    `json:"level"`
}

type breachLines struct {
	Principal thingJSON `json:"principal"`
	A         []string  `json:"a"`
	B         []string  `json:"b"`
}

func sideOf(o *domain.Org, s domain.SoDSide) sideJSON {
	return sideJSON{targetJSON(o, s.Target), s.Agent, domain.LadderOf(s.Target.Kind).Word(s.Level)}
}

func waysTo(o *domain.Org, a domain.Access) (out []string) {
	for _, p := range a.Paths {
		out = append(out, review.PathWords(o, p, a.Target, a.Agent))
	}
	return out
}

func (e *env) sodListCmd() *cobra.Command {
	var asOf string
	cmd := &cobra.Command{
		Use:     "list [RULE]",
		Short:   "The rules, and who breaks them by which paths",
		Long:    "List shows every SoD rule, or one, and who holds both sides of it.\n\n" + sodHelp + "\n\n" + asOfHelp,
		Example: "  countersign sod list\n  countersign sod list \"Build and release\" --json",
		Args:    between(0, 1),
		RunE:    e.with(needsReader, func(s *session, args []string) error { return s.sodList(args, asOf) }),
	}
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

func (s *session) sodList(args []string, asOf string) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		o := pic.org
		only := domain.ID("")
		if len(args) == 1 {
			r, err := findSoD(o, args[0])
			if err != nil {
				return err
			}
			only = r.ID
		}
		doc := struct {
			about
			Rules []sodJSON `json:"rules"`
		}{s.about(pic), []sodJSON{}}
		p := s.pageOf(pic, asOf)
		for row := range o.All(domain.KindSoD) {
			r, ok := row.Record.(domain.SoDRule)
			if !ok || only != "" && r.ID != only {
				continue
			}
			j := sodJSON{ID: r.ID, Name: r.Name, Severity: r.Severity.String(), Reason: r.Reason,
				A: sideOf(o, r.A), B: sideOf(o, r.B), Broken: []breachLines{}}
			for _, b := range o.Breaches(r, pic.at) {
				j.Broken = append(j.Broken, breachLines{principalJSON(o, b.Principal), waysTo(o, b.A), waysTo(o, b.B)})
			}
			doc.Rules = append(doc.Rules, j)
			sodText(p, o, r, j)
		}
		if len(doc.Rules) == 0 {
			p.line("there is no SoD rule")
		}
		return s.answer(doc, p)
	})
}

func sodText(p *page, o *domain.Org, r domain.SoDRule, j sodJSON) {
	p.line("%s (%s, %s)", r.Name, r.Severity, r.ID)
	p.line("  not together: %s, and %s", review.SideWords(o, r.A), review.SideWords(o, r.B))
	if r.Reason != "" {
		p.line("  because: %s", r.Reason)
	}
	if len(j.Broken) == 0 {
		p.line("  nobody holds both")
	}
	for _, b := range j.Broken {
		p.line("  %s holds both", b.Principal.Name)
		for _, w := range append(b.A, b.B...) {
			p.line("    %s", w)
		}
	}
}

// sodProperties are what a rule says besides its sides.
type sodProperties struct{ severity, why, name, agentA, agentB string }

func (e *env) sodAddCmd() *cobra.Command {
	var f proposing
	var w sodProperties
	cmd := &cobra.Command{
		Use:   "add NAME TARGET LEVEL TARGET LEVEL",
		Short: "Add a rule: two things nobody may hold together",
		Long: `Add proposes a SoD rule: nobody may hold the first target at its level or above together with the
second. Rules are changed under four eyes; whom a new one finds is shown and is no obstacle.

` + sodHelp + "\n\n" + grammarHelp + "\n\n" + proposingHelp,
		Example: `  countersign sod add "Build and release" area:Behavior Edit area:Deployments Edit --severity high --why "SOX change management" --reason "audit 2026"
  countersign sod add "Payroll apart" group:Payroll Member group:Audit Member --dry-run`,
		Args: between(5, 5),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			r := domain.SoDRule{ID: ids(domain.PrefixSoD), Name: strings.TrimSpace(args[0]), Reason: w.why}
			var err error
			if r.Severity, err = domain.ParseSeverity(w.severity); err != nil {
				return "", nil, err
			}
			if r.A, err = sodSide(o, args[1], args[2], w.agentA); err != nil {
				return "", nil, err
			}
			if r.B, err = sodSide(o, args[3], args[4], w.agentB); err != nil {
				return "", nil, err
			}
			return fmt.Sprintf("SoD rule %s", r.Name), []domain.Change{domain.Begin(r)}, nil
		}),
	}
	cmd.Flags().StringVar(&w.severity, "severity", "medium", "how much it weighs: low, medium, high, critical (`SEVERITY`)")
	cmd.Flags().StringVar(&w.why, "why", "", "why the two are kept apart (`TEXT`, kept with the rule)")
	cmd.Flags().StringVar(&w.agentA, "agent-a", "", "the first inside this `AGENT` only (areas and sources)")
	cmd.Flags().StringVar(&w.agentB, "agent-b", "", "the second inside this `AGENT` only")
	return e.proposingFlags(cmd, &f)
}

func sodSide(o *domain.Org, ref, word, agentRef string) (s domain.SoDSide, err error) {
	if s.Target, s.Agent, err = findScoped(o, ref, agentRef); err != nil {
		return s, err
	}
	s.Level, err = domain.LadderOf(s.Target.Kind).Parse(word)
	return s, err
}

func (e *env) sodChangeCmd() *cobra.Command {
	var f proposing
	var w sodProperties
	cmd := &cobra.Command{
		Use:     "change RULE",
		Short:   "Change a rule's name, severity or reason",
		Long:    "Change proposes another name, severity or reason for a SoD rule. Other sides are another rule.\n\n" + proposingHelp,
		Example: `  countersign sod change "Build and release" --severity critical --reason "audit 2026"`,
		Args:    between(1, 1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			before, err := findSoD(o, args[0])
			if err != nil {
				return "", nil, err
			}
			after := before
			if w.name != "" {
				after.Name = w.name
			}
			if w.why != "" {
				after.Reason = w.why
			}
			if w.severity != "" {
				if after.Severity, err = domain.ParseSeverity(w.severity); err != nil {
					return "", nil, err
				}
			}
			title := fmt.Sprintf("SoD rule %s", before.Name)
			if after == before {
				return title, nil, nil
			}
			return title, []domain.Change{domain.Replace(before, after)}, nil
		}),
	}
	cmd.Flags().StringVar(&w.severity, "severity", "", "how much it weighs from now on (`SEVERITY`)")
	cmd.Flags().StringVar(&w.why, "why", "", "why the two are kept apart (`TEXT`)")
	cmd.Flags().StringVar(&w.name, "name", "", "what it is called from now on (`NAME`)")
	return e.proposingFlags(cmd, &f)
}

func (e *env) sodRemoveCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:     "remove RULE",
		Short:   "Take a rule away",
		Long:    "Remove proposes that a SoD rule ends. It takes a second person, as every change of a rule does.\n\n" + proposingHelp,
		Example: `  countersign sod remove "Build and release" --reason "replaced by a stricter one"`,
		Args:    between(1, 1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			r, err := findSoD(o, args[0])
			if err != nil {
				return "", nil, err
			}
			return fmt.Sprintf("no SoD rule %s", r.Name), []domain.Change{domain.End(r)}, nil
		}),
	}
	return e.proposingFlags(cmd, &f)
}
