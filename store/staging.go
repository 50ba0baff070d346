package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
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
	batches, failed := make(chan batch, 2), make(chan error, 1)
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
	json   []byte // of the item under way
	parts  []part

	items, whos                        grouper
	holders, targets, risks, reviewers ordering
}

// part is a value of the item under way that stands in json, up to to.
type part struct{ arg, to int }

// batch is what some items come to, ready to be carried out.
type batch []statement

func newStager(ctx context.Context, s *Store, population domain.ID) *stager {
	free := make(chan []any, 64)
	w := &stager{ctx: ctx, s: s, population: population,
		items: grouper{into: itemInto, width: len(itemColumns) + 2, most: 50, free: free},
		whos:  grouper{into: whoInto, width: whoColumns, most: 100, free: free}}
	w.fields = itemFields(&w.row)
	return w
}

// gather makes statements of items and hands them on, those of some at a time.
// The items are made, and their digest with them, as they are asked for here.
func (w *stager) gather(items iter.Seq2[review.StagedItem, error], to chan<- batch) error {
	const some = 500
	next := 1
	for it, err := range items {
		if err != nil {
			return err
		}
		if it.No != next {
			return domain.Errorf(domain.Internal, "item %d of the population came where item %d belongs", it.No, next)
		}
		w.row = it
		if err := w.item(); err != nil {
			return err
		}
		if next%some == 0 {
			to <- w.taken()
		}
		next++
	}
	if last := w.taken(); len(last) > 0 {
		to <- last
	}
	return nil
}

// taken gives the statements made so far.
func (w *stager) taken() batch {
	w.items.cut()
	w.whos.cut()
	out := append(batch(w.items.done), w.whos.done...)
	w.items.done, w.whos.done = nil, nil
	return out
}

// item adds the rows of the item that fields read.
func (w *stager) item() error {
	it := &w.row
	args := w.items.row()
	args[0] = string(w.population)
	w.json, w.parts = w.json[:0], w.parts[:0]
	for i, f := range w.fields {
		var err error
		if j, ok := f.(inJSON); ok {
			if w.json, err = j.appendTo(w.json); err == nil {
				w.parts = append(w.parts, part{i + 1, len(w.json)})
			}
		} else {
			args[i+1], err = f.value()
		}
		if err != nil {
			return err
		}
	}
	from, text := 0, string(w.json) // one for all parts
	for _, p := range w.parts {
		args[p.arg], from = text[from:p.to], p.to
	}
	args[len(args)-1] = strings.ToLower(it.Holder + "\n" + it.Target)
	w.items.added()
	for pos, a := range it.Assigned {
		if a.Item != it.No {
			return domain.Errorf(domain.Internal, "item %d is assigned as item %d", it.No, a.Item)
		}
		var past any = ""
		if len(a.Past) > 0 {
			var err error
			if past, err = (nested[[]domain.ID]{&a.Past}).value(); err != nil {
				return err
			}
		}
		w.whos.add(string(w.population), it.No, pos, string(a.Campaign), a.Stage, string(a.Reviewer), a.Rule, string(a.For), past)
		w.reviewers.add(orderKey{string(a.Reviewer), int64(a.Stage)}, it.No)
	}
	w.holders.add(orderKey{text: string(it.Holding.Holder.ID)}, it.No)
	w.targets.add(orderKey{text: it.Target}, it.No)
	w.risks.add(orderKey{num: riskOf(it)}, it.No)
	return nil
}

// write carries out what comes, as many batches a transaction as fit its time.
func (w *stager) write(batches <-chan batch) error {
	pace := pacer{most: 20}
	var held []batch
	flush := func() error {
		if len(held) == 0 {
			return nil
		}
		err := pace.time(func() error {
			return w.s.writing(w.ctx, staging, func(q *sql.Tx) error {
				run := runner{ctx: w.ctx, sql: q}
				for _, b := range held {
					if err := run.all(b); err != nil {
						return err
					}
				}
				return nil
			})
		})
		for _, b := range held {
			w.items.reuse(b)
		}
		held = held[:0]
		return err
	}
	for b := range batches {
		if held = append(held, b); len(held) >= pace.size() {
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
	whoInto  = "INSERT INTO staged_assignment (population, no, pos, campaign, stage, reviewer, rule, instead_of, past) VALUES "
)

const whoColumns = 9

// riskOf is the column risk of migration 1: the riskiest first.
func riskOf(it *review.StagedItem) int64 {
	risk := int64(it.Reach)
	if it.HighRisk {
		risk += 1_000_000_000_000
	}
	return -risk
}
