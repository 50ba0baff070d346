package review

import (
	"slices"
	"strings"
	"testing"

	"countersign/domain"
)

func conflictTexts(cs []conflict) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.text)
	}
	return strings.Join(out, "; ")
}

func TestConflictsBeyondSelf(t *testing.T) {
	o := resolverOrg(t)
	givers := map[domain.Seq]giver{7: {maker: "oz", checkers: []domain.ID{"fay"}}, 8: {maker: "oz", imported: true}}
	danas, gretas := holds(person("dana"), domain.TargetAgent, "sales"), holds(person("greta"), domain.TargetAgent, "sales")
	keys := holds(person("key"), domain.TargetAgent, "sales")
	imported := danas
	imported.since = 8
	crew := holds(domain.Holder{Kind: domain.HolderGroup, ID: "crew"}, domain.TargetAgent, "sales")
	for _, c := range []struct {
		h        holding
		reviewer domain.ID
		want     string
	}{
		{danas, "ann", ""},
		{danas, "", ""},
		{danas, "oz", "Oz made the change that gave it"},
		{danas, "fay", "Fay approved the change that gave it"},
		{imported, "oz", "Oz made the import that gave it"},
		{imported, "fay", ""},
		{danas, "ola", "Ola staged the campaign"},
		{gretas, "ann", "Ann reports to Greta, whose access it is"},
		{gretas, "dana", "Dana reports to Greta, whose access it is"},
		{danas, "greta", ""},
		{crew, "ann", ""},
		{crew, "oz", "Oz made the change that gave it"},
		{keys, "bob", "Bob and Dana review each other's access"},
		{danas, "bob", "Bob and Dana review each other's access"},
		{holds(person("bob"), domain.TargetAgent, "sales"), "dana", "Dana and Bob review each other's access"},
	} {
		f := newConflicts(o, givers, "ola")
		f.note(keys.grant, []answering{{Reviewer: "bob"}})
		f.note(domain.Grant{Holder: person("bob")}, []answering{{Reviewer: "cy"}, {Reviewer: "dana"}})
		f.note(crew.grant, []answering{{Reviewer: "dana"}})
		f.settle()
		if got := conflictTexts(f.of(c.h, c.reviewer)); got != c.want {
			t.Errorf("%s reviewing what %s has: %q, want %q", c.reviewer, c.h.grant.Holder.ID, got, c.want)
		}
	}
}

// A circle of managers, as an import can leave one, ends.
func TestACircleOfManagersEnds(t *testing.T) {
	o := resolverOrg(t, domain.Principal{ID: "x", Name: "X", Manager: "y"}, domain.Principal{ID: "y", Name: "Y", Manager: "x"})
	f := newConflicts(o, nil, "")
	if f.reports("x", "ann") || !f.reports("x", "y") || !f.reports("x", "x") {
		t.Error("who reports to whom in a circle is wrong")
	}
}

// Refused conflicts are passed over like a subject, in the chain's order; and
// what reciprocity passes on depends on no order of items.
func TestRefusedConflictsArePassedOver(t *testing.T) {
	// Bob reviews what Dana has, and Dana what Bob has: each by name.
	o := resolverOrg(t)
	danas, bobs := holds(person("dana"), domain.TargetAgent, "sales"), holds(person("bob"), domain.TargetAgent, "lone")
	all := []domain.Grant{danas.grant, bobs.grant}
	since7 := func(yield func(domain.Grant, domain.Seq) bool) {
		for _, g := range all {
			if !yield(g, 7) {
				return
			}
		}
	}
	for range 2 {
		for _, refuse := range []bool{false, true} {
			c := Campaign{Owner: "ola", Definition: Definition{Stages: []Stage{{Reviewers: []string{"bob", "dana", "oz", "cy"}}}}}
			d := newDescriber(o, c, resolvedAt, resolvedAt)
			d.resolver = resolverOn(o, nil, map[domain.Seq]giver{7: {maker: "oz"}})
			d.resolver.refuse = refuse
			d.meet(since7)
			got := map[domain.ID]string{}
			for _, h := range []holding{danas, bobs} {
				h.subjects = []domain.ID{h.grant.Holder.ID}
				as, _, _ := d.resolver.resolve(h, panelOf(c.Definition.Stages[0]))
				got[h.grant.Holder.ID] = who(as)
				if n := len(d.resolver.conflicts.of(h, as[0].Reviewer)); refuse == (n > 0) {
					t.Errorf("refused %v: %s has %d conflicts", refuse, as[0].Reviewer, n)
				}
				if refuse && !strings.Contains(as[0].Rule, "review each other's access") {
					t.Errorf("the rule says nothing of the pair: %q", as[0].Rule)
				}
			}
			want := map[bool]map[domain.ID]string{false: {"dana": "bob", "bob": "dana"}, true: {"dana": "cy", "bob": "cy"}}[refuse]
			if got["dana"] != want["dana"] || got["bob"] != want["bob"] {
				t.Errorf("refused %v: reviewed by %v, want %v", refuse, got, want)
			}
		}
		slices.Reverse(all)
	}
}
