package directory

import (
	"strings"

	"countersign/domain"
)

// Format is a published form in which a directory hands out its people, groups
// or memberships.
type Format string

// The formats.
const (
	OktaUsers     Format = "okta-users"
	OktaMembers   Format = "okta-members"
	EntraUsers    Format = "entra-users"
	EntraGroups   Format = "entra-groups"
	EntraMembers  Format = "entra-members"
	GoogleUsers   Format = "google-users"
	GoogleMembers Format = "google-members"
	ADUsers       Format = "ad-users"
	ADGroups      Format = "ad-groups"
	ADMembers     Format = "ad-members"
	CSVDE         Format = "csvde"
	Baton         Format = "baton"
	SCIM          Format = "scim"
	LDIF          Format = "ldif"
)

// formats say of each what it is called and how a person gets such a file.
var formats = []struct {
	format Format
	words  string
	how    string
}{
	{OktaUsers, "Okta users", "the columns of Okta's user profile, as in its template of users and in exports of people"},
	{OktaMembers, "Okta group memberships", "Reports > Group membership > CSV Export"},
	{EntraUsers, "Microsoft Entra users", "Users > All users > Download users"},
	{EntraGroups, "Microsoft Entra groups", "Groups > All groups > Download groups"},
	{EntraMembers, "Microsoft Entra group members", "Groups > a group > Members > Download members"},
	{GoogleUsers, "Google Workspace users", "Directory > Users > Download users"},
	{GoogleMembers, "Google Workspace group members", "Directory > Groups > Download members"},
	{ADUsers, "Active Directory users", "Get-ADUser -Filter * -Properties * | Export-Csv"},
	{ADGroups, "Active Directory groups", "Get-ADGroup -Filter * | Export-Csv"},
	{ADMembers, "Active Directory group members", "Get-ADGroupMember GROUP | Export-Csv"},
	{CSVDE, "Active Directory, csvde", "csvde -f FILE"},
	{Baton, "baton", "baton export csv"},
	{SCIM, "SCIM 2.0", "GET /Users or GET /Groups, the answers as they are"},
	{LDIF, "LDIF", "ldapsearch -LLL, slapcat or ldifde"},
}

// Formats lists every format.
func Formats() []Format {
	out := make([]Format, len(formats))
	for i, f := range formats {
		out[i] = f.format
	}
	return out
}

// ParseFormat reads a format's word; an unknown one is an Invalid error.
func ParseFormat(s string) (Format, error) {
	var words []string
	for _, f := range formats {
		if strings.EqualFold(strings.TrimSpace(s), string(f.format)) {
			return f.format, nil
		}
		words = append(words, string(f.format))
	}
	return "", domain.Errorf(domain.Invalid, "%q is not a format of a directory", s).Hinted("use one of: %s", strings.Join(words, ", "))
}

// Words is what the format is called in a sentence.
func (f Format) Words() string {
	for _, g := range formats {
		if g.format == f {
			return g.words
		}
	}
	return string(f)
}

// How says where a file of the format comes from.
func (f Format) How() string {
	for _, g := range formats {
		if g.format == f {
			return g.how
		}
	}
	return ""
}
