package review

import (
	"context"

	"countersign/domain"
)

// StageTally counts the items that stand alike in a stage they entered, or (stage
// 0) over all stages they entered.
type StageTally struct {
	Stage    int
	Items    int
	Asked    int // of each item: how many reviewers were asked, over all stages for stage 0
	Answered int // of them with an answer in force that did not lapse unsigned
	Given    [Abstain + 1]bool
	Before   []Answer // the rulings of the stages before, in this iteration; of the present stage alone
	Ruled    bool     // the stage's ruling (for stage 0 that over all stages) is in force
	Ruling   Answer
	Stops    bool
	Settled  bool // the ruling over all stages is in force
}

// StageFigures are the percentages of one stage, or of all: over the items
// that entered it in any iteration.
//
// An item is complete when everyone who was asked about it answered, an
// abstention included; decided when the answer it has, or would have if the
// stage closed now, is keep, reduce or revoke; a work item is one reviewer's
// answer to one item. (The three figures are those of midPoint's campaigns.)
type StageFigures struct {
	Stage     int            `json:"stage"` // 0: over all stages
	Items     int            `json:"items"`
	Complete  int            `json:"complete"`
	Decided   int            `json:"decided"`
	WorkItems int            `json:"work_items"`
	Answered  int            `json:"answered"` // of the work items
	Ruled     int            `json:"ruled"`    // items with the stage's ruling
	Rulings   map[string]int `json:"rulings,omitempty"`
	GoOn      int            `json:"go_on,omitempty"` // ruled on, and on their way to the next stage

	CompletePercent  float64 `json:"complete_percent"` // 0 to 100; 100 of nothing
	DecidedPercent   float64 `json:"decided_percent"`
	WorkItemsPercent float64 `json:"work_items_percent"`
}

// Percentages are a campaign's figures by stage, those that began, and overall.
type Percentages struct {
	Campaign Campaign
	Stages   []StageFigures
	Overall  StageFigures
}

// Percentages counts how far a campaign is. It reads every item once for each
// stage that began.
func (s *Service) Percentages(ctx context.Context, campaign domain.ID) (Percentages, error) {
	var out Percentages
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = PercentagesOf(tx, campaign)
		return err
	})
	return out, err
}

// PercentagesOf is Service.Percentages on a picture that is at hand. A
// campaign that is not launched has none.
func PercentagesOf(tx Tx, campaign domain.ID) (Percentages, error) {
	c, err := tx.Campaign(campaign)
	out := Percentages{Campaign: c}
	if err != nil || c.Population == "" || c.Stage == 0 {
		return out, err
	}
	tallies, err := tx.Tallies(c.ID)
	if err != nil {
		return out, err
	}
	over, err := ParseStrategy(c.Definition.over())
	if err != nil {
		return out, err
	}
	for _, t := range tallies {
		if t.Stage == 0 {
			out.Overall.add(t, t.Ruled && definite(t.Ruling))
			continue
		}
		for len(out.Stages) < t.Stage {
			out.Stages = append(out.Stages, StageFigures{Stage: len(out.Stages) + 1})
		}
		now, err := standingNow(c.Definition, t)
		if err != nil {
			return out, err
		}
		out.Stages[t.Stage-1].add(t, definite(now))
		if t.Stage != c.Stage || t.Settled {
			continue
		}
		votes := []Vote{{Answer: now, Nobody: t.Asked == 0}}
		for _, a := range t.Before {
			votes = append(votes, Vote{Answer: a})
		}
		if got, _ := Overall(over, votes); definite(got.Answer) {
			out.Overall.Decided += t.Items
		}
	}
	for i := range out.Stages {
		out.Stages[i].percent()
	}
	out.Overall.percent()
	return out, nil
}

func (f *StageFigures) add(t StageTally, decided bool) {
	f.Items += t.Items
	f.WorkItems += t.Items * t.Asked
	f.Answered += t.Items * t.Answered
	if t.Asked > 0 && t.Answered == t.Asked {
		f.Complete += t.Items
	}
	if decided {
		f.Decided += t.Items
	}
	if !t.Ruled {
		return
	}
	f.Ruled += t.Items
	if f.Rulings == nil {
		f.Rulings = map[string]int{}
	}
	f.Rulings[t.Ruling.String()] += t.Items
	if t.Stage > 0 && !t.Stops {
		f.GoOn += t.Items
	}
}

func (f *StageFigures) percent() {
	f.CompletePercent, f.DecidedPercent = percent(f.Complete, f.Items), percent(f.Decided, f.Items)
	f.WorkItemsPercent = percent(f.Answered, f.WorkItems)
}

// standingNow is the answer that items of a tally have in the stage, or would
// have by its strategy if it closed now.
func standingNow(d Definition, t StageTally) (Answer, error) {
	if t.Ruled {
		return t.Ruling, nil
	}
	strategy, err := ParseStrategy(d.Stages[t.Stage-1].Strategy)
	if err != nil {
		return Silent, err
	}
	var votes []Vote
	if t.Answered < t.Asked {
		votes = append(votes, Vote{})
	}
	for a, given := range t.Given {
		if given && Answer(a) != Silent {
			votes = append(votes, Vote{Answer: Answer(a)})
		}
	}
	got, _ := strategy.Outcome(votes)
	return got.Answer, nil
}

// definite tells an answer that decides from abstention and silence.
func definite(a Answer) bool { return a == Keep || a == Reduce || a == Revoke }
