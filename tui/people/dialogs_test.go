package people_test

import (
	"fmt"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// leaver is the world with items that wait on Dana.
func leaver(t testing.TB) *orgtest.World {
	w := orgtest.New(t)
	w.Aside.Waits = map[domain.ID]int{"usr_dana": 12}
	return w
}

// Whoever leaves holds nothing afterwards; what they answered for went where it was
// said, each kind to whom it was given; their items were asked for with the same reason.
func TestOffboard(t *testing.T) {
	w := leaver(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "dana")
	d.Keys("O")
	d.Type("tom vale")
	d.Keys("enter")
	d.Has("unanswered items of campaigns")
	d.Has("12: to Tom Vale")
	d.Type("data sources they own")
	d.Keys("enter")
	d.Type("mira")
	d.Keys("enter")
	d.Has("1: to Mira Lindqvist")
	d.Keys("enter") // go on
	d.Has("Offboard Dana Okafor")
	d.Has(`owner of the data source "Product manual"`)
	if n := len(w.Proposals); n != 0 {
		t.Fatalf("%d change sets were proposed before they were shown", n)
	}
	before := w.Org
	reason(d, "left on 31 March")
	if len(w.Proposals) != 1 {
		t.Fatalf("%d change sets", len(w.Proposals))
	}
	o, _, err := before.With(w.Proposals[0], orgtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := o.Principal("usr_dana"); p.Status != domain.Inactive || len(o.GrantsOf(domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_dana"})) != 0 {
		t.Errorf("Dana is %s and holds something", p.Status)
	}
	if a, _ := o.Agent("agt_basic"); a.Owner != "usr_tom" {
		t.Errorf("the agent is %s's", a.Owner)
	}
	if s, _ := o.Source("src_manual"); s.Owner != "usr_mira" {
		t.Errorf("the source is %s's", s.Owner)
	}
	if got := strings.Join(w.Aside.Handed, ","); got != "usr_dana to usr_tom: left on 31 March" {
		t.Errorf("handed over: %q", got)
	}
}

// Nobody takes over: the dialog says what is left without anyone, and no item goes.
func TestOffboardToNobody(t *testing.T) {
	w := leaver(t)
	d := start(t, w, theme.NoColour, 120, 40)
	find(d, "dana")
	d.Keys("O", "enter", "enter")
	d.Has("nobody will answer for it")
	d.Keys("pgdown", "pgdown", "pgdown")
	d.Has("12 items")
	reason(d, "left")
	if len(w.Proposals) != 1 || len(w.Aside.Handed) != 0 {
		t.Errorf("%d change sets, %q handed over", len(w.Proposals), w.Aside.Handed)
	}
}

// TestACancelledOffboardingSaysSo: a second enter behind the reason is Cancel, which
// is not silent about the reason it loses.
func TestACancelledOffboardingSaysSo(t *testing.T) {
	w := leaver(t)
	d := start(t, w, theme.NoColour, 120, 40)
	find(d, "dana")
	d.Keys("O", "enter", "enter")
	d.Has("enter next")
	d.Type("left")
	d.Keys("enter")
	d.Has("enter choose")
	d.Keys("enter")
	d.Has("cancelled: nothing was done")
	if len(w.Proposals) != 0 {
		t.Errorf("%d change sets", len(w.Proposals))
	}
}

func TestCopyAccess(t *testing.T) {
	held := func(o *domain.Org, who domain.ID, target domain.Target) domain.Level {
		for _, g := range o.GrantsOf(domain.Holder{Kind: domain.HolderPrincipal, ID: who}) {
			if g.Target == target {
				return g.Level
			}
		}
		return domain.None
	}
	w := orgtest.New(t)
	before := w.Org
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "noor")
	d.Keys("C", "enter") // what somebody else has
	d.Type("dana")
	d.Keys("enter")
	d.Has("A duty is never copied")
	d.Type("memberships")
	d.Keys("tab", "enter") // marked: it alone
	d.Keys("j", "enter")   // and no more than that
	d.Has("Give Noor Haddad what Dana Okafor has: memberships, and no more")
	reason(d, "moves to support")
	if len(w.Proposals) != 1 {
		t.Fatalf("%d change sets", len(w.Proposals))
	}
	o, _, err := before.With(w.Proposals[0], orgtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	for group, want := range map[domain.ID]domain.Level{"grp_tier2": domain.Manager, "grp_release": domain.Member, "grp_org": domain.None} {
		if got := held(o, "usr_noor", domain.Target{Kind: domain.TargetGroup, ID: group}); got != want {
			t.Errorf("Noor's level in %s is %d, not %d", group, got, want)
		}
	}
	if got := held(o, "usr_noor", domain.Target{Kind: domain.TargetArea, ID: "analytics"}); got != domain.Read {
		t.Errorf("what was not named was taken: %d", got)
	}
}

// What cannot be given is no empty change set: the dialog says why.
func TestCopyAccessOfNothing(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "ana")
	d.Keys("C", "j", "enter") // to somebody else
	d.Type("mira")
	d.Keys("enter", "enter", "enter")
	d.Has("Refused: there is nothing to copy from Ana Ferreira to Mira")
	d.Has("is left out, because")
	reason(d, "because")
	if len(w.Proposals) != 0 {
		t.Error("it was proposed all the same")
	}
}

func TestDuties(t *testing.T) {
	hasDuty := func(o *domain.Org, who domain.ID, d domain.Duty) bool { return o.HasDuty(who, d, orgtest.Now) }
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "dana")
	d.Keys("u")
	d.Type("auditor")
	d.Keys("enter")
	d.Has("Duty auditor for Dana Okafor")
	reason(d, "external audit")
	find(d, "tom")
	d.Keys("u")
	d.Type("checker")
	d.Has("held, always")
	d.Keys("enter", "j", "enter")
	d.Type("noor")
	d.Keys("enter")
	d.Has("Tom Vale hands the")
	reason(d, "rota")
	if len(w.Proposals) != 2 {
		t.Fatalf("%d change sets", len(w.Proposals))
	}
	one, _, err1 := w.Org.With(w.Proposals[0], orgtest.Now)
	two, _, err2 := w.Org.With(w.Proposals[1], orgtest.Now)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if !hasDuty(one, "usr_dana", domain.DutyAuditor) {
		t.Error("Dana was given no duty")
	}
	if hasDuty(two, "usr_tom", domain.DutyChecker) || !hasDuty(two, "usr_noor", domain.DutyChecker) {
		t.Error("the duty was not handed over whole")
	}
}

func TestBind(t *testing.T) {
	w := orgtest.New(t)
	if err := w.Apply(domain.Begin(domain.Binding{ID: "uid:1002", Principal: "usr_tom"})); err != nil {
		t.Fatal(err)
	}
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "dana")
	d.Keys("B", "enter")
	d.Type("one")
	d.Keys("enter")
	d.Has("the number of an operating-system user is needed")
	for range 3 {
		d.Keys("backspace")
	}
	d.Type("1002")
	d.Keys("enter", "tab", "enter")
	d.Has("to Dana Okafor instead of Tom")
	reason(d, "new laptop")
	find(d, "tom")
	d.Keys("B")
	d.Type("End")
	d.Keys("enter")
	d.Has("Unbind the operating-system user 1002")
	reason(d, "left")
	if len(w.Proposals) != 2 || w.Proposals[1].Changes[0].After != nil || w.Proposals[0].Changes[0].After.(domain.Binding).Principal != "usr_dana" {
		t.Errorf("proposed %+v", w.Proposals)
	}
}

func TestAway(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "dana")
	d.Keys("z", "enter")
	d.Type("tom")
	d.Keys("enter")
	d.Has("A substitute: Tom Vale")
	d.Type("2026-03-0")
	d.Keys("enter")
	d.Has("2026-03-0")
	d.Keys("backspace")
	d.Type("09")
	d.Keys("enter")
	d.Type("2026-03-20")
	d.Keys("enter", "enter")
	d.Type("on leave")
	d.Keys("enter")
	d.Has("Tom Vale answers for Dana Okafor")
	want := review.Substitute{ID: "sub_1", Person: "usr_dana", Substitute: "usr_tom", Window: domain.Window{From: "2026-03-09", To: "2026-03-20"}, Reason: "on leave"}
	if len(w.Aside.Substitutes) != 1 || w.Aside.Substitutes[0] != want {
		t.Fatalf("set %+v", w.Aside.Substitutes)
	}
	d.Keys("z")
	d.Type("end")
	d.Keys("enter")
	d.Type("back early")
	d.Keys("enter")
	d.Has("Dana Okafor answers for themselves again")
	if len(w.Aside.Substitutes) != 0 {
		t.Errorf("not ended: %+v", w.Aside.Substitutes)
	}
}

// Many at once: one change set of all who are marked, counted by kind and effect, with
// what is so already left out; the marks go once it is put forward.
func TestManyJoinGroups(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 140, 40)
	d.Keys("/")
	d.Type("department:support status:active")
	d.Keys("enter", "*", "A")
	d.Type("tier 1")
	d.Keys("tab")
	for range len("tier 1") {
		d.Keys("backspace")
	}
	d.Type("release")
	d.Keys("tab", "enter", "enter") // as members
	d.Has("Add 2 people to")
	d.Has("All that pass the filter department:support status:active: 2 people.")
	d.Has("2 memberships begin")
	reason(d, "rota")
	if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != 2 {
		t.Fatalf("proposed %+v", w.Proposals)
	}
	for _, c := range w.Proposals[0].Changes {
		g := c.After.(domain.Grant)
		if g.Level != domain.Member || g.Holder.ID == "usr_dana" && g.Target.ID != "grp_tier1" || g.Holder.ID == "usr_mal" && g.Target.ID != "grp_release" {
			t.Errorf("%+v", g)
		}
	}
	d.HasNot("marked")
}

func TestManyLoseAccessAndAreDeactivated(t *testing.T) {
	for _, c := range []struct {
		keys    []string
		title   string
		changes int
	}{
		{[]string{"X", "enter"}, "End all access of 2 people", 5},
		{[]string{"D"}, "Deactivate 2 people", 2},
		{[]string{"T", "r", "e", "l", "e", "a", "s", "e", "enter"}, "Take 1 person out of Release Crew", 1},
		{[]string{"W", "o", "p", "e", "r", "enter"}, "Role of 2 people: Operations", 2},
	} {
		t.Run(c.title, func(t *testing.T) {
			w := orgtest.New(t)
			d := start(t, w, theme.NoColour, 120, 40)
			d.Keys("/")
			d.Type("email:dana")
			d.Keys("enter", "space", "esc", "/")
			d.Type("email:imre")
			d.Keys("enter", "space", "esc")
			d.Keys(c.keys...)
			d.Has("Marked: 2 people.")
			d.Has(c.title)
			reason(d, "audit")
			if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != c.changes {
				t.Errorf("proposed %d changes of %s", len(w.Proposals[0].Changes), fmt.Sprint(w.Proposals))
			}
		})
	}
}

// With nothing marked an upper-case act is about the one under the cursor, and says so.
func TestOneAloneIsNamed(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	find(d, "imre")
	d.Keys("D")
	d.Has("Nothing is marked, so the one under the cursor: 1 person.")
	d.Keys("enter") // a reason
	d.Keys("enter") // Cancel is the default
	if len(w.Proposals) != 0 {
		t.Error("proposed by two enters")
	}
}

// The dialogs as they are seen.
func TestFramesOfDialogs(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, leaver(t), c.kind, c.w, c.h)
			find(d, "dana")
			d.Keys("O")
			d.Type("tom vale")
			d.Keys("enter")
			d.Golden("hand-" + c.name)
			d.Keys("enter")
			d.Golden("offboard-" + c.name)
			d.Keys("esc", "C", "j", "enter")
			d.Type("noor")
			d.Keys("enter", "tab")
			d.Golden("copy-what-" + c.name)
			d.Keys("enter", "enter")
			d.Golden("copy-" + c.name)
			d.Keys("esc", "z", "enter")
			d.Type("tom")
			d.Keys("enter")
			d.Golden("away-" + c.name)
			d.Keys("esc", "esc", "*", "X", "enter")
			d.Golden("many-" + c.name)
		})
	}
}
