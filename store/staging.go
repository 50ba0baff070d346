package store

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// stageBatch is how many items one transaction writes: far under 200 ms of
// holding the writer.
const stageBatch = 2000

// itemColumns are the columns of a frozen item, in the order of itemFields.
var itemColumns = strings.Fields("no grant_id " + grantColumns +
	" since holder_name target_name about allows how remains reach high_risk flags class subjects")

func itemFields(r *review.StagedItem) []field {
	fs := append([]field{number[int]{&r.No}, text[domain.ID]{&r.Holding.ID}}, grantFields(&r.Holding)...)
	return append(fs, number[domain.Seq]{&r.Since}, text[string]{&r.Holder}, text[string]{&r.Target}, text[string]{&r.About},
		text[string]{&r.Allows}, nested[[]string]{&r.How}, nested[[]string]{&r.Remains}, number[int]{&r.Reach},
		flag{&r.HighRisk}, nested[[]string]{&r.Flags}, word{&r.Class}, nested[[]domain.ID]{&r.Subjects})
}

var (
	itemInto = "INSERT INTO item (population, " + strings.Join(itemColumns, ", ") + ", search) VALUES "
	whoInto  = "INSERT INTO staged_assignment (population, no, pos, campaign, stage, reviewer, rule) VALUES "
)

const whoColumns = 7

// StageItems writes a frozen population. Items are numbered 1, 2, 3 … in the
// order they come; another number is Internal. A population that is there
// already is a Conflict by rule "staged-already". An error of items ends it and
// is returned; what was written by then is never seen.
func (s *Store) StageItems(ctx context.Context, population domain.ID, items iter.Seq2[review.StagedItem, error]) error {
	if population == "" {
		return domain.Errorf(domain.Internal, "a population without an id was staged")
	}
	batch := make([]review.StagedItem, 0, stageBatch)
	flush := func() error {
		err := s.writing(ctx, func() string { return "staging" }, func(q *sql.Tx) error { return stage(ctx, q, population, batch) })
		batch = batch[:0]
		if faultOf(err) == faultUnique {
			return domain.Errorf(domain.Conflict, "the population %s is staged already", population).
				Hinted("stage it again under a new id").ByRule("staged-already")
		}
		return err
	}
	next := 1
	for it, err := range items {
		if err != nil {
			return err
		}
		if it.No != next {
			return domain.Errorf(domain.Internal, "item %d of the population came where item %d belongs", it.No, next)
		}
		next++
		if batch = append(batch, it); len(batch) == stageBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return flush()
}

func stage(ctx context.Context, q *sql.Tx, population domain.ID, items []review.StagedItem) error {
	rows := inserter{ctx: ctx, sql: q, into: itemInto, width: len(itemColumns) + 2, most: 50}
	whos := inserter{ctx: ctx, sql: q, into: whoInto, width: whoColumns, most: 100}
	for i := range items {
		it := &items[i]
		args := []any{string(population)}
		for _, f := range itemFields(it) {
			v, err := f.value()
			if err != nil {
				return err
			}
			args = append(args, v)
		}
		if err := rows.add(append(args, strings.ToLower(it.Holder+"\n"+it.Target))...); err != nil {
			return err
		}
	}
	if err := rows.flush(); err != nil {
		return err
	}
	for _, it := range items {
		for pos, a := range it.Assigned {
			if a.Item != it.No {
				return domain.Errorf(domain.Internal, "item %d is assigned as item %d", it.No, a.Item)
			}
			if err := whos.add(string(population), it.No, pos, string(a.Campaign), a.Stage, string(a.Reviewer), a.Rule); err != nil {
				return err
			}
		}
	}
	return whos.flush()
}

// inserter gathers rows into statements of many rows.
type inserter struct {
	ctx   context.Context
	sql   *sql.Tx
	into  string
	width int // values a row
	most  int // rows a statement
	args  []any
}

func (n *inserter) add(row ...any) error {
	n.args = append(n.args, row...)
	if len(n.args) >= n.width*n.most {
		return n.flush()
	}
	return nil
}

func (n *inserter) flush() error {
	if len(n.args) == 0 {
		return nil
	}
	_, err := n.sql.ExecContext(n.ctx, n.into+tuples(len(n.args)/n.width, n.width), n.args...)
	n.args = n.args[:0]
	return err
}
