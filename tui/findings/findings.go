// Package findings is the console's page over what is the matter: each finding
// beside its paths and the change sets that would mend it.
package findings

import (
	"context"
	"slices"
	"strconv"
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
type Reads interface{ change.Reads }

// Acts are what it does: change sets.
type Acts interface{ change.Acts }

const scope = "findings"

// New makes the page. Enter opens what a finding is about; an argument is typed
// into the filter by whoever opens the page with one.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{host: h, reads: reads, by: map[string]domain.Finding{}}
		return browse.New(h, browse.Config{
			Title: "Findings", What: scope, One: "finding", Reads: reads, Fields: filter.Findings(),
			Columns: []ui.Column{{Title: "Weight", Width: 8}, {Title: "Kind", Width: 19, Drop: 2}, {Title: "What is the matter", Width: 24, Flex: 1},
				{Title: "Since", Width: 10, Drop: 1}},
			Sorts: []ui.Sort{{ID: "weight", Title: "what weighs most"}, {ID: "kind", Title: "kind"}, {ID: "about", Title: "what it is about"},
				{ID: "since", Title: "since when"}},
			Load: p.load, Detail: p.detail, Enter: p.open, Entity: p.entity, Acts: p.actions, Bulk: p.bulk,
		}, acts)
	}
}

// page keeps the findings read last, by id: the list's rows are made of them.
type page struct {
	host  *tui.Host
	reads Reads

	mu  sync.Mutex
	by  map[string]domain.Finding
	org *domain.Org
}

func (p *page) get(key string) (domain.Finding, *domain.Org, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.by[key]
	return f, p.org, ok
}

func (p *page) load(ctx context.Context, _ change.Picture) ([]ui.Record, error) {
	pic, all, err := p.reads.Findings(ctx)
	if err != nil {
		return nil, err
	}
	since, err := change.FindingDays(ctx, p.reads, pic.Org, all)
	if err != nil {
		return nil, err
	}
	by, out := make(map[string]domain.Finding, len(all)), make([]ui.Record, len(all))
	for i, f := range all {
		by[string(f.ID)] = f
		out[i] = row(pic.Org, f, since(f))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by, p.org = by, pic.Org
	return out, nil
}

func row(o *domain.Org, f domain.Finding, since string) ui.Record {
	var about []string
	for _, list := range [][]domain.Ref{f.Subject, f.Also} {
		for _, r := range list {
			if r.Kind != domain.KindGrant {
				about = append(about, o.Name(r.Kind, r.ID))
			}
		}
	}
	return ui.Record{
		Row: ui.Row{Key: string(f.ID), Cells: []ui.Cell{{Text: f.Severity.String(), Role: change.SeverityRole(f.Severity)}, {Text: f.Kind.String()},
			{Text: f.Text}, {Text: since, Role: theme.Dim}}},
		Values: []string{f.Severity.String(), f.Kind.String(), f.Text, strings.Join(about, "\n"), since, string(f.ID)},
	}
}

// detail says one finding whole.
func (p *page) detail(ctx context.Context, pic change.Picture, key string) ([]ui.Line, error) {
	f, o, ok := p.get(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "this finding is gone").Hinted("load the list again with f5")
	}
	pic.Org = o
	return change.FindingLines(ctx, p.reads, pic, f, p.host.Look().Sign)
}

// pages are those that show a record of a kind.
var pages = map[domain.Kind]string{domain.KindGroup: "group", domain.KindAgent: "agent", domain.KindSource: "source", domain.KindRole: "role"}

// place is a page and its argument.
type place struct{ page, arg, label string }

// places are the pages over what a finding is about, each once.
func places(o *domain.Org, f domain.Finding) []place {
	var out []place
	seen := map[domain.Ref]bool{}
	for _, list := range [][]domain.Ref{f.Subject, f.Also} {
		for _, r := range list {
			id := pages[r.Kind]
			if r.Kind == domain.KindPrincipal {
				id = "person"
			}
			if id == "" || seen[r] {
				continue
			}
			seen[r] = true
			out = append(out, place{id, string(r.ID), id + " " + o.Name(r.Kind, r.ID)})
		}
	}
	return out
}

// open opens what a finding is about: at once where that is one thing.
func (p *page) open(key string) tea.Cmd {
	f, o, ok := p.get(key)
	if !ok {
		return nil
	}
	to := places(o, f)
	switch len(to) {
	case 0:
		p.host.Say("there is no page about this")
		return nil
	case 1:
		return p.host.Push(to[0].page, to[0].arg)
	}
	options := make([]ui.Option, len(to))
	for i, t := range to {
		options[i] = ui.Option{Label: t.label, Key: strconv.Itoa(i + 1)}
	}
	if len(options) > 9 {
		options = options[:9]
	}
	p.host.Open(ui.NewChoice(p.host.Env, ui.Choice{Heading: "Open what?", Options: options,
		Do: func(i int) tea.Cmd { return p.host.Push(to[i].page, to[i].arg) }}))
	return nil
}

// entity is whose history belongs to a finding.
func (p *page) entity(key string) string {
	if f, _, ok := p.get(key); ok && len(f.Subject) > 0 {
		return string(f.Subject[0].ID)
	}
	return key
}

func (p *page) actions(s browse.Subject) action.Table {
	m := mender{s, p}
	return action.Table{
		{ID: "findings.related", Keys: []string{"o"}, Help: "related", Long: "open something that the finding is about", Scope: scope, Off: m.Off, Do: s.On(m.related)},
		{ID: "findings.mend", Keys: []string{"e"}, Help: "mend", Long: "propose the change set that mends it", Scope: scope, Hint: 10, Off: m.off,
			Do: s.On(m.mend)},
	}
}

// related offers everything a finding is about.
func (m mender) related(id domain.ID) tea.Cmd {
	f, o, ok := m.page.get(string(id))
	if !ok {
		return nil
	}
	var out []tui.Lead
	for _, r := range slices.Concat(f.Subject, f.Also) {
		if p, ok := browse.PlaceOf(o, r.Kind, r.ID, "it is about this"); ok {
			out = append(out, p, tui.Lead{Page: "log", Arg: string(r.ID), Label: "events about " + o.Name(r.Kind, r.ID), Note: "history"})
		}
	}
	return m.Host.Related(tui.There(out...))
}

// mender proposes what mends the selected finding.
type mender struct {
	browse.Subject
	page *page
}

func (m mender) off() string {
	if why := m.Off(); why != "" {
		return why
	}
	id, _ := m.Selected()
	if f, _, ok := m.page.get(string(id)); ok && (f.Kind == domain.FindingLookAlike || f.Kind == domain.FindingBroadGroup) {
		return "No change set mends this: see beside the list why."
	}
	return ""
}

// mend asks which way where there are several, then opens the change dialog.
func (m mender) mend(id domain.ID) tea.Cmd {
	f, _, ok := m.page.get(string(id))
	if !ok {
		return nil
	}
	return ui.OpenPick(m.Host.Env, ui.Pick{Heading: "Mend it how?", Load: func(ctx context.Context) ([]ui.Candidate, error) {
		pic, err := m.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		mends, why := pic.Org.Mends(f, pic.Now, change.ShownIDs())
		if why != "" {
			return nil, domain.Errorf(domain.Conflict, "no change set mends this").Hinted("%s", why)
		}
		var out []ui.Candidate
		for i, w := range mends {
			out = append(out, ui.Candidate{Key: strconv.Itoa(i), Label: w.Text, Note: review.Count(len(w.Changes), "change", "changes")})
		}
		return out, nil
	}, Do: func(c ui.Candidate) tea.Cmd {
		return m.Desk.Propose(change.Draft{Heading: "Mend a finding", Note: []string{f.Text + "."},
			Make: func(p change.Picture, id func(string) domain.ID) (domain.ChangeSet, error) {
				return remade(p, f, c.Label, id)
			}})
	}})
}

// remade makes the change set of a way anew, on the present picture.
func remade(p change.Picture, f domain.Finding, way string, id func(string) domain.ID) (domain.ChangeSet, error) {
	mends, why := p.Org.Mends(f, p.Now, id)
	for _, m := range mends {
		if m.Text == way {
			return change.Set(review.MendTitle(f, m), m.Changes...)
		}
	}
	if why == "" {
		why = "load the findings again with f5"
	}
	return domain.ChangeSet{}, domain.Errorf(domain.Conflict, "this way to mend it is gone").Hinted("%s", why)
}
