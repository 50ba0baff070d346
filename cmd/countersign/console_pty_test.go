package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/term"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/tui/action"
)

// terminalTest is the program in a terminal of its own.
type terminalTest struct {
	t      *testing.T
	master *os.File
	slave  *os.File
	cmd    *exec.Cmd
	ended  chan error
	news   chan struct{} // something was drawn
	all    chan struct{} // closed when everything that was written is read

	mu  sync.Mutex
	em  *vt.Emulator
	raw bytes.Buffer
}

// patience is how long a screen may take to show something on a busy machine.
const patience = 60 * time.Second

// inTerminal starts the program in a terminal of w×h.
func inTerminal(t *testing.T, w, h int, program string, args ...string) *terminalTest {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	x := &terminalTest{t: t, master: master, slave: slave, em: vt.NewEmulator(w, h), ended: make(chan error, 1), news: make(chan struct{}, 1), all: make(chan struct{})}
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	x.cmd = exec.Command(program, args...)
	x.cmd.Dir = home
	x.cmd.Env = []string{"TERM=xterm-256color", "HOME=" + home, "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"), "GORACE=" + os.Getenv("GORACE")}
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = slave, slave, slave
	// A session of its own, so that it is told when the window changes.
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go x.read()
	// What the terminal answers to the program's questions.
	go func() { _, _ = io.Copy(master, x.em) }()
	go func() { x.ended <- x.cmd.Wait() }()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill() // it has ended, or the test has failed
		_ = slave.Close()
		_ = master.Close()
		// Not em.Close: it sets a flag that the goroutines still read.
		if answers, ok := x.em.InputPipe().(io.Closer); ok {
			_ = answers.Close()
		}
	})
	return x
}

func (x *terminalTest) read() {
	defer close(x.all)
	buf := make([]byte, 64<<10)
	for {
		n, err := x.master.Read(buf)
		x.mu.Lock()
		x.raw.Write(buf[:n])
		_, _ = x.em.Write(buf[:n])
		x.mu.Unlock()
		select {
		case x.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (x *terminalTest) screen() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.String()
}

// shows waits until the screen holds s.
func (x *terminalTest) shows(s string) {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.t.Context(), patience)
	defer cancel()
	for !strings.Contains(x.screen(), s) {
		select {
		case <-x.news:
		case <-ctx.Done():
			x.t.Fatalf("the screen does not show %q:\n%s", s, x.screen())
		}
	}
}

// types writes keys in one write.
func (x *terminalTest) types(keys string) {
	x.t.Helper()
	if _, err := x.master.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// ends waits until the program has ended without a fault.
func (x *terminalTest) ends() {
	x.t.Helper()
	select {
	case err := <-x.ended:
		if err != nil {
			x.t.Fatalf("it ended with %v:\n%s", err, x.screen())
		}
	case <-time.After(patience):
		x.t.Fatalf("it does not end:\n%s", x.screen())
	}
}

// program is this very code under the program's name: see TestMain.
func program(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("countersign")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// decisions are the events in which items were decided.
func decisions(t *testing.T, db string) []domain.Event {
	t.Helper()
	st, err := store.Open(t.Context(), db, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	var out []domain.Event
	if err := st.View(t.Context(), func(tx review.Tx) error {
		out, err = tx.Events(review.EventQuery{Types: []domain.EventType{review.EvDecided}, Limit: 100})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestConsoleInATerminal(t *testing.T) {
	t.Parallel()
	program := program(t)

	// One press, one decision: a key held down or a paste must not decide a page.
	t.Run("seven keys in one write decide one item", func(t *testing.T) {
		dir := t.TempDir()
		x := inTerminal(t, 140, 40, program, "demo", "--dir", dir)
		x.shows("Waiting for you")
		x.types("2")
		x.shows("0 of 31 decided")
		x.shows("a keep")
		x.shows("Reviewer") // the item's details are there
		x.types("jjjj")     // to one about which nothing else is recommended: no reason is asked for
		x.shows("Dana Okafor is Member of")
		x.types("aaaaaaa")
		x.shows(action.TooFast)
		x.shows("1 of 31 decided") // it is saved
		x.types("\x03")
		x.ends()
		got := decisions(t, filepath.Join(dir, "demo.db"))
		if len(got) != 1 {
			t.Fatalf("%d decisions, want 1", len(got))
		}
		if saw := got[0].Saw; len(saw.Digest) != 64 || saw.Size == 0 || saw.Root == "" {
			t.Errorf("the decision does not say what was seen: %+v", saw)
		}

		// The next one goes on with it, unless asked to begin anew.
		x = inTerminal(t, 140, 40, program, "demo", "--dir", dir)
		x.shows("1 of 31 decided")
		x.types("\x03")
		x.ends()
		x = inTerminal(t, 140, 40, program, "demo", "--dir", dir, "--again")
		x.shows("Waiting for you")
		x.types("\x03")
		x.ends()
		if got := decisions(t, filepath.Join(dir, "demo.db")); len(got) != 0 {
			t.Errorf("begun anew, it has %d decisions", len(got))
		}
	})

	// What the owner of a running campaign asks for waits among the approvals.
	t.Run("a checker approves a later due date", func(t *testing.T) {
		dir := t.TempDir()
		db := filepath.Join(dir, "demo.db")
		for _, args := range [][]string{{"demo", "--dir", dir, "--until", "launched"},
			{"--db", db, "--as", "ana.ferreira@acme.example", "campaign", "extend", "--due", "2099-01-10", "--reason", "holidays"}} {
			if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
				t.Fatalf("%q: %v\n%s", args, err, out)
			}
		}
		x := inTerminal(t, 140, 40, program, "--db", db, "--as", "jonas.weber@acme.example")
		x.shows("Waiting for you")
		x.types("3")
		x.shows("Requests to approve")
		x.shows("because: holidays")
		x.types("a")
		x.shows("Sign: approve?")
		x.types("\r") // from the note to the buttons
		x.shows("> Cancel")
		x.types("\x1b[C")
		x.shows("> approve")
		x.types("\r")
		x.shows("done: \"")
		x.types("\x03")
		x.ends()
	})

	// What one leaves is found again: the screen, and the switches.
	t.Run("it opens where it was left", func(t *testing.T) {
		dir := t.TempDir()
		x := inTerminal(t, 140, 40, program, "demo", "--dir", dir)
		x.shows("Waiting for you")
		x.types("5")
		x.shows("Dana Okafor")
		x.types(":filter name:dana\r")
		x.shows("filter: name:dana")
		x.types(":ascii on\r")
		x.shows("ASCII only")
		x.types("q")
		x.ends()
		db := filepath.Join(dir, "demo.db")
		x = inTerminal(t, 140, 40, program, "--db", db, "--read-only")
		x.shows("read only: how you leave the screens")
		x.types("\x03")
		x.ends()
		x = inTerminal(t, 140, 40, program, "--db", db, "--as", "helen.osei@acme.example")
		x.shows("filter: name:dana")
		x.shows("this is where you left; 1 shows Home")
		if s := x.screen(); strings.Contains(s, "│") {
			t.Errorf("it is not drawn in ASCII:\n%s", s)
		}
		x.types("\x03")
		x.ends()
	})

	t.Run("it follows the window's size and gives the terminal back", func(t *testing.T) {
		x := inTerminal(t, 200, 50, program, "demo", "--dir", t.TempDir())
		before, err := term.GetState(int(x.slave.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		x.shows("Waiting for you")
		for _, size := range [][2]int{{80, 24}, {60, 15}, {30, 8}, {120, 40}} {
			x.mu.Lock()
			x.em.Resize(size[0], size[1])
			x.mu.Unlock()
			if err := pty.Setsize(x.master, &pty.Winsize{Cols: uint16(size[0]), Rows: uint16(size[1])}); err != nil {
				t.Fatal(err)
			}
			if size[0] < 40 {
				x.shows("Countersign needs 40×10")
				continue
			}
			x.shows("all keys")
			x.shows("Waiting for you")
		}
		x.types("q")
		x.ends()
		after, err := term.GetState(int(x.slave.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		if err := x.slave.Close(); err != nil { // the last who holds it: what is written ends here
			t.Fatal(err)
		}
		<-x.all
		x.mu.Lock()
		defer x.mu.Unlock()
		for _, s := range []string{"\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"} {
			if !strings.Contains(x.raw.String(), s) {
				t.Errorf("it never wrote %q", s)
			}
		}
		if raw := x.raw.String(); strings.LastIndex(raw, "\x1b[?1049l") < strings.LastIndex(raw, "\x1b[?1049h") {
			t.Error("it left the terminal on the other screen")
		}
		if *after != *before {
			t.Error("it left the terminal in another mode")
		}
	})

	t.Run("what is known beforehand is told without taking the terminal", func(t *testing.T) {
		keys := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(keys, []byte("review.keep = ctrl+q\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			args []string
			says string
		}{
			{[]string{"--db", filepath.Join(t.TempDir(), "none.db")}, "none.db"},
			{[]string{"--theme", "mauve"}, "no theme"},
			{[]string{"--keys", keys}, "line 1: ctrl+q"},
		} {
			x := inTerminal(t, 80, 24, program, c.args...)
			x.shows(c.says)
			var exit *exec.ExitError
			if err := <-x.ended; !errors.As(err, &exit) {
				t.Errorf("%q: ended with %v", c.args, err)
			}
			x.mu.Lock()
			if strings.Contains(x.raw.String(), "\x1b[?1049h") {
				t.Errorf("%q: it took the terminal", c.args)
			}
			x.mu.Unlock()
		}
	})
}
