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
