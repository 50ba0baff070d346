package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/planner"
	"countersign/tui/ui"
)

// plannerDesk reads what a plan stands on, and drafts campaigns.
type plannerDesk struct{ campaignDesk }

// beginnings of the keys of what a plan can begin as.
const (
	beginDefinition = "definition:"
	beginCampaign   = "campaign:"
	beginCoverage   = "coverage:"
)

// Ground implements planner.Reads.
func (d plannerDesk) Ground(ctx context.Context, arg string) (g planner.Ground, err error) {
	g.Actor = d.s.actor.Principal
	return g, d.s.store.View(ctx, func(tx review.Tx) error {
		if g.Org, err = tx.Org(); err != nil {
			return err
		}
		if g.Head, err = tx.Log(); err != nil {
			return err
		}
		g.Now = tx.Now().In(g.Org.Zone())
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		o, now := g.Org, g.Now
		g.Wrong = func(p planner.Plan, r planner.Ref) string { return wrongPlan(o, all, now, p, r) }
		pic := change.Picture{Org: o, Head: g.Head, Now: now}
		origins := originsOf(o)
		g.Choices = func(f planner.Field) []ui.Candidate { return planChoices(pic, origins, f) }
		g.Plan, err = d.begun(tx, o, arg)
		return err
	})
}

// begun is the plan that arg begins with.
func (d plannerDesk) begun(tx review.Tx, o *domain.Org, arg string) (planner.Plan, error) {
	switch {
	case arg == "":
		return planText(o, plainPlan()), nil
	case strings.HasPrefix(arg, beginCoverage):
		def := plainPlan()
		word, until, _ := strings.Cut(strings.TrimPrefix(arg, beginCoverage), "|")
		if err := readCoverage(o, &def.Scope, word, until); err != nil {
			return planner.Plan{}, err
		}
		p := planText(o, def)
		p.From = "what is out of cadence by " + word
		p.Values["name"] = fmt.Sprintf("Coverage %s %s", word, o.DayOf(tx.Now()))
		p.Values["due"] = string(o.DayOf(tx.Now().AddDate(0, 0, 30)))
		return p, nil
	case strings.HasPrefix(arg, beginDefinition):
		versions, err := review.FindTemplate(tx, strings.TrimPrefix(arg, beginDefinition))
		if err != nil {
			return planner.Plan{}, err
		}
		t, ok := review.TemplateInForce(versions)
		if !ok {
			return planner.Plan{}, domain.Errorf(domain.Conflict, "no version of the definition %q is in force", versions[0].Name).Hinted("a checker approves one first")
		}
		p := planText(o, t.Definition)
		p.Definition, p.From = t.ID, fmt.Sprintf("version %d of the definition %s", t.Version, t.Name)
		p.Values["name"] = fmt.Sprintf("%s %s", t.Name, o.DayOf(tx.Now()))
		return p, nil
	}
	c, err := tx.Campaign(domain.ID(strings.TrimPrefix(arg, beginCampaign)))
	if err != nil {
		return planner.Plan{}, err
	}
	p := planText(o, c.Definition)
	if strings.HasPrefix(arg, beginCampaign) {
		p.From = "the campaign " + c.Name
		return p, nil
	}
	if c.State != review.Draft {
		return p, domain.Errorf(domain.Conflict, "the campaign %q is %s: its plan stands", c.Name, c.State).Hinted("begin another one as it")
	}
	p.Draft, p.Definition = c.ID, c.Template
	p.Values["name"], p.Values["due"] = c.Name, dueText(o, c)
	return p, nil
}

// plainPlan is what a new campaign says: managers, else owners, answer for
// everything, and a checker sees all.
func plainPlan() review.Definition {
	return review.Definition{CountersignAll: true, Horizon: defaultHorizon, Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}
}

// Begins implements planner.Reads.
func (d plannerDesk) Begins(ctx context.Context) (out []ui.Candidate, err error) {
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		for i, c := range all {
			note := "campaign, " + c.State.String()
			if i == 0 {
				note = "the last campaign, " + c.State.String()
			}
			out = append(out, ui.Candidate{Key: beginCampaign + string(c.ID), Label: c.Name, Note: note})
		}
		templates, err := tx.Templates()
		if err != nil {
			return err
		}
		seen := map[domain.ID]bool{}
		for _, t := range templates {
			if seen[t.ID] {
				continue
			}
			seen[t.ID] = true
			c := ui.Candidate{Key: beginDefinition + string(t.ID), Label: t.Name, Note: "definition: drafted as it was approved"}
			versions, err := review.FindTemplate(tx, string(t.ID))
			if err != nil {
				return err
			}
			if _, ok := review.TemplateInForce(versions); !ok {
				c.Off = "No version of it is in force: a checker approves one first."
			}
			out = append(out, c)
		}
		for _, f := range o.Frameworks() {
			out = append(out, ui.Candidate{Key: beginCoverage + f.Word, Label: "Out of cadence by " + f.Name, Note: "coverage"})
		}
		return nil
	})
}

// Count implements planner.Reads.
func (d plannerDesk) Count(ctx context.Context, p planner.Plan) (n planner.Counted, err error) {
	c, err := d.campaign(ctx, p, false)
	if err != nil {
		n.Fault = err.Error()
		if c, err = d.scopeOnly(ctx, p); err != nil {
			return n, err
		}
	} else if err := d.s.store.View(ctx, func(tx review.Tx) error { _, err := review.CheckPlan(tx, c); return err }); err != nil {
		n.Fault = err.Error()
	}
	n.TieOut, err = d.s.svc.CountPlan(ctx, c)
	return n, err
}

// scopeOnly is a plan of which only the scope can be read.
func (d plannerDesk) scopeOnly(ctx context.Context, p planner.Plan) (c review.Campaign, err error) {
	return c, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c.Definition.Scope, err = planFlags(p).scope(o)
		return err
	})
}

// Preview implements planner.Reads.
func (d plannerDesk) Preview(ctx context.Context, p planner.Plan) (review.Planned, error) {
	c, err := d.campaign(ctx, p, true)
	if err != nil {
		return review.Planned{}, err
	}
	return d.s.svc.PreviewPlan(ctx, d.s.actor, c, nil)
}

// campaign is the plan as a campaign. For a preview a name or a due date that is
// missing is made up.
func (d plannerDesk) campaign(ctx context.Context, p planner.Plan, preview bool) (c review.Campaign, err error) {
	return c, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		c = review.Campaign{ID: p.Draft, Name: strings.TrimSpace(p.Values["name"]), Owner: d.s.actor.Principal}
		if c.Definition, err = planDefinition(o, p); err != nil {
			return err
		}
		due := p.Values["due"]
		if preview {
			c.Name, due = strings.Repeat("~", 200), "" // a name that nothing else has
		}
		days := c.Definition.Stages[0].Days
		switch {
		case due != "":
			c.Due, err = parseDue(o, due)
		case days > 0 || preview:
			c.Due = tx.Now().AddDate(0, 0, max(days, 1))
		default:
			_, err = parseDue(o, "")
		}
		return err
	})
}

// Save implements planner.Acts.
func (d plannerDesk) Save(ctx context.Context, saw domain.Sight, p planner.Plan) (review.Campaign, error) {
	c, err := d.campaign(ctx, p, false)
	switch {
	case err != nil:
		return c, err
	case p.Draft != "":
		return d.s.svc.Redraft(ctx, d.as(saw), p.Draft, c)
	case p.Definition != "":
		from := review.Campaign{Name: c.Name, Template: p.Definition}
		if p.Values["due"] != "" {
			from.Due = c.Due
		}
		return d.s.svc.NewCampaign(ctx, d.as(saw), from)
	}
	return d.s.svc.NewCampaign(ctx, d.as(saw), c)
}

// planFlags are the flags of the command line that say what a plan does.
func planFlags(p planner.Plan) campaignFlags {
	v := func(id string) string { return strings.TrimSpace(p.Values[id]) }
	f := campaignFlags{kinds: commas(v("kinds")), areas: commas(v("areas")), agents: commas(v("agents")), groups: commas(v("groups")), roles: commas(v("roles")),
		people: commas(v("people")), classes: commas(v("classes")), sources: commas(v("sources")), externals: v("externals-only") == "yes", unused: v("unused"),
		newSince: v("new-since-last") == "yes", coverage: v("from-coverage"), until: v("until"), strategy: v("strategy"), stops: commas(v("stops")),
		countersign: v("countersign"), reasonToKeep: v("reason-to-keep") == "yes", diligence: v("diligence")}
	for _, risk := range []string{"high", "plain"} {
		if w := v("non-response/" + risk); w != "" {
			f.silence = append(f.silence, risk+"="+w)
		}
	}
	for i := range p.Exclude {
		f.exclude = append(f.exclude, p.Text(planner.Ref{Part: planner.OfExclusion, At: i}))
	}
	return f
}

// planDefinition is what a plan says, over what no field of it says.
func planDefinition(o *domain.Org, p planner.Plan) (review.Definition, error) {
	d, f := p.Base, planFlags(p)
	d.ReasonToKeep, d.AutoLaunch = f.reasonToKeep, false
	var err error
	if d.Horizon, err = strconv.Atoi(strings.TrimSpace(p.Values["horizon"])); err != nil || d.Horizon < 0 {
		return d, domain.Errorf(domain.Invalid, "%q is no number of days", p.Values["horizon"]).Hinted("write 92")
	}
	if d.NonResponse, err = parseSilence(f.silence); err != nil {
		return d, err
	}
	if d.Stops, err = review.ParseStops(f.stops); err != nil {
		return d, err
	}
	if d.Strategy = f.strategy; f.strategy != "" {
		if _, err = review.ParseStrategy(f.strategy); err != nil {
			return d, err
		}
	}
	switch f.countersign {
	case "all", "sensitive":
		d.CountersignAll = f.countersign == "all"
	default:
		return d, domain.Errorf(domain.Invalid, "%q does not say which packets are countersigned", f.countersign).Hinted("use all or sensitive")
	}
	if d.Diligence, err = review.ReadDiligence(f.diligence); err != nil {
		return d, err
	}
	if d.Scope, err = f.scope(o); err != nil {
		return d, err
	}
	d.Stages = nil
	for i, text := range p.Stages {
		st := review.Stage{}
		for _, field := range planner.StageFields() {
			if err := planStagePart(i+1, &st, field.ID, text[field.ID]); err != nil {
				return d, err
			}
		}
		d.Stages = append(d.Stages, st)
	}
	return d, nil
}

// planStagePart puts what one field of a stage says into it.
func planStagePart(no int, st *review.Stage, field, text string) error {
	text = strings.TrimSpace(text)
	switch {
	case field == "reviewers" && text == "":
		return domain.Errorf(domain.Invalid, "stage %d names no reviewers", no).Hinted("name manager, owner, group-managers or people, in order")
	case text == "":
		return nil
	case field == "all":
		st.All = text == "yes"
		return nil
	case field == "escalate":
		for part := range strings.SplitSeq(text, ";") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			if err := stagePart(no, st, field, part, true); err != nil {
				return err
			}
		}
		return nil
	}
	return stagePart(no, st, field, text, true)
}

// What an exclusion can name: whose access, and on what.
var (
	excludedHolders = []domain.Kind{domain.KindPrincipal, domain.KindGroup, domain.KindRole}
	excludedTargets = []domain.Kind{domain.KindAgent, domain.KindGroup, domain.KindRole, domain.KindSource, domain.KindArea}
)
