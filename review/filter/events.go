package filter

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Events is what the log can be filtered by.
func Events() Table {
	var types []string
	for _, t := range review.EventTypes() {
		types = append(types, string(t))
	}
	return Table{List: "events", Fields: []Field{
		{Name: "type", About: "what happened, in part", Values: types},
		{Name: "entity", About: "a thing or a person that it names, by name or id"},
		{Name: "person", About: "a person it is by or about"},
		{Name: "by", About: "who did it"},
		{Name: "from", Kind: Date, About: "from a day, month, year or instant on, in the organisation's zone"},
		{Name: "to", Kind: Date, About: "up to a day, month or year, and with it"},
		{Name: "time", Kind: Date, About: "when: time<2026-01, time:2026-03-01"},
		{Name: "number", Kind: Number, About: "the event's number, which a bare number finds too"},
	}}
}

// EventFilter is a filter as a query of the log and conditions on the events it
// gives, which are handed over with their words in lower case.
type EventFilter struct {
	Query review.EventQuery
	Conds []func(e domain.Event, words string) bool
	// None says that nothing can pass: it names what is not there.
	None bool
}

// Fits tells whether an event meets the conditions that are not in the query.
func (f *EventFilter) Fits(e domain.Event, words string) bool {
	return !slices.ContainsFunc(f.Conds, func(c func(domain.Event, string) bool) bool { return !c(e, words) })
}

// TypeWords says a type of event in words: "campaign launched".
func TypeWords(t domain.EventType) string {
	switch t {
	case domain.EvGenesis:
		return "log opened"
	case domain.EvBootstrap:
		return "organisation begun"
	}
	s := strings.ReplaceAll(string(t), ".", " ")
	return strings.Replace(s, "changeset", "change set", 1)
}

// ForEvents makes a query of an expression that [Events] has parsed. Names are
// those of o and of the campaigns; days are whole days in o's zone.
func ForEvents(expr Expr, o *domain.Org, campaigns []review.Campaign) EventFilter {
	var f EventFilter
	for _, t := range expr {
		if len(t.Values) == 0 {
			continue
		}
		switch t.Field {
		case "type":
			f.typed(t)
		case "entity", "person", "by":
			f.named(t, o, campaigns)
		case "from", "to", "time":
			f.dated(t, o.Zone())
		case "number":
			f.test(t, func(e domain.Event, _ string, v string) bool {
				return Field{Kind: Number}.Holds(t.Op, v, strconv.FormatInt(int64(e.Seq), 10))
			})
		default:
			f.test(t, func(e domain.Event, words, v string) bool {
				return strings.Contains(words, v) || strconv.FormatInt(int64(e.Seq), 10) == v
			})
		}
	}
	return f
}

// test adds a condition that holds where one of a term's values does.
func (f *EventFilter) test(t Term, yes func(e domain.Event, words, value string) bool) {
	values := make([]string, len(t.Values))
	for i, v := range t.Values {
		values[i] = strings.ToLower(v)
	}
	f.Conds = append(f.Conds, func(e domain.Event, words string) bool {
		return slices.ContainsFunc(values, func(v string) bool { return yes(e, words, v) }) != t.Not
	})
}

// typed keeps the types that hold one of the values.
func (f *EventFilter) typed(t Term) {
	var fit []domain.EventType
	for _, k := range review.EventTypes() {
		holds := slices.ContainsFunc(t.Values, func(v string) bool {
			v = strings.ToLower(v)
			return strings.Contains(string(k), v) || strings.Contains(TypeWords(k), v)
		})
		if holds != t.Not {
			fit = append(fit, k)
		}
	}
	if len(f.Query.Types) > 0 {
		fit = slices.DeleteFunc(fit, func(k domain.EventType) bool { return !slices.Contains(f.Query.Types, k) })
	}
	f.Query.Types = fit
	f.None = f.None || len(fit) == 0
}

// dated narrows the time asked for, or tests it where it is no one span.
func (f *EventFilter) dated(t Term, zone *time.Location) {
	first, after, ok := Day(t.Values[0], zone)
	op := t.Op
	if op == Has && t.Field != "time" {
		op = map[string]Op{"from": AtLeast, "to": AtMost}[t.Field]
	}
	if t.Not {
		op = map[Op]Op{Less: AtLeast, AtLeast: Less, More: AtMost, AtMost: More, Has: Has}[op]
	}
	switch {
	case !ok:
		return
	case len(t.Values) > 1 || op == Has && t.Not:
		f.Conds = append(f.Conds, func(e domain.Event, _ string) bool {
			return slices.ContainsFunc(t.Values, func(v string) bool {
				first, after, ok := Day(v, zone)
				return ok && within(t.Op, e.Time, first, after)
			}) != t.Not
		})
		return
	}
	if op == AtLeast || op == Has {
		f.since(first)
	}
	if op == More {
		f.since(after)
	}
	if op == Less {
		f.until(first)
	}
	if op == AtMost || op == Has {
		f.until(after)
	}
}

// within tells whether an instant stands so to a span of time.
func within(op Op, at, first, after time.Time) bool {
	switch op {
	case Less:
		return at.Before(first)
	case AtMost:
		return at.Before(after)
	case More:
		return !at.Before(after)
	case AtLeast:
		return !at.Before(first)
	case Has:
	}
	return !at.Before(first) && at.Before(after)
}

func (f *EventFilter) since(t time.Time) {
	if f.Query.From.Before(t) {
		f.Query.From = t
	}
}

func (f *EventFilter) until(t time.Time) {
	if f.Query.To.IsZero() || t.Before(f.Query.To) {
		f.Query.To = t
	}
}

// named keeps the events that name what one of the values calls.
func (f *EventFilter) named(t Term, o *domain.Org, campaigns []review.Campaign) {
	var ids []domain.ID
	for _, v := range t.Values {
		ids = append(ids, Find(v, t.Field != "entity", o, campaigns)...)
	}
	free := f.Query.Entity == ""
	if t.Field == "by" {
		free = f.Query.Actor == ""
	}
	switch {
	case len(ids) == 1 && !t.Not && free:
		if t.Field == "by" {
			f.Query.Actor = ids[0]
		} else {
			f.Query.Entity = ids[0]
		}
	case len(ids) == 0 && !t.Not:
		f.None = true
	case t.Field == "by":
		f.Conds = append(f.Conds, func(e domain.Event, _ string) bool { return slices.Contains(ids, e.Actor) != t.Not })
	default:
		f.Conds = append(f.Conds, func(e domain.Event, _ string) bool {
			return slices.ContainsFunc(ids, func(id domain.ID) bool { return Mentions(e, id) }) != t.Not
		})
	}
}

// Find gives the ids of what value calls: by id or whole name or address, else all
// that hold it; with people only people.
func Find(value string, people bool, o *domain.Org, campaigns []review.Campaign) []domain.ID {
	low := domain.Fold(value)
	var exact, part []domain.ID
	look := func(id domain.ID, texts ...string) {
		if string(id) == value {
			exact = append(exact, id)
			return
		}
		for _, t := range texts {
			switch t = domain.Fold(t); {
			case t == low:
				exact = append(exact, id)
				return
			case strings.Contains(t, low):
				part = append(part, id)
				return
			}
		}
	}
	for row := range o.All(domain.KindPrincipal) {
		if r, ok := row.Record.(domain.Principal); ok {
			look(r.ID, r.Email, r.Name)
		}
	}
	if !people {
		for _, k := range []domain.Kind{domain.KindGroup, domain.KindAgent, domain.KindSource, domain.KindRole, domain.KindArea,
			domain.KindObject, domain.KindField, domain.KindExternal, domain.KindSoD} {
			for row := range o.All(k) {
				look(row.Record.RecordID(), o.Name(k, row.Record.RecordID()))
			}
		}
		for _, c := range campaigns {
			look(c.ID, c.Name)
		}
		if len(exact)+len(part) == 0 && strings.ContainsAny(value, "_/") { // an id of what has no name: a change set, an item
			return []domain.ID{domain.ID(value)}
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return part
}

// Mentions tells whether an event names id: its actor, its subject or what that
// lies under, or a record it changes or is about to change.
func Mentions(e domain.Event, id domain.ID) bool {
	if e.Actor == id || e.Subject == string(id) || strings.HasPrefix(e.Subject, string(id)+"/") {
		return true
	}
	quoted := `"` + string(id) + `"`
	for _, d := range slices.Concat(e.Changes, e.Proposed) {
		if d.ID == id || strings.HasPrefix(string(d.ID), string(id)+"/") || strings.Contains(string(d.Before), quoted) || strings.Contains(string(d.After), quoted) {
			return true
		}
	}
	return false
}

// Day reads a day, a month or a year in a zone, or an instant: its first instant
// and the first one after it.
func Day(value string, zone *time.Location) (first, after time.Time, ok bool) {
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(value)); err == nil {
		return t, t, true
	}
	from, next, ok := period(value)
	if !ok {
		return first, after, false
	}
	last, err := time.Parse(time.DateOnly, next)
	if err != nil {
		return first, after, false
	}
	w := domain.Window{From: domain.Date(from), To: domain.Date(last.AddDate(0, 0, -1).Format(time.DateOnly))}.Span(zone)
	return time.Unix(w.From, 0), time.Unix(w.To, 0), true
}
