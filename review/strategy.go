package review

import (
	"fmt"
	"iter"
	"slices"

	"countersign/domain"
)

// Strategy says how several answers to one item become one.
type Strategy uint8

// The strategies.
const (
	OneAcceptAccepts    Strategy = iota // accept > revoke > reduce > no decision > no response
	AllMustAccept                       // revoke > reduce > no decision > no response > accept
	OneDenyDenies                       // revoke > reduce > accept > no decision > no response
	AcceptedIfNotDenied                 // revoke > reduce > else accept
)

var strategyWords = []string{"one-accept-accepts", "all-must-accept", "one-deny-denies", "accepted-if-not-denied"}

// Strategies lists every strategy.
func Strategies() []Strategy {
	return []Strategy{OneAcceptAccepts, AllMustAccept, OneDenyDenies, AcceptedIfNotDenied}
}

func (v Strategy) String() string { return word(strategyWords, v) }

// ParseStrategy reads a strategy's word; an unknown one is an Invalid error.
func ParseStrategy(s string) (Strategy, error) {
	return parse[Strategy]("a strategy", s, strategyWords)
}

// Vote is one answer that counts; Silent is no response. It is a reviewer's
// answer when a stage is closed, and a stage's outcome when the overall one is
// made.
type Vote struct {
	Answer Answer
	Level  domain.Level // of a Reduce
	Nobody bool         // Silent because there was nobody to ask: no strategy makes an accept of it
}

// Rule says which step of a strategy's precedence decided.
type Rule string

// The rules.
const (
	RuleAccept     Rule = "an accept"
	RuleRevoke     Rule = "a revoke"
	RuleReduce     Rule = "the lowest reduce"
	RuleNoDecision Rule = "an abstention"
	RuleSilence    Rule = "no response"
	RuleNotDenied  Rule = "nobody denied"
	RuleNobody     Rule = "nobody to ask"
)

// precedence is the order in which each strategy looks for answers; the first
// that somebody gave is the outcome (PRODUCT 5, strategies).
var precedence = map[Strategy][]Answer{
	OneAcceptAccepts:    {Keep, Revoke, Reduce, Abstain, Silent},
	AllMustAccept:       {Revoke, Reduce, Abstain, Silent, Keep},
	OneDenyDenies:       {Revoke, Reduce, Keep, Abstain, Silent},
	AcceptedIfNotDenied: {Revoke, Reduce},
}

var answerRules = map[Answer]Rule{Keep: RuleAccept, Revoke: RuleRevoke, Reduce: RuleReduce, Abstain: RuleNoDecision,
	Silent: RuleSilence}

// Outcome makes one answer of several votes. Duplicates and order do not
// matter; among reduces the lowest level wins. Which rule fired is part of the
// answer.
//
// Where nobody was asked (no votes, or only votes that say Nobody) the answer
// is Silent by the rule "nobody to ask", under every strategy: an item without
// a reviewer is an exception to resolve, never an accept (PRODUCT 5).
func (s Strategy) Outcome(votes []Vote) (Vote, Rule) {
	given := map[Answer]bool{}
	lowest, asked := domain.Level(0), false
	for _, v := range votes {
		if v.Answer == Reduce && (!given[Reduce] || v.Level < lowest) {
			lowest = v.Level
		}
		given[v.Answer] = true
		asked = asked || !v.Nobody
	}
	if !asked {
		return Vote{Nobody: true}, RuleNobody
	}
	for _, a := range precedence[s] {
		if given[a] {
			out := Vote{Answer: a}
			if a == Reduce {
				out.Level = lowest
			}
			return out, answerRules[a]
		}
	}
	if s == AcceptedIfNotDenied {
		return Vote{Answer: Keep}, RuleNotDenied
	}
	return Vote{}, RuleSilence
}

// Overall combines the outcomes of an item's stages by the strategy over
// stages, with the precedence that it has among reviewers. stages holds the
// outcome of each stage that the item entered, non-response rules applied: a
// stage it never reached, because it stopped before or the stage was skipped,
// has no vote. A stage in which nobody was to ask counts as no response, but
// never as "nobody denied".
func Overall(s Strategy, stages []Vote) (Vote, Rule) { return s.Outcome(stages) }

// stopsOn is what each strategy over stages stops on by itself: whatever a
// later stage can no longer turn into an accept, or, where one accept is
// enough, the accept.
//
// Source: midPoint derives its "stop review on" in the same way from the
// strategy over stages (OutcomeStrategy.getOutcomesToStopOn in
// Evolveum/midpoint, model/certification-impl): accept for
// one-accept-accepts, reduce and revoke for the other three. Ours differs in
// one place: all-must-accept also stops on an abstention and on no response,
// because by its precedence (RV>RD>ND>NR>A) no later accept can mend them; such
// an item is an exception to resolve now, not after two more stages. A
// definition that wants later reviewers to see these says so.
var stopsOn = map[Strategy][]Answer{
	OneAcceptAccepts:    {Keep},
	AllMustAccept:       {Revoke, Reduce, Abstain, Silent},
	OneDenyDenies:       {Revoke, Reduce},
	AcceptedIfNotDenied: {Revoke, Reduce},
}

// StopsOn gives the stage outcomes after which an item goes no further, when s
// is the strategy over stages and nothing else is set.
func (s Strategy) StopsOn() []Answer { return slices.Clone(stopsOn[s]) }

// StopsOn gives the outcomes of a stage after which an item goes no further:
// what the stage sets, else what the campaign sets, else what follows from the
// strategy over stages (PRODUCT 5, stages). A nil list sets nothing; an empty
// one that is not nil says that nothing stops.
func StopsOn(overall Strategy, campaign, stage []Answer) []Answer {
	switch {
	case stage != nil:
		return slices.Clone(stage)
	case campaign != nil:
		return slices.Clone(campaign)
	}
	return overall.StopsOn()
}

// stopsNothing is the word for "every outcome goes on to the next stage".
const stopsNothing = "nothing"

// ParseStops reads the words of a definition for what a stage stops on: answers
// ("undecided" is no response), or the one word "nothing". No words set
// nothing: nil. An unknown word, a word twice, or "nothing" beside another is an
// Invalid error.
func ParseStops(words []string) ([]Answer, error) {
	if len(words) == 0 {
		return nil, nil
	}
	out := []Answer{}
	if len(words) == 1 && words[0] == stopsNothing {
		return out, nil
	}
	for _, w := range words {
		a, err := ParseAnswer(w)
		if err != nil {
			return nil, domain.Errorf(domain.Invalid, "%q is no outcome on which a stage stops", w).
				Hinted("use keep, reduce, revoke, abstain or undecided; or %q alone", stopsNothing)
		}
		if slices.Contains(out, a) {
			return nil, domain.Errorf(domain.Invalid, "a stage is to stop on %q twice", a).Hinted("name it once")
		}
		out = append(out, a)
	}
	return out, nil
}

// CheckHighRisk refuses accepted-if-not-denied for high-risk items, which
// nobody's silence may keep (PRODUCT 5): a Conflict, rule "strategy-high-risk",
// that names them. where says which strategy is meant: "stage 2 of \"Q4\"".
// There is no falling back to another strategy: the definition is changed, or
// the items leave the scope.
func (s Strategy) CheckHighRisk(where string, items []int) error {
	if s != AcceptedIfNotDenied || len(items) == 0 {
		return nil
	}
	return domain.Errorf(domain.Conflict, "%s is %s, which keeps what nobody denied; that is not for high-risk access: %s",
		where, s, itemList(items)).
		Hinted("choose one of the other strategies, or leave these items out of the scope with a reason").
		ByRule("strategy-high-risk")
}

// checkHighRisk holds every strategy of a definition against the high-risk
// items that were staged.
func (d Definition) checkHighRisk(name string, items []int) error {
	for i, st := range d.Stages {
		v, err := ParseStrategy(st.Strategy)
		if err != nil {
			return err
		}
		if err := v.CheckHighRisk(fmt.Sprintf("the strategy of stage %d of %q", i+1, name), items); err != nil {
			return err
		}
	}
	over, err := ParseStrategy(d.over())
	if err != nil {
		return err
	}
	return over.CheckHighRisk(fmt.Sprintf("the strategy over the stages of %q", name), items)
}

// notingHighRisk passes items on and keeps the numbers of the high-risk ones.
func notingHighRisk(items iter.Seq2[StagedItem, error], nos *[]int) iter.Seq2[StagedItem, error] {
	return func(yield func(StagedItem, error) bool) {
		for it, err := range items {
			if err == nil && it.HighRisk {
				*nos = append(*nos, it.No)
			}
			if !yield(it, err) {
				return
			}
		}
	}
}
