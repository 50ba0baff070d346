package report

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of the compliance report.
const (
	sheetFrameworks   = "Frameworks"
	sheetRequirements = "Requirements"
	sheetCampaigns    = "Campaigns"
	sheetHoldings     = "Holdings"
	sheetOpen         = "Open remediation"
)

var coverageLegend = sheet.Legend{
	{Text: review.CoverageCovered.String(), Meaning: "reviewed, and not due soon", Class: sheet.Good},
	{Text: review.CoverageDueSoon.String(), Meaning: "reviewed, and due within the last days of the cadence", Class: sheet.Caution},
	{Text: review.CoverageOut.String(), Meaning: "reviewed longer ago than the framework's cadence", Class: sheet.Bad},
	{Text: review.CoverageNever.String(), Meaning: "never reviewed as it is now: due at once", Class: sheet.Bad},
	{Text: "", Meaning: "the framework does not ask for it", Class: sheet.Plain},
}

var metLegend = sheet.Legend{
	{Text: wordMet, Meaning: "what is on record supports the requirement", Class: sheet.Good},
	{Text: wordMissing, Meaning: "something it asks for is not on record", Class: sheet.Bad},
}

var exceptionLegend = sheet.Legend{
	{Text: "in force", Meaning: "accepted until its date", Class: sheet.Caution},
	{Text: "expired", Meaning: "its date is over and the access is still there", Class: sheet.Bad},
	{Text: "gone", Meaning: "the access is no longer there", Class: sheet.Good},
}

// standing is everything the compliance report is made from.
type standing struct {
	tx         review.Tx
	o          *domain.Org
	m          Meta
	today      domain.Date
	frameworks []domain.Framework
	campaigns  []*campaignThen
	byID       map[domain.ID]*campaignThen
	coverage   *review.Coverage
	counted    []review.FrameworkCoverage // in the order of frameworks
	open       []openItem
	excepted   []exceptedItem
	judged     []judgement
	by         *givers

	separations []separated
	unowned     []unowned
	// Principals that are API keys or AI agents; and agents and data sources.
	machines, things int
}

// openItem is an item that is not as it was ruled.
type openItem struct {
	c *campaignThen
	review.Outcome
	item    review.Item
	overdue bool
}

// exceptedItem is an item that was accepted until a date, and whether that holds.
type exceptedItem struct {
	c *campaignThen
	review.Outcome
	item  review.Item
	state string
}

// stands gathers them as of the event last.
func stands(ctx context.Context, tx review.Tx, o *domain.Org, m Meta) (*standing, error) {
	s := &standing{tx: tx, o: o, m: m, today: o.DayOf(m.At), frameworks: o.Frameworks(), byID: map[domain.ID]*campaignThen{}, by: giversOf(ctx, tx, o)}
	var err error
	if s.campaigns, err = campaignsThen(ctx, tx, m.Event); err != nil {
		return nil, err
	}
	for _, c := range s.campaigns {
		s.byID[c.ID] = c
	}
	past, err := review.PrecedentsOf(rulingsUntil(tx, m.Event))
	if err != nil {
		return nil, err
	}
	s.coverage = review.NewCoverage(o, m.At, past)
	for _, f := range s.frameworks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.counted = append(s.counted, s.coverage.Of(f))
	}
	if err := s.items(); err != nil {
		return nil, err
	}
	s.named()
	s.judge()
	return s, nil
}

// rulingsUntil yields what was ruled up to and with the event last.
func rulingsUntil(tx review.Tx, last domain.Seq) iter.Seq2[review.Precedent, error] {
	return func(yield func(review.Precedent, error) bool) {
		for p, err := range tx.PastRulings(0) {
			if err == nil && p.Seq > last {
				continue
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// items reads what is open and what is excepted.
func (s *standing) items() error {
	for _, c := range s.campaigns {
		for _, out := range c.open() {
			it, err := s.tx.Item(c.ID, out.Item)
			if err != nil {
				return err
			}
			s.open = append(s.open, openItem{c, out, it, c.overdue(s.m.At)})
		}
		for _, out := range c.exceptions() {
			it, err := s.tx.Item(c.ID, out.Item)
			if err != nil {
				return err
			}
			state := "in force"
			if row, there := s.o.Holding(it.Holding.ID); !there || row.Record.(domain.Grant).Level < it.Holding.Level {
				state = "gone"
			} else if out.Until < s.today {
				state = "expired"
			}
			s.excepted = append(s.excepted, exceptedItem{c, out, it, state})
		}
	}
	return nil
}

// buildCompliance describes how access review stands by framework: which
// requirements are met and which are missing, what of the holdings is in cadence,
// the campaigns with who signed, what is still to be put right, what was accepted
// until when, who holds what no one may hold together and what nobody answers for
// (PRODUCT 6; seed: Twig, compliance report).
func buildCompliance(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	head, err := tx.Log()
	if err != nil {
		return sheet.Workbook{}, err
	}
	last := r.Event
	if last == 0 {
		last = domain.Seq(head.Size - 1)
	}
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m.Event = last
	s, err := stands(ctx, tx, o, m)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return s.workbook(), nil
}

func (s *standing) workbook() sheet.Workbook {
	const title = "Compliance report"
	var g grid
	g.title(s.m, title)
	g.gap()
	g.origin(s.m)
	g.heading("Figures")
	figure := func(label, sheetName, column, equal string) {
		t := sheet.Tally{Sheet: sheetName}
		if column != "" {
			t.Where = []sheet.Match{{Column: column, Equal: equal}}
		}
		g.figure(sheet.Of(label).As(sheet.Label), sheet.Total(t))
	}
	figure("Requirements met", sheetRequirements, "State", wordMet)
	figure("Requirements missing", sheetRequirements, "State", wordMissing)
	figure("Holdings", sheetHoldings, "", "")
	for _, f := range s.frameworks {
		figure(f.Word+": "+review.CoverageOut.String(), sheetHoldings, f.Word, review.CoverageOut.String())
		figure(f.Word+": "+review.CoverageNever.String(), sheetHoldings, f.Word, review.CoverageNever.String())
	}
	figure("Campaigns", sheetCampaigns, "", "")
	figure("… of them overdue", sheetCampaigns, "Overdue", "yes")
	figure("Items still to be put right", sheetOpen, "", "")
	figure("… of them overdue", sheetOpen, "Overdue", "yes")
	figure("Exceptions in force", sheetExceptions, "State", "in force")
	figure("Exceptions expired", sheetExceptions, "State", "expired")
	figure("Breaches of separations of duties", sheetSeparations, "State", sodBroken)
	figure("Without an active owner", sheetOwners, "", "")
	g.heading("How to read it")
	g.text("Requirements", "What is on record for each requirement, in our own words; whether it is met is for the assessor to say.")
	g.text("Reviews", "A review is a certification, a reduction or a revocation that somebody gave; silence is none.")
	g.text("Overdue", "What belongs to a campaign whose due date is over.")
	g.legend(slices.Concat(metLegend, coverageLegend, sodLegend))
	g.seals(s.m)
	return workbook(title, s.m.Organisation, s.m, g.sheet(sheetCover, coverWidths[:2]...),
		sheet.Sheet{Name: sheetFrameworks, Table: s.frameworkTable()},
		sheet.Sheet{Name: sheetRequirements, Table: s.requirementTable(), Tab: sheet.Good},
		sheet.Sheet{Name: sheetCampaigns, Table: s.campaignTable()},
		sheet.Sheet{Name: sheetSignOffs, Table: s.signOffTable()},
		sheet.Sheet{Name: sheetHoldings, Table: s.holdingTable()},
		sheet.Sheet{Name: sheetOpen, Table: s.openTable(), Tab: sheet.Caution},
		sheet.Sheet{Name: sheetExceptions, Table: s.exceptionTable(), Tab: sheet.Caution},
		sheet.Sheet{Name: sheetSeparations, Table: s.separationTable(), Tab: sheet.Caution},
		sheet.Sheet{Name: sheetOwners, Table: s.ownerTable(), Tab: sheet.Caution})
}

func (s *standing) frameworkTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Framework", Width: 34, Wrap: true}, {Header: "Word", Width: 14}, {Header: "Asks for", Width: 60, Wrap: true},
		{Header: "Of", Width: 22}, {Header: "Cadence (months)", Kind: sheet.Counts}, {Header: "Holdings", Kind: sheet.Counts},
		{Header: "Covered", Kind: sheet.Counts}, {Header: "Due soon", Kind: sheet.Counts}, {Header: "Out of cadence", Kind: sheet.Counts},
		{Header: "Never reviewed", Kind: sheet.Counts}, {Header: "In cadence", Width: 12}, {Header: "Oldest review", Width: 14},
		{Header: "Requirements met", Kind: sheet.Counts}, {Header: "Requirements missing", Kind: sheet.Counts}}
	var rows [][]sheet.Cell
	for _, c := range s.counted {
		f := c.Framework
		n := map[string]int64{}
		for _, j := range s.judged {
			if j.f.Word == f.Word {
				n[j.state()]++
			}
		}
		rows = append(rows, []sheet.Cell{sheet.Of(f.Name), sheet.Of(f.Word), sheet.Of(f.Says), sheet.Of(f.Reach.String()), sheet.Whole(int64(f.Months)),
			sheet.Whole(int64(c.Holdings)), sheet.Whole(int64(c.Covered)), sheet.Whole(int64(c.DueSoon)), sheet.Whole(int64(c.Out)), sheet.Whole(int64(c.Never)),
			sheet.Of(share(c.Covered+c.DueSoon, c.Holdings)), sheet.Of(string(c.Oldest.Reviewed)), sheet.Whole(n[wordMet]), sheet.Whole(n[wordMissing])})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}
}

func (s *standing) requirementTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Framework", Width: 34, Wrap: true}, {Header: "Word", Width: 14}, {Header: "Requirement", Width: 60, Wrap: true},
		{Header: "State", Width: 11, Kind: sheet.Levels, Legend: metLegend}, {Header: "What is on record", Width: 70, Wrap: true}, {Header: "Sheet", Width: 18}}
	var rows [][]sheet.Cell
	for _, j := range s.judged {
		rows = append(rows, []sheet.Cell{sheet.Of(j.f.Name), sheet.Of(j.f.Word), sheet.Of(j.asks), sheet.Of(j.state()), sheet.Of(j.says), sheet.Of(j.sheet).To(j.sheet, "A1")})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}
}

func (s *standing) campaignTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Campaign", Width: 30}, {Header: "State", Width: 13}, {Header: "Owner", Width: 36}, {Header: "Launched by", Width: 36},
		{Header: "Launched", Kind: sheet.Moments}, {Header: "Due", Kind: sheet.Moments}, {Header: "Closed", Kind: sheet.Moments}, {Header: "Overdue", Width: 10},
		{Header: "Items", Kind: sheet.Counts}, {Header: "Packets signed", Kind: sheet.Counts}, {Header: "Packets countersigned", Kind: sheet.Counts},
		{Header: "Packets lapsed", Kind: sheet.Counts}, {Header: "Still to be put right", Kind: sheet.Counts}, {Header: "Exceptions", Kind: sheet.Counts},
		{Header: "Acknowledged by", Width: 36}, {Header: "Acknowledged", Kind: sheet.Moments}, {Header: "Started by", Width: 24},
		{Header: "Reason", Width: 36, Wrap: true}, {Header: "Campaign id", Width: 22}}
	var rows [][]sheet.Cell
	for _, c := range s.campaigns {
		var signed, checked, lapsed int
		for _, p := range c.packets {
			switch {
			case p.Lapsed:
				lapsed++
			case p.State == review.Countersigned:
				signed, checked = signed+1, checked+1
			case p.State == review.Signed:
				signed++
			}
		}
		who, when := sheet.Cell{}, sheet.Cell{}
		if n := len(c.acks); n > 0 {
			who, when = sheet.Of(person(s.o, c.acks[n-1].By)), sheet.At(c.acks[n-1].At)
		}
		rows = append(rows, []sheet.Cell{sheet.Of(c.Name), sheet.Of(c.State.String()), sheet.Of(person(s.o, c.Owner)), sheet.Of(person(s.o, c.Launcher)),
			sheet.At(c.launched), sheet.At(c.Due), sheet.At(c.ClosedAt), yes(c.overdue(s.m.At)), sheet.Whole(int64(c.TieOut.InScope)),
			sheet.Whole(int64(signed)), sheet.Whole(int64(checked)), sheet.Whole(int64(lapsed)), sheet.Whole(int64(len(c.open()))),
			sheet.Whole(int64(len(c.exceptions()))), who, when, sheet.Of(c.Trigger), sheet.Of(c.Reason), sheet.Of(string(c.ID))})
	}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}
}

func (s *standing) signOffTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Campaign", Width: 30}, {Header: "Stage", Kind: sheet.Counts}, {Header: "Reviewer", Width: 36},
		{Header: "State", Width: 16, Kind: sheet.Levels, Legend: packetLegend}, {Header: "Signed", Kind: sheet.Moments}, {Header: "Countersigned by", Width: 36},
		{Header: "Countersigned", Kind: sheet.Moments}, {Header: "Items", Kind: sheet.Counts}, {Header: "Kept", Kind: sheet.Counts},
		{Header: "Reduced", Kind: sheet.Counts}, {Header: "Revoked", Kind: sheet.Counts}, {Header: "Abstained", Kind: sheet.Counts},
		{Header: "Statement", Width: 50, Wrap: true}, {Header: "Digest (SHA-256)", Width: 30}, {Header: "Campaign id", Width: 22}, {Header: "Reviewer id", Width: 22}}
	return &sheet.Table{Columns: cols, Key: 3, Rows: func(yield func([]sheet.Cell, error) bool) {
		for _, c := range s.campaigns {
			for _, id := range sortedKeys(c.packets) {
				p := c.packets[id]
				if !yield([]sheet.Cell{sheet.Of(c.Name), sheet.Whole(int64(p.Stage)), sheet.Of(person(s.o, p.Reviewer)), sheet.Of(p.Word()), sheet.At(p.signed),
					sheet.Of(person(s.o, p.Checker)), sheet.At(p.checked), sheet.Whole(int64(p.Items)), sheet.Whole(int64(p.Keep)), sheet.Whole(int64(p.Reduce)),
					sheet.Whole(int64(p.Revoke)), sheet.Whole(int64(p.Abstain)), sheet.Of(p.Statement), sheet.Of(p.Digest), sheet.Of(string(c.ID)),
					sheet.Of(string(p.Reviewer))}, nil) {
					return
				}
			}
		}
	}}
}

// holdingTable is one row for everything that gives access, with where each
// framework sees it.
func (s *standing) holdingTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Holder", Width: 28}, {Header: "Holder is", Width: 12}, {Header: "On", Width: 36, Wrap: true}, {Header: "Kind", Width: 12}, {Header: "Level", Width: 14},
		{Header: "Last reviewed", Width: 14}, {Header: "Answer", Width: 11, Kind: sheet.Levels, Legend: answerLegend}, {Header: "Reviewer of record", Width: 36},
		{Header: "Countersigned by", Width: 36}, {Header: "Campaign", Width: 28}, {Header: "Item", Kind: sheet.Counts}, {Header: "Next due", Width: 13}}
	for _, f := range s.frameworks {
		cols = append(cols, sheet.Column{Header: f.Word, Width: 15, Kind: sheet.Levels, Legend: coverageLegend})
	}
	cols = append(cols, sheet.Column{Header: "Since event", Kind: sheet.Counts}, sheet.Column{Header: "Holder id", Width: 22}, sheet.Column{Header: "Holding id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 1, Rows: func(yield func([]sheet.Cell, error) bool) {
		for row := range s.o.Holdings(s.m.At) {
			if g, ok := row.Record.(domain.Grant); ok && !g.Target.Kind.Permission() && !yield(s.holding(row, g), nil) {
				return
			}
		}
	}}
}

func (s *standing) holding(row domain.Row, g domain.Grant) []sheet.Cell {
	var last review.Precedent
	var states []sheet.Cell
	var due, reviewed domain.Date
	for _, f := range s.frameworks {
		c, ok := s.coverage.Judge(f, row)
		if !ok {
			states = append(states, sheet.Cell{})
			continue
		}
		states = append(states, sheet.Of(c.State.String()))
		if c.Reviewed != "" {
			last, reviewed = c.Last, c.Reviewed
			if due == "" || c.Due < due {
				due = c.Due
			}
		}
	}
	cells := []sheet.Cell{sheet.Of(review.HolderName(s.o, g.Holder)), sheet.Of(g.Holder.Kind.String()), sheet.Of(review.TargetName(s.o, g.Target, g.Agent)),
		sheet.Of(g.Target.Kind.String()), sheet.Of(g.Ladder().Word(g.Level)), sheet.Of(string(reviewed))}
	if reviewed == "" {
		cells = append(cells, sheet.Cell{}, sheet.Cell{}, sheet.Cell{}, sheet.Cell{}, sheet.Cell{}, sheet.Cell{})
	} else {
		checker := domain.ID("")
		if c := s.byID[last.Campaign]; c != nil {
			checker = c.checker(last.Item)
		}
		cells = append(cells, sheet.Of(last.Answer.String()), sheet.Of(person(s.o, last.Reviewer)), sheet.Of(person(s.o, checker)), sheet.Of(last.Name),
			sheet.Whole(int64(last.Item)), sheet.Of(string(due)))
	}
	return append(append(cells, states...), seqCell(row.Since), sheet.Of(string(g.Holder.ID)), sheet.Of(string(g.ID)))
}

func (s *standing) openTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Campaign", Width: 28}, {Header: "Item", Kind: sheet.Counts}, {Header: "Holder", Width: 28}, {Header: "On", Width: 36, Wrap: true},
		{Header: "Level", Width: 14}, {Header: "Ruled", Width: 11, Kind: sheet.Levels, Legend: answerLegend}, {Header: "Level ruled", Width: 14},
		{Header: "Result", Width: 12, Kind: sheet.Levels, Legend: resultLegend}, {Header: "What is left", Width: 50, Wrap: true}, {Header: "Due", Kind: sheet.Moments},
		{Header: "Days overdue", Kind: sheet.Counts}, {Header: "Overdue", Width: 10}, {Header: "Owner", Width: 36}, {Header: "Campaign id", Width: 22}}
	return &sheet.Table{Columns: cols, Key: 2, Rows: func(yield func([]sheet.Cell, error) bool) {
		for _, x := range s.open {
			answer, level := sheet.Of(review.Keep.String()), sheet.Cell{}
			if r, ok := x.c.rulings[x.Item]; ok {
				answer = sheet.Of(r.Answer.String())
				if r.Answer == review.Reduce || r.Answer == review.Revoke {
					level = sheet.Of(x.item.Holding.Ladder().Word(r.Level))
				}
			}
			days := sheet.Cell{}
			if x.overdue {
				days = sheet.Whole(int64(s.m.At.Sub(x.c.Due).Hours() / 24))
			}
			if !yield([]sheet.Cell{sheet.Of(x.c.Name), sheet.Whole(int64(x.Item)), sheet.Of(x.item.Holder), sheet.Of(x.item.Target),
				sheet.Of(x.item.Holding.Ladder().Word(x.item.Holding.Level)), answer, level, sheet.Of(x.Result.String()), sheet.Of(x.Left), sheet.At(x.c.Due),
				days, yes(x.overdue), sheet.Of(person(s.o, x.c.Owner)), sheet.Of(string(x.c.ID))}, nil) {
				return
			}
		}
	}}
}

func (s *standing) exceptionTable() *sheet.Table {
	cols := []sheet.Column{{Header: "Campaign", Width: 28}, {Header: "Item", Kind: sheet.Counts}, {Header: "Holder", Width: 28}, {Header: "On", Width: 36, Wrap: true},
		{Header: "Level", Width: 14}, {Header: "State", Width: 11, Kind: sheet.Levels, Legend: exceptionLegend}, {Header: "Until", Width: 13},
		{Header: "Reason", Width: 50, Wrap: true}, {Header: "Approved by", Width: 36}, {Header: "Campaign id", Width: 22}}
	return &sheet.Table{Columns: cols, Key: 2, Rows: func(yield func([]sheet.Cell, error) bool) {
		for _, x := range s.excepted {
			if !yield([]sheet.Cell{sheet.Of(x.c.Name), sheet.Whole(int64(x.Item)), sheet.Of(x.item.Holder), sheet.Of(x.item.Target),
				sheet.Of(x.item.Holding.Ladder().Word(x.item.Holding.Level)), sheet.Of(x.state), sheet.Of(string(x.Until)), sheet.Of(x.Reason),
				sheet.Of(person(s.o, x.Approver)), sheet.Of(string(x.c.ID))}, nil) {
				return
			}
		}
	}}
}

// counted words.
func (s *standing) expired() (n int) {
	for _, x := range s.excepted {
		if x.state == "expired" {
			n++
		}
	}
	return n
}

func (s *standing) overdueItems() (n int) {
	for _, x := range s.open {
		if x.overdue {
			n++
		}
	}
	return n
}

func joined(parts []string) string { return strings.Join(parts, "; ") }

func ratio(n, of int, what string) string { return fmt.Sprintf("%d of %d %s", n, of, what) }
