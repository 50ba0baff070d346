package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

// filterFlag adds --filter, which takes what the console's / takes.
func filterFlag(cmd *cobra.Command, text *string, t filter.Table) {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	cmd.Flags().StringVar(text, "filter", "", "only "+t.List+" that pass this `FILTER`: words, field:value, field:\"two words\", a,b for one of several, ! before a term, < <= > >= where there is an order; fields "+strings.Join(names, ", "))
}

// passing makes the test of a filter over rows in memory: their columns, and their
// values in the order of the table's fields.
func passing(t filter.Table, text string) (func(columns []string, values ...string) bool, error) {
	expr, err := t.Parse(text)
	if err != nil {
		return nil, err
	}
	match := t.Match(expr)
	return func(columns []string, values ...string) bool { return match(filter.Fold(columns, values)) }, nil
}

// eventPage is how many events are read at a time where a filter asks for what the
// store does not answer.
const eventPage = 500

// eventsThat gives the events of a query that pass a filter as well, at most as many
// as the query's limit.
func eventsThat(tx review.Tx, o *domain.Org, q review.EventQuery, text string) ([]domain.Event, error) {
	expr, err := filter.Events().Parse(text)
	if err != nil {
		return nil, err
	}
	campaigns, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	f := filter.ForEvents(expr, o, campaigns)
	if f.None {
		return nil, nil
	}
	q = bothAsked(q, &f)
	limit := q.Limit
	if len(f.Conds) > 0 {
		q.Limit = eventPage
	}
	teller, err := review.NewTeller(tx, o)
	if err != nil {
		return nil, err
	}
	var out []domain.Event
	for {
		events, err := tx.Events(q)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			said, err := teller.Say(e)
			if err != nil {
				return nil, err
			}
			words := strings.ToLower(strings.Join([]string{string(e.Type), filter.TypeWords(e.Type), o.Name(domain.KindPrincipal, e.Actor), said}, "\n"))
			if f.Fits(e, words) {
				if out = append(out, e); limit > 0 && len(out) == limit {
					return out, nil
				}
			}
		}
		if len(f.Conds) == 0 || len(events) < q.Limit || events[len(events)-1].Seq == 0 {
			return out, nil
		}
		q.Before = events[len(events)-1].Seq
	}
}

// bothAsked narrows what the flags ask for by what the filter asks for. Where both
// name a thing, the filter's becomes a condition.
func bothAsked(q review.EventQuery, f *filter.EventFilter) review.EventQuery {
	if id := f.Query.Entity; q.Entity != "" && id != "" {
		f.Conds = append(f.Conds, func(e domain.Event, _ string) bool { return filter.Mentions(e, id) })
	}
	if id := f.Query.Actor; q.Actor != "" && id != "" {
		f.Conds = append(f.Conds, func(e domain.Event, _ string) bool { return e.Actor == id })
	}
	if types := f.Query.Types; len(q.Types) > 0 && len(types) > 0 {
		f.Conds = append(f.Conds, func(e domain.Event, _ string) bool { return slices.Contains(types, e.Type) })
	}
	if len(q.Types) == 0 {
		q.Types = f.Query.Types
	}
	q.Entity, q.Actor = cmp.Or(q.Entity, f.Query.Entity), cmp.Or(q.Actor, f.Query.Actor)
	if q.From.Before(f.Query.From) {
		q.From = f.Query.From
	}
	if q.To.IsZero() || !f.Query.To.IsZero() && f.Query.To.Before(q.To) {
		q.To = f.Query.To
	}
	return q
}
