package domain

import "fmt"

// byRecord asks for four eyes for the acts that always take them, whatever
// anyone gains by them today (PRODUCT 3): role definitions, access type to
// Organization, classification, sensitivity, ownership, settings,
// rules of assignment, mappings of external groups and bindings. Account
// admins, the Admin role, duties and sensitive areas rise as effects.
func (j *judgement) byRecord(c Change) {
	switch r := c.Record().(type) {
	case Role:
		j.always("the definition of the role %q", r.Name)
	case Area:
		if j.areas++; j.areas <= mostAreas {
			j.always("the area %q of the catalogue", r.Name)
		}
	case Object, Field:
		j.objects = append(j.objects, c)
	case Setting:
		j.always("the setting %q", r.ID)
		if r.ID == SettingPolicy {
			j.byPolicy()
		}
	case SoDRule:
		j.always("the SoD rule %q", r.Name)
	case Binding:
		j.always("the binding of %s", r.ID)
	case Group:
		before, _ := c.Before.(Group)
		if after, has := c.After.(Group); has && after.Rule != before.Rule {
			j.always("the rule of the group %q", after.Name)
		}
	case ExternalGroup:
		before, _ := c.Before.(ExternalGroup)
		after, _ := c.After.(ExternalGroup)
		if before.Group != after.Group {
			j.always("the mapping of the external group %q of %q", r.Title(), r.Source)
		}
	case Agent:
		j.byAgent(c)
	case Source:
		j.bySource(c)
	case Principal:
		j.byPrincipal(c)
	case Grant:
		j.byGrant(c, r)
	}
}

// mostAreas is how many areas are named as a reason one by one; a move to
// another catalogue changes all there are.
const mostAreas = 3

// byAreas says how many more areas change.
func (j *judgement) byAreas() {
	if j.areas > mostAreas {
		j.always("changing %d more areas of the catalogue", j.areas-mostAreas)
	}
}

func (j *judgement) always(format string, args ...any) {
	j.need(orExecutive(j.p.Always), WhyAlways, "%s always takes four eyes", fmt.Sprintf(format, args...))
}

// byPolicy: what a new policy lets pass with less takes, now, what it took so
// far: no checker makes an executive's approval a checker's.
func (j *judgement) byPolicy() {
	was, is := j.before.Policy(), j.after.Policy()
	row := func(what string, was, is ApprovalClass) {
		if is < was {
			j.need(max(was, CheckerApproval), WhyAlways, "%s would take %q instead of %q", what, is, was)
		}
	}
	for _, c := range Classifications() {
		row(fmt.Sprintf("a rise on something %s", c), was.of(c), is.of(c))
	}
	row("what always takes four eyes", orExecutive(was.Always), orExecutive(is.Always))
	row("Edit on a sensitive area", orExecutive(was.SensitiveArea), orExecutive(is.SensitiveArea))
}

// byObjects: what objects and fields there are always takes four eyes; a
// catalogue of them is one reason.
func (j *judgement) byObjects() {
	switch n := len(j.objects); {
	case n == 1:
		j.always("%s", j.after.Describe(j.objects[0].Record()))
	case n > 1:
		j.need(orExecutive(j.p.Always), WhyAlways, "%d objects and fields always take four eyes", n)
	}
}

func (j *judgement) byAgent(c Change) {
	before, had := c.Before.(Agent)
	after, has := c.After.(Agent)
	switch {
	case has && after.AccessType == Organization && (!had || before.AccessType != Organization):
		j.always("opening the agent %q to the organisation", after.Name)
	case had && !has && before.Classification != ClassPublic:
		j.always("removing the agent %q with its classification %s", before.Name, before.Classification)
	}
	if !had || !has {
		return
	}
	if before.Classification != after.Classification {
		j.always("the classification of the agent %q", after.Name)
	}
	if before.Owner != after.Owner {
		j.always("the owner of the agent %q", after.Name)
	}
	if before.Creator != after.Creator && after.Creator != "" {
		j.always("the creator of the agent %q", after.Name)
	}
}

func (j *judgement) bySource(c Change) {
	before, had := c.Before.(Source)
	after, has := c.After.(Source)
	if had && !has && before.Classification != ClassPublic {
		j.always("removing the data source %q with its classification %s", before.Name, before.Classification)
	}
	if !had || !has {
		return
	}
	if before.Classification != after.Classification {
		j.always("the classification of the data source %q", after.Name)
	}
	if before.Owner != after.Owner {
		j.always("the owner of the data source %q", after.Name)
	}
}

// byPrincipal: who answers for a principal is who approves what it gains. A
// manager comes with the import of the directory that the person came from
// before; by hand, or by a file that has not answered for the person yet, it
// takes a checker.
func (j *judgement) byPrincipal(c Change) {
	before, had := c.Before.(Principal)
	after, has := c.After.(Principal)
	if !had || !has {
		return
	}
	if before.Owner != after.Owner {
		j.always("the owner of %q", after.Name)
	}
	leaves := after.Status == Inactive || after.Status == Lapsed
	if !leaves && j.detached(before.Origin, after.Origin) {
		j.always("which source answers for %q", after.Name)
	}
	from := j.cs.Source.Source
	if after.ID == j.maker && (from == "" || before.Origin.Source != from) && j.rulesWouldSee(before, after) {
		j.need(CheckerApproval, WhySelf, "%q proposes this and is who the rules of groups would see otherwise", after.Name)
	}
	if before.Manager == after.Manager {
		return
	}
	switch {
	case j.cs.Source == (SourceFile{}):
		j.need(CheckerApproval, WhyManager, "the manager of %q would change by hand", after.Name)
	case from == "" || before.Origin.Source != from || after.Origin.Source != from:
		j.need(CheckerApproval, WhyManager, "the manager of %q would come from %q, which has not answered for them before", after.Name, from)
	}
}

// detached tells whether another source would answer for a record: then the
// one that brought it takes it away no more, or one that never brought it
// decides. A file takes over what was made here, as its own.
func (j *judgement) detached(before, after Origin) bool {
	return before.Source != after.Source && (before.Source != "" || after.Source != j.cs.Source.Source)
}

// rulesWouldSee tells whether anything that rules of groups read of a person
// changes, where there is a rule that is on.
func (j *judgement) rulesWouldSee(before, after Principal) bool {
	before.Status, before.Origin.File = after.Status, after.Origin.File
	if before == after {
		return false
	}
	for row := range j.after.All(KindGroup) {
		if g, ok := row.Record.(Group); ok && g.Rule.On {
			return true
		}
	}
	return false
}

// byProvenance: a grant that goes on as high as it was, and is another
// source's or nobody's from then on, outlives what gave it: no file and no rule
// takes it away; and one that was given here, and is said to be a source's that does
// not say so itself, is taken away by no campaign. Nobody's access rises by that today, so it is asked here,
// whether the grant is replaced or ends and begins anew.
func (j *judgement) byProvenance(net []Change) {
	type seat struct {
		holder Holder
		target Target
		agent  ID
	}
	ended := map[seat]Grant{}
	note := func(before, after Grant) {
		if after.Level >= before.Level && j.detached(before.Origin, after.Origin) {
			j.always("where %s comes from", j.after.Describe(after))
		}
	}
	for _, c := range net {
		if before, had := c.Before.(Grant); had {
			ended[seat{before.Holder, before.Target, before.Agent}] = before
		}
	}
	for _, c := range net {
		if after, has := c.After.(Grant); has {
			if before, had := ended[seat{after.Holder, after.Target, after.Agent}]; had {
				note(before, after)
			}
		}
	}
}

// byGrant: what a role is given defines it, held or not.
func (j *judgement) byGrant(c Change, g Grant) {
	if g.Holder.Kind != HolderRole {
		return
	}
	before, had := c.Before.(Grant)
	after, has := c.After.(Grant)
	if g.Target.Kind.Permission() {
		if permitsMore(before, had, after, has) {
			j.always("the definition of the role %q", j.after.holderName(g.Holder))
		}
		return
	}
	if g.Target.Kind != TargetArea {
		return
	}
	if has && (!had && after.Level > None || after.Level > before.Level || had && after.Window != before.Window) || !has && j.heldDown(before) {
		j.always("the definition of the role %q", j.after.holderName(g.Holder))
	}
}

// heldDown tells whether a value of a role's areas that ends can let more
// through: it is None, or the role has a higher one on the area itself (for
// all agents, or for one), above it or below it, which it held down.
func (j *judgement) heldDown(ended Grant) bool {
	if ended.Level == None {
		return true
	}
	for _, g := range j.after.GrantsOf(ended.Holder) {
		if g.Target.Kind == TargetArea && g.Level > ended.Level &&
			(j.after.within(g.Target.ID, ended.Target.ID) || j.after.within(ended.Target.ID, g.Target.ID)) {
			return true
		}
	}
	return false
}

// within tells whether an area is another, or somewhere below it.
func (o *Org) within(area, above ID) bool {
	for area != above {
		a, ok := o.Area(area)
		if !ok || len(a.Parent) >= len(area) {
			return false
		}
		area = a.Parent
	}
	return true
}

// permitsMore tells whether a change of one of a role's values can permit
// more: a value that allows begins or rises, or one that denies ends. A rule
// on a field only denies.
func permitsMore(before Grant, had bool, after Grant, has bool) bool {
	switch {
	case had && has:
		return after.Level > before.Level
	case has:
		return after.Target.Kind != TargetField && after.Level > None
	}
	return before.Target.Kind == TargetField || before.Level == None
}

// leaversFew is how many people an import may retire whatever their share:
// one leaver of three is no landslide.
const leaversFew = 5

// leavers: an import that retires more people than the policy lets pass asks
// for a checker, so that half a file does not empty the organisation.
func (j *judgement) leavers(net []Change) {
	if j.cs.Source == (SourceFile{}) {
		return
	}
	gone := 0
	for _, c := range net {
		before, had := c.Before.(Principal)
		after, has := c.After.(Principal)
		if had && before.Kind == User && before.Status == Active && (!has || after.Status != Active) {
			gone++
		}
	}
	if gone <= leaversFew {
		return
	}
	active := 0
	for row := range j.before.All(KindPrincipal) {
		if p, ok := row.Record.(Principal); ok && p.Kind == User && p.Status == Active {
			active++
		}
	}
	if gone > j.p.LeaverCount || gone*100 > active*j.p.LeaverShare {
		j.need(CheckerApproval, WhyLeavers, "the file retires %d of %d people", gone, active)
	}
}

// onlyLowers: remediation makes decisions true, it gives nothing. It touches
// grants, and an agent's access type and creator, and nobody gains.
func (j *judgement) onlyLowers(net []Change) *Error {
	for _, c := range net {
		ok := false
		switch r := c.Record().(type) {
		case Grant:
			ok = true
		case Agent:
			before, had := c.Before.(Agent)
			if after, has := c.After.(Agent); had && has {
				after.AccessType, after.Creator = before.AccessType, before.Creator
				ok = after == before && r.AccessType <= before.AccessType && (r.Creator == "" || r.Creator == before.Creator)
			}
		}
		if !ok {
			return Errorf(Forbidden, "remediation would change %s", j.before.Describe(c.Record())).ByRule(RuleRemediation).
				Hinted("propose that change on its own")
		}
	}
	for _, e := range j.v.Effects {
		if e.Rises() {
			return Errorf(Forbidden, "remediation would raise %q to %s on %q", j.after.Name(KindPrincipal, e.Principal),
				LadderOf(e.Target.Kind).Word(e.After), j.nameOf(e.Target)).ByRule(RuleRemediation).
				Hinted("propose that change on its own")
		}
	}
	return nil
}
