package review_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// roots gives the roots of a store's log.
func roots(tx review.Tx) review.Roots {
	return tx.(interface {
		RootAt(size int64) (string, error)
	}).RootAt
}

// packetRows is a reviewer's packet as its workbook has it, without answers.
func (w *world) packetRows(c review.Campaign, who domain.ID) []review.ReadRow {
	w.t.Helper()
	var out []review.ReadRow
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		c, err := tx.Campaign(c.ID)
		if err != nil {
			return err
		}
		b, err := review.NewPacketBook(tx, roots(tx), c, who)
		if err != nil {
			return err
		}
		return b.Open(func(it review.Item) error {
			shown, err := b.Shown(it)
			out = append(out, review.ReadRow{Place: fmt.Sprintf("Items!%d", len(out)+2), Item: fmt.Sprint(it.No), Packet: b.Packet(),
				Mark: b.Fingerprint(it.No, shown), Shown: shown})
			return err
		})
	})
	return out
}

// reading judges rows, read back by somebody from files.
func (w *world) reading(by domain.Actor, only domain.ID, rows []review.ReadRow, files ...string) *review.Reading {
	w.t.Helper()
	if files == nil {
		files = []string{"packet"}
	}
	var list []review.ReadFile
	for _, f := range files {
		list = append(list, review.ReadFile{Name: f + ".xlsx", SHA256: f})
	}
	var r *review.Reading
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) {
		if r, err = review.NewReading(tx, roots(tx), by.Principal, list, only); err != nil {
			return err
		}
		for _, row := range rows {
			if err := r.Judge(row); err != nil {
				return err
			}
		}
		return nil
	})
	return r
}

// enterAll writes what a reading accepted.
func (w *world) enterAll(by domain.Actor, r *review.Reading) int {
	w.t.Helper()
	n := 0
	for _, a := range r.Acts() {
		got, err := w.svc.Enter(context.Background(), by, a.Campaign, a.Entry, a.Inputs)
		w.must(err)
		n += len(got.Decisions)
	}
	return n
}

func column(name string) int { return slices.Index(review.ShownColumns(), name) }

// by finds the row of the item about a holding.
func (w *world) rowOf(rows []review.ReadRow, c review.Campaign, holding domain.ID) *review.ReadRow {
	w.t.Helper()
	no := fmt.Sprint(w.item(c, holding).No)
	for i := range rows {
		if rows[i].Item == no {
			return &rows[i]
		}
	}
	w.t.Fatalf("no row is about %s", holding)
	return nil
}

// Every kind of row, once each, with why (PRODUCT 6). Each begins with the
// packet of Tom as it was exported; Cleo, a checker, reads it back.
func TestEveryKindOfRow(t *testing.T) {
	w := newWorld(t)
	w.seed(domain.Grant{ID: "gnt_cleo", Holder: principalHolder(w.cleo.Principal), Target: onAgent(salesID), Level: domain.ViewUse})
	c := w.campaign(domain.TargetAgent)
	fresh := w.packetRows(c, tomID)
	adas := w.packetRows(c, w.admin.Principal)
	for name, x := range map[string]struct {
		by      domain.Actor
		holding domain.ID
		kind    review.RowKind
		says    string
		edit    func(*review.ReadRow)
	}{
		"answered":                    {w.cleo, "gnt_eve", review.RowAccepted, "revoke: unused", func(r *review.ReadRow) { r.Decision, r.Reason = "Revoke ", " unused" }},
		"a rung by its name":          {w.cleo, "gnt_dana", review.RowAccepted, "reduce to View & Use: enough", func(r *review.ReadRow) { r.Decision, r.Reason = "view & use", "enough" }},
		"blank":                       {w.cleo, "gnt_eve", review.RowUnchanged, "no answer", func(*review.ReadRow) {}},
		"another's cell types":        {w.cleo, "gnt_eve", review.RowUnchanged, "no answer", func(r *review.ReadRow) { r.Item += ".0"; r.Shown[0] = " " + r.Shown[0] + "\r\n" }},
		"no rung of the ladder":       {w.cleo, "gnt_eve", review.RowIllegal, "no answer to item", func(r *review.ReadRow) { r.Decision, r.Reason = "reduce to Read", "x" }},
		"a rung that is not below":    {w.cleo, "gnt_eve", review.RowIllegal, "not below View & Use", func(r *review.ReadRow) { r.Decision, r.Reason = "reduce to Edit", "x" }},
		"without a reason":            {w.cleo, "gnt_eve", review.RowIllegal, "needs a reason", func(r *review.ReadRow) { r.Decision = "revoke" }},
		"a reason alone":              {w.cleo, "gnt_eve", review.RowIllegal, "no decision", func(r *review.ReadRow) { r.Reason = "hm" }},
		"high risk without a reason":  {w.cleo, "gnt_dana_ops", review.RowIllegal, "reason of its own", func(r *review.ReadRow) { r.Decision = "keep" }},
		"high risk with a reason":     {w.cleo, "gnt_dana_ops", review.RowAccepted, "keep: runs it", func(r *review.ReadRow) { r.Decision, r.Reason = "keep", "runs it" }},
		"a reason too long":           {w.cleo, "gnt_eve", review.RowIllegal, "4000 is the most", func(r *review.ReadRow) { r.Decision, r.Reason = "revoke", strings.Repeat("x", 4001) }},
		"a formula as the reason":     {w.cleo, "gnt_eve", review.RowIllegal, "holds a formula", func(r *review.ReadRow) { r.Decision, r.Reason, r.Formulas = "revoke", "ok", []string{"Reason"} }},
		"text like a formula":         {w.cleo, "gnt_eve", review.RowAccepted, "revoke: =1+1", func(r *review.ReadRow) { r.Decision, r.Reason = "revoke", "=1+1" }},
		"a formula in a locked cell":  {w.cleo, "gnt_eve", review.RowAltered, "Peers holds a formula", func(r *review.ReadRow) { r.Formulas = []string{"Peers"} }},
		"a cell that cannot be read":  {w.cleo, "gnt_eve", review.RowAltered, "#N/A", func(r *review.ReadRow) { r.Fault = "#N/A is an error" }},
		"a reason that cannot":        {w.cleo, "gnt_eve", review.RowIllegal, "#N/A", func(r *review.ReadRow) { r.Fault, r.Typed = "#N/A is an error", true }},
		"a locked cell":               {w.cleo, "gnt_eve", review.RowAltered, "not as it was exported: Level", func(r *review.ReadRow) { r.Shown[column("Level")] = "Edit" }},
		"two locked cells":            {w.cleo, "gnt_eve", review.RowAltered, "Holder, Access to", func(r *review.ReadRow) { r.Shown[column("Holder")], r.Shown[column("Access to")] = "Ada", "x" }},
		"the fingerprint":             {w.cleo, "gnt_eve", review.RowAltered, "Fingerprint", func(r *review.ReadRow) { r.Mark = r.Mark[:len(r.Mark)-1] + "z" }},
		"no fingerprint":              {w.cleo, "gnt_eve", review.RowAltered, "fingerprint", func(r *review.ReadRow) { r.Mark = "" }},
		"of an event still to come":   {w.cleo, "gnt_eve", review.RowAltered, "fingerprint", func(r *review.ReadRow) { r.Mark = "F999999-1-" + strings.Repeat("0", 32) }},
		"another item's number":       {w.cleo, "gnt_eve", review.RowAltered, "Fingerprint", func(r *review.ReadRow) { r.Item = fmt.Sprint(w.item(c, "gnt_dana").No) }},
		"no item's number":            {w.cleo, "gnt_eve", review.RowAltered, "no item's number", func(r *review.ReadRow) { r.Item = "seven" }},
		"an item that is not there":   {w.cleo, "gnt_eve", review.RowAltered, "no item 4000", func(r *review.ReadRow) { r.Item = "4000" }},
		"another's packet":            {w.cleo, "gnt_eve", review.RowAltered, "Fingerprint", func(r *review.ReadRow) { r.Packet = adas[0].Packet }},
		"another campaign's":          {w.cleo, "gnt_eve", review.RowNotYours, "does not have", func(r *review.ReadRow) { r.Packet = "cmp_other/1/usr_tom" }},
		"the campaign by its name":    {w.cleo, "gnt_eve", review.RowNotYours, "does not have", func(r *review.ReadRow) { r.Packet = "Q1/1/usr_tom" }},
		"of the checker's own access": {w.cleo, "gnt_cleo", review.RowOwn, "own access", func(r *review.ReadRow) { r.Decision = "keep" }},
		"the same by the reviewer":    {w.tom, "gnt_cleo", review.RowAccepted, "keep", func(r *review.ReadRow) { r.Decision = "keep" }},
		"by a stranger":               {w.dana, "gnt_eve", review.RowNotYours, "for Tom Vale to review, not for Dana", func(r *review.ReadRow) { r.Decision, r.Reason = "revoke", "x" }},
	} {
		rows := make([]review.ReadRow, len(fresh))
		for i, r := range fresh {
			r.Shown = slices.Clone(r.Shown)
			rows[i] = r
		}
		row := w.rowOf(rows, c, x.holding)
		x.edit(row)
		r := w.reading(x.by, c.ID, []review.ReadRow{*row})
		got := r.Rows()[0]
		if got.Kind != x.kind || !strings.Contains(got.Why, x.says) || got.Place != row.Place {
			t.Errorf("%s: %s (%s), want %s that says %q", name, got.Kind, got.Why, x.kind, x.says)
		}
		if n := len(r.Acts()); (n == 1) != (x.kind == review.RowAccepted) {
			t.Errorf("%s: %d acts", name, n)
		}
	}
}

// A packet that comes back as it went changes nothing, by whomever and after
// whatever happened meanwhile; so does the same file twice.
func TestWhatComesBackUnansweredChangesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_eve", review.Revoke, 0)
	rows := w.packetRows(c, tomID)
	w.answer(w.tom, c, "gnt_dana", review.Revoke, 0)
	for _, by := range []domain.Actor{w.tom, w.cleo, w.admin} {
		r := w.reading(by, "", rows)
		if n := r.Counts(); n[review.RowUnchanged] != len(rows) || len(n) != 1 || len(r.Acts()) != 0 {
			t.Errorf("by %s: %v", by.Principal, n)
		}
	}
	row := w.rowOf(rows, c, "gnt_crew")
	row.Decision, row.Reason = "revoke", "the crew is gone"
	r := w.reading(w.tom, "", rows)
	if n := w.enterAll(w.tom, r); n != 1 {
		t.Errorf("%d decisions", n)
	}
	again := w.reading(w.tom, "", rows)
	if n := again.Counts(); n[review.RowUnchanged] != len(rows) {
		t.Errorf("the same file twice: %v", n)
	}
}

// What moved since the workbook was made makes a row stale, and says what.
func TestStaleRows(t *testing.T) {
	for name, x := range map[string]struct {
		says string
		move func(*world, review.Campaign)
	}{
		"decided in the program": {"decided since: keep", func(w *world, c review.Campaign) { w.answer(w.tom, c, "gnt_eve", review.Keep, 0) }},
		"taken away":             {"has changed since: gone", func(w *world, _ review.Campaign) { w.seedChange(domain.End(w.grant("gnt_eve"))) }},
		"late":                   {"this answer is late", func(w *world, c review.Campaign) { w.clock.Set(c.Due.Add(time.Hour)) }},
		"signed": {"was signed off", func(w *world, c review.Campaign) {
			w.keepRest(w.tom, c)
			w.must(last(w.svc.SignOff(context.Background(), w.tom, c.ID, "Q1")))
		}},
		"sent back": {"round 2", func(w *world, c review.Campaign) {
			w.keepRest(w.tom, c)
			w.must(last(w.svc.SignOff(context.Background(), w.tom, c.ID, "Q1")))
			w.must(last(w.svc.Return(context.Background(), w.cleo, c.ID, tomID, []int{w.item(c, "gnt_eve").No}, "why?", c.Due)))
		}},
		"cancelled": {"is cancelled", func(w *world, c review.Campaign) {
			_, _, err := w.svc.Cancel(context.Background(), w.admin, c.ID, "mistake")
			w.must(err)
		}},
	} {
		w := newWorld(t)
		c := w.campaign(domain.TargetAgent)
		rows := w.packetRows(c, tomID)
		x.move(w, c)
		row := w.rowOf(rows, c, "gnt_eve")
		row.Decision, row.Reason = "revoke", "left"
		got := w.reading(w.tom, "", []review.ReadRow{*row}).Rows()[0]
		if got.Kind != review.RowStale || !strings.Contains(got.Why, x.says) {
			t.Errorf("%s: %s (%s), want stale that says %q", name, got.Kind, got.Why, x.says)
		}
	}
}

// A copy of the same workbook that was worked on further is taken; a file that
// was read back before, and whose answer was changed since, is not.
func TestCopiesAndReplays(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	rows := w.packetRows(c, tomID)
	row := w.rowOf(rows, c, "gnt_eve")
	row.Decision, row.Reason = "revoke", "left"
	first := []review.ReadRow{*row}
	w.enterAll(w.tom, w.reading(w.tom, "", first, "monday"))
	row.Decision, row.Reason = "keep", "came back"
	w.enterAll(w.tom, w.reading(w.tom, "", []review.ReadRow{*row}, "tuesday"))
	if d := w.item(c, "gnt_eve").Decision; d.Answer != review.Keep || d.Reason != "came back" {
		t.Errorf("the further copy left %+v", d)
	}
	got := w.reading(w.tom, "", first, "monday").Rows()[0]
	if got.Kind != review.RowStale || !strings.Contains(got.Why, "this very file was read back at event") {
		t.Errorf("Monday's file again: %s (%s)", got.Kind, got.Why)
	}
	w.must(last(w.svc.UndoDecision(context.Background(), w.tom, c.ID, w.item(c, "gnt_eve").No)))
	w.must(last(w.svc.UndoDecision(context.Background(), w.tom, c.ID, w.item(c, "gnt_eve").No)))
	if got := w.reading(w.tom, "", first, "monday").Rows()[0]; got.Kind != review.RowStale {
		t.Errorf("Monday's file after its answer was taken back: %s (%s)", got.Kind, got.Why)
	}
	w.answer(w.tom, c, "gnt_eve", review.Abstain, 0)
	if got := w.reading(w.tom, "", []review.ReadRow{*row}, "wednesday").Rows()[0]; got.Kind != review.RowStale || !strings.Contains(got.Why, "decided since: abstain") {
		t.Errorf("a copy, after the item was decided in the program: %s (%s)", got.Kind, got.Why)
	}
}

// A workbook of an earlier round is of no use after a return, and the new one
// has the returned items alone.
func TestReplayAfterAReturn(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	c := w.campaign(domain.TargetAgent)
	old := w.packetRows(c, tomID)
	w.keepRest(w.tom, c)
	w.must(last(w.svc.SignOff(ctx, w.tom, c.ID, "Q1")))
	no := w.item(c, "gnt_eve").No
	w.must(last(w.svc.Return(ctx, w.cleo, c.ID, tomID, []int{no}, "why keep it?", c.Due)))
	fresh := w.packetRows(c, tomID)
	if len(fresh) != 1 || fresh[0].Item != fmt.Sprint(no) || !strings.Contains(fresh[0].Shown[column("Returned")], "why keep it?") {
		t.Fatalf("the workbook of round 2 has %+v", fresh)
	}
	row := *w.rowOf(old, c, "gnt_eve")
	row.Decision, row.Reason = "revoke", "x"
	row.Mark = strings.Replace(row.Mark, "-1-", "-2-", 1) // forged
	if got := w.reading(w.tom, "", []review.ReadRow{row}).Rows()[0]; got.Kind != review.RowAltered {
		t.Errorf("an old row with a new round: %s (%s)", got.Kind, got.Why)
	}
	fresh[0].Decision, fresh[0].Reason = "revoke", "not needed"
	if n := w.enterAll(w.cleo, w.reading(w.cleo, "", fresh)); n != 1 {
		t.Errorf("%d decisions in round 2", n)
	}
	if d := w.item(c, "gnt_eve").Decision; d.Round != 2 || d.Entered != w.cleo.Principal {
		t.Errorf("it stands as %+v", d)
	}
}

// Rows that contradict each other are duplicates, all of them; the same answer
// twice is one.
func TestDuplicates(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	rows := w.packetRows(c, tomID)
	say := func(file int, decision, reason string) review.ReadRow {
		r := *w.rowOf(rows, c, "gnt_eve")
		r.File, r.Decision, r.Reason = file, decision, reason
		return r
	}
	for name, x := range map[string]struct {
		rows []review.ReadRow
		want string
	}{
		"the same twice":        {[]review.ReadRow{say(0, "revoke", "x"), say(0, "revoke", "x")}, "accepted unchanged"},
		"blank beside":          {[]review.ReadRow{say(0, "", ""), say(1, "revoke", "x")}, "unchanged accepted"},
		"two answers":           {[]review.ReadRow{say(0, "revoke", "x"), say(0, "abstain", "x")}, "duplicate duplicate"},
		"two reasons, by files": {[]review.ReadRow{say(0, "revoke", "x"), say(1, "revoke", "y")}, "duplicate duplicate"},
		"three":                 {[]review.ReadRow{say(0, "revoke", "x"), say(1, "abstain", "y"), say(1, "revoke", "x")}, "duplicate duplicate duplicate"},
	} {
		r := w.reading(w.tom, "", x.rows, "a", "b")
		var kinds []string
		for _, j := range r.Rows() {
			kinds = append(kinds, string(j.Kind))
		}
		if got := strings.Join(kinds, " "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// A row whose item went to somebody else is not the reviewer's any more.
func TestRowsOfItemsHandedOn(t *testing.T) {
	w := newWorld(t)
	c := w.campaign(domain.TargetAgent)
	rows := w.packetRows(c, tomID)
	w.reassign(c, []int{w.item(c, "gnt_eve").No}, w.admin.Principal, "knows better")
	row := w.rowOf(rows, c, "gnt_eve")
	row.Decision, row.Reason = "revoke", "x"
	if got := w.reading(w.tom, "", []review.ReadRow{*row}).Rows()[0]; got.Kind != review.RowNotYours || !strings.Contains(got.Why, "is for Ada Admin to review now") {
		t.Errorf("%s (%s)", got.Kind, got.Why)
	}
}

// What a program does to cells is no alteration, also of cells that moved since.
func TestCellsOfOtherTypes(t *testing.T) {
	w := newWorld(t)
	w.seed(domain.Agent{ID: "agt_007", Name: "007", AccessType: domain.GroupRestricted, Owner: tomID},
		domain.Grant{ID: "gnt_007", Holder: principalHolder(eveID), Target: onAgent("agt_007"), Level: domain.ViewUse})
	c := w.campaign(domain.TargetAgent)
	w.answer(w.tom, c, "gnt_007", review.Revoke, 0)
	rows := w.packetRows(c, tomID)
	w.answer(w.tom, c, "gnt_007", review.Abstain, 0)
	row := w.rowOf(rows, c, "gnt_007")
	if !strings.HasPrefix(row.Shown[column("Decided so far")], "revoke: test (event ") {
		t.Errorf("decided so far: %q", row.Shown[column("Decided so far")])
	}
	row.Shown[column("Access to")] = "7" // as a spreadsheet reads it from CSV
	got := w.reading(w.tom, "", []review.ReadRow{*row}).Rows()[0]
	if got.Kind != review.RowUnchanged {
		t.Errorf("%s (%s)", got.Kind, got.Why)
	}
	row.Shown[column("Access to")] = "8"
	if got := w.reading(w.tom, "", []review.ReadRow{*row}).Rows()[0]; got.Kind != review.RowAltered || got.Why != "not as it was exported: Access to" {
		t.Errorf("%s (%s)", got.Kind, got.Why)
	}
}

// The list has only what the item can be, and each of its words is read as
// what it says.
func TestChoicesAreTheLadder(t *testing.T) {
	for _, x := range []struct {
		kind  domain.TargetKind
		level domain.Level
		want  string
	}{
		{domain.TargetAgent, domain.EditAgent, "keep, reduce to View & Use, revoke, abstain"},
		{domain.TargetAgent, domain.ViewUse, "keep, revoke, abstain"},
		{domain.TargetAgentRole, 3, "keep, reduce to Admin, reduce to Manager, revoke, abstain"},
		{domain.TargetAccessType, 2, "keep, reduce to Group-Restricted, revoke, abstain"},
		{domain.TargetRole, 1, "keep, revoke, abstain"},
	} {
		it := review.Item{StagedItem: review.StagedItem{No: 1, Holding: domain.Grant{Target: domain.Target{Kind: x.kind}, Level: x.level}}}
		choices := review.Choices(it)
		if got := strings.Join(choices, ", "); got != x.want {
			t.Errorf("%s at %d: %s, want %s", x.kind, x.level, got, x.want)
		}
		for _, c := range choices {
			a, l, err := review.ParseChoice(it, " "+strings.ToUpper(c)+" ")
			if err != nil || review.AnswerWords(a, l, it.Holding.Ladder()) != c {
				t.Errorf("%q is read as %s %d, %v", c, a, l, err)
			}
		}
	}
}
