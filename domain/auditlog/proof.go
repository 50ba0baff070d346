package auditlog

import (
	"bytes"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxProofBytes is the greatest length of a proof's JSON form. Longer input is
// refused unread.
const MaxProofBytes = 16 << 10

// maxPath is more hashes than any proof in a log of MaxSize events has.
const maxPath = 128

// Inclusion is the proof that one event is in a log: the audit path of RFC
// 6962 section 2.1.1. Anyone who holds a checkpoint of that size and the
// event's line can check it, without the log.
type Inclusion struct {
	Log   string // the log's id
	Size  int64  // size of the checkpoint it is checked against
	Event int64  // the event's number
	Path  []Hash // from the leaf's sibling up
}

// Consistency is the proof that a log at one size continues what it was at an
// earlier one: RFC 6962 section 2.1.2.
type Consistency struct {
	Log  string // the log's id
	From int64  // the earlier size
	To   int64  // the later size
	Path []Hash
}

// ProveInclusion makes the proof that event n is in the log of size events.
//
// It returns [OutOfRange] for an event the log does not have, [Malformed] for
// an impossible log id, and r's own error.
func ProveInclusion(log string, size, n int64, r HashReader) (Inclusion, error) {
	p := Inclusion{Log: log, Size: size, Event: n}
	if err := p.validate(); err != nil {
		return Inclusion{}, err
	}
	path, err := tlog.ProveRecord(size, n, r)
	if err != nil {
		return Inclusion{}, fmt.Errorf("reading stored hashes to prove event %d: %w", n, err)
	}
	p.Path = path
	return p, nil
}

// Check reports whether the proof shows that the event with this canonical
// line is in the log that the checkpoint vouches for.
//
// It returns [ProofFailed] where it does not, or where the checkpoint is of
// another log or size, and [OutOfRange] or [Malformed] for a proof that cannot
// be one.
func (p Inclusion) Check(cp Checkpoint, line []byte) error {
	if err := p.validate(); err != nil {
		return err
	}
	if p.Log != cp.Origin || p.Size != cp.Size {
		return refuse(ProofFailed, "Use the checkpoint of that size.", "The proof is for log %s at size %d, the checkpoint of log %s at size %d.", p.Log, p.Size, cp.Origin, cp.Size)
	}
	if tlog.CheckRecord(p.Path, p.Size, cp.Root, p.Event, RecordHash(line)) != nil {
		return refuse(ProofFailed, "The line, the proof or the checkpoint was changed.", "The proof does not show that this line is event %d of log %s.", p.Event, p.Log)
	}
	return nil
}

func (p Inclusion) validate() error {
	if err := checkOrigin(p.Log); err != nil {
		return err
	}
	if err := checkSize(p.Size); err != nil {
		return err
	}
	if p.Event < 0 || p.Event >= p.Size {
		return refuse(OutOfRange, "", "A log of %s has no event %d.", events(p.Size), p.Event)
	}
	return checkPath(p.Path)
}

// ProveConsistency makes the proof that the log at size to continues the log
// at size from. Every log continues the empty one, and that proof is empty.
//
// It returns [OutOfRange] unless 0 <= from <= to, [Malformed] for an impossible
// log id, and r's own error.
func ProveConsistency(log string, from, to int64, r HashReader) (Consistency, error) {
	p := Consistency{Log: log, From: from, To: to}
	if err := p.validate(); err != nil {
		return Consistency{}, err
	}
	if from == 0 || from == to {
		return p, nil
	}
	path, err := tlog.ProveTree(to, from, r)
	if err != nil {
		return Consistency{}, fmt.Errorf("reading stored hashes to prove size %d from size %d: %w", to, from, err)
	}
	p.Path = path
	return p, nil
}

// Check reports whether the proof shows that the newer checkpoint's log
// continues the older one's.
//
// It returns [ProofFailed] where it does not, or where the checkpoints are of
// other logs or sizes, and [OutOfRange] or [Malformed] for a proof that cannot
// be one.
func (p Consistency) Check(older, newer Checkpoint) error {
	if err := p.validate(); err != nil {
		return err
	}
	if p.Log != older.Origin || p.Log != newer.Origin || p.From != older.Size || p.To != newer.Size {
		return refuse(ProofFailed, "Use the checkpoints of those sizes.", "The proof is for log %s from size %d to %d; the checkpoints are of log %s at %d and log %s at %d.",
			p.Log, p.From, p.To, older.Origin, older.Size, newer.Origin, newer.Size)
	}
	holds := false
	if p.From == 0 {
		holds = len(p.Path) == 0 && older.Root == EmptyRoot() && (p.To > 0 || newer.Root == EmptyRoot())
	} else {
		holds = tlog.CheckTree(p.Path, p.To, newer.Root, p.From, older.Root) == nil
	}
	if !holds {
		return refuse(ProofFailed, "History was rewritten between them, or a proof or a checkpoint was changed.",
			"The proof does not show that log %s at size %d continues what it was at size %d.", p.Log, p.To, p.From)
	}
	return nil
}

func (p Consistency) validate() error {
	if err := checkOrigin(p.Log); err != nil {
		return err
	}
	if err := checkSize(p.To); err != nil {
		return err
	}
	if p.From < 0 || p.From > p.To {
		return refuse(OutOfRange, "", "A log of %s was never of size %d.", events(p.To), p.From)
	}
	return checkPath(p.Path)
}

func checkPath(path []Hash) error {
	if len(path) > maxPath {
		return refuse(Malformed, "", "The proof has %d hashes; no log needs more than %d.", len(path), maxPath)
	}
	return nil
}

const (
	inclusionForm   = "countersign-inclusion-1"
	consistencyForm = "countersign-consistency-1"
)

type inclusionJSON struct {
	Form  string `json:"proof"`
	Log   string `json:"log"`
	Size  int64  `json:"size"`
	Event int64  `json:"event"`
	Path  []Hash `json:"path"`
}

type consistencyJSON struct {
	Form string `json:"proof"`
	Log  string `json:"log"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
	Path []Hash `json:"path"`
}

// JSON returns the proof as one line of JSON with a fixed order of fields. It
// returns [OutOfRange] or [Malformed] for a proof that cannot be one.
func (p Inclusion) JSON() ([]byte, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	return oneLine(inclusionJSON{inclusionForm, p.Log, p.Size, p.Event, filled(p.Path)})
}

// ParseInclusion reads the JSON form of a proof. White space between its parts
// does not matter; anything else that [Inclusion.JSON] would write otherwise
// (another field, another order, a field twice) is refused as [Malformed].
func ParseInclusion(data []byte) (Inclusion, error) {
	var j inclusionJSON
	if err := parseProof(data, &j); err != nil {
		return Inclusion{}, err
	}
	if j.Path == nil {
		return Inclusion{}, refuse(Malformed, "", "The proof's path is null; an empty one is written [].")
	}
	if j.Form != inclusionForm {
		return Inclusion{}, refuse(Malformed, "", "This is not an inclusion proof: its form is %q, not %q.", short(j.Form), inclusionForm)
	}
	p := Inclusion{Log: j.Log, Size: j.Size, Event: j.Event, Path: j.Path}
	if err := p.validate(); err != nil {
		return Inclusion{}, err
	}
	return p, nil
}

// JSON returns the proof as one line of JSON with a fixed order of fields. It
// returns [OutOfRange] or [Malformed] for a proof that cannot be one.
func (p Consistency) JSON() ([]byte, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	return oneLine(consistencyJSON{consistencyForm, p.Log, p.From, p.To, filled(p.Path)})
}

// ParseConsistency reads the JSON form of a proof, as strictly as
// [ParseInclusion].
func ParseConsistency(data []byte) (Consistency, error) {
	var j consistencyJSON
	if err := parseProof(data, &j); err != nil {
		return Consistency{}, err
	}
	if j.Path == nil {
		return Consistency{}, refuse(Malformed, "", "The proof's path is null; an empty one is written [].")
	}
	if j.Form != consistencyForm {
		return Consistency{}, refuse(Malformed, "", "This is not a consistency proof: its form is %q, not %q.", short(j.Form), consistencyForm)
	}
	p := Consistency{Log: j.Log, From: j.From, To: j.To, Path: j.Path}
	if err := p.validate(); err != nil {
		return Consistency{}, err
	}
	return p, nil
}

// parseProof decodes data into one of the JSON structs and holds it to the
// canonical form: what is written back must be what was read, bar white space.
func parseProof(data []byte, into any) error {
	const hint = "Take the proof again from the export; it must be unchanged."
	if len(data) > MaxProofBytes {
		return refuse(Malformed, hint, "The proof is %d bytes long; at most %d are allowed.", len(data), MaxProofBytes)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return refuse(Malformed, hint, "The proof is not JSON: %v.", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return refuse(Malformed, hint, "The proof's JSON does not have the fields of a proof: %v.", err)
	}
	again, err := oneLine(into)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, compact.Bytes()) {
		return refuse(Malformed, hint, "The proof's JSON is not in the form this program writes.")
	}
	return nil
}

func oneLine(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing a proof as JSON: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// filled makes an empty path print as [] and not as null.
func filled(path []Hash) []Hash {
	if path == nil {
		return []Hash{}
	}
	return path
}
