package table

import (
	"fmt"
	"strings"
)

// quoteAll lists names for a sentence; of many it lists the first twenty.
func quoteAll(names []string) string {
	const most = 20
	var out []string
	for i, n := range names {
		if i == most {
			out = append(out, fmt.Sprintf("%d more", len(names)-most))
			break
		}
		if n == "" {
			n = "(no name)"
		}
		out = append(out, Short(n))
	}
	return sentence(out, "and")
}

// sentence joins words: a, b and c.
func sentence(words []string, conjunction string) string {
	switch len(words) {
	case 0:
		return "none"
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

// Nearest finds the candidate a person most likely meant, or "" when none is
// close: at most a third of the letters may differ.
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", 1<<30
	w := []rune(fold(word))
	for _, c := range candidates {
		f := []rune(fold(c))
		if len(f) == 0 || len(f) > 200 || len(w) > 200 {
			continue
		}
		d := distance(w, f)
		if d < bestDistance && d*3 <= max(len(w), len(f)) {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the least number of letters inserted, removed, replaced or
// swapped with their neighbour that turns a into b.
func distance(a, b []rune) int {
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
