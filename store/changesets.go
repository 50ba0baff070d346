package store

import (
	"database/sql"

	"countersign/domain"
	"countersign/review"
)

// ended tells whether a change set in this state moves on no more.
func ended(s domain.ChangeState) bool { return s != domain.Proposed && s != domain.Approved }

const changeSetRows = `SELECT c.id, c.title, c.reason, c.maker, c.state, c.source, c.source_file, c.source_sha256, c.source_rows,
	c.campaign, c.based_on, c.changes, c.from_seq, c.to_seq, c.proposed
	FROM (SELECT *, (SELECT min(o.from_seq) FROM change_set o WHERE o.id = n.id) AS proposed
		FROM change_set n WHERE n.to_seq IS NULL) c`

// changeSets reads heads; their Changes are empty.
func (t *tx) changeSets(b query) ([]domain.ChangeSet, error) {
	tb, err := tableFor(review.KindChangeSet)
	if err != nil {
		return nil, err
	}
	cur := tb.open()
	var proposed domain.Seq
	dest := append(cur.dest, &proposed)
	var out []domain.ChangeSet
	err = t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		h := cur.record().(review.ChangeSetHead)
		cs := domain.ChangeSet{ID: h.ID, Title: h.Title, Reason: h.Reason, Maker: h.Maker, State: h.State, Source: h.Source,
			Campaign: h.Campaign, BasedOn: h.BasedOn, Proposed: proposed}
		if ended(h.State) {
			cs.Ended = cur.from
		}
		out = append(out, cs)
		return nil
	})
	return out, err
}

// ChangeSets gives heads, the newest first.
func (t *tx) ChangeSets(q review.ChangeSetQuery) ([]domain.ChangeSet, error) {
	b := query{text: changeSetRows}
	if len(q.States) > 0 {
		args := make([]any, len(q.States))
		for i, s := range q.States {
			args[i] = s.String()
		}
		b.where("c.state IN "+tuples(1, len(args)), args...)
	}
	if q.Maker != "" {
		b.where("c.maker = ?", string(q.Maker))
	}
	if q.Campaign != "" {
		b.where("c.campaign = ?", string(q.Campaign))
	}
	if q.Before != 0 {
		b.where("c.proposed < ?", int64(q.Before))
	}
	b.add(" ORDER BY c.proposed DESC, c.id DESC")
	b.limit(q.Limit)
	return t.changeSets(b)
}

// ChangeSet gives one whole; one that is not there is NotFound.
func (t *tx) ChangeSet(id domain.ID) (domain.ChangeSet, error) {
	b := query{text: changeSetRows}
	b.where("c.id = ?", string(id))
	found, err := t.changeSets(b)
	if err != nil {
		return domain.ChangeSet{}, err
	}
	if len(found) == 0 {
		return domain.ChangeSet{}, domain.Errorf(domain.NotFound, "there is no change set %s", id).
			Hinted("list them with: countersign changes")
	}
	cs := found[0]
	e, err := t.Event(cs.Proposed)
	if err != nil {
		return domain.ChangeSet{}, err
	}
	deltas := e.Proposed
	if len(deltas) >= packedFrom && !t.writing && !ended(cs.State) {
		rows, err := fold(deltas)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		t.s.proposals.keep(readAhead(cs.Proposed, rows))
		if len(rows) == len(deltas) { // none builds on another
			for _, c := range rows {
				if isAccess(c.table.kind) {
					cs.Changes = append(cs.Changes, domain.Change{Before: c.before, After: c.after})
				}
			}
			return cs, nil
		}
	}
	if len(deltas) == 0 { // applied as it was proposed: its changes are state already
		deltas = e.Changes
	}
	for _, d := range deltas {
		if !isAccess(d.Kind) {
			continue
		}
		var c domain.Change
		if c.Before, err = recordOf(d, d.Before, nil); err != nil {
			return domain.ChangeSet{}, err
		}
		if c.After, err = recordOf(d, d.After, nil); err != nil {
			return domain.ChangeSet{}, err
		}
		cs.Changes = append(cs.Changes, c)
	}
	return cs, nil
}

// Approvals gives the checkers' approvals of a change set, the first first.
func (t *tx) Approvals(changeSet domain.ID) ([]review.Approval, error) {
	b := query{}
	b.where("change_set = ?", string(changeSet))
	b.add(" ORDER BY from_seq, id")
	return list[review.Approval](t, review.KindApproval, b)
}

// list reads the current rows of a kind; rest begins with conditions.
func list[R domain.Record](t *tx, k domain.Kind, rest query) ([]R, error) {
	tb, err := tableFor(k)
	if err != nil {
		return nil, err
	}
	cur := tb.open()
	var out []R
	err = t.rowsOf("SELECT "+tb.list+", from_seq, to_seq FROM (SELECT * FROM "+tb.name+" WHERE to_seq IS NULL)"+rest.text,
		rest.args, func(r *sql.Rows) error {
			rec, err := cur.read(r)
			if err == nil {
				out = append(out, rec.(R))
			}
			return err
		})
	return out, err
}
