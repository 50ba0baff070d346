package domain

import "strings"

// SetPermission makes the changes that give a role exactly this value on one
// target: an operation on one object or on all of them (AllID), a field, a
// setting or an action (seed: Twenty, managing permission overrides). On one
// object Denied is a value of its own, which the baseline does not show
// through; elsewhere the bottom rung is no value, and on a field Edit is none
// either: then the role's own value ends, as by ResetPermission. Nothing
// changes where the value stands already.
//
// NotFound: the role, the object or the field is not there. Invalid: the
// target is nothing that a role permits, or the level is not on its ladder.
// What a role may not hold is With's to refuse: writing without See among it,
// so that a set of several is judged as a whole.
func SetPermission(o *Org, role ID, t Target, level Level, ids func() ID) ([]Change, error) {
	if err := o.permissionThere(role, t); err != nil {
		return nil, err
	}
	if l := LadderOf(t.Kind); level > l.Top() {
		return nil, Errorf(Invalid, "%s has no level %d", o.thingName(t), level).Hinted("use one of: %s", strings.Join(l, ", "))
	}
	held := o.valuesOf(Holder{HolderRole, role}, t)
	drops := level == None && (t.ID == AllID || !t.Kind.Denies()) || t.Kind == TargetField && level == EditField
	if drops {
		return endAll(held), nil
	}
	return setNode(held, Grant{Holder: Holder{HolderRole, role}, Target: t, Level: level}, ids), nil
}

// ResetPermission makes the changes that take a role's own value off a
// target, so that it shows what it inherits again: an exception the baseline
// (or the openness of a system object), a field its object, a setting or an
// action all of them. It is the undo of an override; where nothing is set it
// changes nothing. It refuses as SetPermission does.
func ResetPermission(o *Org, role ID, t Target) ([]Change, error) {
	if err := o.permissionThere(role, t); err != nil {
		return nil, err
	}
	return endAll(o.valuesOf(Holder{HolderRole, role}, t)), nil
}

// ResetObject makes the changes that take a whole exception away: the role's
// values for the four operations on an object and its rules on the object's
// fields. NotFound where the role or the object is not there.
func ResetObject(o *Org, role, object ID) ([]Change, error) {
	if err := o.permissionThere(role, Target{TargetObjectSee, object}); err != nil {
		return nil, err
	}
	var out []Change
	for _, op := range Operations() {
		out = append(out, endAll(o.valuesOf(Holder{HolderRole, role}, Target{op, object}))...)
	}
	for _, f := range o.Fields(object) {
		out = append(out, endAll(o.valuesOf(Holder{HolderRole, role}, Target{TargetField, f.ID}))...)
	}
	return out, nil
}

func endAll(held []Grant) []Change {
	var out []Change
	for _, g := range held {
		out = append(out, End(g))
	}
	return out
}

func (o *Org) permissionThere(role ID, t Target) error {
	if _, ok := o.Role(role); !ok {
		return Errorf(NotFound, "there is no role %q", role).Hinted("name a role by id or name")
	}
	if !t.Kind.Permission() {
		return Errorf(Invalid, "%s is nothing that a role permits", o.targetName(t)).
			Hinted("name an operation on an object, a field, a setting or an action")
	}
	if r := o.missingTarget(t, ""); r != nil {
		return Errorf(NotFound, "%s", r.Text).Hinted("name one of the organisation's, or all")
	}
	return nil
}

// GiveRole makes the changes after which a principal holds exactly this role,
// without dates, and no other. Nothing changes where that stands already.
// NotFound: the principal or the role is not there. For which kinds the role
// is, and whose the last Admin is, With checks.
func GiveRole(o *Org, principal, role ID, ids func() ID) ([]Change, error) {
	if _, ok := o.Principal(principal); !ok {
		return nil, Errorf(NotFound, "there is no principal %q", principal).Hinted("give an id, an e-mail address or a whole name")
	}
	if _, ok := o.Role(role); !ok {
		return nil, Errorf(NotFound, "there is no role %q", role).Hinted("name a role by id or name")
	}
	var mine, others []Grant
	for _, g := range o.GrantsOf(Holder{HolderPrincipal, principal}) {
		switch {
		case g.Target.Kind != TargetRole:
		case g.Target.ID == role:
			mine = append(mine, g)
		default:
			others = append(others, g)
		}
	}
	return append(endAll(others), setNode(mine, Grant{Holder: Holder{HolderPrincipal, principal},
		Target: Target{TargetRole, role}, Level: Held}, ids)...), nil
}

// TakeRole makes the changes after which a principal holds no role of its own
// and so has the default role.
func TakeRole(o *Org, principal ID) []Change {
	var out []Change
	for _, g := range o.GrantsOf(Holder{HolderPrincipal, principal}) {
		if g.Target.Kind == TargetRole {
			out = append(out, End(g))
		}
	}
	return out
}

// DeleteRole makes the changes that delete a role: what it holds ends, its
// holders' grants of it end, so that they have the default role, and the role
// goes. NotFound where it is not there; the Admin role, the default role and
// holders for whom the default role is not are With's to refuse.
func DeleteRole(o *Org, role ID) ([]Change, error) {
	r, ok := o.Role(role)
	if !ok {
		return nil, Errorf(NotFound, "there is no role %q", role).Hinted("name a role by id or name")
	}
	out := endAll(o.GrantsOn(Target{TargetRole, role}))
	out = append(out, endAll(o.GrantsOf(Holder{HolderRole, role}))...)
	return append(out, End(r)), nil
}

// MakeDefault makes the changes that make a role the default one, which new
// members get and whoever holds no other has. NotFound where it is not there.
func MakeDefault(o *Org, role ID) ([]Change, error) {
	r, ok := o.Role(role)
	if !ok {
		return nil, Errorf(NotFound, "there is no role %q", role).Hinted("name a role by id or name")
	}
	if r.Default {
		return nil, nil
	}
	var out []Change
	for row := range o.All(KindRole) {
		if was := row.Record.(Role); was.Default {
			is := was
			is.Default = false
			out = append(out, Replace(was, is))
		}
	}
	is := r
	is.Default = true
	return append(out, Replace(r, is)), nil
}
