// Package review says who checked it: campaigns, items, decisions, sign-offs,
// countersignatures, remediation and verification, and the use cases by which
// people act on all of them and on change sets.
//
// It is pure but for the port (port.go), through which it reads and writes.
// Every use case takes the actor first, judges inside the transaction that
// acts, and records what it did, or refused, as an event.
//
// A campaign's legal moves stand once, in the table of moves.go:
//
//	draft → staged → active ⇄ decided → signed off → remediating ⇄ verifying → closed
//
// and cancelled from any state before closed. Read service.go (how every act
// is checked and recorded), changes.go (change sets), population.go and
// describer.go (what a campaign reviews), decide.go and packet.go (answers and
// signatures), remediate.go and verify.go (making decisions true), words.go
// (the sentences of all surfaces).
package review
