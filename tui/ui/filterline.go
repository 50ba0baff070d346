package ui

import (
	"errors"
	"strings"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui/safe"
	"countersign/tui/theme"
)

// FilterLines say what a filter of a table understands, a line a field.
func FilterLines(t filter.Table) []Line {
	out := []Line{
		Plain("Words, in any column; all terms must hold. field:value, field:\"two words\", field:a,b for one of several, ! before a term turns it round."),
		Plain("<, <=, > and >= where a field is a number, a day or goes from low to high. tab completes."), nil}
	width := 0
	for _, f := range t.Fields {
		width = max(width, len(f.Name))
	}
	for _, f := range t.Fields {
		text := f.About
		if len(f.Values) > 0 {
			text = strings.TrimPrefix(text+": "+strings.Join(f.Values, ", "), ": ")
		}
		out = append(out, Line{{theme.Key, f.Name + safe.Spaces(width-len(f.Name)+2)}, {theme.Plain, text}})
	}
	return out
}

// filters is what the list's filter understands.
func (l *List) filters() (filter.Table, bool) {
	f, ok := l.cfg.Source.(Filterer)
	if !ok {
		return filter.Table{}, false
	}
	return f.Filters(), true
}

// faulty is what is wrong with a filter as far as it is typed, "" if nothing is.
func (l *List) faulty(text string) string {
	t, ok := l.filters()
	if !ok {
		return ""
	}
	_, err := t.Parse(text)
	return sentence(err)
}

// sentence is an error with its hint.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	var e *domain.Error
	if errors.As(err, &e) && e.Hint != "" {
		return e.Message + ": " + e.Hint
	}
	return err.Error()
}

// options are what the end of the filter typed may become.
func (l *List) options() (from int, out []string) {
	t, ok := l.filters()
	if !ok || l.input == nil || !l.input.AtEnd() {
		return 0, nil
	}
	var known func(string) []string
	if s, ok := l.cfg.Source.(Suggester); ok {
		known = s.Suggest
	}
	return t.Complete(l.input.Value(), known)
}

// complete types the rest of the word as far as there is one way to go on.
func (l *List) complete() (changed bool) {
	from, all := l.options()
	text := l.input.Value()
	rest := filter.Common(all)
	if len(rest) <= len(text)-from {
		return false
	}
	if len(all) == 1 && !strings.HasSuffix(rest, ":") {
		rest += " "
	}
	l.input.Set(text[:from] + rest)
	return true
}

// drawOptions draws the line under the filter while it is typed: what is wrong with
// it, else what the word begun may become.
func (l *List) drawOptions(b *strings.Builder, t *theme.Theme, w int) {
	if l.fault != "" {
		Line{{theme.Plain, "  "}, {theme.Danger, l.fault}}.draw(b, t, w)
		return
	}
	_, all := l.options()
	line := Line{{theme.Plain, "  "}}
	left := w - 3
	for i, o := range all {
		ow := safe.Width(safe.Text(o)) + 2
		if ow > left && i > 0 {
			line = append(line, Span{theme.Dim, t.Sign.Ellipsis})
			break
		}
		role := theme.Dim
		if len(all) == 1 {
			role = theme.Key
		}
		line = append(line, Span{role, o}, Span{theme.Plain, "  "})
		left -= ow
	}
	line.draw(b, t, w)
}
