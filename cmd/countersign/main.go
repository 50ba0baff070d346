// Command countersign reviews who may do what with an organisation's AI
// agents, with a second signature.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes of the program, by the kind of what went wrong.
const (
	exitOK    = 0
	exitFail  = 1
	exitUsage = 2
)

// run is the whole program with its surroundings handed in, so that a test or
// a script can drive it. It returns the exit code.
func run(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	if why := unusable(); why != "" {
		return say(stderr, exitFail, why)
	}
	if len(args) == 1 && args[0] == "version" {
		return say(stdout, exitOK, version())
	}
	return say(stderr, exitUsage, fmt.Sprintf("countersign: %q is no command. There is: version",
		strings.Join(args, " ")))
}

// say prints one line and returns code, or exitFail where the line could not
// be written.
func say(w io.Writer, code int, line string) int {
	if _, err := fmt.Fprintln(w, line); err != nil {
		return exitFail
	}
	return code
}
