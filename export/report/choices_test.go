package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/export/xlsx"
	"countersign/review"
	"countersign/store/storetest"
)

// What each report can be narrowed by, as a person would expect it of what it lists.
var narrowed = map[string]string{"agent-matrix": "department active agents filter as-of", "area-matrix": "department active agent filter as-of",
	"findings": "filter as-of", "coverage": "department active agents filter as-of", "group-analytics": "filter as-of", "campaign": "",
	"people": "department active filter as-of", "compliance": "filter as-of", "roles": "filter as-of", "group-membership": "department active filter as-of",
	"groups": "filter as-of", "members": "department active filter as-of", "agents": "agents filter as-of", "changes": "filter from to as-of", "log": "filter from to as-of"}

func TestReportsRefuseWhatTheyCannotDo(t *testing.T) {
	asks := map[string]Request{"department": {People: PeopleFilter{Department: "Sales"}}, "active": {People: PeopleFilter{ActiveOnly: true}},
		"agents": {People: PeopleFilter{Agents: []domain.ID{"agt_x"}}}, "agent": {Agent: "agt_x"}, "as-of": {Event: 3},
		"filter": {Filter: "anything"}, "from": {From: noon}, "to": {To: noon}}
	if len(narrowed) != len(Reports()) {
		t.Fatalf("the table is of %d reports, there are %d", len(narrowed), len(Reports()))
	}
	for _, r := range Reports() {
		for word, q := range asks {
			err := r.Check(q)
			if takes := slices.Contains(strings.Fields(narrowed[r.Name]), word); takes != (err == nil) {
				t.Errorf("%s by %s: %v", r.Name, word, err)
				continue
			}
			var e *domain.Error
			if err == nil {
				continue
			}
			if !errors.As(err, &e) || e.Code != domain.Invalid || !strings.Contains(e.Message, "the report "+r.Name) || !strings.Contains(e.Hint, "--"+word) {
				t.Errorf("%s by %s is refused with %v", r.Name, word, err)
			}
			if r.Name != "campaign" && !strings.Contains(e.Hint, "agent") && !strings.Contains(e.Hint, "log") { // a matrix or the log takes each of them
				t.Errorf("%s by %s: the hint %q names no report that takes it", r.Name, word, e.Hint)
			}
		}
		if err := r.Check(Request{}); err != nil {
			t.Errorf("%s: nothing asked is refused: %v", r.Name, err)
		}
	}
	storetest.View(t, storetest.Open(t), func(tx review.Tx) error {
		r, err := Find("groups")
		if err != nil {
			return err
		}
		if _, err := r.Build(context.Background(), tx, asks["department"]); code(err) != domain.Invalid {
			t.Errorf("groups of a department were built: %v", err)
		}
		return nil
	})
}

// A change set stands in a report as of a moment as it stood then.
func TestChangeSetsStandAsTheyStoodThen(t *testing.T) {
	q := closedQuarter(t)
	state := func(at domain.Seq, id string) (state, ended string) {
		storetest.View(t, q.s, func(tx review.Tx) error {
			r, err := Find("changes")
			if err != nil {
				return err
			}
			wb, err := r.Build(context.Background(), tx, Request{Event: at})
			if err != nil {
				return err
			}
			var out bytes.Buffer
			if _, err := Write(context.Background(), &out, CSV, wb, ""); err != nil {
				return err
			}
			rows, err := csv.NewReader(&out).ReadAll()
			for _, row := range rows[1:] {
				if row[0] == id {
					state, ended = row[3], row[10]
				}
			}
			return err
		})
		return state, ended
	}
	n := 0
	storetest.View(t, q.s, func(tx review.Tx) error {
		for cs, err := range changeSets(context.Background(), tx, review.ChangeSetQuery{}) {
			if err != nil {
				return err
			}
			n++
			for at, want := range map[domain.Seq]string{cs.Proposed - 1: "", cs.Proposed: "proposed", cs.Ended - 1: "proposed", cs.Ended: "applied"} {
				got, ended := state(at, string(cs.ID))
				if cs.Ended-1 == cs.Proposed+1 && at == cs.Ended-1 && got == "approved" {
					continue // its approval stands between the two
				}
				if got != want || (ended != "") != (at >= cs.Ended) {
					t.Errorf("%s (proposed %d, ended %d) as of %d is %q, ended %q; want %q", cs.ID, cs.Proposed, cs.Ended, at, got, ended, want)
				}
			}
		}
		return nil
	})
	if n == 0 {
		t.Fatal("no change sets: the test shows nothing")
	}
}

func TestAFileOfAnotherLayoutIsNotCompared(t *testing.T) {
	q := closedQuarter(t)
	file := closedBook(t)
	st, err := ReadStated(bytes.NewReader(file), int64(len(file)))
	if err != nil || st.Layout != Layout || st.Campaign != string(q.c.ID) || st.Version != "test" {
		t.Fatalf("the cover states %+v, %v", st, err)
	}
	storetest.View(t, q.s, func(tx review.Tx) error {
		if _, _, why, err := Again(context.Background(), tx, st); why != "" || err != nil {
			t.Errorf("of this layout: %q, %v", why, err)
		}
		st.Layout--
		// A file of these sheets and columns is of this layout, whatever its cover says.
		if wb, _, why, err := Again(context.Background(), tx, st); why != "" || len(wb.Sheets) == 0 || err != nil {
			t.Errorf("of this layout, saying another: %q, %v", why, err)
		}
		st.heads[sheetDecisions] = st.heads[sheetDecisions][1:]
		if _, _, why, err := Again(context.Background(), tx, st); !strings.Contains(why, fmt.Sprintf("made by layout %d", Layout-1)) || !strings.Contains(why, "the version that made it, Countersign test") || err != nil {
			t.Errorf("of another layout: %q, %v", why, err)
		}
		return nil
	})
}

// A campaign under way is compared as it was, as long as nothing but exports
// happened to it.
func TestAnOpenCampaignIsMadeAgainUntilItMovesOn(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	q.answer(1, review.Keep, domain.EditAgent, "needed")
	file, _ := q.export()
	again := func() (v Verification, why string) {
		storetest.View(t, q.s, func(tx review.Tx) error {
			st, err := ReadStated(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				return err
			}
			wb, _, w, err := Again(context.Background(), tx, st)
			if why = w; why == "" && err == nil {
				v = verify(t, file, &wb)
			}
			return err
		})
		return v, why
	}
	_, err := q.svc.Exported(context.Background(), q.ada, review.Export{Report: "campaign", SHA256: "00", Campaign: q.c.ID})
	q.must(err)
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "later", Actor: "usr_tom"},
		domain.Begin(domain.Group{ID: "grp_new", Name: "New"}))
	if v, why := again(); why != "" || !v.Holds() || !v.Compared {
		t.Errorf("after an export and another's change: %q, %+v", why, v)
	}
	q.answer(2, review.Keep, domain.EditAgent, "needed too")
	if _, why := again(); !strings.Contains(why, "moved on") {
		t.Errorf("after a decision: %q", why)
	}
}

func TestGatheringCanBeCancelled(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	storetest.View(t, q.s, func(tx review.Tx) error {
		if _, err := GatherCampaign(ctx, tx, q.c.ID, "test"); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		return nil
	})
}

// Of a campaign's rows only the words of answers and results are kept.
func TestFiguresCountOnlyTheirOwnColumns(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	file, _ := q.export()
	book, err := xlsx.Open(bytes.NewReader(file), int64(len(file)))
	q.must(err)
	n, err := tallyWords(book, sheetDecisions, func(h string, _ int) bool { return h == "Answer" || h == "Result" })
	q.must(err)
	items := len(q.items())
	if n.rows != items || len(n.words) != 2 || n.words[n.at["Answer"]]["undecided"] != items || n.words[n.at["Result"]]["pending"] != items {
		t.Errorf("%d rows, words %v", n.rows, n.words)
	}
}
