// Package store keeps everything in one SQLite file: the audit log, the state
// that its events began and ended, and the frozen populations. It has all the
// SQL of the program and implements the port of package review.
//
// Three invariants hold at every commit. Events are numbered without gaps from
// 0, and the number is the leaf of the Merkle log whose hashes stand beside
// them. Every row of state was begun by one event (from_seq), and ended by at
// most one (to_seq); nothing else writes state. Nothing of it is ever rewritten
// or deleted, and triggers refuse it. [Store.Verify] checks all three from the
// events' own lines.
//
// Writers go one at a time, readers beside them: one connection writes, a pool
// reads, each with its pragmas read back when it opens (driver.go). An instant
// is UTC in milliseconds.
package store
