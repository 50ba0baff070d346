package filter

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Items is what a list of items can be filtered by.
func Items() Table {
	answers := []string{review.Keep.String(), review.Reduce.String(), review.Revoke.String(), review.Abstain.String()}
	var delta, classes []string
	for _, k := range review.DeltaKinds() {
		delta = append(delta, k.String())
	}
	for _, c := range domain.Classifications() {
		classes = append(classes, c.String())
	}
	return Table{List: "items", Fields: []Field{
		{Name: "person", Also: []string{"holder"}, About: "who has it"},
		{Name: "on", Also: []string{"target"}, About: "what it is on"},
		{Name: "agent", About: "an agent it is on"},
		{Name: "area", About: "an area it is on"},
		{Name: "group", About: "a group it is a membership of"},
		{Name: "kind", About: "what kind of thing it is on", Values: []string{"agent", "area", "group", "role", "source"}},
		{Name: "level", About: "how much is allowed", Values: []string{"read", "edit", "view & use", "use", "member", "manager"}},
		{Name: "class", About: "how confidential it is", Values: classes},
		{Name: "risk", Kind: Ordered, About: "how risky it is", Values: []string{"low", "high"}},
		{Name: "is", Also: []string{"state"}, Kind: Choice, Short: true, About: "where it stands", Values: []string{"open", "decided", "returned", "changed", "against", "with"}},
		{Name: "decision", Kind: Choice, About: "how it was decided", Values: append(slices.Clone(answers), "certify", "none")},
		{Name: "advised", Also: []string{"advice"}, Kind: Choice, About: "what is recommended; less is reduce or revoke", Values: append(slices.Clone(answers), "less", "none")},
		{Name: "ruled", Also: []string{"ruling"}, Kind: Choice, About: "what all stages came to", Values: append(slices.Clone(answers), "nobody")},
		{Name: "result", Kind: Choice, About: "what became of the decision", Values: []string{"pending", "verified", "retained", "residual", "failed", "outside", "exception"}},
		{Name: "delta", Kind: Choice, About: "what changed since the last decision", Values: delta},
		{Name: "used", Kind: Date, About: "when it was used last"},
		{Name: "unused", Kind: Number, About: "days since it was used, when staged or now"},
		{Name: "conflict", About: "what speaks against its reviewer"},
		{Name: "flag", About: "what is remarkable", Values: []string{"sensitive", "external", "window-over", "leaver"}},
		{Name: "number", Also: []string{"item", "no"}, Kind: Number, About: "its number, which a bare number finds too"},
	}}
}

// ItemFilter is a filter as conditions on an item. Those the store answers are in
// the query; Rest are those it does not.
type ItemFilter struct{ All, Rest []func(review.Item) bool }

// ForItems puts an expression that [Items] has parsed into q where the store can
// answer it, and gives its conditions. Days are counted to now.
func ForItems(e Expr, q *review.ItemQuery, now time.Time) ItemFilter {
	var f ItemFilter
	for _, t := range e {
		if len(t.Values) == 0 {
			continue
		}
		yes := itemTest(t, now)
		cond := yes
		if t.Not {
			cond = func(it review.Item) bool { return !yes(it) }
		}
		f.All = append(f.All, cond)
		if !pushed(t, q) {
			f.Rest = append(f.Rest, cond)
		}
	}
	return f
}

// Fits tells whether an item meets all of some conditions.
func Fits(conds []func(review.Item) bool, it review.Item) bool {
	return !slices.ContainsFunc(conds, func(c func(review.Item) bool) bool { return !c(it) })
}

// pushed puts a term into the query if its whole meaning fits what is free there.
func pushed(t Term, q *review.ItemQuery) bool {
	one := t.Values[0]
	switch {
	case t.Field == "is" && len(t.Values) == 1 && q.State == 0:
		switch {
		case one == "open" && !t.Not, one == "decided" && t.Not:
			q.State = review.ItemOpen
			return true
		case one == "returned" && !t.Not:
			q.State = review.ItemReturned
			return true
		}
	case t.Not:
	case t.Field == "" && len(t.Values) == 1 && q.Text == "":
		q.Text = one
		return true
	case t.Field == "decision" && len(q.Answers) == 0 && !slices.Contains(t.Values, "none"):
		q.Answers = answersOf(t.Values)
		return true
	case t.Field == "ruled" && len(q.Ruled) == 0:
		q.Ruled = answersOf(t.Values)
		return true
	case t.Field == "risk" && len(t.Values) == 1 && one == "high" && (t.Op == Has || t.Op == AtLeast), t.Field == "risk" && len(t.Values) == 1 && one == "low" && t.Op == More:
		q.HighRisk = true
		return true
	case t.Field == "number" && t.Op == Has && len(t.Values) == 1 && q.No == 0 && one != "0":
		if n, err := strconv.Atoi(one); err == nil && n > 0 {
			q.No = n
			return true
		}
	}
	return false
}

// answersOf are the answers that words mean; nobody and none are no answer.
func answersOf(words []string) []review.Answer {
	out := make([]review.Answer, len(words))
	for i, w := range words {
		if a, err := review.ParseAnswer(w); err == nil {
			out[i] = a
		}
	}
	return out
}

// itemTest is whether one of a term's values holds of an item.
func itemTest(t Term, now time.Time) func(review.Item) bool {
	var tests []func(review.Item) bool
	for _, v := range t.Values {
		tests = append(tests, itemValue(t, strings.ToLower(v), now))
	}
	return func(it review.Item) bool {
		return slices.ContainsFunc(tests, func(yes func(review.Item) bool) bool { return yes(it) })
	}
}

// kindFields are the fields that ask for a name among one kind of target.
var kindFields = map[string]domain.TargetKind{"area": domain.TargetArea, "agent": domain.TargetAgent, "group": domain.TargetGroup}

// itemValue is whether one value of a term, in lower case, holds of an item.
func itemValue(t Term, v string, now time.Time) func(review.Item) bool {
	switch t.Field {
	case "":
		return func(it review.Item) bool {
			return holds(it.Holder, v) || holds(it.Target, v) || strconv.Itoa(it.No) == v
		}
	case "person":
		return func(it review.Item) bool { return holds(it.Holder, v) }
	case "on":
		return func(it review.Item) bool { return holds(it.Target, v) }
	case "agent", "area", "group":
		kind := kindFields[t.Field]
		return func(it review.Item) bool { return it.Holding.Target.Kind == kind && holds(it.Target, v) }
	case "kind":
		return func(it review.Item) bool { return holds(it.Holding.Target.Kind.String(), v) }
	case "level":
		return func(it review.Item) bool {
			return strings.HasPrefix(strings.ToLower(it.Holding.Ladder().Word(it.Holding.Level)), v)
		}
	case "class":
		return func(it review.Item) bool { return holds(it.Class.String(), v) }
	case "conflict":
		return func(it review.Item) bool { return holds(strings.Join(it.Conflicts, "\n"), v) }
	case "flag":
		return func(it review.Item) bool { return holds(strings.Join(it.Flags, "\n"), v) }
	case "is":
		return isTest(v)
	}
	return itemCompared(t, v, now)
}

// itemCompared is itemValue for the fields with an order or a fixed list of values.
func itemCompared(t Term, v string, now time.Time) func(review.Item) bool {
	table := Items()
	f := table.Fields[max(table.Index(t.Field), 0)]
	text := map[string]func(review.Item) string{
		"risk":   func(it review.Item) string { return f.Values[boolToInt(it.HighRisk)] },
		"result": func(it review.Item) string { return it.Outcome.Result.String() },
		"used":   func(it review.Item) string { return string(it.LastUsed) },
		"number": func(it review.Item) string { return strconv.Itoa(it.No) },
		"unused": func(it review.Item) string { return daysSince(it.LastUsed, now) },
	}[t.Field]
	if text != nil {
		return func(it review.Item) bool { return f.Holds(t.Op, v, text(it)) }
	}
	a := answersOf([]string{v})[0]
	switch t.Field {
	case "decision":
		return func(it review.Item) bool { return it.Decision.Answer == a }
	case "ruled":
		return func(it review.Item) bool { return it.Ruling.Iteration > 0 && it.Ruling.Answer == a }
	case "advised":
		if v == "less" {
			return func(it review.Item) bool {
				return it.Advice.Answer == review.Revoke || it.Advice.Answer == review.Reduce
			}
		}
		return func(it review.Item) bool { return it.Advice.Answer == a }
	case "delta":
		return func(it review.Item) bool {
			return it.Delta.Kind.String() == v || it.Delta.Again && v == review.DeltaRegranted.String()
		}
	}
	return func(review.Item) bool { return false }
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// daysSince counts whole days from a date to now; one that is not known is "".
func daysSince(d domain.Date, now time.Time) string {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return strconv.Itoa(int(now.UTC().Sub(day) / (24 * time.Hour)))
}

// isTest is whether an item stands so.
func isTest(word string) func(review.Item) bool {
	silent := func(it review.Item) bool { return it.Decision.Answer == review.Silent }
	switch word {
	case "open":
		return silent
	case "decided":
		return func(it review.Item) bool { return !silent(it) }
	case "returned":
		return func(it review.Item) bool { return it.Return.Round > 0 && silent(it) }
	case "changed":
		return Changed
	case "against":
		return Against
	case "with":
		return asAdvised
	}
	return func(review.Item) bool { return false }
}

// Changed tells whether an item is another than when it was last decided, or was
// never decided. One that was not compared is not known to be the same.
func Changed(it review.Item) bool {
	return it.Delta.Kind != review.DeltaUnchanged || it.Delta.Again
}

// Against tells whether the decision in force gives more than is recommended.
func Against(it review.Item) bool {
	return it.Decision.Answer != review.Silent && it.Advice.Against(it.Decision.Answer, it.Decision.Level)
}

// asAdvised tells whether the decision in force is the recommendation.
func asAdvised(it review.Item) bool {
	a, d := it.Advice, it.Decision
	return a.Answer != review.Silent && d.Answer == a.Answer && (a.Answer != review.Reduce || d.Level == a.Level)
}

func holds(s, part string) bool { return strings.Contains(strings.ToLower(s), part) }
