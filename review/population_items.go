package review

import (
	"iter"
	"runtime"

	"countersign/domain"
)

// atATime is how many items are made in one go, partsAhead how many times as many are
// made before they are taken: whoever takes them may wait for a disk.
const atATime, partsAhead = 500, 8

// part is some items in a row, which are made beside others.
type part struct {
	from  int        // the first's place
	in    []sortable // what they are made of
	items []StagedItem
	lines []byte // their canonical lines, a line feed after each, up to one that has none
	lined int    // how many have one
	made  chan struct{}
}

// Items makes the items in order, and the tie-out's counts and digest with
// them; it is to be walked once. progress, where given, is told how far it
// is. An item that cannot be written as a line ends it with an error.
func (p *Population) Items(progress func(done, total int)) iter.Seq2[StagedItem, error] {
	return func(yield func(StagedItem, error) bool) {
		stop, free := make(chan struct{}), make(chan *part, partsAhead)
		defer close(stop)
		n := itemCounts{levels: map[rungOf]int{}, deltas: map[DeltaKind]int{}}
		defer func() { n.add(&p.tie) }()
		done := 0
		for some := range p.described(stop, free) {
			<-some.made
			p.digest.hash.Write(some.lines) // never fails (hash.Hash)
			for i := range some.items {
				it := &some.items[i]
				if i >= some.lined {
					_, err := StagedLine(*it)
					yield(*it, err)
					return
				}
				n.count(it)
				if !yield(*it, nil) {
					return
				}
			}
			if done += len(some.items); progress != nil {
				progress(done, len(p.in))
			}
			select {
			case free <- some: // whoever took the items has them by value
			default:
			}
		}
	}
}

// itemCounts counts items by kind of target and level, and by delta.
type itemCounts struct {
	levels map[rungOf]int
	deltas map[DeltaKind]int
}

type rungOf struct {
	kind  domain.TargetKind
	level domain.Level
}

func (n *itemCounts) count(it *StagedItem) {
	n.levels[rungOf{it.Holding.Target.Kind, it.Holding.Level}]++
	if it.Delta.Kind != DeltaUnknown {
		n.deltas[it.Delta.Kind]++
	}
}

func (n *itemCounts) add(to *TieOut) {
	for r, count := range n.levels {
		to.Levels[r.kind.String()+": "+domain.LadderOf(r.kind).Word(r.level)] += count
	}
	for k, count := range n.deltas {
		to.Deltas[k.String()] += count
	}
}

// described makes items ahead of those who take them, in parts, which come in
// order and are made side by side: each is whole once it says that it is made.
// It ends when stop is closed; free gives back the room of those that were
// taken. What advice is made of and who reviews each other are worked out side
// by side before.
func (p *Population) described(stop <-chan struct{}, free <-chan *part) <-chan *part {
	beside := runtime.GOMAXPROCS(0)
	out := make(chan *part, partsAhead)
	go func() {
		defer close(out)
		d := newDescriber(p.org, p.c, p.at, p.horizon)
		d.things = make([]thing, len(p.names.list))
		d.resolver = newResolver(p.org, p.c, p.at, p.known)
		met := make(chan struct{})
		go func() {
			defer close(met)
			d.meet(p.rows(func() bool { return d.resolver.knows(len(p.c.Definition.Stages)) }))
		}()
		advises := p.adviser()
		<-met
		d.adviser = advises
		todo := make(chan *part, beside)
		defer close(todo)
		for range beside {
			go p.makes(d.another(), todo)
		}
		for from := 0; from < len(p.in); from += atATime {
			var some *part
			select {
			case some = <-free:
			default:
				some = &part{items: make([]StagedItem, atATime), made: make(chan struct{}, 1)}
			}
			some.from, some.in = from, p.in[from:min(from+atATime, len(p.in))]
			select {
			case out <- some:
			case <-stop:
				return
			}
			todo <- some
		}
	}()
	return out
}

// makes makes the items of parts, and their lines.
func (p *Population) makes(d *describer, todo <-chan *part) {
	for some := range todo {
		some.items = some.items[:len(some.in)]
		some.lines, some.lined = some.lines[:0], 0
		for i, s := range some.in {
			it := &some.items[i]
			g, since := p.org.HoldingAt(s.no)
			d.item(it, some.from+i+1, s, g, since, p.names.list[s.holder], p.names.list[s.target])
			if some.lined == i {
				if line := it.appendLine(some.lines); line != nil {
					some.lines, some.lined = append(line, '\n'), i+1
				}
			}
		}
		some.made <- struct{}{}
	}
}

// another gives a describer of the same, which works beside d: what is looked up
// on the way is its own.
func (d *describer) another() *describer {
	out := newDescriber(d.o, d.c, d.at, d.horizon)
	out.things = make([]thing, len(d.things))
	r := *d.resolver
	if r.conflicts != nil {
		c := *r.conflicts
		r.conflicts = &c
	}
	r.managers, r.known = map[domain.ID][]domain.ID{}, nil
	out.resolver = &r
	if d.adviser != nil {
		a := *d.adviser
		who := *a.who
		a.found.last = &ofLast{}
		a.who, a.gives, a.members = &who, map[domain.ID][]domain.Target{}, map[domain.ID]map[domain.ID]bool{}
		a.words, a.room = map[peerWords]string{}, nil
		out.adviser = &a
	}
	return out
}
