package report

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/store/storetest"
)

// executive gives somebody the duty, and who they are when they act.
func (q *quarter) executive(id domain.ID) domain.Actor {
	q.t.Helper()
	storetest.Append(q.t, q.s, domain.Event{Type: domain.EvApplied, Subject: "duty"},
		domain.Begin(domain.Grant{ID: "gnt_exec_" + id, Holder: holder(id), Target: domain.Target{Kind: domain.TargetDuty, ID: "executive"}, Level: domain.Held}))
	return domain.Actor{Principal: id, Via: "uid 9"}
}

func TestManagementAcknowledgesOnceItIsVerified(t *testing.T) {
	ctx := context.Background()
	q := newQuarter(t)
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "people"},
		domain.Begin(domain.Principal{ID: "usr_eve", Kind: domain.User, Name: "Eve " + evil, Email: "eve@acme.example", Status: domain.Active}))
	eve, tom, subject := q.executive("usr_eve"), q.executive("usr_tom"), q.executive("usr_h01")
	ada := q.executive(q.ada.Principal)
	refused := func(who domain.Actor, rule, statement string) {
		t.Helper()
		_, err := q.svc.Acknowledge(ctx, who, q.c.ID, statement)
		var e *domain.Error
		if !errors.As(err, &e) || e.Rule != rule || e.Hint == "" {
			t.Errorf("%s is refused with %v, want the rule %q", who.Principal, err, rule)
		}
	}
	q.launch()
	refused(eve, "move", "fine")
	q.decide()
	q.beforeClose = func() {
		_, book := q.export()
		if got := value(t, cells(t, book, sheetCover), labelAcknowledged); !strings.HasPrefix(got, "MISSING: ") {
			t.Errorf("before it the cover says %q", got)
		}
		refused(eve, "", " ")
		refused(q.cleo, "duty-missing", "fine")
		refused(tom, "acknowledge-reviewer", "fine")
		refused(ada, "acknowledge-own", "fine")
		for _, who := range []domain.Actor{eve, subject} {
			_, err := q.svc.Acknowledge(ctx, who, q.c.ID, "appropriate "+evil)
			q.must(err)
		}
	}
	q.finish()
	refused(eve, "move", "fine")
	_, book := q.export()
	cover, n := cells(t, book, sheetCover), 0
	for _, r := range cover {
		if at([][]string{r}, 0, 0) == labelAcknowledged {
			n++
			if r[1] != "appropriate "+evil {
				t.Errorf("the cover has the statement %q", r[1])
			}
		}
	}
	by := value(t, cover, "By")
	if n != 2 || !strings.Contains(by, "Eve ") || !strings.Contains(by, "A0, at event ") {
		t.Errorf("%d statements stand on the cover, by %q", n, by)
	}
	var of []string
	for _, r := range cover {
		if len(r) > 1 && r[0] == "Of" {
			of = append(of, r[1])
		}
	}
	if len(of) != 2 || strings.Contains(of[0], "about the executive") || !strings.Contains(of[1], "; 1 of them are about the executive too") ||
		!strings.HasPrefix(of[0], strconv.Itoa(q.c.TieOut.InScope)+" items: ") {
		t.Errorf("they are of %q", of)
	}
	signs := byHeader(t, book, sheetSignOffs)
	if last := signs[len(signs)-1]; last["State"] != "acknowledged" || last["Statement"] != "appropriate "+evil || last["Items"] != strconv.Itoa(q.c.TieOut.InScope) {
		t.Errorf("the sign-offs end with %q", last)
	}
	file, _ := q.export()
	if v := verify(t, file, nil); !v.Holds() {
		t.Errorf("%q", v.Faults)
	}
}

// What changed while the campaign ran is listed, with the items it touched.
func TestChangesDuringTheWindowMarkItems(t *testing.T) {
	q := closedQuarter(t)
	_, book := q.export()
	rows := byHeader(t, book, sheetWindow)
	lowered := map[string]bool{}
	for _, it := range q.items() {
		if it.Outcome.ChangeSet != "" {
			lowered[strconv.Itoa(it.No)] = true
		}
	}
	for _, r := range rows {
		if r["Of this campaign"] != "yes" || r["Change set"] == "" || r["Maker"] != "Tom Vale <tom@acme.example>" || !strings.Contains(r["Approved by"], "cleo.c@") || r["What changed"] == "" {
			t.Errorf("a change: %q", r)
		}
		delete(lowered, r["Item touched"])
	}
	if len(rows) == 0 || len(lowered) > 0 {
		t.Errorf("%d changes are listed, and none touches the items %v", len(rows), lowered)
	}
	outcomes := byHeader(t, book, sheetOutcomes)
	for i, it := range q.items() {
		if r := outcomes[i]; r["Item"] != strconv.Itoa(it.No) || r["Result"] != it.Outcome.Result.String() || r["How it was verified"] == "" || r["Recorded (UTC)"] == "" {
			t.Errorf("outcome of item %d: %q", it.No, r)
		}
	}
}

// The cross table by level counts what the items say of their last decision, and
// what is gone is listed.
func TestDeltaCountsByLevel(t *testing.T) {
	q := closedQuarter(t)
	crew := domain.Grant{ID: "gnt_crew", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_crew"}, Target: onAgent("agt_sales"), Level: domain.ViewUse}
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "later"}, domain.End(crew))
	q.second()
	_, book := q.export()
	want, kinds := map[string]map[string]int{}, map[string]bool{}
	for _, it := range q.items() {
		kinds[upperFirst(it.Delta.Kind.String())] = true
		for _, label := range []string{"All levels", "agent: " + it.Holding.Ladder().Word(it.Holding.Level)} {
			if want[label] == nil {
				want[label] = map[string]int{}
			}
			want[label]["Items"]++
			want[label][upperFirst(it.Delta.Kind.String())]++
		}
	}
	var heads []string
	n := 0
	for _, r := range cells(t, book, sheetDelta) {
		if len(r) > 1 && r[1] == "Items" {
			heads = r
			continue
		}
		if heads == nil || len(r) < 2 || r[0] == "" || r[0] == "Gone" || r[0] == sheetGone {
			continue
		}
		for i := 1; i < len(r); i++ {
			if got := number(t, r[i]); got != want[r[0]][heads[i]] {
				t.Errorf("%s, %s: %d, want %d", r[0], heads[i], got, want[r[0]][heads[i]])
			}
			n += number(t, r[i])
		}
	}
	if n != 4*len(q.items()) || want["All levels"]["Regranted"] == 0 || len(want) < 3 || len(kinds) < 3 {
		t.Errorf("%d items are counted four times of %d, by %v", n, len(q.items()), want)
	}
	gone := byHeader(t, book, sheetGone)
	if len(gone) != 1 || gone[0]["Holding"] != "gnt_crew" || gone[0]["Answer"] != "keep" || !slices.Contains(book.Sheets(), sheetGone) {
		t.Errorf("gone: %q", gone)
	}
}
