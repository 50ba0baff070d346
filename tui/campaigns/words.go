package campaigns

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// due says until when a campaign is answered, or when it ended.
func due(c review.Campaign, now time.Time) string {
	switch {
	case c.State == review.Closed:
		return "closed " + c.ClosedAt.In(now.Location()).Format(time.DateOnly)
	case c.State == review.Cancelled:
		return "cancelled"
	case c.State > review.Decided:
		word := "due "
		if c.Due.Before(now) {
			word = "was due "
		}
		return word + c.Due.In(now.Location()).Format(time.DateOnly)
	}
	return itemlist.Due(now, c.Due)
}

func stateRole(s review.State) theme.Role {
	switch s {
	case review.Active, review.Decided, review.SignedOff, review.Remediating, review.Verifying:
		return theme.Warn
	case review.Closed:
		return theme.OK
	}
	return theme.Dim
}

const labelWidth = 12

func field(role theme.Role, label, text string) ui.Line {
	return ui.Line{{Role: theme.Dim, Text: fmt.Sprintf("%-*s", labelWidth, label)}, {Role: role, Text: safe.Text(text)}}
}

// Lines say everything about a campaign, for w cells.
func Lines(s Story, t *theme.Theme, w int) []ui.Line {
	c, f := s.Figures.Campaign, s.Figures
	out := []ui.Line{ui.Text(theme.Title, safe.Text(c.Name)), nil}
	add := func(role theme.Role, label string, texts ...string) {
		for i, text := range texts {
			if i > 0 {
				label = ""
			}
			out = append(out, field(role, label, text))
		}
	}
	state := c.State.String()
	if d := due(c, s.Now); d != state {
		state += ", " + d
	}
	add(stateRole(c.State), "State", state)
	add(theme.Plain, "Next", Next(s))
	add(theme.Plain, "Due", review.Moment(c.Due, s.Org.Zone()))
	add(theme.Plain, "Owner", s.Org.Name(domain.KindPrincipal, c.Owner))
	if c.Reason != "" {
		add(theme.Warn, "Cancelled", c.Reason)
	}
	if s.Left != "" {
		out = append(out, itemlist.Field("Left over", theme.Warn, w, s.Left)...)
	}
	if c.Launcher != "" {
		add(theme.Plain, "Launched", "by "+s.Org.Name(domain.KindPrincipal, c.Launcher))
	}
	if c.Trigger != "" {
		add(theme.Plain, "Begun", c.Trigger)
	}
	if c.Iteration > 1 {
		add(theme.Warn, "Asked", fmt.Sprintf("for the %s time, what nobody answered before", ordinal(c.Iteration)))
	}
	for i, text := range s.Waiting {
		add(theme.Warn, []string{"Requests", ""}[min(i, 1)], text)
	}
	if c.Population != "" {
		out = append(out, checkLines(s)...)
		out = append(out, stageLines(s, t, w)...)
		out = append(out, rulingLines(s, t, w)...)
	}
	if len(f.Reviewers) > 0 {
		out = append(out, progressLines(s, t, w)...)
	}
	out = append(out, definitionLines(s)...)
	if c.Population == "" {
		return out
	}
	out = append(out, resultLines(s)...)
	return append(out, tieOutLines(c, s.Org.Zone())...)
}

// Next says what the campaign waits for.
func Next(s Story) string {
	f := s.Figures
	open := f.Items - f.Decided
	switch f.Campaign.State {
	case review.Draft:
		return "stage it: its population is frozen and tied out"
	case review.Staged:
		for _, c := range s.Checks {
			if c.Block {
				return "something stands in the way of its launch"
			}
		}
		return "a checker launches it, with the second signature"
	case review.Active:
		if open > 0 && s.Now.After(f.Campaign.Due) {
			return "it is past its due date: what is open lapses"
		}
		if open > 0 {
			return "its reviewers: " + review.Count(open, "item is", "items are") + " undecided"
		}
		return "its reviewers sign off and checkers countersign"
	case review.Decided:
		return "checkers countersign what was signed off"
	case review.SignedOff:
		if n := s.Rulings[review.Silent]; n > 0 {
			return review.Count(n, "item was", "items were") + " answered by nobody: ask again, or remediate the others"
		}
		return "remediate it: the decisions are made true"
	case review.Remediating:
		return "verify it: has every decision become true?"
	case review.Verifying:
		if n := f.Items - f.Settled; n > 0 {
			return review.Count(n, "item stands", "items stand") + " in the way of closing: remediate, or except"
		}
		return "close it"
	}
	return "nothing: it is over"
}

// checkLines are the checks before a launch.
func checkLines(s Story) []ui.Line {
	if s.Figures.Campaign.State != review.Staged {
		return nil
	}
	out := []ui.Line{nil, ui.Text(theme.Title, "Before the launch")}
	for _, c := range s.Checks {
		sign, role := "~ note   ", theme.Warn
		if c.Block {
			sign, role = "x BLOCKS ", theme.Danger
		}
		out = append(out, ui.Line{{Role: role, Text: sign}, {Text: safe.Text(c.Text + ": " + c.Hint)}})
	}
	if len(s.Checks) == 0 {
		out = append(out, ui.Text(theme.OK, "+ nothing stands in the way"))
	}
	return out
}

// progressLines are the campaign's and each reviewer's figures as bars.
func progressLines(s Story, t *theme.Theme, w int) []ui.Line {
	f := s.Figures
	bar := min(max(w/4, 6), 24)
	name := min(max(w-bar-34, 8), 26)
	line := func(role theme.Role, label string, n, of int, more string) ui.Line {
		return ui.Line{{Text: safe.Pad(safe.Text(label), name) + " "}, {Role: role, Text: t.Progress(n, of, bar)},
			{Text: fmt.Sprintf(" %3d %% ", itemlist.Percent(n, of))}, {Role: theme.Dim, Text: fmt.Sprintf("%d/%d %s", n, of, more)}}
	}
	out := []ui.Line{nil, ui.Text(theme.Title, "Progress"),
		line(theme.OK, "decided", f.Decided, f.Items, itemlist.Tally(f.Keep, f.Reduce, f.Revoke, f.Abstain)),
		line(theme.OK, "countersigned", f.Checked, f.Items, ""), line(theme.OK, "settled", f.Settled, f.Items, ""),
		nil, ui.Text(theme.Title, "Reviewers")}
	all := slices.SortedStableFunc(slices.Values(f.Reviewers), func(a, b review.Progress) int {
		return (b.Items - b.Decided) - (a.Items - a.Decided)
	})
	for _, r := range all {
		more := r.State.String()
		if r.Returned > 0 {
			more += fmt.Sprintf(", %d returned", r.Returned)
		}
		role := theme.OK
		if r.Decided < r.Items {
			role = theme.Warn
		}
		who := "nobody"
		if r.Reviewer != "" {
			who = s.Org.Name(domain.KindPrincipal, r.Reviewer)
		}
		out = append(out, line(role, who, r.Decided, r.Items, more))
	}
	return out
}

// ResultWords says how many items have which result.
func ResultWords(n map[review.Result]int) string {
	var parts []string
	for r := review.Pending; r <= review.Exception; r++ {
		if n[r] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[r], r))
		}
	}
	if len(parts) == 0 {
		return "nothing verified"
	}
	return strings.Join(parts, ", ")
}

func resultLines(s Story) []ui.Line {
	if s.Results == nil {
		return nil
	}
	out := []ui.Line{nil, ui.Text(theme.Title, "Results"), ui.Text(theme.Plain, ResultWords(s.Results))}
	for _, text := range s.Open {
		out = append(out, ui.Line{{Role: theme.Danger, Text: "x "}, {Text: safe.Text(text)}})
	}
	return out
}

// tieOutLines are the equation of the population.
func tieOutLines(c review.Campaign, zone *time.Location) []ui.Line {
	t := c.TieOut
	excluded := 0
	for _, n := range t.Excluded {
		excluded += n
	}
	role := theme.OK
	if t.Difference() != 0 {
		role = theme.Danger
	}
	out := []ui.Line{nil, ui.Text(theme.Title, "Population"),
		field(theme.Plain, "Frozen", fmt.Sprintf("at event %d, %s", c.Frozen, review.Moment(c.FrozenAt, zone))),
		field(theme.Plain, "Tie-out", fmt.Sprintf("%s = %d in scope + %d excluded + %d orphaned + %d rejected",
			review.Count(t.Source, "holding", "holdings"), t.InScope, excluded, t.Orphaned, t.Rejected)),
		field(role, "", fmt.Sprintf("difference %d", t.Difference()))}
	label := "Excluded"
	for _, why := range slices.Sorted(maps.Keys(t.Excluded)) {
		out = append(out, field(theme.Plain, label, fmt.Sprintf("%d %s", t.Excluded[why], why)))
		label = ""
	}
	var levels []string
	for _, l := range slices.Sorted(maps.Keys(t.Levels)) {
		levels = append(levels, fmt.Sprintf("%d %s", t.Levels[l], l))
	}
	if len(levels) > 0 {
		out = append(out, field(theme.Plain, "Levels", strings.Join(levels, ", ")))
	}
	return append(out, field(theme.Dim, "Digest", t.Digest))
}
