package workbook

import "fmt"

// Error is a fault of the file after which nothing of it can be trusted.
type Error struct {
	Message string
	Hint    string // what to do about it; may be empty
	Err     error  // the cause, when reading the file itself failed
}

// Error says what is wrong and what to do.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Unwrap gives the cause, when reading the file itself failed.
func (e *Error) Unwrap() error { return e.Err }

func fault(format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

func (e *Error) hinted(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

const (
	saveAgain = "open it in the spreadsheet program and save it again as .xlsx"
	saveCSV   = "save the sheet as CSV UTF-8 and import that"
)
