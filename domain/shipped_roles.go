package domain

// ShippedRole is a role of a new organisation with what it permits.
type ShippedRole struct {
	Role   Role // without an id
	Values []PermissionValue
}

// PermissionValue is one value of a role's definition.
type PermissionValue struct {
	Target Target
	Level  Level
}

// ShippedRoles gives the roles of a new organisation (PRODUCT 9.1): Admin,
// which holds everything by being the Admin role; Member, the default, with
// records and actions and no settings; Guest, which sees and does nothing
// else. The slices are the caller's own.
func ShippedRoles() []ShippedRole {
	all := func(kinds ...TargetKind) []PermissionValue {
		var out []PermissionValue
		for _, k := range kinds {
			out = append(out, PermissionValue{Target{k, AllID}, 1})
		}
		return out
	}
	return []ShippedRole{
		{Role: Role{Name: "Admin", Description: "Everything", Admin: true, ForUsers: true, ForKeys: true}},
		{Role: Role{Name: "Member", Description: "Records and actions, no settings", Default: true,
			ForUsers: true, ForKeys: true, ForAgents: true},
			Values: all(TargetObjectSee, TargetObjectEdit, TargetObjectDelete, TargetObjectDestroy, TargetAction)},
		{Role: Role{Name: "Guest", Description: "May see, nothing else", ForUsers: true}, Values: all(TargetObjectSee)},
	}
}

// Records gives the role and its grants under an id, for a new organisation
// or an import. ids makes the ids of the grants.
func (r ShippedRole) Records(id ID, ids func() ID) []Record {
	role := r.Role
	role.ID = id
	out := []Record{role}
	for _, v := range r.Values {
		out = append(out, Grant{ID: ids(), Holder: Holder{HolderRole, id}, Target: v.Target, Level: v.Level})
	}
	return out
}
