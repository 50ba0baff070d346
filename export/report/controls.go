package report

import (
	"fmt"

	"countersign/export/sheet"
	"countersign/review"
)

// control is a requirement that an access review serves, with what of the workbook
// supports it. The words are ours: they say what is asked for, and replace no
// standard.
type control struct {
	where  string // framework and number
	asks   string
	shown  string
	sheets []string // where
}

// controls lists them in the order of PRODUCT 6.
func controls() []control {
	return []control{
		{"SOX ITGC, access to programs and data", "Who may do what is looked at regularly by those who know, and what is not right is put right.",
			"whole population with its tie-out, every answer with who gave and who countersigned it, what was taken away",
			[]string{sheetPopulation, sheetDecisions, sheetSignOffs, sheetRemediation}},
		{"SOC 2 CC6.1", "Access to systems and data is limited to what was authorised.",
			"each holding with its level, its reach and every path to it", []string{sheetDecisions, sheetLeft}},
		{"SOC 2 CC6.2", "Access is given once authorised, and ends when it is no longer needed.",
			"what changed while the review ran, with maker, approver and reason; what the review ended", []string{sheetWindow, sheetRemediation}},
		{"SOC 2 CC6.3", "Access follows the job with as little as needed and duties apart, and is changed when that changes.",
			"recommendations with their reasons, conflicts, reductions, what was accepted until when", []string{sheetDecisions, sheetExceptions, sheetDelta}},
		{"ISO/IEC 27001:2022 A.5.18", "Access rights are given, reviewed, changed and taken away by rule.",
			"decisions, what became of each, and the work in other systems", []string{sheetDecisions, sheetOutcomes, sheetWork}},
		{"PCI DSS 4.0.1 7.2.4", "Users' accounts, third parties' included, and what they may do are reviewed every six months, what does not fit is addressed, and management acknowledges that the rest remains appropriate.",
			"scope and date, outcomes, and management's acknowledgement as an act of its own", []string{sheetScope, sheetOutcomes, sheetSignOffs}},
		{"PCI DSS 4.0.1 7.2.5.1", "Accounts of applications and systems, and what they may do, are reviewed as often as a risk analysis of one's own says, what does not fit is addressed, and management acknowledges that the rest remains appropriate.",
			"API keys and AI agents that act, as holders in the same population, with their owners among the subjects, and the same acknowledgement; how often is for the definition and the risk analysis to say",
			[]string{sheetDecisions, sheetOutcomes, sheetSignOffs}},
		{"NIST SP 800-53 AC-2 (j)", "Accounts are reviewed at a set interval against what they are to comply with.",
			"who was asked, what they answered and how they went about it, the log of it", []string{sheetReviewers, sheetStatistics, sheetLog}},
	}
}

// controlRows writes the mapping on the cover, with links to the sheets there are.
func (g *grid) controlRows(there map[string]bool) {
	g.heading("Control mapping")
	g.add(sheet.Of("What this workbook offers for each requirement, in our own words; whether it is met is for the assessor to say.").As(sheet.Muted))
	for _, c := range controls() {
		row := []sheet.Cell{sheet.Of(c.where).As(sheet.Name), sheet.Of(c.asks + " Here: " + c.shown + ".").As(sheet.Wrapped)}
		links := 0
		for _, s := range c.sheets {
			if !there[s] {
				continue
			}
			if links > 0 && links%2 == 0 {
				g.add(row...)
				row = make([]sheet.Cell, 2)
			}
			row = append(row, sheet.Of(s).To(s, "A1"))
			links++
		}
		g.add(row...)
	}
}

// acknowledged writes management's acknowledgement on the cover, or that there is
// none.
func (ev *CampaignEvidence) acknowledged(g *grid) {
	g.heading("Management's acknowledgement")
	if len(ev.told.acks) == 0 {
		g.fact(labelAcknowledged, sheet.Of("MISSING: nobody of the duty executive acknowledged the results, as PCI DSS 7.2.4 asks").As(sheet.Caution))
		return
	}
	for _, a := range ev.told.acks {
		g.text(labelAcknowledged, a.Statement)
		g.text("By", fmt.Sprintf("%s, %s, at event %d, %s", person(ev.Now, a.By), a.Assurance, a.Seq, a.At.UTC().Format("2006-01-02 15:04:05 UTC")))
		g.text("Of", acknowledgedWords(a))
		if ev.told.results > a.Seq {
			g.fact("Since then", sheet.Of(fmt.Sprintf("results changed after it, last at event %d: it speaks of the results before", ev.told.results)).As(sheet.Caution))
		}
	}
}

// acknowledgedWords says what was acknowledged.
func acknowledgedWords(a review.Acknowledgement) string {
	s := fmt.Sprintf("%s: %s", review.Count(a.Items, "item", "items"), review.WordCounts(a.Results))
	if a.About > 0 {
		s += fmt.Sprintf("; %d of them are about the executive too, decided by others", a.About)
	}
	return s
}
