package ingest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
)

// sayWord gives the sentence of a word that is not known, without the value:
// the error of a row names it already.
func sayWord(err error) string {
	var e *domain.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	msg := e.Message
	if i := strings.Index(msg, `" is not `); strings.HasPrefix(msg, `"`) && i > 0 {
		msg = msg[i+2:]
	}
	if e.Hint != "" {
		msg += "; " + e.Hint
	}
	return msg
}

// lines lists the lines of rows, the first few of many.
func lines(rows []*personRow) string {
	const most = 5
	var out []string
	for i, r := range rows {
		if i == most {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(rows)-most)
		}
		out = append(out, fmt.Sprint(r.line))
	}
	return strings.Join(out[:len(out)-1], ", ") + " and " + out[len(out)-1]
}

// sortedIDs gives the keys in order, so that the same import always makes the
// same change set.
func sortedIDs[V any](m map[domain.ID]V) []domain.ID {
	return slices.Sorted(maps.Keys(m))
}

// arrow says how a value changes.
func arrow(what, before, after string) string {
	say := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	return what + " " + say(before) + " → " + say(after)
}
