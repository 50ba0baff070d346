package ingest

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"countersign/domain"
	"pgregory.net/rapid"
)

// drawPeople draws a people file over a small world, so that addresses, ids,
// names and managers meet often, rightly and wrongly.
func drawPeople(t *rapid.T) string {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	var b strings.Builder
	b.WriteString("name,email,id,title,department,manager,status,account role,groups,team\n")
	for range rapid.IntRange(0, 7).Draw(t, "rows") {
		who := pick("who", "ann", "ben", "cy", "di", "ed")
		fmt.Fprintf(&b, "%s,%s@x.example,%s,%s,%s,%s,%s,%s,%s,%s\n",
			pick("name", who, who, "ann", ""), pick("address", who, who, who, "ann", "ANN"), pick("id", "", "1"+who, "1"+who, "1ann"),
			pick("title", "a", "b"), pick("department", "", "Sales"),
			pick("manager", "", "", "ann", "ben@x.example", "1cy", "nobody"), pick("status", "", "", "", "active", "inactive", "odd"),
			pick("account", "", "member", "admin"), pick("groups", "", "Hand", "Hand;Team", "None such"), pick("team", "", "Red", "Blue", "Hand"))
	}
	return b.String()
}

// Whatever files come, one after the other, full or not: every change set fits
// the state strictly, the state stays a possible organisation, the same file
// again changes nothing, and what was given by hand is as it was.
func TestImportsSettle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hand := domain.Grant{ID: "gnt_hand", Holder: domain.Holder{ID: "usr_hand"}, Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_h"}, Level: domain.Manager}
		m := newMemory(domain.Group{ID: "grp_h", Name: "Hand"}, domain.Group{ID: "grp_t", Name: "Team"},
			domain.Principal{ID: "usr_hand", Name: "di", Email: "di@x.example", Status: domain.Active}, hand)
		for range rapid.IntRange(1, 4).Draw(rt, "files") {
			text := drawPeople(rt)
			o := m.options()
			o.GroupColumns = []string{"team"}
			o.Full = rapid.Bool().Draw(rt, "full")
			o.Source = rapid.SampledFrom([]string{"hr", "hr", "crm"}).Draw(rt, "source")
			p := m.plan(t, People, text, o)
			m.apply(t, p)
			if again := m.plan(t, People, text, o); len(again.Set.Changes) > 0 {
				rt.Fatalf("%s again (%+v) changes %+v", text, o, again.Set.Changes)
			}
			if m.rows[domain.KindGrant]["gnt_hand"] != domain.Record(hand) {
				rt.Fatal("the grant given by hand was touched")
			}
			c := p.People
			if n := c.Joined + c.Returned + c.Moved + c.Changed + c.Same; n > p.Report.Rows {
				rt.Fatalf("%d people counted in %d rows: %s", n, p.Report.Rows, c)
			}
			if t.Failed() {
				rt.Fatalf("after\n%s", text)
			}
		}
	})
}

// No file of any kind makes Plan panic or give a change set without evidence.
func FuzzPlan(f *testing.F) {
	for _, k := range Kinds() {
		raw, err := Template(k)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(k), string(raw)+"x,y,z\n")
	}
	f.Add("people", "name,email,manager\nA,a@x.example,a@x.example\nB,b@x.example,A\n")
	f.Add("groups", "name,parent\nA,B\nB,A\n")
	f.Add("roles", "name,users,default\nA,yes,yes\nGuest,no,\n")
	f.Add("permissions", "role,target,permission,level\nGuest,all objects,see,\nGuest,all objects,edit,yes\nGuest,Workflows,,\n")
	f.Add("catalogue", "path\nVoice > X\nX > Y\nA/B\n")
	f.Add("principals", "name,kind,owner,role\nK,api-key,ann@x.example,Guest\n")
	f.Add("areas", "email,area,level\nann@x.example,All,Edit\nann@x.example,Voice,None\n")
	f.Fuzz(func(t *testing.T, kind, text string) {
		m := studio(t, team())
		o := m.options()
		o.Full = Kind(kind).CanBeFull()
		o.Usage = m.usage()
		if kind == string(Members) {
			o.Group = "grp_1"
		}
		if kind == string(People) {
			o.GroupColumns = nil
		}
		k, err := ParseKind(kind)
		if err != nil {
			return
		}
		p, err := Plan(m, k, io.LimitReader(strings.NewReader(text), 1<<16), o)
		if err != nil {
			if domain.CodeOf(err) == domain.Internal {
				t.Fatalf("%v is said to be our fault", err)
			}
			return
		}
		if len(p.Set.Source.SHA256) != 64 || p.Report.Failed > p.Report.Rows {
			t.Fatalf("%+v", p)
		}
		m.apply(t, p)
	})
}
