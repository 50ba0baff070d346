package main

import (
	"strings"

	"countersign/domain"
	"countersign/tui/safe"
)

// Exit codes of the program, by the kind of what went wrong.
const (
	exitOK        = 0
	exitInternal  = 1 // a fault of the program or the machine
	exitInvalid   = 2 // the input or the usage says something that cannot be
	exitNotFound  = 3 // it names something that is not there
	exitConflict  = 4 // the state has moved on, or does not allow it now
	exitForbidden = 5 // this person may not do this
)

var exitCodes = map[domain.Code]int{domain.Internal: exitInternal, domain.Invalid: exitInvalid,
	domain.NotFound: exitNotFound, domain.Conflict: exitConflict, domain.Forbidden: exitForbidden}

const exitHelp = `Exit codes: 0 done; 1 a fault of the program or the machine; 2 the input or the usage is
wrong; 3 something named is not there; 4 the state has moved on or does not allow it; 5 this
person may not do this.`

// fail prints an error the way every command does and gives its exit code.
func (e *env) fail(err error) int {
	code := exitCodes[domain.CodeOf(err)]
	for i, line := range strings.Split(err.Error(), "\n") {
		lead := "countersign: "
		if i > 0 {
			lead = "  "
		}
		if say(e.err, code, lead+safe.Text(line)) != code {
			return exitInternal
		}
	}
	return code
}
