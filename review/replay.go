package review

import (
	"context"
	"slices"

	"countersign/domain"
)

// Replay is a campaign rebuilt from the events of its log alone, and held
// against what is stored (PRODUCT 5, replay). The frozen population is read
// where it lies, and held against the digest that the log has of it.
type Replay struct {
	Campaign    domain.ID    `json:"campaign"`
	Name        string       `json:"name"`
	Events      int          `json:"events"` // of the campaign, up to the one that ended it
	Items       int          `json:"items"`
	Decisions   int          `json:"decisions"`     // as the log leaves them
	Stages      int          `json:"stages_closed"` // each iteration's counts
	Rulings     int          `json:"rulings"`       // that were rebuilt
	Differences []Difference `json:"differences"`   // by item and stage; none: everything agrees
	Otherwise   *WhatIf      `json:"what_if,omitempty"`
}

// Difference is one thing that is stored otherwise than the log tells it.
type Difference struct {
	What     string    `json:"what"` // "ruling", "decision", "population"
	Item     int       `json:"item,omitempty"`
	Stage    int       `json:"stage"`              // 0: over all stages
	Reviewer domain.ID `json:"reviewer,omitempty"` // of a decision
	Stored   string    `json:"stored"`             // in words; "nothing" where nothing is
	Rebuilt  string    `json:"rebuilt"`
}

// Otherwise asks what would have come out under other strategies; what is nil
// stays as it was.
type Otherwise struct {
	InStages   *Strategy // in every stage
	OverStages *Strategy
}

// WhatIf says what would have come out under other strategies, with the votes
// as they were cast. It is no prediction: people who saw other rules might
// have answered otherwise.
type WhatIf struct {
	InStages   string         `json:"strategy,omitempty"`
	OverStages string         `json:"over_stages,omitempty"`
	Counts     map[string]int `json:"counts"`             // "keep → revoke": how many items
	Items      []WhatIfItem   `json:"items"`              // that would have come out otherwise, by number
	Further    []int          `json:"further,omitempty"`  // that would have gone on to a stage they never reached
	HighRisk   []int          `json:"high_risk,omitzero"` // left as they are: the strategy is refused on them
}

// WhatIfItem is one item that would have come out otherwise.
type WhatIfItem struct {
	Item  int    `json:"item"`
	Was   string `json:"was"`
	Would string `json:"would"`
}

// OK tells whether everything stored is as the log tells it.
func (r Replay) OK() bool { return len(r.Differences) == 0 }

// Replay rebuilds every ruling of a campaign, named by id or by name, from the
// events of its log, compares it with the ruling that is stored, and names
// each that differs; decisions and the frozen population are held against the
// log in the same way. With other, it also says what would have come out under
// other strategies. It reads one consistent picture and writes nothing.
// NotFound: there is no such campaign, or it is not staged yet.
func (s *Service) Replay(ctx context.Context, campaign domain.ID, other *Otherwise) (Replay, error) {
	var out Replay
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = replayed(tx, campaign, other)
		return err
	})
	return out, err
}

func replayed(tx Tx, campaign domain.ID, other *Otherwise) (Replay, error) {
	c, err := tx.Campaign(campaign)
	if err != nil {
		return Replay{}, err
	}
	if c.Population == "" {
		return Replay{}, domain.Errorf(domain.NotFound, "the campaign %q has no items yet: there is nothing to replay", c.Name).
			Hinted("stage it first").ByRule("not-staged")
	}
	t := newTape(c.ID)
	if err := t.play(tx); err != nil {
		return Replay{}, err
	}
	out := Replay{Campaign: c.ID, Name: c.Name, Events: t.events, Items: len(t.items), Decisions: len(t.decisions),
		Stages: t.closings, Rulings: len(t.rulings), Differences: []Difference{}}
	if t.found != t.digest {
		out.Differences = append(out.Differences, Difference{What: "population", Stored: "items with the digest " + t.found,
			Rebuilt: "staged with the digest " + t.digest})
	}
	if err := t.compareDecisions(tx, &out); err != nil {
		return out, err
	}
	if err := t.compareRulings(tx, c, &out); err != nil {
		return out, err
	}
	slices.SortStableFunc(out.Differences, func(a, b Difference) int {
		if a.Item != b.Item {
			return a.Item - b.Item
		}
		return a.Stage - b.Stage
	})
	if other != nil {
		out.Otherwise, err = t.otherwise(*other)
	}
	return out, err
}

// compareDecisions names each decision that stands otherwise than the log's
// events left it.
func (t *tape) compareDecisions(tx Tx, out *Replay) error {
	seen := make(map[voice]bool, len(t.decisions))
	for d, err := range tx.Decisions(t.id) {
		if err != nil {
			return err
		}
		k := voice{d.Item, d.Stage, d.Reviewer}
		seen[k] = true
		if want, ok := t.decisions[k]; !ok || want != d {
			out.Differences = append(out.Differences, Difference{What: "decision", Item: d.Item, Stage: d.Stage, Reviewer: d.Reviewer,
				Stored: t.decisionWords(d, true), Rebuilt: t.decisionWords(want, ok)})
		}
	}
	for k, d := range t.decisions {
		if !seen[k] {
			out.Differences = append(out.Differences, Difference{What: "decision", Item: d.Item, Stage: d.Stage, Reviewer: d.Reviewer,
				Stored: t.decisionWords(d, false), Rebuilt: t.decisionWords(d, true)})
		}
	}
	return nil
}

// compareRulings names each ruling that is not what the votes make it. What an
// interrupted closing left behind is not in force, and is passed over.
func (t *tape) compareRulings(tx Tx, c Campaign, out *Replay) error {
	stored, err := tx.Rulings(t.id, 0)
	if err != nil {
		return err
	}
	seen := make(map[slot]bool, len(stored))
	for _, r := range stored {
		k := slot{r.Item, r.Stage}
		if at := max(r.Stage, r.Last); !t.closed[slot{r.Iteration, at}] && r.Iteration == max(c.Iteration, 1) && at == c.Stage {
			seen[k] = true
			continue
		}
		seen[k] = true
		if want, ok := t.rulings[k]; !ok || want != r {
			out.Differences = append(out.Differences, Difference{What: "ruling", Item: r.Item, Stage: r.Stage,
				Stored: t.rulingWords(r, true), Rebuilt: t.rulingWords(want, ok)})
		}
	}
	for k, r := range t.rulings {
		if !seen[k] {
			out.Differences = append(out.Differences, Difference{What: "ruling", Item: k.item, Stage: k.stage,
				Stored: t.rulingWords(r, false), Rebuilt: t.rulingWords(r, true)})
		}
	}
	return nil
}
