package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/ui"
)

// helpID is the action whose hint is always shown.
const helpID = "help"

// navigation is the keys of the console itself.
func (r *Root) navigation() action.Table {
	const scope = "global"
	t := action.Table{
		{ID: helpID, Keys: []string{"?", "f1"}, Help: "all keys", Long: "the keys of this screen; type to filter", Scope: scope, Hint: 99, Do: r.help},
		{ID: "palette", Keys: []string{":", "ctrl+p"}, Help: "palette", Long: "find any action, or any thing by its name, and do or open it", Scope: scope, Do: func() tea.Cmd { return r.palette("") }},
		{ID: "menu", Keys: []string{"m"}, Help: "menu", Long: "choose a page", Scope: scope, Hint: 95, Do: r.menu},
		{ID: "back", Keys: []string{"q"}, Help: "back", Long: "leave this page; on the first one, leave the program", Scope: scope, Do: r.leave},
		{ID: "trail", Keys: []string{"ctrl+o"}, Help: "trail", Long: "go back to one of the pages that led here", Scope: scope, Off: r.offTrail, Do: r.trail,
			Takes: &action.Argument{Verb: "back", Name: "how many pages", Words: r.trailWords, Do: r.backTo}},
		{ID: "last", Keys: []string{"-"}, Help: "last view", Scope: scope, Off: func() string {
			if len(r.last) == 0 {
				return "There is no other view yet."
			}
			return ""
		}, Do: r.lastView},
		{ID: "messages", Keys: []string{"M"}, Help: "messages", Long: "the log of messages", Scope: scope, Do: r.showLog},
		{ID: "preview", Keys: []string{"p"}, Help: "preview", Long: "show or hide the preview", Scope: scope, Yields: true, Off: r.offPreview, Do: r.preview},
		{ID: "quit", Keys: []string{"ctrl+c"}, Help: "quit", Long: "leave the program", Scope: scope, Do: r.quit},
	}
	t = append(t, r.finding()...)
	t = append(t, r.switches()...)
	for _, p := range r.cfg.Pages {
		if p.Key == "" && p.Verb == "" {
			continue
		}
		a := action.Action{ID: "go." + p.ID, Help: p.Title, Long: "go to " + p.Title, Scope: scope, Group: "pages", Yields: true, Do: func() tea.Cmd { return r.switchTo(p.ID) }}
		if p.Key != "" {
			a.Keys = []string{p.Key}
		} else {
			a.Do = func() tea.Cmd { return r.push(p.ID, "") }
		}
		if p.Long != "" {
			a.Long = p.Long
		}
		if p.Verb != "" {
			a.Takes = &action.Argument{Verb: p.Verb, Name: p.VerbName, Do: func(arg string) tea.Cmd { return r.push(p.ID, arg) }}
		}
		t = append(t, a)
	}
	return t
}

// Actions is what the keys of the screen in front do, the page's own first: for
// Check in tests and for the README's key table.
func (r *Root) Actions() action.Table { return r.table() }

// table is the actions of the screen, the page's first. It is made once for the
// actions a page gives: they are only ever read.
func (r *Root) table() action.Table {
	e := r.front()
	if e == nil {
		return r.cfg.Keys.Apply(r.nav)
	}
	own := e.page.Actions()
	if m := r.made.from; len(own) == 0 || len(m) != len(own) || &m[0] != &own[0] {
		r.made.from, r.made.table = own, r.cfg.Keys.Apply(append(slices.Clip(own), r.nav...))
	}
	return r.made.table
}

// press gives a key to the layer, the input, or the action it is on.
func (r *Root) press(key tea.KeyPressMsg) tea.Cmd {
	e, name := r.front(), key.String()
	switch {
	case e == nil:
		return nil
	case name == "ctrl+c":
		return r.quit()
	}
	if l := e.layer(); l != nil {
		return r.pressIn(e, l, key)
	}
	if c, ok := e.page.(Capturer); ok && c.Capturing() {
		return r.own(e, e.page.Update(key))
	}
	if name == "esc" {
		return r.esc(e)
	}
	if a := r.table().Match(name); a != nil {
		if r.opens.answered && r.opens.repeats(key, r.cfg.Now()) {
			return nil
		}
		cmd := r.do(e, a, key.IsRepeat)
		r.opens = opener{key: key, at: r.cfg.Now(), decides: a.Decision}
		return cmd
	}
	return r.own(e, e.page.Update(key))
}

// pressIn gives a key to a layer: esc closes it, the key to the step before goes back,
// and the key that opened it does nothing as long as it is held, but answers a layer that
// has it for an answer.
func (r *Root) pressIn(e *entry, l ui.Layer, key tea.KeyPressMsg) tea.Cmd {
	name := key.String()
	if r.opens.answers(l, key) {
		r.opens.at, r.opens.answered = r.cfg.Now(), true
		return r.toLayer(e, l, key)
	}
	if r.opens.repeats(key, r.cfg.Now()) {
		return nil
	}
	letter, began := r.opens.first(l, key)
	switch {
	case name == "esc":
		return r.dismiss(e, l)
	case e.stepsBack(l, name) && e.stepBack(l):
		return nil
	case began:
		first := r.toLayer(e, l, letter)
		return tea.Batch(first, r.typed(e, key))
	}
	return r.toLayer(e, l, key)
}

// modifies tells whether a key is pressed to change another: where every key is told,
// so are shift and the like.
func modifies(code rune) bool {
	return code >= tea.KeyLeftShift && code <= tea.KeyIsoLevel5Shift || code == tea.KeyCapsLock || code == tea.KeyNumLock || code == tea.KeyScrollLock
}

// typed gives a key to the layer in front, if one still is.
func (r *Root) typed(e *entry, key tea.KeyPressMsg) tea.Cmd {
	if l := e.layer(); l != nil {
		return r.toLayer(e, l, key)
	}
	return nil
}

// dismiss closes a layer. One that waits for an answer stays until that came, or what
// went wrong would be told to nobody; what it began itself is stopped where it can be.
func (r *Root) dismiss(e *entry, l ui.Layer) tea.Cmd {
	if a, ok := held(l).(ui.Awaiting); ok && a.Awaits() {
		for _, j := range r.jobs.running {
			if j.asked == l {
				j.stop()
			}
		}
		return r.say("its answer is awaited")
	}
	e.close(l)
	var said tea.Cmd
	if d, ok := held(l).(ui.Dropping); ok && d.Typed() {
		said = r.say(ui.Cancelled)
	}
	return tea.Batch(said, r.backFrom(e, l))
}

// backFrom goes where cancelling a layer leads.
func (r *Root) backFrom(e *entry, l ui.Layer) tea.Cmd {
	if b, ok := held(l).(ui.Backing); ok {
		return r.own(e, b.Back())
	}
	return nil
}

// do does a, unless it is off or comes too fast.
func (r *Root) do(e *entry, a *action.Action, repeat bool) tea.Cmd {
	if e.layer() == nil {
		e.steps.begin()
	}
	if repeat && !a.Repeat && !a.Decision {
		return nil
	}
	if a.Decision && !r.guard.Allow(r.cfg.Now(), repeat) {
		return r.say(action.TooFast)
	}
	if why := a.Why(); why != "" {
		return r.say(why)
	}
	return r.own(e, a.Do())
}

// esc closes or clears one thing: the error shown, the slow work, what the page
// has to clear; then it goes back, but never out of the program.
func (r *Root) esc(e *entry) tea.Cmd {
	if n := r.notes.shown; n != nil && n.error {
		r.notes.shown = nil
		return nil
	}
	if j := r.slow(); j != nil {
		return r.stopped(j)
	}
	if x, ok := e.page.(Escaper); ok {
		if cmd, used := x.Esc(); used {
			return r.own(e, cmd)
		}
	}
	if len(r.stack) > 1 {
		return r.leave()
	}
	return nil
}

func (r *Root) offPreview() string {
	if e := r.front(); e != nil {
		if _, ok := e.page.(Previewer); ok {
			return ""
		}
	}
	return "This page has no preview."
}

func (r *Root) preview() tea.Cmd {
	if p, ok := r.front().page.(Previewer); ok {
		p.TogglePreview()
	}
	return nil
}

// push opens a page over the one in front.
func (r *Root) push(id, arg string) tea.Cmd {
	e, cmd := r.open(id, arg)
	if e != nil {
		r.stack = append(r.stack, e)
	}
	return cmd
}

// switchTo makes the page with id the only one; the others wait as the last view,
// and what was the last view until now ends: it asks if that has something unsaved.
// A page that is the only one already stays as it is.
func (r *Root) switchTo(id string) tea.Cmd {
	if len(r.stack) == 1 && r.stack[0].id == id {
		return r.say("this is " + r.stack[0].title())
	}
	for _, old := range r.last {
		if u, ok := old.page.(Unsaved); ok && u.Unsaved() != "" {
			what := u.Unsaved()
			return r.ask(r.front(), "Leave "+old.title()+"?", what, "leave", func() tea.Cmd {
				r.drop(r.last)
				r.last = nil
				return r.switchTo(id)
			})
		}
	}
	e, cmd := r.open(id, "")
	if e == nil {
		return cmd
	}
	r.drop(r.last)
	r.last, r.stack = r.stack, []*entry{e}
	return cmd
}

// lastView changes places with the view before.
func (r *Root) lastView() tea.Cmd {
	if len(r.last) > 0 {
		r.stack, r.last = r.last, r.stack
		return r.returned()
	}
	return nil
}

// anew opens the pages of the trail again, without but.
func (r *Root) anew(but *entry) tea.Cmd {
	var places []Place
	for _, e := range r.stack {
		if e != but {
			places = append(places, Place{e.id, e.about})
		}
	}
	if len(places) == 0 {
		places = []Place{{Page: r.cfg.Pages[0].ID}}
	}
	r.drop(r.stack)
	r.drop(r.last)
	r.stack, r.last = nil, nil
	var cmds []tea.Cmd
	for _, p := range places {
		cmds = append(cmds, r.push(p.Page, p.Arg))
	}
	return tea.Batch(cmds...)
}

// drop ends pages that will not be seen again, with their work.
func (r *Root) drop(es []*entry) {
	for _, e := range es {
		if r.cfg.Keep != nil {
			r.note(e)
		}
		e.leave()
	}
}

// back leaves the page in front without asking; the first page stays.
func (r *Root) back() tea.Cmd {
	if len(r.stack) > 1 {
		r.drop(r.stack[len(r.stack)-1:])
		r.stack = r.stack[: len(r.stack)-1 : len(r.stack)-1]
		return r.returned()
	}
	return nil
}

// returned tells the page that is in front again.
func (r *Root) returned() tea.Cmd {
	if p, ok := r.front().page.(Returner); ok {
		return r.own(r.front(), p.Returned())
	}
	return nil
}

// leave goes back, or out of the program from the first page; it asks if the page
// has something unsaved.
func (r *Root) leave() tea.Cmd {
	e := r.front()
	if len(r.stack) == 1 {
		return r.quit()
	}
	if u, ok := e.page.(Unsaved); ok && u.Unsaved() != "" {
		return r.ask(e, "Leave "+e.title()+"?", u.Unsaved(), "leave", r.back)
	}
	return r.back()
}

// quit leaves the program; it asks if any page has something unsaved.
func (r *Root) quit() tea.Cmd {
	for _, e := range slices.Concat(r.stack, r.last) {
		if u, ok := e.page.(Unsaved); ok && u.Unsaved() != "" {
			return r.ask(r.front(), "Leave the program?", u.Unsaved(), "leave", r.end)
		}
	}
	return r.end()
}

func (r *Root) ask(e *entry, heading, what, yes string, do func() tea.Cmd) tea.Cmd {
	e.layers = append(e.layers, ui.NewConfirm(r.env(e), ui.Confirm{Heading: heading, What: []string{what}, Yes: yes, Do: do}))
	return nil
}

// menu opens the choice of pages.
func (r *Root) menu() tea.Cmd {
	var ids []string
	c := ui.Choice{Heading: "Go to"}
	for _, p := range r.cfg.Pages {
		if p.Key != "" {
			ids = append(ids, p.ID)
			c.Options = append(c.Options, ui.Option{Label: p.Title, Key: p.Key})
		}
	}
	c.Do = func(i int) tea.Cmd { return r.switchTo(ids[i]) }
	e := r.front()
	e.layers = append(e.layers, ui.NewChoice(r.env(e), c))
	return nil
}

// help opens the keys of the screen.
func (r *Root) help() tea.Cmd {
	r.list(&palette{heading: "Keys"}, "")
	return nil
}

// palette opens the palette with text in it.
func (r *Root) palette(text string) tea.Cmd {
	p := &palette{heading: "Do", run: true}
	r.list(p, text)
	return r.own(r.front(), p.search())
}

// list opens p over the actions of the screen.
func (r *Root) list(p *palette, text string) {
	e := r.front()
	p.env, p.all, p.input, p.finder, p.past = r.env(e), r.table(), ui.NewInput(text), r.cfg.Finder, &r.past
	p.do = func(a *action.Action, arg string) tea.Cmd { return r.doWith(e, a, arg) }
	p.open = func(f Found) tea.Cmd { return r.push(f.Page, f.Arg) }
	e.layers = append(e.layers, p)
}

// doWith does a with an argument, "" for none.
func (r *Root) doWith(e *entry, a *action.Action, arg string) tea.Cmd {
	if arg == "" || a.Takes == nil || a.Takes.Do == nil {
		return r.do(e, a, false)
	}
	if why := a.Why(); why != "" {
		return r.say(why)
	}
	return r.own(e, a.Takes.Do(arg))
}
