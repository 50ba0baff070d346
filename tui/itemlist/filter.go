package itemlist

import (
	"countersign/review/filter"
	"countersign/tui/ui"
)

// FilterLines say what a filter of items understands.
func FilterLines() []ui.Line { return ui.FilterLines(filter.Items()) }

// Preset is a filter with a name, offered beside what can be typed.
type Preset struct{ Filter, Title string }

// Presets are the filters that are asked for most.
func Presets() []Preset {
	return []Preset{
		{"", "everything"},
		{"is:open", "only what is undecided"},
		{"is:changed", "only what is new, changed or granted again since the last decision"},
		{"advised:less", "only where less is recommended than there is"},
		{"is:against", "only what is decided against the recommendation"},
		{"is:with", "only what is decided as recommended"},
		{"risk:high", "only high risk"},
		{"is:returned", "only what a checker returned"},
	}
}
