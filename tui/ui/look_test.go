package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func looking(err error) (*world, Layer, tea.Cmd) {
	w := newWorld()
	load := OpenLook(w.Env, Look{Heading: "Replay", Doing: "replaying the log", Load: func(context.Context) ([]Line, error) {
		var lines []Line
		for _, s := range []string{"first", "second\x1b[8m", "third", "fourth"} {
			lines = append(lines, Plain(s))
		}
		return lines, err
	}})
	return w, w.layers[0], load
}

func TestLookSaysWhatItDoesThenScrolls(t *testing.T) {
	_, l, load := looking(nil)
	if s := shows(t, l, 30, 2); !strings.Contains(s, "replaying the log") {
		t.Errorf("it shows\n%s", s)
	}
	if play(l, "j", "enter", "q") {
		t.Error("it closed before it knew anything")
	}
	l.Update(load())
	if s := shows(t, l, 30, 2); !strings.Contains(s, "first") || strings.Contains(s, "third") {
		t.Errorf("it shows\n%s", s)
	}
	play(l, "G")
	if s := shows(t, l, 30, 2); !strings.Contains(s, "fourth") || strings.Contains(s, "\x1b[8m") {
		t.Errorf("it shows\n%s", s)
	}
	if !play(l, "q") {
		t.Error("q does not close it")
	}
}

func TestLookShowsWhatWentWrong(t *testing.T) {
	_, l, load := looking(errors.New("there is nothing to replay: stage it first"))
	l.Update(load())
	if s := shows(t, l, 30, 5); !strings.Contains(s, "nothing to replay") {
		t.Errorf("it shows\n%s", s)
	}
	if !play(l, "enter") {
		t.Error("enter does not close it")
	}
}

func TestLookLeavesAnothersAnswerAlone(t *testing.T) {
	_, l, _ := looking(nil)
	_, _, other := looking(nil)
	l.Update(other())
	if s := shows(t, l, 30, 5); !strings.Contains(s, "replaying") {
		t.Errorf("it shows\n%s", s)
	}
}
