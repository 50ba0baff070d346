package main

import (
	"fmt"

	"countersign/domain"
	"countersign/review"
)

// What a reviewer is told of an item besides the holding itself, in JSON
// answers.
type (
	adviceJSON struct {
		Answer  string             `json:"answer"` // "none" where nothing is recommended
		Level   string             `json:"level,omitempty"`
		Reasons []adviceReasonJSON `json:"reasons,omitempty"`
	}
	adviceReasonJSON struct {
		Kind   string `json:"kind"`
		Text   string `json:"text"`
		Toward string `json:"toward,omitempty"`
	}
	deltaJSON struct {
		Kind  string `json:"kind"`
		Was   string `json:"was,omitempty"`
		Again bool   `json:"granted_again,omitempty"`
		Text  string `json:"text,omitempty"`
	}
	lastJSON struct {
		Campaign  domain.ID `json:"campaign"`
		Name      string    `json:"name"`
		Item      int       `json:"item"`
		Answer    string    `json:"answer"`
		Level     string    `json:"level"`
		Reviewer  thingJSON `json:"reviewer,omitzero"`
		At        string    `json:"at"`
		Certified int       `json:"certified,omitempty"`
	}
)

// told fills in what the reviewer is told.
func (j *itemJSON) told(o *domain.Org, it review.Item) {
	word := it.Holding.Ladder().Word
	j.Peers, j.LastUsed = it.Peers, it.LastUsed
	if !it.Advice.IsZero() {
		j.Advice = &adviceJSON{Answer: "none"}
		if a := it.Advice.Answer; a != review.Silent {
			j.Advice.Answer, j.Advice.Level = a.String(), word(it.Advice.Level)
		}
		for _, r := range it.Advice.Reasons {
			one := adviceReasonJSON{Kind: r.Kind.String(), Text: r.Text}
			if r.Toward != review.Silent {
				one.Toward = r.Toward.String()
			}
			j.Advice.Reasons = append(j.Advice.Reasons, one)
		}
	}
	if d := it.Delta; d.Kind != review.DeltaUnknown {
		j.Delta = &deltaJSON{Kind: d.Kind.String(), Again: d.Again, Text: d.Text}
		if d.Kind != review.DeltaNew {
			j.Delta.Was = word(d.Was)
		}
	}
	if l := it.Last; l.Campaign != "" {
		j.Last = &lastJSON{Campaign: l.Campaign, Name: l.Name, Item: l.Item, Answer: l.Answer.String(), Level: word(l.Level),
			At: l.At.Format("2006-01-02T15:04:05Z"), Certified: l.Certified}
		if l.Reviewer != "" {
			j.Last.Reviewer = principalJSON(o, l.Reviewer)
		}
	}
}

// toldLines says it in the story of an item: the recommendation with every
// reason, what changed since the last decision, the decision itself, peers and
// use.
func toldLines(line func(label, text string), o *domain.Org, it review.Item) {
	if l := it.Last; l.Campaign != "" {
		by := "by the rule for silence"
		if l.Reviewer != "" {
			by = "by " + o.Name(domain.KindPrincipal, l.Reviewer)
		}
		line("last", fmt.Sprintf("%s at %s in %s (item %d), %s, %s", l.Answer, it.Holding.Ladder().Word(l.Level), l.Name, l.Item, by,
			l.At.In(o.Zone()).Format("2006-01-02")))
	}
	if it.Delta.Kind != review.DeltaUnknown {
		text := it.Delta.Kind.String()
		if it.Delta.Text != "" {
			text += ": " + it.Delta.Text
		}
		line("since last", text)
	}
	line("peers", it.Peers)
	line("last used", string(it.LastUsed))
	if it.Advice.IsZero() {
		return
	}
	advice := review.AdviceWords(it.Advice, it.Holding.Ladder())
	if advice == "" {
		advice = "none"
	}
	line("advice", advice)
	for _, r := range it.Advice.Reasons {
		toward := ""
		if r.Toward != review.Silent {
			toward = " → " + review.AdviceWords(review.Advice{Answer: r.Toward, Level: r.Level}, it.Holding.Ladder())
		}
		line("because", r.Text+toward)
	}
}

// deltaWords says figures by what changed: "4 new, 1 up, 120 unchanged".
func deltaWords(n map[string]int) string {
	s := ""
	for _, k := range review.DeltaKinds() {
		if n[k.String()] == 0 {
			continue
		}
		if s != "" {
			s += ", "
		}
		s += fmt.Sprintf("%d %s", n[k.String()], k)
	}
	return s
}
