package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The presets as the seed (PolyAI, common configurations) and PRODUCT 9.2
// list them; what is not listed stays None.
var wantPresets = map[string]map[string]string{
	CatalogueStudio: {
		"Read-only reviewer": "Analytics Read, Behavior Read, Knowledge Read, Voice Read, Messaging Read, Deployments Read, Account Read",
		"Knowledge editor":   "Analytics Read, Behavior Read, Knowledge Edit, Voice Read, Messaging Read, Deployments None, Account None",
		"Full developer": "Analytics Edit, Behavior Edit, Knowledge Edit, Flows Edit, Tools Edit, Voice Edit, Messaging Edit, " +
			"Integrations Edit, Deployments Edit, Account Read",
		"Operations manager": "Analytics Edit, Behavior Read, Knowledge Read, Voice Read, Messaging Read, Deployments Edit, Account Edit",
	},
	CatalogueClassic: {
		"Content editor":   "Analytics Read, Build > Knowledge Edit, Build > Tools Read, Channels Read, Configure None, Deployments None",
		"QA analyst":       "Analytics Edit, Build Read, Channels Read, Configure > Dashboards Edit, Deployments Read",
		"Voice specialist": "Analytics Read, Build Read, Channels > Voice configuration Edit, Channels > Chat None, Configure Read, Deployments Read",
	},
}

func catalogueOrg(t testing.TB, name string, more ...Record) *Org {
	recs := []Record{user("uma")}
	for _, a := range mustCatalogue(t, name) {
		recs = append(recs, a)
	}
	return orgOf(t, append(recs, more...)...)
}

func counter() func() ID {
	n := 0
	return func() ID { n++; return ID(fmt.Sprintf("gnt_new_%d", n)) }
}

var uma = Holder{HolderPrincipal, "usr_uma"}

// describeAreas writes the area values a holder has, in catalogue order.
func describeAreas(o *Org, h Holder, agent ID) string {
	level := map[ID]Level{}
	for _, g := range o.GrantsOf(h) {
		if g.Target.Kind == TargetArea && g.Agent == agent {
			level[g.Target.ID] = g.Level
		}
	}
	var out []string
	for row := range o.All(KindArea) {
		a := row.Record.(Area)
		if l, ok := level[a.ID]; ok {
			name := a.Name
			if up, ok := o.Area(a.Parent); ok {
				name = up.Name + " > " + name
			}
			out = append(out, name+" "+LadderOf(TargetArea).Word(l))
		}
	}
	return strings.Join(out, ", ")
}

func TestPresets(t *testing.T) {
	for catalogue, want := range wantPresets {
		if n := len(Presets(catalogue)); n != len(want) {
			t.Errorf("%s has %d presets, want %d", catalogue, n, len(want))
		}
		for name, values := range want {
			o := catalogueOrg(t, catalogue)
			p, err := FindPreset(catalogue, strings.ToUpper(name))
			if err != nil {
				t.Fatal(err)
			}
			changes, err := p.Apply(o, uma, "", counter())
			if err != nil {
				t.Fatal(err)
			}
			after, _, err := o.With(set(changes...), noon)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := describeAreas(after, uma, ""); got != values {
				t.Errorf("%s is\n%s\nwant\n%s", name, got, values)
			}
			presetLevels(t, after, p)
			if again, err := p.Apply(after, uma, "", counter()); err != nil || len(again) != 0 {
				t.Errorf("%s applied again changes %v %v", name, again, err)
			}
		}
	}
}

// presetLevels checks the levels that come out: named ones and what is below
// them as named, everything else None.
func presetLevels(t *testing.T, o *Org, p Preset) {
	t.Helper()
	for row := range o.All(KindArea) {
		a := row.Record.(Area)
		want := None
		for at := a; ; {
			if i := slices.IndexFunc(p.Values, func(v AreaValue) bool { return v.Area == at.ID }); i >= 0 {
				want = p.Values[i].Level
				break
			}
			up, ok := o.Area(at.Parent)
			if !ok {
				break
			}
			at = up
		}
		if got := o.Level("usr_uma", Target{TargetArea, a.ID}, "", noon); got != want {
			t.Errorf("%s gives %d on %s, want %d", p.Name, got, a.ID, want)
		}
	}
}

func TestPresetReplacesWhatWasThere(t *testing.T) {
	o := catalogueOrg(t, CatalogueStudio, agent("public", ClassPublic),
		gives("usr_uma", "area:flows", Edit), gives("usr_uma", "area:knowledge", Read).within("2026-01-01", ""),
		gives("usr_uma", "area:voice", Edit).inside("agt_public"))
	p, err := FindPreset(CatalogueStudio, "Knowledge editor")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := p.Apply(o, uma, "", counter())
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := o.With(set(changes...), noon)
	if err != nil {
		t.Fatal(err)
	}
	if got := describeAreas(after, uma, ""); got != wantPresets[CatalogueStudio]["Knowledge editor"] {
		t.Errorf("what the preset does not name is gone: %s", got)
	}
	if got := describeAreas(after, uma, "agt_public"); got != "Voice Edit" {
		t.Errorf("values for one agent stay: %s", got)
	}
	kept := get[Grant](t, after, "gnt_usr_uma_area:knowledge_1_2026-01-01_")
	if kept.Level != Edit || !kept.Window.Always() {
		t.Errorf("the grant that was there goes on: %+v", kept)
	}
}

// An organisation adds presets of its own, in a setting that takes four eyes;
// they stand beside the shipped ones.
func TestOwnPresets(t *testing.T) {
	o := catalogueOrg(t, CatalogueStudio, Setting{ID: SettingCatalogue, Value: CatalogueStudio})
	for text, refused := range map[string]string{
		`[{"name":"Night shift","values":{"analytics":"Read","voice":"Edit","voice/numbers":"None"}}]`: "",
		`[{"name":"Full Developer","values":{"voice":"Edit"}}]`:                                        "a shipped one",
		`[{"name":"A","values":{"voice":"Edit"}},{"name":"a ","values":{"voice":"Read"}}]`:             "name of its own",
		`[{"name":"A","values":{"nowhere":"Edit"}}]`:                                                   "which is not there",
		`[{"name":"A","values":{"voice":"Owner"}}]`:                                                    `gives "Owner"`,
		`[{"name":"A","values":{"voice":"Read","voice/numbers":"Edit"}}]`:                              "gives more on",
		`[{"name":"A","values":{}}]`:                                                                   "no value",
		`[{"name":"A"`:                                                                                 "cannot be read",
		`[] []`:                                                                                        "stands behind",
		`[{"name":"A","areas":{}}]`:                                                                    "cannot be read",
	} {
		after, _, err := o.With(set(Begin(Setting{ID: SettingPresets, Value: text})), noon)
		if refused != "" {
			if err == nil || !strings.Contains(err.Error(), refused) {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := after.FindPreset("night SHIFT")
		if err != nil || len(p.Values) != 3 || p.Catalogue != CatalogueStudio || len(after.Presets()) != 5 {
			t.Errorf("%+v, %v, %d presets", p, err, len(after.Presets()))
		}
		changes, err := p.Apply(after, uma, "", counter())
		if err != nil {
			t.Fatal(err)
		}
		given, _, err := after.With(set(changes...), noon)
		if err != nil || describeAreas(given, uma, "") != "Analytics Read, Voice Edit, Voice > Numbers None" {
			t.Errorf("%v: %s", err, describeAreas(given, uma, ""))
		}
		if back, err := ReadPresets(text); err != nil || WritePresets(back) != text {
			t.Errorf("written again it is %s", WritePresets(back))
		}
		if v := ShippedPolicy().Judge(house(t), set(Begin(Setting{ID: SettingPresets, Value: `[]`})), Actor{Principal: "usr_ana"}, noon); v.Need != CheckerApproval {
			t.Errorf("presets need %s", v.Need)
		}
	}
}

// What the seed's four presets name is the same in the catalogue of August.
func TestPresetsOfAugust(t *testing.T) {
	studio, august := Presets(CatalogueStudio), Presets(CatalogueAugust)
	if len(august) != 4 || len(studio) != 4 {
		t.Fatalf("%d and %d presets", len(studio), len(august))
	}
	for i, p := range august {
		if p.Name != studio[i].Name || !slices.Equal(p.Values, studio[i].Values) || p.Catalogue != CatalogueAugust {
			t.Errorf("%+v", p)
		}
		if _, err := p.Apply(catalogueOrg(t, CatalogueAugust), uma, "", counter()); err != nil {
			t.Error(err)
		}
	}
}

func FuzzReadPresets(f *testing.F) {
	f.Add(`[{"name":"Night shift","values":{"voice":"Edit"}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ReadPresets(text)
		if err != nil {
			if CodeOf(err) != Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		back, err := ReadPresets(WritePresets(all))
		if err != nil || len(back) != len(all) {
			t.Fatalf("%q is written %q, which reads %v, %v", text, WritePresets(all), back, err)
		}
	})
}

func TestFindPresetUnknown(t *testing.T) {
	if _, err := FindPreset(CatalogueStudio, "QA analyst"); CodeOf(err) != NotFound || !strings.Contains(err.Error(), "Full developer") {
		t.Errorf("a preset of another catalogue is none here, the known ones are listed: %v", err)
	}
	if got := Presets("own"); len(got) != 0 {
		t.Errorf("an own catalogue has no shipped presets: %v", got)
	}
	p := Preset{Name: "x", Values: []AreaValue{{"nowhere", Read}}}
	if _, err := p.Apply(catalogueOrg(t, CatalogueStudio), uma, "", counter()); CodeOf(err) != NotFound {
		t.Errorf("an area that is not there: %v", err)
	}
}

// "All" fills the top-level areas and is not stored (PRODUCT 2.2).
func TestSetAreaAll(t *testing.T) {
	o := catalogueOrg(t, CatalogueStudio, gives("usr_uma", "area:flows", Read), gives("usr_uma", "area:tools", None))
	changes, err := SetArea(o, uma, AllAreas, "", Read, counter())
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := o.With(set(changes...), noon)
	if err != nil {
		t.Fatal(err)
	}
	held := after.GrantsOf(uma)
	if len(held) != 13 || len(changes) != 12 {
		t.Errorf("13 top-level areas, one of which was Read: %d values, %d changes", len(held), len(changes))
	}
	for _, g := range held {
		if g.Level != Read || strings.Contains(string(g.Target.ID), "/") || g.Target.ID == AllAreas {
			t.Errorf("stored %+v", g)
		}
	}
}

func TestSetAndUnsetArea(t *testing.T) {
	o := catalogueOrg(t, CatalogueStudio, agent("public", ClassPublic), gives("usr_uma", "area:voice", Edit))
	if _, err := SetArea(o, uma, "nowhere", "", Read, counter()); CodeOf(err) != NotFound {
		t.Errorf("no such area: %v", err)
	}
	if _, err := SetArea(o, uma, "voice", "", 3, counter()); CodeOf(err) != Invalid {
		t.Errorf("no such level: %v", err)
	}
	if c, err := SetArea(o, uma, "voice", "", Edit, counter()); err != nil || len(c) != 0 {
		t.Errorf("what stands already changes nothing: %v %v", c, err)
	}
	c, err := SetArea(o, uma, "voice", "agt_public", Read, counter())
	if err != nil || len(c) != 1 || c[0].Before != nil || c[0].After.(Grant).Agent != "agt_public" {
		t.Errorf("for one agent it is another value: %v %v", c, err)
	}
	after, _, err := o.With(set(UnsetArea(o, uma, "voice", "")...), noon)
	if err != nil || len(after.GrantsOf(uma)) != 0 {
		t.Errorf("taken off: %v", err)
	}
}
