package questions_test

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/change"
	"countersign/tui/people"
	"countersign/tui/questions"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// asker is the world with its questions, and a past in which nobody had the role of
// Noor's.
type asker struct {
	*orgtest.World
	past  string
	words []string
	err   error
}

func (a *asker) Past() string {
	if a.past == "" {
		return ""
	}
	return "This is " + a.past + ", and stays as it was."
}

func (a *asker) named(words string) (questions.Asked, error) {
	a.words = append(a.words, words)
	if a.err != nil {
		return questions.Asked{}, a.err
	}
	return questions.Asked{Asked: change.Asked{Principal: "usr_dana", Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_hr"}}, Level: 1, Title: "HR Assistant"}, nil
}

func (a *asker) Why(_ context.Context, words string) (questions.Asked, error) { return a.named(words) }
func (a *asker) Who(_ context.Context, words string) (questions.Asked, error) { return a.named(words) }

func (a *asker) Diff(_ context.Context, words string) (questions.Between, error) {
	a.words = append(a.words, words)
	return questions.Between{From: "2026-01-31", To: "now", After: 2, Until: 9, Things: []questions.Difference{
		{Key: "r0", Change: "changed", What: "principal", Text: "Noor Haddad", From: "Support", To: "Finance " + orgtest.Hostile, Fields: []string{"department: Support → Finance"}, Entity: "usr_noor", Kind: domain.KindPrincipal},
		{Key: "r1", Change: "began", What: "grant", Text: "Dana Okafor is Member of Tier 2", Entity: "gnt_1", Kind: domain.KindGrant, Asked: change.Asked{Principal: "usr_dana", Target: domain.Target{Kind: domain.TargetGroup, ID: "grp_tier2"}}},
		{Key: "a2", Change: "gained", What: "access", Text: "Dana Okafor: HR Assistant", From: "None", To: "View & Use", Entity: "usr_dana", Kind: domain.KindPrincipal, Asked: change.Asked{Principal: "usr_dana", Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_hr"}}}}}, a.err
}

func (a *asker) AsOf(_ context.Context, moment string) (string, error) {
	if a.err != nil {
		return "", a.err
	}
	if a.past = moment; moment == "now" {
		a.past = ""
	}
	return "the organisation's pages show " + moment, nil
}

func (a *asker) Instants(context.Context) ([]questions.Instant, error) {
	return []questions.Instant{{Word: "now", Label: "now", Note: "the present"}, {Word: "49", Label: "event 49", Note: "what Q4 \x1b[2J froze"}, {Word: "2026-01-31", Label: "2026-01-31", Note: "the end of January 2026"}}, a.err
}

func start(t testing.TB, a *asker, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, w, h, tui.PageSpec{ID: "people", Title: "People", Key: "5", New: people.New(a, a)},
		tui.PageSpec{ID: "person", Title: "Person", New: people.NewPerson(a, a)},
		tui.PageSpec{ID: "who", Title: "Who", Verb: "who", VerbName: "a target", New: questions.NewWho(a, a)},
		tui.PageSpec{ID: "why", Title: "Why", Verb: "why", VerbName: "a person and a target", New: questions.NewWhy(a, a)},
		tui.PageSpec{ID: "diff", Title: "Diff", Verb: "diff", VerbName: "two moments", New: questions.NewDiff(a, a)},
		tui.PageSpec{ID: "as-of", Title: "As of", Verb: "as-of", VerbName: "a moment", New: questions.NewAsOf(a)})
}

// do types a line into the palette.
func do(d *orgtest.Console, line string) {
	d.Keys(":")
	d.Type(line)
	d.Keys("enter")
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}, {"60x15", theme.Dark, 60, 15}} {
		d := start(t, &asker{World: orgtest.New(t)}, c.kind, c.w, c.h)
		for _, page := range []string{"who agent", "why dana agent", "diff a b"} {
			word, _, _ := strings.Cut(page, " ")
			do(d, page)
			d.Keys("j")
			d.Golden(word + "-" + c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(word, faults)
			}
			d.Keys("q")
		}
		d.Send(tui.PushMsg{ID: "as-of"})
		d.Golden("as-of-" + c.name)
		if faults := d.Root.Actions().Check(); len(faults) > 0 {
			t.Error(faults)
		}
	}
}

// Why is a page: each step of the path leads on, f mends, w says who else.
func TestWhyLeadsOn(t *testing.T) {
	a := &asker{World: orgtest.New(t)}
	d := start(t, a, theme.NoColour, 140, 40)
	do(d, `why dana "HR Assistant"`)
	if len(a.words) != 1 || a.words[0] != `dana "HR Assistant"` {
		t.Fatalf("it was asked %q", a.words)
	}
	d.Has("Why Dana Okafor has ")
	d.Has("Path 1 of")
	d.Keys("enter")
	d.Has("dana@acme.example") // her page
	d.Keys("q", "f")
	d.Has("By this path")
	d.Keys("esc", "w")
	d.Has("Who: HR Assistant")
	d.Has("Dana Okafor")
	d.Keys("enter")
	d.Has("By this path")
	a.err = domain.Errorf(domain.NotFound, "nothing here is called %q", "nobody").Hinted("name a person")
	d.Keys("esc", "q", "q")
	do(d, "why nobody x")
	d.Has("Refused: nothing here is called")
	d.Has("What to do: name a person")
}

// A difference leads to its events, and to whom and what it is about.
func TestDiffLeadsOn(t *testing.T) {
	d := start(t, &asker{World: orgtest.New(t)}, theme.NoColour, 140, 40)
	do(d, "diff 2026-01-31 now")
	d.Has("From 2026-01-31 to now")
	d.Has("department: Support")
	d.Keys("enter")
	if len(d.Opened) != 1 || d.Opened[0] != "usr_noor" {
		t.Errorf("opened %v", d.Opened)
	}
	d.Keys("q", "j", "j", "o")
	d.Has("why HR Assistant")
	d.Type("why")
	d.Keys("enter")
	d.Has("Why Dana Okafor has ")
	d.Keys("q", "/")
	d.Type("change:gained")
	d.Keys("enter")
	d.Has("1 of 1")
}

// While the past is shown what would change something is off and says why; the pages
// that were open are opened anew, and now brings the present back.
func TestThePastStaysAsItWas(t *testing.T) {
	a := &asker{World: orgtest.New(t)}
	d := start(t, a, theme.NoColour, 140, 40)
	d.Keys("j")
	do(d, "as-of 2026-01-31")
	d.Has("the organisation's pages show 2026-01-31")
	d.HasNot("As of") // the page that asked is gone
	d.Keys("a")
	d.Has("This is 2026-01-31, and stays as it was.")
	d.Keys("f") // a question is none of these
	d.Has("Why have they what, or not?")
	d.Keys("esc")
	do(d, "as-of now")
	d.Keys("a")
	d.Has("Add to which group?")
	d.Keys("esc")
	d.Send(tui.PushMsg{ID: "as-of"})
	d.Keys("j", "enter")
	if a.past != "49" {
		t.Errorf("it shows %q", a.past)
	}
	a.err = domain.Errorf(domain.Invalid, "%q is no moment", "soon").Hinted("write a date")
	do(d, "as-of soon")
	d.Has(`error: "soon" is no moment`)
}

// Without a word each page asks.
func TestTheyAsk(t *testing.T) {
	a := &asker{World: orgtest.New(t)}
	d := start(t, a, theme.NoColour, 140, 40)
	d.Send(tui.PushMsg{ID: "who"})
	d.Has("Who has what?")
	d.Type("HR Assistant")
	d.Keys("enter")
	d.Has("from which level on?")
	d.Keys("enter")
	d.Has("Who: HR Assistant")
	d.Keys("q")
	d.Send(tui.PushMsg{ID: "why"})
	d.Type("Dana")
	d.Keys("enter")
	d.Type("HR Assistant")
	d.Keys("enter")
	d.Has("Why Dana Okafor has ")
	d.Keys("q")
	d.Send(tui.PushMsg{ID: "diff"})
	d.Type("2026-01-31")
	d.Keys("enter", "enter")
	d.Type(`group:"Tier 1"`)
	d.Keys("enter", "tab", "enter")
	if last := a.words[len(a.words)-1]; last != `2026-01-31 now "group:Tier 1"` {
		t.Errorf("it was asked %q", last)
	}
}

func FuzzQuestions(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		d := start(t, &asker{World: orgtest.New(t)}, theme.Dark, 100, 30)
		d.Send(tui.PushMsg{ID: []string{"who", "why", "diff", "as-of"}[seed%4]})
		d.Fuzz(seed, 80, []string{"j", "k", "enter", "esc", "e", "f", "w", "o", "n", "/", "a", "tab", "p", "P", "q", "s", "g", "G", "i"})
	})
}
