package review

import (
	"fmt"

	"countersign/domain"
)

// roleNeed is one thing a role must permit for the answer to be yes.
type roleNeed struct {
	target domain.Target
	least  domain.Level
}

// roleNeeds lists what a role must permit, in the order in which it is looked
// at: seeing the object before writing it, the object before its field.
func (q Question) roleNeeds() []roleNeed {
	see := func(object domain.ID) roleNeed {
		return roleNeed{domain.Target{Kind: domain.TargetObjectSee, ID: object}, domain.Allowed}
	}
	t := q.Target
	switch {
	case t.Kind == domain.TargetField:
		f, _ := q.Org.Field(t.ID)
		out := []roleNeed{see(f.Object)}
		if q.Want >= domain.EditField {
			out = append(out, roleNeed{domain.Target{Kind: domain.TargetObjectEdit, ID: f.Object}, domain.Allowed})
		}
		return append(out, roleNeed{t, q.Want})
	case t.Kind.Operation() && t.Kind != domain.TargetObjectSee:
		return []roleNeed{see(t.ID), {t, q.Want}}
	}
	return []roleNeed{{t, q.Want}}
}

// roleLines are the lines of a checklist about what a role permits.
func (q Question) roleLines() []ChecklistLine {
	p := q.person()
	role, ok := q.Org.RoleOf(q.Principal, q.At)
	if !ok {
		return []ChecklistLine{{false, p.Name + " has a role, or there is a default one"}}
	}
	lines := []ChecklistLine{{true, fmt.Sprintf("%s has a role (it is %s)", p.Name, role.Name)}}
	for _, n := range q.roleNeeds() {
		v, ok := q.Org.RoleValue(role.ID, n.target)
		if !ok {
			continue
		}
		lines = append(lines, ChecklistLine{v.Level >= n.least, fmt.Sprintf("the role permits %s at %s (%s)",
			TargetName(q.Org, n.target, ""), domain.LadderOf(n.target.Kind).Word(n.least), v.Why)})
	}
	for _, d := range q.Org.Access(q.Principal, q.Target, "", q.At).Denials {
		if d.Code == domain.ReasonKindOnly {
			lines = append(lines, ChecklistLine{false, "it is for this kind of principal: " + d.Text})
		}
	}
	return lines
}

// onRole adds what lets the person's role permit it, then the other roles that
// do. With changes of its own, a role reaches everybody who has it.
func (r *remedying) onRole() {
	if role, ok := r.Org.RoleOf(r.p.ID, r.At); ok && !role.Admin {
		var changes []domain.Change
		for _, n := range r.roleNeeds() {
			if v, ok := r.Org.RoleValue(role.ID, n.target); !ok || v.Level >= n.least {
				continue
			}
			cs, err := domain.SetPermission(r.Org, role.ID, n.target, n.least, r.id)
			if err == nil {
				changes = append(changes, cs...)
			}
		}
		if len(changes) > 0 {
			r.add(fmt.Sprintf("let the role %s permit it: %s at %s, for everybody who has the role", role.Name,
				TargetName(r.Org, r.Target, ""), domain.LadderOf(r.Target.Kind).Word(r.Want)), changes...)
		}
		if s, ok := r.follows(); ok {
			if cs, err := domain.SetPermission(r.Org, role.ID, s, domain.Held, r.id); err == nil && len(cs) > 0 {
				r.add(fmt.Sprintf("give the role %s the %s, for everybody who has the role", role.Name, TargetName(r.Org, s, "")), cs...)
			}
		}
	}
	for row := range r.Org.All(domain.KindRole) {
		other := row.Record.(domain.Role)
		if cs, err := domain.GiveRole(r.Org, r.p.ID, other.ID, r.id); err == nil && len(cs) > 0 && !other.Admin {
			r.add(fmt.Sprintf("give %s the role %s instead", r.p.Name, other.Name), cs...)
		}
	}
}

// follows gives the setting or the action that an object with rules of its own
// follows.
func (r *remedying) follows() (domain.Target, bool) {
	object := r.Target.ID
	if f, ok := r.Org.Field(object); ok && r.Target.Kind == domain.TargetField {
		object = f.Object
	} else if !r.Target.Kind.Operation() {
		return domain.Target{}, false
	}
	switch object {
	case domain.ObjectWorkflow, domain.ObjectWorkflowRun, domain.ObjectWorkflowVersion:
		return domain.SetWorkflows.Target(), true
	case domain.ObjectWorkspaceMember:
		return domain.SetUsers.Target(), true
	case domain.ObjectAgentChatThread:
		return domain.ActAskAI.Target(), true
	}
	return domain.Target{}, false
}
