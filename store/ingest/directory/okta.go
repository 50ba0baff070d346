package directory

import (
	"strings"

	"countersign/store/ingest/table"
)

// oktaUsers reads people of Okta.
//
// Published: the columns are the names of Okta's user profile. They stand in
// the template behind "Import Users From CSV" (support.okta.com, "How to Import
// Users From a CSV File", which names login, firstName, lastName and email as
// mandatory; the whole line is quoted in the support question "import CSV
// attributes format"): login, firstName, lastName, middleName,
// honorificPrefix, honorificSuffix, email, title, displayName, nickName,
// profileUrl, secondEmail, mobilePhone, primaryPhone, streetAddress, city,
// state, zipCode, countryCode, postalAddress, preferredLanguage, locale,
// timezone, userType, employeeNumber, costCenter, organization, division,
// department, managerId, manager. Exports of people put id and status of the
// user object before them (developer.okta.com, Users API: the statuses are
// those of User.status).
func oktaUsers() layout {
	return layout{
		format: OktaUsers,
		has:    []string{"login", "firstName", "lastName", "email"},
		fields: map[Field][]string{
			FieldID: {"id", "login"}, FieldName: {"displayName", "firstName", "lastName"}, FieldEmail: {"email"},
			FieldDepartment: {"department"}, FieldTitle: {"title"}, FieldManager: {"managerId", "manager"},
			FieldEmployment: {"userType"}, FieldStatus: {"status"}, "also": {"employeeNumber"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			e.User = c.user()
			if e.User.Name = c.get("displayName"); e.User.Name == "" {
				e.User.Name = fullName(c.get("firstName"), c.get("lastName"))
			}
			e.User.Also = refs(c.get("login"), c.get("employeeNumber"))
			c.status(&e, oktaStatus)
			return e
		},
	}
}

// oktaStatus says what User.status means here. Somebody locked out or with an
// expired password still has what they have; who is staged has not been yet.
var oktaStatus = map[string]string{
	"staged": "invited", "provisioned": "invited", "pendinguseraction": "invited",
	"active": "active", "recovery": "active", "passwordreset": "active", "passwordexpired": "active", "lockedout": "active", "lockout": "active",
	"suspended": "inactive", "deprovisioned": "inactive", "deactivated": "inactive",
}

// oktaMembers reads the report of group memberships.
//
// Published: help.okta.com, "Group Membership report": Group name, Group
// source, Group membership type, Okta user status, Okta username, User
// fullname; the ids of user and group are taken where the file has them.
func oktaMembers() layout {
	return layout{
		format: OktaMembers,
		has:    []string{"Okta username", "Group name"},
		fields: map[Field][]string{
			FieldMember: {"Okta user ID", "User ID", "Okta username"}, FieldGroup: {"Group ID", "Group name"},
			FieldStatus: {"Okta user status"}, "names": {"Okta username", "Group name"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			e.Member = &Membership{
				Group:  Ref{Refs: refs(c.get("Group ID"), c.get("Group name")), Name: c.get("Group name"), Kind: GroupRef},
				Member: Ref{Refs: refs(c.get("Okta user ID", "User ID"), c.get("Okta username")), Kind: UserRef},
			}
			return e
		},
	}
}

// baton reads what ConductorOne's baton writes.
//
// Published: github.com/ConductorOne/baton, cmd/baton/export.go (the names)
// and cmd/baton/csv.go (the rows): Type, Last Name, First Name, User ID, User
// Status, Email Address, Entitlement Display Name, Entitlement, Resource Type,
// Resource Name, Entitlement Description, Entitlement Slug. Type is Identity,
// Entitlement or Grant. An entitlement is what can be granted, so it is a
// group here; that of being a member of a group is called like the group.
func baton() layout {
	return layout{
		format: Baton,
		has:    []string{"Type", "User ID", "Entitlement", "Resource Type", "Resource Name", "Entitlement Slug"},
		fields: map[Field][]string{
			FieldID: {"User ID", "Email Address"}, FieldName: {"First Name", "Last Name"}, FieldEmail: {"Email Address"}, FieldStatus: {"User Status"},
			FieldGroup: {"Entitlement"}, FieldMember: {"User ID", "Email Address"},
			FieldDescription: {"Entitlement Description"},
			"names":          {"Type", "Entitlement Display Name", "Resource Name", "Resource Type", "Entitlement Slug"},
		},
		read: batonRow,
	}
}

func batonRow(c cells) Entry {
	e := c.entry()
	name := c.get("Entitlement Display Name", "Entitlement")
	if strings.EqualFold(c.get("Entitlement Slug"), "member") && c.get("Resource Name") != "" {
		name = c.get("Resource Name")
	}
	switch kind := c.get("Type"); strings.ToLower(kind) {
	case "identity":
		e.User = c.user()
		e.User.Name = fullName(c.get("First Name"), c.get("Last Name"))
		if e.User.Name == "" {
			e.User.Name = e.User.Email
		}
		c.status(&e, map[string]string{"enabled": "active", "disabled": "inactive", "deleted": "inactive", "unknown": ""})
	case "entitlement":
		e.Group = &Group{ID: c.get("Entitlement"), Name: name, Description: c.get("Entitlement Description")}
	case "grant":
		e.Member = &Membership{
			Group:  Ref{Refs: one(c.get("Entitlement")), Name: name, Kind: GroupRef},
			Member: Ref{Refs: refs(c.get("User ID"), c.get("Email Address")), Kind: UserRef},
		}
	default:
		e.Fault = &table.RowError{Line: c.row.Line, Column: "Type", Value: table.Short(kind), Message: "is no kind of row; baton writes Identity, Entitlement and Grant"}
	}
	return e
}
