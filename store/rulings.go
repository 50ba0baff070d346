package store

import (
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// StageVotes yields the items that entered a stage, by number, with the votes
// that count. An item that nobody was asked about is there without a vote.
func (t *tx) StageVotes(campaign domain.ID, stage int) iter.Seq2[review.ItemVotes, error] {
	return func(yield func(review.ItemVotes, error) bool) {
		err := t.stageVotes(campaign, stage, func(v review.ItemVotes) error {
			if !yield(v, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.ItemVotes{}, err)
		}
	}
}

func (t *tx) stageVotes(campaign domain.ID, stage int, fn func(review.ItemVotes) error) error {
	s, err := t.scopeOf(campaign, stage)
	if err != nil {
		return err
	}
	who, args := s.asked()
	c := string(s.campaign) + "/"
	var b query
	b.add("SELECT i.no, i.target_kind, i.level, i.high_risk, i.advice, w.reviewer, d.answer, d.level FROM item i LEFT JOIN ("+who+") w ON w.no = i.no", args...)
	b.add(" LEFT JOIN item_return r ON r.to_seq IS NULL AND r.id = ? || i.no || ? || w.reviewer", c, fmt.Sprintf("/%d/", s.stage))
	b.add(" LEFT JOIN packet p ON p.to_seq IS NULL AND p.id = ? || w.reviewer", fmt.Sprintf("%s%d/", c, s.stage))
	b.add(" LEFT JOIN decision d ON d.to_seq IS NULL AND "+sqlStands("d")+" AND d.id = ? || i.no || ? || w.reviewer AND "+sqlInForce+" AND "+sqlClosed+" AND (p.unsigned = 0 OR d.round < p.unsigned)",
		c, fmt.Sprintf("/%d/", s.stage))
	b.where("i.population = ?", s.population)
	if cond, more := s.entered("i.no"); cond != "" {
		b.where(cond, more...)
	}
	b.add(" ORDER BY i.no, w.pos, w.reviewer")
	var now review.ItemVotes
	err = t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		var one review.ItemVotes
		var g domain.Grant
		var reviewer sql.NullString
		var v review.StageVote
		if err := r.Scan(&one.Item, word{&g.Target.Kind}, rung{&g}, flag{&one.HighRisk}, nested[review.Advice]{&one.Advice}, &reviewer,
			maybe{word{&v.Answer}}, maybe{number[domain.Level]{&v.Level}}); err != nil {
			return err
		}
		one.Level = g.Level
		if one.Item != now.Item {
			if now.Item > 0 {
				if err := fn(now); err != nil {
					return err
				}
			}
			now = one
		}
		if v.Reviewer = domain.ID(reviewer.String); v.Reviewer != "" {
			now.Votes = append(now.Votes, v)
		}
		return nil
	})
	if err == nil && now.Item > 0 {
		err = fn(now)
	}
	return err
}

// Rulings gives those of one item, or of all, by item and stage.
func (t *tx) Rulings(campaign domain.ID, no int) ([]review.Ruling, error) {
	var b query
	b.where("campaign = ?", string(campaign))
	if no > 0 {
		b.where("item = ?", no)
	}
	b.add(" ORDER BY item, stage")
	return list[review.Ruling](t, review.KindRuling, b)
}

// Templates gives every version of each definition, by name and version.
func (t *tx) Templates() ([]review.Template, error) {
	return list[review.Template](t, review.KindTemplate, query{text: " ORDER BY name, version"})
}

// Requests gives those of a campaign, or of all, the newest first.
func (t *tx) Requests(campaign domain.ID) ([]review.Request, error) {
	b := query{text: " c"}
	if campaign != "" {
		b.where("campaign = ?", string(campaign))
	}
	b.add(" ORDER BY (SELECT min(o.from_seq) FROM request o WHERE o.id = c.id) DESC, id")
	return list[review.Request](t, review.KindRequest, b)
}

// Substitutes gives those that stand.
func (t *tx) Substitutes() ([]review.Substitute, error) {
	return list[review.Substitute](t, review.KindSubstitute, query{text: " ORDER BY person, id"})
}

// Exceptions gives the outcomes that are one, by campaign and item.
func (t *tx) Exceptions() ([]review.Outcome, error) {
	var b query
	b.where("result = 'exception'")
	b.add(" ORDER BY campaign, item")
	return list[review.Outcome](t, review.KindOutcome, b)
}

// Messages gives those that fit, the oldest first.
func (t *tx) Messages(q review.MessageQuery) ([]review.Message, error) {
	var b query
	if q.Campaign != "" {
		b.where("campaign = ?", string(q.Campaign))
	}
	if q.To != "" {
		b.where("recipient = ?", string(q.To))
	}
	if len(q.States) > 0 {
		var words []string
		for _, s := range q.States {
			words = append(words, "'"+s.String()+"'")
		}
		b.where("state IN (" + strings.Join(words, ", ") + ")")
	}
	b.add(" ORDER BY at, id")
	return list[review.Message](t, review.KindMessage, b)
}

// Decisions yields every decision as it stands, by item, stage and reviewer.
func (t *tx) Decisions(campaign domain.ID) iter.Seq2[review.Decision, error] {
	return func(yield func(review.Decision, error) bool) {
		table, err := tableFor(review.KindDecision)
		if err != nil {
			yield(review.Decision{}, err)
			return
		}
		var d review.Decision
		var dest []any
		for _, f := range decisionFields(&d) {
			dest = append(dest, f)
		}
		err = t.rowsOf("SELECT "+strings.Join(table.columns, ", ")+
			" FROM decision WHERE campaign = ? AND to_seq IS NULL AND "+sqlStands("decision")+" ORDER BY item, stage, reviewer", []any{string(campaign)},
			func(r *sql.Rows) error {
				if err := r.Scan(dest...); err != nil {
					return err
				}
				if !yield(d, nil) {
					return errStop
				}
				return nil
			})
		if err != nil && !errors.Is(err, errStop) {
			yield(review.Decision{}, err)
		}
	}
}
