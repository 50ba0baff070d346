package review

import (
	"time"

	"countersign/domain"
)

// The types of event about campaigns. Their Data is one of the structs below.
const (
	EvDrafted       domain.EventType = "campaign.drafted"
	EvRedrafted     domain.EventType = "campaign.redrafted" // a draft's plan, changed
	EvStaged        domain.EventType = "campaign.staged"
	EvLaunched      domain.EventType = "campaign.launched"
	EvExtended      domain.EventType = "campaign.extended"
	EvCancelled     domain.EventType = "campaign.cancelled"
	EvReassigned    domain.EventType = "item.reassigned"
	EvDecided       domain.EventType = "item.decided"
	EvUndone        domain.EventType = "item.undone"
	EvSigned        domain.EventType = "packet.signed"
	EvCountersigned domain.EventType = "packet.countersigned"
	EvReturned      domain.EventType = "packet.returned"
	EvRemediating   domain.EventType = "campaign.remediating"
	EvOutcomes      domain.EventType = "item.outcomes"
	EvExcepted      domain.EventType = "item.excepted"
	EvVerifying     domain.EventType = "campaign.verifying"
	EvClosed        domain.EventType = "campaign.closed"

	EvDeciding    domain.EventType = "item.deciding" // a part of a bulk, in force once EvDecided names its batch
	EvLapsed      domain.EventType = "packet.lapsed"
	EvRuled       domain.EventType = "item.rulings"
	EvAdvanced    domain.EventType = "campaign.advanced" // a stage closed
	EvReiterated  domain.EventType = "campaign.reiterated"
	EvDelegated   domain.EventType = "item.delegated"
	EvEscalated   domain.EventType = "item.escalated"
	EvReminded    domain.EventType = "reviewer.reminded"
	EvRequested   domain.EventType = "request.made"
	EvRequestDone domain.EventType = "request.settled" // approved, rejected or withdrawn
	EvTemplate    domain.EventType = "definition.changed"
	EvSubstitute  domain.EventType = "substitute.changed"
	EvMessageSent domain.EventType = "message.sent"
	EvClockLooked domain.EventType = "clock.looked" // up to where triggers were read
)

// RefusedData is the Data of an EvRefused event.
type RefusedData struct {
	Act  string `json:"act"`  // what was tried: "approve", "decide" …
	Code string `json:"code"` // the error's code
	Rule string `json:"rule,omitempty"`
}

// ChangeData is the Data of the events of a change set.
type ChangeData struct {
	Need    domain.ApprovalClass `json:"need"`
	Gains   int                  `json:"gains"` // principals who gain something
	Loses   int                  `json:"loses"` // principals who lose something
	Source  domain.SourceFile    `json:"source,omitzero"`
	Packet  domain.ID            `json:"packet,omitempty"`  // whose countersignature approves a remediation
	Item    domain.ID            `json:"item,omitempty"`    // "campaign/7": the item whose residual a wider edit ends
	Waiting []domain.ID          `json:"waiting,omitempty"` // who must still approve
	Rises   string               `json:"rises,omitempty"`   // of an approval: SHA-256 (hex) of what everybody gains, as it was judged then
}

// StagedData is the Data of EvStaged.
type StagedData struct {
	Population domain.ID  `json:"population"`
	Frozen     domain.Seq `json:"frozen"`
	At         time.Time  `json:"at"`
	Items      int        `json:"items"`
	TieOut     TieOut     `json:"tie_out"`
	Left       []Left     `json:"left,omitempty"` // orphaned and rejected holdings, each with its reason
}

// Left is a holding that gives no item, with the reason.
type Left struct {
	Holding domain.ID `json:"holding"`
	Reason  string    `json:"reason"`
}

// DecidedData is the Data of EvDecided, EvDeciding and EvUndone.
type DecidedData struct {
	Stage   int       `json:"stage"`
	Items   int       `json:"items"`
	Changed []Changed `json:"changed,omitempty"`
	Batch   domain.ID `json:"batch,omitempty"` // that it puts in force; of EvDeciding, the batch it is a part of

	For   domain.ID  `json:"for,omitempty"`   // whose decisions the actor entered, where they are another's
	Files []ReadFile `json:"files,omitempty"` // the packet workbooks they were read back from
}

// ReadFile is a file that decisions were read back from.
type ReadFile struct {
	Name     string `json:"name"`     // its base name
	SHA256   string `json:"sha256"`   // hex, of its bytes
	Rows     int    `json:"rows"`     // that were taken
	Workbook string `json:"workbook"` // the id of the packet workbook that it is a copy of
}

// Changed is an item whose holding is no longer what was staged: both values.
type Changed struct {
	Item   int    `json:"item"`
	Staged string `json:"staged"`
	Now    string `json:"now"` // a level's word, or "gone"
}

// AdvancedData is the Data of EvAdvanced and EvRuled: a stage's rulings by
// answer.
type AdvancedData struct {
	Stage     int            `json:"stage"`
	Iteration int            `json:"iteration"`
	Rulings   map[string]int `json:"rulings"`
	GoOn      int            `json:"go_on,omitempty"` // items that go on to the next stage
}

// PacketData is the Data of the events of a packet.
type PacketData struct {
	Stage    int       `json:"stage"`
	Reviewer domain.ID `json:"reviewer"`
	Items    []int     `json:"items,omitempty"` // those returned
	Due      time.Time `json:"due,omitzero"`
	Digest   string    `json:"digest,omitempty"`
	Request  domain.ID `json:"request,omitempty"` // the approved request it carries out
}

// RequestData is the Data of what a request carried out, where that has none
// of its own.
type RequestData struct {
	Request domain.ID `json:"request"`
}

// CancelledData is the Data of EvCancelled where a reduction or a revocation
// was signed.
type CancelledData struct {
	Request domain.ID `json:"request"`
	Left    string    `json:"left,omitempty"` // the items whose holding was to be lowered and is not: "3,7-12"
	Items   int       `json:"items"`          // how many those are
}

// OutcomeData is the Data of EvOutcomes: how many items by result.
type OutcomeData struct {
	State   domain.Seq     `json:"state"` // the event whose state was looked at
	Results map[string]int `json:"results"`
}
