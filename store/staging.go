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

// A population is written in short transactions: the items and who answers for
// them, by number; and its orders (migration 3), each from end to end. Making
// items and writing them go on side by side. The orders that an outline tells
// beforehand are written where no items wait, the others at the end.

// StageItems writes a frozen population. Items are numbered 1, 2, 3 … in the
// order they come; another number is Internal. A population that is there
// already is a Conflict by rule "staged-already". An error of items ends it and
// is returned; what was written by then is never seen. Items that are not those of
// the outline, where there is one, are Internal.
func (s *Store) StageItems(ctx context.Context, population domain.ID, items iter.Seq2[review.StagedItem, error],
	outline iter.Seq[review.Outlined]) error {
	if population == "" {
		return domain.Errorf(domain.Internal, "a population without an id was staged")
	}
	w := newStager(ctx, s, population)
	w.outlined = outline != nil
	err := s.checkpointsApart(ctx, func() error { return w.all(items, outline) })
	if faultOf(err) == faultUnique {
		return domain.Errorf(domain.Conflict, "the population %s is staged already", population).
			Hinted("stage it again under a new id").ByRule("staged-already")
	}
	return err
}

// all writes the items and their orders.
func (w *stager) all(items iter.Seq2[review.StagedItem, error], outline iter.Seq[review.Outlined]) error {
	made, ordered, failed := make(chan batch, 8), make(chan batch, 2), make(chan error, 1)
	go func() {
		err := w.write(made, ordered)
		for range made { // what comes after a failure is let go
		}
		for range ordered {
		}
		failed <- err
	}()
	gathered := make(chan struct{})
	go func() {
		defer close(ordered)
		w.outline(outline)
		if w.outlined {
			w.orders(ordered, w.foretold())
		}
		<-gathered
		if !w.outlined {
			w.orders(ordered, w.foretold())
		}
		w.orders(ordered, []order{w.byReviewer(), w.counts()})
	}()
	err := w.gather(items, made)
	if err != nil {
		close(w.over)
	}
	close(made)
	close(gathered)
	return errors.Join(err, <-failed)
}

// outline reads the outline, if there is one, into the orders that it tells.
func (w *stager) outline(outline iter.Seq[review.Outlined]) {
	defer close(w.ready)
	if outline == nil {
		return
	}
	no := 0
	for it := range outline {
		no++
		w.place(it, no)
	}
}

// place puts an item in the orders that an outline tells.
func (w *stager) place(it review.Outlined, no int) {
	w.holders.add(orderKey{text: string(it.Holder)}, no)
	w.targets.add(orderKey{text: it.Target}, no)
	w.risks.add(orderKey{num: riskOf(it)}, no)
}

// placed sees to it that an item is in the orders: it is put there, or was as the
// outline had it.
func (w *stager) placed(it *review.StagedItem) error {
	o := it.Outlined()
	if !w.outlined {
		w.place(o, it.No)
	} else if !w.holders.is(orderKey{text: string(o.Holder)}, it.No) || !w.targets.is(orderKey{text: o.Target}, it.No) ||
		!w.risks.is(orderKey{num: riskOf(o)}, it.No) {
		return domain.Errorf(domain.Internal, "item %d of the population is not as it was outlined", it.No)
	}
	return nil
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

	free           chan []byte
	unsaved, begun int        // bytes in the write-ahead log; of them when its copying was begun last
	copying        chan error // nil: nobody copies
	items, whos    packer
	said           sharing

	outlined                  bool
	ready, over               chan struct{} // the outline is read; the items failed
	holders                   runs
	targets, risks, reviewers ordering
}

func newStager(ctx context.Context, s *Store, population domain.ID) *stager {
	free := make(chan []byte, 64)
	w := &stager{ctx: ctx, s: s, population: population, free: free, ready: make(chan struct{}), over: make(chan struct{}),
		items: newPacker("frozen_item (population, "+strings.Join(itemColumns, ", ")+", search)", len(itemColumns)+2, free),
		whos:  narrow("staged_assignment (population, no, pos, campaign, stage, reviewer, rule, instead_of, past)", 9, free)}
	w.said = newSharing(string(population), free)
	w.fields = w.said.fields(&w.row)
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
		if next == 1 {
			<-w.ready
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
	<-w.ready
	if n := len(w.targets.key); n != next-1 {
		return domain.Errorf(domain.Internal, "the population has %d items, and %d were outlined", next-1, n)
	}
	return nil
}

// taken gives the rows packed so far.
func (w *stager) taken() batch {
	out := batch{w.said.texts.taken(), w.items.taken(), w.whos.taken()}
	if out[1].rows == 0 {
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
		} else if err := packList(p, a.Past); err != nil {
			return err
		}
		w.reviewers.add(orderKey{string(a.Reviewer), int64(a.Stage)}, it.No)
	}
	return w.placed(it)
}

// packList is apart, since what it takes the address of is made anew each time.
func packList(p *packer, list []domain.ID) error { return nested[[]domain.ID]{&list}.pack(p) }

// write writes what comes, as many batches a transaction as fit its time; what is
// made goes before what is only ordered.
func (w *stager) write(made, ordered <-chan batch) (err error) {
	defer func() { err = errors.Join(err, w.copied()) }()
	var held batch
	for made != nil || ordered != nil {
		var b batch
		var more bool
		select {
		case b, more = <-made:
			if !more {
				made = nil
			}
		default:
			select {
			case b, more = <-made:
				if !more {
					made = nil
				}
			case b, more = <-ordered:
				if !more {
					ordered = nil
				}
			}
		}
		if held = append(held, b...); len(held) >= mostHeld {
			if err := w.flush(held); err != nil {
				return err
			}
			held = held[:0]
		}
	}
	if err := errors.Join(w.flush(held), w.copied()); err != nil {
		return err
	}
	return w.s.checkpoint(w.ctx) // else the commit of the event would
}

// flush writes some batches.
func (w *stager) flush(held batch) error {
	for len(held) > 0 {
		done := 0
		err := w.s.writingPart(w.ctx, staging, func(conn *sql.Conn, _ *sql.Tx) error {
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
	return w.save()
}

// save has the write-ahead log copied into the database beside the writing, and
// after mostUnsaved waits for it to be copied whole: only then it begins anew, and
// else it would grow as long as somebody writes.
func (w *stager) save() error {
	if w.unsaved >= mostUnsaved {
		if err := w.copied(); err != nil {
			return err
		}
		w.unsaved, w.begun = 0, 0
		return w.s.checkpoint(w.ctx)
	}
	if w.unsaved-w.begun < checkpointAfter || w.copying != nil && len(w.copying) == 0 { // little, or still at it
		return nil
	}
	if err := w.copied(); err != nil {
		return err
	}
	w.begun, w.copying = w.unsaved, make(chan error, 1)
	go func(done chan<- error) { done <- w.s.checkpoint(w.ctx) }(w.copying)
	return nil
}

// copied waits for what is being copied.
func (w *stager) copied() error {
	if w.copying == nil {
		return nil
	}
	err := <-w.copying
	w.copying = nil
	return err
}

// mostHeld is how many packed are written in a transaction, at most; mostUnsaved
// how many bytes of them may be in the write-ahead log.
const mostHeld, mostUnsaved = 20, 4 * checkpointAfter

func staging() string { return "staging" }

// riskOf is the column risk of migration 1: the riskiest first.
func riskOf(it review.Outlined) int64 {
	risk := int64(it.Reach)
	if it.HighRisk {
		risk += 1_000_000_000_000
	}
	return -risk
}
