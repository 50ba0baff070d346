// Package domain says who may do what with an organisation's AI agents.
//
// It is pure: values in, values out. It opens no store, reads no clock and
// draws nothing; instants and identifiers are handed in.
//
// Read it in this order: record.go (what is stored), grant.go (the one shape
// of everything that gives access), org.go (the organisation as a value at
// one event), access.go (what results, and why), change.go (the one way in),
// policy.go (which change needs whose approval) and event.go (the entry of
// the audit log that carries a change).
package domain
