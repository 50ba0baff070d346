package assign

import (
	"slices"
	"strings"
)

// squash leaves out what spellings of one name differ in.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func isAttribute(s string) bool {
	return slices.ContainsFunc(attributes, func(a attribute) bool { return a.name == s })
}

// nearAttribute gives the attribute that a name probably means, "" for none.
func nearAttribute(name string) string {
	key := squash(name)
	for _, a := range attributes {
		if squash(a.name) == key || slices.Contains(a.also, key) {
			return a.name
		}
	}
	best, least := "", 3
	for _, a := range attributes {
		if d := distance(key, squash(a.name)); d < least && 2*d < len(key) {
			best, least = a.name, d
		}
	}
	return best
}

// nearFunction gives the function that a name probably means, "" for none.
func nearFunction(name string) string {
	key := squash(name)
	for _, f := range functions {
		if squash(f) == key {
			return f
		}
	}
	if f := functionAlso[key]; f != "" {
		return f
	}
	best, least := "", 3
	for _, f := range functions {
		if d := distance(key, squash(f)); d < least && 2*d < len(key) {
			best, least = f, d
		}
	}
	return best
}

// distance counts the letters to put in, take out or change. Long names are
// near to nothing.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 30 || len(y) > 30 {
		return 30
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before := row[0]
		row[0] = i + 1
		for j := range y {
			step := before
			if x[i] != y[j] {
				step++
			}
			before = row[j+1]
			row[j+1] = min(step, before+1, row[j]+1)
		}
	}
	return row[len(y)]
}
