package review

import (
	"strings"

	"countersign/domain"
)

// State is where a campaign stands. The legal moves are in moves.go, once.
type State uint8

// The states, in order; Cancelled can follow any before Closed.
const (
	Draft State = iota
	Staged
	Active
	Decided
	SignedOff
	Remediating
	Verifying
	Closed
	Cancelled
)

var stateWords = []string{"draft", "staged", "active", "decided", "signed off", "remediating", "verifying",
	"closed", "cancelled"}

// Answer is what a reviewer says of an item.
type Answer uint8

// The answers. Silent is no answer.
const (
	Silent  Answer = iota
	Keep           // certify: the level stays
	Reduce         // a lower rung
	Revoke         // the bottom rung
	Abstain        // no opinion, on record
)

var answerWords = []string{"undecided", "keep", "reduce", "revoke", "abstain"}

// PacketState is where one reviewer's share of a stage stands.
type PacketState uint8

// The states of a packet.
const (
	Open PacketState = iota
	Signed
	Countersigned
	Returned // named items are open again; the others stay closed
)

var packetWords = []string{"open", "signed", "countersigned", "returned"}

// Result is what became of an item after its decision was countersigned.
type Result uint8

// The results. A campaign closes only when every item is Verified or
// Exception (Retained counts as Verified, and names the item that retains).
const (
	Pending   Result = iota
	Verified         // the grant is gone, lowered or kept, and nobody exceeds the decision by a path nobody reviewed
	Retained         // verified: what is left is kept by another countersigned item
	Residual         // access stays by a path nobody reviewed
	Failed           // the change could not be made
	Outside          // its truth lives in another system: on the work list
	Exception        // accepted until a date, with a reason and an approver
)

var resultWords = []string{"pending", "verified", "retained", "residual", "failed", "outside", "exception"}

// ItemStates is a set of item states, for queries.
type ItemStates uint8

// Item states as bits.
const (
	ItemOpen      ItemStates = 1 << iota // no decision in force
	ItemDecided                          // decided, its packet not signed
	ItemSigned                           // its packet signed, its stage not closed
	ItemFinal                            // ruled on: its last stage closed
	ItemReturned                         // returned and not decided again
	ItemUnsettled                        // ruled on and its result still neither verified, retained nor exception
)

func word[T ~uint8](words []string, v T) string {
	if int(v) < len(words) {
		return words[v]
	}
	return "?"
}

func parse[T ~uint8](what, s string, words []string) (T, error) {
	for i, w := range words {
		if strings.EqualFold(strings.TrimSpace(s), w) {
			return T(i), nil
		}
	}
	return 0, domain.Errorf(domain.Invalid, "%q is not %s", s, what).
		Hinted("use one of: %s", strings.Join(words, ", "))
}

// ParseState reads a state's word; an unknown one is an Invalid error.
func ParseState(s string) (State, error) { return parse[State]("a campaign's state", s, stateWords) }

// ParseAnswer reads an answer's word ("certify" too); an unknown one is an
// Invalid error.
func ParseAnswer(s string) (Answer, error) {
	if strings.EqualFold(s, "certify") {
		return Keep, nil
	}
	return parse[Answer]("an answer", s, answerWords)
}

// ParsePacketState reads a packet state's word; an unknown one is an Invalid
// error.
func ParsePacketState(s string) (PacketState, error) {
	return parse[PacketState]("a packet's state", s, packetWords)
}

// ParseResult reads a result's word; an unknown one is an Invalid error.
func ParseResult(s string) (Result, error) { return parse[Result]("a result", s, resultWords) }

func (v State) String() string       { return word(stateWords, v) }
func (v Answer) String() string      { return word(answerWords, v) }
func (v PacketState) String() string { return word(packetWords, v) }
func (v Result) String() string      { return word(resultWords, v) }

// MarshalText gives the word, for JSON and the database.
func (v State) MarshalText() ([]byte, error)       { return []byte(v.String()), nil }
func (v Answer) MarshalText() ([]byte, error)      { return []byte(v.String()), nil }
func (v PacketState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
func (v Result) MarshalText() ([]byte, error)      { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *State) UnmarshalText(b []byte) (err error) { *v, err = ParseState(string(b)); return }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Answer) UnmarshalText(b []byte) (err error) { *v, err = ParseAnswer(string(b)); return }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *PacketState) UnmarshalText(b []byte) (err error) {
	*v, err = ParsePacketState(string(b))
	return
}

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *Result) UnmarshalText(b []byte) (err error) { *v, err = ParseResult(string(b)); return }
