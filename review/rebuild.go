package review

import (
	"bytes"
	"encoding/json"

	"countersign/domain"
)

// rebuilt lays the intent of changes on the present organisation: the fields
// a change touched take its values, the others stay as they are now.
func rebuilt(o *domain.Org, changes []domain.Change) ([]domain.Change, error) {
	type key struct {
		kind domain.Kind
		id   domain.ID
	}
	now := map[key]domain.Record{} // what earlier changes of the set leave
	var out []domain.Change
	for _, c := range changes {
		r := c.Record()
		if r == nil {
			continue
		}
		k := key{r.RecordKind(), r.RecordID()}
		cur, seen := now[k]
		if !seen {
			if row, ok := o.Get(k.kind, k.id); ok {
				cur = row.Record
			}
		}
		after, err := merged(c, cur)
		if err != nil {
			return nil, err
		}
		now[k] = after
		if after != cur {
			out = append(out, domain.Change{Before: cur, After: after})
		}
	}
	return out, nil
}

// merged gives the record that c means, on top of cur (nil: it is gone).
func merged(c domain.Change, cur domain.Record) (domain.Record, error) {
	if c.After == nil {
		return nil, nil
	}
	if c.Before == nil || cur == nil {
		return c.After, nil
	}
	was, err := fieldsOf(c.Before)
	if err != nil {
		return nil, err
	}
	want, err := fieldsOf(c.After)
	if err != nil {
		return nil, err
	}
	is, err := fieldsOf(cur)
	if err != nil {
		return nil, err
	}
	for f, v := range want {
		if !bytes.Equal(v, was[f]) {
			is[f] = v
		}
	}
	for f := range was {
		if _, ok := want[f]; !ok {
			delete(is, f)
		}
	}
	raw, err := json.Marshal(is)
	if err != nil {
		return nil, err
	}
	return domain.DecodeRecord(c.After.RecordKind(), raw)
}

func fieldsOf(r domain.Record) (map[string]json.RawMessage, error) {
	raw, err := domain.CanonicalJSON(r)
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	return out, json.Unmarshal(raw, &out)
}
