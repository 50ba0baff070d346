package itemlist

import (
	"strings"

	"countersign/domain"
	"countersign/review"
)

// FilterHelp says what a filter understands, for the help of the pages.
const FilterHelp = "words of a person or a thing · level:edit · person:dana · on:voice · kind:group · risk:high · " +
	"is:open is:decided is:returned · decision:revoke · class:restricted · flag:external · ! before a term turns it round"

// filter is what was typed, as conditions on an item. Those the store knows are in
// the query as well; rest are those it does not.
type filter struct {
	all, rest []func(review.Item) bool
}

// parse reads a filter into q and conditions. A field it does not know is a word
// like any other, and a value half typed excludes nothing: a filter is live.
func parse(text string, q *review.ItemQuery) filter {
	var f filter
	for _, word := range strings.Fields(text) {
		term, not := strings.CutPrefix(word, "!")
		if term == "" {
			continue
		}
		cond, pushed := condition(strings.ToLower(term), not, q)
		if cond == nil {
			continue
		}
		f.all = append(f.all, cond)
		if !pushed {
			f.rest = append(f.rest, cond)
		}
	}
	return f
}

// condition makes the condition of one term, nil where it excludes nothing, and
// puts it into the query where the store can answer it.
func condition(term string, not bool, q *review.ItemQuery) (cond func(review.Item) bool, pushed bool) {
	field, value, ok := strings.Cut(term, ":")
	if !ok {
		switch term {
		case "decided", "open", "returned":
			return state(term, not, q)
		}
		field, value = "", term
	}
	if value == "" {
		return nil, false
	}
	var yes func(review.Item) bool
	switch field {
	case "is", "state":
		return state(value, not, q)
	case "decision":
		a, err := review.ParseAnswer(value)
		if err != nil {
			return nil, false
		}
		if !not && len(q.Answers) == 0 {
			q.Answers, pushed = []review.Answer{a}, true
		}
		yes = func(it review.Item) bool { return it.Decision.Answer == a }
	case "level":
		yes = func(it review.Item) bool {
			return strings.HasPrefix(strings.ToLower(it.Holding.Ladder().Word(it.Holding.Level)), value)
		}
	case "person", "holder":
		yes = func(it review.Item) bool { return has(it.Holder, value) }
	case "on", "area", "agent", "group", "target":
		kind := map[string]domain.TargetKind{"area": domain.TargetArea, "agent": domain.TargetAgent, "group": domain.TargetGroup}
		k, one := kind[field]
		yes = func(it review.Item) bool { return has(it.Target, value) && (!one || it.Holding.Target.Kind == k) }
	case "kind":
		yes = func(it review.Item) bool { return has(it.Holding.Target.Kind.String(), value) }
	case "class":
		yes = func(it review.Item) bool { return has(it.Class.String(), value) }
	case "risk":
		if value != "high" {
			return nil, false
		}
		if !not {
			q.HighRisk, pushed = true, true
		}
		yes = func(it review.Item) bool { return it.HighRisk }
	case "flag":
		yes = func(it review.Item) bool { return has(strings.Join(it.Flags, " "), value) }
	default:
		if !not && q.Text == "" {
			q.Text, pushed = term, true
		}
		yes = func(it review.Item) bool { return has(it.Holder, term) || has(it.Target, term) }
	}
	if not {
		return func(it review.Item) bool { return !yes(it) }, false
	}
	return yes, pushed
}

// state is a condition on where an item stands.
func state(word string, not bool, q *review.ItemQuery) (func(review.Item) bool, bool) {
	if word == "decided" {
		word, not = "open", !not
	}
	free := q.State == 0
	switch word {
	case "open":
		if free && !not {
			q.State = review.ItemOpen
		}
		return func(it review.Item) bool { return (it.Decision.Answer == review.Silent) != not }, free && !not
	case "returned":
		if free && !not {
			q.State = review.ItemReturned
		}
		return func(it review.Item) bool {
			return (it.Return.Round > 0 && it.Decision.Answer == review.Silent) != not
		}, free && !not
	}
	return nil, false
}

func has(s, part string) bool { return strings.Contains(strings.ToLower(s), part) }

// passes tells whether an item meets all the conditions.
func passes(conds []func(review.Item) bool, it review.Item) bool {
	for _, c := range conds {
		if !c(it) {
			return false
		}
	}
	return true
}
