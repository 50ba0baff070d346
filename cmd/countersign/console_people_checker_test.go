package main

import (
	"regexp"
	"strings"
	"testing"

	"countersign/review"
)

// A checker returns one item of a packet, its reviewer answers anew and signs, and the
// checker countersigns.
func TestAPacketIsReturnedAndApproved(t *testing.T) {
	if testing.Short() {
		t.Skip("three people in a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "decided")
	x := consoleAs(t, db, "jonas.weber")
	x.press("3", "Packets to countersign")
	x.filter("clara")
	x.shows("Clara Jensen in Q4 2026")
	x.press("\r", "Approvals › Clara Jensen in Q4 2026")
	x.shows("1 of 9")
	x.types("j")
	x.press(" ", "1 marked")
	x.press("b", "What should the reviewer look at again")
	x.press("for which project?", "for which project?")
	x.press("\r\r", "returned 1 item to Clara Jensen")
	x.leaves()
	if p := progress(t, db, "clara.jensen"); p.State != review.Returned || p.Returned != 1 {
		t.Fatalf("after the return: %+v", p)
	}

	x = consoleAs(t, db, "clara.jensen")
	x.press("2", " 8 of 9 decided")
	x.types("n")
	x.shows("for which project?")
	x.decides("d", "none any more")
	x.press("F", "Type Q4 2026 to go on")
	x.press("Q4 2026\r", "> Cancel")
	x.press("\x1b[C", "> sign off")
	x.press("\r", "signed off: ")
	x.leaves()

	x = consoleAs(t, db, "jonas.weber")
	x.press("3", "Packets to countersign")
	x.filter("clara")
	x.shows("Clara Jensen in Q4 2026")
	x.shows("Decided   ")
	x.press("a", "Countersign?")
	x.shows("You sign as jonas.weber@acme.example.")
	x.reasons("clear now", "countersign")
	x.shows("countersigned: Clara Jensen in Q4 2026")
	x.leaves()
	if p := progress(t, db, "clara.jensen"); p.State != review.Countersigned || p.Returned != 0 || p.Decided != 9 {
		t.Errorf("in the end: %+v", p)
	}
	if out := as("", "packet", "show", "Clara Jensen"); !strings.Contains(out, "none any more") {
		t.Errorf("the answer given anew is not in the packet:\n%s", out)
	}
}

// An area tree is edited, its effects are seen before, it is proposed, and counts once
// a second person has signed.
func TestAnAreaTreeIsEditedAndCountersigned(t *testing.T) {
	if testing.Short() {
		t.Skip("two people in a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "imported")
	x := consoleAs(t, db, "mira.lindqvist")
	x.press("6", "Release Crew")
	x.filter(`name:"release crew"`)
	x.press("e", "Release Crew (group), for all agents")
	x.types("G")
	x.until("the last row is not Account", regexp.MustCompile(`(?m)^> +Account \(sensitive\)`).MatchString)
	x.press("2", "What it does")
	x.shows("5 people gain access")
	x.shows("1 change pending")
	x.press("w", "Reason")
	x.shows("It will wait for ")
	x.reasons("the crew answers for the account page", "propose")
	x.shows("it waits for ")
	x.leaves()
	reads := func() bool {
		return regexp.MustCompile(`(?m)^area +Account +Edit`).MatchString(as("", "access", "omar.said@acme.example"))
	}
	if reads() {
		t.Error("what waits for a checker counts already")
	}

	x = consoleAs(t, db, "jonas.weber")
	x.press("3", "Areas of Release Crew")
	x.shows("the crew answers for the account page")
	x.shows("Gains")
	x.press("a", "Approve this change set?")
	x.reasons("agreed with the owner", "approve")
	x.shows("applied: ")
	x.leaves()
	if !reads() {
		t.Errorf("after two signatures it does not count:\n%s", as("", "access", "omar.said@acme.example"))
	}
}
