package home

import (
	"fmt"
	"slices"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// duties are the parts of somebody's first steps, each for who holds a duty. The keys in
// their words are those the actions come with; ? lists a person's own on each page.
var duties = []struct {
	duty  domain.Duty
	steps []string
}{
	{domain.DutyAdmin, []string{"As an admin:",
		"1. Load who is there and who may do what: the data sources page, or", "   countersign import people staff.csv --source hr --apply",
		"   (countersign template people writes a blank file)",
		"2. Change access where it is seen: a person, an agent, the areas. What a change does is shown before it is proposed; somebody else approves it.",
		"3. See to the findings: dormant access, orphans, what nobody should hold together."}},
	{domain.DutyCampaignOwner, []string{"As a campaign owner:",
		"1. Plan a campaign: n on the campaigns page, or countersign campaign new.", "2. Stage it and look at its tie-out; a checker launches it.",
		"3. Chase who is late, and close it when what was decided has become true."}},
	{domain.DutyChecker, []string{"As a checker:",
		"1. What waits for your signature stands here, and on the approvals page.", "2. Enter shows all of it: before and after, who gains and loses, why.",
		"3. There a signs, and b sends it back with a reason. What you made yourself is locked."}},
	{domain.DutyExecutive, []string{"As an executive:",
		"What needs the approval of an executive stands here, and on the approvals page: enter shows all of it, a approves it, b sends it back."}},
	{domain.DutyAuditor, []string{"As an auditor:",
		"1. The log has every event: / filters it, V verifies it, c gives the checkpoint to keep outside.",
		"2. The campaigns page has each campaign: o there draws a sample by your own seed and replays its log.",
		"3. The reports page writes what there is to take with you; coverage says what is out of cadence."}},
}

// reviewerSteps are those of everybody who answers for items; nothing has to be
// assigned to them to read how that is done.
var reviewerSteps = []string{"As a reviewer:",
	"1. The items you answer for stand here when there are any: enter opens them at the first that is open.",
	"2. a keeps, d revokes, e chooses a lower level, . leaves it for later. One key decides one item, and u takes it back.",
	"3. When all is decided, F signs off. A checker countersigns, or returns items to you: they stand here again."}

// firstSteps are how whoever is acting begins: by the duties they hold, and as a
// reviewer. Who founds an organisation is told the whole way.
func firstSteps(pic Picture) entry {
	e := entry{title: "First steps"}
	if pic.ReadOnly || pic.People <= fewPeople {
		e.about = wholeWay
		return e
	}
	for _, d := range duties {
		if slices.Contains(pic.Duties, d.duty) {
			e.about = append(append(e.about, d.steps...), "")
		}
	}
	if len(pic.Mine) > 0 || len(e.about) == 0 {
		e.about = append(slices.Concat(reviewerSteps, []string{""}), e.about...)
	}
	e.about = append(e.about, keySteps)
	return e
}

const keySteps = "Keys: ? lists them all, : finds one by what it does."

// wholeWay is the way from nothing to a signed-off campaign.
var wholeWay = []string{
	"1. Load who is there and who may do what: the data sources page, or", "   countersign import people staff.csv --source hr --apply",
	"   (countersign template people writes a blank file)", "",
	"2. Plan and stage a campaign, and look at its tie-out:", "   countersign campaign new, or n on the campaigns page", "",
	"3. Launch it. Reviewers find their items here, and sign off.", "",
	"4. A checker countersigns; remediate, verify and close.", "", keySteps}

// Audit is what an auditor starts from; nil for whoever is none.
type Audit struct {
	Closed []review.Campaign // those closed last, the newest first
	Events int64             // of the log
	Root   string            // of the log
}

// Found is what is the matter, counted: the findings, with a tally in words by
// severity, and for an auditor the holdings that no review covers as a framework asks.
type Found struct {
	Findings int
	Tally    string
	Out      int // holdings reviewed too long ago, by any framework that applies
	Never    int // and those never reviewed, each counted once
}

// auditing adds what an auditor starts from.
func auditing(a *Audit, f Found, add adder) {
	if a == nil {
		return
	}
	const group = "To audit"
	row := func(e entry, far string) { add(group, e, theme.Plain, ui.Cell{Text: far}, ui.Cell{}) }
	row(entry{page: "log", title: "The log", about: []string{fmt.Sprintf("It has %s; its checkpoint is", review.Count(int(a.Events), "event", "events")), a.Root + ".",
		"Enter opens it: V verifies it, c gives the checkpoint to keep outside."}}, review.Count(int(a.Events), "event", "events"))
	for _, c := range a.Closed {
		row(entry{page: "campaign", arg: string(c.ID), title: c.Name, about: []string{"Closed. Enter shows its items with what became of each; the campaigns page draws a sample of it and replays its log."}}, "closed")
	}
	if f.Out+f.Never > 0 {
		title, far := review.Count(f.Out, "holding", "holdings")+" out of cadence", fmt.Sprintf("%d never reviewed", f.Never)
		if f.Out == 0 {
			title, far = review.Count(f.Never, "holding", "holdings")+" never reviewed", ""
		}
		row(entry{page: "coverage", title: title, about: []string{
			fmt.Sprintf("By the frameworks that apply, %d were reviewed too long ago and %d never.", f.Out, f.Never), "Enter says which framework asks for what, and until when."}}, far)
	}
	row(entry{page: "reports", title: "Reports and exports", about: []string{"Enter opens them: each as a table, a workbook or a package that proves itself."}}, "")
}
