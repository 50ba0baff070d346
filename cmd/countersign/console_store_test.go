package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
)

// body is a frame without its last line, where seconds are counted and messages go.
func (p *everyPage) body() string {
	f := strings.TrimRight(p.Frame(), "\n")
	return f[:strings.LastIndex(f, "\n")]
}

// A page that is left before a slow store answered it changes nothing afterwards, and
// one that is stayed on shows in the end what a fast store shows.
func TestEveryPageOverASlowStore(t *testing.T) {
	p := openEveryPage(t, demoUntil(t, "decided"), theme.Options{Kind: theme.NoColour}, 130, 40)
	home := p.cfg.Pages[0].ID
	for _, spec := range p.cfg.Pages {
		t.Run(spec.ID, func(t *testing.T) {
			there := func(answer time.Duration) string {
				p.gate.Answer = 0
				p.Send(tui.SwitchMsg{ID: home})
				p.Advance(time.Minute)
				p.gate.Answer = answer
				p.Send(tui.PushMsg{ID: spec.ID, Arg: p.args[spec.ID]})
				p.Sound()
				p.Advance(time.Minute)
				return p.body()
			}
			fast := there(0)
			if slow := there(500 * time.Millisecond); slow != fast {
				t.Errorf("a slow store has it show\n%s\nand a fast one\n%s", slow, fast)
			}
			p.gate.Answer = 0
			p.Send(tui.SwitchMsg{ID: home})
			p.Advance(time.Minute)
			before := p.body()
			p.gate.Answer = 500 * time.Millisecond
			p.Send(tui.PushMsg{ID: spec.ID, Arg: p.args[spec.ID]})
			p.Advance(100 * time.Millisecond)
			p.Send(tui.PopMsg{})
			p.Advance(time.Minute)
			if after := p.body(); after != before {
				t.Errorf("left before the answers came, it had home become\n%s\nfrom\n%s", after, before)
			}
		})
	}
}

// Every page that reads says what the store says when it fails, until it works again.
func TestEveryPageOverAFailingStore(t *testing.T) {
	p := openEveryPage(t, demoUntil(t, "decided"), theme.Options{Kind: theme.NoColour}, 130, 40)
	for _, spec := range p.cfg.Pages {
		t.Run(spec.ID, func(t *testing.T) {
			p.gate.Err = nil
			p.Send(tui.SwitchMsg{ID: p.cfg.Pages[0].ID})
			p.Advance(time.Minute)
			p.Keys("esc")
			p.gate.Err = errors.New("the disk is gone; plug it in and press f5")
			read := p.reads
			p.Send(tui.PushMsg{ID: spec.ID, Arg: p.args[spec.ID]})
			if p.reads == read {
				p.HasNot("the disk is gone") // it reads nothing
				return
			}
			p.Advance(time.Hour)
			p.Sound()
			p.Has("the disk is gone")
			p.gate.Err = nil
			if strings.Contains(p.Frame(), "error:") {
				p.Keys("esc")
			}
			if p.find("list.reload") != nil {
				p.Keys("f5")
			} else {
				p.Send(tui.PopMsg{}, tui.PushMsg{ID: spec.ID, Arg: p.args[spec.ID]})
			}
			p.Advance(time.Minute)
			p.HasNot("the disk is gone")
		})
	}
}

// Wherever an action of a page asks for a text, each letter is there at once over a slow
// store, and when the store fails what was typed is still there beside the reason.
func TestEveryDialogKeepsWhatIsTyped(t *testing.T) {
	const text = "zzqz"
	s := demoUntil(t, "launched")
	dialogs, looked := 0, map[string]bool{} // an action of several pages is looked at once
	people := []string{"helen.osei", "jonas.weber", "mira.lindqvist", "ana.ferreira"}
	if testing.Short() {
		people = people[:1]
	}
	for _, who := range people {
		p := openEveryPage(t, openAs(t, s.env, who), theme.Options{Kind: theme.NoColour}, 130, 40)
		p.locked = true // no dialog changes what the next one finds
		at := func(page string) {
			p.gate.Err, p.gate.Answer = nil, 0
			p.open(t, theme.Options{Kind: theme.NoColour}, 130, 40)
			p.Send(tui.PushMsg{ID: page, Arg: p.args[page]})
			p.Advance(time.Minute)
		}
		for _, spec := range p.cfg.Pages {
			at(spec.ID)
			for _, a := range p.root.Actions() {
				if len(a.Keys) == 0 || a.Why() != "" || strings.HasPrefix(a.ID, "list.") || strings.HasPrefix(a.ID, "go.") || a.Scope == "global" || looked[a.ID] {
					continue
				}
				looked[a.ID] = true
				if testing.Short() && len(looked)%8 != 0 {
					continue
				}
				t.Run(who+" "+a.ID, func(t *testing.T) {
					at(spec.ID)
					if !p.asks(a, text) {
						return
					}
					dialogs++
					p.Send(repeated(tuitest.Key("backspace"), len(text))...)
					p.gate.Answer = 500 * time.Millisecond
					for i, letter := range text {
						p.Send(tuitest.Key(string(letter)))
						p.Has(text[:i+1])
					}
					p.gate.Answer, p.gate.Err = 0, errors.New("the disk is gone")
					for range 6 { // from field to field, and then not to Cancel, which is the default
						if strings.Contains(p.Frame(), "> Cancel") {
							p.Keys("right")
						}
						p.Keys("enter")
						if f := p.Frame(); strings.Contains(f, "the disk is gone") {
							if !strings.Contains(f, text) && !p.again(a, text) {
								t.Errorf("on %s what was typed is gone:\n%s\nand then\n%s", spec.ID, f, p.Frame())
							}
							return
						}
					}
				})
			}
		}
	}
	if dialogs < 20 && !testing.Short() {
		t.Errorf("only %d dialogs took a text: this looks at nothing", dialogs)
	}
}

// asks tells whether an action opens something that takes text as it is typed.
func (p *everyPage) asks(a action.Action, text string) bool {
	p.Keys(a.Keys[0])
	p.Advance(time.Second)
	if strings.Contains(p.Frame(), text) {
		return false
	}
	p.Type(text)
	return strings.Contains(p.Frame(), text)
}

// repeated is a message n times.
func repeated(msg tea.Msg, n int) []tea.Msg {
	out := make([]tea.Msg, n)
	for i := range out {
		out[i] = msg
	}
	return out
}

// again tells whether a dialog that does not show the text has it nevertheless once the
// store works: tried again from where it is, or opened anew.
func (p *everyPage) again(a action.Action, text string) bool {
	p.gate.Err = nil
	for n := 0; n < 16 && strings.Contains(p.Frame(), "┌─"); n++ { // as long as something is asked
		if strings.Contains(p.Frame(), "> Cancel") {
			p.Keys("right")
		}
		p.Keys("enter")
		f := p.Frame()
		if strings.Contains(f, text) || n == 0 && strings.Contains(f, "┌─") && !strings.Contains(f, "the disk is gone") {
			return true // it goes on from where it failed
		}
	}
	for n := 0; n < 4 && (strings.Contains(p.Frame(), "┌─") || strings.Contains(p.Frame(), "error:")); n++ {
		p.Keys("esc")
	}
	p.Keys(a.Keys[0])
	p.Advance(time.Second)
	return strings.Contains(p.Frame(), text)
}
