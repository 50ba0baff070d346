package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// RuleMapping names the refusal of a mapping of areas that cannot be used.
const RuleMapping = "area-mapping"

// AreaMapping says which areas of one catalogue go on as which of another. An
// area that it does not name goes on as the one with the same id, where there
// is one, and else not at all.
type AreaMapping struct {
	From  string     `json:"from"` // names of the catalogues
	To    string     `json:"to"`
	Areas []AreaStep `json:"areas"`
}

// AreaStep is one area and what it goes on as.
type AreaStep struct {
	From      ID   `json:"from"`
	To        []ID `json:"to"`
	Ambiguous bool `json:"ambiguous,omitempty"` // what it held cannot be told apart: whoever has it is listed
}

// ReadAreaMapping reads a mapping from JSON. One that cannot be read, or names
// an area twice or none, is Invalid (rule "area-mapping").
func ReadAreaMapping(raw []byte) (AreaMapping, error) {
	var m AreaMapping
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, refuse(Invalid, RuleMapping, "this is no mapping of areas: %v", err).
			Hinted(`write {"from": "own", "to": "agent-studio", "areas": [{"from": "build/agent", "to": ["behavior"]}]}`)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return m, refuse(Invalid, RuleMapping, "something stands behind the mapping").Hinted("one file holds one mapping")
	}
	seen := map[ID]bool{}
	for _, s := range m.Areas {
		if s.From == "" || seen[s.From] || slices.Contains(s.To, "") {
			return m, refuse(Invalid, RuleMapping, "the mapping names the area %q twice, or names none", s.From).
				Hinted("give each area one line, and each target its id")
		}
		seen[s.From] = true
	}
	return m, nil
}

// ShippedMapping gives the mapping from one shipped catalogue to a later one,
// through those between them (PRODUCT 9.2). Any other pair is NotFound.
func ShippedMapping(from, to string) (AreaMapping, error) {
	steps := []string{"classic-to-2026-06", "2026-06-to-2026-08"}
	var all AreaMapping
	for _, name := range steps {
		var m AreaMapping
		if err := readCatalogueFile("catalogue/moves/"+name+".json", &m); err != nil {
			return m, err
		}
		switch {
		case m.From == from:
			all = m
		case all.To == m.From && all.To != to:
			all = all.then(m)
		}
		if all.From == from && all.To == to {
			return all.within(from)
		}
	}
	return AreaMapping{}, Errorf(NotFound, "there is no mapping from the catalogue %q to %q", from, to).
		Hinted("the shipped ones go forward: %s; hand in one of your own for the rest", strings.Join(forward(), ", "))
}

// within leaves out steps from areas that a shipped catalogue does not have.
func (m AreaMapping) within(catalogue string) (AreaMapping, error) {
	areas, err := Catalogue(catalogue)
	m.Areas = slices.DeleteFunc(m.Areas, func(s AreaStep) bool {
		return !slices.ContainsFunc(areas, func(a Area) bool { return a.ID == s.From })
	})
	return m, err
}

func forward() []string {
	names := Catalogues()
	slices.Reverse(names)
	return names
}

// then is m, followed by next.
func (m AreaMapping) then(next AreaMapping) AreaMapping {
	out := AreaMapping{From: m.From, To: next.To}
	onward := map[ID]AreaStep{}
	for _, s := range next.Areas {
		onward[s.From] = s
	}
	named := map[ID]bool{}
	for _, s := range m.Areas {
		named[s.From] = true
		step := AreaStep{From: s.From, Ambiguous: s.Ambiguous}
		for _, t := range s.To {
			if n, ok := onward[t]; ok {
				step.To, step.Ambiguous = append(step.To, n.To...), step.Ambiguous || n.Ambiguous
			} else {
				step.To = append(step.To, t)
			}
		}
		out.Areas = append(out.Areas, step)
	}
	for _, s := range next.Areas {
		if !named[s.From] {
			out.Areas = append(out.Areas, s)
		}
	}
	return out
}
