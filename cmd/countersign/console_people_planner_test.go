package main

import (
	"regexp"
	"strings"
	"testing"

	"countersign/review"
)

// Why can this person not see the Sales Agent? The answer names the smallest change,
// which is proposed from there and approved by who answers for the agent.
func TestWhyNotIsAnsweredAndMended(t *testing.T) {
	if testing.Short() {
		t.Skip("two people in a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "imported")
	x := consoleAs(t, db, "mira.lindqvist")
	x.press("7", "Sales Agent")
	x.filter(`name:"sales agent"`)
	x.press("f", "Why has who this, or not?")
	x.press("priya", "> Priya Raman")
	x.press("\r", "nothing gives Priya Raman access to Sales Agent")
	x.shows("The smallest change that gives View & Use")
	x.press("f", "Give Priya Raman View & Use on the agent Sales Agent")
	waits := regexp.MustCompile(`It will wait for ([^.]+)\.`)
	x.until("nobody approves it", waits.MatchString)
	checker := waits.FindStringSubmatch(x.screen())[1]
	x.reasons("she sells now", "propose")
	x.shows("it waits for ")
	x.leaves()
	explain := func() string {
		return as("", "explain", "priya.raman@acme.example", "agent:Sales Agent")
	}
	if !strings.Contains(explain(), "None") {
		t.Errorf("before it is approved:\n%s", explain())
	}

	checker, _, _ = strings.Cut(checker, " or ")
	x = consoleAs(t, db, strings.ToLower(strings.ReplaceAll(checker, " ", ".")))
	x.press("3", "Give Priya Raman View & Use")
	x.shows("Gains")
	x.press("a", "Approve this change set?")
	x.reasons("her team lead agrees", "approve")
	x.shows("applied: ")
	x.leaves()
	if got := explain(); strings.Contains(got, "nothing gives") || !strings.Contains(got, "View & Use") {
		t.Errorf("after it was approved:\n%s", got)
	}
}

// A campaign is drafted, staged and looked at by its owner, and launched by a checker.
func TestACampaignIsPlannedToLaunch(t *testing.T) {
	if testing.Short() {
		t.Skip("two people in a terminal")
	}
	t.Parallel()
	db, _ := toDemo(t, "launched")
	x := consoleAs(t, db, "ana.ferreira")
	x.press("4", "campaign")
	x.press("n", "New campaign")
	x.press("\r", "─ Name ─")
	x.press("Winter round", "Winter round")
	x.press("\r", " Winter round  193 items")
	x.press("j", "The last moment for answers")
	x.press("\r", "─ Due ─")
	x.press("2099-03-31", "2099-03-31")
	x.press("\r", "it can be drafted")
	x.press("w", "Who answers for how many items")
	x.types("\x1b")
	x.until("still previewed", func(s string) bool { return !strings.Contains(s, "Who answers for how many items") })
	x.types("W")
	x.shows("drafted: Winter round")
	x.shows("stage it: its population is frozen") // the cursor is on the draft
	x.types("t")
	x.until("not staged", func(s string) bool { return strings.Contains(s, "staged") })
	x.leaves()
	state := func(want review.State) (c review.Campaign) {
		t.Helper()
		looksInto(t, db, func(tx review.Tx) (err error) {
			c, err = campaignNamed(tx, "Winter round")
			return err
		})
		if c.State != want {
			t.Fatalf("it is %s, want %s", c.State, want)
		}
		return c
	}
	if c := state(review.Staged); c.Population == "" {
		t.Errorf("nothing is frozen: %+v", c)
	}

	x = consoleAs(t, db, "jonas.weber")
	x.press("3", "Winter round")
	x.shows("Maker     Ana Ferreira")
	x.press("a", "Type Winter round to go on")
	x.shows("You sign as jonas.weber@acme.example.")
	x.types("Winter round\r")
	x.types("\r")
	x.agrees("launch")
	x.shows("no approvals waiting")
	x.leaves()
	if c := state(review.Active); c.Launcher == "" || c.Launcher == c.Owner {
		t.Errorf("it was launched by %q, its owner is %q", c.Launcher, c.Owner)
	}
}
