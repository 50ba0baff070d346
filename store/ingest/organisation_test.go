package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"countersign/domain"
	"countersign/domain/orgfile"
)

var restoredAt = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// world draws a whole organisation that the rules let be: every kind of record,
// grants of every kind, among them what only an import brings (an agent given to
// an empty group, a child area above its parent), windows that are over, and names
// that hold anything.
type world struct {
	t       *rapid.T
	records []domain.Record
	n       int
	names   map[string]bool
}

func (w *world) id(prefix string) domain.ID {
	w.n++
	return domain.ID(fmt.Sprintf("%s_%03d", prefix, w.n))
}

func (w *world) put(r domain.Record) { w.records = append(w.records, r) }

// name draws a name that nobody has: any text, hostile ones included.
func (w *world) name() string {
	w.n++
	base := rapid.OneOf(rapid.SampledFrom([]string{"Sales", "=1+1", "a\u202eb", "\x1b[2J", "Zoë \u2028 😀", "<&>\"'", "null"}), rapid.StringN(1, 12, 40)).Draw(w.t, "name")
	base = strings.TrimSpace(strings.ToValidUTF8(base, "?"))
	return fmt.Sprintf("%s %d", base, w.n)
}

func (w *world) pick(label string, ids []domain.ID) domain.ID {
	if len(ids) == 0 {
		return ""
	}
	return rapid.SampledFrom(ids).Draw(w.t, label)
}

func (w *world) maybe(label string) bool { return rapid.Bool().Draw(w.t, label) }

func (w *world) origin() domain.Origin {
	if w.maybe("given here") {
		return domain.Origin{}
	}
	return domain.Origin{Source: rapid.SampledFrom([]string{"hr", "okta"}).Draw(w.t, "source"), File: strings.Repeat("ab", 32)}
}

func (w *world) window() domain.Window {
	return rapid.SampledFrom([]domain.Window{{}, {}, {From: "2025-01-01", To: "2025-12-31"}, {From: "2026-04-01", Zone: "Europe/Berlin"}, {To: "2027-01-15"}}).Draw(w.t, "window")
}

func (w *world) grant(h domain.Holder, t domain.Target, agent domain.ID, l domain.Level, win domain.Window) {
	for _, r := range w.records {
		if g, ok := r.(domain.Grant); ok && g.Holder == h && g.Target == t && g.Agent == agent {
			return // one value at a place
		}
	}
	w.put(domain.Grant{ID: w.id("gnt"), Holder: h, Target: t, Agent: agent, Level: l, Window: win, Origin: w.origin()})
}

// draw makes the organisation. Its people begin with the three who founded the
// database it is restored into.
func (w *world) draw() []domain.Record {
	t := w.t
	holder := func(id domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderPrincipal, ID: id} }
	w.put(domain.Setting{ID: domain.SettingName, Value: w.name()})
	w.put(domain.Setting{ID: domain.SettingCatalogue, Value: domain.CatalogueStudio})
	if w.maybe("zone") {
		w.put(domain.Setting{ID: domain.SettingZone, Value: "Europe/Berlin"})
	}
	var users, groups, agents, areas []domain.ID
	for i := range 3 + rapid.IntRange(0, 6).Draw(t, "users") {
		p := domain.Principal{ID: w.id("usr"), Kind: domain.User, Name: w.name(), Email: fmt.Sprintf("p%d@x.example", i), Department: w.name(),
			Status: domain.Active, Manager: w.pick("manager", users), External: w.name(), Origin: w.origin()}
		if i > 2 {
			p.Status = rapid.SampledFrom(domain.Statuses()).Draw(t, "status")
		}
		w.put(p)
		users = append(users, p.ID)
	}
	if w.maybe("key") {
		w.put(domain.Principal{ID: w.id("key"), Kind: domain.APIKey, Name: w.name(), Owner: w.pick("owner", users), Status: domain.Active})
	}
	for range rapid.IntRange(0, 4).Draw(t, "groups") {
		g := domain.Group{ID: w.id("grp"), Name: w.name(), Parent: "", Description: w.name(), Origin: w.origin()}
		if w.maybe("below") {
			g.Parent = w.pick("parent", groups)
		}
		if w.maybe("archived") {
			g.Life = domain.Archived
		}
		if w.maybe("rule") {
			g.Rule = domain.Rule{Kind: domain.Expression, Text: `email.endsWith("@x.example")`, On: w.maybe("on")}
		}
		w.put(g)
		groups = append(groups, g.ID)
	}
	for range rapid.IntRange(0, 3).Draw(t, "agents") {
		a := domain.Agent{ID: w.id("agt"), Name: w.name(), Owner: w.pick("owner", users), Creator: w.pick("creator", users), Origin: w.origin(),
			Classification: rapid.SampledFrom(domain.Classifications()).Draw(t, "class"), AccessType: rapid.SampledFrom(domain.AccessTypes()).Draw(t, "type")}
		w.put(a)
		agents = append(agents, a.ID)
	}
	for range rapid.IntRange(0, 2).Draw(t, "sources") {
		s := domain.Source{ID: w.id("src"), Name: w.name(), Owner: w.pick("owner", users), Origin: w.origin()}
		w.put(s)
		if a := w.pick("tie", agents); a != "" {
			w.put(domain.AgentSource{Agent: a, Source: s.ID, Open: w.maybe("open")})
			w.grant(holder(w.pick("reader", users)), domain.Target{Kind: domain.TargetSource, ID: s.ID}, a, domain.SourceUse, w.window())
		}
	}
	for i, path := range []domain.ID{"voice", "voice/numbers", "voice/numbers/in", "flows"} {
		parent := domain.ID("")
		if at := strings.LastIndexByte(string(path), '/'); at > 0 {
			parent = path[:at]
		}
		w.put(domain.Area{ID: path, Name: w.name(), Parent: parent, Order: i, Sensitive: w.maybe("sensitive")})
		areas = append(areas, path)
	}
	w.put(domain.Object{ID: "person", Name: w.name(), System: w.maybe("system")})
	w.put(domain.Field{ID: "person/salary", Object: "person", Name: w.name()})
	admin := domain.Role{ID: w.id("rol"), Name: "Admin", Admin: true, ForUsers: true, ForKeys: true}
	member := domain.Role{ID: w.id("rol"), Name: "Member", Default: true, ForUsers: true, ForKeys: true, ForAgents: true}
	extra := domain.Role{ID: w.id("rol"), Name: w.name(), ForUsers: true, Description: w.name()}
	w.put(admin)
	w.put(member)
	w.put(extra)
	role := func(r domain.Role, k domain.TargetKind, id domain.ID, l domain.Level) {
		w.grant(domain.Holder{Kind: domain.HolderRole, ID: r.ID}, domain.Target{Kind: k, ID: id}, "", l, domain.Window{})
	}
	role(member, domain.TargetObjectSee, domain.AllID, domain.Allowed)
	if w.maybe("exception") {
		role(extra, domain.TargetObjectSee, "person", domain.Allowed)
		role(extra, domain.TargetField, "person/salary", domain.NoField)
		role(extra, domain.TargetAction, domain.AllID, domain.Held)
	}
	duty := func(who domain.ID, d domain.Duty) {
		w.grant(holder(who), domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}, "", domain.Held, domain.Window{})
	}
	w.grant(holder(users[0]), domain.Target{Kind: domain.TargetAccount}, "", domain.Level(domain.AccountAdmin), domain.Window{})
	w.grant(holder(users[0]), domain.Target{Kind: domain.TargetRole, ID: admin.ID}, "", domain.Held, domain.Window{})
	duty(users[0], domain.DutyAdmin)
	duty(users[1], domain.DutyChecker)
	duty(users[2], domain.DutyChecker)
	for range rapid.IntRange(0, 12).Draw(t, "grants") {
		who := holder(w.pick("holder", users))
		if w.maybe("a group") && len(groups) > 0 {
			who = domain.Holder{Kind: domain.HolderGroup, ID: w.pick("group", groups)}
		}
		switch rapid.IntRange(0, 2).Draw(t, "what") {
		case 0:
			if a := w.pick("agent", agents); a != "" {
				w.grant(who, domain.Target{Kind: domain.TargetAgent, ID: a}, "", domain.Level(rapid.IntRange(1, 2).Draw(t, "level")), w.window())
			}
		case 1:
			agent := domain.ID("")
			if w.maybe("scope") {
				agent = w.pick("scope", agents)
			}
			w.grant(who, domain.Target{Kind: domain.TargetArea, ID: w.pick("area", areas)}, agent, domain.Level(rapid.IntRange(0, 2).Draw(t, "level")), w.window())
		case 2:
			if g := w.pick("into", groups); g != "" && who.Kind == domain.HolderPrincipal {
				w.grant(who, domain.Target{Kind: domain.TargetGroup, ID: g}, "", domain.Level(rapid.IntRange(1, 2).Draw(t, "level")), w.window())
			}
		}
	}
	if g := w.pick("mapped", groups); g != "" {
		w.put(domain.ExternalGroup{ID: "okta/00g1", Source: "okta", External: "00g1", Name: w.name(), Group: g})
	}
	w.put(domain.SoDRule{ID: w.id("sod"), Name: w.name(), Severity: domain.SeverityHigh, Reason: w.name(),
		A: domain.SoDSide{Target: domain.Target{Kind: domain.TargetArea, ID: "voice"}, Level: domain.Edit},
		B: domain.SoDSide{Target: domain.Target{Kind: domain.TargetArea, ID: "flows"}, Level: domain.Edit}})
	return w.records
}

// founders is a database as init leaves it, with the given addresses, bound users
// and ids.
func founders(ids string) *memory {
	m := newMemory(domain.Setting{ID: domain.SettingName, Value: "New"}, domain.Setting{ID: domain.SettingCatalogue, Value: domain.CatalogueStudio},
		domain.Area{ID: "voice", Name: "Voice"}, domain.Area{ID: "old", Name: "Old", Order: 1})
	for _, r := range domain.ShippedRoles() {
		for _, rec := range r.Records(domain.ID("rol_"+ids+r.Role.Name), func() domain.ID { return m.newID("gnt_" + ids) }) {
			m.put(rec)
		}
	}
	for i, d := range []domain.Duty{domain.DutyAdmin, domain.DutyChecker, domain.DutyChecker} {
		p := domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%s%03d", ids, i+4)), Kind: domain.User, Name: "Founder", Email: fmt.Sprintf("P%d@x.example", i), Status: domain.Active}
		m.put(p)
		give := func(t domain.Target, l domain.Level) {
			m.put(domain.Grant{ID: m.newID("gnt_" + ids), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: p.ID}, Target: t, Level: l})
		}
		give(domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}, domain.Held)
		if i == 0 {
			give(domain.Target{Kind: domain.TargetAccount}, domain.Level(domain.AccountAdmin))
			give(domain.Target{Kind: domain.TargetRole, ID: domain.ID("rol_" + ids + "Admin")}, domain.Held)
			m.put(domain.Binding{ID: "uid:1000", Principal: p.ID})
		}
	}
	return m
}

func (m *memory) org(t testing.TB) *domain.Org {
	t.Helper()
	o, err := domain.NewOrg(m.key, m.current)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// take makes the changes of a restored organisation.
func (m *memory) take(p *Preview) {
	for _, c := range p.Set.Changes {
		if c.After == nil {
			delete(m.rows[c.Before.RecordKind()], c.Before.RecordID())
		} else {
			m.put(c.After)
		}
	}
	m.key++
}

func fileOf(t testing.TB, o *domain.Org) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := orgfile.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The first law of a whole organisation's file: export, import into a database
// just founded, export again: the same bytes; and importing it once more changes
// nothing. An admin among the founders proposes it, a checker approves it, and
// whoever sits at the machine is still the same person.
func TestExportOfImportOfExport(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{t: rt, names: map[string]bool{}}
		there := newMemory(w.draw()...)
		file := fileOf(t, there.org(t))
		here := founders(rapid.SampledFrom([]string{"", "new"}).Draw(rt, "ids"))
		before := here.org(t)
		admin, checker := bound(here), domain.ID("")
		for row := range before.All(domain.KindPrincipal) {
			if p := row.Record.(domain.Principal); p.Email == "P1@x.example" {
				checker = p.ID
			}
		}
		pre, err := PlanOrganisation(before, bytes.NewReader(file), OrganisationOptions{File: "o.json", At: restoredAt})
		if err != nil {
			rt.Fatal(err)
		}
		if err := pre.Permit(false, 0); err != nil {
			rt.Fatal(err)
		}
		pre.Set.Maker = admin
		v := before.Policy().Judge(before, pre.Set, domain.Actor{Principal: admin}, restoredAt)
		if v.Refused != nil {
			rt.Fatalf("the organisation is refused: %v", v.Refused)
		}
		if v.Need != domain.CheckerApproval {
			rt.Fatalf("it needs %s", v.Need)
		}
		if _, err := before.Policy().MayApprove(before, pre.Set, v, domain.Actor{Principal: admin}, restoredAt); err == nil {
			rt.Fatal("the maker may approve it")
		}
		if _, err := before.Policy().MayApprove(before, pre.Set, v, domain.Actor{Principal: checker}, restoredAt); err != nil {
			rt.Fatalf("the checker may not approve it: %v", err)
		}
		here.take(pre)
		after := here.org(t)
		if again := fileOf(t, after); !bytes.Equal(again, file) {
			rt.Fatalf("exported %s\nagain    %s", file, again)
		}
		if p, _ := after.Principal(bound(here)); p.Email != "p0@x.example" {
			rt.Fatalf("the operating-system user is now %+v", p)
		}
		pre, err = PlanOrganisation(after, bytes.NewReader(file), OrganisationOptions{At: restoredAt})
		if err != nil || len(pre.Set.Changes) > 0 {
			rt.Fatalf("a second time: %v, %v", pre, err)
		}
	})
}

func bound(m *memory) domain.ID {
	return m.rows[domain.KindBinding]["uid:1000"].(domain.Binding).Principal
}

// A file is refused where taking it would lock everybody out, or make one person
// another.
func TestOrganisationThatDoesNotFit(t *testing.T) {
	file := string(fileOf(t, founders("far").org(t)))
	stranger := strings.ReplaceAll(file, "P0@x.example", "someone@else.example")
	here := founders("new")
	plan := func(m *memory, text string, played bool) (*Preview, error) {
		return PlanOrganisation(m.org(t), strings.NewReader(text), OrganisationOptions{At: restoredAt, Played: played})
	}
	rule := func(err error) string {
		var e *domain.Error
		if errors.As(err, &e) {
			return e.Rule
		}
		return fmt.Sprint(err)
	}
	if _, err := plan(here, stranger, false); rule(err) != "organisation-locked-out" {
		t.Errorf("nobody who is bound is in the file: %v", err)
	}
	if p, err := plan(here, stranger, true); err != nil || len(p.Set.Changes) == 0 {
		t.Errorf("where people can be played: %v", err)
	}
	grown := founders("new")
	grown.put(domain.Group{ID: "grp_1", Name: "Sales"})
	if _, err := plan(grown, file, false); rule(err) != "organisation-other" {
		t.Errorf("the same addresses under other ids, where there is more than founders: %v", err)
	}
	// With its own ids it is an ordinary change set, and people who go are counted.
	own := strings.Replace(string(fileOf(t, grown.org(t))), "\n", "\n", 1)
	grown.put(domain.Principal{ID: "usr_9", Kind: domain.User, Name: "Zoe", Email: "zoe@x.example", Status: domain.Active})
	p, err := plan(grown, own, false)
	if err != nil || p.Gone != 1 || p.GoneOf != 4 || p.Permit(false, 0) == nil || p.Permit(false, 1) != nil {
		t.Errorf("%+v, %v", p, err)
	}
}

// Restoring into anything but a database just founded takes what any change set
// takes.
func TestRestoringIsFoundingOnlyOnce(t *testing.T) {
	m := founders("new")
	file := fileOf(t, m.org(t))
	m.put(domain.Group{ID: "grp_1", Name: "Sales"})
	m.put(domain.Role{ID: "rol_9", Name: "Admin 2", ForUsers: true})
	o := m.org(t)
	var swap []domain.Change
	for row := range o.All(domain.KindRole) {
		if r := row.Record.(domain.Role); r.Admin {
			swap = append(swap, domain.End(r))
		}
	}
	swap = append(swap, domain.Replace(domain.Role{ID: "rol_9", Name: "Admin 2", ForUsers: true}, domain.Role{ID: "rol_9", Name: "Admin 2", ForUsers: true, Admin: true}))
	cs := domain.ChangeSet{Title: "x", Reason: "y", Maker: bound(m), Source: domain.SourceFile{Source: domain.SourceOrganisation, SHA256: "ab"}, Changes: swap}
	if v := o.Policy().Judge(o, cs, domain.Actor{Principal: bound(m)}, restoredAt); v.Refused == nil {
		t.Error("the Admin role was exchanged in an organisation at work")
	}
	if _, err := PlanOrganisation(o, bytes.NewReader(file), OrganisationOptions{At: restoredAt}); err != nil {
		t.Error(err)
	}
	if _, err := Plan(m, Groups, strings.NewReader("name\nx\n"), Options{Source: domain.SourceOrganisation, NewID: m.newID}); err == nil {
		t.Error("a file of rows may call its source that of a whole organisation")
	}
}
