// Package planner is the console's page on which a campaign is planned: every field
// of a new campaign, or of a draft, checked where it stands, with how many items it
// would have as one types, and a preview of what staging would give.
package planner

import (
	"context"
	"maps"
	"slices"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/ui"
)

// Plan is a campaign as it is typed: texts by field.
type Plan struct {
	// Draft is the draft that is changed, "" for a new campaign.
	Draft domain.ID
	// Definition is the one it is drafted from as that was approved, "" for none; a
	// change of any field but the name and the due date ends that.
	Definition domain.ID
	From       string // what it began as, in words; may be empty

	Values  map[string]string   // by Field.ID of Fields
	Exclude []Exclusion         // what is left out
	Stages  []map[string]string // by Field.ID of StageFields; at least one

	// Base keeps what no field says.
	Base review.Definition
}

// Exclusion is what is left out, as it is typed: whose access, on what, for which
// agent. Each part that is not empty narrows it.
type Exclusion struct{ Who, What, Agent, Reason string }

// Text is an exclusion in one line: "Tom Vale on Voice for Sales Agent: the board".
func (x Exclusion) Text() string {
	text := x.Who
	if x.What != "" {
		text += " on " + x.What
	}
	if x.Agent != "" {
		text += " for " + x.Agent
	}
	return text + ": " + x.Reason
}

// Clone is a plan of its own.
func (p Plan) Clone() Plan {
	p.Values, p.Exclude = maps.Clone(p.Values), slices.Clone(p.Exclude)
	p.Stages = slices.Clone(p.Stages)
	for i, s := range p.Stages {
		p.Stages[i] = maps.Clone(s)
	}
	return p
}

// Ref names one thing of a plan: a field, a field of a stage, an exclusion.
type Ref struct {
	Part  Part
	At    int    // which stage or exclusion, from 0
	Field string // Field.ID
}

// Part is where in a plan something stands.
type Part uint8

// The parts.
const (
	Whole Part = iota // a field of the campaign
	OfStage
	OfExclusion
)

// Text is what a plan says there.
func (p Plan) Text(r Ref) string {
	switch {
	case r.Part == OfStage && r.At < len(p.Stages):
		return p.Stages[r.At][r.Field]
	case r.Part == OfExclusion && r.At < len(p.Exclude):
		return p.Exclude[r.At].Text()
	case r.Part == Whole:
		return p.Values[r.Field]
	}
	return ""
}

// With is the plan with another text there.
func (p Plan) With(r Ref, text string) Plan {
	p = p.Clone()
	switch {
	case r.Part == OfStage && r.At < len(p.Stages):
		p.Stages[r.At][r.Field] = text
	case r.Part == Whole:
		p.Values[r.Field] = text
	}
	return p
}

// Ground is what a plan stands on, read once.
type Ground struct {
	Org   *domain.Org
	Now   time.Time
	Head  review.Head
	Actor domain.ID // "" if nobody acts
	Plan  Plan      // what is begun with
	// Wrong says what is wrong with what a plan says at r, a sentence with what to
	// do; "" if nothing. It is pure and quick.
	Wrong func(p Plan, r Ref) string
	// Choices are what can be added to a field by choosing; nil where nothing can.
	Choices func(f Field) []ui.Candidate
}

// Counted is how much a plan takes.
type Counted struct {
	TieOut review.TieOut
	// Fault is what is wrong with the whole, where every field is right by itself.
	Fault string
}

// Reads are what the page reads; they are called in commands only.
type Reads interface {
	// Ground reads what arg begins with: "" a new campaign, an id the draft that is
	// changed, else what Begins gave.
	Ground(ctx context.Context, arg string) (Ground, error)
	// Begins are what a plan can begin as: definitions, campaigns, frameworks.
	Begins(ctx context.Context) ([]ui.Candidate, error)
	Count(ctx context.Context, p Plan) (Counted, error)
	// Preview is what staging would give now; nothing is written.
	Preview(ctx context.Context, p Plan) (review.Planned, error)
}

// Acts are what it does.
type Acts interface {
	// Save drafts the campaign, or changes the draft.
	Save(ctx context.Context, saw domain.Sight, p Plan) (review.Campaign, error)
}
