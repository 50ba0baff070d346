package auditlog

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

const million = 1_000_000

// eventLines calls fn with n lines of about 300 bytes, as an event has, from
// one buffer: the cost of making them is small beside that of hashing them.
func eventLines(n int, fn func(i int64, line []byte)) {
	buf := fmt.Appendf(nil, `{"v":1,"seq":%09d,"pad":"%0270d"}`, 0, 0)
	const at = len(`{"v":1,"seq":`)
	for i := range int64(n) {
		for j, x := at+8, i; j >= at; j-- {
			buf[j] = byte('0' + x%10)
			x /= 10
		}
		fn(i, buf)
	}
}

// The rebuild of a log of 1,000,000 events, as log verify does it, and the
// appending of as many, each beside plain tlog.
func BenchmarkMillion(b *testing.B) {
	var roots []Hash
	b.Run("builder", func(b *testing.B) {
		for b.Loop() {
			var bd Builder
			eventLines(million, func(_ int64, line []byte) {
				if err := bd.Add(line); err != nil {
					b.Fatal(err)
				}
			})
			roots = append(roots, bd.Root())
		}
		perEvent(b)
	})
	b.Run("append/builder", func(b *testing.B) {
		tab := make(table, 0, 2*million)
		for b.Loop() {
			var bd Builder
			tab = tab[:0]
			eventLines(million, func(_ int64, line []byte) {
				hashes, err := bd.Append(line)
				if err != nil {
					b.Fatal(err)
				}
				tab = append(tab, hashes...)
			})
		}
		roots = append(roots, mustRoot(b, million, tab))
		perEvent(b)
	})
	b.Run("append/stored", func(b *testing.B) {
		tab := make(table, 0, 2*million)
		for b.Loop() {
			tab = tab[:0]
			eventLines(million, func(n int64, line []byte) {
				hashes, err := StoredHashes(n, line, tab)
				if err != nil {
					b.Fatal(err)
				}
				tab = append(tab, hashes...)
			})
		}
		roots = append(roots, mustRoot(b, million, tab))
		perEvent(b)
	})
	b.Run("append/tlog", func(b *testing.B) {
		tab := make(table, 0, 2*million)
		for b.Loop() {
			tab = tab[:0]
			eventLines(million, func(n int64, line []byte) {
				hashes, err := tlog.StoredHashes(n, line, tab)
				if err != nil {
					b.Fatal(err)
				}
				tab = append(tab, hashes...)
			})
		}
		root, err := tlog.TreeHash(million, tab)
		if err != nil {
			b.Fatal(err)
		}
		roots = append(roots, root)
		perEvent(b)
	})
	for _, root := range roots {
		if root != roots[0] {
			b.Fatalf("the ways do not agree: %v and %v", root, roots[0])
		}
	}
}

func perEvent(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/million, "ns/event")
}

func BenchmarkProof(b *testing.B) {
	var bd Builder
	tab := make(table, 0, 2*million)
	eventLines(million, func(_ int64, line []byte) {
		hashes, err := bd.Append(line)
		if err != nil {
			b.Fatal(err)
		}
		tab = append(tab, hashes...)
	})
	n := int64(0)
	for b.Loop() {
		n = (n + 7919) % million
		if _, err := ProveInclusion(logID, million, n, tab); err != nil {
			b.Fatal(err)
		}
	}
}
