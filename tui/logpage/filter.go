package logpage

import (
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// FilterHelp says what the filter of the log understands.
const FilterHelp = "words of what happened · type:launched · entity:sales (a thing or a person that the event names) · " +
	"person:dana (by or about) · by:dana · from:2026-10-01 · to:2026-10-31 (whole days in the organisation's zone, or an instant) · " +
	"! before a term turns it round · a value with blanks stands in double quotes"

// types are the types of event there are.
var types = [...]domain.EventType{domain.EvGenesis, domain.EvBootstrap, domain.EvProposed, domain.EvApproved, domain.EvRejected, domain.EvWithdrawn,
	domain.EvApplied, domain.EvStale, domain.EvRefused, domain.EvMapping, domain.EvExported, review.EvDrafted, review.EvStaged, review.EvLaunched, review.EvAcknowledged,
	review.EvExtended, review.EvCancelled, review.EvReassigned, review.EvDecided, review.EvUndone, review.EvSigned, review.EvCountersigned,
	review.EvReturned, review.EvRemediating, review.EvOutcomes, review.EvExcepted, review.EvVerifying, review.EvClosed, review.EvAssigned, review.EvUsage}

// filter is what was typed, as a query and conditions on the events it gives.
type filter struct {
	query review.EventQuery
	conds []func(domain.Event, line) bool
	// none says that nothing can pass: it names what is not there.
	none bool
}

// parse reads a filter. It is live: a value half typed asks for nothing.
func parse(text string, o *domain.Org, campaigns []review.Campaign) filter {
	var f filter
	for _, word := range terms(text) {
		term, not := strings.CutPrefix(word, "!")
		field, value, fielded := strings.Cut(term, ":")
		if !fielded {
			field, value = "", term
		}
		value = strings.Trim(value, `"`)
		if value != "" {
			f.add(strings.ToLower(field), value, term, not, o, campaigns)
		}
	}
	return f
}

func (f *filter) add(field, value, term string, not bool, o *domain.Org, campaigns []review.Campaign) {
	switch field {
	case "type":
		f.typed(value, not)
	case "entity", "person", "by":
		f.named(field, value, not, o, campaigns)
	case "from", "to":
		first, after, ok := day(value, o.Zone())
		edge := first
		if field == "to" {
			edge = after
		}
		switch {
		case !ok:
		case (field == "from") != not:
			if f.query.From.Before(edge) {
				f.query.From = edge
			}
		case f.query.To.IsZero() || edge.Before(f.query.To):
			f.query.To = edge
		}
	default: // a word like any other, "re:" too
		low := strings.ToLower(strings.Trim(term, `"`))
		f.conds = append(f.conds, func(_ domain.Event, l line) bool { return l.holds(low) != not })
	}
}

// typed keeps the types that hold value.
func (f *filter) typed(value string, not bool) {
	value = strings.ToLower(value)
	var fit []domain.EventType
	for _, t := range types {
		if (strings.Contains(string(t), value) || strings.Contains(TypeWords(t), value)) != not {
			fit = append(fit, t)
		}
	}
	if len(f.query.Types) > 0 {
		fit = slices.DeleteFunc(fit, func(t domain.EventType) bool { return !slices.Contains(f.query.Types, t) })
	}
	f.query.Types = fit
	f.none = f.none || len(fit) == 0
}

// named keeps the events that name what value calls.
func (f *filter) named(field, value string, not bool, o *domain.Org, campaigns []review.Campaign) {
	ids := find(value, field != "entity", o, campaigns)
	free := f.query.Entity == ""
	if field == "by" {
		free = f.query.Actor == ""
	}
	switch {
	case len(ids) == 1 && !not && free:
		if field == "by" {
			f.query.Actor = ids[0]
		} else {
			f.query.Entity = ids[0]
		}
	case len(ids) == 0 && !not:
		f.none = true
	case field == "by":
		f.conds = append(f.conds, func(e domain.Event, _ line) bool { return slices.Contains(ids, e.Actor) != not })
	default:
		f.conds = append(f.conds, func(e domain.Event, _ line) bool {
			return slices.ContainsFunc(ids, func(id domain.ID) bool { return names(e, id) }) != not
		})
	}
}

// find gives the ids of what value calls: by id or whole name or address, else all
// that hold it.
func find(value string, people bool, o *domain.Org, campaigns []review.Campaign) []domain.ID {
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

// names tells whether an event names id: its actor, its subject or what that lies
// under, or a record it changes or is about to change.
func names(e domain.Event, id domain.ID) bool {
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

// day reads a day, a month or a year in a zone, or an instant: its first instant
// and the first one after it.
func day(value string, zone *time.Location) (first, after time.Time, ok bool) {
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(value)); err == nil {
		return t, t, true
	}
	for _, f := range []struct {
		layout  string
		y, m, d int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(f.layout, value); err == nil {
			last := t.AddDate(f.y, f.m, f.d).AddDate(0, 0, -1)
			w := domain.Window{From: domain.Date(t.Format(time.DateOnly)), To: domain.Date(last.Format(time.DateOnly))}.Span(zone)
			return time.Unix(w.From, 0), time.Unix(w.To, 0), true
		}
	}
	return first, after, false
}

// terms splits at blanks that do not stand in double quotes.
func terms(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}
