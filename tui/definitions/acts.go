package definitions

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// keeper does the acts on the definition selected.
type keeper struct {
	browse.Subject
	p *page
}

func (p *page) actions(s browse.Subject) action.Table {
	k := keeper{s, p}
	act := func(id, key, help, long string, hint int, off func() string, do func(string, entry) tea.Cmd) action.Action {
		return action.Action{ID: "definitions." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Hint: hint, Off: off, Do: func() tea.Cmd {
			key, e, _ := k.at()
			return do(key, e)
		}}
	}
	return action.Table{
		{ID: "definitions.new", Keys: []string{"n"}, Help: "propose", Long: "propose a definition: one that comes with the program, or one like another", Scope: scope, Hint: 1, Off: k.offActor, Do: k.propose},
		act("edit", "c", "change", "propose another version: what it reviews, who answers, what holds for it", 2, k.offKept, k.change),
		act("schedule", "e", "schedule", "propose another schedule: how often, on which day, from when", 2, k.offKept, k.schedule),
		act("approve", "a", "approve", "approve the version that waits: the second signature", 3, k.offApprove, k.approve),
		act("reject", "b", "send back", "reject the version that waits, or take your own back, with a reason", 4, k.offPending, k.reject),
		act("draft", "d", "draft campaign", "draft a campaign from the version in force", 5, k.offForce, k.draft),
		act("retire", "R", "retire", "propose that no campaign be drafted from it any more", 0, k.offForce, k.retire),
	}
}

// open shows a definition whole in a window.
func (p *page) open(key string) tea.Cmd {
	e, pic, _, ok := p.get(key)
	if ok {
		p.host.Open(ui.NewTextView(p.host.Env, ui.TextView{Heading: "Definition", Lines: lines(pic, e)}))
	}
	return nil
}

func (k keeper) at() (key string, e entry, actor domain.ID) {
	id, _ := k.Selected()
	e, _, actor, _ = k.p.get(string(id))
	return string(id), e, actor
}

func (k keeper) offActor() string {
	if _, _, actor := k.at(); actor == "" {
		return "This console only reads."
	}
	return ""
}

func (k keeper) offKept() string {
	switch _, e, actor := k.at(); {
	case len(e.versions) == 0:
		return k.Off()
	case actor == "":
		return "This console only reads."
	case e.shipped:
		return "It comes with the program and is kept by nobody yet: propose it first."
	}
	return ""
}

func (k keeper) offForce() string {
	if why := k.offKept(); why != "" {
		return why
	}
	if _, e, _ := k.at(); len(e.versions) > 0 {
		if _, ok := e.force(); !ok {
			return "No version of it is in force: a checker approves one first."
		}
	}
	return ""
}

func (k keeper) offPending() string {
	if why := k.offKept(); why != "" {
		return why
	}
	if _, e, _ := k.at(); len(e.versions) > 0 {
		if _, ok := e.waits(); !ok {
			return "No version of it waits for a checker."
		}
	}
	return ""
}

func (k keeper) offApprove() string {
	if why := k.offPending(); why != "" {
		return why
	}
	_, e, actor := k.at()
	if w, _ := e.waits(); w.Maker == actor {
		return "You proposed it: another checker approves it, and until then you may take it back."
	}
	_, pic, _, _ := k.p.get(string(e.versions[0].ID))
	if !pic.Org.HasDuty(actor, domain.DutyChecker, pic.Now) {
		return "Only a checker approves a definition."
	}
	return ""
}

// saw is the evidence of what is shown of a definition.
func (k keeper) saw(key string) domain.Sight {
	e, pic, _, ok := k.p.get(key)
	if !ok {
		return domain.Sight{}
	}
	return tui.Saw(pic.Head, lines(pic, e)...)
}

var reason = ui.Field{Label: "Reason", Check: ui.Needed("a reason")}

func (k keeper) approve(key string, e entry) tea.Cmd {
	w, _ := e.waits()
	what := []string{fmt.Sprintf("Version %d of %s comes into force with it: campaigns are drafted from it, also by the clock. Campaigns under way keep theirs.", w.Version, w.Name)}
	if w.Definition.AutoLaunch {
		what = append(what, "The clock launches its campaigns on this approval.")
	}
	if w.Retires {
		what = []string{w.Name + " is retired with it: no campaign is drafted from it any more. Reason: " + w.Reason}
	}
	_, pic, _, _ := k.p.get(key)
	for i, l := range changed(pic.Org, e) {
		if i > 1 && len(l) == 2 {
			what = append(what, l[0].Text+l[1].Text)
		}
	}
	saw := k.saw(key)
	return k.Clerk.Ask("Approve the definition?", "approving", what, []ui.Field{{Label: "Note (may be empty)"}}, func(ctx context.Context, v []string) (string, error) {
		t, err := k.p.acts.ApproveDefinition(ctx, saw, domain.ID(key), v[0])
		return fmt.Sprintf("%s: version %d is %s", t.Name, t.Version, t.State), err
	})
}

func (k keeper) reject(key string, e entry) tea.Cmd {
	w, saw := e.last(), k.saw(key)
	return k.Clerk.Ask("Send back "+w.Name, "sending back", nil, []ui.Field{reason}, func(ctx context.Context, v []string) (string, error) {
		t, err := k.p.acts.RejectDefinition(ctx, saw, domain.ID(key), v[0])
		return fmt.Sprintf("%s: version %d is %s", t.Name, t.Version, t.State), err
	})
}

func (k keeper) retire(key string, e entry) tea.Cmd {
	t, saw := e.last(), k.saw(key)
	return k.Clerk.Ask("Retire "+t.Name+"?", "proposing", []string{"No campaign is drafted from it any more, once a checker approves that. Those under way go on."}, []ui.Field{reason},
		func(ctx context.Context, v []string) (string, error) {
			_, err := k.p.acts.RetireDefinition(ctx, saw, domain.ID(key), v[0])
			return "proposed: a checker approves the retirement of " + t.Name, err
		})
}

func (k keeper) draft(key string, e entry) tea.Cmd {
	t, _ := e.force()
	saw := k.saw(key)
	_, pic, _, _ := k.p.get(key)
	name := t.Name + " " + string(pic.Org.DayOf(pic.Now))
	what := []string{fmt.Sprintf("A draft as version %d says. Then it is staged and, by a checker, launched.", t.Version)}
	return k.Clerk.Ask("Draft a campaign", "drafting", what, []ui.Field{{Label: "Name", Value: name, Check: ui.Needed("a name")},
		{Label: "Due (may be empty)", Hint: fmt.Sprintf("a date; empty: %s from now", review.Count(t.Definition.Stages[0].Days, "day", "days"))}},
		func(ctx context.Context, v []string) (string, error) {
			c, err := k.p.acts.DraftFrom(ctx, saw, domain.ID(key), v[0], v[1])
			return "drafted: " + c.Name + ", due " + string(pic.Org.DayOf(c.Due)) + " · 4 shows the campaigns", err
		})
}

// schedule fields, filled in with what is in force.
func scheduleFields(r review.Recurrence) []ui.Field {
	every := r.Every.String()
	return []ui.Field{
		{Label: "How often", Value: every, Hint: words(review.Periods()), Check: parses(func(s string) error { _, err := review.ParsePeriod(s); return err })},
		{Label: "Day of the month", Value: r.Day.String(), Hint: "1, 15 or last", Check: parses(func(s string) error { _, err := review.ParseDayRule(s); return err })},
		{Label: "First on or after (a date; empty if never)", Value: string(r.Start), Hint: "2026-01-01", Check: func(s string) string {
			if s == "" {
				return ""
			}
			return parses(func(s string) error { _, err := domain.ParseDate(s); return err })(s)
		}},
	}
}

func words[T fmt.Stringer](all []T) string {
	var out []string
	for _, v := range all {
		out = append(out, v.String())
	}
	return strings.Join(out, ", ")
}

func parses(read func(string) error) func(string) string {
	return func(s string) string {
		if err := read(strings.TrimSpace(s)); err != nil {
			return err.Error()
		}
		return ""
	}
}

// recurrence makes one of what was typed; the fields passed their checks.
func recurrence(was review.Recurrence, v []string) (r review.Recurrence, err error) {
	if r.Every, err = review.ParsePeriod(strings.TrimSpace(v[0])); err != nil || r.Every == review.Never {
		return review.Recurrence{}, err
	}
	if r.Day, err = review.ParseDayRule(strings.TrimSpace(v[1])); err != nil {
		return r, err
	}
	r.Start, r.Zone = domain.Date(strings.TrimSpace(v[2])), was.Zone
	return r, r.Check()
}

func (k keeper) schedule(key string, e entry) tea.Cmd {
	t, saw := e.last(), k.saw(key)
	what := []string{t.Name + " is started " + Started(t) + ". What you say is its next version, for a checker to approve."}
	return k.Clerk.Ask("Another schedule", "proposing", what, scheduleFields(t.Recurrence), func(ctx context.Context, v []string) (string, error) {
		var err error
		if t.Recurrence, err = recurrence(t.Recurrence, v); err != nil {
			return "", err
		}
		return k.proposed(ctx, saw, t)
	})
}

func (k keeper) proposed(ctx context.Context, saw domain.Sight, t review.Template) (string, error) {
	t, err := k.p.acts.ProposeDefinition(ctx, saw, t)
	return fmt.Sprintf("proposed: version %d of %s waits for a checker other than you", t.Version, t.Name), err
}

// propose asks which one to begin with, then for its name and schedule.
func (k keeper) propose() tea.Cmd {
	at, _, _ := k.at()
	return ui.OpenPick(k.Host.Env, ui.Pick{Heading: "Propose one like which?", Do: func(c ui.Candidate) tea.Cmd { return k.like(c.Key) }, Load: func(context.Context) ([]ui.Candidate, error) {
		keys, by := k.p.all()
		var first, out []ui.Candidate
		for _, key := range keys {
			e := by[key]
			t := e.last()
			c := ui.Candidate{Key: key, Label: t.Name, Note: t.About}
			if key == at {
				first = append(first, c)
			} else {
				out = append(out, c)
			}
		}
		return append(first, out...), nil
	}})
}

func (k keeper) like(key string) tea.Cmd {
	e, pic, _, ok := k.p.get(key)
	if !ok {
		return nil
	}
	t, saw := e.last(), k.saw(key)
	r := t.Recurrence
	if r.Every != review.Never && r.Start == "" {
		r.Start = pic.Org.DayOf(pic.Now)
	}
	name := t.Name
	if !e.shipped {
		name = "" // another one needs another name
	}
	all := append([]ui.Field{{Label: "Name", Value: name, Check: change.NeedName}}, scheduleFields(r)...)
	all = append(all, ui.Field{Label: "Reviewers have, in days", Value: fmt.Sprint(t.Definition.Stages[0].Days), Check: parses(func(s string) error { _, err := review.ParseDays(s + " days"); return err })})
	return k.Clerk.Ask("Propose a definition", "proposing", []string{"As " + t.Name + " says, but for this. A checker other than you approves it."}, all, func(ctx context.Context, v []string) (string, error) {
		next, err := recurrence(r, v[1:4])
		if err != nil {
			return "", err
		}
		days, err := review.ParseDays(strings.TrimSpace(v[4]) + " days")
		if err != nil {
			return "", err
		}
		made := review.Template{Name: v[0], About: t.About, Definition: t.Definition, Recurrence: next, Triggers: t.Triggers}
		made.Definition.Stages = append([]review.Stage{}, t.Definition.Stages...)
		made.Definition.Stages[0].Days = days
		return k.proposed(ctx, saw, made)
	})
}
