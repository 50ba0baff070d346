package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of the campaign workbook.
const (
	sheetScope       = "Scope"
	sheetPopulation  = "Population"
	sheetLeft        = "Left out"
	sheetReviewers   = "Reviewers"
	sheetDecisions   = "Decisions"
	sheetVersions    = "Versions"
	sheetSignOffs    = "Sign-offs"
	sheetRemediation = "Remediation"
	sheetChangeSets  = "Change sets"
	sheetExceptions  = "Exceptions"
	sheetWork        = "Work list"
	sheetStatistics  = "Statistics"
	sheetLog         = "Log"

	sheetOutcomes = "Outcomes"
	sheetWindow   = "Changes during the window"
	sheetDelta    = "Delta since last"
	sheetGone     = "Gone since last"
	sheetMessages = "Notifications"
	sheetSources  = "Source files"
)

// Looks of words that mean something. Each stands beside its word.
var (
	answerLegend = sheet.Legend{
		{Text: review.Keep.String(), Meaning: "certified: the level stays", Class: sheet.Good},
		{Text: review.Reduce.String(), Meaning: "a lower level was decided", Class: sheet.Caution},
		{Text: review.Revoke.String(), Meaning: "nothing was to be left", Class: sheet.Bad},
		{Text: review.Abstain.String(), Meaning: "no opinion, on record", Class: sheet.Rung0},
		{Text: review.Silent.String(), Meaning: "nobody answered", Class: sheet.Rung0},
	}
	resultLegend = sheet.Legend{
		{Text: review.Verified.String(), Meaning: "the access is as decided, and nobody exceeds it by another path", Class: sheet.Good},
		{Text: review.Retained.String(), Meaning: "verified: what is left was kept by another item", Class: sheet.Good},
		{Text: review.Residual.String(), Meaning: "access stays by a path nobody reviewed", Class: sheet.Bad},
		{Text: review.Failed.String(), Meaning: "the change could not be made", Class: sheet.Bad},
		{Text: review.Outside.String(), Meaning: "its truth lives in another system: on the work list", Class: sheet.Caution},
		{Text: review.Exception.String(), Meaning: "accepted until a date, with a reason and an approver", Class: sheet.Caution},
		{Text: review.Pending.String(), Meaning: "not verified yet", Class: sheet.Rung0},
	}
	packetLegend = sheet.Legend{
		{Text: "acknowledged", Meaning: "management acknowledged the results", Class: sheet.Good},
		{Text: review.Countersigned.String(), Meaning: "a second person agreed", Class: sheet.Good},
		{Text: signedAlone, Meaning: "signed off by the reviewer; the definition asked for no second signature", Class: sheet.Good},
		{Text: review.Signed.String(), Meaning: "signed off by the reviewer", Class: sheet.Caution},
		{Text: review.Returned.String(), Meaning: "named items are open again", Class: sheet.Bad},
		{Text: "lapsed", Meaning: "closed at the deadline, not signed: what was not signed before does not count", Class: sheet.Bad},
		{Text: "lapsed, countersigned", Meaning: "a second person agreed to close it unsigned", Class: sheet.Caution},
		{Text: review.Open.String(), Meaning: "not signed", Class: sheet.Rung0},
	}
)

// campaignSheet is one sheet of the campaign workbook, what the cover says of it,
// when it is there (nil: always) and how it is made.
type campaignSheet struct {
	name, about string
	tab         sheet.Class
	there       func(*CampaignEvidence) bool
	table       func(*CampaignEvidence) *sheet.Table
	grid        func(*CampaignEvidence) sheet.Sheet
}

// campaignSheets lists the sheets behind the cover, in their order.
func campaignSheets() []campaignSheet {
	type ce = *CampaignEvidence
	return []campaignSheet{
		{name: sheetCharts, about: "answers, departments and progress at a glance", tab: sheet.Rung1, grid: ce.charts},
		{name: sheetScope, about: "what was reviewed by whom, and the campaign's life", grid: ce.scope},
		{name: sheetPopulation, about: "where every holding went; the differences read 0", grid: ce.population},
		{name: sheetLeft, about: "every holding that is no item, and why", there: ce.leavesOut, table: ce.leftOut},
		{name: sheetSources, about: "the imported files behind it, with digest and rows", there: ce.imported, table: ce.sourceTable},
		{name: sheetReviewers, about: "who was asked, and how far they came", table: ce.reviewers},
		{name: sheetDecisions, about: "one row an item: the answer that stands, and all its reviewer saw", tab: sheet.Good, table: ce.decisions},
		{name: sheetRulings, about: "what each stage said of each item, and by which rule", there: ce.plural, table: ce.rulings},
		{name: sheetVotes, about: "the answer of everyone who was asked", there: ce.plural, table: ce.votes},
		{name: sheetVersions, about: "every version of every decision", table: ce.versions},
		{name: sheetOutcomes, about: "one row an item: what became of it, how and when that was verified", table: ce.outcomes},
		{name: sheetSignOffs, about: "statements, digests, countersignatures, management's acknowledgement", table: ce.signOffs},
		{name: sheetRemediation, about: "what was taken away, and what is left", table: ce.remediation},
		{name: sheetChangeSets, about: "the change sets that did it", table: ce.changeSets},
		{name: sheetWindow, about: "everything that changed while it ran; items touched are marked", table: ce.windowChanges},
		{name: sheetExceptions, about: "what was accepted, or nobody decided", tab: sheet.Caution, table: ce.exceptions},
		{name: sheetWork, about: "what lives in other systems", tab: sheet.Caution, table: ce.workList},
		{name: sheetStatistics, about: "by decision, reviewer, department", grid: ce.statistics},
		{name: sheetDelta, about: "against the last decisions, by level", grid: ce.delta},
		{name: sheetGone, about: "what was let stay before and was gone", there: func(ev ce) bool { return len(ev.Gone) > 0 }, table: ce.gone},
		{name: sheetMessages, about: "what was told to whom", table: ce.notifications},
		{name: sheetLog, about: "the campaign's events", table: ce.log},
		{name: sheetProof, about: "the log and the items it was made of, packed: for verify", grid: ce.proof},
	}
}

// Campaign describes the evidence of a campaign as a workbook.
func Campaign(ev *CampaignEvidence) sheet.Workbook {
	title := "Access review: " + ev.Campaign.Name
	var sheets []sheet.Sheet
	for _, one := range ev.sheets() {
		s := sheet.Sheet{Name: one.name}
		if one.grid != nil {
			s = one.grid(ev)
		} else {
			s.Table = one.table(ev)
		}
		s.Tab = one.tab
		sheets = append(sheets, s)
	}
	return workbook(title, ev.Meta.Organisation, ev.Meta, ev.cover(title), sheets...)
}

// sheets lists those that are there.
func (ev *CampaignEvidence) sheets() []campaignSheet {
	var out []campaignSheet
	for _, s := range campaignSheets() {
		if s.there == nil || s.there(ev) {
			out = append(out, s)
		}
	}
	return out
}

func (ev *CampaignEvidence) leavesOut() bool {
	t := ev.Campaign.TieOut
	return t.Source > t.InScope
}

func (ev *CampaignEvidence) imported() bool { return len(ev.Sources) > 0 }

func (ev *CampaignEvidence) outcomes() *sheet.Table { return ev.perItem(outcomeFields) }

func (ev *CampaignEvidence) log() *sheet.Table {
	return &sheet.Table{Columns: logColumns, Rows: eventRows(ev.Now, ev.Events), Key: 1}
}

func buildCampaign(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	if strings.TrimSpace(r.Campaign) == "" {
		return sheet.Workbook{}, domain.Errorf(domain.Invalid, "no campaign is named").
			Hinted("name one by its id or its name")
	}
	ev, err := GatherCampaign(ctx, tx, domain.ID(r.Campaign), r.Version)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return Campaign(&ev), nil
}

// labelDifference stands beside every figure that must be 0.
const labelDifference = "Difference (must be 0)"

func abs(n int) int { return max(n, -n) }

func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
}

// assured says how sure the log is of those who acted.
func (ev *CampaignEvidence) assured() string {
	var parts []string
	for _, a := range domain.Assurances() {
		if n := ev.Assurance[a]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s", assuranceWords(a), review.Count(n, "event", "events")))
		}
	}
	return strings.Join(parts, "; ")
}

// reviewerWords says who is asked, a stage each, and who countersigns.
func reviewerWords(o *domain.Org, d review.Definition) []string {
	who := func(link string) string {
		switch link {
		case review.ByManager:
			return "the holder's manager"
		case review.BySecondManager:
			return "the manager's manager"
		case review.ByTargetOwner:
			return "the owner of the agent or target"
		case review.ByGroupManagers:
			return "the group's managers"
		}
		return person(o, domain.ID(link))
	}
	var out []string
	for i, st := range d.Stages {
		chain := make([]string, 0, len(st.Reviewers)+1)
		for _, r := range st.Reviewers {
			chain = append(chain, who(r))
		}
		if st.Fallback != "" {
			chain = append(chain, person(o, st.Fallback))
		}
		words := fmt.Sprintf("Stage %d: %s, then the campaign's owner (%s)", i+1, strings.Join(chain, ", else "), st.Strategy)
		if len(st.Additional) > 0 {
			besides := make([]string, len(st.Additional))
			for k, r := range st.Additional {
				besides[k] = who(r)
			}
			words += "; besides, always: " + strings.Join(besides, ", ")
		}
		out = append(out, words)
	}
	if len(d.Stages) > 1 {
		out = append(out, "Over the stages: "+d.Strategy)
	}
	if d.NonResponse != (review.SilenceRules{}) {
		out = append(out, fmt.Sprintf("Silence at the deadline means: %s; on high-risk items: %s", d.NonResponse.Other, d.NonResponse.High))
	}
	if d.CountersignAll {
		out = append(out, "Every sign-off is countersigned")
	} else {
		out = append(out, "A sign-off with a revocation, a reduction or a high-risk item is countersigned")
	}
	if d.ReasonToKeep {
		out = append(out, "Keeping needs a reason too")
	}
	return out
}

func (ev *CampaignEvidence) scope() sheet.Sheet {
	c := ev.Campaign
	var g grid
	g.add(sheet.Of("Scope and definition").As(sheet.Title))
	g.gap()
	g.lines("What was reviewed", review.ScopeWords(ev.Now, c.Definition.Scope))
	g.lines("Who answered", reviewerWords(ev.Now, c.Definition))
	g.lines("Nobody decides alone on", []string{
		"access that is theirs and no other person's: it goes to the next in the chain",
		"access that several share, such as a group's: one of them may be asked, and then what they sign needs the countersignature of a checker who is none of them; Decisions marks it in the column Flags (" + flagOwn + ")",
		"what they countersign: the checker is neither reviewer nor subject",
	})
	days := c.Definition.Horizon
	if days <= 0 {
		days = 92
	}
	g.text("Verified against", fmt.Sprintf("paths open now, and windows that open within %d days", days))
	g.fact("Due (UTC)", sheet.At(c.Due))
	g.heading("The campaign's life", "Time (UTC)", "Event", "By")
	for _, a := range ev.Acts {
		g.add(sheet.Of(string(a.What)), sheet.At(a.At), sheet.Whole(int64(a.Seq)), sheet.Of(person(ev.Now, a.By)), sheet.Of(a.Why))
	}
	s := g.sheet(sheetScope, 30, 60, 10, 40, 50)
	s.Portrait = false
	return s
}

// exclusions lists the reasons of exclusion in a stable order.
func (ev *CampaignEvidence) exclusions() []string {
	return sortedKeys(ev.Campaign.TieOut.Excluded)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// differenceRow is where the population sheet shows its difference.
func (ev *CampaignEvidence) differenceRow() int { return 9 + len(ev.exclusions()) }

func (ev *CampaignEvidence) population() sheet.Sheet {
	t, f := ev.Campaign.TieOut, ev.Figures
	label := func(s string) sheet.Cell { return sheet.Of(s).As(sheet.Label) }
	whole := func(n int) sheet.Cell { return sheet.Whole(int64(n)).As(sheet.Lead) }
	var g grid
	g.add(sheet.Of("Population and tie-out").As(sheet.Title))
	g.add(sheet.Of("Where every holding of the frozen state went. Whatever is missing from the items stands here with its reason.").As(sheet.Muted))
	g.gap()
	g.add(sheet.Of("Equation").As(sheet.Heading), label("Holdings"))
	g.add(label("Holdings looked at"), whole(t.Source)) // row 5: the cover points here
	g.add(label("In scope: items"), whole(t.InScope))
	for _, why := range ev.exclusions() {
		g.add(label("Excluded: "+why), whole(t.Excluded[why]))
	}
	g.add(label("Orphaned: holder or target is not there"), whole(t.Orphaned))
	g.add(label("Rejected: cannot be decided"), whole(t.Rejected))
	g.figure(label(labelDifference), sheet.Live(fmt.Sprintf("B5-SUM(B6:B%d)", g.next()-1), whole(t.Difference())))
	g.gap()
	g.add(sheet.Of("Rows").As(sheet.Heading))
	g.figure(label("Rows in Decisions"), sheet.Total(sheet.Tally{Sheet: sheetDecisions}))
	g.figure(label(labelDifference), sheet.Live(fmt.Sprintf("B6-B%d", g.next()-1), whole(t.InScope-f.All.Items)))
	g.heading("Levels", "At staging", "Rows in Decisions", labelDifference)
	var levels []string
	for l := range t.Levels {
		levels = append(levels, l)
	}
	for l := range f.Levels {
		if _, ok := t.Levels[l]; !ok {
			levels = append(levels, l)
		}
	}
	slices.Sort(levels)
	for _, l := range levels {
		kind, word, _ := strings.Cut(l, ": ")
		rows := sheet.Total(sheet.Tally{Sheet: sheetDecisions, Where: []sheet.Match{{Column: "Kind", Equal: kind}, {Column: "Level", Equal: word}}}).As(sheet.Lead)
		g.add(label(l), whole(t.Levels[l]), rows, sheet.Live(fmt.Sprintf("B%d-C%d", g.next(), g.next()), whole(t.Levels[l]-f.Levels[l])).As(sheet.Lead))
	}
	g.heading("Digest")
	g.add(label("At staging, in the log"), sheet.Of(t.Digest))
	g.add(label("Made again from the items"), sheet.Of(f.Digest))
	verdict := sheet.Of("the same").As(sheet.Good)
	if t.Digest != f.Digest {
		verdict = sheet.Of("DIFFERENT: the items are not those that were staged").As(sheet.Bad)
	}
	g.add(label("Compared"), verdict)
	return g.sheet(sheetPopulation, 42, 20, 20, 24)
}
