package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// AccessLine is one line of everything somebody has. What a role permits is
// many levels that come the same way: one line stands for all of them.
type AccessLine struct {
	Kind   string          // the kind of target; "object" for the operations on it
	Target string          // what it is to; several objects, settings or actions are listed
	Level  string          // the level's word; of objects the operations: "See, Edit"
	All    []domain.Access // what the line stands for, at least one
}

// AccessLines lays out what Org.AccessOf gives. What is no role's permission
// is a line each. An object with an exception of its own is a line; those
// without that permit the same are one. So are the settings and the actions.
func AccessLines(o *domain.Org, list []domain.Access) []AccessLine {
	var out []AccessLine
	objects := map[domain.ID]*objectLine{}
	var order []*objectLine
	var settings, actions, fields []domain.Access
	for _, a := range list {
		switch k := a.Target.Kind; {
		case k.Operation():
			l := objects[a.Target.ID]
			if l == nil {
				l = &objectLine{id: a.Target.ID}
				objects[a.Target.ID] = l
				order = append(order, l)
			}
			l.add(a)
		case k == domain.TargetField:
			fields = append(fields, a)
		case k == domain.TargetSetting:
			settings = append(settings, a)
		case k == domain.TargetAction:
			actions = append(actions, a)
		default:
			out = append(out, AccessLine{k.String(), TargetName(o, a.Target, a.Agent), domain.LadderOf(k).Word(a.Level), []domain.Access{a}})
		}
	}
	out = append(out, objectLines(o, order)...)
	for _, a := range fields {
		out = append(out, AccessLine{"field", o.Name(domain.KindField, a.Target.ID), domain.LadderOf(domain.TargetField).Word(a.Level), []domain.Access{a}})
	}
	return append(append(out, flagLine(o, "setting", settings)...), flagLine(o, "action", actions)...)
}

// objectLine gathers the operations on one object.
type objectLine struct {
	id    domain.ID
	words []string
	own   bool // an exception is among the ways
	all   []domain.Access
}

func (l *objectLine) add(a domain.Access) {
	l.words = append(l.words, domain.OperationWord(a.Target.Kind))
	l.own = l.own || len(a.Paths) > 0 && a.Paths[0].Grant != ""
	l.all = append(l.all, a)
}

// objectLines joins the objects without an exception that permit the same.
func objectLines(o *domain.Org, order []*objectLine) []AccessLine {
	type bundle struct {
		names []string
		line  AccessLine
	}
	var bundles []*bundle
	joined := map[string]*bundle{}
	for _, l := range order {
		level := strings.Join(l.words, ", ")
		b := joined[level]
		if b == nil || l.own {
			b = &bundle{line: AccessLine{Kind: "object", Level: level}}
			bundles = append(bundles, b)
			if !l.own {
				joined[level] = b
			}
		}
		b.names = append(b.names, o.Name(domain.KindObject, l.id))
		b.line.All = append(b.line.All, l.all...)
	}
	out := make([]AccessLine, len(bundles))
	for i, b := range bundles {
		out[i] = b.line
		slices.Sort(b.names)
		n := min(len(b.names), 3)
		out[i].Target = listed(b.names[:n], len(b.names)-n)
	}
	return out
}

// flagLine is one line of all settings or actions somebody has.
func flagLine(o *domain.Org, kind string, list []domain.Access) []AccessLine {
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = permissionName(a.Target)
	}
	n := min(len(names), 3)
	target := listed(names[:n], len(names)-n)
	if p, ok := o.Principal(list[0].Principal); ok && len(list) > 3 && len(list) == mostFlags(kind, p.Kind) {
		target = "all " + Count(len(list), kind, kind+"s")
	}
	return []AccessLine{{kind, target, domain.LadderOf(list[0].Target.Kind).Word(list[0].Level), list}}
}

// mostFlags counts the settings or actions that a kind of principal may have.
func mostFlags(kind string, of domain.PrincipalKind) int {
	n := 0
	if kind == "setting" {
		for _, p := range domain.SettingPermissions() {
			if p.Fits(of) {
				n++
			}
		}
		return n
	}
	for _, p := range domain.ActionPermissions() {
		if p.Fits(of) {
			n++
		}
	}
	return n
}
