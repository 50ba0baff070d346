package directory

import (
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// Entry is one thing that a file says: a person, a group with its members, or
// one membership. Exactly one of User, Group, Member and Skip is set, or Fault
// beside what could be read.
type Entry struct {
	Line   int // physical line on which it begins, counted from 1
	User   *User
	Group  *Group
	Member *Membership
	Fields []string        // of a table: the row as it stands, without what is withheld
	Skip   string          // why it is left out: a sentence without a full stop
	Fault  *table.RowError // why it cannot be taken
}

// User is a person of the directory. Fields that the file does not speak of
// are empty.
type User struct {
	ID         string   // what the directory itself knows the person by
	Also       []string // further names that memberships and managers refer to: DN, login …
	Name       string
	Email      string
	Department string
	Title      string
	Manager    string // an ID, one of Also, an address or a name
	Employment string // a word of domain.Employment
	Status     string // a word of domain.Status
}

// Group is a group of the directory.
type Group struct {
	ID          string
	Also        []string
	Name        string
	Description string
	Members     []Ref
}

// Membership is one row that puts one member into one group. Group has no Refs
// where the file does not say which group it is about.
type Membership struct {
	Group     Ref
	Member    Ref
	GroupOnly bool // the row names the group and nobody in it
}

// RefKind says what a reference points to, where the file says so.
type RefKind uint8

// The kinds of reference.
const (
	AnyRef   RefKind = iota // the file does not say
	UserRef                 // a person
	GroupRef                // a group
	OtherRef                // a device, a service, a contact: nobody here
)

// Ref names somebody or some group by one or more of their names, the surest
// first.
type Ref struct {
	Refs []string
	Name string // what people call it
	Kind RefKind
	Role string // "manager" where the member manages the group
}

// First is the surest name.
func (r Ref) First() string {
	if len(r.Refs) == 0 {
		return r.Name
	}
	return r.Refs[0]
}

// Key makes names comparable: case does not count, and in a distinguished name
// neither does the space around its parts nor how a character is escaped (RFC
// 4514, section 2.4).
func Key(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "=") {
		return domain.Fold(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			unescaped(&b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		case c == '\\' && i+1 < len(s):
			unescaped(&b, s[i+1])
			i++
		case c == ' ' && (partEnds(s[i+1:]) || partBegins(b.String())):
		default:
			b.WriteByte(c)
		}
	}
	return domain.Fold(b.String())
}

// unescaped writes an escaped byte so that it is not taken for one that
// divides.
func unescaped(b *strings.Builder, c byte) {
	if strings.IndexByte(`,=+;\`, c) >= 0 {
		b.WriteByte('\\')
	}
	b.WriteByte(c)
}

// partEnds reports whether nothing but space stands before the next divider.
func partEnds(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return rest == "" || strings.IndexByte(",=+;", rest[0]) >= 0
}

// partBegins reports whether what is written so far ends with a divider.
func partBegins(done string) bool {
	if done == "" {
		return true
	}
	last := done[len(done)-1]
	escaped := len(done) > 1 && done[len(done)-2] == '\\'
	return strings.IndexByte(",=+;", last) >= 0 && !escaped
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
