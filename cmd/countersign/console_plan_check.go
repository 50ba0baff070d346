package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/planner"
	"countersign/tui/ui"
)

// wrongPlan says what is wrong with what a plan says at r; "" if nothing.
func wrongPlan(o *domain.Org, all []review.Campaign, now time.Time, p planner.Plan, r planner.Ref) string {
	var err error
	switch r.Part {
	case planner.OfStage:
		err = wrongStage(o, r, p)
	case planner.OfExclusion:
		_, err = scopeOf(o, campaignFlags{exclude: []string{p.Text(r)}})
	default:
		err = wrongField(o, all, now, p, r.Field)
	}
	if err == nil {
		return ""
	}
	text := err.Error()
	if r.Part == planner.OfExclusion && strings.HasPrefix(text, "exclude[") { // its place in a file
		_, text, _ = strings.Cut(text, ": ")
	}
	return text
}

// scopeOf reads a scope with ids in it.
func scopeOf(o *domain.Org, f campaignFlags) (review.Scope, error) {
	s, err := f.scope(o)
	if err != nil {
		return s, err
	}
	return s, s.Resolve(o)
}

func wrongField(o *domain.Org, all []review.Campaign, now time.Time, p planner.Plan, field string) error {
	f, text := planFlags(p), strings.TrimSpace(p.Values[field])
	switch field {
	case "name":
		if domain.Shown(text) == "" {
			return domain.Errorf(domain.Invalid, "the campaign has no name").Hinted("name it, for example: Q4 user access")
		}
		return review.FreeCampaignName(all, p.Draft, text)
	case "due":
		return wrongDue(o, now, p, text)
	case "unused":
		f = campaignFlags{unused: f.unused}
	case "from-coverage", "until":
		f = campaignFlags{coverage: f.coverage, until: f.until}
		if field == "from-coverage" {
			f.until = ""
		}
	case "strategy":
		if text == "" {
			return nil
		}
		_, err := review.ParseStrategy(text)
		return err
	case "stops":
		_, err := review.ParseStops(f.stops)
		return err
	case "non-response/high", "non-response/plain":
		_, err := review.ParseSilence(text)
		return err
	case "diligence":
		_, err := review.ReadDiligence(text)
		return err
	case "horizon":
		if n, err := strconv.Atoi(text); err != nil || n < 1 || n > 3660 {
			return domain.Errorf(domain.Invalid, "%q is no number of days", text).Hinted("write 92; at most ten years")
		}
		return nil
	case "sources":
		return nil
	default:
		one := map[string][]string{"kinds": f.kinds, "areas": f.areas, "agents": f.agents, "groups": f.groups, "roles": f.roles, "people": f.people, "classes": f.classes}[field]
		f = campaignFlags{}
		for name, to := range map[string]*[]string{"kinds": &f.kinds, "areas": &f.areas, "agents": &f.agents, "groups": &f.groups, "roles": &f.roles, "people": &f.people, "classes": &f.classes} {
			if name == field {
				*to = one
			}
		}
	}
	_, err := scopeOf(o, f)
	return err
}

func wrongDue(o *domain.Org, now time.Time, p planner.Plan, text string) error {
	if text == "" {
		if len(p.Stages) > 0 && strings.TrimSpace(p.Stages[0]["days"]) != "" {
			return nil
		}
		return domain.Errorf(domain.Invalid, "no due date is given").Hinted("write one: %s; or say how many days the first stage lasts", o.DayOf(now.AddDate(0, 0, 30)))
	}
	due, err := parseDue(o, text)
	if err == nil && !due.After(now) {
		return domain.Errorf(domain.Invalid, "%s is over", text).Hinted("choose a date that is still to come")
	}
	return err
}

func wrongStage(o *domain.Org, r planner.Ref, p planner.Plan) error {
	var st review.Stage
	text := strings.TrimSpace(p.Text(r))
	if err := planStagePart(r.At+1, &st, r.Field, text); err != nil {
		return err
	}
	if r.Field == "days" && text == "" && r.At > 0 {
		return domain.Errorf(domain.Invalid, "stage %d has no duration", r.At+1).Hinted("say how many days it lasts")
	}
	named := slices.Concat(st.Reviewers, st.Additional)
	if st.Fallback != "" {
		named = append(named, string(st.Fallback))
	}
	for _, e := range st.Escalations {
		named = append(named, e.To...)
	}
	for _, link := range named {
		if slices.Contains(review.Links(), link) && r.Field != "fallback" {
			continue
		}
		who, err := o.FindPrincipal(link)
		switch {
		case err != nil:
			return err
		case who.Kind != domain.User:
			return domain.Errorf(domain.Invalid, "%s cannot review: only users can", who.Name).Hinted("name a person")
		case who.Status != domain.Active:
			return domain.Errorf(domain.Invalid, "%s is not active", who.Name).Hinted("name somebody who is")
		}
	}
	return nil
}

// originsOf are the sources that grants were imported from.
func originsOf(o *domain.Org) []string {
	seen := map[string]bool{}
	for row := range o.All(domain.KindGrant) {
		if g, ok := row.Record.(domain.Grant); ok && g.Origin.Source != "" {
			seen[g.Origin.Source] = true
		}
	}
	out := make([]string, 0, len(seen))
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// planChoices are what can be added to a field by choosing; the key is what is typed.
func planChoices(pic change.Picture, origins []string, f planner.Field) (out []ui.Candidate) {
	o := pic.Org
	words := func(note string, all ...string) []ui.Candidate {
		var out []ui.Candidate
		for _, w := range all {
			out = append(out, ui.Candidate{Key: w, Label: w, Note: note})
		}
		return out
	}
	named := func(cs []ui.Candidate, kind domain.Kind) []ui.Candidate {
		for i := range cs {
			cs[i].Key = planRef(o, domain.ID(cs[i].Key), kind)
		}
		return cs
	}
	switch f.Pick {
	case "kind":
		return words("", review.WordsOf(domain.TargetKinds())...)
	case "class":
		return words("", review.WordsOf(domain.Classifications())...)
	case "origin":
		return words("imported", origins...)
	case "outcome":
		return words("", "keep", "reduce", "revoke", "abstain", "undecided", "nothing")
	case "framework":
		for _, fw := range o.Frameworks() {
			out = append(out, ui.Candidate{Key: fw.Word, Label: fw.Name, Note: fw.Says})
		}
		return out
	case "area":
		for row := range o.All(domain.KindArea) {
			id := row.Record.RecordID()
			out = append(out, ui.Candidate{Key: string(id), Label: o.Name(domain.KindArea, id), Note: string(id)})
		}
		return out
	case "agent":
		return named(change.Agents(pic), domain.KindAgent)
	case "group":
		return named(change.Groups(pic, nil, nil), domain.KindGroup)
	case "role":
		return named(change.Roles(pic, nil), domain.KindRole)
	case "person":
		return named(change.People(pic, nil, nil), domain.KindPrincipal)
	case "user":
		return named(change.People(pic, change.ActiveUser, nil), domain.KindPrincipal)
	case "reviewer":
		out = []ui.Candidate{{Key: review.ByManager, Label: review.ByManager, Note: "the holder's manager"}, {Key: review.BySecondManager, Label: review.BySecondManager, Note: "the manager's manager"},
			{Key: review.ByTargetOwner, Label: review.ByTargetOwner, Note: "the owner of the agent"}, {Key: review.ByGroupManagers, Label: review.ByGroupManagers, Note: "the group's managers"}}
		return append(out, named(change.People(pic, change.ActiveUser, nil), domain.KindPrincipal)...)
	}
	return nil
}
