package store

import (
	"database/sql"
	"fmt"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// tallied are the answers that a tally tells apart, as SQL sums over d.
var tallied = []review.Answer{review.Keep, review.Reduce, review.Revoke, review.Abstain}

// Tallies counts the items of every stage that began, those that stand alike
// together, and then of all stages.
func (t *tx) Tallies(campaign domain.ID) ([]review.StageTally, error) {
	c, err := t.Campaign(campaign)
	if err != nil {
		return nil, err
	}
	began := len(c.Definition.Stages)
	if c.Iteration <= 1 && !c.Ruled() {
		began = min(max(c.Stage, 1), began)
	}
	var out []review.StageTally
	var all query
	var last scope
	for stage := 1; stage <= began; stage++ {
		s, err := t.scopeOf(c.ID, stage)
		if err != nil {
			return nil, err
		}
		last = s
		some, err := t.stageTallies(s)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
		if stage > 1 {
			all.add(" UNION ALL ")
		}
		text, args := s.perItem()
		all.add("SELECT no, asked, answered FROM ("+text+")", args...)
	}
	over, err := t.overTallies(last, all)
	return append(out, over...), err
}

// everEntered is scope.entered over all iterations, for an item i: a stage
// that an item went through stays its, also while it is asked about again.
func (s scope) everEntered() (string, []any) {
	if s.stage == 1 {
		return "1", nil
	}
	return "EXISTS (SELECT 1 FROM ruling e WHERE e.to_seq IS NULL AND e.id = ? || i.no || ? AND e.stops = 0)",
		[]any{string(s.campaign) + "/", fmt.Sprintf("/%d", s.stage-1)}
}

// perItem gives SQL for the items that entered the stage: no, how many were
// asked, how many answered, and which answers were given.
func (s scope) perItem() (string, []any) {
	who, args := s.askedEver()
	key, at := string(s.campaign)+"/", fmt.Sprintf("/%d/", s.stage)
	var b query
	b.add("SELECT i.no AS no, sum(ifnull(w.reviewer, '') <> '') AS asked, sum(d.answer IS NOT NULL) AS answered")
	for _, a := range tallied {
		b.add(", ifnull(max(d.answer = '" + a.String() + "'), 0) AS " + a.String())
	}
	b.add(" FROM item i LEFT JOIN ("+who+") w ON w.no = i.no", args...)
	b.add(" LEFT JOIN item_return r ON r.to_seq IS NULL AND r.id = ? || i.no || ? || w.reviewer", key, at)
	b.add(" LEFT JOIN packet p ON p.to_seq IS NULL AND p.id = ? || w.reviewer", fmt.Sprintf("%s%d/", key, s.stage))
	b.add(" LEFT JOIN decision d ON d.to_seq IS NULL AND "+sqlStands("d")+" AND d.id = ? || i.no || ? || w.reviewer AND "+sqlInForce+
		" AND ("+sqlClosed+" AND p.unsigned > 0 AND d.round >= p.unsigned) IS NOT TRUE", key, at)
	b.where("i.population = ?", s.population)
	cond, more := s.everEntered()
	b.where(cond, more...)
	b.add(" GROUP BY i.no")
	return b.text, b.args
}

// askedEver gives SQL for (no, reviewer) of everyone who answers in the stage,
// of every item.
func (s scope) askedEver() (string, []any) {
	staged := "SELECT a.no, a.reviewer FROM staged_assignment a WHERE a.population = ? AND a.stage = ?"
	args := []any{s.population, s.stage}
	if !s.moved {
		return staged, args
	}
	staged += " AND NOT EXISTS (SELECT 1 FROM assignment m WHERE m.campaign = ? AND m.item = a.no AND m.stage = ? AND m.to_seq IS NULL)"
	later := "SELECT b.item AS no, b.reviewer FROM assignment b WHERE b.campaign = ? AND b.stage = ? AND b.to_seq IS NULL"
	return staged + " UNION ALL " + later, append(args, string(s.campaign), s.stage, string(s.campaign), s.stage)
}

// stageTallies counts one stage. Its ruling of an item stands once the stage
// closed in the present iteration, or the item has its ruling over all stages.
func (t *tx) stageTallies(s scope) ([]review.StageTally, error) {
	per, args := s.perItem()
	key := string(s.campaign) + "/"
	var cols []string
	for _, a := range tallied {
		cols = append(cols, "a."+a.String())
	}
	var b query
	b.add("SELECT a.asked, a.answered, " + strings.Join(cols, ", ") + ", e.answer, e.stops, f.answer IS NOT NULL")
	var before []string
	for k := 1; k < s.stage && s.stage == s.current; k++ {
		before = append(before, fmt.Sprintf("ifnull(b%d.answer, '')", k))
	}
	b.add(", "+strings.Join(append(before, "''"), " || ',' || ")+" AS earlier, count(*) FROM ("+per+") a", args...)
	on, onArgs := "0", []any(nil)
	if !s.none() {
		on, onArgs = "f.to_seq IS NULL AND f.id = ? || a.no || '/0' AND "+s.ruled(), []any{key}
	}
	b.add(" LEFT JOIN ruling f ON "+on, onArgs...)
	closed := "0"
	if s.past || s.stage < s.current {
		closed = fmt.Sprintf("e.iteration = %d", s.iteration)
	}
	b.add(" LEFT JOIN ruling e ON e.to_seq IS NULL AND e.id = ? || a.no || ? AND (f.answer IS NOT NULL OR "+closed+")", key, fmt.Sprintf("/%d", s.stage))
	for k := range before {
		b.add(fmt.Sprintf(" LEFT JOIN ruling b%[1]d ON b%[1]d.to_seq IS NULL AND b%[1]d.id = ? || a.no || ? AND b%[1]d.iteration = ?", k+1),
			key, fmt.Sprintf("/%d", k+1), s.iteration)
	}
	b.add(" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10")
	var out []review.StageTally
	err := t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		one := review.StageTally{Stage: s.stage}
		var ruling, earlier sql.NullString
		var stops, settled sql.NullBool
		err := r.Scan(&one.Asked, &one.Answered, &one.Given[review.Keep], &one.Given[review.Reduce], &one.Given[review.Revoke],
			&one.Given[review.Abstain], &ruling, &stops, &settled, &earlier, &one.Items)
		if err != nil {
			return err
		}
		one.Stops, one.Settled = stops.Bool, settled.Bool
		if one.Ruled = ruling.Valid; one.Ruled {
			if one.Ruling, err = review.ParseAnswer(ruling.String); err != nil {
				return err
			}
		}
		for word := range strings.SplitSeq(earlier.String, ",") {
			if word == "" {
				continue
			}
			a, err := review.ParseAnswer(word)
			if err != nil {
				return err
			}
			one.Before = append(one.Before, a)
		}
		out = append(out, one)
		return nil
	})
	return out, err
}

// overTallies counts all stages; all gives (no, asked, answered) of each.
func (t *tx) overTallies(s scope, all query) ([]review.StageTally, error) {
	var b query
	b.add("SELECT a.asked, a.answered, f.answer, count(*) FROM (SELECT no, sum(asked) AS asked, sum(answered) AS answered FROM ("+
		all.text+") GROUP BY no) a", all.args...)
	on, args := "0", []any(nil)
	if !s.none() {
		on, args = "f.to_seq IS NULL AND f.id = ? || a.no || '/0' AND "+s.ruled(), []any{string(s.campaign) + "/"}
	}
	b.add(" LEFT JOIN ruling f ON "+on+" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3", args...)
	var out []review.StageTally
	err := t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		var one review.StageTally
		var ruling sql.NullString
		err := r.Scan(&one.Asked, &one.Answered, &ruling, &one.Items)
		if err == nil && ruling.Valid {
			one.Ruled, one.Settled, one.Stops = true, true, true
			one.Ruling, err = review.ParseAnswer(ruling.String)
		}
		out = append(out, one)
		return err
	})
	return out, err
}
