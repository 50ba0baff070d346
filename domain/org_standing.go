package domain

import (
	"slices"
	"time"
)

// lookAt starts a question at an instant.
func (o *Org) lookAt(at time.Time) look { return look{o, at.Unix(), &asIs} }

// AccountRole gives the account role a principal holds at an instant, and
// AgentRole the agent role, whatever its status.
func (o *Org) AccountRole(p ID, at time.Time) AccountRole {
	q := o.lookAt(at)
	if i := o.ppl.have(p); i >= 0 && q.accountAdmin(i) {
		return AccountAdmin
	}
	return AccountMember
}

// AgentRole gives the agent role a principal holds at an instant, whatever
// its status.
func (o *Org) AgentRole(p ID, at time.Time) AgentRole {
	q := o.lookAt(at)
	if i := o.ppl.have(p); i >= 0 {
		return q.agentRole(i)
	}
	return AgentUser
}

// RoleOf gives the principal's role at an instant, whatever its status: the
// one it holds, else the default role; false where there is none. Should the
// rows give it several, an Admin role goes first, then the smallest id.
func (o *Org) RoleOf(p ID, at time.Time) (Role, bool) {
	q := o.lookAt(at)
	i := o.ppl.have(p)
	if i < 0 {
		return Role{}, false
	}
	var best *Role
	for r := range q.roles(i) {
		if s := o.rol.rows.at(r); s.live {
			if best == nil || s.rec.Admin && !best.Admin || s.rec.Admin == best.Admin && s.rec.ID < best.ID {
				best = &s.rec
			}
		}
	}
	if best == nil {
		return Role{}, false
	}
	return *best, true
}

// HasDuty tells whether the principal holds the duty at an instant, whatever
// its status.
func (o *Org) HasDuty(p ID, d Duty, at time.Time) bool {
	q := o.lookAt(at)
	i := o.ppl.have(p)
	return i >= 0 && q.own(o.by[0].get(i).stand, TargetDuty, numDuty+int32(d)) > None
}

// WithDuty gives the active principals that hold a duty, by id.
func (o *Org) WithDuty(d Duty, at time.Time) []Principal {
	return o.holders(Target{Kind: TargetDuty, ID: ID(d.String())}, Held, at)
}

// AccountAdmins gives the active users that are account admins, by id.
func (o *Org) AccountAdmins(at time.Time) []Principal {
	all := o.holders(Target{Kind: TargetAccount}, Level(AccountAdmin), at)
	return slices.DeleteFunc(all, func(p Principal) bool { return p.Kind != User })
}

// GroupManagers gives the active principals that manage a group by their own
// membership of it, by id.
func (o *Org) GroupManagers(g ID, at time.Time) []Principal {
	return o.holders(Target{Kind: TargetGroup, ID: g}, Manager, at)
}

// holders gives the active principals that hold a target themselves, at least
// at a level.
func (o *Org) holders(t Target, least Level, at time.Time) []Principal {
	q := o.lookAt(at)
	var nums []int32
	for _, l := range o.linksOn(t) {
		if HolderKind(l.kind) == HolderPrincipal && l.lvl >= least && l.span.Holds(q.at) && q.active(l.other) {
			nums = append(nums, l.other)
		}
	}
	slices.Sort(nums)
	var out []Principal
	for _, i := range slices.Compact(nums) {
		out = append(out, *o.ppl.at(i))
	}
	slices.SortFunc(out, func(a, b Principal) int { return compareID(a.ID, b.ID) })
	return out
}

// GroupsOf gives every group whose assignments reach the principal at an
// instant, whatever its status: its own and, through active groups, their
// ancestors; by id.
func (o *Org) GroupsOf(p ID, at time.Time) []ID {
	q := o.lookAt(at)
	i := o.ppl.have(p)
	if i < 0 {
		return nil
	}
	var out []ID
	for _, m := range o.by[0].get(i).memb {
		if !o.groupOn(m.other) || m.lvl == None || !m.span.Holds(q.at) {
			continue
		}
		for g := m.other; g >= 0; g = o.forest.up[g] {
			out = append(out, o.grp.rows.at(g).id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// MembersOf gives every principal the group's assignments reach, whatever its
// status and by id: its members and those of the groups below it; direct says
// who is a member itself. Of an archived group it gives its own members, whom
// the group reaches again once it is active.
func (o *Org) MembersOf(g ID, at time.Time) (all []ID, direct map[ID]Level) {
	q := o.lookAt(at)
	gi := o.grp.have(g)
	if gi < 0 {
		return nil, nil
	}
	direct = map[ID]Level{}
	for m := range o.memberLinks(gi) {
		if !m.span.Holds(q.at) {
			continue
		}
		id := o.ppl.rows.at(m.other).id
		all = append(all, id)
		if o.grp.lookup(o.gnt.at(m.g).Target.ID) == gi {
			direct[id] = max(direct[id], m.lvl)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), direct
}

// memberLinks yields the memberships, of any window, of a group and of those
// below it that inherit from it; only those of principals that are there.
func (o *Org) memberLinks(g int32) func(func(link) bool) {
	return func(yield func(link) bool) {
		f := o.forest
		for _, d := range f.walk[f.in[g]:f.out[g]] {
			for _, l := range o.on[TargetGroup].get(d) {
				if HolderKind(l.kind) == HolderPrincipal && l.lvl > None && o.ppl.rows.at(l.other).live && !yield(l) {
					return
				}
			}
		}
	}
}
