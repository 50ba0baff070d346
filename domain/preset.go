package domain

import (
	"slices"
	"strings"
)

// presetsOf names the catalogue whose presets hold for another: what they name
// is the same there.
var presetsOf = map[string]string{CatalogueAugust: CatalogueStudio}

// Preset is a named set of area values. Areas it does not name stay unset,
// which is None for a holder that has nothing else.
type Preset struct {
	Name      string
	Catalogue string // the catalogue its areas are of
	Values    []AreaValue
}

// AreaValue is the level of one node.
type AreaValue struct {
	Area  ID
	Level Level // None, Read or Edit
}

// presetTable has one line a preset: the areas by level (seed: PolyAI, common
// configurations; the classic ones of PRODUCT 9.2 and the seed's example).
var presetTable = []struct{ catalogue, name, edit, read, none string }{
	{CatalogueStudio, "Read-only reviewer", "", "analytics behavior knowledge voice messaging deployments account", ""},
	{CatalogueStudio, "Knowledge editor", "knowledge", "analytics behavior voice messaging", "deployments account"},
	{CatalogueStudio, "Full developer",
		"analytics behavior knowledge flows tools voice messaging integrations deployments", "account", ""},
	{CatalogueStudio, "Operations manager", "analytics deployments account", "behavior knowledge voice messaging", ""},
	{CatalogueClassic, "Content editor", "build/knowledge", "analytics build/tools channels", "configure deployments"},
	{CatalogueClassic, "QA analyst", "analytics configure/dashboards", "build channels deployments", ""},
	{CatalogueClassic, "Voice specialist", "channels/voice-configuration", "analytics build configure deployments", "channels/chat"},
}

// Presets gives the shipped presets of a catalogue; none for a catalogue of
// the organisation's own.
func Presets(catalogue string) []Preset {
	var out []Preset
	for _, t := range presetTable {
		if t.catalogue != catalogue && t.catalogue != presetsOf[catalogue] {
			continue
		}
		p := Preset{Name: t.name, Catalogue: catalogue}
		for _, part := range []struct {
			areas string
			level Level
		}{{t.edit, Edit}, {t.read, Read}, {t.none, None}} {
			for area := range strings.FieldsSeq(part.areas) {
				p.Values = append(p.Values, AreaValue{ID(area), part.level})
			}
		}
		slices.SortFunc(p.Values, func(a, b AreaValue) int { return strings.Compare(string(a.Area), string(b.Area)) })
		out = append(out, p)
	}
	return out
}

// Presets gives the presets there are: the shipped ones of the organisation's
// catalogue, then its own.
func (o *Org) Presets() []Preset {
	catalogue := o.Setting(SettingCatalogue)
	out := Presets(catalogue)
	own, err := ReadPresets(o.Setting(SettingPresets))
	if err != nil {
		return out // With lets no such setting in
	}
	for _, p := range own {
		p.Catalogue = catalogue
		out = append(out, p)
	}
	return out
}

// FindPreset gives one of the organisation's presets by its name, without
// regard to case; none is NotFound.
func (o *Org) FindPreset(name string) (Preset, error) {
	return findPreset(o.Presets(), o.Setting(SettingCatalogue), name)
}

// FindPreset gives a shipped preset of a catalogue by its name; none is
// NotFound.
func FindPreset(catalogue, name string) (Preset, error) {
	return findPreset(Presets(catalogue), catalogue, name)
}

func findPreset(all []Preset, catalogue, name string) (Preset, error) {
	known := make([]string, 0, len(all))
	for _, p := range all {
		if squash(p.Name) == squash(name) {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return Preset{}, Errorf(NotFound, "there is no preset %q for the catalogue %q", name, catalogue).
		Hinted("use one of: %s", strings.Join(known, ", "))
}

// Apply makes the changes that give a holder exactly the preset's values at
// one scope (agent empty: all agents): what it names is set, every other area
// value the holder has at that scope ends. ids makes the ids of new grants.
// An area the organisation does not have is NotFound.
func (p Preset) Apply(o *Org, holder Holder, agent ID, ids func() ID) ([]Change, error) {
	var out []Change
	named := map[ID]bool{}
	for _, v := range p.Values {
		c, err := SetArea(o, holder, v.Area, agent, v.Level, ids)
		if err != nil {
			return nil, err
		}
		named[v.Area] = true
		out = append(out, c...)
	}
	for _, g := range o.GrantsOf(holder) {
		if g.Target.Kind == TargetArea && g.Agent == agent && !named[g.Target.ID] {
			out = append(out, End(g))
		}
	}
	return out, nil
}

// AllAreas is the shorthand that fills every top-level area; it is never
// stored.
const AllAreas ID = "all"

// SetArea makes the changes that set a node to a level for a holder, for all
// agents or for one, without a window. Area AllAreas (or none) stands for
// every top-level area. Nothing changes where the value stands already. An
// area that is not there is NotFound; a child above its parent is With's to
// refuse.
func SetArea(o *Org, holder Holder, area, agent ID, level Level, ids func() ID) ([]Change, error) {
	if area == AllAreas || area == "" {
		var out []Change
		for _, top := range o.Subareas("") {
			c, err := SetArea(o, holder, top, agent, level, ids)
			if err != nil {
				return nil, err
			}
			out = append(out, c...)
		}
		return out, nil
	}
	if _, ok := o.Area(area); !ok {
		return nil, Errorf(NotFound, "there is no area %q", area).Hinted("name an area of the catalogue by its path")
	}
	if level > Edit {
		return nil, Errorf(Invalid, "an area has no level %d", level).Hinted("use None, Read or Edit")
	}
	return setNode(areaGrants(o, holder, area, agent),
		Grant{Holder: holder, Target: Target{TargetArea, area}, Agent: agent, Level: level}, ids), nil
}

// setNode keeps the first of the grants held, at the new value, and ends the
// others.
func setNode(held []Grant, want Grant, ids func() ID) []Change {
	if len(held) == 0 {
		want.ID = ids()
		return []Change{Begin(want)}
	}
	var out []Change
	keep := held[0]
	keep.Level, keep.Window = want.Level, Window{}
	if keep != held[0] {
		keep.Origin = Origin{}
		out = append(out, Replace(held[0], keep))
	}
	for _, g := range held[1:] {
		out = append(out, End(g))
	}
	return out
}

// UnsetArea makes the changes that take a holder's own value off a node, so
// that it takes its parent's level again.
func UnsetArea(o *Org, holder Holder, area, agent ID) []Change {
	var out []Change
	for _, g := range areaGrants(o, holder, area, agent) {
		out = append(out, End(g))
	}
	return out
}

func areaGrants(o *Org, holder Holder, area, agent ID) []Grant {
	var out []Grant
	for _, g := range o.GrantsOf(holder) {
		if g.Target == (Target{TargetArea, area}) && g.Agent == agent {
			out = append(out, g)
		}
	}
	return out
}
