package report

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/store/storetest"
)

var update = flag.Bool("update", false, "write the listing of the layout anew")

// serial is a moment as a spreadsheet keeps it, "" for none, to the millisecond.
func serial(got string, want time.Time) bool {
	if want.IsZero() {
		return got == ""
	}
	days, err := strconv.ParseFloat(got, 64)
	return err == nil && math.Abs(days-25569-float64(want.UnixMilli())/86_400_000) < 1e-8
}

// second plays another campaign on what the first left: what was revoked is back,
// one item is handed on; its columns have something to say.
func (q *quarter) second() {
	ctx := context.Background()
	var changes []domain.Change
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		o, err := tx.Org()
		for i := range hostile { // whoever lost theirs has it again
			if _, there := o.Holding(domain.ID(fmt.Sprintf("gnt_s%02d", i))); !there {
				changes = append(changes, domain.Begin(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_b%02d", i)), Holder: holder(domain.ID(fmt.Sprintf("usr_h%02d", i))),
					Target: onAgent("agt_sales"), Level: domain.EditAgent}))
			}
		}
		agent, _ := o.Agent("agt_ops")
		risky := agent
		risky.Classification = domain.ClassRestricted
		changes = append(changes, domain.Replace(agent, risky),
			domain.Begin(domain.Grant{ID: "gnt_risky", Holder: holder("usr_h01"), Target: onAgent("agt_ops"), Level: domain.EditAgent}))
		return err
	})
	storetest.Append(q.t, q.s, domain.Event{Type: domain.EvApplied, Subject: "later"}, changes...)
	var err error
	q.c, err = q.svc.NewCampaign(ctx, q.ada, review.Campaign{Name: "Q2 " + evilLine, Due: storetest.Start.AddDate(0, 3, 0),
		Definition: review.Definition{CountersignAll: true, Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}}}}})
	q.must(err)
	q.launch()
	carl, err := q.svc.ActorAs(ctx, 1, "carl@acme.example")
	q.must(err)
	q.must(q.svc.Delegate(ctx, q.tom, q.c.ID, []int{2}, carl.Principal, "he knows them "+evil))
	_, err = q.svc.Decide(ctx, carl, q.c.ID, []review.DecisionInput{{Item: 2, Answer: review.Keep, Reason: evil, Seconds: 3, Opened: true}})
	q.must(err)
	var rest []review.DecisionInput
	for _, it := range q.items() {
		if it.Reviewer == "usr_tom" && it.No%4 > 0 && !it.HighRisk && it.Holding.ID != "gnt_hr" {
			rest = append(rest, review.DecisionInput{Item: it.No, Answer: review.Keep, Reason: "needed " + evil, Seconds: 2})
		}
	}
	_, err = q.svc.Decide(ctx, q.tom, q.c.ID, rest)
	q.must(err)
	for _, it := range q.items() {
		if it.Decision.Answer == review.Silent {
			q.answer(it.No, review.Revoke, 0, "not any more "+evil)
		}
	}
	for _, who := range []domain.Actor{q.tom, carl} {
		_, err := q.svc.SignOff(ctx, who, q.c.ID, q.c.Name)
		q.must(err)
		_, err = q.svc.Countersign(ctx, q.cleo, q.c.ID, who.Principal, "checked")
		q.must(err)
	}
	_, err = q.svc.Remediate(ctx, q.ada, q.c.ID)
	q.must(err)
	_, err = q.svc.Verify(ctx, q.ada, q.c.ID)
	q.must(err)
}

// Every column of the decisions says what the store has of the item, for names,
// reasons and titles of every hostile kind.
func TestEveryColumnOfTheDecisionsReadsBack(t *testing.T) {
	q := quarterOf(t, hostile)
	q.launch()
	q.decide()
	q.finish()
	q.second()
	_, book := q.export()
	rows, filled := byHeader(t, book, sheetDecisions), map[string]bool{}
	items := q.items()
	if len(rows) != len(items) || len(items) < len(hostile) {
		t.Fatalf("%d rows of %d items", len(rows), len(items))
	}
	storetest.View(t, q.s, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		frozen, err := tx.OrgAt(q.c.Frozen)
		if err != nil {
			return err
		}
		for i, it := range items {
			want, err := wanted(tx, o, frozen, q.c, it)
			if err != nil {
				return err
			}
			for _, c := range decisionColumns {
				w, known := want[c.Header]
				if !known {
					t.Fatalf("the column %q is not compared with the store: say what it must hold", c.Header)
				}
				got := rows[i][c.Heading()]
				if filled[c.Header] = filled[c.Header] || got != ""; c.Kind == sheet.Moments {
					at, _ := w.(time.Time)
					if !serial(got, at) {
						t.Errorf("item %d, %s: %q, want %v", it.No, c.Header, got, at)
					}
				} else if text := fmt.Sprint(w); !shortened(got, strings.ReplaceAll(text, "\r\n", "\n")) {
					t.Errorf("item %d, %s: %.80q, want %.80q", it.No, c.Header, got, text)
				}
			}
		}
		return nil
	})
	for _, c := range decisionColumns { // else the test shows nothing of the column
		if !filled[c.Header] && c.Header != "Batch" && c.Header != "Conflicts of the reviewers" && c.Header != "Last used" && c.Header != "Peers who have it" {
			t.Errorf("the column %q is empty in every row", c.Header)
		}
	}
}

// wanted says what each column must hold, from single reads of the store.
func wanted(tx review.Tx, o, frozen *domain.Org, c review.Campaign, it review.Item) (map[string]any, error) {
	word, d := it.Holding.Ladder().Word, it.Decision
	name := func(id domain.ID) string {
		if id == "" {
			return ""
		}
		p, _ := o.Principal(id)
		return p.Name
	}
	yes := func(b bool) string { return map[bool]string{true: "yes"}[b] }
	num := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	time0 := func(seq domain.Seq) (time.Time, error) {
		if seq == 0 {
			return time.Time{}, nil
		}
		e, err := tx.Event(seq)
		return e.Time, err
	}
	at, err := time0(it.Decided)
	if err != nil {
		return nil, err
	}
	votes, err := tx.Votes(c.ID, it.No)
	if err != nil {
		return nil, err
	}
	var signed, checked, applied time.Time
	packet, err := tx.Packet(c.ID, it.Stage, it.Reviewer)
	if err != nil {
		return nil, err
	}
	es, err := tx.Events(review.EventQuery{Types: []domain.EventType{review.EvSigned, review.EvCountersigned}, Entity: c.ID, Forward: true})
	if err != nil {
		return nil, err
	}
	for _, e := range es {
		for _, x := range e.Changes {
			if x.ID == packet.RecordID() && e.Type == review.EvSigned {
				signed = e.Time
			} else if x.ID == packet.RecordID() {
				checked = e.Time
			}
		}
	}
	if it.Outcome.ChangeSet != "" {
		cs, err := tx.ChangeSet(it.Outcome.ChangeSet)
		if err != nil {
			return nil, err
		}
		if applied, err = time0(cs.Ended); err != nil {
			return nil, err
		}
	}
	decided, now, last, advised := word(it.Ruling.Level), "", "", ""
	if row, ok := o.Holding(it.Holding.ID); !ok {
		now = "gone"
	} else if g := row.Record.(domain.Grant); g.Level != it.Holding.Level {
		now = word(g.Level)
	}
	if l := it.Last; l.Campaign != "" {
		level := map[bool]string{true: "", false: " " + word(l.Level)}[l.Answer == review.Revoke]
		last = fmt.Sprintf("%s%s by %s in %s, item %d, %s", l.Answer, level, name(l.Reviewer), l.Name, l.Item, l.At.Format("2006-01-02"))
	}
	if advised = it.Advice.Answer.String(); it.Advice.Answer == review.Silent {
		advised = ""
	} else if it.Advice.Answer == review.Reduce {
		advised += " to " + word(it.Advice.Level)
	}
	var all, subjects []string
	for _, r := range it.Advice.Reasons {
		toward := map[review.Answer]string{review.Keep: "keep: ", review.Revoke: "revoke: ", review.Reduce: "reduce to " + word(r.Level) + ": "}[r.Toward]
		all = append(all, toward+r.Text)
	}
	for _, s := range it.Subjects {
		subjects = append(subjects, name(s))
	}
	department := "(" + it.Holding.Holder.Kind.String() + ")"
	email := ""
	if it.Holding.Holder.Kind == domain.HolderPrincipal {
		p, _ := frozen.Principal(it.Holding.Holder.ID)
		department, email = p.Department, p.Email
	}
	origin := map[bool]string{true: it.Holding.Origin.Source, false: "given here"}[it.Holding.Origin.Source != ""]
	remedy := string(it.Outcome.ChangeSet)
	if it.Ruling.Answer == review.Keep {
		remedy = "none needed"
	} else if remedy == "" && it.Holding.Origin.Source != "" {
		remedy = "none here: in " + it.Holding.Origin.Source
	}
	return map[string]any{"Item": it.No, "Holder": it.Holder, "Target": it.Target, "Level": word(it.Holding.Level), "Answer": it.Ruling.Answer,
		"Level decided": decided, "Reason": d.Reason, "Reviewer": name(it.Ruling.Reviewer), "Reviewer of record": name(it.For), "Reviewer rule": it.Rule,
		"Rule": it.Ruling.Rule, "Result": it.Outcome.Result, "Level now": now, "What is left": it.Outcome.Left, "Recommended": advised,
		"Why recommended": strings.Join(it.Advice.Why(), "\n"), "All that was said for or against": strings.Join(all, "\n"), "Last used": it.LastUsed,
		"Peers who have it": it.Peers, "Last decision": last, "Delta": it.Delta.Kind, "Since the last decision": it.Delta.Text,
		"How it is reached": strings.Join(it.How, "\n"), "What remains if revoked": strings.Join(it.Remains, "\n"), "Flags": strings.Join(it.Flags, ", "),
		"Conflicts of the reviewers": strings.Join(it.Conflicts, "\n"), "Subjects": strings.Join(subjects, ", "), "High risk": yes(it.HighRisk),
		"Classification": it.Class, "Stage": 1, "Decided": at, "Event": it.Decided, "Versions": len(votes), "Sign-off": "countersigned",
		"Signed by": name(it.Reviewer), "Signed": signed, "Countersigned by": name(packet.Checker), "Countersigned": checked, "Round": num(d.Round),
		"Bulk size": num(d.Bulk), "Batch": d.Batch, "Entered by": map[bool]string{true: "the reviewer, here"}[d.Answer != review.Silent && d.Entered == ""], "Seconds": num(d.Seconds),
		"Details opened": map[bool]string{true: "yes", false: "no"}[d.Opened], "Change set": remedy, "Applied": applied,
		"Looked at event": num(int(it.Outcome.At)), "Department": department, "About the holder": it.About, "What the level allows": it.Allows,
		"Reaches": it.Reach, "Origin": origin, "Since event": it.Since, "Kind": "agent", "Holder e-mail": email,
		"Holder id": it.Holding.Holder.ID, "Reviewer id": it.Ruling.Reviewer, "Holding id": it.Holding.ID}, nil
}

// Every cell of the population's equation and levels is the tie-out's.
func TestEveryFigureOfThePopulationReadsBack(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	_, book := q.export()
	rows, tie := cells(t, book, sheetPopulation), q.c.TieOut
	want := map[string][]string{"Holdings looked at": {strconv.Itoa(tie.Source)}, "In scope: items": {strconv.Itoa(tie.InScope)},
		"Orphaned: holder or target is not there": {strconv.Itoa(tie.Orphaned)}, "Rejected: cannot be decided": {strconv.Itoa(tie.Rejected)},
		"Rows in Decisions": {strconv.Itoa(len(q.items()))}, "At staging, in the log": {tie.Digest}, "Made again from the items": {tie.Digest},
		"Compared": {"the same"}, "Equation": {"Holdings"}, "Levels": {"At staging", "Rows in Decisions", labelDifference}, labelDifference: {"0"}}
	for why, n := range tie.Excluded {
		want["Excluded: "+why] = []string{strconv.Itoa(n)}
	}
	levels := map[string]int{}
	for _, it := range q.items() {
		levels["agent: "+it.Holding.Ladder().Word(it.Holding.Level)]++
	}
	for l, n := range levels {
		if tie.Levels[l] != n {
			t.Errorf("the tie-out has %d of %s, the store %d", tie.Levels[l], l, n)
		}
		want[l] = []string{strconv.Itoa(n), strconv.Itoa(n), "0"}
	}
	seen := map[string]bool{}
	for i, r := range rows[2:] {
		if len(r) < 2 {
			continue
		}
		if w, ok := want[r[0]]; !ok || strings.Join(r[1:], "|") != strings.Join(w, "|") {
			t.Errorf("row %d: %q, want %q", i+3, r, w)
		}
		seen[r[0]] = true
	}
	for label := range want {
		if !seen[label] {
			t.Errorf("the population does not show %q", label)
		}
	}
}

// The sheets and columns of every workbook are those of the layout's number. Where
// this fails because they were meant to change: raise Layout, unless it was raised
// since the last release already, and run the test with -update.
func TestSheetsAndColumnsAreThoseOfTheLayout(t *testing.T) {
	q := closedQuarter(t)
	q.second()
	var b strings.Builder
	fmt.Fprintf(&b, "layout %d\n", Layout)
	storetest.View(t, q.s, func(tx review.Tx) error {
		for _, r := range Reports() {
			wb, err := r.Build(context.Background(), tx, Request{Campaign: map[bool]string{true: string(q.c.ID)}[r.Name == "campaign"], At: noon})
			if err != nil {
				return err
			}
			for _, s := range wb.Sheets {
				fmt.Fprintf(&b, "%s / %s", r.Name, s.Name)
				for i := 0; s.Table != nil && i < len(s.Table.Columns) && !s.Table.Columns[i].Upright; i++ {
					fmt.Fprintf(&b, " | %s", s.Table.Columns[i].Heading())
				}
				b.WriteString("\n")
			}
		}
		return nil
	})
	golden := filepath.Join("testdata", "layout.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	old, is := strings.Split(string(have), "\n"), strings.Split(b.String(), "\n")
	for i := range max(len(old), len(is)) {
		was, now := "", ""
		if i < len(old) {
			was = old[i]
		}
		if i < len(is) {
			now = is[i]
		}
		if was != now {
			t.Fatalf("the layout changed in line %d:\n%s\nwas:\n%s\nraise Layout and run with -update", i+1, now, was)
		}
	}
}
