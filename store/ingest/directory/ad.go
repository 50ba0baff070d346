package directory

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// adUsers reads people of Active Directory, from Get-ADUser.
//
// Published: learn.microsoft.com/powershell/module/activedirectory/get-aduser:
// without -Properties DistinguishedName, Enabled, GivenName, Name, ObjectClass,
// ObjectGUID, SamAccountName, SID, Surname, UserPrincipalName; with it also
// EmailAddress or mail, Department, Title, Manager, EmployeeID, employeeType,
// DisplayName, of which Manager is a distinguished name. Export-Csv of Windows
// PowerShell puts a line #TYPE before the columns.
func adUsers() layout {
	return layout{
		format: ADUsers,
		has:    []string{"DistinguishedName", "SamAccountName", "ObjectClass", "UserPrincipalName"},
		fields: map[Field][]string{
			FieldID: {"ObjectGUID", "DistinguishedName"}, FieldName: {"DisplayName", "Name", "GivenName", "Surname"},
			FieldEmail: {"mail", "EmailAddress", "UserPrincipalName"}, FieldDepartment: {"Department"}, FieldTitle: {"Title"},
			FieldManager: {"Manager"}, FieldEmployment: {"employeeType"}, FieldStatus: {"Enabled"},
			"also": {"SamAccountName", "SID", "EmployeeID"}, "class": {"ObjectClass"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			if class := c.get("ObjectClass"); class != "" && !isPersonClass(class) {
				e.Skip = fmt.Sprintf("is a %s, not a person", short(class))
				return e
			}
			e.User = c.user()
			if e.User.Name == "" || e.User.Name == c.get("GivenName") {
				e.User.Name = fullName(c.get("GivenName"), c.get("Surname"))
			}
			e.User.Also = refs(c.get("DistinguishedName"), c.get("SamAccountName"), c.get("UserPrincipalName"), c.get("SID"), c.get("EmployeeID"))
			c.status(&e, onOff)
			return e
		},
	}
}

func isPersonClass(class string) bool {
	return strings.EqualFold(class, "user") || strings.EqualFold(class, "inetOrgPerson") || strings.EqualFold(class, "person")
}

// adGroups reads groups, from Get-ADGroup.
//
// Published: learn.microsoft.com/powershell/module/activedirectory/get-adgroup:
// DistinguishedName, GroupCategory, GroupScope, Name, ObjectClass, ObjectGUID,
// SamAccountName, SID.
func adGroups() layout {
	return layout{
		format: ADGroups,
		has:    []string{"DistinguishedName", "GroupScope", "Name"},
		fields: map[Field][]string{
			FieldID: {"ObjectGUID", "DistinguishedName"}, FieldName: {"Name", "SamAccountName"}, FieldDescription: {"Description"},
			"also": {"SID"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			e.Group = &Group{ID: c.field(FieldID), Name: c.field(FieldName), Description: c.field(FieldDescription),
				Also: refs(c.get("DistinguishedName"), c.get("SamAccountName"), c.get("SID"))}
			return e
		},
	}
}

// adMembers reads the members of one group, from Get-ADGroupMember.
//
// Published: learn.microsoft.com/powershell/module/activedirectory/get-adgroupmember:
// distinguishedName, name, objectClass, objectGUID, SamAccountName, SID. The
// file does not say which group it is about.
func adMembers() layout {
	return layout{
		format: ADMembers,
		has:    []string{"distinguishedName", "name", "objectClass", "objectGUID", "SamAccountName", "SID"},
		lacks:  []string{"UserPrincipalName", "GroupScope"},
		fields: map[Field][]string{
			FieldMember: {"objectGUID", "distinguishedName"}, "names": {"name", "SamAccountName", "SID", "objectClass"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			m := Ref{Refs: refs(c.get("objectGUID"), c.get("distinguishedName"), c.get("SamAccountName"), c.get("SID")), Name: c.get("name"), Kind: OtherRef}
			switch class := c.get("objectClass"); {
			case isPersonClass(class):
				m.Kind = UserRef
			case strings.EqualFold(class, "group"):
				m.Kind = GroupRef
			}
			e.Member = &Membership{Member: m}
			return e
		},
	}
}

// csvde reads what the tool csvde exports.
//
// Published: learn.microsoft.com, "Csvde": the first column is DN, the others
// are the names of LDAP attributes (learn.microsoft.com/windows/win32/adschema):
// objectClass, cn, sn, givenName, displayName, title, department, mail,
// manager, member, employeeID, employeeType, description, objectGUID,
// sAMAccountName, userPrincipalName, userAccountControl … Several values stand
// in one field with a semicolon between them, and a value of bytes is written
// X'hex'.
func csvde() layout {
	return layout{
		format: CSVDE,
		has:    []string{"DN", "objectClass"},
		fields: map[Field][]string{
			FieldID: {"objectGUID", "DN"}, FieldName: {"displayName", "cn", "name", "givenName", "sn"}, FieldEmail: {"mail", "userPrincipalName"},
			FieldDepartment: {"department"}, FieldTitle: {"title"}, FieldManager: {"manager"}, FieldEmployment: {"employeeType"},
			FieldStatus: {"userAccountControl"}, FieldDescription: {"description"}, FieldMember: {"member"},
			"also": {"sAMAccountName", "employeeID", "objectClass"},
		},
		read: csvdeRow,
	}
}

func csvdeRow(c cells) Entry {
	e := c.entry()
	dn, id := c.get("DN"), guidText(c.get("objectGUID"))
	if id == "" {
		id = dn
	}
	also := refs(dn, c.get("sAMAccountName"), c.get("userPrincipalName"), c.get("employeeID"))
	switch kindOf(strings.Split(c.get("objectClass"), ";")) {
	case isPerson:
		e.User = c.user()
		e.User.ID, e.User.Also = id, also
		if e.User.Name == "" {
			e.User.Name = fullName(c.get("givenName"), c.get("sn"))
		}
		word, err := accountControl(c.field(FieldStatus))
		if err != nil {
			e.Fault = c.fault(FieldStatus, err.Error())
		}
		e.User.Status = word
	case isGroup:
		e.Group = &Group{ID: id, Also: also, Name: c.get("cn", "name", "sAMAccountName"), Description: c.field(FieldDescription)}
		for _, dn := range splitValues(c.field(FieldMember)) {
			e.Group.Members = append(e.Group.Members, Ref{Refs: one(dn)})
		}
	default:
		e.Skip = "is neither a person nor a group"
	}
	return e
}

// splitValues parts the values of one field; a semicolon that belongs to a
// value stands behind a backslash.
func splitValues(s string) []string {
	var out []string
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			b.WriteString(s[i : i+2])
			i++
		case s[i] == ';':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(s[i])
		}
	}
	return refs(append(out, b.String())...)
}

// accountControl reads userAccountControl: bit 2 is ACCOUNTDISABLE
// (learn.microsoft.com, "UserAccountControl property flags").
func accountControl(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return "", fmt.Errorf("is no userAccountControl; that is a number")
	}
	if n&2 != 0 {
		return "inactive", nil
	}
	return "active", nil
}

// guidText writes the bytes of an objectGUID as text; the first three parts
// have their lowest byte first (learn.microsoft.com, MS-DTYP 2.3.4.2). Text
// that is one already stays.
func guidText(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "X'") && strings.HasSuffix(s, "'") && len(s) > 2 {
		raw, err := hex.DecodeString(s[2 : len(s)-1])
		if err != nil || len(raw) != 16 {
			return ""
		}
		return guid(raw)
	}
	return s
}

func guid(b []byte) string {
	return fmt.Sprintf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%x-%x", b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8:10], b[10:16])
}
