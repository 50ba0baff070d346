package review

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"countersign/domain"
)

// Service is every use case. Each takes the actor first, judges inside the
// transaction that acts, and records what it did; a refusal is recorded too,
// in a transaction of its own after the rollback. A Service keeps no state of
// its own: any number of consoles may share one.
type Service struct {
	store Store
	rules Rules // nil where rules of groups cannot be read
}

// New makes a Service on a store.
func New(store Store) *Service { return &Service{store: store} }

// act is what a use case is about, for the record of a refusal.
type act struct {
	name    string // "approve", "decide" …
	subject domain.ID
	duty    string // in which duty the actor acts
}

// work is one use case inside its write transaction.
type work struct {
	WriteTx
	actor domain.Actor
	act   act
	now   time.Time
	org   *domain.Org
	rules Rules
	known map[domain.Holder][]domain.ID // subjects found, by holder
	ahead *ahead                        // of a large change set: what was worked out before; nil for none
	entry *Entry                        // decisions that are read back; nil where the actor decides
}

// do checks the actor, runs fn in one write transaction, and records a
// refusal. Every act that writes goes through here.
//
// It returns what fn returns; an actor who is nobody, unknown or not active is
// Forbidden (rules "actor-missing", "actor-unknown", "actor-inactive").
func (s *Service) do(ctx context.Context, actor domain.Actor, a act, fn func(*work) error) error {
	err := s.store.Update(ctx, func(tx WriteTx) error {
		w, err := s.begin(tx, actor, a)
		if err != nil {
			return err
		}
		return fn(w)
	})
	if err == nil {
		return nil
	}
	return s.refused(ctx, actor, a, err)
}

// How many pieces one short transaction does, by what a piece writes.
const (
	decisionsPart = 500
	rulingsPart   = 500
	outcomesPart  = 250
	remediesPart  = 10 // change sets
)

// inParts is do for work of many pieces, in transactions of size pieces: fn
// does the pieces from, included, to to, not included. Sizes are such that each
// holds the writer for a small part of 200 ms. An error ends
// it and leaves what was done.
func (s *Service) inParts(ctx context.Context, actor domain.Actor, a act, pieces, size int, fn func(w *work, from, to int) error) error {
	err := s.store.InParts(ctx, pieces, size, func(tx WriteTx, from, to int) error {
		w, err := s.begin(tx, actor, a)
		if err != nil {
			return err
		}
		return fn(w, from, to)
	})
	if err == nil {
		return nil
	}
	return s.refused(ctx, actor, a, err)
}

// begin checks the actor of an act that tx is for.
func (s *Service) begin(tx WriteTx, actor domain.Actor, a act) (*work, error) {
	org, err := tx.Org()
	if err != nil {
		return nil, err
	}
	w := &work{WriteTx: tx, actor: actor, act: a, now: tx.Now(), org: org, rules: s.rules}
	return w, checkActor(tx, org, actor)
}

// refused records a refusal by rule and gives err back. What is merely
// mistyped is not recorded.
func (s *Service) refused(ctx context.Context, actor domain.Actor, a act, err error) error {
	var e *domain.Error
	if !errors.As(err, &e) || e.Code == domain.Internal || e.Code == domain.NotFound {
		return err
	}
	if e.Rule == "" && e.Code != domain.Forbidden || e.Rule == "busy" {
		return err
	}
	rec := s.store.Update(context.WithoutCancel(ctx), func(tx WriteTx) error {
		data, err := domain.CanonicalJSON(RefusedData{Act: a.name, Code: e.Code.String(), Rule: e.Rule})
		if err != nil {
			return err
		}
		saw := actor.Saw
		if e.Rule == ruleSight || e.Rule == "other-history" {
			saw = domain.Sight{} // what the log does not hold is not put into it
		}
		_, err = tx.Append(domain.Event{Type: domain.EvRefused, Subject: string(a.subject), Actor: actor.Principal,
			Via: actor.Via, Assurance: actor.Assurance, Duty: a.duty, Saw: saw, Decision: e.Rule,
			Reason: e.Message, Data: data})
		return err
	})
	if rec != nil {
		return errors.Join(err, domain.Errorf(domain.Internal, "the refusal could not be recorded: %v", rec))
	}
	return err
}

// ruleSight names the refusal of an actor who saw another log.
const ruleSight = "sight"

// checkActor refuses an actor who is nobody, unknown, or not an active user,
// and one who claims to have seen what the log does not hold.
func checkActor(tx Tx, o *domain.Org, a domain.Actor) error {
	if a.Principal == "" {
		return domain.Errorf(domain.Forbidden, "nobody is acting").
			Hinted("bind this operating-system user to a person first").ByRule("actor-missing")
	}
	p, ok := o.Principal(a.Principal)
	switch {
	case !ok || p.Kind != domain.User:
		return domain.Errorf(domain.Forbidden, "%q is no user of this organisation", a.Principal).
			Hinted("bind this operating-system user to a user").ByRule("actor-unknown")
	case p.Status != domain.Active:
		return domain.Errorf(domain.Forbidden, "%s is %s and may do nothing", p.Name, p.Status).
			Hinted("an admin can make the user active again").ByRule("actor-inactive")
	case a.Saw.Size == 0:
		return nil
	}
	head, err := tx.Log()
	if err != nil {
		return err
	}
	if a.Saw.Size > head.Size || a.Saw.Size == head.Size && a.Saw.Root != "" && a.Saw.Root != head.Root {
		return domain.Errorf(domain.Conflict, "the screen showed a log that this database does not hold").
			Hinted("load the page again; if it stays so, verify the log").ByRule(ruleSight)
	}
	return nil
}

// event starts an event of this act.
func (w *work) event(t domain.EventType, subject domain.ID) domain.Event {
	return domain.Event{Type: t, Subject: string(subject), Actor: w.actor.Principal, Via: w.actor.Via,
		Assurance: w.actor.Assurance, Duty: w.act.duty, Saw: w.actor.Saw}
}

// rows adds rows of state to an event; before or after may be nil.
type rows struct {
	deltas []domain.Delta
	err    error
}

func (r *rows) put(before, after domain.Record) {
	if r.err != nil {
		return
	}
	d, err := domain.DeltaOf(before, after)
	if err != nil {
		r.err = err
		return
	}
	if string(d.Before) != string(d.After) {
		r.deltas = append(r.deltas, d)
	}
}

// append writes the event with its data and rows.
func (w *work) append(e domain.Event, data any, r *rows) (domain.Seq, error) {
	if data != nil {
		raw, err := domain.CanonicalJSON(data)
		if err != nil {
			return 0, err
		}
		e.Data = raw
	}
	if r != nil {
		if r.err != nil {
			return 0, r.err
		}
		e.Changes = r.deltas
	}
	seq, err := w.Append(e)
	if err == nil {
		err = w.moved(e.Changes)
	}
	return seq, err
}

// moved does what follows when a row of a campaign is among those written:
// requests that it has gone past end with it.
func (w *work) moved(ds []domain.Delta) error {
	for _, d := range ds {
		if d.Kind != KindCampaign || len(d.Before) == 0 || len(d.After) == 0 {
			continue
		}
		rec, err := DecodeRecord(d.Kind, d.After)
		if err != nil {
			return err
		}
		if c, ok := rec.(Campaign); ok {
			return w.endPast(c)
		}
	}
	return nil
}

// name gives what a person calls a principal.
func (w *work) name(id domain.ID) string { return w.org.Name(domain.KindPrincipal, id) }

// requireDuty refuses an actor who holds none of the duties.
func (w *work) requireDuty(duties ...domain.Duty) error {
	for _, d := range duties {
		if w.org.HasDuty(w.actor.Principal, d, w.now) {
			return nil
		}
	}
	words := duties[0].String()
	for _, d := range duties[1:] {
		words += " or " + d.String()
	}
	return domain.Errorf(domain.Forbidden, "%s does not hold the duty %s", w.name(w.actor.Principal), words).
		Hinted("ask someone who does, or have the duty given").ByRule("duty-missing")
}

// ActorByUID resolves an operating-system user to the actor it is bound to.
// One that is bound to nobody, or to someone who is not active, is Forbidden.
func (s *Service) ActorByUID(ctx context.Context, uid int) (domain.Actor, error) {
	var a domain.Actor
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		id := bindingID(uid)
		row, ok := o.Get(domain.KindBinding, id)
		b, isBinding := row.Record.(domain.Binding)
		if !ok || !isBinding {
			return domain.Errorf(domain.Forbidden, "the operating-system user %d is bound to nobody here", uid).
				Hinted("an admin can bind it: countersign bind").ByRule("unbound")
		}
		a = domain.Actor{Principal: b.Principal, Assurance: domain.Asserted, Via: "uid " + strconv.Itoa(uid)}
		return checkActor(tx, o, a)
	})
	if err != nil {
		return domain.Actor{}, err
	}
	return a, nil
}

// ActorAs plays the person named by ref (an id, an e-mail, a unique name) for
// the operating-system user uid. On a live database it is Forbidden (rule
// "as-live"): people are played only in rehearsals and demos.
func (s *Service) ActorAs(ctx context.Context, uid int, ref string) (domain.Actor, error) {
	var a domain.Actor
	err := s.store.View(ctx, func(tx Tx) error {
		if tx.Mode() == Live {
			return domain.Errorf(domain.Forbidden, "people cannot be played on a live database").
				Hinted("--as works on demo and rehearsal databases only").ByRule("as-live")
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		p, err := o.FindPrincipal(ref)
		if err != nil {
			return err
		}
		who := p.Email
		if who == "" {
			who = string(p.ID)
		}
		a = domain.Actor{Principal: p.ID, Assurance: domain.Asserted, Via: "uid " + strconv.Itoa(uid) + " as " + who}
		return checkActor(tx, o, a)
	})
	if err != nil {
		return domain.Actor{}, err
	}
	return a, nil
}

func bindingID(uid int) domain.ID { return domain.ID("uid:" + strconv.Itoa(uid)) }

// IDs gives a maker of ids for records that are about to be proposed. The ids
// of one maker share a random middle that the store made, so two makers never
// make the same.
func (s *Service) IDs(ctx context.Context) (func(prefix string) domain.ID, error) {
	var base domain.ID
	err := s.store.Update(ctx, func(tx WriteTx) error {
		base = tx.NewID("x")
		return nil
	})
	if err != nil {
		return nil, err
	}
	middle, n := string(base[len("x_"):]), 0
	return func(prefix string) domain.ID {
		n++
		return domain.ID(prefix + "_" + middle + strconv.FormatInt(int64(n), 36))
	}, nil
}

// dataOf reads an event's data.
func dataOf[T any](e domain.Event) (T, error) {
	var v T
	if len(e.Data) == 0 {
		return v, nil
	}
	err := json.Unmarshal(e.Data, &v)
	return v, err
}

// asError gives the domain error in err, nil where there is none.
func asError(err error) *domain.Error {
	var e *domain.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
