// Package auditlog is the mathematics of the tamper-evident audit log: record
// hashes, the Merkle tree over them, proofs, and the checkpoints that leave
// the house. It opens no store and reads no clock; hashes are read through a
// [HashReader] and instants are handed in.
//
// The log is the Merkle tree of RFC 6962 section 2 as golang.org/x/mod's
// sumdb/tlog computes it. Leaf n is event number n: gapless, from 0, the
// genesis event, which carries the log's id. A leaf's bytes are the event's
// canonical one-line JSON. Stored hashes are numbered densely (section 3.3 of
// Crosby and Wallach, "Efficient Data Structures for Tamper-Evident Logging"),
// so a store keeps them in a table (idx INTEGER PRIMARY KEY, hash BLOB) and
// only ever appends rows.
//
// What each part can and cannot show:
//
//   - [Builder] recomputes the tree from the events alone, in one pass and in
//     memory that grows with the logarithm of the log. Its Check compares the
//     stored hashes on the way and names the first event that does not fit.
//     That finds edits of the events or of the hashes, not of both together: a
//     log re-hashed after an edit, and a log whose tail was cut off, are
//     consistent with themselves.
//   - [Compare] and [CompareRoot] hold a log against a [Checkpoint] kept
//     outside it, and so find the re-hashed history and the cut tail.
//   - [Inclusion] and [Consistency] are proofs for people who hold a
//     checkpoint and not the log: that one event is in it, and that one
//     checkpoint continues another.
package auditlog
