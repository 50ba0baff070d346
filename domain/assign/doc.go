// Package assign reads the rules by which people belong to groups (PRODUCT
// 2.4; seed: Twig, auto-assignment rules) and says whom a rule takes.
//
// A rule is written in one of two languages:
//
//   - an e-mail pattern: a regular expression (RE2) for the whole address,
//     whether or not the writer wrote ^ and $;
//   - an expression of CEL over a person's attributes, such as
//     email.endsWith('@support.company.com') or department == 'Sales'. It is
//     type-checked when it is read, its value is yes or no, and what it may
//     cost for one person is bounded.
//
// Addresses are compared folded (domain.Fold), so in small letters: a pattern
// does not regard case, and an expression that holds an address in capitals
// is refused with the right form, for it could take nobody. Names, departments
// and titles are compared as they are written; lower() folds them.
//
// What cannot be read is refused with a sentence that says what is wrong, and
// with the right form wherever one can be made out and does compile.
//
// The package is a room of its own because the rest of domain does without
// libraries: it alone uses CEL (cel.dev/cel-go). It reads no clock and keeps
// no state; what it compiles may be used from many goroutines at once.
package assign
