package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// Standing is what a run of a group's rule means to one person.
type Standing uint8

// The standings, in the order in which they are listed.
const (
	Joins   Standing = iota // the rule takes them, and they are no member
	Leaves                  // a rule made them a member, and takes them no more
	Barred                  // the rule takes them, and a campaign's decision took the membership away
	Waiting                 // the same joining or leaving waits for a checker already
	Stays                   // a member by hand or by import whom the rule does not take
	Fails                   // the rule has no answer for them: nothing changes
)

var standingWords = []string{"joins", "leaves", "barred", "waits", "stays", "fails"}

// String gives the word.
func (s Standing) String() string { return word(standingWords, s) }

// MarshalText gives the word.
func (s Standing) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// AssignRow is one person whom a run concerns, with the reason in words.
type AssignRow struct {
	Principal domain.ID `json:"principal"`
	Standing  Standing  `json:"standing"`
	Why       string    `json:"why,omitempty"`
}

// AssignPlan is what a run of one group's rule would do now.
type AssignPlan struct {
	Group   domain.ID
	Rule    domain.Rule
	Skipped string          // why nothing is run: the rule is off, the group is archived …
	Notes   []string        // what of the rule is perhaps not meant
	Rows    []AssignRow     // by standing, then name
	Members int             // whom the rule takes and who are members already
	Changes []domain.Change // what it takes to make it so
}

// Count gives how many rows have a standing.
func (p AssignPlan) Count(s Standing) int {
	n := 0
	for _, r := range p.Rows {
		if r.Standing == s {
			n++
		}
	}
	return n
}

// planner works runs out on one organisation.
type planner struct {
	tx    Tx
	rules Rules
	o     *domain.Org
	id    func(prefix string) domain.ID
	letIn map[domain.ID]bool // whom a campaign's decision does not keep out

	waiting map[membership]domain.ID // change sets that wait, read once
}

// membership is a person in a group.
type membership struct{ group, principal domain.ID }

// plan works out what a run of a group's rule, or of another in its place,
// would do.
//
// A rule takes users who are active or invited, nobody else. It gives the
// plain membership, and takes only memberships that a rule gave. Without a
// rule nobody is taken, so those memberships end; while it is off, or the
// group archived, nothing is run.
func (p *planner) plan(group domain.ID, other *domain.Rule) (AssignPlan, error) {
	g, ok := p.o.Group(group)
	if !ok {
		return AssignPlan{}, domain.Errorf(domain.NotFound, "there is no group %q", group).Hinted("name a group that is there")
	}
	out := AssignPlan{Group: g.ID, Rule: g.Rule}
	if other != nil {
		out.Rule = *other
	}
	switch {
	case g.Life != domain.Live:
		out.Skipped = "the group is archived"
		return out, nil
	case out.Rule.Kind != domain.NoRule && !out.Rule.On:
		out.Skipped = "auto-assignment is off"
		return out, nil
	}
	takes := func(domain.Principal) (bool, error) { return false, nil }
	if out.Rule.Kind != domain.NoRule {
		t, err := readRule(p.rules, out.Rule)
		if err != nil {
			return out, err
		}
		out.Notes = t.Notes()
		takes = func(u domain.Principal) (bool, error) { return t.Takes(p.o, u) }
	}
	run := run{planner: p, out: &out, takes: takes, held: map[domain.ID][]domain.Grant{}}
	for _, m := range p.o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: g.ID}) {
		run.held[m.Holder.ID] = append(run.held[m.Holder.ID], m)
	}
	if err := run.all(); err != nil {
		return out, err
	}
	slices.SortStableFunc(out.Rows, func(a, b AssignRow) int {
		return cmp.Or(cmp.Compare(a.Standing, b.Standing),
			strings.Compare(p.o.Name(domain.KindPrincipal, a.Principal), p.o.Name(domain.KindPrincipal, b.Principal)),
			strings.Compare(string(a.Principal), string(b.Principal)))
	})
	return out, nil
}

// run is one group's rule held against everybody.
type run struct {
	*planner
	out   *AssignPlan
	takes func(domain.Principal) (bool, error)
	held  map[domain.ID][]domain.Grant
	bars  map[domain.ID]string // why each is kept out; read when the first would join
}

func (r *run) all() error {
	for row := range r.o.All(domain.KindPrincipal) {
		u, ok := row.Record.(domain.Principal)
		if !ok || u.Kind != domain.User {
			continue
		}
		if err := r.person(u); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) row(u domain.Principal, s Standing, format string, args ...any) {
	r.out.Rows = append(r.out.Rows, AssignRow{u.ID, s, fmt.Sprintf(format, args...)})
}

func (r *run) person(u domain.Principal) error {
	var byRule, byHand *domain.Grant
	for _, g := range r.held[u.ID] {
		switch {
		case g.Origin.ByRule():
			byRule = &g
		case g.Window.Span(r.o.Zone()).To > r.tx.Now().Unix():
			byHand = &g
		}
	}
	if u.Status != domain.Active && u.Status != domain.Invited {
		if byRule != nil {
			return r.leave(u, *byRule, fmt.Sprintf("is %s", u.Status))
		}
		return nil
	}
	taken, err := r.takes(u)
	switch {
	case err != nil:
		if e := asError(err); e == nil || e.Code == domain.Internal {
			return err
		}
		r.row(u, Fails, "%s", asError(err).Message)
	case taken && (byRule != nil || byHand != nil):
		r.out.Members++
	case taken:
		return r.join(u)
	case byRule != nil:
		why := "the rule takes them no more"
		if r.out.Rule.Kind == domain.NoRule {
			why = "the group has no rule any more"
		}
		return r.leave(u, *byRule, why)
	case byHand != nil && r.out.Rule.Kind != domain.NoRule:
		from := "given by hand"
		if byHand.Origin.Outside() {
			from = "from " + byHand.Origin.Source
		}
		r.row(u, Stays, "%s, not by the rule", from)
	}
	return nil
}

func (r *run) join(u domain.Principal) error {
	if r.bars == nil {
		var err error
		if r.bars, err = keptOut(r.tx, r.out.Group); err != nil {
			return err
		}
	}
	if why, barred := r.bars[u.ID]; barred && !r.letIn[u.ID] {
		r.row(u, Barred, "%s", why)
		return nil
	}
	if waits, err := r.waits(u.ID); err != nil || waits != "" {
		if err == nil {
			r.row(u, Waiting, "to join, in %s", waits)
		}
		return err
	}
	why := ""
	if u.Status == domain.Invited {
		why = "invited: it gives them something once they are active"
	}
	if old, barred := r.bars[u.ID]; barred {
		why = "let in on purpose: " + old
	}
	r.row(u, Joins, "%s", why)
	r.out.Changes = append(r.out.Changes, domain.Begin(domain.Grant{ID: r.id(domain.PrefixGrant),
		Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: u.ID}, Target: domain.Target{Kind: domain.TargetGroup, ID: r.out.Group},
		Level: domain.Member, Origin: domain.Origin{Source: domain.OriginRule}}))
	return nil
}

func (r *run) leave(u domain.Principal, g domain.Grant, why string) error {
	if waits, err := r.waits(u.ID); err != nil || waits != "" {
		if err == nil {
			r.row(u, Waiting, "to leave, in %s", waits)
		}
		return err
	}
	r.row(u, Leaves, "%s", why)
	r.out.Changes = append(r.out.Changes, domain.End(g))
	return nil
}

// waits gives the open change set that begins or ends a person's membership
// of the group already, "" for none: a run every hour must not propose the
// same every hour.
func (r *run) waits(p domain.ID) (domain.ID, error) {
	if r.waiting == nil {
		r.waiting = map[membership]domain.ID{}
		heads, err := r.tx.ChangeSets(ChangeSetQuery{States: []domain.ChangeState{domain.Proposed}})
		if err != nil {
			return "", err
		}
		for _, h := range heads {
			cs, err := r.tx.ChangeSet(h.ID)
			if err != nil {
				return "", err
			}
			for _, c := range cs.Changes {
				if g, ok := c.Record().(domain.Grant); ok && g.Target.Kind == domain.TargetGroup && (c.Before == nil || c.After == nil) {
					r.waiting[membership{g.Target.ID, g.Holder.ID}] = cs.ID
				}
			}
		}
	}
	return r.waiting[membership{r.out.Group, p}], nil
}

// keptOut gives whom campaigns keep out of a group, with the reason: those
// whose membership the latest countersigned decision about it revoked. A
// campaign that was cancelled counts where it had carried the decision out.
func keptOut(tx Tx, group domain.ID) (map[domain.ID]string, error) {
	out, seen := map[domain.ID]string{}, map[domain.ID]bool{}
	campaigns, err := tx.Campaigns() // the newest first
	if err != nil {
		return nil, err
	}
	for _, c := range campaigns {
		if c.Population == "" {
			continue
		}
		decided := map[domain.ID]bool{}
		err := eachItem(tx, ItemQuery{Campaign: c.ID, Target: group, State: ItemFinal}, func(it Item) error {
			p := it.Holding.Holder.ID
			if it.Holding.Target != (domain.Target{Kind: domain.TargetGroup, ID: group}) || seen[p] ||
				it.Ruling.Answer == Abstain || it.Ruling.Answer == Silent || c.State == Cancelled && it.Outcome.ChangeSet == "" {
				return nil
			}
			decided[p] = true
			if it.Ruling.Answer == Revoke {
				out[p] = fmt.Sprintf("the campaign %s took the membership away (item %d)", c.Name, it.No)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for p := range decided {
			seen[p] = true
		}
	}
	return out, nil
}
