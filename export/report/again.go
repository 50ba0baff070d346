package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/review"
)

// Stated is what a workbook's cover says of how it was made.
type Stated struct {
	Title    string
	Campaign string     // the campaign's id, where it is about one
	Event    domain.Seq // whose state is shown; -1 where it is not said
	At       time.Time  // the instant looked at, UTC
	Size     int64      // of the log when it was made; -1 where it is not said
	Filters  []string   // sentences
	Version  string
	Layout   int                 // of its sheets and columns
	Screen   bool                // a list as a screen showed it
	heads    map[string][]string // of its sheets, the first row
	packed   []byte              // what it carries of its log
	unread   error               // why that cannot be read
}

// ReadStated reads a workbook's cover. A file that is no workbook is Invalid; one
// with no cover of ours states nothing.
func ReadStated(file io.ReaderAt, size int64) (Stated, error) {
	st := Stated{Event: -1, Size: -1, Layout: 1}
	book, err := xlsx.Open(file, size)
	if err != nil {
		return st, domain.Errorf(domain.Invalid, "%v", err)
	}
	names := book.Sheets()
	if st.heads, err = firstRows(book); err != nil {
		return st, err
	}
	st.packed, st.unread = readCarried(book)
	if len(names) == 0 || names[0] != sheetCover {
		return st, nil
	}
	last, row := "", 0
	err = eachRow(book, sheetCover, func(_ int, c []string) {
		row++
		if len(c) == 1 && st.Title == "" && c[0] != "" && !strings.HasPrefix(c[0], "DEMO:") && !strings.HasPrefix(c[0], "REHEARSAL:") {
			st.Title = c[0]
		}
		if len(c) < 2 {
			last = ""
			return
		}
		if c[0] != "" {
			last = c[0]
		}
		st.take(last, c[1])
	})
	return st, err
}

// firstRows are the first rows of a workbook's sheets.
func firstRows(book *xlsx.Book) (map[string][]string, error) {
	heads := map[string][]string{}
	for _, name := range book.Sheets() {
		heads[name] = nil
		for v, err := range book.Values(name) {
			if err != nil {
				return nil, err
			}
			if v.Row > 1 {
				break
			}
			heads[name] = append(heads[name], v.Text)
		}
	}
	return heads, nil
}

// laidOutAs tells whether the file has the sheets and columns of a workbook of this
// layout: then it is one, whatever its cover says.
func (st Stated) laidOutAs(wb sheet.Workbook) bool {
	for _, s := range wb.Sheets {
		heads, there := st.heads[s.Name]
		if !there {
			return false
		}
		for i := 0; s.Table != nil && i < len(s.Table.Columns) && !s.Table.Columns[i].Upright; i++ {
			if i >= len(heads) || heads[i] != s.Table.Columns[i].Heading() {
				return false
			}
		}
	}
	return len(wb.Sheets) > 0
}

// instantOf reads the days since 1900 that a cell holds as an instant, UTC, to the
// millisecond.
func instantOf(days string) (at time.Time, ok bool) {
	n, err := strconv.ParseFloat(days, 64)
	if err != nil {
		return at, false
	}
	return time.UnixMilli(int64(math.Round((n - 25569) * 86_400_000))).UTC(), true
}

func (st *Stated) take(label, text string) {
	switch label {
	case labelCampaign:
		st.Campaign = text
	case labelEvent:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			st.Event = domain.Seq(n)
		}
	case labelSize:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			st.Size = n
		}
	case labelAt:
		if at, ok := instantOf(text); ok {
			st.At = at
		}
	case labelScreen:
		st.Screen = true
	case labelLayout:
		if n, err := strconv.Atoi(text); err == nil {
			st.Layout = n
		}
	case labelFilter:
		st.Filters = append(st.Filters, text)
	case labelMade:
		st.Version = strings.TrimSpace(strings.TrimPrefix(text, sheet.Creator))
	}
}

// Again describes, from the log, the report that a cover speaks of, as it must
// have been. whole tells whether all of it can be compared with the file; else all
// but the cover, which says who exported it. Where the report cannot be made again
// why says so, and the workbook is empty. The transaction stays open while the
// workbook is written.
//
// Errors are the transaction's, and NotFound for a campaign or an event that the
// log does not have.
func Again(ctx context.Context, tx review.Tx, st Stated) (wb sheet.Workbook, whole bool, why string, err error) {
	wb, whole, why, err = again(ctx, tx, st)
	if err == nil && st.Layout != Layout && !st.laidOutAs(wb) {
		return sheet.Workbook{}, false, fmt.Sprintf("the file says it was made by layout %d, and this version writes layout %d: verify it with %s; here only its digest and totals were checked", st.Layout, Layout, st.maker()), nil
	}
	return wb, whole, why, err
}

// maker is the version that made the file, as its cover has it.
func (st Stated) maker() string {
	if st.Version == "" {
		return "the version that made it, which its cover does not say"
	}
	return "the version that made it, " + sheet.Creator + " " + st.Version
}

// again is Again whatever the layout.
func again(ctx context.Context, tx review.Tx, st Stated) (wb sheet.Workbook, whole bool, why string, err error) {
	if st.Campaign != "" {
		ev, err := gatherCampaign(ctx, tx, domain.ID(st.Campaign), st.Version, st.Size)
		if errors.Is(err, errMovedOn) {
			return wb, false, fmt.Sprintf("they show the campaign over the log's first %d events, and the campaign has moved on since", st.Size), nil
		}
		if err == nil {
			err = ev.carry(ctx, tx)
		}
		if err != nil {
			return wb, false, "", err
		}
		if !bytes.Equal(ev.packed, st.packed) && alike(ev.packed, st.packed) {
			ev.packed = st.packed
		}
		return Campaign(&ev), true, "", nil
	}
	var rep *Report
	title, agent, _ := strings.Cut(st.Title, " of ")
	for _, r := range Reports() {
		if r.Title == st.Title || r.Main == st.Title || r.Title == title && r.Name == "area-matrix" {
			rep = &r
			break
		}
	}
	switch {
	case rep == nil || st.Event < 0 || st.At.IsZero():
		return wb, false, "its cover names no report that can be made again", nil
	case st.Screen:
		return wb, false, "they are a list as a screen showed it", nil
	case rep.Name == "findings" || rep.Name == "group-analytics":
		return wb, false, "the usage it counts may have been imported anew since", nil
	}
	q := Request{Version: st.Version, Event: st.Event, At: st.At, layout: st.Layout}
	o, err := tx.OrgAt(st.Event)
	if err != nil {
		return wb, false, "", err
	}
	if rep.Name == "area-matrix" && rep.Title != st.Title {
		q.Agent = agent
	}
	others, ok := q.heard(st.Filters)
	if !ok || !q.People.read(o, others) {
		return wb, false, "its filter cannot be read back from the cover", nil
	}
	wb, err = rep.Build(ctx, tx, q)
	return wb, false, "", err
}

// read takes the filter from the sentences that words made of one; false where a
// sentence is none of those. The sentence about an area matrix's agent is none of
// the filter's.
func (f *PeopleFilter) read(o *domain.Org, sentences []string) bool {
	for _, s := range sentences {
		body := strings.TrimSuffix(s, ".")
		switch {
		case strings.HasPrefix(body, "Levels for "):
		case body == "Only active principals":
			f.ActiveOnly = true
		case strings.HasPrefix(body, "Only people of the department "):
			f.Department = strings.TrimPrefix(body, "Only people of the department ")
		case strings.HasPrefix(body, "Only the agents "):
			for _, name := range strings.Split(strings.TrimPrefix(body, "Only the agents "), ", ") {
				a, err := o.FindAgent(name)
				if err != nil {
					return false
				}
				f.Agents = append(f.Agents, a.ID)
			}
		default:
			return false
		}
	}
	return true
}

// Untimely tells, in a sentence, that a cover states an earlier instant than that of
// the event whose state it shows; empty where it does not, and of a campaign, whose
// cover is made again whole. A present or past state is never looked at before the
// event that made it.
func (st Stated) Untimely(tx review.Tx) (string, error) {
	if st.Campaign != "" || st.Event < 0 || st.At.IsZero() {
		return "", nil
	}
	e, err := tx.Event(st.Event)
	if err != nil || !st.At.Before(e.Time.UTC().Truncate(time.Millisecond)) {
		return "", err
	}
	const form = "2006-01-02 15:04:05 UTC"
	return fmt.Sprintf("sheet %q: %q reads %s, and event %d, whose state is shown, was at %s: nobody can have looked at it before", sheetCover, labelAt, st.At.Format(form), st.Event, e.Time.UTC().Format(form)), nil
}
