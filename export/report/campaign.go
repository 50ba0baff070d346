package report

import (
	"context"
	"fmt"
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
		{Text: review.Countersigned.String(), Meaning: "a second person agreed", Class: sheet.Good},
		{Text: review.Signed.String(), Meaning: "signed off by the reviewer", Class: sheet.Caution},
		{Text: review.Returned.String(), Meaning: "named items are open again", Class: sheet.Bad},
		{Text: "lapsed", Meaning: "closed at the deadline, not signed: what was not signed before does not count", Class: sheet.Bad},
		{Text: "lapsed, countersigned", Meaning: "a second person agreed to close it unsigned", Class: sheet.Caution},
		{Text: review.Open.String(), Meaning: "not signed", Class: sheet.Rung0},
	}
)

// Campaign describes the evidence of a campaign as a workbook.
func Campaign(ev *CampaignEvidence) sheet.Workbook {
	title := "Access review: " + ev.Campaign.Name
	table := func(name string, t *sheet.Table) sheet.Sheet { return sheet.Sheet{Name: name, Table: t} }
	sheets := []sheet.Sheet{ev.scope(), ev.population(), table(sheetReviewers, ev.reviewers()),
		table(sheetDecisions, ev.decisions()), table(sheetVersions, ev.versions()), table(sheetSignOffs, ev.signOffs()),
		table(sheetRemediation, ev.remediation()), table(sheetChangeSets, ev.changeSets()),
		table(sheetExceptions, ev.exceptions()), table(sheetWork, ev.workList()), ev.statistics(),
		table(sheetLog, &sheet.Table{Columns: logColumns, Rows: eventRows(ev.Now, ev.Events), Key: 1})}
	if len(ev.Staged.Left) > 0 {
		sheets = slices.Insert(sheets, 2, table(sheetLeft, ev.left()))
	}
	if ev.plural() {
		at := slices.IndexFunc(sheets, func(s sheet.Sheet) bool { return s.Name == sheetVersions })
		sheets = slices.Insert(sheets, at, table(sheetRulings, ev.rulings()), table(sheetVotes, ev.votes()))
	}
	for i := range sheets {
		switch sheets[i].Name {
		case sheetDecisions:
			sheets[i].Tab = sheet.Good
		case sheetExceptions, sheetWork:
			sheets[i].Tab = sheet.Caution
		}
	}
	return workbook(title, ev.Meta.Organisation, ev.Meta, ev.cover(title), sheets...)
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

// total is a live total over the decisions.
func total(column, equal string) sheet.Cell {
	return sheet.Total(sheet.Tally{Sheet: sheetDecisions, Where: []sheet.Match{{Column: column, Equal: equal}}})
}

func (ev *CampaignEvidence) cover(title string) sheet.Sheet {
	c, m, f := ev.Campaign, ev.Meta, ev.Figures
	var g grid
	g.title(m, title)
	g.add(sheet.Of("Evidence of one campaign: who held what, who decided, who countersigned, what was done, what is left.").As(sheet.Muted))
	g.gap()
	g.text("Organisation", m.Organisation)
	g.text("Campaign", c.Name)
	g.text(labelCampaign, string(c.ID))
	g.fact("State", sheet.Of(c.State.String()).As(map[bool]sheet.Class{true: sheet.Good, false: sheet.Caution}[c.State == review.Closed]))
	g.text("Reason", c.Reason)
	g.text("Owner", person(ev.Now, c.Owner))
	g.lines("What was reviewed", review.ScopeWords(ev.Now, c.Definition.Scope))
	g.lines("Who answered", reviewerWords(ev.Now, c.Definition))
	g.fact("Due (UTC)", sheet.At(c.Due))
	g.text("Frozen at", fmt.Sprintf("%s, %s", seqWords(c.Frozen), c.FrozenAt.UTC().Format("2006-01-02 15:04:05 UTC")))
	shown := "the present"
	if ev.Pinned {
		shown = "pinned to the event that ended it; nothing later shows"
	}
	g.text("Shown as of", fmt.Sprintf("%s, %s (%s)", seqWords(m.Event), m.At.UTC().Format("2006-01-02 15:04:05 UTC"), shown))
	g.text("Who is who", ev.assured())

	g.heading("Tie-out")
	g.figure(sheet.Of("Holdings looked at").As(sheet.Label), sheet.Live(sheetPopulation+"!B5", sheet.Whole(int64(c.TieOut.Source))))
	g.figure(sheet.Of("In scope: items").As(sheet.Label), sheet.Live(sheetPopulation+"!B6", sheet.Whole(int64(c.TieOut.InScope))))
	g.figure(sheet.Of("Rows in Decisions").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetDecisions}))
	g.figure(sheet.Of(labelDifference).As(sheet.Label), sheet.Live(fmt.Sprintf("ABS(%s!B%d)+ABS(B%d-B%d)", sheetPopulation, ev.differenceRow(), g.next()-2, g.next()-1),
		sheet.Whole(int64(abs(c.TieOut.Difference())+abs(c.TieOut.InScope-f.All.Items)))))
	g.heading("Decisions")
	for _, a := range answerLegend {
		g.figure(sheet.Of(upperFirst(a.Text)).As(a.Class), total("Answer", a.Text))
	}
	g.figure(sheet.Of("Share decided").As(sheet.Label), sheet.Live(fmt.Sprintf(`IF(SUM(B%d:B%d)=0,"",TEXT(SUM(B%d:B%d)/SUM(B%d:B%d),"0.0%%"))`,
		g.next()-5, g.next()-1, g.next()-5, g.next()-2, g.next()-5, g.next()-1), sheet.Of(share(f.All.Decided(), f.All.Items))))
	g.heading("Results")
	for _, r := range resultLegend {
		g.figure(sheet.Of(upperFirst(r.Text)).As(r.Class), total("Result", r.Text))
	}
	g.heading("Where to look")
	look := [][2]string{{sheetPopulation, "where every holding went; the differences read 0"}, {sheetDecisions, "one row an item: the answer that stands"}}
	if ev.plural() {
		look = append(look, [2]string{sheetRulings, "what each stage said of each item, and by which rule"},
			[2]string{sheetVotes, "the answer of everyone who was asked"})
	}
	for _, s := range append(look, [][2]string{{sheetVersions, "every version of every decision"}, {sheetSignOffs, "statements, digests, countersignatures"},
		{sheetRemediation, "what was taken away, and what is left"}, {sheetExceptions, "what was accepted, or nobody decided"},
		{sheetWork, "what lives in other systems"}, {sheetStatistics, "by decision, reviewer, department"}, {sheetLog, "the campaign's events"}}...) {
		g.add(sheet.Of(s[0]).To(s[0], "A1"), sheet.Of(s[1]))
	}
	g.heading("Words and colours")
	for _, l := range []sheet.Legend{answerLegend, resultLegend, packetLegend} {
		g.rows = append(g.rows, l.Grid()...)
	}
	g.seals(m, "The population's digest is SHA-256 over the frozen items; a reviewer's digest is SHA-256 over their decisions. Both stand in the log.")
	g.add(sheet.Of("Digest of the decisions").As(sheet.Label), sheet.DigestOf(sheetDecisions))
	g.text("Digest of the population", c.TieOut.Digest)
	return g.sheet(sheetCover, coverWidths[:2]...)
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
	g.text("Nobody decides alone on", "their own access: it goes to the next in the chain, and the checker is neither reviewer nor subject")
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
	var out []string
	for why := range ev.Campaign.TieOut.Excluded {
		out = append(out, why)
	}
	slices.Sort(out)
	return out
}

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

func (ev *CampaignEvidence) left() *sheet.Table {
	rows := make([][]sheet.Cell, 0, len(ev.Staged.Left))
	for _, l := range ev.Staged.Left {
		rows = append(rows, []sheet.Cell{sheet.Of(string(l.Holding)), sheet.Of(l.Reason)})
	}
	return &sheet.Table{Columns: []sheet.Column{{Header: "Holding", Width: 30}, {Header: "Reason", Width: 80, Wrap: true}}, Rows: sheet.Rows(rows)}
}
