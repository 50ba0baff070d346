package store

import (
	"database/sql"
	"encoding/json"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// maybe is a field that leaves its part alone where the join found no row.
type maybe struct{ f field }

func (m maybe) Scan(src any) error {
	if src == nil {
		return nil
	}
	return m.f.Scan(src)
}

// itemRow reads rows of an item joined with what stands about it.
type itemRow struct {
	columns string
	dest    []any
	scope   scope
	named   bool // the question names a reviewer, and so a stage

	item     review.StagedItem
	decision review.Decision
	from     sql.NullInt64
	ret      review.ItemReturn
	outcome  review.Outcome
	ruling   review.Ruling
	packet   review.PacketState
	reviewer sql.NullString
}

func newItemRow(s scope, reviewer domain.ID) *itemRow {
	row := &itemRow{scope: s, named: reviewer != ""}
	for _, f := range itemFields(&row.item) {
		row.dest = append(row.dest, f)
	}
	cols := prefixed("i", itemColumns)
	join := func(alias string, k domain.Kind, fs []field) {
		t, err := tableFor(k)
		if err != nil {
			panic(err) // the kinds below are in the list above
		}
		cols = append(cols, prefixed(alias, t.columns)...)
		for _, f := range fs {
			row.dest = append(row.dest, maybe{f})
		}
	}
	join("d", review.KindDecision, decisionFields(&row.decision))
	join("r", review.KindReturn, returnFields(&row.ret))
	join("o", review.KindOutcome, outcomeFields(&row.outcome))
	if !s.none() {
		join("f", review.KindRuling, rulingFields(&row.ruling))
	}
	row.columns = strings.Join(append(cols, "d.from_seq", "p.state"), ", ")
	row.dest = append(row.dest, &row.from, maybe{word{&row.packet}}, &row.reviewer)
	return row
}

func prefixed(alias string, columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = alias + "." + c
	}
	return out
}

// read gives the item of the row; its Assigned and Rule are still to come.
func (row *itemRow) read(r *sql.Rows) (review.Item, error) {
	row.item, row.decision, row.ret, row.outcome = review.StagedItem{}, review.Decision{}, review.ItemReturn{}, review.Outcome{}
	row.packet, row.ruling = review.Open, review.Ruling{}
	if err := r.Scan(row.dest...); err != nil {
		return review.Item{}, err
	}
	it := review.Item{StagedItem: row.item, Campaign: row.scope.campaign, Stage: row.scope.stage,
		Reviewer: domain.ID(row.reviewer.String), Packet: row.packet, Return: row.ret, Outcome: row.outcome, Ruling: row.ruling}
	if row.scope.whole && !row.named && row.ruling.Last > 0 {
		it.Stage = row.ruling.Last
	}
	if row.decision.Answer != review.Silent && row.decision.Round >= row.ret.Round {
		it.Decision, it.Decided = row.decision, domain.Seq(row.from.Int64)
	}
	return it, nil
}

// addAssigned fills in who was assigned at staging, and by which rule the
// reviewer of each item answers now.
func (t *tx) addAssigned(s scope, items []review.Item) error {
	if len(items) == 0 {
		return nil
	}
	at := make(map[int]*review.Item, len(items))
	list := make([]int, len(items))
	for i := range items {
		it := &items[i]
		at[it.No], list[i], it.Assigned = it, it.No, []review.Assigned{}
	}
	nos, err := json.Marshal(list)
	if err != nil {
		return err
	}
	err = t.rowsOf(`SELECT campaign, no, stage, reviewer, rule, instead_of, past FROM staged_assignment
		WHERE population = ? AND no IN (SELECT value FROM json_each(?)) ORDER BY no, pos`,
		[]any{s.population, string(nos)}, func(r *sql.Rows) error {
			var a review.Assigned
			if err := r.Scan(&a.Campaign, &a.Item, &a.Stage, &a.Reviewer, &a.Rule, &a.For, nested[[]domain.ID]{&a.Past}); err != nil {
				return err
			}
			it := at[a.Item]
			it.Assigned = append(it.Assigned, a)
			if a.Stage == it.Stage && a.Reviewer == it.Reviewer {
				it.Rule, it.For = a.Rule, a.For
			}
			return nil
		})
	if err != nil || !s.moved && !s.several {
		return err
	}
	return t.rowsOf(`SELECT item, stage, reviewer, rule, instead_of FROM assignment WHERE campaign = ? AND to_seq IS NULL
		AND item IN (SELECT value FROM json_each(?))`, []any{string(s.campaign), string(nos)}, func(r *sql.Rows) error {
		var no, stage int
		var who, record domain.ID
		var rule string
		err := r.Scan(&no, &stage, &who, &rule, &record)
		if it := at[no]; err == nil && it.Reviewer == who && it.Stage == stage {
			it.Rule, it.For = rule, record
		}
		return err
	})
}
