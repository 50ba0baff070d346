package report

import (
	"context"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/sheet"
	"countersign/review"
)

// Table describes any list a person looks at as a workbook: a cover and one
// table named title. The console and the command line use it for what they show.
func Table(title string, columns []sheet.Column, rows iter.Seq2[[]sheet.Cell, error], m Meta) sheet.Workbook {
	var g grid
	g.title(m, title)
	g.gap()
	g.origin(m)
	g.heading("Figures")
	g.figure(sheet.Of(labelRows).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: title}))
	g.seals(m)
	return workbook(title, m.Organisation, m, g.sheet(sheetCover, coverWidths[:2]...),
		sheet.Sheet{Name: title, Table: &sheet.Table{Columns: columns, Rows: rows, Key: 1}})
}

// MetaOf gathers what a cover says from one picture of the store: for lists that
// a screen puts together itself. A request's zero time is the transaction's.
func MetaOf(tx review.Tx, r Request) (Meta, error) {
	o, err := state(tx, &r)
	if err != nil {
		return Meta{}, err
	}
	return metaOf(tx, o, r)
}

// list builds a list of the organisation's records; say are sentences about what
// it holds.
func list(tx review.Tx, r Request, title string, columns []sheet.Column,
	rows func(*domain.Org, Request) iter.Seq2[[]sheet.Cell, error], say ...string) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m.Usage = title == titleAnalytics
	m.Filters = append(append(m.Filters, say...), r.People.words(o)...)
	return Table(title, columns, rows(o, r), m), nil
}

// listed builds a list of what the log holds, up to and with the event asked for,
// else the last: that event is what the cover names.
func listed(ctx context.Context, tx review.Tx, r Request, title string, columns []sheet.Column,
	rows func(*domain.Org, domain.Seq) iter.Seq2[[]sheet.Cell, error]) (sheet.Workbook, error) {
	head, err := tx.Log()
	if err != nil {
		return sheet.Workbook{}, err
	}
	last := r.Event
	if last == 0 {
		last = domain.Seq(head.Size - 1)
		if r.At.IsZero() {
			r.At = head.Time
		}
	}
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m.Event = last
	return Table(title, columns, rows(o, last), m), nil
}

// records walks one kind of record; what row gives nil for is left out.
func records[R domain.Record](o *domain.Org, k domain.Kind, row func(R, domain.Seq) []sheet.Cell) iter.Seq2[[]sheet.Cell, error] {
	return recordsOrFail(o, k, func(r R, since domain.Seq) ([]sheet.Cell, error) { return row(r, since), nil })
}

// recordsOrFail is records for rows that may fail: an error ends them.
func recordsOrFail[R domain.Record](o *domain.Org, k domain.Kind, row func(R, domain.Seq) ([]sheet.Cell, error)) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		for rec := range o.All(k) {
			r, ok := rec.Record.(R)
			if !ok {
				continue
			}
			cells, err := row(r, rec.Since)
			if (cells != nil || err != nil) && !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

func buildPeople(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	cols := []sheet.Column{{Header: "Name", Width: 26}, {Header: "E-mail", Width: 30}, {Header: "Kind", Width: 10},
		{Header: "Department"}, {Header: "Title", Width: 24}, {Header: "Manager", Width: 36}, {Header: "Owner", Width: 36},
		{Header: "Employment", Width: 13}, {Header: "Status", Width: 10}, {Header: "Last active", Width: 13},
		{Header: "Origin", Width: 14}, {Header: "Outside id", Width: 16}, {Header: "Id", Width: 22},
		{Header: "Since event", Kind: sheet.Counts}}
	return list(tx, r, "People", cols, func(o *domain.Org, r Request) iter.Seq2[[]sheet.Cell, error] {
		return records(o, domain.KindPrincipal, func(p domain.Principal, since domain.Seq) []sheet.Cell {
			if !r.People.takes(p) {
				return nil
			}
			return []sheet.Cell{sheet.Of(p.Name), sheet.Of(p.Email), sheet.Of(p.Kind.String()), sheet.Of(p.Department),
				sheet.Of(p.Title), sheet.Of(person(o, p.Manager)), sheet.Of(person(o, p.Owner)), sheet.Of(p.Employment.String()),
				sheet.Of(p.Status.String()).As(statusClass(p.Status)), sheet.Of(string(p.LastActive)), origin(p.Origin),
				sheet.Of(p.External), sheet.Of(string(p.ID)), sheet.Whole(int64(since))}
		})
	})
}

// origin says where a record came from.
func origin(o domain.Origin) sheet.Cell {
	if o.ByRule() {
		return sheet.Of("by a rule").As(sheet.Muted)
	}
	if !o.Outside() {
		return sheet.Of("given here").As(sheet.Muted)
	}
	return sheet.Of(o.Source)
}

func buildGroups(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	cols := []sheet.Column{{Header: "Group", Width: 28}, {Header: "Description", Width: 40, Wrap: true}, {Header: "Parent", Width: 28},
		{Header: "Status", Width: 10}, {Header: "Members", Kind: sheet.Counts}, {Header: "Managers", Kind: sheet.Counts},
		{Header: "Agents", Kind: sheet.Counts}, {Header: "Origin", Width: 14}, {Header: "Outside id", Width: 16},
		{Header: "Id", Width: 22}, {Header: "Since event", Kind: sheet.Counts}}
	return list(tx, r, "Groups", cols, func(o *domain.Org, _ Request) iter.Seq2[[]sheet.Cell, error] {
		return records(o, domain.KindGroup, func(g domain.Group, since domain.Seq) []sheet.Cell {
			n := map[domain.Level]int{}
			for _, m := range o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: g.ID}) {
				n[m.Level]++
			}
			agents := 0
			for _, h := range o.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: g.ID}) {
				if h.Target.Kind == domain.TargetAgent {
					agents++
				}
			}
			parent := ""
			if g.Parent != "" {
				parent = o.Name(domain.KindGroup, g.Parent)
			}
			return []sheet.Cell{sheet.Of(g.Name), sheet.Of(g.Description), sheet.Of(parent), sheet.Of(g.Life.String()),
				sheet.Whole(int64(n[domain.Member])), sheet.Whole(int64(n[domain.Manager])), sheet.Whole(int64(agents)),
				origin(g.Origin), sheet.Of(g.External), sheet.Of(string(g.ID)), sheet.Whole(int64(since))}
		})
	})
}

func buildMembers(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	cols := []sheet.Column{{Header: "Group", Width: 28}, {Header: "Member", Width: 28}, {Header: "E-mail", Width: 30},
		{Header: "Department"}, {Header: "Status", Width: 10}, {Header: "As", Width: 12}, {Header: "From", Width: 13},
		{Header: "To", Width: 13}, {Header: "Time zone", Width: 16}, {Header: "Origin", Width: 14}}
	cols = append(append(cols, givenColumns("Given")...), sheet.Column{Header: "Id", Width: 22})
	return list(tx, r, "Members", cols, func(o *domain.Org, r Request) iter.Seq2[[]sheet.Cell, error] {
		by := giversOf(ctx, tx, o)
		return recordsOrFail(o, domain.KindGrant, func(g domain.Grant, since domain.Seq) ([]sheet.Cell, error) {
			p, ok := o.Principal(g.Holder.ID)
			if g.Target.Kind != domain.TargetGroup || ok && !r.People.takes(p) || !ok && !r.People.all() {
				return nil, nil
			}
			gave, err := by.cells(since)
			cells := []sheet.Cell{sheet.Of(o.Name(domain.KindGroup, g.Target.ID)), sheet.Of(review.HolderName(o, g.Holder)),
				sheet.Of(p.Email), sheet.Of(p.Department), sheet.Of(p.Status.String()), sheet.Of(g.Ladder().Word(g.Level)),
				sheet.Of(string(g.Window.From)), sheet.Of(string(g.Window.To)), sheet.Of(g.Window.Zone), origin(g.Origin)}
			return append(append(cells, gave...), sheet.Of(string(g.ID))), err
		})
	})
}

func buildAgents(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	cols := []sheet.Column{{Header: "Agent", Width: 30}, {Header: "Description", Width: 40, Wrap: true}, {Header: "Access type", Width: 18},
		{Header: "Classification", Width: 16}, {Header: "Owner", Width: 36}, {Header: "Creator", Width: 36}, {Header: "Status", Width: 10},
		{Header: "Groups", Kind: sheet.Counts}, {Header: "People", Kind: sheet.Counts}, {Header: "Data sources", Width: 30, Wrap: true},
		{Header: "Origin", Width: 14}, {Header: "Outside id", Width: 16}, {Header: "Id", Width: 22}, {Header: "Since event", Kind: sheet.Counts}}
	return list(tx, r, "Agents", cols, func(o *domain.Org, r Request) iter.Seq2[[]sheet.Cell, error] {
		return records(o, domain.KindAgent, func(a domain.Agent, since domain.Seq) []sheet.Cell {
			if !r.People.takesAgent(a.ID) {
				return nil
			}
			var n [4]int
			for _, g := range o.GrantsOn(domain.Target{Kind: domain.TargetAgent, ID: a.ID}) {
				n[g.Holder.Kind&3]++
			}
			var sources []string
			for _, s := range o.AgentSources(a.ID) {
				sources = append(sources, o.Name(domain.KindSource, s.Source))
			}
			return []sheet.Cell{sheet.Of(a.Name), sheet.Of(a.Description), sheet.Of(a.AccessType.String()), sheet.Of(a.Classification.String()),
				sheet.Of(person(o, a.Owner)), sheet.Of(person(o, a.Creator)), sheet.Of(a.Life.String()),
				sheet.Whole(int64(n[domain.HolderGroup])), sheet.Whole(int64(n[domain.HolderPrincipal])),
				sheet.Of(strings.Join(sources, "\n")), origin(a.Origin), sheet.Of(a.External), sheet.Of(string(a.ID)), sheet.Whole(int64(since))}
		})
	})
}

func buildChanges(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	cols := []sheet.Column{{Header: "Change set", Width: 22}, {Header: "Title", Width: 40, Wrap: true}, {Header: "Maker", Width: 36},
		{Header: "State", Width: 12}, {Header: "Reason", Width: 44, Wrap: true}, {Header: "Source file", Width: 24},
		{Header: "Source file SHA-256", Width: 30}, {Header: "Campaign", Width: 16}, {Header: "Made on event", Kind: sheet.Counts},
		{Header: "Proposed at event", Kind: sheet.Counts}, {Header: "Ended at event", Kind: sheet.Counts}}
	return listed(ctx, tx, r, "Change sets", cols, func(o *domain.Org, last domain.Seq) iter.Seq2[[]sheet.Cell, error] {
		first, newest, err := r.proposedIn(tx, last)
		if err != nil {
			return failing(err)
		}
		return func(yield func([]sheet.Cell, error) bool) {
			for cs, err := range changeSets(ctx, tx, review.ChangeSetQuery{}) {
				if err == nil && (cs.Proposed > newest || cs.Proposed < first) {
					continue
				}
				if err == nil {
					cs, err = stoodAt(ctx, tx, cs, last)
				}
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield([]sheet.Cell{sheet.Of(string(cs.ID)), sheet.Of(cs.Title), sheet.Of(person(o, cs.Maker)), sheet.Of(cs.State.String()),
					sheet.Of(cs.Reason), sheet.Of(cs.Source.Name), sheet.Of(cs.Source.SHA256), sheet.Of(string(cs.Campaign)),
					sheet.Whole(int64(cs.BasedOn)), sheet.Whole(int64(cs.Proposed)), seqCell(cs.Ended)}, nil) {
					return
				}
			}
		}
	})
}

// stoodAt gives a change set's head as it stood at an event, from its own events.
func stoodAt(ctx context.Context, tx review.Tx, cs domain.ChangeSet, last domain.Seq) (domain.ChangeSet, error) {
	if cs.Ended != 0 && cs.Ended <= last {
		return cs, nil
	}
	cs.State, cs.Ended = domain.Proposed, 0
	for e, err := range events(ctx, tx, review.EventQuery{Subject: string(cs.ID)}, last) {
		if err != nil {
			return cs, err
		}
		for _, d := range e.Changes {
			if d.Kind != review.KindChangeSet || d.ID != cs.ID || len(d.After) == 0 {
				continue
			}
			rec, err := review.DecodeRecord(d.Kind, d.After)
			if err != nil {
				return cs, err
			}
			if h, ok := rec.(review.ChangeSetHead); ok {
				cs.State = h.State
			}
		}
	}
	return cs, nil
}

// changeSets streams heads of change sets, the newest first.
func changeSets(ctx context.Context, tx review.Tx, q review.ChangeSetQuery) iter.Seq2[domain.ChangeSet, error] {
	return func(yield func(domain.ChangeSet, error) bool) {
		q := q
		q.Limit = page
		for {
			got, err := tx.ChangeSets(q)
			if err != nil {
				yield(domain.ChangeSet{}, err)
				return
			}
			for _, cs := range got {
				if !yield(cs, nil) {
					return
				}
			}
			if len(got) < page {
				return
			}
			q.Before = got[len(got)-1].Proposed
		}
	}
}

// seqCell is an event's number, blank where there is none.
func seqCell(s domain.Seq) sheet.Cell {
	if s == 0 {
		return sheet.Cell{}
	}
	return sheet.Whole(int64(s))
}

// logColumns are those of a table of events.
var logColumns = []sheet.Column{{Header: "Event", Kind: sheet.Counts, Width: 9}, {Header: "Time", Kind: sheet.Moments},
	{Header: "What", Name: "type", Width: 24}, {Header: "Subject", Width: 30}, {Header: "Actor", Width: 36}, {Header: "Assurance", Width: 11},
	{Header: "Resolved by", Name: "via", Width: 20}, {Header: "Duty", Width: 14}, {Header: "Decision", Width: 14},
	{Header: "Reason", Width: 44, Wrap: true}, {Header: "Figures", Name: "data", Width: 44, Wrap: true},
	{Header: "Rows changed", Kind: sheet.Counts}, {Header: "Clock", Width: 12}, {Header: "Saw (SHA-256)", Width: 22},
	{Header: "Saw log size", Kind: sheet.Counts}, {Header: "Leaf hash", Width: 22}}

// eventCells is one row of such a table. The leaf hash is the audit log's own.
func eventCells(o *domain.Org, e domain.Event) ([]sheet.Cell, error) {
	line, err := e.Canonical()
	if err != nil {
		return nil, err
	}
	clock := sheet.Cell{}
	if e.ClockBack {
		clock = sheet.Of("went back").As(sheet.Caution)
	}
	who := "the program"
	if e.Actor != "" {
		who = person(o, e.Actor)
	}
	return []sheet.Cell{sheet.Whole(int64(e.Seq)), sheet.At(e.Time), sheet.Of(string(e.Type)), sheet.Of(e.Subject),
		sheet.Of(who), sheet.Of(e.Assurance.String()), sheet.Of(e.Via), sheet.Of(e.Duty), sheet.Of(e.Decision), sheet.Of(e.Reason),
		sheet.Of(string(e.Data)), sheet.Whole(int64(len(e.Changes) + len(e.Proposed))), clock, sheet.Of(e.Saw.Digest),
		seqCell(domain.Seq(e.Saw.Size)), sheet.Of(auditlog.RecordHash(line).String())}, nil
}

func eventRows(o *domain.Org, es iter.Seq2[domain.Event, error]) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		for e, err := range es {
			var cells []sheet.Cell
			if err == nil {
				cells, err = eventCells(o, e)
			}
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

func buildLog(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	return listed(ctx, tx, r, "Log", logColumns, func(o *domain.Org, last domain.Seq) iter.Seq2[[]sheet.Cell, error] {
		f, err := r.logQuery(tx, o)
		if err != nil {
			return failing(err)
		}
		return eventRows(o, fitting(o, f, events(ctx, tx, f.Query, last)))
	})
}

// failing yields an error and no rows.
func failing(err error) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) { yield(nil, err) }
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// columnName is a column's letters, counted from 1.
func columnName(n int) string {
	var b []byte
	for ; n > 0; n = (n - 1) / 26 {
		b = append([]byte{byte('A' + (n-1)%26)}, b...)
	}
	return string(b)
}
