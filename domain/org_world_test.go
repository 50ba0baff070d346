package domain

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// acme is a small organisation written down record by record, for truth
// tables. Ids are the names given.
type acme struct {
	t    testing.TB
	rows []Row
	n    int
}

func newAcme(t testing.TB) *acme { return &acme{t: t} }

func (w *acme) add(rs ...Record) *acme {
	for _, r := range rs {
		w.rows = append(w.rows, Row{r, Seq(len(w.rows) + 1)})
	}
	return w
}

func (w *acme) users(names ...ID) *acme {
	for _, n := range names {
		w.add(Principal{ID: n, Kind: User, Name: string(n), Status: Active})
	}
	return w
}

func (w *acme) groups(names ...ID) *acme {
	for _, n := range names {
		w.add(Group{ID: n, Name: string(n)})
	}
	return w
}

func (w *acme) agents(names ...ID) *acme {
	for _, n := range names {
		w.add(Agent{ID: n, Name: string(n), AccessType: GroupRestricted})
	}
	return w
}

// tree adds areas by paths, each after its parent.
func (w *acme) tree(paths ...ID) *acme {
	for i, p := range paths {
		parent := ID("")
		for j := len(p) - 1; j >= 0; j-- {
			if p[j] == '/' {
				parent = p[:j]
				break
			}
		}
		w.add(Area{ID: p, Name: strings.TrimPrefix(string(p[len(parent):]), "/"), Parent: parent, Order: i})
	}
	return w
}

// grant adds a grant and gives its id.
func (w *acme) grant(g Grant) ID {
	if g.ID == "" {
		w.n++
		g.ID = ID(fmt.Sprintf("gnt_%03d", w.n))
	}
	w.add(g)
	return g.ID
}

func (w *acme) join(g ID, members ...ID) *acme {
	for _, m := range members {
		w.grant(Grant{Holder: person(m), Target: Target{TargetGroup, g}, Level: Member})
	}
	return w
}

func (w *acme) give(h Holder, kind TargetKind, id ID, l Level) ID {
	return w.grant(Grant{Holder: h, Target: Target{kind, id}, Level: l})
}

func person(id ID) Holder { return Holder{HolderPrincipal, id} }
func team(id ID) Holder   { return Holder{HolderGroup, id} }

func onAgent(id ID) Target { return Target{TargetAgent, id} }
func onArea(id ID) Target  { return Target{TargetArea, id} }

func (w *acme) org() *Org {
	w.t.Helper()
	o, err := NewOrg(Seq(len(w.rows)), rowsIn(w.rows))
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func rowsIn(rows []Row) Rows {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

var midMarch = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// wants checks a level and that its explanation says the same.
func wants(t *testing.T, o *Org, p ID, target Target, agent ID, at time.Time, want Level) Access {
	t.Helper()
	acc := o.Access(p, target, agent, at)
	if got := o.Level(p, target, agent, at); got != want || acc.Level != want {
		t.Errorf("%s on %s %s (agent %q) at %s: Level %s, Access %s, want %s; denials %v", p, target.Kind, target.ID, agent,
			at.Format(time.DateTime), LadderOf(target.Kind).Word(got), LadderOf(target.Kind).Word(acc.Level),
			LadderOf(target.Kind).Word(want), acc.Denials)
	}
	if acc.Level == None && len(acc.Denials) == 0 {
		t.Errorf("%s on %s %s: a no without a reason", p, target.Kind, target.ID)
	}
	if acc.Level > None && (len(acc.Paths) == 0 || acc.Paths[0].Level != acc.Level) {
		t.Errorf("%s on %s %s: level %d, paths %+v", p, target.Kind, target.ID, acc.Level, acc.Paths)
	}
	return acc
}
