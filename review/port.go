package review

import (
	"context"
	"iter"
	"time"

	"countersign/domain"
)

// Store is the port: what the use cases need kept. Package store implements
// it; store/storetest has the contract suite that every store must pass.
type Store interface {
	// View runs fn on one consistent picture. What fn returns is returned.
	View(ctx context.Context, fn func(Tx) error) error

	// Update runs fn in one write transaction that has one time, with its
	// events inside; an error of fn rolls all of it back. Writers queue.
	Update(ctx context.Context, fn func(WriteTx) error) error

	// StageItems writes a frozen population in batches, each a short
	// transaction, under an id that nothing refers to yet; the event that
	// names the population makes it visible. A failed attempt leaves rows
	// that nobody sees. Where outline is given it says of each item, by number,
	// what the population is ordered by, before the items come; an item that is
	// not as outlined is Internal.
	StageItems(ctx context.Context, population domain.ID, items iter.Seq2[StagedItem, error], outline iter.Seq[Outlined]) error

	// InParts runs fn over the pieces 0 … n-1, from included and to not, in
	// write transactions of size pieces each. An error ends it; the parts before
	// it stay, so they are to be such that nothing refers to them yet.
	InParts(ctx context.Context, n, size int, fn func(tx WriteTx, from, to int) error) error
}

// Tx is one consistent picture of the store.
type Tx interface {
	// Now is the instant the transaction began, UTC, in milliseconds. In a
	// write transaction it never goes back behind the last event.
	Now() time.Time
	// Log tells how far the audit log reaches.
	Log() (Head, error)
	// Mode tells whether people may be played here.
	Mode() Mode

	// Org is the organisation now; OrgAt at an event; SeqAt gives the last
	// event at or before an instant.
	Org() (*domain.Org, error)
	OrgAt(seq domain.Seq) (*domain.Org, error)
	SeqAt(at time.Time) (domain.Seq, error)

	// Event and Events read the log. An event that is not there is NotFound.
	Event(seq domain.Seq) (domain.Event, error)
	Events(q EventQuery) ([]domain.Event, error)

	// ChangeSet gives one whole, ChangeSets the heads (no Changes) of those
	// that fit, the newest first.
	ChangeSet(id domain.ID) (domain.ChangeSet, error)
	ChangeSets(q ChangeSetQuery) ([]domain.ChangeSet, error)
	Approvals(changeSet domain.ID) ([]Approval, error)

	Campaign(id domain.ID) (Campaign, error) // by id or unique name
	Campaigns() ([]Campaign, error)          // the newest first

	// Item gives one item as it stands now; Items those that fit, by number
	// (or by the order asked), a page at a time; CountItems how many.
	Item(campaign domain.ID, no int) (Item, error)
	Items(q ItemQuery) ([]Item, error)
	CountItems(q ItemQuery) (int, error)
	// Votes gives every version of every decision on an item, oldest first;
	// DecisionVersions yields those on every item of a campaign.
	Votes(campaign domain.ID, no int) ([]Versioned[Decision], error)
	DecisionVersions(campaign domain.ID) iter.Seq2[Versioned[Decision], error]
	// StoredDecisions yields the current rows of a reviewer's decisions in a
	// stage, by id, also those of a bulk that is not in force; of one item, or
	// of all (0). Batch counts the current rows of a bulk.
	StoredDecisions(campaign domain.ID, stage int, reviewer domain.ID, no int) iter.Seq2[Decision, error]
	Batch(id domain.ID) (int, error)
	// Asked gives who answers for some item of a stage now, by id; "" is among
	// them where nobody answers for an item.
	Asked(campaign domain.ID, stage int) ([]domain.ID, error)
	// Progress gives figures per reviewer and stage.
	Progress(campaign domain.ID) ([]Progress, error)
	Packet(campaign domain.ID, stage int, reviewer domain.ID) (Packet, error) // where none is stored: its ids, State Open and Round 0
	Packets(campaign domain.ID) ([]Packet, error)

	// StageVotes yields the items that entered a stage, by number, each with
	// the votes that count now: in force, in a packet that is closed and did
	// not lapse. Whoever was asked and has none is there as Silent.
	StageVotes(campaign domain.ID, stage int) iter.Seq2[ItemVotes, error]
	// Staged yields the items of a population as they were frozen, by number,
	// with nothing of what became of them.
	Staged(population domain.ID) iter.Seq2[StagedItem, error]
	// Decisions yields every reviewer's decision as it stands, by item, stage
	// and reviewer.
	Decisions(campaign domain.ID) iter.Seq2[Decision, error]
	// Tallies counts the items of every stage that began, those that stand
	// alike together, by stage; then (stage 0) those of all stages.
	Tallies(campaign domain.ID) ([]StageTally, error)
	// Rulings gives the rulings of one item, or (no 0) of all, by item and
	// stage: as they stand, also those of a stage that is being closed.
	Rulings(campaign domain.ID, no int) ([]Ruling, error)
	// PastRulings yields what was ruled on each item of earlier campaigns,
	// with what was staged then; a campaign frozen at or after the event
	// before is left out (0: none is).
	PastRulings(before domain.Seq) iter.Seq2[Precedent, error]

	// Answering yields who answers for each item now, in every stage, by item,
	// stage and the order of assignment; where nobody does, a row without a
	// reviewer.
	Answering(campaign domain.ID) iter.Seq2[Assigned, error]
	// Assignments gives everyone who was ever to answer for an item in a
	// stage, the first first: those of the staging (From 0), then later ones.
	Assignments(campaign domain.ID, no, stage int) ([]Versioned[Assigned], error)
	// Returned gives the return of an item to a reviewer that stands, of Round
	// 0 where there is none.
	Returned(campaign domain.ID, no, stage int, reviewer domain.ID) (ItemReturn, error)

	Templates() ([]Template, error)                 // every version of each, by name and version
	Requests(campaign domain.ID) ([]Request, error) // the newest first; of all campaigns where it is empty
	Substitutes() ([]Substitute, error)
	Exceptions() ([]Outcome, error)             // of every campaign, by campaign and item
	Messages(q MessageQuery) ([]Message, error) // the oldest first

	// Usage yields the usage that was imported, as it stands now; an error ends
	// it.
	Usage() iter.Seq2[domain.Usage, error]

	// Mapping gives a saved column mapping by name.
	Mapping(name string) (string, error)
	Mappings() (map[string]string, error)
	// Pref gives a person's remembered preference, "" where there is none.
	Pref(person domain.ID, key string) (string, error)
}

// WriteTx is a Tx that can also record. Append is the only way in: it assigns
// the next event number, hashes the event into the log and writes the rows of
// state that the event's Changes (or, by Applies, an earlier event's Proposed)
// begin and end. A row whose Before does not hold is a Conflict with rule
// "stale", and nothing is written.
type WriteTx interface {
	Tx
	NewID(prefix string) domain.ID
	Append(e domain.Event) (domain.Seq, error)
	// SetPref and SaveMapping keep ordinary rows, outside the log's state.
	SetPref(person domain.ID, key, value string) error
	SaveMapping(name, spec string) error
}

// Head is how far the log reaches: Size entries (0 … Size-1) under Root
// (base64), and the event that last changed access.
type Head struct {
	Log       domain.ID
	Size      int64
	Root      string
	AccessKey domain.Seq
	Time      time.Time // of the last event
}

// Mode says what kind of database this is, indelibly.
type Mode uint8

// The modes.
const (
	Live Mode = iota
	Rehearsal
	Demo
)

// EventQuery asks for a page of events, the newest first unless Forward.
// Zero fields ask for everything.
type EventQuery struct {
	Types    []domain.EventType
	Subject  string    // the subject, or what begins with it and a slash
	Entity   domain.ID // any record or person named in it
	Actor    domain.ID
	From, To time.Time  // From included, To not
	Before   domain.Seq // page: events before this one (or after, when Forward)
	Forward  bool
	Limit    int
}

// ChangeSetQuery asks for heads of change sets.
type ChangeSetQuery struct {
	States   []domain.ChangeState
	Maker    domain.ID
	Campaign domain.ID
	Before   domain.Seq // proposed before this event
	Limit    int
}

// ItemQuery asks for items of one campaign. Zero fields ask for everything.
type ItemQuery struct {
	Campaign domain.ID
	Stage    int // 0: the current one
	Reviewer domain.ID
	State    ItemStates // which states, any when zero
	Answers  []Answer   // decided so; any when empty
	Holder   domain.ID
	Target   domain.ID
	Text     string // in a holder's or a target's name, without regard to case; or the item's number
	HighRisk bool
	No       int      // this item alone
	Ruled    []Answer // whose ruling over all stages is so; any when empty
	Order    ItemOrder
	After    int  // page: items behind this number in the order asked
	Back     bool // the page that ends before After (0: the last page), still in the order asked
	Limit    int
}

// MessageQuery asks for messages. Zero fields ask for everything.
type MessageQuery struct {
	States   []MessageState
	Campaign domain.ID
	To       domain.ID
}

// ItemVotes is an item with the votes of a stage.
type ItemVotes struct {
	Item     int
	Level    domain.Level // as staged
	HighRisk bool
	Advice   Advice
	Votes    []StageVote // in the order of assignment
}

// StageVote is one reviewer's vote in a stage.
type StageVote struct {
	Vote
	Reviewer domain.ID
}

// ItemOrder is the order of a list of items.
type ItemOrder uint8

// The orders.
const (
	ByNumber ItemOrder = iota // by person: items are numbered by holder, then target
	ByTarget
	ByRisk
)

// Versioned is a row with the events that began and ended it (0: current).
type Versioned[T any] struct {
	Row      T
	From, To domain.Seq
	By       domain.ID // the actor of From
	At       time.Time // of From
}
