package domain

import "time"

// Change is one row of state before and after. Before nil: it begins; After
// nil: it ends. Both have the same kind and id where both are there.
type Change struct {
	Before, After Record
}

// Begin, End and Replace make changes.
func Begin(after Record) Change           { return Change{After: after} }
func End(before Record) Change            { return Change{Before: before} }
func Replace(before, after Record) Change { return Change{Before: before, After: after} }

// Record gives the side that is there, After first.
func (c Change) Record() Record {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// SourceFile is the evidence of an imported file.
type SourceFile struct {
	Source string `json:"source"` // the source's name, for example "hr"
	Name   string `json:"name"`   // the file's base name
	SHA256 string `json:"sha256"` // hex, of its bytes
	Rows   int    `json:"rows"`
}

// ChangeSet is the only way anything alters who may do what: proposed by a
// maker with a reason, judged by the policy, countersigned where the policy
// asks, applied whole. The console's editor, an import and the remediation of
// a campaign all make change sets, and nothing else.
//
// Its life: Proposed → Approved → Applied (one step where no approval is
// needed), or Rejected, Withdrawn, Stale. Only Proposed and Approved move on.
type ChangeSet struct {
	ID       ID
	Title    string
	Reason   string
	Maker    ID
	State    ChangeState
	Source   SourceFile // zero unless imported
	Campaign ID         // the campaign it remedies; empty otherwise
	BasedOn  Seq        // key of the Org it was made on
	Changes  []Change   // in order; a later one may build on an earlier one
	Proposed Seq        // event that proposed it
	Ended    Seq        // event that applied, rejected, withdrew or outdated it; 0 while open
}

// Effect is what a change set does to one principal's level on one target.
type Effect struct {
	Principal ID
	Target    Target
	Agent     ID        // scope of an area or a source; empty: all agents
	Before    Level     // at At, without the change set
	After     Level     // at At, with it
	At        time.Time // the instant looked at: now, or the edge of a future window
	Future    bool      // At lies after now
	Shared    bool      // everybody gains it: an agent opened to the organisation
}

// Rises tells whether the principal gains.
func (e Effect) Rises() bool { return e.After > e.Before }
