package review

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
)

// outcomes.tsv is the truth table of the strategies, made from the precedences
// that PRODUCT 5 writes down and not from the code.
//
//go:embed testdata/outcomes.tsv
var outcomesTSV []byte

// letters are PRODUCT's: A accept, RV revoke, RD reduce, ND abstain, NR no
// response.
var letters = map[string]Answer{"A": Keep, "RV": Revoke, "RD": Reduce, "ND": Abstain, "NR": Silent}

type truth struct {
	answers string
	votes   []Vote
	want    map[Strategy]string // "revoke by a revoke"
}

func truths(t *testing.T) []truth {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(outcomesTSV))
	r.Comma, r.Comment, r.LazyQuotes = '\t', '#', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var strategies []Strategy
	for _, name := range rows[0][1:] {
		s, err := ParseStrategy(name)
		if err != nil {
			t.Fatal(err)
		}
		strategies = append(strategies, s)
	}
	var out []truth
	for _, row := range rows[1:] {
		one := truth{answers: row[0], want: map[Strategy]string{}}
		for l := range strings.FieldsSeq(strings.TrimPrefix(row[0], "-")) {
			a, ok := letters[l]
			if !ok {
				t.Fatalf("the truth table has an answer %q", l)
			}
			one.votes = append(one.votes, Vote{Answer: a, Level: 1})
		}
		for i, s := range strategies {
			one.want[s] = row[i+1]
		}
		out = append(out, one)
	}
	return out
}

// Every set of answers, the empty one among them, under every strategy.
func TestOutcomeOfEverySetOfAnswers(t *testing.T) {
	all := truths(t)
	sets := map[string]bool{}
	for _, one := range all {
		sets[one.answers] = true
		if len(one.want) != len(Strategies()) {
			t.Fatalf("%s has %d strategies", one.answers, len(one.want))
		}
		for s, want := range one.want {
			got, rule := s.Outcome(one.votes)
			if is := got.Answer.String() + " by " + string(rule); is != want {
				t.Errorf("%s over %s gives %s, want %s", s, one.answers, is, want)
			}
		}
	}
	if len(sets) != 32 {
		t.Errorf("the truth table has %d sets of answers, want 32", len(sets))
	}
}

// everyVote calls fn with every list of up to most votes, reduces at two
// levels among them.
func everyVote(most int, fn func([]Vote)) {
	choices := []Vote{{Answer: Keep}, {Answer: Revoke}, {Answer: Reduce, Level: 1}, {Answer: Reduce, Level: 2},
		{Answer: Abstain}, {}, {Nobody: true}}
	var build func([]Vote)
	build = func(v []Vote) {
		fn(v)
		if len(v) == most {
			return
		}
		for _, c := range choices {
			build(append(slices.Clip(v), c))
		}
	}
	build(nil)
}

// harshness orders outcomes by how much they take away: nothing, nothing
// decided, a rung, all of it.
func harshness(v Vote) int {
	switch v.Answer {
	case Keep:
		return 0
	case Silent, Abstain:
		return 1
	case Reduce:
		return 10 - int(v.Level)
	}
	return 100
}

// Up to five reviewers, every combination: order and duplicates change
// nothing, one more accept never makes one-accept-accepts stricter, one more
// revoke never makes the others looser, and nobody asked is never an accept.
func TestOutcomeOfUpToFiveReviewers(t *testing.T) {
	n := 0
	everyVote(5, func(votes []Vote) {
		n++
		turned := slices.Clone(votes)
		slices.Reverse(turned)
		asked := slices.ContainsFunc(votes, func(v Vote) bool { return !v.Nobody })
		distinct := map[Vote]bool{}
		var once []Vote
		for _, v := range votes {
			if !distinct[v] {
				distinct[v] = true
				once = append(once, v)
			}
		}
		for _, s := range Strategies() {
			got, rule := s.Outcome(votes)
			for _, other := range [][]Vote{turned, once, append(turned, votes...)} {
				if again, by := s.Outcome(other); again != got || by != rule {
					t.Fatalf("%s over %v gives %v by %q, over %v %v by %q", s, votes, got, rule, other, again, by)
				}
			}
			if !asked && (got != Vote{Nobody: true} || rule != RuleNobody) {
				t.Fatalf("%s over %v gives %v by %q: nobody was asked", s, votes, got, rule)
			}
			more := Vote{Answer: Revoke}
			if s == OneAcceptAccepts {
				more = Vote{Answer: Keep}
			}
			with, _ := s.Outcome(append(slices.Clip(votes), more))
			before, after := harshness(got), harshness(with)
			if s == OneAcceptAccepts && after > before || s != OneAcceptAccepts && after < before {
				t.Fatalf("%s over %v gives %v, and with one more %s %v", s, votes, got, more.Answer, with)
			}
		}
	})
	if want := 1 + 7 + 49 + 343 + 2401 + 16807; n != want {
		t.Errorf("%d combinations were tried, want %d", n, want)
	}
}

// The order of the votes: every permutation of five different ones.
func TestOutcomeInEveryOrder(t *testing.T) {
	votes := []Vote{{Answer: Keep}, {Answer: Reduce, Level: 2}, {Answer: Reduce, Level: 1}, {Answer: Abstain}, {}}
	for _, s := range Strategies() {
		want, by := s.Outcome(votes)
		n := 0
		permute(slices.Clone(votes), func(p []Vote) {
			n++
			if got, rule := s.Outcome(p); got != want || rule != by {
				t.Fatalf("%s over %v gives %v by %q, want %v by %q", s, p, got, rule, want, by)
			}
		})
		if n != 120 {
			t.Fatalf("%d orders were tried", n)
		}
	}
}

func permute(v []Vote, fn func([]Vote)) {
	var swap func(int)
	swap = func(k int) {
		if k == len(v) {
			fn(v)
			return
		}
		for i := k; i < len(v); i++ {
			v[k], v[i] = v[i], v[k]
			swap(k + 1)
			v[k], v[i] = v[i], v[k]
		}
	}
	swap(0)
}

// An item without reviewers, under every strategy in the stage, every one over
// the stages and every rule for silence, in the first iteration and in a later
// one: an exception, never an accept.
func TestAnItemWithoutReviewersIsAnException(t *testing.T) {
	n := 0
	for _, in := range Strategies() {
		for _, over := range Strategies() {
			for _, silence := range Silences() {
				for iteration := 1; iteration <= 2; iteration++ {
					n++
					d := Definition{Strategy: over.String(), NonResponse: SilenceRules{High: silence, Other: silence},
						Stages: []Stage{{Strategy: in.String()}}}
					v := ItemVotes{Item: 1, Level: 2, Advice: Advice{Answer: Keep}}
					got, err := RuleItem(Campaign{Stage: 1, Iteration: iteration, Definition: d}, v, nil, nil)
					if err != nil || len(got) != 2 {
						t.Fatalf("%s, %s: %+v, %v", in, over, got, err)
					}
					for _, r := range got {
						if r.Answer != Silent || r.Rule != string(RuleNobody) || r.Unanswered || r.Iteration != iteration {
							t.Errorf("%s in the stage, %s over it, silence means %s: ruled %+v", in, over, silence, r)
						}
					}
				}
			}
		}
	}
	if n != 4*4*5*2 {
		t.Errorf("%d combinations were tried", n)
	}
}

func TestTheLowestReduceWins(t *testing.T) {
	got, rule := OneDenyDenies.Outcome([]Vote{{Answer: Reduce, Level: 2}, {Answer: Reduce, Level: 1}, {Answer: Keep}})
	if got != (Vote{Answer: Reduce, Level: 1}) || rule != RuleReduce {
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

// Four stages, combined: the truth table holds over stages as it does over
// reviewers, and a stage in which nobody was to ask is never an accept.
func TestOverallOutcome(t *testing.T) {
	nobody, silent := Vote{Nobody: true}, Vote{}
	keep, revoke := Vote{Answer: Keep}, Vote{Answer: Revoke}
	reduce := Vote{Answer: Reduce, Level: 1}
	for _, c := range []struct {
		s      Strategy
		stages []Vote
		want   Answer
		rule   Rule
	}{
		{AllMustAccept, []Vote{keep, keep, keep, keep}, Keep, RuleAccept},
		{AllMustAccept, []Vote{keep, keep, keep, revoke}, Revoke, RuleRevoke},
		{AllMustAccept, []Vote{keep, nobody}, Silent, RuleSilence},
		{AllMustAccept, []Vote{keep, silent, reduce}, Reduce, RuleReduce},
		{AllMustAccept, []Vote{keep}, Keep, RuleAccept}, // it was skipped by the others
		{OneAcceptAccepts, []Vote{revoke, keep}, Keep, RuleAccept},
		{OneAcceptAccepts, []Vote{nobody, silent}, Silent, RuleSilence},
		{OneDenyDenies, []Vote{nobody, keep}, Keep, RuleAccept},
		{OneDenyDenies, []Vote{keep, reduce}, Reduce, RuleReduce},
		{AcceptedIfNotDenied, []Vote{silent}, Keep, RuleNotDenied},
		{AcceptedIfNotDenied, []Vote{nobody, nobody}, Silent, RuleNobody},
		{AcceptedIfNotDenied, []Vote{nobody, reduce}, Reduce, RuleReduce},
		{AcceptedIfNotDenied, nil, Silent, RuleNobody},
	} {
		if got, rule := Overall(c.s, c.stages); got.Answer != c.want || rule != c.rule {
			t.Errorf("%s over the stages %v gives %v by %q, want %s by %q", c.s, c.stages, got, rule, c.want, c.rule)
		}
	}
}

// What stops is what no later stage can turn round: for every strategy over
// stages and every outcome, whether some further stage outcome still makes an
// accept, or unmakes it, agrees with the list.
func TestStrategiesStopOnWhatIsSettled(t *testing.T) {
	every := []Answer{Silent, Keep, Reduce, Revoke, Abstain}
	for _, s := range Strategies() {
		for _, first := range every {
			accept, other := false, false
			for _, next := range every {
				got, _ := Overall(s, []Vote{{Answer: first, Level: 1}, {Answer: next, Level: 1}})
				accept, other = accept || got.Answer == Keep, other || got.Answer != Keep
			}
			settled := accept != other
			if stops := slices.Contains(s.StopsOn(), first); stops != settled {
				t.Errorf("%s stops on %s: %v; a later stage can still change whether it is an accept: %v", s, first, stops, !settled)
			}
		}
	}
	if l := OneAcceptAccepts.StopsOn(); len(l) != 1 {
		t.Errorf("one-accept-accepts stops on %v", l)
	}
	OneAcceptAccepts.StopsOn()[0] = Revoke
	if OneAcceptAccepts.StopsOn()[0] != Keep {
		t.Error("changing what StopsOn gave changed the table")
	}
}

// The stage's own list over the campaign's over what follows from the strategy.
func TestWhatStopsIsSettable(t *testing.T) {
	for _, c := range []struct {
		campaign, stage []string
		want            []Answer
	}{
		{nil, nil, []Answer{Revoke, Reduce}},
		{[]string{"revoke"}, nil, []Answer{Revoke}},
		{[]string{"revoke"}, []string{"abstain", "undecided"}, []Answer{Abstain, Silent}},
		{[]string{"revoke"}, []string{"nothing"}, nil},
		{[]string{"nothing"}, nil, nil},
	} {
		campaign, err1 := ParseStops(c.campaign)
		stage, err2 := ParseStops(c.stage)
		if got := StopsOn(OneDenyDenies, campaign, stage); err1 != nil || err2 != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v over %v stops on %v (%v, %v), want %v", c.stage, c.campaign, got, err1, err2, c.want)
		}
	}
	for _, bad := range [][]string{{"rejected"}, {"revoke", "revoke"}, {"nothing", "keep"}, {""}} {
		if got, err := ParseStops(bad); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q gave %v, %v", bad, got, err)
		}
	}
}

// Silence never keeps high-risk access: the strategy is refused, by the items.
func TestAcceptedIfNotDeniedIsRefusedOnHighRisk(t *testing.T) {
	for _, s := range Strategies() {
		err := s.CheckHighRisk("stage 1 of \"Q\"", []int{3, 7})
		if s != AcceptedIfNotDenied {
			if err != nil {
				t.Errorf("%s on high-risk items gave %v", s, err)
			}
			continue
		}
		wantRefusal(t, err, domain.Conflict, "strategy-high-risk")
		if msg := err.Error(); !strings.Contains(msg, "items 3 and 7") || !strings.Contains(msg, "stage 1") {
			t.Errorf("the refusal says %q", msg)
		}
	}
	if err := AcceptedIfNotDenied.CheckHighRisk("stage 1", nil); err != nil {
		t.Errorf("without high-risk items: %v", err)
	}
}
