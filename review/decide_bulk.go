package review

import (
	"context"
	"errors"
	"slices"

	"countersign/domain"
)

// bulkAtOnce is how many decisions one transaction takes; a larger bulk is
// written in parts.
const bulkAtOnce = 1000

// prefixBatch begins the ids of batches.
const prefixBatch = "blk"

// bulk is a bulk worked out on a picture, before anything is written.
type bulk struct {
	head     Head
	c        Campaign
	packet   Packet
	fresh    []decisionPair // rows that nobody sees until the whole is in force
	replaced []decisionPair // versions of decisions that stand: written with the last event
	changed  []Changed
	items    map[int]ItemReturn // of those that were returned
	held     map[domain.Holder]Item
}

// decisionPair is a row as it stands, nil where there is none, and the next.
type decisionPair struct {
	before domain.Record
	after  Decision
}

// looking lets an act judge on a picture what it will write later.
type looking struct{ Tx }

var errLooking = errors.New("nothing is written while looking")

func (looking) NewID(string) domain.ID                  { return "" }
func (looking) Append(domain.Event) (domain.Seq, error) { return 0, errLooking }
func (looking) SetPref(domain.ID, string, string) error { return errLooking }
func (looking) SaveMapping(string, string) error        { return errLooking }

// decideInParts is Decide for a bulk too large for one short transaction: all
// is judged on one picture; the decisions are written in parts, under a batch
// that nothing shows or counts; and one last event puts the batch in force,
// once it has made sure that the campaign takes answers still, that nothing of
// it is late, signed or another's by now, and that every row of it stands.
// Else nothing of it is in force, ever, and is in nobody's way.
func (s *Service) decideInParts(ctx context.Context, actor domain.Actor, campaign domain.ID, in []DecisionInput, entry *Entry) (Receipt, error) {
	a := entry.act(campaign)
	var b bulk
	err := s.store.View(ctx, func(tx Tx) error {
		w, err := s.begin(looking{tx}, actor, a)
		if err != nil {
			return err
		}
		w.entry = entry
		b, err = w.judgeBulk(campaign, in)
		return err
	})
	if err != nil {
		return Receipt{}, s.refused(ctx, actor, a, err)
	}
	batch, err := s.batchID(ctx)
	if err != nil {
		return Receipt{}, err
	}
	out := Receipt{Changed: b.changed, Decisions: make([]Decision, 0, len(in))}
	for _, list := range [][]decisionPair{b.fresh, b.replaced} {
		for i := range list {
			list[i].after.Batch = batch
			out.Decisions = append(out.Decisions, list[i].after)
		}
	}
	slices.SortFunc(out.Decisions, func(x, y Decision) int { return x.Item - y.Item })
	if err := s.writeParts(ctx, actor, a, b, batch, entry); err != nil {
		return Receipt{}, err
	}
	err = s.do(ctx, actor, a, func(w *work) error {
		w.entry = entry
		out.Seq, err = w.putInForce(b, batch, out, commonReason(in))
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	return out, nil
}

func (s *Service) batchID(ctx context.Context) (id domain.ID, err error) {
	err = s.store.Update(ctx, func(tx WriteTx) error {
		id = tx.NewID(prefixBatch)
		return nil
	})
	return id, err
}

// judgeBulk makes the decisions of a bulk, as they would be now.
func (w *work) judgeBulk(campaign domain.ID, in []DecisionInput) (bulk, error) {
	b := bulk{items: map[int]ItemReturn{}, held: map[domain.Holder]Item{}}
	var err error
	if b.c, b.packet, err = w.packetFor(campaign, in); err != nil {
		return b, err
	}
	if b.head, err = w.Log(); err != nil {
		return b, err
	}
	mine, err := w.readMine(b.c, in)
	if err != nil {
		return b, err
	}
	stored := make(map[int]Decision, len(in))
	for d, err := range w.StoredDecisions(b.c.ID, b.c.Stage, w.reviewer(), 0) {
		if err != nil {
			return b, err
		}
		stored[d.Item] = d
	}
	for _, one := range in {
		it, err := w.openItem(b.c, b.packet, one.Item, mine)
		if err != nil {
			return b, err
		}
		if it.Outcome.Result == Exception {
			return b, domain.Errorf(domain.Conflict, "item %d is under an exception", it.No).
				Hinted("decide it on its own, which ends the exception").ByRule("excepted")
		}
		d, err := w.judged(b.c, it, one, in)
		if err != nil {
			return b, err
		}
		d.Round = max(b.packet.Round, 1)
		if ch, moved := changedSince(w.org, it); moved {
			b.changed = append(b.changed, ch)
		}
		was, ok := stored[it.No]
		b.add(it, d, was, ok)
	}
	if err := w.ownReasons(b.c, in); err != nil {
		return b, err
	}
	if n := len(b.replaced); n > bulkAtOnce {
		return b, domain.Errorf(domain.Invalid, "%s were decided before, and one act changes %d at most", Count(n, "item", "items"), bulkAtOnce).
			Hinted("decide the undecided ones first, and change the others in smaller bulks")
	}
	return b, nil
}

// add sorts a decision in. A row that no bulk in force wrote is nobody's, and
// may be ended before the bulk is in force; a version that stood may not.
func (b *bulk) add(it Item, d, was Decision, ok bool) {
	switch {
	case !ok:
		b.fresh = append(b.fresh, decisionPair{nil, d})
	case it.Decision == Decision{} && was.Batch != "" && (it.Return.Round == 0 || was.Round >= it.Return.Round):
		b.fresh = append(b.fresh, decisionPair{was, d})
	default:
		b.replaced = append(b.replaced, decisionPair{was, d})
	}
	if it.Return.Round > 0 {
		b.items[it.No] = it.Return
	}
	if _, ok := b.held[it.Holding.Holder]; !ok {
		it.How, it.Remains, it.Assigned = nil, nil, nil
		b.held[it.Holding.Holder] = it
	}
}

// writeParts writes what nobody sees yet.
func (s *Service) writeParts(ctx context.Context, actor domain.Actor, a act, b bulk, batch domain.ID, entry *Entry) error {
	return s.inParts(ctx, actor, a, len(b.fresh), decisionsPart, func(w *work, from, to int) error {
		var r rows
		for _, p := range b.fresh[from:to] {
			r.put(p.before, p.after)
		}
		_, err := w.append(w.event(EvDeciding, b.c.ID), entry.data(DecidedData{Stage: b.c.Stage, Items: to - from, Batch: batch}, actor), &r)
		return err
	})
}

// handOvers are the events by which an item may come to be another's.
var handOvers = []domain.EventType{EvReassigned, EvDelegated, EvEscalated, EvReiterated, EvAdvanced, EvLapsed}

// putInForce records the event by which a bulk stands, or refuses.
func (w *work) putInForce(b bulk, batch domain.ID, out Receipt, reason string) (domain.Seq, error) {
	c, err := w.activeCampaign(b.c.ID)
	if err != nil {
		return 0, err
	}
	p, err := w.Packet(c.ID, c.Stage, w.reviewer())
	if err != nil {
		return 0, err
	}
	if err := w.sameCheckers(c); err != nil {
		return 0, err
	}
	es, err := w.Events(EventQuery{Types: handOvers, Subject: string(c.ID), Forward: true, Before: domain.Seq(b.head.Size - 1), Limit: 1})
	if err != nil {
		return 0, err
	}
	n, err := w.Batch(batch)
	if err != nil {
		return 0, err
	}
	if c.Stage != b.c.Stage || c.Iteration != b.c.Iteration || p.Round != b.packet.Round || len(es) > 0 || n != len(b.fresh) {
		return 0, domain.Errorf(domain.Conflict, "the campaign moved on while %d items were being decided: none of them is decided", len(out.Decisions)).
			Hinted("look again, and decide them again").ByRule("busy")
	}
	for _, d := range out.Decisions {
		if err := stillOpen(w.now.In(w.org.Zone()), c, p, Item{StagedItem: StagedItem{No: d.Item}, Return: b.items[d.Item]}); err != nil {
			return 0, err
		}
	}
	said := make([]DecisionInput, len(out.Decisions))
	for i, d := range out.Decisions {
		said[i] = DecisionInput{Item: d.Item, Reason: d.Reason}
	}
	if err := w.ownReasons(c, said); err != nil {
		return 0, err
	}
	for _, it := range b.held { // an owner of a key may be another since
		if err := w.notOwn(it); err != nil {
			return 0, err
		}
	}
	var r rows
	r.put(nil, Bulk{ID: batch, Campaign: c.ID, Stage: c.Stage, Reviewer: w.reviewer(), Items: len(out.Decisions)})
	for _, pair := range b.replaced {
		r.put(pair.before, pair.after)
	}
	e := w.event(EvDecided, c.ID)
	e.Decision, e.Reason = summary(out.Decisions), reason
	return w.append(e, w.entry.data(DecidedData{Stage: c.Stage, Items: len(out.Decisions), Changed: out.Changed, Batch: batch}, w.actor), &r)
}
