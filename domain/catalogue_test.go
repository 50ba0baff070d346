package domain

import (
	"strings"
	"testing"
)

// The trees as PRODUCT 2.2 and 9.2 list them from the seeds (PolyAI, role
// permissions and user management): top area, then its sub-sections.
var wantTrees = map[string][]string{
	CatalogueStudio: {
		"Analytics: Conversations, KPIs, Custom metrics, Dashboards, PolyScore, Smart Analyst, Agent analysis, CSAT",
		"Behavior: General, Language, Guardrails, Models",
		"Knowledge: FAQs, Sources, Variants",
		"Flows:", "Tools:", "Testing:", "Real-time config:",
		"Voice: Agent, Handoffs, Audio library, Numbers, Advanced",
		"Messaging: Chat, SMS",
		"Integrations:",
		"Deployments: Environments, A/B testing, Compare versions, Project history",
		"Widgets:", "Account:",
	},
	CatalogueAugust: {
		"Analytics: Conversations, Metrics, Custom metrics, Dashboards, PolyScore, Agent analysis, CSAT",
		"Behavior: General, Language, Guardrails, Models",
		"Knowledge: FAQs, Sources, Variants",
		"Flows:", "Tools:", "Testing:", "Real-time config:",
		"Voice: Agent, Handoffs, Audio library, Numbers, Advanced",
		"Messaging: Chat, SMS",
		"Integrations:",
		"Deployments: Environments, A/B testing, Compare versions, Project history",
		"Widgets:", "Account:",
	},
	CatalogueClassic: {
		"Analytics: Smart analyst, Conversations, Agent analysis",
		"Build: Agent, Knowledge, Flows, Tools, Variant management, Call handoffs, SMS, Real-time configuration, Configuration builder, Test suite",
		"Channels: Voice configuration, Chat",
		"Configure: General, Numbers, APIs, Integrations, Metrics, Dashboards, CSAT",
		"Deployments: Environments, Project history",
	},
}

func TestCatalogueTrees(t *testing.T) {
	for name, want := range wantTrees {
		areas := mustCatalogue(t, name)
		var got []string
		for _, top := range childrenOf(areas, "") {
			var subs []string
			for _, s := range childrenOf(areas, top.ID) {
				subs = append(subs, s.Name)
			}
			got = append(got, strings.TrimSuffix(top.Name+": "+strings.Join(subs, ", "), " "))
		}
		if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
			t.Errorf("%s is\n%s\nwant\n%s", name, g, w)
		}
	}
}

func TestCatalogueThirdLevel(t *testing.T) {
	var subs []string
	for _, a := range childrenOf(mustCatalogue(t, CatalogueStudio), "analytics/conversations") {
		subs = append(subs, a.Name)
	}
	if got := strings.Join(subs, ", "); got != "PII, Call download, Intents, Entities, Metrics" {
		t.Errorf("Conversations has %s", got)
	}
	if c := childrenOf(mustCatalogue(t, CatalogueClassic), "build/agent"); len(c) != 1 || c[0].Name != "Behavior" {
		t.Errorf("Build > Agent has %v", c)
	}
}

func TestCatalogueInvariants(t *testing.T) {
	for _, name := range Catalogues() {
		seen := map[ID]bool{"": true}
		for i, a := range mustCatalogue(t, name) {
			switch {
			case seen[a.ID]:
				t.Errorf("%s: %s is there twice", name, a.ID)
			case !seen[a.Parent]:
				t.Errorf("%s: %s comes before its parent %s", name, a.ID, a.Parent)
			case a.Order != i+1:
				t.Errorf("%s: %s has place %d, want %d", name, a.ID, a.Order, i+1)
			case a.Controls == "" || a.Name == "":
				t.Errorf("%s: %s says nothing", name, a.ID)
			case a.Parent != "" && !strings.HasPrefix(string(a.ID), string(a.Parent)+"/"):
				t.Errorf("%s: %s is not below %s", name, a.ID, a.Parent)
			}
			seen[a.ID] = true
		}
	}
}

// Each area says what the seed says it controls (PolyAI, role permissions): the
// words without which it would be another thing.
func TestSeedWhatAreasControl(t *testing.T) {
	says := map[ID]string{}
	for _, a := range mustCatalogue(t, CatalogueStudio) {
		says[a.ID] = strings.ToLower(a.Controls)
	}
	for id, words := range map[ID]string{
		"analytics/conversations": "transcripts,recordings,review", "analytics/kpis": "key figures", "analytics/custom-metrics": "after a call,extract",
		"analytics/dashboards": "standard,safety,custom", "analytics/polyscore": "scores,automatically", "analytics/smart-analyst": "ai,conversations",
		"analytics/agent-analysis": "categories,trends,call by call", "analytics/csat": "surveys,satisfaction",
		"behavior/general": "persona,role,rules", "behavior/language": "languages,coverage,translations", "behavior/guardrails": "safety filters,built in",
		"behavior/models": "raven,openai,bedrock,one's own", "knowledge/faqs": "curated topics,sample questions,answers,actions",
		"knowledge/sources": "connected", "knowledge/variants": "sites", "flows": "conversations,drawn,code", "tools": "python,functions,classes,tools",
		"testing": "test cases,sets,regression", "real-time-config": "tools,builder", "voice/agent": "voice,disclaimer", "voice/handoffs": "transferred,routed",
		"voice/audio-library": "recorded audio", "voice/numbers": "phone numbers,twilio",
		"voice/advanced": "call settings,speech recognition,response control,stop keywords,pronunciations",
		"messaging/chat": "chat,widget,one permission", "messaging/sms": "text messages,out", "integrations": "api,third-party,mcp",
		"deployments/environments": "sandbox,pre-release,live", "deployments/a-b-testing": "traffic,experiments",
		"deployments/compare-versions": "differences,side by side", "deployments/project-history": "past versions,compare",
		"widgets": "phone,chat,configuring,installing,sharing", "account": "account settings,users,api keys,call data,legal",
	} {
		for word := range strings.SplitSeq(words, ",") {
			if !strings.Contains(says[id], word) {
				t.Errorf("%s controls %q, without %q", id, says[id], word)
			}
		}
	}
	for _, a := range mustCatalogue(t, CatalogueClassic) {
		if a.ID == "channels/chat" && !strings.Contains(a.Controls, "widget, under one permission") {
			t.Errorf("chat and widget share one permission, and %q does not say so", a.Controls)
		}
	}
}

func TestCatalogueSensitive(t *testing.T) {
	var tops []string
	for _, a := range mustCatalogue(t, CatalogueStudio) {
		top, _, below := strings.Cut(string(a.ID), "/")
		want := top == "deployments" || top == "account" || top == "integrations"
		if a.Sensitive != want {
			t.Errorf("%s: sensitive is %v", a.ID, a.Sensitive)
		}
		if want && !below {
			tops = append(tops, a.Name)
		}
	}
	if got := strings.Join(tops, ", "); got != "Integrations, Deployments, Account" {
		t.Errorf("the sensitive areas are %s", got)
	}
}

// The generations with their months (PRODUCT 9.2), found by either name.
func TestGenerations(t *testing.T) {
	var got []string
	for _, g := range Generations() {
		got = append(got, g.Short+" "+g.Since)
		for _, name := range []string{g.Name, g.Short, strings.ToUpper(g.Short)} {
			if found, err := FindGeneration(name); err != nil || found != g {
				t.Errorf("%s: %v, %v", name, found, err)
			}
		}
		if len(childrenOf(mustCatalogue(t, g.Name), "")) != map[string]int{"classic": 5}[g.Short]+map[bool]int{true: 13}[g.Short != "classic"] {
			t.Errorf("%s has another number of areas", g.Name)
		}
	}
	if s := strings.Join(got, ", "); s != "2026-08 2026-08, 2026-06 2026-06, classic 2026-03" {
		t.Errorf("the generations are %s", s)
	}
	if _, err := FindGeneration("2025-01"); CodeOf(err) != NotFound {
		t.Errorf("got %v", err)
	}
}

func TestCatalogueUnknown(t *testing.T) {
	if _, err := Catalogue("../go"); CodeOf(err) != NotFound {
		t.Errorf("got %v", err)
	}
	areas := mustCatalogue(t, CatalogueStudio)
	areas[0].Name = "changed"
	if mustCatalogue(t, CatalogueStudio)[0].Name == "changed" {
		t.Error("the catalogue is shared between callers")
	}
}

func mustCatalogue(t testing.TB, name string) []Area {
	t.Helper()
	a, err := Catalogue(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func childrenOf(areas []Area, parent ID) []Area {
	var out []Area
	for _, a := range areas {
		if a.Parent == parent {
			out = append(out, a)
		}
	}
	return out
}
