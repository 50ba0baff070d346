package definitions_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/definitions"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// shelf keeps definitions in memory.
type shelf struct {
	*orgtest.World
	all   []review.Template
	actor domain.ID
	did   []string
	saw   []domain.Sight
	fail  error
	gone  error // why no text can be changed
}

func newShelf(t testing.TB) *shelf {
	quarterly, err := review.FindShipped("Quarterly recertification")
	if err != nil {
		t.Fatal(err)
	}
	quarterly.ID, quarterly.Version, quarterly.State, quarterly.Maker, quarterly.Checker = "def_q", 1, review.TemplateApproved, "usr_ana", "usr_tom"
	quarterly.Recurrence.Start = "2026-01-01"
	next := quarterly
	next.Version, next.State, next.Checker = 2, review.TemplateProposed, ""
	next.Definition.Stages = slices.Clone(next.Definition.Stages)
	next.Definition.Stages[0].Days, next.Definition.NonResponse.High = 21, review.SilenceRevokes
	odd := review.Template{ID: "def_odd", Name: orgtest.Hostile, About: orgtest.Hostile, Version: 1, State: review.TemplateRejected, Maker: "usr_mal", Reason: "no\r" + orgtest.Hostile,
		Definition: review.Definition{Stages: []review.Stage{{Reviewers: []string{review.ByManager}, Days: 7}}}, Triggers: []review.Trigger{review.Triggers()[0]}}
	return &shelf{World: orgtest.New(t), all: []review.Template{quarterly, next, odd}, actor: "usr_tom"}
}

func (s *shelf) Definitions(context.Context) ([]review.Template, domain.ID, error) {
	return slices.Clone(s.all), s.actor, nil
}

func (s *shelf) act(saw domain.Sight, t review.Template, format string, args ...any) (review.Template, error) {
	s.did, s.saw = append(s.did, fmt.Sprintf(format, args...)), append(s.saw, saw)
	return t, s.fail
}

func (s *shelf) ProposeDefinition(_ context.Context, saw domain.Sight, t review.Template) (review.Template, error) {
	t.Version = 1
	return s.act(saw, t, "propose %s|%s|%d", t.Name, t.Recurrence, t.Definition.Stages[0].Days)
}

func (s *shelf) ApproveDefinition(_ context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error) {
	if s.fail == nil {
		s.all[1].State, s.all[1].Checker = review.TemplateApproved, s.actor
	}
	return s.act(saw, s.all[1], "approve %s|%s", ref, reason)
}

func (s *shelf) RejectDefinition(_ context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error) {
	return s.act(saw, s.all[1], "reject %s|%s", ref, reason)
}

func (s *shelf) RetireDefinition(_ context.Context, saw domain.Sight, ref domain.ID, reason string) (review.Template, error) {
	return s.act(saw, s.all[0], "retire %s|%s", ref, reason)
}

func (s *shelf) DraftFrom(_ context.Context, saw domain.Sight, ref domain.ID, name, due string) (review.Campaign, error) {
	_, err := s.act(saw, review.Template{}, "draft %s|%s|%s", ref, name, due)
	return review.Campaign{Name: name, Due: orgtest.Now}, err
}

// Parts implements definitions.Texts for two things.
func (s *shelf) Parts(_ context.Context, t review.Template) ([]definitions.Part, error) {
	silence := "block"
	if t.Definition.NonResponse.High == review.SilenceRevokes {
		silence = "revoke"
	}
	return []definitions.Part{{Key: "days", Label: "Stage 1: days", Value: fmt.Sprint(t.Definition.Stages[0].Days), Hint: orgtest.Hostile}, {Key: "silence", Label: "Silence", Value: silence, Words: []string{"block", "revoke"}}}, nil
}

// Reword implements definitions.Texts.
func (s *shelf) Reword(_ context.Context, t review.Template, key, text string) (review.Definition, error) {
	d := t.Definition
	if s.gone != nil {
		return d, s.gone
	}
	d.Stages = slices.Clone(d.Stages)
	switch days, err := strconv.Atoi(text); {
	case key == "silence" && text == "revoke":
		d.NonResponse.High = review.SilenceRevokes
	case key == "days" && err != nil:
		return d, domain.Errorf(domain.Invalid, "%q is no number of days", text).Hinted("write 14")
	case key == "days":
		d.Stages[0].Days = days
	}
	return d, nil
}

// The next version is the one in force with each text that was changed, proposed once
// all of it was shown; what cannot be said stays on the screen.
func TestChangeADefinition(t *testing.T) {
	s := newShelf(t)
	s.all = s.all[:1]
	d := open(t, s, theme.Dark, 120, 40)
	d.Keys("c", "enter")
	d.Has("Nothing is changed yet")
	d.Keys("down", "enter")
	d.Type("x")
	d.Keys("enter")
	d.Has(`"30x" is no number of days`)
	for range 3 {
		d.Keys("backspace")
	}
	d.Type("45")
	d.Keys("enter")
	d.Has("Stage 1: days: 45, was 30")
	d.Keys("down", "down", "enter", "j", "enter")
	d.Has("2 changed")
	d.Golden("change-120x40")
	d.Keys("enter")
	d.Has("Silence: revoke, was block")
	d.Keys("enter") // Cancel: back to what was changed
	d.Has("2 changed")
	if len(s.did) != 0 {
		t.Fatalf("done by enter alone: %q", s.did)
	}
	d.Keys("esc")
	d.Has("Drop what you changed of Quarterly recertification?")
	d.Keys("enter") // Cancel
	d.Has("2 changed")
	d.Keys("esc", "right", "enter")
	d.Has("cancelled: nothing was done")
	d.Keys("c", "down", "enter")
	d.Keys("backspace", "backspace")
	d.Type("21")
	d.Keys("enter", "enter", "right", "enter")
	if len(s.did) != 1 || !strings.HasPrefix(s.did[0], "propose Quarterly recertification|") || !strings.HasSuffix(s.did[0], "|21") {
		t.Errorf("did %q", s.did)
	}
}

// What was changed so far is there again after a text that cannot be said, a dialog that
// was left, and a proposal that was refused.
func TestNothingChangedIsLost(t *testing.T) {
	s := newShelf(t)
	s.all = s.all[:1]
	d := open(t, s, theme.Dark, 120, 40)
	d.Keys("c", "down", "enter", "backspace", "backspace")
	d.Type("45")
	d.Keys("enter")
	for _, keys := range [][]string{{"down", "enter", "esc"}, {"down", "down", "enter", "esc"}} {
		d.Keys(keys...)
		d.Has("Change what of Quarterly recertification?")
		d.Has("1 changed")
	}
	s.gone = domain.Errorf(domain.NotFound, "nothing here is called \"Old Agent\"").Hinted("name an agent")
	d.Keys("down", "down", "enter", "j", "enter")
	d.Has("nothing here is called \"Old Agent\": name an agent")
	d.Has("1 changed")
	s.gone, s.fail = nil, domain.Errorf(domain.Conflict, "version 2 waits already").Hinted("take it back")
	d.Keys("enter", "right", "enter")
	d.Has("version 2 waits already: take it back")
	d.Has("Propose the next version of Quarterly recertification?")
	d.Keys("esc")
	d.Has("1 changed")
	s.fail = nil
	d.Keys("enter", "right", "enter")
	if len(s.did) != 2 || !strings.HasSuffix(s.did[1], "|45") {
		t.Errorf("did %q\n%s", s.did, d.Frame())
	}
}

// There is one way back among the changes of a definition: no key but esc leaves what was
// changed, and esc asks first.
func TestAStepBackLosesNoChange(t *testing.T) {
	s := newShelf(t)
	s.all = s.all[:1]
	for _, keys := range [][]string{{"down", "down", "enter", "j", "enter"}, {"down", "enter", "1", "enter"}} {
		d := open(t, s, theme.Dark, 120, 40)
		d.Keys("c")
		d.Keys(keys...)
		d.Has("1 changed")
		d.Keys("ctrl+o", "ctrl+o")
		d.Has("1 changed")
		d.Keys("esc")
		d.Has("Drop what you changed of Quarterly recertification?")
		d.Keys("enter", "enter")
		d.Has("Propose the next version")
		d.Keys("ctrl+o", "esc")
		d.Has("1 changed")
	}
}

func open(t testing.TB, s *shelf, kind theme.Kind, w, h int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, w, h, tui.PageSpec{ID: "definitions", Title: "Definitions", Key: "f8", New: definitions.New(s, s)})
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"200x50", theme.Dark, 200, 50}, {"80x24", theme.NoColour, 80, 24}, {"60x15", theme.Dark, 60, 15}} {
		d := open(t, newShelf(t), c.kind, c.w, c.h)
		d.Keys("j")
		d.Golden("definitions-" + c.name)
		d.Keys("n")
		d.Golden("propose-" + c.name)
	}
}

func TestWhatWaitsIsShownBesideWhatIsInForce(t *testing.T) {
	d := open(t, newShelf(t), theme.Dark, 200, 60)
	d.Keys("j")
	for _, want := range []string{"version 1 is in force; version 2 waits for a checker, proposed by Ana", "2026-04-01, 2026-07-01, 2026-10-01, 2027-01-01",
		"Version 2 would change", "- Answers: lasts 30 days", "+ Answers: lasts 21 days", "+ Silence: of high risk, it is revoked", "proposed by Ana Ferreira, approved by Tom Vale"} {
		d.Has(want)
	}
}

func TestApprovingIsTheSecondSignature(t *testing.T) {
	s := newShelf(t)
	d := open(t, s, theme.Dark, 140, 50)
	d.Keys("j", "a")
	d.Has("Version 2 of Quarterly recertification comes into force")
	d.Has("+ Answers: lasts 21 days")
	s.fail = domain.Errorf(domain.Conflict, "version 2 was taken back").Hinted("load again")
	d.Type("as agreed")
	d.Keys("enter")
	d.Has("version 2 was taken back: load again")
	d.Has("as agreed")
	s.fail = nil
	d.Keys("enter")
	d.Has("Quarterly recertification: version 2 is approved")
	if want := []string{"approve def_q|as agreed", "approve def_q|as agreed"}; !slices.Equal(s.did, want) || len(s.saw[0].Digest) != 64 {
		t.Errorf("%v, want %v", s.did, want)
	}
	for actor, want := range map[domain.ID]string{"usr_ana": "You proposed it", "usr_noor": "Only a checker approves", "": "only reads"} {
		s := newShelf(t)
		s.actor = actor
		d := open(t, s, theme.Dark, 140, 50)
		d.Keys("j", "a")
		d.Has(want)
		if len(s.did) > 0 {
			t.Errorf("%q did %v", actor, s.did)
		}
	}
}

func TestTheOtherActs(t *testing.T) {
	s := newShelf(t)
	d := open(t, s, theme.Dark, 140, 50)
	d.Keys("j", "b", "enter")
	d.Has("a reason is needed")
	d.Type("too short")
	d.Keys("enter", "d", "enter", "enter")
	d.Has("drafted: Quarterly recertification 2026-03-02")
	d.Keys("R")
	d.Type("done with it")
	d.Keys("enter")
	d.Has("a checker approves the retirement")
	d.Keys("e")
	d.Keys("ctrl+u")
	d.Type("sometimes")
	d.Keys("enter")
	d.Has("sometimes")
	if want := []string{"reject def_q|too short", "draft def_q|Quarterly recertification 2026-03-02|", "retire def_q|done with it"}; !slices.Equal(s.did, want) {
		t.Errorf("%v, want %v", s.did, want)
	}
}

// One that comes with the program is proposed with a start date and a name; a
// frequency that is mistyped is an error, never a default.
func TestProposingAShippedOne(t *testing.T) {
	s := newShelf(t)
	d := open(t, s, theme.Dark, 140, 50)
	d.Keys("n")
	d.Type("external")
	d.Keys("enter")
	d.Has("Monthly external access")
	d.Keys("enter", "enter", "enter", "enter")
	d.Keys("enter")
	d.Has("proposed: version 1 of Monthly external access waits for a checker other than you")
	if want := []string{"propose Monthly external access|" + review.Recurrence{Every: review.Monthly, Day: review.DayFifteenth, Start: "2026-03-02"}.String() + "|14"}; !slices.Equal(s.did, want) {
		t.Errorf("%v, want %v", s.did, want)
	}
}

func TestWhatIsShippedIsNotInForce(t *testing.T) {
	d := open(t, newShelf(t), theme.Dark, 140, 50)
	d.Keys("G", "d")
	d.Has("propose it")
	d.Keys("/")
	d.Type("state:waits")
	d.Keys("enter")
	d.Has("Quarterly")
	d.HasNot("Yearly archiving")
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	d := open(t, newShelf(t), theme.Dark, 120, 40)
	if faults := d.Root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "G", "g", "enter", "esc", "esc", "/", "a", "b", "n", "e", "d", "R", "x", "i", "y", "p", "s", "S", "tab", "f5", "?", "q"}
	for seed := range uint64(4) {
		open(t, newShelf(t), theme.Dark, 100, 30).Fuzz(seed, 200, keys)
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	d := open(t, newShelf(t), theme.Dark, 150, 40)
	d.Keys("j")
	d.Picture("definitions")
}
