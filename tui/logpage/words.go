package logpage

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// TypeWords says a type of event in words: "campaign launched".
func TypeWords(t domain.EventType) string { return filter.TypeWords(t) }

// Subject says what an event is about, by the names of now.
func Subject(p Picture, e domain.Event) string {
	for _, d := range e.Changes {
		if d.Kind != review.KindChangeSet && d.Kind != review.KindCampaign {
			continue
		}
		if rec, err := record(d); err == nil && string(d.ID) == e.Subject {
			switch r := rec.(type) {
			case review.ChangeSetHead:
				return r.Title
			case review.Campaign:
				return r.Name
			}
		}
	}
	return named(p, e.Subject)
}

// named says what an id is called; of an item, of which campaign it is.
func named(p Picture, id string) string {
	head, rest, under := strings.Cut(id, "/")
	for _, c := range p.Campaigns {
		if string(c.ID) != head {
			continue
		}
		if !under {
			return c.Name
		}
		part := strings.Split(rest, "/")
		who := func(id string) string { return p.Org.Name(domain.KindPrincipal, domain.ID(id)) }
		switch len(part) {
		case 2: // a packet: stage, reviewer
			return c.Name + ", stage " + part[0] + ", packet of " + who(part[1])
		case 3: // an answer: item, stage, reviewer
			return c.Name + ", item " + part[0] + ", stage " + part[1] + ", " + who(part[2])
		}
		return c.Name + ", item " + rest
	}
	for _, k := range domain.AccessKinds() {
		if row, ok := p.Org.Get(k, domain.ID(id)); ok {
			if _, plain := row.Record.(domain.Grant); plain {
				return p.Org.Describe(row.Record)
			}
			return p.Org.Name(k, domain.ID(id))
		}
	}
	return id
}

func record(d domain.Delta) (domain.Record, error) {
	raw := d.After
	if len(raw) == 0 {
		raw = d.Before
	}
	return review.DecodeRecord(d.Kind, raw)
}

const labelWidth = 11

// field is a label and what it says; a text of several lines stands under itself.
func field(role theme.Role, label, text string) ui.Line {
	return ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("%-*s", labelWidth, label)}, {Role: role, Text: safe.Text(text)}}
}

// Lines says everything an event records; of its rows of state at most most, 0 for
// all of them.
func Lines(p Picture, e domain.Event, most int) []ui.Line {
	l := lineOf(p, e)
	out := []ui.Line{ui.Text(theme.Title, safe.Text(fmt.Sprintf("Event %d: %s", e.Seq, l.kind))), nil}
	add := func(role theme.Role, label, text string) {
		if text != "" {
			out = append(out, field(role, label, text))
		}
	}
	add(theme.Plain, "When", l.time)
	if e.ClockBack {
		add(theme.Warn, "", "the clock had gone back: order is by event number")
	}
	who := l.who
	if e.Actor != "" {
		who += " (" + string(e.Actor) + ")"
	}
	add(theme.Plain, "Who", who)
	if e.Duty != "" {
		add(theme.Plain, "As", e.Duty)
	}
	add(theme.Plain, "Known by", strings.TrimSuffix(e.Assurance.String()+", "+e.Via, ", "))
	add(theme.Plain, "What", l.who+" "+review.EventWords(p.Org, e))
	if l.subject != e.Subject {
		add(theme.Plain, "About", l.subject+" ("+e.Subject+")")
	} else {
		add(theme.Plain, "About", e.Subject)
	}
	add(theme.Plain, "Decision", e.Decision)
	add(theme.Plain, "Reason", e.Reason)
	if e.Saw.Digest != "" {
		add(theme.Plain, "Saw", fmt.Sprintf("what hashes to %s, with the log at %d events, root %s", e.Saw.Digest, e.Saw.Size, e.Saw.Root))
	}
	out = append(out, data(p, e.Data)...)
	if e.Applies > 0 {
		add(theme.Plain, "Applies", fmt.Sprintf("what event %d proposed", e.Applies))
	}
	out = append(out, rows(p, "Changes", e.Changes, most)...)
	return append(out, rows(p, "Proposes", e.Proposed, most)...)
}

// data says the event's own figures, a line each.
func data(p Picture, raw json.RawMessage) []ui.Line {
	fields := map[string]json.RawMessage{}
	if len(raw) == 0 || json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	var out []ui.Line
	label := "Figures"
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		if v := value(p, fields[k]); v != "" {
			out = append(out, field(theme.Plain, label, words(k)+": "+v))
			label = ""
		}
	}
	return out
}

func words(k string) string { return strings.ReplaceAll(k, "_", " ") }

// value says a value of canonical JSON in plain words, "" for nothing.
func value(p Picture, raw json.RawMessage) string {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return ""
	}
	return said(p, v)
}

func said(p Picture, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if n := named(p, v); n != v && v != "" {
			return n + " (" + v + ")"
		}
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = said(p, v[i])
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if s := said(p, v[k]); s != "" {
				parts = append(parts, words(k)+" "+s)
			}
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

// rows says what rows of state began, ended or changed, with the fields before and
// after.
func rows(p Picture, label string, deltas []domain.Delta, most int) []ui.Line {
	var out []ui.Line
	for i, d := range deltas {
		if i == 0 {
			out = append(out, nil, ui.Text(theme.Title, fmt.Sprintf("%s %s of state", label, review.Count(len(deltas), "row", "rows"))))
		}
		if most > 0 && i == most {
			return append(out, ui.Text(theme.Dim, fmt.Sprintf("and %d more", len(deltas)-most)))
		}
		out = append(out, delta(p, d)...)
	}
	return out
}

func delta(p Picture, d domain.Delta) []ui.Line {
	before, after := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if len(d.Before) > 0 && json.Unmarshal(d.Before, &before) != nil || len(d.After) > 0 && json.Unmarshal(d.After, &after) != nil {
		return []ui.Line{field(theme.Warn, "", string(d.Kind)+" "+string(d.ID)+": not readable")}
	}
	sign, role := "~ ", theme.Warn
	switch {
	case len(d.Before) == 0:
		sign, role = "+ ", theme.OK
	case len(d.After) == 0:
		sign, role = "x ", theme.Danger
	}
	out := []ui.Line{{{Role: role, Text: sign}, {Role: role, Text: safe.Text(title(p, d))}}}
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		was, is := value(p, before[k]), value(p, after[k])
		text := is
		switch {
		case k == "id" || was == is:
			continue
		case len(d.After) == 0:
			text = was
		case len(d.Before) > 0:
			text = orNothing(was) + " → " + orNothing(is)
		}
		if text != "" {
			out = append(out, ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("    %-14s ", words(k))}, {Text: safe.Text(text)}})
		}
	}
	return out
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// title says which row it is, and whether it began, ended or changed.
func title(p Picture, d domain.Delta) string {
	what := " changes"
	switch {
	case len(d.Before) == 0:
		what = " begins"
	case len(d.After) == 0:
		what = " ends"
	}
	name := named(p, string(d.ID))
	if rec, err := record(d); err == nil {
		if slices.Contains(domain.AccessKinds(), d.Kind) {
			return p.Org.Describe(rec) + what
		}
		if r, ok := rec.(review.ChangeSetHead); ok {
			name = fmt.Sprintf("%q", r.Title)
		}
	}
	return strings.ReplaceAll(string(d.Kind), "_", " ") + " " + name + what
}
