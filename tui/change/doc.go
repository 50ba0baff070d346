// Package change is what the pages over the organisation share: reading one
// picture of it, and putting a change set forward.
//
// A page never writes. It hands a [Draft] to its [Desk], which works out in a
// command what the change set would do, shows who gains and loses and whose
// approval it takes, asks for the reason, and proposes exactly the change set that
// was shown: if the organisation moved on meanwhile, it is refused as stale. What
// is refused stays on the screen with what to do, and nothing typed is lost.
//
// [Explain] says why somebody has what they have, as a tree of paths.
package change
