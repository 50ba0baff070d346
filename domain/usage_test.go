package domain

import (
	"errors"
	"testing"
)

// The two rows of the seed's comparison (Twig, group management, 180-206):
// queries, accuracy and satisfaction of Tier 1 and Tier 2, each by the
// queries of its own members.
func TestSeedGroupAnalytics(t *testing.T) {
	o := newAcme(t).users("ana", "bo", "cy").groups("sup").add(Group{ID: "t1", Name: "Tier 1 Support", Parent: "sup"},
		Group{ID: "t2", Name: "Tier 2 Support", Parent: "sup"}).agents("basic", "advanced", "other")
	o.join("t1", "ana", "bo").join("t2", "cy")
	o.give(team("sup"), TargetAgent, "basic", ViewUse)
	o.give(team("t2"), TargetAgent, "advanced", ViewUse)
	use := func(p, a ID, count, accuracy, satisfaction int) Usage {
		return Usage{Principal: p, Target: onAgent(a), Count: count, Accuracy: accuracy, Satisfaction: satisfaction, LastUsed: "2026-03-01"}
	}
	u := usages(t, use("ana", "basic", 8000, 870, 430), use("bo", "basic", 200, 870, 430), use("cy", "basic", 1250, 920, 460),
		use("cy", "advanced", 3000, 920, 460), use("ana", "other", 9999, 100, 100), use("ana", "advanced", 9999, 100, 100))
	want := map[ID]GroupFigures{
		"t1":  {"t1", 2, 2, 1, 8200, 870, 430},
		"t2":  {"t2", 1, 1, 2, 4250, 920, 460},
		"sup": {"sup", 0, 3, 1, 9450, 877, 434}, // (8200·870 + 1250·920) / 9450 = 876.6; (8200·430 + 1250·460) / 9450 = 433.97
	}
	for _, f := range o.org().GroupFigures(u, noon) {
		if f != want[f.Group] {
			t.Errorf("%+v, want %+v", f, want[f.Group])
		}
	}
	t1, t2 := want["t1"], want["t2"]
	if t1.AccuracyWords() != "87%" || t1.SatisfactionWords() != "4.3" || t2.AccuracyWords() != "92%" || t2.SatisfactionWords() != "4.6" ||
		want["sup"].AccuracyWords() != "87.7%" || want["sup"].SatisfactionWords() != "4.34" {
		t.Errorf("%s %s, %s %s, %s %s", t1.AccuracyWords(), t1.SatisfactionWords(), t2.AccuracyWords(), t2.SatisfactionWords(),
			want["sup"].AccuracyWords(), want["sup"].SatisfactionWords())
	}
	for _, f := range o.org().GroupFigures(Usages{}, noon) {
		if f.Queries != 0 || f.AccuracyWords() != "" || f.SatisfactionWords() != "" {
			t.Errorf("without usage: %+v", f)
		}
	}
}

// Of two rows of one thing the later use counts, and an error is handed on.
func TestUsagesOf(t *testing.T) {
	u := usages(t, used("a", "agent", "x", "2026-01-02"), used("a", "agent", "x", "2026-01-01"), used("b", "agent", "x", "2026-01-03"))
	if r, ok := u.Of("a", onAgent("x")); !ok || r.LastUsed != "2026-01-02" || u.Len() != 2 {
		t.Errorf("%+v of %d", r, u.Len())
	}
	if on := u.On(onAgent("x")); len(on) != 2 || on[0].Principal != "b" {
		t.Errorf("the latest comes first: %+v", on)
	}
	if !u.Known(TargetAgent) || u.Known(TargetSource) || (Usages{}).Known(TargetAgent) {
		t.Error("which kinds are known")
	}
	bad := errors.New("unreadable")
	if _, err := UsagesOf(func(yield func(Usage, error) bool) { yield(Usage{}, bad) }); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
}
