package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
)

// gatedStore lets everything that is read and written pass a gate first.
type gatedStore struct {
	database
	gate   *tuitest.Gate
	locked *bool // nothing is written
	reads  *int
}

func (g gatedStore) View(ctx context.Context, fn func(review.Tx) error) error {
	*g.reads++
	if err := errors.Join(g.gate.Pass("a read"), ctx.Err()); err != nil {
		return err
	}
	return g.database.View(ctx, fn)
}

func (g gatedStore) Update(ctx context.Context, fn func(review.WriteTx) error) error {
	err := errors.Join(g.gate.Pass("a write"), ctx.Err())
	if *g.locked {
		err = errors.Join(err, errors.New("nothing is written here"))
	}
	if err != nil {
		return err
	}
	return g.database.Update(ctx, fn)
}

func (g gatedStore) Verify(ctx context.Context, o store.VerifyOptions) (store.VerifyReport, error) {
	if err := g.gate.Pass("a verification"); err != nil {
		return store.VerifyReport{}, err
	}
	return g.database.Verify(ctx, o)
}

// everyPage is the whole console on a demo database, its clock set by hand and a
// gate before its store.
type everyPage struct {
	*tuitest.Driver
	s    *session
	root *tui.Root
	gate *tuitest.Gate
	cfg  tui.Config
	args map[string]string // what each page is opened with
	edit func(*tui.Config) // what is to be otherwise than in the program; may be nil
	// locked has every write refused: what is shown is the same whatever came before.
	locked bool
	reads  int
}

func openEveryPage(t testing.TB, s *session, o theme.Options, w, h int) *everyPage {
	t.Helper()
	t.Chdir(t.TempDir()) // what a page exports goes there
	p := gateEveryPage(t, s)
	p.open(t, o, w, h)
	return p
}

// gateEveryPage puts a gate before the session's store, until the test ends, and finds
// what each page can be opened with.
func gateEveryPage(t testing.TB, s *session) *everyPage {
	t.Helper()
	s.past.Store(nil)
	whole, svc := s.store, s.svc
	p := &everyPage{s: s, gate: &tuitest.Gate{}, args: pageArgs(t, s)}
	s.store = gatedStore{whole, p.gate, &p.locked, &p.reads}
	s.svc = newService(s.store)
	t.Cleanup(func() { s.store, s.svc = whole, svc })
	return p
}

// open begins the console anew, as somebody who opens it for the first time.
func (p *everyPage) open(t testing.TB, o theme.Options, w, h int) {
	t.Helper()
	p.s.past.Store(nil)
	p.gate.Err, p.gate.Answer = nil, 0
	cfg, err := p.s.consoleConfig(manners{look: o, themed: true})
	if err != nil {
		t.Fatal(err)
	}
	clock := tuitest.NewClock(p.s.clock())
	cfg.Now, cfg.After = clock.Now, clock.After
	if p.edit != nil {
		p.edit(&cfg)
	}
	if p.root, err = tui.New(cfg); err != nil {
		t.Fatal(err)
	}
	p.cfg = cfg
	p.Driver = tuitest.Start(t, p.root, clock, w, h)
	p.Driver.Gate(p.gate)
	*p.gate = tuitest.Gate{} // what was read to open it was none of the driver's commands yet
}

// pageArgs is something that each page of one thing can be opened with.
func pageArgs(t testing.TB, s *session) map[string]string {
	t.Helper()
	args := map[string]string{"who": "Deployments", "why": `"Dana Okafor" Deployments`, "diff": "5 now"}
	if err := s.view(func(tx review.Tx) error {
		for page, kind := range map[string]string{"person": "person", "group": "group", "agent": "agent", "role": "role", "role-holders": "role",
			"source": "source", "campaign": "campaign", "worklist": "campaign", "chase": "campaign", "review": "campaign"} {
			got, err := findByName(context.Background(), tx, kind, "", 1)
			if err != nil || len(got) == 0 {
				return errors.Join(err, fmt.Errorf("there is no %s in the demo", kind))
			}
			args[page] = got[0].Arg
		}
		campaign := domain.ID(args["campaign"])
		packets, err := tx.Packets(campaign)
		if err == nil && len(packets) == 0 { // nobody has signed: those that are to come
			packets, err = packetsToCome(tx, campaign)
		}
		if err != nil || len(packets) == 0 {
			return errors.Join(err, errors.New("there is no packet in the demo"))
		}
		args["packet"] = string(packets[0].RecordID())
		args["areas"] = "group:" + args["group"]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return args
}

// packetsToCome are the packets of those who answer in a campaign, as none has signed.
func packetsToCome(tx review.Tx, campaign domain.ID) (packets []review.Packet, err error) {
	all, err := tx.Progress(campaign)
	for _, one := range all {
		packets = append(packets, review.Packet{Campaign: campaign, Stage: one.Stage, Reviewer: one.Reviewer})
	}
	return packets, err
}

// each opens every page in turn, over home, and closes it again.
func (p *everyPage) each(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	for _, spec := range p.cfg.Pages {
		p.Send(tui.SwitchMsg{ID: p.cfg.Pages[0].ID})
		p.Send(tui.PushMsg{ID: spec.ID, Arg: p.args[spec.ID]})
		p.Advance(time.Minute) // all it asked for is there
		t.Run(spec.ID, fn)
	}
}

// find is the action with id on the screen in front, nil if there is none.
func (p *everyPage) find(id string) *action.Action {
	t := p.root.Actions()
	for i := range t {
		if t[i].ID == id {
			return &t[i]
		}
	}
	return nil
}

// Every screen's keys are sound, and the footer, the help, the palette and the
// README say the same of them.
func TestKeysAgreeEverywhere(t *testing.T) {
	s := demoUntil(t, "decided")
	p := openEveryPage(t, s, theme.Options{Kind: theme.NoColour}, 160, 60)
	known := readmeKeyRows(t)
	screens := p.root.Screens()
	if len(screens) <= len(p.cfg.Pages) {
		t.Errorf("%d screens of %d pages: the tabs are not among them", len(screens), len(p.cfg.Pages))
	}
	for _, table := range screens {
		for _, fault := range table.Check() {
			t.Error(fault)
		}
		for i := range table {
			if a := &table[i]; !known[readmeRow(a)] {
				t.Errorf("the README does not say that %s is on %v and does %q", a.ID, a.Keys, a.Words())
			}
		}
	}
	p.each(t, func(t *testing.T) {
		footer := lastLine(p.Frame())
		for _, a := range p.root.Actions().Hints()[:1] {
			if want := action.KeyName(a.Keys[0], false) + " " + a.Help; !strings.Contains(footer, want) {
				t.Errorf("the footer %q lacks %q", footer, want)
			}
		}
		for _, open := range []string{"?", ":"} {
			for i, a := range p.root.Actions() {
				if testing.Short() && i%8 != 0 {
					continue // one path, other words
				}
				p.Keys(open)
				p.Send(tuitest.Paste(a.ID))
				if f := p.Frame(); !strings.Contains(f, a.KeyNames(false)) || !strings.Contains(f, firstWords(a.Words())) {
					t.Errorf("%s does not show %s, which is on %v and does %q", open, a.ID, a.Keys, a.Words())
				}
				p.Keys("esc")
			}
		}
	})
}

func lastLine(frame string) string {
	lines := strings.Split(strings.TrimRight(frame, "\n"), "\n")
	return lines[len(lines)-1]
}

// firstWords is as much of s as a narrow list shows.
func firstWords(s string) string { return s[:min(len(s), 20)] }

// readmeRow is the row of the README's tables for a, and readmeKeyRows those it has.
func readmeRow(a *action.Action) string {
	rows := strings.Split(action.Table{*a}.Markdown(), "\n")
	return rows[4]
}

func readmeKeyRows(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| .* \|$`).FindAllString(readmeKeys(t), -1) {
		out[row] = true
	}
	return out
}

// No page reads anything in Update or in View, whatever is pressed: all of it is
// asked for in commands.
func TestNoPageReadsInUpdateOrView(t *testing.T) {
	p := openEveryPage(t, demoUntil(t, "decided"), theme.Options{Kind: theme.NoColour}, 130, 30)
	keys := []string{"j", "k", "G", "g", "tab", "p", "P", "s", "S", "enter", "esc", "esc", "/", "?", ":", "i", "o", "f", "e", "y", "l", "h", "space", "f5", "up", "down", "n", "-"}
	seed, steps := uint64(1), 60
	if testing.Short() {
		steps = 15
	}
	p.each(t, func(*testing.T) {
		seed++
		p.Fuzz(seed, steps, keys)
		p.Keys("esc", "esc", "esc", "esc", "esc")
	})
	p.Keys("ctrl+c")
	if p.gate.Passed < len(p.cfg.Pages) {
		t.Errorf("only %d reads passed the gate: it is not before the store", p.gate.Passed)
	}
	if len(p.gate.Outside) > 0 {
		t.Errorf("%d times outside a command: %s, …", len(p.gate.Outside), p.gate.Outside[0])
	}
}

// A store that takes half a second an answer leaves typing smooth: each letter is on
// the screen at once, and when all is settled the screen shows what was asked for
// last, as with a fast one.
func TestASlowStoreLeavesTypingSmooth(t *testing.T) {
	s := demoUntil(t, "decided")
	p := openEveryPage(t, s, theme.Options{Kind: theme.NoColour}, 130, 40)
	settled := func() string {
		p.Advance(time.Minute)
		f := p.Frame()
		return f[:strings.LastIndex(strings.TrimRight(f, "\n"), "\n")] // the footer counts seconds
	}
	p.each(t, func(t *testing.T) {
		if p.find("list.filter") == nil {
			t.Skip("nothing is filtered here")
		}
		p.Keys("/")
		p.Send(tuitest.Paste("a"))
		want := settled()
		p.Keys("esc")
		p.Advance(time.Minute)
		p.gate.Answer = 500 * time.Millisecond
		p.Keys("/")
		typed := ""
		for _, letter := range []string{"x", "y", "backspace", "backspace", "a"} {
			p.Send(tuitest.Key(letter))
			if letter == "backspace" {
				typed = typed[:len(typed)-1]
			} else {
				typed += letter
			}
			if f := p.Frame(); !strings.Contains(f, "filter: "+typed) {
				t.Errorf("after %q the screen does not show it:\n%s", typed, f)
			}
			p.Advance(120 * time.Millisecond)
		}
		if got := settled(); got != want {
			t.Errorf("it settles on\n%s\nand not on\n%s", got, want)
		}
		p.gate.Answer = 0
		p.Keys("esc")
	})
}

// The palette's names come late from a slow store, and those of what is no longer
// typed not at all; from one that fails its reason comes. What is typed stays.
func TestThePaletteOverASlowAndAFailingStore(t *testing.T) {
	p := openEveryPage(t, demoUntil(t, "decided"), theme.Options{Kind: theme.NoColour}, 130, 40)
	p.gate.Answer = 500 * time.Millisecond
	p.Send(tuitest.Key(":"))
	typed := ""
	for _, letter := range []string{"n", "o", "backspace", "backspace", "d", "a", "n", "a", "space", "o", "k"} {
		p.Send(tuitest.Key(letter))
		switch letter {
		case "backspace":
			typed = typed[:len(typed)-1]
		case "space":
			typed += " "
		default:
			typed += letter
		}
		p.Has("> " + typed)
		p.Advance(120 * time.Millisecond)
		p.HasNot("Noor Haddad") // who has an n and an o, and is not asked for any more
	}
	p.Advance(time.Second)
	p.Has("Dana Okafor")
	p.gate.Answer, p.gate.Err = 0, errors.New("the disk is gone; plug it in and try again")
	p.Send(tuitest.Key("a"))
	p.Has("the disk is gone")
	p.Has("> dana oka")
	p.Advance(time.Hour)
	p.Has("the disk is gone")
	p.gate.Err = nil
	p.HasNot("Dana Okafor")
	p.Send(tuitest.Key("f")) // asks again
	p.Has("Dana Okafor")
}

// A store that fails says why until esc takes it away, and what was typed stays.
func TestAFailingStoreLosesNothingTyped(t *testing.T) {
	s := demoUntil(t, "decided")
	p := openEveryPage(t, s, theme.Options{Kind: theme.NoColour}, 130, 40)
	gone := errors.New("the disk is gone; plug it in and press f5")
	p.each(t, func(t *testing.T) {
		if p.find("list.filter") == nil || p.find("import-file.run") != nil || p.find("import.hidden") != nil || p.find("start.demo") != nil || p.find("why.mend") != nil || p.find("plan.save") != nil || strings.HasSuffix(t.Name(), "/tour") {
			t.Skip("nothing is typed here that the store is asked for")
		}
		p.gate.Err = gone
		p.Keys("/")
		for _, letter := range []string{"d", "a"} {
			p.Send(tuitest.Key(letter))
		}
		p.Keys("enter")
		p.Advance(time.Hour)
		p.Has("error: the disk is gone")
		p.Has("filter: da")
		p.Keys("esc")
		p.HasNot("error: the disk is gone")
		p.Has("filter: da")
		p.gate.Err = nil
		p.Keys("f5")
		p.Advance(time.Minute)
		p.HasNot("the disk is gone")
		p.Has("filter: da")
		p.Keys("esc")
	})
}

// In ASCII every page is drawn in ASCII, names of people and things apart: those are
// data, and their letters stay.
func TestEveryPageInASCII(t *testing.T) {
	p := openEveryPage(t, demoUntil(t, "decided"), theme.Options{Kind: theme.NoColour, ASCII: true}, 130, 40)
	look := func(t *testing.T, where string) {
		for _, r := range p.Frame() {
			if r > 0x7e && !unicode.IsLetter(r) && !unicode.IsMark(r) {
				t.Errorf("%s: %q is drawn:\n%s", where, r, p.Frame())
				return
			}
		}
	}
	p.each(t, func(t *testing.T) {
		look(t, "the page")
		for _, k := range []string{"?", ":", "M", "/", "s", "f"} {
			p.Keys(k)
			look(t, k)
			p.Keys("esc")
		}
	})
}
