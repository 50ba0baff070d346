package auditlog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The oracle of these tests is RFC 6962 section 2.1 written down as it stands
// there, recursive and slow, knowing nothing of stored hashes.

func mth(d [][]byte) Hash {
	switch len(d) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, d[0]...))
	}
	k := splitAt(len(d))
	return node(mth(d[:k]), mth(d[k:]))
}

// auditPath is PATH(m, D[n]) of section 2.1.1.
func auditPath(m int, d [][]byte) []Hash {
	if len(d) == 1 {
		return nil
	}
	k := splitAt(len(d))
	if m < k {
		return append(auditPath(m, d[:k]), mth(d[k:]))
	}
	return append(auditPath(m-k, d[k:]), mth(d[:k]))
}

// consistencyPath is SUBPROOF(m, D[n], b) of section 2.1.2.
func consistencyPath(m int, d [][]byte, whole bool) []Hash {
	if m == len(d) {
		if whole {
			return nil
		}
		return []Hash{mth(d)}
	}
	k := splitAt(len(d))
	if m <= k {
		return append(consistencyPath(m, d[:k], whole), mth(d[k:]))
	}
	return append(consistencyPath(m-k, d[k:], false), mth(d[:k]))
}

// splitAt is the largest power of two smaller than n.
func splitAt(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func node(l, r Hash) Hash {
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// table is the stored hashes as a store keeps them: row i has index i.
type table []Hash

func (t table) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t)) {
			return nil, fmt.Errorf("no stored hash %d", x)
		}
		out[i] = t[x]
	}
	return out, nil
}

// lines makes n events' lines, each different, with lengths from 0 up.
func lines(n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"v":1,"seq":%d,"reason":"%0*d"}`, i, i%40, 0)
	}
	return out
}

// stored appends the lines to an empty log one by one.
func stored(t testing.TB, ls [][]byte) table {
	t.Helper()
	var out table
	for n, line := range ls {
		if got, want := int64(len(out)), FirstStoredIndex(int64(n)); got != want {
			t.Fatalf("before event %d there are %d stored hashes, FirstStoredIndex says %d", n, got, want)
		}
		hashes, err := StoredHashes(int64(n), line, out)
		if err != nil {
			t.Fatalf("StoredHashes(%d): %v", n, err)
		}
		if len(hashes) != StoredPerEvent(int64(n)) {
			t.Fatalf("event %d stores %d hashes, StoredPerEvent says %d", n, len(hashes), StoredPerEvent(int64(n)))
		}
		out = append(out, hashes...)
	}
	return out
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustRoot(t testing.TB, size int64, r HashReader) Hash {
	t.Helper()
	h, err := Root(size, r)
	if err != nil {
		t.Fatalf("Root(%d): %v", size, err)
	}
	return h
}

func wantCode(t testing.TB, what string, err error, code Code) {
	t.Helper()
	if CodeOf(err) != code {
		t.Errorf("%s: error %v has code %q, want %q", what, err, CodeOf(err), code)
	}
}

// ctLeaves and ctRoots are the tree of the Certificate Transparency reference
// implementation's own tests: the root at each size from 0 to 8.
var ctLeaves = []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}

var ctRoots = []string{
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

func TestKnownRoots(t *testing.T) {
	var ls [][]byte
	for _, s := range ctLeaves {
		ls = append(ls, unhex(t, s))
	}
	tab := stored(t, ls)
	var b Builder
	for size, want := range ctRoots {
		if size > 0 {
			if err := b.Add(ls[size-1]); err != nil {
				t.Fatal(err)
			}
		}
		root := mustRoot(t, int64(size), tab)
		if got := hex.EncodeToString(root[:]); got != want {
			t.Errorf("Root(%d) = %s, want %s", size, got, want)
		}
		if b.Root() != root {
			t.Errorf("Builder at %d has root %s, want %s", size, b.Root(), root)
		}
		if m := mth(ls[:size]); m != root {
			t.Errorf("the oracle itself disagrees at size %d", size)
		}
	}
	if h := EmptyRoot(); hex.EncodeToString(h[:]) != ctRoots[0] {
		t.Errorf("EmptyRoot() = %x", h)
	}
}

// The audit path of leaf 5 (counted from 0) and the proof from size 2 to 5 in
// the same reference tree.
func TestKnownPaths(t *testing.T) {
	var ls [][]byte
	for _, s := range ctLeaves {
		ls = append(ls, unhex(t, s))
	}
	tab := stored(t, ls)
	in, err := ProveInclusion("log_ct", 8, 5, tab)
	if err != nil {
		t.Fatal(err)
	}
	wantPath(t, in.Path,
		"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")
	co, err := ProveConsistency("log_ct", 2, 5, tab)
	if err != nil {
		t.Fatal(err)
	}
	wantPath(t, co.Path,
		"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")
}

func wantPath(t *testing.T, got []Hash, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("path of %d hashes, want %d", len(got), len(want))
	}
	for i, h := range got {
		if hex.EncodeToString(h[:]) != want[i] {
			t.Errorf("hash %d of the path is %x, want %s", i, h, want[i])
		}
	}
}

// RecordHash separates leaves from inner nodes: a leaf spelling a node's bytes
// has another hash.
func TestLeafIsNoNode(t *testing.T) {
	l, r := RecordHash([]byte("a")), RecordHash([]byte("b"))
	if RecordHash(append(l[:], r[:]...)) == tlog.NodeHash(l, r) {
		t.Error("a leaf made of two hashes has the hash of their parent")
	}
}

func itoa(n int) string { return fmt.Sprint(n) }
