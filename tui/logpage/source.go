package logpage

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Picture is a page of the log as one transaction saw it, and what its ids are
// called now.
type Picture struct {
	Org       *domain.Org
	Campaigns []review.Campaign
	Events    []domain.Event
	Head      review.Head
}

// Asks makes a query for a page of events out of what names stand for; ok is false
// where no event can fit.
type Asks func(o *domain.Org, campaigns []review.Campaign) (q review.EventQuery, ok bool)

// batch is how many events are read at a time where conditions remain that the
// store does not answer.
const batch = 500

// source is the log, the newest event first, as a list's source: a page of it is
// found by the number of the event before.
type source struct {
	reads  Reads
	entity domain.ID // only events that name it, where set
}

// Filters implements ui.Filterer.
func (s *source) Filters() filter.Table { return filter.Events() }

// key is the key of an event's row. Event numbers begin at 0.
func key(seq domain.Seq) string { return strconv.FormatInt(int64(seq), 10) }

func seqOf(k string) domain.Seq {
	n, err := strconv.ParseInt(k, 10, 64)
	if err != nil {
		return -1
	}
	return domain.Seq(n)
}

// Load implements ui.Source.
func (s *source) Load(ctx context.Context, r ui.Request) (ui.Page, error) {
	load := s.load
	if r.Reverse {
		load = s.oldestFirst
	}
	if n, ok := numbered(r.Filter); ok {
		return s.pinned(ctx, r, n, load)
	}
	return load(ctx, r)
}

// oldestFirst is load from the other end of the log.
func (s *source) oldestFirst(ctx context.Context, r ui.Request) (ui.Page, error) {
	switch r.Seek {
	case ui.First, ui.Last:
		r.Seek = ui.First + ui.Last - r.Seek
	case ui.After, ui.Before:
		r.Seek = ui.After + ui.Before - r.Seek
	case ui.From: // what is behind the one before it
		r.Seek, r.Key = ui.Before, key(seqOf(r.Key)-1)
	}
	page, err := s.load(ctx, r)
	slices.Reverse(page.Rows)
	if page.Offset >= 0 && page.Total >= 0 {
		page.Offset = page.Total - page.Offset - len(page.Rows)
	} else {
		page.Offset = -1
	}
	return page, err
}

// load gives a page in the order of the log, the newest event first.
func (s *source) load(ctx context.Context, r ui.Request) (ui.Page, error) {
	page := ui.Page{Total: -1, Offset: -1}
	at := seqOf(r.Key)
	if r.Seek == ui.After && at == 0 { // behind the first event there is none
		return page, nil
	}
	w := walk{before: at, forward: r.Seek == ui.Last || r.Seek == ui.Before, limit: r.Limit}
	switch r.Seek {
	case ui.First:
		w.before = 0
	case ui.Last:
		w.before = -1
	case ui.From:
		w.before = at + 1
	}
	head, whole, err := s.walk(ctx, r.Filter, &w)
	if err != nil {
		return page, err
	}
	if r.Seek == ui.Before { // a query behind 0 begins anew
		w.rows = slices.DeleteFunc(w.rows, func(row ui.Row) bool { return seqOf(row.Key) <= at })
	}
	if w.forward {
		slices.Reverse(w.rows)
	}
	page.Rows = w.rows
	if whole {
		page.Total = int(head.Size)
		if len(w.rows) > 0 {
			page.Offset = int(head.Size) - 1 - int(seqOf(w.rows[0].Key))
		}
	} else if r.Seek == ui.First {
		page.Offset = 0
	}
	return page, nil
}

// walk is a way through the log from an event on.
type walk struct {
	before  domain.Seq
	forward bool
	limit   int
	rows    []ui.Row
}

// walk reads on until limit rows are there or the log ends. whole says that nothing
// was left out.
func (s *source) walk(ctx context.Context, text string, w *walk) (head review.Head, whole bool, err error) {
	expr, err := filter.Events().Parse(text)
	if err != nil {
		return head, false, err
	}
	for {
		var f filter.EventFilter
		limit := w.limit
		pic, err := s.reads.Events(ctx, func(o *domain.Org, campaigns []review.Campaign) (review.EventQuery, bool) {
			f = filter.ForEvents(expr, o, campaigns)
			if s.entity != "" {
				if q := f.Query.Entity; q != "" && q != s.entity {
					f.Conds = append(f.Conds, func(e domain.Event, _ string) bool { return filter.Mentions(e, q) })
				}
				f.Query.Entity = s.entity
			}
			if len(f.Conds) > 0 {
				limit = batch
			}
			f.Query.Before, f.Query.Forward, f.Query.Limit = w.before, w.forward, limit
			return f.Query, !f.None
		})
		if err != nil {
			return head, false, err
		}
		head, whole = pic.Head, strings.TrimSpace(text) == "" && s.entity == ""
		for _, e := range pic.Events {
			w.before = e.Seq
			l := lineOf(pic, e)
			if f.Fits(e, l.words()) {
				if w.rows = append(w.rows, l.row(e)); len(w.rows) == w.limit {
					return head, whole, nil
				}
			}
		}
		if len(pic.Events) < limit || !w.forward && w.before == 0 {
			return head, whole, ctx.Err()
		}
	}
}

// line is what the list says of an event.
type line struct{ time, kind, who, subject, reason string }

// words are its texts together, in lower case.
func (l line) words() string {
	return strings.ToLower(strings.Join([]string{l.time, l.kind, l.who, l.subject, l.reason}, "\n"))
}

func lineOf(p Picture, e domain.Event) line {
	who := "the program"
	if e.Actor != "" {
		who = p.Org.Name(domain.KindPrincipal, e.Actor)
	}
	return line{e.Time.In(p.Org.Zone()).Format("2006-01-02 15:04:05 MST"), TypeWords(e.Type), who, Subject(p, e), summary(e)}
}

// summary is the decision and the reason.
func summary(e domain.Event) string {
	if e.Decision != "" && e.Reason != "" {
		return e.Decision + ": " + e.Reason
	}
	return e.Decision + e.Reason
}

func columns() []ui.Column {
	return []ui.Column{{Title: "Time", Width: 24, Drop: 1}, {Title: "Event", Width: 6, Right: true}, {Title: "What", Width: 20},
		{Title: "Who", Width: 11, Flex: 1, Drop: 2}, {Title: "About", Width: 12, Flex: 2}, {Title: "Decision, reason", Width: 16, Flex: 2, Drop: 3}}
}

func (l line) row(e domain.Event) ui.Row {
	kind := ui.Cell{Text: l.kind}
	if e.Type == domain.EvRefused || e.Type == domain.EvStale {
		kind.Role = theme.Danger
	}
	when := ui.Cell{Text: l.time, Role: theme.Dim}
	if e.ClockBack {
		when.Role = theme.Warn
	}
	return ui.Row{Key: key(e.Seq), Cells: []ui.Cell{when, {Text: key(e.Seq)}, kind, {Text: l.who}, {Text: l.subject}, {Text: l.reason}}}
}
