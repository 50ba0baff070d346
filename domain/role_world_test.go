package domain

import (
	"fmt"
	"testing"
)

func byRole(id ID) Holder { return Holder{HolderRole, id} }

func op(kind TargetKind, object ID) Target { return Target{kind, object} }

// permit makes a value of a role's definition; its id says what it is.
func permit(role ID, t Target, l Level) Grant {
	return Grant{ID: ID(fmt.Sprintf("gnt_%s_%s_%s", role, t.Kind, t.ID)), Holder: byRole(role), Target: t, Level: l}
}

func aia(name, owner string) Principal {
	return Principal{ID: ID("aia_" + name), Kind: AIAgent, Name: name, Status: Active, Owner: ID("usr_" + owner)}
}

// crm is a workspace with the shipped roles and objects: ana, bob and cyd keep
// the offices, ida is to be an intern, key_sync and aia_scout are machines.
func crm(t testing.TB, more ...Record) *Org {
	t.Helper()
	objects, fields, err := ObjectCatalogue(ObjectsCRM)
	if err != nil {
		t.Fatal(err)
	}
	var recs []Record
	for _, r := range objects {
		recs = append(recs, r)
	}
	for _, r := range fields {
		recs = append(recs, r)
	}
	n := 0
	for _, r := range ShippedRoles() {
		id := map[string]ID{"Admin": "rol_admin", "Member": "rol_member", "Guest": "rol_guest"}[r.Role.Name]
		recs = append(recs, r.Records(id, func() ID { n++; return ID(fmt.Sprintf("gnt_shipped_%d", n)) })...)
	}
	recs = append(recs, user("ana"), user("bob"), user("cyd"), user("ida"), user("max"), key("sync", "max"), aia("scout", "max"),
		gives("usr_ana", "account", 1), gives("usr_ana", "duty:admin", 1), gives("usr_ana", "rol_admin", 1),
		gives("usr_bob", "duty:checker", 1), gives("usr_cyd", "duty:checker", 1))
	return orgOf(t, append(recs, more...)...)
}

// intern is the seed's example: sees everything, edits nothing; Opportunities
// hidden, People edited, but their e-mail only seen and their address hidden.
func intern() []Record {
	return []Record{
		Role{ID: "rol_intern", Name: "Intern", ForUsers: true, ForKeys: true, ForAgents: true},
		permit("rol_intern", op(TargetObjectSee, AllID), Allowed),
		permit("rol_intern", op(TargetObjectSee, "opportunity"), Denied),
		permit("rol_intern", op(TargetObjectEdit, "person"), Allowed),
		permit("rol_intern", Target{TargetField, "person/emails"}, SeeField),
		permit("rol_intern", Target{TargetField, "person/address"}, NoField),
	}
}
