package itemlist_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/tuitest"
	"countersign/tui/ui"
)

func source(n int) (*itemlist.Source, *tuitest.Population) {
	p := tuitest.NewPopulation(n)
	for i := range p.All {
		if i%3 == 0 {
			p.All[i].Decision.Answer = review.Keep
			if i%12 == 6 { // some that are advised to stay or to be less
				p.All[i].Advice = p.All[(i+2)%12].Advice
			}
		}
		switch i % 5 {
		case 0:
			p.All[i].Ruling = review.Ruling{Answer: review.Revoke, Iteration: 1}
		case 1:
			p.All[i].Ruling = review.Ruling{Answer: review.Silent, Iteration: 1}
		}
	}
	return &itemlist.Source{Reads: p, Own: tuitest.Reviewer, Base: review.ItemQuery{Campaign: tuitest.Campaign, Stage: 1, Reviewer: tuitest.Reviewer}}, p
}

// all walks a source in one direction, a page of a random size at a time.
func all(t *testing.T, s *itemlist.Source, q ui.Query, back bool) []string {
	t.Helper()
	rnd := rand.New(rand.NewPCG(3, 0))
	req := ui.Request{Seek: ui.First, Query: q}
	if back {
		req.Seek = ui.Last
	}
	var out []string
	for {
		req.Limit = 1 + rnd.IntN(9)
		page, err := s.Load(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, r := range page.Rows {
			keys = append(keys, r.Key)
		}
		if back {
			out = append(keys, out...)
		} else {
			out = append(out, keys...)
		}
		if len(keys) < req.Limit {
			return out
		}
		req.Seek, req.Key = ui.After, out[len(out)-1]
		if back {
			req.Seek, req.Key = ui.Before, out[0]
		}
	}
}

// Whatever the filter and the order, pages forward and pages back are the same
// rows, each once, and those that the conditions name.
func TestPagesAreTheWholeListInBothDirections(t *testing.T) {
	s, p := source(61)
	open := func(it review.Item) bool { return it.Decision.Answer == review.Silent }
	for filter, want := range map[string]func(review.Item) bool{
		"":                  func(review.Item) bool { return true },
		"!decided":          open,
		"number:7":          func(it review.Item) bool { return it.No == 7 },
		"item:7,8":          func(it review.Item) bool { return it.No == 7 || it.No == 8 },
		"8":                 func(it review.Item) bool { return it.No == 8 || strings.Contains(it.Holder+it.Target, "8") },
		"!8":                func(it review.Item) bool { return it.No != 8 && !strings.Contains(it.Holder+it.Target, "8") },
		"!number<60":        func(it review.Item) bool { return it.No >= 60 },
		"is:open risk:high": func(it review.Item) bool { return open(it) && it.HighRisk },
		"level:ed":          func(it review.Item) bool { return strings.HasPrefix(it.Holding.Ladder().Word(it.Holding.Level), "Ed") },
		"!level:edit dana": func(it review.Item) bool {
			return it.Holding.Level == it.Holding.Ladder().Top() && it.Holding.Target.Kind != domain.TargetArea && it.Holding.Target.Kind != domain.TargetAgent && strings.Contains(it.Holder, "Dana")
		},
		"kind:group !flag:extern": func(it review.Item) bool { return it.Holding.Target.Kind == domain.TargetGroup && len(it.Flags) == 0 },
		"area:deploy decision:keep": func(it review.Item) bool {
			return it.Holding.Target.Kind == domain.TargetArea && it.Decision.Answer == review.Keep
		},
		"class:internal person:vass": func(it review.Item) bool { return strings.Contains(it.Holder, "Vass") },
		"is:changed":                 func(it review.Item) bool { return it.Delta.Kind != review.DeltaUnchanged },
		"!is:changed":                func(it review.Item) bool { return it.Delta.Kind == review.DeltaUnchanged },
		"delta:up":                   func(it review.Item) bool { return it.Delta.Kind == review.DeltaUp },
		"advised:less": func(it review.Item) bool {
			return it.Advice.Answer == review.Revoke || it.Advice.Answer == review.Reduce
		},
		"advised:revoke": func(it review.Item) bool { return it.Advice.Answer == review.Revoke },
		"advised:none":   func(it review.Item) bool { return it.Advice.Answer == review.Silent },
		"is:against": func(it review.Item) bool {
			return it.Decision.Answer == review.Keep && (it.Advice.Answer == review.Revoke || it.Advice.Answer == review.Reduce)
		},
		"is:with":                func(it review.Item) bool { return it.Decision.Answer == review.Keep && it.Advice.Answer == review.Keep },
		"conflict:gave":          func(it review.Item) bool { return len(it.Conflicts) > 0 },
		"ruled:revoke":           func(it review.Item) bool { return it.Ruling.Iteration > 0 && it.Ruling.Answer == review.Revoke },
		"ruled:nobody":           func(it review.Item) bool { return it.Ruling.Iteration > 0 && it.Ruling.Answer == review.Silent },
		"!ruled:nobody":          func(it review.Item) bool { return it.Ruling.Iteration == 0 || it.Ruling.Answer != review.Silent },
		"nobody at all":          func(review.Item) bool { return false },
		"level: decision: risk:": func(review.Item) bool { return true }, // half typed
	} {
		var names []string
		for _, it := range p.All {
			if want(it) {
				names = append(names, itemlist.Key(it.No))
			}
		}
		for _, sort := range []string{"person", "target", "risk"} {
			for _, reverse := range []bool{false, true} {
				q := ui.Query{Filter: filter, Sort: sort, Reverse: reverse}
				ahead, back := all(t, s, q, false), all(t, s, q, true)
				if !slices.Equal(ahead, back) {
					t.Errorf("%+v: forward %v, back %v", q, ahead, back)
				}
				got := slices.Clone(ahead)
				slices.Sort(got)
				expect := slices.Clone(names)
				slices.Sort(expect)
				if !slices.Equal(got, expect) {
					t.Errorf("%+v: %v, want %v", q, got, expect)
				}
			}
		}
	}
}

func TestFromBeginsAtTheRowOrAfterWhereItStood(t *testing.T) {
	s, _ := source(40)
	page, err := s.Load(context.Background(), ui.Request{Seek: ui.From, Key: "12", Limit: 3})
	if err != nil || len(page.Rows) != 3 || page.Rows[0].Key != "12" || page.Total != 40 {
		t.Fatalf("%+v, %v", page, err)
	}
	page, err = s.Load(context.Background(), ui.Request{Seek: ui.From, Key: "13", Limit: 2, Query: ui.Query{Filter: "is:open"}}) // 13 is decided
	if err != nil || len(page.Rows) != 2 || page.Rows[0].Key != "14" {
		t.Fatalf("%+v, %v", page, err)
	}
	if _, err := s.Load(context.Background(), ui.Request{Seek: ui.From, Key: "x", Limit: 2}); err != ui.ErrGone {
		t.Errorf("%v, want ErrGone", err)
	}
}

func TestFindGoesToTheNextUndecided(t *testing.T) {
	s, _ := source(40) // 1, 4, 7 … are decided; 40 is for another to decide
	for _, c := range []struct {
		from string
		seek ui.Seek
		want string
		ok   bool
	}{{"2", ui.After, "3", true}, {"3", ui.After, "5", true}, {"3", ui.Before, "2", true}, {"2", ui.Before, "", false}, {"39", ui.After, "", false}} {
		key, ok, err := s.Find(context.Background(), ui.Request{Seek: c.seek, Key: c.from}, itemlist.Undecided)
		if err != nil || key != c.want || ok != c.ok {
			t.Errorf("from %s: %q %v %v, want %q %v", c.from, key, ok, err, c.want, c.ok)
		}
	}
}

func TestTargets(t *testing.T) {
	s, _ := source(40)
	nos := func(targets ui.Targets) string {
		items, err := s.Targets(context.Background(), targets)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, it := range items {
			out = append(out, itemlist.Key(it.No))
		}
		return strings.Join(out, " ")
	}
	if got := nos(ui.Targets{Keys: []string{"12", "3", "40"}, Query: ui.Query{Filter: "is:open"}}); got != "3 12" {
		t.Errorf("marked: %s; 40 is not the reviewer's", got)
	}
	if got := nos(ui.Targets{All: true, Keys: []string{"4"}, Query: ui.Query{Filter: "risk:high"}}); got != "11 18 25 32 39" {
		t.Errorf("all but 4: %s", got)
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	s, _ := source(40)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Load(ctx, ui.Request{Limit: 5}); err == nil {
		t.Error("it went on")
	}
}

func TestSentences(t *testing.T) {
	for kind, want := range map[domain.TargetKind]string{
		domain.TargetArea: "Dana has Edit on X", domain.TargetAgent: "Dana has Edit on X", domain.TargetGroup: "Dana is Manager of X",
		domain.TargetRole: "Dana holds the X", domain.TargetDuty: "Dana holds the X", domain.TargetAccount: "Dana has the X Admin",
		domain.TargetAgentRole: "Dana has the X Super Admin", domain.TargetAccessType: "The X is Organization", domain.TargetSource: "Dana has Edit on X",
		domain.TargetCreator: "Dana holds the X",
	} {
		it := review.Item{StagedItem: review.StagedItem{Holder: "Dana", Target: "X", Holding: domain.Grant{Target: domain.Target{Kind: kind}, Level: domain.LadderOf(kind).Top()}}}
		if got := itemlist.Sentence(it); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestDue(t *testing.T) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]string{
		6*24*time.Hour + time.Hour: "due in 6 days", 24 * time.Hour: "due in 1 day", 8 * time.Hour: "due 17:00 UTC",
		-time.Hour: "late since 08:00 UTC", -50 * time.Hour: "2 days late",
	} {
		if got := itemlist.Due(now, now.Add(after)); got != want {
			t.Errorf("%s: %q, want %q", after, got, want)
		}
	}
	if itemlist.Due(now, time.Time{}) != "" || itemlist.Percent(339, 340) != 99 || itemlist.Percent(0, 0) != 100 {
		t.Error("nothing due, or a percentage")
	}
}

func TestMarksAreLetters(t *testing.T) {
	it := tuitest.NewPopulation(1).All[0]
	for _, c := range []struct {
		a    review.Answer
		l    domain.Level
		want string
	}{{review.Silent, 0, ". "}, {review.Keep, 2, "+ keep"}, {review.Revoke, 0, "x revoke"}, {review.Reduce, 1, "~ Read"}, {review.Abstain, 2, "o abstain"}} {
		it.Decision = review.Decision{Answer: c.a, Level: c.l}
		if mark, word := itemlist.Decided(it); mark+" "+word != c.want {
			t.Errorf("%s: %q, want %q", c.a, mark+" "+word, c.want)
		}
	}
	it.Decision, it.Return.Round = review.Decision{}, 2
	if mark, word := itemlist.Decided(it); mark+" "+word != "< returned" {
		t.Errorf("returned is %q", mark+" "+word)
	}
}

func TestDetailFitsAndIsSafe(t *testing.T) {
	p := tuitest.NewPopulation(20)
	for _, it := range p.All {
		it.Outcome = review.Outcome{Result: review.Residual, Left: "Read by role X", Until: "2026-06-30"}
		for _, w := range []int{20, 40, 80} {
			lines := itemlist.Detail(itemlist.Shown{Item: it, Locked: "your own access"}, itemlist.More{Now: "gone", Since: "2025-11-03"}, w)
			var said strings.Builder
			for _, l := range lines {
				n := 0
				for _, s := range l {
					n += len([]rune(s.Text))
					said.WriteString(s.Text)
				}
				if n > w {
					t.Fatalf("%d cells in %d: %+v", n, w, l)
				}
			}
			if strings.ContainsAny(said.String(), "\x1b\r\u202e") {
				t.Fatalf("unsafe: %q", said.String())
			}
		}
	}
}

func TestTextsHaveACellForEachColumn(t *testing.T) {
	p := tuitest.NewPopulation(9)
	cols, rows := itemlist.Texts(p.All, func(string) string { return "Ana" })
	for _, r := range rows {
		if len(r) != len(cols) {
			t.Fatal(fmt.Sprint(cols, r))
		}
	}
	if len(rows) != 9 {
		t.Error(len(rows))
	}
}

// A ruling that nobody made is never drawn as an accept, and the rule for no
// response is named where it made one.
func TestRulingsAreSaid(t *testing.T) {
	it := tuitest.NewPopulation(1).All[0]
	for _, c := range []struct {
		r    review.Ruling
		want string
	}{
		{review.Ruling{Answer: review.Silent, Rule: "nobody to ask", Iteration: 1}, ". nobody answered: nobody to ask"},
		{review.Ruling{Answer: review.Keep, Level: domain.Edit, Rule: `no response; non-response rule "keep"`, Unanswered: true, Iteration: 1}, `+ keep: no response; non-response rule "keep"`},
		{review.Ruling{Answer: review.Reduce, Level: domain.Read, Rule: "the lowest reduce", Decisive: 1, Last: 3, Iteration: 2}, "~ Read: the lowest reduce, in stage 1 of the 3 it went through, asked 2 times"},
	} {
		it.Ruling = c.r
		mark, word := itemlist.Ruled(it)
		if got := mark + " " + word + ": " + itemlist.RuleWords(c.r); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The reasons that carry a recommendation come first and are told from those
// that point elsewhere.
func TestAdviceIsShownWithEveryReason(t *testing.T) {
	it := tuitest.NewPopulation(2).All[1]
	var lines []string
	for _, l := range itemlist.Detail(itemlist.Shown{Item: it}, itemlist.More{Last: "Q3: kept"}, 80) {
		text := ""
		for _, s := range l {
			text += s.Text
		}
		lines = append(lines, text)
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{"Advised   keep", "          + used on 2026-02-11", "          but 2 of 31 in Support have it", "Delta     up: Read was decided", "Last      Q3: kept", "Used      last on 2026-02-11", "Peers     2 of 31"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
}
