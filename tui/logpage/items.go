package logpage

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/ui"
)

// mostItems is how many of the items an event names are offered one by one.
const mostItems = 20

// namedItems are the items an event names: of a sign-off, a countersignature or a return
// its packet, and each item that is its subject or whose decision it writes.
func namedItems(e domain.Event) []tui.Lead {
	var out []tui.Lead
	packet := func(id string) {
		out = append(out, tui.Lead{Page: "packet", Arg: id, Label: "the items of this packet", Note: "it names these"})
	}
	item := func(campaign string, no int) {
		id := campaign + "/" + strconv.Itoa(no)
		out = append(out, tui.Lead{Page: "campaign", Arg: id, Label: fmt.Sprintf("item %d", no), Note: "it names this"})
	}
	part := strings.Split(e.Subject, "/")
	if len(part) == 2 || len(part) == 4 {
		if no, err := strconv.Atoi(part[1]); err == nil {
			item(part[0], no)
		}
	}
	for _, d := range e.Changes {
		if len(out) > mostItems {
			break
		}
		rec, err := record(d)
		if err != nil {
			continue
		}
		switch r := rec.(type) {
		case review.Packet:
			packet(string(r.RecordID()))
		case review.Decision:
			item(string(r.Campaign), r.Item)
		case review.Outcome:
			item(string(r.Campaign), r.Item)
		}
	}
	return out
}

// numbered is the number of an event, where a filter is that alone.
func numbered(text string) (domain.Seq, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return domain.Seq(n), err == nil && n >= 0
}

// numberedRow is the row of an event by its number; ok is false where the log has none,
// or none that names what the page is about.
func (s *source) numberedRow(ctx context.Context, n domain.Seq) (row ui.Row, ok bool, err error) {
	pic, err := s.reads.Events(ctx, func(*domain.Org, []review.Campaign) (review.EventQuery, bool) { return review.EventQuery{}, false })
	if err != nil || int64(n) >= pic.Head.Size {
		return row, false, err
	}
	if pic, err = s.reads.Event(ctx, n); err != nil || len(pic.Events) != 1 {
		return row, false, err
	}
	e := pic.Events[0]
	if s.entity != "" && !filter.Mentions(e, s.entity) {
		return row, false, nil
	}
	return lineOf(pic, e).row(e), true, nil
}

// pinned is load, from either end of the log, with the event whose number was typed before
// all others that fit: it is most likely what is looked for.
func (s *source) pinned(ctx context.Context, r ui.Request, n domain.Seq, load func(context.Context, ui.Request) (ui.Page, error)) (ui.Page, error) {
	row, ok, err := s.numberedRow(ctx, n)
	if err != nil || !ok {
		page, loadErr := load(ctx, r)
		if err == nil {
			err = loadErr
		}
		return page, err
	}
	asked, limit, onPin := r.Seek, r.Limit, r.Key == row.Key
	first := r.Seek == ui.First || onPin && r.Seek == ui.From
	switch {
	case onPin && r.Seek == ui.Before:
		return ui.Page{Total: -1, Offset: -1}, nil
	case first, onPin && r.Seek == ui.After:
		r.Seek, r.Key = ui.First, ""
	}
	r.Limit++ // the event itself may be among them
	page, err := load(ctx, r)
	if err != nil {
		return page, err
	}
	back := r.Seek == ui.Last || r.Seek == ui.Before
	rows := make([]ui.Row, 0, len(page.Rows)+1)
	for _, one := range page.Rows {
		if one.Key != row.Key {
			rows = append(rows, one)
		}
	}
	if first || back && len(page.Rows) < r.Limit {
		rows = append([]ui.Row{row}, rows...)
	}
	if over := len(rows) - limit; over > 0 && back {
		rows = rows[over:]
	} else if over > 0 {
		rows = rows[:limit]
	}
	page.Rows, page.Total, page.Offset = rows, -1, -1
	if first {
		page.Offset = 0
	}
	if asked == ui.First {
		page.Select = row.Key
	}
	return page, nil
}
