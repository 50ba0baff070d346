package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// take does what a line says, and says what came of it.
func (f *linear) take(line typed) {
	f.told.any = false
	f.r.guard = action.Guard{} // lines have a guard of their own
	f.r.touch()
	e := f.r.front()
	text := strings.TrimSpace(line.text)
	switch l := e.layer(); {
	case l != nil:
		f.drain(f.answer(e, l, text))
	case f.capturing(e):
		f.drain(f.typeInto(e, text))
	default:
		f.drain(f.command(e, text, line))
	}
	if f.quit {
		return
	}
	f.tell()
	if !f.told.any {
		f.say("nothing changed")
	}
}

func (f *linear) capturing(e *entry) bool {
	c, ok := e.page.(Capturer)
	return ok && c.Capturing()
}

// typeInto puts text in place of what is in the page's own line, and enters it.
func (f *linear) typeInto(e *entry, text string) tea.Cmd {
	if text == "esc" {
		return f.r.press(keyMsg("esc"))
	}
	f.told.any = true
	return tea.Batch(f.r.own(e, e.page.Update(keyMsg("ctrl+u"))), f.r.own(e, e.page.Update(tea.PasteMsg{Content: text})), f.r.press(keyMsg("enter")))
}

// answer gives a dialog its answer: a number or the words of what can be chosen, the
// text it asks for, or a key.
func (f *linear) answer(e *entry, l ui.Layer, text string) tea.Cmd {
	if text == "esc" || text == "cancel" {
		e.close(l)
		f.news("left")
		return f.r.backFrom(e, l)
	}
	if text == stepKey {
		f.stepBack(e, l)
		return nil
	}
	asker, ok := held(l).(ui.Asker)
	if !ok {
		switch {
		case text == "":
			return nil
		case isKey(text):
			return f.toLayer(e, l, keyMsg(text))
		}
		return f.toLayer(e, l, tea.PasteMsg{Content: text})
	}
	q := asker.Asks()
	if q.Waiting != "" {
		f.news("A moment: " + q.Waiting + ".")
		return nil
	}
	at := chosen(q, text)
	if text == "" && q.Label == "" {
		f.told.asked = "" // asked again
		return nil
	}
	switch {
	case at >= 0:
		return f.r.answered(e, l, func() (bool, tea.Cmd) { return asker.Choose(at) })
	case q.Label == "" && !hasKeys(asker):
		f.news(fmt.Sprintf("error: %q is none of what can be chosen", safe.Text(text)))
		return nil
	case text == "":
		text = q.Value
	default:
		text = strings.TrimPrefix(text, "'")
	}
	return f.r.answered(e, l, func() (bool, tea.Cmd) { return asker.Answer(text) })
}

// stepBack goes from a dialog to the one that led to it, and there to the first of the
// lines that are typed: each is asked again, with what stands in it.
func (f *linear) stepBack(e *entry, l ui.Layer) {
	if !e.stepBack(l) {
		f.news("error: no dialog led to this one; esc leaves it")
		return
	}
	before := held(e.layer())
	if _, typed := before.(ui.Dropping); !typed {
		return
	}
	for range mostPlaces {
		if p, ok := before.(ui.Placed); !ok || p.First() {
			return
		}
		before.Update(keyMsg("shift+tab"))
	}
}

// mostPlaces is more than the lines and buttons of any dialog.
const mostPlaces = 100

// hasKeys tells a layer whose options can be chosen by keys of their own.
func hasKeys(a ui.Asker) bool {
	_, ok := a.(interface{ Keyed() })
	return ok
}

func (f *linear) toLayer(e *entry, l ui.Layer, msg tea.Msg) tea.Cmd { return f.r.toLayer(e, l, msg) }

// chosen is the option that text chooses by its number or its words, -1 if none.
func chosen(q ui.Question, text string) int {
	if n, err := strconv.Atoi(text); err == nil && (q.Label == "" || len(q.Options) > 0) {
		if n >= 1 && n <= len(q.Options) {
			return n - 1
		}
		return -1
	}
	if text == "" {
		return -1
	}
	found := -1
	for i, o := range q.Options {
		switch low := strings.ToLower(text); {
		case strings.ToLower(o) == low:
			return i
		case q.Label == "" && strings.HasPrefix(strings.ToLower(o), low):
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// command does what a line says on a page.
func (f *linear) command(e *entry, text string, line typed) tea.Cmd {
	panes := e.shown
	if n, err := strconv.Atoi(text); err == nil && panes != nil {
		return f.goTo(panes, n)
	}
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch low := strings.ToLower(word); {
	case text == "":
		f.again(e)
		return nil
	case low == "help" || low == "?" || low == "f1":
		f.help(rest)
		return nil
	case low == "page":
		f.told.trail = ""
		return nil
	case low == "list" && panes != nil:
		f.list(panes, rest)
		return nil
	case low == "details" && panes != nil:
		f.details(panes)
		return nil
	case text[0] == ':':
		f.ask(f.r.palette(strings.TrimSpace(text[1:])), len(text) > 1)
		return nil
	case text[0] == '/' && len(text) > 1 && f.verb("filter") != nil:
		return f.r.doWith(e, f.verb("filter"), strings.TrimSpace(text[1:]))
	case text == "esc":
		return f.r.press(keyMsg("esc"))
	}
	if a := f.named(text); a != nil {
		return f.do(e, a, line)
	}
	if cmd, ok := f.argued(e, word, rest); ok {
		return cmd
	}
	if isKey(text) {
		return f.r.own(e, e.page.Update(keyMsg(text)))
	}
	f.unknown(text)
	return nil
}

// do does an action, a decision only if it was not pasted among others.
func (f *linear) do(e *entry, a *action.Action, line typed) tea.Cmd {
	if a.Decision && f.o.Typed && !f.guard.Allow(line.at, false) {
		return f.r.say(action.TooFast)
	}
	return f.r.do(e, a, false)
}

// goTo goes to row n of a list.
func (f *linear) goTo(panes *ui.Panes, n int) tea.Cmd {
	at, of := panes.Seat()
	if n < 1 || n > of {
		f.news(fmt.Sprintf("there is no row %d: there are %d", n, of))
		return nil
	}
	if mover, ok := panes.Main().(interface{ Move(n int) tea.Cmd }); ok && at > 0 {
		f.told.key = ""
		return f.r.own(f.r.front(), mover.Move(n-at))
	}
	f.news("this list does not go to a row by its number")
	return nil
}

// again says the row selected once more.
func (f *linear) again(e *entry) {
	if e.shown != nil {
		f.row(e.shown.Said(), true)
		return
	}
	f.told.lines = nil
}

// list says rows from the selected one on.
func (f *linear) list(panes *ui.Panes, rest string) {
	n, err := strconv.Atoi(rest)
	if err != nil || n < 1 {
		n = linearRows
	}
	lines := panes.Window(n)
	for _, l := range lines {
		f.news(l)
	}
	if len(lines) == 0 {
		f.news(strings.TrimSpace(panes.Said().Empty))
	}
}

func (f *linear) details(panes *ui.Panes) {
	lines := panes.Details(linearWidth)
	if len(lines) == 0 {
		lines = []string{"There are no more details; open the row."}
	}
	for _, l := range lines {
		f.news(l)
	}
}

// ask runs what the palette was opened with; where only one thing answers to the
// words, it is done at once.
func (f *linear) ask(cmd tea.Cmd, words bool) {
	e := f.r.front()
	f.drain(cmd)
	p, ok := e.layer().(*palette)
	if !ok || !words {
		return
	}
	near := func(x *row) bool { return x.act != nil && x.arg == "" && p.nearness(x.act) == 0 }
	if rows := p.rows(); len(rows) > 0 && (len(rows) == 1 || near(&rows[0]) && !near(&rows[1])) {
		if done, cmd := p.Choose(0); done {
			e.close(p)
			f.drain(f.r.own(e, cmd))
		}
	}
}

// help says what can be done here: actions whose words hold those given.
func (f *linear) help(words string) {
	if words == "" {
		f.news("A number goes to that row; an empty line says the row again; list 20 reads rows on from here; details says all that is known of it; page says where you are; " +
			"filter WORDS shows only some; : with a name opens what is called so; help WORDS lists only what has them.")
	}
	for _, a := range f.r.table().Filter(words) {
		if a.ID == helpID || words == "" && seen(&a) {
			continue
		}
		line := a.Help
		if len(a.Keys) > 0 {
			line += " (" + strings.Join(a.Keys, ", ") + ")"
		}
		if a.Long != "" {
			line += ": " + a.Long
		}
		if why := a.Why(); why != "" {
			line += " [not now: " + safe.Text(why) + "]"
		}
		f.news(line)
	}
}

// seen tells an action that is only about what is seen on a screen.
func seen(a *action.Action) bool {
	return a.Group == "moving" || a.Group == "manners" || a.ID == "preview" || strings.HasPrefix(a.ID, "panes.")
}

// named is the action that text names: by its key, its ID, the end of that, or its
// words. Of several the page's own is meant.
func (f *linear) named(text string) *action.Action {
	t := f.r.table()
	if a := t.Match(text); a != nil {
		return a
	}
	low := strings.ToLower(text)
	for _, is := range []func(a *action.Action) bool{
		func(a *action.Action) bool { return a.ID == low },
		func(a *action.Action) bool { _, name, _ := strings.Cut(a.ID, "."); return name == low },
		func(a *action.Action) bool { return strings.ToLower(a.Help) == low },
	} {
		for i := range t {
			if is(&t[i]) && (t[i].Takes == nil || !t[i].Takes.Needed) {
				return &t[i]
			}
		}
	}
	return nil
}

// verb is the action that takes an argument after word, nil if none does.
func (f *linear) verb(word string) *action.Action {
	t := f.r.table()
	for i := range t {
		if w := t[i].Takes; w != nil && w.Verb == strings.ToLower(word) {
			return &t[i]
		}
	}
	return nil
}

// argued does an action with an argument, as the palette does; ok is false where
// word takes none.
func (f *linear) argued(e *entry, word, arg string) (cmd tea.Cmd, ok bool) {
	a := f.verb(word)
	if a == nil {
		return nil, false
	}
	w := a.Takes
	if w.Kind != "" || arg == "" {
		f.ask(f.r.palette(w.Verb+" "+arg), arg != "")
		return nil, true
	}
	if w.Words != nil {
		words := w.Words()
		at := slices.IndexFunc(words, func(x string) bool { return strings.EqualFold(x, arg) })
		if at < 0 {
			at = slices.IndexFunc(words, func(x string) bool { return strings.HasPrefix(strings.ToLower(x), strings.ToLower(arg)) })
		}
		if at < 0 {
			f.news(fmt.Sprintf("error: %q is no %s; there are: %s", safe.Text(arg), w.Name, safe.Text(strings.Join(words, ", "))))
			return nil, true
		}
		arg = words[at]
	}
	f.told.any = f.told.any || w.Verb == "filter"
	return f.r.doWith(e, a, arg), true
}

// unknown says that a line is nothing, and what is near.
func (f *linear) unknown(text string) {
	var near []string
	for _, a := range f.r.table().Filter(text) {
		near = append(near, a.Help)
	}
	msg := fmt.Sprintf("error: %q is no action and no key here; help lists what can be done", safe.Text(text))
	if len(near) > 0 {
		near = slices.Compact(near)
		msg += "; perhaps " + strings.Join(near[:min(len(near), 5)], ", ")
	}
	f.news(msg)
}

// keyCodes are the keys with names.
var keyCodes = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "space": ' ',
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
}

// isKey tells whether text names a key: one letter, or a name.
func isKey(text string) bool {
	rest := strings.TrimPrefix(strings.TrimPrefix(text, "ctrl+"), "shift+")
	_, named := keyCodes[rest]
	return named || utf8.RuneCountInString(rest) == 1
}

// keyMsg is the press of a key that isKey knows.
func keyMsg(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		name, mod = rest, tea.ModCtrl
	}
	if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		name, mod = rest, mod|tea.ModShift
	}
	if code, ok := keyCodes[name]; ok {
		k := tea.KeyPressMsg{Code: code, Mod: mod}
		if code == ' ' {
			k.Text = " "
		}
		return k
	}
	r, _ := utf8.DecodeRuneInString(name)
	k := tea.KeyPressMsg{Code: r, Mod: mod}
	if mod == 0 {
		k.Text = name
		if unicode.IsUpper(r) {
			k.Code, k.ShiftedCode, k.Mod = unicode.ToLower(r), r, tea.ModShift
		}
	}
	return k
}
