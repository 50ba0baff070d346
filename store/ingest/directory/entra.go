package directory

import "strings"

// entraUsers reads people of Microsoft Entra.
//
// Published: learn.microsoft.com/entra/identity/users/users-bulk-download:
// userPrincipalName, displayName, surname, mail, givenName, objectId,
// userType, jobTitle, department, accountEnabled, usageLocation,
// streetAddress, state, country, physicalDeliveryOfficeName, city, postalCode,
// telephoneNumber, mobile, authenticationAlternativePhoneNumber,
// authenticationEmail, alternateEmailAddress, ageGroup,
// consentProvidedForMinor, legalAgeGroupClassification. Later files write id
// for objectId, officeLocation and mobilePhone, and go on with companyName,
// creationType, directorySynced, invitationState, identityIssuer,
// createdDateTime.
//
// A guest is external; a member may be anything, so Member says nothing. A
// guest's userPrincipalName is no address (#EXT#), so their alternate address
// goes before it.
func entraUsers() layout {
	return layout{
		format: EntraUsers,
		has:    []string{"userPrincipalName", "displayName", "userType", "accountEnabled"},
		fields: map[Field][]string{
			FieldID: {"objectId", "id"}, FieldName: {"displayName", "givenName", "surname"},
			FieldEmail: {"mail", "userPrincipalName", "alternateEmailAddress"}, FieldDepartment: {"department"},
			FieldTitle: {"jobTitle"}, FieldEmployment: {"userType"}, FieldStatus: {"accountEnabled"}, "invited": {"invitationState"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			e.User = c.user()
			upn := c.get("userPrincipalName")
			if e.User.Name = c.get("displayName"); e.User.Name == "" {
				e.User.Name = fullName(c.get("givenName"), c.get("surname"))
			}
			e.User.Email = c.get("mail")
			if e.User.Email == "" && strings.Contains(upn, "#EXT#") {
				e.User.Email = c.get("alternateEmailAddress")
			}
			if e.User.Email == "" {
				e.User.Email = upn
			}
			e.User.Also = refs(upn)
			c.status(&e, onOff)
			if e.User.Status == "active" && strings.EqualFold(c.get("invitationState"), "PendingAcceptance") {
				e.User.Status = "invited"
			}
			return e
		},
	}
}

// entraMembers reads the members of one group.
//
// Published: learn.microsoft.com/entra/identity/users/groups-bulk-download-members,
// "Downloaded CSV file format": Object ID, User principal name, Display name,
// Member type …; the file itself spells them id, userPrincipalName,
// displayName, objectType, userType, isUser, isGroup, isGuest. The file does
// not say which group it is about.
func entraMembers() layout {
	return layout{
		format: EntraMembers,
		has:    []string{"userPrincipalName", "displayName"},
		any:    []string{"objectType", "Member type", "isUser", "isGroup"},
		lacks:  []string{"accountEnabled", "SamAccountName", "DN", "groupType"},
		fields: map[Field][]string{
			FieldMember: {"objectId", "id", "userPrincipalName"}, "names": {"userPrincipalName", "displayName"},
			"type": {"objectType", "Member type", "isGroup", "isUser"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			m := Ref{Refs: refs(c.get("objectId", "id"), c.get("userPrincipalName")), Name: c.get("displayName")}
			switch kind := strings.ToLower(strings.TrimPrefix(c.get("objectType", "Member type"), "#microsoft.graph.")); {
			case kind == "user" || kind == "guest" || kind == "member" || isTrue(c.get("isUser")):
				m.Kind = UserRef
			case kind == "group" || isTrue(c.get("isGroup")):
				m.Kind = GroupRef
			case kind != "":
				m.Kind = OtherRef
			}
			e.Member = &Membership{Member: m}
			return e
		},
	}
}

func isTrue(s string) bool { return strings.EqualFold(s, "true") }

// entraGroups reads the list of groups.
//
// Published: learn.microsoft.com/entra/fundamentals/bulk-operations, "Bulk
// download groups": the columns chosen on the page, by the names that Microsoft
// Graph gives to a group (learn.microsoft.com/graph/api/resources/group): id,
// displayName, description, mail, groupType, membershipType …
func entraGroups() layout {
	return layout{
		format: EntraGroups,
		has:    []string{"displayName", "groupType"},
		lacks:  []string{"userPrincipalName"},
		fields: map[Field][]string{FieldID: {"objectId", "id"}, FieldName: {"displayName"}, FieldDescription: {"description"}, "also": {"mail"}},
		read: func(c cells) Entry {
			e := c.entry()
			e.Group = &Group{ID: c.field(FieldID), Name: c.get("displayName"), Description: c.get("description"), Also: refs(c.get("mail"))}
			return e
		},
	}
}
