package store

import (
	"database/sql"
	"errors"
	"iter"
	"time"

	"countersign/domain"
	"countersign/review"
)

// PastRulings yields what is ruled over all stages on the items of other
// campaigns, the campaign frozen last first: one scan over each one's rulings,
// beside its frozen items and the holders as they were then. A ruling that is
// not in force yet, and a cancelled campaign, are left out.
func (t *tx) PastRulings(before domain.Seq) iter.Seq2[review.Precedent, error] {
	return func(yield func(review.Precedent, error) bool) {
		err := t.pastRulings(before, func(p review.Precedent) error {
			if !yield(p, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.Precedent{}, err)
		}
	}
}

func (t *tx) pastRulings(before domain.Seq, fn func(review.Precedent) error) error {
	type past struct {
		id, name, population string
		frozen               domain.Seq
	}
	var all []past
	err := t.rowsOf(`SELECT id, name, population, frozen FROM campaign WHERE to_seq IS NULL AND population <> ''
		AND (? = 0 OR frozen < ?) ORDER BY frozen DESC, id DESC`, []any{before, before}, func(r *sql.Rows) error {
		var p past
		err := r.Scan(&p.id, &p.name, &p.population, &p.frozen)
		all = append(all, p)
		return err
	})
	if err != nil {
		return err
	}
	s := &pastScan{tx: t, same: map[string]string{}}
	for _, p := range all {
		sc, err := t.scopeOf(domain.ID(p.id), 0)
		if err != nil {
			return err
		}
		if sc.none() {
			continue
		}
		if err := s.campaign(sc, p.name, p.frozen, fn); err != nil {
			return err
		}
	}
	return nil
}

// pastScan reads campaigns one after the other; what many rows say is kept
// once.
type pastScan struct {
	tx   *tx
	same map[string]string
}

func (s *pastScan) kept(v string) string {
	if one, ok := s.same[v]; ok {
		return one
	}
	s.same[v] = v
	return v
}

func (s *pastScan) campaign(sc scope, name string, frozen domain.Seq, fn func(review.Precedent) error) error {
	const query = `SELECT f.item, f.answer, f.level, f.reviewer, f.unanswered, f.from_seq, e.time, i.grant_id, i.holder_kind, i.holder,
		i.target_kind, i.target, i.agent, i.level, i.how, ifnull(o.result, 'pending'), ifnull(h.manager, ''), ifnull(h.department, ''), ifnull(h.title, '')
	FROM ruling f JOIN item i ON i.population = ? AND i.no = f.item JOIN event e ON e.seq = f.from_seq
	LEFT JOIN outcome o ON o.to_seq IS NULL AND o.id = ? || f.item
	LEFT JOIN principal h ON i.holder_kind = 'principal' AND h.id = i.holder AND h.from_seq <= ? AND (h.to_seq IS NULL OR h.to_seq > ?)
	WHERE f.to_seq IS NULL AND f.campaign = ? AND f.stage = 0 AND `
	var g domain.Grant
	var how []string
	var unanswered bool
	var at int64
	p := review.Precedent{}
	dest := []any{&p.Item, word{&p.Answer}, &p.Level, &p.Reviewer, flag{&unanswered}, &p.Seq, &at, &g.ID, word{&g.Holder.Kind}, &g.Holder.ID,
		word{&g.Target.Kind}, &g.Target.ID, &g.Agent, rung{&g}, nested[[]string]{&how}, word{&p.Result}, &p.Manager, &p.Dept, &p.Title}
	args := []any{sc.population, string(sc.campaign) + "/", frozen, frozen, string(sc.campaign)}
	return s.tx.rowsOf(query+sc.ruled(), args, func(r *sql.Rows) error {
		p, g = review.Precedent{}, domain.Grant{}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		if unanswered {
			p.Reviewer = ""
		}
		p.Campaign, p.Name, p.Frozen, p.At = sc.campaign, name, frozen, time.UnixMilli(at).UTC()
		p.Reviewer, p.Manager = domain.ID(s.kept(string(p.Reviewer))), domain.ID(s.kept(string(p.Manager)))
		p.Dept, p.Title = s.kept(p.Dept), s.kept(p.Title)
		g.Holder.ID, g.Target.ID = domain.ID(s.kept(string(g.Holder.ID))), domain.ID(s.kept(string(g.Target.ID)))
		p.Key, p.Grant, p.Staged, p.Ways = review.KeyOf(g), g.ID, g.Level, review.WaysHash(how)
		return fn(p)
	})
}
