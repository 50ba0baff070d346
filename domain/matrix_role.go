package domain

import "time"

// ObjectMatrix gives what every principal may do to every object's records:
// principals by id, objects by id with a column for each of the four
// operations.
func (o *Org) ObjectMatrix(at time.Time) *Matrix {
	var targets []Target
	for i := range o.obj.ordered {
		for _, op := range Operations() {
			targets = append(targets, Target{op, o.obj.rows.at(i).id})
		}
	}
	return o.roleMatrix(targets, at)
}

// FieldMatrix gives the level of every principal on every field of an object,
// by id; no columns for an object that is not there.
func (o *Org) FieldMatrix(object ID, at time.Time) *Matrix {
	var targets []Target
	for _, f := range o.Fields(object) {
		targets = append(targets, Target{TargetField, f.ID})
	}
	return o.roleMatrix(targets, at)
}

// SettingMatrix gives which settings every principal has, in the order of
// SettingPermissions.
func (o *Org) SettingMatrix(at time.Time) *Matrix {
	var targets []Target
	for _, s := range SettingPermissions() {
		targets = append(targets, s.Target())
	}
	return o.roleMatrix(targets, at)
}

// ActionMatrix gives which actions every principal may take, in the order of
// ActionPermissions.
func (o *Org) ActionMatrix(at time.Time) *Matrix {
	var targets []Target
	for _, a := range ActionPermissions() {
		targets = append(targets, a.Target())
	}
	return o.roleMatrix(targets, at)
}

// roleMatrix resolves each role once for each kind of principal and lays the
// rows of a principal's roles over one another.
func (o *Org) roleMatrix(targets []Target, at time.Time) *Matrix {
	ids, nums := o.people()
	m := newMatrix(ids, targets)
	q := o.lookAt(at)
	cols := make([]int32, len(targets))
	for c, t := range targets {
		cols[c] = o.targetNumber(t)
	}
	type rowKey struct {
		role int32
		of   PrincipalKind
	}
	rows := map[rowKey]pair{}
	for row, p := range nums {
		if !q.active(p) {
			continue
		}
		for r := range q.roles(p) {
			k := rowKey{r, o.ppl.at(p).Kind}
			line, ok := rows[k]
			if !ok {
				line = newPair(m.words)
				for c, t := range targets {
					if cols[c] >= 0 {
						line.set(int32(c), q.roleLevel(r, k.of, t.Kind, cols[c]))
					}
				}
				rows[k] = line
			}
			m.pair(row).or(line)
		}
	}
	return m
}
