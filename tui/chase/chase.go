// Package chase is the console's page for whoever runs a campaign and waits for
// answers: each reviewer with what is left, who is away and who stands in, and when they
// were reminded; those marked are reminded, their text seen before it goes, and their
// items are given to others, as requests where a checker approves that.
package chase

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Board is who still answers in the present stage of a campaign, as one transaction saw
// it.
type Board struct {
	Org       *domain.Org
	Actor     domain.ID // who is at the screen, "" if nobody acts
	Now       time.Time
	Head      review.Head
	Campaign  review.Campaign
	Reviewers []Chased
}

// Chased is how far one reviewer has come.
type Chased struct {
	review.Progress
	StandIn  domain.ID   // who answers in their place now, "" if they are not away
	Until    domain.Date // through which day; empty: until it is ended
	Reminded time.Time   // when they were told last, zero if never
}

// Open is how many items are left.
func (c Chased) Open() int { return c.Items - c.Decided }

// Reads are what the page reads; they are called in commands only.
type Reads interface {
	change.Reads
	Board(ctx context.Context, campaign domain.ID) (Board, error)
}

// Acts are what it does. saw is what the person at the screen was shown; what is said
// tells whether it is done or a checker is asked.
type Acts interface {
	change.Acts
	// Remind writes reminders to these reviewers into the outbox, or, dry, gives what it
	// would write.
	Remind(ctx context.Context, saw domain.Sight, campaign domain.ID, to []domain.ID, note string, dry bool) (review.Reminding, error)
	Extend(ctx context.Context, saw domain.Sight, campaign domain.ID, due, reason string) (said string, err error)
	// HandOpen gives the unanswered items of reviewers to another.
	HandOpen(ctx context.Context, saw domain.Sight, campaign domain.ID, from []domain.ID, to domain.ID, reason string) (said string, err error)
}

const scope = "chase"

// nobody is the key of the row of items that have no reviewer.
const nobody = "nobody"

// page keeps the board read last: its rows are made of it.
type page struct {
	h        *tui.Host
	reads    Reads
	does     Acts
	campaign domain.ID
	browser  *browse.Browser
	gen      int // of the reminders being written

	mu    sync.Mutex
	board Board
}

// New makes the page; its argument is a campaign's id.
func New(reads Reads, does Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		p := &page{h: h, reads: reads, does: does, campaign: domain.ID(arg)}
		p.browser = browse.New(h, browse.Config{
			Title: "Chase", What: "reviewers", One: "reviewer", Reads: reads, Opens: "person", Fields: filter.Names("reviewers", "name", "items", "left", "packet", "away", "reminded"),
			Columns: []ui.Column{{Title: "Reviewer", Width: 18, Flex: 2}, {Title: "Items", Width: 6, Right: true, Drop: 2}, {Title: "Left", Width: 5, Right: true},
				{Title: "Packet", Width: 13}, {Title: "Away: who answers", Width: 20, Flex: 2, Drop: 1}, {Title: "Told last", Width: 10, Drop: 3}},
			Sorts: []ui.Sort{{ID: "most", Title: "how much is left"}, {ID: "name", Title: "name"}, {ID: "packet", Title: "where the packet stands"}, {ID: "reminded", Title: "when they were told"}},
			Enter: p.open, Load: p.load, Detail: p.detail, Bulk: p.table,
		}, does)
		return &screen{p.browser, p}
	}
}

// screen is the browser with the page's own answers.
type screen struct {
	*browse.Browser
	p *page
}

func (p *page) load(ctx context.Context, _ change.Picture) ([]ui.Record, error) {
	b, err := p.reads.Board(ctx, p.campaign)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.board = b
	p.mu.Unlock()
	out := make([]ui.Record, len(b.Reviewers))
	for i, r := range b.Reviewers {
		out[i] = row(b, r)
	}
	return out, nil
}

// open opens a reviewer.
func (p *page) open(key string) tea.Cmd {
	if key == nobody {
		p.h.Say("Nobody answers for these items: there is no one to open.")
		return nil
	}
	return p.h.Push("person", key)
}

func (p *page) now() Board {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.board
}

func keyOf(r Chased) string {
	if r.Reviewer == "" {
		return nobody
	}
	return string(r.Reviewer)
}

func nameOf(o *domain.Org, r Chased) string {
	if r.Reviewer == "" {
		return "nobody"
	}
	return o.Name(domain.KindPrincipal, r.Reviewer)
}

// awayWords say who answers in a reviewer's place, "" if they do themselves.
func awayWords(o *domain.Org, r Chased) string {
	if r.StandIn == "" {
		return ""
	}
	out := o.Name(domain.KindPrincipal, r.StandIn)
	if r.Until != "" {
		out += " until " + string(r.Until)
	}
	return out
}

func day(o *domain.Org, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return string(o.DayOf(at))
}

func row(b Board, r Chased) ui.Record {
	left, away, told := ui.Cell{Text: strconv.Itoa(r.Open())}, ui.Cell{Text: awayWords(b.Org, r), Role: theme.Warn}, ui.Cell{Text: day(b.Org, r.Reminded)}
	if r.Open() > 0 {
		left.Role = theme.Warn
	}
	packet := ui.Cell{Text: r.Word()}
	if r.State == review.Signed || r.State == review.Countersigned {
		packet.Role = theme.OK
	}
	name, items := nameOf(b.Org, r), strconv.Itoa(r.Items)
	return ui.Record{Row: ui.Row{Key: keyOf(r), Cells: []ui.Cell{{Text: name}, {Text: items}, left, packet, away, told}},
		Values: []string{name, items, left.Text, packet.Text, away.Text, told.Text}}
}

func (p *page) find(key string) (Board, Chased, bool) {
	b := p.now()
	for _, r := range b.Reviewers {
		if keyOf(r) == key {
			return b, r, true
		}
	}
	return b, Chased{}, false
}

// detail says how far a reviewer has come, and what a reminder would read.
func (p *page) detail(ctx context.Context, _ change.Picture, key string) ([]ui.Line, error) {
	b, r, ok := p.find(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "this reviewer has no items here any more").Hinted("load the list again with f5")
	}
	out := []ui.Line{ui.Text(theme.Title, nameOf(b.Org, r)), nil}
	out = append(out, ui.Bars([]ui.Bar{{Label: "Decided", N: r.Decided, Of: r.Items, Role: theme.OK}}, 48)...)
	out = append(out, change.Fact("Packet", r.Word()), change.Fact("Due", review.Moment(b.Campaign.Due, b.Org.Zone())))
	if r.Returned > 0 {
		out = append(out, change.Fact("Returned", review.Count(r.Returned, "item is", "items are")+" to be answered again"))
	}
	if away := awayWords(b.Org, r); away != "" {
		out = append(out, change.Fact("Away", away+" answers in their place"))
	}
	out = append(out, change.Fact("Told last", day(b.Org, r.Reminded)))
	if r.Reviewer == "" || b.Campaign.State != review.Active {
		return out, nil
	}
	would, err := p.does.Remind(ctx, domain.Sight{}, p.campaign, []domain.ID{r.Reviewer}, "", true)
	if err != nil {
		return nil, err
	}
	for _, s := range would.Skipped {
		out = append(out, nil, ui.Text(theme.Dim, "Not reminded: "+s.Why+"."))
	}
	for _, m := range would.Messages {
		out = append(out, change.Heading("A reminder would read")...)
		out = append(out, messageLines(m)...)
	}
	return out, nil
}

func messageLines(m review.Message) []ui.Line {
	out := []ui.Line{ui.Plain(m.Subject)}
	for l := range strings.SplitSeq(strings.TrimSpace(m.Text), "\n") {
		out = append(out, ui.Plain(l))
	}
	return out
}

// Title implements tui.Page.
func (s *screen) Title() string {
	if name := s.p.now().Campaign.Name; name != "" {
		return "Chase: " + name
	}
	return s.Browser.Title()
}

// Status implements tui.Status.
func (s *screen) Status() string {
	b := s.p.now()
	if b.Org == nil {
		return ""
	}
	open, of := 0, 0
	for _, r := range b.Reviewers {
		open, of = open+r.Open(), of+r.Items
	}
	return fmt.Sprintf("%d of %d left, due %s", open, of, day(b.Org, b.Campaign.Due))
}
