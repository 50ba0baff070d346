package domain

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	roleObjects = []ID{"person", "open", ObjectWorkflow, ObjectWorkspaceMember, ObjectAgentChatThread}
	roleFields  = []ID{"person/name", "person/mail", "open/x", "workflow/x", "workspaceMember/x"}
	rolePeople  = []ID{"usr_1", "usr_2", "key_1", "aia_1"}
	roleIDs     = []ID{"rol_1", "rol_2", "rol_3", "rol_admin"}
)

func isSystem(id ID) bool { return id != "person" && id != ObjectWorkflow }

// someRoles draws a workspace: roles that permit anything, also what With
// would refuse, held in any window.
func drawWorkspace(t *rapid.T) []Row {
	var rows []Row
	add := func(r Record) { rows = append(rows, Row{r, Seq(len(rows) + 1)}) }
	for i, id := range rolePeople {
		add(drawPrincipal(t, id, PrincipalKind(max(0, i-1))))
	}
	for _, id := range roleObjects {
		if rapid.IntRange(0, 9).Draw(t, "there") > 0 {
			add(Object{ID: id, Name: string(id), System: isSystem(id) != (rapid.IntRange(0, 9).Draw(t, "odd") == 0)})
		}
	}
	for _, id := range roleFields {
		add(Field{ID: id, Object: id[:len(id)-len(id[slices.Index([]byte(id), '/'):])], Name: string(id), Label: id == "person/name"})
	}
	def := rapid.IntRange(-1, 2).Draw(t, "default")
	for i, id := range roleIDs {
		add(Role{ID: id, Name: string(id), Admin: id == "rol_admin", Default: i == def, ForUsers: true})
	}
	for i := range rapid.IntRange(0, 25).Draw(t, "values") {
		add(drawPermission(t, ID(fmt.Sprintf("gnt_p%02d", i))))
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "holders") {
		add(drawHolding(t, ID(fmt.Sprintf("gnt_h%02d", i))))
	}
	return rows
}

func drawPermission(t *rapid.T, id ID) Grant {
	g := Grant{ID: id, Holder: byRole(rapid.SampledFrom(roleIDs[:3]).Draw(t, "role"))}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0, 1, 2:
		g.Target = op(rapid.SampledFrom(Operations()).Draw(t, "op"), rapid.SampledFrom(append([]ID{AllID, AllID}, roleObjects...)).Draw(t, "object"))
	case 3:
		g.Target = Target{TargetField, rapid.SampledFrom(roleFields).Draw(t, "field")}
	case 4:
		g.Target = rapid.SampledFrom([]Target{{TargetSetting, AllID}, SetUsers.Target(), SetWorkflows.Target(), SetBilling.Target()}).Draw(t, "setting")
	case 5:
		g.Target = rapid.SampledFrom([]Target{{TargetAction, AllID}, ActAskAI.Target(), ActHTTPRequest.Target(), ActSyncAccount.Target()}).Draw(t, "action")
	}
	least := 0
	if !g.Target.Kind.Denies() || g.Target.ID == AllID {
		least = 1
	}
	g.Level = Level(rapid.IntRange(least, int(LadderOf(g.Target.Kind).Top())).Draw(t, "level"))
	return g
}

func drawHolding(t *rapid.T, id ID) Grant {
	return Grant{ID: id, Holder: person(rapid.SampledFrom(rolePeople).Draw(t, "who")), Level: Held,
		Target: Target{TargetRole, rapid.SampledFrom(roleIDs).Draw(t, "role")},
		Window: rapid.SampledFrom([]Window{{}, {}, {From: "2026-03-10", To: "2026-03-20"}, {From: "2026-03-16"}, {To: "2026-03-14"}}).Draw(t, "window")}
}

// permissionOracle answers from the rows alone, by PRODUCT 2.5 and 9.1, slowly
// and without anything of Org.
type permissionOracle struct {
	*oracle
	objects map[ID]Object
	fields  map[ID]Field
}

func permissionOracleOf(rows []Row) permissionOracle {
	w := permissionOracle{oracleOf(rows), map[ID]Object{}, map[ID]Field{}}
	for _, row := range rows {
		switch r := row.Record.(type) {
		case Object:
			w.objects[r.ID] = r
		case Field:
			w.fields[r.ID] = r
		}
	}
	return w
}

func (w permissionOracle) level(p ID, t Target, at time.Time) Level {
	if r, ok := w.ppl[p]; !ok || r.Status != Active {
		return None
	}
	best := None
	for r := range w.roles(p, at) {
		best = max(best, w.of(r, w.ppl[p].Kind, t))
	}
	return best
}

// set is what a role says itself: -1 for nothing.
func (w permissionOracle) set(role ID, t Target) int {
	v := -1
	for _, g := range w.grants {
		if g.Holder == byRole(role) && g.Target == t {
			v = max(v, int(g.Level))
		}
	}
	return v
}

func (w permissionOracle) of(role ID, kind PrincipalKind, t Target) Level {
	admin := w.rol[role].Admin
	yes := func(b bool) Level {
		if b {
			return 1
		}
		return 0
	}
	switch t.Kind {
	case TargetSetting, TargetAction:
		for id, only := range map[ID]PrincipalKind{"impersonate": User, "sso-bypass": User, "billing": User, "sync-account": User, "http-request": AIAgent} {
			if t.ID == id && kind != only {
				return None
			}
		}
		return yes(admin || w.set(role, t) > 0 || w.set(role, Target{t.Kind, AllID}) > 0)
	case TargetField:
		return w.field(role, admin, t.ID)
	}
	return yes(w.may(role, admin, t))
}

func (w permissionOracle) may(role ID, admin bool, t Target) bool {
	if t.ID == AllID {
		return admin || w.set(role, t) > 0 && w.set(role, op(TargetObjectSee, AllID)) > 0
	}
	obj, there := w.objects[t.ID]
	holds := func(s SettingPermission) bool {
		return w.set(role, s.Target()) > 0 || w.set(role, Target{TargetSetting, AllID}) > 0
	}
	switch {
	case !there:
		return false
	case admin:
		return true
	case t.ID == "workflow" || t.ID == "workflowRun" || t.ID == "workflowVersion":
		return holds(SetWorkflows)
	case t.ID == "workspaceMember":
		return t.Kind == TargetObjectSee || holds(SetUsers)
	case t.ID == "agentChatThread" && w.set(role, ActAskAI.Target()) <= 0 && w.set(role, Target{TargetAction, AllID}) <= 0:
		return false
	}
	merged := func(k TargetKind) bool {
		if v := w.set(role, op(k, t.ID)); v >= 0 {
			return v > 0
		}
		return obj.System || w.set(role, op(k, AllID)) > 0
	}
	return merged(t.Kind) && merged(TargetObjectSee)
}

func (w permissionOracle) field(role ID, admin bool, id ID) Level {
	f := w.fields[id]
	if !w.may(role, admin, op(TargetObjectSee, f.Object)) {
		return 0
	}
	most := Level(1)
	if w.may(role, admin, op(TargetObjectEdit, f.Object)) {
		most = 2
	}
	if v := w.set(role, Target{TargetField, id}); v >= 0 && !admin && f.Object != "workflow" {
		most = min(most, Level(v))
	}
	if f.Label {
		most = max(most, 1)
	}
	return most
}

// Over random workspaces the fast answer, the explained one, the matrices, the
// lists and the oracle agree; what is explained holds together, and a path
// replayed gives its level.
func TestTwentyLevelIsTheOracles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawWorkspace(t)
		o, w := drawnOrg(t, rows), permissionOracleOf(rows)
		at := rapid.SampledFrom(someInstants).Draw(t, "at")
		who := map[Target][]ID{}
		for _, p := range rolePeople {
			listed := map[Target]Level{}
			for _, a := range o.AccessOf(p, at) {
				listed[a.Target] = a.Level
			}
			for target := range o.permissions() {
				want := w.level(p, target, at)
				acc := o.Access(p, target, "", at)
				if got := o.Level(p, target, "", at); got != want || acc.Level != want {
					t.Fatalf("%s on %v: %d, explained %d, want %d", p, target, got, acc.Level, want)
				}
				holdsTogether(t, acc)
				replayed(t, o, rows, p, target, at, acc)
				if want > None {
					who[target] = append(who[target], p)
				}
				if l, is := listed[target]; is && l != want || !is && want > None && target.ID != AllID && target.Kind != TargetField {
					t.Fatalf("%s on %v: listed %v %d, want %d", p, target, is, l, want)
				}
			}
		}
		for target := range o.permissions() {
			var got []ID
			for _, a := range o.Who(target, "", at) {
				got = append(got, a.Principal)
			}
			slices.Sort(who[target])
			if !slices.Equal(got, who[target]) {
				t.Fatalf("who has %v: %v, want %v", target, got, who[target])
			}
		}
		for _, m := range []*Matrix{o.ObjectMatrix(at), o.FieldMatrix("person", at), o.SettingMatrix(at), o.ActionMatrix(at)} {
			for i, p := range m.Principals {
				for c, target := range m.Targets {
					if want := w.level(p, target, at); m.At(i, c) != want {
						t.Fatalf("matrix: %s on %v: %d, want %d", p, target, m.At(i, c), want)
					}
				}
			}
		}
	})
}

// replayed: with only the grants of a path left, the level is the path's.
func replayed(t *rapid.T, o *Org, rows []Row, p ID, target Target, at time.Time, acc Access) {
	for _, path := range acc.Paths {
		var only []Row
		for _, row := range rows {
			if g, ok := row.Record.(Grant); ok && !slices.Contains(path.Via, g.ID) && !onlyRestricts(o, g) {
				continue
			}
			only = append(only, row)
		}
		if got := permissionOracleOf(only).level(p, target, at); got != path.Level {
			t.Fatalf("%s on %v: the path says %d, replayed %d: %+v", p, target, path.Level, got, path)
		}
	}
}

// onlyRestricts are values a path is not asked to name: those that take away.
func onlyRestricts(_ *Org, g Grant) bool {
	return g.Target.Kind.Operation() && g.Level == Denied
}

// The effects of any change of roles are the difference of Level before and
// after, at now and at every edge of a window.
func TestTwentyEffectsAreDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawWorkspace(t)
		before := drawnOrg(t, rows)
		var cs []Change
		state := slices.Clone(rows)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			c, ok := drawRoleChange(t, state)
			if !ok {
				continue
			}
			state = changed(state, c, before.Key())
			cs = append(cs, c)
		}
		net, err := before.net(cs)
		if err != nil {
			t.Fatal(err)
		}
		after, err := before.Advance(before.Key(), net)
		if err != nil {
			t.Fatal(err)
		}
		if fresh := drawnOrg(t, state); !reflect.DeepEqual(levelsOf(fresh), levelsOf(after)) {
			t.Fatal("advanced and built differ")
		}
		instants := bruteInstants(before, after, midMarch)
		var want []Effect
		for _, p := range rolePeople {
			for target := range before.permissions() {
				want = appendSteps(want, before, after, p, target, instants)
			}
			for target := range after.permissions() {
				if n := before.missingTarget(target, ""); n != nil {
					want = appendSteps(want, before, after, p, target, instants)
				}
			}
		}
		var got []Effect
		for _, e := range Effects(before, after, net, midMarch) {
			if e.Target.Kind.Permission() {
				e.Shared = false // of how many gain alike
				got = append(got, e)
			}
		}
		ruled := func(e Effect) bool {
			return e.Target.Kind != TargetField || len(before.GrantsOn(e.Target))+len(after.GrantsOn(e.Target)) > 0
		}
		want = slices.DeleteFunc(want, func(e Effect) bool { return !ruled(e) })
		byPlace := func(a, b Effect) int {
			if c := compareID(a.Principal, b.Principal); c != 0 {
				return c
			}
			if c := compareTargets(a.Target, b.Target); c != 0 {
				return c
			}
			return a.At.Compare(b.At)
		}
		slices.SortStableFunc(want, byPlace)
		if !slices.IsSortedFunc(got, byPlace) || !slices.Equal(got, want) {
			t.Fatalf("changes %v\ngot  %+v\nwant %+v", net, got, want)
		}
	})
}

func appendSteps(out []Effect, before, after *Org, p ID, target Target, instants []time.Time) []Effect {
	first := len(out)
	for i, at := range instants {
		was, is := before.Level(p, target, "", at), after.Level(p, target, "", at)
		if was != is && !slices.ContainsFunc(out[first:], func(e Effect) bool { return e.Before == was && e.After == is }) {
			out = append(out, Effect{Principal: p, Target: target, Before: was, After: is, At: at, Future: i > 0})
		}
	}
	return out
}

func levelsOf(o *Org) map[string]Level {
	out := map[string]Level{}
	for _, p := range rolePeople {
		for target := range o.permissions() {
			out[fmt.Sprint(p, target)] = o.Level(p, target, "", midMarch)
		}
	}
	return out
}

// drawRoleChange draws a change of a role, of what it permits, of who holds
// it, of an object, a field or a person.
func drawRoleChange(t *rapid.T, state []Row) (Change, bool) {
	if rapid.Bool().Draw(t, "new") {
		id := ID("gnt_new")
		for slices.ContainsFunc(state, func(r Row) bool { return r.Record.RecordID() == id }) {
			id += "_"
		}
		if rapid.Bool().Draw(t, "holding") {
			return Begin(drawHolding(t, id)), true
		}
		return Begin(drawPermission(t, id)), true
	}
	old := rapid.SampledFrom(state).Draw(t, "row").Record
	switch r := old.(type) {
	case Grant:
		if rapid.Bool().Draw(t, "ends") {
			return End(r), true
		}
		after := r
		after.Level = Level(rapid.IntRange(0, int(r.Ladder().Top())).Draw(t, "level"))
		if r.Target.Kind == TargetRole {
			after = drawHolding(t, r.ID)
			after.Holder, after.Target = r.Holder, r.Target
		}
		return Replace(r, after), after != r
	case Principal:
		after := drawPrincipal(t, r.ID, r.Kind)
		return Replace(r, after), after != r
	case Object:
		if rapid.Bool().Draw(t, "ends") {
			return End(r), true
		}
		after := r
		after.System = !r.System
		return Replace(r, after), true
	case Field:
		after := r
		after.Label = !r.Label
		return Replace(r, after), true
	case Role:
		if rapid.Bool().Draw(t, "ends") {
			return End(r), true
		}
		after := r
		after.Default = !r.Default
		return Replace(r, after), true
	}
	return Change{}, false
}
