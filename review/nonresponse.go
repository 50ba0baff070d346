package review

import (
	"fmt"

	"countersign/domain"
)

// Silence says what becomes of an item that a stage ends with undecided: the
// rule is applied to the stage's outcome, never to a single reviewer's
// silence. The zero value blocks, so that nothing is decided by having been
// left out.
type Silence uint8

// The non-response rules (PRODUCT 5).
const (
	SilenceBlocks        Silence = iota // it stays an exception to resolve, and keeps the campaign open
	SilenceKeeps                        // the present level stays
	SilenceRevokes                      // the bottom rung
	SilenceReduces                      // the rung that was recommended, else the next lower one
	SilenceFollowsAdvice                // what was recommended
)

var silenceWords = []string{"block", "keep", "revoke", "reduce", "recommendation"}

// Silences lists every rule.
func Silences() []Silence {
	return []Silence{SilenceBlocks, SilenceKeeps, SilenceRevokes, SilenceReduces, SilenceFollowsAdvice}
}

func (v Silence) String() string { return word(silenceWords, v) }

// ParseSilence reads a rule's word; an unknown one is an Invalid error.
func ParseSilence(s string) (Silence, error) {
	return parse[Silence]("what silence means", s, silenceWords)
}

// MarshalText gives the word, for JSON and the database.
func (v Silence) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Silence) UnmarshalText(b []byte) (err error) { *v, err = ParseSilence(string(b)); return }

// lowers tells whether the rule can end in less than the present level.
func (v Silence) lowers() bool { return v != SilenceBlocks && v != SilenceKeeps }

// SilenceRules are the non-response rules of a definition, by risk.
type SilenceRules struct {
	High  Silence `json:"high,omitzero"`  // of high-risk items
	Other Silence `json:"other,omitzero"` // of the others
}

// For gives the rule of an item.
func (r SilenceRules) For(highRisk bool) Silence {
	if highRisk {
		return r.High
	}
	return r.Other
}

// Apply turns an outcome that is no answer into what the rule says, and leaves
// every other as it is. out and rule are what Outcome gave; present is the
// item's rung; advice is the recommendation as it was staged, Silent where
// there was none. The words that come back name the rule, also where it
// changes nothing.
//
// Only no response and abstentions are touched. Where there was nobody to ask
// nothing is: such an item is an exception under every rule. To reduce is to
// go to the rung that was recommended, if that is below the present one and
// not the bottom; else to the next lower rung, which at the end of the ladder
// is a revocation.
func (n Silence) Apply(out Vote, rule Rule, present domain.Level, advice Vote) (Vote, Rule) {
	if out.Answer != Silent && out.Answer != Abstain || rule == RuleNobody {
		return out, rule
	}
	to := out
	switch n {
	case SilenceKeeps:
		to = Vote{Answer: Keep}
	case SilenceRevokes:
		to = Vote{Answer: Revoke}
	case SilenceReduces:
		to = reducedTo(present, advice)
	case SilenceFollowsAdvice:
		if advice.Answer != Silent && advice.Answer != Abstain {
			to = advice
		}
	}
	return to, Rule(fmt.Sprintf("%s; non-response rule %q", rule, n))
}

func reducedTo(present domain.Level, advice Vote) Vote {
	switch {
	case advice.Answer == Reduce && advice.Level < present && advice.Level > domain.None:
		return Vote{Answer: Reduce, Level: advice.Level}
	case present > domain.None+1:
		return Vote{Answer: Reduce, Level: present - 1}
	}
	return Vote{Answer: Revoke}
}
