package directory

import "strings"

// googleUsers reads people of Google Workspace.
//
// Published: support.google.com/cloudidentity/answer/40057, "Add or update
// multiple users from a CSV file", whose file has the columns of the one that
// Directory > Users > Download users writes: First Name [Required], Last Name
// [Required], Email Address [Required], Password [Required], Password Hash
// Function [UPLOAD ONLY], Org Unit Path [Required], New Primary Email [UPLOAD
// ONLY], Status [READ ONLY], Last Sign In [READ ONLY], Recovery Email, Home
// Secondary Email, Work Secondary Email, Recovery Phone [MUST BE IN THE E.164
// FORMAT], Work Phone, Home Phone, Mobile Phone, Work Address, Home Address,
// Employee ID, Employee Type, Employee Title, Manager Email, Department, Cost
// Center, 2sv Enrolled [READ ONLY], 2sv Enforced [READ ONLY], Building ID,
// Floor Name, Floor Section, Email Usage [READ ONLY], Drive Usage [READ ONLY],
// Photos Usage [READ ONLY], Storage limit [READ ONLY], Storage Used [READ
// ONLY], Change Password at Next Sign-In, New Status [UPLOAD ONLY], Advanced
// Protection Program enrollment.
func googleUsers() layout {
	return layout{
		format: GoogleUsers,
		has:    []string{"First Name [Required]", "Last Name [Required]", "Email Address [Required]"},
		fields: map[Field][]string{
			FieldID: {"Employee ID"}, FieldName: {"First Name [Required]", "Last Name [Required]"}, FieldEmail: {"Email Address [Required]"},
			FieldDepartment: {"Department"}, FieldTitle: {"Employee Title"}, FieldManager: {"Manager Email"},
			FieldEmployment: {"Employee Type"}, FieldStatus: {"Status [READ ONLY]"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			e.User = c.user()
			e.User.Name = fullName(c.get("First Name [Required]"), c.get("Last Name [Required]"))
			c.status(&e, map[string]string{"active": "active", "suspended": "inactive", "archived": "inactive", "deleted": "inactive",
				"invited": "invited", "pending": "invited"})
			return e
		},
	}
}

// googleMembers reads memberships of Google groups.
//
// Published: support.google.com/a/answer/6191469, "Manage group members": the
// columns Group Email [Required], Member Email, Member Name, Member Role and
// Member Type, of which the template leaves Member Name out. A member's role
// is OWNER, MANAGER or MEMBER, its type USER, GROUP, SERVICE_ACCOUNT or
// CUSTOMER.
func googleMembers() layout {
	return layout{
		format: GoogleMembers,
		has:    []string{"Group Email [Required]", "Member Email"},
		fields: map[Field][]string{
			FieldGroup: {"Group Email [Required]"}, FieldMember: {"Member Email"}, FieldRole: {"Member Role"}, "type": {"Member Type"},
		},
		read: func(c cells) Entry {
			e := c.entry()
			group := c.field(FieldGroup)
			m := &Membership{Group: Ref{Refs: one(group), Name: group, Kind: GroupRef}, Member: Ref{Refs: one(c.field(FieldMember))}}
			e.Member = m
			switch strings.ToUpper(c.get("Member Type")) {
			case "USER":
				m.Member.Kind = UserRef
			case "GROUP":
				m.Member.Kind = GroupRef
			case "SERVICE_ACCOUNT", "CUSTOMER", "EXTERNAL":
				m.Member.Kind = OtherRef
			}
			switch strings.ToUpper(c.field(FieldRole)) {
			case "OWNER", "MANAGER":
				m.Member.Role = "manager"
			case "MEMBER", "":
			default:
				e.Fault = c.fault(FieldRole, "is no role in a Google group; it is OWNER, MANAGER or MEMBER")
			}
			return e
		},
	}
}
