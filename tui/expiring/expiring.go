// Package expiring is the console's page over what ends or begins soon without anybody
// doing anything: windows of grants and memberships, invitations, exceptions.
package expiring

import (
	"context"
	"fmt"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what this page reads.
type Reads interface {
	change.Reads
	// Expiring is what ends or begins until so many whole days from now are over, the
	// earliest first, those overdue among it.
	Expiring(ctx context.Context, days int) ([]review.Expiry, error)
}

const scope = "expiring"

// ahead are the times one may look ahead, in days.
var ahead = []int{7, 30, 90, 365}

// page keeps what was read last: its rows are made of it.
type page struct {
	h       *tui.Host
	reads   Reads
	browser *browse.Browser

	mu   sync.Mutex
	days int
	at   map[string]review.Expiry // by the keys of their rows
	org  *domain.Org
}

// New makes the page. Enter opens whom or what it is about.
func New(reads Reads, does change.Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{h: h, reads: reads, days: 30}
		p.browser = browse.New(h, browse.Config{
			Title: "What ends soon", What: scope, One: "end or beginning", Reads: reads, Fields: filter.Names(scope, "day", "what", "who", "level", "target", "source"),
			Columns: []ui.Column{{Title: "Day", Width: 10}, {Title: "What", Width: 17, Flex: 1, Drop: 2}, {Title: "Who", Width: 18, Flex: 2}, {Title: "Level", Width: 11, Drop: 3},
				{Title: "On", Width: 18, Flex: 2, Drop: 1}, {Title: "From", Width: 8, Drop: 4}},
			Sorts: []ui.Sort{{ID: "soonest", Title: "the soonest first"}, {ID: "who", Title: "who"}, {ID: "target", Title: "what it is on"}},
			Load:  p.load, Detail: p.detail, Enter: p.open, Entity: p.entity,
			Acts: func(s browse.Subject) action.Table {
				return action.Table{{ID: "expiring.within", Keys: []string{"e"}, Help: "look ahead", Long: "how far ahead to look: 7, 30, 90 or 365 days", Scope: scope, Hint: 1, Do: func() tea.Cmd { return p.within(s) }}}
			},
		}, does)
		return &screen{p.browser, p}
	}
}

// screen is the browser with how far ahead it looks.
type screen struct {
	*browse.Browser
	p *page
}

// Status implements tui.Status.
func (s *screen) Status() string { return fmt.Sprintf("within %d days", s.p.until()) }

func (p *page) until() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.days
}

func (p *page) load(ctx context.Context, pic change.Picture) ([]ui.Record, error) {
	list, err := p.reads.Expiring(ctx, p.until())
	if err != nil {
		return nil, err
	}
	at, out := map[string]review.Expiry{}, make([]ui.Record, len(list))
	for i, x := range list {
		key := keyOf(x)
		for n, taken := 2, true; taken; n++ {
			if _, taken = at[key]; taken { // alike but for what is not said of it
				key = fmt.Sprintf("%s %d", keyOf(x), n)
			}
		}
		at[key], out[i] = x, row(pic, key, x)
	}
	p.mu.Lock()
	p.at, p.org = at, pic.Org
	p.mu.Unlock()
	return out, nil
}

// keyOf is the key of a row: of what it is about, not of its place, which another look
// ahead changes.
func keyOf(x review.Expiry) string {
	return fmt.Sprintf("%s %s %v %v %s %d %s %s %d", x.What, x.Day, x.Holder, x.Target, x.Agent, x.Level, x.Origin.Source, x.Campaign, x.Item)
}

func row(pic change.Picture, key string, x review.Expiry) ui.Record {
	what := ui.Cell{Text: x.What}
	if x.At.Before(pic.Now) {
		what = ui.Cell{Text: "was due: " + x.What, Role: theme.Warn}
	}
	who, level, on := review.HolderName(pic.Org, x.Holder), "", ""
	if x.What != review.ExpiryInvitation {
		level, on = domain.LadderOf(x.Target.Kind).Word(x.Level), review.TargetName(pic.Org, x.Target, x.Agent)
	}
	return ui.Record{Row: ui.Row{Key: key, Cells: []ui.Cell{{Text: string(x.Day)}, what, {Text: who}, {Text: level}, {Text: on}, {Text: x.Origin.Source, Role: theme.Dim}}},
		Values: []string{string(x.Day), what.Text, who, level, on, x.Origin.Source}}
}

func (p *page) find(key string) (review.Expiry, *domain.Org, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x, ok := p.at[key]
	return x, p.org, ok
}

func (p *page) detail(_ context.Context, pic change.Picture, key string) ([]ui.Line, error) {
	x, _, ok := p.find(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "this is over").Hinted("load the list again with f5")
	}
	r := row(pic, key, x)
	out := []ui.Line{ui.Text(theme.Title, strings.TrimSpace(r.Cells[2].Text+": "+x.What)), nil, change.Fact("What", strings.TrimSpace(r.Cells[3].Text+" "+r.Cells[4].Text)),
		change.Fact("Day", string(x.Day)+", in "+x.Zone), change.Fact("At", review.Moment(x.At, pic.Org.Zone())), change.Fact("From", x.Origin.Source)}
	if x.Campaign != "" {
		out = append(out, change.Fact("Exception", fmt.Sprintf("item %d: %s", x.Item, x.Note)))
	}
	return out, nil
}

// open opens who holds it, or the campaign of an exception.
func (p *page) open(key string) tea.Cmd {
	x, o, ok := p.find(key)
	if !ok {
		return nil
	}
	if x.Campaign != "" {
		return p.h.Push("campaign", string(x.Campaign))
	}
	if to, ok := browse.PlaceOfHolder(o, x.Holder); ok {
		return p.h.Push(to.Page, to.Arg)
	}
	return nil
}

func (p *page) entity(key string) string {
	x, _, _ := p.find(key)
	return string(x.Holder.ID)
}

// within asks how far ahead to look.
func (p *page) within(s browse.Subject) tea.Cmd {
	var labels []string
	for _, d := range ahead {
		labels = append(labels, fmt.Sprintf("%d days", d))
	}
	return s.Choose("Look how far ahead?", labels, func(i int) tea.Cmd {
		p.mu.Lock()
		p.days = ahead[i]
		p.mu.Unlock()
		p.browser.Forget()
		return p.browser.Reload()
	})
}
