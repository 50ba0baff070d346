package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// picking opens a picker over three candidates; got is what was chosen.
func picking(err error) (w *world, l Layer, load tea.Cmd, got *string) {
	w, got = newWorld(), new(string)
	load = OpenPick(w.Env, Pick{Heading: "Whom?",
		Load: func(context.Context) ([]Candidate, error) {
			return []Candidate{{Key: "a", Label: "Ana Ferreira", Note: "ana@acme.example"}, {Key: "d", Label: "Dana Okafor", Note: "Support"},
				{Key: "t", Label: "Tom \x1b[31mVale", Off: "Tom is a member already."}}, err
		},
		Do: func(c Candidate) tea.Cmd { *got = c.Key; return nil }})
	return w, w.layers[0], load, got
}

func TestPickNarrowsByEveryWord(t *testing.T) {
	for typed, want := range map[string]string{"": "a", "ana": "a", "okafor": "d", "support": "d", "DANA sup": "d", "ana example": "a"} {
		_, l, load, got := picking(nil)
		l.Update(load())
		for _, r := range typed {
			l.Update(keyMsg(string(r)))
		}
		if done := play(l, "enter"); !done || *got != want {
			t.Errorf("%q chooses %q (done %t), want %q", typed, *got, done, want)
		}
	}
}

func TestPickTakesKeysBeforeTheCandidatesCome(t *testing.T) {
	_, l, load, got := picking(nil)
	if play(l, "d", "a", "n", "enter") || *got != "" {
		t.Error("something was chosen before there was anything to choose")
	}
	if s := shows(t, l, 40, 10); !strings.Contains(s, "loading") {
		t.Errorf("it shows\n%s", s)
	}
	l.Update(load())
	if play(l, "enter"); *got != "d" {
		t.Errorf("%q was chosen", *got)
	}
}

func TestPickSaysWhyNot(t *testing.T) {
	_, l, load, got := picking(nil)
	l.Update(load())
	if play(l, "down", "down", "enter") || *got != "" {
		t.Error("what is off was chosen")
	}
	if s := shows(t, l, 40, 10); !strings.Contains(s, "Tom is a member already.") || strings.Contains(s, "\x1b[31m") {
		t.Errorf("it shows\n%s", s)
	}
	if play(l, "up"); strings.Contains(shows(t, l, 40, 10), "already") {
		t.Error("the reason stays after moving on")
	}
}

func TestPickShowsAnErrorAndNothingThatFits(t *testing.T) {
	_, l, load, _ := picking(errors.New("the database is gone"))
	l.Update(load())
	if s := shows(t, l, 40, 10); !strings.Contains(s, "the database is gone") {
		t.Errorf("it shows\n%s", s)
	}
	_, l, load, _ = picking(nil)
	l.Update(load())
	play(l, "z", "z")
	if s := shows(t, l, 40, 10); !strings.Contains(s, "nothing fits") {
		t.Errorf("it shows\n%s", s)
	}
}
