package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/export/sheet"
	"countersign/review"
)

// sheetCharts is the sheet that people would rather look at: each chart beside the
// figures that it draws, which are formulas over the rows.
const sheetCharts = "Charts"

const (
	chartColumn = 8  // where the charts stand, right of their figures
	chartWidth  = 10 // columns that a chart covers
	chartHeight = 19 // rows
	// mostBars is how many departments have a bar of their own.
	mostBars = 12
	// mostPoints is over how many days the progress is drawn: a longer window is
	// drawn in longer steps.
	mostPoints = 30
)

// Headings and titles of the charts, by which verification knows them.
const (
	headMix, titleMix                 = "Answers", "Decisions by answer"
	headDepartments, titleDepartments = "Departments", "Answers by department of the holder"
	headProgress, titleProgress       = "End of the day (UTC)", "Progress: items by the end of each day (UTC)"
	nameOthers, sayOthers             = "All others", "all others"
)

// The alternative texts, from the figures that are drawn.

func altMix(all int, n []int) string {
	return fmt.Sprintf("Bars of how often each answer was given. Of %s: %s.", review.Count(all, "item", "items"), figureWords(answerWords(), n))
}

func altDepartments(words []string) string {
	return "Bars of the answers for each department, one behind the other. " + strings.Join(words, "; ") + "."
}

func altProgress(all, days int, first, last string) string {
	return fmt.Sprintf("Lines of how many of %s were decided, signed, countersigned, and had a known result, at the end of each of %s from %s to %s. An item counts by the answer that stands.",
		review.Count(all, "item", "items"), review.Count(days, "day shown", "days shown"), first, last)
}

// answerLooks are the looks of the answers in charts, in the order of answerLegend.
var answerLooks = []sheet.Class{sheet.Good, sheet.Caution, sheet.Bad, sheet.Rung0, sheet.Muted}

// charts lays out the decision mix, the departments and the progress.
func (ev *CampaignEvidence) charts() sheet.Sheet {
	var g grid
	g.add(sheet.Of("Charts").As(sheet.Title))
	g.add(sheet.Of("Each chart draws the figures to its left. Patterns, dashes and marks tell the same as the colours.").As(sheet.Muted))
	departments, days := ev.chartedDepartments(), ev.chartedDays()
	plain := !ev.live(5 + 5*len(departments) + 4*len(days))
	if plain {
		g.add(sheet.Of("Plain numbers here: as formulas a spreadsheet would work on them for minutes.").As(sheet.Muted))
	}
	mix := ev.mixChart(&g, plain)
	by := ev.departmentChart(&g, mix, departments, plain)
	charts := []sheet.Chart{mix, by, ev.progressChart(&g, by, days, plain)}
	s := g.sheet(sheetCharts, 30, 12, 12, 14, 12, 12, 3)
	s.Grid.Charts, s.Grid.OnePage = charts, true
	return s
}

// below adds empty rows until a chart has its place.
func (g *grid) below(c sheet.Chart) {
	for g.next() < c.Row+c.Rows {
		g.gap()
	}
}

// section begins a chart's figures in rows of their own.
func (g *grid) section(heading, title string, heads ...string) sheet.Chart {
	g.heading(heading, heads...)
	return sheet.Chart{Title: title, Row: g.next() - 1, Col: chartColumn, Rows: chartHeight, Columns: chartWidth, First: g.next(), Names: 1}
}

// figureWords says the figures of a chart's row for whoever cannot see it.
func figureWords(names []string, n []int) string {
	parts := make([]string, 0, len(n))
	for i, name := range names {
		if n[i] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", name, n[i]))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func answerWords() []string {
	words := make([]string, len(answerLegend))
	for i, a := range answerLegend {
		words[i] = a.Text
	}
	return words
}

func answerCounts(n Counts) []int {
	return []int{n.Answers[review.Keep], n.Answers[review.Reduce], n.Answers[review.Revoke], n.Answers[review.Abstain], n.Answers[review.Silent]}
}

// mixChart draws how often each answer was given.
func (ev *CampaignEvidence) mixChart(g *grid, plain bool) sheet.Chart {
	c := g.section(headMix, titleMix, "Items")
	for _, a := range answerLegend {
		g.figure(sheet.Of(upperFirst(a.Text)).As(a.Class), sheet.Total(sheet.Tally{Sheet: sheetDecisions, Where: []sheet.Match{{Column: "Answer", Equal: a.Text}}, Plain: plain}))
	}
	c.Last = g.next() - 1
	c.Series = []sheet.Series{{Column: 2, Look: sheet.Good, Looks: answerLooks}}
	c.Alt = altMix(ev.Figures.All.Items, answerCounts(ev.Figures.All))
	return c
}

// chartedDepartments are those with the most items, by name where they have as many.
func (ev *CampaignEvidence) chartedDepartments() []*Counts {
	list := slices.Clone(ev.Figures.Departments)
	slices.SortStableFunc(list, func(a, b *Counts) int { return b.Items - a.Items })
	return list[:min(len(list), mostBars)]
}

// departmentChart draws the answers of each department, those behind the first so
// many together.
func (ev *CampaignEvidence) departmentChart(g *grid, mix sheet.Chart, list []*Counts, plain bool) sheet.Chart {
	g.below(mix)
	heads := make([]string, len(answerLegend))
	for i, a := range answerLegend {
		heads[i] = upperFirst(a.Text)
	}
	c := g.section(headDepartments, titleDepartments, heads...)
	rest, words := answerCounts(ev.Figures.All), make([]string, 0, len(list)+1)
	for _, n := range list {
		row := []sheet.Cell{sheet.Of(n.Name).As(sheet.Name)}
		for k, a := range answerLegend {
			long := len([]rune(n.Name)) > longName
			row = append(row, sheet.Total(sheet.Tally{Sheet: sheetDecisions, Plain: plain || long,
				Where: []sheet.Match{{Column: "Department", Equal: cutName(n.Name)}, {Column: "Answer", Equal: a.Text}}}).As(sheet.Lead))
			if long {
				row[k+1] = sheet.Whole(int64(answerCounts(*n)[k])).As(sheet.Lead)
			}
			rest[k] -= answerCounts(*n)[k]
		}
		words = append(words, cutName(n.Name)+": "+figureWords(answerWords(), answerCounts(*n)))
		g.add(row...)
	}
	if len(ev.Figures.Departments) > len(list) {
		row := []sheet.Cell{sheet.Of(nameOthers).As(sheet.Label)}
		for k := range answerLegend {
			col := columnName(k + 2)
			row = append(row, sheet.Live(fmt.Sprintf("$B$%d-SUM(%s%d:%s%d)", mix.First+k, col, c.First, col, g.next()-1), sheet.Whole(int64(rest[k]))).As(sheet.Lead))
		}
		words = append(words, sayOthers+": "+figureWords(answerWords(), rest))
		g.add(row...)
	}
	c.Kind, c.Last = sheet.Stacked, g.next()-1
	for k := range answerLegend {
		c.Series = append(c.Series, sheet.Series{Column: k + 2, Look: answerLooks[k]})
	}
	c.Alt = altDepartments(words)
	return c
}

// cutName is a name as far as an alternative text or a condition holds it.
func cutName(s string) string {
	if r := []rune(s); len(r) > longName {
		return string(r[:longName])
	}
	return s
}

// chartedDays are the days at whose end the progress is shown: the last of the
// window and those before it, in equal steps.
func (ev *CampaignEvidence) chartedDays() []time.Time {
	begin := ev.Campaign.FrozenAt
	for _, a := range ev.Acts {
		if a.What == review.EvLaunched {
			begin = a.At
			break
		}
	}
	const day = 24 * time.Hour
	first, last := begin.UTC().Truncate(day), ev.Meta.At.UTC().Truncate(day)
	n := max(1, int(last.Sub(first)/day)+1)
	step := (n + mostPoints - 1) / mostPoints
	var days []time.Time
	for d := last; len(days) < mostPoints && !d.Before(first) || len(days) == 0; d = d.Add(-time.Duration(step) * day) {
		days = append(days, d)
	}
	slices.Reverse(days)
	return days
}

// progressColumns are what is counted at the end of each day: a column of moments.
var progressColumns = []struct {
	head, sheet, column string
	look                sheet.Class
}{
	{"Decided", sheetDecisions, "Decided", sheet.Good},
	{"Signed", sheetDecisions, "Signed", sheet.Rung1},
	{"Countersigned", sheetDecisions, "Countersigned", sheet.Caution},
	{"Result known", sheetOutcomes, "Recorded", sheet.Bad},
}

// progressChart draws how far the campaign had come at the end of each day.
func (ev *CampaignEvidence) progressChart(g *grid, by sheet.Chart, days []time.Time, plain bool) sheet.Chart {
	g.below(by)
	var heads []string
	for _, p := range progressColumns {
		heads = append(heads, p.head)
	}
	c := g.section(headProgress, titleProgress, heads...)
	for _, d := range days {
		row := []sheet.Cell{sheet.Of(d.Format(time.DateOnly)).As(sheet.Label)}
		for _, p := range progressColumns {
			row = append(row, sheet.Total(sheet.Tally{Sheet: p.sheet, Where: []sheet.Match{{Column: p.column, Before: d.AddDate(0, 0, 1)}}, Plain: plain}).As(sheet.Lead))
		}
		g.add(row...)
	}
	c.Kind, c.Last = sheet.Lines, g.next()-1
	for k, p := range progressColumns {
		c.Series = append(c.Series, sheet.Series{Column: k + 2, Look: p.look})
	}
	c.Alt = altProgress(ev.Figures.All.Items, len(days), days[0].Format(time.DateOnly), days[len(days)-1].Format(time.DateOnly))
	g.gap()
	g.add(sheet.Of("An item counts from when the answer that stands was given, signed and countersigned, and its result recorded.").As(sheet.Muted))
	return c
}
