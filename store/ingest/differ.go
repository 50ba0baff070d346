package ingest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// differences says in which fields a record changes, each with what it was and
// is: "level Read → Edit, owner none → Tom Vale". name gives what an id is
// called, "" where it is none that is known. Which file last spoke of a record
// is left out while its source stays.
func differences(was, is domain.Record, name func(domain.ID) string) string {
	before, after := fieldsOf(was), fieldsOf(is)
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		a, b := fieldWords(k, before[k], name), fieldWords(k, after[k], name)
		if yes := "yes"; a == yes && b == "" || a == "" && b == yes { // what is not so is not written down
			a, b = cmp.Or(a, "no"), cmp.Or(b, "no")
		}
		if k != "id" && a != b {
			out = append(out, arrow(strings.ReplaceAll(k, "_", " "), table.Short(a), table.Short(b)))
		}
	}
	if len(out) == 0 {
		return "changed" // in something that has no words of its own
	}
	return strings.Join(out, ", ")
}

func fieldsOf(r domain.Record) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	raw, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		return nil // it was read, so it can be written; what cannot has no words
	}
	return out
}

// fieldWords says a field's value; "" where there is none.
func fieldWords(key string, raw json.RawMessage, name func(domain.ID) string) string {
	if len(raw) == 0 {
		return ""
	}
	switch string(raw) {
	case "true":
		return "yes"
	case "false":
		return "no"
	}
	switch key {
	case "origin":
		var o domain.Origin
		if json.Unmarshal(raw, &o) == nil {
			return o.Source
		}
	case "window":
		var w domain.Window
		if json.Unmarshal(raw, &w) == nil {
			return sayWindow(w)
		}
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if n := name(domain.ID(text)); n != "" {
			text = n
		}
		return text
	}
	return string(raw)
}

// called gives what an id is called here.
func (p *planner) called(id domain.ID) string {
	x := p.x
	if one, ok := x.people[id]; ok {
		return one.Name
	}
	if one, ok := x.groups[id]; ok {
		return one.Name
	}
	if one, ok := x.agents[id]; ok {
		return one.Name
	}
	return x.areas[id].Name
}

// called gives what an id is called in the file, or else here.
func (r *restoring) called(id domain.ID) string {
	for _, k := range []domain.Kind{domain.KindPrincipal, domain.KindGroup, domain.KindAgent, domain.KindSource, domain.KindRole, domain.KindObject} {
		if rec, ok := r.doc.Get(k, id); ok {
			return nameOfRecord(rec)
		}
		if row, ok := r.o.Get(k, id); ok {
			return nameOfRecord(row.Record)
		}
	}
	return ""
}
