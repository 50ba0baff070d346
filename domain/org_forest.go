package domain

import "slices"

// tree is a forest over dense numbers: parents with cycles cut, and for each
// node the interval of its subtree in a walk, so that "is above" is two
// comparisons.
type tree struct {
	up      []int32 // the parent, -1 at the top
	in, out []int32 // place in the walk, and the place after the subtree
	walk    []int32 // the nodes in the order of the walk
}

// above tells whether a is d or an ancestor of d.
func (t *tree) above(a, d int32) bool { return t.in[a] <= t.in[d] && t.in[d] < t.out[a] }

// newTree walks the forest given by parents: children in the order of less.
// A cycle is cut by taking the parent of the node that comes first in order.
func newTree(up []int32, order []int32) *tree {
	n := len(up)
	t := &tree{up: up, in: make([]int32, n), out: make([]int32, n), walk: make([]int32, 0, n)}
	cutCycles(up, order)
	kids := make([][]int32, n)
	var tops []int32
	for _, i := range order {
		if p := up[i]; p >= 0 {
			kids[p] = append(kids[p], i)
		} else {
			tops = append(tops, i)
		}
	}
	type frame struct{ node, next int32 }
	var stack []frame
	for _, top := range tops {
		stack = append(stack[:0], frame{top, 0})
		t.enter(top)
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if int(f.next) == len(kids[f.node]) {
				t.out[f.node] = int32(len(t.walk))
				stack = stack[:len(stack)-1]
				continue
			}
			kid := kids[f.node][f.next]
			f.next++
			t.enter(kid)
			stack = append(stack, frame{kid, 0})
		}
	}
	return t
}

func (t *tree) enter(i int32) {
	t.in[i] = int32(len(t.walk))
	t.walk = append(t.walk, i)
}

// cutCycles takes, in every cycle of up, the parent of the node that order
// names first.
func cutCycles(up []int32, order []int32) {
	rank := make([]int32, len(up))
	for r, i := range order {
		rank[i] = int32(r)
	}
	seen := make([]int32, len(up)) // 0 unseen, else the walk that saw it
	for r, start := range order {
		mark := int32(r) + 1
		i := start
		for i >= 0 && seen[i] == 0 {
			seen[i] = mark
			i = up[i]
		}
		if i < 0 || seen[i] != mark {
			continue
		}
		first := i // on a cycle: find the node that comes first
		for j := up[i]; j != i; j = up[j] {
			if rank[j] < rank[first] {
				first = j
			}
		}
		up[first] = -1
	}
}

// forest is the groups twice over: as they are filed, and as they inherit. An
// archived group stands alone in the second: it grants nothing, and nothing
// is inherited through it.
type forest struct {
	filed *tree
	*tree // as they inherit
	on    []bool
}

func (f *forest) len() int { return len(f.on) }

func newForest(t *table[Group]) *forest {
	n := t.rows.n
	up := make([]int32, n)
	on := make([]bool, n)
	for i := range up {
		up[i] = -1
		s := t.rows.at(int32(i))
		on[i] = s.live && s.rec.Life == Live
		if s.live && s.rec.Parent != "" {
			up[i] = t.have(s.rec.Parent)
		}
	}
	order := treeOrder(t)
	filed := newTree(up, order)
	flow := slices.Clone(up)
	for i, p := range up {
		if p >= 0 && (!on[i] || !on[p]) {
			flow[i] = -1
		}
	}
	return &forest{filed: filed, tree: newTree(flow, order), on: on}
}

// treeOrder gives the numbers by id, those without a record last.
func treeOrder[R Record](t *table[R]) []int32 {
	order := make([]int32, 0, t.rows.n)
	for i := range t.ordered {
		order = append(order, i)
	}
	for i := range int32(t.rows.n) {
		if !t.rows.at(i).live {
			order = append(order, i)
		}
	}
	return order
}

// areaTree is the areas in the order of the catalogue.
type areaTree struct {
	*tree
	order []int32 // live areas by Order, then id
}

func (t *areaTree) len() int { return len(t.up) }

func newAreaTree(t *table[Area]) *areaTree {
	up := make([]int32, t.rows.n)
	for i := range up {
		up[i] = -1
		if s := t.rows.at(int32(i)); s.live && s.rec.Parent != "" {
			up[i] = t.have(s.rec.Parent)
		}
	}
	order := treeOrder(t)
	at := &areaTree{order: slices.Clone(order[:t.count])}
	slices.SortStableFunc(at.order, func(a, b int32) int {
		return t.rows.at(a).rec.Order - t.rows.at(b).rec.Order
	})
	cutCycles(up, order)
	at.tree = newTree(up, append(slices.Clone(at.order), order[t.count:]...))
	return at
}
