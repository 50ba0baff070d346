package assign

import "countersign/domain"

// Person is what a rule can ask about somebody. What is not known is the
// empty text.
type Person struct {
	Email      string // folded (domain.Fold)
	Name       string
	Department string
	Title      string
	Manager    string // the manager's e-mail, folded
	Employment string // "employee", "contractor" or "external"
	Status     string // "active" or "invited": nobody else is asked about
	External   string // the person's id in the source they came from
	Source     string // that source's name; empty: entered here
	LastActive string // "2026-03-31"
}

// PersonOf gives the attributes of a principal of o.
func PersonOf(o *domain.Org, p domain.Principal) Person {
	out := Person{Email: domain.Fold(p.Email), Name: p.Name, Department: p.Department, Title: p.Title,
		Employment: p.Employment.String(), Status: p.Status.String(), External: p.External, Source: p.Origin.Source,
		LastActive: string(p.LastActive)}
	if m, ok := o.Principal(p.Manager); ok {
		out.Manager = domain.Fold(m.Email)
	}
	return out
}

// attribute is one name that an expression may use.
type attribute struct {
	name string
	also []string // what people write instead
	get  func(*Person) string
}

// attributes lists what expressions may ask, the most used first.
var attributes = []attribute{
	{"email", []string{"mail", "address", "emailaddress", "upn", "userprincipalname", "login", "username"}, func(p *Person) string { return p.Email }},
	{"department", []string{"dept", "dep", "team", "division", "orgunit"}, func(p *Person) string { return p.Department }},
	{"title", []string{"jobtitle", "job", "position", "role"}, func(p *Person) string { return p.Title }},
	{"name", []string{"fullname", "displayname", "cn"}, func(p *Person) string { return p.Name }},
	{"manager", []string{"boss", "supervisor", "manageremail", "reportsto"}, func(p *Person) string { return p.Manager }},
	{"employment", []string{"employmenttype", "employeetype", "usertype", "contract"}, func(p *Person) string { return p.Employment }},
	{"status", []string{"state", "active", "enabled", "isactive"}, func(p *Person) string { return p.Status }},
	{"external", []string{"externalid", "employeeid", "employeenumber", "id"}, func(p *Person) string { return p.External }},
	{"source", []string{"origin", "directory"}, func(p *Person) string { return p.Source }},
	{"last_active", []string{"lastlogin", "lastseen"}, func(p *Person) string { return p.LastActive }},
}

// Attributes lists the names that expressions may use.
func Attributes() []string {
	out := make([]string, len(attributes))
	for i, a := range attributes {
		out[i] = a.name
	}
	return out
}
