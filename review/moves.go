package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// Act is what moves a campaign.
type Act uint8

// The acts.
const (
	ActStage Act = iota
	ActLaunch
	ActSignLast  // the last packet is signed off
	ActLapse     // what is open at the deadline lapses
	ActReopen    // an item is returned or reassigned
	ActNextStage // the stage closes, and items go on to the next
	ActSettle    // the last stage closes
	ActReiterate // items that nobody answered are asked again
	ActRemediate
	ActVerify
	ActClose
	ActCancel
	ActCancelSigned // the campaign ends, with a reduction or revocation that was signed
)

var actWords = []string{"stage", "launch", "sign off the last packet", "let the open packets lapse", "reopen items", "begin the next stage",
	"close the last stage", "reiterate", "remediate", "verify", "close", "cancel", "cancel on request, once a revocation is signed"}

// Acts lists every act.
func Acts() []Act {
	out := make([]Act, len(actWords))
	for i := range out {
		out[i] = Act(i)
	}
	return out
}

func (v Act) String() string { return word(actWords, v) }

// Who says who may make a move.
type Who uint8

// Who may act on a campaign.
const (
	ByOwner    Who = iota // its owner, or whoever holds the duty campaign-owner
	ByReviewer            // a reviewer of the stage
	ByChecker             // a checker who is neither reviewer nor subject
)

var whoWords = []string{"campaign owner", "reviewer", "checker"}

func (v Who) String() string { return word(whoWords, v) }

// Move is one legal move of a campaign.
type Move struct {
	From, To State
	Act      Act
	Who      []Who
	When     Deadline
}

// Deadline says what a move has to do with the campaign's due date, which is
// the last instant at which it is not over. Time is the log's: a clock that is
// set back does not open again what the log has seen close.
type Deadline uint8

// What a move has to do with the due date.
const (
	AnyTime Deadline = iota
	BeforeDue
	AfterDue
)

var deadlineWords = []string{"", "while it is to come", "once it is over"}

func (v Deadline) String() string { return word(deadlineWords, v) }

// moves is the table of legal moves; what is not in it is refused. The
// methods, the documentation and the exhaustive test all read it.
var moves = []Move{
	{Draft, Staged, ActStage, []Who{ByOwner}, AnyTime},
	{Staged, Active, ActLaunch, []Who{ByChecker}, BeforeDue},                       // the second signature
	{Active, Decided, ActSignLast, []Who{ByReviewer, ByChecker, ByOwner}, AnyTime}, // by what was decided in time; the owner: where an iteration has nothing to ask
	{Active, Decided, ActLapse, []Who{ByOwner}, AfterDue},
	{Active, Active, ActReopen, []Who{ByChecker, ByOwner}, AnyTime},
	{Decided, Active, ActReopen, []Who{ByChecker, ByOwner}, AnyTime},
	{Decided, Active, ActNextStage, []Who{ByChecker, ByReviewer, ByOwner}, AnyTime}, // whoever closed the last packet
	{Decided, SignedOff, ActSettle, []Who{ByChecker, ByReviewer, ByOwner}, AnyTime},
	{SignedOff, Active, ActReiterate, []Who{ByOwner}, AnyTime},
	{Remediating, Active, ActReiterate, []Who{ByOwner}, AnyTime},
	{Verifying, Active, ActReiterate, []Who{ByOwner}, AnyTime},
	{SignedOff, Remediating, ActRemediate, []Who{ByOwner}, AnyTime},
	{Remediating, Remediating, ActRemediate, []Who{ByOwner}, AnyTime},
	{Verifying, Remediating, ActRemediate, []Who{ByOwner}, AnyTime},
	{Remediating, Verifying, ActVerify, []Who{ByOwner}, AnyTime},
	{Verifying, Verifying, ActVerify, []Who{ByOwner}, AnyTime},
	{Verifying, Closed, ActClose, []Who{ByOwner}, AnyTime},
	{Draft, Cancelled, ActCancel, []Who{ByOwner}, AnyTime}, // by the owner: while no reduction or revocation is signed
	{Staged, Cancelled, ActCancel, []Who{ByOwner}, AnyTime},
	{Active, Cancelled, ActCancel, []Who{ByOwner}, AnyTime},
	{Decided, Cancelled, ActCancel, []Who{ByOwner}, AnyTime},
	{SignedOff, Cancelled, ActCancel, []Who{ByOwner}, AnyTime},
	{Remediating, Cancelled, ActCancel, []Who{ByOwner}, AnyTime},
	{Verifying, Cancelled, ActCancel, []Who{ByOwner}, AnyTime},
	{Active, Cancelled, ActCancelSigned, []Who{ByChecker}, AnyTime}, // the second signature
	{Decided, Cancelled, ActCancelSigned, []Who{ByChecker}, AnyTime},
	{SignedOff, Cancelled, ActCancelSigned, []Who{ByChecker}, AnyTime},
	{Remediating, Cancelled, ActCancelSigned, []Who{ByChecker}, AnyTime},
	{Verifying, Cancelled, ActCancelSigned, []Who{ByChecker}, AnyTime},
}

// Moves gives a copy of the table of legal moves, for documentation and tests.
func Moves() []Move {
	out := slices.Clone(moves)
	for i := range out {
		out[i].Who = slices.Clone(out[i].Who)
	}
	return out
}

// move gives the state a campaign goes to by an act of one who is who. An act
// that is not in the table is a Conflict with the rule "move"; one that is,
// but not for who, is Forbidden with the rule "move-who".
func (c Campaign) move(a Act, who Who) (State, error) {
	var from []string
	for _, m := range moves {
		if m.Act != a {
			continue
		}
		if m.From != c.State {
			if !slices.Contains(from, m.From.String()) {
				from = append(from, m.From.String())
			}
			continue
		}
		if !slices.Contains(m.Who, who) {
			return c.State, domain.Errorf(domain.Forbidden, "a %s does not %s the campaign %q", who, a, c.Name).
				Hinted("ask a %s", m.Who[0]).ByRule("move-who")
		}
		return m.To, nil
	}
	return c.State, domain.Errorf(domain.Conflict, "the campaign %q is %s: it cannot %s now", c.Name, c.State, a).
		Hinted("that is possible while it is %s", strings.Join(from, " or ")).ByRule("move")
}
