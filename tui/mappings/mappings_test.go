package mappings_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/mappings"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// world is the small organisation with three groups of a directory: one mapped, one
// called like a group here, one named as data can be.
type world struct{ *orgtest.World }

func newWorld(t testing.TB) world {
	w := orgtest.New(t)
	from := domain.Origin{Source: "entra", File: "f1"}
	for _, x := range []domain.Record{domain.ExternalGroup{ID: "entra/0001", Source: "entra", External: "0001", Name: "Engineers", Group: "grp_empty"},
		domain.ExternalGroup{ID: "entra/0002", Source: "entra", External: "0002", Name: "Release Crew"},
		domain.ExternalGroup{ID: "entra/0003", Source: "entra", External: "0003", Name: orgtest.Hostile},
		domain.Grant{ID: "gnt_ext", Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_noor"}, Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_empty"}, Level: domain.Member, Origin: from}} {
		if err := w.Apply(domain.Begin(x)); err != nil {
			t.Fatal(err)
		}
	}
	return world{w}
}

// Remap implements mappings.Acts: with the memberships of the source that end.
func (world) Remap(o *domain.Org, x domain.ExternalGroup, to domain.ID, _ map[domain.ID]bool) []domain.Change {
	after := x
	after.Group = to
	out := []domain.Change{domain.Replace(x, after)}
	for _, g := range o.GrantsOn(domain.Target{Kind: domain.TargetGroup, ID: x.Group}) {
		if g.Origin.Source == x.Source {
			out = append(out, domain.End(g))
		}
	}
	return out
}

// SameName implements mappings.Acts.
func (world) SameName(o *domain.Org, x domain.ExternalGroup) domain.ID {
	for row := range o.All(domain.KindGroup) {
		if g, ok := row.Record.(domain.Group); ok && x.Group == "" && strings.EqualFold(g.Name, x.Name) {
			return g.ID
		}
	}
	return ""
}

func start(t testing.TB, w world, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "mappings", Title: "Directory groups", New: mappings.New(w, w)}, orgtest.Blank("group"), orgtest.Blank("import"))
}

func reason(d *orgtest.Console, text string) {
	d.Type(text)
	d.Keys("enter", "tab", "enter")
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"mappings-200x50", theme.Dark, 200, 50}, {"mappings-80x24", theme.NoColour, 80, 24}, {"mappings-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, newWorld(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}

func TestMapping(t *testing.T) {
	for _, c := range []struct {
		name  string
		keys  []string
		text  string
		title string
		group domain.ID
		n     int
	}{
		{"one", []string{"j", "j", "e"}, "tier 1", "Map Mallory", "grp_tier1", 1},
		{"those of the same name", []string{"*", "A"}, "", "Map 1 directory group to groups of the same name", "grp_release", 1},
		{"to nothing, with the memberships it gave", []string{"D"}, "", "Map 1 directory group to nothing", "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			d := start(t, w, theme.Dark, 120, 40)
			d.Keys(c.keys...)
			if c.text != "" {
				d.Type(c.text)
				d.Keys("enter")
			}
			d.Has(c.title)
			if c.name == "those of the same name" {
				d.Has("1 left out: no group here is called so")
			}
			reason(d, "directory sync")
			if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != c.n || w.Proposals[0].Changes[0].After.(domain.ExternalGroup).Group != c.group {
				t.Errorf("proposed %+v\n%s", w.Proposals, d.Frame())
			}
		})
	}
}

func TestItLeadsToTheGroup(t *testing.T) {
	d := start(t, newWorld(t), theme.Dark, 120, 40)
	d.Keys("enter")
	d.Has("group grp_empty")
	d.Keys("q", "j", "enter")
	d.Has("is mapped to nothing")
}
