// Package orgtest is a small organisation for tests of pages, with its changes
// judged by the policy and laid over it in memory, and names as hostile as data
// can be.
package orgtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
)

// Now is the instant of the organisation.
var Now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// World is the organisation, one person acting in it. It implements change.Reads
// and change.Acts. It is for one goroutine.
type World struct {
	Org   *domain.Org
	Actor domain.ID
	// Proposals are the change sets put forward and not refused, in order.
	Proposals []domain.ChangeSet
	// Saw is what the actor was shown at each.
	Saw []domain.Sight
	// Previews counts the calls of Preview.
	Previews int
	// Before, where set, runs before each proposal: another person is faster.
	Before func()
	// Fails is returned by every read, where set.
	Fails error
	// Aside is what is no part of the organisation.
	Aside Aside
	ids   int
}

// Hostile is a name that obeys nobody: an escape sequence, a carriage return, a
// right-to-left override, wide and combining characters.
const Hostile = "Mallory\x1b[31m\rADMIN \u202egnp.exe 株式会社 Jose\u0301"

// New makes the world: Ana (admin) acts.
func New(t testing.TB) *World {
	t.Helper()
	return with(t, records())
}

// NewRecords is New with business records: a few objects with their fields, the
// Member role with records and actions, and the seed's Intern, whom Noor and a key
// are (seed: Twenty, customize permissions).
func NewRecords(t testing.TB) *World {
	t.Helper()
	object := func(id, name string, fields ...string) []domain.Record {
		out := []domain.Record{domain.Object{ID: domain.ID(id), Name: name, System: id == "attachment"}}
		for i, f := range fields {
			out = append(out, domain.Field{ID: domain.ID(id + "/" + strings.ToLower(f)), Object: domain.ID(id), Name: f, Label: i == 0})
		}
		return out
	}
	rows := slices.Concat(records(), object("person", "People", "Name", "Email", "Address"), object("opportunity", "Opportunities", "Title", "Amount"),
		object("company", "Companies", "Name "+Hostile), object("attachment", "Attachments"), object("workflow", "Workflows"))
	n := 0
	permit := func(role domain.ID, l domain.Level, targets ...domain.Target) {
		for _, t := range targets {
			n++
			rows = append(rows, domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_role%02d", n)), Holder: domain.Holder{Kind: domain.HolderRole, ID: role}, Target: t, Level: l})
		}
	}
	all := func(kinds ...domain.TargetKind) (out []domain.Target) {
		for _, k := range kinds {
			out = append(out, domain.Target{Kind: k, ID: domain.AllID})
		}
		return out
	}
	rows = append(rows, domain.Role{ID: "rol_intern", Name: "Intern", Description: "Learns the work", ForUsers: true, ForKeys: true, ForAgents: true})
	permit("rol_member", domain.Allowed, append(all(domain.Operations()...), all(domain.TargetAction)...)...)
	permit("rol_intern", domain.Allowed, append(all(domain.TargetObjectSee), domain.Target{Kind: domain.TargetObjectEdit, ID: "person"},
		domain.SetLayouts.Target(), domain.ActSendEmail.Target())...)
	permit("rol_intern", domain.Denied, domain.Target{Kind: domain.TargetObjectSee, ID: "opportunity"}, domain.Target{Kind: domain.TargetField, ID: "person/address"})
	permit("rol_intern", domain.SeeField, domain.Target{Kind: domain.TargetField, ID: "person/email"})
	for i, who := range []domain.ID{"usr_noor", "aia_triage"} {
		rows = append(rows, domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_intern%d", i)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: who},
			Target: domain.Target{Kind: domain.TargetRole, ID: "rol_intern"}, Level: domain.Held})
	}
	return with(t, rows)
}

func with(t testing.TB, rows []domain.Record) *World {
	t.Helper()
	o, err := domain.NewOrg(10, func(yield func(domain.Row, error) bool) {
		for i, r := range rows {
			if !yield(domain.Row{Record: r, Since: domain.Seq(1 + i%9)}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return &World{Org: o, Actor: "usr_ana"}
}

func records() []domain.Record {
	user := func(id, name, department, title string, manager domain.ID) domain.Principal {
		return domain.Principal{ID: domain.ID("usr_" + id), Kind: domain.User, Name: name, Email: id + "@acme.example", Department: department,
			Title: title, Manager: manager, Status: domain.Active}
	}
	imre, lee := user("imre", "Imre Vass", "Partners", "Contractor", "usr_dana"), user("lee", "Lee Gone", "Support", "Tier 1", "usr_dana")
	imre.Employment, lee.Status = domain.External, domain.Inactive
	group := func(id, name string, parent domain.ID) domain.Group {
		return domain.Group{ID: domain.ID("grp_" + id), Name: name, Parent: parent, Description: name + " of Acme"}
	}
	old := group("old", "Old Project", "")
	old.Life = domain.Archived
	agent := func(id, name string, t domain.AccessType, c domain.Classification) domain.Agent {
		return domain.Agent{ID: domain.ID("agt_" + id), Name: name, AccessType: t, Classification: c, Owner: "usr_dana"}
	}
	out := []domain.Record{
		user("ana", "Ana Ferreira", "Compliance", "Compliance manager", ""), user("tom", "Tom Vale", "Security", "Security lead", "usr_ana"),
		user("mira", "Mira Lindqvist", "Platform", "Head of platform", "usr_ana"), user("dana", "Dana Okafor", "Support", "Tier 2 lead", "usr_mira"),
		user("noor", "Noor Haddad", "Finance", "Analyst", "usr_mira"), imre, lee, user("mal", Hostile, "Support", "Tier 1", "usr_dana"),
		group("org", "Everyone at Acme", ""), group("support", "Support Department", "grp_org"), group("tier1", "Tier 1 Support", "grp_support"),
		group("tier2", "Tier 2 Support", "grp_support"), group("release", "Release Crew", ""), group("empty", "Empty Shell", ""), old,
		agent("basic", "Basic Support Agent", domain.GroupRestricted, domain.ClassInternal), agent("sales", "Sales Agent", domain.Organization, domain.ClassPublic),
		agent("hr", "HR Assistant", domain.GroupRestricted, domain.ClassConfidential), agent("lab", "Lab Agent", domain.Private, domain.ClassRestricted),
		domain.Principal{ID: "key_deploy", Kind: domain.APIKey, Name: "Deploy key", Owner: "usr_mira", Status: domain.Active},
		domain.Principal{ID: "aia_triage", Kind: domain.AIAgent, Name: "Triage bot", Owner: "usr_lee", Status: domain.Active},
		domain.Source{ID: "src_manual", Name: "Product manual", Description: "What customers may read", Classification: domain.ClassPublic, Owner: "usr_dana"},
		domain.Source{ID: "src_pay", Name: "Payroll " + Hostile, Classification: domain.ClassRestricted},
		domain.AgentSource{Agent: "agt_basic", Source: "src_manual", Open: true}, domain.AgentSource{Agent: "agt_hr", Source: "src_manual"},
		domain.AgentSource{Agent: "agt_hr", Source: "src_pay"},
		domain.Setting{ID: domain.SettingCatalogue, Value: domain.CatalogueStudio},
		domain.Role{ID: "rol_member", Name: "Member", Default: true, ForUsers: true, ForKeys: true, ForAgents: true},
		domain.Role{ID: "rol_admin", Name: "Admin", Admin: true, ForUsers: true, ForKeys: true},
		domain.Role{ID: "rol_ops", Name: "Operations", ForUsers: true, Description: "Run the platform"},
	}
	areas, err := domain.Catalogue(domain.CatalogueStudio)
	if err != nil {
		panic(err) // the catalogue is shipped
	}
	for _, a := range areas {
		out = append(out, a)
	}
	return append(out, grants()...)
}

func grants() []domain.Record {
	var out []domain.Record
	give := func(h domain.Holder, t domain.TargetKind, id domain.ID, l domain.Level) {
		out = append(out, domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%03d", len(out)+1)), Holder: h, Target: domain.Target{Kind: t, ID: id}, Level: l})
	}
	user := func(id domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_" + id} }
	group := func(id domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderGroup, ID: "grp_" + id} }
	for _, who := range []domain.ID{"ana", "mira", "tom"} {
		give(user(who), domain.TargetRole, "rol_admin", domain.Held)
	}
	give(user("ana"), domain.TargetDuty, "admin", domain.Held)
	give(user("mira"), domain.TargetDuty, "admin", domain.Held)
	give(user("ana"), domain.TargetDuty, "checker", domain.Held)
	give(user("tom"), domain.TargetDuty, "checker", domain.Held)
	give(user("mira"), domain.TargetDuty, "checker", domain.Held)
	give(user("mira"), domain.TargetAccount, "", domain.Level(domain.AccountAdmin))
	give(user("tom"), domain.TargetAccount, "", domain.Level(domain.AccountAdmin))
	give(user("dana"), domain.TargetAgentRole, "", domain.Level(domain.AgentManager))
	give(user("imre"), domain.TargetAgentRole, "", domain.Level(domain.AgentManager))
	give(user("dana"), domain.TargetGroup, "grp_tier2", domain.Manager)
	give(user("dana"), domain.TargetGroup, "grp_release", domain.Member)
	give(user("mal"), domain.TargetGroup, "grp_tier1", domain.Member)
	give(user("lee"), domain.TargetGroup, "grp_tier1", domain.Member)
	give(user("noor"), domain.TargetGroup, "grp_org", domain.Member)
	give(group("support"), domain.TargetAgent, "agt_basic", domain.ViewUse)
	give(group("tier2"), domain.TargetAgent, "agt_basic", domain.EditAgent)
	give(group("tier2"), domain.TargetAgent, "agt_hr", domain.ViewUse)
	give(user("imre"), domain.TargetAgent, "agt_basic", domain.EditAgent)
	give(group("release"), domain.TargetArea, "voice", domain.Read)
	give(group("release"), domain.TargetArea, "voice/numbers", domain.None)
	give(group("release"), domain.TargetArea, "deployments", domain.Edit)
	give(user("noor"), domain.TargetArea, "analytics", domain.Read)
	give(group("tier2"), domain.TargetSource, "src_manual", domain.SourceEdit)
	give(user("noor"), domain.TargetSource, "src_pay", domain.SourceView)
	give(domain.Holder{Kind: domain.HolderPrincipal, ID: "key_deploy"}, domain.TargetRole, "rol_admin", domain.Held)
	inside := domain.Grant{ID: "gnt_inside", Holder: group("tier2"), Target: domain.Target{Kind: domain.TargetSource, ID: "src_manual"}, Agent: "agt_hr", Level: domain.SourceUse}
	out = append(out, inside)
	return out
}

// Picture implements change.Reads.
func (w *World) Picture(context.Context) (change.Picture, error) {
	return change.Picture{Org: w.Org, Now: Now, Head: review.Head{Size: int64(w.Org.Key()) + 1, Root: "root"}}, w.Fails
}

// Moments implements change.Reads: event n was n days before Now, by Mira.
func (w *World) Moments(_ context.Context, seqs []domain.Seq) (map[domain.Seq]change.Moment, error) {
	out := map[domain.Seq]change.Moment{}
	for _, s := range seqs {
		out[s] = change.Moment{Seq: s, At: Now.AddDate(0, 0, -int(s)), By: "Mira Lindqvist"}
	}
	return out, w.Fails
}

// Findings implements change.Reads; no usage was imported.
func (w *World) Findings(ctx context.Context) (change.Picture, []domain.Finding, error) {
	p, err := w.Picture(ctx)
	return p, w.Org.Findings(domain.Facts{At: Now}), err
}

// History implements change.Reads: two events.
func (w *World) History(_ context.Context, id domain.ID) ([]review.HistoryLine, error) {
	return []review.HistoryLine{{Seq: 7, Time: Now.AddDate(0, 0, -2), Actor: "Mira Lindqvist", Text: "applied: something about " + string(id)},
		{Seq: 3, Time: Now.AddDate(0, 0, -9), Actor: "Ana Ferreira", Text: "imported people"}}, w.Fails
}

// Preview implements change.Acts.
func (w *World) Preview(_ context.Context, cs domain.ChangeSet) (domain.Verdict, error) {
	w.Previews++
	return w.judge(cs), w.Fails
}

func (w *World) judge(cs domain.ChangeSet) domain.Verdict {
	cs.Maker = w.Actor
	return w.Org.Policy().Judge(w.Org, cs, domain.Actor{Principal: w.Actor}, Now)
}

// Propose implements change.Acts: judged again, applied at once where nobody else
// is needed.
func (w *World) Propose(_ context.Context, cs domain.ChangeSet, saw domain.Sight) (review.Proposal, error) {
	if w.Before != nil {
		w.Before()
	}
	v := w.judge(cs)
	if v.Refused != nil {
		return review.Proposal{Verdict: v}, v.Refused
	}
	w.Proposals, w.Saw = append(w.Proposals, cs), append(w.Saw, saw)
	if !v.AppliesNow() {
		return review.Proposal{ID: "chg_1", State: domain.Proposed, Verdict: v, Waiting: v.From}, nil
	}
	return review.Proposal{ID: "chg_1", State: domain.Applied, Verdict: v}, w.Apply(cs.Changes...)
}

// Apply makes changes true at the next event.
func (w *World) Apply(changes ...domain.Change) error {
	o, err := w.Org.Advance(w.Org.Key()+1, changes)
	if err == nil {
		w.Org = o
	}
	return err
}

// IDs implements change.Acts.
func (w *World) IDs(context.Context) (func(string) domain.ID, error) {
	return func(prefix string) domain.ID {
		w.ids++
		return domain.ID(fmt.Sprintf("%s_new%d", prefix, w.ids))
	}, w.Fails
}

// Exported is what was written last by Start's console.
type Exported struct {
	Table  tui.Table
	Format string
}

// Console is a console over a world.
type Console struct {
	*tuitest.Driver
	Root    *tui.Root
	Written []Exported
	// Opened are the arguments with which the page "log" was opened.
	Opened []string
}

// Start opens pages in a console of w×h cells without colour, or in the dark
// theme. The page "log" is a blank one that notes its argument.
func Start(t testing.TB, kind theme.Kind, w, h int, pages ...tui.PageSpec) *Console {
	t.Helper()
	c := &Console{}
	clock := tuitest.NewClock(Now)
	pages = append(pages, tui.PageSpec{ID: "log", Title: "Log", New: func(_ *tui.Host, arg string) tui.Page {
		c.Opened = append(c.Opened, arg)
		return blank{arg}
	}})
	root, err := tui.New(tui.Config{Product: "Countersign", Actor: "ana@acme.example", Banner: "REHEARSAL", Pages: pages,
		Theme: theme.Options{Kind: kind}, Now: clock.Now, After: clock.After,
		Export: func(_ context.Context, table tui.Table, format string) (string, error) {
			c.Written = append(c.Written, Exported{table, format})
			return table.Name + "." + format, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	c.Root, c.Driver = root, tuitest.Start(t, root, clock, w, h)
	return c
}
