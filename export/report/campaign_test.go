package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/export/xlsx"
	"countersign/review"
	"countersign/store/storetest"
)

// export writes the campaign's workbook and opens it.
func (q *quarter) export() ([]byte, *xlsx.Book) {
	q.t.Helper()
	var file []byte
	var book *xlsx.Book
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		wb, err := buildCampaign(context.Background(), tx, Request{Campaign: string(q.c.ID), Version: "test", Actor: q.ada})
		if err == nil {
			file, book = written(q.t, wb)
		}
		return err
	})
	return file, book
}

// byHeader gives a sheet's rows as header → text.
func byHeader(t testing.TB, b *xlsx.Book, name string) []map[string]string {
	t.Helper()
	rows := cells(t, b, name)
	var out []map[string]string
	for i := range rows[1:] {
		m := map[string]string{}
		for j, h := range rows[0] {
			m[h] = at(rows, i+1, j)
		}
		if m[rows[0][0]] != "Total" && strings.Join(rows[i+1], "") != "" {
			out = append(out, m)
		}
	}
	return out
}

func TestTheCampaignWorkbookSaysWhatHappened(t *testing.T) {
	q := quarterOf(t, hostile)
	q.launch()
	q.decide()
	q.finish()
	_, book := q.export()

	items := q.items()
	rows := byHeader(t, book, sheetDecisions)
	if len(rows) != len(items) || len(rows) != len(hostile)+2 {
		t.Fatalf("%d rows for %d items", len(rows), len(items))
	}
	answers, results, seconds := map[string]int{}, map[string]int{}, 0
	for i, it := range items {
		r := rows[i]
		word := it.Holding.Ladder().Word
		for header, want := range map[string]string{"Item": fmt.Sprint(it.No), "Holder": it.Holder, "Target": it.Target, "Level": word(it.Holding.Level),
			"Answer": it.Decision.Answer.String(), "Level decided": word(it.Decision.Level), "Reason": it.Decision.Reason, "Reviewer": "Tom Vale",
			"Reviewer id": "usr_tom", "Result": it.Outcome.Result.String(), "Event": fmt.Sprint(it.Decided), "Round": "1",
			"Seconds": "7", "Sign-off": "countersigned", "Holding id": string(it.Holding.ID), "Flags": strings.Join(it.Flags, ", ")} {
			if !shortened(r[header], want) {
				t.Errorf("item %d, %s: %.60q, want %.60q", it.No, header, r[header], want)
			}
		}
		wantNow := map[review.Answer]string{review.Keep: "", review.Reduce: "View & Use", review.Revoke: "gone"}[it.Decision.Answer]
		if it.Holding.ID == "gnt_hr" {
			wantNow = ""
		}
		if r["Level now"] != wantNow {
			t.Errorf("item %d is now %q, want %q", it.No, r["Level now"], wantNow)
		}
		answers[it.Decision.Answer.String()]++
		results[it.Outcome.Result.String()]++
		seconds += it.Decision.Seconds
	}
	if len(answers) != 3 || results["exception"] == 0 || results["verified"] == 0 {
		t.Fatalf("the quarter gave %v and %v: it would test little", answers, results)
	}
	q.checkFigures(book, answers, results, seconds)
	q.checkVersions(book, items)
	q.checkRemediation(book, items)
}

// checkFigures holds the live figures against those counted from the items.
func (q *quarter) checkFigures(book *xlsx.Book, answers, results map[string]int, seconds int) {
	t := q.t
	n := len(hostile) + 2
	population := cells(t, book, sheetPopulation)
	differences := 0
	for i, r := range population {
		for j, v := range r {
			if v == labelDifference && j == 0 {
				differences++
				if at(population, i, 1) != "0" {
					t.Errorf("the difference in row %d is %q", i+1, at(population, i, 1))
				}
			}
			if v == labelDifference && j == 3 {
				for k := i + 1; k < len(population) && len(population[k]) > 3; k++ {
					differences++
					if population[k][3] != "0" || population[k][1] != population[k][2] {
						t.Errorf("level %q: %q", population[k][0], population[k])
					}
				}
			}
		}
	}
	// Two for the whole, two levels of agents.
	if differences != 4 {
		t.Errorf("%d differences are shown in %q", differences, population)
	}
	// 2 grants of agents' roles and so on are out of scope; one grant is over, one
	// has a holder who is not there.
	for label, want := range map[string]string{"In scope: items": fmt.Sprint(n), "Excluded: window is over": "1",
		"Orphaned: holder or target is not there": "1", "Rejected: cannot be decided": "0", "Compared": "the same"} {
		if got := value(t, population, label); got != want {
			t.Errorf("population, %s: %q, want %q", label, got, want)
		}
	}
	cover := cells(t, book, sheetCover)
	stat := cells(t, book, sheetStatistics)
	if value(t, cover, labelDifference) != "0" || value(t, cover, "Rows in Decisions") != fmt.Sprint(n) {
		t.Error("the cover's tie-out does not read 0")
	}
	if value(t, cover, "Share decided") != "100.0%" || !strings.HasPrefix(cover[0][0], "REHEARSAL") {
		t.Errorf("share decided %q, banner %q", value(t, cover, "Share decided"), cover[0][0])
	}
	for _, word := range []string{"keep", "reduce", "revoke", "abstain"} {
		if got := value(t, cover, upperFirst(word)); got != fmt.Sprint(answers[word]) {
			t.Errorf("the cover has %s %s, want %d", got, word, answers[word])
		}
	}
	for _, r := range []review.Result{review.Verified, review.Retained, review.Exception, review.Residual} {
		if got := value(t, cover, upperFirst(r.String())); got != fmt.Sprint(results[r.String()]) {
			t.Errorf("the cover has %s %s, want %d", got, r, results[r.String()])
		}
	}
	var all []string
	for _, r := range stat {
		if len(r) > 8 && r[0] == "All" {
			all = r
		}
	}
	want := []string{"All", fmt.Sprint(n), fmt.Sprint(answers["keep"]), fmt.Sprint(answers["reduce"]), fmt.Sprint(answers["revoke"]), "0", "0", "0", fmt.Sprint(seconds), "7"}
	if strings.Join(all, "|") != strings.Join(want, "|") {
		t.Errorf("statistics %q, want %q", all, want)
	}
	who := byHeader(t, book, sheetReviewers)
	if len(who) != 1 || who[0]["Reviewer id"] != "usr_tom" || who[0]["Items"] != fmt.Sprint(n) || who[0]["Revoke"] != fmt.Sprint(answers["revoke"]) ||
		who[0]["State"] != "countersigned" {
		t.Errorf("reviewers %q", who)
	}
}

// checkVersions expects one row for every answer ever given.
func (q *quarter) checkVersions(book *xlsx.Book, items []review.Item) {
	t := q.t
	want := 0
	storetest.View(t, q.s, func(tx review.Tx) error {
		for _, it := range items {
			vs, err := tx.Votes(q.c.ID, it.No)
			if err != nil {
				return err
			}
			want += len(vs)
		}
		return nil
	})
	rows := byHeader(t, book, sheetVersions)
	if len(rows) != want || want <= len(items) {
		t.Errorf("%d versions, the store has %d of %d items", len(rows), want, len(items))
	}
	changed := 0
	for i, r := range rows {
		if r["Was"] != "" {
			changed++
			if r["Was"] != "keep" || r["Answer"] != "reduce" || r["Item"] != rows[i-1]["Item"] || r["Level decided"] != "View & Use" {
				t.Errorf("version %d is %q", i, r)
			}
		}
	}
	if changed != want-len(items) {
		t.Errorf("%d changes of mind, want %d", changed, want-len(items))
	}
	signs := byHeader(t, book, sheetSignOffs)
	if len(signs) != 2 || signs[0]["State"] != "signed" || signs[1]["State"] != "countersigned" || signs[0]["By"] != "Tom Vale <tom@acme.example>" ||
		!strings.Contains(signs[1]["By"], "cleo.c@acme.example") || signs[0]["Digest of the decisions"] != signs[1]["Digest of the decisions"] ||
		!strings.HasPrefix(signs[0]["Statement"], "I, Tom Vale, decided ") || signs[0]["Assurance"] != "A0" {
		t.Errorf("sign-offs %q", signs)
	}
}

func (q *quarter) checkRemediation(book *xlsx.Book, items []review.Item) {
	t := q.t
	rows, k := byHeader(t, book, sheetRemediation), 0
	sets := map[string]bool{}
	for _, r := range byHeader(t, book, sheetChangeSets) {
		sets[r["Change set"]] = true
		if r["State"] != "applied" || !strings.Contains(r["Approved by"], "cleo.c@") || r["Maker"] != "Tom Vale <tom@acme.example>" || r["Ended (UTC)"] == "" ||
			r["Carried out by"] != "Ada Admin <ada@acme.example>" || !strings.HasPrefix(r["Approved through"], "the countersignature of what Tom Vale decided, stage 1, event ") {
			t.Errorf("change set %q", r)
		}
	}
	for _, it := range items {
		if it.Decision.Answer != review.Reduce && it.Decision.Answer != review.Revoke {
			continue
		}
		if k >= len(rows) || rows[k]["Item"] != fmt.Sprint(it.No) || rows[k]["Result"] != it.Outcome.Result.String() {
			t.Fatalf("remediation row %d is %q, want item %d", k, at2(rows, k), it.No)
		}
		if it.Holding.ID != "gnt_hr" && !sets[rows[k]["Change set"]] {
			t.Errorf("item %d names the change set %q", it.No, rows[k]["Change set"])
		}
		if r := rows[k]; it.Holding.ID == "gnt_hr" && (r["Change set"] != "none: not taken away in hr" || r["Applied at event"] != "") ||
			it.Holding.ID != "gnt_hr" && (r["Carried out by"] != "Ada Admin <ada@acme.example>" || !strings.Contains(r["Approved by"], "cleo.c@") || r["Applied (UTC)"] == "") {
			t.Errorf("remediation of item %d: %q", it.No, r)
		}
		k++
	}
	if k != len(rows) {
		t.Errorf("%d rows of remediation, want %d", len(rows), k)
	}
	for _, r := range byHeader(t, book, sheetExceptions) {
		if r["Result"] != "exception" || r["Until"] != "2026-06-30" || !strings.Contains(r["Approved by"], "cleo.c@") || r["Reason"] != "the next import ends it" ||
			r["Asked for by"] != "Ada Admin <ada@acme.example>" || number(t, r["Asked at event"]) == 0 || number(t, r["Approved at event"]) <= number(t, r["Asked at event"]) ||
			r["Asked (UTC)"] == "" || r["Approved (UTC)"] == "" {
			t.Errorf("exception %q", r)
		}
	}
	work := byHeader(t, book, sheetWork)
	if len(work) != 1 || work[0]["System"] != "hr" || work[0]["Level there"] != "View & Use" || work[0]["Owner"] != "Tom Vale <tom@acme.example>" {
		t.Errorf("work list %q", work)
	}
	q.checkLeftOut(book)
}

// checkLeftOut expects every holding that is no item, with its reason: as many of
// each as the tie-out counts.
func (q *quarter) checkLeftOut(book *xlsx.Book) {
	t, tie := q.t, q.c.TieOut
	n := map[string]int{}
	for _, r := range byHeader(t, book, sheetLeft) {
		n[r["Reason"]]++
		if r["Holder"] == "" || r["Target"] == "" || r["Level"] == "" {
			t.Errorf("left out: %q", r)
		}
		switch r["Holding"] {
		case "gnt_lost":
			if r["Reason"] != "orphaned: its holder is not there" || r["Target"] != "Ops Agent" {
				t.Errorf("orphaned: %q", r)
			}
		case "gnt_over":
			if r["Reason"] != review.ExcludedOver || r["Level"] != "View & Use" || r["Window"] == "" {
				t.Errorf("over: %q", r)
			}
		}
	}
	for why, want := range tie.Excluded {
		if n[why] != want {
			t.Errorf("%d holdings are left out as %q, the tie-out counts %d", n[why], why, want)
		}
		delete(n, why)
	}
	if len(n) != 1 || n["orphaned: its holder is not there"] != tie.Orphaned || tie.Orphaned != 1 || tie.Rejected != 0 {
		t.Errorf("besides what is excluded: %v, the tie-out has %d orphaned and %d rejected", n, tie.Orphaned, tie.Rejected)
	}
}

func at2(rows []map[string]string, i int) map[string]string {
	if i < len(rows) {
		return rows[i]
	}
	return nil
}

func TestAClosedCampaignIsPinnedToItsClosing(t *testing.T) {
	q := closedQuarter(t)
	first, book := q.export()
	again, _ := q.export()
	// Life goes on: names, levels and the log change, another campaign begins.
	changes := []domain.Change{}
	storetest.View(t, q.s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		tom, _ := o.Principal("usr_tom")
		renamed := tom
		renamed.Name, renamed.Department = "Thomas Hill", "Sales"
		agent, _ := o.Agent("agt_ops")
		other := agent
		other.Name = "Operations"
		crew, _ := o.Get(domain.KindGrant, "gnt_crew")
		changes = append(changes, domain.Replace(tom, renamed), domain.Replace(agent, other), domain.End(crew.Record))
		return nil
	})
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "later", Actor: "usr_tom"}, changes...)
	storetest.Append(t, q.s, domain.Event{Type: domain.EvExported, Subject: string(q.c.ID), Actor: "usr_tom"})
	later, _ := q.export()
	if sha256.Sum256(first) != sha256.Sum256(again) {
		t.Error("two exports of the same state differ")
	}
	if sha256.Sum256(first) != sha256.Sum256(later) {
		got, err := xlsx.Open(bytes.NewReader(later), int64(len(later)))
		q.must(err)
		for d, err := range xlsx.Compare(book, got) {
			t.Errorf("after further events: %v %v", d, err)
		}
		t.Fatal("an export after further events differs")
	}
	cover := cells(t, book, sheetCover)
	rows := byHeader(t, book, sheetLog)
	last := rows[len(rows)-1]
	if last["What"] != string(review.EvClosed) || value(t, cover, labelSize) != fmt.Sprint(number(t, last["Event"])+1) {
		t.Errorf("the log ends with %q, the cover says size %s", last, value(t, cover, labelSize))
	}
	storetest.View(t, q.s, func(tx review.Tx) error {
		root, err := rootAt(context.Background(), tx, int64(number(t, last["Event"])+1))
		if root != value(t, cover, labelRoot) {
			t.Errorf("the cover has the root %q, the log had %q", value(t, cover, labelRoot), root)
		}
		return err
	})
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnOpenCampaignShowsWhatIsOpen(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	q.answer(1, review.Keep, domain.EditAgent, "needed")
	_, book := q.export()
	cover := cells(t, book, sheetCover)
	if value(t, cover, "State") != "active" || value(t, cover, labelDifference) != "0" || value(t, cover, "Undecided") != fmt.Sprint(len(named())+1) {
		t.Errorf("the cover is %q", cover)
	}
	if open := byHeader(t, book, sheetExceptions); len(open) != len(named())+1 || open[0]["Answer"] != "undecided" {
		t.Errorf("%d open items are listed", len(open))
	}
}

func TestACampaignMustBeNamedAndStaged(t *testing.T) {
	q := newQuarter(t)
	storetest.View(t, q.s, func(tx review.Tx) error {
		for name, want := range map[string]domain.Code{"": domain.Invalid, "none": domain.NotFound, q.c.Name: domain.Conflict} {
			if _, err := buildCampaign(context.Background(), tx, Request{Campaign: name}); code(err) != want {
				t.Errorf("campaign %q: %v", name, err)
			}
		}
		return nil
	})
}

func TestLinksLeadToTheRowsTheyName(t *testing.T) {
	q := closedQuarter(t)
	storetest.View(t, q.s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		_, book := q.export()
		wb := Campaign(&ev)
		for _, name := range []string{sheetVersions, sheetRemediation, sheetExceptions, sheetWork} {
			s, _ := described(wb, name)
			n := 0
			for row, err := range s.Table.Rows {
				if err != nil {
					return err
				}
				for _, c := range row {
					to, ref, ok := c.Link()
					if !ok {
						continue
					}
					n++
					line := number(t, strings.TrimPrefix(ref, "A"))
					if got := at(cells(t, book, to), line-1, 0); got != c.Value().String() {
						t.Errorf("%s: %q leads to %s!%s, which holds %q", name, c.String(), to, ref, got)
					}
				}
			}
			if n == 0 {
				t.Errorf("sheet %s has no links", name)
			}
		}
		return nil
	})
}
