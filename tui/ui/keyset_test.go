package ui

import (
	"context"
	"testing"
)

// blind is a source that knows neither how many rows there are nor the place of
// one, as a keyset query without counts.
type blind struct{ *Memory }

func (b blind) Load(ctx context.Context, r Request) (Page, error) {
	p, err := b.Memory.Load(ctx, r)
	p.Total, p.Offset = -1, -1
	return p, err
}

func TestListOverASourceWithoutCounts(t *testing.T) {
	w := newWorld()
	l := started(w, blind{&Memory{Rows: rows(5000, true)}})
	for _, step := range []struct {
		do       func()
		want, at string
	}{
		{func() { drain(l.Update, l.Move(150)) }, "r0000150", "151 of many"},
		{func() { drain(l.Update, l.end(Last)) }, "r0004999", "rows"},
		{func() { drain(l.Update, l.Move(-1000)) }, "r0003999", "rows"},
		{func() { drain(l.Update, l.Go("r0002500")) }, "r0002500", "rows"},
		{func() { drain(l.Update, l.Move(-30)) }, "r0002470", "rows"},
		{func() { drain(l.Update, l.Move(-2470)) }, "r0000000", "1 of many"},
		{func() { drain(l.Update, l.Move(10_000)) }, "r0004999", "5000 of 5000"},
	} {
		step.do()
		exact(t, l.View(80, 24), 80, 24)
		if got := selected(l); got != step.want || l.position() != step.at {
			t.Fatalf("on %s, %q; want %s, %q", got, l.position(), step.want, step.at)
		}
	}
}
