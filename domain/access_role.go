package domain

// Objects whose access does not follow the cascade (PRODUCT 9.1).
const (
	ObjectWorkflow        ID = "workflow"
	ObjectWorkflowRun     ID = "workflowRun"
	ObjectWorkflowVersion ID = "workflowVersion"
	ObjectWorkspaceMember ID = "workspaceMember"
	ObjectAgentChatThread ID = "agentChatThread"
)

// special says by which rule an object goes that does not follow the cascade.
type special uint8

const (
	ordinary     special = iota
	ofWorkflows          // follows all settings or Workflows; exceptions and field rules are ignored
	ofMembers            // always seen; writes follow all settings or Users; exceptions are ignored
	ofAgentChats         // the cascade, and Ask AI
)

func specialOf(id ID) special {
	switch id {
	case ObjectWorkflow, ObjectWorkflowRun, ObjectWorkflowVersion:
		return ofWorkflows
	case ObjectWorkspaceMember:
		return ofMembers
	case ObjectAgentChatThread:
		return ofAgentChats
	}
	return ordinary
}

// permission gives the level of an active principal on an operation, a field,
// a setting or an action: the highest of its roles, which is one unless the
// stored rows say otherwise.
func (q *look) permission(p int32, kind TargetKind, t int32) Level {
	best := None
	if t < 0 {
		return None
	}
	of := q.o.ppl.at(p).Kind
	for r := range q.roles(p) {
		best = max(best, q.roleLevel(r, of, kind, t))
	}
	return best
}

// roleLevel gives what a role gives to a kind of principal.
func (q *look) roleLevel(r int32, of PrincipalKind, kind TargetKind, t int32) Level {
	switch kind {
	case TargetField:
		return q.field(r, t)
	case TargetSetting:
		if t > numSetting && !SettingPermission(t-numSetting-1).Fits(of) {
			return None
		}
		return q.flag(r, kind, numSetting, t)
	case TargetAction:
		if t > numAction && !ActionPermission(t-numAction-1).Fits(of) {
			return None
		}
		return q.flag(r, kind, numAction, t)
	}
	if t == allObjects {
		return q.baseline(r, kind)
	}
	return q.operation(r, kind, t)
}

// ruled gives what a role has set on a target: by is its link, nil where
// nothing is set. Of several the highest counts. What a role permits has no
// dates: With refuses them.
func (q *look) ruled(r int32, kind TargetKind, t int32) (v Level, by *link) {
	if int(r) >= q.o.by[HolderRole].n {
		return None, nil
	}
	list := q.o.by[HolderRole].at(r).perm
	from, to := sectionOf(list, uint8(kind), t)
	for i := from; i < to; i++ {
		l := &list[i]
		if l.g == q.w.g && q.w.gone {
			continue
		}
		if lvl := q.w.level(l); by == nil || lvl > v {
			v, by = lvl, l
		}
	}
	return v, by
}

func (q *look) isAdmin(r int32) bool { return q.o.rol.at(r).Admin }

// flag: a setting or an action is held by itself or with all of its kind. All
// settings never bring an action, nor all actions a setting.
func (q *look) flag(r int32, kind TargetKind, all, t int32) Level {
	if q.isAdmin(r) {
		return Held
	}
	if v, _ := q.ruled(r, kind, all); v > None {
		return Held
	}
	v, _ := q.ruled(r, kind, t)
	return min(v, Held)
}

func (q *look) setting(r int32, s SettingPermission) Level {
	return q.flag(r, TargetSetting, numSetting, numSetting+1+int32(s))
}

// baseline gives what a role does on all objects by default.
func (q *look) baseline(r int32, op TargetKind) Level {
	if q.isAdmin(r) {
		return Allowed
	}
	v, _ := q.ruled(r, op, allObjects)
	if op != TargetObjectSee {
		see, _ := q.ruled(r, TargetObjectSee, allObjects)
		v = min(v, see)
	}
	return min(v, Allowed)
}

// operation gives what a role may do to an object's records: its exception,
// else open for a system object, else the baseline; nothing is written that is
// not seen.
func (q *look) operation(r int32, op TargetKind, t int32) Level {
	s := q.o.obj.rows.at(t)
	switch {
	case !s.live:
		return Denied
	case q.isAdmin(r):
		return Allowed
	}
	sp := specialOf(s.id)
	switch {
	case sp == ofWorkflows:
		return q.setting(r, SetWorkflows)
	case sp == ofMembers && op == TargetObjectSee:
		return Allowed
	case sp == ofMembers:
		return q.setting(r, SetUsers)
	case sp == ofAgentChats && q.flag(r, TargetAction, numAction, numAction+1+int32(ActAskAI)) == None:
		return Denied
	}
	v := q.merged(r, op, t)
	if op != TargetObjectSee {
		v = min(v, q.merged(r, TargetObjectSee, t))
	}
	return v
}

// merged gives one operation on one object by itself: exception, system,
// baseline.
func (q *look) merged(r int32, op TargetKind, t int32) Level {
	if v, by := q.ruled(r, op, t); by != nil {
		return min(v, Allowed)
	}
	if q.o.obj.at(t).System {
		return Allowed
	}
	v, _ := q.ruled(r, op, allObjects)
	return min(v, Allowed)
}

// field gives what a role may do to a field: what it may do to the object's
// records, held lower by a rule on the field; the field that labels a record
// stays readable.
func (q *look) field(r, f int32) Level {
	s := q.o.fld.rows.at(f)
	if !s.live {
		return NoField
	}
	t := q.o.obj.lookup(s.rec.Object)
	if t < 0 || q.operation(r, TargetObjectSee, t) == Denied {
		return NoField
	}
	base := SeeField
	if q.operation(r, TargetObjectEdit, t) == Allowed {
		base = EditField
	}
	if q.isAdmin(r) || specialOf(s.rec.Object) == ofWorkflows {
		return base
	}
	v, by := q.ruled(r, TargetField, f)
	switch {
	case by == nil:
		return base
	case s.rec.Label:
		return min(base, max(v, SeeField))
	}
	return min(base, v)
}
