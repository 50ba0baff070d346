package domain

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// troubledRows draws an organisation with what findings look for besides.
func troubledRows(t *rapid.T) []Row {
	rows := someRows(t)
	for i, row := range rows {
		switch r := row.Record.(type) {
		case Principal:
			if r.Kind == User {
				r.Email = string(r.ID) + "@acme.example"
				r.Employment = rapid.SampledFrom(Employments()).Draw(t, "terms")
				r.LastActive = rapid.SampledFrom([]Date{"", "", "2026-03-01", "2025-01-01"}).Draw(t, "seen")
				r.Manager = rapid.SampledFrom([]ID{"", "usr_1"}).Draw(t, "manager")
				if r.Manager == r.ID {
					r.Manager = ""
				}
			}
			row.Record = r
		case Agent:
			r.Classification = rapid.SampledFrom(Classifications()).Draw(t, "class")
			r.Owner = rapid.SampledFrom([]ID{"", "usr_1", "usr_2", "usr_gone"}).Draw(t, "owned")
			row.Record = r
		case Source:
			r.Classification = rapid.SampledFrom(Classifications()).Draw(t, "class")
			row.Record = r
		case Role:
			r.ForUsers, r.ForKeys, r.ForAgents = true, rapid.Bool().Draw(t, "keys"), rapid.Bool().Draw(t, "machines")
			row.Record = r
		}
		rows[i] = row
	}
	add := func(r Record) { rows = append(rows, Row{r, Seq(len(rows) + 1)}) }
	targets := everyTarget()
	for i := range rapid.IntRange(0, 4).Draw(t, "separations") {
		side := func() SoDSide {
			s := SoDSide{Target: rapid.SampledFrom(targets).Draw(t, "side")}
			s.Level = Level(rapid.IntRange(1, int(LadderOf(s.Target.Kind).Top())).Draw(t, "at"))
			if s.Target.Kind == TargetArea || s.Target.Kind == TargetSource {
				s.Agent = rapid.SampledFrom([]ID{"", "", "agt_1"}).Draw(t, "inside")
			}
			return s
		}
		add(SoDRule{ID: ID(fmt.Sprintf("sod_%d", i)), Name: fmt.Sprintf("Rule %d", i),
			Severity: rapid.SampledFrom(Severities()).Draw(t, "severity"), A: side(), B: side()})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "outside") {
		add(ExternalGroup{ID: ID(fmt.Sprintf("entra/%d", i)), Source: "entra", External: fmt.Sprint(i), Name: "Group grp_1",
			Group: rapid.SampledFrom([]ID{"", "grp_2"}).Draw(t, "mapped")})
	}
	add(Setting{SettingBroadGroup, "1"})
	return rows
}

func drawUsage(t *rapid.T) Usages {
	var list []Usage
	for range rapid.IntRange(0, 12).Draw(t, "uses") {
		list = append(list, Usage{Principal: rapid.SampledFrom(somePeople).Draw(t, "user"),
			Target:   rapid.SampledFrom([]Target{onAgent("agt_1"), onAgent("agt_2"), {TargetSource, "src_1"}}).Draw(t, "used"),
			LastUsed: rapid.SampledFrom([]Date{"", "2026-03-14", "2026-02-01", "2025-01-01"}).Draw(t, "last")})
	}
	u, err := UsagesOf(func(yield func(Usage, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Whatever the organisation: each finding is told once and about records that
// are there, no rule refuses a way to mend it, and by each it is gone.
func TestEveryMendMends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawnOrg(t, troubledRows(t))
		facts := Facts{At: rapid.SampledFrom(someInstants).Draw(t, "at"), Usage: drawUsage(t)}
		ids := map[ID]bool{}
		for _, f := range o.Findings(facts) {
			if ids[f.ID] {
				t.Fatalf("told twice: %s", f.Text)
			}
			ids[f.ID] = true
			for _, r := range f.Subject {
				if _, ok := o.Get(r.Kind, r.ID); !ok {
					t.Fatalf("%s is about %v, which is not there", f.Text, r)
				}
			}
			mends, why := o.Mends(f, facts.At, numbered())
			if len(mends) == 0 && why == "" {
				t.Fatalf("no way to mend %q, and no reason", f.Text)
			}
			for _, m := range mends {
				mended(t, o, f, m, facts)
			}
		}
	})
}

// What is found for holdings alone is what the whole search finds of those
// kinds.
func TestHoldingFindingsAreThoseOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, err := NewOrg(1, func(yield func(Row, error) bool) {
			for _, r := range troubledRows(t) {
				if !yield(r, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Skip(err)
		}
		kinds := HoldingFindingKinds()
		want := slices.DeleteFunc(o.Findings(Facts{At: noon}), func(f Finding) bool { return !slices.Contains(kinds, f.Kind) })
		got := o.HoldingFindings(Facts{At: noon})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("found %v, the whole search finds %v", got, want)
		}
	})
}

func TestMatrixStrip(t *testing.T) {
	m := newMatrix([]ID{"usr_a", "usr_b"}, make([]Target, 70))
	m.pair(0).set(3, 1)
	m.pair(1).set(69, 2)
	m.pair(1).set(64, 1)
	var some, full []uint64
	for col := range m.Targets {
		some, full = m.Strip(col, some, full)
		for row := range m.Principals {
			if got := Level(some[row]>>(col&63)&1 + full[row]>>(col&63)&1); got != m.At(row, col) {
				t.Errorf("row %d, column %d: %d, want %d", row, col, got, m.At(row, col))
			}
		}
	}
}
