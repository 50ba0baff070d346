// Package coverage is the console's page over what was reviewed how long ago: by
// framework what is covered, due soon, out of cadence or was never reviewed, what
// falls due in which month, and the next campaign from exactly what is open.
package coverage

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
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what this page reads.
type Reads interface {
	change.Reads
	// Coverage is where everything stands by each framework that applies.
	Coverage(ctx context.Context) ([]review.FrameworkCoverage, error)
	// Next is what the next campaign of a framework takes, at most so many of all;
	// until, where given, takes what falls due by the end of that day too.
	Next(ctx context.Context, framework, until string, most int) (first []review.Cover, all int, err error)
	// Actor is who acts, "" if nobody does.
	Actor() domain.ID
}

// Acts are what it does.
type Acts interface {
	// DraftCoverage drafts a campaign of exactly what a framework has out of
	// cadence once it is staged.
	DraftCoverage(ctx context.Context, saw domain.Sight, framework, until, name, due string) (review.Campaign, error)
}

const scope = "coverage"

// page keeps the figures read last, by framework.
type page struct {
	host  *tui.Host
	reads Reads
	acts  Acts

	mu  sync.Mutex
	by  map[string]review.FrameworkCoverage
	pic change.Picture
}

// New makes the page.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{host: h, reads: reads, acts: acts}
		return browse.New(h, browse.Config{
			Title: "Coverage", What: scope, One: "framework", Reads: reads, Fields: filter.Coverage(),
			Columns: []ui.Column{{Title: "Framework", Width: 12, Flex: 1}, {Title: "Every", Width: 9, Drop: 3}, {Title: "Covered", Width: 7, Right: true},
				{Title: "Due soon", Width: 8, Right: true, Drop: 1}, {Title: "Out", Width: 6, Right: true}, {Title: "Never", Width: 6, Right: true},
				{Title: "Of", Width: 7, Right: true, Drop: 2}},
			Load: p.load, Detail: p.detail, Enter: p.open, Acts: p.actions,
			Entity: func(string) string { return string(domain.SettingFrameworks) },
		}, nil)
	}
}

func (p *page) get(key string) (review.FrameworkCoverage, change.Picture, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.by[key]
	return c, p.pic, ok
}

func (p *page) load(ctx context.Context, pic change.Picture) ([]ui.Record, error) {
	all, err := p.reads.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	by := map[string]review.FrameworkCoverage{}
	var out []ui.Record
	for _, c := range all {
		f := c.Framework
		by[f.Word] = c
		every := review.Count(f.Months, "month", "months")
		out = append(out, ui.Record{Row: ui.Row{Key: f.Word, Cells: []ui.Cell{{Text: f.Name}, {Text: every}, {Text: fmt.Sprint(c.Covered), Role: theme.OK},
			count(c.DueSoon, theme.Warn), count(c.Out, theme.Danger), count(c.Never, theme.Danger), {Text: fmt.Sprint(c.Holdings), Role: theme.Dim}}},
			Values: []string{f.Name + "\n" + f.Word, every, fmt.Sprint(c.Never), fmt.Sprint(c.Out)}})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by, p.pic = by, pic
	return out, nil
}

// count is a number that stands out where it is not zero.
func count(n int, role theme.Role) ui.Cell {
	if n == 0 {
		role = theme.Dim
	}
	return ui.Cell{Text: fmt.Sprint(n), Role: role}
}

func (p *page) detail(_ context.Context, pic change.Picture, key string) ([]ui.Line, error) {
	c, _, ok := p.get(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "this framework does not apply any more").Hinted("load the list again with f5")
	}
	return lines(pic, c, p.host.Look()), nil
}

// lines say where everything stands by one framework.
func lines(pic change.Picture, c review.FrameworkCoverage, t *theme.Theme) []ui.Line {
	f := c.Framework
	out := []ui.Line{ui.Text(theme.Title, safe.Text(f.Name)), nil,
		change.Fact("Asks", f.Says), change.Fact("Of", f.Reach.String()), change.Fact("Every", review.Count(f.Months, "month", "months"))}
	out = append(out, change.Heading(fmt.Sprintf("%s on %s", review.Count(c.Holdings, "holding", "holdings"), pic.Org.DayOf(pic.Now)))...)
	for _, s := range []struct {
		what string
		n    int
		role theme.Role
	}{{"covered", c.Covered, theme.OK}, {"due soon", c.DueSoon, theme.Warn}, {"out of cadence", c.Out, theme.Danger}, {"never reviewed", c.Never, theme.Danger}} {
		out = append(out, bar(t, s.what, s.n, c.Holdings, s.role))
	}
	if x := c.Oldest; x.Reviewed != "" {
		out = append(out, change.Fact("Oldest", safe.Text(fmt.Sprintf("%s: %s on %s", x.Reviewed, review.HolderName(pic.Org, x.Holding.Holder), review.TargetName(pic.Org, x.Holding.Target, x.Holding.Agent)))))
	}
	out = append(out, change.Heading("Falls due")...)
	most := c.Never
	for _, m := range c.Calendar {
		most = max(most, m.Due)
	}
	if c.Never > 0 {
		out = append(out, bar(t, "now", c.Never, most, theme.Danger))
	}
	today := string(pic.Org.DayOf(pic.Now))
	for _, m := range c.Calendar {
		role := theme.Plain
		if m.Month <= today[:len("2026-11")] {
			role = theme.Warn
		}
		out = append(out, bar(t, m.Month, m.Due, most, role))
	}
	if most == 0 {
		out = append(out, ui.Text(theme.Dim, "nothing"))
	}
	return out
}

const barWidth = 20

func bar(t *theme.Theme, what string, n, of int, role theme.Role) ui.Line {
	return ui.Line{{Text: safe.Pad(what, 16)}, {Role: role, Text: t.Progress(n, of, barWidth)}, {Text: fmt.Sprintf(" %6d", n)}}
}

// open shows a framework whole in a window.
func (p *page) open(key string) tea.Cmd {
	if c, pic, ok := p.get(key); ok {
		p.host.Open(ui.NewTextView(p.host.Env, ui.TextView{Heading: "Coverage", Lines: lines(pic, c, p.host.Look())}))
	}
	return nil
}

func (p *page) actions(s browse.Subject) action.Table {
	d := drafter{s, p}
	return action.Table{
		{ID: "coverage.draft", Keys: []string{"d"}, Help: "draft campaign", Long: "draft the next campaign from exactly what is out of cadence or was never reviewed", Scope: scope, Hint: 1, Off: d.off, Do: s.On(d.draft)},
		{ID: "coverage.next", Keys: []string{"w"}, Help: "what it takes", Long: "what the next campaign takes, holding by holding", Scope: scope, Hint: 2, Off: s.Off, Do: s.On(d.next)},
	}
}

type drafter struct {
	browse.Subject
	p *page
}

func (d drafter) off() string {
	if why := d.Off(); why != "" {
		return why
	}
	id, _ := d.Selected()
	c, _, ok := d.p.get(string(id))
	switch {
	case d.p.reads.Actor() == "":
		return "This console only reads."
	case ok && c.Out+c.Never+c.DueSoon+c.Covered == 0:
		return "It covers nothing here."
	}
	return ""
}

// nextShown is how many holdings are named.
const nextShown = 400

func (d drafter) next(id domain.ID) tea.Cmd {
	_, pic, _ := d.p.get(string(id))
	return ui.OpenLook(d.Host.Env, ui.Look{Heading: "The next campaign by " + string(id), Doing: "looking at every holding", Load: func(ctx context.Context) ([]ui.Line, error) {
		first, all, err := d.p.reads.Next(ctx, string(id), "", nextShown)
		if err != nil {
			return nil, err
		}
		out := []ui.Line{ui.Text(theme.Title, review.Count(all, "holding", "holdings")), nil}
		for _, c := range first {
			g := c.Holding
			text := fmt.Sprintf("%s: %s on %s", review.HolderName(pic.Org, g.Holder), g.Ladder().Word(g.Level), review.TargetName(pic.Org, g.Target, g.Agent))
			when := c.State.String()
			if c.Due != "" {
				when += ", was due " + string(c.Due)
			}
			out = append(out, ui.Plain(safe.Text(text)+", "+when))
		}
		if n := all - len(first); n > 0 {
			out = append(out, ui.Text(theme.Dim, fmt.Sprintf("and %d more", n)))
		}
		return out, nil
	}})
}

func (d drafter) draft(id domain.ID) tea.Cmd {
	c, pic, ok := d.p.get(string(id))
	if !ok {
		return nil
	}
	today := pic.Org.DayOf(pic.Now)
	what := []string{fmt.Sprintf("It reviews exactly what is out of cadence by %s (%d) or was never reviewed (%d) when it is staged.", c.Framework.Name, c.Out, c.Never)}
	saw := tui.Saw(pic.Head, lines(pic, c, d.Host.Look())...)
	due := string(pic.Org.DayOf(pic.Now.AddDate(0, 0, 30)))
	return d.Clerk.Ask("Draft the next campaign", "drafting", what, []ui.Field{
		{Label: "Name", Value: fmt.Sprintf("Coverage %s %s", c.Framework.Word, today), Check: ui.Needed("a name")},
		{Label: "Also what falls due by the end of (may be empty)", Hint: "a day: " + due},
		{Label: "Due", Value: due, Check: ui.Needed("a due date")},
	}, func(ctx context.Context, v []string) (string, error) {
		drafted, err := d.p.acts.DraftCoverage(ctx, saw, c.Framework.Word, strings.TrimSpace(v[1]), v[0], strings.TrimSpace(v[2]))
		return "drafted: " + drafted.Name + " · the page of campaigns stages it", err
	})
}
