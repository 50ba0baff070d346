package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// copyRow puts the columns of the row selected on the person's clipboard, through
// the terminal, as a line with tabs between them.
func (l *List) copyRow() tea.Cmd {
	r, _ := l.Selected()
	var out []string
	for _, i := range l.layout.cols {
		out = append(out, strings.ReplaceAll(r.cell(i).Text, "\t", " "))
	}
	l.env.Say("copied the row")
	return tea.SetClipboard(strings.Join(out, "\t"))
}

// offColumns says that there is nothing to slide.
func (l *List) offColumns() string {
	if len(l.layout.cols) == len(l.cfg.Columns) && l.passed == 0 {
		return "All columns are seen."
	}
	return ""
}

// slide passes n more columns over to the right, so that others are seen; the one
// that tells the rows apart stays.
func (l *List) slide(n int) tea.Cmd {
	if n > 0 && l.passed > 0 && l.layout.last {
		return nil
	}
	l.passed = max(l.passed+n, 0)
	l.layout = arrange(l.cfg.Columns, l.layout.w, l.passed)
	return nil
}

// rangeMsg is the keys of a range whose beginning is not held any more.
type rangeMsg struct {
	list *List
	gen  int
	keys []string
	err  error
}

// markFar looks through the source for the rows between where the range began and
// the cursor, from both at once: whichever comes first in the order meets the other.
func (l *List) markFar() tea.Cmd {
	gen, src, query, a, b := l.gen, l.cfg.Source, l.query, l.anchor, l.key()
	return l.env.Work("looking for where the range began", func(ctx context.Context) tea.Msg {
		keys, err := between(ctx, src, query, a, b)
		return rangeMsg{l, gen, keys, err}
	})
}

// marked marks the rows of a range that was looked for.
func (l *List) marked(m rangeMsg) {
	if m.err != nil {
		l.env.Fail(m.err)
		return
	}
	l.anchor = ""
	for _, k := range m.keys {
		l.setMark(k, true)
	}
	l.env.Say(fmt.Sprintf("%d rows of the range are marked", len(m.keys)))
}

// between gives the keys from a to b in the order of the query, both included,
// whichever of them comes first.
func between(ctx context.Context, src Source, q Query, a, b string) ([]string, error) {
	type way struct {
		keys []string
		seek Seek
		end  bool
	}
	ways := [2]way{{keys: []string{a}, seek: From}, {keys: []string{b}, seek: From}}
	ends := [2]string{b, a}
	for !ways[0].end || !ways[1].end {
		for i := range ways {
			w := &ways[i]
			if w.end {
				continue
			}
			page, err := src.Load(ctx, Request{Seek: w.seek, Key: w.keys[len(w.keys)-1], Limit: keepRows, Query: q})
			if err != nil {
				return nil, err
			}
			if w.seek == From {
				w.keys, w.seek = nil, After
			}
			for _, r := range page.Rows {
				w.keys = append(w.keys, r.Key)
			}
			if at := slices.Index(w.keys, ends[i]); at >= 0 {
				return w.keys[:at+1], nil
			}
			w.end = len(page.Rows) < keepRows
		}
	}
	return nil, fmt.Errorf("the row where the range began is no longer in the list: begin it again with v")
}
