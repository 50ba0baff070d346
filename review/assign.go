package review

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// EvAssigned is a run of a group's rule that has something to say: whom it
// takes in and out, whom it may not, for whom it fails. Its subject is the
// group, its Data an AssignedData; it changes nothing itself.
const EvAssigned domain.EventType = "auto_assignment"

// AssignedData is the Data of EvAssigned.
type AssignedData struct {
	Kind domain.RuleKind `json:"kind"`
	Text string          `json:"text"`
	Rows []AssignRow     `json:"rows,omitempty"` // joins, leaves, barred, waits and fails; who stays by hand is state
}

// AssignInput says which rules to run.
type AssignInput struct {
	Groups []domain.ID  // none: every group that has a rule, or members by one
	Rule   *domain.Rule // previews only: instead of the groups' own
	LetIn  []domain.ID  // people whom a campaign's decision does not keep out this time
	Reason string       // of the change sets; the rule itself where there is none
	// NewID makes the ids of memberships in a preview that is to be proposed;
	// nil where it is not. A run makes its own.
	NewID func(prefix string) domain.ID
}

// AssignPreview is a run that was not made: the plan, and the policy's answer
// to it. The verdict is zero where nothing would change.
type AssignPreview struct {
	Plan    AssignPlan
	Set     domain.ChangeSet
	Verdict domain.Verdict
	Org     *domain.Org // the organisation it was worked out on
}

// PreviewAssign says who would join and who would leave, group by group in
// the order of their names, and writes nothing. With in.Rule the change set is
// the whole of it: the rule set, and its run.
//
// NotFound: a group is not there. Invalid: in.Rule cannot be read.
func (s *Service) PreviewAssign(ctx context.Context, actor domain.Actor, in AssignInput) ([]AssignPreview, error) {
	var out []AssignPreview
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if err := checkActor(tx, o, actor); err != nil {
			return err
		}
		groups, err := ruledGroups(o, in.Groups)
		if err != nil {
			return err
		}
		if in.NewID == nil {
			in.NewID = previewIDs()
		}
		p := newPlanner(tx, s.rules, o, in.NewID, in)
		for _, g := range groups {
			one, err := p.preview(g, in, actor)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

func newPlanner(tx Tx, rules Rules, o *domain.Org, id func(string) domain.ID, in AssignInput) *planner {
	p := &planner{tx: tx, rules: rules, o: o, id: id, letIn: map[domain.ID]bool{}}
	for _, who := range in.LetIn {
		p.letIn[who] = true
	}
	return p
}

func (p *planner) preview(g domain.Group, in AssignInput, actor domain.Actor) (AssignPreview, error) {
	out := AssignPreview{Org: p.o}
	var err error
	if out.Plan, err = p.plan(g.ID, in.Rule); err != nil {
		return out, err
	}
	out.Set = assignSet(p.o, out.Plan, in.Reason)
	if in.Rule != nil && *in.Rule != g.Rule {
		after := g
		after.Rule = *in.Rule
		out.Set.Changes = append([]domain.Change{domain.Replace(g, after)}, out.Set.Changes...)
	}
	if len(out.Set.Changes) == 0 {
		return out, nil
	}
	out.Set.Maker = actor.Principal
	out.Verdict, err = judge(p.tx, p.rules, p.o, out.Set, actor)
	return out, err
}

// ruledGroups gives the groups to run, by name: those asked for, else all that
// have a rule or a member by one.
func ruledGroups(o *domain.Org, ask []domain.ID) ([]domain.Group, error) {
	var out []domain.Group
	for _, id := range ask {
		g, ok := o.Group(id)
		if !ok {
			return nil, domain.Errorf(domain.NotFound, "there is no group %q", id).Hinted("name a group that is there")
		}
		out = append(out, g)
	}
	if len(ask) == 0 {
		for row := range o.All(domain.KindGroup) {
			g, ok := row.Record.(domain.Group)
			byRule := func(m domain.Grant) bool { return m.Origin.ByRule() }
			if ok && (g.Rule.Kind != domain.NoRule ||
				slices.ContainsFunc(o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: g.ID}), byRule)) {
				out = append(out, g)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b domain.Group) int {
		return strings.Compare(a.Name+"\x00"+string(a.ID), b.Name+"\x00"+string(b.ID))
	})
	return slices.Compact(out), nil
}

// assignSet makes a plan's change set: title, reason and changes.
func assignSet(o *domain.Org, plan AssignPlan, reason string) domain.ChangeSet {
	var what []string
	if n := plan.Count(Joins); n > 0 {
		what = append(what, fmt.Sprintf("%d join", n))
	}
	if n := plan.Count(Leaves); n > 0 {
		what = append(what, fmt.Sprintf("%d leave", n))
	}
	cs := domain.ChangeSet{Title: "Auto-assignment of " + o.Name(domain.KindGroup, plan.Group), Reason: reason, Changes: plan.Changes}
	if len(what) > 0 {
		cs.Title += ": " + strings.Join(what, ", ")
	}
	if strings.TrimSpace(reason) == "" {
		cs.Reason = "by the group's rule: " + plan.Rule.Text
		if plan.Rule.Kind == domain.NoRule {
			cs.Reason = "the group has no rule any more"
		}
	}
	return cs
}

// AssignDone is what a run of one group's rule did.
type AssignDone struct {
	Plan AssignPlan
	Sets []Proposal // none where nothing changes; two where leaving applies at once and joining waits
	Org  *domain.Org
}

// Assign runs the rules of groups, one group a transaction. Who joins and who
// leaves is a change set like any other; where the policy asks a checker for
// those who join, those who leave go at once in a change set of their own, for
// what only lowers needs nobody. What a run has to say is an event too, unless
// the last one said the same.
//
// The error of a group ends the run; what was done before it is returned with
// it. A rule that fails for somebody is no error: it is among the rows.
func (s *Service) Assign(ctx context.Context, actor domain.Actor, in AssignInput) ([]AssignDone, error) {
	in.Rule = nil // only previews try another rule
	var groups []domain.Group
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err == nil {
			groups, err = ruledGroups(o, in.Groups)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []AssignDone
	for _, g := range groups {
		var done AssignDone
		err := s.do(ctx, actor, act{"assign", g.ID, "maker"}, func(w *work) (err error) {
			done, err = w.assign(g.ID, in)
			return err
		})
		if err != nil {
			return out, err
		}
		out = append(out, done)
	}
	return out, nil
}

func (w *work) assign(group domain.ID, in AssignInput) (AssignDone, error) {
	done := AssignDone{Org: w.org}
	if v := w.org.Policy().Judge(w.org, domain.ChangeSet{Maker: w.actor.Principal}, w.actor, w.now); v.Refused != nil {
		return done, v.Refused // who may propose nothing runs nothing, even where nothing would change
	}
	p := newPlanner(w.WriteTx, w.rules, w.org, w.NewID, in)
	var err error
	if done.Plan, err = p.plan(group, nil); err != nil {
		return done, err
	}
	if err := w.sayAssigned(done.Plan); err != nil {
		return done, err
	}
	parts, err := w.assignParts(done.Plan)
	if err != nil {
		return done, err
	}
	for _, part := range parts {
		prop, err := w.propose(assignSet(w.org, part, in.Reason), ChangeData{})
		if err != nil {
			return done, err
		}
		done.Sets = append(done.Sets, prop)
		if w.org, err = w.Org(); err != nil {
			return done, err
		}
	}
	return done, nil
}

// assignParts cuts a plan in two where it both takes in and lets go, and
// taking in waits for somebody.
func (w *work) assignParts(plan AssignPlan) ([]AssignPlan, error) {
	joins := begins(plan.Changes)
	switch len(joins) {
	case 0:
		if len(plan.Changes) == 0 {
			return nil, nil
		}
		return []AssignPlan{plan}, nil
	case len(plan.Changes):
		return []AssignPlan{plan}, nil
	}
	cs := assignSet(w.org, plan, "")
	cs.Maker = w.actor.Principal
	v, err := w.judge(cs, w.actor)
	if err != nil || v.Refused != nil || v.AppliesNow() {
		return []AssignPlan{plan}, err
	}
	only := func(s Standing, changes []domain.Change) AssignPlan {
		part := plan
		part.Rows = slices.DeleteFunc(slices.Clone(plan.Rows), func(r AssignRow) bool { return r.Standing != s })
		part.Changes = changes
		return part
	}
	ends := slices.DeleteFunc(slices.Clone(plan.Changes), func(c domain.Change) bool { return c.Before == nil })
	return []AssignPlan{only(Leaves, ends), only(Joins, joins)}, nil
}

// sayAssigned records what a run has to say, unless the last one said the same
// and nothing changes.
func (w *work) sayAssigned(plan AssignPlan) error {
	data := AssignedData{Kind: plan.Rule.Kind, Text: plan.Rule.Text}
	for _, r := range plan.Rows {
		if r.Standing != Stays {
			data.Rows = append(data.Rows, r)
		}
	}
	if len(data.Rows) == 0 {
		return nil
	}
	if len(plan.Changes) == 0 {
		raw, err := domain.CanonicalJSON(data)
		if err != nil {
			return err
		}
		last, err := w.Events(EventQuery{Types: []domain.EventType{EvAssigned}, Subject: string(plan.Group), Limit: 1})
		if err != nil || len(last) > 0 && bytes.Equal(last[0].Data, raw) {
			return err
		}
	}
	e := w.event(EvAssigned, plan.Group)
	e.Decision, e.Reason = assignedWords(plan), failureWords(plan)
	_, err := w.append(e, data, nil)
	return err
}

// assignedWords counts a plan's rows: "2 join, 1 leaves".
func assignedWords(plan AssignPlan) string {
	var out []string
	for _, x := range []struct {
		s         Standing
		one, many string
	}{{Joins, "joins", "join"}, {Leaves, "leaves", "leave"}, {Barred, "is kept out", "are kept out"},
		{Waiting, "waits", "wait"}, {Fails, "fails", "fail"}} {
		if n := plan.Count(x.s); n > 0 {
			out = append(out, Count(n, x.one, x.many))
		}
	}
	return strings.Join(out, ", ")
}

// failureWords gives the first sentence of those for whom the rule fails.
func failureWords(plan AssignPlan) string {
	for _, r := range plan.Rows {
		if r.Standing == Fails {
			return r.Why
		}
	}
	return ""
}
