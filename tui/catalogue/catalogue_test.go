package catalogue_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/catalogue"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// world moves between catalogues as a stored setting, and notes what it was asked.
type world struct {
	*orgtest.World
	moved []string
}

func (w *world) MoveTo(_ context.Context, to string, higher bool) (domain.ChangeSet, []string, error) {
	word := "lower"
	if higher {
		word = "higher"
	}
	w.moved = append(w.moved, to+" "+word)
	before := domain.Setting{ID: domain.SettingCatalogue, Value: w.Org.Setting(domain.SettingCatalogue)}
	return domain.ChangeSet{Title: "Catalogue: to " + to, Changes: []domain.Change{domain.Replace(before, domain.Setting{ID: domain.SettingCatalogue, Value: to})}},
		[]string{"goes on as nothing: " + orgtest.Hostile}, w.Fails
}

func (w *world) SetPreset(_ *domain.Org, name string, values []string, take bool) (string, []domain.Change, error) {
	if !take && !strings.Contains(strings.Join(values, ""), "=") {
		return "", nil, domain.Errorf(domain.Invalid, "%q is no area with a level", values[0]).Hinted("write it as Voice=Edit")
	}
	title := "Preset " + name + ": " + strings.Join(values, "; ")
	if take {
		title = "Preset " + name + ": taken away"
	}
	return title, []domain.Change{domain.Begin(domain.Setting{ID: domain.SettingName, Value: title})}, nil
}

func start(t testing.TB, w *world, kind theme.Kind, width, height int) *orgtest.Console {
	t.Helper()
	return orgtest.Start(t, kind, width, height, tui.PageSpec{ID: "catalogue", Title: "Catalogue of areas", New: catalogue.New(w, w)})
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
	}{{"catalogue-200x50", theme.Dark, 200, 50}, {"catalogue-80x24", theme.NoColour, 80, 24}, {"catalogue-60x15", theme.Dark, 60, 15}} {
		t.Run(c.name, func(t *testing.T) {
			d := start(t, &world{World: orgtest.New(t)}, c.kind, c.w, c.h)
			d.Golden(c.name)
			if faults := d.Root.Actions().Check(); len(faults) > 0 {
				t.Error(faults)
			}
			d.Keys("G")
			d.Golden(strings.Replace(c.name, "catalogue", "preset", 1))
		})
	}
}

// A move says what to know about it before it is put forward.
func TestMove(t *testing.T) {
	w := &world{World: orgtest.New(t)}
	d := start(t, w, theme.Dark, 140, 40)
	other := domain.Generations()[0].Name
	if other == domain.CatalogueStudio {
		other = domain.Generations()[1].Name
	}
	d.Keys("/")
	d.Type("name:" + other)
	d.Keys("enter", "e", "j", "enter")
	d.Has("goes on as nothing: ")
	d.Has("Catalogue: to " + other)
	reason(d, "the new navigation")
	if len(w.moved) != 1 || w.moved[0] != other+" higher" {
		t.Errorf("asked for %q", w.moved)
	}
}

// A preset is made, changed and taken away, and what is typed wrong is said.
func TestPresets(t *testing.T) {
	w := &world{World: orgtest.New(t)}
	d := start(t, w, theme.Dark, 140, 40)
	d.Keys("c")
	d.Has("Select a preset.")
	d.Keys("n")
	d.Type("Night shift")
	d.Keys("enter")
	d.Type("Voice")
	d.Keys("enter", "tab", "enter")
	d.Has(`"Voice" is no area with a level`)
	d.Keys("esc", "n")
	d.Type("Night shift")
	d.Keys("enter")
	d.Type("Voice=Edit, Analytics=Read")
	d.Keys("enter", "tab", "enter")
	d.Has("Preset Night shift: Voice=Edit; Analytics=Read")
	d.Keys("esc", "G")
	for _, key := range []string{"D", "c", "enter"} {
		d.Keys(key)
		d.Has("It is shipped: make one of your own with n")
		d.Advance(time.Minute)
	}
	own := []domain.Preset{{Name: "Zz night", Values: []domain.AreaValue{{Area: "voice", Level: domain.Edit}}}}
	if err := w.Apply(domain.Begin(domain.Setting{ID: domain.SettingPresets, Value: domain.WritePresets(own)})); err != nil {
		t.Fatal(err)
	}
	d.Keys("f5", "/")
	d.Type("name:Zz")
	d.Keys("enter", "D")
	d.Has("taken away")
	d.Keys("esc", "c")
	d.Has("=Edit")
}
