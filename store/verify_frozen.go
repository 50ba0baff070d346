package store

import (
	"countersign/domain"
	"countersign/review"
)

// populations recomputes the digest of every population an event named.
func (v *verifier) populations() error {
	for _, st := range v.staged {
		digest, n, err := review.PopulationDigest(v.t.frozen(st.data.Population, func(n int64) {
			v.rep.Items++
			if n%8192 == 0 {
				v.tell("items", n, int64(st.data.Items))
			}
		}))
		switch {
		case err != nil:
			err = v.fault("event %d: the frozen items of %s cannot be read: %v", st.seq, st.data.Population, err)
		case n != st.data.Items:
			err = v.fault("event %d: it froze %d items as %s, the table has %d", st.seq, st.data.Items, st.data.Population, n)
		case digest != st.data.TieOut.Digest:
			err = v.fault("event %d: the frozen items of %s are not those it staged: their digest is %s, not %s",
				st.seq, st.data.Population, digest, st.data.TieOut.Digest)
		}
		if err != nil {
			return err
		}
		if err := v.orders(st.seq, st.data.Population); err != nil {
			return err
		}
	}
	return nil
}

// byHolder sees that the runs of holders have every item once, as it is held.
func (v *verifier) byHolder(seq domain.Seq, population domain.ID) error {
	var want, rows, fit int
	_, err := v.t.one(`SELECT (SELECT count(*) FROM item WHERE population = ?1),
		(SELECT ifnull(sum(last - no + 1), 0) FROM item_by_holder WHERE population = ?1),
		(SELECT count(*) FROM item i WHERE i.population = ?1 AND EXISTS (SELECT 1 FROM item_by_holder k
			WHERE k.population = i.population AND k.holder = i.holder AND i.no BETWEEN k.no AND k.last))`, []any{string(population)}, &want, &rows, &fit)
	if err == nil && (rows != want || fit != want) {
		err = v.fault("event %d: the order of %s by holder has %d entries, of which %d fit, where there are %d", seq, population, rows, fit, want)
	}
	return err
}

// orders sees that each order of a population has every item once, as the item
// is: whoever takes a row away hides an item from a list.
func (v *verifier) orders(seq domain.Seq, population domain.ID) error {
	if err := v.byHolder(seq, population); err != nil {
		return err
	}
	for _, o := range []struct{ what, table, rows, same string }{
		{"target", "item_by_target", "item", "i.target_name = k.target_name"},
		{"risk", "item_by_risk", "item", "i.risk = k.risk"},
		{"reviewer", "staged_by_reviewer", "staged_assignment", "i.stage = k.stage AND i.reviewer = k.reviewer"},
	} {
		all := "SELECT count(*) FROM " + o.rows + " WHERE population = ?1"
		if o.rows == "staged_assignment" {
			all = "SELECT count(*) FROM (SELECT DISTINCT no, stage, reviewer FROM staged_assignment WHERE population = ?1)"
		}
		var want, rows, fit int
		_, err := v.t.one("SELECT ("+all+"), (SELECT count(*) FROM "+o.table+" WHERE population = ?1), (SELECT count(*) FROM "+o.table+
			" k WHERE population = ?1 AND EXISTS (SELECT 1 FROM "+o.rows+" i WHERE i.population = k.population AND i.no = k.no AND "+o.same+"))",
			[]any{string(population)}, &want, &rows, &fit)
		if err == nil && o.table == "staged_by_reviewer" {
			err = v.counts(seq, population)
		}
		if err == nil && (rows != want || fit != want) {
			err = v.fault("event %d: the order of %s by %s has %d entries, of which %d fit, where there are %d", seq, population, o.what, rows, fit, want)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// counts sees that the counts of reviewers' items are those of their lists.
func (v *verifier) counts(seq domain.Seq, population domain.ID) error {
	var wrong int
	_, err := v.t.one(`SELECT count(*) FROM (SELECT stage, reviewer, count(*) AS n FROM staged_by_reviewer WHERE population = ?1 GROUP BY 1, 2) a
		FULL JOIN (SELECT stage, reviewer, items FROM staged_count WHERE population = ?1) b USING (stage, reviewer) WHERE a.n IS NOT b.items`,
		[]any{string(population)}, &wrong)
	if err == nil && wrong > 0 {
		err = v.fault("event %d: of %s, the number of items is wrong for %d reviewers", seq, population, wrong)
	}
	return err
}
