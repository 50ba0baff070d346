package main

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// stageOf says in which stage, and which iteration, a campaign stands, where
// it has more than one; "" elsewhere.
func stageOf(c review.Campaign) string {
	var parts []string
	if n := len(c.Definition.Stages); n > 1 && c.Stage > 0 {
		parts = append(parts, fmt.Sprintf("stage %d of %d", c.Stage, n))
	}
	if c.Iteration > 1 {
		parts = append(parts, fmt.Sprintf("iteration %d", c.Iteration))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// stagesLines says what the stages are and how far each is, and all of them.
func stagesLines(p *page, o *domain.Org, pct review.Percentages) {
	c := pct.Campaign
	for i, st := range c.Definition.Stages {
		days := ""
		if st.Days > 0 {
			days = "; " + review.Count(st.Days, "day", "days")
		}
		p.line("stage %d      %s%s", i+1, stageWords(o, st), days)
		if i < len(pct.Stages) {
			figuresLines(p, pct.Stages[i])
		}
	}
	if len(c.Definition.Stages) > 1 || c.Definition.Strategy != "" && c.Definition.Strategy != review.AllMustAccept.String() {
		p.line("over stages  %s%s", c.Definition.Strategy, stopsWords(c.Definition.Stops))
	}
	if d := c.Definition.NonResponse; d != (review.SilenceRules{}) {
		p.line("silence      %s for plain items, %s for high-risk ones", d.Other, d.High)
	}
	if len(pct.Stages) > 0 {
		p.line("overall")
		figuresLines(p, pct.Overall)
	}
}

// figuresLines says the percentages of a stage, and its rulings.
func figuresLines(p *page, f review.StageFigures) {
	p.line("  %s: %s complete (%d), %s decided (%d); %s of work items (%d of %d)", review.Count(f.Items, "item", "items"),
		percentWords(f.CompletePercent), f.Complete, percentWords(f.DecidedPercent), f.Decided, percentWords(f.WorkItemsPercent),
		f.Answered, f.WorkItems)
	if f.Ruled == 0 {
		return
	}
	var parts []string
	for _, a := range []review.Answer{review.Keep, review.Reduce, review.Revoke, review.Abstain, review.Silent} {
		if n := f.Rulings[a.String()]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, a))
		}
	}
	line := "  ruled: " + strings.Join(parts, ", ")
	if f.Stage > 0 {
		line += fmt.Sprintf("; %d went on, %d stopped", f.GoOn, f.Ruled-f.GoOn)
	}
	p.line("%s", line)
}

// percentWords writes 66.666… as "66.7 %" and 50 as "50 %".
func percentWords(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " %"
}

// stopsWords says what ends an item early, where that is set.
func stopsWords(stops []review.Answer) string {
	switch {
	case stops == nil:
		return ""
	case len(stops) == 0:
		return "; nothing stops an item early"
	}
	return "; stops on " + strings.Join(review.WordsOf(stops), ", ")
}

// stageWords says who answers in a stage, and how.
func stageWords(o *domain.Org, st review.Stage) string {
	named := func(links []string) []string {
		var out []string
		for _, l := range links {
			if !slices.Contains(review.Links(), l) {
				l = o.Name(domain.KindPrincipal, domain.ID(l))
			}
			out = append(out, l)
		}
		return out
	}
	links := named(st.Reviewers)
	if st.Fallback != "" {
		links = append(links, "fallback "+o.Name(domain.KindPrincipal, st.Fallback))
	}
	out := strings.Join(append(links, "the campaign's owner"), ", then ")
	if st.Name != "" {
		out = st.Name + ": " + out
	}
	if st.All {
		out += "; all of those whom a link names"
	}
	if len(st.Additional) > 0 {
		out += "; besides " + strings.Join(named(st.Additional), ", ")
	}
	if st.Strategy != "" && st.Strategy != review.OneAcceptAccepts.String() {
		out += "; " + st.Strategy
	}
	for _, e := range st.Escalations {
		how := "also"
		if e.Replace {
			how = "instead"
		}
		out += fmt.Sprintf("; after %s %s %s", review.Count(e.After, "day", "days"), how, strings.Join(named(e.To), ", then "))
	}
	return out + stopsWords(st.Stops)
}
