package domain

import "time"

// With gives the Org after the changes, and what they do to whom. It checks
// in order: that each Before still holds (Conflict, rule "stale"), every rule
// of the model that needs no approval to break (Invalid, NotFound or
// Conflict, each with the name of one of the Rule… constants), and the
// last-holder rules on the result. Nothing is changed in o; the result has
// o's key, for no event made it true yet.
//
// Two things are allowed and not refused. Lowering a parent area lowers the
// children set above it: they keep their stored value, take the parent's
// level, and the effects name who loses. And an imported change set (Source
// is set) may bring a child area above its parent, or assign an empty or an
// archived group: what it brings takes no more effect than the rules give
// it, and is a finding.
func (o *Org) With(cs ChangeSet, at time.Time) (*Org, []Effect, error) {
	after, net, err := o.tryOut(cs, at)
	if err != nil {
		return nil, nil, err
	}
	return after, Effects(o, after, net, at), nil
}

// tryOut is With without the effects; net has one change a record.
func (o *Org) tryOut(cs ChangeSet, at time.Time) (after *Org, net []Change, err error) {
	net, err = o.net(cs.Changes)
	if err != nil {
		return nil, nil, err
	}
	after, err = o.Advance(o.Key(), net)
	if err != nil {
		return nil, nil, err
	}
	c := newCheck(o, after, net, cs, at)
	for _, rule := range modelRules {
		if refusal := rule(c); refusal != nil {
			return nil, nil, refusal
		}
	}
	return after, net, nil
}

// recordKey names a record among all kinds.
type recordKey struct {
	kind Kind
	id   ID
}

func keyOf(r Record) recordKey { return recordKey{r.RecordKind(), r.RecordID()} }

// net follows the changes in order, each upon what those before it left, and
// gives one change a record: from what is held to what comes out. A change
// whose Before is not what is held then is stale; one that changes nothing is
// left out.
func (o *Org) net(changes []Change) ([]Change, error) {
	type track struct{ first, now Record }
	tracks := make(map[recordKey]*track, len(changes))
	order := make([]recordKey, 0, len(changes))
	for _, c := range changes {
		k, refusal := o.checkShape(c)
		if refusal != nil {
			return nil, refusal
		}
		t := tracks[k]
		if t == nil {
			t = &track{}
			if row, ok := o.Get(k.kind, k.id); ok {
				t.first, t.now = row.Record, row.Record
			}
			tracks[k] = t
			order = append(order, k)
		}
		if t.now != c.Before {
			return nil, o.staleError(c, t.now)
		}
		t.now = c.After
	}
	out := make([]Change, 0, len(order))
	for _, k := range order {
		if t := tracks[k]; t.first != t.now {
			out = append(out, Change{Before: t.first, After: t.now})
		}
	}
	return out, nil
}

// checkShape refuses a change that names no record, or two different ones.
func (o *Org) checkShape(c Change) (recordKey, *Error) {
	r := c.Record()
	if r == nil {
		return recordKey{}, Errorf(Invalid, "a change names no record").ByRule(RuleShape).
			Hinted("say what begins, ends or is replaced")
	}
	k := keyOf(r)
	if k.id == "" {
		return k, Errorf(Invalid, "a record of kind %s has no id", k.kind).ByRule(RuleShape).Hinted("give it one")
	}
	if c.Before == nil || c.After == nil {
		return k, nil
	}
	if b := keyOf(c.Before); b != k {
		return k, Errorf(Invalid, "a change would turn %s %q into %s %q", b.kind, b.id, k.kind, k.id).
			ByRule(RuleShape).Hinted("end the one and begin the other")
	}
	if b, ok := c.Before.(Grant); ok {
		a := c.After.(Grant)
		if b.Holder != a.Holder || b.Target != a.Target || b.Agent != a.Agent {
			return k, Errorf(Invalid, "%s would move to another holder or target", o.Describe(b)).
				ByRule(RuleShape).Hinted("end it and give a new one")
		}
	}
	if b, ok := c.Before.(Principal); ok && b.Kind != c.After.(Principal).Kind {
		return k, Errorf(Invalid, "%s would become %s %s", o.Describe(b), article(c.After.(Principal).Kind.String()),
			c.After.(Principal).Kind).ByRule(RuleShape).Hinted("make a new one instead")
	}
	return k, nil
}
