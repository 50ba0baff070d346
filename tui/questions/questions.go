// Package questions is the console's pages for questions about the organisation: who
// has something and how, why somebody has something or has it not, what differs
// between two moments, and what it all was at a moment of the past.
package questions

import (
	"context"

	"countersign/domain"
	"countersign/tui/change"
)

// Asked is what a question is about, as words name it.
type Asked struct {
	change.Asked
	Level domain.Level // the least that counts
	Title string       // in words
}

// Instant is a moment that can be looked at.
type Instant struct {
	Word  string // as it is typed: "2026-03-31", "now", "49"
	Label string
	Note  string
}

// Difference is one thing that differs between two moments.
type Difference struct {
	Key      string
	Change   string // began, changed, ended; gained, lost
	What     string // person, group, grant; access
	Text     string // which, or who and on what
	From, To string
	Fields   []string // what of it differs, in words
	Entity   domain.ID
	Kind     domain.Kind // of the record, or of a principal whose access it is
	Asked    change.Asked
}

// Between is what differs between two moments.
type Between struct {
	From, To string // in words
	After    domain.Seq
	Until    domain.Seq
	Things   []Difference
}

// Reads is what the pages read; errors are sentences for the person.
type Reads interface {
	change.Reads
	// Why reads PERSON TARGET or PERSON AGENT AREA, and Who TARGET or AGENT AREA, with
	// a level behind it where one is meant.
	Why(ctx context.Context, words string) (Asked, error)
	Who(ctx context.Context, words string) (Asked, error)
	// Diff reads FROM TO and perhaps one PERSON or TARGET, and compares.
	Diff(ctx context.Context, words string) (Between, error)
	// AsOf has the organisation's pages show a moment from now on, "now" the present,
	// and says which it is.
	AsOf(ctx context.Context, moment string) (string, error)
	// Instants are moments worth looking at.
	Instants(ctx context.Context) ([]Instant, error)
}

// Acts are what the pages do.
type Acts interface{ change.Acts }
