package reviewpage

import (
	"context"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/itemlist"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

// desk is the reviewer's work over items in memory, with the rules that the
// service keeps as far as the screen meets them.
type desk struct {
	*tuitest.Population
	acts   []review.DecisionInput
	saws   []domain.Sight
	fail   error
	signed string
	reason bool // a keep needs a reason
	none   bool // nothing waits for the person
	handed []string
	over   string // why nothing is decided any more
	alone  bool   // nobody hands items on
}

func (d *desk) Share(context.Context, string) (Share, error) {
	if d.none {
		return Share{}, domain.Errorf(domain.NotFound, "nothing waits for you to review").Hinted("1 goes home")
	}
	c, now := tuitest.Quarter()
	c.Definition.ReasonToKeep, c.Definition.NoDelegate = d.reason, d.alone
	c.Definition.Stages = []review.Stage{{Name: "Managers", Reviewers: []string{review.ByManager}}, {Name: "Owners", Reviewers: []string{review.ByTargetOwner}}}
	if d.over != "" {
		c.State = review.Remediating
	}
	s := Share{Over: d.over, Campaign: c, Actor: tuitest.Reviewer, Progress: d.Progress(), Due: c.Due, Now: now}
	if d.signed != "" {
		s.Progress.State = review.Signed
	}
	for _, it := range d.All {
		if it.Reviewer == tuitest.Reviewer && it.Decision.Answer == review.Silent {
			s.Resume = it.No
			break
		}
	}
	return s, nil
}

func (d *desk) More(_ context.Context, _ domain.ID, no int) (itemlist.More, error) {
	return itemlist.More{Since: "2025-11-03, given by Mira Lind, approved by Tom Berg", Reviewer: "Ana Ruiz", Last: "Q3 user access: kept by Tom Berg on 2025-12-01",
		Stage: "1 of 2, Managers", Others: []string{"Tom Berg (owner)"}, Versions: []string{"2026-03-02 10:00 UTC Ana Ruiz: keep"}}, nil
}

func (d *desk) Name(context.Context, domain.ID) string { return "Tom Berg" }

func (d *desk) Decide(_ context.Context, saw domain.Sight, _ domain.ID, in []review.DecisionInput) (review.Receipt, error) {
	if d.fail != nil {
		return review.Receipt{}, d.fail
	}
	var r review.Receipt
	for _, one := range in {
		it := &d.All[one.Item-1]
		if it.Reviewer != tuitest.Reviewer {
			return r, domain.Errorf(domain.Forbidden, "item %d is Ana Ruiz's own access: %s", it.No, it.Target).Hinted("nobody reviews their own access")
		}
		it.Decision = review.Decision{Campaign: it.Campaign, Item: it.No, Stage: 1, Reviewer: it.Reviewer, Answer: one.Answer, Level: one.Level, Reason: one.Reason, Round: 1}
		r.Decisions = append(r.Decisions, it.Decision)
	}
	d.acts, d.saws = append(d.acts, in...), append(d.saws, saw)
	return r, nil
}

func (d *desk) Undo(_ context.Context, _ domain.Sight, _ domain.ID, no int) (review.Decision, error) {
	it := &d.All[no-1]
	if it.Decision.Answer == review.Silent {
		return it.Decision, domain.Errorf(domain.Conflict, "item %d is undecided: there is nothing to undo", no)
	}
	it.Decision = review.Decision{Item: no}
	return it.Decision, nil
}

func (d *desk) Colleagues(context.Context) ([]ui.Candidate, error) {
	return []ui.Candidate{{Key: "usr_tom", Label: "Tom Berg", Note: "tom@acme.example"}, {Key: "usr_mal", Label: "Mallory\rADMIN"}}, nil
}

func (d *desk) Delegate(_ context.Context, saw domain.Sight, _ domain.ID, items []int, to domain.ID, reason string) error {
	if d.fail != nil {
		return d.fail
	}
	for _, no := range items {
		d.All[no-1].Reviewer = to
	}
	d.handed, d.saws = append(d.handed, fmt.Sprintf("%v to %s: %s", items, to, reason)), append(d.saws, saw)
	return nil
}

func (d *desk) Sign(_ context.Context, _ domain.Sight, _ domain.ID, typed string) (review.Packet, error) {
	d.signed = typed
	p := d.Progress()
	return review.Packet{State: review.Signed, Items: p.Items, Keep: p.Keep, Revoke: p.Revoke}, nil
}

// pushed is a page that only says how it was opened.
type pushed struct{ arg string }

func (p *pushed) Init() tea.Cmd          { return nil }
func (p *pushed) Update(tea.Msg) tea.Cmd { return nil }
func (p *pushed) Title() string          { return p.arg }
func (p *pushed) Actions() action.Table  { return nil }
func (p *pushed) View(w, h int) string {
	return ui.Block(theme.New(theme.Options{}, true), nil, w, h)
}

type console struct {
	*tuitest.Driver
	root  *tui.Root
	desk  *desk
	page  *page
	clock *tuitest.Clock
}

func open(t testing.TB, n, w, h int, setup ...func(*desk)) *console {
	return openAs(t, theme.Dark, n, w, h, setup...)
}

func openAs(t testing.TB, kind theme.Kind, n, w, h int, setup ...func(*desk)) *console {
	t.Helper()
	c := &console{desk: &desk{Population: tuitest.NewPopulation(n)}, clock: tuitest.NewClock(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))}
	for _, f := range setup {
		f(c.desk)
	}
	opens := func(id string) tui.PageSpec {
		return tui.PageSpec{ID: id, Title: id, New: func(_ *tui.Host, arg string) tui.Page { return &pushed{id + " " + arg} }}
	}
	var err error
	c.root, err = tui.New(tui.Config{Product: "Countersign", Actor: "ana@acme.example", Now: c.clock.Now, After: c.clock.After,
		Theme: theme.Options{Kind: kind},
		Pages: []tui.PageSpec{{ID: "review", Title: "My items", Key: "2", New: func(h *tui.Host, arg string) tui.Page {
			p := New(c.desk)(h, arg)
			c.page, _ = p.(*page)
			return p
		}}, opens("log"), opens("person"), opens("agent"), opens("group")}})
	if err != nil {
		t.Fatal(err)
	}
	c.Driver = tuitest.Start(t, c.root, c.clock, w, h)
	c.Advance(time.Second)
	return c
}

// no is the number of the item under the cursor.
func (c *console) no() int { s, _ := c.page.at(); return s.Item.No }
