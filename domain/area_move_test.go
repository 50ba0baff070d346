package domain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// wantMoves is the mapping from classic to 2026-06 as PRODUCT 9.2 has it, with
// the areas that keep their name.
var wantMoves = map[ID]string{
	"build/agent":                     "behavior/general behavior/guardrails behavior/language behavior/models",
	"build/agent/behavior":            "behavior/general",
	"build/knowledge":                 "knowledge/faqs knowledge/sources",
	"build/variant-management":        "knowledge/variants",
	"build/call-handoffs":             "voice/handoffs",
	"build/sms":                       "messaging/sms",
	"build/real-time-configuration":   "real-time-config",
	"build/configuration-builder":     "real-time-config",
	"build/test-suite":                "testing",
	"build/flows":                     "flows",
	"build/tools":                     "tools",
	"channels/voice-configuration":    "voice/advanced voice/agent voice/audio-library",
	"channels/chat":                   "messaging/chat widgets",
	"configure/general":               "account",
	"configure/numbers":               "voice/numbers",
	"configure/apis":                  "account integrations",
	"configure/integrations":          "integrations",
	"configure/metrics":               "analytics/custom-metrics analytics/kpis",
	"configure/dashboards":            "analytics/dashboards",
	"configure/csat":                  "analytics/csat",
	"analytics/smart-analyst":         "analytics/smart-analyst",
	"analytics/agent-analysis":        "analytics/agent-analysis",
	"analytics/conversations/pii":     "analytics/conversations/pii",
	"deployments/environments":        "deployments/environments",
	"deployments/project-history":     "deployments/project-history",
	"analytics/conversations":         "analytics/conversations analytics/conversations/call-download analytics/conversations/entities analytics/conversations/intents analytics/conversations/metrics analytics/conversations/pii",
	"analytics/conversations/intents": "analytics/conversations/intents",
}

// moved moves an organisation of one catalogue to another and gives it after
// the change set.
func moved(t testing.TB, o *Org, from, to string, higher bool) (*Org, AreaMove) {
	t.Helper()
	m, err := ShippedMapping(from, to)
	if err != nil {
		t.Fatal(err)
	}
	move, err := o.MoveAreas(to, mustCatalogue(t, to), m, higher, noon, counter())
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := o.With(set(move.Changes...), noon)
	if err != nil {
		t.Fatalf("moving is refused: %v", err)
	}
	return after, move
}

// reaches lists the leaf areas, and those with values of their own, that uma
// has something on.
func reaches(o *Org, agent ID) string {
	var out []string
	for row := range o.All(KindArea) {
		id := row.Record.RecordID()
		if (len(o.Subareas(id)) == 0 || id == "analytics/conversations") && o.Level("usr_uma", Target{TargetArea, id}, agent, noon) > None {
			out = append(out, string(id))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Each classic area alone goes on as exactly the areas of PRODUCT 9.2.
func TestMoveOfEachArea(t *testing.T) {
	for from, want := range wantMoves {
		for _, level := range []Level{Read, Edit} {
			o := catalogueOrg(t, CatalogueClassic, gives("usr_uma", "area:"+string(from), level))
			after, move := moved(t, o, CatalogueClassic, CatalogueStudio, MergeHigher)
			if got := reaches(after, ""); got != want {
				t.Errorf("%s goes on as\n%s\nwant\n%s", from, got, want)
			}
			for a := range strings.FieldsSeq(want) {
				if got := after.Level("usr_uma", Target{TargetArea, ID(a)}, "", noon); got != level {
					t.Errorf("%s at %d comes to %d on %s", from, level, got, a)
				}
			}
			if doubt := noted(move, NoteAmbiguous); doubt != (from == "configure/apis") {
				t.Errorf("%s: ambiguous is %v", from, doubt)
			}
		}
	}
	for row := range catalogueOrg(t, CatalogueClassic).All(KindArea) {
		id := row.Record.RecordID()
		if _, ok := wantMoves[id]; !ok && !slices.Contains([]ID{"analytics", "build", "channels", "configure", "deployments"}, id) &&
			!strings.HasPrefix(string(id), "analytics/conversations/") {
			t.Errorf("the table says nothing of %s", id)
		}
	}
}

func noted(m AreaMove, kind MoveNoteKind) bool {
	return slices.ContainsFunc(m.Notes, func(n MoveNote) bool { return n.Kind == kind })
}

// Nothing goes on as PolyScore, A/B testing and Compare versions: they are
// unset. Below an area that is set they take its level, and that is said.
func TestMoveLeavesNewAreasUnset(t *testing.T) {
	o := catalogueOrg(t, CatalogueClassic, gives("usr_uma", "area:analytics", Read), gives("usr_uma", "area:deployments/environments", Edit))
	after, move := moved(t, o, CatalogueClassic, CatalogueStudio, MergeLower)
	if got := fmt.Sprint(move.New); got != "[analytics/polyscore deployments/a-b-testing deployments/compare-versions]" {
		t.Errorf("new are %s", got)
	}
	for _, a := range move.New {
		for _, g := range after.GrantsOf(uma) {
			if g.Target.ID == a {
				t.Errorf("%s is set to %d", a, g.Level)
			}
		}
	}
	if !noted(move, NoteNew) || after.Level("usr_uma", Target{TargetArea, "analytics/polyscore"}, "", noon) != Read {
		t.Errorf("PolyScore takes Analytics's level and that is said: %v", move.Notes)
	}
	if got := after.Level("usr_uma", Target{TargetArea, "deployments/a-b-testing"}, "", noon); got != None {
		t.Errorf("A/B testing is %d", got)
	}
	// Dashboards, CSAT, KPIs and Custom metrics stood under Configure: Analytics does not give them.
	for _, a := range []ID{"analytics/dashboards", "analytics/csat", "analytics/kpis", "analytics/custom-metrics"} {
		if got := after.Level("usr_uma", Target{TargetArea, a}, "", noon); got != None {
			t.Errorf("%s is %d and was nothing", a, got)
		}
	}
}

// Where two areas become one the lower counts, and it is noted; the higher
// where asked.
func TestMoveOfTwoIntoOne(t *testing.T) {
	for _, c := range []struct {
		rtc, builder  string
		lower, higher Level
		merged        bool
	}{
		{"Edit", "Edit", Edit, Edit, false}, {"Read", "Read", Read, Read, false}, {"", "", None, None, false},
		{"Edit", "Read", Read, Edit, true}, {"Edit", "", None, Edit, true}, {"", "Read", None, Read, true}, {"Edit", "None", None, Edit, true},
	} {
		var recs []Record
		for area, word := range map[string]string{"real-time-configuration": c.rtc, "configuration-builder": c.builder} {
			if word != "" {
				l, err := LadderOf(TargetArea).Parse(word)
				if err != nil {
					t.Fatal(err)
				}
				recs = append(recs, gives("usr_uma", "area:build/"+area, l))
			}
		}
		o := catalogueOrg(t, CatalogueClassic, recs...)
		for higher, want := range map[bool]Level{MergeLower: c.lower, MergeHigher: c.higher} {
			after, move := moved(t, o, CatalogueClassic, CatalogueStudio, higher)
			if got := after.Level("usr_uma", Target{TargetArea, "real-time-config"}, "", noon); got != want || noted(move, NoteMerged) != c.merged {
				t.Errorf("%q and %q, higher %v: %d, noted %v", c.rtc, c.builder, higher, got, move.Notes)
			}
		}
	}
}

// The classic presets come out as the same work in the new areas.
func TestMoveOfPresets(t *testing.T) {
	for name, want := range map[string]string{
		"Content editor": "Analytics Read, Analytics > KPIs None, Analytics > Custom metrics None, Analytics > Dashboards None, Analytics > CSAT None, " +
			"Knowledge > FAQs Edit, Knowledge > Sources Edit, Tools Read, Voice > Agent Read, Voice > Audio library Read, Voice > Numbers None, " +
			"Voice > Advanced Read, Messaging > Chat Read, Integrations None, Deployments None, Widgets Read, Account None",
		"Voice specialist": "Analytics Read, Behavior Read, Knowledge Read, Flows Read, Tools Read, Testing Read, Real-time config Read, " +
			"Voice > Agent Edit, Voice > Handoffs Read, Voice > Audio library Edit, Voice > Numbers Read, Voice > Advanced Edit, Messaging > Chat None, " +
			"Messaging > SMS Read, Integrations Read, Deployments Read, Widgets None, Account Read",
	} {
		o := catalogueOrg(t, CatalogueClassic)
		p, err := FindPreset(CatalogueClassic, name)
		if err != nil {
			t.Fatal(err)
		}
		changes, err := p.Apply(o, uma, "", counter())
		if err != nil {
			t.Fatal(err)
		}
		o, _, err = o.With(set(changes...), noon)
		if err != nil {
			t.Fatal(err)
		}
		ids := 0
		m, err := ShippedMapping(CatalogueClassic, CatalogueStudio)
		if err != nil {
			t.Fatal(err)
		}
		move, err := o.MoveAreas(CatalogueStudio, mustCatalogue(t, CatalogueStudio), m, MergeLower, noon, func() ID { ids++; return ID(fmt.Sprintf("gnt_m%d", ids)) })
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := o.With(set(move.Changes...), noon)
		if err != nil {
			t.Fatal(err)
		}
		if got := describeAreas(after, uma, ""); got != want {
			t.Errorf("%s comes to\n%s\nwant\n%s", name, got, want)
		}
	}
}

// From 2026-06 to 2026-08 KPIs are Metrics and Smart Analyst is gone, which is
// said of everybody who has it; from classic both steps are one.
func TestMoveToAugust(t *testing.T) {
	o := catalogueOrg(t, CatalogueStudio, gives("usr_uma", "area:analytics/kpis", Edit), gives("usr_uma", "area:analytics/smart-analyst", Read),
		gives("usr_uma", "area:voice", Edit), Setting{ID: SettingCatalogue, Value: CatalogueStudio},
		Setting{ID: SettingPresets, Value: `[{"name":"Figures","values":{"analytics/kpis":"Edit"}},{"name":"Asking","values":{"analytics/smart-analyst":"Edit"}}]`})
	kept := o.GrantsOf(uma)
	after, move := moved(t, o, CatalogueStudio, CatalogueAugust, MergeLower)
	if got := describeAreas(after, uma, ""); got != "Analytics > Metrics Edit, Voice Edit" {
		t.Errorf("after it is %s", got)
	}
	if fmt.Sprint(move.Ended) != "[analytics/smart-analyst]" || !noted(move, NoteEnded) || len(move.New) != 0 {
		t.Errorf("ended %v, new %v, notes %v", move.Ended, move.New, move.Notes)
	}
	for _, g := range kept {
		if _, stays := after.Get(KindGrant, g.ID); stays != (g.Target.ID == "voice") {
			t.Errorf("%s stays: %v", g.Target.ID, stays)
		}
	}
	if got := after.Setting(SettingCatalogue); got != CatalogueAugust {
		t.Errorf("the catalogue is %q", got)
	}
	if got := after.Setting(SettingPresets); got != `[{"name":"Figures","values":{"analytics/metrics":"Edit"}}]` {
		t.Errorf("the presets are %s", got)
	}
	o = catalogueOrg(t, CatalogueClassic, gives("usr_uma", "area:configure/metrics", Edit), gives("usr_uma", "area:analytics/smart-analyst", Read))
	after, _ = moved(t, o, CatalogueClassic, CatalogueAugust, MergeLower)
	if got := reaches(after, ""); got != "analytics/custom-metrics analytics/metrics" {
		t.Errorf("from classic it is %s", got)
	}
	if _, err := ShippedMapping(CatalogueAugust, CatalogueStudio); CodeOf(err) != NotFound {
		t.Errorf("back there is no mapping: %v", err)
	}
}

// A level higher below than above keeps what is below; dates are kept where
// nothing else meets them, and are never a gain.
func TestMoveOfParentsAndDates(t *testing.T) {
	o := catalogueOrg(t, CatalogueClassic, gives("usr_uma", "area:analytics", Read), gives("usr_uma", "area:configure/dashboards", Edit))
	after, move := moved(t, o, CatalogueClassic, CatalogueStudio, MergeLower)
	if got := describeAreas(after, uma, ""); !noted(move, NoteParent) ||
		got != "Analytics > Conversations Read, Analytics > Dashboards Edit, Analytics > Smart Analyst Read, Analytics > Agent analysis Read" {
		t.Errorf("it is %s, notes %v", got, move.Notes)
	}
	o = catalogueOrg(t, CatalogueClassic, gives("usr_uma", "area:build/sms", Edit).within("2026-01-01", "2026-12-31"),
		gives("usr_uma", "area:build", Edit).within("2020-01-01", "2020-12-31"))
	after, _ = moved(t, o, CatalogueClassic, CatalogueStudio, MergeLower)
	held := after.GrantsOf(uma)
	if len(held) != 1 || held[0].Target.ID != "messaging/sms" || held[0].Window.To != "2026-12-31" || held[0].Level != Edit {
		t.Errorf("dates are kept: %+v", held)
	}
	o = catalogueOrg(t, CatalogueClassic, gives("usr_uma", "area:build", Edit), gives("usr_uma", "area:build/sms", None).within("2026-05-01", "2026-05-31"))
	after, move = moved(t, o, CatalogueClassic, CatalogueStudio, MergeLower)
	if got := after.Level("usr_uma", Target{TargetArea, "messaging/sms"}, "", noon); got != None || !noted(move, NoteDates) {
		t.Errorf("what is closed in May would open: %d, %v", got, move.Notes)
	}
}

// An area that was marked sensitive stays so in what it goes on as.
func TestMoveKeepsSensitivity(t *testing.T) {
	recs := []Record{user("uma")}
	for _, a := range mustCatalogue(t, CatalogueClassic) {
		a.Sensitive = a.ID == "build/sms"
		recs = append(recs, a)
	}
	after, _ := moved(t, orgOf(t, recs...), CatalogueClassic, CatalogueStudio, MergeLower)
	for id, want := range map[ID]bool{"messaging/sms": true, "messaging/chat": false, "deployments": true} {
		if a, _ := after.Area(id); a.Sensitive != want {
			t.Errorf("%s: sensitive is %v", id, a.Sensitive)
		}
	}
}

// Over whatever people, groups and agents hold: with the lower of two nobody
// has more than on the least of the old areas, and where one old area goes on
// alone, exactly what they had, unless a note says otherwise.
func TestMoveGivesNobodyMore(t *testing.T) {
	areas := mustCatalogue(t, CatalogueClassic)
	sources := map[ID][]ID{}
	for from, tos := range wantMoves {
		for to := range strings.FieldsSeq(tos) {
			if to == string(from) || !strings.HasPrefix(string(from), "analytics/conversations") {
				sources[ID(to)] = append(sources[ID(to)], from)
			}
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		recs := []Record{user("uma"), group("crew", ""), agent("kb", ClassPublic), gives("usr_uma", "grp_crew", Member), Setting{ID: SettingCoupling, Value: "off"}}
		for _, a := range areas {
			recs = append(recs, a)
		}
		for _, holder := range []string{"usr_uma", "grp_crew"} {
			for _, scope := range []ID{"", "agt_kb"} {
				for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(areas)-1), 0, 5, rapid.ID[int]).Draw(r, holder+string(scope)) {
					g := gives(holder, "area:"+string(areas[i].ID), Level(rapid.IntRange(0, 2).Draw(r, "level")))
					g.Agent, g.ID = scope, g.ID+scope
					recs = append(recs, g)
				}
			}
		}
		o := orgOf(t, recs...)
		after, move := moved(t, o, CatalogueClassic, CatalogueStudio, MergeLower)
		for _, scope := range []ID{"", "agt_kb"} {
			for _, to := range slices.Sorted(maps.Keys(sources)) {
				least := Edit
				for _, from := range sources[to] {
					least = min(least, o.Level("usr_uma", Target{TargetArea, from}, scope, noon))
				}
				got := after.Level("usr_uma", Target{TargetArea, to}, scope, noon)
				if got > least {
					r.Fatalf("%s inside %q was at most %d and is %d", to, scope, least, got)
				}
				if got < least && len(sources[to]) == 1 && !noted(move, NoteParent) {
					r.Fatalf("%s inside %q was %d and is %d, and no note says why", to, scope, least, got)
				}
			}
		}
	})
}

func TestReadAreaMapping(t *testing.T) {
	m, err := ReadAreaMapping([]byte(`{"from": "own", "to": "agent-studio", "areas": [{"from": "x", "to": ["voice", "flows"], "ambiguous": true}]}`))
	if err != nil || len(m.Areas) != 1 || !m.Areas[0].Ambiguous {
		t.Errorf("%+v, %v", m, err)
	}
	for _, bad := range []string{``, `[]`, `{"areas": [{"from": "x", "to": [""]}]}`, `{"areas": [{"from": "", "to": ["a"]}]}`, `{"a": 1}`,
		`{"areas": [{"from": "x", "to": []}, {"from": "x", "to": []}]}`, `{} {}`} {
		if _, err := ReadAreaMapping([]byte(bad)); CodeOf(err) != Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	o := catalogueOrg(t, CatalogueClassic)
	for _, bad := range []AreaStep{{From: "nowhere", To: []ID{"voice"}}, {From: "build", To: []ID{"nowhere"}}} {
		_, err := o.MoveAreas(CatalogueStudio, mustCatalogue(t, CatalogueStudio), AreaMapping{Areas: []AreaStep{bad}}, MergeLower, noon, counter())
		if CodeOf(err) != NotFound {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func FuzzReadAreaMapping(f *testing.F) {
	f.Add([]byte(`{"from": "a", "to": "b", "areas": [{"from": "x", "to": ["y"]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ReadAreaMapping(raw)
		if err != nil {
			if CodeOf(err) != Invalid {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		o := orgOf(t, Area{ID: "x", Name: "X"})
		if _, err := o.MoveAreas("b", []Area{{ID: "y", Name: "Y"}}, m, MergeLower, noon, counter()); err != nil && CodeOf(err) != NotFound {
			t.Fatalf("%q: %v", raw, err)
		}
	})
}
