package review

import (
	"errors"
	"slices"
	"testing"

	"countersign/domain"
)

// The states in which each act is legal, who may do it, and where it leads,
// written from the life of a campaign and not from the table:
// Draft → Staged → Active → Decided → Signed off → Remediating → Verifying →
// Closed; Cancelled from any state before Closed.
var lawful = map[Act]map[State]State{
	ActStage:     {Draft: Staged},
	ActLaunch:    {Staged: Active},
	ActSignLast:  {Active: Decided},
	ActLapse:     {Active: Decided},
	ActReopen:    {Active: Active, Decided: Active},
	ActNextStage: {Decided: Active},
	ActSettle:    {Decided: SignedOff},
	ActReiterate: {SignedOff: Active, Remediating: Active, Verifying: Active},
	ActRemediate: {SignedOff: Remediating, Remediating: Remediating, Verifying: Remediating},
	ActVerify:    {Remediating: Verifying, Verifying: Verifying},
	ActClose:     {Verifying: Closed},
	ActCancel: {Draft: Cancelled, Staged: Cancelled, Active: Cancelled, Decided: Cancelled, SignedOff: Cancelled,
		Remediating: Cancelled, Verifying: Cancelled},
	ActCancelSigned: {Active: Cancelled, Decided: Cancelled, SignedOff: Cancelled, Remediating: Cancelled, Verifying: Cancelled},
}

var lawfulWho = map[Act][]Who{
	ActStage: {ByOwner}, ActLaunch: {ByChecker}, ActSignLast: {ByReviewer, ByChecker, ByOwner}, ActLapse: {ByOwner}, ActReopen: {ByOwner, ByChecker},
	ActNextStage: {ByOwner, ByReviewer, ByChecker}, ActSettle: {ByOwner, ByReviewer, ByChecker}, ActReiterate: {ByOwner},
	ActRemediate: {ByOwner}, ActVerify: {ByOwner}, ActClose: {ByOwner},
	ActCancel: {ByOwner}, ActCancelSigned: {ByChecker},
}

// Every state × act × actor.
func TestEveryMove(t *testing.T) {
	states := []State{Draft, Staged, Active, Decided, SignedOff, Remediating, Verifying, Closed, Cancelled}
	n := 0
	for _, from := range states {
		for _, a := range Acts() {
			for _, who := range []Who{ByOwner, ByReviewer, ByChecker} {
				n++
				want, legal := lawful[a][from]
				mayAct := slices.Contains(lawfulWho[a], who)
				got, err := Campaign{Name: "Q", State: from}.move(a, who)
				switch {
				case legal && mayAct:
					if err != nil || got != want {
						t.Errorf("%s: %s by a %s gave %s, %v; want %s", from, a, who, got, err, want)
					}
				case legal:
					wantRefusal(t, err, domain.Forbidden, "move-who")
				default:
					wantRefusal(t, err, domain.Conflict, "move")
				}
				if (err != nil) && got != from {
					t.Errorf("%s: a refused %s moved to %s", from, a, got)
				}
			}
		}
	}
	if n != 9*13*3 {
		t.Errorf("%d combinations were tried", n)
	}
}

func wantRefusal(t *testing.T, err error, code domain.Code, rule string) {
	t.Helper()
	var e *domain.Error
	if !errors.As(err, &e) || e.Code != code || e.Rule != rule {
		t.Errorf("got %v, want %s by rule %q", err, code, rule)
	}
}

// What Moves hands out is a copy.
func TestMovesIsACopy(t *testing.T) {
	m := Moves()
	m[0].To = Cancelled
	m[0].Who[0] = ByChecker
	if moves[0].To == Cancelled || moves[0].Who[0] == ByChecker {
		t.Error("changing what Moves gave changed the table")
	}
}
