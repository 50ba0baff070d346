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
	err := s.checkpointsApart(ctx, func() error { return w.all(items) })
	if faultOf(err) == faultUnique {
		return domain.Errorf(domain.Conflict, "the population %s is staged already", population).
			Hinted("stage it again under a new id").ByRule("staged-already")
	}
	return err
}

// all writes the items, then their orders.
func (w *stager) all(items iter.Seq2[review.StagedItem, error]) error {
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
	return err
}

// shortHold is how long one transaction of work in parts is to hold the writer:
// far under 200 ms, also where a machine is suddenly busy.
const shortHold = 20 * time.Millisecond

// stager writes one population.
type stager struct {
	ctx        context.Context
	s          *Store
	population domain.ID

	row    review.StagedItem // what fields read
	fields []packing

	free                               chan []byte
	unsaved                            int // bytes written since the last checkpoint
	items, whos                        packer
	holders, targets, risks, reviewers ordering
}

func newStager(ctx context.Context, s *Store, population domain.ID) *stager {
	free := make(chan []byte, 64)
	w := &stager{ctx: ctx, s: s, population: population, free: free,
		items: newPacker("item (population, "+strings.Join(itemColumns, ", ")+", search)", len(itemColumns)+2, free),
		whos:  newPacker("staged_assignment (population, no, pos, campaign, stage, reviewer, rule, instead_of, past)", 9, free)}
	for _, f := range itemFields(&w.row) {
		w.fields = append(w.fields, f.(packing))
	}
	return w
}

// gather packs items and hands them on, those of some at a time.
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

// taken gives the rows packed so far.
func (w *stager) taken() batch {
	out := batch{w.items.taken(), w.whos.taken()}
	if out[0].rows == 0 {
		return nil
	}
	return out
}

// item adds the rows of the item that fields read.
func (w *stager) item() error {
	it, pop := &w.row, string(w.population)
	w.items.text(pop)
	for _, f := range w.fields {
		if err := f.pack(&w.items); err != nil {
			return err
		}
	}
	w.items.search(it.Holder, it.Target)
	for pos, a := range it.Assigned {
		if a.Item != it.No {
			return domain.Errorf(domain.Internal, "item %d is assigned as item %d", it.No, a.Item)
		}
		p := &w.whos
		p.text(pop)
		p.number(int64(it.No))
		p.number(int64(pos))
		p.text(string(a.Campaign))
		p.number(int64(a.Stage))
		p.text(string(a.Reviewer))
		p.text(a.Rule)
		p.text(string(a.For))
		if len(a.Past) == 0 {
			p.text("")
		} else if err := (nested[[]domain.ID]{&a.Past}).pack(p); err != nil {
			return err
		}
		w.reviewers.add(orderKey{string(a.Reviewer), int64(a.Stage)}, it.No)
	}
	w.holders.add(orderKey{text: string(it.Holding.Holder.ID)}, it.No)
	w.targets.add(orderKey{text: it.Target}, it.No)
	w.risks.add(orderKey{num: riskOf(it)}, it.No)
	return nil
}

// write writes what comes, as many batches a transaction as fit its time.
func (w *stager) write(batches <-chan batch) error {
	var held batch
	flush := func() error {
		for len(held) > 0 {
			done := 0
			err := w.s.writing(w.ctx, staging, func(conn *sql.Conn, _ *sql.Tx) error {
				for begun := time.Now(); done < len(held) && (done == 0 || time.Since(begun) < shortHold); done++ {
					if _, err := put(conn, held[done]); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			for _, p := range held[:done] {
				w.unsaved += len(p.data)
			}
			held[:done].reuse(w.free)
			held = held[done:]
		}
		if w.unsaved < checkpointAfter {
			return nil
		}
		w.unsaved = 0
		return w.s.checkpoint(w.ctx)
	}
	for b := range batches {
		if held = append(held, b...); len(held) >= mostHeld {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// mostHeld is how many packed are written in a transaction, at most.
const mostHeld = 20

func staging() string { return "staging" }

// riskOf is the column risk of migration 1: the riskiest first.
func riskOf(it *review.StagedItem) int64 {
	risk := int64(it.Reach)
	if it.HighRisk {
		risk += 1_000_000_000_000
	}
	return -risk
}
