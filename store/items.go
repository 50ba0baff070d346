package store

import (
	"database/sql"
	"slices"
	"strconv"
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
// one who decided last, else for the first assigned. The ruling over all
// stages (f) is joined once it is in force; an item it stopped is shown at the
// last stage it went through.

// The states of an item, as SQL over these names; review.ItemStates says what
// each means. A packet that was returned reopens the items returned in its
// round and keeps the others closed.
const (
	sqlInForce  = "(d.answer <> 'undecided' AND d.round >= ifnull(r.round, 0))"
	sqlReopened = "(r.round >= p.round)"
	sqlRuled    = "f.answer IS NOT NULL"
	sqlClosed   = "(p.state IN ('signed', 'countersigned') OR p.state = 'returned' AND " + sqlReopened + " IS NOT TRUE)"
)

// sqlStands gives the condition by which a row of decision, under an alias, is
// no part of a bulk, or of one that is in force. It belongs to every join with
// decisions.
func sqlStands(alias string) string {
	return "(" + alias + ".batch = '' OR EXISTS (SELECT 1 FROM bulk WHERE bulk.id = " + alias + ".batch))"
}

var stateSQL = []struct {
	bit  review.ItemStates
	cond string
}{
	{review.ItemOpen, sqlInForce + " IS NOT TRUE"},
	{review.ItemDecided, sqlInForce + " IS TRUE AND " + sqlClosed + " IS NOT TRUE"},
	{review.ItemSigned, sqlInForce + " IS TRUE AND " + sqlClosed + " IS TRUE AND f.answer IS NULL"},
	{review.ItemFinal, sqlRuled},
	{review.ItemReturned, "r.round IS NOT NULL AND " + sqlInForce + " IS NOT TRUE"},
	{review.ItemUnsettled, sqlRuled + " AND ifnull(o.result, 'pending') NOT IN ('verified', 'retained', 'exception')"},
}

// from gives the FROM clause: frozen items, who answers, and d, r, p, o and f
// for that reviewer. It gives the reviewer as SQL too. No subquery stands
// around item, or the page would be cut from a copy of the whole population.
func (s scope) from(b *query, q review.ItemQuery) (who string, args []any) {
	c := string(s.campaign) + "/"
	rulings := func() {
		on := "0"
		var args []any
		if !s.none() {
			on, args = "f.to_seq IS NULL AND f.id = ? || i.no || '/0' AND "+s.ruled(), []any{c}
		}
		b.add(" LEFT JOIN ruling f ON "+on, args...)
	}
	if q.Reviewer != "" {
		list, listArgs := s.assigned(q.Reviewer)
		who = "w.reviewer"
		b.add(" FROM ("+list+") w CROSS JOIN item i ON i.population = ? AND i.no = w.no", append(listArgs, s.population)...)
		rulings()
	} else {
		s.frozen(b, q)
		rulings()
		who, args = s.shownFor(b)
	}
	at := s.at()
	if q.Reviewer != "" {
		at = strconv.Itoa(s.stage)
	}
	join := func(text string, key ...any) {
		b.add(" LEFT JOIN "+text+who, append(key, args...)...)
	}
	join("decision d ON d.to_seq IS NULL AND "+sqlStands("d")+" AND d.id = ? || i.no || '/' || "+at+" || '/' || ", c)
	join("item_return r ON r.to_seq IS NULL AND r.id = ? || i.no || '/' || "+at+" || '/' || ", c)
	join("packet p ON p.to_seq IS NULL AND p.id = ? || "+at+" || '/' || ", c)
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
	if cond, more := s.entered("i.no"); cond != "" && !s.whole {
		b.where(cond, more...)
	}
}

// frozen adds the frozen items of everyone, found by the table of the order
// that serves the question (migrations 3 and 7). CROSS keeps that table first.
func (s scope) frozen(b *query, q review.ItemQuery) {
	table := orders[q.Order].table
	switch {
	case q.Holder != "":
		b.add(" FROM item_by_holder k CROSS JOIN item i ON k.population = ? AND i.no BETWEEN k.no AND k.last", s.population)
	case table != "":
		b.add(" FROM "+table+" k CROSS JOIN item i ON k.population = ? AND i.no = k.no", s.population)
	default:
		b.add(" FROM item i")
	}
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
		if no, err := strconv.Atoi(q.Text); err == nil && strconv.Itoa(no) == q.Text {
			b.where("(i.no = ? OR instr(i.search, ?) > 0)", no, q.Text)
		} else {
			b.where("instr(i.search, ?) > 0", strings.ToLower(q.Text))
		}
	}
	if q.HighRisk {
		b.where("i.high_risk = 1")
	}
	if q.No != 0 {
		b.where("i.no = ?", q.No)
	}
	if len(q.Ruled) > 0 {
		var words []string
		for _, a := range q.Ruled {
			words = append(words, "'"+a.String()+"'")
		}
		b.where("f.answer IN (" + strings.Join(words, ", ") + ")")
	}
}

// page adds the order and, behind which item the page begins.
func (t *tx) page(s scope, b *query, q review.ItemQuery) error {
	key, at := orders[q.Order].key, "i"
	switch { // what the rows come in the order of
	case q.Reviewer != "":
		at = "w"
	case q.Holder == "" && key != "":
		at = "k"
	}
	by := at + "."
	if q.Holder != "" || q.Reviewer != "" {
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
	row := newItemRow(s, q.Reviewer)
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
	frozen := q.State == 0 && len(q.Answers) == 0 && len(q.Ruled) == 0 // what became of an item is not asked
	switch {
	case frozen && q.Reviewer == "" && (s.whole || s.stage == 1 && s.iteration == 1): // the frozen items alone answer
		q.Order = review.ByNumber
		s.frozen(&b, q)
		s.begin(&b, q)
	case frozen && q.Reviewer != "": // who answers for which, and of the items what is asked of them
		list, args := s.assigned(q.Reviewer)
		b.add(" FROM ("+list+") w", args...)
		if q.Holder != "" || q.Target != "" || q.Text != "" || q.HighRisk || q.No != 0 {
			b.add(" CROSS JOIN item i ON i.population = ? AND i.no = w.no", s.population)
		}
	default:
		s.from(&b, q)
	}
	filter(&b, q)
	var n int
	_, err = t.one(b.text, b.args, &n)
	return n, err
}
