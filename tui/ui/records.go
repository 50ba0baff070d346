package ui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Record is a row with what it can be found and ordered by.
type Record struct {
	Row
	// Values go with Records.Fields, one each. A value that is several holds them
	// in lines.
	Values []string
}

// Records is a source of rows made in memory from something read in commands,
// such as an organisation. Its filter knows words, "field:value" and "!" before
// either; a value with blanks stands in double quotes. A sort is a field.
type Records struct {
	Fields []string
	// Read reads what the rows are made of. As long as it gives the same stamp the
	// rows made before are used again; make is called only for another one.
	Read func(ctx context.Context) (stamp string, make func() []Record, err error)

	mu      sync.Mutex
	stamp   string
	made    bool
	all     []Record
	lowered [][]string // cells and group of each row, then its values, folded
	query   Query
	rows    []Row // of query, in order; nil when it has to be worked out
}

// Load implements Source. An unknown field in the filter is an error that names
// those there are.
func (s *Records) Load(ctx context.Context, r Request) (Page, error) {
	rows, err := s.of(ctx, r.Query)
	if err != nil {
		return Page{}, err
	}
	if r.Seek == First || r.Seek == Last {
		r.Key = ""
	}
	at := slices.IndexFunc(rows, func(row Row) bool { return row.Key == r.Key })
	if at < 0 && r.Key != "" {
		return Page{}, ErrGone
	}
	from, to := 0, len(rows)
	switch r.Seek {
	case Last:
		from = len(rows) - r.Limit
	case After:
		from = at + 1
	case Before:
		from, to = at-r.Limit, at
	case From:
		from = at
	}
	from = min(max(from, 0), len(rows))
	to = min(to, from+r.Limit, len(rows))
	return Page{Rows: rows[from:to], Total: len(rows), Offset: from}, nil
}

// of is the rows of a query in their order.
func (s *Records) of(ctx context.Context, q Query) ([]Row, error) {
	stamp, make1, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	terms, err := s.parse(q.Filter)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.made || s.stamp != stamp {
		s.all, s.stamp, s.made, s.rows = make1(), stamp, true, nil
		s.lowered = lowered(s.all)
	}
	if s.rows == nil || s.query != q {
		s.rows, s.query = s.choose(terms, q), q
	}
	return s.rows, ctx.Err()
}

func lowered(all []Record) [][]string {
	out := make([][]string, len(all))
	for i, r := range all {
		var words strings.Builder
		words.WriteString(strings.ToLower(r.Group))
		for _, c := range r.Cells {
			words.WriteByte('\n')
			words.WriteString(strings.ToLower(c.Text))
		}
		out[i] = append(out[i], words.String())
		for _, v := range r.Values {
			out[i] = append(out[i], strings.ToLower(v))
		}
	}
	return out
}

func (s *Records) choose(terms []term, q Query) []Row {
	picked := make([]int, 0, len(s.all))
	for i := range s.all {
		if !slices.ContainsFunc(terms, func(t term) bool { return !t.passes(s.lowered[i]) }) {
			picked = append(picked, i)
		}
	}
	if f := slices.Index(s.Fields, q.Sort); f >= 0 {
		slices.SortStableFunc(picked, func(a, b int) int { return natural(s.lowered[a][f+1], s.lowered[b][f+1]) })
	}
	if q.Reverse {
		slices.Reverse(picked)
	}
	rows := make([]Row, len(picked))
	for i, n := range picked {
		rows[i] = s.all[n].Row
	}
	return rows
}

// natural orders numbers as numbers and the rest as text.
func natural(a, b string) int {
	x, errA := strconv.Atoi(a)
	y, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return x - y
	}
	return strings.Compare(a, b)
}

// term is one condition of a filter: the words of the row hold the text, or a word
// of the field begins with it; with not, they do not.
type term struct {
	at   int // 0: the words of the row, else a field's place counted from 1
	text string
	not  bool
}

func (t term) passes(lowered []string) bool {
	if t.at == 0 {
		return strings.Contains(lowered[0], t.text) != t.not
	}
	return t.at < len(lowered) && startsWord(lowered[t.at], t.text) != t.not
}

// startsWord tells whether text stands in s where a word begins: "active" does not
// stand in "inactive" so.
func startsWord(s, text string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], text)
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		if at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
		from = at + len(text)
	}
}

// parse takes a filter apart. "field:" without a value yet asks for nothing.
func (s *Records) parse(filter string) ([]term, error) {
	var out []term
	for _, word := range splitTerms(strings.ToLower(filter)) {
		t := term{}
		word, t.not = strings.CutPrefix(word, "!")
		field, value, fielded := strings.Cut(word, ":")
		if fielded {
			i := slices.Index(s.Fields, field)
			if i < 0 && value != "" {
				return nil, fmt.Errorf("there is no field %q to filter by: use one of %s", field, strings.Join(s.Fields, ", "))
			}
			t.at, word = i+1, value
		}
		if t.text = strings.Trim(word, `"`); t.text != "" {
			out = append(out, t)
		}
	}
	return out, nil
}

// splitTerms splits at blanks that do not stand in double quotes.
func splitTerms(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}
