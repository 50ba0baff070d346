package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"countersign/domain"
)

// Assumed says what reviewers are taken to answer in a simulation.
type Assumed uint8

// What can be assumed.
const (
	AssumeNone   Assumed = iota // nobody answers
	AssumeAdvice                // everybody answers what is recommended, and nothing where nothing is
)

var assumedWords = []string{"none", "recommendation"}

// ParseAssumed reads the word; an unknown one is an Invalid error.
func ParseAssumed(s string) (Assumed, error) {
	return parse[Assumed]("what reviewers answer in a simulation", s, assumedWords)
}

func (v Assumed) String() string { return word(assumedWords, v) }

// Simulation is what would become of a staged campaign if its reviewers
// answered as assumed: nothing of it is written.
type Simulation struct {
	Assumed Assumed
	Items   int
	Stages  []SimulatedStage
	Rulings []SimulatedRuling // over all stages, the most first
	Levels  map[string]int    // items whose level would change, by "agent: Edit → None"
	Blocked []int             // items without a ruling, which keep the campaign open: the first 100
	Blocks  int               // how many
	Loss    Loss              // what remediation would take from whom, as access stands now
}

// SimulatedStage is one stage of it.
type SimulatedStage struct {
	Stage   int
	Entered int
	Stopped int // items that go no further; in the last stage all
	Rulings map[string]int
}

// SimulatedRuling counts the items ruled on so, by the rule that decides.
type SimulatedRuling struct {
	Answer Answer
	Rule   string
	Items  int
}

// simulation gathers it item by item.
type simulation struct {
	Simulation
	d      Definition
	by     map[SimulatedRuling]int
	lowers []lower
}

// newSimulation begins one: each staged item is given to item, then done gives
// the whole. It is pure.
func newSimulation(d Definition, as Assumed) *simulation {
	s := &simulation{d: d, by: map[SimulatedRuling]int{}, Simulation: Simulation{Assumed: as, Levels: map[string]int{},
		Stages: make([]SimulatedStage, len(d.Stages))}}
	for i := range s.Stages {
		s.Stages[i] = SimulatedStage{Stage: i + 1, Rulings: map[string]int{}}
	}
	return s
}

// item adds one item, as it was staged.
func (s *simulation) item(it StagedItem) error {
	over, stages, err := ruleAssumed(s.d, it, s.Assumed)
	if err != nil {
		return err
	}
	s.Items++
	for _, r := range stages {
		st := &s.Stages[r.Stage-1]
		st.Entered++
		st.Rulings[r.Answer.String()]++
		if r.Stops {
			st.Stopped++
		}
	}
	s.by[SimulatedRuling{Answer: over.Answer, Rule: decidingRule(over, stages)}]++
	switch over.Answer {
	case Silent, Abstain:
		if s.Blocks++; len(s.Blocked) < 100 {
			s.Blocked = append(s.Blocked, it.No)
		}
	case Reduce, Revoke:
		word := it.Holding.Ladder().Word
		s.Levels[fmt.Sprintf("%s: %s → %s", it.Holding.Target.Kind, word(it.Holding.Level), word(over.Level))]++
		s.lowers = append(s.lowers, lower{it.No, it.Holding.ID, over.Level})
	}
	return nil
}

// decidingRule is the rule by which an item is ruled so: where a rule about
// silence made the outcome, that one, and not the strategy's word for what the
// stages then say.
func decidingRule(over Ruling, stages []Ruling) string {
	for _, r := range stages {
		if over.Unanswered && r.Stage == over.Decisive {
			return r.Rule
		}
	}
	return over.Rule
}

// ruleAssumed takes one item through the stages.
func ruleAssumed(d Definition, it StagedItem, as Assumed) (over Ruling, stages []Ruling, err error) {
	vote := Vote{}
	if as == AssumeAdvice {
		vote = Vote{Answer: it.Advice.Answer, Level: it.Advice.Level}
	}
	for k := 1; k <= len(d.Stages); k++ {
		v := ItemVotes{Item: it.No, Level: it.Holding.Level, HighRisk: it.HighRisk, Advice: it.Advice}
		for _, a := range it.Assigned {
			if a.Stage == k && a.Reviewer != "" {
				v.Votes = append(v.Votes, StageVote{vote, a.Reviewer})
			}
		}
		r, err := RuleStage(d, k, v)
		if err != nil {
			return over, nil, err
		}
		r.Stops = r.Stops || k == len(d.Stages)
		if stages = append(stages, r); r.Stops {
			break
		}
	}
	over, err = RuleOver(d, stages)
	return over, stages, err
}

// Words says what a simulation assumes of a campaign: "if nobody answers". One
// that is under way is simulated as it was staged, whatever was answered since.
func (s Simulation) Words(c Campaign) string {
	switch all := s.Assumed == AssumeAdvice; {
	case c.State <= Staged && all:
		return "if everybody answers what is recommended"
	case c.State <= Staged:
		return "if nobody answers"
	case all:
		return "had everybody answered what was recommended when it was staged, whatever was answered since"
	}
	return "had nobody answered, as it was staged, whatever was answered since"
}

// done gives the whole.
func (s *simulation) done() Simulation {
	for r, n := range s.by {
		r.Items = n
		s.Rulings = append(s.Rulings, r)
	}
	slices.SortFunc(s.Rulings, func(a, b SimulatedRuling) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Answer, b.Answer), cmp.Compare(a.Rule, b.Rule))
	})
	return s.Simulation
}

// Simulate tells what would become of a staged campaign if all of its
// reviewers answered as assumed, from the first stage to the end: rulings by
// rule, by stage and by level, what would keep the campaign open, and who
// would lose what. It writes nothing. Conflict "not-staged": it has no items
// yet.
func (s *Service) Simulate(ctx context.Context, campaign domain.ID, as Assumed) (Simulation, error) {
	var out Simulation
	err := s.store.View(ctx, func(tx Tx) error {
		c, err := tx.Campaign(campaign)
		if err != nil {
			return err
		}
		if c.Population == "" {
			return domain.Errorf(domain.Conflict, "the campaign %q has no items yet", c.Name).Hinted("stage it first").ByRule("not-staged")
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		sim := newSimulation(c.Definition, as)
		for it, err := range tx.Staged(c.Population) {
			if err == nil {
				err = sim.item(it)
			}
			if err != nil {
				return err
			}
		}
		out = sim.done()
		out.Loss = lossOf(o, sim.lowers, tx.Now())
		return nil
	})
	return out, err
}
