package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// itemColumns are the columns of a frozen item, in the order of itemFields.
var itemColumns = strings.Fields("no grant_id " + grantColumns +
	" since holder_name target_name about allows how remains reach high_risk flags class subjects advice delta last_ruling peers last_used conflicts")

func itemFields(r *review.StagedItem) []field {
	fs := append([]field{number[int]{&r.No}, text[domain.ID]{&r.Holding.ID}}, grantFields(&r.Holding)...)
	return append(fs, number[domain.Seq]{&r.Since}, text[string]{&r.Holder}, text[string]{&r.Target}, text[string]{&r.About},
		text[string]{&r.Allows}, nested[[]string]{&r.How}, nested[[]string]{&r.Remains}, number[int]{&r.Reach},
		flag{&r.HighRisk}, nested[[]string]{&r.Flags}, word{&r.Class}, nested[[]domain.ID]{&r.Subjects},
		nested[review.Advice]{&r.Advice}, nested[review.Delta]{&r.Delta}, nested[review.LastDecision]{&r.Last}, text[string]{&r.Peers},
		text[domain.Date]{&r.LastUsed}, nested[[]string]{&r.Conflicts})
}

// A population is written in short transactions, first the items and who
// answers for them, by number; then its orders (migration 3), each from end to
// end. Making items and writing them go on side by side.

// StageItems writes a frozen population. Items are numbered 1, 2, 3 … in the
// order they come; another number is Internal. A population that is there
// already is a Conflict by rule "staged-already". An error of items ends it and
// is returned; what was written by then is never seen.
func (s *Store) StageItems(ctx context.Context, population domain.ID, items iter.Seq2[review.StagedItem, error]) error {
	if population == "" {
		return domain.Errorf(domain.Internal, "a population without an id was staged")
	}
	w := newStager(ctx, s, population)
	batches, failed := make(chan []review.StagedItem, 1), make(chan error, 1)
	go func() {
		failed <- w.write(batches)
		for range batches { // what comes after a failure is let go
		}
	}()
	err := w.gather(items, batches)
	close(batches)
	if err = errors.Join(err, <-failed); err == nil {
		err = w.orders()
	}
	if faultOf(err) == faultUnique {
		return domain.Errorf(domain.Conflict, "the population %s is staged already", population).
			Hinted("stage it again under a new id").ByRule("staged-already")
	}
	return err
}

// shortHold is how long one transaction of work in parts is to hold the writer:
// far under 200 ms, also where a machine is suddenly busy.
const shortHold = 40 * time.Millisecond

// stager writes one population.
type stager struct {
	ctx        context.Context
	s          *Store
	population domain.ID

	row    review.StagedItem // what fields read
	fields []field

	items, whos                        inserter
	holders, targets, risks, reviewers ordering
}

func newStager(ctx context.Context, s *Store, population domain.ID) *stager {
	w := &stager{ctx: ctx, s: s, population: population,
		items: inserter{ctx: ctx, into: itemInto, width: len(itemColumns) + 2, most: 50},
		whos:  inserter{ctx: ctx, into: whoInto, width: whoColumns, most: 100}}
	w.fields = itemFields(&w.row)
	return w
}

// gather hands items on, some at a time.
func (w *stager) gather(items iter.Seq2[review.StagedItem, error], to chan<- []review.StagedItem) error {
	const some = 500
	batch, next := make([]review.StagedItem, 0, some), 1
	for it, err := range items {
		if err != nil {
			return err
		}
		if it.No != next {
			return domain.Errorf(domain.Internal, "item %d of the population came where item %d belongs", it.No, next)
		}
		next++
		if batch = append(batch, it); len(batch) == some {
			to <- batch
			batch = make([]review.StagedItem, 0, some)
		}
	}
	if len(batch) > 0 {
		to <- batch
	}
	return nil
}

// write writes what comes, as many batches a transaction as fit its time.
func (w *stager) write(batches <-chan []review.StagedItem) error {
	pace := pacer{most: 20}
	var held [][]review.StagedItem
	flush := func() error {
		if len(held) == 0 {
			return nil
		}
		err := pace.time(func() error {
			return w.s.writing(w.ctx, staging, func(q *sql.Tx) error {
				for _, batch := range held {
					if err := w.rows(q, batch); err != nil {
						return err
					}
				}
				return nil
			})
		})
		held = held[:0]
		return err
	}
	for batch := range batches {
		if held = append(held, batch); len(held) >= pace.size() {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func staging() string { return "staging" }

var (
	itemInto = "INSERT INTO item (population, " + strings.Join(itemColumns, ", ") + ", search) VALUES "
	whoInto  = "INSERT INTO staged_assignment (population, no, pos, campaign, stage, reviewer, rule, instead_of) VALUES "
)

const whoColumns = 8

// rows writes items and who answers for them.
func (w *stager) rows(q *sql.Tx, items []review.StagedItem) error {
	rows, whos := &w.items, &w.whos
	rows.sql, whos.sql = q, q
	args := make([]any, 0, rows.width)
	for i := range items {
		w.row = items[i]
		args = append(args[:0], string(w.population))
		for _, f := range w.fields {
			v, err := f.value()
			if err != nil {
				return err
			}
			args = append(args, v)
		}
		if err := rows.add(append(args, strings.ToLower(w.row.Holder+"\n"+w.row.Target))...); err != nil {
			return err
		}
	}
	if err := rows.flush(); err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		for pos, a := range it.Assigned {
			if a.Item != it.No {
				return domain.Errorf(domain.Internal, "item %d is assigned as item %d", it.No, a.Item)
			}
			if err := whos.add(string(w.population), it.No, pos, string(a.Campaign), a.Stage, string(a.Reviewer), a.Rule, string(a.For)); err != nil {
				return err
			}
			w.reviewers.add(orderKey{string(a.Reviewer), int64(a.Stage)}, it.No)
		}
		w.holders.add(orderKey{text: string(it.Holding.Holder.ID)}, it.No)
		w.targets.add(orderKey{text: it.Target}, it.No)
		w.risks.add(orderKey{num: riskOf(it)}, it.No)
	}
	return whos.flush()
}

// riskOf is the column risk of migration 1: the riskiest first.
func riskOf(it *review.StagedItem) int64 {
	risk := int64(it.Reach)
	if it.HighRisk {
		risk += 1_000_000_000_000
	}
	return -risk
}

// inserter gathers rows into statements of many rows. A column that has the
// same value in all rows of a statement, as most have, is bound once: binding
// is half of what a row costs.
type inserter struct {
	ctx   context.Context
	sql   *sql.Tx
	into  string
	width int // values a row
	most  int // rows a statement
	args  []any
	texts map[shape]string
}

// shape is what the text of a statement depends on: how many rows, and which
// columns are the same in all of them.
type shape struct {
	rows int
	same uint64
}

// mostShapes is how many texts are kept; a statement of a further shape binds
// every value.
const mostShapes = 24

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
	if n.texts == nil {
		n.texts = map[shape]string{}
	}
	s := n.shape()
	text, ok := n.texts[s]
	if !ok {
		if len(n.texts) >= mostShapes {
			s.same = 0
		}
		text = n.into + s.values(n.width)
		n.texts[s] = text
	}
	_, err := n.sql.ExecContext(n.ctx, text, n.bound(s)...)
	n.args = n.args[:0]
	return err
}

func (n *inserter) shape() shape {
	s := shape{rows: len(n.args) / n.width}
	for col := range min(n.width, 64) {
		first, same := n.args[col], true
		for i := col + n.width; same && i < len(n.args); i += n.width {
			same = n.args[i] == first
		}
		if same {
			s.same |= 1 << col
		}
	}
	return s
}

// bound gives the values to bind: those of the first row, then of the others
// only those that differ from row to row.
func (n *inserter) bound(s shape) []any {
	at := n.width
	for i := n.width; i < len(n.args); i++ {
		if s.same&(1<<(i%n.width)) == 0 {
			n.args[at] = n.args[i]
			at++
		}
	}
	return n.args[:at]
}

// values gives "(?1,?2),(?1,?3)" for two rows that agree in the first column.
func (s shape) values(width int) string {
	var b strings.Builder
	next := width + 1
	for row := range s.rows {
		for col := range width {
			n := col + 1
			if row > 0 && s.same&(1<<col) == 0 {
				n, next = next, next+1
			}
			if col == 0 {
				b.WriteString("(?")
			} else {
				b.WriteString(",?")
			}
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte(')')
		if row < s.rows-1 {
			b.WriteByte(',')
		}
	}
	return b.String()
}
