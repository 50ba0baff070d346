package review

import (
	"fmt"
	"slices"

	"countersign/domain"
)

// Rules reads the rules by which people belong to groups. What they are
// written in is not this package's business: package domain/assign is the
// reader there is, and whoever wires the program hands it in.
type Rules interface {
	// Read reads a rule; one that cannot be read is Invalid, with what is
	// wrong and the right form. A rule of kind NoRule is never asked for.
	Read(domain.Rule) (Taker, error)
}

// Taker is a rule that has been read.
type Taker interface {
	// Takes tells whether the rule takes a principal of o. An error is a
	// sentence about this one principal; the rule may do for others.
	Takes(o *domain.Org, p domain.Principal) (bool, error)
	// Notes says what is legal and perhaps not meant.
	Notes() []string
}

// WithRules gives a Service that reads rules of assignment. One without
// refuses every change set that sets a rule.
func (s *Service) WithRules(r Rules) *Service {
	c := *s
	c.rules = r
	return &c
}

// ReadRule reads a rule as it would be read before it is stored: an Invalid
// error says what is wrong with it. It looks at nothing stored.
func (s *Service) ReadRule(r domain.Rule) (Taker, error) { return readRule(s.rules, r) }

func readRule(rules Rules, r domain.Rule) (Taker, error) {
	if rules == nil {
		return nil, domain.Errorf(domain.Internal, "rules of groups cannot be read here")
	}
	return rules.Read(r)
}

// newRules gives the groups whose rule a change set sets or changes, as they
// are after it. A rule that cannot be read is the error of reading it, said of
// its group: no path stores one.
func newRules(rules Rules, cs domain.ChangeSet) ([]domain.Group, error) {
	var out []domain.Group
	for _, c := range cs.Changes {
		after, ok := c.After.(domain.Group)
		before, _ := c.Before.(domain.Group)
		if !ok || after.Rule == before.Rule || after.Rule.Kind == domain.NoRule {
			continue
		}
		if _, err := readRule(rules, after.Rule); err != nil {
			if e := asError(err); e != nil {
				said := *e
				said.Message = fmt.Sprintf("the rule of the group %q: %s", after.Name, e.Message)
				return nil, &said
			}
			return nil, err
		}
		out = slices.DeleteFunc(out, func(g domain.Group) bool { return g.ID == after.ID })
		out = append(out, after)
	}
	return out, nil
}

// WhyRule is the code of the reason that names who would join by a new rule.
const WhyRule = "rule"

// judge is the policy's answer to a change set, with what a rule that it sets
// would do: a rule gives nothing by itself, its run does, but who approves it
// must see and may not be among those who gain by it. So the answer is that
// to the change set together with the run's joining, where that asks for more.
// Every rule it sets is read first.
func judge(tx Tx, rules Rules, o *domain.Org, cs domain.ChangeSet, by domain.Actor) (domain.Verdict, error) {
	v := o.Policy().Judge(o, cs, by, tx.Now())
	if v.Refused != nil || cs.Campaign != "" {
		return v, nil
	}
	set, err := newRules(rules, cs)
	if err != nil {
		if e := asError(err); e != nil {
			return domain.Verdict{Refused: e}, nil
		}
		return v, err
	}
	whole := cs
	whole.Changes = slices.Clone(cs.Changes)
	var why []domain.Reason
	for _, g := range set {
		p := planner{tx: tx, rules: rules, o: v.After, id: previewIDs()}
		plan, err := p.plan(g.ID, nil)
		if err != nil {
			return v, err
		}
		if n := plan.Count(Joins); n > 0 {
			whole.Changes = append(whole.Changes, begins(plan.Changes)...)
			why = append(why, domain.Reason{Code: WhyRule, Text: fmt.Sprintf("by its rule %s would join the group %q", Count(n, "person", "people"), g.Name)})
		}
	}
	if len(why) == 0 {
		return v, nil
	}
	with := o.Policy().Judge(o, whole, by, tx.Now())
	if with.Refused != nil {
		return domain.Verdict{Refused: with.Refused}, nil
	}
	v.Need, v.From, v.Why, v.Effects = with.Need, with.From, append(with.Why, why...), with.Effects
	return v, nil
}

// Judge is the answer to a change set that its checkers approve: to what its maker put
// forward, with what a rule that it sets would do. The error is the store's.
func (s *Service) Judge(tx Tx, o *domain.Org, cs domain.ChangeSet) (domain.Verdict, error) {
	return judge(tx, s.rules, o, cs, domain.Actor{Principal: cs.Maker})
}

func (w *work) judge(cs domain.ChangeSet, by domain.Actor) (domain.Verdict, error) {
	if w.ahead.is(cs) && w.ahead.by == by && w.holds() {
		return w.ahead.v, nil
	}
	return judge(w.WriteTx, w.rules, w.org, cs, by)
}

// begins gives the changes that begin something.
func begins(changes []domain.Change) []domain.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c domain.Change) bool { return c.Before != nil })
}

// previewIDs makes ids of records that are never stored.
func previewIDs() func(string) domain.ID {
	n := 0
	return func(prefix string) domain.ID {
		n++
		return domain.ID(fmt.Sprintf("%s_rule-preview%d", prefix, n))
	}
}
