package report

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/review/filter"
)

// narrowing is what the rows of a report can be filtered by, in the language of
// package filter, and in which of its sheets. Fields stand for columns, by their
// headers; where there are no headers the report filters by itself.
type narrowing struct {
	table   filter.Table
	headers []string
	sheets  []string
}

// by is one field and the column that it stands for.
type by struct {
	filter.Field
	header string
}

func words(name, header string, values ...string) by {
	return by{filter.Field{Name: name, About: "the column " + header, Values: values}, header}
}

func count(name, header string) by {
	return by{filter.Field{Name: name, Kind: filter.Number, About: "the column " + header}, header}
}

func day(name, header string) by {
	return by{filter.Field{Name: name, Kind: filter.Date, About: "the column " + header}, header}
}

func severities(name, header string) by {
	return by{filter.Field{Name: name, Kind: filter.Ordered, About: "the column " + header, Values: filter.Severities()}, header}
}

// rowsOf makes a narrowing of what a list is called, its sheets and its fields.
func rowsOf(list string, sheets []string, fields ...by) narrowing {
	n := narrowing{table: filter.Table{List: list}, sheets: sheets}
	for _, f := range fields {
		n.table.Fields = append(n.table.Fields, f.Field)
		n.headers = append(n.headers, f.header)
	}
	return n
}

// itself is a narrowing that the report sees to itself.
func itself(t filter.Table) narrowing { return narrowing{table: t} }

// Fields are what the report can be filtered by; none where it cannot.
func (r Report) Fields() filter.Table { return r.narrow.table }

// apply leaves in the sheets only what passes the filter. Their columns must hold
// every header.
func (n narrowing) apply(wb *sheet.Workbook, text string) error {
	if strings.TrimSpace(text) == "" || len(n.headers) == 0 {
		return nil
	}
	expr, err := n.table.Parse(text)
	if err != nil {
		return err
	}
	match := n.table.Match(expr)
	for i := range wb.Sheets {
		s := &wb.Sheets[i]
		if s.Table == nil || !slices.Contains(n.sheets, s.Name) {
			continue
		}
		places := make([]int, len(n.headers))
		for k, h := range n.headers {
			places[k] = slices.IndexFunc(s.Table.Columns, func(c sheet.Column) bool { return c.Header == h })
			if places[k] < 0 {
				return domain.Errorf(domain.Internal, "the sheet %s has no column %q to filter by", s.Name, h)
			}
		}
		t := *s.Table
		t.Rows = passing(s.Table.Rows, places, match)
		s.Table = &t
	}
	return nil
}

// passing yields the rows whose texts match; the values are those at the places.
func passing(rows iter.Seq2[[]sheet.Cell, error], places []int, match func(filter.Texts) bool) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		var all, values []string
		for cells, err := range rows {
			if err == nil {
				all, values = all[:0], values[:0]
				for _, c := range cells {
					all = append(all, c.String())
				}
				for _, p := range places {
					if p < len(all) {
						values = append(values, all[p])
					} else {
						values = append(values, "")
					}
				}
				if !match(filter.Fold(all, values)) {
					continue
				}
			}
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

// The sentences of a cover that say how a report was narrowed; [Again] reads them.
const (
	saysFilter = "Only what passes the filter "
	saysFrom   = "Only from "
	saysTo     = "Only before "
)

// says tells how the rows were narrowed, a sentence each.
func (r Request) says() []string {
	var out []string
	if !r.From.IsZero() {
		out = append(out, saysFrom+r.From.UTC().Format(time.RFC3339Nano)+" on.")
	}
	if !r.To.IsZero() {
		out = append(out, saysTo+r.To.UTC().Format(time.RFC3339Nano)+".")
	}
	if f := strings.TrimSpace(r.Filter); f != "" {
		out = append(out, saysFilter+f+".")
	}
	return out
}

// heard takes from the request's sentences those that says made, and gives the
// others; false where one of them cannot be read.
func (r *Request) heard(sentences []string) (others []string, ok bool) {
	instant := func(text string, to *time.Time) bool {
		t, err := time.Parse(time.RFC3339Nano, text)
		*to = t
		return err == nil
	}
	for _, s := range sentences {
		body, ok := strings.TrimSuffix(s, "."), true
		switch {
		case strings.HasPrefix(body, saysFilter):
			r.Filter = strings.TrimPrefix(body, saysFilter)
		case strings.HasPrefix(body, saysFrom):
			ok = instant(strings.TrimSuffix(strings.TrimPrefix(body, saysFrom), " on"), &r.From)
		case strings.HasPrefix(body, saysTo):
			ok = instant(strings.TrimPrefix(body, saysTo), &r.To)
		default:
			others = append(others, s)
		}
		if !ok {
			return nil, false
		}
	}
	return others, true
}

// people is who the request's filters take, in the picture it asks for: the filter
// is one over the rows of a matrix.
func (r Request) people(o *domain.Org) (PeopleFilter, error) {
	f := r.People
	expr, err := filter.Matrix().Parse(r.Filter)
	if err != nil || len(expr) == 0 {
		return f, err
	}
	match := filter.Matrix().Match(expr)
	f.match = func(p domain.Principal) bool {
		var groups []string
		for _, g := range o.GroupsOf(p.ID, r.At) {
			groups = append(groups, o.Name(domain.KindGroup, g))
		}
		return match(filter.Fold([]string{p.Name, p.Email, p.Department, p.Title, p.Status.String(), p.Kind.String()},
			[]string{p.Name + "\n" + p.Email, p.Department, p.Title, p.Status.String(), strings.Join(groups, "\n"), p.Kind.String()}))
	}
	return f, nil
}

// logQuery is what of the log the request asks for; the conditions are those that
// the store does not answer.
func (r Request) logQuery(tx review.Tx, o *domain.Org) (filter.EventFilter, error) {
	expr, err := filter.Events().Parse(r.Filter)
	if err != nil {
		return filter.EventFilter{}, err
	}
	campaigns, err := tx.Campaigns()
	if err != nil {
		return filter.EventFilter{}, err
	}
	f := filter.ForEvents(expr, o, campaigns)
	if f.Query.From.Before(r.From) {
		f.Query.From = r.From
	}
	if f.Query.To.IsZero() || !r.To.IsZero() && r.To.Before(f.Query.To) {
		f.Query.To = r.To
	}
	return f, nil
}

// fitting yields the events that meet a filter's conditions.
func fitting(o *domain.Org, f filter.EventFilter, es iter.Seq2[domain.Event, error]) iter.Seq2[domain.Event, error] {
	return func(yield func(domain.Event, error) bool) {
		if f.None {
			return
		}
		for e, err := range es {
			if err == nil && len(f.Conds) > 0 {
				words := strings.Join([]string{string(e.Type), filter.TypeWords(e.Type), o.Name(domain.KindPrincipal, e.Actor), review.EventWords(o, e)}, "\n")
				if !f.Fits(e, strings.ToLower(words)) {
					continue
				}
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// proposedIn gives the events between which a change set was to be proposed: from
// the first at or after From, to the last before To.
func (r Request) proposedIn(tx review.Tx, last domain.Seq) (from, to domain.Seq, err error) {
	before := func(at time.Time) (domain.Seq, error) {
		seq, err := tx.SeqAt(at.Add(-time.Millisecond))
		if domain.CodeOf(err) == domain.NotFound {
			return -1, nil // before the log began
		}
		return seq, err
	}
	to = last
	if !r.From.IsZero() {
		if from, err = before(r.From); err != nil {
			return 0, 0, err
		}
		from++
	}
	if !r.To.IsZero() {
		seq, err := before(r.To)
		if err != nil {
			return 0, 0, err
		}
		to = min(to, seq)
	}
	return from, to, nil
}

// fieldWords names the fields of a filter: "name, email, used (a day)".
func fieldWords(t filter.Table) string {
	out := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		out[i] = f.Name
	}
	return strings.Join(out, ", ")
}

// TakesWords says how a report can be narrowed, as flags and fields: "--as-of,
// --filter (name, email)". It is "" where it cannot be.
func (r Report) TakesWords() string {
	var out []string
	for _, c := range choices {
		switch {
		case !slices.Contains(r.Takes, c.Choice):
		case c.Choice == ByFilter:
			out = append(out, fmt.Sprintf("--filter (%s)", fieldWords(r.narrow.table)))
		default:
			out = append(out, "--"+string(c.Choice))
		}
	}
	return strings.Join(out, ", ")
}
