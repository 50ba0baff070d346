package main

import (
	"testing"

	"countersign/domain"
)

// Whatever a file holds, reading it as a change set ends with changes that each
// name their record, or with a sentence.
func FuzzFileSet(f *testing.F) {
	for _, text := range []string{
		`{"title": "a", "reason": "b", "set": [{"holder": "ana@x.example", "target": "group:G", "level": "Member", "to": "2026-04-30"}]}`,
		`{"changes": [{"kind": "group", "after": {"name": "G", "life": "active"}}]}`,
		`{"changes": [{"kind": "group", "after": null}, {"kind": "area", "before": null, "after": null}]}`,
		`{"changes": [{"kind": "area", "after": {"name": "x"}}, {"kind": "grant", "before": {"id": "g"}, "after": 7}, {"kind": "moon", "after": {}}]}`,
		`{} {}`, `null`, `[`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := readFileSet([]byte(text))
		if err != nil {
			if domain.CodeOf(err) != domain.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, d := range file.Changes {
			c, err := readDelta(d, func(prefix string) domain.ID { return domain.ID(prefix + "new") })
			switch {
			case err != nil && domain.CodeOf(err) != domain.Invalid:
				t.Fatalf("%q: %v", text, err)
			case err == nil && c.Record().RecordID() == "":
				t.Fatalf("%q: a change of nothing", text)
			}
		}
	})
}
