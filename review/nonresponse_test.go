package review

import (
	"strings"
	"testing"

	"countersign/domain"
)

// Every rule × every outcome × advice: only no response and abstentions are
// touched (PRODUCT 5: "non-response rules apply only to results NR or ND").
func TestNonResponseRules(t *testing.T) {
	none, keep, revoke := Vote{}, Vote{Answer: Keep}, Vote{Answer: Revoke}
	to := func(l domain.Level) Vote { return Vote{Answer: Reduce, Level: l} }
	abstained := Vote{Answer: Abstain}
	for _, c := range []struct {
		n       Silence
		out     Vote
		rule    Rule
		present domain.Level
		advice  Vote
		want    Vote
	}{
		{SilenceBlocks, none, RuleSilence, 2, revoke, none},
		{SilenceBlocks, abstained, RuleNoDecision, 2, revoke, abstained},
		{SilenceKeeps, none, RuleSilence, 2, revoke, keep},
		{SilenceKeeps, abstained, RuleNoDecision, 2, none, keep},
		{SilenceRevokes, none, RuleSilence, 2, keep, revoke},
		{SilenceRevokes, abstained, RuleNoDecision, 1, keep, revoke},
		{SilenceReduces, none, RuleSilence, 3, none, to(2)},
		{SilenceReduces, none, RuleSilence, 3, to(1), to(1)},
		{SilenceReduces, none, RuleSilence, 3, revoke, to(2)}, // the rule says reduce, so it does not revoke
		{SilenceReduces, none, RuleSilence, 3, keep, to(2)},
		{SilenceReduces, none, RuleSilence, 3, to(3), to(2)}, // no lower than what is there
		{SilenceReduces, none, RuleSilence, 1, none, revoke}, // below it is only the bottom
		{SilenceReduces, abstained, RuleNoDecision, 2, none, to(1)},
		{SilenceFollowsAdvice, none, RuleSilence, 2, revoke, revoke},
		{SilenceFollowsAdvice, none, RuleSilence, 2, to(1), to(1)},
		{SilenceFollowsAdvice, none, RuleSilence, 2, keep, keep},
		{SilenceFollowsAdvice, none, RuleSilence, 2, none, none}, // nothing was recommended: it blocks
		{SilenceFollowsAdvice, abstained, RuleNoDecision, 2, none, abstained},
	} {
		got, rule := c.n.Apply(c.out, c.rule, c.present, c.advice)
		if got != c.want {
			t.Errorf("%s on %v at %d with the advice %v gives %v, want %v", c.n, c.out, c.present, c.advice, got, c.want)
		}
		if !strings.HasPrefix(string(rule), string(c.rule)) || !strings.Contains(string(rule), c.n.String()) {
			t.Errorf("%s on %v is said as %q", c.n, c.out, rule)
		}
	}
	for _, n := range Silences() {
		for _, out := range []Vote{keep, revoke, to(1)} {
			for _, s := range Strategies() {
				out, rule := s.Outcome([]Vote{out})
				if got, by := n.Apply(out, rule, 3, revoke); got != out || by != rule {
					t.Errorf("%s changed the answer %v to %v by %q", n, out, got, by)
				}
			}
		}
		nobody, rule := OneAcceptAccepts.Outcome(nil)
		if got, by := n.Apply(nobody, rule, 3, revoke); got != nobody || by != RuleNobody {
			t.Errorf("%s made %v by %q of an item with nobody to ask", n, got, by)
		}
	}
}

func TestNonResponseWords(t *testing.T) {
	for _, n := range Silences() {
		if got, err := ParseSilence(n.String()); err != nil || got != n {
			t.Errorf("%s reads as %v, %v", n, got, err)
		}
	}
	if _, err := ParseSilence("approve"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an unknown rule gave %v", err)
	}
	r := SilenceRules{High: SilenceRevokes, Other: SilenceKeeps}
	if r.For(true) != SilenceRevokes || r.For(false) != SilenceKeeps || (SilenceRules{}).For(true) != SilenceBlocks {
		t.Error("the rule of an item is not that of its risk")
	}
	b, err := domain.CanonicalJSON(r)
	if err != nil || string(b) != `{"high":"revoke","other":"keep"}` {
		t.Errorf("the rules are written %s, %v", b, err)
	}
}
