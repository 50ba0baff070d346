package campaigns

import (
	"fmt"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// ReplayLines say whether everything stored follows from the log, and name what
// does not.
func ReplayLines(o *domain.Org, r review.Replay) []ui.Line {
	verdict := ui.Text(theme.OK, "+ every ruling follows from the log")
	if !r.OK() {
		verdict = ui.Text(theme.Danger, "x "+review.Count(len(r.Differences), "thing is", "things are")+" stored otherwise than the log tells")
	}
	out := []ui.Line{verdict, nil, ui.Plain(safe.Text(r.Summary()))}
	for _, d := range r.Differences[:min(len(r.Differences), looksMost)] {
		text := d.Words(func(who domain.ID) string { return o.Name(domain.KindPrincipal, who) })
		out = append(out, ui.Line{{Role: theme.Danger, Text: "x "}, {Text: safe.Text(text)}})
	}
	return append(out, more(len(r.Differences))...)
}

// WhatIfLines say what would have come out under other strategies.
func WhatIfLines(w *review.WhatIf) []ui.Line {
	if w == nil {
		return []ui.Line{ui.Text(theme.Dim, "no other strategy was named")}
	}
	var out []ui.Line
	for i, l := range w.Words() {
		role := theme.Plain
		if i == 0 {
			role = theme.Title
		}
		out = append(out, ui.Text(role, safe.Text(l)))
	}
	for i, it := range w.Items[:min(len(w.Items), looksMost)] {
		if i == 0 {
			out = append(out, nil)
		}
		out = append(out, field(theme.Plain, fmt.Sprintf("item %d", it.Item), it.Was+", would be "+it.Would))
	}
	return append(append(out, more(len(w.Items))...), nil,
		ui.Text(theme.Dim, "With the votes as they were cast: people who saw other rules might have answered otherwise."))
}

// DiligenceLines say how each reviewer answered, beside the thresholds.
func DiligenceLines(o *domain.Org, c review.Campaign, all []review.ReviewerDiligence) []ui.Line {
	var out []ui.Line
	if c.Definition.Diligence.Off {
		out = append(out, ui.Text(theme.Warn, "its definition turns the measures of time and details off: none is kept"))
	}
	if len(all) == 0 {
		out = append(out, ui.Text(theme.Dim, "nobody has answered yet"))
	}
	for _, r := range all {
		if len(out) > 0 {
			out = append(out, nil)
		}
		out = append(out, ui.Text(theme.Title, safe.Text(o.Name(domain.KindPrincipal, r.Reviewer))+", "+review.Count(r.Answered, "item", "items")))
		for _, f := range r.Facts(c.Definition.Diligence) {
			mark, role := "  ", theme.Dim
			if f.Beyond {
				mark, role = "! ", theme.Warn
			}
			out = append(out, ui.Line{{Role: role, Text: fmt.Sprintf("%s%-10s ", mark, f.Measure)}, {Text: safe.Text(f.Text)}})
		}
	}
	return append(out, nil, ui.Text(theme.Dim, "Reported, and never refused by."))
}

// SampleLines tell each drawn item's story.
func SampleLines(o *domain.Org, c review.Campaign, seed string, drawn []review.Drawn, stories []review.ItemStory) []ui.Line {
	out := []ui.Line{ui.Text(theme.Title, safe.Text(review.SampleTitle(seed, len(drawn), c.TieOut.InScope))), field(theme.Dim, "Digest", c.TieOut.Digest),
		field(theme.Dim, "How", strings.Join(strings.Fields(review.SampleHow), " "))}
	for i, st := range stories {
		it := st.Item
		out = append(out, nil, ui.Text(theme.Title, fmt.Sprintf("Item %d: %s", it.No, safe.Text(itemlist.Sentence(it)))), field(theme.Dim, "Key", drawn[i].Key))
		for _, r := range st.Rulings {
			ruled := it
			ruled.Ruling = r
			_, word := itemlist.Ruled(ruled)
			label := fmt.Sprintf("Stage %d", r.Stage)
			if r.Stage == 0 {
				label = "Ruling"
			}
			out = append(out, field(theme.Plain, label, word+": "+itemlist.RuleWords(r)))
		}
		for _, e := range st.Events {
			out = append(out, field(theme.Plain, fmt.Sprintf("event %d", e.Seq), fmt.Sprintf("%s, %s: %s", review.Moment(e.Time, o.Zone()), o.Name(domain.KindPrincipal, e.Actor), e.Text)))
		}
	}
	return out
}

// MessageLines list what was told to people, the newest first, at most so many.
func MessageLines(o *domain.Org, all []review.Message) []ui.Line {
	if len(all) == 0 {
		return []ui.Line{ui.Text(theme.Dim, "nothing was told to anybody yet: campaign tick writes reminders and more")}
	}
	var out []ui.Line
	for i := len(all) - 1; i >= 0 && len(all)-i <= looksMost; i-- {
		m := all[i]
		role := theme.Plain
		if m.State == review.MessageFailed {
			role = theme.Danger
		}
		text := fmt.Sprintf("%s to %s: %s", m.Kind, o.Name(domain.KindPrincipal, m.To), m.Subject)
		if m.Detail != "" {
			text += " (" + m.Detail + ")"
		}
		out = append(out, ui.Line{{Role: role, Text: fmt.Sprintf("%-7s %s  ", m.State, review.Moment(m.At, o.Zone()))}, {Text: safe.Text(text)}})
	}
	return append(out, more(len(all))...)
}

// looksMost is how many lines of one kind a look shows.
const looksMost = 400

// more says how many there are besides those shown.
func more(n int) []ui.Line {
	if n <= looksMost {
		return nil
	}
	return []ui.Line{ui.Text(theme.Dim, fmt.Sprintf("and %d more", n-looksMost))}
}

// SimulationLines say what would come of it if nobody answered.
func SimulationLines(o *domain.Org, c review.Campaign, sim review.Simulation) []ui.Line {
	out := []ui.Line{ui.Text(theme.Title, safe.Text(c.Name)+", "+sim.Words(c)+": "+review.Count(sim.Items, "item", "items"))}
	for _, st := range sim.Stages {
		out = append(out, field(theme.Plain, fmt.Sprintf("stage %d", st.Stage), fmt.Sprintf("%d entered, %d stopped", st.Entered, st.Stopped)))
	}
	for _, r := range sim.Rulings {
		out = append(out, field(theme.Plain, fmt.Sprintf("%d %s", r.Items, r.Answer), r.Rule))
	}
	if sim.Blocks > 0 {
		out = append(out, field(theme.Warn, "open", review.Count(sim.Blocks, "item", "items")+" without a ruling would keep it open"))
	}
	if sim.Loss.Items == 0 {
		return append(out, nil, ui.Text(theme.Dim, "nobody would lose anything"))
	}
	out = append(out, nil, ui.Text(theme.Warn, review.Count(sim.Loss.People, "person", "people")+" would lose something by "+
		review.Count(sim.Loss.Items, "item", "items")+" lowered"))
	for _, e := range sim.Loss.Effects[:min(len(sim.Loss.Effects), looksMost)] {
		out = append(out, ui.Plain(safe.Text(review.EffectWords(o, e))))
	}
	return append(out, more(len(sim.Loss.Effects))...)
}

// ResidualLines say what items left, and by which edits that would end.
func ResidualLines(o *domain.Org, all []review.ResidualItem) []ui.Line {
	if len(all) == 0 {
		return []ui.Line{ui.Text(theme.OK, "+ nothing is left that nobody reviewed")}
	}
	var out []ui.Line
	for _, r := range all[:min(len(all), looksMost)] {
		out = append(out, ui.Text(theme.Title, safe.Text(fmt.Sprintf("item %d: %s on %s", r.Item.No, r.Item.Holder, r.Item.Target))),
			ui.Text(theme.Warn, safe.Text(r.Item.Outcome.Left)))
		if len(r.Ways) == 0 {
			out = append(out, ui.Text(theme.Dim, safe.Text(r.Why)))
		}
		for i, w := range r.Ways {
			for k, deed := range w.Deeds {
				label := ""
				if k == 0 {
					label = fmt.Sprintf("way %d", i+1)
				}
				out = append(out, field(theme.Plain, label, deed))
			}
			others := "nobody else loses"
			if w.People > 0 {
				others = review.Count(w.People, "other loses", "others lose") + " by it"
			}
			out = append(out, field(theme.Dim, "", others))
			for _, e := range w.Own {
				out = append(out, field(theme.Dim, "", "besides: "+review.EffectWords(o, e)))
			}
		}
		out = append(out, nil)
	}
	return append(append(out, more(len(all))...), ui.Text(theme.Dim, "to propose one: countersign campaign residuals --propose ITEM --way N"))
}
