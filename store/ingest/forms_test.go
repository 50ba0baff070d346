package ingest

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"reflect"
	"strings"
	"testing"

	"countersign/domain"
)

// payloadTeam is team with the three users of the seed's request.
func payloadTeam() *memory {
	m := team()
	for i, id := range []domain.ID{"usr_1", "usr_2", "usr_3"} {
		p := m.rows[domain.KindPrincipal][id].(domain.Principal)
		p.External = "user-" + string(rune('1'+i))
		m.put(p)
	}
	return m
}

// unfiled gives the changes without the digests of the files they come from.
func unfiled(p *Preview) []domain.Change {
	var out []domain.Change
	for _, c := range p.Set.Changes {
		if g, ok := c.After.(domain.Grant); ok {
			g.Origin.File = ""
			c.After = g
		}
		out = append(out, c)
	}
	return out
}

// Seed: Twig, agent permissions, API-based management: the body of the request
// that gives a group to an agent, as it stands there, is the row of a grants
// file, in each of the forms in which it may come.
func TestSeedGrantPayload(t *testing.T) {
	csv := team().plan(t, Grants, "AgentId,GroupId,Permission,StartDate,EndDate\nagent-1,group-1,VIEW_AND_USE,2024-01-01,2024-12-31\n", team().options())
	for name, c := range map[string]struct {
		text  string
		agent string
	}{
		"the body": {"{\n\"groupId\": \"group-1\",\n\"permission\": \"VIEW_AND_USE\",\n\"startDate\": \"2024-01-01\",\n\"endDate\": \"2024-12-31\"\n}", "agent-1"},
		"a list":   {`[{"agentId":"agent-1","groupId":"group-1","permission":"VIEW_AND_USE","startDate":"2024-01-01","endDate":"2024-12-31"}]`, ""},
		"a line":   {`{"agentId":"agent-1","groupId":"group-1","permission":"VIEW_AND_USE","startDate":"2024-01-01","endDate":"2024-12-31"}` + "\n", ""},
	} {
		m := team()
		o := m.options()
		o.Agent = c.agent
		p := m.load(t, Grants, c.text, o)
		if got, want := unfiled(p), unfiled(csv); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\nwant %v", name, got, want)
		}
	}
}

// The body of the request that adds users to a group, as it stands in the seed.
func TestSeedMembersPayload(t *testing.T) {
	m := payloadTeam()
	o := m.options()
	o.Group = "group-1"
	p := m.load(t, Members, "{\n\"userIds\": [\"user-2\", \"user-3\"],\n\"role\": \"MEMBER\"\n}", o)
	want(t, "memberships", grantsOf(m, "hr", domain.TargetGroup), []string{"usr_2 grp_1 Member", "usr_3 grp_1 Member"})
	if p.Report.Added != 2 || p.Report.Rows != 2 {
		t.Error(p.Report.Summary())
	}
	p = m.load(t, Members, `{"groupId":"group-2","userIds":["user-1","user-3"],"role":"MANAGER"}`+"\n"+`{"groupId":"group-1","userIds":["user-2"],"role":null}`, m.options())
	if p.Report.Added != 2 || p.Report.Same != 1 {
		t.Error(p.Report.Summary())
	}
}

func TestPayloadFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		k          Kind
		want       string
	}{
		{"unknown member", `{"agentId":"agent-1","groupId":"group-1","permission":"EDIT","expires":"2024-01-01"}`, Grants,
			"line 1: “expires” is no member that is known here; the members are agentId, groupId, userId, permission, startDate, endDate and timezone"},
		{"unknown user", "{\"groupId\":\"group-1\",\n\"userIds\":[\"user-1\",\n\"user-9\"],\"role\":\"MEMBER\"}", Members, "line 2, column userIds: “user-9” is no person here"},
		{"unknown level", `{"agentId":"agent-1","groupId":"group-1","permission":"OWN"}`, Grants, "line 1, column permission: “OWN” is not a level here; use one of: None, View & Use, Edit"},
		{"no group", `{"userIds":["ann@x.example"]}`, Members, "line 1, column groupId: the group is missing"},
		{"group as well as user", `{"agentId":"agent-1","groupId":"group-1","userId":"usr_1","permission":"EDIT"}`, Grants, "line 1, column userId: “usr_1” is one holder too many; the row names group as well"},
	} {
		m := payloadTeam()
		p := m.plan(t, c.k, c.text, m.options())
		if c.name == "unknown user" {
			m.apply(t, p) // the other user of the list is no error
		}
		want(t, c.name, errorsOf(p), []string{c.want})
	}
	m := team()
	if _, err := Plan(m, Grants, strings.NewReader("GroupId,Permission\ngroup-1,EDIT\n"), m.options()); err == nil || err.Error() != "the file does not say which agent it is for: name it with --agent, or add a column agent" {
		t.Error(err)
	}
	o := m.options()
	o.Agent = "agent-1"
	if _, err := Plan(m, Grants, strings.NewReader("AgentId,GroupId,Permission\nagent-1,group-1,EDIT\n"), o); err == nil || !strings.HasPrefix(err.Error(), `the file has a column "AgentId", and an agent is named`) {
		t.Error(err)
	}
	o.Agent = "agent-7"
	if _, err := Plan(m, Grants, strings.NewReader("GroupId,Permission\ngroup-1,EDIT\n"), o); err == nil || !strings.HasPrefix(err.Error(), "the agent “agent-7” is no agent here") {
		t.Error(err)
	}
	o.Agent, o.Full = "agent-1", true
	m.load(t, Grants, "AgentId,GroupId,Permission\nagent-2,group-1,EDIT\n", m.options())
	if p := m.plan(t, Grants, "GroupId,Permission\ngroup-1,EDIT\n", o); p.Gone != 0 {
		t.Errorf("a full file for one agent ends %d grants on others", p.Gone)
	}
}

// packedBook packs a table into a workbook; values that are numbers become numbers, and
// those under a column called by a day become days.
func packedBook(t testing.TB, rows ...string) string {
	t.Helper()
	var body strings.Builder
	for _, row := range rows {
		body.WriteString("<row>")
		for _, f := range strings.Split(row, ",") {
			switch n, isDay := strings.CutPrefix(f, "day "); {
			case isDay:
				body.WriteString(`<c s="1"><v>` + n + `</v></c>`)
			case strings.HasPrefix(f, "#"):
				body.WriteString(`<c t="e"><v>` + f + `</v></c>`)
			default:
				body.WriteString(`<c t="inlineStr"><is><t>` + html.EscapeString(f) + `</t></is></c>`)
			}
		}
		body.WriteString("</row>")
	}
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"_rels/.rels", `<Relationships><Relationship Id="a" Type="` + office + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="Sheet" sheetId="1" r:id="a"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Type="` + office + `worksheet" Target="s.xml"/><Relationship Id="b" Type="` + office + `styles" Target="t.xml"/></Relationships>`},
		{"xl/t.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`},
		{"xl/s.xml", `<worksheet><sheetData>` + body.String() + `</sheetData></worksheet>`},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, part[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A workbook gives the change set that the same table as CSV gives, days and all.
func TestWorkbookIsTheSameImport(t *testing.T) {
	csv := team().plan(t, Grants, "AgentId,GroupId,Permission,StartDate,EndDate\nagent-1,group-1,VIEW_AND_USE,2024-01-01,\nagent-2,group-1,VIEW_AND_USE,2024-01-01,2024-12-31\n", team().options())
	m := team()
	p := m.load(t, Grants, packedBook(t, "AgentId,GroupId,Permission,StartDate,EndDate", "agent-1,group-1,VIEW_AND_USE,day 45292", "agent-2,group-1,VIEW_AND_USE,day 45292,day 45657"), m.options())
	if got, want := unfiled(p), unfiled(csv); !reflect.DeepEqual(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if p.Set.Source.Rows != 2 || len(p.Set.Source.SHA256) != 64 || p.Set.Source.SHA256 == csv.Set.Source.SHA256 {
		t.Errorf("%+v", p.Set.Source)
	}
}

func TestWorkbookErrorsNameTheCell(t *testing.T) {
	m := team()
	p := m.plan(t, Grants, packedBook(t, "AgentId,GroupId,Permission", "agent-1,group-9,EDIT", "agent-1,#REF!,EDIT", "agent-1,group-1,OWN", "agent-1,group-2,EDIT", "agent-1,group-2,VIEW_AND_USE"), m.options())
	want(t, "errors", errorsOf(p), []string{
		"Sheet!B2, column GroupId: “group-9” is no group here",
		"Sheet!B3, column GroupId: “#REF!” is an error of a formula; mend it in the workbook",
		"Sheet!C4, column Permission: “OWN” is not a level here; use one of: None, View & Use, Edit",
		"Sheet!5: group Tier 2, Customer Support Agent is said differently on lines 5, 6; keep one of them",
		"Sheet!6: group Tier 2, Customer Support Agent is said differently on lines 5, 6; keep one of them",
	})
}
