package review_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

func TestEffectsInOneSentence(t *testing.T) {
	lose := func(p domain.ID, to domain.Level) domain.Effect {
		return domain.Effect{Principal: p, Target: onAgent(salesID), Before: domain.EditAgent, After: to}
	}
	gain := domain.Effect{Principal: "usr_c", Target: onAgent(salesID), After: domain.ViewUse}
	for want, effects := range map[string][]domain.Effect{
		"nobody's access changes": nil,
		"2 people lose access":    {lose("usr_a", 0), lose("usr_b", 0), lose("usr_b", 0)},
		"1 person loses access; 1 person keeps a lower level; 1 person gains access": {lose("usr_a", 0), lose("usr_b", domain.ViewUse), gain},
	} {
		if got := review.EffectsSummary(effects); got != want {
			t.Errorf("%d effects read %q, want %q", len(effects), got, want)
		}
	}
	if g, l := review.Tally([]domain.Effect{lose("usr_a", 0), lose("usr_a", 1), gain}); g != 1 || l != 1 {
		t.Errorf("tally %d gain, %d lose", g, l)
	}
}

func TestAllowsCoversEveryRung(t *testing.T) {
	o := newWorld(t).org()
	ids := map[domain.TargetKind]domain.ID{domain.TargetArea: "voice", domain.TargetDuty: "checker", domain.TargetAgent: salesID,
		domain.TargetGroup: crewID, domain.TargetAccessType: salesID, domain.TargetCreator: salesID}
	for _, k := range domain.TargetKinds() {
		for l := domain.Level(1); l <= domain.LadderOf(k).Top(); l++ {
			if review.Allows(o, domain.Grant{Target: domain.Target{Kind: k, ID: ids[k]}, Level: l}) == "" {
				t.Errorf("nothing says what %s allows on %s", domain.LadderOf(k).Word(l), k)
			}
		}
	}
	for _, d := range domain.Duties() {
		if review.Allows(o, domain.Grant{Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}, Level: 1}) == "" {
			t.Errorf("nothing says what the duty %s allows", d)
		}
	}
}

func TestNamesFromAddresses(t *testing.T) {
	for email, want := range map[string]string{"ana.marin@acme.example": "Ana Marin", "o_neil-x@a.b": "O Neil X", "élan@a.b": "Élan"} {
		if got := review.NameFromEmail(email); got != want {
			t.Errorf("%s reads %q, want %q", email, got, want)
		}
	}
}

// What changed reads in names: an id is no word for a person.
func TestDeltasNameWhatTheyName(t *testing.T) {
	o := newWorld(t).org()
	vault := domain.Group{ID: "grp_vault", Name: "Vault"}
	below := vault
	below.Parent = crewID
	agent := domain.Agent{ID: salesID, Name: "Sales Agent", AccessType: domain.GroupRestricted, Owner: tomID}
	passed, again := agent, agent
	passed.Owner, passed.Creator = danaID, eveID
	again.Origin = domain.Origin{File: "bb"}
	dana, _ := o.Principal(danaID)
	moved := dana
	moved.Manager, moved.Origin = eveID, domain.Origin{Source: "hr", File: "aa"}
	gift := domain.Grant{ID: "gnt_x", Holder: principalHolder(danaID), Target: areaNode("voice"), Level: domain.Read}
	scoped := gift
	scoped.Agent, scoped.Window = salesID, domain.Window{To: "2026-12-31"}
	for _, c := range []struct {
		before, after domain.Record
		want          string
	}{
		{vault, below, `the group "Vault": parent nothing → Release crew`},
		{agent, passed, `the agent "Sales Agent": creator nothing → Eve Long, owner Tom Vale → Dana Okafor`},
		{agent, again, `the agent "Sales Agent": said again by its source`},
		{dana, moved, `the user "Dana Okafor": manager Tom Vale → Eve Long, origin given here → hr`},
		{gift, scoped, `"Dana Okafor": Read on "Voice" for the agent "Sales Agent": agent nothing → Sales Agent, window nothing → until 2026-12-31`},
		{domain.Area{ID: "voice/x", Name: "X", Parent: "voice"}, domain.Area{ID: "voice/x", Name: "X", Parent: "flows"}, `the area "X": parent Voice → Flows`},
		{domain.Binding{ID: "uid:7", Principal: danaID}, domain.Binding{ID: "uid:7", Principal: eveID}, `the binding of uid:7: principal Dana Okafor → Eve Long`},
		{domain.ExternalGroup{ID: "entra/7", Source: "entra", External: "7", Name: "Sales"},
			domain.ExternalGroup{ID: "entra/7", Source: "entra", External: "7", Name: "Sales", Group: below.Parent}, `the external group "Sales" of "entra": group nothing → Release crew`},
	} {
		d, err := domain.DeltaOf(c.before, c.after)
		if err != nil {
			t.Fatal(err)
		}
		if got := review.DeltaWords(o, d); got != c.want {
			t.Errorf("it reads %q, want %q", got, c.want)
		}
	}
}

func TestEffectsInFewLines(t *testing.T) {
	o := newWorld(t).org()
	all := func(who domain.ID, ids []domain.ID, before, after domain.Level) []domain.Effect {
		var out []domain.Effect
		for _, id := range ids {
			out = append(out, domain.Effect{Principal: who, Target: areaNode(id), Before: before, After: after})
		}
		return out
	}
	var every, tops []domain.ID
	voice := append([]domain.ID{"voice"}, o.Subareas("voice")...)
	for _, top := range o.Subareas("") {
		tops = append(tops, top)
		every = append(append(every, top), o.Subareas(top)...)
		for _, c := range o.Subareas(top) {
			every = append(every, o.Subareas(c)...)
		}
	}
	lost := func(ids ...domain.ID) []domain.Effect {
		var out []domain.Effect
		for _, id := range ids {
			out = append(out, domain.Effect{Principal: id, Target: onAgent(salesID), Before: domain.ViewUse})
		}
		return out
	}
	inside := func(ids []domain.ID, agents ...domain.ID) []domain.Effect {
		var out []domain.Effect
		for _, a := range agents {
			for _, e := range all(danaID, ids, domain.Edit, domain.None) {
				e.Agent = a
				out = append(out, e)
			}
		}
		return out
	}
	many := fmt.Sprintf("all %d top-level areas and their %d parts, None → Edit", len(tops), len(every)-len(tops))
	for _, c := range []struct {
		name    string
		effects []domain.Effect
		want    []string
	}{
		{"nothing", nil, nil},
		{"one alone", lost(danaID), []string{"Dana Okafor: Sales Agent, View & Use → None"}},
		{"a parent and its parts", all(danaID, voice, domain.None, domain.Read), []string{"Dana Okafor: Voice and its 5 parts, None → Read"}},
		{"some of its parts", all(danaID, voice[:3], domain.None, domain.Read), []string{"Dana Okafor: Voice and 2 of its 5 parts, None → Read"}},
		{"a part alone", all(danaID, voice[1:2], domain.None, domain.Read), []string{"Dana Okafor: Voice › Agent, None → Read"}},
		{"a part by another step", append(all(danaID, voice[:1], domain.None, domain.Edit), all(danaID, voice[1:2], domain.Read, domain.Edit)...),
			[]string{"Dana Okafor: Voice, None → Edit", "Dana Okafor: Voice › Agent, Read → Edit"}},
		{"all areas", all(danaID, every, domain.None, domain.Edit), []string{"Dana Okafor: " + many}},
		{"all areas at the top", all(danaID, tops, domain.None, domain.Edit), []string{fmt.Sprintf("Dana Okafor: all %d top-level areas, None → Edit", len(tops))}},
		{"many people", lost(danaID, eveID, tomID, extID, "usr_1", "usr_2", "usr_3"),
			[]string{"7 people lose View & Use on Sales Agent: Dana Okafor, Eve Long, Tom Vale, Xav Extern, usr_1 and 2 more"}},
		{"two people by two steps", append(lost(danaID), domain.Effect{Principal: eveID, Target: onAgent(salesID), Before: domain.EditAgent}),
			[]string{"Dana Okafor: Sales Agent, View & Use → None", "Eve Long: Sales Agent, Edit → None"}},
		{"two people to another rung", []domain.Effect{{Principal: danaID, Target: onAgent(opsID), Before: 2, After: 1}, {Principal: eveID, Target: onAgent(opsID), Before: 2, After: 1}},
			[]string{"2 people go from Edit to View & Use on Ops Agent: Dana Okafor and Eve Long"}},
		{"the same inside two agents", inside(voice[:2], salesID, opsID), []string{"Dana Okafor: Voice and 1 of its 5 parts (in Sales Agent and Ops Agent), Edit → None"}},
		{"more inside one of two agents", append(inside(voice[:2], salesID), inside(voice[:1], opsID)...),
			[]string{"Dana Okafor: Voice and 1 of its 5 parts (in Sales Agent), Edit → None", "Dana Okafor: Voice (in Ops Agent), Edit → None"}},
		{"two agents", append(lost(danaID), domain.Effect{Principal: danaID, Target: onAgent(opsID), Before: domain.ViewUse}),
			[]string{"Dana Okafor: Sales Agent and Ops Agent, View & Use → None"}},
	} {
		var got []string
		for _, l := range review.EffectLines(o, c.effects) {
			got = append(got, l.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	later := domain.Effect{Principal: danaID, Target: onAgent(salesID), After: 1, Future: true, At: time.Date(2026, 5, 31, 22, 0, 0, 0, time.UTC)}
	if got := review.EffectLines(o, []domain.Effect{later})[0]; !got.Rises || got.Text != "Dana Okafor: Sales Agent, None → View & Use from 2026-06-01" {
		t.Errorf("a later window reads %+v", got)
	}
}
