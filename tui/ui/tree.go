package ui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
)

// Node is what a tree is made of. Key names the node and is unique in the tree;
// Kids are its children in order.
type Node[N any] interface {
	Key() string
	Label() string
	Kids() []N
}

// Unset is the level of a node that has none of its own.
const Unset = -1

// Value is the levels of a node, as indices into the tree's columns.
type Value struct {
	// Own is what is set at the node itself, or Unset.
	Own int
	// Effective is what holds at the node; From says where that comes from when it
	// is not the node's own ("Voice", "role Operations manager").
	Effective int
	From      string
	// Changed says that Own is a change not yet proposed.
	Changed bool
	// Mark stands in the place of the effective level's letter, where set.
	Mark string
	// Lacks is the columns that the node does not have, a bit each, lowest first; a
	// node that has none is a heading with nothing but its mark.
	Lacks uint8
}

// TreeConfig is what a tree is made of.
type TreeConfig[N Node[N]] struct {
	Roots []N
	// Columns are the words of the levels, lowest first: None, Read, Edit. Marks
	// are their letters: -, R, E. Without columns the tree only browses.
	Columns, Marks []string
	// Value gives a node's levels. It is asked for the nodes drawn, in each frame.
	Value func(N) Value
	// Set sets the node's own level, or Unset. Nil makes the tree read-only.
	Set func(n N, level int) tea.Cmd
	// Refuses says why the node cannot be given the level, "" if it can. May be nil.
	Refuses func(n N, level int) string
	// Moved is called when another node is selected.
	Moved func() tea.Cmd
	// Depth is how many levels are unfolded to begin with; 0 shows the roots.
	Depth int
}

// shownNode is a node that can be seen: none above it is folded.
type shownNode[N any] struct {
	node  N
	depth int
	kids  bool
}

// Tree is a tree that folds, with a column of radio buttons for each level: the
// node's own level filled, an inherited one hollow, and the effective level with
// its source beside them. Only the visible nodes are drawn.
type Tree[N Node[N]] struct {
	env     *Env
	cfg     TreeConfig[N]
	open    map[string]bool
	shown   []shownNode[N]
	cur     int
	top, h  int
	panes   *Panes // whose tree it is; nil: nobody's
	actions action.Table
}

// NewTree makes a tree; its roots are already there.
func NewTree[N Node[N]](env *Env, cfg TreeConfig[N]) *Tree[N] {
	t := &Tree[N]{env: env, cfg: cfg, open: map[string]bool{}, h: 1}
	t.unfold(cfg.Roots, cfg.Depth)
	t.flatten()
	t.actions = t.makeActions()
	return t
}

func (t *Tree[N]) attach(p *Panes) { t.panes = p }

func (t *Tree[N]) at() string {
	if n, ok := t.Selected(); ok {
		return n.Key()
	}
	return ""
}

func (t *Tree[N]) unfold(nodes []N, depth int) {
	if depth <= 0 {
		return
	}
	for _, n := range nodes {
		t.open[n.Key()] = true
		t.unfold(n.Kids(), depth-1)
	}
}

// SetRoots shows other nodes, keeping what is unfolded and selected by key.
func (t *Tree[N]) SetRoots(roots []N) {
	t.cfg.Roots = roots
	t.flatten()
}

// flatten lists the nodes that can be seen, keeping the cursor on its node, or on
// the nearest one above it that is left.
func (t *Tree[N]) flatten() {
	was := ""
	if n, ok := t.Selected(); ok {
		was = n.Key()
	}
	t.shown = t.shown[:0:0]
	t.walk(t.cfg.Roots, 0)
	if i := t.index(was); i >= 0 {
		t.cur = i
	}
	t.cur = min(max(t.cur, 0), max(len(t.shown)-1, 0))
}

func (t *Tree[N]) walk(nodes []N, depth int) {
	for _, n := range nodes {
		kids := n.Kids()
		t.shown = append(t.shown, shownNode[N]{n, depth, len(kids) > 0})
		if t.open[n.Key()] {
			t.walk(kids, depth+1)
		}
	}
}

func (t *Tree[N]) index(key string) int {
	return slices.IndexFunc(t.shown, func(s shownNode[N]) bool { return s.node.Key() == key })
}

// Selected is the node the cursor is on; ok is false for an empty tree.
func (t *Tree[N]) Selected() (n N, ok bool) {
	if t.cur >= len(t.shown) {
		return n, false
	}
	return t.shown[t.cur].node, true
}

// Go selects the node with key, unfolding what is above it.
func (t *Tree[N]) Go(key string) tea.Cmd {
	if !t.reveal(t.cfg.Roots, key) {
		return nil
	}
	t.flatten()
	return t.move(t.index(key) - t.cur)
}

// Reveal unfolds what is above the nodes with these keys; the cursor stays.
func (t *Tree[N]) Reveal(keys ...string) {
	for _, key := range keys {
		t.reveal(t.cfg.Roots, key)
	}
	t.flatten()
}

func (t *Tree[N]) reveal(nodes []N, key string) bool {
	for _, n := range nodes {
		if n.Key() == key {
			return true
		}
		if t.reveal(n.Kids(), key) {
			t.open[n.Key()] = true
			return true
		}
	}
	return false
}

// Actions are the tree's keys, for the page to list among its own.
func (t *Tree[N]) Actions() action.Table { return slices.Clip(t.actions) }

func (t *Tree[N]) makeActions() action.Table {
	const scope = "tree"
	out := moves(scope, func() *Panes { return t.panes }, func(n func(h int) int) tea.Cmd { return t.move(n(t.h)) }, func(s Seek) tea.Cmd {
		if s == First {
			return t.move(-len(t.shown))
		}
		return t.move(len(t.shown))
	})
	out = append(out, action.Table{
		{ID: "tree.fold", Keys: []string{"h", "left"}, Help: "fold", Long: "fold this node, or go to the one above it", Scope: scope, Repeat: true, Do: t.fold},
		{ID: "tree.unfold", Keys: []string{"l", "right"}, Help: "unfold", Scope: scope, Repeat: true, Do: t.unfoldOne},
		{ID: "tree.unfold-all", Keys: []string{"L"}, Help: "unfold all", Scope: scope, Do: func() tea.Cmd { return t.foldAll(true) }},
		{ID: "tree.fold-all", Keys: []string{"H"}, Help: "fold all", Scope: scope, Do: func() tea.Cmd { return t.foldAll(false) }},
	}...)
	if t.cfg.Set == nil {
		return out
	}
	for i, word := range t.cfg.Columns {
		out = append(out, action.Action{ID: "tree.set-" + strconv.Itoa(i), Keys: []string{strconv.Itoa(i)}, Help: word, Long: "set " + word + " here",
			Scope: scope, Group: "levels", Hint: 10 + i, Off: func() string { return t.refused(i) }, Do: func() tea.Cmd { return t.set(i) }})
	}
	return append(out,
		action.Action{ID: "tree.cycle", Keys: []string{"space"}, Help: "next level", Long: "set the next level here, past the highest nothing", Scope: scope, Group: "levels", Off: t.offEmpty, Do: t.cycle},
		action.Action{ID: "tree.unset", Keys: []string{"backspace", "delete"}, Help: "unset", Long: "take away what is set here; the level is inherited", Scope: scope, Group: "levels",
			Off: func() string { return t.refused(Unset) }, Do: func() tea.Cmd { return t.set(Unset) }})
}

func (t *Tree[N]) offEmpty() string {
	if len(t.shown) == 0 {
		return "There is nothing to set here."
	}
	return ""
}

func (t *Tree[N]) refused(level int) string {
	n, ok := t.Selected()
	switch {
	case !ok:
		return t.offEmpty()
	case t.cfg.Refuses == nil:
		return ""
	}
	return t.cfg.Refuses(n, level)
}

func (t *Tree[N]) set(level int) tea.Cmd {
	n, ok := t.Selected()
	if !ok {
		return nil
	}
	return t.cfg.Set(n, level)
}

// cycle sets the next level the node does not refuse, from Unset up and round.
func (t *Tree[N]) cycle() tea.Cmd {
	n, ok := t.Selected()
	if !ok {
		return nil
	}
	own := t.cfg.Value(n).Own
	for range len(t.cfg.Columns) + 1 {
		if own++; own >= len(t.cfg.Columns) {
			own = Unset
		}
		if t.refused(own) == "" {
			return t.set(own)
		}
	}
	return nil
}

// Move moves the cursor n nodes, negative up.
func (t *Tree[N]) Move(n int) tea.Cmd { return t.move(n) }

func (t *Tree[N]) move(n int) tea.Cmd {
	at := min(max(t.cur+n, 0), max(len(t.shown)-1, 0))
	if at == t.cur {
		return nil
	}
	t.cur = at
	if t.cfg.Moved != nil {
		return t.cfg.Moved()
	}
	return nil
}

// fold folds the node, or goes to the one above it if there is nothing to fold.
func (t *Tree[N]) fold() tea.Cmd {
	if t.cur >= len(t.shown) {
		return nil
	}
	at := t.shown[t.cur]
	if key := at.node.Key(); at.kids && t.open[key] {
		delete(t.open, key)
		t.flatten()
		return nil
	}
	for i := t.cur - 1; i >= 0; i-- {
		if t.shown[i].depth < at.depth {
			return t.move(i - t.cur)
		}
	}
	return nil
}

// unfoldOne unfolds the node, or goes to its first child if it is unfolded.
func (t *Tree[N]) unfoldOne() tea.Cmd {
	if t.cur >= len(t.shown) || !t.shown[t.cur].kids {
		return nil
	}
	if key := t.shown[t.cur].node.Key(); !t.open[key] {
		t.open[key] = true
		t.flatten()
		return nil
	}
	return t.move(1)
}

func (t *Tree[N]) foldAll(open bool) tea.Cmd {
	// The node at the root above the cursor is what stays selected.
	for !open && t.cur < len(t.shown) && t.shown[t.cur].depth > 0 {
		t.cur--
	}
	clear(t.open)
	if open {
		t.unfold(t.cfg.Roots, 64)
	}
	t.flatten()
	return nil
}

// Update takes the wheel and clicks; the tree has nothing else to be told.
func (t *Tree[N]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			return t.move(-3)
		case tea.MouseWheelDown:
			return t.move(3)
		}
	case tea.MouseClickMsg:
		if at := t.top + msg.Y - 1; msg.Y >= 1 && at < len(t.shown) {
			return t.move(at - t.cur)
		}
	}
	return nil
}
