package tui

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/safe"
	"countersign/tui/ui"
)

// State is what a person finds again when they come back: how the console is drawn,
// where they were, how they left each list, and what they did by the palette. It is
// kept as JSON; what of it cannot be used any more is left out.
type State struct {
	Theme   string   `json:"theme,omitempty"` // "" for the one it starts with
	ASCII   bool     `json:"ascii,omitempty"`
	NoMouse bool     `json:"no_mouse,omitempty"`
	NoHeld  bool     `json:"no_held_keys,omitempty"`
	Still   bool     `json:"reduced_motion,omitempty"`
	Trail   []Place  `json:"trail,omitempty"` // the pages that were open, the last in front
	Palette []string `json:"palette,omitempty"`
	Lists   []Left   `json:"lists,omitempty"` // those left otherwise than they begin, the newest last
}

// Place is a page that is open.
type Place struct {
	Page string `json:"page"`
	Arg  string `json:"arg,omitempty"`
}

// Left is how one list of a page was left, for what the page was about: a campaign,
// a person.
type Left struct {
	Page  string        `json:"page"`
	About string        `json:"about,omitempty"`
	List  string        `json:"list"`
	How   ui.Remembered `json:"how"`
}

const (
	// keepAfter is how long a person rests before what they left is kept.
	keepAfter = 2 * time.Second
	// keepWithin is how long keeping it may hold up the way out.
	keepWithin = time.Second

	listsKept    = 200
	trailKept    = 8
	longestKept  = 500 // bytes of a filter
	notKeptWords = "how you leave the screens cannot be remembered"
)

// memory is the state and when it was kept last.
type memory struct {
	state   State
	kept    State // as it was kept last
	touched time.Time
	waiting bool // for a rest
	busy    bool // keeping
	again   bool // and there is more
	told    bool // that it fails
}

type (
	restMsg struct{}
	keptMsg struct{ err error }
)

// touch notes that the person did something: once they rest, it is kept.
func (r *Root) touch() {
	if r.cfg.Keep == nil {
		return
	}
	m := &r.memory
	m.touched = r.cfg.Now()
	if !m.waiting {
		m.waiting = true
		r.later(r.cfg.After(keepAfter, restMsg{}))
	}
}

// rested follows the timer of touch.
func (r *Root) rested() tea.Cmd {
	m := &r.memory
	if left := keepAfter - r.cfg.Now().Sub(m.touched); left > 0 {
		return r.cfg.After(left, restMsg{})
	}
	m.waiting = false
	return r.keep()
}

// keep gives the command that keeps what changed since it was kept last, nil if
// nothing did.
func (r *Root) keep() tea.Cmd {
	m := &r.memory
	if r.cfg.Keep == nil {
		return nil
	}
	r.collect()
	if reflect.DeepEqual(m.state, m.kept) {
		return nil
	}
	if m.busy {
		m.again = true
		return nil
	}
	m.busy = true
	m.kept = m.state.copy()
	state, keep, base := m.kept, r.cfg.Keep, r.ctx
	return func() tea.Msg {
		ctx, stop := context.WithTimeout(base, keepWithin)
		defer stop()
		return keptMsg{keep(ctx, state)}
	}
}

// didKeep follows keep; that it fails is said once.
func (r *Root) didKeep(m keptMsg) tea.Cmd {
	r.memory.busy = false
	if m.err != nil && !r.memory.told {
		r.memory.told = true
		err := fmt.Errorf("%s: %w", notKeptWords, m.err)
		if n := r.notes.shown; n != nil && n.error {
			r.write(note{at: r.cfg.Now(), text: safe.Text(err.Error()), error: true})
			return nil // what is shown says more
		}
		return r.fail(err)
	}
	if again := r.memory.again; again {
		r.memory.again = false
		return r.keep()
	}
	return nil
}

// end leaves the program, what is to be found again kept first.
func (r *Root) end() tea.Cmd {
	r.memory.busy = false // whatever is under way, this is the last word
	if cmd := r.keep(); cmd != nil {
		return tea.Sequence(cmd, tea.Quit)
	}
	return tea.Quit
}

func (s State) copy() State {
	s.Trail, s.Palette, s.Lists = slices.Clone(s.Trail), slices.Clone(s.Palette), slices.Clone(s.Lists)
	return s
}

// collect brings the state up to date with the pages that are open.
func (r *Root) collect() {
	s := &r.memory.state
	s.Trail = nil
	for _, e := range r.stack {
		s.Trail = append(s.Trail, Place{e.id, e.about})
		r.note(e)
	}
	s.Trail = s.Trail[max(len(s.Trail)-trailKept, 0):]
	s.Palette = slices.Clone(r.past.lines)
}

// note takes down how the lists of e stand.
func (r *Root) note(e *entry) {
	s := &r.memory.state
	for i, l := range e.lists {
		left := Left{e.id, e.about, e.listName(i), l.Remember()}
		if len(left.How.Filter) > longestKept {
			left.How.Filter = ""
		}
		at := s.find(left)
		switch {
		case at >= 0 && s.Lists[at] == left:
			continue
		case at >= 0:
			s.Lists = slices.Delete(slices.Clone(s.Lists), at, at+1)
		}
		if left.How != (ui.Remembered{}) {
			s.Lists = append(slices.Clip(s.Lists), left)
		}
	}
	s.Lists = s.Lists[max(len(s.Lists)-listsKept, 0):]
}

// find is where the list of l is among those kept, -1 if it is not.
func (s *State) find(l Left) int {
	return slices.IndexFunc(s.Lists, func(x Left) bool { return x.Page == l.Page && x.About == l.About && x.List == l.List })
}

// listName tells the i-th list of the page from its others.
func (e *entry) listName(i int) string {
	what, n := e.lists[i].What(), 1
	for _, l := range e.lists[:i] {
		if l.What() == what {
			n++
		}
	}
	if n > 1 {
		return fmt.Sprint(what, " ", n)
	}
	return what
}

// adopt takes a list that e makes for its own, and puts it as it was left.
func (r *Root) adopt(e *entry, l *ui.List) {
	if !e.making {
		return // a dialog's
	}
	e.lists = append(e.lists, l)
	r.restore(e, len(e.lists)-1)
}

func (r *Root) restore(e *entry, i int) {
	s := &r.memory.state
	if at := s.find(Left{Page: e.id, About: e.about, List: e.listName(i)}); at >= 0 {
		e.lists[i].Restore(s.Lists[at].How)
	}
}

// About tells that the page, opened without saying so, is about the thing with id:
// its lists are put as they were left there. It is for before they are loaded.
func (h *Host) About(id string) {
	if h.entry.about == id {
		return
	}
	h.entry.about = id
	for i := range h.entry.lists {
		h.root.restore(h.entry, i)
	}
}

// resume opens the pages that were open, or the first one.
func (r *Root) resume() tea.Cmd {
	trail := r.memory.state.Trail
	known := func(p Place) bool {
		return slices.ContainsFunc(r.cfg.Pages, func(s PageSpec) bool { return s.ID == p.Page })
	}
	if len(trail) == 0 || slices.ContainsFunc(trail, func(p Place) bool { return !known(p) }) {
		cmd := r.switchTo(r.cfg.Pages[0].ID)
		if first := r.cfg.First; first != "" {
			return tea.Batch(cmd, r.push(first, ""))
		}
		return cmd
	}
	var cmds []tea.Cmd
	for _, p := range trail {
		cmds = append(cmds, r.push(p.Page, p.Arg))
	}
	if first := r.cfg.Pages[0]; trail[0].Page != first.ID || len(trail) > 1 {
		h := Host{Env: r.env(r.front()), root: r, entry: r.front()}
		key := h.Key("go." + first.ID)
		if r.lines {
			key = first.ID
		}
		r.later(r.say("this is where you left; " + key + " shows " + first.Title))
	}
	return tea.Batch(cmds...)
}
