package domain

import (
	"slices"
	"strings"
)

// Numbers of the texts principals are found by.
const (
	byEmail = iota
	byOutside
	byName
	byManager
)

// FindPrincipal finds a principal by id, e-mail, outside id, or a name that
// only one has. None is NotFound, several is Conflict and lists them.
func (o *Org) FindPrincipal(ref string) (Principal, error) {
	return findIn(&o.ppl, ref, "principal", "give an id, an e-mail address or a whole name",
		[]int{byEmail, byOutside, byName})
}

// FindGroup finds a group by id, outside id or name, as FindPrincipal does.
func (o *Org) FindGroup(ref string) (Group, error) {
	return findIn(&o.grp, ref, "group", "give an id or a whole name", []int{0, 1})
}

// FindAgent finds an agent by id, outside id or name, as FindPrincipal does.
func (o *Org) FindAgent(ref string) (Agent, error) {
	return findIn(&o.agt, ref, "agent", "give an id or a whole name", []int{0, 1})
}

// FindSource finds a data source by id, outside id or name, as FindPrincipal
// does.
func (o *Org) FindSource(ref string) (Source, error) {
	return findIn(&o.src, ref, "data source", "give an id or a whole name", []int{0, 1})
}

// FindRole finds a role by id or name, as FindPrincipal does.
func (o *Org) FindRole(ref string) (Role, error) {
	return findIn(&o.rol, ref, "role", "give an id or a whole name", []int{0})
}

// FindObject finds an object by id or name, as FindPrincipal does.
func (o *Org) FindObject(ref string) (Object, error) {
	return findIn(&o.obj, ref, "object", "give an id or a whole name", []int{0})
}

// FindField finds a field by its id or by its object and its name or the last
// word of its id, with / or > or › between ("People/Email"), or a point, as
// files have it ("People.Email"). None is NotFound.
func (o *Org) FindField(ref string) (Field, error) {
	ref = strings.TrimSpace(ref)
	if f, ok := o.fld.get(ID(ref)); ok {
		return f, nil
	}
	i := strings.IndexAny(ref, "/>›")
	if i < 0 {
		i = strings.LastIndex(ref, ".")
	}
	if i < 0 {
		return Field{}, Errorf(NotFound, "there is no field %q", ref).Hinted("give its object too, for example People/Email")
	}
	object, err := o.FindObject(ref[:i])
	if err != nil {
		return Field{}, err
	}
	key := Fold(strings.TrimSpace(strings.TrimLeft(ref[i:], "/>›. ")))
	for _, f := range o.Fields(object.ID) {
		if Fold(f.Name) == key || Fold(strings.TrimPrefix(string(f.ID), string(f.Object)+"/")) == key {
			return f, nil
		}
	}
	return Field{}, Errorf(NotFound, "%q has no field %q", object.Name, strings.TrimLeft(ref[i:], "/>›. ")).
		Hinted("give its name or the last word of its id")
}

// findIn looks a reference up by id, then by each text in turn; the first
// that names anything decides.
func findIn[R Record](t *table[R], ref, what, hint string, by []int) (R, error) {
	ref = strings.TrimSpace(ref)
	if r, ok := t.get(ID(ref)); ok {
		return r, nil
	}
	var none R
	key := Fold(ref)
	for _, which := range by {
		found := t.byKey(which, key)
		switch {
		case len(found) == 1:
			return t.rows.at(found[0]).rec, nil
		case len(found) > 1:
			ids := make([]string, len(found))
			for i, n := range found {
				ids[i] = string(t.rows.at(n).id)
			}
			slices.Sort(ids)
			if len(ids) > 8 {
				ids = append(ids[:8], "…")
			}
			return none, Errorf(Conflict, "%q names %d %ss", ref, len(found), what).
				Hinted("say which by its id: %s", strings.Join(ids, ", "))
		}
	}
	return none, Errorf(NotFound, "there is no %s %q", what, ref).Hinted("%s", hint)
}

// FindArea finds an area by its path, of ids or names, with / or > or ›
// between its parts, or by a name that only one area has. None is NotFound,
// several by name is Conflict and lists them.
func (o *Org) FindArea(ref string) (Area, error) {
	ref = strings.TrimSpace(ref)
	if r, ok := o.are.get(ID(ref)); ok {
		return r, nil
	}
	var parts []string
	var found []int32
	for _, cut := range []string{">›", "/>›"} { // a name may hold a slash itself: "A/B testing"
		parts = strings.FieldsFunc(ref, func(r rune) bool { return strings.ContainsRune(cut, r) })
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		for _, i := range o.areas.order {
			if o.areaMatches(i, parts) {
				found = append(found, i)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	switch {
	case len(found) == 1:
		return o.are.rows.at(found[0]).rec, nil
	case len(found) > 1:
		for _, i := range found { // a whole path from the top goes before the tail of another
			if o.areaDepth(i) == len(parts) {
				return o.are.rows.at(i).rec, nil
			}
		}
		names := make([]string, len(found))
		for i, n := range found {
			names[i] = string(o.are.rows.at(n).id)
		}
		return Area{}, Errorf(Conflict, "%q names %d areas", ref, len(found)).
			Hinted("say which by its path: %s", strings.Join(names, ", "))
	}
	return Area{}, Errorf(NotFound, "there is no area %q", ref).
		Hinted("give its path, for example Voice > Numbers")
}

// areaMatches tells whether the area's path by names ends in parts.
func (o *Org) areaMatches(i int32, parts []string) bool {
	if len(parts) == 0 {
		return false
	}
	for n := len(parts) - 1; n >= 0; n-- {
		if i < 0 {
			return false
		}
		s := o.are.rows.at(i)
		last := s.id[strings.LastIndexByte(string(s.id), '/')+1:]
		if p := Fold(parts[n]); p != Fold(s.rec.Name) && p != Fold(string(last)) {
			return false
		}
		i = o.areas.up[i]
	}
	return true
}

func (o *Org) areaDepth(i int32) int {
	n := 0
	for ; i >= 0; i = o.areas.up[i] {
		n++
	}
	return n
}

// Reports gives those whose manager it is, by id.
func (o *Org) Reports(manager ID) []ID {
	var out []ID
	for _, i := range o.ppl.byKey(byManager, string(manager)) {
		out = append(out, o.ppl.rows.at(i).id)
	}
	slices.Sort(out)
	return out
}
