package domain

import "strings"

// objects: an object's id is a word, a field's is its object's and a word;
// names are unique among objects and among an object's fields, and one field
// at most labels an object's records.
func (c *check) objects() *Error {
	if err := uniqueNames(c, KindObject, func(r Object) string { return r.Name }); err != nil {
		return err
	}
	err := each(c, func(_ *Object, r Object) *Error {
		if !isObjectWord(string(r.ID)) {
			return refuse(Invalid, RuleObjectID, "%q is no id of an object", r.ID).
				Hinted("use letters and digits, beginning with a letter; %q stands for all of them", AllID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(c, c.field)
}

func isObjectWord(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '_')) {
			return false
		}
	}
	return s != "" && ID(s) != AllID
}

func (c *check) field(before *Field, f Field) *Error {
	word, below := strings.CutPrefix(string(f.ID), string(f.Object)+"/")
	if !below || !isObjectWord(word) {
		return refuse(Invalid, RuleObjectID, "the field %q is not a word below its object %q", f.ID, f.Object).
			Hinted("write it as %s/name", f.Object)
	}
	if strings.TrimSpace(f.Name) == "" {
		return refuse(Invalid, RuleNameMissing, "the field %q would have no name", f.ID).Hinted("give it one")
	}
	if before != nil && foldName(before.Name) == foldName(f.Name) && before.Label == f.Label {
		return nil
	}
	for _, other := range c.after.Fields(f.Object) {
		switch {
		case other.ID == f.ID:
		case foldName(other.Name) == foldName(f.Name):
			return refuse(Conflict, RuleNameTaken, "%q has a field %q already (%s)", c.after.Name(KindObject, f.Object), other.Name, other.ID).
				Hinted("choose another name, or rename that one first")
		case !c.imported && SameShown(other.Name, f.Name):
			return readsAlike(KindField, other.Name, other.ID)
		case other.Label && f.Label:
			return refuse(Invalid, RuleObjectLabel, "%q and %q would both label the records of %q", f.Name, other.Name,
				c.after.Name(KindObject, f.Object)).Hinted("one field does: take the mark from %q in the same change set", other.Name)
		}
	}
	return nil
}

// permissionFits: what a role defines has no dates; a baseline at Denied and a
// field at Edit say nothing; a setting or an action is for a kind that the
// role may be given to.
func (c *check) permissionFits(g Grant) *Error {
	if !g.Target.Kind.Permission() {
		return nil
	}
	switch {
	case !g.Window.Always():
		return refuse(Invalid, RuleWindow, "%s would have dates, but what a role permits has none", c.after.Describe(g)).
			Hinted("give people the role for a time instead")
	case g.Target.ID == AllID && g.Level == None:
		return refuse(Invalid, RuleLevel, "%q: %s gives nothing and is not stored", c.after.holderName(g.Holder), c.after.describeGrant(g)).
			Hinted("a baseline that is not set denies: end the grant instead")
	case g.Target.Kind == TargetField && g.Level >= EditField:
		return refuse(Invalid, RuleFieldRule, "%q: the rule on %q restricts nothing", c.after.holderName(g.Holder), c.after.thingName(g.Target)).
			Hinted("a rule on a field says See or No Access; without a rule the field goes with its object")
	}
	r, ok := c.after.Role(g.Holder.ID)
	if !ok {
		return nil
	}
	return c.flagFits(r, g)
}

// flagFits: a setting or an action that is for some kinds of principal only is
// held by no role that none of them may have.
func (c *check) flagFits(r Role, g Grant) *Error {
	n := miscNumber(g.Target)
	fits := func(k PrincipalKind) bool { return r.fits(k) && kindOnly(g.Target.Kind, n, k) == "" }
	if g.Target.Kind.Operation() || g.Target.Kind == TargetField || fits(User) || fits(APIKey) || fits(AIAgent) {
		return nil
	}
	only := ""
	for _, k := range PrincipalKinds() {
		if w := kindOnly(g.Target.Kind, n, k); w != "" {
			only = w
		}
	}
	if only == "" {
		return nil // the role is for nobody at all, which is refused as such
	}
	return refuse(Invalid, RulePermission, "the %s %q is for %s only, and the role %q is not", g.Target.Kind,
		c.after.thingName(g.Target), only, r.Name).Hinted("leave it out, or let the role be given to %s", only)
}

// permissions: no role may write what it may not see, neither in its baseline
// nor on any object, its exceptions merged with the baseline. It is asked of
// every role that the changes touch, and of all where an object stops or
// begins being a system object.
func (c *check) permissions() *Error {
	var roles []ID
	seen := map[ID]bool{}
	add := func(id ID) {
		if !seen[id] {
			seen[id] = true
			roles = append(roles, id)
		}
	}
	all := false
	for _, ch := range c.net {
		switch r := ch.Record().(type) {
		case Grant:
			if r.Holder.Kind == HolderRole && r.Target.Kind.Operation() {
				add(r.Holder.ID)
			}
		case Object:
			before, had := ch.Before.(Object)
			after, has := ch.After.(Object)
			all = all || had && has && before.System != after.System
		}
	}
	if all {
		for i := range c.after.rol.ordered {
			add(c.after.rol.rows.at(i).id)
		}
	}
	for _, id := range roles {
		if err := c.needsSee(id); err != nil {
			return err
		}
	}
	return c.rolesHoldWhatFits()
}

// needsSee asks one role, by its values alone.
func (c *check) needsSee(id ID) *Error {
	role, ok := c.after.Role(id)
	if !ok || role.Admin {
		return nil
	}
	values := map[Target]Level{}
	objects := map[ID]bool{AllID: true}
	order := []ID{AllID}
	for _, g := range c.after.GrantsOf(Holder{HolderRole, id}) {
		if g.Target.Kind.Operation() {
			values[g.Target] = g.Level
			if !objects[g.Target.ID] {
				objects[g.Target.ID] = true
				order = append(order, g.Target.ID)
			}
		}
	}
	for _, object := range order {
		if sp := specialOf(object); sp == ofWorkflows || sp == ofMembers {
			continue // their exceptions are ignored
		}
		rec, _ := c.after.Object(object)
		merged := func(op TargetKind) Level {
			if v, set := values[Target{op, object}]; set {
				return v
			}
			if rec.System {
				return Allowed
			}
			return values[Target{op, AllID}]
		}
		if merged(TargetObjectSee) > Denied {
			continue
		}
		for _, op := range Operations()[1:] {
			if merged(op) > Denied {
				return c.writesUnseen(role, op, object)
			}
		}
	}
	return nil
}

func (c *check) writesUnseen(role Role, op TargetKind, object ID) *Error {
	word, name := OperationWord(op), c.after.thingName(Target{op, object})
	if object == AllID {
		return refuse(Invalid, RuleNeedsSee, "the role %q would %s all objects without seeing them", role.Name, strings.ToLower(word)).
			Hinted("allow See on all objects, or leave out %s", word)
	}
	return refuse(Invalid, RuleNeedsSee, "the role %q would %s %q without seeing it", role.Name, strings.ToLower(word), name).
		Hinted("allow See on %s, or deny %s on it too", name, word)
}

// rolesHoldWhatFits: a role that changes for whom it is still holds only what
// one of them may have.
func (c *check) rolesHoldWhatFits() *Error {
	return each(c, func(before *Role, r Role) *Error {
		if before == nil || r.Admin {
			return nil
		}
		for _, g := range c.after.GrantsOf(Holder{HolderRole, r.ID}) {
			if g.Target.Kind == TargetSetting || g.Target.Kind == TargetAction {
				if err := c.flagFits(r, g); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
