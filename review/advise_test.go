package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

// crowd is an organisation of people with managers and direct grants.
type crowd struct {
	rows []domain.Row
}

func (c *crowd) add(since domain.Seq, recs ...domain.Record) {
	for _, r := range recs {
		c.rows = append(c.rows, domain.Row{Record: r, Since: since})
	}
}

func (c *crowd) org(t testing.TB) *domain.Org {
	t.Helper()
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		for _, r := range c.rows {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func crowdMember(id, manager, dept, title string) domain.Principal {
	return domain.Principal{ID: domain.ID("usr_" + id), Name: id, Email: id + "@x.example", Status: domain.Active,
		Manager: domain.ID(manager), Department: dept, Title: title}
}

func crowdGives(id, agent string, l domain.Level) domain.Grant {
	return domain.Grant{ID: domain.ID("gnt_" + id + "_" + agent), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID("usr_" + id)},
		Target: domain.Target{Kind: domain.TargetAgent, ID: domain.ID("agt_" + agent)}, Level: l}
}

func agentRole(id string, r domain.AgentRole) domain.Grant {
	return domain.Grant{ID: domain.ID("gnt_role_" + id), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID("usr_" + id)},
		Target: domain.Target{Kind: domain.TargetAgentRole}, Level: domain.Level(r)}
}

func restricted(id string) domain.Agent {
	return domain.Agent{ID: domain.ID("agt_" + id), Name: id, AccessType: domain.GroupRestricted, Classification: domain.ClassInternal}
}

// adviceOn gives what is said of each holding of agents, by its id.
func adviceOn(t testing.TB, o *domain.Org, at time.Time, f AdviceFacts) map[domain.ID]advised {
	t.Helper()
	var gs []domain.Grant
	var since []domain.Seq
	for row := range o.Holdings(at) {
		gs, since = append(gs, row.Record.(domain.Grant)), append(since, row.Since)
	}
	a := newAdviser(o, at, f, surveyedOf(gs))
	out := map[domain.ID]advised{}
	for i, g := range gs {
		p, _ := holderPrincipal(o, g)
		out[g.ID] = a.of(i, g, since[i], nil, p)
	}
	return out
}

// surveyedOf gives holdings to an adviser.
func surveyedOf(gs []domain.Grant) func(*peopleIndex) surveyed {
	return func(x *peopleIndex) surveyed {
		s, no := surveyed{n: len(gs)}, map[placeKey]int32{}
		s.nth = func(i int) (place, holder int32, level domain.Level) {
			holder = -1
			if p, ok := x.num(gs[i].Holder); ok {
				holder = p
			}
			return no[placeKey{gs[i].Target, gs[i].Agent}], holder, gs[i].Level
		}
		for _, g := range gs {
			k := placeKey{g.Target, g.Agent}
			if _, met := no[k]; !met {
				no[k] = int32(len(s.places))
				s.places = append(s.places, k)
			}
		}
		return s
	}
}

func precedents(t testing.TB, all []Precedent) Precedents {
	t.Helper()
	out, err := PrecedentsOf(func(yield func(Precedent, error) bool) {
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func reasonOf(a Advice, k AdviceKind) (AdviceReason, bool) {
	i := slices.IndexFunc(a.Reasons, func(r AdviceReason) bool { return r.Kind == k })
	if i < 0 {
		return AdviceReason{}, false
	}
	return a.Reasons[i], true
}

// Fourteen agents in support, three of whom have the billing agent; all have
// the support agent, most of them to view and use; one of them may edit.
func TestAdviceOfPeers(t *testing.T) {
	c := &crowd{}
	c.add(1, restricted("billing"), restricted("support"), crowdMember("boss", "", "Support", "Lead"))
	for i := range 14 {
		id := fmt.Sprintf("p%02d", i)
		c.add(1, crowdMember(id, "usr_boss", "Support", "Agent"), agentRole(id, domain.AgentManager))
		if i < 3 {
			c.add(1, crowdGives(id, "billing", domain.ViewUse))
		}
		l := domain.ViewUse
		if i == 0 {
			l = domain.EditAgent
		}
		c.add(1, crowdGives(id, "support", l))
	}
	got := adviceOn(t, c.org(t), smallDay, AdviceFacts{})
	for _, w := range []struct {
		grant  domain.ID
		answer Answer
		level  domain.Level
		kind   AdviceKind
		text   string
	}{
		{"gnt_p00_billing", Revoke, 0, AdvicePeers, "3 of 14 in Support with the title Agent have it"},
		{"gnt_p05_support", Keep, 1, AdvicePeers, "14 of 14 in Support with the title Agent have it"},
		{"gnt_p00_support", Reduce, 1, AdviceLevel, "most of the 13 peers who have it stand at View & Use or below"},
	} {
		a := got[w.grant].Advice
		r, ok := reasonOf(a, w.kind)
		if a.Answer != w.answer || a.Level != w.level || !ok || r.Text != w.text {
			t.Errorf("%s: %s at %d by %v, want %s at %d, %q", w.grant, a.Answer, a.Level, a.Reasons, w.answer, w.level, w.text)
		}
	}
	if p := got["gnt_p00_support"].Peers; !strings.HasPrefix(p, "1 of 14 in ") {
		t.Errorf("peers at Edit: %q, want 1 of 14", p)
	}
}

// Usage: long ago, never, lately, unknown; the campaign's own limit. Event 10
// was as many days ago as the limit says.
func TestAdviceOfUsage(t *testing.T) {
	day := func(back int) domain.Date { return domain.Date(smallDay.AddDate(0, 0, -back).Format(time.DateOnly)) }
	for _, c := range []struct {
		name  string
		last  domain.Date
		row   bool // there is a row of usage
		since domain.Seq
		limit int
		want  Answer
		text  string
	}{
		{"used 89 days ago", day(89), true, 1, 0, Keep, "89 days ago"},
		{"used yesterday", day(1), true, 1, 0, Keep, "1 day ago"},
		{"used 90 days ago", day(90), true, 1, 0, Revoke, "not used for 90 days"},
		{"30 days, with a limit of 30", day(30), true, 1, 30, Revoke, "not used for 30 days"},
		{"never, given long ago", "", false, 10, 0, Revoke, "never seen used, for more than 90 days"},
		{"never, with a limit of 30", "", false, 10, 30, Revoke, "never seen used, for more than 30 days"},
		{"never, given since", "", false, 11, 0, Silent, ""},
		{"used after today: the clocks differ", day(-2), true, 1, 0, Silent, ""},
	} {
		o := &crowd{}
		o.add(c.since, restricted("a"), crowdMember("ana", "", "", ""), crowdGives("ana", "a", domain.ViewUse))
		use := []domain.Usage{{Principal: "usr_somebody", Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_a"}, LastUsed: day(1)}}
		if c.row {
			use = append(use, domain.Usage{Principal: "usr_ana", Target: use[0].Target, LastUsed: c.last})
		}
		u, err := domain.UsagesOf(func(yield func(domain.Usage, error) bool) {
			for _, r := range use {
				if !yield(r, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		got := adviceOn(t, o.org(t), smallDay, AdviceFacts{Usage: u, Unused: c.limit, Old: 10})["gnt_ana_a"]
		all := fmt.Sprint(got.Advice.Reasons)
		if got.Advice.Answer != c.want || !strings.Contains(all, c.text) || got.LastUsed != c.last {
			t.Errorf("%s: %s, last %q, by %s; want %s, last %q, %q", c.name, got.Advice.Answer, got.LastUsed, all, c.want, c.last, c.text)
		}
	}
	o := &crowd{}
	away := crowdMember("ana", "", "", "")
	away.LastActive = day(100)
	o.add(1, restricted("a"), away, crowdGives("ana", "a", domain.ViewUse))
	got := adviceOn(t, o.org(t), smallDay, AdviceFacts{})["gnt_ana_a"].Advice
	if got.Answer != Revoke || !strings.Contains(got.Reasons[0].Text, "last active") {
		t.Errorf("nobody knows of usage and the holder is away for 100 days: %+v", got)
	}
}

// Findings on the holding and on its holder, and a separation of duties, whose
// later side goes.
func TestAdviceOfFindings(t *testing.T) {
	c := &crowd{}
	gone := crowdMember("gone", "", "", "")
	gone.Status = domain.Inactive
	ext := crowdMember("ext", "", "", "")
	ext.Employment = domain.External
	open := restricted("open")
	open.AccessType = domain.Organization
	c.add(1, restricted("a"), restricted("b"), open, gone, ext, crowdMember("ana", "", "", ""), crowdGives("gone", "a", domain.ViewUse),
		crowdGives("ext", "a", domain.EditAgent), agentRole("ext", domain.AgentManager), agentRole("ana", domain.AgentManager),
		crowdGives("ana", "a", domain.ViewUse))
	c.add(5, crowdGives("ana", "b", domain.ViewUse))
	side := func(a domain.ID) domain.SoDSide {
		return domain.SoDSide{Target: domain.Target{Kind: domain.TargetAgent, ID: a}, Level: domain.ViewUse}
	}
	c.add(6, domain.SoDRule{ID: "sod_1", Name: "a or b", A: side("agt_a"), B: side("agt_b")})
	got := adviceOn(t, c.org(t), smallDay, AdviceFacts{})
	for grant, want := range map[domain.ID]Advice{
		"gnt_gone_a":           {Answer: Revoke},
		"gnt_ext_a":            {Answer: Reduce, Level: domain.ViewUse},
		"access-type/agt_open": {Answer: Reduce, Level: domain.Level(domain.GroupRestricted)},
		"gnt_ana_a":            {Answer: Silent}, // the earlier side: told only
		"gnt_ana_b":            {Answer: Revoke},
	} {
		a := got[grant].Advice
		if a.Answer != want.Answer || a.Level != want.Level || len(a.Reasons) == 0 {
			t.Errorf("%s: %+v, want %s at %d with reasons", grant, a, want.Answer, want.Level)
		}
	}
	if _, ok := reasonOf(got["gnt_ana_a"].Advice, AdviceSoD); !ok {
		t.Error("the earlier side of the conflict is not told of")
	}
}

// What past campaigns decided: certified, decided lower, revoked and back.
func TestAdviceOfThePast(t *testing.T) {
	c := &crowd{}
	c.add(1, restricted("a"), crowdMember("ana", "", "", ""), crowdMember("tom", "", "", ""), crowdGives("ana", "a", domain.EditAgent), agentRole("ana", domain.AgentManager))
	g := crowdGives("ana", "a", domain.EditAgent)
	past := func(seq domain.Seq, a Answer, l domain.Level, grant domain.ID) Precedent {
		return Precedent{Campaign: domain.ID(fmt.Sprint("q", seq)), Name: fmt.Sprint("Q", seq), Item: 7, Seq: seq, Answer: a, Level: l,
			Reviewer: "usr_tom", Key: KeyOf(g), Grant: grant, Result: Verified}
	}
	for _, w := range []struct {
		name string
		past []Precedent
		want Answer
		kind AdviceKind
		text string
	}{
		{"certified", []Precedent{past(3, Keep, 2, g.ID), past(2, Keep, 2, g.ID), past(1, Revoke, 0, g.ID)}, Keep, AdviceCertified, "certified 2 times in a row, last at Edit in Q3 by tom"},
		{"flagged in every later campaign", []Precedent{past(3, Keep, 2, g.ID), past(1, Revoke, 0, g.ID)}, Keep, AdviceBoomerang, "granted again after it was revoked in Q1 (item 7)"},
		{"granted again", []Precedent{past(1, Revoke, 0, g.ID)}, Revoke, AdviceBoomerang, "granted again after it was revoked in Q1 (item 7)"},
		{"reduced and up again", []Precedent{past(1, Reduce, 1, g.ID)}, Reduce, AdvicePast, "View & Use was decided in Q1; it is Edit now"},
		{"raised since it was certified", []Precedent{past(1, Keep, 1, g.ID)}, Silent, AdvicePast, "View & Use was decided in Q1; it is Edit now"},
	} {
		got := adviceOn(t, c.org(t), smallDay, AdviceFacts{Past: precedents(t, w.past)})[g.ID]
		r, ok := reasonOf(got.Advice, w.kind)
		if got.Advice.Answer != w.want || !ok || r.Text != w.text {
			t.Errorf("%s: %+v, want %s by %s %q", w.name, got.Advice, w.want, w.kind, w.text)
		}
	}
}

// The nearest other holder, counted straight: up from each of two people to
// the first manager they share.
func TestDistanceAgainstWalking(t *testing.T) {
	for seed := range uint64(60) {
		roll := rand.New(rand.NewPCG(seed, 3))
		c := &crowd{}
		c.add(1, restricted("a"))
		n := 4 + roll.IntN(20)
		manager := map[domain.ID]domain.ID{}
		var holders []domain.ID
		for i := range n {
			id := fmt.Sprintf("p%02d", i)
			m := ""
			if i > 0 && roll.IntN(8) > 0 {
				m = fmt.Sprintf("usr_p%02d", roll.IntN(i))
				manager[domain.ID("usr_"+id)] = domain.ID(m)
			}
			c.add(1, crowdMember(id, m, "", ""))
			if roll.IntN(3) > 0 {
				c.add(1, crowdGives(id, "a", domain.ViewUse))
				holders = append(holders, domain.ID("usr_"+id))
			}
		}
		ups := func(p domain.ID) []domain.ID {
			out := []domain.ID{p}
			for manager[p] != "" {
				p = manager[p]
				out = append(out, p)
			}
			return out
		}
		o := c.org(t)
		var gs []domain.Grant
		for row := range o.All(domain.KindGrant) {
			gs = append(gs, row.Record.(domain.Grant))
		}
		x := indexPeople(o)
		_, near := survey(o, smallDay, x, surveyedOf(gs)(x))
		inTree := func(p domain.ID) bool {
			for m, b := range manager {
				if m == p || b == p {
					return true
				}
			}
			return false
		}
		placed := 0
		for _, h := range holders {
			if inTree(h) {
				placed++
			}
		}
		for i, g := range gs {
			want := 255
			for _, h := range holders {
				if h == g.Holder.ID || !inTree(h) {
					continue
				}
				for k, a := range ups(g.Holder.ID) {
					if j := slices.Index(ups(h), a); j >= 0 {
						want = min(want, k+j)
					}
				}
			}
			if placed <= nearFewest || !inTree(g.Holder.ID) {
				want = 0
			}
			if int(near[i].steps) != want {
				t.Fatalf("seed %d: %s is %d steps from the nearest, want %d", seed, g.Holder.ID, near[i].steps, want)
			}
		}
	}
}

// Two teams under one head have an agent; somebody of another branch, five
// managers away, has it too.
func TestAdviceOfOutliers(t *testing.T) {
	c := &crowd{}
	c.add(1, restricted("a"), crowdMember("ceo", "", "", ""), crowdMember("vp1", "usr_ceo", "", ""), crowdMember("vp2", "usr_ceo", "", ""),
		crowdMember("lead", "usr_vp1", "", ""), crowdMember("far", "usr_l2", "", ""), crowdMember("l2", "usr_vp2", "", ""), crowdGives("far", "a", domain.ViewUse))
	for i := range 5 {
		id := fmt.Sprintf("p%d", i)
		c.add(1, crowdMember(id, "usr_lead", "", ""), crowdGives(id, "a", domain.ViewUse))
	}
	got := adviceOn(t, c.org(t), smallDay, AdviceFacts{})
	a := got["gnt_far_a"].Advice
	want := "the nearest of the 5 others who have it, p0, is 6 steps away in the management tree; usual among them is 2"
	if r, ok := reasonOf(a, AdviceOutlier); !ok || r.Text != want || a.Answer != Revoke {
		t.Errorf("far away: %+v, want revoke for %q", a, want)
	}
	if r, ok := reasonOf(got["gnt_p1_a"].Advice, AdviceOutlier); ok {
		t.Errorf("one of the team is an outlier: %s", r.Text)
	}
	lone := crowdMember("lone", "usr_x", "", "")
	c.add(1, lone, crowdMember("x", "", "", ""), crowdGives("lone", "a", domain.ViewUse))
	if r, _ := reasonOf(adviceOn(t, c.org(t), smallDay, AdviceFacts{})["gnt_lone_a"].Advice, AdviceOutlier); r.Text != "shares no manager with any of the 6 others who have it" {
		t.Errorf("without a manager in common: %q", r.Text)
	}
}

// BenchmarkAdvice works out what is said of 1,000,000 items: 100,000 people in
// a management tree, 2,000 agents, 500 departments and titles.
func BenchmarkAdvice(b *testing.B) {
	c := &crowd{}
	const people, agents, grants = 100_000, 2_000, 1_000_000
	for i := range people {
		m := ""
		if i > 0 {
			m = fmt.Sprintf("usr_%06d", (i-1)/8)
		}
		c.add(1, crowdMember(fmt.Sprintf("%06d", i), m, fmt.Sprintf("D%d", i%25), fmt.Sprintf("T%d", i/25%20)))
	}
	for i := range agents {
		c.add(1, restricted(fmt.Sprintf("%04d", i)))
	}
	for i := range grants {
		g := crowdGives(fmt.Sprintf("%06d", i%people), fmt.Sprintf("%04d", (i/people*37+i%people*11)%agents), domain.ViewUse)
		c.add(1, g)
	}
	o := c.org(b)
	c.rows = nil
	b.ResetTimer()
	for range b.N {
		begin := time.Now()
		gs := make([]domain.Grant, 0, grants)
		for row := range o.Holdings(smallDay) {
			gs = append(gs, row.Record.(domain.Grant))
		}
		read := time.Since(begin)
		a := newAdviser(o, smallDay, AdviceFacts{}, surveyedOf(gs))
		ready := time.Since(begin)
		for i, g := range gs {
			p, _ := holderPrincipal(o, g)
			a.of(i, g, 1, nil, p)
		}
		b.ReportMetric(float64(read.Milliseconds()), "ms/read")
		b.ReportMetric(float64((ready - read).Milliseconds()), "ms/survey")
		b.ReportMetric(float64((time.Since(begin) - ready).Milliseconds()), "ms/items")
	}
}

// The edges of the shares: fewer than a quarter of the others is few, three
// quarters or more is most, and fewer than four others say nothing.
func TestPeerShares(t *testing.T) {
	g := crowdGives("ana", "a", domain.ViewUse)
	for _, c := range []struct {
		same, others int32
		want         string
	}{
		{0, 3, "nothing"}, {3, 3, "nothing"}, {0, 4, "revoke"}, {1, 4, "told"}, {2, 8, "told"}, {1, 8, "revoke"},
		{2, 4, "told"}, {3, 4, "keep"}, {5, 8, "told"}, {6, 8, "keep"}, {8, 8, "keep"},
	} {
		got := "nothing"
		for _, r := range (peerCount{same: c.same, others: c.others}).reasons(g, Peers{Have: int(c.same) + 1, Of: int(c.others) + 1}.String()) {
			if got = r.Toward.String(); r.Toward == Silent {
				got = "told"
			}
		}
		if got != c.want {
			t.Errorf("%d of %d other peers have it: %s, want %s", c.same, c.others, got, c.want)
		}
	}
}
