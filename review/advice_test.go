package review

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"countersign/domain"
)

// The one answer that the reasons make. An item at Edit, whose ladder is None,
// View & Use, Edit. What decides is the order in which the kinds are listed in
// the documentation of AdviceKind; what points nowhere only tells.
func TestRecommendTable(t *testing.T) {
	r := func(k AdviceKind, toward Answer) AdviceReason {
		out := AdviceReason{Kind: k, Toward: toward, Text: k.String()}
		if toward == Reduce {
			out.Level = domain.ViewUse
		}
		return out
	}
	sod, boomerang := r(AdviceSoD, Revoke), r(AdviceBoomerang, Revoke)
	unused, used := r(AdviceUnused, Revoke), r(AdviceUsed, Keep)
	rare, common := r(AdvicePeers, Revoke), r(AdvicePeers, Keep)
	level, past := r(AdviceLevel, Reduce), r(AdvicePast, Reduce)
	outlier, certified := r(AdviceOutlier, Revoke), r(AdviceCertified, Keep)
	finding, told := r(AdviceFinding, Reduce), r(AdviceFinding, Silent)
	for _, c := range []struct {
		name    string
		reasons []AdviceReason
		want    Answer
		level   domain.Level
	}{
		{"nothing", nil, Silent, 0},
		{"only told", []AdviceReason{told}, Silent, 0},
		{"used", []AdviceReason{used}, Keep, 2},
		{"used, though few peers have it", []AdviceReason{used, rare}, Keep, 2},
		{"used, far from the others", []AdviceReason{used, outlier}, Keep, 2},
		{"used, and above the usual level", []AdviceReason{used, level}, Reduce, 1},
		{"unused, though most peers have it", []AdviceReason{unused, common}, Revoke, 0},
		{"unused, though certified", []AdviceReason{unused, certified}, Revoke, 0},
		{"few peers", []AdviceReason{rare, certified}, Revoke, 0},
		{"most peers, but far away", []AdviceReason{common, outlier}, Keep, 2},
		{"few peers at this level, most of them lower", []AdviceReason{rare, level}, Reduce, 1},
		{"far away, and certified", []AdviceReason{outlier, certified}, Revoke, 0},
		{"certified", []AdviceReason{certified}, Keep, 2},
		{"a finding, though used", []AdviceReason{finding, used}, Reduce, 1},
		{"a finding that only tells, and used", []AdviceReason{told, used}, Keep, 2},
		{"decided lower, though used", []AdviceReason{past, used}, Reduce, 1},
		{"granted again, though used and common", []AdviceReason{boomerang, used, common}, Revoke, 0},
		{"a conflict above all", []AdviceReason{sod, finding, used, common, certified}, Revoke, 0},
		{"two findings: the one that leaves least", []AdviceReason{finding, r(AdviceFinding, Revoke)}, Revoke, 0},
		{"a reduction to what it is", []AdviceReason{{Kind: AdviceLevel, Toward: Reduce, Level: 2}}, Silent, 0},
		{"a reduction to nothing", []AdviceReason{{Kind: AdviceLevel, Toward: Reduce}}, Silent, 0},
	} {
		got := Recommend(2, c.reasons)
		if got.Answer != c.want || got.Level != c.level {
			t.Errorf("%s: %s at %d, want %s at %d", c.name, got.Answer, got.Level, c.want, c.level)
		}
		if got.Answer != Silent && len(got.Why()) == 0 {
			t.Errorf("%s: %s without a reason that says so", c.name, got.Answer)
		}
	}
}

// Certifying against a recommendation is giving more than it says.
func TestAgainstRecommendation(t *testing.T) {
	revoke := Advice{Answer: Revoke}
	reduce := Advice{Answer: Reduce, Level: 1}
	keep := Advice{Answer: Keep, Level: 2}
	for _, c := range []struct {
		advice Advice
		answer Answer
		level  domain.Level
		want   bool
	}{
		{revoke, Keep, 2, true}, {revoke, Reduce, 1, true}, {revoke, Revoke, 0, false}, {revoke, Abstain, 2, false},
		{reduce, Keep, 3, true}, {reduce, Reduce, 2, true}, {reduce, Reduce, 1, false}, {reduce, Revoke, 0, false},
		{keep, Keep, 2, false}, {keep, Revoke, 0, false}, {Advice{}, Keep, 2, false},
	} {
		if got := c.advice.Against(c.answer, c.level); got != c.want {
			t.Errorf("%s (%d) against the advice %s (%d): %v, want %v", c.answer, c.level, c.advice.Answer, c.advice.Level, got, c.want)
		}
	}
}

func someReasons(t *rapid.T) []AdviceReason {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) AdviceReason {
		return AdviceReason{Kind: rapid.SampledFrom(AdviceKinds()).Draw(t, "kind"),
			Toward: rapid.SampledFrom([]Answer{Silent, Keep, Reduce, Revoke, Abstain}).Draw(t, "toward"),
			Level:  domain.Level(rapid.IntRange(0, 3).Draw(t, "to")), Text: rapid.StringMatching(`[a-c]?`).Draw(t, "text")}
	}), 0, 8).Draw(t, "reasons")
}

// Order and duplicates do not matter; a recommendation is what one of its
// reasons points to; a weaker reason never changes what a stronger one says;
// the level stays on the ladder and never rises.
func TestRecommendProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := domain.Level(rapid.IntRange(1, 3).Draw(t, "level"))
		rs := someReasons(t)
		got := Recommend(level, rs)
		again := Recommend(level, append(rapid.Permutation(rs).Draw(t, "order"), rs...))
		if fmt.Sprint(again) != fmt.Sprint(got) {
			t.Fatalf("in another order and twice: %v, was %v", again, got)
		}
		if twice := Recommend(level, got.Reasons); fmt.Sprint(twice) != fmt.Sprint(got) {
			t.Fatalf("of its own reasons: %v, was %v", twice, got)
		}
		if got.Answer == Abstain || got.Level > level || (got.Answer == Revoke || got.Answer == Silent) && got.Level != 0 ||
			got.Answer == Keep && got.Level != level || got.Answer == Reduce && (got.Level == 0 || got.Level >= level) {
			t.Fatalf("%s at level %d of %d", got.Answer, got.Level, level)
		}
		strongest := AdviceKind(len(AdviceKinds()))
		for _, r := range got.Reasons {
			if r.Toward != Silent {
				strongest = min(strongest, r.Kind)
			}
		}
		if got.Answer == Silent != (strongest == AdviceKind(len(AdviceKinds()))) {
			t.Fatalf("answer %s, strongest pointing kind %s", got.Answer, strongest)
		}
		weaker := slices.DeleteFunc(someReasons(t), func(r AdviceReason) bool { return r.Kind <= strongest })
		if more := Recommend(level, append(slices.Clone(rs), weaker...)); got.Answer != Silent && (more.Answer != got.Answer || more.Level != got.Level) {
			t.Fatalf("weaker reasons made %s (%d) of %s (%d)", more.Answer, more.Level, got.Answer, got.Level)
		}
	})
}

func TestAdviceWords(t *testing.T) {
	for _, k := range AdviceKinds() {
		if got, err := ParseAdviceKind(k.String()); err != nil || got != k {
			t.Errorf("%s reads as %s, %v", k, got, err)
		}
	}
	for _, k := range DeltaKinds() {
		if got, err := ParseDeltaKind(k.String()); err != nil || got != k {
			t.Errorf("%s reads as %s, %v", k, got, err)
		}
	}
	if _, err := ParseDeltaKind("raised"); err == nil {
		t.Error("an unknown kind of change was read")
	}
	for want, p := range map[string]Peers{
		"3 of 14 in Support with the title Agent have it": {Have: 3, Of: 14, Department: "Support", Title: "Agent"},
		"1 of 5 in Support has it":                        {Have: 1, Of: 5, Department: "Support"},
		"":                                                {},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
