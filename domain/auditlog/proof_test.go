package auditlog

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every proof in every log of up to 64 events is the one RFC 6962 writes down,
// and checks; for another event, line, size or root it does not.
func TestInclusionOfEveryEvent(t *testing.T) {
	const most = 64
	ls := lines(most)
	tab := stored(t, ls)
	for size := 1; size <= most; size++ {
		cp := held(t, ls[:size])
		for n := range size {
			p, err := ProveInclusion(logID, int64(size), int64(n), tab)
			if err != nil {
				t.Fatalf("ProveInclusion(%d, %d): %v", size, n, err)
			}
			if !slices.Equal(p.Path, auditPath(n, ls[:size])) {
				t.Fatalf("the proof of event %d in %d is not the audit path", n, size)
			}
			if err := p.Check(cp, ls[n]); err != nil {
				t.Fatalf("event %d of %d: %v", n, size, err)
			}
			wantCode(t, "another line", p.Check(cp, append([]byte("x"), ls[n]...)), ProofFailed)
			if size > 1 {
				other := p
				other.Event = int64((n + 1) % size)
				wantCode(t, "another event", other.Check(cp, ls[n]), ProofFailed)
			}
			for i := range p.Path {
				bad := p
				bad.Path = slices.Clone(p.Path)
				bad.Path[i][31] ^= 1
				wantCode(t, "a changed hash", bad.Check(cp, ls[n]), ProofFailed)
			}
			longer := p
			longer.Path = append(slices.Clone(p.Path), Hash{})
			wantCode(t, "a hash too many", longer.Check(cp, ls[n]), ProofFailed)
		}
	}
}

func TestConsistencyOfEveryPairOfSizes(t *testing.T) {
	const most = 64
	ls := lines(most)
	tab := stored(t, ls)
	for to := 0; to <= most; to++ {
		newer := held(t, ls[:to])
		for from := 0; from <= to; from++ {
			older := held(t, ls[:from])
			p, err := ProveConsistency(logID, int64(from), int64(to), tab)
			if err != nil {
				t.Fatalf("ProveConsistency(%d, %d): %v", from, to, err)
			}
			if from > 0 && !slices.Equal(p.Path, consistencyPath(from, ls[:to], true)) {
				t.Fatalf("the proof from %d to %d is not that of RFC 6962", from, to)
			}
			if err := p.Check(older, newer); err != nil {
				t.Fatalf("from %d to %d: %v", from, to, err)
			}
			longer := p
			longer.Path = append(slices.Clone(p.Path), Hash{})
			wantCode(t, "a hash too many", longer.Check(older, newer), ProofFailed)
			if from > 0 {
				other := older
				other.Root[0] ^= 1
				wantCode(t, "another older root", p.Check(other, newer), ProofFailed)
			}
			if from > 0 && to > 0 {
				other := newer
				other.Root[0] ^= 1
				wantCode(t, "another newer root", p.Check(older, other), ProofFailed)
			}
		}
	}
}

// Two logs that part at event k: no proof from one carries over to the other.
func TestNoProofAcrossAFork(t *testing.T) {
	ls := lines(40)
	for k := range 40 {
		forked := slices.Clone(ls)
		forked[k] = []byte("another")
		for _, from := range []int{1, 7, 16, 33, 40} {
			older := held(t, ls[:from])
			p, err := ProveConsistency(logID, int64(from), 40, stored(t, forked))
			if err != nil {
				t.Fatal(err)
			}
			err = p.Check(older, held(t, forked))
			if k < from {
				wantCode(t, "forked before the older checkpoint", err, ProofFailed)
			} else if err != nil {
				t.Errorf("forked at %d, after the older checkpoint at %d: %v", k, from, err)
			}
		}
	}
}

func TestProofsHeldAgainstTheWrongCheckpoint(t *testing.T) {
	ls := lines(9)
	tab := stored(t, ls)
	in, err := ProveInclusion(logID, 8, 3, tab)
	if err != nil {
		t.Fatal(err)
	}
	co, err := ProveConsistency(logID, 5, 8, tab)
	if err != nil {
		t.Fatal(err)
	}
	five, eight, nine := held(t, ls[:5]), held(t, ls[:8]), held(t, ls)
	other := eight
	other.Origin = "log_other"
	wantCode(t, "inclusion, other size", in.Check(nine, ls[3]), ProofFailed)
	wantCode(t, "inclusion, other log", in.Check(other, ls[3]), ProofFailed)
	wantCode(t, "consistency, other older size", co.Check(eight, eight), ProofFailed)
	wantCode(t, "consistency, other newer size", co.Check(five, nine), ProofFailed)
	wantCode(t, "consistency, other log", co.Check(five, other), ProofFailed)
	otherOlder := five
	otherOlder.Origin = "log_other"
	wantCode(t, "consistency, older of another log", co.Check(otherOlder, eight), ProofFailed)
	zero := Consistency{Log: logID, To: 8}
	lying := Checkpoint{Origin: logID, Root: eight.Root}
	wantCode(t, "an empty log with a root", zero.Check(lying, eight), ProofFailed)
	both := Consistency{Log: logID}
	wantCode(t, "both empty, one with a root", both.Check(held(t, nil), lying), ProofFailed)
	wantCode(t, "an event the log has not", Inclusion{Log: logID, Size: 8, Event: 8}.Check(eight, ls[3]), OutOfRange)
	wantCode(t, "backwards", Consistency{Log: logID, From: 8, To: 5}.Check(eight, five), OutOfRange)
	wantCode(t, "a size no log has", Inclusion{Log: logID, Size: 1<<63 - 1}.Check(eight, ls[3]), OutOfRange)
	wantCode(t, "no log id", Inclusion{Size: 8}.Check(eight, ls[3]), Malformed)
	wantCode(t, "an endless path", Inclusion{Log: logID, Size: 8, Path: make([]Hash, 129)}.Check(eight, ls[3]), Malformed)
}

func TestProofJSON(t *testing.T) {
	tab := stored(t, lines(8))
	in, err := ProveInclusion("log_<1>&co", 2, 1, tab)
	if err != nil {
		t.Fatal(err)
	}
	data, err := in.JSON()
	if err != nil {
		t.Fatal(err)
	}
	const wantIn = `{"proof":"countersign-inclusion-1","log":"log_<1>&co","size":2,"event":1,"path":["@"]}`
	if want := strings.Replace(wantIn, "@", tab[0].String(), 1); string(data) != want {
		t.Errorf("inclusion proof is\n%s, want\n%s", data, want)
	}
	back, err := ParseInclusion(data)
	if err != nil || !reflect.DeepEqual(back, Inclusion{"log_<1>&co", 2, 1, []Hash{tab[0]}}) {
		t.Errorf("read back as %+v, %v", back, err)
	}
	spaced := strings.NewReplacer(",", ",\n  ", ":", ": ").Replace(string(data)) + "\n"
	if again, err := ParseInclusion([]byte(spaced)); err != nil || !reflect.DeepEqual(again, back) {
		t.Errorf("an indented proof: %+v, %v", again, err)
	}
	co, err := ProveConsistency("log_1", 0, 8, tab)
	if err != nil {
		t.Fatal(err)
	}
	data, err = co.JSON()
	if want := `{"proof":"countersign-consistency-1","log":"log_1","from":0,"to":8,"path":[]}`; err != nil || string(data) != want {
		t.Errorf("consistency proof is\n%s, %v, want\n%s", data, err, want)
	}
	if back, err := ParseConsistency(data); err != nil || back.To != 8 || len(back.Path) != 0 {
		t.Errorf("read back as %+v, %v", back, err)
	}
	_, err = ParseInclusion(data)
	wantCode(t, "a consistency proof read as an inclusion proof", err, Malformed)
	if _, err := (Inclusion{Log: "log_1", Size: 1, Event: 1}).JSON(); CodeOf(err) != OutOfRange {
		t.Errorf("JSON of an impossible proof: %v", err)
	}
	if _, err := (Consistency{To: 1}).JSON(); CodeOf(err) != Malformed {
		t.Errorf("JSON of a proof without a log: %v", err)
	}
}

func TestProofJSONRefuses(t *testing.T) {
	h := EmptyRoot().String()
	good := `{"proof":"countersign-inclusion-1","log":"l","size":2,"event":1,"path":["` + h + `"]}`
	if _, err := ParseInclusion([]byte(good)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	swap := func(old, new string) string {
		s := strings.Replace(good, old, new, 1)
		if s == good {
			t.Fatalf("%q is not in the proof", old)
		}
		return s
	}
	for what, s := range map[string]string{
		"empty":            "",
		"null":             "null",
		"a list":           "[]",
		"cut":              good[:len(good)-1],
		"junk after":       good + "x",
		"a second value":   good + good,
		"another form":     swap("inclusion-1", "inclusion-2"),
		"unknown field":    swap(`"event"`, `"note":1,"event"`),
		"field twice":      swap(`"event":1`, `"event":0,"event":1`),
		"field missing":    swap(`"event":1,`, ``),
		"other order":      swap(`"size":2,"event":1`, `"event":1,"size":2`),
		"case":             swap(`"size"`, `"Size"`),
		"number as text":   swap(`:2,`, `:"2",`),
		"fraction":         swap(`:2,`, `:2.0,`),
		"exponent":         swap(`:2,`, `:2e0,`),
		"too great":        swap(`:2,`, `:99999999999999999999,`),
		"escaped letter":   swap(`"l"`, `"\u006c"`),
		"null path":        swap(`["`+h+`"]`, `null`),
		"null in path":     swap(`"`+h+`"`, `null`),
		"short hash":       swap(h, h[4:]),
		"stray bits":       swap(h, h[:42]+"V="),
		"too long":         swap(`"l"`, strings.Repeat(" ", MaxProofBytes)+`"l"`),
		"log id with line": swap(`"l"`, `"l\nm"`),
		"bad UTF-8":        swap(`"l"`, "\"l\xff\""),
	} {
		_, err := ParseInclusion([]byte(s))
		wantCode(t, what, err, Malformed)
	}
	for what, s := range map[string]string{
		"over the greatest size": swap(`:2,`, `:9007199254740992,`),
		"no such event":          swap(`"event":1`, `"event":2`),
		"negative event":         swap(`"event":1`, `"event":-1`),
	} {
		_, err := ParseInclusion([]byte(s))
		wantCode(t, what, err, OutOfRange)
	}
	con := `{"proof":"countersign-consistency-1","log":"l","from":1,"to":2,"path":[]}`
	for what, tt := range map[string]struct {
		s    string
		code Code
	}{
		"null path":   {strings.Replace(con, "[]", "null", 1), Malformed},
		"inclusion":   {good, Malformed},
		"backwards":   {strings.Replace(con, `"from":1`, `"from":3`, 1), OutOfRange},
		"wrong form":  {strings.Replace(con, "cy-1", "cy-9", 1), Malformed},
		"empty input": {"", Malformed},
	} {
		_, err := ParseConsistency([]byte(tt.s))
		wantCode(t, "consistency: "+what, err, tt.code)
	}
}
