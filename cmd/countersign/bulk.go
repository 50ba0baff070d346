package main

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) bulkCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "bulk",
		Short: "Many at once, in one change set: assign agents, add people, take access",
		Long: `Bulk makes one change set of many grants: agents to many groups, people to many groups, or access
taken from many. It is applied whole or not at all, and shows who gains and loses what first.`,
		Example: `  countersign bulk assign --agent Basic --agent Advanced --group "Tier 1" --group "Tier 2" --reason "support rollout"`,
	}, e.bulkAssignCmd(), e.bulkJoinCmd(), e.bulkRemoveCmd())
}

// named reads what flags and a file name: one a line, blank lines and those
// that begin with # aside.
func (s *session) named(flags []string, file string) ([]string, error) {
	out := slices.Clone(flags)
	if file == "" {
		return out, nil
	}
	raw, err := s.readFile(file)
	if err != nil {
		return nil, err
	}
	sc := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	for sc.Scan() {
		if line := strings.TrimSpace(sc.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, domain.Errorf(domain.Invalid, "%s cannot be read: %v", file, err).Hinted("write one name a line")
	}
	return out, nil
}

// each makes the change of every pair, and says what is so already.
func each(o *domain.Org, ids maker, holders []string, targets []string, word string, w domain.Window) ([]domain.Change, error) {
	var out []domain.Change
	seen := map[string]bool{}
	for _, h := range holders {
		for _, t := range targets {
			if key := h + "\x00" + t; seen[key] {
				continue
			} else {
				seen[key] = true
			}
			_, cs, err := setLevel(o, ids, level{holder: h, target: t, word: word, window: w})
			if err != nil {
				return nil, err
			}
			out = append(out, cs...)
		}
	}
	return once(out), nil
}

// once leaves out what two spellings of one name made twice.
func once(changes []domain.Change) []domain.Change {
	type place struct {
		h     domain.Holder
		t     domain.Target
		agent domain.ID
		begin bool
		id    domain.ID
	}
	seen := map[place]bool{}
	return slices.DeleteFunc(changes, func(c domain.Change) bool {
		g, ok := c.Record().(domain.Grant)
		k := place{g.Holder, g.Target, g.Agent, c.Before == nil, g.ID}
		if c.Before == nil {
			k.id = ""
		}
		twice := ok && seen[k]
		seen[k] = true
		return twice
	})
}

func prefixed(word string, refs []string) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = word + ":" + strings.TrimPrefix(r, word+":")
	}
	return out
}

// mustName refuses a command line on which nothing is named.
func mustName(what string, list []string, flag string) error {
	if len(list) > 0 {
		return nil
	}
	return domain.Errorf(domain.Invalid, "no %s is named", what).Hinted("name one or more with %s", flag)
}

func (e *env) bulkAssignCmd() *cobra.Command {
	var f proposing
	var agents, groups []string
	var word string
	var w domain.Window
	cmd := &cobra.Command{
		Use:   "assign",
		Short: "Assign agents to groups, each to each",
		Long: `Assign gives each of the groups exactly this level on each of the agents, as set does, in one change
set. What is so already stays out of it.

` + proposingHelp,
		Example: `  countersign bulk assign --agent Basic --agent Advanced --group "Tier 1" --group "Tier 2" \
      --level "View & Use" --to 2026-12-31 --reason "season"`,
		Args: between(0, 0),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, _ []string) (string, []domain.Change, error) {
			if err := mustName("agent", agents, "--agent"); err != nil {
				return "", nil, err
			}
			if err := mustName("group", groups, "--group"); err != nil {
				return "", nil, err
			}
			cs, err := each(o, ids, prefixed("group", groups), prefixed("agent", agents), word, w)
			return fmt.Sprintf("%s on %s for %s", word, review.Count(len(agents), "agent", "agents"), review.Count(len(groups), "group", "groups")), cs, err
		}),
	}
	cmd.Flags().StringArrayVar(&agents, "agent", nil, "an `AGENT`; give it again for more")
	cmd.Flags().StringArrayVar(&groups, "group", nil, "a `GROUP`; give it again for more")
	cmd.Flags().StringVar(&word, "level", "View & Use", "the `LEVEL`: View & Use, Edit, or None to take it")
	windowFlags(cmd, &w)
	return e.proposingFlags(cmd, &f)
}

func windowFlags(cmd *cobra.Command, w *domain.Window) {
	cmd.Flags().StringVar((*string)(&w.From), "from", "", "from this `DAY` on (YYYY-MM-DD)")
	cmd.Flags().StringVar((*string)(&w.To), "to", "", "until this `DAY`, included")
	cmd.Flags().StringVar(&w.Zone, "zone", "", "the IANA time `ZONE` of the days")
}

func (e *env) bulkJoinCmd() *cobra.Command {
	var f proposing
	var people, groups []string
	var file, word string
	var w domain.Window
	cmd := &cobra.Command{
		Use:   "join",
		Short: "Add people to groups, each to each",
		Long: `Join gives each of the people exactly this level in each of the groups, as set does, in one change
set. --file names more of them, one a line ("-" reads standard input). What is so already stays out
of it.

` + proposingHelp,
		Example: `  countersign bulk join --person dana@acme.example --person tom@acme.example --group "On call" --group Support --reason "rota 14"
  cut -d, -f2 newcomers.csv | countersign bulk join --file - --group Support --reason "newcomers"`,
		Args: between(0, 0),
		RunE: e.proposer(&f, func(s *session, o *domain.Org, ids maker, _ []string) (string, []domain.Change, error) {
			who, err := s.named(people, file)
			if err != nil {
				return "", nil, err
			}
			if err := mustName("person", who, "--person or --file"); err != nil {
				return "", nil, err
			}
			if err := mustName("group", groups, "--group"); err != nil {
				return "", nil, err
			}
			cs, err := each(o, ids, prefixed("person", who), prefixed("group", groups), word, w)
			return fmt.Sprintf("%s of %s: %s", word, review.Count(len(groups), "group", "groups"), review.Count(len(who), "person", "people")), cs, err
		}),
	}
	cmd.Flags().StringArrayVar(&people, "person", nil, "a `PERSON`; give it again for more")
	cmd.Flags().StringArrayVar(&groups, "group", nil, "a `GROUP`; give it again for more")
	cmd.Flags().StringVar(&file, "file", "", "a `FILE` of people, one a line")
	cmd.Flags().StringVar(&word, "level", "Member", "the `LEVEL`: Member, Manager, or None to take them out")
	windowFlags(cmd, &w)
	return e.proposingFlags(cmd, &f)
}

func (e *env) bulkRemoveCmd() *cobra.Command {
	var f proposing
	var holders, targets, kinds []string
	var file string
	cmd := &cobra.Command{
		Use:   "remove",
		Short: "Take access from many at once",
		Long: `Remove ends, in one change set, every grant of the holders on the targets: of these holders on
anything where no target is named, of anybody on these targets where no holder is. --kind keeps it to
some kinds. An area value ends too; nothing broader is put in its place. What comes from another
system is said: it must end there as well.

` + proposingHelp + "\n\n" + grammarHelp,
		Example: `  countersign bulk remove --holder group:"External Consultants" --kind agent --reason "contract over"
  countersign bulk remove --target agent:Payroll --dry-run
  countersign bulk remove --holder dana@acme.example --holder tom@acme.example --target agent:Payroll --reason "audit"`,
		Args: between(0, 0),
		RunE: e.proposer(&f, func(s *session, o *domain.Org, _ maker, _ []string) (string, []domain.Change, error) {
			who, err := s.named(holders, file)
			if err != nil {
				return "", nil, err
			}
			return removal(o, who, targets, kinds)
		}),
	}
	cmd.Flags().StringArrayVar(&holders, "holder", nil, "a `HOLDER`: a person, a group, a role; give it again for more")
	cmd.Flags().StringArrayVar(&targets, "target", nil, "a `TARGET`; give it again for more")
	cmd.Flags().StringArrayVar(&kinds, "kind", nil, "only targets of this `KIND`: agent, area, source, group …")
	cmd.Flags().StringVar(&file, "file", "", "a `FILE` of holders, one a line")
	return e.proposingFlags(cmd, &f)
}

// removal makes the changes that end every grant between the two.
func removal(o *domain.Org, holders, targets, kinds []string) (string, []domain.Change, error) {
	if len(holders)+len(targets) == 0 {
		return "", nil, domain.Errorf(domain.Invalid, "neither a holder nor a target is named").
			Hinted("name who loses it with --holder, or what with --target")
	}
	of, on, only := map[domain.Holder]bool{}, map[domain.Target]bool{}, map[domain.TargetKind]bool{}
	for _, ref := range holders {
		h, err := findHolder(o, ref)
		if err != nil {
			return "", nil, err
		}
		of[h] = true
	}
	for _, ref := range targets {
		t, err := findTarget(o, ref)
		if err != nil {
			return "", nil, err
		}
		on[t] = true
	}
	for _, w := range kinds {
		k, err := domain.ParseTargetKind(w)
		if err != nil {
			return "", nil, err
		}
		only[k] = true
	}
	var out []domain.Change
	for row := range o.All(domain.KindGrant) {
		g, ok := row.Record.(domain.Grant)
		if ok && (len(of) == 0 || of[g.Holder]) && (len(on) == 0 || on[g.Target]) && (len(only) == 0 || only[g.Target.Kind]) {
			out = append(out, domain.End(g))
		}
	}
	return fmt.Sprintf("Remove %s", review.Count(len(out), "grant", "grants")), out, nil
}
