package review

import (
	"testing"

	"countersign/domain"
)

// What a person said stays theirs when the rule for silence says the same in
// another stage; what only silence said is nobody's.
func TestAPersonsAnswerIsNotCalledUnanswered(t *testing.T) {
	d := Definition{Strategy: AllMustAccept.String()}
	said := Ruling{Item: 1, Stage: 1, Answer: Keep, Level: domain.Edit, Reviewer: "usr_tom", Checker: "usr_cleo"}
	silent := Ruling{Item: 1, Stage: 2, Answer: Keep, Level: domain.Edit, Reviewer: "usr_ada", Unanswered: true}
	first := silent
	first.Stage = 1
	later := said
	later.Stage = 2
	for name, c := range map[string]struct {
		stages     []Ruling
		by         domain.ID
		decisive   int
		unanswered bool
	}{
		"said, then silence": {[]Ruling{said, silent}, "usr_tom", 1, false},
		"silence, then said": {[]Ruling{first, later}, "usr_tom", 2, false},
		"silence alone":      {[]Ruling{first, silent}, "usr_ada", 2, true},
	} {
		got, err := RuleOver(d, c.stages)
		if err != nil || got.Answer != Keep || got.Reviewer != c.by || got.Decisive != c.decisive || got.Unanswered != c.unanswered {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// An attempt to close a stage that was interrupted may have ruled that an item
// stops which, closed again, goes on: that ruling is taken away.
func TestALeftoverRulingIsTakenAway(t *testing.T) {
	c := Campaign{ID: "cmp_1", Stage: 1, Iteration: 1, State: Decided, Definition: Definition{Strategy: AllMustAccept.String(),
		Stages: []Stage{{Strategy: OneAcceptAccepts.String()}, {Strategy: OneAcceptAccepts.String()}}}}
	left := Ruling{Campaign: c.ID, Item: 7, Answer: Abstain, Last: 1, Decisive: 1, Iteration: 1}
	cl := closing{c: c, by: map[string]int{}, checkers: map[domain.ID]domain.ID{}}
	votes := ItemVotes{Item: 7, Level: domain.Edit, Votes: []StageVote{{Vote: Vote{Answer: Keep}, Reviewer: "usr_tom"}}}
	if err := cl.item(votes, map[domain.ID]Ruling{left.RecordID(): left}); err != nil {
		t.Fatal(err)
	}
	gone := 0
	for _, p := range cl.put {
		if p.after == nil && p.before == domain.Record(left) {
			gone++
		}
	}
	if cl.goOn != 1 || gone != 1 {
		t.Errorf("%d go on, %d leftovers are taken away: %+v", cl.goOn, gone, cl.put)
	}
}

// A packet that nobody signed is never called signed.
func TestALapsedPacketIsCalledSo(t *testing.T) {
	for want, p := range map[string]Packet{"signed": {State: Signed}, "lapsed": {State: Signed, Lapsed: true},
		"lapsed, countersigned": {State: Countersigned, Lapsed: true}, "returned": {State: Returned}} {
		if got := p.Word(); got != want {
			t.Errorf("%+v is called %q, want %q", p, got, want)
		}
		if got := (Progress{State: p.State, Lapsed: p.Lapsed}).Word(); got != want {
			t.Errorf("the progress of %+v is called %q", p, got)
		}
	}
}
