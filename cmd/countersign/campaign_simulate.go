package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignSimulateCmd() *cobra.Command {
	answers := ""
	cmd := &cobra.Command{
		Use:   "simulate [CAMPAIGN]",
		Short: "What would happen if nobody answered",
		Long: `Simulate takes every item of a staged campaign through its stages as if nobody answered, or (with
--answers recommendation) as if everybody answered what is recommended: what would be ruled and by
which rule, which items would keep the campaign open, and who would lose what. Nothing is written.

` + campaignHelp,
		Example: `  countersign campaign simulate "Q4 2026"
  countersign campaign simulate "Q4 2026" --answers recommendation --json`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			as, err := review.ParseAssumed(answers)
			if err != nil {
				return err
			}
			return s.simulate(args, as)
		}),
	}
	cmd.Flags().StringVar(&answers, "answers", "none", "what reviewers answer: `none` or recommendation")
	return e.jsonFlag(cmd)
}

// simulationJSON is a simulation in JSON answers.
type simulationJSON struct {
	about
	Campaign domain.ID       `json:"campaign"`
	Answers  string          `json:"answers"`
	Items    int             `json:"items"`
	Stages   []simStageJSON  `json:"stages"`
	Rulings  []simRulingJSON `json:"rulings"`
	Levels   map[string]int  `json:"levels,omitempty"`
	Blocked  []int           `json:"blocked,omitempty"` // the first 100
	Blocks   int             `json:"blocked_items"`
	Lowered  int             `json:"lowered_items"`
	Looked   int             `json:"looked_at"` // of the lowered, on how many the loss was worked out
	People   int             `json:"people_who_lose"`
	Effects  []string        `json:"effects,omitempty"` // the first 100
	Refused  string          `json:"refused,omitempty"`
}

type simStageJSON struct {
	Stage   int            `json:"stage"`
	Entered int            `json:"entered"`
	Stopped int            `json:"stopped"`
	Rulings map[string]int `json:"rulings"`
}

type simRulingJSON struct {
	Answer string `json:"answer"`
	Rule   string `json:"rule"`
	Items  int    `json:"items"`
}

func (s *session) simulate(args []string, as review.Assumed) error {
	id, err := s.campaignID(args)
	if err != nil {
		return err
	}
	sim, err := s.svc.Simulate(s.ctx, id, as)
	if err != nil {
		return err
	}
	return s.readCampaign(string(id), func(on aCampaign) error {
		doc := simulationJSON{about: on.about, Campaign: id, Answers: as.String(), Items: sim.Items, Levels: sim.Levels, Blocked: sim.Blocked, Blocks: sim.Blocks,
			Lowered: sim.Loss.Items, Looked: sim.Loss.Looked, People: sim.Loss.People, Refused: sim.Loss.Refused}
		p := s.newPage()
		p.line("%s, %s: %s", on.c.Name, sim.Words(on.c), review.Count(sim.Items, "item", "items"))
		for _, st := range sim.Stages {
			doc.Stages = append(doc.Stages, simStageJSON{st.Stage, st.Entered, st.Stopped, st.Rulings})
			p.line("stage %d      %d entered, %d stopped: %s", st.Stage, st.Entered, st.Stopped, tallied(st.Rulings))
		}
		for _, r := range sim.Rulings {
			doc.Rulings = append(doc.Rulings, simRulingJSON{r.Answer.String(), r.Rule, r.Items})
			p.line("ruling       %d %s, by %s", r.Items, r.Answer, r.Rule)
		}
		for _, k := range sortedKeys(sim.Levels) {
			p.line("level        %d %s", sim.Levels[k], k)
		}
		if sim.Blocks > 0 {
			p.line("blocked      %s without a ruling would keep it open, beginning with item %d", review.Count(sim.Blocks, "item", "items"), sim.Blocked[0])
		}
		lossLines(p, on.org, sim.Loss, &doc)
		return s.answer(doc, p)
	})
}

// lossLines says who would lose what.
func lossLines(p *page, o *domain.Org, l review.Loss, doc *simulationJSON) {
	const shown, kept = 20, 100
	if l.Items == 0 {
		p.line("nobody would lose anything")
		return
	}
	of := ""
	if l.Gone > 0 {
		of = fmt.Sprintf(", of which %d are gone since", l.Gone)
	}
	if l.Looked+l.Gone < l.Items {
		of += fmt.Sprintf(", worked out on a sample of %d", l.Looked+l.Gone)
	}
	p.line("loss         %s would lose something by %s lowered%s", review.Count(l.People, "person", "people"),
		review.Count(l.Items, "item", "items"), of)
	for i, e := range l.Effects {
		words := review.EffectWords(o, e)
		if i < kept {
			doc.Effects = append(doc.Effects, words)
		}
		if i < shown {
			p.line("  %s", words)
		}
	}
	if more := len(l.Effects) - shown; more > 0 {
		p.line("  and %d more", more)
	}
	if l.Refused != "" {
		p.line("refused      as a whole it would be refused: %s", l.Refused)
	}
}

// tallied says counts by word: "3 keep, 1 revoke".
func tallied(n map[string]int) string {
	var parts []string
	for _, k := range sortedKeys(n) {
		parts = append(parts, fmt.Sprintf("%d %s", n[k], k))
	}
	return strings.Join(parts, ", ")
}

func (e *env) campaignDeltaCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "delta [CAMPAIGN]",
		Short: "What changed since the last decisions",
		Long: `Delta counts the items of a staged campaign by what became of each since the last countersigned
decision on the same holder, target and scope, in whichever campaign that was: new, up, down,
regranted (again in every later campaign), moved, path only, unchanged. It lists what was let stay
then and is gone.

` + campaignHelp,
		Example: `  countersign campaign delta "Q4 2026"`,
		Args:    between(0, 1),
		RunE:    e.with(needsReader, func(s *session, args []string) error { return s.deltaFigures(args) }),
	})
}

type goneJSON struct {
	Holder   string `json:"holder"`
	Target   string `json:"target"`
	Level    string `json:"level"`
	Campaign string `json:"campaign"`
	Item     int    `json:"item"`
}

func (s *session) deltaFigures(args []string) error {
	return s.readCampaign(first(args), func(on aCampaign) error {
		o, c := on.org, on.c
		gone, err := review.GoneOf(on.tx, c)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Campaign domain.ID      `json:"campaign"`
			Deltas   map[string]int `json:"deltas"`
			Gone     []goneJSON     `json:"gone"`
		}{about: on.about, Campaign: c.ID, Deltas: c.TieOut.Deltas, Gone: []goneJSON{}}
		p := s.newPage()
		p.line("%s: %s", c.Name, deltaWords(c.TieOut.Deltas))
		for _, g := range gone {
			level := domain.LadderOf(g.Key.Target.Kind).Word(g.Level)
			one := goneJSON{review.HolderName(o, g.Key.Holder), review.TargetName(o, g.Key.Target, g.Key.Agent), level, g.Name, g.Item}
			doc.Gone = append(doc.Gone, one)
			p.line("gone         %s on %s, which %s had by item %d of %s", level, one.Target, one.Holder, g.Item, g.Name)
		}
		return s.answer(doc, p)
	})
}
