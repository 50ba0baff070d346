package directory

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/go-ldap/ldif"

	"countersign/store/ingest/table"
)

// attributes are the ones that are read, by their lower-case names; no other
// reaches the decoder. They are those of RFC 4519 (cn, sn, givenName, title,
// description, uid, member, uniqueMember), RFC 2798 (inetOrgPerson:
// displayName, mail, employeeNumber, employeeType, departmentNumber, manager),
// RFC 2307 (memberUid), RFC 4530 (entryUUID), and of Active Directory's schema
// (department, sAMAccountName, userPrincipalName, objectGUID,
// userAccountControl).
var attributes = []string{
	"objectclass", "cn", "name", "sn", "givenname", "displayname", "mail", "title", "description", "uid", "ou",
	"department", "departmentnumber", "manager", "employeenumber", "employeeid", "employeetype", "member", "uniquemember", "memberuid",
	"entryuuid", "objectguid", "nsuniqueid", "samaccountname", "userprincipalname", "useraccountcontrol", "nsaccountlock", "logindisabled",
}

// ldifBody splits a file into entries and has each decoded by the library, of
// which it sees only attributes that are asked for.
type ldifBody struct {
	text *table.Text
	br   *bufio.Reader
	line int // of the next line
	done bool
	rows int
	seen map[Field]bool
	kept map[string]bool // names of attributes with secrets that were met
}

func openLDIF(src io.Reader) (*ldifBody, error) {
	text, err := table.OpenText(src)
	if err != nil {
		return nil, err
	}
	return &ldifBody{text: text, br: bufio.NewReaderSize(text, 64<<10), line: 1, seen: map[Field]bool{}, kept: map[string]bool{}}, nil
}

// next reads one entry.
func (l *ldifBody) next() (Entry, error) {
	for {
		if l.done {
			return Entry{}, io.EOF
		}
		rec, err := l.record()
		if err != nil {
			return Entry{}, err
		}
		if rec.empty() {
			continue
		}
		l.rows++
		return l.entry(rec)
	}
}

// ldifRecord is one entry as it stands in the file, unfolded, with the lines
// that are not asked for left out.
type ldifRecord struct {
	line   int
	dn     bool
	lines  []string
	change string // of a change record, what it does
	fault  *table.RowError
	any    bool // there was a line at all
}

func (r *ldifRecord) empty() bool { return !r.any && r.fault == nil }

// record reads up to the next empty line. Its memory is bounded: a line that
// is not asked for is passed over, a record of more than MostRecord ends the
// reading.
func (l *ldifBody) record() (*ldifRecord, error) {
	rec := &ldifRecord{}
	var cur strings.Builder
	keeping, size := false, 0
	flush := func() {
		if keeping && l.take(rec, cur.String()) {
			rec.lines = append(rec.lines, cur.String())
		}
		cur.Reset()
		keeping = false
	}
	for {
		line, at, err := l.physical()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		switch {
		case line == "":
			flush()
			l.done = err != nil
			if rec.any || l.done {
				return rec, nil
			}
		case line[0] == ' ':
			if keeping {
				cur.WriteString(line[1:])
			}
		case line[0] == '#':
			flush() // what continues it is a comment as well
		default:
			flush()
			if !rec.begin(at, line) && l.wanted(line) {
				keeping = true
				cur.WriteString(line)
			}
		}
		if size += len(line); size > MostRecord {
			return nil, &table.FileError{Line: rec.line, Message: fmt.Sprintf("one entry is larger than %d MiB", MostRecord>>20), Hint: "export it without large attributes"}
		}
	}
}

// wanted reports whether a line may hold what is read: by the attribute's name,
// which may go on in the next line where there is no colon yet. It remembers
// the names of attributes with secrets.
func (l *ldifBody) wanted(line string) bool {
	name, _, found := strings.Cut(line, ":")
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), ";")
	if found && table.Secret(base) {
		l.kept[strings.TrimSpace(name)] = true
		return false
	}
	return !found || base == "dn" || base == "changetype" || slices.Contains(attributes, base)
}

// begin notes where the record begins; it reports whether the line is the
// file's version and so no part of it.
func (r *ldifRecord) begin(at int, line string) (version bool) {
	if !r.any && strings.HasPrefix(strings.ToLower(line), "version:") {
		return true
	}
	if !r.any {
		r.any, r.line = true, at
	}
	return false
}

// take says whether an attribute, unfolded, goes to the decoder, and notes what
// it says of the record as a whole. A value that is the address of a file never
// goes there: the decoder would read that file.
func (l *ldifBody) take(rec *ldifRecord, line string) bool {
	name, value, found := strings.Cut(line, ":")
	base, option, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), ";")
	fail := func(message string) bool {
		if rec.fault == nil {
			rec.fault = &table.RowError{Line: rec.line, Column: short(name), Message: message}
		}
		return false
	}
	switch {
	case !found && strings.TrimSpace(line) == "-":
		return false // parts the steps of a change record
	case !found:
		if rec.fault == nil {
			rec.fault = &table.RowError{Line: rec.line, Message: "holds a line that is no attribute: the colon is missing"}
		}
		return false
	case table.Secret(base):
		l.kept[strings.TrimSpace(name)] = true
		return false
	case base == "changetype":
		rec.change = strings.ToLower(strings.TrimSpace(value))
		return false
	case base != "dn" && !slices.Contains(attributes, base):
		return false
	case strings.HasPrefix(value, "<"):
		return fail("is a file's address instead of a value, which is never followed")
	case strings.HasPrefix(option, "range="):
		return fail("is only a part of the members (" + short(option) + "); export the whole group")
	case base == "dn":
		rec.dn = true
		return true
	}
	return (option == "" || option == "binary") && strings.TrimLeft(value, ": ") != "" // else another language's spelling, or nothing
}

// physical reads one line without its end, and io.EOF with the last.
func (l *ldifBody) physical() (line string, at int, err error) {
	at = l.line
	var b []byte
	for {
		part, err := l.br.ReadSlice('\n')
		b = append(b, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			if len(b) > MostRecord {
				return "", at, &table.FileError{Line: at, Message: fmt.Sprintf("a line is longer than %d MiB", MostRecord>>20), Hint: "export the file again, with folded lines"}
			}
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", at, &table.FileError{Line: at, Message: "reading the file failed: " + err.Error(), Err: err}
		}
		if len(b) > 0 {
			l.line++
		}
		return strings.TrimRight(string(b), "\r\n"), at, err
	}
}

// entry has the record decoded and reads it.
func (l *ldifBody) entry(rec *ldifRecord) (Entry, error) {
	e := Entry{Line: rec.line}
	switch {
	case rec.change != "" && rec.change != "add":
		return Entry{}, &table.FileError{Line: rec.line, Message: fmt.Sprintf("the entry is a change record (changetype: %s), not a state", short(rec.change)),
			Hint: "export the directory's entries, as ldapsearch does"}
	case rec.fault != nil:
		e.Fault = rec.fault
		return e, nil
	case !rec.dn:
		e.Fault = &table.RowError{Line: rec.line, Message: "the entry does not begin with its dn"}
		return e, nil
	case len(rec.lines) < 2:
		e.Skip = "is neither a person nor a group"
		return e, nil
	}
	parsed, err := ldif.Parse(strings.Join(rec.lines, "\n") + "\n")
	if err != nil || len(parsed.Entries) != 1 || parsed.Entries[0].Entry == nil {
		e.Fault = &table.RowError{Line: rec.line, Message: "the entry cannot be decoded: " + sayLDIF(err)}
		return e, nil
	}
	v := values{dn: parsed.Entries[0].Entry.DN, of: map[string][]string{}}
	for _, a := range parsed.Entries[0].Entry.Attributes {
		name, _, _ := strings.Cut(strings.ToLower(a.Name), ";")
		v.of[name] = append(v.of[name], a.Values...)
	}
	if !v.text() {
		e.Fault = &table.RowError{Line: rec.line, Message: "holds text that is not valid UTF-8; RFC 2849 asks for UTF-8"}
		return e, nil
	}
	switch kindOf(v.of["objectclass"]) {
	case isPerson:
		e.User = l.user(v)
		if word, err := v.status(); err != nil {
			e.Fault = &table.RowError{Line: rec.line, Column: "userAccountControl", Value: short(v.get("useraccountcontrol")), Message: err.Error()}
		} else {
			e.User.Status = word
		}
	case isGroup:
		e.Group = v.group()
	default:
		e.Skip = "is neither a person nor a group"
	}
	return e, nil
}

// sayLDIF says what the decoder found without quoting what it was given.
func sayLDIF(err error) string {
	var bad base64.CorruptInputError
	switch {
	case err == nil:
		return "it is not one entry"
	case errors.As(err, &bad) || strings.Contains(err.Error(), "base64"):
		return "a value that should be base64 is not"
	}
	return "one of its lines is no attribute of LDIF (RFC 2849)"
}

// values are the attributes of one entry, by lower-case name.
type values struct {
	dn string
	of map[string][]string
}

// get is the first value of the first attribute that has one.
func (v values) get(names ...string) string {
	for _, n := range names {
		for _, s := range v.of[n] {
			if s = strings.TrimSpace(s); s != "" {
				return s
			}
		}
	}
	return ""
}

func (v values) text() bool {
	for name, list := range v.of {
		for _, s := range list {
			if name != "objectguid" && !utf8.ValidString(s) {
				return false
			}
		}
	}
	return utf8.ValidString(v.dn)
}

// id is what the directory keeps for good: entryUUID, objectGUID, nsUniqueId,
// else the distinguished name.
func (v values) id() string {
	if id := v.get("entryuuid", "nsuniqueid"); id != "" {
		return id
	}
	for _, raw := range v.of["objectguid"] {
		if len(raw) == 16 {
			return guid([]byte(raw))
		}
	}
	return v.dn
}

func (v values) also() []string {
	return refs(v.dn, v.get("uid"), v.get("samaccountname"), v.get("userprincipalname"), v.get("employeenumber"), v.get("employeeid"))
}

func (l *ldifBody) user(v values) *User {
	u := &User{ID: v.id(), Also: v.also(), Name: v.get("displayname"), Email: v.get("mail", "userprincipalname"),
		Department: v.get("department", "departmentnumber", "ou"), Title: v.get("title"), Manager: v.get("manager"),
		Employment: employment(v.get("employeetype"))}
	if cn := v.get("cn"); cn != "" {
		u.Name = cn // what the directory calls the person in full; displayName may be a nickname
	}
	if u.Name == "" {
		u.Name = fullName(v.get("givenname"), v.get("sn"))
	}
	status, _ := v.status()
	for f, s := range map[Field]string{FieldID: u.ID, FieldName: u.Name, FieldEmail: u.Email, FieldDepartment: u.Department, FieldTitle: u.Title,
		FieldManager: u.Manager, FieldEmployment: u.Employment, FieldStatus: status} {
		l.seen[f] = l.seen[f] || s != ""
	}
	return u
}

func (v values) status() (string, error) {
	if s := v.get("nsaccountlock", "logindisabled"); s != "" {
		if isTrue(s) {
			return "inactive", nil
		}
		return "active", nil
	}
	return accountControl(v.get("useraccountcontrol"))
}

func (v values) group() *Group {
	g := &Group{ID: v.id(), Also: v.also(), Name: v.get("cn", "name", "samaccountname", "ou"), Description: v.get("description")}
	for _, dn := range append(slices.Clone(v.of["member"]), v.of["uniquemember"]...) {
		if dn = strings.TrimSpace(dn); dn != "" {
			g.Members = append(g.Members, Ref{Refs: refs(dn, withoutUID(dn))})
		}
	}
	for _, uid := range refs(v.of["memberuid"]...) {
		g.Members = append(g.Members, Ref{Refs: one(uid), Kind: UserRef})
	}
	return g
}

// withoutUID takes the bit string off a uniqueMember (RFC 4517, section 3.3.21:
// a distinguished name, perhaps with #'0101'B behind it).
func withoutUID(dn string) string {
	if i := strings.LastIndex(dn, "#'"); i > 0 && strings.HasSuffix(dn, "'B") {
		return dn[:i]
	}
	return dn
}

// entryKind is what an entry is by its classes.
type entryKind uint8

const (
	isOther entryKind = iota
	isPerson
	isGroup
)

// kindOf goes by the classes of RFC 4519, 2798 and 2307 and of Active
// Directory, where a computer is a user as well and no person.
func kindOf(classes []string) entryKind {
	has := func(names ...string) bool {
		return slices.ContainsFunc(classes, func(c string) bool {
			return slices.Contains(names, strings.ToLower(strings.TrimSpace(c)))
		})
	}
	switch {
	case has("computer", "msds-managedserviceaccount", "msds-groupmanagedserviceaccount", "contact"):
		return isOther
	case has("groupofnames", "groupofuniquenames", "groupofmembers", "posixgroup", "group", "univentiongroup"):
		return isGroup
	case has("inetorgperson", "organizationalperson", "person", "user", "posixaccount", "account"):
		return isPerson
	}
	return isOther
}

func (l *ldifBody) source() (table.Source, bool) {
	if !l.done {
		return table.Source{}, false
	}
	return l.text.Source(l.rows), true
}

func (l *ldifBody) column(f Field) string {
	return map[Field]string{FieldID: "dn", FieldName: "cn", FieldEmail: "mail", FieldDepartment: "department", FieldTitle: "title",
		FieldManager: "manager", FieldEmployment: "employeeType", FieldStatus: "userAccountControl", FieldDescription: "description",
		FieldGroup: "cn", FieldMember: "member"}[f]
}

func (l *ldifBody) says(f Field) bool { return l.seen[f] }

func (l *ldifBody) header() []string { return nil }
func (l *ldifBody) unused() []string { return nil }

func (l *ldifBody) withheld() []string {
	out := make([]string, 0, len(l.kept))
	for name := range l.kept {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func (l *ldifBody) place(e table.RowError) table.RowError { return e }
func (l *ldifBody) close() error                          { return nil }

func (l *ldifBody) partial() string { return "" }
