package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
)

// roleWorld has the shipped roles on the shipped objects, the seed's intern under a
// hostile name, an area and an agent given to it, and somebody of each kind.
func roleWorld(t testing.TB) *domain.Org {
	t.Helper()
	objs, fields, err := domain.ObjectCatalogue(domain.ObjectsCRM)
	if err != nil {
		t.Fatal(err)
	}
	var recs []domain.Record
	for _, r := range objs {
		recs = append(recs, r)
	}
	for _, r := range fields {
		recs = append(recs, r)
	}
	n := 0
	for _, r := range domain.ShippedRoles() {
		recs = append(recs, r.Records(domain.ID("rol_"+strings.ToLower(r.Role.Name)), func() domain.ID { n++; return domain.ID(fmt.Sprintf("gnt_shipped_%d", n)) })...)
	}
	by := domain.Holder{Kind: domain.HolderRole, ID: "rol_intern"}
	permit := func(id domain.ID, k domain.TargetKind, on domain.ID, l domain.Level) domain.Grant {
		return domain.Grant{ID: id, Holder: by, Target: domain.Target{Kind: k, ID: on}, Level: l}
	}
	who := func(id domain.ID, k domain.PrincipalKind, name string) domain.Principal {
		return domain.Principal{ID: id, Kind: k, Name: name, Status: domain.Active}
	}
	recs = append(recs, domain.Role{ID: "rol_intern", Name: evil, Description: evil, ForUsers: true, ForKeys: true},
		permit("gnt_i1", domain.TargetObjectSee, domain.AllID, domain.Allowed), permit("gnt_i2", domain.TargetObjectSee, "opportunity", domain.Denied),
		permit("gnt_i3", domain.TargetObjectEdit, "person", domain.Allowed), permit("gnt_i4", domain.TargetField, "person/emails", domain.SeeField),
		permit("gnt_i5", domain.TargetArea, "voice", domain.Edit), permit("gnt_i6", domain.TargetAgent, "agt_x", domain.ViewUse),
		domain.Area{ID: "voice", Name: "Voice " + evil}, domain.Agent{ID: "agt_x", Name: evil, AccessType: domain.GroupRestricted},
		who("usr_a", domain.User, "=1+1"), who("usr_b", domain.User, "Bea"), who("key_a", domain.APIKey, "@key"),
		domain.Grant{ID: "gnt_h1", Holder: holder("usr_a"), Target: domain.Target{Kind: domain.TargetRole, ID: "rol_intern"}, Level: 1},
		domain.Grant{ID: "gnt_h2", Holder: holder("key_a"), Target: domain.Target{Kind: domain.TargetRole, ID: "rol_intern"}, Level: 1})
	return build(t, recs...)
}

// The definitions are those of PRODUCT 9.1 and of the records: what is written of
// each role on each object, field, setting and action is what the role permits.
func TestRoleDefinitionsSayWhatTheRolesPermit(t *testing.T) {
	o := roleWorld(t)
	wb := RoleDefinitions(o, meta(o), nil)
	sameEverywhere(t, wb)
	objs, settings, actions := o.Count(domain.KindObject), len(domain.SettingPermissions()), len(domain.ActionPermissions())
	for name, want := range map[string]int{sheetRoles: 4, sheetObjects: 4 * objs, sheetSettings: 4 * (1 + settings), sheetActions: 4 * (1 + actions),
		sheetFields: 1, sheetRoleAccess: 2, sheetHolders: 3} {
		if n := len(objects(t, wb, name)); n != want {
			t.Errorf("%s has %d rows, want %d", name, n, want)
		}
	}
	for _, r := range objects(t, wb, sheetObjects) {
		for _, op := range domain.Operations() {
			v, ok := o.RoleValue(domain.ID(r["role_id"]), domain.Target{Kind: op, ID: domain.ID(r["object_id"])})
			if got := r[strings.ToLower(domain.OperationWord(op))]; !ok || got != []string{"Denied", "Allowed"}[v.Level] {
				t.Errorf("%s %s on %s: %q, the role says %d", r["role_id"], domain.OperationWord(op), r["object_id"], got, v.Level)
			}
		}
	}
	find := func(sheetName string, want map[string]string) {
		t.Helper()
		for _, r := range objects(t, wb, sheetName) {
			fits := true
			for k, v := range want {
				fits = fits && r[k] == v
			}
			if fits {
				return
			}
		}
		t.Errorf("%s has no row %v", sheetName, want)
	}
	find(sheetRoles, map[string]string{"role": "Admin", "mark": "Admin", "for": "users, API keys", "settings_held": fmt.Sprint(settings)})
	find(sheetRoles, map[string]string{"role": "Member", "mark": "default", "settings_held": "0"})
	find(sheetRoles, map[string]string{"role": evil, "description": evil, "users": "1", "api_keys": "1", "objects_with_an_exception": "2", "rules_on_fields": "1"})
	find(sheetObjects, map[string]string{"role": evil, "object_id": "opportunity", "exception": "yes", "see": "Denied", "own": "See"})
	find(sheetObjects, map[string]string{"role": evil, "object_id": "person", "see": "Allowed", "edit": "Allowed", "delete": "Denied"})
	find(sheetFields, map[string]string{"role": evil, "field_id": "person/emails", "level": "See", "without_the_rule": "Edit"})
	find(sheetRoleAccess, map[string]string{"role": evil, "kind": "area", "on": "Voice " + evil, "level": "Edit"})
	find(sheetRoleAccess, map[string]string{"role": evil, "kind": "agent", "on": evil, "level": "View & Use"})
	find(sheetHolders, map[string]string{"role": evil, "holder": "=1+1", "how": "given"})
	find(sheetHolders, map[string]string{"role": "Member", "holder": "Bea", "how": "by default"})
	kinds := []string{}
	for _, r := range objects(t, wb, sheetSettings) {
		if r["role"] == "Admin" && r["level"] != "Held" {
			t.Errorf("the Admin role has not %s", r["setting"])
		}
		kinds = append(kinds, r["setting"])
	}
	for _, want := range []string{"API Keys & Webhooks", "Data Model", "SSO Bypass"} {
		if !slices.Contains(kinds, want) {
			t.Errorf("no setting %q among %q", want, kinds[:settings+1])
		}
	}
}
