package domain

import (
	"fmt"
	"testing"
	"time"
)

// noon is the instant at which the tests stand.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func testRows(recs ...Record) Rows {
	return func(yield func(Row, error) bool) {
		for i, r := range recs {
			if !yield(Row{Record: r, Since: Seq(i + 1)}, nil) {
				return
			}
		}
	}
}

func orgOf(t testing.TB, recs ...Record) *Org {
	t.Helper()
	o, err := NewOrg(100, testRows(recs...))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func user(name string) Principal {
	return Principal{ID: ID("usr_" + name), Kind: User, Name: name, Email: name + "@acme.example", Status: Active}
}

func managed(name, manager string) Principal {
	p := user(name)
	p.Manager = ID("usr_" + manager)
	return p
}

func key(name, owner string) Principal {
	return Principal{ID: ID("key_" + name), Kind: APIKey, Name: name, Status: Active, Owner: ID("usr_" + owner)}
}

func group(name, parent string) Group {
	g := Group{ID: ID("grp_" + name), Name: name}
	if parent != "" {
		g.Parent = ID("grp_" + parent)
	}
	return g
}

func agent(name string, class Classification) Agent {
	return Agent{ID: ID("agt_" + name), Name: name, AccessType: GroupRestricted, Classification: class, Owner: "usr_olaf"}
}

// gives makes a grant whose id says what it gives: who, what and level tell
// grants of one test apart.
func gives(holder, target string, level Level) Grant {
	g := Grant{Level: level}
	switch holder[:4] {
	case "grp_":
		g.Holder = Holder{HolderGroup, ID(holder)}
	case "rol_":
		g.Holder = Holder{HolderRole, ID(holder)}
	default:
		g.Holder = Holder{HolderPrincipal, ID(holder)}
	}
	kinds := map[string]TargetKind{"agt_": TargetAgent, "src_": TargetSource, "grp_": TargetGroup, "rol_": TargetRole}
	switch {
	case target == "account":
		g.Target = Target{Kind: TargetAccount}
	case target == "agent-role":
		g.Target = Target{Kind: TargetAgentRole}
	case len(target) > 5 && target[:5] == "duty:":
		g.Target = Target{TargetDuty, ID(target[5:])}
	case len(target) > 5 && target[:5] == "area:":
		g.Target = Target{TargetArea, ID(target[5:])}
	default:
		g.Target = Target{kinds[target[:4]], ID(target)}
	}
	g.ID = ID(fmt.Sprintf("gnt_%s_%s_%d", holder, target, level))
	return g
}

func (r Grant) within(from, to string) Grant {
	r.Window = Window{From: Date(from), To: Date(to)}
	r.ID += ID("_" + from + "_" + to)
	return r
}

func (r Grant) inside(agent string) Grant {
	r.Agent = ID(agent)
	r.ID += ID("_" + agent)
	return r
}

// house is a small organisation in which every rule has something to refuse
// and something beside it that passes.
func house(t testing.TB, more ...Record) *Org {
	t.Helper()
	var recs []Record
	for _, a := range mustCatalogue(t, CatalogueStudio) {
		recs = append(recs, a)
	}
	gone := user("gone")
	gone.Status = Inactive
	open := agent("open", ClassPublic)
	open.AccessType = Organization
	private := agent("private", ClassPublic)
	private.AccessType, private.Creator = Private, "usr_uma"
	old := group("old", "")
	old.Life = Archived
	recs = append(recs,
		user("ana"), user("bob"), user("cyd"), user("eve"), user("mia"), user("olaf"), user("gil"), user("max"), user("orphan"), gone,
		managed("uma", "mia"), managed("ned", "mia"), managed("lost", "gone"),
		key("bot", "uma"), Principal{ID: "aia_helper", Kind: AIAgent, Name: "helper", Status: Active, Owner: "usr_ned"},
		group("support", ""), group("tier1", "support"), group("sales", ""), group("empty", ""), old,
		agent("public", ClassPublic), agent("internal", ClassInternal), agent("confidential", ClassConfidential),
		agent("restricted", ClassRestricted), open, private,
		Source{ID: "src_wiki", Name: "wiki", Classification: ClassInternal, Owner: "usr_olaf"},
		Source{ID: "src_docs", Name: "docs"},
		AgentSource{Agent: "agt_internal", Source: "src_wiki"},
		Role{ID: "rol_admin", Name: "Admin", Admin: true, ForUsers: true, ForKeys: true},
		Role{ID: "rol_member", Name: "Member", Default: true, ForUsers: true, ForKeys: true},
		Role{ID: "rol_bots", Name: "Bots", ForAgents: true},
		Role{ID: "rol_analyst", Name: "Analyst", ForUsers: true},

		gives("usr_ana", "account", 1), gives("usr_ana", "duty:admin", 1), gives("usr_ana", "rol_admin", 1),
		gives("usr_bob", "duty:checker", 1), gives("usr_cyd", "duty:checker", 1), gives("usr_eve", "duty:executive", 1),
		gives("usr_uma", "grp_tier1", Member), gives("usr_ned", "grp_sales", Member), gives("usr_mia", "grp_sales", Manager),
		gives("usr_gil", "grp_tier1", Manager), gives("usr_max", "agent-role", Level(AgentAdmin)),
		gives("usr_mia", "agent-role", Level(AgentManager)), gives("usr_uma", "grp_old", Member),
		gives("grp_support", "agt_public", ViewUse), gives("grp_sales", "agt_confidential", ViewUse),
		gives("usr_ned", "area:voice", Read), gives("usr_ned", "area:voice/numbers", Read),
	)
	return orgOf(t, append(recs, more...)...)
}

func set(changes ...Change) ChangeSet {
	return ChangeSet{ID: "chg_1", Title: "a test", Reason: "to see", Changes: changes}
}

func imported(cs ChangeSet) ChangeSet {
	cs.Source = SourceFile{Source: "hr", Name: "people.csv", SHA256: "00", Rows: 1}
	return cs
}

// get gives a record of the organisation as its own type.
func get[R Record](t testing.TB, o *Org, id ID) R {
	t.Helper()
	var zero R
	row, ok := o.Get(zero.RecordKind(), id)
	if !ok {
		t.Fatalf("there is no %s %s", zero.RecordKind(), id)
	}
	return row.Record.(R)
}

// edit replaces a record by what f makes of it.
func edit[R Record](t testing.TB, o *Org, id ID, f func(*R)) Change {
	t.Helper()
	before := get[R](t, o, id)
	after := before
	f(&after)
	return Replace(before, after)
}

func ruleOf(err error) string {
	if e, ok := err.(*Error); ok && e != nil {
		return e.Rule
	}
	if err != nil {
		return "not a refusal: " + err.Error()
	}
	return ""
}
