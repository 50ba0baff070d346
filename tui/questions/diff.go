package questions

import (
	"cmp"
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

// diff is the page of what differs between two moments.
type diff struct {
	h     *tui.Host
	reads Reads
	b     *browse.Browser

	mu      sync.Mutex // loads run beside the page
	words   string
	between Between
	by      map[string]Difference
	typed   [3]string // last, in its dialog
}

// NewDiff makes the page: its argument says which moments, as :diff does.
func NewDiff(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, arg string) tui.Page {
		d := &diff{h: h, reads: reads, words: arg}
		d.b = browse.New(h, browse.Config{
			Title: "What changed", What: "diff", One: "difference", Reads: reads, Fields: filter.Names("diff", "change", "what", "which", "from", "to"),
			Columns: []ui.Column{{Title: "Change", Width: 8}, {Title: "What", Width: 10, Drop: 2}, {Title: "Which", Width: 24, Flex: 4}, {Title: "From", Width: 11, Flex: 1, Drop: 3}, {Title: "To", Width: 11, Flex: 1, Drop: 1}},
			Sorts:   []ui.Sort{{ID: "", Title: "as it stands in the log's kinds"}, {ID: "which", Title: "who and what"}, {ID: "change", Title: "change"}},
			Load:    d.load, Detail: d.detail, Acts: d.acts,
			Enter:  func(key string) tea.Cmd { return h.Push("log", string(d.get(key).Entity)) },
			Entity: func(key string) string { return string(d.get(key).Entity) },
		}, acts)
		return &diffPage{d.b, d}
	}
}

// diffPage is the browser with the moments in its title.
type diffPage struct {
	*browse.Browser
	d *diff
}

// Init implements tui.Page.
func (p *diffPage) Init() tea.Cmd {
	if p.d.words == "" {
		return tea.Batch(p.Browser.Init(), p.d.ask())
	}
	return p.Browser.Init()
}

// Title implements tui.Page.
func (p *diffPage) Title() string {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	if p.d.between.To == "" {
		return p.Browser.Title()
	}
	return "From " + p.d.between.From + " to " + p.d.between.To
}

func (d *diff) get(key string) Difference {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.by[key]
}

func (d *diff) load(ctx context.Context, _ change.Picture) ([]ui.Record, error) {
	d.mu.Lock()
	words := d.words
	d.mu.Unlock()
	if words == "" {
		return nil, nil
	}
	b, err := d.reads.Diff(ctx, words)
	if err != nil {
		return nil, err
	}
	by := map[string]Difference{}
	var out []ui.Record
	for _, x := range b.Things {
		by[x.Key] = x
		role := map[string]theme.Role{"began": theme.OK, "gained": theme.Warn, "ended": theme.Danger, "lost": theme.Danger}[x.Change]
		out = append(out, ui.Record{Row: ui.Row{Key: x.Key, Cells: []ui.Cell{{Text: x.Change, Role: role}, {Text: x.What, Role: theme.Dim}, {Text: x.Text}, {Text: x.From}, {Text: x.To}}},
			Values: []string{x.Change, x.What, x.Text, x.From, x.To}})
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.between, d.by = b, by
	return out, nil
}

// detail is what of a thing differs, and the events in between that name it.
func (d *diff) detail(ctx context.Context, p change.Picture, key string) ([]ui.Line, error) {
	x := d.get(key)
	d.mu.Lock()
	b := d.between
	d.mu.Unlock()
	out := []ui.Line{ui.Text(theme.Title, x.Text), change.Fact("Change", x.Change)}
	if x.From != "" || x.To != "" {
		out = append(out, change.Fact("From", x.From), change.Fact("To", x.To))
	}
	for _, f := range x.Fields {
		out = append(out, ui.Plain(f))
	}
	lines, err := d.reads.History(ctx, x.Entity)
	if err != nil {
		return nil, err
	}
	out = append(out, change.Heading("Events in between")...)
	n := 0
	for _, l := range lines {
		if l.Seq > b.After && l.Seq <= b.Until {
			n++
			out = append(out, ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("event %d, %s ", l.Seq, l.Time.In(p.Org.Zone()).Format("2006-01-02 15:04"))}, {Text: strings.TrimSpace(l.Actor + ": " + l.Text)}})
		}
	}
	if n == 0 {
		out = append(out, ui.Text(theme.Dim, "None names it: it came by a group or a role, or a window opened or closed."))
	}
	return append(out, nil, ui.Text(theme.Key, "enter opens its events, o what it is about")), nil
}

func (d *diff) acts(s browse.Subject) action.Table {
	return action.Table{
		{ID: "diff.related", Keys: []string{"o"}, Help: "related", Long: "open whom or what it is about, why they have it now, or its events", Scope: "diff", Hint: 10, Off: s.Off, Do: s.On(func(key domain.ID) tea.Cmd {
			x := d.get(string(key))
			return d.h.Related(func(ctx context.Context) ([]tui.Lead, error) {
				p, err := d.reads.Picture(ctx)
				if err != nil {
					return nil, err
				}
				return leads(p.Org, x), nil
			})
		})},
		{ID: "diff.ask", Keys: []string{"e"}, Help: "moments", Long: "compare other moments, or only one person, group, role or agent", Scope: "diff", Hint: 11, Do: d.ask},
	}
}

// leads are the pages that a difference leads to.
func leads(o *domain.Org, x Difference) []tui.Lead {
	var out []tui.Lead
	if p, ok := browse.PlaceOf(o, x.Kind, x.Entity, "it is about"); ok {
		out = append(out, p)
	}
	if x.Asked.Principal != "" {
		if p, ok := browse.PlaceOf(o, domain.KindPrincipal, x.Asked.Principal, "whose it is"); ok {
			out = append(out, p)
		}
		if p, ok := browse.PlaceOfTarget(o, x.Asked.Target, x.Asked.Agent); ok {
			out = append(out, p)
		}
		if x.What == "access" {
			out = append(out, tui.Lead{Page: "why", Arg: encode(x.Asked), Label: "why " + review.TargetName(o, x.Asked.Target, x.Asked.Agent), Note: "as it is now"})
		}
	}
	return append(out, tui.Lead{Page: "log", Arg: string(x.Entity), Label: "its events", Note: "history"})
}

// ask asks for the moments, and whom or what alone.
func (d *diff) ask() tea.Cmd {
	d.h.Open(ui.NewForm(d.h.Env, ui.Form{Heading: "Compare two moments", Yes: "compare", What: []string{"A date (as the day ended), an instant, an event's number, or now."},
		Fields: []ui.Field{{Label: "From", Value: d.typed[0], Hint: "2026-03-31", Check: ui.Needed("a moment")}, {Label: "To", Value: cmp.Or(d.typed[1], "now"), Check: ui.Needed("a moment")},
			{Label: "Only whom or what (may be empty)", Value: d.typed[2], Hint: "person:dana@acme.example, agent:Support, group:Tier 1, role:Guest"}},
		Do: func(v []string) tea.Cmd {
			d.typed = [3]string(v)
			words := strings.TrimSpace(v[0]) + " " + strings.TrimSpace(v[1])
			if only := strings.TrimSpace(v[2]); only != "" {
				words += ` "` + strings.ReplaceAll(only, `"`, "") + `"`
			}
			d.mu.Lock()
			d.words = words
			d.mu.Unlock()
			d.b.Forget()
			return d.b.Reload()
		}}))
	return nil
}
