package report

import (
	"context"
	"iter"
	"slices"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of campaigns in which several people answer for an item: of several
// stages, reviewers or iterations.
const (
	sheetRulings = "Rulings"
	sheetVotes   = "Votes"
)

// plural tells whether some item has more than one vote or ruling: one row an
// item then does not hold all that was said of it.
func (ev *CampaignEvidence) plural() bool {
	if len(ev.Campaign.Definition.Stages) > 1 || ev.Campaign.Iteration > 1 {
		return true
	}
	n := 0
	for _, p := range ev.Progress {
		n += p.Items
	}
	return n > ev.Figures.All.Items
}

// votesFrom is the sheet in which a row is a reviewer's answer.
func (ev *CampaignEvidence) votesFrom() string {
	if ev.plural() {
		return sheetVotes
	}
	return sheetDecisions
}

// rulings gives every ruling of every stage, by item.
func (ev *CampaignEvidence) rulings() *sheet.Table {
	cols := []sheet.Column{{Header: "Item", Kind: sheet.Counts, Width: 8}, {Header: "Stage", Width: 12},
		{Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12}, {Header: "Level decided", Width: 14},
		{Header: "Rule", Width: 34, Wrap: true}, {Header: "Reviewer of record", Width: 26}, {Header: "Checker", Width: 34},
		{Header: "Goes on", Width: 9}, {Header: "Iteration", Kind: sheet.Counts, Width: 9}}
	rows := make([][]sheet.Cell, 0, len(ev.Rulings))
	for _, r := range ev.Rulings {
		stage := sheet.Of("over all")
		if r.Stage > 0 {
			stage = sheet.Whole(int64(r.Stage))
		}
		rows = append(rows, []sheet.Cell{itemLink(r.Item), stage, sheet.Of(r.Answer.String()), ev.levelCell(r.Item, r.Answer, r.Level),
			sheet.Of(r.Rule), sheet.Of(ev.Now.Name(domain.KindPrincipal, r.Reviewer)), sheet.Of(person(ev.Now, r.Checker)),
			yes(r.Stage > 0 && !r.Stops), sheet.Whole(int64(r.Iteration))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}
}

// levelCell is the level an answer stands for, blank for none.
func (ev *CampaignEvidence) levelCell(item int, a review.Answer, l domain.Level) sheet.Cell {
	if a == review.Silent || a == review.Abstain || item < 1 || item > len(ev.kinds) {
		return sheet.Cell{}
	}
	return sheet.Of(domain.LadderOf(ev.kinds[item-1]).Word(l))
}

// voteColumns are those of one row an item, stage and reviewer.
var voteColumns = []sheet.Column{
	{Header: "Item", Kind: sheet.Counts, Width: 8}, {Header: "Stage", Kind: sheet.Counts, Width: 8}, {Header: "Reviewer", Width: 26, Wrap: true},
	{Header: "Reviewer rule", Width: 34, Wrap: true}, {Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12},
	{Header: "Level decided", Width: 14}, {Header: "Reason", Width: 40, Wrap: true},
	{Header: "Sign-off", Kind: sheet.Levels, Legend: packetLegend, Width: 15}, {Header: "Counts", Width: 9},
	{Header: "Decided", Kind: sheet.Moments}, {Header: "Event", Kind: sheet.Counts, Width: 10}, {Header: "Round", Kind: sheet.Counts, Width: 8},
	{Header: "Seconds", Kind: sheet.Counts, Width: 9}, {Header: "Reviewer id", Width: 18},
}

// votes gives the answer of everyone who was asked, silence included. An
// answer counts once it is signed; one that lapsed stays on record and does
// not.
func (ev *CampaignEvidence) votes() *sheet.Table {
	packets := map[domain.ID]review.Packet{}
	for _, p := range ev.Packets {
		packets[p.RecordID()] = p
	}
	rows := itemRows(ev.Votes, func(it review.Item) []sheet.Cell {
		d := it.Decision
		p := packets[review.Packet{Campaign: it.Campaign, Stage: it.Stage, Reviewer: it.Reviewer}.RecordID()]
		closed := it.Packet == review.Signed || it.Packet == review.Countersigned
		return []sheet.Cell{itemLink(it.No), sheet.Whole(int64(it.Stage)), sheet.Of(ev.Now.Name(domain.KindPrincipal, it.Reviewer)),
			sheet.Of(it.Rule), sheet.Of(d.Answer.String()), ev.levelCell(it.No, d.Answer, d.Level), sheet.Of(d.Reason), sheet.Of(closedWord(p)),
			yes(closed && (p.Unsigned == 0 || d.Round < p.Unsigned) && d.Answer != review.Silent), sheet.At(ev.when(it.Decided)), seqCell(it.Decided), positive(d.Round),
			positive(d.Seconds), sheet.Of(string(it.Reviewer))}
	})
	return &sheet.Table{Columns: voteColumns, Rows: rows, Key: 1}
}

// eachVote streams the items of every reviewer, stage by stage.
func (ev *CampaignEvidence) eachVote(ctx context.Context, tx review.Tx) iter.Seq2[review.Item, error] {
	return func(yield func(review.Item, error) bool) {
		for _, p := range ev.Progress {
			for it, err := range items(ctx, tx, review.ItemQuery{Campaign: ev.Campaign.ID, Stage: p.Stage, Reviewer: p.Reviewer}) {
				if !yield(it, err) || err != nil {
					return
				}
			}
		}
	}
}

// countVotes counts the votes by reviewer and stage.
func (ev *CampaignEvidence) countVotes() error {
	ev.Figures.Votes = map[voter]*Counts{}
	for it, err := range ev.Votes {
		if err != nil {
			return err
		}
		k := voter{it.Stage, it.Reviewer}
		if ev.Figures.Votes[k] == nil {
			ev.Figures.Votes[k] = &Counts{}
		}
		ev.Figures.Votes[k].addVote(it)
	}
	return nil
}

// voter is a reviewer in a stage.
type voter struct {
	stage    int
	reviewer domain.ID
}

// columnOf gives the letters of a column by its header.
func columnOf(cols []sheet.Column, header string) string {
	return columnName(1 + slices.IndexFunc(cols, func(c sheet.Column) bool { return c.Header == header }))
}

func answerOf(it review.Item) string           { a, _, _ := it.Stands(); return a.String() }
func decidedLevel(it review.Item) domain.Level { _, l, _ := it.Stands(); return l }
func ofRecord(it review.Item) domain.ID        { _, _, who := it.Stands(); return who }
