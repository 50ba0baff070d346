package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// statement is one INSERT of many rows, with what it binds.
type statement struct {
	text string
	args []any
}

// grouper gathers rows into statements of many rows. A column that has the
// same value in all rows of a statement, as most have, is bound once: binding
// is half of what a row costs.
type grouper struct {
	into  string
	width int // values a row
	most  int // rows a statement
	args  []any
	texts map[shape]string
	done  []statement
	free  chan []any // room that was used before
}

// shape is what the text of a statement depends on: how many rows, and which
// columns are the same in all of them.
type shape struct {
	rows int
	same uint64
}

// mostShapes is how many texts are kept; a statement of a further shape binds
// every value.
const mostShapes = 24

// row gives room for the values of a further row; added ends it.
func (g *grouper) row() []any {
	if g.args == nil {
		select {
		case g.args = <-g.free:
		default:
		}
		if cap(g.args) < g.width*g.most {
			g.args = make([]any, 0, g.width*g.most)
		}
	}
	n := len(g.args)
	g.args = g.args[:n+g.width]
	return g.args[n:]
}

func (g *grouper) added() {
	if len(g.args) >= g.width*g.most {
		g.cut()
	}
}

func (g *grouper) add(row ...any) {
	copy(g.row(), row)
	g.added()
}

// cut ends the statement under way.
func (g *grouper) cut() {
	if len(g.args) == 0 {
		return
	}
	if g.texts == nil {
		g.texts = map[shape]string{}
	}
	s := g.shape()
	text, ok := g.texts[s]
	if !ok {
		if len(g.texts) >= mostShapes {
			s.same = 0
		}
		text = g.into + s.values(g.width)
		g.texts[s] = text
	}
	g.done = append(g.done, statement{text, g.bound(s)})
	g.args = nil
}

// reuse takes back the room of statements that were carried out.
func (g *grouper) reuse(b batch) {
	for _, st := range b {
		clear(st.args)
		select {
		case g.free <- st.args[:0]:
		default:
			return
		}
	}
}

func (g *grouper) shape() shape {
	s := shape{rows: len(g.args) / g.width}
	for col := range min(g.width, 64) {
		first, same := g.args[col], true
		for i := col + g.width; same && i < len(g.args); i += g.width {
			same = g.args[i] == first
		}
		if same {
			s.same |= 1 << col
		}
	}
	return s
}

// bound gives the values to bind: those of the first row, then of the others
// only those that differ from row to row.
func (g *grouper) bound(s shape) []any {
	at := g.width
	for i := g.width; i < len(g.args); i++ {
		if s.same&(1<<(i%g.width)) == 0 {
			g.args[at] = g.args[i]
			at++
		}
	}
	return g.args[:at]
}

// values gives "(?1,?2),(?1,?3)" for two rows that agree in the first column.
func (s shape) values(width int) string {
	var b strings.Builder
	next := width + 1
	for row := range s.rows {
		for col := range width {
			n := col + 1
			if row > 0 && s.same&(1<<col) == 0 {
				n, next = next, next+1
			}
			if col == 0 {
				b.WriteString("(?")
			} else {
				b.WriteString(",?")
			}
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte(')')
		if row < s.rows-1 {
			b.WriteByte(',')
		}
	}
	return b.String()
}

// runner carries out statements in one transaction; a text that comes again is
// prepared once.
type runner struct {
	ctx  context.Context
	sql  *sql.Tx
	made map[string]*sql.Stmt
}

func (r *runner) all(b batch) error {
	for _, st := range b {
		made, ok := r.made[st.text]
		if !ok {
			var err error
			if made, err = r.sql.PrepareContext(r.ctx, st.text); err != nil {
				return err
			}
			if r.made == nil {
				r.made = map[string]*sql.Stmt{}
			}
			r.made[st.text] = made // the transaction's end closes it
		}
		if _, err := made.ExecContext(r.ctx, st.args...); err != nil {
			return err
		}
	}
	return nil
}
