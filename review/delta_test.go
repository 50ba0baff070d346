package review

import (
	"testing"

	"countersign/domain"
)

// The kinds of change since the last countersigned decision, from the issue:
// by level, per grant and never per campaign; a level change shows although the
// grant is the same; what was revoked and came back shows in every later
// campaign. The holding is now Dana's Edit (2) on the agent, by grant gnt_1,
// held by ways 7, under manager usr_tom in Support, Agent.
func TestDeltaTable(t *testing.T) {
	key := HoldingKey{Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_dana"}, Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_a"}}
	now := domain.Grant{ID: "gnt_1", Holder: key.Holder, Target: key.Target, Level: domain.EditAgent}
	who := holderThen{"usr_tom", "Support", "Agent"}
	past := func(seq domain.Seq, a Answer, l domain.Level, change ...func(*Precedent)) Precedent {
		p := Precedent{Campaign: domain.ID("cmp_" + string(rune('0'+seq))), Name: "Q" + string(rune('0'+seq)), Seq: seq, Answer: a, Level: l,
			Reviewer: "usr_tom", Key: key, Grant: "gnt_1", Staged: 2, Ways: 7, Manager: "usr_tom", Dept: "Support", Title: "Agent", Result: Verified}
		for _, f := range change {
			f(&p)
		}
		return p
	}
	other := func(p *Precedent) { p.Grant = "gnt_0" }
	for _, c := range []struct {
		name  string
		past  []Precedent
		want  DeltaKind
		again bool
	}{
		{"never decided", nil, DeltaNew, false},
		{"kept as it is", []Precedent{past(1, Keep, 2)}, DeltaUnchanged, false},
		{"kept lower, the same grant", []Precedent{past(1, Keep, 1)}, DeltaUp, false},
		{"kept lower, another grant", []Precedent{past(1, Keep, 1, other)}, DeltaUp, false},
		{"reduced, and above it again", []Precedent{past(1, Reduce, 1)}, DeltaUp, false},
		{"kept higher", []Precedent{past(1, Keep, 3)}, DeltaDown, false},
		{"another grant of the same level", []Precedent{past(1, Keep, 2, other)}, DeltaPath, false},
		{"reached another way", []Precedent{past(1, Keep, 2, func(p *Precedent) { p.Ways = 8 })}, DeltaPath, false},
		{"another manager", []Precedent{past(1, Keep, 2, func(p *Precedent) { p.Manager = "usr_ann" })}, DeltaMoved, false},
		{"another department", []Precedent{past(1, Keep, 2, func(p *Precedent) { p.Dept = "Sales" })}, DeltaMoved, false},
		{"another title and another grant", []Precedent{past(1, Keep, 2, other, func(p *Precedent) { p.Title = "Lead" })}, DeltaMoved, false},
		{"another manager and a higher level", []Precedent{past(1, Keep, 1, func(p *Precedent) { p.Manager = "usr_ann" })}, DeltaUp, false},
		{"revoked, ended, there again", []Precedent{past(1, Revoke, 0)}, DeltaRegranted, true},
		{"revoked, there by another grant", []Precedent{past(1, Revoke, 0, other, func(p *Precedent) { p.Result = Pending })}, DeltaRegranted, true},
		{"revoked, given again before the close", []Precedent{past(1, Revoke, 0, func(p *Precedent) { p.Result = Residual })}, DeltaRegranted, true},
		{"revoked, never taken away", []Precedent{past(1, Revoke, 0, func(p *Precedent) { p.Result = Outside })}, DeltaUp, false},
		{"revoked, an exception until a date", []Precedent{past(1, Revoke, 0, func(p *Precedent) { p.Result = Exception })}, DeltaUp, false},
		{"revoked, given again, kept since", []Precedent{past(2, Keep, 2), past(1, Revoke, 0, other)}, DeltaRegranted, true},
		{"revoked, given again, kept twice since", []Precedent{past(3, Keep, 2), past(2, Keep, 2), past(1, Revoke, 0, other)}, DeltaRegranted, true},
		{"revoked, given again, kept, raised", []Precedent{past(2, Keep, 1), past(1, Revoke, 0, other)}, DeltaUp, true},
		{"an exception that is over, kept since", []Precedent{past(2, Keep, 2), past(1, Revoke, 0, func(p *Precedent) { p.Result = Exception })}, DeltaUnchanged, false},
		{"only the last decision is the baseline", []Precedent{past(2, Keep, 2), past(1, Keep, 1)}, DeltaUnchanged, false},
	} {
		d := compareDelta(smallOrg(t, 1), now, 7, who, c.past)
		if d.Kind != c.want || d.Again != c.again {
			t.Errorf("%s: %s, again %v; want %s, again %v", c.name, d.Kind, d.Again, c.want, c.again)
		}
		if (d.Text == "") != (c.want == DeltaUnchanged) {
			t.Errorf("%s: %s says %q", c.name, d.Kind, d.Text)
		}
		if !d.Is(c.want) || d.Is(DeltaRegranted) != c.again {
			t.Errorf("%s: counted as regranted: %v", c.name, d.Is(DeltaRegranted))
		}
	}
}

// An abstention, and silence, are no decision to compare with; a key's own
// grant speaks for it where a campaign had two of the same key.
func TestPrecedents(t *testing.T) {
	key := HoldingKey{Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_dana"}, Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_a"}}
	g := domain.Grant{ID: "gnt_1", Holder: key.Holder, Target: key.Target, Level: 2}
	p := func(c domain.ID, item int, seq domain.Seq, a Answer, grant domain.ID) Precedent {
		return Precedent{Campaign: c, Item: item, Seq: seq, Answer: a, Grant: grant, Key: key, Reviewer: "usr_tom"}
	}
	ps := precedents(t, []Precedent{
		p("q1", 3, 10, Keep, "gnt_1"), p("q2", 4, 20, Revoke, "gnt_2"), p("q2", 5, 20, Keep, "gnt_1"),
		p("q3", 6, 30, Abstain, "gnt_1"), p("q4", 7, 40, Silent, "gnt_1"),
	})
	got := ps.of(g)
	if len(got) != 2 || got[0].Item != 5 || got[1].Item != 3 {
		t.Fatalf("precedents %+v, want items 5 and 3", got)
	}
	if last := lastOf(got); last.Item != 5 || last.Certified != 2 {
		t.Errorf("the last decision is %+v, want item 5, certified twice in a row", last)
	}
	byRule := []Precedent{{Answer: Keep}, got[0]}
	if n := certified(byRule); n != 0 {
		t.Errorf("kept by a rule because nobody answered counts as certified %d times", n)
	}
}
