package report

import (
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// outcomeFields are the columns of one row an item: what became of it, and how and
// when that was looked at.
var outcomeFields = []field{
	{sheet.Column{Header: "Item", Kind: sheet.Counts, Width: 8}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return itemLink(d.No) }},
	{sheet.Column{Header: "Holder", Width: 26, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Holder) }},
	{sheet.Column{Header: "Target", Width: 30, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Target) }},
	{sheet.Column{Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.answer.String()) }},
	{sheet.Column{Header: "Result", Kind: sheet.Levels, Legend: resultLegend, Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Outcome.Result.String()) }},
	{sheet.Column{Header: "How it was verified", Width: 50, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(howVerified(d)) }},
	{sheet.Column{Header: "Looked at event", Kind: sheet.Counts}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return seqCell(d.Outcome.At) }},
	{sheet.Column{Header: "Recorded by event", Kind: sheet.Counts}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return seqCell(ev.recordedOf(d.No)) }},
	{sheet.Column{Header: "Recorded", Kind: sheet.Moments}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.At(ev.when(ev.recordedOf(d.No))) }},
	{sheet.Column{Header: "Level now", Width: 14}, func(ev *CampaignEvidence, d *decided) sheet.Cell {
		now, _ := ev.levelNow(d.Item)
		return sheet.Of(now)
	}},
	{sheet.Column{Header: "What is left, or why", Width: 50, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return leftWords(d.Item) }},
	{sheet.Column{Header: "Retained by items", Width: 16}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(numbers(d.Outcome.By)) }},
	{sheet.Column{Header: "Change set", Width: 20}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.remedyCell(d) }},
	{sheet.Column{Header: "Until", Width: 13}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(string(d.Outcome.Until)) }},
	{sheet.Column{Header: "Approved by", Width: 34}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(person(ev.Now, d.Outcome.Approver)) }},
}

func numbers(nos []int) string {
	words := make([]string, len(nos))
	for i, no := range nos {
		words[i] = strconv.Itoa(no)
	}
	return strings.Join(words, ", ")
}

// howVerified says by what an item's result is known.
func howVerified(d *decided) string {
	outside, lowered := d.Holding.Origin.Outside(), d.answer == review.Reduce || d.answer == review.Revoke
	switch d.Outcome.Result {
	case review.Verified:
		switch {
		case !lowered:
			return "the holding was looked at: it is not above what was kept"
		case outside:
			return "an import of " + d.Holding.Origin.Source + " shows it, and no other path exceeds the decision"
		case d.Outcome.ChangeSet != "":
			return "its change set was applied, and no other path exceeds the decision"
		}
		return "it was taken away or lowered otherwise, and no other path exceeds the decision"
	case review.Retained:
		return "the holding was looked at: what is left is kept by other items"
	case review.Residual:
		return "the holding and every other path were looked at: access is left"
	case review.Outside:
		return "not yet: an import of " + d.Holding.Origin.Source + " has to show it"
	case review.Failed:
		return "not: the change could not be made"
	case review.Exception:
		return "not: it was accepted as it is"
	}
	return "not yet"
}

// leftOut lists every holding of the frozen state that gave no item.
func (ev *CampaignEvidence) leftOut() *sheet.Table {
	cols := []sheet.Column{{Header: "Holder", Width: 26, Wrap: true}, {Header: "Target", Width: 30, Wrap: true}, {Header: "Level", Width: 14},
		{Header: "Reason", Width: 44, Wrap: true}, {Header: "Window", Width: 22}, {Header: "Origin", Width: 14}, {Header: "Kind", Width: 12}, {Header: "Holding", Width: 24}}
	return &sheet.Table{Columns: cols, Key: 2, Rows: func(yield func([]sheet.Cell, error) bool) {
		for l := range ev.Left {
			g, window := l.Holding, ""
			if g.Window != (domain.Window{}) {
				window = review.WindowWords(g.Window)
			}
			if !yield([]sheet.Cell{sheet.Of(review.HolderName(ev.Frozen, g.Holder)), sheet.Of(review.TargetName(ev.Frozen, g.Target, g.Agent)),
				sheet.Of(g.Ladder().Word(g.Level)), sheet.Of(l.Reason), sheet.Of(window), origin(g.Origin), sheet.Of(g.Target.Kind.String()), sheet.Of(string(g.ID))}, nil) {
				return
			}
		}
	}}
}

// windowChanges lists every row of access that changed between the freezing and the
// pinned event, with the items it touched.
func (ev *CampaignEvidence) windowChanges() *sheet.Table {
	cols := []sheet.Column{{Header: "Event", Kind: sheet.Counts, Width: 9}, {Header: "Time", Kind: sheet.Moments}, {Header: "What changed", Width: 60, Wrap: true},
		{Header: "Item touched", Kind: sheet.Counts, Width: 9}, {Header: "Items about it", Kind: sheet.Counts, Width: 9}, {Header: "Of this campaign", Width: 10},
		{Header: "Change set", Width: 22}, {Header: "Title", Width: 40, Wrap: true}, {Header: "Reason", Width: 40, Wrap: true}, {Header: "Maker", Width: 34},
		{Header: "Approved by", Width: 34, Wrap: true}, {Header: "Source file", Width: 24}, {Header: "Kind", Width: 12}, {Header: "Id", Width: 24}}
	return &sheet.Table{Columns: cols, Key: 1, Empty: "Nothing changed while it ran.", Rows: func(yield func([]sheet.Cell, error) bool) {
		for c, err := range ev.Window {
			by := ""
			if err == nil && c.head.ID != "" {
				if by, err = ev.approvers(c.head.ID); by == "" {
					by = nobodyApproved
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			item, about, title, maker := sheet.Cell{}, positive(ev.aboutItems[c.ID]), c.head.Title, c.head.Maker
			if no := ev.touchedItems[c.ID]; no > 0 && c.Kind == domain.KindGrant {
				item, about = itemLink(no), sheet.Cell{}
			}
			if c.head.ID == "" {
				by = nobodyAsked
				title, maker = review.EventWords(ev.Now, domain.Event{Type: c.what, Subject: string(c.ID)}), c.by
			}
			if !yield([]sheet.Cell{sheet.Whole(int64(c.seq)), sheet.At(c.at), sheet.Of(review.DeltaWords(ev.Now, c.Delta)), item, about,
				yes(c.head.Campaign == ev.Campaign.ID), sheet.Of(string(c.head.ID)), sheet.Of(title), sheet.Of(c.head.Reason), sheet.Of(person(ev.Now, maker)),
				sheet.Of(by), sheet.Of(c.head.Source.Name), sheet.Of(string(c.Kind)), sheet.Of(string(c.ID))}, nil) {
				return
			}
		}
	}}
}

// notifications lists what was told to whom, as it stood at the pinned event.
func (ev *CampaignEvidence) notifications() *sheet.Table {
	cols := []sheet.Column{{Header: "Written at event", Kind: sheet.Counts, Width: 9}, {Header: "Written", Kind: sheet.Moments}, {Header: "Kind", Width: 18},
		{Header: "To", Width: 34}, {Header: "Stage", Kind: sheet.Counts, Width: 8}, {Header: "Subject", Width: 50, Wrap: true}, {Header: "Text", Width: 60, Wrap: true},
		{Header: "State", Width: 10}, {Header: "Settled at event", Kind: sheet.Counts, Width: 9}, {Header: "Settled", Kind: sheet.Moments},
		{Header: "Detail", Width: 36, Wrap: true}, {Header: "Message", Width: 36}}
	rows := make([][]sheet.Cell, 0, len(ev.told.messages))
	for _, m := range ev.told.messages {
		rows = append(rows, []sheet.Cell{sheet.Whole(int64(m.written)), sheet.At(ev.when(m.written)), sheet.Of(m.Kind), sheet.Of(person(ev.Now, m.To)),
			positive(m.Stage), sheet.Of(m.Subject), sheet.Of(m.Text), sheet.Of(m.State.String()), seqCell(m.settled), sheet.At(ev.when(m.settled)),
			sheet.Of(m.Detail), sheet.Of(string(m.ID))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1, Empty: "No notification was sent."}
}

// sourceTable lists the imported files behind the organisation that was reviewed.
func (ev *CampaignEvidence) sourceTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Source", Width: 18}, {Header: "File", Width: 30}, {Header: "SHA-256", Width: 68}, {Header: "Rows", Kind: sheet.Counts},
		{Header: "Applied at event", Kind: sheet.Counts}, {Header: "Before the freezing", Width: 10}, {Header: "Change set", Width: 22}, {Header: "Title", Width: 40, Wrap: true}, {Header: "Maker", Width: 34}}
	rows := make([][]sheet.Cell, 0, len(ev.Sources))
	for _, f := range ev.Sources {
		rows = append(rows, []sheet.Cell{sheet.Of(f.Source.Source), sheet.Of(f.Source.Name), sheet.Of(f.Source.SHA256), sheet.Whole(int64(f.Source.Rows)),
			sheet.Whole(int64(f.Ended)), yes(f.Ended <= ev.Campaign.Frozen), sheet.Of(string(f.ID)), sheet.Of(f.Title), sheet.Of(person(ev.Now, f.Maker))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 2}
}

// delta counts the items by what changed since the last decision on the same
// holding, and by level.
func (ev *CampaignEvidence) delta() sheet.Sheet {
	var g grid
	g.add(sheet.Of("What changed since the last decision").As(sheet.Title))
	g.add(sheet.Of("Each item against the last countersigned decision on the same holder, target and scope, whichever campaign that was in.").As(sheet.Muted))
	kinds, levels := ev.deltaKinds(), sortedKeys(ev.Figures.Levels)
	heads := make([]string, len(kinds)+1)
	heads[0] = "Items"
	for i, k := range kinds {
		heads[i+1] = upperFirst(k.String())
	}
	g.heading("By level", heads...)
	live := ev.live((len(kinds) + 1) * (len(levels) + 1))
	row := func(label string, where []sheet.Match, n func(review.DeltaKind) int) {
		cell := func(n int, more ...sheet.Match) sheet.Cell {
			if !live {
				return sheet.Whole(int64(n)).As(sheet.Lead)
			}
			return sheet.Total(sheet.Tally{Sheet: sheetDecisions, Where: append(slices.Clone(where), more...)}).As(sheet.Lead)
		}
		all, cells := 0, make([]sheet.Cell, len(kinds)+2)
		for i, k := range kinds {
			all += n(k)
			cells[i+2] = cell(n(k), sheet.Match{Column: "Delta", Equal: k.String()})
		}
		cells[0], cells[1] = sheet.Of(label).As(sheet.Name), cell(all)
		g.add(cells...)
	}
	row("All levels", nil, ev.deltasOf)
	for _, l := range levels {
		kind, word, _ := strings.Cut(l, ": ")
		row(l, []sheet.Match{{Column: "Kind", Equal: kind}, {Column: "Level", Equal: word}}, func(k review.DeltaKind) int {
			return ev.Figures.Deltas[deltaLevel{k.String(), l}]
		})
	}
	g.gap()
	gone := ev.Campaign.TieOut.Deltas[review.DeltaGone.String()]
	g.add(sheet.Of("Gone").As(sheet.Label), sheet.Whole(int64(gone)).As(sheet.Lead))
	g.gap()
	g.add(sheet.Of("Which they are stands in the sheet Decisions, columns Delta and Since the last decision; what is gone was let stay by the last decision and was not there when this campaign was frozen.").As(sheet.Muted))
	if gone > 0 {
		g.add(sheet.Of(sheetGone).To(sheetGone, "A1"), sheet.Of("what is gone, by name"))
	}
	widths := append([]float64{34}, make([]float64, len(kinds)+1)...)
	for i := range widths[1:] {
		widths[i+1] = 14
	}
	s := g.sheet(sheetDelta, widths...)
	s.Portrait = false
	return s
}

// deltaKinds are the kinds of change an item can have, without gone, which is no
// item's; unknown only where there is one.
func (ev *CampaignEvidence) deltaKinds() []review.DeltaKind {
	kinds := review.DeltaKinds()
	kinds = kinds[: len(kinds)-1 : len(kinds)-1]
	if ev.deltasOf(review.DeltaUnknown) > 0 {
		kinds = append(kinds, review.DeltaUnknown)
	}
	return kinds
}

// deltasOf counts the items of a kind of change.
func (ev *CampaignEvidence) deltasOf(k review.DeltaKind) (n int) {
	for d, of := range ev.Figures.Deltas {
		if d.delta == k.String() {
			n += of
		}
	}
	return n
}

// gone lists what the last decision let stay and what was not there any more.
func (ev *CampaignEvidence) gone() *sheet.Table {
	cols := []sheet.Column{{Header: "Holder", Width: 26, Wrap: true}, {Header: "Target", Width: 30, Wrap: true}, {Header: "Level decided", Width: 14},
		{Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12}, {Header: "In", Width: 28}, {Header: "Item there", Kind: sheet.Counts},
		{Header: "Decided", Kind: sheet.Moments}, {Header: "Reviewer", Width: 26}, {Header: "Holding", Width: 24}}
	rows := make([][]sheet.Cell, 0, len(ev.Gone))
	for _, p := range ev.Gone {
		rows = append(rows, []sheet.Cell{sheet.Of(review.HolderName(ev.Now, p.Key.Holder)), sheet.Of(review.TargetName(ev.Now, p.Key.Target, p.Key.Agent)),
			sheet.Of(domain.LadderOf(p.Key.Target.Kind).Word(p.Level)), sheet.Of(p.Answer.String()), sheet.Of(p.Name), sheet.Whole(int64(p.Item)),
			sheet.At(p.At), ev.name(p.Reviewer), sheet.Of(string(p.Grant))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 2}
}
