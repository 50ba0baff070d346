package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// RecordDiff is one record that differs between two events.
type RecordDiff struct {
	Kind   domain.Kind
	ID     domain.ID
	Before domain.Record // nil: it began
	After  domain.Record // nil: it ended
	Text   string        // in words
}

// AccessDiff is one principal's level on one target that differs.
type AccessDiff struct {
	Principal domain.ID
	Target    domain.Target
	Before    domain.Level
	After     domain.Level
	Text      string // in words
}

// Diff is what differs between two events.
type Diff struct {
	From, To domain.Seq
	Records  []RecordDiff // by kind, then id
	Access   []AccessDiff // agents and areas, by principal, then target
}

// Diff compares the organisation at two events, each at its own instant, so
// that windows that opened or closed in between show in the access.
func (s *Service) Diff(ctx context.Context, from, to domain.Seq) (Diff, error) {
	d := Diff{From: from, To: to}
	err := s.store.View(ctx, func(tx Tx) error {
		a, at, err := orgAt(tx, from)
		if err != nil {
			return err
		}
		b, bt, err := orgAt(tx, to)
		if err != nil {
			return err
		}
		d.Records = DiffRecords(a, b)
		d.Access = DiffAccess(a, at, b, bt)
		return nil
	})
	return d, err
}

func orgAt(tx Tx, seq domain.Seq) (*domain.Org, time.Time, error) {
	e, err := tx.Event(seq)
	if err != nil {
		return nil, time.Time{}, err
	}
	o, err := tx.OrgAt(seq)
	return o, e.Time, err
}

// DiffRecords lists the records that differ, by kind, then id.
func DiffRecords(a, b *domain.Org) []RecordDiff {
	var out []RecordDiff
	for _, k := range domain.AccessKinds() {
		var some []RecordDiff
		for row := range a.All(k) {
			id := row.Record.RecordID()
			now, ok := b.Get(k, id)
			switch {
			case !ok:
				some = append(some, RecordDiff{Kind: k, ID: id, Before: row.Record, Text: a.Describe(row.Record) + " ended"})
			case now.Record != row.Record:
				some = append(some, recordDiff(b, row.Record, now.Record))
			}
		}
		for row := range b.All(k) {
			if _, ok := a.Get(k, row.Record.RecordID()); !ok {
				some = append(some, RecordDiff{Kind: k, ID: row.Record.RecordID(), After: row.Record, Text: b.Describe(row.Record) + " began"})
			}
		}
		slices.SortFunc(some, func(x, y RecordDiff) int { return strings.Compare(string(x.ID), string(y.ID)) })
		out = append(out, some...)
	}
	return out
}

func recordDiff(o *domain.Org, before, after domain.Record) RecordDiff {
	d := RecordDiff{Kind: after.RecordKind(), ID: after.RecordID(), Before: before, After: after}
	delta, err := domain.DeltaOf(before, after)
	if err != nil {
		d.Text = o.Describe(after) + " changed"
		return d
	}
	d.Text = DeltaWords(o, delta)
	return d
}

// DiffAccess lists the levels on agents and areas (for all agents) that
// differ between two pictures, each at its instant.
func DiffAccess(a *domain.Org, at time.Time, b *domain.Org, bt time.Time) []AccessDiff {
	var out []AccessDiff
	for _, m := range [][2]*domain.Matrix{{a.AgentMatrix(at), b.AgentMatrix(bt)}, {a.AreaMatrix("", at), b.AreaMatrix("", bt)}} {
		out = append(out, diffMatrix(a, b, m[0], m[1])...)
	}
	slices.SortStableFunc(out, func(x, y AccessDiff) int {
		if d := strings.Compare(string(x.Principal), string(y.Principal)); d != 0 {
			return d
		}
		return int(x.Target.Kind) - int(y.Target.Kind)
	})
	return out
}

// axis maps two matrices' rows or columns: for each key of either, where it is
// in the one and in the other, -1 where it is not.
func axis[K comparable](was, is []K) (keys []K, inWas, inIs []int) {
	at := make(map[K]int, len(is))
	for i, k := range is {
		at[k] = i
		keys, inWas, inIs = append(keys, k), append(inWas, -1), append(inIs, i)
	}
	for i, k := range was {
		if j, ok := at[k]; ok {
			inWas[j] = i
			continue
		}
		keys, inWas, inIs = append(keys, k), append(inWas, i), append(inIs, -1)
	}
	return keys, inWas, inIs
}

func diffMatrix(a, b *domain.Org, was, is *domain.Matrix) []AccessDiff {
	people, rowWas, rowIs := axis(was.Principals, is.Principals)
	targets, colWas, colIs := axis(was.Targets, is.Targets)
	level := func(m *domain.Matrix, row, col int) domain.Level {
		if row < 0 || col < 0 {
			return domain.None
		}
		return m.At(row, col)
	}
	var out []AccessDiff
	for i, p := range people {
		for j, t := range targets {
			before, after := level(was, rowWas[i], colWas[j]), level(is, rowIs[i], colIs[j])
			if before == after {
				continue
			}
			who, what := b, b
			if rowIs[i] < 0 {
				who = a
			}
			if colIs[j] < 0 {
				what = a
			}
			l := domain.LadderOf(t.Kind)
			out = append(out, AccessDiff{Principal: p, Target: t, Before: before, After: after,
				Text: fmt.Sprintf("%s: %s, %s → %s", who.Name(domain.KindPrincipal, p), TargetName(what, t, ""),
					l.Word(before), l.Word(after))})
		}
	}
	return out
}
