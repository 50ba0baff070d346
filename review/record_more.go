package review

import (
	"time"

	"countersign/domain"
)

// Ruling is what a stage says of an item, made of the votes that were signed
// when the stage closed; stage 0 is the ruling over all stages, which
// remediation makes true. A Silent one is nobody's: an exception to resolve,
// never an accept.
type Ruling struct {
	Campaign   domain.ID    `json:"campaign"`
	Item       int          `json:"item"`
	Stage      int          `json:"stage"` // 0: over all stages
	Answer     Answer       `json:"answer"`
	Level      domain.Level `json:"level"`                // the rung; the staged one for keep, abstain and silent
	Rule       string       `json:"rule"`                 // which step decided, in words
	Reviewer   domain.ID    `json:"reviewer,omitempty"`   // of record: whose vote it is; of a silent one, who was asked first
	Unanswered bool         `json:"unanswered,omitempty"` // the rule for non-response made it, not a vote
	Stops      bool         `json:"stops,omitempty"`      // the item does not go on to the next stage
	Last       int          `json:"last,omitempty"`       // of stage 0: the last stage the item went through
	Decisive   int          `json:"decisive,omitempty"`   // of stage 0: the stage whose ruling it is
	Checker    domain.ID    `json:"checker,omitempty"`    // who countersigned the packet it stood in
	Iteration  int          `json:"iteration"`
}

// Bulk makes the decisions of a batch written in parts stand, all at once: they
// are in force from the event that begins this row. Parts of a bulk that never
// came so far are in nobody's way.
type Bulk struct {
	ID       domain.ID `json:"id"` // the Batch of its decisions
	Campaign domain.ID `json:"campaign"`
	Stage    int       `json:"stage"`
	Reviewer domain.ID `json:"reviewer"`
	Items    int       `json:"items"` // how many decisions it has, with those that replaced one
}

// Template is one version of a definition kept under a name: proposed by a
// maker, approved or rejected by a checker. A change is the next version; what
// was approved stays in force until then. It drafts campaigns by hand, by the
// calendar or on events.
type Template struct {
	ID         domain.ID     `json:"id"`   // the same in every version
	Name       string        `json:"name"` // unique, the same in every version
	About      string        `json:"about,omitempty"`
	Version    int           `json:"version"`
	State      TemplateState `json:"state"`
	Maker      domain.ID     `json:"maker"` // of this version
	Checker    domain.ID     `json:"checker,omitempty"`
	Reason     string        `json:"reason,omitempty"` // of a rejection or a retirement
	Definition Definition    `json:"definition"`
	Recurrence Recurrence    `json:"recurrence,omitzero"`
	Triggers   []Trigger     `json:"triggers,omitempty"`
	Retires    bool          `json:"retires,omitempty"` // approved, it ends the definition
}

// TemplateState is where a version of a definition stands.
type TemplateState uint8

// The states of a definition.
const (
	TemplateProposed TemplateState = iota
	TemplateApproved
	TemplateRejected
	TemplateRetired
)

var templateWords = []string{"proposed", "approved", "rejected", "retired"}

// Request is a change of a running campaign that takes a second signature:
// another reviewer, a later date, an exception to what was signed, an end
// before the close. It is carried out when a checker approves it, in that
// transaction; it goes stale once the campaign is past what it asks for.
type Request struct {
	ID       domain.ID          `json:"id"`
	Campaign domain.ID          `json:"campaign"`
	Act      RequestAct         `json:"act"`
	Stage    int                `json:"stage,omitempty"`
	Items    []int              `json:"items,omitempty"`
	From     domain.ID          `json:"from,omitempty"`  // whose place is taken; empty: of the only one who answers
	To       domain.ID          `json:"to,omitempty"`    // the new reviewer
	Due      time.Time          `json:"due,omitzero"`    // the new due date, UTC
	Until    domain.Date        `json:"until,omitempty"` // the last day of an exception
	Reason   string             `json:"reason"`
	Maker    domain.ID          `json:"maker"`
	State    domain.ChangeState `json:"state"`
	Checker  domain.ID          `json:"checker,omitempty"`
	Answer   string             `json:"answer,omitempty"` // the checker's reason; of a stale one, what went by
}

// RequestAct is what a request asks for.
type RequestAct uint8

// What can be asked for.
const (
	RequestReassign RequestAct = iota
	RequestExtend
	RequestExcept // items are accepted as they are until a day
	RequestCancel // the campaign ends, with revocations that were signed
)

var requestWords = []string{"reassign", "extend", "except", "cancel"}

// ParseRequestAct reads the word; an unknown one is an Invalid error.
func ParseRequestAct(s string) (RequestAct, error) {
	return parse[RequestAct]("what a request asks for", s, requestWords)
}

func (v RequestAct) String() string { return word(requestWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v RequestAct) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *RequestAct) UnmarshalText(b []byte) (err error) {
	*v, err = ParseRequestAct(string(b))
	return
}

// Substitute answers for a person in a window of days.
type Substitute struct {
	ID         domain.ID     `json:"id"`
	Person     domain.ID     `json:"person"`
	Substitute domain.ID     `json:"substitute"`
	Window     domain.Window `json:"window"`
	Reason     string        `json:"reason,omitempty"`
	Maker      domain.ID     `json:"maker,omitempty"` // who set it
}

// Message is something to tell a person: a row of the outbox. Its id is made
// of what it is about, so that the clock's work, done twice, tells it once.
type Message struct {
	ID       domain.ID    `json:"id"`
	Kind     string       `json:"kind"` // "reminder", "escalation", "launched" …
	To       domain.ID    `json:"to"`
	Campaign domain.ID    `json:"campaign"`
	Stage    int          `json:"stage,omitempty"`
	Subject  string       `json:"subject"`
	Text     string       `json:"text"`
	State    MessageState `json:"state"`
	Detail   string       `json:"detail,omitempty"` // by what it was sent, or why it could not be
	At       time.Time    `json:"at"`               // when it was written, UTC
}

// MessageState is where a message stands.
type MessageState uint8

// The states of a message.
const (
	MessageQueued MessageState = iota
	MessageSent
	MessageFailed // and still to be sent
)

var messageWords = []string{"queued", "sent", "failed"}

// ParseTemplateState reads the word; an unknown one is an Invalid error.
func ParseTemplateState(s string) (TemplateState, error) {
	return parse[TemplateState]("a definition's state", s, templateWords)
}

// ParseMessageState reads the word; an unknown one is an Invalid error.
func ParseMessageState(s string) (MessageState, error) {
	return parse[MessageState]("a message's state", s, messageWords)
}

func (v TemplateState) String() string { return word(templateWords, v) }
func (v MessageState) String() string  { return word(messageWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v TemplateState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
func (v MessageState) MarshalText() ([]byte, error)  { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *TemplateState) UnmarshalText(b []byte) (err error) {
	*v, err = ParseTemplateState(string(b))
	return
}

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *MessageState) UnmarshalText(b []byte) (err error) {
	*v, err = ParseMessageState(string(b))
	return
}
