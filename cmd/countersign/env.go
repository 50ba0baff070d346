package main

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// env is everything a command touches besides its arguments and the database:
// handed down, so that several can live in one process and a test can make
// its own. Commands are its methods.
type env struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	clock    func() time.Time
	uid      int
	terminal terminal
	console  func(context.Context, *env) error // what runs where no command is named; console.go

	flags struct {
		db       string
		as       string
		now      string
		seed     int64
		readOnly bool
		ascii    bool
		noMouse  bool
		still    bool
		plain    bool
		theme    string
		keys     string
		json     bool
	}
}

// terminal says which of the streams a person sits at.
type terminal struct {
	in, out bool
}

// interactive tells whether a question could be answered.
func (t terminal) interactive() bool { return t.in && t.out }

// processEnv is the env of this process.
func processEnv(in io.Reader, out, err io.Writer) *env {
	return &env{in: in, out: out, err: err, getenv: os.Getenv, clock: time.Now, uid: os.Getuid(),
		terminal: terminal{in: isTerminal(in), out: isTerminal(out)}, console: openConsole}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && f != nil && term.IsTerminal(int(f.Fd()))
}
