package domain

import (
	"errors"
	"fmt"
)

// Code is the kind of an Error. Exit codes and colours follow it.
type Code uint8

// The codes, from "your input" to "our fault".
const (
	Internal  Code = iota // a fault of ours; the zero value, so nothing forgotten passes for the person's fault
	Invalid               // the input says something that cannot be
	NotFound              // it names something that is not there
	Conflict              // it was right once; the state has moved on
	Forbidden             // this actor may not do this
)

var codeWords = []string{"internal", "invalid", "not found", "conflict", "forbidden"}

// String gives the code's word.
func (c Code) String() string { return wordOf(codeWords, c) }

// Error is every refusal a person meets: a sentence about their thing, then
// what to do about it.
type Error struct {
	Code    Code
	Message string // a whole sentence, no trailing full stop needed by callers
	Hint    string // what to do; may be empty
	Rule    string // a stable name of the rule that refused, for tests and the log; may be empty
}

// Error gives the message and the hint in one line.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ": " + e.Hint
}

// Errorf makes an Error without a hint.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Hinted returns a copy of e that says what to do.
func (e *Error) Hinted(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// ByRule returns a copy of e that names the rule that refused.
func (e *Error) ByRule(rule string) *Error {
	c := *e
	c.Rule = rule
	return &c
}

// CodeOf gives the code of err: Internal for every error that is not an
// *Error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
