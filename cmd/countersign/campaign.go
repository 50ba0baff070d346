package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"countersign/domain"
	"countersign/review"
)

const campaignHelp = `A campaign is named by its name or id; where only one is not closed or cancelled, it
need not be named.`

const answerHelp = `A campaign is named by its name or id. Where none is, the items are those of every active
campaign, and an answer goes to the only active one.`

func (e *env) campaignCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "campaign",
		Short: "Plan, stage, launch, remediate, verify and close a review",
		Long: `A campaign reviews who may do what: it is drafted, staged (the population is frozen and tied
out), launched to its reviewers, decided, signed off, countersigned, remediated, verified, closed.

` + campaignHelp,
		Example: `  countersign campaign new "Q4 2026" --reviewers manager,owner --fallback ana@acme.example --due 2026-11-15
  countersign campaign stage "Q4 2026"`,
	}, e.campaignNewCmd(), e.campaignEditCmd(), e.campaignStageCmd(), e.campaignCheckCmd(), e.campaignLaunchCmd(), e.campaignListCmd(),
		e.campaignShowCmd(), e.campaignProgressCmd(), e.campaignAdvanceCmd(), e.campaignLapseCmd(), e.campaignReiterateCmd(), e.campaignRemindCmd(), e.campaignReassignCmd(), e.campaignExtendCmd(),
		e.campaignRequestsCmd(), e.campaignApproveCmd(), e.campaignRejectCmd(), e.campaignWithdrawCmd(),
		e.campaignRemediateCmd(), e.campaignWorkListCmd(), e.campaignVerifyCmd(), e.campaignExceptCmd(), e.campaignAcknowledgeCmd(),
		e.campaignCloseCmd(), e.campaignCancelCmd(), e.campaignReplayCmd(), e.campaignSimulateCmd(), e.campaignDeltaCmd(), e.campaignResidualsCmd(),
		e.campaignTickCmd(),
		e.campaignDiligenceCmd(), e.campaignSampleCmd())
}

// campaignOf finds the campaign that ref names; "" names the only one that is
// neither closed nor cancelled (else NotFound or Conflict).
func campaignOf(tx review.Tx, ref string) (review.Campaign, error) {
	if ref != "" {
		return tx.Campaign(domain.ID(ref))
	}
	all, err := tx.Campaigns()
	if err != nil {
		return review.Campaign{}, err
	}
	all = slices.DeleteFunc(all, func(c review.Campaign) bool { return c.State >= review.Closed })
	switch len(all) {
	case 0:
		return review.Campaign{}, domain.Errorf(domain.NotFound, "no campaign is under way").
			Hinted("name one that is closed, or start one with: countersign campaign new")
	case 1:
		return all[0], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	return review.Campaign{}, domain.Errorf(domain.Conflict, "%d campaigns are under way", len(all)).
		Hinted("name one of: %s", strings.Join(names, ", "))
}

// asking lists the campaigns that ref means to a reviewer: the one it names; for
// "" all that are active, by name, and where none is, the only one under way.
func asking(tx review.Tx, ref string) ([]review.Campaign, error) {
	if ref == "" {
		all, err := tx.Campaigns()
		if err != nil {
			return nil, err
		}
		active := slices.DeleteFunc(slices.Clone(all), func(c review.Campaign) bool { return c.State != review.Active })
		if len(active) > 0 {
			slices.SortFunc(active, func(a, b review.Campaign) int { return strings.Compare(a.Name, b.Name) })
			return active, nil
		}
	}
	c, err := campaignOf(tx, ref)
	return []review.Campaign{c}, err
}

// toAnswer is the one campaign that ref means to a reviewer who answers: the
// one it names, or the only one that is active. Several active ones are a
// Conflict that names them.
func toAnswer(tx review.Tx, ref string) (review.Campaign, error) {
	all, err := asking(tx, ref)
	if err != nil {
		return review.Campaign{}, err
	}
	if len(all) == 1 {
		return all[0], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	return review.Campaign{}, domain.Errorf(domain.Conflict, "%d campaigns are active", len(all)).
		Hinted("name one of: %s", strings.Join(names, ", "))
}

// toAnswerID is the id of that campaign.
func (s *session) toAnswerID(ref string) (id domain.ID, err error) {
	err = s.view(func(tx review.Tx) error {
		c, err := toAnswer(tx, ref)
		id = c.ID
		return err
	})
	return id, err
}

// campaignID is the id of the campaign that the first argument names, if any.
func (s *session) campaignID(args []string) (id domain.ID, err error) {
	err = s.view(func(tx review.Tx) error {
		c, err := campaignOf(tx, first(args))
		id = c.ID
		return err
	})
	return id, err
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// aboutNow begins a JSON answer about the present state.
func (s *session) aboutNow(tx review.Tx) (about, error) {
	o, err := tx.Org()
	if err != nil {
		return about{}, err
	}
	head, err := tx.Log()
	at := tx.Now()
	return about{Mode: modeWords[s.store.Mode()], Event: domain.Seq(head.Size - 1), At: &at, Org: o.Setting(domain.SettingName)}, err
}

// defaultHorizon is how many days ahead verification looks at windows that open.
const defaultHorizon = 92

// campaignFlags are what a definition is made of.
type campaignFlags struct {
	kinds, agents, groups, roles, people, areas, classes, sources, reviewers []string
	exclude                                                                  []string
	unused                                                                   string
	newSince                                                                 bool
	coverage, until, diligence                                               string
	externals, reasonToKeep                                                  bool
	fallback, due, countersign, strategy                                     string
	horizon                                                                  int
	stages, stops, silence                                                   []string
}

func (e *env) campaignNewCmd() *cobra.Command {
	f, like := campaignFlags{}, ""
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Draft a campaign: what is reviewed, by whom, until when",
		Long: `New drafts a campaign. Its scope is everything that gives access, narrowed by the flags; each
flag takes several values with commas between. Reviewers are asked in order: manager (of the
holder), owner (of the agent), group-managers, or people by e-mail; then the fallback, then you.
Nobody reviews their own access: it goes to the next in line.

With --definition all of that is the definition's, by the version that is in force; the due date
too, where none is given.

A due date without a time ends with that day in the organisation's zone. Countersign says which
packets a checker must see: all, or only those with a reduction, a revocation or a high-risk item.

With --stage there are several stages, each with its own reviewers, who answer one after another.
` + stageHelp + `
An item that a stage decides for good stops there; --stops says which outcomes do. --non-response
says what becomes of what nobody answered, by risk; unless it does, that stays an exception.`,
		Example: `  countersign campaign new "Q4 2026" --reviewers manager,owner --fallback ana@acme.example --due 2026-11-15
  countersign campaign new "Q1 2027" --due 2027-01-31 --stage "manager; strategy=one-deny-denies" \
      --stage "owner; days=7; escalate=4:second-manager" --stops revoke --non-response plain=keep,high=block
  countersign campaign new "Recertification Q4" --definition "Quarterly recertification"
  countersign campaign new "Externals, October" --externals-only --kinds agent,group --reviewers owner \
      --countersign sensitive --due 2026-10-31T17:00:00Z`,
		Args: between(1, 1),
	}
	cmd.RunE = e.with(needsActor, func(s *session, args []string) error {
		if fl := cmd.Flags(); fl.Changed("stage") && fl.Changed("reviewers") {
			return domain.Errorf(domain.Invalid, "--reviewers is of a campaign of one stage, and --stage was given").
				Hinted("name the reviewers in each --stage")
		}
		if like == "" {
			return s.newCampaign(args[0], f)
		}
		if err := onlyDue(cmd.Flags()); err != nil {
			return err
		}
		return s.newFromDefinition(args[0], like, f.due)
	})
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&f.due, "due", "", "the last `MOMENT` for answers: a date or an instant")
	cmd.Flags().StringVar(&like, "definition", "", "draft it from the version in force of this `DEFINITION`")
	return cmd
}

// add gives a command the flags that a definition is made of.
func (f *campaignFlags) add(fl *pflag.FlagSet) {
	fl.StringSliceVar(&f.kinds, "kinds", nil, "only these kinds of `GRANT`: "+kindWords())
	fl.StringSliceVar(&f.agents, "agents", nil, "only these `AGENTS`")
	fl.StringSliceVar(&f.groups, "groups", nil, "only what these `GROUPS` hold, and memberships of them")
	fl.StringSliceVar(&f.roles, "roles", nil, "only what these `ROLES` hold, and who holds them")
	fl.StringVar(&f.unused, "unused", "", "only what was not used for so `LONG` (90 days), or was never seen used")
	fl.BoolVar(&f.newSince, "new-since-last", false, "only what was never decided, or changed since it was")
	fl.StringArrayVar(&f.exclude, "exclude", nil, "leave out `WHO: WHY`, \"WHO on WHAT: WHY\" or \"WHO on WHAT for AGENT: WHY\"; may be given again")
	fl.StringVar(&f.coverage, "from-coverage", "", "only what is out of cadence by this `FRAMEWORK`")
	fl.StringVar(&f.until, "until", "", "and what will be after this `DAY`")
	fl.StringSliceVar(&f.people, "people", nil, "only what these `PEOPLE`, keys or AI agents hold")
	fl.StringSliceVar(&f.areas, "areas", nil, "only these `AREAS` and what is below them")
	fl.StringSliceVar(&f.classes, "classes", nil, "only agents and sources of these `CLASSIFICATIONS`")
	fl.StringSliceVar(&f.sources, "sources", nil, "only grants imported from these `SOURCES`")
	fl.BoolVar(&f.externals, "externals-only", false, "only what external people hold")
	fl.StringSliceVar(&f.reviewers, "reviewers", []string{review.ByManager, review.ByTargetOwner}, "who answers, in `ORDER`")
	fl.StringVar(&f.fallback, "fallback", "", "who answers where nobody in the order can: an `EMAIL`")
	fl.StringVar(&f.countersign, "countersign", "all", "`WHICH` packets a checker must see: all or sensitive")
	fl.StringVar(&f.strategy, "strategy", "", "how several answers become `ONE`: of the reviewers, or, with --stage, of the stages")
	fl.StringArrayVar(&f.stages, "stage", nil, "one `STAGE`, given as often as there are stages, instead of --reviewers")
	fl.StringSliceVar(&f.stops, "stops", nil, "what `OUTCOMES` end an item before the next stage; nothing: none does")
	fl.StringSliceVar(&f.silence, "non-response", nil, "what silence `MEANS` at the deadline: plain=keep,high=block (block, keep, revoke, reduce, recommendation)")
	fl.BoolVar(&f.reasonToKeep, "reason-to-keep", false, "a reason is needed to keep, too")
	fl.StringVar(&f.diligence, "diligence", "", "`THRESHOLDS` of how reviewers answer: seconds=5,bulk=60,opened=10,streak=50,late=50,hours=24, or off")
	fl.IntVar(&f.horizon, "horizon", defaultHorizon, "verification looks at windows that open within so many `DAYS`")
}

func kindWords() string {
	var words []string
	for _, k := range domain.TargetKinds() {
		words = append(words, k.String())
	}
	return strings.Join(words, ", ")
}

func (s *session) newCampaign(name string, f campaignFlags) error {
	c := review.Campaign{Name: name}
	err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if c.Definition, err = f.definition(o); err != nil {
			return err
		}
		if days := c.Definition.Stages[0].Days; f.due == "" && days > 0 {
			c.Due = tx.Now().AddDate(0, 0, days)
			return nil
		}
		c.Due, err = parseDue(o, f.due)
		return err
	})
	if err != nil {
		return err
	}
	if c, err = s.svc.NewCampaign(s.ctx, s.actor, c); err != nil {
		return err
	}
	p := s.newPage()
	p.line("%s: the campaign %q is drafted, due %s", c.ID, c.Name, s.when(c.Due))
	p.line("next: countersign campaign stage %q", c.Name)
	return s.print(p)
}

// parseDue reads a date, which stands for its last millisecond in the
// organisation's zone, or an instant.
func parseDue(o *domain.Org, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, domain.Errorf(domain.Invalid, "no due date is given").Hinted("give one with --due 2026-11-15")
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	d, err := domain.ParseDate(text)
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Invalid, "%q is no due date", text).
			Hinted("write a date (2026-11-15) or an instant (2026-11-15T17:00:00Z)")
	}
	return time.Unix(domain.Window{To: d}.Span(o.Zone()).To, 0).UTC().Add(-time.Millisecond), nil
}

func (f campaignFlags) definition(o *domain.Org) (review.Definition, error) {
	d := review.Definition{ReasonToKeep: f.reasonToKeep, Horizon: f.horizon}
	if err := f.allStages(&d); err != nil {
		return d, err
	}
	switch f.countersign {
	case "all":
		d.CountersignAll = true
	case "sensitive":
	default:
		return d, domain.Errorf(domain.Invalid, "%q does not say which packets are countersigned", f.countersign).
			Hinted("use all or sensitive")
	}
	var err error
	if d.Diligence, err = review.ReadDiligence(f.diligence); err != nil {
		return d, err
	}
	d.Scope, err = f.scope(o)
	return d, err
}

func (f campaignFlags) scope(o *domain.Org) (review.Scope, error) {
	s := review.Scope{ExternalsOnly: f.externals, Sources: f.sources}
	for _, w := range f.kinds {
		k, err := domain.ParseTargetKind(w)
		if err != nil {
			return s, err
		}
		s.Kinds = append(s.Kinds, k)
	}
	for _, w := range f.classes {
		c, err := domain.ParseClassification(w)
		if err != nil {
			return s, err
		}
		s.Classifications = append(s.Classifications, c)
	}
	for _, x := range []struct {
		refs []string
		kind domain.Kind
		to   *[]domain.ID
	}{
		{f.agents, domain.KindAgent, &s.Agents}, {f.groups, domain.KindGroup, &s.Groups}, {f.roles, domain.KindRole, &s.Roles},
		{f.people, domain.KindPrincipal, &s.Principals}, {f.areas, domain.KindArea, &s.Areas},
	} {
		for _, ref := range x.refs {
			hit, err := findAny(o, ref, x.kind)
			if err != nil {
				return s, err
			}
			*x.to = append(*x.to, hit.id)
		}
	}
	return s, f.narrow(o, &s)
}

// tieOutLines says a tie-out as the equation it is.
func tieOutLines(p *page, c review.Campaign) {
	t := c.TieOut
	excluded := 0
	var why []string
	for _, reason := range sortedKeys(t.Excluded) {
		excluded += t.Excluded[reason]
		why = append(why, fmt.Sprintf("%s %d", reason, t.Excluded[reason]))
	}
	p.line("tie-out      %d holdings = %d in scope + %d excluded + %d orphaned + %d rejected; difference %d",
		t.Source, t.InScope, excluded, t.Orphaned, t.Rejected, t.Difference())
	if len(why) > 0 {
		p.line("excluded     %s", strings.Join(why, ", "))
	}
	var levels []string
	for _, l := range sortedKeys(t.Levels) {
		levels = append(levels, fmt.Sprintf("%s %d", l, t.Levels[l]))
	}
	if len(levels) > 0 {
		p.line("levels       %s", strings.Join(levels, ", "))
	}
	if len(t.Deltas) > 0 {
		p.line("since last   %s", deltaWords(t.Deltas))
	}
	p.line("digest       %s", t.Digest)
}

func sortedKeys(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
