package auditlog

import "fmt"

// Relation is how a log stands to a checkpoint held outside it.
type Relation uint8

// The relations. The zero Relation is none of them, so that a forgotten
// comparison never reads as a good one.
const (
	// Consistent: the log begins with exactly the events of the checkpoint.
	Consistent Relation = iota + 1
	// Shorter: the log has fewer events than the checkpoint; its tail was cut.
	Shorter
	// Forked: the log is long enough, but its first events are others.
	Forked
	// OtherLog: the checkpoint is of a log with another id.
	OtherLog
)

// String returns the relation's word: consistent, shorter, forked, other-log,
// or unknown for a value that is none of them.
func (r Relation) String() string {
	switch r {
	case Consistent:
		return "consistent"
	case Shorter:
		return "shorter"
	case Forked:
		return "forked"
	case OtherLog:
		return "other-log"
	}
	return "unknown"
}

// Comparison is the verdict on a log held against a checkpoint.
type Comparison struct {
	Relation Relation
	Message  string // the verdict as a sentence for a person
	Size     int64  // events in the log compared
	Held     int64  // events in the checkpoint
}

// OK reports whether the log is consistent with the checkpoint.
func (c Comparison) OK() bool { return c.Relation == Consistent }

// Compare holds a log, known by its id (origin), its size and its stored
// hashes, against a checkpoint. It relies on the stored hashes: where the
// events themselves are at hand, rebuild them with a [Builder], take its Root
// when its Size is the checkpoint's, and use [CompareRoot].
//
// It returns [OutOfRange] for a size that no log can have, [Malformed] for a
// checkpoint no log can have, and r's own error.
func Compare(cp Checkpoint, origin string, size int64, r HashReader) (Comparison, error) {
	if err := checkSize(size); err != nil {
		return Comparison{}, err
	}
	if err := cp.Validate(); err != nil {
		return Comparison{}, err
	}
	var then Hash
	if cp.Origin == origin && cp.Size <= size {
		var err error
		if then, err = Root(cp.Size, r); err != nil {
			return Comparison{}, err
		}
	}
	return CompareRoot(cp, origin, size, then), nil
}

// CompareRoot is [Compare] for a caller who has computed the log's root at the
// checkpoint's size. Where the log is shorter than the checkpoint there is no
// such root, and then is not looked at.
func CompareRoot(cp Checkpoint, origin string, size int64, then Hash) Comparison {
	c := Comparison{Size: size, Held: cp.Size}
	switch {
	case cp.Origin != origin:
		c.Relation = OtherLog
		c.Message = fmt.Sprintf("The checkpoint is of log %s, this is log %s: they cannot be compared.", cp.Origin, origin)
	case size < cp.Size:
		c.Relation = Shorter
		c.Message = fmt.Sprintf("The log has %s, the checkpoint %d: its tail was cut, by at least %s.",
			events(size), cp.Size, events(cp.Size-size))
	case then != cp.Root:
		c.Relation = Forked
		c.Message = fmt.Sprintf("The log does not begin with the %s of the checkpoint: history was rewritten at or before event %d.",
			events(cp.Size), cp.Size-1)
	case size == cp.Size:
		c.Relation = Consistent
		c.Message = fmt.Sprintf("The log is exactly the one of the checkpoint: %s.", events(size))
	default:
		c.Relation = Consistent
		c.Message = fmt.Sprintf("The log continues the checkpoint: it begins with its %s unchanged and has %s more.",
			events(cp.Size), events(size-cp.Size))
	}
	return c
}

func events(n int64) string {
	if n == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", n)
}
