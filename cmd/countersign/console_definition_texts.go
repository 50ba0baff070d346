package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/definitions"
	"countersign/tui/planner"
)

// partRef is the key of what a definition says, and refOfPart what it stands for: a
// field of the plan, or "2/reviewer" of a stage.
func partRef(r planner.Ref) string {
	if r.Part == planner.OfStage {
		return strconv.Itoa(r.At+1) + "/" + r.Field
	}
	return r.Field
}

func refOfPart(key string) planner.Ref {
	no, field, has := strings.Cut(key, "/")
	if n, err := strconv.Atoi(no); has && err == nil && n > 0 {
		return planner.Ref{Part: planner.OfStage, At: n - 1, Field: field}
	}
	return planner.Ref{Field: key}
}

// stagesPart is the key of how many stages a definition has, and mostStages how many
// can be chosen.
const (
	stagesPart = "stages"
	mostStages = 5
)

// stageCounts are how many stages a definition can have, as many as it has among them.
func stageCounts(has int) []string {
	var out []string
	for n := 1; n <= max(mostStages, has); n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// withStages is as many stages: those behind are left out, and a new one begins as the
// last is, without its name, to be changed from there.
func withStages(stages []map[string]string, count string) ([]map[string]string, error) {
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || len(stages) == 0 {
		return nil, domain.Errorf(domain.Invalid, "%q is no number of stages", count).Hinted("say 1 or more")
	}
	out := slices.Clone(stages[:min(n, len(stages))])
	for len(out) < n {
		next := maps.Clone(out[len(out)-1])
		next["name"] = ""
		out = append(out, next)
	}
	return out, nil
}

// Parts implements definitions.Reads: the fields on which a campaign is planned,
// without those that only a campaign has.
func (d planDesk) Parts(_ context.Context, t review.Template) (out []definitions.Part, err error) {
	o, err := d.s.org()
	if err != nil {
		return nil, err
	}
	p := planText(o, t.Definition)
	add := func(r planner.Ref, f planner.Field, before string) {
		out = append(out, definitions.Part{Key: partRef(r), Label: before + f.Label, Value: p.Text(r), Hint: strings.TrimSpace(f.Help + " " + f.Hint), Words: f.Words})
	}
	for _, f := range planner.Fields() {
		if f.ID != "name" && f.ID != "due" {
			add(planner.Ref{Field: f.ID}, f, "")
		}
	}
	out = append(out, definitions.Part{Key: stagesPart, Label: "How many stages", Value: strconv.Itoa(len(p.Stages)), Words: stageCounts(len(p.Stages))})
	for i := range p.Stages {
		for _, f := range planner.StageFields() {
			add(planner.Ref{Part: planner.OfStage, At: i, Field: f.ID}, f, fmt.Sprintf("Stage %d: ", i+1))
		}
	}
	return out, nil
}

// Reword implements definitions.Reads.
func (d planDesk) Reword(ctx context.Context, t review.Template, key, text string) (out review.Definition, err error) {
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		p, r := planText(o, t.Definition), refOfPart(key)
		if key == stagesPart {
			p.Stages, err = withStages(p.Stages, text)
			if err != nil {
				return err
			}
			out, err = planDefinition(o, p)
			out.AutoLaunch = t.Definition.AutoLaunch
			return err
		}
		p = p.With(r, text)
		if why := wrongPlan(o, nil, tx.Now(), p, r); why != "" {
			return domain.Errorf(domain.Invalid, "%s", why)
		}
		out, err = planDefinition(o, p)
		out.AutoLaunch = t.Definition.AutoLaunch // no text says it, and a plan's campaign is launched by hand
		return err
	})
}
