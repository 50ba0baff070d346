package auditlog

import (
	"errors"
	"fmt"
)

// A Code says which kind of refusal an [Error] is.
type Code string

// The codes of this package.
const (
	// Malformed: the text of a checkpoint, proof or key is not in its form.
	Malformed Code = "malformed"
	// OutOfRange: an event number or a size that the log cannot have.
	OutOfRange Code = "out-of-range"
	// Mismatch: a stored hash is not the one its events give.
	Mismatch Code = "mismatch"
	// ProofFailed: a proof does not prove what it is offered for.
	ProofFailed Code = "proof-failed"
	// Unsigned: a signature was required and there is none.
	Unsigned Code = "unsigned"
	// UnknownKey: signed, but by none of the keys that were given.
	UnknownKey Code = "unknown-key"
	// BadSignature: a signature that claims a given key does not verify.
	BadSignature Code = "bad-signature"
)

// Error is a refusal: one sentence about the thing refused, and what to do.
// Failures of a [HashReader] are not Errors; they come back wrapped, so that
// errors.Is still finds their cause.
type Error struct {
	Code    Code
	Message string // a sentence: what is wrong with which thing
	Hint    string // a sentence: what to do; may be empty
}

// Error returns the message and the hint, each a sentence.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " " + e.Hint
}

// CodeOf returns the code of the first [Error] in err's chain, or "" where
// there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func refuse(code Code, hint, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Hint: hint}
}
