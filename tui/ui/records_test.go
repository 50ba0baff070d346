package ui

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"countersign/review/filter"
)

// source is three records; reads counts how often they were made.
func source(stamp *string, made *int) *Records {
	return &Records{Fields: filter.Table{List: "records", Fields: []filter.Field{{Name: "name"}, {Name: "status"}, {Name: "group"}, {Name: "grants", Kind: filter.Number}}},
		Read: func(context.Context) (string, func() []Record, error) {
			return *stamp, func() []Record {
				*made++
				var out []Record
				for i, v := range [][]string{{"Ana Ferreira", "active", "Tier 1\nRelease Crew", "10"}, {"Tom Vale", "inactive", "", "9"}, {"Émile Roux", "active", "Release", "100"}} {
					out = append(out, Record{Row: Row{Key: strconv.Itoa(i), Cells: []Cell{{Text: v[0]}, {Text: v[1]}}}, Values: v})
				}
				return out
			}, nil
		}}
}

// keys are the keys of the rows of a query, in order.
func keys(t *testing.T, s *Records, q Query) string {
	t.Helper()
	page, err := s.Load(t.Context(), Request{Seek: First, Limit: 100, Query: q})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range page.Rows {
		out = append(out, r.Key)
	}
	return strings.Join(out, "")
}

func TestRecordsFilter(t *testing.T) {
	stamp, made := "1", 0
	for text, want := range map[string]string{
		"": "012", "ana": "0", "ACTIVE": "012", "status:active": "02", "!status:active": "1", "status:inact": "1",
		`group:"release crew"`: "0", "group:release": "02", "group:crew": "0", "!group:release": "1", "status:": "012", "!": "012",
		"status:active !group:tier": "2", "émile": "2", "name:vale": "1", "zebra": "",
	} {
		if got := keys(t, source(&stamp, &made), Query{Filter: text}); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestRecordsRefuseAnUnknownField(t *testing.T) {
	stamp, made := "1", 0
	_, err := source(&stamp, &made).Load(t.Context(), Request{Query: Query{Filter: "colour:red"}})
	if err == nil || !strings.Contains(sentence(err), "name, status, group, grants") {
		t.Errorf("the error is %v", err)
	}
}

func TestRecordsOrder(t *testing.T) {
	stamp, made := "1", 0
	for _, c := range []struct {
		q    Query
		want string
	}{{Query{Sort: "grants"}, "102"}, {Query{Sort: "grants", Reverse: true}, "201"}, {Query{Sort: "none of them"}, "012"}, {Query{Sort: "name"}, "012"}} {
		if got := keys(t, source(&stamp, &made), c.q); got != c.want {
			t.Errorf("%+v gives %q, want %q", c.q, got, c.want)
		}
	}
}

func TestRecordsAreMadeAnewOnlyForAnotherStamp(t *testing.T) {
	stamp, made := "1", 0
	s := source(&stamp, &made)
	keys(t, s, Query{})
	keys(t, s, Query{Filter: "ana"})
	if made != 1 {
		t.Errorf("made %d times at one stamp", made)
	}
	stamp = "2"
	keys(t, s, Query{Filter: "ana"})
	if made != 2 {
		t.Errorf("made %d times at two stamps", made)
	}
}

func TestRecordsPages(t *testing.T) {
	stamp, made := "1", 0
	s := source(&stamp, &made)
	for _, c := range []struct {
		r      Request
		want   string
		offset int
	}{
		{Request{Seek: First, Limit: 2}, "01", 0}, {Request{Seek: Last, Limit: 2}, "12", 1},
		{Request{Seek: After, Key: "0", Limit: 5}, "12", 1}, {Request{Seek: Before, Key: "2", Limit: 1}, "1", 1},
		{Request{Seek: From, Key: "1", Limit: 5}, "12", 1},
	} {
		page, err := s.Load(t.Context(), c.r)
		got := ""
		for _, r := range page.Rows {
			got += r.Key
		}
		if err != nil || got != c.want || page.Offset != c.offset || page.Total != 3 {
			t.Errorf("%+v gives %q at %d of %d (%v)", c.r, got, page.Offset, page.Total, err)
		}
	}
	if _, err := s.Load(t.Context(), Request{Seek: From, Key: "gone"}); !errors.Is(err, ErrGone) {
		t.Errorf("a row that is gone gives %v", err)
	}
}
