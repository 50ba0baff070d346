package report

import (
	"fmt"

	"countersign/export/sheet"
	"countersign/review"
)

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
	g.text(labelOrganisation, m.Organisation)
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
	g.text(labelShown, fmt.Sprintf("%s, %s (%s)", seqWords(m.Event), m.At.UTC().Format(shownForm), shown))
	g.text("Events", fmt.Sprintf("from event %d to event %d", ev.told.first, m.Event))
	g.text("Who is who", ev.assured())
	ev.sourceLines(&g)

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
	there := map[string]bool{}
	for _, s := range ev.sheets() {
		there[s.name] = true
		g.add(sheet.Of(s.name).To(s.name, "A1"), sheet.Of(s.about))
	}
	ev.acknowledged(&g)
	g.controlRows(there)
	g.heading("Words and colours")
	for _, l := range []sheet.Legend{answerLegend, resultLegend, packetLegend} {
		g.rows = append(g.rows, l.Grid()...)
	}
	g.heading("What some columns mean")
	for _, c := range columnMeanings {
		g.add(sheet.Of(c[0]).As(sheet.Name), sheet.Of(c[1]).As(sheet.Wrapped))
	}
	g.seals(m, "The population's digest is SHA-256 over the frozen items; a reviewer's digest is SHA-256 over their decisions. Both stand in the log.")
	g.add(sheet.Of("Digest of the decisions").As(sheet.Label), sheet.DigestOf(sheetDecisions))
	g.text("Digest of the population", c.TieOut.Digest)
	return g.sheet(sheetCover, 30, 78, 26, 18)
}

// columnMeanings are headers of the sheets that a reader may ask about.
var columnMeanings = [...][2]string{
	{"Event", "The number of an entry of the audit log, in the sheet Log and in a package's log.jsonl. Numbers rise with time."},
	{"Saw (SHA-256)", "The digest of what stood on the actor's screen when they acted, and Saw log size the events of the log they had seen by then. Blank where nothing was shown to anybody: a command, or an act of the program."},
	{"Seconds", "How long the item stood on the reviewer's screen before it was answered, as the console measured it; blank where nothing was measured: a command, a workbook, or a definition that turns it off."},
	{"Details opened", "Whether the reviewer opened the item's details before answering, beyond what its row shows; \"no\" also where the answer came by a command, which shows none."},
	{"Looked at event", "The event whose state was looked at to tell what became of an item."},
	{"Level now", "The level at the event that this workbook shows; blank in Decisions where it is still the one that was reviewed."},
	{"Entered by", "By whose hand an answer came in: the reviewer's own, or that of whoever read a reviewer's workbook back."},
	{"Round", "Rises by one each time a checker sends items back."},
	{"Bulk size", "How many items the same act decided; blank for one decided alone."},
	{"Carried out by", "Who was acting when a change took effect; that it may take effect, others approved."},
	{"Blank cells", "There was nothing of the kind: no reason was asked for a plain keep, nobody was the reviewer of record for another, no usage was imported, no change was made."},
}

// labelAcknowledged stands beside management's acknowledgement.
const labelAcknowledged = "Statement"

// sourceLines says of each source which file was the last before the freezing.
func (ev *CampaignEvidence) sourceLines(g *grid) {
	last, n := map[string]sourceFile{}, 0
	for _, f := range ev.Sources {
		if f.Ended <= ev.Campaign.Frozen {
			last[f.Source.Source] = f
			n++
		}
	}
	var lines []string
	for _, name := range sortedKeys(last) {
		f := last[name]
		lines = append(lines, fmt.Sprintf("%s: %s, %s, SHA-256 %s, applied at event %d", name, f.Source.Name, review.Count(f.Source.Rows, "row", "rows"), f.Source.SHA256, f.Ended))
	}
	if n > len(last) {
		lines = append(lines, fmt.Sprintf("and %d earlier files: sheet %s", n-len(last), sheetSources))
	}
	g.lines("Last files imported before the freezing", lines)
}
