package review

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"countersign/domain"
)

// Trigger is what an event must do to start a micro-campaign.
type Trigger uint8

// The triggers of PRODUCT.md §5, Micro-campaigns.
const (
	Mover       Trigger = iota // a person's manager, department or title changed
	OwnerLeft                  // the owner of an agent, a key or an AI agent is no longer active
	LevelRaised                // what a person, a group or a role holds rose to a higher level
)

var triggerWords = []string{"mover", "owner-left", "level-raised"}

// Triggers lists every value.
func Triggers() []Trigger {
	out := make([]Trigger, len(triggerWords))
	for i := range out {
		out[i] = Trigger(i)
	}
	return out
}

// ParseTrigger reads a word; an unknown one is an Invalid error.
func ParseTrigger(s string) (Trigger, error) {
	return parse[Trigger]("an event that starts a campaign", s, triggerWords)
}

// String gives the word.
func (v Trigger) String() string { return word(triggerWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v Trigger) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Trigger) UnmarshalText(b []byte) (err error) { *v, err = ParseTrigger(string(b)); return }

// Triggered is one subject that an event asks to look at: exactly what this
// person, group, role or agent holds, or what is held on this agent.
type Triggered struct {
	Trigger Trigger
	Kind    domain.Kind // principal, group, role or agent
	ID      domain.ID
	Event   domain.Seq // the last such event
	Why     string     // in words: "Dana moved from Sales to Support"
}

// Key names a trigger's subject and event, the same each time it is read.
func (t Triggered) Key() string {
	return t.Trigger.String() + " " + string(t.ID) + " event " + strconv.FormatInt(int64(t.Event), 10)
}

// triggerKey is what is looked at once however many events there were.
type triggerKey struct {
	trigger Trigger
	kind    domain.Kind
	id      domain.ID
}

// triggerScan gathers what events of a stretch of the log ask for.
type triggerScan struct {
	o     *domain.Org // as it is now
	found map[triggerKey]Triggered
}

func newTriggerScan(o *domain.Org) *triggerScan {
	return &triggerScan{o: o, found: map[triggerKey]Triggered{}}
}

// event reads the changes of access that one event made state.
func (s *triggerScan) event(seq domain.Seq, changes []domain.Delta) error {
	ended := map[HoldingKey]domain.Level{}
	var begun []domain.Grant
	for _, d := range changes {
		before, after, err := deltaRows(d)
		if err != nil {
			return err
		}
		switch d.Kind {
		case domain.KindPrincipal:
			was, _ := before.(domain.Principal)
			is, there := after.(domain.Principal)
			s.principal(seq, d.ID, was, is, there)
		case domain.KindGrant:
			if was, ok := before.(domain.Grant); ok {
				ended[KeyOf(was)] = max(ended[KeyOf(was)], was.Level)
			}
			if is, ok := after.(domain.Grant); ok {
				begun = append(begun, is)
			}
		}
	}
	for _, g := range begun {
		if was, held := ended[KeyOf(g)]; held && g.Level > was {
			s.raised(seq, g, was)
		}
	}
	return nil
}

// deltaRows decodes both sides of a change of access; a side that is absent,
// or a kind that triggers do not read, is nil.
func deltaRows(d domain.Delta) (before, after domain.Record, err error) {
	if d.Kind != domain.KindPrincipal && d.Kind != domain.KindGrant {
		return nil, nil, nil
	}
	if len(d.Before) > 0 {
		if before, err = domain.DecodeRecord(d.Kind, d.Before); err != nil {
			return nil, nil, err
		}
	}
	if len(d.After) > 0 {
		after, err = domain.DecodeRecord(d.Kind, d.After)
	}
	return before, after, err
}

func (s *triggerScan) principal(seq domain.Seq, id domain.ID, was, is domain.Principal, there bool) {
	if was.ID == "" || was.Kind != domain.User {
		return // a newcomer moved from nowhere
	}
	if there && (was.Manager != is.Manager || was.Department != is.Department || was.Title != is.Title) {
		s.add(Triggered{Mover, domain.KindPrincipal, id, seq, is.Name + ": " + placeWords(s.o, was, is)})
	}
	if was.Status != domain.Active || there && is.Status == domain.Active {
		return
	}
	for row := range s.o.All(domain.KindAgent) {
		if a := row.Record.(domain.Agent); a.Owner == id {
			s.add(Triggered{OwnerLeft, domain.KindAgent, a.ID, seq, a.Name + ": its owner " + was.Name + " is no longer active"})
		}
	}
	for row := range s.o.All(domain.KindPrincipal) {
		if p := row.Record.(domain.Principal); p.Kind != domain.User && p.Owner == id {
			s.add(Triggered{OwnerLeft, domain.KindPrincipal, p.ID, seq, p.Name + ": its owner " + was.Name + " is no longer active"})
		}
	}
}

// placeWords says what changed of a person's place.
func placeWords(o *domain.Org, was, is domain.Principal) string {
	s := ""
	for _, x := range []struct{ what, from, to string }{
		{"department", was.Department, is.Department}, {"title", was.Title, is.Title},
		{"manager", o.Name(domain.KindPrincipal, was.Manager), o.Name(domain.KindPrincipal, is.Manager)},
	} {
		if x.from == x.to {
			continue
		}
		if s != "" {
			s += ", "
		}
		s += x.what + " " + cmp.Or(x.from, "none") + " → " + cmp.Or(x.to, "none")
	}
	return s
}

var holderSubjects = map[domain.HolderKind]domain.Kind{domain.HolderPrincipal: domain.KindPrincipal,
	domain.HolderGroup: domain.KindGroup, domain.HolderRole: domain.KindRole}

func (s *triggerScan) raised(seq domain.Seq, g domain.Grant, was domain.Level) {
	kind, ok := holderSubjects[g.Holder.Kind]
	if !ok {
		return
	}
	s.add(Triggered{LevelRaised, kind, g.Holder.ID, seq, HolderName(s.o, g.Holder) + ": " + TargetName(s.o, g.Target, g.Agent) + " " +
		g.Ladder().Word(was) + " → " + g.Ladder().Word(g.Level)})
}

// add keeps the last event of each subject.
func (s *triggerScan) add(t Triggered) {
	k := triggerKey{t.Trigger, t.Kind, t.ID}
	if old, ok := s.found[k]; !ok || old.Event <= t.Event {
		s.found[k] = t
	}
}

// all gives what was found of a trigger after an event, by event and id, of
// subjects that are still there.
func (s *triggerScan) all(trigger Trigger, after domain.Seq) []Triggered {
	var out []Triggered
	for _, t := range slices.Collect(maps.Values(s.found)) {
		if _, there := s.o.Get(t.Kind, t.ID); there && t.Trigger == trigger && t.Event > after {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b Triggered) int { return cmp.Or(cmp.Compare(a.Event, b.Event), cmp.Compare(a.ID, b.ID)) })
	return out
}

// narrow gives the scope of a micro-campaign: the definition's, but of this
// subject alone. ok is false where the definition's scope leaves the subject
// out by name.
func (t Triggered) narrow(s Scope) (_ Scope, ok bool) {
	to := map[domain.Kind]*[]domain.ID{domain.KindPrincipal: &s.Principals, domain.KindGroup: &s.Groups,
		domain.KindRole: &s.Roles, domain.KindAgent: &s.Agents}[t.Kind]
	if to == nil || len(*to) > 0 && !slices.Contains(*to, t.ID) {
		return s, false
	}
	*to = []domain.ID{t.ID}
	return s, true
}
