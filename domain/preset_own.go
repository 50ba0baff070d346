package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// SettingPresets holds the organisation's own presets as JSON: a list of
// {"name": …, "values": {AREA: LEVEL}}.
const SettingPresets ID = "presets"

type presetJSON struct {
	Name   string        `json:"name"`
	Values map[ID]string `json:"values"`
}

// ReadPresets reads presets as the setting holds them; the empty text holds
// none. What cannot be read, a preset without a name or a value, or one name
// twice is Invalid (rule "setting").
func ReadPresets(text string) ([]Preset, error) {
	if text == "" {
		return nil, nil
	}
	var stored []presetJSON
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&stored); err != nil {
		return nil, refuse(Invalid, RuleSetting, "the presets cannot be read: %v", err).
			Hinted(`write them as [{"name": "Night shift", "values": {"voice": "Edit"}}]`)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, refuse(Invalid, RuleSetting, "something stands behind the presets").Hinted("write one list")
	}
	var out []Preset
	seen := map[string]bool{}
	for _, j := range stored {
		name := squash(j.Name)
		if name == "" || seen[name] || len(j.Values) == 0 {
			return nil, refuse(Invalid, RuleSetting, "the preset %q has no name of its own, or no value", j.Name).
				Hinted("give each preset a name that no other has, and at least one area")
		}
		seen[name] = true
		p := Preset{Name: strings.TrimSpace(j.Name)}
		for area, word := range j.Values {
			l, err := LadderOf(TargetArea).Parse(word)
			if err != nil {
				return nil, refuse(Invalid, RuleSetting, "the preset %q gives %q on %q", p.Name, word, area).Hinted("use None, Read or Edit")
			}
			p.Values = append(p.Values, AreaValue{area, l})
		}
		slices.SortFunc(p.Values, func(a, b AreaValue) int { return strings.Compare(string(a.Area), string(b.Area)) })
		out = append(out, p)
	}
	return out, nil
}

// WritePresets gives presets as the setting holds them: the same text for the
// same presets in the same order.
func WritePresets(all []Preset) string {
	if len(all) == 0 {
		return ""
	}
	stored := make([]presetJSON, 0, len(all))
	for _, p := range all {
		j := presetJSON{Name: p.Name, Values: map[ID]string{}}
		for _, v := range p.Values {
			j.Values[v.Area] = areaWord(v.Level)
		}
		stored = append(stored, j)
	}
	raw, err := CanonicalJSON(stored)
	if err != nil {
		return "" // texts and maps of texts always encode
	}
	return string(bytes.TrimSpace(raw))
}

// ownPresets: the presets of the organisation can be read, name areas that are
// there, keep a child within its parent, and take no shipped one's name.
func (c *check) ownPresets(s Setting) *Error {
	all, err := ReadPresets(s.Value)
	if err != nil {
		return asError(err)
	}
	for _, p := range all {
		if _, taken := FindPreset(c.after.Setting(SettingCatalogue), p.Name); taken == nil {
			return refuse(Invalid, RuleSetting, "there is a preset %q already, a shipped one", p.Name).Hinted("choose another name")
		}
		level := map[ID]Level{}
		for _, v := range p.Values {
			level[v.Area] = v.Level
		}
		for _, v := range p.Values {
			a, ok := c.after.Area(v.Area)
			if !ok {
				return refuse(NotFound, RuleSetting, "the preset %q names the area %q, which is not there", p.Name, v.Area).
					Hinted("name areas of the present catalogue")
			}
			for up, n := a.Parent, 0; up != "" && n < 64; n++ {
				if l, set := level[up]; set && l < v.Level {
					return refuse(Invalid, RuleSetting, "the preset %q gives more on %q than on %q above it", p.Name, v.Area, up).
						Hinted("raise the one above, or lower this")
				}
				parent, _ := c.after.Area(up)
				up = parent.Parent
			}
		}
	}
	return nil
}
