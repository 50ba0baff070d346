package review

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

var resolvedAt = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// resolverOrg: Greta manages Ann, Ann manages Dana and Bob; Oz owns the Sales
// Agent, Dana owns a key; Mia and Max manage the crew, Mo did until he left;
// Fay is the fallback and Ola the campaign's owner.
func resolverOrg(t testing.TB, more ...domain.Record) *domain.Org {
	t.Helper()
	user := func(id, name string, manager domain.ID) domain.Principal {
		return domain.Principal{ID: domain.ID(id), Name: name, Manager: manager, Status: domain.Active}
	}
	gone := user("mo", "Mo", "")
	gone.Status = domain.Inactive
	member := func(id string, who domain.ID, l domain.Level) domain.Grant {
		return domain.Grant{ID: domain.ID(id), Holder: person(who), Level: l,
			Target: domain.Target{Kind: domain.TargetGroup, ID: "crew"}}
	}
	recs := append([]domain.Record{user("greta", "Greta", ""), user("ann", "Ann", "greta"), user("dana", "Dana", "ann"),
		user("bob", "Bob", "ann"), user("cy", "Cy", ""), user("oz", "Oz", ""), user("mia", "Mia", ""), user("max", "Max", ""),
		user("fay", "Fay", ""), user("ola", "Ola", ""), gone,
		domain.Principal{ID: "key", Kind: domain.APIKey, Name: "CI key", Owner: "dana", Status: domain.Active},
		domain.Group{ID: "crew", Name: "Crew"}, domain.Group{ID: "bare", Name: "Bare"},
		domain.Agent{ID: "sales", Name: "Sales Agent", Owner: "oz"}, domain.Agent{ID: "lone", Name: "Lone Agent"},
		member("m1", "mia", domain.Manager), member("m2", "max", domain.Manager), member("m3", "mo", domain.Manager),
		member("m4", "dana", domain.Member)}, more...)
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		for _, r := range recs {
			if !yield(domain.Row{Record: r}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func person(id domain.ID) domain.Holder {
	return domain.Holder{Kind: domain.HolderPrincipal, ID: id}
}

func holds(who domain.Holder, target domain.TargetKind, id domain.ID) holding {
	return holding{grant: domain.Grant{Holder: who, Target: domain.Target{Kind: target, ID: id}, Level: 1}, since: 7}
}

func resolverOn(o *domain.Org, in StandIns, givers map[domain.Seq]giver) *resolver {
	return newResolver(o, Campaign{Owner: "ola"}, resolvedAt, Reviewing{StandIns: in, Stager: "ola", givers: givers})
}

// who gives "bob for ann, cy" of the answers.
func who(as []answering) string {
	var out []string
	for _, a := range as {
		s := string(a.Reviewer)
		if s == "" {
			s = "nobody"
		}
		if a.For != "" {
			s += " for " + string(a.For)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestWhoReviews(t *testing.T) {
	o := resolverOrg(t)
	dana := holds(person("dana"), domain.TargetAgent, "sales")
	crew := holds(domain.Holder{Kind: domain.HolderGroup, ID: "crew"}, domain.TargetAgent, "sales")
	bare := holds(domain.Holder{Kind: domain.HolderGroup, ID: "bare"}, domain.TargetAgent, "lone")
	key := holds(person("key"), domain.TargetAgent, "sales")
	ann, greta := holds(person("ann"), domain.TargetAgent, "sales"), holds(person("greta"), domain.TargetAgent, "lone")
	fay := holds(person("fay"), domain.TargetAgent, "lone")
	ola := holds(person("ola"), domain.TargetAgent, "lone")
	until := func(who domain.ID) StandIn { return StandIn{Substitute: who, Until: "2026-11-30"} }
	chain := func(links ...string) panel { return panel{chain: links} }
	for name, c := range map[string]struct {
		h      holding
		p      panel
		in     StandIns
		want   string
		passed bool
		rule   string // of the first who answers
	}{
		"the manager":                      {h: dana, p: chain("manager"), want: "ann", rule: "manager"},
		"the manager's manager":            {h: dana, p: chain("second-manager"), want: "greta", rule: "manager's manager"},
		"no manager's manager":             {h: ann, p: chain("second-manager", "owner"), want: "oz", rule: "no manager of Greta; owner of Sales Agent"},
		"of a key: its owner's manager":    {h: key, p: chain("manager"), want: "ann", rule: "manager"},
		"of a key: never its owner":        {h: key, p: chain("dana", "cy"), want: "cy", passed: true, rule: "named Dana is the subject; named"},
		"the owner":                        {h: dana, p: chain("owner", "manager"), want: "oz", rule: "owner of Sales Agent"},
		"no owner, then the manager":       {h: holds(person("dana"), domain.TargetAgent, "lone"), p: chain("owner", "manager"), want: "ann", rule: "no owner of Lone Agent; manager"},
		"first of the group's managers":    {h: crew, p: chain("group-managers"), want: "max", rule: "manager of group Crew"},
		"all of the group's managers":      {h: crew, p: panel{chain: []string{"group-managers"}, all: true}, want: "max, mia", rule: "manager of group Crew"},
		"people named together are a link": {h: dana, p: panel{chain: []string{"cy", "bob", "manager"}, all: true}, want: "cy, bob", rule: "named"},
		"all, one of them the subject":     {h: dana, p: panel{chain: []string{"dana", "cy", "bob"}, all: true}, want: "cy, bob", passed: true, rule: "named Dana is the subject; named"},
		"a link without anyone is no link": {h: bare, p: panel{chain: []string{"group-managers", "owner", "cy"}, all: true}, want: "cy", rule: "no manager of group Bare; no owner of Lone Agent; named"},
		"additional, besides":              {h: dana, p: panel{chain: []string{"manager"}, additional: []string{"owner", "cy"}}, want: "ann, oz, cy", rule: "manager"},
		"additional is not the chain":      {h: greta, p: panel{chain: []string{"manager"}, additional: []string{"cy"}, fallback: "fay"}, want: "fay, cy", rule: "no manager of Greta; fallback"},
		"additional, answering already":    {h: dana, p: panel{chain: []string{"manager"}, additional: []string{"ann"}}, want: "ann", rule: "manager"},
		"additional is the subject":        {h: dana, p: panel{chain: []string{"manager"}, additional: []string{"dana"}}, want: "ann", passed: true, rule: "additional named Dana is the subject; manager"},
		"own access: next, then fallback":  {h: fay, p: panel{chain: []string{"fay", "owner"}, fallback: "cy"}, want: "cy", passed: true, rule: "named Fay is the subject; no owner of Lone Agent; fallback"},
		"fallback is the subject":          {h: fay, p: panel{chain: []string{"manager"}, fallback: "fay"}, want: "ola", passed: true, rule: "no manager of Fay; fallback Fay is the subject; campaign-owner"},
		"nobody is left":                   {h: ola, p: chain("manager"), want: "nobody", passed: true, rule: "no manager of Ola; campaign-owner Ola is the subject; nobody is left"},
		"nobody but the additional one":    {h: ola, p: panel{chain: []string{"manager"}, additional: []string{"cy"}}, want: "cy", passed: true, rule: "no manager of Ola; campaign-owner Ola is the subject; additional named"},
		"someone who left":                 {h: dana, p: chain("mo", "manager"), want: "ann", rule: "named Mo is inactive; manager"},
		"a key is nobody":                  {h: dana, p: chain("key", "manager"), want: "ann", rule: "named is no user; manager"},
		"a shared item's subject may":      {h: crew, p: chain("dana"), want: "dana", rule: "named"},

		"stood in for": {h: dana, p: chain("manager"), in: StandIns{"ann": until("cy")}, want: "cy for ann", rule: "manager Ann, substituted by Cy until 2026-11-30"},
		"without an end": {h: dana, p: chain("manager"), in: StandIns{"ann": {Substitute: "cy"}}, want: "cy for ann",
			rule: "manager Ann, substituted by Cy"},
		"a substitute whom the subject chose": {h: dana, p: chain("manager", "owner"), in: StandIns{"ann": {Substitute: "cy", Maker: "dana"}}, want: "oz",
			passed: true, rule: "manager Ann, substituted by the subject's choice; owner of Sales Agent"},
		"a substitute whom somebody else chose": {h: dana, p: chain("manager"), in: StandIns{"ann": {Substitute: "cy", Maker: "fay"}}, want: "cy for ann",
			rule: "manager Ann, substituted by Cy"},
		"whoever chose for another gets nothing by way of a third": {h: dana, p: chain("manager", "owner"),
			in: StandIns{"ann": {Substitute: "cy", Maker: "fay"}, "cy": {Substitute: "fay", Maker: "cy"}}, want: "oz",
			rule: "manager Ann, substituted by Cy, substituted by whoever it would come to; owner of Sales Agent"},
		"whoever chose for themselves may": {h: dana, p: chain("manager"), in: StandIns{"ann": {Substitute: "cy", Maker: "ann"}, "cy": {Substitute: "fay", Maker: "cy"}},
			want: "fay for ann", rule: "manager Ann, substituted by Cy, substituted by Fay"},
		"by the substitute's substitute": {h: dana, p: chain("manager"), in: StandIns{"ann": until("cy"), "cy": until("oz")}, want: "oz for ann",
			rule: "manager Ann, substituted by Cy until 2026-11-30, substituted by Oz until 2026-11-30"},
		"the substitute is the subject": {h: dana, p: panel{chain: []string{"manager"}, fallback: "fay"}, in: StandIns{"ann": until("dana")}, want: "fay", passed: true,
			rule: "manager Ann, substituted by Dana until 2026-11-30, who is the subject; fallback"},
		"the subject stands between, and chose": {h: dana, p: panel{chain: []string{"manager"}, fallback: "fay"},
			in: StandIns{"ann": until("dana"), "dana": until("cy")}, want: "fay", passed: true,
			rule: "manager Ann, substituted by Dana until 2026-11-30, who is the subject; fallback"},
		"the subject's own substitute": {h: dana, p: panel{chain: []string{"dana"}, fallback: "fay"}, in: StandIns{"dana": until("cy")}, want: "fay", passed: true,
			rule: "named Dana is the subject; fallback"},
		"a key's owner as substitute": {h: key, p: panel{chain: []string{"manager"}, fallback: "fay"}, in: StandIns{"ann": until("dana")}, want: "fay", passed: true,
			rule: "manager Ann, substituted by Dana until 2026-11-30, who is the subject; fallback"},
		"a circle": {h: dana, p: panel{chain: []string{"manager"}, fallback: "fay"}, in: StandIns{"ann": until("cy"), "cy": until("ann")}, want: "fay",
			rule: "manager Ann, substituted by Cy until 2026-11-30, substituted by Ann until 2026-11-30: the substitutes lead in a circle; fallback"},
		"a substitute who left": {h: dana, p: chain("manager"), in: StandIns{"ann": until("mo")}, want: "ann",
			rule: "manager Ann, substituted by Mo until 2026-11-30, who cannot answer"},
		"a substitute for who left": {h: dana, p: chain("mo"), in: StandIns{"mo": until("cy")}, want: "cy for mo", rule: "named Mo, substituted by Cy until 2026-11-30"},
		"both left":                 {h: dana, p: chain("mo", "manager"), in: StandIns{"mo": until("key")}, want: "ann", rule: "named Mo is inactive; manager"},
		"of all, two by one person": {h: crew, p: panel{chain: []string{"group-managers"}, all: true}, in: StandIns{"max": until("mia")}, want: "mia for max", rule: "manager of group Crew: Max, substituted by Mia until 2026-11-30"},
		"for the campaign's owner":  {h: greta, p: chain("manager"), in: StandIns{"ola": until("cy")}, want: "cy for ola", rule: "no manager of Greta; campaign-owner Ola, substituted by Cy until 2026-11-30"},
	} {
		c.h.subjects = o.Subjects(c.h.grant, resolvedAt)
		got, passed, _ := resolverOn(o, c.in, nil).resolve(c.h, c.p)
		if w := who(got); w != c.want || passed != c.passed || got[0].Rule != c.rule {
			t.Errorf("%s: %s answers by %q, passed on %v; want %s by %q, %v", name, w, got[0].Rule, passed, c.want, c.rule, c.passed)
		}
	}
}

// Whatever the substitutions, nobody answers for what is theirs alone, nobody
// answers twice, and who is stood in for is on record.
func TestNoSubstitutionMakesASelfReview(t *testing.T) {
	o := resolverOrg(t)
	ids := []domain.ID{"ann", "bob", "dana", "cy"}
	p := panel{chain: []string{"manager", "bob", "cy"}, additional: []string{"dana", "owner"}, all: true}
	n := 0
	var lay func(in StandIns, rest []domain.ID)
	lay = func(in StandIns, rest []domain.ID) {
		if len(rest) == 0 {
			n++
			for _, holder := range []domain.ID{"dana", "bob", "key"} {
				h := holds(person(holder), domain.TargetAgent, "sales")
				h.subjects = o.Subjects(h.grant, resolvedAt)
				got, _, _ := resolverOn(o, in, nil).resolve(h, p)
				seen := map[domain.ID]bool{}
				for _, a := range got {
					if a.Reviewer == "" || seen[a.Reviewer] || slices.Contains(h.subjects, a.Reviewer) || slices.Contains(h.subjects, a.For) {
						t.Errorf("with %v what %s has is reviewed by %s", in, holder, who(got))
					}
					if _, away := in[a.Reviewer]; away && a.For == "" && !strings.Contains(a.Rule, "who cannot answer") {
						t.Errorf("with %v %s answers, who is away", in, a.Reviewer)
					}
					seen[a.Reviewer] = true
				}
			}
			return
		}
		lay(in, rest[1:])
		for _, to := range ids {
			with := maps.Clone(in)
			with[rest[0]] = StandIn{Substitute: to}
			lay(with, rest[1:])
		}
	}
	lay(StandIns{}, ids)
	if n != 5*5*5*5 {
		t.Errorf("%d sets of substitutions were tried", n)
	}
}
