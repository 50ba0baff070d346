package people

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// chartWide is how wide the chart of departments is drawn: what a dialog has on a
// screen of 80 cells.
const chartWide = 56

// departments asks for a thing and draws who has it, department by department.
func (w acts) departments() tea.Cmd {
	return change.PickTarget(w.Host.Env, "Access to what, by department?", w.Reads.Picture, func(t domain.Target, name string) tea.Cmd {
		return change.OpenText(w.Host.Env, "Access by department", func(ctx context.Context) ([]ui.Line, error) {
			p, err := w.Reads.Picture(ctx)
			if err != nil {
				return nil, err
			}
			return DepartmentLines(p.Org, t, name, p.Now, chartWide), nil
		})
	})
}

// DepartmentLines are how many active users of each department have each level on a
// target or more, for all agents, as bars w cells wide: one level under the other from
// the highest, the departments by how many have it. Departments without anybody who has
// it are counted.
func DepartmentLines(o *domain.Org, t domain.Target, name string, now time.Time, w int) []ui.Line {
	ladder := domain.LadderOf(t.Kind)
	people := map[string]int{}
	has := make([]map[string]int, len(ladder))
	for l := range has {
		has[l] = map[string]int{}
	}
	for row := range o.All(domain.KindPrincipal) {
		r, ok := row.Record.(domain.Principal)
		if !ok || !change.ActiveUser(r) {
			continue
		}
		people[r.Department]++
		for l := domain.Level(1); l <= o.Level(r.ID, t, "", now) && int(l) < len(has); l++ {
			has[l][r.Department]++
		}
	}
	out := []ui.Line{ui.Text(theme.Title, name)}
	for l := ladder.Top(); l > 0; l-- {
		out = append(out, departmentBars(ladder.Word(l), l < ladder.Top(), has[l], people, w)...)
	}
	return out
}

// departmentBars is one level of DepartmentLines.
func departmentBars(word string, more bool, has, people map[string]int, w int) []ui.Line {
	var bars []ui.Bar
	n, of := 0, 0
	for department, all := range people {
		of += all
		if has[department] == 0 {
			continue
		}
		n += has[department]
		label := department
		if label == "" {
			label = "(none)"
		}
		bars = append(bars, ui.Bar{Label: label, N: has[department], Of: all, Role: theme.Warn})
	}
	slices.SortFunc(bars, func(a, b ui.Bar) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Label, b.Label)) })
	if more {
		word += " or more"
	}
	out := []ui.Line{nil, ui.Text(theme.Key, fmt.Sprintf("%s: %d of %s", word, n, review.Count(of, "person", "people")))}
	out = append(out, ui.Bars(bars, w)...)
	if without := len(people) - len(bars); without > 0 {
		out = append(out, ui.Text(theme.Dim, review.Count(without, "department", "departments")+" without anybody"))
	}
	return out
}
