package auditlog

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxCheckpointBytes is the greatest length of a checkpoint's text, signatures
// included. Longer input is refused unread.
const MaxCheckpointBytes = 16 << 10

// MaxOriginBytes is the greatest length of a log's id.
const MaxOriginBytes = 200

// Checkpoint says what a log was at one size. Held outside the database it is
// what finds a rewritten history and a cut tail.
//
// Checkpoints are comparable with ==, provided that Time is as [NewCheckpoint]
// and [Parse] make it.
type Checkpoint struct {
	Origin string // the log's id, as in its genesis event
	Size   int64  // events in the log
	Root   Hash   // root over those events
	// Time is when the checkpoint was made, in UTC, by the clock of whoever
	// made it: information, not proof. The zero Time is none.
	Time time.Time
}

// NewCheckpoint returns the checkpoint of a log at a size, made at an instant
// (the zero time.Time for none), which it turns to UTC.
//
// It returns [OutOfRange] and [Malformed] as [Checkpoint.Validate] does.
func NewCheckpoint(origin string, size int64, root Hash, at time.Time) (Checkpoint, error) {
	cp := Checkpoint{Origin: origin, Size: size, Root: root}
	if !at.IsZero() {
		cp.Time = at.Round(0).UTC() // Round(0) drops the monotonic reading
	}
	if err := cp.Validate(); err != nil {
		return Checkpoint{}, err
	}
	return cp, nil
}

// Validate reports whether some log could have this checkpoint. It returns
// [OutOfRange] for an impossible size, and [Malformed] for an id that cannot
// stand on a line of its own, an empty log with a root other than [EmptyRoot],
// or a time outside the years 0 to 9999.
func (c Checkpoint) Validate() error {
	if err := checkOrigin(c.Origin); err != nil {
		return err
	}
	if err := checkSize(c.Size); err != nil {
		return err
	}
	if c.Size == 0 && c.Root != EmptyRoot() {
		return refuse(Malformed, "", "The checkpoint is of a log without events but has the root %s, which is not that of the empty log.", c.Root)
	}
	if y := c.Time.UTC().Year(); y < 0 || y > 9999 {
		return refuse(Malformed, "", "The checkpoint's time is in the year %d; a year has four digits.", y)
	}
	return nil
}

// checkOrigin holds a log's id to what may be a line of a checkpoint and the
// name of a key: graphic characters without space or plus sign.
func checkOrigin(origin string) error {
	switch {
	case origin == "":
		return refuse(Malformed, "", "The log's id is empty.")
	case len(origin) > MaxOriginBytes:
		return refuse(Malformed, "", "The log's id is %d bytes long; at most %d are allowed.", len(origin), MaxOriginBytes)
	case !utf8.ValidString(origin):
		return refuse(Malformed, "", "The log's id %q is not UTF-8.", origin)
	}
	for _, r := range origin {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '+' {
			return refuse(Malformed, "", "The log's id %q has the character %q; spaces, plus signs and invisible characters are not allowed.", origin, r)
		}
	}
	return nil
}

const timeWord = "time "

// Text returns the checkpoint's body, the text that is signed. It is the note
// text of C2SP tlog-checkpoint: a line each for the log's id, the size in
// decimal, and the root in base64; then, where there is a time, the extension
// line "time " with RFC 3339 in UTC. Each line ends in a newline.
//
// It returns [OutOfRange] and [Malformed] as [Checkpoint.Validate] does.
func (c Checkpoint) Text() (string, error) {
	if err := c.Validate(); err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
	if !c.Time.IsZero() {
		text += timeWord + c.Time.UTC().Format(time.RFC3339Nano) + "\n"
	}
	return text, nil
}

// parseBody reads a checkpoint's body. It accepts exactly what Text writes.
func parseBody(text string) (Checkpoint, error) {
	if !strings.HasSuffix(text, "\n") {
		return Checkpoint{}, refuse(Malformed, hintWhole, "The checkpoint's last line does not end in a newline.")
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return Checkpoint{}, refuse(Malformed, hintWhole, "The checkpoint has %d of the 3 lines it needs: the log's id, its size, its root.", len(lines))
	}
	var c Checkpoint
	var err error
	c.Origin = lines[0]
	if err = checkOrigin(c.Origin); err != nil {
		return Checkpoint{}, err
	}
	if c.Size, err = parseSize(lines[1]); err != nil {
		return Checkpoint{}, err
	}
	if c.Root, err = ParseHash(lines[2]); err != nil {
		return Checkpoint{}, refuse(Malformed, hintWhole, "The checkpoint's line 3, the root, is not the standard base64 of 32 bytes.")
	}
	for i, line := range lines[3:] {
		stamp, isTime := strings.CutPrefix(line, timeWord)
		if !isTime || !c.Time.IsZero() {
			return Checkpoint{}, refuse(Malformed, "If it comes from a newer version of this program, use that version.",
				"The checkpoint's line %d, %q, is not one this version knows.", i+4, short(line))
		}
		if c.Time, err = parseTime(stamp); err != nil {
			return Checkpoint{}, err
		}
	}
	return c, c.Validate()
}

const hintWhole = "Take the checkpoint file again from where it was kept; it must be unchanged to the byte."

func parseSize(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > MaxSize || strconv.FormatInt(n, 10) != s {
		return 0, refuse(Malformed, hintWhole, "The checkpoint's line 2, %q, is not a size: a whole number from 0 to %d without leading zeros.", short(s), MaxSize)
	}
	return n, nil
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err == nil {
		t = t.UTC()
	}
	if err != nil || t.IsZero() || t.Format(time.RFC3339Nano) != s {
		return time.Time{}, refuse(Malformed, hintWhole, "The checkpoint's time, %q, is not RFC 3339 in UTC, as in 2026-07-01T08:30:00Z.", short(s))
	}
	return t, nil
}

// short cuts a piece of refused input to what fits in a sentence.
func short(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
