package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
)

// wider looks for ways to end what is left of a holding that was decided to a
// level, and tells their deeds and how many others lose.
func wider(t *testing.T, o *domain.Org, g domain.Grant, to domain.Level) ([]WiderEdit, []string, string) {
	t.Helper()
	n := 0
	still := func(o *domain.Org) []domain.Remaining {
		return o.RemainsOf(g, to, smallDay, smallDay.AddDate(0, 0, 92))
	}
	ways, why := WiderEdits(o, g, to, smallDay, still, func() domain.ID { n++; return domain.ID(fmt.Sprintf("gnt_new%d", n)) })
	var said []string
	for _, w := range ways {
		said = append(said, fmt.Sprintf("%s (%d others)", strings.Join(w.Deeds, ", "), w.People))
		after, _, err := o.With(domain.ChangeSet{Title: "x", Changes: w.Changes}, smallDay)
		if err != nil {
			t.Errorf("%s: %v", w.Deeds, err)
			continue
		}
		if left := still(after); len(left) > 0 {
			t.Errorf("%s leaves %v", w.Deeds, left)
		}
	}
	return ways, said, why
}

func inGrp(id, group string) domain.Grant {
	return domain.Grant{ID: domain.ID("gnt_" + id + "_in_" + group), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID("usr_" + id)},
		Target: domain.Target{Kind: domain.TargetGroup, ID: domain.ID("grp_" + group)}, Level: domain.Member}
}

func grpGives(group string, t domain.Target, l domain.Level) domain.Grant {
	return domain.Grant{ID: domain.ID("gnt_" + group + "_" + string(t.ID)), Holder: domain.Holder{Kind: domain.HolderGroup, ID: domain.ID("grp_" + group)}, Target: t, Level: l}
}

func agentTarget(id string) domain.Target {
	return domain.Target{Kind: domain.TargetAgent, ID: domain.ID("agt_" + id)}
}

// Ana's own Edit on the agent was reduced to View & Use; her group gives Edit
// as well. Taking her out of the group costs nobody else anything; lowering the
// group's grant costs Ben, another member.
func TestWiderEditOfAGroup(t *testing.T) {
	c := &crowd{}
	c.add(1, restricted("a"), restricted("b"), domain.Group{ID: "grp_crew", Name: "crew"},
		crowdMember("ana", "", "", ""), crowdMember("ben", "", "", ""), agentRole("ana", domain.AgentManager), agentRole("ben", domain.AgentManager),
		inGrp("ana", "crew"), inGrp("ben", "crew"), grpGives("crew", agentTarget("a"), domain.EditAgent), grpGives("crew", agentTarget("b"), domain.ViewUse))
	g := crowdGives("ana", "a", domain.EditAgent)
	ways, said, why := wider(t, c.org(t), g, domain.ViewUse)
	want := []string{"take ana out of crew (0 others)", "lower crew on a from Edit to View & Use (1 others)", "end crew's Edit on a (1 others)"}
	if !slices.Equal(said, want) {
		t.Fatalf("ways %q (%s), want %q", said, why, want)
	}
	if len(ways[0].Own) == 0 {
		t.Error("leaving the group takes the agent b and the membership from ana: it is not told")
	}
}

// Both a group and the access type give it: one edit does not end it, two do.
func TestWiderEditOfTwo(t *testing.T) {
	c := &crowd{}
	c.add(1, restricted("a"), domain.Group{ID: "grp_crew", Name: "crew"}, domain.Group{ID: "grp_lab", Name: "lab"},
		crowdMember("ana", "", "", ""), inGrp("ana", "crew"), inGrp("ana", "lab"), grpGives("crew", agentTarget("a"), domain.ViewUse),
		grpGives("lab", agentTarget("a"), domain.ViewUse))
	ways, said, why := wider(t, c.org(t), crowdGives("ana", "a", domain.ViewUse), domain.None)
	if len(ways) == 0 || len(ways[0].Deeds) != 2 || ways[0].People != 0 {
		t.Fatalf("ways %q (%s), want two edits", said, why)
	}
}

// A value further up the tree of areas: the narrowest way is a value of its
// own at the area.
func TestWiderEditOfAnArea(t *testing.T) {
	c := &crowd{}
	voice := domain.Target{Kind: domain.TargetArea, ID: "voice"}
	numbers := domain.Target{Kind: domain.TargetArea, ID: "voice/numbers"}
	c.add(1, domain.Area{ID: "voice", Name: "Voice"}, domain.Area{ID: "voice/numbers", Name: "Numbers", Parent: "voice", Order: 1},
		domain.Area{ID: "voice/audio", Name: "Audio", Parent: "voice", Order: 2}, domain.Group{ID: "grp_crew", Name: "crew"},
		crowdMember("ana", "", "", ""), inGrp("ana", "crew"), grpGives("crew", voice, domain.Edit),
		domain.Setting{ID: domain.SettingCoupling, Value: "off"})
	g := domain.Grant{ID: "gnt_own", Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_ana"}, Target: numbers, Level: domain.Edit}
	_, said, why := wider(t, c.org(t), g, domain.Read)
	if len(said) == 0 || said[0] != "set Voice › Numbers for crew to Read (0 others)" {
		t.Errorf("ways %q (%s), want a value for the group at the area first", said, why)
	}
}

// Nothing left, and what no edit may touch.
func TestWiderEditOfNothing(t *testing.T) {
	c := &crowd{}
	c.add(1, restricted("a"), crowdMember("ana", "", "", ""), crowdGives("ana", "a", domain.ViewUse))
	o := c.org(t)
	if ways, said, why := wider(t, o, crowdGives("ana", "a", domain.ViewUse), domain.None); len(ways) != 0 || why != "nothing is left of it" {
		t.Errorf("ways %q, %q", said, why)
	}
}
