package itemlist

import (
	"strings"

	"countersign/domain"
	"countersign/review"
)

// FilterHelp says what a filter understands, for the help of the pages.
const FilterHelp = "words of a person or a thing · level:edit · person:dana · on:voice · kind:group · risk:high · " +
	"is:open is:decided is:returned is:changed is:against is:with · decision:revoke · advised:revoke · delta:up · ruled:nobody · " +
	"conflict:granted · class:restricted · flag:external · ! before a term turns it round"

// Preset is a filter with a name, offered beside what can be typed.
type Preset struct{ Filter, Title string }

// Presets are the filters that are asked for most.
func Presets() []Preset {
	return []Preset{
		{"", "everything"},
		{"is:open", "only what is undecided"},
		{"is:changed", "only what is new, changed or granted again since the last decision"},
		{"advised:less", "only where less is recommended than there is"},
		{"is:against", "only what is decided against the recommendation"},
		{"is:with", "only what is decided as recommended"},
		{"risk:high", "only high risk"},
		{"is:returned", "only what a checker returned"},
	}
}

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
	case "delta":
		yes = func(it review.Item) bool {
			return strings.HasPrefix(it.Delta.Kind.String(), value) || it.Delta.Again && strings.HasPrefix(review.DeltaRegranted.String(), value)
		}
	case "advised", "advice":
		yes = func(it review.Item) bool { return advised(it, value) }
	case "ruled", "ruling":
		a, err := review.ParseAnswer(value)
		if err != nil && value != "nobody" { // nobody answered: Silent
			return nil, false
		}
		if !not && len(q.Ruled) == 0 {
			q.Ruled, pushed = []review.Answer{a}, true
		}
		yes = func(it review.Item) bool { return it.Ruling.Iteration > 0 && it.Ruling.Answer == a }
	case "conflict":
		yes = func(it review.Item) bool { return has(strings.Join(it.Conflicts, " "), value) }
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
	case "changed":
		return func(it review.Item) bool { return Moved(it) != not }, false
	case "against":
		return func(it review.Item) bool { return Against(it) != not }, false
	case "with":
		return func(it review.Item) bool { return asAdvised(it) != not }, false
	}
	return nil, false
}

// asAdvised tells whether the decision in force is the recommendation.
func asAdvised(it review.Item) bool {
	a, d := it.Advice, it.Decision
	return a.Answer != review.Silent && d.Answer == a.Answer && (a.Answer != review.Reduce || d.Level == a.Level)
}

// advised tells whether the recommendation begins with a word, is none at all,
// or is for less than there is.
func advised(it review.Item, word string) bool {
	switch word {
	case "none":
		return it.Advice.Answer == review.Silent
	case "less":
		return it.Advice.Answer == review.Revoke || it.Advice.Answer == review.Reduce
	}
	return it.Advice.Answer != review.Silent && strings.HasPrefix(it.Advice.Answer.String(), word)
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
