package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

// synced is an organisation with two people of the directory "dir", one by
// hand, a group "Sales Team" that the directory's group g-1 is mapped to.
func synced(more ...domain.Record) *memory {
	dir := domain.Origin{Source: "dir", File: "f"}
	m := newMemory(append([]domain.Record{
		domain.Principal{ID: "usr_a", Name: "Ann", Email: "ann@x.example", External: "a", Status: domain.Active, Origin: dir},
		domain.Principal{ID: "usr_b", Name: "Ben", Email: "ben@x.example", External: "b", Status: domain.Active, Origin: dir},
		domain.Principal{ID: "usr_h", Name: "Hera", Email: "hera@x.example", Status: domain.Active},
		domain.Group{ID: "grp_s", Name: "Sales Team"}, domain.Group{ID: "grp_e", Name: "Engineering"},
		domain.ExternalGroup{ID: "dir/g-1", Source: "dir", External: "g-1", Name: "Sales", Group: "grp_s", Origin: dir},
	}, more...)...)
	return m
}

func (m *memory) sync(t *testing.T, full bool, texts ...string) *Synced {
	t.Helper()
	p, err := m.trySync(full, texts...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// trySync plans a sync of files, each a text or "GROUP=text".
func (m *memory) trySync(full bool, texts ...string) (*Synced, error) {
	var files []SyncFile
	for i, text := range texts {
		f := SyncFile{Name: fmt.Sprintf("f%d", i+1), Src: strings.NewReader(text)}
		if group, rest, ok := strings.Cut(text, "="); ok && !strings.ContainsAny(group, "\n{[,:") {
			f.Group, f.Src = group, strings.NewReader(rest)
		}
		files = append(files, f)
	}
	return PlanSync(m, files, SyncOptions{Source: "dir", NewID: m.newID, Full: full})
}

func (m *memory) applySync(t *testing.T, p *Synced) {
	t.Helper()
	if err := p.Permit(false, 0); err != nil {
		t.Fatal(err)
	}
	m.apply(t, &p.Preview)
}

func scimGroup(id, name string, members ...string) string {
	var out []string
	for _, w := range members {
		out = append(out, fmt.Sprintf(`{"value":%q}`, w))
	}
	return fmt.Sprintf(`{"id":%q,"displayName":%q,"members":[%s]}`, id, name, strings.Join(out, ","))
}

func scimList(resources ...string) string { return "[" + strings.Join(resources, ",\n") + "]" }

func inGroup(level domain.Level, who, group string, source string) domain.Grant {
	return domain.Grant{ID: domain.ID("gnt_" + who + "_" + group + "_" + source), Holder: domain.Holder{ID: domain.ID(who)},
		Target: domain.Target{Kind: domain.TargetGroup, ID: domain.ID(group)}, Level: level, Origin: domain.Origin{Source: source}}
}

// What a sync does to memberships: whose they are × what the directory says.
func TestSyncMembershipTable(t *testing.T) {
	for _, c := range []struct {
		name    string
		held    *domain.Grant // Ann in Sales Team before
		outside bool          // the directory has her in it
		want    string        // of whom she holds it afterwards
		say     string
	}{
		{"nobody's, not outside", nil, false, "", ""},
		{"nobody's, outside", nil, true, "dir", "added: Ann, Sales Team: Member"},
		{"the directory's, not outside", ptr(inGroup(domain.Member, "usr_a", "grp_s", "dir")), false, "", "changed: Ann, Sales Team: ends, no longer in the directory"},
		{"the directory's, outside", ptr(inGroup(domain.Member, "usr_a", "grp_s", "dir")), true, "dir", ""},
		{"the directory's as manager, outside", ptr(inGroup(domain.Manager, "usr_a", "grp_s", "dir")), true, "dir", "changed: Ann, Sales Team: level Manager → Member"},
		{"by hand, not outside", ptr(inGroup(domain.Member, "usr_a", "grp_s", "")), false, "hand", "noted: Ann, Sales Team: was given here by hand and stays"},
		{"by hand, outside", ptr(inGroup(domain.Member, "usr_a", "grp_s", "")), true, "hand", "skipped: Ann, Sales Team: Member, always, was given otherwise than by dir and stays"},
		{"another source's, not outside", ptr(inGroup(domain.Member, "usr_a", "grp_s", "hr")), false, "hr", ""},
		{"another source's, outside", ptr(inGroup(domain.Member, "usr_a", "grp_s", "hr")), true, "hr", "skipped: Ann, Sales Team: Member, always, was given otherwise than by dir and stays"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := synced(inGroup(domain.Member, "usr_b", "grp_s", "dir"))
			if c.held != nil {
				m.put(*c.held)
			}
			members := []string{"b"}
			if c.outside {
				members = append(members, "a")
			}
			text := scimList(scimGroup("g-1", "Sales", members...))
			p := m.sync(t, false, text)
			m.applySync(t, p)
			got := ""
			for _, g := range m.grants() {
				if g.Holder.ID == "usr_a" {
					got += g.Origin.Source
					if g.Origin.Source == "" {
						got += "hand"
					}
				}
			}
			if s := linesOf(&p.Preview); got != c.want || !strings.Contains(s, c.say) || c.say == "" && strings.Contains(s, "Ann") {
				t.Errorf("she holds it of %q, want %q; the preview:\n%s", got, c.want, s)
			}
			if again := m.sync(t, false, text); len(again.Set.Changes) != 0 {
				t.Errorf("a second time: %v", again.Set.Changes)
			}
		})
	}
}

func sha(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func ptr[T any](v T) *T { return &v }

// Groups of the outside are recorded, mapped to nothing, and found again by
// their id under another name.
func TestSyncRecordsGroups(t *testing.T) {
	m := synced()
	p := m.sync(t, false, scimList(scimGroup("g-1", "Sales EMEA"), scimGroup("g-2", "Engineering", "a"), scimGroup("g-3", "Nobody", "nobody")))
	m.applySync(t, p)
	var got []string
	for _, g := range p.Groups {
		got = append(got, fmt.Sprintf("%s %s→%s new %t, suggest %s, %d people", g.Record.ID, g.Record.Name, g.Record.Group, g.New, g.Suggest, g.Members))
	}
	want := []string{"dir/g-1 Sales EMEA→grp_s new false, suggest , 0 people", "dir/g-2 Engineering→ new true, suggest grp_e, 1 people",
		"dir/g-3 Nobody→ new true, suggest , 0 people"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := len(m.grants()); n != 0 {
		t.Errorf("an unmapped group gives %d memberships", n)
	}
	e := m.rows[domain.KindExternal]["dir/g-1"].(domain.ExternalGroup)
	if e.Name != "Sales EMEA" || e.Origin.File != p.Set.Source.SHA256 || len(e.Origin.File) != 64 {
		t.Errorf("%+v", e)
	}
	// Left out of a full sync, an unmapped one is forgotten and a mapped one reported.
	p = m.sync(t, true, scimList(scimGroup("g-2", "Engineering")))
	m.applySync(t, p)
	if _, there := m.rows[domain.KindExternal]["dir/g-3"]; there {
		t.Error("a group that is gone is still recorded")
	}
	if s := linesOf(&p.Preview); !strings.Contains(s, "external group Sales EMEA is gone from the directory and still mapped to Sales Team") {
		t.Error(s)
	}
}

// A group in a group counts with its members; a ring is cut and reported; who
// is nobody here is reported and no error.
func TestSyncNested(t *testing.T) {
	m := synced()
	p := m.sync(t, false, scimList(scimGroup("g-1", "Sales", "a", "g-2", "stranger"), scimGroup("g-2", "Inner", "b", "g-3"), scimGroup("g-3", "Deep", "g-1", "a")))
	m.applySync(t, p)
	for email, want := range map[string]string{"ann@x.example": "Sales Team", "ben@x.example": "Sales Team"} {
		if got := m.groupsOf(t, email); got != want {
			t.Errorf("%s is in %q", email, got)
		}
	}
	s := linesOf(&p.Preview)
	for _, want := range []string{"Sales closes a ring of groups (Sales → Inner → Deep → Sales) and is left out", "stranger in Sales is nobody here"} {
		if strings.Count(s, want) != 1 {
			t.Errorf("%q is said %d times:\n%s", want, strings.Count(s, want), s)
		}
	}
	if p.Groups[2].Members != 2 {
		t.Errorf("the group in the middle of the ring has %d people", p.Groups[2].Members)
	}
}

// Two of the directory's groups mapped to one group: either is enough, and
// while a file leaves one of them out nobody goes.
func TestSyncTwoToOne(t *testing.T) {
	m := synced(domain.ExternalGroup{ID: "dir/g-2", Source: "dir", External: "g-2", Name: "More", Group: "grp_s"})
	m.applySync(t, m.sync(t, false, scimList(scimGroup("g-1", "Sales", "a"), scimGroup("g-2", "More", "a", "b"))))
	p := m.sync(t, false, scimList(scimGroup("g-1", "Sales")))
	if len(p.Set.Changes) != 0 || !strings.Contains(linesOf(&p.Preview), "no file names the external group More, so the members it gave to Sales Team stay") {
		t.Errorf("%v\n%s", p.Set.Changes, linesOf(&p.Preview))
	}
	p = m.sync(t, false, scimList(scimGroup("g-1", "Sales"), scimGroup("g-2", "More", "b")))
	m.applySync(t, p)
	if a, b := m.groupsOf(t, "ann@x.example"), m.groupsOf(t, "ben@x.example"); a != "" || b != "Sales Team" {
		t.Errorf("Ann in %q, Ben in %q", a, b)
	}
}

// Several files are one sync: people of one, members of another by any of the
// names the first gives them; lines are counted through.
func TestSyncSeveralFiles(t *testing.T) {
	m := synced()
	users := "dn: uid=cy,ou=p,dc=x\nobjectClass: inetOrgPerson\ncn: Cy\nuid: cy\nmail: cy@x.example\nentryUUID: u-3\n"
	groups := "dn: cn=s,ou=g,dc=x\nobjectClass: groupOfNames\ncn: Sales\nentryUUID: g-1\nmember: UID=cy, OU=P, DC=x\n\ndn: cn=t,ou=g,dc=x\nobjectClass: posixGroup\ncn: T\nmemberUid: cy\n"
	p := m.sync(t, false, users, groups)
	m.applySync(t, p)
	if got := m.groupsOf(t, "cy@x.example"); got != "Sales Team" {
		t.Errorf("Cy is in %q", got)
	}
	if f, n := p.Line(p.Groups[1].record(p).Number); f != "f2" || n != 7 {
		t.Errorf("the second group stands in %s, line %d", f, n)
	}
	// The digest of several files can be computed without us.
	want := fmt.Sprintf("%s  f1\n%s  f2\n", p.Files[0].Source.SHA256, p.Files[1].Source.SHA256)
	if got := sha(want); p.Set.Source.SHA256 != got || p.Set.Source.Name != "f1, f2" {
		t.Errorf("the evidence is %+v, want %s", p.Set.Source, got)
	}
	if m.person(t, "cy@x.example").Origin.File != p.Set.Source.SHA256 {
		t.Error("a record does not name the sync's evidence")
	}
}

// record finds the line that records the group.
func (g SyncedGroup) record(p *Synced) (out struct{ Number int }) {
	for _, l := range p.Report.Lines {
		if strings.Contains(l.Text, "external group "+g.Record.Name+" is recorded") {
			out.Number = l.Number
		}
	}
	return out
}

// Half a file does not empty the organisation: people and memberships that
// would go by not being named are guarded, alone and together.
func TestSyncGuard(t *testing.T) {
	many := func(n int) (people, members []string, m *memory) {
		m = synced()
		for i := range n {
			id := fmt.Sprintf("p%02d", i)
			people = append(people, fmt.Sprintf(`{"id":%q,"userName":%q,"displayName":%q}`, id, id+"@x.example", id))
			members = append(members, id)
		}
		all := append([]string{`{"id":"a","userName":"ann@x.example","displayName":"Ann"}`, `{"id":"b","userName":"ben@x.example","displayName":"Ben"}`}, people...)
		p, err := m.trySync(false, scimList(all...), scimList(scimGroup("g-1", "Sales", members...)))
		if err != nil {
			panic(err)
		}
		m.applySync(t, p)
		return all, members, m
	}
	people, members, m := many(20)
	for _, c := range []struct {
		name      string
		full      bool
		users     []string
		members   []string
		confirmed int
		want      string
	}{
		{"nothing goes", true, people, members, 0, ""},
		{"a few", false, people, members[4:], 0, ""},
		{"half the memberships", false, people, members[10:], 0, "this sync would end 10 of 20 memberships of dir"},
		{"half, confirmed", false, people, members[10:], 10, ""},
		{"half, confirmed wrongly", false, people, members[10:], 9, "not 9"},
		{"people absent from part of the directory stay", false, people[:2], members, 0, ""},
		{"half the people", true, people[:11], members[:9], 0, "this file would end 11 of 22 active people of dir"},
		{"half the people, confirmed", true, people[:11], members[:9], 11, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := m.sync(t, c.full, scimList(c.users...), scimList(scimGroup("g-1", "Sales", c.members...)))
			err := p.Permit(false, c.confirmed)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q (people %d of %d, members %d of %d)", err, c.want, p.Gone, p.GoneOf, p.MembersGone, p.MembersOf)
			}
		})
	}
	// An entry that cannot be read could be anyone's: then nobody goes.
	p := m.sync(t, false, "dn: cn=s,dc=x\nobjectClass: group\ncn: Sales\nentryUUID: g-1\nmember;range=0-9: x\n\ndn: cn=s,dc=x\nobjectClass: group\nentryUUID: g-1\ncn: Sales\n")
	if err := p.Permit(true, 20); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("an unreadable group: %v", err)
	}
}

// The last holder of a duty that a directory leaves out is kept by the
// organisation's own rules.
func TestSyncKeepsTheLastAdmin(t *testing.T) {
	m := synced(domain.Grant{ID: "gnt_x", Holder: domain.Holder{ID: "usr_a"}, Target: domain.Target{Kind: domain.TargetAccount}, Level: 1})
	p := m.sync(t, true, scimList(`{"id":"b","userName":"ben@x.example","displayName":"Ben"}`))
	org, err := domain.NewOrg(m.key, m.current)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = org.With(p.Set, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil || err.(*domain.Error).Rule != domain.RuleLastAccountAdmin {
		t.Errorf("the sync takes the last account admin: %v", err)
	}
}

// Two people with one name stand for nobody; a bad row gives nothing.
func TestSyncNamesOnePerson(t *testing.T) {
	m := synced()
	text := scimList(`{"id":"c","userName":"c@x.example","displayName":"C","externalId":"77"}`, `{"id":"d","userName":"d@x.example","displayName":"D","externalId":"77"}`,
		`{"id":"e","userName":"no address","emails":[{"value":"no address"}],"displayName":"E"}`, scimGroup("g-1", "Sales", "77", "e", "c"))
	p := m.sync(t, false, text)
	if len(p.Report.Errors) != 1 {
		t.Errorf("errors %q", errorsOf(&p.Preview))
	}
	m.apply(t, &p.Preview)
	if s := linesOf(&p.Preview); m.groupsOf(t, "c@x.example") != "Sales Team" || m.groupsOf(t, "d@x.example") != "" || !strings.Contains(s, "77 in Sales is nobody here") {
		t.Error(s)
	}
}

func TestSyncRefuses(t *testing.T) {
	for _, c := range []struct{ source, text, want string }{
		{"dir", "name,email\nx,y\n", "f1: the file is of no format of a directory"},
		{"dir", "id,userPrincipalName,displayName,objectType\na,a@x.example,A,user\n", "does not say of which group"},
		{"dir/eu", "[]", "has a slash in its name"},
		{"", "[]", "does not say which source"},
	} {
		_, err := PlanSync(synced(), []SyncFile{{Name: "f1", Src: strings.NewReader(c.text)}}, SyncOptions{Source: c.source, NewID: newMemory().newID})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// A directory of 20,000 people and 400 mapped groups is planned without going
// through everybody for every group.
func TestSyncOfManyGroups(t *testing.T) {
	m := newMemory()
	var b strings.Builder
	b.WriteString("[")
	for i := range 20_000 {
		m.put(domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%05d", i)), Name: "P", Email: fmt.Sprintf("p%05d@x.example", i), External: fmt.Sprintf("p%05d", i), Status: domain.Active, Origin: domain.Origin{Source: "dir"}})
	}
	for i := range 400 {
		id := domain.ID(fmt.Sprintf("grp_%03d", i))
		m.put(domain.Group{ID: id, Name: string(id)})
		m.put(domain.ExternalGroup{ID: "dir/" + id, Source: "dir", External: string(id), Name: string(id), Group: id})
		var members []string
		for j := range 50 {
			members = append(members, fmt.Sprintf("p%05d", i*50+j))
		}
		b.WriteString(scimGroup(string(id), string(id), members...))
		if i < 399 {
			b.WriteString(",\n")
		}
	}
	b.WriteString("]")
	if p := m.sync(t, false, b.String()); len(p.Set.Changes) != 20_000 {
		t.Errorf("%d memberships begin", len(p.Set.Changes))
	}
}

// A file of three megabytes must not be followed for hours: a chain of groups
// costs the square of its length at least, and once its cube.
func TestSyncOfTangledGroups(t *testing.T) {
	chain := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, scimGroup(fmt.Sprint("c", i), fmt.Sprint("Chain ", i), fmt.Sprint("c", i+1)))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	p := synced().sync(t, false, chain(90))
	if len(p.Groups) != 91 {
		t.Errorf("%d groups", len(p.Groups))
	}
	var e *domain.Error
	if _, err := synced().trySync(false, chain(20_000)); !errors.As(err, &e) || e.Rule != "sync-groups" || !strings.Contains(e.Message, "more than 100 groups") {
		t.Errorf("a long chain: %v", err)
	}
}
