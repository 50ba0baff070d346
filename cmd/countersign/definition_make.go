package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"countersign/domain"
	"countersign/review"
)

// scheduleFlags say when a definition's campaigns are due.
type scheduleFlags struct {
	every, day, start, zone string
}

func (f *scheduleFlags) add(fl *pflag.FlagSet) {
	fl.StringVar(&f.every, "every", "", "how `OFTEN`: monthly, quarterly, half-yearly, yearly or never")
	fl.StringVar(&f.day, "day", "", "the `DAY` of the month: 1, 15 or last")
	fl.StringVar(&f.start, "start", "", "the first scheduled date is this `DATE` or the next after it")
	fl.StringVar(&f.zone, "zone", "", "the `ZONE` in which the day begins; the organisation's where none is given")
}

// on lays what is given over a recurrence.
func (f scheduleFlags) on(fl *pflag.FlagSet, r review.Recurrence) (review.Recurrence, error) {
	if fl.Changed("every") {
		v, err := review.ParsePeriod(f.every)
		if err != nil {
			return r, err
		}
		if r.Every = v; v == review.Never {
			r = review.Recurrence{}
		}
	}
	if fl.Changed("day") {
		v, err := review.ParseDayRule(f.day)
		if err != nil {
			return r, err
		}
		r.Day = v
	}
	if fl.Changed("start") {
		v, err := domain.ParseDate(f.start)
		if err != nil {
			return r, err
		}
		r.Start = v
	}
	if fl.Changed("zone") {
		r.Zone = f.zone
	}
	return r, r.Check()
}

// definitionFlags are what a definition is made of, on the command line.
type definitionFlags struct {
	campaignFlags
	scheduleFlags
	about, days string
	on          []string
	launch      bool
	close       bool
}

func (f *definitionFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	f.campaignFlags.add(fl)
	f.scheduleFlags.add(fl)
	fl.StringVar(&f.about, "about", "", "what it is for, in a `SENTENCE`")
	fl.StringVar(&f.days, "for", "", "how `LONG` reviewers have: 14 days, 2 weeks")
	fl.StringSliceVar(&f.on, "on", nil, "start a campaign on these `EVENTS`: mover, owner-left, level-raised")
	fl.BoolVar(&f.launch, "auto-launch", false, "the clock launches its campaigns, on the definition's approval")
	fl.BoolVar(&f.close, "auto-close", false, "the clock closes its campaigns once every item is settled")
}

// lay lays what is given over a definition.
func (f definitionFlags) lay(fl *pflag.FlagSet, o *domain.Org, t *review.Template) (err error) {
	if t.Definition, err = f.over(fl, o, t.Definition); err != nil {
		return err
	}
	if fl.Changed("about") {
		t.About = f.about
	}
	if fl.Changed("for") {
		if t.Definition.Stages[0].Days, err = review.ParseDays(f.days); err != nil {
			return err
		}
	}
	if fl.Changed("on") {
		t.Triggers = nil
		for _, w := range f.on {
			x, err := review.ParseTrigger(w)
			if err != nil {
				return err
			}
			t.Triggers = append(t.Triggers, x)
		}
	}
	if fl.Changed("auto-launch") {
		t.Definition.AutoLaunch = f.launch
	}
	if fl.Changed("auto-close") {
		t.Definition.AutoClose = f.close
	}
	t.Recurrence, err = f.scheduleFlags.on(fl, t.Recurrence)
	return err
}

func (e *env) definitionNewCmd() *cobra.Command {
	var f definitionFlags
	var like string
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Propose a new definition: one that comes with the program, or one of your own",
		Long: `New proposes the first version of a definition. It begins as the one of that name that comes with
the program, or the one named with --like, or else as everything that gives access, answered by
managers and owners; the flags change that. A schedule needs a start date, and the reviewers a
duration. What flags cannot say (several stages, escalations, exclusions) a file can: see
definition propose.

` + definitionHelp,
		Example: `  countersign definition new "Quarterly recertification" --start 2026-01-01
  countersign definition new "External agents" --externals-only --kinds agent --every monthly --day last \
      --start 2026-01-31 --for "14 days"`,
		Args: between(1, 1),
	}
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		t := review.Template{Definition: review.Definition{Horizon: defaultHorizon, CountersignAll: true,
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}}
		err := s.view(func(tx review.Tx) error {
			if _, err := review.FindTemplate(tx, args[0]); err == nil {
				return domain.Errorf(domain.Conflict, "there is a definition %q already", args[0]).
					Hinted("change it with: countersign definition edit").ByRule("name-taken")
			}
			o, err := tx.Org()
			if err != nil {
				return err
			}
			from := args[0]
			if like != "" {
				from = like
			}
			versions, err := definitionVersions(tx, from)
			switch {
			case err == nil:
				t = versions[len(versions)-1]
			case like != "" || domain.CodeOf(err) != domain.NotFound:
				return err
			}
			t.Name = args[0]
			return f.lay(cmd.Flags(), o, &t)
		})
		if err != nil {
			return err
		}
		return s.proposeDefinition(t)
	})
	f.add(cmd)
	cmd.Flags().StringVar(&like, "like", "", "begin as this `DEFINITION`")
	return cmd
}

func (s *session) proposeDefinition(t review.Template) error {
	t, err := s.svc.ProposeTemplate(s.ctx, s.actor, t)
	if err != nil {
		return err
	}
	p := s.newPage()
	p.line("version %d of the definition %q waits for a checker other than you", t.Version, t.Name)
	p.line("next: countersign definition approve %q", t.Name)
	return s.print(p)
}

func (e *env) definitionProposeCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "propose FILE",
		Short: "Propose a definition from its JSON file, as a new one or a new version",
		Long: `Propose reads a definition from a file ("-": the standard input) and proposes it: as a new one, or,
where there is one of its name, as its next version. The file is read strictly: an unknown key, a
mistyped word or a missing duration is refused, with its place in the file. "definition show NAME
--file" writes such a file.

` + definitionHelp,
		Example: `  countersign definition propose quarterly.json`,
		Args:    between(1, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			raw, err := s.readSmall(args[0])
			if err != nil {
				return err
			}
			var t review.Template
			err = s.view(func(tx review.Tx) error {
				o, err := tx.Org()
				if err != nil {
					return err
				}
				t, err = review.ReadTemplate(raw, o)
				return err
			})
			if err != nil {
				return err
			}
			return s.proposeDefinition(t)
		}),
	}
}

// maxDefinition bounds a definition's file, in bytes.
const maxDefinition = 1 << 20

// readSmall reads a file, or the standard input for "-", up to a megabyte.
func (s *session) readSmall(name string) (_ []byte, err error) {
	in := s.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, domain.Errorf(domain.Invalid, "%s cannot be read: %v", name, err).Hinted("check its name")
		}
		defer func() { _ = f.Close() }() // nothing was written
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxDefinition+1))
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%s cannot be read: %v", name, err).Hinted("check what it is")
	}
	if len(b) > maxDefinition {
		return nil, domain.Errorf(domain.Invalid, "%s is larger than a definition can be", name).Hinted("name the definition's own file")
	}
	return b, nil
}

func (e *env) definitionEditCmd() *cobra.Command {
	var f definitionFlags
	cmd := &cobra.Command{
		Use:   "edit NAME",
		Short: "Propose a definition's next version, changed by flags",
		Long: `Edit proposes the next version of a definition: the one in force, or the last one, with what the
flags change. For more than flags can say, edit the file: definition show NAME --file, then
definition propose.

` + definitionHelp,
		Example: `  countersign definition edit "Quarterly recertification" --for "3 weeks" --fallback ana@acme.example`,
		Args:    between(1, 1),
	}
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		return s.editDefinition(args[0], func(o *domain.Org, t *review.Template) error { return f.lay(cmd.Flags(), o, t) })
	})
	f.add(cmd)
	return cmd
}

// editDefinition proposes the version in force, or the last, changed.
func (s *session) editDefinition(name string, change func(*domain.Org, *review.Template) error) error {
	var t review.Template
	err := s.view(func(tx review.Tx) error {
		versions, err := review.FindTemplate(tx, name)
		if err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		var ok bool
		if t, ok = review.TemplateInForce(versions); !ok {
			t = versions[len(versions)-1]
		}
		return change(o, &t)
	})
	if err != nil {
		return err
	}
	return s.proposeDefinition(t)
}

func (e *env) definitionScheduleCmd() *cobra.Command {
	var f scheduleFlags
	cmd := &cobra.Command{
		Use:   "schedule NAME",
		Short: "Propose when a definition's campaigns are due",
		Long: `Schedule proposes the next version of a definition with another schedule: how often, on which day
of the month, from when, in which zone; --every never takes the schedule away. Dates are counted
from the first one, so a late review moves none: on the last day of the month from January there
are Jan 31, Feb 28, Mar 31.

` + definitionHelp,
		Example: `  countersign definition schedule "Quarterly recertification" --every quarterly --day 15 --start 2026-01-01 \
      --zone Europe/Berlin`,
		Args: between(1, 1),
	}
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		return s.editDefinition(args[0], func(_ *domain.Org, t *review.Template) (err error) {
			t.Recurrence, err = f.on(cmd.Flags(), t.Recurrence)
			return err
		})
	})
	f.add(cmd.Flags())
	return cmd
}

func (e *env) definitionApproveCmd() *cobra.Command {
	return e.definitionActCmd(&cobra.Command{
		Use:   "approve NAME",
		Short: "Put the version of a definition that waits into force",
		Long: `Approve is the second signature on the version of a definition that waits: by a checker who did
not propose it. Campaigns are drafted from it from now on.`,
		Example: `  countersign definition approve "Quarterly recertification"`,
	}, "a `REASON`, where there is one", (*session).approveDefinition)
}

// approveDefinition signs the version that waits as it is shown.
func (s *session) approveDefinition(p *page, name, reason string) (review.Template, error) {
	by := s.actor
	err := s.view(func(tx review.Tx) error {
		versions, err := review.FindTemplate(tx, name)
		if err != nil {
			return err
		}
		t, waits := review.TemplatePending(versions)
		if !waits {
			return nil // approving says so
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		head, err := tx.Log()
		if err != nil {
			return err
		}
		name = string(t.ID)
		if t.Retires {
			p.line("%s (%s) is retired: %s", t.Name, t.ID, t.Reason)
		} else {
			s.definitionLines(p, o, t, "")
		}
		by = s.see(head, p.text())
		return nil
	})
	if err != nil {
		return review.Template{}, err
	}
	return s.svc.ApproveTemplate(s.ctx, by, name, reason)
}

// plainly makes an act on a definition one that shows nothing before.
func plainly(act func(*review.Service, context.Context, domain.Actor, string, string) (review.Template, error)) definitionAct {
	return func(s *session, _ *page, name, reason string) (review.Template, error) {
		return act(s.svc, s.ctx, s.actor, name, reason)
	}
}

func (e *env) definitionRejectCmd() *cobra.Command {
	return e.definitionActCmd(&cobra.Command{
		Use:   "reject NAME",
		Short: "End the version of a definition that waits, for a reason",
		Long: `Reject ends the version of a definition that waits: by a checker, or by whoever proposed it, who
takes it back. What is in force stays so.`,
		Example: `  countersign definition reject "Quarterly recertification" --reason "a month is too long"`,
	}, "`WHY` it is not to be", plainly((*review.Service).RejectTemplate))
}

func (e *env) definitionRetireCmd() *cobra.Command {
	return e.definitionActCmd(&cobra.Command{
		Use:   "retire NAME",
		Short: "Propose that a definition drafts no campaigns any more",
		Long: `Retire proposes that no campaign be drafted from a definition any more, for a reason; it is so
once a checker approves it. Campaigns under way go on.`,
		Example: `  countersign definition retire "Monthly external access" --reason "the quarterly review takes it in"`,
	}, "`WHY` it is reviewed no more", plainly((*review.Service).RetireTemplate))
}

// definitionAct does one act on a definition for a reason; what it shows of it before
// goes onto the page.
type definitionAct func(s *session, p *page, name, reason string) (review.Template, error)

// definitionActCmd makes a command that does one act on a definition, with a
// reason.
func (e *env) definitionActCmd(cmd *cobra.Command, reasonHelp string, act definitionAct) *cobra.Command {
	reason := ""
	cmd.Args = between(1, 1)
	cmd.Long += "\n\n" + definitionHelp
	cmd.Flags().StringVar(&reason, "reason", "", reasonHelp)
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		p := s.newPage()
		t, err := act(s, p, args[0], reason)
		if err != nil {
			return err
		}
		p.line("version %d of the definition %q is %s", t.Version, t.Name, t.State)
		return s.print(p)
	})
	return cmd
}
