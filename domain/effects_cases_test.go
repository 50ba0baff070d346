package domain

import (
	"slices"
	"testing"
	"time"
)

// effectsOf judges nothing: it lays a change set over and gives its effects.
func effectsOf(t *testing.T, o *Org, at time.Time, changes ...Change) []Effect {
	t.Helper()
	_, effects, err := o.With(set(changes...), at)
	if err != nil {
		t.Fatal(err)
	}
	return effects
}

func sameEffects(t *testing.T, got []Effect, want ...Effect) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func stepOn(who, agent ID, before, after Level, at time.Time) Effect {
	return Effect{Principal: who, Target: Target{TargetAgent, agent}, Before: before, After: after, At: at, Future: at.After(noon)}
}

// Seed: Twig, time-based access ("Holiday Support Staff", Dec 1, 2024 to
// Jan 15, 2025): proposed before, it shows who gains and from when.
func TestEffectsOfAWindow(t *testing.T) {
	o := orgOf(t, user("kim"), group("Holiday Support Staff", ""), gives("usr_kim", "grp_Holiday Support Staff", Member),
		agent("Customer Support Agent", ClassPublic))
	give := gives("grp_Holiday Support Staff", "agt_Customer Support Agent", ViewUse).within("2024-12-01", "2025-01-15")
	for _, c := range []struct {
		at, from string // "" where it has no effect any more
		future   bool
	}{
		{"2024-11-15T09:00:00Z", "2024-12-01T00:00:00Z", true},
		{"2024-12-24T18:00:00Z", "2024-12-24T18:00:00Z", false},
		{"2025-01-15T23:59:59Z", "2025-01-15T23:59:59Z", false},
		{"2025-01-16T00:00:00Z", "", false},
	} {
		at := time.Unix(instant(t, c.at), 0).UTC()
		got := effectsOf(t, o, at, Begin(give))
		if c.from == "" {
			sameEffects(t, got)
			continue
		}
		from := time.Unix(instant(t, c.from), 0).UTC()
		sameEffects(t, got, Effect{Principal: "usr_kim", Target: Target{TargetAgent, "agt_Customer Support Agent"},
			Before: None, After: ViewUse, At: from, Future: c.future})
	}
}

// A higher level for a while is one more step, and the end of the while none.
func TestEffectsOfTwoWindows(t *testing.T) {
	o := house(t, gives("usr_ned", "agent-role", Level(AgentManager)))
	got := effectsOf(t, o, noon, Begin(gives("usr_ned", "agt_public", ViewUse).within("2026-04-01", "")),
		Begin(gives("usr_ned", "agt_public", EditAgent).within("2026-06-01", "2026-06-30")))
	inside := slices.DeleteFunc(slices.Clone(got), func(e Effect) bool { return e.Target.Kind != TargetAgent })
	sameEffects(t, inside,
		stepOn("usr_ned", "agt_public", None, ViewUse, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)),
		stepOn("usr_ned", "agt_public", None, EditAgent, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)))
}

// Seed: Twig group management, remove members: the group's permissions go at
// once, what is held directly stays.
func TestEffectsOfLeavingAGroup(t *testing.T) {
	leave := func(o *Org) Change { return End(get[Grant](t, o, "gnt_usr_uma_grp_tier1_1")) }
	out := Effect{Principal: "usr_uma", Target: Target{TargetGroup, "grp_tier1"}, Before: Member, After: None, At: noon}
	o := house(t)
	sameEffects(t, effectsOf(t, o, noon, leave(o)), stepOn("usr_uma", "agt_public", ViewUse, None, noon), out)
	direct := house(t, gives("usr_uma", "agt_public", ViewUse))
	sameEffects(t, effectsOf(t, direct, noon, leave(direct)), out)
}

// Switching the type says what it does to whom (PRODUCT 2.3).
func TestEffectsOfAnAccessType(t *testing.T) {
	o := house(t, gives("usr_orphan", "agt_open", ViewUse))
	close := edit(t, o, "agt_open", func(a *Agent) { a.AccessType = GroupRestricted })
	lost := map[ID]bool{}
	for _, e := range effectsOf(t, o, noon, close) {
		if e.Target == (Target{TargetAgent, "agt_open"}) && e.After < e.Before {
			lost[e.Principal] = true
		}
	}
	// Of 12 active users the agent admin keeps it by role, orphan by grant;
	// keys and AI agents never had it.
	if len(lost) != 10 || lost["usr_max"] || lost["usr_orphan"] || lost["key_bot"] || lost["usr_gone"] {
		t.Errorf("%d people lose access: %v", len(lost), lost)
	}
}

// Inside an agent an area follows the level on the agent (PRODUCT 2.3, last
// rule), unless the organisation turned that off.
func TestEffectsInsideAnAgent(t *testing.T) {
	give := Begin(gives("usr_ned", "agt_public", ViewUse))
	inside := func(area ID) Effect {
		return Effect{Principal: "usr_ned", Target: Target{TargetArea, area}, Agent: "agt_public", Before: None, After: Read, At: noon}
	}
	o := house(t, gives("usr_ned", "area:flows", Edit), gives("usr_ned", "area:voice/agent", None),
		gives("usr_ned", "area:voice/handoffs", None), gives("usr_ned", "area:voice/audio-library", None),
		gives("usr_ned", "area:voice/advanced", None))
	sameEffects(t, effectsOf(t, o, noon, give), stepOn("usr_ned", "agt_public", None, ViewUse, noon),
		inside("flows"), inside("voice"), inside("voice/numbers"))

	apart := house(t, Setting{ID: SettingCoupling, Value: "off"}, gives("usr_ned", "area:flows", Edit))
	sameEffects(t, effectsOf(t, apart, noon, give), stepOn("usr_ned", "agt_public", None, ViewUse, noon))
}

// A switch of areas-follow-agents is shown by its widest step for each area.
func TestEffectsOfTheSwitch(t *testing.T) {
	o := house(t, gives("usr_uma", "area:flows", Edit))
	got := effectsOf(t, o, noon, Begin(Setting{ID: SettingCoupling, Value: "off"}))
	flows := slices.DeleteFunc(got, func(e Effect) bool { return e.Principal != "usr_uma" })
	sameEffects(t, flows, Effect{Principal: "usr_uma", Target: Target{TargetArea, "flows"}, Agent: "agt_confidential",
		Before: None, After: Edit, At: noon})

	off := house(t, gives("usr_uma", "area:flows", Edit), Setting{ID: SettingCoupling, Value: "off"})
	back := effectsOf(t, off, noon, edit(t, off, SettingCoupling, func(s *Setting) { s.Value = "on" }))
	flows = slices.DeleteFunc(back, func(e Effect) bool { return e.Principal != "usr_uma" })
	sameEffects(t, flows, Effect{Principal: "usr_uma", Target: Target{TargetArea, "flows"}, Agent: "agt_confidential",
		Before: Edit, After: None, At: noon})
}

// Seed: Twig, multi-level access: graduated groups.
func TestEffectsOfGraduatedGroups(t *testing.T) {
	o := orgOf(t, user("junior"), user("lead"), group("Tier 1 Support", ""), group("Tier 2 Support", ""), group("Support Managers", ""),
		agent("Basic", ClassPublic), agent("Advanced", ClassPublic),
		gives("usr_junior", "grp_Tier 1 Support", Member), gives("usr_lead", "grp_Support Managers", Member),
		gives("usr_lead", "agent-role", Level(AgentManager)))
	all := []Change{Begin(gives("grp_Tier 1 Support", "agt_Basic", ViewUse)),
		Begin(gives("usr_junior", "grp_Tier 2 Support", Member)),
		Begin(gives("grp_Tier 2 Support", "agt_Basic", ViewUse)), Begin(gives("grp_Tier 2 Support", "agt_Advanced", ViewUse)),
		Begin(gives("grp_Support Managers", "agt_Basic", EditAgent)), Begin(gives("grp_Support Managers", "agt_Advanced", EditAgent))}
	member := Effect{Principal: "usr_junior", Target: Target{TargetGroup, "grp_Tier 2 Support"}, Before: None, After: Member, At: noon}
	sameEffects(t, effectsOf(t, o, noon, all...),
		stepOn("usr_junior", "agt_Advanced", None, ViewUse, noon), stepOn("usr_junior", "agt_Basic", None, ViewUse, noon), member,
		stepOn("usr_lead", "agt_Advanced", None, EditAgent, noon), stepOn("usr_lead", "agt_Basic", None, EditAgent, noon))
}

// The order of the changes does not matter to what they do.
func TestEffectsDoNotFollowTheOrder(t *testing.T) {
	o := house(t)
	a, b := Begin(gives("usr_ned", "grp_tier1", Member)), edit(t, o, "grp_tier1", func(g *Group) { g.Parent = "grp_sales" })
	if x, y := effectsOf(t, o, noon, a, b), effectsOf(t, o, noon, b, a); !slices.Equal(x, y) || len(x) == 0 {
		t.Errorf("%v\n%v", x, y)
	}
}
