package review

import (
	"fmt"
	"testing"
	"time"

	"countersign/domain"
)

// coveredOrg is an organisation of four holdings on one agent: of a group, of
// Ann, of Ben and of an API key.
func coveredOrg(t *testing.T, settings ...domain.Record) *domain.Org {
	t.Helper()
	recs := append([]domain.Record{
		domain.Principal{ID: "usr_ann", Kind: domain.User, Name: "Ann", Email: "ann@x.example", Status: domain.Active},
		domain.Principal{ID: "usr_ben", Kind: domain.User, Name: "Ben", Email: "ben@x.example", Status: domain.Active},
		domain.Principal{ID: "key_one", Kind: domain.APIKey, Name: "One", Owner: "usr_ann", Status: domain.Active},
		domain.Group{ID: "grp_team", Name: "Team"},
		domain.Agent{ID: "agt_desk", Name: "Desk", AccessType: domain.Private},
		onDesk("gnt_ann", domain.HolderPrincipal, "usr_ann", domain.Edit),
		onDesk("gnt_ben", domain.HolderPrincipal, "usr_ben", domain.ViewUse),
		onDesk("gnt_key", domain.HolderPrincipal, "key_one", domain.ViewUse),
		onDesk("gnt_team", domain.HolderGroup, "grp_team", domain.ViewUse),
	}, settings...)
	o, err := domain.NewOrg(500, func(yield func(domain.Row, error) bool) {
		for i, r := range recs {
			if !yield(domain.Row{Record: r, Since: domain.Seq(100 + i)}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func onDesk(id domain.ID, k domain.HolderKind, holder domain.ID, l domain.Level) domain.Grant {
	return domain.Grant{ID: id, Holder: domain.Holder{Kind: k, ID: holder}, Level: l,
		Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_desk"}}
}

// ruled is a ruling on a holding that was staged at event frozen.
func ruled(g domain.Grant, frozen domain.Seq, a Answer, l domain.Level, day string) Precedent {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return Precedent{Campaign: "cmp_1", Item: 1, Answer: a, Level: l, Reviewer: "usr_boss", At: at.Add(15 * time.Hour),
		Frozen: frozen, Key: KeyOf(g), Grant: g.ID, Staged: g.Level}
}

func framework(t *testing.T, words string) domain.Framework {
	t.Helper()
	fs, err := domain.ReadFrameworks(words)
	if err != nil {
		t.Fatal(err)
	}
	return fs[0]
}

// What stands where, by hand. It is 10 July 2010; reviews of 9 April are one
// day out of a three months' cadence, those of 10 April are in it for the
// last day.
func TestCoverageStates(t *testing.T) {
	o := coveredOrg(t)
	since := map[domain.ID]domain.Seq{}
	grants := map[domain.ID]domain.Grant{}
	now := time.Date(2010, 7, 10, 18, 0, 0, 0, time.UTC)
	for row := range o.Holdings(now) {
		g := row.Record.(domain.Grant)
		since[g.ID], grants[g.ID] = row.Since, g
	}
	ann, ben := grants["gnt_ann"], grants["gnt_ben"]
	for _, c := range []struct {
		name string
		f    string
		past Precedent
		id   domain.ID
		want CoverageState
		due  domain.Date
	}{
		{"the last day", "sox", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-04-10"), ann.ID, CoverageDueSoon, "2010-07-10"},
		{"the day after it", "sox", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-04-09"), ann.ID, CoverageOut, "2010-07-09"},
		{"thirty days before", "sox", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-05-09"), ann.ID, CoverageDueSoon, "2010-08-09"},
		{"thirty-one days before", "sox", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-05-10"), ann.ID, CoverageCovered, "2010-08-10"},
		{"ten days before, monthly", "sox:1", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-06-20"), ann.ID, CoverageDueSoon, "2010-07-20"},
		{"eleven days before, monthly", "sox:1", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-06-21"), ann.ID, CoverageCovered, "2010-07-21"},
		{"half a year by PCI DSS", "pci", ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-01-10"), ann.ID, CoverageDueSoon, "2010-07-10"},
		{"a year by AC-2", "nist", ruled(ann, since[ann.ID], Keep, domain.Edit, "2009-07-09"), ann.ID, CoverageOut, "2010-07-09"},
		{"of somebody else", "sox", ruled(ben, since[ben.ID], Keep, domain.ViewUse, "2010-07-01"), ann.ID, CoverageNever, ""},
		{"silence", "sox", ruled(ann, since[ann.ID], Silent, domain.Edit, "2010-07-01"), ann.ID, CoverageNever, ""},
		{"an abstention", "sox", ruled(ann, since[ann.ID], Abstain, domain.Edit, "2010-07-01"), ann.ID, CoverageNever, ""},
		{"kept because nobody answered", "sox", unanswered(ruled(ann, since[ann.ID], Keep, domain.Edit, "2010-07-01")), ann.ID, CoverageNever, ""},
		{"raised since", "sox", ruled(with(ann, domain.ViewUse), 50, Keep, domain.ViewUse, "2010-07-01"), ann.ID, CoverageNever, ""},
		{"lowered since", "sox", ruled(with(ben, domain.Edit), 50, Keep, domain.Edit, "2010-07-01"), ben.ID, CoverageCovered, "2010-10-01"},
		{"to be revoked, still there", "sox", ruled(ann, since[ann.ID], Revoke, domain.None, "2010-07-01"), ann.ID, CoverageCovered, "2010-10-01"},
		{"revoked and given again", "sox", ruled(ann, 50, Revoke, domain.None, "2010-07-01"), ann.ID, CoverageNever, ""},
		{"reduced as it was ruled", "sox", ruled(with(ben, domain.Edit), 50, Reduce, domain.ViewUse, "2010-07-01"), ben.ID, CoverageCovered, "2010-10-01"},
		{"given again at the same level by another grant", "sox", ruled(renamed(ben), 50, Keep, domain.ViewUse, "2010-07-01"), ben.ID, CoverageCovered, "2010-10-01"},
	} {
		cov := NewCoverage(o, now, precedents(t, []Precedent{c.past}))
		row, _ := o.Holding(c.id)
		got, ok := cov.Judge(framework(t, c.f), row)
		if !ok || got.State != c.want || got.Due != c.due {
			t.Errorf("%s: %v, due %q (%v); want %v, due %q", c.name, got.State, got.Due, ok, c.want, c.due)
		}
	}
}

func with(g domain.Grant, l domain.Level) domain.Grant { g.Level = l; return g }
func renamed(g domain.Grant) domain.Grant              { g.ID = "gnt_before"; return g }
func unanswered(p Precedent) Precedent                 { p.Reviewer = ""; return p }

// Days are the organisation's: two in the morning of 11 July in London is
// still 10 July in New York.
func TestCoverageCountsLocalDays(t *testing.T) {
	now := time.Date(2010, 7, 11, 2, 0, 0, 0, time.UTC)
	for zone, want := range map[string]CoverageState{"Europe/London": CoverageOut, "America/New_York": CoverageDueSoon} {
		o := coveredOrg(t, domain.Setting{ID: domain.SettingZone, Value: zone})
		row, _ := o.Holding("gnt_ann")
		cov := NewCoverage(o, now, precedents(t, []Precedent{ruled(row.Record.(domain.Grant), row.Since, Keep, domain.Edit, "2010-04-10")}))
		if got, _ := cov.Judge(framework(t, "sox"), row); got.State != want {
			t.Errorf("%s: %v, want %v", zone, got.State, want)
		}
	}
}

func TestCoverageSumsAndNextCampaign(t *testing.T) {
	o := coveredOrg(t)
	now := time.Date(2010, 7, 10, 18, 0, 0, 0, time.UTC)
	past := func(id domain.ID, day string) Precedent {
		row, _ := o.Holding(id)
		g := row.Record.(domain.Grant)
		return ruled(g, row.Since, Keep, g.Level, day)
	}
	cov := NewCoverage(o, now, precedents(t, []Precedent{past("gnt_ann", "2010-03-31"), past("gnt_ben", "2010-04-20"), past("gnt_team", "2010-06-30")}))
	f := framework(t, "sox")
	got := cov.Of(f)
	if got.Holdings != 4 || got.Covered != 1 || got.DueSoon != 1 || got.Out != 1 || got.Never != 1 {
		t.Errorf("%+v; want one of each", got)
	}
	// 31 March and three months is the last of June; 20 July; 30 September.
	if s := fmt.Sprint(got.Calendar); s != "[{2010-06 1} {2010-07 1} {2010-09 1}]" {
		t.Errorf("the calendar is %s", s)
	}
	if got.Oldest.Holding.ID != "gnt_ann" || got.Oldest.Reviewed != "2010-03-31" {
		t.Errorf("the oldest review is of %s, %s", got.Oldest.Holding.ID, got.Oldest.Reviewed)
	}
	for until, want := range map[domain.Date]string{
		"":           "gnt_ann gnt_key ",
		"2010-07-19": "gnt_ann gnt_key ",
		"2010-07-20": "gnt_ann gnt_ben gnt_key ",
		"2010-09-29": "gnt_ann gnt_ben gnt_key ",
		"2010-09-30": "gnt_ann gnt_ben gnt_key gnt_team ",
		"2010-01-01": "gnt_ann gnt_key ", // what is past is out today
	} {
		next := ""
		for cover := range cov.Covers(f) {
			if cov.Takes(cover, until) {
				next += string(cover.Holding.ID) + " "
			}
		}
		if next != want {
			t.Errorf("the next campaign until %q has %s, want %s", until, next, want)
		}
	}
	if m := cov.Of(framework(t, "pci-machines")); m.Holdings != 1 || m.Never != 1 {
		t.Errorf("keys alone: %+v", m)
	}
	if p := cov.Of(framework(t, "pci")); p.Holdings != 3 {
		t.Errorf("people's: %+v", p)
	}
	// The key is never reviewed by either, and one holding.
	if out, never := cov.Behind([]domain.Framework{f, framework(t, "pci"), framework(t, "pci-machines")}); out != 1 || never != 1 {
		t.Errorf("%d out of cadence and %d never reviewed by all three, want 1 of each", out, never)
	}
}
