// Package review says who checked it: campaigns, items, decisions, sign-offs,
// countersignatures, remediation and verification, and the use cases by which
// people act on all of them and on change sets.
//
// It is pure but for the port (port.go), through which it reads and writes.
// Every use case takes the actor first, judges inside the transaction that
// acts, and records what it did, or refused, as an event.
package review
