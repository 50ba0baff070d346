package roles

import (
	"fmt"

	"countersign/domain"
	"countersign/review"
)

// The columns of the tree: what a role says on a target. An operation, a setting
// and an action have no See, a field has all three.
const (
	colNo = iota
	colSee
	colYes
)

var columns, marks = []string{"No", "See", "Yes"}, []string{"-", "R", "E"}

// lacksSee are the columns that only fields have, lacksAll those of a heading.
const (
	lacksSee uint8 = 1 << colSee
	lacksAll uint8 = 1<<colNo | 1<<colSee | 1<<colYes
)

// node is one line of a role's definition: a target, or a heading over some.
type node struct {
	key    string
	label  string
	target domain.Target // of a heading the zero Target
	object domain.ID     // of an object's heading, and of what is below it
	leaf   bool
	kids   []*node
}

// Key, Label and Kids implement ui.Node.
func (n *node) Key() string { return n.key }

// Label implements ui.Node.
func (n *node) Label() string { return n.label }

// Kids implements ui.Node.
func (n *node) Kids() []*node { return n.kids }

// keyOf names a target in the tree.
func keyOf(t domain.Target) string { return t.Kind.String() + ":" + string(t.ID) }

// The keys of the headings.
const (
	keyBaseline = "baseline"
	keyObjects  = "objects"
	keySettings = "settings"
	keyActions  = "actions"
)

func objectKey(id domain.ID) string { return "object:" + string(id) }

// columnOf is the column of a level on a target.
func columnOf(t domain.Target, l domain.Level) int {
	if t.Kind == domain.TargetField {
		return int(l)
	}
	if l > domain.None {
		return colYes
	}
	return colNo
}

// levelOf is the level that a column stands for on a target.
func levelOf(t domain.Target, column int) domain.Level {
	if t.Kind == domain.TargetField {
		return domain.Level(column)
	}
	if column == colYes {
		return domain.Held
	}
	return domain.None
}

// label is what a line of a definition is called.
func label(o *domain.Org, t domain.Target) string {
	all := t.ID == domain.AllID
	switch {
	case t.Kind.Operation():
		return domain.OperationWord(t.Kind)
	case t.Kind == domain.TargetSetting && all:
		return "All settings"
	case t.Kind == domain.TargetAction && all:
		return "All actions"
	case t.Kind == domain.TargetSetting:
		if s, err := domain.ParseSettingPermission(string(t.ID)); err == nil {
			return s.Name()
		}
	case t.Kind == domain.TargetAction:
		if a, err := domain.ParseActionPermission(string(t.ID)); err == nil {
			return a.Name()
		}
	case t.Kind == domain.TargetField:
		if f, ok := o.Field(t.ID); ok {
			return f.Name
		}
	}
	return string(t.ID)
}

// full is a line's name with what it is part of: "People › Address".
func full(o *domain.Org, t domain.Target) string {
	switch {
	case t.Kind.Operation() && t.ID == domain.AllID:
		return "All objects › " + label(o, t)
	case t.Kind.Operation():
		return o.Name(domain.KindObject, t.ID) + " › " + label(o, t)
	case t.Kind == domain.TargetField:
		if f, ok := o.Field(t.ID); ok {
			return o.Name(domain.KindObject, f.Object) + " › " + f.Name
		}
	}
	return label(o, t)
}

// letters are the four operations as they result: "SE--".
func letters(values []domain.RoleValue) string {
	levels := make([]domain.Level, len(values))
	for i, v := range values {
		levels[i] = v.Level
	}
	return review.OperationLetters(levels...)
}

// held says how much of the settings or actions a role has, all of them first in
// values: "all", "3 of 14".
func held(values []domain.RoleValue) string {
	if len(values) == 0 {
		return ""
	}
	if values[0].Level > domain.None {
		return "all"
	}
	n := 0
	for _, v := range values[1:] {
		if v.Level > domain.None {
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(values)-1)
}

// word is a value of a line in words: "Denied", "No Access", "Held"; what is not
// set is inherited.
func word(t domain.Target, column int) string {
	if column < 0 {
		return "inherited"
	}
	return domain.LadderOf(t.Kind).Word(levelOf(t, column))
}

// tree makes the lines of a definition.
func tree(o *domain.Org, sheet domain.RoleSheet) []*node {
	leaves := func(values []domain.RoleValue, object domain.ID) []*node {
		var out []*node
		for _, v := range values {
			out = append(out, &node{key: keyOf(v.Target), label: label(o, v.Target), target: v.Target, object: object, leaf: true})
		}
		return out
	}
	objects := &node{key: keyObjects, label: "Objects"}
	for _, obj := range sheet.Objects {
		name := obj.Object.Name
		if obj.Object.System {
			name += " (system)"
		}
		objects.kids = append(objects.kids, &node{key: objectKey(obj.Object.ID), label: name, object: obj.Object.ID,
			kids: append(leaves(obj.Operations, obj.Object.ID), leaves(obj.Fields, obj.Object.ID)...)})
	}
	out := []*node{{key: keyBaseline, label: "All objects", kids: leaves(sheet.Baseline, "")}}
	if len(objects.kids) > 0 {
		out = append(out, objects)
	}
	return append(out, &node{key: keySettings, label: "Settings", kids: leaves(sheet.Settings, "")},
		&node{key: keyActions, label: "Actions", kids: leaves(sheet.Actions, "")})
}

// lines are all values of a definition, in the order of the tree.
func lines(sheet domain.RoleSheet) []domain.RoleValue {
	out := append([]domain.RoleValue{}, sheet.Baseline...)
	for _, obj := range sheet.Objects {
		out = append(append(out, obj.Operations...), obj.Fields...)
	}
	return append(append(out, sheet.Settings...), sheet.Actions...)
}

// source says where a value that is not the role's own on a target comes from, in
// a few words: the reasons whole are the explanation's.
func source(o *domain.Org, v domain.RoleValue) string {
	switch t := v.Target; {
	case t.Kind == domain.TargetField:
		return "the object"
	case t.Kind == domain.TargetSetting && v.Level > domain.None && t.ID != domain.AllID:
		return "all settings"
	case t.Kind == domain.TargetAction && v.Level > domain.None && t.ID != domain.AllID:
		return "all actions"
	case !t.Kind.Operation() || t.ID == domain.AllID:
		return ""
	case t.ID == domain.ObjectWorkflow || t.ID == domain.ObjectWorkflowRun || t.ID == domain.ObjectWorkflowVersion:
		return "setting Workflows"
	case t.ID == domain.ObjectWorkspaceMember:
		return "setting Users"
	default:
		if obj, ok := o.Object(t.ID); ok && obj.System {
			return "a system object"
		}
	}
	return "all objects"
}
