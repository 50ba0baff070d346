package sources_test

import (
	"testing"

	"countersign/domain"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

func TestManySourcesAtOnce(t *testing.T) {
	for _, c := range []struct {
		keys  []string
		title string
		n     int
	}{
		{[]string{"X", "enter"}, "End access on 2 sources of everybody", 3},
		{[]string{"C", "j", "enter"}, "Classification of 2 sources: Internal", 2},
		{[]string{"B", "t", "o", "m", "enter"}, "Owner of 2 sources: Tom Vale", 2},
	} {
		t.Run(c.title, func(t *testing.T) {
			w := orgtest.New(t)
			d := start(t, w, theme.Dark, 120, 40)
			d.Keys("*")
			d.Keys(c.keys...)
			d.Has(c.title)
			d.Has("All: 2 sources.")
			reason(d, "audit")
			if len(w.Proposals) != 1 || len(w.Proposals[0].Changes) != c.n {
				t.Errorf("proposed %+v", w.Proposals)
			}
			if g, ok := w.Proposals[0].Changes[0].After.(domain.Grant); ok {
				t.Errorf("a grant is given: %+v", g)
			}
		})
	}
}
