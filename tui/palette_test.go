package tui_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"countersign/tui"
	"countersign/tui/tuitest"
)

// phoneBook finds the people it holds, and remembers what it was asked.
type phoneBook struct {
	names []string
	asked []string
	err   error
}

func (b *phoneBook) finder() tui.Finder {
	return tui.Finder{Kinds: []tui.FindKind{{Word: "person", Long: "open a person by name"}},
		Find: func(ctx context.Context, kind, text string, limit int) ([]tui.Found, error) {
			b.asked = append(b.asked, kind+":"+text)
			if b.err != nil || ctx.Err() != nil {
				return nil, errors.Join(b.err, ctx.Err())
			}
			var out []tui.Found
			for _, n := range b.names {
				if strings.Contains(strings.ToLower(n), strings.ToLower(text)) && len(out) < limit {
					out = append(out, tui.Found{Kind: "person", Name: n, About: "somebody", Page: "person", Arg: n})
				}
			}
			return out, nil
		}}
}

func findingConsole(t *testing.T, b *phoneBook) *demo {
	t.Helper()
	return startWith(t, 1000, 100, 24, func(c *tui.Config) { c.Finder = b.finder() })
}

func TestPaletteOpensAnythingByName(t *testing.T) {
	b := &phoneBook{names: []string{"Dana Okafor", "Daniel Roth", "Imre Vass", "Mallory\r\x1b[8mADMIN"}}
	d := findingConsole(t, b)
	d.Keys(":")
	d.Type("dana")
	d.Has("Dana Okafor  somebody")
	d.HasNot("Imre")
	d.Keys("enter")
	d.Has("my items › Dana Okafor")
	d.Keys(":")
	d.Type("person da")
	d.Has("Daniel Roth")
	d.Keys("down", "tab")
	d.Has("person Daniel Roth")
	d.Keys("enter")
	d.Has("person Daniel Roth")
	d.Keys(":")
	d.Type("person nobody")
	d.Has("there is no such person")
	d.Keys("enter") // stays
	d.Has("there is no such person")
	d.Keys("esc", ":")
	d.Type("mallory")
	d.Sound()
}

// An answer to what is no longer typed is dropped, in whatever order they come.
func TestPaletteDropsLateNames(t *testing.T) {
	b := &phoneBook{names: []string{"Dana Okafor", "Daniel Roth"}}
	d := findingConsole(t, b)
	d.Keys(":")
	d.Burst("d", "a", "n", "i", "e", "l") // the answers come when all is typed
	d.Has("Daniel Roth")
	d.HasNot("Dana Okafor")
}

func TestPaletteSaysWhenTheFinderFails(t *testing.T) {
	b := &phoneBook{err: errors.New("the database is gone; start again")}
	d := findingConsole(t, b)
	d.Keys(":")
	d.Type("person dana")
	d.Has("the database is gone; start again")
	d.Has("person dana") // what was typed is there
}

func TestPaletteTakesArguments(t *testing.T) {
	d := start(t, 1000, 100, 24)
	d.Keys(":")
	d.Type("filter voice")
	d.Keys("enter")
	d.Has("filter: voice")
	d.Keys(":")
	d.Type("sort ar")
	d.Keys("tab")
	d.Has("> sort area")
	d.Keys("enter")
	d.Has("by area")
	d.Keys(":")
	d.Type("theme mauve")
	d.Has("there is no such theme")
	d.Keys("esc", ":")
	d.Type("theme li")
	d.Has("theme light")
	d.Keys("enter")
	d.Has("theme: light")
	before := d.FrameStyled()
	d.Keys("ctrl+t")
	d.Has("> light")
	d.Keys("k", "enter")
	if d.FrameStyled() == before {
		t.Error("dark draws as light does")
	}
	d.Keys(":")
	d.Type("export csv")
	d.Has("This page exports nothing.")
	d.Keys("enter")
	d.Has("This page exports nothing.")
}

// What is called as one types comes first, whatever else says it.
func TestPalettePutsTheNearestFirst(t *testing.T) {
	d := start(t, 1000, 100, 30)
	for typed, first := range map[string]string{"theme": "choose the colours", "preview": "show or hide the preview", "items.edit": "touch"} {
		d.Keys(":")
		d.Type(typed)
		line := strings.SplitAfter(d.Frame(), "> "+typed)[1]
		if _, line, _ = strings.Cut(line, "> "); !strings.HasPrefix(strings.TrimLeft(line[12:], " "), first) {
			t.Errorf("%q: the first is %.60q, want %q", typed, line, first)
		}
		d.Keys("esc")
	}
}

func TestPaletteExportsInTheFormatNamed(t *testing.T) {
	var got string
	d, _ := exportConsole(t, func(_ context.Context, table tui.Table, format string) (string, error) {
		got = table.Name + "." + format
		return got, nil
	})
	d.Keys(":")
	d.Type("export js")
	d.Keys("enter")
	d.Has("written: people.json")
	d.Keys("x") // and asks again when it is not named
	d.Has("Export people")
}

func TestPaletteCompletesAndRemembers(t *testing.T) {
	b := &phoneBook{names: []string{"Dana Okafor"}}
	d := findingConsole(t, b)
	d.Keys(":")
	d.Type("open pers")
	d.Keys("enter") // it needs a name first
	d.Has("> person")
	d.Has("Dana Okafor")
	d.Keys("enter")
	d.Keys("q", ":")
	d.Type("keep")
	d.Keys("enter", ":")
	d.Keys("up")
	d.Has("> items.keep")
	d.Keys("up")
	d.Has("> person Dana Okafor")
	d.Keys("up") // there is no more before
	d.Has("> person Dana Okafor")
	d.Keys("down", "down")
	d.HasNot("> items.keep")
	d.Type("per")
	d.Keys("up")
	d.Has("> person Dana Okafor")
	d.Keys("enter")
	d.Has("my items › Dana Okafor")
}

// FuzzPalette types at random; the screen stays sound and nothing is decided by
// letters.
func FuzzPalette(f *testing.F) {
	f.Add("person dana\t", uint64(1))
	f.Add("株式\x1b[31m :theme ", uint64(2))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		d := findingConsole(t, &phoneBook{names: []string{"Dana Okafor", "株式会社 山田", "Jose\u0301\u202e"}})
		d.Keys(":")
		for _, r := range text {
			if r >= ' ' && r != 0x7f {
				d.Send(tuitest.Key(string(r)))
			}
		}
		d.Sound()
		if len(d.page.decided) != 0 {
			t.Errorf("typing %q decided", text)
		}
		d.Fuzz(seed, 20, []string{"up", "down", "tab", "shift+tab", "enter", "esc", ":", "a", "backspace", "pgdown", "株"})
	})
}
