package campaigns_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/campaigns"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

// checker holds the duty and had no part in the campaign.
const checker domain.ID = "usr_mira"

// office is campaigns in memory and who runs them.
type office struct {
	*tuitest.Population
	org    *domain.Org
	actor  domain.ID
	all    []review.Campaign
	checks []review.Check
	did    []string // the acts, with what they were given
	saw    []domain.Sight
	fail   error
	during func()
	// waiting are the requests.
	waiting []string
	due     []review.Ticked
}

// running is the organisation in which Ana runs campaigns.
func running(t testing.TB) *domain.Org {
	duty := domain.Grant{ID: "gnt_runs", Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_ana"},
		Target: domain.Target{Kind: domain.TargetDuty, ID: "campaign-owner"}, Level: domain.Held}
	o, _, err := orgtest.New(t).Org.With(domain.ChangeSet{Changes: []domain.Change{domain.Begin(duty)}}, orgtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func newOffice(t testing.TB, s review.State) *office {
	c, _ := tuitest.Quarter()
	o := &office{Population: tuitest.NewPopulation(40), org: running(t), actor: "usr_ana"}
	c.State, c.Owner, c.FrozenAt = s, "usr_ana", orgtest.Now.AddDate(0, 0, -1)
	c.Definition = review.Definition{CountersignAll: true, Stages: []review.Stage{{Name: "Managers", Reviewers: []string{review.ByManager, review.ByTargetOwner}, Fallback: "usr_tom"},
		{Name: orgtest.Hostile, Reviewers: []string{review.ByTargetOwner}, Days: 7}}}
	c.TieOut = review.TieOut{Source: 50, InScope: 40, Excluded: map[string]int{"only restricts": 6, "window is over": 2}, Orphaned: 1, Rejected: 1,
		Levels: map[string]int{"area: Edit": 10, "agent: Edit": 30}, Digest: strings.Repeat("ab", 32)}
	switch s {
	case review.Draft:
		c.Stage, c.Population, c.TieOut, c.Frozen = 0, "", review.TieOut{}, 0
	case review.Staged:
		c.Stage = 0
	}
	odd := review.Campaign{ID: "cmp_odd", Name: orgtest.Hostile, State: review.Cancelled, Owner: "usr_mal", Reason: "a mistake\r" + orgtest.Hostile, Due: c.Due, Definition: c.Definition}
	o.all = []review.Campaign{c, odd}
	return o
}

func (o *office) figures(c review.Campaign) review.CampaignFigures {
	f := review.CampaignFigures{Campaign: c}
	if c.Population == "" {
		return f
	}
	mine := o.Progress()
	f.Reviewers = []review.Progress{mine, {Stage: 1, Reviewer: "usr_tom", Items: 1, Decided: 1, Keep: 1, State: review.Countersigned}, {Stage: 1, Reviewer: "usr_mal", Items: 0}}
	f.Items, f.Decided, f.Keep, f.Revoke, f.Checked = mine.Items+1, mine.Decided+1, mine.Keep+1, 2, 1
	return f
}

func (o *office) Overview(context.Context) (campaigns.Overview, error) {
	v := campaigns.Overview{Org: o.org, Actor: o.actor, Now: orgtest.Now, Head: review.Head{Size: int64(42 + len(o.did)), Root: "cm9vdA=="}}
	for _, c := range o.all {
		v.Figures = append(v.Figures, o.figures(c))
	}
	return v, nil
}

func (o *office) Story(_ context.Context, id domain.ID) (campaigns.Story, error) {
	for _, c := range o.all {
		if c.ID == id {
			s := campaigns.Story{Org: o.org, Actor: o.actor, Now: orgtest.Now, Head: review.Head{Size: 42, Root: "cm9vdA=="}, Figures: o.figures(c), Checks: o.checks}
			if c.Population != "" {
				s.Stages = []campaigns.StageLine{{Name: "Managers", Entered: 40, Decided: 12, Complete: 0, Work: 42, WorkDone: 14, Began: orgtest.Now.AddDate(0, 0, -3), Due: c.Due},
					{Name: orgtest.Hostile, Days: 7}}
			}
			if c.State >= review.SignedOff && len(s.Stages) > 0 {
				s.Stages[0].Complete, s.Rulings = 40, map[review.Answer]int{review.Keep: 30, review.Revoke: 6, review.Silent: 4}
			}
			s.Waiting = o.waiting
			if c.State == review.Verifying {
				s.Results, s.Open = map[review.Result]int{review.Verified: 37, review.Residual: 3}, []string{"item 3, " + orgtest.Hostile + ": residual: Read by Release crew"}
			}
			return s, nil
		}
	}
	return campaigns.Story{}, domain.Errorf(domain.NotFound, "there is no campaign %q", id).Hinted("choose one from the list")
}

func (o *office) WorkList(context.Context, domain.ID) (campaigns.Work, error) {
	return campaigns.Work{Campaign: o.all[0], Stamp: "1", Items: []campaigns.WorkItem{{OwnerName: "Dana Okafor", ReviewerName: "Ana Ferreira",
		WorkItem: review.WorkItem{Source: "directory", Item: 7, Holder: orgtest.Hostile, Target: "Sales Team", Present: "Member", Decided: "None", What: "take " + orgtest.Hostile + " out of Sales Team"}}}}, nil
}

func (o *office) More(context.Context, domain.ID, int) (itemlist.More, error) {
	return itemlist.More{Since: "2025-11-03, given by Mira Lind", Reviewer: "Ana Ferreira"}, nil
}

func (o *office) Name(_ context.Context, id domain.ID) string {
	return o.org.Name(domain.KindPrincipal, id)
}

func (o *office) Reviewers(context.Context) ([]ui.Candidate, error) {
	return []ui.Candidate{{Key: "usr_tom", Label: "Tom Vale"}, {Key: "usr_mal", Label: orgtest.Hostile}}, nil
}

// act notes what was done; the campaign is in state s then.
func (o *office) act(saw domain.Sight, s review.State, format string, args ...any) (review.Campaign, error) {
	o.did, o.saw = append(o.did, fmt.Sprintf(format, args...)), append(o.saw, saw)
	if o.fail == nil {
		o.all[0].State = s
	}
	return o.all[0], o.fail
}

func (o *office) Stage(ctx context.Context, saw domain.Sight, _ domain.ID, progress func(int, int)) (review.Campaign, error) {
	progress(10, 40)
	if o.during != nil {
		o.during()
	}
	c, err := o.act(saw, review.Staged, "stage")
	if err == nil {
		o.all[0].Population = "pop_1"
	}
	return c, err
}

func (o *office) Launch(_ context.Context, saw domain.Sight, _ domain.ID) (review.Campaign, error) {
	return o.act(saw, review.Active, "launch")
}

func (o *office) Extend(_ context.Context, saw domain.Sight, _ domain.ID, due, reason string) (string, error) {
	_, err := o.act(saw, o.all[0].State, "extend %s|%s", due, reason)
	return "asked for: a checker approves it", err
}

func (o *office) Remind(_ context.Context, saw domain.Sight, _ domain.ID, note string, dry bool) (review.Reminding, error) {
	r := review.Reminding{Messages: []review.Message{{To: "usr_tom", Subject: "Q4: 1 of 9 items open", Text: "Dear Tom Vale " + orgtest.Hostile + ",\n\nplease answer.\n"}},
		Skipped: []review.Skipped{{Reviewer: "usr_ana", Why: "Ana has signed"}}}
	if dry {
		return r, o.fail
	}
	_, err := o.act(saw, o.all[0].State, "remind %s", note)
	return r, err
}

func (o *office) Tick(_ context.Context, saw domain.Sight, dry bool) (review.TickReport, error) {
	r := review.TickReport{Acts: o.due, Waits: []string{"Q5 waits for a checker to launch it"}}
	if dry {
		return r, o.fail
	}
	_, err := o.act(saw, o.all[0].State, "tick")
	return r, err
}

func (o *office) Lapse(_ context.Context, saw domain.Sight, _ domain.ID) (int, error) {
	_, err := o.act(saw, review.Decided, "lapse")
	return 1, err
}

func (o *office) Advance(_ context.Context, saw domain.Sight, _ domain.ID) (review.Campaign, error) {
	return o.act(saw, o.all[0].State, "advance")
}

func (o *office) Reiterate(_ context.Context, saw domain.Sight, _ domain.ID, due, reason string) (review.Campaign, error) {
	c, err := o.act(saw, review.Active, "reiterate %s|%s", due, reason)
	c.Iteration = 2
	return c, err
}

func (o *office) Looks() []campaigns.Look {
	return []campaigns.Look{{ID: "simulate", Title: "if nobody answered", Doing: "asking what silence would do", Long: "what would become of it if nobody answered any more", From: review.Staged},
		{ID: "replay", Title: "replay", Doing: "replaying the log", Long: "rebuild every ruling from the log", From: review.Active},
		{ID: "sample", Title: "sample", Doing: "drawing", Long: "draw items by a seed", From: review.Staged, Ask: []ui.Field{{Label: "Seed", Check: ui.Needed("a seed")}, {Label: "How many", Value: "25"}}}}
}

func (o *office) Look(_ context.Context, id domain.ID, look string, with []string) ([]ui.Line, error) {
	o.did = append(o.did, fmt.Sprintf("look %s %s %v", id, look, with))
	return []ui.Line{ui.Plain("every ruling follows from the log"), ui.Plain(orgtest.Hostile)}, o.fail
}

func (o *office) Remediate(_ context.Context, saw domain.Sight, _ domain.ID) (review.Remediation, error) {
	_, err := o.act(saw, review.Remediating, "remediate")
	return review.Remediation{ChangeSets: 2, Items: 3, Outside: 1, Failed: 1}, err
}

func (o *office) Verify(_ context.Context, saw domain.Sight, _ domain.ID) (map[review.Result]int, error) {
	_, err := o.act(saw, review.Verifying, "verify")
	return map[review.Result]int{review.Verified: 37, review.Residual: 3}, err
}

func (o *office) Close(_ context.Context, saw domain.Sight, _ domain.ID) (review.Campaign, error) {
	return o.act(saw, review.Closed, "close")
}

func (o *office) Cancel(_ context.Context, saw domain.Sight, _ domain.ID, reason string) (string, error) {
	c, err := o.act(saw, review.Cancelled, "cancel %s", reason)
	return "cancelled: " + c.Name, err
}

func (o *office) Except(_ context.Context, saw domain.Sight, _ domain.ID, items []int, until, reason string) (string, error) {
	_, err := o.act(saw, o.all[0].State, "except %v|%s|%s", items, until, reason)
	return "asked for: " + review.Count(len(items), "item", "items") + " excepted until " + until, err
}

func (o *office) Reassign(_ context.Context, saw domain.Sight, _ domain.ID, items []int, to domain.ID, reason string) (string, error) {
	_, err := o.act(saw, o.all[0].State, "reassign %v|%s|%s", items, to, reason)
	return fmt.Sprintf("%d items handed over to Tom Vale", len(items)), err
}

func (o *office) Acknowledge(_ context.Context, saw domain.Sight, _ domain.ID, statement string) (review.Acknowledgement, error) {
	_, err := o.act(saw, o.all[0].State, "acknowledge %s", statement)
	return review.Acknowledgement{Seq: 77}, err
}

func (o *office) Evidence(context.Context, domain.ID) (string, error) {
	return "evidence-q4-user-access.xlsx", o.fail
}

func (o *office) Package(context.Context, domain.ID) (string, error) {
	return "evidence-q4-user-access.zip", o.fail
}

func open(t testing.TB, o *office, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	c := orgtest.Start(t, kind, w, h,
		tui.PageSpec{ID: "campaigns", Title: "Campaigns", Key: "4", New: campaigns.New(o, o)},
		tui.PageSpec{ID: "campaign", Title: "Campaign", New: campaigns.NewItems(o, o)},
		orgtest.Blank("plan"),
		tui.PageSpec{ID: "worklist", Title: "Work list", New: campaigns.NewWorkList(o)})
	c.Advance(time.Second)
	return c
}
