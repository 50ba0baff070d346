package main

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"countersign/review"
)

// longestName is how many letters of a campaign's name, or of a moment, stand in a
// file's name: file systems hold 255 in all.
const longestName = 60

// stableName is a file's name without its ending: the same report of the same
// campaign as of the same moment, narrowed by the same, has it every time, whatever
// else is exported or comes later. A campaign whose name a file system would not tell
// from that of an older one has its id too, and so has one whose name is long or looks
// as if it had.
func stableName(word string, c review.Campaign, asOf, narrowed string, among []review.Campaign) string {
	parts := []string{word}
	if c.ID != "" {
		name := fileName(c.Name)
		short := shortName(name)
		older := false
		for _, o := range slices.Backward(among) { // the oldest first
			if o.ID == c.ID {
				break
			}
			older = older || shortName(fileName(o.Name)) == short
		}
		if parts = append(parts, short); older || short != name || strings.Contains(name, "-cmp-") {
			parts = append(parts, fileName(string(c.ID)))
		}
	}
	if asOf = strings.TrimSpace(asOf); asOf != "" && !strings.EqualFold(asOf, "now") {
		if eventNumber.MatchString(asOf) {
			asOf = "event " + eventNumber.FindStringSubmatch(asOf)[1]
		}
		parts = append(parts, shortName(fileName(strings.ReplaceAll(asOf, "+", " plus ")))) // or east and west of Greenwich were one
	}
	if narrowed != "" {
		parts = append(parts, narrowedName(narrowed))
	}
	return strings.Join(parts, "-")
}

func shortName(name string) string {
	if len(name) <= longestName {
		return name
	}
	return strings.TrimRight(name[:longestName], "-")
}

// narrowedName stands in a file's name for what narrows it.
func narrowedName(narrowed string) string {
	return fmt.Sprintf("only-%x", sha256.Sum256([]byte(narrowed)))[:len("only-")+10]
}

// narrowed says what narrows a report, as flags in one order; "" where nothing does.
func (f exportFlags) narrowed() string {
	var out []string
	add := func(flag, value string) {
		if value = strings.TrimSpace(value); value != "" {
			out = append(out, fmt.Sprintf("--%s %q", flag, value))
		}
	}
	add("department", f.department)
	if f.active {
		out = append(out, "--active")
	}
	agents := slices.Clone(f.agents)
	slices.Sort(agents)
	for _, a := range agents {
		add("agents", a)
	}
	add("agent", f.agent)
	add("filter", f.filter)
	add("from", f.from)
	add("to", f.to)
	return strings.Join(out, " ")
}
