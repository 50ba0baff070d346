package domain

import (
	"bytes"
	"encoding/json"
)

// manyDeltas is from how many deltas an event's line is written by hand.
const manyDeltas = 64

// Canonical gives the event's one line, without a line feed. It is the same
// for equal events on any machine. An event of very many deltas is put together
// from their forms, which encoding/json would only read again: while it is
// written, everybody waits.
func (e Event) Canonical() ([]byte, error) {
	if len(e.Changes)+len(e.Proposed) < manyDeltas {
		return CanonicalJSON(e)
	}
	changes, applies, proposed := e.Changes, e.Applies, e.Proposed
	e.Changes, e.Applies, e.Proposed = nil, 0, nil // the last three of the line
	head, err := CanonicalJSON(e)
	if err != nil {
		return nil, err
	}
	size := len(head) + 64
	for _, list := range [2][]Delta{changes, proposed} {
		for i := range list {
			size += len(list[i].Kind) + len(list[i].ID) + len(list[i].Before) + len(list[i].After) + 48
		}
	}
	b := append(make([]byte, 0, size), head[:len(head)-1]...)
	if b, err = appendDeltas(b, `,"changes":[`, changes); err != nil {
		return nil, err
	}
	if applies != 0 {
		b = AppendInt(append(b, `,"applies":`...), applies)
	}
	if b, err = appendDeltas(b, `,"proposed":[`, proposed); err != nil {
		return nil, err
	}
	return append(b, '}'), nil
}

// appendDeltas appends a list that is not empty.
func appendDeltas(b []byte, name string, list []Delta) (_ []byte, err error) {
	if len(list) == 0 {
		return b, nil
	}
	b = append(b, name...)
	for i := range list {
		d := &list[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendText(append(b, `{"kind":`...), d.Kind)
		b = AppendText(append(b, `,"id":`...), d.ID)
		if b, err = appendSide(b, `,"before":`, d.Before, d.before); err != nil {
			return nil, err
		}
		if b, err = appendSide(b, `,"after":`, d.After, d.after); err != nil {
			return nil, err
		}
		b = append(b, '}')
	}
	return append(b, ']'), nil
}

// appendSide appends one side of a delta, where it has it: as it stands where it
// is known to be a canonical form, else as encoding/json would have it.
func appendSide(b []byte, name string, raw json.RawMessage, from made) ([]byte, error) {
	if len(raw) == 0 {
		return b, nil
	}
	b = append(b, name...)
	if from.of(raw) != nil {
		return append(b, raw...), nil
	}
	out := bytes.NewBuffer(b)
	err := json.Compact(out, raw)
	return out.Bytes(), err
}
