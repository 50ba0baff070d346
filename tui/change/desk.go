package change

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/ui"
)

// Draft is a change set before anyone has seen what it does.
type Draft struct {
	Heading string // of the dialog: "Deactivate"
	// Note is said over the effects: what else the person should know.
	Note []string
	// Make makes the change set on the picture shown: its title and its changes.
	// id makes ids of new records. Nothing to change is an error in its own words,
	// or no changes.
	Make func(p Picture, id func(prefix string) domain.ID) (domain.ChangeSet, error)
	// Before reads what Make needs besides the picture, in the same command; About,
	// after Make, says more of the change set than who gains and loses: what goes to
	// whom, what is left out. Either may be nil.
	Before func(ctx context.Context) error
	About  func(ctx context.Context, p Picture, cs domain.ChangeSet) ([]ui.Line, error)
	// Also does what no change set can, once this one is put forward, for the same
	// reason; what it gives is said with it. May be nil.
	Also func(ctx context.Context, reason string) (said string, err error)
}

// Desk is where a page puts change sets forward. There is one a page; its page
// hands it every message first.
type Desk struct {
	env     *ui.Env
	reads   Reads
	acts    Acts
	changed func() tea.Cmd // the page loads again what may have changed
	gen     int            // of the dialog opened last
}

// NewDesk makes a desk; changed is called in Update after a change set was put
// forward.
func NewDesk(env *ui.Env, reads Reads, acts Acts, changed func() tea.Cmd) *Desk {
	return &Desk{env: env, reads: reads, acts: acts, changed: changed}
}

// judged is what a draft would do.
type judged struct {
	desk    *Desk
	gen     int
	pic     Picture
	cs      domain.ChangeSet
	verdict domain.Verdict
	about   []ui.Line
	err     error
}

// proposed is what became of it.
type proposed struct {
	desk *Desk
	gen  int
	pic  Picture
	cs   domain.ChangeSet
	p    review.Proposal
	err  error
	also string // what else was done
	half error  // what else could not be
	then func() // what happens before the page loads again, nil for nothing
}

// Propose opens the dialog for a draft and has it judged.
func (d *Desk) Propose(draft Draft) tea.Cmd { return d.ProposeThen(draft, nil) }

// ProposeThen is Propose with what else happens once this draft was put forward,
// before the page loads again.
func (d *Desk) ProposeThen(draft Draft, then func()) tea.Cmd {
	if p, ok := d.acts.(Past); ok && p.Past() != "" {
		d.env.Say(p.Past())
		return nil
	}
	d.gen++
	gen := d.gen
	judge := func() tea.Cmd {
		return d.env.Work("working out who gains and loses", func(ctx context.Context) tea.Msg {
			out := judged{desk: d, gen: gen}
			if draft.Before != nil {
				out.err = draft.Before(ctx)
			}
			if out.err == nil {
				out.pic, out.cs, out.verdict, out.err = Judge(ctx, d.reads, d.acts, draft.Make)
			}
			if out.err == nil && draft.About != nil {
				out.about, out.err = draft.About(ctx, out.pic, out.cs)
			}
			return out
		})
	}
	d.env.Open(&dialog{desk: d, gen: gen, draft: draft, then: then, judge: judge, reason: ui.NewInput("")})
	return judge()
}

// Judge makes a change set on the present picture and has it judged. It is for
// commands.
func Judge(ctx context.Context, reads Reads, acts Acts, make1 func(Picture, func(string) domain.ID) (domain.ChangeSet, error)) (Picture, domain.ChangeSet, domain.Verdict, error) {
	pic, err := reads.Picture(ctx)
	if err != nil {
		return pic, domain.ChangeSet{}, domain.Verdict{}, err
	}
	var ids func(string) domain.ID
	var idErr error
	id := func(prefix string) domain.ID {
		if ids == nil && idErr == nil {
			ids, idErr = acts.IDs(ctx)
		}
		if idErr != nil {
			return ""
		}
		return ids(prefix)
	}
	cs, err := make1(pic, id)
	if err == nil {
		err = idErr
	}
	if err == nil && len(cs.Changes) == 0 {
		err = domain.Errorf(domain.Invalid, "there is nothing to change: everything is already so").
			Hinted("close this dialog")
	}
	if err != nil {
		return pic, cs, domain.Verdict{}, err
	}
	v, err := acts.Preview(ctx, cs)
	return pic, cs, v, err
}

// Update takes the messages that are the desk's: a page calls it first, with every
// message.
func (d *Desk) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(proposed)
	if !ok || m.desk != d {
		return nil
	}
	if m.err != nil {
		d.env.Fail(m.err)
		return nil
	}
	if m.then != nil {
		m.then()
	}
	said := outcome(m.pic.Org, m.cs, m.p)
	if m.also != "" {
		said += "; " + m.also
	}
	d.env.Say(said)
	if m.half != nil {
		d.env.Fail(m.half)
	}
	if d.changed != nil {
		return d.changed()
	}
	return nil
}

// outcome says what became of a change set: "applied: …" or for whom it waits.
func outcome(o *domain.Org, cs domain.ChangeSet, p review.Proposal) string {
	if p.State == domain.Applied {
		return "applied: " + cs.Title
	}
	return "proposed: " + cs.Title + "; it waits for " + Awaits(o, p.Verdict)
}

// Awaits says whose approval a verdict asks for.
func Awaits(o *domain.Org, v domain.Verdict) string {
	switch v.Need {
	case domain.ManagerApproval:
		names := make([]string, 0, len(v.From))
		for i, id := range v.From {
			if i == 3 && len(v.From) > 4 {
				names = append(names, review.Count(len(v.From)-3, "other", "others"))
				break
			}
			names = append(names, o.Name(domain.KindPrincipal, id))
		}
		if len(names) == 0 {
			return "a checker"
		}
		return strings.Join(names, ", ")
	case domain.AdminApproval:
		return "an account admin"
	case domain.ExecutiveApproval:
		return "an executive"
	case domain.NoApproval:
		return "nobody"
	}
	return "a checker"
}

// send proposes what was shown.
func (d *dialog) send() tea.Cmd {
	cs := d.j.cs
	cs.Reason = strings.TrimSpace(d.reason.Value())
	saw := tui.Saw(d.j.pic.Head, d.body...)
	out := proposed{desk: d.desk, gen: d.gen, pic: d.j.pic, cs: cs, then: d.then}
	return d.desk.env.Work("proposing "+cs.Title, func(ctx context.Context) tea.Msg {
		if out.p, out.err = d.desk.acts.Propose(ctx, cs, saw); out.err == nil && d.draft.Also != nil {
			out.also, out.half = d.draft.Also(context.WithoutCancel(ctx), cs.Reason)
		}
		if errors.Is(out.err, context.Canceled) {
			out.err = errors.New("stopped: nothing was put forward; choose it again to try once more")
		}
		return out
	})
}
