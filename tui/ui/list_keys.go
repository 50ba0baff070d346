package ui

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
)

// Actions are the list's keys, for the page to list among its own. The slice is
// made once; do not change it, append to a clip of it.
func (l *List) Actions() action.Table { return slices.Clip(l.actions) }

func (l *List) makeActions() action.Table {
	const scope = "list"
	t := moves(scope, func() *Panes { return l.panes }, func(n func(h int) int) tea.Cmd { return l.Move(n(l.h)) }, l.end)
	t = append(t, action.Table{
		{ID: "list.filter", Keys: []string{"/"}, Help: "filter", Long: "filter this list, as you type", Scope: scope, Hint: 80, Do: l.openFilter},
		{ID: "list.copy-row", Keys: []string{"Y"}, Help: "copy row", Long: "copy the row's columns, with tabs between them", Scope: scope, Off: l.offEmpty, Do: l.copyRow},
		{ID: "list.left", Keys: []string{"h", "left"}, Help: "columns left", Scope: scope, Group: "moving", Repeat: true, Off: l.offColumns, Do: func() tea.Cmd { return l.slide(-1) }},
		{ID: "list.right", Keys: []string{"l", "right"}, Help: "columns right", Long: "see the columns there is no room for", Scope: scope, Group: "moving", Repeat: true, Off: l.offColumns,
			Do: func() tea.Cmd { return l.slide(1) }},
		{ID: "list.reload", Keys: []string{"f5"}, Help: "reload", Scope: scope, Do: func() tea.Cmd { return l.Reload() }},
	}...)
	if l.cfg.Enter != nil {
		t = append(t, action.Action{ID: "list.open", Keys: []string{"enter"}, Help: "open", Scope: scope, Hint: 70, Off: l.offEmpty,
			Do: func() tea.Cmd { r, _ := l.Selected(); return l.cfg.Enter(r) }})
	}
	if len(l.cfg.Sorts) > 0 {
		t = append(t,
			action.Action{ID: "list.sort", Keys: []string{"s"}, Help: "sort", Long: "choose the order", Scope: scope, Do: l.sortMenu},
			action.Action{ID: "list.reverse", Keys: []string{"S"}, Help: "reverse", Long: "reverse the order", Scope: scope, Do: func() tea.Cmd {
				q := l.query
				q.Reverse = !q.Reverse
				return l.SetQuery(q)
			}})
	}
	if l.cfg.Marks {
		t = append(t,
			action.Action{ID: "list.mark", Keys: []string{"space"}, Help: "mark", Long: "mark this row and go on", Scope: scope, Group: "marking", Off: l.offEmpty, Do: l.markRow},
			action.Action{ID: "list.range", Keys: []string{"v"}, Help: "range", Long: "begin a range here, or mark from where it began to here", Scope: scope, Group: "marking", Off: l.offEmpty, Do: l.markRange},
			action.Action{ID: "list.mark-all", Keys: []string{"*"}, Help: "mark all", Long: "mark all rows that pass the filter, or none", Scope: scope, Group: "marking", Off: l.offEmpty, Do: l.markAll})
	}
	return l.arguments(t)
}

// Reloading is t with the key that loads a list again doing do, for a page that reads
// more than the rows of its list.
func Reloading(t action.Table, do func() tea.Cmd) action.Table {
	t = slices.Clone(t)
	for i := range t {
		if t[i].ID == "list.reload" {
			t[i].Do = do
		}
	}
	return t
}

// farAway is more lines than any list or text has.
const farAway = 1 << 40

// moves are the moving keys: of the details while they are read in panes, else
// those of the list or the tree.
func moves(scope string, panes func() *Panes, by func(n func(h int) int) tea.Cmd, end func(Seek) tea.Cmd) action.Table {
	move := func(id, help string, n func(h int) int, keys ...string) action.Action {
		return action.Action{ID: scope + "." + id, Keys: keys, Help: help, Scope: scope, Group: "moving", Repeat: true, Do: func() tea.Cmd {
			if panes().move(n) {
				return nil
			}
			return by(n)
		}}
	}
	edge := func(id, help string, s Seek, keys ...string) action.Action {
		far := func(int) int { return -farAway }
		if s == Last {
			far = func(int) int { return farAway }
		}
		return action.Action{ID: scope + "." + id, Keys: keys, Help: help, Scope: scope, Group: "moving", Do: func() tea.Cmd {
			if panes().move(far) {
				return nil
			}
			return end(s)
		}}
	}
	return action.Table{
		move("down", "down", func(int) int { return 1 }, "j", "down"),
		move("up", "up", func(int) int { return -1 }, "k", "up"),
		move("half-down", "half a page down", func(h int) int { return max(h/2, 1) }, "ctrl+d"),
		move("half-up", "half a page up", func(h int) int { return -max(h/2, 1) }, "ctrl+u"),
		move("page-down", "a page down", func(h int) int { return max(h-1, 1) }, "pgdown"),
		move("page-up", "a page up", func(h int) int { return -max(h-1, 1) }, "pgup"),
		edge("first", "first", First, "g", "home"),
		edge("last", "last", Last, "G", "end"),
	}
}

func (l *List) offEmpty() string {
	if len(l.rows) == 0 {
		return "There are no " + l.cfg.What + " here."
	}
	return ""
}

// end goes to the first or the last row, through the source if it is not held.
func (l *List) end(s Seek) tea.Cmd {
	switch {
	case s == First && l.atStart:
		return l.Move(-len(l.rows) - max(l.pending, 0))
	case s == Last && l.atEnd:
		return l.Move(len(l.rows) - min(l.pending, 0))
	}
	l.lastKey = ""
	return l.load(fresh, Request{Seek: s})
}

// Go selects the row with key, through the source if it is not held.
func (l *List) Go(key string) tea.Cmd {
	if i := l.index(key); i >= 0 {
		return l.Move(i - l.cur - l.pending)
	}
	l.lastKey = key
	return l.load(fresh, Request{Seek: From, Key: key})
}

// Next goes to the next row beyond the cursor (dir > 0) or the one before
// (dir < 0) for which holds holds, among the rows held first, then by asking the
// source for what, the word it knows for the same thing. It says so when there
// is none.
func (l *List) Next(dir int, what string, holds func(Row) bool) tea.Cmd {
	step, seek, known := 1, After, l.atEnd
	if dir < 0 {
		step, seek, known = -1, Before, l.atStart
	}
	for i := l.cur + step; i >= 0 && i < len(l.rows); i += step {
		if holds(l.rows[i]) {
			return l.Move(i - l.cur - l.pending)
		}
	}
	finder, can := l.cfg.Source.(Finder)
	if known || !can || len(l.rows) == 0 {
		return l.settle(l.jump(foundMsg{what: what}))
	}
	edge := l.rows[0].Key
	if dir > 0 {
		edge = l.rows[len(l.rows)-1].Key
	}
	gen, req := l.gen, Request{Seek: seek, Key: edge, Limit: 1, Query: l.query}
	return l.env.Work("looking for the next "+what, func(ctx context.Context) tea.Msg {
		key, ok, err := finder.Find(ctx, req, what)
		return foundMsg{l, gen, key, ok, what, err}
	})
}

// jump goes where a search ended.
func (l *List) jump(m foundMsg) tea.Cmd {
	switch {
	case m.err != nil:
		l.env.Fail(m.err)
	case !m.ok:
		l.env.Say("no more " + m.what + " this way")
	default:
		return l.Go(m.key)
	}
	return nil
}

// Capturing says that keys are text for the filter just now.
func (l *List) Capturing() bool { return l.input != nil }

func (l *List) openFilter() tea.Cmd {
	l.input = NewInput(l.query.Filter)
	return nil
}

func (l *List) typeKey(msg tea.KeyPressMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		if l.fault == "" {
			l.input = nil
		}
	case "tab":
		if l.complete() {
			return l.refilter()
		}
	case "esc":
		l.input, l.fault = nil, ""
		if l.query.Filter != "" {
			q := l.query
			q.Filter = ""
			return l.SetQuery(q)
		}
	case "up":
		l.shift(-1)
	case "down":
		l.shift(1)
	default:
		if l.input.Update(msg) {
			return l.refilter()
		}
	}
	return nil
}

func (l *List) refilter() tea.Cmd {
	q := l.query
	q.Filter = l.input.Value()
	if l.fault = l.faulty(q.Filter); l.fault != "" {
		return nil // the rows stay until it is typed to its end
	}
	return l.SetQuery(q)
}

// Esc leaves the details, clears the filter, or without one the marks; used is
// false if there was nothing of these.
func (l *List) Esc() (cmd tea.Cmd, used bool) {
	switch {
	case l.panes != nil && l.panes.Esc():
		return nil, true
	case l.query.Filter != "":
		q := l.query
		q.Filter = ""
		return l.SetQuery(q), true
	case l.markCount() != 0 || l.anchor != "":
		l.clearMarks()
		return nil, true
	}
	return nil, false
}

func (l *List) sortMenu() tea.Cmd {
	c := Choice{Heading: "Sort " + l.cfg.What}
	for _, s := range l.cfg.Sorts {
		c.Options = append(c.Options, Option{Label: s.Title})
	}
	c.Start = slices.IndexFunc(l.cfg.Sorts, func(s Sort) bool { return s.ID == l.query.Sort })
	c.Do = func(i int) tea.Cmd {
		q := l.query
		q.Sort = l.cfg.Sorts[i].ID
		return l.SetQuery(q)
	}
	l.env.Open(NewChoice(l.env, c))
	return nil
}

// Targets is what a bulk act is about, as it was when asked for.
type Targets struct {
	// All: every row of Query but those in Keys. Otherwise exactly those in Keys.
	All   bool
	Keys  []string // sorted
	Query Query
	// Count is how many rows that is, -1 if it is not known.
	Count int
}

// Targets is the rows marked; with none marked, the row selected. The value does
// not change when the marks do.
func (l *List) Targets() Targets {
	t := Targets{All: l.all, Keys: slices.Sorted(maps.Keys(l.marks)), Query: l.query, Count: l.markCount()}
	if !l.all && len(t.Keys) == 0 {
		if r, ok := l.Selected(); ok {
			t.Keys, t.Count = []string{r.Key}, 1
		}
	}
	return t
}

// Marked says whether the row with key is marked.
func (l *List) Marked(key string) bool {
	if len(l.marks) == 0 {
		return l.all
	}
	return l.marks[key] != l.all
}

// markCount is how many rows are marked, -1 if that is not known.
func (l *List) markCount() int {
	switch {
	case !l.all:
		return len(l.marks)
	case l.total >= 0:
		return l.total - len(l.marks)
	}
	return -1
}

// ClearMarks marks nothing.
func (l *List) ClearMarks() { l.clearMarks() }

func (l *List) clearMarks() {
	clear(l.marks)
	l.all, l.anchor = false, ""
}

func (l *List) setMark(key string, on bool) {
	if on != l.all {
		l.marks[key] = true
	} else {
		delete(l.marks, key)
	}
}

func (l *List) markRow() tea.Cmd {
	key := l.key()
	l.setMark(key, !l.Marked(key))
	return l.Move(1)
}

func (l *List) markRange() tea.Cmd {
	if l.anchor == "" {
		l.anchor = l.key()
		return nil
	}
	from, to := l.index(l.anchor), l.cur
	if from < 0 {
		return l.markFar()
	}
	l.anchor = ""
	for i := min(from, to); i <= max(from, to); i++ {
		l.setMark(l.rows[i].Key, true)
	}
	return nil
}

func (l *List) markAll() tea.Cmd {
	on := !l.all
	l.clearMarks()
	l.all = on
	return nil
}

// click selects the row drawn in line y of the list.
func (l *List) click(y int) tea.Cmd {
	head := 1
	if l.titled {
		head = 2
	}
	if y -= head; y < 0 || y >= len(l.clickable) || l.clickable[y] < 0 {
		return nil
	}
	return l.Move(l.clickable[y] - l.cur - l.pending)
}
