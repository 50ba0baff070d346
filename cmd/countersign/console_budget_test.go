package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
	"countersign/tui/tuitest"
)

// budgetItems is how many items the budgets of CONSOLE.md, section 2, are held
// with; the environment's COUNTERSIGN_BUDGET_ITEMS asks for more, a million.
func budgetItems(t testing.TB) int {
	text := os.Getenv("COUNTERSIGN_BUDGET_ITEMS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		t.Fatalf("COUNTERSIGN_BUDGET_ITEMS is %q: give a number from 1000 on", text)
	}
	return n
}

// packed makes a rehearsal database in which one reviewer answers for n items, and
// gives its path.
func packed(t *testing.T, program string, n int) string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "packed.db")
	if out, err := exec.Command(program, "--db", db, "init", "--rehearsal", "--org-name", "Acme", "--admin", "ana@acme.example", "--checker", "tom@acme.example", "--checker", "mira@acme.example").CombinedOutput(); err != nil {
		t.Fatalf("init: %v\n%s", err, out)
	}
	st, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	var ana domain.ID
	storetest.View(t, st, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		p, err := findPrincipal(o, "ana@acme.example")
		ana = p.ID
		return err
	})
	const campaign domain.ID = "cmp_packed"
	items := make([]review.StagedItem, n)
	for i := range items {
		no := i + 1
		name, target := fmt.Sprintf("Person %06d", i/8), fmt.Sprintf("Agent %03d", i%977)
		items[i] = review.StagedItem{No: no, Holder: name, Target: target, Reach: 1, HighRisk: i%9 == 0, Since: 1,
			Holding: domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%d", no)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID(fmt.Sprintf("usr_%06d", i/8))},
				Target: domain.Target{Kind: domain.TargetAgent, ID: domain.ID(fmt.Sprintf("agt_%03d", i%977))}, Level: domain.Edit},
			About: "Support, Tier 1", Allows: "may edit it", How: []string{name + " → " + target + ": Edit"}, Class: domain.ClassInternal,
			Subjects: []domain.ID{domain.ID(fmt.Sprintf("usr_%06d", i/8))},
			Assigned: []review.Assigned{{Campaign: campaign, Item: no, Stage: 1, Reviewer: ana, Rule: "manager"}}}
	}
	storetest.Stage(t, st, review.Campaign{ID: campaign, Name: "Q1", Owner: ana, Iteration: 1, Due: time.Now().AddDate(1, 0, 0).UTC(),
		Definition: review.Definition{Stages: make([]review.Stage, 1)}}, "pop_packed", items)
	return db
}

// written is how many bytes the program has drawn since the last call.
func (x *terminalTest) written(since *int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.raw.Len() - *since
	*since = x.raw.Len()
	return n
}

// TestConsoleBudgets holds what is drawn against CONSOLE.md, section 2, in a
// terminal of 200x50: a move of the list takes at most 800 bytes and a page 10 kB,
// with the details beside it at most those again, and of a thousand keys in one write
// every one is applied. Times are told and not asserted: .ci/accept/budget.sh prints
// them for a million items, and see the benchmarks of the pages.
func TestConsoleBudgets(t *testing.T) {
	if testing.Short() {
		t.Skip("stages a hundred thousand items")
	}
	t.Parallel()
	program, n := program(t), budgetItems(t)
	db, who := packed(t, program, n), "ana@acme.example"
	for _, size := range tuitest.Five() {
		firstFrames(t, program, db, who, size[0], size[1])
	}
	if large := os.Getenv("COUNTERSIGN_BUDGET_DB"); large != "" { // of another organisation, as large as one likes
		firstFrames(t, program, large, os.Getenv("COUNTERSIGN_BUDGET_AS"), 200, 50)
	}
	x := inTerminal(t, 200, 50, program, "--db", db, "--as", who)
	x.shows("Waiting for you")
	at := func(no int) string { return fmt.Sprintf(" %d of %d", no, n) }
	begun := time.Now()
	x.types("2")
	x.shows(at(1))
	t.Logf("%d items: the first of them are there %v after they are asked for", n, time.Since(begun).Round(time.Millisecond))
	mark := 0
	moves := func(what string, first, most int) {
		t.Helper()
		const moves, pages = 60, 10
		x.shows(at(first))
		x.written(&mark)
		for i := range moves {
			x.types("j")
			x.shows(at(first + 1 + i))
		}
		perMove := x.written(&mark) / moves
		for range pages {
			before := x.screen()
			x.types("\x1b[6~")
			x.changes(before)
		}
		perPage := x.written(&mark) / pages
		t.Logf("%s: a move takes %d bytes, a page %d", what, perMove, perPage)
		if perMove > most || perPage > 10_000+most {
			t.Errorf("%s: a move takes %d bytes and a page %d; the budget is %d, and 10 kB", what, perMove, perPage, most)
		}
	}
	x.shows("Agent 000") // in the details
	moves("with the details", 1, 1600)
	x.types("g")
	x.shows(at(1))
	x.types("p") // the list alone: what a move of it costs
	x.shows("Decision")
	x.types("jk")
	moves("the list", 1, 800)
	x.types("g")
	x.shows(at(1))
	burst := bytes.Repeat([]byte{'j'}, 1000)
	begun = time.Now()
	x.types(string(burst))
	x.shows(at(1001))
	t.Logf("a burst of %d keys settles in %v", len(burst), time.Since(begun).Round(time.Millisecond))
	begun = time.Now()
	x.types("G")
	x.shows(at(n))
	t.Logf("the last item is there after %v", time.Since(begun).Round(time.Millisecond))
	x.types("\x03")
	x.ends()
}

// firstFrames tells how long a console of w×h takes to draw anything, and to have what
// waits for whoever acts.
func firstFrames(t *testing.T, program, db, who string, w, h int) {
	t.Helper()
	begun := time.Now()
	x := inTerminal(t, w, h, program, "--db", db, "--as", who)
	x.until("nothing is drawn", func(s string) bool { return strings.TrimSpace(s) != "" })
	first := time.Since(begun)
	x.shows("Waiting for you")
	t.Logf("%dx%d: the first frame is there after %v, what waits for %s after %v", w, h, first.Round(time.Millisecond), who, time.Since(begun).Round(time.Millisecond))
	x.types("\x03")
	x.ends()
}

// changes waits until the screen is another than before.
func (x *terminalTest) changes(before string) {
	x.t.Helper()
	limit := time.After(patience)
	for x.screen() == before {
		select {
		case <-x.news:
		case <-limit:
			x.t.Fatalf("the screen stays:\n%s", before)
		}
	}
}
