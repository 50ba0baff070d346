package action

import "time"

// Gap is how long after a decision key the next one counts.
const Gap = 150 * time.Millisecond

// TooFast is what a person is told about a key press the guard ignored.
const TooFast = "too fast: not decided"

// Guard lets one key press decide one item. A key held down, a paste into a
// terminal that does not mark pastes, and a burst in one read all come faster
// than a person decides. The gap runs from the last decision key pressed,
// ignored ones included, so a key held down decides once however long it is held where
// the terminal marks it. Elsewhere the first repeat of a held key comes as late as a
// second press would, and cannot be told from it; those after it are ignored.
//
// The zero Guard is ready. It is one for the whole console, not one a page:
// changing the screen within the gap does not open it.
type Guard struct {
	last time.Time
	any  bool
}

// Allow says whether the decision key pressed at now counts; repeat is the
// terminal's own mark of a key held down. A clock that went back does not shut
// the guard for longer than the gap.
func (g *Guard) Allow(now time.Time, repeat bool) bool {
	since := now.Sub(g.last)
	first := !g.any || since >= Gap || since < 0
	g.last, g.any = now, true
	return first && !repeat
}
