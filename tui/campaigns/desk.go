package campaigns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

const scope = "campaigns"

// desk does the acts that move a campaign on, for both pages.
type desk struct {
	h      *tui.Host
	reads  Reads
	acts   Acts
	story  func() (s Story, why string) // the campaign acted on; why there is none
	reload func() tea.Cmd
	meter  *ui.Meter // of what is under way
	gen    int
	heard  int // the last act whose failure a dialog has shown
}

// doneMsg is the end of an act; lateMsg comes after dialogs had their look at it.
type (
	doneMsg struct {
		of   *desk
		gen  int
		text string
		err  error
	}
	lateMsg struct{ m doneMsg }
)

// moves says why an act of who runs the campaign is off: by the table of legal
// moves, then by who may.
func (d *desk) moves(a review.Act) func() string { return d.legal(a, owner) }

// legal says why an act is off: by the table of legal moves, then by who.
func (d *desk) legal(a review.Act, who func(Story) string) func() string {
	return func() string {
		s, why := d.story()
		if why != "" {
			return why
		}
		c := s.Figures.Campaign
		var from []string
		for _, m := range review.Moves() {
			if m.Act == a && !slices.Contains(from, m.From.String()) {
				from = append(from, m.From.String())
			}
		}
		if !slices.Contains(from, c.State.String()) {
			return fmt.Sprintf("The campaign is %s: this needs one that is %s.", c.State, strings.Join(from, " or "))
		}
		return who(s)
	}
}

// launcher says why the actor cannot give the second signature on what was
// prepared, "" if they can.
func launcher(s Story) string {
	c := s.Figures.Campaign
	switch {
	case s.Actor == "":
		return "This console only reads."
	case !s.Org.HasDuty(s.Actor, domain.DutyChecker, s.Now):
		return "The launch is the second signature: a checker gives it, and you are none."
	case s.Actor == c.Owner || slices.Contains(c.Makers, s.Actor):
		return "You prepared it: a checker who had no part in it launches it."
	}
	return ""
}

// late says why open packets cannot lapse yet, "" if they can.
func late(s Story) string {
	if c := s.Figures.Campaign; !s.Now.After(c.Due) {
		return "Its reviewers may answer until " + review.Moment(c.Due, s.Org.Zone()) + ": packets lapse after that."
	}
	return owner(s)
}

// silent says why nothing is to be asked again, "" if something is.
func silent(s Story) string {
	if s.Rulings[review.Silent] == 0 {
		return "Every item was answered: only what nobody answered is asked again."
	}
	return owner(s)
}

// owner says why the actor does not run the campaign, "" if they do.
func owner(s Story) string {
	c := s.Figures.Campaign
	switch {
	case s.Actor == "":
		return "This console only reads."
	case s.Actor != c.Owner && !s.Org.HasDuty(s.Actor, domain.DutyCampaignOwner, s.Now):
		return "You do not run this campaign: ask " + safe.Text(s.Org.Name(domain.KindPrincipal, c.Owner)) + ", its owner."
	}
	return ""
}

func (d *desk) there() string {
	_, why := d.story()
	return why
}

func (d *desk) staged() string {
	s, why := d.story()
	if why == "" && s.Figures.Campaign.Population == "" {
		why = "The campaign is not staged: it has no items yet."
	}
	return why
}

func (d *desk) actions() action.Table {
	act := func(id, key, help, long string, hint int, off func() string, do func() tea.Cmd) action.Action {
		return action.Action{ID: "campaigns." + id, Keys: []string{key}, Help: help, Long: long, Scope: scope, Group: "running a campaign", Hint: hint, Off: off, Do: do}
	}
	id := func() domain.ID { s, _ := d.story(); return s.Figures.Campaign.ID }
	t := action.Table{
		act("plan", "c", "change plan", "change what a draft reviews, who answers and until when", 1, d.offPlan, func() tea.Cmd { return d.h.Push("plan", string(id())) }),
		act("stage", "t", "stage", "freeze what it reviews and tie it out", 2, d.moves(review.ActStage), d.stage),
		act("launch", "L", "launch", "sign what was prepared and open it to its reviewers: a checker's act", 3, d.legal(review.ActLaunch, launcher), d.launch),
		act("remind", "r", "remind", "remind reviewers whose packets are open, or ask checkers for the launch", 4, d.offRemind, d.remind),
		act("chase", "u", "chase", "who has not answered: remind some, see who is away, give their items to others", 5, d.staged, func() tea.Cmd { return d.h.Push("chase", string(id())) }),
		act("charts", "F", "charts", "progress by reviewer, the mix of decisions and the burndown, drawn", 0, d.staged, d.charts),
		act("extend", "e", "extend", "give it a later due date", 0, d.offExtend, d.extend),
		act("lapse", "Z", "lapse", "close the packets nobody signed by the due date: what is in them is no response", 3, d.offLapse(), d.lapse),
		act("advance", "A", "advance", "close a stage whose packets are all signed and checked, should that have been interrupted", 3, d.legal(review.ActNextStage, owner), d.advance),
		act("reiterate", "I", "ask again", "ask again about every item that nobody answered", 3, d.legal(review.ActReiterate, silent), d.reiterate),
		act("remediate", "R", "remediate", "make the countersigned decisions true", 4, d.moves(review.ActRemediate), d.remediate),
		act("verify", "V", "verify", "look whether every decision has become true", 5, d.moves(review.ActVerify), d.verify),
		act("acknowledge", "B", "acknowledge", "put on record that management finds the access that remains appropriate: an executive's act", 0, d.offAcknowledge, d.acknowledge),
		act("close", "C", "close", "end it, when every item is settled", 6, d.moves(review.ActClose), d.close),
		act("cancel", "K", "cancel", "end it before it is through, with a reason", 0, d.moves(review.ActCancel), d.cancel),
		act("whole", "d", "details", "everything about it, to scroll", 7, d.there, d.whole),
		act("work", "w", "work list", "what is to be done in other systems", 8, d.staged, func() tea.Cmd { return d.h.Push("worklist", string(id())) }),
		act("history", "i", "history", "every event about it", 0, d.there, func() tea.Cmd { return d.h.Push("log", string(id())) }),
		act("copy", "y", "copy id", "", 0, d.there, func() tea.Cmd { return d.h.Copy(string(id())) }),
		act("looks", "b", "look at", "what would come of silence, replay, diligence, a sample, and what else there is to look at", 8, d.there, d.looks),
		act("evidence", "x", "evidence", "write its evidence workbook", 9, d.staged, d.evidence),
		act("package", "z", "package", "write its evidence package: the workbook, the log and its proofs, as a zip", 0, d.staged, d.pack),
	}
	for _, l := range d.reads.Looks() {
		t = append(t, action.Action{ID: "campaigns.look-" + l.ID, Help: l.Title, Long: l.Long, Scope: scope, Group: "looking into a campaign",
			Off: func() string { return d.offLook(l) }, Do: func() tea.Cmd { return d.look(l) }})
	}
	return t
}

// offPlan wants a draft.
func (d *desk) offPlan() string {
	s, why := d.story()
	if c := s.Figures.Campaign; why == "" && c.State != review.Draft {
		why = fmt.Sprintf("The campaign is %s: its plan stands. A new one can begin as it.", c.State)
	}
	if why == "" {
		why = owner(s)
	}
	return why
}

// offLapse wants a stage under way that is past its due date.
func (d *desk) offLapse() func() string {
	legal := d.legal(review.ActSignLast, late)
	return func() string {
		if s, why := d.story(); why == "" && s.Figures.Campaign.State != review.Active {
			return fmt.Sprintf("The campaign is %s: no packet is open.", s.Figures.Campaign.State)
		}
		return legal()
	}
}

func (d *desk) offExtend() string {
	s, why := d.story()
	if why == "" && s.Figures.Campaign.State > review.Active {
		return fmt.Sprintf("The campaign is %s: its due date is past use.", s.Figures.Campaign.State)
	}
	if why == "" {
		why = owner(s)
	}
	return why
}

// run does an act in the background; a dialog that asked stays open until it is
// done, and what it says is shown by the dialog or, without one, by the console.
// With stops, esc stops it; what an act writes in one piece is not stopped.
func (d *desk) run(label string, stops bool, act func(ctx context.Context) (string, error)) tea.Cmd {
	d.gen++
	gen := d.gen
	return d.h.Work(label, func(ctx context.Context) tea.Msg {
		if !stops {
			ctx = context.WithoutCancel(ctx)
		}
		text, err := act(ctx)
		return doneMsg{d, gen, text, err}
	})
}

// heardIt is a dialog's Done: it waits for the act begun last.
func (d *desk) heardIt(msg tea.Msg) (bool, error) {
	m, ok := msg.(doneMsg)
	if !ok || m.of != d || m.gen != d.gen {
		return false, nil
	}
	d.heard = m.gen
	return true, m.err
}

func (d *desk) update(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch m := msg.(type) {
	case doneMsg:
		if m.of != d {
			return nil, false
		}
		d.meter = nil
		if m.err != nil { // a dialog may show it; afterwards it is the console's
			return tea.Batch(d.reload(), func() tea.Msg { return lateMsg{m} }), true
		}
		d.h.Say(m.text)
		return d.reload(), true
	case remindMsg:
		if m.of != d {
			return nil, false
		}
		return d.remindAsk(m), true
	case lateMsg:
		if m.m.of == d && d.heard != m.m.gen && !errors.Is(m.m.err, context.Canceled) {
			d.h.Fail(m.m.err)
		}
		return nil, true
	case ui.MeterMsg:
		if m.Of == d.meter && m.Of != nil {
			return m.Of.Tick(d.h.Env), true
		}
		return nil, true
	}
	return nil, false
}

// saw is the evidence of what was shown: the campaign's story and the question.
func (d *desk) saw(s Story, what ...string) domain.Sight {
	lines := Lines(s, d.h.Look(), 80)
	for _, w := range what {
		lines = append(lines, ui.Plain(w))
	}
	return tui.Saw(s.Head, lines...)
}

// named is the field in which the campaign's name is typed.
func named(c review.Campaign) ui.Field {
	return ui.Field{Label: "Type " + safe.Text(c.Name) + " to go on", Check: func(v string) string {
		if v != c.Name {
			return "type " + safe.Text(c.Name) + " exactly"
		}
		return ""
	}}
}

func (d *desk) evidence() tea.Cmd {
	s, _ := d.story()
	c := s.Figures.Campaign
	return d.h.Work("writing the evidence of "+c.Name, func(ctx context.Context) tea.Msg {
		path, err := d.acts.Evidence(ctx, c.ID)
		if err != nil {
			return tui.FailMsg{Err: err}
		}
		return tui.SayMsg{Text: "written: " + path}
	})
}

// pack writes the evidence package.
func (d *desk) pack() tea.Cmd {
	s, _ := d.story()
	c := s.Figures.Campaign
	return d.h.Work("packing the evidence of "+c.Name, func(ctx context.Context) tea.Msg {
		path, err := d.acts.Package(ctx, c.ID)
		if err != nil {
			return tui.FailMsg{Err: err}
		}
		return tui.SayMsg{Text: "written: " + path}
	})
}
