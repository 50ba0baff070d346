package review

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
)

// Keys as sha256sum prints them: printf 2026-Q4/d1/7 | sha256sum.
func TestSampleKeyIsWhatSha256sumSays(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"2026-Q4", "7"}: "80562d3a587ec029b02361810195496e07f54fcee03d9206e1bdf71ca8095a05", {"2026-Q4", "12"}: "2b1cd006f1085520ea84a67d9d51b7f63664fec6274b77f4da8da16ba4b93fa7",
	} {
		n, _ := strconv.Atoi(in[1])
		if got := SampleKey(in[0], "d1", n); got != want {
			t.Errorf("item %d: %s, want %s", n, got, want)
		}
	}
}

func keeps(n int) []Answer { return slices.Repeat([]Answer{Keep}, n) }

func numbers(ds []Drawn) []int {
	var out []int
	for _, d := range ds {
		out = append(out, d.Item)
	}
	return out
}

// The first five of forty, as drawn with seq, sha256sum, sort and head.
func TestDrawSampleAsDrawnByHand(t *testing.T) {
	got, err := DrawSample("2026-Q4", "d1", keeps(40), 5, false)
	if err != nil || fmt.Sprint(numbers(got)) != "[3 26 28 35 10]" {
		t.Errorf("%v, %v", numbers(got), err)
	}
}

func TestDrawSampleIsStableAndNested(t *testing.T) {
	five, _ := DrawSample("s", "d", keeps(300), 5, false)
	fifty, err := DrawSample("s", "d", keeps(300), 50, false)
	if err != nil || !slices.Equal(fifty[:5], five) || len(fifty) != 50 {
		t.Errorf("fifty do not begin with the five: %v, %v", err, numbers(five))
	}
	for _, other := range [][2]string{{"t", "d"}, {"s", "e"}} {
		if x, _ := DrawSample(other[0], other[1], keeps(300), 5, false); slices.Equal(numbers(x), numbers(five)) {
			t.Errorf("%v draws the same", other)
		}
	}
	all, _ := DrawSample("s", "d", keeps(7), 50, false)
	got := numbers(all)
	slices.Sort(got)
	if fmt.Sprint(got) != "[1 2 3 4 5 6 7]" {
		t.Errorf("more than there are: %v", got)
	}
}

func TestDrawSampleRefuses(t *testing.T) {
	for _, c := range []struct {
		seed string
		size int
	}{{"", 3}, {"  ", 3}, {"a\nb", 3}, {"s", 0}, {"s", -1}} {
		if got, err := DrawSample(c.seed, "d", keeps(9), c.size, false); err == nil {
			t.Errorf("%q, %d: %v", c.seed, c.size, got)
		}
	}
}

// Shares by hand: of 100 items 80 keep, 15 revoke, 5 reduce. Ten: one each,
// seven left over 97 not yet taken (79, 14, 4): 5.70, 1.01, 0.29 are 5, 1, 0
// and one more to keep.
func TestDrawSampleByRuling(t *testing.T) {
	mixed := slices.Concat(keeps(80), slices.Repeat([]Answer{Revoke}, 15), slices.Repeat([]Answer{Reduce}, 5))
	for _, c := range []struct {
		size                 int
		keep, revoke, reduce int
	}{{10, 7, 2, 1}, {1, 0, 1, 0}, {2, 0, 1, 1}, {3, 1, 1, 1}, {4, 2, 1, 1}, {100, 80, 15, 5}, {99, 79, 15, 5}} {
		got, err := DrawSample("s", "d", mixed, c.size, true)
		if err != nil {
			t.Fatal(err)
		}
		n := map[Answer]int{}
		seen := map[int]bool{}
		for _, d := range got {
			n[d.Ruling]++
			seen[d.Item] = true
			if mixed[d.Item-1] != d.Ruling {
				t.Errorf("item %d is %s, not %s", d.Item, mixed[d.Item-1], d.Ruling)
			}
		}
		if n[Keep] != c.keep || n[Revoke] != c.revoke || n[Reduce] != c.reduce || len(seen) != c.size {
			t.Errorf("%d: %v, want %+v", c.size, n, c)
		}
	}
}

// Whatever the mixture, exactly the size is drawn, nothing twice.
func TestDrawSampleAlwaysDrawsItsSize(t *testing.T) {
	for keep := range 6 {
		for revoke := range 6 {
			for silent := range 4 {
				mixed := slices.Concat(keeps(keep), slices.Repeat([]Answer{Revoke}, revoke), slices.Repeat([]Answer{Silent}, silent))
				for size := 1; size <= len(mixed)+1; size++ {
					got, err := DrawSample("s", "d", mixed, size, true)
					ns := numbers(got)
					slices.Sort(ns)
					if want := min(size, len(mixed)); err != nil || len(slices.Compact(ns)) != want {
						t.Fatalf("%d keep, %d revoke, %d silent, size %d: %v, %v", keep, revoke, silent, size, ns, err)
					}
				}
			}
		}
	}
}
