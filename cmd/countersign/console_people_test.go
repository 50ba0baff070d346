package main

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
	"countersign/tui/action"
)

// until waits until the screen is as it should be: what says how.
func (x *terminalTest) until(what string, ok func(screen string) bool) {
	x.t.Helper()
	limit := time.After(patience)
	for !ok(x.screen()) {
		select {
		case <-x.news:
		case <-limit:
			x.t.Fatalf("%s: the screen is\n%s", what, x.screen())
		}
	}
}

// gone waits until the screen does not hold s.
func (x *terminalTest) gone(s string) {
	x.t.Helper()
	x.until("still shown: "+s, func(screen string) bool { return !strings.Contains(screen, s) })
}

// press types keys and waits for what they show.
func (x *terminalTest) press(keys, shows string) {
	x.t.Helper()
	x.types(keys)
	x.shows(shows)
}

var rowsOf = regexp.MustCompile(`(?m) \d+ of (\d+)(?: {2,}| *│| *$)`)

// rows is how many rows the list in front has, "" where it does not say.
func rows(screen string) string {
	if m := rowsOf.FindStringSubmatch(screen); m != nil {
		return m[1]
	}
	return ""
}

// filter sets the filter of the list in front, to fewer rows, and waits for them. The
// text comes as one paste: letter by letter the rows of its beginning would be there
// for a while, fewer too and not those that are meant.
func (x *terminalTest) filter(text string) {
	x.t.Helper()
	x.until("no rows are counted", func(s string) bool { return rows(s) != "" })
	if strings.Contains(x.screen(), "filter: ") { // as it was left
		few := rows(x.screen())
		x.types("\x1b")
		x.gone("filter: ")
		x.until("the rows stay few", func(s string) bool { return rows(s) != few })
	}
	all := rows(x.screen())
	x.types("/")
	x.press("\x1b[200~"+text+"\x1b[201~", "filter: "+text)
	x.until("the rows are not fewer", func(s string) bool { return rows(s) != "" && rows(s) != all })
	x.types("\r")
}

// clears takes the filter away and waits until all rows are there: until then the list
// holds those of before.
func (x *terminalTest) clears(all int) {
	x.t.Helper()
	x.types("\x1b")
	x.gone("filter: ")
	x.until(fmt.Sprintf("not all %d rows", all), func(s string) bool { return rows(s) == strconv.Itoa(all) })
}

// agrees chooses a dialog's yes, which is not what is chosen by itself.
func (x *terminalTest) agrees(yes string) {
	x.t.Helper()
	x.shows("> Cancel")
	x.press("\x1b[C", "> "+yes)
	x.types("\r")
	x.gone("> " + yes)
}

// reasons types a reason, goes to the buttons and agrees.
func (x *terminalTest) reasons(reason, yes string) {
	x.t.Helper()
	x.press(reason, reason)
	x.types("\r")
	x.agrees(yes)
}

// leaves ends the program.
func (x *terminalTest) leaves() {
	x.t.Helper()
	x.types("\x03")
	x.ends()
}

var decidedOf = regexp.MustCompile(`(\d+) of (\d+) decided`)

// decided is how many items are decided, of how many.
func (x *terminalTest) decided() (n, of int) {
	x.t.Helper()
	x.until("no count of decisions", decidedOf.MatchString)
	m := decidedOf.FindStringSubmatch(x.screen())
	n, _ = strconv.Atoi(m[1]) // digits
	of, _ = strconv.Atoi(m[2])
	return n, of
}

// counts waits until n items are decided.
func (x *terminalTest) counts(n int) {
	x.t.Helper()
	x.until(fmt.Sprintf("not %d decided", n), func(s string) bool {
		m := decidedOf.FindStringSubmatch(s)
		return m != nil && m[1] == strconv.Itoa(n)
	})
}

// why is what the dialog of a reason says under its line.
const why = "an auditor will read them"

// decides presses a decision key no faster than a person does, and gives the reason
// where one is asked for.
func (x *terminalTest) decides(key, reason string) {
	x.t.Helper()
	n, _ := x.decided()
	<-time.After(action.Gap + action.Gap/4) // the guard's gap is what is waited out
	x.types(key)
	next := strconv.Itoa(n+1) + " of "
	x.until("nothing is decided or asked", func(s string) bool {
		return strings.Contains(s, why) || strings.Contains(s, next)
	})
	if strings.Contains(x.screen(), why) {
		x.press(reason, reason)
		x.types("\r")
	}
	x.counts(n + 1)
}

// toDemo plays the demo up to a stage and gives its database, and how somebody is
// played on the command line.
func toDemo(t *testing.T, until string) (db string, as func(who string, args ...string) string) {
	t.Helper()
	dir, program := t.TempDir(), program(t)
	db = filepath.Join(dir, "demo.db")
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("demo", "--dir", dir, "--until", until)
	return db, func(who string, args ...string) string {
		t.Helper()
		if who == "" {
			return run(append([]string{"--db", db, "--read-only"}, args...)...)
		}
		return run(append([]string{"--db", db, "--as", who + "@acme.example"}, args...)...)
	}
}

// consoleAs opens the console as somebody.
func consoleAs(t *testing.T, db, who string) *terminalTest {
	t.Helper()
	args := []string{"--db", db, "--read-only"}
	if who != "" {
		args = []string{"--db", db, "--as", who + "@acme.example"}
	}
	x := inTerminal(t, 160, 45, program(t), args...)
	x.shows("all keys")
	return x
}

// looksInto hands the store of a database to fn.
func looksInto(t *testing.T, db string, fn func(tx review.Tx) error) {
	t.Helper()
	st, err := store.Open(t.Context(), db, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	storetest.View(t, st, fn)
}

// campaignNamed is the campaign with a name.
func campaignNamed(tx review.Tx, name string) (review.Campaign, error) {
	all, err := tx.Campaigns()
	for _, c := range all {
		if c.Name == name {
			return c, err
		}
	}
	return review.Campaign{}, errors.Join(err, fmt.Errorf("there is no campaign %q", name))
}

// progress is how far a reviewer has come in the demo's campaign.
func progress(t *testing.T, db, email string) (mine review.Progress) {
	t.Helper()
	looksInto(t, db, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		p, err := findPrincipal(o, email+"@acme.example")
		if err != nil {
			return err
		}
		c, err := campaignNamed(tx, "Q4 2026")
		if err != nil {
			return err
		}
		all, err := tx.Progress(c.ID)
		for _, one := range all {
			if one.Reviewer == p.ID {
				mine = one
			}
		}
		return err
	})
	return mine
}

// A reviewer decides more than fifty items in every way there is, takes one back and
// makes it again, hands one on, and signs.
func TestAReviewerReviewsFifty(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole review in a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "launched")
	as("carlos.mendez", "review", "delegate", "4", "10", "15", "17-21", "47", "57", "58", "61", "62", "65", "85", "94", "95", "103", "105-108", "116-124",
		"--to", "helen.osei@acme.example", "--reason", "she knows them")
	x := consoleAs(t, db, "helen.osei")
	x.press("2", " 0 of 62 decided")
	const own = 5 // more rows: her own access, which others decide

	// Many at once, to a lower level: what is of high risk is left out.
	x.filter("level:edit kind:area")
	x.press("*", "marked")
	x.press("E", "Reduce to")
	x.press("\r", "Reduce 5 items?")
	x.shows("3 high-risk items are left out")
	x.reasons("reading is enough", "reduce 5")
	x.counts(5)

	// One at a time, to a level from the ladder.
	x.clears(62 + own)
	x.filter("level:edit kind:agent !decided")
	x.press("e", "Level of item")
	x.press("1", why)
	x.press("use is enough", "use is enough")
	x.types("\r")
	x.counts(6)
	x.clears(62 + own)

	// One of Imre's is somebody else's to know.
	x.filter("imre kind:group !decided")
	x.press("H", "Hand on to whom?")
	x.press("ruth", "> Ruth Adeyemi")
	x.press("\r", "Hand on 1 item?")
	x.press("her consultant", "her consultant")
	x.press("\r", "1 item handed on to Ruth Adeyemi")
	x.shows(" of 61 decided")
	x.clears(61 + own)

	// Each in turn: kept, revoked, abstained; one with a comment written before.
	x.types("gn")
	for _, step := range []string{"a", "d", "a", "t", "d", "a"} {
		x.decides(step, "as it should be")
	}
	x.press("c", "Comment on item")
	x.press("said beforehand", "said beforehand")
	x.types("\r")
	x.gone("Comment on item")
	x.decides("d", "")
	x.counts(13)

	// Taken back, made again, taken back for good.
	x.types("u")
	x.counts(12)
	x.types("U")
	x.counts(13)

	// Three marked, and revoked together.
	x.filter("kind:group !decided level:member")
	x.press("   ", "3 marked")
	x.press("D", "Revoke 3 items?")
	x.reasons("left these teams", "revoke 3")
	x.counts(16)
	x.clears(61 + own)

	// What is left is kept together, and what is of high risk one by one.
	x.filter("!decided")
	x.press("*", "marked")
	x.press("A", "high-risk items are left out")
	x.press("known and needed", "known and needed")
	x.types("\r")
	x.shows("> Cancel")
	x.press("\x1b[C", "> keep ")
	x.types("\r")
	x.gone("> keep ")
	x.until("the bulk is not decided", func(s string) bool { return !strings.Contains(s, " 16 of 61") })
	x.clears(61 + own)
	x.types("g")
	for n, of := x.decided(); n < of; n, of = x.decided() {
		x.types("gn")
		x.decides("a", "looked at on its own")
	}
	x.press("F", "Type Q4 2026 to go on")
	x.shows("You sign as helen.osei@acme.example.")
	x.press("Q4 2026\r", "> Cancel")
	x.press("\x1b[C", "> sign off")
	x.press("\r", "signed off: ")
	x.leaves()

	p := progress(t, db, "helen.osei")
	if p.State != review.Signed || p.Items != 61 || p.Decided != 61 || p.Reduce != 6 || p.Abstain != 1 || p.Revoke != 3+3 || p.Keep != 61-13 || p.Bulk < 8 {
		t.Errorf("it came to %+v", p)
	}
	looksInto(t, db, func(tx review.Tx) error {
		for typ, want := range map[domain.EventType]int{review.EvUndone: 1, review.EvSigned: 1, review.EvDelegated: 2} {
			got, err := tx.Events(review.EventQuery{Types: []domain.EventType{typ}, Limit: 100})
			if err != nil {
				return err
			}
			if len(got) != want {
				t.Errorf("%d events %s, want %d", len(got), typ, want)
			}
		}
		return nil
	})
	if out := as("helen.osei", "review", "list", "--json"); !strings.Contains(out, "said beforehand") {
		t.Error("the comment written beforehand is not the reason of its decision")
	}
}

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
	x.shows("Effects")
	x.press("a", "Approve this change set?")
	x.reasons("agreed with the owner", "approve")
	x.shows("applied: ")
	x.leaves()
	if !reads() {
		t.Errorf("after two signatures it does not count:\n%s", as("", "access", "omar.said@acme.example"))
	}
}

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
	x.shows("Effects")
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

// An auditor takes a row of the evidence workbook and finds the entry of the log it
// speaks of, with the same person, answer and reason.
func TestASampleIsFollowedIntoTheLog(t *testing.T) {
	if testing.Short() {
		t.Skip("an export and a terminal")
	}
	t.Parallel()
	db, as := toDemo(t, "decided")
	book := filepath.Join(t.TempDir(), "evidence.xlsx")
	as("", "export", "campaign", "Q4 2026", "--out", book)
	sample := regexp.MustCompile(`(?m)^item (\d+) of Q4 2026$`).FindAllStringSubmatch(as("", "campaign", "sample", "Q4 2026", "--seed", "20261122", "--size", "40"), -1)
	var item string
	var row map[string]string
	for _, drawn := range sample { // the first that was decided by itself, with a reason
		if one := decisionRow(t, book, drawn[1]); one["Bulk size"] == "" && one["Reason"] != "" {
			item, row = drawn[1], one
			break
		}
	}
	if item == "" {
		t.Fatalf("none of %d drawn items will do", len(sample))
	}
	x := consoleAs(t, db, "")
	x.press("0", "log of ")
	x.filter("number:" + row["Event"])
	x.shows("Event " + row["Event"])
	for _, want := range []string{row["Reviewer"], "item " + item, row["Answer"], row["Reason"]} {
		x.shows(want)
	}
	x.press("V", "verif")
	x.until("the log is not verified", func(s string) bool {
		return strings.Contains(s, "everything fits")
	})
	x.leaves()
}

// decisionRow is the row of the sheet Decisions of an item, by its columns.
func decisionRow(t *testing.T, book, item string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := f.GetRows("Decisions")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if r[0] == item {
			out := map[string]string{}
			for i, cell := range r {
				out[rows[0][i]] = cell
			}
			return out
		}
	}
	t.Fatalf("the workbook has no decision of item %s", item)
	return nil
}
