// Package changesets is the console's page over change sets, those that wait and those
// that are over: what each did, who made and approved it. One that was applied can be
// taken back by another.
package changesets

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Entry is one change set, without its changes.
type Entry struct {
	domain.ChangeSet
	By string // the maker's name
}

// Reads are what this page reads.
type Reads interface {
	change.Reads
	// ChangeSets are those there are, the newest first.
	ChangeSets(ctx context.Context) ([]Entry, error)
	// ChangeSet is one with its changes, and ChangeSetLines says it whole: who gains and
	// loses by it, who approved it.
	ChangeSet(ctx context.Context, id domain.ID) (domain.ChangeSet, error)
	ChangeSetLines(ctx context.Context, id domain.ID) ([]string, error)
}

const scope = "changesets"

// page keeps the states of what was read last.
type page struct {
	reads Reads

	mu     sync.Mutex
	states map[domain.ID]domain.ChangeState
}

// New makes the page. Enter shows one whole, to scroll.
func New(reads Reads, does change.Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{reads: reads}
		return browse.New(h, browse.Config{
			Title: "Change sets", What: "change sets", One: "change set", Reads: reads, Fields: filter.Names("change sets", "title", "state", "by", "reason", "event", "source"),
			Columns: []ui.Column{{Title: "Change set", Width: 24, Flex: 3}, {Title: "State", Width: 10}, {Title: "By", Width: 14, Flex: 1, Drop: 1}, {Title: "Event", Width: 7, Right: true, Drop: 3}, {Title: "Reason", Width: 16, Flex: 2, Drop: 2}},
			Sorts:   []ui.Sort{{ID: "newest", Title: "the newest first"}, {ID: "state", Title: "state"}, {ID: "by", Title: "who made it"}},
			Load:    p.load, Detail: p.detail,
			Enter: func(key string) tea.Cmd {
				return change.OpenText(h.Env, "Change set", func(ctx context.Context) ([]ui.Line, error) { return p.detail(ctx, change.Picture{}, key) })
			},
			Acts: func(s browse.Subject) action.Table {
				return action.Table{{ID: "changesets.undo", Keys: []string{"U"}, Help: "take back", Long: "propose the inverse of one that was applied: the same four eyes as any other", Scope: scope, Hint: 1,
					Off: func() string { return p.offUndo(s) }, Do: s.On(func(id domain.ID) tea.Cmd { return p.undo(s, id) })},
					{ID: "changesets.approvals", Keys: []string{"w"}, Help: "approvals", Long: "the page on which change sets that wait are approved or sent back", Scope: scope, Hint: 2, Do: func() tea.Cmd { return h.Push("approvals", "") }}}
			},
		}, does)
	}
}

var stateRoles = map[domain.ChangeState]theme.Role{domain.Proposed: theme.Warn, domain.Applied: theme.OK}

func (p *page) load(ctx context.Context, _ change.Picture) ([]ui.Record, error) {
	all, err := p.reads.ChangeSets(ctx)
	if err != nil {
		return nil, err
	}
	states := make(map[domain.ID]domain.ChangeState, len(all))
	out := make([]ui.Record, len(all))
	for i, e := range all {
		states[e.ID] = e.State
		role, known := stateRoles[e.State]
		if !known {
			role = theme.Dim
		}
		n := strconv.FormatInt(int64(e.Proposed), 10)
		out[i] = ui.Record{Row: ui.Row{Key: string(e.ID), Cells: []ui.Cell{{Text: e.Title}, {Text: e.State.String(), Role: role}, {Text: e.By}, {Text: n}, {Text: e.Reason, Role: theme.Dim}}},
			Values: []string{e.Title, e.State.String(), e.By, e.Reason, n, e.Source.Source}}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.states = states
	return out, nil
}

func (p *page) detail(ctx context.Context, _ change.Picture, key string) ([]ui.Line, error) {
	lines, err := p.reads.ChangeSetLines(ctx, domain.ID(key))
	out := make([]ui.Line, len(lines))
	for i, l := range lines {
		out[i] = ui.Plain(l)
	}
	return out, err
}

func (p *page) offUndo(s browse.Subject) string {
	id, ok := s.Selected()
	if !ok {
		return s.Off()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if state := p.states[id]; state != domain.Applied {
		return fmt.Sprintf("It is %s: only what was applied can be taken back.", state)
	}
	return ""
}

// undo puts the inverse of a change set forward: what it began ends, what it ended
// begins again. What moved on since is refused as stale.
func (p *page) undo(s browse.Subject, id domain.ID) tea.Cmd {
	var cs domain.ChangeSet
	return s.Desk.Propose(change.Draft{Heading: "Take a change set back",
		Before: func(ctx context.Context) (err error) {
			cs, err = p.reads.ChangeSet(ctx, id)
			return err
		},
		Make: func(change.Picture, func(string) domain.ID) (domain.ChangeSet, error) {
			if cs.State != domain.Applied {
				return domain.ChangeSet{}, domain.Errorf(domain.Conflict, "%q was never applied: it is %s", cs.Title, cs.State).Hinted("there is nothing to take back")
			}
			return change.Set("Undo: "+cs.Title, review.Inverse(cs.Changes)...)
		}})
}
