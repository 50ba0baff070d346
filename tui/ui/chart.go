package ui

import (
	"fmt"
	"strings"

	"countersign/tui/safe"
	"countersign/tui/theme"
)

// Charts are lines of text: told by lengths, letters and numbers, never by colour
// alone. Every line is at most w cells wide; each sign has one in ASCII.

// Bar is one line of a chart of bars: N of Of.
type Bar struct {
	Label string
	N, Of int
	Role  theme.Role
	Note  string // after the numbers
}

// chartWide is what is left for bars in w cells beside labels and numbers.
func chartWide(w int, labels, numbers []string) (label, bar, number int) {
	for _, l := range labels {
		label = max(label, safe.Width(safe.Text(l)))
	}
	for _, n := range numbers {
		number = max(number, safe.Width(safe.Text(n)))
	}
	label = min(label, max(w/3, 1))
	number = min(number, max(w-label-6, 0))
	return label, max(w-label-number-2, 1), number
}

// Bars draws bars under each other on one scale: the longest is the largest Of.
func Bars(bars []Bar, w int) []Line {
	most := 1
	labels, numbers := make([]string, len(bars)), make([]string, len(bars))
	for i, b := range bars {
		most = max(most, b.Of, b.N)
		labels[i], numbers[i] = b.Label, strings.TrimSpace(fmt.Sprintf("%d/%d %s", b.N, b.Of, b.Note))
	}
	lw, bw, nw := chartWide(w, labels, numbers)
	var out []Line
	for i, b := range bars {
		whole := cells(max(b.Of, b.N), most, bw)
		full := min(cells(b.N, most, bw), whole)
		out = append(out, Line{{Text: safe.Pad(safe.Text(labels[i]), lw) + " "},
			{Role: b.Role, Text: strings.Repeat("█", full)}, {Role: theme.Dim, Text: strings.Repeat("░", whole-full)},
			{Text: safe.Spaces(bw - whole + 1)}, {Role: theme.Dim, Text: safe.Pad(safe.Text(numbers[i]), nw)}})
	}
	return out
}

// cells is how many of bw cells n of most fills: one at least, where n is not zero.
func cells(n, most, bw int) int {
	if n <= 0 || most <= 0 {
		return 0
	}
	return min(max(n*bw/most, 1), bw)
}

// Part is one part of a whole.
type Part struct {
	Sign string // one cell: "+", "x"
	Word string
	N    int
	Role theme.Role
}

// Mix draws the parts of a whole in one line of exactly w cells, each by its sign, and
// a line for each with its number and percentage; the cells add up to w, the numbers
// to the whole.
func Mix(parts []Part, w int) []Line {
	total := 0
	for _, p := range parts {
		total += p.N
	}
	if total == 0 || w < 1 {
		return []Line{Text(theme.Dim, "nothing yet")}
	}
	var one Line
	var legend []Line
	done, at := 0, 0
	for _, p := range parts {
		done += p.N
		to := done * w / total // rounded on the sum: the widths add up
		one = append(one, Span{p.Role, strings.Repeat(p.Sign, to-at)})
		at = to
		if p.N > 0 {
			legend = append(legend, Line{{p.Role, p.Sign + " "}, {Text: fmt.Sprintf("%6d %3d %%  %s", p.N, (200*p.N+total)/(2*total), p.Word)}})
		}
	}
	return append([]Line{one}, legend...)
}

// Day is what was open at the end of a day, and what would be if everything were
// answered evenly until the deadline. Open below 0: the day is to come.
type Day struct {
	Label      string
	Open, Even int
}

// Burndown draws a line for each day: a bar of what was open, and "|" where the even
// line is.
func Burndown(days []Day, w int) []Line {
	most := 1
	labels, numbers := make([]string, len(days)), make([]string, len(days))
	for i, d := range days {
		most = max(most, d.Open, d.Even)
		labels[i] = d.Label
		if numbers[i] = "to come"; d.Open >= 0 {
			numbers[i] = fmt.Sprintf("%d open", d.Open)
			if by := d.Open - d.Even; by > 0 {
				numbers[i] += fmt.Sprintf(", %d behind", by)
			}
		}
	}
	lw, bw, nw := chartWide(w, labels, numbers)
	var out []Line
	for i, d := range days {
		open, even := cells(d.Open, most, bw), max(cells(d.Even, most, bw), 1)
		role := theme.OK
		if d.Open > d.Even {
			role = theme.Warn
		}
		line := Line{{Text: safe.Pad(safe.Text(labels[i]), lw) + " "}}
		line = append(line, Span{role, strings.Repeat("█", min(open, even-1))}, Span{theme.Plain, safe.Spaces(max(even-1-open, 0))},
			Span{theme.Key, "|"}, Span{role, strings.Repeat("█", max(open-even, 0))}, Span{theme.Plain, safe.Spaces(bw - max(open, even) + 1)})
		out = append(out, append(line, Span{theme.Dim, safe.Pad(numbers[i], nw)}))
	}
	return out
}
