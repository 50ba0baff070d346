package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
	"countersign/tui"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
)

// drawnKeys are the keys of the fuzz: movement, filters, dialogs, tabs and letters
// that ask something. What would leave the program is not among them.
func drawnKeys() []string {
	return []string{"j", "k", "G", "g", "tab", "p", "P", "s", "S", "enter", "esc", "/", "?", ":", "i", "o", "f", "e", "y", "l", "h", "L", "H",
		"space", "*", "v", "up", "down", "left", "right", "pgdown", "n", "c", "t", "a", "b", "w", "u", "backspace", "M", "m"}
}

// hostileNames are what names were somewhere, or may be: what a terminal obeys, what
// it draws from the right, in two cells or in none, and what is far too long.
func hostileNames() []string {
	return []string{"\x1b[31mred\x1b]0;owned\a", "Mallory\rADMIN", "\u202eevil\u2066 שלום עולם", "مرحبا بالعالم", "株式会社 山田太郎", "👩\u200d👩\u200d👧 👍🏽 🇩🇪",
		"Ze" + strings.Repeat("\u0301", 40) + "d", strings.Repeat("Wolfeschlegelstein", 556), "a\u200bb\ufeffc\u00ad", "line\nfeed\ttab\x00nul\x7f\u0085",
		"ﷺ ｶﾞ ㍿ ½", "\u0301begins with an accent", "%s %d | & < > \" ' \\"}
}

// hostileDemo is the demo launched in an organisation whose people and things have
// hostile names, with hostile reasons to what was decided and put forward.
func hostileDemo(t testing.TB) *session {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	now := demoStart.AddDate(0, 0, 6)
	e := &env{in: strings.NewReader(""), out: io.Discard, err: new(bytes.Buffer), clock: now.UTC, getenv: func(string) string { return "" }}
	p, err := e.newPlay(context.Background(), dir, demoStart, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.play("imported")
	n := 0
	hostile := func(name string) string {
		n++
		all := hostileNames()
		return all[n%len(all)] + " " + name
	}
	p.view(func(tx review.Tx, o *domain.Org) error {
		var changes []domain.Change
		for _, k := range []domain.Kind{domain.KindPrincipal, domain.KindGroup, domain.KindAgent, domain.KindSource, domain.KindRole, domain.KindArea} {
			for row := range o.All(k) {
				changes = append(changes, domain.Replace(row.Record, renamedHostile(row.Record, hostile)))
			}
		}
		defer storetest.Append(t, p.st, domain.Event{Type: domain.EvApplied, Subject: "renamed", Reason: hostile("reason")}, changes...)
		return nil
	})
	p.launch()
	helen, mira := p.as("helen.osei"), p.as("mira.lindqvist")
	items := p.items(review.ItemQuery{Reviewer: helen.Principal}, nil)
	if p.err != nil {
		t.Fatal(p.err)
	}
	for _, it := range items[:min(len(items), 8)] {
		if _, err := p.svc.Decide(p.ctx, helen, p.campaign.ID, []review.DecisionInput{{Item: it.No, Answer: review.Abstain, Reason: hostile("reason")}}); err != nil {
			t.Log(err) // their own access
		}
	}
	for i, who := range []string{"priya.raman", "ellen.park", "mei.lin"} {
		grant := domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_hostile%d", i)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: p.person(who)},
			Target: domain.Target{Kind: domain.TargetArea, ID: "deployments"}, Level: domain.Edit}
		if _, err := p.svc.Propose(p.ctx, mira, domain.ChangeSet{Title: hostile("title"), Reason: hostile("reason"), Changes: []domain.Change{domain.Begin(grant)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.st.Close(); err != nil {
		t.Fatal(err)
	}
	e.flags.db = p.db()
	return openAs(t, e, "helen.osei")
}

// renamedHostile is a record with what people wrote in it made hostile.
func renamedHostile(r domain.Record, hostile func(string) string) domain.Record {
	switch r := r.(type) {
	case domain.Principal:
		r.Name, r.Title, r.Department = hostile(r.Name), hostile(r.Title), hostile(r.Department)
		return r
	case domain.Group:
		r.Name, r.Description = hostile(r.Name), hostile(r.Description)
		return r
	case domain.Agent:
		r.Name, r.Description = hostile(r.Name), hostile(r.Description)
		return r
	case domain.Source:
		r.Name, r.Description = hostile(r.Name), hostile(r.Description)
		return r
	case domain.Role:
		r.Name, r.Description = hostile(r.Name), hostile(r.Description)
		return r
	case domain.Area:
		r.Name, r.Controls = hostile(r.Name), hostile(r.Controls)
		return r
	}
	return r
}

// Every registered page, in every theme, shows in a terminal what it meant to, at each
// of the five sizes and after whatever is pressed, clicked or resized: cells and styles.
// So it does where every name is hostile.
func TestEveryPageIsDrawnWell(t *testing.T) {
	kinds := []theme.Kind{theme.Dark, theme.NoColour, theme.Light, theme.HighContrast, theme.HighContrastLight}
	steps := []int{20, 8, 6, 6, 6} // a page; what is drawn is the same in all of them, the styles are not
	sizes := tuitest.Five()
	if testing.Short() {
		kinds, steps[0], sizes = kinds[:1], 3, sizes[3:]
	}
	draw := func(t *testing.T, s *session, i int, kind theme.Kind) {
		p := openEveryPage(t, s, theme.Options{Kind: kind, ASCII: kind == theme.HighContrast}, 120, 40)
		seed := uint64(100 * i)
		p.each(t, func(t *testing.T) {
			for _, size := range sizes {
				p.Resize(size[0], size[1])
				if fault := tuitest.Check(p.FrameStyled(), size[0], size[1]); fault != "" {
					t.Errorf("%dx%d: %s", size[0], size[1], fault)
				}
			}
			seed++
			p.FuzzDrawn(seed, steps[i], drawnKeys())
			p.Keys("esc", "esc", "esc", "esc", "esc")
		})
	}
	if !testing.Short() { // where every name is hostile the same is drawn
		s := demoUntil(t, "decided")
		for i, kind := range kinds {
			t.Run(kind.String(), func(t *testing.T) { draw(t, s, i, kind) })
		}
	}
	hostile := hostileDemo(t)
	for i, kind := range []theme.Kind{theme.Dark, theme.HighContrast}[:min(len(kinds), 2)] {
		t.Run("hostile names, "+kind.String(), func(t *testing.T) { draw(t, hostile, i, kind) })
	}
}

// FuzzEveryPage draws any page, on the demo or where every name is hostile, in any theme
// and size, after whatever script says is done.
func FuzzEveryPage(f *testing.F) {
	elsewhere := f.TempDir()
	all := []*everyPage{gateEveryPage(f, demoUntil(f, "decided")), gateEveryPage(f, hostileDemo(f))}
	for _, p := range all {
		p.locked = true
	}
	for i := 0; i < len(consolePages(&session{env: &env{}})); i += 7 { // TestEveryPageIsDrawnWell has them all
		f.Add(i%2 == 1, uint8(i), uint8(i), uint8(i), []byte("gjG\x00\x00\x09\x04?:/e enter"))
	}
	f.Fuzz(func(t *testing.T, hostile bool, page, look, size uint8, script []byte) {
		t.Chdir(elsewhere) // what a page writes goes there, and what fails is kept here
		p := all[0]
		if hostile {
			p = all[1]
		}
		at := tuitest.Five()[int(size)%len(tuitest.Five())]
		o := theme.Options{Kind: theme.Kind(int(look) % len(theme.Words())), ASCII: look >= 128}
		p.open(t, o, at[0], at[1])
		spec := p.cfg.Pages[int(page)%len(p.cfg.Pages)]
		p.Send(tui.PushMsg{ID: spec.ID, Arg: p.args[spec.ID]})
		p.Sound()
		p.PlayDrawn(script, drawnKeys())
		p.Advance(time.Minute)
		p.Sound()
	})
}
