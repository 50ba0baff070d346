package review

import (
	"fmt"
	"slices"

	"countersign/domain"
)

// otherwise works out what would have come out under other strategies. Only
// items whose ruling over all stages stands are looked at.
func (t *tape) otherwise(o Otherwise) (*WhatIf, error) {
	c := t.c
	c.Definition.Stages = slices.Clone(c.Definition.Stages)
	out := &WhatIf{Counts: map[string]int{}, Items: []WhatIfItem{}}
	var asked []Strategy
	if o.InStages != nil {
		asked = append(asked, *o.InStages)
		out.InStages = o.InStages.String()
		for i := range c.Definition.Stages {
			c.Definition.Stages[i].Strategy = o.InStages.String()
		}
	}
	if o.OverStages != nil {
		asked = append(asked, *o.OverStages)
		out.OverStages = o.OverStages.String()
		c.Definition.Strategy = o.OverStages.String()
	}
	for no := 1; no <= len(t.items); no++ {
		was, ok := t.rulings[slot{no, 0}]
		if !ok {
			continue
		}
		if t.items[no].highRisk && slices.Contains(asked, AcceptedIfNotDenied) {
			out.HighRisk = append(out.HighRisk, no)
			continue
		}
		would, further, err := t.ruleAgain(c, no, was.Iteration)
		if err != nil {
			return nil, err
		}
		if further {
			out.Further = append(out.Further, no)
		}
		from, to := t.shortWords(was), t.shortWords(would)
		if further && would.Stage != 0 {
			to = "on to a further stage"
		}
		if from == to {
			continue
		}
		out.Counts[from+" → "+to]++
		out.Items = append(out.Items, WhatIfItem{Item: no, Was: from, Would: to})
	}
	return out, nil
}

// ruleAgain rules on an item through the stages, with the votes of its last
// iteration. further says that it would have gone on to a stage in which
// nobody was asked about it; the ruling is then that of the stage before.
func (t *tape) ruleAgain(c Campaign, no, iteration int) (r Ruling, further bool, err error) {
	var through []Ruling
	for stage := 1; stage <= len(c.Definition.Stages); stage++ {
		v, ok := t.votes[slot{no, stage}]
		if real, held := t.rulings[slot{no, stage}]; !ok || held && real.Iteration != iteration {
			return through[len(through)-1], true, nil
		}
		c.Stage, c.Iteration = stage, iteration
		ruled, err := RuleItem(c, v, through, t.checkers[stage])
		if err != nil {
			return Ruling{}, false, err
		}
		if last := ruled[len(ruled)-1]; last.Stage == 0 {
			return last, false, nil
		}
		through = append(through, ruled[0])
	}
	return Ruling{}, false, domain.Errorf(domain.Internal, "item %d went through every stage without a ruling", no)
}

func (t *tape) level(no int, l domain.Level) string {
	return domain.LadderOf(t.items[no].kind).Word(l)
}

// shortWords says a ruling without its rule: "reduce to Read".
func (t *tape) shortWords(r Ruling) string {
	if r.Answer == Reduce {
		return "reduce to " + t.level(r.Item, r.Level)
	}
	return r.Answer.String()
}

// rulingWords says a ruling in full, "nothing" where there is none.
func (t *tape) rulingWords(r Ruling, there bool) string {
	if !there {
		return "nothing"
	}
	s := fmt.Sprintf("%s by %s, at %s", r.Answer, r.Rule, t.level(r.Item, r.Level))
	if r.Reviewer != "" {
		s += ", of record " + string(r.Reviewer)
	}
	if r.Unanswered {
		s += ", unanswered"
	}
	if r.Stage > 0 && r.Stops {
		s += ", stops"
	}
	return s + fmt.Sprintf(", iteration %d", r.Iteration)
}

// decisionWords says a decision in full, "nothing" where there is none.
func (t *tape) decisionWords(d Decision, there bool) string {
	if !there {
		return "nothing"
	}
	s := fmt.Sprintf("%s at %s, round %d", d.Answer, t.level(d.Item, d.Level), d.Round)
	if d.Bulk > 0 {
		s += fmt.Sprintf(", one of %d", d.Bulk)
	}
	if d.Reason != "" {
		s += fmt.Sprintf(", because %q", d.Reason)
	}
	return s
}

// Summary says what a replay found in one sentence, without a full stop.
func (r Replay) Summary() string {
	read := fmt.Sprintf("%s of %q replayed from %s: %s rebuilt", Count(r.Items, "item", "items"), r.Name,
		Count(r.Events, "event", "events"), Count(r.Rulings, "ruling", "rulings"))
	if r.OK() {
		return read + ", everything agrees"
	}
	return read + ", " + Count(len(r.Differences), "difference", "differences")
}

// Words says one difference in one sentence; name gives people's names.
func (d Difference) Words(name func(domain.ID) string) string {
	at := fmt.Sprintf("item %d, stage %d", d.Item, d.Stage)
	switch {
	case d.What == "population":
		at = "the frozen population"
	case d.What == "ruling" && d.Stage == 0:
		at = fmt.Sprintf("item %d, over all stages", d.Item)
	case d.What == "decision":
		at += ", the decision of " + name(d.Reviewer)
	}
	return fmt.Sprintf("%s: stored is %s; the log makes it %s", at, d.Stored, d.Rebuilt)
}

// Words says what would have come out otherwise, a line each.
func (w WhatIf) Words() []string {
	under := w.InStages
	if w.OverStages != "" {
		if under != "" {
			under += " and "
		}
		under += w.OverStages + " over the stages"
	}
	out := []string{fmt.Sprintf("under %s, with the votes as they were cast, %s would have come out otherwise", under,
		Count(len(w.Items), "item", "items"))}
	keys := make([]string, 0, len(w.Counts))
	for k := range w.Counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		out = append(out, fmt.Sprintf("%s: %d", k, w.Counts[k]))
	}
	if len(w.Further) > 0 {
		out = append(out, fmt.Sprintf("to a stage in which nobody was asked about them would have gone %s", itemList(w.Further)))
	}
	if len(w.HighRisk) > 0 {
		out = append(out, fmt.Sprintf("left out, because %s is refused on high-risk access: %s", AcceptedIfNotDenied, itemList(w.HighRisk)))
	}
	return out
}
