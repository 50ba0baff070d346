package review

import (
	"context"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// StandInsAt gives the substitutions in force at an instant; home is the zone
// of windows that name none.
func StandInsAt(all []Substitute, at time.Time, home *time.Location) StandIns {
	out := StandIns{}
	for _, s := range all {
		if s.Window.Span(home).Holds(at.Unix()) {
			out[s.Person] = StandIn{s.Substitute, s.Window.To, s.Maker}
		}
	}
	return out
}

// untilWords names a substitute: "Bob Ray until 2026-11-30".
func untilWords(o *domain.Org, in StandIn) string {
	s := o.Name(domain.KindPrincipal, in.Substitute)
	if in.Until != "" {
		s += " until " + string(in.Until)
	}
	return s
}

// Substitutes gives the substitutions that were set and not ended, those of
// one person or (empty) of all, by person.
func (s *Service) Substitutes(ctx context.Context, person domain.ID) ([]Substitute, error) {
	var out []Substitute
	err := s.store.View(ctx, func(tx Tx) error {
		all, err := tx.Substitutes()
		if err != nil {
			return err
		}
		for _, one := range all {
			if person == "" || one.Person == person {
				out = append(out, one)
			}
		}
		return nil
	})
	return out, err
}

// SetSubstitute has someone answer for a person in a window of days: what is
// staged, or begins its stage, within it goes to the substitute, and by the next
// tick what is open then. The person
// sets it, or an admin does (an account admin, or whoever holds the duty
// admin), who may not make themselves the substitute.
//
// Invalid: a window that is none or is over, the person as their own
// substitute. Refused with a rule: "substitute-who" (neither the person nor an
// admin), "substitute-self" (an admin's own name), "reviewer-inactive",
// "substitute-overlap" (there is one in that window), "circle" (substitutes
// would lead back to the person).
func (s *Service) SetSubstitute(ctx context.Context, actor domain.Actor, in Substitute) (Substitute, error) {
	out := in
	err := s.do(ctx, actor, act{"set a substitute", in.Person, ""}, func(w *work) error {
		p, err := w.org.FindPrincipal(string(in.Person))
		if err != nil {
			return err
		}
		sub, err := w.org.FindPrincipal(string(in.Substitute))
		if err != nil {
			return err
		}
		out = Substitute{Person: p.ID, Substitute: sub.ID, Window: in.Window, Reason: strings.TrimSpace(in.Reason), Maker: w.actor.Principal}
		if err := w.checkSubstitute(out, p, sub); err != nil {
			return err
		}
		out.ID = w.NewID("sub")
		var r rows
		r.put(nil, out)
		e := w.event(EvSubstitute, out.ID)
		e.Decision, e.Reason = "set", out.Reason
		_, err = w.append(e, nil, &r)
		return err
	})
	return out, err
}

func (w *work) checkSubstitute(s Substitute, p, sub domain.Principal) error {
	if err := w.substitutes(p, "set"); err != nil {
		return err
	}
	if err := s.Window.Check(); err != nil {
		return err
	}
	home := w.org.Zone()
	switch {
	case p.Kind != domain.User || sub.Kind != domain.User || sub.Status != domain.Active:
		return domain.Errorf(domain.Conflict, "%s cannot answer for %s", sub.Name, p.Name).
			Hinted("a substitute is an active user, of a user").ByRule("reviewer-inactive")
	case s.Person == s.Substitute:
		return domain.Errorf(domain.Invalid, "%s cannot be their own substitute", p.Name).Hinted("name someone else")
	case s.Window.Span(home).To <= w.now.Unix():
		return domain.Errorf(domain.Invalid, "the substitution would end on %s, which is over", s.Window.To).
			Hinted("choose days that are still to come")
	case s.Substitute == w.actor.Principal && s.Person != w.actor.Principal:
		return domain.Errorf(domain.Forbidden, "%s cannot take over what %s reviews", sub.Name, p.Name).
			Hinted("the person sets it, or another admin").ByRule("substitute-self")
	}
	all, err := w.Substitutes()
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Person == s.Person && overlap(o.Window.Span(home), s.Window.Span(home)) {
			return domain.Errorf(domain.Conflict, "%s is substituted by %s, %s, already", p.Name, w.name(o.Substitute), WindowWords(o.Window)).
				Hinted("end that one first: countersign substitute end %s", o.ID).ByRule("substitute-overlap")
		}
	}
	if s.Person != w.actor.Principal && leadsTo(all, s.Substitute, w.actor.Principal, s.Window.Span(home), home) {
		return domain.Errorf(domain.Forbidden, "%s is away in those days, and what %s reviews would come to %s, who says so", sub.Name, p.Name, w.name(w.actor.Principal)).
			Hinted("the person sets it, or another admin").ByRule("substitute-self")
	}
	if way := circleOf(all, s, home); len(way) > 0 {
		return domain.Errorf(domain.Conflict, "the substitutes would lead in a circle: %s", names(w.org, way)).
			Hinted("choose someone who is not away then").ByRule("circle")
	}
	return nil
}

// substitutes refuses whoever may not say who answers for a person.
func (w *work) substitutes(p domain.Principal, what string) error {
	me := w.actor.Principal
	if me == p.ID || w.org.HasDuty(me, domain.DutyAdmin, w.now) || w.org.AccountRole(me, w.now) == domain.AccountAdmin {
		return nil
	}
	return domain.Errorf(domain.Forbidden, "%s cannot %s a substitute for %s", w.name(me), what, p.Name).
		Hinted("%s can, or an admin", p.Name).ByRule("substitute-who")
}

// leadsTo says whether what one person is asked may come to another in a span: by
// whoever answers for them then, and for those.
func leadsTo(all []Substitute, from, to domain.ID, in domain.Span, home *time.Location) bool {
	seen := map[domain.ID]bool{}
	for next := []domain.ID{from}; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		for _, o := range all {
			if o.Person == next[0] && overlap(o.Window.Span(home), in) {
				if o.Substitute == to {
					return true
				}
				next = append(next, o.Substitute)
			}
		}
	}
	return false
}

func overlap(a, b domain.Span) bool { return a.From < b.To && b.From < a.To }

// circleOf gives the people a new substitution would close into a circle at
// some instant, empty where it closes none: it follows the substitutions that
// hold together with it and with each other.
func circleOf(all []Substitute, s Substitute, home *time.Location) []domain.ID {
	var walk func(at domain.ID, span domain.Span, way []domain.ID) []domain.ID
	walk = func(at domain.ID, span domain.Span, way []domain.ID) []domain.ID {
		if at == s.Person {
			return append(way, at)
		}
		if slices.Contains(way, at) {
			return nil // a circle that was there before, without s
		}
		way = append(slices.Clone(way), at)
		for _, o := range all {
			if sp := o.Window.Span(home); o.Person == at && overlap(sp, span) {
				both := domain.Span{From: max(sp.From, span.From), To: min(sp.To, span.To)}
				if found := walk(o.Substitute, both, way); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return walk(s.Substitute, s.Window.Span(home), nil)
}

// EndSubstitute ends a substitution: what comes from now on goes to the person
// again. Items handed over stay where they are. Forbidden "substitute-who" as
// in SetSubstitute; one that is not there, or has been ended, is NotFound.
func (s *Service) EndSubstitute(ctx context.Context, actor domain.Actor, id domain.ID, reason string) (Substitute, error) {
	var out Substitute
	err := s.do(ctx, actor, act{"end a substitution", id, ""}, func(w *work) error {
		all, err := w.Substitutes()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o Substitute) bool { return o.ID == id })
		if i < 0 {
			return domain.Errorf(domain.NotFound, "there is no substitution %s", id).
				Hinted("list them with: countersign substitute list")
		}
		out = all[i]
		p, _ := w.org.Principal(out.Person)
		if err := w.substitutes(p, "end"); err != nil {
			return err
		}
		var r rows
		r.put(out, nil)
		e := w.event(EvSubstitute, out.ID)
		e.Decision, e.Reason = "ended", strings.TrimSpace(reason)
		_, err = w.append(e, nil, &r)
		return err
	})
	return out, err
}
