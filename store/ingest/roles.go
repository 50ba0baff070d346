package ingest

import (
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

func itoa(n int) string { return strconv.Itoa(n) }

// roleFile plans a file of roles. One row may name the default role; the one that
// was it no longer is.
func (p *planner) roleFile(r rows) error {
	list, err := p.things(r, domain.PrefixRole, p.x.role, func(id domain.ID) (string, string, bool) {
		role, ok := p.x.roles[id]
		return "", role.Origin.Source, ok
	})
	if err != nil {
		return err
	}
	var first *thingRow // the one that names the default
	for _, t := range list {
		v, said, _ := truth(p.cols.Get(t.row, "default"))
		switch {
		case t.bad || !said || !v:
		case first != nil:
			p.failThing(t, "default", "makes a second default role beside line "+itoa(first.line)+"; there is one")
		default:
			first = t
		}
	}
	before, had := p.defaultRole()
	if first != nil {
		p.oneRole(first, first) // what others come to depends on whether it can be
	}
	for _, t := range list {
		if !t.bad && t != first {
			p.oneRole(t, first)
		}
	}
	if first == nil || first.bad || !had || before.ID == first.id || p.roleTouched(before.ID) {
		return nil
	}
	was := p.x.roles[before.ID]
	now := was
	now.Default = false
	p.change(domain.Replace(was, now))
	p.out.Report.NoteThing(first.line, table.Changed, "role "+table.Short(was.Name)+": no longer the default")
	return nil
}

func (p *planner) defaultRole() (domain.Role, bool) {
	for _, id := range sortedIDs(p.x.roles) {
		if r := p.x.roles[id]; r.Default {
			return r, true
		}
	}
	return domain.Role{}, false
}

// roleTouched tells whether a change replaces the role already.
func (p *planner) roleTouched(id domain.ID) bool {
	for _, c := range p.changes {
		if r, ok := c.Record().(domain.Role); ok && r.ID == id {
			return true
		}
	}
	return false
}

func (p *planner) oneRole(t, first *thingRow) {
	was, known := p.x.roles[t.id]
	now := was
	now.ID, now.Name = t.id, t.name
	if p.cols.Has("description") {
		now.Description = p.cols.Get(t.row, "description")
	}
	if !known {
		now.ForUsers = !p.cols.Has("users") && !p.cols.Has("keys") && !p.cols.Has("agents")
	}
	yes(p, t, "users", &now.ForUsers)
	yes(p, t, "keys", &now.ForKeys)
	yes(p, t, "agents", &now.ForAgents)
	said := now.Default
	yes(p, t, "default", &said)
	switch {
	case t.bad:
		return
	case t == first:
		now.Default = true
	case !said && was.Default && (first == nil || first.bad) && p.cols.Get(t.row, "default") != "":
		p.failThing(t, "default", "leaves no default role; say yes at another one")
		return
	case was.Default && first != nil && !first.bad:
		now.Default = false
	}
	if !now.ForUsers && !now.ForKeys && !now.ForAgents {
		p.failThing(t, "users", "makes a role for nobody; say yes to people, API keys or AI agents")
		return
	}
	if was.Admin {
		same := now
		same.Default = was.Default
		if same != was {
			p.failThing(t, "name", "is the Admin role, which stays as it is")
			return
		}
	}
	if was.Origin.Source != "" && was.Origin.Source != p.o.Source && was.Default != now.Default {
		p.failThing(t, "default", "changes a role that "+table.Short(was.Origin.Source)+" answers for")
		return
	}
	label := "role " + table.Short(t.name)
	switch {
	case was.Admin && was == now:
		p.note(t.line, table.Same, "")
	case was.Admin: // only whether it is the default moves, and it is nobody's but ours
		p.change(domain.Replace(was, now))
		p.note(t.line, table.Changed, "%s: %s", label, differences(was, now, p.called))
	default:
		p.putThing(t, label, known, was.Origin, func(o domain.Origin) domain.Record { now.Origin = o; return now }, was)
	}
}

// permissions plans a file of what roles permit.
func (p *planner) permissions(r rows) error {
	list, err := p.readGifts(r, func(f *faults, g *gift) {
		g.key.holder = domain.Holder{Kind: domain.HolderRole, ID: f.needed("role", p.x.role)}
		if p.x.roles[g.key.holder.ID].Admin {
			f.at("role", "is the Admin role, which has everything and stays as it is")
		}
		g.key.target = f.permissionTarget()
		g.level = f.permissionLevel(g.key.target)
		g.label = p.label(g.key)
	})
	if err != nil {
		return err
	}
	p.refuseUnseen(list)
	for _, g := range list {
		if !g.bad {
			p.give(g)
		}
	}
	if p.o.Full {
		p.endAbsent(list, "values of roles", func(g domain.Grant) bool {
			return g.Holder.Kind == domain.HolderRole && g.Target.Kind.Permission()
		})
	}
	return nil
}

// permissionTarget reads what a value is about: by its kind where the row says it,
// else by the first thing of that name, in the order object, field, setting,
// action. "Object.Field" is a field.
func (f *faults) permissionTarget() domain.Target {
	name, kind := f.p.cols.Get(f.row, "target"), domain.Fold(f.p.cols.Get(f.row, "target kind"))
	is := func(word string) bool { return kind == "" || kind == word }
	switch domain.Fold(name) {
	case "":
		f.at("target", "it is not said what the value is about")
		return domain.Target{}
	case "all objects":
		return f.operation(domain.AllID)
	case "all settings":
		return domain.Target{Kind: domain.TargetSetting, ID: domain.AllID}
	case "all actions", "application all access":
		return domain.Target{Kind: domain.TargetAction, ID: domain.AllID}
	}
	operation := f.p.cols.Get(f.row, "permission") != ""
	if is("object") && (operation || kind != "") {
		id, msg := f.p.x.object.find(name)
		if msg != "" {
			f.at("target", msg)
		}
		return f.operation(id)
	}
	if ids := f.p.x.field.lookup(name); is("field") && len(ids) > 0 || kind == "field" {
		id, msg := f.p.x.field.one(name, ids)
		if msg != "" {
			f.at("target", msg)
		}
		return domain.Target{Kind: domain.TargetField, ID: id}
	}
	if s, err := domain.ParseSettingPermission(name); is("setting") && err == nil {
		return s.Target()
	}
	if a, err := domain.ParseActionPermission(name); is("action") && err == nil {
		return a.Target()
	}
	switch {
	case kind != "" && kind != "setting" && kind != "action":
		f.at("target kind", "is no kind of permission; use object, field, setting or action")
	case len(f.p.x.object.lookup(name)) > 0:
		f.at("permission", "is missing: of an object the row says see, edit, delete or destroy")
	default:
		f.at("target", "is no object, field, setting or action here")
	}
	return domain.Target{}
}

func (f *faults) operation(object domain.ID) domain.Target {
	op, err := domain.ParseOperation(f.p.cols.Get(f.row, "permission"))
	if err != nil {
		f.at("permission", sayWord(err))
	}
	return domain.Target{Kind: op, ID: object}
}

// permissionLevel reads the value; an empty one allows.
func (f *faults) permissionLevel(t domain.Target) domain.Level {
	word := f.p.cols.Get(f.row, "level")
	if t == (domain.Target{}) || f.found {
		return 0
	}
	v, said, isTruth := truth(word)
	l := domain.Allowed
	switch {
	case t.Kind == domain.TargetField && !said:
		l = f.level("level", t.Kind)
	case isTruth && said && !v:
		l = domain.Denied
	case !isTruth:
		l = f.level("level", t.Kind)
	}
	switch {
	case f.found:
	case t.Kind == domain.TargetField && l >= domain.EditField:
		f.at("level", "restricts nothing; a rule on a field says See or No Access")
	case l == 0 && !t.Kind.Denies(), l == 0 && t.ID == domain.AllID:
		f.at("level", "gives nothing, and what is not given is not there; leave the row out")
	case (t.Kind == domain.TargetSetting || t.Kind == domain.TargetAction) && !f.fits(t):
		f.at("target", "is for none of those who may have the role")
	}
	return l
}

// fits tells whether somebody who may have the row's role may have the setting or
// the action.
func (f *faults) fits(t domain.Target) bool {
	ids := f.p.x.role.lookup(f.p.cols.Get(f.row, "role"))
	if len(ids) != 1 || t.ID == domain.AllID {
		return true
	}
	r := f.p.x.roles[ids[0]]
	can := func(k domain.PrincipalKind) bool {
		if t.Kind == domain.TargetSetting {
			s, err := domain.ParseSettingPermission(string(t.ID))
			return err == nil && s.Fits(k)
		}
		a, err := domain.ParseActionPermission(string(t.ID))
		return err == nil && a.Fits(k)
	}
	return r.ForUsers && can(domain.User) || r.ForKeys && can(domain.APIKey) || r.ForAgents && can(domain.AIAgent)
}

// refuseUnseen makes rows errors after which a role would write what it does not
// see: the values of the file over those that are here.
func (p *planner) refuseUnseen(list []*gift) {
	values := map[pairKey]domain.Level{}
	for k, gs := range p.x.grants {
		if k.holder.Kind == domain.HolderRole && k.target.Kind.Operation() {
			values[k] = gs[0].Level
		}
	}
	for _, g := range list {
		if other := p.x.inTheWay(g.key, p.o.Source, g.level, g.window); !g.bad && g.key.target.Kind.Operation() && other == nil {
			values[g.key] = g.level
		}
	}
	value := func(role domain.Holder, op domain.TargetKind, object domain.ID) domain.Level {
		if v, set := values[pairKey{holder: role, target: domain.Target{Kind: op, ID: object}}]; set {
			return v
		}
		if p.x.objects[object].System {
			return domain.Allowed
		}
		return values[pairKey{holder: role, target: domain.Target{Kind: op, ID: domain.AllID}}]
	}
	for _, g := range list {
		t := g.key.target
		if g.bad || !t.Kind.Operation() || strings.HasPrefix(string(t.ID), "workflow") || t.ID == "workspaceMember" {
			continue // the rules of those objects are their own
		}
		objects := []domain.ID{t.ID}
		if t.ID == domain.AllID { // a baseline shows through on every object the role says something of
			for k := range values {
				if k.holder == g.key.holder {
					objects = append(objects, k.target.ID)
				}
			}
		}
		for _, object := range objects {
			if value(g.key.holder, domain.TargetObjectSee, object) > domain.Denied || g.bad {
				continue
			}
			for _, op := range domain.Operations()[1:] {
				if !g.bad && value(g.key.holder, op, object) > domain.Denied {
					g.bad = true
					p.out.Report.Fail(&table.RowError{Line: g.line, Message: g.label + ": the role would " + strings.ToLower(domain.OperationWord(op)) +
						" what it does not see; allow See on it too"})
				}
			}
		}
	}
}

// permissionLabel says what a value of a role is about.
func (p *planner) permissionLabel(t domain.Target) string {
	short := func(b *book, all string) string {
		if t.ID == domain.AllID {
			return all
		}
		if l := b.label[t.ID]; l != "" {
			return table.Short(l)
		}
		return table.Short(string(t.ID))
	}
	switch {
	case t.Kind.Operation():
		return domain.OperationWord(t.Kind) + " " + short(p.x.object, "all objects")
	case t.Kind == domain.TargetField:
		return short(p.x.field, "")
	case t.ID == domain.AllID:
		return "all " + t.Kind.String() + "s"
	case t.Kind == domain.TargetSetting:
		if s, err := domain.ParseSettingPermission(string(t.ID)); err == nil {
			return s.Name()
		}
	case t.Kind == domain.TargetAction:
		if a, err := domain.ParseActionPermission(string(t.ID)); err == nil {
			return a.Name()
		}
	}
	return table.Short(string(t.ID))
}
