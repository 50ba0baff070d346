package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/sheet"
	"countersign/review"
)

// Meta is what every cover says about where a report comes from.
type Meta struct {
	Organisation string
	Mode         review.Mode
	Log          domain.ID
	Size         int64      // events of the log
	Root         string     // over those events, base64
	Event        domain.Seq // the event whose state is shown
	At           time.Time  // the instant it is looked at, UTC: windows open and close without an event
	By           string     // who exported; empty leaves the line out
	Via          string
	Assurance    domain.Assurance
	Version      string   // of the program
	Filters      []string // sentences; empty: everything
	Usage        bool     // it counts usage, of which only the latest import is kept
	Screen       bool     // a list as a screen shows it, no report
	Carried      bool     // the workbook carries the log that it was made of
	Layout       int      // in whose words it speaks; 0: this version's
}

// metaOf gathers a cover's facts from one picture of the store and the
// organisation that is shown.
func metaOf(tx review.Tx, o *domain.Org, r Request) (Meta, error) {
	head, err := tx.Log()
	if err != nil {
		return Meta{}, err
	}
	m := Meta{Organisation: organisation(o), Mode: tx.Mode(), Log: head.Log, Size: head.Size, Root: head.Root,
		Event: o.Key(), At: r.At.UTC(), Version: r.Version, Filters: r.says(), Layout: r.layout}
	if r.Actor.Principal != "" {
		m.By, m.Via, m.Assurance = person(o, r.Actor.Principal), r.Actor.Via, r.Actor.Assurance
	}
	return m, nil
}

func organisation(o *domain.Org) string {
	if name := o.Setting(domain.SettingName); name != "" {
		return name
	}
	return "an organisation without a name"
}

// person says who it is in a way that tells namesakes apart.
func person(o *domain.Org, id domain.ID) string {
	if id == "" {
		return ""
	}
	p, ok := o.Principal(id)
	if !ok || p.Email == "" {
		return o.Name(domain.KindPrincipal, id)
	}
	return p.Name + " <" + p.Email + ">"
}

// state gives the organisation a request asks for, and the instant to look at
// it: NotFound where the log does not reach so far.
func state(tx review.Tx, r *Request) (*domain.Org, error) {
	if r.Event == 0 {
		if r.At.IsZero() {
			r.At = tx.Now()
		}
		return tx.Org()
	}
	e, err := tx.Event(r.Event)
	if err != nil {
		return nil, err
	}
	if r.At.IsZero() {
		r.At = e.Time
	}
	return tx.OrgAt(r.Event)
}

// Banner is the warning over everything that comes from a database in which
// people may be played; empty for a live one.
func Banner(m review.Mode) string {
	switch m {
	case review.Live:
		return ""
	case review.Rehearsal:
		return "REHEARSAL: people may have been played by others. This is no evidence."
	default:
		return "DEMO: a made-up organisation, played by the program. This is no evidence."
	}
}

// assuranceWords says how sure the log is of a person.
func assuranceWords(a domain.Assurance) string {
	switch a {
	case domain.Asserted:
		return a.String() + " asserted by the operating system's user"
	case domain.KeyAuthenticated:
		return a.String() + " authenticated with a key"
	case domain.Certified:
		return a.String() + " by a certificate of the organisation"
	case domain.Signed:
		return a.String() + " signed with a key"
	default:
		return a.String() + " signed with a key and a touch"
	}
}

// grid is a small sheet being laid out, row by row.
type grid struct {
	rows [][]sheet.Cell
}

// next is the number of the row that comes next, counted from 1.
func (g *grid) next() int { return len(g.rows) + 1 }

func (g *grid) add(cells ...sheet.Cell) { g.rows = append(g.rows, cells) }

func (g *grid) gap() { g.rows = append(g.rows, nil) }

// title begins a cover: the banner, on a ground that goes on under its words, and
// the name of the report.
func (g *grid) title(m Meta, s string) {
	if Banner(m.Mode) != "" {
		g.add(sheet.BannerCell(), sheet.Cell{}.As(sheet.Banner))
	}
	g.add(sheet.Of(s).As(sheet.Title))
}

func (g *grid) heading(s string, more ...string) {
	g.gap()
	cells := []sheet.Cell{sheet.Of(s).As(sheet.Heading)}
	for _, m := range more {
		cells = append(cells, sheet.Of(m).As(sheet.Label))
	}
	g.add(cells...)
}

// fact is a label with its value; an empty value is left out.
func (g *grid) fact(label string, value sheet.Cell) {
	if value.Kind() == sheet.Blank {
		return
	}
	if value.Class() == sheet.Plain {
		value = value.As(sheet.Lead)
	}
	g.add(sheet.Of(label).As(sheet.Name), value)
}

func (g *grid) text(label, value string) {
	g.fact(label, sheet.Of(value).As(sheet.Wrapped))
}

// figure is a label with a number, always there.
func (g *grid) figure(label, value sheet.Cell) {
	if label.Class() == sheet.Label {
		label = label.As(sheet.Name)
	}
	g.add(label, value.As(sheet.Lead))
}

// lines puts several sentences under one label.
func (g *grid) lines(label string, lines []string) {
	for i, l := range lines {
		if i > 0 {
			label = ""
		}
		g.text(label, l)
	}
}

// Layout numbers which sheets and columns workbooks have. It is raised whenever one
// is added, moved or takes another meaning: a file of another layout is then not
// compared cell by cell, which would call an honest one tampered with. Files from
// before layouts were numbered count as of layout 1.
const Layout = 5

// Labels of a cover that verification looks for.
const (
	labelLayout       = "Layout"
	labelOrganisation = "Organisation"
	labelBy           = "Exported by"
	labelSure         = "How sure of that"
	labelScreen       = "Taken from"
	labelRows         = "Rows"
	labelLog          = "Log id"
	labelSize         = "Log size (events)"
	labelRoot         = "Log root"
	labelDigest       = "Content digest"
	labelEvent        = "State as of event"
	labelAt           = "Looked at (UTC)"
	labelShown        = "Shown as of" // of a campaign, with the event
	labelFilter       = "Filter"
	labelMade         = "Made by"
	labelCampaign     = "Campaign id"
)

// shownForm is how a campaign's cover says the instant of labelShown.
const shownForm = "2006-01-02 15:04:05 UTC"

// origin writes where the report comes from.
func (g *grid) origin(m Meta) {
	g.text(labelOrganisation, m.Organisation)
	g.fact(labelEvent, sheet.Whole(int64(m.Event)))
	g.fact(labelAt, sheet.At(m.At))
	g.lines(labelFilter, m.Filters)
	if m.Screen {
		g.text(labelScreen, "a list as a screen showed it, with its filter and order")
	}
	if m.By != "" {
		g.text(labelBy, m.By)
		how := assuranceWords(m.Assurance)
		if m.Via != "" {
			how += " (" + m.Via + ")"
		}
		g.text(labelSure, how)
		return
	}
	g.text(labelBy, "nobody who is named: a read-only session, so this export is not in the log")
	g.text(labelSure, "nobody acted") // a line too: whoever exports, the lines below stand where they stand
}

// seals writes the log's place, the digest of the content, the notes of the
// writer and how to verify.
func (g *grid) seals(m Meta, how ...string) {
	g.heading("Proof")
	g.text(labelLog, string(m.Log))
	g.fact(labelSize, sheet.Whole(m.Size))
	g.text(labelRoot, m.Root)
	g.add(sheet.Of(labelDigest).As(sheet.Label), sheet.ContentDigest())
	g.text(labelMade, strings.TrimSpace(sheet.Creator+" "+m.Version))
	g.fact(labelLayout, sheet.Whole(int64(m.layout())))
	g.add(sheet.Of("Notes").As(sheet.Label), sheet.Notes())
	how = append([]string{
		"countersign verify FILE recomputes the digest and the totals, also after a harmless re-save.",
		m.proves(),
		"Whoever exports leaves an event in the log (report.exported) with the SHA-256 of the file; a read-only session leaves none.",
		"The log's size and root are a checkpoint, which nobody signed here: keep this file outside, and a rewritten or shortened log is found with it.",
	}, how...)
	g.lines("How to verify", how)
}

// layout is the number of the layout in whose words a cover speaks.
func (m Meta) layout() int {
	if m.Layout == 0 {
		return Layout
	}
	return m.Layout
}

// proves says what shows that the cells are what the log says, and no more.
func (m Meta) proves() string {
	switch {
	case m.Usage:
		return "Usage may be imported anew, so the rows are not compared with the log: with the database it is looked for whether the log has an export of these bytes or of this content. Without, verification shows only that the file agrees with itself."
	case m.layout() < 5: // as those covers have it
		return "With the database it is compared cell by cell with what the log says. Without the database, or a checkpoint held elsewhere, verification shows only that the file agrees with itself."
	case m.Carried:
		return "The sheet " + sheetProof + " carries the log that this workbook was made of: verify plays it again and names every cell that is not what it says. Alone that shows only that the file agrees with itself; " +
			"with a checkpoint of the log held elsewhere (--checkpoint, and --proof where it was taken later), or the database, it shows that the cells are what the log says."
	}
	return "With the database it is compared cell by cell with what the log says. Without it, verification shows only that the file agrees with itself: a checkpoint held elsewhere tells whether the log named here is the real one, and nothing of the rows. " +
		"With the log's lines too (--log, --checkpoint) it shows whether exactly these bytes were exported."
}

func (g *grid) legend(l sheet.Legend) {
	g.heading("Letters and colours")
	g.rows = append(g.rows, l.Grid()...)
}

func (g *grid) sheet(name string, widths ...float64) sheet.Sheet {
	return sheet.Sheet{Name: name, Grid: &sheet.Grid{Rows: g.rows, Widths: widths}, Portrait: true}
}

// coverWidths are the columns of a cover: labels, values, and two for figures.
var coverWidths = [...]float64{30, 74, 14, 14}

// workbook puts a cover before the sheets.
func workbook(title, subject string, m Meta, cover sheet.Sheet, rest ...sheet.Sheet) sheet.Workbook {
	cover.Tab = sheet.Rung1
	return sheet.Workbook{Title: title, Subject: subject, Modified: m.At, Banner: Banner(m.Mode),
		Sheets: append([]sheet.Sheet{cover}, rest...)}
}

// rooted is a transaction that knows the root of every size its log has had.
type rooted interface {
	RootAt(size int64) (string, error)
}

// rootAt gives the log's root over its first size events: asked where the
// transaction knows it, else computed from the events.
func rootAt(ctx context.Context, tx review.Tx, size int64) (string, error) {
	if t, ok := tx.(rooted); ok {
		return t.RootAt(size)
	}
	var b auditlog.Builder
	for e, err := range events(ctx, tx, review.EventQuery{}, 0) {
		if err != nil {
			return "", err
		}
		if b.Size() == size {
			break
		}
		line, err := e.Canonical()
		if err != nil {
			return "", err
		}
		if err := b.Add(line); err != nil {
			return "", err
		}
	}
	if b.Size() != size {
		return "", domain.Errorf(domain.NotFound, "the log has %d events, not %d", b.Size(), size)
	}
	return b.Root().String(), nil
}

func seqWords(s domain.Seq) string { return fmt.Sprintf("event %d", s) }
