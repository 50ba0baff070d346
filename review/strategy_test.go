package review

import (
	"strings"
	"testing"

	"countersign/domain"
)

// The precedences as PRODUCT 5 writes them: A accept, RV revoke, RD reduce, ND
// abstain, NR no response.
var precedences = map[Strategy]string{
	OneAcceptAccepts: "A>RV>RD>ND>NR",
	AllMustAccept:    "RV>RD>ND>NR>A",
	OneDenyDenies:    "RV>RD>A>ND>NR",
}

var letters = map[string]Answer{"A": Keep, "RV": Revoke, "RD": Reduce, "ND": Abstain, "NR": Silent}

// Every set of answers (32 with the empty one) under each of the four
// strategies; order and duplicates change nothing.
func TestOutcomeOfEverySetOfAnswers(t *testing.T) {
	all := []Answer{Keep, Revoke, Reduce, Abstain, Silent}
	for _, s := range Strategies() {
		for set := range 32 {
			given := map[Answer]bool{}
			var votes []Vote
			for i, a := range all {
				if set>>i&1 == 1 {
					given[a] = true
					votes = append(votes, Vote{a, domain.Level(a)})
				}
			}
			want := Silent
			if p, ok := precedences[s]; ok {
				for l := range strings.SplitSeq(p, ">") {
					if given[letters[l]] {
						want = letters[l]
						break
					}
				}
			} else { // RV > RD > else A
				switch {
				case given[Revoke]:
					want = Revoke
				case given[Reduce]:
					want = Reduce
				case len(given) > 0:
					want = Keep
				}
			}
			if len(given) == 0 && s == AcceptedIfNotDenied {
				want = Keep
			}
			got, rule := s.Outcome(votes)
			if got.Answer != want || rule == "" {
				t.Errorf("%s over %v gives %s by %q, want %s", s, votes, got.Answer, rule, want)
			}
			for i, j := 0, len(votes)-1; i < j; i, j = i+1, j-1 {
				votes[i], votes[j] = votes[j], votes[i]
			}
			if again, _ := s.Outcome(append(votes, votes...)); again != got {
				t.Errorf("%s: order or duplicates changed %v to %v", s, got, again)
			}
		}
	}
}

func TestTheLowestReduceWins(t *testing.T) {
	got, rule := OneDenyDenies.Outcome([]Vote{{Reduce, 2}, {Reduce, 1}, {Keep, 3}})
	if got != (Vote{Reduce, 1}) || rule != RuleReduce {
		t.Errorf("got %v by %q", got, rule)
	}
	if _, err := ParseStrategy("most-win"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an unknown strategy gave %v", err)
	}
	for _, s := range Strategies() {
		if got, err := ParseStrategy(s.String()); err != nil || got != s {
			t.Errorf("%s reads as %v, %v", s, got, err)
		}
	}
}
