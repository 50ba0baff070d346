package reviewpage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/ui"
)

// targetsMsg is what a bulk act is about, as it was when it was asked for.
type targetsMsg struct {
	answer review.Answer
	items  []review.Item
	scope  string
	err    error
}

// bulk looks at what is marked and then asks.
func (p *page) bulk(a review.Answer) tea.Cmd {
	t := p.list.Targets()
	scope := "marked"
	if t.All {
		if scope = "all"; t.Query.Filter != "" {
			scope = "all filtered (" + t.Query.Filter + ")"
		}
	}
	src := p.src
	return p.h.Work("looking at what is marked", func(ctx context.Context) tea.Msg {
		items, err := src.Targets(ctx, t)
		return targetsMsg{a, items, scope, err}
	})
}

// askBulk asks once for all: how many of which kind, what is left out and why, a
// reason. Cancel is the default.
func (p *page) askBulk(m targetsMsg) tea.Cmd {
	if m.err != nil {
		p.h.Fail(m.err)
		return nil
	}
	risky := 0
	plain := slices.DeleteFunc(m.items, func(it review.Item) bool {
		if it.HighRisk {
			risky++
		}
		return it.HighRisk
	})
	switch {
	case len(plain) == 0 && risky > 0:
		p.h.Fail(domain.Errorf(domain.Forbidden, "%s of what is marked: high-risk items are not decided in bulk", review.Count(risky, "item is all", "items are all")).
			Hinted("decide each on its own"))
		return nil
	case len(plain) == 0:
		p.h.Say("nothing of what is marked is yours to decide")
		return nil
	}
	if m.answer == review.Reduce {
		return p.askLevel(m, plain, risky)
	}
	p.confirmBulk(m, plain, risky, func(it review.Item, why string) review.DecisionInput { return p.input(it, m.answer, 0, why) }, "")
	return nil
}

// askLevel offers the rungs between, where all marked stand on one ladder.
func (p *page) askLevel(m targetsMsg, items []review.Item, risky int) tea.Cmd {
	kind := items[0].Holding.Target.Kind
	if slices.ContainsFunc(items, func(it review.Item) bool { return it.Holding.Target.Kind != kind }) {
		p.h.Fail(domain.Errorf(domain.Invalid, "the marked items stand on different ladders").
			Hinted("mark items of one kind only, for example with the filter kind:%s", kind))
		return nil
	}
	ladder := domain.LadderOf(kind)
	c := ui.Choice{Heading: "Reduce to", Do: func(i int) tea.Cmd {
		to := domain.Level(i + 1)
		lower := slices.DeleteFunc(slices.Clone(items), func(it review.Item) bool { return it.Holding.Level <= to })
		note := ""
		if n := len(items) - len(lower); n > 0 {
			note = review.Count(n, "item is", "items are") + " at " + ladder.Word(to) + " or below already and left out."
		}
		if len(lower) == 0 {
			p.h.Say("all of them are at " + ladder.Word(to) + " or below already")
			return nil
		}
		p.confirmBulk(m, lower, risky, func(it review.Item, why string) review.DecisionInput { return p.input(it, review.Reduce, to, why) }, note)
		return nil
	}}
	for l := 1; l < int(ladder.Top()); l++ {
		c.Options = append(c.Options, ui.Option{Label: ladder.Word(domain.Level(l))})
	}
	if len(c.Options) == 0 {
		p.h.Say("there is no level between on the ladder " + ladder.String())
		return nil
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

func (p *page) confirmBulk(m targetsMsg, items []review.Item, risky int, in func(review.Item, string) review.DecisionInput, note string) {
	verb := m.answer.String()
	need := m.answer != review.Keep || p.share.Campaign.Definition.ReasonToKeep
	what := []string{fmt.Sprintf("%s, %s: %s.", capital(m.scope), review.Count(len(items), "item", "items"), kinds(items))}
	people := map[domain.ID]bool{}
	decided, remain, against := 0, 0, 0
	for _, it := range items {
		people[it.Holding.Holder.ID] = true
		if d := in(it, ""); it.Advice.Against(d.Answer, max(d.Level, keptLevel(it, d.Answer))) {
			against++
		}
		if it.Decision.Answer != review.Silent {
			decided++
		}
		if len(it.Remains) > 0 {
			remain++
		}
	}
	if m.answer == review.Revoke {
		text := fmt.Sprintf("Revokes %s of %s", review.Count(len(items), "grant", "grants"), review.Count(len(people), "holder", "holders"))
		if remain > 0 {
			text += fmt.Sprintf("; %s access by another path", review.Count(remain, "keeps", "keep"))
		}
		what = append(what, text+".")
	}
	if decided > 0 {
		what = append(what, review.Count(decided, "is", "are")+" decided already and would be decided anew.")
	}
	if against > 0 {
		need = true
		what = append(what, fmt.Sprintf("Against the recommendation for %s: say why.", review.Count(against, "item", "items")))
	}
	if risky > 0 {
		what = append(what, review.Count(risky, "high-risk item is", "high-risk items are")+" left out: decide each on its own.")
	}
	if n := p.commented(items); n > 0 {
		what = append(what, review.Count(n, "item has a comment, which comes", "items have comments, which come")+" before the reason.")
	}
	if note != "" {
		what = append(what, note)
	}
	token := new(string)
	p.h.Open(ui.NewReasoned(p.h.Env, ui.Confirm{Heading: fmt.Sprintf("%s %s?", capital(verb), review.Count(len(items), "item", "items")), What: what,
		Yes: fmt.Sprintf("%s %d", verb, len(items)), Ask: "Reason", Need: need, Done: answerTo(token)}, func(why string) tea.Cmd {
		var all []review.DecisionInput
		var shown []itemlist.Shown
		s, _ := p.at()
		for _, it := range items {
			all = append(all, in(it, p.reasonOf(it, why)))
			shown = append(shown, itemlist.Shown{Item: it, Head: s.Head})
		}
		return p.save(shown, all, token)
	}))
}

// commented counts the items that have a comment which is not part of a decision yet.
func (p *page) commented(items []review.Item) (n int) {
	for _, it := range items {
		if p.comments[it.No] != "" {
			n++
		}
	}
	return n
}

// reasonOf is the reason of one item decided with others: what was written of it
// alone, and then why all are.
func (p *page) reasonOf(it review.Item, why string) string {
	comment := p.comments[it.No]
	if comment != "" && why != "" {
		return comment + "; " + why
	}
	return comment + why
}

// keptLevel is the level that stays where an item is kept.
func keptLevel(it review.Item, a review.Answer) domain.Level {
	if a == review.Keep {
		return it.Holding.Level
	}
	return domain.None
}

// kinds counts items by kind: "9 agent, 5 group".
func kinds(items []review.Item) string {
	n := map[domain.TargetKind]int{}
	for _, it := range items {
		n[it.Holding.Target.Kind]++
	}
	var parts []string
	for k := domain.TargetKind(0); int(k) < 64; k++ {
		if n[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[k], k))
		}
	}
	return strings.Join(parts, ", ")
}
