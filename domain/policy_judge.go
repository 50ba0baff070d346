package domain

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Codes of the reasons in Verdict.Why.
const (
	WhyClass       = "classification"  // a rise on an agent or a source of a class
	WhySensitive   = "sensitive-area"  // Edit on a sensitive area
	WhyAlways      = "always"          // one of the acts that always take four eyes
	WhySelf        = "maker-gains"     // the maker would gain by it
	WhyManager     = "manager-change"  // who approves would change by hand
	WhyLeavers     = "leavers"         // an import retires many at once
	WhyNoManager   = "manager-missing" // nobody can give the manager's approval
	WhyFounding    = "founding"        // a whole organisation is restored in place of one just founded
	WhyManyGainers = "many-gainers"    // the owner answers instead of the managers
)

// Judge says what a change set by this actor needs: it judges effects, not
// kinds of change, and takes the strictest approval over every level that
// rises for anyone, now or in a future window. What only lowers applies at
// once, last-holder rules aside.
//
// A change set that changes the policy is judged by the stricter of the two,
// and what it loosens takes the approval that it loosens.
//
// by is the maker: who judges a stored change set again, before it is
// applied, hands in its maker. A change set that names another maker is
// Forbidden ("maker-other"); so are the zero Actor ("no-actor"), one that is
// no active user ("maker-inactive"), and one that may not make such a change
// ("maker-duty", "maker-scope", "own-role", "own-settings", "stronger-key",
// "remediation"). Verdict.Refused also carries every refusal of With.
func (p Policy) Judge(o *Org, cs ChangeSet, by Actor, at time.Time) Verdict {
	if err := mayMake(o, cs, by, at); err != nil {
		return Verdict{Refused: err}
	}
	after, net, err := o.tryOut(cs, at)
	if err != nil {
		return Verdict{Refused: asError(err)}
	}
	if o.founding(cs, at) {
		return p.found(o, after, cs, net, by.Principal, at)
	}
	if err := makersOwn(o, after, cs, net, by.Principal, at); err != nil {
		return Verdict{Refused: err}
	}
	effects := Effects(o, after, net, at)
	if changesPolicy(net) {
		p = p.Stricter(after.Policy())
	}
	j := &judgement{p: p, before: o, after: after, cs: cs, maker: by.Principal,
		v: Verdict{After: after, Effects: effects}, approvers: map[ID]bool{}}
	if cs.Campaign != "" {
		if err := j.onlyLowers(net); err != nil {
			return Verdict{Refused: err}
		}
		return j.v
	}
	j.byEffects()
	if err := j.separations(net, at); err != nil {
		return Verdict{Refused: err}
	}
	for _, c := range net {
		j.byRecord(c)
	}
	j.byAreas()
	j.byObjects()
	j.byProvenance(net)
	j.selfGain()
	j.leavers(net)
	if j.v.Need == ManagerApproval {
		j.v.From = slices.Sorted(maps.Keys(j.approvers))
	}
	return j.v
}

// found judges the restoring of a whole organisation in place of one just
// founded: it takes four eyes, and no more than the founders can give.
func (p Policy) found(o, after *Org, cs ChangeSet, net []Change, maker ID, at time.Time) Verdict {
	j := &judgement{p: p, before: o, after: after, cs: cs, maker: maker,
		v: Verdict{After: after, Effects: Effects(o, after, net, at), Founds: true}}
	j.need(CheckerApproval, WhyFounding, "the file brings the whole organisation, in place of the one just founded")
	return j.v
}

func changesPolicy(net []Change) bool {
	for _, c := range net {
		if s, ok := c.Record().(Setting); ok && s.ID == SettingPolicy {
			return true
		}
	}
	return false
}

func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Errorf(Internal, "the change could not be tried: %v", err)
}

// judgement is one judging.
type judgement struct {
	p             Policy
	before, after *Org
	cs            ChangeSet
	maker         ID
	v             Verdict
	approvers     map[ID]bool
	areas         int         // of the catalogue that change
	objects       []Change    // objects and fields that change
	gainers       map[ID]bool // who gains more than everybody does, and the owners of keys and AI agents that do
}

// need asks for an approval and says why.
func (j *judgement) need(a ApprovalClass, code, format string, args ...any) {
	if a == NoApproval {
		return
	}
	j.v.Need = max(j.v.Need, a)
	if r := (Reason{Code: code, Text: fmt.Sprintf(format, args...)}); !slices.Contains(j.v.Why, r) {
		j.v.Why = append(j.v.Why, r)
	}
}

// rise is all rises to one level on one target at one scope: they ask for one
// approval.
type rise struct {
	target Target
	need   ApprovalClass
	code   string
	what   string
	who    []ID // sorted: effects come by principal
	parts  int  // areas below it of which the same is said with it
}

// step is one rung of one target at one scope.
type step struct {
	target Target
	agent  ID
	to     Level
}

func (j *judgement) byEffects() {
	j.gainers = map[ID]bool{}
	found := map[step]*rise{}
	var order []*rise
	for _, e := range j.v.Effects {
		if !e.Rises() {
			continue
		}
		if !e.Shared {
			j.gainers[e.Principal] = true
		}
		k := step{e.Target, e.Agent, e.After}
		r := found[k]
		if r == nil {
			r = &rise{target: e.Target}
			r.need, r.code, r.what = j.ofEffect(e)
			found[k] = r
			order = append(order, r)
		}
		if r.need > NoApproval && (len(r.who) == 0 || r.who[len(r.who)-1] != e.Principal) {
			r.who = append(r.who, e.Principal)
		}
	}
	for p := range maps.Clone(j.gainers) {
		j.gainers[ownedBy(j.before, p)] = true
		j.gainers[ownedBy(j.after, p)] = true
	}
	order = j.foldAreas(found, order)
	crowd := map[Target]map[ID]bool{} // all gainers on a target, whatever the level
	for _, r := range order {
		if r.need == NoApproval {
			continue
		}
		if r.need == ManagerApproval {
			if crowd[r.target] == nil {
				crowd[r.target] = map[ID]bool{}
			}
			for _, p := range r.who {
				crowd[r.target][p] = true
			}
		}
		j.need(r.need, r.code, "%s %s %s%s", j.people(r.who), gainWord(len(r.who)), r.what, partsWords(r.parts))
	}
	for _, t := range slices.SortedFunc(maps.Keys(crowd), compareTargets) {
		j.managers(t, slices.Sorted(maps.Keys(crowd[t])))
	}
}

// foldAreas leaves out the rises on areas that say of the same people what the
// rise on the area above says; they are counted there.
func (j *judgement) foldAreas(found map[step]*rise, order []*rise) []*rise {
	above := map[*rise]*rise{}
	for k, r := range found {
		if a, ok := j.after.Area(k.target.ID); ok && k.target.Kind == TargetArea && a.Parent != "" && len(a.Parent) < len(a.ID) {
			k.target.ID = a.Parent
			if up := found[k]; up != nil && up.code == r.code && slices.Equal(up.who, r.who) {
				above[r] = up
			}
		}
	}
	return slices.DeleteFunc(order, func(r *rise) bool {
		top := r
		for above[top] != nil {
			top = above[top]
		}
		if top == r {
			return false
		}
		top.parts++
		return true
	})
}

func partsWords(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " and its part"
	}
	return fmt.Sprintf(" and its %d parts", n)
}

func compareTargets(a, b Target) int { return comparePlaces(place{target: a}, place{target: b}) }

func gainWord(n int) string {
	if n == 1 {
		return "gains"
	}
	return "gain"
}

func (j *judgement) people(who []ID) string {
	if len(who) == 1 {
		return fmt.Sprintf("%q", j.after.Name(KindPrincipal, who[0]))
	}
	return fmt.Sprintf("%d people", len(who))
}

// ofEffect gives the approval that one rise asks.
func (j *judgement) ofEffect(e Effect) (ApprovalClass, string, string) {
	word := LadderOf(e.Target.Kind).Word(e.After)
	name := j.nameOf(e.Target)
	switch e.Target.Kind {
	case TargetAgent:
		was, _ := j.before.Agent(e.Target.ID)
		is, _ := j.after.Agent(e.Target.ID)
		class := max(was.Classification, is.Classification)
		return j.p.of(class), WhyClass, fmt.Sprintf("%s on the agent %q, which is %s", word, name, class)
	case TargetSource:
		was, _ := j.before.Source(e.Target.ID)
		is, _ := j.after.Source(e.Target.ID)
		class := max(was.Classification, is.Classification)
		return j.p.of(class), WhyClass, fmt.Sprintf("%s on the data source %q, which is %s", word, name, class)
	case TargetArea:
		if e.After >= Edit && (j.before.sensitive(e.Target.ID) || j.after.sensitive(e.Target.ID)) {
			return orExecutive(j.p.SensitiveArea), WhySensitive, fmt.Sprintf("%s on the sensitive area %q", word, name)
		}
	case TargetAccount, TargetDuty:
		return orExecutive(j.p.Always), WhyAlways, j.after.describeGrant(Grant{Target: e.Target, Level: e.After})
	case TargetAgentRole:
		if e.After >= Level(AgentAdmin) {
			return orExecutive(j.p.Always), WhyAlways, "agent role " + word + ", which reaches every agent"
		}
	case TargetRole:
		if r, ok := j.after.Role(e.Target.ID); ok && r.Admin {
			return orExecutive(j.p.Always), WhyAlways, fmt.Sprintf("the Admin role %q", name)
		}
	}
	if j.p.ByClass == nil { // no policy at all: nothing rises on its own
		return ExecutiveApproval, WhyAlways, fmt.Sprintf("%s on %q, and there is no policy", word, name)
	}
	return NoApproval, "", ""
}

func (j *judgement) nameOf(t Target) string {
	if k, ok := targetRecords[t.Kind]; ok {
		if _, there := j.after.Get(k, t.ID); !there {
			return j.before.thingName(t)
		}
	}
	return j.after.thingName(t)
}

// sensitive tells whether an area or one above it is marked so.
func (o *Org) sensitive(area ID) bool {
	for {
		a, ok := o.Area(area)
		if !ok || a.Sensitive {
			return ok
		}
		if len(a.Parent) >= len(area) { // no path: a ring cannot be told harmless
			return true
		}
		area = a.Parent
	}
}

// managers notes who must approve a rise that asks for the manager: each
// gainer's manager, or beyond ManagersUpTo gainers the target's owner. For a
// key or an AI agent the manager of its owner answers, for its gain is its
// owner's. Where that person is missing, not active, the maker, or gains by
// the change set too, a checker's approval stands in.
func (j *judgement) managers(t Target, who []ID) {
	if len(who) > j.p.ManagersUpTo {
		owner := j.ownerOf(t)
		if why := j.cannotAnswer(owner); why != "" {
			j.need(CheckerApproval, WhyNoManager, "the owner of %q cannot approve (%s), so a checker does", j.nameOf(t), why)
			return
		}
		j.approvers[owner] = true
		j.v.Why = append(j.v.Why, Reason{WhyManyGainers, fmt.Sprintf("more than %d people gain on %q: its owner %q answers",
			j.p.ManagersUpTo, j.nameOf(t), j.after.Name(KindPrincipal, owner))})
		return
	}
	for _, id := range who {
		manager := j.managerOf(id)
		if why := j.cannotAnswer(manager); why != "" {
			j.need(CheckerApproval, WhyNoManager, "the manager of %q cannot approve (%s), so a checker does",
				j.after.Name(KindPrincipal, id), why)
			continue
		}
		j.approvers[manager] = true
	}
}

// managerOf gives who answers for a principal. Whoever answered before the
// changes does: a change set cannot choose its own approver.
func (j *judgement) managerOf(id ID) ID {
	p, ok := j.before.Principal(id)
	if !ok {
		p, _ = j.after.Principal(id)
	}
	if p.Kind != User {
		p, _ = j.before.Principal(p.Owner)
	}
	return p.Manager
}

func (j *judgement) ownerOf(t Target) ID {
	o := j.before
	if _, ok := o.Get(targetRecords[t.Kind], t.ID); !ok {
		o = j.after
	}
	if t.Kind == TargetAgent {
		a, _ := o.Agent(t.ID)
		return a.Owner
	}
	s, _ := o.Source(t.ID)
	return s.Owner
}

// cannotAnswer says why a person cannot give a manager's approval, "" where
// they can.
func (j *judgement) cannotAnswer(id ID) string {
	p, ok := j.before.Principal(id)
	switch {
	case id == "":
		return "there is none"
	case !ok || p.Kind != User || p.Status != Active:
		return fmt.Sprintf("%q is not an active user", j.after.Name(KindPrincipal, id))
	case id == j.maker:
		return fmt.Sprintf("%q proposes it", p.Name)
	case j.gainers[id]:
		return fmt.Sprintf("%q gains by it too", p.Name)
	}
	return ""
}

// ownedBy gives who owns a key or an AI agent; a user has no owner.
func ownedBy(o *Org, id ID) ID {
	p, ok := o.Principal(id)
	if !ok || p.Kind == User {
		return ""
	}
	return p.Owner
}

// selfGain: nobody gives themselves anything alone, whatever their duty.
func (j *judgement) selfGain() {
	if j.v.Need < CheckerApproval && j.gainers[j.maker] {
		j.need(CheckerApproval, WhySelf, "%q proposes this and gains by it", j.after.Name(KindPrincipal, j.maker))
	}
}
