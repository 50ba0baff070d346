package tuitest

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Gate stands before everything that a console under test reads and writes. It
// knows whether a command is being run, and so finds what is read in Update or View;
// it makes the store slow, by the clock set by hand, or has it fail. Hand it to
// Driver.Gate and have each read call Pass first. It is for one goroutine.
type Gate struct {
	// Answer is how long after it was asked an answer comes.
	Answer time.Duration
	// Err is what every read fails with.
	Err error
	// Passed counts the reads; Outside names those made in no command.
	Passed  int
	Outside []string

	running bool
	touched bool
}

// Pass lets what be read, or gives the error it fails with.
func (g *Gate) Pass(what string) error {
	g.Passed++
	g.touched = true
	if !g.running {
		g.Outside = append(g.Outside, what+callers())
	}
	return g.Err
}

// callers says by way of which of our functions a read was made, the innermost first.
func callers() string {
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	var b strings.Builder
	for n := 0; n < 8; n++ {
		f, more := frames.Next()
		fmt.Fprintf(&b, "\n\t%s:%d", f.Function, f.Line)
		if !more {
			break
		}
	}
	return b.String()
}

// Gate has the driver tell g when it runs commands, and hold back the answers of
// those that read something.
func (d *Driver) Gate(g *Gate) { d.gate = g }

// call runs one command; late says how long its message is to be held back.
func (d *Driver) call(c tea.Cmd) (msg tea.Msg, late time.Duration) {
	g := d.gate
	if g == nil {
		return c(), 0
	}
	g.running, g.touched = true, false
	msg = c()
	g.running = false
	if g.touched {
		late = g.Answer
	}
	return msg, late
}
