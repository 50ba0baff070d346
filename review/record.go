package review

import (
	"slices"
	"time"

	"countersign/domain"
)

// The kinds of record this package adds to the log and the store.
const (
	KindChangeSet domain.Kind = "change_set"
	KindApproval  domain.Kind = "approval"
	KindCampaign  domain.Kind = "campaign"
	KindDecision  domain.Kind = "decision"
	KindPacket    domain.Kind = "packet"
	KindReturn    domain.Kind = "item_return"
	KindOutcome   domain.Kind = "outcome"
	KindAssigned  domain.Kind = "assignment"

	KindRuling     domain.Kind = "ruling"
	KindTemplate   domain.Kind = "definition"
	KindRequest    domain.Kind = "request"
	KindSubstitute domain.Kind = "substitute"
	KindMessage    domain.Kind = "message"
	KindBulk       domain.Kind = "bulk"
)

// Kinds lists them.
func Kinds() []domain.Kind {
	return []domain.Kind{KindChangeSet, KindApproval, KindCampaign, KindDecision, KindPacket, KindReturn,
		KindOutcome, KindAssigned, KindRuling, KindTemplate, KindRequest, KindSubstitute, KindMessage, KindBulk}
}

// ChangeSetHead is the row of state of a change set; its changes stand in the
// event that proposed it. Each move replaces the row.
type ChangeSetHead struct {
	ID       domain.ID          `json:"id"`
	Title    string             `json:"title"`
	Reason   string             `json:"reason"`
	Maker    domain.ID          `json:"maker"`
	State    domain.ChangeState `json:"state"`
	Source   domain.SourceFile  `json:"source,omitzero"`
	Campaign domain.ID          `json:"campaign,omitempty"`
	BasedOn  domain.Seq         `json:"based_on"`
	Changes  int                `json:"changes"` // how many
}

// Approval is one checker's yes to a change set.
type Approval struct {
	ChangeSet domain.ID   `json:"change_set"`
	Checker   domain.ID   `json:"checker"`
	Settles   []domain.ID `json:"settles,omitempty"` // the managers or owners it answers for
	Shared    bool        `json:"shared,omitempty"`  // the checker gains only what everybody gains
	Reason    string      `json:"reason,omitempty"`
}

// Campaign is one recertification. It carries its definition; once staged it
// is tied to a frozen population. Each move replaces the row; nothing past
// Draft is ever deleted.
type Campaign struct {
	ID         domain.ID  `json:"id"`
	Name       string     `json:"name"` // unique
	State      State      `json:"state"`
	Stage      int        `json:"stage"` // 1 … while Active
	Owner      domain.ID  `json:"owner"`
	Definition Definition `json:"definition"`
	Due        time.Time  `json:"due"` // of the present stage, UTC; answers after it are refused
	Population domain.ID  `json:"population,omitempty"`
	Frozen     domain.Seq `json:"frozen,omitempty"`   // the event whose state is reviewed
	FrozenAt   time.Time  `json:"frozen_at,omitzero"` // the instant it was looked at
	TieOut     TieOut     `json:"tie_out,omitzero"`   // of the population
	Reason     string     `json:"reason,omitempty"`   // of a cancellation
	ClosedAt   time.Time  `json:"closed_at,omitzero"`

	Iteration int         `json:"iteration,omitempty"`    // 1 from the launch on, one more for each reiteration
	Began     time.Time   `json:"began,omitzero"`         // when the present stage began, UTC
	Makers    []domain.ID `json:"makers,omitempty"`       // who drafted, staged and reassigned before the launch: none of them launches
	Launcher  domain.ID   `json:"launcher,omitempty"`     // the checker whose launch is the second signature
	Template  domain.ID   `json:"from,omitempty"`         // the definition it was drafted from
	Version   int         `json:"from_version,omitempty"` // of that definition
	Trigger   string      `json:"trigger,omitempty"`      // what started it: a scheduled date, or an event
	Was       State       `json:"was,omitzero"`           // of a cancelled one: the state it was cancelled in
}

// Definition says what a campaign reviews and who answers. A definition may
// have several stages; each has its own reviewers.
type Definition struct {
	Scope          Scope   `json:"scope"`
	Stages         []Stage `json:"stages"`
	CountersignAll bool    `json:"countersign_all"` // else only packets with a revocation, a reduction or a high-risk item need it
	ReasonToKeep   bool    `json:"reason_to_keep,omitempty"`
	Horizon        int     `json:"horizon_days"` // verification looks at windows that open within so many days; default 92

	Strategy    string       `json:"strategy,omitempty"`       // over the stages; "all-must-accept"
	Stops       []Answer     `json:"stops,omitzero"`           // outcomes that stop an item before the next stage; nil: what follows from Strategy; empty: none
	NonResponse SilenceRules `json:"non_response,omitzero"`    // what silence means at the deadline
	Conflicts   string       `json:"conflicts,omitempty"`      // "flag" (the default) or "refuse"
	NoDelegate  bool         `json:"no_delegation,omitempty"`  // reviewers may not hand their items on
	OldAfter    int          `json:"old_after_days,omitempty"` // data imported longer ago is named before the launch; default 30
	Diligence   Diligence    `json:"diligence,omitzero"`       // thresholds of the measures
	AutoLaunch  bool         `json:"auto_launch,omitempty"`    // an approved definition's campaigns are launched by the clock
	AutoClose   bool         `json:"auto_close,omitempty"`     // the clock closes it once every item is settled
	Unused      int          `json:"unused_days,omitempty"`    // advice calls access unused after so many days; default 90
}

// Stage says who answers, by a chain tried in order: "manager",
// "second-manager" (the manager's manager), "owner" (of the agent, or of the
// target), "group-managers", or a user's id.
type Stage struct {
	Name        string       `json:"name,omitempty"`
	Reviewers   []string     `json:"reviewers"`
	All         bool         `json:"all,omitempty"`        // everyone the first link that names somebody names, not one of them
	Additional  []string     `json:"additional,omitempty"` // who reviews besides, always; links as in Reviewers
	Fallback    domain.ID    `json:"fallback"`             // a user; after it the campaign's owner
	Strategy    string       `json:"strategy"`             // how several answers become one; "one-accept-accepts"
	Stops       []Answer     `json:"stops,omitzero"`       // over the definition's
	Days        int          `json:"days,omitempty"`       // how long it lasts; the first stage's is the campaign's due date where that is given
	Reminders   []int        `json:"reminders,omitempty"`  // days before the due date; negative: after
	Escalations []Escalation `json:"escalations,omitempty"`
}

// Escalation brings in somebody else for items without an answer.
type Escalation struct {
	After   int      `json:"after_days"` // days after the stage began
	To      []string `json:"to"`         // a chain, as a stage's
	Replace bool     `json:"replace,omitempty"`
}

// Scope says which holdings are reviewed; an empty list excludes nothing.
type Scope struct {
	Kinds           []domain.TargetKind     `json:"kinds,omitempty"`
	Agents          []domain.ID             `json:"agents,omitempty"`
	Groups          []domain.ID             `json:"groups,omitempty"`     // holders or targets
	Roles           []domain.ID             `json:"roles,omitempty"`      // holders or targets
	Principals      []domain.ID             `json:"principals,omitempty"` // holders
	Areas           []domain.ID             `json:"areas,omitempty"`
	Classifications []domain.Classification `json:"classifications,omitempty"`
	ExternalsOnly   bool                    `json:"externals_only,omitempty"`
	Sources         []string                `json:"sources,omitempty"`        // of origin
	Unused          int                     `json:"unused_days,omitempty"`    // only what was not used for so many days
	NewSince        bool                    `json:"new_since_last,omitempty"` // only what was never decided, or changed since it was
	Uncovered       string                  `json:"uncovered,omitempty"`      // only what is out of cadence by this framework, or was never reviewed
	UncoveredBy     domain.Date             `json:"uncovered_by,omitempty"`   // and what will be out of it after this day
	Exclude         []Exclusion             `json:"exclude,omitempty"`
}

// Exclusion leaves holdings out of a campaign for a reason. Each named part
// must fit; one that names nothing is Invalid.
type Exclusion struct {
	Holder domain.ID `json:"holder,omitempty"`
	Target domain.ID `json:"target,omitempty"`
	Agent  domain.ID `json:"agent,omitempty"`
	Reason string    `json:"reason"`
}

// Diligence is thresholds, reported and never refused by.
type Diligence struct {
	Off     bool `json:"off,omitempty"`     // nothing is measured
	Seconds int  `json:"seconds,omitempty"` // an item decided faster counts as hasty; default 3
	Bulk    int  `json:"bulk,omitempty"`    // percent of a reviewer's items decided in bulk; default 80
	Opened  int  `json:"opened,omitempty"`  // percent of items whose details were opened, at the least; default 10
	Streak  int  `json:"streak,omitempty"`  // equal answers in a row, one by one; default 50
	Late    int  `json:"late,omitempty"`    // percent of items answered in the last hours; default 50
	Hours   int  `json:"hours,omitempty"`   // how many those are; default 24
}

// TieOut is the equation every population satisfies:
// Source = InScope + sum of Excluded + Orphaned + Rejected.
type TieOut struct {
	Source   int            `json:"source"`
	InScope  int            `json:"in_scope"`
	Excluded map[string]int `json:"excluded,omitempty"` // by reason
	Orphaned int            `json:"orphaned"`           // the holder or target is not there
	Rejected int            `json:"rejected"`           // cannot be decided at all, with a reason in the event
	Levels   map[string]int `json:"levels,omitempty"`   // items per "kind: level"
	Deltas   map[string]int `json:"deltas,omitempty"`   // items by what changed since the last decision on them; "gone" counts what is no item
	Digest   string         `json:"digest"`             // SHA-256 (hex) over the canonical lines of the items
}

// Difference is what the equation leaves over; zero, or the campaign does not
// launch.
func (t TieOut) Difference() int {
	n := t.Source - t.InScope - t.Orphaned - t.Rejected
	for _, v := range t.Excluded {
		n -= v
	}
	return n
}

// Decision is one reviewer's answer to one item in one stage. A change of
// mind replaces the row, so every version is kept.
type Decision struct {
	Campaign domain.ID    `json:"campaign"`
	Item     int          `json:"item"`
	Stage    int          `json:"stage"`
	Reviewer domain.ID    `json:"reviewer"`
	Answer   Answer       `json:"answer"`
	Level    domain.Level `json:"level"` // the rung decided; the present one for keep and abstain
	Reason   string       `json:"reason,omitempty"`
	Round    int          `json:"round"`             // 1, and one more for each return
	Bulk     int          `json:"bulk,omitempty"`    // how many were decided by the same act; 0: alone
	Seconds  int          `json:"seconds,omitempty"` // on screen before deciding
	Opened   bool         `json:"opened,omitempty"`  // the details were opened
	Batch    domain.ID    `json:"batch,omitempty"`   // of a bulk written in parts: in force once an event names it
	Entered  domain.ID    `json:"entered,omitempty"` // who read it back from a packet workbook, the reviewer or another; empty: decided here
}

// ByAnother gives who entered the decision for its reviewer; empty: nobody did,
// the reviewer decided.
func (d Decision) ByAnother() domain.ID {
	if d.Entered == d.Reviewer {
		return ""
	}
	return d.Entered
}

// Assigned says who answers for an item in a stage, and by which rule. Those
// of the staging are part of the population; later ones are events.
type Assigned struct {
	Campaign domain.ID `json:"campaign"`
	Item     int       `json:"item"`
	Stage    int       `json:"stage"`
	Reviewer domain.ID `json:"reviewer"`
	Rule     string    `json:"rule"`          // "manager", "owner", "fallback", "campaign-owner" …, with what was passed over and why
	For      domain.ID `json:"for,omitempty"` // the reviewer of record on whose behalf, where it was handed over

	Past []domain.ID `json:"past,omitempty"` // who was stood in for on the way to the reviewer, besides For
}

// hands gives who answers, and whose an item was on its way there.
func (a Assigned) hands() []domain.ID {
	all := append([]domain.ID{a.Reviewer, a.For}, a.Past...)
	return slices.DeleteFunc(all, func(who domain.ID) bool { return who == "" })
}

// hand tells whether an item was somebody's on its way to whoever answers.
func (a Assigned) hand(who domain.ID) bool {
	return who != "" && (a.Reviewer == who || a.For == who || slices.Contains(a.Past, who))
}

func (a Assigned) same(b Assigned) bool {
	return a.RecordID() == b.RecordID() && a.Rule == b.Rule && a.For == b.For && slices.Equal(a.Past, b.Past)
}

// Packet is one reviewer's share of a stage: what is signed and countersigned.
type Packet struct {
	Campaign  domain.ID   `json:"campaign"`
	Stage     int         `json:"stage"`
	Reviewer  domain.ID   `json:"reviewer"`
	State     PacketState `json:"state"`
	Round     int         `json:"round"` // 1, and one more for each return
	Items     int         `json:"items"`
	Keep      int         `json:"keep"`
	Reduce    int         `json:"reduce"`
	Revoke    int         `json:"revoke"`
	Abstain   int         `json:"abstain"`
	Statement string      `json:"statement,omitempty"` // what the reviewer signed
	Digest    string      `json:"digest,omitempty"`    // SHA-256 (hex) over the packet's decisions in item order
	Checker   domain.ID   `json:"checker,omitempty"`
	Reason    string      `json:"reason,omitempty"`   // of a return
	Lapsed    bool        `json:"lapsed,omitempty"`   // closed at the deadline without a signature: its answers do not count
	Unsigned  int         `json:"unsigned,omitempty"` // the first round that lapsed since the last signature: decisions of it and of later rounds do not count; 0: all do
}

// Word says where the packet stands, the lapse of one that nobody signed
// included.
func (p Packet) Word() string { return packetWord(p.State, p.Lapsed) }

func packetWord(s PacketState, lapsed bool) string {
	switch {
	case !lapsed:
		return s.String()
	case s == Signed:
		return "lapsed"
	}
	return "lapsed, " + s.String()
}

// ItemReturn reopens one item of a packet.
type ItemReturn struct {
	Campaign domain.ID `json:"campaign"`
	Item     int       `json:"item"`
	Stage    int       `json:"stage"`
	Reviewer domain.ID `json:"reviewer"`
	Round    int       `json:"round"` // the round in which it must be answered again
	Reason   string    `json:"reason"`
	Due      time.Time `json:"due"` // its own due date, UTC
}

// Outcome is what became of an item.
type Outcome struct {
	Campaign  domain.ID   `json:"campaign"`
	Item      int         `json:"item"`
	Result    Result      `json:"result"`
	ChangeSet domain.ID   `json:"change_set,omitempty"` // that made the decision true
	At        domain.Seq  `json:"at,omitempty"`         // the event whose state was looked at
	By        []int       `json:"by,omitempty"`         // items that retain what is left
	Left      string      `json:"left,omitempty"`       // in plain words: what is left and how, or why it failed
	Until     domain.Date `json:"until,omitempty"`      // of an exception
	Reason    string      `json:"reason,omitempty"`
	Approver  domain.ID   `json:"approver,omitempty"`
}

// StagedItem is one frozen item as the population keeps it: what there was to
// decide, and what the reviewer is told. Its canonical JSON line is what the
// population's digest is made over.
type StagedItem struct {
	No       int                   `json:"no"` // 1 …, by holder's name, then target
	Holding  domain.Grant          `json:"holding"`
	Since    domain.Seq            `json:"since"`  // the event that began the holding
	Holder   string                `json:"holder"` // names as they were
	Target   string                `json:"target"`
	About    string                `json:"about,omitempty"`   // "Support, Tier 2 lead": the holder in a few words
	Allows   string                `json:"allows,omitempty"`  // what the level allows, in plain words
	How      []string              `json:"how,omitempty"`     // every path, a line each
	Remains  []string              `json:"remains,omitempty"` // what would remain if revoked, a line each
	Reach    int                   `json:"reach,omitempty"`   // how many principals it gives something to
	HighRisk bool                  `json:"high_risk,omitempty"`
	Flags    []string              `json:"flags,omitempty"` // "sensitive", "external", "window-over", "leaver", "self-review passed on" …
	Class    domain.Classification `json:"class"`
	Assigned []Assigned            `json:"assigned"`           // who answers, in each stage
	Subjects []domain.ID           `json:"subjects,omitempty"` // who may not decide it alone

	Advice    Advice       `json:"advice,omitzero"` // as shown, with its reasons
	Delta     Delta        `json:"delta,omitzero"`  // against the last ruling on the same holding
	Last      LastDecision `json:"last,omitzero"`
	Peers     string       `json:"peers,omitempty"` // "3 of 14 in Support with the title Agent"
	LastUsed  domain.Date  `json:"last_used,omitempty"`
	Conflicts []string     `json:"conflicts,omitempty"` // of its reviewers, beyond self, in words
}

// Item is a staged item as it stands now, for one reviewer where a query
// names one.
type Item struct {
	StagedItem
	Campaign domain.ID
	Stage    int
	Reviewer domain.ID // who answers now
	Rule     string
	For      domain.ID // the reviewer of record, where it was handed over
	Decision Decision  // the one in force; Answer Silent where there is none
	Decided  domain.Seq
	Packet   PacketState
	Return   ItemReturn // zero unless returned
	Outcome  Outcome    // Result Pending until there is one
	Ruling   Ruling     // over all stages; Iteration 0 until it is in force
}

// Stands gives the answer that stands for an item, its level and whose it is:
// the ruling over all stages once it is in force, else the decision shown.
func (it Item) Stands() (Answer, domain.Level, domain.ID) {
	if it.Ruling.Iteration > 0 {
		return it.Ruling.Answer, it.Ruling.Level, it.Ruling.Reviewer
	}
	return it.Decision.Answer, it.Decision.Level, it.Reviewer
}

// Progress is one reviewer's figures in a stage.
type Progress struct {
	Stage    int
	Reviewer domain.ID
	Items    int
	Decided  int
	Keep     int
	Reduce   int
	Revoke   int
	Abstain  int
	Returned int
	State    PacketState
	Lapsed   bool // closed at the deadline without a signature
	Bulk     int  // decided in bulk
	Settled  int  // results that let the campaign close
}

// Word says where the reviewer's packet stands.
func (p Progress) Word() string { return packetWord(p.State, p.Lapsed) }
