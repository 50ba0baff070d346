package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
)

// Remembered is how a person left a list: its filter and order, and the key of the
// row the cursor was on. The zero value is a list as it begins.
type Remembered struct {
	Filter  string `json:"filter,omitempty"`
	Sort    string `json:"sort,omitempty"`
	Reverse bool   `json:"reverse,omitempty"`
	At      string `json:"at,omitempty"`
}

// What is the plural of the list's rows: "people".
func (l *List) What() string { return l.cfg.What }

// Remember is how the list stands now, the zero value if that is how it begins. The
// first row of a list is no place to come back to: what is new stands before it.
func (l *List) Remember() Remembered {
	r := Remembered{Filter: l.query.Filter, Sort: l.query.Sort, Reverse: l.query.Reverse, At: l.lastKey}
	if l.resume != "" {
		r.At = l.resume // it was not loaded since it was restored
	} else if l.atStart && l.cur == 0 {
		r.At = ""
	}
	if r.At == "" && l.query == l.cfg.Query {
		return Remembered{}
	}
	return r
}

// Restore puts the list as it was left, before it is loaded. An order that the list
// does not have is left out; a row that is gone is the first.
func (l *List) Restore(r Remembered) {
	if r == (Remembered{}) {
		return
	}
	l.query.Filter, l.resume = r.Filter, r.At
	if r.Sort == l.cfg.Query.Sort || slices.ContainsFunc(l.cfg.Sorts, func(s Sort) bool { return s.ID == r.Sort }) {
		l.query.Sort, l.query.Reverse = r.Sort, r.Reverse
	}
}

// Filter shows the rows that pass filter, as if it had been typed.
func (l *List) Filter(filter string) tea.Cmd {
	q := l.query
	q.Filter = filter
	return l.SetQuery(q)
}

// arguments lets the palette hand the list's actions what they would ask for.
func (l *List) arguments(t action.Table) action.Table {
	for i := range t {
		switch t[i].ID {
		case "list.filter":
			t[i].Takes = &action.Argument{Verb: "filter", Name: "words or field:value", Do: l.Filter}
		case "list.sort":
			t[i].Takes = &action.Argument{Verb: "sort", Name: "an order", Words: l.sortTitles, Do: l.sortBy}
		}
	}
	return t
}

func (l *List) sortTitles() []string {
	var out []string
	for _, s := range l.cfg.Sorts {
		out = append(out, s.Title)
	}
	return out
}

// sortBy shows the rows in the order with title.
func (l *List) sortBy(title string) tea.Cmd {
	for _, s := range l.cfg.Sorts {
		if s.Title == title {
			q := l.query
			q.Sort = s.ID
			return l.SetQuery(q)
		}
	}
	return nil
}
