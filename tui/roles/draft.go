package roles

import (
	"fmt"
	"maps"
	"slices"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/ui"
)

// draft is the edits of one role's definition that were not proposed yet. They are
// kept by target, each with what the role said there when it was first touched: if
// that has moved on by the time they are proposed, they are stale.
type draft struct {
	role    domain.ID
	pending map[domain.Target]int // a column, or ui.Unset to inherit again
	was     map[domain.Target]int // as pending, when first touched
	done    []edit                // in order, for undo
	undone  []edit
}

// edit is one key press: what was pending on a target before and after it.
type edit struct {
	target         domain.Target
	before, after  int
	touched, stays bool // whether it was pending before, and is after
}

func newDraft(role domain.ID) *draft {
	return &draft{role: role, pending: map[domain.Target]int{}, was: map[domain.Target]int{}}
}

// clone is a copy for a command.
func (d *draft) clone() *draft {
	return &draft{role: d.role, pending: maps.Clone(d.pending), was: maps.Clone(d.was)}
}

// own is what a role says itself on a target: a column, or ui.Unset.
func own(v domain.RoleValue) int {
	if !v.Own {
		return ui.Unset
	}
	return columnOf(v.Target, v.Value)
}

// set makes a value pending; false where nothing changes by it. What is set back to
// what is stored is pending no more.
func (d *draft) set(stored domain.RoleValue, column int) bool {
	t := stored.Target
	if t.Kind == domain.TargetField && column == colYes {
		column = ui.Unset // Edit restricts nothing, so it is no rule
	}
	if column == colNo && (t.ID == domain.AllID || !t.Kind.Denies()) {
		column = ui.Unset // nothing denies there: what is not given is not had
	}
	before, touched := d.pending[t]
	if !touched {
		before = own(stored)
	}
	if before == column {
		return false
	}
	e := edit{target: t, before: before, after: column, touched: touched, stays: column != own(stored)}
	d.do(e, own(stored))
	d.done, d.undone = append(d.done, e), nil
	return true
}

func (d *draft) do(e edit, stored int) {
	if !e.stays {
		delete(d.pending, e.target)
		delete(d.was, e.target)
		return
	}
	d.pending[e.target] = e.after
	if _, ok := d.was[e.target]; !ok {
		d.was[e.target] = stored
	}
}

// undo takes the last edit back; false where there is none.
func (d *draft) undo(stored func(domain.Target) int) bool {
	if len(d.done) == 0 {
		return false
	}
	e := d.done[len(d.done)-1]
	d.done, d.undone = d.done[:len(d.done)-1], append(d.undone, e)
	d.do(edit{target: e.target, after: e.before, stays: e.touched}, stored(e.target))
	return true
}

// redo does it again.
func (d *draft) redo(stored func(domain.Target) int) bool {
	if len(d.undone) == 0 {
		return false
	}
	e := d.undone[len(d.undone)-1]
	d.undone, d.done = d.undone[:len(d.undone)-1], append(d.done, e)
	d.do(e, stored(e.target))
	return true
}

// targets are what is pending, in the order of the definition.
func (d *draft) targets(sheet domain.RoleSheet) []domain.Target {
	var out []domain.Target
	for _, v := range lines(sheet) {
		if _, ok := d.pending[v.Target]; ok {
			out = append(out, v.Target)
		}
	}
	return out
}

// changes makes the change set's changes on an organisation. A target that is gone
// is NotFound.
func (d *draft) changes(o *domain.Org, ids func() domain.ID) ([]domain.Change, error) {
	var out []domain.Change
	order := slices.SortedFunc(maps.Keys(d.pending), func(a, b domain.Target) int {
		if a.Kind != b.Kind {
			return int(a.Kind) - int(b.Kind)
		}
		return slices.Compare([]byte(a.ID), []byte(b.ID))
	})
	for _, t := range order {
		var more []domain.Change
		var err error
		if column := d.pending[t]; column == ui.Unset {
			more, err = domain.ResetPermission(o, d.role, t)
		} else {
			more, err = domain.SetPermission(o, d.role, t, levelOf(t, column), ids)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// moved is a Conflict where what was touched says something else by now.
func (d *draft) moved(o *domain.Org) error {
	sheet, ok := o.RoleSheet(d.role)
	if !ok {
		return domain.Errorf(domain.NotFound, "the role is gone").Hinted("go back to the list of roles")
	}
	for _, v := range lines(sheet) {
		if was, ok := d.was[v.Target]; ok && was != own(v) {
			return domain.Errorf(domain.Conflict, "%s of %s was %s when this was made and is %s now", full(o, v.Target), sheet.Role.Name, word(v.Target, was), word(v.Target, own(v))).
				Hinted("close this, load again with f5, and look at the pending edits")
		}
	}
	return nil
}

// title is what the change set is called.
func (d *draft) title(o *domain.Org, sheet domain.RoleSheet) string {
	list := d.targets(sheet)
	if len(list) == 1 {
		return fmt.Sprintf("Role %s: %s %s", sheet.Role.Name, full(o, list[0]), word(list[0], d.pending[list[0]]))
	}
	return fmt.Sprintf("Role %s: %s", sheet.Role.Name, review.Count(len(list), "permission", "permissions"))
}
