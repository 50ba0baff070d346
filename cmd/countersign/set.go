package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// maker makes ids of new records.
type maker = func(prefix string) domain.ID

func (e *env) setCmd() *cobra.Command {
	var f proposing
	var agent string
	var w domain.Window
	cmd := &cobra.Command{
		Use:   "set HOLDER TARGET LEVEL",
		Short: "Give, change or take a level, or change a property",
		Long: `Set gives a holder (a person, a group, a role) exactly this level on a target: an agent, an area,
a data source, a group (Member, Manager), a role or a duty (Held), the account role, the agent
role. None takes it away; on an area None is a value of its own that restricts what is below, and
"unset" takes the value away. "area:all" stands for every top-level area. What a role permits is
Allowed or Denied on an object, See or "No Access" on a field, Held of a setting or an action, and
"unset" to show what it inherits (many at once: role set). The subcommands set properties.

` + proposingHelp + "\n\n" + grammarHelp,
		Example: `  countersign set dana@acme.example area:Voice/Numbers Read --agent Support --reason "on call"
  countersign set group:Support agent:Support "View & Use" --dry-run
  countersign set dana@acme.example group:"Tier 1" Manager --reason "team lead"
  countersign set dana@acme.example account-role Admin --reason "deputy"`,
		Args: between(3, 3),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			return setLevel(o, ids, level{holder: args[0], target: args[1], word: args[2], agent: agent, window: w})
		}),
	}
	cmd.Flags().StringVar(&agent, "agent", "", "inside this `AGENT` only (areas and sources)")
	cmd.Flags().StringVar((*string)(&w.From), "from", "", "from this `DAY` on (YYYY-MM-DD)")
	cmd.Flags().StringVar((*string)(&w.To), "to", "", "until this `DAY`, included")
	cmd.Flags().StringVar(&w.Zone, "zone", "", "the IANA time `ZONE` of the days")
	e.proposingFlags(cmd, &f)
	cmd.AddCommand(e.setPresetCmd(), e.setRuleCmd(), e.setSettingCmd())
	for _, p := range properties {
		cmd.AddCommand(e.setPropertyCmd(p))
	}
	return cmd
}

// level is one "this holder has this level there".
type level struct {
	holder, target, word, agent string
	window                      domain.Window
}

// setLevel makes the changes that make it so. What the holder has there from
// several grants becomes one.
func setLevel(o *domain.Org, ids maker, l level) (string, []domain.Change, error) {
	holder, err := findHolder(o, l.holder)
	if err != nil {
		return "", nil, err
	}
	grantID := func() domain.ID { return ids(domain.PrefixGrant) }
	agent, err := findAgentID(o, l.agent)
	if err != nil {
		return "", nil, err
	}
	who := review.HolderName(o, holder)
	if l.target == "all" || l.target == "area:all" {
		v, err := domain.LadderOf(domain.TargetArea).Parse(l.word)
		if err != nil {
			return "", nil, err
		}
		cs, err := domain.SetArea(o, holder, domain.AllAreas, agent, v, grantID)
		return fmt.Sprintf("%s: %s on every area", who, domain.LadderOf(domain.TargetArea).Word(v)), cs, err
	}
	target, agent, err := findScoped(o, l.target, l.agent)
	if err != nil {
		return "", nil, err
	}
	name := review.TargetName(o, target, agent)
	if target.Kind == domain.TargetArea && l.word == "unset" {
		return fmt.Sprintf("%s: no value of its own on %s", who, name), domain.UnsetArea(o, holder, target.ID, agent), nil
	}
	if target.Kind.Permission() {
		return setPermission(o, holder, target, l, grantID)
	}
	v, err := domain.LadderOf(target.Kind).Parse(l.word)
	if err != nil {
		return "", nil, err
	}
	title := fmt.Sprintf("%s: %s on %s", who, domain.LadderOf(target.Kind).Word(v), name)
	if l.window, err = checkWindow(l.window); err != nil {
		return "", nil, err
	}
	if target.Kind == domain.TargetArea && l.window.Always() {
		cs, err := domain.SetArea(o, holder, target.ID, agent, v, grantID)
		return title, cs, err
	}
	return title, setGrant(o, domain.Grant{Holder: holder, Target: target, Agent: agent, Level: v, Window: l.window}, grantID), nil
}

func checkWindow(w domain.Window) (domain.Window, error) {
	if w.Always() && w.Zone != "" {
		return w, domain.Errorf(domain.Invalid, "a time zone is given, and no day").Hinted("name the days with --from and --to")
	}
	return w, w.Check()
}

// setGrant makes the changes after which the holder has exactly this grant on
// its target at its scope; at the bottom rung, none. One role is held: another
// role that was held ends.
func setGrant(o *domain.Org, want domain.Grant, id func() domain.ID) []domain.Change {
	var out []domain.Change
	bottom := want.Level == domain.None && want.Target.Kind != domain.TargetArea
	done := bottom
	for _, g := range o.GrantsOf(want.Holder) {
		other := g.Target.Kind == domain.TargetRole && want.Target.Kind == domain.TargetRole && g.Target != want.Target
		if other && !bottom {
			out = append(out, domain.End(g))
			continue
		}
		if g.Target != want.Target || g.Agent != want.Agent {
			continue
		}
		if done {
			out = append(out, domain.End(g))
			continue
		}
		done = true
		now := g
		now.Level, now.Window = want.Level, want.Window
		if now != g {
			now.Origin = domain.Origin{}
			out = append(out, domain.Replace(g, now))
		}
	}
	if !done {
		want.ID = id()
		out = append(out, domain.Begin(want))
	}
	return out
}

func (e *env) setPresetCmd() *cobra.Command {
	var f proposing
	var agent string
	cmd := &cobra.Command{
		Use:   "preset HOLDER PRESET",
		Short: "Give exactly the areas of a preset",
		Long: `Set preset gives a holder exactly the area values of a preset, for all agents or inside one: what
the preset names is set, every other area value at that scope ends.

` + proposingHelp,
		Example: `  countersign set preset dana@acme.example "Knowledge editor" --reason "joins the content team"`,
		Args:    between(2, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			holder, err := findHolder(o, args[0])
			if err != nil {
				return "", nil, err
			}
			in, err := findAgentID(o, agent)
			if err != nil {
				return "", nil, err
			}
			p, err := o.FindPreset(args[1])
			if err != nil {
				return "", nil, err
			}
			cs, err := p.Apply(o, holder, in, func() domain.ID { return ids(domain.PrefixGrant) })
			return fmt.Sprintf("%s: preset %s", review.HolderName(o, holder), p.Name), cs, err
		}),
	}
	cmd.Flags().StringVar(&agent, "agent", "", "inside this `AGENT` only")
	return e.proposingFlags(cmd, &f)
}
