package main

import (
	"context"
	"errors"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/mappings"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// mapped is the small organisation with three groups of a directory, two of them mapped
// to the same group here, which has two members by that directory; what is mapped anew
// is so as the program does it.
type mapped struct{ *orgtest.World }

func (mapped) Remap(o *domain.Org, x domain.ExternalGroup, to domain.ID, with map[domain.ID]bool) []domain.Change {
	return remap(o, x, to, with)
}

func (mapped) SameName(o *domain.Org, x domain.ExternalGroup) domain.ID { return sameName(o, x) }

func newMapped(t *testing.T) mapped {
	t.Helper()
	w := orgtest.New(t)
	var changes []domain.Change
	for id, group := range map[domain.ID]domain.ID{"1": "grp_empty", "2": "grp_empty", "3": "grp_release"} {
		changes = append(changes, domain.Begin(domain.ExternalGroup{ID: "entra/" + id, Source: "entra", External: string(id), Name: "Crew " + string(id), Group: group}))
	}
	for id, who := range map[domain.ID]domain.ID{"gnt_x": "usr_noor", "gnt_y": "usr_tom"} {
		changes = append(changes, domain.Begin(domain.Grant{ID: id, Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: who}, Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_empty"},
			Level: domain.Member, Origin: domain.Origin{Source: "entra", File: "f1"}}))
	}
	if err := w.Apply(changes...); err != nil {
		t.Fatal(err)
	}
	return mapped{w}
}

// Memberships end with the last directory group that gave them, also where several go in
// one change set; each ends once.
func TestMembershipsEndWithTheLastThatGaveThem(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		ends int
	}{{"both", []string{"space", "space", "D"}, 2}, {"all", []string{"*", "D"}, 2}, {"one of them", []string{"D"}, 0}, {"one, and another", []string{"space", "j", "space", "D"}, 0}} {
		t.Run(c.name, func(t *testing.T) {
			w := newMapped(t)
			d := orgtest.Start(t, theme.NoColour, 120, 40, tui.PageSpec{ID: "mappings", Title: "Directory groups", New: mappings.New(w, w)}, orgtest.Blank("group"), orgtest.Blank("import"))
			d.Keys(c.keys...)
			d.Type("reorganised")
			d.Keys("enter", "tab", "enter")
			if len(w.Proposals) != 1 {
				t.Fatalf("%d proposed\n%s", len(w.Proposals), d.Frame())
			}
			ends := 0
			for _, ch := range w.Proposals[0].Changes {
				if ch.Before != nil && ch.After == nil {
					ends++
				}
			}
			if ends != c.ends {
				t.Errorf("%d memberships end, want %d: %+v", ends, c.ends, w.Proposals[0].Changes)
			}
		})
	}
}

// What is left out, and what is so already, is counted anew where the first attempt could
// not be judged.
func TestTryingAgainCountsOnce(t *testing.T) {
	w := newMapped(t)
	first := true
	d := orgtest.Start(t, theme.NoColour, 120, 40, tui.PageSpec{ID: "mappings", Title: "Directory groups", New: mappings.New(w, stumbling{w, &first})}, orgtest.Blank("group"), orgtest.Blank("import"))
	if err := w.Apply(domain.Begin(domain.ExternalGroup{ID: "entra/4", Source: "entra", External: "4", Name: "Nothing like it"}),
		domain.Begin(domain.ExternalGroup{ID: "entra/5", Source: "entra", External: "5", Name: w.Org.Name(domain.KindGroup, "grp_tier1")})); err != nil {
		t.Fatal(err)
	}
	d.Keys("f5", "*", "A")
	d.Has("try again")
	d.Keys("tab", "tab", "enter")
	d.Has("3 are so already and left out")
	d.Has("1 left out: no group here is called so")
}

// stumbling is a desk that cannot preview the first time.
type stumbling struct {
	mapped
	first *bool
}

func (s stumbling) Preview(ctx context.Context, cs domain.ChangeSet) (domain.Verdict, error) {
	if *s.first {
		*s.first = false
		return domain.Verdict{}, errors.New("the file is busy")
	}
	return s.mapped.Preview(ctx, cs)
}
