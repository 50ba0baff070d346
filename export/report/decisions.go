package report

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// decided is an item with what its row of decisions shows.
type decided struct {
	review.Item
	answer review.Answer
	level  domain.Level
	who    domain.ID // whose answer it is
	sign   signature
	remedy *Remedy // the change set that made it true, if known
}

func (d *decided) word(l domain.Level) string { return d.Holding.Ladder().Word(l) }

// field is one column with what it holds of an item.
type field struct {
	sheet.Column
	cell func(*CampaignEvidence, *decided) sheet.Cell
}

// decisionFields are the columns of one row an item. What a person reads first
// stands first; what joins the rows with other data stands last.
var decisionFields = []field{
	{sheet.Column{Header: "Item", Kind: sheet.Counts, Width: 8}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Whole(int64(d.No)).As(sheet.Lead) }},
	{sheet.Column{Header: "Holder", Width: 24, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Holder) }},
	{sheet.Column{Header: "Target", Width: 28, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Target) }},
	{sheet.Column{Header: "Level", Width: 13}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.word(d.Holding.Level)) }},
	{sheet.Column{Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.answer.String()) }},
	{sheet.Column{Header: "Level decided", Width: 13}, func(_ *CampaignEvidence, d *decided) sheet.Cell {
		if d.answer == review.Silent || d.answer == review.Abstain {
			return sheet.Cell{}
		}
		return sheet.Of(d.word(d.level))
	}},
	{sheet.Column{Header: "Reason", Width: 36, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Decision.Reason) }},
	{sheet.Column{Header: "Reviewer", Width: 26, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.name(d.who) }},
	{sheet.Column{Header: "Reviewer of record", Width: 26, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.name(d.For) }},
	{sheet.Column{Header: "Reviewer rule", Width: 26, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Item.Rule) }},
	{sheet.Column{Header: "Rule", Width: 22, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Ruling.Rule) }},
	{sheet.Column{Header: "Result", Kind: sheet.Levels, Legend: resultLegend, Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Outcome.Result.String()) }},
	{sheet.Column{Header: "Level now", Width: 13}, func(ev *CampaignEvidence, d *decided) sheet.Cell {
		now, changed := ev.levelNow(d.Item)
		if !changed {
			return sheet.Cell{}
		}
		return sheet.Of(now)
	}},
	{sheet.Column{Header: "What is left", Width: 40, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Outcome.Left) }},
	{sheet.Column{Header: "Recommended", Kind: sheet.Levels, Legend: answerLegend, Width: 13}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return advised(d.Item) }},
	{sheet.Column{Header: "Why recommended", Width: 40, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(strings.Join(d.Advice.Why(), "\n")) }},
	{sheet.Column{Header: "All that was said for or against", Width: 40, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(reasonWords(d.Item)) }},
	{sheet.Column{Header: "Last used", Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(string(d.LastUsed)) }},
	{sheet.Column{Header: "Peers who have it", Width: 30, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Peers) }},
	{sheet.Column{Header: "Last decision", Width: 34, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(ev.lastWords(d.Item)) }},
	{sheet.Column{Header: "Delta", Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Delta.Kind.String()) }},
	{sheet.Column{Header: "Since the last decision", Width: 28, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Delta.Text) }},
	{sheet.Column{Header: "How it is reached", Width: 46, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(strings.Join(d.How, "\n")) }},
	{sheet.Column{Header: "What remains if revoked", Width: 40, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(strings.Join(d.Remains, "\n")) }},
	{sheet.Column{Header: "Flags", Width: 18, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(strings.Join(d.flags(), ", ")) }},
	{sheet.Column{Header: "Conflicts of the reviewers", Width: 30, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(strings.Join(d.Conflicts, "\n")) }},
	{sheet.Column{Header: "Subjects", Width: 30, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(ev.subjectWords(d.Subjects)) }},
	{sheet.Column{Header: "High risk", Width: 8}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return yes(d.HighRisk) }},
	{sheet.Column{Header: "Classification", Width: 14}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Class.String()) }},
	{sheet.Column{Header: "Stage", Kind: sheet.Counts, Width: 8}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Whole(int64(d.Stage)) }},
	{sheet.Column{Header: "Decided", Kind: sheet.Moments}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.At(ev.when(d.Decided)) }},
	{sheet.Column{Header: "Event", Kind: sheet.Counts, Width: 10}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return seqCell(d.Decided) }},
	{sheet.Column{Header: "Versions", Kind: sheet.Counts, Width: 9}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return positive(ev.versionsOf(d.No)) }},
	{sheet.Column{Header: "Sign-off", Kind: sheet.Levels, Legend: packetLegend, Width: 15}, func(_ *CampaignEvidence, d *decided) sheet.Cell {
		if d.sign.alone {
			return sheet.Of(signedAlone)
		}
		return sheet.Of(d.Packet.String())
	}},
	{sheet.Column{Header: "Signed by", Width: 26, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.name(d.sign.by) }},
	{sheet.Column{Header: "Signed", Kind: sheet.Moments}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.At(ev.when(d.sign.signed)) }},
	{sheet.Column{Header: "Countersigned by", Width: 26, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.countersigner(d) }},
	{sheet.Column{Header: "Countersigned", Kind: sheet.Moments}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.At(ev.when(d.sign.checked)) }},
	{sheet.Column{Header: "Round", Kind: sheet.Counts, Width: 8}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return positive(d.Decision.Round) }},
	{sheet.Column{Header: "Bulk size", Kind: sheet.Counts, Width: 10}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return positive(d.Decision.Bulk) }},
	{sheet.Column{Header: "Batch", Width: 18}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(string(d.Decision.Batch)) }},
	{sheet.Column{Header: "Entered by", Width: 24, Wrap: true}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.enteredBy(d) }},
	{sheet.Column{Header: "Seconds", Kind: sheet.Counts, Width: 9}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return positive(d.Decision.Seconds) }},
	{sheet.Column{Header: "Details opened", Width: 9}, func(_ *CampaignEvidence, d *decided) sheet.Cell {
		if d.Decision.Answer == review.Silent {
			return sheet.Cell{}
		}
		if d.Decision.Entered != "" { // answered in a workbook
			return sheet.Of("not measured")
		}
		return sheet.Of(map[bool]string{true: "yes", false: "no"}[d.Decision.Opened])
	}},
	{sheet.Column{Header: "Change set", Width: 20}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return ev.remedyCell(d) }},
	{sheet.Column{Header: "Applied", Kind: sheet.Moments}, func(ev *CampaignEvidence, d *decided) sheet.Cell {
		if d.remedy == nil || d.remedy.State != domain.Applied {
			return sheet.Cell{}
		}
		return sheet.At(ev.when(d.remedy.Ended))
	}},
	{sheet.Column{Header: "Looked at event", Kind: sheet.Counts}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return seqCell(d.Outcome.At) }},
	{sheet.Column{Header: "Department", Width: 18}, func(ev *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(ev.department(d.Item)) }},
	{sheet.Column{Header: "About the holder", Width: 28, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.About) }},
	{sheet.Column{Header: "What the level allows", Width: 34, Wrap: true}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Allows) }},
	{sheet.Column{Header: "Reaches", Kind: sheet.Counts, Width: 9}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Whole(int64(d.Reach)) }},
	{sheet.Column{Header: "Origin", Width: 13}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return origin(d.Holding.Origin) }},
	{sheet.Column{Header: "Since event", Kind: sheet.Counts, Width: 9}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return seqCell(d.Since) }},
	{sheet.Column{Header: "Kind", Width: 12}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(d.Holding.Target.Kind.String()) }},
	{sheet.Column{Header: "Holder e-mail", Width: 28}, func(ev *CampaignEvidence, d *decided) sheet.Cell {
		if p, ok := ev.Frozen.Principal(d.Holding.Holder.ID); ok && d.Holding.Holder.Kind == domain.HolderPrincipal {
			return sheet.Of(p.Email)
		}
		return sheet.Cell{}
	}},
	{sheet.Column{Header: "Holder id", Width: 18}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(string(d.Holding.Holder.ID)) }},
	{sheet.Column{Header: "Reviewer id", Width: 18}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(string(d.who)) }},
	{sheet.Column{Header: "Holding id", Width: 24}, func(_ *CampaignEvidence, d *decided) sheet.Cell { return sheet.Of(string(d.Holding.ID)) }},
}

// flagOwn marks an item that one of its several subjects decided.
const flagOwn = "decided by one of its subjects"

// flags are the item's, and whether its reviewer is one of those it is about.
func (d *decided) flags() []string {
	if d.who == "" || d.answer == review.Silent || !slices.Contains(d.Subjects, d.who) {
		return d.Flags
	}
	return append(slices.Clone(d.Flags), flagOwn)
}

// decisionColumns are the columns alone.
var decisionColumns = columnsOf(decisionFields)

func columnsOf(fields []field) []sheet.Column {
	out := make([]sheet.Column, len(fields))
	for i, f := range fields {
		out[i] = f.Column
	}
	return out
}

func (ev *CampaignEvidence) decisions() *sheet.Table {
	return ev.perItem(decisionFields)
}

// perItem is a table of one row an item.
func (ev *CampaignEvidence) perItem(fields []field) *sheet.Table {
	return &sheet.Table{Columns: columnsOf(fields), Key: 3, Rows: func(yield func([]sheet.Cell, error) bool) {
		cells := make([]sheet.Cell, len(fields))
		for it, err := range ev.Items {
			if err != nil {
				yield(nil, err)
				return
			}
			d := ev.decidedOf(it)
			for i, f := range fields {
				cells[i] = f.cell(ev, &d)
			}
			if !yield(cells, nil) {
				return
			}
		}
	}}
}

func (ev *CampaignEvidence) decidedOf(it review.Item) decided {
	d := decided{Item: it, sign: ev.signOf(it)}
	d.answer, d.level, d.who = it.Stands()
	if i, ok := ev.remedyAt[it.Outcome.ChangeSet]; ok {
		d.remedy = &ev.Remedies[i]
	}
	return d
}

// name is what a person is called as of the pinned event, blank for nobody.
func (ev *CampaignEvidence) name(id domain.ID) sheet.Cell {
	if id == "" {
		return sheet.Cell{}
	}
	return sheet.Of(ev.Now.Name(domain.KindPrincipal, id))
}

// reasonWords gives every reason of the recommendation with what it points to, a
// line each.
func reasonWords(it review.Item) string {
	lines := make([]string, len(it.Advice.Reasons))
	for i, r := range it.Advice.Reasons {
		switch r.Toward {
		case review.Silent:
			lines[i] = r.Text
		case review.Reduce:
			lines[i] = "reduce to " + it.Holding.Ladder().Word(r.Level) + ": " + r.Text
		default:
			lines[i] = r.Toward.String() + ": " + r.Text
		}
	}
	return strings.Join(lines, "\n")
}

// lastWords says what was decided last on the same holding, "" for nothing.
func (ev *CampaignEvidence) lastWords(it review.Item) string {
	l := it.Last
	if l.Campaign == "" {
		return ""
	}
	s := l.Answer.String()
	if l.Answer == review.Reduce || l.Answer == review.Keep {
		s += " " + it.Holding.Ladder().Word(l.Level)
	}
	if l.Reviewer != "" {
		s += " by " + ev.Now.Name(domain.KindPrincipal, l.Reviewer)
	}
	s += fmt.Sprintf(" in %s, item %d, %s", l.Name, l.Item, l.At.UTC().Format("2006-01-02"))
	if l.Certified > 1 {
		s += fmt.Sprintf("; kept %d times in a row", l.Certified)
	}
	return s
}

// mostSubjects is how many subjects of an item are named.
const mostSubjects = 20

// subjectWords names the subjects of an item: the first of many, and how many more.
func (ev *CampaignEvidence) subjectWords(ids []domain.ID) string {
	names := make([]string, 0, mostSubjects+1)
	for i, id := range ids {
		if i == mostSubjects {
			names = append(names, fmt.Sprintf("and %d more", len(ids)-i))
			break
		}
		names = append(names, ev.Now.Name(domain.KindPrincipal, id))
	}
	return strings.Join(names, ", ")
}

// advised is what the reviewer was recommended, blank for nothing.
func advised(it review.Item) sheet.Cell {
	switch it.Advice.Answer {
	case review.Silent:
		return sheet.Cell{}
	case review.Reduce:
		return sheet.Of(it.Advice.Answer.String() + " to " + it.Holding.Ladder().Word(it.Advice.Level))
	}
	return sheet.Of(it.Advice.Answer.String())
}
