package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// An item as it stands joins the frozen item (i) with who answers for it now
// (w), that reviewer's decision (d), packet (p) and return (r), and the item's
// outcome (o).
//
// A later assignment of an item in a stage replaces all staged ones of that
// item and stage. Where a query names no reviewer, the item is shown for the
// one who decided last, else for the first assigned.

// The states of an item, as SQL over these names; review.ItemStates says what
// each means. A packet that was returned reopens the items returned in its
// round and keeps the others closed.
const (
	sqlInForce  = "(d.answer <> 'undecided' AND d.round >= ifnull(r.round, 0))"
	sqlReopened = "(r.round >= p.round)"
	sqlClosed   = "(p.state IN ('signed', 'countersigned') OR p.state = 'returned' AND " + sqlReopened + " IS NOT TRUE)"
)

var stateSQL = []struct {
	bit  review.ItemStates
	cond string
}{
	{review.ItemOpen, sqlInForce + " IS NOT TRUE"},
	{review.ItemDecided, sqlInForce + " IS TRUE AND " + sqlClosed + " IS NOT TRUE"},
	{review.ItemSigned, sqlInForce + " IS TRUE AND " + sqlClosed + " IS TRUE AND p.state <> 'countersigned'"},
	{review.ItemFinal, "p.state = 'countersigned'"},
	{review.ItemReturned, "r.round IS NOT NULL AND " + sqlInForce + " IS NOT TRUE"},
	{review.ItemUnsettled, "p.state = 'countersigned' AND ifnull(o.result, 'pending') NOT IN ('verified', 'retained', 'exception')"},
}

// scope is what every question about items needs of the campaign.
type scope struct {
	campaign   domain.ID
	population string
	stage      int
	moved      bool // some item of the stage has a later assignment
}

// scopeOf reads it; a campaign that is not there, or is not staged, is
// NotFound.
func (t *tx) scopeOf(campaign domain.ID, stage int) (scope, error) {
	c, err := t.Campaign(campaign)
	if err != nil {
		return scope{}, err
	}
	if c.Population == "" {
		return scope{}, domain.Errorf(domain.NotFound, "the campaign %s has no items yet", c.Name).
			Hinted("stage it first").ByRule("not-staged")
	}
	if stage == 0 {
		stage = max(c.Stage, 1)
	}
	s := scope{campaign: c.ID, population: string(c.Population), stage: stage}
	_, err = t.one("SELECT EXISTS (SELECT 1 FROM assignment WHERE campaign = ? AND stage = ? AND to_seq IS NULL)",
		[]any{string(s.campaign), s.stage}, &s.moved)
	return s, err
}

// assigned gives SQL for (no, reviewer) of everyone, or of one reviewer, who
// answers now.
func (s scope) assigned(reviewer domain.ID) (string, []any) {
	staged := "SELECT a.no, a.reviewer FROM staged_by_reviewer a WHERE a.population = ? AND a.stage = ?"
	args := []any{s.population, s.stage}
	if reviewer != "" {
		staged += " AND a.reviewer = ?"
		args = append(args, string(reviewer))
	}
	if !s.moved {
		return staged, args
	}
	staged += " AND NOT EXISTS (SELECT 1 FROM assignment m WHERE m.campaign = ? AND m.item = a.no AND m.stage = ? AND m.to_seq IS NULL)"
	later := "SELECT b.item AS no, b.reviewer FROM assignment b WHERE b.campaign = ? AND b.stage = ? AND b.to_seq IS NULL"
	args = append(args, string(s.campaign), s.stage, string(s.campaign), s.stage)
	if reviewer != "" {
		later += " AND b.reviewer = ?"
		args = append(args, string(reviewer))
	}
	return staged + " UNION ALL " + later, args
}

// shown gives SQL for the one reviewer an item is shown for: a scalar over
// i.no.
func (s scope) shown() (string, []any) {
	decided := " LEFT JOIN decision x ON x.id = ? || i.no || ? || a.reviewer AND x.to_seq IS NULL"
	key := []any{string(s.campaign) + "/", fmt.Sprintf("/%d/", s.stage)}
	staged := "(SELECT a.reviewer FROM staged_assignment a" + decided +
		" WHERE a.population = ? AND a.no = i.no AND a.stage = ? ORDER BY x.from_seq DESC NULLS LAST, a.pos LIMIT 1)"
	args := append(slices.Clone(key), s.population, s.stage)
	if !s.moved {
		return staged, args
	}
	later := "(SELECT a.reviewer FROM assignment a" + decided +
		" WHERE a.campaign = ? AND a.item = i.no AND a.stage = ? AND a.to_seq IS NULL ORDER BY x.from_seq DESC NULLS LAST, a.from_seq, a.reviewer LIMIT 1)"
	return "ifnull(" + later + ", " + staged + ")",
		append(append(slices.Clone(key), string(s.campaign), s.stage), args...)
}

// from gives the FROM clause: frozen items, who answers, and d, r, p and o for
// that reviewer. It gives the reviewer as SQL too. No subquery stands around
// item, or the page would be cut from a copy of the whole population.
func (s scope) from(b *query, q review.ItemQuery) (who string, args []any) {
	if q.Reviewer != "" {
		list, listArgs := s.assigned(q.Reviewer)
		who = "w.reviewer"
		b.add(" FROM ("+list+") w JOIN item i ON i.population = ? AND i.no = w.no", append(listArgs, s.population)...)
	} else {
		who, args = s.shown()
		s.frozen(b, q)
	}
	c, st := string(s.campaign)+"/", fmt.Sprintf("/%d/", s.stage)
	join := func(text string, key ...any) {
		b.add(" LEFT JOIN "+text+who, append(key, args...)...)
	}
	join("decision d ON d.to_seq IS NULL AND d.id = ? || i.no || ? || ", c, st)
	join("item_return r ON r.to_seq IS NULL AND r.id = ? || i.no || ? || ", c, st)
	join("packet p ON p.to_seq IS NULL AND p.id = ? || ", fmt.Sprintf("%s%d/", c, s.stage))
	b.add(" LEFT JOIN outcome o ON o.to_seq IS NULL AND o.id = ? || i.no", c)
	s.begin(b, q)
	return who, args
}

// begin adds the conditions that go with the FROM clause.
func (s scope) begin(b *query, q review.ItemQuery) {
	if q.Reviewer != "" {
		return
	}
	b.where("i.population = ?", s.population)
	if q.Holder != "" {
		b.where("k.holder = ?", string(q.Holder))
	}
}

// frozen adds the frozen items of everyone, found by the table of the order
// that serves the question (migration 3). CROSS keeps that table first.
func (s scope) frozen(b *query, q review.ItemQuery) {
	table := "item_by_holder"
	if q.Holder == "" {
		table = orders[q.Order].table
	}
	if table == "" {
		b.add(" FROM item i")
		return
	}
	b.add(" FROM "+table+" k CROSS JOIN item i ON k.population = ? AND i.no = k.no", s.population)
}

// orders are the tables of orders and their keys, which item has too.
var orders = map[review.ItemOrder]struct{ table, key string }{
	review.ByTarget: {"item_by_target", "target_name"},
	review.ByRisk:   {"item_by_risk", "risk"},
}

// filter adds the conditions of a query.
func filter(b *query, q review.ItemQuery) {
	if q.State != 0 {
		var any []string
		for _, s := range stateSQL {
			if q.State&s.bit != 0 {
				any = append(any, "("+s.cond+")")
			}
		}
		b.where("(" + strings.Join(any, " OR ") + ")")
	}
	if len(q.Answers) > 0 {
		var conds []string
		for _, a := range q.Answers {
			if a == review.Silent {
				conds = append(conds, sqlInForce+" IS NOT TRUE")
				continue
			}
			conds = append(conds, "d.answer = '"+a.String()+"' AND "+sqlInForce+" IS TRUE")
		}
		b.where("(" + strings.Join(conds, " OR ") + ")")
	}
	if q.Holder != "" && q.Reviewer != "" {
		b.where("i.holder = ?", string(q.Holder))
	}
	if q.Target != "" {
		b.where("i.target = ?", string(q.Target))
	}
	if q.Text != "" {
		b.where("instr(i.search, ?) > 0", strings.ToLower(q.Text))
	}
	if q.HighRisk {
		b.where("i.high_risk = 1")
	}
}

// page adds the order and, behind which item the page begins.
func (t *tx) page(s scope, b *query, q review.ItemQuery) error {
	key, at := orders[q.Order].key, "i"
	if q.Reviewer == "" && (q.Holder != "" || key != "") {
		at = "k" // what the rows come in the order of
	}
	by := at + "."
	if q.Holder != "" {
		by = "i."
	}
	sign, dir := ">", ""
	if q.Back {
		sign, dir = "<", " DESC"
	}
	switch {
	case q.After == 0:
	case key == "":
		b.where(at+".no "+sign+" ?", q.After)
	default:
		var from any
		ok, err := t.one("SELECT "+key+" FROM item WHERE population = ? AND no = ?", []any{s.population, q.After}, &from)
		if err != nil {
			return err
		}
		if !ok {
			return domain.Errorf(domain.NotFound, "the campaign has no item %d", q.After)
		}
		b.where("("+by+key+", "+at+".no) "+sign+" (?, ?)", from, q.After)
	}
	if key != "" {
		key = by + key + dir + ", "
	}
	b.add(" ORDER BY " + key + at + ".no" + dir)
	b.limit(q.Limit)
	return nil
}

// Items gives a page of items, in the order asked also when paging Back (with
// After 0: the last page).
func (t *tx) Items(q review.ItemQuery) ([]review.Item, error) {
	s, err := t.scopeOf(q.Campaign, q.Stage)
	if err != nil {
		return nil, err
	}
	return t.items(s, q, 0)
}

// Item gives one item as it stands now; a number the campaign does not have is
// NotFound.
func (t *tx) Item(campaign domain.ID, no int) (review.Item, error) {
	s, err := t.scopeOf(campaign, 0)
	if err != nil {
		return review.Item{}, err
	}
	found, err := t.items(s, review.ItemQuery{}, no)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "the campaign has no item %d", no)
	}
	if err != nil {
		return review.Item{}, err
	}
	return found[0], nil
}

func (t *tx) items(s scope, q review.ItemQuery, no int) ([]review.Item, error) {
	row := newItemRow(s)
	var b query
	who, args := s.from(&b, q)
	b.text, b.args = "SELECT "+row.columns+", "+who+b.text, append(args, b.args...)
	if no != 0 {
		b.where("i.no = ?", no)
	}
	filter(&b, q)
	if err := t.page(s, &b, q); err != nil {
		return nil, err
	}
	var out []review.Item
	err := t.rowsOf(b.text, b.args, func(r *sql.Rows) error {
		it, err := row.read(r)
		out = append(out, it)
		return err
	})
	if err != nil {
		return nil, err
	}
	if q.Back {
		slices.Reverse(out)
	}
	return out, t.addAssigned(s, out)
}

// CountItems tells how many items fit; paging is ignored.
func (t *tx) CountItems(q review.ItemQuery) (int, error) {
	s, err := t.scopeOf(q.Campaign, q.Stage)
	if err != nil {
		return 0, err
	}
	b := query{text: "SELECT count(*)"}
	if q.State == 0 && len(q.Answers) == 0 && q.Reviewer == "" { // the frozen items alone answer
		q.Order = review.ByNumber
		s.frozen(&b, q)
		s.begin(&b, q)
	} else {
		s.from(&b, q)
	}
	filter(&b, q)
	var n int
	_, err = t.one(b.text, b.args, &n)
	return n, err
}
