// Package importpage is how a file comes in from the console: a page on which one finds
// it, and a page on which one says what it is, sees its columns beside our fields and
// what importing it would do, and puts that forward. Nothing is decided here: a
// change set goes the way of every other one, usage is recorded.
package importpage

import (
	"context"
	"time"

	"countersign/domain"
	"countersign/tui/change"
)

// Kind is a kind of file, with the fields its rows have.
type Kind struct {
	Word   string // "people"
	Fields []Field
	Full   bool   // what its source gave and the file leaves out may end
	Of     string // what every row is for, where the file has no column for it: "group"
	Also   string // what else is asked for in its place, as a label: further files
}

// Field is one of ours.
type Field struct {
	Key, Help string
	Required  bool
}

// Folder is what stands in one.
type Folder struct {
	Path    string
	Parent  string // "" at the root
	Entries []Entry
	File    bool // Path is a file, and not a folder
}

// Entry is a file or a folder in a folder.
type Entry struct {
	Name, Path string
	Folder     bool
	Size       int64
	Changed    time.Time
	What       string // "CSV", "workbook"; "" for what is not read
	Off        string // why it cannot be opened, "" if it can
}

// File is what the beginning of a file shows.
type File struct {
	Path, Name string
	Size       int64
	Header     []string
	Rows       [][]string // the first ones, as read
	Format     string     // of a directory, in words; "" for a table of any columns
	Kinds      []string   // what it may be, the likeliest first
	Source     string     // what its source may be called
}

// Ask is what a file is to be read as.
type Ask struct {
	Path, Kind, Source string
	Of                 string // the group or the agent of every row, or what Kind.Also asks for
	Sheet              string // of a workbook
	Columns            map[string]string
	Own                bool // Columns were chosen here: those kept of the source are not taken
	Plain              bool // in columns of any kind, whatever directory it looks like
	Full, Skip         bool
}

// Preview is what importing a file would do.
type Preview struct {
	Fields   map[int]string    // our field in each column of the file, counted from 0
	Columns  map[string]string // those not found by their names: the column of each field
	Kept     string            // under what name these were kept; "" if they were not
	Outcomes []Outcome         // row by row
	Errors   []string          // the first of them
	Wrong    int               // how many rows they are
	Notes    []string          // columns not used, and the like
	Summary  string
	Refused  error // why it cannot be put forward as it is, nil if it can
	Gone     int   // how many end by not being named, where that must be confirmed
	Usage    bool  // it is recorded, and is no change set
	Set      domain.ChangeSet
}

// Outcome is what becomes of a row: "added", "line 2: Dana Okafor".
type Outcome struct{ Word, Text string }

// Reads is what the pages read. Errors are sentences for the person.
type Reads interface {
	change.Reads
	Kinds() []Kind
	// Folder lists one, "" being where the console was started; what cannot be
	// looked into is listed and says why.
	Folder(ctx context.Context, path string, hidden bool) (Folder, error)
	// File reads the beginning of a file.
	File(ctx context.Context, ask Ask) (File, error)
	// Plan reads a file and says what importing it would do; tell is told how
	// many bytes of how many are read.
	Plan(ctx context.Context, ask Ask, tell func(done, total int64)) (Preview, error)
}

// Acts is what they do.
type Acts interface {
	change.Acts
	// Keep keeps the columns of a file for the next one of its source.
	Keep(ctx context.Context, ask Ask) error
	// Record records usage, and says what was recorded.
	Record(ctx context.Context, saw domain.Sight, set domain.ChangeSet, reason string) (string, error)
}
