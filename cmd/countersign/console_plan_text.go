package main

import (
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/planner"
)

// planText is a definition as a plan that says the same.
func planText(o *domain.Org, d review.Definition) planner.Plan {
	yesNo := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	sc := d.Scope
	p := planner.Plan{Base: d, Values: map[string]string{
		"kinds": strings.Join(review.WordsOf(sc.Kinds), ", "), "classes": strings.Join(review.WordsOf(sc.Classifications), ", "), "sources": strings.Join(sc.Sources, ", "),
		"areas": planRefs(o, domain.KindArea, sc.Areas), "agents": planRefs(o, domain.KindAgent, sc.Agents), "groups": planRefs(o, domain.KindGroup, sc.Groups),
		"roles": planRefs(o, domain.KindRole, sc.Roles), "people": planRefs(o, domain.KindPrincipal, sc.Principals),
		"externals-only": yesNo(sc.ExternalsOnly), "new-since-last": yesNo(sc.NewSince), "from-coverage": sc.Uncovered, "until": string(sc.UncoveredBy),
		"strategy": d.Strategy, "stops": stopsText(d.Stops), "non-response/high": d.NonResponse.High.String(), "non-response/plain": d.NonResponse.Other.String(),
		"countersign": "sensitive", "reason-to-keep": yesNo(d.ReasonToKeep), "diligence": review.DiligenceText(d.Diligence), "horizon": strconv.Itoa(d.Horizon)}}
	if d.CountersignAll {
		p.Values["countersign"] = "all"
	}
	if sc.Unused > 0 {
		p.Values["unused"] = review.Count(sc.Unused, "day", "days")
	}
	for _, x := range sc.Exclude {
		p.Exclude = append(p.Exclude, planExclusion(o, x))
	}
	for _, st := range d.Stages {
		t := planner.BlankStage(planLinks(o, st.Reviewers), "")
		t["name"], t["additional"], t["fallback"], t["all"] = st.Name, planLinks(o, st.Additional), planLinks(o, []string{string(st.Fallback)}), yesNo(st.All)
		t["strategy"], t["stops"] = st.Strategy, stopsText(st.Stops)
		if st.Days > 0 {
			t["days"] = strconv.Itoa(st.Days)
		}
		var remind, escalate []string
		for _, n := range st.Reminders {
			remind = append(remind, strconv.Itoa(n))
		}
		for _, e := range st.Escalations {
			text := strconv.Itoa(e.After) + ":" + planLinks(o, e.To)
			if e.Replace {
				text += ":replace"
			}
			escalate = append(escalate, text)
		}
		t["remind"], t["escalate"] = strings.Join(remind, ", "), strings.Join(escalate, "; ")
		p.Stages = append(p.Stages, t)
	}
	return p
}

// planExclusion names an exclusion so that reading it gives the same: by ids where the
// names would be read as something else.
func planExclusion(o *domain.Org, x review.Exclusion) planner.Exclusion {
	p := planner.Exclusion{Who: planRef(o, x.Holder, excludedHolders...), What: planRef(o, x.Target, excludedTargets...), Agent: planRef(o, x.Agent, domain.KindAgent), Reason: x.Reason}
	back, err := scopeOf(o, campaignFlags{exclude: []string{p.Text()}})
	if err != nil || len(back.Exclude) != 1 || back.Exclude[0].Holder != x.Holder || back.Exclude[0].Target != x.Target || back.Exclude[0].Agent != x.Agent {
		p.Who, p.What, p.Agent = string(x.Holder), string(x.Target), string(x.Agent)
	}
	return p
}

// stopsText says on what a stage stops: nothing where it is said that none does.
func stopsText(stops []review.Answer) string {
	switch {
	case stops == nil:
		return ""
	case len(stops) == 0:
		return "nothing"
	}
	var out []string
	for _, a := range stops {
		out = append(out, a.String())
	}
	return strings.Join(out, ", ")
}

// planRefs names things so that the names mean them and nothing else.
func planRefs(o *domain.Org, kind domain.Kind, ids []domain.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, planRef(o, id, kind))
	}
	return strings.Join(out, ", ")
}

// planRef is what one thing is called, or its id where that would mean another, or
// several.
func planRef(o *domain.Org, id domain.ID, kinds ...domain.Kind) string {
	if id == "" {
		return ""
	}
	for _, k := range kinds {
		name := o.Name(k, id)
		if k == domain.KindPrincipal {
			if p, ok := o.Principal(id); ok && p.Email != "" {
				name = p.Email
			}
		}
		if strings.ContainsAny(name, ",;:") || strings.Contains(name, " on ") || strings.TrimSpace(name) != name {
			continue
		}
		if hit, err := findAny(o, name, kinds...); err == nil && hit.id == id {
			return name
		}
	}
	return string(id)
}

// planLinks names the people of a chain.
func planLinks(o *domain.Org, links []string) string {
	var out []string
	for _, l := range links {
		if l != "" && !slices.Contains(review.Links(), l) {
			l = planRef(o, domain.ID(l), domain.KindPrincipal)
		}
		out = append(out, l)
	}
	return strings.Join(out, ", ")
}

// dueText is a campaign's due date as it is typed: the day, where it ends with one.
func dueText(o *domain.Org, c review.Campaign) string {
	day := o.DayOf(c.Due)
	if at, err := parseDue(o, string(day)); err == nil && at.Equal(c.Due) {
		return string(day)
	}
	return c.Due.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
