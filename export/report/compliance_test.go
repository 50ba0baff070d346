package report

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/store/storetest"
)

// compliance builds the report as of an event (0: now) at an instant.
func (q *quarter) compliance(event domain.Seq, at time.Time, do func(wb sheet.Workbook)) {
	q.t.Helper()
	r, err := Find("compliance")
	q.must(err)
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		wb, err := r.Build(context.Background(), tx, Request{Actor: q.ada, Event: event, At: at})
		if err == nil {
			do(wb)
		}
		return err
	})
}

// required gives the state of each requirement of a framework, by its first words.
func required(t testing.TB, wb sheet.Workbook, word string) map[string]string {
	out := map[string]string{}
	for _, r := range objects(t, wb, sheetRequirements) {
		if r["word"] == word {
			out[r["requirement"][:12]] = r["state"]
		}
	}
	return out
}

const (
	reqCadence = "Every holdin"
	reqClosed  = "A review was"
	reqLate    = "No review is"
	reqSigned  = "Each reviewe"
	reqRight   = "What was dec"
	reqExcept  = "What was acc"
	reqAck     = "Management a"
	reqOwned   = "Every API ke"
)

// A quarter that is played to its end: what the report says at every turn.
func TestComplianceSaysWhatIsMetAndWhatIsMissing(t *testing.T) {
	q := newQuarter(t)
	check := func(what string, event domain.Seq, at time.Time, want map[string]string) {
		t.Helper()
		q.compliance(event, at, func(wb sheet.Workbook) {
			got := required(t, wb, "pci")
			for k, v := range want {
				if got[k] != v {
					t.Errorf("%s: %q is %s, want %s", what, k, got[k], v)
				}
			}
		})
	}
	fresh := map[string]string{reqCadence: wordMissing, reqClosed: wordMissing, reqLate: wordMet, reqSigned: wordMissing, reqRight: wordMet, reqExcept: wordMet, reqAck: wordMissing}
	check("before any campaign", 0, time.Time{}, fresh)
	before := q.last()
	q.launch()
	check("while it is answered", 0, time.Time{}, fresh)
	check("past its due date", 0, q.c.Due.AddDate(0, 0, 3), map[string]string{reqLate: wordMissing})
	q.decide()
	q.finish()
	closed := map[string]string{reqCadence: wordMissing, reqClosed: wordMet, reqLate: wordMet, reqSigned: wordMet, reqRight: wordMet, reqExcept: wordMet, reqAck: wordMissing}
	check("closed", 0, time.Time{}, closed)
	check("as of before it", before, time.Time{}, fresh)
	check("seven months later", 0, q.c.ClosedAt.AddDate(0, 7, 0), map[string]string{reqClosed: wordMissing, reqSigned: wordMissing})
	check("past the exceptions' end", 0, time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC), map[string]string{reqExcept: wordMissing})
}

func (q *quarter) last() (last domain.Seq) {
	q.t.Helper()
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		head, err := tx.Log()
		last = domain.Seq(head.Size - 1)
		return err
	})
	return last
}

// Management's acknowledgement is what PCI DSS 7.2.4 asks for, and no other.
func TestComplianceKnowsTheAcknowledgement(t *testing.T) {
	q := newQuarter(t)
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "exec"},
		domain.Begin(domain.Principal{ID: "usr_exec", Kind: domain.User, Name: evil, Email: "e@acme.example", Status: domain.Active}),
		domain.Begin(domain.Grant{ID: "gnt_exec", Holder: holder("usr_exec"), Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(domain.DutyExecutive.String())}, Level: 1}))
	q.beforeClose = func() {
		_, err := q.svc.Acknowledge(context.Background(), domain.Actor{Principal: "usr_exec", Via: "uid 7"}, q.c.ID, "what remains is appropriate")
		q.must(err)
	}
	q.launch()
	q.decide()
	q.finish()
	q.compliance(0, time.Time{}, func(wb sheet.Workbook) {
		if got := required(t, wb, "pci")[reqAck]; got != wordMet {
			t.Errorf("acknowledged: %s", got)
		}
		if _, asked := required(t, wb, "iso")[reqAck]; asked {
			t.Error("ISO 27001 is said to ask for it")
		}
		if rows := objects(t, wb, sheetCampaigns); rows[0]["acknowledged_by"] != evil+" <e@acme.example>" || rows[0]["acknowledged_utc"] == "" {
			t.Errorf("the campaign: %v", rows[0])
		}
	})
}

// What is folded from the log at its end is what the store has now; every table
// reads back from every format; and the figures tie out with the rows.
func TestComplianceIsWhatTheStoreHas(t *testing.T) {
	q := closedQuarter(t)
	q.second()
	q.compliance(0, time.Time{}, func(wb sheet.Workbook) {
		sameEverywhere(t, wb)
		perState := map[string]map[string]int{}
		for _, r := range objects(t, wb, sheetHoldings) {
			for _, f := range domain.Frameworks() {
				if perState[f.Word] == nil {
					perState[f.Word] = map[string]int{}
				}
				perState[f.Word][r[keyOf(f.Word)]]++
			}
		}
		for _, r := range objects(t, wb, sheetFrameworks) {
			n := perState[r["word"]]
			if r["covered"] != fmt.Sprint(n["covered"]) || r["out_of_cadence"] != fmt.Sprint(n["out of cadence"]) || r["never_reviewed"] != fmt.Sprint(n["never reviewed"]) {
				t.Errorf("%s: %v, the rows say %v", r["word"], r, n)
			}
		}
		if perState["sox"]["covered"] == 0 || perState["sox"]["never reviewed"] == 0 {
			t.Errorf("the world says little: %v", perState["sox"])
		}
	})
	storetest.View(t, q.s, func(tx review.Tx) error {
		then, err := campaignsThen(context.Background(), tx, q.last())
		if err != nil {
			return err
		}
		now, err := tx.Campaigns()
		if err != nil || len(now) != len(then) || len(now) != 2 {
			t.Fatalf("%d campaigns folded, %d there: %v", len(then), len(now), err)
		}
		for i, c := range now {
			if !reflect.DeepEqual(then[i].Campaign, c) {
				t.Errorf("folded %+v\nthe store has %+v", then[i].Campaign, c)
			}
			if err := samePackets(tx, then[i]); err != nil {
				t.Error(err)
			}
			list, err := tx.Items(review.ItemQuery{Campaign: c.ID})
			if err != nil {
				return err
			}
			for _, it := range list {
				if o := then[i].outcomes[it.No]; it.Outcome.Result != review.Pending && !reflect.DeepEqual(o, it.Outcome) {
					t.Errorf("item %d: folded %+v, the store has %+v", it.No, o, it.Outcome)
				}
				if r, is := then[i].rulings[it.No]; is != (it.Ruling.Iteration > 0 && it.Ruling.Answer != review.Keep) || is && !reflect.DeepEqual(r, it.Ruling) {
					t.Errorf("item %d: ruled %+v, the store has %+v", it.No, r, it.Ruling)
				}
			}
		}
		return nil
	})
}

func keyOf(header string) string { return sheet.Column{Header: header}.Key() }

func samePackets(tx review.Tx, c *campaignThen) error {
	packets, err := tx.Packets(c.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range packets {
		if p.Round == 0 {
			continue // none is stored
		}
		n++
		if !reflect.DeepEqual(c.packets[p.RecordID()].Packet, p) {
			return fmt.Errorf("packet %s: folded %+v, the store has %+v", p.RecordID(), c.packets[p.RecordID()].Packet, p)
		}
	}
	if n != len(c.packets) {
		return fmt.Errorf("%d packets folded, %d stored", len(c.packets), n)
	}
	return nil
}

// What was not put right but accepted by exception stands in the requirement that what
// was decided is put right: met, it says behind which items the access is still there.
func TestAnExceptionStandsInTheRequirementOfRemediation(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	q.decide()
	q.finish()
	var names []string
	for _, it := range q.items() {
		if it.Outcome.Result == review.Exception {
			names = append(names, fmt.Sprintf("item %d of %s until 2026-06-30", it.No, q.c.Name))
		}
	}
	if len(names) == 0 {
		t.Fatal("there is no exception: the test shows nothing")
	}
	for over, at := range map[string]time.Time{"": {}, ", which is over": time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC)} {
		q.compliance(0, at, func(wb sheet.Workbook) {
			n := 0
			for _, r := range objects(t, wb, sheetRequirements) {
				if r["requirement"][:12] != reqRight {
					continue
				}
				n++
				if want := "not put right but accepted by exception: " + names[0] + over; r["state"] != wordMet || !strings.Contains(r["what_is_on_record"], want) {
					t.Errorf("%s: %s, %q, want %q", r["word"], r["state"], r["what_is_on_record"], want)
				}
			}
			if n == 0 {
				t.Error("no framework asks for it")
			}
		})
	}
}
