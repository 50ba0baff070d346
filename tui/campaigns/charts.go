package campaigns

import (
	"fmt"
	"slices"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/safe"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Decided is when an answer came into force, and when it ended; zero where it stands.
type Decided struct {
	Item     int
	From, To time.Time
}

// burnDays is how many days a burndown shows at the most.
const burnDays = 28

// Burn is what was open at the end of each day of a stage, from its beginning to its
// due date, in the organisation's zone; of a longer one every second day, or third.
func Burn(began, due, now time.Time, zone *time.Location, items int, all []Decided) []ui.Day {
	if began.IsZero() || !due.After(began) {
		return nil
	}
	days := max(int(due.Sub(began).Hours()/24)+1, 1)
	step := (days + burnDays - 1) / burnDays
	first := began.In(zone)
	var out []ui.Day
	for i := 0; ; i += step {
		end := time.Date(first.Year(), first.Month(), first.Day()+i+1, 0, 0, 0, 0, zone)
		last := !end.Before(due)
		d := ui.Day{Label: end.AddDate(0, 0, -1).Format("01-02"), Open: -1}
		if left := due.Sub(end); left > 0 {
			d.Even = int((int64(items)*int64(left/time.Second) + int64(due.Sub(began)/time.Second) - 1) / int64(due.Sub(began)/time.Second))
		}
		if at := end; at.AddDate(0, 0, -step).Before(now) {
			if at.After(now) {
				at = now
			}
			answered := map[int]bool{}
			for _, x := range all {
				if !x.From.After(at) && (x.To.IsZero() || x.To.After(at)) {
					answered[x.Item] = true
				}
			}
			d.Open = max(items-len(answered), 0)
		}
		if out = append(out, d); last {
			return out
		}
	}
}

// ChartLines are a campaign's figures as charts, w cells wide.
func ChartLines(o *domain.Org, f review.CampaignFigures, burn []ui.Day, w int) []ui.Line {
	var bars []ui.Bar
	for _, r := range slices.SortedStableFunc(slices.Values(f.Reviewers), func(a, b review.Progress) int {
		return (b.Items - b.Decided) - (a.Items - a.Decided)
	}) {
		if r.Items == 0 {
			continue
		}
		b := ui.Bar{Label: "nobody", N: r.Decided, Of: r.Items, Role: theme.OK, Note: r.Word()}
		if r.Reviewer != "" {
			b.Label = safe.Text(o.Name(domain.KindPrincipal, r.Reviewer))
		}
		if r.Decided < r.Items {
			b.Role = theme.Warn
		}
		bars = append(bars, b)
	}
	out := append([]ui.Line{ui.Text(theme.Title, "Decided, by reviewer")}, ui.Bars(bars, w)...)
	out = append(out, nil, ui.Text(theme.Title, fmt.Sprintf("Decisions on %s", review.Count(f.Items, "item", "items"))))
	out = append(out, ui.Mix([]ui.Part{{Sign: "+", Word: "keep", N: f.Keep, Role: theme.OK}, {Sign: "~", Word: "reduce", N: f.Reduce, Role: theme.Warn},
		{Sign: "x", Word: "revoke", N: f.Revoke, Role: theme.Danger}, {Sign: "o", Word: "abstain", N: f.Abstain, Role: theme.Dim},
		{Sign: ".", Word: "undecided", N: max(f.Items-f.Keep-f.Reduce-f.Revoke-f.Abstain, 0), Role: theme.Dim}}, w)...)
	if len(burn) == 0 {
		return out
	}
	out = append(out, nil, ui.Text(theme.Title, "Open at the end of each day; | is the even line"))
	return append(out, ui.Burndown(burn, w)...)
}
