package findings

import (
	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
)

// bulk is what can be done to all findings that are marked.
func (p *page) bulk(s browse.Subject, marked func() browse.Marked) action.Table {
	return action.Table{{ID: "findings.mend-marked", Keys: []string{"E"}, Help: "mend marked", Long: "propose one change set that mends all that are marked, where there is one way to", Scope: scope, Off: s.Off,
		Do: func() tea.Cmd { return p.mendMarked(marked()) }}}
}

// Why a finding that is marked is left out.
const (
	manyWays = "there are several ways to mend it: e chooses one"
	sameRow  = "another that is marked changes the same"
	goneNow  = "it is gone: f5 loads the list again"
)

// mendMarked proposes what mends every finding marked. What can be mended in several
// ways, or in none, is left out and said.
func (p *page) mendMarked(m browse.Marked) tea.Cmd {
	var taken map[domain.Ref]bool // what the change set changes already
	return m.Propose(browse.Many{Heading: "Mend many findings", Title: func(_ change.Picture, who string) string { return "Mend " + who },
		Begin: func([]domain.ID) { taken = map[domain.Ref]bool{} },
		Each: func(pic change.Picture, id domain.ID, newID func(string) domain.ID) ([]domain.Change, string, error) {
			f, _, ok := p.get(string(id))
			if !ok {
				return nil, goneNow, nil
			}
			ways, why := pic.Org.Mends(f, pic.Now, newID)
			switch {
			case why != "":
				return nil, why, nil
			case len(ways) == 0:
				return nil, goneNow, nil
			case len(ways) > 1:
				return nil, manyWays, nil
			}
			var refs []domain.Ref
			for _, c := range ways[0].Changes {
				r := domain.Ref{Kind: c.Record().RecordKind(), ID: c.Record().RecordID()}
				if taken[r] {
					return nil, sameRow, nil
				}
				refs = append(refs, r)
			}
			for _, r := range refs {
				taken[r] = true
			}
			return ways[0].Changes, "", nil
		}})
}
