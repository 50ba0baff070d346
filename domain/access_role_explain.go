package domain

import "fmt"

// Codes of the reasons that roles give.
const (
	ReasonException = "exception"     // an exception on the object denies it
	ReasonBaseline  = "baseline"      // no exception, and the role's baseline denies it
	ReasonUnseen    = "unseen"        // nothing is written that is not seen
	ReasonFollows   = "follows-flag"  // the object follows a setting or an action alone
	ReasonFieldRule = "field-rule"    // a rule on the field holds it lower
	ReasonNotHeld   = "not-held"      // the role holds neither the one nor all of them
	ReasonKindOnly  = "kind-only"     // it is for another kind of principal only
	ReasonNoRole    = "no-role"       // acting for somebody, a missing role gives nothing
	ReasonIntersect = "intersection"  // acting for somebody, the other's level is lower
	ReasonOtherKind = "no-permission" // acting for somebody, asked for what no role defines
)

// ruling is what one role says about one target, with its reason.
type ruling struct {
	given, level Level
	note         string  // why it is that much, to end a path
	via          []*link // the role's values that count, the decisive one last
	named        bool    // the last of via names the target itself
	no           Reason  // why it is no more; without text at the top
}

// permissionPaths gathers what each role of the principal says.
func (e *explainer) permissionPaths(kind TargetKind, t int32) {
	of := e.o.ppl.at(e.p).Kind
	for r, chains := range e.roleChains() {
		says := e.ruling(r, of, kind, t)
		for _, c := range chains {
			if c.miss != nil {
				if says.level > None {
					e.missed = append(e.missed, missed{says.level, *c.miss})
				}
				continue
			}
			if says.given > says.level {
				e.acc.Caps = append(e.acc.Caps, Cap{says.no, says.given, says.level})
			} else if says.no.Text != "" {
				e.deny(e.ladder.Top(), says.no.Code, "%s", says.no.Text)
			}
			if says.level == None {
				continue
			}
			var via []ID
			for _, l := range says.via {
				via = append(via, e.o.gnt.rows.at(l.g).id)
			}
			p := c.path(says.given, says.level, says.note, via...)
			if !says.named {
				p.Grant = ""
			}
			e.add(p)
		}
	}
}

// ruling explains roleLevel: its level is always the same.
func (q *look) ruling(r int32, of PrincipalKind, kind TargetKind, t int32) ruling {
	name := q.o.rol.at(r).Name
	var all int32
	switch kind {
	case TargetField:
		return q.fieldRuling(r, name, t)
	case TargetSetting:
		all = numSetting
	case TargetAction:
		all = numAction
	default:
		if t == allObjects {
			return q.baselineRuling(r, name, kind)
		}
		return q.operationRuling(r, name, kind, t)
	}
	if only := kindOnly(kind, t, of); only != "" {
		return ruling{no: Reason{ReasonKindOnly, fmt.Sprintf("%s is for %s only, and this is %s %s",
			q.flagThing(kind, t), only, article(of.String()), kindNames[of])}}
	}
	return q.flagRuling(r, name, kind, all, t)
}

// kindNames says what a kind of principal is called.
var kindNames = map[PrincipalKind]string{User: "user", APIKey: "API key", AIAgent: "AI agent"}

// kindOnly says for which kind of principal alone a setting or an action is,
// "" where it fits.
func kindOnly(kind TargetKind, t int32, of PrincipalKind) string {
	if kind == TargetSetting && t > numSetting && !SettingPermission(t-numSetting-1).Fits(of) {
		return "users"
	}
	if kind != TargetAction || t <= numAction || ActionPermission(t-numAction-1).Fits(of) {
		return ""
	}
	if ActionPermission(t-numAction-1) == ActHTTPRequest {
		return "AI agents"
	}
	return "users"
}

// flagThing names a setting or an action by its number.
func (q *look) flagThing(kind TargetKind, t int32) string {
	switch {
	case kind == TargetSetting && t == numSetting:
		return "all settings"
	case kind == TargetSetting:
		return "the setting " + SettingPermission(t-numSetting-1).Name()
	case t == numAction:
		return "all actions"
	}
	return "the action " + ActionPermission(t-numAction-1).Name()
}

const adminNote = "the Admin role holds everything"

// flagRuling explains a setting or an action.
func (q *look) flagRuling(r int32, name string, kind TargetKind, all, t int32) ruling {
	if q.isAdmin(r) {
		return ruling{given: Held, level: Held, note: adminNote}
	}
	if v, by := q.ruled(r, kind, t); v > None {
		return ruling{given: Held, level: Held, note: "holds " + q.flagThing(kind, t), via: []*link{by}, named: true}
	}
	if v, by := q.ruled(r, kind, all); v > None {
		return ruling{given: Held, level: Held, note: "holds " + q.flagThing(kind, all), via: []*link{by}}
	}
	if t == all {
		return ruling{no: Reason{ReasonNotHeld, fmt.Sprintf("%s does not hold %s", name, q.flagThing(kind, all))}}
	}
	return ruling{no: Reason{ReasonNotHeld, fmt.Sprintf("%s holds neither %s nor %s", name, q.flagThing(kind, t), q.flagThing(kind, all))}}
}

// baselineRuling explains what a role does on all objects.
func (q *look) baselineRuling(r int32, name string, op TargetKind) ruling {
	if q.isAdmin(r) {
		return ruling{given: Allowed, level: Allowed, note: adminNote}
	}
	word := OperationWord(op)
	v, by := q.ruled(r, op, allObjects)
	see, seen := q.ruled(r, TargetObjectSee, allObjects)
	switch {
	case v == Denied:
		return ruling{no: Reason{ReasonBaseline, fmt.Sprintf("%s: the baseline denies %s", name, word)}}
	case see == Denied:
		return ruling{no: Reason{ReasonUnseen, fmt.Sprintf("%s: %s needs See, which the baseline denies", name, word)}}
	}
	out := ruling{given: Allowed, level: Allowed, note: fmt.Sprintf("the baseline allows %s on all objects", word), named: true}
	if op != TargetObjectSee {
		out.via = append(out.via, seen)
	}
	out.via = append(out.via, by)
	return out
}

// operationRuling explains an operation on one object.
func (q *look) operationRuling(r int32, name string, op TargetKind, t int32) ruling {
	s := q.o.obj.rows.at(t)
	object, word := s.rec.Name, OperationWord(op)
	follows := func(p SettingPermission) ruling {
		out := q.flagRuling(r, name, TargetSetting, numSetting, numSetting+1+int32(p))
		out.named = false
		if out.level == None {
			out.no = Reason{ReasonFollows, fmt.Sprintf("%s on %s follows the setting %s alone: %s", word, object, p.Name(), out.no.Text)}
			return out
		}
		out.note += ", which " + object + " follows"
		return out
	}
	sp := specialOf(s.id)
	switch {
	case q.isAdmin(r):
		return ruling{given: Allowed, level: Allowed, note: adminNote}
	case sp == ofWorkflows:
		return follows(SetWorkflows)
	case sp == ofMembers && op == TargetObjectSee:
		return ruling{given: Allowed, level: Allowed, note: object + " are always seen"}
	case sp == ofMembers:
		return follows(SetUsers)
	}
	var ask []*link
	if sp == ofAgentChats {
		says := q.flagRuling(r, name, TargetAction, numAction, numAction+1+int32(ActAskAI))
		if says.level == None {
			return ruling{no: Reason{ReasonFollows, fmt.Sprintf("%s on %s also needs the action Ask AI: %s", word, object, says.no.Text)}}
		}
		ask = says.via
	}
	out := q.mergedRuling(r, name, op, t)
	if op != TargetObjectSee && out.level > Denied {
		see := q.mergedRuling(r, name, TargetObjectSee, t)
		if see.level == Denied {
			return ruling{no: Reason{ReasonUnseen, fmt.Sprintf("%s on %s needs See: %s", word, object, see.no.Text)}}
		}
		out.via = append(see.via, out.via...)
	}
	out.via = append(ask, out.via...)
	return out
}

// mergedRuling explains one operation on one object by itself.
func (q *look) mergedRuling(r int32, name string, op TargetKind, t int32) ruling {
	object, word := q.o.obj.at(t).Name, OperationWord(op)
	if v, by := q.ruled(r, op, t); by != nil {
		if v == Denied {
			return ruling{no: Reason{ReasonException, fmt.Sprintf("%s: exception on %s denies %s", name, object, word)}}
		}
		return ruling{given: Allowed, level: Allowed, via: []*link{by}, named: true,
			note: fmt.Sprintf("exception on %s allows %s", object, word)}
	}
	if q.o.obj.at(t).System {
		return ruling{given: Allowed, level: Allowed,
			note: fmt.Sprintf("%s is a system object, open without an exception", object)}
	}
	v, by := q.ruled(r, op, allObjects)
	if v == Denied {
		return ruling{no: Reason{ReasonBaseline, fmt.Sprintf("%s: no exception on %s allows %s, and the baseline denies it", name, object, word)}}
	}
	return ruling{given: Allowed, level: Allowed, via: []*link{by},
		note: fmt.Sprintf("no exception on %s, and the baseline allows %s", object, word)}
}

// fieldRuling explains a field.
func (q *look) fieldRuling(r int32, name string, f int32) ruling {
	s := q.o.fld.rows.at(f)
	t := q.o.obj.have(s.rec.Object)
	if !s.live || t < 0 {
		return ruling{}
	}
	object, field := q.o.obj.at(t).Name, s.rec.Name
	see := q.operationRuling(r, name, TargetObjectSee, t)
	if see.level == Denied {
		return ruling{no: Reason{see.no.Code, fmt.Sprintf("%s is hidden with %s: %s", field, object, see.no.Text)}}
	}
	base := see
	base.given, base.level, base.named = SeeField, SeeField, false
	edit := q.operationRuling(r, name, TargetObjectEdit, t)
	if edit.level > Denied {
		base = edit
		base.given, base.level, base.named = EditField, EditField, false
	} else {
		base.no = edit.no
	}
	if q.isAdmin(r) {
		return base
	}
	op := LadderOf(TargetField).Word(base.level)
	base.note = fmt.Sprintf("no rule on %s, so %s on %s holds", field, op, object)
	if specialOf(s.rec.Object) == ofWorkflows {
		base.note = fmt.Sprintf("%s on %s holds, where rules on fields are ignored", op, object)
		return base
	}
	v, by := q.ruled(r, TargetField, f)
	if by == nil {
		return base
	}
	base.via, base.named = append(base.via, by), true
	word := LadderOf(TargetField).Word(v)
	base.note = fmt.Sprintf("the rule on %s says %s", field, word)
	if s.rec.Label && v < SeeField {
		v = SeeField
		base.note += fmt.Sprintf(", but %s labels the record and stays readable", field)
	}
	if v < base.level {
		base.level = v
		base.no = Reason{ReasonFieldRule, fmt.Sprintf("%s: the rule on %s of %s says %s", name, field, object, word)}
	}
	return base
}
