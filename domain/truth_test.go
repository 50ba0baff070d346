package domain

import (
	"fmt"
	"strings"
	"testing"
)

// Area values in the tables: unset, None, Read, Edit; and what comes out.
const areaMarks = "-NRE"

// PRODUCT 2.2, sentence by sentence, for a parent, its sub-section and what is
// below that: what is set, and what results. "-" is unset, and None where it
// results.
var threeDeep = []struct{ sentence, set, gives string }{
	{"a new member starts with everything unset, which is None", "---", "---"},
	{"a parent's level is each sub-section's unless overridden", "R--", "RRR"},
	{"parent Edit, child unset → Edit", "E--", "EEE"},
	{"Edit, Read → Read", "ER-", "ERR"},
	{"Edit, None → None", "EN-", "E--"},
	{"Read, Edit → Read and a finding", "RE-", "RRR"},
	{"None, Edit → None and a finding", "NE-", "---"},
	{"unset, Edit → Edit", "-E-", "-EE"},
	{"unset, unset → None", "--E", "--E"},
	{"a parent at None makes every sub-section inaccessible", "N--", "---"},
	{"and what is below them", "NEE", "---"},
	{"also at any depth", "ENE", "E--"},
	{"a sub-section may be more restrictive than its parent", "ERN", "ER-"},
	{"at every depth", "EER", "EER"},
	{"never less", "REE", "RRR"},
	{"the least set ancestor caps a node, over an unset one too", "R-E", "RRR"},
	{"an unset parent imposes no cap", "--R", "--R"},
	{"unset is not None", "-RE", "-RR"},
	{"None is", "-NE", "---"},
}

var deepAreas = []ID{"top", "top/mid", "top/mid/low"}

func TestAreaSentences(t *testing.T) {
	for _, c := range threeDeep {
		for _, holder := range []Holder{person("ana"), team("Team"), {HolderRole, "Staff"}} {
			o := holding(t, []deepCase{{"ana", c.set, "---"}}, func(ID) Holder { return holder })
			want := c.gives
			for i, area := range deepAreas {
				wants(t, o, "ana", onArea(area), "", midMarch, Level(max(0, strings.IndexByte(areaMarks, want[i])-1)))
			}
		}
	}
}

// deepCase is what somebody holds on the three areas, for all agents and for
// one.
type deepCase struct {
	who      ID
	all, one string
}

// holding makes an organisation of people who hold what the cases say, by a
// holder of theirs.
func holding(t *testing.T, cases []deepCase, by func(ID) Holder) *Org {
	w := newAcme(t).groups("Team").agents("Bot", "Bat").tree(deepAreas...)
	w.add(Setting{SettingCoupling, "off"}, Role{ID: "Staff", Name: "Staff"})
	for _, c := range cases {
		w.users(c.who)
		h := by(c.who)
		switch h.Kind {
		case HolderGroup:
			w.join(h.ID, c.who)
		case HolderRole:
			w.give(person(c.who), TargetRole, h.ID, Held)
		}
		for i, area := range deepAreas {
			for scope, set := range map[ID]string{"": c.all, "Bot": c.one} {
				if l := strings.IndexByte(areaMarks, set[i]); l > 0 {
					w.grant(Grant{Holder: h, Target: onArea(area), Agent: scope, Level: Level(l - 1)})
				}
			}
		}
	}
	return w.org()
}

// Every way to set three areas that stand below each other, for all agents
// and for one: 4,096 people, each asked at every depth, for all agents, for
// that one and for another. The rule is said here in one place: a value for
// the agent replaces the one for all at that node, and of the values set from
// the top down the least counts.
func TestEveryAreaTree(t *testing.T) {
	var cases []deepCase
	for n := range 1 << 12 {
		mark := func(shift int) string {
			return string([]byte{areaMarks[n>>shift&3], areaMarks[n>>(shift+2)&3], areaMarks[n>>(shift+4)&3]})
		}
		cases = append(cases, deepCase{ID(fmt.Sprintf("usr_%04d", n)), mark(0), mark(6)})
	}
	o := holding(t, cases, person)
	for _, c := range cases {
		for _, scope := range []ID{"", "Bot", "Bat"} {
			least := byte('-')
			for i, area := range deepAreas {
				here := c.all[i]
				if scope == "Bot" && c.one[i] != '-' {
					here = c.one[i]
				}
				if here != '-' && (least == '-' || strings.IndexByte(areaMarks, here) < strings.IndexByte(areaMarks, least)) {
					least = here
				}
				want := Level(max(0, strings.IndexByte(areaMarks, least)-1))
				if got := o.Level(c.who, onArea(area), scope, midMarch); got != want {
					t.Errorf("%s set for all, %s for Bot: %s for %q is %d, want %d", c.all, c.one, area, scope, got, want)
				}
			}
		}
	}
}

// Seed: Twig, role-based control, by both vocabularies (PRODUCT 2.3): what
// each word lets one do on an agent one is assigned to edit, and on another.
func TestRolesByEveryWord(t *testing.T) {
	for _, c := range []struct {
		words    string
		assigned Level // after a grant of Edit
		other    Level
	}{
		{"Super Admin,SUPER_ADMIN,super-admin", EditAgent, EditAgent},
		{"Admin,ADMIN,admin", EditAgent, EditAgent},
		{"Manager,MANAGER,Configure,CONFIGURE,configure", EditAgent, None},
		{"User,USER,ReadOnly,READ_ONLY,Read-only,readonly,Train,TRAIN", ViewUse, None},
	} {
		for word := range strings.SplitSeq(c.words, ",") {
			role, err := ParseAgentRole(word)
			if err != nil {
				t.Errorf("%s: %v", word, err)
				continue
			}
			w := newAcme(t).users("ana").agents("Bot", "Bat")
			w.give(person("ana"), TargetAgent, "Bot", EditAgent)
			if role > AgentUser {
				w.give(person("ana"), TargetAgentRole, "", Level(role))
			}
			o := w.org()
			wants(t, o, "ana", onAgent("Bot"), "", midMarch, c.assigned)
			wants(t, o, "ana", onAgent("Bat"), "", midMarch, c.other)
		}
	}
	for _, word := range []string{"", "Owner", "Editor", "Super", "Administrator", "None"} {
		if role, err := ParseAgentRole(word); err == nil {
			t.Errorf("%q is read as %s: what is unknown is refused", word, role)
		}
	}
}
