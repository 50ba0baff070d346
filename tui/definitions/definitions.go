// Package definitions is the console's page over the definitions that campaigns
// are drafted from: what is in force, what waits for a checker and how it
// differs, when each is next due; and the acts on them, which take two people.
package definitions

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/plan"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what this page reads.
type Reads interface {
	change.Reads
	Texts
	// Definitions gives every version of every definition kept, and who acts, ""
	// if nobody does.
	Definitions(ctx context.Context) (all []review.Template, actor domain.ID, err error)
}

// Acts are what it does. saw is what the person was shown; ref names a
// definition by its id.
type Acts interface {
	ProposeDefinition(ctx context.Context, saw domain.Sight, t review.Template) (review.Template, error)
	ApproveDefinition(ctx context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error)
	RejectDefinition(ctx context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error)
	RetireDefinition(ctx context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error)
	// DraftFrom drafts a campaign from the version in force; due may be empty.
	DraftFrom(ctx context.Context, saw domain.Sight, ref domain.ID, name, due string) (review.Campaign, error)
}

const scope = "definitions"

// New makes the page.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{host: h, reads: reads, acts: acts}
		return &screen{browse.New(h, browse.Config{
			Title: "Definitions", What: scope, One: "definition", Reads: reads, Fields: filter.Definitions(),
			Columns: []ui.Column{{Title: "Definition", Width: 18, Flex: 3}, {Title: "In force", Width: 9, Drop: 2}, {Title: "Waits", Width: 9},
				{Title: "Started", Width: 18, Flex: 2, Drop: 1}, {Title: "Next", Width: 10}},
			Load: p.load, Detail: p.detail, Enter: p.open, Acts: p.actions,
		}, nil), p}
	}
}

// entry is one definition: its versions, the oldest first, or the one that comes
// with the program and is kept by nobody yet.
type entry struct {
	versions []review.Template
	shipped  bool
}

// force is the version in force, waits the one that waits for a checker.
func (e entry) force() (review.Template, bool) {
	if e.shipped {
		return review.Template{}, false
	}
	return review.TemplateInForce(e.versions)
}

func (e entry) waits() (review.Template, bool) {
	if e.shipped {
		return review.Template{}, false
	}
	return review.TemplatePending(e.versions)
}

// last is what there is to show: what waits, else what is in force, else the
// last version.
func (e entry) last() review.Template {
	if t, ok := e.waits(); ok {
		return t
	}
	if t, ok := e.force(); ok {
		return t
	}
	return e.versions[len(e.versions)-1]
}

// page keeps the definitions read last, by key.
type page struct {
	host  *tui.Host
	reads Reads
	acts  Acts
	gen   int // of the text changed last

	mu    sync.Mutex
	by    map[string]entry
	pic   change.Picture
	actor domain.ID
}

func (p *page) get(key string) (entry, change.Picture, domain.ID, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.by[key]
	return e, p.pic, p.actor, ok
}

// all gives the keys in the order of names.
func (p *page) all() (keys []string, by map[string]entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for k := range p.by {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys, p.by
}

// shippedKey names a definition that comes with the program.
func shippedKey(name string) string { return "shipped/" + name }

func (p *page) load(ctx context.Context, pic change.Picture) ([]ui.Record, error) {
	all, actor, err := p.reads.Definitions(ctx)
	if err != nil {
		return nil, err
	}
	by := map[string]entry{}
	kept := map[string]bool{}
	var rows, offered []ui.Record
	for _, versions := range review.ByTemplate(all) {
		e := entry{versions: versions}
		by[string(versions[0].ID)] = e
		kept[strings.ToLower(versions[0].Name)] = true
		rows = append(rows, row(pic, string(versions[0].ID), e))
	}
	for _, t := range review.Shipped() {
		if kept[strings.ToLower(t.Name)] {
			continue
		}
		e := entry{versions: []review.Template{t}, shipped: true}
		by[shippedKey(t.Name)] = e
		offered = append(offered, row(pic, shippedKey(t.Name), e))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by, p.pic, p.actor = by, pic, actor
	return append(rows, offered...), nil
}

func row(pic change.Picture, key string, e entry) ui.Record {
	t := e.last()
	force, waits, next, state := ui.Cell{Text: "-", Role: theme.Dim}, ui.Cell{}, ui.Cell{}, "none"
	if now, ok := e.force(); ok {
		force, state = ui.Cell{Text: fmt.Sprintf("version %d", now.Version), Role: theme.OK}, "in force"
		next.Text = string(now.Recurrence.Next(pic.Now, pic.Org.Zone()))
	}
	if w, ok := e.waits(); ok {
		waits, state = ui.Cell{Text: fmt.Sprintf("version %d", w.Version), Role: theme.Warn}, state+" waits"
	}
	group := "Kept here"
	name := ui.Cell{Text: t.Name}
	if e.shipped {
		group, name.Role, state = "Come with the program, to be proposed", theme.Dim, "shipped"
	}
	return ui.Record{Row: ui.Row{Key: key, Group: group, Cells: []ui.Cell{name, force, waits, {Text: Started(t)}, next}},
		Values: []string{t.Name, state, Started(t), next.Text, t.About}}
}

// Started says what starts a definition's campaigns.
func Started(t review.Template) string {
	var out []string
	if t.Recurrence.Every != review.Never {
		out = append(out, strings.TrimSuffix(t.Recurrence.String(), ", from ")) // one that was never begun has no start
	}
	for _, x := range t.Triggers {
		out = append(out, "on "+x.String())
	}
	if len(out) == 0 {
		return "by hand"
	}
	return strings.Join(out, ", ")
}

// nextShown is how many scheduled dates are shown.
const nextShown = 4

func (p *page) detail(_ context.Context, pic change.Picture, key string) ([]ui.Line, error) {
	e, _, _, ok := p.get(key)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "this definition is gone").Hinted("load the list again with f5")
	}
	return lines(pic, e), nil
}

// lines say one definition whole: what waits beside what is in force, the next
// dates, and what became of each version.
func lines(pic change.Picture, e entry) []ui.Line {
	t := e.last()
	out := []ui.Line{ui.Text(theme.Title, safe.Text(t.Name)), nil}
	fact := func(label, text string) { out = append(out, change.Fact(label, safe.Text(text))) }
	if t.About != "" {
		fact("About", t.About)
	}
	fact("State", stateWords(pic.Org, e))
	fact("Started", Started(t))
	if now, ok := e.force(); ok {
		if next := dates(now.Recurrence, pic.Now, pic.Org.Zone()); next != "" {
			fact("Next", next)
		}
	}
	out = append(out, changed(pic.Org, e)...)
	out = append(out, change.Heading("What it says")...)
	for _, f := range plan.Facts(pic.Org, t.Definition) {
		out = append(out, change.Fact(f.Label, safe.Text(f.Text)))
	}
	if !e.shipped {
		out = append(out, change.Heading("Versions")...)
		for _, v := range slices.Backward(e.versions) {
			out = append(out, change.Fact(fmt.Sprintf("version %d", v.Version), safe.Text(versionWords(pic.Org, v))))
		}
	}
	return append(out, nil, ui.Text(theme.Dim, "Stages are added and exclusions made in its file: countersign definition show NAME --file, then definition propose."))
}

func stateWords(o *domain.Org, e entry) string {
	if e.shipped {
		return "comes with the program and is not in force: propose it"
	}
	var parts []string
	if now, ok := e.force(); ok {
		parts = append(parts, fmt.Sprintf("version %d is in force", now.Version))
	} else {
		parts = append(parts, "not in force")
	}
	if w, ok := e.waits(); ok {
		what := fmt.Sprintf("version %d", w.Version)
		if w.Retires {
			what = "its retirement"
		}
		parts = append(parts, fmt.Sprintf("%s waits for a checker, proposed by %s", what, o.Name(domain.KindPrincipal, w.Maker)))
	}
	return strings.Join(parts, "; ")
}

func versionWords(o *domain.Org, v review.Template) string {
	name := func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) }
	text := "proposed by " + name(v.Maker)
	if v.Retires {
		text = "to retire it, proposed by " + name(v.Maker)
	}
	if v.State != review.TemplateProposed {
		text += ", " + v.State.String()
	}
	if v.Checker != "" {
		text += " by " + name(v.Checker)
	}
	if v.Reason != "" {
		text += ": " + v.Reason
	}
	return text
}

func dates(r review.Recurrence, now time.Time, home *time.Location) string {
	var out []string
	for d := range r.Between(now, now.AddDate(5, 0, 0), home) {
		if out = append(out, string(d)); len(out) == nextShown {
			break
		}
	}
	return strings.Join(out, ", ")
}

// changed says what the version that waits would change of the one in force.
func changed(o *domain.Org, e entry) []ui.Line {
	now, ok := e.force()
	w, waits := e.waits()
	if !ok || !waits || w.Retires {
		return nil
	}
	said := func(t review.Template) []string {
		out := []string{"About: " + t.About, "Started: " + Started(t)}
		label := ""
		for _, f := range plan.Facts(o, t.Definition) {
			if f.Label != "" {
				label = f.Label
			}
			out = append(out, label+": "+f.Text)
		}
		return out
	}
	before, after := said(now), said(w)
	out := change.Heading(fmt.Sprintf("Version %d would change", w.Version))
	for _, l := range before {
		if !slices.Contains(after, l) {
			out = append(out, ui.Line{{Role: theme.Danger, Text: "- "}, {Text: safe.Text(l)}})
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) {
			out = append(out, ui.Line{{Role: theme.OK, Text: "+ "}, {Text: safe.Text(l)}})
		}
	}
	if len(out) == 2 {
		out = append(out, ui.Text(theme.Dim, "what is not said here: countersign definition show"))
	}
	return out
}
