package store

import (
	"context"
	"encoding"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Every record of every kind comes back from its table as it went in, with
// each word of each enum: the tables' CHECKs know them all.
func TestEveryRecordComesBack(t *testing.T) {
	s, err := Create(context.Background(), filepath.Join(t.TempDir(), "x.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	kinds := slices.Concat(domain.AccessKinds(), []domain.Kind{domain.KindUsage}, review.Kinds())
	if len(kinds) != len(tables) {
		t.Errorf("%d kinds, %d tables", len(kinds), len(tables))
	}
	for _, k := range kinds {
		tb, err := tableFor(k)
		if err != nil {
			t.Fatal(err)
		}
		for round := range 17 { // as many as the longest enum has words
			rec := filled(t, reflect.TypeOf(tb.open().record()), round)
			err := s.Update(context.Background(), func(w review.WriteTx) error {
				d, err := domain.DeltaOf(nil, rec)
				if err != nil {
					return err
				}
				if _, err := w.Append(domain.Event{Type: "test", Changes: []domain.Delta{d}}); err != nil {
					return err
				}
				got, from, err := w.(*tx).current(tb, rec.RecordID())
				if err != nil {
					return err
				}
				head, err := w.Log()
				if err != nil {
					return err
				}
				if same, err := sameRecord(got, rec); err != nil || !same || int64(from) != head.Size-1 {
					t.Errorf("%s went in as\n%+v and came back, begun at %d, as\n%+v", k, rec, from, got)
				}
				e, err := w.Event(from)
				if err != nil {
					return err
				}
				e.Changes[0].Before, e.Changes[0].After = e.Changes[0].After, nil
				_, err = w.Append(domain.Event{Type: "test", Changes: e.Changes})
				return err
			})
			if err != nil {
				t.Fatalf("%s, round %d: %+v: %v", k, round, rec, err)
			}
		}
	}
	rep, err := s.Verify(context.Background(), VerifyOptions{})
	if err != nil || !rep.OK() {
		t.Errorf("%q, %v", rep.Faults, err)
	}
}

// filled makes a record whose every part differs from its zero value (in most
// rounds), with text that would break what does not quote.
func filled(t *testing.T, typ reflect.Type, round int) domain.Record {
	t.Helper()
	v := reflect.New(typ)
	fill(t, v.Elem(), round)
	switch r := v.Interface().(type) {
	case *domain.Grant:
		r.Level = domain.Level(round % len(r.Ladder()))
	case *domain.ExternalGroup:
		r.ID = domain.ID(r.Source + "/" + r.External)
	case *domain.SoDRule:
		for _, side := range []*domain.SoDSide{&r.A, &r.B} {
			side.Level = domain.Level(round % len(domain.LadderOf(side.Target.Kind)))
		}
	}
	rec, ok := v.Elem().Interface().(domain.Record)
	if !ok {
		t.Fatalf("%s is no record", typ)
	}
	return rec
}

func fill(t *testing.T, v reflect.Value, round int) {
	t.Helper()
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		if round > 0 {
			*p = time.Date(2026, 3, round, 1, 2, 3, round*1000, time.FixedZone("", 3600*round))
		}
		return
	case *domain.Level:
		*p = domain.Level(round % 4)
		return
	case interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}: // an enum: its values run from 0, and the word of the next is unreadable
		var words []reflect.Value
		for n := range uint64(64) {
			e := reflect.New(v.Type())
			e.Elem().SetUint(n)
			b, err := e.Interface().(encoding.TextMarshaler).MarshalText()
			if err != nil || e.Interface().(encoding.TextUnmarshaler).UnmarshalText(b) != nil {
				break
			}
			words = append(words, e.Elem())
		}
		v.Set(words[round%len(words)])
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.Type().Name() + string(rune('a'+round)) + " 'x' \"y\" <é> \x01\u202e \U0001F600")
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(round) + 1)
	case reflect.Bool:
		v.SetBool(round%2 == 0)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), round)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), round%3, round%3))
		for i := range v.Len() {
			fill(t, v.Index(i), round+i)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("b"), reflect.ValueOf(round))
		v.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(1))
	default:
		t.Fatalf("a record has a part of kind %s", v.Kind())
	}
}
