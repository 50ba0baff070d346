package review_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// hostile are texts that JSON writes in a way of its own, among plain ones.
var hostile = []string{"", "", "", "Dana Okafor", "a → b", "\"quoted\" \\ \t\n\r\x00\x1b[2J", "<b>&amp;</b>", "\u2028\u2029", "bad \xff\xfe utf",
	"\u202etfel", "👩‍🚀", "\x7f", "é", "\xe2\x80"}

// filled fills v with anything that its type can hold, every exported field
// of it, so that a field that is added later is filled too.
func filled(r *rand.Rand, v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		if r.IntN(3) > 0 {
			v.Set(reflect.ValueOf(time.UnixMilli(r.Int64N(1 << 42)).UTC()))
		}
	case v.Kind() == reflect.String:
		v.SetString(hostile[r.IntN(len(hostile))])
	case v.CanInt():
		v.SetInt(r.Int64N(5) * r.Int64N(1<<30))
	case v.CanUint():
		v.SetUint(uint64(r.IntN(5)))
	case v.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case v.Kind() == reflect.Slice && r.IntN(4) > 0:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 4))
		for i := range v.Len() {
			filled(r, v.Index(i))
		}
	case v.Kind() == reflect.Struct && r.IntN(5) > 0:
		for i := range v.NumField() {
			filled(r, v.Field(i))
		}
	}
}

// byReflection is the canonical form as encoding/json gives it.
func byReflection(t *testing.T, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// The lines of frozen items, and the parts of them that stand in columns, are
// written by hand; they are what encoding/json writes, whatever the names.
func TestStagedLineIsCanonical(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		var it review.StagedItem
		filled(r, reflect.ValueOf(&it).Elem())
		line, err := review.StagedLine(it)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []any{it.Advice, it.Delta, it.Last, it.How, it.Subjects, it.Holding} {
			got, err := domain.CanonicalJSON(part)
			if want := byReflection(t, part); err != nil || string(got) != want {
				t.Fatalf("a %T is written as\n%s (%v), encoding/json writes\n%s", part, got, err, want)
			}
		}
		if it.Assigned == nil {
			it.Assigned = []review.Assigned{} // no list and an empty one are one line
		}
		if want := byReflection(t, it); string(line) != want {
			t.Fatalf("an item is written as\n%s, encoding/json writes\n%s", line, want)
		}
	}
}

// A time that JSON cannot hold is an error, not a line without it.
func TestStagedLineOfNoTime(t *testing.T) {
	it := review.StagedItem{No: 1, Last: review.LastDecision{At: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	if line, err := review.StagedLine(it); err == nil {
		t.Errorf("an item decided in the year 12026 has the line %s", line)
	}
	if _, _, err := review.PopulationDigest(func(yield func(review.StagedItem, error) bool) { yield(it, nil) }); err == nil {
		t.Error("its population has a digest")
	}
}
