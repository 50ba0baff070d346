package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"countersign/store/ingest/table"
)

// The attributes are those of RFC 7643: section 4.1 (User: userName, name,
// displayName, emails, title, userType, active), 4.2 (Group: displayName,
// members) and 4.3 (the enterprise extension: employeeNumber, department,
// manager); a list of them is RFC 7644, section 3.4.2 (ListResponse). Names of
// attributes count without regard to case, as section 2.1 says. The attributes
// password, photos and x509Certificates are not decoded.

type scimUser struct {
	Schemas     []string    `json:"schemas"`
	ID          string      `json:"id"`
	ExternalID  string      `json:"externalId"`
	UserName    string      `json:"userName"`
	DisplayName string      `json:"displayName"`
	Name        scimName    `json:"name"`
	Emails      []scimEmail `json:"emails"`
	Title       string      `json:"title"`
	UserType    string      `json:"userType"`
	Active      *scimBool   `json:"active"`
	Enterprise  scimExtra   `json:"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
	Members     []scimRef   `json:"members"`
	Meta        struct {
		ResourceType string `json:"resourceType"`
	} `json:"meta"`
}

type scimName struct {
	Formatted  string `json:"formatted"`
	GivenName  string `json:"givenName"`
	FamilyName string `json:"familyName"`
}

type scimEmail struct {
	Value   string   `json:"value"`
	Type    string   `json:"type"`
	Primary scimBool `json:"primary"`
}

type scimExtra struct {
	EmployeeNumber string      `json:"employeeNumber"`
	Department     string      `json:"department"`
	Manager        scimManager `json:"manager"`
}

// scimManager is an object with the manager's id; some write the id alone.
type scimManager struct{ Value string }

func (m *scimManager) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &m.Value)
	}
	var o struct {
		Value string `json:"value"`
	}
	err := json.Unmarshal(b, &o)
	m.Value = o.Value
	return err
}

// scimBool is true or false; some write it as text.
type scimBool bool

func (v *scimBool) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(strings.Trim(string(b), `"`)) {
	case "true":
		*v = true
	case "false", "null":
		*v = false
	default:
		return errors.New("is neither true nor false")
	}
	return nil
}

type scimRef struct {
	Value   string `json:"value"`
	Ref     string `json:"$ref"`
	Type    string `json:"type"`
	Display string `json:"display"`
}

// scimBody reads resources one by one: of a ListResponse, of several one after
// the other (pages), or of a plain array. A resource standing alone is refused,
// and so is an object that has nothing of a ListResponse.
type scimBody struct {
	text *table.Text
	in   *counted
	dec  *json.Decoder

	inList bool // within the array of resources
	depth  int  // of lists: 1 within a ListResponse
	list   bool // whether the object being read has shown itself a ListResponse
	done   bool
	seen   map[Field]bool
	rows   int
	total  int // what the lists say there is
}

func openSCIM(src io.Reader) (*scimBody, error) {
	text, err := table.OpenText(src)
	if err != nil {
		return nil, err
	}
	in := &counted{src: text, most: MostRecord}
	return &scimBody{text: text, in: in, dec: json.NewDecoder(in), seen: map[Field]bool{}}, nil
}

func (s *scimBody) next() (Entry, error) {
	for {
		if s.done {
			return Entry{}, io.EOF
		}
		if s.inList {
			if s.dec.More() {
				return s.resource()
			}
			if err := s.leave(); err != nil {
				return Entry{}, err
			}
			continue
		}
		if err := s.enter(); err != nil {
			return Entry{}, err
		}
	}
}

// enter finds the next array of resources. Within a ListResponse it passes
// over every other attribute.
func (s *scimBody) enter() error {
	for {
		tok, err := s.dec.Token()
		if errors.Is(err, io.EOF) && s.depth == 0 {
			s.done = true
			return nil
		}
		if err != nil {
			return s.broken(err)
		}
		switch {
		case s.depth == 0 && tok == json.Delim('['):
			s.inList = true
			return nil
		case s.depth == 0 && tok == json.Delim('{'):
			s.depth, s.list = 1, false
		case s.depth == 1 && tok == json.Delim('}'):
			if !s.list {
				return s.notSCIM()
			}
			s.depth = 0
		case s.depth == 1:
			name, _ := tok.(string)
			if list, err := s.attribute(name); list || err != nil {
				return err
			}
		default:
			return s.notSCIM()
		}
	}
}

func (s *scimBody) notSCIM() error {
	return &table.FileError{Line: s.in.line(s.dec.InputOffset()), Message: "the file is JSON, but no answer of SCIM",
		Hint: "it must be a ListResponse of Users or of Groups; grants and members have imports of their own (import grants, import members)"}
}

// attribute reads one attribute of a ListResponse; list is true where the
// array of resources begins.
func (s *scimBody) attribute(name string) (list bool, err error) {
	switch strings.ToLower(name) {
	case "resources":
		s.list = true
		tok, err := s.dec.Token()
		if err != nil {
			return false, s.broken(err)
		}
		if tok == nil {
			return false, nil
		}
		if tok != json.Delim('[') {
			return false, &table.FileError{Line: s.in.line(s.dec.InputOffset()), Message: "Resources is no list", Hint: "a ListResponse holds its resources in an array"}
		}
		s.inList = true
		return true, nil
	case "totalresults":
		s.list = true // RFC 7644, section 3.4.2: without Resources where there are none
		var n json.Number
		if err := s.dec.Decode(&n); err != nil {
			return false, s.broken(err)
		}
		if v, err := n.Int64(); err == nil && v > int64(s.total) {
			s.total = int(v)
		}
		return false, nil
	case "username", "displayname":
		return false, &table.FileError{Line: s.in.line(s.dec.InputOffset()), Message: "the file is one resource, not a list of them",
			Hint: "put it into a ListResponse, or into an array"}
	}
	return false, s.skip()
}

// mostDeep is how deep lists and objects may stand in each other in a value
// that is passed over: the JSON library keeps a word for every one that is open.
const mostDeep = 1000

// skip passes over one value without keeping it.
func (s *scimBody) skip() error {
	depth := 0
	for {
		tok, err := s.dec.Token()
		if err != nil {
			return s.broken(err)
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > mostDeep {
			return &table.FileError{Line: s.in.line(s.dec.InputOffset()), Message: "a value is nested too deep", Hint: "export it again"}
		}
		if depth == 0 {
			return nil
		}
	}
}

// leave closes the array of resources.
func (s *scimBody) leave() error {
	if _, err := s.dec.Token(); err != nil {
		return s.broken(err)
	}
	s.inList = false
	return nil
}

// resource reads one User or Group.
func (s *scimBody) resource() (Entry, error) {
	at := s.in.lineBehind(s.dec.InputOffset())
	s.in.allow(s.dec.InputOffset())
	var u scimUser
	err := s.dec.Decode(&u)
	s.rows++
	e := Entry{Line: at}
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		e.Fault = &table.RowError{Line: at, Column: short(kind.Field), Message: "is of the wrong kind: " + kind.Value + "; RFC 7643 says what an attribute holds"}
		return e, nil
	case err != nil && !s.in.tooMuch && !errors.As(err, new(*json.SyntaxError)) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		e.Fault = &table.RowError{Line: at, Column: "active", Message: "is neither true nor false"}
		return e, nil
	case err != nil:
		return Entry{}, s.broken(err)
	}
	switch {
	case u.is("Group"):
		e.Group = s.group(u)
	case u.is("User"):
		e.User = s.user(u)
	default:
		e.Skip = "is neither a User nor a Group of SCIM"
	}
	return e, nil
}

// is tells what the resource is: by its schema, its type, or by what it has.
func (u scimUser) is(kind string) bool {
	core := func(s string) bool { return strings.HasPrefix(s, "urn:ietf:params:scim:schemas:core:2.0:") }
	if i := slices.IndexFunc(u.Schemas, core); i >= 0 {
		return strings.HasSuffix(u.Schemas[i], ":"+kind)
	}
	if u.Meta.ResourceType != "" {
		return u.Meta.ResourceType == kind
	}
	if kind == "User" {
		return u.UserName != ""
	}
	return u.UserName == "" && u.DisplayName != ""
}

func (s *scimBody) user(u scimUser) *User {
	out := &User{ID: u.ID, Name: u.DisplayName, Email: u.email(), Title: u.Title, Department: u.Enterprise.Department,
		Manager: u.Enterprise.Manager.Value, Employment: employment(u.UserType)}
	if out.ID == "" {
		out.ID = u.UserName
	}
	out.Also = refs(u.UserName, u.ExternalID, u.Enterprise.EmployeeNumber)
	if out.Name == "" {
		out.Name = u.Name.Formatted
	}
	if out.Name == "" {
		out.Name = fullName(u.Name.GivenName, u.Name.FamilyName)
	}
	if u.Active != nil {
		out.Status = map[scimBool]string{true: "active", false: "inactive"}[*u.Active]
	}
	for f, v := range map[Field]string{FieldID: out.ID, FieldName: out.Name, FieldEmail: out.Email, FieldTitle: out.Title,
		FieldDepartment: out.Department, FieldManager: out.Manager, FieldEmployment: out.Employment, FieldStatus: out.Status} {
		s.seen[f] = s.seen[f] || v != ""
	}
	return out
}

// email is the primary address, else the one for work, else the first, else a
// userName that is one (RFC 7643, section 4.1.1: often it is).
func (u scimUser) email() string {
	for _, pick := range []func(scimEmail) bool{
		func(m scimEmail) bool { return bool(m.Primary) },
		func(m scimEmail) bool { return strings.EqualFold(m.Type, "work") },
		func(scimEmail) bool { return true },
	} {
		if i := slices.IndexFunc(u.Emails, func(m scimEmail) bool { return m.Value != "" && pick(m) }); i >= 0 {
			return u.Emails[i].Value
		}
	}
	if strings.Contains(u.UserName, "@") {
		return u.UserName
	}
	return ""
}

func (s *scimBody) group(u scimUser) *Group {
	g := &Group{ID: u.ID, Also: refs(u.ExternalID), Name: u.DisplayName}
	if g.ID == "" {
		g.ID = u.DisplayName
	}
	for _, m := range u.Members {
		r := Ref{Refs: one(m.Value), Name: m.Display}
		switch {
		case strings.EqualFold(m.Type, "User") || m.Type == "" && strings.Contains(m.Ref, "/Users/"):
			r.Kind = UserRef
		case strings.EqualFold(m.Type, "Group") || m.Type == "" && strings.Contains(m.Ref, "/Groups/"):
			r.Kind = GroupRef
		case m.Type != "":
			r.Kind = OtherRef
		}
		g.Members = append(g.Members, r)
	}
	s.seen[FieldName] = true
	return g
}

func (s *scimBody) source() (table.Source, bool) {
	if !s.done {
		return table.Source{}, false
	}
	return s.text.Source(s.rows), true
}

// column is the attribute's name in RFC 7643.
func (s *scimBody) column(f Field) string {
	return map[Field]string{FieldID: "id", FieldName: "displayName", FieldEmail: "emails", FieldDepartment: "department", FieldTitle: "title",
		FieldManager: "manager", FieldEmployment: "userType", FieldStatus: "active", FieldGroup: "displayName", FieldMember: "members"}[f]
}

func (s *scimBody) says(f Field) bool { return s.seen[f] }

func (s *scimBody) header() []string   { return nil }
func (s *scimBody) unused() []string   { return nil }
func (s *scimBody) withheld() []string { return nil }

func (s *scimBody) place(e table.RowError) table.RowError { return e }
func (s *scimBody) close() error                          { return nil }

func (s *scimBody) partial() string {
	if s.total > s.rows {
		return fmt.Sprintf("the file holds %d of %d resources: ask the directory for the other pages and put them into the same file", s.rows, s.total)
	}
	return ""
}

// broken makes the error after which nothing more can be read. What the JSON
// library says of a syntax error names no value but single characters.
func (s *scimBody) broken(err error) error {
	line := s.in.line(s.dec.InputOffset())
	var syntax *json.SyntaxError
	switch {
	case s.in.tooMuch:
		return &table.FileError{Line: line, Message: fmt.Sprintf("one resource is larger than %d MiB", MostRecord>>20), Hint: "export the group without its members' details"}
	case errors.As(err, &syntax):
		return &table.FileError{Line: s.in.line(syntax.Offset), Message: "the file is not valid JSON: " + syntax.Error(), Hint: "export it again"}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &table.FileError{Line: line, Message: "the file ends in the middle of a value", Hint: "export it again"}
	}
	return &table.FileError{Line: line, Message: "reading the file failed: " + err.Error(), Err: err}
}

// short makes a name from a file fit for a sentence.
func short(s string) string { return table.Short(s) }
