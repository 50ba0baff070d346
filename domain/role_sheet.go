package domain

// RoleSheet is a role's whole definition, resolved: what it permits, what it
// says itself and what it would inherit, with the reason in the words of
// Access. Pages, reports and exports draw it.
type RoleSheet struct {
	Role     Role
	Baseline []RoleValue   // the four operations on all objects, in the order of Operations
	Objects  []ObjectSheet // every object, by id
	Settings []RoleValue   // all settings first, then each
	Actions  []RoleValue   // all actions first, then each
}

// RoleValue is what a role says on one target. Level is what those who hold
// the role have of it (of a setting or an action: those it is for), Own tells
// whether the role says so itself, Value what it says then, Inherited what
// would show if it did not.
type RoleValue struct {
	Target    Target
	Level     Level
	Own       bool
	Value     Level // where Own
	Grant     ID    // where Own
	Inherited Level
	Why       string // "exception on Opportunities denies See"
}

// ObjectSheet is one object of a role's definition. Exception tells whether
// the role says anything on the object or a field of it.
type ObjectSheet struct {
	Object     Object
	Exception  bool
	Operations []RoleValue // in the order of Operations
	Fields     []RoleValue // every field, by id
}

// RoleSheet gives a role's definition; false where the role is not there.
func (o *Org) RoleSheet(role ID) (RoleSheet, bool) {
	r := o.rol.have(role)
	if r < 0 {
		return RoleSheet{}, false
	}
	q := look{o, 0, &asIs}
	out := RoleSheet{Role: *o.rol.at(r)}
	objects := map[ID]int{}
	for t := range o.permissions() {
		v := q.roleValue(r, t)
		switch {
		case t.Kind == TargetSetting:
			out.Settings = append(out.Settings, v)
		case t.Kind == TargetAction:
			out.Actions = append(out.Actions, v)
		case t.Kind == TargetField:
			f, _ := o.Field(t.ID)
			if i, ok := objects[f.Object]; ok {
				s := &out.Objects[i]
				s.Fields, s.Exception = append(s.Fields, v), s.Exception || v.Own
			}
		case t.ID == AllID:
			out.Baseline = append(out.Baseline, v)
		default:
			i, ok := objects[t.ID]
			if !ok {
				i = len(out.Objects)
				objects[t.ID] = i
				rec, _ := o.Object(t.ID)
				out.Objects = append(out.Objects, ObjectSheet{Object: rec})
			}
			s := &out.Objects[i]
			s.Operations, s.Exception = append(s.Operations, v), s.Exception || v.Own
		}
	}
	return out, true
}

// RoleValue gives one line of a role's definition; false where the role or
// the target is not there, or the target is nothing that a role permits.
func (o *Org) RoleValue(role ID, t Target) (RoleValue, bool) {
	r := o.rol.have(role)
	if r < 0 || !t.Kind.Permission() || o.missingTarget(t, "") != nil {
		return RoleValue{}, false
	}
	return (&look{o, 0, &asIs}).roleValue(r, t), true
}

// roleValue gives one line of a role's definition.
func (q *look) roleValue(r int32, t Target) RoleValue {
	n := q.o.targetNumber(t)
	out := RoleValue{Target: t}
	of := User
	for _, k := range PrincipalKinds() { // those it is for
		if q.o.rol.at(r).fits(k) && kindOnly(t.Kind, n, k) == "" {
			of = k
			break
		}
	}
	says := q.ruling(r, of, t.Kind, n)
	out.Level, out.Inherited, out.Why = says.level, says.level, says.words()
	if v, by := q.ruled(r, t.Kind, n); by != nil {
		out.Own, out.Value, out.Grant = true, v, q.o.gnt.rows.at(by.g).id
		bare := lowering{g: by.g, gone: true, agent: -1}
		out.Inherited = (&look{q.o, q.at, &bare}).roleLevel(r, of, t.Kind, n)
	}
	return out
}

// words gives the one sentence of a ruling.
func (says ruling) words() string {
	if says.level == None {
		return says.no.Text
	}
	return says.note
}
