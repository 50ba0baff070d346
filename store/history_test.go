package store_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// history is a random life of a small organisation in a database on disk.
type history struct {
	t     *rapid.T
	s     *store.Store
	clock *storetest.Clock
	state map[domain.ID]domain.Record
	n     int
}

var (
	livedPeople = []domain.ID{"usr_1", "usr_2", "key_3"}
	livedGroups = []domain.ID{"grp_1", "grp_2", "grp_3"}
	livedAgents = []domain.ID{"agt_1", "agt_2"}
	livedAreas  = []domain.ID{"a", "a/b"}
)

func (h *history) pick(what string, from []domain.ID) domain.ID {
	return rapid.SampledFrom(from).Draw(h.t, what)
}

// record draws one as it might be then.
func (h *history) record(id domain.ID) domain.Record {
	often := func(what string) bool { return rapid.IntRange(0, 3).Draw(h.t, what) > 0 }
	switch id[:3] {
	case "usr", "key":
		p := domain.Principal{ID: id, Name: "Person " + string(id), Status: domain.Active, Title: rapid.SampledFrom([]string{"", "Lead"}).Draw(h.t, "title")}
		if id[:3] == "key" {
			p.Kind = domain.APIKey
		}
		if !often("active") {
			p.Status = domain.Inactive
		}
		return p
	case "grp":
		g := domain.Group{ID: id, Name: "Group " + string(id)}
		if id > "grp_1" && often("has a parent") {
			g.Parent = "grp_1"
		}
		if !often("live") {
			g.Life = domain.Archived
		}
		return g
	case "agt":
		return domain.Agent{ID: id, Name: "Agent " + string(id), AccessType: rapid.SampledFrom(domain.AccessTypes()).Draw(h.t, "type")}
	}
	return h.grant(id)
}

func (h *history) grant(id domain.ID) domain.Grant {
	g := domain.Grant{ID: id, Holder: domain.Holder{ID: h.pick("who", livedPeople)}, Level: domain.Level(rapid.IntRange(1, 2).Draw(h.t, "level")),
		Window: rapid.SampledFrom([]domain.Window{{}, {}, {To: "2026-03-03"}, {From: "2026-03-04", Zone: "Asia/Tokyo"}}).Draw(h.t, "window")}
	switch rapid.IntRange(0, 2).Draw(h.t, "what") {
	case 0:
		g.Target = domain.Target{Kind: domain.TargetGroup, ID: h.pick("group", livedGroups)}
	case 1:
		g.Target = domain.Target{Kind: domain.TargetAgent, ID: h.pick("agent", livedAgents)}
		if rapid.Bool().Draw(h.t, "by a group") {
			g.Holder = domain.Holder{Kind: domain.HolderGroup, ID: h.pick("holder", livedGroups)}
		}
	case 2:
		g.Target = domain.Target{Kind: domain.TargetArea, ID: h.pick("area", livedAreas)}
	}
	return g
}

// event draws some changes and records them as one event.
func (h *history) event() domain.Seq {
	var changes []domain.Change
	touched := map[domain.ID]bool{}
	for range rapid.IntRange(1, 5).Draw(h.t, "changes") {
		id := h.pick("which", slices.Concat(livedPeople, livedGroups, livedAgents, []domain.ID{"grant", "grant", "grant", "grant"}))
		if id == "grant" {
			h.n++
			id = domain.ID(fmt.Sprintf("gnt_%d", rapid.IntRange(1, h.n).Draw(h.t, "number")))
		}
		if touched[id] {
			continue
		}
		touched[id] = true
		c := domain.Change{Before: h.state[id], After: h.record(id)}
		if old, ok := c.Before.(domain.Grant); ok {
			g := old // a grant keeps its holder and its target
			g.Level, g.Window = domain.Level(rapid.IntRange(1, 2).Draw(h.t, "other level")), c.After.(domain.Grant).Window
			c.After = g
			if rapid.Bool().Draw(h.t, "ends") {
				c.After = nil
			}
		}
		if c.Before != c.After {
			changes = append(changes, c)
			h.state[id] = c.After
			if c.After == nil {
				delete(h.state, id)
			}
		}
	}
	h.clock.Set(h.clock.Now().Add(time.Duration(rapid.IntRange(1, 30).Draw(h.t, "hours")) * time.Hour))
	return appendDrawn(h.t, h.s, domain.Event{Type: domain.EvApplied, Subject: "chg"}, changes)
}

func appendDrawn(t *rapid.T, s *store.Store, e domain.Event, changes []domain.Change) (seq domain.Seq) {
	if err := s.Update(bg, func(tx review.WriteTx) (err error) {
		seq, err = storetest.AppendIn(tx, e, changes...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return seq
}

// says is everything an organisation has and answers, at some instants.
func says(o *domain.Org) []any {
	out := []any{o.Key(), o.Zone().String()}
	for _, k := range domain.AccessKinds() {
		out = append(out, slices.Collect(o.All(k)))
	}
	for _, at := range []time.Time{storetest.Start, storetest.Start.AddDate(0, 0, 2), storetest.Start.AddDate(0, 1, 0)} {
		for _, p := range livedPeople {
			out = append(out, o.AccessOf(p, at))
			for _, a := range livedAgents {
				out = append(out, o.Access(p, domain.Target{Kind: domain.TargetAgent, ID: a}, "", at))
			}
		}
		out = append(out, *o.AgentMatrix(at), *o.AreaMatrix("agt_1", at), slices.Collect(o.Holdings(at)))
	}
	return out
}

func orgAt(t *rapid.T, s *store.Store, ask func(review.Tx) (*domain.Org, error)) (o *domain.Org) {
	if err := s.View(bg, func(tx review.Tx) (err error) { o, err = ask(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return o
}

// The organisation as of any past event is the one that a copy of the file
// taken then has, to the last reason; by the event's number, by its time, and
// asked in any order; and as of now is now (DESIGN 1).
func TestAsOfIsACopyTakenThen(t *testing.T) {
	root := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		o := storetest.Options()
		h := &history{t: t, clock: storetest.NewClock(), state: map[domain.ID]domain.Record{}}
		o.Now = h.clock.Now
		name := func(n int) string { return filepath.Join(root, fmt.Sprintf("%d-%d.db", run, n)) }
		s, err := store.Create(bg, name(0), o)
		if err != nil {
			t.Fatal(err)
		}
		h.s = s
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		first := []domain.Change{domain.Begin(domain.Area{ID: "a", Name: "A"}), domain.Begin(domain.Area{ID: "a/b", Name: "B", Parent: "a", Order: 1})}
		seqs := []domain.Seq{appendDrawn(t, s, domain.Event{Type: domain.EvBootstrap, Subject: "org"}, first)}
		want := [][]any{nil}
		for i := range rapid.IntRange(1, 4).Draw(t, "events") {
			seqs = append(seqs, h.event())
			if err := s.Backup(bg, name(i+1)); err != nil {
				t.Fatal(err)
			}
			then, err := store.Open(bg, name(i+1), store.Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, says(orgAt(t, then, review.Tx.Org)))
			if err := then.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range rapid.Permutation(indices(1, len(seqs))).Draw(t, "order") {
			byNumber := orgAt(t, s, func(tx review.Tx) (*domain.Org, error) { return tx.OrgAt(seqs[i]) })
			byTime := orgAt(t, s, func(tx review.Tx) (*domain.Org, error) {
				e, err := tx.Event(seqs[i])
				if err != nil {
					return nil, err
				}
				seq, err := tx.SeqAt(e.Time)
				if err != nil {
					return nil, err
				}
				return tx.OrgAt(seq)
			})
			for how, got := range map[string]*domain.Org{"number": byNumber, "time": byTime} {
				same(t, fmt.Sprintf("as of event %d by its %s", seqs[i], how), says(got), want[i])
			}
		}
		now := says(orgAt(t, s, review.Tx.Org))
		same(t, "now", now, want[len(want)-1])
		asOfNow := orgAt(t, s, func(tx review.Tx) (*domain.Org, error) {
			seq, err := tx.SeqAt(tx.Now())
			if err != nil {
				return nil, err
			}
			return tx.OrgAt(seq)
		})
		same(t, "as of now", says(asOfNow), now)
	})
}

func indices(from, to int) (out []int) {
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

func same(t *rapid.T, what string, got, want []any) {
	t.Helper()
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s, answer %d:\n%+v\nthe copy has\n%+v", what, i, got[i], want[i])
		}
	}
}
