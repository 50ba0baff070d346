package report

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// itemRows turns items into rows; what row gives nil for is left out.
func itemRows(from iter.Seq2[review.Item, error], row func(review.Item) []sheet.Cell) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		for it, err := range from {
			if err != nil {
				yield(nil, err)
				return
			}
			if cells := row(it); cells != nil && !yield(cells, nil) {
				return
			}
		}
	}
}

// itemLink is an item's number as a link to its row of the decisions: items are
// numbered from 1 without a gap.
func itemLink(no int) sheet.Cell {
	c := sheet.Whole(int64(no))
	if no < maxLive {
		c = c.To(sheetDecisions, "A"+strconv.Itoa(no+1))
	}
	return c
}

// yes marks what holds, and leaves blank what does not.
func yes(b bool) sheet.Cell {
	if b {
		return sheet.Of("yes")
	}
	return sheet.Cell{}
}

func positive(n int) sheet.Cell {
	if n == 0 {
		return sheet.Cell{}
	}
	return sheet.Whole(int64(n))
}

// mostLive is for how many comparisons figures are live formulas: beyond it a
// spreadsheet would work on them for minutes, and they are plain numbers.
const mostLive = 50_000_000

// live tells whether n totals over the decisions may be formulas.
func (ev *CampaignEvidence) live(n int) bool {
	return ev.Figures.All.Items < maxLive && n*ev.Figures.All.Items <= mostLive
}

// reviewers gives one row a reviewer, with totals over the decisions.
func (ev *CampaignEvidence) reviewers() *sheet.Table {
	cols := []sheet.Column{{Header: "Reviewer", Width: 26, Wrap: true}, {Header: "E-mail", Width: 30}, {Header: "Stage", Kind: sheet.Counts, Width: 8},
		{Header: "State", Kind: sheet.Levels, Legend: packetLegend, Width: 15}, {Header: "Items", Kind: sheet.Counts, Total: sheet.Added},
		{Header: "Keep", Kind: sheet.Counts, Total: sheet.Added}, {Header: "Reduce", Kind: sheet.Counts, Total: sheet.Added},
		{Header: "Revoke", Kind: sheet.Counts, Total: sheet.Added}, {Header: "Abstain", Kind: sheet.Counts, Total: sheet.Added},
		{Header: "Undecided", Kind: sheet.Counts, Total: sheet.Added}, {Header: "Returned", Kind: sheet.Counts, Total: sheet.Added},
		{Header: "In bulk", Kind: sheet.Counts, Total: sheet.Added}, {Header: "Seconds", Kind: sheet.Counts, Total: sheet.Added},
		{Header: "Reviewer id", Width: 18}}
	list := slices.Clone(ev.Progress)
	slices.SortFunc(list, func(a, b review.Progress) int {
		if d := compareFolded(ev.Now.Name(domain.KindPrincipal, a.Reviewer), ev.Now.Name(domain.KindPrincipal, b.Reviewer)); d != 0 {
			return d
		}
		if d := strings.Compare(string(a.Reviewer), string(b.Reviewer)); d != 0 {
			return d
		}
		return a.Stage - b.Stage
	})
	live := ev.live(7 * len(list))
	rows := make([][]sheet.Cell, 0, len(list))
	for i, p := range list {
		n := ev.Figures.Reviewers[p.Reviewer]
		if ev.Figures.Votes != nil {
			n = ev.Figures.Votes[voter{p.Stage, p.Reviewer}]
		}
		if n == nil {
			n = &Counts{}
		}
		by := ev.byReviewer(i+2, live)
		user, _ := ev.Now.Principal(p.Reviewer)
		rows = append(rows, []sheet.Cell{sheet.Of(ev.Now.Name(domain.KindPrincipal, p.Reviewer)), sheet.Of(user.Email), sheet.Whole(int64(p.Stage)),
			sheet.Of(ev.packetWord(p)), by("", n.Items), by(review.Keep.String(), n.Answers[review.Keep]), by(review.Reduce.String(), n.Answers[review.Reduce]),
			by(review.Revoke.String(), n.Answers[review.Revoke]), by(review.Abstain.String(), n.Answers[review.Abstain]),
			by(review.Silent.String(), n.Answers[review.Silent]), sheet.Whole(int64(p.Returned)), sheet.Whole(int64(n.Bulk)),
			sheet.Whole(int64(n.Seconds)), sheet.Of(string(p.Reviewer))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}
}

// byReviewer makes the live counts of one row of the reviewers: all of a
// reviewer's items, or those with an answer, over the rows that are a
// reviewer's answers. The reviewer's id stands in column N, the stage in C.
func (ev *CampaignEvidence) byReviewer(row int, live bool) func(answer string, n int) sheet.Cell {
	from, cols, last := ev.votesFrom(), decisionColumns, ev.Figures.All.Items
	if from == sheetVotes {
		cols, last = voteColumns, 0
		for _, n := range ev.Figures.Votes {
			last += n.Items
		}
		live = live && last < maxLive
	}
	area := func(header string) string {
		at := columnOf(cols, header)
		return fmt.Sprintf("%s!$%s$2:$%s$%d", from, at, at, last+1)
	}
	return func(answer string, n int) sheet.Cell {
		v := sheet.Whole(int64(n))
		if !live {
			return v
		}
		f := fmt.Sprintf("COUNTIFS(%s,$N%d", area("Reviewer id"), row)
		if from == sheetVotes {
			f += fmt.Sprintf(",%s,$C%d", area("Stage"), row)
		}
		if answer != "" {
			f += fmt.Sprintf(",%s,%q", area("Answer"), answer)
		}
		return sheet.Live(f+")", v)
	}
}

// deltas streams the rows of one kind that the campaign's events begin or end.
func deltas[R domain.Record](ev *CampaignEvidence, k domain.Kind, row func(domain.Event, *R, *R) ([]sheet.Cell, error)) iter.Seq2[[]sheet.Cell, error] {
	read := func(raw json.RawMessage) (*R, error) {
		if len(raw) == 0 {
			return nil, nil
		}
		rec, err := review.DecodeRecord(k, raw)
		if r, ok := rec.(R); ok && err == nil {
			return &r, nil
		}
		return nil, err
	}
	return func(yield func([]sheet.Cell, error) bool) {
		for e, err := range ev.Events {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, d := range e.Changes {
				if d.Kind != k {
					continue
				}
				before, err := read(d.Before)
				var after *R
				if err == nil {
					after, err = read(d.After)
				}
				var cells []sheet.Cell
				if err == nil {
					cells, err = row(e, before, after)
				}
				if !(cells == nil && err == nil) && (!yield(cells, err) || err != nil) {
					return
				}
			}
		}
	}
}

// versions gives every version of every decision, in the order of the log.
func (ev *CampaignEvidence) versions() *sheet.Table {
	cols := []sheet.Column{{Header: "Item", Kind: sheet.Counts, Width: 8}, {Header: "Event", Kind: sheet.Counts, Width: 9}, {Header: "Time", Kind: sheet.Moments},
		{Header: "Reviewer", Width: 26}, {Header: "Was", Width: 12}, {Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12},
		{Header: "Level decided", Width: 14}, {Header: "Reason", Width: 44, Wrap: true}, {Header: "Round", Kind: sheet.Counts, Width: 8},
		{Header: "Bulk size", Kind: sheet.Counts, Width: 12}, {Header: "Seconds", Kind: sheet.Counts, Width: 10},
		{Header: "Changed since staging", Width: 24}, {Header: "Entered by", Width: 34}, {Header: "Assurance", Width: 11},
		{Header: "Resolved by", Width: 20}, {Header: "Saw (SHA-256)", Width: 22}, {Header: "Saw log size", Kind: sheet.Counts}}
	var read domain.Seq
	changed := map[int]string{}
	rows := deltas(ev, review.KindDecision, func(e domain.Event, before, after *review.Decision) ([]sheet.Cell, error) {
		if e.Seq != read {
			read = e.Seq
			clear(changed)
			var data review.DecidedData
			if e.Type == review.EvDecided && json.Unmarshal(e.Data, &data) == nil {
				for _, c := range data.Changed {
					changed[c.Item] = c.Staged + " → " + c.Now
				}
			}
		}
		was, d := "", review.Decision{}
		if before != nil {
			was, d = before.Answer.String(), *before
		}
		if after == nil {
			d.Answer, d.Reason, d.Bulk, d.Seconds = review.Silent, e.Reason, 0, 0
		} else {
			d = *after
		}
		level := sheet.Cell{}
		if d.Answer != review.Silent && d.Answer != review.Abstain && d.Item > 0 && d.Item <= len(ev.kinds) {
			level = sheet.Of(domain.LadderOf(ev.kinds[d.Item-1]).Word(d.Level))
		}
		return []sheet.Cell{itemLink(d.Item), sheet.Whole(int64(e.Seq)), sheet.At(e.Time), sheet.Of(ev.Now.Name(domain.KindPrincipal, d.Reviewer)),
			sheet.Of(was), sheet.Of(d.Answer.String()), level, sheet.Of(d.Reason), positive(d.Round), positive(d.Bulk), positive(d.Seconds),
			sheet.Of(changed[d.Item]), sheet.Of(person(ev.Now, e.Actor)), sheet.Of(e.Assurance.String()), sheet.Of(e.Via), sheet.Of(e.Saw.Digest),
			seqCell(domain.Seq(e.Saw.Size))}, nil
	})
	return &sheet.Table{Columns: cols, Rows: rows, Key: 1, Empty: "Nobody has decided anything."}
}

// signOffs gives every state a reviewer's share took: signed, countersigned,
// returned, in the order of the log.
func (ev *CampaignEvidence) signOffs() *sheet.Table {
	cols := []sheet.Column{{Header: "Reviewer", Width: 26}, {Header: "Stage", Kind: sheet.Counts, Width: 8}, {Header: "Round", Kind: sheet.Counts, Width: 8},
		{Header: "State", Kind: sheet.Levels, Legend: packetLegend, Width: 15}, {Header: "Time", Kind: sheet.Moments}, {Header: "Event", Kind: sheet.Counts, Width: 9},
		{Header: "By", Width: 34}, {Header: "Assurance", Width: 11}, {Header: "Items", Kind: sheet.Counts}, {Header: "Keep", Kind: sheet.Counts},
		{Header: "Reduce", Kind: sheet.Counts}, {Header: "Revoke", Kind: sheet.Counts}, {Header: "Abstain", Kind: sheet.Counts},
		{Header: "Statement", Width: 60, Wrap: true}, {Header: "Digest of the decisions", Width: 34, Wrap: true}, {Header: "Checker", Width: 34},
		{Header: "Reason", Width: 40, Wrap: true}, {Header: "Saw (SHA-256)", Width: 22}}
	rows := deltas(ev, review.KindPacket, func(e domain.Event, _, p *review.Packet) ([]sheet.Cell, error) {
		if p == nil {
			return nil, nil
		}
		return []sheet.Cell{sheet.Of(ev.Now.Name(domain.KindPrincipal, p.Reviewer)), sheet.Whole(int64(p.Stage)), sheet.Whole(int64(p.Round)),
			sheet.Of(closedWord(*p)), sheet.At(e.Time), sheet.Whole(int64(e.Seq)), sheet.Of(person(ev.Now, e.Actor)), sheet.Of(e.Assurance.String()),
			sheet.Whole(int64(p.Items)), sheet.Whole(int64(p.Keep)), sheet.Whole(int64(p.Reduce)), sheet.Whole(int64(p.Revoke)),
			sheet.Whole(int64(p.Abstain)), sheet.Of(p.Statement), sheet.Of(p.Digest), sheet.Of(person(ev.Now, p.Checker)), sheet.Of(p.Reason),
			sheet.Of(e.Saw.Digest)}, nil
	})
	return &sheet.Table{Columns: cols, Rows: func(yield func([]sheet.Cell, error) bool) {
		for cells, err := range rows {
			if !yield(cells, err) || err != nil {
				return
			}
		}
		for _, a := range ev.told.acks {
			if !yield(ev.acknowledgement(a), nil) {
				return
			}
		}
	}, Key: 1, Empty: "Nobody has signed."}
}

// signedAlone is the word of a packet that its reviewer's signature closed.
const signedAlone = "signed, closed"

// closedWord says where a packet stands: one that the definition asks no second
// signature of was not countersigned by anybody.
func closedWord(p review.Packet) string {
	if p.State == review.Countersigned && p.Checker == "" && !p.Lapsed {
		return signedAlone
	}
	return p.Word()
}

// packetWord is the same of a reviewer's progress, which does not say who checked.
func (ev *CampaignEvidence) packetWord(p review.Progress) string {
	id := review.Packet{Campaign: ev.Campaign.ID, Stage: p.Stage, Reviewer: p.Reviewer}.RecordID()
	if p.State == review.Countersigned && ev.told.signs[id].alone {
		return signedAlone
	}
	return p.Word()
}

// acknowledgement is management's, as a row of the sign-offs.
func (ev *CampaignEvidence) acknowledgement(a review.Acknowledgement) []sheet.Cell {
	n := func(w review.Answer) sheet.Cell { return sheet.Whole(int64(a.Answers[w.String()])) }
	return []sheet.Cell{sheet.Of("(management)"), {}, {}, sheet.Of("acknowledged"), sheet.At(a.At), sheet.Whole(int64(a.Seq)), sheet.Of(person(ev.Now, a.By)),
		sheet.Of(a.Assurance.String()), sheet.Whole(int64(a.Items)), n(review.Keep), n(review.Reduce), n(review.Revoke), n(review.Abstain),
		sheet.Of(a.Statement), sheet.Of(a.Population), {}, sheet.Of(acknowledgedWords(a))}
}

// remediation gives one row for each item reduced or revoked: what was done, and
// what is left.
func (ev *CampaignEvidence) remediation() *sheet.Table {
	cols := []sheet.Column{{Header: "Item", Kind: sheet.Counts, Width: 8}, {Header: "Holder", Width: 26, Wrap: true}, {Header: "Target", Width: 30, Wrap: true},
		{Header: "Level at staging", Width: 15}, {Header: "Decided", Width: 15}, {Header: "Level now", Width: 15},
		{Header: "Result", Kind: sheet.Levels, Legend: resultLegend, Width: 12}, {Header: "What is left, or why", Width: 50, Wrap: true},
		{Header: "Retained by items", Width: 16}, {Header: "Looked at event", Kind: sheet.Counts}, {Header: "Change set", Width: 20},
		{Header: "Change set state", Width: 12}, {Header: "Applied at event", Kind: sheet.Counts, Width: 10}, {Header: "Applied", Kind: sheet.Moments},
		{Header: "Carried out by", Width: 30, Wrap: true}, {Header: "Source file", Width: 40, Wrap: true},
		{Header: "Reviewer", Width: 26}, {Header: "Approved by", Width: 34, Wrap: true}, {Header: "Origin", Width: 14}}
	var failed error
	rows := itemRows(ev.Lowered, func(it review.Item) []sheet.Cell {
		word, o := it.Holding.Ladder().Word, it.Outcome
		now, _ := ev.levelNow(it)
		end, err := ev.endingOf(it)
		if err != nil {
			failed = err
			return nil
		}
		return []sheet.Cell{itemLink(it.No), sheet.Of(it.Holder), sheet.Of(it.Target), sheet.Of(word(it.Holding.Level)), sheet.Of(word(decidedLevel(it))),
			sheet.Of(now), sheet.Of(o.Result.String()), leftWords(it), sheet.Of(numbers(o.By)), seqCell(o.At),
			end.changeSet, sheet.Of(end.state), seqCell(end.seq), sheet.At(end.at), sheet.Of(end.by), sheet.Of(end.file),
			sheet.Of(ev.Now.Name(domain.KindPrincipal, ofRecord(it))), sheet.Of(end.approved), origin(it.Holding.Origin)}
	})
	return &sheet.Table{Columns: cols, Rows: orFailed(rows, &failed), Key: 3, Empty: "Nothing was reduced or revoked."}
}

// orFailed ends rows with the error that making one of them met.
func orFailed(rows iter.Seq2[[]sheet.Cell, error], failed *error) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		*failed = nil
		for cells, err := range rows {
			if *failed != nil || !yield(cells, err) || err != nil {
				break
			}
		}
		if *failed != nil {
			yield(nil, *failed)
		}
	}
}

// changeSetLink is a change set's id as a link to its row.
func (ev *CampaignEvidence) changeSetLink(id domain.ID) sheet.Cell {
	i, ok := ev.remedyAt[id]
	if !ok {
		return sheet.Of(string(id))
	}
	return sheet.Of(string(id)).To(sheetChangeSets, "A"+strconv.Itoa(i+2))
}

func (ev *CampaignEvidence) changeSets() *sheet.Table {
	cols := []sheet.Column{{Header: "Change set", Width: 20}, {Header: "Title", Width: 50, Wrap: true}, {Header: "State", Width: 12}, {Header: "Maker", Width: 34},
		{Header: "Approved by", Width: 34, Wrap: true}, {Header: "Approved through", Width: 44, Wrap: true}, {Header: "Carried out by", Width: 34},
		{Header: "Reason", Width: 40, Wrap: true}, {Header: "Made on event", Kind: sheet.Counts, Width: 10},
		{Header: "Proposed at event", Kind: sheet.Counts, Width: 11}, {Header: "Proposed", Kind: sheet.Moments}, {Header: "Ended at event", Kind: sheet.Counts, Width: 10},
		{Header: "Ended", Kind: sheet.Moments}}
	rows := make([][]sheet.Cell, 0, len(ev.Remedies))
	for _, r := range ev.Remedies {
		rows = append(rows, []sheet.Cell{sheet.Of(string(r.ID)), sheet.Of(r.Title), sheet.Of(r.State.String()), sheet.Of(person(ev.Now, r.Maker)),
			sheet.Of(ev.checkers(r.Approvals)), sheet.Of(ev.approvedThrough(r)), sheet.Of(ev.carriedOut(r)), sheet.Of(r.Reason), seqCell(r.BasedOn), seqCell(r.Proposed), sheet.At(ev.when(r.Proposed)),
			seqCell(r.Ended), sheet.At(ev.when(r.Ended))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1, Empty: "Nothing here was changed for the campaign."}
}

// exceptions gives what was accepted, what nobody decided, and what is not as it
// was kept.
func (ev *CampaignEvidence) exceptions() *sheet.Table {
	cols := []sheet.Column{{Header: "Item", Kind: sheet.Counts, Width: 8}, {Header: "Holder", Width: 26, Wrap: true}, {Header: "Target", Width: 30, Wrap: true},
		{Header: "Level", Width: 14}, {Header: "Reviewer", Width: 26}, {Header: "Answer", Kind: sheet.Levels, Legend: answerLegend, Width: 12},
		{Header: "Result", Kind: sheet.Levels, Legend: resultLegend, Width: 12}, {Header: "Until", Width: 13}, {Header: "Reason", Width: 50, Wrap: true},
		{Header: "Asked for by", Width: 34, Wrap: true}, {Header: "Asked at event", Kind: sheet.Counts, Width: 10}, {Header: "Asked", Kind: sheet.Moments},
		{Header: "Approved by", Width: 34}, {Header: "Approved at event", Kind: sheet.Counts, Width: 11}, {Header: "Approved", Kind: sheet.Moments},
		{Header: "What is left", Width: 50, Wrap: true}, {Header: "Looked at event", Kind: sheet.Counts, Width: 10}}
	rows := itemRows(ev.Open, func(it review.Item) []sheet.Cell {
		o := it.Outcome
		who, when, x := ev.askedFor(it), ev.told.asked[ev.told.excepted[it.No].request], ev.told.excepted[it.No]
		if o.Result != review.Exception {
			when, x = asked{}, excepted{}
		}
		return []sheet.Cell{itemLink(it.No), sheet.Of(it.Holder), sheet.Of(it.Target), sheet.Of(it.Holding.Ladder().Word(it.Holding.Level)),
			sheet.Of(ev.Now.Name(domain.KindPrincipal, ofRecord(it))), sheet.Of(answerOf(it)), sheet.Of(o.Result.String()),
			sheet.Of(string(o.Until)), sheet.Of(o.Reason), sheet.Of(who), seqCell(when.seq), sheet.At(ev.when(when.seq)),
			sheet.Of(person(ev.Now, o.Approver)), seqCell(x.seq), sheet.At(ev.when(x.seq)), sheet.Of(o.Left), seqCell(o.At)}
	})
	return &sheet.Table{Columns: cols, Rows: rows, Key: 3, Empty: "Nothing was accepted as it is, and everything was decided."}
}

// workList gives what is to be done in other systems: items reduced or revoked
// whose holding has an origin outside, done or not.
func (ev *CampaignEvidence) workList() *sheet.Table {
	cols := []sheet.Column{{Header: "System", Width: 18}, {Header: "Owner", Width: 34}, {Header: "Item", Kind: sheet.Counts, Width: 8},
		{Header: "Holder", Width: 26, Wrap: true}, {Header: "Target", Width: 30, Wrap: true}, {Header: "Level there", Width: 14}, {Header: "Decided", Width: 14},
		{Header: "What to do", Width: 60, Wrap: true}, {Header: "Result", Kind: sheet.Levels, Legend: resultLegend, Width: 12},
		{Header: "What is left", Width: 40, Wrap: true}}
	rows := itemRows(ev.Lowered, func(it review.Item) []sheet.Cell {
		if !it.Holding.Origin.Outside() {
			return nil
		}
		w := review.WorkItemOf(ev.Now, ev.Campaign, it)
		if now, _ := ev.levelNow(it); now == "gone" {
			w.Present = now
		}
		return []sheet.Cell{sheet.Of(w.Source), sheet.Of(person(ev.Now, w.Owner)), itemLink(it.No), sheet.Of(w.Holder), sheet.Of(w.Target),
			sheet.Of(w.Present), sheet.Of(w.Decided), sheet.Of(w.What), sheet.Of(it.Outcome.Result.String()), sheet.Of(it.Outcome.Left)}
	})
	return &sheet.Table{Columns: cols, Rows: rows, Key: 2, Empty: "Nothing is to be done in another system."}
}
