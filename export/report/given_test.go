package report

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
	"countersign/store/storetest"
)

// givenQuarter is a quarter in which a membership came with a file, a role was given
// under four eyes, somebody holds what no one may hold together, and a key, an agent
// and a data source are left without an owner.
func givenQuarter(t *testing.T) *quarter {
	q := newQuarter(t)
	ctx := context.Background()
	propose := func(title string, source domain.SourceFile, changes ...domain.Change) {
		t.Helper()
		done, err := q.svc.Propose(ctx, q.ada, domain.ChangeSet{Title: title, Reason: "because of " + title, Source: source, Changes: changes})
		q.must(err)
		if done.State != domain.Applied {
			_, err = q.svc.Approve(ctx, q.cleo, done.ID, "seen")
			q.must(err)
		}
	}
	group := func(id domain.ID) domain.Target { return domain.Target{Kind: domain.TargetGroup, ID: id} }
	propose("ledger", domain.SourceFile{},
		domain.Begin(domain.Group{ID: "grp_pay", Name: "Payers"}), domain.Begin(domain.Group{ID: "grp_book", Name: "Bookers " + evil}),
		domain.Begin(domain.SoDRule{ID: "sod_pay", Name: "Pay and book", Severity: domain.SeverityHigh, Reason: "one hand must not do both",
			A: domain.SoDSide{Target: group("grp_pay"), Level: domain.Member}, B: domain.SoDSide{Target: group("grp_book"), Level: domain.Member}}),
		domain.Begin(domain.SoDRule{ID: "sod_free", Name: "Nobody does", Severity: domain.SeverityLow,
			A: domain.SoDSide{Target: group("grp_pay"), Level: domain.Manager}, B: domain.SoDSide{Target: group("grp_book"), Level: domain.Manager}}))
	propose("payers by hand", domain.SourceFile{}, domain.Begin(domain.Grant{ID: "gnt_pay", Holder: holder("usr_tom"), Target: group("grp_pay"), Level: domain.Member}))
	propose("weekly list", domain.SourceFile{Source: "hr", Name: "members " + evil + ".csv", SHA256: strings.Repeat("cd", 32), Rows: 1},
		domain.Begin(domain.Grant{ID: "gnt_book", Holder: holder("usr_tom"), Target: group("grp_book"), Level: domain.Member, Origin: domain.Origin{Source: "hr", File: "cd"}}))
	propose("machines", domain.SourceFile{}, domain.Begin(domain.Principal{ID: "key_stray", Kind: domain.APIKey, Name: "stray " + evil, Status: domain.Active}),
		domain.Begin(domain.Source{ID: "src_lost", Name: "lost"}))
	return q
}

// built describes a report as it stands.
func (q *quarter) built(name string, do func(tx review.Tx, wb sheet.Workbook)) {
	q.t.Helper()
	r, err := Find(name)
	q.must(err)
	storetest.View(q.t, q.s, func(tx review.Tx) error {
		wb, err := r.Build(context.Background(), tx, Request{Actor: q.ada})
		if err == nil {
			do(tx, wb)
		}
		return err
	})
}

// row finds the row of a table in which every value is as asked.
func row(t *testing.T, wb sheet.Workbook, name string, want map[string]string) map[string]string {
	t.Helper()
	for _, r := range objects(t, wb, name) {
		fits := true
		for k, v := range want {
			fits = fits && r[k] == v
		}
		if fits {
			return r
		}
	}
	t.Errorf("%s has no row %q", name, want)
	return map[string]string{}
}

const ada, cleo = "Ada Admin <ada@acme.example>", "cleo.c@acme.example"

// A row of who belongs to a group or holds a role says who gave it, when, who
// approved it and by which change set or file.
func TestRowsSayWhoGaveThem(t *testing.T) {
	q := givenQuarter(t)
	q.built("group-membership", func(tx review.Tx, wb sheet.Workbook) {
		sameEverywhere(t, wb)
		for _, name := range []string{sheetByGroup, sheetByPerson} {
			hand := row(t, wb, name, map[string]string{"membership_id": "gnt_pay"})
			o, err := tx.Org()
			q.must(err)
			since, _ := o.Get(domain.KindGrant, "gnt_pay")
			if hand["given_by"] != ada || hand["why"] != "because of payers by hand" || !strings.HasSuffix(hand["through"], ": payers by hand") ||
				hand["given_utc"] == "" || hand["given_at_event"] != sheet.Whole(int64(since.Since)).String() {
				t.Errorf("%s: by hand: %q", name, hand)
			}
			file := row(t, wb, name, map[string]string{"membership_id": "gnt_book"})
			if file["given_by"] != "imported from members "+evil+".csv by "+ada || !strings.HasSuffix(file["through"], ": weekly list") || file["file_sha_256"] != strings.Repeat("cd", 32) {
				t.Errorf("%s: by a file: %q", name, file)
			}
			for _, r := range []map[string]string{hand, file} { // the table of approvals decides
				sets, err := tx.ChangeSets(review.ChangeSetQuery{States: []domain.ChangeState{domain.Applied}})
				q.must(err)
				for _, cs := range sets {
					if !strings.HasPrefix(r["through"], string(cs.ID)+": ") {
						continue
					}
					approvals, err := tx.Approvals(cs.ID)
					q.must(err)
					want := "nobody: none was needed"
					if len(approvals) > 0 {
						want = person(o, approvals[0].Checker)
					}
					if r["approved_by"] != want || (r["approved_utc"] != "") != (len(approvals) > 0) {
						t.Errorf("%s: approved by %q at %q, want %q", name, r["approved_by"], r["approved_utc"], want)
					}
				}
			}
		}
	})
	q.built("roles", func(_ review.Tx, wb sheet.Workbook) {
		sameEverywhere(t, wb)
		if r := row(t, wb, sheetHolders, map[string]string{"holder_id": "usr_tom"}); r["how"] != "by default" || r["given_by"] != "nobody: the default role stands in where none was given" {
			t.Errorf("by default: %q", r)
		}
		if r := row(t, wb, sheetHolders, map[string]string{"holder_id": string(q.ada.Principal)}); r["how"] != "given" || r["given_at_event"] == "" || r["through"] == "" {
			t.Errorf("the founder's role: %q", r)
		}
	})
}

// The compliance report names who breaks a separation of duties, by which paths and
// grants, and each thing without an owner: an auditor follows the rows.
func TestComplianceNamesWhoAndWhat(t *testing.T) {
	q := givenQuarter(t)
	q.compliance(0, q.c.Due, func(wb sheet.Workbook) {
		sameEverywhere(t, wb)
		broken := row(t, wb, sheetSeparations, map[string]string{"rule": "Pay and book"})
		for k, want := range map[string]string{"state": sodBroken, "severity": "high", "who": "Tom Vale", "e_mail": "tom@acme.example", "one_side": "Member on Payers",
			"how_they_hold_it": "Tom Vale → Payers: Member", "why_apart": "one hand must not do both", "principal_id": "usr_tom", "rule_id": "sod_pay"} {
			if broken[k] != want {
				t.Errorf("the breach's %s is %q, want %q", k, broken[k], want)
			}
		}
		if !strings.Contains(broken["given_so"], ada) || !strings.Contains(broken["that_given_so"], "imported from members "+evil+".csv by "+ada) || !strings.Contains(broken["rule_set"], cleo) {
			t.Errorf("who gave the sides: %q, %q, the rule: %q", broken["given_so"], broken["that_given_so"], broken["rule_set"])
		}
		if r := row(t, wb, sheetSeparations, map[string]string{"rule": "Nobody does"}); r["state"] != sodKept || r["who"] != "nobody" {
			t.Errorf("a rule that is kept: %q", r)
		}
		key := row(t, wb, sheetOwners, map[string]string{"id": "key_stray"})
		if key["what_is_missing"] != "no owner is named" || key["kind"] != "api-key" || key["name"] != "stray "+evil || key["changed_by"] != ada {
			t.Errorf("the key: %q", key)
		}
		row(t, wb, sheetOwners, map[string]string{"id": "src_lost", "kind": "data source"})
		if n := len(objects(t, wb, sheetOwners)); n != 2 {
			t.Errorf("%d things without an owner, want 2", n)
		}
		for _, r := range objects(t, wb, sheetRequirements) {
			names := map[string]string{sheetSeparations: "Tom Vale (Pay and book)", sheetOwners: "stray " + evil}
			if r["word"] == "iso" {
				names[sheetOwners] = "data source lost"
			}
			if want, ok := names[r["sheet"]]; ok && r["word"] != "soc2" && (r["state"] != wordMissing || !strings.Contains(r["what_is_on_record"], want)) {
				t.Errorf("%s: %q says %q, and names not %q", r["word"], r["requirement"], r["what_is_on_record"], want)
			}
		}
	})
}
