package ingest

import (
	"strings"
	"testing"

	"countersign/domain"
)

// A record that changes is told by field, with what was and what is.
func TestDifferences(t *testing.T) {
	names := map[domain.ID]string{"usr_tom": "Tom Vale", "grp_a": "Tier 1"}
	name := func(id domain.ID) string { return names[id] }
	agent := domain.Agent{ID: "agt_1", Name: "Sales", AccessType: domain.Private, Classification: domain.ClassInternal}
	group := domain.Group{ID: "grp_b", Name: "Tier 2"}
	grant := domain.Grant{ID: "gnt_1", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_a"}, Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_1"}, Level: domain.ViewUse}
	for _, c := range []struct {
		was, is domain.Record
		want    string
	}{
		{agent, func() domain.Agent { a := agent; a.Owner = "usr_tom"; return a }(), "owner none → Tom Vale"},
		{agent, func() domain.Agent { a := agent; a.AccessType, a.Description = domain.Organization, "Sells"; return a }(),
			"access type " + domain.Private.String() + " → " + domain.Organization.String() + ", description none → Sells"},
		{group, func() domain.Group { g := group; g.Parent, g.Name = "grp_a", "Tier Two"; return g }(), "name Tier 2 → Tier Two, parent none → Tier 1"},
		{group, func() domain.Group { g := group; g.Origin.Source = "hr"; return g }(), "origin none → hr"},
		{group, func() domain.Group { g := group; g.Name = "a\x1b[31mb"; return g }(), `name Tier 2 → a\u001b[31mb`},
		{group, func() domain.Group { g := group; g.Name = strings.Repeat("x", 60); return g }(), "name Tier 2 → " + strings.Repeat("x", 40) + "…"},
		{grant, func() domain.Grant { g := grant; g.Level = domain.EditAgent; return g }(), "level View & Use → Edit"},
		{grant, func() domain.Grant { g := grant; g.Window = domain.Window{To: "2026-12-31"}; return g }(), "window none → open to 2026-12-31"},
		{domain.Role{ID: "r", Name: "R"}, domain.Role{ID: "r", Name: "R", Default: true}, "default no → yes"},
		{group, func() domain.Group { g := group; g.Origin.File = "aa"; return g }(), "changed"},
	} {
		if got := differences(c.was, c.is, name); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
