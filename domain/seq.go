package domain

import (
	"iter"
	"time"
)

// Seq is an event number: the leaf index of the event in the audit log.
// Event 0 is the genesis event, which opens the log and changes nothing, so
// the zero Seq means "before anything was true".
type Seq int64

// ID names one record. It reads usr_…, key_…, aia_… (principals), grp_…,
// agt_…, src_…, rol_…, gnt_…, chg_…, cmp_…; an area's id is its path in the
// catalogue ("voice/numbers"), an agent source's is agent/source.
type ID string

// Prefixes of made ids.
const (
	PrefixUser      = "usr"
	PrefixAPIKey    = "key"
	PrefixAIAgent   = "aia"
	PrefixGroup     = "grp"
	PrefixAgent     = "agt"
	PrefixSource    = "src"
	PrefixRole      = "rol"
	PrefixGrant     = "gnt"
	PrefixChangeSet = "chg"
	PrefixCampaign  = "cmp"
)

// Date is a calendar day, YYYY-MM-DD, in no zone; empty means none.
type Date string

// ParseDate reads YYYY-MM-DD; anything else is an Invalid error.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Format(time.DateOnly) != s {
		return "", Errorf(Invalid, "%q is not a date", s).Hinted("write it as YYYY-MM-DD, for example 2026-03-31")
	}
	return Date(s), nil
}

// Row is a record as the store holds it: with the event that began it.
type Row struct {
	Record Record
	Since  Seq
}

// Rows yields records with their first events; an error ends it.
type Rows = iter.Seq2[Row, error]
