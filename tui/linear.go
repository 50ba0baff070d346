package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/safe"
	"countersign/tui/ui"
)

// Linear is how the console is used line by line, by a screen reader for instance:
// the same pages and actions, read out as plain lines and told by a line each.
type Linear struct {
	In  io.Reader
	Out io.Writer
	// Typed says that a person types the lines: they are asked for with a prompt, and
	// of lines that come all at once, as a paste does, only one decides.
	Typed bool
	// Wait is a timer; nil means the machine's.
	Wait func(d time.Duration) <-chan time.Time
}

// The window that pages are drawn for: no two panes beside each other.
const (
	linearWidth  = 110
	linearHeight = 60
	linearRows   = 10 // of a list
	linearMost   = 20 // things to choose from
)

// How long a timer of a page is waited for at once, and how often after each other;
// what takes longer is told, and so is every further wait.
const (
	soon      = 250 * time.Millisecond
	soonTimes = 20
	tellAfter = 2 * time.Second
)

// longestLine is how many bytes a line may have.
const longestLine = 1 << 20

// typed is one line and when it came.
type typed struct {
	text string
	at   time.Time
	err  error
}

// linearTimer is a message that waits for its time.
type linearTimer struct {
	at  time.Time
	msg tea.Msg
}

// Map implements Deferred.
func (t linearTimer) Map(f func(tea.Msg) tea.Msg) tea.Msg { return linearTimer{t.at, f(t.msg)} }

// linear is a console in use line by line.
type linear struct {
	r      *Root
	o      Linear
	ctx    context.Context // of all its work
	lines  chan typed
	ahead  []typed // read while something was waited for
	timers []linearTimer
	guard  action.Guard
	quit   bool
	err    error // of writing

	told told
}

// Linear runs the console line by line until it is left or the lines end. It gives
// the error of reading or writing, and nil when ctx ends.
func (r *Root) Linear(ctx context.Context, o Linear) error {
	f := &linear{r: r, o: o, ctx: ctx, lines: make(chan typed)}
	if f.o.Wait == nil {
		f.o.Wait = time.After
	}
	r.cfg.After, r.cfg.Still, r.cfg.Mouse, r.lines = f.after, true, false, true
	r.cfg.Theme.ASCII = true
	r.relook()
	read, stop := context.WithCancel(ctx)
	defer stop()
	go f.read(read)
	f.drain(r.Init())
	f.drain(r.route(tea.WindowSizeMsg{Width: linearWidth, Height: linearHeight}))
	f.greet()
	for !f.quit && f.err == nil && ctx.Err() == nil {
		f.prompt()
		line, ok := f.next()
		if !ok {
			break
		}
		if line.err != nil {
			f.leave()
			if errors.Is(line.err, io.EOF) {
				return f.err
			}
			return errors.Join(f.err, fmt.Errorf("the next line cannot be read: %w", line.err))
		}
		f.due()
		f.take(line)
	}
	return f.err
}

// read hands the lines on as they come.
func (f *linear) read(ctx context.Context) {
	in := bufio.NewScanner(f.o.In)
	in.Buffer(nil, longestLine)
	for in.Scan() {
		select {
		case f.lines <- typed{text: in.Text(), at: f.r.cfg.Now()}:
		case <-ctx.Done():
			return
		}
	}
	err := in.Err()
	if err == nil {
		err = io.EOF
	}
	select {
	case f.lines <- typed{err: err}:
	case <-ctx.Done():
	}
}

// next is the next line; ok is false when ctx ended first.
func (f *linear) next() (line typed, ok bool) {
	if len(f.ahead) > 0 {
		line, f.ahead = f.ahead[0], f.ahead[1:]
		return line, true
	}
	select {
	case line = <-f.lines:
		return line, true
	case <-f.ctx.Done():
		return typed{}, false
	}
}

// after keeps a message until its time.
func (f *linear) after(d time.Duration, msg tea.Msg) tea.Cmd {
	at := f.r.cfg.Now().Add(d)
	return func() tea.Msg { return linearTimer{at, msg} }
}

// due hands on what has waited until now.
func (f *linear) due() {
	now := f.r.cfg.Now()
	waiting := f.timers
	f.timers = nil
	for _, t := range waiting {
		if t.at.After(now) {
			f.timers = append(f.timers, t)
			continue
		}
		f.drain(f.update(t.msg))
	}
}

// update gives the console a message, and what it then asks for.
func (f *linear) update(msg tea.Msg) tea.Cmd {
	_, cmd := f.r.Update(msg)
	return cmd
}

// drain runs cmd and what follows from it until nothing is left but timers that are
// far off.
func (f *linear) drain(cmd tea.Cmd) {
	queue := []tea.Cmd{cmd}
	for times := 0; ; times++ {
		for len(queue) > 0 && f.ctx.Err() == nil {
			cmd, queue = queue[0], queue[1:]
			if cmd != nil {
				queue = f.follow(queue, f.call(cmd))
			}
		}
		if f.ctx.Err() != nil || times == soonTimes {
			return
		}
		near := f.r.cfg.Now().Add(soon)
		at := slices.IndexFunc(f.timers, func(t linearTimer) bool { return !t.at.After(near) })
		if at < 0 {
			return
		}
		t := f.timers[at]
		f.timers = slices.Delete(f.timers, at, at+1)
		queue = append(queue, f.update(t.msg))
	}
}

// follow takes the message of a command; queue is what is to be run before what it
// leads to.
func (f *linear) follow(queue []tea.Cmd, msg tea.Msg) []tea.Cmd {
	switch m := msg.(type) {
	case nil:
	case linearTimer:
		f.timers = append(f.timers, m)
	case tea.QuitMsg:
		f.quit = true
	default:
		v := reflect.ValueOf(msg)
		switch {
		case v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]():
			var inner []tea.Cmd
			for i := range v.Len() {
				if c, ok := v.Index(i).Interface().(tea.Cmd); ok {
					inner = append(inner, c)
				}
			}
			return append(inner, queue...)
		case v.Kind() == reflect.String && v.Type().PkgPath() == reflect.TypeFor[tea.QuitMsg]().PkgPath():
			f.say("copied: " + v.String()) // what else would go on the clipboard
		default:
			return append(queue, f.update(msg))
		}
	}
	return queue
}

// call runs one command. What it is doing is told while it lasts, and a line "stop"
// or "esc" that comes meanwhile stops it.
func (f *linear) call(cmd tea.Cmd) tea.Msg {
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	wait := f.o.Wait(tellAfter)
	var lines chan typed // listened to once it takes long
	for {
		select {
		case msg := <-done:
			return msg
		case <-wait:
			if j := f.r.slow(); j != nil {
				f.say("still " + j.label + "; stop ends it")
			}
			wait = f.o.Wait(5 * tellAfter)
			if len(f.ahead) == 0 {
				lines = f.lines
			}
		case line := <-lines:
			if j := f.r.slow(); j != nil && (line.text == "stop" || line.text == "esc") {
				f.r.stopped(j)
				continue
			}
			f.ahead, lines = append(f.ahead, line), nil
		case <-f.ctx.Done():
			return <-done
		}
	}
}

// leave ends what is open as the end of the lines asks for.
func (f *linear) leave() {
	for _, e := range slices.Concat(f.r.stack, f.r.last) {
		if u, ok := e.page.(Unsaved); ok && u.Unsaved() != "" {
			f.say("left without: " + u.Unsaved())
		}
	}
	f.drain(f.r.end())
}

// prompt asks for a line where a person types it.
func (f *linear) prompt() {
	if f.o.Typed {
		f.write("> ")
	}
}

// write prints lines. Whatever part of the console they come from, nothing in them is
// obeyed by a terminal.
func (f *linear) write(s string) {
	if f.err != nil {
		return
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = safe.Text(l)
	}
	_, f.err = io.WriteString(f.o.Out, f.r.look.Load().Fit(strings.Join(lines, "\n")))
}

// say prints one line; what is in it is safe already.
func (f *linear) say(text string) {
	if strings.TrimSpace(text) != "" {
		f.write(text + "\n")
	}
}

// held is the layer that asks: the one in front, or what it holds.
func held(l ui.Layer) ui.Layer {
	for {
		h, ok := l.(ui.Holder)
		if !ok {
			return l
		}
		l = h.Held()
	}
}
