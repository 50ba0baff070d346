package domain

import (
	"bytes"
	"encoding/json"
	"time"
	"unicode/utf8"
)

// EventFormat is the version of the canonical form of events.
const EventFormat = 1

// Event is an entry of the audit log. Its canonical form, one line of JSON in
// the order of these fields, is what the log hashes; it carries the whole
// change, so that the state can be folded from events alone. People appear in
// it by id.
type Event struct {
	Format    int             `json:"v"`
	Log       ID              `json:"log"`
	Seq       Seq             `json:"seq"`
	Time      time.Time       `json:"time"`                 // UTC, milliseconds
	ClockBack bool            `json:"clock_back,omitempty"` // the clock stood before the last event's
	Type      EventType       `json:"type"`
	Subject   string          `json:"subject"` // what it is about: a change set's, a campaign's, an item's id
	Actor     ID              `json:"actor"`   // empty for the program's own events
	Via       string          `json:"via,omitempty"`
	Assurance Assurance       `json:"assurance"`
	Duty      string          `json:"duty,omitempty"` // in which duty: reviewer, checker, maker …
	Saw       Sight           `json:"saw,omitzero"`
	Decision  string          `json:"decision,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`    // the event's own figures: digests, counts
	Changes   []Delta         `json:"changes,omitempty"` // rows of state this event begins and ends
	Applies   Seq             `json:"applies,omitempty"` // the event whose Proposed changes this one makes state
	Proposed  []Delta         `json:"proposed,omitempty"`
}

// EventType names what happened: "changeset.applied".
type EventType string

// The types of event about the organisation and its change sets. Package
// review adds those of campaigns.
const (
	EvGenesis   EventType = "log.opened"
	EvBootstrap EventType = "org.initialised"
	EvProposed  EventType = "changeset.proposed"
	EvApproved  EventType = "changeset.approved"
	EvRejected  EventType = "changeset.rejected"
	EvWithdrawn EventType = "changeset.withdrawn"
	EvApplied   EventType = "changeset.applied"
	EvStale     EventType = "changeset.stale"
	EvRefused   EventType = "refused"
	EvMapping   EventType = "mapping.saved"
	EvExported  EventType = "report.exported"
)

// Delta is one row of state that an event begins, ends or replaces. Before is
// absent where the row begins, After where it ends.
type Delta struct {
	Kind   Kind            `json:"kind"`
	ID     ID              `json:"id"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`

	before, after made
}

// made is what one side of a delta was encoded from.
type made struct {
	rec Record
	raw json.RawMessage
}

// of gives the record where raw is what it was encoded to, nil elsewhere.
func (m made) of(raw json.RawMessage) Record {
	if m.rec == nil || len(m.raw) != len(raw) || &m.raw[0] != &raw[0] {
		return nil
	}
	return m.rec
}

// Made gives the records that the sides were encoded from by DeltaOf, where
// reading them back is known to give the same again; nil elsewhere. It spares
// a large change set from being read back whole.
func (d Delta) Made() (before, after Record) { return d.before.of(d.Before), d.after.of(d.After) }

// readsBack tells whether a record's canonical form is known to be read back
// as the same record, which has the same form.
func readsBack(r Record) bool {
	g, ok := r.(Grant)
	if !ok || g.Level > g.Ladder().Top() || len(g.Ladder()) == 0 || int(g.Holder.Kind) >= len(holderWords) {
		return false
	}
	for _, s := range [...]string{string(g.ID), string(g.Holder.ID), string(g.Target.ID), string(g.Agent), string(g.Window.From),
		string(g.Window.To), g.Window.Zone, g.Origin.Source, g.Origin.File} {
		if !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

// CanonicalJSON encodes v in one line without escaping <, > and &, in the
// order of its fields.
func CanonicalJSON(v any) ([]byte, error) {
	if _, own := v.(appender); own {
		return AppendCanonical(make([]byte, 0, 256), v)
	}
	return AppendCanonical(nil, v)
}

// encoded is CanonicalJSON by encoding/json, which says what the form is.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// DeltaOf encodes the change of one row. At least one side must be there.
func DeltaOf(before, after Record) (Delta, error) {
	r := after
	if r == nil {
		r = before
	}
	if r == nil {
		return Delta{}, Errorf(Internal, "a change of nothing was recorded")
	}
	d := Delta{Kind: r.RecordKind(), ID: r.RecordID()}
	var err error
	if before != nil {
		if d.Before, err = CanonicalJSON(before); err != nil {
			return Delta{}, err
		}
		if readsBack(before) {
			d.before = made{before, d.Before}
		}
	}
	if after != nil {
		if d.After, err = CanonicalJSON(after); err != nil {
			return Delta{}, err
		}
		if readsBack(after) {
			d.after = made{after, d.After}
		}
	}
	return d, nil
}

// DecodeRecord reads a row of one of this package's kinds from its canonical
// JSON. A kind it does not have is an Internal error.
func DecodeRecord(k Kind, raw json.RawMessage) (Record, error) {
	switch k {
	case KindPrincipal:
		return decode[Principal](raw)
	case KindGroup:
		return decode[Group](raw)
	case KindAgent:
		return decode[Agent](raw)
	case KindSource:
		return decode[Source](raw)
	case KindAgentSource:
		return decode[AgentSource](raw)
	case KindRole:
		return decode[Role](raw)
	case KindArea:
		return decode[Area](raw)
	case KindGrant:
		return decode[Grant](raw)
	case KindSetting:
		return decode[Setting](raw)
	case KindBinding:
		return decode[Binding](raw)
	case KindObject:
		return decode[Object](raw)
	case KindField:
		return decode[Field](raw)
	case KindExternal:
		return decode[ExternalGroup](raw)
	case KindSoD:
		return decode[SoDRule](raw)
	case KindUsage:
		return decode[Usage](raw)
	}
	return nil, Errorf(Internal, "the log names a kind of record %q that is not known here", k)
}

func decode[R Record](raw json.RawMessage) (Record, error) {
	var r R
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, err
	}
	return r, nil
}
