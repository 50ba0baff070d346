package review

import (
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

// Vote is one answer that counts; Silent is no response.
type Vote struct {
	Answer Answer
	Level  domain.Level // of a Reduce
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
// matter; among reduces the lowest level wins; no votes at all are no
// response. Which rule fired is part of the answer.
func (s Strategy) Outcome(votes []Vote) (Vote, Rule) {
	given := map[Answer]bool{}
	lowest := domain.Level(0)
	for _, v := range votes {
		if v.Answer == Reduce && (!given[Reduce] || v.Level < lowest) {
			lowest = v.Level
		}
		given[v.Answer] = true
	}
	if len(votes) == 0 {
		given[Silent] = true
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
