package settings_test

import (
	"testing"
	"time"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/settings"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func start(t testing.TB, w *orgtest.World, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	if err := w.Apply(domain.Begin(domain.Setting{ID: domain.SettingName, Value: "Acme " + orgtest.Hostile}), domain.Begin(domain.Setting{ID: domain.SettingSoD, Value: "flag"})); err != nil {
		t.Fatal(err)
	}
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "settings", Title: "Settings", New: settings.New(w, w)})
}

func reason(d *orgtest.Console, text string) {
	d.Type(text)
	d.Keys("enter", "tab", "enter")
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"settings-200x50", theme.Dark, 200, 50}, {"settings-80x24", theme.NoColour, 80, 24}, {"settings-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, orgtest.New(t), c.kind, c.w, c.h)
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}

// A setting that nobody has set has the shipped value, in the list and beside it.
func TestTheShippedValueIsShown(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 160, 40)
	for _, want := range []string{"Value        UTC", "Value        30,90", "Value        100", "Value        flag", "Value        flag", "Value        sox,", "Value        on"} {
		d.Keys("j")
		d.Advance(time.Second)
		d.Has(want)
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		keys          []string
		text          string
		title         string
		before, after string
	}{
		{[]string{"j", "j", "j", "j", "e", "j", "enter"}, "", "Setting sod: refuse", "flag", "refuse"},
		{[]string{"j", "j", "j", "j", "R"}, "", "Setting sod: the shipped value", "flag", ""},
		{[]string{"j", "enter"}, "Europe/Berlin", "Setting zone: Europe/Berlin", "", "Europe/Berlin"},
	} {
		t.Run(c.title, func(t *testing.T) {
			w := orgtest.New(t)
			d := start(t, w, theme.Dark, 120, 40)
			d.Keys(c.keys...)
			if c.text != "" {
				d.Type(c.text)
				d.Keys("enter", "tab", "enter")
			}
			d.Has(c.title)
			d.Has("It will wait for")
			reason(d, "audit finding 12")
			if len(w.Proposals) != 1 {
				t.Fatalf("%d change sets", len(w.Proposals))
			}
			got := w.Proposals[0].Changes[0]
			before, _ := got.Before.(domain.Setting)
			after, _ := got.After.(domain.Setting)
			if before.Value != c.before || after.Value != c.after {
				t.Errorf("from %q to %q", before.Value, after.Value)
			}
		})
	}
}

// What a setting cannot be is refused in words, and stays on the screen.
func TestAWrongZoneIsRefused(t *testing.T) {
	w := orgtest.New(t)
	d := start(t, w, theme.Dark, 120, 40)
	d.Keys("j", "e")
	d.Type("Mars/Olympus")
	d.Keys("enter", "tab", "enter")
	d.Has("Refused: ")
	d.Has("use an IANA time zone")
	d.Keys("esc", "k", "R")
	d.Has("the organisation needs its name")
	if len(w.Proposals) != 0 {
		t.Error("proposed")
	}
}
